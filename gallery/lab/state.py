"""The state of corpora that training is about: what is kept of one state is never taken for another's."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from gallery.errors import ConfigError, ModelError
from gallery.lab.dataset import Corpus, contents_digest, read_corpora

_STATE = re.compile(r"[0-9a-f]{12}(-[0-9a-f]{12})?")


def state_of(corpora: Sequence[Corpus]) -> str:
    """A file name that tells this state of the corpora, manifests and pictures, from every other.

    Raises:
        PictureError: a picture cannot be read.
    """
    return "-".join(contents_digest(corpus) for corpus in corpora)


def read_unchanged(folder: Path, further: Path | None, state: str) -> list[Corpus]:
    """The corpora, read again, for what is known of their pictures only by their places.

    Args:
        folder: the corpus to learn from and to be tested on.
        further: the further one, if there is one.
        state: `state_of` them when they were read first.

    Raises:
        ModelError: they are not what they were.
        ConfigError: a corpus cannot be read.
        PictureError: a picture cannot be read.
    """
    corpora = read_corpora(folder, further)
    if state_of(corpora) != state:
        raise ModelError("the corpus changed while training ran; start again")
    return corpora


@contextmanager
def in_use(folder: Path) -> Iterator[None]:
    """Keep what was decoded in a state's folder from other trainings, for the length of the block."""
    with _opened(folder) as descriptor:
        with suppress(OSError):  # not every file system locks folders
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield


def forget_others(folder: Path) -> int:
    """Delete the decoded pictures of all other states that lie beside a state's ``folder``; returns of how many.

    They may be of artists who took them back. Weights and checkpoints, which are hours of work, stay; so does what a
    training `in_use` learns from.

    Raises:
        ConfigError: something cannot be deleted.
    """
    beside = [one for one in folder.parent.iterdir() if one != folder and _STATE.fullmatch(one.name) and one.is_dir()]
    return sum(_forget(other) for other in sorted(beside))


def forget_progress(weights: Path, checkpoint: Path) -> None:
    """Delete the state of a course that has ended in ``weights``: six times their size, and nothing reads it again.

    Raises:
        ConfigError: it cannot be deleted, or the weights are not safely on the disk.
    """
    try:
        with weights.open("rb") as file:
            os.fsync(file.fileno())
        checkpoint.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(
            f"cannot keep {weights.name} alone instead of {checkpoint}: {error.strerror}; mend that and start again"
        ) from error


def _forget(other: Path) -> bool:
    decoded = sorted(path for path in other.glob("pixels-*") if path.suffix in (".bin", ".npy"))
    if not decoded:
        return False
    try:
        with _opened(other) as descriptor:
            if not _lock_alone(descriptor):
                return False
            for path in reversed(decoded):  # the index first: without it nothing takes the pictures for whole
                path.unlink()
            if not any(other.iterdir()):
                other.rmdir()
    except OSError as error:
        raise ConfigError(f"cannot delete the decoded pictures in {other}: {error.strerror}; delete them") from error
    return True


def _lock_alone(descriptor: int) -> bool:
    """Whether no training uses the folder, as far as the file system can tell."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # not every file system locks folders
        pass
    return True


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
