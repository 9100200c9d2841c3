"""What Bluesky's labels mean to a gallery, whether its servers tell them or gallery-dl saved them.

Shapes: lexicon ``com.atproto.label.defs`` of https://github.com/bluesky-social/atproto (2026-08).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from gallery.sources.json_values import instant, mapping, sequence, string

# The content labels that ask for a veil; "sexual-figurative" is what Bluesky's moderators put on drawings.
SENSITIVE = frozenset({"porn", "sexual", "sexual-figurative", "nudity", "graphic-media", "gore", "nsfl", "!warn"})
HIDDEN = frozenset({"!hide", "!takedown", "!suspend"})
SIGN_IN_ONLY = "!no-unauthenticated"


def active_labels(labels: object, now: datetime) -> frozenset[str]:
    """The label values that hold at ``now``: neither expired nor taken back later by whoever gave them."""
    latest: dict[tuple[str, str, str], tuple[str, Mapping[str, object]]] = {}
    for item in sequence(labels):
        label = mapping(item)
        given = (string(label.get("src")), string(label.get("uri")), string(label.get("val")))
        made = instant(label.get("cts"))
        order = made.isoformat() if made else ""
        if given not in latest or order >= latest[given][0]:
            latest[given] = (order, label)
    return frozenset(value for (_, _, value), (_, label) in latest.items() if value and not _is_over(label, now))


def _is_over(label: Mapping[str, object], now: datetime) -> bool:
    expires = instant(label.get("exp"))
    return label.get("neg") is True or (expires is not None and expires <= now)
