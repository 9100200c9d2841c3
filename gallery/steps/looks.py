"""How stored pictures look: hashed once more when a newer gallery hashes them in another way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from gallery.errors import PictureError
from gallery.inspection import LOOK_VERSION, Inspectors, inspectors

if TYPE_CHECKING:
    from gallery.report import Progress
    from gallery.store import Store, StoredFile

_FACT = "look version"


def renew_looks(store: Store, jobs: int, progress: Progress) -> None:
    """Hash what is stored as `gallery.inspection` does now, so that opt-outs and repeats compare like with like.

    A picture that cannot be decoded keeps the hash that it has. A run that is killed begins anew.

    Raises:
        StoreError: the store cannot be read or written.
    """
    if store.fact(_FACT) == LOOK_VERSION:
        return
    files = store.files()
    if files:
        step = progress.start("looking again", len(files))
        with inspectors(jobs) as team, ThreadPoolExecutor(jobs) as threads:
            looks = {}
            for file, dhash in zip(files, threads.map(lambda file: _look(store, file, team), files), strict=True):
                looks[file.sha256] = dhash
                step()
        store.save_looks(looks)
    store.set_fact(_FACT, LOOK_VERSION)


def _look(store: Store, file: StoredFile, team: Inspectors) -> str:
    try:
        return team.inspect(store.path_of(file.sha256)).dhash
    except PictureError:
        return file.dhash
