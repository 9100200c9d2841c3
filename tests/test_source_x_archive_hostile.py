"""The source ``x_archive`` on zips that are damaged, hostile, mixed up or none, and on anything at all."""

from __future__ import annotations

import dataclasses
import json
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.domain import CursorMoved, PostGone, SourceEvent
from gallery.errors import SourceError
from gallery.sources.x_archive import XArchive
from gallery.sources.x_archive_parse import Owner, Reading, read_tweet, tweet_of
from gallery.sources.x_archive_script import read_array, read_object
from gallery.store import Store
from tests.net_kit import Nights
from tests.servers.pictures import picture
from tests.source_kit import NoWeb, account, hostile_json, notices, only, posts, since
from tests.x_archive_kit import (
    KEY,
    MANIFEST,
    contents,
    dated,
    pack,
    read,
    script,
    spoil,
    standard,
)


def directory_entry(raw: bytearray, member: str) -> int:
    """Where the zip's directory describes a member (APPNOTE 4.3.12)."""
    start = raw.index(b"PK\x01\x02")
    while raw[start : start + 4] == b"PK\x01\x02":
        lengths = struct.unpack_from("<HHH", raw, start + 28)
        if raw[start + 46 : start + 46 + lengths[0]] == member.encode():
            return start
        start += 46 + sum(lengths)
    raise AssertionError(f"no {member}")


def claim_size(path: Path, member: str, size: int) -> None:
    """Rewrite the size that the zip's directory claims for a member."""
    raw = bytearray(path.read_bytes())
    struct.pack_into("<I", raw, directory_entry(raw, member) + 24, size)
    path.write_bytes(raw)


def test_hostile_zip(tmp_path: Path) -> None:
    """Names that lead outside, links and false sizes get nothing read or written, and the rest is used."""
    picture_name = f"data/tweets_media/{KEY}-HAaBbCcDdEeFfG1.jpg"
    members = standard() | {
        "../evil.js": b"x",
        "/data/tweets.js": b"x",
        "data/../../tweets.js": b"x",
        "data\\x.js": b"x",
    }
    path = pack(tmp_path / "aoi.zip", members)
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("data/tweets_media/2-link.png")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    claim_size(path, picture_name, 4_000_000_000)
    events = read(tmp_path)
    (post,) = posts(events)
    assert notices(events) == ["odd-name"]
    with pytest.raises(SourceError, match="credible size"):
        contents(tmp_path, post.media[0])
    assert contents(tmp_path, post.media[1]) == picture(2)
    with pytest.raises(SourceError):
        contents(tmp_path, dataclasses.replace(post.media[0], url="file:///aoi.zip#data/tweets_media/2-link.png"))

    claim_size(path, "data/tweets.js", 4_000_000_000)
    with pytest.raises(SourceError, match=r"tweets\.js"):
        read(tmp_path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["aoi.zip"]


def test_sizes_claimed_too_small_do_not_pass(tmp_path: Path) -> None:
    """A picture that is longer than the zip claims is reported as damaged, not cut short."""
    path = pack(tmp_path / "aoi.zip", standard())
    claim_size(path, f"data/tweets_media/{KEY}-HAaBbCcDdEeFfG1.jpg", 100)
    (post,) = posts(read(tmp_path))
    with pytest.raises((zipfile.BadZipFile, zlib.error)):
        contents(tmp_path, post.media[0])


def test_damaged_bytes_are_reported(tmp_path: Path) -> None:
    """A picture whose bytes were damaged on the way is an error of that picture only."""
    path = pack(tmp_path / "aoi.zip", standard())
    spoil(path, "HAaBbCcDdEeFfG1.jpg")
    (post,) = posts(read(tmp_path))
    with pytest.raises((zipfile.BadZipFile, zlib.error)):
        contents(tmp_path, post.media[0])
    assert contents(tmp_path, post.media[1]) == picture(2)


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damage_costs_itself_only_however_the_zip_was_packed(tmp_path: Path, packing: int) -> None:
    """A damaged picture is named in the report of the fetch, and the other picture of the archive is stored."""
    path = pack(tmp_path / "aoi.zip", standard(), packing)
    spoil(path, "HAaBbCcDdEeFfG1.jpg")
    with Store(tmp_path / ".gallery") as store:
        report = Nights(store, account("x_archive", "aoi.zip", options={"root": str(tmp_path)}), {}).night()
    assert (report.new, report.failed, report.problem) == (1, 1, "")
    assert "cannot be read" in report.details[0]


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_script_is_named_however_the_zip_was_packed(tmp_path: Path, packing: int) -> None:
    """A list of tweets that cannot be unpacked is an error that names it."""
    spoil(pack(tmp_path / "aoi.zip", standard(), packing), "data/tweets.js")
    with pytest.raises(SourceError, match=r"tweets\.js in aoi\.zip cannot be read"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"data/js/tweets/2014_05.js": b"Grailbird.data.tweets_2014_05 = []"}, "no pictures"),
        ({"data/manifest.js": script("__THAR_CONFIG", MANIFEST)}, r"tweets\.js"),
        ({"data/tweets.js": script("YTD.tweets.part0", [])}, "nobody"),
        (standard() | {"data/tweets.js": b"alert(1); window.YTD.tweets.part0 = []"}, "begin"),
        (standard() | {"data/tweets.js": b"window.YTD.tweets.part0 = [{}] ; alert(1)"}, "follows"),
        (standard() | {"data/tweets.js": b"window.YTD.tweets.part0 = " + b"[" * 200_000}, "nested"),
        (standard() | {"data/tweets.js": b"window.YTD.tweets.part0 = [[" + b"{}," * 2_000_000 + b"0]]"}, "endless"),
        (standard() | {"data/manifest.js": b'window.__THAR_CONFIG = {"":[' + b"{}," * 2_000_000 + b"0]}"}, "bytes"),
        (standard() | {"data/tweets.js": b"window.YTD.tweets.part0 = [\xff]"}, "utf-8"),
        (standard() | {"data/manifest.js": b"window.__THAR_CONFIG = {"}, "manifest"),
    ],
)
def test_archives_that_cannot_be_used(tmp_path: Path, members: dict[str, bytes], words: str) -> None:
    """What is no archive of X's, or not of one account, is refused with the reason; nothing counts as deleted."""
    pack(tmp_path / "aoi.zip", members)
    entry = account("x_archive", "aoi.zip", options={"root": str(tmp_path)})
    events: list[SourceEvent] = []
    with pytest.raises(SourceError, match=words):  # noqa: PT012 - what came before the error counts
        for event in XArchive().list_posts(entry, since({"posts": ["1"]}), NoWeb()):
            events.append(event)
    assert only(PostGone, events) == only(CursorMoved, events) == []


def test_zips_that_are_none(tmp_path: Path) -> None:
    """A missing zip, an empty folder, a text file and an encrypted zip are named in the error."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_text("not a zip")
    for handle in ("missing.zip", "empty", "none-*.zip", "text.zip"):
        with pytest.raises(SourceError, match=handle.replace("*", r"\*")):
            read(tmp_path, handle)
    path = pack(tmp_path / "aoi.zip", standard())
    raw = bytearray(path.read_bytes())
    raw[directory_entry(raw, "data/tweets.js") + 8] |= 1  # a flag of the directory says: encrypted
    local = raw.index(b"data/tweets.js") - 30
    raw[local + 6] |= 1
    path.write_bytes(raw)
    with pytest.raises(SourceError, match="encrypted"):
        read(tmp_path)


def test_two_accounts_do_not_mix(tmp_path: Path) -> None:
    """Parts that belong to different accounts are refused."""
    pack(tmp_path / "a.zip", standard())
    other = {**MANIFEST, "userInfo": {"accountId": "2002", "userName": "someone_else"}}
    pack(tmp_path / "b.zip", {"data/manifest.js": script("__THAR_CONFIG", other)})
    with pytest.raises(SourceError, match="aoi_draws and someone_else"):
        read(tmp_path, "a.zip", parts="b.zip")
    (tmp_path / "a.zip").unlink()
    pack(tmp_path / "a.zip", dated(standard(), "2026-11-01T00:00:00Z"))
    with pytest.raises(SourceError, match="aoi_draws and someone_else"):
        read(tmp_path, "a.zip", parts="b.zip")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=10,
)


@given(
    st.lists(json_values, max_size=6),
    st.sampled_from([None, 2]),
    st.sampled_from(["", "\ufeff"]),
    st.sampled_from(["", ";", "\n", " ;\n"]),
)
def test_scripts_give_back_what_was_written(data: list[object], indent: int | None, mark: str, end: str) -> None:
    """However it is laid out, a list or object comes back element by element as JSON would give it."""
    text = json.dumps(data, indent=indent, ensure_ascii=False)
    raw = f"{mark}window.YTD.tweets.part12 = {text}{end}".encode()
    assert list(read_array(raw)) == data
    raw = f"{mark} window.__THAR_CONFIG={json.dumps({'a': data}, indent=indent)}{end}".encode()
    assert read_object(raw) == {"a": data}


def test_a_long_script_is_read_in_pieces() -> None:
    """A script of many times the length that is looked at in one go gives all its elements, whatever their lengths."""
    data = [number * 10 ** (number % 300) if number % 2 else "x" * (number % 90_000) for number in range(1, 300)] * 2
    assert list(read_array(b"window.YTD.tweets.part0 = " + json.dumps(data).encode())) == data


@given(st.binary(max_size=60) | st.text(alphabet='[]{},:"1 ;ab\n', max_size=30).map(str.encode))
def test_any_script_is_read_or_refused(tail: bytes) -> None:
    """Whatever stands in a script, the answer is elements or ValueError, and what is accepted is exactly the JSON."""
    try:
        found = list(read_array(b"window.YTD.tweets.part0 = " + tail))
    except ValueError:
        return
    assert found == json.loads(tail.decode("utf-8-sig").rstrip(" \t\n\r;"))


tweets = hostile_json(
    [
        "tweet",
        "id_str",
        "full_text",
        "created_at",
        "extended_entities",
        "entities",
        "media",
        "type",
        "indices",
        "urls",
        "url",
        "media_url_https",
        "edit_info",
        "hashtags",
        "text",
        "lang",
        "in_reply_to_user_id_str",
    ],
    ["11", "photo", "https://t.co/x"],
    longest_text=5,
    leaves=15,
)


@given(tweets)
def test_any_tweet_is_read_or_left_out(element: object) -> None:
    """Whatever an element of tweets.js is, reading it does not fail and finds only files the archive was asked for."""
    owner, seen = Owner("1001", "aoi_draws", "Aoi"), frozenset[str]()
    reading = Reading(owner, "threads", True, lambda name: f"file:///a.zip#{name}", seen, seen.__contains__, {})
    tweet = tweet_of(element)
    assert all(item is not None for item in (read_tweet(tweet, reading) if tweet else ()))
