"""The faces of accounts: one picture each, kept among the files and shown beside the artist's name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from gallery.store.pictures import Pictures
from gallery.store.records import AvatarRecord, StoredFile
from gallery.store.rows import sure_moment, to_text


class Avatars(Pictures):
    """The table of avatars. Their bytes lie among the files, and are no picture of any post."""

    def avatar(self, account: str) -> AvatarRecord | None:
        """What is known of an account's avatar; None when none was ever asked for."""
        for url, sha256, failures, next_try in self._rows(
            "SELECT url, sha256, failures, next_try FROM avatar WHERE account = ?", (account,)
        ):
            return AvatarRecord(url, sha256, failures, sure_moment(next_try))
        return None

    def save_avatar(self, account: str, url: str, file: StoredFile, temporary: Path, next_try: datetime) -> None:
        """Move the fetched bytes at ``temporary`` (inside ``tmp/``) to their place and make them the account's avatar.

        Args:
            next_try: when to ask for the same address again.

        Raises:
            StoreError: the disk is full or the folder cannot be written.
        """
        old = self.avatar(account)
        with self._kept(file, temporary, visible=old is None or old.sha256 != file.sha256) as db:
            db.execute(
                "INSERT OR REPLACE INTO avatar (account, url, sha256, failures, next_try) VALUES (?,?,?,0,?)",
                (account, url, file.sha256, to_text(next_try)),
            )
        if old is not None and old.sha256 not in (None, file.sha256):
            self.drop_unused_files()

    def avatar_failed(self, account: str, url: str, next_try: datetime) -> None:
        """Note that the avatar at ``url`` could not be had, and when to ask again. The one we have stays."""
        with self._write(visible=False) as db:
            db.execute(
                "INSERT INTO avatar (account, url, failures, next_try) VALUES (?,?,1,?) ON CONFLICT (account)"
                " DO UPDATE SET failures = CASE url WHEN excluded.url THEN failures + 1 ELSE 1 END,"
                " url = excluded.url, next_try = excluded.next_try",
                (account, url, to_text(next_try)),
            )

    def refuse_avatar(self, sha256: str) -> int:
        """Take these bytes from every account whose avatar they are; returns from how many."""
        if not self._rows("SELECT 1 FROM avatar WHERE sha256 = ?", (sha256,)):
            return 0
        with self._write() as db:
            return db.execute("UPDATE avatar SET sha256 = NULL WHERE sha256 = ?", (sha256,)).rowcount

    def forget_avatars(self, accounts: Iterable[str]) -> None:
        """Remove the avatars of these accounts with their bytes and copies."""
        known = [(account,) for account in accounts if self.avatar(account) is not None]
        if not known:
            return
        with self._write() as db:
            db.executemany("DELETE FROM avatar WHERE account = ?", known)
        self.drop_unused_files()
