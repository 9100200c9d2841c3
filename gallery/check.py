"""``gallery check``: are the files that people edit right, and is the built site whole?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from gallery.classify import load_classifier
from gallery.config import Config, load_config
from gallery.corrections import load_corrections
from gallery.errors import ConfigError, GalleryError
from gallery.optouts import load_optouts, near_misses
from gallery.pipeline import Paths
from gallery.publish import broken_links
from gallery.resources import models_dir

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Findings:
    """What is right, and what is wrong; one line each."""

    fine: tuple[str, ...]
    wrong: tuple[str, ...]


def _load_config(path: Path) -> Config:
    """Read accounts.yaml; what it names must be there: a classifier of its own, the theme, the languages, the folders.

    Raises:
        ConfigError: something is not there; one line for each.
        ModelError: the classifier cannot be used.
        RenderError: the theme or a catalogue cannot be used.
    """
    from gallery.render.i18n import load_catalogue
    from gallery.render.theme import open_theme

    config = load_config(path)
    if config.classifier.spec:
        load_classifier(config.classifier, models_dir(), config.root)
    theme = open_theme(config.site.theme, Paths(config.root).theme_dirs)
    for language in config.site.languages:
        load_catalogue(language, theme.words_folders)
    missing = [
        f"{account.where}: {account.network}: {account.handle} is not in {config.root}"
        for account in config.accounts
        if account.network == "folder" and not (config.root / account.handle).is_dir()
    ]
    if missing:
        raise ConfigError("\n".join(missing))
    return config


def check_gallery(config_path: Path) -> Findings:
    """Check accounts.yaml, corrections.yaml, optouts.yaml, and every link of the built site."""
    fine: list[str] = []
    wrong: list[str] = []
    paths = Paths(config_path.absolute().parent)

    def read(load: Callable[[Path], T], path: Path) -> T | None:
        try:
            value = load(path)
        except GalleryError as error:
            wrong.extend(str(error).splitlines())
            return None
        fine.append(f"{path.name}: fine" if path.exists() else f"{path.name}: none, fine")
        return value

    config = read(_load_config, config_path)
    read(load_corrections, paths.corrections)
    optouts = read(load_optouts, paths.optouts)
    if config and optouts:
        fine += [f"{paths.optouts.name}: {hint}" for hint in near_misses(optouts, config.accounts)]
    if paths.site.is_dir():
        broken = broken_links(paths.site)
        wrong += broken
        if not broken:
            fine.append(f"{paths.site.name}/: every link leads somewhere")
    else:
        fine.append("no site built yet")
    return Findings(tuple(fine), tuple(wrong))
