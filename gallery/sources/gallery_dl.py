"""What the JSON says that ``gallery-dl --write-metadata`` leaves beside what it downloads.

See gallery-dl's docs/configuration.rst, postprocessor "metadata", and its extractors twitter, bluesky, mastodon and
misskey. Keys are looked up by name only: file names are the user's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from gallery.domain import MediaKind, Notice
from gallery.sources.bluesky_labels import HIDDEN, SENSITIVE, SIGN_IN_ONLY, active_labels
from gallery.sources.instances import HOST, ID, own_page, visibility_of, warning_of
from gallery.sources.json_values import https_url, instant, mapping, sequence, string
from gallery.sources.sidecar_base import Sidecar, author_names, number, strings
from gallery.sources.text import html_to_text, plain
from gallery.sources.x_common import KINDS, decimal_id, permalink, user_name

OTHER_PEOPLES = frozenset(
    {"bookmark", "bookmarks", "favorite", "favorites", "feed", "hashtag", "home", "like", "likes", "list"}
)
_ON_SENSITIVITY = re.compile(
    r"rating|restrict|matur|sfw|adult|sensitiv|(r|over)_?18|explicit|purity|warning|spoiler", re.IGNORECASE
)
_HARMLESS: Mapping[str, tuple[object, ...]] = {
    **dict.fromkeys(("x_restrict", "nsfw", "is_nsfw", "mature", "is_mature", "over_18", "adult", "explicit"), (False,)),
    "rating": ("general", "safe", "g"),  # not "s" or "e": one site's safe is another's sensitive
    "purity": ("sfw",),
    "sfw": (True,),
}
_NEVER = datetime.min.replace(tzinfo=UTC)  # a saved label has nobody who would renew it, so it holds past its date


def read_gallery_dl(category: str, data: Mapping[str, object]) -> Sidecar:
    """Tell gallery-dl's networks apart: two by name, the federated ones (named after the instance) by shape."""
    subcategory = string(data.get("subcategory"))
    if subcategory in OTHER_PEOPLES:
        return _refuse("foreign-post", f"saved from a {subcategory} page, not from the artist's own")
    if category == "twitter":
        return _twitter(data)
    if category == "bluesky":
        return _bluesky(data)
    if isinstance(data.get("media"), dict) and isinstance(data.get("account"), dict):
        return _mastodon(data)
    if isinstance(data.get("file"), dict) and isinstance(data.get("user"), dict):
        return _misskey(data)
    return _unknown(category, data)


def _refuse(kind: str, detail: str) -> Sidecar:
    return Sidecar(refused=Notice(kind, detail))


def _unknown(category: str, data: Mapping[str, object]) -> Sidecar:
    """Of a network in whose words nobody here is versed, only that a picture is harmless, where nothing gainsays it."""
    told = {
        key.lower(): value.lower() if isinstance(value, str) else value
        for key, value in data.items()
        if _ON_SENSITIVITY.search(key) and value not in (None, "", [])
    }
    harmless = any(value in _HARMLESS.get(key, ()) for key, value in told.items())
    gainsaid = any(value not in _HARMLESS.get(key, (False,)) for key, value in told.items())
    sensitive = gainsaid or not harmless
    use = "is not used, and the picture counts as sensitive" if sensitive else "serves only to call it harmless"
    problem = f"gallery-dl's {category[:40]!r} is not a network we know, so the sidecar {use}"
    return Sidecar(sensitive=sensitive, problems=(problem,))


def _twitter(data: Mapping[str, object]) -> Sidecar:
    post_id = decimal_id(data.get("tweet_id"))
    author, user = mapping(data.get("author")), mapping(data.get("user"))
    name = user_name(author.get("name"))
    if not post_id or not name:
        return _refuse("bad-sidecar", "a twitter sidecar without tweet_id or author.name")
    link = permalink(name, post_id)
    if data.get("retweet_id") not in (0, "0", "", None):
        return _refuse("repost", link)
    if user and decimal_id(user.get("id")) != decimal_id(author.get("id")):
        return _refuse("foreign-post", f"{link} is not by {string(user.get('name'))[:40]!r}")
    if author.get("protected") is True:
        return _refuse("protected", link)
    return Sidecar(
        post_key=f"twitter:{post_id}",
        order=number(data.get("num")),
        text=plain(data.get("content")),
        alt=plain(data.get("description")),
        date=instant(data.get("date")),
        tags=strings(data.get("hashtags")),
        language=string(data.get("lang")) or None,
        permalink=link,
        sensitive=bool(data.get("sensitive")),
        media_sensitive=bool(sequence(data.get("sensitive_flags"))),
        kind=KINDS.get(string(data.get("type")), MediaKind.IMAGE),
        from_x=True,
        authors=author_names("x", decimal_id(author.get("id")), name),
    )


def _bluesky(data: Mapping[str, object]) -> Sidecar:
    author, user = mapping(data.get("author")), mapping(data.get("user"))
    did = string(author.get("did"))
    found = re.fullmatch(
        r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/[A-Za-z0-9.]+/([A-Za-z0-9._~:-]+)", string(data.get("uri"))
    )
    if not found:
        return _refuse("bad-sidecar", "a bluesky sidecar without a post's uri")
    link = f"https://bsky.app/profile/{found[1]}/post/{found[2]}"
    if did != found[1] or (user and string(user.get("did")) != did):
        return _refuse("foreign-post", link)
    labels = _labels(data.get("labels")) | _labels(author.get("labels"))
    if labels & {*HIDDEN, SIGN_IN_ONLY}:
        return _refuse("hidden", link)
    told = data.get("createdAt"), data.get("indexedAt")  # the earlier, as Bluesky itself sorts, and its source
    return Sidecar(
        post_key=f"bluesky:{found[0]}",
        order=number(data.get("num")),
        text=plain(data.get("text")),
        alt=plain(data.get("description")),
        date=min(filter(None, map(instant, told)), default=None) or instant(data.get("date")),
        tags=strings(data.get("hashtags")) or strings(data.get("tags")),
        language=next(iter(strings(data.get("langs"))), None),
        permalink=link,
        sensitive=bool(labels & SENSITIVE),
        authors=author_names("bluesky", did, string(author.get("handle"))),
    )


def _labels(value: object) -> frozenset[str]:
    """Values of labels, given as the network does (``{"val": …}``, perhaps inside ``values``) or as plain texts."""
    if isinstance(value, dict):
        value = value.get("values")
    return active_labels(value, _NEVER) | set(strings(value))


def _on_server(network: str, asked: str, account: Mapping[str, object], name: str, home: str) -> tuple[str, ...]:
    """The names of an account that the server ``asked`` shows: the id is that server's own."""
    told = string(account.get("id")) or decimal_id(account.get("id"))
    return author_names(network, f"{asked}/{told}" if told else "", f"{name}@{home or asked}" if name else "")


def _mastodon(data: Mapping[str, object]) -> Sidecar:
    media = mapping(data.get("media"))
    post_id, host = string(data.get("id")) or decimal_id(data.get("id")), string(data.get("instance")).lower()
    link = _page_on_mastodon(data, host, post_id)
    if not post_id or not link:
        return _refuse("bad-sidecar", "a mastodon sidecar without id, or without a url on its author's own server")
    if mapping(data.get("reblog")):
        return _refuse("repost", link)
    if "weburl" in media:  # the preview of a page that the post links to
        return _refuse("foreign-media", link)
    visibility = visibility_of(data)
    if visibility not in ("public", "unlisted", ""):
        return _refuse("not-public", link)
    warning = plain(data.get("spoiler_text"))
    attachments = [mapping(item).get("id") for item in sequence(data.get("media_attachments"))]
    place = attachments.index(media.get("id")) if media.get("id") in attachments else 0
    tags = (string(mapping(tag).get("name")) for tag in sequence(data.get("tags")))
    kinds = {"video": MediaKind.VIDEO, "gifv": MediaKind.ANIMATION}
    account = mapping(data.get("account"))
    name, _, home = string(account.get("acct")).partition("@")
    return Sidecar(
        post_key=f"mastodon:{host}:{post_id}",
        order=number(data.get("num")) or place,
        text=html_to_text(data.get("content")),
        alt=plain(media.get("description")),
        warning=warning,
        date=instant(data.get("created_at")) or instant(data.get("date")),
        tags=tuple(filter(None, tags)) or strings(data.get("tags")),
        language=string(data.get("language")) or None,
        permalink=link,
        sensitive=bool(data.get("sensitive") or warning),
        visibility=visibility,
        kind=kinds.get(string(media.get("type")), MediaKind.IMAGE),
        authors=_on_server("mastodon", host, account, name, home),
    )


def _page_on_mastodon(data: Mapping[str, object], host: str, post_id: str) -> str:
    """The post's page on its author's server, else on the one that was asked; "" where there is neither.

    Only the latter's name is gallery-dl's own word; without it the file is as good as one of ours.
    """
    told = [string(data.get(name)) for name in ("url", "uri")]
    if not HOST.fullmatch(host):
        return https_url(told[0]) or https_url(told[1])
    author = string(mapping(data.get("account")).get("acct"))
    home = author.rpartition("@")[2].lower()
    servers = [host, home] if HOST.fullmatch(home) and "@" in author else [host]
    fallback = f"https://{host}/@{author}/{post_id}" if re.fullmatch(r"[\w.-]+(@[\w.-]+)?", author, re.ASCII) else ""
    return own_page(told[0], *servers) or own_page(told[1], *servers) or (fallback if ID.fullmatch(post_id) else "")


def _misskey(data: Mapping[str, object]) -> Sidecar:
    file, user = mapping(data.get("file")), mapping(data.get("user"))
    note_id, host = string(data.get("id")), string(data.get("instance")).lower()
    if not re.fullmatch(r"[A-Za-z0-9]{1,64}", note_id) or not HOST.fullmatch(host):
        return _refuse("bad-sidecar", "a misskey sidecar without id or instance")
    link = f"https://{host}/notes/{note_id}"
    # gallery-dl saves the files of the note that is renoted or answered along with the note's own
    for other, reason in (("renote", "repost"), ("reply", "foreign-post")):
        files = sequence(mapping(data.get(other)).get("files"))
        if file.get("id") in [mapping(item).get("id") for item in files]:
            return _refuse(reason, link)
    own = sequence(data.get("fileIds"))
    if own and file.get("id") not in own:
        return _refuse("foreign-media", link)
    hidden = data.get("isHidden") is True or user.get("requireSigninToViewContents") is True
    visibility = visibility_of(data)
    if hidden or visibility not in ("public", "home", ""):
        return _refuse("not-public", link)
    warning = warning_of(data)
    kind = string(file.get("type"))
    return Sidecar(
        post_key=f"misskey:{host}:{note_id}",
        order=number(data.get("num")) or (own.index(file.get("id")) if own else 0),
        text=plain(data.get("text")),
        alt=plain(file.get("comment")),
        warning=warning,
        date=instant(data.get("createdAt")) or instant(data.get("date")),
        tags=strings(data.get("tags")),
        permalink=link,
        sensitive=bool(warning),
        media_sensitive=file.get("isSensitive") is not False,
        visibility=visibility,
        kind=MediaKind.VIDEO if kind.startswith("video/") else MediaKind.IMAGE,
        authors=_on_server("misskey", host, user, string(user.get("username")), string(user.get("host"))),
    )
