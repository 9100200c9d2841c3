"""What a listing says is gone, until it is carried out: all of it at once, and before the cursor moves past it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from gallery.domain import Account, PostGone
from gallery.wishes import Removed, remove_gone

if TYPE_CHECKING:
    from gallery.store import Store


class Losses:
    """The losses of one account in one run."""

    def __init__(self, store: Store, account: Account, *, local: bool) -> None:
        self.gone: dict[str, str] = {}  # post key → reason
        self.doubtful: dict[str, str] = {}  # the same, of answers that might mean something else
        self._store, self._account, self._local = store, account, local
        self._refused: set[str] = set()
        self._may_return: set[str] = set()
        self._held_cursor: Mapping[str, object] | None = None

    def hear(self, told: PostGone) -> None:
        """Note that a stored post is said to be gone."""
        (self.gone if told.certain else self.doubtful)[told.post_key] = told.reason
        if told.refused:
            self._refused.add(told.post_key)
        if told.refused or not told.for_good:
            self._may_return.add(told.post_key)

    def take_back(self, key: str) -> None:
        """A post that was said to be gone is not, or goes for another reason."""
        self.gone.pop(key, None)
        self.doubtful.pop(key, None)

    def move_cursor(self, cursor: Mapping[str, object]) -> None:
        """Move on, but not past a loss that is still to be carried out: some sources tell of it only once."""
        if self.gone or self.doubtful:
            self._held_cursor = cursor
        else:
            self._held_cursor = None
            self._store.move_cursor(self._account.key, cursor)

    def drop_cursor(self) -> None:
        """Stay where the last run got to."""
        self._held_cursor = None

    def carry_out(self, now: datetime, max_share: float) -> Removed:
        """Remove what is gone, as far as that needs no second word, and then move the cursor."""
        removed = Removed()
        if self.gone or self.doubtful:
            removed = remove_gone(
                self._store,
                self._account,
                self.gone,
                self.doubtful,
                now=now,
                max_share=max_share,
                may_return=self.gone.keys() | self.doubtful.keys() if self._local else self._may_return,
                refused=self._refused,
                local=self._local,
            )
        if self._held_cursor is not None:
            self._store.move_cursor(self._account.key, self._held_cursor)
        return removed
