"""The lock that keeps two builds from running at once."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from gallery.errors import LockedError, StoreError


@contextmanager
def hold_lock(path: Path, command: str, now: datetime) -> Iterator[None]:
    """Hold ``path`` for the length of the block; the kernel lets go of it when the process dies, however it dies.

    The file says who holds it (process, machine, command, since when), so that the next one can say so too.

    Raises:
        LockedError: another process holds it.
        StoreError: the lock file cannot be made or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"cannot make the lock {path}: {error.strerror}; is the folder writable?") from error
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockedError(f"{_holder(file.read())} holds {path}; wait for it, or stop it, and try again") from error
        who = {"pid": os.getpid(), "host": socket.gethostname(), "command": command, "since": now.isoformat()}
        try:
            # past the file object, which would try a failed write again when it is closed
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(who).encode(), 0)
        except OSError as error:
            raise StoreError(
                f"cannot write the lock {path}: {error.strerror}; free some space and run again"
            ) from error
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)


def _holder(text: str) -> str:
    try:
        who = json.loads(text)
        return f"process {who['pid']} on {who['host']} ({who['command']}, since {who['since']})"
    except (ValueError, KeyError, TypeError):
        return "another process"
