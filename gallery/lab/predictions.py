"""Where the evaluated predictions come from: the out-of-fold file that ships with the model, or a folder scored now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from gallery.classify import Result
from gallery.classify.model_files import MANIFEST, read_manifest, verified
from gallery.domain import Label
from gallery.errors import ModelError, PictureError
from gallery.lab.dataset import OUT_OF_FOLD, Corpus, group_of, read_out_of_fold
from gallery.lab.metrics import Row
from gallery.lab.thumbs import pictures_below


def verified_out_of_fold(models: Path) -> Path:
    """Where the out-of-fold predictions of the model in ``models`` lie, once their checksum is that of its manifest.

    Raises:
        ModelError: there is no model, it has no such predictions, or they were altered.
    """
    path = models / OUT_OF_FOLD
    digest = read_manifest(models).files.get(OUT_OF_FOLD)
    if digest is None:
        raise ModelError(f"{models / MANIFEST}: names no {OUT_OF_FOLD}; train again with gallery lab train")
    verified(path, digest)
    return path


def cross_validation_rows(path: Path, corpus: Corpus | None = None) -> list[Row]:
    """The out-of-fold predictions with their truth.

    With the corpus, every picture of it gets its label, style and source from the manifest. Without it, label and
    source are read from the name, ``images/<label>/<source>__<hash>.jpg`` with the source's first ``/`` written as
    ``__``, and styles stay empty.

    Raises:
        ModelError: the file is no file of out-of-fold predictions, or it belongs to another corpus.
    """
    held_out = read_out_of_fold(path)
    if corpus is None:
        truth = [(file, *_named(file, path), "") for file in held_out]
    else:
        truth = [(row.file, row.label, row.source, row.style) for row in corpus.rows]
        files = {row.file for row in corpus.rows}
        if files != held_out.keys():
            missing, foreign = len(files - held_out.keys()), len(held_out.keys() - files)
            raise ModelError(
                f"{corpus.folder}: is not the corpus that the model in {path.parent} was tested on (pictures "
                f"without a prediction: {missing}, predictions without a picture: {foreign}); name the model that was "
                "trained from it with --models, or train one with gallery lab train"
            )
    rows = []
    for file, label, source, style in sorted(truth):
        said = held_out[file].prediction
        rows.append(Row(file, label, style, source, said.drawing, said.photo, said.other, group_of(source)))
    return rows


def _named(file: str, path: Path) -> tuple[Label, str]:
    parts = Path(file).parts
    try:
        source, _ = parts[-1].rsplit("__", 1)
        return Label(parts[-2]), source.replace("__", "/", 1)
    except (ValueError, IndexError) as error:
        raise ModelError(f"{path}: {file!r} does not say its label and source; name the corpus") from error


def folder_rows(
    folder: Path, score: Callable[[Sequence[Path]], Iterable[tuple[Path, Result]]]
) -> tuple[list[Row], list[str]]:
    """Score the pictures in ``folder/drawing``, ``folder/photo`` and ``folder/other``, and why some were left out.

    A folder inside these is the source and the style of what it holds; a picture directly in them is its own source.

    Raises:
        PictureError: there is no such folder, or no picture in it that can be scored.
    """
    tops = {label: folder / label for label in Label if (folder / label).is_dir()}
    labels = {path: label for label, top in tops.items() for path in pictures_below(top)}
    rows: list[Row] = []
    problems: list[str] = []
    for path, result in score(list(labels)):
        label = labels[path]
        inner = path.relative_to(tops[label]).parts[:-1]
        file = path.relative_to(folder).as_posix()
        if isinstance(result, PictureError):
            problems.append(str(result))
        else:
            style = inner[0] if inner else ""
            rows.append(Row(file, label, style, style or file, result.drawing, result.photo, result.other))
    if not labels:
        raise PictureError(f"{folder}: found no pictures in drawing/, photo/ or other/ below it")
    if not rows:
        raise PictureError(f"{folder}: none of its pictures could be scored:\n" + "\n".join(problems))
    return rows, problems
