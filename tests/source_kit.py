"""What the tests of sources hand to a source: an account, what earlier runs left behind, a network that must not be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn, TypeVar

from hypothesis import strategies as st

from gallery.domain import Account, Artist, CursorMoved, Notice, Post, PostGone, PostSeen, SourceEvent
from gallery.sources.base import Since

NOW = datetime(2026, 11, 23, 3, 17, tzinfo=UTC)
ARTIST = Artist("aoi", "Aoi / 青")
Event = TypeVar("Event")


@dataclass
class CountingMeter:
    """Counts what was booked; allows ``limit`` posts, or any number."""

    limit: int | None = None
    posts: int = 0
    users: int = 0

    def allowance(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.posts)

    def spend(self, posts: int, users: int = 0) -> None:
        self.posts += posts
        self.users += users


class NoWeb:
    """A network that nobody may use."""

    def call(self, url: str, **_: object) -> NoReturn:
        raise AssertionError(f"{url} was asked for, but this source reads files only")


def account(network: str, handle: str, **changes: object) -> Account:
    return Account(network, handle, ARTIST, **changes)  # type: ignore[arg-type]


def since(
    cursor: Mapping[str, object] | None = None,
    stable_id: str | None = None,
    known: Iterable[str] = (),
    meter: CountingMeter | None = None,
    now: datetime = NOW,
) -> Since:
    return Since(
        now,
        stable_id,
        cursor or {},
        frozenset(known).__contains__,
        frozenset(known).__contains__,
        meter or CountingMeter(),
    )


def only(kind: type[Event], events: Iterable[object]) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]


def posts(events: Iterable[SourceEvent]) -> list[Post]:
    return [event.post for event in only(PostSeen, events)]


def news(events: Iterable[Event]) -> list[Event]:
    """All but what a post is like now, which is told of every post that is still there."""
    return [event for event in events if not isinstance(event, PostSeen)]


def notices(events: Iterable[SourceEvent | Notice | PostGone]) -> list[str]:
    return [event.kind for event in only(Notice, events)]


def last_cursor(events: Iterable[SourceEvent]) -> Mapping[str, object]:
    return only(CursorMoved, events)[-1].cursor


def hostile_json(
    names: Sequence[str], texts: Sequence[str], *, longest_text: int, leaves: int
) -> st.SearchStrategy[object]:
    """Anything that JSON can hold, most of it under ``names`` that a reader looks for and with ``texts`` it knows."""
    return st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=longest_text) | st.sampled_from(texts),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(names), inner, max_size=6),
        max_leaves=leaves,
    )
