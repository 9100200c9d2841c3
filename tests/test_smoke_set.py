"""The shipped model on the demo's own pictures: small and public, so that it runs everywhere."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gallery.classify import classify_files
from gallery.domain import ClassifierSettings, Label, Prediction
from gallery.resources import models_dir

ROOT = Path(__file__).parent.parent
LABELS = ROOT / "tests" / "fixtures" / "smoke_labels.csv"
RIGHT = 0.95  # of drawings and photos, told from each other
RIGHT_OF_THREE = 0.8  # pixel art and flat posters pass for game shots and screens: see the card's known failures


@pytest.fixture(scope="module")
def answers() -> dict[Path, tuple[Label, Prediction]]:
    """Every demo picture that has a label, with its label and what the shipped model says."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        truth = {ROOT / row["path"]: Label(row["label"]) for row in csv.DictReader(file)}
    said = dict(classify_files(tuple(truth), ClassifierSettings(), models_dir(), ROOT, jobs=1))
    assert not [result for result in said.values() if not isinstance(result, Prediction)]
    return {path: (label, result) for path, label in truth.items() if isinstance(result := said[path], Prediction)}


def test_the_set_is_worth_the_name(answers: dict[Path, tuple[Label, Prediction]]) -> None:
    """There are drawings, photos and others in it, and every labelled file is there."""
    labels = [label for label, _ in answers.values()]
    assert {label: labels.count(label) for label in Label if labels.count(label) < 5} == {}


def test_drawings_and_photos_of_the_demo_are_told_apart(answers: dict[Path, tuple[Label, Prediction]]) -> None:
    """At least 95 % of the demo's drawings and photos are the more probable of the two in the model's eyes."""
    pairs = {path: pair for path, pair in answers.items() if pair[0] is not Label.OTHER}
    wrong = [
        f"{path.relative_to(ROOT)}: {label}, drawing {said.drawing:.2f}, photo {said.photo:.2f}"
        for path, (label, said) in pairs.items()
        if (said.drawing >= said.photo) is not (label is Label.DRAWING)
    ]
    assert len(wrong) <= (1 - RIGHT) * len(pairs), "\n".join(wrong)


def test_few_of_the_demo_s_pictures_get_the_wrong_one_of_three(answers: dict[Path, tuple[Label, Prediction]]) -> None:
    """Among three labels most are right, and of what is no drawing at most one in ten would hang among drawings."""
    wrong = [
        f"{path.relative_to(ROOT)}: {label}, said {said.label} {said.score(said.label):.2f}"
        for path, (label, said) in answers.items()
        if said.label is not label
    ]
    assert len(wrong) <= (1 - RIGHT_OF_THREE) * len(answers), "\n".join(wrong)
    strangers = [said.label for label, said in answers.values() if label is not Label.DRAWING]
    assert strangers.count(Label.DRAWING) <= len(strangers) / 10
