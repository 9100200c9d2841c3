"""What a publication leaves beside the site is raw material for the next one, and never more than that."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from gallery.domain import OutputFile
from gallery.errors import PublishError
from gallery.publish import Publisher
from gallery.publish.manifest import build_of
from tests.publish_kit import content, file, publish, publish_apart


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path / "site", tmp_path / "state")


def test_what_was_taken_away_lies_in_no_spare(publisher: Publisher) -> None:
    """Of the old site no page stays that vanished or whose words changed; where nobody knows what it held, nothing."""
    spare = publisher.site.with_name("site.spare")
    same = file("same.html")
    publish(publisher, file("a.html", "hers"), file("b/i.html", "hers"), same)
    assert not spare.exists()
    publish(publisher, file("a.html", "his"), same)
    assert content(spare) == {"same.html": ""}
    shutil.rmtree(publisher.state)
    publish(publisher, file("a.html", "again"))
    assert not spare.exists()


def test_thousands_of_copies_go_from_one_folder_in_no_time(publisher: Publisher) -> None:
    """When an artist leaves, each of their copies goes without a look at all others."""
    files = [file(f"i/{number}.jpg") for number in range(6_000)]
    publisher.publish(files, max_files=10_000, max_bytes=1_000_000)
    started = time.process_time()
    publisher.publish(files[5_000:], max_files=10_000, max_bytes=1_000_000)
    assert time.process_time() - started < 2
    assert len(content(publisher.site.with_name("site.spare"))) == 1_000


def test_a_publication_that_fails_leaves_each_copy_of_the_site_in_place(publisher: Publisher, tmp_path: Path) -> None:
    """A file that is given, not made, shares its bytes with the site and the spare: another in its place is given
    anew."""
    for name in ("old", "new"):
        (tmp_path / name).write_text(name)
    old, new = (OutputFile("a.css", name, str(tmp_path / name)) for name in ("old", "new"))
    for _ in range(2):
        publish(publisher, old)
    with pytest.raises(PublishError):
        publish(publisher, new, file("b.html", '<a href="gone.html">x</a>'))
    assert content(publisher.site) == {"a.css": "old"}
    publish(publisher, new)
    assert (content(publisher.site), (tmp_path / "old").read_text()) == ({"a.css": "new"}, "old")


def test_of_manifests_those_of_the_site_and_its_spare_are_kept(publisher: Publisher) -> None:
    """However often a site is published, the list of no other one is left."""
    for number in range(4):
        publish(publisher, file("a.html", str(number)), file("b.html"))
    builds = [build_of(folder) for folder in (publisher.site, publisher.site.with_name("site.spare"))]
    assert {one.name for one in publisher.state.iterdir()} == {f"manifest-{build}.json" for build in builds}


def test_spare_is_reused_and_never_leaks_into_the_site(publisher: Publisher) -> None:
    """The site before last becomes the next stage, brought to exactly what the new site names."""
    publish(publisher, file("a/i.html", "1"), file("b/i.html", "1"))
    publish(publisher, file("a/i.html", "2"), file("b/i.html", "1"), file("c/d/i.html", "1"))
    spare = publisher.site.with_name("site.spare")
    assert content(spare) == {"b/i.html": "1"}
    (spare / "junk").write_text("left by somebody")
    (spare / "b" / "i.html").unlink()
    published = publish(
        publisher, file("a/i.html", "3"), file("b/i.html", "1"), file("c/d/i.html", "1"), file("e.html")
    )
    assert published.written == 2
    assert content(publisher.site) == {"a/i.html": "3", "b/i.html": "1", "c/d/i.html": "1", "e.html": ""}


def test_spare_without_its_mark_is_worthless(publisher: Publisher) -> None:
    """A stage that a kill left half-made is removed, not trusted."""
    for _ in range(2):
        publish(publisher, file("a.html", "1"))
    spare = publisher.site.with_name("site.spare")
    (spare / ".build").unlink()
    (spare / "a.html").unlink()
    (spare / "a.html").write_text("half")
    publish(publisher, file("a.html", "1"))
    assert content(publisher.site) == {"a.html": "1"}


def test_a_spare_that_a_power_cut_emptied_is_made_again(publisher: Publisher) -> None:
    """What lies in the spare and is not as large as it was made is no part of the next site."""
    for _ in range(2):
        publish(publisher, file("a.html", "whole"))
    page = publisher.site.with_name("site.spare") / "a.html"
    page.unlink()
    page.touch()
    publish(publisher, file("a.html", "whole"), file("b.html"))
    assert content(publisher.site) == {"a.html": "whole", "b.html": ""}


def test_pages_of_a_stage_that_was_killed_are_not_taken_for_older_ones(publisher: Publisher) -> None:
    """A publisher that dies over a page leaves a stage with some of the new pages, as large as those before: a site
    that is again what it was has none of them."""
    first = [file("a.html", "one"), file("b.html")]
    for _ in range(2):
        publish(publisher, *first)
    publish_apart(publisher, file("a.html", "two"), OutputFile("b.html", "new", lambda: os._exit(0)))
    assert (publisher.site.with_name("site.spare") / "a.html").read_text() == "two"
    publish(publisher, *first, file("c.html"))
    assert content(publisher.site) == {"a.html": "one", "b.html": "", "c.html": ""}


def test_a_spare_that_a_kill_left_as_it_was_is_no_source_of_pages(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a publisher died before it tidied the former site, a page that this one alone had is made and checked."""
    linking = file("index.html", '<a href="b.html">b</a>')
    publish(publisher, linking, file("b.html"))
    with monkeypatch.context() as patched:
        patched.setattr(publisher, "_tidy_spare", lambda paths: os._exit(0))
        publish_apart(publisher, file("index.html", "alone"))
    assert content(publisher.site) == {"index.html": "alone"}
    with pytest.raises(PublishError, match=r"links to 'b\.html'"):
        publish(publisher, linking)
