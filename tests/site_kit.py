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
