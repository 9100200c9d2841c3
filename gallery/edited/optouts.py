"""optouts.yaml: who and what must not be fetched or shown. It wins over everything else.

The file is a list; each entry names one thing::

    - account: bluesky:aoi.example.com     # or the id that survives renames: bluesky:did:plc:…
      reason: asked by mail on 3 May
    - post: https://x.com/aoi/status/123   # the permalink
    - sha256: 5f3a…                        # these bytes, wherever they are posted, and what looks like them
    - dhash: 1f3e5c7a9b8d6e4f              # whatever looks like this
      distance: 4                          # of 64 bits; 0 to 10

What is on the list is not fetched; what is stored already is deleted at the next run, leaves a tombstone and is not
shown from the next build on, fetched or not. ``gallery identify picture.jpg`` prints the ``sha256`` and
the ``dhash`` of a file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gallery.edited.file import ACCOUNT, ADDRESS, DHASH, SHA256, Problems, is_there, nearest, read_file
from gallery.edited.yaml import Mapped, read_entries
from gallery.errors import ConfigError, GalleryError, SourceError
from gallery.optout_rules import LOOK_DISTANCE, LookAlike, OptOuts
from gallery.post_names import post_name, why_no_post
from gallery.sources import networks
from gallery.sources.guarded import handle_of
from gallery.wording import first_of, number_of

MOST_NAMED = 20  # of what was never here
TARGETS = ("account", "post", "sha256", "dhash")
_NUMBERED_AT_HOST = re.compile(r"[^/@\s]+\.[^/@\s]+/[^/@\s]+")
# What `Profile.stable_id` looks like where it is no handle. A network that is not named here may use anything.
_IDS = {
    "bluesky": re.compile(r"did:\S+"),
    "mastodon": _NUMBERED_AT_HOST,
    "misskey": _NUMBERED_AT_HOST,
    "x": re.compile(r"[0-9]{1,20}"),
}


class OptOutEntry(BaseModel):
    """One entry of optouts.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account: Annotated[str, Field(pattern=ACCOUNT)] | None = Field(None, description="network:handle")
    post: Annotated[str, Field(pattern=ADDRESS)] | None = Field(None, description="Permalink of a post")
    sha256: Annotated[str, Field(pattern=SHA256)] | None = Field(None, description="Hash of a picture's bytes")
    dhash: Annotated[str, Field(pattern=DHASH)] | None = Field(None, description="Hash of a picture's look")
    distance: Annotated[int, Field(ge=0, le=10)] | None = Field(None, description="Bits by which dhash may differ")
    reason: str = Field("", description="For you; it is shown nowhere")


@dataclass(slots=True)
class _Found:
    accounts: set[str] = field(default_factory=set)
    posts: set[str] = field(default_factory=set)
    sha256s: set[str] = field(default_factory=set)
    look_alikes: set[LookAlike] = field(default_factory=set)


def load_optouts(path: Path) -> OptOuts:
    """Read optouts.yaml; a file that is not there means that nobody has opted out.

    Raises:
        ConfigError: as :func:`read_optouts` returns it.
    """
    optouts, mistakes = read_optouts(path)
    if mistakes:
        raise mistakes
    return optouts


def read_optouts(path: Path) -> tuple[OptOuts, ConfigError | None]:
    """What can be read of optouts.yaml, and what cannot: one line for each problem, and one for what follows."""
    problems, found = Problems(path), _Found()
    mistakes = None
    try:
        if is_there(path):
            example = "- account: bluesky:aoi.example.com"
            for block, entry in read_entries(path, read_file(path), OptOutEntry, example, problems):
                _read_entry(block, entry, found, problems)
            problems.raise_if_any()
    except ConfigError as error:
        follows = "until this is mended nobody is asked for anything, and what cannot be read keeps nothing out of view"
        mistakes = ConfigError(f"{error}\n{path}: {follows}")
        mistakes.__cause__ = error
    said = OptOuts(
        frozenset(found.accounts), frozenset(found.posts), frozenset(found.sha256s), frozenset(found.look_alikes)
    )
    return said, mistakes


def doubts(
    optouts: OptOuts,
    listed: Collection[str],
    shown: Collection[str],
    site_url: str,
    unmet: Collection[str] = (),
    works: Mapping[str, str] = MappingProxyType({}),
) -> tuple[str, ...]:
    """One line for each opted-out account that is not ``listed`` but is one slip away from one that is ``shown``, or
    the end of its path, for each page of the gallery itself (below ``site_url``, or of one of its ``works``) that was
    given as a post, and for the first other posts and sha256 that were never here (``unmet``); and one for all other
    accounts that never were. ``works`` have the end of a page's address and the entries that name what hangs there, in
    words.

    An opt-out may name what was never listed, or is yet to come, so this is a hint and no mistake; but a slip of the
    pen must not be why an artist's no is not heard.
    """
    pages = _pages_here(optouts.posts, site_url, works)
    astray = [
        f"{name} is a page of this gallery and no post, so nothing is left out for it; {instead}"
        for name, instead in pages.items()
    ]
    names = [name for name in unmet if name not in pages and name not in optouts.accounts]
    idle = first_of(
        [f"nothing that was ever here is meant by {name}; is it the right one?" for name in names],
        MOST_NAMED,
        lambda left: f"nothing that was ever here is meant by {_others(left)}, either",
    )
    return (*_doubtful_accounts(optouts.accounts, listed, shown, unmet), *astray, *idle)


def _others(count: int) -> str:
    return number_of(count, "more post or picture", "more posts or pictures")


def _doubtful_accounts(
    accounts: frozenset[str], listed: Collection[str], shown: Collection[str], unmet: Collection[str]
) -> list[str]:
    """A line for each opted-out account that may be another's name misspelt, and one for the others that never were."""
    strangers = _strangers(accounts, accounts.intersection(unmet)).difference(listed)
    by_clue: dict[str, set[str]] = {}
    for key in set(shown) - accounts:
        for clue in _clues(key):
            by_clue.setdefault(clue, set()).add(key)
    near_by = [
        (name, near)
        for name in sorted(accounts.difference(listed))
        for near in sorted({key for clue in _clues(name) for key in by_clue.get(clue, ())})
        if _one_slip(name, near) or _is_end_of(name, near) or (name in strangers and _is_elsewhere(name, near))
    ]
    meant = [
        f"{name} is not in the list of accounts, but {near} is, and is shown; is that who was meant?"
        for name, near in near_by
    ]
    if nobody := sorted(strangers.difference(name for name, _ in near_by)):
        more = f" and {len(nobody) - MOST_NAMED:,} more" if len(nobody) > MOST_NAMED else ""
        named = ", ".join(nobody[:MOST_NAMED]) + more
        meant.append(f"nobody who was ever here is called {named}; is that the right name?")
    return meant


def _pages_here(posts: Iterable[str], site_url: str, works: Mapping[str, str]) -> dict[str, str]:
    """What was given as a post and is a page of the gallery itself → what to do instead."""
    entries = {name: works.get("/".join(name.removesuffix("/index.html").split("/")[-4:])) for name in posts}
    return {
        name: f"write {entry}" if entry else "the link to the post is on it"
        for name, entry in sorted(entries.items())
        if entry or (site_url and f"{name}/".startswith(f"{post_name(site_url)}/"))
    }


def _strangers(accounts: Collection[str], unmet: Collection[str]) -> set[str]:
    """The ``unmet`` of these accounts, in the spelling of their networks; one that was met, was by any of its."""
    return set(map(_spelt, unmet)).difference(_spelt(name) for name in accounts if name not in unmet)


def _spelt(name: str) -> str:
    network, _, handle = name.partition(":")
    try:
        return f"{network}:{handle_of(network, handle)}"
    except (GalleryError, ValueError):  # an id, or a network whose package is gone
        return name


def _clues(name: str) -> Iterator[str]:
    """Texts of which two names share at least one where one may be meant by the other: without any one letter, the
    handle, every end of a path. So that of thousands not each is held against each."""
    network, _, handle = name.partition(":")
    yield from (name, f":{handle}", f"{network}:/{handle}")
    yield from (name[:place] + name[place + 1 :] for place in range(len(name)))
    yield from (f"{network}:{handle[place:]}" for place, letter in enumerate(handle) if letter == "/")


def _is_elsewhere(name: str, key: str) -> bool:
    """Whether two accounts bear one handle on two networks, as Mastodon and Misskey are easily confused."""
    return name.partition(":")[2] == key.partition(":")[2]


def _is_end_of(name: str, key: str) -> bool:
    """Whether the name of an account is what its artist's page is called: the last part of a path."""
    network, _, last = name.partition(":")
    return key.startswith(f"{network}:") and key.endswith(f"/{last}")


def _one_slip(one: str, other: str) -> bool:
    """Does one letter too many, too few or wrong, or two in the wrong order, make one of the other?"""
    start = _shared(one, other)
    mine, theirs = one[start:], other[start:]
    end = _shared(mine[::-1], theirs[::-1])
    mine, theirs = mine[: len(mine) - end], theirs[: len(theirs) - end]
    return max(len(mine), len(theirs)) <= 1 or (len(mine) == 2 and mine == theirs[::-1])


def _shared(one: str, other: str) -> int:
    """How many letters two texts share from their start on."""
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _read_entry(block: Mapped, entry: OptOutEntry, found: _Found, problems: Problems) -> None:
    named = [name for name in TARGETS if getattr(entry, name) is not None]
    if len(named) != 1:
        problems.add(block.line, "an entry names one thing: account, post, sha256 or dhash")
    elif entry.distance is not None and entry.dhash is None:
        problems.add(block.lines["distance"], "distance belongs to dhash")
    elif entry.account is not None:
        _read_account(entry.account, block, found, problems)
    elif entry.post is not None:
        if why := why_no_post(entry.post):
            problems.add(block.lines["post"], why)
        else:
            found.posts.add(post_name(entry.post))
    elif entry.sha256 is not None:
        found.sha256s.add(entry.sha256)
    elif entry.dhash is not None:
        found.look_alikes.add(LookAlike(entry.dhash, LOOK_DISTANCE if entry.distance is None else entry.distance))


def _read_account(text: str, block: Mapped, found: _Found, problems: Problems) -> None:
    network, _, name = text.partition(":")
    if network not in networks():
        wanted = f"account: expected network:handle as in accounts.yaml, and there is no network {network!r}"
        problems.add(block.lines["account"], f"{wanted}; {nearest(network, networks(), 'networks')}")
        return
    found.accounts.add(text)
    try:
        found.accounts.add(f"{network}:{handle_of(network, name)}")
    except SourceError as error:  # the spelling under which the account is stored is not known
        problems.add(block.lines["account"], str(error))
    except ValueError as error:
        if network in _IDS and not _IDS[network].fullmatch(name):
            problems.add(block.lines["account"], f"{text} names no account and would match nobody: {error}")
