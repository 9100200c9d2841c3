"""Files that people edit, whatever they are written in: whether they are there, their bytes and text, and all that is
wrong with one of them at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gallery.domain import LANGUAGE_TAG
from gallery.errors import ConfigError

if TYPE_CHECKING:
    from pydantic import ValidationError

MAX_BYTES = 2_000_000

# what a text in one of these files may have to look like
ADDRESS, ACCOUNT = r"^https?://\S+$", r"^[^:\s]+:\S(.*\S)?$"
SHA256, DHASH = r"^[0-9a-f]{64}$", r"^[0-9a-f]{16}$"
LANGUAGE, THEME = rf"^{LANGUAGE_TAG}$", r"^[a-z0-9][a-z0-9_-]*$"
_IN_WORDS = {
    ADDRESS: "an address that begins with https://",
    ACCOUNT: "network:handle as in accounts.yaml, such as folder:scans/mine",
    SHA256: "64 digits (0 to 9, a to f), as sha256sum prints them",
    DHASH: "16 digits (0 to 9, a to f)",
    LANGUAGE: "the tag of a language, such as ja, en or zh-Hant",
    THEME: "small letters a to z, digits, - and _, as the theme's folder is called",
    # and what pydantic calls mistakes of the kind
    "bool_parsing": "true or false",
    "float_parsing": "a number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "list_type": "a list, such as [a, b]",
    "string_too_short": "at least one character",
    "string_type": "a text",
    "too_short": "at least one",
    "tuple_type": "a list, such as [a, b]",
}

# software of networks that is read as another's, and what a network was called once
_READ_AS = {
    **dict.fromkeys(("akkoma", "fediverse", "gotosocial", "pixelfed", "pleroma"), "mastodon"),
    **dict.fromkeys(("iceshrimp", "sharkey"), "misskey"),
    "bsky": "bluesky",
    "twitter": "x",
}


def nearest(name: str, known: Iterable[str], kind: str) -> str:
    """What somebody may have meant by a ``name`` that is none of the ``known`` ones, which are of one ``kind``."""
    names = sorted(known)
    meant = _READ_AS.get(name.lower(), name)
    return did_you_mean(meant if meant in names else name, names, f"known {kind}: {', '.join(names) or 'none'}")


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """The one of the ``known`` names that is nearest to ``name``, as a question; ``otherwise`` where none is near."""
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f"did you mean {near[0]!r}?" if near else otherwise


class Lined(Protocol):
    """A block of a file that knows the line of itself and of each key."""

    line: int
    lines: dict[str, int]


@dataclass(slots=True)
class Problems:
    """What is wrong with one file, gathered so that all of it can be said at once."""

    path: Path
    found: list[tuple[int, str]] = field(default_factory=list)
    absent: list[tuple[int, str]] = field(default_factory=list)  # settings that something else in the file calls for

    def add(self, line: int, message: str) -> None:
        """Note a problem at a line."""
        self.found.append((line, message))

    def lines(self) -> list[str]:
        """All that was noted, each with its place, in the order of the lines."""
        return [f"{self.path}:{line}: {message}" for line, message in sorted(self.found + self.absent)]

    def unknown_key(self, line: int, key: str, known: Iterable[str]) -> None:
        """Note a key that nothing reads, with the right key that is nearest to it."""
        self.add(line, f"unknown key {key!r}; {nearest(key, known, 'keys')}")

    def invalid(self, error: ValidationError, block: Lined) -> None:
        """Note everything that pydantic found wrong with ``block``."""
        details = error.errors()
        lists = {detail["loc"][:-1] for detail in details}  # with a mistake in an item
        for detail in details:
            if detail["type"] == "too_short" and detail["loc"] in lists:  # only for want of that item
                continue
            key = ".".join(str(part) for part in detail["loc"]) or "entry"
            first = str(detail["loc"][0]) if detail["loc"] else ""
            if detail["type"] == "missing":
                self.add(block.lines.get(first, block.line), f"{key}: is missing; the block needs it")
                continue
            message = detail["msg"].removeprefix("Value error, ")
            if words := _IN_WORDS.get(detail.get("ctx", {}).get("pattern", detail["type"])):
                message = f"expected {words}"
            shown = _shorten(detail["input"])
            self.add(block.lines.get(first, block.line), f"{key}: {message[:1].lower()}{message[1:]}, not {shown}")

    def raise_if_any(self) -> None:
        """Raise all that was noted, in the order of the lines.

        Raises:
            ConfigError: something was noted.
        """
        if lines := self.lines():
            raise ConfigError("\n".join(lines))


def _shorten(value: object) -> str:
    if not isinstance(value, str):
        return ("a list" if value else "an empty list") if isinstance(value, list) else "a block"
    text = repr(str(value))
    return text if len(text) <= 60 else f"{text[:56]}…'"


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
    """What is left of the name of a YAML file when case, hyphens, underscores, a plural and the ending do not count."""
    return re.sub(r"[-_]|\.ya?ml$", "", name.casefold()).removesuffix("s")


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
