"""How posts go, and come back: together with the count of the pictures they take, so that a site that lost pictures
which nobody counted is not published."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from gallery.domain import AccountState
from gallery.optout_rules import OPTED_OUT
from gallery.wording import number_of

if TYPE_CHECKING:
    from gallery.store import AccountRecord, Store

_WITHDRAWN_FACT = "withdrawn_by_account"


@contextmanager
def counted(store: Store) -> Iterator[None]:
    """Make changes that take pictures on somebody's word, and count what they took; both are one transaction."""
    with store.together():
        before = store.shown_counts()
        yield
        after = store.shown_counts()
        count_taken(store, {key: before.get(key, 0) - after.get(key, 0) for key in before.keys() | after.keys()})


def count_taken(store: Store, taken: Mapping[str, int]) -> None:
    """Count pictures (account → how many) as gone on somebody's word."""
    _save_withdrawn(store, Counter(withdrawn(store)) + Counter(taken))  # which leaves out what is not above zero


def withdrawn(store: Store) -> dict[str, int]:
    """Account → how many pictures went on somebody's word since the site was last published."""
    counts: dict[str, int] = json.loads(store.fact(_WITHDRAWN_FACT) or "{}")
    return counts


def forget_withdrawn(store: Store) -> None:
    """Begin to count anew: the site is published without these pictures."""
    _save_withdrawn(store, {})


def _save_withdrawn(store: Store, counts: Mapping[str, int]) -> None:
    store.set_fact(_WITHDRAWN_FACT, json.dumps(counts, sort_keys=True))


def remove(store: Store, account: str, gone: Mapping[str, str], now: datetime, may_return: Collection[str] = ()) -> int:
    """Delete an account's posts (key → reason); those that ``may_return`` leave no tombstone. Returns how many went."""
    return remove_all(store, {account: gone}, now, may_return)


def remove_all(
    store: Store, gone: Mapping[str, Mapping[str, str]], now: datetime, may_return: Collection[str] = ()
) -> int:
    """The same of several accounts at once (account → key → reason): to count what goes, and to find its files, is to
    look through the whole store."""
    if not any(gone.values()):
        return 0
    removed = 0
    with counted(store):
        for account, posts in gone.items():
            removed += store.forget_posts(account, sorted(posts.keys() & set(may_return)), hushed=True)
            lasting = {key: reason for key, reason in posts.items() if key not in may_return}
            for reason in sorted(set(lasting.values())):
                keys = [key for key in sorted(lasting) if lasting[key] == reason]
                removed += store.remove_posts(account, keys, reason, now)
    store.drop_unused_files()
    store.forget_validators()
    return removed


def account_reason(state: AccountState) -> str:
    """Why posts went, with "{}" in the place of the account's name."""
    return f"account {{}} is {state.value}"


def lasting_name(record: AccountRecord) -> str:
    """An account's name in the reason of a tombstone: its id, where that is known, for it may come back renamed."""
    return f"{record.network}:{record.stable_id}" if record.stable_id else record.key


def take_back(store: Store, record: AccountRecord, *reasons: str) -> bool:
    """Let posts come back that went for one of these reasons, and have them read again under every spelling of the
    account."""
    with store.together():
        lifted = lift(store, record.network, record, reasons)
        if lifted:
            for key in store.account_keys():
                if lasting_name(store.account(key)) in (record.key, lasting_name(record)):
                    store.move_cursor(key, {})
    return lifted


def lift(store: Store, network: str, named: AccountRecord, reasons: Iterable[str]) -> bool:
    """Lift the tombstones of a network that have one of these ``reasons``, with "{}" for an account's name; returns
    whether there were any."""
    names = {named.key, lasting_name(named)}
    full = [reason.format(name) for reason in reasons for name in names]
    return sum(store.lift_tombstones(network, reason) for reason in full) > 0


def removal_notes(opted_out: int, followed: Mapping[str, int]) -> tuple[str, ...]:
    """What :func:`apply_optouts` and :func:`follow_homes` deleted, in lines for people."""
    notes = tuple(
        f"{number_of(count, 'post')} of {key} deleted: their network shows them no more"
        for key, count in followed.items()
    )
    told = (
        f"{number_of(opted_out, 'stored post or picture', 'stored posts and pictures')} deleted: somebody has opted out"
    )
    return (*notes, told) if opted_out else notes


def removal_reasons(store: Store, run: datetime) -> tuple[str, ...]:
    """Why posts went with a tombstone in the run of this moment, in lines for people; of opt-outs and exports
    :func:`removal_notes` tells."""
    return tuple(
        f"{number_of(count, 'post')} of {network} removed: {reason}"
        for network, reason, count in store.removed_in(run)
        if not reason.startswith(OPTED_OUT)
    )
