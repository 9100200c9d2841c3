"""What X's own data, its archives and gallery-dl's copies of it have in common."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from gallery.domain import MediaKind

KINDS: Mapping[str, MediaKind] = {
    "photo": MediaKind.IMAGE,
    "video": MediaKind.VIDEO,
    "animated_gif": MediaKind.ANIMATION,
}

_SNOWFLAKE_EPOCH_MS = 1_288_834_974_657


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
