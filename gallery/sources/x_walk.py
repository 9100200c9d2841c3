"""Turning X's pages, newest first, so that an interruption at any page loses nothing and pays for nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from gallery.domain import CursorMoved, Notice, Post, PostGone, PostSeen, SourceEvent
from gallery.errors import BudgetError
from gallery.sources.base import Meter
from gallery.sources.json_values import instant, instant_by, mapping, sequence, string
from gallery.sources.x_common import LONGEST_TIMELINE, decimal_id, user_name
from gallery.sources.x_parse import Owner, check_dialect, counted, posts_of, read_page
from gallery.sources.x_problems import partial_errors
from gallery.wording import number_of

PAGE = 100  # the most posts that X gives at once
MAX_BARREN_PAGES = 2  # pages in a row that repeat posts or their token: X has been seen to do so for ever
MAX_EMPTY_PAGES = 1 + LONGEST_TIMELINE // PAGE  # in a row: all that a time line has, and the small one before them
MAX_GAPS = 8  # the newest ones: an X that never finished a night would else be asked, and paid, for more and more


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a time line that is still to be read: after ``since_id``, before ``until_id``, at most ``left``."""

    since_id: str  # "" for the beginning
    until_id: str  # "" for now
    left: int


@dataclass(slots=True)
class State:
    """What the cursor holds. It is true after every page: below ``newest_id`` all is read but the ``gaps``."""

    name: str = ""
    profile_at: datetime | None = None
    newest_id: str = ""
    read_at: datetime | None = None  # when everything up to that moment was last read, or noted as a gap
    gaps: tuple[Stretch, ...] = ()

    @classmethod
    def load(cls, cursor: Mapping[str, object], now: datetime) -> State:
        """Read a cursor; a member that is missing or odd counts as never written. So does it that everything was read
        up to a moment still to come, for a run whose clock was ahead had read less."""
        read_at = instant(cursor.get("read_at"))
        gaps = map(_load_gap, sequence(cursor.get("gaps")))
        return cls(
            name=user_name(cursor.get("name")),
            profile_at=instant_by(cursor.get("profile_at"), now),
            newest_id=decimal_id(cursor.get("newest_id")),
            read_at=None if read_at is None or read_at > now else read_at,
            gaps=tuple(gap for gap in gaps if gap.left > 0 and gap.until_id),
        )

    def save(self) -> CursorMoved:
        """The cursor, as JSON can hold it."""
        gaps = [{"since_id": gap.since_id, "until_id": gap.until_id, "left": gap.left} for gap in self.gaps]
        return CursorMoved(
            {
                "name": self.name,
                "profile_at": self.profile_at and self.profile_at.isoformat(),
                "newest_id": self.newest_id,
                "read_at": self.read_at and self.read_at.isoformat(),
                "gaps": gaps,
            }
        )


def _load_gap(value: object) -> Stretch:
    gap = mapping(value)
    left = gap.get("left")
    return Stretch(
        decimal_id(gap.get("since_id")), decimal_id(gap.get("until_id")), left if isinstance(left, int) else 0
    )


@dataclass(slots=True)
class _Pages:
    """Watches whether X's pages still lead anywhere.

    X cuts a page first and leaves reposts out of it afterwards (X docs: fundamentals/pagination), so that an artist who
    reposted a lot has empty pages before full ones; only a page that repeats something is a sign of going in circles.
    """

    tokens: set[str] = field(default_factory=set)
    barren: int = 0
    empty: int = 0

    def lead_nowhere(self, ids: list[str], unseen: set[str], token: str) -> bool:
        """Note a page with these ids, of which ``unseen`` are new, and the ``token`` of the next one."""
        self.empty = 0 if ids else self.empty + 1
        if unseen:
            self.barren = 0
        elif ids or token in self.tokens:
            self.barren += 1
        self.tokens.add(token)
        return bool(token) and (self.barren >= MAX_BARREN_PAGES or self.empty >= MAX_EMPTY_PAGES)


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
    checked: int = 0  # pages with which X has shown that it understands the dialect

    def read(self, listing: Listing, stretch: Stretch) -> Generator[SourceEvent, None, bool]:
        """Yield what a stretch holds; the cursor moves after every page.

        Returns:
            Whether it is read, with what X did not give noted as a gap. It is not where X gave nothing but empty pages.

        Raises:
            BudgetError: the next page is not paid for any more; the rest of the stretch stays among the state's gaps.
            SourceError: X did not understand the dialect, or refused.
        """
        rest, token, pages = stretch, "", _Pages()
        first_contact = not self.state.newest_id
        others = tuple(gap for gap in self.state.gaps if gap != stretch)
        while True:
            most = rest.left if self.checked or pages.empty else _first_size(listing, rest.left)
            page = listing.ask(self._params(listing, stretch, most, token))
            self.meter.spend(*counted(page))
            posts = posts_of(page)
            if posts and self.checked < (2 if first_contact else 1):  # the first is small, and may be without pictures
                check_dialect(page, self.dialect, self.who, first_contact=first_contact)
                self.checked += 1
            yield from partial_errors(page)
            yield from self._events(page)
            ids = [decimal_id(post.get("id")) for post in posts]
            unseen = set(ids) - self.seen
            self.seen.update(ids)
            rest = replace(rest, left=rest.left - len(ids))
            if ids:
                self.state.newest_id = max([*ids, self.state.newest_id or "0"], key=int)
                rest = replace(rest, until_id=min(ids, key=int))
            token = string(mapping(page.get("meta")).get("next_token"))
            stuck = pages.lead_nowhere(ids, unseen, token)
            if stuck:
                yield Notice("endless-paging", f"{self.who}: X's pages bring nothing new; the next run asks once more")
            if stuck and stretch.until_id and rest.until_id == stretch.until_id:
                rest = replace(rest, left=rest.left - PAGE)  # so that a gap that X never fills is given up in the end
            read = not token or rest.left <= 0
            # before the first post is seen there is no place to go on from, and nothing was paid for
            self.state.gaps = others if read or not rest.until_id else (*others, rest)[-MAX_GAPS:]
            yield self.state.save()
            if read or stuck:
                return read or bool(rest.until_id)

    def is_spent(self, listing: Listing) -> bool:
        """Whether even the smallest page would exceed what may be read."""
        allowance = self.meter.allowance()
        return allowance is not None and allowance < listing.least

    def _params(self, listing: Listing, stretch: Stretch, left: int, token: str) -> list[tuple[str, str]]:
        """What a page is asked for beside the fields.

        Raises:
            BudgetError: the smallest page would already exceed what may be read.
        """
        allowance = self.meter.allowance()
        if self.is_spent(listing):
            raise BudgetError(
                f"{self.who}: this run's or month's limit leaves {number_of(allowance or 0, 'post')}, fewer than X's "
                "smallest page; the next run goes on from here. Raise max_posts_per_run or max_posts_per_month for more"
            )
        size = max(listing.least, min(PAGE, left, PAGE if allowance is None else allowance))
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


def _first_size(listing: Listing, left: int) -> int:
    """How many posts to ask for until X has shown that it understands the dialect: until somebody reads that it does
    not, such a page is charged for every night. An empty page costs nothing, so after one there may be larger ones.
    """
    return left if left < 2 * listing.least else listing.least  # else the page after it would exceed what is left


def utc(moment: datetime) -> str:
    """A time as X's parameters want it: whole seconds, ``Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
