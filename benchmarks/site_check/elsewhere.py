"""The way of a visitor through the site in the browsers that are not Chromium: one row each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks.site_check.engines import ARROW_RIGHT, ESCAPE, Engine, EngineError, others
from benchmarks.site_check.rows import Row, none_of, skipped
from benchmarks.site_check.sites import Site

_TILES = "main .g .t"
_OPEN = "document.querySelector('.pswp--ui-visible')"
_CLOSED = "!document.querySelector('.pswp')"
_SHARP = (
    "document.querySelector('.pswp__item[aria-hidden=false] .pswp__img:not(.pswp__img--placeholder)')?.naturalWidth"
)
_BROKEN = "return [...document.images].filter((one) => one.complete && !one.naturalWidth).map((one) => one.src)"


def elsewhere(site: Site) -> Iterator[Row]:
    """A row for each of the other engines."""
    for name, start in others().items():
        what = f"a visitor's way in {name}"
        if start is None:
            yield skipped(site.name, what, "0", f"not run: {name} is not installed")
            continue
        with ExitStack() as stack:
            try:
                engine = stack.enter_context(start())
            except (EngineError, OSError) as error:  # there, but not for this machine or this user
                yield skipped(site.name, what, "0", f"not run: {error}")
                continue
            problems = [*_viewer(site, engine), *_lists(site, engine), *_disk(site, engine)]
            yield none_of(site.name, what, problems, engine.name)


def _viewer(site: Site, engine: Engine) -> Iterator[str]:
    """What is wrong with the viewer and its history."""
    start = site.address(site.page("artist"))
    engine.goto(start)
    yield from (f"{source} is not shown" for source in _strings(engine.run(_BROKEN)))
    if engine.run("return document.documentElement.scrollWidth > innerWidth"):
        yield "the list scrolls sideways"
    first, second, *_ = _strings(
        engine.run(f"return [...document.querySelectorAll('{_TILES}')].map((one) => one.href)")
    )
    engine.click(_TILES)
    if not engine.wait(f"{_OPEN} && {_SHARP}") or engine.url != first:
        yield f"a press on a picture does not open it (the address is {engine.url})"
    engine.press(ARROW_RIGHT)
    if not engine.wait(f"location.href === '{second}' && {_SHARP}"):
        yield f"an arrow key does not lead to the next picture (the address is {engine.url})"
    engine.press(ESCAPE)
    if not engine.wait(f"{_CLOSED} && location.href === '{start}'"):
        yield f"Escape does not lead back to the list (the address is {engine.url})"
    if engine.run("return document.activeElement.href") != second:
        yield "Escape: the focus is not on the picture that was shown"
    engine.click(_TILES)
    engine.wait(_OPEN)
    engine.reload()
    if not engine.wait(f"location.href === '{first}' && document.body.dataset.page === 'work'"):
        yield f"a reload in the viewer does not show the work's page (the address is {engine.url})"
    engine.back()
    if not engine.wait(f"location.href === '{start}' && {_CLOSED} && document.querySelector('{_TILES}')"):
        yield f"Back after the reload does not show the list (the address is {engine.url})"


def _lists(site: Site, engine: Engine) -> Iterator[str]:
    """What is wrong with lists that change in place."""
    newest, count = site.address(site.page("new")), f"document.querySelectorAll('{_TILES}').length"
    engine.goto(newest)
    before = engine.run(f"return {count}")
    engine.click(".pg button")
    if not engine.wait(f"{count} > {before}"):
        yield "Load more adds nothing"
    engine.run("scrollTo(0, 700)")
    engine.goto(site.address(site.page("about")))
    engine.back()
    if not engine.wait(f"{count} > {before} && Math.abs(scrollY - 700) < 2"):
        place = engine.run(f"return [{count}, scrollY]")
        yield f"Back does not find the place in a longer list: of {before} pictures and more {place}, not at 700 px"
    engine.goto(site.address(site.page("artist")))
    engine.click(".sort a:not([aria-current])")
    if not engine.wait("document.activeElement.matches('.sort [aria-current]') && location.pathname.includes('/new/')"):
        yield f"the other order does not come in place (the address is {engine.url})"
    engine.goto(newest)
    engine.click(".filter-open")
    engine.wait("document.querySelector('.filter select').length > 1")
    engine.run(
        "const [choice] = document.querySelector('.filter').elements; choice.selectedIndex = 1;"
        "choice.dispatchEvent(new Event('change', { bubbles: true }))"
    )
    if not engine.wait("document.querySelector('.filter output').textContent && location.search"):
        yield "a filter does not answer"


def _disk(site: Site, engine: Engine) -> Iterator[str]:
    """What is wrong when the pages are opened as files."""
    engine.goto((site.folder / site.page("artist").path).as_uri())
    engine.click(_TILES)
    if not engine.wait(f"{_OPEN} && {_SHARP}"):
        yield "from a disk, a press on a picture does not open it"
    engine.press(ESCAPE)
    engine.wait(f"{_CLOSED}")
    engine.click(".sort a:not([aria-current])")
    if not engine.wait(f"location.pathname.includes('/new/') && document.querySelector('{_TILES}')"):
        yield f"from a disk, the other order does not open (the address is {engine.url})"


def _strings(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
