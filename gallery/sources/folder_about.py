"""Who a folder's pictures are by: ``profile.json`` and ``.avatar.png`` at its top, both optional."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gallery.domain import Notice
from gallery.sources.json_values import https_url, mapping, string
from gallery.sources.local_files import AVATAR_FILES, PROFILE_FILE, Listing, fingerprint, open_inside, parse_json
from gallery.sources.text import one_line

MAX_PROFILE_BYTES = 20_000
MAX_NAME = 120  # characters


@dataclass(slots=True)
class About:
    """What the folder says of its artist, and how much of it was read to know."""

    name: str = ""  # one line
    url: str = ""  # https
    avatar: str = ""  # what Folder.open_media opens: name and content, so that another picture has another key
    stamps: dict[str, list[int]] = field(default_factory=dict)  # of the files that could be read
    notices: list[Notice] = field(default_factory=list)

    @property
    def cursor(self) -> dict[str, object]:
        """For the next run, which opens nothing while the files' sizes and times are the same."""
        return {"stamps": self.stamps, "name": self.name, "url": self.url, "avatar": self.avatar}


def read_about(root: Path, listing: Listing, remembered: Mapping[str, object]) -> About:
    """Read what changed since ``remembered``, the ``cursor`` of the last run's :class:`About`.

    A file that cannot be read leaves what was known, is named in the notices, and is tried again next time.
    """
    name, url, avatar = (string(remembered.get(key)) for key in ("name", "url", "avatar"))
    known = About(name, url, avatar)
    stamps = {name: list(stamp) for name, stamp in listing.about.items()}
    if mapping(remembered.get("stamps")) == stamps:
        known.stamps = stamps
        return known
    found = About()
    _read_profile(root, stamps, known, found)
    _read_avatar(root, stamps, known, found)
    return found


def _read_profile(root: Path, stamps: Mapping[str, list[int]], known: About, found: About) -> None:
    if PROFILE_FILE not in stamps:
        return
    try:
        data = _load(root, stamps[PROFILE_FILE][0])
    except (OSError, ValueError) as error:
        found.notices.append(Notice("bad-profile", f"{PROFILE_FILE}: {error}"))
        found.name, found.url = known.name, known.url
        return
    found.stamps[PROFILE_FILE] = stamps[PROFILE_FILE]
    found.name, found.url = one_line(data.get("name"), MAX_NAME), https_url(data.get("url"))
    if "name" in data and not found.name:
        found.notices.append(Notice("profile-field", f"{PROFILE_FILE}: `name` is not a text of one line"))
    if "url" in data and not found.url:
        found.notices.append(Notice("profile-field", f"{PROFILE_FILE}: `url` is not an https address"))


def _load(root: Path, size: int) -> dict[str, object]:
    if size > MAX_PROFILE_BYTES:
        raise ValueError(f"more than {MAX_PROFILE_BYTES} bytes")
    with open_inside(root, PROFILE_FILE) as stream:
        data = parse_json(stream.read(MAX_PROFILE_BYTES))
    if not isinstance(data, dict):
        raise ValueError("the top level is not an object")  # noqa: TRY004 - bad content, not a caller's mistake
    return data


def _read_avatar(root: Path, stamps: Mapping[str, list[int]], known: About, found: About) -> None:
    there = [name for name in AVATAR_FILES if name in stamps]
    if not there:
        return
    if len(there) > 1:
        found.notices.append(Notice("two-avatars", f"{there[0]} is used, {', '.join(there[1:])} not"))
    try:
        found.avatar = f"{there[0]}?{fingerprint(root, there[0])}"
    except (OSError, ValueError) as error:
        found.notices.append(Notice("unreadable-file", f"{there[0]}: {error}"))
        found.avatar = known.avatar
        return
    found.stamps.update((name, stamps[name]) for name in there)
