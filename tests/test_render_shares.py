"""Pages that show everybody's works: whoever posts most takes nobody else's place."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from gallery.domain import Exhibition
from gallery.render.pages import home_strips
from gallery.render.site import Site
from gallery.render.text import tag_slug
from gallery.render.theme import open_theme
from gallery.render.works import Work
from gallery.resources import templates_dir
from tests.made_gallery import BUILT_AT, imagined_renditions, made_exhibition
from tests.render_kit import SETTINGS, changed, files_of, text_of, with_post, with_twins

ENGLISH = replace(SETTINGS, languages=("en",), work_pages=False)

# --- tags ------------------------------------------------------------------------------------------------------------


def tagged(exhibition: Exhibition, *tags: Callable[[int], tuple[str, ...]]) -> Exhibition:
    """The exhibition with other tags: one function an artist, from the place of a work."""
    rooms = [
        replace(room, exhibits=tuple(with_post(tags=tags_at(place))(each) for place, each in enumerate(room.exhibits)))
        for room, tags_at in zip(exhibition.rooms, tags, strict=True)
    ]
    return replace(exhibition, rooms=tuple(rooms))


def test_one_artist_with_many_tags_leaves_those_of_others_their_pages() -> None:
    """Of 300 tags that one artist puts on many works, those have no page that would take one from a tag that others
    use, together or alone, however few of their works have it."""
    flood = tuple(f"flood{number}" for number in range(300))
    files = files_of(
        tagged(
            made_exhibition(18, artists=3),
            lambda place: flood,
            lambda place: ("sketch", "mine") if place < 2 else (),
            lambda place: ("sketch",) if place < 1 else ("own", "self") if place < 3 else (),
        ),
        ENGLISH,
    )
    pages = [path.split("/")[1] for path in files if path.startswith("t/") and path.count("/") == 2]
    assert len(pages) == 240
    assert {"sketch", "mine", "own", "self"} < set(pages)


def test_two_tags_with_one_address_are_no_two_pages() -> None:
    """Tags that somebody chose so that the digests in their addresses meet: one has a page, and the site is made."""
    meeting = ("妯丏", "嶄丐")
    assert len(set(map(tag_slug, meeting))) == 1
    files = files_of(tagged(made_exhibition(6, artists=1), lambda place: meeting), ENGLISH)
    assert f"t/{tag_slug(meeting[0])}/index.html" in files


def test_tags_of_several_artists_come_first() -> None:
    """What several artists use stands under a heading of its own, before what one uses on six works; in each part the
    numbers behind the tags fall."""
    files = files_of(
        tagged(
            made_exhibition(18, artists=3),
            lambda place: ("alone", "three") if place < 1 else ("alone", "two"),
            lambda place: ("three", "two") if place < 1 else ("mine",),
            lambda place: ("three",) if place < 1 else (),
        ),
        ENGLISH,
    )
    said = re.findall(r"<h2>([^<]+)|<bdi>#(\w+)</bdi> <small>(\d)", text_of(files, "tags/index.html"))
    assert [" ".join(filter(None, words)) for words in said] == [
        "By several artists", "two 6", "three 3", "By one artist", "alone 6", "mine 5"
    ]  # fmt: skip


# --- the home page and the feed --------------------------------------------------------------------------------------


def strips(exhibition: Exhibition) -> tuple[list[Work], list[Work]]:
    """The newest and the highlights of the home page."""
    renditions = imagined_renditions(exhibition, ENGLISH)
    return home_strips(Site(exhibition, ENGLISH, open_theme("wall", [templates_dir()]), "", renditions))


def artists(works: list[Work]) -> list[str]:
    return [work.artist.slug for work in works]


@pytest.mark.parametrize("days", [1, 7, 30])
def test_every_artist_comes_around_among_the_highlights(days: int) -> None:
    """Of forty artists all have been among the highlights after twenty days with something new, however many days lie
    between; each has one place at a time."""
    exhibition = made_exhibition(200, artists=40)
    seen: set[str] = set()
    for turn in range(20):
        news = with_post(created_at=BUILT_AT + timedelta(days=turn * days))
        _, best = strips(changed(exhibition, 0, news))
        assert len(set(artists(best))) == len(best) == 18
        seen |= set(artists(best))
    assert seen == {room.artist.slug for room in exhibition.rooms}


def test_a_second_drawing_on_one_day_changes_no_turn() -> None:
    """The highlights begin with the same artist all day, whatever the hour of the newest drawing is."""
    exhibition = made_exhibition(120, artists=40)
    firsts = {
        tuple(artists(strips(changed(exhibition, 0, with_post(created_at=BUILT_AT + timedelta(hours=hours))))[1]))
        for hours in (0, 9, 20)
    }
    assert len(firsts) == 1


def flooded(others: int) -> Exhibition:
    """A hundred drawings by one artist in a day, all newer than the six each of so many others."""
    flood = made_exhibition(100, artists=1).rooms[0]
    newest = [
        with_post(created_at=BUILT_AT - timedelta(minutes=place))(
            replace(each, verdict=replace(each.verdict, cover=False))
        )
        for place, each in enumerate(flood.exhibits)
    ]
    rest = made_exhibition(6 * (others + 1), artists=others + 1, seed=1).rooms[1:]
    return replace(made_exhibition(1), rooms=(replace(flood, exhibits=tuple(newest)), *rest))


def feed_authors(exhibition: Exhibition) -> Counter[str]:
    items = json.loads(text_of(files_of(exhibition, ENGLISH), "feed.json"))["items"]
    assert items == sorted(items, key=lambda item: str(item["date_published"]), reverse=True)
    return Counter(item["authors"][0]["name"] for item in items)


def test_who_posts_most_has_a_quarter_of_the_newest_while_others_wait() -> None:
    """Of sixteen newest four are by the one who posted a hundred today, and of fifty in the feed no more than others
    leave; both begin with the newest of all."""
    exhibition = flooded(others=7)
    newest, _ = strips(exhibition)
    assert Counter(artists(newest))["minato-aoi"] == 4
    assert len(newest) == 16
    assert artists(newest)[:4] == ["minato-aoi"] * 4
    assert [work.when for work in newest] == sorted((work.when for work in newest), reverse=True)
    assert feed_authors(exhibition)["みなとあおい"] == 12


@pytest.mark.parametrize(("others", "strip", "feed"), [(0, 16, 50), (1, 12, 44)])
def test_nobodys_share_is_cut_where_nobody_waits(others: int, strip: int, feed: int) -> None:
    """A gallery of one or two artists has a full strip and a full feed, with everything that the other one has."""
    exhibition = flooded(others)
    newest, _ = strips(exhibition)
    assert (len(newest), Counter(artists(newest))["minato-aoi"]) == (16, strip)
    authors = feed_authors(exhibition)
    assert (authors.total(), authors["みなとあおい"]) == (50, feed)


def entry_ids(exhibition: Exhibition) -> dict[tuple[str, str], str]:
    items = json.loads(text_of(files_of(exhibition, ENGLISH), "feed.json"))["items"]
    return {(item["authors"][0]["name"], item["url"]): item["id"] for item in items}


def test_a_borrowed_number_of_a_post_takes_no_entry_of_a_feed() -> None:
    """Readers keep apart two artists' works that have one id, and still know the entries of whom is listed first."""
    exhibition = made_exhibition(12, artists=2)
    before, after = entry_ids(exhibition), entry_ids(with_twins(exhibition))
    assert len(set(after.values())) == len(after) == len(before)
    assert all(after[entry] == before[entry] for entry in before.keys() & after.keys())
