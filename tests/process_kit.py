"""What the tests that kill a process share: the moment at which it dies, and a look at who is still at work."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gallery.store.database import Database

STEPS = frozenset({"os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir"})


def die_at(step: int) -> None:
    """Kill this process at its ``step``-th moment at which a file, or something of the store, has just changed or is
    about to."""
    moments = iter(range(step))

    def pass_moment() -> None:
        if next(moments, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    write = Database._write

    @contextmanager
    def dying_write(self: Database, **options: bool) -> Iterator[object]:
        with write(self, **options) as db:
            yield db
            pass_moment()
        pass_moment()

    Database._write = dying_write  # type: ignore[method-assign,assignment]
    sys.addaudithook(lambda event, _: pass_moment() if event in STEPS else None)


def runs(process: int) -> bool:
    """Whether a process is still at work; one that only waits to be buried is not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text("ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
