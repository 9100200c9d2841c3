"""Many pictures, several processes: a bad picture costs itself only, and is never mistaken for another one."""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from gallery.domain import RenditionSet
from gallery.errors import ConfigError, PictureError, StoreError
from gallery.helpers import become_helper
from gallery.renditions.pixels import make_one
from gallery.renditions.recipes import FaceRecipe, Recipe

DISK_TROUBLE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)  # nobody's picture is to blame for these

Task = tuple[str, Path, Recipe | FaceRecipe]  # sha256, the stored file, what to make of it
OnDone = Callable[[str, RenditionSet | PictureError], None]


def make_renditions(todo: Sequence[Task], out_dir: Path, jobs: int, on_done: OnDone, *, apart: bool = False) -> None:
    """Make the copies of every picture in ``todo`` and report each one, in no particular order.

    ``on_done`` is called in this process, once a picture, with its set or with the reason why there is none. A few
    pictures are opened in this process, unless ``apart`` forbids it. A picture that brings a worker down is tried once
    more alone, so that nobody else is blamed for it.

    Raises:
        ConfigError: AVIF is asked for, and this Pillow cannot write it.
        StoreError: the disk is full or cannot be written.
    """
    if any("avif" in how.formats for _, _, how in todo):
        _require_avif()
    out_dir.mkdir(parents=True, exist_ok=True)
    queue = deque(todo)
    workers = 1 if len(todo) < 2 * jobs else jobs
    try:
        while queue:
            pool: Executor = ThreadPoolExecutor(1) if workers == 1 and not apart else _processes(workers)
            for suspect in _run(pool, queue, out_dir, 3 * workers, on_done):
                with _processes(1) as cell:
                    _report(suspect, cell.submit(make_one, *suspect, out_dir), on_done)
    finally:
        for unfinished in out_dir.glob("*.new"):  # of workers that were stopped while writing
            unfinished.unlink()


def _require_avif() -> None:
    from PIL import features

    if not features.check("avif"):
        raise ConfigError(
            "this Pillow cannot write AVIF: install the one from PyPI, or write formats: [jpeg] below site:"
        )


def _run(pool: Executor, queue: deque[Task], out_dir: Path, window: int, on_done: OnDone) -> list[Task]:
    """Empty ``queue`` through ``pool``; when a worker dies, stop and return the tasks it may have died of."""
    running: dict[Future[RenditionSet], Task] = {}
    try:
        while queue or running:
            while queue and len(running) < window:
                task = queue.popleft()
                running[pool.submit(make_one, *task, out_dir)] = task
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                if isinstance(future.exception(), BrokenProcessPool):
                    return list(running.values())
                _report(running.pop(future), future, on_done)
    except BrokenProcessPool:  # found out while submitting
        return [task, *running.values()]
    finally:
        pool.shutdown(cancel_futures=True)
    return []


def _report(task: Task, future: Future[RenditionSet], on_done: OnDone) -> None:
    digest, path, _ = task
    error = future.exception()
    if error is None:
        on_done(digest, future.result())
    elif isinstance(error, PictureError):
        on_done(digest, error)
    elif isinstance(error, BrokenProcessPool):
        on_done(digest, PictureError(f"{path}: the decoder crashed on this picture; nothing was made of it"))
    elif isinstance(error, OSError) and error.errno in DISK_TROUBLE:
        raise StoreError(f"copies of pictures cannot be written: {error}; make room and build again") from error
    else:
        reason = str(error) or "no reason given"
        on_done(digest, PictureError(f"{path}: cannot be read as a picture: {type(error).__name__}: {reason}"))


def _processes(workers: int) -> ProcessPoolExecutor:
    # forked workers would inherit the locks of other threads
    return ProcessPoolExecutor(workers, get_context("spawn"), become_helper, (os.getpid(),))
