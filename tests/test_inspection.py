"""Looking into strangers' pictures in a process that may die."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

import gallery.inspection as inspection
from gallery.curate.repeats import DHASH_DISTANCE
from gallery.errors import PictureError
from gallery.inspection import Inspectors, facts_of
from gallery.optout_rules import LOOK_DISTANCE, is_telling
from gallery.renditions import Recipe, make_one
from tests.toy_server import picture

ROOT = Path(__file__).parent.parent


@pytest.fixture
def team() -> Iterator[Inspectors]:
    one = Inspectors(1)
    yield one
    one.close()


def _drawing(size: tuple[int, int] = (90, 60)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    for column in range(size[0]):
        for row in range(size[1]):
            if (column // 9 + row // 7) % 3 == 0:
                image.putpixel((column, row), (column * 2 % 256, row * 4 % 256, 90))
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_five_kinds_are_known(team: Inspectors, tmp_path: Path, kind: str) -> None:
    """Each of the five kinds is recognised by its bytes, whatever its name, with its size."""
    path = tmp_path / "picture.txt"
    _drawing().save(path, kind)
    facts = team.inspect(path)
    assert (facts.width_px, facts.height_px, facts.format) == (90, 60, kind.lower())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_sizes_are_upright(tmp_path: Path, orientation: int) -> None:
    """Width and height are those after the EXIF orientation."""
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = orientation
    _drawing().save(path, exif=exif)
    facts = facts_of(path)
    assert (facts.width_px, facts.height_px) == ((90, 60) if orientation < 5 else (60, 90))


def test_odd_pictures_are_fine(tmp_path: Path) -> None:
    """CMYK, 16 bit, grey, palette, transparency and animation all pass."""
    image = _drawing()
    image.convert("CMYK").save(tmp_path / "cmyk.jpg")
    image.convert("I;16").save(tmp_path / "deep.png")
    image.convert("1").save(tmp_path / "bits.png")
    image.convert("P").save(tmp_path / "palette.png", transparency=3)
    image.convert("RGBA").save(tmp_path / "alpha.png")
    image.save(tmp_path / "moving.gif", save_all=True, append_images=[image.rotate(90), image.rotate(180)])
    image.save(tmp_path / "moving.webp", save_all=True, append_images=[image.rotate(90)])
    for path in sorted(tmp_path.iterdir()):
        facts = facts_of(path)
        assert (facts.width_px, facts.height_px, len(facts.dhash)) == (90, 60, 16)


def _broken(folder: Path) -> dict[str, str]:
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "text.jpg").write_text("not a picture")
    (folder / "page.png").write_text("<!doctype html>")
    (folder / "cut.jpg").write_bytes(picture(1, (400, 400))[:-300])
    (folder / "cut.png").write_bytes(picture(1, (400, 400), "PNG")[:-30])
    Image.new("1", (20_000, 20_000)).save(folder / "huge.png")
    Image.new("1", (20_001, 2)).save(folder / "long.png")
    _drawing().save(folder / "drawing.bmp")
    return {
        "empty.jpg": "not a JPEG",
        "text.jpg": "not a JPEG",
        "page.png": "not a JPEG",
        "cut.jpg": "broken",
        "cut.png": "broken",
        "huge.png": "megapixels",
        "long.png": "20001 × 2 pixels",
        "drawing.bmp": "not a JPEG",
    }


def test_unusable_pictures_are_named_for_what_they_are(team: Inspectors, tmp_path: Path) -> None:
    """Each unusable file is refused with its own cause, and the next one is looked at as if nothing had been."""
    for name, cause in _broken(tmp_path).items():
        with pytest.raises(PictureError, match=cause):
            team.inspect(tmp_path / name)
    _drawing().save(tmp_path / "good.png")
    assert team.inspect(tmp_path / "good.png").format == "png"
    with pytest.raises(PictureError, match="broken"):
        team.inspect(tmp_path / "missing.png")


def test_a_decoder_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture over which the decoder hangs costs itself and its patience, no more."""
    code = (
        "import json, sys, time, gallery.inspection as inspection\nlook = inspection.facts_of\n"
        "def slow(path):\n    time.sleep(600 if path.name == 'slow.png' else 0)\n    return look(path)\n"
        "inspection.facts_of = slow\ninspection.main()\n"
    )
    monkeypatch.setattr(inspection, "COMMAND", ("-c", code))
    for name in ("slow.png", "good.png"):
        _drawing().save(tmp_path / name)
    team = Inspectors(1, patience_s=6.0)
    try:
        team.inspect(tmp_path / "good.png")
        with pytest.raises(PictureError, match="did not finish"):
            team.inspect(tmp_path / "slow.png")
        assert team.inspect(tmp_path / "good.png").format == "png"
    finally:
        team.close()


def test_a_decoder_that_was_ended_idle_costs_no_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system ends a decoder between two pictures, for want of memory say, the next one is not blamed."""
    told = tmp_path / "pid"
    code = f"import os, pathlib, gallery.inspection\npathlib.Path({str(told)!r}).write_text(str(os.getpid()))\n"
    monkeypatch.setattr(inspection, "COMMAND", ("-c", f"{code}gallery.inspection.main()"))
    _drawing().save(tmp_path / "a.png")
    team = Inspectors(1)
    try:
        first = team.inspect(tmp_path / "a.png")
        os.kill(int(told.read_text()), signal.SIGKILL)
        os.waitid(os.P_PID, int(told.read_text()), os.WEXITED | os.WNOWAIT)
        assert team.inspect(tmp_path / "a.png") == first
    finally:
        team.close()


def test_the_decoder_gets_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the decoding process holds nothing but what Python needs."""
    seen = tmp_path / "seen"
    code = f"import os, pathlib; pathlib.Path({str(seen)!r}).write_text(' '.join(os.environ))"
    monkeypatch.setattr(inspection, "COMMAND", ("-c", code))
    monkeypatch.setenv("X_BEARER_TOKEN", "sesame")
    team = Inspectors(1)
    with pytest.raises(PictureError):
        team.inspect(tmp_path / "any.png")
    team.close()
    assert set(seen.read_text().split()) <= {"PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "TMPDIR", "LANG", "LC_CTYPE"}


def test_pictures_are_read_where_memory_cannot_be_bounded(
    team: Inspectors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system that takes no limit on a process's memory, as macOS takes none, costs no picture."""
    code = (
        "import resource, gallery.inspection as inspection\nlimit = resource.setrlimit\n"
        "def on_a_mac(which, limits):\n"
        "    if which == resource.RLIMIT_AS:\n        raise ValueError('current limit exceeds maximum limit')\n"
        "    limit(which, limits)\n"
        "resource.setrlimit = on_a_mac\ninspection.main()\n"
    )
    monkeypatch.setattr(inspection, "COMMAND", ("-c", code))
    _drawing().save(tmp_path / "a.png")
    assert team.inspect(tmp_path / "a.png").format == "png"


def test_many_threads_share_few_decoders(tmp_path: Path) -> None:
    """Every thread gets the facts of its own picture."""
    for number in range(12):
        _drawing((90 + number, 60)).save(tmp_path / f"{number}.png")
    team, widths = Inspectors(2), {}

    def look(number: int) -> None:
        widths[number] = team.inspect(tmp_path / f"{number}.png").width_px

    threads = [threading.Thread(target=look, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    team.close()
    assert widths == {number: 90 + number for number in range(12)}


def test_looks_survive_a_network(tmp_path: Path) -> None:
    """The look of a picture stays within the tolerance when it is re-encoded and resized, and differs from others."""
    original = Image.open(_saved(tmp_path / "a.png", picture(3, (1200, 900), "PNG"))).convert("RGB")
    original.save(tmp_path / "b.jpg", quality=60)
    original.resize((600, 450)).save(tmp_path / "c.webp", quality=70)
    looks = [int(facts_of(tmp_path / name).dhash, 16) for name in ("a.png", "b.jpg", "c.webp")]
    assert max((looks[0] ^ look).bit_count() for look in looks) <= 4
    other = int(facts_of(_saved(tmp_path / "d.png", picture(4, (1200, 900), "PNG"))).dhash, 16)
    assert (looks[0] ^ other).bit_count() > 10


def test_copies_of_the_demo_look_alike(tmp_path: Path) -> None:
    """Of the demo's pictures as PNG and JPEG, whole and smaller, 98 in 100 look alike to an opt-out, 85 to a repeat."""
    apart = []
    for file in sorted((ROOT / "demo").glob("*/[!.]*.jpg")):
        with Image.open(file) as opened:
            whole = opened.convert("RGB")
        looks = []
        for share in (1.0, 0.7, 0.4):
            copy = whole.resize((round(whole.width * share), round(whole.height * share)), Image.Resampling.LANCZOS)
            copy.save(tmp_path / "copy.png", compress_level=1)
            copy.save(tmp_path / "copy.jpg", quality=85)
            looks += [int(facts_of(tmp_path / name).dhash, 16) for name in ("copy.png", "copy.jpg")]
        if is_telling(looks[0]):
            apart += [(looks[0] ^ look).bit_count() for look in looks[1:]]
    assert len(apart) > 200
    assert sum(bits > LOOK_DISTANCE for bits in apart) <= 0.02 * len(apart)
    assert sum(bits > DHASH_DISTANCE for bits in apart) <= 0.15 * len(apart)


def _saved(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_sixteen_bits_look_like_eight(tmp_path: Path) -> None:
    """The same picture in grey of 8 and of 16 bits has the same look: who opted out of one opted out of the other."""
    grey = _drawing().convert("L")
    deep = Image.new("I;16", grey.size)
    deep.putdata([value * 257 for value in grey.get_flattened_data()])
    grey.save(tmp_path / "8.png")
    deep.save(tmp_path / "16.png")
    assert facts_of(tmp_path / "8.png").dhash == facts_of(tmp_path / "16.png").dhash


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
@pytest.mark.parametrize("exif", [b"garbage!", b"Exif\0\0II"])
def test_untidy_exif_costs_no_picture(tmp_path: Path, kind: str, exif: bytes) -> None:
    """EXIF that cannot be read says nothing: the picture is upright, and shown."""
    path = tmp_path / "a"
    _drawing().save(path, kind, exif=exif)
    assert (facts_of(path).width_px, facts_of(path).height_px) == (90, 60)
    made = make_one("0" * 64, path, Recipe((320,), 0, 80, ("jpeg",), veiled=False), tmp_path)
    assert (made.width_px, made.height_px) == (90, 60)
