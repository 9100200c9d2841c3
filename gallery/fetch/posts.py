"""The posts of one account in one run: what is stored, what its source tells of it, and what becomes of each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from gallery.domain import Account, KnownPost, Post, PostGone, Profile
from gallery.fetch.bounds import bounded
from gallery.fetch.context import AccountTally, Context
from gallery.fetch.limits import AccountLimits
from gallery.fetch.losses import Losses
from gallery.optout_rules import OPTED_OUT
from gallery.wishes import remember_met, take_post, withdraw_post


class PostsOfRun:
    """What was stored of an account when the run began, and what the run has heard of it so far."""

    def __init__(self, context: Context, account: Account, tally: AccountTally, *, local: bool) -> None:
        self._context, self._account, self._tally = context, account, tally
        self._store, self._now = context.store, context.now
        self.limits = AccountLimits(context.store, account)
        self.losses = Losses(context.store, account, local=local)
        self.profile: Profile | None = None  # of the account, as it was last seen, in this run or before
        self.seen: set[str] = set()
        self.edited = False  # pictures may have gone with an edit

    @cached_property
    def before(self) -> dict[str, KnownPost]:
        """The posts that were stored when the run began, newest first."""
        return {post.key: post for post in self._store.posts(self._account.key)}

    def knows(self, key: str) -> bool:
        """Is it stored, or tombstoned, whoever's it was?"""
        return self.holds(key) or self._store.is_removed(self._account.key, key)

    def holds(self, key: str) -> bool:
        """Is it stored as one of this account's?"""
        return key in self.before or key in self.seen

    def staying(self) -> Iterator[KnownPost]:
        """Those of before that nothing has called gone for sure, newest first."""
        return (post for key, post in self.before.items() if key not in self.losses.gone)

    def take(self, post: Post) -> None:
        """Store a post as its source tells it, unless somebody minds or the entry does not admit it."""
        post, account, optouts = self._bounded(post), self._account, self._context.optouts
        if wishes := optouts.naming_post(account.key, post.key, post.permalink, self.profile):
            self._tally.note(OPTED_OUT, post.permalink)
            remember_met(self._store, wishes)
            self._withdraw(post.key)
        elif author := optouts.naming_author(post.authors):
            self._tally.note(OPTED_OUT, f"{post.permalink} is by {author}")
            self._withdraw(post.key, author)
        elif self._store.is_removed(account.key, post.key):
            self._tally.note("removed-before", post.permalink or post.key)
        elif account.since and post.created_at < account.since:
            self._tally.note("before-since", post.permalink or post.key)
            if self.holds(post.key):  # what is stored is an older version; the limits drop this one
                self._keep(post)
        elif post.key not in self.before and self.limits.excludes(post, self.staying()):
            self._tally.note("beyond-limit", post.permalink or post.key)
        else:
            self._keep(post)

    def hear_gone(self, told: PostGone) -> None:
        """Note that a post is said to be gone, where it is stored."""
        if told.post_key in self.before:
            self.seen.discard(told.post_key)
            self.losses.hear(told)

    def veil(self, key: str) -> None:
        """Have a post count as sensitive, where it is stored, until what it says of itself can be read."""
        if key in self.before:
            self._store.veil_post(self._account.key, key)
            self._tally.note("veiled", f"{key} is veiled until what it says of itself can be read")

    def _bounded(self, post: Post) -> Post:
        stored = self.before[post.key].created_at if post.key in self.before else None
        kept, notices = bounded(self._account.network, post, self._context.latest, stored)
        for notice in notices:
            self._tally.note(notice.kind, self._context.scrub(notice.detail))
        return kept

    def _keep(self, post: Post) -> None:
        self.seen.add(post.key)
        self.losses.take_back(post.key)
        changed = take_post(self._store, self._account, post, self._now)
        self.edited |= changed and post.key in self.before

    def _withdraw(self, key: str, author: str = "") -> None:
        """What is stored may have another address, or not tell the author, by which the post is opted out now."""
        self._tally.removed += withdraw_post(self._store, self._account, key, self._now, author)
        self.before.pop(key, None)
        self.seen.discard(key)
        self.losses.take_back(key)
