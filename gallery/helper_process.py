"""How many processes may help, and what each agrees on: Ctrl-C is its parent's to handle, whom it does not outlive."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

_DIE_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG


def become_helper(parent: int) -> None:
    """Make this process a helper of the process ``parent``, which began it; ends it when that one is gone already."""
    # one that also printed a traceback would only hide its parent's message
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # its parent may have held it back until here
    keep_to_one_thread()
    if sys.platform == "linux":  # elsewhere a process may outlive a killed parent
        import ctypes

        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:  # it may have died before the line above
            os._exit(1)


def keep_to_one_thread() -> None:
    """Say so to NumPy before it is imported: its linear algebra starts a thread for each core, which nothing here needs
    and which other processes are busy with."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"


def processors() -> int:
    """How many processors this process may use: fewer than the machine has where somebody keeps it to some."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def can_fork() -> bool:
    """Whether a fork of this process would be sound: another thread, be it a library's, might hold a lock that nobody
    would let go."""
    threads = Path("/proc/self/task")  # which Linux alone has
    return threads.is_dir() and len(list(threads.iterdir())) == 1
