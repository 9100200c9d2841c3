"""Networks that charge for what is read: one purse, and posts hidden that nobody confirmed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from gallery.domain import Account
from gallery.fetch import fetch_accounts
from gallery.optout_rules import OptOuts
from gallery.steps.unconfirmed import hide_unconfirmed
from tests.net_kit import Silent
from tests.toy_server import AOI, NIGHT, SORA, Nights


def test_the_meter_stops_before_a_page(nights: Nights) -> None:
    """No page is asked for once the run's posts are used up; the total and its price are reported and kept."""
    nights.world.artist(AOI, posts=50)
    nights.world.page_size = 10
    account = nights.account(AOI, "paidtoy", options={"max_posts_per_run": 20, "max_posts_per_month": 50})
    report = nights.one(account)
    assert (report.posts_read, report.cost_usd, report.new) == (20, pytest.approx(0.10), 20)
    assert "no more posts" in report.problem
    nights.night(account)
    last = nights.one(account)
    assert last.posts_read == 10
    assert nights.one(account).posts_read == 0
    next_month = replace(nights, now=NIGHT + timedelta(days=30))
    assert next_month.one(account).problem == ""


def test_two_accounts_share_one_purse(nights: Nights) -> None:
    """The budget of a run is one for all accounts of a network."""
    for handle in (AOI, SORA):
        nights.world.artist(handle, posts=15)
    nights.world.page_size = 10
    nights.server.latency_s = 0.05  # were both listed at the same time, each would get its first page only
    options = {"max_posts_per_run": 20, "max_posts_per_month": 500}
    accounts = [nights.account(handle, "paidtoy", options=options) for handle in (AOI, SORA)]
    report = nights.night(*accounts)
    assert sorted(one.posts_read for one in report.accounts) == [10, 15]
    assert report.notes[1:] == ("paidtoy: 25 posts read this month, $0.12",)
    assert re.fullmatch(r"[0-9]+ requests, 0\.[0-9] MB received, 0 s waited for limits and retries", report.notes[0])


@pytest.mark.parametrize("days", [1, 2, 14])
def test_a_limit_leaves_nobody_out_for_long(nights: Nights, days: int) -> None:
    """Accounts that share a limit take turns at being read first, however many days lie between two runs, so that one
    that uses it up starves no other."""
    nights.world.artist(AOI, posts=60)
    nights.world.artist(SORA, posts=5)
    nights.world.page_size = 10
    options = {"max_posts_per_run": 20, "max_posts_per_month": 500}
    accounts = [nights.account(handle, "paidtoy", options=options) for handle in (SORA, AOI)]
    read = []
    for _ in range(2):
        read.append([one.posts_read for one in nights.night(*accounts).accounts])
        nights.now += timedelta(days=days - 1)
    assert sorted(read) == [[0, 20], [5, 20]]


def _renamed(nights: Nights) -> tuple[Account, Account]:
    """An account with fifteen stored posts, and the same by its new name, with one more."""
    new = "aoi.new"
    nights.world.profile = {handle: {"id": "1001", "handle": handle} for handle in (AOI, new)}
    nights.world.artist(AOI, posts=15)
    nights.night(nights.account(AOI, "paidtoy"))
    nights.world.posts[new] = list(nights.world.posts[AOI])
    nights.world.artist(new, posts=1, first=15)
    return nights.account(AOI, "paidtoy"), nights.account(new, "paidtoy")


def test_an_entry_that_follows_a_rename_pays_for_no_post_twice(nights: Nights) -> None:
    """An account that is listed by its new name instead goes on where it stood, with all that is stored of it."""
    _, new = _renamed(nights)
    report = nights.one(new)
    assert (report.posts_read, report.new, report.remarks) == (
        1,
        1,
        ("renamed: accounts.yaml:3: paidtoy:aoi.new was paidtoy:aoi.example; what is known of it stays",),
    )
    assert len(nights.shown(new)) == 16
    assert nights.store.account_keys() == [new.key]
    assert nights.one(new).remarks == ()


def test_a_name_that_is_still_listed_keeps_its_posts(nights: Nights) -> None:
    """An account that is listed by both of its names is two, also where a run reads only one of them."""
    old, new = _renamed(nights)
    fetch_accounts(
        [new], nights.store, nights.web(), nights.now, optouts=OptOuts(), progress=Silent(), listed=[old.key, new.key]
    )
    assert [len(nights.store.posts(one.key)) for one in (old, new)] == [15, 16]


def test_unconfirmed_posts_are_hidden_until_confirmed(nights: Nights) -> None:
    """What a paid network has not confirmed for fourteen days is not shown, is kept, and is shown when confirmed."""
    nights.world.artist(AOI, posts=3)
    account = nights.account(AOI, "paidtoy")
    nights.world.unknown = {f"{AOI}/0", f"{AOI}/1"}
    for _ in range(15):
        nights.night(account)
        assert len(nights.shown(account)) == 3
    nights.night(account)
    hide_unconfirmed([account], nights.store, nights.now)
    assert nights.shown(account) == [f"{AOI}/2"]
    nights.world.unknown = set()
    nights.night(account)
    assert len(nights.shown(account)) == 3
    assert [path for path in nights.asked_paths() if path.endswith(".jpg")] == []
