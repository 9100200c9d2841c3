"""The folder, the connection, transactions, small facts."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from gallery.errors import StoreError
from gallery.store.migrations import migrate


class Database:
    """The folder and its SQLite index: transactions, and small facts by name. Use as a context manager.

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
            raise StoreError(f"cannot open the store {root}: {error}; {_advice(error)}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Several writes that count as one: a process that dies inside leaves none of them, and no thread sees some.

        Delete no files inside: the index takes its rows back, the disk does not.
        """
        with self._write(visible=False):
            yield

    @contextmanager
    def _write(self, *, visible: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction, or a part of the one around it; ``visible`` changes may alter the site and advance
        :attr:`generation`."""
        with self._lock:
            outermost = not self._db.in_transaction
            before = self._db.total_changes
            try:
                if outermost:
                    self._db.execute("BEGIN IMMEDIATE")
                yield self._db
                if visible and self._db.total_changes != before:
                    self._db.execute(
                        "INSERT INTO meta VALUES ('generation', '1')"
                        " ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
                    )
                if outermost:
                    self._db.execute("COMMIT")
            except sqlite3.Error as error:
                self._roll_back()
                raise StoreError(f"cannot write {self.root / 'index.sqlite3'}: {error}; {_advice(error)}") from error
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def _rows(
        self, query: str, parameters: Sequence[object] = ()
    ) -> list[tuple[Any, ...]]:  # the tables and what is made of rows have types
        with self._lock:
            try:
                return self._db.execute(query, parameters).fetchall()
            except sqlite3.Error as error:
                raise StoreError(f"cannot read {self.root / 'index.sqlite3'}: {error}; {_advice(error)}") from error

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


def _advice(error: Exception) -> str:
    if type(error) is sqlite3.DatabaseError:  # what SQLite says of a damaged file belongs to none of its subclasses
        return (
            "the index is damaged: put back a backup of the folder, or move it away to fetch everything anew (X charges"
            " for that)"
        )
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorname", "") == "SQLITE_BUSY":
        return "another program has the index open, and writes to it; close that, and run this again"
    if isinstance(error, (OSError, sqlite3.OperationalError)):
        return "is the disk full, or the folder read-only?"
    return "this is a fault of the gallery; please report it"


def delete_file(path: Path) -> int:
    """Delete a file of the store, if it is there; returns the bytes freed.

    Raises:
        StoreError: it cannot be deleted.
    """
    try:
        size_bytes = path.lstat().st_size
        path.unlink()
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise StoreError(f"{path}: cannot be deleted: {error.strerror}; mend that and run again") from error
    return size_bytes
