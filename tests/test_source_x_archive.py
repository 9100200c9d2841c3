"""The source ``x_archive`` on real zips, well made: what becomes of their tweets, parts and pictures."""

from __future__ import annotations

import dataclasses
import json
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from servers.pictures import picture
from source_kit import account, last_cursor, notices, only, posts
from x_archive_kit import (
    ACCOUNT,
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

from gallery.cli import main
from gallery.domain import Media, MediaKind, PostGone, ProfileSeen
from gallery.errors import SourceError
from gallery.sources.base import LocalSource
from gallery.sources.x_archive import XArchive
from gallery.store import Store


def test_archive_becomes_posts_with_pictures(tmp_path: Path) -> None:
    """Numbers written as texts, escaped text, all pictures in order and their bytes come out of the closed zip."""
    pack(tmp_path / "aoi.zip", standard())
    events = read(tmp_path)
    (post,) = posts(events)
    assert (post.key, post.version) == (KEY, KEY)
    assert post.permalink == f"https://x.com/aoi_draws/status/{KEY}"
    assert post.text == "Dusk sketch 夕焼け <3 #illustration"
    assert (post.tags, post.sensitive, post.language) == (("illustration",), False, "en")
    assert post.created_at == datetime(2026, 11, 22, 18, 45, 10, tzinfo=UTC)
    assert [media.key for media in post.media] == ["3_2124574890000000001", "3_2124574890000000002"]
    assert contents(tmp_path, post.media[0]) == picture(1, "JPEG")
    assert contents(tmp_path, post.media[1]) == picture(2)
    (seen,) = only(ProfileSeen, events)
    assert (seen.profile.stable_id, seen.profile.handle) == ("1001", "aoi_draws")
    assert notices(events) == []
    assert isinstance(XArchive(), LocalSource)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["aoi.zip"], "nothing was unpacked"


@pytest.mark.parametrize("name", ["aoi_draws", "1001"])
def test_who_opts_out_on_x_means_the_archive_too(tmp_path: Path, name: str) -> None:
    """An artist's handle or id on X in optouts.yaml removes what came out of their archive, and keeps it away."""
    pack(tmp_path / "aoi.zip", standard())
    (tmp_path / "accounts.yaml").write_text("- x_archive: aoi.zip\n  name: Aoi\n")
    for wishes, kept in (("", True), (f"- account: x:{name}\n", False), (f"- account: x:{name}\n", False)):
        (tmp_path / "optouts.yaml").write_text(wishes)
        result = CliRunner().invoke(main, ["--config", str(tmp_path / "accounts.yaml"), "fetch"])
        assert result.exit_code == 0, result.output
        with Store(tmp_path / ".gallery") as store:
            assert bool([*store.posts("x_archive:aoi.zip")]) is kept


def test_second_run_reads_nothing(tmp_path: Path) -> None:
    """A zip that was read is not read again; a newer one is, and what it no longer holds is gone."""
    path = pack(tmp_path / "aoi.zip", of_tweets({"tweet": tweet("11")}, {"tweet": tweet("12")}))
    first = read(tmp_path)
    cursor = json.loads(json.dumps(last_cursor(first)))
    assert read(tmp_path, cursor=cursor) == []
    path.unlink()
    pack(path, of_tweets({"tweet": tweet("12")}, {"tweet": tweet("13")}, {"tweet": tweet("14")}))
    second = read(tmp_path, cursor=cursor)
    assert [post.key for post in posts(second)] == ["14", "13", "12"]
    assert [gone.post_key for gone in only(PostGone, second)] == ["11"]


def test_older_shapes(tmp_path: Path) -> None:
    """Byte order marks, trailing semicolons, tweets without wrapper, tweet.js, the old media folder, a folder around it
    all and no manifest are read as well."""
    old = [tweet("12"), tweet("11")]
    around = "twitter-2019-11-22/"
    pack(
        tmp_path / "aoi.zip",
        {
            around + "data/account.js": script("YTD.account.part0", ACCOUNT),
            around + "data/tweet.js": b"\xef\xbb\xbf" + script("YTD.tweet.part0", old) + b";\n",
            around + "data/tweet_media/11-P11.png": picture(4),
            around + "data/tweet_media/12-P12.png": picture(5),
        },
    )
    events = read(tmp_path)
    assert [post.key for post in posts(events)] == ["12", "11"]
    assert contents(tmp_path, posts(events)[0].media[0]) == picture(5)


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
    """Pictures of a part that is not there are named; posts known from it do not count as deleted."""
    (tmp_path / "parts").mkdir()
    members = of_tweets({"tweet": tweet("11")}, {"tweet": tweet("12")})
    second = {"data/tweets_media/12-P12.png": members.pop("data/tweets_media/12-P12.png")}
    pack(tmp_path / "parts" / "a.zip", members)
    other = pack(tmp_path / "parts" / "b.zip", second)
    cursor = last_cursor(read(tmp_path, "parts"))
    other.unlink()
    events = read(tmp_path, "parts", cursor)
    assert [post.key for post in posts(events)] == ["11"]
    assert (notices(events), only(PostGone, events)) == (["missing-media"], [])


def test_partial_archive_deletes_nothing(tmp_path: Path) -> None:
    """An archive that is partial by its own word, or by a file of tweets that is elsewhere, deletes nothing."""
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


def test_what_is_not_the_artists_is_left_out(tmp_path: Path) -> None:
    """Retweets, replies to others, pictures of others and deleted tweets are left out; threads stay."""
    foreign = tweet("13")
    foreign["extended_entities"]["media"][0]["source_user_id_str"] = "77"
    members = of_tweets(
        {"tweet": tweet("11", "RT @b: hello")},
        {"tweet": tweet("12", in_reply_to_status_id_str="5", in_reply_to_user_id_str="77")},
        {"tweet": foreign},
        {"tweet": tweet("14", in_reply_to_status_id_str="11", in_reply_to_user_id_str="1001")},
        {"tweet": {"id_str": "16", "full_text": "words only"}},
    )
    members["data/deleted-tweets.js"] = script("YTD.deleted_tweets.part0", [{"tweet": tweet("15")}])
    members["data/tweets_media/15-P15.png"] = picture(9)
    pack(tmp_path / "aoi.zip", members)
    events = read(tmp_path)
    assert [post.key for post in posts(events)] == ["14"]
    assert sorted(notices(events)) == ["foreign-media", "reply", "repost"]
    assert {post.key for post in posts(read(tmp_path, replies="all"))} == {"12", "14"}
    narrowed = read(tmp_path, cursor=last_cursor(read(tmp_path, replies="all")))
    assert [gone.post_key for gone in only(PostGone, narrowed)] == ["12"]


def test_films_need_their_still(tmp_path: Path) -> None:
    """A film whose still lies in the archive is shown by it; one with the film alone is named."""
    films = []
    for number, name in ((11, "still"), (12, "none")):
        film = tweet(str(number))
        film["extended_entities"]["media"][0] |= {
            "type": "video",
            "media_url_https": f"https://pbs.twimg.com/ext_tw_video_thumb/{number}/pu/img/{name}.jpg",
            "video_info": {"variants": [{"url": f"https://video.twimg.com/{number}/clip.mp4"}]},
        }
        films.append({"tweet": film})
    pack(
        tmp_path / "aoi.zip",
        of_tweets(*films)
        | {"data/tweets_media/11-still.jpg": picture(6, "JPEG"), "data/tweets_media/12-clip.mp4": b"film"},
    )
    events = read(tmp_path)
    assert [(post.key, post.media[0].kind) for post in posts(events)] == [("11", MediaKind.VIDEO)]
    assert notices(events) == ["film-without-still"]


def test_edits_and_long_texts(tmp_path: Path) -> None:
    """Of an edited tweet the newest version counts, under the first one's id; long posts get their whole text back."""
    long = "A &amp; B " + "word " * 70
    note = {"noteTweet": {"noteTweetId": "5", "core": {"text": long.replace("&amp;", "&") + "the end."}}}
    edited = tweet("12", edit_info={"edit": {"initialTweetId": "11"}})
    members = of_tweets(
        {"tweet": edited}, {"tweet": tweet("11")}, {"tweet": tweet("13", long[:270] + "… https://t.co/x")}
    )
    members["data/note-tweet.js"] = script("YTD.note_tweet.part0", [note])
    pack(tmp_path / "aoi.zip", members)
    newest, older = posts(read(tmp_path))
    assert newest.text.startswith("A & B word")
    assert newest.text.endswith("word the end.")
    assert (older.key, older.version, older.permalink[-3:]) == ("11", "12", "/12")


HEAD = "Commissions are open! Half body 60 EUR, full body 90 EUR, background +40 EUR. Write me by mail. " * 3


def with_notes(*tweets: dict[str, Any], times: tuple[str, ...]) -> dict[str, bytes]:
    """An archive with two long texts that begin alike, of October and of November."""
    core = [{"core": {"text": HEAD + month}} for month in ("October", "November")]
    notes = [{"noteTweet": {**one, "createdAt": time}} for one, time in zip(core, times, strict=True)]
    return of_tweets(*({"tweet": one} for one in tweets)) | {
        "data/note-tweet.js": script("YTD.note_tweet.part0", notes)
    }


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (("2026-10-01T10:00:00.000Z", "2026-11-01T10:00:00.000Z"), ["November", "October"]),
        (("2026-10-01T10:00:00.000Z", "long ago"), ["…", "…"]),
        (("2026-10-01T10:00:00.000Z", "2026-10-01T10:00:00.000Z"), ["…", "…"]),
    ],
    ids=["known", "unknown", "equal"],
)
def test_long_texts_that_begin_alike_are_told_apart_by_their_time(
    tmp_path: Path, times: tuple[str, ...], expected: list[str]
) -> None:
    """Of several long texts with a post's beginning the one of its moment is its own; in doubt the short one stays."""
    cut = HEAD[:270] + "… https://t.co/x"
    october = tweet("11", cut, created_at="Thu Oct 01 10:00:00 +0000 2026")
    november = tweet("12", cut, created_at="Sun Nov 01 10:00:01 +0000 2026")
    pack(tmp_path / "aoi.zip", with_notes(october, november, times=times))
    found = posts(read(tmp_path))
    assert [post.text.endswith(end) for post, end in zip(found, expected, strict=True)] == [True, True]


@pytest.mark.parametrize("text", [HEAD[:150], HEAD[:150] + " https://t.co/x", HEAD[:270] + "…" * 640_000])
def test_a_text_that_x_did_not_cut_stays_as_it_is(tmp_path: Path, text: str) -> None:
    """A short post that begins as a long one does keeps its own text; a text of nothing but dots takes no time."""
    times = ("2026-10-01T10:00:00.000Z", "2026-11-01T10:00:00.000Z")
    pack(tmp_path / "aoi.zip", with_notes(tweet("11", text), times=times))
    started = time.process_time()
    (post,) = posts(read(tmp_path))
    assert time.process_time() - started < 2  # measured: 0.1 s; 9 s when dots were taken off one by one
    assert post.text.startswith(HEAD[:140])
    assert "ber" not in post.text


@pytest.mark.parametrize("order", [1, -1], ids=["older first", "newer first"])
def test_an_edit_that_took_the_picture_away_takes_the_post_away(tmp_path: Path, order: int) -> None:
    """A post whose newest version has no picture is not shown by an older one, and is gone where it was known."""
    path = pack(tmp_path / "aoi.zip", of_tweets({"tweet": tweet("11")}, {"tweet": tweet("20")}))
    cursor = json.loads(json.dumps(last_cursor(read(tmp_path))))
    path.unlink()
    bare = {"id_str": "12", "full_text": "no more", "edit_info": {"edit": {"initialTweetId": "11"}}}
    versions = [{"tweet": tweet("11")}, {"tweet": bare}][::order]
    pack(path, of_tweets(*versions, {"tweet": tweet("20")}))
    events = read(tmp_path, cursor=cursor)
    assert [post.key for post in posts(events)] == ["20"]
    assert [gone.post_key for gone in only(PostGone, events)] == ["11"]


def test_unknown_sensitivity_is_not_taken_for_harmless(tmp_path: Path) -> None:
    """A tweet that does not say counts as sensitive, is counted, and a setting turns that around."""
    silent = tweet("11")
    del silent["possibly_sensitive"]
    pack(tmp_path / "aoi.zip", of_tweets({"tweet": silent}))
    events = read(tmp_path)
    assert (posts(events)[0].sensitive, notices(events)) == (True, ["sensitivity-unknown"])
    assert not posts(read(tmp_path, unknown_is_sensitive=False))[0].sensitive


PRIVATE = ["direct-messages.js", "email-address-change.js", "ip-audit.js", "phone-number.js", "tweet-headers.js"]


def test_private_members_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the members on the list is opened, whatever the manifest names."""
    members = standard() | {f"data/{name}": b"window.YTD.secret.part0 = [" for name in PRIVATE}
    members["data/account.js"] = script("YTD.account.part0", ACCOUNT)  # needed only where no manifest says who it is
    named = ("data/tweets.js", "data/account.js", "data/direct-messages.js", "../../etc/passwd")
    files = [{"fileName": name} for name in named]
    members["data/manifest.js"] = script("__THAR_CONFIG", {**MANIFEST, "dataTypes": {"tweets": {"files": files}}})
    members["data/direct_messages_media/1-x.jpg"] = b"secret"
    pack(tmp_path / "aoi.zip", members)
    opened: list[str] = []
    real = zipfile.ZipFile.open

    def watched(self: zipfile.ZipFile, name: Any, *rest: Any, **more: Any) -> Any:
        opened.append(getattr(name, "filename", name))
        return real(self, name, *rest, **more)

    monkeypatch.setattr(zipfile.ZipFile, "open", watched)
    (post,) = posts(read(tmp_path))
    for media in post.media:
        contents(tmp_path, media)
    assert set(opened) == set(standard()), "no private member, and not even account.js"
    for name in ("data/direct-messages.js", "data/direct_messages_media/1-x.jpg", "data/../data/tweets_media/1-a.jpg"):
        with pytest.raises(SourceError, match="not a picture"):
            contents(tmp_path, dataclasses.replace(post.media[0], url=f"file:///aoi.zip#{name}"))
