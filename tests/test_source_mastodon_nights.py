"""The source ``mastodon`` night after night, on its relatives too: what is new, what is gone, nothing left out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from gallery.domain import CursorMoved, KnownPost, Notice, PostGone, PostSeen, SourceEvent
from gallery.errors import SourceError, WebError
from tests.mastodon_kit import DAY, SOURCE, TIMELINE, again, entry, read
from tests.net_kit import open_web, seen_in_cut_nights
from tests.servers.base import Response, html_with_200, status, times
from tests.servers.bluesky import iso
from tests.servers.mastodon import (
    AOI,
    FILES,
    GOTOSOCIAL,
    HOST,
    MASTODON,
    MASTODON_4_2,
    PIXELFED,
    PLEROMA,
    TOKEN,
    Dialect,
    FakeMastodon,
)
from tests.source_kit import NOW, news, notices, only, posts, since


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTODON_TOKEN_ART_EXAMPLE", TOKEN)


# --- nights ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", [MASTODON, GOTOSOCIAL, PLEROMA], ids=["mastodon", "gotosocial", "pleroma"])
def test_second_night_asks_only_for_what_is_new(dialect: Dialect) -> None:
    """The first night reads all; the second one asks for what came after the newest known, and gets nothing."""
    with FakeMastodon(dialect=dialect, page_size=20) as server:
        server.fill(50, NOW)
        first = read(server)
        assert len(posts(first)) == 50
        server.forget()
        second = read(server, again(first))
        assert posts(second) == []
        asked = [
            one for one in server.asked(path=TIMELINE) if "authorization" in one.headers or not dialect.wants_token
        ]
        assert [one.query["min_id"] for one in asked] == [server.statuses[-1]["id"]]
        server.fill(45, NOW, first=50)
        third = read(server, again(first))
        assert [int(post.text[5:]) for post in posts(third)][::20] == [69, 89, 94]
        assert {int(post.text[5:]) for post in posts(third)} == set(range(50, 95))


def test_pixelfed_is_read_by_account_id_without_link_headers() -> None:
    """A server without lookup and ``Link`` header is read by ``account_id``, its login page answered with the token."""
    with FakeMastodon(dialect=PIXELFED, page_size=20) as server:
        server.fill(50, NOW)
        with pytest.raises(SourceError, match="account_id"):
            read(server)
        first = read(server, account_id=AOI)
        assert len(posts(first)) == 50
        server.fill(10, NOW, first=50)
        read_now = {post.text for post in posts(read(server, again(first)))}
        assert {f"post {number}" for number in range(50, 60)} <= read_now


@pytest.mark.parametrize("pages", [1, 2, 99], ids=["cut off at once", "cut off later", "to the end"])
def test_what_pixelfed_leaves_out_is_read_back_to_what_is_known(pages: int) -> None:
    """Of a page and more of new posts all are read, by a night or, where that is cut off, the next; no old ones."""
    with FakeMastodon(dialect=PIXELFED, page_size=20) as server:
        server.fill(100, NOW)
        first = read(server, account_id=AOI)
        server.fill(90, NOW, first=100)
        second = read(server, again(first))
        end = second.index(only(CursorMoved, second)[:pages][-1])
        third = read(server, again(second[: end + 1]))
    told = {int(post.text[5:]) for post in posts([*second[: end + 1], *third])}
    assert set(range(100, 190)) <= told <= set(range(80, 190))


def test_reading_back_ends_where_the_newest_known_post_was_deleted() -> None:
    """What it passed there is old: it is not read once more down to the first post."""
    with FakeMastodon(dialect=PIXELFED, page_size=20) as server:
        server.fill(100, NOW)
        first = read(server, account_id=AOI)
        server.fill(90, NOW, first=100)
        newest_known = next(one for one in server.statuses if one["content"].endswith("99</p>"))
        server.statuses.remove(newest_known)
        told = {int(post.text[5:]) for post in posts(read(server, again(first)))}
    assert set(range(100, 190)) <= told <= set(range(70, 190))


@pytest.mark.parametrize("pages", [1, 2, 4, 99], ids=["at once", "in the gap", "behind it", "not at all"])
def test_what_pixelfed_leaves_out_does_not_wait_for_the_first_walk(pages: int) -> None:
    """New posts are read back first, then what the first walk has left, wherever the night between is cut off."""
    with FakeMastodon(dialect=PIXELFED, page_size=20) as server:
        server.fill(100, NOW)
        first = read(server, account_id=AOI)
        first = first[: first.index(only(CursorMoved, first)[0]) + 1]
        server.fill(90, NOW, first=100)
        second = read(server, again(first))
        second = second[: second.index(only(CursorMoved, second)[:pages][-1]) + 1]
        third = read(server, again([*first, *second]))
        assert [int(post.text[5:]) for post in posts([*second, *third])][-1] < 20
        told = {int(post.text[5:]) for post in posts([*first, *second, *third])}
        assert told == set(range(190))
        assert posts(read(server, again([*first, *second, *third]))) == []


def test_a_second_gap_does_not_hide_where_the_first_walk_stopped() -> None:
    """Nights that are all cut off after a page leave nothing out, however much is posted between."""
    with FakeMastodon(dialect=PIXELFED, page_size=20) as server:
        told: list[SourceEvent] = []
        for night in range(3):
            server.fill(90, NOW, first=90 * night)
            events = read(server, again(told)) if told else read(server, account_id=AOI)
            told += events[: events.index(only(CursorMoved, events)[0]) + 1]
        told += read(server, again(told))
        assert {int(post.text[5:]) for post in posts(told)} == set(range(270))


@pytest.mark.parametrize("stop_after", [1, 2])
def test_interrupted_first_walk_goes_on_without_gap(stop_after: int) -> None:
    """Runs that end after a page or two still read every status in the end, also those posted meanwhile."""
    with FakeMastodon(page_size=10) as server:
        seen = seen_in_cut_nights(SOURCE, entry(), f"{HOST}/{AOI}", server, stop_after=stop_after)
        assert seen == set(keys_of(server))


def test_the_past_is_walked_again_once_a_month() -> None:
    """What could not be shown when it was passed, a picture that was not ready, is found in the end."""
    with FakeMastodon() as server:
        server.fill(6, NOW)
        ready = server.statuses[2]["media_attachments"]
        server.statuses[2]["media_attachments"] = [FakeMastodon.attachment(1, url=None)]
        first = read(server)
        assert len(posts(first)) == 5
        server.statuses[2]["media_attachments"] = ready
        assert posts(read(server, again(first, days=29))) == []
        late = read(server, again(first, days=30))
        assert len(posts(late)) == 6
        assert posts(read(server, again(late, days=31))) == []


def test_the_artists_word_brings_what_was_passed_without_it() -> None:
    """Unlisted posts that the first night passed are shown by the night after ``unlisted: true``, not a month later."""
    with FakeMastodon() as server:
        server.post(1, NOW - 2 * DAY, visibility="unlisted")
        server.post(2, NOW - DAY)
        first = read(server)
        assert [post.text for post in posts(first)] == ["post 2"]
        assert "post 1" in [post.text for post in posts(read(server, again(first), unlisted=True))]


def test_after_a_clock_was_ahead_the_past_is_walked_again() -> None:
    """A walk noted for a day in ten years is none: there is one at once, and the next one a month later."""
    with FakeMastodon() as server:
        server.fill(6, NOW)
        events = read(server)
        found = {}
        for days in (3650, 1, 2, 30, 31):
            night = read(server, again(events, days=days))
            found[days] = len(posts(night))
            events += night
    assert found == {3650: 6, 1: 6, 2: 0, 30: 0, 31: 6}


def test_deleted_newest_status_does_not_stop_the_walk() -> None:
    """The status from which a night starts may have been deleted since."""
    with FakeMastodon() as server:
        server.fill(5, NOW)
        first = read(server)
        server.deleted.add(server.statuses[-1]["id"])
        server.fill(2, NOW, first=5)
        assert len(posts(read(server, again(first)))) == 2


def test_limit_and_since_end_the_first_walk() -> None:
    """``limit`` and ``since`` of an entry stop the walk into the past."""
    with FakeMastodon(page_size=10) as server:
        server.fill(45, NOW)
        assert len(posts(read(server, limit=15))) == 15
        assert len(server.asked(path=TIMELINE)) == 2
        server.forget()
        assert len(posts(read(server, since=NOW - timedelta(hours=12)))) == 12
        assert len(server.asked(path=TIMELINE)) == 2


def test_page_limit_is_taken_up_the_next_night(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run turns so many pages and no more; the next one reads on, in both directions."""
    monkeypatch.setattr("gallery.sources.paging.MAX_PAGES", 2)
    with FakeMastodon(page_size=5) as server:
        server.fill(20, NOW)
        first = read(server)
        assert len(posts(first)) == 10
        assert notices(first) == ["page-limit"]
        server.fill(12, NOW, first=20)
        second = read(server, again(first))
        assert len(posts(second)) == 10 + 10
        third = read(server, again(second))
        assert {int(post.text[5:]) for night in (first, second, third) for post in posts(night)} == set(range(32))


def test_link_to_another_host_is_not_followed() -> None:
    """A ``Link`` header that leads elsewhere is reported, and paging goes on by our own count."""
    with FakeMastodon(page_size=10, foreign_links=True) as server:
        server.fill(25, NOW)
        events = read(server)
        assert {one.host for one in server.requests} == {HOST}
    assert len(posts(events)) == 25
    assert set(notices(events)) == {"foreign-link"}


def test_endless_timeline_ends() -> None:
    """A server that serves one page for ever is left, and said so."""
    with FakeMastodon() as server:
        server.fill(3, NOW)
        page = [*reversed(server.statuses)]
        link = f'<https://{HOST}{TIMELINE}?only_media=true&exclude_reblogs=true&max_id=1>; rel="next"'
        server.fail_next(times(50, lambda _: Response.json(page, headers={"Link": link})), path=TIMELINE)
        events = read(server)
        assert len(server.asked(path=TIMELINE)) == 2
    assert notices(events) == ["endless-paging"]


# --- what is gone ----------------------------------------------------------------------------------------------------


def sweep(server: FakeMastodon, keys: Iterable[str]) -> list[PostGone | PostSeen | Notice]:
    known = [KnownPost(key, "", NOW - DAY, NOW - (number + 1) * DAY / 9) for number, key in enumerate(keys)]
    with open_web(server.routes()) as web:
        return list(SOURCE.find_gone(entry(), since(stable_id=f"{HOST}/{AOI}"), known, web))


def keys_of(server: FakeMastodon) -> list[str]:
    return [f"{HOST}/{one['id']}" for one in server.statuses]


def test_deleted_statuses_are_found_20_a_call() -> None:
    """One call confirms twenty statuses; only what it leaves out is asked for by itself."""
    with FakeMastodon() as server:
        server.fill(50, NOW)
        assert news(sweep(server, keys_of(server))) == []
        assert len(server.requests) == 3
        server.forget()
        gone = {server.statuses[number]["id"] for number in (0, 30)}
        server.deleted |= gone
        assert {event.post_key for event in only(PostGone, sweep(server, keys_of(server)))} == {
            f"{HOST}/{one}" for one in gone
        }
        assert len(server.requests) == 5


def test_old_servers_are_asked_one_by_one() -> None:
    """Without the call for many ids, those that were not confirmed for longest are asked for; the rest is left."""
    with FakeMastodon(dialect=MASTODON_4_2) as server:
        server.fill(200, NOW)
        server.deleted |= {server.statuses[number]["id"] for number in (3, 150)}
        events = sweep(server, keys_of(server))
        assert [event.post_key for event in only(PostGone, events)] == [f"{HOST}/{server.statuses[150]['id']}"]
        assert len(only(Notice, events)) == 50
        assert f"{HOST}/{server.statuses[3]['id']}" in {notice.detail for notice in only(Notice, events)}


def test_outage_is_no_deletion() -> None:
    """A 5xx, a login page or an HTML "not found" never makes a status gone for certain."""
    with FakeMastodon() as server:
        server.fill(3, NOW)
        server.fail_next(times(4, status(503)))
        with pytest.raises(WebError):
            sweep(server, keys_of(server))
        server.fail_next(times(1, html_with_200))
        with pytest.raises(WebError):
            sweep(server, keys_of(server))
        server.fail_next(times(4, status(404, body=b"<h1>404 Not Found</h1>")))
        assert [event.certain for event in only(PostGone, sweep(server, keys_of(server)))] == [False] * 3


@pytest.mark.parametrize("refusal", [b'{"error":"no"}', b"<title>Blocked</title>"], ids=["login", "firewall"])
def test_call_for_many_that_is_refused_is_done_without(monkeypatch: pytest.MonkeyPatch, refusal: bytes) -> None:
    """A relative that guards the call for many ids, and only that one, is asked one by one."""
    monkeypatch.delenv("MASTODON_TOKEN_ART_EXAMPLE")
    with FakeMastodon() as server:
        server.fill(3, NOW)
        server.deleted.add(server.statuses[1]["id"])
        server.fail_next(status(403, body=refusal), path="/api/v1/statuses")
        assert [event.post_key for event in only(PostGone, sweep(server, keys_of(server)))] == [keys_of(server)[1]]


def test_batch_that_leaves_out_what_is_there_is_not_believed() -> None:
    """A server that answers the call for many ids with an empty list is asked one by one instead."""
    with FakeMastodon() as server:
        server.fill(5, NOW)
        server.fail_next(times(1, lambda _: Response.json([])))
        assert news(sweep(server, keys_of(server))) == []


@pytest.mark.parametrize("dialect", [MASTODON, MASTODON_4_2], ids=["20 a call", "one by one"])
def test_edited_status_reaches_the_store_through_the_sweep(dialect: Dialect) -> None:
    """A stored status is told as it is now, whatever was edited and when."""
    with FakeMastodon(dialect=dialect) as server:
        server.fill(2, NOW)
        server.post(7, NOW - 2 * DAY, edited_at=iso(NOW - timedelta(hours=1)), content="new")
        server.post(8, NOW - 20 * DAY, edited_at=iso(NOW - 19 * DAY))
        events = sweep(server, keys_of(server))
    assert "new" in [post.text for post in posts(events)]
    assert len(posts(events)) == 4


@pytest.mark.parametrize("dialect", [MASTODON, MASTODON_4_2], ids=["20 a call", "one by one"])
def test_status_that_moderators_mark_is_veiled_through_the_sweep(dialect: Dialect) -> None:
    """A stored status that became sensitive without an edit is veiled; others are not."""
    with FakeMastodon(dialect=dialect) as server:
        server.fill(3, NOW)
        server.statuses[1]["sensitive"] = True
        events = sweep(server, keys_of(server))
    assert [post.text for post in posts(events) if post.sensitive] == ["post 1"]


@pytest.mark.parametrize("dialect", [MASTODON, MASTODON_4_2], ids=["20 a call", "one by one"])
@pytest.mark.parametrize(
    "change",
    [
        {"media_attachments": [], "edited_at": iso(NOW)},
        {"media_attachments": [FakeMastodon.attachment(1, "audio")], "edited_at": iso(NOW)},
        {"visibility": "private"},
        {"visibility": "unlisted"},
        {"local_only": True},
    ],
    ids=["pictures taken away", "sound in their place", "for followers", "unlisted", "for the server's own people"],
)
def test_status_that_is_no_more_to_be_shown_goes(dialect: Dialect, change: dict[str, object]) -> None:
    """A stored status whose pictures an edit took away, or that is not public any more, goes; the latter is no slip."""
    with FakeMastodon(dialect=dialect) as server:
        server.fill(3, NOW)
        server.statuses[1].update(change)
        events = news(sweep(server, keys_of(server)))
        (gone,) = only(PostGone, events)
    assert events == [PostGone(keys_of(server)[1], gone.reason, for_good=False, refused="edited_at" not in change)]


@pytest.mark.parametrize("dialect", [MASTODON, MASTODON_4_2], ids=["20 a call", "one by one"])
@pytest.mark.parametrize(
    "change",
    [
        {"media_attachments": [FakeMastodon.attachment(1, url=None)]},
        {"media_attachments": None},
        {"visibility": None},
        {"account": {"id": "7"}},
    ],
    ids=["still working on it", "no list", "no visibility", "somebody else's"],
)
def test_status_whose_answer_is_odd_is_not_gone(dialect: Dialect, change: dict[str, object]) -> None:
    """An answer that says neither that a status is there to be shown nor that it is not leaves it unconfirmed."""
    with FakeMastodon(dialect=dialect) as server:
        server.fill(3, NOW)
        server.statuses[1].update(change)
        assert news(sweep(server, keys_of(server))) == [Notice("unconfirmed", keys_of(server)[1])]


# --- an independent judge --------------------------------------------------------------------------------------------


def test_mastodon_py_reads_our_fake_server() -> None:
    """Mastodon.py, which knows nothing of us, reads the fake: account, all pages, pictures."""
    mastodon = pytest.importorskip("mastodon", reason="Mastodon.py is not installed")
    import requests

    with FakeMastodon(page_size=20) as server, requests.Session() as session:
        server.fill(50, NOW)
        session.headers["Host"] = HOST
        client = mastodon.Mastodon(
            api_base_url=server.origin, session=session, user_agent="judge GalleryBuilder/", version_check_mode="none"
        )
        found = client.account_lookup("aoi")
        page = client.account_statuses(found.id, only_media=True, exclude_reblogs=True, exclude_replies=True, limit=40)
        read_by_it = client.fetch_remaining(page)
        assert [one.id for one in read_by_it] == [one["id"] for one in reversed(server.statuses)]
        assert all(one.media_attachments[0].url.startswith(f"https://{FILES}/") for one in read_by_it)
        assert client.status(read_by_it[7].id).created_at == read_by_it[7].created_at
