"""Files of the laboratory: written beside their places, synced, moved in.

A full disk leaves the old ones, and so does a kill before the last of several lies there. A kill while they move in
leaves some new ones beside old ones; a model's checksums tell that, and it is refused until the command has run again.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from gallery.errors import ConfigError, ModelError, PictureError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def utf8(text: str) -> bytes:
    """Text as UTF-8; what a file name has that is none, in escapes, as the commands print it."""
    return text.encode("utf-8", "backslashreplace")


def replace_file(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` in one step.

    Raises:
        ConfigError: the folder cannot be written.
    """
    replace_files(path.parent, {path.name: content})


def replace_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Put several files into a folder, in the order given; none moves in before all of them lie on the disk.

    Args:
        folder: made when it is not there.
        contents: file name → bytes.

    Raises:
        ConfigError: the folder cannot be written.
    """
    written: dict[str, Path] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            for name, content in contents.items():
                written[name] = _written_beside(folder / name, content)
            for name, beside in written.items():
                beside.replace(folder / name)
        finally:
            for beside in written.values():
                beside.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot write {', '.join(contents)} in {folder}: {error.strerror}") from error


def _written_beside(path: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o644)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside


@contextmanager
def kept_file(path: Path) -> Iterator[None]:
    """Read, in its block, what an earlier start of a command has left at ``path``.

    Raises:
        ModelError: it cannot be read as what it was.
    """
    try:
        yield
    except (OSError, EOFError, KeyError, RuntimeError, ValueError, UnpicklingError, BadZipFile) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(
            f"{path}: an earlier start left it, and it cannot be used ({reason}); delete it and start again"
        ) from error


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Keep an array as `numpy.load` reads it.

    Raises:
        ConfigError: the folder cannot be written.
    """
    import numpy as np

    packed = io.BytesIO()
    np.save(packed, array)
    replace_file(path, packed.getvalue())


def file_sha256(path: Path) -> str:
    """The sha256 of a file, in hexadecimal.

    Raises:
        PictureError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise PictureError(f"{path}: cannot be read: {error.strerror}") from error
