"""What X's own data, its archives and gallery-dl's copies of it have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from gallery.domain import MediaKind
from gallery.sources.json_values import https_url, mapping, sequence, string
from gallery.sources.options import choice
from gallery.sources.text import plain

KINDS: Mapping[str, MediaKind] = {
    "photo": MediaKind.IMAGE,
    "video": MediaKind.VIDEO,
    "animated_gif": MediaKind.ANIMATION,
}

REPLIES = choice("replies", "threads", "none", "all")  # which are shown; "threads" are those to themselves
LONGEST_TIMELINE = 3200  # posts: as far back as X's time line reaches (X docs: timelines/integrate)

_SNOWFLAKE_EPOCH_MS = 1_288_834_974_657


def is_left_out(replies: str, *, to_others: bool) -> bool:
    """Whether a reply is not shown where ``replies`` are (see `REPLIES`)."""
    return replies == "none" or (replies == "threads" and to_others)


def decimal_id(value: object) -> str:
    """A post, user or media id, which comes as a string or as a number above 2**53; "" for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
        return str(value)
    return value if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{0,18}", value) else ""


def user_name(value: object) -> str:
    """A user name as X's description allows it (``^[A-Za-z0-9_]{1,15}$``), without ``@``; "" for anything else."""
    return value if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_]{1,15}", value) else ""


def permalink(name: str, post_id: str) -> str:
    """The address of a post."""
    return f"https://x.com/{name}/status/{post_id}"


def time_of(post_id: str) -> datetime:
    """When a post was made, from its id (X docs, "X IDs"): milliseconds since X's epoch in the upper 42 bits."""
    return datetime.fromtimestamp(((int(post_id) >> 22) + _SNOWFLAKE_EPOCH_MS) / 1000, UTC)


def id_at(moment: datetime) -> str:
    """The smallest id that a post made at ``moment`` can have."""
    return str(max(1, (int(moment.timestamp() * 1000) - _SNOWFLAKE_EPOCH_MS) << 22))


def plain_text(text: str, entities: Iterable[Mapping[str, object]], post_id: str) -> str:
    """The words of a post: links to its own pictures go, other t.co links say where they lead, ``&amp;`` becomes ``&``.

    ``start`` and ``end`` are offsets in code points; where the slice is not the link, the link is looked for instead.
    A long post's text has entities of its own, which may be missing: those of the short text are tried on it as well.
    """
    cuts: dict[tuple[int, int], str] = {}
    for link in (mapping(item) for part in entities for item in sequence(part.get("urls"))):
        short, target = string(link.get("url")), https_url(link.get("expanded_url"))
        if not short.startswith("https://t.co/"):
            continue
        span = _span(text, short, link.get("start"), link.get("end"))
        if span is None:
            continue
        own = "media_key" in link or re.search(rf"/status/{post_id}/(photo|video)/\d$", target)
        cuts[span] = "" if own or cuts.get(span) == "" else target or short
    pieces, done = [], 0
    for (start, end), replacement in sorted(cuts.items()):
        if start >= done:
            pieces += [text[done:start], replacement]
            done = end
    return plain(unescape("".join([*pieces, text[done:]])))


def _span(text: str, short: str, start: object, end: object) -> tuple[int, int] | None:
    if isinstance(start, int) and isinstance(end, int) and 0 <= start < end and text[start:end] == short:
        return start, end
    found = text.find(short)
    return (found, found + len(short)) if found >= 0 else None


def unescape(text: str) -> str:
    """Undo X's escaping, which knows three signs; each is undone once (``&amp;lt;`` is ``&lt;``, not ``<``)."""
    return re.sub(r"&(amp|lt|gt);", lambda found: {"amp": "&", "lt": "<", "gt": ">"}[found[1]], text)
