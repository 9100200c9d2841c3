"""How Japanese is set in a real browser: lines as high as what they stand in, and broken between words."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from benchmarks.site_check.browser import DESK, PHONE, visit
from benchmarks.site_check.sites import Site
from tests.made_gallery import made_exhibition
from tests.render_kit import changed, with_post, with_verdict
from tests.site_kit import served

pytestmark = pytest.mark.browser


def test_japanese_keeps_the_height_of_lines_that_a_heading_or_a_caption_sets(tmp_path: Path, browser: Browser) -> None:
    """A long title has the line height of its heading, and the date below a picture stands on the line of its link."""
    exhibition = changed(made_exhibition(works=3, artists=1), 0, with_post(title="長い題の絵" * 20))
    with served(tmp_path, exhibition) as made, visit(browser, **DESK) as visitor:
        page = visitor.page
        visitor.goto(made.address(made.page("work", "ja")))
        heading, title = (
            page.locator(part).evaluate("(part) => getComputedStyle(part).lineHeight") for part in ("h1", "h1 bdi")
        )
        assert title == heading
        visitor.goto(made.address(made.page("artist", "ja")))
        link, date = (
            page.locator(part).first.evaluate("(part) => getComputedStyle(part).lineHeight")
            for part in (".g .post", ".g .post time")
        )
        assert date == link
        running = page.locator(".cr").evaluate("(part) => parseFloat(getComputedStyle(part).lineHeight) / 14")
        assert running == pytest.approx(1.75, abs=0.01)


def test_how_a_work_is_shown_is_said_in_one_line(site: Site, desk: Page) -> None:
    """Under the line that says whose a work is stands how it is shown, and no syllable of it alone in a third line."""
    desk.goto(site.address(site.page("work", "ja")))
    lines = """(label) => {
      const words = document.createRange();
      words.selectNodeContents(label.querySelector('span'));
      return [words.toString(), words.getClientRects().length];
    }"""
    assert desk.locator(".rights").evaluate(lines) == ["元の投稿へのリンクとともに掲載しています。", 1]


def test_a_doubt_in_japanese_parts_between_its_words(tmp_path: Path, browser: Browser) -> None:
    """Japanese has no spaces: the remark on a portrait goes on in the next line with a whole word, not a syllable."""
    exhibition = made_exhibition(works=9, artists=1, seed=5)
    for place in range(9):
        exhibition = changed(
            exhibition, place, with_verdict(doubtful=True, score=0.7, by_person=False, sensitive=False)
        )
    starts = """(remark) => {
      const { firstChild: text } = remark;
      const range = document.createRange();
      const top = (at) => (range.setStart(text, at), range.setEnd(text, at + 1), range.getBoundingClientRect().top);
      const letters = [...text.data.matchAll(/[^\u200b]/g)].map(({ index }) => index);
      const begins = (at, place) => place && top(at) !== top(letters[place - 1]);
      return letters.filter(begins).map((at) => text.data.slice(at));
    }"""
    with served(tmp_path, exhibition) as narrow, visit(browser, **PHONE) as visitor:
        visitor.goto(narrow.address(narrow.page("artist", "ja")))
        begun = {line for remark in visitor.page.locator(".hint").all() for line in remark.evaluate(starts)}
        assert begun
        assert begun <= {"じゃない\u200bかも？", "かも？"}


def test_words_in_the_table_of_accounts_are_whole_in_japanese(site: Site, browser: Browser) -> None:
    """On a phone no cell of the status page stands on its head: what the columns are called is read in one line."""
    with visit(browser, **PHONE) as visitor:
        visitor.page.goto(site.address(site.page("status", "ja")))
        name = visitor.page.get_by_text("状態", exact=True)
        lines = """(cell) => {
            const words = document.createRange();
            words.selectNodeContents(cell);
            return words.getClientRects().length;
        }"""
        assert name.evaluate(lines) == 1


def test_a_short_description_takes_one_line_from_the_art(site: Site, desk: Page) -> None:
    """What a gallery says of itself in a sentence stands in one line, as long as those of all other texts."""
    desk.goto(site.address(site.page("home", "ja")))
    lines = """(words) => {
      words.textContent = '線を引く人たちの、余白のある展示室。写真は別の部屋に。';
      return words.clientHeight / parseFloat(getComputedStyle(words).lineHeight);
    }"""
    assert desk.locator(".intro p").evaluate(lines) == pytest.approx(1)
