"""Pictures in a folder of this machine, with or without sidecars, and perhaps a word about who drew them.

The cursor holds size and time of every file that was read, so a run with nothing new lists the folder and opens no
file at all. Whatever cannot be read stays out of the cursor and is tried, and named, again next time.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from gallery.domain import (
    Account,
    Consent,
    CursorMoved,
    KnownPost,
    Media,
    Notice,
    Post,
    PostGone,
    PostObscured,
    PostSeen,
    Profile,
    ProfileSeen,
    SourceEvent,
)
from gallery.errors import SourceError
from gallery.sources.base import Hosts, Since, Web
from gallery.sources.folder_about import read_about
from gallery.sources.folder_sidecars import read_sidecar
from gallery.sources.json_values import mapping, sequence, string
from gallery.sources.local_files import Listing, exif_date, fingerprint, open_inside, path_handle, scan
from gallery.sources.options import flag, mistakes, visibilities
from gallery.sources.sidecar_base import Sidecar, agreed

CURSOR_FORMAT = 8  # raised when files are read in another way: then all are read anew


@dataclass(frozen=True, slots=True)
class _Read:
    """One picture that was read, before pictures of one post are put together."""

    path: str
    sidecar: Sidecar
    created_at: datetime
    content: str  # tells this content from others the file may have had; not from an adversary's
    undated: bool = False  # neither sidecar nor camera knows when it was made


class Folder:
    """Reads a folder and everything below it; its handle is the path as accounts.yaml writes it.

    Options: ``unlisted`` and ``home`` (true: the artist agreed to showing such posts, which gallery-dl saved).
    """

    network = "folder"
    local = True
    max_picture_bytes = 100_000_000
    option_names = frozenset({"home", "unlisted"})

    def check_handle(self, handle: str) -> str:
        """Return the path without a trailing slash.

        Raises:
            ValueError: empty, or with control characters.
        """
        return path_handle(handle, "a folder is a path such as demo/sora")

    def check_options(self, account: Account) -> list[tuple[str, str]]:
        """Which of the entry's settings may not be what they are."""
        return mistakes(account, {name: partial(flag, name=name) for name in self.option_names})

    def missing_files(self, account: Account) -> list[str]:
        """Whether the folder is there."""
        home = string(account.options.get("root")) or str(Path.cwd())
        there = os.path.isdir(folder_of(account))  # noqa: PTH112  # the other fails on a name that is too long
        return [] if there else [f"{account.where}: {account.network}: {account.handle} is not in {home}"]

    def profile_url(self, handle: str) -> str:
        """A folder has no page."""
        return ""

    def media_hosts(self, account: Account) -> Hosts:
        """A folder needs no host."""
        return Hosts()

    def list_posts(self, account: Account, since: Since, web: Web) -> Iterator[SourceEvent]:
        """Yield what is new, changed or deleted since the cursor, newest first.

        Raises:
            SourceError: the folder, or one below it, cannot be read, or the gallery lies in it. What lies elsewhere
                was yielded before, and nothing counts as deleted that merely could not be looked at.
        """
        root = folder_of(account)
        home = string(account.options.get("root"))
        if home and Path(home).resolve().is_relative_to(root.resolve()):
            raise SourceError(
                f"{account.key}: {root} holds the gallery itself, which would show its own pages' pictures"
            )
        listing = scan(root)
        about = read_about(root, listing, mapping(since.cursor.get("about")))
        name = about.name or PurePosixPath(account.handle).name
        yield ProfileSeen(Profile(account.handle, account.handle, name, about.url, about.avatar))
        yield from (*listing.notices, *about.notices)
        cursor = {**since.cursor, "about": about.cursor}
        if cursor != since.cursor:
            yield CursorMoved(cursor)
        yield from _changes(account, root, listing, cursor)
        if listing.unreadable:
            names = ", ".join(ascii(name) for name in listing.unreadable[:5])
            raise SourceError(f"{account.key}: cannot read {names} in {root}; check who may read it")

    def find_gone(
        self,
        account: Account,
        since: Since,
        posts: Sequence[KnownPost],
        web: Web,
    ) -> Iterator[PostGone | Notice]:
        """Nothing to ask: the listing itself tells which files are gone."""
        return iter(())

    def open_media(self, account: Account, media: Media) -> BinaryIO:
        """Open a picture inside the folder, following no symbolic link on the way.

        Raises:
            SourceError: it has gone, is not a plain file, is too large, or a link leads away from the folder.
        """
        root = folder_of(account)
        try:
            stream = open_inside(root, media.key.rpartition("?")[0])
        except (OSError, ValueError) as error:
            raise SourceError(f"{account.key}: cannot open {media.key!r} in {root}: {error}") from error
        size = os.fstat(stream.fileno()).st_size
        if size > self.max_picture_bytes:
            stream.close()
            raise SourceError(f"{account.key}: {media.key!r} has {size} bytes, more than {self.max_picture_bytes}")
        return stream


def folder_of(account: Account) -> Path:
    """Where the account's path leads: from its option ``root`` (the folder of accounts.yaml), or from here."""
    return Path(string(account.options.get("root")) or Path.cwd()) / account.handle


def _shown(account: Account) -> frozenset[str]:
    """Which visibilities of saved posts may be shown; "" where a sidecar names none."""
    return visibilities(account, *Folder.option_names) | {""}


# --- comparing with the last run -------------------------------------------------------------------------------------


def _changes(account: Account, root: Path, listing: Listing, cursor: Mapping[str, object]) -> Iterator[SourceEvent]:
    """What differs between the listing and the cursor; a post is read whole when one of its pictures changed."""
    # what decides on a post beside its files: when it changes, everything is looked at anew
    settings = [CURSOR_FORMAT, account.consent.value, str(account.since), account.limit, *sorted(_shown(account))]
    same_settings = sequence(cursor.get("settings")) == settings
    old = mapping(cursor.get("files"))
    old_posts = mapping(cursor.get("posts"))  # picture → post, only where a post is more than its one picture
    stamps = listing.stamps
    changed = {path for path, stamp in stamps.items() if not same_settings or old.get(path) != list(stamp)}
    away = [path for path in old if path not in stamps]
    hidden = tuple(listing.unreadable)
    kept = {path for path in away if hidden and path.startswith(hidden)}
    if not changed and len(away) == len(kept):
        return
    members = {post: [path for path in paths if path in stamps] for post, paths in _inverted(old_posts).items()}
    changed.update(*(members[post] for path in (*changed, *away) if (post := old_posts.get(path)) is not None))

    reads, posts, failed, refused = [], {}, set(), set()
    waiting = deque(sorted(changed))
    while waiting:
        path = waiting.popleft()
        found = _read(account, root, path, listing)
        if isinstance(found, Notice):
            failed.add(path)
            yield found
            continue
        if found.undated:
            yield Notice("undated", f"{path} is dated by its file's time; a sidecar or EXIF would know better")
        yield from (Notice("sidecar-field", f"{path}: {problem}") for problem in found.sidecar.problems)
        if found.sidecar.refused:
            yield Notice(found.sidecar.refused.kind, f"{path}: {found.sidecar.refused.detail}")
            if found.sidecar.refused.kind != "bad-sidecar":  # which says nothing, and may be a slip of its writer
                refused.add(_post_key(account, path, old_posts))
            continue
        if found.sidecar.post_key:
            posts[path] = found.sidecar.post_key
            joined = [one for one in members.get(found.sidecar.post_key, ()) if one not in changed]
            changed.update(joined)
            waiting.extend(joined)
        reads.append(found)

    made = _posts(account, root, reads)
    yield from map(PostSeen, made)
    files = {path: list(stamp) for path, stamp in stamps.items() if path not in failed}
    files |= {path: cast(list[int], old[path]) if same_settings else [] for path in kept}
    files |= {path: [] for path in failed if path in old}  # read again next time, and missed when it goes before
    posts |= {
        path: cast(str, post)
        for path, post in old_posts.items()
        if path in files and (path not in changed or path in failed)
    }
    still = {_post_key(account, path, posts) for path in files if path not in changed}
    unread = {_post_key(account, path, old_posts) for path in failed}  # what cannot be read now is not thereby gone
    seen = {post.key for post in made}
    yield from map(PostObscured, sorted(unread - refused - seen))
    still = seen | ((still | unread) - refused)
    before = {_post_key(account, path, old_posts) for path in old if path in changed or path not in files}
    for key in sorted(before - still):
        why = "may no longer be shown" if key in refused else "its files are no longer in the folder"
        yield PostGone(key, why, refused=key in refused)
    yield CursorMoved({**cursor, "settings": settings, "files": files, "posts": posts})


def _inverted(posts: Mapping[str, object]) -> dict[object, list[str]]:
    """Post → its pictures."""
    members: dict[object, list[str]] = {}
    for path, post in posts.items():
        members.setdefault(post, []).append(path)
    return members


def _post_key(account: Account, path: str, posts: Mapping[str, object]) -> str:
    return f"{account.handle}/{posts.get(path, path)}"


def _posts(account: Account, root: Path, reads: Sequence[_Read]) -> list[Post]:
    """Put pictures of one post together; the newest post comes first."""
    groups: dict[str, list[_Read]] = {}
    for read in reads:
        groups.setdefault(read.sidecar.post_key or read.path, []).append(read)
    made = [_post(f"{account.handle}/{name}", root, group) for name, group in groups.items()]
    return sorted(made, key=lambda post: (post.created_at, post.key), reverse=True)


def _post(key: str, root: Path, group: list[_Read]) -> Post:
    """One post of one or several pictures, in the order that the sidecars give."""
    group = sorted(group, key=lambda read: (read.sidecar.order, read.path))
    first = group[0].sidecar
    # where the sensitive pictures of a post are named (by X, or by our own sidecars), the others are not
    by_picture = any(read.sidecar.media_sensitive for read in group)
    warned = any(read.sidecar.warning for read in group)
    media = tuple(
        Media(
            key=f"{read.path}?{read.content}",  # another content is another picture, another time stamp is not
            url=(root.absolute() / read.path).as_uri(),
            alt=read.sidecar.alt,
            kind=read.sidecar.kind,
            sensitive=read.sidecar.media_sensitive,
            label=read.sidecar.label,
        )
        for read in group
    )
    return Post(
        key=key,
        permalink=first.permalink,
        created_at=min(read.created_at for read in group),
        media=media,
        text=first.text,
        title=first.title,
        warning=first.warning,
        sensitive=warned or (any(read.sidecar.sensitive for read in group) and not by_picture),
        tags=first.tags,
        language=first.language,
        version=" ".join(read.content for read in group),
        authors=tuple(dict.fromkeys(name for read in group for name in read.sidecar.authors)),
    )


# --- reading one picture's description -------------------------------------------------------------------------------


def _read(account: Account, root: Path, path: str, listing: Listing) -> _Read | Notice:
    """Read a picture's sidecar and date. A Notice says why not: what its sidecar says is not known then, and a
    picture whose sidecar might call it sensitive is not shown bare on a guess."""
    said = read_sidecar(root, path, listing)
    if isinstance(said, Notice):
        return said
    sidecar = agreed(said, consent=account.consent is not Consent.NONE, visibilities=_shown(account))
    if sidecar.refused:
        return _Read(path, sidecar, datetime.fromtimestamp(0, UTC), "")
    try:
        created_at = sidecar.date or exif_date(root, path)
        content = fingerprint(root, path)
    except (OSError, ValueError) as error:
        return Notice("unreadable-file", f"{path}: {error}")
    file_time = datetime.fromtimestamp(listing.stamps[path][1] // 10**9, UTC)
    return _Read(path, sidecar, created_at or file_time, content, undated=created_at is None)
