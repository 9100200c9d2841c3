"""What a network says: what is gone at the source goes here too.

An outage is never a deletion: only a network's explicit word removes anything. Much at once waits for a second word,
except where the account as a whole is no longer public, and where posts are there and the maintainer or the artist
refuses them. A second word comes from another night: one hiccup of a network outlasts the minutes in which somebody
runs the command again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gallery.domain import Account, AccountState, Post, WhyHidden
from gallery.wishes.removal import account_reason, count_taken, counted, lasting_name, remove, take_back
from gallery.wording import number_of

if TYPE_CHECKING:
    from gallery.store import Store

FEW_AT_ONCE = 3  # posts that any account may lose at once by its network's word; of one in three, 30 % would be none
SECOND_WORD_AFTER = timedelta(hours=12)  # sooner, the same slip of a network may speak twice


def second_word(local: bool) -> str:
    """What takes posts that look gone, of files on this machine (``local``) or of a network, in words behind "if"."""
    return "the next run finds the same" if local else "the next night hears the same"


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
    doubtful: Mapping[str, str],
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
        doubtful: the same of answers that might mean something else.
        max_share: the part of the account's posts that may go without a second word; of a network, a few may whatever
            part they are.
        may_return: keys of those that leave no tombstone and may come back.
        refused: keys of those that are there, and go by the maintainer's or the artist's word, however many they are.
        local: they are files on this machine: nothing is lost, and any later run may say the second word. A folder of
            a few files is as easily away as a large one.
    """
    heard_by = now if local else now - SECOND_WORD_AFTER
    suspected = {key for key, since in store.suspected(account.key).items() if since < heard_by}
    sure = {**gone, **{key: reason for key, reason in doubtful.items() if key in suspected}}
    waiting = set(doubtful) - set(sure)
    vanished = sure.keys() - refused
    at_once = max_share * len(store.posts(account.key))
    if len(vanished) > (at_once if local else max(at_once, FEW_AT_ONCE)):
        waiting |= vanished - suspected
        sure = {key: reason for key, reason in sure.items() if key not in waiting}
    store.suspect_posts(account.key, sorted(waiting), now)
    return Removed(remove(store, account.key, sure, now, may_return), len(waiting))


def take_post(store: Store, account: Account, post: Post, now: datetime) -> bool:
    """Store a post as it is now, and count the pictures by which its author's edit made it fewer; the same version with
    fewer is nobody's word, nor are other pictures in their places. Returns whether anything but the time changed."""
    if store.post_version(account.key, post.key) in (None, post.version):
        return store.add_post(account.key, post, now)
    with store.together():
        shown = store.shown_of_post(account.key, post.key)
        changed = store.add_post(account.key, post, now)
        count_taken(store, {account.key: shown - len(post.media)})
    return changed


def forget_asked(store: Store, account: Account, keys: Collection[str]) -> None:
    """Forget posts that the maintainer wants no longer, by ``since`` or ``limit``; they may come back."""
    with counted(store):
        store.forget_posts(account.key, keys)


def account_gone(store: Store, account: Account, state: AccountState, now: datetime) -> Removed:
    """The network says that the account as a whole is not public: its posts go at once, with tombstones.

    A name that is merely not found has to be missed by another night as well.
    """
    record = store.account(account.key)
    since = record.state_since if record.state is state and record.state_since else now
    store.save_account(replace(record, state=state, state_since=since))
    posts = store.posts(account.key)
    if state is AccountState.MISSING and now - since < SECOND_WORD_AFTER:
        return Removed(held=len(posts))
    store.forget_avatars([account.key])
    store.move_cursor(account.key, {})  # first: killed after the removal, a run would never read these posts again
    reason = account_reason(state).format(lasting_name(record))
    removed = remove(store, account.key, dict.fromkeys((post.key for post in posts), reason), now)
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
        return take_back(store, record, *map(account_reason, AccountState))


def unconfirmed(store: Store, account: Account, max_days: int, now: datetime) -> set[str]:
    """The keys of the posts that the network has not confirmed for ``max_days``."""
    return {post.key for post in store.posts(account.key) if now - post.confirmed_at > timedelta(days=max_days)}


def expire(store: Store, account: Account, max_days: int, now: datetime) -> None:
    """Hide what the network has not confirmed for ``max_days``, and show again what was hidden so by another clock or
    another ``max_days``."""
    late = unconfirmed(store, account, max_days, now)
    hidden = store.hidden_posts(account.key)
    timely = {key for key, reason in hidden.items() if reason.startswith(WhyHidden.UNCONFIRMED)} - late
    if late or timely:  # to count is to look at every picture of the store
        with counted(store):
            store.hide_posts(account.key, late, f"{WhyHidden.UNCONFIRMED} for {number_of(max_days, 'day')}")
            store.hide_posts(account.key, timely, "")
