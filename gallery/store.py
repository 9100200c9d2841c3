"""What was fetched, kept between nights: an SQLite index and the pictures under their sha256.

Layout of the folder (``.gallery/``)::

    index.sqlite3            accounts, posts, media, files, predictions, renditions, tombstones
    files/ab/abcdef…         the bytes as fetched, named by their hash, written once
    renditions/<name>        resized copies, named by content and options
    tmp/                     files on their way; emptied when the store is opened
    lock                     who builds right now

The store is the seam of the house: everything before it needs a network, everything after it can be made again.
Every method is safe to call from several threads.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType

from gallery.domain import Account, AccountStatus, Media, Picture, Post, Prediction, Profile, RenditionSet
from gallery.errors import AccountState, StoreError
from gallery.migrations import migrate
from gallery.rows import (
    dump,
    dump_fields,
    load_media,
    load_post,
    load_profile,
    load_rendition_set,
    sure_moment,
    to_moment,
    to_text,
)

_MOST_VALIDATORS = 1000
_NEVER = "9999-12-31T00:00:00+00:00"


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """What earlier runs learned about one account."""

    key: str
    stable_id: str | None = None
    profile: Profile | None = None
    cursor: Mapping[str, object] | None = None
    state: AccountState = AccountState.ACTIVE
    state_seen: int = 0  # runs in a row that reported ``state``
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A picture's bytes in the store. Sizes are upright, after EXIF orientation."""

    sha256: str
    width_px: int
    height_px: int
    size_bytes: int
    format: str  # "jpeg", "png", "webp", "gif", "avif"
    dhash: str  # 16 hex digits


@dataclass(frozen=True, slots=True)
class WantedMedia:
    """A picture that a stored post names and whose bytes we do not have."""

    id: int
    post_key: str
    media: Media
    failures: int


@dataclass(frozen=True, slots=True)
class StoredPost:
    """A post in the index, as the deletion sweep needs it."""

    key: str
    permalink: str
    created_at: datetime
    confirmed_at: datetime
    missing_since: datetime | None


class Store:
    """The folder ``.gallery/``, opened. Use as a context manager.

    Raises:
        StoreError: the folder or its index cannot be opened, or a newer gallery wrote it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.RLock()
        try:
            for name in ("files", "renditions", "tmp"):
                (root / name).mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(root / "index.sqlite3", isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA foreign_keys = ON")
            self._db.execute("PRAGMA synchronous = NORMAL")
            migrate(self._db, str(root / "index.sqlite3"))
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"cannot open the store {root}: {error}") from error

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    @contextmanager
    def _write(self, *, visible: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction; ``visible`` changes may alter the site and advance :attr:`generation`."""
        with self._lock:
            before = self._db.total_changes
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
                if visible and self._db.total_changes != before:
                    self._db.execute(
                        "INSERT INTO meta VALUES ('generation', '1')"
                        " ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
                    )
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                self._roll_back()
                raise StoreError(f"cannot write {self.root / 'index.sqlite3'}: {error}; is the disk full?") from error
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def _rows(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[object, ...]]:
        with self._lock:
            try:
                return self._db.execute(query, parameters).fetchall()
            except sqlite3.Error as error:
                raise StoreError(f"cannot read {self.root / 'index.sqlite3'}: {error}") from error

    # --- small facts -------------------------------------------------------------------------------------------------

    @property
    def generation(self) -> int:
        """Grows with every change that a visitor could see; equal numbers mean an equal site."""
        return int(self.fact("generation") or 0)

    def fact(self, name: str) -> str | None:
        """A small named value that lasts between runs (a monthly total, the last published build)."""
        rows = self._rows("SELECT value FROM meta WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None

    def set_fact(self, name: str, value: str) -> None:
        """Remember ``value`` under ``name``."""
        if self.fact(name) != value:
            with self._write(visible=False) as db:
                db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    # --- accounts ----------------------------------------------------------------------------------------------------

    def account(self, key: str) -> AccountRecord:
        """What is known of the account ``network:handle``; an empty record when it is new."""
        rows = self._rows(
            "SELECT stable_id, profile, cursor, state, state_seen, last_attempt, last_success, problem"
            " FROM account WHERE key = ?",
            (key,),
        )
        if not rows:
            return AccountRecord(key, cursor={})
        stable_id, profile, cursor, state, seen, attempt, success, problem = rows[0]
        return AccountRecord(
            key,
            None if stable_id is None else str(stable_id),
            load_profile(profile),
            json.loads(str(cursor)),
            AccountState(str(state)),
            int(str(seen)),
            to_moment(attempt),
            to_moment(success),
            str(problem),
        )

    def save_account(self, record: AccountRecord) -> None:
        """Insert or replace what is known of an account."""
        old = self.account(record.key)
        if old == record:
            return
        visible = (old.profile, old.state, old.problem) != (record.profile, record.state, record.problem)
        with self._write(visible=visible) as db:
            db.execute(
                "INSERT INTO account (key, network, stable_id, profile, cursor, state, state_seen, last_attempt,"
                " last_success, problem) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (key) DO UPDATE SET"
                " stable_id = excluded.stable_id, profile = excluded.profile, cursor = excluded.cursor,"
                " state = excluded.state, state_seen = excluded.state_seen, last_attempt = excluded.last_attempt,"
                " last_success = excluded.last_success, problem = excluded.problem",
                (
                    record.key,
                    record.key.partition(":")[0],
                    record.stable_id,
                    None if record.profile is None else dump(record.profile),
                    json.dumps(dict(record.cursor or {}), sort_keys=True, separators=(",", ":")),
                    record.state.value,
                    record.state_seen,
                    to_text(record.last_attempt),
                    to_text(record.last_success),
                    record.problem,
                ),
            )

    def move_cursor(self, key: str, cursor: Mapping[str, object]) -> None:
        """Remember how far an account was read."""
        self.save_account(replace(self.account(key), cursor=cursor))

    def account_keys(self) -> list[str]:
        """Every account that the index knows, configured or not."""
        return [str(row[0]) for row in self._rows("SELECT key FROM account ORDER BY key")]

    def rename_account(self, old: str, new: str) -> None:
        """Let ``new`` inherit everything of ``old``: the maintainer followed a rename in accounts.yaml."""
        with self._write() as db:
            db.execute("DELETE FROM account WHERE key = ?", (new,))
            db.execute("UPDATE account SET key = ? WHERE key = ?", (new, old))

    def account_status(self, account: Account) -> AccountStatus:
        """How an account fares, for the status page."""
        record = self.account(account.key)
        return AccountStatus(account, record.profile, record.state, record.last_success, record.problem)

    # --- posts -------------------------------------------------------------------------------------------------------

    def knows_post(self, account: str, key: str) -> bool:
        """Is the post stored, or was it removed for good?"""
        if self._rows("SELECT 1 FROM post WHERE account = ? AND key = ?", (account, key)):
            return True
        return self.is_removed(account.partition(":")[0], key)

    def is_removed(self, network: str, key: str) -> bool:
        """Does a tombstone stand for the post, so that it is never fetched again?"""
        return bool(self._rows("SELECT 1 FROM tombstone WHERE network = ? AND post_key = ?", (network, key)))

    def add_post(self, account: str, post: Post, now: datetime) -> bool:
        """Store ``post``, or replace what was known under its key; True when anything but the time changed.

        Pictures keep their bytes as long as their media key stays in the post.
        """
        body = dump_fields(post, without=("key", "permalink", "created_at", "media"))
        media = [(index, item.key, dump_fields(item, without=("key",))) for index, item in enumerate(post.media)]
        rows = self._rows(
            "SELECT id, permalink, created_at, body FROM post WHERE account = ? AND key = ?", (account, post.key)
        )
        if rows:
            stored = [
                (int(str(position)), str(key), str(text))
                for position, key, text in self._rows(
                    "SELECT position, key, body FROM media WHERE post = ? ORDER BY position", (rows[0][0],)
                )
            ]
            if rows[0][1:] == (post.permalink, to_text(post.created_at), body) and stored == media:
                self.confirm_posts(account, [post.key], now)
                return False
        with self._write() as db:
            db.execute(
                "INSERT INTO account (key, network) VALUES (?, ?) ON CONFLICT (key) DO NOTHING",
                (account, account.partition(":")[0]),
            )
            (row_id,) = db.execute(
                "INSERT INTO post (account, key, permalink, created_at, body, confirmed_at) VALUES (?,?,?,?,?,?)"
                " ON CONFLICT (account, key) DO UPDATE SET permalink = excluded.permalink,"
                " created_at = excluded.created_at, body = excluded.body, confirmed_at = excluded.confirmed_at,"
                " missing_since = NULL, hidden = '' RETURNING id",
                (account, post.key, post.permalink, to_text(post.created_at), body, to_text(now)),
            ).fetchone()
            held = dict(
                db.execute("SELECT key, sha256 FROM media WHERE post = ? AND sha256 IS NOT NULL", (row_id,)).fetchall()
            )
            db.execute("DELETE FROM media WHERE post = ?", (row_id,))
            db.executemany(
                "INSERT INTO media (post, position, key, body, sha256) VALUES (?,?,?,?,?)",
                [(row_id, index, key, text, held.get(key)) for index, key, text in media],
            )
        return True

    def confirm_posts(self, account: str, keys: Iterable[str], now: datetime) -> None:
        """Note that the network still showed these posts; those that were hidden for want of that are shown again."""
        keys = list(keys)
        self.hide_posts(account, keys, "")
        with self._write(visible=False) as db:
            db.executemany(
                "UPDATE post SET confirmed_at = ?, missing_since = NULL WHERE account = ? AND key = ?",
                [(to_text(now), account, key) for key in keys],
            )

    def hide_posts(self, account: str, keys: Iterable[str], reason: str) -> int:
        """Keep these posts but do not show them, because of ``reason``; "" shows them again. How many changed."""
        changed = {
            str(row[0])
            for row in self._rows("SELECT key FROM post WHERE account = ? AND hidden <> ?", (account, reason))
        }
        changed &= set(keys)
        if changed:
            with self._write() as db:
                db.executemany(
                    "UPDATE post SET hidden = ? WHERE account = ? AND key = ?",
                    [(reason, account, key) for key in sorted(changed)],
                )
        return len(changed)

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
        return {str(key): sure_moment(since) for key, since in rows}

    def posts(self, account: str) -> list[StoredPost]:
        """The posts of an account, newest first."""
        return [
            StoredPost(str(key), str(link), sure_moment(created), sure_moment(confirmed), to_moment(missing))
            for key, link, created, confirmed, missing in self._rows(
                "SELECT key, permalink, created_at, confirmed_at, missing_since FROM post WHERE account = ?"
                " ORDER BY created_at DESC, key",
                (account,),
            )
        ]

    def remove_posts(self, account: str, keys: Collection[str], reason: str, now: datetime) -> int:
        """Remove posts for good: a tombstone each, so that they never come back. Files go with :meth:`gc`."""
        network = account.partition(":")[0]
        with self._write() as db:
            db.executemany(
                "INSERT OR REPLACE INTO tombstone VALUES (?,?,?,?)",
                [(network, key, reason, to_text(now)) for key in keys],
            )
            count = 0
            for key in keys:
                count += db.execute("DELETE FROM post WHERE account = ? AND key = ?", (account, key)).rowcount
        return count

    def forget_posts(self, account: str, keys: Collection[str]) -> int:
        """Remove posts without a tombstone: they may come back (an account's limit, a file moved away)."""
        with self._write() as db:
            return sum(
                db.execute("DELETE FROM post WHERE account = ? AND key = ?", (account, key)).rowcount for key in keys
            )

    def lift_tombstones(self, network: str, reason: str) -> int:
        """Let posts come back whose removal had exactly this ``reason``, which holds no more; returns how many."""
        if not self._rows("SELECT 1 FROM tombstone WHERE network = ? AND reason = ?", (network, reason)):
            return 0
        with self._write(visible=False) as db:
            return db.execute("DELETE FROM tombstone WHERE network = ? AND reason = ?", (network, reason)).rowcount

    def tombstone_reasons(self, prefix: str) -> list[tuple[str, str]]:
        """(network, reason) of the tombstones whose reason starts with ``prefix``."""
        return [
            (str(network), str(reason))
            for network, reason in self._rows(
                "SELECT DISTINCT network, reason FROM tombstone WHERE substr(reason, 1, ?) = ?", (len(prefix), prefix)
            )
        ]

    def permalinks(self) -> list[tuple[str, str, str]]:
        """(account, key, permalink) of every stored post."""
        rows = self._rows("SELECT account, key, permalink FROM post ORDER BY account, key")
        return [(str(account), str(key), str(link)) for account, key, link in rows]

    def forget_network(self, network: str) -> int:
        """Remove everything that came from a network, tombstones too; returns how many posts. Files go with
        :meth:`drop_unused_files`."""
        with self._write() as db:
            (count,) = db.execute(
                "SELECT count(*) FROM post JOIN account ON account.key = post.account WHERE network = ?", (network,)
            ).fetchone()
            db.execute("DELETE FROM account WHERE network = ?", (network,))
            db.execute("DELETE FROM tombstone WHERE network = ?", (network,))
            db.execute("DELETE FROM validator")
        return int(count)

    def forget_account(self, key: str) -> None:
        """Remove an account with all its posts, without tombstones."""
        with self._write() as db:
            db.execute("DELETE FROM account WHERE key = ?", (key,))

    # --- pictures ----------------------------------------------------------------------------------------------------

    def wanted_media(self, account: str, now: datetime) -> list[WantedMedia]:
        """The pictures of an account whose bytes are missing and may be asked for now, newest post first."""
        return [
            WantedMedia(int(str(row_id)), str(post_key), load_media(str(key), str(body)), int(str(failures)))
            for row_id, post_key, key, body, failures in self._rows(
                "SELECT media.id, post.key, media.key, media.body, media.failures FROM media"
                " JOIN post ON post.id = media.post WHERE post.account = ? AND media.sha256 IS NULL"
                " AND (media.next_try IS NULL OR media.next_try <= ?)"
                " ORDER BY post.created_at DESC, post.key, media.position",
                (account, to_text(now)),
            )
        ]

    def media_problems(self, account: str) -> list[tuple[str, int, str]]:
        """(post key, position, cause) of every picture of an account that could not be had so far."""
        return [
            (str(key), int(str(position)), str(problem))
            for key, position, problem in self._rows(
                "SELECT post.key, media.position, media.problem FROM media JOIN post ON post.id = media.post"
                " WHERE post.account = ? AND media.sha256 IS NULL AND media.problem <> '' ORDER BY 1, 2",
                (account,),
            )
        ]

    def attach(self, media_id: int, file: StoredFile, temporary: Path) -> None:
        """Move the fetched bytes at ``temporary`` (inside ``tmp/``) to their place and give them to a picture.

        The bytes are on the disk under their final name before the index says so.

        Raises:
            StoreError: the disk is full or the folder cannot be written.
        """
        target = self.path_of(file.sha256)
        try:
            if target.exists():
                temporary.unlink()
            else:
                target.parent.mkdir(exist_ok=True)
                with temporary.open("rb") as written:
                    os.fsync(written.fileno())
                temporary.replace(target)
        except OSError as error:
            raise StoreError(f"cannot store {target}: {error.strerror}; free some space and run again") from error
        with self._write() as db:
            db.execute(
                "INSERT INTO file VALUES (?,?,?,?,?,?) ON CONFLICT (sha256) DO NOTHING",
                (file.sha256, file.width_px, file.height_px, file.size_bytes, file.format, file.dhash),
            )
            db.execute(
                "UPDATE media SET sha256 = ?, failures = 0, problem = '', next_try = NULL WHERE id = ?",
                (file.sha256, media_id),
            )

    def media_failed(self, media_id: int, cause: str, next_try: datetime) -> None:
        """Remember why a picture could not be had, and when to try again."""
        with self._write(visible=False) as db:
            db.execute(
                "UPDATE media SET failures = failures + 1, problem = ?, next_try = ? WHERE id = ?",
                (cause, to_text(next_try), media_id),
            )

    def refuse_media(self, media_ids: Iterable[int], reason: str) -> None:
        """Let pictures without bytes stay so for good."""
        with self._write(visible=False) as db:
            db.executemany(
                "UPDATE media SET problem = ?, next_try = ? WHERE id = ?",
                [(reason, _NEVER, media_id) for media_id in media_ids],
            )

    def refuse_file(self, sha256: str, reason: str) -> int:
        """Take these bytes from every picture, for good; returns from how many."""
        if not self._rows("SELECT 1 FROM media WHERE sha256 = ?", (sha256,)):
            return 0
        with self._write() as db:
            return db.execute(
                "UPDATE media SET sha256 = NULL, problem = ?, next_try = ? WHERE sha256 = ?", (reason, _NEVER, sha256)
            ).rowcount

    def picture_count(self, account: str) -> int:
        """How many pictures of an account have their bytes here."""
        rows = self._rows(
            "SELECT count(*) FROM media JOIN post ON post.id = media.post WHERE account = ? AND sha256 IS NOT NULL",
            (account,),
        )
        return int(str(rows[0][0]))

    def drop_unused_files(self) -> int:
        """Delete the bytes and the resized copies of pictures that no post shows any more; returns bytes freed."""
        with self._write(visible=False) as db:
            made = db.execute(
                "SELECT body FROM rendition WHERE sha256 NOT IN (SELECT sha256 FROM media WHERE sha256 NOT NULL)"
            ).fetchall()
            gone = db.execute(
                "DELETE FROM file WHERE sha256 NOT IN (SELECT sha256 FROM media WHERE sha256 NOT NULL) RETURNING sha256"
            ).fetchall()
        paths = [self.path_of(str(sha256)) for (sha256,) in gone]
        for (body,) in made:
            copies = load_rendition_set(str(body))
            paths += [self.root / "renditions" / Path(one.path).name for one in (*copies.copies, copies.veil) if one]
        freed = 0
        for path in paths:
            if path.exists():
                freed += path.stat().st_size
                path.unlink()
        return freed

    def path_of(self, sha256: str) -> Path:
        """Where the bytes of a stored picture lie."""
        return self.root / "files" / sha256[:2] / sha256

    def file(self, sha256: str) -> StoredFile | None:
        """The facts about stored bytes; None when there are none."""
        for row in self._rows("SELECT * FROM file WHERE sha256 = ?", (sha256,)):
            return _file(row)
        return None

    def file_count(self) -> int:
        """How many different pictures are stored."""
        return int(str(self._rows("SELECT COUNT(*) FROM file")[0][0]))

    def files(self) -> list[StoredFile]:
        """Every stored picture, ordered by hash."""
        return [_file(row) for row in self._rows("SELECT * FROM file ORDER BY sha256")]

    def pictures(self, accounts: Iterable[Account]) -> list[Picture]:
        """Every picture of these accounts whose bytes are here: newest first, accounts in the order given."""
        found = []
        for account in accounts:
            profile = self.account(account.key).profile
            posts: dict[int, tuple[Post, list[tuple[int, Media, str, int, int]]]] = {}
            for post_id, key, link, created, body, position, media_key, media_body, sha256, width, height in self._rows(
                "SELECT post.id, post.key, permalink, created_at, post.body, position, media.key, media.body,"
                " media.sha256, width_px, height_px FROM post JOIN media ON media.post = post.id"
                " JOIN file ON file.sha256 = media.sha256 WHERE account = ?"
                " AND post.hidden = '' ORDER BY created_at DESC, post.key, position",
                (account.key,),
            ):
                number = int(str(post_id))
                if number not in posts:
                    posts[number] = (load_post(str(key), str(link), str(created), str(body)), [])
                posts[number][1].append(
                    (
                        int(str(position)),
                        load_media(str(media_key), str(media_body)),
                        str(sha256),
                        int(str(width)),
                        int(str(height)),
                    )
                )
            for bare, shown in posts.values():
                post = replace(bare, media=tuple(media for _, media, *_ in shown))
                found += [
                    Picture(sha256, account, post, media, position, width, height, profile)
                    for position, media, sha256, width, height in shown
                ]
        return found

    # --- predictions and renditions ----------------------------------------------------------------------------------

    def predictions(self, model_id: str) -> dict[str, Prediction]:
        """sha256 → what the model said."""
        return {
            str(sha256): Prediction(float(str(drawing)), float(str(photo)), float(str(other)))
            for sha256, drawing, photo, other in self._rows(
                "SELECT sha256, drawing, photo, other FROM prediction WHERE model_id = ?", (model_id,)
            )
        }

    def unpredicted(self, model_id: str) -> list[str]:
        """The stored pictures that this model has not seen, ordered by hash."""
        return [
            str(row[0])
            for row in self._rows(
                "SELECT sha256 FROM file WHERE sha256 NOT IN (SELECT sha256 FROM prediction WHERE model_id = ?)"
                " ORDER BY sha256",
                (model_id,),
            )
        ]

    def save_predictions(self, model_id: str, predictions: Mapping[str, Prediction]) -> None:
        """Remember what the model said of some pictures."""
        with self._write() as db:
            db.executemany(
                "INSERT OR REPLACE INTO prediction VALUES (?,?,?,?,?)",
                [(sha, model_id, one.drawing, one.photo, one.other) for sha, one in predictions.items()],
            )

    def renditions(self, recipe: str) -> dict[str, RenditionSet]:
        """sha256 → the copies made by this recipe."""
        return {
            str(sha256): load_rendition_set(str(body))
            for sha256, body in self._rows("SELECT sha256, body FROM rendition WHERE recipe = ?", (recipe,))
        }

    def save_renditions(self, recipe: str, sets: Iterable[RenditionSet]) -> None:
        """Remember copies whose files lie in ``renditions/``."""
        with self._write() as db:
            db.executemany(
                "INSERT OR REPLACE INTO rendition VALUES (?,?,?)",
                [(one.sha256, recipe, dump(one)) for one in sets],
            )

    # --- keeping house -----------------------------------------------------------------------------------------------

    def gc(self, *, keep_accounts: Collection[str], keep_recipes: Collection[str], keep_models: Collection[str]) -> int:
        """Free what nothing refers to, and return the bytes freed.

        Goes: accounts that are not in ``keep_accounts``, files that no picture shows, copies made by other recipes,
        predictions of other models. Tombstones stay.
        """
        with self._write() as db:
            for key in set(self.account_keys()) - set(keep_accounts):
                db.execute("DELETE FROM account WHERE key = ?", (key,))
            db.execute("DELETE FROM file WHERE sha256 NOT IN (SELECT sha256 FROM media WHERE sha256 IS NOT NULL)")
            for table, column, keep in (("rendition", "recipe", keep_recipes), ("prediction", "model_id", keep_models)):
                marks = ",".join("?" * len(keep))
                db.execute(f"DELETE FROM {table} WHERE {column} NOT IN ({marks})", tuple(keep))  # noqa: S608
        kept = {file.sha256 for file in self.files()}
        copies = {
            Path(copy.path).name
            for (body,) in self._rows("SELECT body FROM rendition")
            for made in [load_rendition_set(str(body))]
            for copy in (*made.copies, made.veil)
            if copy
        }
        freed = 0
        for path in sorted((self.root / "files").glob("??/*")):
            if path.name not in kept:
                freed += path.stat().st_size
                path.unlink()
        for path in sorted((self.root / "renditions").iterdir()):
            if path.name not in copies:
                freed += path.stat().st_size
                path.unlink()
        with self._lock:
            self._db.execute("VACUUM")
        return freed

    def empty_tmp(self) -> None:
        """Remove what a killed run left half-written. Call while holding the lock."""
        shutil.rmtree(self.root / "tmp", ignore_errors=True)
        (self.root / "tmp").mkdir(exist_ok=True)

    def validator(self, url: str) -> tuple[str, str, bytes] | None:
        """(ETag, Last-Modified, body) of an answer kept for a conditional request."""
        for etag, modified, body in self._rows("SELECT etag, last_modified, body FROM validator WHERE url = ?", (url,)):
            assert isinstance(body, bytes)  # noqa: S101  # the column is a BLOB
            return str(etag), str(modified), body
        return None

    def save_validator(self, url: str, etag: str, last_modified: str, body: bytes) -> None:
        """Keep an answer for a later conditional request; the stalest of a thousand goes."""
        with self._write(visible=False) as db:
            db.execute(
                "INSERT OR REPLACE INTO validator (url, etag, last_modified, body) VALUES (?,?,?,?)",
                (url, etag, last_modified, body),
            )
            db.execute("DELETE FROM validator WHERE id <= (SELECT max(id) FROM validator) - ?", (_MOST_VALIDATORS,))

    def forget_validators(self) -> None:
        """Ask without conditions next time: kept answers may hold posts that had to go."""
        with self._write(visible=False) as db:
            db.execute("DELETE FROM validator")


def _file(row: Sequence[object]) -> StoredFile:
    sha256, width, height, size, kind, dhash = row
    return StoredFile(str(sha256), int(str(width)), int(str(height)), int(str(size)), str(kind), str(dhash))
