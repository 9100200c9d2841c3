"""What the steps of :func:`gallery.pipeline.build` count while they run, and what becomes of a picture that fails."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gallery.errors import PictureError, StoreError
from gallery.report import StageReport
from gallery.store import Store

SAVE_EVERY = 100  # pictures between two writes of what was computed, so that a kill costs little


class Tally:
    """Counts of one stage while it runs."""

    def __init__(self) -> None:
        self.new = self.unchanged = self.failed = 0
        self.details: list[str] = []

    def fail(self, detail: str) -> None:
        """Count a failure and keep the line that explains it."""
        self.failed += 1
        self.details.append(detail)


class Timer:
    """Runs stages one after the other and keeps their reports."""

    def __init__(self) -> None:
        self.stages: list[StageReport] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[Tally]:
        """Time a block as the stage ``name``."""
        tally = Tally()
        started = time.monotonic()
        yield tally
        seconds = round(time.monotonic() - started, 3)
        details = tuple(sorted(tally.details))
        self.stages.append(StageReport(name, seconds, tally.new, tally.unchanged, tally.failed, details))


@contextmanager
def survivable(store: Store, work: str, tally: Tally) -> Iterator[bool]:
    """Notes in the store that ``work`` on pictures is under way, for a picture may kill the process that decodes it.

    Gives True when the last run died of it or left a picture undone: then each has to be opened in a process apart.
    """
    note, failed_before = f"{work} was left undone", tally.failed
    undone = bool(store.fact(note))
    store.set_fact(note, "yes")
    yield undone
    store.set_fact(note, "" if tally.failed == failed_before else "yes")


def leave_out(store: Store, sha256: str, error: PictureError, tally: Tally) -> None:
    """Count a stored picture of which nothing could be made, and say whose it is, for a path in the store tells nobody.

    Bytes that are gone, or are others than those that were stored, are fetched again.

    Raises:
        StoreError: the bytes cannot be read now. They stay: they may be the last copy.
    """
    path, whose = store.path_of(sha256), ", ".join(store.shown_by(sha256)[:3])
    if _is_lost(path, sha256) and store.fetch_again(sha256):
        tally.fail(f"{whose}: its bytes are lost from the store; the next fetch brings them again")
        return
    cause = str(error).removeprefix(f"{path}: ").replace(str(path), sha256[:12])
    tally.fail(f"{whose}: {cause}; an entry 'sha256: {sha256}' in optouts.yaml keeps it out")


def _is_lost(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() != sha256
    except FileNotFoundError:
        return True
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be read: {error.strerror}; it stays. Run again when it can be read"
        ) from error
