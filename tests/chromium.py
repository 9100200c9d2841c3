"""What a page from the disk must never do in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route


def complaints(page: Page) -> list[str]:
    """What goes wrong on the page from now on: script errors, console warnings, requests that leave the disk."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on(
        "request", lambda asked: None if asked.url.startswith(("file:", "data:", "blob:")) else wrong.append(asked.url)
    )
    return wrong


def let_go(page: Page, held: list[Route]) -> None:
    """Answer the request that a route keeps back in ``held``, as soon as the page has made it, and wait until the page
    has had the whole answer and a turn to act on it."""
    for _ in range(200):
        if held:
            break
        page.wait_for_timeout(50)
    route = held.pop()
    route.continue_()
    if answer := route.request.response():
        answer.finished()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def assert_accessible(page: Page) -> None:
    """Let axe look at the page in light and in dark."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        result = axe.run(page)
        assert result.violations_count == 0, result.generate_report()
