"""The store keeps what was fetched, once, and never half."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gallery.domain import Account, Artist, Media, MediaKind, Post, Prediction, Profile, Rendition, RenditionSet
from gallery.errors import AccountState, LockedError, StoreError
from gallery.lock import hold_lock
from gallery.store import AccountRecord, Store, StoredFile

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


def give_bytes(store: Store, account: Account, data: bytes = b"picture") -> str:
    """Hand ``data`` to every wanted picture of the account."""
    digest = hashlib.sha256(data).hexdigest()
    for wanted in store.wanted_media(account.key, NOW):
        temporary = store.root / "tmp" / f"{wanted.id}"
        temporary.write_bytes(data)
        store.attach(wanted.id, StoredFile(digest, 40, 30, len(data), "png", "0" * 16), temporary)
    return digest


@pytest.fixture
def store(tmp_path: Path):
    with Store(tmp_path / ".gallery") as opened:
        yield opened


def test_post_survives_the_round_trip(store: Store) -> None:
    """A post comes back from the index exactly as it went in."""
    original = post("p1", "m1", "m2", text="夕焼け <b>")
    store.add_post(AOI.key, original, NOW)
    give_bytes(store, AOI)
    assert {picture.post for picture in store.pictures([AOI])} == {original}


def test_four_pictures_stay_four(store: Store) -> None:
    """Four pictures of one post are four pictures, each with its own key, position and address."""
    store.add_post(AOI.key, post("p1", "a", "b", "c", "d"), NOW)
    give_bytes(store, AOI)
    pictures = store.pictures([AOI])
    assert [picture.media.key for picture in pictures] == ["a", "b", "c", "d"]
    assert len({picture.id for picture in pictures}) == 4


def test_same_bytes_are_stored_once_with_both_credits(store: Store) -> None:
    """One picture on two accounts is one file and two pictures."""
    for account in (AOI, BEN):
        store.add_post(account.key, post(f"p-{account.network}", "m"), NOW)
        digest = give_bytes(store, account)
    assert [file.sha256 for file in store.files()] == [digest]
    assert {picture.account.key for picture in store.pictures([AOI, BEN])} == {AOI.key, BEN.key}


def test_unchanged_post_changes_nothing(store: Store) -> None:
    """Seeing a known post again leaves the generation as it is, so that nothing is rebuilt."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    before = store.generation
    assert store.add_post(AOI.key, post("p1", "m"), NOW + timedelta(days=1)) is False
    assert store.generation == before
    assert store.posts(AOI.key)[0].confirmed_at == NOW + timedelta(days=1)


def test_edited_post_keeps_the_bytes_it_still_shows(store: Store) -> None:
    """An edit that swaps one of two pictures asks for the new one only."""
    store.add_post(AOI.key, post("p1", "a", "b"), NOW)
    give_bytes(store, AOI)
    assert store.add_post(AOI.key, post("p1", "a", "c", text="edited"), NOW) is True
    assert [wanted.media.key for wanted in store.wanted_media(AOI.key, NOW)] == ["c"]


def test_removed_post_never_comes_back(store: Store) -> None:
    """A removed post leaves a tombstone that counts as known."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    assert store.remove_posts(AOI.key, ["p1"], "deleted by its author", NOW) == 1
    assert store.posts(AOI.key) == []
    assert store.knows_post(AOI.key, "p1")


def test_failed_picture_waits_before_it_is_asked_for_again(store: Store) -> None:
    """A picture that could not be had keeps its cause and is left alone until its time."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    (wanted,) = store.wanted_media(AOI.key, NOW)
    store.media_failed(wanted.id, "404 not found", NOW + timedelta(days=1))
    assert store.wanted_media(AOI.key, NOW) == []
    assert store.media_problems(AOI.key) == [("p1", 0, "404 not found")]
    assert len(store.wanted_media(AOI.key, NOW + timedelta(days=2))) == 1


def test_account_record_round_trip(store: Store) -> None:
    """Cursor, profile and state of an account come back as they were saved."""
    profile = Profile("did:plc:x", "aoi.example.com", "Aoi / 青", "https://bsky.app/profile/x")
    record = AccountRecord(AOI.key, "did:plc:x", profile, {"newest": "3k"}, AccountState.ACTIVE, 1, NOW, NOW, "")
    store.save_account(record)
    assert store.account(AOI.key) == record


def test_new_model_scores_everything_again(store: Store) -> None:
    """Predictions belong to one model: another one has seen nothing yet."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    digest = give_bytes(store, AOI)
    store.save_predictions("old", {digest: Prediction(0.9, 0.08, 0.02)})
    assert store.unpredicted("old") == []
    assert store.unpredicted("new") == [digest]


def test_gc_frees_only_what_nothing_refers_to(store: Store) -> None:
    """Garbage collection removes the bytes of removed posts and leaves those that are shown."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    kept = give_bytes(store, AOI, b"kept")
    store.add_post(AOI.key, post("p2", "n"), NOW)
    gone = give_bytes(store, AOI, b"gone")
    copy = Rendition("i/x-320.avif", 20, 10, "avif", 3)
    (store.root / "renditions" / "x-320.avif").write_bytes(b"abc")
    store.save_renditions("full", [RenditionSet(gone, 40, 30, (copy,), 5)])
    assert store.renditions("full")[gone].copies == (copy,)
    store.remove_posts(AOI.key, ["p2"], "deleted", NOW)
    freed = store.gc(keep_accounts=[AOI.key], keep_recipes=["full"], keep_models=[])
    assert freed == len(b"gone") + len(b"abc")
    assert store.path_of(kept).exists()
    assert not store.path_of(gone).exists()
    assert list((store.root / "renditions").iterdir()) == []


def test_newer_index_is_refused(tmp_path: Path) -> None:
    """An index written by a newer gallery is refused with advice, not misread."""
    with Store(tmp_path):
        pass
    with sqlite3.connect(tmp_path / "index.sqlite3") as index:
        index.execute("PRAGMA user_version = 999")
    index.close()
    with pytest.raises(StoreError, match="newer gallery"):
        Store(tmp_path)


def test_failed_write_leaves_no_trace(store: Store) -> None:
    """An error inside a write rolls the whole of it back."""
    broken = post("p1", "m")
    object.__setattr__(broken, "permalink", None)
    with pytest.raises(StoreError):
        store.add_post(AOI.key, broken, NOW)
    assert store.posts(AOI.key) == []


def test_lock_names_its_holder(tmp_path: Path) -> None:
    """The second build is told which process builds, and since when."""
    with (
        hold_lock(tmp_path / "lock", "build", NOW),
        pytest.raises(LockedError, match=r"process \d+ on .* \(build, since 2026-11-23T03:17"),
        hold_lock(tmp_path / "lock", "fetch", NOW),
    ):
        pass


def test_lock_is_free_after_its_block(tmp_path: Path) -> None:
    """A finished build leaves no lock behind."""
    for _ in range(2):
        with hold_lock(tmp_path / "lock", "build", NOW):
            pass
