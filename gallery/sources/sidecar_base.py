"""What the file beside a picture can say of it, whoever wrote the file, and what of that takes the artist's word."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from gallery.domain import Label, MediaKind, Notice
from gallery.sources.json_values import sequence
from gallery.sources.text import one_line


@dataclass(frozen=True, slots=True)
class Sidecar:
    """The description of one picture. Pictures with the same non-empty ``post_key`` are one post."""

    post_key: str = ""  # "twitter:2124574927221686272", "post:lighthouse"; "" for a picture that is a post of its own
    order: int = 0  # position in the post
    title: str = ""
    text: str = ""
    alt: str = ""
    warning: str = ""
    date: datetime | None = None  # UTC
    tags: tuple[str, ...] = ()
    language: str | None = None
    permalink: str = ""
    sensitive: bool = False  # the whole post
    media_sensitive: bool = False  # this picture
    kind: MediaKind = MediaKind.IMAGE
    label: Label | None = None
    from_x: bool = False  # was got from X outside its API: showing it takes the artist's consent
    authors: tuple[str, ...] = ()  # as in `Post.authors`
    visibility: str = ""  # as the network calls it: showing "unlisted" or "home" posts takes the artist's word
    refused: Notice | None = None  # why the picture must not be shown
    problems: tuple[str, ...] = ()  # what was ignored or is missing, in words


def author_names(network: str, number: str, handle: str) -> tuple[str, ...]:
    """How opt-outs name whoever posted something: by their id and by their handle, as far as these are known."""
    names = (one_line(number), one_line(handle).lower())
    return tuple(f"{network}:{name}" for name in names if name)


def strings(value: object) -> tuple[str, ...]:
    """The non-empty strings of a JSON array, each on one line."""
    return tuple(filter(None, map(one_line, sequence(value))))


def number(value: object) -> int:
    """A place in a post as it was written; 0 where none that could be one was."""
    return value if isinstance(value, int) and 0 <= value < 10_000 else 0


def agreed(sidecar: Sidecar, *, consent: bool, visibilities: Collection[str]) -> Sidecar:
    """Refuse what takes the artist's word and does not have it.

    Args:
        consent: to showing what came from X (X's developer policy, section "Consent").
        visibilities: which posts may be shown: "public", "" for those that do not say, and what the artist agreed to.
    """
    link, visibility = sidecar.permalink, sidecar.visibility
    why = None
    if sidecar.from_x and not consent:
        why = Notice("consent-needed", f"{link}: ask the artist; if they agree, write `consent: granted`")
    elif visibility not in visibilities:
        why = Notice("not-public", f"{link} is {visibility!r}; set `{visibility}: true` if the artist agreed")
    return sidecar if sidecar.refused or not why else replace(sidecar, refused=why)
