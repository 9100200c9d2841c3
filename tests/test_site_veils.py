"""Veiled pictures and warnings in a real browser: what they tell, and how they are lifted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from benchmarks.site_check import behaviour
from benchmarks.site_check.browser import DESK, PHONE, visit
from benchmarks.site_check.sites import Site
from tests.made_gallery import imagined_renditions, made_exhibition, write_site
from tests.render_kit import changed, with_post, with_verdict
from tests.site_kit import SETTINGS, served, untroubled

pytestmark = pytest.mark.browser


@pytest.fixture
def warned(tmp_path: Path) -> Iterator[Site]:
    """The first two pictures of the only artist are veiled, the first behind a warning."""
    exhibition = changed(made_exhibition(works=6, artists=1, seed=5), 0, with_verdict(sensitive=True))
    exhibition = changed(exhibition, 0, with_post(warning="gore"))
    with served(tmp_path, changed(exhibition, 1, with_verdict(sensitive=True))) as made:
        yield made


def test_a_veil_tells_the_warning_and_nothing_of_the_picture(warned: Site, desk: Page) -> None:
    """Tile and viewer say what the artist warned of; the picture's description waits behind the veil with it."""
    desk.goto(warned.address(warned.page("artist")))
    link = desk.locator(".t:has(.veil)").first
    hidden = desk.locator(".t:has(.veil) img").first.get_attribute("alt")
    assert hidden.startswith("Drawing by")
    link.click()
    expect(desk.locator(".viewer-veil")).to_contain_text("gore")
    desk.locator(".viewer-veil button").click()
    expect(desk.locator(".viewer-veil")).to_have_count(0)
    assert (
        desk.locator(".pswp__item[aria-hidden=false] .pswp__img:not(.pswp__img--placeholder)").first.get_attribute(
            "alt"
        )
        != hidden
    )


def test_what_has_faded_cannot_be_pressed(warned: Site, browser: Browser) -> None:
    """On a phone a tap lets the viewer's controls fade; no later tap unveils a picture by a button that nobody sees."""
    with untroubled(browser, PHONE) as page:
        page.goto(warned.address(warned.page("artist")))
        page.locator(".t:has(.veil)").first.tap()
        button = page.locator(".viewer-veil button")
        expect(button).to_be_visible()
        box = button.bounding_box()
        assert box is not None
        page.wait_for_timeout(700)
        page.touchscreen.tap(box["x"] + box["width"] / 2, 200)
        expect(page.locator(".pswp--ui-visible")).to_have_count(0)
        page.wait_for_timeout(700)
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(700)
        expect(page.locator(".viewer-veil")).to_have_count(1)


def test_a_veil_lifts_in_a_browser_of_2021(warned: Site, browser: Browser) -> None:
    """A browser whose lists cannot be read from their end, as Safari 15.0 to 15.3, shows what is asked for."""
    with untroubled(browser, DESK) as page:
        page.add_init_script("delete Array.prototype.at")
        page.goto(warned.address(warned.page("artist")))
        page.locator(".t:has(.veil)").first.click()
        page.locator(".viewer-veil button").click()
        expect(page.locator(".viewer-veil")).to_have_count(0)


def test_a_show_that_fails_late_moves_nobody(warned: Site, browser: Browser) -> None:
    """Whoever closed the viewer while a picture was asked for, or went on to the next one, stays there when the answer
    is a failure."""
    with visit(browser, **DESK) as visitor:
        page = visitor.page
        held: list[Route] = []
        for key, viewers in (("Escape", 0), ("ArrowRight", 1)):
            page.goto(warned.address(warned.page("artist")))
            page.route("**/w/*/index.html", lambda route: held.append(route), times=1)
            page.locator(".t:has(.veil)").first.click()
            page.wait_for_timeout(700)  # PhotoSwipe closes nothing while it opens
            asked = page.url
            page.locator(".viewer-veil button").click()
            page.keyboard.press(key)
            page.wait_for_url(lambda url, asked=asked: url != asked)
            expect(page.locator(".pswp")).to_have_count(viewers)
            address = page.url
            held.pop().abort()
            page.wait_for_timeout(500)
            assert page.url == address


def test_show_without_avif_shows_the_small_copy_not_the_veil(warned: Site, browser: Browser) -> None:
    """Where the large copy cannot be shown, Show brings the small open one; where neither can, the viewer says so."""
    with visit(browser, **DESK) as visitor:
        page = visitor.page
        page.route("**/*.avif", lambda route: route.abort())
        page.goto(warned.address(warned.page("artist")))
        page.locator(".t:has(.veil)").first.click()
        page.locator(".viewer-veil button").click()
        image = page.locator(".pswp__item[aria-hidden=false] .pswp__img:not(.pswp__img--placeholder)")
        expect(image).to_have_attribute("src", re.compile(r"-320\.jpg$"))
        page.route("**/*-320.jpg", lambda route: route.abort())
        page.goto(warned.address(warned.page("artist")))
        page.locator(".t:has(.veil)").nth(1).click()
        page.locator(".viewer-veil button").click()
        expect(page.locator(".pswp__item[aria-hidden=false] .pswp__error-msg")).to_be_visible()


def test_large_text_fits_a_phone(warned: Site, browser: Browser) -> None:
    """With text of twice the size nothing is wider than the screen, and the line at the top does not overlap itself."""
    with visit(browser, **PHONE) as visitor:
        for kind in ("home", "artist", "new", "work", "about"):
            visitor.goto(warned.address(warned.page(kind)))
            visitor.page.evaluate("document.documentElement.style.fontSize = '32px'")
            if kind == "new":
                visitor.page.locator(".filter-open").tap()
                expect(visitor.page.locator(".filter select").first).to_be_in_viewport()
            assert visitor.page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
            boxes = visitor.page.locator(".top > *:visible").evaluate_all(
                "(parts) => parts.map((part) => part.getBoundingClientRect().toJSON())"
            )
            for one, other in combinations(boxes, 2):
                apart = one["right"] <= other["left"] + 1 or other["right"] <= one["left"] + 1
                assert apart or one["bottom"] <= other["top"] + 1 or other["bottom"] <= one["top"] + 1


def test_veiled_pictures_show_only_when_asked(site: Site, desk: Page) -> None:
    """A sensitive picture is blurred in the list and the viewer until Show is pressed there, or always shown."""
    desk.goto(site.address(site.page("new")))
    desk.locator(".g .s .t").first.click()
    desk.wait_for_selector(behaviour.OPEN)
    shown = "() => [...document.querySelectorAll('.pswp__img')].map((image) => image.src).join(' ')"
    assert "-veil" in desk.evaluate(shown)
    desk.locator(".viewer-veil input").click()
    desk.wait_for_selector(".viewer-veil", state="detached")
    assert "-veil" not in desk.locator(".pswp__item[aria-hidden=false] .pswp__img").last.get_attribute("src")
    desk.goto(site.address(site.page("veiled")))
    assert desk.locator("details.reveal[open]").count() == 1


def test_a_press_beside_a_veil_lifts_nothing(warned: Site, desk: Page) -> None:
    """On a work's page the wall beside a portrait is no part of what unveils it."""
    desk.goto(warned.address(warned.page("artist")))
    desk.goto(str(desk.locator(".t:has(.veil)").first.evaluate("(link) => link.href")))
    veil = desk.locator(".reveal .veil").bounding_box()
    assert veil is not None
    desk.mouse.click(veil["x"] - 20, veil["y"] + veil["height"] / 2)
    expect(desk.locator(".reveal .veil")).to_be_visible()
    desk.mouse.click(veil["x"] + 20, veil["y"] + 20)
    expect(desk.locator(".reveal .veil")).to_be_hidden()


@pytest.mark.parametrize("profile", [DESK, PHONE], ids=["desk", "phone"])
def test_always_stands_below_the_picture_it_was_asked_for(
    warned: Site, browser: Browser, profile: dict[str, Any]
) -> None:
    """The box that a lifted veil offers is in the middle below the picture, and not at the edge of a phone."""
    with visit(browser, **profile) as visitor:
        page = visitor.page
        visitor.goto(warned.address(warned.page("artist")))
        page.goto(str(page.locator(".t:has(.veil)").first.evaluate("(link) => link.href")))
        page.locator(".reveal summary").click()
        picture, box = (page.locator(part).bounding_box() for part in (".reveal > picture", ".reveal .always input"))
        words = page.locator(".reveal .always").bounding_box()
        assert picture is not None
        assert box is not None
        assert words is not None
        assert box["x"] >= 12
        middle = picture["x"] + picture["width"] / 2
        assert words["x"] + words["width"] / 2 == pytest.approx(middle, abs=1)


def test_lists_never_name_an_unveiled_copy(tmp_path: Path) -> None:
    """No list, card, feed or column names a sharp copy of a sensitive picture; only its own work pages do."""
    exhibition = made_exhibition(works=60, artists=2, seed=6)
    copies = imagined_renditions(exhibition, SETTINGS)
    write_site(tmp_path, exhibition, SETTINGS, copies)
    shown = [exhibit for room in exhibition.rooms for exhibit in room.exhibits]
    secret = {
        one.picture.id: [copy.path for copy in copies[one.picture.key].copies] for one in shown if one.verdict.sensitive
    }
    assert secret
    for file in tmp_path.rglob("*"):
        if file.suffix not in (".html", ".xml", ".json"):
            continue
        text = file.read_text()
        for identity, paths in secret.items():
            own = f"w/{identity}/" in file.as_posix()
            assert any(path in text for path in paths) == own, f"{file.relative_to(tmp_path)} and {identity}"
