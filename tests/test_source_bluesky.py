"""The source ``bluesky`` against a Bluesky of our own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from net_kit import open_web
from servers.base import Response, html_with_200, status, times
from servers.bluesky import AOI, APPVIEW, CDN, FakeBluesky, Person, cid_of, iso
from servers.pictures import picture
from source_kit import NOW, account, last_cursor, notices, only, posts, since

from gallery.corrections import load_corrections
from gallery.domain import CursorMoved, MediaKind, Notice, Picture, PostGone, PostSeen, ProfileSeen, SourceEvent
from gallery.errors import AccountGoneError, AccountState, BlockedAddressError, SourceError, WebError
from gallery.sources.base import KnownPost, Since
from gallery.sources.bluesky import Bluesky
from gallery.sources.bluesky_parse import active_labels, cid_sha256, read_feed_item, read_post
from gallery.sources.wire import https_url

FIXTURES = Path(__file__).parent / "fixtures" / "bluesky"
SOURCE = Bluesky()
DAY = timedelta(days=1)


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text())


def read(server: FakeBluesky, earlier: Since | None = None, **options: Any) -> list[SourceEvent]:
    fields = {name: options.pop(name) for name in ("since", "limit") if name in options}
    with open_web(server.routes()) as web:
        return list(
            SOURCE.list_posts(account("bluesky", "aoi.example.com", options=options, **fields), earlier or since(), web)
        )


def again(events: Iterable[SourceEvent], *, days: float = 1, forget: Iterable[str] = ()) -> Since:
    """What the next night knows after ``events``."""
    events = list(events)
    known = {post.key for post in posts(events)} - set(forget)
    return since(last_cursor(events), AOI, known, now=NOW + timedelta(days=days))


def filled(server: FakeBluesky, count: int, first: int = 0) -> Person:
    """Give Aoi ``count`` posts of one picture, an hour apart, the last one at ``NOW``."""
    person = server.people[AOI]
    for number in range(first, first + count):
        when = NOW - timedelta(hours=first + count - number)
        person.post(number, when, embed=server.images(number))
    return person


def feeds(server: FakeBluesky, wanted: str = "posts_with_media") -> list[str]:
    """The cursors of the feed pages that were asked for."""
    asked = server.asked(path="/xrpc/app.bsky.feed.getAuthorFeed")
    return [one.query.get("cursor", "") for one in asked if one.query["filter"] == wanted]


def known(*keys: str) -> list[KnownPost]:
    return [KnownPost(key, "", NOW - DAY, NOW - DAY) for key in keys]


# --- what is in an answer --------------------------------------------------------------------------------------------


def test_sample_feed_gives_the_pictures_of_images_quote_and_gallery() -> None:
    """The three documented embeds give their pictures, alt texts, hashes, labels and permalinks."""
    readings = [
        read_feed_item(item, AOI, NOW, "https://pds.example.com/{}".format) for item in fixture("author_feed")["feed"]
    ]
    plain, quote, gallery = (reading.post for reading in readings)
    assert plain is not None
    assert quote is not None
    assert gallery is not None
    assert plain.text == "Dusk sketch 夕焼け"
    assert plain.permalink == f"https://bsky.app/profile/{AOI}/post/3n2ss2n2pk237"
    assert plain.created_at == datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)
    assert plain.language == "en"
    assert [media.alt for media in plain.media] == ["Pencil sketch of a pier at sunset"]
    assert quote.sensitive
    assert not plain.sensitive
    assert len(quote.media) == 1
    assert gallery.media[0].key.startswith("bafkreig72wjc6wvj")
    assert [post.media[0].sha256 for post in (plain, quote, gallery)] == [
        cid_sha256(cid_of(f"fixture-{number}".encode())) for number in (1, 2, 3)
    ]


def test_embeds_are_read_or_reported() -> None:
    """Video gives its still, a quote its own media, and what is unknown or shows nothing is counted."""
    with FakeBluesky() as server:
        person = server.people[AOI]
        moments = (NOW - timedelta(hours=hour) for hour in range(1, 10))
        person.post(1, next(moments), embed=server.images(1, 2, 3, 4))
        person.post(2, next(moments), embed=server.images(5, 6, kind="gallery"))
        person.post(3, next(moments), embed=server.with_quote(server.images(7)))
        person.post(4, next(moments), embed=server.with_quote(server.video(8)))
        person.post(5, next(moments), embed=server.video(9, presentation="gif"))
        person.post(6, next(moments), embed=({"$type": "x.y.hologram"}, {"$type": "x.y.hologram#view"}))
        person.post(
            7, next(moments), embed=({"$type": "app.bsky.embed.external"}, {"$type": "app.bsky.embed.external#view"})
        )
        repost = person.post(8, next(moments), embed=server.images(10))
        person.reasons[repost["uri"]] = {"reason": {"$type": "app.bsky.feed.defs#reasonRepost"}}
        person.post(
            9,
            next(moments),
            embed=server.images(11),
            record={"reply": {"parent": {"uri": "at://did:plc:somebody2222222222222222/app.bsky.feed.post/3k"}}},
        )
        events = read(server)
    found = {int(post.text.removeprefix("post ")): post for post in posts(events)}
    assert {number: len(post.media) for number, post in found.items()} == {1: 4, 2: 2, 3: 1, 4: 1, 5: 1}
    assert [media.alt for media in found[1].media] == [f"picture {number}" for number in (1, 2, 3, 4)]
    assert [found[number].media[0].kind for number in (3, 4, 5)] == [
        MediaKind.IMAGE,
        MediaKind.VIDEO,
        MediaKind.ANIMATION,
    ]
    assert sorted(notices(events)) == ["no-picture", "no-picture", "reply", "repost", "unknown-embed"]


@pytest.mark.parametrize(
    ("labels", "hidden", "sensitive"),
    [
        ([], False, False),
        (["porn"], False, True),
        (["sexual-figurative"], False, True),
        (["graphic-media"], False, True),
        (["!warn"], False, True),
        (["!hide", "porn"], True, False),
        (["spam-of-tomorrow"], False, False),
        ([{"val": "porn", "neg": True}], False, False),
        ([{"val": "!hide", "exp": iso(NOW - DAY)}], False, False),
        ([{"val": "porn", "exp": iso(NOW + DAY)}], False, True),
        ([{"val": "porn", "cts": iso(NOW - DAY)}, {"val": "porn", "neg": True, "cts": iso(NOW)}], False, False),
        ([{"val": "porn", "cts": iso(NOW)}, {"val": "porn", "neg": True, "cts": iso(NOW - DAY)}], False, True),
        ([{"val": "porn", "src": "did:plc:a"}, {"val": "porn", "src": "did:plc:b", "neg": True}], False, True),
    ],
)
def test_labels_hide_or_veil_a_post(labels: list[Any], hidden: bool, sensitive: bool) -> None:
    """A label counts unless it is negated or past its date: some hide the post, some veil it."""
    given_labels = [label if isinstance(label, dict) else {"val": label} for label in labels]
    view = fixture("author_feed")["feed"][0]["post"] | {"labels": given_labels}
    reading = read_post(view, AOI, NOW, None)
    assert bool(reading.hidden) is hidden
    assert (reading.post is not None and reading.post.sensitive) is sensitive


def test_labels_on_the_author_veil_every_post() -> None:
    """An account labelled as adult content has only sensitive posts."""
    with FakeBluesky(Person(labels=[{"val": "porn", "src": "did:plc:mods"}])) as server:
        filled(server, 2)
        assert [post.sensitive for post in posts(read(server))] == [True, True]


@pytest.mark.parametrize(
    ("label", "state"), [("!no-unauthenticated", AccountState.SIGN_IN_REQUIRED), ("!hide", AccountState.SUSPENDED)]
)
def test_author_who_may_not_be_shown_is_gone(label: str, state: AccountState) -> None:
    """Whoever does not want to be shown to logged-out visitors, or is hidden, is not read at all."""
    with FakeBluesky(Person(labels=[{"val": label, "src": AOI}])) as server:
        filled(server, 2)
        with pytest.raises(AccountGoneError) as caught:
            read(server)
        assert caught.value.state is state
        assert feeds(server) == []


def test_hidden_post_that_is_known_goes() -> None:
    """A label "!hide" on a stored post removes it; on a new one it is only counted."""
    with FakeBluesky() as server:
        person = filled(server, 2)
        first = read(server)
        for post in person.posts:
            post["labels"] = [{"val": "!hide", "src": "did:plc:mods"}]
        events = read(server, again(first, forget=[person.posts[0]["uri"]]))
    assert [gone.post_key for gone in only(PostGone, events)] == [person.posts[1]["uri"]]
    assert notices(events) == ["hidden"]


def test_tags_come_from_facets_and_record() -> None:
    """Hashtags in the text and outside it are given once each."""
    facet = {"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "ink"}, {"$type": "other", "tag": "no"}]}
    with FakeBluesky() as server:
        server.people[AOI].post(1, NOW - DAY, embed=server.images(1), record={"tags": ["oc", "ink"], "facets": [facet]})
        assert posts(read(server))[0].tags == ("oc", "ink")


def test_time_is_the_earlier_of_the_two() -> None:
    """A post dated in the future has the time at which the server saw it; one without any date is reported."""
    with FakeBluesky() as server:
        person = server.people[AOI]
        person.post(1, NOW + 900 * DAY, indexed=NOW - DAY, embed=server.images(1))
        odd = person.post(2, NOW - 2 * DAY, embed=server.images(2))
        odd["record"]["createdAt"], odd["indexedAt"] = "yesterday", "9999-99-99"
        events = read(server)
    assert [post.created_at for post in posts(events)] == [NOW - DAY]
    assert notices(events) == ["malformed"]


@pytest.mark.parametrize("name", ["aoi.example.com", AOI])
def test_address_from_a_browser_names_the_post(tmp_path: Path, name: str) -> None:
    """A correction may name a post by the address that a browser shows, which holds the handle of the day."""
    post = read_feed_item(fixture("author_feed")["feed"][0], AOI, NOW, None).post
    assert post is not None
    picture_of_it = Picture("0" * 64, account("bluesky", "aoi.example.com"), post, post.media[0], 0, 24, 16)
    file = tmp_path / "corrections.yaml"
    file.write_text(f"- post: https://bsky.app/profile/{name}/post/3n2ss2n2pk237\n  hide: true\n")
    correction = load_corrections(file).of(picture_of_it)
    assert correction is not None
    assert correction.hide


# --- nights ----------------------------------------------------------------------------------------------------------


def test_second_night_asks_only_for_what_is_new() -> None:
    """With nothing new, one page of each listing is read and no post is new; a new post costs no more."""
    with FakeBluesky(page_size=20) as server:
        filled(server, 50)
        first = read(server)
        assert len(posts(first)) == 50
        assert len(feeds(server)) == 3
        server.forget()
        second = read(server, again(first))
        assert feeds(server) == [""]
        assert feeds(server, "posts_with_video") == [""]
        assert len(server.requests) == 4  # document, profile, two listings
        assert {post.key for post in posts(second)} <= {post.key for post in posts(first)}
        server.forget()
        filled(server, 1, first=50)
        third = read(server, again(first))
        assert len(set(posts(third)) - set(posts(first))) == 1
        assert feeds(server) == ["", feeds(server)[1]]


def test_walk_stops_a_week_behind_the_newest_known() -> None:
    """Posts that are never stored cannot keep the walk going: a week behind the watermark it ends."""
    with FakeBluesky(page_size=10) as server:
        person = server.people[AOI]
        for number in range(60):
            person.post(number, NOW - number * DAY / 2, embed=server.images(number))
        first = read(server)
        server.forget()
        read(server, again(first, forget=[post.key for post in posts(first)]))
        assert len(feeds(server)) == 2


def test_backdated_post_is_found_by_the_monthly_walk() -> None:
    """A post imported with an old date lies deep in the feed: thirty days later the whole feed is read again."""
    with FakeBluesky(page_size=10) as server:
        person = filled(server, 40)
        first = read(server)
        old = person.post(99, NOW - 400 * DAY, indexed=NOW, embed=server.images(99))
        assert old["uri"] not in {post.key for post in posts(read(server, again(first, days=29)))}
        assert old["uri"] in {post.key for post in posts(read(server, again(first, days=30)))}


@pytest.mark.parametrize("stop_after", [1, 2, 3])
def test_interrupted_walk_goes_on_and_leaves_no_gap(stop_after: int) -> None:
    """Whatever page a run ends at, the next ones read every post once it is due, also those posted meanwhile."""
    with FakeBluesky(page_size=10) as server:
        filled(server, 45)
        seen: set[str] = set()
        earlier, night = since(), 0
        while True:
            night += 1
            events: list[SourceEvent] = []
            with open_web(server.routes()) as web:
                for event in SOURCE.list_posts(account("bluesky", "aoi.example.com"), earlier, web):
                    events.append(event)
                    if night < 4 and len(only(CursorMoved, events)) == stop_after:
                        break
            seen |= {post.key for post in posts(events)}
            earlier = since(last_cursor(events), AOI, seen, now=NOW + night * DAY)
            if night >= 4:
                break
            filled(server, 3, first=100 * night)
        assert seen == {post["uri"] for post in server.people[AOI].posts}


def test_interrupted_walk_is_taken_up_where_it_stopped() -> None:
    """The run after an interrupted one reads what is new at the top and then the rest, not the middle again."""
    with FakeBluesky(page_size=10) as server:
        for number in range(80):
            server.people[AOI].post(number, NOW - number * DAY, embed=server.images(number))
        events: list[SourceEvent] = []
        with open_web(server.routes()) as web:
            for event in SOURCE.list_posts(account("bluesky", "aoi.example.com"), since(), web):
                events.append(event)
                if len(only(CursorMoved, events)) == 5:
                    break
        server.forget()
        rest = read(server, again(events))
        assert len(feeds(server)) == 4
        assert {post.key for post in [*posts(events), *posts(rest)]} == {
            post["uri"] for post in server.people[AOI].posts
        }


def test_refused_cursor_starts_over() -> None:
    """A server that does not know its own cursor any more is read from the top by the following run."""
    with FakeBluesky(page_size=10) as server:
        for number in range(30):
            server.people[AOI].post(number, NOW - number * DAY, embed=server.images(number))
        state = {
            "posts_with_media": {
                "resume": "stale",
                "deep": "posts_with_media",
                "head": iso(NOW),
                "settings": "None None posts_with_media",
            }
        }
        feed = "/xrpc/app.bsky.feed.getAuthorFeed"
        refusal = Response.json({"error": "InvalidRequest", "message": "Malformed cursor"}, 400)
        server.fail_next([lambda well: well, lambda _: refusal], path=feed)
        first = read(server, since(state, AOI))
        assert "cursor-refused" in notices(first)
        server.forget()
        assert len(posts(read(server, again(first)))) == 30


def test_endless_feed_ends() -> None:
    """A feed that goes round in circles is left, and said so."""
    with FakeBluesky() as server:
        filled(server, 3)
        page = {"feed": [{"post": post} for post in server.people[AOI].posts], "cursor": "again"}
        server.fail_next(times(50, lambda _: Response.json(page)), path="/xrpc/app.bsky.feed.getAuthorFeed")
        events = read(server, videos=False)
        assert len(feeds(server)) == 2
    assert notices(events) == ["endless-paging"]
    assert len(posts(events)) == 3


@pytest.mark.parametrize("history", ["feed", "full"])
def test_long_stretch_without_pictures_is_read_through(history: str) -> None:
    """Hundreds of answers to others, or of posts without a picture, do not end the walk before older pictures."""
    answers = {"reply": {"parent": {"uri": "at://did:plc:somebody2222222222222222/app.bsky.feed.post/3k"}}}
    with FakeBluesky(page_size=10) as server:
        person = server.people[AOI]
        person.post(0, NOW - 9 * DAY, embed=server.images(0))
        for number in range(1, 151):
            when = NOW - DAY + timedelta(minutes=number)
            if history == "feed":
                person.post(number, when, embed=server.images(1), record=answers)
            else:
                person.post(number, when)
        assert [post.text for post in posts(read(server, history=history, videos=False))] == ["post 0"]


def test_pages_without_end_are_left_and_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed of empty pages with ever new cursors is left after ten of them; the next run goes on from there."""
    numbers = iter(range(1000))
    with FakeBluesky() as server:
        server.fail_next(
            times(99, lambda _: Response.json({"feed": [], "cursor": f"c{next(numbers)}"})),
            path="/xrpc/app.bsky.feed.getAuthorFeed",
        )
        first = read(server, videos=False)
        assert notices(first) == ["endless-paging"]
        assert len(feeds(server)) == 10
        server.forget()
        read(server, again(first), videos=False)
        assert "c9" in feeds(server)
    monkeypatch.setattr("gallery.sources.paging.MAX_PAGES", 3)
    with FakeBluesky(page_size=2) as server:
        filled(server, 20)
        assert "page-limit" in notices(read(server, videos=False))


def test_limit_and_since_end_the_walk() -> None:
    """``limit`` and ``since`` of an entry stop the first walk early."""
    with FakeBluesky(page_size=10) as server:
        filled(server, 45)
        newest = read(server, limit=15, videos=False)
        assert len(posts(newest)) == 15
        assert len(feeds(server)) == 2
        server.forget()
        recent = read(server, since=NOW - timedelta(hours=12), videos=False)
        assert len(posts(recent)) == 12
        assert len(feeds(server)) == 2


def test_full_history_comes_from_the_accounts_own_server() -> None:
    """``history: full`` lists every record, asks 25 at a time for labels, and goes back to the feed the next night."""
    with FakeBluesky(page_size=40) as server:
        person = filled(server, 60)
        person.post(70, NOW - 90 * DAY)  # text only
        person.post(71, NOW - 80 * DAY, embed=server.video(71))
        first = read(server, history="full", videos=False)
        assert len(posts(first)) == 61
        assert feeds(server) == []
        asked = server.asked(path="/xrpc/app.bsky.feed.getPosts")
        assert [len(one.params) for one in asked] == [25, 14, 22]
        server.forget()
        filled(server, 1, first=80)
        second = read(server, again(first), history="full", videos=False)
        assert len(set(posts(second)) - set(posts(first))) == 1
        assert len(feeds(server)) == 2


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


@pytest.mark.parametrize(
    ("error", "state"),
    [
        ("AccountTakedown", AccountState.SUSPENDED),
        ("AccountDeactivated", AccountState.DEACTIVATED),
    ],
)
def test_account_wide_states_come_from_the_appview(error: str, state: AccountState) -> None:
    """Takedown and deactivation are told apart."""
    with FakeBluesky(Person(error=error)) as server:
        with pytest.raises(AccountGoneError) as caught:
            read(server)
        assert caught.value.state is state


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


# --- what is gone ----------------------------------------------------------------------------------------------------


def sweep(server: FakeBluesky, keys: list[str]) -> list[PostGone | PostSeen | Notice]:
    with open_web(server.routes()) as web:
        entry = account("bluesky", "aoi.example.com")
        return list(SOURCE.find_gone(entry, since(stable_id=AOI), known(*keys), web))


def test_deleted_posts_are_found_25_a_call() -> None:
    """What a good answer leaves out is gone; every post is asked for, and nothing else where all are there."""
    with FakeBluesky() as server:
        person = filled(server, 60)
        keys = [post["uri"] for post in person.posts]
        assert sweep(server, keys) == []
        assert len(server.requests) == 3
        deleted = person.posts.pop(30)["uri"]
        person.posts[0]["labels"] = [{"val": "!hide", "src": "did:plc:mods"}]
        gone = only(PostGone, sweep(server, keys))
        assert {one.post_key for one in gone} == {deleted, keys[0]}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("takendown", AccountState.SUSPENDED),
        ("suspended", AccountState.SUSPENDED),
        ("deactivated", AccountState.DEACTIVATED),
        ("deleted", AccountState.MISSING),
    ],
)
def test_missing_posts_of_an_inactive_account_are_the_account(status: str, state: AccountState) -> None:
    """Before posts are called gone, the account's own server is asked whether it is all of them."""
    with FakeBluesky() as server:
        person = filled(server, 3)
        keys = [post["uri"] for post in person.posts]
        person.posts.clear()
        person.status = status
        with pytest.raises(AccountGoneError) as caught:
            sweep(server, keys)
        assert caught.value.state is state


def test_outage_is_no_deletion() -> None:
    """Neither a failing AppView nor an answer without posts makes anything gone; a silent home server only says so."""
    with FakeBluesky() as server:
        person = filled(server, 3)
        keys = [post["uri"] for post in person.posts]
        for fault in (times(4, status(503)), times(1, html_with_200), times(1, lambda _: Response.json({}))):
            server.fail_next(fault)
            with pytest.raises(WebError):
                sweep(server, keys)
        person.posts.pop()
        server.fail_next(times(4, status(500)), host="pds.example.com")
        events = sweep(server, keys)
        assert [type(event) for event in events] == [Notice, PostGone]


def test_author_who_closed_the_door_is_noticed_by_the_sweep() -> None:
    """The wish not to be shown to logged-out visitors also reaches the sweep."""
    with FakeBluesky() as server:
        person = filled(server, 1)
        person.posts[0]["author"]["labels"] = [{"val": "!no-unauthenticated", "src": AOI}]
        with pytest.raises(AccountGoneError):
            sweep(server, [person.posts[0]["uri"]])


def test_new_label_reaches_old_posts_through_the_sweep() -> None:
    """A stored post that was labelled since it was last confirmed is read anew; others are not."""
    with FakeBluesky() as server:
        person = filled(server, 3)
        for post, made in zip(person.posts, (NOW - timedelta(hours=2), NOW - 9 * DAY), strict=False):
            post["labels"] = [{"val": "porn", "src": "did:plc:mods", "cts": iso(made)}]
        events = sweep(server, [post["uri"] for post in person.posts])
    assert [(post.key, post.sensitive) for post in posts(events)] == [(person.posts[0]["uri"], True)]


# --- bad answers -----------------------------------------------------------------------------------------------------


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


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """The sample feed with one thing anywhere in it replaced by anything."""
    feed = fixture("author_feed")
    place: Any = feed
    while True:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or draw(st.booleans()):
            place[key] = draw(JSON)
            return feed
        place = place[key]


@given(spoilt())
def test_spoilt_answers_are_read_or_skipped(feed: Any) -> None:
    """Whatever stands anywhere in an item, reading it gives a post or a reason, never a crash."""
    items = feed.get("feed") if isinstance(feed, dict) else None
    for item in items if isinstance(items, list) else []:
        reading = read_feed_item(item, AOI, NOW, None)
        assert reading.post is not None or reading.notices or reading.hidden
        if reading.post is not None:
            json.dumps([reading.post.text, reading.post.key, reading.post.permalink]).encode()
            assert all(media.url.startswith("https://") for media in reading.post.media)


@given(st.text(max_size=40) | st.text(max_size=30).map("https://a.example/{}".format))
def test_addresses_that_pass_are_plain_https(text: str) -> None:
    """An address that may become a link holds nothing that ends an attribute, hides, or names a user or port."""
    address = https_url(text)
    assert address in ("", text)
    if address:
        assert address.startswith("https://")
        assert address.isprintable()
        assert not set("\"'<>\\ ") & set(address)
        assert len(address) < 2_001


@given(JSON)
def test_any_label_list_is_read(labels: Any) -> None:
    """Labels of any shape give a set of texts."""
    assert all(isinstance(value, str) for value in active_labels(labels, NOW))
