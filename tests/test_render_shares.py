"""Pages that show everybody's works: whoever posts most takes nobody else's place."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from made_gallery import made_exhibition
from render_kit import SETTINGS, files_of, text_of, with_post

from gallery.domain import Exhibition

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


def test_tags_of_most_artists_come_first() -> None:
    """The page of tags begins with what two artists use three times, before what one uses on six works."""
    files = files_of(
        tagged(
            made_exhibition(12, artists=2),
            lambda place: ("alone", "both") if place < 2 else ("alone",),
            lambda place: ("both",) if place < 1 else (),
        ),
        ENGLISH,
    )
    assert re.findall(r"<bdi>#(\w+)</bdi> <small>(\d)", text_of(files, "tags/index.html")) == [
        ("both", "3"),
        ("alone", "6"),
    ]
