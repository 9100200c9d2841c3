"""Walking a Mastodon account's statuses, and finding out which of them are gone.

The first run reads from the newest back to the oldest. Later ones read forward from the newest status they know
(``min_id``), oldest first, so that an interrupted night leaves no gap. https://docs.joinmastodon.org/api/guidelines/#pagination
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from gallery.domain import Account, CursorMoved, Notice, Post, PostGone, PostSeen, SourceEvent
from gallery.errors import WebError
from gallery.sources.base import Answer, Hosts, KnownPost, Since
from gallery.sources.instances import ID, admits
from gallery.sources.mastodon_api import Instance
from gallery.sources.mastodon_parse import Reading, is_of_host, next_and_previous, read_status
from gallery.sources.paging import PageGuard
from gallery.sources.wire import at, string

_PAGE = 40  # the most that a server gives at once
_IDS_A_CALL = 20
_SINGLE_CALLS = 150  # a run: statuses asked for one by one, half of what a server allows in five minutes


@dataclass(frozen=True, slots=True)
class _Page:
    readings: list[Reading]
    older: str  # address of the page before this one in time, "" where the server names none
    newer: str
    notices: tuple[Notice, ...]


@dataclass
class Timeline:
    """One run's reading of one account's statuses."""

    account: Account
    since: Since
    instance: Instance
    number: str  # the account's id on the instance
    visibilities: frozenset[str]
    media_hosts: Hosts
    _told: set[str] = field(default_factory=set)

    def read(self, newest: str, older: str) -> Iterator[SourceEvent]:
        """Yield what came since the status ``newest``, then what an unfinished first walk left at ``older``.

        Args:
            newest: the id up to which earlier runs have read, "" on the first.
            older: address of the page at which the walk into the past stopped, "" when it is complete.
        """
        first_run = not ID.fullmatch(newest)
        if not first_run:
            newest = yield from self._forward(newest, older)
        if first_run or is_of_host(older, self.instance.host):
            yield from self._backward(newest, older if not first_run else "")

    def _forward(self, newest: str, older: str) -> Generator[SourceEvent, None, str]:
        """Read forward in time; the id of the newest status at the end."""
        guard, following = PageGuard(), ""
        while True:
            page = self._page(following or self._first_page(("min_id", newest)))
            yield from page.notices
            if not page.readings:
                return newest
            for reading in page.readings:
                yield from self._events(reading, guard)
            newest = _newest(page.readings) or newest
            yield CursorMoved(_cursor(newest, older))
            following = page.newer
            if trouble := guard.turn(following or newest):
                yield Notice("endless-paging", f"{self.account.key}: {trouble}")
                return newest
            if guard.spent:
                yield Notice("page-limit", f"{self.account.key}: the next run goes on with what is left")
                return newest

    def _backward(self, newest: str, older: str) -> Iterator[SourceEvent]:
        """Read back in time to the oldest status, or as far as the entry wants."""
        guard, count, address = PageGuard(), 0, older or self._first_page()
        while True:
            page = self._page(address)
            yield from page.notices
            newest = newest or _newest(page.readings)
            for reading in page.readings:
                for event in self._events(reading, guard, count):
                    count += isinstance(event, PostSeen)
                    yield event
            oldest = next((one.id for one in reversed(page.readings) if one.id), "")
            address = page.older or (self._first_page(("max_id", oldest)) if oldest else "")
            if not address or not page.readings or self._is_deep_enough(page.readings, count):
                yield CursorMoved(_cursor(newest, ""))
                return
            if trouble := guard.turn(address):
                yield Notice("endless-paging", f"{self.account.key}: {trouble}")
                yield CursorMoved(_cursor(newest, ""))
                return
            yield CursorMoved(_cursor(newest, address))
            if guard.spent:
                yield Notice("page-limit", f"{self.account.key}: the next run goes on with what is left")
                return

    def _first_page(self, *bounds: tuple[str, str]) -> str:
        """The address of a page that no ``Link`` header has named."""
        wanted = [
            ("only_media", "true"),
            ("exclude_reblogs", "true"),
            ("exclude_replies", "true"),
            ("limit", str(_PAGE)),
        ]
        path = f"/api/v1/accounts/{self.number}/statuses"
        return f"https://{self.instance.host}{path}?{urlencode([*wanted, *bounds])}"

    def _page(self, address: str) -> _Page:
        answer = self.instance.get(address)
        statuses = self.instance.good(answer)
        if not isinstance(statuses, list):
            raise WebError(f"{self.account.key}: {self.instance.host} answered without a list of statuses")
        links = next_and_previous(answer.headers.get("link", ""))
        foreign = [link for link in links.values() if not is_of_host(link, self.instance.host)]
        notice = Notice("foreign-link", f"{self.instance.host} pages to an address that is not its own; not followed")
        own = {relation: link for relation, link in links.items() if link not in foreign}
        return _Page(
            [read_status(one, self.instance.host, self.number, self.visibilities) for one in statuses],
            older=own.get("next", ""),
            newer=own.get("prev", ""),
            notices=(notice,) if foreign else (),
        )

    def _events(self, reading: Reading, guard: PageGuard, count: int = 0) -> Iterator[SourceEvent]:
        """What one status tells; the server may list a post once for each of its pictures."""
        yield from reading.notices
        post, account = reading.post, self.account
        if post is None or not guard.fresh(reading.id):
            return
        within_limit = account.limit is None or count < account.limit
        if within_limit and (account.since is None or post.created_at >= account.since):
            yield from self._unlisted_hosts(post)
            yield PostSeen(post)

    def _unlisted_hosts(self, post: Post) -> Iterator[Notice]:
        """Name the line to add where pictures lie on a host that nobody has allowed, once a run and host."""
        for media in post.media:
            host = urlsplit(media.url).hostname or ""
            if host not in self._told and not admits(self.media_hosts, host):
                self._told.add(host)
                yield Notice(
                    "media-host",
                    f"{self.account.where}: {self.account.handle} keeps pictures on {host}; "
                    f"if that is right, add `media_hosts: [{host}]` to the entry",
                )

    def _is_deep_enough(self, readings: Sequence[Reading], count: int) -> bool:
        if self.account.limit is not None and count >= self.account.limit:
            return True
        oldest = readings[-1].created_at
        return self.account.since is not None and oldest is not None and oldest < self.account.since


def _newest(readings: Sequence[Reading]) -> str:
    """The id of the newest status: servers list newest first, but ids cannot be compared and some list otherwise."""
    dated = [(one.created_at, -place, one.id) for place, one in enumerate(readings) if one.id and one.created_at]
    return max(dated)[2] if dated else ""


def _cursor(newest: str, older: str) -> dict[str, object]:
    return {name: value for name, value in (("newest", newest), ("older", older)) if value}


def _says_so(answer: Answer) -> bool:
    """Whether a "not found" is the server's own word on a status, or could be any web page."""
    try:
        return bool(at(answer.json(), "error"))
    except WebError:
        return False


@dataclass
class Sweep:
    """One run's search for deleted statuses."""

    instance: Instance
    _singles: int = 0
    _many_at_once: bool = True

    def check(self, posts: Sequence[KnownPost]) -> Iterator[PostGone | Notice]:
        """Yield those of ``posts`` that are gone, and those that this run has no calls left to ask for."""
        prefix = self.instance.host + "/"
        known = [post for post in posts if post.key.startswith(prefix) and ID.fullmatch(post.key.removeprefix(prefix))]
        for start in range(0, len(known), _IDS_A_CALL):
            numbers = [post.key.removeprefix(prefix) for post in known[start : start + _IDS_A_CALL]]
            there = self._there(numbers)
            for number in numbers:
                if number not in there:
                    yield from self._check_one(number)

    def _there(self, numbers: Sequence[str]) -> set[str]:
        """Those that the server returns together; none where it does not know that call."""
        if not self._many_at_once:
            return set()
        answer = self.instance.get("/api/v1/statuses", [("id[]", number) for number in numbers])
        statuses = answer.json() if answer.status == 200 else None
        if not isinstance(statuses, list):
            self._many_at_once = False
            return set()
        return {string(at(status, "id")) for status in statuses}

    def _check_one(self, number: str) -> Iterator[PostGone | Notice]:
        key = f"{self.instance.host}/{number}"
        if self._singles >= _SINGLE_CALLS:
            yield Notice("unconfirmed", key)
            return
        self._singles += 1
        answer = self.instance.get(f"/api/v1/statuses/{number}")
        if answer.status in (404, 410):
            yield PostGone(key, f"{self.instance.host} answers {answer.status} for the post", certain=_says_so(answer))
        elif answer.status != 200 or at(answer.json(), "id") != number:
            yield Notice("unconfirmed", key)
        else:
            self._many_at_once = False
