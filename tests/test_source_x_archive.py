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

from gallery.cli import main
from gallery.domain import MediaKind, PostGone, ProfileSeen
from gallery.errors import SourceError
from gallery.sources.base import LocalSource
from gallery.sources.x_archive import XArchive
from gallery.store import Store
from tests.servers.pictures import picture
from tests.source_kit import last_cursor, notices, only, posts
from tests.x_archive_kit import (
    ACCOUNT,
    KEY,
    MANIFEST,
    contents,
    of_tweets,
    pack,
    read,
    script,
    standard,
    tweet,
)


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


@pytest.mark.parametrize("around", ["", "twitter-2019-05-01-aoi/"])
def test_archives_of_2018_and_2019_lie_open(tmp_path: Path, around: str) -> None:
    """Before 2020 X put lists and pictures outside of any `data` folder; they are found there, zipped anew or not."""
    pack(
        tmp_path / "aoi.zip",
        {
            around + "account.js": script("YTD.account.part0", ACCOUNT),
            around + "tweet.js": script("YTD.tweet.part0", [tweet("11") | {"id": "1.1E1"}]),
            around + "tweet_media/11-P11.png": picture(4),
            around + "direct_message_media/12-P12.png": picture(5),
        },
    )
    (post,) = posts(read(tmp_path))
    assert contents(tmp_path, post.media[0]) == picture(4)


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
