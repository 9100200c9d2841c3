"""What a stranger's source tells wrong costs its account, and nothing of it is stored."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from gallery.domain import Account, CursorMoved, Media, Notice, Post, PostGone, PostSeen, Profile, ProfileSeen
from gallery.fetch.events import sound
from gallery.sources.base import Since, Web
from tests.toy_server import AOI, NIGHT, SORA, Nights
from tests.toy_source import Toy

MEDIA = Media("m", "https://media.example/m.jpg")
POST = Post("1", "https://toy.example/1", NIGHT, (MEDIA,), tags=("art",))
PROFILE = Profile("1", "aoi", "Aoi", "https://toy.example/")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Have the toy network's source tell one event more of aoi's account, after all others."""
    listed = Toy.list_posts

    def add(event: object) -> None:
        def more(self: Toy, account: Account, since: Since, web: Web) -> Iterator[Any]:
            yield from listed(self, account, since, web)
            if account.handle == AOI:
                yield event

        monkeypatch.setattr(Toy, "list_posts", more)

    return add


def post(**changes: Any) -> PostSeen:
    return PostSeen(replace(POST, **changes))


def media(**changes: Any) -> PostSeen:
    return post(media=(replace(MEDIA, **changes),))


def profile(**changes: Any) -> ProfileSeen:
    return ProfileSeen(replace(PROFILE, **changes))


NOTHING: Any = None
WRONG = {
    "post.text as NoneType (post 1)": post(text=None),
    "post.title as int (post 1)": post(title=5),
    "post.language as int (post 1)": post(language=5),
    "post.permalink as NoneType (post 1)": post(permalink=None),
    "post.key as NoneType (post None)": post(key=None),
    "post.created_at as str (post 1)": post(created_at="2026-01-01"),
    "post.sensitive as str (post 1)": post(sensitive="yes"),
    "post.tags.1 as int (post 1)": post(tags=("art", 1)),
    "post.media.0 as dict (post 1)": post(media=({},)),
    "post.media.0.alt as NoneType (post 1)": media(alt=None),
    "post.media.0.url as int (post 1)": media(url=5),
    "post.media.0.kind as str (post 1)": media(kind="photo"),
    "post.media.0.label as str (post 1)": media(label="sketch"),
    "post.media.0.fallback_urls as NoneType (post 1)": media(fallback_urls=None),
    "profile.handle as int": profile(handle=8),
    "profile.state as str": profile(state="active"),
    "post as NoneType": PostSeen(NOTHING),
    "post_key as NoneType": PostGone(NOTHING, "deleted"),
    "detail as NoneType": Notice("odd", NOTHING),
    "cursor as NoneType": CursorMoved(NOTHING),
    "a Post where an event was expected": POST,
    "a NoneType where an event was expected": None,
}


@pytest.mark.parametrize("what", WRONG)
def test_a_value_of_another_type_costs_its_account(nights: Nights, told: Callable[[Any], None], what: str) -> None:
    """Whatever does not fit is named with its source; what came before it stays, and so do all other accounts."""
    nights.world.artist(AOI, posts=1)
    nights.world.artist(SORA, posts=1)
    told(WRONG[what])
    bad, good = nights.night(nights.account(AOI), nights.account(SORA)).accounts
    assert bad.problem == f"the source 'toy' gave {what}; please report this"
    assert (good.new, good.problem) == (1, "")
    assert nights.shown(nights.account(AOI)) == [f"{AOI}/0"]
    assert nights.store.posts(f"toy:{AOI}")[0].key == f"{AOI}/0"


def test_a_wrong_answer_about_what_is_gone_costs_its_account(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a source answers when it is asked about stored posts is held against the types, too."""
    nights.world.artist(AOI, posts=1)
    nights.night(nights.account(AOI))
    monkeypatch.setattr(Toy, "find_gone", lambda *_: [PostGone(f"{AOI}/0", NOTHING)])
    report = nights.one(nights.account(AOI))
    assert (report.problem, report.removed) == ("the source 'toy' gave reason as NoneType; please report this", 0)


def test_what_is_said_of_one_account_removes_nothing_of_another(nights: Nights, told: Callable[[Any], None]) -> None:
    """A server that calls gone what another account of the network posted is not listened to."""
    aoi, sora = nights.account(AOI), nights.account(SORA)
    for handle in (AOI, SORA):
        nights.world.artist(handle, posts=2)
    nights.night(aoi, sora)
    told(PostGone(f"{SORA}/0", "deleted"))
    assert nights.one(aoi).removed == 0
    assert nights.shown(sora) == [f"{SORA}/0", f"{SORA}/1"]
    assert nights.one(sora).unchanged == 2


@pytest.mark.parametrize("certain", [True, False], ids=["gone", "perhaps gone"])
def test_of_two_words_on_one_post_the_later_counts(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, certain: bool
) -> None:
    """A post that a source calls gone and then shows is there, and waits for no second word."""
    nights.world.artist(AOI, posts=1)
    account = nights.account(AOI)
    nights.night(account)
    words = [PostGone(f"{AOI}/0", "not found", certain=certain), post(key=f"{AOI}/0")]
    monkeypatch.setattr(Toy, "find_gone", lambda *_: words)
    nights.night(account)
    assert [one.key for one in nights.store.posts(account.key)] == [f"{AOI}/0"]
    assert nights.store.suspected(account.key) == {}


def test_what_a_package_adds_to_a_type_stays_outside() -> None:
    """A package's own kind of post is taken as the post that it is, for the store knows no other."""

    @dataclass(frozen=True, slots=True)
    class Drawn(Post):
        brush: str = "soft"

    (event,) = sound("toy", [PostSeen(Drawn("1", "", NIGHT, ()))])
    assert event == PostSeen(Post("1", "", NIGHT, ()))


def test_odd_text_is_no_wrong_type() -> None:
    """Letters that no encoding knows, as file names hold them, pass: they are text."""
    notice = Notice("odd", "a\udcff")
    assert list(sound("toy", [notice])) == [notice]


def test_holding_events_against_their_types_takes_no_time() -> None:
    """A tenth of a millisecond a post is the most that it may cost; it takes some hundredths of that."""
    events = [PostSeen(replace(POST, key=str(number))) for number in range(10_000)]
    started_s = time.process_time()
    assert len(list(sound("toy", events))) == 10_000
    assert time.process_time() - started_s < 1
