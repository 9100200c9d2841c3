"""Files that people edit: YAML read so that every value keeps its line, and text stays text.

``no``, ``0123`` and ``12:30`` are handles here, not a boolean, a number and a time: a scalar is what was written, and
only the model that reads it decides whether it should be a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from gallery.edited.file import Problems, decoded, read_file
from gallery.errors import ConfigError

if TYPE_CHECKING:
    from pydantic import BaseModel
    from ruamel.yaml.nodes import Node

AnyModel = TypeVar("AnyModel", bound="BaseModel")

MAX_VALUES = 100_000  # after aliases are expanded: a file of aliases must not become a gigabyte
MAX_DEPTH = 20
# What a YAML parser says of a mistake, and what people can do about it; the first that fits.
_MERGE_MARK = re.compile(r"^(?:<{7} |>{7} |={7}$)", re.MULTILINE)
_MENDS = (
    ("found character '\\t'", "indent with spaces, not with a tab"),
    ("cannot start any token", "put quotes around a value that begins so"),
    (
        "mapping values are not allowed",
        'put quotes around a value that holds ": ", and give a key with lines below it no value',
    ),
    ("found unexpected end of stream", "a quote is opened and never closed"),
    ("but got", "a bracket is opened and never closed"),
    ("expected <block end>", "lines that belong together begin in the same column"),
    ("undefined alias", "put quotes around a value that begins with *"),
    ("alphabetic or numeric", "put quotes around a value that begins with & or *"),
    ("unknown escape character", "in double quotes write \\\\ for a backslash, or use single quotes"),
)


class Text(str):
    """A scalar as written, with its line (from 1); ``plain`` when it stood without quotes."""

    __slots__ = ("line", "plain")
    line: int
    plain: bool


class Mapped(dict[str, object]):
    """A mapping that knows the line of itself and of each key."""

    line: int
    lines: dict[str, int]


class Listed(list[object]):
    """A sequence that knows the line of itself and of each item."""

    line: int
    lines: list[int]


def read_yaml(path: Path) -> object:
    """Read one YAML document into ``Mapped``, ``Listed``, ``Text`` and None, each with its line.

    Raises:
        ConfigError: the file cannot be read, is no YAML, or is too large, too deep or cyclic.
    """
    return parse_yaml(path, read_file(path))


def place_of(path: Path, block: str, key: str) -> str:
    """Where ``key`` stands in a block of a file, or the block where it is one value: ``file:line``; the file alone
    where it does not say it."""
    top = read_yaml(path)
    found = top.get(block) if isinstance(top, Mapped) else None
    if isinstance(top, Mapped) and isinstance(found, Text):
        return f"{path.name}:{top.lines[block]}"
    return f"{path.name}:{found.lines[key]}" if isinstance(found, Mapped) and key in found.lines else path.name


def parse_yaml(path: Path, data: bytes) -> object:
    """What :func:`read_yaml` makes of ``data``, the content of ``path``.

    Raises:
        ConfigError: it is no YAML, or is too deep or cyclic.
    """
    text = decoded(path, data)
    if merge := _MERGE_MARK.search(text):
        line = text.count("\n", 0, merge.start()) + 1
        raise ConfigError(
            f"{path}:{line}: not valid YAML: an unfinished merge; keep one of the two versions and delete the marks"
        )
    return _Reader(path).read(text)


def read_entries(
    path: Path, content: bytes, model: type[AnyModel], example: str, problems: Problems
) -> Iterator[tuple[Mapped, AnyModel]]:
    """Read ``content``, that of ``path``, as a list of blocks, each with its model; what does not fit is noted and left
    out.

    Raises:
        ConfigError: it is no YAML, or is too deep or cyclic.
    """
    data = parse_yaml(path, content)
    if data is not None and not isinstance(data, Listed):
        problems.add(1, f"expected a list with entries such as '{example}'")
        return
    for block, line in zip(data or (), data.lines if data else (), strict=True):
        if not isinstance(block, Mapped):
            problems.add(line, f"expected an entry such as '{example}'")
            continue
        if (entry := fill(block, model, problems)) is not None:
            yield block, entry


def fill(block: Mapped, model: type[AnyModel], problems: Problems) -> AnyModel | None:
    """``block`` as its model, None where it holds a mistake; all of them are noted. A key without a value is unsaid."""
    from pydantic import ValidationError

    known = {key: value for key, value in block.items() if key in model.model_fields and value is not None}
    for key in block:
        if key not in model.model_fields:
            problems.unknown_key(block.lines[key], key, model.model_fields)
    try:
        return model.model_validate(known)
    except ValidationError as error:
        problems.invalid(error, block)
        return None


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0

    def read(self, text: str) -> object:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        try:
            node = YAML(typ="safe", pure=True).compose(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            problem = str(error.problem or error.context)
            mend = next((mend for said, mend in _MENDS if said in problem), "look at the quotes and columns around it")
            raise ConfigError(f"{self.path}:{line}: not valid YAML: {problem}; {mend}") from error
        except (YAMLError, ValueError, OverflowError, AssertionError, RecursionError) as error:
            said = str(error) or type(error).__name__
            raise ConfigError(f"{self.path}: not valid YAML: {said.splitlines()[0]}") from error
        return None if node is None else self.value(node, 0)

    def value(self, node: Node, depth: int) -> object:
        from ruamel.yaml.nodes import ScalarNode, SequenceNode

        line = node.start_mark.line + 1
        self.count += 1
        if self.count > MAX_VALUES or depth > MAX_DEPTH:  # of an alias that contains itself, too
            raise ConfigError(f"{self.path}:{line}: too many values; aliases must not multiply the file")
        if isinstance(node, ScalarNode):
            return self.scalar(node, line)
        if isinstance(node, SequenceNode):
            items = Listed(self.value(item, depth + 1) for item in node.value)
            items.line, items.lines = line, [item.start_mark.line + 1 for item in node.value]
            return items
        mapping = Mapped()
        mapping.line, mapping.lines = line, {}
        for key, value in node.value:
            at = key.start_mark.line + 1
            if not isinstance(key.value, str):
                raise ConfigError(f"{self.path}:{at}: a key must be text")
            if key.value in mapping:
                raise ConfigError(f"{self.path}:{at}: the key {key.value!r} stands twice in one block")
            mapping[key.value] = self.value(value, depth + 1)
            mapping.lines[key.value] = at
        return mapping

    @staticmethod
    def scalar(node: Node, line: int) -> Text | None:
        plain = getattr(node, "style", None) is None
        if plain and node.value in ("", "~", "null"):
            return None
        text = Text(node.value)
        text.line, text.plain = line, plain
        return text


def typed(value: object) -> object:
    """A scalar as the YAML core schema would read it: for options whose type only a source knows."""
    if isinstance(value, Text) and value.plain:
        if value in ("true", "false"):
            return value == "true"
        try:
            if value.isascii() and value.removeprefix("-").isdigit():
                return int(value)
            return float(value) if value.isascii() and "." in value else str(value)
        except ValueError:  # or more digits than Python reads
            return str(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Listed):
        return tuple(typed(item) for item in value)
    if isinstance(value, Mapped):
        return {key: typed(item) for key, item in value.items()}
    return value


def kind_of(value: object) -> str:
    """What stands in the file, in words that fit behind "expected …, not"."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapped):
        return "a block"
    return "a list" if isinstance(value, Listed) else f"the text {str(value)[:40]!r}"
