"""`gallery build` of a folder, build after build: only what changed is made again."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from PIL import Image

from tests.build_kit import Gallery, face, local
from tests.servers.pictures import picture


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
        "import sys, gallery.cli\nfrom datetime import datetime\n"
        "gallery.cli._now = lambda: datetime.fromisoformat(sys.argv[2])\n"
        "gallery.cli.main(['--config', sys.argv[1], 'build'], standalone_mode=False)\n"
        "print([name for name in ('PIL', 'numpy', 'onnxruntime', 'sklearn', 'jinja2') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "accounts.yaml"), gallery.now.isoformat()]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert output.splitlines()[-1] == "[]"
    assert "nothing new" in output


def test_no_file_of_the_site_tells_where_the_maintainer_keeps_what(tmp_path: Path) -> None:
    """The way to a folder or an archive, read or not, stands on no page and in no file or file's name of the site."""
    art = tmp_path / "realname" / "Private stuff" / "aoi"
    art.mkdir(parents=True)
    (art / "1.png").write_bytes(picture(1))
    archive = tmp_path / "realname" / "archives" / "ben.zip"
    gallery = Gallery(
        tmp_path,
        "site: {title: Mine, site_url: 'https://example.org/', contact: me@example.org, indexing: true}\n"
        f"accounts:\n  - folder: '{art}'\n  - x_archive: '{archive}'\n  - folder: realname/gone/cat\n",
    )
    assert gallery.build(code=3)["shown"] == 1
    told = [
        path.relative_to(tmp_path)
        for path in (tmp_path / "site").rglob("*")
        for word in ("realname", "private", "archives", "gone/")
        if word in path.name or (path.is_file() and word.encode() in path.read_bytes().lower())
    ]
    assert told == []
    assert {path.name for path in (tmp_path / "site" / "a").iterdir()} == {"aoi", "ben", "cat"}


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


def test_the_last_account_can_be_taken_out_and_everything_purged(tmp_path: Path) -> None:
    """An empty list is a gallery without pictures, so that a network can be left for good."""
    gallery = local(tmp_path)
    gallery.build()
    gallery.write("accounts: []\n")
    result = gallery.run("purge", "--network", "folder", "--yes")
    assert (result.exit_code, "3 posts deleted" in result.output) == (0, True)
    assert not list((tmp_path / "site").rglob("w/*"))
    assert gallery.build()["shown"] == 0


def test_a_single_picture_is_spoken_of_in_the_singular(tmp_path: Path) -> None:
    """What build, status and purge say of a gallery of one drawing has its nouns right."""
    gallery = local(tmp_path, pictures=1)
    said = [
        gallery.run(*command).output for command in (("build",), ("status",), ("purge", "--network=folder", "--yes"))
    ]
    found = ["1 picture shown", "1 post, last read", "1 post deleted"]
    assert [words for text, words in zip(said, found, strict=True) if words not in text] == []
    assert re.findall(r"\b1 \w+s\b", "".join(said)) == []


def test_too_large_a_site_names_the_profile_that_would_fit(tmp_path: Path) -> None:
    """When the host would not take the site, the message says which copies profile would do."""
    gallery = local(tmp_path, pictures=0)
    Image.effect_noise((1700, 1200), 60).convert("RGB").save(tmp_path / "art" / "noise.jpg", quality=90)
    accounts = (tmp_path / "accounts.yaml").read_text().replace("title: Mine", "title: Mine\n  max_site_bytes: 900000")
    gallery.write(accounts)
    result = gallery.run("build")
    assert result.exit_code == 1
    assert "site.copies: lean would fit" in result.output
    gallery.write(accounts.replace("900000", "500000"))
    assert "site.copies: thumbs would fit" in gallery.run("build").output
    assert not (tmp_path / "site").exists()
    gallery.write(accounts.replace("title: Mine", "title: Mine\n  copies: lean"))
    assert gallery.build()["shown"] == 1


def test_too_many_files_name_the_profile_that_has_fewer(tmp_path: Path) -> None:
    """Where the host takes too few files, the message says which copies profile would do, and that one does."""
    gallery = local(tmp_path, pictures=0)
    for number in range(4):
        noise = Image.effect_noise((1700, 1200 + number), 60).convert("RGB")
        noise.save(tmp_path / "art" / f"{number}.jpg", quality=50)
    files = gallery.build()["site"]["files"]
    accounts = (tmp_path / "accounts.yaml").read_text()
    gallery.write(accounts.replace("title: Mine", f"title: Mine\n  max_site_files: {files - 4}"))
    result = gallery.run("build")
    assert result.exit_code == 1
    assert "site.copies: thumbs would fit" in result.output
    gallery.write(accounts.replace("title: Mine", f"title: Mine\n  max_site_files: {files - 4}\n  copies: thumbs"))
    assert gallery.build()["site"]["files"] == files - 4


def test_a_site_without_work_pages_holds_no_copy_that_nothing_shows(tmp_path: Path) -> None:
    """What only a work's page would show, the largest copies and what lies behind veils, is on no site without them."""
    gallery = local(tmp_path, pictures=2, site="site: {title: Mine, work_pages: false}\n")
    for number in range(2):
        Image.linear_gradient("L").resize((1700, 1200 + number)).save(tmp_path / "art" / f"{number}.png")
    (tmp_path / "art" / "1.png.json").write_text('{"sensitive": true}')
    gallery.build()
    pages = "".join(gallery.page(path) for path in gallery.digests() if path.endswith(".html"))
    copies = {path for path in gallery.digests() if path.startswith("i/")}
    assert copies == set(re.findall(r"\bi/[0-9a-f]{16}[\w.-]+", pages))
    assert len(copies) == 4  # rows of both sizes, a JPEG, and the other's veil


def test_a_front_page_that_was_deleted_is_made_again_the_same_day(tmp_path: Path) -> None:
    """A site without its door is no site that stays as it is."""
    gallery = local(tmp_path)
    gallery.build()
    before = gallery.digests()
    (tmp_path / "site" / "index.html").unlink()
    gallery.build()
    assert gallery.digests() == before
