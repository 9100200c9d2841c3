"""Pictures of each kind of page: a phone and a desk, light and dark, every language."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.site_check.browser import DESK, PHONE, visit
from benchmarks.site_check.sites import Site


def screenshots(site: Site, browser: Browser, folder: Path) -> int:
    """Write ``<site>/<kind>-<width>-<language>-<scheme>.png`` and say how many there are."""
    place = folder / site.name
    place.mkdir(parents=True, exist_ok=True)
    count = 0
    for width, profile in ((390, {**PHONE, "device_scale_factor": 2}), (1280, DESK)):
        for scheme in ("light", "dark"):
            with visit(browser, **profile, color_scheme=scheme, reduced_motion="reduce") as visitor:
                for page in site.pages:
                    name = f"{page.kind}-{width}-{page.language}-{scheme}.png"
                    visitor.goto(site.address(page))
                    visitor.page.screenshot(path=place / name)
                    count += 1
                for language in site.languages:
                    visitor.goto(site.address(site.page("artist", language)))
                    visitor.page.locator(".g .t[data-full]").nth(2).click()
                    visitor.page.wait_for_selector(".pswp--ui-visible")
                    visitor.page.wait_for_load_state("networkidle")
                    visitor.page.wait_for_timeout(300)
                    visitor.page.screenshot(path=place / f"viewer-{width}-{language}-{scheme}.png")
                    count += 1
    return count
