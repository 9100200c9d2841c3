"""The built site in a real browser: the viewer, history, clicks, lists, filters, veils, no script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from benchmarks.site_check import access, behaviour
from benchmarks.site_check.browser import DESK, PHONE, visit
from benchmarks.site_check.rows import Outcome
from benchmarks.site_check.sites import PREFIX, Site
from tests.chromium import let_go
from tests.made_gallery import imagined_renditions, made_exhibition, write_site
from tests.render_kit import changed, with_post, with_verdict
from tests.servers.static_host import StaticHost
from tests.site_kit import SETTINGS, served, untroubled

pytestmark = pytest.mark.browser
ACCENT = (0x1F, 0x46, 0xD0)  # of the light scheme


def _swipe(page: Page, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Draw one finger over the screen."""
    session = page.context.new_cdp_session(page)
    steps = 8
    for step in range(steps + 1):
        x, y = (start[axis] + (end[axis] - start[axis]) * step / steps for axis in (0, 1))
        kind = "touchStart" if step == 0 else "touchMove"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Fifty pictures of one artist, twenty a page, some of them veiled, below a sub-path."""
    with served(tmp_path_factory.mktemp("site"), made_exhibition(works=50, artists=1, seed=5)) as made:
        yield made


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A visitor at a desk with a mouse; anything that goes wrong on the page fails the test."""
    with untroubled(browser, DESK) as page:
        yield page


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A visitor with a phone; anything that goes wrong on the page fails the test."""
    with untroubled(browser, PHONE) as page:
        yield page


def test_the_viewer_is_a_dialog_with_history_and_clicks_stay_links(site: Site, browser: Browser) -> None:
    """Open, slide, Back, Escape, reload, keys, other mouse buttons and pages from a disk do what a visitor expects."""
    failed = [row for row in behaviour.behaviour(site, browser) if row.outcome is not Outcome.PASS]
    assert failed == []


def test_everything_but_filters_works_without_script(site: Site, browser: Browser) -> None:
    """With JavaScript off, all pictures, orders, pages, works and posts are reached, and no dead control is shown."""
    assert [row for row in access.without_script(site, browser) if row.outcome is not Outcome.PASS] == []


def test_forward_opens_the_viewer_again(site: Site, desk: Page) -> None:
    """Back closes the viewer and Forward opens it at the same picture."""
    desk.goto(site.address(site.page("artist")))
    address = behaviour.open_viewer(desk, 3)
    desk.go_back()
    desk.wait_for_selector(".pswp", state="detached")
    desk.go_forward()
    desk.wait_for_selector(behaviour.OPEN)
    assert desk.url == address


@pytest.mark.parametrize(("scheme", "wall"), [("light", "rgb(246, 246, 246)"), ("dark", "rgb(19, 19, 19)")])
def test_a_browser_without_light_dark_has_all_colours(site: Site, desk: Page, scheme: Any, wall: str) -> None:
    """The viewer's ground is opaque and the focus ring stands there, in light and dark."""

    def without_pairs(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("light-dark(", "unknown("))

    desk.route("**/*.css", without_pairs)
    desk.emulate_media(color_scheme=scheme)
    desk.goto(site.address(site.page("artist")))
    desk.keyboard.press("Tab")
    ring = desk.evaluate(
        "(({ outlineStyle, outlineWidth }) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))"
    )
    behaviour.open_viewer(desk)
    ground = desk.locator(".pswp__bg").evaluate("(ground) => getComputedStyle(ground).backgroundColor")
    assert (ring, ground) == (["solid", "3px"], wall)


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


def test_what_is_current_is_told_without_colour(site: Site, desk: Page) -> None:
    """The current order and section are underlined, and the keyboard meets the bar's controls as they stand."""
    desk.goto(site.address(site.page("artist")))
    line = "(link) => getComputedStyle(link).textDecorationLine"
    for place in (".sort", ".top nav"):
        assert desk.locator(f"{place} [aria-current]").evaluate(line) == "underline"
        assert set(desk.locator(f"{place} a:not([aria-current])").evaluate_all(f"(all) => all.map({line})")) == {"none"}
    stand = "(all) => all.map((each) => each.getBoundingClientRect().x)"
    places = desk.locator(".sort > *").evaluate_all(stand)
    assert places == sorted(places)


def test_another_language_keeps_the_order_one_came_in(site: Site, desk: Page) -> None:
    """The link to a work in the other language goes on by date where one came by date."""
    desk.goto(site.address(site.page("work")) + "#by-date")
    desk.locator(".lang").first.click()
    desk.wait_for_url("**/ja/**#by-date")


def test_pulling_down_closes_the_viewer(site: Site, phone: Page) -> None:
    """On a phone, a tap opens, a swipe slides and a pull down closes the viewer."""
    phone.goto(site.address(site.page("artist")))
    start = phone.url
    phone.locator(behaviour.THUMB).first.tap()
    phone.wait_for_selector(behaviour.OPEN)
    phone.wait_for_timeout(400)
    first = phone.url
    _swipe(phone, (330, 400), (60, 400))
    phone.wait_for_timeout(700)
    assert phone.url not in (start, first)
    _swipe(phone, (195, 300), (195, 640))
    phone.wait_for_selector(".pswp", state="detached")
    phone.wait_for_timeout(100)
    assert phone.url == start


def test_load_more_appends_and_back_restores(site: Site, desk: Page) -> None:
    """Load more adds the next page, moves the focus to it and the address along; Back from elsewhere restores it."""
    artist = site.address(site.page("artist"))
    desk.goto(artist)
    before = desk.locator(".g .t").count()
    desk.locator(".pg button").click()
    desk.wait_for_selector(".more .t")
    assert desk.locator(".g .t").count() > before
    assert desk.evaluate("document.activeElement === document.querySelector('.more .t')")
    assert desk.url.endswith("/p/2/index.html")
    desk.locator(".more .t").first.scroll_into_view_if_needed()
    scrolled = desk.evaluate("scrollY")
    desk.goto(site.address(site.page("about")))
    desk.go_back(wait_until="networkidle")
    desk.locator(".more").first.wait_for(state="attached")
    desk.wait_for_timeout(300)
    assert desk.locator(".g .t").count() > before
    assert abs(desk.evaluate("scrollY") - scrolled) < 300
    assert desk.evaluate("[...document.querySelectorAll('.g .t')].every((link) => link.href.includes('/x/y/a/'))")


def test_back_finds_the_picture_although_the_last_page_is_a_short_one(site: Site, phone: Page) -> None:
    """What load more had brought is as high as it was when the place is looked for, whatever the last page holds."""
    phone.goto(site.address(site.page("new")))
    for count in (1, 2):
        phone.locator(".pg button[data-next]").tap()
        phone.locator("main > .more").nth(count - 1).wait_for(state="attached")
    phone.evaluate("scrollTo(0, document.querySelectorAll('.g .t')[38].getBoundingClientRect().top + scrollY)")
    phone.wait_for_timeout(300)
    there = "[...document.querySelectorAll('.g .t')].findIndex((link) => link.getBoundingClientRect().top > 0)"
    left_at = phone.evaluate(there)
    phone.goto(site.address(site.page("about")))
    phone.go_back(wait_until="networkidle")
    phone.locator("main > .more").nth(1).wait_for(state="attached")
    phone.wait_for_timeout(500)
    assert abs(phone.evaluate(there) - left_at) <= 2


@pytest.mark.parametrize(("place", "words"), [(".sort", "By date"), (".tabs", "Photos")])
def test_the_focus_stays_with_what_was_pressed(site: Site, desk: Page, place: str, words: str) -> None:
    """Another order or another listing in place of this one: the focus is on the choice that was made."""
    desk.goto(site.address(site.page("artist")))
    desk.locator(f"{place} a", has_text=words).press("Enter")
    expect(desk.locator(f"{place} a[aria-current]", has_text=words)).to_be_focused()


def test_orders_swap_in_place(site: Site, desk: Page) -> None:
    """Another order replaces the list without loading a document, and Back brings the first one back."""
    artist = site.address(site.page("artist"))
    desk.goto(artist)
    first = desk.locator(".g .t").first.get_attribute("href")
    desk.evaluate("window.kept = true")
    desk.locator(".sort a:not([aria-current])").click()
    desk.wait_for_url("**/new/index.html")
    desk.locator(".sort a[aria-current]").last.wait_for()
    assert desk.evaluate("window.kept")
    assert desk.locator(".g .t").first.evaluate("(link) => new URL(link.href).pathname").startswith("/x/y/a/")
    assert desk.locator(".g .t").first.get_attribute("href") != first
    desk.go_back()
    desk.wait_for_timeout(500)
    assert desk.url == artist
    assert desk.locator(".g .t").first.get_attribute("href") == first


def test_a_slow_answer_replaces_nothing_that_one_went_on_to(site: Site, desk: Page) -> None:
    """A list that comes after another was asked for, or after Back and Forward, changes neither page nor address."""
    artist = site.address(site.page("artist"))
    shown = desk.locator(".sort a[aria-current], .tabs a[aria-current]")
    held: list[Route] = []
    desk.goto(artist)
    desk.route("**/new/index.html", lambda route: held.append(route))
    desk.locator(".sort a:not([aria-current])").dispatch_event("click")
    expect(desk.locator("main[aria-busy]")).to_have_count(1)
    desk.locator(".tabs a", has_text="Photos").press("Enter")
    desk.wait_for_url("**/photos/index.html")
    photos = shown.all_inner_texts()
    let_go(desk, held)
    desk.wait_for_timeout(400)
    assert (desk.url.endswith("/photos/index.html"), shown.all_inner_texts()) == (True, photos)
    desk.route(artist, lambda route: held.append(route))
    desk.go_back()
    expect(desk.locator("main[aria-busy]")).to_have_count(1)
    desk.go_forward()
    let_go(desk, held)
    desk.wait_for_timeout(400)
    assert (desk.url.endswith("/photos/index.html"), shown.all_inner_texts()) == (True, photos)
    expect(desk.locator("main[aria-busy]")).to_have_count(0)


SLOW_ANSWERS = [
    (behaviour.THUMB, "script", "**/viewer.js", "**/w/*/index.html"),
    (".sort a:not([aria-current])", "script", "**/lists.js", "**/new/index.html"),
    (".sort a:not([aria-current])", "fetch", "**/new/index.html", "**/new/index.html"),
    (".pg button[data-next]", "fetch", "**/p/2/index.html", "**/p/2/index.html"),
]


@contextmanager
def _artist_page_that_hangs(site: Site, browser: Browser, kind: str, hanging: str) -> Iterator[Page]:
    """Never answer what the page's scripts ask for there; where the visitor goes is answered as always."""
    with visit(browser, **DESK) as visitor:
        visitor.page.route(hanging, lambda route: None if route.request.resource_type == kind else route.continue_())
        visitor.goto(site.address(site.page("artist")))
        yield visitor.page


@pytest.mark.parametrize(("pressed", "kind", "hanging", "target"), SLOW_ANSWERS)
def test_what_hangs_gives_way_to_the_plain_link(
    site: Site, browser: Browser, pressed: str, kind: str, hanging: str, target: str
) -> None:
    """A picture, an order and "load more" whose request is never answered lead on as links after a few seconds."""
    with _artist_page_that_hangs(site, browser, kind, hanging) as page:
        page.locator(pressed).first.click()
        page.wait_for_url(target, timeout=8_000)


@pytest.mark.parametrize(("pressed", "kind", "hanging", "target"), SLOW_ANSWERS)
def test_a_second_press_does_not_wait(
    site: Site, browser: Browser, pressed: str, kind: str, hanging: str, target: str
) -> None:
    """Who presses what is still awaited once more is led on at once; a double click counts as one press."""
    with _artist_page_that_hangs(site, browser, kind, hanging) as page:
        start = page.url
        page.locator(pressed).first.dblclick()
        page.wait_for_timeout(400)
        assert page.url == start
        page.locator(pressed).first.click()
        page.wait_for_url(target, timeout=1_500)


def test_nothing_is_added_to_a_list_that_back_has_left(site: Site, desk: Page) -> None:
    """Until the list that Back leads to has come, "load more" and the filter of the old one leave its address alone."""
    artist = site.address(site.page("artist"))
    held: list[Route] = []
    desk.goto(artist)
    desk.locator(".sort a:not([aria-current])").dispatch_event("click")
    desk.wait_for_url("**/new/index.html")
    desk.route(artist, lambda route: held.append(route))
    desk.go_back()
    expect(desk.locator("main[aria-busy]")).to_have_count(1)
    desk.locator(".pg button").dispatch_event("click")
    desk.locator(".filter").dispatch_event("change")
    expect(desk.locator("main[aria-busy]")).to_have_count(1)
    let_go(desk, held)
    expect(desk.locator("main[aria-busy]")).to_have_count(0)
    desk.wait_for_timeout(400)
    assert (desk.url, desk.locator(".more").count()) == (artist, 0)


def test_a_page_that_was_left_waits_for_nothing(site: Site, desk: Page) -> None:
    """A list that was asked for before one left the page neither replaces it nor calls it busy when one is back."""
    artist = site.address(site.page("artist"))
    held: list[Route] = []
    desk.goto(artist)
    desk.route("**/new/index.html", lambda route: held.append(route))
    desk.locator(".sort a:not([aria-current])").dispatch_event("click")
    expect(desk.locator("main[aria-busy]")).to_have_count(1)
    desk.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    expect(desk.locator("main[aria-busy]")).to_have_count(0)
    let_go(desk, held)
    desk.wait_for_timeout(400)
    assert desk.url == artist


def test_more_that_comes_while_the_viewer_is_open_waits_to_be_asked_again(site: Site, desk: Page) -> None:
    """Whoever opens a picture while the next page loads keeps its address; the button can be pressed again after it."""
    desk.goto(site.address(site.page("artist")))
    held: list[Route] = []
    desk.route("**/p/2/index.html", lambda route: held.append(route))
    button = desk.locator(".pg button")
    words = button.inner_text()
    button.dispatch_event("click")
    expect(button).to_have_attribute("aria-busy", "true")
    address = behaviour.open_viewer(desk, 3)
    let_go(desk, held)
    desk.wait_for_timeout(400)
    assert desk.url == address
    desk.go_back()
    desk.wait_for_selector(".pswp", state="detached")
    expect(button).to_have_text(words)
    button.click()
    desk.wait_for_selector(".more .t")


def test_back_from_another_order_finds_the_pages_and_the_place_again(site: Site, desk: Page) -> None:
    """What "load more" had added, and how far one had scrolled, is there again after By date and Back."""
    desk.goto(site.address(site.page("artist")))
    desk.locator(".pg button").click()
    desk.wait_for_selector(".more .t")
    pictures = desk.locator(".g .t").count()
    desk.evaluate("scrollTo(0, 900)")
    desk.locator(".sort a:not([aria-current])").dispatch_event("click")
    desk.wait_for_url("**/new/index.html")
    desk.locator(".more").wait_for(state="detached")
    desk.go_back()
    desk.locator(".more").first.wait_for(state="attached")
    desk.wait_for_timeout(200)
    assert desk.locator(".g .t").count() == pictures
    assert abs(desk.evaluate("scrollY") - 900) < 50


def test_back_after_a_reload_in_the_viewer_finds_the_place_again(site: Site, desk: Page) -> None:
    """A picture far down is opened and its page loaded anew: Back leads to the list, as far down as it was."""
    desk.goto(site.address(site.page("artist")))
    desk.evaluate("scrollTo(0, 700)")
    link = desk.locator(behaviour.THUMB).nth(9)
    link.scroll_into_view_if_needed()
    scrolled = desk.evaluate("scrollY")
    link.click()
    desk.wait_for_selector(behaviour.OPEN)
    desk.reload(wait_until="networkidle")
    assert desk.locator("body").get_attribute("data-page") == "work"
    desk.go_back()
    desk.locator(".g .t").first.wait_for()
    desk.wait_for_timeout(300)
    assert abs(desk.evaluate("scrollY") - scrolled) < 50


def test_a_later_page_keeps_its_way_back_after_a_reload(site: Site, desk: Page) -> None:
    """Page 2, opened by its address, leads to page 1 even after its place was found again behind the viewer."""
    desk.goto(site.address(site.page("artist")).replace("index.html", "p/2/index.html"))
    previous = desk.locator(".pg [rel=prev]")
    assert previous.count() == 1
    desk.evaluate("scrollTo(0, 300)")
    behaviour.open_viewer(desk, 5)
    desk.reload(wait_until="networkidle")
    desk.go_back()
    desk.locator(".g .t").first.wait_for()
    desk.wait_for_timeout(300)
    assert previous.count() == 1


def test_far_pictures_are_sharp_in_the_viewer(tmp_path: Path, phone: Page) -> None:
    """Sliding to a picture whose thumbnail was never near the screen shows its large copy, not the small JPEG."""
    settings = replace(SETTINGS, languages=("en",), page_size=60)
    with served(tmp_path, made_exhibition(works=60, artists=1, seed=5), settings) as site:
        phone.goto(site.address(site.page("artist")))
        links = phone.locator(".g .t")
        far = links.evaluate_all("(links) => links.findLastIndex((link) => link.dataset.full)")
        assert links.nth(far).evaluate("(link) => link.querySelector('img').currentSrc") == ""
        behaviour.open_viewer(phone)
        for _ in range(far):
            phone.keyboard.press("ArrowRight")
            phone.wait_for_timeout(30)
        phone.wait_for_url(links.nth(far).evaluate("(link) => link.href"))
        image = phone.locator(".pswp__item[aria-hidden=false] .pswp__img:not(.pswp__img--placeholder)").last
        assert str(image.get_attribute("src")).endswith(".avif")


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


def test_showing_a_veiled_picture_keeps_the_keyboard_where_it_was(site: Site, desk: Page) -> None:
    """Show disappears once pressed: the focus stays in the viewer, and on a work page it goes to the next control."""
    desk.goto(site.address(site.page("veiled")))
    desk.locator("details.reveal summary").focus()
    desk.keyboard.press("Enter")
    desk.wait_for_selector("details.reveal[open]")
    desk.wait_for_timeout(100)
    assert desk.evaluate("document.activeElement.matches('.reveal .always input')")
    desk.goto(site.address(site.page("new")))
    desk.locator(".g .s .t").first.click()
    desk.wait_for_selector(behaviour.OPEN)
    desk.locator(".viewer-veil button").focus()
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".viewer-veil", state="detached")
    assert desk.evaluate("document.querySelector('.pswp').contains(document.activeElement)")


def test_marking_words_on_a_work_page_turns_no_page(site: Site, desk: Page) -> None:
    """Shift and an arrow mark text, and a letter alone does nothing; the arrow alone turns to the neighbour."""
    desk.goto(site.address(site.page("work")))
    before = desk.url
    for key in ("Shift+ArrowRight", "o"):
        desk.keyboard.press(key)
        desk.wait_for_timeout(200)
        assert desk.url == before
    desk.keyboard.press("ArrowRight")
    desk.wait_for_url(lambda url: url != before)


def test_arrows_turn_to_the_neighbour_on_their_side(site: Site, desk: Page) -> None:
    """On a work page that is written from right to left the next work lies on the left, and so does its key."""
    desk.goto(site.address(site.page("work")))
    following = desk.locator(".seq [rel=next]:visible").evaluate("(link) => link.href")
    desk.evaluate("document.documentElement.dir = 'rtl'")
    desk.keyboard.press("ArrowLeft")
    desk.wait_for_url(following)


def test_arrows_walk_over_a_zoomed_picture_before_they_leave_it(site: Site, desk: Page) -> None:
    """The keyboard reaches both sides of a picture that is wider than the window; at its edge the next one comes."""
    desk.goto(site.address(site.page("artist")))
    widths = desk.locator(behaviour.THUMB).evaluate_all(
        "(links) => links.map(({ dataset }) => parseInt(dataset.size) / dataset.size.split('x')[1])"
    )
    behaviour.open_viewer(desk, max(range(len(widths) - 1), key=widths.__getitem__))
    place = ".pswp__item[aria-hidden=false] .pswp__zoom-wrap"
    side = "(wrap) => new DOMMatrix(wrap.style.transform).e"
    counter = desk.locator(".pswp__counter")
    shown = counter.inner_text()
    desk.keyboard.press("z")
    desk.wait_for_timeout(500)
    for key in ("ArrowLeft", "ArrowRight"):
        places = [desk.locator(place).evaluate(side)]
        for _ in range(3):
            desk.keyboard.press(key)
            places.append(desk.locator(place).evaluate(side))
        assert places == sorted(set(places), reverse=key == "ArrowRight")
        assert counter.inner_text() == shown
    for _ in range(30):
        desk.keyboard.press("ArrowRight")
        if counter.inner_text() != shown:
            break
    assert int(counter.inner_text().split()[0]) == int(shown.split()[0]) + 1


def test_a_press_while_the_viewer_opens_does_not_break_it(site: Site, browser: Browser) -> None:
    """Who presses twice, the second time on the arrow that has just come, still sees the picture and can leave."""
    press = """(thumb) => new Promise((pressed) => {
        const look = () => {
            const arrow = document.querySelector('.pswp--ui-visible .pswp__button--arrow--next');
            if (!arrow) return setTimeout(look, 5);
            const { x, y, width, height } = arrow.getBoundingClientRect();
            const hit = document.elementFromPoint(x + width / 2, y + height / 2);
            hit.closest('.pswp__button')?.click();
            pressed(Boolean(hit.closest('.pswp')));
        };
        thumb.click();
        look();
    })"""
    with visit(browser, viewport={"width": 1280, "height": 800}) as visitor:
        visitor.goto(site.address(site.page("artist")))
        thumb = visitor.page.locator(behaviour.THUMB).nth(1)
        thumb.hover()
        visitor.page.wait_for_function("Boolean(window.PhotoSwipe)")
        assert thumb.evaluate(press)  # it met the viewer, not a link below
        visitor.page.wait_for_timeout(600)  # the opening movement
        visitor.page.wait_for_selector(".pswp__item[aria-hidden=false] img")
        visitor.page.keyboard.press("Escape")
        visitor.page.wait_for_selector(".pswp", state="detached")
        assert visitor.troubles == []


def test_filters_answer_from_the_columns(site: Site, phone: Page) -> None:
    """A tag chosen in the filter shows exactly its works, names itself in the address, and survives a reload."""
    phone.goto(site.address(site.page("new")))
    phone.locator(".filter-open").tap()
    phone.locator(".filter select[name=tag]").wait_for()
    words = phone.locator(".filter select[name=tag] option").nth(1).inner_text()
    expected = int(words.rpartition("(")[2].rstrip(")"))
    phone.locator(".filter select[name=tag]").select_option(index=1)
    phone.wait_for_url("**?tag=*")
    assert phone.locator("main .g .t").count() == expected
    phone.reload()
    phone.wait_for_selector(".filter:visible")
    phone.wait_for_load_state("networkidle")
    assert phone.locator("main .g .t").count() == expected
    phone.locator("main .g li:not(.s) > .t:not([data-full])").first.tap()
    phone.wait_for_selector("body[data-page=work]")


def test_scripts_write_numbers_in_the_language_of_the_page(site: Site, browser: Browser) -> None:
    """A German browser shows an English page's thousands with a comma, as the page itself does."""
    with visit(browser, **DESK, locale="de-DE") as visitor:
        visitor.page.goto(site.address(site.page("new")))
        assert visitor.page.evaluate("gallery.say('works', { n: 12345 })") == "12,345 pictures"


def test_skipping_to_the_picture_keeps_the_order_one_came_in(site: Site, desk: Page) -> None:
    """On a work page reached by date, "skip to the pictures" moves the focus and leaves the neighbours as they were."""
    desk.goto(site.address(site.page("work")) + "#by-date")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    assert desk.evaluate("document.activeElement.id") == "main"
    assert desk.locator(".seq.by-date").is_visible()
    assert not desk.locator(".seq.by-score").is_visible()


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


def test_a_show_that_fails_late_moves_nobody(warned: Site, browser: Browser) -> None:
    """Whoever closed the viewer while a picture was asked for stays on the list when the answer is a failure."""
    with visit(browser, **DESK) as visitor:
        page = visitor.page
        page.goto(warned.address(warned.page("artist")))
        held: list[Route] = []
        page.route("**/w/*/index.html", lambda route: held.append(route), times=1)
        page.locator(".t:has(.veil)").first.click()
        page.wait_for_timeout(700)  # PhotoSwipe closes nothing while it opens
        page.locator(".viewer-veil button").click()
        page.keyboard.press("Escape")
        expect(page.locator(".pswp")).to_have_count(0)
        address = page.url
        held[0].abort()
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


def test_the_current_tab_is_in_sight_however_long_the_strip(site: Site, browser: Browser) -> None:
    """With large text the strip of listings is wider than a phone: it begins where the visitor is."""
    with visit(browser, **PHONE) as visitor:
        page = visitor.page
        page.add_init_script(
            "addEventListener('DOMContentLoaded', () => document.documentElement.style.fontSize = '32px')"
        )
        page.goto(site.address(site.page("artist")))
        page.locator(".tabs a").last.evaluate("(tab) => tab.click()")
        page.wait_for_url("**/unsure/index.html")
        for reached in (lambda: None, page.reload):
            reached()
            box = page.locator(".tabs a[aria-current]").bounding_box()
            assert box is not None
            assert 0 <= box["x"] <= PHONE["viewport"]["width"] - box["width"]


def test_the_name_of_the_site_is_not_cut(site: Site, desk: Page) -> None:
    """Letters that reach below the line are whole."""
    desk.goto(site.address(site.page("home")))
    name = desk.locator(".mark bdi")
    name.evaluate("(name) => { name.textContent = 'Gypsy pages' }")
    assert name.evaluate("(name) => name.scrollHeight <= name.clientHeight")


def test_a_long_text_does_not_push_the_picture_out_of_sight(tmp_path: Path, desk: Page) -> None:
    """On a desk a work begins with its picture, whatever its post says beside it."""
    exhibition = made_exhibition(works=3, artists=1, seed=5)
    for index in range(3):
        exhibition = changed(exhibition, index, with_post(text="Words and words. " * 180))
    with served(tmp_path, exhibition) as made:
        desk.goto(made.address(made.page("work")))
        box = desk.locator(".pic").bounding_box()
        assert box is not None
        assert box["y"] <= 315


def test_the_ring_of_a_focused_caption_link_is_whole(site: Site, desk: Page) -> None:
    """All four sides of the focus ring can be seen around the credit and the post below a picture."""
    desk.goto(site.address(site.page("new")))
    desk.locator(".g .t").first.focus()
    for name in ("by", "post"):
        desk.keyboard.press("Tab")
        link = desk.locator(":focus")
        assert link.get_attribute("class") == name
        box = link.bounding_box()
        assert box is not None
        ring = "(link) => ['outlineOffset', 'outlineWidth'].map((name) => parseFloat(getComputedStyle(link)[name]))"
        offset, width = link.evaluate(ring)
        away = offset + width / 2
        middle_x, middle_y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        sides = {
            "left": (box["x"] - away, middle_y),
            "right": (box["x"] + box["width"] + away, middle_y),
            "top": (middle_x, box["y"] - away),
            "bottom": (middle_x, box["y"] + box["height"] + away),
        }
        screen = Image.open(BytesIO(desk.screenshot())).convert("RGB")
        cut = [side for side, (x, y) in sides.items() if screen.getpixel((int(x), int(y))) != ACCENT]
        assert cut == [], name


def test_words_stay_whole_on_the_narrowest_screen(site: Site, browser: Browser) -> None:
    """At 320 px no word of the neighbours' links or of the table of accounts is cut; the table scrolls instead."""
    cut = """() => [...document.querySelectorAll('.seq a > span:last-child, .seq .up, th, td')]
        .filter((box) => box.checkVisibility()).flatMap((box) => {
            const text = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
            const words = [];
            while (text.nextNode()) for (const { index, 0: word } of text.currentNode.data.matchAll(/[\\w@.]+/g)) {
                const range = document.createRange();
                range.setStart(text.currentNode, index);
                range.setEnd(text.currentNode, index + word.length);
                if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) words.push(word);
            }
            return words;
        })"""
    with visit(browser, viewport={"width": 320, "height": 640}) as visitor:
        for kind in ("work", "status"):
            visitor.goto(site.address(site.page(kind)))
            assert visitor.page.evaluate(cut) == []
            assert visitor.page.evaluate("document.documentElement.scrollWidth") == 320
        table = visitor.page.locator(".scroll")
        table.evaluate("(region) => region.scrollBy(1000, 0)")
        assert table.evaluate("(region) => region.scrollLeft") > 0


def test_a_narrow_caption_leaves_the_score_out_rather_than_cut_it(site: Site, browser: Browser) -> None:
    """On phones nothing hangs over the end of a caption, and only narrow pictures lack a score."""
    measure = """() => [...document.querySelectorAll('.g p')].map((line) =>
        [line.clientWidth, line.scrollWidth, line.querySelector('data').checkVisibility()])"""
    lines = []
    for width in (320, 390):
        with visit(browser, viewport={"width": width, "height": 640}) as visitor:
            for kind in ("new", "artist"):
                visitor.goto(site.address(site.page(kind)))
                lines += visitor.page.evaluate(measure)
    assert [line for line in lines if line[1] > line[0]] == []
    assert {shown for room, _, shown in lines if room > 110} == {True}
    assert not all(shown for *_, shown in lines)


def test_a_score_that_leads_to_the_work_stays_on_narrow_pictures(tmp_path: Path, browser: Browser) -> None:
    """Where pictures lead to posts, every caption on a phone has room for a whole link of 24 px to the work."""
    measure = """() => [...document.querySelectorAll('.g p')].map((line) => {
        const link = line.querySelector('.details').getBoundingClientRect();
        return [line.clientWidth, line.scrollWidth, link.width, link.height];
    })"""
    lines = []
    settings = replace(SETTINGS, click="post", languages=("en",))
    with served(tmp_path, made_exhibition(works=30, artists=2, seed=5), settings) as site:
        for width in (320, 390):
            with visit(browser, viewport={"width": width, "height": 640}) as visitor:
                for kind in ("new", "artist"):
                    visitor.goto(site.address(site.page(kind)))
                    lines += visitor.page.evaluate(measure)
    assert min(room for room, *_ in lines) < 96
    assert [line for line in lines if line[1] > line[0] or min(line[2:]) < 24] == []


def test_a_browser_asks_for_a_themes_own_font(tmp_path: Path, browser: Browser) -> None:
    """The policy of the pages lets the browser have a font that lies beside the theme's style sheet."""
    font = "@font-face { font-family: Own; src: url(fonts/own.woff2) } :root { --sans: Own, sans-serif }"
    static = tmp_path / "themes/mine/static"
    (static / "fonts").mkdir(parents=True)
    (static.parent / "theme.toml").write_text('inherits = "wall"')
    (static / "theme.css").write_text(font)
    (static / "fonts/own.woff2").write_bytes(b"wOF2")
    exhibition, settings = made_exhibition(works=3, artists=1), replace(SETTINGS, theme="mine")
    folder = tmp_path / "site"
    write_site(folder, exhibition, settings, imagined_renditions(exhibition, settings), (tmp_path / "themes",))
    with StaticHost(folder, PREFIX) as host, visit(browser, **DESK) as visitor:
        visitor.goto(f"{host.url}about/")
        assert any(path.endswith("/fonts/own.woff2") for path in host.requests)
        assert visitor.troubles == []


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
