"""What Bluesky's answers say: posts, embeds, labels and content hashes, read without asking anyone.

Shapes: lexicons ``app.bsky.feed.defs``, ``app.bsky.embed.*`` and ``com.atproto.label.defs`` of
https://github.com/bluesky-social/atproto (2026-08). New embed types arrive there without a version change, so what is
unknown is reported and skipped.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from gallery.domain import Media, MediaKind, Notice, Post
from gallery.sources.bluesky_labels import HIDDEN, SENSITIVE, SIGN_IN_ONLY, active_labels
from gallery.sources.json_values import at, https_url, instant, sequence, string
from gallery.sources.text import plain

DID = re.compile(r"did:(?:plc:[a-z2-7]{24}|web:[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)")
POST_URI = re.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]{1,512})")

_CID = re.compile(r"b[a-z2-7]{50,120}")
_CID_IN_PATH = re.compile(r"/(b[a-z2-7]{50,120})(?:@[a-z]+)?$")
_READABLE = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", ""})  # others: CDN's copy
_RAW_SHA256 = b"\x01\x55\x12\x20"  # CIDv1, raw bytes, SHA-256, 32 bytes long

_IMAGES = "app.bsky.embed.images"
_GALLERY = "app.bsky.embed.gallery"
_VIDEO = "app.bsky.embed.video"
_WITH_MEDIA = "app.bsky.embed.recordWithMedia"
_NOT_PICTURES = frozenset({"", "app.bsky.embed.record", "app.bsky.embed.external"})

Original = Callable[[str], str]  # CID → address of the original bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """One feed item, read: a post to show, or the reason why there is none."""

    key: str  # the post's at:// address, "" where the item has none
    sort_time: datetime | None  # what the feed is ordered by: the earlier of createdAt and indexedAt
    post: Post | None
    hidden: str = ""  # why the network does not want it shown
    notices: tuple[Notice, ...] = ()


def cid_sha256(cid: str) -> str | None:
    """The SHA-256 (hex) that a content identifier of raw bytes names, or None for other kinds.

    ``bafkrei…`` is multibase base32 of CIDv1, codec raw, multihash SHA-256 (https://atproto.com/specs/data-model#blob-type).
    """
    if not _CID.fullmatch(cid):
        return None
    try:
        raw = base64.b32decode(cid[1:].upper() + "=" * (-len(cid[1:]) % 8))
    except binascii.Error:
        return None
    if len(raw) != 36 or not raw.startswith(_RAW_SHA256) or _b32(raw) != cid:
        return None
    return raw[4:].hex()


def _b32(raw: bytes) -> str:
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")


def read_feed_item(item: object, did: str, now: datetime, original: Original | None) -> Reading:
    """Read a ``feedViewPost``: reposts and pins are somebody's reason, not a post of its own."""
    if at(item, "reason") is not None:
        uri = string(at(item, "post", "uri"))[:200]
        return Reading("", None, None, notices=(Notice("repost", f"{uri} is in the feed as a repost or pin"),))
    return read_post(at(item, "post"), did, now, original)


def read_post(view: object, did: str, now: datetime, original: Original | None) -> Reading:
    """Read a ``postView`` of the account ``did``.

    Args:
        view: the post as the AppView resolved it.
        did: whose posts are wanted; others are left out.
        now: the clock of this run, for labels that expire.
        original: gives the address of the original bytes for a CID; None to use the CDN's copies.
    """
    uri, record = string(at(view, "uri")), at(view, "record")
    address = POST_URI.fullmatch(uri)
    indexed, created = instant(at(view, "indexedAt")), instant(at(record, "createdAt"))
    times = [time for time in (indexed, created) if time]
    if not address or not times:
        return Reading(
            "", None, None, notices=(Notice("malformed", f"a feed item without address or time: {uri[:200]!r}"),)
        )
    time = min(times)
    if address[1] != did or string(at(view, "author", "did")) != did:
        return Reading("", time, None, notices=(Notice("foreign-post", f"{uri} is not by {did}"),))
    parent = POST_URI.fullmatch(string(at(record, "reply", "parent", "uri")))
    if parent and parent[1] != did:
        return Reading("", time, None, notices=(Notice("reply", f"{uri} answers somebody else"),))

    if hidden := _why_hidden(view, now):
        return Reading(uri, time, None, hidden=hidden)
    labels = _own_labels(view, now) | active_labels(at(view, "author", "labels"), now)
    found = list(_each_media(at(view, "embed"), at(record, "embed"), uri, original))
    media = tuple(one for one in found if isinstance(one, Media))
    notices = tuple(one for one in found if isinstance(one, Notice))
    if not media:
        return Reading(uri, time, None, notices=(*notices, Notice("no-picture", f"{uri} shows no picture")))
    langs = sequence(at(record, "langs"))
    post = Post(
        key=uri,
        permalink=f"https://bsky.app/profile/{did}/post/{address[2]}",
        created_at=time,
        media=media,
        text=plain(at(record, "text")),
        sensitive=bool(labels & SENSITIVE),
        tags=_tags(record),
        language=(string(langs[0])[:35] or None) if langs else None,
        version=string(at(view, "cid")),
    )
    return Reading(uri, time, post, notices=notices)


def _why_hidden(view: object, now: datetime) -> str:
    """Which labels forbid showing a post to everybody, "" where none does; labels may be taken back."""
    hiding = (_own_labels(view, now) & {*HIDDEN, SIGN_IN_ONLY}) | (
        active_labels(at(view, "author", "labels"), now) & HIDDEN
    )
    return f"labelled {', '.join(sorted(hiding))}" if hiding else ""


def _own_labels(view: object, now: datetime) -> frozenset[str]:
    """The labels of a post itself, those in its record included, which older servers do not copy into the view."""
    uri, did = string(at(view, "uri")), string(at(view, "author", "did"))
    values = sequence(at(view, "record", "labels", "values"))
    of_record = [{"src": did, "uri": uri, "val": at(value, "val")} for value in values]
    return active_labels([*of_record, *sequence(at(view, "labels"))], now)


def _tags(record: object) -> tuple[str, ...]:
    """Hashtags in the text (rich-text facets) and outside it, each once."""
    found = [plain(tag, 100) for tag in sequence(at(record, "tags"))]
    for facet in sequence(at(record, "facets")):
        for feature in sequence(at(facet, "features")):
            if at(feature, "$type") == "app.bsky.richtext.facet#tag":
                found.append(plain(at(feature, "tag"), 100))
    return tuple(dict.fromkeys(tag for tag in found if tag))


# --- embeds ----------------------------------------------------------------------------------------------------------


def _each_media(view: object, record: object, uri: str, original: Original | None) -> Iterator[Media | Notice]:
    kind = string(at(view, "$type")).removesuffix("#view")
    if kind == _WITH_MEDIA:
        view, record = at(view, "media"), at(record, "media")
        kind = string(at(view, "$type")).removesuffix("#view")
    if kind in (_IMAGES, _GALLERY):
        name = "images" if kind == _IMAGES else "items"
        views, records = sequence(at(view, name)), sequence(at(record, name))
        if len(records) != len(views):
            records = [None] * len(views)
        for image, source in zip(views, records, strict=True):
            yield _image(image, source, uri, original)
    elif kind == _VIDEO:
        yield _video_still(view, uri)
    elif kind not in _NOT_PICTURES:
        yield Notice("unknown-embed", f"{uri} embeds {kind[:80]!r}, which this version does not know")


def _image(view: object, record: object, uri: str, original: Original | None) -> Media | Notice:
    address = https_url(at(view, "fullsize")) or https_url(at(view, "thumb")) or https_url(at(view, "thumbnail"))
    cid = _blob_cid(at(record, "image")) or _cid_in_path(address)
    if not address or not cid:
        return Notice("malformed", f"{uri} has a picture without address")
    alt = plain(at(view, "alt"), 5_000)
    sha256 = cid_sha256(cid)
    kind = string(at(record, "image", "mimeType"))
    if original is not None and sha256 is not None and kind in _READABLE:
        return Media(key=cid, url=original(cid), alt=alt, sha256=sha256)
    return Media(key=cid, url=address, alt=alt)


def _video_still(view: object, uri: str) -> Media | Notice:
    cid, still = string(at(view, "cid")), https_url(at(view, "thumbnail"))
    if not still or not _CID.fullmatch(cid):
        return Notice("no-still", f"{uri} is a video without a still")
    kind = MediaKind.ANIMATION if at(view, "presentation") == "gif" else MediaKind.VIDEO
    return Media(key=cid, url=still, alt=plain(at(view, "alt"), 5_000), kind=kind)


def _blob_cid(blob: object) -> str:
    """The CID of a blob reference; blobs of 2022 name it in ``cid`` (atproto data model, "legacy blobs")."""
    cid = string(at(blob, "ref", "$link")) or string(at(blob, "cid"))
    return cid if _CID.fullmatch(cid) else ""


def _cid_in_path(address: str) -> str:
    found = _CID_IN_PATH.search(address.partition("?")[0])
    return found[1] if found else ""


def has_media(record: object) -> bool:
    """Whether a raw post record carries pictures or a video, so that it is worth asking for its view."""
    kind = string(at(record, "embed", "$type"))
    if kind == _WITH_MEDIA:
        kind = string(at(record, "embed", "media", "$type"))
    return kind not in _NOT_PICTURES
