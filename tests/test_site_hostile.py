"""What two hundred attacks in posts do to the built site in a real browser: nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks.site_check import behaviour
from benchmarks.site_check.browser import DESK, visit
from benchmarks.site_check.sites import PREFIX, Site, look
from gallery.domain import Exhibition
from gallery.render.text import clean
from tests.made_gallery import imagined_renditions, made_exhibition, write_site
from tests.servers.static_host import StaticHost
from tests.site_kit import SETTINGS

pytestmark = pytest.mark.browser
HOSTILE = Path(__file__).parent / "fixtures/hostile.txt"
# What a page may hold: anything else came out of somebody's text.
THEME = """
    html head meta title link script body a header main footer nav section article figure picture source img ul li p
    h1 h2 h3 div span b i bdi strong small data time form label select option output template button details summary
    table thead tbody tr th td caption dl dt dd
"""
ELEMENTS = frozenset(THEME.split())


class Outline(HTMLParser):
    """The elements and attributes of a page, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.scripts = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.scripts += tag == "script"


def hostile_strings() -> list[str]:
    """The strings of tests/fixtures/hostile.txt."""
    return [json.loads(line) for line in HOSTILE.read_text().splitlines() if not line.startswith("# ")]


def hostile_exhibition(strings: list[str], together: int) -> Exhibition:
    """Works whose texts, alts, titles, warnings and tags are attacks, ``together`` of them in one text."""
    groups = [strings[start : start + together] for start in range(0, len(strings), together)]
    exhibition = made_exhibition(works=len(groups), artists=1, seed=8)
    (room,) = exhibition.rooms
    exhibits = []
    for number, (exhibit, group) in enumerate(zip(room.exhibits, groups, strict=True)):
        words = group[number % len(group)]
        media = replace(exhibit.picture.media, alt=words)
        post = replace(
            exhibit.picture.post,
            text="\n".join(group),
            title=words,
            warning=words,
            tags=(*group, "shared"),
            media=(media,),
        )
        exhibits.append(replace(exhibit, picture=replace(exhibit.picture, post=post, media=media)))
    return replace(exhibition, rooms=(replace(room, exhibits=tuple(exhibits)),))


def write_hostile(folder: Path, together: int) -> None:
    """A site of attacks; its pictures do not exist."""
    settings = replace(SETTINGS, languages=("en",), page_size=100)
    exhibition = hostile_exhibition(hostile_strings(), together)
    write_site(folder, exhibition, settings, imagined_renditions(exhibition, settings))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of attacks, eight in one text, to be visited."""
    folder = tmp_path_factory.mktemp("hostile")
    write_hostile(folder, together=8)
    with StaticHost(folder, PREFIX) as host:
        yield look("hostile", folder, host)


def test_there_are_two_hundred_attacks() -> None:
    """The list of hostile strings holds at least two hundred different ones."""
    assert len(set(hostile_strings())) >= 200


def test_hostile_text_adds_nothing_to_the_markup(tmp_path: Path) -> None:
    """Whatever a post says, a page holds the theme's elements, no event handlers, no styles, its own scripts."""
    write_hostile(tmp_path, together=1)
    for file in tmp_path.rglob("*.html"):
        outline = Outline(file.read_text())
        assert outline.elements <= ELEMENTS, f"{file}: {sorted(outline.elements - ELEMENTS)}"
        assert not {name for name in outline.attributes if name.startswith("on") or name in ("style", "srcdoc")}, file
        assert outline.scripts <= 3, file  # gallery.js, the words, the data about the work


def test_hostile_text_is_shown_as_text_and_runs_nothing(hostile: Site, browser: Browser) -> None:
    """In a browser, every attack stands on its work page as text; nothing runs, nothing leaves, nothing overflows."""
    (room,) = hostile_exhibition(hostile_strings(), together=8).rooms
    texts = {exhibit.picture.id: clean(exhibit.picture.post.text) for exhibit in room.exhibits}
    with visit(browser, viewport={"width": 320, "height": 700}) as visitor:
        page = visitor.page
        page.add_init_script("window.ran = 0; window.pwned = () => { window.ran += 1; };")
        page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
        for file in [*hostile.folder.glob("a/**/index.html"), *hostile.folder.glob("t*/**/index.html")]:
            name = file.relative_to(hostile.folder).as_posix()
            page.goto(hostile.url + name, wait_until="domcontentloaded")
            ran, wide = page.evaluate("[window.ran, document.documentElement.scrollWidth - innerWidth]")
            assert ran == 0, name
            assert wide <= 0, f"{name} is {wide} px too wide"
            if words := texts.get(file.parent.name, "").split():
                assert (page.locator(".text").text_content() or "").split() == words, name
        assert visitor.elsewhere == []
        assert [trouble for trouble in visitor.troubles if "/i/" not in trouble] == []


def test_hostile_text_in_the_viewer(hostile: Site, browser: Browser) -> None:
    """The viewer's caption and live text show attacks as text, too."""
    with visit(browser, **DESK, reduced_motion="reduce") as visitor:
        page = visitor.page
        page.add_init_script("window.ran = 0; window.pwned = () => { window.ran += 1; };")
        page.goto(hostile.address(hostile.page("artist")))
        page.locator(behaviour.THUMB).first.click()
        page.wait_for_selector(behaviour.OPEN, timeout=10_000)
        page.wait_for_timeout(300)
        for _ in range(12):
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(60)
        assert page.evaluate("window.ran") == 0
        assert page.locator(".pswp .vh").inner_text().startswith("13 of")
        assert page.locator(".viewer-caption :is(script, img, svg, iframe, style)").count() == 0
