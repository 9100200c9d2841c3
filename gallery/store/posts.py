"""Posts as they were seen, and the tombstones of those that went."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from gallery.domain import KnownPost, Post, network_of
from gallery.store.accounts import Accounts
from gallery.store.rows import (
    dump_fields,
    load_post,
    sure_moment,
    to_text,
)

_OWN_COLUMNS = ("key", "permalink", "created_at", "media")  # of a post, beside its body
EVERYTHING = "*"  # in place of a post's key: all posts of a network that was purged


class Posts(Accounts):
    """The tables of posts and of tombstones."""

    def is_removed(self, account: str, key: str) -> bool:
        """Does a tombstone stand for a post of the account ``network:handle`` (``network`` alone: of any account where
        the network gives posts their keys), so that it is never fetched again?"""
        return self.why_removed(account, key) is not None

    def why_removed(self, account: str, key: str) -> str | None:
        """The reason on a post's tombstone, the author's own before one for everybody; None where it has none.
        ``account`` is as for :meth:`is_removed`."""
        rows = self._rows(
            "SELECT reason FROM tombstone WHERE network = ? AND post_key = ? AND author IN ('', ?)"
            " ORDER BY author DESC",
            (network_of(account), key, self.author_of(account)),
        )
        return rows[0][0] if rows else None

    def is_taken_back(self, account: str, key: str) -> bool:
        """Is the post, which is not here, gone by somebody's word, for good or for now? One that merely left, by a
        limit, is not; of a network that was purged everything is. ``account`` is as for :meth:`is_removed`."""
        network = network_of(account)
        return self.is_removed(account, key) or bool(
            self._rows("SELECT 1 FROM hushed WHERE network = ? AND post_key IN (?, ?)", (network, key, EVERYTHING))
        )

    def add_post(self, account: str, post: Post, now: datetime) -> bool:
        """Store ``post``, or replace what was known under its key; True when anything but the time changed.

        Pictures keep their bytes, what became of the tries to have them, and whether they were refused, as long as
        their media key stays in the post.
        """
        body = dump_fields(post, without=_OWN_COLUMNS)
        media = [(index, item.key, dump_fields(item, without=("key",))) for index, item in enumerate(post.media)]
        rows = self._rows(
            "SELECT id, permalink, created_at, body FROM post WHERE account = ? AND key = ?", (account, post.key)
        )
        if rows:
            stored = self._rows("SELECT position, key, body FROM media WHERE post = ? ORDER BY position", (rows[0][0],))
            if rows[0][1:] == (post.permalink, to_text(post.created_at), body) and stored == media:
                self.confirm_posts(account, [post.key], now)
                return False
        with self._write() as db:
            db.execute(
                "INSERT INTO account (key, network) VALUES (?, ?) ON CONFLICT (key) DO NOTHING",
                (account, network_of(account)),
            )
            (row_id,) = db.execute(
                "INSERT INTO post (account, key, permalink, created_at, body, confirmed_at) VALUES (?,?,?,?,?,?)"
                " ON CONFLICT (account, key) DO UPDATE SET permalink = excluded.permalink,"
                " created_at = excluded.created_at, body = excluded.body, confirmed_at = excluded.confirmed_at,"
                " missing_since = NULL, hidden = '' RETURNING id",
                (account, post.key, post.permalink, to_text(post.created_at), body, to_text(now)),
            ).fetchone()
            held = {
                key: history
                for key, *history in db.execute(
                    "SELECT key, sha256, failures, problem, next_try FROM media WHERE post = ?", (row_id,)
                )
            }
            db.execute("DELETE FROM media WHERE post = ?", (row_id,))
            db.execute("DELETE FROM hushed WHERE network = ? AND post_key = ?", (network_of(account), post.key))
            db.executemany(
                "INSERT INTO media (post, position, key, body, sha256, failures, problem, next_try)"
                " VALUES (?,?,?,?,?,?,?,?)",
                [(row_id, index, key, text, *held.get(key, (None, 0, "", None))) for index, key, text in media],
            )
        return True

    def confirm_posts(self, account: str, keys: Iterable[str], now: datetime) -> None:
        """Note that the network still showed these posts; those that were hidden for want of that are shown again."""
        keys = list(keys)
        with self._write(visible=False) as db:
            self.hide_posts(account, keys, "")
            db.executemany(
                "UPDATE post SET confirmed_at = ?, missing_since = NULL WHERE account = ? AND key = ?",
                [(to_text(now), account, key) for key in keys],
            )

    def hide_posts(self, account: str, keys: Iterable[str], reason: str) -> None:
        """Keep these posts but do not show them, because of ``reason``; "" shows them again."""
        with self._write() as db:
            db.executemany(
                "UPDATE post SET hidden = ?1 WHERE account = ?2 AND key = ?3 AND hidden <> ?1",
                [(reason, account, key) for key in keys],
            )

    def veil_post(self, account: str, key: str) -> None:
        """Have a stored post count as sensitive until it is stored anew."""
        post = self._post(account, key)
        if post and not post.sensitive:
            veiled = dump_fields(replace(post, sensitive=True), without=_OWN_COLUMNS)
            with self._write() as db:
                db.execute("UPDATE post SET body = ? WHERE account = ? AND key = ?", (veiled, account, key))

    def hidden_posts(self, account: str) -> dict[str, str]:
        """Post key → the reason for which :meth:`hide_posts` keeps it from view."""
        return dict(self._rows("SELECT key, hidden FROM post WHERE account = ? AND hidden <> ''", (account,)))

    def all_hidden(self, account: str) -> bool:
        """Has an account posts, none of which may be shown for now?"""
        return self._rows("SELECT min(hidden <> '') FROM post WHERE account = ?", (account,)) == [(1,)]

    def suspect_posts(self, account: str, keys: Iterable[str], now: datetime) -> None:
        """Note that these posts looked gone; they stay until a second run says so too."""
        with self._write(visible=False) as db:
            db.executemany(
                "UPDATE post SET missing_since = COALESCE(missing_since, ?) WHERE account = ? AND key = ?",
                [(to_text(now), account, key) for key in keys],
            )

    def suspected(self, account: str) -> dict[str, datetime]:
        """Post key → since when it looks gone, of the posts that wait for a second word."""
        rows = self._rows(
            "SELECT key, missing_since FROM post WHERE account = ? AND missing_since NOT NULL", (account,)
        )
        return {key: sure_moment(since) for key, since in rows}

    def posts(self, account: str) -> list[KnownPost]:
        """The posts of an account, newest first."""
        rows = self._rows(
            "SELECT key, permalink, created_at, confirmed_at FROM post WHERE account = ? ORDER BY created_at DESC, key",
            (account,),
        )
        return list(map(_known_post, rows))

    def last_confirmed(self, account: str, most: int) -> list[KnownPost]:
        """Posts of the account's network that do not look gone, those confirmed last first, and the account's own
        before those of others."""
        rows = self._rows(
            "SELECT key, permalink, created_at, confirmed_at FROM post"
            " WHERE account IN (SELECT key FROM account WHERE network = ?) AND missing_since IS NULL"
            " ORDER BY account <> ?, confirmed_at DESC, key LIMIT ?",
            (network_of(account), account, most),
        )
        return list(map(_known_post, rows))

    def post_version(self, account: str, key: str) -> str | None:
        """Which version of a post is stored; None when there is none."""
        post = self._post(account, key)
        return post.version if post else None

    def _post(self, account: str, key: str) -> Post | None:
        """A post as it is stored, without its pictures; None when there is none."""
        rows = self._rows("SELECT permalink, created_at, body FROM post WHERE account = ? AND key = ?", (account, key))
        return load_post(key, *rows[0]) if rows else None

    def remove_posts(self, account: str, keys: Collection[str], reason: str, now: datetime) -> int:
        """Remove posts for good: a tombstone each, so that they never come back, and none of them stays on an account
        of the network that was listed under another spelling; returns how many. Others' posts that an export says to
        have the same keys stay. Files go with :meth:`drop_unused_files`."""
        network, author = network_of(account), self.author_of(account)
        with self._write() as db:
            db.executemany(
                "INSERT OR REPLACE INTO tombstone VALUES (?,?,?,?,?)",
                [(network, key, author, reason, to_text(now)) for key in keys],
            )
            return sum(
                db.execute(
                    "DELETE FROM post WHERE key = ?1 AND account IN (SELECT key FROM account"
                    " WHERE network = ?2 AND ?3 IN ('', stable_id, key))",
                    (key, network, author),
                ).rowcount
                > 0
                for key in keys
            )

    def forget_posts(self, account: str, keys: Collection[str], *, hushed: bool = False) -> int:
        """Remove posts without a tombstone: they may come back (an account's limit, a file moved away).

        Args:
            account: whose posts.
            keys: which.
            hushed: somebody took them from view, which `is_taken_back` tells for as long as they stay away.
        """
        with self._write() as db:
            if hushed:
                network = network_of(account)
                db.executemany("INSERT OR IGNORE INTO hushed VALUES (?,?)", [(network, key) for key in keys])
            return sum(
                db.execute("DELETE FROM post WHERE account = ? AND key = ?", (account, key)).rowcount for key in keys
            )

    def removed_at(self, network: str, account: str) -> dict[str, str]:
        """Post key → reason, of an account's posts for which ``network``, another one, has a tombstone."""
        rows = self._rows(
            "SELECT key, reason FROM post JOIN tombstone ON post_key = key WHERE account = ? AND network = ?",
            (account, network),
        )
        return dict(rows)

    def removed_keys(self) -> set[str]:
        """The key of every post that has a tombstone."""
        return {key for (key,) in self._rows("SELECT DISTINCT post_key FROM tombstone")}

    def removed_for(self, network: str, reason: str) -> int:
        """How many tombstones have exactly this ``reason``."""
        rows = self._rows("SELECT count(*) FROM tombstone WHERE network = ? AND reason = ?", (network, reason))
        return int(rows[0][0])

    def reasons(self, beginning: str) -> list[tuple[str, str]]:
        """(network, reason) of the tombstones whose reason begins so."""
        return self._rows(
            "SELECT DISTINCT network, reason FROM tombstone WHERE substr(reason, 1, ?) = ?", (len(beginning), beginning)
        )

    def removed_in(self, run: datetime) -> list[tuple[str, str, int]]:
        """(network, reason, how many) of the tombstones that the run of this moment has set."""
        return self._rows(
            "SELECT network, reason, count(*) FROM tombstone WHERE at = ? GROUP BY network, reason", (to_text(run),)
        )

    def lift_tombstones(self, network: str, reason: str) -> int:
        """Let posts come back whose removal had exactly this ``reason``, which holds no more; returns how many."""
        if not self.removed_for(network, reason):
            return 0
        with self._write(visible=False) as db:
            return db.execute("DELETE FROM tombstone WHERE network = ? AND reason = ?", (network, reason)).rowcount

    def permalinks(self) -> list[tuple[str, str, str]]:
        """(account, key, permalink) of every stored post."""
        return self._rows("SELECT account, key, permalink FROM post ORDER BY account, key")

    def authors(self, account: str) -> dict[str, list[str]]:
        """Post key → who posted it, of an account's posts that tell it."""
        rows = self._rows(
            "SELECT key, json_extract(body, '$.authors') FROM post"
            " WHERE account = ? AND json_array_length(body, '$.authors') > 0 ORDER BY key",
            (account,),
        )
        return {key: json.loads(names) for key, names in rows}

    def forget_network(self, network: str) -> int:
        """Remove everything that came from a network, tombstones too; returns how many posts. Files go with
        :meth:`drop_unused_files`."""
        with self._write() as db:
            (count,) = db.execute(
                "SELECT count(*) FROM post JOIN account ON account.key = post.account WHERE network = ?", (network,)
            ).fetchone()
            db.execute("DELETE FROM account WHERE network = ?", (network,))
            db.execute("DELETE FROM tombstone WHERE network = ?", (network,))
            db.execute("DELETE FROM hushed WHERE network = ?", (network,))
            db.execute("INSERT INTO hushed VALUES (?, ?)", (network, EVERYTHING))
            db.execute("DELETE FROM validator")
        return int(count)


def _known_post(row: Sequence[Any]) -> KnownPost:
    key, link, created, confirmed = row
    return KnownPost(key, link, sure_moment(created), sure_moment(confirmed))
