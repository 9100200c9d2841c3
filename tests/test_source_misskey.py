"""The source ``misskey`` against a Misskey of our own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.domain import MediaKind, Notice, PostGone, PostSeen, ProfileSeen, SourceEvent
from gallery.errors import AccountGoneError, AccountState, SourceError, WebError
from gallery.sources.base import KnownPost, Since
from gallery.sources.misskey import Misskey
from gallery.sources.misskey_parse import read_note
from tests.net_kit import InstantClock, open_web, seen_in_cut_nights
from tests.servers.base import Response, html_with_200, status, times
from tests.servers.bluesky import iso
from tests.servers.misskey import AOI, HOST, FakeMisskey, error
from tests.source_kit import NOW, account, last_cursor, news, notices, only, posts, since

FIXTURES = Path(__file__).parent / "fixtures" / "misskey"
SOURCE = Misskey()
DAY = timedelta(days=1)
NOTES = "/api/users/notes"
PUBLIC = frozenset({"public"})


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text())


def entry(**options: Any) -> Any:
    fields = {name: options.pop(name) for name in ("since", "limit") if name in options}
    return account("misskey", f"aoi@{HOST}", options=options, **fields)


def read(server: FakeMisskey, earlier: Since | None = None, **options: Any) -> list[SourceEvent]:
    clock = InstantClock()
    server.clock, server.moments = clock.monotonic, []
    with open_web(server.routes(), clock) as web:
        return list(SOURCE.list_posts(entry(**options), earlier or since(), web))


def again(events: Iterable[SourceEvent], *, days: float = 1) -> Since:
    """What the next night knows after ``events``."""
    events = list(events)
    known = {post.key for post in posts(events)}
    return since(last_cursor(events), f"{HOST}/{AOI}", known, now=NOW + timedelta(days=days))


def sweep(server: FakeMisskey, numbers: Iterable[int]) -> list[PostGone | PostSeen | Notice]:
    known = [
        KnownPost(f"{HOST}/anote{number:06d}", "", NOW - timedelta(hours=200), NOW - number * DAY) for number in numbers
    ]
    clock = InstantClock()
    server.clock, server.moments = clock.monotonic, []
    with open_web(server.routes(), clock) as web:
        return list(SOURCE.find_gone(entry(), since(stable_id=f"{HOST}/{AOI}"), known, web))


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


# --- accounts --------------------------------------------------------------------------------------------------------


def test_profile_is_known_by_host_and_id() -> None:
    """Later runs ask by id, so a rename changes nothing and is told."""
    with FakeMisskey() as server:
        server.fill(1, NOW)
        first = read(server)
        server.user["username"] = "blue"
        server.forget()
        second = read(server, again(first))
        assert server.requests[0].json() == {"userId": AOI}
    profile = only(ProfileSeen, first)[0].profile
    assert (profile.stable_id, profile.handle, profile.name) == (f"{HOST}/{AOI}", f"aoi@{HOST}", "Aoi / 青")
    assert profile.url == f"https://{HOST}/@aoi"
    assert notices(second) == ["renamed"]


def test_sample_user_is_read() -> None:
    """The documented user is open to visitors and gives a profile."""
    with FakeMisskey(user=fixture("user")) as server:
        profile = only(ProfileSeen, read(server))[0].profile
    assert profile.name == "Aoi / 青"
    assert not profile.noindex
    assert profile.state is AccountState.ACTIVE


def test_a_plea_in_the_profile_is_passed_on() -> None:
    """What the artist asks for in words stands in the profile."""
    with FakeMisskey(user={"description": "絵描き\n**無断転載禁止**"}) as server:
        assert only(ProfileSeen, read(server))[0].profile.plea == "無断転載禁止**"


def test_a_plea_in_the_table_of_the_profile_is_passed_on() -> None:
    """Many say it in a row of its own."""
    with FakeMisskey(user={"fields": [{"name": "転載", "value": "禁止"}]}) as server:
        assert only(ProfileSeen, read(server))[0].profile.plea == "転載: 禁止"


@pytest.mark.parametrize("wish", ["noCrawle", "noindex"])
def test_wishes_about_search_are_passed_on(wish: str) -> None:
    """What a server tells of such a wish becomes noindex."""
    with FakeMisskey(user={wish: True}) as server:
        assert only(ProfileSeen, read(server))[0].profile.noindex


ELSEWHERE = {"id": "9elsewhere", "username": "aoi", "host": "new.example"}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"movedTo": "9elsewhere"}, "aoi@new.example"),
        ({"movedTo": "9nextdoor"}, f"blue@{HOST}"),
        ({"movedTo": "9unshown"}, "the account that its page names"),
        ({"movedTo": "9elsewhere", "movedToUri": "https://new.example/users/1"}, "https://new.example/users/1"),
        ({"movedToUri": ELSEWHERE}, "aoi@new.example"),
    ],
    ids=["misskey", "on the same server", "not shown to visitors", "sharkey", "firefish"],
)
def test_a_moved_account_is_told_by_its_new_address(told: dict[str, Any], words: str) -> None:
    """Whatever an instance gives for the new account, the maintainer reads where to find it."""
    others = {"9elsewhere": ELSEWHERE, "9nextdoor": {"id": "9nextdoor", "username": "blue", "host": None}}
    with FakeMisskey(user=told, others=others) as server:
        events = read(server)
    assert only(ProfileSeen, events)[0].profile.state is AccountState.MOVED
    (notice,) = only(Notice, events)
    assert (notice.kind, f"has moved to {words};" in notice.detail) == ("moved-to", True)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"requireSigninToViewContents": True}, AccountState.SIGN_IN_REQUIRED),
        ({"isSuspended": True}, AccountState.SUSPENDED),
    ],
)
def test_closed_accounts_are_not_read(changes: dict[str, Any], state: AccountState) -> None:
    """Who shows nothing to visitors, or is suspended, is gone as a whole; no note is asked for."""
    with FakeMisskey(user=changes) as server:
        server.fill(1, NOW)
        with pytest.raises(AccountGoneError) as caught:
            read(server)
        assert caught.value.state is state
        assert server.asked(path=NOTES) == []


@pytest.mark.parametrize(
    ("code", "http", "state"),
    [
        ("NO_SUCH_USER", 404, AccountState.MISSING),
        ("NO_SUCH_USER", 400, AccountState.MISSING),
        ("USER_SUSPENDED", 403, AccountState.SUSPENDED),
        ("CONTENT_RESTRICTED_BY_USER", 400, AccountState.SIGN_IN_REQUIRED),
        ("contentRestrictedByServer", 403, AccountState.SIGN_IN_REQUIRED),
        ("CREDENTIAL_REQUIRED", 401, AccountState.SIGN_IN_REQUIRED),
    ],
)
def test_errors_are_told_apart_by_their_code(code: str, http: int, state: AccountState) -> None:
    """The code decides, whatever status comes with it."""
    with FakeMisskey() as server:
        server.fail_next(lambda _: error(code, http))
        with pytest.raises(AccountGoneError) as caught:
            read(server)
        assert caught.value.state is state


def test_other_refusals_are_no_deletion() -> None:
    """A bad parameter, Cloudflare's page or an outage leaves the account as it is."""
    with FakeMisskey() as server:
        for fault in (
            [lambda _: error("INVALID_PARAM")],
            [status(403, {"content-type": "text/html"}, b"<h1>Attention Required</h1>")],
            [html_with_200],
            times(4, status(502)),
            [lambda _: Response.json([])],
            [lambda _: Response.json({"id": "7", "username": "eve", "host": None})],
            [lambda _: Response.json({"id": "7", "username": "aoi", "host": "eve.example"})],
        ):
            server.fail_next(fault)
            with pytest.raises(WebError):
                read(server)


def test_a_firewall_is_named_as_what_it_is() -> None:
    """A web page that refuses is told from a refusal of the server's own."""
    with FakeMisskey() as server:
        server.fail_next(status(403, {"content-type": "text/html"}, b"<title>Just a moment...</title>"))
        with pytest.raises(WebError, match=r"what stands before misskey\.io turns this machine away"):
            read(server)


def test_a_mastodon_is_named_as_what_it_is() -> None:
    """Who lists a Mastodon among the Misskeys reads under which name it belongs, and nobody is called missing."""
    with FakeMisskey() as server:
        server.fail_next(lambda _: Response.json({"error": "Not Found"}, 404))
        with pytest.raises(WebError, match=r"HTTP 404; if this server speaks Mastodon's API, list .* `mastodon:`"):
            read(server)


def test_rate_limit_is_waited_out() -> None:
    """A 429 without any header is tried again a little later."""
    with FakeMisskey() as server:
        server.fill(1, NOW)
        server.fail_next(times(2, lambda _: error("RATE_LIMIT_EXCEEDED", 429)))
        assert len(posts(read(server))) == 1


def test_media_hosts_are_the_presets_and_the_listed_ones() -> None:
    """misskey.io brings its own hosts, of files and of avatars; others the usual guesses and what the entry lists."""
    assert {"media.misskeyusercontent.jp", "proxy.misskeyusercontent.jp"} <= SOURCE.media_hosts(entry()).names
    other = account("misskey", "aoi@art.example", options={"media_hosts": ["s3.example.net"]})
    names = SOURCE.media_hosts(other).names
    assert names == {"art.example", "files.art.example", "media.art.example", "cdn.art.example", "s3.example.net"}
    with pytest.raises(SourceError, match="media_hosts"):
        SOURCE.media_hosts(account("misskey", "aoi@art.example", options={"media_hosts": 7}))


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
    [{"files": [], "fileIds": []}, {"visibility": "followers"}, {"visibility": "home"}, {"isHidden": True}],
    ids=["files taken away", "for followers", "for home", "hidden"],
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
