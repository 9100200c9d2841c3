"""Whom the source ``bluesky`` reads, and from which servers: handles, DIDs, states of accounts, originals, options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.domain import AccountState, ProfileSeen, SourceEvent
from gallery.errors import AccountGoneError, BlockedAddressError, SourceError, WebError
from gallery.sources.bluesky_parse import cid_sha256
from tests.bluesky_kit import DAY, SOURCE, again, filled, fixture, read
from tests.net_kit import open_web
from tests.servers.base import Response, status, times
from tests.servers.bluesky import AOI, APPVIEW, CDN, PLC, FakeBluesky, Person, cid_of
from tests.servers.pictures import picture
from tests.source_kit import NOW, account, notices, only, posts, since

# --- identity --------------------------------------------------------------------------------------------------------


def test_profile_is_known_by_its_did() -> None:
    """The first run resolves the handle; later ones go by the DID and do not ask again."""
    with FakeBluesky() as server:
        filled(server, 1)
        first = read(server)
        assert len(server.asked(path="/xrpc/com.atproto.identity.resolveHandle")) == 1
        server.forget()
        read(server, again(first))
        assert server.asked(path="/xrpc/com.atproto.identity.resolveHandle") == []
    profile = only(ProfileSeen, first)[0].profile
    assert (profile.stable_id, profile.handle, profile.name) == (AOI, "aoi.example.com", "Aoi / 青")
    assert profile.avatar_url.startswith(f"https://{CDN}/img/avatar/")


@pytest.mark.parametrize("source", [AOI, "did:plc:mods"])
def test_profile_tells_that_the_whole_account_is_sensitive(source: str) -> None:
    """A label on the account, its own or the moderators', stands in its profile until it is taken back."""
    label = {"val": "porn", "src": source, "uri": AOI}
    with FakeBluesky() as server:
        said = []
        for labels in ([], [label], [label, label | {"neg": True}]):
            server.people[AOI].labels[:] = labels
            said.append(only(ProfileSeen, read(server))[0].profile.sensitive)
    assert said == [False, True, False]


def test_renamed_account_stays_the_same() -> None:
    """A handle that changed hands does not bring in its new owner's posts; the maintainer is told the new name."""
    thief = Person(did="did:plc:thief2222222222222222222", handle="aoi.example.com")
    with FakeBluesky(Person(), thief) as server:
        filled(server, 2)
        first = read(server)
        server.people[AOI].handle = "blue.example.net"
        thief.post(9, NOW, embed=server.images(9, did=thief.did))
        second = read(server, again(first))
    assert "renamed" in notices(second)
    assert {post.key for post in posts(second)} == {post.key for post in posts(first)}
    assert only(ProfileSeen, second)[0].profile.handle == "blue.example.net"


def test_handle_that_the_document_does_not_claim_is_refused() -> None:
    """A handle that leads to an account which does not claim it is not read."""
    with (
        FakeBluesky(Person(claims=["at://other.example.com"])) as server,
        pytest.raises(WebError, match="claims other"),
    ):
        read(server)


def test_document_about_somebody_else_is_refused() -> None:
    """A DID document has to be about the DID that was asked for."""
    document = fixture("did_document") | {"id": "did:plc:thief2222222222222222222"}
    with FakeBluesky() as server:
        server.fail_next(lambda _: Response.json(document), host="plc.directory")
        with pytest.raises(WebError, match="is about"):
            read(server)


def test_did_web_is_read_from_its_own_domain() -> None:
    """A did:web has its document on its own domain, and nobody asks the PLC directory about it."""
    person = Person(did="did:web:aoi.example.com")
    with FakeBluesky(person) as server, open_web(server.routes("aoi.example.com")) as web:
        person.post(1, NOW - DAY, embed=server.images(1, did=person.did))
        events = list(SOURCE.list_posts(account("bluesky", "aoi.example.com"), since(), web))
        assert server.asked(host="plc.directory") == []
    assert len(posts(events)) == 1
    assert only(ProfileSeen, events)[0].profile.stable_id == "did:web:aoi.example.com"


def test_server_without_the_repository_is_no_deletion() -> None:
    """An account that is moving to another server is not gone while Bluesky shows it."""
    with FakeBluesky(Person(status="moving")) as server:
        filled(server, 1)
        with pytest.raises(WebError, match="moving house"):
            read(server, history="full")


def test_directory_outage_is_bridged_for_known_accounts() -> None:
    """Without the PLC directory a known account is still read; a new one is not."""
    with FakeBluesky() as server:
        filled(server, 1)
        first = read(server)
        server.fail_next(times(8, status(503)), host="plc.directory")
        assert "identity-unchecked" in notices(read(server, again(first)))
        with pytest.raises(WebError):
            read(server)


@pytest.mark.parametrize("code", [404, 410])
def test_only_the_directorys_own_word_makes_an_account_missing(code: int) -> None:
    """A DID that the PLC directory calls unknown or deleted is missing; a proxy's page in its place is an outage."""
    with FakeBluesky() as server:
        filled(server, 1)
        first = read(server)
        server.fail_next(lambda _: Response.json({"message": f"DID not available: {AOI}"}, code), host=PLC)
        with pytest.raises(AccountGoneError) as caught:
            read(server, again(first))
        assert caught.value.state is AccountState.MISSING
        for page in (b"<h1>Not Found</h1><hr>nginx", b"", b"[]"):
            server.fail_next(status(code, body=page), host=PLC)
            night = read(server, again(first))
            assert (notices(night), len(posts(night))) == (["identity-unchecked"], 1)


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        ("AccountTakedown", AccountState.SUSPENDED, "is taken down or suspended"),
        ("AccountDeactivated", AccountState.DEACTIVATED, "was deactivated by its owner"),
    ],
)
def test_account_wide_states_come_from_the_appview(error: str, state: AccountState, words: str) -> None:
    """Takedown and deactivation are told apart, and told to people in our words."""
    with FakeBluesky(Person(error=error)) as server:
        with pytest.raises(AccountGoneError) as caught:
            read(server)
        assert caught.value.state is state
        assert str(caught.value) == f"{AOI} {words} (HTTP 400 {error}: Account is not here)"


def test_unknown_handle_is_missing() -> None:
    """A handle that resolves to nothing is a missing account; an outage is not."""
    with FakeBluesky(Person(handle="other.example.com")) as server:
        with pytest.raises(AccountGoneError) as caught:
            read(server)
        assert caught.value.state is AccountState.MISSING
        server.fail_next(times(4, status(502, {"content-type": "text/html"}, b"<h1>Bad gateway</h1>")))
        with pytest.raises(WebError):
            read(server)


@pytest.mark.parametrize(
    "handle", ["aoi", "aoi.example.com/x", "../aoi.example.com", "0123", "aoi@art.example", "画.jp", ""]
)
def test_what_is_no_handle_is_refused(handle: str) -> None:
    """Anything that is not a domain name or a DID is refused with an example."""
    with pytest.raises(ValueError, match=r"aoi\.example\.com"):
        SOURCE.check_handle(handle)


@pytest.mark.parametrize("handle", ["@Aoi.Example.com", "aoi.example.com", AOI, "did:web:aoi.example.com"])
def test_handles_and_dids_are_accepted(handle: str) -> None:
    """Handles are folded to lower case without @; DIDs stay."""
    assert SOURCE.check_handle(handle) == handle.removeprefix("@").lower()


# --- originals -------------------------------------------------------------------------------------------------------


def fetch_first(server: FakeBluesky, tmp_path: Path, events: list[SourceEvent], **options: Any) -> bytes:
    media = posts(events)[0].media[0]
    entry = account("bluesky", "aoi.example.com", options=options)
    with open_web(server.routes()) as web:
        return web.download(
            media.url,
            hosts=SOURCE.media_hosts(entry),
            into=tmp_path,
            max_bytes=SOURCE.max_picture_bytes,
            sha256=media.sha256 if options.get("originals") == "pds" else None,
        ).path.read_bytes()


def test_originals_come_from_the_accounts_server_and_are_checked(tmp_path: Path) -> None:
    """``originals: pds`` fetches the blob itself; other bytes than the CID names are refused."""
    with FakeBluesky() as server:
        filled(server, 1)
        events = read(server, originals="pds")
        assert fetch_first(server, tmp_path, events, originals="pds") == picture(0)
        cid = posts(events)[0].media[0].key
        server.blobs[cid] = picture(1)
        with pytest.raises(WebError, match="hash"):
            fetch_first(server, tmp_path, events, originals="pds")


def test_original_that_we_cannot_read_comes_from_the_cdn() -> None:
    """Of an SVG or HEIC the CDN's copy is taken, which is a picture of a kind that is shown."""
    with FakeBluesky() as server:
        view = server.people[AOI].post(1, NOW - DAY, embed=server.images(1, 2))
        view["record"]["embed"]["images"][0]["image"]["mimeType"] = "image/svg+xml"
        first, second = posts(read(server, originals="pds"))[0].media
    assert first.url.startswith(f"https://{CDN}/")
    assert first.sha256 is None
    assert "getBlob" in second.url


@pytest.mark.parametrize("target", ["http://127.0.0.1/x.png", "https://127.0.0.1/x.png", "https://evil.example/x.png"])
@pytest.mark.parametrize("originals", ["pds", "cdn"])
def test_redirect_elsewhere_is_refused(tmp_path: Path, target: str, originals: str) -> None:
    """Neither the CDN nor an account's server may lead to another machine."""
    with FakeBluesky() as server:
        filled(server, 1)
        events = read(server, originals=originals)
        server.redirects[posts(events)[0].media[0].key] = target
        with pytest.raises(BlockedAddressError):
            fetch_first(server, tmp_path, events, originals=originals)


@pytest.mark.parametrize(
    "endpoint", ["http://pds.example.com", "https://u@pds.example.com", "https://pds.example.com:8443", "file:///", 7]
)
def test_server_address_that_is_not_plain_https_is_not_used(endpoint: object) -> None:
    """A document that names an odd server address gives no originals, and the message says what to do."""
    document = fixture("did_document")
    document["service"][0]["serviceEndpoint"] = endpoint
    with FakeBluesky() as server:
        server.fail_next(lambda _: Response.json(document), host="plc.directory")
        with pytest.raises(WebError, match="originals: cdn"):
            read(server, originals="pds")


@given(st.binary(max_size=64))
def test_cid_names_the_hash_of_its_bytes(data: bytes) -> None:
    """The hash read out of a blob's CID is the SHA-256 of the blob; a record's CID names none."""
    from hashlib import sha256

    assert cid_sha256(cid_of(data)) == sha256(data).hexdigest()
    assert cid_sha256(cid_of(data, codec=0x71)) is None


@given(st.one_of(st.text(max_size=80), st.from_regex(r"b[a-z2-7]{50,70}", fullmatch=True)))
def test_no_text_makes_the_cid_reader_fail(text: str) -> None:
    """Whatever claims to be a CID gives a hash of 64 hex digits or nothing, and only for one spelling."""
    found = cid_sha256(text)
    assert found is None or cid_of_hash(found) == text


def test_cid_has_one_spelling() -> None:
    """The same hash with other padding bits in its last letter is no CID: pictures have one key each."""
    cid = cid_of(b"fixture-1")
    assert cid_sha256(cid) is not None
    assert cid_sha256(cid[:-1] + "j") is None


def cid_of_hash(digest: str) -> str:
    import base64

    raw = bytes([1, 0x55, 0x12, 0x20]) + bytes.fromhex(digest)
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")


# --- options ---------------------------------------------------------------------------------------------------------


def test_nothing_but_the_appview_and_directory_is_asked_by_default() -> None:
    """Without ``originals: pds`` or ``history: full`` no host that only data names is asked."""
    with FakeBluesky() as server:
        filled(server, 3)
        read(server)
        assert {one.host for one in server.requests} == {APPVIEW, "plc.directory"}


@pytest.mark.parametrize("options", [{"originals": "best"}, {"history": True}, {"videos": "yes"}])
def test_wrong_option_names_the_line(options: dict[str, Any]) -> None:
    """An option with a value that does not exist is named with its place."""
    with FakeBluesky() as server, pytest.raises(SourceError, match=r"accounts\.yaml: "):
        read(server, **options)
