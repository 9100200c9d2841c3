"""Turning X's pages, newest first, so that an interruption at any page loses nothing and pays for nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gallery.domain import CursorMoved, Notice, Post, PostGone, PostSeen, SourceEvent
from gallery.errors import BudgetError
from gallery.sources.base import Meter
from gallery.sources.wire import instant, mapping, string
from gallery.sources.x_common import decimal_id, user_name
from gallery.sources.x_parse import Owner, check_dialect, counted, posts_of, read_page
from gallery.sources.x_problems import partial_errors

MAX_BARREN_PAGES = 2  # pages in a row without an unseen post: X has been seen to repeat a token for ever


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a time line that is still to be read: after ``since_id``, before ``until_id``, at most ``left``."""

    since_id: str  # "" for the beginning
    until_id: str  # "" for now
    left: int


@dataclass(slots=True)
class State:
    """What the cursor holds. It is true after every page: below ``newest_id`` all is read but the ``gap``."""

    name: str = ""
    profile_at: datetime | None = None
    newest_id: str = ""
    read_at: datetime | None = None  # when the whole time line was last read up to its end
    gap: Stretch | None = None

    @classmethod
    def load(cls, cursor: Mapping[str, object]) -> State:
        """Read a cursor; a member that is missing or odd counts as never written."""
        gap, left = mapping(cursor.get("gap")), mapping(cursor.get("gap")).get("left")
        stretch = Stretch(
            decimal_id(gap.get("since_id")), decimal_id(gap.get("until_id")), left if isinstance(left, int) else 0
        )
        return cls(
            name=user_name(cursor.get("name")),
            profile_at=instant(cursor.get("profile_at")),
            newest_id=decimal_id(cursor.get("newest_id")),
            read_at=instant(cursor.get("read_at")),
            gap=stretch if stretch.left > 0 and stretch.until_id else None,
        )

    def save(self) -> CursorMoved:
        """The cursor, as JSON can hold it."""
        gap = self.gap and {"since_id": self.gap.since_id, "until_id": self.gap.until_id, "left": self.gap.left}
        return CursorMoved(
            {
                "name": self.name,
                "profile_at": self.profile_at and self.profile_at.isoformat(),
                "newest_id": self.newest_id,
                "read_at": self.read_at and self.read_at.isoformat(),
                "gap": gap,
            }
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """One way to list posts: the time line, or search."""

    least: int  # the smallest page X gives
    token_name: str
    ask: Callable[[list[tuple[str, str]]], Mapping[str, object]]  # parameters of a page → its body


@dataclass(slots=True)
class Walk:
    """Reads stretches of one account and keeps its state true."""

    state: State
    owner: Owner
    meter: Meter
    dialect: str
    who: str  # the account's key, for messages
    seen: set[str]
    checked: bool = False  # has X shown that it understands the dialect

    def read(self, listing: Listing, stretch: Stretch) -> Iterator[SourceEvent]:
        """Yield what a stretch holds; the cursor moves after every page.

        Raises:
            BudgetError: the next page is not paid for any more; the rest of the stretch stays in the state's gap.
            SourceError: X did not understand the dialect, or refused.
        """
        rest, token, barren = stretch, "", 0
        while True:
            page = listing.ask(self._params(listing, stretch, rest.left, token))
            self.meter.spend(*counted(page))
            posts = posts_of(page)
            if posts and not self.checked:
                check_dialect(page, self.dialect, self.who, first_contact=not self.state.newest_id)
                self.checked = True
            yield from partial_errors(page)
            yield from self._events(page)
            ids = [decimal_id(post.get("id")) for post in posts]
            barren = 0 if set(ids) - self.seen else barren + 1
            self.seen.update(ids)
            rest = replace(rest, left=rest.left - len(ids))
            if ids:
                self.state.newest_id = max([*ids, self.state.newest_id or "0"], key=int)
                rest = replace(rest, until_id=min(ids, key=int))
            token = string(mapping(page.get("meta")).get("next_token"))
            if token and barren >= MAX_BARREN_PAGES:
                yield Notice("endless-paging", f"{self.who}: {barren} pages in a row brought nothing new")
            ended = not token or barren >= MAX_BARREN_PAGES or rest.left <= 0
            # before the first post is seen there is no place to go on from, and nothing was paid for
            self.state.gap = None if ended or not rest.until_id else rest
            yield self.state.save()
            if ended:
                return

    def _params(self, listing: Listing, stretch: Stretch, left: int, token: str) -> list[tuple[str, str]]:
        """What a page is asked for beside the fields.

        Raises:
            BudgetError: the smallest page would already exceed what may be read.
        """
        allowance = self.meter.allowance()
        if allowance is not None and allowance < listing.least:
            raise BudgetError(
                f"{self.who}: {allowance} posts are left of this run's or month's limit, fewer than X's smallest page; "
                "the next run goes on from here. Raise max_posts_per_run or max_posts_per_month for more"
            )
        size = max(listing.least, min(100, left, 100 if allowance is None else allowance))
        asked = {"since_id": stretch.since_id, "until_id": stretch.until_id, listing.token_name: token}
        return [("max_results", str(size)), *((name, value) for name, value in asked.items() if value)]

    def _events(self, page: Mapping[str, object]) -> Iterator[SourceEvent]:
        for item in read_page(page, self.owner):
            if isinstance(item, Notice):
                yield item
            elif isinstance(item, Post):
                if item.version not in self.seen:
                    yield PostSeen(item)
            else:
                if item.notice:
                    yield item.notice
                if item.gone and self.owner.knows(item.key):
                    yield PostGone(item.key, item.gone)


def utc(moment: datetime) -> str:
    """A time as X's parameters want it: whole seconds, ``Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
