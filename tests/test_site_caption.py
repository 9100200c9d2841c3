"""What the viewer says below and beside a picture, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from benchmarks.site_check import behaviour
from benchmarks.site_check.sites import Site

pytestmark = pytest.mark.browser


def test_the_caption_says_whose_picture_it_is_and_what_is_in_doubt(site: Site, desk: Page) -> None:
    """On an artist's page, whose tiles do not repeat the name, it stands in the viewer with its language, and beside it
    the question that a doubtful picture asks."""
    desk.goto(site.address(site.page("artist")))
    artist = desk.locator("main h1").evaluate("(heading) => (heading.lang = 'ja', heading.textContent)")
    desk.locator(f"{behaviour.THUMB}").first.evaluate(
        "(link) => link.append(Object.assign(document.createElement('span'), "
        "{ className: 'hint', textContent: 'Not a drawing?' }))"
    )
    behaviour.open_viewer(desk)
    caption = desk.locator(".viewer-caption")
    assert caption.locator(".by[lang=ja]").inner_text() == artist.strip()
    assert caption.locator(".hint").inner_text() == "Not a drawing?"


def test_details_open_beside_the_viewer_where_that_is_asked_for(site: Site, desk: Page) -> None:
    """A press with the key that opens a link in a tab of its own does that, and the viewer stays as it is."""
    desk.goto(site.address(site.page("artist")))
    address = behaviour.open_viewer(desk)
    with desk.context.expect_page() as opened:
        desk.locator(".viewer-caption .details").click(modifiers=["ControlOrMeta"])
    opened.value.wait_for_load_state()
    assert opened.value.url.partition("#")[0] == address.partition("#")[0]
    assert desk.locator(".pswp--open").count() == 1


def test_foreign_words_keep_their_language_in_the_viewer(site: Site, desk: Page) -> None:
    """The large picture and what is read out of it name the language of the thumbnail's description."""
    desk.goto(site.address(site.page("artist")))
    desk.locator(f"{behaviour.THUMB} img").first.evaluate(
        "(image) => Object.assign(image, { alt: 'ねこ', lang: 'ja' })"
    )
    behaviour.open_viewer(desk)
    large = desk.locator(".pswp__item[aria-hidden=false] .pswp__img:not(.pswp__img--placeholder)")
    assert (large.get_attribute("alt"), large.get_attribute("lang")) == ("ねこ", "ja")
    assert desk.locator(".pswp [aria-live] > [lang=ja]").inner_text() == "ねこ"


def test_details_lead_to_the_work_in_the_order_one_came_in(site: Site, desk: Page) -> None:
    """On a list by date the viewer's Details loads the work's page, which then shows the neighbours by date."""
    desk.goto(site.address(site.page("new")))
    address = behaviour.open_viewer(desk, 2)
    desk.evaluate("window.kept = true")
    desk.locator(".viewer-caption .details").click()
    desk.wait_for_selector("body[data-page=work]")
    desk.wait_for_load_state("networkidle")
    assert desk.url == address
    assert desk.evaluate("window.kept") is None
    assert desk.locator(".by-date").first.is_visible()
    assert not desk.locator(".by-score").first.is_visible()
