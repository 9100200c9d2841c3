"""How pages of the built site fit in a real browser: nothing cut, nothing pushed out of sight."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from benchmarks.site_check.browser import DESK, PHONE, visit
from benchmarks.site_check.sites import Site
from tests.chromium import let_go
from tests.made_gallery import made_exhibition
from tests.render_kit import changed, with_post, with_verdict
from tests.site_kit import SETTINGS, served, with_large_text

pytestmark = pytest.mark.browser

ACCENT = (0x1F, 0x46, 0xD0)  # of the light scheme


def test_the_current_tab_is_in_sight_however_long_the_strip(site: Site, browser: Browser) -> None:
    """With large text the strip of listings is wider than a phone: it begins where the visitor is."""
    with visit(browser, **PHONE) as visitor:
        page = visitor.page
        with_large_text(page)
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


def test_the_line_at_the_top_keeps_to_its_end_when_it_wraps(site: Site, browser: Browser) -> None:
    """With large text on a phone the way to the other language stands below the menu's end, not alone at its start."""
    with visit(browser, **PHONE) as visitor:
        with_large_text(visitor.page)
        visitor.page.goto(site.address(site.page("home")))
        menu, other = (visitor.page.locator(part).bounding_box() for part in (".top nav", ".lang"))
        assert menu is not None
        assert other is not None
        assert other["y"] >= menu["y"] + menu["height"]
        assert other["x"] + other["width"] == pytest.approx(menu["x"] + menu["width"], abs=1)


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


@pytest.mark.parametrize("profile", [PHONE, DESK], ids=["phone", "desk"])
def test_a_filter_moves_the_list_only_when_it_is_pressed(site: Site, browser: Browser, profile: dict[str, Any]) -> None:
    """Neither the choices, which may come late, nor an answer push the pictures that somebody is looking at."""
    with visit(browser, **profile) as visitor:
        page = visitor.page
        held: list[Route] = []
        page.route("**/data/index.json", lambda route: held.append(route))
        for kind in ("artist", "new"):
            page.goto(site.address(site.page(kind)))
            page.locator(".filter-open").click()
            choices = page.locator(".filter select[name=tag]")
            expect(choices).to_be_visible()
            place = page.locator("main > .g").bounding_box()
            let_go(page, held)
            choices.locator("option").nth(1).wait_for(state="attached")
            assert page.locator("main > .g").bounding_box() == place
            choices.select_option(index=1)
            expect(page.locator(".filter output")).not_to_be_empty()
            after = page.locator("main > .g").bounding_box()
            assert place is not None
            assert after is not None
            assert after["y"] == place["y"]


def test_the_ring_of_a_focused_tab_leaves_its_words_alone(site: Site, desk: Page) -> None:
    """The ring lies around what a tab or an order is called, not over it, and moves no words."""
    desk.goto(site.address(site.page("artist")))
    stand = """() => [...document.querySelectorAll('.bar a')].map((link) => {
      const words = document.createRange();
      words.selectNodeContents(link);
      const [inner, outer] = [words, link].map((each) => each.getBoundingClientRect());
      const room = Math.min(inner.left - outer.left, outer.right - inner.right);
      return [inner.left, link.matches(':focus-visible') && room];
    })"""
    before = [left for left, _ in desk.evaluate(stand)]
    for link in desk.locator(".bar a").all():
        link.focus()
        desk.keyboard.press("Shift+Tab")
        desk.keyboard.press("Tab")
        now = desk.evaluate(stand)
        assert [left for left, _ in now] == pytest.approx(before, abs=0.1)
        assert max(room for _, room in now) >= 3


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
    """At 320 px no word of the neighbours' links or of the table of accounts is cut."""
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


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_table_of_accounts_fits_a_phone(tmp_path: Path, phone: Page, language: str) -> None:
    """It scrolls nowhere, however long a handle is, and each account's four facts and what they are called are seen."""
    exhibition = made_exhibition(works=2, artists=2, seed=5)
    room = exhibition.rooms[0]
    status = room.accounts[0]
    account = replace(status.account, handle="the_long_handle_of_somebody.on_a_server_with_a_long_name.example")
    long = replace(room, accounts=(replace(status, account=account, profile=None),))
    with served(tmp_path, replace(exhibition, rooms=(long, *exhibition.rooms[1:]))) as made:
        phone.goto(made.address(made.page("status", language)))
        assert phone.locator(".scroll").evaluate("(region) => region.scrollWidth - region.clientWidth") == 0
        cells = phone.locator("th, td").evaluate_all("(cells) => cells.filter((cell) => cell.checkVisibility())")
        assert len(cells) == 12


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
    assert {shown for room, _, shown in lines if room > 116} == {True}
    assert not all(shown for *_, shown in lines)


def test_a_day_is_said_whole_or_not_at_all(tmp_path: Path, browser: Browser) -> None:
    """Between the post and "checked" there may be no room for a date: no half of one stands there."""
    exhibition = made_exhibition(works=30, artists=1, seed=5)
    for place in range(30):
        exhibition = changed(exhibition, place, with_verdict(by_person=True))
    cut = """() => [...document.querySelectorAll('.g .post')].map((post) => {
      const [line, day] = [post, post.querySelector('time')].map((part) => part.getBoundingClientRect());
      return !day.width || day.top >= line.bottom ? 'gone' : day.right <= line.right + 1 ? 'whole' : 'cut';
    })"""
    said = set()
    with served(tmp_path, exhibition, replace(SETTINGS, page_size=30)) as made, visit(browser, **PHONE) as visitor:
        visitor.goto(made.address(made.page("artist", "ja")))
        visitor.page.locator(".g p").evaluate_all("(all) => all.forEach((p) => p.style.contentVisibility = 'visible')")
        for width in range(320, 440, 8):
            visitor.page.set_viewport_size({"width": width, "height": 844})
            said |= set(visitor.page.evaluate(cut))
    assert said == {"whole", "gone"}


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


def test_a_picture_that_hangs_alone_is_large_and_sharp(tmp_path: Path, browser: Browser) -> None:
    """A list of one fits no row: on a phone it takes more than half of the screen's width, of a copy with the dots."""
    with served(tmp_path, made_exhibition(works=1, artists=1)) as lone, visit(browser, **PHONE) as visitor:
        visitor.goto(lone.address(lone.page("artist")))
        width, copy = visitor.page.locator(".g img").evaluate("(image) => [image.clientWidth, image.currentSrc]")
        assert width > PHONE["viewport"]["width"] / 2
        assert "-640." in copy


def test_a_doubt_on_a_narrow_picture_is_said_in_whole_words(tmp_path: Path, browser: Browser) -> None:
    """On a phone the remark on a portrait keeps its words together and leaves more than half of the picture to see."""
    exhibition = made_exhibition(works=9, artists=1, seed=5)
    for place in range(9):
        exhibition = changed(
            exhibition, place, with_verdict(doubtful=True, score=0.7, by_person=False, sensitive=False)
        )
        exhibition = changed(exhibition, place, lambda one: replace(one, picture=replace(one.picture, width_px=400)))
    words = """(remark) => {
      const { firstChild: text } = remark;
      const pieces = [...text.data.matchAll(/\\S+/g)].map(({ 0: word, index }) => {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        return range.getClientRects().length;
      });
      return [Math.max(...pieces), remark.offsetHeight / remark.parentElement.offsetHeight];
    }"""
    with served(tmp_path, exhibition) as narrow, visit(browser, **PHONE) as visitor:
        visitor.goto(narrow.address(narrow.page("artist")))
        for remark in visitor.page.locator(".hint").all():
            remark.scroll_into_view_if_needed()
            lines, share = remark.evaluate(words)
            assert lines == 1
            assert share < 0.5


def test_a_tap_leaves_no_ring_around_what_it_opened(site: Site, phone: Page) -> None:
    """On a touch screen the picture that one comes back to looks like its neighbours."""
    phone.goto(site.address(site.page("artist")))
    thumb = phone.locator(".g .t[data-full]").nth(1)
    thumb.tap()
    phone.locator(".pswp:not([aria-busy=true])").wait_for()
    phone.go_back()
    phone.locator(".pswp").wait_for(state="detached")
    assert thumb.evaluate("(link) => getComputedStyle(link).outlineStyle") == "none"


def test_fingers_hit_what_stands_alone(site: Site, phone: Page) -> None:
    """On a touch screen every link and control but those in captions and running text is 44 px high."""
    heights = """() => [...document.querySelectorAll('a:not(.skip), button, select, summary')]
      .filter((part) => part.checkVisibility() && !part.closest('.g p, .prose p, .text'))
      .map((part) => [part.getBoundingClientRect().height, part.outerHTML.slice(0, 90)])
      .filter(([height]) => height < 43.5)"""
    for kind in ("home", "artist", "new", "work", "tags", "status"):
        phone.goto(site.address(site.page(kind)))
        assert phone.evaluate(heights) == []


def test_links_under_pictures_take_all_the_room_between_rows(site: Site, phone: Page) -> None:
    """On a touch screen they are 36 px high, and lie over no picture."""
    measure = """() => {
        const boxes = (what) => [...document.querySelectorAll(what)].filter((part) => part.checkVisibility())
            .map((part) => part.getBoundingClientRect());
        const pictures = boxes('.g .t');
        const over = (link) => pictures.some((picture) => link.left < picture.right && link.right > picture.left &&
            link.top < picture.bottom - .5 && link.bottom > picture.top + .5);
        const links = boxes('.g p a');
        return [Math.min(...links.map(({ height }) => height)), links.filter(over).length];
    }"""
    for kind in ("home", "artist", "new"):
        phone.goto(site.address(site.page(kind)))
        assert phone.evaluate(measure) == [36, 0]


def test_a_phone_on_its_side_shows_the_art_first(site: Site, browser: Browser) -> None:
    """A list begins in the upper two thirds; a work is seen whole, with the way to its post beside it."""
    with visit(browser, **PHONE | {"viewport": {"width": 844, "height": 390}}) as visitor:
        for kind in ("artist", "new"):
            visitor.goto(site.address(site.page(kind)))
            first = visitor.page.locator(".g .t").first.bounding_box()
            assert first is not None
            assert first["y"] < 260
        visitor.goto(site.address(site.page("work")))
        expect(visitor.page.locator(".pic img")).to_be_in_viewport(ratio=1)
        expect(visitor.page.locator(".btn.post")).to_be_in_viewport(ratio=1)
