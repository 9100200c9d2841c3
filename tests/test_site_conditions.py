"""The built site as some meet it: without pictures, on paper, in old browsers, from right to left, in large text,
without script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from benchmarks.site_check import behaviour
from benchmarks.site_check.browser import DESK, PHONE, visit
from benchmarks.site_check.sites import Site
from tests.made_gallery import made_exhibition
from tests.site_kit import served, untroubled, with_large_text

pytestmark = pytest.mark.browser
# the contrast of two computed colours, as WCAG reckons it
CONTRAST = """
  const drawn = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const luminance = (colour) => {
    drawn.fillStyle = colour;
    drawn.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...drawn.getImageData(0, 0, 1, 1).data].map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((first, second) => first - second);
    return light / dark;
  };
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Forty pictures by two artists, twenty a page."""
    with served(tmp_path_factory.mktemp("site"), made_exhibition(works=40, artists=2)) as made:
        yield made


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_in_place_of_a_picture_can_be_read_on_its_colour(site: Site, browser: Browser, scheme: Any) -> None:
    """A picture that does not come shows its description: as clear on each of the 128 colours as text has to be."""
    with untroubled(browser, {**DESK, "color_scheme": scheme}) as page:
        page.goto(site.address(site.page("artist")))
        contrasts = page.locator(".g > li").first.evaluate(
            f"""(tile) => {{
              {CONTRAST}
              const colour = (selector, name) => getComputedStyle(tile.querySelector(selector))[name];
              return [...Array(128).keys()].map((number) => {{
                tile.className = `r0 c${{number}}`;
                return contrast(colour('img', 'color'), colour('.t', 'backgroundColor'));
              }});
            }}"""
        )
        assert min(contrasts) >= 4.5


def test_the_edge_of_a_choice_can_be_seen(site: Site, browser: Browser) -> None:
    """What can be opened differs from the wall by more than a hairline does."""
    with untroubled(browser, DESK) as page:
        page.goto(site.address(site.page("artist")))
        page.locator(".filter-open").click()
        edge = page.locator(".filter select").first.evaluate(
            f"""(choice) => {{
              {CONTRAST}
              return contrast(getComputedStyle(choice).borderTopColor, getComputedStyle(document.body).backgroundColor);
            }}"""
        )
        assert edge >= 3


def test_no_phone_enlarges_the_page_around_a_choice(site: Site, browser: Browser) -> None:
    """An iPhone zooms in on a list to choose from whose words are smaller than 16 px."""
    with untroubled(browser, PHONE) as page:
        page.goto(site.address(site.page("artist")))
        page.locator(".filter-open").tap()
        size = page.locator("select").first.evaluate("(field) => parseFloat(getComputedStyle(field).fontSize)")
        assert size >= 16


def test_far_pictures_are_read_out(site: Site, browser: Browser) -> None:
    """A list of the links of a page, as screen readers offer it, has the words of those far below the window, too."""
    with untroubled(browser, {**PHONE, "viewport": {"width": 390, "height": 200}}) as page:
        page.goto(site.address(site.page("artist")))
        tiles = page.locator(".g .t").count()
        page.evaluate("() => document.getAnimations().forEach((each) => each.finish())")  # which takes seconds
        tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
        read = [node for node in tree if not node["ignored"]]
        assert len([node for node in read if node["role"]["value"] == "image"]) >= tiles > 10
        assert not [node for node in read if node["role"]["value"] == "link" and not node["name"]["value"]]


def test_a_line_below_the_footer_keeps_its_margin(site: Site, browser: Browser) -> None:
    """As docs/themes.md has a theme add one: its words begin where those of the footer do, and are as small."""
    with untroubled(browser, DESK) as page:
        page.goto(site.address(site.page("artist")))
        footer, line = page.evaluate(
            """() => {
              const footer = document.querySelector('footer');
              const line = document.createElement('p');
              footer.after(line);
              return [footer, line].map((element) => {
                const style = getComputedStyle(element);
                return [element.getBoundingClientRect().x, style.paddingInlineStart, style.fontSize];
              });
            }"""
        )
        assert line == footer


def test_no_link_is_printed_over_the_pictures(site: Site, browser: Browser) -> None:
    """The link for keyboards, which waits above the window, would stand at the foot of every sheet."""
    with untroubled(browser, DESK) as page:
        page.goto(site.address(site.page("artist")))
        page.emulate_media(media="print")
        expect(page.locator(".skip")).to_be_hidden()


def test_a_browser_of_2021_shows_what_others_show(site: Site, browser: Browser) -> None:
    """Where `translate`, `color-mix()` and signs that are not read out are unknown, the link for keyboards waits above
    the window all the same, links to posts have their arrow, and the words below a picture stand on a ground."""

    def of_2021(route: Route) -> None:
        answer = route.fetch()
        unknown = r'\btranslate:|\bcolor-mix\(|\bcontent:"[^"]*"/""'
        route.fulfill(response=answer, body=re.sub(unknown, r"un\g<0>", answer.text()))

    with untroubled(browser, DESK) as page:
        page.route("**/*.css", of_2021)
        page.goto(site.address(site.page("artist")))
        skip = page.locator(".skip").bounding_box()
        assert skip is not None
        assert skip["y"] + skip["height"] <= 0
        arrow = page.locator(".g .post").first.evaluate("(link) => getComputedStyle(link, '::before').content")
        assert arrow == '"↗ "'
        behaviour.open_viewer(page)
        ground = "(words) => getComputedStyle(words).backgroundColor"
        assert page.locator(".viewer-caption").evaluate(ground) == page.locator(".pswp__bg").evaluate(ground)


def test_the_viewer_counts_the_same_way_from_right_to_left(site: Site, browser: Browser) -> None:
    """The second of twenty is no twentieth of two where the page runs from right to left."""
    with untroubled(browser, DESK) as page:
        page.goto(site.address(site.page("artist")))
        page.evaluate("document.dir = 'rtl'")
        behaviour.open_viewer(page, 1)
        first, last = page.locator(".pswp__counter").evaluate(
            """({ firstChild }) => [0, firstChild.length - 1].map((at) => {
              const letter = document.createRange();
              letter.setStart(firstChild, at);
              letter.setEnd(firstChild, at + 1);
              return letter.getBoundingClientRect().x;
            })"""
        )
        assert first < last


def test_the_viewer_turns_to_the_side_one_reads_to(site: Site, browser: Browser) -> None:
    """Where the page runs from right to left the next picture lies on the left: for the key, the arrow and its name."""
    with untroubled(browser, DESK) as page:
        page.goto(site.address(site.page("artist")))
        page.evaluate("document.dir = 'rtl'")
        pages = page.locator(".g .t").evaluate_all("(links) => links.map((link) => link.href)")
        at = pages.index(behaviour.open_viewer(page))
        page.keyboard.press("ArrowLeft")
        page.wait_for_url(pages[at + 1])
        arrow = page.get_by_role("button", name="Next picture")
        box = arrow.bounding_box()
        assert box is not None
        assert box["x"] < 100
        arrow.click()
        page.wait_for_url(pages[at + 2])
        expect(page.locator(".pswp__counter")).to_have_text(f"{at + 3} / {len(pages)}")
        assert page.locator(".pswp .vh").inner_text().startswith(f"{at + 3} of")


@pytest.mark.parametrize(("width", "height"), [(480, 800), (768, 1024), (1280, 900)])
def test_no_control_of_the_viewer_lies_over_a_picture(site: Site, browser: Browser, width: int, height: int) -> None:
    """With a mouse, neither the arrows nor what stands in the line above cover a wide picture or a tall one."""
    over = """() => {
      const box = (part) => part.getBoundingClientRect();
      const art = box([...document.querySelectorAll('.pswp__item[aria-hidden=false] img')].at(-1));
      return [...document.querySelectorAll('.pswp__button path, .pswp__counter')].filter((part) => {
        const { left, right, top, bottom, width } = box(part);
        return width && left < art.right && right > art.left && top < art.bottom && bottom > art.top;
      }).map((part) => part.closest('[class]').getAttribute('class'));
    }"""
    with untroubled(browser, {"viewport": {"width": width, "height": height}}) as page:
        page.goto(site.address(site.page("artist")))
        shapes = page.locator(behaviour.THUMB).evaluate_all(
            "(links) => links.map(({ dataset }) => parseInt(dataset.size) / dataset.size.split('x')[1])"
        )
        inner = shapes[1:-1]  # that have an arrow on either side
        for shape in (max(inner), min(inner), min(inner, key=lambda each: abs(each - 1.4))):
            behaviour.open_viewer(page, inner.index(shape) + 1)
            assert page.evaluate(over) == []
            page.keyboard.press("Escape")
            page.locator(".pswp").wait_for(state="detached")


def test_an_artists_only_picture_hangs_whole(tmp_path: Path, browser: Browser) -> None:
    """On the artist's card it keeps its shape, where it stood as a strip as wide as the card."""
    with served(tmp_path, made_exhibition(works=1, artists=1)) as lone, untroubled(browser, PHONE) as page:
        page.goto(lone.address(lone.page("home")), wait_until="networkidle")
        shapes = page.locator(".tri img").evaluate(
            "(image) => [image.naturalWidth / image.naturalHeight, image.clientWidth / image.clientHeight]"
        )
        assert shapes[0] == pytest.approx(shapes[1], abs=0.02)


def test_a_strip_of_listings_that_is_too_long_begins_at_the_margin(site: Site, browser: Browser) -> None:
    """With large text on a phone the first listing stands below the other words of the page, not at the very edge."""
    with visit(browser, **PHONE) as visitor:
        page = visitor.page
        with_large_text(page)
        page.goto(site.address(site.page("artist")))
        first = page.locator(".tabs a").first
        begin = """(part) => {
          const words = document.createRange();
          words.selectNodeContents(part);
          return words.getBoundingClientRect().left;
        }"""
        assert page.locator(".tabs").evaluate("(strip) => strip.scrollWidth > strip.clientWidth")
        for pressed in ("", ":last-child", ":first-child"):
            if pressed:
                page.locator(f".tabs a{pressed}").evaluate("(tab) => tab.click()")
                page.locator(f".tabs a{pressed}[aria-current]").wait_for()
            if pressed != ":last-child":
                there, words = (each.evaluate(begin) for each in (first, page.locator(".cr")))
                assert there == pytest.approx(words, abs=1)


def test_on_a_phone_on_its_side_every_picture_is_seen_whole(site: Site, browser: Browser) -> None:
    """No row, its line included, is taller than what the window shows below the bar that sticks."""
    with untroubled(browser, {**PHONE, "viewport": {"width": 740, "height": 330}}) as page:
        for kind in ("home", "artist", "new"):
            page.goto(site.address(site.page(kind)))
            heights = page.locator(".g > li").evaluate_all("(tiles) => tiles.map((tile) => tile.offsetHeight)")
            assert max(heights) <= 330 - 52


def test_a_narrow_caption_drops_checked_before_it_cuts_the_artists_name(site: Site, browser: Browser) -> None:
    """The credit comes first: what a person has checked says so again on the work's page."""
    with untroubled(browser, DESK) as page:
        page.goto(site.address(site.page("new")))
        tile = page.locator(".g > li").first
        tile.locator("data").evaluate("(score) => Object.assign(score, { value: '1', textContent: 'checked' })")
        tile.locator(".by").evaluate("(name) => { name.textContent = 'みなとあおい'; }")
        tile.evaluate("(item) => Object.assign(item.style, { flex: 'none', width: '10.5rem' })")
        assert tile.locator(".by").evaluate("(name) => name.scrollWidth <= name.clientWidth")


def test_without_script_no_room_is_kept_for_filters(site: Site, browser: Browser) -> None:
    """The orders begin where the row begins, not behind a button that never comes."""
    with visit(browser, **PHONE, java_script_enabled=False) as visitor:
        visitor.page.goto(site.address(site.page("artist")))
        assert visitor.page.locator(".filter-open").bounding_box() is None
