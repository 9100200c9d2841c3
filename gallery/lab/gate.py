"""The quality gate: no model replaces a better one unnoticed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gallery.classify import MANIFEST
from gallery.errors import ModelError
from gallery.lab.dataset import OUT_OF_FOLD, Corpus, read_out_of_fold
from gallery.lab.metrics import Figure, Row, Table, auc, confusion, figure, group_weights, macro_f1

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_ROUNDS = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """The figures that the gate compares, from grouped cross-validation."""

    macro_f1: Figure  # drawing against photo
    auc: Figure  # drawing against photo
    three_class: Figure  # macro-F1

    def __str__(self) -> str:
        return (
            f"drawing against photo: macro-F1 {self.macro_f1}, AUC {self.auc}; "
            f"three classes: macro-F1 {self.three_class}"
        )


def standing(corpus: Corpus, probabilities: Floats) -> Standing:
    """How out-of-fold probabilities (pictures × 3, in the order of the corpus) fare."""
    rows = [
        Row(row.file, row.label, row.style, row.source, drawing, photo, other, row.group)
        for row, (drawing, photo, other) in zip(corpus.rows, probabilities.tolist(), strict=True)
    ]
    table = Table(rows)
    weights = group_weights(table, _ROUNDS, 0)
    two = table.two_class
    truth, predicted, score = table.truth[two], table.two_class_predicted[two], table.drawing_score[two]
    return Standing(
        figure(table, weights, lambda w: macro_f1(confusion(truth, predicted, w[two], 2))),
        figure(table, weights, lambda w: auc(score, truth == 0, w[two])),
        figure(table, weights, lambda w: macro_f1(confusion(table.truth, table.predicted, w, 3))),
    )


def refuse_if_worse(candidate: Standing, models: Path, corpus: Corpus, *, force: bool) -> None:
    """Hold a new model against the one in ``models`` on the pictures that both were tested on.

    The shipped model's out-of-fold predictions are its proof; where it has none for this corpus, or there is no model,
    the candidate passes.

    Raises:
        ModelError: the candidate's macro-F1 lies below the shipped model's by more than the candidate's confidence
            interval is wide on that side, and ``force`` is not set.
    """
    import numpy as np

    if force or not (models / MANIFEST).exists():
        return
    shipped = read_out_of_fold(models / OUT_OF_FOLD)
    if any(row.file not in shipped for row in corpus.rows):
        return
    known = [shipped[row.file].prediction for row in corpus.rows]
    before = standing(corpus, np.array([(p.drawing, p.photo, p.other) for p in known]))
    margin = candidate.macro_f1.high - candidate.macro_f1.value
    if candidate.macro_f1.value + margin < before.macro_f1.value:
        raise ModelError(
            f"the new model's macro-F1 of {candidate.macro_f1} is lower than the shipped model's {before.macro_f1} by "
            "more than its interval; nothing was replaced. Use --force to replace it all the same"
        )
