"""What an X entry of accounts.yaml may set; ``docs/sources/x.md`` says what each of it means."""

from __future__ import annotations

from dataclasses import dataclass

from gallery.domain import Account
from gallery.sources.options import choice, whole_number
from gallery.sources.x_common import LONGEST_TIMELINE, REPLIES

BACKFILL_POSTS = 200  # of a new account, where its entry does not say
BACKFILL = whole_number("backfill_posts", BACKFILL_POSTS, most=LONGEST_TIMELINE)
FETCH, DIALECT = choice("fetch", "timeline", "search"), choice("dialect", "tweet", "post")


@dataclass(frozen=True, slots=True)
class Options:
    """An account's own settings, beside what it may cost."""

    search: bool
    dialect: str
    replies: str
    backfill_posts: int

    @property
    def depth(self) -> int:
        """How far back the time line reaches that is asked for: without replies, less far."""
        return 800 if self.replies == "none" else LONGEST_TIMELINE


def read_options(account: Account) -> Options:
    """The settings of an entry.

    Raises:
        SourceError: one of them may not be what it is.
    """
    return Options(FETCH(account) == "search", DIALECT(account), REPLIES(account), BACKFILL(account))
