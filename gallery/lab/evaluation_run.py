"""`gallery lab evaluate`: predictions in, text out, and the report, the JSON and the card beside it where asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gallery.classify import Result, classify_files, model_id_of
from gallery.classify.model_files import read_manifest
from gallery.domain import ClassifierSettings
from gallery.errors import ModelError
from gallery.lab.card import CARD, write_card
from gallery.lab.dataset import MANIFEST, read_corpus
from gallery.lab.evaluate import evaluate_table, worst
from gallery.lab.files import replace_file, utf8
from gallery.lab.metrics import Row, Table
from gallery.lab.predictions import cross_validation_rows, folder_rows, verified_out_of_fold
from gallery.lab.report import Subject, as_html, as_json, as_text, mistakes
from gallery.lab.workplace import classifier_settings
from gallery.resources import models_dir


@dataclass(frozen=True, slots=True)
class Plan:
    """What to evaluate and what to write; see the options of ``gallery lab evaluate``."""

    config_path: Path
    corpus: Path | None = None
    folder: Path | None = None
    models: Path | None = None
    output: Path | None = None
    json_file: Path | None = None
    mistakes: int = 48
    seed: int = 0
    write_card: bool = False
    jobs: int = 1


def run_evaluation(plan: Plan, say: Callable[[str], None] = lambda _: None) -> str:
    """Do what ``plan`` says and return the figures as text.

    Raises:
        ModelError: the model, its out-of-fold predictions or its card cannot be used.
        PictureError: the folder holds no pictures.
        ConfigError: a file cannot be written.
    """
    models = plan.models or models_dir()
    base = plan.folder or plan.corpus
    rows, subject = _folder(plan, models, say) if plan.folder else _cross_validation(plan, models, say)
    table = Table(rows)
    evaluation = evaluate_table(table, seed=plan.seed)

    def find(file: str) -> Path | None:
        path = base / file if base else None
        return path if path and path.is_file() else None

    if plan.output:
        page = as_html(evaluation, subject, mistakes(worst(table, plan.mistakes), find))
        replace_file(plan.output, utf8(page))
    if plan.json_file:
        replace_file(plan.json_file, utf8(as_json(evaluation, subject)))
    if plan.write_card:
        changed = write_card(models / CARD, evaluation)
        say(f"{models / CARD}: {'figures written' if changed else 'figures stood there already'}")
    return as_text(evaluation, subject)


def _cross_validation(plan: Plan, models: Path, say: Callable[[str], None]) -> tuple[list[Row], Subject]:
    corpus = read_corpus(plan.corpus) if plan.corpus else None
    rows = cross_validation_rows(verified_out_of_fold(models), corpus)
    about = "Every picture was scored by a model that had seen no picture of its source."
    if corpus and corpus.digest != read_manifest(models).corpus_digest:
        about = (
            f"The labels, styles or sources in {corpus.folder / MANIFEST} are not those that the model was trained and "
            "tested on: train again for figures that prove anything."
        )
        if plan.write_card:
            raise ModelError(f"{about} The model card was not changed")
    if plan.models is None and (brought := classifier_settings(plan.config_path).spec):
        say(f"accounts.yaml names {brought}; these are the shipped model's figures; --folder measures yours")
    return rows, Subject(
        f"{_name(models)} in grouped cross-validation", model_id_of(ClassifierSettings(), models, models), about
    )


def _folder(plan: Plan, models: Path, say: Callable[[str], None]) -> tuple[list[Row], Subject]:
    assert plan.folder is not None  # noqa: S101  # the caller has looked
    settings = ClassifierSettings() if plan.models else classifier_settings(plan.config_path)
    root = plan.config_path.absolute().parent

    def score(paths: Sequence[Path]) -> Iterable[tuple[Path, Result]]:
        return classify_files(paths, settings, models, root, jobs=plan.jobs, apart=True)

    rows, problems = folder_rows(plan.folder, score)
    for problem in problems:
        say(f"left out: {problem}")
    left_out = f"; {len(problems)} could not be scored" if problems else ""
    return rows, Subject(
        f"{plan.folder.resolve().name}, scored now",
        model_id_of(settings, models, root),
        f"{settings.spec or _name(models)} scored every picture{left_out}.",
    )


def _name(models: Path) -> str:
    return "The shipped classifier" if models.resolve() == models_dir().resolve() else f"The classifier in {models}"
