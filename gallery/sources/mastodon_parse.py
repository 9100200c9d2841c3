"""What Mastodon-like servers say: statuses, attachments, accounts and ``Link`` headers, read without asking anyone.

Entities: https://docs.joinmastodon.org/entities/Status/, …/MediaAttachment/, …/Account/. GoToSocial, Pleroma, Akkoma
and Pixelfed answer in the same shapes with other ids, so ids are compared for equality only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from gallery.domain import AccountState, Media, MediaKind, Notice, Post, Profile
from gallery.sources.instances import ID, own_page, visibility_of
from gallery.sources.json_values import at, https_url, instant, sequence, string
from gallery.sources.profile_words import plea
from gallery.sources.text import html_to_text, one_line, plain
from gallery.sources.timeline import NOT_PUBLIC, Reading, without_picture

_USER = re.compile(r"[\w.-]{1,100}", re.ASCII)
_ANIMATED = {"gifv": MediaKind.ANIMATION, "video": MediaKind.VIDEO}
_LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[A-Za-z*]+\s*=\s*(?:"[^"]*"|[^\s;,"]*))*)')
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]*))', re.IGNORECASE)


def next_and_previous(header: str) -> dict[str, str]:
    """The targets of a ``Link`` header (RFC 8288) by relation; the first of each counts."""
    found: dict[str, str] = {}
    for target, parameters in _LINK.findall(header[:8_192]):
        relation = _REL.search(parameters)
        for name in (relation[1] or relation[2]).lower().split() if relation else ():
            found.setdefault(name, target.strip())
    return found


def is_of_host(address: str, host: str) -> bool:
    """Whether an address that the server gave leads to its own API."""
    usable = https_url(address)
    parts = urlsplit(usable)
    return bool(usable) and parts.hostname == host and parts.path.startswith("/api/")


def read_account(account: object, host: str, home: str) -> Profile | None:
    """The profile in an Account entity, or None where it has no usable id or name.

    Args:
        account: the entity.
        host: the instance that was asked.
        home: the host of the handle that the maintainer listed, which may be another.
    """
    number, user = string(at(account, "id")), string(at(account, "username"))
    if not ID.fullmatch(number) or not _USER.fullmatch(user):
        return None
    handle = f"{user}@{host}"
    return Profile(
        stable_id=f"{host}/{number}",
        handle=handle,
        name=one_line(at(account, "display_name")) or handle,
        url=own_page(at(account, "url"), host, home) or f"https://{host}/@{user}",
        avatar_url=https_url(at(account, "avatar_static")) or https_url(at(account, "avatar")),
        noindex=_shuns_search_engines(account),
        plea=plea(at(account, "display_name"), html_to_text(at(account, "note")), *_rows(account)),
        state=AccountState.MOVED if at(account, "moved") else AccountState.ACTIVE,
    )


def _rows(account: object) -> list[str]:
    """The table in a profile; a row may say "Reposts: no"."""
    return [f"{string(at(row, 'name'))}: {html_to_text(at(row, 'value'))}" for row in sequence(at(account, "fields"))]


def _shuns_search_engines(account: object) -> bool:
    """Whether the person asked search engines to stay away. GoToSocial, Pleroma and Akkoma ask them by another word,
    which to Mastodon means its own directory."""
    if (told := at(account, "noindex")) is not None:
        return told is True
    return at(account, "discoverable") is False or at(account, "source", "pleroma", "discoverable") is False


def read_status(status: object, host: str, account_id: str, visibilities: frozenset[str], home: str) -> Reading:
    """Read one status of the account.

    Args:
        status: the Status entity.
        host: the instance that was asked; ids are unique there only.
        account_id: whose statuses are wanted; those of others, and boosts, are left out.
        visibilities: which may be shown: ``public``, and ``unlisted`` where the artist agreed.
        home: the host of the handle that the maintainer listed, which may be another.
    """
    number, created = string(at(status, "id")), instant(at(status, "created_at"))
    if not ID.fullmatch(number) or created is None:
        return Reading("", None, notices=(Notice("malformed", f"{host}: a status without id or time"),))
    key = f"{host}/{number}"
    if at(status, "reblog"):
        return Reading(number, created, notices=(Notice("repost", f"{key} is a boost"),))
    if string(at(status, "account", "id")) != account_id:
        return Reading(number, created, notices=(Notice("foreign-post", f"{key} is not by the account"),))
    visibility = visibility_of(status)
    if visibility not in visibilities:
        notice = Notice("not-public", f"{key} is {visibility[:20]!r}")
        return Reading(number, created, lost=NOT_PUBLIC if visibility else "", notices=(notice,))
    answered = at(status, "in_reply_to_account_id")
    if answered is not None and answered != account_id:
        return Reading(number, created, notices=(Notice("reply", f"{key} answers somebody else"),))

    attachments = at(status, "media_attachments")
    found = list(_each_media(attachments, host, key))
    media = tuple(one for one in found if isinstance(one, Media))
    notices = tuple(one for one in found if isinstance(one, Notice))
    if not media:
        return without_picture(key, (number, created), attachments, notices)
    warning = plain(at(status, "spoiler_text"), 1_000)
    tags = (plain(at(tag, "name"), 100) for tag in sequence(at(status, "tags")))
    post = Post(
        key=key,
        permalink=_permalink(status, number, host, home),
        created_at=created,
        media=media,
        text=html_to_text(at(status, "content")),
        warning=warning,
        sensitive=at(status, "sensitive") is True or bool(warning),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        language=string(at(status, "language"))[:35] or None,
        version=string(at(status, "edited_at"))[:40],
    )
    return Reading(number, created, post, notices=notices)


def _permalink(status: object, number: str, host: str, home: str) -> str:
    user = string(at(status, "account", "username"))
    fallback = f"https://{host}/@{user}/{number}" if _USER.fullmatch(user) else f"https://{host}/"
    return own_page(at(status, "url"), host, home) or own_page(at(status, "uri"), host, home) or fallback


def _each_media(attachments: object, host: str, key: str) -> Iterator[Media | Notice]:
    for attachment in sequence(attachments):
        number, kind = string(at(attachment, "id")), string(at(attachment, "type"))
        name = f"{key}: attachment {number[:64]!r}"
        if not ID.fullmatch(number):
            yield Notice("malformed", f"{key}: an attachment without id")
            continue
        if kind == "image":
            address, shown_as = https_url(at(attachment, "url")), MediaKind.IMAGE
        elif kind in _ANIMATED:
            address, shown_as = https_url(at(attachment, "preview_url")), _ANIMATED[kind]
            # Pleroma and Akkoma name the film itself, Pixelfed a picture that says there is none
            if address and (address == at(attachment, "url") or address.endswith("/storage/no-preview.png")):
                yield Notice("no-still", f"{name} is a film without a still")
                continue
        else:
            yield Notice("no-still", f"{name} is {kind[:20]!r}, which has no picture")
            continue
        if not address:
            yield Notice("no-address", f"{name} has no https address (yet)")
            continue
        yield Media(key=f"{host}/{number}", url=address, alt=plain(at(attachment, "description"), 5_000), kind=shown_as)
