"""What makes the next build start, and what does not: the fingerprint of all that a site depends on."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gallery.config import load_config
from gallery.paths import Paths
from gallery.pipeline import build
from gallery.steps import fingerprint
from gallery.steps.fingerprint import inputs_digest
from gallery.store import Store
from tests.build_kit import Gallery, local
from tests.net_kit import Silent

NOTHING_NEW = "nothing new: the site stays as it is"


def test_an_edit_during_the_fetch_is_built_by_the_next_run(tmp_path: Path) -> None:
    """accounts.yaml changed while a build runs, after it was read, is not taken for built."""
    gallery = local(tmp_path)
    config = load_config(tmp_path / "accounts.yaml")
    gallery.build()
    text = (tmp_path / "accounts.yaml").read_text()
    gallery.write(text.replace("title: Mine", "title: Renamed"))
    with Store(tmp_path / ".gallery") as store:
        store.set_fact("fetched_on", "2000-01-01")  # another day than any on which this runs
        assert build(config, Paths(tmp_path), store, now=gallery.now, jobs=1, progress=Silent()).published
    assert "Renamed" not in gallery.page("index.html")
    assert NOTHING_NEW not in gallery.build("--offline")["notes"]
    assert "Renamed" in gallery.page("index.html")
    assert NOTHING_NEW in gallery.build("--offline")["notes"]


def test_an_account_read_on_another_day_is_noticed(tmp_path: Path) -> None:
    """The status page names the day on which each account was last read; another hour of that day is nothing new."""
    gallery = local(tmp_path)
    gallery.build()
    for moment, new in ((datetime(2020, 5, 4, 3, tzinfo=UTC), True), (datetime(2020, 5, 4, 9, tzinfo=UTC), False)):
        with Store(tmp_path / ".gallery") as store:
            store.save_account(replace(store.account("folder:art"), last_success=moment))
        assert (NOTHING_NEW not in gallery.build("--offline")["notes"]) is new
        assert "4 May 2020" in gallery.page("status/index.html")


def test_a_theme_may_list_all_artists_on_each_page(tmp_path: Path) -> None:
    """A theme's own footer that links to each artist follows the list: who is added stands on every page, and who goes
    on none."""
    gallery = local(tmp_path)
    footer = tmp_path / "templates" / "wall" / "_footer.html"
    footer.parent.mkdir(parents=True)
    footer.write_text('{% for wing in site.wings %}<a href="{{ page.to(wing.path) }}">{{ wing.name }}</a>{% endfor %}')
    aoi = (tmp_path / "accounts.yaml").read_text()
    (tmp_path / "more").mkdir()
    for accounts, named in ((aoi, False), (aoi + "  - folder: more\n    artist: ben\n", True), (aoi, False)):
        gallery.write(accounts)
        gallery.build()
        pages = [gallery.page(path) for path in gallery.digests() if path.endswith("index.html") and "aoi" in path]
        assert len(pages) > 3
        assert {"a/ben/index.html" in page for page in pages} == {named}


def test_another_model_under_the_same_name_is_noticed(tmp_path: Path) -> None:
    """A classifier of one's own is known by its bytes: a new file under the old name starts a new build."""
    gallery = local(tmp_path)
    gallery.write("classifier: onnx:m.onnx\n" + (tmp_path / "accounts.yaml").read_text())
    config = load_config(tmp_path / "accounts.yaml")
    digests = set()
    for weights in (b"one", b"two", b"one"):
        (tmp_path / "m.onnx").write_bytes(weights)
        digests.add(inputs_digest(config, Paths(tmp_path)))
    assert len(digests) == 2
    (tmp_path / "m.onnx").unlink()
    assert inputs_digest(config, Paths(tmp_path)) not in digests


def test_an_edit_that_leaves_the_size_of_a_theme_is_noticed(tmp_path: Path) -> None:
    """Another colour of as many letters starts a new build."""
    gallery = local(tmp_path)
    style = tmp_path / "templates" / "wall" / "static" / "mine.css"
    style.parent.mkdir(parents=True)
    for edit, colour in enumerate(("#fff", "#eee")):
        style.write_text(f"body {{ color: {colour} }}")
        os.utime(style, (1_000_000_000 + edit, 1_000_000_000 + edit))
        assert NOTHING_NEW not in gallery.build()["notes"]
    assert NOTHING_NEW in gallery.build()["notes"]


@pytest.mark.parametrize("what", ["gallery/new.py", "models/new.onnx"])
def test_another_gallery_makes_the_site_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """Code or a model that came since the last build starts a new one, whatever the version is called."""
    (tmp_path / "gallery" / "steps").mkdir(parents=True)
    (tmp_path / "models").mkdir()
    monkeypatch.setattr(fingerprint, "__file__", str(tmp_path / "gallery" / "steps" / "fingerprint.py"))
    monkeypatch.setattr(fingerprint, "models_dir", lambda: tmp_path / "models")
    local(tmp_path)
    config = load_config(tmp_path / "accounts.yaml")
    before = inputs_digest(config, Paths(tmp_path))
    assert inputs_digest(config, Paths(tmp_path)) == before
    (tmp_path / what).touch()
    assert inputs_digest(config, Paths(tmp_path)) != before


def test_the_name_of_a_file_beside_the_theme_may_be_anything(tmp_path: Path) -> None:
    """A file from an old archive whose name is no UTF-8, in the gallery's templates folder, stops no build; nor does a
    folder on the way to the gallery."""
    root = tmp_path / os.fsdecode(b"caf\xe9")
    odd = root / "templates" / os.fsdecode(b"alt\xe9")
    odd.mkdir(parents=True)
    (odd / os.fsdecode(b"gr\xfc\xdfe.html")).write_text("hello")
    gallery = Gallery(root, "accounts: []\n")
    assert gallery.build()["shown"] == 0
    assert NOTHING_NEW in gallery.build()["notes"]
    (odd / os.fsdecode(b"gr\xfc\xdfe.html")).write_text("hello again")
    assert NOTHING_NEW not in gallery.build()["notes"]


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_theme_with_a_name_that_is_no_utf_8_is_refused_in_words(tmp_path: Path, command: str) -> None:
    """No page could link to such a file: it is named before anything is fetched."""
    gallery = local(tmp_path)
    folder = tmp_path / "templates" / "wall" / "static"
    folder.mkdir(parents=True)
    (folder / os.fsdecode(b"caf\xe9.css")).write_text("")
    result = gallery.run(command)
    assert result.exit_code == 2
    assert r"caf\udce9.css: the name is not UTF-8" in result.output


def test_an_editors_lock_in_the_theme_is_no_matter(tmp_path: Path) -> None:
    """A link that leads nowhere, as Emacs leaves beside a file that is being edited, stops no build."""
    gallery = local(tmp_path)
    (tmp_path / "templates" / "wall").mkdir(parents=True)
    (tmp_path / "templates" / "wall" / ".#page.html").symlink_to("me@host.1234:5678")
    assert gallery.build()["shown"] == 3
