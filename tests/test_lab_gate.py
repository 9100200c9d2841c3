"""The quality gate: which model may replace which."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gallery.classify import model_id_of
from gallery.classify.model_files import MANIFEST
from gallery.domain import ClassifierSettings, Label, Prediction
from gallery.errors import ModelError
from gallery.features import VIEW_VERSION
from gallery.lab.dataset import (
    OUT_OF_FOLD,
    Corpus,
    OutOfFold,
    Row,
    write_out_of_fold,
)
from gallery.lab.evaluation_run import Plan, run_evaluation
from gallery.lab.gate import refuse_if_incomparable, refuse_if_worse, standing
from tests.lab_kit import make_corpus
from tests.toy_model import add_file, write_toy_model


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return make_corpus(tmp_path_factory.mktemp("corpus"))


def scored(corpus: Corpus, wrong: int) -> np.ndarray:
    """Confident predictions of a corpus, ``wrong`` drawings of which are taken for photos."""
    table = np.full((len(corpus.rows), 3), 0.05)
    for index, row in enumerate(corpus.rows):
        place = list(Label).index(row.label)
        if row.label is Label.DRAWING and wrong > 0:
            place, wrong = 1, wrong - 1
        table[index, place] = 0.9
    return table


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
