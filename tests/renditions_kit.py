"""What the tests of copies share: a picture of four colours, how it is copied, and a look at a copy."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from PIL import Image

from gallery.domain import Account, Artist, Consent, Copies, RenditionSet, SiteSettings
from gallery.renditions import Recipe, make_one, recipe

ARTIST = Artist("aoi", "Aoi")
OWN = Account("folder", "aoi", ARTIST, Consent.OWN)
STRANGER = Account("bluesky", "aoi.example.com", ARTIST, Consent.NONE)
JPEG_ONLY = recipe(SiteSettings(copies=Copies.THUMBS, formats=("jpeg",)), OWN, sensitive=False)
RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 180, 60), (40, 60, 220), (255, 255, 255)


def copies_of(path: Path, tmp_path: Path, how: Recipe = JPEG_ONLY) -> RenditionSet:
    return make_one(sha256(path.read_bytes()).hexdigest(), path, how, tmp_path / "out")


def open_copy(made: RenditionSet, tmp_path: Path, place: int = 0) -> Image.Image:
    with Image.open(tmp_path / "out" / Path(made.copies[place].path).name) as copy:
        copy.load()
        return copy


def is_near(pixel: object, colour: tuple[int, ...], within: int = 14) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= within for a, b in zip(pixel, colour, strict=True))


def quarters(mode: str = "RGB") -> Image.Image:
    """Red, green, blue and white quarters, 80 × 60."""
    image = Image.new("RGB", (80, 60), WHITE)
    image.paste(RED, (0, 0, 40, 30))
    image.paste(GREEN, (40, 0, 80, 30))
    image.paste(BLUE, (0, 30, 40, 60))
    return image.convert(mode)
