"""What an X entry of accounts.yaml may set; ``docs/sources/x.md`` says what each of it means."""

from __future__ import annotations

from dataclasses import dataclass

from gallery.domain import Account
from gallery.sources.options import Option, choice, whole_number
from gallery.sources.x_common import LONGEST_TIMELINE, REPLIES

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


def read_options(account: Account, backfill_posts: int) -> Options:
    """The settings of an entry.

    Args:
        backfill_posts: what counts where the entry does not say.

    Raises:
        SourceError: one of them may not be what it is.
    """
    search, posts = FETCH(account) == "search", backfill(backfill_posts)(account)
    return Options(search, DIALECT(account), REPLIES(account), posts)


def backfill(default: int) -> Option[int]:
    """How many posts of a new account are read; ``default`` where the entry does not say."""
    return whole_number("backfill_posts", default, most=LONGEST_TIMELINE)
