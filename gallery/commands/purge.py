"""``gallery purge``: take back what came from one network, whatever else is wrong, and say who would come again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from gallery.classify import model_id_of
from gallery.commands.opened import locked_whatever_is_wrong
from gallery.commands.progress import Bars
from gallery.config import Config
from gallery.domain import network_of
from gallery.edited.corrections import load_corrections
from gallery.edited.file import nearest
from gallery.edited.optouts import load_optouts
from gallery.errors import ConfigError
from gallery.paths import Paths
from gallery.pipeline import build
from gallery.report import Progress
from gallery.resources import models_dir
from gallery.sources import networks
from gallery.steps.followed import forget_once_met
from gallery.steps.hidden import forget_hidden
from gallery.steps.shown import forget_addresses
from gallery.steps.theme import refuse_broken_templates
from gallery.store import Store
from gallery.wishes import purge
from gallery.wording import number_of


def purge_and_tell(config_path: Path, network: str, *, now: datetime, jobs: int) -> None:
    """Delete what came from ``network``. A mistake in accounts.yaml does not keep it: somebody may be waiting.

    Raises:
        ConfigError: there is no such network, or the site cannot be made without it; nothing was deleted.
    """
    with locked_whatever_is_wrong(config_path, "purge", now) as (config, paths, store, mistakes), Bars() as bars:
        _purge_network(config, paths, store, network, now=now, jobs=jobs, progress=bars)
    if mistakes:
        told = f"{config_path.name} counted as it was when the site was last published; mend it for the next build"
        click.echo(f"warning: {told}\n{mistakes}", err=True)
        return
    for account in config.accounts:
        if account.network == network:
            click.echo(
                f"{account.where}: {account.key} is still listed, and fetched again by the next build;"
                " take the entry out if that is not meant"
            )


def _purge_network(
    config: Config,
    paths: Paths,
    store: Store,
    network: str,
    *,
    now: datetime,
    jobs: int,
    progress: Progress,
) -> None:
    """Delete all that came from ``network`` from the store, say so, then make the site anew without it.

    Raises:
        ConfigError: there is no such network, or a mistake in people's files would keep the site from being made;
            nothing was deleted.
        ModelError: so would a classifier that is not there.
    """
    stored = {network_of(key) for key in store.account_keys()}  # a package that brought one may be gone
    known = {*networks(), *stored}
    if network not in known:
        hint = nearest(network, known, "networks")
        raise ConfigError(f"no network {network!r}, so nothing was deleted; {hint}")
    load_corrections(paths.corrections)
    optouts = load_optouts(paths.optouts)
    refuse_broken_templates(config, paths)
    model_id_of(config.classifier, models_dir(), config.root)
    forget_hidden(store, network)
    forget_once_met(store, network)
    forget_addresses(store, network)
    click.echo(f"{number_of(purge(store, network, optouts), 'post')} deleted from the store")
    if paths.site.exists():
        built = build(config, paths, store, now=now, jobs=jobs, progress=progress, allow_shrink=True)
        if built.refused:
            raise built.refused
        click.echo("and from the site")
