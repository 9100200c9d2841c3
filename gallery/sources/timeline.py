"""Walking a timeline that can be read in both directions, as Mastodon's and Misskey's can.

The first run reads from the newest post back to the oldest. Later ones read forward from the newest post they know,
oldest first, so that an interrupted night leaves no gap; an unfinished walk into the past goes on where it stopped.
Where a server, asked so, gives the newest posts and not the next ones, they read back from there to what they know.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from gallery.domain import Account, CursorMoved, KnownPost, Media, Notice, Post, PostGone, PostSeen, SourceEvent
from gallery.sources.base import Hosts, Since
from gallery.sources.instances import ID, line_to_add
from gallery.sources.json_values import instant, string
from gallery.sources.paging import FULL_WALK_EVERY, PageGuard, hidden, is_wanted

NOT_PUBLIC, _NO_PICTURE = "not public any more", "its pictures were taken away"  # why a stored post is lost


@dataclass(frozen=True, slots=True)
class Reading:
    """One entry of a timeline, read: a post to show, or the reason why there is none."""

    id: str  # "" where the entry has none that can be used
    created_at: datetime | None
    post: Post | None = None
    hidden: str = ""  # why its author does not want it shown to visitors
    lost: str = ""  # what became of the post, if it was one: the answer says in so many words that it is none to show
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a timeline, and the tokens of its neighbours in time ("" where there is none)."""

    readings: Sequence[Reading]
    older: str
    newer: str
    notices: tuple[Notice, ...] = ()
    leaves_out: bool = False  # there may be posts between the one that it was to follow and this page


class Listing(Protocol):
    """A timeline as its server pages it; tokens are the listing's own business."""

    @property
    def key_prefix(self) -> str:
        """What makes an id the key of a post."""
        ...

    def newest(self) -> str:
        """The token of the page with the newest posts."""
        ...

    def after(self, newest_id: str) -> str:
        """The token of the page that follows the post ``newest_id`` in time."""
        ...

    def is_token(self, text: str) -> bool:
        """Whether ``text``, perhaps kept from an earlier run, is a token for reading back that may be used."""
        ...

    def page(self, token: str) -> Page:
        """Read a page; one without readings is the end in its direction.

        Raises:
            SourceError: it cannot be read now.
        """
        ...


@dataclass
class Timeline:
    """One run's reading of one account's timeline."""

    account: Account
    since: Since
    listing: Listing
    media_hosts: Hosts
    visibilities: frozenset[str]  # which posts are shown
    _told: set[str] = field(default_factory=set, init=False)
    _walked_at: datetime | None = field(default=None, init=False)  # when the past was last begun to be read
    _settings: object = field(default=None, init=False)  # what the entry wanted when the past was last read
    _until: str = field(default="", init=False)  # the post at which a walk into the past ends; "" for the oldest
    _rest: str = field(default="", init=False)  # where a walk to the oldest goes on, once one that ends before is done

    def read(self) -> Iterator[SourceEvent]:
        """Yield what came since the last run, then what an unfinished walk into the past has left.

        When the entry asks for more than it did (another ``limit``, say), the past is walked again; and once a month,
        for what could not be shown when it was passed: hidden for a while, or with a picture that was not ready.

        Raises:
            SourceError: the rest cannot be read now; what was yielded stands.
        """
        newest, older = string(self.since.cursor.get("newest")), string(self.since.cursor.get("older"))
        settings = [str(self.account.since), self.account.limit, *sorted(self.visibilities)]
        self._walked_at = instant(self.since.cursor.get("walked_at")) or self.since.now
        if ID.fullmatch(newest):
            self._settings = self.since.cursor.get("settings")
            self._until, self._rest = (string(self.since.cursor.get(name)) for name in ("until", "rest"))
            newest, older = yield from self._forward(newest, older)
        else:
            newest = ""
        recent = self.since.now - FULL_WALK_EVERY < self._walked_at <= self.since.now  # a clock may have been ahead
        if not newest or self._settings != settings or not recent:
            older, self._until, self._rest, self._walked_at = self.listing.newest(), "", "", self.since.now
        self._settings = settings
        if older and self.listing.is_token(older):
            yield from self._backward(newest, older)

    def _forward(self, newest: str, older: str) -> Generator[SourceEvent, None, tuple[str, str]]:
        """Read forward in time; the id of the newest post at the end, and where to read back from."""
        guard, token = PageGuard(), self.listing.after(newest)
        while True:
            page = self.listing.page(token)
            yield from page.notices
            if not page.readings:
                return newest, older
            for reading in page.readings:
                yield from self._events(reading, guard)
            if page.leaves_out:
                self._rest = self._rest if self._until else older
                older, self._until = page.older, self._until or newest
            newest = _newest(page.readings) or newest
            yield self._moved(newest, older)
            token = page.newer or self.listing.after(newest)
            if stop := guard.turn(token):
                yield stop.notice(self.account)
                return newest, older

    def _backward(self, newest: str, token: str) -> Iterator[SourceEvent]:
        """Read back in time to the oldest post, the one where the walk ends, or as far as the entry wants."""
        guard, count = PageGuard(), 0
        while True:
            page = self.listing.page(token)
            yield from page.notices
            newest = newest or _newest(page.readings)
            for reading in page.readings:
                for event in self._events(reading, guard, count):
                    count += isinstance(event, PostSeen)
                    yield event
            token = page.older
            ends = not token or not page.readings or self._is_deep_enough(page.readings, count)
            if not ends and self._until and any(self._reaches(reading.id) for reading in page.readings if reading.id):
                token, self._until, self._rest = self._rest, "", ""
                ends = not self.listing.is_token(token)
            stop = None if ends else guard.turn(token)
            finished = ends or (stop is not None and not stop.resumable)
            yield self._moved(newest, "" if finished else token)
            if stop:
                yield stop.notice(self.account)
            if ends or stop:
                return

    def _events(self, reading: Reading, guard: PageGuard, count: int = 0) -> Iterator[SourceEvent]:
        """What one entry tells; a server may list a post once for each of its pictures."""
        yield from reading.notices
        post = reading.post
        if not reading.id or not guard.fresh(reading.id):
            return
        if reading.hidden:
            yield hidden(self.listing.key_prefix + reading.id, reading.hidden, self.since)
        if post and is_wanted(self.account, post, count):
            for media in post.media:
                yield from self._tell_host(media)
            yield PostSeen(post)

    def _tell_host(self, media: Media) -> Iterator[Notice]:
        """Name the line to add where pictures lie on a host that nobody has allowed, once a run and host."""
        host = urlsplit(media.url).hostname or ""
        if host in self._told or self.media_hosts.lists(host):
            return
        self._told.add(host)
        yield Notice("media-host", line_to_add(self.account, "pictures", host))

    def _moved(self, newest: str, older: str) -> CursorMoved:
        state: dict[str, object] = {"newest": newest, "older": older, "settings": self._settings}
        state |= {"until": self._until, "rest": self._rest} if older else {}
        state["walked_at"] = self._walked_at.isoformat() if self._walked_at else ""
        return CursorMoved({name: value for name, value in state.items() if value})

    def _reaches(self, post_id: str) -> bool:
        """Whether the walk is at its last post, or past where that was: it may be deleted by now."""
        numbers = post_id.isdecimal() and self._until.isdecimal()
        return post_id == self._until or (numbers and int(post_id) < int(self._until))

    def _is_deep_enough(self, readings: Sequence[Reading], count: int) -> bool:
        if self.account.limit is not None and count >= self.account.limit:
            return True
        oldest = readings[-1].created_at
        return self.account.since is not None and oldest is not None and oldest < self.account.since


def without_picture(key: str, place: tuple[str, datetime], attached: object, notices: Sequence[Notice]) -> Reading:
    """The reading of the post ``key`` that shows no picture. Those it had were taken away, unless ``notices`` tell of
    one among what is ``attached`` that is not ready (or odd).

    Args:
        place: its id and its time.
    """
    taken_away = isinstance(attached, list) and all(notice.kind == "no-still" for notice in notices)
    told = (*notices, Notice("no-picture", f"{key} shows no picture"))
    return Reading(*place, lost=_NO_PICTURE if taken_away else "", notices=told)


def changes(known: KnownPost, reading: Reading) -> Iterator[PostGone | PostSeen | Notice]:
    """What an answer about a stored post tells: that it is gone, or how it is now.

    Marks set and taken back, by moderators or by artists in their drive, and descriptions added later leave no date.
    """
    post = reading.post
    if post is None:
        if why := reading.hidden or reading.lost:  # by its author, an edit, or accounts.yaml: each may change again
            yield PostGone(known.key, why, for_good=False, refused=why != _NO_PICTURE)
        else:
            yield Notice("unconfirmed", known.key)
        return
    yield PostSeen(post)


def _newest(readings: Sequence[Reading]) -> str:
    """The id of the newest post: pages come in either order, and ids are opaque."""
    dated = [(one.created_at, -place, one.id) for place, one in enumerate(readings) if one.id and one.created_at]
    return max(dated)[2] if dated else ""
