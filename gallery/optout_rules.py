"""Whom and what an opt-out means: accounts by any of their names, posts, and what looks like a picture that must not be
shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from gallery.domain import Picture, Profile, WhyHidden, home_of, network_of
from gallery.post_names import post_names

OPTED_OUT = WhyHidden.OPTED_OUT.value
LOOK_DISTANCE = 4  # bits of 64 by which the look of a re-encoded copy may differ
_LOOK_LEAST_BITS = 8  # of 64


def is_telling(dhash: int) -> bool:
    """Do pictures look alike that share this hash? With fewer bits set, or clear, it is that of a nearly plain picture,
    and those all share theirs."""
    return _LOOK_LEAST_BITS <= dhash.bit_count() <= 64 - _LOOK_LEAST_BITS


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A picture that must not be shown, nor any that looks like it."""

    dhash: str  # 64-bit difference hash, 16 hex digits
    distance: int = LOOK_DISTANCE
    of: str = ""  # sha256 of the picture that looks so, where its bytes are not wanted whatever they look like


class _Looks:
    """Finds what a look is like without holding it against every wish: of the n + 1 pieces into which 64 bits are cut,
    two that differ in n bits share at least one."""

    def __init__(self, wishes: Iterable[LookAlike]) -> None:
        self._by_piece: dict[tuple[int, int], list[tuple[int, LookAlike]]] = defaultdict(list)
        self._masks: set[int] = set()
        for one in wishes:
            look, masks = int(one.dhash, 16), _masks(one.distance)
            self._masks.update(masks)
            for mask in masks:
                self._by_piece[mask, look & mask].append((look, one))

    def like(self, look: int) -> set[LookAlike]:
        near = (self._by_piece.get((mask, look & mask), ()) for mask in self._masks)
        return {one for some in near for other, one in some if (other ^ look).bit_count() <= one.distance}


@cache
def _masks(distance: int) -> list[int]:
    return [sum(1 << bit for bit in range(first, 64, distance + 1)) for first in range(distance + 1)]


_looks = lru_cache(maxsize=4)(_Looks)  # a run asks about each of its pictures, by the same few sets of wishes


def _account_names(key: str, profile: Profile | None) -> set[str]:
    """What an opt-out may call the account ``network:handle``: as it is listed, by its id, or as it is called now."""
    names = {key}
    if profile:
        network = network_of(key)
        for meant in {network, home_of(network)}:
            names |= {f"{meant}:{profile.stable_id}", f"{meant}:{profile.handle.lower()}"}
    return names


@dataclass(frozen=True, slots=True)
class OptOuts:
    """Who and what must not be fetched or shown; it wins over everything. Why they ask is nobody's business here."""

    accounts: frozenset[str] = frozenset()  # "network:handle", or "network:" and the stable id
    posts: frozenset[str] = frozenset()  # as post_name spells them
    sha256s: frozenset[str] = frozenset()
    look_alikes: frozenset[LookAlike] = frozenset()

    def covers_account(self, key: str, profile: Profile | None) -> bool:
        """Is nothing wanted here of the account ``network:handle``, as listed, by its id, or as it is called now?"""
        return bool(self.accounts) and not self.accounts.isdisjoint(_account_names(key, profile))

    def naming_author(self, authors: Iterable[str]) -> str:
        """An opt-out that names who posted something, called as in ``Post.authors``; "" where none does."""
        return min(self.accounts.intersection(authors), default="")

    def ids_of(self, key: str, profile: Profile | None) -> set[tuple[str, str]]:
        """Each opt-out that names this account, with "network:" and the account's id, which outlasts its names."""
        if not profile:
            return set()
        said = self.accounts & _account_names(key, profile)
        return {(name, f"{network_of(name)}:{profile.stable_id}") for name in said}

    def with_ids(self, ids: Iterable[tuple[str, str]]) -> OptOuts:
        """The same wishes, by the ids, too, of those whom they once named: (opt-out, id) as from :meth:`ids_of`."""
        return replace(self, accounts=self.accounts | {stable for _, stable in ids})

    def with_more(self, others: OptOuts) -> OptOuts:
        """These wishes and those."""
        return OptOuts(
            self.accounts | others.accounts,
            self.posts | others.posts,
            self.sha256s | others.sha256s,
            self.look_alikes | others.look_alikes,
        )

    def naming_post(self, account: str, key: str, permalink: str, profile: Profile | None) -> frozenset[str]:
        """Each opt-out that names this post of the account ``network:handle``, by any of its addresses."""
        return self.posts & post_names(account, key, permalink, profile) if self.posts else frozenset()

    def refusals(self, sha256: str, dhash: str) -> set[LookAlike]:
        """Every wish that a picture with this hash of its bytes and a look like this is not wanted here."""
        found = _looks(self.look_alikes).like(int(dhash, 16)) if self.look_alikes else set()
        return found | {LookAlike(dhash, of=sha256)} if sha256 in self.sha256s else found

    def with_looks(self, dhashes: Mapping[str, str]) -> OptOuts:
        """The same wishes, and what looks like an opted-out picture besides.

        Args:
            dhashes: sha256 → difference hash, of opted-out pictures whose bytes are or were here.
        """
        looks = {LookAlike(dhashes[sha256], of=sha256) for sha256 in self.sha256s if sha256 in dhashes}
        return replace(self, look_alikes=self.look_alikes | {one for one in looks if is_telling(int(one.dhash, 16))})

    def with_refused(self, refused: Collection[LookAlike]) -> OptOuts:
        """These wishes, and those that once kept a picture out (from :meth:`refusals`): they outlast their entries."""
        # a picture may have several looks: one of each gallery that hashed it in another way
        looks = {one for one in refused if not one.of or is_telling(int(one.dhash, 16))}
        sha256s = {one.of for one in refused if one.of}
        return replace(self, sha256s=self.sha256s | sha256s, look_alikes=self.look_alikes | looks)

    def reason(self, picture: Picture, dhash: str) -> str | None:
        """Why a stored picture must not be shown, in words that may be public, or None when nobody minds."""
        covered = (
            self.covers_account(picture.account.key, picture.profile)
            or self.naming_author(picture.post.authors)
            or self.naming_post(picture.account.key, picture.post.key, picture.post.permalink, picture.profile)
            or self.refusals(picture.sha256, dhash)
        )
        return OPTED_OUT if covered else None
