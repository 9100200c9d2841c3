"""The built site in a real browser: the viewer, history, clicks, keyboard and words, and no script at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from benchmarks.site_check import access, behaviour
from benchmarks.site_check.browser import DESK, visit
from benchmarks.site_check.rows import Outcome
from benchmarks.site_check.sites import PREFIX, Site
from tests.made_gallery import imagined_renditions, made_exhibition, write_site
from tests.servers.static_host import StaticHost
from tests.site_kit import SETTINGS, served

pytestmark = pytest.mark.browser


def _swipe(page: Page, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Draw one finger over the screen."""
    session = page.context.new_cdp_session(page)
    steps = 8
    for step in range(steps + 1):
        x, y = (start[axis] + (end[axis] - start[axis]) * step / steps for axis in (0, 1))
        kind = "touchStart" if step == 0 else "touchMove"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


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


def test_far_pictures_are_sharp_in_the_viewer(tmp_path: Path, phone: Page) -> None:
    """Sliding to a picture whose thumbnail was never near the screen shows its large copy, not the small JPEG; whoever
    closes the viewer there is at that picture."""
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
        phone.keyboard.press("Escape")
        phone.wait_for_selector(".pswp", state="detached")
        expect(links.nth(far)).to_be_in_viewport()


@pytest.mark.parametrize("pressed", [behaviour.THUMB, ".sort a:not([aria-current])", ".pg button"])
def test_a_phone_shares_what_it_shows(site: Site, desk: Page, pressed: str) -> None:
    """Browsers share a page by its canonical address: none stays that names what stood there before a press."""
    desk.goto(site.address(site.page("artist")))
    before = desk.url
    canonical = desk.locator("[rel=canonical]")
    assert canonical.count() == 1
    desk.locator(pressed).first.click()
    desk.wait_for_url(lambda url: url != before)
    assert canonical.count() == 0


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
    desk.locator(".pswp:focus-within").wait_for(timeout=2000)


def test_at_the_last_picture_the_keyboard_stays_in_the_viewer(site: Site, desk: Page) -> None:
    """The arrow that was pressed can be pressed no more there, and the focus goes to the dialog, not behind it."""
    desk.goto(site.address(site.page("artist")))
    desk.locator(".g .t").nth(-2).click()
    desk.locator(".pswp:not([aria-busy=true])").wait_for()
    desk.locator(".pswp__button--arrow--next").press("Enter")
    desk.locator(".pswp__button--arrow--next:disabled").wait_for(state="attached")
    desk.locator(".pswp:focus-within").wait_for(timeout=2000)


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
    """Who presses twice, the second time on the arrow that has just come, still sees the picture and can leave; who
    goes back before it is open is back on the list."""
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
        # not by wait_for_function, whose second look the page's content policy forbids
        visitor.page.evaluate(
            "() => new Promise((done) => (function look() { window.PhotoSwipe ? done() : setTimeout(look, 5); })())"
        )
        assert thumb.evaluate(press)  # it met the viewer, not a link below
        visitor.page.wait_for_timeout(600)  # the opening movement
        visitor.page.wait_for_selector(".pswp__item[aria-hidden=false] img")
        visitor.page.keyboard.press("Escape")
        visitor.page.wait_for_selector(".pswp", state="detached")
        thumb.evaluate(
            """(thumb) => new Promise((left) => {
                const look = () => document.querySelector('.pswp') ? left(history.back()) : setTimeout(look, 5);
                thumb.click();
                look();
            })"""
        )
        visitor.page.wait_for_selector(".pswp", state="detached", timeout=5000)
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
