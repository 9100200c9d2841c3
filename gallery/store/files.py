"""The bytes of pictures under their sha256, and how they look."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gallery.errors import StoreError
from gallery.store.database import Database, delete_file
from gallery.store.records import StoredFile
from gallery.store.rows import load_rendition_set

IN_USE = "SELECT sha256 FROM media WHERE sha256 NOT NULL UNION SELECT sha256 FROM avatar WHERE sha256 NOT NULL"


class Files(Database):
    """The table of files, and the files themselves."""

    def path_of(self, sha256: str) -> Path:
        """Where the bytes of a stored picture lie."""
        return self.root / "files" / sha256[:2] / sha256

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
            target.parent.mkdir(exist_ok=True)
            temporary.replace(target)  # also where there are some: they may have rotted since
        except OSError as error:
            raise StoreError(f"cannot store {target}: {error.strerror}; free some space and run again") from error

    def drop_unused_files(self) -> None:
        """Delete the bytes and the resized copies of pictures that no post or account shows any more.

        Raises:
            StoreError: one of them cannot be deleted; the next call tries again.
        """
        unused = f"sha256 NOT IN ({IN_USE})"
        with self._write(visible=False) as db:
            made = db.execute(f"SELECT body FROM rendition WHERE {unused}").fetchall()  # noqa: S608
            gone = db.execute(f"DELETE FROM file WHERE {unused} RETURNING sha256").fetchall()  # noqa: S608
            paths = [self.path_of(sha256) for (sha256,) in gone]
            copies = (copy for (body,) in made for copy in load_rendition_set(body).files)
            paths += [self.root / "renditions" / copy.name for copy in copies]
            # before the rows are gone for good: a kill leaves rows without bytes, which the next call finds again
            for path in paths:
                delete_file(path)

    def files(self) -> list[StoredFile]:
        """Every stored picture, avatars too, ordered by hash."""
        return [StoredFile(*row) for row in self._rows("SELECT * FROM file ORDER BY sha256")]

    def looks(self) -> dict[str, str]:
        """sha256 → difference hash of every stored picture, avatars too."""
        return dict(self._rows("SELECT sha256, dhash FROM file"))

    def save_looks(self, dhashes: Mapping[str, str]) -> None:
        """Give stored files (sha256 → dhash) another difference hash."""
        with self._write() as db:
            db.executemany(
                "UPDATE file SET dhash = ? WHERE sha256 = ?", [(dhash, sha256) for sha256, dhash in dhashes.items()]
            )
