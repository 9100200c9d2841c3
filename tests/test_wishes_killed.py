"""People's wishes when the process that carries them out is killed: the next run ends where an undisturbed one ends."""

from __future__ import annotations

import hashlib
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from gallery.domain import Account, AccountState, Artist, Media, Post, Rendition, RenditionSet
from gallery.optout_rules import OptOuts
from gallery.store import Store, StoredFile
from gallery.wishes import account_gone, account_public, apply_optouts, expire, purge, remove_gone, withdrawn
from tests.process_kit import die_at

NOW = datetime(2026, 11, 23, 3, 17, tzinfo=UTC)
AOI = Account("bluesky", "aoi.example.com", Artist("aoi", "Aoi"))
BEN = Account("bluesky", "ben.example.com", Artist("ben", "Ben"))
OPTED_OUT = OptOuts(accounts=frozenset({AOI.key}))
Wish = Callable[[Store], object]


def bytes_of(account: Account, number: int) -> bytes:
    return f"{account.key} {number}".encode()


def digest_of(account: Account, number: int) -> str:
    return hashlib.sha256(bytes_of(account, number)).hexdigest()


def fill(store: Store) -> None:
    """Four posts of two artists each, with a picture and a copy of it."""
    for account in (AOI, BEN):
        for number in range(4):
            media = (Media(f"m{number}", "https://cdn.example/x"),)
            store.add_post(account.key, Post(f"{account.handle}/{number}", "https://example.com", NOW, media), NOW)
            (wanted,) = store.wanted_media(account.key, NOW)
            data, digest = bytes_of(account, number), digest_of(account, number)
            (store.root / "tmp" / "x").write_bytes(data)
            look = f"{int(digest[:16], 16):016x}"
            store.attach(wanted.ids, StoredFile(digest, 4, 3, len(data), "png", look), store.root / "tmp" / "x")
            (store.root / "renditions" / f"{digest[:9]}.avif").write_bytes(b"copy")
            copy = Rendition(f"i/{digest[:9]}.avif", 4, 3, "avif", 4)
            store.save_renditions("full", [RenditionSet(digest, 4, 3, (copy,), 0)])
        store.move_cursor(account.key, {"newest": 4})


def held(store: Store) -> object:
    """All that the wishes are about: rows, tombstones, cursors, what was counted, and every file on the disk."""
    posts = {account.key: [post.key for post in store.posts(account.key)] for account in (AOI, BEN)}
    removed = [key for key in (f"{AOI.handle}/{number}" for number in range(4)) if store.is_removed("bluesky", key)]
    accounts = [(store.account(key).state, store.account(key).cursor) for key in (AOI.key, BEN.key)]
    shown = sorted(picture.sha256 for picture in store.pictures([AOI, BEN]))
    files = sorted(path.name for path in store.root.rglob("*") if path.is_file() and "sqlite3" not in path.name)
    return posts, removed, accounts, shown, files, withdrawn(store)


WISHES: dict[str, tuple[tuple[Wish, ...], Wish]] = {  # what came before, and what is interrupted
    "posts deleted": (
        (),
        lambda store: remove_gone(store, AOI, {f"{AOI.handle}/1": "deleted"}, {}, now=NOW, max_share=0.3),
    ),
    "account closed": ((), lambda store: account_gone(store, AOI, AccountState.SUSPENDED, NOW)),
    "account open again": (
        (lambda store: account_gone(store, AOI, AccountState.SUSPENDED, NOW),),
        lambda store: account_public(store, AOI, AccountState.ACTIVE, NOW),
    ),
    "account opted out": ((), lambda store: apply_optouts(store, [AOI, BEN], OPTED_OUT, NOW)),
    "opt-out withdrawn": (
        (
            lambda store: apply_optouts(store, [AOI, BEN], OPTED_OUT, NOW),
            lambda store: store.move_cursor(AOI.key, {"newest": 4}),
        ),
        lambda store: apply_optouts(store, [AOI, BEN], OptOuts(), NOW),
    ),
    "picture opted out": (
        (),
        lambda store: apply_optouts(store, [AOI, BEN], OptOuts(sha256s=frozenset({digest_of(AOI, 2)})), NOW),
    ),
    "not confirmed": ((), lambda store: expire(store, AOI, 14, NOW + timedelta(days=15))),
    "network purged": ((), lambda store: purge(store, "bluesky", OptOuts())),
}


def interrupted(root: Path, wish: Wish, step: int) -> bool:
    """Carry out ``wish`` in a process that is killed at its ``step``-th moment; False when it ended before that."""

    def child() -> None:
        with Store(root) as store:
            die_at(step)
            wish(store)

    process = get_context("fork").Process(target=child)
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


# Python 3.12 warns of threads that it did not start: those of numerical libraries, which sleep and know no store
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("name", WISHES)
def test_a_wish_survives_a_kill_at_every_moment(tmp_path: Path, name: str) -> None:
    """Killed before or after any of its writes and deletions, a wish is carried out whole by the next run: no picture
    stays that was to go, none stays away that may return, and each one is counted once."""
    before, wish = WISHES[name]

    def prepared(folder: str) -> Path:
        with Store(tmp_path / folder) as store:
            fill(store)
            for step in before:
                step(store)
        return tmp_path / folder

    with Store(prepared("undisturbed")) as store:
        wish(store)
        expected = held(store)
    step = 0
    while interrupted(prepared(str(step)), wish, step):
        with Store(tmp_path / str(step)) as store:
            store.tidy_up()
            wish(store)
            assert held(store) == expected, f"killed at moment {step}"
        step += 1
    assert step > 2
