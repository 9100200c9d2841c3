"""What the file beside a picture says about it.

Two kinds are read: our own (``a.png.json`` or ``a.png.toml`` with ``title``, ``text``, ``alt``, ``date``, ``tags``,
``language``, ``sensitive``, ``permalink``, ``media_kind``, ``post``, ``num``) and the JSON that ``gallery-dl
--write-metadata`` leaves beside what it downloads (gallery-dl docs/configuration.rst, postprocessor "metadata"; its
extractors twitter, bluesky, mastodon and misskey). Keys are looked up by name only: file names are the user's.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from gallery.domain import LANGUAGE_TAG, Label, MediaKind, Notice
from gallery.sources.bluesky_labels import HIDDEN, SENSITIVE, SIGN_IN_ONLY, active_labels
from gallery.sources.local_files import parse_json
from gallery.sources.text import html_to_text, one_line, plain
from gallery.sources.wire import https_url, instant, mapping, sequence, string
from gallery.sources.x_common import KINDS, decimal_id, permalink, user_name

HOST = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")
OTHER_PEOPLES = frozenset(
    {"bookmark", "bookmarks", "favorite", "favorites", "feed", "hashtag", "home", "like", "likes", "list"}
)
_NEVER = datetime.min.replace(tzinfo=UTC)  # a saved label has nobody who would renew it, so it holds past its date


@dataclass(frozen=True, slots=True)
class Sidecar:
    """The description of one picture. Pictures with the same non-empty ``post_key`` are one post."""

    post_key: str = ""  # "twitter:2124574927221686272", "post:lighthouse"; "" for a picture that is a post of its own
    order: int = 0  # position in the post
    title: str = ""
    text: str = ""
    alt: str = ""
    warning: str = ""
    date: datetime | None = None  # UTC
    tags: tuple[str, ...] = ()
    language: str | None = None
    permalink: str = ""
    sensitive: bool = False  # the whole post
    media_sensitive: bool = False  # this picture
    kind: MediaKind = MediaKind.IMAGE
    label: Label | None = None
    from_x: bool = False  # was got from X outside its API: showing it takes the artist's consent
    visibility: str = ""  # as the network calls it: showing "unlisted" or "home" posts takes the artist's word
    refused: Notice | None = None  # why the picture must not be shown
    problems: tuple[str, ...] = ()  # what was ignored or is missing, in words


def parse_sidecar(name: str, raw: bytes) -> Sidecar:
    """Read one sidecar.

    Args:
        name: the file's name, which decides between JSON and TOML.
        raw: its bytes, already capped in size by the caller.

    Raises:
        ValueError: not JSON or TOML, or not an object; the message says what is wrong.
    """
    if name.lower().endswith(".toml"):
        try:
            data: object = tomllib.loads(raw.decode("utf-8-sig"))
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
    else:
        data = parse_json(raw)
    if not isinstance(data, dict):
        raise ValueError("the top level is not an object")  # noqa: TRY004 - bad content, not a caller's mistake
    category = data.get("category")
    if isinstance(category, str) and (category in ("twitter", "bluesky") or "subcategory" in data):
        return _gallery_dl(category, data)
    return _own(data)


# --- our own convention ----------------------------------------------------------------------------------------------


def _own(data: Mapping[str, object]) -> Sidecar:
    """Our fields; a field of the wrong type is named in ``problems``, an unknown key (``artist``, say) is not ours."""
    problems: list[str] = []

    def text(key: str) -> str:
        value = data.get(key, "")
        if not isinstance(value, str):
            problems.append(f"`{key}` is not text")
        return plain(value)

    when = _own_date(data.get("date"))
    if "date" in data and when is None:
        problems.append("`date` is not a date such as 2026-11-22 or 2026-11-22T18:45:10Z")
    tags = data.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        problems.append("`tags` is not a list of texts")
    sensitive = data.get("sensitive", False)
    if not isinstance(sensitive, bool):
        problems.append("`sensitive` is neither true nor false, so the picture counts as sensitive")
        sensitive = True
    link = https_url(text("permalink"))
    if data.get("permalink") and not link:
        problems.append("`permalink` is not an https address")
    kind = text("media_kind")
    label = Label(kind) if kind in set(Label) else None
    if kind and label is None:
        problems.append(f"`media_kind` is {kind[:40]!r}, not one of {', '.join(Label)}")
    language = text("language")
    if language and not re.fullmatch(LANGUAGE_TAG, language):
        problems.append("`language` is not a language tag such as ja or pt-BR")
        language = ""
    post = one_line(text("post"))
    order = _number(data.get("num"))
    if "num" in data and (isinstance(data["num"], bool) or order != data["num"]):
        problems.append("`num` is not a number such as 1")
    return Sidecar(
        post_key=f"post:{post}" if post else "",
        order=order,
        title=one_line(text("title")),
        text=text("text"),
        alt=text("alt"),
        date=when,
        tags=tuple(tag.removeprefix("#") for tag in _strings(tags)),
        language=language or None,
        permalink=link,
        sensitive=sensitive,
        media_sensitive=sensitive and bool(post),  # one page of a comic does not veil the others
        label=label,
        problems=tuple(problems),
    )


def _own_date(value: object) -> datetime | None:
    """A JSON text or a TOML date; without a zone it is UTC."""
    if isinstance(value, datetime):
        return instant(value.isoformat())
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    return instant(value)


# --- gallery-dl ------------------------------------------------------------------------------------------------------


def _gallery_dl(category: str, data: Mapping[str, object]) -> Sidecar:
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
    return Sidecar(problems=(f"gallery-dl's {category[:40]!r} is not a network we know, so the sidecar is not used",))


def _refuse(kind: str, detail: str) -> Sidecar:
    return Sidecar(refused=Notice(kind, detail))


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
        order=_number(data.get("num")),
        text=plain(data.get("content")),
        alt=plain(data.get("description")),
        date=instant(data.get("date")),
        tags=_strings(data.get("hashtags")),
        language=string(data.get("lang")) or None,
        permalink=link,
        sensitive=data.get("sensitive") is True,
        media_sensitive=bool(sequence(data.get("sensitive_flags"))),
        kind=KINDS.get(string(data.get("type")), MediaKind.IMAGE),
        from_x=True,
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
        order=_number(data.get("num")),
        text=plain(data.get("text")),
        alt=plain(data.get("description")),
        date=min(filter(None, map(instant, told)), default=None) or instant(data.get("date")),
        tags=_strings(data.get("hashtags")) or _strings(data.get("tags")),
        language=next(iter(_strings(data.get("langs"))), None),
        permalink=link,
        sensitive=bool(labels & SENSITIVE),
    )


def _labels(value: object) -> frozenset[str]:
    """Values of labels, given as the network does (``{"val": …}``, perhaps inside ``values``) or as plain texts."""
    if isinstance(value, dict):
        value = value.get("values")
    return active_labels(value, _NEVER) | set(_strings(value))


def _mastodon(data: Mapping[str, object]) -> Sidecar:
    media = mapping(data.get("media"))
    post_id, host = string(data.get("id")) or decimal_id(data.get("id")), string(data.get("instance")).lower()
    link = https_url(data.get("url")) or https_url(data.get("uri"))
    if not post_id or not link:
        return _refuse("bad-sidecar", "a mastodon sidecar without id or url")
    if mapping(data.get("reblog")):
        return _refuse("repost", link)
    if "weburl" in media:  # the preview of a page that the post links to
        return _refuse("foreign-media", link)
    visibility = string(data.get("visibility"))
    if visibility not in ("public", "unlisted", ""):
        return _refuse("not-public", link)
    warning = plain(data.get("spoiler_text"))
    attachments = [mapping(item).get("id") for item in sequence(data.get("media_attachments"))]
    place = attachments.index(media.get("id")) if media.get("id") in attachments else 0
    tags = (string(mapping(tag).get("name")) for tag in sequence(data.get("tags")))
    kinds = {"video": MediaKind.VIDEO, "gifv": MediaKind.ANIMATION}
    return Sidecar(
        post_key=f"mastodon:{host}:{post_id}",
        order=_number(data.get("num")) or place,
        text=html_to_text(data.get("content")),
        alt=plain(media.get("description")),
        warning=warning,
        date=instant(data.get("created_at")) or instant(data.get("date")),
        tags=tuple(filter(None, tags)) or _strings(data.get("tags")),
        language=string(data.get("language")) or None,
        permalink=link,
        sensitive=data.get("sensitive") is True or bool(warning),
        visibility=visibility,
        kind=kinds.get(string(media.get("type")), MediaKind.IMAGE),
    )


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
    visibility = string(data.get("visibility"))
    if hidden or visibility not in ("public", "home", ""):
        return _refuse("not-public", link)
    warning = plain(data.get("cw"))
    kind = string(file.get("type"))
    return Sidecar(
        post_key=f"misskey:{host}:{note_id}",
        order=_number(data.get("num")) or (own.index(file.get("id")) if own else 0),
        text=plain(data.get("text")),
        alt=plain(file.get("comment")),
        warning=warning,
        date=instant(data.get("createdAt")) or instant(data.get("date")),
        tags=_strings(data.get("tags")),
        permalink=link,
        sensitive=bool(warning),
        media_sensitive=file.get("isSensitive") is not False,
        visibility=visibility,
        kind=MediaKind.VIDEO if kind.startswith("video/") else MediaKind.IMAGE,
    )


def _strings(value: object) -> tuple[str, ...]:
    """The non-empty strings of a JSON array, each on one line."""
    return tuple(filter(None, map(one_line, sequence(value))))


def _number(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 10_000 else 0


def agreed(sidecar: Sidecar, *, consent: bool, visibilities: Collection[str]) -> Sidecar:
    """Refuse what takes the artist's word and does not have it.

    Args:
        consent: to showing what came from X (X's developer policy, section "Consent").
        visibilities: which posts may be shown: "public", "" for those that do not say, and what the artist agreed to.
    """
    link, visibility = sidecar.permalink, sidecar.visibility
    why = None
    if sidecar.from_x and not consent:
        why = Notice("consent-needed", f"{link}: set `consent: granted` or `own`")
    elif visibility not in visibilities:
        why = Notice("not-public", f"{link} is {visibility!r}; set `{visibility}: true` if the artist agreed")
    return sidecar if sidecar.refused or not why else replace(sidecar, refused=why)
