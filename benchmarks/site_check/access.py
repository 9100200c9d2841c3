"""Can everybody use it: axe in both languages and colour schemes, sizes of targets, narrow screens, no JavaScript."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from benchmarks.site_check.browser import PHONE, visit
from benchmarks.site_check.rows import Row, none_of
from benchmarks.site_check.sites import Site

AXE_OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
WIDTHS = (320, 360, 390, 412, 600, 640, 768, 1024, 1280, 1440, 1920)
# WCAG 2.5.8: 24 px, except for links inside a sentence and what is hidden until it has the focus.
SMALL = """() => [...document.querySelectorAll('a[href], button, input, select, summary')].filter((element) => {
  if (!element.checkVisibility() || element.matches('.skip')) return false;
  const style = getComputedStyle(element);
  const around = [...element.parentElement.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
  if (style.display === 'inline' && around.length) return false;
  const target = element.matches('input') && element.closest('label') || element;
  const box = target.getBoundingClientRect();
  return box.width > 0 && (box.width < 23.5 || box.height < 23.5);
}).map((element) => {
  const box = element.getBoundingClientRect();
  return `${element.outerHTML.slice(0, 90)} is ${Math.round(box.width)}×${Math.round(box.height)} px`;
})"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
KINDS = ("home", "artist", "work", "veiled", "tags", "tag", "new", "about", "optout", "status", "missing")


def _axe(page: Page, where: str) -> list[str]:
    answer = Axe().run(page, options=AXE_OPTIONS)
    return [
        f"{where}: {violation['id']} – {violation['help']} ({node['target']})"
        for violation in answer.response["violations"]
        for node in violation["nodes"]
    ]


def axe(site: Site, browser: Browser, *, quick: bool) -> list[Row]:
    """No violation on any kind of page, nor in the open viewer, in every language, light and dark.

    ``quick`` looks at the first language in light and the last one in dark only.
    """
    rows = []
    for scheme, spoken in (("light", site.languages[0]), ("dark", site.languages[-1])):
        for language in (spoken,) if quick else site.languages:
            problems: list[str] = []
            with visit(browser, **PHONE, color_scheme=scheme, reduced_motion="reduce") as visitor:
                count = 0
                for page in (page for page in site.pages if page.language == language and page.kind in KINDS):
                    visitor.page.goto(site.address(page))
                    problems += _axe(visitor.page, page.kind)
                    count += 1
                visitor.page.goto(site.address(site.page("artist", language)))
                visitor.page.locator(".g .t[data-full]").first.tap()
                visitor.page.wait_for_selector(".pswp--ui-visible")
                visitor.page.wait_for_timeout(300)
                problems += _axe(visitor.page, "viewer")
            rows.append(none_of(site.name, f"axe, {language} {scheme}, {count} kinds of page and the viewer", problems))
    return rows


def layout(site: Site, browser: Browser) -> list[Row]:
    """Nothing scrolls sideways from 320 to 1920 px, and every target is large enough for a thumb."""
    wide: list[str] = []
    small: list[str] = []
    with visit(browser, viewport={"width": 1280, "height": 900}) as visitor:
        for page in site.pages:
            visitor.page.goto(site.address(page))
            for width in WIDTHS:
                visitor.page.set_viewport_size({"width": width, "height": 900})
                if (excess := visitor.page.evaluate(OVERFLOW)) > 0:
                    wide.append(f"{page.path} at {width} px is {excess} px too wide")
            for width in (390, 1280):
                visitor.page.set_viewport_size({"width": width, "height": 900})
                small += [f"{page.path} at {width} px: {target}" for target in visitor.page.evaluate(SMALL)]
    return [
        none_of(site.name, "horizontal overflow, 320–1920 px, all kinds of page", wide),
        none_of(site.name, "targets below 24 px, all kinds of page", small),
    ]


def without_script(site: Site, browser: Browser) -> list[Row]:
    """All pictures, the other sort order, the next page, the work page and the post: reached with JavaScript off."""
    problems: list[str] = []
    with visit(browser, **PHONE, java_script_enabled=False) as visitor:
        page = visitor.page
        visitor.goto(site.address(site.page("artist")))
        pictures = page.locator(".g img")
        total = pictures.count()
        shown = pictures.evaluate_all("(all) => all.filter((image) => image.complete && image.naturalWidth).length")
        if shown < total:
            problems.append(f"only {shown} of {total} pictures are shown")
        for name, selector in (("the other order", ".sort a:not([aria-current])"), ("a work page", ".g .t")):
            visitor.goto(site.address(site.page("artist")))
            before = page.url
            page.locator(selector).first.click()
            page.wait_for_load_state()
            if page.url == before:
                problems.append(f"{name} is not reached from the list")
        if page.locator("a.post[href^=http], a.post[href^='https:']").count() != 1:
            problems.append("the work page has no link to the post")
        visitor.goto(site.address(site.page("artist")))
        following = page.locator(".pg [rel=next]")
        if following.count():
            following.click()
            page.wait_for_load_state()
            if not page.locator(".g img").count():
                problems.append("the next page holds no pictures")
        if page.locator(".filter:visible, .filter-open:visible").count():
            problems.append("the filters, which need a script, are shown without one")
        problems += visitor.troubles
    return [
        none_of(
            site.name, "without JavaScript: pictures, sort, pages, work, post", problems, f"{shown}/{total} pictures"
        )
    ]
