"""A site that would lose too many pictures at once waits for a person, unless somebody asked for what is lost."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.build_kit import local, spoil
from tests.servers.pictures import picture


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


def test_a_site_refused_for_want_of_pictures_says_why(tmp_path: Path) -> None:
    """When most pictures cannot be read any more, message and report count and name them; the old site stays."""
    gallery = local(tmp_path, pictures=30)
    gallery.build()
    for file in [*(tmp_path / ".gallery" / "files").glob("*/*")]:
        spoil(tmp_path, file.name)
    before = gallery.digests()
    report = gallery.build("--report", str(tmp_path / "report.md"), code=6)
    assert "30 could not be classified" in report["refused"]
    assert "--allow-shrink" in report["refused"]
    (classify,) = (stage for stage in report["stages"] if stage["name"] == "classify")
    assert (classify["failed"], len(classify["details"])) == (30, 30)
    assert [account["key"] for account in report["accounts"]] == ["folder:art"]
    assert (report["exit_code"], report["shown"], report["site"]["folder"]) == (6, 30, "")
    assert "Not published" in (tmp_path / "report.md").read_text("utf-8")
    said = gallery.run("build").output
    assert "30 failed" in said
    assert "error: the new site would show 0 pictures" in said
    assert gallery.digests() == before


def test_one_artists_opt_out_excuses_no_loss_of_another(tmp_path: Path) -> None:
    """What somebody withdrew explains their own missing pictures; those of others still wait for a person."""
    gallery = local(tmp_path, pictures=20)
    (tmp_path / "other").mkdir()
    for number in range(20):
        (tmp_path / "other" / f"{number}.png").write_bytes(picture(100 + number))
    gallery.write((tmp_path / "accounts.yaml").read_text() + "  - folder: other\n    artist: ben\n    consent: own\n")
    gallery.build()
    (tmp_path / "optouts.yaml").write_text("- account: folder:other\n")
    with contextlib.closing(sqlite3.connect(tmp_path / ".gallery" / "index.sqlite3")) as index, index:
        index.execute("PRAGMA foreign_keys = ON")
        index.execute("DELETE FROM post WHERE id IN (SELECT id FROM post WHERE account = 'folder:art' LIMIT 15)")
    gallery.build("--offline", code=6)
    gallery.build("--offline", "--allow-shrink")
    assert not (tmp_path / "site" / "a" / "ben").exists()


@pytest.mark.parametrize("narrowed", ["limit: 5", "since: 2026-01-16"])
def test_what_the_maintainer_narrows_is_asked_for(tmp_path: Path, narrowed: str) -> None:
    """``limit`` and ``since`` are the maintainer's word: what they leave out needs no other one."""
    gallery = local(tmp_path, pictures=20)
    gallery.build()
    gallery.write((tmp_path / "accounts.yaml").read_text() + f"    {narrowed}\n")
    assert gallery.build()["shown"] == 5


def test_what_an_edit_dates_before_since_is_asked_for(tmp_path: Path) -> None:
    """Somebody gives old pictures the dates that they really have: the site goes on without them."""
    gallery = local(tmp_path, pictures=20)
    gallery.write((tmp_path / "accounts.yaml").read_text() + "    since: 2026-01-01\n")
    gallery.build()
    for number in range(12):
        sidecar = tmp_path / "art" / f"{number}.png.json"
        said = json.loads(sidecar.read_text())
        sidecar.write_text(json.dumps(said | {"date": "2025-06-01T12:00:00+00:00"}))
    assert gallery.build()["shown"] == 8


def test_what_new_posts_push_out_of_the_limit_nobody_asked_for(tmp_path: Path) -> None:
    """When the posts that take others' places cannot be shown, the old site stays until somebody has looked."""
    gallery = local(tmp_path, pictures=20)
    gallery.write((tmp_path / "accounts.yaml").read_text() + "    limit: 20\n")
    gallery.build()
    for number in range(20):
        (tmp_path / "art" / f"new-{number}.png").write_bytes(picture(100 + number))  # dated today
    gallery.run("fetch")
    for number in range(20):
        spoil(tmp_path, hashlib.sha256(picture(100 + number)).hexdigest())
    gallery.build("--offline", code=6)


def test_what_was_withdrawn_once_excuses_no_later_loss(tmp_path: Path) -> None:
    """With the site that is published without them, withdrawn pictures have done their part."""
    gallery = local(tmp_path, pictures=30)
    gallery.build()
    (tmp_path / "optouts.yaml").write_text("".join(f"- post: https://example.com/p/{n}\n" for n in range(12)))
    assert gallery.build("--offline")["shown"] == 18
    with contextlib.closing(sqlite3.connect(tmp_path / ".gallery" / "index.sqlite3")) as index, index:
        index.execute("PRAGMA foreign_keys = ON")
        index.execute("DELETE FROM post WHERE id IN (SELECT id FROM post LIMIT 14)")
        index.execute("UPDATE meta SET value = '' WHERE name = 'fingerprint'")
    gallery.build("--offline", code=6)


def test_a_run_that_ends_before_it_removes_removes_next_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder tells once that a picture is gone: a run that is interrupted between hearing it and acting on it hears
    it again."""
    gallery = local(tmp_path, pictures=5)
    gallery.build()
    (tmp_path / "art" / "0.png").unlink()
    with monkeypatch.context() as dying:

        def interrupted(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        dying.setattr("gallery.fetch.losses.remove_gone", interrupted)
        gallery.build(code=130)
    for _ in range(2):
        gallery.build()
    assert len(list((tmp_path / "site").rglob("w/*/index.html"))) == 4


def test_a_wish_is_kept_on_a_night_that_could_read_nobody(tmp_path: Path) -> None:
    """No account answers: the site is made of what is stored, without what somebody withdrew, and the code is 4."""
    gallery = local(tmp_path)
    gallery.build()
    doomed = hashlib.sha256((tmp_path / "art" / "0.png").read_bytes()).hexdigest()
    (tmp_path / "optouts.yaml").write_text(f"- sha256: {doomed}\n")
    (tmp_path / "art").rename(tmp_path / "elsewhere")
    assert gallery.build(code=4)["shown"] == 2
    assert len(list((tmp_path / "site").rglob("w/*/index.html"))) == 2


def test_a_night_with_nobody_read_and_nothing_stored_leaves_the_site(tmp_path: Path) -> None:
    """As after a lost cache: no empty gallery takes the place of the one that is there."""
    gallery = local(tmp_path)
    gallery.build()
    before = gallery.digests()
    shutil.rmtree(tmp_path / ".gallery")
    (tmp_path / "art").rename(tmp_path / "elsewhere")
    assert any("nothing is stored" in note for note in gallery.build(code=4)["notes"])
    assert gallery.digests() == before


def test_a_site_is_not_made_of_a_store_that_was_lost(tmp_path: Path) -> None:
    """Whoever copied the gallery without its hidden folder, and renders, keeps the site and reads that nothing was ever
    fetched; a list of nobody is a gallery of nothing all the same."""
    gallery = local(tmp_path)
    gallery.build()
    before = gallery.digests()
    shutil.rmtree(tmp_path / ".gallery")
    told = "no account was ever read and nothing is stored: the site stays as it is"
    assert told in gallery.build("--offline")["notes"]
    assert gallery.digests() == before
    gallery.write("accounts: []\n")
    assert gallery.build("--offline")["shown"] == 0


def test_an_account_that_opted_out_is_no_account_that_was_read(tmp_path: Path) -> None:
    """Beside an entry that is passed over, a night with nobody read ends with 4, and no empty gallery takes the place
    of the one that is there after a lost cache."""
    gallery = local(tmp_path)
    gallery.write((tmp_path / "accounts.yaml").read_text() + "  - folder: other\n    artist: ben\n")
    (tmp_path / "optouts.yaml").write_text("- account: folder:other\n")
    gallery.build()
    (tmp_path / "art").rename(tmp_path / "elsewhere")
    gallery.build(code=4)
    before = gallery.digests()
    shutil.rmtree(tmp_path / ".gallery")
    assert any("nothing is stored" in note for note in gallery.build(code=4)["notes"])
    assert gallery.digests() == before


def test_an_account_taken_out_of_the_list_is_meant(tmp_path: Path) -> None:
    """Replacing the demo by a gallery of one's own is no loss that a person has to confirm."""
    gallery = local(tmp_path, pictures=30)
    gallery.build()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x.png").write_bytes(picture(99))
    gallery.write((tmp_path / "accounts.yaml").read_text().replace("folder: art", "folder: mine"))
    assert gallery.build()["shown"] == 1
