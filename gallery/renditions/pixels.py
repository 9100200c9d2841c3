"""One picture → its copies: upright, in sRGB, on white paper, without metadata; its colour, its veil, its card."""

from __future__ import annotations

import contextlib
import os
import warnings
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from gallery.decoding import FORMATS, SIDEWAYS, eight_bits, orientation_of, strips, turned
from gallery.domain import Rendition, RenditionSet
from gallery.errors import PictureError
from gallery.renditions.recipes import (
    AVIF_SPEED,
    FACE_QUALITY,
    JPEG_HEIGHTS,
    JPEG_QUALITY,
    ROW_QUALITIES,
    FaceRecipe,
    Recipe,
    fitted,
    planned_sizes,
    scaled,
)

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageCms import ImageCmsTransform

Size = tuple[int, int]  # width, height in px
VEIL_PX = 14  # all that a veil knows of the picture
VEIL_SIZE_PX = 56  # drawn larger, so that browsers have no steps to show
PAPER = (255, 255, 255)


def _palette() -> tuple[tuple[int, int, int], ...]:
    from colorsys import hls_to_rgb

    tinted = [
        hls_to_rgb(hue / 15, lightness, saturation)
        for lightness in (0.22, 0.42, 0.62, 0.8)
        for saturation in (0.15, 0.45)
        for hue in range(15)
    ]
    greys = [(grey / 255,) * 3 for grey in (0x0A, 0x18, 0x48, 0x78, 0x8C, 0xA8, 0xD8, 0xF4)]
    return tuple((round(r * 255), round(g * 255), round(b * 255)) for r, g, b in [*tinted, *greys])


PALETTE = _palette()  # what the colour classes c0 to c127 stand for


def make_one(digest: str, path: Path, how: Recipe | FaceRecipe, out_dir: Path) -> RenditionSet:
    """Write all copies of the picture or avatar at ``path`` into ``out_dir``.

    Raises:
        PictureError: the picture is larger than we decode.
        OSError, ValueError, …: whatever the decoder says about a broken file; ``make_renditions`` puts it into words.
    """
    return _face(digest, path, how, out_dir) if isinstance(how, FaceRecipe) else _copies(digest, path, how, out_dir)


def _face(digest: str, path: Path, how: FaceRecipe, out_dir: Path) -> RenditionSet:
    from PIL import Image, ImageOps

    # a row of twice the height covers the square, however narrow the picture (NARROWEST) or wide (all but LONGEST_PX)
    rough, upright, _ = _largest(path, Recipe((2 * how.side_px,), 0, 0, how.formats, veiled=False))
    side = min(how.side_px, *rough.size)
    image = ImageOps.fit(rough, (side, side), Image.Resampling.LANCZOS)
    stem = sha256(f"{digest} {how.id}".encode()).hexdigest()[:16]
    copies = tuple(_save(image, out_dir, f"{stem}-face", form, FACE_QUALITY) for form in how.formats)
    return RenditionSet(digest, *upright, copies, _colour(image))


def _copies(digest: str, path: Path, how: Recipe, out_dir: Path) -> RenditionSet:
    image, upright, sizes = _largest(path, how)
    stem = sha256(f"{digest} {how.id}".encode()).hexdigest()[:16]
    copies: list[Rendition] = []
    for target, size in reversed(sizes):
        image = _smaller(image, size, how)
        for form in how.formats:
            if form == "jpeg" and "avif" in how.formats and target not in JPEG_HEIGHTS:
                continue
            quality = ROW_QUALITIES.get(target, how.largest_quality)
            copies.append(_save(image, out_dir, f"{stem}-{target}", form, quality))
    # the veil has a name of its own: from it nobody can guess where the picture lies
    behind = sha256(f"{digest} {how.id} veil".encode()).hexdigest()[:16]
    veil = _save(veiled(image), out_dir, f"{behind}-veil", "jpeg") if how.veiled else None
    return RenditionSet(digest, *upright, tuple(reversed(copies)), _colour(image), veil)


def _colour(image: Image.Image) -> int:
    """The palette's colour that comes closest to the picture as a whole."""
    from PIL import Image

    pixel = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return nearest_colour(*pixel) if isinstance(pixel, tuple) else 0


def _largest(path: Path, how: Recipe) -> tuple[Image.Image, Size, list[tuple[int, Size]]]:
    """The largest copy, the original's size upright, and the sizes of all copies."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # remarks on untidy EXIF and the like, which we drop anyway
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            opened = Image.open(path, formats=FORMATS)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise PictureError(f"{path}: more pixels than we decode: {error}") from error
        with opened as source:
            orientation = orientation_of(source)
            sideways = orientation in SIDEWAYS
            upright = source.size[::-1] if sideways else source.size
            sizes = planned_sizes(*upright, how)
            biggest = sizes[-1][1] if sizes else fitted(*upright, VEIL_SIZE_PX)
            stored = biggest[::-1] if sideways else biggest
            source.draft(None, stored)  # lets the JPEG decoder do the coarse part of the resizing
            image = _smaller(to_srgb(source), stored, how)
            if image is source:
                image = image.copy()  # leaves behind what belongs to the file: EXIF, segments, the open handle
    image = turned(image, orientation)
    image.info.clear()
    return image, upright, sizes


def _smaller(image: Image.Image, size: Size, how: Recipe) -> Image.Image:
    from PIL import Image

    if image.size == size:
        return image
    if "avif" in how.formats:
        return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    # JPEG alone is the choice of who wants speed; AVIF takes so long that the finer filter does not show beside it
    if ((image.width + 1) // 2, (image.height + 1) // 2) == size:
        return image.reduce(2)
    return image.resize(size, Image.Resampling.HAMMING, reducing_gap=2.0)


def to_srgb(image: Image.Image) -> Image.Image:
    """The first frame in 8-bit sRGB on white paper; a colour profile that cannot be used is left out of account."""
    from PIL import Image

    if image.mode != "P" and not image.has_transparency_data:
        return _on_paper(image)
    flat = Image.new("RGB", image.size)
    for box in strips(image.size):
        flat.paste(_on_paper(image.crop(box)), box)
    return flat


def _on_paper(image: Image.Image) -> Image.Image:
    from PIL import Image, ImageCms

    profile = image.info.get("icc_profile")
    image = eight_bits(image)
    if image.mode == "L" and "transparency" in image.info:
        image = image.convert("LA")  # its profile is one of greys
    elif image.mode == "P" or "transparency" in image.info:
        image = image.convert("RGBA")
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA") else None
    colours = image if alpha is None else image.convert(image.mode[:-1])
    if profile and colours.mode in ("RGB", "CMYK", "L"):
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):  # a broken profile
            transform = _transform(profile, colours.mode)
            if transform is not None:
                colours = ImageCms.applyTransform(colours, transform) or colours
    colours = colours if colours.mode == "RGB" else colours.convert("RGB")
    if alpha is not None:
        paper = Image.new("RGB", image.size, PAPER)
        paper.paste(colours, mask=alpha)
        return paper
    return colours


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCmsTransform | None:
    """From an embedded profile to sRGB; None when that changes nothing that can be seen.

    By what it does: "sRGB" stands in the names of linear profiles, too, which are far from it.
    """
    from io import BytesIO

    from PIL import ImageCms

    opened = ImageCms.getOpenProfile(BytesIO(profile))
    transform = ImageCms.buildTransform(opened, ImageCms.createProfile("sRGB"), mode, "RGB")
    return None if mode != "CMYK" and _changes_nothing(transform, mode) else transform


def _changes_nothing(transform: ImageCmsTransform, mode: str) -> bool:
    """Do greys and pure colours of all strengths stay within two levels of what they were?"""
    from PIL import Image, ImageChops, ImageCms

    ramp = Image.frombytes("L", (256, 1), bytes(range(256)))
    black = Image.new("L", ramp.size)
    shown = [
        Image.merge("RGB", [ramp if band in bands else black for band in "RGB"]) for bands in ("RGB", "R", "G", "B")
    ]
    for before in shown if mode == "RGB" else shown[:1]:
        after = ImageCms.applyTransform(before if mode == "RGB" else ramp, transform)
        if after is None or max(ImageChops.difference(before, after).tobytes()) > 2:
            return False
    return True


def veiled(image: Image.Image) -> Image.Image:
    """Colour and nothing else: fourteen pixels of the picture, drawn softly."""
    from PIL import Image

    few = image.resize(fitted(*image.size, VEIL_PX), Image.Resampling.BOX)
    scale = VEIL_SIZE_PX / max(few.size)
    return few.resize(scaled(*few.size, scale), Image.Resampling.BICUBIC)


def nearest_colour(red: float, green: float, blue: float) -> int:
    """The index in ``PALETTE`` of the colour that looks closest (weighted as the eye weighs red, green and blue)."""
    distances = [2 * (red - r) ** 2 + 4 * (green - g) ** 2 + 3 * (blue - b) ** 2 for r, g, b in PALETTE]
    return distances.index(min(distances))


def _save(image: Image.Image, out_dir: Path, stem: str, form: str, avif_quality: int = 0) -> Rendition:
    from io import BytesIO

    name, data = f"{stem}.{'jpg' if form == 'jpeg' else form}", BytesIO()
    final, draft = out_dir / name, out_dir / f"{name}.{os.getpid()}.new"
    try:
        if form == "avif":
            image.save(data, "AVIF", quality=avif_quality, speed=AVIF_SPEED, subsampling="4:4:4", max_threads=1)
        else:
            image.save(data, "JPEG", quality=JPEG_QUALITY, subsampling=0)
        # Pillow takes a file cut short by a full disk for written; without fsync, for a copy can always be made again
        size_bytes = draft.write_bytes(data.getbuffer())
        draft.replace(final)
    finally:
        draft.unlink(missing_ok=True)
    return Rendition(f"i/{name}", *image.size, form, size_bytes)
