"""The estimators that have the final say: candidates for the comparison, and the one that ships."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sklearn.base import BaseEstimator, ClassifierMixin

from gallery.domain import Label
from gallery.errors import ModelError
from gallery.lab.dataset import FOLDS, Row

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Features = NDArray[np.float32]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

Split = tuple["Ints", "Ints"]  # indices to learn from, indices to test on


@dataclass(frozen=True, slots=True)
class Candidate:
    """A family of estimators with the settings that the grid search tries."""

    name: str
    estimator: Any  # a scikit-learn classifier
    grid: Mapping[str, Sequence[object]]
    weight: str = "sample_weight"  # what its ``fit`` calls the weights of the pictures; empty where it knows none


def grouped_folds(rows: Sequence[Row], seed: int) -> Ints:
    """The fold of every picture: groups of sources stay whole, labels and styles are spread evenly.

    Raises:
        ModelError: there are too few sources for every fold to leave pictures of each label to learn from.
    """
    import warnings

    import numpy as np
    from sklearn.model_selection import StratifiedGroupKFold

    kinds = [f"{row.label}/{row.style}" for row in rows]
    if not _reach_all_folds(kinds):
        kinds = [row.label for row in rows]
    groups = [row.group for row in rows]
    folds = np.zeros(len(rows), np.int64)
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    if len(set(groups)) >= FOLDS and _reach_all_folds(kinds):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # rare styles are in fewer folds than there are
            for fold, (_, held_out) in enumerate(splitter.split(groups, kinds, groups)):
                folds[held_out] = fold
    for fold in range(FOLDS):
        learnt = {row.label for row, own in zip(rows, folds, strict=True) if own != fold}
        if missing := [str(label) for label in Label if label not in learnt]:
            raise ModelError(
                f"the corpus is too small for {FOLDS} grouped folds: without fold {fold + 1} no picture is labelled "
                f"{' or '.join(missing)}. Each label needs pictures from several sources, best from {FOLDS} and more"
            )
    return folds


def _reach_all_folds(kinds: Sequence[str]) -> bool:
    """Whether any kind has pictures enough for every fold: scikit-learn asks for one that has."""
    return max(Counter(kinds).values()) >= FOLDS


def splits_of(folds: Ints) -> list[Split]:
    """One split per fold: learn from the others, test on it."""
    import numpy as np

    return [(np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)) for fold in sorted(set(folds.tolist()))]


def candidates(seed: int) -> tuple[Candidate, ...]:
    """The four families of the comparison, in the order of the table."""
    from inspect import signature

    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    weighs = "sample_weight" in signature(MLPClassifier.fit).parameters  # from scikit-learn 1.7 on
    return (
        Candidate(
            "SVM (rbf)",
            make_pipeline(StandardScaler(), SVC(random_state=seed)),
            {"svc__C": (1.0, 10.0), "svc__gamma": ("scale", 0.003)},
            "svc__sample_weight",
        ),
        Candidate(
            "logistic regression",
            make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)),
            {"logisticregression__C": (0.01, 0.1, 1.0)},
            "logisticregression__sample_weight",
        ),
        Candidate(
            "multilayer perceptron" if weighs else "multilayer perceptron, all pictures alike",
            make_pipeline(StandardScaler(), MLPClassifier((64,), early_stopping=True, random_state=seed)),
            {"mlpclassifier__alpha": (0.01, 1.0)},
            "mlpclassifier__sample_weight" if weighs else "",
        ),
        Candidate(
            "gradient boosting",
            HistGradientBoostingClassifier(learning_rate=0.08, random_state=seed),
            {"max_leaf_nodes": (8, 24), "max_iter": (150,)},
        ),
    )


class BiasCorrectedScaling(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """Logits → probabilities: a softmax of the logits times one number plus one number a label.

    Alexandari et al., "Maximum likelihood with bias-corrected calibration is hard-to-beat at label shift adaptation",
    2020. On pictures that the backbone has not seen it learns how far the backbone's confidence can be trusted, and
    which label it gives too readily to what is new to it.
    """

    def fit(self, X: Features, y: Ints, sample_weight: Floats | None = None) -> BiasCorrectedScaling:  # noqa: N803
        """Learn ``sharpness_`` and ``bias_`` (of mean zero) by maximum likelihood.

        Args:
            X: logits, pictures × labels.
            y: labels, from 0.
            sample_weight: how much each picture counts; None counts all alike.
        """
        import numpy as np
        from scipy.optimize import minimize

        logits = np.asarray(X, np.float64)
        labels = logits.shape[1]
        weight = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight, np.float64)
        weight = weight / weight.sum()

        def loss(values: Floats) -> tuple[float, Floats]:
            scaled = values[0] * logits + values[1:]
            scaled -= scaled.max(axis=1, keepdims=True)
            powers = np.exp(scaled)
            totals = powers.sum(axis=1)
            own = np.arange(len(y)), y
            gap = powers / totals[:, None]
            gap[own] -= 1
            gap *= weight[:, None]
            slope = np.concatenate([[(gap * logits).sum()], gap.sum(axis=0)])
            return float(weight @ (np.log(totals) - scaled[own])), slope

        bounds = [(0.05, 20.0), *([(-10.0, 10.0)] * labels)]
        found = minimize(loss, np.array([1.0] + [0.0] * labels), jac=True, bounds=bounds, method="L-BFGS-B").x
        self.classes_ = np.arange(labels)
        self.n_features_in_ = labels
        self.sharpness_ = float(found[0])
        self.bias_ = found[1:] - found[1:].mean()
        return self

    def predict_proba(self, X: Features) -> Floats:  # noqa: N803 - scikit-learn's names
        """Probabilities, pictures × labels."""
        import numpy as np

        scaled = self.sharpness_ * np.asarray(X, np.float64) + self.bias_
        powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        shares: Floats = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def predict(self, X: Features) -> Ints:  # noqa: N803
        """The most probable class of each row."""
        classes: Ints = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return classes


def shipped_estimator() -> BiasCorrectedScaling:
    """The estimator that ships, unfitted; docs/training.md says why it beats the other candidates."""
    return BiasCorrectedScaling()


def source_weights(rows: Sequence[Row]) -> Floats:
    """How much each picture counts for an estimator that learns: every group of sources as much as every other.

    The mean is 1, so that a penalty weighs as much as it would beside pictures that all count alike.
    """
    import numpy as np

    sizes = Counter(row.group for row in rows)
    return np.array([len(rows) / len(sizes) / sizes[row.group] for row in rows])


def out_of_fold_probabilities(estimator: Any, features: Features, labels: Ints, folds: Ints, weights: Floats) -> Floats:
    """What an estimator says of each picture when it learned from the other folds only: pictures × 3."""
    import numpy as np
    from sklearn.base import clone

    result = np.zeros((len(labels), 3))
    for learn, test in splits_of(folds):
        result[test] = (
            clone(estimator).fit(features[learn], labels[learn], weights[learn]).predict_proba(features[test])
        )
    return result
