"""A picture on its way from the wire into a file: held to its size, and to being a picture at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

from gallery.errors import StoreError, WebError
from gallery.net.magic import HEAD_BYTES, is_picture
from gallery.sources.base import Download


def save_picture(pieces: Iterable[bytes], shown: str, into: Path, max_bytes: int) -> Download:
    """Write the body of an answer (200) into a new file in ``into``, which goes again where no picture comes of it.

    Args:
        pieces: the body; it is not read on once it is too long, or begins as no picture does.
        shown: its address, for messages.

    Raises:
        WebError: it is longer than ``max_bytes``, or no picture.
        StoreError: the file cannot be written.
    """
    digest, size, head = sha256(), 0, b""
    with _temporary(into) as file:
        for piece in pieces:
            size += len(piece)
            if size > max_bytes:
                raise WebError(f"{shown} is larger than {max_bytes} bytes", 200)
            if len(head) < HEAD_BYTES:
                head = (head + piece)[:HEAD_BYTES]
                if len(head) == HEAD_BYTES:
                    _require_picture(head, shown)
            digest.update(piece)
            file.write(piece)
        _require_picture(head, shown)
        return Download(Path(file.name), digest.hexdigest(), size)


@contextmanager
def _temporary(folder: Path) -> Iterator[IO[bytes]]:
    """A new file that stays when the block ends well and goes when it does not."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix="download-", delete=False) as file:
            try:
                yield file
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise StoreError(f"cannot write into {folder}: {error.strerror}; is the disk full?") from error


def _require_picture(head: bytes, shown: str) -> None:
    if not is_picture(head):
        raise WebError(f"{shown} is not a JPEG, PNG, WebP, GIF or AVIF picture", 200)
