"""Fetching night after night from a made-up network on a real socket into a real store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from servers.base import FakeServer, Response, status
from toy_server import Nights, keys, picture, toy_network

from gallery.store import Store

AOI = "aoi.example"
SORA = "sora.example"


@pytest.fixture
def nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nights]:
    with toy_network(monkeypatch) as world, FakeServer(world.answer) as server, Store(tmp_path / ".gallery") as store:
        yield Nights(world, server, store)


def test_first_night_brings_everything(nights: Nights) -> None:
    """The first night stores every post, and every picture under the hash of its bytes."""
    nights.world.artist(AOI, posts=3, pictures=4)
    report = nights.one(nights.account(AOI))
    assert (report.new, report.failed, report.problem, report.posts_read) == (12, 0, "", 3)
    stored = nights.store.pictures([nights.account(AOI)])
    assert len({one.sha256 for one in stored}) == 12
    assert all(nights.store.path_of(one.sha256).stat().st_size for one in stored)
    assert (stored[0].width_px, stored[0].height_px) == (96, 64)


def test_second_night_reads_nothing_it_has(nights: Nights) -> None:
    """A night with nothing new asks one page and one sweep, and downloads no picture."""
    nights.world.artist(AOI, posts=3)
    nights.night(nights.account(AOI))
    report = nights.one(nights.account(AOI))
    assert (report.new, report.unchanged) == (0, 3)
    assert nights.asked_paths() == ["/list", "/gone"]
    assert nights.server.requests[0].query == {"after": "3"}


def test_only_new_posts_are_fetched(nights: Nights) -> None:
    """The next night fetches the new post's picture and no other."""
    nights.world.artist(AOI, posts=3)
    nights.night(nights.account(AOI))
    nights.world.artist(AOI, posts=1, first=3)
    assert nights.one(nights.account(AOI)).new == 1
    assert [path for path in nights.asked_paths() if path.endswith(".jpg")] == ["/3-0.jpg"]


def test_failed_picture_is_named_and_tried_again(nights: Nights) -> None:
    """A picture that answers 404 costs itself only, is named with its cause, and arrives when it is back."""
    nights.world.artist(AOI, posts=3)
    nights.world.files["/1-0.jpg"] = Response(404)
    report = nights.one(nights.account(AOI))
    assert (report.new, report.failed, report.problem) == (2, 1, "")
    assert report.details == ("aoi.example/1: https://img.aoi.example/1-0.jpg answered 404",)
    nights.world.files.clear()
    assert nights.one(nights.account(AOI)).new == 1


@pytest.mark.skip
def test_x(nights: Nights) -> None:
    keys(AOI, [1])
    picture(1)
    status(500)
