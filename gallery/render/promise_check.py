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
_PROMISES = (  # the word in which a page says it, others that say the same, what it is, and which pages have to
    ("site.csp", r"\bsite\.csp\b", "the content policy", _PAGES),
    ("page.robots", r"\bpage\.robots\b", "what search engines are asked", _PAGES),
    ("tdm-reservation", r"\btdm-reservation\b", "that nobody may mine it", _PAGES),
    ("optout/", r"\boptout/", "the way to the page for artists", _PAGES[:-1]),
    ("wing.name", r"(?<!page\.)\b(wing|artist)\.name\b", "whose work it is", ["work.html"]),
    ("work.post", r"\bwork\.post\b", "the link to the post", ["work.html"]),
)


def lost_promises(theme: Theme) -> list[str]:
    """What artists and visitors rely on, and pages of the theme do not seem to say, a line for each: templates may say
    it in words that are not looked for."""
    said = {page: _words_of(theme, page) for page in _PAGES}
    wrong = []
    for word, words, what, pages in _PROMISES:
        if without := [page for page in pages if not re.search(words, said[page])]:
            where = "every page" if without == pages and len(pages) > 1 else ", ".join(without)
            wrong.append(f"{theme.folders[0]}: {word}, {what}, is missing from {where}")
    return wrong


def _words_of(theme: Theme, page: str) -> str:
    """The plain parts, texts and names of a page's template and of all that this takes in; of imported templates those
    of the macros that are asked for. Of what cannot be read, or depends on the page, all promises."""
    from jinja2 import TemplateNotFound, nodes

    words: list[str] = []
    taken: list[tuple[str, list[str]]] = [(page, [])]
    for name, macros in taken:  # which grows
        try:
            tree = parsed(theme, theme.environment.file_of(name))
            taking = tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport))
            unknown = any(not isinstance(getattr(node, "template", None), nodes.Const) for node in taking)
        except (ConfigError, TemplateNotFound):
            unknown = True
        if unknown:
            return " ".join(promise[0] for promise in _PROMISES)
        parts = _asked(tree, macros) if macros else [tree]
        words += [word for part in parts for node in part.find_all(nodes.Node) if (word := _word(node))]
        for node in tree.find_all(nodes.Stmt):
            asked = node.names if isinstance(node, nodes.FromImport) else []
            named = named_by(theme, name, node)[0], [each if isinstance(each, str) else each[0] for each in asked]
            if named[0] and named not in taken:
                taken.append(named)
    return " ".join(words)


def _asked(tree: nodes.Template, macros: Iterable[str]) -> list[nodes.Macro]:
    """The macros of these names, and those that they ask for in turn."""
    from jinja2 import nodes

    known = {macro.name: macro for macro in tree.find_all(nodes.Macro)}
    asked = [name for name in macros if name in known]
    for name in asked:  # which grows
        used = {node.name for node in known[name].find_all(nodes.Name)}
        asked += [other for other in known if other in used and other not in asked]
    return [known[name] for name in asked]


def _word(node: nodes.Node) -> str:
    from jinja2 import nodes

    match node:
        case nodes.Getattr():
            return f"{_word(node.node)}.{node.attr}"
        case nodes.Getitem(arg=nodes.Const(value=str() as name)):
            return f"{_word(node.node)}.{name}"
        case nodes.Name():
            return node.name
        case nodes.Const(value=str()):
            return str(node.value)
        case nodes.TemplateData():
            return node.data
    return ""
