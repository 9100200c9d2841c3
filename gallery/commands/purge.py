"""``gallery purge``: take back what came from one network, whatever else is wrong, and say who would come again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from gallery.commands.opened import locked_whatever_is_wrong
from gallery.commands.progress import Bars
from gallery.pipeline import purge_network


def purge_and_tell(config_path: Path, network: str, *, now: datetime, jobs: int) -> None:
    """Delete what came from ``network``. A mistake in accounts.yaml does not keep it: somebody may be waiting.

    Raises:
        ConfigError: there is no such network, or the site cannot be made without it; nothing was deleted.
    """
    with locked_whatever_is_wrong(config_path, "purge", now) as (config, paths, store, mistakes), Bars() as bars:
        purge_network(config, paths, store, network, now=now, jobs=jobs, progress=bars, say=click.echo)
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
