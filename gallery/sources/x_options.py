"""What an X entry of accounts.yaml may set; ``docs/sources/x.md`` says what each of it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from gallery.domain import Account
from gallery.sources.options import amount, choice, mistakes, whole_number
from gallery.sources.x_common import shown_replies

MOST_BACKFILL = 3200  # as far as X's time line reaches


@dataclass(frozen=True, slots=True)
class Options:
    """An account's own settings, beside what it may cost."""

    search: bool
    dialect: str
    replies: str
    backfill_posts: int

    @property
    def depth(self) -> int:
        """How far back X's time line reaches (X docs: timelines/integrate)."""
        return 800 if self.replies == "none" else 3200


def read_options(account: Account, backfill_posts: int) -> Options:
    """The settings of an entry.

    Args:
        backfill_posts: what counts where the entry does not say.

    Raises:
        SourceError: one of them may not be what it is.
    """
    search, backfill = _fetch(account) == "search", _backfill(account, backfill_posts)
    return Options(search, _dialect(account), shown_replies(account), backfill)


def option_mistakes(account: Account, defaults: dict[str, float]) -> list[tuple[str, str]]:
    """Which settings of an entry may not be what they are, and why.

    Args:
        defaults: budgets and prices by name, with what counts where the entry does not say.
    """
    costs: dict[str, Callable[[Account], object]] = {
        name: partial(amount, name=name, default=default) for name, default in defaults.items()
    }
    costs["backfill_posts"] = partial(_backfill, default=int(defaults["backfill_posts"]))
    return mistakes(account, {"fetch": _fetch, "dialect": _dialect, "replies": shown_replies, **costs})


def _fetch(account: Account) -> str:
    return choice(account, "fetch", ("timeline", "search"))


def _dialect(account: Account) -> str:
    return choice(account, "dialect", ("tweet", "post"))


def _backfill(account: Account, default: int) -> int:
    return whole_number(account, "backfill_posts", default, most=MOST_BACKFILL)
