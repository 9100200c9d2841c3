"""What an account may ask and read, counted: its calls, the posts of this run and this month, and what they cost."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from gallery.domain import Account
from gallery.errors import BudgetError, ConfigError, SourceError
from gallery.sources.base import Answer, PaidSource, Source, Web
from gallery.sources.options import amount
from gallery.wording import number_of


class Facts(Protocol):
    """Where the running total lasts (the store)."""

    def fact(self, name: str) -> str | None:
        """The value under ``name``."""
        ...

    def set_fact(self, name: str, value: str) -> None:
        """Keep ``value`` under ``name``."""
        ...


@dataclass(frozen=True, slots=True)
class Tariff:
    """What one account may read, and the prices, from accounts.yaml or from the source."""

    max_posts_per_run: int
    max_posts_per_month: int
    usd_per_thousand_posts: float
    usd_per_thousand_users: float
    backfill_posts: int
    due_users: Callable[[Mapping[str, object], datetime], int]  # see PaidSource

    def cost_usd(self, posts: int, users: int) -> float:
        """The price of what was read."""
        return (posts * self.usd_per_thousand_posts + users * self.usd_per_thousand_users) / 1000


def tariff_of(account: Account, source: Source) -> Tariff | None:
    """The tariff of an account, None where the network charges nothing.

    Raises:
        ConfigError: one of the numbers in accounts.yaml is none, or negative.
    """
    if not isinstance(source, PaidSource):
        return None

    def number(name: str) -> float:
        try:
            return amount(name, getattr(source, name))(account)
        except SourceError as error:
            raise ConfigError(str(error)) from error

    return Tariff(
        int(number("max_posts_per_run")),
        int(number("max_posts_per_month")),
        number("usd_per_thousand_posts"),
        number("usd_per_thousand_users"),
        int(number("backfill_posts")),
        source.due_users,
    )


class Ledger:
    """What was read from one network, by all its accounts; the month's total outlives the run. Thread-safe."""

    def __init__(self, network: str, facts: Facts, now: datetime) -> None:
        """The month is that of ``now``, in UTC as networks bill."""
        self._network, self._name = network, f"read:{network}:{now:%Y-%m}"
        self._facts = facts
        self._lock = threading.Lock()
        self.run_posts = 0

    @property
    def month(self) -> Mapping[str, float]:
        """``posts``, ``users`` and ``usd`` of the month so far."""
        return {"posts": 0, "users": 0, "usd": 0.0, **json.loads(self._facts.fact(self._name) or "{}")}

    def as_text(self) -> str:
        """The month's total in a line."""
        return (
            f"{self._network}: {number_of(int(self.month['posts']), 'post')} read this month, ${self.month['usd']:.2f}"
        )

    def left(self, tariff: Tariff) -> int:
        """How many posts may still be read, in this run and in this month."""
        return max(
            0, min(tariff.max_posts_per_run - self.run_posts, tariff.max_posts_per_month - int(self.month["posts"]))
        )

    def book(self, posts: int, users: int, usd: float) -> None:
        """Add what was read; a kill from then on loses none of it."""
        with self._lock:
            self.run_posts += posts
            month = self.month
            total = {
                "posts": int(month["posts"]) + posts,
                "users": int(month["users"]) + users,
                "usd": round(month["usd"] + usd, 6),
            }
            self._facts.set_fact(self._name, json.dumps(total))


class AccountMeter:
    """One account's view of its network's ledger; what the source is given."""

    def __init__(self, ledger: Ledger, tariff: Tariff | None) -> None:
        self._ledger, self._tariff = ledger, tariff
        self.posts = self.users = 0

    @property
    def cost_usd(self) -> float:
        """What this account's answers cost in this run."""
        return self._tariff.cost_usd(self.posts, self.users) if self._tariff else 0.0

    def allowance(self) -> int | None:
        """How many more posts may be read now; None where nothing limits it."""
        return self._ledger.left(self._tariff) if self._tariff else None

    def spend(self, posts: int, users: int = 0) -> None:
        """Book what an answer contained, whether it was useful or not."""
        self.posts += posts
        self.users += users
        if self._tariff:
            self._ledger.book(posts, users, self._tariff.cost_usd(posts, users))


class CountedWeb:
    """The network as one account's source sees it: so many calls and no more."""

    def __init__(self, web: Web | None, account: Account, max_calls: int) -> None:
        self._web, self._account, self._left, self._max = web, account, max_calls, max_calls

    def call(self, url: str, **options: Any) -> Answer:
        """See :meth:`gallery.sources.base.Web.call`.

        Raises:
            BudgetError: the account has made all its calls.
            SourceError: the run has no network.
        """
        if self._web is None:
            raise SourceError(f"{self._account.key} needs a network, and this run has none")
        if not self._left:
            raise BudgetError(
                f"{self._account.key} took {self._max} calls and there is no end in sight; the rest is read next time"
            )
        self._left -= 1
        return self._web.call(url, **options)
