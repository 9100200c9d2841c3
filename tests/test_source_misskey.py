"""What the source ``misskey`` reads, night after night, and how it hears that a note is gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.domain import MediaKind, Notice, PostGone
from gallery.errors import WebError
from gallery.sources.misskey_parse import read_note
from tests.misskey_kit import DAY, NOTES, PUBLIC, SOURCE, again, entry, fixture, read, sweep
from tests.net_kit import seen_in_cut_nights
from tests.servers.base import Response, status, times
from tests.servers.bluesky import iso
from tests.servers.misskey import AOI, HOST, FakeMisskey
from tests.source_kit import NOW, news, notices, only, posts

# --- what is in an answer --------------------------------------------------------------------------------------------


def test_sample_notes_are_read() -> None:
    """The documented sample gives a public note, leaves out one for "home", and knows a hidden one."""
    plain, home, hidden = (read_note(note, HOST, AOI, PUBLIC) for note in fixture("notes"))
    assert plain.post is not None
    assert plain.post.key == f"{HOST}/afixturenote3"
    assert plain.post.permalink == f"https://{HOST}/notes/afixturenote3"
    assert plain.post.text == "夕焼けのスケッチ #illustration"
    assert plain.post.tags == ("illustration",)
    assert [media.alt for media in plain.post.media] == ["Pencil sketch of a pier at sunset"]
    assert not plain.post.media[0].sensitive
    assert [notice.kind for notice in home.notices] == ["not-public"]
    assert hidden.hidden
    agreed = read_note(fixture("notes")[1], HOST, AOI, PUBLIC | {"home"}).post
    assert agreed is not None
    assert (agreed.warning, agreed.sensitive, agreed.media[0].sensitive) == ("sensitive study", True, True)


def test_sensitivity_is_per_file() -> None:
    """One sensitive file does not veil the others of its note; a file that does not say counts as sensitive."""
    with FakeMisskey() as server:
        unsaid = server.file(3)
        del unsaid["isSensitive"]
        server.note(1, NOW - DAY, server.file(1), server.file(2, isSensitive=True), unsaid)
        post = posts(read(server))[0]
    assert not post.sensitive
    assert [media.sensitive for media in post.media] == [False, True, True]


@pytest.mark.parametrize(
    ("told", "warning"),
    [
        ({"cw": None}, ""),
        ({"cw": "gore"}, "gore"),
        ({"cw": ""}, "…"),
        ({"cw": " \u3000"}, "…"),
        ({"mandatoryCW": "blood"}, "blood"),
        ({"cw": "gore", "user": {"id": AOI, "mandatoryCW": "by moderators"}}, "gore, by moderators"),
    ],
    ids=["no warning", "words", "no words", "blanks", "sharkey's, of the note", "sharkey's, of the user"],
)
def test_a_warning_veils_the_note_whatever_it_says(told: dict[str, Any], warning: str) -> None:
    """What Misskey folds away is veiled, also behind a warning without words, and what moderators warn of, too."""
    with FakeMisskey() as server:
        server.note(1, NOW - DAY, **told)
        (post,) = posts(read(server))
    assert (post.warning, post.sensitive) == (warning, bool(warning))


def test_files_are_read_or_reported() -> None:
    """Pictures are taken as they are, films and odd picture formats by their thumbnail; the rest is counted."""
    with FakeMisskey() as server:
        server.note(
            1,
            NOW - DAY,
            server.file(1, "image/webp"),
            server.file(2, "video/mp4"),
            server.file(3, "image/heic"),
            server.file(4, "audio/ogg"),
            server.file(5, "video/mp4", thumbnailUrl=None),
            server.file(6, url="http://media.misskeyusercontent.jp/6.png"),
            server.file(7, "application/zip"),
        )
        events = read(server)
    media = posts(events)[0].media
    assert [one.kind for one in media] == [MediaKind.IMAGE, MediaKind.VIDEO, MediaKind.IMAGE]
    assert [one.url.rpartition("/")[2] for one in media] == ["1.bin", "thumbnail-2.webp", "thumbnail-3.webp"]
    assert sorted(notices(events)) == ["no-address", "no-address", "no-still", "no-still"]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"visibility": "home"}, "not-public"),
        ({"visibility": "followers"}, "not-public"),
        ({"visibility": "specified"}, "not-public"),
        ({"localOnly": True}, "not-public"),
        ({"userId": "somebody"}, "foreign-post"),
        ({"renoteId": "x", "files": []}, "repost"),
        ({"reply": {"userId": "somebody"}}, "reply"),
        ({"files": []}, "no-picture"),
        ({"isHidden": True, "files": [], "text": None}, "hidden"),
        ({"createdAt": None}, "malformed"),
        ({"id": "../x"}, "malformed"),
    ],
)
def test_notes_that_are_not_shown_are_counted(changes: dict[str, Any], kind: str) -> None:
    """Only public notes of the account's own with a picture are posts; the others are counted by reason."""
    with FakeMisskey() as server:
        server.note(1, NOW - DAY, **changes)
        events = read(server)
    assert posts(events) == []
    assert notices(events) == [kind]


def test_quote_with_own_picture_is_a_post() -> None:
    """A renote that brings its own files is a quote, and its pictures are the artist's."""
    with FakeMisskey() as server:
        server.note(1, NOW - DAY, renoteId="x")
        assert len(posts(read(server))) == 1


def test_home_notes_need_the_artists_word() -> None:
    """``home: true`` shows notes for "home", and never those for followers."""
    with FakeMisskey() as server:
        server.note(1, NOW - 2 * DAY, visibility="home")
        server.note(2, NOW - DAY, visibility="followers")
        assert [post.text for post in posts(read(server, home=True))] == ["note 1"]


# --- nights ----------------------------------------------------------------------------------------------------------


def test_second_night_asks_only_for_what_is_new() -> None:
    """The first night reads all, two seconds apart; later ones ask forward from the newest known until ``[]``."""
    with FakeMisskey(page_size=20) as server:
        server.fill(50, NOW)
        first = read(server)
        assert len(posts(first)) == 50
        assert len(server.moments) == 5  # the profile, three pages, the empty one
        server.forget()
        assert posts(read(server, again(first))) == []
        bodies = [one.json() for one in server.asked(path=NOTES)]
        assert [(body["sinceId"], "untilId" in body) for body in bodies] == [("anote000049", False)]
        server.fill(45, NOW, first=50)
        third = read(server, again(first))
        assert [int(post.text[5:]) for post in posts(third)] == list(range(50, 95))


def test_short_page_is_not_the_end() -> None:
    """Filters apply after the server's query: only an empty page ends a walk, in either direction."""
    with FakeMisskey(page_size=1) as server:
        server.fill(4, NOW)
        first = read(server)
        assert len(posts(first)) == 4
        server.fill(4, NOW, first=4)
        assert len(posts(read(server, again(first)))) == 4


@pytest.mark.parametrize("stop_after", [1, 2])
def test_interrupted_first_walk_goes_on_without_gap(stop_after: int) -> None:
    """Runs that end after a page or two still read every note in the end, also those posted meanwhile."""
    with FakeMisskey(page_size=10) as server:
        seen = seen_in_cut_nights(SOURCE, entry(), f"{HOST}/{AOI}", server, stop_after=stop_after)
        assert seen == {f"{HOST}/{note['id']}" for note in server.notes}


def test_limit_and_since_end_the_first_walk() -> None:
    """``limit`` and ``since`` of an entry stop the walk into the past."""
    with FakeMisskey(page_size=10) as server:
        server.fill(45, NOW)
        assert len(posts(read(server, limit=15))) == 15
        assert len(server.asked(path=NOTES)) == 2
        server.forget()
        assert len(posts(read(server, since=NOW - timedelta(hours=12)))) == 12
        assert len(server.asked(path=NOTES)) == 2


def test_endless_notes_end() -> None:
    """A server that serves one page for ever is left, and said so."""
    with FakeMisskey() as server:
        server.fill(3, NOW)
        page = [*reversed(server.notes)]
        server.fail_next(times(50, lambda _: Response.json(page)), path=NOTES)
        events = read(server)
        assert len(server.asked(path=NOTES)) == 2
    assert notices(events) == ["endless-paging"]


def test_hidden_note_that_is_known_goes() -> None:
    """A stored note that its author has hidden since is removed by the sweep, and may come back."""
    with FakeMisskey() as server:
        server.fill(3, NOW)
        server.notes[1]["isHidden"] = True
        (gone,) = only(PostGone, sweep(server, range(3)))
    assert (gone.post_key, gone.for_good) == (f"{HOST}/anote000001", False)


# --- what is gone ----------------------------------------------------------------------------------------------------


def test_deleted_notes_are_found_a_hundred_a_call() -> None:
    """The walk confirms a hundred notes a call; only what it does not list is asked for by itself."""
    with FakeMisskey() as server:
        server.fill(120, NOW)
        assert news(sweep(server, range(120))) == []
        assert len(server.requests) == 3
        server.forget()
        server.deleted |= {"anote000000", "anote000077"}
        gone = {event.post_key for event in only(PostGone, sweep(server, range(120)))}
        assert gone == {f"{HOST}/anote000000", f"{HOST}/anote000077"}
        assert len(server.requests) == 5


def test_file_marked_later_reaches_the_store_through_the_sweep() -> None:
    """A stored note is told as it is now: nothing tells when a file was marked, or when its description was written."""
    with FakeMisskey() as server:
        server.fill(3, NOW)
        server.notes[1]["files"][0]["isSensitive"] = True
        server.notes[2]["files"][0]["comment"] = "a pier at sunset"
        found = {post.text: post.media[0] for post in posts(sweep(server, range(3)))}
    assert [text for text, media in found.items() if media.sensitive] == ["note 1"]
    assert found["note 2"].alt == "a pier at sunset"


def test_edited_note_reaches_the_store_through_the_sweep() -> None:
    """On a fork with edits, a stored note is told with its new words."""
    with FakeMisskey() as server:
        server.fill(3, NOW)
        server.notes[1] |= {"text": "new", "updatedAt": iso(NOW - timedelta(hours=1))}
        assert sorted(post.text for post in posts(sweep(server, range(3)))) == ["new", "note 0", "note 2"]


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "asked for by itself"])
@pytest.mark.parametrize(
    "change",
    [
        {"files": [], "fileIds": []},
        {"visibility": "followers"},
        {"visibility": "home"},
        {"localOnly": True},
        {"isHidden": True},
    ],
    ids=["files taken away", "for followers", "for home", "for the server's people", "hidden"],
)
def test_note_that_is_no_more_to_be_shown_goes(change: dict[str, Any], listed: bool) -> None:
    """A stored note that lost its files or is not public any more is gone, whichever call tells so."""
    with FakeMisskey() as server:
        server.fill(3, NOW)
        server.notes[1].update(change)
        if not listed:
            others = [server.notes[0], server.notes[2]]
            server.fail_next(lambda _: Response.json(others), path=NOTES)
            server.fail_next(lambda _: Response.json([]), path=NOTES)
        (gone,) = news(sweep(server, range(3)))
    assert isinstance(gone, PostGone)
    assert (gone.post_key, gone.certain) == (f"{HOST}/anote000001", True)


def test_note_that_is_not_listed_is_read_for_marks() -> None:
    """A note that the listing leaves out, with a file that was marked as sensitive since, is read anew."""
    with FakeMisskey() as server:
        server.fill(1, NOW)
        server.notes[0]["files"][0]["isSensitive"] = True
        server.fail_next(lambda _: Response.json([]), path=NOTES)
        assert [post.media[0].sensitive for post in posts(sweep(server, range(1)))] == [True]


@pytest.mark.parametrize("change", [{"files": [FakeMisskey.file(1, url=None)]}, {"files": None}, {"visibility": None}])
def test_note_whose_answer_is_odd_is_not_gone(change: dict[str, Any]) -> None:
    """An answer that says neither that a note is there to be shown nor that it is not leaves it unconfirmed."""
    with FakeMisskey() as server:
        server.fill(3, NOW)
        server.notes[1].update(change)
        assert news(sweep(server, range(3))) == [Notice("unconfirmed", f"{HOST}/anote000001")]


def test_note_that_is_not_listed_but_there_is_kept() -> None:
    """A note that the listing leaves out is not gone while the server shows it."""
    with FakeMisskey() as server:
        server.fill(3, NOW)
        server.fail_next(lambda _: Response.json([]), path=NOTES)
        assert news(sweep(server, range(3))) == []


def test_outage_is_no_deletion() -> None:
    """An outage ends the sweep, an unclear answer about a note leaves it unconfirmed."""
    with FakeMisskey() as server:
        server.fill(3, NOW)
        server.fail_next(times(4, status(500)))
        with pytest.raises(WebError):
            sweep(server, range(3))
        server.fail_next(lambda _: Response.json([]), path=NOTES)
        server.fail_next(times(3, status(404, body=b"<h1>Not Found</h1>")), path="/api/notes/show")
        assert notices(sweep(server, range(3))) == ["unconfirmed"] * 3


def test_sweep_asks_for_so_many_single_notes_and_no_more() -> None:
    """A listing without anything leads to sixty single questions, those first that were not confirmed for longest."""
    with FakeMisskey() as server:
        server.fill(70, NOW)
        server.deleted |= {note["id"] for note in server.notes}
        events = sweep(server, range(70))
        assert len(only(PostGone, events)) == 60
        assert [notice.detail for notice in only(Notice, events)] == [
            f"{HOST}/anote{number:06d}" for number in range(9, -1, -1)
        ]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(fixture("notes")[0])), JSON)
def test_spoilt_notes_are_read_or_skipped(name: str, value: Any) -> None:
    """Whatever stands in any field, a note gives a post or a reason, never a crash."""
    reading = read_note(fixture("notes")[0] | {name: value}, HOST, AOI, PUBLIC)
    assert reading.post is not None or reading.notices or reading.hidden
    if reading.post is not None:
        f"{reading.post}".encode()
