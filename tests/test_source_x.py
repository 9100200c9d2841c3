"""The source ``x`` against an X of our own that verifies signatures and parameters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from net_kit import InstantClock, open_web
from servers.base import Fault, Response, html_with_200, status, times
from servers.x import API, BEARER, KEYS, OEMBED, FakeX, User, snowflake
from source_kit import NOW, CountingMeter, account, last_cursor, notices, only, posts, since

from gallery.domain import CursorMoved, MediaKind, Notice, Post, PostGone, ProfileSeen, SourceEvent
from gallery.errors import AccountGoneError, AccountState, BudgetError, CredentialsError, SourceError, WebError
from gallery.sources.base import KnownPost, PaidSource, Since
from gallery.sources.x import OEMBED as OEMBED_URL
from gallery.sources.x import X

FIXTURES = Path(__file__).parent / "fixtures" / "x"
PROBLEMS = json.loads((FIXTURES / "problems.json").read_text())
TIMELINE = "/2/users/1001/tweets"
LOOKUP = "/2/users/by/username/aoi_draws"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*KEYS, *BEARER):
        monkeypatch.delenv(name, raising=False)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text())


def read(server: FakeX, earlier: Since | None = None, **options: Any) -> list[SourceEvent]:
    """One night's events; a rule that a request broke fails the test."""
    events, error = read_until_error(server, earlier, **options)
    if error:
        raise error
    return events


def read_until_error(
    server: FakeX, earlier: Since | None = None, **options: Any
) -> tuple[list[SourceEvent], SourceError | None]:
    fields = {name: options.pop(name) for name in ("since",) if name in options}
    entry = account("x", "aoi_draws", options=options, **fields)
    events: list[SourceEvent] = []
    with open_web(server.routes()) as web:
        try:
            for event in X().list_posts(entry, earlier or since(), web):
                events.append(event)
        except SourceError as error:
            return events, error
    assert server.complaints == []
    return events, None


def again(
    events: Iterable[SourceEvent],
    *,
    days: float = 1,
    meter: CountingMeter | None = None,
    stable_id: str | None = "1001",
) -> Since:
    """What the next night knows after ``events``; the cursor goes through JSON as the store keeps it."""
    events = list(events)
    cursor = json.loads(json.dumps(last_cursor(events)))
    return since(cursor, stable_id, {post.key for post in posts(events)}, meter, now=NOW + timedelta(days=days))


def filled(count: int, **more: Any) -> User:
    """A user with ``count`` posts of one picture, an hour apart, the newest an hour ago."""
    user = User()
    for number in range(count):
        user.post(NOW - (count - number) * HOUR, low=number, **more)
    return user


def answer(body: object, code: int = 200) -> Fault:
    return lambda _: Response.json(body, code)


# --- what a page says ------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("dialect", ["tweet", "post"])
def test_wrong_dialect_stops_after_one_page(dialect: str) -> None:
    """An X that ignores our fields is asked for one page, which is booked; the message names the setting."""
    meter = CountingMeter()
    with FakeX(NOW, filled(150), understands={"tweet", "post"} - {dialect}) as server:
        events, error = read_until_error(server, since(meter=meter), dialect=dialect)
        assert server.paths() == [LOOKUP, TIMELINE]
    other = "post" if dialect == "tweet" else "tweet"
    assert f"`dialect: {other}`" in str(error)
    assert (posts(events), meter.posts) == ([], 100)
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


# --- paging, and what it costs ---------------------------------------------------------------------------------------


def test_second_night_reads_nothing_it_has() -> None:
    """The second night asks one question, after the newest known id, is charged nothing and yields no post."""
    meter = CountingMeter()
    with FakeX(NOW, filled(150)) as server:
        first = read(server, since(meter=meter))
        assert server.paths() == [LOOKUP, TIMELINE, TIMELINE]
        assert (meter.posts, meter.users, server.billed) == (150, 1, 150)
        server.forget()
        second = read(server, again(first, meter=meter))
        (request,) = server.asked(host=API)
        newest = max(server.user.posts, key=lambda post: int(post["id"]))
        assert request.query["since_id"] == newest["id"]
        assert (meter.posts, meter.users, server.billed) == (150, 1, 150)
        assert posts(second) == only(ProfileSeen, second) == []
        new = server.user.post(NOW + HOUR, low=999)
        third = read(server, again(second, days=2, meter=meter))
        assert [post.key for post in posts(third)] == [new["id"]]
        assert server.billed == 151


def test_back_fill_is_bounded() -> None:
    """The first night reads ``backfill_posts`` posts, the newest ones; 0 of them means from now on."""
    with FakeX(NOW, filled(150)) as server:
        assert len(posts(read(server, backfill_posts=120))) == 120
        assert [request.query["max_results"] for request in server.asked(path=TIMELINE)] == ["100", "20"]
    with FakeX(NOW, filled(3)) as server:
        events = read(server, backfill_posts=0)
        assert (posts(events), server.billed, server.paths()) == ([], 0, [LOOKUP])
        new = server.user.post(NOW + HOUR)
        assert [post.key for post in posts(read(server, again(events), backfill_posts=0))] == [new["id"]]


def test_pages_reach_back_3200_posts() -> None:
    """The whole depth of a time line is read, a hundred posts a page, and not a post more."""
    with FakeX(NOW, filled(3250)) as server:
        events = read(server, backfill_posts=3200)
        assert len({post.key for post in posts(events)}) == 3200
        pages = {request.query.get("pagination_token") for request in server.asked(path=TIMELINE)}
        assert len(pages) == 32


def test_since_of_the_account_bounds_the_first_reading() -> None:
    """``since`` in accounts.yaml is sent as start_time, so that older posts are neither read nor charged."""
    with FakeX(NOW, filled(50)) as server:
        events = read(server, since=NOW - 10 * HOUR)
        assert len(posts(events)) == server.billed == 10
        read(server, again(events), since=NOW - 10 * HOUR)
        assert "start_time" not in server.asked(path=TIMELINE)[-1].query


def test_budget_is_checked_before_each_page_and_the_rest_is_read_later() -> None:
    """Pages shrink to what may still be read; what a limit left unread is read first next time, and nothing twice."""
    meter = CountingMeter(limit=112)
    user = filled(150)
    with FakeX(NOW, user) as server:
        first, error = read_until_error(server, since(meter=meter))
        assert isinstance(error, BudgetError)
        assert [request.query["max_results"] for request in server.asked(path=TIMELINE)] == ["100", "12"]
        assert meter.posts == server.billed == 112
        server.forget()
        user.post(NOW + HOUR, low=500)
        second = read(server, again(first))
        gap, new = server.asked(path=TIMELINE)
        assert gap.query["until_id"] == min((post.key for post in posts(first)), key=int)
        assert "since_id" not in gap.query
        assert new.query["since_id"] == max((post.key for post in posts(first)), key=int)
        assert server.billed == 151
    keys = [post.key for post in [*posts(first), *posts(second)]]
    assert sorted(keys) == sorted(post["id"] for post in user.posts)
    assert len(keys) == len(set(keys))


def test_interrupted_night_leaves_no_gap() -> None:
    """When the connection dies between two pages of new posts, the next night reads the missing pages."""
    user = filled(10)
    with FakeX(NOW, user) as server:
        first = read(server)
        for number in range(250):
            user.post(NOW + number * timedelta(minutes=1), low=1000 + number)
        server.fail_next([lambda response: response, *times(4, status(503))], path=TIMELINE)
        second, error = read_until_error(server, again(first))
        assert isinstance(error, WebError)
        assert len(posts(second)) == 100
        third = read(server, again([*first, *second], days=2))
        assert last_cursor(third)["gap"] is None
        lost = 4 * 100  # the fake counts the page that four 503 replaced
        assert server.billed == 260 + lost
    everything = {post.key for post in posts([*first, *second, *third])}
    assert everything == {post["id"] for post in user.posts}


def test_end_of_paging() -> None:
    """An empty page with a token goes on; a token that repeats for ever ends with a notice; no data ends."""
    page = fixture("timeline_tweet")
    empty = {"meta": {"result_count": 0, "next_token": "t2"}}
    with FakeX(NOW) as server:
        server.fail_next([answer(empty), answer(page), answer({"meta": {"result_count": 0}})], path=TIMELINE)
        assert len(posts(read(server))) == 3
        assert [request.query.get("pagination_token") for request in server.asked(path=TIMELINE)] == [
            None,
            "t2",
            page["meta"]["next_token"],
        ]
    with FakeX(NOW) as server:
        server.fail_next(times(50, answer(page)), path=TIMELINE)
        events = read(server)
        assert len(posts(events)) == 3
        assert len(server.asked(path=TIMELINE)) == 3
        assert "endless-paging" in notices(events)


def test_saver_mode_searches_and_falls_back_to_the_timeline() -> None:
    """``fetch: search`` reads only picture posts after the first night; after more than a week away the time line fills
    in, and a quiet artist's old since_id never reaches search."""
    user = filled(5)
    user.post(NOW - 30 * DAY, low=77)
    with FakeX(NOW, user) as server:
        first = read(server, fetch="search")
        assert server.paths() == [LOOKUP, TIMELINE]
        server.now = NOW + DAY
        new = user.post(NOW + HOUR, low=88)
        user.post(NOW + 2 * HOUR, pictures=0, low=89)
        server.forget()
        billed = server.billed
        second = read(server, again(first), fetch="search")
        (request,) = server.asked(host=API)
        assert request.path == "/2/tweets/search/recent"
        assert request.query["query"] == "from:1001 has:images -is:retweet -is:reply"
        assert [post.key for post in posts(second)] == [new["id"]]
        assert server.billed == billed + 1

        for night in range(2, 11):  # nothing new for so long that since_id itself leaves search's window
            server.now = NOW + night * DAY
            second = [*second, *read(server, again([*first, *second], days=night), fetch="search")]
        assert {request.path for request in server.asked(host=API)} == {"/2/tweets/search/recent"}
        server.forget()
        server.now = NOW + 20 * DAY
        late = user.post(NOW + 12 * DAY, low=90)
        third = read(server, again([*first, *second], days=20), fetch="search")
        assert server.paths() == [TIMELINE]
        assert [post.key for post in posts(third)] == [late["id"]]


# --- who is asked ----------------------------------------------------------------------------------------------------


def test_rename_changes_nothing_and_profiles_are_refreshed_monthly() -> None:
    """Once known, an account is read by id; its new name arrives with the monthly refresh, which costs one user."""
    meter = CountingMeter()
    with FakeX(NOW, filled(1)) as server:
        first = read(server)
        server.user.name = "aoi_renamed"
        server.forget()
        second = read(server, again(first, days=29, meter=meter))
        assert server.paths() == [TIMELINE]
        third = read(server, again([*first, *second], days=31, meter=meter))
        assert server.paths() == [TIMELINE, "/2/users/1001", TIMELINE]
    assert [event.profile.handle for event in only(ProfileSeen, third)] == ["aoi_renamed"]
    assert meter.users == 1


@pytest.mark.parametrize(
    ("state", "expected"), [("suspended", AccountState.SUSPENDED), ("protected", AccountState.PROTECTED)]
)
def test_account_wide_states_act_at_once(state: str, expected: AccountState) -> None:
    """A suspended or protected account is reported as such, whether it is new or long known."""
    with FakeX(NOW, filled(2)) as server:
        known = again(read(server))
        server.user.state = state
        for earlier in (since(), known, since(dict(known.cursor) | {"profile_at": None}, "1001")):
            _, error = read_until_error(server, earlier)
            assert isinstance(error, AccountGoneError)
            assert error.state is expected


@pytest.mark.parametrize(
    "words", [{"title": "Forbidden", "detail": "no"}, {"title": "Not Found Error", "detail": "User has been suspended"}]
)
def test_suspension_is_told_from_absence_by_its_words(words: dict[str, str]) -> None:
    """X gives suspended and unknown users the same type, under either host; title or detail tells them apart."""
    problem = {**words, "resource_type": "user", "type": "https://api.x.com/2/problems/resource-not-found"}
    with FakeX(NOW) as server:
        server.fail_next(answer({"errors": [problem]}), path=LOOKUP)
        _, error = read_until_error(server)
    assert isinstance(error, AccountGoneError)
    assert error.state is AccountState.SUSPENDED


@pytest.mark.parametrize("code", [401, 403])
def test_protected_timeline_may_come_with_an_error_status(code: int) -> None:
    """The protected answer counts whatever status it comes with."""
    with FakeX(NOW) as server:
        server.fail_next(answer(PROBLEMS["protected_timeline"]["body"], code), path=TIMELINE)
        _, error = read_until_error(server)
    assert isinstance(error, AccountGoneError)
    assert error.state is AccountState.PROTECTED


def test_unknown_user_is_reported_as_missing() -> None:
    """A user whom X does not know is reported as missing, and no cursor moves; fetch waits for a second run."""
    with FakeX(NOW, filled(2)) as server:
        known = again(read(server))
        server.user.state = "missing"
        for earlier in (since(), known):
            events, error = read_until_error(server, earlier)
            assert isinstance(error, AccountGoneError)
            assert error.state is AccountState.MISSING
            assert events == []


# --- refusals --------------------------------------------------------------------------------------------------------

SPEND_CAP = {"title": "Forbidden", "reason": "SpendCapReached", "type": "about:blank", "detail": "Spend cap reached"}
MONTHLY_CAP = {"title": "UsageCapExceeded", "detail": "Usage cap exceeded: Monthly product cap", "period": "Monthly"}
MONTHLY_CAP["type"] = "https://api.x.com/2/problems/usage-capped"


@pytest.mark.parametrize(
    ("code", "body", "expected", "words"),
    [
        (401, PROBLEMS["bad_credentials"]["body"], CredentialsError, "clock"),
        (402, PROBLEMS["no_credits_a"]["body"], BudgetError, "credits"),
        (402, PROBLEMS["no_credits_b_2026_07"]["body"], BudgetError, "credits"),
        (403, PROBLEMS["not_enrolled"]["body"], CredentialsError, "project"),
        (403, SPEND_CAP, BudgetError, "cap"),
        (429, MONTHLY_CAP, BudgetError, "monthly cap"),
        (400, PROBLEMS["bad_parameter"]["body"], SourceError, "max_results"),
        (418, {}, SourceError, "418"),
    ],
)
def test_refusals_stop_the_account_at_once(code: int, body: object, expected: type[SourceError], words: str) -> None:
    """A refusal that waiting cannot cure is asked for once, says what to do, and loses nothing that was read."""
    with FakeX(NOW, filled(3)) as server:
        first = read(server)
        server.forget()
        server.fail_next(times(9, answer(body, code)), path=TIMELINE)
        events, error = read_until_error(server, again(first))
        assert len(server.asked(host=API)) == 1
    assert type(error) is expected
    assert words in str(error)
    assert only(CursorMoved, events) == []


def soon(seconds: int) -> str:
    import time

    return str(int(time.time()) + seconds)


@pytest.mark.parametrize(
    "faults",
    [
        [lambda _: Response.json(PROBLEMS["rate_limited"]["body"], 429, {"x-rate-limit-reset": soon(2)})],
        [lambda _: Response.json(PROBLEMS["rate_limited_old"]["body"], 429, {"x-rate-limit-reset": soon(2)})],
        times(2, answer(PROBLEMS["overloaded"]["body"], 503)),
        [status(502, {"content-type": "text/html"}, b"<html>Bad gateway")],
    ],
)
def test_passing_trouble_is_waited_out(faults: list[Fault]) -> None:
    """A rate limit is waited for until its reset and server trouble is retried; every try is signed anew."""
    with FakeX(NOW, filled(3)) as server:
        server.fail_next(faults, path=TIMELINE)
        assert len(posts(read(server))) == 3
        signatures = [request.headers["authorization"] for request in server.asked(host=API)]
        assert len(set(signatures)) == len(signatures) == 2 + len(faults)


def test_reset_far_away_ends_the_account_with_what_it_has() -> None:
    """A reset beyond the run's waiting budget ends the account; what was read before stays read."""
    with FakeX(NOW, filled(150)) as server:
        late = Response.json({}, 429, {"x-rate-limit-reset": soon(7200)})
        server.fail_next([lambda response: response, lambda _: late], path=TIMELINE)
        events, error = read_until_error(server)
    assert isinstance(error, BudgetError)
    assert len(posts(events)) == 100
    assert last_cursor(events)["gap"]


def test_error_page_with_200_is_no_answer() -> None:
    """HTML with status 200 fails the account and moves nothing."""
    with FakeX(NOW, filled(3)) as server:
        first = read(server)
        server.fail_next(html_with_200, path=TIMELINE)
        events, error = read_until_error(server, again(first))
    assert isinstance(error, WebError)
    assert events == []


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


# --- keys ------------------------------------------------------------------------------------------------------------


def test_bearer_serves_where_there_is_no_user_context(monkeypatch: pytest.MonkeyPatch) -> None:
    """With only X_BEARER_TOKEN set, that is what X sees."""
    for name in KEYS:
        monkeypatch.delenv(name)
    monkeypatch.setenv("X_BEARER_TOKEN", BEARER["X_BEARER_TOKEN"] + "\n")
    with FakeX(NOW, filled(1)) as server:
        assert len(posts(read(server))) == 1


def test_wrong_keys_are_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong secret gives a wrong signature, which X refuses; the message shows no key."""
    monkeypatch.setenv("X_ACCESS_TOKEN_SECRET", "wrong-secret")
    with FakeX(NOW, filled(1)) as server:
        events, error = read_until_error(server)
        assert len(server.asked(host=API)) == 1
    assert isinstance(error, CredentialsError)
    assert events == []
    assert not any(value in str(error) for value in (*KEYS.values(), "wrong-secret"))


# --- the nightly sweep -----------------------------------------------------------------------------------------------


def sweep(server: FakeX, known: list[KnownPost], days: float) -> tuple[list[str], list[str], float]:
    """One night's sweep: keys called gone, keys unconfirmed, seconds it would have waited."""
    clock = InstantClock()
    with open_web(server.routes(), clock=clock) as web:
        found = list(X().find_gone(account("x", "aoi_draws"), since(now=NOW + timedelta(days=days)), known, web))
    assert all(not event.certain for event in only(PostGone, found))
    gone = [event.post_key for event in only(PostGone, found)]
    return gone, [event.detail for event in only(Notice, found)], clock.skipped_s


def test_sweep_asks_about_every_post_once_a_week() -> None:
    """Each night a part is asked about, a second apart and without keys; in seven nights every post once."""
    user = filled(70)
    known = [
        KnownPost(post["id"], f"https://x.com/aoi_draws/status/{post['id']}", NOW, NOW - DAY) for post in user.posts
    ]
    with FakeX(NOW, user) as server:
        for night in range(7):
            server.forget()
            gone, unconfirmed, waited_s = sweep(server, known, night)
            asked = {request.query["url"] for request in server.asked(host=OEMBED)}
            assert gone == []
            assert 3 <= len(asked) <= 20
            assert waited_s >= 0.9 * (len(asked) - 1)
            assert len(asked) + len(unconfirmed) == len(known)
            now = NOW + timedelta(days=night)
            known = [KnownPost(p.key, p.permalink, NOW, now if p.permalink in asked else p.confirmed_at) for p in known]
        assert all(post.confirmed_at >= NOW for post in known)
        assert server.complaints == []
    assert OEMBED_URL.startswith(f"https://{OEMBED}/")


def test_sweep_asks_again_the_next_night_after_a_miss() -> None:
    """A post that is not found is asked about again the next night, so that two misses in a row can be told."""
    user = filled(1)
    key = user.posts[0]["id"]
    known = [KnownPost(key, f"https://x.com/aoi_draws/status/{key}", NOW, NOW - DAY)]
    with FakeX(NOW, user) as server:
        server.gone[key] = 404
        nights = [sweep(server, known, night)[0] for night in range(8)]
    turn = nights.index([key])
    assert nights[turn:] == [[key]] * (8 - turn)


def test_outage_of_the_sweep_says_nothing_about_posts() -> None:
    """Errors of the oEmbed service leave posts unconfirmed, and after three of them it is left alone."""
    user = filled(30)
    known = [
        KnownPost(post["id"], f"https://x.com/aoi_draws/status/{post['id']}", NOW, NOW - 30 * DAY)
        for post in user.posts
    ]
    with FakeX(NOW, user) as server:
        server.fail_next(times(99, status(500)), host=OEMBED)
        gone, unconfirmed, _ = sweep(server, known, 0)
        assert (gone, unconfirmed) == ([], [post.key for post in known])
        assert len(server.asked(host=OEMBED)) <= 12
    with FakeX(NOW, user) as server:
        server.fail_next(times(99, status(302, {"location": "https://x.com/login"})), host=OEMBED)
        gone, unconfirmed, _ = sweep(server, known, 0)
        assert (gone, len(unconfirmed)) == ([], 30)


# --- handles and promises --------------------------------------------------------------------------------------------


def test_handles() -> None:
    """A leading @ and capitals are folded; anything that X could not have given out is refused with an example."""
    source = X()
    assert isinstance(source, PaidSource)
    assert source.check_handle("@Aoi_Draws") == "aoi_draws"
    assert source.profile_url("aoi_draws") == "https://x.com/aoi_draws"
    for handle in ("", "a b", "../x", "sixteen_letters_", "é", "a/b", "@@a", "a\n"):
        if handle != "a\n":  # blanks around a name are no mistake
            with pytest.raises(ValueError, match="aoi_draws"):
                source.check_handle(handle)
