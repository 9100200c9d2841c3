"""The corpus: what is read of it, what is refused, and what is kept of what was computed from it."""

from __future__ import annotations

import errno
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from gallery.domain import Prediction
from gallery.errors import ConfigError, ModelError
from gallery.lab.dataset import Corpus, OutOfFold, group_of, read_corpus, read_out_of_fold, write_out_of_fold
from gallery.lab.files import replace_files
from gallery.lab.material import load_material
from tests.lab_kit import make_corpus
from tests.toy_model import write_toy_model


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return make_corpus(tmp_path_factory.mktemp("corpus"))


def test_neighbours_are_one_group() -> None:
    """Collections of wallpapers count as one source, others as themselves."""
    assert group_of("someone/Wallpapers") == group_of("other/anime-wallpapers") == "wallpapers"
    assert group_of("an/artist") == "an/artist"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a.png,painting,x,s", "painting"),
        ("../a.png,photo,x,s", "no path inside"),
        ("/a.png,photo,x,s", "no path inside"),
        ("a.png,photo,x,s\na.png,photo,x,s", "named twice"),
        ("", "names no pictures"),
    ],
)
def test_a_wrong_manifest_is_refused_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    """Unknown labels, paths outside, repeated and missing rows are named."""
    (tmp_path / "manifest.csv").write_text(f"file,label,style,source\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        read_corpus(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("file,label,style,source\nü.png,photo,x,s\n".encode("latin-1"), r"manifest.csv:2: is not UTF-8"),
        (b"file,label,style,source\n" + b"a" * 200_000 + b",photo,x,s\n", r"manifest.csv:2.*field larger"),
        (b'file,label,style,source\n"a"b.png,photo,x,s\n', r"manifest.csv:2"),
    ],
)
def test_a_manifest_that_is_no_csv_is_refused_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    """Another encoding, an endless field and a stray quotation mark are named, not thrown as they come."""
    (tmp_path / "manifest.csv").write_bytes(content)
    with pytest.raises(ConfigError, match=said):
        read_corpus(tmp_path)


def test_the_order_of_a_manifest_does_not_matter(corpus: Corpus, tmp_path: Path) -> None:
    """Lines in another order, and the mark that spreadsheets put first, make the same corpus."""
    head, *lines = (corpus.folder / "manifest.csv").read_text().splitlines()
    (tmp_path / "manifest.csv").write_text("\n".join([head, *reversed(lines)]), encoding="utf-8-sig")
    again = read_corpus(tmp_path)
    assert (again.rows, again.digest) == (corpus.rows, corpus.digest)


def test_a_changed_picture_is_decoded_anew(corpus: Corpus, tmp_path: Path) -> None:
    """What was decoded before serves as long as every picture has the same bytes; a cut file of it is no trap."""
    folder = tmp_path / "corpus"
    shutil.copytree(corpus.folder, folder)
    before = load_material([read_corpus(folder)], tmp_path / "work")
    Image.new("RGB", (96, 72), (1, 2, 3)).save(folder / corpus.rows[0].file)
    after = load_material([read_corpus(folder)], tmp_path / "work")
    assert before.pixels[0].mean() != after.pixels[0].mean()
    assert after.pixels[0][0, 0].tolist() == [1, 2, 3]


def test_a_work_folder_that_is_full_or_damaged_is_told_apart(corpus: Corpus, tmp_path: Path) -> None:
    """A disk without room is named as that; what an earlier start left and a disk then spoilt is to be deleted."""
    load_material([corpus], tmp_path)
    (index,), (flat,) = tmp_path.glob("pixels-*.npy"), tmp_path.glob("pixels-*.bin")
    flat.write_bytes(flat.read_bytes()[:100])
    with pytest.raises(ModelError, match="an earlier start left it"):
        load_material([corpus], tmp_path)
    index.unlink()
    flat.unlink()
    flat.symlink_to("/dev/full")
    with pytest.raises(ConfigError, match=r"cannot write .*No space left"):
        load_material([corpus], tmp_path)


def test_a_model_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk fills before all files of a new model are written, the one in place is as it was."""
    write_toy_model(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    written = iter(range(2))

    def full(handle: int) -> None:
        if next(written, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("gallery.lab.files.os.fsync", full)
    with pytest.raises(ConfigError, match="No space left"):
        replace_files(tmp_path, dict.fromkeys((*before, "another"), b"new"))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_out_of_fold_predictions_come_back(tmp_path: Path) -> None:
    """What is written is read again, and the same predictions make the same bytes in any order."""
    said = {"b.png": OutOfFold(2, Prediction(0.5, 0.25, 0.25)), "a.png": OutOfFold(0, Prediction(1.0, 0.0, 0.0))}
    one, two = tmp_path / "1.csv.gz", tmp_path / "2.csv.gz"
    write_out_of_fold(one, said.items())
    write_out_of_fold(two, reversed(said.items()))
    assert read_out_of_fold(one) == said
    assert one.read_bytes() == two.read_bytes()
    one.write_bytes(b"no gzip")
    with pytest.raises(ModelError, match=re.escape(str(one))):
        read_out_of_fold(one)
