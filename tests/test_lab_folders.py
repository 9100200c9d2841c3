"""Folders of the maintainer's own: labelled, measured, and brought into a corpus, with or without a gallery."""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from gallery.cli import main
from gallery.domain import Label
from gallery.lab.dataset import read_corpus
from tests.toy_model import start_fragile, write_toy_model

pytest.importorskip("onnx", reason="the onnx package is not installed")
from tests.lab_commands_kit import COLOURS, made_gallery, page_data, page_order, run, sha256  # it needs onnx


@pytest.fixture
def gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gallery of one folder with three pictures, fetched and scored by the toy model."""
    return made_gallery(tmp_path, monkeypatch)


def test_a_folder_needs_no_gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--folder` labels pictures where there is no accounts.yaml, scored by the shipped model."""
    models = write_toy_model(tmp_path / "models")
    monkeypatch.setattr("gallery.resources._find", {"models": models}.__getitem__)
    for name, colour in COLOURS.items():
        (tmp_path / "art").mkdir(exist_ok=True)
        Image.new("RGB", (90, 60), colour).save(tmp_path / "art" / name)
    arguments = ("lab", "label", "--folder", str(tmp_path / "art"), "--output", str(tmp_path / "page"), "--jobs", "1")
    run(tmp_path, *arguments)
    assert page_order(tmp_path / "page")[0] == sha256(tmp_path, "close.png")
    export = tmp_path / "export.csv"
    export.write_text(f"sha256,label,by,at\n{sha256(tmp_path, 'green.png')},other,Ren,2026-03-01T10:00:00Z\n")
    assert "1 label added" in run(tmp_path, "lab", "import-labels", str(export), "--folder", str(tmp_path / "art"))


def test_the_named_next_step_imports_every_label(gallery: Path, tmp_path: Path) -> None:
    """What the command and its page say to type next, pasted into a shell as it stands, leaves no label out."""
    pictures, labels = shutil.copytree(gallery / "art", tmp_path / "my pictures"), tmp_path / "Ren's.csv"
    Image.new("RGB", (90, 60), "blue").save(pictures / "new.png")
    options = ("--folder", str(pictures), "--labels", str(labels), "--output", str(tmp_path / "page"))
    then = run(gallery, "lab", "label", *options).partition("\nthen: ")[2].removesuffix(" FILE.csv\n")
    assert page_data(tmp_path / "page")["then"] == then
    export = tmp_path / "export.csv"
    rows = [f"{one},photo,Ren,2026-03-01T10:00:00Z" for one in page_order(tmp_path / "page")]
    export.write_text("\n".join(["sha256,label,by,at", *rows]))
    assert "(or lies in a folder, to be named with --folder): 1 (" in run(gallery, "lab", "import-labels", str(export))
    said = CliRunner().invoke(main, [*shlex.split(then)[1:], str(export)])
    assert said.output == f"4 labels added to {labels}, 0 there before; labelled 4\n"


def test_what_kills_its_process_is_left_out_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One picture on which the decoder dies costs neither the label page nor the figures of the others."""
    models = write_toy_model(tmp_path / "models")
    monkeypatch.setattr("gallery.resources._find", {"models": models}.__getitem__)
    monkeypatch.setattr("gallery.classify.classifier._start", start_fragile)
    for label, colour in (("drawing", (255, 0, 0)), ("photo", (0, 220, 30))):
        (tmp_path / "art" / label).mkdir(parents=True)
        Image.new("RGB", (90, 60), colour).save(tmp_path / "art" / label / "good.png")
    Image.new("RGB", (52, 60), "blue").save(tmp_path / "art" / "photo" / "bad.png")
    folder = ("--folder", str(tmp_path / "art"))
    for command in (("label", "--output", str(tmp_path / "page")), ("evaluate",)):
        out = run(tmp_path, "lab", *command, *folder, "--jobs", "1")
        assert re.search(r"left out: .*bad\.png.*killed", out)
    assert len(page_order(tmp_path / "page")) == 2
    shutil.rmtree(tmp_path / "art" / "drawing")
    (tmp_path / "art" / "photo" / "good.png").unlink()
    assert "none of its pictures" in run(tmp_path, "lab", "label", *folder, code=1)


def test_labels_of_a_folder_reach_a_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`add-corrections --folder` brings what has a label, not what was opted out or looks like it; again, it mends."""
    monkeypatch.setattr("gallery.resources._find", {}.__getitem__)
    art = tmp_path / "art"
    (art / "aoi").mkdir(parents=True)
    rng = np.random.default_rng(3)
    for name in ("a.png", "b.png", "gone.png", "unseen.png"):
        small = Image.fromarray(rng.integers(0, 256, (9, 9, 3), np.uint8))
        small.resize((500, 400), Image.Resampling.BICUBIC).save(art / "aoi" / name)
    with Image.open(art / "aoi" / "gone.png") as gone:
        gone.save(art / "copy.jpg", quality=90)
    (art / "broken.png").write_bytes((art / "aoi" / "a.png").read_bytes()[:900])
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in art.rglob("*.*")}
    said = {"a.png": "drawing", "b.png": "skip", "gone.png": "photo", "copy.jpg": "photo", "broken.png": "other"}
    rows = [f"{digests[name]},{label},Ren,2026-03-01T10:00:00Z,folder:aoi" for name, label in said.items()]
    header = "sha256,label,by,at,source"
    (tmp_path / "labels.csv").write_text("\n".join([header, *rows, ""]))
    (tmp_path / "optouts.yaml").write_text(f"- sha256: {digests['gone.png']}\n")
    arguments = ("lab", "add-corrections", str(tmp_path / "corpus"), "--folder", str(art), "--jobs", "1")
    out = run(tmp_path, *arguments)
    assert "1 added, 0 relabelled, 0 removed" in out
    for reason in (
        "opted out: 2",
        "skipped by a person: 1",
        "no person has labelled it: 1",
        "could not be read as a picture: 1",
    ):
        assert f"left out, {reason}" in out
    (row,) = read_corpus(tmp_path / "corpus").rows
    assert (row.label, row.source) == (Label.DRAWING, "gallery/folder-aoi")
    (tmp_path / "labels.csv").write_text(
        "\n".join(["sha256,label,by,at,source", rows[0].replace("drawing", "other"), ""])
    )
    assert "0 added, 1 relabelled, 0 removed" in run(tmp_path, *arguments)


def labelled(gallery: Path, *said: tuple[str, str]) -> None:
    """Write labels.csv of the gallery: (name of a picture of it, label)."""
    rows = [f"{sha256(gallery, name)},{label},Ren,2026-03-01T10:00:00Z,folder:art\n" for name, label in said]
    (gallery / "labels.csv").write_text("sha256,label,by,at,source\n" + "".join(rows))


ALL = [(name, "drawing") for name in COLOURS]


def test_a_folder_may_move_and_an_opt_out_reaches_what_others_brought(gallery: Path, tmp_path: Path) -> None:
    """Who has the pictures now answers for them; a no takes a picture out of the corpus, whoever brought it."""
    corpus = tmp_path / "corpus"
    labelled(gallery, *ALL)
    shutil.copytree(gallery / "art", tmp_path / "東京" / "蓮")
    own = ("lab", "add-corrections", str(corpus), "--jobs", "1")
    assert "3 added" in run(gallery, *own, "--folder", str(tmp_path / "東京"))
    assert {row.source for row in read_corpus(corpus).rows} == {"gallery/folder-蓮"}
    (tmp_path / "東京").rename(tmp_path / "大阪")
    folder = ("--folder", str(tmp_path / "大阪"))
    assert "3 as they were" in run(gallery, *own, *folder)
    assert "another gallery or folder brought it: 3" in run(gallery, *own)
    (gallery / "corrections.yaml").write_text(f"- sha256: {sha256(gallery, 'green.png')}\n  hide: true\n")
    out = run(gallery, *own, *folder)
    assert "1 removed, 2 as they were" in out
    assert "copies may still lie on label pages (label-page/)" in out
    assert "hidden by a person: 1" in out
    (gallery / "optouts.yaml").write_text(f"- sha256: {sha256(gallery, 'sure.png')}\n")
    assert "1 removed, 0 as they were" in run(gallery, *own)
    (left,) = (corpus / "images").rglob("*.jpg")
    assert sha256(gallery, "close.png") in left.name
    (gallery / "optouts.yaml").write_text("- account: folder:art\n")
    assert "opted out: 3" in run(gallery, *own, *folder)
    assert list((corpus / "images").rglob("*.jpg")) == []


def test_an_opt_out_reaches_a_corpus_after_a_build_and_when_its_line_is_lost(gallery: Path, tmp_path: Path) -> None:
    """What a build deleted from the store goes from what others brought, and stays off the label page and away."""
    labelled(gallery, *ALL)
    shutil.copytree(gallery / "art", tmp_path / "copies" / "ren")
    corpus, copies = tmp_path / "corpus", ("--folder", str(tmp_path / "copies"), "--jobs", "1")
    assert "3 added" in run(gallery, "lab", "add-corrections", str(corpus), *copies)
    (gallery / "optouts.yaml").write_text(f"- sha256: {sha256(gallery, 'sure.png')}\n")
    run(gallery, "fetch")
    assert "1 removed" in run(gallery, "lab", "add-corrections", str(corpus))
    (gallery / "optouts.yaml").unlink()
    assert "0 added" in run(gallery, "lab", "add-corrections", str(corpus), *copies)
    assert "2 of 2 pictures" in run(gallery, "lab", "label", *copies, "--again", "--output", str(tmp_path / "page"))
    assert len(list((corpus / "images").rglob("*.jpg"))) == 2


def test_words_that_need_no_store_count_for_a_folder(gallery: Path, tmp_path: Path) -> None:
    """Without a store, corrections by sha256 still win over labels.csv, and opt-outs beside the labels are heard."""
    shutil.rmtree(gallery / ".gallery")
    labelled(gallery, *ALL)
    lines = [
        f"- sha256: {sha256(gallery, 'green.png')}\n  label: photo\n",
        f"- sha256: {sha256(gallery, 'close.png')}\n  hide: true\n",
    ]
    (gallery / "corrections.yaml").write_text("".join(lines))
    folder = ("--folder", str(gallery / "art"), "--jobs", "1")
    assert "hidden by a person: 1" in run(gallery, "lab", "add-corrections", str(tmp_path / "one"), *folder)
    assert [row.label for row in read_corpus(tmp_path / "one").rows] == [Label.DRAWING, Label.PHOTO]
    assert not (gallery / ".gallery").exists()
    (gallery / "optouts.yaml").write_text(f"- sha256: {sha256(gallery, 'sure.png')}\n")
    (tmp_path / "elsewhere").mkdir()
    labels = ("--labels", str(gallery / "labels.csv"))
    out = run(tmp_path / "elsewhere", "lab", "add-corrections", str(tmp_path / "two"), *folder, *labels)
    assert "opted out: 1" in out


def test_what_looks_like_an_opted_out_picture_stays_out(tmp_path: Path) -> None:
    """It does so on the label page and in the corpus, though nobody gave the opted-out picture itself a label."""
    art = tmp_path / "art"
    art.mkdir()
    small = Image.fromarray(np.random.default_rng(5).integers(0, 256, (9, 9, 3), np.uint8))
    small.resize((500, 400), Image.Resampling.BICUBIC).save(art / "sure.png")
    with Image.open(art / "sure.png") as sure:
        sure.save(art / "copy.jpg", quality=90)
    labelled(tmp_path, ("copy.jpg", "photo"))
    (tmp_path / "optouts.yaml").write_text(f"- sha256: {sha256(tmp_path, 'sure.png')}\n")
    folder = ("--folder", str(art), "--jobs", "1")
    assert "opted out: 2" in run(tmp_path, "lab", "add-corrections", str(tmp_path / "corpus"), *folder)
    assert "artist opted out" in run(tmp_path, "lab", "label", *folder, "--again")


def test_a_folder_without_labels_or_pictures_takes_nothing_away(gallery: Path, tmp_path: Path) -> None:
    """In another working folder, or with a drive that is not mounted, the command refuses instead of removing."""
    corpus = tmp_path / "corpus"
    (tmp_path / "empty").mkdir()
    add = ("lab", "add-corrections", str(corpus), "--folder")
    assert "there is no such file" in run(gallery, *add, str(gallery / "art"), code=2)
    labelled(gallery)
    assert "holds no pictures" in run(gallery, *add, str(tmp_path / "empty"), code=1)
    assert not corpus.exists()


def test_a_corpus_inside_a_folder_is_no_part_of_it(gallery: Path, tmp_path: Path) -> None:
    """Its copies are neither labelled nor brought in again under another source."""
    art = gallery / "art"
    labelled(gallery, *ALL)
    add = ("lab", "add-corrections", str(art / "corpus"), "--jobs", "1", "--folder", str(art))
    assert "3 added" in run(gallery, *add)
    assert "3 as they were" in run(gallery, *add)
    page = ("--output", str(tmp_path / "page"), "--again", "--jobs", "1")
    assert "3 of 3 pictures" in run(gallery, "lab", "label", "--folder", str(art), *page)
    own = ("lab", "add-corrections", str(art / "corpus"), "--folder", str(art / "corpus"))
    assert "is the folder itself" in run(gallery, *own, code=2)


def test_a_carriage_return_in_a_name_spoils_no_file(gallery: Path, tmp_path: Path) -> None:
    """Labels and the manifest stay readable, whatever folders and pictures are called."""
    odd = tmp_path / "art" / "kim\rx"
    odd.mkdir(parents=True)
    shutil.copy(gallery / "art" / "sure.png", odd / "a\rb.png")
    export = tmp_path / "export.csv"
    export.write_text(f"sha256,label,by,at\n{sha256(gallery, 'sure.png')},drawing,Ren,2026-03-01T10:00:00Z\n")
    folder = ("--folder", str(tmp_path / "art"))
    for known in ("1 label added", "0 labels added"):
        assert known in run(gallery, "lab", "import-labels", str(export), *folder)
    for result in ("1 added", "1 as they were"):
        assert result in run(gallery, "lab", "add-corrections", str(tmp_path / "corpus"), *folder)
    assert len(read_corpus(tmp_path / "corpus").rows) == 1


def test_what_cannot_be_scored_is_told_where_nothing_could(gallery: Path, tmp_path: Path) -> None:
    """`evaluate --folder` does not deny pictures that it could not read."""
    (tmp_path / "some" / "photo").mkdir(parents=True)
    (tmp_path / "some" / "photo" / "broken.png").write_bytes(b"no picture")
    out = run(gallery, "lab", "evaluate", "--folder", str(tmp_path / "some"), "--jobs", "1", code=1)
    assert "none of its pictures could be scored" in out
    assert "broken.png" in out
