"""What is wrong with the templates of a theme, found without making a page; one line each."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from gallery.edited.file import decoded, did_you_mean, nearest, read_file
from gallery.errors import ConfigError
from gallery.render.theme import MAX_SOURCE, TEMPLATES, VENDOR, Theme, text_of_files

if TYPE_CHECKING:
    from jinja2 import nodes

TreeOf = Callable[[str], "nodes.Template"]  # of a template by its name; raises ConfigError where it cannot be read
_WAYS_TO_ASK = {"plain", "raw", "paragraphs"}  # of a catalogue, beside calling it


def badly_encoded(theme: Theme, shipped: Path) -> list[str]:
    """Style sheets, and templates outside the folder of ``shipped`` themes, that are not UTF-8. Every build begins with
    this, so it is quick."""
    sheets = [path for name, path in theme.static.items() if name.endswith(".css") and not name.startswith(VENDOR)]
    return _what_is_said(_text, [*_own_templates(theme, shipped), *sheets])


def broken_templates(theme: Theme, shipped: Path) -> list[str]:
    """Templates outside the folder of ``shipped`` themes that Jinja cannot read."""
    return _what_is_said(partial(parsed, theme), _own_templates(theme, shipped))


def stray_templates(theme: Theme) -> list[str]:
    """Templates that no page is made of. They do no harm, but a misspelt one replaces nothing."""
    known = _names_in(theme.folders[-1])
    return [
        f"{path}: no page is made of it, and no template names it; {nearest(path.name, known, 'templates')}"
        for path in _strays(theme)
    ]


def template_mistakes(theme: Theme, texts: Collection[str]) -> list[str]:
    """What would stop a build in a template that pages are made of, as far as it can be told without a page.

    Args:
        theme: the theme with all that it inherits.
        texts: the keys of its catalogue; without any, no text is looked for.
    """
    environment, strays = theme.environment, _strays(theme)
    tree_of: TreeOf = cache(lambda name: parsed(theme, environment.file_of(name)))
    names = dict.fromkeys(name for folder in theme.folders for name in _names_in(folder))
    waiting = [name for name in names if environment.file_of(name) not in strays]
    looked_at, wrong = set(waiting), []
    for name in waiting:  # which grows by what templates name: those that others replace are looked at where they show
        file = environment.file_of(name)
        try:
            tree = tree_of(name)
        except ConfigError as error:
            wrong.append(str(error))
            continue
        wrong += [f"{file}:{line}: {slip}" for line, slip in sorted(_slips(theme, name, tree_of, texts))]
        there = [named for _, named, missing in _named_templates(theme, name, tree) if not missing]
        waiting += [named for named in dict.fromkeys(there) if named not in looked_at]
        looked_at.update(there)
    return wrong


def _names_in(folder: Path) -> list[str]:
    found = [path.relative_to(folder) for path in sorted(folder.rglob(TEMPLATES)) if path.is_file()]
    return [path.as_posix() for path in found if path.parts[0] != "static"]


def _strays(theme: Theme) -> list[Path]:
    """Templates that the most basic theme does not have, and that no template names."""
    known = set(_names_in(theme.folders[-1]))
    added = [folder / name for folder in theme.folders[:-1] for name in _names_in(folder) if name not in known]
    named = text_of_files(theme.folders, TEMPLATES) if added else ""
    return [path for path in added if not re.search(rf"""["'](?:[^"'\n]*/)?{re.escape(path.name)}["']""", named)]


def _own_templates(theme: Theme, shipped: Path) -> list[Path]:
    """The templates that pages are made of and that do not ship."""
    strays = _strays(theme)
    folders = [folder for folder in theme.folders if not folder.is_relative_to(shipped)]
    return [file for folder in folders for name in _names_in(folder) if (file := folder / name) not in strays]


def _what_is_said(read: Callable[[Path], object], files: Iterable[Path]) -> list[str]:
    wrong = []
    for file in files:
        try:
            read(file)
        except ConfigError as error:
            wrong.append(str(error))
    return wrong


def _text(file: Path) -> str:
    return decoded(file, read_file(file, max_bytes=MAX_SOURCE))


def parsed(theme: Theme, file: Path) -> nodes.Template:
    """A template as Jinja understands it.

    Raises:
        ConfigError: it is not UTF-8, or Jinja cannot read it.
    """
    from jinja2 import TemplateSyntaxError

    try:
        return theme.environment.parse(_text(file), file.name, str(file))
    except TemplateSyntaxError as error:
        raise ConfigError(f"{file}:{error.lineno}: {error.message}") from error
    except RecursionError as error:
        raise ConfigError(f"{file}: nests too deeply") from error


def _slips(theme: Theme, name: str, tree_of: TreeOf, texts: Collection[str]) -> Iterator[tuple[int, str]]:
    """Line and mistake: of what the template asks for, and of what Jinja says when it makes code of it."""
    from jinja2 import TemplateSyntaxError

    tree = tree_of(name)
    for line, _, missing in _named_templates(theme, name, tree):
        if missing:
            yield line, missing
    yield from _missing_texts(tree, texts)
    yield from _circle(theme, name, tree_of)
    yield from _lost_blocks(theme, name, tree_of)
    try:
        theme.environment.compile(tree, name, raw=True)
    except TemplateSyntaxError as error:
        yield error.lineno, error.message or ""


def _named_templates(theme: Theme, name: str, tree: nodes.Template) -> Iterator[tuple[int, str, str]]:
    """Line and name of each template that this one names and needs, and what to say where it is missing."""
    from jinja2 import nodes

    for node in tree.find_all(nodes.Stmt):
        named, missing = named_by(theme, name, node)
        if named:
            yield node.lineno, named, missing


def named_by(theme: Theme, name: str, node: nodes.Node) -> tuple[str, str]:
    """The template that a statement of template ``name`` names and needs, "" for none, and what to say where it is
    missing."""
    from jinja2 import TemplateNotFound, nodes

    if not isinstance(node, nodes.Extends | nodes.Include | nodes.Import | nodes.FromImport):
        return "", ""
    asked = node.template.value if isinstance(node.template, nodes.Const) else None
    if not isinstance(asked, str) or getattr(node, "ignore_missing", False):
        return "", ""
    named = theme.environment.join_path(asked, name)
    try:
        theme.environment.file_of(named)
    except TemplateNotFound as error:
        return named, str(error.message)
    return named, ""


def _circle(theme: Theme, name: str, tree_of: TreeOf) -> Iterator[tuple[int, str]]:
    """Line and the shortest way on which this template includes itself, whatever a page shows."""
    waiting: list[tuple[int, tuple[str, ...], frozenset[str]]] = [(0, (name,), frozenset())]
    seen: set[tuple[str, frozenset[str]]] = set()
    for first, way, replaced in waiting:  # which grows
        for line, named, theirs in _surely_used(theme, way[-1], replaced, tree_of):
            if named == name and not theirs:
                yield first or line, f"includes itself: {' → '.join((*way, name))}"
                return
            if (named, theirs) not in seen:
                seen.add((named, theirs))
                waiting.append((first or line, (*way, named), theirs))


def _surely_used(
    theme: Theme, name: str, replaced: frozenset[str], tree_of: TreeOf
) -> Iterator[tuple[int, str, frozenset[str]]]:
    """Line and name of each template that this one takes in or extends whatever a page shows, and the blocks in which
    that shows something else; ``replaced`` are those of this one."""
    from jinja2 import nodes

    try:
        waiting: list[nodes.Node] = [tree_of(name)]
    except ConfigError:  # which is told of that template itself
        return
    blocks = replaced.union(block.name for block in waiting[0].find_all(nodes.Block))
    for node in waiting:  # which grows
        named, missing = named_by(theme, name, node)
        if named and not missing:
            yield node.lineno, named, blocks if isinstance(node, nodes.Extends) else frozenset()
        elsewhere = isinstance(node, nodes.Block) and node.name in replaced
        if not elsewhere and not isinstance(node, nodes.If | nodes.For | nodes.Macro | nodes.CallBlock):
            waiting += node.iter_child_nodes()


def _lost_blocks(theme: Theme, name: str, tree_of: TreeOf) -> Iterator[tuple[int, str]]:
    """Blocks that no template has which this one extends, so that nothing shows them; or that these go in a circle."""
    from jinja2 import nodes

    tree = tree_of(name)
    chain, trees = [name], [tree]
    while above := _extended(theme, chain[-1], trees[-1]):
        if above in chain:
            if above == name:  # else one further up says it
                extends = tree.find(nodes.Extends)
                yield extends.lineno if extends else 1, f"extends itself: {' → '.join([*chain, name])}"
            return
        chain.append(above)
        try:
            trees.append(tree_of(above))
        except ConfigError:  # which is told of that template itself
            return
    shown_by_name = any(one.name == "self" for each in trees for one in each.find_all(nodes.Name))
    if len(trees) == 1 or trees[-1].find(nodes.Extends) or shown_by_name:
        return
    known = {block.name for each in trees[1:] for block in each.find_all(nodes.Block)}
    for block in tree.body:
        if isinstance(block, nodes.Block) and block.name not in known:
            near = nearest(block.name, known, "blocks")
            yield block.lineno, f"no template that it extends has a block {block.name!r}; {near}"


def _extended(theme: Theme, name: str, tree: nodes.Template) -> str:
    """What a template extends; "" where that is nothing, is not there, or depends on the page."""
    from jinja2 import nodes

    extended = list(tree.find_all(nodes.Extends))
    if len(extended) != 1:
        return ""
    line = extended[0].lineno
    return next((named for at, named, missing in _named_templates(theme, name, tree) if at == line and not missing), "")


def _missing_texts(tree: nodes.Template, texts: Collection[str]) -> Iterator[tuple[int, str]]:
    from jinja2 import nodes

    for call in tree.find_all(nodes.Call):
        key = _asked_text(call)
        if texts and key and key not in texts:
            advice = did_you_mean(key, texts, "write it into i18n/en.json")
            yield call.lineno, f"asks for the text {key!r}, which no catalogue has; {advice}"


def _asked_text(call: nodes.Call) -> str:
    """The key in ``t("key")``, ``page.t("key")``, ``t.plain("key")`` and the like; "" for any other call."""
    from jinja2 import nodes

    asked = call.node
    if isinstance(asked, nodes.Getattr) and asked.attr in _WAYS_TO_ASK:
        asked = asked.node
    of_texts = asked.name == "t" if isinstance(asked, nodes.Name) else getattr(asked, "attr", "") == "t"
    key = call.args[0].value if of_texts and call.args and isinstance(call.args[0], nodes.Const) else ""
    return key if isinstance(key, str) else ""
