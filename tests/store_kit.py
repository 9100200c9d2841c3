"""What the tests of the store share: two accounts, posts, and bytes for their pictures."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from gallery.domain import Account, Artist, Media, MediaKind, Post
from gallery.store import Store, StoredFile

NOW = datetime(2026, 11, 23, 3, 17, tzinfo=UTC)
AOI = Account("bluesky", "aoi.example.com", Artist("aoi", "Aoi"))
BEN = Account("mastodon", "ben@art.example", Artist("ben", "Ben"))


def post(key: str, *media: str, text: str = "", days: int = 0) -> Post:
    return Post(
        key,
        f"https://example.com/{key}",
        NOW - timedelta(days=days),
        tuple(Media(name, f"https://cdn.example/{name}", alt="a pier", kind=MediaKind.IMAGE) for name in media),
        text=text,
        tags=("sketch",),
    )


def give_bytes(store: Store, account: Account, data: bytes = b"picture", at: datetime = NOW) -> str:
    """Hand ``data`` to every wanted picture of the account."""
    digest = hashlib.sha256(data).hexdigest()
    for wanted in store.wanted_media(account.key, at):
        temporary = store.root / "tmp" / f"{wanted.ids[0]}"
        temporary.write_bytes(data)
        store.attach(wanted.ids, StoredFile(digest, 40, 30, len(data), "png", "0" * 16), temporary)
    return digest


def give_avatar(store: Store, account: Account, data: bytes, url: str = "https://cdn.example/face") -> str:
    digest = hashlib.sha256(data).hexdigest()
    temporary = store.root / "tmp" / "face"
    temporary.write_bytes(data)
    facts = StoredFile(digest, 40, 40, len(data), "png", "0" * 16)
    store.save_avatar(account.key, url, facts, temporary, NOW + timedelta(days=30))
    return digest
