"""Copies of pictures: right side up, right in colour, small, bare of metadata, and never somebody else's fault."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from gallery.domain import Account, Copies, RenditionSet, SiteSettings
from gallery.errors import PictureError, StoreError
from gallery.render.structured import share_card
from gallery.renditions import (
    Recipe,
    estimate,
    face_recipe,
    make_one,
    make_renditions,
    names_of,
    planned_sizes,
    recipe,
)
from gallery.renditions.recipes import FACE_PX, ROW_HEIGHTS
from tests.process_kit import runs
from tests.renditions_kit import (
    BLUE,
    GREEN,
    JPEG_ONLY,
    OWN,
    RED,
    STRANGER,
    WHITE,
    copies_of,
    is_near,
    open_copy,
    quarters,
)


@pytest.fixture(autouse=True)
def out_dir(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


@given(
    st.integers(1, 30_000),
    st.integers(1, 30_000),
    st.sampled_from([(Copies.FULL, 1600), (Copies.LEAN, 1200), (Copies.THUMBS, 1280)]),
)
@example(600, 3000, (Copies.LEAN, 1200))
@example(600, 3000, (Copies.THUMBS, 1280))
def test_sizes_grow_never_enlarge_and_stay_within_the_limit(
    width: int, height: int, allowed: tuple[Copies, int]
) -> None:
    """Whatever the shape, also of a tall comic, copies grow from small to large, and none exceeds the original or the
    longest side that its profile promises."""
    profile, longest_px = allowed
    how = recipe(SiteSettings(copies=profile), OWN, sensitive=False)
    sizes = [size for _, size in planned_sizes(width, height, how)]
    assert sizes
    for smaller, larger in pairwise(sizes):
        assert smaller[0] < larger[0] or smaller[1] < larger[1]
    for size in sizes:
        assert 1 <= size[0] <= width
        assert 1 <= size[1] <= height
        assert max(size) <= longest_px


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_and_metadata_is_gone(tmp_path: Path, orientation: int) -> None:
    """A picture turned by its EXIF tag is shown upright, and no copy carries EXIF, a profile, XMP or a comment."""
    turn = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how a camera would have stored the upright picture
    upright = quarters()
    stored = upright if orientation == 1 else upright.transpose(Image.Transpose(turn[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "a secret place"
    path = tmp_path / "turned.jpg"
    stored.save(path, exif=exif, quality=95, subsampling=0, comment=b"secret", xmp=b"<x:secret/>",
                icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())  # fmt: skip
    made = copies_of(path, tmp_path, recipe(SiteSettings(), OWN, sensitive=True))
    assert (made.width_px, made.height_px) == (80, 60)
    for name in names_of([made]):
        with Image.open(tmp_path / "out" / name) as copy:
            assert not copy.getexif()
            assert not {"icc_profile", "exif", "xmp", "comment"} & {
                key for key, value in copy.info.items() if value not in (b"", None)
            }
        assert b"secret" not in (tmp_path / "out" / name).read_bytes()
    copy = open_copy(made, tmp_path).convert("RGB")
    assert copy.size == (80, 60)
    assert is_near(copy.getpixel((8, 8)), RED)
    assert is_near(copy.getpixel((70, 8)), GREEN)
    assert is_near(copy.getpixel((8, 50)), BLUE)


def test_a_full_disk_makes_no_half_copy(tmp_path: Path) -> None:
    """Where the last block finds no room the copy failed; it is not taken for made, and nothing of it stays."""
    Image.effect_noise((400, 400), 90).convert("RGB").save(tmp_path / "a.png")
    whole = copies_of(tmp_path / "a.png", tmp_path).copies[-1]
    for path in (tmp_path / "out").iterdir():
        path.unlink()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (whole.size_bytes - 1000, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            copies_of(tmp_path / "a.png", tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert whole.path.removeprefix("i/") not in {path.name for path in (tmp_path / "out").iterdir()}


def test_a_veil_knows_fourteen_pixels_and_betrays_no_name(tmp_path: Path) -> None:
    """The veiled copy has lost all detail, and its name does not lead to the copies without a veil."""
    path = tmp_path / "picture.png"
    stripes = Image.new("RGB", (1200, 900), WHITE)
    for x in range(0, 1200, 20):
        stripes.paste((0, 0, 0), (x, 0, x + 10, 900))
    stripes.save(path)
    made = copies_of(path, tmp_path, recipe(SiteSettings(), OWN, sensitive=True))
    assert made.veil is not None
    with Image.open(tmp_path / "out" / Path(made.veil.path).name) as veil:
        low, high = veil.convert("L").getextrema()
    assert isinstance(low, int)
    assert isinstance(high, int)
    assert high - low < 40
    assert made.veil.path.partition("-")[0] not in {copy.path.partition("-")[0] for copy in made.copies}


def test_the_same_recipe_gives_the_same_bytes_and_another_another_name(tmp_path: Path) -> None:
    """Copies are reproducible, and a name never stands for two contents."""
    path = tmp_path / "picture.png"
    quarters().save(path)
    first = {name: (tmp_path / "out" / name).read_bytes() for name in names_of([copies_of(path, tmp_path)])}
    again = {name: (tmp_path / "out" / name).read_bytes() for name in names_of([copies_of(path, tmp_path)])}
    other = names_of([copies_of(path, tmp_path, recipe(SiteSettings(), OWN, sensitive=False))])
    assert first == again
    assert not other & first.keys()


@pytest.mark.parametrize(
    ("size", "side"), [((400, 400), FACE_PX), ((2000, 300), FACE_PX), ((170, 900), FACE_PX), ((48, 90), 48)]
)
def test_a_face_is_the_middle_square_and_never_enlarged(tmp_path: Path, size: tuple[int, int], side: int) -> None:
    """An avatar of any shape becomes one small square from its middle, in each format, bare of metadata."""
    path = tmp_path / "face.png"
    image = Image.new("RGB", size, RED)
    inner = min(size)
    image.paste(BLUE, ((size[0] - inner) // 2, (size[1] - inner) // 2, (size[0] + inner) // 2, (size[1] + inner) // 2))
    image.save(path, exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0")
    made = make_one("d", path, face_recipe(SiteSettings()), tmp_path / "out")
    assert [(copy.format, copy.width_px, copy.height_px) for copy in made.copies] == [
        ("avif", side, side),
        ("jpeg", side, side),
    ]
    for place in (0, 1):
        copy = open_copy(made, tmp_path, place)
        assert all(
            is_near(copy.convert("RGB").getpixel((x, y)), BLUE, within=40) for x in (2, side - 3) for y in (2, side - 3)
        )
        assert len(copy.getexif()) == 0
    assert (made.width_px, made.height_px) == size
    assert names_of([made]) == {path.name for path in (tmp_path / "out").iterdir()}


@pytest.mark.parametrize(
    ("settings", "account", "expected"),
    [
        (SiteSettings(), OWN, (1600, ROW_HEIGHTS)),
        (SiteSettings(copies=Copies.LEAN), OWN, (1200, ROW_HEIGHTS)),
        (SiteSettings(), STRANGER, (0, ROW_HEIGHTS)),
        (SiteSettings(copies=Copies.THUMBS, copies_without_consent=Copies.FULL), STRANGER, (0, ROW_HEIGHTS)),
        (SiteSettings(copies_without_consent=Copies.LINKS), STRANGER, (0, ())),
        (SiteSettings(copies=Copies.HOTLINK), OWN, (0, ())),
    ],
)
def test_consent_and_policy_decide_how_large_copies_are(
    settings: SiteSettings, account: Account, expected: tuple[int, tuple[int, ...]]
) -> None:
    """Without consent a picture is never shown larger than the policy says, nor larger than with consent."""
    how = recipe(settings, account, sensitive=False)
    assert (how.largest_px, how.row_heights) == expected


class Deadly(type(Path())):  # type: ignore[misc]
    """A path that ends the process it is sent to: the nearest thing to a decoder that crashes."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (1,)


def test_every_failure_is_blamed_on_its_own_picture(tmp_path: Path) -> None:
    """Truncated, empty, textual, huge, PostScript and crashing files are each named; the good ones are made."""
    data = BytesIO()
    quarters().resize((800, 600)).save(data, "JPEG")
    script = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n(/etc/passwd) (r) file\n"
    bad = {"truncated": data.getvalue()[:1500], "empty": b"", "text": b"hello, I am a picture", "huge": huge_png(),
           "program": script}  # fmt: skip
    todo: list[tuple[str, Path, Recipe]] = []
    for number in range(8):
        path = tmp_path / f"good-{number}.jpg"
        path.write_bytes(data.getvalue())
        todo.append((path.stem, path, JPEG_ONLY))
    for place, (name, content) in enumerate(bad.items()):
        path = tmp_path / f"{name}.jpg"
        path.write_bytes(content)
        todo.insert(2 * place, (name, path, JPEG_ONLY))
    todo.insert(5, ("deadly", Deadly(tmp_path / "deadly.jpg"), JPEG_ONLY))
    results: dict[str, RenditionSet | PictureError] = {}
    make_renditions(todo, tmp_path / "out", 2, lambda name, result: results.update({name: result}))
    failed = {name for name, result in results.items() if isinstance(result, PictureError)}
    assert failed == {*bad, "deadly"}
    assert len(results) == len(todo)
    for name in failed:
        assert f"{name}.jpg" in str(results[name])
    assert not list((tmp_path / "out").glob("*.new"))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_machine_that_cannot_read_or_write_blames_no_picture(tmp_path: Path, jobs: int) -> None:
    """Where the system refuses to open a file no copies are made; a picture that is not there costs itself only."""
    quarters().save(tmp_path / "good.png")
    lost = tmp_path / "lost.png"
    todo = [(f"{number:064x}", tmp_path / "good.png", JPEG_ONLY) for number in range(4)] + [("lost", lost, JPEG_ONLY)]
    results: dict[str, RenditionSet | PictureError] = {}
    make_renditions(todo, tmp_path / "out", jobs, lambda name, result: results.update({name: result}))
    assert [name for name, result in results.items() if isinstance(result, PictureError)] == ["lost"]
    lost.symlink_to(lost)
    with pytest.raises(StoreError, match=r"lost\.png: copies of it cannot be made: .*the picture is not to blame"):
        make_renditions(todo, tmp_path / "out", jobs, lambda name, result: None)


class Endless(type(Path())):  # type: ignore[misc]
    """A path that keeps the process busy that it is sent to: the nearest thing to a decoder that never ends."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return time.sleep, (1000,)


def test_a_picture_without_end_costs_itself_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture whose copies are not made in time is named and left out, and all others are made."""
    monkeypatch.setattr("gallery.renditions.workers.PATIENCE_S", 1.0)
    quarters().save(tmp_path / "good.png")
    todo = [(f"{number:064x}", tmp_path / "good.png", JPEG_ONLY) for number in range(5)]
    todo.insert(2, ("endless", Endless(tmp_path / "endless.png"), JPEG_ONLY))
    results: dict[str, RenditionSet | PictureError] = {}
    make_renditions(todo, tmp_path / "out", 2, lambda name, result: results.update({name: result}))
    assert [name for name, result in results.items() if isinstance(result, PictureError)] == ["endless"]
    assert "endless.png: making copies of it did not end in time" in str(results["endless"])
    assert len(results) == len(todo)


def huge_png() -> bytes:
    """A PNG header that promises 20,000 × 20,000 pixels."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_browsers_without_avif_get_one_small_jpeg(tmp_path: Path) -> None:
    """Beside the AVIF of each size there is one JPEG, of the height of a row; where JPEG is all, it has every size."""
    path = tmp_path / "picture.png"
    quarters().resize((2000, 1500)).save(path)
    for formats, jpegs in ((("avif", "jpeg"), [320]), (("jpeg",), [320, 640, 1200])):
        made = copies_of(path, tmp_path, recipe(SiteSettings(formats=formats), OWN, sensitive=False))
        assert [copy.height_px for copy in made.copies if copy.format == "jpeg"] == jpegs


def test_a_smaller_profile_is_estimated_smaller(tmp_path: Path) -> None:
    """The estimate falls with the profile, and for the profile in use it is what the files are, each counted once."""
    path = tmp_path / "picture.png"
    quarters().resize((2000, 1500)).save(path)
    made = copies_of(path, tmp_path, recipe(SiteSettings(), OWN, sensitive=False))
    weights = [estimate([made, made], profile) for profile in (Copies.FULL, Copies.LEAN, Copies.THUMBS, Copies.LINKS)]
    assert weights[0] == (len(made.copies), sum(copy.size_bytes for copy in made.copies))
    assert weights == sorted(weights, reverse=True)
    smaller = copies_of(path, tmp_path, recipe(SiteSettings(copies=Copies.THUMBS), OWN, sensitive=False))
    assert weights[2].files == len(smaller.copies) < weights[0].files
    assert weights[-1] == (0, 0)


def test_a_share_card_shows_the_whole_picture(tmp_path: Path) -> None:
    """A card has the size that social networks ask for, and all four corners of the picture are on it."""
    path = tmp_path / "picture.png"
    quarters().resize((1200, 900)).save(path)
    made = copies_of(path, tmp_path, recipe(SiteSettings(), OWN, sensitive=False))
    card = Image.open(BytesIO(share_card(tmp_path / "out" / Path(made.copies[-1].path).name)))
    assert card.size == (1200, 630)
    left, top = (1200 - 712) // 2, (630 - 534) // 2
    assert is_near(card.getpixel((left + 10, top + 10)), RED)
    assert is_near(card.getpixel((1200 - left - 10, top + 10)), GREEN)
    assert is_near(card.getpixel((left + 10, 630 - top - 10)), BLUE)
    assert is_near(card.getpixel((10, 10)), (246, 246, 246))
    assert is_near(card.getpixel((600, 40)), (246, 246, 246))  # the margin


IDLE = """
import multiprocessing, sys, time
from pathlib import Path
from gallery.domain import Account, Artist, Copies, SiteSettings
from gallery.renditions import make_renditions, recipe
folder = Path(sys.argv[1])
how = recipe(SiteSettings(copies=Copies.THUMBS, formats=("jpeg",)), Account("folder", "a", Artist("a", "A")), False)
def done(digest, result):
    print(*(worker.pid for worker in multiprocessing.active_children()), flush=True)
    time.sleep(60)
if __name__ == "__main__":
    make_renditions([(f"{n:064x}", folder / "one.png", how) for n in range(8)], folder / "out", 2, done)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel of Linux who runs")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_do_not_outlive_a_killed_build(tmp_path: Path, how: signal.Signals) -> None:
    """However the build is ended from outside, the processes that resize for it end at once."""
    quarters().save(tmp_path / "one.png")
    (tmp_path / "idle.py").write_text(IDLE)
    root = str(Path(__file__).parent.parent)
    command = [sys.executable, str(tmp_path / "idle.py"), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}) as build:
        assert build.stdout
        workers = [int(pid) for pid in build.stdout.readline().split()]
        build.send_signal(how)
    assert len(workers) == 2
    deadline = time.monotonic() + 10
    while any(map(runs, workers)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(runs, workers))
