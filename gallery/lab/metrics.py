"""How good a classifier is: the figures of the evaluation, with confidence intervals over sources.

Every figure is computed from one table (`Table`): a true label, a style, a source and three probabilities per
picture. Two views are kept apart. *Drawing against photo* leaves out the pictures whose true label is ``other`` and
asks which of the two the model holds more probable; the score is ``p(drawing) / (p(drawing) + p(photo))``. *Three
classes* takes all pictures and the most probable of the three.

The intervals are percentile bootstrap intervals in which whole groups of sources are drawn with replacement (a cluster
bootstrap; Efron and Tibshirani, *An Introduction to the Bootstrap*, 1993, ch. 8 and 13): pictures of one source share
hand and camera, and drawing single pictures would make the intervals too narrow. Fewer than five groups of any label
behind a figure tell nothing of its spread, and it gets no interval. An interval is widened to hold its own figure where
it would not: in a round chance makes a calibration error larger than it is on the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gallery.domain import Label
from gallery.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LABELS: tuple[Label, ...] = tuple(Label)
ECE_BINS = 15
BOOTSTRAP_ROUNDS = 1000
WANTED_PRECISION = (0.95, 0.98, 0.99)
INTERVAL = 0.95
LEAST_GROUPS = 5  # of every label behind a figure: with fewer it has no interval


@dataclass(frozen=True, slots=True)
class Row:
    """One picture's true label and what the model said of it."""

    file: str
    label: Label
    style: str
    source: str
    drawing: float
    photo: float
    other: float
    group: str = ""  # sources that must stay together share a group; "" is the source itself


class Table:
    """Rows as arrays. Raises `ModelError` when there are none, or a row's probabilities are none."""

    def __init__(self, rows: Sequence[Row]) -> None:
        import numpy as np

        if not rows:
            raise ModelError("there are no predictions to evaluate")
        self.rows = tuple(rows)
        self.truth: Ints = np.array([LABELS.index(row.label) for row in rows], dtype=np.int64)
        p = np.array([(row.drawing, row.photo, row.other) for row in rows], dtype=np.float64)
        total = p.sum(axis=1)
        bad = ~np.isfinite(p).all(axis=1) | (p < 0).any(axis=1) | ~(np.abs(total - 1) < 0.01)
        if bad.any():
            first = rows[int(np.flatnonzero(bad)[0])]
            raise ModelError(f"{first.file}: the three probabilities do not sum to one; rows that are so: {bad.sum()}")
        self.probabilities: Floats = p / total[:, None]
        self.predicted: Ints = np.argmax(self.probabilities, axis=1).astype(np.int64)
        self.groups: tuple[str, ...] = tuple(sorted({row.group or row.source for row in rows}))
        place = {group: i for i, group in enumerate(self.groups)}
        self.group_of: Ints = np.array([place[row.group or row.source] for row in rows], dtype=np.int64)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def two_class(self) -> NDArray[np.bool_]:
        """Which rows are a drawing or a photo in truth."""
        return self.truth < 2

    @cached_property
    def drawing_score(self) -> Floats:
        """p(drawing) among drawing and photo; 0.5 where the model gives both nothing."""
        import numpy as np

        drawing, photo = self.probabilities[:, 0], self.probabilities[:, 1]
        both = drawing + photo
        score: Floats = np.divide(drawing, both, out=np.full(len(self), 0.5), where=both > 0)
        return score

    @cached_property
    def two_class_predicted(self) -> Ints:
        """0 where drawing is at least as probable as photo, else 1."""
        import numpy as np

        return np.where(self.drawing_score >= 0.5, 0, 1).astype(np.int64)

    @cached_property
    def correct(self) -> NDArray[np.bool_]:
        """Right on a row's own terms: drawing against photo for those two, the three classes for ``other``."""
        import numpy as np

        two: NDArray[np.bool_] = self.two_class_predicted == self.truth
        return np.where(self.two_class, two, self.predicted == self.truth).astype(np.bool_)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and its 95 % confidence interval over sources; None for both ends where too little is known."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def interval(self) -> str:
        """Its ends, or a dash."""
        return "–" if self.low is None or self.high is None else f"{self.low:.3f} – {self.high:.3f}"

    def __str__(self) -> str:
        ends = "–" if self.low is None or self.high is None else f"[{self.low:.3f}, {self.high:.3f}]"
        return f"{self.value:.3f} {ends}"


# --- figures from weighted rows: a weight is how often a row's group was drawn ----------------------------------------


def confusion(truth: Ints, predicted: Ints, weights: Floats, classes: int) -> Floats:
    """The weighted confusion matrix, rows the truth, columns the prediction."""
    import numpy as np

    flat = np.bincount(truth * classes + predicted, weights=weights, minlength=classes * classes)
    return flat.reshape(classes, classes).astype(np.float64)


def macro_f1(matrix: Floats) -> float:
    """The mean of the classes' F1 scores; a class that is neither there nor predicted is left out."""
    import numpy as np

    hits = np.diag(matrix)
    size = matrix.sum(axis=0) + matrix.sum(axis=1)
    present = size > 0
    return float((2 * hits[present] / size[present]).mean()) if present.any() else float("nan")


def auc(score: Floats, positive: NDArray[np.bool_], weights: Floats) -> float:
    """The weighted area under the ROC curve; ties count one half; NaN when a class is absent."""
    import numpy as np

    order = np.argsort(score, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(score[order])), len(order) - 1)
    plus = np.diff(np.cumsum(np.where(positive, weights, 0.0)[order])[ends], prepend=0.0)
    minus = np.diff(np.cumsum(np.where(positive, 0.0, weights)[order])[ends], prepend=0.0)
    below = np.cumsum(minus) - minus
    total = plus.sum() * minus.sum()
    return float((plus * (below + minus / 2)).sum() / total) if total > 0 else float("nan")


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of the reliability diagram."""

    low: float
    high: float
    count: int
    confidence: float  # mean confidence of the pictures in it
    accuracy: float  # share of them that are right


def calibration_error(confidence: Floats, correct: NDArray[np.bool_], weights: Floats) -> float:
    """The expected calibration error over 15 bins of equal width (Guo et al. 2017, arXiv:1706.04599)."""
    import numpy as np

    place = np.minimum((confidence * ECE_BINS).astype(np.int64), ECE_BINS - 1)
    gap = np.bincount(place, weights=weights * (confidence - correct), minlength=ECE_BINS)
    return float(np.abs(gap).sum() / weights.sum())


def reliability(confidence: Floats, correct: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """The reliability diagram's bins that hold at least one picture."""
    import numpy as np

    place = np.minimum((confidence * ECE_BINS).astype(np.int64), ECE_BINS - 1)
    bins = []
    for i in range(ECE_BINS):
        inside = place == i
        if inside.any():
            mean, right = float(confidence[inside].mean()), float(correct[inside].mean())
            bins.append(Bin(i / ECE_BINS, (i + 1) / ECE_BINS, int(inside.sum()), mean, right))
    return tuple(bins)


# --- intervals --------------------------------------------------------------------------------------------------------


def group_weights(table: Table, rounds: int, seed: int) -> Floats:
    """``rounds`` × groups: how often each group of sources is drawn in each round of the bootstrap."""
    import numpy as np

    count = len(table.groups)
    rng = np.random.default_rng(seed)
    return rng.multinomial(count, np.full(count, 1 / count), size=rounds).astype(np.float64)


def figure(table: Table, weights: Floats, inside: NDArray[np.bool_], statistic: Callable[[Floats], float]) -> Figure:
    """A statistic of the weighted rows ``inside``, on the table as it is and on the rounds of the bootstrap.

    A round that drew no picture of a label has no such statistic, and is passed over.
    """
    import numpy as np

    value = statistic(np.ones(int(inside.sum())))
    held = _groups_of_labels(table, inside)
    if not _enough(held):
        return Figure(value)
    whole = np.all([weights @ groups > 0 for groups in held], axis=0)
    place = table.group_of[inside]
    return _interval(value, np.array([statistic(row[place]) for row in weights[whole]]))


def share(table: Table, weights: Floats, inside: NDArray[np.bool_], hits: NDArray[np.bool_]) -> Figure:
    """The share of ``hits`` among the rows ``inside``, with its interval; quick, for many groups."""
    import numpy as np

    if not _enough(_groups_of_labels(table, inside)):
        return Figure(float(hits[inside].mean()))
    count = len(table.groups)
    size = np.bincount(table.group_of[inside], minlength=count).astype(np.float64)
    good = np.bincount(table.group_of[inside & hits], minlength=count).astype(np.float64)
    total = weights @ size
    rounds = np.divide(weights @ good, total, out=np.full(len(weights), np.nan), where=total > 0)
    return _interval(float(good.sum() / size.sum()), rounds)


def _groups_of_labels(table: Table, inside: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """For each label among the rows ``inside``: which groups have pictures of it there."""
    import numpy as np

    count = len(table.groups)
    return [
        np.bincount(table.group_of[inside & (table.truth == label)], minlength=count) > 0
        for label in np.unique(table.truth[inside])
    ]


def _enough(held: Sequence[NDArray[np.bool_]]) -> bool:
    return all(int(groups.sum()) >= LEAST_GROUPS for groups in held)


def _interval(value: float, rounds: Floats) -> Figure:
    import numpy as np

    kept = rounds[np.isfinite(rounds)]
    if not len(kept):
        return Figure(value)
    tail = (1 - INTERVAL) / 2
    low, high = np.quantile(kept, [tail, 1 - tail])
    return Figure(value, min(float(low), value), max(float(high), value))


# --- curves -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision over recall for one class against the rest, thinned by `precision_recall`."""

    label: Label
    recall: tuple[float, ...]
    precision: tuple[float, ...]
    average_precision: float
    operating_points: tuple[tuple[float, float], ...]  # wanted precision, the largest recall that keeps it, else 0


def precision_recall(table: Table, label: Label, points: int = 400) -> Curve:
    """Precision and recall of ``label`` over every threshold of its probability, highest threshold first."""
    import numpy as np

    score = table.probabilities[:, LABELS.index(label)]
    positive = table.truth == LABELS.index(label)
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(positive[order])
    ends = np.append(np.flatnonzero(np.diff(score[order])), len(order) - 1)
    precision, recall = hits[ends] / (ends + 1), hits[ends] / max(int(positive.sum()), 1)
    average = float((np.diff(recall, prepend=0.0) * precision).sum())
    operating = tuple((p, float(recall[precision >= p].max(initial=0.0))) for p in WANTED_PRECISION)
    keep = np.unique(np.linspace(0, len(ends) - 1, points).round().astype(np.int64))
    return Curve(label, tuple(map(float, recall[keep])), tuple(map(float, precision[keep])), average, operating)
