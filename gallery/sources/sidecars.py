"""What the file beside a picture says about it.

Two kinds are read: our own (``a.png.json`` or ``a.png.toml`` with ``title``, ``text``, ``alt``, ``date``, ``tags``,
``sensitive``, ``permalink``, ``media_kind``) and the JSON that ``gallery-dl --write-metadata`` leaves beside what it
downloads (gallery-dl docs/configuration.rst, postprocessor "metadata"; its extractors twitter, bluesky, mastodon and
misskey). Keys are looked up by name only: file names are the user's to choose.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from html.parser import HTMLParser

from gallery.domain import Label, MediaKind, Notice
from gallery.sources.shapes import (
    X_KINDS,
    as_id,
    as_list,
    as_map,
    as_text,
    as_texts,
    as_utc,
    is_https,
    parse_json,
)

HOST = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")
SENSITIVE_LABELS = frozenset({"porn", "sexual", "nudity", "graphic-media", "gore", "nsfl"})
HIDING_LABELS = frozenset({"!hide", "!takedown", "!no-unauthenticated"})


@dataclass(frozen=True, slots=True)
class Sidecar:
    """The description of one picture. Pictures with the same non-empty ``post_key`` are one post."""

    post_key: str = ""  # "twitter:2124574927221686272"; "" for our own sidecars, whose picture is a post of its own
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
    refused: Notice | None = None  # why the picture must not be shown
    problems: tuple[str, ...] = ()  # fields that were ignored, in words


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
    if isinstance(category, str) and "subcategory" in data:
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
        return as_text(value)

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
    permalink = text("permalink")
    if permalink and not is_https(permalink):
        problems.append("`permalink` is not an https address")
        permalink = ""
    kind = text("media_kind")
    label = Label(kind) if kind in set(Label) else None
    if kind and label is None:
        problems.append(f"`media_kind` is {kind[:40]!r}, not one of {', '.join(Label)}")
    return Sidecar(
        title=text("title"),
        text=text("text"),
        alt=text("alt"),
        date=when,
        tags=tuple(tag.removeprefix("#") for tag in as_texts(tags)),
        permalink=permalink,
        sensitive=sensitive,
        label=label,
        problems=tuple(problems),
    )


def _own_date(value: object) -> datetime | None:
    """A JSON text or a TOML date; without a zone it is UTC."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    return as_utc(value)


# --- gallery-dl ------------------------------------------------------------------------------------------------------


def _gallery_dl(category: str, data: Mapping[str, object]) -> Sidecar:
    """Tell gallery-dl's networks apart: two by name, the federated ones (named after the instance) by shape."""
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
    post_id = as_id(data.get("tweet_id"))
    author, user = as_map(data.get("author")), as_map(data.get("user"))
    name = as_text(author.get("name"))
    if not post_id or not re.fullmatch(r"[A-Za-z0-9_]{1,15}", name):
        return _refuse("bad-sidecar", "a twitter sidecar without tweet_id or author.name")
    permalink = f"https://x.com/{name}/status/{post_id}"
    if data.get("retweet_id") not in (0, "0", "", None):
        return _refuse("repost", permalink)
    if user and as_id(user.get("id")) != as_id(author.get("id")):
        return _refuse("foreign-post", f"{permalink} is not by {as_text(user.get('name'))[:40]!r}")
    if author.get("protected") is True:
        return _refuse("protected", permalink)
    return Sidecar(
        post_key=f"twitter:{post_id}",
        order=_number(data.get("num")),
        text=as_text(data.get("content")),
        alt=as_text(data.get("description")),
        date=as_utc(data.get("date")),
        tags=as_texts(data.get("hashtags")),
        language=as_text(data.get("lang")) or None,
        permalink=permalink,
        sensitive=data.get("sensitive") is True,
        media_sensitive=bool(as_list(data.get("sensitive_flags"))),
        kind=X_KINDS.get(as_text(data.get("type")), MediaKind.IMAGE),
        from_x=True,
    )


def _bluesky(data: Mapping[str, object]) -> Sidecar:
    author, user = as_map(data.get("author")), as_map(data.get("user"))
    did = as_text(author.get("did"))
    found = re.fullmatch(
        r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/[A-Za-z0-9.]+/([A-Za-z0-9._~:-]+)", as_text(data.get("uri"))
    )
    if not found:
        return _refuse("bad-sidecar", "a bluesky sidecar without a post's uri")
    permalink = f"https://bsky.app/profile/{found[1]}/post/{found[2]}"
    if did != found[1] or (user and as_text(user.get("did")) != did):
        return _refuse("foreign-post", permalink)
    labels = _labels(data.get("labels")) | _labels(author.get("labels"))
    if labels & HIDING_LABELS:
        return _refuse("hidden", permalink)
    return Sidecar(
        post_key=f"bluesky:{found[0]}",
        order=_number(data.get("num")),
        text=as_text(data.get("text")),
        alt=as_text(data.get("description")),
        date=as_utc(data.get("createdAt")) or as_utc(data.get("date")),
        tags=as_texts(data.get("hashtags")) or as_texts(data.get("tags")),
        language=next(iter(as_texts(data.get("langs"))), None),
        permalink=permalink,
        sensitive=bool(labels & SENSITIVE_LABELS),
    )


def _labels(value: object) -> set[str]:
    """Values of labels, given as the network does (``{"val": …}``, perhaps inside ``values``) or as plain texts."""
    if isinstance(value, dict):
        value = value.get("values")
    entries = as_list(value)
    negated = {as_text(as_map(entry).get("val")) for entry in entries if as_map(entry).get("neg") is True}
    return ({as_text(as_map(entry).get("val")) for entry in entries} | set(as_texts(value))) - negated


def _mastodon(data: Mapping[str, object]) -> Sidecar:
    media = as_map(data.get("media"))
    post_id, host = as_text(data.get("id")) or as_id(data.get("id")), as_text(data.get("instance")).lower()
    permalink = next((url for url in (as_text(data.get("url")), as_text(data.get("uri"))) if is_https(url)), "")
    if not post_id or not permalink:
        return _refuse("bad-sidecar", "a mastodon sidecar without id or url")
    if as_map(data.get("reblog")):
        return _refuse("repost", permalink)
    if as_text(data.get("visibility")) not in ("public", "unlisted", ""):
        return _refuse("not-public", permalink)
    attachments = [as_map(item).get("id") for item in as_list(data.get("media_attachments"))]
    place = attachments.index(media.get("id")) if media.get("id") in attachments else 0
    tags = (as_text(as_map(tag).get("name")) for tag in as_list(data.get("tags")))
    kinds = {"video": MediaKind.VIDEO, "gifv": MediaKind.ANIMATION}
    return Sidecar(
        post_key=f"mastodon:{host}:{post_id}",
        order=_number(data.get("num")) or place,
        text=html_to_text(as_text(data.get("content"))),
        alt=as_text(media.get("description")),
        warning=as_text(data.get("spoiler_text")),
        date=as_utc(data.get("created_at")) or as_utc(data.get("date")),
        tags=tuple(filter(None, tags)) or as_texts(data.get("tags")),
        language=as_text(data.get("language")) or None,
        permalink=permalink,
        sensitive=data.get("sensitive") is True,
        kind=kinds.get(as_text(media.get("type")), MediaKind.IMAGE),
    )


def _misskey(data: Mapping[str, object]) -> Sidecar:
    file, user = as_map(data.get("file")), as_map(data.get("user"))
    note_id, host = as_text(data.get("id")), as_text(data.get("instance")).lower()
    if not re.fullmatch(r"[A-Za-z0-9]{1,64}", note_id) or not HOST.fullmatch(host):
        return _refuse("bad-sidecar", "a misskey sidecar without id or instance")
    permalink = f"https://{host}/notes/{note_id}"
    ids = [as_map(item).get("id") for item in as_list(data.get("files"))]
    if as_map(data.get("renote")) and file.get("id") not in ids:
        return _refuse("repost", permalink)
    hidden = data.get("isHidden") is True or user.get("requireSigninToViewContents") is True
    if hidden or as_text(data.get("visibility")) not in ("public", "home", ""):
        return _refuse("not-public", permalink)
    kind = as_text(file.get("type"))
    return Sidecar(
        post_key=f"misskey:{host}:{note_id}",
        order=_number(data.get("num")) or (ids.index(file.get("id")) if file.get("id") in ids else 0),
        text=as_text(data.get("text")),
        alt=as_text(file.get("comment")),
        warning=as_text(data.get("cw")),
        date=as_utc(data.get("createdAt")) or as_utc(data.get("date")),
        tags=as_texts(data.get("tags")),
        permalink=permalink,
        media_sensitive=file.get("isSensitive") is True,
        kind=MediaKind.VIDEO if kind.startswith("video/") else MediaKind.IMAGE,
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10_000 else 0


def without_x(sidecar: Sidecar, allowed: bool) -> Sidecar:
    """Refuse what came from X unless the artist ``allowed`` it (X's developer policy, section "Consent")."""
    if sidecar.refused or allowed or not sidecar.from_x:
        return sidecar
    return replace(sidecar, refused=Notice("consent-needed", f"{sidecar.permalink}: set `consent: granted` or `own`"))


class _Text(HTMLParser):
    """Collects the words of a Mastodon post: paragraphs and breaks become lines, scripts vanish."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.mute = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.mute = tag
        elif tag in ("br", "li"):
            self.parts.append("\n")
        elif tag in ("p", "div", "blockquote") and self.parts:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.mute:
            self.mute = ""

    def handle_data(self, data: str) -> None:
        if not self.mute:
            self.parts.append(data)


def html_to_text(html: str) -> str:
    """The words of a fragment of HTML, as plain text; nothing of it is markup afterwards (pages escape it again)."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.parts)).strip()
