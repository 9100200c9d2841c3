"""The quality gate: no model replaces a better one unnoticed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gallery.classify.model_files import MANIFEST
from gallery.domain import Prediction
from gallery.errors import ModelError
from gallery.lab.dataset import Corpus, read_out_of_fold
from gallery.lab.dataset import Row as Listed
from gallery.lab.metrics import (
    BOOTSTRAP_ROUNDS,
    Figure,
    Row,
    Table,
    auc,
    confusion,
    figure,
    group_weights,
    macro_f1,
)
from gallery.lab.predictions import verified_out_of_fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LEAST_SHARED = 0.5  # of the shipped model's test pictures: with fewer in common the two cannot be compared


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


def standing(listed: Sequence[Listed], probabilities: Floats) -> Standing:
    """How out-of-fold probabilities (pictures × 3, in the order of ``listed``) fare."""
    rows = [
        Row(row.file, row.label, row.style, row.source, drawing, photo, other, row.group)
        for row, (drawing, photo, other) in zip(listed, probabilities.tolist(), strict=True)
    ]
    table = Table(rows)
    weights = group_weights(table, BOOTSTRAP_ROUNDS, 0)
    two = table.two_class
    truth, predicted, score = table.truth[two], table.two_class_predicted[two], table.drawing_score[two]
    return Standing(
        figure(table, weights, two, lambda w: macro_f1(confusion(truth, predicted, w, 2))),
        figure(table, weights, two, lambda w: auc(score, truth == 0, w)),
        figure(table, weights, table.truth >= 0, lambda w: macro_f1(confusion(table.truth, table.predicted, w, 3))),
    )


def refuse_if_incomparable(corpus: Corpus, models: Path, *, force: bool) -> None:
    """Say before hours of training that its model could not be held against the one in ``models``.

    Raises:
        ModelError: too few of the pictures that the shipped model was tested on are in the corpus, or that model was
            altered, and ``force`` is not set.
    """
    if not force and (models / MANIFEST).exists():
        _shared(corpus, models)


def refuse_if_worse(corpus: Corpus, probabilities: Floats, models: Path, *, force: bool) -> None:
    """Hold a new model against the one in ``models``, on the pictures that both were tested on.

    The shipped model's out-of-fold predictions are its proof; where there is no model yet, the new one passes.

    Args:
        corpus: what the new model was trained and tested on.
        probabilities: its out-of-fold probabilities, pictures × 3, in the order of the corpus.
        models: the folder of the shipped model.
        force: let it pass unseen.

    Raises:
        ModelError: the new macro-F1 lies below the confidence interval of the shipped one (below itself where it has
            none), or too few of the pictures that the shipped model was tested on are in the corpus to say.
    """
    import numpy as np

    if force or not (models / MANIFEST).exists():
        return
    shared = _shared(corpus, models)
    common = [corpus.rows[place] for place in shared]
    before = standing(common, np.array([(p.drawing, p.photo, p.other) for p in shared.values()]))
    now = standing(common, probabilities[list(shared)])
    low = before.macro_f1.low
    if now.macro_f1.value < (before.macro_f1.value if low is None else low):
        by = "" if low is None else " by more than its interval"
        raise ModelError(
            f"on {len(common):,} pictures that both were tested on, the new model's macro-F1 of {now.macro_f1} is "
            f"lower than the shipped model's {before.macro_f1}{by}; nothing was replaced. Use --force to replace it "
            "all the same"
        )


def _shared(corpus: Corpus, models: Path) -> dict[int, Prediction]:
    """Place in the corpus → what the shipped model said of it, unseen."""
    shipped = read_out_of_fold(verified_out_of_fold(models))
    shared = {place: shipped[row.file].prediction for place, row in enumerate(corpus.rows) if row.file in shipped}
    if len(shared) < _LEAST_SHARED * len(shipped):
        raise ModelError(
            f"a model of {corpus.folder} cannot be compared with the one in {models}: of the {len(shipped):,} pictures "
            f"which that was tested on, {len(shared):,} are in it; nothing was replaced. Name another folder with "
            "--models, or use --force to replace it unseen"
        )
    return shared
