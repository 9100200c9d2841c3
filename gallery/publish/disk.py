"""What the operating system does for a publication, beyond what Python offers."""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def files_below(folder: Path) -> set[str]:
    """Every file below ``folder``, relative to it: as `os.walk` would say, sooner, for sites have a folder a work."""
    found = set()
    waiting = [""]
    while waiting:
        place = waiting.pop()
        with os.scandir(f"{folder}/{place}") as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{place}{entry.name}/")
                else:
                    found.add(f"{place}{entry.name}")
    return found


def flush(folder: Path) -> None:
    """Wait until everything below ``folder`` is on the disk: one call instead of one fsync for each page."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if not hasattr(libc, "syncfs") or libc.syncfs(descriptor) != 0:
            os.sync()
    finally:
        os.close(descriptor)


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one atomic step (Linux ``renameat2``); False where the system cannot.

    Raises:
        OSError: one of them is mounted, or cannot be renamed.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    result = libc.renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    if result == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
        return False
    if code in (errno.EBUSY, errno.EXDEV):
        raise OSError(code, "is mounted, and cannot be exchanged; mount the folder above it instead", str(other))
    raise OSError(code, os.strerror(code), str(other))
