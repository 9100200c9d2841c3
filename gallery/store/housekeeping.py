"""What keeps the folder tidy: garbage, half-written files, odd moments, validators of conditional requests."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from gallery.store.avatars import Avatars
from gallery.store.database import delete_file
from gallery.store.files import IN_USE
from gallery.store.pictures import NEVER
from gallery.store.rows import to_text

_MOST_VALIDATORS = 1000
_COPY_NAME = re.compile(r'"i/([^"]+)"')  # in a row's JSON, which every command would else spend long on parsing


class Housekeeping(Avatars):
    """Frees what nothing refers to, and puts right what a wrong clock wrote."""

    def gc(self, *, keep_accounts: Collection[str], keep_recipes: Collection[str], keep_models: Collection[str]) -> int:
        """Free what nothing refers to, and return the bytes freed.

        Goes: accounts that are not in ``keep_accounts``, files that are no picture of a post and no avatar, copies made
        by other recipes, predictions of other models. Tombstones stay, and what opt-outs refused.

        Raises:
            StoreError: the index cannot be written, or a file not be deleted.
        """
        with self._write() as db:
            for key in set(self.account_keys()) - set(keep_accounts):
                db.execute("DELETE FROM account WHERE key = ?", (key,))
            db.execute(f"DELETE FROM file WHERE sha256 NOT IN ({IN_USE})")  # noqa: S608
            for table, column, keep in (("rendition", "recipe", keep_recipes), ("prediction", "model_id", keep_models)):
                marks = ",".join("?" * len(keep))
                db.execute(f"DELETE FROM {table} WHERE {column} NOT IN ({marks})", tuple(keep))  # noqa: S608
        freed = self._drop_strays()
        self.forget_validators()
        return freed

    def shrink_index(self) -> str:
        """Give to the disk what deleted rows took in the index; returns why that could not be, "" when it was done."""
        with self._lock:
            try:
                self._db.execute("VACUUM")
            except sqlite3.Error as error:  # it needs room for a second index
                return f"{self.root / 'index.sqlite3'} could not be made smaller: {error}"
        return ""

    def tidy_up(self) -> None:
        """Finish what a killed run left half done: files on their way, bytes that nothing shows, copies without a row.
        Call while holding the lock."""
        shutil.rmtree(self.root / "tmp", ignore_errors=True)
        (self.root / "tmp").mkdir(exist_ok=True)
        self.drop_unused_files()
        self._drop_strays()

    def _drop_strays(self) -> int:
        """Delete the bytes and the copies that the index does not know; returns how many bytes."""
        known = {sha256 for (sha256,) in self._rows("SELECT sha256 FROM file")}
        freed = 0
        with os.scandir(self.root / "files") as folders:
            for folder in folders:
                if folder.is_dir():  # file managers leave files of their own everywhere
                    freed += _drop_all_but(known, folder.path)
        bodies = self._rows("SELECT body FROM rendition")
        copies = {name for (body,) in bodies for name in _COPY_NAME.findall(body)}
        return freed + _drop_all_but(copies, self.root / "renditions")

    def wait_anew(self, now: datetime) -> None:
        """Let every post and account that waits for a second word wait from now on."""
        with self._write(visible=False) as db:
            for table, column in (("post", "missing_since"), ("account", "state_since")):
                db.execute(f"UPDATE {table} SET {column} = ? WHERE {column} NOT NULL", (to_text(now),))  # noqa: S608

    def forget_ahead(self, now: datetime, longest_wait: timedelta) -> int:
        """Set to ``now`` what is said to have happened later, and whatever is to be tried again only after more than
        ``longest_wait``; returns how many moments that were."""
        heard = [("post", "confirmed_at"), ("post", "missing_since"), ("account", "state_since")]
        heard += [("account", "last_attempt"), ("account", "last_success")]
        changed = 0
        with self._write(visible=False) as db:
            for table, column in heard:
                update = f"UPDATE {table} SET {column} = ?1 WHERE {column} > ?1"  # noqa: S608
                changed += db.execute(update, (to_text(now),)).rowcount
            for table in ("media", "avatar"):
                update = f"UPDATE {table} SET next_try = ? WHERE next_try > ? AND next_try <> ?"  # noqa: S608
                changed += db.execute(update, (to_text(now), to_text(now + longest_wait), NEVER)).rowcount
        return changed

    def validator(self, url: str) -> tuple[str, str, bytes] | None:
        """(ETag, Last-Modified, body) of an answer kept for a conditional request."""
        for etag, modified, body in self._rows("SELECT etag, last_modified, body FROM validator WHERE url = ?", (url,)):
            return etag, modified, body
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


def _drop_all_but(known: Collection[str], folder: str | Path) -> int:
    """Delete the files of ``folder`` whose names are not ``known``, and leave folders alone; returns the bytes."""
    freed = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name not in known and not entry.is_dir(follow_symlinks=False):
                freed += delete_file(Path(entry.path))
    return freed
