"""Files that people edit: YAML read so that every value keeps its line, and text stays text.

``no``, ``0123`` and ``12:30`` are handles here, not a boolean, a number and a time: a scalar is what was written, and
only the model that reads it decides whether it should be a number.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from gallery.errors import ConfigError

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from ruamel.yaml.nodes import Node

AnyModel = TypeVar("AnyModel", bound="BaseModel")

MAX_BYTES = 2_000_000
MAX_VALUES = 100_000  # after aliases are expanded: a file of aliases must not become a gigabyte
MAX_DEPTH = 20
# What a YAML parser says of a mistake, and what people can do about it; the first that fits.
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


def nearest(name: str, known: Iterable[str], kind: str) -> str:
    """What somebody may have meant by a ``name`` that is none of the ``known`` ones, which are of one ``kind``."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]!r}?" if near else f"known {kind}: {', '.join(names) or 'none'}"


@dataclass(slots=True)
class Problems:
    """What is wrong with one file, gathered so that all of it can be said at once."""

    path: Path
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, message: str) -> None:
        """Note a problem at a line."""
        self.found.append((line, message))

    def unknown_key(self, line: int, key: str, known: Iterable[str]) -> None:
        """Note a key that nothing reads, with the right key that is nearest to it."""
        self.add(line, f"unknown key {key!r}; {nearest(key, known, 'keys')}")

    def invalid(self, error: ValidationError, block: Mapped) -> None:
        """Note everything that pydantic found wrong with ``block``."""
        for detail in error.errors():
            key = ".".join(str(part) for part in detail["loc"]) or "entry"
            first = str(detail["loc"][0]) if detail["loc"] else ""
            if detail["type"] == "missing":
                self.add(block.lines.get(first, block.line), f"{key}: is missing; the block needs it")
                continue
            message = detail["msg"].removeprefix("Value error, ")
            if detail["type"] in ("tuple_type", "list_type"):
                message = "expected a list, such as [a, b]"
            shown = _shorten(detail["input"])
            self.add(block.lines.get(first, block.line), f"{key}: {message[:1].lower()}{message[1:]}, not {shown}")

    def raise_if_any(self) -> None:
        """Raise all that was noted, in the order of the lines.

        Raises:
            ConfigError: something was noted.
        """
        if self.found:
            raise ConfigError("\n".join(f"{self.path}:{line}: {message}" for line, message in sorted(self.found)))


def _shorten(value: object) -> str:
    text = repr(str(value)) if isinstance(value, str) else f"a {type(value).__name__.lower()}"
    return text if len(text) <= 60 else f"{text[:56]}…'"


def read_yaml(path: Path) -> object:
    """Read one YAML document into ``Mapped``, ``Listed``, ``Text`` and None, each with its line.

    Raises:
        ConfigError: the file cannot be read, is no YAML, or is too large, too deep or cyclic.
    """
    return parse_yaml(path, read_file(path))


def is_there(path: Path) -> bool:
    """Whether there is a file that people may do without.

    Raises:
        ConfigError: nobody can tell, or there is something in its place: a link that leads nowhere, or a file whose
            name is this one spelt otherwise. What stands there must not count as nothing said.
    """
    try:
        path.stat()
    except FileNotFoundError:
        _refuse_what_stands_for(path)
        return False
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    return True


def _refuse_what_stands_for(path: Path) -> None:
    if path.is_symlink():
        target = path.readlink()
        raise ConfigError(f"{path}: is a link to {target}, which is not there; bring it back, or remove the link")
    try:
        names = sorted(one.name for one in path.parent.iterdir() if _bare(one.name) == _bare(path.name))
    except FileNotFoundError:
        return
    except OSError as error:
        raise ConfigError(f"{path.parent}: cannot be listed: {error.strerror}") from error
    for name in names:
        if not (path.parent / name).is_dir():
            raise ConfigError(f"{path.parent / name}: is not read; call it {path.name}")


def _bare(name: str) -> str:
    """What is left of the name of a YAML file when case, hyphens, underscores and the ending do not count."""
    return re.sub(r"[-_]|\.ya?ml$", "", name.casefold())


def read_file(path: Path, *, max_bytes: int = MAX_BYTES, purpose: str = "") -> bytes:
    """The bytes of a file that people edit.

    Args:
        path: the file.
        max_bytes: how large it may be.
        purpose: what it is when it is right, for the messages, where its name does not say so: "a file of labels".

    Raises:
        ConfigError: it cannot be read, or is too large for one.
    """
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        wanted = f"; it should be {purpose}" if purpose else ""
        raise ConfigError(f"{path}: cannot be read: {error.strerror}{wanted}") from error
    if len(data) > max_bytes:
        raise ConfigError(f"{path}: over {max_bytes:,} bytes; is it {purpose or 'the right file'}?")
    return data


def place_of(path: Path, block: str, key: str) -> str:
    """Where ``key`` stands in a block of a file: ``file:line``, or the file alone where it does not say it."""
    top = read_yaml(path)
    found = top.get(block) if isinstance(top, Mapped) else None
    return f"{path.name}:{found.lines[key]}" if isinstance(found, Mapped) and key in found.lines else path.name


def parse_yaml(path: Path, data: bytes) -> object:
    """What :func:`read_yaml` makes of ``data``, the content of ``path``.

    Raises:
        ConfigError: it is no YAML, or is too deep or cyclic.
    """
    return _Reader(path).read(decoded(path, data))


def decoded(path: Path, data: bytes) -> str:
    """``data``, the content of ``path``, as text.

    Raises:
        ConfigError: it is not UTF-8; the message names the first line that is not.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}:{line}: is not UTF-8; save the file as UTF-8") from error


def read_entries(
    path: Path, model: type[AnyModel], example: str, problems: Problems
) -> Iterator[tuple[Mapped, AnyModel]]:
    """Read a file that is a list of blocks, each with its model; what does not fit is noted and left out.

    Raises:
        ConfigError: the file cannot be read, is no YAML, or is too large, too deep or cyclic.
    """
    from pydantic import ValidationError

    data = read_yaml(path)
    if data is not None and not isinstance(data, Listed):
        problems.add(1, f"expected a list with entries such as '{example}'")
        return
    for block, line in zip(data or (), data.lines if data else (), strict=True):
        if not isinstance(block, Mapped):
            problems.add(line, f"expected an entry such as '{example}'")
            continue
        unknown = [key for key in block if key not in model.model_fields]
        for key in unknown:
            problems.unknown_key(block.lines[key], key, model.model_fields)
        try:
            yield block, model.model_validate({key: value for key, value in block.items() if key not in unknown})
        except ValidationError as error:
            problems.invalid(error, block)


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
        except (YAMLError, ValueError, RecursionError) as error:
            raise ConfigError(f"{self.path}: not valid YAML: {str(error).splitlines()[0]}") from error
        return None if node is None else self.value(node, ())

    def value(self, node: Node, above: tuple[int, ...]) -> object:
        from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

        line = node.start_mark.line + 1
        self.count += 1
        if id(node) in above:
            raise ConfigError(f"{self.path}:{line}: this alias contains itself")
        if self.count > MAX_VALUES or len(above) > MAX_DEPTH:
            raise ConfigError(f"{self.path}:{line}: too many values; aliases must not multiply the file")
        inside = (*above, id(node))
        if isinstance(node, ScalarNode):
            return self.scalar(node, line)
        if isinstance(node, SequenceNode):
            items = Listed(self.value(item, inside) for item in node.value)
            items.line, items.lines = line, [item.start_mark.line + 1 for item in node.value]
            return items
        assert isinstance(node, MappingNode)  # noqa: S101  # compose() knows three kinds of node
        mapping = Mapped()
        mapping.line, mapping.lines = line, {}
        for key, value in self.pairs(node):
            at = key.start_mark.line + 1
            if key.value in mapping:
                raise ConfigError(f"{self.path}:{at}: the key {key.value!r} stands twice in one block")
            mapping[key.value] = self.value(value, inside)
            mapping.lines[key.value] = at
        return mapping

    def pairs(self, node: Node) -> Iterator[tuple[Node, Node]]:
        for key, value in node.value:
            if not isinstance(key.value, str):
                raise ConfigError(f"{self.path}:{key.start_mark.line + 1}: a key must be text")
            yield key, value

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
        if value.isascii() and value.removeprefix("-").isdigit():
            return int(value)
        try:
            return float(value) if value.isascii() and "." in value else str(value)
        except ValueError:
            return str(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Listed):
        return tuple(typed(item) for item in value)
    if isinstance(value, Mapped):
        return {key: typed(item) for key, item in value.items()}
    return value
