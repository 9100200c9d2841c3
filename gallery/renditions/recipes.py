"""How copies are made: sizes, qualities, and who decides how much of a picture is shown.

Sizes follow the page: rows of a list are a fixed height, so 320 and 640 are heights; the largest copy is what the
work page and the viewer show, so it fits into a square. Qualities and formats were chosen by measuring line art:
4:2:0 bleeds colour over thin lines, so every copy is 4:4:4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from gallery.domain import Account, Consent, Copies, RenditionSet, SiteSettings

CODE_VERSION = 4  # part of every name: raise it when the same recipe would give other bytes
ROW_HEIGHTS = (320, 640)
LARGEST = {Copies.FULL: (1600, 60), Copies.LEAN: (1200, 50)}  # profile → side of the square in px, AVIF quality
ROW_QUALITIES = {320: 56, 640: 60}  # AVIF, by height; a first screen of dense paintings must stay below 170 KB
AVIF_SPEED = 8
JPEG_QUALITY = 78
JPEG_HEIGHTS = (320,)  # browsers without AVIF are few; one size serves them
NARROWEST, WIDEST = 0.5, 2.0  # the aspect ratios that a list shows; beyond them a tile shows the middle
FACE_PX = 160  # side of an avatar's copy: pages show it at 56 to 80 CSS px, sharp on screens of double density
FACE_QUALITY = 60  # AVIF
LONGEST_PX = 1280  # row copies alone are never longer than this, however thin: as long as the widest that a list shows
_NO_COPIES = (Copies.LINKS, Copies.HOTLINK)
GENEROSITY = (*_NO_COPIES, Copies.THUMBS, Copies.LEAN, Copies.FULL)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the copies of one picture are made; equal recipes give equal bytes."""

    row_heights: tuple[int, ...]
    largest_px: int  # side of the square that the largest copy fits into; 0 for none
    largest_quality: int
    formats: tuple[str, ...]
    veiled: bool

    @property
    def id(self) -> str:
        """Sixteen hex digits that change whenever the bytes would."""
        return _recipe_id(self)


@cache
def _recipe_id(how: Recipe) -> str:
    return sha256(repr((CODE_VERSION, *astuple(how))).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class FaceRecipe:
    """How the copies of an avatar are made: a square from its middle."""

    side_px: int
    formats: tuple[str, ...]

    @property
    def id(self) -> str:
        """Sixteen hex digits that change whenever the bytes would."""
        return sha256(repr((CODE_VERSION, "face", *astuple(self))).encode()).hexdigest()[:16]


def face_recipe(settings: SiteSettings) -> FaceRecipe:
    """What to make of an avatar."""
    return FaceRecipe(FACE_PX, settings.formats)


def allowance(settings: SiteSettings, account: Account) -> Copies:
    """How much of this account's pictures the site may show: without consent never more than with it."""
    if account.consent is not Consent.NONE:
        return settings.copies
    return min(settings.copies, settings.copies_without_consent, key=GENEROSITY.index)


def recipe(settings: SiteSettings, account: Account, sensitive: bool) -> Recipe:
    """What to make of a picture of ``account``; ``sensitive`` adds the veil.

    Without work pages nothing shows more than the rows of lists, nor anything but the veil of a sensitive picture.
    """
    return _recipe(allowance(settings, account), settings.formats, sensitive, settings.work_pages)


@cache
def _recipe(copies: Copies, formats: tuple[str, ...], sensitive: bool, work_pages: bool) -> Recipe:
    if copies in _NO_COPIES:
        return Recipe((), 0, 0, (), veiled=False)
    largest_px, quality = LARGEST.get(copies, (0, 0)) if work_pages else (0, 0)
    return Recipe(ROW_HEIGHTS if work_pages or not sensitive else (), largest_px, quality, formats, sensitive)


def planned_sizes(width: int, height: int, how: Recipe) -> list[tuple[int, tuple[int, int]]]:
    """(target, (width, height)) of each copy in px, smallest first; never larger than the original, none twice."""
    sizes: list[tuple[int, tuple[int, int]]] = []
    ratio, longest_px = width / height, how.largest_px or LONGEST_PX
    for row in how.row_heights:
        shown_width = row * min(max(ratio, NARROWEST), WIDEST)
        scale = max(shown_width / width, row / height)
        scale = min(scale, 1.0, longest_px / max(width, height))
        sizes.append((row, scaled(width, height, scale)))
    if how.largest_px:
        sizes.append((how.largest_px, fitted(width, height, how.largest_px)))
    kept: list[tuple[int, tuple[int, int]]] = []
    for target, size in sizes:
        if not kept or size[0] > kept[-1][1][0] or size[1] > kept[-1][1][1]:
            kept.append((target, size))
    return kept


def fitted(width: int, height: int, side: int) -> tuple[int, int]:
    """The size in px that fits a square of ``side`` without enlarging."""
    return scaled(width, height, min(1.0, side / max(width, height)))


def scaled(width: int, height: int, scale: float) -> tuple[int, int]:
    """A size in px made smaller, but never to nothing."""
    return max(1, round(width * scale)), max(1, round(height * scale))


def names_of(sets: Iterable[RenditionSet]) -> set[str]:
    """The file names in ``.gallery/renditions/`` that these sets still need."""
    return {copy.name for each in sets for copy in each.files}


class Weight(NamedTuple):
    """What copies take of a site."""

    files: int
    size_bytes: int


def estimate(sets: Iterable[RenditionSet], copies: Copies) -> Weight:
    """About what these pictures would take under another, smaller profile; a file that two of them share counts once.

    The row copies are the same in every profile; a largest copy that would be made smaller is reckoned by its area.
    """
    if copies in _NO_COPIES:
        return Weight(0, 0)
    side, _ = LARGEST.get(copies, (0, 0))
    sizes: dict[str, int] = {}
    for each in sets:
        if each.veil:
            sizes[each.veil.path] = each.veil.size_bytes
        for copy in each.copies:
            target = int(copy.path.rpartition("-")[2].partition(".")[0])
            if target in ROW_HEIGHTS:
                sizes[copy.path] = copy.size_bytes
            elif side:
                sizes[copy.path] = round(copy.size_bytes * min(1.0, side / max(copy.width_px, copy.height_px)) ** 2)
    return Weight(len(sizes), sum(sizes.values()))
