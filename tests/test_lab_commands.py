"""From a gallery's store to its labels and its training corpus, by the commands a maintainer types."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gallery.domain import Account, Artist
from gallery.lab.additions import SHOWING
from gallery.store import Store
from gallery.store.lock import hold_lock
from tests.servers.pictures import picture
from tests.toy_model import write_toy_model
from tests.x_archive_kit import of_tweets, pack, tweet

pytest.importorskip("onnx", reason="the onnx package is not installed")
from tests.lab_commands_kit import COLOURS, made_gallery, page_data, page_order, run, sha256  # it needs onnx


@pytest.fixture
def gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gallery of one folder with three pictures, fetched and scored by the toy model."""
    return made_gallery(tmp_path, monkeypatch)


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
    assert "1 label added" in out
    assert "named with --folder): 1 (000000000000)" in out
    assert (gallery / "labels.csv").read_text().splitlines()[1].endswith(",photo,Ren,2026-03-01T10:00:00Z,folder:art")
    assert "2 of 2 pictures" in run(gallery, "lab", "label", "--output", str(tmp_path / "page"))

    (gallery / "corrections.yaml").write_text(f"- sha256: {sha256(gallery, 'sure.png')}\n  label: drawing\n")
    assert "1 of 1 picture to label" in run(gallery, "lab", "label", "--output", str(tmp_path / "page"))
    assert "3 of 3 pictures" in run(gallery, "lab", "label", "--again", "--output", str(tmp_path / "page"))
    corpus = tmp_path / "corpus"
    out = run(gallery, "lab", "add-corrections", str(corpus))
    assert "2 added" in out
    assert "no person has labelled it: 1" in out
    with (corpus / "manifest.csv").open(newline="") as file:
        assert sorted((row["label"], row["source"]) for row in csv.DictReader(file)) == [
            ("drawing", "gallery/art"),
            ("photo", "gallery/art"),
        ]

    (gallery / "optouts.yaml").write_text(f"- sha256: {sha256(gallery, 'sure.png')}\n")
    assert "1 removed" in run(gallery, "lab", "add-corrections", str(corpus))
    run(gallery, "lab", "label", "--again", "--output", str(tmp_path / "page"))
    assert sha256(gallery, "sure.png") not in page_order(tmp_path / "page")


@pytest.mark.parametrize("folder", [False, True])
def test_a_page_of_labelled_pictures_says_their_labels(gallery: Path, tmp_path: Path, folder: bool) -> None:
    """With `--again` each picture comes with the label that counts and who gave it, of the gallery as of a folder."""
    (gallery / "corrections.yaml").write_text(f"- sha256: {sha256(gallery, 'sure.png')}\n  label: drawing\n")
    lines = [f"{sha256(gallery, name)},photo,Ren,2026-03-01T10:00:00Z,folder:art" for name in ("sure.png", "close.png")]
    (gallery / "labels.csv").write_text("\n".join(["sha256,label,by,at,source", *lines, ""]))
    options = ("--output", str(tmp_path / "page"), *(("--folder", str(gallery / "art")) if folder else ()))
    run(gallery, "lab", "label", *options)
    assert page_order(tmp_path / "page") == [sha256(gallery, "green.png")]
    run(gallery, "lab", "label", "--again", *options)
    assert {one["sha256"]: one["said"] for one in page_data(tmp_path / "page")["pictures"]} == {
        sha256(gallery, "sure.png"): ["drawing", "corrections.yaml"],
        sha256(gallery, "close.png"): ["photo", "Ren"],
        sha256(gallery, "green.png"): None,
    }


def test_a_borrowed_number_of_a_post_borrows_no_label(gallery: Path, tmp_path: Path) -> None:
    """A `work` that two artists have one of labels the picture of whom is listed first, as on the site, and says so;
    who writes an archive with another's number teaches nothing by it."""
    for artist, number in (("aoi", 1), ("eve", 2)):
        pack(gallery / f"{artist}.zip", of_tweets(tweet("7"), **{"data/tweets_media/7-P7.png": picture(number)}))
        with (gallery / "accounts.yaml").open("a") as file:
            file.write(f"- x_archive: {artist}.zip\n  artist: {artist}\n")
    run(gallery, "fetch")
    account = Account("x_archive", "aoi.zip", Artist("aoi", "Aoi"))
    with Store(gallery / ".gallery") as store:
        (work,) = (one.id for one in store.pictures([account]))
    (gallery / "corrections.yaml").write_text(f"- work: '{work}'\n  label: photo\n")
    doubt = f"corrections.yaml:1: taken to mean aoi/{work}; there is eve/{work}, too: say which"
    assert doubt in run(gallery, "lab", "label", "--output", str(tmp_path / "page"))
    assert hashlib.sha256(picture(1)).hexdigest() not in page_order(tmp_path / "page")
    assert hashlib.sha256(picture(2)).hexdigest() in page_order(tmp_path / "page")
    assert doubt in run(gallery, "lab", "add-corrections", str(tmp_path / "corpus"))
    (copy,) = (tmp_path / "corpus").rglob("*.jpg")
    assert hashlib.sha256(picture(1)).hexdigest() in copy.name


def in_a_corpus(gallery: Path, corpus: Path) -> dict[str, str]:
    """All pictures of the gallery as drawings, and one that looks like no other; sha256 → key of its post."""
    small = Image.fromarray(np.random.default_rng(3).integers(0, 256, (9, 9, 3), np.uint8))
    small.resize((500, 400), Image.Resampling.BICUBIC).save(gallery / "art" / "telling.png")
    run(gallery, "fetch")
    rows = "".join(
        f"{sha256(gallery, path.name)},drawing,Ren,2026-03-01T10:00:00Z,folder:art\n"
        for path in sorted((gallery / "art").iterdir())
    )
    (gallery / "labels.csv").write_text("sha256,label,by,at,source\n" + rows)
    assert "4 added" in run(gallery, "lab", "add-corrections", str(corpus))
    with Store(gallery / ".gallery") as store:
        pictures = store.pictures([Account("folder", "art", Artist("art", "Aoi"))])
    return {one.sha256: one.post.key for one in pictures}


def test_what_left_the_store_is_no_withdrawal(gallery: Path, tmp_path: Path) -> None:
    """A clone without a store is refused; an account or posts that are kept no more take no picture from the corpus."""
    corpus = tmp_path / "corpus"
    keys = in_a_corpus(gallery, corpus)
    shutil.move(gallery / ".gallery", tmp_path / "store")
    out = run(gallery, "lab", "add-corrections", str(corpus), code=1)
    assert "holds no pictures yet; run gallery fetch first" in out
    shutil.rmtree(gallery / ".gallery")
    shutil.move(tmp_path / "store", gallery / ".gallery")
    with Store(gallery / ".gallery") as store:
        store.forget_posts("folder:art", [keys[sha256(gallery, "sure.png")]])
    out = run(gallery, "lab", "add-corrections", str(corpus))
    assert "0 removed, 3 as they were" in out
    assert "not in the store any more, kept: 1" in out
    (gallery / "accounts.yaml").write_text("site:\n  title: Aoi's\naccounts:\n- folder: other\n")
    assert "kept: 4" in run(gallery, "lab", "add-corrections", str(corpus))
    assert len(list(corpus.rglob("*.jpg"))) == 4


def test_a_label_with_the_artists_name_outlasts_the_store(gallery: Path, tmp_path: Path) -> None:
    """A picture that `work: art/…` labels stays in the corpus when the store has it no more, as with `work: …`."""
    with Store(gallery / ".gallery") as store:
        first = store.pictures([Account("folder", "art", Artist("art", "Aoi"))])[0]
    corpus = tmp_path / "corpus"
    (gallery / "corrections.yaml").write_text(f"- work: art/{first.id}\n  label: drawing\n")
    assert "1 added" in run(gallery, "lab", "add-corrections", str(corpus))
    with Store(gallery / ".gallery") as store:
        store.forget_posts("folder:art", [first.post.key])
    assert "kept: 1" in run(gallery, "lab", "add-corrections", str(corpus))
    assert len(list(corpus.rglob("*.jpg"))) == 1


def tombstone(gallery: Path, post: str) -> None:
    with Store(gallery / ".gallery") as store:
        store.remove_posts("folder:art", [post], "deleted", datetime.now(UTC))


def delete(gallery: Path, _: str) -> None:
    """Take the telling picture out of the folder, as a network would hide a post, and have two runs see that."""
    (gallery / "art" / "telling.png").rename(gallery / "telling.png")
    run(gallery, "fetch")
    run(gallery, "fetch")
    (gallery / "telling.png").rename(gallery / "art" / "telling.png")  # for its hash alone


def say(gallery: Path, file: str, line: str) -> None:
    """Write a line into one of the files that people edit; {sha256} and {dhash} are those of the telling picture."""
    with Store(gallery / ".gallery") as store:
        digest = sha256(gallery, "telling.png")
        (gallery / file).write_text(line.format(sha256=digest, dhash=store.looks()[digest]))


@pytest.mark.parametrize(
    "withdraw",
    [
        tombstone,
        delete,
        lambda gallery, _: say(gallery, "optouts.yaml", "- sha256: {sha256}\n"),
        lambda gallery, _: say(gallery, "optouts.yaml", "- dhash: {dhash}\n"),
        lambda gallery, _: say(gallery, "corrections.yaml", "- sha256: {sha256}\n  hide: true\n"),
        lambda gallery, _: say(gallery, "corrections.yaml", "- sha256: {sha256}\n  label: photo\n"),
        lambda gallery, _: say(
            gallery, "labels.csv", "sha256,label,by,at,source\n{sha256},skip,Ren,2026-03-01T10:00:00Z,folder:art\n"
        ),
    ],
    ids=["tombstone", "for now", "bytes", "look", "hidden", "corrected", "skipped"],
)
def test_what_was_taken_back_goes_though_the_store_has_it_no_more(
    gallery: Path, tmp_path: Path, withdraw: Callable[[Path, str], None]
) -> None:
    """A post deleted at its source, an opt-out of bytes or of a look, and another word take the copy away."""
    corpus = tmp_path / "corpus"
    keys = in_a_corpus(gallery, corpus)
    withdraw(gallery, keys[sha256(gallery, "telling.png")])
    with Store(gallery / ".gallery") as store:
        store.forget_posts("folder:art", [keys[sha256(gallery, "telling.png")]])
        store.drop_unused_files()
    out = run(gallery, "lab", "add-corrections", str(corpus), "--jobs", "1")
    assert "kept" not in out
    assert not list(corpus.rglob(f"*{sha256(gallery, 'telling.png')}*"))


def test_what_a_purged_network_left_in_a_corpus_goes(gallery: Path, tmp_path: Path) -> None:
    """A purge forgets who took what back, so what it does not bring again must not stay."""
    corpus = tmp_path / "corpus"
    keys = in_a_corpus(gallery, corpus)
    telling = sha256(gallery, "telling.png")
    tombstone(gallery, keys[telling])
    run(gallery, "purge", "--network", "folder", "--yes")
    (gallery / "art" / "telling.png").unlink()
    run(gallery, "fetch")
    assert "kept" not in run(gallery, "lab", "add-corrections", str(corpus), "--jobs", "1")
    assert not list(corpus.rglob(f"*{telling}*"))
    assert list(corpus.rglob(f"*{sha256(gallery, 'sure.png')}*"))


def test_what_an_older_gallery_brought_goes_with_its_post(gallery: Path, tmp_path: Path) -> None:
    """A manifest that does not say of which post a picture is leaves nothing that the store has no more."""
    corpus = tmp_path / "corpus"
    keys = in_a_corpus(gallery, corpus)
    telling = sha256(gallery, "telling.png")
    with (corpus / "manifest.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    with (corpus / "manifest.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, [name for name in rows[0] if name not in SHOWING], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    tombstone(gallery, keys[telling])
    run(gallery, "fetch")
    assert "1 removed" in run(gallery, "lab", "add-corrections", str(corpus), "--jobs", "1")
    assert not list(corpus.rglob(f"*{telling}*"))


def test_a_picture_that_left_its_post_leaves_the_corpus(gallery: Path, tmp_path: Path) -> None:
    """An artist who puts another picture in its place has taken the first one back."""
    corpus = tmp_path / "corpus"
    in_a_corpus(gallery, corpus)
    Image.new("RGB", (90, 60), "blue").save(gallery / "art" / "sure.png")
    run(gallery, "fetch")
    assert "1 removed, 3 as they were" in run(gallery, "lab", "add-corrections", str(corpus))


def test_an_opt_out_of_all_there_is_empties_the_corpus(gallery: Path, tmp_path: Path) -> None:
    """A store that opt-outs have emptied is no store that was never filled: what they withdrew goes."""
    corpus = tmp_path / "corpus"
    in_a_corpus(gallery, corpus)
    (gallery / "optouts.yaml").write_text("- account: folder:art\n")
    run(gallery, "fetch")
    assert "4 removed" in run(gallery, "lab", "add-corrections", str(corpus))
    assert not list(corpus.rglob("*.jpg"))


def test_what_would_empty_or_mix_a_corpus_is_refused(gallery: Path, tmp_path: Path) -> None:
    """A labels file that is not there, and a gallery that nothing tells from others, bring nothing and take nothing."""
    corpus = str(tmp_path / "corpus")
    assert "no such file" in run(gallery, "lab", "add-corrections", corpus, "--labels", str(tmp_path / "x"), code=2)
    (gallery / "accounts.yaml").write_text("- folder: art\n")
    assert "site.title of your own" in run(gallery, "lab", "add-corrections", corpus, code=2)
    assert not (tmp_path / "corpus").exists()


def test_two_galleries_never_write_one_corpus_at_once(gallery: Path, tmp_path: Path) -> None:
    """While somebody else adds to a corpus, the command waits for nobody and says who holds it."""
    (gallery / "corrections.yaml").write_text(f"- sha256: {sha256(gallery, 'sure.png')}\n  label: drawing\n")
    corpus = tmp_path / "corpus"
    with hold_lock(corpus / ".lock", "lab add-corrections", datetime.now(UTC)):
        assert f"holds {corpus / '.lock'}" in run(gallery, "lab", "add-corrections", str(corpus), code=5)
        assert not (corpus / "manifest.csv").exists()
    assert "1 added" in run(gallery, "lab", "add-corrections", str(corpus))


def test_two_imports_at_once_lose_no_labels(gallery: Path, tmp_path: Path) -> None:
    """While somebody else imports labels into the same file, the command says so, and brings them when run again."""
    export = tmp_path / "export.csv"
    export.write_text(f"sha256,label,by,at\n{sha256(gallery, 'sure.png')},photo,Ren,2026-03-01T10:00:00Z\n")
    lock = gallery / ".gallery" / "labels.csv.lock"
    with hold_lock(lock, "lab import-labels", datetime.now(UTC)):
        assert f"holds {lock}" in run(gallery, "lab", "import-labels", str(export), code=5)
        assert not (gallery / "labels.csv").exists()
    assert "1 label added" in run(gallery, "lab", "import-labels", str(export))


def test_the_lock_of_labels_is_nothing_for_git(gallery: Path, tmp_path: Path) -> None:
    """Labels without a store beside them have their lock under a hidden name that git ignores."""
    export, away = tmp_path / "export.csv", tmp_path / "away"
    export.write_text(f"sha256,label,by,at\n{sha256(gallery, 'sure.png')},photo,Ren,2026-03-01T10:00:00Z\n")
    run(gallery, "lab", "import-labels", str(export), "--labels", str(away / "mine.csv"))
    assert (away / ".mine.csv.lock").exists()
    shutil.copy(Path(__file__).parent.parent / ".gitignore", away)
    subprocess.run(["git", "init", "-q", away], check=True)
    status = ("git", "-C", away, "status", "--porcelain")
    assert subprocess.run(status, check=True, capture_output=True).stdout == b"?? .gitignore\n?? mine.csv\n"


def test_a_bad_export_ends_with_the_exit_code_of_files(gallery: Path, tmp_path: Path) -> None:
    """Rows that cannot be used are printed with their lines, the exit code is 2, and no labels file appears."""
    export = tmp_path / "export.csv"
    export.write_text(f"sha256,label,by,at\n{'0' * 64},painting,Ren,2026-03-01T10:00:00Z\n")
    assert "line 2: label must be" in run(gallery, "lab", "import-labels", str(export), code=2)
    assert not (gallery / "labels.csv").exists()


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


@pytest.mark.parametrize(("option", "needs"), [("--jobs", "--folder"), ("--mistakes", "--output")])
def test_an_option_that_would_do_nothing_is_refused(gallery: Path, option: str, needs: str) -> None:
    """`evaluate` names the option without which another one has nothing to do."""
    assert f"without {needs}" in run(gallery, "lab", "evaluate", option, "1", code=2)


def test_check_loads_the_classifier_that_is_brought(gallery: Path) -> None:
    """`gallery check` says what a model of the maintainer's own lacks, before a night finds out."""
    accounts = gallery / "accounts.yaml"
    accounts.write_text(accounts.read_text().replace("accounts:", "classifier: onnx:mine.onnx\naccounts:"))
    assert "mine.onnx" in run(gallery, "check", code=2)


def test_the_shipped_classifier_needs_no_download(gallery: Path) -> None:
    """`fetch-model` says so, and downloads nothing, when accounts.yaml names no model."""
    assert "needs no download" in run(gallery, "lab", "fetch-model")


def test_pictures_without_a_score_are_told(gallery: Path, tmp_path: Path) -> None:
    """After a change of the classifier no remembered score fits: the page would be in no order, and says so."""
    Image.new("RGB", (90, 60), "blue").save(gallery / "art" / "new.png")
    run(gallery, "fetch")
    assert "no score yet (run gallery classify before): 1" in run(
        gallery, "lab", "label", "--output", str(tmp_path / "page")
    )
