"""The source ``mastodon`` against a Mastodon of our own, its relatives included."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from net_kit import InstantClock, open_web
from servers.base import Response, html_with_200, status, times
from servers.bluesky import iso
from servers.mastodon import (
    AOI,
    FILES,
    GOTOSOCIAL,
    HOST,
    MASTODON,
    MASTODON_4_2,
    PIXELFED,
    PLEROMA,
    TOKEN,
    Dialect,
    FakeMastodon,
)
from source_kit import NOW, account, last_cursor, notices, only, posts, since

from gallery.domain import CursorMoved, MediaKind, Notice, PostGone, PostSeen, ProfileSeen, SourceEvent
from gallery.errors import AccountGoneError, AccountState, CredentialsError, SourceError, WebError
from gallery.net.manners import Limits
from gallery.sources.base import KnownPost, Since
from gallery.sources.mastodon import Mastodon
from gallery.sources.mastodon_api import token_variable
from gallery.sources.mastodon_parse import next_and_previous, read_status
from gallery.sources.text import html_to_text

FIXTURES = Path(__file__).parent / "fixtures" / "mastodon"
SOURCE = Mastodon()
DAY = timedelta(days=1)
TIMELINE = f"/api/v1/accounts/{AOI}/statuses"
PUBLIC = frozenset({"public"})


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text())


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTODON_TOKEN_ART_EXAMPLE", TOKEN)


def entry(**options: Any) -> Any:
    fields = {name: options.pop(name) for name in ("since", "limit") if name in options}
    return account("mastodon", f"aoi@{HOST}", options=options, **fields)


def read(server: FakeMastodon, earlier: Since | None = None, **options: Any) -> list[SourceEvent]:
    with open_web(server.routes()) as web:
        return list(SOURCE.list_posts(entry(**options), earlier or since(), web))


def again(events: Iterable[SourceEvent], *, days: float = 1) -> Since:
    """What the next night knows after ``events``."""
    events = list(events)
    known = {post.key for post in posts(events)}
    return since(last_cursor(events), f"{HOST}/{AOI}", known, now=NOW + timedelta(days=days))


def sweep(server: FakeMastodon, keys: Iterable[str]) -> list[PostGone | PostSeen | Notice]:
    known = [KnownPost(key, "", NOW - DAY, NOW - (number + 1) * DAY / 9) for number, key in enumerate(keys)]
    with open_web(server.routes()) as web:
        return list(SOURCE.find_gone(entry(), since(stable_id=f"{HOST}/{AOI}"), known, web))


def keys_of(server: FakeMastodon) -> list[str]:
    return [f"{HOST}/{one['id']}" for one in server.statuses]


# --- what is in an answer --------------------------------------------------------------------------------------------


def test_sample_statuses_are_read() -> None:
    """The documented sample gives a picture with its alt text, and the still of a gifv with its warning."""
    picture, clip = (read_status(one, HOST, AOI, PUBLIC).post for one in fixture("statuses"))
    assert picture is not None
    assert clip is not None
    assert picture.key == f"{HOST}/115580000000000003"
    assert picture.permalink == "https://art.example/@aoi/115580000000000003"
    assert picture.text == "Dusk sketch & notes #illustration"
    assert picture.tags == ("illustration",)
    assert picture.created_at == datetime(2026, 11, 22, 18, 45, 10, tzinfo=UTC)
    assert [media.alt for media in picture.media] == ["Pencil sketch of a pier at sunset"]
    assert (picture.sensitive, picture.warning, picture.version) == (False, "", "")
    assert (clip.sensitive, clip.warning) == (True, "flashing")
    assert clip.version == "2026-11-20T10:00:00.000Z"
    assert clip.media[0].kind is MediaKind.ANIMATION
    assert clip.media[0].url.endswith("1b2c3d4e.png")
    assert clip.media[0].alt == ""


def test_attachments_are_read_or_reported() -> None:
    """Pictures and stills are taken; sound, unknown things and pictures without address are counted."""
    with FakeMastodon() as server:
        server.post(
            1,
            NOW - DAY,
            server.attachment(1),
            server.attachment(2, "gifv", description=None),
            server.attachment(3, "video"),
            server.attachment(4, "audio"),
            server.attachment(5, "unknown"),
            server.attachment(6, url=None),
            server.attachment(7, url="http://files.art.example/7.png"),
            server.attachment(8, "video", preview_url=None),
        )
        events = read(server)
    post = posts(events)[0]
    assert [media.kind for media in post.media] == [MediaKind.IMAGE, MediaKind.ANIMATION, MediaKind.VIDEO]
    assert post.media[1].alt == ""
    assert sorted(notices(events)) == ["no-address"] * 3 + ["no-still"] * 2


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"visibility": "unlisted"}, "not-public"),
        ({"visibility": "private"}, "not-public"),
        ({"visibility": "direct"}, "not-public"),
        ({"visibility": None}, "not-public"),
        ({"reblog": {"id": "1"}}, "repost"),
        ({"account": {"id": "7"}}, "foreign-post"),
        ({"in_reply_to_account_id": "7"}, "reply"),
        ({"media_attachments": []}, "no-picture"),
        ({"id": "../../etc"}, "malformed"),
        ({"created_at": "soon"}, "malformed"),
    ],
)
def test_statuses_that_are_not_shown_are_counted(changes: dict[str, Any], kind: str) -> None:
    """Only public statuses of the account's own with a picture are posts; the others are counted by reason."""
    with FakeMastodon() as server:
        server.post(1, NOW - DAY, **changes)
        events = read(server)
    assert posts(events) == []
    assert notices(events) == [kind]


def test_unlisted_posts_need_the_artists_word() -> None:
    """``unlisted: true`` shows unlisted posts, and never those for followers only."""
    with FakeMastodon() as server:
        server.post(1, NOW - 2 * DAY, visibility="unlisted")
        server.post(2, NOW - DAY, visibility="private")
        assert [post.text for post in posts(read(server, unlisted=True))] == ["post 1"]


def test_thread_of_ones_own_is_kept() -> None:
    """A reply to oneself continues a thread and is shown."""
    with FakeMastodon() as server:
        server.post(1, NOW - DAY, in_reply_to_account_id=AOI, in_reply_to_id="1")
        assert len(posts(read(server))) == 1


@pytest.mark.parametrize("address", [None, "javascript:alert(1)", "http://art.example/1", 'https://art.example/"onx="'])
def test_permalink_is_always_a_plain_https_address(address: object) -> None:
    """What is no clean https address never becomes a link; the status has a well-known one."""
    with FakeMastodon() as server:
        made = server.post(1, NOW - DAY, url=address, uri=address)
        assert posts(read(server))[0].permalink == f"https://{HOST}/@aoi/{made['id']}"


def test_repeated_status_is_one_post() -> None:
    """A server that lists a status once for each picture gives one post with all of them."""
    with FakeMastodon(repeat_per_picture=True) as server:
        server.post(1, NOW - DAY, *(server.attachment(number) for number in range(4)))
        events = read(server)
    assert [len(post.media) for post in posts(events)] == [4]


# --- nights ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", [MASTODON, GOTOSOCIAL, PLEROMA], ids=["mastodon", "gotosocial", "pleroma"])
def test_second_night_asks_only_for_what_is_new(dialect: Dialect) -> None:
    """The first night reads all; the second one asks for what came after the newest known, and gets nothing."""
    with FakeMastodon(dialect=dialect, page_size=20) as server:
        server.fill(50, NOW)
        first = read(server)
        assert len(posts(first)) == 50
        server.forget()
        second = read(server, again(first))
        assert posts(second) == []
        asked = [
            one for one in server.asked(path=TIMELINE) if "authorization" in one.headers or not dialect.wants_token
        ]
        assert [one.query["min_id"] for one in asked] == [server.statuses[-1]["id"]]
        server.fill(45, NOW, first=50)
        third = read(server, again(first))
        assert [int(post.text[5:]) for post in posts(third)][::20] == [69, 89, 94]
        assert {int(post.text[5:]) for post in posts(third)} == set(range(50, 95))


def test_pixelfed_is_read_by_account_id_without_link_headers() -> None:
    """A server without lookup and ``Link`` header is read by ``account_id``, its login page answered with the token."""
    with FakeMastodon(dialect=PIXELFED, page_size=20) as server:
        server.fill(50, NOW)
        with pytest.raises(SourceError, match="account_id"):
            read(server)
        first = read(server, account_id=AOI)
        assert len(posts(first)) == 50
        server.fill(30, NOW, first=50)
        assert len(posts(read(server, again(first)))) == 30


@pytest.mark.parametrize("stop_after", [1, 2])
def test_interrupted_first_walk_goes_on_without_gap(stop_after: int) -> None:
    """Runs that end after a page or two still read every status in the end, also those posted meanwhile."""
    with FakeMastodon(page_size=10) as server:
        server.fill(45, NOW)
        seen: set[str] = set()
        earlier = since()
        for night in range(1, 9):
            events: list[SourceEvent] = []
            with open_web(server.routes()) as web:
                for event in SOURCE.list_posts(entry(), earlier, web):
                    events.append(event)
                    if len(only(CursorMoved, events)) == stop_after:
                        break
            seen |= {post.key for post in posts(events)}
            earlier = since(last_cursor(events) if only(CursorMoved, events) else earlier.cursor, f"{HOST}/{AOI}", seen)
            if night < 3:
                server.fill(3, NOW, first=45 + 3 * night)
        assert seen == set(keys_of(server))


def test_deleted_newest_status_does_not_stop_the_walk() -> None:
    """The status from which a night starts may have been deleted since."""
    with FakeMastodon() as server:
        server.fill(5, NOW)
        first = read(server)
        server.deleted.add(server.statuses[-1]["id"])
        server.fill(2, NOW, first=5)
        assert len(posts(read(server, again(first)))) == 2


def test_limit_and_since_end_the_first_walk() -> None:
    """``limit`` and ``since`` of an entry stop the walk into the past."""
    with FakeMastodon(page_size=10) as server:
        server.fill(45, NOW)
        assert len(posts(read(server, limit=15))) == 15
        assert len(server.asked(path=TIMELINE)) == 2
        server.forget()
        assert len(posts(read(server, since=NOW - timedelta(hours=12)))) == 12
        assert len(server.asked(path=TIMELINE)) == 2


def test_page_limit_is_taken_up_the_next_night(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run turns so many pages and no more; the next one reads on, in both directions."""
    monkeypatch.setattr("gallery.sources.paging.MAX_PAGES", 2)
    with FakeMastodon(page_size=5) as server:
        server.fill(20, NOW)
        first = read(server)
        assert len(posts(first)) == 10
        assert notices(first) == ["page-limit"]
        server.fill(12, NOW, first=20)
        second = read(server, again(first))
        assert len(posts(second)) == 10 + 10
        third = read(server, again(second))
        assert {int(post.text[5:]) for night in (first, second, third) for post in posts(night)} == set(range(32))


def test_link_to_another_host_is_not_followed() -> None:
    """A ``Link`` header that leads elsewhere is reported, and paging goes on by our own count."""
    with FakeMastodon(page_size=10, foreign_links=True) as server:
        server.fill(25, NOW)
        events = read(server)
        assert {one.host for one in server.requests} == {HOST}
    assert len(posts(events)) == 25
    assert set(notices(events)) == {"foreign-link"}


def test_endless_timeline_ends() -> None:
    """A server that serves one page for ever is left, and said so."""
    with FakeMastodon() as server:
        server.fill(3, NOW)
        page = [*reversed(server.statuses)]
        link = f'<https://{HOST}{TIMELINE}?only_media=true&exclude_reblogs=true&max_id=1>; rel="next"'
        server.fail_next(times(50, lambda _: Response.json(page, headers={"Link": link})), path=TIMELINE)
        events = read(server)
        assert len(server.asked(path=TIMELINE)) == 2
    assert notices(events) == ["endless-paging"]


# --- accounts, tokens, refusals --------------------------------------------------------------------------------------


def test_profile_is_known_by_host_and_id() -> None:
    """Later runs ask by id, so a rename changes nothing and is told."""
    with FakeMastodon() as server:
        server.fill(1, NOW)
        first = read(server)
        server.account["username"] = "blue"
        server.forget()
        second = read(server, again(first))
        assert server.asked(path="/api/v1/accounts/lookup") == []
    profile = only(ProfileSeen, first)[0].profile
    assert (profile.stable_id, profile.handle, profile.name) == (f"{HOST}/{AOI}", f"aoi@{HOST}", "Aoi / 青")
    assert profile.url == f"https://{HOST}/@aoi"
    assert notices(second) == ["renamed"]


def test_noindex_and_move_are_passed_on() -> None:
    """Who asks search engines to stay away says so in the profile; who moved is told to the maintainer."""
    moved = {"acct": "aoi@new.example", "url": "https://new.example/@aoi"}
    with FakeMastodon(account={"noindex": True, "moved": moved}) as server:
        events = read(server)
    profile = only(ProfileSeen, events)[0].profile
    assert profile.noindex
    assert profile.state is AccountState.MOVED
    assert "https://new.example/@aoi" in only(Notice, events)[0].detail


@pytest.mark.parametrize(
    ("changes", "state"),
    [({"suspended": True}, AccountState.SUSPENDED), ({"limited": True}, AccountState.SIGN_IN_REQUIRED)],
)
def test_closed_accounts_are_not_read(changes: dict[str, Any], state: AccountState) -> None:
    """Suspended and limited accounts are gone as a whole, whatever their timeline would answer."""
    with FakeMastodon(account=changes) as server:
        server.fill(1, NOW)
        with pytest.raises(AccountGoneError) as caught:
            read(server)
        assert caught.value.state is state
        assert server.asked(path=TIMELINE) == []


@pytest.mark.parametrize(("code", "state"), [(404, AccountState.MISSING), (410, AccountState.SUSPENDED)])
def test_unknown_and_suspended_are_told_apart(code: int, state: AccountState) -> None:
    """404 with the server's own words is a missing account, 410 a suspended one."""
    with FakeMastodon() as server:
        server.fail_next(lambda _: Response.json({"error": "Record not found"}, code))
        with pytest.raises(AccountGoneError) as caught:
            read(server)
        assert caught.value.state is state


@pytest.mark.parametrize("acct", ["eve", "aoi@eve.example", None])
def test_lookup_that_answers_about_somebody_else_is_refused(acct: str | None) -> None:
    """A lookup has to answer about the name that was asked for, on this instance."""
    with FakeMastodon() as server:
        server.fail_next(lambda _: Response.json({"id": "7", "username": "aoi", "acct": acct}))
        with pytest.raises(WebError, match="answered about"):
            read(server)


def test_token_is_sent_only_where_it_is_asked_for() -> None:
    """The server is asked without a token first; the files never see one (the fake checks both)."""
    with FakeMastodon(dialect=GOTOSOCIAL) as server:
        server.fill(2, NOW)
        assert len(posts(read(server))) == 2
        tokens = ["authorization" in one.headers for one in server.requests]
        assert tokens == [False, True, True, True]


def test_missing_token_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a token is needed and absent, or refused, the message names its variable and never its value."""
    with FakeMastodon(dialect=GOTOSOCIAL) as server:
        monkeypatch.setenv("MASTODON_TOKEN_ART_EXAMPLE", "a-wrong-token")
        with pytest.raises(CredentialsError, match="MASTODON_TOKEN_ART_EXAMPLE") as caught:
            read(server)
        assert "a-wrong-token" not in str(caught.value)
        monkeypatch.delenv("MASTODON_TOKEN_ART_EXAMPLE")
        with pytest.raises(CredentialsError, match="set MASTODON_TOKEN_ART_EXAMPLE"):
            read(server)


def test_dot_and_hyphen_do_not_lead_to_the_same_token() -> None:
    """Whoever owns my-art.example must not get the token of my.art.example."""
    assert token_variable("my-art.example") == "MASTODON_TOKEN_MY__ART_EXAMPLE"
    assert token_variable("my.art.example") == "MASTODON_TOKEN_MY_ART_EXAMPLE"


HOST_NAMES = st.from_regex(r"[a-z0-9](-?[a-z0-9]){0,5}(\.[a-z0-9](-?[a-z0-9]){0,5}){1,2}", fullmatch=True)


@given(HOST_NAMES, HOST_NAMES)
def test_two_hosts_never_share_a_token(one: str, other: str) -> None:
    """The variable's name tells every two hosts apart and is a name that a shell accepts."""
    assert re.fullmatch(r"[A-Z0-9_]+", token_variable(one))
    assert (token_variable(one) == token_variable(other)) == (one == other)


def test_media_on_an_unlisted_host_is_named_with_the_line_to_add() -> None:
    """Pictures on a host that nobody allowed are reported once, with the option that allows them."""
    odd = {"url": "https://bucket.storage.example/1.png"}
    with FakeMastodon() as server:
        server.post(1, NOW - 2 * DAY, server.attachment(1, **odd))
        server.post(2, NOW - DAY, server.attachment(2, **odd))
        events = read(server)
        assert "media_hosts: [bucket.storage.example]" in only(Notice, events)[0].detail
        assert len(posts(events)) == 2
        assert notices(events) == ["media-host"]
        assert notices(read(server, media_hosts="*.storage.example")) == []
        with pytest.raises(SourceError, match="media_hosts"):
            read(server, media_hosts=["127.0.0.1"])


def test_iso_reset_time_is_waited_for() -> None:
    """A 429 with Mastodon's ISO reset time is waited out, then the run goes on."""
    clock = InstantClock()
    until = (datetime.now(UTC) + timedelta(seconds=90)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    with FakeMastodon() as server:
        server.fill(1, NOW)
        server.fail_next(status(429, {"X-RateLimit-Reset": until}, b'{"error":"Too many requests"}'))
        with open_web(server.routes(), clock, Limits(waiting_s=300)) as web:
            assert len(posts(SOURCE.list_posts(entry(), since(), web))) == 1
    assert 80 < clock.skipped_s < 130


def test_handles_with_another_server_use_the_instance_option() -> None:
    """``aoi@example.org`` may live on art.example: the option ``instance`` says so."""
    with FakeMastodon() as server, open_web(server.routes()) as web:
        server.fill(1, NOW)
        split = account("mastodon", "aoi@example.org", options={"instance": HOST})
        assert len(posts(SOURCE.list_posts(split, since(), web))) == 1
        with pytest.raises(SourceError, match="instance"):
            SOURCE.media_hosts(account("mastodon", "aoi@example.org", options={"instance": "../x"}))


@pytest.mark.parametrize(
    "handle",
    [
        "aoi",
        "aoi@",
        "@art.example",
        "aoi@art",
        "a/b@art.example",
        "aoi@art.example/x",
        "aoi@127.0.0.1",
        "aoi@☃.example",
        "aoi@a@b.example",
    ],
)
def test_what_is_no_handle_is_refused(handle: str) -> None:
    """Anything but user@host is refused."""
    with pytest.raises(ValueError, match="is not a"):
        SOURCE.check_handle(handle)


@pytest.mark.parametrize(
    ("handle", "canonical"),
    [("@Aoi@Art.Example", "aoi@art.example"), ("aoi@bücher.example", "aoi@xn--bcher-kva.example")],
)
def test_handles_have_one_spelling(handle: str, canonical: str) -> None:
    """Handles are folded to lower case, hosts to their IDNA spelling."""
    assert SOURCE.check_handle(handle) == canonical


# --- what is gone ----------------------------------------------------------------------------------------------------


def test_deleted_statuses_are_found_20_a_call() -> None:
    """One call confirms twenty statuses; only what it leaves out is asked for by itself."""
    with FakeMastodon() as server:
        server.fill(50, NOW)
        assert sweep(server, keys_of(server)) == []
        assert len(server.requests) == 3
        server.forget()
        gone = {server.statuses[number]["id"] for number in (0, 30)}
        server.deleted |= gone
        assert {event.post_key for event in only(PostGone, sweep(server, keys_of(server)))} == {
            f"{HOST}/{one}" for one in gone
        }
        assert len(server.requests) == 5


def test_old_servers_are_asked_one_by_one() -> None:
    """Without the call for many ids, those that were not confirmed for longest are asked for; the rest is left."""
    with FakeMastodon(dialect=MASTODON_4_2) as server:
        server.fill(200, NOW)
        server.deleted |= {server.statuses[number]["id"] for number in (3, 150)}
        events = sweep(server, keys_of(server))
        assert [event.post_key for event in only(PostGone, events)] == [f"{HOST}/{server.statuses[150]['id']}"]
        assert len(only(Notice, events)) == 50
        assert f"{HOST}/{server.statuses[3]['id']}" in {notice.detail for notice in only(Notice, events)}


def test_outage_is_no_deletion() -> None:
    """A 5xx, a login page or an HTML "not found" never makes a status gone for certain."""
    with FakeMastodon() as server:
        server.fill(3, NOW)
        server.fail_next(times(4, status(503)))
        with pytest.raises(WebError):
            sweep(server, keys_of(server))
        server.fail_next(times(1, html_with_200))
        with pytest.raises(WebError):
            sweep(server, keys_of(server))
        server.fail_next(times(4, status(404, body=b"<h1>404 Not Found</h1>")))
        assert [event.certain for event in only(PostGone, sweep(server, keys_of(server)))] == [False] * 3


def test_call_for_many_that_wants_a_login_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative that guards the call for many ids, and only that one, is asked one by one."""
    monkeypatch.delenv("MASTODON_TOKEN_ART_EXAMPLE")
    with FakeMastodon() as server:
        server.fill(3, NOW)
        server.deleted.add(server.statuses[1]["id"])
        server.fail_next(status(403, body=b'{"error":"no"}'), path="/api/v1/statuses")
        assert [event.post_key for event in only(PostGone, sweep(server, keys_of(server)))] == [keys_of(server)[1]]


def test_batch_that_leaves_out_what_is_there_is_not_believed() -> None:
    """A server that answers the call for many ids with an empty list is asked one by one instead."""
    with FakeMastodon() as server:
        server.fill(5, NOW)
        server.fail_next(times(1, lambda _: Response.json([])))
        assert sweep(server, keys_of(server)) == []


def test_edited_status_reaches_the_store_through_the_sweep() -> None:
    """A stored status that was edited since it was last confirmed is read anew; others are not."""
    with FakeMastodon() as server:
        server.fill(2, NOW)
        server.post(7, NOW - 2 * DAY, edited_at=iso(NOW - timedelta(hours=1)), sensitive=True)
        server.post(8, NOW - 20 * DAY, edited_at=iso(NOW - 19 * DAY))
        events = sweep(server, keys_of(server))
    assert [(post.text, post.sensitive) for post in posts(events)] == [("post 7", True)]


# --- an independent judge --------------------------------------------------------------------------------------------


def test_mastodon_py_reads_our_fake_server() -> None:
    """Mastodon.py, which knows nothing of us, reads the fake: account, all pages, pictures."""
    mastodon = pytest.importorskip("mastodon", reason="Mastodon.py is not installed")
    import requests

    with FakeMastodon(page_size=20) as server, requests.Session() as session:
        server.fill(50, NOW)
        session.headers["Host"] = HOST
        client = mastodon.Mastodon(
            api_base_url=server.origin, session=session, user_agent="judge GalleryBuilder/", version_check_mode="none"
        )
        found = client.account_lookup("aoi")
        page = client.account_statuses(found.id, only_media=True, exclude_reblogs=True, exclude_replies=True, limit=40)
        read_by_it = client.fetch_remaining(page)
        assert [one.id for one in read_by_it] == [one["id"] for one in reversed(server.statuses)]
        assert all(one.media_attachments[0].url.startswith(f"https://{FILES}/") for one in read_by_it)
        assert client.status(read_by_it[7].id).created_at == read_by_it[7].created_at


# --- anything at all -------------------------------------------------------------------------------------------------

TAGS = st.sampled_from(["p", "br", "a", "span", "b", "script", "style", "svg", "li", "x-y", "!--", "?php", "/p", "/a"])
MARKUP = st.lists(st.one_of(TAGS.map("<{}>".format), st.text(max_size=6), st.sampled_from("<>&;\"'/=\x00\x1b"))).map(
    "".join
)


@given(MARKUP | st.text(max_size=200))
def test_html_leaves_no_tag_and_no_control_character(html: str) -> None:
    """No text out of HTML holds a whole tag that was there as a tag, or a character that steers a terminal."""
    text = html_to_text(html.replace("&", ""))
    assert not re.search(r"<(p|br|a|span|b|script|style|svg|li)>", text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    assert text == text.strip()


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a<br>b</p><p>c</p>", "a\nb\n\nc"),
        ("<p>a</p><script>alert(1)</script><style>p{}</style>", "a"),
        ("a<svg><title>b</title><p>c</p></svg>d", "ad"),
        ("&lt;b&gt; &amp;amp; &#x1b;[31m", "<b> &amp; [31m"),
        ("<a href='javascript:x'>link</a> <!-- no -->", "link"),
        (7, ""),
    ],
)
def test_html_becomes_the_text_that_people_see(html: object, text: str) -> None:
    """Breaks stay, what is no text for people goes, and escaped markup is text."""
    assert html_to_text(html) == text


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=12), min_size=1
    )
)
def test_text_comes_through_html_unchanged(words: list[str]) -> None:
    """What a person wrote, marked up as Mastodon does it, is read back as they wrote it."""
    html = "".join(f"<p><span>{escape(word)}</span></p>" for word in words)
    assert html_to_text(html).split("\n\n") == words


@given(st.text(alphabet=st.sampled_from('<>;=", relnxtpvh:/.?&') | st.characters(codec="latin-1"), max_size=120))
def test_any_link_header_is_read(header: str) -> None:
    """No header makes the reader fail, and targets never hold angle brackets."""
    assert not any(set("<>") & set(target) for target in next_and_previous(header).values())


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (
            '<https://a.example/1>; rel="next", <https://a.example/2>; rel="prev"',
            {"next": "https://a.example/1", "prev": "https://a.example/2"},
        ),
        ("<https://a.example/1>;rel=next", {"next": "https://a.example/1"}),
        (
            '<https://a.example/1,2>; title="a, b"; rel="last next"',
            {"last": "https://a.example/1,2", "next": "https://a.example/1,2"},
        ),
        ("https://a.example/1; rel=next", {}),
        ("<https://a.example/1>", {}),
        ("", {}),
    ],
)
def test_link_headers_are_read_as_the_rfc_says(header: str, found: dict[str, str]) -> None:
    """Quoted and bare relations, several of them, commas inside targets."""
    assert next_and_previous(header) == found


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(fixture("statuses")[0])), JSON)
def test_spoilt_statuses_are_read_or_skipped(name: str, value: Any) -> None:
    """Whatever stands in any field, a status gives a post or a reason, never a crash."""
    reading = read_status(fixture("statuses")[0] | {name: value}, HOST, AOI, PUBLIC)
    assert reading.post is not None or reading.notices
    if reading.post is not None:
        assert reading.post.permalink.startswith("https://")
        f"{reading.post}".encode()
