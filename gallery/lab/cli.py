"""``gallery lab``: the maintainer's commands. Each imports what it needs when it runs."""

from __future__ import annotations

from pathlib import Path

import click

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_WORK = click.Path(file_okay=False, path_type=Path)


@click.group()
def lab() -> None:
    """Label pictures, train the classifier and measure it."""


@lab.command()
@click.argument("corpus", type=_FOLDER)
@click.option("--models", type=_WORK, default=Path("models"), show_default=True, help="Where the model goes.")
@click.option("--work", type=_WORK, default=Path(".lab"), show_default=True, help="Caches and checkpoints; resumable.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same model.")
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="Processes and threads to use.")
@click.option("--force", is_flag=True, help="Replace the shipped model even by a worse one.")
def train(corpus: Path, models: Path, work: Path, seed: int, jobs: int, force: bool) -> None:
    """Train the classifier on CORPUS (a folder with manifest.csv and its pictures) and ship it."""
    from gallery.lab.train import TrainingPlan, train_and_ship

    plan = TrainingPlan(corpus=corpus, models=models, work=work, seed=seed, jobs=jobs, force=force)
    click.echo(train_and_ship(plan, say=click.echo))


@lab.command()
@click.argument("corpus", type=_FOLDER)
@click.option("--work", type=_WORK, default=Path(".lab"), show_default=True, help="Where train left its features.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Also write it here.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True)
def compare(corpus: Path, work: Path, output: Path | None, seed: int, jobs: int) -> None:
    """Grid-search four families of estimators on the same grouped folds and print the table."""
    from gallery.lab.compare import compare_estimators

    table = compare_estimators(corpus, work, seed=seed, jobs=jobs, say=click.echo)
    if output is not None:
        output.write_text(table, encoding="utf-8")
    click.echo(table)
