"""What the tests of the source ``x`` share: nights against an X of our own that verifies signatures and parameters."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gallery.domain import SourceEvent
from gallery.errors import SourceError
from gallery.sources.base import Since
from gallery.sources.x import X
from tests.net_kit import open_web
from tests.servers.base import Fault, Response
from tests.servers.x import BEARER, KEYS, FakeX, User
from tests.source_kit import NOW, CountingMeter, account, last_cursor, posts, since

FIXTURES = Path(__file__).parent / "fixtures" / "x"
TIMELINE = "/2/users/1001/tweets"
SEARCH = "/2/tweets/search/recent"
LOOKUP = "/2/users/by/username/aoi_draws"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def set_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the user's keys of ``FakeX`` in the environment, and no others."""
    for name in (*KEYS, *BEARER):
        monkeypatch.delenv(name, raising=False)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text())


def read(server: FakeX, earlier: Since | None = None, **options: Any) -> list[SourceEvent]:
    """One night's events; a rule that a request broke fails the test."""
    events, error = read_until_error(server, earlier, **options)
    if error:
        raise error
    return events


def read_until_error(
    server: FakeX, earlier: Since | None = None, **options: Any
) -> tuple[list[SourceEvent], SourceError | None]:
    fields = {name: options.pop(name) for name in ("since",) if name in options}
    entry = account("x", "aoi_draws", options=options, **fields)
    events: list[SourceEvent] = []
    with open_web(server.routes()) as web:
        try:
            for event in X().list_posts(entry, earlier or since(), web):
                events.append(event)
        except SourceError as error:
            return events, error
    assert server.complaints == [], server.complaints
    return events, None


def again(
    events: Iterable[SourceEvent],
    *,
    days: float = 1,
    meter: CountingMeter | None = None,
    stable_id: str | None = "1001",
) -> Since:
    """What the next night knows after ``events``; the cursor goes through JSON as the store keeps it."""
    events = list(events)
    cursor = json.loads(json.dumps(last_cursor(events)))
    return since(cursor, stable_id, {post.key for post in posts(events)}, meter, now=NOW + timedelta(days=days))


def filled(count: int, **more: Any) -> User:
    """A user with ``count`` posts of one picture, an hour apart, the newest an hour ago."""
    user = User()
    for number in range(count):
        user.post(NOW - (count - number) * HOUR, low=number, **more)
    return user


def answer(body: object, code: int = 200) -> Fault:
    return lambda _: Response.json(body, code)
