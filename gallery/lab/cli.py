"""``gallery lab``: the maintainer's commands. Each imports what it needs when it runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from gallery.helper_process import processors
from gallery.paths import Paths
from gallery.wording import number_of

CPUS = processors()
SHOWN_PICTURES = 20
SHOWN_MISTAKES = 48
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_WORK = click.Path(file_okay=False, path_type=Path)
_SEED = click.IntRange(0, 2**32 - 1)  # NumPy takes no other
_further_option = click.option(
    "--further", type=_FOLDER, default=None, help="A second corpus: learn from it too, but test on CORPUS alone."
)


@click.group()
def lab() -> None:
    """Label pictures, train the classifier and measure it."""


@lab.command("collect-further")
@click.argument("folder", type=_WORK)
@click.option("--models", type=_FOLDER, default=None, help="Where the list is. [default: the shipped one]")
@click.option("--mirror", metavar="URL", default="", help="Of Debian, such as https://deb.debian.org, to ask instead.")
def collect_further(folder: Path, models: Path | None, mirror: str) -> None:
    """Fetch freely licensed pictures into FOLDER, a second corpus for train --further."""
    import requests

    from gallery import __version__
    from gallery.lab.further import LIST, read_list
    from gallery.lab.further import collect_further as collect
    from gallery.resources import models_dir

    listed = read_list((models or models_dir()) / LIST)
    with requests.Session() as session:
        session.headers["User-Agent"] = f"GalleryBuilder/{__version__}"
        brought = collect(listed, folder, session, mirror=mirror, say=click.echo)
    megabytes, new = brought.fetched_bytes / 1e6, number_of(brought.new, "picture")
    click.echo(f"{folder}: {new} fetched ({megabytes:.0f} MB), {brought.known} there before")


@lab.command()
@click.argument("corpus", type=_FOLDER)
@_further_option
@click.option("--models", type=_WORK, default=Path("models"), show_default=True, help="Where the model goes.")
@click.option("--work", type=_WORK, default=Path(".lab"), show_default=True, help="Caches and checkpoints; resumable.")
@click.option("--seed", type=_SEED, default=4, show_default=True, help="The same seed makes the same model.")
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="Processes and threads to use.")
@click.option("--force", is_flag=True, help="Replace the shipped model even by a worse one.")
def train(corpus: Path, further: Path | None, models: Path, work: Path, seed: int, jobs: int, force: bool) -> None:
    """Train the classifier on CORPUS (a folder with manifest.csv and its pictures) and ship it."""
    from gallery.lab.train import TrainingPlan, train_and_ship

    plan = TrainingPlan(corpus, models, work, further=further, seed=seed, jobs=jobs, force=force)
    click.echo(train_and_ship(plan, say=click.echo))


@lab.command()
@click.argument("corpus", type=_FOLDER)
@_further_option
@click.option("--work", type=_WORK, default=Path(".lab"), show_default=True, help="Where train left its features.")
@click.option("--output", type=_OUT, default=None, help="Also write it here.")
@click.option("--seed", type=_SEED, default=4, show_default=True)
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True)
def compare(corpus: Path, further: Path | None, work: Path, output: Path | None, seed: int, jobs: int) -> None:
    """Grid-search four families of estimators on the same grouped folds and print the table."""
    from gallery.lab.compare import compare_estimators
    from gallery.lab.files import replace_file

    table = compare_estimators(corpus, further, work, seed=seed, jobs=jobs, say=_warn)
    if output is not None:
        replace_file(output, table.encode())
    click.echo(table, nl=False)


# --- what people say --------------------------------------------------------------------------------------------------

_folder_option = click.option(
    "--folder", type=_FOLDER, default=None, help="Pictures of this folder, not the gallery's."
)
_labels_option = click.option("--labels", type=_OUT, default=None, help="The labels file. [default: labels.csv]")


def _warn(line: str) -> None:
    click.echo(line, err=True)


def _labels_file(config_path: Path, labels: Path | None) -> Path:
    return labels or config_path.absolute().parent / "labels.csv"


@lab.command()
@_folder_option
@_labels_option
@click.option("--output", type=_WORK, default=Path("label-page"), show_default=True, help="Where the page goes.")
@click.option("--limit", type=click.IntRange(1), default=1000, show_default=True, help="Show at most this many.")
@click.option("--again", is_flag=True, help="Also show what has a label already.")
@click.option("--jobs", type=click.IntRange(1), default=CPUS, show_default="all CPUs", help="Processes to use.")
@click.pass_obj
def label(
    config_path: Path, folder: Path | None, labels: Path | None, output: Path, limit: int, again: bool, jobs: int
) -> None:
    """Make a page on which a person labels pictures, the uncertain ones first."""
    from gallery.lab.label import import_command, order, write_page
    from gallery.lab.workplace import candidates

    file = _labels_file(config_path, labels)
    waiting = order(candidates(config_path, folder, file, jobs=jobs, say=_warn), again=again)
    if not waiting:
        click.echo("every picture has a label already, or its artist opted out; --again shows those with a label")
        return
    if unscored := sum(one.prediction is None for one in waiting):
        _warn(f"first, in no order, for they have no score yet (run gallery classify before): {unscored}")
    then = import_command(config_path, folder, labels)
    page = write_page(waiting[:limit], output, then=then, jobs=jobs)
    for problem in page.skipped:
        _warn(f"left out: {problem}")
    click.echo(f"{page.shown} of {number_of(len(waiting), 'picture')} to label on {page.path}; open it in a browser,")
    click.echo(f"then: {then} FILE.csv")


@lab.command("import-labels")
@click.argument("export", type=_FILE, metavar="FILE.csv")
@_folder_option
@_labels_option
@click.pass_obj
def import_labels(config_path: Path, export: Path, folder: Path | None, labels: Path | None) -> None:
    """Check the CSV that a label page exported and merge it into the labels file."""
    from gallery.lab.labels import import_labels as merge_labels
    from gallery.lab.workplace import known_pictures
    from gallery.store.lock import hold_lock

    file = _labels_file(config_path, labels)
    known, now = known_pictures(config_path, folder), datetime.now(UTC)
    with hold_lock(_lock_of(file), "lab import-labels", now):
        merge = merge_labels(export, file, known, now)
    click.echo(f"{number_of(merge.added, 'label')} added to {file}, {merge.known} there before; labelled {merge.total}")
    elsewhere = "" if folder else " (or lies in a folder, to be named with --folder)"
    for what, pictures in (
        ("with another label than before", merge.changed),
        (f"left out, for the picture is not here any more{elsewhere}", merge.unknown),
    ):
        if pictures:
            click.echo(f"{what}: {len(pictures)} ({_some(pictures)})")


def _lock_of(labels: Path) -> Path:
    """In the store beside the labels file, where there is one: git ignores it in every gallery."""
    store = Paths(labels.parent).state
    return store / f"{labels.name}.lock" if store.is_dir() else labels.parent / f".{labels.name}.lock"


def _some(pictures: Sequence[str]) -> str:
    """The first digits of pictures' hashes, of twenty at most."""
    more = ["…"] if len(pictures) > SHOWN_PICTURES else []
    return ", ".join([*(sha256[:12] for sha256 in pictures[:SHOWN_PICTURES]), *more])


@lab.command("add-corrections")
@click.argument("corpus", type=_WORK)
@_folder_option
@_labels_option
@click.option("--jobs", type=click.IntRange(1), default=CPUS, show_default="all CPUs", help="Processes to use.")
@click.pass_obj
def add_corrections(config_path: Path, corpus: Path, folder: Path | None, labels: Path | None, jobs: int) -> None:
    """Bring pictures that a person has labelled or corrected into the training corpus CORPUS."""
    from gallery.lab.additions import FOLDER, add_to_corpus
    from gallery.lab.workplace import labelled_offers, opened
    from gallery.store.lock import hold_lock

    if labels is not None and not labels.exists():
        raise click.UsageError(f"--labels {labels}: there is no such file; without --labels it is labels.csv")
    file = _labels_file(config_path, labels)
    lock = hold_lock(corpus / ".lock", "lab add-corrections", datetime.now(UTC))
    if folder is not None:
        if not file.exists():
            raise click.UsageError(f"{file}: there is no such file; import labels first, or name it with --labels")
        if corpus.resolve() == folder.resolve():
            raise click.UsageError(f"{corpus} is the folder itself; name another one for the corpus")
        offers, withdrawn, taken_back = labelled_offers(config_path, folder, file, jobs=jobs, say=_warn)
        with lock:
            result = add_to_corpus(offers, corpus, f"{FOLDER}{folder.resolve()}", (), withdrawn, taken_back)
    else:
        with opened(config_path) as gallery:
            words = gallery.words(file, _warn)
            offers = gallery.offers(words)
            gallery.remember_name()
            name, *formerly = gallery.names()
            taken_back = gallery.taken_back(words, jobs, _warn)
            with lock:
                result = add_to_corpus(offers, corpus, name, formerly, gallery.optouts().sha256s, taken_back)
    click.echo(
        f"{corpus}: {result.added} added, {result.relabelled} relabelled, {result.removed} removed, "
        f"{result.unchanged} as they were"
    )
    if result.kept:
        click.echo(f"  not in the {'folder' if folder else 'store'} any more, kept: {result.kept}")
    if result.removed:
        click.echo(
            "  copies may still lie on label pages (label-page/), until they are made anew, and in the work folder of "
            "gallery lab train (.lab/), until it runs again"
        )
    for reason, count in result.left_out.items():
        click.echo(f"  left out, {reason}: {count}")


# --- how good it is ---------------------------------------------------------------------------------------------------


@lab.command()
@click.option("--corpus", type=_FOLDER, default=None, help="The training corpus: adds styles and pictures.")
@click.option("--folder", type=_FOLDER, default=None, help="Score drawing/, photo/ and other/ in this folder instead.")
@click.option(
    "--models",
    type=_FOLDER,
    default=None,
    help="The model's folder. [default: the shipped one; with --folder, the model that accounts.yaml names]",
)
@click.option("--output", type=_OUT, default=None, help="Also write a report as one HTML page.")
@click.option("--json", "json_file", type=_OUT, default=None, help="Also write all figures as JSON.")
@click.option(
    "--mistakes",
    type=click.IntRange(0),
    default=None,
    help=f"Mistakes to show in the page. [default: {SHOWN_MISTAKES}]",
)
@click.option("--seed", type=_SEED, default=0, show_default=True, help="Of the intervals.")
@click.option(
    "--jobs", type=click.IntRange(1), default=None, help="Processes that score the folder. [default: all CPUs]"
)
@click.option("--write-card", is_flag=True, help="Put the figures into the model card (needs --corpus).")
@click.pass_obj
def evaluate(
    config_path: Path,
    corpus: Path | None,
    folder: Path | None,
    models: Path | None,
    output: Path | None,
    json_file: Path | None,
    mistakes: int | None,
    seed: int,
    jobs: int | None,
    write_card: bool,
) -> None:
    """Print how good the classifier is: grouped cross-validation, or on a folder of labelled pictures."""
    from gallery.lab.evaluation_run import Plan, run_evaluation

    if folder is not None and corpus is not None:
        raise click.UsageError(
            "--folder scores your own pictures, --corpus names the training corpus: give one of them"
        )
    if write_card and (corpus is None or folder is not None):
        raise click.UsageError("--write-card needs --corpus, and no --folder")
    if jobs is not None and folder is None:
        raise click.UsageError("--jobs says in how many processes to score, and nothing is scored without --folder")
    if mistakes is not None and output is None:
        raise click.UsageError("--mistakes says how many the page shows, and there is no page without --output")
    shown = SHOWN_MISTAKES if mistakes is None else mistakes
    plan = Plan(config_path, corpus, folder, models, output, json_file, shown, seed, write_card, jobs or CPUS)
    click.echo(run_evaluation(plan, say=_warn), nl=False)


@lab.command()
@click.argument("picture", type=_FILE)
@click.option("--label", "wanted", type=click.Choice(["drawing", "photo", "other"]), help="Explain this score.")
@click.option("--output", type=_OUT, default=None, help="Also write a page with the picture and a heat map.")
@click.option("--models", type=_FOLDER, default=None, help="The model's folder. [default: the one accounts.yaml names]")
@click.pass_obj
def explain(config_path: Path, picture: Path, wanted: str | None, output: Path | None, models: Path | None) -> None:
    """Say what moved the score of PICTURE: its regions, and cues such as colour and fine detail."""
    from gallery.lab.explain import explain_file

    click.echo(explain_file(config_path, picture, wanted, output, models), nl=False)


@lab.command("fetch-model")
@click.pass_obj
def fetch_model(config_path: Path) -> None:
    """Download the classifier that accounts.yaml names (hf:owner/name@revision), once."""
    from gallery.classify.brought import load_brought
    from gallery.lab.workplace import classifier_settings

    settings = classifier_settings(config_path)
    if not settings.spec:
        click.echo("accounts.yaml names no classifier of its own; the shipped one needs no download")
        return
    classifier = load_brought(settings, config_path.absolute().parent, download=True)
    click.echo(f"{settings.spec} is here and answers; its id is {classifier.id}")
