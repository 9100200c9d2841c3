"""Makes the pages of a site that are not there yet, in several processes where there are many.

Pages are made from what the parent holds in memory, so the helpers are forks of it: nothing is sent to them, and each
sends back only the sizes and links of what it wrote. Nobody depends on a helper: the files of one that fails or is
killed are made once more by the parent, where an error has its proper name.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from gallery.domain import OutputFile
from gallery.helper_process import become_helper
from gallery.publish.links import links_of

FEW = 40  # pages below which a helper costs more than it saves


class Page(NamedTuple):
    """A page, or another file whose content is made, as it was written."""

    size_bytes: int
    links: tuple[tuple[str, str], ...]  # address as written, path inside the site; none twice


def write_pages(files: Sequence[OutputFile], folder: Path, jobs: int) -> dict[str, Page]:
    """Write ``files``, whose content is made when asked for, below ``folder``; returns what came of each path.

    Args:
        files: none of them exists yet; the folders they belong in do.
        folder: where the site is staged.
        jobs: how many processes may work at once.

    Raises:
        OSError: the disk is full or cannot be written.
        GalleryError: whatever the content of a file raises.
    """
    workers = min(jobs, len(files) // FEW + 1) if _can_fork() else 1
    shares = [files[first::workers] for first in range(workers)]
    helpers: list[_Helper] = []
    try:
        helpers += [_Helper(share, folder) for share in shares[1:]]
        pages = _write(shares[0], folder)
        for helper in helpers:
            done = helper.result()
            pages |= _write(helper.share, folder) if done is None else done
    finally:
        for helper in helpers:
            helper.end()
    return pages


def _can_fork() -> bool:
    """Whether a fork of this process would be sound: another thread might hold a lock that nobody would let go."""
    return sys.platform == "linux" and threading.active_count() == 1


def _write(files: Sequence[OutputFile], folder: Path) -> dict[str, Page]:
    pages = {}
    for file in files:
        assert callable(file.content)  # noqa: S101 - files that exist already are linked, not written
        data = file.content()
        target = folder / file.path
        target.unlink(missing_ok=True)  # what a failed helper began
        with target.open("xb") as out:
            out.write(data)
        links = links_of(file.path, data) if file.path.endswith(".html") else ()
        pages[file.path] = Page(len(data), tuple(links))
    return pages


class _Helper:
    """A fork of this process that writes one share of the files."""

    def __init__(self, share: Sequence[OutputFile], folder: Path) -> None:
        self.share = share
        self._results, sending = os.pipe()
        parent = os.getpid()
        with warnings.catch_warnings():
            # Python 3.12 warns of threads that it did not start itself: those of numerical libraries. They sleep, and
            # a helper asks nothing of these libraries.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process = os.fork()
        if self._process == 0:
            _help(share, folder, sending, parent)
        os.close(sending)

    def result(self) -> dict[str, Page] | None:
        """What came of the whole share; None when the helper did not finish it."""
        with os.fdopen(self._results, "rb", closefd=False) as pipe:
            answer = pipe.read()
        try:
            pages: dict[str, Page] = pickle.loads(answer)  # noqa: S301 - written by a fork of ourselves
        except (EOFError, pickle.UnpicklingError):
            return None
        return pages

    def end(self) -> None:
        """Let nothing of it outlive the call."""
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        os.close(self._results)


def _help(share: Sequence[OutputFile], folder: Path, sending: int, parent: int) -> None:
    """The life of a helper. It never returns: whatever the parent does at its end is not for the helper to do."""
    try:
        become_helper(parent)
        with os.fdopen(sending, "wb") as pipe:
            pickle.dump(_write(share, folder), pipe)
    finally:
        os._exit(0)
