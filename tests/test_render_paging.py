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
from tests.render_kit import SETTINGS, files_of, text_of, with_post, with_verdict

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


@given(amounts, sizes, st.sampled_from([by_date, by_rank]))
def test_a_page_whose_place_in_its_list_changes_is_made_anew(
    amount: int, size: int, paging: Callable[[list[Work], int], list[Leaf[Work]]]
) -> None:
    """With one more picture no page is kept whose neighbours, or the number of whose pages, are others than before."""
    before, after = ({leaf.number: leaf for leaf in cut(each, size, paging)} for each in (amount, amount + 1))
    kept = [number for number in before.keys() & after.keys() if before[number].key == after[number].key]
    places = [
        [(one[number].before, one[number].after, one[number].total) for number in kept] for one in (before, after)
    ]
    assert places[0] == places[1]


def test_each_page_of_a_list_says_which_it_is() -> None:
    """One by rank says its number, from 1, and how many there are; one by date the days from its oldest picture to its
    newest."""
    (room,) = made_exhibition(30, artists=1).rooms
    drawn = with_verdict(label=Label.DRAWING, doubtful=False, by_person=False, score=0.9)
    exhibits = tuple(
        with_post(created_at=BUILT_AT - timedelta(days=day))(drawn(exhibit))
        for day, exhibit in enumerate(room.exhibits)
    )

    files = files_of(Exhibition((replace(room, exhibits=exhibits),), {}, BUILT_AT), replace(SETTINGS, page_size=10))

    def said(base: str, *numbers: int) -> list[str]:
        paths = [f"{base}index.html", *(f"{base}p/{number}/index.html" for number in numbers)]
        return [re.findall(r'<nav class="pg".*?<span>(.*?)</span>', text_of(files, path), re.S)[0] for path in paths]

    assert said(f"a/{room.artist.slug}/", 2, 3) == ["Page 1 of 3", "Page 2 of 3", "Page 3 of 3"]
    days = [(BUILT_AT - timedelta(days=day)).date().isoformat() for day in range(30)]
    assert said("new/", 2, 1) == [f"{days[9]} – {days[0]}", f"{days[19]} – {days[10]}", f"{days[29]} – {days[20]}"]


def test_a_new_drawing_changes_the_two_newest_pages_of_lists_by_date() -> None:
    """Of the lists of all that is new, of an artist's and of a tag's, in both languages, the older pages stay."""
    (room,) = made_exhibition(90, artists=1).rooms
    drawings = []
    for number, exhibit in enumerate(room.exhibits):
        day = BUILT_AT - timedelta(days=number)
        verdict = with_verdict(label=Label.DRAWING, doubtful=False, by_person=False, score=0.9)
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
