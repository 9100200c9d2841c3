"""`gallery build` of a folder, build after build: only what changed is made again, and what people say holds."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from gallery.publish import broken_links
from tests.build_kit import Gallery, local, spoil
from tests.servers.pictures import picture
from tests.x_archive_kit import of_tweets, pack, tweet


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


def test_a_borrowed_number_of_a_post_hangs_nobodys_picture_on_another_wall(tmp_path: Path) -> None:
    """Of two archives that name a post alike, as who writes one may, each artist's page shows that artist's picture."""
    for name, tint in (("aoi", "blue"), ("eve", "red")):
        with BytesIO() as file:
            Image.new("RGB", (400, 300), tint).save(file, "PNG")
            pack(tmp_path / f"{name}.zip", of_tweets(tweet("7"), **{"data/tweets_media/7-P7.png": file.getvalue()}))
    entries = "".join(
        f"  - x_archive: {name}.zip\n    artist: {name}\n    consent: granted\n" for name in ("aoi", "eve")
    )
    gallery = Gallery(tmp_path, f"site: {{title: Mine}}\naccounts:\n{entries}")
    gallery.build()
    for name, channel in (("aoi", 2), ("eve", 0)):
        (work,) = (tmp_path / "site" / "a" / name / "w").iterdir()
        (copy, *_) = re.findall(r"i/[^\"' ]+\.jpg", (work / "index.html").read_text("utf-8"))
        with Image.open(tmp_path / "site" / copy) as image:
            pixel = image.convert("RGB").getpixel((5, 5))
        assert isinstance(pixel, tuple)
        assert pixel[channel] > 200
        assert pixel[2 - channel] < 60


def test_of_two_works_with_one_address_the_first_accounts_hangs(tmp_path: Path) -> None:
    """Where archives of one artist hold different pictures under one number, the one listed first keeps its page and
    the report counts and names the other; the site is published."""
    for name, number in (("old", 1), ("new", 2)):
        pack(tmp_path / f"{name}.zip", of_tweets(tweet("7"), **{"data/tweets_media/7-P7.png": picture(number)}))
    entries = "".join(f"  - x_archive: {name}.zip\n    artist: aoi\n    consent: granted\n" for name in ("old", "new"))
    report = Gallery(tmp_path, f"site: {{title: Mine}}\naccounts:\n{entries}").build()
    assert report["shown"] == 1
    assert report["hidden"] == {"another work has its address": 1}
    (note,) = report["notes"]
    assert note.startswith("x_archive:new.zip: left out because a work of x_archive:old.zip has the address")


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


def test_what_an_account_that_opted_out_takes_along_is_told(tmp_path: Path) -> None:
    """A build without network says, once, how much it deleted because an account opted out; status calls it so."""
    gallery = local(tmp_path, pictures=4)
    gallery.build()
    assert "active, 4 posts" in gallery.run("status").output
    (tmp_path / "optouts.yaml").write_text("- account: folder:art\n")
    told = "4 stored posts and pictures deleted: somebody has opted out"
    assert [told in gallery.build("--offline")["notes"] for _ in range(2)] == [True, False]
    assert "opted out, 0 posts" in gallery.run("status").output


def test_a_works_page_given_as_a_post_is_told_how_to_name_it(tmp_path: Path) -> None:
    """A correction that gives the page of a work as a post means no picture; the note says what to write."""
    gallery = local(tmp_path)
    (tmp_path / "corrections.yaml").write_text(
        "- post: https://you.github.io/gallery/a/art/w/0c1d2e3f4a5b/\n  hide: true\n"
    )
    (note, *_) = gallery.build()["notes"]
    assert note == (
        "corrections.yaml:1: no picture of the gallery is meant by this correction; a page of this gallery is named by"
        " `work: art/0c1d2e3f4a5b`"
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


@pytest.mark.parametrize("fetched_before", [True, False])
def test_an_opt_out_that_meets_nothing_is_asked_about(tmp_path: Path, fetched_before: bool) -> None:
    """The report names the post and the sha256 that were never here, night after night; of those that were, whether
    they had been stored or came only now, it never does."""
    gallery = local(tmp_path)
    if fetched_before:
        gallery.build()
    bytes_of_it = hashlib.sha256((tmp_path / "art" / "2.png").read_bytes()).hexdigest()
    entries = f"- post: https://example.com/p/1\n- sha256: {bytes_of_it}\n"
    entries += f"- post: https://example.com/other\n- sha256: {'0' * 64}\n"
    for night in range(3):
        (tmp_path / "optouts.yaml").write_text(entries + f"# {night}\n")
        post, content = [note for note in gallery.build()["notes"] if "ever here" in note]
        assert post == "optouts.yaml: nothing that was ever here is meant by example.com/other; is it the right one?"
        assert f"by {'0' * 64};" in content


def test_a_page_of_the_gallery_given_as_a_post_is_asked_about(tmp_path: Path) -> None:
    """An artist sends the page on which they found their drawing; the report says that it is no post."""
    gallery = local(tmp_path, site="site:\n  site_url: https://art.example.org/drawn/\n")
    (tmp_path / "optouts.yaml").write_text(
        "- post: https://art.example.org/drawn/w/0c1d2e3f4a5b/\n- post: https://art.example.org/drawn-by-me/1\n"
    )
    note, other = gallery.build()["notes"]
    assert "art.example.org/drawn-by-me/1" in other
    assert note.startswith("optouts.yaml: art.example.org/drawn/w/0c1d2e3f4a5b is a page of this gallery and no post")


def two_of_one_handle(tmp_path: Path) -> tuple[Gallery, str, str]:
    """A built gallery of two folders that are called alike, and the entry of each."""
    for number, folder in enumerate((tmp_path / "a" / "aoi", tmp_path / "b" / "aoi")):
        folder.mkdir(parents=True)
        (folder / "0.png").write_bytes(picture(number))
    first, second = ("  - folder: a/aoi\n", "  - folder: b/aoi\n")
    gallery = Gallery(tmp_path, f"accounts:\n{first}{second}")
    assert gallery.build()["notes"] == []
    return gallery, first, second


def test_the_report_tells_whose_address_passed_to_somebody_else(tmp_path: Path) -> None:
    """When an artist leaves the list and another of the same handle takes their address and feed, the build says so,
    once, and what keeps it from happening, also nights later; two lines that change places do the same to both."""
    gallery, first, second = two_of_one_handle(tmp_path)
    gallery.write(f"accounts:\n{second}")
    (note,) = gallery.build()["notes"]
    assert note.startswith("a/aoi/ and its feed were those of folder:a/aoi and are those of folder:b/aoi now; if")
    assert "`artist:`" in note
    gallery.now += timedelta(days=1)
    assert gallery.build()["notes"] == []
    gallery.write(f"accounts:\n{second}{first}")
    (note,) = gallery.build()["notes"]
    assert note.startswith(
        "a/aoi-folder/ and its feed were those of folder:b/aoi and are those of folder:a/aoi now; if"
    )
    gallery.write(f"accounts:\n{first}{second}")
    notes = gallery.build()["notes"]
    assert [note.partition(" and its feed")[0] for note in notes] == ["a/aoi/", "a/aoi-folder/"]


def test_an_address_that_stays_with_an_artist_is_not_spoken_of(tmp_path: Path) -> None:
    """An artist who has one account more or less keeps their address, and so does one who leaves with it."""
    gallery, first, second = two_of_one_handle(tmp_path)
    both = [f"{entry}    artist: aoi\n" for entry in (first, second)]
    for entries in ("".join(both), both[0], first):
        gallery.write(f"accounts:\n{entries}")
        assert gallery.build("--allow-shrink")["notes"] == []


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


def test_the_last_account_can_be_taken_out_and_everything_purged(tmp_path: Path) -> None:
    """An empty list is a gallery without pictures, so that a network can be left for good."""
    gallery = local(tmp_path)
    gallery.build()
    gallery.write("accounts: []\n")
    result = gallery.run("purge", "--network", "folder", "--yes")
    assert (result.exit_code, "3 posts deleted" in result.output) == (0, True)
    assert not list((tmp_path / "site").rglob("w/*"))
    assert gallery.build()["shown"] == 0


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


def test_a_front_page_that_was_deleted_is_made_again_the_same_day(tmp_path: Path) -> None:
    """A site without its door is no site that stays as it is."""
    gallery = local(tmp_path)
    gallery.build()
    before = gallery.digests()
    (tmp_path / "site" / "index.html").unlink()
    gallery.build()
    assert gallery.digests() == before
