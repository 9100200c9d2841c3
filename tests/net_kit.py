"""What tests of network sources share: the real door to the network, and a clock that does not make anybody wait."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from json import dumps
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from gallery.domain import Account, CursorMoved, SourceEvent
from gallery.fetch import FetchSettings, fetch_accounts
from gallery.net.kept import Memory
from gallery.net.manners import Clock, Limits
from gallery.net.wire import Times
from gallery.optout_rules import OptOuts
from gallery.report import AccountReport
from gallery.sources.base import Answer, Source
from gallery.store import Store
from gallery.web import Web
from tests.servers.base import FakeServer, Request, Response
from tests.source_kit import NOW, last_cursor, only, posts, since

SHORT = Times(
    connect_s=2.0, read_s=0.5, total_s=3.0
)  # only where silence is what a test is about: a slow machine is not silent


class InstantClock(Clock):
    """Sleeping takes no time but moves the clock, so that spacing can be measured in tests that last milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped_s = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.skipped_s

    def sleep(self, seconds: float) -> None:
        self.skipped_s += seconds


@contextmanager
def open_web(
    routes: Mapping[str, str],
    clock: Clock | None = None,
    limits: Limits | None = None,
    memory: Memory | None = None,
    times: Times | None = None,
) -> Iterator[Web]:
    """A :class:`Web` whose only hosts are those of ``routes``; waits and retries take no time."""
    web = Web(
        contact="me@example.org",
        project_url="https://example.org/gallery",
        test_routes=routes,
        clock=clock or InstantClock(),
        limits=limits or Limits(),
        memory=memory,
        times=times or Times(),
        rng=random.Random(1),
        environ={},
    )
    try:
        yield web
    finally:
        web.close()


class DirectWeb:
    """A network without sockets, for tests that need thousands of calls: the fake server's own answers."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self.calls = 0

    def call(
        self, url: str, *, params: Sequence[tuple[str, str]] = (), json: Mapping[str, object] | None = None, **_: object
    ) -> Answer:
        self.calls += 1
        parts = urlsplit(url)
        target = parts.path + "?" + "&".join(filter(None, (parts.query, urlencode(params))))
        headers = {"user-agent": "GalleryBuilder/", "content-type": "application/json"}
        body = dumps(json).encode() if json is not None else b""
        method = "GET" if json is None else "POST"
        try:
            response = self._server.answer(Request(method, parts.hostname or "", target, headers, body, 0.0))
        except (AssertionError, KeyError):  # asked for something odd, after an odd answer
            response = Response.json({"error": "nothing here"}, 404)
        answered = {name.lower(): value for name, value in response.headers.items()}
        return Answer(url, response.status, answered, self.changed(response.body))

    def changed(self, body: bytes) -> bytes:
        """What arrives of an answer."""
        return body


class Silent:
    """Progress that nobody watches."""

    def start(self, what: str, total: int) -> Callable[[], None]:
        return lambda: None


@dataclass
class Nights:
    """A gallery with one account that fetches from fake servers, a day later every night."""

    store: Store
    account: Account
    routes: Mapping[str, str]
    now: datetime = NOW
    times: Times = Times()  # noqa: RUF009 - frozen
    optouts: OptOuts = OptOuts()  # noqa: RUF009 - frozen

    def night(self) -> AccountReport:
        """Run the real fetch stage once."""
        with open_web(self.routes, memory=self.store, times=self.times) as web:
            settings = FetchSettings(decoders=1)
            done = fetch_accounts(
                [self.account], self.store, web, self.now, optouts=self.optouts, progress=Silent(), settings=settings
            )
        self.now += timedelta(days=1)
        return done.accounts[0]

    def pictures(self) -> list[str]:
        """The SHA-256 of what the store shows, sorted."""
        return sorted(picture.sha256 for picture in self.store.pictures([self.account]))


class Filled(Protocol):
    """A server of a network that can be given more posts."""

    def routes(self, *hosts: str) -> dict[str, str]: ...

    def fill(self, count: int, until: datetime, first: int = 0) -> None: ...


def seen_in_cut_nights(source: Source, entry: Account, stable_id: str, server: Filled, *, stop_after: int) -> set[str]:
    """The keys of all posts that eight runs see which end after so many pages: 45 posts, and three more a night."""
    server.fill(45, NOW)
    seen: set[str] = set()
    earlier = since()
    for night in range(1, 9):
        events: list[SourceEvent] = []
        with open_web(server.routes()) as web:
            for event in source.list_posts(entry, earlier, web):
                events.append(event)
                if len(only(CursorMoved, events)) == stop_after:
                    break
        seen |= {post.key for post in posts(events)}
        cursor = last_cursor(events) if only(CursorMoved, events) else earlier.cursor
        earlier = since(cursor, stable_id, seen)
        if night < 3:
            server.fill(3, NOW, first=45 + 3 * night)
    return seen
