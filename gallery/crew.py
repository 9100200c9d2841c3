"""Strangers' files shared out to processes: a file that kills its process costs itself only, and is found out."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from gallery.errors import GalleryError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Made = TypeVar("Made")

_AHEAD = 4  # files handed out to a process ahead of time: when one dies, only these are suspects


@dataclass(frozen=True, slots=True)
class Crew(Generic[Made]):
    """What processes do with files, and how each of them begins. All of it has to be picklable.

    Both ways to put a crew to work give each file once, in order, with what ``work`` made of it: None for a file that
    killed its process. Both raise `GalleryError` where processes die before they have seen a file, and what ``work``
    raises.
    """

    work: Callable[[Path], Made]
    begin: Callable[..., None]
    given: tuple[object, ...] = ()  # to ``begin``, in each process

    def share_out(self, paths: Sequence[Path], jobs: int) -> Iterator[tuple[Path, Made | None]]:
        """Work in ``jobs`` processes; when one dies, those files are done one by one of which it may have died."""
        from concurrent.futures.process import BrokenProcessPool

        waiting = deque(paths)
        while waiting:
            handed_out: deque[tuple[Path, Future[Made]]] = deque()
            with self._pool(jobs) as pool:
                try:
                    while waiting or handed_out:
                        while waiting and len(handed_out) < _AHEAD * jobs:
                            handed_out.append((waiting[0], pool.submit(self.work, waiting[0])))
                            waiting.popleft()
                        path, future = handed_out[0]
                        yield path, future.result()
                        handed_out.popleft()
                except BrokenProcessPool:
                    pass  # one of those that were handed out killed its process; see below
                finally:
                    pool.shutdown(wait=True, cancel_futures=True)
            yield from self.one_by_one([path for path, _ in handed_out])

    def one_by_one(self, paths: Sequence[Path]) -> Iterator[tuple[Path, Made | None]]:
        """Work in one process, never with more than one file in it, so that the one that kills it is known."""
        from concurrent.futures.process import BrokenProcessPool

        waiting = deque(paths)
        while waiting:
            with self._pool(1) as pool:
                _require_start(pool)
                try:
                    while waiting:
                        yield waiting[0], pool.submit(self.work, waiting[0]).result()
                        waiting.popleft()
                except BrokenProcessPool:
                    yield waiting.popleft(), None

    def _pool(self, jobs: int) -> ProcessPoolExecutor:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        # forked processes would inherit the locks of other threads
        return ProcessPoolExecutor(jobs, get_context("spawn"), self.begin, self.given)


def _require_start(pool: ProcessPoolExecutor) -> None:
    """Raises `GalleryError` where no process can be started: no file is to blame for that."""
    from concurrent.futures.process import BrokenProcessPool

    try:
        pool.submit(os.getpid).result()
    except BrokenProcessPool as error:
        raise GalleryError(
            "every process that was to look at pictures died before the first one; is there enough memory?"
            " Fewer processes need less: --jobs 1"
        ) from error
