"""What the tests that kill a build share: a look at who is still at work."""

from __future__ import annotations

from pathlib import Path


def runs(process: int) -> bool:
    """Whether a process is still at work; one that only waits to be buried is not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text("ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
