"""``gallery add``: a new account in accounts.yaml, with every comment left where it was."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from gallery.config import Config, examine_config
from gallery.edited.file import Problems, decoded, nearest, read_file
from gallery.edited.optouts import load_optouts
from gallery.edited.yaml import parse_yaml
from gallery.errors import ConfigError, SourceError
from gallery.paths import Paths
from gallery.sources import networks
from gallery.sources.guarded import handle_of, missing_files

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node


def add_account(path: Path, account: str, extra: Mapping[str, str]) -> str:
    """Append ``network:handle`` to the list in ``path`` (made when there is none) and say what was done.

    The file is replaced in one step, and only by one that holds the account and no mistake that it did not hold before.
    What was wrong there, settings that the account calls for, and files that it names and are not there, are told.

    Raises:
        ConfigError: the account is malformed, stands there already or has opted out, or one of the two files cannot be
            used or written.
    """
    network, colon, handle = account.partition(":")
    if not colon or network not in networks():
        raise ConfigError(
            f"{account!r}: expected network:handle, such as bluesky:aoi.example.com;"
            f" {nearest(network, networks(), 'networks')}"
        )
    try:
        handle = handle_of(network, handle)
    except (ValueError, SourceError) as error:
        raise ConfigError(f"{account}: {error}") from error
    if load_optouts(Paths(path.absolute().parent).optouts).covers_account(f"{network}:{handle}", None):
        raise ConfigError(f"{network}:{handle} stands in optouts.yaml, for somebody asked for it; nothing was added")
    before = decoded(path, read_file(path)) if path.exists() else "accounts:\n"
    parse_yaml(path, before.encode())  # what is wrong with the file as it is must be told with its lines
    lines = "\r\n" if "\r\n" in before else "\n"
    after = _appended(before.replace("\r\n", "\n"), {network: handle, **extra}, path).replace("\n", lines)
    with _beside(path, after) as new:
        left = _left_to_mend(path, before.encode(), new, f"{network}:{handle}")
    return "\n".join(
        [f"{network}:{handle} added to {path.name}; gallery build fetches it{' once this is mended:' if left else ''}"]
        + [f"  {line}" for line in left]
    )


def _left_to_mend(path: Path, before: bytes, after: bytes, key: str) -> list[str]:
    """What is wrong with ``after``, the content that ``path`` is to have, and was not brought in with the account; and
    the files that it names and are not there.

    Raises:
        ConfigError: something was, or the account cannot be found there.
    """
    try:
        old, known = examine_config(path, before)
    except ConfigError:  # an empty file, say: nothing in it excuses a mistake
        old, known = Config(path), Problems(path)
    if twin := next((account for account in old.accounts if account.key == key), None):
        raise ConfigError(f"{twin.where}: {key} stands here already; nothing was added")
    try:
        config, problems = examine_config(path, after)
        added = next(account for account in config.accounts if account.key == key)
    except (ConfigError, StopIteration) as error:
        raise ConfigError(f"{path}: has no place for {key}; write it there by hand") from error
    if brought := Counter(message for _, message in problems.found) - Counter(message for _, message in known.found):
        raise ConfigError("\n".join(f"{path}: nothing was added: {message}" for message in brought))
    return problems.lines() + list(missing_files(added))


def _appended(text: str, entry: Mapping[str, str], path: Path) -> str:
    """``text`` with the entry as the last of its list. Edited as text, so that not a byte of the rest changes."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.nodes import MappingNode, SequenceNode

    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:  # an empty list is taken out before a comment that stands too near
        raise ConfigError(f"{path}: has no place for another account; write it there by hand") from error
    if isinstance(node, MappingNode):
        named = {key.value: (key, value) for key, value in node.value}
        if "accounts" not in named:
            return f"{text.rstrip()}\n\naccounts:\n{_written(entry, 2)}"
        key, items = named["accounts"]
    else:
        key, items = None, node
    if isinstance(items, SequenceNode) and items.flow_style:
        start, end = items.start_mark.index, items.end_mark.index
        in_braces = key is not None and node.flow_style  # where no list of lines may stand
        if not items.value and not in_braces and text[start] + text[end - 1] == "[]":
            return _appended(text[:start].rstrip(" ") + text[start + 1 : end - 1] + text[end:], entry, path)
        raise ConfigError(f"{path}: the list is written as [a, b]; put each account on a line of its own first")
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    if items is None or not isinstance(items, SequenceNode) or not items.value:
        at = key.start_mark.line + 1 if key is not None else len(lines)
        return "".join([*lines[:at], _written(entry, 2 if key is not None else 0), *lines[at:]])
    last = items.value[-1]
    at = _end_line(last) + 1
    return "".join([*lines[:at], _written(entry, items.start_mark.column), *lines[at:]])


def _end_line(node: Node) -> int:
    """The last line (from 0) that holds a value of ``node``; its own end mark lies beyond the comments after it."""
    from ruamel.yaml.nodes import MappingNode, SequenceNode

    if isinstance(node, MappingNode) and node.value:
        filled = (part for pair in node.value for part in pair if part.start_mark.index < part.end_mark.index)
        # the marks of an empty value lie at whatever comes next
        return max(map(_end_line, filled), default=int(node.start_mark.line))
    if isinstance(node, SequenceNode) and node.value:
        return max(_end_line(item) for item in node.value)
    mark = node.end_mark
    return int(mark.line - 1 if mark.column == 0 and mark.line > node.start_mark.line else mark.line)


def _written(entry: Mapping[str, str], indent: int) -> str:
    """The entry as YAML, values in double quotes where plain text could be misread."""
    import json

    lines = []
    for number, (key, value) in enumerate(entry.items()):
        plain = value.replace("_", "").replace("-", "").replace("/", "").replace(".", "").replace("@", "").isalnum()
        safe = plain and value.isascii() and value[0].isalnum()
        shown = value if safe else json.dumps(value, ensure_ascii=False)
        lines.append(f"{' ' * indent}{'- ' if number == 0 else '  '}{key}: {shown}\n")
    return "".join(lines)


@contextmanager
def _beside(path: Path, text: str) -> Iterator[bytes]:
    """Write beside, give what can be read there, rename: nobody meets a file that is half written, and one that is
    refused meanwhile never takes the place of a good one."""
    real = path.resolve()  # a link stays one, to the file with the new entry
    beside = real.with_name(f".{real.name}.new")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            if real.exists():
                shutil.copymode(real, beside)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield read_file(beside)
        beside.replace(real)
    except ConfigError as error:
        raise ConfigError(str(error).replace(str(beside), str(path))) from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):  # where nothing can be written, nothing lies beside
            beside.unlink(missing_ok=True)
