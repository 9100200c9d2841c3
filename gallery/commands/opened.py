"""What every command works on: accounts.yaml, and the store beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from gallery.config import Config, load_config
from gallery.paths import Paths
from gallery.steps.shown import config_or_published
from gallery.store import Store
from gallery.store.lock import hold_lock


@contextmanager
def opened(config_path: Path) -> Iterator[tuple[Config, Paths, Store]]:
    """The configuration and the store, for a command that only reads."""
    config, paths = _configured(config_path)
    with Store(paths.state) as store:
        yield config, paths, store


@contextmanager
def locked(config_path: Path, command: str, now: datetime) -> Iterator[tuple[Config, Paths, Store]]:
    """The same for ``command`` alone, which begins now and finds the store tidied up."""
    config, paths = _configured(config_path)
    with _locked_store(paths, command, now) as store:
        yield config, paths, store


@contextmanager
def locked_whatever_is_wrong(
    config_path: Path, command: str, now: datetime, *, site: bool = True
) -> Iterator[tuple[Config, Paths, Store, str]]:
    """The same for what must not wait until accounts.yaml is mended: while there are mistakes in it (the last value,
    one a line), it counts as it was when the site was last published. The theme counts where a ``site`` is made."""
    path = config_path.absolute()
    paths = Paths(path.parent)
    if not paths.state.is_dir():
        load_config(path)  # in a wrong folder nothing is made
    with _locked_store(paths, command, now) as store:
        config, mistakes = config_or_published(path, store, site=site)
        yield config, paths, store, mistakes


def _configured(config_path: Path) -> tuple[Config, Paths]:
    config = load_config(config_path.absolute())
    return config, Paths(config.root)


@contextmanager
def _locked_store(paths: Paths, command: str, now: datetime) -> Iterator[Store]:
    """The store for ``command`` alone, tidied up."""
    with hold_lock(paths.state / "lock", command, now), Store(paths.state) as store:
        store.tidy_up()
        yield store
