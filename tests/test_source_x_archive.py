"""The source ``x_archive`` on real zips, well made and hostile."""

from __future__ import annotations

import dataclasses
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from net_kit import Nights
from servers.pictures import picture
from source_kit import NoWeb, account, last_cursor, notices, only, posts, since

from gallery.domain import CursorMoved, MediaKind, PostGone, ProfileSeen, SourceEvent
from gallery.errors import SourceError
from gallery.sources.base import LocalSource
from gallery.sources.x_archive import XArchive
from gallery.sources.x_archive_parse import Owner, Reading, read_array, read_object, read_tweet, tweet_of
from gallery.store import Store

FIXTURE = json.loads((Path(__file__).parent / "fixtures" / "x_archive" / "tweets.json").read_text())
KEY = "2124574927221686272"
MANIFEST = {
    "userInfo": {"accountId": "1001", "userName": "aoi_draws", "displayName": "Aoi / 青"},
    "archiveInfo": {"sizeBytes": "123456", "isPartialArchive": False, "maxPartSizeBytes": "53687091200"},
    "dataTypes": {"tweets": {"mediaDirectory": "data/tweets_media", "files": [{"fileName": "data/tweets.js"}]}},
}
ACCOUNT = [{"account": {"email": "aoi@example.org", "username": "aoi_draws", "accountId": "1001"}}]


def script(name: str, data: object) -> bytes:
    return f"window.{name} = {json.dumps(data, ensure_ascii=False, indent=2)}".encode()


def tweet(post_id: str, text: str = "hello https://t.co/x", **more: Any) -> dict[str, Any]:
    """A tweet with one picture named after its id."""
    media = {"id_str": post_id, "type": "photo", "media_url_https": f"https://pbs.twimg.com/media/P{post_id}.png"}
    media |= {"url": "https://t.co/x", "indices": ["6", "20"]}
    own = {
        "id_str": post_id,
        "full_text": text,
        "possibly_sensitive": False,
        "created_at": "Sun Nov 22 18:45:10 +0000 2026",
    }
    return {**own, "extended_entities": {"media": [media]}, **more}


def standard() -> dict[str, bytes]:
    """The members of a usual archive with one tweet of two pictures."""
    return {
        "data/manifest.js": script("__THAR_CONFIG", MANIFEST),
        "data/tweets.js": script("YTD.tweets.part0", FIXTURE),
        f"data/tweets_media/{KEY}-HAaBbCcDdEeFfG1.jpg": picture(1, "JPEG"),
        f"data/tweets_media/{KEY}-HAaBbCcDdEeFfG2.png": picture(2),
    }


def of_tweets(*tweets: object, **members: bytes) -> dict[str, bytes]:
    """An archive of these tweets, each with the picture it names."""
    files = {
        "data/manifest.js": script("__THAR_CONFIG", MANIFEST),
        "data/tweets.js": script("YTD.tweets.part0", tweets),
    }
    for one in tweets:
        post_id = tweet_of(one)["id_str"]
        files[f"data/tweets_media/{post_id}-P{post_id}.png"] = picture(3)
    return {**files, **members}


def pack(path: Path, members: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def spoil(path: Path, member: str) -> None:
    """Overwrite some bytes of the first member whose name ends so."""
    raw = bytearray(path.read_bytes())
    at = raw.index(member.encode()) + 120
    raw[at : at + 40] = bytes(40)
    path.write_bytes(raw)


def read(root: Path, handle: str = "aoi.zip", cursor: Any = None, **options: Any) -> list[SourceEvent]:
    entry = account("x_archive", handle, options={"root": str(root), **options})
    return list(XArchive().list_posts(entry, since(cursor), NoWeb()))


def contents(root: Path, event_media: Any, handle: str = "aoi.zip") -> bytes:
    entry = account("x_archive", handle, options={"root": str(root)})
    with XArchive().open_media(entry, event_media) as stream:
        return stream.read()


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


@given(st.binary(max_size=60) | st.text(alphabet='[]{},:"1 ;ab\n', max_size=30).map(str.encode))
def test_any_script_is_read_or_refused(tail: bytes) -> None:
    """Whatever stands in a script, the answer is elements or ValueError, and what is accepted is exactly the JSON."""
    try:
        found = list(read_array(b"window.YTD.tweets.part0 = " + tail))
    except ValueError:
        return
    assert found == json.loads(tail.decode("utf-8-sig").rstrip(" \t\n\r;"))


tweets = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["11", "photo", "https://t.co/x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
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
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=15,
)


@given(tweets)
def test_any_tweet_is_read_or_left_out(element: object) -> None:
    """Whatever an element of tweets.js is, reading it does not fail and finds only files the archive was asked for."""
    reading = Reading(Owner("1001", "aoi_draws", "Aoi"), "threads", True, lambda name: f"file:///a.zip#{name}", {})
    tweet = tweet_of(element)
    assert all(item is not None for item in (read_tweet(tweet, reading) if tweet else ()))
