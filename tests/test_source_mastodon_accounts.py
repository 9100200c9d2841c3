"""Whom the source ``mastodon`` reads, and where: accounts and their states, tokens, hosts of media, refusals."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.domain import AccountState, Notice, ProfileSeen
from gallery.errors import AccountGoneError, CredentialsError, SourceError, WebError
from gallery.net.manners import Limits
from gallery.sources.mastodon import Mastodon
from gallery.sources.mastodon_api import token_variable
from tests.mastodon_kit import DAY, SOURCE, TIMELINE, again, entry, read
from tests.net_kit import InstantClock, open_web
from tests.servers.base import FakeServer, Request, Response, status
from tests.servers.mastodon import AOI, GOTOSOCIAL, HOST, MASTODON, PIXELFED, TOKEN, Dialect, FakeMastodon
from tests.source_kit import NOW, account, notices, only, posts, since


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTODON_TOKEN_ART_EXAMPLE", TOKEN)


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


def test_a_plea_in_the_profile_is_passed_on() -> None:
    """What the artist asks for in words stands in the profile, without the markup of the server."""
    with FakeMastodon(account={"note": "<p>ink, cats</p><p>no <b>reposts</b></p>"}) as server:
        assert only(ProfileSeen, read(server))[0].profile.plea == "no reposts"


def test_a_plea_in_the_table_of_the_profile_is_passed_on() -> None:
    """Many say it in a row of its own."""
    rows = [{"name": "Site", "value": "ink.example"}, {"name": "Reposts", "value": "<b>no</b>"}]
    with FakeMastodon(account={"fields": rows}) as server:
        assert only(ProfileSeen, read(server))[0].profile.plea == "Reposts: no"


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
    ("told", "noindex"),
    [
        ({"noindex": False, "discoverable": False}, False),
        ({"noindex": None, "discoverable": False}, True),
        ({"noindex": None, "discoverable": True}, False),
        ({"noindex": None, "source": {"pleroma": {"discoverable": False}}}, True),
        ({"noindex": None}, False),
    ],
    ids=["mastodon", "gotosocial", "gotosocial, agreed", "pleroma", "silent"],
)
def test_not_to_be_discovered_means_noindex_where_there_is_no_other_word(told: dict[str, Any], noindex: bool) -> None:
    """Servers without ``noindex`` keep search engines off who is not discoverable, which means less to Mastodon."""
    with FakeMastodon(account=told) as server:
        assert only(ProfileSeen, read(server))[0].profile.noindex is noindex


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


@pytest.mark.parametrize(
    ("dialect", "private"),
    [(PIXELFED, True), (GOTOSOCIAL, False), (MASTODON, False)],
    ids=["pixelfed", "gts", "mastodon"],
)
def test_a_locked_account_is_private_on_pixelfed_alone(
    dialect: Dialect, private: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pixelfed locks the posts, which single calls still show; elsewhere a lock means that followers are approved, and
    a server for which no token is set is not asked what it is."""
    if dialect is MASTODON:
        monkeypatch.delenv("MASTODON_TOKEN_ART_EXAMPLE")
    with FakeMastodon(dialect=dialect, account={"locked": True}) as server:
        server.fill(2, NOW)
        if private:
            with pytest.raises(AccountGoneError) as caught:
                read(server, account_id=AOI)
            assert caught.value.state is AccountState.PROTECTED
        else:
            assert len(posts(read(server))) == 2
        assert bool(server.asked(path="/api/v1/instance")) is dialect.wants_token


@pytest.mark.parametrize(("code", "state"), [(404, AccountState.MISSING), (410, AccountState.SUSPENDED)])
def test_unknown_and_suspended_are_told_apart(code: int, state: AccountState) -> None:
    """404 with the server's own words is a missing account, 410 a suspended one."""
    with FakeMastodon() as server:
        server.fail_next(lambda _: Response.json({"error": "Record not found"}, code))
        with pytest.raises(AccountGoneError) as caught:
            read(server)
        assert caught.value.state is state


@pytest.mark.parametrize("body", [b"", b"<h1>Gone</h1><hr>nginx"], ids=["empty", "a web page"])
@pytest.mark.parametrize("code", [404, 410])
def test_a_bare_answer_is_no_word_about_the_account(code: int, body: bytes) -> None:
    """A 404 or 410 without the server's own words, which are asked for in JSON, may be a proxy's, and is an error of
    the night."""
    with FakeMastodon() as server:
        server.fail_next(status(code, body=body))
        with pytest.raises(SourceError, match=f"HTTP {code}") as caught:
            read(server)
        assert not isinstance(caught.value, AccountGoneError)
        assert {one.headers["accept"] for one in server.requests} == {"application/json"}


def test_a_firewalls_page_asks_for_no_token() -> None:
    """Where a web page refuses, nobody wants to know who asks: the token stays here, and the message names the wall."""
    with FakeMastodon(dialect=GOTOSOCIAL) as server:
        server.fail_next(status(403, {"content-type": "text/html"}, b"<title>Just a moment...</title>"))
        with pytest.raises(WebError, match="turns this machine away"):
            read(server)
        assert [one.headers.get("authorization") for one in server.requests] == [None]


def test_a_misskey_is_named_as_what_it_is() -> None:
    """Who lists a Misskey among the Mastodons reads under which name it belongs, and nobody is called missing."""
    unknown = {"error": {"message": "Unknown API endpoint.", "code": "UNKNOWN_API_ENDPOINT", "kind": "client"}}
    with FakeMastodon() as server:
        server.fail_next(lambda _: Response.json(unknown, 404))
        with pytest.raises(SourceError, match="list it as `misskey:`") as caught:
            read(server)
        assert not isinstance(caught.value, AccountGoneError)


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


@pytest.mark.parametrize("dialect", [GOTOSOCIAL, PIXELFED], ids=["gotosocial", "pixelfed"])
def test_missing_token_names_the_variable(monkeypatch: pytest.MonkeyPatch, dialect: Dialect) -> None:
    """Where a token is needed and absent, or refused, be it by a way to the login page, the message names its variable
    and never its value."""
    with FakeMastodon(dialect=dialect) as server:
        monkeypatch.setenv("MASTODON_TOKEN_ART_EXAMPLE", "a-wrong-token")
        with pytest.raises(CredentialsError, match="refuses the token in MASTODON_TOKEN_ART_EXAMPLE") as caught:
            read(server)
        assert "a-wrong-token" not in str(caught.value)
        monkeypatch.delenv("MASTODON_TOKEN_ART_EXAMPLE")
        with pytest.raises(CredentialsError, match="set MASTODON_TOKEN_ART_EXAMPLE"):
            read(server)


def test_a_pasted_token_may_bring_blanks_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line end that pasting left around the token does not count; one within it is named, without the token."""
    with FakeMastodon(dialect=GOTOSOCIAL) as server:
        server.fill(2, NOW)
        monkeypatch.setenv("MASTODON_TOKEN_ART_EXAMPLE", f" {TOKEN}\r\n")
        assert len(posts(read(server))) == 2
        monkeypatch.setenv("MASTODON_TOKEN_ART_EXAMPLE", "two-lines-of\na-token")
        with pytest.raises(CredentialsError, match="MASTODON_TOKEN_ART_EXAMPLE has blanks") as caught:
            read(server)
        assert "two-lines-of" not in str(caught.value)


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


@pytest.mark.parametrize("handle", ["aoi", "@aoi", "aoi@", "@art.example"])
def test_half_a_handle_is_told_what_a_whole_one_looks_like(handle: str) -> None:
    """Where the user or the host is missing, the message says what to write."""
    with pytest.raises(ValueError, match="write user@host"):
        SOURCE.check_handle(handle)


@pytest.mark.parametrize(
    ("handle", "canonical"),
    [("@Aoi@Art.Example", "aoi@art.example"), ("aoi@bücher.example", "aoi@xn--bcher-kva.example")],
)
def test_handles_have_one_spelling(handle: str, canonical: str) -> None:
    """Handles are folded to lower case, hosts to their IDNA spelling."""
    assert SOURCE.check_handle(handle) == canonical


@pytest.mark.parametrize("redirect", [301, 302, 308])
def test_a_server_that_lives_elsewhere_is_named(redirect: int) -> None:
    """Where a handle's domain only points to the real server, the message says which line is missing."""

    def onward(request: Request) -> Response:
        return Response(redirect, headers={"location": f"https://social.example.org{request.target}"})

    with (
        FakeServer(onward) as server,
        open_web(server.routes("example.org", "social.example.org")) as web,
        pytest.raises(SourceError, match=r"`instance: social\.example\.org`"),
    ):
        list(Mastodon().list_posts(account("mastodon", "aoi@example.org"), since(), web))


@pytest.mark.parametrize("location", ["https://[", "https://a b]/", "https://`x`.example/"])
def test_a_redirect_that_leads_nowhere_is_no_fault_of_ours(location: str) -> None:
    """What a server names as another place, and is no host, is neither repeated nor taken for a bug of the gallery."""
    with (
        FakeServer(lambda _: Response(308, headers={"location": location})) as server,
        open_web(server.routes("example.org")) as web,
        pytest.raises(WebError, match="308"),
    ):
        list(Mastodon().list_posts(account("mastodon", "aoi@example.org"), since(), web))
