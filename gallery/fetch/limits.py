"""What ``since`` and ``limit`` of an entry admit, and who moves up when something within the limit goes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from gallery.domain import Account, KnownPost, Post
from gallery.sources import source_for
from gallery.wishes import forget_asked

if TYPE_CHECKING:
    from gallery.store import Store


class AccountLimits:
    """Keeps one account within what its entry admits.

    A source moves its cursor past what was left out for want of room, too. A local one is therefore asked for
    everything again when there is room; networks are not: they read the past again once a month, or charge for it.
    """

    def __init__(self, store: Store, account: Account) -> None:
        self._store, self._account = store, account
        self._fact = f"beyond-limit {account.key}"
        # before anything new comes: only the maintainer can have lowered a limit that an earlier run kept to
        _, self._narrowed_out = self._left_out()

    def excludes(self, post: Post, staying: Iterable[KnownPost]) -> bool:
        """Would a new post be dropped again because enough newer ones are ``staying`` (newest first)?"""
        limit = self._account.limit
        last = next(islice(staying, limit - 1, None), None) if limit else None
        beyond = last is not None and post.created_at < last.created_at
        if beyond:
            self._note_left_out()
        return beyond

    def keep(self) -> None:
        """Drop what ``since`` or ``limit`` no longer admits; it may come back."""
        old, beyond = self._left_out()
        if beyond:
            self._note_left_out()
        dropped = {*old, *beyond}
        if dropped:
            # nor can anything else put a stored post before `since` than the maintainer, or whoever dates it anew
            forget_asked(self._store, self._account, {*old, *(dropped & set(self._narrowed_out))})
            self._store.forget_posts(self._account.key, sorted(dropped))
            self._store.drop_unused_files()

    def _left_out(self) -> tuple[list[str], list[str]]:
        """The keys of stored posts before ``since``, and of those beyond ``limit``."""
        since, limit = self._account.since, self._account.limit
        posts = self._store.posts(self._account.key) if since or limit else ()
        old = [post.key for post in posts if since and post.created_at < since]
        recent = [post.key for post in posts if not since or post.created_at >= since]
        return old, recent[limit:] if limit else []

    def reopen(self) -> bool:
        """Where posts were left out and there is room by now, have the source tell everything at its next listing.

        Returns:
            Whether it will.
        """
        key, limit = self._account.key, self._account.limit
        if limit is None or not self._store.fact(self._fact) or len(self._store.posts(key)) >= limit:
            return False
        with self._store.together():
            self._store.read_anew(key)
            self._store.set_fact(self._fact, "")
        return True

    def _note_left_out(self) -> None:
        if source_for(self._account.network).local:
            self._store.set_fact(self._fact, "yes")
