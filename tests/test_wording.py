"""Counts and their nouns, as people read them in a terminal."""

from __future__ import annotations

from gallery.wording import number_of


def test_a_count_agrees_with_its_noun() -> None:
    """One is singular, none is not; thousands are told apart; a noun without an s of its own brings its plural."""
    assert [number_of(count, "post") for count in (0, 1, 2000)] == ["0 posts", "1 post", "2,000 posts"]
    assert [number_of(count, "entry", "entries") for count in (1, 2)] == ["1 entry", "2 entries"]
