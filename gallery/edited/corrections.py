"""corrections.yaml: what people said about single pictures. Git keeps it; a correction always wins over the model.

The file is a list::

    - post: https://bsky.app/profile/aoi.example.com/post/3kxyz   # the permalink: all pictures of the post
      picture: 2                                                  # only the second one
      label: photo                                                # drawing, photo or other
      reason: a photograph of a figure
    - sha256: 5f3a…                                               # these bytes, wherever they were posted
      hide: true
    - work: 0c1d2e3f4a5b                                          # the address of its page on the site, or its end
      pin: true
    - work: aoi/0c1d2e3f4a5b                                      # the same, where another artist has one called so
      cover: true

``hide``, ``pin``, ``cover`` and ``sensitive`` are true or false. Of several entries for one picture the most particular
wins, word by word and wherever it stands: work before picture, picture before post, post before sha256; of entries that
name the same, the later one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from gallery.domain import Correction, Label, Picture
from gallery.edited.file import ADDRESS, SHA256, Problems, is_there, read_file
from gallery.edited.yaml import Mapped, read_entries
from gallery.post_names import post_name, post_names, why_no_post

TARGETS = ("post", "sha256", "work")
SAYINGS = ("label", "hide", "pin", "cover", "sensitive")
_Target = tuple[str, str, int | None]
_WORK = re.compile(
    r"(?:(?:\S*/)?a/(?=[a-z0-9-]+/w/))?(?:(?P<artist>[a-z0-9-]+)/w/|w/|(?P<short>[a-z0-9-]+)/)?(?P<work>[0-9a-f]{12})"
    r"(?:/(?:index\.html)?)?(?:[?#]\S*)?"
)


def work_name(address: str) -> str:
    """The name under which a correction finds a work, "artist/0c1d2e3f4a5b" or its last part alone, from the address of
    its page, whole or the end of it.

    Raises:
        ValueError: it is neither.
    """
    found = _WORK.fullmatch(address)
    if not found:
        raise ValueError("expected the address of a work's page here, or its last part, such as 0c1d2e3f4a5b")
    artist = found["artist"] or found["short"]
    return f"{artist}/{found['work']}" if artist else found["work"]


class CorrectionEntry(BaseModel):
    """One entry of corrections.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    post: Annotated[str, Field(pattern=ADDRESS)] | None = Field(None, description="Permalink of the original post")
    picture: Annotated[int, Field(ge=1)] | None = Field(None, description="Which picture of the post, from 1")
    sha256: Annotated[str, Field(pattern=SHA256)] | None = Field(None, description="Hash of the bytes")
    work: Annotated[str, AfterValidator(work_name)] | None = Field(None, description="Address on the site")
    label: Label | None = None
    hide: bool | None = None
    pin: bool | None = None
    cover: bool | None = None
    sensitive: bool | None = None
    reason: str = Field("", description="For you; it is shown nowhere")


@dataclass(frozen=True, slots=True)
class Corrections:
    """All corrections, found by what they name, in the order in which they were last spoken of. A target is
    ("post", name, position or None), ("sha256", …), …"""

    entries: Mapping[_Target, Correction] = field(default_factory=lambda: MappingProxyType({}))
    # work, as its page is called now → the entries that call it by another artist's address, in their order
    elsewhere: Mapping[str, Sequence[_Target]] = field(default_factory=lambda: MappingProxyType({}))
    content: bytes = field(default=b"", repr=False, compare=False)  # what was read: the file may have been edited since

    def targets(self, picture: Picture) -> tuple[_Target, ...]:
        """The entries that speak of ``picture``, the most general first."""
        if not self.entries:
            return ()
        posts = post_names(picture.account.key, picture.post.key, picture.post.permalink, picture.profile)
        whole, single = ([("post", post, index) for post in posts] for index in (None, picture.index))
        named = (
            ("sha256", picture.sha256, None),
            *self._in_order(whole),
            *self._in_order(single),
            ("work", picture.id, None),
            *self.elsewhere.get(_in_room(picture), ()),
            ("work", _in_room(picture), None),
        )
        return tuple(target for target in named if target in self.entries)

    def settled(self, pictures: Collection[Picture]) -> tuple[Corrections, tuple[str, ...]]:
        """Leave each ``work`` that several artists have one of to the artist who is listed first, for whoever writes an
        archive may borrow the number of another's post; follow the others (see :meth:`followed`); and what to tell
        people of both.

        Args:
            pictures: what is stored, in the order in which its accounts are listed.
        """
        entries, notes = dict(self.entries), []
        for work, (first, *others) in self._artists_of_works(pictures).items():
            if not others or ("work", work, None) not in entries:
                continue
            said, own = entries.pop(("work", work, None)), ("work", f"{first}/{work}", None)
            entries[own] = _merge(said, entries[own]) if own in entries else said
            rest = ", ".join(f"{slug}/{work}" for slug in others)
            notes.append(f"{said.where}: taken to mean {first}/{work}; there is {rest}, too: say which")
        told = replace(self, entries=MappingProxyType(entries)) if notes else self
        found, moved = told.followed(pictures)
        return found, (*notes, *moved)

    def followed(self, pictures: Collection[Picture]) -> tuple[Corrections, tuple[str, ...]]:
        """Let each ``work`` of an artist who has none of this number mean everybody's who has one: artists' addresses
        change with their handles and with the list, and what is hidden must not come back by that. And what to tell
        people of it."""
        holders = self._artists_of_works(pictures)
        elsewhere: dict[str, list[_Target]] = {}
        notes = []
        for target, said in self.entries.items():
            slug, _, work = target[1].rpartition("/")
            slugs = holders.get(work, {}) if target[0] == "work" and slug else {}
            if not slugs or slug in slugs:
                continue
            now = [f"{artist}/{work}" for artist in slugs]
            for name in now:
                elsewhere.setdefault(name, []).append(target)
            notes.append(f"{said.where}: taken to mean {' and '.join(now)}, for there is no {target[1]} any more")
        return replace(self, elsewhere=MappingProxyType(elsewhere)), tuple(notes)

    def renamed(self, names: Mapping[tuple[str, str], str]) -> Corrections:
        """Let what an entry calls by one of ``names``, as ("post", name), be called by what that leads to."""
        entries: dict[_Target, Correction] = {}
        for (kind, name, index), said in self.entries.items():
            target = (kind, names.get((kind, name), name), index)
            entries[target] = _merge(entries.pop(target), said) if target in entries else said
        return replace(self, entries=MappingProxyType(entries))

    def _artists_of_works(self, pictures: Iterable[Picture]) -> Mapping[str, Mapping[str, None]]:
        """The number of each work that an entry names → the slugs of the artists who have one, in their order."""
        named = {name.rpartition("/")[2] for kind, name, _ in self.entries if kind == "work"}
        artists: dict[str, dict[str, None]] = {}
        for picture in pictures if named else ():
            if picture.id in named:
                artists.setdefault(picture.id, {})[picture.account.artist.slug] = None
        return artists

    def _in_order(self, targets: Iterable[_Target]) -> Sequence[_Target]:
        """Those that have an entry, as they follow each other in the file."""
        found = {target for target in targets if target in self.entries}
        return [target for target in self.entries if target in found] if len(found) > 1 else list(found)

    def of(self, picture: Picture) -> Correction | None:
        """What people said about ``picture``, None when nobody spoke; the most particular entry wins, word by word."""
        found: Correction | None = None
        for target in self.targets(picture):
            later = self.entries[target]
            found = later if found is None else _merge(found, later)
        return found


def _in_room(picture: Picture) -> str:
    return f"{picture.account.artist.slug}/{picture.id}"


def _merge(first: Correction, later: Correction) -> Correction:
    return replace(
        later,
        label=later.label or first.label,
        hide=_last(first.hide, later.hide),
        pin=_last(first.pin, later.pin),
        cover=_last(first.cover, later.cover),
        sensitive=_last(first.sensitive, later.sensitive),
    )


def _last(first: bool | None, later: bool | None) -> bool | None:
    return first if later is None else later


def load_corrections(path: Path) -> Corrections:
    """Read corrections.yaml; a file that is not there means that nothing needs correcting.

    Raises:
        ConfigError: the file cannot be used; one line for each problem.
    """
    return parse_corrections(path, read_file(path) if is_there(path) else b"")


def parse_corrections(path: Path, content: bytes) -> Corrections:
    """What ``content``, that of ``path``, says.

    Raises:
        ConfigError: it cannot be used; one line for each problem.
    """
    problems = Problems(path)
    entries: dict[_Target, Correction] = {}
    for block, entry in read_entries(path, content, CorrectionEntry, "- post: https://…", problems):
        _read_entry(block, entry, path, entries, problems)
    problems.raise_if_any()
    return Corrections(MappingProxyType(entries), content=content)


def _read_entry(
    block: Mapped,
    entry: CorrectionEntry,
    path: Path,
    entries: dict[_Target, Correction],
    problems: Problems,
) -> None:
    named = [name for name in TARGETS if getattr(entry, name) is not None]
    if len(named) != 1:
        problems.add(block.line, "an entry names its picture by one of post, sha256 or work")
        return
    if entry.picture is not None and named[0] != "post":
        problems.add(block.lines["picture"], "picture counts the pictures of a post; it needs post")
        return
    if all(getattr(entry, name) is None for name in SAYINGS):
        problems.add(block.line, f"the entry says nothing; give one of {', '.join(SAYINGS)} a value")
        return
    if entry.post is not None and (why := why_no_post(entry.post)):
        problems.add(block.lines["post"], why)
        return
    name = post_name(entry.post) if entry.post is not None else str(getattr(entry, named[0]))
    target = (named[0], name, None if entry.picture is None else entry.picture - 1)
    said = Correction(entry.label, entry.hide, entry.pin, entry.cover, entry.sensitive, f"{path.name}:{block.line}")
    entries[target] = _merge(entries.pop(target), said) if target in entries else said
