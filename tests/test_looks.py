"""What is stored is hashed once more when a newer gallery hashes pictures in another way."""

from __future__ import annotations

from gallery.commands.progress import Bars
from gallery.inspection import facts_of
from gallery.steps.looks import renew_looks
from tests.toy_server import AOI, Nights

OLD = "00ff00ff00ff00ff"


def test_stored_pictures_are_hashed_anew_once(nights: Nights) -> None:
    """Hashes of an older gallery are replaced, that of a picture that is broken by now stays; then nothing is done."""
    nights.world.artist(AOI, posts=3)
    nights.night(nights.account(AOI))
    store = nights.store
    files = store.files()
    assert len(files) == 3
    store.path_of(files[0].sha256).write_bytes(b"no picture any more")
    for _ in range(2):
        store.save_looks({file.sha256: OLD for file in files})
        renew_looks(store, 2, Bars())
        looks = [file.dhash for file in store.files()]
    assert looks == [OLD] * 3  # the second time it was up to date
    store.set_fact("look version", "1")
    generation = store.generation
    renew_looks(store, 2, Bars())
    assert [file.dhash for file in store.files()] == [
        OLD,
        *(facts_of(store.path_of(file.sha256)).dhash for file in files[1:]),
    ]
    assert store.generation > generation
