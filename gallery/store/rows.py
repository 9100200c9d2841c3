"""How domain types lie in the index: times as ISO text in UTC, the rest as compact JSON."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime

from gallery.domain import AccountState, Label, Media, MediaKind, Post, Profile, Rendition, RenditionSet


def to_text(moment: datetime | None) -> str | None:
    """A moment as ISO 8601 text in UTC, so that text order is time order."""
    return None if moment is None else moment.astimezone(UTC).isoformat()


def to_moment(value: str | None) -> datetime | None:
    """The moment that :func:`to_text` wrote; None stays None."""
    return None if value is None else datetime.fromisoformat(value)


def sure_moment(value: str) -> datetime:
    """The moment in a column that is never NULL."""
    return datetime.fromisoformat(value)


def dump_fields(thing: Post | Media | Profile | RenditionSet, without: Collection[str] = ()) -> str:
    """The fields as JSON, but for those in ``without`` (they have columns of their own)."""
    fields = {name: getattr(thing, name) for name in thing.__slots__ if name not in without}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Rendition):
        return [value.path, value.width_px, value.height_px, value.format, value.size_bytes]
    raise TypeError(f"{type(value).__name__} has no place in the index")


def load_profile(body: str | None) -> Profile | None:
    """The profile that :func:`dump_fields` wrote; None stays None."""
    if body is None:
        return None
    fields = json.loads(body)
    return Profile(**{**fields, "state": AccountState(fields["state"])})


def load_post(key: str, permalink: str, created_at: str, body: str, media: tuple[Media, ...] = ()) -> Post:
    """The post of a row, with these media."""
    fields = json.loads(body)
    fields["tags"], fields["authors"] = tuple(fields["tags"]), tuple(fields["authors"])
    return Post(key=key, permalink=permalink, created_at=datetime.fromisoformat(created_at), media=media, **fields)


def load_media(key: str, body: str) -> Media:
    """One picture of a post."""
    fields = json.loads(body)
    fields["kind"] = MediaKind(fields["kind"])
    fields["fallback_urls"] = tuple(fields["fallback_urls"])
    fields["label"] = None if fields["label"] is None else Label(fields["label"])
    return Media(key=key, **fields)


def load_rendition_set(body: str) -> RenditionSet:
    """The copies of one picture."""
    fields = json.loads(body)
    fields["copies"] = tuple(Rendition(*copy) for copy in fields["copies"])
    fields["veil"] = Rendition(*fields["veil"]) if fields["veil"] else None
    return RenditionSet(**fields)
