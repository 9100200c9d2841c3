"""The whole road, driven as a maintainer drives it: `gallery build` against networks that check what they are asked."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image
from servers.bluesky import FakeBluesky
from servers.pictures import picture
from servers.x import KEYS, FakeX, User

from gallery.cli import main
from gallery.publish import broken_links

NOW = datetime.now(UTC)
TWO_NETWORKS = """site:
  title: Two networks
  contact: me@example.org
accounts:
  - bluesky: aoi.example.com
    artist: aoi
    consent: granted
  - x: aoi_draws
    artist: ben
    consent: granted
"""


class Gallery:
    """A folder with accounts.yaml, and the command that works on it."""

    def __init__(self, root: Path, accounts: str, env: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.env = dict(env or {})
        self.write(accounts)

    def write(self, accounts: str) -> None:
        (self.root / "accounts.yaml").write_text(accounts, "utf-8")

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["--config", str(self.root / "accounts.yaml"), *arguments], env=self.env)

    def build(self, *arguments: str, code: int = 0) -> dict:
        """Build, expect an exit code, and return the report."""
        report = self.root / "report.json"
        report.unlink(missing_ok=True)
        result = self.run("build", "--jobs", "1", "--report", str(report), *arguments)
        assert result.exit_code == code, result.output
        return json.loads(report.read_text("utf-8")) if report.exists() else {"output": result.output}

    def page(self, path: str) -> str:
        return (self.root / "site" / path).read_text("utf-8")

    def digests(self) -> dict[str, str]:
        site = self.root / "site"
        files = sorted(path for path in site.rglob("*") if path.is_file())
        return {path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def local(tmp_path: Path, pictures: int = 3, site: str = "site:\n  title: Mine\n") -> Gallery:
    """A gallery of one folder with small pictures."""
    (tmp_path / "art").mkdir()
    for number in range(pictures):
        (tmp_path / "art" / f"{number}.png").write_bytes(picture(number))
        (tmp_path / "art" / f"{number}.png.json").write_text(
            json.dumps({"permalink": f"https://example.com/p/{number}", "date": f"2026-01-{number % 28 + 1:02d}"})
        )
    return Gallery(tmp_path, f"{site}accounts:\n  - folder: art\n    artist: aoi\n    consent: own\n")


@pytest.fixture
def networks(tmp_path: Path) -> Iterator[tuple[Gallery, FakeBluesky, FakeX]]:
    """Two fake networks with pictures, and a gallery that follows an account on each."""
    user = User()
    user.post(NOW - timedelta(days=2), pictures=4, low=1)
    with FakeBluesky() as bluesky, FakeX(NOW, user) as x:
        person = next(iter(bluesky.people.values()))
        person.post(1, NOW - timedelta(days=1), embed=bluesky.images(11, 12))
        routes = {**bluesky.routes(), **x.routes()}
        env = {"GALLERY_TEST_ROUTES": json.dumps(routes), "GALLERY_THIS_IS_A_TEST": "yes", "X_BEARER_TOKEN": "", **KEYS}
        yield Gallery(tmp_path, TWO_NETWORKS, env), bluesky, x
        assert x.complaints == []


# --- two networks ----------------------------------------------------------------------------------------------------


def test_first_build_shows_every_picture_with_its_post(networks) -> None:
    """Every picture of both networks is on the site, each linking to its original post."""
    gallery, bluesky, x = networks
    report = gallery.build()
    assert report["shown"] == 6
    site = "".join(path.read_text("utf-8") for path in (gallery.root / "site").rglob("w/*/index.html"))
    person = next(iter(bluesky.people.values()))
    rkey = person.posts[0]["uri"].rpartition("/")[2]
    assert f"/post/{rkey}" in site
    assert f"https://x.com/{x.user.name}/status/{x.user.posts[0]['id']}" in site
    assert broken_links(gallery.root / "site") == []


def test_four_pictures_of_a_post_are_four_pictures(networks) -> None:
    """A post with four pictures yields four different works, not the last one four times."""
    gallery, *_ = networks
    gallery.build()
    works = list((gallery.root / "site" / "a" / "ben" / "w").iterdir())
    copies = {re.search(r"i/([0-9a-f]{16})-", (work / "index.html").read_text("utf-8")).group(1) for work in works}  # type: ignore[union-attr]
    assert (len(works), len(copies)) == (4, 4)


def test_second_night_asks_only_for_what_is_new(networks) -> None:
    """Nothing that is stored is fetched again; one new post costs one page and one picture."""
    gallery, bluesky, x = networks
    gallery.build()
    person = next(iter(bluesky.people.values()))
    person.post(2, NOW, embed=bluesky.images(13))
    bluesky.forget()
    x.forget()
    billed = x.billed
    report = gallery.build()
    assert [one["new"] for one in report["accounts"]] == [1, 0]
    assert len(bluesky.asked(host="cdn.bsky.app")) == 1
    assert x.asked(host="pbs.twimg.com") == []
    assert all("since_id" in request.query for request in x.asked(path=f"/2/users/{x.user.id}/tweets"))
    assert x.billed == billed


def test_one_network_down_costs_itself_only(networks) -> None:
    """While one network refuses, the other is fetched and the site is built from what is stored."""
    gallery, _, x = networks
    gallery.build()
    x.user.state = "suspended"
    x.users.append(User("1002", "someone_else"))
    report = gallery.build(code=3)
    problems = [one["problem"] for one in report["accounts"]]
    assert problems[0] == ""
    assert "suspended" in problems[1]
    assert list((gallery.root / "site" / "a" / "ben").glob("w/*")) == []


def test_no_secret_reaches_any_file(networks) -> None:
    """Keys from the environment are in no page, no report and no file of the store."""
    gallery, *_ = networks
    gallery.build()
    for path in gallery.root.rglob("*"):
        if path.is_file():
            body = path.read_bytes()
            assert not [name for name, value in KEYS.items() if value.encode() in body], path


# --- one folder ------------------------------------------------------------------------------------------------------


def test_two_builds_of_one_store_are_byte_identical(tmp_path: Path) -> None:
    """Built twice from the same store, the site is the same to the byte."""
    gallery = local(tmp_path)
    (tmp_path / "art" / ".avatar.png").write_bytes(face(0))
    gallery.build()
    first = gallery.digests()
    shutil.rmtree(tmp_path / "site")
    shutil.rmtree(tmp_path / ".gallery" / "renditions")
    gallery.build("--offline")
    assert gallery.digests() == first


def test_second_build_opens_no_picture(tmp_path: Path) -> None:
    """With nothing new, neither the image library nor the classifier is even loaded."""
    gallery = local(tmp_path)
    gallery.build()
    code = (
        "import sys\nfrom gallery.cli import main\n"
        "main(['--config', sys.argv[1], 'build'], standalone_mode=False)\n"
        "print([name for name in ('PIL', 'numpy', 'onnxruntime', 'sklearn', 'jinja2') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "accounts.yaml")]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert output.splitlines()[-1] == "[]"
    assert "nothing new" in output


def face(seed: int) -> bytes:
    with BytesIO() as file:
        Image.effect_mandelbrot((200 + seed, 200), (-2, -1, 1, 1), 20 + seed).convert("RGB").save(file, "PNG")
        return file.getvalue()


def faces_of(gallery: Gallery) -> list[str]:
    return [path for path in gallery.digests() if "-face." in path]


def test_avatar_is_on_the_site_and_costs_later_nights_nothing(tmp_path: Path) -> None:
    """An account's face stands in its artist's header, is no work of theirs, and is neither read nor made again."""
    gallery = local(tmp_path)
    (tmp_path / "art" / ".avatar.png").write_bytes(face(0))
    assert gallery.build()["shown"] == 3
    assert [Path(path).suffix for path in faces_of(gallery)] == [".avif", ".jpg"]
    assert all(path in gallery.page("a/aoi/index.html") for path in faces_of(gallery))
    assert broken_links(tmp_path / "site") == []

    before = gallery.digests()
    opened = []
    watching = True

    def watch(event: str, args: tuple[object, ...]) -> None:
        if watching and event == "open" and isinstance(args[0], str) and (".avatar" in args[0] or "/files/" in args[0]):
            opened.append(args[0])

    sys.addaudithook(watch)
    assert "nothing new: the site stays as it is" in gallery.build()["notes"]
    gallery.write((tmp_path / "accounts.yaml").read_text().replace("Mine", "Yours"))
    gallery.build()
    watching = False
    assert opened == []
    assert set(faces_of(gallery)) <= before.keys()

    (tmp_path / "art" / ".avatar.png").write_bytes(face(1))
    gallery.build()
    assert len(faces_of(gallery)) == 2
    assert not set(faces_of(gallery)) & before.keys()
    (tmp_path / "art" / ".avatar.png").unlink()
    gallery.build()
    assert faces_of(gallery) == []
    assert 'class="av' in gallery.page("a/aoi/index.html"), "a drawing stands in"


@pytest.mark.parametrize(
    ("site", "account", "shown"),
    [
        ("  copies: hotlink\n", "consent: own", True),
        ("  copies: links\n", "consent: own", False),
        ("", "consent: none", True),
        ("", "consent: own\n    sensitive: true", False),
    ],
    ids=["hotlink", "links", "no consent", "sensitive"],
)
def test_avatar_is_credit_but_also_a_picture(tmp_path: Path, site: str, account: str, shown: bool) -> None:
    """A face is shown as part of the credit, unless the site shows no pictures or the account is sensitive."""
    gallery = local(tmp_path, pictures=1)
    (tmp_path / "art" / ".avatar.png").write_bytes(face(0))
    gallery.write(f"site:\n  title: Mine\n{site}accounts:\n  - folder: art\n    artist: aoi\n    {account}\n")
    gallery.build()
    assert bool(faces_of(gallery)) is shown


def test_new_model_scores_all_again(tmp_path: Path) -> None:
    """A second build classifies nothing; with another model everything is scored once more."""
    gallery = local(tmp_path)
    stages = {stage["name"]: stage for stage in gallery.build()["stages"]}
    assert stages["classify"]["new"] == 3
    (tmp_path / "art" / "9.png").write_bytes(picture(9))
    stages = {stage["name"]: stage for stage in gallery.build()["stages"]}
    assert (stages["classify"]["new"], stages["classify"]["unchanged"]) == (1, 3)
    with contextlib.closing(sqlite3.connect(tmp_path / ".gallery" / "index.sqlite3")) as index, index:
        index.execute("UPDATE prediction SET model_id = 'another'")
        index.execute("UPDATE meta SET value = '' WHERE name = 'fingerprint'")
    stages = {stage["name"]: stage for stage in gallery.build()["stages"]}
    assert stages["classify"]["new"] == 4


def test_one_new_picture_rewrites_only_pages_that_show_it(tmp_path: Path) -> None:
    """Adding a picture leaves the copies, and the work pages of other artists, as they are."""
    gallery = local(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.png").write_bytes(picture(50))
    gallery.write((tmp_path / "accounts.yaml").read_text() + "  - folder: other\n    artist: ben\n    consent: own\n")
    gallery.build()
    before = {path: (tmp_path / "site" / path).stat().st_ino for path in gallery.digests()}
    (tmp_path / "art" / "9.png").write_bytes(picture(9))
    gallery.build()
    kept = {path for path, inode in before.items() if (tmp_path / "site" / path).stat().st_ino == inode}
    assert {path for path in before if path.startswith(("i/", "a/ben/w/", "static/"))} <= kept


def test_changed_title_rewrites_pages_but_no_copy(tmp_path: Path) -> None:
    """A new title makes every page again and no picture."""
    gallery = local(tmp_path)
    gallery.build()
    gallery.write((tmp_path / "accounts.yaml").read_text().replace("title: Mine", "title: Ours"))
    stages = {stage["name"]: stage for stage in gallery.build()["stages"]}
    assert stages["renditions"]["new"] == 0
    assert "Ours" in gallery.page("index.html")
    assert "Mine" not in gallery.page("index.html")


def test_removed_picture_leaves_nothing_behind(tmp_path: Path) -> None:
    """When a picture goes, its page and its copies are gone from the site after the next two nights."""
    gallery = local(tmp_path, pictures=4)
    gallery.build()
    before = gallery.digests()
    (tmp_path / "art" / "0.png").unlink()
    for _ in range(2):
        gallery.build()
    after = gallery.digests()
    assert len([path for path in after if "/w/" in path]) == 3
    assert len([path for path in before if path.startswith("i/")]) > len(
        [path for path in after if path.startswith("i/")]
    )


def test_a_persons_word_wins_and_is_marked(tmp_path: Path) -> None:
    """A correction moves a picture to where a person says it belongs, and the page says that a person said so."""
    gallery = local(tmp_path)
    (tmp_path / "corrections.yaml").write_text(
        "- post: https://example.com/p/1\n  label: drawing\n- post: https://example.com/p/2\n  hide: true\n"
        "- post: https://example.com/nothing\n  hide: true\n"
    )
    report = gallery.build()
    assert report["hidden"] == {"hidden by a person": 1}
    assert "corrections.yaml:5: no picture of the gallery is meant" in report["notes"][0]
    assert "https://example.com/p/1" in gallery.page("a/aoi/index.html")


def test_opting_out_removes_from_site_and_store(tmp_path: Path) -> None:
    """What is named in optouts.yaml is gone from pages, feeds, copies and store at the next build."""
    gallery = local(tmp_path)
    gallery.build()
    (tmp_path / "optouts.yaml").write_text("- post: https://example.com/p/1\n")
    gallery.build()
    assert len(list((tmp_path / ".gallery" / "files").rglob("*/*"))) == 2
    for path in (tmp_path / "site").rglob("*.*"):
        assert b"https://example.com/p/1" not in path.read_bytes(), path


def test_a_slip_in_an_opt_out_is_asked_about(tmp_path: Path) -> None:
    """The report of a build names the account that an almost equal opt-out may have meant."""
    gallery = local(tmp_path)
    (tmp_path / "optouts.yaml").write_text("- account: folder:arts\n")
    (note,) = gallery.build()["notes"]
    assert note.startswith("optouts.yaml: folder:arts is not in the list of accounts, but folder:art is, and is shown")


def test_shrinking_too_much_waits_for_a_person(tmp_path: Path) -> None:
    """A site that would lose most of its pictures is not published until a person says so."""
    gallery = local(tmp_path, pictures=30)
    gallery.build()
    (tmp_path / "art").rename(tmp_path / "elsewhere")
    (tmp_path / "art").mkdir()
    with contextlib.closing(sqlite3.connect(tmp_path / ".gallery" / "index.sqlite3")) as index, index:
        index.execute("DELETE FROM post")
        index.execute("UPDATE meta SET value = '' WHERE name = 'fingerprint'")
    before = gallery.digests()
    gallery.build(code=6)
    assert gallery.digests() == before
    gallery.build("--allow-shrink")
    assert not list((tmp_path / "site").rglob("w/*"))


def test_too_large_a_site_names_the_profile_that_would_fit(tmp_path: Path) -> None:
    """When the host would not take the site, the message says which copies profile would do."""
    gallery = local(tmp_path, pictures=0)
    Image.effect_noise((1700, 1200), 60).convert("RGB").save(tmp_path / "art" / "noise.jpg", quality=90)
    accounts = (tmp_path / "accounts.yaml").read_text().replace("title: Mine", "title: Mine\n  max_site_bytes: 900000")
    gallery.write(accounts)
    result = gallery.run("build")
    assert result.exit_code == 1
    assert "site.copies: lean would fit" in result.output
    assert not (tmp_path / "site").exists()
    gallery.write(accounts.replace("title: Mine", "title: Mine\n  copies: lean"))
    assert gallery.build()["shown"] == 1


def test_an_account_taken_out_of_the_list_is_meant(tmp_path: Path) -> None:
    """Replacing the demo by a gallery of one's own is no loss that a person has to confirm."""
    gallery = local(tmp_path, pictures=30)
    gallery.build()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x.png").write_bytes(picture(99))
    gallery.write((tmp_path / "accounts.yaml").read_text().replace("folder: art", "folder: mine"))
    assert gallery.build()["shown"] == 1


def test_an_artist_who_opted_out_is_named_nowhere(tmp_path: Path) -> None:
    """When an account is opted out, no page of its artist and no mention of their name stays."""
    gallery = local(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.png").write_bytes(picture(50))
    accounts = (tmp_path / "accounts.yaml").read_text()
    gallery.write(f"{accounts}  - folder: other\n    artist: ben\n    name: Benedikta\n    consent: own\n")
    gallery.build()
    assert "Benedikta" in gallery.page("index.html")
    (tmp_path / "optouts.yaml").write_text("- account: folder:other\n")
    gallery.build()
    told = [path for path in (tmp_path / "site").rglob("*.*") if b"Benedikta" in path.read_bytes()]
    assert told == []
    assert not (tmp_path / "site" / "a" / "ben").exists()


# --- bad input -------------------------------------------------------------------------------------------------------


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


def test_full_disk_leaves_the_old_site(tmp_path: Path) -> None:
    """When nothing more can be written, the build says so and the site in place is untouched."""
    gallery = local(tmp_path)
    gallery.build()
    before = gallery.digests()
    (tmp_path / "templates" / "wall").mkdir(parents=True)
    (tmp_path / "templates" / "wall" / "about.html").write_text("x" * 500_000)

    def no_large_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    command = [sys.executable, "-m", "gallery.cli", "--config", str(tmp_path / "accounts.yaml"), "build", "--offline"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=no_large_files)
    assert answer.returncode == 1, answer.stderr
    assert answer.stderr.startswith("error: cannot write the new site")
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
    """Killed at fifty random moments, a build leaves the old site or the new one, never a mixture."""
    gallery = local(tmp_path, pictures=5)
    gallery.build()
    accounts = (tmp_path / "accounts.yaml").read_text()
    command = [sys.executable, "-m", "gallery.cli", "--config", str(tmp_path / "accounts.yaml"), "build", "--offline"]
    started = time.monotonic()
    gallery.write(accounts.replace("title: Mine", "title: Title-0"))
    subprocess.run(command, check=True, capture_output=True)
    whole_s = time.monotonic() - started
    chance = random.Random(11)
    swapped = 0
    for number in range(1, 51):
        gallery.write(accounts.replace("title: Mine", f"title: Title-{number}"))
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.4, 1.0) * whole_s)  # the first part of a run only starts Python
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        titles = {re.search(r"Title-\d+", page.read_text("utf-8")).group() for page in pages(tmp_path / "site")}  # type: ignore[union-attr]
        assert len(titles) == 1
        assert broken_links(tmp_path / "site") == []
        swapped += titles == {f"Title-{number}"}
    gallery.build("--offline")
    assert gallery.page("index.html").count("Title-50")


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))
