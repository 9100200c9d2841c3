"""Which tags have pages: those that many artists use, and of the others some of everybody's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gallery.render.text import tag_slug
from gallery.render.works import Work

MIN_TAG_WORKS = 2  # a tag used once leads nowhere
MAX_TAG_PAGES = 240  # hosts count files, and the page of tags must stay light


@dataclass(frozen=True)
class Tag:
    """A tag with a page."""

    folded: str
    name: str  # its most common spelling
    slug: str
    works: list[Work]

    @property
    def path(self) -> str:
        """Its page, from the root of a language."""
        return f"t/{self.slug}/"

    @property
    def shared(self) -> bool:
        """Whether several artists use it."""
        return len({work.artist.slug for work in self.works}) > 1


def tags_of(works: Iterable[Work]) -> list[Tag]:
    """The tags that have pages: first those that most artists use, of these those with most works."""
    found: dict[str, list[Work]] = {}
    spellings: dict[str, Counter[str]] = {}
    artists: dict[str, set[str]] = {}
    for work in works:
        for folded, name in work.tags.items():
            found.setdefault(folded, []).append(work)
            spellings.setdefault(folded, Counter())[name] += 1
            artists.setdefault(folded, set()).add(work.artist.slug)
    used = [folded for folded, tagged in found.items() if len(tagged) >= MIN_TAG_WORKS]
    ranked = sorted(used, key=lambda folded: (-len(artists[folded]), -len(found[folded]), folded))
    by_slug: dict[str, Tag] = {}  # of two that share an address, which somebody may have looked for, one has it
    for folded in _of_everybody(ranked, artists):
        name, slug = max(sorted(names := spellings[folded]), key=names.__getitem__), tag_slug(folded)
        by_slug.setdefault(slug, Tag(folded, name, slug, found[folded]))
    return list(by_slug.values())


def _of_everybody(ranked: list[str], artists: Mapping[str, set[str]]) -> list[str]:
    """As many tags as may have pages, in the order in which they are ranked.

    Of those that one artist uses alone everybody's first come before anybody's second: whoever puts most tags on most
    works would else take the pages of all others.
    """
    alone: Counter[str] = Counter()
    turns: dict[str, int] = {}
    for folded in ranked:
        artist, *others = artists[folded]
        turns[folded] = -1 if others else alone[artist]
        alone[artist] += not others
    chosen = set(sorted(ranked, key=turns.__getitem__)[:MAX_TAG_PAGES])
    return [folded for folded in ranked if folded in chosen]
