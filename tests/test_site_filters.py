"""The filter of a list in a real browser: what it shows and hides, and where it leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.site_check import behaviour
from benchmarks.site_check.browser import DESK, visit
from benchmarks.site_check.sites import Site
from gallery.domain import Exhibit, Label, MediaKind
from tests.made_gallery import made_exhibition
from tests.render_kit import changed, with_twins
from tests.site_kit import IDS, SETTINGS, TILES, choose, choose_again, load_more, served

pytestmark = pytest.mark.browser


def moving(exhibit: Exhibit) -> Exhibit:
    """The exhibit as the still of a video."""
    return replace(
        exhibit, picture=replace(exhibit.picture, media=replace(exhibit.picture.media, kind=MediaKind.VIDEO))
    )


EXHIBITION = changed(made_exhibition(works=100, artists=1, seed=5), 10, moving)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A hundred pictures of one artist, twenty a page."""
    with served(tmp_path_factory.mktemp("site"), EXHIBITION) as made:
        yield made


def test_an_answer_on_one_screen_offers_no_more(site: Site, desk: Page) -> None:
    """Where all that matches is shown, neither the page's own nor the filter's "load more" can be seen."""
    desk.goto(site.address(site.page("new")))
    assert desk.locator(".pg .btn:visible").count() == 1
    promised = choose(desk)
    assert promised < 60
    assert desk.locator(TILES).count() == promised
    assert desk.locator(".pg:visible, .pg .btn:visible").count() == 0


def test_a_choice_goes_along_to_the_other_order_and_language(site: Site, desk: Page) -> None:
    """By score, by date, in Japanese: it is the same question, and has the same answer."""
    desk.goto(site.address(site.page("artist")))
    promised = choose(desk)
    desk.locator(".sort a:not([aria-current])").click()
    desk.wait_for_url("**/new/index.html?tag=*")
    expect(desk.locator(TILES)).to_have_count(promised)
    desk.locator(".lang").click()
    desk.wait_for_url("**/ja/**/new/index.html?tag=*")
    expect(desk.locator(TILES)).to_have_count(promised)
    desk.go_back()
    desk.go_back()
    desk.wait_for_url(lambda url: "/ja/" not in url and "/new/" not in url and "?tag=" in url)
    expect(desk.locator(TILES)).to_have_count(promised)


def test_a_filter_after_load_more_shows_its_answer_alone(site: Site, desk: Page) -> None:
    """Pages that were loaded before give way to the answer, also after a reload, and are back without a choice."""
    desk.goto(site.address(site.page("new")))
    load_more(desk)
    before = desk.locator(TILES).count()
    promised = choose(desk)
    assert desk.locator(TILES).count() == promised
    desk.locator(".filter select[name=tag]").select_option(index=0)
    desk.wait_for_url(lambda url: "?" not in url)
    assert desk.locator(TILES).count() == before
    load_more(desk)
    promised = choose_again(desk, "tag", 1)
    assert desk.locator(TILES).count() == promised
    asked = len(site.host.requests)
    desk.reload(wait_until="networkidle")
    expect(desk.locator("main .g > li")).to_have_count(promised)
    assert not [path for path in site.host.requests[asked:] if path.endswith("/new/index.html")]


def test_without_a_choice_all_pages_are_back_also_after_a_reload(site: Site, desk: Page) -> None:
    """A document that was loaded with an answer brings back every page that "load more" had, in their order, once."""
    desk.goto(site.address(site.page("new")))
    load_more(desk)
    load_more(desk)
    before = desk.locator(TILES).evaluate_all(IDS)
    promised = choose(desk)
    desk.reload(wait_until="networkidle")
    for _ in range(2):
        expect(desk.locator(TILES)).to_have_count(promised)
        desk.locator(".filter select[name=tag]").select_option(index=0)
        expect(desk.locator(TILES)).to_have_count(len(before))
        assert desk.locator(TILES).evaluate_all(IDS) == before
        choose_again(desk, "tag", 1)
    desk.reload(wait_until="networkidle")
    expect(desk.locator(TILES)).to_have_count(promised)


def test_a_second_press_on_filter_brings_the_list_back(site: Site, desk: Page) -> None:
    """What opened the form puts it away, with every choice; a third press opens it with none. Each time the button says
    whether the form is open."""
    start = site.address(site.page("new"))
    desk.goto(start)
    opener, form, shown = desk.locator(".filter-open"), desk.locator(".filter"), desk.locator(TILES)
    whole = shown.evaluate_all(IDS)
    expect(opener).to_have_attribute("aria-expanded", "false")
    choose(desk)
    expect(opener).to_have_attribute("aria-expanded", "true")
    opener.click()
    desk.wait_for_url(start)
    expect(form).to_be_hidden()
    expect(opener).to_have_attribute("aria-expanded", "false")
    assert shown.evaluate_all(IDS) == whole
    opener.click()
    expect(form).to_be_visible()
    expect(opener).to_have_attribute("aria-expanded", "true")
    assert desk.locator(".filter select").evaluate_all("(all) => all.every(({ value }) => !value)")
    load_more(desk)


def test_a_reload_after_load_more_keeps_the_order(site: Site, desk: Page) -> None:
    """The pages that were loaded one after the other stand in the same order after a reload."""
    desk.goto(site.address(site.page("new")))
    load_more(desk)
    load_more(desk)
    before = desk.locator("main .g > li").evaluate_all(IDS)
    desk.reload(wait_until="networkidle")
    expect(desk.locator("main .g > li")).to_have_count(len(before))
    assert desk.locator("main .g > li").evaluate_all(IDS) == before


def test_a_gallery_of_jpegs_filters_jpegs(tmp_path: Path, desk: Page) -> None:
    """With formats: [jpeg] every picture of a filtered list is one that was made."""
    settings = replace(SETTINGS, formats=("jpeg",), languages=("en",), page_size=4)
    with served(tmp_path, made_exhibition(works=12, artists=1, seed=5), settings) as site:
        desk.goto(site.address(site.page("new")))
        choose(desk)
        desk.wait_for_load_state("networkidle")
        assert desk.locator(f"{TILES} img").count() > 0
        assert desk.evaluate(behaviour.BROKEN) == []


def lay_out_all(page: Page) -> None:
    """What lies far below the screen, too: the browser leaves it until somebody scrolls there."""
    page.locator(f"{TILES} :is(.t, p)").evaluate_all(
        "(parts) => parts.forEach((part) => part.style.contentVisibility = 'visible')"
    )


def shown(page: Page) -> dict[str, tuple[str, str, str]]:
    """Work → what its tile says: the remark on the picture, the day, the score."""
    lay_out_all(page)
    tiles: dict[str, tuple[str, str, str]] = page.locator(TILES).evaluate_all(
        """(tiles) => Object.fromEntries(tiles.map((tile) => [
            tile.querySelector('.t').href.match(/w.(\\w+)/)[1],
            ['.hint, .none, .veil', 'time', 'data'].map((part) => tile.querySelector(part)?.innerText || ''),
        ]))"""
    )
    return {work: (remark, day, score) for work, (remark, day, score) in tiles.items()}


def expected(exhibit: Exhibit) -> tuple[str, str, str]:
    """What the tile of an exhibit has to say."""
    verdict = exhibit.verdict
    doubt = {"drawing": "Not a drawing?", "photo": "Not a photo?", "other": "A drawing after all?"}[verdict.label]
    remark = "Sensitive" if verdict.sensitive else doubt if verdict.doubtful else ""
    if not remark and exhibit.picture.media.kind is MediaKind.VIDEO:
        remark = "Plays at the post"
    score = "checked" if verdict.by_person else f"{int(min(verdict.score, 0.99) * 100)}%"
    return remark, exhibit.picture.post.created_at.strftime("%Y-%m-%d"), score


@pytest.mark.parametrize("listing", ["", "photos/", "other/", "unsure/"])
def test_filtered_pictures_say_what_they_always_say(site: Site, desk: Page, listing: str) -> None:
    """A doubt, a veil, that it moves, the day, the score and a person's word stand there as in the whole list."""
    exhibits = {one.picture.id: one for one in EXHIBITION.rooms[0].exhibits}
    desk.goto(site.address(site.page("artist")).replace("index.html", f"{listing}index.html"))
    promised = choose(desk, "year")
    while desk.locator(".pg button:visible").count():
        desk.locator(".pg button:visible").click()
    tiles = shown(desk)
    assert len(tiles) == promised > 0
    assert tiles == {work: expected(exhibits[work]) for work in tiles}


def test_filtered_pictures_are_described_in_their_posters_words(site: Site, desk: Page) -> None:
    """Pictures that stand on other pages of the list carry their description and its language, as they do there; one
    that nobody described, its artist and its day."""
    desk.goto(site.address(site.page("new")))
    here = set(desk.locator("main .g > li").evaluate_all(IDS))
    choose(desk, "year")
    desk.wait_for_load_state("networkidle")
    words = desk.locator(f"{TILES} img").evaluate_all("(images) => images.map(({ alt, lang }) => [alt, lang])")
    said = dict(zip(desk.locator(f"{TILES}:has(img)").evaluate_all(IDS), words, strict=True))
    described = {
        one.picture.id: [one.picture.media.alt, "ja"]
        for one in EXHIBITION.rooms[0].exhibits
        if one.picture.media.alt and one.picture.id in said.keys() - here
    }
    assert described
    assert described.items() <= said.items()
    artist = EXHIBITION.rooms[0].artist.name
    others = {
        one.picture.id: f"Work by {artist}, {one.picture.post.created_at.date()}"
        for one in EXHIBITION.rooms[0].exhibits
        if not one.picture.media.alt and one.picture.id in said.keys() - here
    }
    assert others
    assert others == {work: said[work][0] for work in others}


def test_a_filter_on_a_page_of_one_picture_fills_rows(tmp_path: Path, browser: Browser) -> None:
    """The last page may hold one picture, which hangs large; what a filter puts there are the rows of the first."""
    exhibition, heights = made_exhibition(works=12, artists=1), []
    drawings = sum(each.verdict.label is Label.DRAWING for each in exhibition.rooms[0].exhibits)
    settings, artist = replace(SETTINGS, page_size=drawings - 1), exhibition.rooms[0].artist.slug
    with served(tmp_path, exhibition, settings) as site, visit(browser, **DESK) as visitor:
        page = visitor.page
        for path in ("", "p/2/"):
            page.goto(f"{site.url}a/{artist}/{path}index.html")
            assert choose(page, "year") == drawings
            expect(page.locator(TILES)).to_have_count(drawings)
            heights.append(page.locator(f"{TILES} .t").first.evaluate("(link) => link.clientHeight"))
    assert heights[0] == heights[1]


def test_a_filtered_picture_of_the_page_is_the_pages_own(site: Site, desk: Page) -> None:
    """What the document holds, also by "load more", keeps its post, words and viewer, and no id stands there twice;
    every picture names its artist in the artist's language and leads on by date, as the list does."""
    desk.goto(site.address(site.page("new")))
    load_more(desk)
    own = set(desk.locator("main .g > li").evaluate_all(IDS))
    choose(desk, "artist")
    found = desk.locator(TILES)
    known = [work in own for work in found.evaluate_all(IDS)]
    posts = found.evaluate_all("(tiles) => tiles.map((tile) => !!tile.querySelector('.post, .s'))")
    assert set(known) == {True, False}
    assert all(post for post, here in zip(posts, known, strict=True) if here)
    assert found.evaluate_all("(tiles) => tiles.every((tile) => tile.querySelector('.t').hash === '#by-date')")
    assert set(desk.locator(f"{TILES} .by").evaluate_all("(links) => links.map(({ lang }) => lang)")) == {"ja"}
    ids = desk.locator("[id]").evaluate_all("(all) => all.map(({ id }) => id)")
    assert len(ids) == len(set(ids))
    desk.locator(f"main .g {behaviour.THUMB.removeprefix('.g ')}").first.click()
    desk.wait_for_selector(behaviour.OPEN)


def test_a_filtered_picture_is_no_other_artists(tmp_path: Path, desk: Page) -> None:
    """Where two artists have a work of one id, whoever asks for one artist's pictures sees that artist's alone."""
    exhibition = with_twins(made_exhibition(works=12, artists=2, seed=5))
    with served(tmp_path, exhibition, replace(SETTINGS, languages=("en",))) as site:
        desk.goto(site.address(site.page("new")))
        desk.locator(".filter-open").click()
        for index, room in enumerate(exhibition.rooms, 1):
            name = desk.locator(".filter select[name=artist] option").nth(index)
            expect(name).to_have_count(1)
            desk.locator(".filter select[name=artist]").select_option(index=index)
            desk.wait_for_url(lambda url, room=room: f"artist={room.artist.slug}" in url)
            makers = desk.locator(f"{TILES} .by").evaluate_all("(links) => links.map(({ href }) => href)")
            assert makers
            assert all(f"/a/{room.artist.slug}/" in maker for maker in makers)


def test_a_filter_on_a_tags_page_stays_within_the_tag(site: Site, desk: Page) -> None:
    """The page's own tag is no choice: what is chosen there is chosen among its pictures, and so are the numbers."""
    desk.goto(site.address(site.page("tag")))
    own = set(desk.locator("main .g > li").evaluate_all(IDS))
    promised = choose(desk, "year")
    assert desk.locator(".filter select[name=tag]").count() == 0
    found = set(desk.locator(TILES).evaluate_all(IDS))
    assert len(found) == promised > 0
    assert found <= own
    assert "tag=" not in desk.url


def test_a_filtered_list_keeps_the_pages_order(site: Site, desk: Page) -> None:
    """On a page by score the answer is by score, a person's word first; on a page by date it is by date."""
    desk.goto(site.address(site.page("artist")))
    choose(desk, "year")
    while desk.locator(".pg button:visible").count():
        desk.locator(".pg button:visible").click()
    scores = [101 if score == "checked" else int(score.rstrip("%")) for _, _, score in shown(desk).values()]
    assert len(scores) > 20
    assert scores == sorted(scores, reverse=True)
    desk.goto(site.address(site.page("artist")).replace("index.html", "new/index.html"))
    choose(desk, "year")
    days = [day for _, day, _ in shown(desk).values()]
    assert days == sorted(days, reverse=True)


def test_back_to_a_filtered_list_finds_what_load_more_had_added(tmp_path: Path, desk: Page) -> None:
    """Whoever opened a picture far down an answer and comes back is where they were."""
    exhibition = made_exhibition(works=150, artists=1, seed=5)
    with served(tmp_path, exhibition) as many:
        desk.goto(many.address(many.page("new")))
        promised = choose(desk, "year")
        assert promised > 80
        desk.locator("main > .pg button:visible").click()
        expect(desk.locator(TILES)).to_have_count(min(promised, 120))
        lay_out_all(desk)
        last = desk.locator(TILES).nth(75)
        last.scroll_into_view_if_needed()
        desk.wait_for_timeout(200)
        before = desk.evaluate("scrollY")
        desk.goto(many.address(many.page("about")))
        desk.go_back()
        expect(desk.locator(TILES)).to_have_count(min(promised, 120))
        desk.wait_for_timeout(300)
        assert abs(desk.evaluate("scrollY") - before) < 400


@pytest.mark.parametrize("query", ["tag=gone", "artist=gone", "year=1999"])
def test_a_choice_that_is_gone_matches_nothing(site: Site, desk: Page, query: str) -> None:
    """An address that was shared before a tag or an artist left does not show all pictures as its answer."""
    address = f"{site.address(site.page('new'))}?{query}"
    desk.goto(address)
    expect(desk.locator(".filter output")).to_have_text("Nothing matches.")
    assert desk.locator(TILES).count() == 0
    chosen = desk.locator(f".filter select[name={query.partition('=')[0]}] option:checked")
    expect(chosen).to_have_text(re.compile(r"\(0\)"))
    assert desk.url == address


def test_an_address_finds_a_tag_whose_spelling_has_changed(site: Site, desk: Page) -> None:
    """A tag goes by its commonest spelling, which may be another one by the time that a shared address is opened."""
    desk.goto(f"{site.address(site.page('new'))}?tag=CREATURE")
    chosen = desk.locator(".filter select[name=tag] option:checked")
    expect(chosen).to_have_text(re.compile(r"creature \([1-9]"))
    promised = int(re.sub(r"\D", "", chosen.inner_text()))
    expect(desk.locator(TILES)).to_have_count(promised)


def test_one_picture_is_not_called_pictures(site: Site, desk: Page) -> None:
    """The number of what matches is said in the right form, in each language, with its thousands apart."""
    for language, words in (("en", ["1 picture", "2 pictures", "1,234 pictures"]), ("ja", ["1点", "2点", "1,234点"])):
        desk.goto(site.address(site.page("new", language)))
        assert desk.evaluate("[1, 2, 1234].map((n) => gallery.say('works', { n }))") == words


def test_on_a_phone_no_score_of_a_filtered_picture_is_cut(site: Site, browser: Browser) -> None:
    """Where room is scarce the date goes, never the score."""
    with visit(browser, viewport={"width": 320, "height": 700}) as visitor:
        for kind in ("new", "artist"):
            visitor.goto(site.address(site.page(kind)))
            choose(visitor.page, "year")
            lay_out_all(visitor.page)
            cut = visitor.page.locator(f"{TILES} p").evaluate_all(
                """(lines) => lines.filter((line) => line.innerText.endsWith('%')
                    && line.querySelector('data').getBoundingClientRect().right
                    > line.getBoundingClientRect().right + 0.5).map((line) => line.innerText)"""
            )
            assert cut == []
            assert visitor.page.locator(f"{TILES} time:visible").count() > 0


@pytest.mark.parametrize(
    "choice", [{"work_pages": False}, {"click": "post"}, {"click": "post", "work_pages": False}], ids=str
)
def test_a_filtered_picture_leads_where_every_picture_leads(tmp_path: Path, desk: Page, choice: dict[str, Any]) -> None:
    """Where a click on a picture leads to its post, it does so in a filtered list, and the score leads to the work."""
    exhibition = made_exhibition(works=12, artists=1, seed=5)
    posts = {one.picture.post.permalink for one in exhibition.rooms[0].exhibits}
    with served(tmp_path, exhibition, replace(SETTINGS, page_size=4, **choice)) as site:
        desk.goto(site.address(site.page("new")))
        promised = choose(desk)
        links = desk.locator(f"{TILES} .t").evaluate_all("(links) => links.map(({ href }) => href)")
        assert len(links) == promised
        assert set(links) <= posts
        works = desk.locator(f"{TILES} data a").evaluate_all("(links) => links.map(({ href }) => href)")
        assert len(works) == (promised if choice.get("work_pages", True) else 0)
        assert all(re.search(r"/w/\w+/index\.html#by-date$", work) for work in works)
