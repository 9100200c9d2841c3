"""What was taken away from an account on its network goes from the same person's exports, too."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from gallery.domain import AccountState, home_of, network_of
from gallery.wishes.removal import account_reason, lift, remove
from gallery.wording import number_of

if TYPE_CHECKING:
    from gallery.store import AccountRecord, Store


def follow_homes(store: Store, now: datetime) -> dict[str, int]:
    """Remove from exports what was taken away from the same person's account on the network they came from, and let
    come back at the next listing what went only because that account was hidden.

    Returns:
        Account → how many posts went.
    """
    removed: Counter[str] = Counter()
    for export, original in originals(store).items():
        _return_with(store, export, original)
        gone = store.removed_at(original.network, export)
        removed[export] += remove(store, export, gone, now)
    return dict(+removed)


def _return_with(store: Store, export: str, original: AccountRecord) -> None:
    if original.state.is_public:
        with store.together():
            if lift(store, network_of(export), original, map(account_reason, AccountState)):
                store.read_anew(export)


def originals(store: Store) -> dict[str, AccountRecord]:
    """The key of each export → the account of the same person on the network it came from: of several spellings the one
    that was asked about last. Unlike names, ids stay theirs."""
    records = [store.account(key) for key in store.account_keys()]
    found = {}
    for export in records:
        home = home_of(export.network)
        if home == export.network or not export.stable_id:
            continue
        theirs = [one for one in records if (one.network, one.stable_id) == (home, export.stable_id)]
        if theirs:
            found[export.key] = max(theirs, key=lambda one: one.last_attempt.isoformat() if one.last_attempt else "")
    return found


def held_back(store: Store, export: AccountRecord) -> str:
    """Why posts of an export stay away with an account that was not public when its network was last asked, and what
    brings them back, in a line for people; "" when none do, or for any other account."""
    home = home_of(export.network)
    if home == export.network or not export.profile:
        return ""
    reasons = {state: account_reason(state).format(f"{home}:{export.profile.stable_id}") for state in AccountState}
    posts = {state: store.removed_for(export.network, reason) for state, reason in reasons.items()}
    return "; ".join(
        f"{number_of(count, 'post')} kept away, for the account was {state.value} when {home} was last asked, until"
        f" '{home}: {export.profile.handle}' is listed, asked again and public"
        for state, count in posts.items()
        if count
    )
