"""What one post claims of itself, be it a server's or a sidecar's word, changes nobody else's pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gallery.domain import Account
from tests.toy_server import AOI, NIGHT, Nights, picture

DAY = timedelta(days=1)


def test_a_post_brings_forty_tags_and_sixty_four_pictures(nights: Nights) -> None:
    """Of more, the first are kept, and the report counts the post under what it had too many of."""
    nights.world.artist(AOI, posts=1, pictures=70)
    nights.world.posts[AOI][0]["tags"] = [f"tag{number}" for number in range(60_000)]
    account = nights.account(AOI)
    report = nights.one(account)
    assert report.notices == {"many-pictures": 1, "many-tags": 1}
    assert any("has 60000 tags; the first 40 are kept" in remark for remark in report.remarks)
    stored = nights.store.pictures([account])
    assert [one.media.key for one in stored] == [f"0-{index}" for index in range(64)]
    assert stored[0].post.tags == tuple(f"tag{number}" for number in range(40))


def test_a_tag_is_one_line_of_a_hundred_characters(nights: Nights) -> None:
    """However long a source lets a tag be, no page has to carry it whole."""
    nights.world.artist(AOI, posts=1)
    nights.world.posts[AOI][0]["tags"] = ["sea\nside", "x" * 1_000_000, "", "sea side"]
    account = nights.account(AOI)
    assert nights.one(account).notices == {}
    (stored,) = nights.store.pictures([account])
    assert stored.post.tags == ("sea side", "x" * 99 + "…")


def test_an_album_in_a_folder_stays_whole(nights: Nights, tmp_path: Path) -> None:
    """Seventy pages of a comic that sidecars make one post are all shown: each is a file that lies there."""
    (tmp_path / "art").mkdir()
    for number in range(70):
        (tmp_path / "art" / f"{number}.png").write_bytes(picture(number, kind="PNG"))
        about = {"post": "comic", "num": number, "date": "2026-01-01"}
        (tmp_path / "art" / f"{number}.png.json").write_text(json.dumps(about))
    art = nights.account("art", "folder", options={"root": str(tmp_path)})
    report = nights.one(art)
    assert (report.new, report.notices) == (70, {})


# --- dates to come ---------------------------------------------------------------------------------------------------


def dated(nights: Nights, account: Account) -> list[str]:
    """The days under which the store has the account's posts, newest first."""
    return [f"{post.created_at:%Y-%m-%d}" for post in nights.store.posts(account.key)]


def test_a_post_dated_ahead_counts_from_the_night_on_which_it_was_first_seen(nights: Nights) -> None:
    """What a server dates 2999 has the date of its first reading, also when later nights read it again and edited."""
    nights.world.artist(AOI, posts=1)
    (post,) = nights.world.posts[AOI]
    post["at"] = "2999-01-01T00:00:00+00:00"
    account = nights.account(AOI)
    for _ in range(3):
        report = nights.one(account)
        nights.store.move_cursor(account.key, {})
        post["version"] = post.get("version", "") + "x"
        assert report.notices == {"dated-ahead": 1}
        assert report.remarks == (
            "dated-ahead: https://aoi.example/posts/aoi.example/0 says 2999-01-01 00:00 UTC; it counts from 2026-11-23",
        )
        assert dated(nights, account) == ["2026-11-23"]


def test_what_is_posted_while_a_run_is_under_way_keeps_its_date(nights: Nights) -> None:
    """A run may take hours, and servers' clocks differ by minutes: neither makes a date one to come."""
    nights.world.artist(AOI, posts=1)
    posted = NIGHT + timedelta(hours=2)
    nights.world.posts[AOI][0]["at"] = posted.isoformat()
    account = nights.account(AOI)
    assert nights.one(account).notices == {}
    assert [one.post.created_at for one in nights.store.pictures([account])] == [posted]


def test_a_source_that_puts_its_date_right_is_believed(nights: Nights) -> None:
    """A date by which a run can have happened is taken as it is told, whatever the post had claimed before."""
    nights.world.artist(AOI, posts=1)
    (post,) = nights.world.posts[AOI]
    post["at"], right = "2999-01-01T00:00:00+00:00", post["at"]
    account = nights.account(AOI)
    nights.one(account)
    nights.store.move_cursor(account.key, {})
    post["at"] = right
    assert (nights.one(account).notices, dated(nights, account)) == ({}, ["2026-01-01"])


def test_a_date_to_come_lets_nobody_past_since(nights: Nights) -> None:
    """Where the entry wants posts from tomorrow on, one of tonight that is dated 2999 is none of them."""
    nights.world.artist(AOI, posts=2)
    nights.world.posts[AOI][0]["at"] = "2999-01-01T00:00:00+00:00"
    nights.world.posts[AOI][1]["at"] = NIGHT.isoformat()
    account = nights.account(AOI, since=NIGHT + DAY)
    assert nights.one(account).notices == {"dated-ahead": 1, "before-since": 2}


def test_a_clock_behind_for_a_night_dates_nothing_by_itself(nights: Nights) -> None:
    """Where the clock says 1970, what was posted since the last run keeps its date, and `since` admits it."""
    nights.world.artist(AOI, posts=1)
    account = nights.account(AOI, since=datetime(2026, 1, 1, tzinfo=UTC))
    nights.one(account)
    nights.world.artist(AOI, posts=1, first=24)
    nights.now = datetime(1970, 1, 1, tzinfo=UTC)
    assert (nights.one(account).notices, dated(nights, account)) == ({}, ["2026-01-02", "2026-01-01"])
