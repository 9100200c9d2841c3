"""Counts and their nouns, in the lines that people read in a terminal; the site's own words lie in its themes."""

from __future__ import annotations


def number_of(count: int, one: str, several: str = "") -> str:
    """A count and its noun: "1 post", "2,000 posts". ``several`` says it where an s at the end does not."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"
