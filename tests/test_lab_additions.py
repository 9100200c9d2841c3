"""People's words on the gallery's pictures become rows of a training corpus, and nothing else does."""

from __future__ import annotations

import csv
import hashlib
import os
import signal
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest
from PIL import Image

from gallery.domain import Account, Artist, Consent, Correction, Label, Media, Picture, Post, Prediction
from gallery.errors import ConfigError
from gallery.lab.additions import COLUMNS, Additions, add_to_corpus
from gallery.lab.dataset import OutOfFold, read_corpus, write_out_of_fold
from gallery.lab.labels import LabelRow
from gallery.lab.offers import Brought, Words, offers_of_store
from gallery.lab.predictions import cross_validation_rows
from gallery.lab.thumbs import thumbnail

AT = datetime(2026, 3, 1, tzinfo=UTC)


def stored(folder: Path, number: int, handle: str = "aoi", size: tuple[int, int] = (800, 600)) -> Picture:
    """A picture whose bytes lie under their hash; its media carries the poster's own label, which must not count."""
    path = folder / "new.png"
    Image.new("RGB", size, (number * 20, 10, 200)).save(path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    path.rename(folder / sha256)
    account = Account("folder", handle, Artist(handle, handle), Consent.GRANTED)
    media = Media(f"m{number}", "file:///x", label=Label.PHOTO)
    return Picture(sha256, account, Post(f"p{number}", f"https://a.example/{number}", AT, (media,)), media, 0, *size)


def words(
    corrections: dict[str, Correction], labels: dict[str, str] | None = None, gone: frozenset[str] = frozenset()
) -> Words:
    return Words(
        lambda picture: corrections.get(picture.post.key),
        lambda picture: "the artist asked" if picture.account.handle in gone else None,
        {sha: LabelRow(sha, label, "Ren", AT) for sha, label in (labels or {}).items()},
    )


def add(
    pictures: list[Picture],
    path_of: Callable[[str], Path],
    said: Words,
    corpus: Path,
    owner: str,
    formerly: Collection[str] = (),
) -> Additions:
    return add_to_corpus(offers_of_store(pictures, path_of, said), corpus, owner, formerly)


def manifest(corpus: Path) -> list[dict[str, str]]:
    with (corpus / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_only_people_s_labels_enter(tmp_path: Path) -> None:
    """A correction or a reviewed label brings a picture in; skips, hidden, opted-out and unlabelled ones stay out."""
    pictures = [stored(tmp_path, i, "gone" if i == 5 else "aoi") for i in range(6)]
    said = {
        "p0": Correction(Label.DRAWING),
        "p3": Correction(Label.PHOTO, hide=True),
        "p4": Correction(pin=True),
        "p5": Correction(Label.DRAWING),
    }
    by_page = {pictures[0].sha256: "photo", pictures[1].sha256: "other", pictures[2].sha256: "skip"}
    corpus = tmp_path / "corpus"
    result = add(pictures, tmp_path.joinpath, words(said, by_page, frozenset({"gone"})), corpus, "mine")
    assert result.added == 2
    assert dict(result.left_out) == {
        "hidden by a person": 1,
        "no person has labelled it": 1,
        "opted out": 1,
        "skipped by a person": 1,
    }
    rows = manifest(corpus)
    assert [(row["label"], row["source"], row["style"]) for row in rows] == [
        ("drawing", "gallery/aoi", "gallery"),
        ("other", "gallery/aoi", "gallery"),
    ]
    assert pictures[0].sha256 in rows[0]["file"]
    with Image.open(corpus / rows[0]["file"]) as copy:
        assert (copy.format, copy.size) == ("JPEG", (352, 264))


def test_a_word_on_either_of_two_accounts_counts_for_the_same_bytes(tmp_path: Path) -> None:
    """A correction of the second account wins over a reviewed label; hidden or opted out on one, it stays out."""
    one = stored(tmp_path, 1)
    twin = replace(
        one,
        account=replace(one.account, handle="ren", artist=Artist("ren", "Ren")),
        post=replace(one.post, key="p2"),
        media=replace(one.media),
    )
    by_page = {one.sha256: "photo"}

    def brought(said: dict[str, Correction], gone: frozenset[str] = frozenset()) -> list[str]:
        corpus = tmp_path / "corpus"
        add([one, twin], tmp_path.joinpath, words(said, by_page, gone), corpus, "mine")
        return [f"{row['label']} of {row['source']}" for row in manifest(corpus)]

    assert brought({}) == ["photo of gallery/aoi"]
    assert brought({"p2": Correction(Label.DRAWING)}) == ["drawing of gallery/ren"]
    for post, other in (("p1", "p2"), ("p2", "p1")):
        assert brought({post: Correction(hide=True), other: Correction(Label.DRAWING)}) == []
    assert brought({}, frozenset({"ren"})) == []


def test_what_x_shows_teaches_nothing(tmp_path: Path) -> None:
    """A labelled picture stays out, and one that was brought before goes, when an account on X shows it, wherever else
    it hangs."""
    one = stored(tmp_path, 1)
    said = words({"p1": Correction(Label.DRAWING)})
    assert add([one], tmp_path.joinpath, said, tmp_path / "corpus", "mine").added == 1
    on_x = replace(one, account=replace(one.account, network="x", handle="aoi"))
    result = add([one, on_x], tmp_path.joinpath, said, tmp_path / "corpus", "mine")
    assert (result.removed, manifest(tmp_path / "corpus")) == (1, [])
    assert result.left_out == {"X forbids to train on what it shows": 1}


def test_the_name_of_a_copy_tells_its_source(tmp_path: Path) -> None:
    """What the evaluation reads from the file name alone is what the manifest says, whatever the handle holds."""
    pictures = [stored(tmp_path, i, handle) for i, handle in enumerate(["a__b/ü:c", "@me@host.example", "x__"])]
    said = words({f"p{i}": Correction(Label.DRAWING) for i in range(3)})
    add(pictures, tmp_path.joinpath, said, tmp_path / "corpus", "mine")
    rows = read_corpus(tmp_path / "corpus").rows
    held_out = [(row.file, OutOfFold(0, Prediction(1, 0, 0))) for row in rows]
    write_out_of_fold(tmp_path / "oof.gz", held_out)
    alone = {row.file: (row.source, row.label) for row in cross_validation_rows(tmp_path / "oof.gz")}
    assert len(alone) == 3
    assert alone == {row.file: (row.source, row.label) for row in rows}


def test_the_rest_of_the_corpus_is_untouched(tmp_path: Path) -> None:
    """Rows that others put into the manifest stay first and unchanged; a second run changes nothing."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    foreign = 'images/photo/x.jpg,photo,daily,someone/else,"a,b.jpg",MIT,10,20,seen'
    (corpus / "manifest.csv").write_text(",".join(COLUMNS) + ",note\n" + foreign + "\n")
    pictures = [stored(tmp_path, 1)]
    said = words({"p1": Correction(Label.DRAWING)})
    add(pictures, tmp_path.joinpath, said, corpus, "mine")
    text = (corpus / "manifest.csv").read_text()
    assert text.splitlines()[1] == foreign + ",,,,"
    stamp = (corpus / "manifest.csv").stat().st_mtime_ns
    again = add(pictures, tmp_path.joinpath, said, corpus, "mine")
    assert (again.added, again.unchanged) == (0, 1)
    assert (corpus / "manifest.csv").stat().st_mtime_ns == stamp


def test_a_word_changed_or_taken_back_is_followed(tmp_path: Path) -> None:
    """A new label moves the picture; a label taken back, or an artist's opt-out, removes row and copy."""
    corpus = tmp_path / "corpus"
    pictures = [stored(tmp_path, 1), stored(tmp_path, 2, "ren")]
    first = {"p1": Correction(Label.DRAWING), "p2": Correction(Label.DRAWING)}
    add(pictures, tmp_path.joinpath, words(first), corpus, "mine")
    second = words({**first, "p1": Correction(Label.PHOTO)}, gone=frozenset({"ren"}))
    moved = add(pictures, tmp_path.joinpath, second, corpus, "mine")
    assert (moved.added, moved.relabelled, moved.removed) == (0, 1, 1)
    assert [row["label"] for row in manifest(corpus)] == ["photo"]
    assert [path.parent.name for path in corpus.rglob("*.jpg")] == ["photo"]


def test_a_gallery_that_was_renamed_knows_what_it_brought(tmp_path: Path) -> None:
    """What it brought under another title is its own: it follows a word, and goes with an opt-out."""
    corpus = tmp_path / "corpus"
    pictures = [stored(tmp_path, 1), stored(tmp_path, 2, "ren")]
    said = {"p1": Correction(Label.DRAWING), "p2": Correction(Label.DRAWING)}
    add(pictures, tmp_path.joinpath, words(said), corpus, "mine")
    gone = words(said, gone=frozenset({"ren"}))
    moved = add(pictures, tmp_path.joinpath, gone, corpus, "https://new.example/", {"mine"})
    assert (moved.added, moved.unchanged, moved.removed) == (0, 1, 1)
    assert [row["gallery"] for row in manifest(corpus)] == ["https://new.example/"]
    assert len(list(corpus.rglob("*.jpg"))) == 1


def test_what_is_offered_no_more_stays_until_it_is_taken_back(tmp_path: Path) -> None:
    """A store that holds less than before takes nothing from a corpus; what left is asked about by what it was."""
    corpus = tmp_path / "corpus"
    pictures = [stored(tmp_path, 1), stored(tmp_path, 2)]
    said = words({"p1": Correction(Label.DRAWING), "p2": Correction(Label.DRAWING)})
    add(pictures, tmp_path.joinpath, said, corpus, "mine")
    offers = list(offers_of_store(pictures[:1], tmp_path.joinpath, said))
    asked: list[Brought] = []

    def run(gone: set[str]) -> tuple[int, int, int]:
        def taken_back(left: Sequence[Brought]) -> set[str]:
            asked.extend(left)
            return gone

        result = add_to_corpus(offers, corpus, "mine", taken_back=taken_back)
        assert len(manifest(corpus)) == len(list(corpus.rglob("*.jpg"))) == 1 + result.kept
        return result.unchanged, result.kept, result.removed

    assert run(set()) == (1, 1, 0)
    assert run({pictures[1].sha256}) == (1, 0, 1)
    assert {(one.account, one.post, one.number, one.label) for one in asked} == {("folder:aoi", "p2", 1, "drawing")}


def test_a_picture_that_cannot_be_read_is_counted(tmp_path: Path) -> None:
    """Broken bytes in the store do not stop the command and leave no row."""
    picture = stored(tmp_path, 1)
    (tmp_path / picture.sha256).write_bytes(b"\x89PNG broken")
    corpus = tmp_path / "corpus"
    result = add([picture], tmp_path.joinpath, words({"p1": Correction(Label.PHOTO)}), corpus, "mine")
    assert dict(result.left_out) == {"could not be read as a picture": 1}
    assert manifest(corpus) == []


def test_a_foreign_manifest_is_refused(tmp_path: Path) -> None:
    """A folder whose manifest.csv is something else is not written to."""
    (tmp_path / "manifest.csv").write_text("name,size\n")
    with pytest.raises(ConfigError, match="training corpus"):
        add([], tmp_path.joinpath, words({}), tmp_path, "mine")
    assert (tmp_path / "manifest.csv").read_text() == "name,size\n"


def test_a_picture_outside_the_corpus_is_nobody_s_to_remove(tmp_path: Path) -> None:
    """A manifest that names a path outside the corpus is refused, and nothing is deleted."""
    victim = tmp_path / "gallery__victim.jpg"
    victim.write_bytes(b"mine")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    head = ",".join((*COLUMNS, "gallery"))
    (corpus / "manifest.csv").write_text(f"{head}\n../gallery__victim.jpg,photo,x,s,,,1,1,mine\n")
    with pytest.raises(ConfigError, match="no path inside"):
        add([], tmp_path.joinpath, words({}), corpus, "mine")
    assert victim.exists()


def test_two_galleries_share_a_corpus(tmp_path: Path) -> None:
    """What one gallery brought stays when another one brings its own, and goes when it itself takes it back."""
    corpus = tmp_path / "corpus"
    one, two = stored(tmp_path, 1), stored(tmp_path, 2)
    said = words({"p1": Correction(Label.DRAWING), "p2": Correction(Label.PHOTO)})
    add([one], tmp_path.joinpath, said, corpus, "first")
    second = add([one, two], tmp_path.joinpath, said, corpus, "second")
    assert (second.added, second.removed) == (1, 0)
    assert [row["gallery"] for row in manifest(corpus)] == ["first", "second"]
    assert add([one], tmp_path.joinpath, words({}), corpus, "first").removed == 1
    assert [row["label"] for row in manifest(corpus)] == ["photo"]


def test_a_kill_leaves_no_picture_that_was_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the command ends before the manifest is written, the copy of a picture taken back is gone already."""
    corpus = tmp_path / "corpus"
    picture = stored(tmp_path, 1)
    add([picture], tmp_path.joinpath, words({"p1": Correction(Label.DRAWING)}), corpus, "mine")
    monkeypatch.setattr("gallery.lab.additions._write_manifest", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        add([picture], tmp_path.joinpath, words({}), corpus, "mine")
    assert not list(corpus.rglob("*.jpg"))


def test_what_a_killed_run_copied_goes_with_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy that no manifest names yet is removed when its artist opts out before the command runs again."""
    corpus = tmp_path / "corpus"
    picture = stored(tmp_path, 1)
    said = words({"p1": Correction(Label.DRAWING)})
    with monkeypatch.context() as killed:
        killed.setattr("gallery.lab.additions._write_manifest", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            add([picture], tmp_path.joinpath, said, corpus, "mine")
    assert len(list(corpus.rglob("*.jpg"))) == 1
    add([], tmp_path.joinpath, words({}), corpus, "mine")
    assert not list(corpus.rglob("*.jpg"))


def test_a_copy_half_moved_in_goes_with_the_next(tmp_path: Path) -> None:
    """A kill while a copy is written beside its place leaves nothing of it after the next run."""
    corpus = tmp_path / "corpus"
    picture = stored(tmp_path, 1)

    def killed() -> None:
        Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign,assignment]
        add([picture], tmp_path.joinpath, words({"p1": Correction(Label.DRAWING)}), corpus, "mine")

    process = get_context("fork").Process(target=killed)
    process.start()
    process.join()
    assert [path.name[:10] for path in corpus.rglob("*.jpg.*")] == [".gallery__"]
    add([], tmp_path.joinpath, words({}), corpus, "mine")
    assert not list(corpus.rglob("*.jpg*"))


def test_galleries_that_disagree_leave_a_picture_one_label(tmp_path: Path) -> None:
    """The gallery that brought a picture says what it is; another one's word for the same bytes is left out."""
    corpus = tmp_path / "corpus"
    one = stored(tmp_path, 1)
    add([one], tmp_path.joinpath, words({"p1": Correction(Label.DRAWING)}), corpus, "first")
    second = add([one], tmp_path.joinpath, words({"p1": Correction(Label.PHOTO)}), corpus, "second")
    assert dict(second.left_out) == {"another gallery or folder brought it": 1}
    assert [row["label"] for row in manifest(corpus)] == ["drawing"]


def test_a_picture_with_untidy_metadata_may_teach(tmp_path: Path) -> None:
    """EXIF that is cut off is no reason to lose a person's label: the gallery shows such pictures, too."""
    exif = Image.Exif()
    exif[0x010E] = "x" * 200
    file = tmp_path / "cut.png"
    Image.new("RGB", (90, 60), "#dd4444").save(file, exif=exif.tobytes()[:40])
    assert (thumbnail(file, 352).width_px, thumbnail(file, 352).height_px) == (90, 60)
