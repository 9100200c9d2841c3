"""The figures of the evaluation, against scikit-learn and against answers known by construction."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery.domain import Label
from gallery.errors import ModelError
from gallery.lab import metrics
from gallery.lab.evaluate import evaluate_table, worst
from gallery.lab.metrics import LABELS, Row, Table


def table(seed: int = 0, count: int = 300, sources: int = 12, strength: float = 2.0) -> Table:
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(count):
        label = LABELS[int(rng.integers(3))]
        z = rng.normal(size=3)
        z[LABELS.index(label)] += strength
        p = np.exp(z) / np.exp(z).sum()
        rows.append(Row(f"{i}.jpg", label, f"style-{i % 4}", f"source-{rng.integers(sources)}", *map(float, p)))
    return Table(rows)


def row(label: Label, drawing: float, photo: float, other: float, source: str = "s", file: str = "f.jpg") -> Row:
    return Row(file, label, "any", source, drawing, photo, other)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.booleans(), st.integers(0, 3)), min_size=4, max_size=60).filter(
        lambda rows: {True, False} <= {positive for _, positive, weight in rows if weight}
    )
)
def test_auc_agrees_with_sklearn_on_ties_and_weights(rows: list[tuple[int, bool, int]]) -> None:
    """The weighted area under the curve is scikit-learn's, with ties and with sources drawn several times."""
    from sklearn.metrics import roc_auc_score

    score, positive, weights = (np.array(column) for column in zip(*rows, strict=True))
    ours = metrics.auc(score.astype(float), positive, weights.astype(float))
    assert ours == pytest.approx(roc_auc_score(positive, score, sample_weight=weights))


def test_f1_and_average_precision_agree_with_sklearn() -> None:
    """Macro-F1 and average precision are scikit-learn's."""
    from sklearn.metrics import average_precision_score, f1_score

    data = table()
    matrix = metrics.confusion(data.truth, data.predicted, np.ones(len(data)), 3)
    assert metrics.macro_f1(matrix) == pytest.approx(f1_score(data.truth, data.predicted, average="macro"))
    curve = metrics.precision_recall(data, Label.PHOTO)
    assert curve.average_precision == pytest.approx(average_precision_score(data.truth == 1, data.probabilities[:, 1]))


def test_calibration_error_is_the_gap_between_confidence_and_truth() -> None:
    """A model that says 0.8 and is right half the time has an error of 0.3."""
    confidence = np.full(10, 0.8)
    assert metrics.calibration_error(confidence, np.arange(10) < 5, np.ones(10)) == pytest.approx(0.3)


def test_two_class_figures_ignore_the_third_probability() -> None:
    """A drawing that the model takes for a screenshot still counts as told from a photo, but not among three."""
    data = Table([row(Label.DRAWING, 0.3, 0.1, 0.6), row(Label.PHOTO, 0.1, 0.9, 0.0), row(Label.OTHER, 0.0, 0.2, 0.8)])
    assert data.correct.tolist() == [True, True, True]
    result = evaluate_table(data, rounds=10)
    assert result.macro_f1.value == 1.0
    assert result.three_class_accuracy.value == pytest.approx(2 / 3)


def test_intervals_widen_when_pictures_share_sources() -> None:
    """The same answers in few sources leave more doubt than in many: the bootstrap draws sources, not pictures."""
    rng = np.random.default_rng(1)
    good = rng.random(40)

    def of(source_count: int) -> Table:
        rows = []
        for i in range(400):
            source = i * source_count // 400
            right = 0.9 if rng.random() < good[source % 40] else 0.1
            label = LABELS[i % 2]
            p = (right, 1 - right, 0.0) if label is Label.DRAWING else (1 - right, right, 0.0)
            rows.append(row(label, *p, source=f"s{source:03}", file=f"{i}.jpg"))
        return Table(rows)

    few, many = (evaluate_table(of(count), rounds=300).accuracy for count in (5, 400))
    assert few.low is not None
    assert few.high is not None
    assert many.low is not None
    assert many.high is not None
    assert few.high - few.low > 1.5 * (many.high - many.low)
    assert few.low <= few.value <= few.high


def test_sources_of_one_group_are_drawn_together() -> None:
    """Two sources that are neighbours of each other count as one in the bootstrap, and as two in the list."""
    rows = [
        Row(f"{i}", LABELS[i % 2], "any", f"s{i % 4}", float(i % 4 > 1), float(i % 4 <= 1), 0.0, group=f"g{i % 4 // 2}")
        for i in range(40)
    ]
    data = Table(rows)
    assert data.groups == ("g0", "g1")
    result = evaluate_table(data, rounds=5)
    assert len(result.per_source) == 4
    assert result.rest is not None
    assert (result.rest.left_out, result.rest.pictures) == ("g0", 20)
    assert result.rest.macro_f1 == pytest.approx(1 / 3), "all that is left is said to be one kind"
    assert evaluate_table(Table([replace(one, group="g") for one in rows]), rounds=5).rest is None
    weights = metrics.group_weights(data, 100, 0)
    assert weights.shape == (100, 2)
    assert (weights.sum(axis=1) == 2).all()


def test_the_same_table_gives_the_same_figures() -> None:
    """Two evaluations with one seed are equal to the last digit; another seed moves only the intervals."""
    first, second, other = (evaluate_table(table(), seed=seed, rounds=50) for seed in (3, 3, 4))
    assert first == second
    assert other.macro_f1.value == first.macro_f1.value
    assert other.macro_f1 != first.macro_f1


def test_groups_count_every_picture_once() -> None:
    """Styles and sources each add up to the whole table, and the matrices to their part of it."""
    data = table()
    result = evaluate_table(data, rounds=20)
    assert sum(group.pictures for group in result.styles) == len(data)
    assert sum(group.pictures for group in result.per_source) == len(data)
    assert sum(map(sum, result.confusion)) == len(data)
    assert sum(map(sum, result.two_class_confusion)) == result.counts[0] + result.counts[1]
    assert [group.accuracy.value for group in result.per_source] == sorted(
        group.accuracy.value for group in result.per_source
    )


def test_the_surest_mistakes_come_first() -> None:
    """The worst mistake is the one that the model was surest of, whatever it left to the truth; right ones are none."""
    data = Table(
        [
            row(Label.DRAWING, 0.4, 0.6, 0.0, file="mild"),
            row(Label.DRAWING, 0.01, 0.99, 0.0, file="bad"),
            row(Label.DRAWING, 0.2, 0.1, 0.7, file="sure"),
            row(Label.DRAWING, 0.05, 0.48, 0.47, file="torn"),
            row(Label.PHOTO, 0.1, 0.9, 0.0, file="right"),
        ]
    )
    assert [item.file for item in worst(data, 5)] == ["bad", "sure", "mild", "torn"]


def test_operating_points_keep_the_promised_precision() -> None:
    """The recall at a wanted precision is the best of all thresholds, however few points of the curve are drawn."""
    data = table(count=3000, strength=4.0)
    few = metrics.precision_recall(data, Label.PHOTO, points=5)
    assert len(few.recall) == 5
    assert few.operating_points == metrics.precision_recall(data, Label.PHOTO, points=10**6).operating_points
    from sklearn.metrics import precision_recall_curve

    precision, recall, _ = precision_recall_curve(data.truth == 1, data.probabilities[:, 1])
    for wanted, found in few.operating_points:
        assert found == pytest.approx(recall[precision >= wanted].max())


def test_a_precision_that_is_never_reached_finds_nothing() -> None:
    """Its recall is zero."""
    data = Table([row(Label.DRAWING, 0.2, 0.8, 0.0), row(Label.PHOTO, 0.7, 0.3, 0.0)])
    assert {found for _, found in metrics.precision_recall(data, Label.DRAWING).operating_points} == {0.0}


@pytest.mark.parametrize("sources", [1, 2, 4])
def test_few_sources_give_no_interval(sources: int) -> None:
    """With fewer than five groups of a label nothing is said of how a figure would vary, nor in a style of such."""
    data = table(count=120, sources=sources)
    found = evaluate_table(data, rounds=50)
    figures = (found.macro_f1, found.auc, found.accuracy, found.three_class_macro_f1, found.ece, found.two_class_ece)
    for figure in (*figures, *(style.accuracy for style in found.styles)):
        assert (figure.low, figure.high) == (None, None)
        assert str(figure) == f"{figure.value:.3f} –"
        assert figure.interval == "–"
    five = evaluate_table(table(count=120, sources=5), rounds=50)
    assert five.macro_f1.low is not None
    assert five.macro_f1.high is not None


def test_a_round_without_a_label_counts_for_nothing() -> None:
    """A perfect model is perfect in every round that has something of both, and its interval says so."""
    rows = [row(Label.DRAWING, 1.0, 0.0, 0.0, f"d{i}", f"d{i}") for i in range(5)]
    rows += [row(Label.PHOTO, 0.0, 1.0, 0.0, f"p{i}", f"p{i}") for i in range(5)]
    rows += [row(Label.PHOTO, 0.9, 0.1, 0.0, "p0", "wrong")]
    data = Table(rows)
    weights = np.array([[2.0] * 5 + [0.0] * 5, [1.0] * 10])
    two = data.two_class
    seen: list[int] = []

    def statistic(w: metrics.Floats) -> float:
        seen.append(int(w.sum()))
        return 1.0

    metrics.figure(data, weights, two, statistic)
    assert seen == [11, 11], "on the whole, and in the round that has both labels"


@pytest.mark.parametrize("seed", range(4))
def test_an_interval_holds_its_figure(seed: int) -> None:
    """The calibration error of a well calibrated model lies in its interval, though chance raises most rounds."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(400):
        p = rng.dirichlet([1.0, 1.0, 0.2])
        rows.append(Row(str(i), LABELS[int(rng.choice(3, p=p))], "any", f"s{i % 40}", *map(float, p)))
    found = evaluate_table(Table(rows), rounds=100)
    for figure in (found.ece, found.two_class_ece, found.macro_f1):
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= figure.value <= figure.high


def test_a_single_picture_is_no_large_group() -> None:
    """In a folder where every picture is its own source there is no largest group to leave out."""
    rows = [row(LABELS[i % 2], 0.9, 0.1, 0.0, f"s{i}", f"f{i}") for i in range(8)]
    assert evaluate_table(Table(rows), rounds=5).rest is None


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "no predictions"),
        ([row(Label.PHOTO, 0.9, 0.9, 0.9)], "sum to one"),
        ([row(Label.PHOTO, float("nan"), 0.5, 0.5)], "sum to one"),
        ([row(Label.PHOTO, 1.5, -0.5, 0.0)], "sum to one"),
    ],
)
def test_a_table_of_nonsense_is_refused(rows: list[Row], message: str) -> None:
    """No rows, or rows whose probabilities are none, end in an error that says so."""
    with pytest.raises(ModelError, match=message):
        Table(rows)


def test_one_kind_alone_cannot_be_told_apart() -> None:
    """Evaluating only drawings is refused instead of reporting a perfect score."""
    with pytest.raises(ModelError, match="at least one picture of each"):
        evaluate_table(Table([row(Label.DRAWING, 1.0, 0.0, 0.0)]))
