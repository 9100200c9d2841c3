"""What every place that decodes strangers' pictures agrees on: which formats are read, what broken files raise and what
is not their doing, and how the EXIF orientation is undone."""

from __future__ import annotations

import errno
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")  # no others: Pillow's EPS reader, for one, starts a program
DECODERS = ("PIL.JpegImagePlugin", "PIL.PngImagePlugin")  # modules that read most pictures
ORIENTATION = 0x0112  # the EXIF tag
TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}  # its value → Image.Transpose that puts the picture upright
SIDEWAYS = (5, 6, 7, 8)  # values with which width and height change places
# What Pillow's decoders let through for broken files, besides its own DecompressionBombError
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
    EOFError,
    MemoryError,
    struct.error,
)
_STRIP_PX = 1 << 20  # of a large picture converted at a time: a worker has to do with 300 MB


def is_the_machines(error: BaseException | None, path: Path) -> bool:
    """Did the machine fail over the picture at ``path``, and not the picture? Then nothing is known of its bytes.

    Too many open files, no memory, a disk or a share in trouble: these carry an errno. What Pillow itself says of a
    broken file carries none.
    """
    if not isinstance(error, OSError) or error.errno in (None, errno.EINVAL):  # a file may send its decoder to byte -1
        return False
    return error.errno != errno.ENOENT or path.exists()  # no room for its copies is not the picture's doing


def orientation_of(picture: Image.Image) -> int:
    """How its EXIF says it is turned; 1, upright, where that cannot be read: many tools write untidy EXIF."""
    try:
        value = picture.getexif().get(ORIENTATION, 1)
    except BROKEN:
        return 1
    return value if value in TURNS else 1


def turned(picture: Image.Image, orientation: int) -> Image.Image:
    """The picture put upright; the picture itself where it is."""
    from PIL import Image

    turn = TURNS.get(orientation)
    return picture if turn is None else picture.transpose(Image.Transpose(turn))


def eight_bits(picture: Image.Image) -> Image.Image:
    """A grey picture of 16 bits in 8; any other as it is. Pillow's own conversion clips at 255 instead of scaling."""
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return picture.point(lambda value: value * (1 / 256)).convert("L")
    return picture


def strips(size: tuple[int, int]) -> Iterator[tuple[int, int, int, int]]:
    """The boxes (left, top, right, bottom in px) of a picture, in which it is converted from one mode to another: of
    the whole there would be several copies at a time."""
    width, height = size
    rows = max(1, _STRIP_PX // width)
    for top in range(0, height, rows):
        yield 0, top, width, min(height, top + rows)
