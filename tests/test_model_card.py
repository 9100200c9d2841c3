"""The figures in the model card are those of the predictions that ship beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gallery.lab.card import CARD, figures_block, styles_block
from gallery.lab.dataset import OUT_OF_FOLD, read_corpus
from gallery.lab.evaluate import Evaluation, evaluate_table
from gallery.lab.metrics import Table
from gallery.lab.predictions import cross_validation_rows
from gallery.resources import models_dir

CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus"


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return evaluate_table(Table(cross_validation_rows(models_dir() / OUT_OF_FOLD)))


def card() -> str:
    return (models_dir() / CARD).read_text(encoding="utf-8")


def test_the_card_s_figures_are_those_of_the_shipped_predictions(evaluation: Evaluation) -> None:
    """Recomputed from the out-of-fold file, every figure of the card comes out the same."""
    assert f"\n\n{figures_block(evaluation)}\n\n" in card()


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="no training corpus beside the checkout")
def test_the_card_s_styles_are_those_of_the_corpus() -> None:
    """With the corpus, the table of styles comes out the same, too, and so do the figures."""
    rows = cross_validation_rows(models_dir() / OUT_OF_FOLD, read_corpus(CORPUS))
    joined = evaluate_table(Table(rows))
    assert f"\n\n{styles_block(joined)}\n\n" in card()
    assert f"\n\n{figures_block(joined)}\n\n" in card()


def test_the_card_shows_only_pictures_of_the_project() -> None:
    """Every picture that the card links is a file of the repository, and none lies under another name."""
    import re

    for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", card()):
        path = (models_dir() / target).resolve()
        assert path.is_file(), target
        assert path.is_relative_to(models_dir().parent / "demo") or path.is_relative_to(models_dir()), target
