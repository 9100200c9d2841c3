"""What the tests of curation and of corrections share: an artist, pictures, and what is shown of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gallery.curate import Words, curate
from gallery.domain import (
    Account,
    AccountState,
    AccountStatus,
    Artist,
    Label,
    Media,
    Picture,
    Post,
    Prediction,
    SiteSettings,
)

NOW = datetime(2026, 11, 23, tzinfo=UTC)
AOI = Artist("aoi", "Aoi")
BLUESKY = Account("bluesky", "aoi.example.com", AOI)
MASTODON = Account("mastodon", "aoi@art.example", AOI)
SURE, LIKELY, PHOTO = Prediction(0.98, 0.01, 0.01), Prediction(0.6, 0.3, 0.1), Prediction(0.1, 0.85, 0.05)


def picture(
    name: str,
    account: Account = BLUESKY,
    *,
    days: int = 0,
    size: int = 100,
    sha256: str = "",
    label: Label | None = None,
) -> Picture:
    post = Post(name, f"https://example.com/{name}", NOW - timedelta(days=days), ())
    media = Media(name, f"https://cdn.example/{name}", label=label)
    return Picture(sha256 or name, account, post, media, 0, size, size)


def show(pictures, predictions, *, correction=None, opt_out=None, dhashes=None, **settings):
    accounts = {one.account.key: one.account for one in pictures}
    return curate(
        pictures,
        predictions,
        Words(lambda one: (correction or {}).get(one.post.key), lambda one: (opt_out or {}).get(one.post.key)),
        [AccountStatus(one, None, AccountState.ACTIVE, NOW) for one in accounts.values()],
        SiteSettings(**settings),
        dhashes or {},
        NOW,
    )


def keys(exhibition) -> list[str]:
    return [exhibit.picture.post.key for room in exhibition.rooms for exhibit in room.exhibits]
