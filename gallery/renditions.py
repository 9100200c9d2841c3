"""Pictures → resized copies without metadata, a colour that stands in while they load, a veil where one is asked for.

Sizes follow the page: rows of a list are a fixed height, so 320 and 640 are heights; the largest copy is what the
work page and the viewer show, so it fits into a square. Copies are named by what they were made of and how, so a
name never changes its meaning and a browser may keep it for ever. Qualities and formats were chosen by measuring
line art: 4:2:0 bleeds colour over thin lines, so every copy is 4:4:4.
"""

from __future__ import annotations

import errno
import os
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import astuple, dataclass
from functools import cache, lru_cache
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from gallery.domain import Account, Consent, Copies, Rendition, RenditionSet, SiteSettings
from gallery.errors import PictureError, StoreError

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageCms import ImageCmsTransform

CODE_VERSION = 1  # part of every name: raise it when the same recipe would give other bytes
ROW_HEIGHTS = (320, 640)
LARGEST = {Copies.FULL: (1600, 60), Copies.LEAN: (1200, 50)}  # profile → side of the square in px, AVIF quality
ROW_QUALITY = 60
AVIF_SPEED = 8
JPEG_QUALITY = 78
JPEG_HEIGHTS = (320,)  # browsers without AVIF are few; one size serves them
NARROWEST, WIDEST = 0.5, 2.0  # the aspect ratios that a list shows; beyond them a tile shows the middle
LONGEST_PX = 1600  # previews are never longer than this, however thin
VEIL_PX = 14  # all that a veil knows of the picture
VEIL_SIZE_PX = 56  # drawn larger, so that browsers have no steps to show
PAPER = (255, 255, 255)

DISK_TROUBLE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)  # nobody's picture is to blame for these

GENEROSITY = (Copies.LINKS, Copies.HOTLINK, Copies.THUMBS, Copies.LEAN, Copies.FULL)


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


def allowance(settings: SiteSettings, account: Account) -> Copies:
    """How much of this account's pictures the site may show: without consent never more than with it."""
    if account.consent is not Consent.NONE:
        return settings.copies
    return min(settings.copies, settings.copies_without_consent, key=GENEROSITY.index)


def recipe(settings: SiteSettings, account: Account, sensitive: bool) -> Recipe:
    """What to make of a picture of ``account``; ``sensitive`` adds the veil."""
    return _recipe(allowance(settings, account), settings.formats, sensitive)


@cache
def _recipe(copies: Copies, formats: tuple[str, ...], sensitive: bool) -> Recipe:
    if GENEROSITY.index(copies) < GENEROSITY.index(Copies.THUMBS):
        return Recipe((), 0, 0, (), veiled=False)
    largest_px, quality = LARGEST.get(copies, (0, 0))
    return Recipe(ROW_HEIGHTS, largest_px, quality, formats, sensitive)


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


# --- many pictures, several processes --------------------------------------------------------------------------------

Task = tuple[str, Path, Recipe]  # sha256, the stored file, what to make of it
OnDone = Callable[[str, RenditionSet | PictureError], None]


def make_renditions(todo: Sequence[Task], out_dir: Path, jobs: int, on_done: OnDone) -> None:
    """Make the copies of every picture in ``todo`` and report each one, in no particular order.

    ``on_done`` is called in this process, once a picture, with its set or with the reason why there is none. A
    picture that brings a worker down is tried once more alone, so that nobody else is blamed for it.

    Raises:
        StoreError: the disk is full or cannot be written.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    queue = deque(todo)
    workers = 1 if len(todo) < 2 * jobs else jobs
    while queue:
        # forked workers would inherit the locks of other threads
        pool: Executor = (
            ThreadPoolExecutor(1) if workers == 1 else ProcessPoolExecutor(workers, get_context("spawn"), _quiet)
        )
        for suspect in _run(pool, queue, out_dir, 3 * workers, on_done):
            with ProcessPoolExecutor(1, get_context("spawn"), _quiet) as cell:
                _report(suspect, cell.submit(make_one, *suspect, out_dir), on_done)


def _run(pool: Executor, queue: deque[Task], out_dir: Path, window: int, on_done: OnDone) -> list[Task]:
    """Empty ``queue`` through ``pool``; when a worker dies, stop and return the tasks it may have died of."""
    running: dict[Future[RenditionSet], Task] = {}
    try:
        while queue or running:
            while queue and len(running) < window:
                task = queue.popleft()
                running[pool.submit(make_one, *task, out_dir)] = task
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                if isinstance(future.exception(), BrokenProcessPool):
                    return list(running.values())
                _report(running.pop(future), future, on_done)
    except BrokenProcessPool:  # found out while submitting
        return [task, *running.values()]
    finally:
        pool.shutdown(cancel_futures=True)
    return []


def _report(task: Task, future: Future[RenditionSet], on_done: OnDone) -> None:
    digest, path, _ = task
    error = future.exception()
    if error is None:
        on_done(digest, future.result())
    elif isinstance(error, PictureError):
        on_done(digest, error)
    elif isinstance(error, BrokenProcessPool):
        on_done(digest, PictureError(f"{path}: the decoder crashed on this picture; nothing was made of it"))
    elif isinstance(error, OSError) and error.errno in DISK_TROUBLE:
        raise StoreError(f"copies of pictures cannot be written: {error}; make room and build again") from error
    else:
        reason = str(error) or "no reason given"
        on_done(digest, PictureError(f"{path}: cannot be read as a picture: {type(error).__name__}: {reason}"))


def _quiet() -> None:
    import signal

    # Ctrl-C is the parent's to handle; a worker that also printed a traceback would only hide its message
    signal.signal(signal.SIGINT, signal.SIG_IGN)


# --- one picture -----------------------------------------------------------------------------------------------------


def make_one(digest: str, path: Path, how: Recipe, out_dir: Path) -> RenditionSet:
    """Write all copies of the picture at ``path`` into ``out_dir``.

    Raises:
        PictureError: the picture is larger than we decode.
        OSError, ValueError, …: whatever the decoder says about a broken file; ``make_renditions`` puts it into words.
    """
    from PIL import Image, ImageOps

    notes: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # remarks on untidy EXIF and the like, which we drop anyway
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            opened = Image.open(path)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
            raise PictureError(f"{path}: more pixels than we decode: {error}") from error
        with opened as source:
            turned = source.getexif().get(0x0112, 1) in (5, 6, 7, 8)
            upright = source.size[::-1] if turned else source.size
            sizes = planned_sizes(*upright, how)
            biggest = sizes[-1][1] if sizes else fitted(*upright, VEIL_SIZE_PX)
            source.draft(None, biggest[::-1] if turned else biggest)
            image = to_srgb(source, notes)
            image = image.resize(biggest[::-1] if turned else biggest, Image.Resampling.LANCZOS, reducing_gap=2.0)
            image.getexif()[0x0112] = source.getexif().get(0x0112, 1)
            image = ImageOps.exif_transpose(image)
    image.info.clear()

    stem = sha256(f"{digest} {how.id}".encode()).hexdigest()[:16]
    copies: list[Rendition] = []
    for target, size in reversed(sizes):
        if image.size != size:
            image = image.resize(size, Image.Resampling.LANCZOS)
        for form in how.formats:
            if form == "jpeg" and "avif" in how.formats and target not in JPEG_HEIGHTS:
                continue
            quality = how.largest_quality if target == how.largest_px else ROW_QUALITY
            copies.append(_save(image, out_dir, f"{stem}-{target}", form, quality))
    # the veil has a name of its own: from it nobody can guess where the picture lies
    behind = sha256(f"{digest} {how.id} veil".encode()).hexdigest()[:16]
    veil = _save(veiled(image), out_dir, f"{behind}-veil", "jpeg", ROW_QUALITY) if how.veiled else None
    pixel = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    colour = nearest_colour(*pixel) if isinstance(pixel, tuple) else 0
    return RenditionSet(digest, *upright, tuple(reversed(copies)), colour, veil, tuple(notes))


def planned_sizes(width: int, height: int, how: Recipe) -> list[tuple[int, tuple[int, int]]]:
    """(target, (width, height)) of each copy in px, smallest first; never larger than the original, none twice."""
    sizes: list[tuple[int, tuple[int, int]]] = []
    ratio = width / height
    for row in how.row_heights:
        shown_width = row * min(max(ratio, NARROWEST), WIDEST)
        scale = max(shown_width / width, row / height)
        scale = min(scale, 1.0, LONGEST_PX / max(width, height))
        sizes.append((row, _scaled(width, height, scale)))
    if how.largest_px:
        sizes.append((how.largest_px, fitted(width, height, how.largest_px)))
    kept: list[tuple[int, tuple[int, int]]] = []
    for target, size in sizes:
        if not kept or size[0] > kept[-1][1][0] or size[1] > kept[-1][1][1]:
            kept.append((target, size))
    return kept


def fitted(width: int, height: int, side: int) -> tuple[int, int]:
    """The size in px that fits a square of ``side`` without enlarging."""
    return _scaled(width, height, min(1.0, side / max(width, height)))


def _scaled(width: int, height: int, scale: float) -> tuple[int, int]:
    return max(1, round(width * scale)), max(1, round(height * scale))


def to_srgb(image: Image.Image, notes: list[str]) -> Image.Image:
    """The first frame in 8-bit sRGB on white paper; what had to be ignored is added to ``notes``."""
    from PIL import Image, ImageCms

    image.seek(0)
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I;16") or image.mode == "I":
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("P", "PA", "LA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            transform = _transform(profile, "RGB" if alpha else image.mode)
            if transform is not None:
                colours = image.convert("RGB") if alpha else image
                image = ImageCms.applyTransform(colours, transform) or colours
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
            notes.append(f"colour profile ignored: {error}")
    image = image if image.mode == "RGB" else image.convert("RGB")
    if alpha is not None:
        paper = Image.new("RGB", image.size, PAPER)
        paper.paste(image, mask=alpha)
        return paper
    return image


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCmsTransform | None:
    """From an embedded profile to sRGB; None when the profile is sRGB already."""
    from io import BytesIO

    from PIL import ImageCms

    opened = ImageCms.getOpenProfile(BytesIO(profile))
    if mode != "CMYK" and "srgb" in ImageCms.getProfileDescription(opened).lower():
        return None
    return ImageCms.buildTransform(opened, ImageCms.createProfile("sRGB"), mode, "RGB")


def veiled(image: Image.Image) -> Image.Image:
    """Colour and nothing else: fourteen pixels of the picture, drawn softly."""
    from PIL import Image

    few = image.resize(fitted(*image.size, VEIL_PX), Image.Resampling.BOX)
    scale = VEIL_SIZE_PX / max(few.size)
    return few.resize(_scaled(*few.size, scale), Image.Resampling.BICUBIC)


def nearest_colour(red: float, green: float, blue: float) -> int:
    """The index in ``PALETTE`` of the colour that looks closest (weighted as the eye weighs red, green and blue)."""
    distances = [2 * (red - r) ** 2 + 4 * (green - g) ** 2 + 3 * (blue - b) ** 2 for r, g, b in PALETTE]
    return distances.index(min(distances))


def _save(image: Image.Image, out_dir: Path, stem: str, form: str, quality: int) -> Rendition:
    name = f"{stem}.{'jpg' if form == 'jpeg' else form}"
    final, draft = out_dir / name, out_dir / f"{name}.{os.getpid()}.new"
    try:
        if form == "avif":
            image.save(draft, "AVIF", quality=quality, speed=AVIF_SPEED, subsampling="4:4:4", max_threads=1)
        else:
            image.save(draft, "JPEG", quality=JPEG_QUALITY, subsampling=0)
        size_bytes = draft.stat().st_size
        draft.replace(final)  # without fsync: a copy can always be made again
    finally:
        draft.unlink(missing_ok=True)
    return Rendition(f"i/{name}", *image.size, form, size_bytes)


def names_of(sets: Iterable[RenditionSet]) -> set[str]:
    """The file names in ``.gallery/renditions/`` that these sets still need."""
    return {
        copy.path.removeprefix("i/") for each in sets for copy in (*each.copies, *([each.veil] if each.veil else []))
    }


def estimate(sets: Iterable[RenditionSet], copies: Copies) -> int:
    """About how many bytes these pictures would take under another, smaller profile.

    The row copies are the same in every profile; a largest copy that would be made smaller is reckoned by its area.
    """
    side, _ = LARGEST.get(copies, (0, 0))
    total = 0
    for each in sets if GENEROSITY.index(copies) >= GENEROSITY.index(Copies.THUMBS) else ():
        total += each.veil.size_bytes if each.veil else 0
        for copy in each.copies:
            target = int(copy.path.rpartition("-")[2].partition(".")[0])
            if target in ROW_HEIGHTS:
                total += copy.size_bytes
            else:
                total += round(copy.size_bytes * min(1.0, side / max(copy.width_px, copy.height_px)) ** 2)
    return total
