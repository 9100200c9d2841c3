"""What sidecars beside the pictures of a folder say: our own, broken ones, and anything at all."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.domain import Label, MediaKind, PostGone, PostObscured, ProfileSeen, SourceEvent
from gallery.sources.sidecars import parse_sidecar
from tests.folder_kit import folder, notices, picture, read, sidecar
from tests.source_kit import hostile_json, last_cursor, only, posts


@pytest.mark.parametrize("part", ["a.", "a . ", '"?".', "'a b'.", '"\\"" .'])
def test_a_key_without_end_keeps_nobody_waiting(part: str) -> None:
    """A TOML key of a hundred thousand parts is refused at once; a text may hold as many full stops as it likes."""
    for table in ("{}a = 1", "[{}a]", "b = 2\n{}a = 1"):
        with pytest.raises(ValueError, match="nested too deeply"):
            parse_sidecar("a.png.toml", table.format(part * 100_000).encode())
    text = "So it was. " * 100 + "." * 100
    assert parse_sidecar("a.png.toml", f'text = "{text}"'.encode()).text == text


def test_own_sidecar_fills_the_post(root: Path) -> None:
    """Every field of our own JSON sidecar reaches the post, in a folder below the account's."""
    drawing = picture(root / "art" / "2026" / "pier.png")
    sidecar(
        drawing,
        title="Pier",
        text="Dusk sketch",
        alt="A pier at sunset",
        date="2026-11-22T18:45:10+09:00",
        tags=["illustration", "#dusk"],
        sensitive=True,
        permalink="https://aoi.example.com/pier",
        media_kind="drawing",
        artist="Aoi",
    )
    events = read(folder(root))
    (post,) = posts(events)
    assert (post.key, post.title, post.text) == ("art/2026/pier.png", "Pier", "Dusk sketch")
    assert post.permalink == "https://aoi.example.com/pier"
    assert post.created_at == datetime(2026, 11, 22, 9, 45, 10, tzinfo=UTC)
    assert (post.tags, post.sensitive) == (("illustration", "dusk"), True)
    (media,) = post.media
    assert (media.key.partition("?")[0], media.alt, media.label) == ("2026/pier.png", "A pier at sunset", Label.DRAWING)
    assert media.url == drawing.absolute().as_uri()
    assert notices(events) == []
    assert len(only(ProfileSeen, events)) == 1


def test_toml_sidecar_with_a_bare_date(root: Path) -> None:
    """A TOML sidecar may give its date as TOML writes dates."""
    picture(root / "art" / "a.png").with_name("a.png.toml").write_text('title = "Ünder"\ndate = 2025-01-02\n')
    (post,) = posts(read(folder(root)))
    assert (post.title, post.created_at) == ("Ünder", datetime(2025, 1, 2, tzinfo=UTC))


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00+09:00", "9999-12-31T23:59:59-01:00"])
@pytest.mark.parametrize(
    ("suffix", "text"), [("json", '{{"date": "{}", "title": "T"}}'), ("toml", 'date={}\ntitle="T"')]
)
def test_a_date_outside_the_calendar_costs_itself_only(root: Path, suffix: str, text: str, date: str) -> None:
    """A date whose UTC lies before the year 1 or after 9999 is named, and the rest of its sidecar is used."""
    picture(root / "art" / "a.png").with_name(f"a.png.{suffix}").write_text(text.format(date))
    events = read(folder(root))
    assert ([post.title for post in posts(events)], notices(events)) == (["T"], ["sidecar-field"])


@pytest.mark.parametrize("name", ["a.png.JSON", "A.PNG.json", "A.png.Json"])
def test_a_sidecar_is_found_in_whatever_case(root: Path, name: str) -> None:
    """A picture that its sidecar calls sensitive is veiled although the names differ in case."""
    picture(root / "art" / "a.png").with_name(name).write_text('{"sensitive": true}')
    events = read(folder(root))
    assert ([post.sensitive for post in posts(events)], notices(events)) == ([True], [])


def test_a_sidecar_is_found_however_its_accents_are_composed(root: Path) -> None:
    """A sidecar whose name was typed on another system than the picture's is its sidecar all the same."""
    picture(root / "art" / "caf\u00e9.png").with_name("cafe\u0301.png.json").write_text('{"sensitive": true}')
    assert [post.sensitive for post in posts(read(folder(root)))] == [True]


def test_of_two_pictures_that_differ_in_case_each_has_its_own_sidecar(root: Path) -> None:
    """A sidecar belongs to the picture of exactly its name, where there is one."""
    for name in ("a.PNG", "a.png"):
        picture(root / "art" / name)
    sidecar(root / "art" / "a.png", sensitive=True)
    events = read(folder(root))
    assert {post.key: post.sensitive for post in posts(events)} == {"art/a.PNG": False, "art/a.png": True}
    assert notices(events) == []
    sidecar(root / "art" / "a.PNG", title="its own")
    assert [post.title for post in posts(read(folder(root), last_cursor(events)))] == ["its own"]


def test_of_two_sidecars_that_of_exactly_the_name_is_used(root: Path) -> None:
    """A second sidecar in another case is named as not used."""
    sidecar(picture(root / "art" / "a.png"), title="used")
    (root / "art" / "A.png.json").write_text('{"title": "not used"}')
    events = read(folder(root))
    assert ([post.title for post in posts(events)], notices(events)) == (["used"], ["two-sidecars"])


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_a_sidecar_that_is_no_plain_file_keeps_its_picture_out(root: Path, kind: str) -> None:
    """What is no plain file might have said that the picture is sensitive: it is named, and the picture not shown."""
    picture(root / "art" / "good.png")
    beside = picture(root / "art" / "bad.png").with_name("bad.png.json")
    if kind == "link":
        (root / "real.json").write_text('{"sensitive": true}')
        beside.symlink_to(root / "real.json")
    elif kind == "folder":
        beside.mkdir()
    else:
        os.mkfifo(beside)
    events = read(folder(root))
    assert [post.key for post in posts(events)] == ["art/good.png"]
    assert [kind for kind in notices(events) if kind != "symlink"] == ["bad-sidecar"]


def test_own_sidecars_join_pictures_into_a_post(root: Path) -> None:
    """Pictures whose sidecars name the same ``post`` are one post in the order of ``num``; a page that comes later
    joins the ones that are known, one that leaves is left out, and only the page marked sensitive is veiled."""
    for number, name in ((2, "a.png"), (1, "b.png")):
        sidecar(picture(root / "art" / name), post="lighthouse cat", num=number, title=name, sensitive=number == 2)
    sidecar(picture(root / "art" / "alone.png"), title="alone")

    def pages(events: list[SourceEvent]) -> list[tuple[str, list[str]]]:
        return [(post.key, [media.key.partition("?")[0] for media in post.media]) for post in posts(events)]

    first = read(folder(root))
    assert sorted(pages(first)) == [("art/alone.png", ["alone.png"]), ("art/post:lighthouse cat", ["b.png", "a.png"])]
    comic = next(post for post in posts(first) if len(post.media) == 2)
    assert (comic.title, comic.sensitive) == ("b.png", False)
    assert [media.sensitive for media in comic.media] == [False, True]

    sidecar(picture(root / "art" / "2026" / "c.png"), post="lighthouse cat", num=3)
    second = read(folder(root), last_cursor(first))
    assert pages(second) == [("art/post:lighthouse cat", ["b.png", "a.png", "2026/c.png"])]

    sidecar(root / "art" / "b.png", post="another")
    third = read(folder(root), last_cursor(second))
    assert sorted(pages(third)) == [
        ("art/post:another", ["b.png"]),
        ("art/post:lighthouse cat", ["a.png", "2026/c.png"]),
    ]
    assert [event for events in (first, second, third) for event in only(PostGone, events)] == []
    assert read(folder(root), last_cursor(third))[1:] == []


def test_broken_sidecar_costs_its_picture_only(root: Path) -> None:
    """A picture whose sidecar cannot be read is named and skipped, is obscured if it was shown, and is tried each
    time."""
    picture(root / "art" / "good.png")
    bad = picture(root / "art" / "bad.png")
    bad.with_name("bad.png.json").write_text("{" * 100_000)
    events = read(folder(root))
    assert [post.key for post in posts(events)] == ["art/good.png"]
    assert notices(events) == ["bad-sidecar"]
    assert notices(read(folder(root), last_cursor(events))) == ["bad-sidecar"]

    sidecar(bad, title="mended")
    mended = read(folder(root), last_cursor(events))
    assert [post.title for post in posts(mended)] == ["mended"]
    bad.with_name("bad.png.json").write_text('{"title": ')
    broken_again = read(folder(root), last_cursor(mended))
    assert notices(broken_again) == ["bad-sidecar"]
    assert only(PostGone, broken_again) == []
    assert only(PostObscured, broken_again) == [PostObscured("art/bad.png")]


def test_a_page_whose_sidecar_breaks_leaves_its_post_meanwhile(root: Path) -> None:
    """Of a post of several pictures the one that cannot be judged is left out, and the others are not obscured."""
    for number, name in ((1, "a.png"), (2, "b.png")):
        sidecar(picture(root / "art" / name), post="comic", num=number)
    first = read(folder(root))
    (root / "art" / "b.png.json").write_text('{"sensitive": true,}')
    broken = read(folder(root), last_cursor(first))
    assert [[media.key.partition("?")[0] for media in post.media] for post in posts(broken)] == [["a.png"]]
    assert only(PostObscured, broken) == []
    sidecar(root / "art" / "b.png", post="comic", num=2)
    assert [len(post.media) for post in posts(read(folder(root), last_cursor(broken)))] == [2]


@pytest.mark.parametrize("end", ["deleted", "hidden"])
def test_what_could_not_be_read_for_a_night_is_missed_all_the_same(root: Path, end: str) -> None:
    """A picture that goes, or must not be shown any more, right after a night with a broken sidecar, is gone."""
    shown = picture(root / "art" / "shown.png")
    sidecar(shown, title="T")
    first = read(folder(root))
    beside = shown.with_name("shown.png.json")
    beside.write_text('{"title": ')
    broken = read(folder(root), last_cursor(first))
    assert only(PostGone, broken) == []
    if end == "deleted":
        shown.unlink()
        beside.unlink()
    else:
        labels = {"author": {"did": "did:plc:x", "labels": [{"val": "!hide"}]}}
        sidecar(shown, category="bluesky", uri="at://did:plc:x/app.bsky.feed.post/1", **labels)
    assert [event.post_key for event in only(PostGone, read(folder(root), last_cursor(broken)))] == ["art/shown.png"]


def test_wrong_fields_are_named_and_the_rest_is_used(root: Path) -> None:
    """A field of the wrong type is reported; a doubtful ``sensitive`` counts as sensitive."""
    sidecar(
        picture(root / "art" / "a.png"),
        title="Kept",
        date="soon",
        tags="one",
        sensitive="no",
        permalink="javascript:alert(1)",
        media_kind="painting",
        alt=7,
        post=["lighthouse"],
        num=True,
    )
    events = read(folder(root))
    (post,) = posts(events)
    assert (post.title, post.sensitive, post.permalink, post.media[0].alt) == ("Kept", True, "", "")
    assert post.key == "art/a.png"
    assert notices(events) == ["sidecar-field"] * 8


json_values = hostile_json(
    [
        "tweet_id",
        "author",
        "user",
        "id",
        "name",
        "media",
        "account",
        "file",
        "uri",
        "labels",
        "values",
        "val",
        "did",
        "date",
        "num",
        "title",
        "tags",
        "sensitive",
        "permalink",
        "url",
        "instance",
        "media_kind",
        "created_at",
    ],
    ["1001", "aoi_draws", "did:plc:a"],
    longest_text=8,
    leaves=12,
)


@given(
    st.binary(max_size=100) | json_values.map(lambda value: json.dumps(value).encode()),
    st.sampled_from(["json", "toml"]),
)
def test_any_sidecar_is_read_or_refused(raw: bytes, suffix: str) -> None:
    """Whatever a sidecar holds, the answer is a description or ValueError."""
    try:
        found = parse_sidecar(f"a.png.{suffix}", raw)
    except ValueError:
        return
    assert found.kind in MediaKind


@given(
    st.dictionaries(
        st.sampled_from(["tweet_id", "author", "user", "uri", "media", "file", "url", "tags", "date"]), json_values
    ),
    st.sampled_from(["twitter", "bluesky", "mastodon.example", "misskey.example"]),
)
def test_any_gallery_dl_sidecar_is_read_or_refused(data: dict[str, object], category: str) -> None:
    """Whatever claims to be gallery-dl's, a link in its description is plain https."""
    found = parse_sidecar("a.json", json.dumps({**data, "category": category, "subcategory": "x"}).encode())
    assert found.permalink == "" or found.permalink.startswith("https://")
