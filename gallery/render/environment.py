"""Jinja as themes use it: everything is escaped, a name that does not exist is an error, and a template that names
itself means the one that it replaces, so that it can keep most of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined, TemplateNotFound
from jinja2.loaders import split_template_path

from gallery.edited.file import decoded, read_file
from gallery.render.theme import MAX_SOURCE

REPLACED = "../"  # before a name: the file of that name in the next folder that has one; no name of a file begins so


class ThemeEnvironment(Environment):
    """The templates of folders that are laid over each other, the first one's winning."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = folders
        super().__init__(
            loader=FunctionLoader(self._source),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )

    def join_path(self, template: str, parent: str) -> str:
        """The name under which ``parent`` finds what it calls ``template``."""
        return REPLACED + parent if template == parent.rpartition(REPLACED)[2] else template

    def file_of(self, name: str) -> Path:
        """The file that holds a template.

        Raises:
            TemplateNotFound: there is none.
        """
        bare = name.rpartition(REPLACED)[2]
        steps = split_template_path(bare)
        there = [file for folder in self.folders if (file := folder.joinpath(*steps)).is_file()]
        if (place := name.count(REPLACED)) < len(there):
            return there[place]
        absent = f"there is no template {bare!r}"
        raise TemplateNotFound(name, f"{bare} names itself, and no theme below has another one" if there else absent)

    def _source(self, name: str) -> tuple[str, str, None]:
        """The text of a template and its file, as Jinja's loaders give them."""
        file = self.file_of(name)
        return decoded(file, read_file(file, max_bytes=MAX_SOURCE)), str(file), None
