"""A picture that a correction hides stays hidden in every copy, also when it is itself here no more."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gallery.domain import Account, Artist, Media, Picture, Post, Profile
from gallery.edited.corrections import load_corrections
from gallery.steps.hidden import remember_hidden
from gallery.store import Store
from tests.build_kit import Gallery, local
from tests.toy_server import picture

HIDE = "- post: https://example.com/one/0\n  hide: true\n"
ENTRY = "  - folder: {}\n    artist: aoi\n    consent: own\n"


def accounts(*entries: str) -> str:
    return "site:\n  title: Mine\naccounts:\n" + "".join(entries)


def hang(folder: Path, number: int, kind: str) -> None:
    """Put picture ``number`` into a folder; as another kind of file it only looks the same."""
    folder.mkdir(exist_ok=True)
    (folder / f"{number}.png").write_bytes(picture(number, kind=kind))
    about = {"permalink": f"https://example.com/{folder.name}/{number}", "date": f"2026-01-0{number + 1}"}
    (folder / f"{number}.png.json").write_text(json.dumps(about))


def shows(gallery: Gallery, address: str) -> bool:
    return any(address in page.read_text("utf-8") for page in (gallery.root / "site").rglob("*.html"))


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    """An artist with five pictures on one account and a copy of the oldest on another; that picture is hidden."""
    for number in range(5):
        hang(tmp_path / "one", number, "PNG")
    hang(tmp_path / "two", 0, "JPEG")
    (tmp_path / "corrections.yaml").write_text(HIDE)
    made = Gallery(tmp_path, accounts(ENTRY.format("one"), ENTRY.format("two")))
    assert made.build()["shown"] == 4
    return made


def delete(gallery: Gallery) -> None:
    (gallery.root / "one" / "0.png").unlink()


def narrow(gallery: Gallery) -> None:
    gallery.write(accounts(ENTRY.format("one") + "    limit: 4\n", ENTRY.format("two")))


def opt_out(gallery: Gallery) -> None:
    (gallery.root / "optouts.yaml").write_text("- account: folder:one\n")


def unlist(gallery: Gallery) -> None:
    gallery.write(accounts(ENTRY.format("two")))
    assert gallery.run("gc").exit_code == 0


@pytest.mark.parametrize("lose", [delete, narrow, opt_out, unlist])
def test_a_hidden_picture_that_is_gone_is_not_shown_from_another_account(gallery: Gallery, lose) -> None:
    """Its copy stays hidden, night after night, whatever took it away; the entry is not called idle, and without it the
    copy is shown."""
    lose(gallery)
    for _ in range(3):
        report = gallery.build("--allow-shrink")
    assert not any("no picture of the gallery is meant" in note for note in report["notes"])
    assert not shows(gallery, "example.com/two/0")
    (gallery.root / "corrections.yaml").write_text("")
    gallery.build()
    assert shows(gallery, "example.com/two/0")


@pytest.mark.parametrize(("lose", "how"), [(delete, ()), (opt_out, ("--offline",))])
def test_a_picture_hidden_and_gone_before_the_next_build_is_remembered(
    gallery: Gallery, lose, how: tuple[str, ...]
) -> None:
    """An entry written on the day on which the picture is deleted, or its account opts out, hides the copy too."""
    corrections = gallery.root / "corrections.yaml"
    corrections.unlink()
    assert gallery.build()["shown"] == 5
    corrections.write_text(HIDE)
    lose(gallery)
    report = gallery.build("--allow-shrink", *how)
    assert not any("no picture of the gallery is meant" in note for note in report["notes"])
    assert not shows(gallery, "example.com/two/0")


@pytest.mark.parametrize("how", ["removed", "emptied"])
def test_a_lost_file_of_corrections_that_is_put_back_hides_as_before(gallery: Gallery, how: str) -> None:
    """A hidden picture that is gone is remembered through a night without the file, which shows its copy."""
    delete(gallery)
    gallery.build()
    corrections = gallery.root / "corrections.yaml"
    corrections.write_text("") if how == "emptied" else corrections.unlink()
    gallery.build()
    assert shows(gallery, "example.com/two/0")
    corrections.write_text(HIDE)
    gallery.build("--allow-shrink")
    assert not shows(gallery, "example.com/two/0")


def test_a_hidden_picture_that_came_and_went_between_two_builds_is_remembered(gallery: Gallery) -> None:
    """Its entry was there before it, and no build ever met it: its copy stays hidden all the same."""
    (gallery.root / "corrections.yaml").write_text("- post: https://example.com/one/5\n  hide: true\n")
    assert gallery.run("fetch").exit_code == 0
    hang(gallery.root / "one", 5, "PNG")
    hang(gallery.root / "two", 5, "JPEG")
    assert gallery.run("fetch").exit_code == 0
    (gallery.root / "one" / "5.png").unlink()
    gallery.build()
    assert not shows(gallery, "example.com/two/5")


def test_a_mistake_in_corrections_stops_no_deletion(gallery: Gallery) -> None:
    """`gallery fetch` hears what is gone all the same, says that hidden pictures are not remembered, and why; what was
    remembered before stays so."""
    (gallery.root / "corrections.yaml").write_text(HIDE + "  hidee: true\n")
    delete(gallery)
    result = gallery.run("fetch")
    assert result.exit_code == 0
    assert "1 post removed" in result.output
    assert "hidden pictures that go in this run are not remembered, for corrections.yaml cannot" in result.output
    assert "corrections.yaml:3: unknown key 'hidee'" in result.output
    (gallery.root / "corrections.yaml").write_text(HIDE)
    gallery.build()
    assert not shows(gallery, "example.com/two/0")


def test_a_picture_once_hidden_stays_with_its_artist(gallery: Gallery) -> None:
    """When accounts.yaml calls the artist something else, their copy stays hidden; another artist's is their own."""
    delete(gallery)
    gallery.build()
    gallery.write(accounts(*(ENTRY.format(name).replace("aoi", "ben") for name in ("one", "two"))))
    gallery.build("--allow-shrink")
    assert not shows(gallery, "example.com/two/0")
    gallery.write(accounts(ENTRY.format("one"), ENTRY.format("two").replace("aoi", "ben")))
    gallery.build("--allow-shrink")
    assert shows(gallery, "example.com/two/0")


def work_at(gallery: Gallery, address: str) -> str:
    """The address of the page of the picture that links to ``address``."""
    pages = (gallery.root / "site").glob("a/*/w/*/index.html")
    (work,) = (page.parent for page in pages if address in page.read_text("utf-8"))
    return work.relative_to(gallery.root / "site").as_posix()


def test_what_was_hidden_by_its_page_stays_hidden_when_the_artist_moves(gallery: Gallery) -> None:
    """Another `artist:` in accounts.yaml gives a page another address: what was hidden or veiled by the old one stays
    so, the report says where it is now, and when the picture goes its copy does not come to light."""
    corrections = gallery.root / "corrections.yaml"
    corrections.unlink()
    gallery.build()
    hidden, veiled = (work_at(gallery, f"https://example.com/one/{number}") for number in (0, 1))
    words = ((hidden, "hide"), (veiled, "sensitive"))
    corrections.write_text("".join(f"- work: https://g.example/{page}/\n  {word}: true\n" for page, word in words))
    gallery.build()
    gallery.write(accounts(*(ENTRY.format(name).replace("aoi", "mika") for name in ("one", "two"))))
    report = gallery.build()
    assert not shows(gallery, "example.com/one/0")
    new = work_at(gallery, "https://example.com/one/1")
    assert new.startswith("a/mika/")
    assert 'class="reveal"' in gallery.page(f"{new}/index.html")
    work = hidden.rpartition("/")[2]
    assert report["notes"][0] == (f"corrections.yaml:1: taken to mean mika/{work}, for there is no aoi/{work} any more")
    assert not any("no picture of the gallery is meant" in note for note in report["notes"])
    delete(gallery)
    for _ in range(2):
        gallery.build()
        assert not shows(gallery, "example.com/two/0")


def test_what_was_hidden_and_went_stays_hidden_when_the_artist_moves(gallery: Gallery) -> None:
    """The copy of a hidden picture that is gone stays hidden under the artist's new address."""
    (gallery.root / "corrections.yaml").unlink()
    gallery.build()
    work = work_at(gallery, "https://example.com/one/0")
    (gallery.root / "corrections.yaml").write_text(f"- work: {work}\n  hide: true\n")
    delete(gallery)
    gallery.build()
    gallery.write(accounts(*(ENTRY.format(name).replace("aoi", "mika") for name in ("one", "two"))))
    for _ in range(2):
        notes = gallery.build("--allow-shrink")["notes"]
        assert not any("no picture of the gallery is meant" in note for note in notes)
        assert not shows(gallery, "example.com/two/0")


@pytest.mark.parametrize("entry", ["post: https://example.com/one/0", "work: {id}"])
def test_variants_stay_when_their_folder_is_listed_under_another_name(tmp_path: Path, entry: str) -> None:
    """A hidden picture takes look-alikes on other accounts with it, and none on its own, whatever that is called."""
    folder = tmp_path / "one"
    for number in range(2):
        hang(folder, number, "PNG")
    (folder / "1.png").write_bytes(picture(0, kind="WEBP"))
    gallery = Gallery(tmp_path, accounts(ENTRY.format("one")))
    assert gallery.build()["shown"] == 2
    works = tmp_path.glob("site/a/aoi/w/*/index.html")
    (work,) = (page.parent.name for page in works if "example.com/one/0" in page.read_text("utf-8"))
    (tmp_path / "corrections.yaml").write_text(f"- {entry.format(id=work)}\n  hide: true\n")
    gallery.build()
    folder.rename(tmp_path / "two")
    gallery.write(accounts(ENTRY.format("two")))
    for _ in range(2):
        gallery.build("--allow-shrink")
        assert (shows(gallery, "example.com/one/0"), shows(gallery, "example.com/one/1")) == (False, True)


def test_a_hidden_picture_that_moves_beside_its_copy_keeps_it_hidden(gallery: Gallery) -> None:
    """Between two folders that are both listed, what was left out as a copy does not become a variant."""
    for name in ("0.png", "0.png.json"):
        (gallery.root / "one" / name).rename(gallery.root / "two" / f"moved-{name}")
    for _ in range(2):
        gallery.build()
        assert not shows(gallery, "example.com/two/0")


def test_a_word_that_it_stays_ends_the_memory(gallery: Gallery) -> None:
    """`hide: false` of a picture that was hidden by its post, said while it is here, frees its copy for good."""
    corrections = gallery.root / "corrections.yaml"
    corrections.write_text(HIDE + "- post: https://example.com/one/0\n  picture: 1\n  hide: false\n")
    gallery.build()
    assert shows(gallery, "example.com/one/0")
    delete(gallery)
    for _ in range(2):
        gallery.build()
    assert shows(gallery, "example.com/two/0")


def test_a_handle_still_names_the_hidden_post_when_its_account_is_gone(tmp_path: Path) -> None:
    """A post on Bluesky hidden by the address that a browser shows stays so when neither it nor its account is here."""
    did, handle = "did:plc:aoi", "aoi.example.com"
    account, when = Account("bluesky", did, Artist("aoi", "Aoi")), datetime(2026, 11, 30, tzinfo=UTC)
    post = Post(f"at://{did}/app.bsky.feed.post/3k", f"https://bsky.app/profile/{did}/post/3k", when, (Media("m", ""),))
    shown = Picture("0" * 64, account, post, post.media[0], 0, 9, 8, Profile(did, handle, "Aoi", ""))
    said = tmp_path / "corrections.yaml"
    said.write_text(f"- post: https://bsky.app/profile/{handle}/post/3k\n  hide: true\n")
    with Store(tmp_path / ".gallery") as store:
        for stored in ([shown], [], []):
            hidden, _ = remember_hidden(store, load_corrections(said), stored, {shown.sha256: "0f" * 8}, [account])
            assert [one.post.key for one in hidden] == [post.key]


def test_a_purge_forgets_what_was_hidden_on_its_network(gallery: Gallery) -> None:
    """Nothing in the index names a hidden picture of a purged network, but for the copy of corrections.yaml that does;
    another network's purge leaves it."""
    content = hashlib.sha256(picture(0, kind="PNG")).hexdigest()
    for network, known in (("bluesky", True), ("folder", False)):
        assert gallery.run("purge", "--network", network, "--yes").exit_code == 0
        with closing(sqlite3.connect(gallery.root / ".gallery" / "index.sqlite3")) as index:
            index.execute("DELETE FROM meta WHERE name = 'corrections_yaml'")
            dump = "\n".join(index.iterdump())
        assert (content in dump, "example.com/one/0" in dump) == (known, known)


def test_a_purge_forgets_which_pictures_of_folders_corrections_met(tmp_path: Path) -> None:
    """Of a work that an entry names nothing is left but the entry."""
    gallery = local(tmp_path, pictures=1)
    gallery.build()
    (page,) = (tmp_path / "site" / "a" / "aoi" / "w").iterdir()
    (tmp_path / "corrections.yaml").write_text(f"- work: aoi/{page.name}\n  pin: true\n")
    gallery.build()
    content = hashlib.sha256((tmp_path / "art" / "0.png").read_bytes()).hexdigest()
    for network, known in (("bluesky", True), ("folder", False)):
        assert gallery.run("purge", "--network", network, "--yes").exit_code == 0
        with closing(sqlite3.connect(tmp_path / ".gallery" / "index.sqlite3")) as index:
            assert (content in "\n".join(index.iterdump())) is known


def test_words_about_a_picture_of_a_folder_never_pass_to_another_artists(tmp_path: Path) -> None:
    """When a veiled picture is deleted, the same bytes in a folder that is listed as well hang open as before."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.png").write_bytes(picture(0, kind="PNG"))
    gallery = Gallery(tmp_path, "- folder: one\n- folder: two\n")
    gallery.build()
    (page,) = (tmp_path / "site" / "a" / "one" / "w").iterdir()
    (tmp_path / "corrections.yaml").write_text(f"- work: one/{page.name}\n  sensitive: true\n")
    gallery.build()
    (tmp_path / "one" / "one.png").unlink()
    for _ in range(3):
        gallery.now += timedelta(days=1)
        report = gallery.build()
    assert report["shown"] == 1
    (page,) = (tmp_path / "site" / "a" / "two" / "w").iterdir()
    assert 'class="reveal"' not in (page / "index.html").read_text("utf-8")


@pytest.mark.parametrize("what", ["file", "folder"])
def test_words_about_a_picture_of_a_folder_outlast_its_name(tmp_path: Path, what: str) -> None:
    """What is hidden or veiled by the address of its page stays so when the file, or its folder, is called otherwise,
    also when what the old name left behind has been freed; and no entry is called idle."""
    folder = tmp_path / "one"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.png").write_bytes(picture(number, kind="PNG"))
    gallery = Gallery(tmp_path, "- folder: one\n")
    gallery.build()
    hidden, veiled, _ = (page.name for page in sorted((tmp_path / "site" / "a" / "one" / "w").iterdir()))
    words = f"- work: one/{hidden}\n  hide: true\n- work: {veiled}\n  sensitive: true\n"
    (tmp_path / "corrections.yaml").write_text(words)
    gallery.build()
    if what == "file":
        for number in range(3):
            (folder / f"{number}.png").rename(folder / f"new-{number}.png")
    else:
        folder.rename(tmp_path / "two")
        gallery.write("- folder: two\n")
    gallery.build()
    for _ in range(2):
        gallery.now += timedelta(days=1)
        gallery.build()
        assert gallery.run("gc").exit_code == 0
        report = gallery.build()
        assert (report["shown"], report["hidden"]) == (2, {"hidden by a person": 1})
        assert not any("corrections.yaml" in note for note in report["notes"])
        pages = (tmp_path / "site" / "a").glob("*/w/*/index.html")
        assert sum('class="reveal"' in page.read_text("utf-8") for page in pages) == 1


@pytest.mark.parametrize("lose", [Path.unlink, lambda file: file.write_text("")], ids=["deleted", "emptied"])
def test_corrections_that_are_all_gone_are_missed_once(tmp_path: Path, lose: Callable[[Path], object]) -> None:
    """Where the file was lost, hidden pictures come to light again; the report of that build says why."""
    gallery = local(tmp_path)
    file = tmp_path / "corrections.yaml"
    file.write_text("- post: https://example.com/p/1\n  hide: true\n- post: https://example.com/p/2\n  pin: true\n")
    gallery.build()
    lose(file)
    told = "corrections.yaml: 2 corrections stood there when the site was last published, and none does now"
    assert [any(told in note for note in gallery.build("--offline")["notes"]) for _ in range(2)] == [True, False]
