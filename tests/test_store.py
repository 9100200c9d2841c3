"""The store keeps what was fetched, once, and never half."""

from __future__ import annotations

import errno
import hashlib
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gallery.domain import Account, Artist, Media, MediaKind, Post, Prediction, Profile, Rendition, RenditionSet
from gallery.errors import AccountState, LockedError, StoreError
from gallery.optout_rules import OptOuts
from gallery.store import AccountRecord, AvatarRecord, Store, StoredFile
from gallery.store.lock import hold_lock
from gallery.store.migrations import MIGRATIONS, migrate
from gallery.wishes import account_gone, apply_optouts, expire, purge, remove_gone, withdrawn

NOW = datetime(2026, 11, 23, 3, 17, tzinfo=UTC)
AOI = Account("bluesky", "aoi.example.com", Artist("aoi", "Aoi"))
FACE = hashlib.sha256(b"face").hexdigest()
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
    assert store.drop_unused_files() == 0
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


def test_removed_post_never_comes_back(store: Store) -> None:
    """A removed post leaves a tombstone."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    assert store.remove_posts(AOI.key, ["p1"], "deleted by its author", NOW) == 1
    assert store.posts(AOI.key) == []
    assert store.is_removed(AOI.network, "p1")


def test_a_removed_post_goes_from_every_spelling_of_its_account(store: Store) -> None:
    """Listed first by handle and then by its id, an account is stored twice; what is deleted goes from both, and is
    shown by neither."""
    by_id = replace(AOI, handle="did:plc:aoi")
    for spelling in (AOI, by_id):
        store.add_post(spelling.key, post("p1", "m"), NOW)
        give_bytes(store, spelling)
    assert store.remove_posts(by_id.key, ["p1"], "deleted by its author", NOW) == 1
    assert store.posts(AOI.key) == []


@pytest.mark.parametrize("key", ["p1", "p2"])
def test_an_archive_takes_nobody_elses_posts_with_it(store: Store, key: str) -> None:
    """Who made a file wrote the ids in it: what is removed from an archive goes from every archive of the same person,
    and stays on that of somebody else, who may go on handing it over."""
    mine, again, theirs = (Account("x_archive", f"{name}.zip", AOI.artist) for name in ("mine", "again", "theirs"))
    for account, owner in ((mine, "1"), (again, "1"), (theirs, "2")):
        store.save_account(AccountRecord(account.key, stable_id=owner))
        store.add_post(account.key, post("p1", "m"), NOW)
    assert store.remove_posts(mine.key, [key], "opted out", NOW) == (key == "p1")
    assert [store.is_removed(account.key, key) for account in (mine, again, theirs)] == [True, True, False]
    for account in (mine, again, theirs):
        store.add_post(account.key, post(key, "m"), NOW)
        give_bytes(store, account)
    assert [one.account for one in store.pictures([mine, again, theirs]) if one.post.key == key] == [theirs]


def test_tombstones_of_an_older_gallery_stay(tmp_path: Path) -> None:
    """An index in which they did not say whose post was meant keeps the post away from every account, as it did."""
    with closing(sqlite3.connect(tmp_path / "index.sqlite3")) as index, index:
        index.executescript("".join(MIGRATIONS[:8]))
        index.execute("PRAGMA user_version = 8")
        index.execute("INSERT INTO tombstone VALUES ('x_archive', 'p1', 'opted out: x_archive:1', '2026-11-30')")
        index.execute("INSERT INTO tombstone VALUES ('toy', 'p2', 'deleted', '2026-11-30')")
    with Store(tmp_path) as store:
        assert store.is_removed("x_archive:mine.zip", "p1")
        assert store.why_removed("toy:aoi", "p2") == "deleted"
        assert store.lift_tombstones("x_archive", "opted out: x_archive:1") == 1
        assert not store.is_removed("x_archive:mine.zip", "p1")


def test_what_was_confirmed_last_is_offered_for_control(store: Store) -> None:
    """An account's own posts come before those of others on its network, the last confirmed first; none looks gone."""
    other = replace(AOI, handle="cam.example.com")
    for account, key, day in ((AOI, "old", 1), (AOI, "new", 2), (AOI, "gone", 3), (other, "cam", 4), (BEN, "ben", 5)):
        store.add_post(account.key, post(key, "m"), NOW + timedelta(days=day))
    store.suspect_posts(AOI.key, ["gone"], NOW)
    assert [one.key for one in store.last_confirmed(AOI.key, 9)] == ["new", "old", "cam"]
    assert [one.key for one in store.last_confirmed(AOI.key, 1)] == ["new"]


def test_a_post_with_a_tombstone_is_not_shown(store: Store) -> None:
    """Where an older version of the gallery left a copy of a removed post in the store, no page shows it."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    store.remove_posts(AOI.key, ["p1"], "deleted by its author", NOW)
    store.add_post(AOI.key, post("p1", "m"), NOW)
    give_bytes(store, AOI)
    assert store.pictures([AOI]) == []


def test_lanes_that_remove_at_the_same_time_are_both_counted(store: Store) -> None:
    """Every picture that a thread withdraws is counted, whatever the other threads withdraw meanwhile."""
    lanes = [replace(AOI, handle=f"{number}.example.com") for number in range(8)]
    for lane in lanes:
        for number in range(10):
            store.add_post(lane.key, post(f"{lane.handle}/{number}", "m"), NOW)
        give_bytes(store, lane)

    def withdraw(lane: Account) -> None:
        for number in range(10):
            gone = {f"{lane.handle}/{number}": "deleted"}
            remove_gone(store, lane, gone, {}, now=NOW, max_share=1.0)

    with ThreadPoolExecutor(len(lanes)) as pool:
        list(pool.map(withdraw, lanes))
    assert withdrawn(store) == {lane.key: 10 for lane in lanes}


def test_every_picture_of_a_hidden_post_is_counted_once(store: Store) -> None:
    """A post that is hidden counts with all its pictures, and not again when it is hidden still or removed later."""
    store.add_post(AOI.key, post("p1", "a", "b", "c"), NOW)
    give_bytes(store, AOI)
    for days in (15, 16):
        expire(store, AOI, 14, NOW + timedelta(days=days))
        assert store.pictures([AOI]) == []
    account_gone(store, AOI, AccountState.SUSPENDED, NOW + timedelta(days=17))
    assert withdrawn(store) == {AOI.key: 3}


def test_what_is_shown_again_counts_as_withdrawn_no_more(store: Store) -> None:
    """A post that was hidden by a clock that was ahead, and is not late, takes nothing from the site."""
    store.add_post(AOI.key, post("p1", "a", "b", "c"), NOW)
    give_bytes(store, AOI)
    for days in (15, 2):
        expire(store, AOI, 14, NOW + timedelta(days=days))
    assert (len(store.pictures([AOI])), withdrawn(store)) == (3, {})


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


def test_a_profile_of_an_older_gallery_is_not_sensitive(store: Store) -> None:
    """Profiles that were saved before networks were asked for it read as what nobody calls sensitive."""
    store.save_account(AccountRecord(AOI.key, "x", Profile("x", "aoi", "Aoi", "", sensitive=True)))
    with closing(sqlite3.connect(store.root / "index.sqlite3")) as index, index:
        index.execute("UPDATE account SET profile = json_remove(profile, '$.sensitive')")
    assert store.account(AOI.key).profile == Profile("x", "aoi", "Aoi", "")


def test_new_model_scores_everything_again(store: Store) -> None:
    """Predictions belong to one model: another one has seen nothing yet."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    digest = give_bytes(store, AOI)
    store.save_predictions("old", {digest: Prediction(0.9, 0.08, 0.02)})
    assert store.unpredicted("old") == []
    assert store.unpredicted("new") == [digest]


def test_copies_that_an_earlier_gallery_made_are_still_known(store: Store) -> None:
    """Notes about copies, which rows once held, go when the index takes a shape that a gallery which cannot do without
    them refuses; nothing is made anew."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    digest = give_bytes(store, AOI)
    made = RenditionSet(digest, 40, 30, (Rendition("i/x-320.avif", 20, 10, "avif", 3),), 5)
    store.save_renditions("full", [made])
    with closing(sqlite3.connect(store.root / "index.sqlite3")) as index, index:
        index.execute("UPDATE rendition SET body = json_set(body, '$.notes', json_array('odd'))")
        index.execute("PRAGMA user_version = 10")
    with Store(store.root) as newer:
        assert newer.renditions("full") == {digest: made}


def test_posts_that_an_earlier_gallery_stored_are_still_known(store: Store) -> None:
    """A row that does not tell who posted it, as none did once, reads as one of the account's own and is not stored
    anew."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    with closing(sqlite3.connect(store.root / "index.sqlite3")) as index, index:
        index.execute("UPDATE post SET body = json_remove(body, '$.authors')")
        index.execute("PRAGMA user_version = 11")
    with Store(store.root) as newer:
        assert not newer.add_post(AOI.key, post("p1", "m"), NOW)
        assert newer.authors(AOI.key) == {}


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


def give_avatar(store: Store, account: Account, data: bytes, url: str = "https://cdn.example/face") -> str:
    digest = hashlib.sha256(data).hexdigest()
    temporary = store.root / "tmp" / "face"
    temporary.write_bytes(data)
    facts = StoredFile(digest, 40, 40, len(data), "png", "0" * 16)
    store.save_avatar(account.key, url, facts, temporary, NOW + timedelta(days=30))
    return digest


def test_avatar_is_no_picture_and_outlives_gc(store: Store) -> None:
    """An account's avatar is kept by gc, is no work to classify or count, and goes when another takes its place."""
    store.save_account(AccountRecord(AOI.key))
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
        lambda store: store.forget_avatar(AOI.key),
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
        store.save_account(AccountRecord(account.key))
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
    store.forget_avatar(AOI.key)
    assert not store.path_of(digest).exists()


def test_avatar_that_fails_leaves_the_one_we_have(store: Store) -> None:
    """A failure is counted for its address only, and costs neither the bytes that are there nor a new build."""
    store.save_account(AccountRecord(AOI.key))
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


def test_an_older_index_is_brought_up_to_date(tmp_path: Path) -> None:
    """An index from before avatars were kept opens, keeps what it holds, and takes avatars."""
    index = sqlite3.connect(tmp_path / "index.sqlite3")
    for script in MIGRATIONS[:3]:
        index.executescript(script)
    index.execute("INSERT INTO account (key, network) VALUES (?, 'bluesky')", (AOI.key,))
    index.execute("PRAGMA user_version = 3")
    index.commit()
    index.close()
    with Store(tmp_path) as store:
        assert store.account_keys() == [AOI.key]
        digest = give_avatar(store, AOI, b"face")
        assert store.avatar(AOI.key).sha256 == digest


def test_a_store_that_cannot_be_opened_says_what_to_do(tmp_path: Path) -> None:
    """A damaged index asks for its backup, a folder that is a file for space or rights."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.sqlite3").write_bytes(b"no index" * 512)
    with pytest.raises(StoreError, match="the index is damaged: put back a backup"):
        Store(tmp_path / "a")
    (tmp_path / "b").write_bytes(b"")
    with pytest.raises(StoreError, match="is the disk full, or the folder read-only"):
        Store(tmp_path / "b")


def test_account_missed_before_the_upgrade_stays_missed(tmp_path: Path) -> None:
    """The night in which an older gallery missed an account is still its first word."""
    index = sqlite3.connect(tmp_path / "index.sqlite3")
    for script in MIGRATIONS[:4]:
        index.executescript(script)
    index.execute(
        "INSERT INTO account (key, network, state, state_seen, last_attempt) VALUES (?, 'bluesky', 'missing', 1, ?)",
        (AOI.key, NOW.isoformat()),
    )
    index.execute("PRAGMA user_version = 4")
    index.commit()
    index.close()
    with Store(tmp_path) as store:
        assert store.account(AOI.key).state_since == NOW


def test_a_date_that_lay_ahead_before_the_upgrade_becomes_that_of_the_last_reading(tmp_path: Path) -> None:
    """A post of 2999 that an older gallery believed stands where it was last read; the others keep their dates."""
    index = sqlite3.connect(tmp_path / "index.sqlite3")
    for script in MIGRATIONS[:8]:
        index.executescript(script)
    index.execute("INSERT INTO account (key, network) VALUES (?, 'bluesky')", (AOI.key,))
    for key, created, confirmed in (
        ("ahead", NOW + timedelta(days=99_999), NOW - timedelta(days=1)),
        ("late", NOW - timedelta(hours=1), NOW - timedelta(days=1)),
        ("old", NOW - timedelta(days=9), NOW),
    ):
        index.execute(
            "INSERT INTO post (account, key, permalink, created_at, body, confirmed_at) VALUES (?,?,'',?,'{}',?)",
            (AOI.key, key, created.isoformat(), confirmed.isoformat()),
        )
    index.execute("PRAGMA user_version = 8")
    index.commit()
    index.close()
    with Store(tmp_path) as store:
        assert [(post.key, NOW - post.created_at) for post in store.posts(AOI.key)] == [
            ("ahead", timedelta()),
            ("late", timedelta(hours=1)),
            ("old", timedelta(days=9)),
        ]


def test_a_command_begins_with_a_tidy_folder(store: Store) -> None:
    """What a killed run left behind goes: half-written files, bytes without a row, and bytes that nothing shows."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    kept = give_bytes(store, AOI, b"kept")
    store.add_post(AOI.key, post("p2", "n"), NOW)
    unused = give_bytes(store, AOI, b"unused")
    store.forget_posts(AOI.key, ["p2"])
    stray = store.path_of("ab" * 32)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"stray")
    half = store.root / "tmp" / "half"
    half.write_bytes(b"h")
    store.tidy_up()
    assert [path.exists() for path in (store.path_of(kept), store.path_of(unused), stray, half)] == [True] + [False] * 3


def test_a_post_taken_from_view_for_now_is_told_from_one_that_left(store: Store) -> None:
    """A limit takes nothing back; what somebody hid counts as taken back until it is shown again."""
    for key in ("p1", "p2"):
        store.add_post(AOI.key, post(key, "m"), NOW)
    store.forget_posts(AOI.key, ["p1"])
    store.forget_posts(AOI.key, ["p2"], hushed=True)
    assert [store.is_taken_back(AOI.network, key) for key in ("p1", "p2")] == [False, True]
    assert not store.is_removed(AOI.network, "p2")
    store.add_post(AOI.key, post("p2", "m"), NOW)
    store.forget_posts(AOI.key, ["p2"])
    assert not store.is_taken_back(AOI.network, "p2")


def test_copies_of_a_killed_run_are_gone_with_the_next_command(store: Store) -> None:
    """A copy that no row speaks of goes when the folder is tidied; those of every recipe with a row stay."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    digest = give_bytes(store, AOI)
    kept = {"x-320.avif", "x-320.jpg", "v-veil.jpg", "y-640.jpg"}
    for name in (*kept, "z-320.avif"):
        (store.root / "renditions" / name).write_bytes(b"abc")
    pair = (Rendition("i/x-320.avif", 20, 10, "avif", 3), Rendition("i/x-320.jpg", 20, 10, "jpeg", 3))
    veil = Rendition("i/v-veil.jpg", 20, 10, "jpeg", 3)
    store.save_renditions("full", [RenditionSet(digest, 40, 30, pair, 5, veil)])
    store.save_renditions("lean", [RenditionSet(digest, 40, 30, (Rendition("i/y-640.jpg", 2, 1, "jpeg", 3),), 5)])
    store.tidy_up()
    assert {path.name for path in (store.root / "renditions").iterdir()} == kept


@pytest.mark.parametrize("tidy", [Store.tidy_up, Store.drop_unused_files], ids=["stray", "unused"])
def test_a_file_that_cannot_be_deleted_is_named(
    store: Store, monkeypatch: pytest.MonkeyPatch, tidy: Callable[[Store], object]
) -> None:
    """What has to go and cannot is an error in words; its row stays, so that the next call tries again."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    unused = store.path_of(give_bytes(store, AOI))
    store.forget_posts(AOI.key, ["p1"])
    if tidy is Store.tidy_up:
        store.drop_unused_files()
        unused.write_bytes(b"picture")

    def refuse(_: Path) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with monkeypatch.context() as readonly:
        readonly.setattr(Path, "unlink", refuse)
        with pytest.raises(StoreError, match=f"{unused.name}: cannot be deleted: Read-only file system"):
            tidy(store)
    assert unused.exists()
    tidy(store)
    assert not unused.exists()


def test_what_others_put_into_the_folders_stops_nothing(store: Store) -> None:
    """Files and folders that a file manager leaves where none belong are passed over."""
    store.add_post(AOI.key, post("p1", "m"), NOW)
    kept = store.path_of(give_bytes(store, AOI))
    (store.root / "files" / ".DS_Store").write_bytes(b"x")
    for folder in (kept.parent / "@eaDir", store.root / "renditions" / "@eaDir"):
        folder.mkdir()
    store.tidy_up()
    store.gc(keep_accounts=[AOI.key], keep_recipes=[], keep_models=[])
    assert kept.exists()


def test_gc_forgets_kept_answers(store: Store) -> None:
    """Answers kept for conditional requests, which may hold posts of removed accounts, go with the garbage."""
    store.save_validator("https://art.example/feed", '"1"', "", b"a post")
    store.gc(keep_accounts=[], keep_recipes=[], keep_models=[])
    assert store.validator("https://art.example/feed") is None


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


class _Late:
    """A connection that read the index's shape before another process changed it."""

    def __init__(self, connection: sqlite3.Connection, shape: int) -> None:
        self._connection, self._shape = connection, [shape]

    def execute(self, statement: str) -> Any:
        if statement == "PRAGMA user_version" and self._shape:
            return _Answer((self._shape.pop(),))
        return self._connection.execute(statement)


class _Answer:
    def __init__(self, row: tuple[int]) -> None:
        self._row = row

    def fetchone(self) -> tuple[int]:
        return self._row


def test_two_that_bring_the_index_up_to_date_do_it_once(tmp_path: Path) -> None:
    """Whoever comes second looks again before each step: nothing is made twice, and the index stays whole."""
    connection = sqlite3.connect(tmp_path / "index", isolation_level=None)
    migrate(connection, "index")
    connection.execute("INSERT INTO meta VALUES ('kept', '1')")
    for shape in range(len(MIGRATIONS)):
        migrate(_Late(connection, shape), "index")  # type: ignore[arg-type]
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    assert connection.execute("SELECT value FROM meta WHERE name = 'kept'").fetchone() == ("1",)
    connection.close()
