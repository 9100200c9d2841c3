"""The comparison of estimators: what it lists, and that knowing a source by sight is worth nothing in it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.neighbors import KNeighborsClassifier

from gallery.cli import main
from gallery.domain import Label
from gallery.errors import ModelError
from gallery.lab import compare
from gallery.lab.dataset import Corpus
from gallery.lab.estimators import Candidate
from gallery.lab.files import save_array
from gallery.lab.train import held_out_file, work_folder
from tests.lab_kit import make_corpus

SEED = 3
FIGURE = re.compile(r"\| (?P<features>[a-z ]+) \| (?P<estimator>.+?) \| (?P<f1>[0-9.]+) \[")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Pictures of three labels, six sources each."""
    return make_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(autouse=True)
def _one_family(monkeypatch: pytest.MonkeyPatch) -> None:
    """One family that is quick and knows by heart what it learned from, instead of four that take a minute."""
    nearest = Candidate("nearest neighbours", KNeighborsClassifier(), {"n_neighbors": (1, 3)}, weight="")
    monkeypatch.setattr(compare, "candidates", lambda seed: (nearest,))


def _figures(corpus: Corpus, work: Path) -> tuple[dict[tuple[str, str], float], list[str]]:
    said: list[str] = []
    table = compare.compare_estimators(corpus.folder, None, work, seed=SEED, jobs=1, say=said.append)
    found = [FIGURE.match(line) for line in table.splitlines()[2:]]
    return {(one["features"], one["estimator"]): float(one["f1"]) for one in found if one}, said


def _learned(corpus: Corpus, work: Path, features: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
    folder = work_folder(work, [corpus])
    save_array(held_out_file(folder, SEED), features)


def test_without_training_the_descriptor_alone_is_compared_and_it_says_so(corpus: Corpus, tmp_path: Path) -> None:
    """One row for each family, and a line about what is not there."""
    figures, said = _figures(corpus, tmp_path)
    assert [features for features, _ in figures] == ["descriptor"]
    assert "no learned features" in said[0]


def test_the_table_alone_goes_to_standard_output(corpus: Corpus, tmp_path: Path) -> None:
    """It stands there once, heading first; progress, and what is not there, are told beside it."""
    folders = [str(corpus.folder), "--work", str(tmp_path)]
    result = CliRunner().invoke(main, ["lab", "compare", *folders, "--output", str(tmp_path / "table.md")])
    assert result.exit_code == 0, result.output
    assert result.stdout == (tmp_path / "table.md").read_text()
    missing, *progress = result.stderr.splitlines()
    assert missing.startswith("no learned features")
    assert len(progress) == 1
    assert "|" not in progress[0]


def test_learned_features_are_compared_alone_and_with_the_descriptor(corpus: Corpus, tmp_path: Path) -> None:
    """Each set in each family, the shipped estimator on the learned ones; what tells labels apart wins."""
    labels = np.array([list(Label).index(row.label) for row in corpus.rows])
    _learned(corpus, tmp_path, np.eye(3)[labels] * 8 + np.random.default_rng(1).normal(0, 1, (len(labels), 3)))
    figures, _ = _figures(corpus, tmp_path)
    assert [features for features, _ in figures] == ["descriptor", "learned", "learned", "learned and descriptor"]
    assert figures["learned", "bias-corrected scaling, as shipped"] == 1


def test_a_damaged_file_of_features_is_named(corpus: Corpus, tmp_path: Path) -> None:
    """The message says which file to delete."""
    _learned(corpus, tmp_path, np.zeros((len(corpus.rows), 3)))
    file = held_out_file(work_folder(tmp_path, [corpus]), SEED)
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(ModelError, match=rf"{file.name}.*delete it"):
        _figures(corpus, tmp_path)


def test_a_corpus_too_small_for_the_inner_folds_is_refused_in_words(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What scikit-learn cannot split or fit ends in what the corpus needs."""
    monkeypatch.setattr(compare, "_INNER_FOLDS", 99)
    with pytest.raises(ModelError, match=r"too small for the comparison.*many sources"):
        _figures(corpus, tmp_path)


def test_features_that_only_tell_sources_apart_are_worth_nothing(corpus: Corpus, tmp_path: Path) -> None:
    """No estimator is tested on a source that it learned from."""
    sources = sorted({row.source for row in corpus.rows})
    places = np.array([sources.index(row.source) for row in corpus.rows])
    _learned(corpus, tmp_path, np.random.default_rng(2).normal(0, 5, (len(sources), 3))[places])
    figures, _ = _figures(corpus, tmp_path)
    assert max(figure for (features, _), figure in figures.items() if features == "learned") < 0.8
