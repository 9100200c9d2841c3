"""The training corpus and the out-of-fold predictions that ship beside the model.

A corpus is a folder with ``manifest.csv`` (at least the columns file, label, style, source) and the pictures that
it names. Nothing but the manifest says what is in it.

Out-of-fold predictions, ``models/cross_validation.csv.gz``: gzip'ed UTF-8 CSV with the header
``file,fold,drawing,photo,other``, one line per picture, sorted by file. ``file`` is the manifest's column; ``fold`` is
the fold in which the picture was held out, its whole group of sources with it; the three calibrated probabilities
come from a backbone and an estimator that saw nothing of that group. Joined with the manifest they give back every
figure of the model card.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from gallery.domain import Label, Prediction
from gallery.errors import ConfigError, ModelError
from gallery.lab.files import file_sha256
from gallery.lab.tables import csv_bytes, read_csv

MANIFEST = "manifest.csv"
OUT_OF_FOLD = "cross_validation.csv.gz"
FOLDS = 5

# Neighbours that are alike count as one source, so that no fold tests on what a twin taught it. Collections of
# wallpapers copy from each other; the two camera repositories hold the same test shots.
_ALIKE = (
    ("wallpapers", ("wallpaper", "kabegami", "everforest-walls")),
    ("camera test shots", ("drewnoakes/metadata-extractor-images", "ianare/exif-samples")),
    ("luanfujun", ("luanfujun/",)),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled picture of the corpus."""

    file: str  # relative to the corpus, as the manifest names it
    label: Label
    style: str
    source: str

    @property
    def group(self) -> str:
        """The sources that must stay on one side of every split."""
        return group_of(self.source)


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder of labelled pictures."""

    folder: Path
    rows: tuple[Row, ...]  # in the order of their files, whatever the manifest's is
    digest: str  # sha256 over file, label, style and source of every row

    def path(self, row: Row) -> Path:
        """Where the row's picture lies."""
        return self.folder / row.file


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """What a model said of a picture that it had never seen."""

    fold: int
    prediction: Prediction


def group_of(source: str) -> str:
    """The group of a source: its own name, or the name under which alike neighbours are merged."""
    name = source.lower()
    for group, marks in _ALIKE:
        if any(mark in name for mark in marks):
            return group
    return source


def is_inside(file: str) -> bool:
    """Does the manifest's name of a picture stay inside the corpus?"""
    return bool(file) and "\0" not in file and not Path(file).is_absolute() and ".." not in Path(file).parts


def read_corpus(folder: Path) -> Corpus:
    """Read the manifest of a corpus.

    Raises:
        ConfigError: the manifest is missing or no CSV in UTF-8, lacks a column, names an unknown label, a picture
            twice, or a path outside the corpus.
    """
    manifest = folder / MANIFEST
    rows: dict[str, Row] = {}
    for line, record in read_csv(manifest, ("file", "label", "style", "source"), "the manifest of a corpus").rows:
        row = _row(record, f"{manifest}:{line}")
        if row.file in rows:
            raise ConfigError(f"{manifest}:{line}: {row.file} is named twice; keep one of the lines")
        rows[row.file] = row
    if not rows:
        raise ConfigError(f"{manifest}: names no pictures")
    ordered = tuple(rows[file] for file in sorted(rows))
    lines = "\n".join("\t".join((row.file, row.label, row.style, row.source)) for row in ordered)
    return Corpus(folder, ordered, hashlib.sha256(lines.encode()).hexdigest())


def read_corpora(folder: Path, further: Path | None) -> list[Corpus]:
    """The corpus to learn from and to be tested on, and the further one, if there is one; raises as `read_corpus`."""
    return [read_corpus(one) for one in (folder, further) if one is not None]


def refuse_if_shared(corpora: Sequence[Corpus]) -> None:
    """See that no corpus holds a source or a picture of another: a fold would be tested on what it has seen.

    Raises:
        ModelError: one does.
        PictureError: a picture cannot be read.
    """
    for corpus, other in combinations(corpora, 2):
        if shared := _groups_and_files(corpus) & _groups_and_files(other):
            raise ModelError(
                f"{other.folder} holds {', '.join(sorted(shared)[:3])}, as {corpus.folder} does: a fold "
                "would be tested on what it has seen. Take it out of one of them"
            )


def _groups_and_files(corpus: Corpus) -> set[str]:
    groups = {f"pictures of {row.group}" for row in corpus.rows}
    return groups | {f"the picture of sha256 {file_sha256(corpus.path(row))}" for row in corpus.rows}


def contents_digest(corpus: Corpus) -> str:
    """12 hex digits over the manifest's rows and every picture's bytes: what is computed from both is kept under it.

    Raises:
        PictureError: a picture cannot be read.
    """
    found = hashlib.sha256(corpus.digest.encode())
    for row in corpus.rows:
        found.update(file_sha256(corpus.path(row)).encode())
    return found.hexdigest()[:12]


def _row(record: Mapping[str, str], where: str) -> Row:
    file, label, style, source = (record[key] for key in ("file", "label", "style", "source"))
    if not is_inside(file):
        raise ConfigError(f"{where}: {file!r} is no path inside the corpus")
    try:
        return Row(file, Label(label), style, source)
    except ValueError as error:
        known = ", ".join(Label)
        raise ConfigError(f"{where}: {label!r} is no label; use one of {known}") from error


def write_out_of_fold(path: Path, rows: Iterable[tuple[str, OutOfFold]]) -> None:
    """Write out-of-fold predictions; the same rows always make the same bytes."""
    cells = (
        (file, str(one.fold), *(f"{one.prediction.score(label):.5f}" for label in Label))
        for file, one in sorted(rows, key=lambda item: item[0])
    )
    with path.open("wb") as raw, gzip.GzipFile("", "wb", mtime=0, fileobj=raw) as packed:
        packed.write(csv_bytes(("file", "fold", "drawing", "photo", "other"), cells))


def read_out_of_fold(path: Path) -> dict[str, OutOfFold]:
    """Read out-of-fold predictions by the manifest's file names.

    Raises:
        ModelError: the file is missing or is not what `write_out_of_fold` writes.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
            return {
                record["file"]: OutOfFold(
                    int(record["fold"]),
                    Prediction(float(record["drawing"]), float(record["photo"]), float(record["other"])),
                )
                for record in csv.DictReader(lines)
            }
    except (OSError, EOFError, KeyError, ValueError, TypeError, csv.Error) as error:
        raise ModelError(f"{path}: holds no out-of-fold predictions ({error})") from error
