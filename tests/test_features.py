"""The working image, the view and the descriptor, on pictures whose answer is known by construction."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gallery.errors import PictureError
from gallery.features import (
    DESCRIPTOR_GROUPS,
    DESCRIPTOR_SIZE,
    VIEW_PX,
    WORK_PX,
    WORK_QUALITY,
    describe,
    network_view,
    open_working_image,
    view,
    working_image,
)

ROOT = Path(__file__).parent.parent


def flat_drawing(side: int = 600) -> Image.Image:
    """Three flat colours with hard black lines."""
    image = Image.new("RGB", (side, side), (250, 240, 220))
    draw = ImageDraw.Draw(image)
    width = max(2, side // 100)
    draw.ellipse((side * 0.2, side * 0.1, side * 0.8, side * 0.7), (220, 60, 60), (0, 0, 0), width)
    draw.rectangle((side * 0.1, side * 0.75, side * 0.9, side * 0.95), (40, 90, 200), (0, 0, 0), width)
    return image


def noisy_gradient(side: int = 600) -> Image.Image:
    """A slow gradient under sensor noise, as in a photo of a wall."""
    rng = np.random.default_rng(1)
    ramp = np.linspace(60, 200, side)[:, None, None] + np.linspace(0, 30, side)[None, :, None] + np.array([0, 8, -8])
    return Image.fromarray(np.clip(ramp + rng.normal(0, 14, (side, side, 3)), 0, 255).astype(np.uint8))


def group(name: str, image: Image.Image) -> np.ndarray:
    """One named group of a picture's descriptor."""
    start = 0
    for other, size in DESCRIPTOR_GROUPS.items():
        if other == name:
            return describe(view(working_image(image)))[start : start + size]
        start += size
    raise KeyError(name)


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """The mean difference of two views, in levels of 255."""
    return float(np.abs(one.astype(np.int16) - other).mean())


@pytest.mark.parametrize("make", [flat_drawing, noisy_gradient])
def test_a_clean_picture_and_its_small_jpeg_look_alike_to_the_network(make: Callable[[], Image.Image]) -> None:
    """A clean picture gets the traces of JPEG that the corpora have, and what has them hardly changes once more."""
    clean = working_image(make())
    packed = io.BytesIO()
    clean.save(packed, "JPEG", quality=WORK_QUALITY)
    kept = working_image(Image.open(packed))
    traces = apart(view(clean), view(kept))
    assert traces > 0.5
    assert apart(view(clean), network_view(clean)) == traces
    assert apart(view(kept), network_view(kept)) < traces / 3


def test_the_groups_make_up_the_descriptor() -> None:
    """The named groups add up to the vector, and every number of it is finite."""
    vector = describe(view(working_image(flat_drawing())))
    assert vector.shape == (DESCRIPTOR_SIZE,)
    assert vector.dtype == np.float32
    assert np.isfinite(vector).all()


def test_a_flat_drawing_has_few_colours_and_a_noisy_gradient_many() -> None:
    """Sixteen colours cover nearly all of a flat drawing; they do not cover a noisy gradient."""
    assert group("palette", flat_drawing())[2] > 0.95
    assert group("palette", noisy_gradient())[2] < group("palette", flat_drawing())[2]
    assert group("palette", noisy_gradient())[4] > group("palette", flat_drawing())[4]


def test_a_flat_drawing_is_flat_and_a_noisy_gradient_is_not() -> None:
    """Most neighbours in a flat drawing are equal; hardly any are under noise."""
    assert group("flatness", flat_drawing())[1] > 0.8
    assert group("flatness", noisy_gradient())[1] < 0.1


def test_noise_shows_in_the_residual() -> None:
    """The median fine residual of a flat drawing is nil, that of a noisy gradient is not."""
    assert group("noise", flat_drawing())[1] < 0.05
    assert group("noise", noisy_gradient())[1] > 0.2


def test_a_grey_picture_has_no_colour() -> None:
    """Saturation, colourfulness and the hue histogram of a grey picture are nil."""
    colour = group("colour", noisy_gradient().convert("L"))
    assert colour[0] == pytest.approx(1)
    assert colour[6:] == pytest.approx(0, abs=1e-5)


def test_stripes_show_their_direction() -> None:
    """Upright stripes put the gradient into the horizontal octants; a disc spreads it."""
    stripes = np.zeros((320, 320, 3), np.uint8)
    stripes[:, ::32] = stripes[:, 1::32] = stripes[:, 2::32] = 255
    assert group("direction", Image.fromarray(stripes))[8] < 0.6 < group("direction", flat_drawing())[8]


def test_tone_counts_the_light() -> None:
    """Half black, half white: half the pixels in the lowest eighth and half in the highest, the mean in the middle."""
    halves = Image.new("L", (320, 320), 0)
    halves.paste(255, (160, 0, 320, 320))
    tone = group("tone", halves)
    assert tone[[0, 7, 8, 10, 11]] == pytest.approx([0.5, 0.5, 0.5, 0.5, 0.5], abs=0.02)
    assert tone[1:7] == pytest.approx(0, abs=0.02)


def test_edges_are_few_and_strong_in_a_flat_drawing_and_everywhere_under_noise() -> None:
    """A tenth of the pixels holds nearly all of a flat drawing's gradient, and little of a noisy picture's."""
    flat, noisy = group("edges", flat_drawing()), group("edges", noisy_gradient())
    assert flat[0] > 0.8 > 0.2 > noisy[0]
    assert flat[9] > 0.9 > 0.5 > noisy[9]


def test_texture_of_a_plain_picture_is_one_pattern() -> None:
    """No neighbour of any pixel of a plain picture is brighter; under noise the patterns spread."""
    plain, noisy = group("texture", Image.new("RGB", (320, 320), (90, 90, 90))), group("texture", noisy_gradient())
    assert plain[[0, 10]] == pytest.approx([1, 1])
    assert noisy[0] < 0.5
    assert (noisy > 0.01).sum() > 10


def test_the_spectrum_tells_fine_from_coarse() -> None:
    """Stripes of a pixel lie in the first band, stripes of eight pixels in a later one, and a plain picture in none."""
    rows = np.arange(VIEW_PX)
    fine, coarse = (np.repeat(((rows // width) % 2 * 255)[:, None], VIEW_PX, 1).astype(np.uint8) for width in (1, 8))
    bands = [group("spectrum", Image.fromarray(each)) for each in (fine, coarse)]
    assert [int(band.argmax()) for band in bands] == [0, 3]
    assert group("spectrum", Image.new("L", (320, 320), 77)) == pytest.approx(0, abs=1e-6)


def test_chroma_is_that_of_colours_and_not_of_light() -> None:
    """A grey picture has none; where colour changes with light, both have their edges in the same places."""
    assert group("chroma", noisy_gradient().convert("L")) == pytest.approx(0, abs=1e-3)
    stripes = np.zeros((320, 320, 3), np.uint8)
    stripes[:, ::16] = stripes[:, 1::16] = (250, 40, 40)
    chroma = group("chroma", Image.fromarray(stripes))
    assert chroma[1] > 0.1
    assert chroma[3] > 0.9


def test_the_layout_tells_border_from_centre() -> None:
    """A coloured square on white paper: a white, calm border, and a darker, coloured centre."""
    sheet = Image.new("RGB", (320, 320), (255, 255, 255))
    sheet.paste((200, 30, 30), (80, 80, 240, 240))
    layout = group("layout", sheet)
    assert layout[[0, 1, 2, 4, 6]] == pytest.approx([1, 0, 1, 0, 0], abs=0.02)
    assert layout[3] < 0.5
    assert layout[5] > 0.7


@given(width=st.integers(1, 900), height=st.integers(1, 900))
@settings(max_examples=40, deadline=None)
def test_any_size_gives_a_sound_view(width: int, height: int) -> None:
    """Any size ends in a working image within its limits and a view that the network can halve five times."""
    image = working_image(Image.new("RGB", (width, height), (200, 10, 10)))
    assert max(image.size) <= min(WORK_PX, max(width, height))
    rows, columns, channels = view(image).shape
    assert (rows % 32, columns % 32, channels) == (0, 0, 3)
    assert 0.6 * VIEW_PX**2 < rows * columns < 1.5 * VIEW_PX**2
    assert np.isfinite(describe(view(image))).all()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "LAB", "HSV", "I", "F"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    """A picture in any of Pillow's modes becomes 8-bit RGB that looks like the picture."""
    source = flat_drawing(100)
    image = source.convert("L").convert(mode) if mode in ("LA", "I", "F") else source.convert(mode)
    result = working_image(image)
    assert (result.mode, result.size) == ("RGB", (100, 100))
    assert np.asarray(result)[3, 3].mean() > 200


def test_sixteen_bits_keep_their_range() -> None:
    """A 16-bit grey PNG is scaled to 8 bits, not cut off."""
    values = np.linspace(0, 65535, 64 * 64).reshape(64, 64).astype(np.uint16)
    packed = io.BytesIO()
    Image.fromarray(values).save(packed, "PNG")
    result = np.asarray(working_image(Image.open(packed)))
    assert result.max() >= 254
    assert 100 < result.mean() < 155


def test_transparent_parts_are_white() -> None:
    """What is transparent counts as white, also where a palette says so."""
    clear = Image.new("RGBA", (50, 50), (10, 10, 10, 0))
    assert (np.asarray(working_image(clear)) == 255).all()
    palette = Image.new("P", (50, 50), 0)
    palette.putpalette([10, 10, 10, 20, 20, 20])
    palette.info["transparency"] = 0
    assert (np.asarray(working_image(palette)) == 255).all()


def test_a_turned_photo_is_set_upright(tmp_path: Path) -> None:
    """The EXIF orientation is undone: what the camera held sideways comes out upright."""
    upright = Image.new("RGB", (80, 40), (255, 255, 255))
    upright.paste((200, 0, 0), (0, 0, 20, 20))
    for orientation, undo in ((6, Image.Transpose.ROTATE_90), (8, Image.Transpose.ROTATE_270), (3, 3), (2, 0)):
        exif = Image.Exif()
        exif[0x0112] = orientation
        file = tmp_path / f"{orientation}.jpg"
        upright.transpose(Image.Transpose(undo)).save(file, exif=exif, quality=95)
        result = open_working_image(file)
        assert result.size == (80, 40)
        assert np.asarray(result)[5, 5, 1] < 80 < np.asarray(result)[35, 75, 1]


def test_a_second_look_changes_nothing(tmp_path: Path) -> None:
    """A working image made of a working image is the same one: an orientation is undone once."""
    exif = Image.Exif()
    exif[0x0112] = 6
    for suffix in (".jpg", ".png", ".webp"):
        file = tmp_path / f"turned{suffix}"
        flat_drawing(300).crop((0, 0, 300, 200)).save(file, exif=exif)
        once = open_working_image(file)
        assert once.size == (200, 300)
        assert working_image(once).tobytes() == once.tobytes()


def test_a_renamed_program_is_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostScript that calls itself a JPEG is refused before Pillow hands it to another program."""
    started = tmp_path / "started"
    (tmp_path / "gs").write_text(f"#!/bin/sh\ntouch {started}\n")
    (tmp_path / "gs").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    file = tmp_path / "evil.jpg"
    file.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n%%EOF\n")
    with pytest.raises(PictureError):
        open_working_image(file)
    assert not started.exists()


LOOKS = {
    "classified": "from gallery.features import open_working_image, view; view(open_working_image(path))",
    "inspected": "from gallery.inspection import facts_of; facts_of(path)",
    "copied": (
        "from gallery.renditions.pixels import make_one; from gallery.renditions import Recipe;"
        "make_one('0' * 64, path, Recipe((320, 640), 1600, 60, ('jpeg',), False), path.parent)"
    ),
}


@pytest.mark.parametrize("how", LOOKS)
def test_a_large_transparent_picture_takes_little_memory(tmp_path: Path, how: str) -> None:
    """A worker that looks at a PNG of 24 megapixels with transparency, or of 16 bits, stays within 300 MB."""
    for name, mode in {"clear.png": "RGBA", "deep.png": "I;16"}.items():
        Image.new(mode, (4000, 6000)).save(tmp_path / name, compress_level=1)
        code = (
            f"import sys, pathlib; path = pathlib.Path(sys.argv[1]); {LOOKS[how]};"
            "print(pathlib.Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])"
        )
        command = [sys.executable, "-c", code, str(tmp_path / name)]
        told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
        assert int(told.stdout) < 300_000, name


def test_a_cut_file_is_the_picture_that_is_blamed(tmp_path: Path) -> None:
    """A file that ends early, and one that is no picture, raise PictureError with their name."""
    packed = io.BytesIO()
    noisy_gradient(200).save(packed, "PNG")
    cut = tmp_path / "cut.png"
    cut.write_bytes(packed.getvalue()[: len(packed.getvalue()) // 2])
    text = tmp_path / "text.jpg"
    text.write_text("no picture", encoding="utf-8")
    for file in (cut, text, tmp_path / "absent.png"):
        with pytest.raises(PictureError, match=file.name):
            open_working_image(file)


def test_a_decompression_bomb_is_not_decoded(tmp_path: Path) -> None:
    """A picture with too many pixels is refused by its header."""
    bomb = tmp_path / "bomb.png"
    Image.new("1", (13000, 13000)).save(bomb)
    with pytest.raises(PictureError, match="pixels"):
        open_working_image(bomb)


@pytest.mark.parametrize("make", [flat_drawing, noisy_gradient])
def test_the_descriptor_does_not_know_size_or_format(tmp_path: Path, make: object) -> None:
    """At 400 and 2000 px, as JPEG 75 and PNG, a picture's descriptor stays closer to itself than to another's."""
    assert callable(make)
    original: Image.Image = make(2000)
    vectors = []
    for side in (400, 2000):
        for suffix, options in ((".png", {}), (".jpg", {"quality": 75})):
            file = tmp_path / f"{side}{suffix}"
            original.resize((side, side), Image.Resampling.LANCZOS).save(file, **options)
            vectors.append(describe(view(open_working_image(file))))
    other = describe(view(working_image(noisy_gradient(2000) if make is flat_drawing else flat_drawing(2000))))
    apart = max(float(np.linalg.norm(vector - vectors[0])) for vector in vectors)
    assert apart < 0.5 * float(np.linalg.norm(other - vectors[0]))
