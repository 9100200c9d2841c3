"""Jinja as themes use it: everything is escaped, a name that does not exist is an error, and a template that names
itself means the one that it replaces, so that it can keep most of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined, TemplateNotFound
from jinja2.loaders import split_template_path

from gallery.edited.file import decoded, read_file
from gallery.render.theme import MAX_SOURCE

_REPLACED = "../"  # before a name: the file of that name in the next folder that has one; no name of a file begins so


class ThemeEnvironment(Environment):
    """The templates of folders that are laid over each other, the first one's winning."""

    def __init__(self, folders: Sequence[Path]) -> None:
        super().__init__(
            loader=FunctionLoader(partial(_source, folders)),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )

    def join_path(self, template: str, parent: str) -> str:
        """The name under which ``parent`` finds what it calls ``template``."""
        return _REPLACED + parent if template == parent.rpartition(_REPLACED)[2] else template


def _source(folders: Sequence[Path], name: str) -> tuple[str, str, None]:
    """The text of a template and its file, as Jinja's loaders give them."""
    bare = name.rpartition(_REPLACED)[2]
    steps = split_template_path(bare)
    there = [file for folder in folders if (file := folder.joinpath(*steps)).is_file()]
    place = name.count(_REPLACED)
    if place >= len(there):
        absent = f"there is no template {bare!r}"
        raise TemplateNotFound(name, f"{bare} names itself, and no theme below has another one" if there else absent)
    return decoded(there[place], read_file(there[place], max_bytes=MAX_SOURCE)), str(there[place]), None
