"""Which estimator, on which features: a grid search over four families on the same grouped folds.

Each cell of the table is honest twice: the features of a picture come from a backbone that never saw its group, and
the estimator is tested on a fold that neither it nor its settings were chosen on (nested cross-validation). All learn
with the same weights of the pictures, those of the estimator that ships.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gallery.domain import Label
from gallery.errors import ModelError
from gallery.lab.dataset import Corpus, read_corpora
from gallery.lab.estimators import (
    Candidate,
    candidates,
    grouped_folds,
    out_of_fold_probabilities,
    shipped_estimator,
    source_weights,
    splits_of,
)
from gallery.lab.files import kept_file
from gallery.lab.gate import standing
from gallery.lab.train import descriptors, held_out_file, work_folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Features = NDArray[np.float32]
    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

_INNER_FOLDS = 3


def compare_estimators(
    folder: Path, further: Path | None, work: Path, *, seed: int, jobs: int, say: Callable[[str], None]
) -> str:
    """Run the comparison and return its table in Markdown.

    Args:
        folder: the corpus.
        further: what the backbones learned from besides, if anything: it says which learned features are meant.
        work: where `gallery lab train` left the learned features; without them only the descriptor is compared.
        seed: of folds and estimators; the seed that was trained with.
        jobs: processes.
        say: told about each row, in words, and about what is not there.

    Raises:
        ConfigError: the corpus cannot be read, or the work folder cannot be written.
        ModelError: the corpus is too small, or what training left is damaged.
    """
    import numpy as np

    corpora = read_corpora(folder, further)
    corpus = corpora[0]
    work = work_folder(work, corpora)
    labels = np.array([list(Label).index(row.label) for row in corpus.rows])
    folds = grouped_folds(corpus.rows, seed)
    lines = ["| features | estimator | macro-F1 | AUC | three classes |", "|---|---|---|---|---|"]
    sets = _feature_sets(corpus, work, seed, jobs)
    if "learned" not in sets:
        say(f"no learned features in {work}; they are left by gallery lab train with the same corpora and --seed")
    for name, features in sets.items():
        try:
            tried = [(one.name, _nested(one, corpus, features, labels, folds, jobs)) for one in candidates(seed)]
        except ValueError as error:  # scikit-learn's word for too few pictures of a label
            reason, *_ = str(error).splitlines()
            raise ModelError(
                f"the corpus is too small for the comparison ({reason}). Each label needs pictures from many sources"
            ) from error
        if features.shape[1] == 3:
            counts = source_weights(corpus.rows)
            shipped = out_of_fold_probabilities(shipped_estimator(), features, labels, folds, counts)
            tried.append(("bias-corrected scaling, as shipped", shipped))
        for estimator, probabilities in tried:
            found = standing(corpus.rows, probabilities)
            lines.append(f"| {name} | {estimator} | {found.macro_f1} | {found.auc} | {found.three_class} |")
            say(f"{name}, {estimator}: macro-F1 {found.macro_f1}")
    return "\n".join(lines) + "\n"


def _feature_sets(corpus: Corpus, work: Path, seed: int, jobs: int) -> dict[str, Features]:
    import numpy as np

    described = descriptors(corpus, work, jobs)
    sets = {"descriptor": described}
    learned_file = held_out_file(work, seed)
    if learned_file.exists():
        with kept_file(learned_file), learned_file.open("rb") as file:
            learned = np.asarray(np.load(file), np.float32).reshape(len(described), -1)
        sets["learned"] = learned
        sets["learned and descriptor"] = np.hstack([learned, described])
    return sets


def _nested(candidate: Candidate, corpus: Corpus, features: Features, labels: Ints, folds: Ints, jobs: int) -> Floats:
    """Out-of-fold probabilities; the settings are chosen anew inside the training part of every fold."""
    import warnings

    import numpy as np
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold

    groups = np.array([row.group for row in corpus.rows])
    weights = source_weights(corpus.rows)
    result = np.zeros((len(labels), 3))
    for learn, test in splits_of(folds):
        weighted = {candidate.weight: weights[learn]} if candidate.weight else {}
        inner = list(StratifiedGroupKFold(_INNER_FOLDS).split(features[learn], labels[learn], groups[learn]))
        if not all(len(set(labels[learn][chosen].tolist())) == 3 for chosen, _ in inner):
            raise ValueError("a fold lacks one of the labels")
        search = GridSearchCV(candidate.estimator, candidate.grid, scoring="f1_macro", cv=inner, n_jobs=jobs)
        search.fit(features[learn], labels[learn], **weighted)
        best: Any = search.best_estimator_
        if not hasattr(best, "predict_proba"):
            best = CalibratedClassifierCV(best, cv=inner, ensemble=False, n_jobs=jobs)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that the weights reach its estimator by another name
                best.fit(features[learn], labels[learn], sample_weight=weights[learn], **weighted)
        result[test] = best.predict_proba(features[test])
    return result
