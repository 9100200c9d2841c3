"""`gallery build` when something is wrong: bad pictures cost themselves only, and a site in place stays whole."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from gallery.errors import PictureError, StoreError
from gallery.publish import broken_links
from gallery.steps.tally import Tally, leave_out
from gallery.store import Store
from tests.build_kit import local, picture, spoil


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    with BytesIO() as file:
        image.save(file, kind, **options)
        return file.getvalue()


def odd_pictures() -> tuple[dict[str, bytes], dict[str, bytes]]:
    """(pictures that look odd and are fine, pictures that cannot be used)."""
    whole = Image.effect_noise((90, 60), 40).convert("RGB")
    rotated = Image.Exif()
    rotated[0x0112] = 6
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    jpeg = encoded(whole, "JPEG")
    fine = {
        "cmyk.jpg": encoded(whole.convert("CMYK"), "JPEG"),
        "deep.png": encoded(Image.effect_noise((40, 30), 50).convert("I").convert("I;16"), "PNG"),
        "palette.png": encoded(whole.convert("P"), "PNG"),
        "animated.gif": encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]),
        "rotated.jpg": encoded(whole, "JPEG", exif=rotated),
        "really-a.png.jpg": encoded(Image.effect_noise((50, 50), 30).convert("RGB"), "PNG"),
    }
    huge = (
        b"\x89PNG\r\n\x1a\n" + bytes.fromhex("0000000d49484452") + (20_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    )
    bad = {
        "truncated.jpg": jpeg[: len(jpeg) // 3],
        "empty.png": b"",
        "text.jpg": b"<html>not a picture</html>",
        "huge.png": huge + b"\0" * 200,
    }
    return fine, bad


def test_bad_pictures_cost_themselves_only(tmp_path: Path) -> None:
    """Odd pictures are shown; unusable ones are named with their cause, and the build goes on."""
    gallery = local(tmp_path, pictures=0)
    fine, bad = odd_pictures()
    for name, data in {**fine, **bad}.items():
        (tmp_path / "art" / name).write_bytes(data)
    report = gallery.build()
    assert report["shown"] == len(fine)
    told = "\n".join(line for one in report["accounts"] + report["stages"] for line in one["details"])
    assert [name for name in bad if name not in told] == []
    assert [name for name in fine if name in told] == []


def test_a_stored_picture_that_fails_is_named_by_where_it_came_from(tmp_path: Path) -> None:
    """Of a picture that can be neither classified nor resized people read whose it is, and how they keep it out."""
    gallery = local(tmp_path)
    gallery.run("fetch")
    spoilt = spoil(tmp_path, hashlib.sha256((tmp_path / "art" / "1.png").read_bytes()).hexdigest())
    for _ in range(2):
        report = gallery.build("--offline")
        (line,) = (line for stage in report["stages"] for line in stage["details"])
        assert line.startswith("folder:art https://example.com/p/1: cannot be read as a picture")
        assert line.endswith(f"an entry 'sha256: {spoilt}' in optouts.yaml keeps it out")
        assert ".gallery" not in line
    (tmp_path / "optouts.yaml").write_text(f"- sha256: {spoilt}\n")
    assert sum(stage["failed"] for stage in gallery.build("--offline")["stages"]) == 0


@pytest.mark.parametrize("lost", ["gone", "damaged"])
def test_bytes_that_are_lost_are_fetched_again(tmp_path: Path, lost: str) -> None:
    """A picture whose bytes somebody deleted from the store, or a disk forgot, is named once and back after the next
    fetch; an avatar, too."""
    gallery = local(tmp_path)
    (tmp_path / "art" / ".avatar.png").write_bytes(picture(9))
    gallery.run("fetch")
    for name in ("1.png", ".avatar.png"):
        sha256 = hashlib.sha256((tmp_path / "art" / name).read_bytes()).hexdigest()
        place = tmp_path / ".gallery" / "files" / sha256[:2] / sha256
        if lost == "gone":
            place.unlink()
        else:
            place.write_bytes(b"lost")
    report = gallery.build("--offline")
    assert report["shown"] == 2
    told = sorted(line for stage in report["stages"] for line in stage["details"])
    assert [line.partition(": ")[0] for line in told] == ["avatar of folder:art", "folder:art https://example.com/p/1"]
    assert all("its bytes are lost" in line for line in told)
    report = gallery.build()
    assert report["shown"] == 3
    assert sum(stage["failed"] for stage in report["stages"]) == 0
    assert place.read_bytes() == picture(9)


@pytest.mark.parametrize("lost", [0, -1], ids=["smallest", "largest: the veil"])
def test_a_copy_that_a_power_cut_emptied_is_made_anew(tmp_path: Path, lost: int) -> None:
    """The next build that makes pages finds any copy that is not as large as it was made, and makes it again."""
    gallery = local(tmp_path, pictures=1)
    (tmp_path / "corrections.yaml").write_text("- post: https://example.com/p/0\n  sensitive: true\n")
    gallery.build()
    copies = sorted((tmp_path / ".gallery" / "renditions").iterdir(), key=lambda copy: copy.stat().st_size)
    made = copies[lost].read_bytes()
    copies[lost].unlink()  # the site has it under a name of its own
    copies[lost].touch()
    gallery.write((tmp_path / "accounts.yaml").read_text().replace("title: Mine", "title: Ours"))
    gallery.build()
    assert copies[lost].read_bytes() == made


def test_bytes_that_cannot_be_read_now_stay(tmp_path: Path) -> None:
    """Where no file can be opened for a moment nothing is known of a picture's bytes, which may be the last copy."""
    local(tmp_path).run("fetch")
    sha256 = hashlib.sha256(picture(1)).hexdigest()
    with Store(tmp_path / ".gallery") as store:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
        try:
            with pytest.raises(StoreError, match=f"{sha256}: cannot be read: Too many open files; it stays"):
                leave_out(store, sha256, PictureError("too many open files"), Tally())
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert store.path_of(sha256).read_bytes() == picture(1)
        assert store.shown_by(sha256) == ["folder:art https://example.com/p/1"]


def test_files_that_became_rubbish_are_nobodys_word(tmp_path: Path) -> None:
    """A checkout that leaves pointers where the pictures were empties no site: the guard stops it, every night."""
    gallery = local(tmp_path, pictures=12)
    gallery.build()
    for file in (tmp_path / "art").glob("*.png"):
        file.write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{file.name}\n")
    for _ in range(2):
        assert gallery.run("build").exit_code == 6
    assert len([*(tmp_path / "site").glob("a/*/w/*/index.html")]) == 12


def test_rotated_picture_stands_upright(tmp_path: Path) -> None:
    """EXIF orientation is applied to the copies and to the sizes that pages name."""
    gallery = local(tmp_path, pictures=0)
    (tmp_path / "art" / "rotated.jpg").write_bytes(odd_pictures()[0]["rotated.jpg"])
    gallery.build()
    (copy,) = (tmp_path / "site" / "i").glob("*.jpg")
    with Image.open(copy) as image:
        assert image.size == (60, 90)
        assert not image.getexif()


def test_broken_theme_leaves_the_old_site(tmp_path: Path) -> None:
    """A template that fails ends the build with an error; the site in place is untouched."""
    gallery = local(tmp_path)
    gallery.build()
    before = gallery.digests()
    (tmp_path / "templates" / "wall").mkdir(parents=True)
    (tmp_path / "templates" / "wall" / "artist.html").write_text("{{ nothing.like.this }}")
    result = gallery.run("build", "--offline")
    assert result.exit_code == 1
    assert "artist.html" in result.output
    assert gallery.digests() == before


def test_what_was_fetched_is_told_when_no_site_can_be_made(tmp_path: Path) -> None:
    """A build that fails after its fetch reports what came, as text, JSON and Markdown, with the error and the code."""
    gallery = local(tmp_path)
    gallery.build()
    (tmp_path / "art" / "new.png").write_bytes(picture(7))
    (tmp_path / "templates" / "wall").mkdir(parents=True)
    (tmp_path / "templates" / "wall" / "artist.html").write_text("{{ nothing.like.this }}")
    report = gallery.build("--report", str(tmp_path / "report.md"), code=1)
    assert [account["new"] for account in report["accounts"]] == [1]
    assert (report["exit_code"], "artist.html" in report["refused"], report["shown"]) == (1, True, 3)
    markdown = (tmp_path / "report.md").read_text("utf-8")
    assert "| folder:art | 1 |" in markdown
    assert re.search(r"Not published, exit code 1:.*artist\.html", markdown)
    said = gallery.run("build").output
    assert "folder:art" in said
    assert re.search(r"not published, exit code 1: .*artist\.html", said)
    assert re.search(r"^error: .*artist\.html", said, re.MULTILINE)


def test_full_disk_leaves_the_old_site(tmp_path: Path) -> None:
    """When nothing more can be written, the build says so and the site in place is untouched."""
    gallery = local(tmp_path)
    gallery.build()
    before = gallery.digests()
    (tmp_path / "templates" / "wall").mkdir(parents=True)
    (tmp_path / "templates" / "wall" / "about.html").write_text("x" * 500_000)

    def no_large_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    command = [sys.executable, "-m", "gallery", "--config", str(tmp_path / "accounts.yaml"), "build", "--offline"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=no_large_files)
    assert answer.returncode == 1, answer.stderr
    assert answer.stderr.startswith("error: cannot write the new site")
    assert gallery.digests() == before


def test_a_store_that_fails_underway_makes_no_site_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no more pictures can be stored, the reports name the accounts with the error, and what opt-outs deleted
    before it; the old site stays."""
    gallery = local(tmp_path)
    gallery.build()
    before = gallery.digests()
    (tmp_path / "optouts.yaml").write_text("- post: https://example.com/p/1\n")
    (tmp_path / "art" / "new.png").write_bytes(picture(7))

    def full(*_args: object) -> None:
        raise StoreError("no space left")

    monkeypatch.setattr(Store, "attach", full)
    report = gallery.build(code=1)
    assert (report["exit_code"], report["refused"], report["stages"]) == (1, "no space left", [])
    assert [(one["key"], one["problem"]) for one in report["accounts"]] == [
        ("folder:art", "not read to the end: the store failed")
    ]
    assert "1 stored post or picture deleted: somebody has opted out" in report["notes"]
    assert gallery.digests() == before


def test_altered_model_is_refused(tmp_path: Path) -> None:
    """A model file that is not the one that was shipped is refused before any of it runs."""
    gallery = local(tmp_path)
    (tmp_path / "mine.onnx").write_bytes(b"not a model")
    gallery.write("classifier: onnx:mine.onnx\n" + (tmp_path / "accounts.yaml").read_text())
    result = gallery.run("build")
    assert result.exit_code == 1
    assert "mine.onnx" in result.output
    assert not (tmp_path / "site").exists()


def test_kill_at_fifty_moments_leaves_one_whole_site(tmp_path: Path) -> None:
    """Killed at fifty random moments around the swap, a build leaves the old site or the new one, never a mixture."""
    gallery = local(tmp_path, pictures=5)
    gallery.build()
    accounts = (tmp_path / "accounts.yaml").read_text()
    command = [sys.executable, "-m", "gallery", "--config", str(tmp_path / "accounts.yaml"), "build", "--offline"]
    started = time.monotonic()
    gallery.write(accounts.replace("title: Mine", "title: Title-0"))
    subprocess.run(command, check=True, capture_output=True)
    span_s = time.monotonic() - started
    chance = random.Random(11)
    swapped = 0
    for number in range(1, 51):
        gallery.write(accounts.replace("title: Mine", f"title: Title-{number}"))
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.4, 1.0) * span_s)  # the first part of a run only starts Python
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        titles = {re.search(r"Title-\d+", page.read_text("utf-8")).group() for page in pages(tmp_path / "site")}  # type: ignore[union-attr]
        assert len(titles) == 1
        assert broken_links(tmp_path / "site") == []
        is_new = titles == {f"Title-{number}"}
        swapped += is_new
        span_s *= 0.9 if is_new else 1.1  # half of the moments come before the swap, however fast the machine is now
    assert 0 < swapped < 50
    gallery.build("--offline")
    assert gallery.page("index.html").count("Title-50")


BUGGY = """
import os, signal
from PIL import ImageFile
from gallery import crew
from gallery.renditions import workers
crew.PATIENCE_S = workers.PATIENCE_S = 4.0
load = ImageFile.ImageFile.load
def buggy(image):
    if image.size == (52, 40):
        DIE
    return load(image)
ImageFile.ImageFile.load = buggy
if __name__ == "__main__":
    from gallery.cli import main
    main()
"""


@pytest.mark.parametrize(
    ("die", "signal_number"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", signal.SIGSEGV),
        ("while True: pass", signal.SIGPROF),
    ],
    ids=["kills", "never ends"],
)
def test_a_picture_that_kills_the_decoder_ends_no_second_build(tmp_path: Path, die: str, signal_number: int) -> None:
    """A stage that died over a picture, or was ended because it never would, opens pictures in processes apart from the
    next build on, and names that one."""
    gallery = local(tmp_path)
    Image.effect_noise((52, 40), 40).save(tmp_path / "art" / "deadly.png")
    (tmp_path / "art" / "deadly.png.json").write_text('{"permalink": "https://example.com/p/deadly"}')
    (tmp_path / "corrections.yaml").write_text("- post: https://example.com/p/deadly\n  label: drawing\n")
    assert gallery.run("fetch").exit_code == 0
    (tmp_path / "buggy.py").write_text(BUGGY.replace("DIE", die))
    command = [sys.executable, tmp_path / "buggy.py", "--config", tmp_path / "accounts.yaml",
               "build", "--offline", "--jobs", "1", "--report", tmp_path / "report.json"]  # fmt: skip
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    codes = [
        subprocess.run(command, check=False, capture_output=True, env=env, timeout=120).returncode for _ in range(4)
    ]
    assert codes == [-signal_number, -signal_number, 0, 0], "the classifier's decoder, then that of the copies"
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert {stage["name"]: stage["failed"] for stage in report["stages"] if stage["failed"]} == {
        "classify": 1,
        "renditions": 1,
    }
    assert report["shown"] == 3
    assert gallery.build("--offline")["shown"] == 4, "the decoder was mended"


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))
