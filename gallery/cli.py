"""The ``gallery`` command: thin, each command a few lines; an expected error is one message and an exit code."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from gc import freeze as gc_freeze
from gc import set_threshold as gc_threshold
from io import TextIOWrapper
from pathlib import Path

import click

from gallery import __version__
from gallery.errors import GalleryError
from gallery.helper_process import processors

CPUS = processors()


class PlainErrors(click.Group):
    """Shows a :class:`GalleryError` as its message and ends with its exit code; other errors are bugs and say so."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except GalleryError as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("stopped; what was done so far stands, the site is as it was", err=True)
            ctx.exit(130)


@click.group(cls=PlainErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gallery")
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("accounts.yaml"),
    show_default=True,
    help="The list of accounts; everything else lies beside it.",
)
@click.pass_context
def main(ctx: click.Context, config: Path) -> None:
    """Build a static gallery of illustrators' drawings from the places they post."""
    if sys.getfilesystemencoding() != "utf-8":
        # a locale such as ja_JP.eucJP: names in accounts.yaml would mean other files, and those in folders be misread
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606
    ctx.obj = config
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names may hold what the terminal's encoding does not
    # tens of thousands of works stay in memory to the end: looking for garbage among them took a tenth of a build, and
    # one more look at the exit, which freezing prevents
    gc_threshold(1_000_000, 20, 100)
    atexit.register(gc_freeze)


only_option = click.option("--only", metavar="ARTIST", help="Fetch this artist's accounts only.")
jobs_option = click.option(
    "--jobs", type=click.IntRange(1), default=CPUS, show_default="all CPUs", help="Processes to use."
)
report_option = click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write what was done to this file: Markdown if it ends in .md, else JSON. May be given twice.",
)
shrink_option = click.option("--allow-shrink", is_flag=True, help="Publish even if many pictures vanish at once.")


@main.command()
@click.option("--offline", is_flag=True, help="Ask no network; make the site of what is stored.")
@only_option
@click.option("--dry-run", is_flag=True, help="Only say what would be fetched, and what X would charge for it.")
@jobs_option
@report_option
@shrink_option
@click.pass_obj
def build(
    config_path: Path,
    offline: bool,
    only: str | None,
    dry_run: bool,
    jobs: int,
    reports: Sequence[Path],
    allow_shrink: bool,
) -> None:
    """Fetch what is new, classify it, and publish the site."""
    from gallery.commands.run import run_command

    run_command(
        "build",
        config_path,
        now=_now(),
        only=only,
        jobs=jobs,
        reports=reports,
        online=not offline,
        site=True,
        dry=dry_run,
        shrink=allow_shrink,
    )


@main.command()
@only_option
@click.option("--dry-run", is_flag=True, help="Only say what would be fetched, and what X would charge for it.")
@jobs_option
@report_option
@click.pass_obj
def fetch(config_path: Path, only: str | None, dry_run: bool, jobs: int, reports: Sequence[Path]) -> None:
    """Fetch what is new into the store; leave the site alone."""
    from gallery.commands.run import run_command

    run_command(
        "fetch", config_path, now=_now(), only=only, jobs=jobs, reports=reports, online=True, site=False, dry=dry_run
    )


@main.command()
@jobs_option
@click.pass_obj
def classify(config_path: Path, jobs: int) -> None:
    """Tell drawings from photos among the stored pictures that the model has not seen."""
    from gallery.commands.opened import locked
    from gallery.commands.progress import Bars
    from gallery.commands.upkeep import classify_stored

    with locked(config_path, "classify", _now()) as (config, _, store), Bars() as bars:
        stage = classify_stored(config, store, jobs=jobs, progress=bars)
        click.echo(f"{stage.new} classified, {stage.unchanged} known already, {stage.failed} failed")
        for detail in stage.details:
            click.echo(f"  failed: {detail}")


@main.command()
@jobs_option
@report_option
@shrink_option
@click.pass_obj
def render(config_path: Path, jobs: int, reports: Sequence[Path], allow_shrink: bool) -> None:
    """Make the site of what is stored, without a network (the same as build --offline)."""
    from gallery.commands.run import run_command

    run_command(
        "render", config_path, now=_now(), jobs=jobs, reports=reports, online=False, site=True, shrink=allow_shrink
    )


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 picks a free one.")
@click.pass_obj
def serve(config_path: Path, port: int) -> None:
    """Look at the built site in a browser on this machine."""
    from gallery.commands.serve import serve_site
    from gallery.paths import Paths

    site = Paths(config_path.absolute().parent).site
    serve_site(site, port, announce=lambda url: click.echo(f"{url}  (Ctrl-C ends)"))


@main.command()
@click.pass_obj
def check(config_path: Path) -> None:
    """Check the files that people edit, and whether every link of the built site leads somewhere."""
    from gallery.commands.check import check_gallery

    lines = check_gallery(config_path)
    for line in lines.fine:
        click.echo(line)
    for line in lines.wrong:
        click.echo(f"wrong: {line}", err=True)
    if lines.wrong:
        raise click.exceptions.Exit(2)


@main.command()
@click.pass_obj
def status(config_path: Path) -> None:
    """Say how every account fares and what the store holds."""
    from gallery.commands.opened import opened
    from gallery.commands.status import status_lines
    from gallery.edited.optouts import load_optouts

    with opened(config_path) as (config, paths, store):
        for line in status_lines(config, load_optouts(paths.optouts), store):
            click.echo(line)


@main.command()
@click.argument("account", metavar="NETWORK:HANDLE")
@click.option("--artist", help="Slug of the artist; accounts may share one.")
@click.option("--name", help="Name to show.")
@click.option("--consent", type=click.Choice(["own", "granted", "none"]), help="What the artist agreed to.")
@click.pass_obj
def add(config_path: Path, account: str, artist: str | None, name: str | None, consent: str | None) -> None:
    """Add an account to the list, such as bluesky:aoi.example.com; comments in the file stay."""
    from gallery.commands.add import add_account

    extra = {key: value for key, value in (("artist", artist), ("name", name), ("consent", consent)) if value}
    click.echo(add_account(config_path, account, extra))


@main.command()
@click.argument(
    "pictures", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE..."
)
def identify(pictures: Sequence[Path]) -> None:
    """Print what optouts.yaml and corrections.yaml call a picture that you have as a file."""
    from gallery.commands.identify import identities

    for line in identities(pictures):
        click.echo(line)


@main.command()
@click.pass_obj
def gc(config_path: Path) -> None:
    """Free what nothing refers to: removed accounts, pictures of removed posts, copies in other sizes."""
    from gallery.commands.opened import locked
    from gallery.commands.upkeep import collect_garbage

    with locked(config_path, "gc", _now()) as (config, _, store):
        click.echo(f"{collect_garbage(config, store) / 1e6:.1f} MB freed")
        if problem := store.shrink_index():
            click.echo(f"warning: {problem}; nothing is lost, run gallery gc again when there is more room", err=True)


@main.command()
@click.option("--network", required=True, help="The network whose posts are to go.")
@click.confirmation_option(prompt="This deletes everything that came from the network. Go on?")
@jobs_option
@click.pass_obj
def purge(config_path: Path, network: str, jobs: int) -> None:
    """Delete all that came from one network, from the store and from the site."""
    from gallery.commands.purge import purge_and_tell

    purge_and_tell(config_path, network, now=_now(), jobs=jobs)


@main.command()
def schema() -> None:
    """Print the JSON Schema of accounts.yaml, for editors."""
    from gallery.config.schema import schema_text

    click.echo(schema_text(), nl=False)


class Laboratory(click.Group):
    """Loads ``gallery.lab`` only when one of its commands is asked for."""

    def _lab(self) -> click.Group:
        from gallery.lab.cli import lab

        return lab

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            kept = {"train": "every finished epoch", "collect-further": "what was fetched"}
            what = kept.get(ctx.invoked_subcommand or "")
            click.echo(
                f"stopped; {what} is kept, and the same command goes on from there" if what else "stopped", err=True
            )
            ctx.exit(130)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the laboratory's commands."""
        return self._lab().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of the laboratory's commands."""
        return self._lab().get_command(ctx, cmd_name)


@main.group(cls=Laboratory)
def lab() -> None:
    """Label pictures, train the classifier and measure it."""


def _now() -> datetime:
    """The moment of this run (UTC): all that it stores and reports bears this one."""
    return datetime.now(UTC).replace(microsecond=0)
