"""What Misskey and its forks say: notes, drive files and users, read without asking anyone.

Shapes: ``packages/backend/src/models/json-schema`` of https://github.com/misskey-dev/misskey, and every server's own
``/api-doc``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gallery.domain import AccountState, Media, MediaKind, Notice, Post, Profile
from gallery.sources.instances import ID, visibility_of, warning_of
from gallery.sources.json_values import at, https_url, instant, sequence, string
from gallery.sources.profile_words import plea
from gallery.sources.text import one_line, plain
from gallery.sources.timeline import NOT_PUBLIC, Reading, without_picture

_USER = re.compile(r"[\w.-]{1,128}", re.ASCII)
_SHOWABLE = frozenset({"image/jpeg", "image/png", "image/apng", "image/webp", "image/gif", "image/avif"})


def read_user(user: object, host: str) -> Profile | None:
    """The profile in a user entity, or None where it has no usable id or name."""
    number, name = string(at(user, "id")), string(at(user, "username"))
    if not ID.fullmatch(number) or not _USER.fullmatch(name):
        return None
    handle = f"{name}@{host}"
    return Profile(
        stable_id=f"{host}/{number}",
        handle=handle,
        name=one_line(at(user, "name")) or handle,
        url=f"https://{host}/@{name}",
        avatar_url=https_url(at(user, "avatarUrl")),
        # spelt like that, Misskey tells it to nobody but the user; the other is Sharkey's
        noindex=at(user, "noCrawle") is True or at(user, "noindex") is True,
        plea=plea(at(user, "name"), at(user, "description"), *_rows(user)),
        state=AccountState.MOVED if new_home(user) else AccountState.ACTIVE,
    )


def _rows(user: object) -> list[str]:
    """The table in a profile; a row may say "Reposts: no"."""
    return [f"{string(at(row, 'name'))}: {string(at(row, 'value'))}" for row in sequence(at(user, "fields"))]


def new_home(user: object) -> object:
    """What stands for the account that the user has moved to: its id on this instance (Misskey), its address (Sharkey)
    or itself (Firefish, Iceshrimp); None where there is none."""
    return at(user, "movedToUri") or at(user, "movedTo") or None


def read_note(note: object, host: str, user_id: str, visibilities: frozenset[str]) -> Reading:
    """Read one note of the user.

    Args:
        note: the Note entity.
        host: the instance that was asked; ids are unique there only.
        user_id: whose notes are wanted.
        visibilities: which may be shown: ``public``, and ``home`` where the artist agreed.
    """
    number, created = string(at(note, "id")), instant(at(note, "createdAt"))
    if not ID.fullmatch(number) or created is None:
        return Reading("", None, notices=(Notice("malformed", f"{host}: a note without id or time"),))
    key = f"{host}/{number}"
    if at(note, "isHidden") is True:
        return Reading(number, created, hidden="hidden from visitors by its author")
    refused = _why_not(note, key, user_id, visibilities)
    if refused:
        lost = NOT_PUBLIC if refused.kind == "not-public" and visibility_of(note) else ""
        return Reading(number, created, lost=lost, notices=(refused,))

    files = at(note, "files")
    found = list(_each_media(files, host, key))
    media = tuple(one for one in found if isinstance(one, Media))
    notices = tuple(one for one in found if isinstance(one, Notice))
    if not media:
        return without_picture(key, (number, created), files, notices)
    warning = warning_of(note)
    tags = (plain(tag, 100) for tag in sequence(at(note, "tags")))
    post = Post(
        key=key,
        permalink=f"https://{host}/notes/{number}",
        created_at=created,
        media=media,
        text=plain(at(note, "text")),
        warning=warning,
        sensitive=bool(warning),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        version=string(at(note, "updatedAt"))[:40],
    )
    return Reading(number, created, post, notices=notices)


def _why_not(note: object, key: str, user_id: str, visibilities: frozenset[str]) -> Notice | None:
    """Why a note is no post of the account, if it is none."""
    if string(at(note, "userId")) != user_id:
        return Notice("foreign-post", f"{key} is not by the account")
    visibility = visibility_of(note)
    if visibility not in visibilities:
        return Notice("not-public", f"{key} is {visibility[:20]!r}")
    if at(note, "renoteId") is not None and not sequence(at(note, "files")):
        return Notice("repost", f"{key} is a renote")
    answered = at(note, "reply", "userId")
    if answered is not None and answered != user_id:
        return Notice("reply", f"{key} answers somebody else")
    return None


def _each_media(files: object, host: str, key: str) -> Iterator[Media | Notice]:
    for file in sequence(files):
        number, kind = string(at(file, "id")), string(at(file, "type")).lower()
        if not ID.fullmatch(number):
            yield Notice("malformed", f"{key}: a file without id")
            continue
        still = https_url(at(file, "thumbnailUrl"))
        address = https_url(at(file, "url")) if kind in _SHOWABLE else still
        if not kind.startswith(("image/", "video/")):
            yield Notice("no-still", f"{key}: file {number} is {kind[:40]!r}, which has no picture")
        elif not address:
            yield Notice("no-address", f"{key}: file {number} ({kind[:40]}) has no https address of a picture")
        else:
            yield Media(
                key=f"{host}/{number}",
                url=address,
                alt=plain(at(file, "comment"), 5_000),
                kind=MediaKind.VIDEO if kind.startswith("video/") else MediaKind.IMAGE,
                sensitive=at(file, "isSensitive") is not False,
            )
