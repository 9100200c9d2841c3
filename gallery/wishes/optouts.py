"""What somebody opted out of goes at once, and stays away."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from gallery.domain import Account, Profile, network_of
from gallery.optout_rules import OPTED_OUT, OptOuts
from gallery.wishes.removal import counted, lasting_name, remove, remove_all, take_back

if TYPE_CHECKING:
    from gallery.store import AccountRecord, Store

_ID_FACT = "opted-out-ids"
_MET_FACT = "opted-out-posts"
_OPTOUT_REASON = f"{OPTED_OUT}: {{}}"  # "{}": the account's name


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
        removed += _withdraw_named(store, optouts, {record.key: record.profile for record in records}, now)
    gone: dict[str, dict[str, str]] = {}
    store.forget_avatars(one.key for one in records if optouts.covers_account(one.key, one.profile))
    for record in records:
        key = record.key
        if optouts.covers_account(key, record.profile):
            if record.profile:  # of somebody who wants to be nowhere here, only what they are known again by
                known = Profile(record.profile.stable_id, record.profile.handle, "", "")
                store.save_account(replace(record, profile=known))
            reason = _OPTOUT_REASON.format(lasting_name(record))
            gone[key] = {post.key: reason for post in store.posts(key)}
        else:
            take_back(store, record, _OPTOUT_REASON)
            gone[key] = _saved_from(store, key, optouts)
    removed += remove_all(store, gone, now)
    _take_back_saved(store, optouts)
    return optouts, removed


def _withdraw_named(store: Store, optouts: OptOuts, profiles: Mapping[str, Profile | None], now: datetime) -> int:
    """Delete the posts that are named, and remember which opt-outs met one; returns how many posts."""
    met: set[str] = set()
    named: dict[str, dict[str, str]] = {}
    for key, post, permalink in store.permalinks():
        if wishes := optouts.naming_post(key, post, permalink, profiles[key]):
            met |= wishes
            named.setdefault(key, {})[post] = OPTED_OUT
    remember_met(store, met)
    return remove_all(store, named, now)


def _saved_from(store: Store, account: str, optouts: OptOuts) -> dict[str, str]:
    """What an account has that was saved from accounts that opted out: post key → why it goes."""
    if not optouts.accounts:
        return {}
    named = {post: optouts.naming_author(authors) for post, authors in store.authors(account).items()}
    return {post: _OPTOUT_REASON.format(name) for post, name in named.items() if name}


def _take_back_saved(store: Store, optouts: OptOuts) -> None:
    """Let what was saved from an account come back, at the next listing, when the account is opted out no longer."""
    with store.together():
        for network, reason in store.reasons(_OPTOUT_REASON.format("")):
            name = reason.removeprefix(_OPTOUT_REASON.format(""))
            if name in optouts.accounts or network_of(name) == network:  # the latter are an account's own
                continue
            store.lift_tombstones(network, reason)
            for key in store.account_keys():
                if network_of(key) == network:
                    store.read_anew(key)


def withdraw_post(store: Store, account: Account, post_key: str, now: datetime, author: str = "") -> int:
    """Somebody opted out of a post that its source shows: it goes, and where it never was here, too, a tombstone keeps
    it away from now on, or for as long as its ``author`` is opted out by this name. Returns how many stored posts
    went."""
    reason = _OPTOUT_REASON.format(author) if author else OPTED_OUT
    if store.why_removed(account.key, post_key) in (OPTED_OUT, reason):
        return 0
    return remove(store, account.key, {post_key: reason}, now)


def with_former_names(store: Store, optouts: OptOuts) -> OptOuts:
    """The wishes with the ids of the accounts that each has meant, whatever they are called now."""
    return optouts.with_ids(_remembered_ids(store, optouts))


def named_no_more(store: Store, optouts: OptOuts) -> tuple[str, ...]:
    """Which accounts optouts.yaml named when it was last applied, and does not name now, in lines for people: somebody
    may have changed their mind, or an older copy of the file been restored. Ask before :func:`apply_optouts`."""
    met = json.loads(store.fact(_ID_FACT) or "[]")
    records = map(store.account, store.account_keys() if met else ())
    named = optouts.accounts | {known for one in records for _, known in optouts.ids_of(one.key, one.profile)}
    prefix = _OPTOUT_REASON.format("")
    saved = {(network, said.removeprefix(prefix)) for network, said in store.reasons(prefix)}
    gone = {name for name, known in met if not {name, known} & named}
    gone |= {name for network, name in saved if network_of(name) != network and name not in named}
    return tuple(
        f"optouts.yaml: {name} does not stand there any more, and is fetched and shown again where it is listed; if the"
        " artist did not ask for that, put the entry back and build at once"
        for name in sorted(gone)
    )


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


def remember_met(store: Store, names: Collection[str]) -> None:
    """Keep that opt-outs by these names of posts have met one, for as long as they stand."""
    with store.together():
        store.set_fact(_MET_FACT, json.dumps(sorted(_met(store).union(names))))


def _met(store: Store) -> set[str]:
    return set(json.loads(store.fact(_MET_FACT) or "[]"))


def unmet(store: Store, optouts: OptOuts) -> list[str]:
    """Each account, each post, by its name, and each sha256 that somebody opted out of and that was never here. What an
    older gallery kept away is told by its tombstone, which ends as the name of the post does."""
    reason = _OPTOUT_REASON.format("")
    saved = {said.removeprefix(reason) for _, said in store.reasons(reason)}
    met = saved.union(*_remembered_ids(store, optouts))
    gone = {re.split("[/:]", key)[-1] for key in store.removed_keys()} if optouts.posts else set()
    posts = [name for name in sorted(optouts.posts - _met(store)) if name.rpartition("/")[2] not in gone]
    return sorted(optouts.accounts - met) + posts + sorted(optouts.sha256s - {one.of for one in store.refused()})


def _apply_to_files(store: Store, optouts: OptOuts) -> tuple[OptOuts, int]:
    optouts = optouts.with_refused(store.refused())
    if not optouts.sha256s and not optouts.look_alikes:
        return optouts, 0
    looks = store.looks()
    wider = optouts.with_looks(looks)
    covered = {sha256: wishes for sha256, look in sorted(looks.items()) if (wishes := wider.refusals(sha256, look))}
    with counted(store):
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
    with counted(store):
        posts = store.forget_network(network)
        lost = {one for one in store.refused() if one.of not in optouts.sha256s and one not in optouts.look_alikes}
        store.lift_refused(network, lost)
    store.drop_unused_files()
    return posts
