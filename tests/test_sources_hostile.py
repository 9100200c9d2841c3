"""Bluesky, Mastodon and Misskey given anything anywhere in an answer: a post, a notice or our own error, no crash."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gallery.domain import Account, CursorMoved, KnownPost, PostGone, PostSeen, ProfileSeen
from gallery.errors import SourceError
from gallery.fetch.events import sound
from gallery.sources import source_for
from tests.net_kit import DirectWeb
from tests.servers import bluesky, mastodon, misskey
from tests.servers.base import FakeServer
from tests.source_kit import NOW, account, since

Spoil = Mapping[int, tuple[int, Any]]  # number of the call → (which place of its answer, what stands there instead)

WORDS = [
    "",
    "x",
    "did:plc:a",
    "at://",
    "https://",
    "https://a.example/",
    "javascript:alert(1)",
    "../..",
    "\ud800",
    "\x00",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=6) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
SPOILS = st.dictionaries(st.integers(0, 5), st.tuples(st.integers(0, 400), JSON), min_size=1, max_size=3)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)


class SpoiltWeb(DirectWeb):
    """The fake server's own answers, some of them spoilt."""

    def __init__(self, server: FakeServer, spoil: Spoil) -> None:
        super().__init__(server)
        self._spoil = spoil

    def changed(self, body: bytes) -> bytes:
        if self.calls - 1 not in self._spoil:
            return body
        where, what = self._spoil[self.calls - 1]
        answer = copy.deepcopy(json.loads(body))
        found = list(places(answer)) if isinstance(answer, dict | list) else []
        if not found or where == 0:
            return json.dumps(what).encode()
        container, key = found[where % len(found)]
        container[key] = what
        return json.dumps(answer).encode()


def bluesky_world() -> tuple[FakeServer, Account, str]:
    server = bluesky.FakeBluesky(page_size=2)
    person = server.people[bluesky.AOI]
    for number, embed in enumerate(
        [server.images(1, 2), server.images(3, kind="gallery"), server.with_quote(server.images(4)), server.video(5)]
    ):
        person.post(number, NOW - timedelta(hours=number), embed=embed, labels=[{"val": "porn", "src": "did:plc:x"}])
    return server, account("bluesky", person.handle, options={"originals": "pds", "history": "full"}), bluesky.AOI


def mastodon_world() -> tuple[FakeServer, Account, str]:
    server = mastodon.FakeMastodon(page_size=2)
    server.fill(3, NOW)
    server.post(9, NOW, server.attachment(1), server.attachment(2, "gifv"), spoiler_text="x", tags=[{"name": "ink"}])
    return server, account("mastodon", f"aoi@{mastodon.HOST}"), f"{mastodon.HOST}/{mastodon.AOI}"


def misskey_world() -> tuple[FakeServer, Account, str]:
    server = misskey.FakeMisskey(page_size=2)
    server.fill(3, NOW)
    server.note(9, NOW, server.file(1), server.file(2, "video/mp4"), cw="x", tags=["ink"])
    return server, account("misskey", f"aoi@{misskey.HOST}"), f"{misskey.HOST}/{misskey.AOI}"


WORLDS = {"bluesky": bluesky_world, "mastodon": mastodon_world, "misskey": misskey_world}


@pytest.mark.parametrize("network", sorted(WORLDS))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spoil=SPOILS, known=st.booleans())
def test_spoilt_answers_give_events_or_our_own_errors(network: str, spoil: Spoil, known: bool) -> None:
    """Whatever a server answers, what comes out can be stored, and what is raised costs one account only."""
    server, entry, stable_id = WORLDS[network]()
    source = source_for(network)
    earlier = since(stable_id=stable_id if known else None, known=["x"])
    try:
        for event in source.list_posts(entry, earlier, SpoiltWeb(server, spoil)):
            check_storable(event)
    except SourceError as error:
        str(error).encode()
    finally:
        server._http.server_close()


@pytest.mark.parametrize("network", sorted(WORLDS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spoil=SPOILS)
def test_spoilt_answers_make_nothing_else_gone(network: str, spoil: Spoil) -> None:
    """A sweep over spoilt answers ends in our own error or names only posts that it was asked about."""
    server, entry, stable_id = WORLDS[network]()
    source = source_for(network)
    try:
        keys = [
            event.post.key
            for event in source.list_posts(entry, since(), SpoiltWeb(server, {}))
            if isinstance(event, PostSeen)
        ]
        posts = [KnownPost(key, "", NOW, NOW - timedelta(days=1)) for key in keys]
        for event in source.find_gone(entry, since(stable_id=stable_id), posts, SpoiltWeb(server, spoil)):
            check_storable(event)
            if isinstance(event, PostGone):
                assert event.post_key in keys
    except SourceError as error:
        str(error).encode()
    finally:
        server._http.server_close()


def check_storable(event: object) -> None:
    """What the store and the pages need of an event, whoever wrote its parts."""
    repr(event).encode()
    try:
        assert list(sound("ours", [event])) == [event]
    except SourceError as error:
        raise AssertionError(error) from error  # which would pass for one that the source itself gave
    if isinstance(event, CursorMoved):
        json.dumps(event.cursor).encode()
    if isinstance(event, ProfileSeen):
        profile = event.profile
        assert profile.stable_id
        assert profile.handle
        assert profile.url.startswith("https://")
        assert profile.avatar_url == "" or profile.avatar_url.startswith("https://")
        "".join((profile.stable_id, profile.handle, profile.name, profile.url)).encode()
    if isinstance(event, PostSeen):
        post = event.post
        assert post.key
        assert post.permalink.startswith("https://")
        assert post.created_at.tzinfo is not None
        assert post.media
        assert all(media.url.startswith("https://") for media in post.media)
        "".join(
            (post.key, post.permalink, post.text, post.warning, post.version, *post.tags, post.language or "")
        ).encode()
        "".join(text for media in post.media for text in (media.key, media.url, media.alt)).encode()
