"""What people say, in corrections and opt-outs, holds in a build, and what they may have meant is asked."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.build_kit import local
from tests.servers.pictures import picture


def test_what_an_account_that_opted_out_takes_along_is_told(tmp_path: Path) -> None:
    """A build without network says, once, how much it deleted because an account opted out; status calls it so."""
    gallery = local(tmp_path, pictures=4)
    gallery.build()
    assert "active, 4 posts" in gallery.run("status").output
    (tmp_path / "optouts.yaml").write_text("- account: folder:art\n")
    told = "4 stored posts and pictures deleted: somebody has opted out"
    assert [told in gallery.build("--offline")["notes"] for _ in range(2)] == [True, False]
    gallery.build()
    assert "opted out, 0 posts, read no more\n" in gallery.run("status").output


def test_status_counts_what_was_withdrawn_and_names_the_first_of_what_fails(tmp_path: Path) -> None:
    """The pictures of years that somebody opted out of are no list to read; nor is a folder full of broken files."""
    gallery = local(tmp_path, pictures=30)
    for number in range(25):
        (tmp_path / "art" / f"{number}.png").write_bytes(picture(number)[:60])
    hashes = [hashlib.sha256(picture(number)).hexdigest() for number in range(25, 29)]
    (tmp_path / "optouts.yaml").write_text("".join(f"- sha256: {each}\n" for each in hashes))
    gallery.build()
    lines = gallery.run("status").output.splitlines()
    assert sum(line.startswith("  picture ") for line in lines) == 20
    assert lines[-3:-1] == ["  … and 5 more pictures that could not be had", "  4 pictures not fetched: opted out"]


def test_a_works_page_given_as_a_post_is_told_how_to_name_it(tmp_path: Path) -> None:
    """A correction that gives the page of a work as a post means no picture; the note says what to write, and nothing
    of the kind of another idle one."""
    gallery = local(tmp_path)
    idle = (
        "post: https://you.github.io/gallery/a/art/w/0c1d2e3f4a5b/",
        "work: 0c1d2e3f4a5b",
        "post: https://a.example/9",
    )
    (tmp_path / "corrections.yaml").write_text("".join(f"- {entry}\n  hide: true\n" for entry in idle))
    told = "no picture of the gallery is meant by this correction"
    assert gallery.build()["notes"] == [
        f"corrections.yaml:1: {told}; a page of this gallery is named by `work: art/0c1d2e3f4a5b`",
        f"corrections.yaml:3: {told}",
        f"corrections.yaml:5: {told}",
    ]


def test_of_many_corrections_in_vain_the_first_are_named(tmp_path: Path) -> None:
    """Corrections of an artist who left do not fill each report."""
    gallery = local(tmp_path)
    lines = [f"- post: https://example.com/gone/{number}\n  hide: true\n" for number in range(25)]
    (tmp_path / "corrections.yaml").write_text("".join(lines))
    notes = [note for note in gallery.build()["notes"] if note.startswith("corrections.yaml")]
    assert len(notes) == 21
    assert notes[-1] == "corrections.yaml: no picture is meant by 5 more corrections, either"


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


def test_an_opt_out_of_somebody_who_was_never_here_is_asked_about(tmp_path: Path) -> None:
    """The report names accounts that nobody here ever had, and none that was met, in whatever spelling or by a sidecar
    alone, also when it has left the list since."""
    gallery = local(tmp_path)
    saved = {"category": "twitter", "tweet_id": 5, "date": "2026-01-01 00:00:00", "author": {"id": 77, "name": "ben"}}
    (tmp_path / "art" / "1.png.json").write_text(json.dumps(saved))
    entries = "- account: x:@Aoi_New\n- account: x:12\n- account: x:@Ben\n"
    (tmp_path / "optouts.yaml").write_text(entries)
    told = "optouts.yaml: nobody who was ever here is called x:12, x:aoi_new; is that the right name?"
    assert gallery.build()["notes"] == [told]
    (tmp_path / "optouts.yaml").write_text(f"{entries}- account: folder:./art\n")
    assert told in gallery.build()["notes"]
    gallery.write("accounts: []\n")
    gallery.run("gc")
    assert gallery.build()["notes"] == [told]


def test_an_opt_out_of_what_was_saved_from_an_account_is_missed(tmp_path: Path) -> None:
    """The build says, once, that an account whose posts lie in a folder stands in optouts.yaml no more."""
    gallery = local(tmp_path)
    saved = {"category": "twitter", "tweet_id": 5, "date": "2026-01-01 00:00:00", "author": {"id": 77, "name": "ben"}}
    (tmp_path / "art" / "1.png.json").write_text(json.dumps(saved))
    gallery.build()
    (tmp_path / "optouts.yaml").write_text("- account: x:ben\n")
    assert gallery.build()["shown"] == 2
    (tmp_path / "optouts.yaml").unlink()
    told = "optouts.yaml: x:ben does not stand there any more"
    report = gallery.build()
    assert (report["shown"], report["notes"][0].startswith(told)) == (3, True)
    assert not any(note.startswith(told) for note in gallery.build()["notes"])


def test_who_opts_out_with_one_of_several_accounts_is_asked_about(tmp_path: Path) -> None:
    """The report names the artist's other accounts that are still shown, until the one that opted out is listed no more
    or all have opted out."""
    gallery = local(tmp_path)
    for number, name in enumerate(("other", "bens")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.png").write_bytes(picture(50 + number))
    one = (tmp_path / "accounts.yaml").read_text() + "  - folder: bens\n"
    gallery.write(f"{one}  - folder: other\n    artist: aoi\n")
    assert gallery.build()["notes"] == []
    (tmp_path / "optouts.yaml").write_text("- account: folder:other\n")
    told = (
        "optouts.yaml: folder:other opted out; still shown of the same artist: folder:art. Name each that is meant,"
        " and take folder:other out of accounts.yaml:8"
    )
    assert told in gallery.build()["notes"]
    gallery.write(one)
    assert gallery.build()["notes"] == []
    gallery.write(f"{one}  - folder: other\n    artist: aoi\n")
    (tmp_path / "optouts.yaml").write_text("- account: folder:other\n- account: folder:art\n")
    assert not any("same artist" in note for note in gallery.build()["notes"])


def test_an_opt_out_on_the_wrong_network_is_asked_about(tmp_path: Path) -> None:
    """Whoever takes a Mastodon for a Misskey is asked whether the account of that handle was meant."""
    gallery = local(tmp_path)
    (tmp_path / "optouts.yaml").write_text("- account: x_archive:art\n")
    (note,) = gallery.build()["notes"]
    assert note.startswith("optouts.yaml: x_archive:art is not in the list of accounts, but folder:art is, and is")


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


def test_the_page_of_a_work_given_as_a_post_is_answered_with_the_entry_to_write(tmp_path: Path) -> None:
    """Whatever language the artist found it in, and whether the gallery knows its address, the report says what takes
    the picture away; written so, it does."""
    gallery = local(tmp_path)
    (tmp_path / "art" / "1.png.json").unlink()
    gallery.build()
    pages = (tmp_path / "site" / "a" / "aoi" / "w").glob("*/index.html")
    works = {page.parent.name: page.read_text() for page in pages}
    posted = next(work for work, text in works.items() if "https://example.com/p/2" in text)
    unposted = next(work for work, text in works.items() if "https://example.com/p/" not in text)
    content = hashlib.sha256((tmp_path / "art" / "1.png").read_bytes()).hexdigest()
    for work, entry in ((posted, "post: https://example.com/p/2"), (unposted, f"sha256: {content}")):
        page = f"you.example/gallery/ja/a/aoi/w/{work}/index.html"
        (tmp_path / "optouts.yaml").write_text(f"- post: https://{page}\n")
        told = f"{page} is a page of this gallery and no post, so nothing is left out for it; write `{entry}`"
        assert gallery.build()["notes"] == [f"optouts.yaml: {told}"]
        (tmp_path / "optouts.yaml").write_text(f"- {entry}\n")
        gallery.build()
        assert not (tmp_path / "site" / "a" / "aoi" / "w" / work).exists()


def test_of_a_post_with_several_pictures_one_alone_can_be_removed(tmp_path: Path) -> None:
    """Where the page that an artist names shows one of several pictures of a post, the report tells the entry that
    takes them all and the one that leaves the others, and so it does."""
    gallery = local(tmp_path)
    for number in (0, 1):
        said = {"permalink": "https://example.com/p/0", "date": "2026-01-01", "post": "both"}
        (tmp_path / "art" / f"{number}.png.json").write_text(json.dumps(said))
    gallery.build()
    content = hashlib.sha256((tmp_path / "art" / "1.png").read_bytes()).hexdigest()
    told = []
    for page in (tmp_path / "site" / "a" / "aoi" / "w").iterdir():
        (tmp_path / "optouts.yaml").write_text(f"- post: https://you.example/a/aoi/w/{page.name}/\n")
        told += gallery.build()["notes"]
    both = "write `post: https://example.com/p/0` and its 2 pictures go, or for this one and its look-alikes"
    assert sum(note.endswith(f"{both} `sha256: {content}`") for note in told) == 1
    (tmp_path / "optouts.yaml").write_text(f"- sha256: {content}\n")
    assert gallery.build()["shown"] == 2


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


@pytest.mark.parametrize(("slip", "told"), [("titel: Ours", "unknown key 'titel'"), ("theme: nope", "no theme 'nope'")])
def test_an_opt_out_does_not_wait_for_mistakes_in_accounts_yaml(tmp_path: Path, slip: str, told: str) -> None:
    """A build that cannot use accounts.yaml names the mistake, asks nobody, and takes what was withdrawn off the site,
    which it makes by the list as last published."""
    gallery = local(tmp_path)
    gallery.build()
    (tmp_path / "art" / "new.png").write_bytes(picture(7))
    (tmp_path / "optouts.yaml").write_text("- post: https://example.com/p/1\n")
    gallery.write((tmp_path / "accounts.yaml").read_text().replace("title: Mine", slip))
    report = gallery.build("--report", str(tmp_path / "report.md"), code=2)
    assert f"accounts.yaml:2: {told}" in report["refused"]
    assert (report["shown"], report["site"]["folder"], report["accounts"]) == (2, "site", [])
    assert "1 stored post or picture deleted: somebody has opted out" in report["notes"]
    assert report["notes"][-1].startswith("nobody was asked for anything new; accounts.yaml counted as it was")
    assert "**Published all the same, exit code 2:**" in (tmp_path / "report.md").read_text("utf-8")
    assert len(list((tmp_path / "site").rglob("w/*/index.html"))) == 2
    assert "<title>Mine" in gallery.page("index.html")


def test_a_second_mistake_hides_none_in_accounts_yaml(tmp_path: Path) -> None:
    """Where the site cannot be made by the list as last published, either, both reasons are told."""
    gallery = local(tmp_path)
    gallery.build()
    (tmp_path / "optouts.yaml").write_text("- pots: x\n")
    gallery.write((tmp_path / "accounts.yaml").read_text().replace("title: Mine", "titel: Mine"))
    report = gallery.build(code=2)
    assert "accounts.yaml:2: unknown key 'titel'" in report["refused"]
    assert "optouts.yaml:1: unknown key 'pots'" in report["notes"][-1]


@pytest.mark.parametrize(
    ("slip", "told"),
    [("- pots: x\n", ":1: unknown key 'pots'"), ("- post: [\n", "not valid YAML")],
    ids=["entry", "file"],
)
def test_a_mistake_in_one_wish_keeps_no_other_waiting(tmp_path: Path, slip: str, told: str) -> None:
    """Until it is mended, what can be read of optouts.yaml goes and what it named before stays away, each night; no
    source is read, and nothing comes back."""
    gallery = local(tmp_path, pictures=4)
    saved = {"category": "twitter", "tweet_id": 5, "date": "2026-01-01 00:00:00", "author": {"id": 77, "name": "ben"}}
    (tmp_path / "art" / "1.png.json").write_text(json.dumps(saved))
    wishes, first, second = tmp_path / "optouts.yaml", "- account: x:ben\n", "- post: https://example.com/p/2\n"
    wishes.write_text(first)
    assert gallery.build()["shown"] == 3
    (tmp_path / "art" / "new.png").write_bytes(picture(12))
    wishes.write_text(slip + second)
    for published in ("site", ""):
        report = gallery.build(code=2)
        assert told in report["refused"]
        assert (report["shown"], report["site"]["folder"], report["accounts"]) == (2 + ("[" in slip), published, [])
        assert not any("does not stand there" in note for note in report["notes"])
    wishes.write_text(first + second)
    assert gallery.build()["shown"] == 3
    assert "https://example.com/p/2" not in gallery.page("a/aoi/index.html")


def test_no_mistake_hides_another(tmp_path: Path) -> None:
    """What is wrong in optouts.yaml is told beside what is wrong in corrections.yaml, or with a template."""
    gallery = local(tmp_path)
    gallery.build()
    (tmp_path / "optouts.yaml").write_text("- pots: x\n- post: https://example.com/p/1\n")
    (tmp_path / "corrections.yaml").write_text("- psot: x\n")
    refused = gallery.build(code=2)["refused"]
    assert ("unknown key 'pots'" in refused, "unknown key 'psot'" in refused) == (True, True)
    (tmp_path / "corrections.yaml").unlink()
    (tmp_path / "templates" / "wall").mkdir(parents=True)
    (tmp_path / "templates" / "wall" / "artist.html").write_text("{% if %}")
    report = gallery.build(code=2)
    assert "artist.html" in report["refused"]
    assert any("unknown key 'pots'" in note for note in report["notes"])


def test_before_a_first_site_a_wish_that_cannot_be_read_stops_all(tmp_path: Path) -> None:
    """Nothing is in view that would have to go, so nothing is made."""
    gallery = local(tmp_path)
    (tmp_path / "optouts.yaml").write_text("- pots: x\n")
    gallery.build(code=2)
    assert not (tmp_path / "site").exists()


def test_what_opt_outs_deleted_is_told_when_no_site_can_be_made(tmp_path: Path) -> None:
    """The count comes once; the report has it, and says what stays in view, also where a mistake in another file keeps
    the new site from being made."""
    gallery = local(tmp_path)
    gallery.build()
    (tmp_path / "optouts.yaml").write_text("- post: https://example.com/p/1\n")
    (tmp_path / "templates" / "wall").mkdir(parents=True)
    (tmp_path / "templates" / "wall" / "artist.html").write_text("{% if %}")
    notes = gallery.build("--offline", code=2)["notes"]
    assert "1 stored post or picture deleted: somebody has opted out" in notes
    assert notes[0].startswith("1 picture, withdrawn")
    assert "https://example.com/p/1" in gallery.page("a/aoi/index.html")


def test_an_opt_out_does_not_wait_for_mistakes_in_corrections_yaml(tmp_path: Path) -> None:
    """Where something was withdrawn, corrections count as they were when the site was last published, and are read anew
    until the mistake is mended; where nothing was, it keeps the new site from being made."""
    gallery = local(tmp_path)
    said = "- post: https://example.com/p/2\n  hide: true\n"
    (tmp_path / "corrections.yaml").write_text(said)
    gallery.build()
    (tmp_path / "corrections.yaml").write_text(f"{said}- pots: x\n")
    (tmp_path / "art" / "new.png").write_bytes(picture(7))
    assert gallery.build(code=2)["site"]["folder"] == ""
    (tmp_path / "optouts.yaml").write_text("- post: https://example.com/p/1\n")
    report = gallery.build(code=2)
    assert "corrections.yaml:3: unknown key 'pots'" in report["refused"]
    assert (report["shown"], report["hidden"], report["site"]["folder"]) == (2, {"hidden by a person": 1}, "site")
    assert any(note.startswith("corrections.yaml counted as when") for note in report["notes"])
    assert "https://example.com/p/1" not in gallery.page("a/aoi/index.html")
    assert gallery.build(code=2)["site"]["folder"] == ""
    (tmp_path / "corrections.yaml").write_text(said)
    gallery.build()


def test_an_opt_out_does_not_wait_for_a_corrections_yaml_that_is_not_read(tmp_path: Path) -> None:
    """One that is called otherwise, say, counts as when the site was last published, like one with a mistake in it; and
    where nothing has to go, it is told, though there is nothing new."""
    gallery = local(tmp_path)
    (tmp_path / "corrections.yaml").write_text("")
    gallery.build()
    (tmp_path / "corrections.yaml").rename(tmp_path / "Corrections.yml")
    assert "Corrections.yml: is not read" in gallery.build(code=2)["refused"]
    (tmp_path / "optouts.yaml").write_text("- post: https://example.com/p/1\n")
    report = gallery.build(code=2)
    assert ("Corrections.yml: is not read" in report["refused"], report["site"]["folder"]) == (True, "site")
    assert "https://example.com/p/1" not in gallery.page("a/aoi/index.html")


def test_an_opt_out_does_not_wait_for_a_classifier_of_ones_own(tmp_path: Path) -> None:
    """Where that is not there, what was withdrawn goes from the store, and the report says what stays in view."""
    gallery = local(tmp_path)
    gallery.build()
    gallery.write("classifier: onnx:m.onnx\n" + (tmp_path / "accounts.yaml").read_text())
    (tmp_path / "optouts.yaml").write_text("- post: https://example.com/p/1\n")
    report = gallery.build("--offline", code=1)
    assert "m.onnx: cannot be read" in report["refused"]
    assert "1 stored post or picture deleted: somebody has opted out" in report["notes"]
    assert report["notes"][0].startswith("1 picture, withdrawn")
