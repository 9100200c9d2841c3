"""How the source ``x`` pages and what that costs, and how its sweep asks whether posts are still there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gallery.domain import KnownPost, Notice, PostGone, ProfileSeen
from gallery.errors import BudgetError, WebError
from gallery.sources.x import X
from gallery.sources.x_sweep import OEMBED as OEMBED_URL
from gallery.store import Store
from tests.net_kit import InstantClock, open_web
from tests.servers.base import Fault, Response, status, times
from tests.servers.x import API, OEMBED, FakeX
from tests.source_kit import NOW, CountingMeter, account, last_cursor, notices, only, posts, since
from tests.x_kit import (
    DAY,
    HOUR,
    LOOKUP,
    SEARCH,
    TIMELINE,
    again,
    answer,
    filled,
    fixture,
    read,
    read_until_error,
    set_keys,
)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    set_keys(monkeypatch)


# --- paging, and what it costs ---------------------------------------------------------------------------------------


def test_second_night_reads_nothing_it_has() -> None:
    """The second night asks one question, after the newest known id, is charged nothing and yields no post."""
    meter = CountingMeter()
    with FakeX(NOW, filled(150)) as server:
        first = read(server, since(meter=meter))
        assert server.paths() == [LOOKUP, TIMELINE, TIMELINE, TIMELINE]
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
        assert [request.query["max_results"] for request in server.asked(path=TIMELINE)] == ["5", "100", "15"]
    with FakeX(NOW, filled(150)) as server:
        assert len(posts(read(server, backfill_posts=8))) == server.billed == 8
    with FakeX(NOW, filled(3)) as server:
        events = read(server, backfill_posts=0)
        assert (posts(events), server.billed, server.paths()) == ([], 0, [LOOKUP])
        new = server.user.post(NOW + HOUR)
        assert [post.key for post in posts(read(server, again(events), backfill_posts=0))] == [new["id"]]


def test_pages_reach_back_3200_posts() -> None:
    """The whole depth of a time line is read, a hundred posts a page after the first, and not a post more."""
    with FakeX(NOW, filled(3250)) as server:
        events = read(server, backfill_posts=3200)
        assert len({post.key for post in posts(events)}) == 3200
        pages = {request.query.get("pagination_token") for request in server.asked(path=TIMELINE)}
        assert len(pages) == 33


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
        assert [request.query["max_results"] for request in server.asked(path=TIMELINE)] == ["5", "100", "7"]
        assert meter.posts == server.billed == 112
        server.forget()
        user.post(NOW + HOUR, low=500)
        second = read(server, again(first))
        gap, rest, new = server.asked(path=TIMELINE)
        assert rest.query["until_id"] == gap.query["until_id"]
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
        server.fail_next([lambda response: response] * 2 + times(4, status(503)), path=TIMELINE)
        second, error = read_until_error(server, again(first))
        assert isinstance(error, WebError)
        assert len(posts(second)) == 105
        third = read(server, again([*first, *second], days=2))
        assert last_cursor(third)["gaps"] == []
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


def test_drawing_below_hundreds_of_reposts_is_found() -> None:
    """X leaves reposts out of a page after it was cut; the empty pages are turned, and cost nothing."""
    user = filled(3)
    with FakeX(NOW, user) as server:
        first = read(server)
        drawing = user.post(NOW + HOUR, low=500)
        for number in range(950):
            repost = [{"type": "retweeted", "id": "1"}]
            user.post(NOW + 2 * HOUR + number * timedelta(seconds=1), pictures=0, referenced_tweets=repost)
        server.forget()
        second = read(server, again(first))
        assert [post.key for post in posts(second)] == [drawing["id"]]
        assert (len(server.asked(path=TIMELINE)), server.billed) == (11, 4)
        assert "endless-paging" not in notices(second)


def stuck() -> list[Fault]:
    """Faults with which X answers two pages well, and the second again for the next two tokens."""
    kept: list[Response] = []

    def keep(response: Response) -> Response:
        kept.append(response)
        return response

    return [lambda response: response, keep, lambda _: kept[0], lambda _: kept[0]]


def test_what_lies_behind_a_repeated_page_is_read_later() -> None:
    """On nights on which X repeats a page nothing is lost: what lay behind it is read when X goes on, and each post
    once."""
    user = filled(10)
    with FakeX(NOW, user) as server:
        nights = read(server)
        for night in (1, 2):
            for number in range(250):
                user.post(NOW + night * DAY + number * timedelta(minutes=1), low=number)
            if night == 2:
                server.fail_next([answer({"meta": {"result_count": 0, "next_token": "t"}})] * 3, path=TIMELINE)
            server.fail_next(stuck(), path=TIMELINE)
            events = read(server, again(nights, days=night + 0.5))
            assert len(posts(events)) == 105
            assert "endless-paging" in notices(events)
            assert len(last_cursor(events)["gaps"]) == night
            nights += events
        nights += read(server, again(nights, days=3))
        assert last_cursor(nights)["gaps"] == []
    keys = [post.key for post in posts(nights)]
    assert sorted(keys) == sorted(post["id"] for post in user.posts)


def test_an_x_that_never_finishes_a_night_is_asked_for_the_newest_parts_alone() -> None:
    """Of what was left unread on ten nights in a row the last eight are asked, and paid, for; the others are let go."""
    user, left = filled(10), []
    with FakeX(NOW, user) as server:
        nights = read(server)
        for night in range(1, 11):
            for number in range(250):
                user.post(NOW + night * DAY + number * timedelta(minutes=1), low=number)
            gaps = last_cursor(nights)["gaps"]
            server.fail_next([answer({"meta": {"result_count": 0, "next_token": "t"}})] * 3 * len(gaps), path=TIMELINE)
            server.fail_next(stuck(), path=TIMELINE)
            left.append(last_cursor(nights)["newest_id"])
            nights += read(server, again(nights, days=night + 0.5))
            assert [gap["since_id"] for gap in last_cursor(nights)["gaps"]] == left[-8:]


def test_empty_pages_without_end_lose_nothing() -> None:
    """When X gives empty pages for ever they are left after 33, and the next night asks for the same again."""
    user = filled(3)
    with FakeX(NOW, user) as server:
        first = read(server)
        new = user.post(NOW + HOUR, low=500)
        server.fail_next(
            [answer({"meta": {"result_count": 0, "next_token": f"f{number}"}}) for number in range(99)], path=TIMELINE
        )
        server.forget()
        second = read(server, again(first))
        assert len(server.asked(path=TIMELINE)) == 33
        assert "endless-paging" in notices(second)
        assert last_cursor(second)["read_at"] == last_cursor(first)["read_at"]
        server._planned.clear()
        assert [post.key for post in posts(read(server, again([*first, *second], days=2)))] == [new["id"]]


def test_gap_that_x_never_fills_is_given_up() -> None:
    """A part that X never gives is asked for on some nights more, and in the end no longer."""
    with FakeX(NOW, filled(150)) as server:
        server.fail_next(stuck(), path=TIMELINE)
        nights, asked = read(server, backfill_posts=1000), 0
        while last_cursor(nights)["gaps"] and asked < 40:
            asked += 1
            server.fail_next([answer({"meta": {"result_count": 0, "next_token": "t"}})] * 3, path=TIMELINE)
            nights += read(server, again(nights, days=asked))
        assert asked == 7


def test_saver_mode_searches_and_falls_back_to_the_timeline() -> None:
    """``fetch: search`` reads only picture posts after the first night; after more than a week away the time line fills
    in, and a quiet artist's old since_id never reaches search."""
    user = filled(5)
    user.post(NOW - 30 * DAY, low=77)
    with FakeX(NOW, user) as server:
        first = read(server, fetch="search")
        assert server.paths() == [LOOKUP, TIMELINE, TIMELINE]
        server.now = NOW + DAY
        new = user.post(NOW + HOUR, low=88)
        user.post(NOW + 2 * HOUR, pictures=0, low=89)
        server.forget()
        billed = server.billed
        second = read(server, again(first), fetch="search")
        request = server.asked(host=API)[-1]
        assert server.paths() == [TIMELINE, SEARCH]
        assert request.query["query"] == "from:1001 has:images -is:retweet -is:reply"
        assert [post.key for post in posts(second)] == [new["id"]]
        assert server.billed == billed + 1

        for night in range(2, 11):  # nothing new for so long that since_id itself leaves search's window
            server.now = NOW + night * DAY
            second = [*second, *read(server, again([*first, *second], days=night), fetch="search")]
        assert server.paths() == [TIMELINE, SEARCH] * 10
        assert server.billed == billed + 1
        server.forget()
        server.now = NOW + 20 * DAY
        late = user.post(NOW + 12 * DAY, low=90)
        third = read(server, again([*first, *second], days=20), fetch="search")
        assert server.paths() == [TIMELINE]
        assert [post.key for post in posts(third)] == [late["id"]]


def test_saver_mode_reads_on_when_x_does_not_say_whether_the_account_is_public() -> None:
    """A refusal of the question whether the account is public is a notice, and new posts arrive."""
    user = filled(2)
    with FakeX(NOW, user) as server:
        first = read(server, fetch="search")
        new = user.post(NOW + HOUR, low=88)
        server.now = NOW + DAY
        server.fail_next(answer({"title": "Invalid Request", "type": "about:blank"}, 400), path=TIMELINE)
        second = read(server, again(first), fetch="search")
    assert [post.key for post in posts(second)] == [new["id"]]
    assert notices(second) == ["account-state-unknown"]


def test_saver_mode_misses_no_post_after_a_clock_was_ahead() -> None:
    """A run three days ahead says that it read up to then: the next ones find what was posted in those days."""
    user = filled(2)
    with FakeX(NOW, user) as server:
        first = read(server, fetch="search")
        ahead = read(server, again(first, days=3), fetch="search")
        new = user.post(NOW + HOUR, low=88)
        server.now = NOW + DAY
        found = read(server, again([*first, *ahead]), fetch="search")
    assert [post.key for post in posts(found)] == [new["id"]]


# --- the nightly sweep -----------------------------------------------------------------------------------------------


def sweep(
    server: FakeX, known: list[KnownPost], days: float, controls: Sequence[KnownPost] = ()
) -> tuple[list[str], list[str], float]:
    """One night's sweep: keys called gone, keys unconfirmed, seconds it would have waited."""
    clock = InstantClock()
    earlier = replace(since(now=NOW + timedelta(days=days)), last_shown=lambda: controls)
    with open_web(server.routes(), clock=clock) as web:
        found = list(X().find_gone(account("x", "aoi_draws"), earlier, known, web))
    assert all(not event.certain for event in only(PostGone, found))
    gone = [event.post_key for event in only(PostGone, found)]
    unconfirmed = [event.detail for event in only(Notice, found) if event.kind == "unconfirmed"]
    return gone, unconfirmed, clock.skipped_s


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
    user = filled(2)
    known, control = (
        KnownPost(post["id"], f"https://x.com/aoi_draws/status/{post['id']}", NOW, NOW - DAY) for post in user.posts
    )
    key = known.key
    with FakeX(NOW, user) as server:
        server.gone[key] = 404
        nights = [sweep(server, [known], night, [known, control])[0] for night in range(8)]
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


def test_a_wall_of_refusals_is_an_outage() -> None:
    """A service that refuses every one of many posts says nothing about them, and one confirmation makes it tell."""
    user = filled(30)
    known = [
        KnownPost(post["id"], f"https://x.com/aoi_draws/status/{post['id']}", NOW, NOW - DAY) for post in user.posts
    ]
    with FakeX(NOW, user) as server:
        server.gone = {post.key: 403 for post in known}
        gone, unconfirmed, _ = sweep(server, known, 0)
        asked = [request.query["url"].rpartition("/")[2] for request in server.asked(host=OEMBED)]
        assert len(asked) >= 3
        assert (gone, sorted(unconfirmed)) == ([], sorted(post.key for post in known))
        del server.gone[asked[-1]]
        assert sweep(server, known, 0)[0] == asked[:-1]


@pytest.mark.parametrize("controls", [0, 1, 2])
def test_a_refusal_without_a_confirmation_is_a_doubt(controls: int) -> None:
    """A post that is refused on a night on which X shows none of its others either stays unconfirmed, and at most two
    others are asked about."""
    user = filled(4)
    known = [
        KnownPost(post["id"], f"https://x.com/aoi_draws/status/{post['id']}", NOW, NOW - 30 * DAY)
        for post in user.posts
    ]
    with FakeX(NOW, user) as server:
        server.gone = {post.key: 403 for post in known}
        assert sweep(server, known[:1], 0, known[: controls + 1])[:2] == ([], [known[0].key])
        assert len(server.asked(host=OEMBED)) == 1 + controls


def test_no_answer_of_the_sweep_is_kept(tmp_path: Path) -> None:
    """Answers of oEmbed are neither stored nor asked about conditionally, whatever validators they bear."""
    user = filled(1)
    link = f"https://x.com/aoi_draws/status/{user.posts[0]['id']}"
    known = [KnownPost(user.posts[0]["id"], link, NOW, NOW - 30 * DAY)]
    marked = lambda well: Response(well.status, well.body, {**well.headers, "etag": '"1"'})  # noqa: E731
    with FakeX(NOW, user) as server, Store(tmp_path) as store, open_web(server.routes(), memory=store) as web:
        server.fail_next(times(2, marked), host=OEMBED)
        for _ in range(2):
            list(X().find_gone(account("x", "aoi_draws"), since(), known, web))
        asked = server.asked(host=OEMBED)
        assert len(asked) == 2
        assert not any("if-none-match" in request.headers for request in asked)
        assert store.validator(f"{OEMBED_URL}?{asked[0].target.partition('?')[2]}") is None
