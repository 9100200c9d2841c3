"""The pictures of posts, and the files that hold their bytes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gallery.domain import Account, Media, Picture, Post
from gallery.errors import StoreError
from gallery.optout_rules import LookAlike
from gallery.store.accounts import Accounts
from gallery.store.database import delete_file
from gallery.store.records import StoredFile, WantedMedia
from gallery.store.rows import load_media, load_post, load_rendition_set, to_text

IN_USE = "SELECT sha256 FROM media WHERE sha256 NOT NULL UNION SELECT sha256 FROM avatar WHERE sha256 NOT NULL"
_GIVE = "UPDATE media SET sha256 = ?, failures = 0, problem = '', next_try = NULL WHERE id = ?"
NEVER = "9999-12-31T00:00:00+00:00"
_EVER = datetime(9999, 12, 30, tzinfo=UTC)  # what was refused waits for longer


class Pictures(Accounts):
    """The tables of media and of files, and the files themselves."""

    def wanted_media(self, account: str, now: datetime) -> list[WantedMedia]:
        """The pictures of an account whose bytes are missing and may be asked for now, newest post first; one that
        stands in several posts, under one key and address, only once."""
        places: dict[tuple[str, str], list[tuple[int, str, Media, int]]] = {}
        for row_id, post_key, key, body, failures in self._rows(
            "SELECT media.id, post.key, media.key, media.body, media.failures FROM media"
            " JOIN post ON post.id = media.post WHERE post.account = ? AND media.sha256 IS NULL"
            " AND (media.next_try IS NULL OR media.next_try <= ?)"
            " ORDER BY post.created_at DESC, post.key, media.position",
            (account, to_text(now)),
        ):
            media = load_media(key, body)
            places.setdefault((key, media.url), []).append((row_id, post_key, media, failures))
        return [
            WantedMedia(tuple(place[0] for place in one), one[0][1], one[0][2], max(place[3] for place in one))
            for one in places.values()
        ]

    def share_bytes(self, account: str) -> int:
        """Give pictures whose bytes are missing, however long they would wait, those that another post of the account
        holds under the same key and address; returns to how many."""
        with self._write() as db:
            if not (wanted := self.wanted_media(account, _EVER)):
                return 0
            held = {
                (key, url): sha256
                for key, url, sha256 in self._rows(
                    "SELECT media.key, json_extract(media.body, '$.url'), sha256 FROM media"
                    " JOIN post ON post.id = media.post WHERE account = ? AND sha256 NOT NULL",
                    (account,),
                )
            }
            found = [(one.ids, held.get((one.media.key, one.media.url))) for one in wanted]
            given = [(sha256, media_id) for ids, sha256 in found if sha256 for media_id in ids]
            return db.executemany(_GIVE, given).rowcount if given else 0

    def media_problems(self, account: str) -> list[tuple[str, int, str]]:
        """(post key, position, cause) of every picture of an account that could not be had so far."""
        return self._rows(
            "SELECT post.key, media.position, media.problem FROM media JOIN post ON post.id = media.post"
            " WHERE post.account = ? AND media.sha256 IS NULL AND media.problem <> '' ORDER BY 1, 2",
            (account,),
        )

    def attach(self, media_ids: Iterable[int], file: StoredFile, temporary: Path) -> None:
        """Move the fetched bytes at ``temporary`` (inside ``tmp/``) to their place and give them to pictures.

        The bytes are on the disk under their final name before the index says so.

        Raises:
            StoreError: the disk is full or the folder cannot be written.
        """
        with self._kept(file, temporary) as db:
            db.executemany(_GIVE, [(file.sha256, media_id) for media_id in media_ids])

    @contextmanager
    def _kept(self, file: StoredFile, temporary: Path, *, visible: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction for which the bytes at ``temporary`` are in their place as ``file``."""
        target = self.path_of(file.sha256)
        try:
            with temporary.open("rb") as written:
                os.fsync(written.fileno())
        except OSError as error:
            raise StoreError(f"cannot store {target}: {error.strerror}; free some space and run again") from error
        with self._lock:  # nobody may take the bytes for unused between their arrival and their row
            self._move_in(temporary, target)
            with self._write(visible=visible) as db:
                db.execute(
                    "INSERT INTO file VALUES (?,?,?,?,?,?) ON CONFLICT (sha256) DO NOTHING",
                    (file.sha256, file.width_px, file.height_px, file.size_bytes, file.format, file.dhash),
                )
                yield db

    def _move_in(self, temporary: Path, target: Path) -> None:
        try:
            if target.exists():
                temporary.unlink()
            else:
                target.parent.mkdir(exist_ok=True)
                temporary.replace(target)
        except OSError as error:
            raise StoreError(f"cannot store {target}: {error.strerror}; free some space and run again") from error

    def media_failed(self, media_ids: Iterable[int], cause: str, next_try: datetime) -> None:
        """Remember why pictures could not be had, and when to try again."""
        with self._write(visible=False) as db:
            db.executemany(
                "UPDATE media SET failures = failures + 1, problem = ?, next_try = ? WHERE id = ?",
                [(cause, to_text(next_try), media_id) for media_id in media_ids],
            )

    def refuse_media(self, media_ids: Iterable[int], reason: str) -> None:
        """Let pictures without bytes stay so for good."""
        with self._write(visible=False) as db:
            db.executemany(
                "UPDATE media SET problem = ?, next_try = ? WHERE id = ?",
                [(reason, NEVER, media_id) for media_id in media_ids],
            )

    def refuse_file(self, sha256: str, reason: str) -> int:
        """Take these bytes from every picture, for good; returns from how many."""
        if not self._rows("SELECT 1 FROM media WHERE sha256 = ?", (sha256,)):
            return 0
        with self._write() as db:
            return db.execute(
                "UPDATE media SET sha256 = NULL, problem = ?, next_try = ? WHERE sha256 = ?", (reason, NEVER, sha256)
            ).rowcount

    def remember_refused(self, networks: Iterable[str], wishes: Iterable[LookAlike]) -> None:
        """Keep the wishes that kept out a picture of these networks, whatever becomes of its accounts and posts."""
        rows = [(network, one.of, one.dhash, one.distance) for one in wishes for network in networks]
        with self._write(visible=False) as db:
            db.executemany("INSERT OR IGNORE INTO refused VALUES (?,?,?,?)", rows)

    def refused(self) -> set[LookAlike]:
        """Every wish that ever kept a picture out."""
        rows = self._rows("SELECT DISTINCT dhash, distance, sha256 FROM refused")
        return {LookAlike(dhash, distance, sha256) for dhash, distance, sha256 in rows}

    def lift_refused(self, network: str, wishes: Iterable[LookAlike]) -> None:
        """Forget that these wishes kept out pictures of a network, or of one that an older gallery did not note."""
        with self._write(visible=False) as db:
            db.executemany(
                "DELETE FROM refused WHERE network IN (?, '') AND sha256 = ? AND dhash = ? AND distance = ?",
                [(network, one.of, one.dhash, one.distance) for one in wishes],
            )

    def networks_of(self, sha256: str) -> set[str]:
        """The networks on which these bytes are a picture or an avatar."""
        rows = self._rows(
            "SELECT network FROM account WHERE key IN (SELECT account FROM post JOIN media ON media.post = post.id"
            " WHERE sha256 = ? UNION SELECT account FROM avatar WHERE sha256 = ?)",
            (sha256, sha256),
        )
        return {network for (network,) in rows}

    def fetch_again(self, sha256: str) -> int:
        """Have every picture and avatar of these bytes, which are lost, brought once more; returns how many."""
        with self._write() as db:
            pictures = db.execute(
                "UPDATE media SET sha256 = NULL, failures = 0, problem = '', next_try = NULL WHERE sha256 = ?",
                (sha256,),
            ).rowcount
            return pictures + db.execute("DELETE FROM avatar WHERE sha256 = ?", (sha256,)).rowcount

    def shown_by(self, sha256: str) -> list[str]:
        """Where these bytes came from, in words: "bluesky:aoi https://…" for a post, "avatar of bluesky:aoi"."""
        posts = self._rows(
            "SELECT DISTINCT account, coalesce(nullif(permalink, ''), post.key) FROM media"
            " JOIN post ON post.id = media.post WHERE sha256 = ? ORDER BY 1, 2",
            (sha256,),
        )
        faces = self._rows("SELECT account FROM avatar WHERE sha256 = ? ORDER BY 1", (sha256,))
        return [*(f"{account} {link}" for account, link in posts), *(f"avatar of {account}" for (account,) in faces)]

    def left_post(self, account: str, post: str, sha256: str) -> bool:
        """Is a post here with all its pictures, and these bytes are none of them? An edit took them out, or somebody
        refused them."""
        rows = self._rows(
            "SELECT sha256, next_try FROM media JOIN post ON post.id = media.post WHERE account = ? AND post.key = ?",
            (account, post),
        )
        return bool(rows) and all(held != sha256 if held else next_try == NEVER for held, next_try in rows)

    def picture_count(self, account: str) -> int:
        """How many pictures of an account have their bytes here."""
        rows = self._rows(
            "SELECT count(*) FROM media JOIN post ON post.id = media.post WHERE account = ? AND sha256 IS NOT NULL",
            (account,),
        )
        return int(rows[0][0])

    def shown_counts(self) -> dict[str, int]:
        """Account → how many of its pictures may be shown: their bytes are here, and their post is not hidden."""
        return dict(
            self._rows(
                "SELECT account, count(*) FROM media JOIN post ON post.id = media.post"
                " WHERE sha256 IS NOT NULL AND hidden = '' GROUP BY account"
            )
        )

    def shown_of_post(self, account: str, post: str) -> int:
        """How many pictures of one post may be shown."""
        rows = self._rows(
            "SELECT count(*) FROM media JOIN post ON post.id = media.post"
            " WHERE account = ? AND post.key = ? AND sha256 NOT NULL AND hidden = ''",
            (account, post),
        )
        return int(rows[0][0])

    def drop_unused_files(self) -> int:
        """Delete the bytes and the resized copies of pictures that no post or account shows any more; returns bytes
        freed.

        Raises:
            StoreError: one of them cannot be deleted; the next call tries again.
        """
        unused = f"sha256 NOT IN ({IN_USE})"
        with self._write(visible=False) as db:
            made = db.execute(f"SELECT body FROM rendition WHERE {unused}").fetchall()  # noqa: S608
            gone = db.execute(f"DELETE FROM file WHERE {unused} RETURNING sha256").fetchall()  # noqa: S608
            paths = [self.path_of(sha256) for (sha256,) in gone]
            for (body,) in made:
                copies = load_rendition_set(body)
                paths += [
                    self.root / "renditions" / Path(one.path).name for one in (*copies.copies, copies.veil) if one
                ]
            # before the rows are gone for good: a kill leaves rows without bytes, which the next call finds again
            return sum(map(delete_file, paths))

    def path_of(self, sha256: str) -> Path:
        """Where the bytes of a stored picture lie."""
        return self.root / "files" / sha256[:2] / sha256

    def file_count(self) -> int:
        """How many different pictures of posts are stored."""
        return int(self._rows("SELECT COUNT(DISTINCT sha256) FROM media")[0][0])

    def files(self) -> list[StoredFile]:
        """Every stored picture, avatars too, ordered by hash."""
        return [_file(row) for row in self._rows("SELECT * FROM file ORDER BY sha256")]

    def looks(self) -> dict[str, str]:
        """sha256 → difference hash of every stored picture, avatars too."""
        return dict(self._rows("SELECT sha256, dhash FROM file"))

    def save_looks(self, dhashes: Mapping[str, str]) -> None:
        """Give stored files (sha256 → dhash) another difference hash."""
        with self._write() as db:
            db.executemany(
                "UPDATE file SET dhash = ? WHERE sha256 = ? AND dhash <> ?",
                [(dhash, sha256, dhash) for sha256, dhash in dhashes.items()],
            )

    def pictures(self, accounts: Iterable[Account]) -> list[Picture]:
        """Every picture of these accounts whose bytes are here and whose post was not removed: newest first, accounts
        in the order given."""
        found = []
        for account in accounts:
            profile = self.account(account.key).profile
            posts: dict[int, tuple[Post, list[tuple[int, Media, str, int, int]]]] = {}
            for post_id, key, link, created, body, position, media_key, media_body, sha256, width, height in self._rows(
                "SELECT post.id, post.key, permalink, created_at, post.body, position, media.key, media.body,"
                " media.sha256, width_px, height_px FROM post JOIN media ON media.post = post.id"
                " JOIN file ON file.sha256 = media.sha256 WHERE account = ?"
                " AND post.hidden = '' AND NOT EXISTS"
                " (SELECT 1 FROM tombstone WHERE network = ? AND post_key = post.key AND author IN ('', ?))"
                " ORDER BY created_at DESC, post.key, position",
                (account.key, account.network, self.author_of(account.key)),
            ):
                if post_id not in posts:
                    posts[post_id] = (load_post(key, link, created, body), [])
                posts[post_id][1].append((position, load_media(media_key, media_body), sha256, width, height))
            for bare, shown in posts.values():
                post = replace(bare, media=tuple(media for _, media, *_ in shown))
                found += [
                    Picture(sha256, account, post, media, position, width, height, profile)
                    for position, media, sha256, width, height in shown
                ]
        return found

    def count_hidden(self, accounts: Iterable[Account]) -> int:
        """How many pictures of these accounts are here in posts that :meth:`hide_posts` keeps from view."""
        return sum(
            self._rows(
                "SELECT count(*) FROM post JOIN media ON media.post = post.id JOIN file ON file.sha256 = media.sha256"
                " WHERE account = ? AND post.hidden <> ''",
                (account.key,),
            )[0][0]
            for account in accounts
        )


def _file(row: Sequence[Any]) -> StoredFile:
    sha256, width, height, size, kind, dhash = row
    return StoredFile(sha256, width, height, size, kind, dhash)
