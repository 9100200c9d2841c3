"""What a network learns from: the decoded pictures of one or several corpora, and how often each is drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gallery.domain import Label
from gallery.errors import ConfigError
from gallery.lab.dataset import Corpus, Row, contents_digest
from gallery.lab.files import kept_file, save_array
from gallery.lab.metrics import LABELS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Pixels = NDArray[np.uint8]

_LABEL_SHARES = (0.44, 0.43, 0.13)  # of the draws: drawing, photo, other
_FURTHER_SHARES = (0.12, 0.05, 0.25)  # of a label's draws: what the further corpus may have at most
_SHARES_AT_LAST = (0.16, 0.06, 0.25)  # the same in the last cycle, which the sources below join
_LATE = "gitenberg/"  # plates of old books: from the start they cost paintings made on a screen their draws
# Styles of which the corpus has few, or which are the hardest to tell apart: drawn this much more often.
_MORE = {(Label.DRAWING, "pixel"): 2.5, (Label.DRAWING, "painterly"): 1.4, (Label.OTHER, "game"): 1.4}


@dataclass(frozen=True, slots=True)
class Material:
    """The decoded pictures of one or several corpora with what the network is to learn about them."""

    pixels: tuple[Pixels, ...]  # read-only views of files on disk
    labels: NDArray[np.int64]
    styles: NDArray[np.int64]
    style_names: tuple[str, ...]  # "drawing/anime", …


def load_material(corpora: Sequence[Corpus], work: Path) -> Material:
    """What the corpora hold, one after the other.

    Every picture is decoded once, into a file in ``work`` that later runs map into memory.

    Raises:
        ConfigError: the folder cannot be written.
        ModelError: what an earlier start left in it is damaged.
        PictureError: a picture cannot be decoded.
    """
    import numpy as np

    rows = [row for corpus in corpora for row in corpus.rows]
    named = [f"{row.label}/{row.style}" for row in rows]
    names = tuple(sorted(set(named)))
    return Material(
        tuple(picture for corpus in corpora for picture in _decoded(corpus, work)),
        np.array([LABELS.index(row.label) for row in rows]),
        np.array([names.index(name) for name in named]),
        names,
    )


def _decoded(corpus: Corpus, work: Path) -> list[Pixels]:
    import numpy as np

    from gallery.features import open_working_image

    work.mkdir(parents=True, exist_ok=True)
    made_by = hashlib.sha256((Path(__file__).parents[1] / "features.py").read_bytes()).hexdigest()[:12]
    name = f"pixels-{contents_digest(corpus)}-{made_by}"
    flat, index = work / f"{name}.bin", work / f"{name}.npy"
    if not index.exists():
        shapes = []
        try:
            with flat.open("wb") as out:
                for row in corpus.rows:
                    picture = np.asarray(open_working_image(corpus.path(row)))
                    out.write(picture.tobytes())
                    shapes.append(picture.shape[:2])
        except OSError as error:
            raise ConfigError(f"cannot write {flat}: {error.strerror}") from error
        save_array(index, np.array(shapes, np.int64))
    with kept_file(work / f"{name}.*"):
        sizes = np.load(index)
        data = np.memmap(flat, np.uint8, "r")
        ends = np.cumsum(sizes.prod(axis=1) * 3)
        return [
            data[end - 3 * height * width : end].reshape(height, width, 3)
            for end, (height, width) in zip(ends, sizes, strict=True)
        ]


def weights_of_cycles(rows: Sequence[Row], chosen: Sequence[int], further: Sequence[Row], cycles: int) -> list[Floats]:
    """How often each picture is drawn (see `draw_weights`) in each cycle of a course."""
    before = draw_weights(rows, chosen, further)
    return [before] * (cycles - 1) + [draw_weights(rows, chosen, further, at_last=cycles > 1)]


def draw_weights(
    rows: Sequence[Row], chosen: Sequence[int], further: Sequence[Row] = (), *, at_last: bool = False
) -> Floats:
    """How often each picture is drawn: labels in fixed shares, large sources and styles held back.

    Args:
        rows: the corpus.
        chosen: places in it; its other pictures are never drawn.
        further: pictures that follow in the material; they are drawn within their share of each label.
        at_last: whether this is for the last cycle; before it, pictures out of old books are not drawn.
    """
    import numpy as np

    together = [*rows, *further]
    late = () if at_last else (place for place, row in enumerate(together) if row.source.startswith(_LATE))
    drawn = sorted({*chosen, *range(len(rows), len(together))}.difference(late))
    by_source: dict[tuple[str, Label], int] = {}
    by_style: dict[tuple[str, Label], int] = {}
    for index in drawn:
        row = together[index]
        by_source[row.source, row.label] = by_source.get((row.source, row.label), 0) + 1
        by_style[row.style, row.label] = by_style.get((row.style, row.label), 0) + 1
    weights = np.zeros(len(together))
    for index in drawn:
        row = together[index]
        weights[index] = by_source[row.source, row.label] ** -0.5 * by_style[row.style, row.label] ** -0.4
        weights[index] *= _MORE.get((row.label, row.style), 1.0)
    own = np.arange(len(together)) < len(rows)
    shares = _SHARES_AT_LAST if at_last else _FURTHER_SHARES
    for label, share, most in zip(LABELS, _LABEL_SHARES, shares, strict=True):
        mine = np.array([row.label == label for row in together])
        theirs = weights[mine & ~own].sum()
        if (ours := weights[mine & own].sum()) and theirs > most * (ours + theirs):
            weights[mine & ~own] *= most / (1 - most) * ours / theirs
        if total := weights[mine].sum():
            weights[mine] *= share / total
    normal: Floats = weights / weights.sum()
    return normal
