"""The networks the gallery can read. A new one is a module here, a line below, and what `docs/changing.md` lists."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from gallery.errors import ConfigError
from gallery.sources.base import LocalSource, PaidSource, Source

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

# network → "module:class"; imported only when an account names it
BUILT_IN = {
    "x": "gallery.sources.x:X",
    "bluesky": "gallery.sources.bluesky:Bluesky",
    "mastodon": "gallery.sources.mastodon:Mastodon",
    "misskey": "gallery.sources.misskey:Misskey",
    "x_archive": "gallery.sources.x_archive:XArchive",
    "folder": "gallery.sources.folder:Folder",
}

ENTRY_POINT_GROUP = "gallery.sources"


def networks() -> tuple[str, ...]:
    """Every network name that accounts.yaml may use: the built-in ones and those that installed packages bring."""
    return tuple(sorted({*BUILT_IN, *_of_packages()}))


@cache
def _of_packages() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP)}


@cache
def source_for(network: str) -> Source:
    """The source that reads ``network``.

    Raises:
        ConfigError: no built-in source and no installed package offers that network, or its package is broken.
        TypeError: a module of ours lacks a part of the contract.
    """
    if network in BUILT_IN:
        module, name = BUILT_IN[network].split(":")
        return _whole(getattr(import_module(module), name)())
    if network not in _of_packages():
        raise ConfigError(f"no source for {network!r}; known networks: {', '.join(networks())}")
    point = _of_packages()[network]
    try:
        return _whole(point.load()())
    except (Exception, SystemExit) as error:  # anybody may write a package
        what = f"the source {network!r} ({point.value}) cannot be loaded: {type(error).__name__}: {error}"
        raise ConfigError(f"{what}; mend or uninstall its package") from error


def _whole(source: object) -> Source:
    """An object that has every attribute and method of the contract.

    Raises:
        TypeError: some are absent. One that told half of what its network charges would be read without its limits.
    """
    kinds: list[type] = [Source]
    kinds += [LocalSource] if getattr(source, "local", False) else []
    kinds += [PaidSource] if hasattr(source, "usd_per_thousand_posts") else []
    members = [name for kind in kinds for name in (*kind.__annotations__, *vars(kind)) if not name.startswith("_")]
    if lacking := [name for name in members if not hasattr(source, name)]:
        raise TypeError(f"it lacks {', '.join(lacking)}")
    return cast(Source, source)
