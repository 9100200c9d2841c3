"""What the tests of the built site in a browser share: a made gallery with real pictures, served below a sub-path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from benchmarks.site_check.browser import visit
from benchmarks.site_check.sites import PREFIX, Site, look
from gallery.domain import Copies, Exhibition, SiteSettings
from tests.made_gallery import painted_renditions, write_site
from tests.servers.static_host import StaticHost

SETTINGS = SiteSettings(
    title="Drawn", site_url="https://example.org/x/y/", languages=("en", "ja"), page_size=20, copies=Copies.THUMBS
)
TILES = "main .g > li:visible"
IDS = "(tiles) => tiles.map((tile) => tile.querySelector('.t').href.match(/w.(\\w+)/)[1])"


@contextmanager
def untroubled(browser: Browser, profile: dict[str, Any]) -> Iterator[Page]:
    """A visitor who wants little motion; anything that goes wrong on the page, or asks elsewhere, fails the test."""
    with visit(browser, **profile, reduced_motion="reduce") as visitor:
        yield visitor.page
        assert visitor.troubles == [], visitor.troubles
        assert visitor.elsewhere == [], visitor.elsewhere


@contextmanager
def served(folder: Path, exhibition: Exhibition, settings: SiteSettings = SETTINGS) -> Iterator[Site]:
    """The exhibition as a site in ``folder``, for as long as the context is open."""
    copies = painted_renditions(exhibition, settings, folder / "i")
    write_site(folder, exhibition, settings, copies)
    with StaticHost(folder, PREFIX) as host:
        yield look("made", folder, host)


def with_large_text(page: Page) -> None:
    """From now on the page's text is twice its usual size before anything is laid out."""
    page.add_init_script("addEventListener('DOMContentLoaded', () => document.documentElement.style.fontSize = '32px')")


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
