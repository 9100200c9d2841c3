"""Many pictures, several processes: a bad picture costs itself only, and is never mistaken for another one."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from gallery.crew import Crew, Lost, ended_after
from gallery.decoding import DECODERS, is_the_machines
from gallery.domain import RenditionSet
from gallery.errors import ConfigError, PictureError, StoreError
from gallery.helper_process import become_helper
from gallery.renditions.pixels import make_one
from gallery.renditions.recipes import FaceRecipe, Recipe

PATIENCE_S = 600.0  # for all copies of one picture: of a very large one, as AVIF, on a slow machine

Task = tuple[str, Path, Recipe | FaceRecipe]  # sha256, the stored file, what to make of it
OnDone = Callable[[str, RenditionSet | PictureError], None]


def make_renditions(todo: Sequence[Task], out_dir: Path, jobs: int, on_done: OnDone, *, apart: bool = False) -> None:
    """Make the copies of every picture in ``todo`` and report each one, in order.

    ``on_done`` is called in this process, once a picture, with its set or with the reason why there is none. A few
    pictures are opened in this process, unless ``apart`` forbids it. In a process of its own a picture that brings it
    down, or keeps it busy for longer than `PATIENCE_S`, costs itself only; in this one it costs the run.

    Raises:
        ConfigError: AVIF is asked for, and this Pillow cannot write it.
        StoreError: the disk is full or cannot be written, or the machine failed otherwise.
        GalleryError: no process can be started.
    """
    if any("avif" in how.formats for _, _, how in todo):
        _require_avif()
    out_dir.mkdir(parents=True, exist_ok=True)
    make = partial(_make, out_dir)
    processes = 1 if len(todo) < 2 * jobs else jobs
    try:
        if processes == 1 and not apart:
            for task in todo:
                with ended_after(PATIENCE_S):
                    made_here = make(task)
                on_done(task[0], made_here)
            return
        crew = Crew(make, become_helper, (os.getpid(),), PATIENCE_S, ("PIL.ImageCms", *DECODERS))
        for (digest, path, _), made in crew.share_out(todo, processes):
            if isinstance(made, Lost):
                made = PictureError(f"{path}: making copies of it {made}; there are none")
            on_done(digest, made)
    finally:
        for unfinished in out_dir.glob("*.new"):  # of processes that were stopped while writing
            unfinished.unlink()


def _require_avif() -> None:
    from PIL import features

    if not features.check("avif"):
        raise ConfigError(
            "this Pillow cannot write AVIF: install the one from PyPI, or write formats: [jpeg] below site:"
        )


def _make(out_dir: Path, task: Task) -> RenditionSet | PictureError:
    digest, path, how = task
    try:
        return make_one(digest, path, how, out_dir)
    except PictureError as error:
        return error
    except Exception as error:  # whatever a decoder says about a stranger's file
        if is_the_machines(error, path):
            raise StoreError(
                f"{path}: copies of it cannot be made: {error}; the picture is not to blame."
                " See whether the disk is full or cannot be read, and build again"
            ) from error
        reason = str(error) or "no reason given"
        return PictureError(f"{path}: cannot be read as a picture: {type(error).__name__}: {reason}")
