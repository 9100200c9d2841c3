"""The zips of an X archive, opened by allow-list: names, links and sizes in them are an attacker's until checked."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from lzma import LZMAError
from pathlib import Path
from threading import Lock
from typing import BinaryIO, cast
from urllib.parse import unquote

from gallery.domain import Account
from gallery.errors import SourceError
from gallery.sources.local_files import root_of
from gallery.sources.options import names

PARTS = names("parts")  # patterns of further zips
SCRIPT = re.compile(r"data/(?:manifest|account|tweets?(?:-part\d+)?|note-tweet(?:-part\d+)?)\.js")
TWEETS = re.compile(r"data/tweets?(?:-part\d+)?\.js")
PICTURE = re.compile(r"data/(?:tweets_media|tweet_media)/(\d{1,19}-[\w-]+\.(?:jpe?g|png|gif|webp))", re.IGNORECASE)
OLD_STYLE = re.compile(r"data/js/tweets/\d{4}_\d\d\.js")
_PLACE = re.compile(r"(?:[^/\\]{1,200}/)??(?:data/)?(?=(?:tweets?_media/|js/tweets/)?[^/\\]+$)")
MAX_SCRIPT_BYTES = 200_000_000  # X splits its files at about 100 MB
MAX_MEMBERS = 2_000_000
MAX_KNOWN_MEMBERS = 500_000  # of all open zips together: 600 bytes each
MAX_OPEN = 100  # some systems let a process have 256 files
DAMAGE = (zipfile.BadZipFile, zlib.error, LZMAError, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


@dataclass(slots=True)
class Archive:
    """All parts of one archive, by what may be opened of them."""

    account: Account
    scripts: dict[str, list[tuple[Path, str]]] = field(default_factory=dict)  # "data/tweets.js" → (zip, member)
    pictures: dict[str, tuple[Path, str]] = field(default_factory=dict)  # "<tweet id>-<name>" → (zip, member)
    strange: int = 0  # members whose names try to lead out of the archive
    old_style: bool = False

    def read(self, script: str) -> Iterator[bytes]:
        """The contents of a script in every part that has it.

        Raises:
            SourceError: a part is damaged or a script too large.
        """
        for path, member in self.scripts.get(script, ()):
            yield _read_script(self.account, path, member)


def parts_of(account: Account) -> list[Path]:
    """The zips that the handle and the option ``parts`` name, in the order of their names.

    Raises:
        SourceError: there is none.
    """
    root = root_of(account)
    found: dict[Path, None] = {}
    for pattern in (account.handle, *PARTS(account)):
        try:
            found |= _named(root, pattern)
        except (OSError, ValueError) as error:  # a name that is too long, or "**" beside letters
            raise SourceError(f"{account.where}: {account.key}: cannot look for {pattern!r}: {error}") from error
    missing = [str(path) for path in found if not path.is_file()]
    if missing or not found:
        what = ", ".join(missing) or f"zip at {root / account.handle}"
        raise SourceError(f"{account.where}: {account.key}: there is no {what}; check its path")
    return list(found)


def _named(root: Path, pattern: str) -> dict[Path, None]:
    """The zips in a folder, or those that match a pattern; else the file itself, whether it is there or not."""
    place = root / pattern
    if place.is_dir():
        return _visible(place.glob("*.[zZ][iI][pP]"))
    if place.exists() or not re.search(r"[*?\[]", pattern):
        return {place: None}
    return _visible(Path(place.anchor).glob(str(place.relative_to(place.anchor))))


def _visible(paths: Iterable[Path]) -> dict[Path, None]:
    """Those that are no hidden files: macOS leaves ``._aoi.zip`` beside ``aoi.zip``, which is no zip."""
    return dict.fromkeys(sorted(path for path in paths if not path.name.startswith(".")))


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


_opened: OrderedDict[tuple[Path, tuple[int, int]], zipfile.ZipFile] = OrderedDict()  # the last used one comes last
_opening = Lock()  # pictures are opened by several threads


def _zip(path: Path, stamp: tuple[int, int]) -> zipfile.ZipFile:
    """An open zip. Kept open, because finding one picture reads the list of all, and many archives are asked in turn;
    its stamp notices a replacement. A zip that is let go of closes when nobody reads from it any more."""
    with _opening:
        found = _opened.pop((path, stamp), None) or zipfile.ZipFile(path)
        _opened[path, stamp] = found
        while len(_opened) > 1 and (len(_opened) > MAX_OPEN or _members(_opened.values()) > MAX_KNOWN_MEMBERS):
            _opened.popitem(last=False)
    return found


def _members(archives: Iterable[zipfile.ZipFile]) -> int:
    return sum(len(archive.filelist) for archive in archives)


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)


def _inner(name: str) -> str:
    """A member's name from ``data/`` on. Archives from before 2020 lack that folder, and some tools put everything into
    one more when they zip again."""
    place = _PLACE.match(name)
    return "data/" + name[place.end() :] if place else name


def open_all(account: Account, paths: Sequence[Path]) -> Archive:
    """Look through the lists of all parts.

    Raises:
        SourceError: a part is no zip, encrypted, or lists more than any archive does.
    """
    archive = Archive(account)
    for path in paths:
        try:
            infos = _zip(path, _stamp(path)).infolist()
        except DAMAGE as error:
            raise SourceError(f"{account.key}: {path} is not a readable zip: {error}") from error
        if len(infos) > MAX_MEMBERS:
            raise SourceError(f"{account.key}: {path} lists {len(infos)} files; that is no archive of X's")
        for info in infos:
            _enter(archive, path, info)
    if archive.old_style and not any(map(TWEETS.fullmatch, archive.scripts)):
        raise SourceError(
            f"{account.key}: this archive is from the years when X put no pictures in; the artist can request a new one"
        )
    return archive


def _enter(archive: Archive, path: Path, info: zipfile.ZipInfo) -> None:
    if ".." in info.filename.split("/") or info.filename.startswith("/") or "\\" in info.filename:
        archive.strange += 1
        return
    name = _inner(info.filename)
    if _is_link(info) or info.is_dir():
        return
    if SCRIPT.fullmatch(name):
        archive.scripts.setdefault(name, []).append((path, info.filename))
    elif found := PICTURE.fullmatch(name):
        archive.pictures.setdefault(found[1], (path, info.filename))
    elif OLD_STYLE.fullmatch(name):
        archive.old_style = True


def _read_script(account: Account, path: Path, member: str) -> bytes:
    """The whole of one script, in memory.

    Raises:
        SourceError: damaged, encrypted, or larger than X makes them, whatever size is claimed.
    """
    try:
        archive = _zip(path, _stamp(path))
        if archive.NameToInfo[member].file_size > MAX_SCRIPT_BYTES:
            raise SourceError(f"{account.key}: {member} in {path.name} claims a size that X's files do not have")
        with archive.open(member) as stream:
            raw = stream.read(MAX_SCRIPT_BYTES + 1)
    except DAMAGE as error:
        raise SourceError(f"{account.key}: {member} in {path.name} cannot be read: {error}") from error
    if len(raw) > MAX_SCRIPT_BYTES:
        raise SourceError(f"{account.key}: {member} in {path.name} is larger than X's files are")
    return raw


def open_picture(account: Account, address: str, max_bytes: int) -> BinaryIO:
    """Open a picture inside the zips; damage in the middle comes to light while it is read, as BadZipFile.

    Args:
        account: whose zips are looked through, and no others.
        address: the zip's, with the member after ``#``; the other zips are looked through where it is not in that one.
        max_bytes: how large a picture may claim to be.

    Raises:
        SourceError: not one of the archive's pictures, larger than a picture may be, or cannot be opened.
    """
    place, _, member = address.partition("#")
    name = unquote(member)
    if not PICTURE.fullmatch(_inner(name)):
        raise SourceError(f"{account.key}: {name!r} is not a picture of the archive")
    for path in sorted(parts_of(account), key=lambda path: path.absolute().as_uri() != place):
        try:
            archive = _zip(path, _stamp(path))
            info = archive.NameToInfo.get(name)
            if info is None:
                continue
            if info.file_size > max_bytes or _is_link(info):
                raise SourceError(f"{account.key}: {name} in {path.name} is no picture of a credible size")
            return cast(BinaryIO, archive.open(info))
        except DAMAGE as error:
            raise SourceError(f"{account.key}: {name} in {path.name} cannot be read: {error}") from error
    raise SourceError(f"{account.key}: {name} is no longer in the archive")
