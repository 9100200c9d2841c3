"""The only writer of the site: staged beside the old one, checked, then swapped in as one step.

A build that is stopped at any moment leaves the old site whole. Files whose key has not changed are linked from the
old site instead of being written again; files that the new site does not name are gone with the old one.

The folder that a swap leaves over is the site before last. What of it the new site has, too, is kept beside the site
(``site.spare``) and becomes the next stage, so that a site of ten thousand folders is not made and removed anew for one
new picture.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from pathlib import Path

from gallery.domain import OutputFile
from gallery.errors import PublishError, TooLargeError
from gallery.publish.disk import exchange, files_below, flush
from gallery.publish.links import leads_nowhere
from gallery.publish.manifest import BUILD_FILE, Entry, build_of, digest_of, read_manifest, save_manifest
from gallery.publish.pages import write_pages

SAFE_PATH = re.compile(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did."""

    build_id: str  # digest of all paths and keys: equal sites have equal ids
    files: int
    size_bytes: int
    written: int  # files that had to be made


class Publisher:
    """Writes one site folder; keeps the list of what it wrote (``manifest-<build id>.json``) in ``state``.

    Args:
        site: the folder to publish to; it appears or changes as one step.
        state: a folder of the gallery's own, on any file system, for manifests.
    """

    def __init__(self, site: Path, state: Path) -> None:
        self.site = site.resolve()  # behind a link: what is served is exchanged, not the link
        self.state = state
        self._staged = self.site.with_name(f"{self.site.name}.spare")
        self._previous = self.site.with_name(f"{self.site.name}.previous")

    @property
    def current_build(self) -> str | None:
        """The build id of the site in place; None when there is none that this publisher wrote."""
        return build_of(self.site)

    def recover(self) -> None:
        """Put right what a kill left: a half-made stage goes, and a site caught between two names comes back.

        Raises:
            PublishError: the folder beside the site cannot be written, or the site's place is taken by something that
                no publisher wrote.
        """
        try:
            self._refuse_foreign()
            if build_of(self._previous) is not None:
                if not self.site.exists():
                    self._previous.rename(self.site)
                else:
                    # under the stage's name first: what a kill leaves of it is worthless there, and a stranger's here
                    _discard(self._staged)
                    self._previous.rename(self._staged)
                    _discard(self._staged)
            if self._staged.exists() and not read_manifest(self.state, build_of(self._staged)):
                _discard(self._staged)
        except OSError as error:
            raise PublishError(f"cannot tidy up beside {self.site}: {error}") from error

    def _refuse_foreign(self) -> None:
        """Leave alone a site that is not ours, or cannot be exchanged; an empty folder is anybody's."""
        if self.site.is_mount():
            raise PublishError(
                f"{self.site} is mounted, and each build puts a new folder in its place: mount the folder above it"
                " instead, or have what serves it copy the site"
            )
        if self.site.exists() and build_of(self.site) is None and (self.site.is_file() or any(self.site.iterdir())):
            raise PublishError(
                f"{self.site} holds something that the gallery did not make (there is no {BUILD_FILE} in it), and the"
                " new site would take its place: move it away, then build again"
            )

    def publish(self, files: Iterable[OutputFile], *, max_files: int, max_bytes: int, jobs: int = 1) -> Published:
        """Stage ``files``, check every path and link, and swap the new site in; up to ``jobs`` processes make pages.

        What the site that was in place shares with the new one is kept as raw material for the next; what was taken
        away, be it words, lies nowhere.

        Raises:
            PublishError: a path is unsafe or named twice, a link leads nowhere, the disk is full. The old site is
                as it was.
            TooLargeError: more than ``max_files`` or ``max_bytes``.
        """
        self.recover()
        old = read_manifest(self.state, self.current_build)
        keep_spare = False
        try:
            published = self._publish(files, old, max_files, max_bytes, jobs)
            keep_spare = bool(old)  # else nobody knows what it holds
        except OSError as error:
            raise PublishError(f"cannot write the new site beside {self.site}: {error}; the old one stays") from error
        finally:
            if not keep_spare:
                _discard(self._staged)
        return published

    def _publish(
        self, files: Iterable[OutputFile], old: dict[str, Entry], max_files: int, max_bytes: int, jobs: int
    ) -> Published:
        spare = self._take_spare(old)
        new, written, kept = self._stage(files, old, spare, jobs)
        self._clear(spare.keys() - new.keys())
        # pages of the old site were checked then; they need a second look only when something was removed
        nothing_went = old.keys() <= new.keys()
        doubtful = () if nothing_went else kept
        # a theme may link to what the key of a page does not tell of
        stale = {page.path: page for page in doubtful if self._leads_nowhere(page.path, new)}
        self._make(stale.values(), new, jobs)
        written |= stale.keys()
        size = sum(entry.size_bytes for entry in new.values())
        if len(new) > max_files or size > max_bytes:
            raise too_large(len(new), size, max_files, max_bytes)
        build_id = digest_of(new)
        (self._staged / BUILD_FILE).write_text(build_id + "\n", "ascii")
        save_manifest(self.state, build_id, new)
        flush(self._staged)
        self._swap()
        same = {path for path, entry in old.items() if path in new and new[path].key == entry.key}
        self._tidy_spare(old.keys() - same | stale.keys())
        needed = {f"manifest-{build}.json" for build in (build_id, build_of(self._staged))}
        for manifest in self.state.glob("manifest-*.json"):
            if manifest.name not in needed:
                manifest.unlink()
        return Published(build_id, len(new), size, len(written))

    def _take_spare(self, old: dict[str, Entry]) -> dict[str, Entry]:
        """What the spare folder holds for sure, and the ``old`` site, too. The rest goes, and with it the mark: a kill
        from then on makes the spare worthless."""
        entries = read_manifest(self.state, build_of(self._staged))
        if not entries:  # then recover() left nothing there
            self._staged.mkdir(parents=True)
            return {}
        held = files_below(self._staged)
        shared = {path: entry for path, entry in entries.items() if path in held and old.get(path) == entry}
        self._clear(held - shared.keys())
        return shared

    def _stage(
        self, files: Iterable[OutputFile], old: dict[str, Entry], spare: dict[str, Entry], jobs: int
    ) -> tuple[dict[str, Entry], set[str], list[OutputFile]]:
        """Fill the staging folder; returns all entries, the paths whose content is new to the site, and the pages that
        were made earlier, when other files may have been there to link to."""
        new: dict[str, Entry] = {}
        folded: set[str] = set()
        folders: set[str] = set()
        written: set[str] = set()
        pages: list[OutputFile] = []
        missing: dict[str, OutputFile] = {}
        site, staged = str(self.site), str(self._staged)  # a Path for each of 20,000 names takes long
        for file in files:
            path = file.path
            if path.endswith(".html"):
                pages.append(file)
            _refuse_unsafe(path, folded)
            before, there = old.get(path), spare.get(path)
            if there and there.key == file.key and _whole(f"{staged}/{path}", there):
                new[path] = there
                continue
            target = self._staged / path
            if there:
                target.unlink()  # never written into: the site in place may share it
            elif target.parent.as_posix() not in folders:
                target.parent.mkdir(parents=True, exist_ok=True)
                folders.add(target.parent.as_posix())
            known = before is not None and before.key == file.key
            if before and known and _whole(f"{site}/{path}", before) and _link(self.site / path, target):
                new[path] = before
                continue
            written.add(path)
            if isinstance(file.content, str):
                new[path] = Entry(file.key, _give(Path(file.content), target))
            else:
                missing[path] = file
        self._make(missing.values(), new, jobs)
        return new, written, [page for page in pages if page.path not in missing]

    def _leads_nowhere(self, page: str, new: Container[str]) -> bool:
        return bool(leads_nowhere(page, (self._staged / page).read_bytes(), new))

    def _make(self, files: Collection[OutputFile], new: dict[str, Entry], jobs: int) -> None:
        """Make files of the stage, and enter them among those of the ``new`` site."""
        sizes = write_pages([*files], self._staged, jobs, new.keys() | {file.path for file in files})
        new |= {file.path: Entry(file.key, sizes[file.path]) for file in files}

    def _clear(self, paths: Iterable[str]) -> None:
        """Take files out of the stage, and folders that are empty then."""
        for path in sorted(paths, reverse=True):
            target = self._staged / path
            target.unlink()
            for folder in target.parents:
                if folder == self._staged or not _drop_empty(folder):
                    break

    def _tidy_spare(self, paths: Iterable[str]) -> None:
        """Leave nothing in the former site that the new one does not hold. The new one is out: what fails here, such as
        on a file that a person took out by hand, costs the spare and nothing else."""
        try:
            self._clear(paths)
        except OSError:
            _discard(self._staged)

    def _swap(self) -> None:
        if not self.site.exists():
            self._staged.rename(self.site)
        elif not exchange(self._staged, self.site):
            # a file system without exchange: recover() heals a kill between these lines
            self.site.rename(self._previous)
            self._staged.rename(self.site)
            self._previous.rename(self._staged)


def _discard(folder: Path) -> None:
    """Take a folder away, or the link in its place."""
    if folder.is_symlink():
        folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)


def _drop_empty(folder: Path) -> bool:
    """Take a folder away if it is empty. To look first would be to read, for each copy that goes, the names of all."""
    try:
        folder.rmdir()
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            return False
        raise
    return True


def _whole(published: str, entry: Entry) -> bool:
    """Is a published file as large as it was made? A power cut may have emptied it, or a hand."""
    try:
        return os.stat(published).st_size == entry.size_bytes  # noqa: PTH116
    except OSError:
        return False


def _refuse_unsafe(path: str, folded: set[str]) -> None:
    """Admit a path to the site: safe on every host and file system, and not taken yet (``folded`` is what is)."""
    if not SAFE_PATH.fullmatch(path) or ".." in path.split("/") or path == BUILD_FILE:
        raise PublishError(f"{path!r} is not a path a page may have; this is a fault of the theme")
    if path.lower() in folded:
        raise PublishError(f"two files of the site would be called {path}; this is a fault of the theme")
    folded.add(path.lower())


def _link(source: Path, target: Path) -> bool:
    """Give ``source`` a second name; False when it has gone. Copies where links are not possible."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        return False
    except OSError:
        shutil.copyfile(source, target)
    return True


def _give(content: Path, target: Path) -> int:
    """Put a file that exists already into the staged site and return its size."""
    if not _link(content, target):
        raise PublishError(f"{content} has gone while the site was built; run the build again")
    return target.stat().st_size


def too_large(files: int, size_bytes: int, max_files: int, max_bytes: int, advice: str = "") -> TooLargeError:
    """The error that says by how much a site is too large, and what would help."""
    advice = advice or "a smaller site.copies profile, site.work_pages: false, or a limit for each account would help"
    message = (
        f"the site would have {files:,} files and {size_bytes / 1e6:,.0f} MB; its host takes {max_files:,} files and"
        f" {max_bytes / 1e6:,.0f} MB (site.max_site_files, site.max_site_bytes); {advice}. The old site stays"
    )
    return TooLargeError(message, files, size_bytes)
