"""What the tests of the source ``mastodon`` share: nights against a Mastodon of our own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from gallery.domain import SourceEvent
from gallery.sources.base import Since
from gallery.sources.mastodon import Mastodon
from tests.net_kit import open_web
from tests.servers.mastodon import AOI, HOST, FakeMastodon
from tests.source_kit import NOW, account, last_cursor, posts, since

SOURCE = Mastodon()
DAY = timedelta(days=1)
TIMELINE = f"/api/v1/accounts/{AOI}/statuses"


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
