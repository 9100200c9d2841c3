"""Counts and their nouns, in the lines that people read in a terminal; the site's own words lie in its themes."""

from __future__ import annotations

from collections.abc import Callable, Sequence


def number_of(count: int, one: str, several: str = "") -> str:
    """A count and its noun: "1 post", "2,000 posts". ``several`` says it where an s at the end does not."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def first_of(lines: Sequence[str], most: int, rest: Callable[[int], str]) -> list[str]:
    """The lines; where they are more than ``most``, the first of them and one of the ``rest``, given their number."""
    left = len(lines) - most
    return [*lines[:most], rest(left)] if left > 0 else list(lines)
