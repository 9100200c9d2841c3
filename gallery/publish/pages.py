"""Makes the pages of a site that are not there yet, in several processes where there are many.

Pages are made from what the parent holds in memory, so the helpers are forks of it: nothing is sent to them, and each
sends back only the sizes of what it wrote. Nobody depends on a helper: the files of one that fails, is killed or cannot
be begun are made by the parent, where an error has its proper name.
"""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Container, Sequence
from contextlib import suppress
from pathlib import Path

from gallery.domain import OutputFile
from gallery.helper_process import become_helper, can_fork
from gallery.publish.links import refuse_broken_links

FEW = 40  # pages below which a helper costs more than it saves


def write_pages(files: Sequence[OutputFile], folder: Path, jobs: int, held: Container[str]) -> dict[str, int]:
    """Write ``files``, whose content is made when asked for, below ``folder``; returns each path's size in bytes.

    Args:
        files: none of them exists yet; the folders they belong in do.
        folder: where the site is staged.
        jobs: how many processes may work at once.
        held: the paths of the whole site, to which pages may link.

    Raises:
        OSError: the disk is full or cannot be written.
        PublishError: a page links to what the site does not have.
        GalleryError: whatever the content of a file raises.
    """
    workers = min(jobs, len(files) // FEW + 1) if can_fork() else 1
    shares = [files[first::workers] for first in range(workers)]
    helpers: list[_Helper] = []
    try:
        with suppress(OSError):  # of a system that has no process to spare
            for share in shares[1:]:
                helpers.append(_Helper(share, folder, held))
        alone = [file for share in (shares[0], *shares[len(helpers) + 1 :]) for file in share]
        sizes = _write(alone, folder, held)
        for helper in helpers:
            done = helper.result()
            sizes |= _write(helper.share, folder, held) if done is None else done
    finally:
        for helper in helpers:
            helper.end()
    return sizes


def _write(files: Sequence[OutputFile], folder: Path, held: Container[str]) -> dict[str, int]:
    sizes = {}
    for file in files:
        assert callable(file.content)  # noqa: S101 - files that exist already are linked, not written
        data = file.content()
        target = folder / file.path
        target.unlink(missing_ok=True)  # what a failed helper began
        with target.open("xb") as out:
            out.write(data)
        if file.path.endswith(".html"):
            refuse_broken_links(file.path, data, held)
        sizes[file.path] = len(data)
    return sizes


class _Helper:
    """A fork of this process that writes one share of the files."""

    def __init__(self, share: Sequence[OutputFile], folder: Path, held: Container[str]) -> None:
        self.share = share
        self._results, sending = os.pipe()
        parent = os.getpid()
        try:
            self._process = os.fork()
        except OSError:
            os.close(self._results)
            os.close(sending)
            raise
        if self._process == 0:
            _help(share, folder, held, sending, parent)
        os.close(sending)

    def result(self) -> dict[str, int] | None:
        """What came of the whole share; None when the helper did not finish it."""
        with os.fdopen(self._results, "rb", closefd=False) as pipe:
            answer = pipe.read()
        try:
            sizes: dict[str, int] = pickle.loads(answer)  # noqa: S301 - written by a fork of ourselves
        except (EOFError, pickle.UnpicklingError):
            return None
        return sizes

    def end(self) -> None:
        """Let nothing of it outlive the call."""
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        os.close(self._results)


def _help(share: Sequence[OutputFile], folder: Path, held: Container[str], sending: int, parent: int) -> None:
    """The life of a helper. It never returns: whatever the parent does at its end is not for the helper to do."""
    try:
        become_helper(parent)
        with os.fdopen(sending, "wb") as pipe:
            pickle.dump(_write(share, folder, held), pipe)
    finally:
        os._exit(0)
