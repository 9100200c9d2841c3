"""What a page weighs: markup, styles, scripts before and after the first tap, pictures on the first screen."""

from __future__ import annotations

import gzip

from playwright.sync_api import Browser, Response

from benchmarks.site_check.browser import DESK, PHONE, Watched, visit
from benchmarks.site_check.rows import Row, at_most
from benchmarks.site_check.sites import Site

SEEN = """() => [...document.images].filter((image) => {
  const box = image.getBoundingClientRect();
  return box.top < innerHeight && box.bottom > 0 && box.width;
}).map((image) => image.currentSrc)"""


def zipped(data: bytes) -> int:
    """Bytes on the wire, as an ordinary host compresses."""
    return len(gzip.compress(data, 6, mtime=0))


def _sum(responses: list[Response], kind: str) -> float:
    """Kilobytes of all answers of one kind: text gzipped, pictures as they are."""
    bodies = [answer.body() for answer in responses if answer.request.resource_type == kind and answer.ok]
    return sum(len(body) if kind == "image" else zipped(body) for body in bodies) / 1000


def _heaviest(site: Site) -> tuple[float, str]:
    sizes = ((zipped(file.read_bytes()) / 1000, file) for file in site.folder.rglob("*.html"))
    size, file = max(sizes)
    return size, file.relative_to(site.folder).as_posix()


def _first_screen(watched: Watched) -> float:
    seen = set(watched.page.evaluate(SEEN))
    return sum(len(answer.body()) for answer in watched.responses if answer.url in seen) / 1000


def measure(site: Site, browser: Browser) -> list[Row]:
    """The byte rows of the table, on the artist page with the most pictures."""
    artist = site.address(site.page("artist"))
    size, heaviest = _heaviest(site)
    rows = [at_most(site.name, f"HTML gz, heaviest page ({heaviest})", size, 12, " KB")]
    with visit(browser, **PHONE) as phone:
        phone.goto(artist)
        rows += [
            at_most(site.name, "CSS gz", _sum(phone.responses, "stylesheet"), 6, " KB"),
            at_most(site.name, "JS gz before the first tap", _sum(phone.responses, "script"), 6, " KB"),
            at_most(site.name, "images fetched before scrolling, 390@3x", _sum(phone.responses, "image"), 450, " KB"),
            at_most(site.name, "images in the first screen, 390@3x", _first_screen(phone), 130, " KB"),
        ]
        phone.page.locator(".g .t[data-full]").first.tap()
        phone.page.wait_for_selector(".pswp--ui-visible")
        rows.append(at_most(site.name, "JS gz with the viewer", _sum(phone.responses, "script"), 22, " KB"))
        nodes = phone.page.evaluate("document.querySelectorAll('*').length")
    with visit(browser, **DESK) as desk:
        desk.goto(artist)
        rows.append(at_most(site.name, "images in the first screen, 1280@1x", _first_screen(desk), 170, " KB"))
        nodes = desk.page.evaluate("document.querySelectorAll('*').length")
    rows.append(at_most(site.name, "DOM nodes of the artist page", nodes, 1100))
    return rows
