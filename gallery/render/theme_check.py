"""What is wrong with the templates of a theme, found without making a page; one line each."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gallery.edited.file import decoded, nearest, read_file
from gallery.errors import ConfigError
from gallery.render.theme import MAX_SOURCE, TEMPLATES, VENDOR, Theme, text_of_files

if TYPE_CHECKING:
    from jinja2 import nodes

_WAYS_TO_ASK = {"plain", "raw", "paragraphs"}  # of a catalogue, beside calling it


def badly_encoded(theme: Theme) -> list[str]:
    """Style sheets, and templates of one's own, that are not UTF-8. Every build begins with this, so it is quick."""
    sheets = [path for name, path in theme.static.items() if name.endswith(".css") and not name.startswith(VENDOR)]
    return _what_is_said(_text, [*_own_templates(theme), *sheets])


def broken_templates(theme: Theme) -> list[str]:
    """Templates that Jinja cannot read; those of the most basic theme, as a rule the wall, are not looked at."""
    return _what_is_said(partial(_parsed, theme), _own_templates(theme))


def stray_templates(theme: Theme) -> list[str]:
    """Templates that no page is made of. They do no harm, but a misspelt one replaces nothing."""
    known = _basic_names(theme)
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
    strays = _strays(theme)
    wrong = []
    for name, file in _templates(theme):
        if file not in strays:
            try:
                found = sorted(_slips(theme, name, file, texts))
            except ConfigError as error:
                wrong.append(str(error))
                continue
            wrong += [f"{file}:{line}: {slip}" for line, slip in found]
    return wrong


def _basic_names(theme: Theme) -> set[str]:
    return {path.name for path in _templates_in(theme.folders[-1])}


def _templates_in(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob(TEMPLATES)) if path.is_file()]


def _strays(theme: Theme) -> list[Path]:
    """Templates that the most basic theme does not have, and that no template names."""
    known = _basic_names(theme)
    added = [path for folder in theme.folders[:-1] for path in _templates_in(folder) if path.name not in known]
    named = text_of_files(theme.folders, TEMPLATES) if added else ""
    return [path for path in added if not re.search(rf"""["']{re.escape(path.name)}["']""", named)]


def _templates(theme: Theme) -> Iterator[tuple[str, Path]]:
    """Every template of the chain under the name by which Jinja finds it, whether or not another one replaces it."""
    from gallery.render.environment import REPLACED

    above: Counter[str] = Counter()
    for folder in theme.folders:
        for file in _templates_in(folder):
            yield REPLACED * above[file.name] + file.name, file
            above[file.name] += 1


def _own_templates(theme: Theme) -> list[Path]:
    """The templates that pages are made of and that do not belong to the most basic theme."""
    strays = _strays(theme)
    return [file for folder in theme.folders[:-1] for file in _templates_in(folder) if file not in strays]


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


def _parsed(theme: Theme, file: Path) -> nodes.Template:
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


def _slips(theme: Theme, name: str, file: Path, texts: Collection[str]) -> Iterator[tuple[int, str]]:
    """Line and mistake: of what the template asks for, and of what Jinja says when it makes code of it."""
    from jinja2 import TemplateSyntaxError

    tree = _parsed(theme, file)
    yield from _missing_templates(theme, name, tree)
    yield from _missing_texts(tree, texts)
    yield from _lost_blocks(theme, name, tree)
    try:
        theme.environment.compile(tree, name, str(file), raw=True)
    except TemplateSyntaxError as error:
        yield error.lineno, error.message or ""


def _missing_templates(theme: Theme, name: str, tree: nodes.Template) -> Iterator[tuple[int, str]]:
    from jinja2 import TemplateNotFound, nodes

    for node in tree.find_all(nodes.Stmt):
        if not isinstance(node, nodes.Extends | nodes.Include | nodes.Import | nodes.FromImport):
            continue
        if isinstance(node.template, nodes.Const) and not getattr(node, "ignore_missing", False):
            try:
                theme.environment.file_of(theme.environment.join_path(node.template.value, name))
            except TemplateNotFound as error:
                yield node.lineno, str(error.message)


def _lost_blocks(theme: Theme, name: str, tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Blocks that no template has which this one extends, so that nothing shows them; or that these go in a circle."""
    from jinja2 import nodes

    chain, last = [name], tree
    known: set[str] = set()
    while above := _extended(theme, chain[-1], last):
        if above[0] in chain:
            if above[0] == name:  # else one further up says it
                yield 1, f"extends itself: {' → '.join([*chain, name])}"
            return
        last = above[1]
        chain.append(above[0])
        known |= {block.name for block in last.find_all(nodes.Block)}
    if last is tree or last.find(nodes.Extends):
        return
    for block in tree.body:
        if isinstance(block, nodes.Block) and block.name not in known:
            near = nearest(block.name, known, "blocks")
            yield block.lineno, f"no template that it extends has a block {block.name!r}; {near}"


def _extended(theme: Theme, name: str, tree: nodes.Template) -> tuple[str, nodes.Template] | None:
    """The name and the content of what a template extends; None where that is nothing, or cannot be told."""
    from jinja2 import TemplateNotFound, nodes

    extends = tree.find(nodes.Extends)
    if extends is None or not isinstance(extends.template, nodes.Const):
        return None
    above = theme.environment.join_path(extends.template.value, name)
    try:
        return above, _parsed(theme, theme.environment.file_of(above))
    except TemplateNotFound:
        return None


def _missing_texts(tree: nodes.Template, texts: Collection[str]) -> Iterator[tuple[int, str]]:
    from jinja2 import nodes

    for call in tree.find_all(nodes.Call):
        key = _asked_text(call)
        if texts and key and key not in texts:
            near = difflib.get_close_matches(key, texts, n=1)
            advice = f"did you mean {near[0]!r}?" if near else "write it into i18n/en.json"
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
