"""Lists of the built site in a real browser: more of them, other orders, the way back, answers that come late."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from benchmarks.site_check import behaviour
from benchmarks.site_check.browser import DESK, visit
from benchmarks.site_check.sites import Site
from tests.chromium import let_go

pytestmark = pytest.mark.browser


def test_load_more_appends_and_back_restores(site: Site, desk: Page) -> None:
    """Load more adds the next page, moves the focus to it and the address along; Back from elsewhere restores it."""
    artist = site.address(site.page("artist"))
    desk.goto(artist)
    before = desk.locator(".g .t").count()
    desk.locator(".pg button").click()
    desk.wait_for_selector(".more .t")
    assert desk.locator(".g .t").count() > before
    assert desk.evaluate("document.activeElement === document.querySelector('.more .t')")
    assert desk.url.endswith("/p/2/index.html")
    desk.locator(".more .t").first.scroll_into_view_if_needed()
    scrolled = desk.evaluate("scrollY")
    desk.goto(site.address(site.page("about")))
    desk.go_back(wait_until="networkidle")
    desk.locator(".more").first.wait_for(state="attached")
    desk.wait_for_timeout(300)
    assert desk.locator(".g .t").count() > before
    assert abs(desk.evaluate("scrollY") - scrolled) < 300
    assert desk.evaluate("[...document.querySelectorAll('.g .t')].every((link) => link.href.includes('/x/y/a/'))")


def test_back_finds_the_picture_although_the_last_page_is_a_short_one(site: Site, phone: Page) -> None:
    """What load more had brought is as high as it was when the place is looked for, whatever the last page holds."""
    phone.goto(site.address(site.page("new")))
    for count in (1, 2):
        phone.locator(".pg button[data-next]").tap()
        phone.locator("main > .more").nth(count - 1).wait_for(state="attached")
    phone.evaluate("scrollTo(0, document.querySelectorAll('.g .t')[38].getBoundingClientRect().top + scrollY)")
    phone.wait_for_timeout(300)
    there = "[...document.querySelectorAll('.g .t')].findIndex((link) => link.getBoundingClientRect().top > 0)"
    left_at = phone.evaluate(there)
    phone.goto(site.address(site.page("about")))
    phone.go_back(wait_until="networkidle")
    phone.locator("main > .more").nth(1).wait_for(state="attached")
    phone.wait_for_timeout(500)
    assert abs(phone.evaluate(there) - left_at) <= 2


@pytest.mark.parametrize(("place", "words"), [(".sort", "By date"), (".tabs", "Photos")])
def test_the_focus_stays_with_what_was_pressed(site: Site, desk: Page, place: str, words: str) -> None:
    """Another order or another listing in place of this one: the focus is on the choice that was made."""
    desk.goto(site.address(site.page("artist")))
    desk.locator(f"{place} a", has_text=words).press("Enter")
    expect(desk.locator(f"{place} a[aria-current]", has_text=words)).to_be_focused()


def test_orders_swap_in_place(site: Site, desk: Page) -> None:
    """Another order replaces the list without loading a document, and Back brings the first one back."""
    artist = site.address(site.page("artist"))
    desk.goto(artist)
    first = desk.locator(".g .t").first.get_attribute("href")
    desk.evaluate("window.kept = true")
    desk.locator(".sort a:not([aria-current])").click()
    desk.wait_for_url("**/new/index.html")
    desk.locator(".sort a[aria-current]").last.wait_for()
    assert desk.evaluate("window.kept")
    assert desk.locator(".g .t").first.evaluate("(link) => new URL(link.href).pathname").startswith("/x/y/a/")
    assert desk.locator(".g .t").first.get_attribute("href") != first
    desk.go_back()
    desk.wait_for_timeout(500)
    assert desk.url == artist
    assert desk.locator(".g .t").first.get_attribute("href") == first


def test_a_slow_answer_replaces_nothing_that_one_went_on_to(site: Site, desk: Page) -> None:
    """A list that comes after another was asked for, or after Back and Forward, changes neither page nor address."""
    artist = site.address(site.page("artist"))
    shown = desk.locator(".sort a[aria-current], .tabs a[aria-current]")
    held: list[Route] = []
    desk.goto(artist)
    desk.route("**/new/index.html", lambda route: held.append(route))
    desk.locator(".sort a:not([aria-current])").dispatch_event("click")
    expect(desk.locator("main[aria-busy]")).to_have_count(1)
    desk.locator(".tabs a", has_text="Photos").press("Enter")
    desk.wait_for_url("**/photos/index.html")
    photos = shown.all_inner_texts()
    let_go(desk, held)
    desk.wait_for_timeout(400)
    assert (desk.url.endswith("/photos/index.html"), shown.all_inner_texts()) == (True, photos)
    desk.route(artist, lambda route: held.append(route))
    desk.go_back()
    expect(desk.locator("main[aria-busy]")).to_have_count(1)
    desk.go_forward()
    let_go(desk, held)
    desk.wait_for_timeout(400)
    assert (desk.url.endswith("/photos/index.html"), shown.all_inner_texts()) == (True, photos)
    expect(desk.locator("main[aria-busy]")).to_have_count(0)


SLOW_ANSWERS = [
    (behaviour.THUMB, "script", "**/viewer.js", "**/w/*/index.html"),
    (".sort a:not([aria-current])", "script", "**/lists.js", "**/new/index.html"),
    (".sort a:not([aria-current])", "fetch", "**/new/index.html", "**/new/index.html"),
    (".pg button[data-next]", "fetch", "**/p/2/index.html", "**/p/2/index.html"),
]


@contextmanager
def _artist_page_that_hangs(site: Site, browser: Browser, kind: str, hanging: str) -> Iterator[Page]:
    """Never answer what the page's scripts ask for there; where the visitor goes is answered as always."""
    with visit(browser, **DESK) as visitor:
        visitor.page.route(hanging, lambda route: None if route.request.resource_type == kind else route.continue_())
        visitor.goto(site.address(site.page("artist")))
        yield visitor.page


@pytest.mark.parametrize(("pressed", "kind", "hanging", "target"), SLOW_ANSWERS)
def test_what_hangs_gives_way_to_the_plain_link(
    site: Site, browser: Browser, pressed: str, kind: str, hanging: str, target: str
) -> None:
    """A picture, an order and "load more" whose request is never answered lead on as links after a few seconds."""
    with _artist_page_that_hangs(site, browser, kind, hanging) as page:
        page.locator(pressed).first.click()
        page.wait_for_url(target, timeout=8_000)


@pytest.mark.parametrize(("pressed", "kind", "hanging", "target"), SLOW_ANSWERS)
def test_a_second_press_does_not_wait(
    site: Site, browser: Browser, pressed: str, kind: str, hanging: str, target: str
) -> None:
    """Who presses what is still awaited once more is led on at once; a double click counts as one press."""
    with _artist_page_that_hangs(site, browser, kind, hanging) as page:
        start = page.url
        page.locator(pressed).first.dblclick()
        page.wait_for_timeout(400)
        assert page.url == start
        page.locator(pressed).first.click()
        page.wait_for_url(target, timeout=1_500)


def test_nothing_is_added_to_a_list_that_back_has_left(site: Site, desk: Page) -> None:
    """Until the list that Back leads to has come, "load more" and the filter of the old one leave its address alone."""
    artist = site.address(site.page("artist"))
    held: list[Route] = []
    desk.goto(artist)
    desk.locator(".sort a:not([aria-current])").dispatch_event("click")
    desk.wait_for_url("**/new/index.html")
    desk.route(artist, lambda route: held.append(route))
    desk.go_back()
    expect(desk.locator("main[aria-busy]")).to_have_count(1)
    desk.locator(".pg button").dispatch_event("click")
    desk.locator(".filter").dispatch_event("change")
    expect(desk.locator("main[aria-busy]")).to_have_count(1)
    let_go(desk, held)
    expect(desk.locator("main[aria-busy]")).to_have_count(0)
    desk.wait_for_timeout(400)
    assert (desk.url, desk.locator(".more").count()) == (artist, 0)


def test_a_page_that_was_left_waits_for_nothing(site: Site, desk: Page) -> None:
    """A list that was asked for before one left the page neither replaces it nor calls it busy when one is back."""
    artist = site.address(site.page("artist"))
    held: list[Route] = []
    desk.goto(artist)
    desk.route("**/new/index.html", lambda route: held.append(route))
    desk.locator(".sort a:not([aria-current])").dispatch_event("click")
    expect(desk.locator("main[aria-busy]")).to_have_count(1)
    desk.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    expect(desk.locator("main[aria-busy]")).to_have_count(0)
    let_go(desk, held)
    desk.wait_for_timeout(400)
    assert desk.url == artist


def test_more_that_comes_while_the_viewer_is_open_waits_to_be_asked_again(site: Site, desk: Page) -> None:
    """Whoever opens a picture while the next page loads keeps its address; the button can be pressed again after it."""
    desk.goto(site.address(site.page("artist")))
    held: list[Route] = []
    desk.route("**/p/2/index.html", lambda route: held.append(route))
    button = desk.locator(".pg button")
    words = button.inner_text()
    button.dispatch_event("click")
    expect(button).to_have_attribute("aria-busy", "true")
    address = behaviour.open_viewer(desk, 3)
    let_go(desk, held)
    desk.wait_for_timeout(400)
    assert desk.url == address
    desk.go_back()
    desk.wait_for_selector(".pswp", state="detached")
    expect(button).to_have_text(words)
    button.click()
    desk.wait_for_selector(".more .t")


def test_back_from_another_order_finds_the_pages_and_the_place_again(site: Site, desk: Page) -> None:
    """What "load more" had added, and how far one had scrolled, is there again after By date and Back."""
    desk.goto(site.address(site.page("artist")))
    desk.locator(".pg button").click()
    desk.wait_for_selector(".more .t")
    pictures = desk.locator(".g .t").count()
    desk.evaluate("scrollTo(0, 900)")
    desk.locator(".sort a:not([aria-current])").dispatch_event("click")
    desk.wait_for_url("**/new/index.html")
    desk.locator(".more").wait_for(state="detached")
    desk.go_back()
    desk.locator(".more").first.wait_for(state="attached")
    desk.wait_for_timeout(200)
    assert desk.locator(".g .t").count() == pictures
    assert abs(desk.evaluate("scrollY") - 900) < 50


def test_back_after_a_reload_in_the_viewer_finds_the_place_again(site: Site, desk: Page) -> None:
    """A picture far down is opened and its page loaded anew: Back leads to the list, as far down as it was."""
    desk.goto(site.address(site.page("artist")))
    desk.evaluate("scrollTo(0, 700)")
    link = desk.locator(behaviour.THUMB).nth(9)
    link.scroll_into_view_if_needed()
    scrolled = desk.evaluate("scrollY")
    link.click()
    desk.wait_for_selector(behaviour.OPEN)
    desk.reload(wait_until="networkidle")
    assert desk.locator("body").get_attribute("data-page") == "work"
    desk.go_back()
    desk.locator(".g .t").first.wait_for()
    desk.wait_for_timeout(300)
    assert abs(desk.evaluate("scrollY") - scrolled) < 50


def test_a_later_page_keeps_its_way_back_after_a_reload(site: Site, desk: Page) -> None:
    """Page 2, opened by its address, leads to page 1 even after its place was found again behind the viewer."""
    desk.goto(site.address(site.page("artist")).replace("index.html", "p/2/index.html"))
    previous = desk.locator(".pg [rel=prev]")
    assert previous.count() == 1
    desk.evaluate("scrollTo(0, 300)")
    behaviour.open_viewer(desk, 5)
    desk.reload(wait_until="networkidle")
    desk.go_back()
    desk.locator(".g .t").first.wait_for()
    desk.wait_for_timeout(300)
    assert previous.count() == 1
