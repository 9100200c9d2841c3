"""What corrections hide, remembered for as long as they stand: when a hidden picture is here no more, its copy on
another account must not come to light in its place."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from gallery.domain import Account, Artist, Media, Picture, Post, Profile, network_of
from gallery.edited.corrections import Corrections, load_corrections
from gallery.edited.file import is_there, read_file
from gallery.errors import ConfigError
from gallery.post_names import post_name
from gallery.steps.followed import as_once_met
from gallery.store import Store

_FACT = "hidden-looks"
_MARK_FACT = "hidden-looks of"
_ANY_TIME = datetime.min.replace(tzinfo=UTC)


def remember_before_loss(store: Store, corrections: Path, accounts: Sequence[Account]) -> tuple[str, ...]:
    """Keep what the file ``corrections`` hides of what is stored of ``accounts`` (all that are listed), before a run
    removes some of it.

    A mistake in that file must not keep people's wishes from being heard: then nothing is kept, and the answer says so.

    Raises:
        StoreError: the store cannot be read or written.
    """
    try:
        mark = _mark(store, corrections, accounts)
        if store.fact(_MARK_FACT) == mark:
            return ()
        said = load_corrections(corrections)
    except ConfigError as error:
        problem = f"hidden pictures that go in this run are not remembered, for {corrections.name} cannot be used:"
        return (problem, *str(error).splitlines())
    if _hides_any(said):
        pictures = store.pictures(accounts)
        said = as_once_met(store, said, pictures, {account.key for account in accounts})
        remember_hidden(store, said, pictures, store.looks(), accounts)
    store.set_fact(_MARK_FACT, mark)
    return ()


def _mark(store: Store, corrections: Path, accounts: Sequence[Account]) -> str:
    """Names all that the memory depends on, so that a night with nothing new need not look at every picture."""
    digest = sha256(read_file(corrections) if is_there(corrections) else b"-")
    digest.update(repr([(account.key, account.artist.slug) for account in accounts]).encode())
    return f"{store.generation} {digest.hexdigest()}"


def remember_hidden(
    store: Store,
    corrections: Corrections,
    pictures: Sequence[Picture],
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
    if not _hides_any(corrections):
        if corrections.entries:  # else the file may be lost, and be put back
            store.set_fact(_FACT, "[]")
        return [], dhashes
    listed = {account.key: account for account in accounts}
    rows = json.loads(store.fact(_FACT) or "[]")
    remembered = _follow([_load(row, listed) for row in rows], pictures, listed)
    both = [*remembered, *((one, dhashes[one.sha256]) for one in pictures)]
    gone = (one for one, _ in remembered if one.account.key in listed)  # their artist may have moved since, too
    corrections, _ = corrections.followed([*pictures, *gone])
    # what is stored as it is now
    known = {(one.id, one.sha256, one.account.artist.slug): (one, look) for one, look in both}
    still = sorted(name for name, (one, _) in known.items() if _is_hidden(corrections, one))
    hidden = [known[name] for name in still]
    store.set_fact(_FACT, json.dumps([_dump(one, look) for one, look in hidden]))
    return [one for one, _ in hidden], {**{one.sha256: look for one, look in hidden}, **dhashes}


def forget_hidden(store: Store, network: str) -> None:
    """Forget every picture of ``network`` that a correction hides or hid.

    Raises:
        StoreError: the store cannot be read or written.
    """
    rows = json.loads(store.fact(_FACT) or "[]")
    store.set_fact(_FACT, json.dumps([row for row in rows if network_of(str(row[0])) != network]))


def _follow(
    remembered: Sequence[tuple[Picture, str]], pictures: Iterable[Picture], listed: Collection[str]
) -> list[tuple[Picture, str]]:
    """Give what is stored under the new name of an account to that account: variants beside it are no copies from
    elsewhere. What moves between two accounts that are listed may have met its copy there."""
    left = {one.sha256 for one, _ in remembered if one.account.key not in listed}
    now = {_place(one): one.account for one in pictures if one.sha256 in left and one.post.permalink}
    return [
        (one if one.account.key in listed else replace(one, account=now.get(_place(one), one.account)), look)
        for one, look in remembered
    ]


def _place(picture: Picture) -> tuple[str, str, int, str]:
    return picture.account.network, post_name(picture.post.permalink), picture.index, picture.sha256


def _hides_any(corrections: Corrections) -> bool:
    return any(said.hide for said in corrections.entries.values())


def _is_hidden(corrections: Corrections, picture: Picture) -> bool:
    said = corrections.of(picture)
    return said is not None and said.hide is True


def _dump(one: Picture, look: str) -> list[object]:
    account, post = one.account, one.post
    size = (one.width_px, one.height_px)
    names = (one.profile.stable_id, one.profile.handle) if one.profile else ()  # an entry may name the post by them
    return [account.key, account.artist.slug, post.key, post.permalink, one.index, one.sha256, *size, look, *names]


def _load(row: Sequence[object], listed: Mapping[str, Account]) -> tuple[Picture, str]:
    key, slug, post_key, permalink, index, content, width, height, look, *names = map(str, row)
    network, _, handle = key.partition(":")
    account = listed.get(key) or Account(network, handle, Artist(slug, slug))
    post = Post(post_key, permalink, _ANY_TIME, ())
    profile = Profile(names[0], names[1], "", "") if names else None
    return Picture(content, account, post, Media("", ""), int(index), int(width), int(height), profile), look
