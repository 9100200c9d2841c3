"""Whom the source ``misskey`` reads and what servers refuse: names, states of accounts, wishes, limits."""

from __future__ import annotations

from typing import Any

import pytest

from gallery.domain import AccountState, Notice, ProfileSeen
from gallery.errors import AccountGoneError, SourceError, WebError
from tests.misskey_kit import NOTES, SOURCE, again, entry, fixture, read
from tests.servers.base import Response, html_with_200, status, times
from tests.servers.misskey import AOI, HOST, FakeMisskey, error
from tests.source_kit import NOW, account, notices, only, posts


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
