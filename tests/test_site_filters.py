"""The filter of a list in a real browser: what it shows and hides, where it leads, what it says when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.site_check import behaviour
from benchmarks.site_check.browser import CHROMIUM, DESK, chromium, visit
from benchmarks.site_check.sites import Site
from tests.made_gallery import made_exhibition
from tests.site_kit import SETTINGS, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: install it, or name its path in CHROMIUM"),
]
TILES = "main .g > li:visible"
IDS = "(tiles) => tiles.map((tile) => tile.querySelector('.t').href.match(/w.(\\w+)/)[1])"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this file."""
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A hundred pictures of one artist, twenty a page."""
    with served(tmp_path_factory.mktemp("site"), made_exhibition(works=100, artists=1, seed=5)) as made:
        yield made


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A visitor at a desk with a mouse; anything that goes wrong on the page fails the test."""
    with visit(browser, **DESK, reduced_motion="reduce") as visitor:
        yield visitor.page
        assert visitor.troubles == []
        assert visitor.elsewhere == []


def choose(page: Page, field: str = "tag", index: int = 1) -> int:
    """Open the filter, take one of its choices, and wait for the answer: how many pictures the choice promised."""
    page.locator(".filter-open").click()
    return choose_again(page, field, index)


def choose_again(page: Page, field: str, index: int) -> int:
    """Take a choice of the open filter and wait for the answer."""
    select = page.locator(f".filter select[name={field}]")
    words = select.locator("option").nth(index)
    words.wait_for(state="attached")
    promised = words.inner_text().rpartition("(")[2].rstrip(")")
    select.select_option(index=index)
    page.wait_for_url(lambda url: f"{field}=" in url)
    return int(promised)


def load_more(page: Page) -> None:
    """Press the page's own "load more" and wait for what it brings."""
    before = page.locator("main > .more").count()
    page.locator(".pg button[data-next]").click()
    page.locator("main > .more").nth(before).wait_for(state="attached")


def test_an_answer_on_one_screen_offers_no_more(site: Site, desk: Page) -> None:
    """Where all that matches is shown, neither the page's own nor the filter's "load more" can be seen."""
    desk.goto(site.address(site.page("new")))
    assert desk.locator(".pg .btn:visible").count() == 1
    promised = choose(desk)
    assert promised < 60
    assert desk.locator(TILES).count() == promised
    assert desk.locator(".pg:visible, .pg .btn:visible").count() == 0


def test_a_filter_after_load_more_shows_its_answer_alone(site: Site, desk: Page) -> None:
    """Pages that were loaded before give way to the answer, also after a reload, and are back without a choice."""
    desk.goto(site.address(site.page("new")))
    load_more(desk)
    before = desk.locator(TILES).count()
    promised = choose(desk)
    assert desk.locator(TILES).count() == promised
    desk.locator(".filter select[name=tag]").select_option(index=0)
    desk.wait_for_url(lambda url: "?" not in url)
    assert desk.locator(TILES).count() == before
    load_more(desk)
    promised = choose_again(desk, "tag", 1)
    assert desk.locator(TILES).count() == promised
    asked = len(site.host.requests)
    desk.reload(wait_until="networkidle")
    expect(desk.locator("main .g > li")).to_have_count(promised)
    assert not [path for path in site.host.requests[asked:] if path.endswith("/new/index.html")]


def test_a_reload_after_load_more_keeps_the_order(site: Site, desk: Page) -> None:
    """The pages that were loaded one after the other stand in the same order after a reload."""
    desk.goto(site.address(site.page("new")))
    load_more(desk)
    load_more(desk)
    before = desk.locator("main .g > li").evaluate_all(IDS)
    desk.reload(wait_until="networkidle")
    expect(desk.locator("main .g > li")).to_have_count(len(before))
    assert desk.locator("main .g > li").evaluate_all(IDS) == before


def test_a_gallery_of_jpegs_filters_jpegs(tmp_path: Path, desk: Page) -> None:
    """With formats: [jpeg] every picture of a filtered list is one that was made."""
    settings = replace(SETTINGS, formats=("jpeg",), languages=("en",))
    with served(tmp_path, made_exhibition(works=12, artists=1, seed=5), settings) as site:
        desk.goto(site.address(site.page("new")))
        choose(desk)
        desk.wait_for_load_state("networkidle")
        assert desk.locator(f"{TILES} img").count() > 0
        assert desk.evaluate(behaviour.BROKEN) == []
