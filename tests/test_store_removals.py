"""What is removed from the store stays away, and what is hidden is counted once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from gallery.domain import Account, AccountState
from gallery.store import AccountRecord, Store
from gallery.wishes import account_gone, expire, remove_gone, withdrawn
from tests.store_kit import AOI, NOW, give_bytes, post


def test_removed_post_never_comes_back(store: Store) -> None:
    """A removed post leaves a tombstone."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    assert store.remove_posts(AOI.key, ["p1"], "deleted by its author", NOW) == 1
    assert store.posts(AOI.key) == []
    assert store.is_removed(AOI.network, "p1")


def test_a_removed_post_goes_from_every_spelling_of_its_account(store: Store) -> None:
    """Listed first by handle and then by its id, an account is stored twice; what is deleted goes from both, and is
    shown by neither."""
    by_id = replace(AOI, handle="did:plc:aoi")
    for spelling in (AOI, by_id):
        store.add_post(spelling.key, post("p1", "m"), NOW)
        give_bytes(store, spelling)
    assert store.remove_posts(by_id.key, ["p1"], "deleted by its author", NOW) == 1
    assert store.posts(AOI.key) == []


@pytest.mark.parametrize("key", ["p1", "p2"])
def test_an_archive_takes_nobody_elses_posts_with_it(store: Store, key: str) -> None:
    """Who made a file wrote the ids in it: what is removed from an archive goes from every archive of the same person,
    and stays on that of somebody else, who may go on handing it over."""
    mine, again, theirs = (Account("x_archive", f"{name}.zip", AOI.artist) for name in ("mine", "again", "theirs"))
    for account, owner in ((mine, "1"), (again, "1"), (theirs, "2")):
        store.save_account(AccountRecord(account.key, stable_id=owner))
        store.add_post(account.key, post("p1", "m"), NOW)
    assert store.remove_posts(mine.key, [key], "opted out", NOW) == (key == "p1")
    assert [store.is_removed(account.key, key) for account in (mine, again, theirs)] == [True, True, False]
    for account in (mine, again, theirs):
        store.add_post(account.key, post(key, "m"), NOW)
        give_bytes(store, account)
    assert [one.account for one in store.pictures([mine, again, theirs]) if one.post.key == key] == [theirs]


def test_a_post_with_a_tombstone_is_not_shown(store: Store) -> None:
    """Where an older version of the gallery left a copy of a removed post in the store, no page shows it."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    store.remove_posts(AOI.key, ["p1"], "deleted by its author", NOW)
    store.add_post(AOI.key, post("p1", "m"), NOW)
    give_bytes(store, AOI)
    assert store.pictures([AOI]) == []


def test_lanes_that_remove_at_the_same_time_are_both_counted(store: Store) -> None:
    """Every picture that a thread withdraws is counted, whatever the other threads withdraw meanwhile."""
    lanes = [replace(AOI, handle=f"{number}.example.com") for number in range(8)]
    for lane in lanes:
        for number in range(10):
            store.add_post(lane.key, post(f"{lane.handle}/{number}", "m"), NOW)
        give_bytes(store, lane)

    def withdraw(lane: Account) -> None:
        for number in range(10):
            gone = {f"{lane.handle}/{number}": "deleted"}
            remove_gone(store, lane, gone, {}, now=NOW, max_share=1.0)

    with ThreadPoolExecutor(len(lanes)) as pool:
        list(pool.map(withdraw, lanes))
    assert withdrawn(store) == {lane.key: 10 for lane in lanes}


def test_every_picture_of_a_hidden_post_is_counted_once(store: Store) -> None:
    """A post that is hidden counts with all its pictures, and not again when it is hidden still or removed later."""
    store.add_post(AOI.key, post("p1", "a", "b", "c"), NOW)
    give_bytes(store, AOI)
    for days in (15, 16):
        expire(store, AOI, 14, NOW + timedelta(days=days))
        assert store.pictures([AOI]) == []
    account_gone(store, AOI, AccountState.SUSPENDED, NOW + timedelta(days=17))
    assert withdrawn(store) == {AOI.key: 3}


def test_what_is_shown_again_counts_as_withdrawn_no_more(store: Store) -> None:
    """A post that was hidden by a clock that was ahead, and is not late, takes nothing from the site."""
    store.add_post(AOI.key, post("p1", "a", "b", "c"), NOW)
    give_bytes(store, AOI)
    for days in (15, 2):
        expire(store, AOI, 14, NOW + timedelta(days=days))
    assert (len(store.pictures([AOI])), withdrawn(store)) == (3, {})


def test_a_post_taken_from_view_for_now_is_told_from_one_that_left(store: Store) -> None:
    """A limit takes nothing back; what somebody hid counts as taken back until it is shown again."""
    for key in ("p1", "p2"):
        store.add_post(AOI.key, post(key, "m"), NOW)
    store.forget_posts(AOI.key, ["p1"])
    store.forget_posts(AOI.key, ["p2"], hushed=True)
    assert [store.is_taken_back(AOI.network, key) for key in ("p1", "p2")] == [False, True]
    assert not store.is_removed(AOI.network, "p2")
    store.add_post(AOI.key, post("p2", "m"), NOW)
    store.forget_posts(AOI.key, ["p2"])
    assert not store.is_taken_back(AOI.network, "p2")


def test_of_a_network_that_was_purged_everything_is_taken_back(store: Store) -> None:
    """Also what the index never knew; of another network nothing is."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    store.forget_network(AOI.network)
    assert [store.is_taken_back(network, key) for network in (AOI.network, "x") for key in ("p1", "p9")] == [
        *(True, True),
        *(False, False),
    ]
