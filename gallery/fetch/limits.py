"""What ``since`` and ``limit`` of an entry admit, and who moves up when something within the limit goes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from gallery.domain import Account, Post
from gallery.sources import source_for

if TYPE_CHECKING:
    from gallery.store import Store, StoredPost


class AccountLimits:
    """Keeps one account within what its entry admits.

    A source moves its cursor past what was left out for want of room, too. A local one is therefore asked for
    everything again when there is room; networks are not: they read the past again once a month, or charge for it.
    """

    def __init__(self, store: Store, account: Account) -> None:
        self._store, self._account = store, account
        self._fact = f"beyond-limit {account.key}"

    def excludes(self, post: Post, staying: Iterable[StoredPost]) -> bool:
        """Would a new post be dropped again because enough newer ones are ``staying`` (newest first)?"""
        limit = self._account.limit
        last = next(islice(staying, limit - 1, None), None) if limit else None
        beyond = last is not None and post.created_at < last.created_at
        if beyond:
            self._note_left_out()
        return beyond

    def keep(self) -> None:
        """Drop what ``since`` or ``limit`` no longer admits; it may come back."""
        since, limit = self._account.since, self._account.limit
        if since is None and limit is None:
            return
        posts = self._store.posts(self._account.key)
        recent = [post.key for post in posts if since is None or post.created_at >= since]
        if limit is not None and len(recent) > limit:
            self._note_left_out()
        dropped = {post.key for post in posts}.difference(recent[:limit])
        if dropped:
            self._store.forget_posts(self._account.key, sorted(dropped))
            self._store.drop_unused_files()

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
