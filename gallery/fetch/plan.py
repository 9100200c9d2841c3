"""What a run would fetch and what a network would charge for it, without asking anybody anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gallery.domain import Account
from gallery.errors import SourceError
from gallery.fetch.context import in_turn, turn_of
from gallery.fetch.meter import Ledger, Tariff, tariff_of
from gallery.optout_rules import OptOuts
from gallery.sources import source_for
from gallery.sources.guarded import blaming
from gallery.wording import number_of

if TYPE_CHECKING:
    from gallery.store import Store

_HABIT = timedelta(days=30)  # how far back an artist's pace is measured


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """What a run would do with one account."""

    key: str
    opted_out: bool
    last_success: datetime | None
    waiting: int  # pictures that stored posts name and that would be asked for again
    expected_posts: int | None = None  # where the network charges: our guess, never more than the budget
    expected_users: int = 0  # look-ups of who the account is
    expected_usd: float = 0.0
    left_posts: int | None = None  # what the budgets of this run and month still admit
    problem: str = ""  # why nobody can tell what it would cost

    def as_text(self) -> str:
        """One line for a terminal."""
        if self.opted_out:
            return f"{self.key}: nothing, it stands in optouts.yaml"
        since = f"what is new since {self.last_success:%Y-%m-%d}" if self.last_success else "everything"
        text = f"{self.key}: {since}"
        if self.waiting:
            text += f", pictures once more: {self.waiting}"
        if self.problem:
            return f"{text}; what it costs cannot be told: {self.problem}"
        if self.expected_posts is None:
            return text
        look_up = " and a look-up" if self.expected_users else ""
        usd, left = f"${self.expected_usd:.2f}", f"budget: {number_of(self.left_posts or 0, 'post')}"
        return f"{text}; about {number_of(self.expected_posts, 'post')}{look_up}, {usd} ({left})"


@dataclass(frozen=True, slots=True)
class FetchPlan:
    """What a run would do."""

    accounts: tuple[AccountPlan, ...]

    @property
    def expected_usd(self) -> float:
        """What networks would charge, as far as one can tell."""
        return sum(one.expected_usd for one in self.accounts)

    def as_text(self) -> str:
        """A line for each account, and the sum."""
        lines = [one.as_text() for one in self.accounts]
        if any(one.expected_posts is not None for one in self.accounts):
            lines.append(f"in all about ${self.expected_usd:.2f}; nights without new posts or look-ups cost nothing")
        return "\n".join(lines)


def plan_fetch(accounts: Sequence[Account], store: Store, now: datetime, optouts: OptOuts) -> FetchPlan:
    """Guess, from the store alone, what a run would fetch and cost.

    A new account is read back as far as ``backfill_posts``; a known one is expected to go on posting at the pace of
    its last thirty days of stored posts, and looked up when its source says so. Posts without pictures are charged too
    and are not stored, so the truth may be higher; the budget never is.

    Raises:
        ConfigError: what accounts.yaml says of a price or a budget is none.
        StoreError: the store cannot be read.
    """
    ledgers: dict[str, Ledger] = {}
    left: dict[str, int] = {}
    plans: dict[str, AccountPlan] = {}
    turn = turn_of(store)
    networks = dict.fromkeys(account.network for account in accounts)
    lanes = ([account for account in accounts if account.network == network] for network in networks)
    for account in (one for lane in lanes for one in in_turn(lane, turn)):
        record = store.account(account.key)
        opted_out = optouts.covers_account(account.key, record.profile)
        plan = AccountPlan(account.key, opted_out, record.last_success, len(store.wanted_media(account.key, now)))
        tariff = tariff_of(account, source_for(account.network))
        if tariff and not opted_out:
            ledger = ledgers.setdefault(account.network, Ledger(account.network, store, now))
            available = min(left.get(account.network, ledger.left(tariff)), ledger.left(tariff))
            try:
                plan, left[account.network] = _priced(plan, account, store, now, tariff, available)
            except SourceError as error:
                plan = replace(plan, problem=str(error))
        plans[account.key] = plan
    return FetchPlan(tuple(plans[account.key] for account in accounts))


def _priced(
    plan: AccountPlan, account: Account, store: Store, now: datetime, tariff: Tariff, left: int
) -> tuple[AccountPlan, int]:
    """The plan with what it would cost, and what it would leave of the budget."""
    if plan.last_success is None:
        guess = tariff.backfill_posts
    else:
        recent = sum(now - post.created_at <= _HABIT for post in store.posts(account.key))
        guess = round(recent * ((now - plan.last_success) / _HABIT))
    guess = min(guess, left)
    with blaming(account.network, " on the look-ups that are due"):
        users = int(tariff.due_users(store.account(account.key).cursor, now))
    cost = tariff.cost_usd(guess, users)
    priced = replace(plan, expected_posts=guess, expected_users=users, expected_usd=cost, left_posts=left)
    return priced, left - guess
