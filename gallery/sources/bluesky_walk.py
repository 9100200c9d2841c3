"""How far one listing of a Bluesky account has been read: the state machine behind the nightly walk.

The feed has no "since" and is ordered by the earlier of the record's own time and the server's, so a post that was
imported with an old date lies deep. Therefore a night reads until a whole page is known or a week behind the newest
post of the last complete walk, and once a month everything. A walk that a limit interrupts goes on where it stopped;
until it has ended, "a whole page is known" proves nothing and only the watermark counts.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gallery.domain import Account, CursorMoved, Notice, PostSeen, SourceEvent
from gallery.errors import WebError
from gallery.sources.base import Since
from gallery.sources.bluesky_listing import RECORDS, Page, Reader
from gallery.sources.json_values import instant_by, mapping, string
from gallery.sources.paging import FULL_WALK_EVERY, PageGuard, hidden, is_wanted

OVERLAP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Walk:
    """What is remembered of one listing."""

    watermark: datetime | None = None  # newest sort time that a complete walk has read
    walked_at: datetime | None = None  # when a walk to the very end was last complete
    resume: str = ""  # the page at which an unfinished walk stopped, "" when there is none
    deep: str = ""  # of the unfinished walk: "" for new posts only, else the listing it reads to the end
    head: datetime | None = None  # newest sort time that the unfinished walk has read
    settings: str = ""  # what the entry asked for; when it asks for something else, everything is read again

    @classmethod
    def load(cls, cursor: Mapping[str, object], settings: str, now: datetime) -> Walk:
        """The state that :meth:`save` wrote, for an entry with these settings; what is unreadable was never read."""
        watermark = instant_by(cursor.get("watermark"), now)
        if cursor.get("settings") != settings:
            return cls(watermark=watermark, settings=settings)
        return cls(
            watermark=watermark,
            walked_at=instant_by(cursor.get("walked_at"), now),
            resume=string(cursor.get("resume")),
            deep=string(cursor.get("deep")),
            head=instant_by(cursor.get("head"), now),
            settings=settings,
        )

    def save(self) -> dict[str, object]:
        """JSON-serialisable, without what is not set."""
        state: dict[str, object] = {}
        for name in ("watermark", "walked_at", "head"):
            moment = getattr(self, name)
            if moment is not None:
                state[name] = moment.isoformat()
        return state | {name: getattr(self, name) for name in ("resume", "deep", "settings") if getattr(self, name)}

    def legs(self, listing: str, deep: str, now: datetime) -> list[Leg]:
        """What this run has to read, in order: what is new at the top, then the rest of an unfinished walk.

        Args:
            listing: where new posts are looked for.
            deep: the listing that a walk to the very end reads; may be the same.
            now: the clock of this run.
        """
        floor = _a_little_before(self.watermark) if self.watermark else None
        if self.resume:
            rest_floor = None if self.deep else floor
            rest = Leg(self.deep or listing, start=self.resume, floor=rest_floor, deep=bool(self.deep))
            return [Leg(listing, floor=_a_little_before(self.head), keeps_place=False), rest] if self.head else [rest]
        if self.walked_at is None or now - self.walked_at >= FULL_WALK_EVERY:
            return [Leg(deep, deep=True)]
        return [Leg(listing, floor=floor, stops_at_known=True)]

    def read(self, newest: datetime | None, now: datetime) -> Walk:
        """Posts up to ``newest`` were read; times from the future count as now."""
        if newest is None:
            return self
        newest = min(newest, now)
        return replace(self, head=max(newest, self.head) if self.head else newest)

    def paused(self, leg: Leg, following: str) -> Walk:
        """``leg`` has been read up to the page ``following``."""
        return replace(self, resume=following, deep=leg.listing if leg.deep else "")

    def ended(self, leg: Leg, now: datetime) -> Walk:
        """``leg`` was the last one and has been read to its end."""
        marks = [moment for moment in (self.watermark, self.head) if moment]
        walked_at = now if leg.deep else self.walked_at
        return Walk(watermark=max(marks, default=None), walked_at=walked_at, settings=self.settings)


def _a_little_before(moment: datetime) -> datetime:
    """Pictures may be dated as the poster likes, in the year 1, too, before which there is nothing."""
    return max(moment, datetime.min.replace(tzinfo=moment.tzinfo) + OVERLAP) - OVERLAP


@dataclass(frozen=True, slots=True)
class Leg:
    """One stretch of reading."""

    listing: str
    start: str = ""  # cursor of its first page
    floor: datetime | None = None  # ends at a post older than this
    stops_at_known: bool = False  # a page without anything new ends it as well
    deep: bool = False  # it reads to the very end
    keeps_place: bool = True  # interrupted, it is taken up where it stopped; otherwise from its start


@dataclass
class Job:
    """One run's reading of one account; keeps the cursors of its listings together."""

    account: Account
    since: Since
    reader: Reader
    sensitive: bool  # the author bears a label that veils everything
    cursor: dict[str, object]

    def read(self, listing: str, deep: str) -> Iterator[SourceEvent]:
        """Yield what is new under one filter of the feed; ``deep`` is what a walk to the end reads instead."""
        settings = f"{self.account.since} {self.account.limit} {deep}"
        walk = Walk.load(mapping(self.cursor.get(listing)), settings, self.since.now)
        legs = walk.legs(listing, deep, self.since.now)
        for leg in legs:
            read = yield from self._leg(listing, leg, walk)
            if read is None:
                return
            walk = read
        yield self._moved(listing, walk.ended(legs[-1], self.since.now))

    def _leg(self, listing: str, leg: Leg, walk: Walk) -> Generator[SourceEvent, None, Walk | None]:
        """Read one leg; None when the next run has to go on with it."""
        guard, repeats, cursor, count = PageGuard(), set[str](), leg.start, 0
        while True:
            try:
                page = self.reader.page(leg.listing, cursor)
            except WebError as error:
                if error.status != 400 or not leg.start or cursor != leg.start:
                    raise
                yield Notice("cursor-refused", f"{self.account.key}: {error}; the next run reads from the top")
                yield self._moved(listing, Walk(watermark=walk.watermark, settings=walk.settings))
                return None
            nothing_new = self._all_known(page)
            for address in page.listed:
                guard.fresh(address)
            for event in self._events(page, repeats, count):
                count += isinstance(event, PostSeen)
                yield event
            times = [reading.sort_time for reading in page.readings if reading.sort_time]
            walk = walk.read(max(times, default=None), self.since.now)
            if not page.following or (leg.stops_at_known and nothing_new) or self._is_deep_enough(leg, times, count):
                return walk
            cursor = page.following
            stop = guard.turn(cursor)
            if stop:
                yield stop.notice(self.account)
            if stop and not stop.resumable:
                return walk
            if leg.keeps_place:
                walk = walk.paused(leg, cursor)
                yield self._moved(listing, walk)
            if stop:
                return None

    def _events(self, page: Page, repeats: set[str], count: int) -> Iterator[SourceEvent]:
        """What one page tells, without posts before the account's ``since`` or beyond its ``limit``."""
        for reading in page.readings:
            yield from reading.notices
            if not reading.key or reading.key in repeats:
                continue
            repeats.add(reading.key)
            if reading.hidden:
                yield hidden(reading.key, reading.hidden, self.since)
            elif reading.post and is_wanted(self.account, reading.post, count):
                count += 1
                yield PostSeen(replace(reading.post, sensitive=reading.post.sensitive or self.sensitive))

    def _all_known(self, page: Page) -> bool:
        keys = [reading.key for reading in page.readings if reading.post]
        return bool(keys) and all(self.since.knows(key) for key in keys)

    def _is_deep_enough(self, leg: Leg, times: list[datetime], count: int) -> bool:
        """Whether what follows is older than anybody asked for; the feed is newest first, records are not."""
        if self.account.limit is not None and count >= self.account.limit:
            return True
        if not times or leg.listing == RECORDS:
            return False
        floors = [floor for floor in (leg.floor, self.account.since) if floor]
        return any(times[-1] < floor for floor in floors)

    def _moved(self, listing: str, walk: Walk) -> CursorMoved:
        self.cursor = {**self.cursor, listing: walk.save()}
        return CursorMoved(self.cursor)
