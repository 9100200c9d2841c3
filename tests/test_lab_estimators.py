"""Folds, and the estimators that have the final say: what they learn, how they are kept, what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone

from gallery.domain import Label
from gallery.errors import ModelError
from gallery.lab.dataset import (
    FOLDS,
    Corpus,
    Row,
)
from gallery.lab.estimators import (
    Candidate,
    candidates,
    grouped_folds,
    out_of_fold_probabilities,
    shipped_estimator,
    source_weights,
    splits_of,
)
from gallery.lab.export import estimator_graph, load_estimator, parity, skops_file
from gallery.resources import models_dir
from tests.lab_kit import make_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return make_corpus(tmp_path_factory.mktemp("corpus"))


def rows(*sizes: tuple[str, Label, str, int]) -> list[Row]:
    """Rows of (source, label, style, count)."""
    return [Row(f"{source}-{i}", label, style, source) for source, label, style, count in sizes for i in range(count)]


def test_folds_never_split_a_group(corpus: Corpus) -> None:
    """All pictures of a group are in one fold, every fold has every label, and a seed fixes it all."""
    folds = grouped_folds(corpus.rows, 1)
    for group in {row.group for row in corpus.rows}:
        assert len({int(fold) for fold, row in zip(folds, corpus.rows, strict=True) if row.group == group}) == 1
    for learn, test in splits_of(folds):
        assert {corpus.rows[i].label for i in test} == set(Label)
        assert not {corpus.rows[i].group for i in learn} & {corpus.rows[i].group for i in test}
    assert (grouped_folds(corpus.rows, 1) == folds).all()


@pytest.mark.parametrize(
    "listed",
    [
        rows(("a", Label.DRAWING, "x", 9), ("b", Label.PHOTO, "x", 9), ("c", Label.OTHER, "x", 9)),
        rows(
            *((f"s{i}", Label.DRAWING, "x", 3) for i in range(9)),
            ("p", Label.PHOTO, "x", 9),
            ("o", Label.OTHER, "x", 9),
        ),
        rows(*((f"{label}-{i}", label, "x", 1) for label in Label for i in range(4))),
    ],
)
def test_too_few_sources_are_refused_in_words(listed: list[Row]) -> None:
    """A corpus whose folds would leave a label out says which, and what it needs."""
    with pytest.raises(ModelError, match=r"too small for 5 grouped folds.*several sources"):
        grouped_folds(listed, 1)


def test_rare_styles_do_not_hinder_folds() -> None:
    """Where no style has a picture for every fold, labels alone are spread evenly."""
    listed = rows(*((f"{label}-{i}", label, f"style-{i}", 2) for label in Label for i in range(10)))
    folds = grouped_folds(listed, 1)
    for fold in range(FOLDS):
        assert {row.label for row, own in zip(listed, folds, strict=True) if own == fold} == set(Label)


def test_the_exported_estimator_says_what_scikit_learn_says() -> None:
    """The ONNX graph and the fitted estimator agree to a ten-thousandth."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(200, 3)).astype(np.float32) * 5
    estimator = shipped_estimator().fit(features, np.argmax(features + rng.normal(size=(200, 3)), axis=1))
    assert parity(estimator, estimator_graph(estimator), features) < 1e-4


def test_an_unfitted_estimator_is_not_exported() -> None:
    """An estimator that has learned nothing is refused by name."""
    with pytest.raises(ModelError, match="BiasCorrectedScaling"):
        estimator_graph(shipped_estimator())


def test_the_scaling_finds_temperature_and_bias() -> None:
    """Logits that are three times too bold, and shy of the first label, are brought back to what made their labels."""
    rng = np.random.default_rng(3)
    logits = rng.normal(size=(4000, 3)) * 2
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.array([rng.choice(3, p=row) for row in chances])
    seen = 3 * (logits - (1, 0, 0))
    fitted = shipped_estimator().fit(seen.astype(np.float32), labels)
    assert fitted.sharpness_ == pytest.approx(1 / 3, rel=0.08)
    assert np.abs(fitted.predict_proba(seen) - chances).max() < 0.05


def test_the_scaling_heeds_weights() -> None:
    """A picture that counts twice does what the same picture twice would do."""
    rng = np.random.default_rng(4)
    logits, labels = rng.normal(size=(300, 3)), rng.integers(0, 3, 300)
    doubled = np.concatenate([np.arange(300), np.arange(100)])
    twice = shipped_estimator().fit(logits[doubled], labels[doubled])
    weighed = shipped_estimator().fit(logits, labels, np.where(np.arange(300) < 100, 2.0, 1.0))
    assert weighed.bias_ == pytest.approx(twice.bias_, abs=1e-3)


def test_every_group_of_sources_counts_alike() -> None:
    """However many pictures a source has, its weights add up to the same."""
    listed = rows(("big", Label.DRAWING, "x", 90), ("small", Label.PHOTO, "x", 10))
    counts = source_weights(listed)
    assert counts[:90].sum() == pytest.approx(counts[90:].sum())


def test_the_shipped_estimator_is_in_both_files() -> None:
    """The skops file that ships loads with nothing trusted and agrees with the graph that ships."""
    estimator = load_estimator(models_dir() / "estimator.skops")
    graph = (models_dir() / "estimator.onnx").read_bytes()
    width = estimator.n_features_in_
    features = np.random.default_rng(0).normal(size=(50, width)).astype(np.float32) * 4
    assert parity(estimator, graph, features) < 1e-4


def test_the_same_estimator_makes_the_same_file(tmp_path: Path) -> None:
    """Fitted twice, it is written as the same bytes, wherever in memory its parts lie, and loads as what it was."""
    rng = np.random.default_rng(6)
    logits, labels = rng.normal(size=(200, 3)).astype(np.float32), rng.integers(0, 3, 200)
    one, two = (shipped_estimator().fit(logits, labels) for _ in range(2))
    assert skops_file(one) == skops_file(two)
    (tmp_path / "estimator.skops").write_bytes(skops_file(one))
    assert (load_estimator(tmp_path / "estimator.skops").predict_proba(logits) == one.predict_proba(logits)).all()


def test_a_foreign_skops_file_is_refused(tmp_path: Path) -> None:
    """A file that would bring other types with it is refused before any of it is made."""
    import skops.io
    from sklearn.preprocessing import FunctionTransformer

    (tmp_path / "foreign.skops").write_bytes(skops.io.dumps(FunctionTransformer(print)))
    with pytest.raises(ModelError, match="foreign types"):
        load_estimator(tmp_path / "foreign.skops")
    (tmp_path / "foreign.skops").write_bytes(b"no zip")
    with pytest.raises(ModelError, match="no skops file"):
        load_estimator(tmp_path / "foreign.skops")


def test_out_of_fold_probabilities_are_out_of_fold() -> None:
    """A picture's own label has no part in its probabilities: labels at random stay unguessed."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(300, 3)).astype(np.float32)
    labels = rng.integers(0, 3, 300)
    said = out_of_fold_probabilities(shipped_estimator(), features, labels, np.arange(300) % 3, np.ones(300))
    assert (said.argmax(axis=1) == labels).mean() < 0.45


@pytest.mark.parametrize("candidate", candidates(4), ids=lambda one: one.name)
def test_every_family_heeds_how_much_a_picture_counts(candidate: Candidate) -> None:
    """Where most pictures of a kind are labelled wrongly but hardly count, the few that count have the say."""
    if not candidate.weight:
        pytest.skip("this scikit-learn's perceptron knows no weights")
    rng = np.random.default_rng(4)
    kinds = np.repeat([0, 1, 2], 200)
    features = np.eye(3)[kinds] * 4 + rng.normal(0, 0.3, (600, 3))
    wrong = np.tile(np.arange(200) % 4 != 0, 3)
    labels = np.where(wrong, (kinds + 1) % 3, kinds)
    weights = np.where(wrong, 1e-3, 1.0)
    fitted = clone(candidate.estimator).fit(features, labels, **{candidate.weight: weights})
    assert (fitted.predict(features) == kinds).mean() > 0.6  # a quarter of them, where all count alike
