"""``gallery check``: are the files that people edit right, and is the built site whole?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from gallery.classify import load_classifier
from gallery.config import Config, examine_config
from gallery.domain import Account
from gallery.edited.corrections import load_corrections
from gallery.edited.file import read_file
from gallery.edited.optouts import doubts, load_optouts
from gallery.edited.yaml import place_of
from gallery.errors import ConfigError, GalleryError, SourceError
from gallery.paths import Paths
from gallery.publish import broken_links
from gallery.render.i18n import load_catalogue
from gallery.render.promise_check import lost_promises
from gallery.render.style_check import style_mistakes
from gallery.render.theme_check import stray_templates, template_mistakes
from gallery.resources import models_dir
from gallery.sources.folder import folder_of
from gallery.sources.folder_sidecars import look_through
from gallery.sources.guarded import missing_files
from gallery.sources.text import printable
from gallery.steps.theme import chosen_theme, what_is_unusable
from gallery.wording import first_of, number_of

T = TypeVar("T")
MOST_NAMED = 20  # sidecars of a folder that are named one by one


@dataclass(frozen=True, slots=True)
class Findings:
    """What is right, and what is wrong; one line each."""

    fine: tuple[str, ...]
    wrong: tuple[str, ...]


def _load_config(path: Path) -> Config:
    """Read accounts.yaml; what it names must be there: the files of the accounts, a classifier of its own, the theme,
    the languages.

    Raises:
        ConfigError: something does not fit or is not there; one line for each.
    """
    config, problems = examine_config(path, read_file(path))
    wrong = problems.lines() + [line for account in config.accounts for line in missing_files(account)]
    for look in (_look_at_classifier, _look_at_theme):
        try:
            look(config)
        except GalleryError as error:
            wrong.append(str(error))
    if wrong:
        raise ConfigError("\n".join(wrong))
    return config


def _look_at_classifier(config: Config) -> None:
    if not config.classifier.spec:
        return
    try:
        load_classifier(config.classifier, models_dir(), config.root)
    except GalleryError as error:
        raise ConfigError(f"{place_of(config.path, 'classifier', 'model')}: {error}") from error


def _look_at_theme(config: Config) -> None:
    theme = chosen_theme(config, Paths(config.root))
    unusable = what_is_unusable(config, theme)
    try:
        texts = load_catalogue(config.site.languages[0], theme.words_folders).entries
    except GalleryError:
        texts = {}  # why it cannot be used has been found already
    found = [*unusable, *stray_templates(theme), *template_mistakes(theme, texts.keys()), *style_mistakes(theme)]
    if found:
        raise ConfigError("\n".join(dict.fromkeys(found)))


def _sidecars_of(account: Account) -> tuple[list[str], list[str]]:
    """The sidecars of a folder that cannot be read, and what is odd about the others; a line each, not many."""
    try:
        found = list(look_through(folder_of(account)))
    except SourceError as error:
        return [f"{account.where}: {error}"], []
    both = []
    for kind in (True, False):
        lines = [f"{account.key}: {printable(what)}" for what, unread in found if unread is kind]
        both.append(
            first_of(lines, MOST_NAMED, lambda left: f"{account.key}: … and {number_of(left, 'more such sidecar')}")
        )
    return both[0], both[1]


def check_gallery(config_path: Path) -> Findings:
    """Check the three files that people edit, the sidecars of folders, and every link of the built site."""
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
    fine += lost_promises(chosen_theme(config, paths)) if config else []
    for account in config.accounts if config else ():
        if account.network == "folder":
            unread, odd = _sidecars_of(account)
            wrong += unread
            fine += odd
    read(load_corrections, paths.corrections)
    optouts = read(load_optouts, paths.optouts)
    if config and optouts:
        listed = [account.key for account in config.accounts]
        fine += [f"{paths.optouts.name}: {hint}" for hint in doubts(optouts, listed, listed, config.site.site_url)]
        fine += [
            f"{account.where}: {account.key} stands in {paths.optouts.name}, too, and is not read; take the entry out"
            for account in config.accounts
            if optouts.covers_account(account.key, None)
        ]
    if paths.site.is_dir():
        broken = broken_links(paths.site)
        wrong += broken
        if not broken:
            fine.append(f"{paths.site.name}/: every link leads somewhere")
    else:
        fine.append("no site built yet")
    return Findings(tuple(fine), tuple(wrong))
