"""The site changes as one step, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.domain import OutputFile
from gallery.errors import PublishError, TooLargeError
from gallery.publish import Publisher, broken_links
from gallery.publish.links import _target
from gallery.publish.manifest import build_of
from tests.publish_kit import content, file, publish


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path / "site", tmp_path / "state")


def test_first_site_appears_whole(publisher: Publisher) -> None:
    """A first publication makes exactly the files it was given."""
    published = publish(publisher, file("index.html", "home"), file("a/b/index.html", "deep"))
    assert content(publisher.site) == {"index.html": "home", "a/b/index.html": "deep"}
    assert (published.files, published.written, published.size_bytes) == (2, 2, 8)


def test_unchanged_files_are_not_made_again(publisher: Publisher) -> None:
    """A file whose key is the same is taken from the old site; its content is not asked for."""
    publish(publisher, file("a.html", "a"), file("b.html", "b"))

    def explode() -> bytes:
        raise AssertionError("made again")

    published = publish(publisher, OutputFile("a.html", "a.html:a", explode), file("b.html", "new"))
    assert published.written == 1
    assert content(publisher.site) == {"a.html": "a", "b.html": "new"}


def test_a_site_behind_a_link_is_exchanged_where_it_lies(tmp_path: Path) -> None:
    """Who serves the folder that the link leads to sees each new site; the link stays, and nothing withdrawn does."""
    (tmp_path / "www").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "www")
    publisher = Publisher(tmp_path / "site", tmp_path / "state")
    publish(publisher, file("a.html", "a"), file("b.html", "b"))
    publish(publisher, file("a.html", "new"))
    assert (tmp_path / "site").is_symlink()
    assert content(tmp_path / "www") == {"a.html": "new"}
    assert content(tmp_path / "www.spare") == {}


def test_a_copy_that_a_power_cut_emptied_is_given_anew(publisher: Publisher, tmp_path: Path) -> None:
    """The site's second name of a copy shares its bytes, or their loss; made again, the copy is whole on the site."""
    copy = tmp_path / "x.jpg"
    copy.write_bytes(b"whole")
    given = OutputFile("i/x.jpg", "x.jpg", str(copy))
    publish(publisher, file("a.html"), given)
    copy.write_bytes(b"")  # into the same bytes as the site's
    copy.unlink()
    copy.write_bytes(b"whole")
    publish(publisher, file("a.html", "new"), given)
    assert (publisher.site / "i" / "x.jpg").read_bytes() == b"whole"


def test_a_page_that_was_emptied_or_taken_away_is_made_again(publisher: Publisher) -> None:
    """Whatever a power cut or a hand did to the folder in place, the next site is whole."""
    publish(publisher, file("a.html", "a"), file("b.html", "b"), file("c.html", "old"))
    (publisher.site / "a.html").write_bytes(b"")
    (publisher.site / "b.html").unlink()
    publish(publisher, file("a.html", "a"), file("b.html", "b"), file("c.html", "new"))
    assert content(publisher.site) == {"a.html": "a", "b.html": "b", "c.html": "new"}


def test_a_site_that_is_mounted_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    """A mount cannot be exchanged: the message says what can be done."""
    with pytest.raises(PublishError, match="is mounted, and each build puts a new folder in its place"):
        Publisher(Path("/proc"), tmp_path).recover()


def test_unnamed_files_are_gone(publisher: Publisher) -> None:
    """What the new site does not name is not there after the swap, however many sites had it, nor the empty folder."""
    same = [file("a.html"), file("b/i.html")]
    publish(publisher, *same, file("b/old.html"), file("c/i.html"))
    for _ in range(2):
        publish(publisher, *same, file("b/old.html"), file("c/i.html"), file("new.html"))
    publish(publisher, *same)
    assert content(publisher.site) == {"a.html": "", "b/i.html": ""}
    assert not (publisher.site / "c").exists()


def test_a_site_is_on_the_disk_before_it_is_shown(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """When all is flushed the stage is whole, with its mark and its manifest, and visitors still see the old site."""
    publish(publisher, file("a.html", "old"))
    seen = []

    def flush(staged: Path) -> None:
        known = (publisher.state / f"manifest-{build_of(staged)}.json").exists()
        seen.append((content(staged), known, content(publisher.site)))

    monkeypatch.setattr("gallery.publish.publisher.flush", flush)
    publish(publisher, file("a.html", "new"))
    assert seen == [({"a.html": "new"}, True, {"a.html": "old"})]


def test_equal_sites_have_equal_ids(tmp_path: Path) -> None:
    """The build id depends on paths and keys alone."""
    first = publish(Publisher(tmp_path / "one", tmp_path / "s1"), file("a.html", "x"), file("b.html"))
    second = publish(Publisher(tmp_path / "two", tmp_path / "s2"), file("b.html"), file("a.html", "x"))
    assert first.build_id == second.build_id


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a//b", "a/../b", "a\\b", "", "a/", ".build", "a/./../../b", "x y", "a\nb", "ü"]
)
def test_unsafe_paths_are_refused(publisher: Publisher, path: str) -> None:
    """No path leaves the site, and the old site stays."""
    publish(publisher, file("index.html", "old"))
    with pytest.raises(PublishError):
        publish(publisher, file("index.html", "new"), file(path))
    assert content(publisher.site) == {"index.html": "old"}


@given(st.text(max_size=40))
def test_any_path_stays_inside(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    """Whatever a path holds, nothing is written outside the site."""
    root = tmp_path_factory.mktemp("any")
    publisher = Publisher(root / "site", root / "state")
    with contextlib.suppress(PublishError):
        publish(publisher, file(path))
    assert {entry.name for entry in root.iterdir()} <= {"site", "state"}


def test_one_path_twice_is_refused(publisher: Publisher) -> None:
    """Two files under one name, even in another case, are an error."""
    for one, other in (("a.html", "A.html"), ("A.html", "a.html")):
        with pytest.raises(PublishError, match="two files"):
            publish(publisher, file(one), file(other))


@pytest.mark.parametrize("link", ["a href", "img src", "img srcset", "a data-full", "script src"])
def test_broken_link_keeps_the_old_site(publisher: Publisher, link: str) -> None:
    """A page that leads nowhere is found before the swap."""
    publish(publisher, file("index.html", "old"))
    with pytest.raises(PublishError, match=r"index.html links to 'gone/index.html'"):
        publish(publisher, file("index.html", f'<{link}="gone/index.html"></{link.split()[0]}>'))
    assert content(publisher.site) == {"index.html": "old"}


def test_link_to_a_removed_page_is_found_on_an_old_page(publisher: Publisher) -> None:
    """Pages that were not written again are looked at when something they may link to is removed."""
    page = file("index.html", '<a href="b.html#x">b</a> <img srcset="c.avif 1x, c.avif 2x">')
    publish(publisher, page, file("b.html"), file("c.avif"))
    with pytest.raises(PublishError, match=r"b\.html"):
        publish(publisher, page, file("c.avif"))


def test_a_page_whose_link_leads_nowhere_by_now_is_made_anew(publisher: Publisher) -> None:
    """What a theme links to, and the page's key does not tell of, may go: the page is made once more without it, and
    as it was it does not come back, though it was as long."""
    words = ['<a href="b.html">b</a>', "<p>it stands alone</p>"]
    page = OutputFile("index.html", "same", lambda: words.pop(0).encode())
    publish(publisher, page, file("b.html"))
    assert publish(publisher, page).written == 1
    publish(publisher, page, file("c.html"))
    assert content(publisher.site) == {"index.html": "<p>it stands alone</p>", "c.html": ""}


def test_links_elsewhere_are_left_alone(publisher: Publisher) -> None:
    """Addresses of other hosts, mail and fragments are not looked for."""
    publish(
        publisher, file("a/i.html", '<a href="https://x.example/"></a><a href="#y"></a><a href="mailto:a@b.c"></a>')
    )
    assert broken_links(publisher.site) == []


@pytest.mark.parametrize(("max_files", "max_bytes"), [(1, 8), (2, 7)])
def test_too_large_site_is_refused(publisher: Publisher, max_files: int, max_bytes: int) -> None:
    """A site over its host's limits, in files or in bytes, is not published; one that just fits is."""
    files = [file("a.html", "four"), file("b.html", "more")]
    with pytest.raises(TooLargeError, match="2 files"):
        publisher.publish(files, max_files=max_files, max_bytes=max_bytes)
    assert not publisher.site.exists()
    assert publisher.publish(files, max_files=2, max_bytes=8).files == 2


def test_failing_page_keeps_the_old_site(publisher: Publisher) -> None:
    """An error while a page is made leaves no trace beside the old site."""
    publish(publisher, file("index.html", "old"))

    def fail() -> Iterator[OutputFile]:
        yield file("index.html", "new")
        raise OSError(28, "No space left on device")

    with pytest.raises(PublishError, match="No space left"):
        publisher.publish(fail(), max_files=10, max_bytes=1000)
    assert content(publisher.site) == {"index.html": "old"}
    assert not publisher.site.with_name("site.spare").exists()


def test_lost_manifest_only_costs_time(publisher: Publisher) -> None:
    """Without the list of the old site everything is written again, and right."""
    publish(publisher, file("a.html", "a"))
    for manifest in publisher.state.iterdir():
        manifest.unlink()
    assert publish(publisher, file("a.html", "a")).written == 1


def test_what_a_person_took_out_of_the_site_by_hand_is_missed_by_nobody(publisher: Publisher) -> None:
    """A folder deleted from the site at once does not fail the publication that leaves it out as well."""
    publish(publisher, file("index.html"), file("a/aoi/index.html"), file("a/aoi/w/index.html"))
    shutil.rmtree(publisher.site / "a")
    publish(publisher, file("index.html"))
    assert content(publisher.site) == {"index.html": ""}


def test_where_a_link_in_the_site_leads_nothing_is_deleted(publisher: Publisher, tmp_path: Path) -> None:
    """A link that somebody put into the site goes with it, and the folder behind it stays as it is."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "thesis.html").write_text("years of work")
    publish(publisher, file("a.html"))
    (publisher.site / "more").symlink_to(theirs)
    for number in range(3):
        publish(publisher, file("a.html"), file("b.html", str(number)))
    assert content(publisher.site) == {"a.html": "", "b.html": "2"}
    assert content(theirs) == {"thesis.html": "years of work"}


def test_where_a_file_can_have_one_name_only_copies_are_given_whole(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a file system without hard links, or across two of them, a site holds copies and kept pages all the same."""

    def refuse(source: object, target: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "x.jpg").write_bytes(b"picture")
    given = OutputFile("i/x.jpg", "x.jpg", str(tmp_path / "x.jpg"))
    for number in range(2):
        publish(publisher, file("a.html", "kept"), file("b.html", str(number)), given)
    assert content(publisher.site) == {"a.html": "kept", "b.html": "1", "i/x.jpg": "picture"}


def test_a_folder_that_is_not_ours_is_left_alone(publisher: Publisher) -> None:
    """Where something else lies in the site's place nothing is published or touched, and the error says what to do."""
    for place in (publisher.site, publisher.site.with_name("site.previous")):
        place.mkdir()
        (place / "thesis.html").write_text("years of work")
    for _ in range(2):
        with pytest.raises(PublishError, match=r"site holds something that the gallery did not make.*move it away"):
            publish(publisher, file("index.html"))
        assert content(publisher.site) == {"thesis.html": "years of work"}
    shutil.rmtree(publisher.site)
    for _ in range(3):
        publish(publisher, file("index.html"))
    assert content(publisher.site) == {"index.html": ""}
    assert content(publisher.site.with_name("site.previous")) == {"thesis.html": "years of work"}


def test_an_empty_folder_is_a_place_for_the_site(publisher: Publisher) -> None:
    """A folder made beforehand with nothing in it becomes the site."""
    publisher.site.mkdir()
    publish(publisher, file("index.html"))
    assert content(publisher.site) == {"index.html": ""}


def test_a_site_caught_between_two_names_comes_back(publisher: Publisher) -> None:
    """What a kill between two renames left as site.previous becomes the site again, or goes if a new one is there."""
    publish(publisher, file("index.html", "old"))
    previous = publisher.site.with_name("site.previous")
    publisher.site.rename(previous)
    publisher.recover()
    assert content(publisher.site) == {"index.html": "old"}

    shutil.copytree(publisher.site, previous)
    publisher.recover()
    assert [entry.name for entry in sorted(publisher.site.parent.iterdir())] == ["site", "state"]


def test_a_page_put_back_is_newer_than_the_one_it_replaces(publisher: Publisher) -> None:
    """A page that is again what it was has the time of this build, so that no browser takes its own for newer."""
    for text in ("one", "two"):
        publish(publisher, file("a.html", text), file("same.html"))
        for page in (publisher.site / "a.html", publisher.site / "same.html"):
            os.utime(page, (1_000_000_000, 1_000_000_000))
    publish(publisher, file("a.html", "one"), file("same.html"))
    assert content(publisher.site)["a.html"] == "one"
    assert (publisher.site / "a.html").stat().st_mtime > 1_000_000_000
    assert (publisher.site / "same.html").stat().st_mtime == 1_000_000_000


PUBLISH_FOREVER = """
import sys
from pathlib import Path
from gallery.domain import OutputFile
from gallery.publish import Publisher
publisher = Publisher(Path(sys.argv[1]) / "site", Path(sys.argv[1]) / "state")
for number in range(10_000):
    text = str(number % 2)
    files = [OutputFile(f"{n}/index.html", f"{n}{text}" if n % 2 else str(n), (lambda t: lambda: t.encode())(text))
             for n in range(20)]
    publisher.publish(files, max_files=100, max_bytes=10_000)
    print(number, flush=True)
"""


def test_kill_at_any_moment_leaves_one_whole_site(tmp_path: Path) -> None:
    """Killed at twenty random moments, a publisher leaves the old site or the new one, never a mixture."""
    chance = random.Random(7)
    for _ in range(20):
        process = subprocess.Popen(
            [sys.executable, "-c", PUBLISH_FOREVER, str(tmp_path)], stdout=subprocess.PIPE, cwd=Path.cwd()
        )
        assert process.stdout
        assert process.stdout.readline() == b"0\n"  # what the last one left does not keep it from starting
        time.sleep(chance.uniform(0, 0.05))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        Publisher(tmp_path / "site", tmp_path / "state").recover()
        site = content(tmp_path / "site")
        assert len(site) == 20
        assert len({site[f"{n}/index.html"] for n in range(20) if n % 2}) == 1


@pytest.mark.parametrize(
    ("page", "address", "target"),
    [
        ("a/b/i.html", "../c.html", "a/c.html"),
        ("a/b/i.html", "../../", "index.html"),
        ("a/b/i.html", "..", "a/index.html"),
        ("a/i.html", "x/?q=1#y", "a/x/index.html"),
        ("i.html", "a%20b.html", "a b.html"),
        ("i.html", "x.html?a=1&amp;b=2", "x.html"),
        ("i.html", "https://x.example/y", None),
        ("i.html", "//x.example/y", None),
        ("i.html", "mailto:a@b.c", None),
        ("i.html", "/root.html", None),
        ("i.html", "../out.html", "../out.html"),
    ],
)
def test_addresses_lead_where_a_browser_goes(page: str, address: str, target: str | None) -> None:
    """A relative address is resolved as a browser resolves it; others are not of this site."""
    assert _target(page, address) == target
