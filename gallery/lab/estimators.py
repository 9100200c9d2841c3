"""The estimators that have the final say: candidates for the comparison, and the one that ships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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


def shipped_estimator() -> Any:
    """The estimator that ships: a multinomial logistic regression on the backbone's three logits.

    On logits it is vector scaling (Guo et al., "On calibration of modern neural networks", 2017): it learns on pictures
    that the backbone has not seen how far its confidence can be trusted.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))


def out_of_fold_probabilities(estimator: Any, features: Features, labels: Ints, folds: Ints) -> Floats:
    """What an estimator says of each picture when it learned from the other folds only: pictures × 3."""
    import numpy as np
    from sklearn.base import clone

    result = np.zeros((len(labels), 3))
    for learn, test in splits_of(folds):
        result[test] = clone(estimator).fit(features[learn], labels[learn]).predict_proba(features[test])
    return result
