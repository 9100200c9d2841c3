"""Reading JSON that a stranger wrote: each accessor answers for any shape, and none raises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

_LONGEST_URL = 2_000
# No user name, no port, and nothing that means something in a content policy, which may name the host: of ASCII, only
# letters, digits, "-" and "_". Said by what is left out: a class with a range of all the rest takes 4 ms to compile
_IN_LABEL = r"[^\x00-,./:-@[-^`{-\x7f]"
_HOST = re.compile(rf"(?:{_IN_LABEL}+\.)+{_IN_LABEL}+\.?")
_NOT_IN_URLS = frozenset(" \"'<>\\^`{|}")


def mapping(value: object) -> Mapping[str, object]:
    """``value`` where it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> list[object]:
    """``value`` where it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def string(value: object) -> str:
    """``value`` where it is a JSON string, else ``""``; lone surrogates, which no file can hold, become ``?``."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def at(value: object, *path: str) -> object:
    """What lies under ``path`` in nested JSON objects; None where any step is missing."""
    for name in path:
        value = mapping(value).get(name)
    return value


def instant(value: object) -> datetime | None:
    """An ISO 8601 time as an aware UTC datetime; a time without zone is UTC. None for anything else."""
    try:
        moment = datetime.fromisoformat(string(value))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def instant_by(value: object, now: datetime) -> datetime | None:
    """The same for what happened by ``now``: a later time, from a run whose clock was ahead, counts as now."""
    moment = instant(value)
    return None if moment is None else min(moment, now)


def https_url(value: object) -> str:
    """``value`` where it is an https address that a page may link to and a client may open, else ``""``.

    Without user name, port, quotes, spaces or characters that nobody can see, and of a length that browsers take.
    """
    address = string(value)
    if len(address) > _LONGEST_URL or any(one in _NOT_IN_URLS or not one.isprintable() for one in address):
        return ""
    try:
        parts = urlsplit(address)
        usable = parts.scheme == "https" and _HOST.fullmatch(parts.netloc) is not None
    except ValueError:
        return ""
    return address if usable else ""
