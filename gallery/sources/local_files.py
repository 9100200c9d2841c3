"""Files of this machine, looked at as if a stranger had put them there: no link is followed, no name believed."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from gallery.decoding import BROKEN
from gallery.domain import Account, Notice
from gallery.errors import SourceError
from gallery.sources.json_values import string

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".avif"})
UNREAD_SUFFIXES = frozenset(
    {".svg", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".jxl", ".psd", ".mp4", ".webm", ".mov", ".mkv"}
)
SIDECAR_SUFFIXES = (".json", ".toml")
PROFILE_FILE = "profile.json"  # at the top of a folder, as are the next
AVATAR_FILES = (".avatar.png", ".avatar.jpg", ".avatar.webp")
MAX_DEPTH = 32
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # not for names; the last range is undecodable bytes

Stamp = tuple[int, int, int, int]  # size and mtime_ns of the picture, then of its sidecar (0, 0 without one)


@dataclass(slots=True)
class Listing:
    """What lies in a folder, by name and time only."""

    stamps: dict[str, Stamp] = field(default_factory=dict)
    sidecars: dict[str, str] = field(default_factory=dict)  # picture → sidecar, both relative to the folder
    notices: list[Notice] = field(default_factory=list)
    about: dict[str, tuple[int, int]] = field(default_factory=dict)  # what tells of the artist: size and mtime_ns
    unreadable: list[str] = field(default_factory=list)  # folders, relative, each with a trailing slash


def root_of(account: Account) -> Path:
    """What paths of an entry are relative to: its option ``root``, the folder of accounts.yaml, or where we are."""
    return Path(string(account.options.get("root")) or Path.cwd())


def path_handle(handle: str, looks: str) -> str:
    """A handle that is a path, without a trailing slash.

    Args:
        looks: what one looks like, for the message: "a folder is a path such as demo/sora".

    Raises:
        ValueError: empty, or with control characters.
    """
    if not handle.strip() or CONTROL.search(handle):
        raise ValueError(f"{looks}, relative to accounts.yaml")
    return str(PurePosixPath(handle))


def scan(root: Path) -> Listing:
    """List ``root`` and all below it. Hidden names (``.git``, ``._a.png``) are not looked at.

    Raises:
        SourceError: ``root`` itself is not there, is no folder or cannot be read.
    """
    listing = Listing()
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        try:
            with os.scandir(root / prefix) as entries:
                found = list(entries)
            if not prefix:
                _note_about(found, listing)
            waiting += _scan_one(prefix, [entry for entry in found if entry.name[0] != "."], listing)
        except OSError as error:
            if not prefix:
                why = error.strerror or error
                raise SourceError(f"cannot read the folder {root}: {why}; check its path in accounts.yaml") from error
            listing.unreadable.append(prefix)
    return listing


def _note_about(entries: list[os.DirEntry[str]], listing: Listing) -> None:
    """Enter the files at the top that tell of the artist."""
    for entry in entries:
        if entry.name not in (PROFILE_FILE, *AVATAR_FILES):
            continue
        if entry.is_file(follow_symlinks=False):
            status = entry.stat(follow_symlinks=False)
            listing.about[entry.name] = (status.st_size, status.st_mtime_ns)
        elif entry.is_symlink() and entry.name in AVATAR_FILES:  # hidden names are not looked at again
            listing.notices.append(Notice("symlink", f"{entry.name} is a symbolic link; links are not followed"))


def _scan_one(prefix: str, entries: list[os.DirEntry[str]], listing: Listing) -> list[str]:
    """Enter the files of one folder into ``listing``; returns the folders below it."""
    below: list[str] = []
    files: dict[str, os.DirEntry[str]] = {}
    sidecars: dict[str, list[os.DirEntry[str]]] = {}  # of any kind: a link, say, may say something that is not heard
    for entry in entries:
        path = prefix + entry.name
        if entry.name.lower().endswith(SIDECAR_SUFFIXES):
            sidecars.setdefault(_folded(entry.name), []).append(entry)
        if CONTROL.search(entry.name):
            listing.notices.append(Notice("odd-name", f"{path!a} has characters that no address can carry"))
        elif entry.is_symlink():
            listing.notices.append(Notice("symlink", f"{path} is a symbolic link; links are not followed"))
        elif entry.is_dir(follow_symlinks=False):
            if prefix.count("/") >= MAX_DEPTH:
                listing.notices.append(Notice("too-deep", f"{path} lies deeper than {MAX_DEPTH} folders"))
            else:
                below.append(path + "/")
        elif entry.is_file(follow_symlinks=False):
            files[entry.name] = entry
    described: set[str] = set()
    for name in files:
        suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a Path for each of 10,000 names takes long
        if suffix in PICTURE_SUFFIXES:
            found = _sidecars_of(name, files, sidecars) if sidecars else []
            described.update(entry.name for entry in found)
            _enter(prefix, files[name], found, listing)
        elif suffix in UNREAD_SUFFIXES:
            listing.notices.append(Notice("unread-format", f"{prefix}{name}: {suffix} is not shown"))
    for name in files.keys() - described if sidecars else ():
        picture, suffix = os.path.splitext(name)  # noqa: PTH122
        if suffix.lower() not in SIDECAR_SUFFIXES:
            continue
        if os.path.splitext(picture)[1].lower() in PICTURE_SUFFIXES:  # noqa: PTH122
            listing.notices.append(Notice("sidecar-without-picture", f"{prefix}{name} describes no picture"))
        elif meant := next((picture + one for one in PICTURE_SUFFIXES if picture + one in files), ""):
            why = f"{prefix}{name} is not read; to describe {meant} it has to be called {meant}{suffix}"
            listing.notices.append(Notice("sidecar-without-picture", why))
    return below


def _folded(name: str) -> str:
    """A name as people mean it, whatever its case is and however a system composes its accents."""
    return unicodedata.normalize("NFC", name.casefold())


def _sidecars_of(
    name: str, files: Mapping[str, object], sidecars: Mapping[str, list[os.DirEntry[str]]]
) -> list[os.DirEntry[str]]:
    """What may describe a picture, best first. A name in another case counts, too, unless it is exactly that of
    another picture (``a.PNG`` beside ``a.png``)."""
    exact = {name + suffix for suffix in SIDECAR_SUFFIXES}
    found = [
        entry
        for suffix in SIDECAR_SUFFIXES
        for entry in sidecars.get(_folded(name + suffix), ())
        if (picture := entry.name[: -len(suffix)]) == name or picture not in files
    ]
    return sorted(found, key=lambda entry: (entry.name not in exact, entry.name[-5:].lower(), entry.name))


def _enter(prefix: str, entry: os.DirEntry[str], sidecars: Sequence[os.DirEntry[str]], listing: Listing) -> None:
    """Enter one picture with the times of itself and its sidecar."""
    name, picture = entry.name, entry.stat(follow_symlinks=False)
    if len(sidecars) > 1:
        listing.notices.append(
            Notice("two-sidecars", f"{prefix}{name}: {sidecars[0].name} is used, {sidecars[1].name} is not")
        )
    size, time_ns = 0, 0
    if sidecars:
        sidecar = sidecars[0].stat(follow_symlinks=False)
        size, time_ns = sidecar.st_size, sidecar.st_mtime_ns
        listing.sidecars[prefix + name] = prefix + sidecars[0].name
    listing.stamps[prefix + name] = (picture.st_size, picture.st_mtime_ns, size, time_ns)


def exif_date(root: Path, path: str) -> datetime | None:
    """EXIF DateTimeOriginal, with its offset where the camera wrote one and as UTC otherwise; None without one.

    Raises:
        OSError, ValueError: see :func:`open_inside`. (A file that is no picture has no date: judging it is fetch's
            business.)
    """
    if path.lower().endswith(".gif"):
        return None
    from PIL import ExifTags, Image

    with open_inside(root, path) as stream:
        try:
            with Image.open(stream, formats=("JPEG", "PNG", "WEBP", "AVIF")) as image:
                raw = image.info.get("exif")
            if not isinstance(raw, bytes):
                return None
            exif = Image.Exif()
            exif.load(raw)
            tags = exif.get_ifd(ExifTags.IFD.Exif)
            taken = str(tags.get(ExifTags.Base.DateTimeOriginal, ""))[:19]
            offset = str(tags.get(ExifTags.Base.OffsetTimeOriginal, "")).strip("\0 ")
            instant = datetime.strptime(taken, "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC)
            zoned = datetime.fromisoformat(instant.strftime("%Y-%m-%dT%H:%M:%S") + (offset or "+00:00"))
            return zoned.astimezone(UTC)
        except (*BROKEN, Warning, Image.DecompressionBombError):
            return None  # a damaged header, or a date that is none


def fingerprint(root: Path, path: str) -> str:
    """Size and CRC of a file: an edit changes it, a copy with a new time stamp (each checkout by git) does not.

    Raises:
        OSError, ValueError: see :func:`open_inside`.
    """
    size, crc = 0, 0
    with open_inside(root, path) as stream:
        while piece := stream.read(1 << 18):
            size, crc = size + len(piece), zlib.crc32(piece, crc)
    return f"{size:x}-{crc:08x}"


def open_inside(root: Path, path: str) -> BinaryIO:
    """Open ``root/path`` one step at a time, so that no symbolic link, however quickly put there, leads outside.

    Raises:
        OSError: it cannot be opened, or a folder on the way is a link.
        ValueError: the path leads upwards, or what lies there is no plain file.
    """
    *folders, name = path.split("/")
    if not name or any(step in ("", ".", "..") for step in (*folders, name)):
        raise ValueError("the path leads outside the folder")
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for step in folders:
            inner = os.open(step, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = inner
        # O_NONBLOCK: opening a pipe must not wait for its other end
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=here)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise ValueError("a symbolic link, which is not followed") from error
        raise
    finally:
        os.close(here)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)  # before it is a stream: of a folder Python makes none, and would not close it either
        raise ValueError("not a plain file")
    return os.fdopen(handle, "rb")


def parse_json(raw: bytes) -> object:
    """Parse JSON in UTF-8, with or without a byte order mark.

    Raises:
        ValueError: not UTF-8, not JSON, or nested deeper than anyone means.
    """
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
