"""Picture → working image → view → descriptor.

The *working image* is what every picture is brought to first: upright, RGB on white, at most twice as long as wide
(centre crop), its long side at most `WORK_PX`, never enlarged. The *view* is the working image resized to an area of
about `VIEW_PX` squared; the descriptor is computed from it. The network looks at the *network view*, which has been
once through JPEG before, as the pictures have from which it learned. A picture kept at 400 or at 2000 px, as JPEG or as
PNG, therefore gives nearly the same view, and nothing computed from it knows the size, the aspect ratio or the format
of the file.

`VIEW_VERSION` changes whenever any file makes another network view than before.

The *descriptor* is a vector of numbers in named groups (`DESCRIPTOR_GROUPS`), each a share, a mean or an entropy that
does not grow with the number of pixels. `DESCRIPTOR_VERSION` changes whenever any of this does.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from gallery.decoding import BROKEN, FORMATS, orientation_of, strips, turned
from gallery.errors import PictureError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    Pixels = NDArray[np.uint8]  # height × width × 3, RGB
    Plane = NDArray[np.float32]  # height × width
    Floats = NDArray[np.float32]

WORK_PX = 352  # long side of the working image, and of every picture in the corpora, which are …
WORK_QUALITY = 82  # … JPEG of this quality
VIEW_PX = 304  # square root of the view's area
VIEW_STEP_PX = 32  # the network halves five times
MAX_PIXELS = 120_000_000  # a decompression bomb is refused before it is decoded
_WORK_ASPECT = 2.0
_VIEW_ASPECT = 1.6
VIEW_VERSION = 3

DESCRIPTOR_VERSION = 1
DESCRIPTOR_GROUPS: dict[str, int] = {
    "tone": 12,  # luminance histogram (8), mean, spread, shares near black and near white
    "colour": 17,  # saturation histogram (6), mean, spread, hue histogram (8), colourfulness
    "palette": 6,  # how few colours cover the picture: shares of the 1, 4, 16, 64 commonest, number, entropy
    "flatness": 5,  # shares of pixels whose neighbours differ by at most 0, 1, 2, 4, 8 levels
    "edges": 10,  # histogram of gradient strength (8), sharpness against half the size, share in few strong edges
    "direction": 9,  # gradient orientation histogram (8) and its entropy
    "noise": 6,  # fine residual: mean, median, upper quantiles, in smooth parts, peakedness
    "texture": 20,  # rotation-invariant local binary patterns at two sizes
    "spectrum": 5,  # energy of five octaves
    "chroma": 5,  # spread of the colour differences, their edges against those of the luminance, channel agreement
    "layout": 8,  # border against centre: luminance, saturation, edges; evenness of the border
}
DESCRIPTOR_SIZE = sum(DESCRIPTOR_GROUPS.values())


def open_working_image(path: Path, short_px: int | None = None) -> Image.Image:
    """Decode a file to its working image; a JPEG is decoded at the smallest sufficient scale.

    With ``short_px`` nothing is cropped and the short side becomes at most that long: for models of others, which look
    at whole pictures, squashed to a square.

    Raises:
        PictureError: the file cannot be read, is no picture, is cut short, or has more than `MAX_PIXELS` pixels.
    """
    import warnings

    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit is ours, and refuses
            opened = Image.open(path, formats=FORMATS)
        with opened as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise PictureError(f"{path}: {width} × {height} pixels are more than the {MAX_PIXELS:,} allowed")
            _, scale = _frame(image.size, short_px)
            image.draft("RGB", (round(width * scale), round(height * scale)))
            return working_image(image, short_px)
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise PictureError(f"{path}: cannot be read as a picture ({error})") from error


def working_image(image: Image.Image, short_px: int | None = None) -> Image.Image:
    """The working image of a picture in any mode: 8-bit RGB, upright, long side at most `WORK_PX`.

    ``short_px`` is that of `open_working_image`.

    Transparent parts become white, 16-bit and float greys are brought to 8 bits. Raises `OSError` or `ValueError`
    where Pillow cannot decode the picture.
    """
    from PIL import Image

    width, height = image.size
    (crop_w, crop_h), scale = _frame(image.size, short_px)
    size = max(1, round(crop_w * scale)), max(1, round(crop_h * scale))
    flat = opaque(image)
    if size != flat.size:
        left, top = (width - crop_w) / 2, (height - crop_h) / 2
        box = (left, top, left + crop_w, top + crop_h)
        flat = flat.resize(size, Image.Resampling.HAMMING, box=box, reducing_gap=3.0)
    elif flat is image:
        flat = flat.copy()
    flat = upright(flat, image)
    flat.info = {}  # an orientation that was left in it would turn the picture again at the next look
    return flat


def _frame(size: tuple[int, int], short_px: int | None) -> tuple[tuple[float, float], float]:
    """How much of a picture becomes its working image, and at which scale."""
    width, height = size
    if short_px is not None:
        return (width, height), min(1.0, short_px / min(size))
    crop_w, crop_h = min(width, height * _WORK_ASPECT), min(height, width * _WORK_ASPECT)
    return (crop_w, crop_h), min(1.0, WORK_PX / max(crop_w, crop_h))


def upright(copy: Image.Image, original: Image.Image) -> Image.Image:
    """``copy`` turned as the metadata of the picture that it was made of ask for."""
    return turned(copy, orientation_of(original))


def opaque(image: Image.Image) -> Image.Image:
    """Any mode as 8-bit RGB, on white where it is transparent; the image itself where it is that already.

    Greys of 16 or 32 bits or floats are brought to 0…255 by the range that their values use. Raises `OSError` or
    `ValueError` where Pillow cannot decode the picture.
    """
    from PIL import Image

    if image.mode == "RGB" and "transparency" not in image.info:
        image.load()
        return image
    top = _top(image) if _is_deep(image) else 0.0
    flat = Image.new("RGB", image.size)
    for box in strips(image.size):
        strip = image.crop(box)
        flat.paste(_eight_bits(strip, top) if top else _on_white(strip), box)
    return flat


def view(image: Image.Image) -> Pixels:
    """A working image as the descriptor sees it: uint8, height × width × 3, sides multiples of `VIEW_STEP_PX`."""
    import numpy as np
    from PIL import Image

    width, height = image.size
    crop_w, crop_h = min(width, height * _VIEW_ASPECT), min(height, width * _VIEW_ASPECT)
    stretch = (crop_w / crop_h) ** 0.5
    size = _steps(VIEW_PX * stretch), _steps(VIEW_PX / stretch)
    left, top = (width - crop_w) / 2, (height - crop_h) / 2
    box = (left, top, left + crop_w, top + crop_h)
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC, box=box))


def network_view(image: Image.Image) -> Pixels:
    """A working image as the network sees it: `view` of it, with the traces of JPEG that all corpora have.

    Without them a clean picture looks strange to it, and like another one than the same picture as a small JPEG. What
    is kept like that already hardly changes.
    """
    from PIL import Image

    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=WORK_QUALITY)
    return view(Image.open(packed, formats=("JPEG",)))


def describe(pixels: Pixels) -> Floats:
    """The descriptor of a view: float32, `DESCRIPTOR_SIZE` numbers in the order of `DESCRIPTOR_GROUPS`."""
    import numpy as np

    planes = np.ascontiguousarray(pixels.transpose(2, 0, 1))
    rgb = planes.astype(np.float32)
    red, green, blue = rgb
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    high = np.maximum(np.maximum(red, green), blue)
    span = high - np.minimum(np.minimum(red, green), blue)
    saturation = span / np.maximum(high, 1.0)
    gx, gy = _differences(luma)
    strength = np.sqrt(gx * gx + gy * gy)
    values = np.concatenate(
        [
            _tone(luma),
            _colour(rgb, saturation, span),
            _palette(planes),
            _flatness(planes),
            _edges(luma, strength),
            _direction(gx, gy, strength),
            _noise(luma, strength),
            _texture(luma),
            _spectrum(luma),
            _chroma(rgb, luma, strength),
            _layout(luma, saturation, strength),
        ]
    )
    return values.astype(np.float32)


def _tone(luma: Plane) -> list[float]:
    import numpy as np

    shares = np.bincount((luma.ravel() / 32).astype(np.intp), minlength=8)[:8] / luma.size
    return [*shares, luma.mean() / 255, luma.std() / 128, (luma < 16).mean(), (luma > 247).mean()]


def _colour(rgb: Floats, saturation: Plane, span: Plane) -> list[float]:
    """Colourfulness is that of Hasler and Süsstrunk, "Measuring colourfulness in natural images", 2003."""
    import numpy as np

    bins = np.minimum((saturation.ravel() * 6).astype(np.intp), 5)
    shares = np.bincount(bins, minlength=6) / saturation.size
    red, green, blue = rgb
    alpha, beta = red - green, 0.5 * (red + green) - blue
    angle = np.arctan2(0.866 * (green - blue), red - 0.5 * (green + blue))
    octant = ((angle + np.pi) * (8 / (2 * np.pi))).astype(np.intp) % 8
    hues = np.bincount(octant.ravel(), weights=span.ravel(), minlength=8)
    spread = np.hypot(alpha.std(), beta.std()) + 0.3 * np.hypot(alpha.mean(), beta.mean())
    return [*shares, saturation.mean(), saturation.std(), *(hues / (hues.sum() + red.size)), spread / 100]


def _palette(planes: NDArray[np.uint8]) -> list[float]:
    import numpy as np

    red, green, blue = (planes >> 4).astype(np.uint16)
    counts = np.bincount(((red << 8) | (green << 4) | blue).ravel(), minlength=4096)
    shares = np.sort(counts)[::-1] / counts.sum()
    covered = np.cumsum(shares[:64])
    filled = shares[shares > 0]
    number = np.log2((shares > 0.0002).sum() + 1) / 12
    return [covered[0], covered[3], covered[15], covered[63], number, -(filled * np.log2(filled)).sum() / 12]


def _flatness(planes: NDArray[np.uint8]) -> list[float]:
    import numpy as np

    wide = planes.astype(np.int16)
    corner = wide[:, :-1, :-1]
    across = np.maximum(np.abs(wide[:, :-1, 1:] - corner), np.abs(wide[:, 1:, :-1] - corner))
    largest = np.maximum(np.maximum(across[0], across[1]), across[2])
    steps = np.bincount(largest.ravel(), minlength=256)
    return list(np.cumsum(steps)[[0, 1, 2, 4, 8]] / steps.sum())


def _edges(luma: Plane, strength: Plane) -> list[float]:
    import numpy as np

    levels = np.minimum(np.log2(strength.ravel() + 1).astype(np.intp), 7)
    shares = np.bincount(levels, minlength=8) / levels.size
    coarse = np.hypot(*_differences(_halved(luma)))
    tenth = np.partition(strength.ravel(), -(strength.size // 10))[-(strength.size // 10) :]
    return [*shares, strength.mean() / (coarse.mean() + 1), tenth.sum() / (strength.sum() + 1)]


def _direction(gx: Plane, gy: Plane, strength: Plane) -> list[float]:
    import numpy as np

    octant = ((np.arctan2(gy, gx) + np.pi) * (8 / np.pi)).astype(np.intp) % 8
    shares = np.bincount(octant.ravel(), weights=strength.ravel(), minlength=8) + 1
    shares = shares / shares.sum()
    return [*shares, -(shares * np.log2(shares)).sum() / 3]


def _noise(luma: Plane, strength: Plane) -> list[float]:
    """The residual is that of Immerkær, "Fast noise variance estimation", 1996."""
    import numpy as np

    rows = luma[:-2] - 2 * luma[1:-1] + luma[2:]
    residual = np.abs(rows[:, :-2] - 2 * rows[:, 1:-1] + rows[:, 2:]).ravel()
    ranks = [int(share * (residual.size - 1)) for share in (0.5, 0.75, 0.95)]
    middle, upper, top = np.partition(residual, ranks)[ranks]
    calm = residual[strength[:-1, :-1].ravel() < 6]
    calm_mean = calm.mean() if calm.size else middle
    mean = residual.mean()
    return [*(np.log1p((mean, middle, upper, top, calm_mean)) / 5), mean / (residual.std() + 0.1)]


def _texture(luma: Plane) -> list[float]:
    """Uniform patterns of Ojala, Pietikäinen and Mäenpää, "Multiresolution gray-scale and rotation invariant texture
    classification with local binary patterns", 2002, with a small threshold that ignores compression."""
    return [*_patterns(luma), *_patterns(_halved(luma))]


def _patterns(luma: Plane) -> NDArray[np.float64]:
    import numpy as np

    centre = luma[1:-1, 1:-1] + 2
    rows, columns = luma.shape
    ring = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))
    bits = [luma[y : rows - 2 + y, x : columns - 2 + x] > centre for y, x in ring]
    ones = np.zeros(centre.shape, np.uint8)
    changes = np.zeros(centre.shape, np.uint8)
    for bit, following in zip(bits, (*bits[1:], bits[0]), strict=True):
        ones += bit
        changes += bit != following
    ones[changes > 2] = 9
    return np.bincount(ones.ravel(), minlength=10) / ones.size


def _spectrum(luma: Plane) -> list[float]:
    import numpy as np

    energies = []
    for _ in range(5):
        smaller = _halved(luma)
        rows, columns = smaller.shape
        blocks = luma[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2)
        energies.append(np.log1p(np.abs(blocks - smaller[:, None, :, None]).mean()) / 4)
        luma = smaller
    return energies


def _chroma(rgb: Floats, luma: Plane, strength: Plane) -> list[float]:
    import numpy as np

    blueness, redness = rgb[2] - luma, rgb[0] - luma
    bx, by = _differences(blueness)
    rx, ry = _differences(redness)
    edges = np.sqrt(bx * bx + by * by + rx * rx + ry * ry)
    b, r, edge, light = (plane.ravel() - plane.mean() for plane in (blueness, redness, edges, strength))
    return [
        blueness.std() / 64,
        redness.std() / 64,
        np.log1p(edges.mean()) / 4,
        float(edge @ light) / (np.linalg.norm(edge) * np.linalg.norm(light) + luma.size),
        float(b @ r) / (np.linalg.norm(b) * np.linalg.norm(r) + luma.size),
    ]


def _layout(luma: Plane, saturation: Plane, strength: Plane) -> list[float]:
    import numpy as np

    rows, columns = luma.shape
    border = np.ones(luma.shape, dtype=bool)
    border[rows // 10 : rows - rows // 10, columns // 10 : columns - columns // 10] = False
    centre = np.s_[rows // 4 : rows - rows // 4, columns // 4 : columns - columns // 4]
    frame = luma[border]
    return [
        frame.mean() / 255,
        frame.std() / 128,
        (frame > 240).mean(),
        luma[centre].mean() / 255,
        saturation[border].mean(),
        saturation[centre].mean(),
        np.log1p(strength[border[:-1, :-1]].mean()) / 4,
        np.log1p(strength[centre].mean()) / 4,
    ]


def _differences(plane: Plane) -> tuple[Plane, Plane]:
    """Forward differences to the right and below, one row and one column smaller."""
    corner = plane[:-1, :-1]
    return plane[:-1, 1:] - corner, plane[1:, :-1] - corner


def _halved(plane: Plane) -> Plane:
    """Means of 2 × 2 blocks; an odd last row or column is left out."""
    even = plane[: plane.shape[0] // 2 * 2, : plane.shape[1] // 2 * 2]
    return 0.25 * (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2])


def _steps(length: float) -> int:
    return max(3, round(length / VIEW_STEP_PX)) * VIEW_STEP_PX


def _on_white(image: Image.Image) -> Image.Image:
    from PIL import Image

    if image.mode in ("RGBA", "RGBa", "LA", "La", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB")


def _is_deep(image: Image.Image) -> bool:
    return image.mode in ("I", "F") or image.mode.startswith("I;16")


def _top(image: Image.Image) -> float:
    """The value that becomes 255."""
    import numpy as np

    if image.mode.startswith("I;16"):
        return 65535.0
    highest = max(float(np.nan_to_num(np.asarray(image.crop(box))).max(initial=0)) for box in strips(image.size))
    usual = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
    return next((top for top in usual if highest <= top), max(highest, 1.0))


def _eight_bits(image: Image.Image, top: float) -> Image.Image:
    import numpy as np
    from PIL import Image

    values = np.nan_to_num(np.asarray(image, dtype=np.float64))
    return Image.fromarray(np.clip(values * (255 / top), 0, 255).astype(np.uint8)).convert("RGB")
