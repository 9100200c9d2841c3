"""Pictures in a folder of this machine, with or without sidecars, and perhaps a word about who drew them.

The cursor holds size and time of every file that was read, so a run with nothing new lists the folder and opens no
file at all. Whatever cannot be read stays out of the cursor and is tried, and named, again next time.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from gallery.domain import (
    Account,
    CursorMoved,
    KnownPost,
    Media,
    Notice,
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
from gallery.sources.folder_posts import ReadPicture, posts_of, read_picture
from gallery.sources.json_values import mapping, sequence, string
from gallery.sources.local_files import Listing, open_inside, path_handle, root_of, scan
from gallery.sources.options import by_name, flag, mistakes, visibilities

CURSOR_FORMAT = 9  # raised when files are read in another way: then all are read anew


class Folder:
    """Reads a folder and everything below it; its handle is the path as accounts.yaml writes it.

    Options: ``unlisted`` and ``home`` (true: the artist agreed to showing such posts, which gallery-dl saved).
    """

    network = "folder"
    local = True
    max_picture_bytes = 100_000_000
    options = by_name(flag("home"), flag("unlisted"))
    option_names = frozenset(options)

    def check_handle(self, handle: str) -> str:
        """Return the path without a trailing slash.

        Raises:
            ValueError: empty, or with control characters.
        """
        return path_handle(handle, "a folder is a path such as demo/sora")

    def check_options(self, account: Account) -> list[tuple[str, str]]:
        """Which of the entry's settings may not be what they are."""
        return mistakes(account, self.options)

    def missing_files(self, account: Account) -> list[str]:
        """Whether the folder is there, and is one of pictures and not the gallery's own."""
        if not os.path.isdir(folder_of(account)):  # noqa: PTH112  # the other fails on a name that is too long
            return [f"{account.where}: {account.network}: {account.handle} is not in {root_of(account)}"]
        return [f"{account.where}: {own}"] if (own := _galleries_own(account)) else []

    def profile_url(self, handle: str) -> str:
        """A folder has no page."""
        return ""

    def media_hosts(self, account: Account) -> Hosts:
        """A folder needs no host."""
        return Hosts()

    def list_posts(self, account: Account, since: Since, web: Web) -> Iterator[SourceEvent]:
        """Yield what is new, changed or deleted since the cursor, newest first.

        Raises:
            SourceError: the folder, or one below it, cannot be read, or holds the gallery's own files. What lies
                elsewhere was yielded before, and nothing counts as deleted that merely could not be looked at.
        """
        root = folder_of(account)
        if own := _galleries_own(account):
            raise SourceError(f"{account.key}: {own}")
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
    """Where the account's path leads."""
    return root_of(account) / account.handle


def _galleries_own(account: Account) -> str:
    """Why a folder is none of an artist's pictures, "" where it may be: it holds the gallery, its site or its store, or
    lies in one of the two. Each night would take the copies that the last one made for new pictures."""
    root, home = Path(os.path.realpath(folder_of(account))), string(account.options.get("root"))
    if not home:
        return ""
    made = [Path(os.path.realpath(Path(home) / name)) for name in ("site", ".gallery")]
    if any(root.is_relative_to(own) for own in made):
        return f"{root} is part of what the gallery makes, which would show its own pages' pictures"
    if any(own.is_relative_to(root) for own in (Path(os.path.realpath(home)), *made)):
        return f"{root} holds the gallery itself, which would show its own pages' pictures"
    return ""


def _shown(account: Account) -> frozenset[str]:
    """Which visibilities of saved posts may be shown; "" where a sidecar names none."""
    return visibilities(account, *Folder.options.values()) | {""}


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

    look = _Look(changed)
    undated = mapping(cursor.get("undated"))  # picture → its content → its date; only of those that nothing else dates
    yield from _read_all(account, root, listing, members, look, undated)
    made = posts_of(account, root, look.read)
    yield from map(PostSeen, made)
    files = {path: list(stamp) for path, stamp in stamps.items() if path not in look.failed}
    files |= {path: cast(list[int], old[path]) if same_settings else [] for path in kept}
    files |= {path: [] for path in look.failed if path in old}  # read again next time, and missed when it goes before
    stays = {
        path: cast(str, post)
        for path, post in old_posts.items()
        if path in files and (path not in look.paths or path in look.failed)
    }
    posts = {**look.posts, **stays}
    still = {_post_key(account, path, posts) for path in files if path not in look.paths}
    unread = {_post_key(account, path, old_posts) for path in look.failed}  # what cannot be read is not thereby gone
    refused = {_post_key(account, path, old_posts) for path in look.refused}
    seen = {post.key for post in made}
    yield from map(PostObscured, sorted(unread - refused - seen))
    still = seen | ((still | unread) - refused)
    before = {_post_key(account, path, old_posts) for path in old if path in look.paths or path not in files}
    for key in sorted(before - still):
        why = "may no longer be shown" if key in refused else "its files are no longer in the folder"
        yield PostGone(key, why, refused=key in refused)
    undated = {path: undated[path] for path in undated if path in files and path not in look.paths - look.failed}
    undated |= {one.path: {one.content: int(one.created_at.timestamp())} for one in look.read if one.undated}
    yield CursorMoved({**cursor, "settings": settings, "files": files, "posts": posts, "undated": undated})


@dataclass(slots=True)
class _Look:
    """What became of the pictures that are read in this run."""

    paths: set[str]  # all of them; a sidecar that joins its picture to a post brings that post's others
    read: list[ReadPicture] = field(default_factory=list)
    posts: dict[str, str] = field(default_factory=dict)  # picture → post, where a sidecar names one
    failed: set[str] = field(default_factory=set)  # they cannot be read now
    refused: set[str] = field(default_factory=set)  # their sidecars say that they must not be shown


def _read_all(
    account: Account,
    root: Path,
    listing: Listing,
    members: Mapping[object, Sequence[str]],
    look: _Look,
    undated: Mapping[str, object],
) -> Iterator[Notice]:
    """Read the pictures of ``look``, and tell what is odd about them. ``members`` are the pictures of each post that
    was known before, ``undated`` the dates that files' times gave."""
    shown, waiting = _shown(account), deque(sorted(look.paths))
    while waiting:
        path = waiting.popleft()
        found = read_picture(account, root, path, listing, shown, mapping(undated.get(path)))
        if isinstance(found, Notice):
            look.failed.add(path)
            yield found
            continue
        sidecar = found.sidecar
        if found.undated:
            yield Notice("undated", f"{path} is dated by its file's time; a sidecar or EXIF would know better")
        yield from (Notice("sidecar-field", f"{path}: {problem}") for problem in sidecar.problems)
        if sidecar.refused:
            yield Notice(sidecar.refused.kind, f"{path}: {sidecar.refused.detail}")
            if sidecar.refused.kind != "bad-sidecar":  # which says nothing, and may be a slip of its writer
                look.refused.add(path)
            continue
        if sidecar.post_key:
            look.posts[path] = sidecar.post_key
            joined = [one for one in members.get(sidecar.post_key, ()) if one not in look.paths]
            look.paths.update(joined)
            waiting.extend(joined)
        look.read.append(found)


def _inverted(posts: Mapping[str, object]) -> dict[object, list[str]]:
    """Post → its pictures."""
    members: dict[object, list[str]] = {}
    for path, post in posts.items():
        members.setdefault(post, []).append(path)
    return members


def _post_key(account: Account, path: str, posts: Mapping[str, object]) -> str:
    return f"{account.handle}/{posts.get(path, path)}"
