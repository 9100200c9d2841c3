"""Whatever happens between and during nights, Bluesky, Mastodon and Misskey lose no post: a property of all three."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gallery.domain import Account, CursorMoved, PostSeen
from gallery.sources import source_for
from tests.net_kit import DirectWeb
from tests.servers import bluesky, mastodon, misskey
from tests.servers.base import FakeServer
from tests.source_kit import NOW, account, since


@dataclass
class Diary:
    """An artist's posts and a gallery's nights, in any order."""

    server: FakeServer
    account: Account
    stable_id: str
    publish: Callable[[int, datetime], object]
    delete_newest: Callable[[], object]
    now: datetime = NOW
    published: int = 0
    cursor: dict[str, object] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)
    resolved: bool = False

    def post(self, count: int) -> None:
        for _ in range(count):
            self.now += timedelta(minutes=7)
            self.publish(self.published, self.now)
            self.published += 1

    def night(self, stop_after: int = 1_000) -> int:
        """One run that ends after so many cursors, as a kill or a budget would end it; how many calls it made."""
        web = DirectWeb(self.server)
        earlier = since(self.cursor, self.stable_id if self.resolved else None, self.known, now=self.now)
        cursors = 0
        for event in source_for(self.account.network).list_posts(self.account, earlier, web):
            self.resolved = True
            if isinstance(event, PostSeen):
                self.known.add(event.post.key)
                self.texts.add(event.post.text)
            if isinstance(event, CursorMoved):
                self.cursor = dict(event.cursor)
                cursors += 1
                if cursors == stop_after:
                    break
        self.now += timedelta(days=1)
        return web.calls


def bluesky_diary(history: str) -> Diary:
    server = bluesky.FakeBluesky(page_size=4)
    person, embed = server.people[bluesky.AOI], server.images(1)
    entry = account("bluesky", person.handle, options={"videos": False, "history": history})
    return Diary(
        server, entry, person.did, lambda number, when: person.post(number, when, embed=embed), person.posts.pop
    )


def mastodon_diary() -> Diary:
    server = mastodon.FakeMastodon(page_size=4)
    entry = account("mastodon", f"aoi@{mastodon.HOST}")
    return Diary(
        server,
        entry,
        f"{mastodon.HOST}/{mastodon.AOI}",
        server.post,
        lambda: server.deleted.add(server.statuses[-1]["id"]),
    )


def misskey_diary() -> Diary:
    server = misskey.FakeMisskey(page_size=4)
    entry = account("misskey", f"aoi@{misskey.HOST}")
    return Diary(
        server,
        entry,
        f"{misskey.HOST}/{misskey.AOI}",
        server.note,
        lambda: server.deleted.add(server.notes[-1]["id"]),
    )


DIARIES: dict[str, Callable[[], Diary]] = {
    "bluesky": lambda: bluesky_diary("feed"),
    "bluesky-full": lambda: bluesky_diary("full"),
    "mastodon": mastodon_diary,
    "misskey": misskey_diary,
}
POSTS = st.tuples(st.just("post"), st.integers(1, 14))
NIGHT = st.tuples(st.just("night"), st.sampled_from([1, 1, 2, 3, 1_000]))


@pytest.mark.parametrize("network", sorted(DIARIES))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(story=st.lists(POSTS | NIGHT, max_size=14))
def test_no_post_is_lost(network: str, story: list[tuple[str, int]]) -> None:
    """After any story of posts and interrupted nights, two whole nights have read all, and a third reads little."""
    diary = DIARIES[network]()
    try:
        for what, count in story:
            diary.post(count) if what == "post" else diary.night(count)
        diary.night()
        diary.night()
        assert len(diary.texts) == diary.published
        assert diary.night() <= 5
    finally:
        diary.server._http.server_close()


@pytest.mark.parametrize("network", sorted(DIARIES))
def test_wider_bounds_bring_what_they_had_kept_out(network: str) -> None:
    """When ``limit`` or ``since`` of an entry is loosened, the next night reads the past again, and only that one."""
    diary = DIARIES[network]()
    try:
        diary.post(30)
        diary.account = replace(diary.account, limit=6)
        diary.night()
        assert len(diary.texts) == 6
        diary.account = replace(diary.account, limit=None, since=NOW + timedelta(minutes=7 * 16))
        diary.post(1)
        diary.night(stop_after=2)
        diary.night()
        assert len(diary.texts) == 16
        diary.account = replace(diary.account, since=None)
        diary.night()
        assert len(diary.texts) == 31
        assert diary.night() <= 5
    finally:
        diary.server._http.server_close()


@pytest.mark.parametrize("network", sorted(DIARIES))
def test_the_monthly_walk_offers_what_moved_up_below_the_limit(network: str) -> None:
    """When the newest post is deleted, the next older one is offered within a month, as if the limit began there."""
    diary = DIARIES[network]()
    try:
        diary.account = replace(diary.account, limit=6)
        diary.post(30)
        diary.night()
        diary.delete_newest()
        diary.night()
        assert len(diary.texts) == 6
        diary.now += timedelta(days=30)
        diary.night()
        assert len(diary.texts) == 7
    finally:
        diary.server._http.server_close()
