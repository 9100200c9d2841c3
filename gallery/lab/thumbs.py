"""Small JPEG copies of pictures for pages that people look at. The bytes are taken as hostile."""

from __future__ import annotations

import io
import warnings
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gallery.decoding import BROKEN, FORMATS
from gallery.errors import PictureError
from gallery.features import opaque, upright

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 100_000_000
PAGE_MARKER = "label-page.txt"  # a folder with this file in it is a label page, ours to replace
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif"})


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small JPEG copy of a picture."""

    jpeg: bytes
    width_px: int
    height_px: int

    @property
    def data_uri(self) -> str:
        """The copy as an address that a page can carry inside itself."""
        return "data:image/jpeg;base64," + b64encode(self.jpeg).decode("ascii")


def thumbnail(path: Path, side_px: int, quality: int = 80) -> Thumbnail:
    """A copy of the picture at ``path``, upright, at most ``side_px`` wide and high, on white, without metadata.

    Raises:
        PictureError: the file cannot be read, is no picture of a known format, is broken or larger than 100 megapixels.
    """
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit is ours, and refuses
            warnings.simplefilter("ignore", UserWarning)  # remarks on untidy EXIF, with which the gallery lives, too
            small = _small(path, side_px)
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise PictureError(f"{path}: cannot be read as a picture: {error}") from error
    small.info = {}  # Pillow writes a comment that it finds there
    return as_thumbnail(small, quality)


def _small(path: Path, side_px: int) -> Image.Image:
    from PIL import Image

    with Image.open(path, formats=FORMATS) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise PictureError(f"{path}: {picture.width} × {picture.height} pixels are too many to show")
        picture.draft("RGB", (side_px, side_px))
        flat = opaque(picture)
        flat.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
        return upright(flat, picture)


def as_thumbnail(image: Image.Image, quality: int = 80) -> Thumbnail:
    """An RGB picture as a JPEG copy of the same size."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return Thumbnail(out.getvalue(), image.width, image.height)


def pictures_below(folder: Path) -> list[Path]:
    """Every picture file below ``folder``, by its suffix, in order.

    Hidden files (an account's ``.avatar.png``), label pages and training corpora made there before, and links that lead
    out of the folder are left alone.

    Raises:
        PictureError: ``folder`` is no folder.
    """
    if not folder.is_dir():
        raise PictureError(f"{folder}: no such folder")
    root = folder.resolve()
    below = sorted(folder.rglob("*"))
    made = {path.parent for path in below if path.name == PAGE_MARKER or _of_a_corpus(path)}
    return [
        path
        for path in below
        if path.suffix.lower() in SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and not made.intersection(path.parents)
        and path.is_file()
        and path.resolve().is_relative_to(root)
    ]


def _of_a_corpus(path: Path) -> bool:
    return path.name == "manifest.csv" and (path.parent / "images").is_dir()
