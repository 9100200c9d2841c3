"""The viewer and its history, clicks of every kind, and the site opened from a disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from playwright.sync_api import Browser, Page

from benchmarks.site_check.browser import DESK, PHONE, Watched, visit
from benchmarks.site_check.rows import Row, none_of
from benchmarks.site_check.sites import Site

THUMB = ".g .t[data-full]"
OPEN = ".pswp--ui-visible"
BROKEN = "[...document.images].filter((one) => one.complete && !one.naturalWidth).map((one) => one.src)"


def open_viewer(page: Page, index: int = 0) -> str:
    """Click a thumbnail and wait until the viewer stands; the work page's address is returned."""
    link = page.locator(THUMB).nth(index)
    address: str = link.evaluate("(link) => link.href")
    link.click()
    page.wait_for_selector(OPEN)
    page.locator(".pswp__item[aria-hidden=false] .pswp__img:not(.pswp__img--placeholder)").wait_for()
    page.wait_for_timeout(400)  # the opening movement
    return address


def _closed(page: Page) -> None:
    page.wait_for_selector(".pswp", state="detached")


def _history(visitor: Watched, start: str) -> Iterator[str]:
    """What is wrong with Back, reload and the address while the viewer is used."""
    page = visitor.page
    visitor.goto(start)
    first = open_viewer(page)
    if page.url != first:
        yield f"open: the address is {page.url}, not the work page {first}"
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    second = page.locator(THUMB).nth(1).evaluate("(link) => link.href")
    if page.url != second:
        yield f"slide: the address is {page.url}, not the second work page {second}"
    page.go_back()
    _closed(page)
    if page.url != start:
        yield f"Back: the address is {page.url}, not the list {start}"
    open_viewer(page, 1)
    page.keyboard.press("Escape")
    _closed(page)
    page.wait_for_timeout(200)
    if page.url != start:
        yield f"Escape: the address is {page.url}, not the list {start}"
    if not page.locator(THUMB).nth(1).evaluate("(link) => link === document.activeElement"):
        yield "Escape: the focus is not on the picture that was shown"
    address = open_viewer(page)
    page.reload(wait_until="networkidle")
    if page.url != address or page.locator("body").get_attribute("data-page") != "work":
        yield f"reload in the viewer shows {page.url}, not the work page"
    page.go_back(wait_until="networkidle")
    if page.url != start or page.locator(".pswp").count():
        yield f"Back after the reload shows {page.url}, not the list"


def _dialog(visitor: Watched, start: str) -> Iterator[str]:
    """What the viewer lacks as a dialog: its name, the live counter, caption, keys."""
    page = visitor.page
    visitor.goto(start)
    open_viewer(page)
    dialog = page.locator(".pswp")
    if dialog.get_attribute("aria-modal") != "true" or not dialog.get_attribute("aria-label"):
        yield "the viewer has no name or is not modal"
    before = page.locator(".pswp .vh").inner_text()
    post = page.locator(".viewer-caption .post")
    if post.count() != 1:
        yield "the caption has no link to the post"
    zoom = "() => document.querySelector('.pswp__item[aria-hidden=false] .pswp__zoom-wrap').style.transform"
    still = page.evaluate(zoom)
    page.keyboard.press("z")
    page.wait_for_timeout(500)
    if page.evaluate(zoom) == still and page.locator(".pswp--zoom-allowed").count():
        yield "Z does not zoom"
    page.keyboard.press("z")
    page.wait_for_timeout(500)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    if page.locator(".pswp .vh").inner_text() == before:
        yield "the counter does not say where one is"


def _clicks(visitor: Watched, start: str) -> Iterator[str]:
    """Whether the other ways to click a picture do what they do on any link."""
    page = visitor.page
    context = page.context
    for name, options in (("middle", {"button": "middle"}), ("ctrl", {"modifiers": ["Control"]})):
        visitor.goto(start)
        with context.expect_page() as opened:
            page.locator(THUMB).first.click(**options)
        tab = opened.value
        tab.wait_for_load_state()
        if tab.locator("body").get_attribute("data-page") != "work" or page.locator(".pswp").count():
            yield f"{name} click does not open the work page in a new tab"
        tab.close()
    visitor.goto(start)
    page.evaluate("addEventListener('contextmenu', (event) => { window.prevented = event.defaultPrevented; })")
    page.locator(THUMB).first.click(button="right")
    if page.evaluate("window.prevented") is not False or page.locator(".pswp").count():
        yield "right click does not open the browser's own menu"
    yield from visitor.troubles


def _disk(site: Site, browser: Browser) -> Iterator[str]:
    """What breaks when the pages are opened from a disk."""
    with visit(browser, **DESK) as visitor:
        page = visitor.page
        for kind in ("home", "artist", "work", "tags", "about"):
            page.goto((site.folder / site.page(kind).path).as_uri())
            page.wait_for_load_state("load")
            yield from (f"{kind}: {source} is not shown" for source in page.evaluate(BROKEN))
            if not page.evaluate("document.styleSheets.length"):
                yield f"{kind}: no style sheet"
        page.goto((site.folder / site.page("artist").path).as_uri())
        if page.locator(".pg button").count():
            yield "Next is a button that cannot fetch"
        page.locator(THUMB).first.click()
        page.wait_for_selector(OPEN)
        page.wait_for_timeout(500)
        page.keyboard.press("Escape")
        _closed(page)
        order = page.locator(".sort a:not([aria-current])").first
        order.click()
        page.wait_for_load_state("load")
        if not page.locator(".g .t").count():
            yield "the other order does not open"
        yield from visitor.troubles


def behaviour(site: Site, browser: Browser) -> list[Row]:
    """The rows about history, keys, clicks and file addresses, on the longest artist page."""
    start = site.address(site.page("artist"))
    parts: tuple[tuple[str, Callable[[Watched, str], Iterator[str]]], ...] = (
        ("viewer: open, slide, Back, Escape, reload", _history),
        ("viewer: name, live counter, caption, keys", _dialog),
        ("middle, ctrl and right click as on any link", _clicks),
    )
    rows = []
    for what, part in parts:
        with visit(browser, **DESK) as visitor:
            rows.append(none_of(site.name, what, part(visitor, start)))
    rows.append(none_of(site.name, "opened from a disk (file:)", _disk(site, browser)))
    return rows


def clean(site: Site, browser: Browser) -> list[Row]:
    """CSP violations, script errors, failed and foreign requests on every kind of page, list and viewer in use."""
    with visit(browser, **PHONE) as visitor:
        for page in site.pages:
            if page.kind != "missing":
                visitor.goto(site.address(page))
        visitor.goto(site.address(site.page("artist")))
        button = visitor.page.locator(".pg button[data-next]")
        if button.count():
            button.tap()
            visitor.page.wait_for_selector(".more .t")
        visitor.page.locator(THUMB).first.tap()
        visitor.page.wait_for_selector(OPEN)
        visitor.page.wait_for_load_state("networkidle")
    pages = f"{len(site.pages)} pages"
    return [
        none_of(site.name, "CSP violations, script errors, failed requests", visitor.troubles, pages),
        none_of(site.name, "requests to another host", visitor.elsewhere, pages),
    ]
