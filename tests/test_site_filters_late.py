"""The filter of a list in a real browser where its answer comes late, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from benchmarks.site_check.browser import DESK, visit
from benchmarks.site_check.sites import Site
from tests.chromium import let_go
from tests.made_gallery import made_exhibition
from tests.site_kit import IDS, TILES, choose, load_more, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A hundred pictures of one artist, twenty a page."""
    with served(tmp_path_factory.mktemp("site"), made_exhibition(works=100, artists=1, seed=5)) as made:
        yield made


def test_what_a_visitor_waits_for_comes_before_pictures(site: Site, desk: Page) -> None:
    """On a slow line the filter's script would arrive behind all that the list shows, too late for an answer."""
    devtools = desk.context.new_cdp_session(desk)
    devtools.send("Network.enable")
    asked: list[dict[str, str]] = []
    devtools.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]))
    desk.goto(site.address(site.page("artist")))
    desk.locator(".filter-open").click()
    desk.locator(".filter select").first.wait_for()
    assert [each["initialPriority"] for each in asked if each["url"].endswith("/filters.js")] == ["High"]


def test_a_filter_that_takes_long_says_that_it_is_under_way(site: Site, desk: Page) -> None:
    """The button is busy until the form is there."""
    held: list[Route] = []
    desk.route("**/filters.js", lambda route: held.append(route))
    desk.goto(site.address(site.page("artist")))
    desk.locator(".filter-open").click()
    expect(desk.locator(".filter-open[aria-busy=true]")).to_have_count(1)
    for route in held:
        route.continue_()
    desk.locator(".filter select").first.wait_for()
    expect(desk.locator(".filter-open[aria-busy=true]")).to_have_count(0)


def test_an_answer_that_comes_after_another_page_names_nothing_there(site: Site, desk: Page) -> None:
    """Whoever goes on to another listing while a filter is answered has that listing's address, without the choice."""
    held: list[Route] = []
    desk.route("**/data/0.json", lambda route: held.append(route))
    desk.goto(site.address(site.page("artist")) + "?year=2026")
    expect(desk.locator(".filter")).to_be_visible()
    desk.locator(".tabs a", has_text="Photos").press("Enter")
    desk.wait_for_url("**/photos/index.html")
    let_go(desk, held)
    desk.wait_for_timeout(400)
    assert desk.url.endswith("/photos/index.html")


def test_more_that_comes_after_a_choice_adds_nothing_to_its_answer(site: Site, desk: Page) -> None:
    """Whoever chooses while the next page loads sees the answer alone, at its address, and may ask for more later."""
    held: list[Route] = []
    desk.goto(site.address(site.page("new")))
    desk.route("**/new/p/*/index.html", lambda route: held.append(route))
    desk.locator(".pg button[data-next]").dispatch_event("click")
    promised = choose(desk)
    let_go(desk, held)
    desk.wait_for_timeout(400)
    assert (desk.locator(TILES).count(), "tag=" in desk.url) == (promised, True)
    desk.locator(".filter select[name=tag]").select_option(index=0)
    desk.wait_for_url(lambda url: "?" not in url)
    load_more(desk)


def test_an_answer_that_comes_before_more_stands_alone(site: Site, desk: Page) -> None:
    """Where an address asks for an answer and "load more" was pressed before it came, no other page follows it."""
    data: list[Route] = []
    pages: list[Route] = []
    desk.route("**/data/0.json", lambda route: data.append(route))
    desk.route("**/new/p/*/index.html", lambda route: pages.append(route))
    desk.goto(site.address(site.page("new")) + "?year=2026")
    expect(desk.locator(".filter")).to_be_visible()
    desk.locator(".pg button[data-next]").dispatch_event("click")
    let_go(desk, data)
    expect(desk.locator(".filter output")).not_to_be_empty()
    promised = int(re.sub(r"\D", "", desk.locator(".filter output").inner_text()))
    expect(desk.locator(TILES)).to_have_count(min(promised, 60))  # the first tiles are painted before the others
    shown_alone = desk.locator(TILES).evaluate_all(IDS)
    let_go(desk, pages)
    desk.wait_for_timeout(400)
    assert (desk.locator(TILES).evaluate_all(IDS), "year=" in desk.url) == (shown_alone, True)


def test_pages_that_come_back_late_are_not_put_above_an_answer(site: Site, desk: Page) -> None:
    """Whoever chooses while a reload brings earlier pages back sees the answer alone; all are back without a choice."""
    desk.goto(site.address(site.page("new")))
    load_more(desk)
    load_more(desk)
    before = desk.locator(TILES).evaluate_all(IDS)
    held: list[Route] = []
    desk.route("**/new/index.html", lambda route: held.append(route))
    desk.reload()
    promised = choose(desk)
    let_go(desk, held)
    desk.wait_for_timeout(400)
    assert desk.locator(TILES).count() == promised
    desk.locator(".filter select[name=tag]").select_option(index=0)
    expect(desk.locator(TILES)).to_have_count(len(before))
    assert desk.locator(TILES).evaluate_all(IDS) == before


@pytest.mark.parametrize("lost", ["data/index.json", "data/0.json", "filters.js"])
def test_a_filter_that_could_not_be_loaded_says_so_and_works_at_the_next_try(
    site: Site, browser: Browser, lost: str
) -> None:
    """Whatever request fails: the visitor reads that it did, the list stays, and pressing Filter again filters."""
    with visit(browser, **DESK, reduced_motion="reduce") as visitor:
        page = visitor.page
        page.goto(site.address(site.page("new")))
        before = page.locator(TILES).count()
        page.route(f"**/{lost}", lambda route: route.fulfill(status=503, body="busy"))
        page.locator(".filter-open").click()
        expect(page.locator(".filter output")).to_have_text(re.compile("press Filter to try again"))
        assert not page.locator(".filter select").first.is_visible()
        assert page.locator(TILES).count() == before
        page.unroute(f"**/{lost}")
        promised = choose(page)
        expect(page.locator(".filter output")).to_have_text(f"{promised} pictures")
        assert page.locator(TILES).count() == promised


def test_a_filter_that_hangs_says_so(site: Site, browser: Browser) -> None:
    """Where its script or the columns' index is never answered, the visitor is told after a few seconds."""
    for hanging in ("**/filters.js", "**/data/index.json"):
        with visit(browser, **DESK) as visitor:
            visitor.page.route(hanging, lambda route: None)
            visitor.goto(site.address(site.page("new")))
            visitor.page.locator(".filter-open").click()
            expect(visitor.page.locator(".filter output")).to_have_text(re.compile("could not"), timeout=8_000)


def test_an_address_with_a_choice_that_could_not_be_answered_can_be_tried_again(site: Site, browser: Browser) -> None:
    """Where the address holds the choice, the button is there to ask once more."""
    with visit(browser, **DESK, reduced_motion="reduce") as visitor:
        page = visitor.page
        page.route("**/data/0.json", lambda route: route.abort())
        page.goto(site.address(site.page("new")) + "?year=2026")
        expect(page.locator(".filter output")).to_have_text(re.compile("press Filter to try again"))
        page.unroute("**/data/0.json")
        page.locator(".filter-open").click()
        expect(page.locator(".filter output")).to_have_text(re.compile(r"^\d+ pictures$"))
        expect(page.locator(".filter select").last).to_have_value("2026")
