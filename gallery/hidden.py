"""What corrections hide, remembered for as long as they stand: when a hidden picture is here no more, its copy on
another account must not come to light in its place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from gallery.corrections import Corrections
from gallery.domain import Account, Artist, Media, Picture, Post
from gallery.store import Store

_FACT = "hidden-looks"
_ANY_TIME = datetime.min.replace(tzinfo=UTC)


def remember_hidden(
    store: Store,
    corrections: Corrections,
    pictures: Iterable[Picture],
    dhashes: Mapping[str, str],
    accounts: Iterable[Account],
) -> tuple[list[Picture], Mapping[str, str]]:
    """Keep what a correction says ``hide`` of, and forget that of which none does any more.

    Args:
        pictures: those that are stored.
        dhashes: sha256 → difference hash, of the stored pictures.
        accounts: the listed ones: whose pictures are whose by now.

    Returns:
        Every picture that a correction hides or hid, with no more than what names it and how it looks, in a lasting
        order; and ``dhashes`` with theirs.
    """
    listed = {account.key: account for account in accounts}
    rows = json.loads(store.fact(_FACT) or "[]")
    known = {(one.id, one.sha256): (one, look) for one, look in (_load(row, listed) for row in rows)}
    known |= {(one.id, one.sha256): (one, dhashes[one.sha256]) for one in pictures}
    still = [item for item in known.items() if _is_hidden(corrections, item[1][0])]
    hidden = [(one, look) for _, (one, look) in sorted(still, key=_by_name)]
    store.set_fact(_FACT, json.dumps([_dump(one, look) for one, look in hidden]))
    return [one for one, _ in hidden], {**{one.sha256: look for one, look in hidden}, **dhashes}


def _by_name(item: tuple[tuple[str, str], object]) -> tuple[str, str]:
    return item[0]


def _is_hidden(corrections: Corrections, picture: Picture) -> bool:
    said = corrections.of(picture)
    return said is not None and said.hide is True


def _dump(one: Picture, look: str) -> list[object]:
    account, post = one.account, one.post
    size = (one.width_px, one.height_px)
    return [account.key, account.artist.slug, post.key, post.permalink, one.index, one.sha256, *size, look]


def _load(row: Sequence[object], listed: Mapping[str, Account]) -> tuple[Picture, str]:
    key, slug, post_key, permalink, index, sha256, width, height, look = map(str, row)
    network, _, handle = key.partition(":")
    account = listed.get(key) or Account(network, handle, Artist(slug, slug))
    post = Post(post_key, permalink, _ANY_TIME, ())
    return Picture(sha256, account, post, Media("", ""), int(index), int(width), int(height)), look
