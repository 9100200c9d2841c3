"""What the source ``x`` makes of a page: posts in either dialect, edits, and what is left out of a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gallery.domain import MediaKind, Post, PostGone, ProfileSeen
from tests.servers.base import Response
from tests.servers.x import FakeX, User, snowflake
from tests.source_kit import NOW, CountingMeter, last_cursor, notices, only, posts, since
from tests.x_kit import HOUR, LOOKUP, TIMELINE, again, answer, filled, fixture, read, read_until_error, set_keys


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    set_keys(monkeypatch)


def test_sample_page_becomes_posts() -> None:
    """Photos in display order, stills of GIF and video, a long edited post and an error beside them come out right."""
    with FakeX(NOW) as server:
        server.fail_next(answer(fixture("timeline_tweet")), path=TIMELINE)
        server.fail_next(answer({"meta": {"result_count": 0}}), path=TIMELINE)
        events = read(server, backfill_posts=100)
    sketch, blink, cover = posts(events)
    assert sketch == Post(
        key="2124574927221686272",
        permalink="https://x.com/aoi_draws/status/2124574927221686272",
        created_at=datetime(2026, 11, 22, 18, 45, 10, tzinfo=UTC),
        media=sketch.media,
        text="Dusk sketch 夕焼け #illustration",
        tags=("illustration",),
        language="en",
        version="2124574927221686272",
    )
    first, second = sketch.media
    assert (first.key, first.alt) == ("3_2124574890000000001", "Pencil sketch of a pier at sunset")
    assert first.url == "https://pbs.twimg.com/media/HAaBbCcDdEeFfG1?format=jpg&name=orig"
    assert [url[-14:] for url in first.fallback_urls] == ["name=4096x4096", "jpg&name=large"]
    assert second.url == "https://pbs.twimg.com/media/HAaBbCcDdEeFfG2?format=png&name=orig"
    assert (blink.text, blink.sensitive, blink.media[0].kind) == ("Blink test <3", True, MediaKind.ANIMATION)
    assert blink.media[0].url == "https://pbs.twimg.com/tweet_video_thumb/HBlinkTest00001?format=jpg&name=orig"
    assert (cover.key, cover.version) == ("2123707922595713024", "2123710439224246272")
    assert cover.permalink.endswith("/2123710439224246272")
    assert cover.text == (
        "Final pass of the cover I posted earlier https://x.com/aoi_draws/status/2123000000000000000 "
        "plus a long note that goes past 280 characters in real life."
    )
    assert (cover.media[0].kind, len(cover.media)) == (MediaKind.VIDEO, 1)
    assert notices(events) == ["partial-error"]
    (seen,) = only(ProfileSeen, events)
    assert (seen.profile.stable_id, seen.profile.handle, seen.profile.name) == ("1001", "aoi_draws", "Aoi / 青")
    assert seen.profile.avatar_url == "https://pbs.twimg.com/profile_images/1/aBc.jpg"


def in_new_dialect(page: Mapping[str, Any]) -> dict[str, Any]:
    renamed = {
        "edit_history_tweet_ids": "edit_history_post_ids",
        "note_tweet": "note_post",
        "referenced_tweets": "referenced_posts",
    }
    data = [{renamed.get(name, name): value for name, value in post.items()} for post in page["data"]]
    return {**page, "data": data}


def test_both_dialects_give_identical_posts() -> None:
    """The same page in the new dialect, asked for in the new dialect, yields the same posts."""
    found = []
    for dialect, page in (("tweet", fixture("timeline_tweet")), ("post", in_new_dialect(fixture("timeline_tweet")))):
        with FakeX(NOW) as server:
            server.fail_next([answer(page), answer({"meta": {"result_count": 0}})], path=TIMELINE)
            found.append(posts(read(server, dialect=dialect, backfill_posts=100)))
            asked = server.asked(path=TIMELINE)[0].query
            assert f"{dialect}.fields" in asked
    assert found[0] == found[1] != []
    with FakeX(NOW) as server:
        server.fail_next(answer(fixture("timeline_post")), path=TIMELINE)
        (sketch,) = posts(read(server, dialect="post"))
        assert sketch.text == "only present on long posts"


def test_first_large_page_is_held_against_the_dialect_too() -> None:
    """On first contact, pictures that do not arrive are noticed though the small first page held posts without any."""
    user = filled(20)
    for number in range(5):
        user.post(NOW + number * timedelta(minutes=1), pictures=0, low=number)

    def without_pictures(well: Response) -> Response:
        body = json.loads(well.body)
        del body["includes"]
        return Response.json(body)

    with FakeX(NOW, user) as server:
        server.fail_next([lambda well: well, without_pictures], path=TIMELINE)
        events, error = read_until_error(server)
    assert posts(events) == []
    assert "dialect" in str(error)


@pytest.mark.parametrize("dialect", ["tweet", "post"])
def test_wrong_dialect_stops_after_one_page(dialect: str) -> None:
    """An X that ignores our fields is asked for one page, the smallest there is; the message names the setting."""
    meter = CountingMeter()
    with FakeX(NOW, filled(150), understands={"tweet", "post"} - {dialect}) as server:
        events, error = read_until_error(server, since(meter=meter), dialect=dialect)
        assert server.paths() == [LOOKUP, TIMELINE]
    other = "post" if dialect == "tweet" else "tweet"
    assert f"`dialect: {other}`" in str(error)
    assert (posts(events), meter.posts) == ([], 5)
    assert last_cursor(events)["newest_id"] == "", "the next try has to start over"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda page: page["data"][0].pop("created_at"),
        lambda page: page["includes"]["media"].pop(0),
        lambda page: page["data"][0].pop("attachments"),
    ],
)
def test_first_page_must_hold_together(spoil: Any) -> None:
    """A first page whose dates, pictures or attachments are missing ends the account rather than wasting money."""
    page = fixture("timeline_tweet")
    spoil(page)
    with FakeX(NOW) as server:
        server.fail_next(answer(page), path=TIMELINE)
        events, error = read_until_error(server)
    assert "dialect" in str(error)
    assert posts(events) == []


def test_one_lost_picture_does_not_end_a_known_account() -> None:
    """Later on a picture that X lost costs itself; a page in which nothing fits still ends the account."""
    with FakeX(NOW, filled(2)) as server:
        first = read(server)
        server.user.post(NOW + HOUR, low=8)
        lost = server.user.post(NOW + 2 * HOUR, low=9, pictures=2)
        del server.user.media[lost["attachments"]["media_keys"][0]]
        second = read(server, again(first))
        assert [len(post.media) for post in posts(second)] == [1, 1]
        assert notices(second) == ["missing-media"]
        server.user.post(NOW + 3 * HOUR, low=10)
        server.understands = frozenset({"post"})
        _, error = read_until_error(server, again([*first, *second], days=2))
        assert "dialect" in str(error)


def test_other_peoples_pictures_are_left_out() -> None:
    """Retweets are not asked for; replies to others, pictures from others' posts and withheld posts are left out, while
    threads and reused pictures of the artist's own stay."""
    user = User()
    first = user.post(NOW - 9 * HOUR, low=1)
    user.post(NOW - 8 * HOUR, low=2, referenced_tweets=[{"type": "retweeted", "id": "5"}], text="RT @b: x")
    user.post(NOW - 7 * HOUR, low=3, referenced_tweets=[{"type": "replied_to", "id": "6"}], in_reply_to_user_id="77")
    thread = user.post(
        NOW - 6 * HOUR, low=4, referenced_tweets=[{"type": "replied_to", "id": first["id"]}], in_reply_to_user_id="1001"
    )
    stolen = user.post(NOW - 5 * HOUR, low=5)
    stolen["attachments"]["media_source_tweet_id"] = ["900"]
    stolen["entities"]["urls"][0]["expanded_url"] = "https://x.com/someone_else/status/900/photo/1"
    reused = user.post(NOW - 4 * HOUR, low=6)
    reused["attachments"]["media_source_tweet_id"] = ["901"]
    reused["entities"]["urls"][0]["expanded_url"] = "https://x.com/Aoi_Draws/status/901/photo/1"
    user.post(NOW - 3 * HOUR, low=7, withheld={"copyright": True, "country_codes": ["XY"]})
    user.post(NOW - 2 * HOUR, low=8, author_id="77")
    user.post(NOW - 1 * HOUR, pictures=0, low=9)
    with FakeX(NOW, user) as server:
        events = read(server)
        assert [post.key for post in posts(events)] == [reused["id"], thread["id"], first["id"]]
        assert sorted(notices(events)) == ["foreign-media", "foreign-post", "reply", "withheld"]
        assert len(posts(read(server, replies="none"))) == 2
        assert server.asked(path=TIMELINE)[-1].query["exclude"] == "retweets,replies"
        assert len(posts(read(server, replies="all"))) == 4


def test_withheld_and_emptied_posts_go() -> None:
    """A post that X withholds, and an edit without the picture, take down what was shown of them."""
    user = User()
    kept, emptied = user.post(NOW - 2 * HOUR, low=1), user.post(NOW - HOUR, low=2)
    with FakeX(NOW, user) as server:
        first = read(server)
        user.post(
            NOW, low=3, edit_history_tweet_ids=[kept["id"], snowflake(NOW, 3)], withheld={"country_codes": ["XX"]}
        )
        user.post(NOW, low=4, pictures=0, edit_history_tweet_ids=[emptied["id"], snowflake(NOW, 4)])
        second = read(server, again(first))
    assert {gone.post_key for gone in only(PostGone, second)} == {kept["id"], emptied["id"]}


def test_edit_replaces_what_it_edits() -> None:
    """An edited post comes back under the key of its first version, with a new version and address."""
    user = User()
    original = user.post(NOW - HOUR, text="before")
    with FakeX(NOW, user) as server:
        first = read(server)
        edited = user.post(NOW - HOUR / 2, low=1, text="after")
        edited["edit_history_tweet_ids"] = [original["id"], edited["id"]]
        user.posts.remove(original)
        (post,) = posts(read(server, again(first)))
    assert (post.key, post.version, post.text) == (original["id"], edited["id"], "after")
    assert posts(first)[0].key == original["id"]


def test_hostile_values_do_not_get_through() -> None:
    """Addresses elsewhere, odd ids and control characters in a page end as notices or plain text."""
    page = fixture("timeline_tweet")
    page["includes"]["media"][0]["url"] = "https://pbs.twimg.com.evil.example/media/A.jpg"
    page["includes"]["media"][1]["url"] = "https://pbs.twimg.com/media/../../2/users?x=.png"
    page["includes"]["media"][2]["preview_image_url"] = "http://pbs.twimg.com/tweet_video_thumb/A.jpg"
    page["includes"]["media"][3]["type"] = "hologram"
    page["data"][0]["text"] = "a\u202e\x00b" + "x" * 1_000_000
    page["data"].append({"id": "1; DROP TABLE posts", "created_at": "2026-11-20T09:30:00.000Z"})
    page["data"].append("not even an object")
    with FakeX(NOW) as server:
        server.fail_next([answer(page), answer({"meta": {"result_count": 0}})], path=TIMELINE)
        events = read(server)
    assert posts(events) == []
    assert sorted(notices(events)) == ["no-picture-address"] * 3 + ["partial-error", "unknown-media"]


def test_a_tombstone_makes_nobody_elses_picture_the_artists() -> None:
    """A re-used picture of somebody who opted out, or deleted it, stays theirs; that its post is known is no proof."""
    user = User()
    taken = user.post(NOW - 5 * HOUR, low=5)
    taken["attachments"]["media_source_tweet_id"] = ["900"]
    taken["entities"]["urls"][0]["expanded_url"] = "https://x.com/someone_else/status/900/photo/1"
    with FakeX(NOW, user) as server:
        events = read(server, replace(since(known=["900"]), holds=lambda key: False))
        assert (posts(events), notices(events)) == ([], ["foreign-media"])
