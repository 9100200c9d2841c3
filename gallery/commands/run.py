"""``gallery build``, ``fetch`` and ``render``: run, print and write the report, end with its exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from gallery.commands.opened import locked_whatever_is_wrong, opened
from gallery.commands.progress import Bars
from gallery.edited.optouts import load_optouts
from gallery.errors import ConfigError, GalleryError
from gallery.fetch import plan_fetch
from gallery.pipeline import run
from gallery.report import RunReport


def run_command(
    command: str,
    config_path: Path,
    *,
    now: datetime,
    only: str | None = None,
    jobs: int,
    reports: Sequence[Path],
    online: bool,
    site: bool,
    dry: bool = False,
    shrink: bool = False,
) -> None:
    """Collect, build, or both; print and write the report; end with its exit code. An error that leaves nothing to
    print is written all the same: yesterday's report must not speak of this run."""
    if only and not online:
        raise click.UsageError("--only says whom to fetch, and --offline fetches nobody; leave one of them out")
    if dry and (reports or not online):
        other = "--report" if reports else "--offline"
        raise click.UsageError(f"--dry-run only says what would be fetched; {other} has nothing to do there")
    for file in reports:
        if not file.absolute().parent.is_dir():
            raise click.UsageError(f"--report {file}: there is no folder {file.absolute().parent}; make it first")
    if dry:
        _forecast(config_path, only, now)
        return
    try:
        opening = locked_whatever_is_wrong(config_path, command, now, site=site)
        with opening as (config, paths, store, mistakes), Bars() as bars:
            if mistakes and not site:
                raise ConfigError(mistakes)
            report = run(
                command,
                config,
                paths,
                store,
                now=now,
                only=only,
                jobs=jobs,
                progress=bars,
                online=online and not mistakes,
                site=site,
                allow_shrink=shrink,
            )
        if mistakes:
            report = _without_new(report, config_path.name, mistakes)
    except GalleryError as error:
        _write_reports(RunReport(command, now, refused=error), reports)
        raise
    _write_reports(report, reports)
    _print_report(report)
    if report.refused:
        raise report.refused
    if report.exit_code:
        raise click.exceptions.Exit(report.exit_code)


def _without_new(report: RunReport, name: str, mistakes: str) -> RunReport:
    """What is to be told of a run that could not use accounts.yaml: it asked nobody, and made the site by the list as
    last published, for what people withdrew must not wait until it is mended."""
    told = f"nobody was asked for anything new; {name} counted as it was when the site was last published"
    if report.refused:
        told += f"; what is wrong besides: {report.refused}"
    return replace(report, notes=(*report.notes, told), refused=ConfigError(mistakes))


def _forecast(config_path: Path, only: str | None, now: datetime) -> None:
    """Say what a run would fetch and what it would cost, without asking any network."""
    with opened(config_path) as (config, paths, store):
        accounts = config.only(only) if only else config.accounts
        click.echo(plan_fetch(accounts, store, now, load_optouts(paths.optouts)).as_text())


def _write_reports(report: RunReport, files: Sequence[Path]) -> None:
    """Write what was done. The site is out by now, or refused, and the exit code says whether to publish it: a report
    that finds no room must not change that."""
    for file in files:
        try:
            text = report.as_markdown() if file.suffix == ".md" else report.as_json() + "\n"
            file.write_text(text, "utf-8", errors="backslashreplace")  # a file's name in it may be no UTF-8
        except OSError as error:
            click.echo(f"warning: the report {file} could not be written: {error.strerror}; see below", err=True)


def _print_report(report: RunReport) -> None:
    """Print what was done; where nothing can be printed, the exit code stays what it is."""
    try:
        click.echo(report.as_text())
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left would fail again at the exit
        click.echo(f"warning: the report could not be printed: {error.strerror}", err=True)
