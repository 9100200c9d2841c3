"""Knowing when to stop turning pages: servers repeat cursors, serve the same page for ever, or never end."""

from __future__ import annotations

from collections.abc import Iterable

MAX_PAGES = 300  # a run and listing; what lies deeper is read by the next run
_MAX_BARREN = 4  # pages in a row that bring nothing new


class PageGuard:
    """Watches one listing and says when going on would be going round in circles."""

    def __init__(self, max_pages: int = MAX_PAGES) -> None:
        self._max_pages = max_pages
        self._pages = 0
        self._barren = 0
        self._tokens: set[str] = set()
        self._seen: set[str] = set()

    def fresh(self, key: str) -> bool:
        """True the first time that ``key`` comes by: a post repeated by a later page is no second post."""
        if key in self._seen:
            return False
        self._seen.add(key)
        self._barren = -1
        return True

    def turn(self, token: str, keys: Iterable[str] = ()) -> str:
        """Note that a page was read and the next one is ``token``; "" to go on, else why to stop.

        ``keys`` are what the page listed beyond the keys already asked about with :meth:`fresh`.
        """
        for key in keys:
            self.fresh(key)
        self._pages += 1
        self._barren += 1
        if token in self._tokens:
            return "the server repeats a cursor"
        self._tokens.add(token)
        if self._barren >= _MAX_BARREN:
            return f"{self._barren} pages in a row brought nothing new"
        return ""

    @property
    def spent(self) -> bool:
        """True when this run has turned as many pages as one run may."""
        return self._pages >= self._max_pages
