"""Which of one artist's pictures repeat one another.

The same bytes are one picture. Pictures on *different* accounts that look the same are one too: a network re-encodes
what it is given. Look-alikes on one account stay, for artists post variants of a drawing on purpose; so a picture is
one with at most one look-alike of each other account.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import combinations, repeat

from gallery.domain import Picture
from gallery.optout_rules import is_telling

DHASH_BITS = 64
DHASH_DISTANCE = 2  # bits by which two copies of one picture may differ after a network re-encoded it
RATIO_TOLERANCE = 0.02


class Looks:
    """Pictures of one artist, among which those are found that look like a given one."""

    def __init__(self, pictures: Sequence[Picture], dhashes: Mapping[str, str]) -> None:
        """``dhashes`` are by sha256; a picture without one looks like none."""
        self._pictures, self._dhashes = pictures, dhashes
        self._with_look: dict[int, dict[str, list[int]]] = {}  # look → account → numbers of pictures
        self._by_pieces: dict[tuple[int, int], set[int]] = defaultdict(set)
        self._near: dict[int, list[tuple[int, int]]] = {}
        for number, picture in enumerate(pictures):
            look = self._look(picture)
            self._with_look.setdefault(look, {}).setdefault(picture.account.key, []).append(number)
            for pieces in _pieces(look):
                self._by_pieces[pieces].add(look)

    def alike(self, picture: Picture) -> Iterator[tuple[int, int]]:
        """How many bits apart, and the number of the picture, of each that looks like this one and is another
        account's: nearest first, then in the order in which they were given."""
        found = [
            zip(repeat(distance), numbers)
            for distance, look in self._near_looks(self._look(picture))
            for account, numbers in self._with_look[look].items()
            if account != picture.account.key
        ]
        return (
            (distance, number) for distance, number in merge(*found) if _same_shape(picture, self._pictures[number])
        )

    def _look(self, picture: Picture) -> int:
        return int(self._dhashes.get(picture.sha256) or "0", 16)

    def _near_looks(self, look: int) -> list[tuple[int, int]]:
        if look not in self._near:
            found = {other for pieces in _pieces(look) for other in self._by_pieces[pieces]}
            apart = ((look ^ other).bit_count() for other in found)
            self._near[look] = [near for near in zip(apart, found, strict=True) if near[0] <= DHASH_DISTANCE]
        return self._near[look]


@dataclass(slots=True)
class _Group:
    members: list[int]
    accounts: set[str]


def group_repeats(pictures: Sequence[Picture], dhashes: Mapping[str, str]) -> list[list[int]]:
    """Put together what is one picture: lists of numbers of ``pictures``, in their order.

    What is nearest joins first, of equals what was given first, so that variants find their own copies.
    """
    by_bytes: dict[str, list[int]] = defaultdict(list)
    for number, picture in enumerate(pictures):
        by_bytes[picture.sha256].append(number)
    same = list(by_bytes.values())
    firsts = [pictures[numbers[0]] for numbers in same]
    groups = [_Group([at], {pictures[number].account.key for number in numbers}) for at, numbers in enumerate(same)]
    accounts = len({picture.account.key for picture in pictures})
    looks = Looks(firsts, dhashes)
    for distance in range(DHASH_DISTANCE + 1) if accounts > 1 else ():
        for at, first in enumerate(firsts):
            for apart, other in looks.alike(first):
                if apart > distance or len(groups[at].accounts) == accounts:
                    break
                _join(groups, at, other)
    whole = {id(group): group for group in groups}.values()
    return sorted(sorted(number for at in group.members for number in same[at]) for group in whole)


def _join(groups: list[_Group], one: int, other: int) -> None:
    """Make two groups one, unless an account has a picture in both."""
    kept, gone = groups[one], groups[other]
    if kept.accounts.isdisjoint(gone.accounts):
        kept.members += gone.members
        kept.accounts |= gone.accounts
        for member in gone.members:
            groups[member] = kept


def _pieces(look: int) -> list[tuple[int, int]]:
    """The pairs of its four 16-bit pieces: hashes that differ in two bits at most share at least one of them."""
    if not is_telling(look):
        return []
    piece = 0xFFFF
    masks = [piece << first | piece << second for first, second in combinations(range(0, DHASH_BITS, 16), 2)]
    return [(mask, look & mask) for mask in masks]


def _same_shape(first: Picture, second: Picture) -> bool:
    ratio = (first.width_px * second.height_px) / (first.height_px * second.width_px)
    return abs(ratio - 1) <= RATIO_TOLERANCE
