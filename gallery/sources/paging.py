"""What all walks through listings share: when to stop turning pages, for servers repeat cursors, serve the same page
for ever, or never end; when to begin anew; which posts an entry admits; and what they tell of hidden ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from gallery.domain import Account, Notice, Post, PostGone
from gallery.sources.base import Since

FULL_WALK_EVERY = timedelta(days=30)  # what could not be shown, or was not there, when it was passed is found then
MAX_PAGES = 300  # a run and listing; what lies deeper is read by the next run
_MAX_BARREN = 10  # pages in a row that bring nothing new


@dataclass(frozen=True, slots=True)
class Stop:
    """Why no further page is read."""

    kind: str
    reason: str
    resumable: bool  # the next run goes on here; otherwise the listing counts as read to its end

    def notice(self, account: Account) -> Notice:
        """The same for the report."""
        return Notice(self.kind, f"{account.key}: {self.reason}")


def hidden(key: str, why: str, since: Since) -> PostGone | Notice:
    """What is told of a post that is there and not to be shown: it goes where we know it, else it is counted."""
    if since.knows(key):
        return PostGone(key, why, for_good=False, refused=True)
    return Notice("hidden", f"{key} is {why}")


def is_wanted(account: Account, post: Post, count: int) -> bool:
    """Whether the entry's ``limit`` and ``since`` admit a post to which ``count`` others of its listing were admitted
    before."""
    within_limit = account.limit is None or count < account.limit
    return within_limit and (account.since is None or post.created_at >= account.since)


class PageGuard:
    """Watches one listing and says when going on would be going round in circles."""

    def __init__(self) -> None:
        self._pages = 0
        self._barren = 0
        self._tokens: set[str] = set()
        self._seen: set[str] = set()

    def fresh(self, key: str) -> bool:
        """True the first time that ``key`` comes by: a post repeated by a later page is no second post."""
        if key in self._seen:
            return False
        self._seen.add(key)
        self._barren = -1
        return True

    def turn(self, token: str) -> Stop | None:
        """Note that a page was read and the next one is ``token``; None to go on.

        A page counts as barren unless :meth:`fresh` found a new key on it.
        """
        self._pages += 1
        self._barren += 1
        if token in self._tokens:
            return Stop("endless-paging", "the server repeats a cursor", resumable=False)
        self._tokens.add(token)
        if self._barren >= _MAX_BARREN:
            return Stop("endless-paging", f"{self._barren} pages in a row brought nothing new", resumable=True)
        if self._pages >= MAX_PAGES:
            return Stop("page-limit", f"{self._pages} pages were read; the next run goes on from there", resumable=True)
        return None
