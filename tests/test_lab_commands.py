"""From a gallery's store to its labels and its training corpus, by the commands a maintainer types."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from toy_model import write_toy_model

from gallery import classify
from gallery.classify import ShippedClassifier
from gallery.cli import main
from gallery.domain import ClassifierSettings, Label, Prediction
from gallery.lab.dataset import read_corpus
from gallery.resources import templates_dir

pytest.importorskip("onnx", reason="the onnx package is not installed")

COLOURS = {"sure.png": (255, 0, 0), "close.png": (120, 110, 30), "green.png": (0, 220, 30)}


@pytest.fixture
def gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gallery of one folder with three pictures, fetched and scored by the toy model."""
    models = write_toy_model(tmp_path / "models")
    monkeypatch.setattr("gallery.resources._find", {"models": models, "templates": templates_dir()}.__getitem__)
    root = tmp_path / "home"
    (root / "art").mkdir(parents=True)
    for name, colour in COLOURS.items():
        Image.new("RGB", (90, 60), colour).save(root / "art" / name)
    (root / "accounts.yaml").write_text("site:\n  title: Aoi's\naccounts:\n- folder: art\n  name: Aoi\n")
    assert run(root, "fetch") == ""
    assert "3 classified" in run(root, "classify", "--jobs", "1")
    return root


def run(root: Path, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["--config", str(root / "accounts.yaml"), *arguments])
    assert result.exit_code == code, result.output
    return "" if arguments == ("fetch",) else result.output


def sha256(root: Path, name: str) -> str:
    return hashlib.sha256((root / "art" / name).read_bytes()).hexdigest()


def page_order(page: Path) -> list[str]:
    data = re.search(r'id="data">(.*?)</script>', (page / "index.html").read_text(), re.DOTALL)
    assert data is not None
    return [one["sha256"] for one in json.loads(data[1])["pictures"]]


def test_from_the_store_to_the_corpus(gallery: Path, tmp_path: Path) -> None:
    """The page shows the uncertain picture first; its CSV is merged; only labelled pictures reach the corpus."""
    out = run(gallery, "lab", "label", "--output", str(tmp_path / "page"))
    assert "3 of 3 pictures" in out
    assert page_order(tmp_path / "page")[0] == sha256(gallery, "close.png")

    export = tmp_path / "export.csv"
    export.write_text(f"sha256,label,by,at\n{sha256(gallery, 'close.png')},photo,Ren,2026-03-01T10:00:00Z\n")
    with export.open("a") as file:
        file.write(f"{'0' * 64},photo,Ren,2026-03-01T10:00:00Z\n")
    out = run(gallery, "lab", "import-labels", str(export))
    assert "1 labels added" in out
    assert "not here any more: 1 (000000000000)" in out
    assert (gallery / "labels.csv").read_text().splitlines()[1].endswith(",photo,Ren,2026-03-01T10:00:00Z,folder:art")
    assert "2 of 2 pictures" in run(gallery, "lab", "label", "--output", str(tmp_path / "page"))

    (gallery / "corrections.yaml").write_text(f"- sha256: {sha256(gallery, 'sure.png')}\n  label: drawing\n")
    assert "1 of 1 pictures" in run(gallery, "lab", "label", "--output", str(tmp_path / "page"))
    assert "3 of 3 pictures" in run(gallery, "lab", "label", "--again", "--output", str(tmp_path / "page"))
    corpus = tmp_path / "corpus"
    out = run(gallery, "lab", "add-corrections", str(corpus))
    assert "2 added" in out
    assert "no person has labelled it: 1" in out
    with (corpus / "manifest.csv").open(newline="") as file:
        assert sorted((row["label"], row["source"]) for row in csv.DictReader(file)) == [
            ("drawing", "gallery/folder-art"),
            ("photo", "gallery/folder-art"),
        ]

    (gallery / "optouts.yaml").write_text(f"- sha256: {sha256(gallery, 'sure.png')}\n")
    assert "1 removed" in run(gallery, "lab", "add-corrections", str(corpus))
    run(gallery, "lab", "label", "--again", "--output", str(tmp_path / "page"))
    assert sha256(gallery, "sure.png") not in page_order(tmp_path / "page")


def test_what_would_empty_or_mix_a_corpus_is_refused(gallery: Path, tmp_path: Path) -> None:
    """A labels file that is not there, and a gallery that nothing tells from others, bring nothing and take nothing."""
    corpus = str(tmp_path / "corpus")
    assert "no such file" in run(gallery, "lab", "add-corrections", corpus, "--labels", str(tmp_path / "x"), code=2)
    (gallery / "accounts.yaml").write_text("- folder: art\n")
    assert "site.title of your own" in run(gallery, "lab", "add-corrections", corpus, code=2)
    assert not (tmp_path / "corpus").exists()


def test_a_bad_export_ends_with_the_exit_code_of_files(gallery: Path, tmp_path: Path) -> None:
    """Rows that cannot be used are printed with their lines, the exit code is 2, and no labels file appears."""
    export = tmp_path / "export.csv"
    export.write_text(f"sha256,label,by,at\n{'0' * 64},painting,Ren,2026-03-01T10:00:00Z\n")
    assert "line 2: label must be" in run(gallery, "lab", "import-labels", str(export), code=2)
    assert not (gallery / "labels.csv").exists()


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
    assert "1 labels added" in run(tmp_path, "lab", "import-labels", str(export), "--folder", str(tmp_path / "art"))


def test_what_kills_its_process_is_left_out_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One picture on which the decoder dies costs neither the label page nor the figures of the others."""
    models = write_toy_model(tmp_path / "models")
    monkeypatch.setattr("gallery.resources._find", {"models": models}.__getitem__)
    monkeypatch.setattr("gallery.classify._start", start_fragile)
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


class _Fragile(ShippedClassifier):
    """A classifier whose process dies on pictures 52 pixels wide, as a decoder with a bug would."""

    def predict(self, images: Sequence[Image.Image]) -> list[Prediction]:
        """Die, or predict."""
        if images[0].width == 52:
            os._exit(9)
        return super().predict(images)


def start_fragile(parent: int, settings: ClassifierSettings, models: Path, root: Path) -> None:
    classify._worker = _Fragile(models)


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


def test_an_opt_out_of_either_account_keeps_a_file_off_the_page(gallery: Path, tmp_path: Path) -> None:
    """A file that two accounts show is not shown for labelling once one of them has opted out."""
    (gallery / "more").mkdir()
    shutil.copy(gallery / "art" / "close.png", gallery / "more" / "again.png")
    with (gallery / "accounts.yaml").open("a") as file:
        file.write("- folder: more\n  name: Ren\n")
    run(gallery, "fetch")
    (gallery / "optouts.yaml").write_text("- account: folder:more\n")
    run(gallery, "lab", "label", "--output", str(tmp_path / "page"))
    assert set(page_order(tmp_path / "page")) == {sha256(gallery, "sure.png"), sha256(gallery, "green.png")}


def test_nothing_to_label_is_told_from_nothing_there(gallery: Path, tmp_path: Path) -> None:
    """Without pictures the command fails and says what to do; with labels for all of them it does not."""
    (tmp_path / "empty").mkdir()
    folder = ("--folder", str(tmp_path / "empty"))
    assert "empty: holds no pictures" in run(gallery, "lab", "label", *folder, code=1)
    lines = [f"- sha256: {sha256(gallery, name)}\n  label: drawing\n" for name in COLOURS]
    (gallery / "corrections.yaml").write_text("".join(lines))
    assert "every picture has a label already" in run(gallery, "lab", "label")
    shutil.rmtree(gallery / ".gallery")
    assert "no pictures yet; run gallery fetch first" in run(gallery, "lab", "label", code=1)


def test_file_names_need_not_be_utf_8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Labels, reports and explanations of files with names from another system are written, the names in escapes."""
    models = write_toy_model(tmp_path / "models")
    monkeypatch.setattr("gallery.resources._find", {"models": models}.__getitem__)
    latin = os.fsdecode(b"caf\xe9")
    for label, colour in (("drawing", (255, 0, 0)), ("photo", (0, 220, 30))):
        folder = tmp_path / "art" / label / latin
        folder.mkdir(parents=True)
        Image.new("RGB", (90, 60), colour).save(folder / f"{latin}.png")
    shutil.copytree(tmp_path / "art" / "drawing" / latin, tmp_path / latin)
    export, page, figures = (tmp_path / name for name in ("export.csv", "page.html", "figures.json"))
    digest = hashlib.sha256((tmp_path / latin / f"{latin}.png").read_bytes()).hexdigest()
    export.write_text(f"sha256,label,by,at\n{digest},drawing,Ren,2026-03-01T10:00:00Z\n")
    run(tmp_path, "lab", "import-labels", str(export), "--folder", str(tmp_path / "art" / "drawing"))
    assert "folder:caf\\udce9" in (tmp_path / "labels.csv").read_text(encoding="utf-8")
    outputs = ("--output", str(page), "--json", str(figures))
    run(tmp_path, "lab", "evaluate", "--folder", str(tmp_path / "art"), *outputs)
    assert "caf\\udce9" in page.read_text(encoding="utf-8")
    assert latin in {one["name"] for one in json.loads(figures.read_text("utf-8"))["evaluation"]["per_source"]}
    run(tmp_path, "lab", "explain", str(tmp_path / latin / f"{latin}.png"), "--output", str(page))
    assert "caf\\udce9" in page.read_text(encoding="utf-8")


def test_a_folder_and_a_corpus_are_two_questions(gallery: Path, tmp_path: Path) -> None:
    """`evaluate` refuses both at once instead of passing over one of them."""
    (tmp_path / "some").mkdir()
    folders = ("--folder", str(tmp_path / "some"), "--corpus", str(tmp_path / "some"))
    assert "give one of them" in run(gallery, "lab", "evaluate", *folders, code=2)


def test_check_loads_the_classifier_that_is_brought(gallery: Path) -> None:
    """`gallery check` says what a model of the maintainer's own lacks, before a night finds out."""
    accounts = gallery / "accounts.yaml"
    accounts.write_text(accounts.read_text().replace("accounts:", "classifier: onnx:mine.onnx\naccounts:"))
    assert "mine.onnx" in run(gallery, "check", code=2)


def test_the_shipped_classifier_needs_no_download(gallery: Path) -> None:
    """`fetch-model` says so, and downloads nothing, when accounts.yaml names no model."""
    assert "needs no download" in run(gallery, "lab", "fetch-model")
