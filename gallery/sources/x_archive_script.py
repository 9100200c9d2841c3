"""The JavaScript files of an X archive, which hold JSON. Nothing is ever evaluated."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from gallery.sources.json_values import mapping

_PREFIX = re.compile(r"\s*window\.(?:YTD\.[A-Za-z0-9_]+\.part\d+|__THAR_CONFIG)\s*=\s*")
_BLANK = re.compile(r"[ \t\n\r]*")
_LONGEST_ELEMENT = 1_000_000  # characters; a tweet has some thousand
_WINDOW = 4 * _LONGEST_ELEMENT  # of the text, seen at a time: ten million lists in one element would take gigabytes


def _body(raw: bytes) -> tuple[str, int]:
    """The text of a file and where its JSON begins.

    Raises:
        ValueError: not UTF-8, or it does not begin as X's files do.
    """
    text = raw.decode("utf-8-sig")
    found = _PREFIX.match(text)
    if found is None:
        raise ValueError("it does not begin with `window.YTD.… =`")
    return text, found.end()


def read_object(raw: bytes) -> Mapping[str, object]:
    """The object of a file such as ``manifest.js``.

    Raises:
        ValueError: not such a file, or larger than any.
    """
    if len(raw) > _WINDOW:
        raise ValueError(f"it has {len(raw)} bytes")
    text, start = _body(raw)
    value, end = _value(text, start)
    _must_end(text, end)
    return mapping(value)


def read_array(raw: bytes) -> Iterator[object]:
    """The elements of a file such as ``tweets.js``, one at a time: a hundred megabytes are not turned into objects at
    once.

    Raises:
        ValueError: not such a file, or an element is longer than any tweet; elements before were yielded.
    """
    text, start = _body(raw)
    if text[start : start + 1] != "[":
        raise ValueError("it holds no list")
    position = _skip(text, start + 1)
    if text[position : position + 1] == "]":
        _must_end(text, position + 1)
        return
    offset, window = position, text[position : position + _WINDOW]
    while True:
        if offset + len(window) < min(len(text), position + _LONGEST_ELEMENT):
            offset, window = position, text[position : position + _WINDOW]
        try:
            value, end = _value(window, position - offset)
        except ValueError as error:
            raise ValueError(f"the element at character {position} is damaged or endless: {error}") from error
        yield value
        position = _skip(text, offset + end)
        sign, position = text[position : position + 1], position + 1
        if sign == "]":
            _must_end(text, position)
            return
        if sign != ",":
            raise ValueError(f"character {position} should be a comma or the end of the list")
        position = _skip(text, position)


def _value(text: str, position: int) -> tuple[object, int]:
    try:
        return json.JSONDecoder().raw_decode(text, position)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _skip(text: str, position: int) -> int:
    found = _BLANK.match(text, position)
    return found.end() if found else position


def _must_end(text: str, position: int) -> None:
    if text[position:].strip(" \t\n\r;"):
        raise ValueError("something follows the data")
