"""Whether there is anything to do for :func:`gallery.pipeline.build`: what the site depends on, in a few digits."""

from __future__ import annotations

import hashlib
import os
from functools import partial
from pathlib import Path

from gallery import __version__
from gallery.config import Config
from gallery.edited.file import is_there, read_file
from gallery.errors import ConfigError, ModelError
from gallery.paths import Paths
from gallery.resources import models_dir
from gallery.store import Store


def fingerprint(inputs: str, store: Store) -> str:
    """Names everything that the site depends on: when it has not changed, nor has the site."""
    read_on = hashlib.sha256("\n".join(store.days_of_success()).encode()).hexdigest()  # the status page prints the days
    return f"{inputs} {store.generation} {store.fact('fetched_on')} {read_on}"


def inputs_digest(config: Config, paths: Paths) -> str:
    """A digest of everything outside the store that the site depends on: people's files, model, templates, code.

    What cannot be read counts as the reason why not: whoever needs it then tells that.
    """
    digest = hashlib.sha256(f"{__version__} ".encode() + config.content)
    for read in (partial(_brought_model, config), partial(_said, paths.corrections), partial(_said, paths.optouts)):
        try:
            digest.update(read())
        except (ConfigError, ModelError) as error:
            digest.update(repr(error).encode())
    code = Path(__file__).parents[1].rglob("*.py")
    model = models_dir().glob("*")
    themes = (file for folder in paths.theme_dirs for file in folder.rglob("*"))
    for file in sorted([*code, *model, *themes]):
        try:
            status = file.stat()
        except FileNotFoundError:
            continue  # an editor's lock is a link to nowhere
        digest.update(os.fsencode(file) + f"\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _said(file: Path) -> bytes:
    return read_file(file) if is_there(file) else b"-"


def _brought_model(config: Config) -> bytes:
    """The id of a classifier of one's own; nothing for the shipped one, whose files stand for it."""
    if not config.classifier.spec:
        return b""
    from gallery.classify import model_id_of

    return model_id_of(config.classifier, models_dir(), config.root).encode()
