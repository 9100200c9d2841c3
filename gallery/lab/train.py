"""Train a classifier from a corpus, prove it by grouped cross-validation, and put it into ``models/``.

For each of five folds a backbone learns from the other four, and from a further corpus where there is one; what it says
of the held-out pictures is what the final estimator learns from and is judged on, fold by fold: the backbone never sees
a picture's group before it is tested, and the estimator none of its fold. The backbone that ships learns from
everything, by the same recipe. The six courses run beside each other, one to a process and a core. Every epoch leaves
its state in the ``work`` folder and is taken from there when training is started again; a course that has ended leaves
its weights alone.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gallery.crew import Crew, Lost
from gallery.domain import Prediction
from gallery.errors import ConfigError, ModelError, PictureError
from gallery.features import DESCRIPTOR_SIZE, DESCRIPTOR_VERSION, describe, open_working_image, view
from gallery.helper_process import become_helper
from gallery.lab.backbone import Recipe, fine_tune
from gallery.lab.dataset import FOLDS, OUT_OF_FOLD, Corpus, OutOfFold, read_corpora, refuse_if_shared, write_out_of_fold
from gallery.lab.estimators import grouped_folds, out_of_fold_probabilities, shipped_estimator, source_weights
from gallery.lab.export import Provenance, estimator_graph, parity, write_model
from gallery.lab.files import file_sha256, kept_file, replace_file, save_array
from gallery.lab.gate import Standing, refuse_if_incomparable, refuse_if_worse, standing
from gallery.lab.graphs import learned_features, quantised, refuse_if_damaged
from gallery.lab.material import Material, load_material, weights_of_cycles
from gallery.lab.state import forget_others, forget_progress, in_use, read_unchanged, state_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Features = NDArray[np.float32]
    Floats = NDArray[np.float64]

SIDES_PX = ((128, 160, 160, 160, 192, 192), (192, 192), (192, 192), (192, 192))
PARITY = 1e-4  # the estimator's graph and scikit-learn may differ by this much of a probability
# glibc hands freed memory back to the system after every batch and asks for it again; kept, training is twice as fast
_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(1 << 32), "MALLOC_TRIM_THRESHOLD_": str(1 << 35)}


@dataclass(frozen=True, slots=True)
class _Course:
    """One backbone to train: on what, how, and where its weights go."""

    name: str
    learn: tuple[int, ...]  # places in the corpus; what is further is learned from in any case
    recipe: Recipe
    checkpoint: Path


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """What to train from, where to, and how."""

    corpus: Path
    models: Path
    work: Path
    further: Path | None = None  # a corpus to learn from, never tested on
    seed: int = 4
    jobs: int = 2
    force: bool = False
    sides_px: tuple[tuple[int, ...], ...] = SIDES_PX
    draws_share: float = 0.6236  # pictures drawn in an epoch, as a share of all there are


def train_and_ship(plan: TrainingPlan, *, say: Callable[[str], None]) -> str:
    """Do everything, and return the lines that say how good the model is.

    Raises:
        ConfigError: a corpus cannot be read, or the work folder cannot be written.
        ModelError: a corpus or an installation is incomplete, the corpora share something or change meanwhile, a course
            was killed, what an earlier start left is damaged, or the model is worse than the shipped one or cannot be
            held against it.
    """
    corpora = read_corpora(plan.corpus, plan.further)
    refuse_if_shared(corpora)
    corpus = corpora[0]
    folds = grouped_folds(corpus.rows, plan.seed)
    refuse_if_incomparable(corpus, plan.models, force=plan.force)
    work = work_folder(plan.work, corpora)
    with in_use(work):
        return _train_and_ship(plan, corpora, folds, work, say)


def _train_and_ship(
    plan: TrainingPlan, corpora: Sequence[Corpus], folds: NDArray[np.int64], work: Path, say: Callable[[str], None]
) -> str:
    corpus = corpora[0]
    material = load_material(corpora, work)
    if others := forget_others(work):
        say(f"decoded pictures of other states of the corpora deleted from {plan.work}: {others}")
    *of_folds, of_everything = _train_backbones(plan, corpora, folds, work, say)
    say("scoring every picture with the network that has not seen it")
    features = held_out_features(plan, material, folds, of_folds, work)
    counts = source_weights(corpus.rows)
    labels = material.labels[: len(folds)]
    probabilities = out_of_fold_probabilities(shipped_estimator(), features, labels, folds, counts)
    now = standing(corpus.rows, probabilities)
    refuse_if_worse(corpus, probabilities, plan.models, force=plan.force)
    out_of_fold = work / OUT_OF_FOLD
    write_out_of_fold(
        out_of_fold,
        (
            (row.file, OutOfFold(int(fold), Prediction(*(float(p) for p in scores))))
            for row, fold, scores in zip(corpus.rows, folds, probabilities, strict=True)
        ),
    )
    backbone = quantised(of_everything, material, range(len(folds)))
    estimator = shipped_estimator().fit(features, labels, counts)
    apart = parity(estimator, estimator_graph(estimator), features)
    if apart > PARITY:
        raise ModelError(f"the exported estimator differs from scikit-learn by {apart:.2g}; nothing was shipped")
    read_unchanged(plan.corpus, plan.further, work.name)  # no model comes of what was taken back while it learned
    write_model(plan.models, backbone, estimator, out_of_fold, _provenance(plan, corpora, now))
    return f"{now}\nshipped to {plan.models}"


def held_out_features(
    plan: TrainingPlan, material: Material, folds: NDArray[np.int64], backbones: Sequence[Path], work: Path
) -> Features:
    """The learned features of every picture of the corpus, from the backbone that never saw its group: pictures × 3.

    They are also left in `held_out_file`, for `gallery lab compare`. They are computed anew at every start: they follow
    from the weights and from how a view is made, and a file of an earlier start would not say from which.
    """
    import numpy as np

    features = np.zeros((len(folds), 3), np.float32)
    for fold, weights in enumerate(backbones):
        held_out = np.flatnonzero(folds == fold)
        graph = quantised(weights, material, np.flatnonzero(folds != fold).tolist())
        features[held_out] = learned_features(graph, material, held_out.tolist(), plan.jobs)
    save_array(held_out_file(work, plan.seed), features)
    return features


def work_folder(work: Path, corpora: Sequence[Corpus]) -> Path:
    """Where in ``work`` everything is kept that follows from these corpora; made when it is not there.

    Raises:
        PictureError: a picture cannot be read.
        ConfigError: the folder cannot be written.
    """
    folder = work / state_of(corpora)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise ConfigError(f"cannot write in {folder}: {error.strerror}; name another folder with --work") from error


def held_out_file(work: Path, seed: int) -> Path:
    """Where training leaves what `held_out_features` returns."""
    return work / f"held-out-{seed}.npy"


def _train_backbones(
    plan: TrainingPlan, corpora: Sequence[Corpus], folds: NDArray[np.int64], work: Path, say: Callable[[str], None]
) -> list[Path]:
    """The weights of the folds' backbones in the order of the folds, then of the one that learned from everything."""
    from multiprocessing import active_children, get_context
    from threading import Thread

    courses = _courses(plan, corpora, folds, work)
    for course in courses:
        refuse_if_damaged(course.checkpoint)
    context = get_context("spawn")
    lines = context.SimpleQueue()
    teller = Thread(target=_retell, args=(lines, say), daemon=True)
    teller.start()
    for name, value in _MEMORY.items():
        os.environ.setdefault(name, value)
    try:
        with ProcessPoolExecutor(
            plan.jobs, mp_context=context, initializer=_begin, initargs=(lines, os.getpid())
        ) as pool:
            ends = [pool.submit(_follow, plan, work, course) for course in courses]
            try:
                return [end.result() for end in ends]
            except BaseException:
                # the pool would follow what has begun to its end, half an hour, and what is handed out, too; a pool
                # whose processes are gone gives up by itself
                for worker in active_children():
                    worker.terminate()
                raise
    except BrokenProcessPool as error:
        raise ModelError(
            "a process that trained a network was killed, perhaps for want of memory; start again, with fewer --jobs "
            f"if need be: every finished epoch is kept in {work}"
        ) from error
    finally:
        lines.put(None)
        teller.join()


def _courses(plan: TrainingPlan, corpora: Sequence[Corpus], folds: NDArray[np.int64], work: Path) -> list[_Course]:
    import numpy as np

    draws = max(1, round(sum(len(corpus.rows) for corpus in corpora) * plan.draws_share))
    recipe = Recipe(plan.sides_px, draws, rate=7e-4, warmup=100, seed=plan.seed)
    parts = [(f"fold {fold + 1} of {FOLDS}", f"fold{fold}", np.flatnonzero(folds != fold)) for fold in range(FOLDS)]
    parts.append(("on everything", "everything", np.arange(len(folds))))
    return [
        _Course(name, tuple(learn.tolist()), recipe, work / f"{file}-{_digest(recipe, learn)}.checkpoint")
        for name, file, learn in parts
    ]


def _digest(recipe: Recipe, learn: NDArray[np.int64]) -> str:
    """12 hex digits over all that makes a course what it is, its code included: none takes the weights of another."""
    found = hashlib.sha256(repr(recipe).encode())
    found.update(learn.tobytes())
    here = Path(__file__).parent
    for module in ("augment", "backbone", "material", "network"):
        found.update((here / f"{module}.py").read_bytes())
    found.update((here.parent / "features.py").read_bytes())
    return found.hexdigest()[:12]


def _retell(lines: Any, say: Callable[[str], None]) -> None:
    for line in iter(lines.get, None):
        say(line)


_lines: Any = None  # in a process of the pool: the queue of what it has to say


def _begin(lines: Any, parent: int) -> None:
    global _lines
    become_helper(parent)
    _lines = lines


def _follow(plan: TrainingPlan, work: Path, course: _Course) -> Path:
    corpus, *others = corpora = read_unchanged(plan.corpus, plan.further, work.name)
    further = [row for other in others for row in other.rows]
    weights = fine_tune(
        load_material(corpora, work),
        weights_of_cycles(corpus.rows, course.learn, further, len(course.recipe.sides_px)),
        course.recipe,
        course.checkpoint,
        say=lambda line: _lines.put(f"{course.name}, {line}"),
    )
    forget_progress(weights, course.checkpoint)
    return weights


def descriptors(corpus: Corpus, work: Path, jobs: int) -> Features:
    """The descriptor of every picture, computed in parallel and cached by the hash of its bytes.

    Raises:
        PictureError: a picture cannot be decoded, kills the process that tries, or keeps it busy without end.
        GalleryError: no process can be started.
    """
    import numpy as np

    paths = [corpus.path(row) for row in corpus.rows]
    hashes = [file_sha256(path) for path in paths]
    file = work / f"descriptors-{DESCRIPTOR_VERSION}.npz"
    known: dict[str, Features] = {}
    if file.exists():
        with kept_file(file), file.open("rb") as opened, np.load(opened) as saved:
            known = dict(zip(saved["hashes"].tolist(), saved["descriptors"], strict=True))
    missing = {digest: path for path, digest in zip(paths, hashes, strict=True) if digest not in known}
    if missing:
        crew = Crew(_describe_file, become_helper, (os.getpid(),))
        for digest, (path, described) in zip(missing, crew.share_out(list(missing.values()), jobs), strict=True):
            if isinstance(described, Lost):
                raise PictureError(f"{path}: decoding it {described}; take it out of the corpus")
            known[digest] = described
        packed = io.BytesIO()
        np.savez(packed, hashes=np.array(list(known)), descriptors=np.stack(list(known.values())))
        replace_file(file, packed.getvalue())
    return np.stack([known[digest] for digest in hashes]).reshape(len(paths), DESCRIPTOR_SIZE)


def _describe_file(path: Path) -> Features:
    return describe(view(open_working_image(path)))


def _provenance(plan: TrainingPlan, corpora: Sequence[Corpus], now: Standing) -> Provenance:
    figures = {"macro_f1": round(now.macro_f1.value, 4), "three_class_macro_f1": round(now.three_class.value, 4)}
    return Provenance(tuple(corpora), plan.seed, figures)
