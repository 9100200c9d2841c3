"""The archive that X gives an account's owner, handed over as the zip it came in.

The zip also holds direct messages, addresses and telephone numbers. Only its lists of tweets, its manifest, the owner's
names and the pictures are ever opened, and nothing is unpacked to disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from gallery.domain import (
    Account,
    CursorMoved,
    KnownPost,
    Media,
    Notice,
    Post,
    PostGone,
    PostSeen,
    Profile,
    ProfileSeen,
    SourceEvent,
)
from gallery.errors import SourceError
from gallery.sources.base import Hosts, Since, Web
from gallery.sources.json_values import at, instant, mapping, sequence, string
from gallery.sources.local_files import path_handle
from gallery.sources.options import by_name, flag, mistakes
from gallery.sources.x_archive_parse import (
    Owner,
    Reading,
    long_texts,
    media_of,
    owner_of,
    read_tweet,
    tweet_id,
    tweet_key,
    tweet_of,
)
from gallery.sources.x_archive_script import read_array, read_object
from gallery.sources.x_archive_zip import PARTS, TWEETS, Archive, open_all, open_picture, parts_of
from gallery.sources.x_common import REPLIES

MAX_SCRIPTS = 200
CURSOR_FORMAT = 3  # raised when archives are read in another way: then all are read anew
MANIFEST = "data/manifest.js"
GENERATION = timedelta(hours=12)  # parts of one archive may bear several dates, but nobody asks for two a day
_Manifests = Sequence[tuple[Path, Mapping[str, object]]]
LEFT_OUT = frozenset({"repost", "reply"})  # notices about a whole tweet
_UNKNOWN_IS_SENSITIVE = flag("unknown_is_sensitive", default=True)


class XArchive:
    """Reads X archives; the handle is the path of a zip, of a folder of zips, or a pattern such as ``aoi-*.zip``."""

    network = "x_archive"
    local = True
    max_picture_bytes = 50_000_000
    options = by_name(PARTS, REPLIES, _UNKNOWN_IS_SENSITIVE)
    option_names = frozenset(options)

    def check_handle(self, handle: str) -> str:
        """Return the path without a trailing slash.

        Raises:
            ValueError: empty, or with control characters.
        """
        return path_handle(handle, "an X archive is a path such as archives/aoi.zip")

    def check_options(self, account: Account) -> list[tuple[str, str]]:
        """Which of the entry's settings may not be what they are."""
        return mistakes(account, self.options)

    def missing_files(self, account: Account) -> list[str]:
        """Whether the zips are there."""
        try:
            parts_of(account)
        except SourceError as error:
            return [str(error)]
        return []

    def profile_url(self, handle: str) -> str:
        """A file has no page; the profile that the archive names has one."""
        return ""

    def media_hosts(self, account: Account) -> Hosts:
        """An archive needs no host."""
        return Hosts()

    def list_posts(self, account: Account, since: Since, web: Web) -> Iterator[SourceEvent]:
        """Yield the owner and every picture post, newest first; nothing while the zips are the ones already read.

        Raises:
            SourceError: no zip there, a damaged one, one of another account's, or one from before X put pictures in.
        """
        paths = parts_of(account)
        replies, unknown_is_sensitive = REPLIES(account), _UNKNOWN_IS_SENSITIVE(account)
        stamp = [[path.name, path.stat().st_size, path.stat().st_mtime_ns] for path in paths]
        settings: dict[str, object] = {"parts": stamp, "since": str(account.since), "limit": account.limit}
        settings |= {"replies": replies, "unknown_is_sensitive": unknown_is_sensitive, "format": CURSOR_FORMAT}
        if since.cursor.get("settings") == settings:
            return
        archive, manifests, owner = _open(account, paths)
        if archive.strange:
            yield Notice("odd-name", f"{account.key}: {archive.strange} names in the zip lead out of it; not opened")
        if older := _older(archive, manifests):
            why = "is older than another archive of the entry: of it, only pictures serve that the newer one lacks"
            yield from (Notice("older-archive", f"{account.key}: {path.name} {why}") for path in older)
            newest = [path for path in paths if path not in older]
            archive, manifests, owner = _open(account, newest)
            archive.pictures = open_all(account, [*newest, *older]).pictures
        scripts, is_partial = _scripts(account, archive, manifests)
        yield ProfileSeen(Profile(owner.user_id, owner.name, owner.display_name, url=f"https://x.com/{owner.name}"))
        notes = {name for name in archive.scripts if name.startswith("data/note-tweet")}
        texts = long_texts(item for name in sorted(notes) for item in _elements(account, archive, name))
        known, seen = (frozenset(map(string, sequence(since.cursor.get(name)))) for name in ("posts", "media"))
        reading = Reading(owner, replies, unknown_is_sensitive, _finder(archive), seen, since.holds, texts)
        found = _Found()
        for script in scripts:
            yield from found.add(_elements(account, archive, script), reading)
        newest_first = sorted(found.posts.values(), key=lambda post: int(post.version), reverse=True)
        yield from map(PostSeen, newest_first)
        media = {media.key for post in newest_first for media in post.media}
        yield from (PostGone(key, "not to be shown", refused=True) for key in sorted(known & found.refused))
        known -= found.refused
        if not is_partial:
            yield from (PostGone(key, "the newer archive does not hold it") for key in sorted(known - found.keys))
            known = seen = frozenset()
        elif known - found.keys:
            yield Notice(
                "partial-archive", f"it says that parts are missing; posts that stay: {len(known - found.keys)}"
            )
        yield CursorMoved({"settings": settings, "posts": sorted(known | found.keys), "media": sorted(seen | media)})

    def find_gone(
        self, account: Account, since: Since, posts: Sequence[KnownPost], web: Web
    ) -> Iterator[PostGone | Notice]:
        """An archive says nothing about later deletions; a newer one does, when it is listed."""
        return iter(())

    def open_media(self, account: Account, media: Media) -> BinaryIO:
        """Open a picture inside the zip.

        Raises:
            SourceError: not one of the archive's pictures, larger than a picture may be, or damaged.
        """
        return open_picture(account, media.url, self.max_picture_bytes)


@dataclass(slots=True)
class _Found:
    """The posts of all files of tweets together; they overlap between the parts and are in no order."""

    posts: dict[str, Post] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)  # also of posts whose pictures are in a part that is not here
    refused: set[str] = field(default_factory=set)  # of reposts, and of replies that the entry does not want
    newest: dict[str, int] = field(default_factory=dict)  # key of any tweet → its newest version

    def add(self, elements: Iterable[object], reading: Reading) -> Iterator[Notice]:
        """Take in tweets; of an edited one the newest version counts, also one that lost its pictures."""
        for element in elements:
            tweet = tweet_of(element)
            key, version = tweet_key(tweet), int(tweet_id(tweet) or 0)
            if version <= self.newest.get(key, -1):
                continue
            self.newest[key] = version
            self.posts.pop(key, None)
            self.keys.discard(key)
            self.refused.discard(key)
            if not media_of(tweet):
                continue
            left_out = False
            for item in read_tweet(tweet, reading):
                if isinstance(item, Notice):
                    left_out = left_out or item.kind in LEFT_OUT
                    yield item
                else:
                    self.posts[key] = item
            (self.refused if left_out else self.keys).add(key)


# --- contents --------------------------------------------------------------------------------------------------------


@contextmanager
def _named(account: Account, script: str) -> Iterator[None]:
    """Turn a parser's ValueError into an error that names the script."""
    try:
        yield
    except ValueError as error:
        raise SourceError(f"{account.key}: {script} in the archive is not what X writes: {error}") from error


def _elements(account: Account, archive: Archive, script: str) -> Iterator[object]:
    for raw in archive.read(script):
        elements = read_array(raw)
        while True:
            with _named(account, script):
                element = next(elements, archive)
            if element is archive:  # the end: no element is the archive itself
                break
            yield element


def _open(account: Account, paths: Sequence[Path]) -> tuple[Archive, _Manifests, Owner]:
    """The zips as one archive, what they say of themselves, and whose they are."""
    archive = open_all(account, paths)
    manifests = _manifests(account, archive)
    return archive, manifests, _owner(account, archive, manifests)


def _manifests(account: Account, archive: Archive) -> _Manifests:
    """What the zips say of themselves; those without a manifest are not in the list."""
    with _named(account, MANIFEST):
        paths = [path for path, _ in archive.scripts.get(MANIFEST, ())]
        return list(zip(paths, map(read_object, archive.read(MANIFEST)), strict=True))


def _older(archive: Archive, manifests: _Manifests) -> list[Path]:
    """The zips of archives that were made before the newest one, the newest of them first: what was deleted since, or
    marked as sensitive, is said only there. A zip without a date that lists tweets is older than one with a date."""
    dates = [(path, instant(at(manifest, "archiveInfo", "generationDate"))) for path, manifest in manifests]
    known = {path: date for path, date in dates if date}
    if not known:
        return []
    newest = max(known.values())
    with_tweets = {path for name, found in archive.scripts.items() if TWEETS.fullmatch(name) for path, _ in found}
    older = [path for path, date in known.items() if newest - date > GENERATION]
    return [*sorted(older, key=known.__getitem__, reverse=True), *sorted(with_tweets - known.keys())]


def _owner(account: Account, archive: Archive, manifests: _Manifests) -> Owner:
    """Whose archive it is: from the manifests, else from account.js.

    Raises:
        SourceError: nothing says it, or parts are of two accounts.
    """
    owners: set[Owner] = set()
    for _, manifest in manifests:
        user = mapping(manifest.get("userInfo"))
        owners.add(owner_of(user.get("accountId"), user.get("userName"), user.get("displayName")) or _NOBODY)
    if not owners - {_NOBODY}:
        for element in _elements(account, archive, "data/account.js"):
            user = mapping(mapping(element).get("account"))
            owners.add(owner_of(user.get("accountId"), user.get("username"), user.get("accountDisplayName")) or _NOBODY)
    owners.discard(_NOBODY)
    if len({owner.user_id for owner in owners}) != 1:
        who = " and ".join(sorted(owner.name for owner in owners)) or "nobody"
        raise SourceError(f"{account.key}: the archive should be one account's, and names {who}")
    return max(owners, key=lambda owner: (owner.name, owner.display_name))


def _scripts(account: Account, archive: Archive, manifests: _Manifests) -> tuple[list[str], bool]:
    """Which scripts hold the tweets, and whether parts are missing: from the manifests, else from names.

    Raises:
        SourceError: no tweets are in it.
    """
    is_partial, listed = False, set()
    for _, manifest in manifests:
        is_partial = is_partial or at(manifest, "archiveInfo", "isPartialArchive") is True
        files = sequence(at(manifest, "dataTypes", "tweets", "files"))
        listed |= {string(mapping(item).get("fileName")) for item in files}
    scripts = sorted(name for name in (listed or archive.scripts) if TWEETS.fullmatch(name) and name in archive.scripts)
    if not scripts:
        raise SourceError(f"{account.key}: the archive holds no data/tweets.js; is this all of its parts?")
    if len(scripts) > MAX_SCRIPTS:
        raise SourceError(f"{account.key}: the archive lists {len(scripts)} files of tweets")
    return scripts, is_partial or bool(listed - set(archive.scripts))


_NOBODY = Owner("", "", "")


def _finder(archive: Archive) -> Callable[[str], str]:
    """Look a picture up by its name; its address is the zip's, with the member after ``#``."""

    def find(name: str) -> str:
        path, member = archive.pictures.get(name, (None, ""))
        return f"{path.absolute().as_uri()}#{quote(member)}" if path else ""

    return find
