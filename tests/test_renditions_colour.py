"""Whatever a picture is made of, its copies have its colours."""

from __future__ import annotations

from pathlib import Path
from struct import pack
from typing import Any

import pytest
from PIL import Image, ImageCms

from gallery.domain import SiteSettings
from gallery.renditions import PALETTE, recipe
from gallery.renditions.pixels import nearest_colour
from tests.renditions_kit import BLUE, OWN, RED, WHITE, copies_of, is_near, open_copy, quarters


@pytest.fixture(autouse=True)
def out_dir(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@pytest.mark.parametrize("mode", ["RGB", "P", "RGBA"])
def test_an_embedded_profile_is_converted_to_srgb(tmp_path: Path, mode: str) -> None:
    """Pixels of another colour space change their values so that they look the same without the profile."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # a space whose red primary is green and the other way round, under a name that promises nothing
    swapped = profile.replace(b"rXYZ", b"?XYZ", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"?XYZ", b"gXYZ", 1)
    swapped = swapped.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))
    path = tmp_path / "swapped.png"
    Image.new("RGB", (40, 40), (255, 0, 0)).convert(mode).save(path, icc_profile=swapped)
    made = copies_of(path, tmp_path)
    assert is_near(open_copy(made, tmp_path).getpixel((20, 20)), (0, 255, 0), within=30)


def test_a_profile_is_judged_by_what_it_does(tmp_path: Path) -> None:
    """A linear profile has sRGB in its name, too, and a middle of 55 in it is one of 128."""
    tidy = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    at = tidy.index(b"para")
    linear = tidy.replace(tidy[at : at + 12], b"curv" + bytes(8))
    for profile, expected in ((tidy, 55), (linear, 128)):
        Image.new("RGB", (64, 64), (55, 55, 55)).save(tmp_path / "a.png", icc_profile=profile)
        made = copies_of(tmp_path / "a.png", tmp_path)
        assert is_near(open_copy(made, tmp_path).getpixel((20, 20)), (expected,) * 3, within=3)


def linear_grey() -> bytes:
    """A colour profile of greys whose tones rise in a straight line."""
    d50 = pack(">iii", 0xF6D6, 0x10000, 0xD32D)
    table, body = pack(">I", 2), b""
    for name, data in ((b"wtpt", b"XYZ " + bytes(4) + d50), (b"kTRC", b"curv" + bytes(8))):
        table += name + pack(">II", 128 + 4 + 2 * 12 + len(body), len(data))
        body += data
    head = pack(">I4xI", 128 + len(table + body), 0x02100000) + b"mntrGRAYXYZ " + pack(">6H", 2026, 1, 1, 0, 0, 0)
    return (head + b"acsp" + bytes(28) + d50).ljust(128, b"\0") + table + body


@pytest.mark.parametrize("options", [{}, {"transparency": 3}])
def test_greys_keep_their_profile_also_where_one_of_them_is_transparent(
    tmp_path: Path, options: dict[str, Any]
) -> None:
    """A middle of 128 in a linear profile is one of 188."""
    Image.new("L", (64, 64), 128).save(tmp_path / "a.png", icc_profile=linear_grey(), **options)
    made = copies_of(tmp_path / "a.png", tmp_path)
    assert is_near(open_copy(made, tmp_path).getpixel((20, 20)), (188,) * 3, within=3)


def test_a_broken_profile_is_ignored(tmp_path: Path) -> None:
    """Rubbish where a colour profile should be costs nothing."""
    path = tmp_path / "broken.png"
    quarters().save(path, icc_profile=b"not a profile at all")
    made = copies_of(path, tmp_path)
    assert is_near(open_copy(made, tmp_path).getpixel((8, 8)), RED)


def strange_picture(kind: str, path: Path) -> None:
    if kind == "cmyk":
        quarters("CMYK").save(path, "JPEG", quality=95)
    elif kind == "palette":
        quarters("P").save(path, "PNG")
    elif kind == "animated":
        quarters("P").save(path, "GIF", save_all=True, append_images=[Image.new("P", (80, 60))])
    elif kind == "alpha":
        image = quarters("RGBA")
        image.paste((0, 0, 0, 0), (40, 30, 80, 60))
        image.save(path, "PNG")
    elif kind == "one grey is none":
        quarters("L").save(path, "PNG", transparency=quarters("L").getpixel((8, 50)))
    elif kind == "one colour is none":
        quarters().save(path, "PNG", transparency=BLUE)
    else:
        quarters().save(path, "WEBP", lossless=True)


@pytest.mark.parametrize("kind", ["one grey is none", "one colour is none"])
def test_what_a_picture_calls_transparent_is_white_paper(tmp_path: Path, kind: str) -> None:
    """Also where it is a colour that a picture names, and no channel of its own."""
    path = tmp_path / "picture.jpg"
    strange_picture(kind, path)
    copy = open_copy(copies_of(path, tmp_path), tmp_path)
    assert is_near(copy.getpixel((8, 50)), WHITE)
    assert not is_near(copy.getpixel((8, 8)), WHITE, within=40)


@pytest.mark.parametrize("kind", ["cmyk", "palette", "animated", "alpha", "webp"])
def test_unusual_pictures_look_right(tmp_path: Path, kind: str) -> None:
    """CMYK, palettes, first frames, transparency on white paper and wrong file names all give the same copy."""
    path = tmp_path / "picture.jpg"
    strange_picture(kind, path)
    copy = open_copy(copies_of(path, tmp_path), tmp_path)
    assert is_near(copy.getpixel((8, 8)), RED, within=40)
    assert is_near(copy.getpixel((70, 50)), WHITE)


def test_sixteen_bits_keep_their_tones(tmp_path: Path) -> None:
    """A 16-bit grey is scaled to eight bits, not cut off at white."""
    path = tmp_path / "deep.png"
    Image.new("I;16", (40, 40), 0x8000).save(path)
    assert is_near(open_copy(copies_of(path, tmp_path), tmp_path).getpixel((20, 20)), (128, 128, 128))


def test_colour_is_never_subsampled(tmp_path: Path) -> None:
    """Copies of either format keep full colour resolution: thin coloured lines do not bleed."""
    path = tmp_path / "picture.png"
    lines = Image.new("RGB", (80, 60), RED)
    for x in range(0, 80, 2):
        lines.paste(BLUE, (x, 0, x + 1, 60))
    lines.save(path)
    made = copies_of(path, tmp_path, recipe(SiteSettings(), OWN, sensitive=False))
    assert {copy.format for copy in made.copies} == {"avif", "jpeg"}
    for place in (0, 1):
        copy = open_copy(made, tmp_path, place)
        assert is_near(copy.getpixel((40, 30)), BLUE, within=60)
        assert is_near(copy.getpixel((41, 30)), RED, within=60)


def test_every_palette_colour_stands_for_itself() -> None:
    """The placeholder of a plain picture is the palette's own colour."""
    assert len(PALETTE) == len(set(PALETTE)) == 128
    assert [nearest_colour(*colour) for colour in PALETTE] == list(range(128))
