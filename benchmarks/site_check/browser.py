"""A real Chromium, and pages that remember what went wrong on them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, Response, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium with nothing of its own to fetch."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Watched:
    """A page with everything that a visitor should never meet on it."""

    page: Page
    troubles: list[str] = field(default_factory=list)  # CSP violations, script errors, failed requests
    elsewhere: list[str] = field(default_factory=list)  # requests to another host
    responses: list[Response] = field(default_factory=list)

    def goto(self, url: str) -> None:
        """Open an address and wait until the network is quiet."""
        self.page.goto(url, wait_until="networkidle")


@contextmanager
def visit(browser: Browser, **options: object) -> Iterator[Watched]:
    """A fresh visitor: own cookies, own storage, own cache; ``options`` are playwright's context options."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    try:
        yield watch(context.new_page())
    finally:
        context.close()


def watch(page: Page) -> Watched:
    """Remember requests, errors and violations of the page from now on."""
    watched = Watched(page)

    def said(message: ConsoleMessage) -> None:
        expected = "404" in message.text and message.text.startswith("Failed to load resource")
        if message.type == "error" and not expected:
            watched.troubles.append(f"{page.url}: {message.text}")

    def asked(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("http", "https"):
            return
        if address.hostname != "127.0.0.1":
            watched.elsewhere.append(request.url)

    def answered(response: Response) -> None:
        watched.responses.append(response)
        if response.status >= 400 and not urlsplit(response.url).path.endswith("/404.html"):
            watched.troubles.append(f"{response.status} {response.url}")

    def threw(error: Error) -> None:
        # Chromium reports its own view transition as an error when the next page comes too soon or from a disk.
        if not error.message.startswith("Transition was"):
            watched.troubles.append(f"{page.url}: {error}")

    page.on("console", said)
    page.on("pageerror", threw)
    page.on("request", asked)
    page.on("response", answered)
    return watched
