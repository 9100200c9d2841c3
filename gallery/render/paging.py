"""How lists are cut into pages: those by rank from their best, those by date from their oldest picture.

What hangs by date only ever grows at its new end. Counted from the other one, a page that is full stays as it is, at
the address it has: a new picture changes two pages of a list and not a hundred, and a link to a page lasts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from gallery.render.page import Page
from gallery.render.site import Wing
from gallery.render.works import Work

Shown = TypeVar("Shown", Work, Wing)


class Pager(NamedTuple):
    """What leads from a page of a list to its neighbours; "" where there is none."""

    previous: str
    following: str
    number: int  # of pages by rank: which of `total` it is
    total: int
    dates: str  # of pages by date: the days of its oldest and its newest picture; else ""


@dataclass(frozen=True, slots=True)
class Leaf(Generic[Shown]):
    """One page of a list."""

    shown: list[Shown]
    number: int  # in its address; 0: the first page, whose address is the list's
    before: int | None  # the numbers of its neighbours
    after: int | None
    total: int = 0  # of pages by rank: how many there are
    dates: str = ""  # of pages by date: the days of its oldest and its newest picture

    @property
    def key(self) -> str:
        """All that the page shows of its place in the list."""
        return f"{self.number} {self.before} {self.after} {self.total}"

    def pager(self, page: Page, path_of: Callable[[int], str]) -> Pager:
        """What the page's template is given; ``path_of`` says where the page with a number is."""
        before = "" if self.before is None else page.to(path_of(self.before))
        after = "" if self.after is None else page.to(path_of(self.after))
        return Pager(before, after, self.number or 1, self.total, self.dates)


def by_rank(shown: Sequence[Shown], size: int) -> list[Leaf[Shown]]:
    """Pages of ``size``, counted from the first; the one page of nothing is there, too."""
    groups: list[list[Shown]] = [list(shown[start : start + size]) for start in range(0, len(shown), size)] or [[]]
    numbers = [0, *range(2, len(groups) + 1)]
    return [Leaf(group, *place, len(groups)) for group, place in zip(groups, _with_neighbours(numbers), strict=True)]


def by_date(works: Sequence[Work], size: int) -> list[Leaf[Work]]:
    """Pages of ``size``, counted from the oldest; the two newest pages share what does not fill one more.

    Args:
        works: newest first.
        size: how many a page holds at most; of several, none holds less than half as many.
    """
    full = max(0, (len(works) - 1) // size - 1)
    newest = len(works) - full * size
    cuts = [0, newest] if newest <= size else [0, (newest + 1) // 2, *range(newest, len(works) + 1, size)]
    groups = [list(works[start:end]) for start, end in pairwise(cuts)]
    numbers = [0, *range(len(groups) - 1, 0, -1)]
    return [
        Leaf(group, *place, dates=_days(group)) for group, place in zip(groups, _with_neighbours(numbers), strict=True)
    ]


def _with_neighbours(numbers: list[int]) -> Iterator[tuple[int, int | None, int | None]]:
    return zip(numbers, [None, *numbers[:-1]], [*numbers[1:], None], strict=True)


def _days(works: list[Work]) -> str:
    return " – ".join(sorted({work.date for work in (*works[:1], *works[-1:])}))
