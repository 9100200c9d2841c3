"""The store keeps what was fetched, once, and never half."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gallery.domain import AccountState, Media, Prediction, Profile
from gallery.errors import LockedError, StoreError
from gallery.store import AccountRecord, Store
from gallery.store.lock import hold_lock
from tests.store_kit import AOI, BEN, NOW, give_bytes, post


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


def test_bytes_are_on_the_disk_before_the_index_names_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut leaves no row whose file is empty: what lies in place was flushed on its way there."""
    flushed: set[int] = set()
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        flushed.add(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    store.add_post(AOI.key, post("p1", "m"), NOW)
    assert store.path_of(give_bytes(store, AOI)).stat().st_ino in flushed


def test_bytes_that_rotted_are_replaced_when_they_come_once_more(store: Store) -> None:
    """A picture that another account posts, too, mends what the disk has made of it."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    place = store.path_of(give_bytes(store, AOI))
    place.write_bytes(b"rotten")
    store.add_post(BEN.key, post("p2", "m"), NOW)
    give_bytes(store, BEN)
    assert place.read_bytes() == b"picture"


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


def test_edited_post_keeps_what_was_refused_and_what_failed(store: Store) -> None:
    """An edit brings back no picture that somebody withdrew, and makes no picture that fails a new one."""
    store.add_post(AOI.key, post("p1", "withdrawn", "failing"), NOW)
    _, failing = store.wanted_media(AOI.key, NOW)
    store.media_failed(failing.ids, "404 not found", NOW + timedelta(days=1))
    digest = give_bytes(store, AOI)
    store.refuse_file(digest, "opted out")
    assert store.add_post(AOI.key, post("p1", "failing", "withdrawn", "new", text="edited"), NOW) is True
    assert [wanted.media.key for wanted in store.wanted_media(AOI.key, NOW)] == ["new"]
    later = {wanted.media.key: wanted.failures for wanted in store.wanted_media(AOI.key, NOW + timedelta(days=900))}
    assert later == {"failing": 1, "new": 0}
    assert store.media_problems(AOI.key) == [("p1", 0, "404 not found"), ("p1", 1, "opted out")]


def test_a_picture_of_several_posts_is_wanted_once_and_given_to_all(store: Store) -> None:
    """One key and address in three places of an account want bytes once; what fails, fails in all of them."""
    store.add_post(AOI.key, post("p1", "m", "m"), NOW)
    store.add_post(AOI.key, post("p2", "m", "other", days=1), NOW)
    twice, once = store.wanted_media(AOI.key, NOW)
    assert [(len(one.ids), one.post_key, one.media.key) for one in (twice, once)] == [
        (3, "p1", "m"),
        (1, "p2", "other"),
    ]
    store.media_failed(twice.ids, "404 not found", NOW + timedelta(days=1))
    assert store.wanted_media(AOI.key, NOW) == [once]
    give_bytes(store, AOI, at=NOW + timedelta(days=1))
    assert [one.media.key for one in store.pictures([AOI])] == ["m", "m", "m", "other"]


def test_a_new_post_takes_the_bytes_that_another_of_its_account_holds(store: Store) -> None:
    """It is not asked for again, even where asking had failed, and they stay when the first post goes; another account,
    or another address under the same key, has no part in them."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    digest = give_bytes(store, AOI)
    store.add_post(AOI.key, post("p2", "m", "m"), NOW)
    store.media_failed(store.wanted_media(AOI.key, NOW)[0].ids, "404 not found", NOW + timedelta(days=30))
    assert (store.share_bytes(AOI.key), store.wanted_media(AOI.key, NOW)) == (2, [])
    store.remove_posts(AOI.key, ["p1"], "deleted by its author", NOW)
    store.drop_unused_files()
    assert store.path_of(digest).exists()
    assert [(one.post.key, one.sha256) for one in store.pictures([AOI])] == [("p2", digest)] * 2
    store.add_post(BEN.key, post("p3", "m"), NOW)
    elsewhere = replace(post("p4"), media=(Media("m", "https://cdn.example/elsewhere"),))
    store.add_post(AOI.key, elsewhere, NOW)
    assert [store.share_bytes(one.key) for one in (AOI, BEN)] == [0, 0]


def test_bytes_that_were_refused_are_shared_with_no_post(store: Store) -> None:
    """What somebody withdrew is held by no post, so a later one gets it from none, nor does the one that lost it."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    store.refuse_file(give_bytes(store, AOI), "opted out")
    store.add_post(AOI.key, post("p2", "m"), NOW)
    assert (store.share_bytes(AOI.key), store.pictures([AOI])) == (0, [])


def test_what_was_confirmed_last_is_offered_for_control(store: Store) -> None:
    """An account's own posts come before those of others on its network, the last confirmed first; none looks gone."""
    other = replace(AOI, handle="cam.example.com")
    for account, key, day in ((AOI, "old", 1), (AOI, "new", 2), (AOI, "gone", 3), (other, "cam", 4), (BEN, "ben", 5)):
        store.add_post(account.key, post(key, "m"), NOW + timedelta(days=day))
    store.suspect_posts(AOI.key, ["gone"], NOW)
    assert [one.key for one in store.last_confirmed(AOI.key, 9)] == ["new", "old", "cam"]
    assert [one.key for one in store.last_confirmed(AOI.key, 1)] == ["new"]


@pytest.mark.parametrize("text", ["", "edited"])
def test_a_post_that_is_seen_again_looks_gone_no_more(store: Store, text: str) -> None:
    """Neither a slip of its network nor want of a confirmation outlasts the night that shows it, edited or not."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    store.suspect_posts(AOI.key, ["p1"], NOW)
    store.hide_posts(AOI.key, ["p1"], "not confirmed")
    store.add_post(AOI.key, post("p1", "m", text=text), NOW + timedelta(days=1))
    assert (store.suspected(AOI.key), store.hidden_posts(AOI.key)) == ({}, {})


def test_failed_picture_waits_before_it_is_asked_for_again(store: Store) -> None:
    """A picture that could not be had keeps its cause and is left alone until its time."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    (wanted,) = store.wanted_media(AOI.key, NOW)
    store.media_failed(wanted.ids, "404 not found", NOW + timedelta(days=1))
    assert store.wanted_media(AOI.key, NOW) == []
    assert store.media_problems(AOI.key) == [("p1", 0, "404 not found")]
    assert len(store.wanted_media(AOI.key, NOW + timedelta(days=2))) == 1


def test_account_record_round_trip(store: Store) -> None:
    """Cursor, profile and state of an account come back as they were saved."""
    profile = Profile("did:plc:x", "aoi.example.com", "Aoi / 青", "https://bsky.app/profile/x")
    record = AccountRecord(AOI.key, "did:plc:x", profile, {"newest": "3k"}, AccountState.ACTIVE, NOW, NOW, NOW, "")
    store.save_account(record)
    assert store.account(AOI.key) == record


def test_new_model_scores_everything_again(store: Store) -> None:
    """Predictions belong to one model: another one has seen nothing yet."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    digest = give_bytes(store, AOI)
    store.save_predictions("old", {digest: Prediction(0.9, 0.08, 0.02)})
    assert store.unpredicted("old") == []
    assert store.unpredicted("new") == [digest]


def test_a_store_that_cannot_be_opened_says_what_to_do(tmp_path: Path) -> None:
    """A damaged index asks for its backup, a folder that is a file for space or rights."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.sqlite3").write_bytes(b"no index" * 512)
    with pytest.raises(StoreError, match="the index is damaged: put back a backup"):
        Store(tmp_path / "a")
    (tmp_path / "b").write_bytes(b"")
    with pytest.raises(StoreError, match="is the disk full, or the folder read-only"):
        Store(tmp_path / "b")


def test_failed_write_leaves_no_trace(store: Store) -> None:
    """An error inside a write rolls the whole of it back."""
    broken = post("p1", "m")
    object.__setattr__(broken, "permalink", None)
    with pytest.raises(StoreError):
        store.add_post(AOI.key, broken, NOW)
    assert store.posts(AOI.key) == []


def test_a_store_that_another_program_writes_to_says_so(store: Store) -> None:
    """It is neither a full disk nor a damaged index, and ends when the other program does."""
    store._db.execute("PRAGMA busy_timeout = 10")
    with closing(sqlite3.connect(store.root / "index.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another program has the index open"):
            store.set_fact("a", "b")


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
