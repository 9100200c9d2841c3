"""What keeps the store tidy: garbage, strays, half-written files, kept answers."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gallery.domain import Rendition, RenditionSet
from gallery.errors import StoreError
from gallery.store import Store
from tests.store_kit import AOI, NOW, give_bytes, post


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


def test_of_kept_answers_the_stalest_goes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many are kept and no more; one that is kept anew is fresh."""
    monkeypatch.setattr("gallery.store.housekeeping._MOST_VALIDATORS", 2)
    for url in ("a", "b", "a", "c"):
        store.save_validator(url, '"etag"', "", b"body")
    assert [url for url in "abc" if store.validator(url)] == ["a", "c"]


def test_gc_forgets_kept_answers(store: Store) -> None:
    """Answers kept for conditional requests, which may hold posts of removed accounts, go with the garbage."""
    store.save_validator("https://art.example/feed", '"1"', "", b"a post")
    store.gc(keep_accounts=[], keep_recipes=[], keep_models=[])
    assert store.validator("https://art.example/feed") is None
