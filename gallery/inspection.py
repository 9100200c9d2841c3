"""Looks into picture files that strangers made, in a process of its own that may die without ending the run.

The parent side is :class:`Inspectors`; ``python -m gallery.inspection`` is the child: it reads one path a line and
answers one line of JSON each. The child gets no secret of the environment, and its memory is bounded where the system
can do that.
"""

from __future__ import annotations

import json
import os
import queue
import select
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from gallery.decoding import BROKEN, FORMATS, SIDEWAYS, eight_bits, orientation_of, turned
from gallery.errors import PictureError

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 60_000_000
MAX_SIDE_PX = 20_000
PATIENCE_S = 60.0
COMMAND = ("-m", "gallery.inspection")
_MEMORY_BYTES = 1_500_000_000
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "LANG")
_DHASH_COLUMNS, _DHASH_ROWS = 9, 8
LOOK_VERSION = "2"  # raise it when the same picture would get another difference hash
# From what a JPEG is read at least to be hashed. At an eighth of its size (32 px) its cells lie where the decoder's
# blocks do: of copies of one picture in other sizes and formats 15 % were more than 4 bits apart, so 0.3 %
_LOOK_PX = 224


@dataclass(frozen=True, slots=True)
class Facts:
    """What a whole picture turned out to be."""

    width_px: int  # upright
    height_px: int
    format: str  # "jpeg", "png", "webp", "gif" or "avif"
    dhash: str  # 16 hex digits


class Inspectors:
    """A few child processes that look into pictures; started when first needed. Safe to use from many threads."""

    def __init__(self, count: int = 2, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        self._all = [_Child() for _ in range(count)]
        for child in self._all:
            self._idle.put(child)

    def inspect(self, path: Path) -> Facts:
        """Decode the picture at ``path`` once and tell what it is.

        Raises:
            PictureError: not a picture of the five kinds, broken, too large, or the decoder died over it.
        """
        child = self._idle.get()
        try:
            return child.inspect(path, self._patience_s)
        finally:
            self._idle.put(child)

    def close(self) -> None:
        """End the children."""
        for child in self._all:
            child.end()


@contextmanager
def inspectors(count: int) -> Iterator[Inspectors]:
    """Inspectors for the length of a block."""
    team = Inspectors(count)
    try:
        yield team
    finally:
        team.close()


class _Child:
    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def inspect(self, path: Path, patience_s: float) -> Facts:
        if self._process and self._process.poll() is not None:  # it was ended with nothing in hand: no picture's doing
            self.end()
        process = self._process = self._process or _start()
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018  # both are pipes
        try:
            process.stdin.write(json.dumps(str(path)).encode() + b"\n")
            process.stdin.flush()
            line = _read_line(process.stdout, patience_s)
        except TimeoutError as error:
            self.end()
            raise PictureError(f"the decoder did not finish with it in {patience_s:g} s") from error
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            self.end()
            raise PictureError("the decoder died over it")
        answer = json.loads(line)
        if "problem" in answer:
            raise PictureError(answer["problem"])
        return Facts(answer["width_px"], answer["height_px"], answer["format"], answer["dhash"])

    def end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.communicate()


def _start() -> subprocess.Popen[bytes]:
    import gallery

    home = str(Path(gallery.__file__).resolve().parents[1])
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    kept["PYTHONPATH"] = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH", ""))))
    return subprocess.Popen(  # noqa: S603  # our own module in our own interpreter
        [sys.executable, "-P", *COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=kept,
        bufsize=0,
        start_new_session=True,  # Ctrl-C is for us; a child that dies of it would be blamed on its picture
    )


def _read_line(pipe: IO[bytes], patience_s: float) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        if not select.select([pipe], [], [], patience_s)[0]:
            raise TimeoutError
        piece = os.read(pipe.fileno(), 65_536)
        if not piece:
            return line
        line += piece
    return line


# --- the child -------------------------------------------------------------------------------------------------------


def facts_of(path: Path) -> Facts:
    """Decode the first frame of a picture and describe it.

    Raises:
        PictureError: it cannot be used; the message says why, and not where.
    """
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)
            return _look(path)
    except UnidentifiedImageError as error:
        raise PictureError("not a JPEG, PNG, WebP, GIF or AVIF picture") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError) as error:
        raise PictureError(
            f"more than {MAX_PIXELS / 1e6:.0f} megapixels, or more memory than a picture may take"
        ) from error
    except BROKEN as error:
        raise PictureError(f"broken: {str(error)[:120] or type(error).__name__}") from error


def _look(path: Path) -> Facts:
    from PIL import Image

    with Image.open(path, formats=FORMATS) as picture:
        if max(picture.size) > MAX_SIDE_PX or min(picture.size) < 1:
            raise PictureError(f"{picture.width} × {picture.height} pixels; at most {MAX_SIDE_PX} a side are read")
        kind = "jpeg" if picture.format == "MPO" else str(picture.format).lower()
        if kind == "png":
            _verify(path)
        width_px, height_px = picture.size
        orientation = orientation_of(picture)
        if orientation in SIDEWAYS:
            width_px, height_px = height_px, width_px
        picture.draft("RGB", (_LOOK_PX, _LOOK_PX))  # a JPEG is read to its end all the same, in less detail
        picture.load()
        return Facts(width_px, height_px, kind, dhash(turned(picture, orientation)))


def _verify(path: Path) -> None:
    from PIL import Image

    with Image.open(path, formats=FORMATS) as picture:
        picture.verify()  # checks every checksum, and has to be the last thing done to a picture


def dhash(picture: Image) -> str:
    """64-bit difference hash: is each cell of an 8 × 8 grid darker than its right neighbour? Source: N. Krawetz,
    "Kind of Like That", 2013. Transparent parts count as white."""
    from PIL import Image

    if picture.has_transparency_data:
        clear = picture if picture.mode == "RGBA" else picture.convert("RGBA")  # which would copy the whole
        layer = clear.resize((_DHASH_COLUMNS, _DHASH_ROWS), Image.Resampling.BOX)
        white = Image.new("RGBA", layer.size, "white")
        grey = Image.alpha_composite(white, layer).convert("L")
    else:
        grey = eight_bits(picture).convert("L").resize((_DHASH_COLUMNS, _DHASH_ROWS), Image.Resampling.BOX)
    cells = grey.tobytes()
    bits = 0
    for row in range(_DHASH_ROWS):
        for column in range(_DHASH_COLUMNS - 1):
            at = row * _DHASH_COLUMNS + column
            bits = bits << 1 | (cells[at] < cells[at + 1])
    return f"{bits:016x}"


def main() -> None:
    """Answer one line for every line."""
    import resource

    with suppress(ValueError):  # macOS takes no such limit; elsewhere the one that holds already may be lower
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin.buffer:
        try:
            facts = facts_of(Path(json.loads(line)))
            answer = {name: getattr(facts, name) for name in Facts.__slots__}
        except PictureError as error:
            answer = {"problem": str(error)}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
