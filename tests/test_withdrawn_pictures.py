"""A picture that somebody opted out of stays away when its entry is lost from optouts.yaml, and what lets it back."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gallery.inspection import facts_of
from gallery.optout_rules import LookAlike, OptOuts
from gallery.post_names import post_name
from gallery.store import Store
from gallery.store.migrations import MIGRATIONS
from gallery.wishes import apply_optouts, purge
from tests.build_kit import Gallery, local
from tests.servers.base import Response
from tests.toy_server import AOI, NIGHT, SORA, Nights, picture

DOOMED = picture(5, (960, 640))
BY_BYTES = OptOuts(sha256s=frozenset({hashlib.sha256(DOOMED).hexdigest()}))


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    """A folder of five pictures the first of which was withdrawn, by an entry that is lost."""
    made = local(tmp_path, pictures=5)
    made.build()
    doomed = tmp_path / "art" / "0.png"
    (tmp_path / "optouts.yaml").write_text(f"- sha256: {hashlib.sha256(doomed.read_bytes()).hexdigest()}\n")
    assert made.build()["shown"] == 4
    (tmp_path / "optouts.yaml").unlink()
    assert made.build()["shown"] == 4
    return made


def _look_of(folder: Path, data: bytes) -> int:
    file = folder / "look"
    file.write_bytes(data)
    return int(facts_of(file).dhash, 16)


def _serve(nights: Nights, path: str, data: bytes, kind: str = "jpeg") -> None:
    nights.world.files[path] = Response(200, data, {"content-type": f"image/{kind}"})


def _withdraw(nights: Nights, optouts: OptOuts = BY_BYTES) -> None:
    """One of two pictures of an artist is withdrawn from the store."""
    nights.world.artist(AOI, posts=2)
    _serve(nights, "/0-0.jpg", DOOMED)
    nights.night(nights.account(AOI))
    notes = nights.night(nights.account(AOI), optouts=optouts).notes
    assert any(note.endswith("deleted: somebody has opted out") for note in notes)
    assert nights.shown(nights.account(AOI)) == [f"{AOI}/1"]


def test_the_same_bytes_on_another_account_stay_away(nights: Nights) -> None:
    """A withdrawn picture that another account posts, once its entry is lost, is not shown, and the report says so."""
    _withdraw(nights)
    nights.world.artist(SORA, posts=1)
    assert nights.one(nights.account(SORA)).notices == {"opted out": 1}
    assert nights.shown(nights.account(SORA)) == []


@pytest.mark.parametrize(("data", "kind"), [(DOOMED, "jpeg"), (picture(5, (960, 640), "PNG"), "png")])
def test_a_picture_posted_again_on_its_account_stays_away(nights: Nights, data: bytes, kind: str) -> None:
    """A withdrawn picture in a new post of the same account, as it was or encoded anew, is not shown."""
    _withdraw(nights)
    nights.world.artist(AOI, posts=1, first=2)
    _serve(nights, "/2-0.jpg", data, kind)
    assert nights.one(nights.account(AOI)).notices == {"opted out": 1}
    assert nights.shown(nights.account(AOI)) == [f"{AOI}/1"]


def test_a_picture_stays_away_when_its_account_was_forgotten(nights: Nights) -> None:
    """An account that left the list, was forgotten by ``gallery gc`` and is listed again comes without it."""
    _withdraw(nights)
    nights.store.gc(keep_accounts=[], keep_recipes=[], keep_models=[])
    nights.night(nights.account(AOI))
    assert nights.shown(nights.account(AOI)) == [f"{AOI}/1"]


def test_a_picture_stays_away_when_its_file_was_away(gallery: Gallery) -> None:
    """A withdrawn file of a folder that is moved away and back is not shown, and the report says so."""
    file = gallery.root / "art" / "0.png"
    file.rename(gallery.root / "0.png")
    assert gallery.build()["accounts"][0]["removed"] == 1
    (gallery.root / "0.png").rename(file)
    report = gallery.build()
    assert (report["shown"], report["accounts"][0]["notices"]) == (4, {"opted out": 1})


def test_a_picture_stays_away_when_a_limit_was_lowered_and_lifted(gallery: Gallery) -> None:
    """What a limit made the store forget comes back without the withdrawn picture."""
    listed = (gallery.root / "accounts.yaml").read_text()
    gallery.write(f"{listed}    limit: 2\n")
    assert gallery.build("--allow-shrink")["shown"] == 2
    gallery.write(listed)
    assert gallery.build()["shown"] == 4


def test_a_look_is_remembered_with_its_distance(nights: Nights, tmp_path: Path) -> None:
    """What an entry ``dhash`` kept out stays away as far from that look as the entry said, and no farther."""
    near, far = _look_of(tmp_path, DOOMED) ^ 0b1111111, _look_of(tmp_path, picture(6))
    _withdraw(nights, OptOuts(look_alikes=frozenset({LookAlike(f"{near:016x}", 7), LookAlike(f"{far:016x}", 7)})))
    remembered, _ = apply_optouts(nights.store, [], OptOuts(), NIGHT)
    assert remembered.look_alikes == {LookAlike(f"{near:016x}", 7)}  # the other never kept anything out
    nights.store.gc(keep_accounts=[], keep_recipes=[], keep_models=[])
    nights.night(nights.account(AOI))
    assert nights.shown(nights.account(AOI)) == [f"{AOI}/1"]


def test_a_picture_that_never_came_in_is_remembered(nights: Nights) -> None:
    """Kept out as it arrived, a picture stays away as one does that was taken from the store."""
    for handle in (AOI, SORA):
        nights.world.artist(handle, posts=1)
    _serve(nights, "/0-0.jpg", DOOMED)
    nights.night(nights.account(AOI), optouts=BY_BYTES)
    nights.night(nights.account(SORA))
    assert nights.store.files() == []


def test_a_picture_withdrawn_together_with_its_post_is_remembered(nights: Nights) -> None:
    """Named by its post and by its bytes in one edit, a picture stays away from other posts, encoded anew as well."""
    post = post_name(f"https://{AOI}/posts/{AOI}/0")
    _withdraw(nights, OptOuts(posts=frozenset({post}), sha256s=BY_BYTES.sha256s))
    nights.world.artist(SORA, posts=1)
    _serve(nights, "/0-0.jpg", picture(5, (960, 640), "PNG"), "png")
    nights.night(nights.account(SORA))
    assert nights.shown(nights.account(SORA)) == []


# --- the way back ----------------------------------------------------------------------------------------------------


def test_a_purge_lets_a_picture_come_back(nights: Nights) -> None:
    """An artist who changes their mind is shown whole again, once their network is purged without the entry."""
    _withdraw(nights)
    purge(nights.store, "paidtoy", OptOuts())
    nights.night(nights.account(AOI))
    assert nights.shown(nights.account(AOI)) == [f"{AOI}/1"]
    purge(nights.store, "toy", OptOuts())
    nights.night(nights.account(AOI))
    assert nights.shown(nights.account(AOI)) == [f"{AOI}/0", f"{AOI}/1"]


def test_a_purge_forgets_no_wish_that_stands(nights: Nights) -> None:
    """What optouts.yaml still names stays away after a purge, copies of which only the look is known as well."""
    _withdraw(nights)
    purge(nights.store, "toy", BY_BYTES)
    _serve(nights, "/0-0.jpg", picture(5, (960, 640), "PNG"), "png")
    nights.night(nights.account(AOI), optouts=BY_BYTES)
    assert nights.shown(nights.account(AOI)) == [f"{AOI}/1"]


def test_the_purge_command_lets_a_picture_come_back(gallery: Gallery) -> None:
    """``gallery purge`` and a build show the picture whose entry was taken out."""
    assert gallery.run("purge", "--network", "folder", "--yes").exit_code == 0
    assert gallery.build()["shown"] == 5


def test_pictures_withdrawn_before_the_upgrade_are_remembered(tmp_path: Path) -> None:
    """The looks that an older gallery kept of opted-out pictures keep these away, and a purge lifts them."""
    with closing(sqlite3.connect(tmp_path / "index.sqlite3")) as index:
        for script in MIGRATIONS[:6]:
            index.executescript(script)
        index.execute(
            "INSERT INTO account (key, network) VALUES (?, 'toy'), (?, 'paid')", (f"toy:{AOI}", f"paid:{SORA}")
        )
        lines = "\n".join(f"{letter * 64} {letter * 16}" for letter in "abc")
        index.execute("INSERT INTO meta VALUES ('opted-out-looks', ?)", (lines,))
        index.execute("PRAGMA user_version = 6")
        index.commit()
    with Store(tmp_path) as store:
        assert store.refused() == {LookAlike(letter * 16, of=letter * 64) for letter in "abc"}
        purge(store, "toy", OptOuts(sha256s=frozenset({"b" * 64})))
        assert store.refused() == {LookAlike("b" * 16, of="b" * 64)}


def test_every_look_that_a_withdrawn_picture_ever_had_counts() -> None:
    """A newer gallery hashes the same bytes otherwise; what looks like either stays away, on every run alike."""
    looks = ("00ff00ff00ff00ff", "0f0f0f0f0f0f0f0f")
    wishes = OptOuts().with_refused({LookAlike(look, of="a" * 64) for look in looks})
    assert [bool(wishes.refusals("b" * 64, look)) for look in looks] == [True, True]
    assert wishes.refusals("a" * 64, "f" * 16)
