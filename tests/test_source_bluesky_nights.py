"""The source ``bluesky`` night after night: it asks for what is new, leaves no gap, and finds out what is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gallery.domain import AccountState, CursorMoved, KnownPost, Notice, PostGone, PostSeen, SourceEvent
from gallery.errors import AccountGoneError, WebError
from gallery.store import Store
from tests.bluesky_kit import DAY, SOURCE, again, feeds, filled, read
from tests.net_kit import Nights, open_web
from tests.servers.base import Response, html_with_200, status, times
from tests.servers.bluesky import AOI, FakeBluesky, iso
from tests.source_kit import NOW, account, last_cursor, news, notices, only, posts, since

# --- nights ----------------------------------------------------------------------------------------------------------


def test_second_night_asks_only_for_what_is_new() -> None:
    """With nothing new, one page of each listing is read and no post is new; a new post costs no more."""
    with FakeBluesky(page_size=20) as server:
        filled(server, 50)
        first = read(server)
        assert len(posts(first)) == 50
        assert len(feeds(server)) == 3
        server.forget()
        second = read(server, again(first))
        assert feeds(server) == [""]
        assert feeds(server, "posts_with_video") == [""]
        assert len(server.requests) == 4  # document, profile, two listings
        assert {post.key for post in posts(second)} <= {post.key for post in posts(first)}
        server.forget()
        filled(server, 1, first=50)
        third = read(server, again(first))
        assert len(set(posts(third)) - set(posts(first))) == 1
        assert feeds(server) == ["", feeds(server)[1]]


def test_walk_stops_a_week_behind_the_newest_known() -> None:
    """Posts that are never stored cannot keep the walk going: a week behind the watermark it ends."""
    with FakeBluesky(page_size=10) as server:
        person = server.people[AOI]
        for number in range(60):
            person.post(number, NOW - number * DAY / 2, embed=server.images(number))
        first = read(server)
        server.forget()
        read(server, again(first, forget=[post.key for post in posts(first)]))
        assert len(feeds(server)) == 2


def test_backdated_post_is_found_by_the_monthly_walk() -> None:
    """A post imported with an old date lies deep in the feed: thirty days later the whole feed is read again."""
    with FakeBluesky(page_size=10) as server:
        person = filled(server, 40)
        first = read(server)
        old = person.post(99, NOW - 400 * DAY, indexed=NOW, embed=server.images(99))
        assert old["uri"] not in {post.key for post in posts(read(server, again(first, days=29)))}
        assert old["uri"] in {post.key for post in posts(read(server, again(first, days=30)))}


def test_a_clock_that_was_ahead_puts_the_monthly_walk_off_by_a_month_at_most() -> None:
    """A walk noted for a day in ten years counts as one of the next night."""
    with FakeBluesky(page_size=10) as server:
        person = filled(server, 40)
        first = read(server, again(read(server), days=3650))
        old = person.post(99, NOW - 400 * DAY, indexed=NOW, embed=server.images(99))
        right = read(server, again(first, days=1))
        assert old["uri"] not in {post.key for post in posts(right)}
        assert old["uri"] in {post.key for post in posts(read(server, again([*first, *right], days=31)))}


@pytest.mark.parametrize("stop_after", [1, 2, 3])
def test_interrupted_walk_goes_on_and_leaves_no_gap(stop_after: int) -> None:
    """Whatever page a run ends at, the next ones read every post once it is due, also those posted meanwhile."""
    with FakeBluesky(page_size=10) as server:
        filled(server, 45)
        seen: set[str] = set()
        earlier, night = since(), 0
        while True:
            night += 1
            events: list[SourceEvent] = []
            with open_web(server.routes()) as web:
                for event in SOURCE.list_posts(account("bluesky", "aoi.example.com"), earlier, web):
                    events.append(event)
                    if night < 4 and len(only(CursorMoved, events)) == stop_after:
                        break
            seen |= {post.key for post in posts(events)}
            earlier = since(last_cursor(events), AOI, seen, now=NOW + night * DAY)
            if night >= 4:
                break
            filled(server, 3, first=100 * night)
        assert seen == {post["uri"] for post in server.people[AOI].posts}


def test_interrupted_walk_is_taken_up_where_it_stopped() -> None:
    """The run after an interrupted one reads what is new at the top and then the rest, not the middle again."""
    with FakeBluesky(page_size=10) as server:
        for number in range(80):
            server.people[AOI].post(number, NOW - number * DAY, embed=server.images(number))
        events: list[SourceEvent] = []
        with open_web(server.routes()) as web:
            for event in SOURCE.list_posts(account("bluesky", "aoi.example.com"), since(), web):
                events.append(event)
                if len(only(CursorMoved, events)) == 5:
                    break
        server.forget()
        rest = read(server, again(events))
        assert len(feeds(server)) == 4
        assert {post.key for post in [*posts(events), *posts(rest)]} == {
            post["uri"] for post in server.people[AOI].posts
        }


def test_a_monthly_walk_that_was_cut_off_is_read_to_its_end() -> None:
    """Whatever page it ended at, the next night reads on as deep as it would have gone, and the one after no deeper
    than any other."""
    with FakeBluesky(page_size=10) as server:
        person = server.people[AOI]
        for number in range(40):
            person.post(number, NOW - number * DAY, embed=server.images(number))
        night = first = read(server, videos=False)
        old = person.post(99, NOW - 400 * DAY, indexed=NOW, embed=server.images(99))
        for days in (30, 31):
            with open_web(server.routes()) as web:
                entry = account("bluesky", "aoi.example.com", options={"videos": False})
                walk = SOURCE.list_posts(entry, again([*first, *night], days=days), web)
                night = []
                for event in walk:
                    night.append(event)
                    if days == 30 and isinstance(event, CursorMoved):
                        break
        assert old["uri"] in {post.key for post in posts(night)}
        server.forget()
        read(server, again([*first, *night], days=32), videos=False)
        assert feeds(server) == [""]


def test_refused_cursor_starts_over() -> None:
    """A server that does not know its own cursor any more is read from the top by the following run."""
    with FakeBluesky(page_size=10) as server:
        for number in range(30):
            server.people[AOI].post(number, NOW - number * DAY, embed=server.images(number))
        state = {
            "posts_with_media": {
                "resume": "stale",
                "deep": "posts_with_media",
                "head": iso(NOW),
                "settings": "None None posts_with_media",
            }
        }
        feed = "/xrpc/app.bsky.feed.getAuthorFeed"
        refusal = Response.json({"error": "InvalidRequest", "message": "Malformed cursor"}, 400)
        server.fail_next([lambda well: well, lambda _: refusal], path=feed)
        first = read(server, since(state, AOI))
        assert "cursor-refused" in notices(first)
        server.forget()
        assert len(posts(read(server, again(first)))) == 30


def test_endless_feed_ends() -> None:
    """A feed that goes round in circles is left, and said so; the next night reads it from the top like any other."""
    with FakeBluesky() as server:
        filled(server, 3)
        page = {"feed": [{"post": post} for post in server.people[AOI].posts], "cursor": "again"}
        server.fail_next(times(50, lambda _: Response.json(page)), path="/xrpc/app.bsky.feed.getAuthorFeed")
        events = read(server, videos=False)
        assert len(feeds(server)) == 2
        server.forget()
        read(server, again(events), videos=False)
        assert feeds(server) == [""]
    assert notices(events) == ["endless-paging"]
    assert len(posts(events)) == 3


@pytest.mark.parametrize("history", ["feed", "full"])
def test_long_stretch_without_pictures_is_read_through(history: str) -> None:
    """Hundreds of answers to others, or of posts without a picture, do not end the walk before older pictures."""
    answers = {"reply": {"parent": {"uri": "at://did:plc:somebody2222222222222222/app.bsky.feed.post/3k"}}}
    with FakeBluesky(page_size=10) as server:
        person = server.people[AOI]
        person.post(0, NOW - 9 * DAY, embed=server.images(0))
        for number in range(1, 151):
            when = NOW - DAY + timedelta(minutes=number)
            if history == "feed":
                person.post(number, when, embed=server.images(1), record=answers)
            else:
                person.post(number, when)
        assert [post.text for post in posts(read(server, history=history, videos=False))] == ["post 0"]


def test_pages_without_end_are_left_and_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed of empty pages with ever new cursors is left after ten of them; the next run goes on from there."""
    numbers = iter(range(1000))
    with FakeBluesky() as server:
        server.fail_next(
            times(99, lambda _: Response.json({"feed": [], "cursor": f"c{next(numbers)}"})),
            path="/xrpc/app.bsky.feed.getAuthorFeed",
        )
        first = read(server, videos=False)
        assert notices(first) == ["endless-paging"]
        assert len(feeds(server)) == 10
        server.forget()
        read(server, again(first), videos=False)
        assert "c9" in feeds(server)
    monkeypatch.setattr("gallery.sources.paging.MAX_PAGES", 3)
    with FakeBluesky(page_size=2) as server:
        filled(server, 20)
        assert "page-limit" in notices(read(server, videos=False))


def test_limit_and_since_end_the_walk() -> None:
    """``limit`` and ``since`` of an entry stop the first walk early."""
    with FakeBluesky(page_size=10) as server:
        filled(server, 45)
        newest = read(server, limit=15, videos=False)
        assert len(posts(newest)) == 15
        assert len(feeds(server)) == 2
        server.forget()
        recent = read(server, since=NOW - timedelta(hours=12), videos=False)
        assert len(posts(recent)) == 12
        assert len(feeds(server)) == 2


def test_full_history_comes_from_the_accounts_own_server() -> None:
    """``history: full`` lists every record, asks 25 at a time for labels, and goes back to the feed the next night."""
    with FakeBluesky(page_size=40) as server:
        person = filled(server, 60)
        person.post(70, NOW - 90 * DAY)  # text only
        person.post(71, NOW - 80 * DAY, embed=server.video(71))
        first = read(server, history="full", videos=False)
        assert len(posts(first)) == 61
        assert feeds(server) == []
        asked = server.asked(path="/xrpc/app.bsky.feed.getPosts")
        assert [len(one.params) for one in asked] == [25, 14, 22]
        server.forget()
        filled(server, 1, first=80)
        second = read(server, again(first), history="full", videos=False)
        assert len(set(posts(second)) - set(posts(first))) == 1
        assert len(feeds(server)) == 2


def test_a_picture_with_an_old_date_hides_nothing_of_the_full_history() -> None:
    """Records stand in the order in which they were made: one that is dated before ``since`` ends no walk."""
    with FakeBluesky(page_size=2) as server:
        person = filled(server, 4)
        for number in (8, 9):
            person.post(number, NOW - 400 * DAY, indexed=NOW, embed=server.images(number))
        events = read(server, history="full", videos=False, since=NOW - 30 * DAY)
    assert len(posts(events)) == 4


# --- what is gone ----------------------------------------------------------------------------------------------------


def known(*keys: str) -> list[KnownPost]:
    return [KnownPost(key, "", NOW - DAY, NOW - DAY) for key in keys]


def sweep(server: FakeBluesky, keys: list[str]) -> list[PostGone | PostSeen | Notice]:
    with open_web(server.routes()) as web:
        entry = account("bluesky", "aoi.example.com")
        return list(SOURCE.find_gone(entry, since(stable_id=AOI), known(*keys), web))


def test_deleted_posts_are_found_25_a_call() -> None:
    """What a good answer leaves out is gone; every post is asked for, and nothing else where all are there."""
    with FakeBluesky() as server:
        person = filled(server, 60)
        keys = [post["uri"] for post in person.posts]
        assert news(sweep(server, keys)) == []
        assert len(server.requests) == 3
        deleted = person.posts.pop(30)["uri"]
        person.posts[0]["labels"] = [{"val": "!hide", "src": "did:plc:mods"}]
        gone = only(PostGone, sweep(server, keys))
        assert {one.post_key: one.for_good for one in gone} == {deleted: True, keys[0]: False}


@pytest.mark.parametrize("label", ["!hide", "!takedown"])
def test_label_of_the_listing_is_not_for_good(label: str) -> None:
    """A known post that the feed shows with a label which may be negated goes without a tombstone."""
    with FakeBluesky() as server:
        person = filled(server, 3)
        first = read(server)
        person.posts[0]["labels"] = [{"val": label, "src": "did:plc:mods"}]
        (gone,) = only(PostGone, read(server, again(first)))
    assert (gone.post_key, gone.for_good) == (person.posts[0]["uri"], False)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("takendown", AccountState.SUSPENDED),
        ("suspended", AccountState.SUSPENDED),
        ("deactivated", AccountState.DEACTIVATED),
        ("deleted", AccountState.MISSING),
    ],
)
def test_missing_posts_of_an_inactive_account_are_the_account(status: str, state: AccountState) -> None:
    """Before posts are called gone, the account's own server is asked whether it is all of them."""
    with FakeBluesky() as server:
        person = filled(server, 3)
        keys = [post["uri"] for post in person.posts]
        person.posts.clear()
        person.status = status
        with pytest.raises(AccountGoneError) as caught:
            sweep(server, keys)
        assert caught.value.state is state


def test_outage_is_no_deletion() -> None:
    """Neither a failing AppView nor an answer without posts makes anything gone; a silent home server only says so."""
    with FakeBluesky() as server:
        person = filled(server, 3)
        keys = [post["uri"] for post in person.posts]
        for fault in (times(4, status(503)), times(1, html_with_200), times(1, lambda _: Response.json({}))):
            server.fail_next(fault)
            with pytest.raises(WebError):
                sweep(server, keys)
        person.posts.pop()
        server.fail_next(times(4, status(500)), host="pds.example.com")
        events = news(sweep(server, keys))
        assert [type(event) for event in events] == [Notice, PostGone]


def test_author_who_closed_the_door_is_noticed_by_the_sweep() -> None:
    """The wish not to be shown to logged-out visitors also reaches the sweep."""
    with FakeBluesky() as server:
        person = filled(server, 1)
        person.posts[0]["author"]["labels"] = [{"val": "!no-unauthenticated", "src": AOI}]
        with pytest.raises(AccountGoneError):
            sweep(server, [person.posts[0]["uri"]])


def test_new_label_reaches_old_posts_through_the_sweep() -> None:
    """A stored post is veiled by whoever labels it, also by its author's own label, which bears the post's date."""
    with FakeBluesky() as server:
        person = filled(server, 4)
        person.posts[0]["labels"] = [{"val": "porn", "src": "did:plc:mods", "cts": iso(NOW - timedelta(hours=2))}]
        person.posts[1]["labels"] = [{"val": "nudity", "src": AOI, "cts": person.posts[1]["record"]["createdAt"]}]
        person.posts[2]["record"]["labels"] = {"values": [{"val": "porn"}]}
        events = sweep(server, [post["uri"] for post in person.posts])
    assert [post.key for post in posts(events) if post.sensitive] == [post["uri"] for post in person.posts[:3]]


def test_an_edit_that_takes_the_pictures_away_is_seen_by_the_sweep() -> None:
    """A stored post whose new version shows no picture goes, and may come back."""
    with FakeBluesky() as server:
        person = filled(server, 2)
        del person.posts[1]["embed"], person.posts[1]["record"]["embed"]
        (gone,) = only(PostGone, sweep(server, [post["uri"] for post in person.posts]))
    assert (gone.post_key, gone.for_good) == (person.posts[1]["uri"], False)


def test_a_post_for_signed_in_visitors_is_not_shown() -> None:
    """A post whose own label asks not to be shown to others is left out by the listing, and goes where it is stored."""
    with FakeBluesky() as server:
        person = filled(server, 2)
        first = read(server)
        person.posts[1]["labels"] = [{"val": "!no-unauthenticated", "src": AOI}]
        (gone,) = only(PostGone, sweep(server, [post["uri"] for post in person.posts]))
        assert (gone.post_key, gone.for_good) == (person.posts[1]["uri"], False)
        assert [event.post_key for event in only(PostGone, read(server, again(first)))] == [person.posts[1]["uri"]]


def test_new_label_on_the_author_reaches_all_old_posts_through_the_sweep() -> None:
    """A label that the whole account bears since a post was last confirmed veils the post the same night."""
    with FakeBluesky() as server:
        person = filled(server, 30)
        person.labels.append({"val": "porn", "src": "did:plc:mods", "uri": AOI, "cts": iso(NOW)})
        events = sweep(server, [post["uri"] for post in person.posts])
    assert [post.sensitive for post in posts(events)] == [True] * 30


# --- through the real fetch stage ------------------------------------------------------------------------------------


def test_account_that_only_its_own_server_misses_goes_on_the_second_night(store: Store) -> None:
    """An account that its own server calls deleted goes on the second such night, though Bluesky shows it still, stays
    away while that lasts, and comes back when its server shows it again."""
    with FakeBluesky() as server:
        person = filled(server, 8)
        nights = Nights(store, account("bluesky", "aoi.example.com"), server.routes())
        assert nights.night().new == 8
        person.posts.pop(2)
        person.status = "deleted"
        first = nights.night()
        assert (first.removed, len(nights.pictures())) == (1, 7), "the post that Bluesky does not know"
        person.posts.pop(2)
        assert nights.night().removed == 7
        for _ in range(2):
            assert "its own server says that it is not there" in nights.night().problem
            assert nights.pictures() == []
            assert store.account(nights.account.key).state is AccountState.MISSING
        person.status = ""
        assert nights.night().new == 6
        assert store.account(nights.account.key).state is AccountState.ACTIVE


def test_account_that_was_missed_once_is_whole_again(store: Store) -> None:
    """A night on which the account is found, by Bluesky and its own server, ends the waiting for a second word."""
    with FakeBluesky() as server:
        person = filled(server, 8)
        nights = Nights(store, account("bluesky", "aoi.example.com"), server.routes())
        nights.night()
        person.posts.pop(2)
        person.status = "deleted"
        nights.night()
        person.status = ""
        nights.night()
        assert store.account(nights.account.key).state is AccountState.ACTIVE
        person.posts.pop(2)
        person.status = "deleted"
        assert nights.night().removed == 1
        assert len(nights.pictures()) == 6
