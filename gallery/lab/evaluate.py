"""Evaluate predictions: the grouped cross-validation table of the shipped model, or a folder of pictures.

The figures come from `gallery.lab.metrics`; this module gathers them into one `Evaluation`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gallery.domain import Label
from gallery.errors import ModelError
from gallery.lab.metrics import (
    BOOTSTRAP_ROUNDS,
    LABELS,
    Bin,
    Curve,
    Figure,
    Row,
    Table,
    auc,
    calibration_error,
    confusion,
    figure,
    group_weights,
    macro_f1,
    precision_recall,
    reliability,
    share,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gallery.lab.metrics import Floats


_LARGE_GROUP = 0.05  # of all pictures: a smaller group of sources does not sway a figure


@dataclass(frozen=True, slots=True)
class Group:
    """How the pictures of one style or source fare; `Table.correct` says what right means."""

    name: str
    label: Label | None  # None when the group holds several labels
    pictures: int
    sources: int
    accuracy: Figure
    three_class: Figure


@dataclass(frozen=True, slots=True)
class Rest:
    """Drawing against photo without the largest group of sources, which may weigh more than it tells."""

    left_out: str  # the group's name
    pictures: int  # in that group
    macro_f1: float
    auc: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every figure of one table."""

    pictures: int
    sources: int
    counts: tuple[int, ...]  # drawings, photos, others
    seed: int
    rounds: int
    macro_f1: Figure  # drawing against photo
    auc: Figure  # drawing against photo
    accuracy: Figure  # drawing against photo
    three_class_macro_f1: Figure
    three_class_accuracy: Figure
    ece: Figure  # of the most probable of three labels
    two_class_ece: Figure  # of the more probable of drawing and photo
    source_mean_accuracy: float  # each source counts once
    rest: Rest | None  # None where no group is large, or the largest leaves one kind only
    confusion: tuple[tuple[int, ...], ...]  # rows the truth, columns the prediction, in the order of LABELS
    two_class_confusion: tuple[tuple[int, ...], ...]
    styles: tuple[Group, ...]  # by label, then the largest first
    per_source: tuple[Group, ...]  # the weakest first
    reliability: tuple[Bin, ...]
    curves: tuple[Curve, ...]


def evaluate_table(table: Table, *, seed: int = 0, rounds: int = BOOTSTRAP_ROUNDS) -> Evaluation:
    """All figures of ``table``. The same table, seed and rounds give the same figures.

    Raises:
        ModelError: the table has drawings only, or photos only.
    """
    import numpy as np

    weights = group_weights(table, rounds, seed)
    two = table.two_class
    truth, predicted, score = table.truth[two], table.two_class_predicted[two], table.drawing_score[two]
    confidence, right = table.probabilities.max(axis=1), table.predicted == table.truth
    two_confidence, two_right = np.maximum(score, 1 - score), predicted == truth
    ones, everything = np.ones(len(table)), np.ones(len(table), np.bool_)
    per_source = _per_source(table)
    if len(np.unique(truth)) < 2:
        raise ModelError("drawing against photo needs at least one picture of each; the table has only one kind")

    def of(inside: NDArray[np.bool_], statistic: Callable[[Floats], float]) -> Figure:
        return figure(table, weights, inside, statistic)

    return Evaluation(
        pictures=len(table),
        sources=len({row.source for row in table.rows}),
        counts=tuple(int((table.truth == i).sum()) for i in range(len(LABELS))),
        seed=seed,
        rounds=rounds,
        macro_f1=of(two, lambda w: macro_f1(confusion(truth, predicted, w, 2))),
        auc=of(two, lambda w: auc(score, truth == 0, w)),
        accuracy=share(table, weights, two, table.correct),
        three_class_macro_f1=of(
            everything, lambda w: macro_f1(confusion(table.truth, table.predicted, w, len(LABELS)))
        ),
        three_class_accuracy=share(table, weights, everything, right),
        ece=of(everything, lambda w: calibration_error(confidence, right, w)),
        two_class_ece=of(two, lambda w: calibration_error(two_confidence, two_right, w)),
        source_mean_accuracy=_mean(group.accuracy.value for group in per_source),
        rest=_rest(table),
        confusion=_whole(confusion(table.truth, table.predicted, ones, len(LABELS))),
        two_class_confusion=_whole(confusion(truth, predicted, ones[two], 2)),
        styles=_styles(table, weights),
        per_source=per_source,
        reliability=reliability(confidence, right),
        curves=tuple(precision_recall(table, label) for label in LABELS if (table.truth == LABELS.index(label)).any()),
    )


def _rest(table: Table) -> Rest | None:
    import numpy as np

    sizes = np.bincount(table.group_of)
    largest = int(sizes.argmax())
    if sizes[largest] < max(2, _LARGE_GROUP * len(table)):
        return None
    kept = table.two_class & (table.group_of != largest)
    truth, ones = table.truth[kept], np.ones(int(kept.sum()))
    if len(np.unique(truth)) < 2:
        return None
    return Rest(
        table.groups[largest],
        int(sizes[largest]),
        macro_f1(confusion(truth, table.two_class_predicted[kept], ones, 2)),
        auc(table.drawing_score[kept], truth == 0, ones),
    )


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def _whole(matrix: Floats) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(cell) for cell in row) for row in matrix)


def _group(table: Table, weights: Floats, name: str, inside: NDArray[np.bool_]) -> Group:
    labels = {LABELS[int(i)] for i in set(table.truth[inside].tolist())}
    return Group(
        name=name,
        label=labels.pop() if len(labels) == 1 else None,
        pictures=int(inside.sum()),
        sources=len({table.rows[i].source for i in inside.nonzero()[0]}),
        accuracy=share(table, weights, inside, table.correct),
        three_class=share(table, weights, inside, table.predicted == table.truth),
    )


def _styles(table: Table, weights: Floats) -> tuple[Group, ...]:
    import numpy as np

    names = sorted({(row.label, row.style) for row in table.rows}, key=lambda pair: (LABELS.index(pair[0]), pair[1]))
    groups = [
        _group(table, weights, style, np.array([(row.label, row.style) == (label, style) for row in table.rows]))
        for label, style in names
    ]
    return tuple(sorted(groups, key=lambda g: (LABELS.index(g.label) if g.label else 0, -g.pictures, g.name)))


def _per_source(table: Table) -> tuple[Group, ...]:
    """The sources one by one; how a single one would vary, nobody can tell: no intervals."""
    three_class = table.predicted == table.truth
    members: dict[str, list[int]] = {}
    for i, row in enumerate(table.rows):
        members.setdefault(row.source, []).append(i)
    groups = []
    for name, places in members.items():
        labels = {table.rows[i].label for i in places}
        label = labels.pop() if len(labels) == 1 else None
        right, three = (Figure(float(hits[places].mean())) for hits in (table.correct, three_class))
        groups.append(Group(name, label, len(places), 1, right, three))
    return tuple(sorted(groups, key=lambda g: (g.accuracy.value, -g.pictures, g.name)))


def worst(table: Table, count: int) -> tuple[Row, ...]:
    """The ``count`` rows in which the most probable label is wrong, first those where the model was surest of it."""
    import numpy as np

    wrong = np.flatnonzero(table.predicted != table.truth)
    said = table.probabilities[wrong].max(axis=1)
    order = sorted(zip(-said, wrong.tolist(), strict=True), key=lambda pair: (pair[0], table.rows[pair[1]].file))
    return tuple(table.rows[i] for _, i in order[:count])
