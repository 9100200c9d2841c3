"""Read single files out of a Debian package: an ``ar`` archive around a compressed tar (deb(5)).

The package is taken as hostile, although its checksum was looked at: sizes are bounded, nothing is written to disk.
"""

from __future__ import annotations

import io
import lzma
import tarfile
import zlib
from collections.abc import Collection, Iterator
from typing import IO

from gallery.errors import ModelError

MAGIC = b"!<arch>\n"
LARGEST_FILE_BYTES = 64_000_000
_HEAD_BYTES = 60  # of a member of an ar archive
_BROKEN = (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError, ValueError)


def files_in(package: IO[bytes], wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Path and contents of each wanted file, in the order of the package; what is not in it is not yielded.

    Raises:
        ModelError: the package is damaged, or a wanted file is larger than 64 MB.
    """
    try:
        package.seek(len(MAGIC))
        if not _at_contents(package):
            raise ModelError("it holds no data.tar")
        left = set(wanted)
        with tarfile.open(fileobj=package, mode="r|*") as files:
            for member in files:
                path = member.name.removeprefix("./")
                if path in left and member.isreg():
                    left.remove(path)
                    yield path, _contents(files, member)
    except _BROKEN as error:
        raise ModelError(f"it is damaged ({error})") from error


def _at_contents(package: IO[bytes]) -> bool:
    """Move to where the tar begins, past the package's version and its control files."""
    while head := package.read(_HEAD_BYTES):
        if len(head) < _HEAD_BYTES:
            raise ValueError("a head is cut off")
        if head.startswith(b"data.tar"):
            return True
        size = int(head[48:58])
        if size < 0:
            raise ValueError("a member has a negative size")
        package.seek(size + size % 2, io.SEEK_CUR)
    return False


def _contents(files: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if member.size > LARGEST_FILE_BYTES:
        raise ModelError(f"{member.name} has {member.size / 1e6:.0f} MB; a picture has at most 64")
    content = files.extractfile(member)
    return content.read() if content else b""
