"""The estimators that have the final say: candidates for the comparison, and the one that ships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sklearn.base import BaseEstimator, ClassifierMixin

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


def grouped_folds(rows: Sequence[Row], seed: int) -> Ints:
    """The fold of every picture: groups of sources stay whole, labels and styles are spread evenly."""
    import numpy as np
    from sklearn.model_selection import StratifiedGroupKFold

    styles = [f"{row.label}/{row.style}" for row in rows]
    folds = np.zeros(len(rows), np.int64)
    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for fold, (_, held_out) in enumerate(splitter.split(styles, styles, [row.group for row in rows])):
        folds[held_out] = fold
    return folds


def splits_of(folds: Ints) -> list[Split]:
    """One split per fold: learn from the others, test on it."""
    import numpy as np

    return [(np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)) for fold in sorted(set(folds.tolist()))]


def candidates(seed: int) -> tuple[Candidate, ...]:
    """The four families of the comparison, in the order of the table."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    return (
        Candidate(
            "SVM (rbf)",
            make_pipeline(StandardScaler(), SVC(random_state=seed)),
            {"svc__C": (1.0, 10.0), "svc__gamma": ("scale", 0.003)},
        ),
        Candidate(
            "logistic regression",
            make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)),
            {"logisticregression__C": (0.01, 0.1, 1.0)},
        ),
        Candidate(
            "multilayer perceptron",
            make_pipeline(StandardScaler(), MLPClassifier((64,), early_stopping=True, random_state=seed)),
            {"mlpclassifier__alpha": (0.01, 1.0)},
        ),
        Candidate(
            "gradient boosting",
            HistGradientBoostingClassifier(learning_rate=0.08, random_state=seed),
            {"max_leaf_nodes": (8, 24), "max_iter": (150,)},
        ),
    )


class TemperatureScaling(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """Logits → probabilities: a softmax of the logits times one number, fitted to maximum likelihood.

    Guo et al., "On calibration of modern neural networks", 2017. On pictures that the backbone has not seen it learns
    how far the backbone's confidence can be trusted, and changes neither the label nor the order of any two scores.
    """

    def fit(self, X: Features, y: Ints) -> TemperatureScaling:  # noqa: N803 - scikit-learn's names
        """Learn ``sharpness_``, the inverse of the temperature, from logits (pictures × 3) and labels 0…2."""
        import numpy as np
        from scipy.optimize import minimize_scalar

        logits = np.asarray(X, np.float64)
        own = logits[np.arange(len(y)), y]

        def loss(sharpness: float) -> float:
            scaled = sharpness * logits
            top = scaled.max(axis=1)
            total = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
            return float((total - sharpness * own).mean())

        self.classes_ = np.arange(logits.shape[1])
        self.n_features_in_ = logits.shape[1]
        self.sharpness_ = float(minimize_scalar(loss, bounds=(0.05, 20.0), method="bounded").x)
        return self

    def predict_proba(self, X: Features) -> Floats:  # noqa: N803
        """Probabilities, pictures × 3."""
        import numpy as np

        scaled = self.sharpness_ * np.asarray(X, np.float64)
        powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        shares: Floats = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def predict(self, X: Features) -> Ints:  # noqa: N803
        """The most probable class of each row."""
        classes: Ints = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return classes


def shipped_estimator() -> TemperatureScaling:
    """The estimator that ships, unfitted; docs/training.md says why it beats the other candidates."""
    return TemperatureScaling()


def out_of_fold_probabilities(estimator: Any, features: Features, labels: Ints, folds: Ints) -> Floats:
    """What an estimator says of each picture when it learned from the other folds only: pictures × 3."""
    import numpy as np
    from sklearn.base import clone

    result = np.zeros((len(labels), 3))
    for learn, test in splits_of(folds):
        result[test] = clone(estimator).fit(features[learn], labels[learn]).predict_proba(features[test])
    return result
