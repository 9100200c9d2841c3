"""Whether the theme and the languages that accounts.yaml names can be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gallery.config import Config
from gallery.edited.yaml import place_of
from gallery.errors import ConfigError, RenderError
from gallery.paths import Paths
from gallery.resources import templates_dir

if TYPE_CHECKING:
    from gallery.render.theme import Theme


def chosen_theme(config: Config, paths: Paths) -> Theme:
    """The theme that accounts.yaml names, with what it inherits.

    Raises:
        ConfigError: there is no such theme, or a ``theme.toml`` of it cannot be used.
    """
    from gallery.render.theme import open_theme

    try:
        return open_theme(config.site.theme, paths.theme_dirs)
    except RenderError as error:
        raise ConfigError(f"{place_of(config.path, 'site', 'theme')}: {error}") from error


def refuse_unusable_theme(config: Config, paths: Paths) -> None:
    """Look at what accounts.yaml says of theme and languages before anything is asked or deleted for their sake.

    Raises:
        ConfigError: there is no such theme, or what :func:`what_is_unusable` finds.
    """
    if wrong := what_is_unusable(config, chosen_theme(config, paths)):
        raise ConfigError("\n".join(wrong))


def refuse_broken_templates(config: Config, paths: Paths) -> None:
    """Have Jinja read the templates before anything is classified or drawn for their sake.

    Raises:
        ConfigError: a template is none; one line for each.
    """
    from gallery.render.theme_check import broken_templates

    if wrong := broken_templates(chosen_theme(config, paths), templates_dir()):
        raise ConfigError("\n".join(wrong))


def what_is_unusable(config: Config, theme: Theme) -> list[str]:
    """Languages that the theme does not speak, mistakes in its catalogues, and what is not UTF-8: names of files,
    templates, style sheets. One line each. Quick, for every build begins with it."""
    from gallery.render.theme_check import badly_encoded

    wrong = [*_wrong_words(config, theme), *_odd_names(theme), *badly_encoded(theme, templates_dir())]
    return list(dict.fromkeys(wrong))  # each language is laid over English, whose mistakes are said once


def _wrong_words(config: Config, theme: Theme) -> Iterator[str]:
    from gallery.render.i18n import load_catalogue

    for language in config.site.languages:
        try:
            load_catalogue(language, theme.words_folders)
        except RenderError as error:
            yield f"{place_of(config.path, 'site', 'languages')}: {error}"
        except ConfigError as error:
            yield from str(error).splitlines()


def _odd_names(theme: Theme) -> Iterator[str]:
    for folder in theme.folders:
        for file in folder.rglob("*"):
            if not _is_utf8(file.relative_to(folder)) and file.is_file():
                yield f"{file}: the name is not UTF-8, as names in a theme must be; rename it"


def _is_utf8(name: Path) -> bool:
    try:
        return bool(str(name).encode())
    except UnicodeEncodeError:
        return False
