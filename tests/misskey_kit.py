"""What the tests of the source ``misskey`` share: nights against a Misskey of our own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from gallery.domain import KnownPost, Notice, PostGone, PostSeen, SourceEvent
from gallery.sources.base import Since
from gallery.sources.misskey import Misskey
from tests.net_kit import InstantClock, open_web
from tests.servers.misskey import AOI, HOST, FakeMisskey
from tests.source_kit import NOW, account, last_cursor, posts, since

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
