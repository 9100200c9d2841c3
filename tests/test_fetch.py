"""Fetching night after night from a made-up network on a real socket into a real store."""

from __future__ import annotations

import hashlib

from gallery.optout_rules import OptOuts
from tests.servers.base import (
    Response,
)
from tests.toy_server import AOI, NIGHT, SORA, Nights, picture


def test_first_night_brings_everything(nights: Nights) -> None:
    """The first night stores every post, and every picture under the hash of its bytes."""
    nights.world.artist(AOI, posts=3, pictures=4)
    report = nights.one(nights.account(AOI))
    assert (report.new, report.failed, report.problem, report.posts_read) == (12, 0, "", 3)
    stored = nights.store.pictures([nights.account(AOI)])
    assert len({one.sha256 for one in stored}) == 12
    assert all(nights.store.path_of(one.sha256).stat().st_size for one in stored)
    assert (stored[0].width_px, stored[0].height_px) == (96, 64)
    assert report.received_bytes == sum(nights.store.path_of(one.sha256).stat().st_size for one in stored)
    assert list((nights.store.root / "tmp").iterdir()) == []


def test_second_night_reads_nothing_it_has(nights: Nights) -> None:
    """A night with nothing new asks one page and one sweep, and downloads no picture."""
    nights.world.artist(AOI, posts=3)
    nights.night(nights.account(AOI))
    report = nights.one(nights.account(AOI))
    assert (report.new, report.unchanged) == (0, 3)
    assert nights.asked_paths() == ["/list", "/gone"]
    assert nights.server.requests[0].query == {"after": "3"}


def test_only_new_posts_are_fetched(nights: Nights) -> None:
    """The next night fetches the new post's picture and no other."""
    nights.world.artist(AOI, posts=3)
    nights.night(nights.account(AOI))
    nights.world.artist(AOI, posts=1, first=3)
    assert nights.one(nights.account(AOI)).new == 1
    assert [path for path in nights.asked_paths() if path.endswith(".jpg")] == ["/3-0.jpg"]


def test_same_bytes_are_stored_once_and_keep_both_credits(nights: Nights) -> None:
    """One picture on two accounts is one file and two pictures."""
    for handle in (AOI, SORA):
        nights.world.artist(handle, posts=1)
    nights.world.files["/0-0.jpg"] = Response(200, picture(7), {"content-type": "image/jpeg"})
    accounts = [nights.account(AOI), nights.account(SORA)]
    nights.night(*accounts)
    assert len(nights.store.files()) == 1
    assert [one.account.handle for one in nights.store.pictures(accounts)] == [AOI, SORA]


def test_a_picture_that_stands_in_several_posts_is_downloaded_once(nights: Nights) -> None:
    """All posts of the account show it, also one that comes a night later, and those that stay when others go."""
    nights.world.artist(AOI, posts=3)
    one = nights.world.posts[AOI][0]["media"]
    for post in nights.world.posts[AOI][1:]:
        post["media"] = one
    report = nights.one(nights.account(AOI))
    assert (report.new, report.failed, nights.asked_paths().count("/0-0.jpg")) == (3, 0, 1)
    nights.world.artist(AOI, posts=1, first=3)
    nights.world.posts[AOI][3]["media"] = one
    nights.world.gone = {f"{AOI}/0"}
    report = nights.one(nights.account(AOI))
    assert (report.new, report.unchanged, report.failed) == (1, 2, 0)
    assert "/0-0.jpg" not in nights.asked_paths()
    assert nights.shown(nights.account(AOI)) == [f"{AOI}/1", f"{AOI}/2", f"{AOI}/3"]


def test_a_picture_of_several_posts_that_is_withdrawn_shows_in_none(nights: Nights) -> None:
    """One that somebody opted out of by its bytes is refused in every post that names it, and asked for once."""
    nights.world.artist(AOI, posts=2)
    for post in nights.world.posts[AOI]:
        post["media"] = [{"key": "same", "url": f"https://img.{AOI}/same.jpg"}]
    nights.world.files["/same.jpg"] = Response(200, picture(7), {"content-type": "image/jpeg"})
    withdrawn = OptOuts(sha256s=frozenset({hashlib.sha256(picture(7)).hexdigest()}))
    asked = []
    for _ in range(2):
        report = nights.one(nights.account(AOI), optouts=withdrawn)
        asked.append(nights.asked_paths().count("/same.jpg"))
    assert (report.new, asked, nights.shown(nights.account(AOI))) == (0, [1, 0], [])


def test_an_edit_replaces_the_post(nights: Nights) -> None:
    """An edited post takes the place of what it was; pictures that stayed in it are not fetched again,
    and the bytes of those that left it are deleted."""
    nights.world.artist(AOI, posts=1, pictures=2)
    nights.night(nights.account(AOI))
    post = nights.world.posts[AOI][0]
    edited = {
        **post,
        "text": "better",
        "media": [post["media"][1], {"key": "new", "url": f"https://img.{AOI}/new.jpg"}],
    }
    nights.world.posts[AOI].append(edited)
    assert nights.one(nights.account(AOI)).new == 1
    assert [path for path in nights.asked_paths() if path.endswith(".jpg")] == ["/new.jpg"]
    stored = nights.store.pictures([nights.account(AOI)])
    assert [(one.post.text, one.media.key) for one in stored] == [("better", "0-1"), ("better", "new")]
    on_disk = sorted(path.name for path in (nights.store.root / "files").glob("*/*"))
    assert on_disk == sorted(one.sha256 for one in stored)


def test_since_and_limit_are_kept(nights: Nights) -> None:
    """Only posts since the date, and only the newest so many, are stored; what falls out of them is dropped."""
    nights.world.artist(AOI, posts=10)
    since = NIGHT.replace(month=1, day=1, hour=4, minute=0)
    account = nights.account(AOI, since=since, limit=3)
    nights.night(account)
    assert nights.shown(account) == [f"{AOI}/{number}" for number in (7, 8, 9)]
    assert len(nights.store.files()) == 3
    nights.world.artist(AOI, posts=1, first=10)
    nights.night(account)
    assert nights.shown(account) == sorted(f"{AOI}/{number}" for number in (8, 9, 10))
    assert len(nights.store.files()) == 3


def test_a_handle_that_changed_hands_is_not_followed(nights: Nights) -> None:
    """When a handle resolves to another account than before, nothing of that account is mixed in."""
    nights.world.artist(AOI, posts=1)
    nights.world.profile[AOI] = {"id": "first"}
    nights.night(nights.account(AOI))
    nights.world.profile[AOI] = {"id": "second"}
    nights.world.artist(AOI, posts=1, first=1)
    report = nights.one(nights.account(AOI))
    assert "somebody else now" in report.problem
    assert "accounts.yaml:3" in report.problem
    assert nights.shown(nights.account(AOI)) == [f"{AOI}/0"]


def test_accounts_of_one_server_follow_one_another(nights: Nights) -> None:
    """Two servers are listed at the same time, and each gets one call at a time."""
    for handle in (AOI, SORA):
        nights.world.artist(handle, posts=40)
    nights.world.page_size = 10
    nights.server.latency_s = 0.03
    nights.night(nights.account(AOI), nights.account(SORA))
    lists = [(one.host, one.at_s) for one in nights.server.requests if one.path == "/list"]
    hosts = [host for host, _ in sorted(lists, key=lambda one: one[1])]
    assert hosts != sorted(hosts)
    assert nights.server.busiest <= 6  # two API calls and two downloads from each of two hosts


def test_servers_take_turns_at_being_asked_first(nights: Nights) -> None:
    """What a run may wait, or last, is shared by all servers: none is always the one for which nothing is left."""
    for handle in (AOI, SORA):
        nights.world.artist(handle, posts=1)
    accounts = [nights.account(handle) for handle in (AOI, SORA)]
    first = []
    for _ in range(2):
        nights.night(*accounts, lanes=1)
        first.append(nights.server.requests[0].host)
    assert sorted(first) == [AOI, SORA]
