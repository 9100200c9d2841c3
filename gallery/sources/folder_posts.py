"""A folder's pictures and what the files beside them say, put together to posts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gallery.domain import Account, Consent, Media, Notice, Post
from gallery.sources.folder_sidecars import read_sidecar
from gallery.sources.local_files import Listing, exif_date, fingerprint
from gallery.sources.sidecar_base import Sidecar, agreed


@dataclass(frozen=True, slots=True)
class ReadPicture:
    """One picture that was read, before pictures of one post are put together."""

    path: str
    sidecar: Sidecar
    created_at: datetime
    content: str  # tells this content from others the file may have had; not from an adversary's
    undated: bool = False  # neither sidecar nor camera knows when it was made


def read_picture(
    account: Account,
    root: Path,
    path: str,
    listing: Listing,
    visibilities: Collection[str],
    before: Mapping[str, object],
) -> ReadPicture | Notice:
    """Read a picture's sidecar and date. A Notice says why not: what its sidecar says is not known then, and a
    picture whose sidecar might call it sensitive is not shown bare on a guess.

    Args:
        before: of a picture that was undated when it was read last, its content then → its date, in seconds since 1970.
    """
    said = read_sidecar(root, path, listing)
    if isinstance(said, Notice):
        return said
    sidecar = agreed(said, consent=account.consent is not Consent.NONE, visibilities=visibilities)
    if sidecar.refused:
        return ReadPicture(path, sidecar, datetime.fromtimestamp(0, UTC), "")
    try:
        created_at = sidecar.date or exif_date(root, path)
        content = fingerprint(root, path)
    except (OSError, ValueError) as error:
        return Notice("unreadable-file", f"{path}: {error}")
    file_time_s = listing.stamps[path][1] // 10**9
    earlier_s = before.get(content)
    if isinstance(earlier_s, int):  # a copy, or a checkout by git, is younger than the picture
        file_time_s = min(file_time_s, earlier_s)
    file_time = datetime.fromtimestamp(file_time_s, UTC)
    return ReadPicture(path, sidecar, created_at or file_time, content, undated=created_at is None)


def posts_of(account: Account, root: Path, reads: Sequence[ReadPicture]) -> list[Post]:
    """Put pictures of one post together; the newest post comes first."""
    groups: dict[str, list[ReadPicture]] = {}
    for read in reads:
        groups.setdefault(read.sidecar.post_key or read.path, []).append(read)
    made = [_post(f"{account.handle}/{name}", root, group) for name, group in groups.items()]
    return sorted(made, key=lambda post: (post.created_at, post.key), reverse=True)


def _post(key: str, root: Path, group: list[ReadPicture]) -> Post:
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
