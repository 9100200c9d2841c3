"""The faces of accounts in the store: kept beside pictures, and gone with their accounts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest

from gallery.domain import AccountState, Rendition, RenditionSet
from gallery.optout_rules import OptOuts
from gallery.store import AccountRecord, AvatarRecord, Store
from gallery.wishes import account_gone, apply_optouts, purge
from tests.store_kit import AOI, BEN, NOW, give_avatar, give_bytes, post

FACE = hashlib.sha256(b"face").hexdigest()


def test_avatar_is_no_picture_and_outlives_gc(store: Store) -> None:
    """An account's avatar is kept by gc, is no work to classify or count, and goes when another takes its place."""
    store.save_account(AccountRecord(AOI.key, "did:plc:aoi"))
    first = give_avatar(store, AOI, b"face")
    copy = Rendition("i/x-face.avif", 20, 20, "avif", 3)
    (store.root / "renditions" / "x-face.avif").write_bytes(b"abc")
    store.save_renditions("face", [RenditionSet(first, 40, 40, (copy,), 5)])
    assert store.gc(keep_accounts=[AOI.key], keep_recipes=["face"], keep_models=[]) == 0
    assert store.avatar(AOI.key) == AvatarRecord("https://cdn.example/face", first, 0, NOW + timedelta(days=30))
    assert (store.unpredicted("model"), store.file_count(), store.pictures([AOI])) == ([], 0, [])

    second = give_avatar(store, AOI, b"older")
    assert (store.path_of(first).exists(), store.path_of(second).exists()) == (False, True)
    assert list((store.root / "renditions").iterdir()) == []


@pytest.mark.parametrize(
    "remove",
    [
        lambda store: store.forget_avatars([AOI.key]),
        lambda store: store.gc(keep_accounts=[BEN.key], keep_recipes=[], keep_models=[]),
        lambda store: purge(store, "bluesky", OptOuts()),
        lambda store: account_gone(store, AOI, AccountState.SUSPENDED, NOW),
        lambda store: apply_optouts(store, [AOI], OptOuts(accounts=frozenset({AOI.key})), NOW),
        lambda store: apply_optouts(store, [AOI], OptOuts(sha256s=frozenset({FACE})), NOW),
    ],
    ids=["forgotten", "gc", "purge", "gone", "opted out", "these bytes"],
)
def test_avatar_goes_with_its_account(store: Store, remove: Callable[[Store], object]) -> None:
    """Whatever removes an account, or the wish that these bytes be not shown, removes the avatar's bytes too."""
    for account in (AOI, BEN):
        store.save_account(AccountRecord(account.key, f"id of {account.key}"))
    assert give_avatar(store, AOI, b"face") == FACE
    other = give_avatar(store, BEN, b"another")
    before = store.generation
    remove(store)
    record = store.avatar(AOI.key)
    assert record is None or record.sha256 is None
    assert store.generation > before
    assert [path.name for path in (store.root / "files").glob("*/*")] == [other]


def test_avatar_that_was_a_post_too_stays_while_it_is_either(store: Store) -> None:
    """The same bytes as avatar and as a picture are stored once, and stay until neither is left."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    digest = give_bytes(store, AOI, b"face")
    assert give_avatar(store, AOI, b"face") == digest
    store.remove_posts(AOI.key, ["p1"], "deleted", NOW)
    store.drop_unused_files()
    assert store.path_of(digest).exists()
    store.forget_avatars([AOI.key])
    assert not store.path_of(digest).exists()


def test_avatar_that_fails_leaves_the_one_we_have(store: Store) -> None:
    """A failure is counted for its address only, and costs neither the bytes that are there nor a new build."""
    store.save_account(AccountRecord(AOI.key, "did:plc:aoi"))
    digest = give_avatar(store, AOI, b"face")
    before = store.generation
    for url, failures in (("https://cdn.example/new", 1), ("https://cdn.example/new", 2), ("https://b.example/", 1)):
        store.avatar_failed(AOI.key, url, NOW)
        assert store.avatar(AOI.key) == AvatarRecord(url, digest, failures, NOW)
    assert store.generation == before
    store.avatar_failed(AOI.key, "https://cdn.example/face", NOW)
    give_avatar(store, AOI, b"face")
    assert store.avatar(AOI.key).failures == 0
    assert store.generation == before
