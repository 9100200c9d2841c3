"""Variations of training pictures: what cameras, scanners, networks and editors do to them.

`augment` does not look at the label. Paper grain, lamp shading, perspective, a screen's raster and sensor noise come
over photos and drawings alike, so that the network learns to look past them: a painting photographed on a desk or off a
screen stays a drawing, a smoothed and sharpened photo stays a photo. `restyle` is for drawings only and makes kinds of
them that the corpus has few of: pixel art and posters with a title. `recolour` gives a picture the colours of another,
whatever the two are: neon makes no drawing, and brown varnish no photo.
"""

from __future__ import annotations

import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageStat

Pixels = NDArray[np.uint8]  # height × width × 3
Floats = NDArray[np.float32]

_FILTERS = (
    Image.Resampling.BILINEAR,
    Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
    Image.Resampling.HAMMING,
)
_LETTERS = "ABCDEFGHIJKLMNOPRSTUVWYabcdefghilmnorstu   0123456789"
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def augment(pixels: Pixels, side: int, rng: np.random.Generator) -> Pixels:
    """One variation of a picture: uint8, side × side × 3."""
    image = Image.fromarray(pixels)
    if rng.random() < 0.15:
        image = _encoded(image, int(rng.integers(35, 90)), rng)
    if rng.random() < 0.2:  # it once was smaller
        scale = rng.uniform(0.4, 0.9)
        size = max(48, int(image.width * scale)), max(48, int(image.height * scale))
        image = image.resize(size, _FILTERS[rng.integers(4)])
    box = _crop(image.size, rng)
    if rng.random() < 0.22:
        image = _held_by_hand(image, box, side, rng)
    else:
        image = image.resize((side, side), _FILTERS[rng.integers(4)], box=box)
    if rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    image = _edited(image, rng)
    light = np.asarray(image).astype(np.float32) / np.float32(255)
    light = _coloured(_exposed(_lit(light, rng), rng), rng)
    if rng.random() < 0.06:
        light = _off_a_screen(light, rng)
    if rng.random() < 0.18:  # sensor noise, coloured or grey
        grain: Floats = rng.standard_normal((side, side, 3 if rng.random() < 0.6 else 1), dtype=np.float32)
        light = light + grain * np.float32(rng.uniform(0.01, 0.06))
    result = (np.clip(light, 0, 1) * 255 + 0.5).astype(np.uint8)
    if rng.random() < 0.35:
        result = np.asarray(_encoded(Image.fromarray(result), int(rng.integers(40, 95)), rng))
    return result


def restyle(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """A drawing, sometimes made into pixel art or given a title like a poster; uint8, the size it came in."""
    chance = rng.random()
    if chance < 0.10:
        return np.asarray(_pixelated(Image.fromarray(pixels), rng))
    if chance < 0.16:
        return np.asarray(_titled(Image.fromarray(pixels), rng))
    return pixels


def recolour(pixels: Pixels, palette: Pixels, rng: np.random.Generator) -> Pixels:
    """The picture with light and colours spread, more or less, like those of another; uint8, the size it came in.

    Reinhard et al., "Color transfer between images", 2001, in YCbCr.
    """
    image = Image.fromarray(pixels).convert("YCbCr")
    mine, theirs = ImageStat.Stat(image), ImageStat.Stat(Image.fromarray(palette).convert("YCbCr"))
    much = rng.uniform(0.5, 1)
    levels, tables = np.arange(256), []
    for mean, spread, to_mean, to_spread in zip(mine.mean, mine.stddev, theirs.mean, theirs.stddev, strict=True):
        gain = np.clip((to_spread + 2) / (spread + 2), 0.4, 2.5) ** much
        tables.append((levels - mean) * gain + mean + (to_mean - mean) * much)
    table = np.clip(np.concatenate(tables), 0, 255).astype(int).tolist()
    return np.asarray(image.point(table).convert("RGB"))


def _pixelated(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    scale = rng.uniform(50, 170) / max(image.size)
    small = image.resize((max(8, int(image.width * scale)), max(8, int(image.height * scale))), Image.Resampling.BOX)
    dither = Image.Dither.FLOYDSTEINBERG if rng.random() < 0.3 else Image.Dither.NONE
    few = small.quantize(int(rng.integers(8, 49)), Image.Quantize.MEDIANCUT, dither=dither)
    return few.convert("RGB").resize(image.size, Image.Resampling.NEAREST)


def _titled(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    draw = ImageDraw.Draw(image)
    band = image.height * rng.uniform(0.08, 0.2)
    top = 0.0 if rng.random() < 0.4 else image.height - band
    colour = tuple(int(value) for value in rng.integers(0, 256, 3))
    if rng.random() < 0.6:  # a colour of the drawing's own
        x, y = int(rng.integers(image.width)), int(rng.integers(image.height))
        colour = tuple(int(value) for value in np.asarray(image)[y, x])
    if rng.random() < 0.7:
        draw.rectangle((0, top, image.width, top + band), colour)
    ink = (250, 245, 235) if sum(colour) < 380 else (25, 20, 30)
    letters = "".join(_LETTERS[index] for index in rng.integers(0, len(_LETTERS), int(rng.integers(4, 18))))
    font = ImageFont.load_default(max(8, band * 0.6))
    draw.text((image.width * rng.uniform(0.03, 0.3), top + band * 0.15), letters, fill=ink, font=font)
    return image


def _encoded(image: Image.Image, quality: int, rng: np.random.Generator) -> Image.Image:
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=quality, subsampling=int(rng.choice([0, 2])))
    return Image.open(packed).convert("RGB")


def _crop(size: tuple[int, int], rng: np.random.Generator) -> tuple[float, float, float, float]:
    """Mostly a part at about the scale at which whole pictures are scored later, sometimes all of it."""
    width, height = size
    if rng.random() < 0.15:
        limit = rng.uniform(1.2, 2.0)
        w, h = min(width, height * limit), min(height, width * limit)
    else:
        area = rng.uniform(0.12, 0.8) * width * height
        aspect = math.exp(rng.uniform(-0.35, 0.35)) * min(max(width / height, 0.7), 1.4)
        w = min(width, math.sqrt(area * aspect))
        h = min(height, area / w)
    x, y = rng.uniform(0, width - w), rng.uniform(0, height - h)
    return x, y, x + w, y + h


def _held_by_hand(
    image: Image.Image, box: tuple[float, float, float, float], side: int, rng: np.random.Generator
) -> Image.Image:
    """Seen askew, half of the time with some of the table around it."""
    left, top, right, bottom = box
    around = rng.uniform(0, 0.10) if rng.random() < 0.5 else 0.0
    turn = rng.normal(0, 0.08)
    cos, sin = math.cos(turn), math.sin(turn)
    corners = []
    for u, v in ((0, 0), (1, 0), (1, 1), (0, 1)):
        p, q = u - 0.5 + rng.uniform(-0.09, 0.09), v - 0.5 + rng.uniform(-0.09, 0.09)
        p, q = (cos * p - sin * q) * (1 + 2 * around), (sin * p + cos * q) * (1 + 2 * around)
        x, y = left + (p + 0.5) * (right - left), top + (q + 0.5) * (bottom - top)
        if not around:
            x, y = min(max(x, 0), image.width), min(max(y, 0), image.height)
        corners.append((x, y))
    grey = np.full(3, rng.integers(150, 256)) + rng.integers(-12, 12, 3)
    table = rng.integers(0, 256, 3) if rng.random() < 0.5 else np.clip(grey, 0, 255)
    shrink = math.sqrt((right - left) * (bottom - top)) / side
    if shrink > 1.5:
        image = image.filter(ImageFilter.GaussianBlur(0.35 * shrink))
    return image.transform(
        (side, side),
        Image.Transform.PERSPECTIVE,
        _perspective(side, corners),
        Image.Resampling.BICUBIC,
        fillcolor=tuple(int(value) for value in table),
    )


def _perspective(side: int, corners: list[tuple[float, float]]) -> tuple[float, ...]:
    """Pillow's eight coefficients that map the square's corners to ``corners``."""
    rows, values = [], []
    for (x, y), (u, v) in zip(((0, 0), (side, 0), (side, side), (0, side)), corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return tuple(float(value) for value in np.linalg.lstsq(np.array(rows, float), np.array(values), rcond=None)[0])


def _edited(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Out of focus, sharpened, with local contrast (the look of HDR), or denoised."""
    chance = rng.random()
    if chance < 0.10:
        return image.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 1.5)))
    if chance < 0.18:
        return image.filter(ImageFilter.UnsharpMask(rng.uniform(0.8, 2.0), int(rng.integers(50, 160)), 0))
    if chance < 0.23:
        return image.filter(ImageFilter.UnsharpMask(rng.uniform(6, 20), int(rng.integers(25, 70)), 0))
    if chance < 0.27:
        return image.filter(ImageFilter.MedianFilter(3))
    return image


def _lit(light: Floats, rng: np.random.Generator) -> Floats:
    """Lamp or window light, vignette, paper or canvas grain."""
    side = light.shape[0]
    if rng.random() < 0.2:
        light = light * (1 + _field(rng.uniform(0.05, 0.25) * rng.standard_normal((3, 3)), side))[..., None]
    if rng.random() < 0.12:
        ramp = np.linspace(-1, 1, side, dtype=np.float32)
        depth = np.float32(rng.uniform(0.05, 0.25))
        light = light * (1 - depth * (ramp[:, None] ** 2 + ramp[None] ** 2))[..., None]
    if rng.random() < 0.12:
        grain = rng.standard_normal((int(side / rng.uniform(1, 3)), int(side / rng.uniform(1, 3))))
        light = light * (1 + _field(rng.uniform(0.01, 0.07) * grain, side))[..., None]
    return light


def _off_a_screen(light: Floats, rng: np.random.Generator) -> Floats:
    """Photographed off a screen: its raster, the coloured fringes where that and the sensor's beat, its glow and glare.

    Each colour's pixels lie a third of a pixel beside the next one's, so their fringes lie beside each other, too.
    """
    side = light.shape[0]
    across = np.linspace(0, 1, side, dtype=np.float32)
    bent = _field(rng.uniform(0, 0.15) * rng.standard_normal((3, 3)), side)  # screens and lenses are not quite flat
    for cycles, depth in (
        (rng.uniform(3, 24), rng.uniform(0.02, 0.14)),
        (side / rng.uniform(2.2, 5), rng.uniform(0, 0.1)),
    ):
        turn = rng.uniform(0, math.pi)
        along = math.cos(turn) * across[None] + math.sin(turn) * across[:, None] + bent
        phases = np.float32(2 * math.pi) * (np.float32(cycles) * along[..., None] + np.arange(3, dtype=np.float32) / 3)
        light = light * (1 + np.float32(depth) * np.cos(phases))
    glow = np.float32(rng.uniform(0, 0.08))
    glare = np.clip(_field(rng.uniform(0, 0.2) * rng.standard_normal((3, 3)), side), 0, 1)[..., None]
    cast = np.array([rng.uniform(0.88, 1), 1, rng.uniform(1, 1.12)], np.float32)
    lit: Floats = (glow + (1 - glow) * light) * cast + glare
    return lit


def _field(values: NDArray[np.float64], side: int) -> Floats:
    image = Image.fromarray(values.astype(np.float32))
    return np.asarray(image.resize((side, side), Image.Resampling.BICUBIC))


def _exposed(light: Floats, rng: np.random.Generator) -> Floats:
    """Gamma, contrast, brightness and white balance."""
    if rng.random() >= 0.6:
        return light
    light = np.clip(light, 0, 1) ** np.float32(math.exp(rng.normal(0, 0.25)))
    mean = light.mean(dtype=np.float32)
    contrast, shift = np.float32(math.exp(rng.normal(0, 0.22))), np.float32(rng.normal(0, 0.06))
    light = (light - mean) * contrast + mean + shift
    return light * np.exp(rng.normal(0, 0.06, 3)).astype(np.float32)


def _coloured(light: Floats, rng: np.random.Generator) -> Floats:
    """Grey, sepia, more or less saturated, or with channels that run into each other."""
    grey: Floats = (light @ _LUMA).astype(np.float32)[..., None]
    chance = rng.random()
    if chance < 0.16:
        light = np.repeat(grey, 3, 2)
        if rng.random() < 0.3:
            light = light * np.array([1.07, 1.0, 0.86], np.float32) * np.float32(rng.uniform(0.9, 1.05))
    elif chance < 0.6:
        gain = np.float32(math.exp(rng.normal(0, 0.35)))
        light = grey + (light - grey) * gain
    elif chance < 0.68:
        mix = np.eye(3) + rng.normal(0, 0.09, (3, 3))
        light = np.matmul(light, mix / mix.sum(axis=1, keepdims=True)).astype(np.float32)
    return light
