"""What the tests of the source ``bluesky`` share: nights against a Bluesky of our own, and what it was asked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from gallery.domain import SourceEvent
from gallery.sources.base import Since
from gallery.sources.bluesky import Bluesky
from tests.net_kit import open_web
from tests.servers.bluesky import AOI, FakeBluesky, Person
from tests.source_kit import NOW, account, last_cursor, posts, since

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
