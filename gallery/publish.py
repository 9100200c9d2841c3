"""The only writer of the site: staged beside the old one, checked, then swapped in as one step.

A build that is stopped at any moment leaves the old site whole. Files whose key has not changed are linked from the
old site instead of being written again; files that the new site does not name are gone with the old one.

The folder that a swap leaves over is the site before last. As long as nothing was taken away it is kept beside the
site (``site.spare``) and becomes the next stage, so that a site of ten thousand folders is not made and removed anew
for one new picture.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from gallery.domain import OutputFile
from gallery.errors import PublishError, TooLargeError

BUILD_FILE = ".build"  # inside the site: which manifest describes it
LINK = re.compile(rb"""\s(?:href|src|data-full)="([^"#]+)|\ssrcset="([^"]+)""")
SAFE_PATH = re.compile(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*")

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did."""

    build_id: str  # digest of all paths and keys: equal sites have equal ids
    files: int
    size_bytes: int
    written: int  # files that had to be made
    removed: int  # files of the old site that the new one does not have


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    size_bytes: int


class Publisher:
    """Writes one site folder; keeps the list of what it wrote (``manifest-<build id>.json``) in ``state``.

    Args:
        site: the folder to publish to; it appears or changes as one step.
        state: a folder of the gallery's own, on any file system, for manifests.
    """

    def __init__(self, site: Path, state: Path) -> None:
        self.site = site
        self.state = state
        self._staged = site.with_name(f"{site.name}.spare")
        self._previous = site.with_name(f"{site.name}.previous")

    @property
    def current_build(self) -> str | None:
        """The build id of the site in place; None when there is none that this publisher wrote."""
        return _build_of(self.site)

    def recover(self) -> None:
        """Put right what a kill left: a half-made stage goes, and a site caught between two names comes back.

        Raises:
            PublishError: the folder beside the site cannot be written.
        """
        try:
            if self._previous.exists() and not self.site.exists():
                self._previous.rename(self.site)
            if self._previous.exists():
                shutil.rmtree(self._previous)
            if self._staged.exists() and not self._manifest(_build_of(self._staged)):
                shutil.rmtree(self._staged)
        except OSError as error:
            raise PublishError(f"cannot tidy up beside {self.site}: {error}") from error

    def publish(self, files: Iterable[OutputFile], *, max_files: int, max_bytes: int) -> Published:
        """Stage ``files``, check every path and link, and swap the new site in.

        Raises:
            PublishError: a path is unsafe or named twice, a link leads nowhere, the disk is full. The old site is
                as it was.
            TooLargeError: more than ``max_files`` or ``max_bytes``.
        """
        self.recover()
        old = self._manifest(self.current_build)
        keep_spare = False
        try:
            published = self._publish(files, old, max_files, max_bytes)
            keep_spare = published.removed == 0  # what was taken away must not lie about in the spare
        except OSError as error:
            raise PublishError(f"cannot write the new site beside {self.site}: {error}; the old one stays") from error
        finally:
            if not keep_spare:
                shutil.rmtree(self._staged, ignore_errors=True)
        return published

    def _publish(
        self, files: Iterable[OutputFile], old: dict[str, _Entry], max_files: int, max_bytes: int
    ) -> Published:
        spare = self._take_spare()
        new, written = self._stage(files, old, spare)
        self._clear(spare.keys() - new.keys())
        self._check_links(new, written, old)
        size = sum(entry.size_bytes for entry in new.values())
        if len(new) > max_files or size > max_bytes:
            raise too_large(len(new), size, max_files, max_bytes)
        build_id = _digest(new)
        (self._staged / BUILD_FILE).write_text(build_id + "\n", "ascii")
        self._save_manifest(build_id, new)
        _flush(self._staged)
        self._swap()
        needed = {f"manifest-{build}.json" for build in (build_id, _build_of(self._staged))}
        for manifest in self.state.glob("manifest-*.json"):
            if manifest.name not in needed:
                manifest.unlink()
        return Published(build_id, len(new), size, len(written), len(old.keys() - new.keys()))

    def _take_spare(self) -> dict[str, _Entry]:
        """What the spare folder holds for sure. It loses its mark first: a kill from here on makes it worthless."""
        entries = self._manifest(_build_of(self._staged))
        if not entries:
            if self._staged.exists():
                shutil.rmtree(self._staged)
            self._staged.mkdir(parents=True)
            return {}
        (self._staged / BUILD_FILE).unlink()
        root = f"{self._staged}/"
        held = {
            f"{folder[len(root) :]}{name}"
            for folder, names in ((f"{folder}/", names) for folder, _, names in os.walk(self._staged))
            for name in names
        }
        self._clear(held - entries.keys())
        return {path: entry for path, entry in entries.items() if path in held}

    def _stage(
        self, files: Iterable[OutputFile], old: dict[str, _Entry], spare: dict[str, _Entry]
    ) -> tuple[dict[str, _Entry], list[str]]:
        """Fill the staging folder; returns all entries, and the paths whose content is new to the site."""
        new: dict[str, _Entry] = {}
        folded: set[str] = set()
        folders: set[str] = set()
        written = []
        for file in files:
            _refuse_unsafe(file.path, folded)
            before, there = old.get(file.path), spare.get(file.path)
            known = before is not None and before.key == file.key
            if there and there.key == file.key:
                new[file.path] = there
                if not known:
                    written.append(file.path)
                continue
            target = self._staged / file.path
            if there:
                target.unlink()  # never written into: the site in place may share it
            elif target.parent.as_posix() not in folders:
                target.parent.mkdir(parents=True, exist_ok=True)
                folders.add(target.parent.as_posix())
            if before and known and _link(self.site / file.path, target):
                new[file.path] = before
            else:
                new[file.path] = _Entry(file.key, _write(file, target))
                written.append(file.path)
        return new, written

    def _clear(self, paths: Iterable[str]) -> None:
        """Take files out of the stage, and folders that are empty then."""
        for path in sorted(paths, reverse=True):
            target = self._staged / path
            target.unlink(missing_ok=True)
            for folder in target.parents:
                if folder == self._staged or any(folder.iterdir()):
                    break
                folder.rmdir()

    def _check_links(self, new: dict[str, _Entry], written: list[str], old: dict[str, _Entry]) -> None:
        """Every address inside the site that a page names must exist.

        Pages taken from the old site were checked then; they need a second look only when something was removed.
        """
        pages = written if old.keys() <= new.keys() else list(new)
        for path in pages:
            if path.endswith(".html"):
                self._check_page(path, new)

    def _check_page(self, path: str, new: dict[str, _Entry]) -> None:
        for address, target in _links(path, (self._staged / path).read_bytes()):
            if target not in new:
                raise PublishError(f"{path} links to {address!r}, which the new site does not have; the old site stays")

    def _swap(self) -> None:
        if not self.site.exists():
            self._staged.rename(self.site)
        elif not _exchange(self._staged, self.site):
            # a file system without exchange: recover() heals a kill between these lines
            self.site.rename(self._previous)
            self._staged.rename(self.site)
            self._previous.rename(self._staged)

    def _manifest(self, build_id: str | None) -> dict[str, _Entry]:
        """What the site in place holds; empty when that is not known for sure, so that all is written anew."""
        if build_id is None or not re.fullmatch(r"[0-9a-f]{64}", build_id):
            return {}
        try:
            data = json.loads((self.state / f"manifest-{build_id}.json").read_text("utf-8"))
            return {path: _Entry(key, size) for path, (key, size) in data.items()}
        except (OSError, ValueError, TypeError):
            return {}

    def _save_manifest(self, build_id: str, entries: dict[str, _Entry]) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        temporary = self.state / "manifest.new"
        with temporary.open("w", encoding="utf-8") as file:
            file.write(json.dumps({path: [one.key, one.size_bytes] for path, one in entries.items()}))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.state / f"manifest-{build_id}.json")


def _build_of(folder: Path) -> str | None:
    """The build id that a folder carries; None when it carries none."""
    try:
        return (folder / BUILD_FILE).read_text("ascii").strip()
    except (OSError, ValueError):
        return None


def _refuse_unsafe(path: str, folded: set[str]) -> None:
    """Admit a path to the site: safe on every host and file system, and not taken yet (``folded`` is what is)."""
    if not SAFE_PATH.fullmatch(path) or ".." in PurePosixPath(path).parts or path == BUILD_FILE:
        raise PublishError(f"{path!r} is not a path a page may have; this is a fault of the theme")
    if path.lower() in folded:
        raise PublishError(f"two files of the site would be called {path}; this is a fault of the theme")
    folded.add(path.lower())


def _digest(entries: dict[str, _Entry]) -> str:
    digest = hashlib.sha256()
    for path in sorted(entries):
        digest.update(f"{path}\0{entries[path].key}\0".encode())
    return digest.hexdigest()


def _link(source: Path, target: Path) -> bool:
    """Give ``source`` a second name; False when it has gone. Copies where links are not possible."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        return False
    except OSError:
        shutil.copyfile(source, target)
    return True


def _write(file: OutputFile, target: Path) -> int:
    """Make one file of the staged site and return its size."""
    if isinstance(file.content, Path):
        if not _link(file.content, target):
            raise PublishError(f"{file.content} has gone while the site was built; run the build again")
        return target.stat().st_size
    data = file.content()
    with target.open("xb") as out:
        out.write(data)
    return len(data)


def _links(page: str, body: bytes) -> Iterator[tuple[str, str]]:
    """(address as written, path inside the site) of every link of a page that stays inside the site."""
    for match in LINK.finditer(body):
        single, several = match.groups()
        for address in [single] if single else [part.split()[0] for part in several.split(b",")]:
            text = address.decode("utf-8", "replace")
            target = _target(page, text)
            if target is not None:
                yield text, target


def broken_links(site: Path) -> list[str]:
    """One line for every link of a built site that leads nowhere."""
    held = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    return [
        f"{page} links to {address!r}, which is not there"
        for page in sorted(held)
        if page.endswith(".html")
        for address, target in _links(page, (site / page).read_bytes())
        if target not in held
    ]


def _target(page: str, address: str) -> str | None:
    """The path inside the site that ``address`` on ``page`` leads to; None when it leads elsewhere."""
    if ":" in address or "?" in address or "&" in address or "%" in address:
        parts = urlsplit(address.replace("&amp;", "&"))
        if parts.scheme or parts.netloc:
            return None
        address = unquote(parts.path)
    if not address or address.startswith("/"):
        return None
    way, _, name = address.rpartition("/")
    if name in ("..", "."):
        way, name = address, ""
    return f"{_folder(page.rpartition('/')[0], way)}{name or 'index.html'}"


@lru_cache(maxsize=4096)
def _folder(start: str, way: str) -> str:
    """Where ``way`` leads from the folder ``start``, "" or with a slash at its end; "/" when it leaves the site."""
    folders = start.split("/") if start else []
    for step in way.split("/"):
        if step == "..":
            if not folders:
                return "/"
            folders.pop()
        elif step not in ("", "."):
            folders.append(step)
    return "".join(f"{folder}/" for folder in folders)


def _flush(folder: Path) -> None:
    """Wait until everything below ``folder`` is on the disk: one call instead of one fsync for each page."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if not hasattr(libc, "syncfs") or libc.syncfs(descriptor) != 0:
            os.sync()
    finally:
        os.close(descriptor)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one atomic step (Linux ``renameat2``); False where the system cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    result = libc.renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    if result == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
        return False
    raise OSError(code, os.strerror(code), str(other))


def too_large(files: int, size_bytes: int, max_files: int, max_bytes: int, advice: str = "") -> TooLargeError:
    """The error that says by how much a site is too large, and what would help."""
    advice = advice or "a smaller site.copies profile, site.work_pages: false, or a limit for each account would help"
    message = (
        f"the site would have {files:,} files and {size_bytes / 1e6:,.0f} MB; its host takes {max_files:,} files and"
        f" {max_bytes / 1e6:,.0f} MB (site.max_site_files, site.max_site_bytes); {advice}. The old site stays"
    )
    return TooLargeError(message, files, size_bytes)
