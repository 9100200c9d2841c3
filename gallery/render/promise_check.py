"""What artists and visitors rely on and a theme has to say on its pages, looked for without making one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from gallery.errors import ConfigError
from gallery.render.theme import Theme
from gallery.render.theme_check import named_by, parsed

if TYPE_CHECKING:
    from jinja2 import nodes

_PAGES = [f"{name}.html" for name in ("home", "artist", "mixed", "work", "tags", "about", "status", "optout")]
_PROMISES = (  # in which words a page says it, what it is, and which pages have to
    (("site.csp", "page.site.csp"), "the content policy", _PAGES),
    (("page.robots",), "what search engines are asked", _PAGES),
    (("tdm-reservation",), "that nobody may mine it", _PAGES),
    (("optout/",), "the way to the page for artists", _PAGES[:-1]),
    (("wing.name", "artist.name"), "whose work it is", ["work.html"]),
    (("work.post",), "the link to the post", ["work.html"]),
)


def lost_promises(theme: Theme) -> list[str]:
    """What artists and visitors rely on, and pages of the theme do not say; a line for each."""
    said = {page: _words_of(theme, page) for page in _PAGES}
    wrong = []
    for words, what, pages in _PROMISES:
        if without := [page for page in pages if not _says(said[page], words)]:
            where = "every page" if without == pages and len(pages) > 1 else ", ".join(without)
            wrong.append(f"{theme.folders[0]}: {words[0]}, {what}, is missing from {where}")
    return wrong


def _says(text: str, words: Iterable[str]) -> bool:
    return any(re.search(rf"(?<![\w.]){re.escape(word)}", text) for word in words)


def _words_of(theme: Theme, page: str) -> str:
    """The plain parts, texts and names of a page's template and of all that this takes in; of imported templates those
    of the macros that are asked for. Of what cannot be read, or depends on the page, all promises."""
    from jinja2 import TemplateNotFound, nodes

    words: list[str] = []
    taken: list[tuple[str, list[str]]] = [(page, [])]
    for name, macros in taken:  # which grows
        try:
            tree = parsed(theme, theme.environment.file_of(name))
            unknown = any(not isinstance(node.template, nodes.Const) for node in tree.find_all(nodes.Extends))
        except (ConfigError, TemplateNotFound):
            unknown = True
        if unknown:
            return " ".join(word for promise in _PROMISES for word in promise[0])
        parts = [part for part in tree.find_all(nodes.Macro) if part.name in macros] if macros else [tree]
        words += [word for part in parts for node in part.find_all(nodes.Node) if (word := _word(node))]
        for node in tree.find_all(nodes.Stmt):
            asked = node.names if isinstance(node, nodes.FromImport) else []
            named = named_by(theme, name, node)[0], [each if isinstance(each, str) else each[0] for each in asked]
            if named[0] and named not in taken:
                taken.append(named)
    return " ".join(words)


def _word(node: nodes.Node) -> str:
    from jinja2 import nodes

    match node:
        case nodes.Getattr():
            return f"{_word(node.node)}.{node.attr}"
        case nodes.Name():
            return node.name
        case nodes.Const(value=str()):
            return str(node.value)
        case nodes.TemplateData():
            return node.data
    return ""
