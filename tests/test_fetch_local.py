"""Fetching night after night from files of this machine: folders and X archives."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from toy_server import Nights, toy_nights
from x_archive_kit import of_tweets, pack, spoil, tweet

from gallery.domain import Account


@pytest.fixture
def nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nights]:
    with toy_nights(tmp_path, monkeypatch) as made:
        yield made


def archive_of(nights: Nights, root: Path, **fields: object) -> Account:
    return nights.account("aoi.zip", "x_archive", options={"root": str(root)}, **fields)


def test_a_damaged_file_is_named_each_night_until_a_good_one_takes_its_place(nights: Nights, tmp_path: Path) -> None:
    """Reading a file asks nobody: its pictures are tried and named each night, and arrive with the first good copy."""
    path = pack(tmp_path / "aoi.zip", of_tweets({"tweet": tweet("11")}, {"tweet": tweet("12")}), zipfile.ZIP_STORED)
    good = path.read_bytes()
    spoil(path, "11-P11.png")
    account = archive_of(nights, tmp_path)
    reports = [nights.one(account) for _ in range(6)]
    assert [(report.new, report.failed) for report in reports] == [(1, 1)] + [(0, 1)] * 5
    assert "aoi.zip cannot be read" in reports[-1].details[0]
    path.write_bytes(good)
    report = nights.one(account)
    assert (report.new, report.failed, nights.shown(account)) == (1, 0, ["11", "12"])
