"""The source ``x_archive`` on several zips: parts of one archive, newer and older ones, and parts that are away."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from gallery.domain import Media, PostGone
from gallery.sources.x_archive import XArchive
from gallery.store import Store
from tests.net_kit import Nights
from tests.servers.pictures import picture
from tests.source_kit import account, last_cursor, notices, only, posts
from tests.x_archive_kit import (
    KEY,
    MANIFEST,
    contents,
    dated,
    of_tweets,
    pack,
    read,
    script,
    standard,
    tweet,
)


@pytest.mark.parametrize("handle", ["parts", "parts/aoi-*.zip", "parts/aoi-1.zip"])
def test_many_parts_are_one_archive(tmp_path: Path, handle: str) -> None:
    """Tweets split over files and pictures split over zips come together, for a folder, a pattern or a list of zips."""
    (tmp_path / "parts").mkdir()
    files = [{"fileName": "data/tweets.js"}, {"fileName": "data/tweets-part1.js"}]
    manifest = {**MANIFEST, "dataTypes": {"tweets": {"files": files}}}
    pack(
        tmp_path / "parts" / "aoi-1.zip",
        {
            "data/manifest.js": script("__THAR_CONFIG", manifest),
            "data/tweets.js": script("YTD.tweets.part0", [{"tweet": tweet("11")}]),
            "data/tweets-part1.js": script("YTD.tweets.part1", [{"tweet": tweet("12")}, {"tweet": tweet("11")}]),
            "data/tweets_media/11-P11.png": picture(4),
        },
    )
    pack(tmp_path / "parts" / "aoi-2.zip", {"data/tweets_media/12-P12.png": picture(5)})
    options = {"parts": ["parts/aoi-2.zip"]} if handle.endswith("1.zip") else {}
    events = read(tmp_path, handle, **options)
    assert [post.key for post in posts(events)] == ["12", "11"]
    entry = account("x_archive", handle, options={"root": str(tmp_path), **options})
    with XArchive().open_media(entry, posts(events)[0].media[0]) as stream:
        assert stream.read() == picture(5)


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the zips whose lists were read, in that order."""
    names: list[str] = []
    real = zipfile.ZipFile.__init__

    def watched(self: zipfile.ZipFile, file: Any, *rest: Any, **more: Any) -> None:
        if not rest and not more:  # the tests pack with a mode
            names.append(Path(file).name)
        real(self, file, *rest, **more)

    monkeypatch.setattr(zipfile.ZipFile, "__init__", watched)
    return names


def test_pictures_of_many_archives_in_turn_read_each_list_once(tmp_path: Path, listed: list[str]) -> None:
    """The lists of 64 archives are known at a time, and a replaced zip is noticed all the same."""
    name = "data/tweets_media/11-P11.png"
    handles = [f"{number}.zip" for number in range(64)]
    for handle in handles:
        pack(tmp_path / handle, {name: picture(1)})
    media = Media("3_11", f"file:///elsewhere.zip#{name}")
    for _ in range(3):
        for handle in handles:
            contents(tmp_path, media, handle)
    assert listed == handles
    (tmp_path / "7.zip").unlink()
    pack(tmp_path / "7.zip", {name: picture(2), "more": b""})
    assert contents(tmp_path, media, "7.zip") == picture(2)


def test_lists_that_grow_too_long_together_are_let_go_of(
    tmp_path: Path, listed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Archives whose lists would take too much memory are opened anew; a picture that is being read stays open."""
    monkeypatch.setattr("gallery.sources.x_archive_zip.MAX_KNOWN_MEMBERS", 1)
    name = "data/tweets_media/11-P11.png"
    handles = ["a.zip", "b.zip"]
    for handle in handles:
        pack(tmp_path / handle, {name: picture(1)})
    media = Media("3_11", f"file:///elsewhere.zip#{name}")
    with XArchive().open_media(account("x_archive", "a.zip", options={"root": str(tmp_path)}), media) as stream:
        for handle in handles:
            contents(tmp_path, media, handle)
        assert stream.read() == picture(1)
    assert listed == ["a.zip", "b.zip"]
    contents(tmp_path, media, "a.zip")
    assert listed == ["a.zip", "b.zip", "a.zip"]


def test_the_part_that_holds_a_picture_is_opened_first(tmp_path: Path, listed: list[str]) -> None:
    """A picture's address names its zip, and no other is opened while it is there."""
    (tmp_path / "parts").mkdir()
    name = "data/tweets_media/{0}-P{0}.png".format
    for number in (1, 2, 3):
        pack(tmp_path / "parts" / f"{number}.zip", {name(number): picture(number)})
    media = Media("3_3", f"{(tmp_path / 'parts' / '3.zip').as_uri()}#{name(3)}")
    assert contents(tmp_path, media, "parts") == picture(3)
    assert listed == ["3.zip"]
    (tmp_path / "parts" / "3.zip").rename(tmp_path / "parts" / "4.zip")
    assert contents(tmp_path, media, "parts") == picture(3)


@pytest.mark.parametrize("handle", ["parts", "parts/*.[zZ]*"])
def test_hidden_files_are_no_parts(tmp_path: Path, handle: str) -> None:
    """What macOS leaves beside a zip is passed over; a zip in capitals is none of that."""
    (tmp_path / "parts").mkdir()
    pack(tmp_path / "parts" / "AOI.ZIP", standard())
    (tmp_path / "parts" / "._AOI.zip").write_bytes(b"\0\5\x16\7" + bytes(100))
    assert [post.key for post in posts(read(tmp_path, handle))] == [KEY]


def test_a_missing_part_loses_nothing(tmp_path: Path) -> None:
    """Pictures of a part that is away are named; what is stored of them stays, and marks of their posts are heard."""
    (tmp_path / "parts").mkdir()
    comic = tweet("11")
    comic["extended_entities"]["media"] += tweet("12")["extended_entities"]["media"]
    alone = tweet("13")
    first, second = tmp_path / "parts" / "a.zip", tmp_path / "parts" / "b.zip"

    def members(**changes: Any) -> dict[str, bytes]:
        return standard() | {
            "data/tweets.js": script("YTD.tweets.part0", [{"tweet": {**one, **changes}} for one in (comic, alone)]),
            "data/tweets_media/11-P11.png": picture(1),
        }

    pack(first, members())
    pack(second, {"data/tweets_media/11-P12.png": picture(2), "data/tweets_media/13-P13.png": picture(3)})
    entry = account("x_archive", "parts", options={"root": str(tmp_path)})
    with Store(tmp_path / ".gallery") as store:
        nights = Nights(store, entry, {})
        nights.night()
        stored = nights.pictures()
        assert len(stored) == 3
        second.rename(tmp_path / "away")
        pack(first, members(possibly_sensitive=True))
        report = nights.night()
        assert (report.failed, report.notices["missing-media"]) == (0, 2)
        assert nights.pictures() == stored
        assert [one.post.sensitive for one in store.pictures([entry])] == [True, True, True]
        (tmp_path / "away").rename(second)
        nights.night()
        assert nights.pictures() == stored


def test_a_post_whose_picture_is_away_takes_no_place_of_another(tmp_path: Path) -> None:
    """Where a limit has room again, the next post that has its picture moves up, until the missing part is back."""
    (tmp_path / "parts").mkdir()
    first, second = tmp_path / "parts" / "a.zip", tmp_path / "parts" / "b.zip"
    dates = {"11": "Fri Nov 20", "12": "Sat Nov 21", "13": "Sun Nov 22"}
    tweets = [{"tweet": tweet(key, created_at=f"{day} 18:45:10 +0000 2026")} for key, day in dates.items()]

    def members(*tweets: object) -> dict[str, bytes]:
        away = "data/tweets_media/12-P12.png"
        return {name: raw for name, raw in of_tweets(*tweets).items() if name != away}

    pack(first, members(*tweets))
    pack(second, {"data/tweets_media/12-P12.png": picture(2)})
    entry = account("x_archive", "parts", options={"root": str(tmp_path)}, limit=1)
    with Store(tmp_path / ".gallery") as store:
        nights = Nights(store, entry, {})
        shown = {"at first": _shown_after(nights)}
        second.rename(tmp_path / "away")
        pack(first, members(*tweets[:2]))
        nights.night()  # so large a share of the posts goes on the second night
        shown["away"] = _shown_after(nights)
        (tmp_path / "away").rename(second)
        shown["back"] = _shown_after(nights)
    assert shown == {"at first": ["13"], "away": ["11"], "back": ["12"]}


def _shown_after(nights: Nights) -> list[str]:
    """The keys of the posts that the gallery shows after one more night."""
    nights.night()
    return [picture.post.key for picture in nights.store.pictures([nights.account])]


def test_a_picture_that_was_never_there_is_no_part_of_its_post(tmp_path: Path) -> None:
    """Of a post with one picture in the archive and one that it lacks, the one is shown, night after night."""
    post = tweet("11")
    post["extended_entities"]["media"] += tweet("12")["extended_entities"]["media"]
    path = pack(tmp_path / "aoi.zip", of_tweets({"tweet": post}))
    events = read(tmp_path)
    path.unlink()
    pack(path, of_tweets({"tweet": post}, {"tweet": tweet("13")}))
    for found in (events, read(tmp_path, cursor=last_cursor(events))):
        assert [media.key for media in posts(found)[-1].media] == ["3_11"]
        assert notices(found) == ["missing-media"]


def test_partial_archive_deletes_nothing(tmp_path: Path) -> None:
    """An archive that is partial by its own word, or by a file of tweets that is elsewhere, deletes nothing,
    and says so where posts stay."""
    path = pack(tmp_path / "aoi.zip", of_tweets({"tweet": tweet("11")}, {"tweet": tweet("12")}))
    cursor = last_cursor(read(tmp_path))
    info = {**MANIFEST["archiveInfo"], "isPartialArchive": True}  # type: ignore[dict-item]
    elsewhere = [{"fileName": "data/tweets.js"}, {"fileName": "data/tweets-part1.js"}]
    for manifest in (
        {**MANIFEST, "archiveInfo": info},
        {**MANIFEST, "dataTypes": {"tweets": {"files": elsewhere}}},
    ):
        path.unlink()
        pack(path, of_tweets({"tweet": tweet("12")}) | {"data/manifest.js": script("__THAR_CONFIG", manifest)})
        events = read(tmp_path, cursor=cursor)
        assert ([post.key for post in posts(events)], only(PostGone, events)) == (["12"], [])
        assert notices(events) == ["partial-archive"]


def test_a_partial_archive_in_between_forgets_no_post(tmp_path: Path) -> None:
    """What a full archive held and a later full one does not is gone, also when a partial one was read meanwhile."""
    path = pack(tmp_path / "aoi.zip", of_tweets({"tweet": tweet("11")}, {"tweet": tweet("12")}))
    full = last_cursor(read(tmp_path))
    info = {**MANIFEST["archiveInfo"], "isPartialArchive": True}  # type: ignore[dict-item]
    manifest = script("__THAR_CONFIG", {**MANIFEST, "archiveInfo": info})
    path.unlink()
    pack(path, of_tweets({"tweet": tweet("12")}) | {"data/manifest.js": manifest})
    partial = last_cursor(read(tmp_path, cursor=full))
    path.unlink()
    pack(path, of_tweets({"tweet": tweet("12")}, {"tweet": tweet("13")}))
    events = read(tmp_path, cursor=partial)
    assert [event.post_key for event in only(PostGone, events)] == ["11"]


@pytest.mark.parametrize("old_date", ["2025-01-01T00:00:00.000Z", "0001-01-01T00:00:00Z", ""])
def test_of_two_archives_the_newer_one_counts(tmp_path: Path, old_date: str) -> None:
    """A deletion or mark of the newer archive is heard although the older zip lies first in the same folder."""
    (tmp_path / "zips").mkdir()
    old = of_tweets({"tweet": tweet("11")}, {"tweet": tweet("12")})
    pack(tmp_path / "zips" / "a.zip", dated(old, old_date))
    first = read(tmp_path, "zips")
    new = of_tweets({"tweet": tweet("12", possibly_sensitive=True)})
    pack(tmp_path / "zips" / "b.zip", dated(new, "2026-11-01T10:00:00.000Z"))
    events = read(tmp_path, "zips", last_cursor(first))
    assert [(post.key, post.sensitive) for post in posts(events)] == [("12", True)]
    assert [gone.post_key for gone in only(PostGone, events)] == ["11"]
    assert notices(events) == ["older-archive"]
    assert read(tmp_path, "zips", last_cursor(events)) == []


def test_parts_of_one_archive_may_be_dated_hours_apart(tmp_path: Path) -> None:
    """Parts that were written one after another, and one that holds pictures alone, are one archive."""
    (tmp_path / "zips").mkdir()
    tweets = of_tweets({"tweet": tweet("11")}, {"tweet": tweet("12")}, {"tweet": tweet("13")})
    name = "data/tweets_media/{0}-P{0}.png".format
    parts = {
        "a": dated({name: raw for name, raw in tweets.items() if "media" not in name}, "2026-11-01T23:00:00.000Z"),
        "b": dated({name(11): picture(1), name(12): picture(2)}, "2026-11-02T02:00:00.000Z"),
        "c": {name(13): picture(3)},
    }
    for part, members in parts.items():
        pack(tmp_path / "zips" / f"{part}.zip", members)
    events = read(tmp_path, "zips")
    assert ([post.key for post in posts(events)], notices(events)) == (["13", "12", "11"], [])


def test_what_the_newest_archive_lacks_of_its_posts_comes_from_older_ones(tmp_path: Path) -> None:
    """The newest zip that holds a picture gives it, and no post or picture is shown that the newest does not name."""
    (tmp_path / "zips").mkdir()
    name = "data/tweets_media/{0}-P{0}.png".format
    numbers = {"a": (11, 12, 13, 14), "b": (12, 13), "c": (13,)}  # whose pictures lie in the zips of three years
    for year, (zipped, held) in enumerate(numbers.items(), start=2024):
        tweets = of_tweets(*({"tweet": tweet(str(number))} for number in (11, 12, 13, 14)[: 4 if zipped == "a" else 3]))
        members = {member: raw for member, raw in tweets.items() if "media" not in member}
        members |= {name(number): picture(year) for number in held}
        pack(tmp_path / "zips" / f"{zipped}.zip", dated(members, f"{year}-01-01T00:00:00.000Z"))
    events = read(tmp_path, "zips")
    shown = {post.key: contents(tmp_path, post.media[0], "zips") for post in posts(events)}
    assert shown == {"13": picture(2026), "12": picture(2025), "11": picture(2024)}
    assert notices(events) == ["older-archive"] * 2
