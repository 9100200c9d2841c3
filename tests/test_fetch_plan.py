"""What a run would fetch and cost, said beforehand; and the meter that keeps to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gallery.errors import ConfigError
from gallery.fetch import plan_fetch
from gallery.fetch.meter import AccountMeter, Ledger, tariff_of
from gallery.optout_rules import OptOuts
from gallery.sources import source_for
from tests.servers.base import Response
from tests.toy_server import AOI, NIGHT, SORA, Nights


def test_a_first_run_is_priced_by_its_back_fill(nights: Nights) -> None:
    """A new paid account is expected to cost its back-fill and one look at its profile, within what is left."""
    accounts = [nights.account(name, "paidtoy", options={"max_posts_per_run": 300}) for name in (AOI, SORA)]
    first, second = plan_fetch(accounts, nights.store, NIGHT, OptOuts()).accounts
    assert (first.expected_posts, first.expected_usd) == (200, pytest.approx(1.01))
    assert (second.expected_posts, second.left_posts) == (100, 100)
    tight = nights.account(AOI, "paidtoy", options={"max_posts_per_run": 30})
    plan = plan_fetch([tight], nights.store, NIGHT, OptOuts())
    assert plan.accounts[0].expected_posts == 30
    assert plan.as_text().splitlines() == [
        "paidtoy:aoi.example: everything; about 30 posts and a look-up, $0.16 (budget: 30 posts)",
        "in all about $0.16; nights without new posts or look-ups cost nothing",
    ]


@pytest.mark.parametrize("earlier", [0, 1])
def test_a_budget_is_shared_as_the_run_shares_it(nights: Nights, earlier: int) -> None:
    """Whom a budget leaves out is foreseen: accounts take turns at being read first, also in an estimate."""
    for _ in range(earlier):
        nights.night(nights.account(AOI))
    nights.world.page_size = 10
    for handle in (AOI, SORA):
        nights.world.artist(handle, posts=40)
    accounts = [nights.account(handle, "paidtoy", options={"max_posts_per_run": 30}) for handle in (AOI, SORA)]
    foreseen = plan_fetch(accounts, nights.store, nights.now, OptOuts()).accounts
    read = nights.night(*accounts).accounts
    assert [one.expected_posts for one in foreseen] == [one.posts_read for one in read]


def test_a_known_account_is_priced_by_its_pace(nights: Nights) -> None:
    """A known account is expected to post as in the last thirty days; nobody is asked."""
    nights.world.artist(AOI, posts=100)
    for number, post in enumerate(nights.world.posts[AOI]):
        post["at"] = (NIGHT - timedelta(days=number / 2)).isoformat()
    account = nights.account(AOI, "paidtoy")
    nights.night(account)
    nights.server.forget()
    (plan,) = plan_fetch([account], nights.store, NIGHT + timedelta(days=3), OptOuts()).accounts
    assert plan.expected_posts == 6
    assert plan.expected_usd == pytest.approx(0.03)
    assert nights.server.requests == []


def test_free_accounts_have_no_price(nights: Nights) -> None:
    """An account of a free network says what it would do, with pictures that are still missing and opt-outs."""
    nights.world.artist(AOI, posts=2)
    nights.world.files["/1-0.jpg"] = Response(404)
    account = nights.account(AOI)
    nights.night(account)
    text = plan_fetch([account], nights.store, NIGHT, OptOuts()).as_text()
    assert text == "toy:aoi.example: what is new since 2026-11-23, pictures once more: 1"
    opted_out = OptOuts(accounts=frozenset({"toy:aoi.example"}))
    assert "nothing" in plan_fetch([account], nights.store, NIGHT, opted_out).as_text()


def test_the_month_outlives_the_run(nights: Nights) -> None:
    """Posts, users and dollars of a month add up over runs, and a new month starts at nothing."""
    account = nights.account(AOI, "paidtoy", options={"max_posts_per_month": 100})
    tariff = tariff_of(account, source_for("paidtoy"))
    assert tariff is not None
    for _ in range(2):
        meter = AccountMeter(Ledger("paidtoy", nights.store, NIGHT), tariff)
        meter.spend(30, users=1)
    ledger = Ledger("paidtoy", nights.store, NIGHT)
    assert ledger.month == {"posts": 60, "users": 2, "usd": 0.32}
    assert ledger.left(tariff) == 40
    assert Ledger("paidtoy", nights.store, NIGHT + timedelta(days=20)).left(tariff) == 100


@pytest.mark.parametrize("value", ["many", -1, True, None])
def test_odd_budgets_are_refused(nights: Nights, value: object) -> None:
    """A budget that is no number stops the account with the line to mend, before anything is asked."""
    account = nights.account(AOI, "paidtoy", options={"max_posts_per_run": value})
    with pytest.raises(ConfigError, match=r"accounts\.yaml:3: max_posts_per_run"):
        tariff_of(account, source_for("paidtoy"))
    nights.world.artist(AOI, posts=1)
    assert "max_posts_per_run" in nights.one(account).problem
    assert nights.server.requests == []
