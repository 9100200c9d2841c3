"""Avatars, fetched night after night from a made-up network on a real socket, or from a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gallery.optout_rules import OptOuts
from tests.servers.base import Response
from tests.toy_server import Nights, picture, toy_nights
from tests.toy_source import Toy

AOI = "aoi.example"
FACE = f"https://img.{AOI}/face.jpg"


@pytest.fixture
def nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nights]:
    with toy_nights(tmp_path, monkeypatch) as made:
        made.world.artist(AOI, posts=1)
        made.world.profile[AOI] = {"avatar": FACE}
        made.world.files["/face.jpg"] = jpeg(1)
        yield made


def jpeg(seed: int) -> Response:
    return Response(200, picture(seed), {"content-type": "image/jpeg"})


def avatar_of(nights: Nights) -> str | None:
    """The hash of the avatar's bytes, which lie in the store."""
    record = nights.store.avatar(nights.account(AOI).key)
    if record is None or record.sha256 is None:
        return None
    stored = nights.store.path_of(record.sha256)
    assert hashlib.sha256(stored.read_bytes()).hexdigest() == record.sha256
    return record.sha256


def hash_of(seed: int) -> str:
    return hashlib.sha256(picture(seed)).hexdigest()


def test_avatar_is_fetched_once_and_is_no_picture(nights: Nights) -> None:
    """The first night brings the avatar beside the pictures; it counts as none, and the next night does not ask."""
    report = nights.one(nights.account(AOI))
    assert (report.new, report.failed, report.notices) == (1, 0, {})
    assert avatar_of(nights) == hash_of(1)
    assert len(nights.store.pictures([nights.account(AOI)])) == 1
    nights.night(nights.account(AOI))
    assert nights.asked_paths() == ["/list", "/gone"]


def test_avatar_is_asked_for_again_when_its_address_changes_or_monthly(nights: Nights) -> None:
    """Another address is asked for at once, the same one after thirty days."""
    nights.night(nights.account(AOI))
    nights.world.files |= {"/face.jpg": jpeg(2), "/new.jpg": jpeg(3)}
    nights.world.profile[AOI] = {"avatar": FACE.replace("face", "new")}
    nights.night(nights.account(AOI))
    assert avatar_of(nights) == hash_of(3)
    assert not nights.store.path_of(hash_of(1)).exists()

    nights.world.files["/new.jpg"] = jpeg(4)
    nights.now += timedelta(days=28)
    nights.night(nights.account(AOI))
    assert avatar_of(nights) == hash_of(3)
    nights.night(nights.account(AOI))
    assert avatar_of(nights) == hash_of(4)


@pytest.mark.parametrize(
    "answer",
    [
        Response(404),
        Response(200, b"<html>Sign in</html>", {"content-type": "text/html"}),
        Response(200, b"<svg xmlns='http://www.w3.org/2000/svg'/>", {"content-type": "image/svg+xml"}),
        Response(200, picture(1)[:200], {"content-type": "image/jpeg"}),
        Response(200, bytes(200_001), {"content-type": "image/jpeg"}),
    ],
    ids=["404", "page", "svg", "cut off", "too large"],
)
def test_bad_avatar_is_a_notice_and_costs_nothing_else(nights: Nights, answer: Response) -> None:
    """An avatar that cannot be had or is no picture is noted, tried less and less often, and loses nothing."""
    nights.night(nights.account(AOI))
    nights.world.files |= {"/bad.jpg": answer}
    nights.world.profile[AOI] = {"avatar": f"https://img.{AOI}/bad.jpg"}
    asked = []
    for night in range(6):
        report = nights.one(nights.account(AOI))
        assert (report.failed, report.problem) == (0, "")
        if report.notices:
            assert report.notices == {"avatar": 1}
            asked.append(night)
    assert asked == [0, 1, 2, 4]
    assert avatar_of(nights) == hash_of(1)
    assert list((nights.store.root / "tmp").iterdir()) == []


@pytest.mark.parametrize("address", ["https://169.254.169.254/latest", "//[::1", "https://elsewhere.example/face.jpg"])
def test_avatar_that_is_redirected_astray_is_a_notice_every_night(nights: Nights, address: str) -> None:
    """An avatar that leads where nobody may be asked is noted each night, and loses nothing."""
    nights.night(nights.account(AOI))
    nights.world.files |= {"/bad.jpg": Response(302, b"", {"location": address})}
    nights.world.profile[AOI] = {"avatar": f"https://img.{AOI}/bad.jpg"}
    for _ in range(5):
        report = nights.one(nights.account(AOI))
        assert (report.failed, report.problem, report.notices) == (0, "", {"avatar": 1})
    assert avatar_of(nights) == hash_of(1)
    assert list((nights.store.root / "tmp").iterdir()) == []


def test_a_bug_over_an_avatar_costs_it_only(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """An avatar that fails in a way nobody foresaw is a notice, and the account's pictures are there."""
    nights.night(nights.account(AOI))
    nights.world.profile[AOI] = {"avatar": f"https://img.{AOI}/other.jpg"}
    monkeypatch.delattr(Toy, "media_hosts")
    report = nights.one(nights.account(AOI))
    assert (report.notices, report.problem) == ({"avatar": 1}, "")
    assert "AttributeError" in report.remarks[0]
    assert nights.shown(nights.account(AOI)) == [f"{AOI}/0"]


def test_avatar_on_a_strange_host_is_not_asked_for(nights: Nights) -> None:
    """An avatar may come only from where the pictures may come from; each night names the line that would allow it."""
    nights.world.profile[AOI] = {"avatar": "https://elsewhere.example/face.jpg"}
    for _ in range(9):
        report = nights.one(nights.account(AOI))
        assert report.notices == {"avatar": 1}
        assert "accounts.yaml:3" in report.remarks[0]
        assert "add `media_hosts: [elsewhere.example]` to the entry" in report.remarks[0]
    assert avatar_of(nights) is None


def test_avatar_is_fetched_in_the_night_in_which_its_host_is_listed(nights: Nights) -> None:
    """After many nights of refusal the avatar is there as soon as the entry lists its host."""
    nights.world.profile[AOI] = {"avatar": "https://elsewhere.example/face.jpg"}
    for _ in range(9):
        nights.night(nights.account(AOI))
    listed = nights.account(AOI, options={"media_hosts": ["elsewhere.example"]})
    report = nights.one(listed, web=nights.web(nights.server.routes("elsewhere.example")))
    assert report.notices == {}
    assert avatar_of(nights) == hash_of(1)


def test_no_line_is_named_where_none_would_help(nights: Nights) -> None:
    """A network whose hosts are fixed gives the reason alone."""
    nights.world.profile[AOI] = {"avatar": "https://elsewhere.example/face.jpg"}
    report = nights.one(nights.account(AOI, "paidtoy"))
    assert "elsewhere.example is not among the hosts" in report.remarks[0]
    assert "add `media_hosts" not in report.remarks[0]


def test_avatar_goes_when_the_network_shows_none(nights: Nights) -> None:
    """An artist who takes their avatar down has none here either."""
    nights.night(nights.account(AOI))
    nights.world.profile[AOI] = {}
    nights.world.artist(AOI, posts=1, first=1)
    nights.night(nights.account(AOI))
    assert nights.store.avatar(nights.account(AOI).key) is None
    assert not nights.store.path_of(hash_of(1)).exists()


def test_avatar_goes_with_an_account_that_went_private(nights: Nights) -> None:
    """An account that is no longer public loses its avatar at once, and nobody asks for it."""
    nights.night(nights.account(AOI))
    nights.world.state[AOI] = "protected"
    nights.night(nights.account(AOI))
    assert nights.asked_paths() == ["/list"]
    assert avatar_of(nights) is None
    assert not nights.store.path_of(hash_of(1)).exists()


def test_avatar_of_an_opted_out_account_is_deleted_and_not_asked_for(nights: Nights) -> None:
    """Opting out takes the avatar too."""
    account = nights.account(AOI)
    nights.night(account)
    nights.night(account, optouts=OptOuts(accounts=frozenset({account.key})))
    assert nights.asked_paths() == []
    assert nights.store.files() == []


def test_avatar_that_is_an_opted_out_picture_is_not_kept(nights: Nights) -> None:
    """Bytes that somebody opted out of are not shown as a face either, nor asked for every night."""
    wish = OptOuts(sha256s=frozenset({hash_of(1)}))
    report = nights.one(nights.account(AOI), optouts=wish)
    assert report.notices == {"opted out": 1}
    assert avatar_of(nights) is None
    nights.night(nights.account(AOI), optouts=wish)
    assert nights.asked_paths() == ["/list", "/gone"]


def test_a_night_with_trouble_asks_for_no_avatar(nights: Nights) -> None:
    """When the account itself cannot be read, its avatar is left alone, due or not."""
    nights.night(nights.account(AOI))
    nights.now += timedelta(days=40)
    nights.world.crash[AOI] = "bug"
    assert nights.one(nights.account(AOI)).problem
    assert nights.asked_paths() == ["/list"]


def test_a_folders_avatar_is_read_once(nights: Nights, tmp_path: Path) -> None:
    """The hidden picture at the top of a folder is its avatar, and another content is another one."""
    (tmp_path / "art").mkdir()
    face = tmp_path / "art" / ".avatar.jpg"
    account = nights.account("art", "folder", options={"root": str(tmp_path)})
    for seed in (5, 6):
        face.write_bytes(picture(seed))
        nights.night(account)
        record = nights.store.avatar(account.key)
        assert record is not None
        assert record.sha256 == hash_of(seed)
    face.write_text("not a picture")
    assert nights.one(account).notices == {"avatar": 1}
    face.unlink()
    nights.night(account)
    assert nights.store.avatar(account.key) is None
