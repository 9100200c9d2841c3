"""A store that an older gallery wrote: brought up to date once, with all that it knew."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gallery.domain import Media, Post, Profile, Rendition, RenditionSet
from gallery.errors import StoreError
from gallery.store import AccountRecord, Store
from gallery.store.migrations import MIGRATIONS, migrate
from tests.store_kit import AOI, NOW, give_avatar, give_bytes, post

# what lies in rows as JSON, in the shape that MIGRATIONS leads to
SHAPE = 13
FIELDS = {
    Post: "authors created_at key language media permalink sensitive tags text title version warning",
    Media: "alt fallback_urls key kind label sensitive sha256 url",
    Profile: "avatar_url handle name noindex plea sensitive stable_id state url",
    RenditionSet: "colour copies height_px sha256 veil width_px",
    Rendition: "format height_px path size_bytes width_px",
}


def test_another_field_in_a_row_is_another_shape() -> None:
    """A gallery gone back to an older version is told so by the shape of the index; without a step it would end in the
    middle, over rows with a field that it does not know."""
    told = "a field that comes or goes needs a step at the end of MIGRATIONS; SHAPE and FIELDS are those after the last"
    assert (len(MIGRATIONS), {kind: " ".join(sorted(kind.__slots__)) for kind in FIELDS}) == (SHAPE, FIELDS), told


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


def test_a_profile_of_an_older_gallery_is_not_sensitive(store: Store) -> None:
    """Profiles that were saved before networks were asked for it read as what nobody calls sensitive."""
    store.save_account(AccountRecord(AOI.key, "x", Profile("x", "aoi", "Aoi", "", sensitive=True)))
    with closing(sqlite3.connect(store.root / "index.sqlite3")) as index, index:
        index.execute("UPDATE account SET profile = json_remove(profile, '$.sensitive')")
    assert store.account(AOI.key).profile == Profile("x", "aoi", "Aoi", "")


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


def test_newer_index_is_refused(tmp_path: Path) -> None:
    """An index written by a newer gallery is refused with advice, not misread."""
    with Store(tmp_path):
        pass
    with sqlite3.connect(tmp_path / "index.sqlite3") as index:
        index.execute("PRAGMA user_version = 999")
    index.close()
    with pytest.raises(StoreError, match="newer gallery"):
        Store(tmp_path)


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
