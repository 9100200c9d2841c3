"""People's wishes: what is gone at the source goes here too, what somebody opted out of goes at once.

An outage is never a deletion: only a network's explicit word removes anything. Much at once waits for a second word,
except where the account as a whole is no longer public, and where posts are there and the maintainer or the artist
refuses them. A second word comes from another night: one hiccup of a network outlasts the minutes in which somebody
runs the command again.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gallery.domain import Account, Post
from gallery.errors import AccountState
from gallery.optout_rules import OPTED_OUT, OptOuts, home_of

if TYPE_CHECKING:
    from gallery.store import AccountRecord, Store

FEW_AT_ONCE = 3  # posts that any account may lose at once by its network's word; of one in three, 30 % would be none
SECOND_WORD_AFTER = timedelta(hours=12)  # sooner, the same slip of a network may speak twice
UNCONFIRMED = "not confirmed by the network"
_WITHDRAWN_FACT = "withdrawn_by_account"
_ID_FACT = "opted-out-ids"
_MET_FACT = "opted-out-posts"
_OPTOUT_REASON = f"{OPTED_OUT}: {{}}"  # "{}": the account's name


@dataclass(frozen=True, slots=True)
class Removed:
    """What became of posts that are gone."""

    posts: int = 0
    held: int = 0  # they wait for a second word
    settled: bool = False  # an account that was known here is gone, and nothing of it waits for a second word


def remove_gone(
    store: Store,
    account: Account,
    gone: Mapping[str, str],
    doubtful: Collection[str],
    *,
    now: datetime,
    max_share: float,
    may_return: Collection[str] = (),
    refused: Collection[str] = (),
    local: bool = False,
) -> Removed:
    """Remove what the network says is gone; ``doubtful`` word, and too much at once, waits for a second one.

    Args:
        gone: post key → reason, of posts that are stored.
        doubtful: keys of stored posts whose answer might mean something else.
        max_share: the part of the account's posts that may go without a second word; of a network, a few may whatever
            part they are.
        may_return: keys of those that leave no tombstone and may come back.
        refused: keys of those that are there, and go by the maintainer's or the artist's word, however many they are.
        local: they are files on this machine: nothing is lost, and any later run may say the second word. A folder of
            a few files is as easily away as a large one.
    """
    heard_by = now if local else now - SECOND_WORD_AFTER
    suspected = {key for key, since in store.suspected(account.key).items() if since < heard_by}
    sure = {**gone, **{key: "gone" for key in doubtful if key in suspected}}
    waiting = set(doubtful) - set(sure)
    vanished = sure.keys() - refused
    at_once = max_share * len(store.posts(account.key))
    if len(vanished) > (at_once if local else max(at_once, FEW_AT_ONCE)):
        waiting |= vanished - suspected
        sure = {key: reason for key, reason in sure.items() if key not in waiting}
    store.suspect_posts(account.key, sorted(waiting), now)
    return Removed(_remove(store, account.key, sure, now, may_return), len(waiting))


def _remove(
    store: Store, account: str, gone: Mapping[str, str], now: datetime, may_return: Collection[str] = ()
) -> int:
    if not gone:
        return 0
    with _counted(store, store.shown_counts):
        removed = store.forget_posts(account, sorted(gone.keys() & set(may_return)), hushed=True)
        lasting = {key: reason for key, reason in gone.items() if key not in may_return}
        for reason in sorted(set(lasting.values())):
            keys = [key for key in sorted(lasting) if lasting[key] == reason]
            removed += store.remove_posts(account, keys, reason, now)
    store.drop_unused_files()
    store.forget_validators()
    return removed


def take_post(store: Store, account: Account, post: Post, now: datetime) -> bool:
    """Store a post as it is now, and count the pictures by which its author's edit made it fewer; the same version with
    fewer is nobody's word, nor are other pictures in their places. Returns whether anything but the time changed."""
    if store.post_version(account.key, post.key) in (None, post.version):
        return store.add_post(account.key, post, now)
    with store.together():
        shown = store.shown_of_post(account.key, post.key)
        changed = store.add_post(account.key, post, now)
        _count(store, {account.key: shown - len(post.media)})
    return changed


def forget_asked(store: Store, account: Account, keys: Collection[str]) -> None:
    """Forget posts that the maintainer wants no longer, by ``since`` or ``limit``; they may come back."""
    with _counted(store, store.shown_counts):
        store.forget_posts(account.key, keys)


@contextmanager
def _counted(store: Store, shown: Callable[[], Mapping[str, int]]) -> Iterator[None]:
    """Changes on somebody's word, together with the count of the pictures that they take (account → how many of those
    that they are about are ``shown``): a site that lost pictures which nobody counted is not published."""
    with store.together():
        before = shown()
        yield
        after = shown()
        _count(store, {key: before.get(key, 0) - after.get(key, 0) for key in before.keys() | after.keys()})


def _count(store: Store, taken: Mapping[str, int]) -> None:
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


def account_gone(store: Store, account: Account, state: AccountState, now: datetime) -> Removed:
    """The network says that the account as a whole is not public: its posts go at once, with tombstones.

    A name that is merely not found has to be missed by another night as well, and somebody who moved keeps their posts.
    """
    record = store.account(account.key)
    since = record.state_since if record.state is state and record.state_since else now
    store.save_account(replace(record, state=state, state_since=since))
    posts = store.posts(account.key)
    if state is AccountState.MOVED:
        return Removed()
    if state is AccountState.MISSING and now - since < SECOND_WORD_AFTER:
        return Removed(held=len(posts))
    store.forget_avatar(account.key)
    store.move_cursor(account.key, {})  # first: killed after the removal, a run would never read these posts again
    reason = _account_reason(state).format(_lasting_name(record))
    removed = _remove(store, account.key, dict.fromkeys((post.key for post in posts), reason), now)
    return Removed(removed, settled=record.profile is not None)


def account_public(store: Store, account: Account, state: AccountState, now: datetime) -> bool:
    """The network shows the account (again): what went only because it was hidden may come back.

    Returns:
        Whether something may, so that the account is to be read from its beginning.
    """
    record = store.account(account.key)
    with store.together():
        if record.state is not state:
            store.save_account(replace(record, state=state, state_since=now))
        # looked for whatever the state was: it is forgotten with an entry that was taken out, tombstones are not
        return _take_back(store, record, *map(_account_reason, AccountState))


def _account_reason(state: AccountState) -> str:
    """Why posts went, with "{}" in the place of the account's name."""
    return f"account {{}} is {state.value}"


def _lasting_name(record: AccountRecord) -> str:
    """An account's name in the reason of a tombstone: its id, where that is known, for it may come back renamed."""
    return f"{record.network}:{record.stable_id}" if record.stable_id else record.key


def _take_back(store: Store, record: AccountRecord, *reasons: str) -> bool:
    """Let posts come back that went for one of these reasons, and have them read again under every spelling of the
    account."""
    with store.together():
        lifted = _lift(store, record.network, record, reasons)
        if lifted:
            for key in store.account_keys():
                if _lasting_name(store.account(key)) in (record.key, _lasting_name(record)):
                    store.move_cursor(key, {})
    return lifted


def _lift(store: Store, network: str, named: AccountRecord, reasons: Iterable[str]) -> bool:
    """Lift the tombstones of a network that have one of these ``reasons``, with "{}" for an account's name; returns
    whether there were any."""
    names = {named.key, _lasting_name(named)}
    full = [reason.format(name) for reason in reasons for name in names]
    return sum(store.lift_tombstones(network, reason) for reason in full) > 0


def follow_homes(store: Store, now: datetime) -> dict[str, int]:
    """Remove from exports what was taken away from the same person's account on the network they came from, and let
    come back at the next listing what went only because that account was hidden.

    Returns:
        Account → how many posts went.
    """
    removed: Counter[str] = Counter()
    for export, original in _exports(store):
        _return_with(store, export, original)
        gone = store.removed_at(original.network, export.key)
        removed[export.key] += _remove(store, export.key, gone, now)
    return dict(+removed)


def _return_with(store: Store, export: AccountRecord, original: AccountRecord) -> None:
    if original.state in (AccountState.ACTIVE, AccountState.MOVED):
        with store.together():
            if _lift(store, export.network, original, map(_account_reason, AccountState)):
                store.read_anew(export.key)


def _exports(store: Store) -> list[tuple[AccountRecord, AccountRecord]]:
    """Every export with the account of the same person on the network it came from: of several spellings the one that
    was asked about last. Unlike names, ids stay theirs."""
    records = [store.account(key) for key in store.account_keys()]
    found = []
    for export in records:
        home = home_of(export.network)
        if home == export.network or not export.stable_id:
            continue
        originals = [one for one in records if (one.network, one.stable_id) == (home, export.stable_id)]
        if originals:
            latest = max(originals, key=lambda one: one.last_attempt.isoformat() if one.last_attempt else "")
            found.append((export, latest))
    return found


def held_back(store: Store, export: AccountRecord) -> str:
    """Why posts of an export stay away with an account that was not public when its network was last asked, and what
    brings them back, in a line for people; "" when none do, or for any other account."""
    home = home_of(export.network)
    if home == export.network or not export.profile:
        return ""
    reasons = {state: _account_reason(state).format(f"{home}:{export.profile.stable_id}") for state in AccountState}
    posts = {state: store.removed_for(export.network, reason) for state, reason in reasons.items()}
    return "; ".join(
        f"{count} posts stay away, for the account was {state.value} when {home} was last asked; they come back when"
        f" '{home}: {export.profile.handle}' is listed, asked again and public"
        for state, count in posts.items()
        if count
    )


def unconfirmed(store: Store, account: Account, max_days: int, now: datetime) -> set[str]:
    """The keys of the posts that the network has not confirmed for ``max_days``."""
    return {post.key for post in store.posts(account.key) if now - post.confirmed_at > timedelta(days=max_days)}


def expire(store: Store, account: Account, max_days: int, now: datetime) -> int:
    """Hide what the network has not confirmed for ``max_days``, and show again what was hidden so by another clock or
    another ``max_days``. Returns how many are hidden now."""
    late = unconfirmed(store, account, max_days, now)
    hidden = store.hidden_posts(account.key)
    timely = {key for key, reason in hidden.items() if reason.startswith(UNCONFIRMED)} - late
    if late or timely:  # to count is to look at every picture of the store
        with _counted(store, store.shown_counts):
            store.hide_posts(account.key, late, f"{UNCONFIRMED} for {max_days} days")
            store.hide_posts(account.key, timely, "")
    return len(late)


def apply_optouts(store: Store, accounts: Iterable[Account], optouts: OptOuts, now: datetime) -> tuple[OptOuts, int]:
    """Delete everything stored that somebody opted out of, whether its account is listed (in ``accounts``) or was.

    Returns:
        The wishes with the ids of the opted-out accounts, the looks of the opted-out pictures and all that was ever
        refused added, and how many posts and pictures went.
    """
    optouts, removed = _apply_to_files(store, optouts)  # first, while what goes with its post still tells how it looks
    records = [store.account(key) for key in sorted({*store.account_keys(), *(account.key for account in accounts)})]
    optouts = optouts.with_ids(_remember_ids(store, optouts, records))
    store.set_fact(_MET_FACT, json.dumps(sorted(_met(store) & optouts.posts)))
    if optouts.posts:  # before the accounts: a post that is named stays away when its account comes back
        profiles = {record.key: record.profile for record in records}
        for key, post, permalink in store.permalinks():
            if wishes := optouts.naming_post(key, post, permalink, profiles[key]):
                remember_met(store, wishes)
                removed += _remove(store, key, {post: OPTED_OUT}, now)
    for record in records:
        key = record.key
        if optouts.covers_account(key, record.profile):
            store.forget_avatar(key)
            posts = [post.key for post in store.posts(key)]
            removed += _remove(store, key, dict.fromkeys(posts, _OPTOUT_REASON.format(_lasting_name(record))), now)
        else:
            _take_back(store, record, _OPTOUT_REASON)
            removed += _withdraw_saved(store, key, optouts, now)
    _take_back_saved(store, optouts)
    return optouts, removed


def _withdraw_saved(store: Store, account: str, optouts: OptOuts, now: datetime) -> int:
    """Delete from an account what was saved from accounts that opted out; returns how many posts."""
    if not optouts.accounts:
        return 0
    named = {post: optouts.naming_author(authors) for post, authors in store.authors(account).items()}
    return _remove(store, account, {post: _OPTOUT_REASON.format(name) for post, name in named.items() if name}, now)


def _take_back_saved(store: Store, optouts: OptOuts) -> None:
    """Let what was saved from an account come back, at the next listing, when the account is opted out no longer."""
    with store.together():
        for network, reason in store.reasons(_OPTOUT_REASON.format("")):
            name = reason.removeprefix(_OPTOUT_REASON.format(""))
            if name in optouts.accounts or name.startswith(f"{network}:"):  # the latter are an account's own
                continue
            store.lift_tombstones(network, reason)
            for key in store.account_keys():
                if key.startswith(f"{network}:"):
                    store.read_anew(key)


def removal_notes(opted_out: int, followed: Mapping[str, int]) -> tuple[str, ...]:
    """What :func:`apply_optouts` and :func:`follow_homes` deleted, in lines for people."""
    notes = tuple(
        f"{count} posts of {key} deleted: their network shows them no more" for key, count in followed.items()
    )
    told = f"{opted_out} stored posts and pictures deleted: somebody has opted out"
    return (*notes, told) if opted_out else notes


def removal_reasons(store: Store, run: datetime) -> tuple[str, ...]:
    """Why posts went with a tombstone in the run of this moment, in lines for people; of opt-outs and exports
    :func:`removal_notes` tells."""
    return tuple(
        f"{count} posts of {network} removed: {reason}"
        for network, reason, count in store.removed_in(run)
        if not reason.startswith(OPTED_OUT)
    )


def with_former_names(store: Store, optouts: OptOuts) -> OptOuts:
    """The wishes with the ids of the accounts that each has meant, whatever they are called now."""
    return optouts.with_ids(_remembered_ids(store, optouts))


def remember_met(store: Store, names: Collection[str]) -> None:
    """Keep that opt-outs by these names of posts have met one, for as long as they stand."""
    with store.together():
        store.set_fact(_MET_FACT, json.dumps(sorted(_met(store).union(names))))


def _met(store: Store) -> set[str]:
    return set(json.loads(store.fact(_MET_FACT) or "[]"))


def unmet(store: Store, optouts: OptOuts) -> list[str]:
    """Each post, by its name, and each sha256 that somebody opted out of and that was never here. What an older gallery
    kept away is told by its tombstone, which ends as the name of the post does."""
    gone = {re.split("[/:]", key)[-1] for key in store.removed_keys()} if optouts.posts else set()
    posts = [name for name in sorted(optouts.posts - _met(store)) if name.rpartition("/")[2] not in gone]
    return posts + sorted(optouts.sha256s - {one.of for one in store.refused()})


def withdraw_post(store: Store, account: Account, post_key: str, now: datetime, author: str = "") -> int:
    """Somebody opted out of a post that its source shows: it goes, and where it never was here, too, a tombstone keeps
    it away from now on, or for as long as its ``author`` is opted out by this name. Returns how many stored posts
    went."""
    reason = _OPTOUT_REASON.format(author) if author else OPTED_OUT
    if store.why_removed(account.key, post_key) in (OPTED_OUT, reason):
        return 0
    return _remove(store, account.key, {post_key: reason}, now)


def _remember_ids(store: Store, optouts: OptOuts, records: Iterable[AccountRecord]) -> set[tuple[str, str]]:
    """Keep whom each opt-out by a name has meant, as (opt-out, id), for as long as it stands: a name is lost when the
    account is renamed and accounts.yaml follows. Returns all that are known."""
    found = _remembered_ids(store, optouts)
    found = found.union(*(optouts.ids_of(record.key, record.profile) for record in records))
    store.set_fact(_ID_FACT, json.dumps(sorted(found)))
    return found


def _remembered_ids(store: Store, optouts: OptOuts) -> set[tuple[str, str]]:
    known = json.loads(store.fact(_ID_FACT) or "[]")
    return {(name, stable_id) for name, stable_id in known if name in optouts.accounts}


def _apply_to_files(store: Store, optouts: OptOuts) -> tuple[OptOuts, int]:
    optouts = optouts.with_refused(store.refused())
    if not optouts.sha256s and not optouts.look_alikes:
        return optouts, 0
    looks = store.looks()
    wider = optouts.with_looks(looks)
    covered = {sha256: wishes for sha256, look in sorted(looks.items()) if (wishes := wider.refusals(sha256, look))}
    with _counted(store, store.shown_counts):
        for sha256, wishes in covered.items():
            store.remember_refused(store.networks_of(sha256), wishes)
        refused = sum(store.refuse_file(sha256, OPTED_OUT) for sha256 in covered)
        faces = sum(map(store.refuse_avatar, covered))
    if refused or faces:
        store.drop_unused_files()
    return wider, refused


def purge(store: Store, network: str, optouts: OptOuts) -> int:
    """Delete everything that came from ``network``: accounts, posts, pictures, copies, and the memory of what was
    withdrawn there, but for the pictures that ``optouts`` still names. Returns how many posts."""
    with store.together():
        posts = store.forget_network(network)
        lost = {one for one in store.refused() if one.of not in optouts.sha256s and one not in optouts.look_alikes}
        store.lift_refused(network, lost)
    store.drop_unused_files()
    return posts
