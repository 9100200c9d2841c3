"""What every helper process agrees on: Ctrl-C is for its parent to handle, and it does not outlive its parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_DIE_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG


def become_helper(parent: int) -> None:
    """Make this process a helper of the process ``parent``, which began it; ends it when that one is gone already."""
    # one that also printed a traceback would only hide its parent's message
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # its parent may have held it back until here
    # NumPy's linear algebra starts a thread for each core when it is imported; the cores belong to the other helpers
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    if sys.platform == "linux":  # elsewhere a process may outlive a killed parent
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:  # it may have died before the line above
            os._exit(1)
