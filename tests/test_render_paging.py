"""How lists are cut into pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from gallery.domain import Exhibit, Exhibition, Label
from gallery.render.paging import Leaf, by_date, by_rank
from gallery.render.works import Work
from tests.made_gallery import BUILT_AT, made_exhibition
from tests.render_kit import SETTINGS, files_of, with_post, with_verdict

amounts, sizes = st.integers(0, 700), st.integers(1, 60)


def cut(amount: int, size: int, paging: Callable[[list[Work], int], list[Leaf[Work]]] = by_date) -> list[Leaf[Work]]:
    """The pages of this many pictures, whose dates are numbers from 1, the oldest's."""
    return paging([cast(Work, SimpleNamespace(date=f"{number:04}")) for number in range(amount, 0, -1)], size)


@given(amounts, sizes)
def test_pages_by_date_hold_all_in_order_none_too_many_and_none_too_few(amount: int, size: int) -> None:
    """Every picture hangs once, newest first, no more than ``size`` on a page, nor less than half where pages are
    several."""
    pages = [[work.date for work in leaf.shown] for leaf in cut(amount, size)]
    shown = [day for days in pages for day in days]
    assert shown == sorted(shown, reverse=True)
    assert len(shown) == amount
    assert max(map(len, pages)) <= size
    assert len(pages) == 1 or 2 * min(map(len, pages)) >= size


@given(amounts, sizes)
def test_a_page_by_date_that_is_full_stays(amount: int, size: int) -> None:
    """With one more picture all but the two newest pages hold what they held, and all but the three newest lead where
    they led."""
    before, after = ({leaf.number: leaf for leaf in cut(each, size)} for each in (amount, amount + 1))
    older = [leaf.number for leaf in cut(amount, size)][2:]
    assert [before[number].shown for number in older] == [after[number].shown for number in older]
    assert [before[number].key for number in older[1:]] == [after[number].key for number in older[1:]]


@given(amounts, sizes, st.sampled_from([by_date, by_rank]))
def test_pages_lead_to_their_neighbours_and_back(
    amount: int, size: int, paging: Callable[[list[Work], int], list[Leaf[Work]]]
) -> None:
    """The first page has the list's own address, each page's next one leads back to it, and no number comes twice."""
    leaves = cut(amount, size, paging)
    numbers = [leaf.number for leaf in leaves]
    assert numbers[0] == 0
    assert len({*numbers}) == len(numbers)
    assert [leaf.before for leaf in leaves] == [None, *numbers[:-1]]
    assert [leaf.after for leaf in leaves] == [*numbers[1:], None]


def test_a_new_drawing_changes_the_two_newest_pages_of_lists_by_date() -> None:
    """Of the lists of all that is new, of an artist's and of a tag's, in both languages, the older pages stay."""
    (room,) = made_exhibition(90, artists=1).rooms
    drawings = []
    for number, exhibit in enumerate(room.exhibits):
        day = BUILT_AT - timedelta(days=number)
        verdict = with_verdict(label=Label.DRAWING, unsure=False, by_person=False, score=0.9)
        drawings.append(with_post(tags=("sea",), created_at=day)(verdict(exhibit)))

    def keys(exhibits: list[Exhibit]) -> dict[str, str]:
        oldest_first = tuple(exhibits[::-1])  # the first three hang on the artist's card and in the head of each page
        exhibition = Exhibition((replace(room, exhibits=oldest_first),), {}, BUILT_AT)
        files = files_of(exhibition, replace(SETTINGS, page_size=10))
        return {path: file.key for path, file in files.items() if re.search(r"\b(new|t/sea)/p/", path)}

    before, after = keys(drawings[1:]), keys(drawings)
    assert len(before) == 6 * 8
    changed = {path for path, key in before.items() if after[path] != key}
    assert changed == {path for path in before if path.endswith("/p/8/index.html")}
