"""X, X archives and folders night after night, through the real fetch stage, and X through the real command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

import gallery.fetch.losses
from gallery.domain import Account, AccountState
from gallery.fetch import plan_fetch
from gallery.optout_rules import OptOuts
from gallery.steps.unconfirmed import hide_unconfirmed
from gallery.store import Store
from tests.net_kit import SHORT, Nights
from tests.servers.base import (
    Fault,
    clock_skew,
    close_mid_body,
    environment,
    html_with_200,
    refusing_port,
    reset_mid_body,
    silence,
    stall_mid_body,
    status,
    times,
    wrong_length,
)
from tests.servers.pictures import picture
from tests.servers.x import API, KEYS, MEDIA, FakeX, User
from tests.source_kit import NOW, account

HOUR = timedelta(hours=1)
TIMELINE = "/2/users/1001/tweets"


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def server() -> Iterator[FakeX]:
    with FakeX(NOW) as running:
        yield running
        assert running.complaints == []


def nights_of(server: FakeX, store: Store, **options: object) -> Nights:
    return Nights(store, account("x", "aoi_draws", options=options), server.routes())


def publish(server: FakeX, *numbers: int, pictures: int = 1) -> None:
    for number in numbers:
        server.user.post(NOW - (100 - number) * HOUR, low=number, pictures=pictures)


def test_x_nights(server: FakeX, store: Store) -> None:
    """Posts and their pictures arrive once; the second night asks one question; new posts come, edits replace."""
    publish(server, 1, 2, pictures=2)
    nights = nights_of(server, store)
    first = nights.night()
    assert (first.new, first.failed, first.problem, first.posts_read) == (4, 0, "", 2)
    assert first.cost_usd == pytest.approx(2 * 0.005 + 0.010)
    assert len(server.asked_pictures()) == 4
    assert {request.query["name"] for request in server.asked_pictures()} == {"orig"}

    server.forget()
    second = nights.night()
    assert (second.new, second.unchanged, second.problem, second.cost_usd) == (0, 4, "", 0)
    assert server.paths() == [TIMELINE]
    assert server.asked_pictures() == []

    server.forget()
    publish(server, 3)
    original = server.user.posts.pop(0)
    edited = {**original, "id": server.user.post(NOW + HOUR, low=50)["id"], "text": "edited"}
    edited["edit_history_tweet_ids"] = [original["id"], edited["id"]]
    server.user.posts[-1] = edited
    third = nights.night()
    assert (third.new, third.problem) == (1, ""), "the edited post kept its pictures"
    texts = {one.post.key: one.post.text for one in store.pictures([nights.account])}
    assert texts[original["id"]] == "edited"
    assert len(texts) == 3


def test_a_dry_run_prices_the_monthly_look_up(server: FakeX, store: Store) -> None:
    """What is said beforehand of a quiet account is what the night costs: nothing, and once a month a look-up."""
    publish(server, 1)
    nights = nights_of(server, store)
    nights.night()
    for day, usd in ((29, 0.0), (31, 0.010), (32, 0.0)):
        nights.now = NOW + timedelta(days=day)
        (plan,) = plan_fetch([nights.account], store, nights.now, OptOuts()).accounts
        assert (plan.expected_posts, plan.expected_usd) == (0, pytest.approx(usd))
        assert ("look-up" in plan.as_text()) == bool(usd)
        assert nights.night().cost_usd == pytest.approx(usd)


def test_smaller_copies_stand_in(server: FakeX, store: Store) -> None:
    """Where the original size does not exist the next smaller one is taken."""
    server.sizes = {"large"}
    publish(server, 1)
    assert nights_of(server, store).night().new == 1
    assert [request.query["name"] for request in server.asked_pictures()] == ["orig", "4096x4096", "large"]


def test_deleted_posts_go_after_two_misses(server: FakeX, store: Store) -> None:
    """A post that oEmbed does not find goes after the second night that says so, and never comes back."""
    publish(server, 1, 2, 3)
    nights = nights_of(server, store)
    nights.night()
    key = server.user.posts[1]["id"]
    server.gone[key] = 404
    removed_on = []
    for night in range(1, 12):
        server.forget()
        if nights.night().removed:
            removed_on.append(night)
    assert len(removed_on) == 1
    assert {one.post.key for one in store.pictures([nights.account])} == {
        post["id"] for post in server.user.posts if post["id"] != key
    }


def test_a_wall_before_the_sweep_removes_nothing(server: FakeX, store: Store) -> None:
    """Where the sweep is refused whatever it asks for, the few posts of a small account stay, and are shown again."""
    publish(server, 1, 2)
    nights = nights_of(server, store)
    nights.night()
    server.gone = {post["id"]: 403 for post in server.user.posts}
    assert [nights.night().removed for _ in range(12)] == [0] * 12
    server.gone = {}
    for _ in range(8):
        nights.night()
    assert len(nights.pictures()) == 2


@pytest.mark.parametrize("listed", [True, False], ids=["read", "without keys"])
def test_the_last_post_of_an_account_goes_when_x_shows_those_of_others(
    store: Store, monkeypatch: pytest.MonkeyPatch, listed: bool
) -> None:
    """The deletion of an account's only post is believed where X still shows another account's, also while nothing new
    can be read."""
    aoi, ben = User(), User("1002", "ben_draws")
    for user in (aoi, ben):
        user.post(NOW - HOUR, low=int(user.id))
    with FakeX(NOW, aoi, ben) as server:
        nights = [Nights(store, account("x", user.name), server.routes()) for user in (aoi, ben)]
        for one in nights:
            one.night()
        if not listed:
            monkeypatch.delenv("X_ACCESS_TOKEN")
        server.gone[aoi.posts[0]["id"]] = 404
        removed = [[one.night().removed for one in nights] for _ in range(9)]
        assert [sum(counts) for counts in zip(*removed, strict=True)] == [1, 0]
        assert server.complaints == []


def test_outage_of_the_sweep_hides_and_a_return_shows(server: FakeX, store: Store) -> None:
    """When nobody can confirm a post for two weeks it is no longer shown; a confirmation shows it again."""
    publish(server, 1, 2)
    nights = nights_of(server, store)
    nights.night()
    server.oembed_down = True
    told = [[notice.split(":")[0] for notice in nights.night().notices] for _ in range(16)]
    assert sum("sweep-outage" in notices for notices in told) >= 10
    hide_unconfirmed([nights.account], store, nights.now)
    assert nights.pictures() == []
    server.oembed_down = False
    for _ in range(8):
        nights.night()
    assert len(nights.pictures()) == 2


@pytest.mark.parametrize(
    "options",
    [{}, {"fetch": "search"}, {"max_posts_per_month": 6}],
    ids=["timeline", "search", "budget used up"],
)
@pytest.mark.parametrize("state", ["suspended", "protected"])
def test_account_wide_states_remove_at_once_and_a_return_brings_back(
    server: FakeX, store: Store, state: str, options: dict[str, object]
) -> None:
    """A suspended or protected account loses all its pictures that night; when it is public again they come back."""
    publish(server, 1, 2)
    nights = nights_of(server, store, **options)
    nights.night()
    server.user.state = state
    server.now = nights.now
    report = nights.night()
    nights.account = account("x", "aoi_draws", options={"fetch": options.get("fetch", "timeline")})
    assert (report.removed, nights.pictures()) == (2, [])
    assert store.account(nights.account.key).state is AccountState(state)
    server.user.state = "active"
    assert nights.night().new == 2


def test_unknown_account_is_removed_by_the_second_night(server: FakeX, store: Store) -> None:
    """A name that X does not know takes its posts down only when a second night says so."""
    publish(server, 1, 2)
    nights = nights_of(server, store)
    nights.night()
    server.user.state = "missing"
    assert nights.night().removed == 0
    assert len(nights.pictures()) == 2
    assert nights.night().removed == 2


def test_an_account_that_opted_out_by_its_id_is_looked_up_once(server: FakeX, store: Store) -> None:
    """The look-up that shows whose id the name leads to is paid for on the first night and never again."""
    publish(server, 1)
    nights = nights_of(server, store)
    nights.optouts = OptOuts(accounts=frozenset({"x:1001"}))
    assert [nights.night().cost_usd for _ in range(3)] == [pytest.approx(0.010), 0, 0]
    assert len(server.requests) == 1


def test_budget_of_a_run_and_a_month(server: FakeX, store: Store) -> None:
    """A run reads no more than its budget, says so, and goes on the next night; the month's total holds as well."""
    for number in range(40):
        publish(server, number)
    nights = nights_of(server, store, max_posts_per_run=15, max_posts_per_month=25)
    first = nights.night()
    assert (first.posts_read, server.billed) == (15, 15)
    assert "max_posts_per_run" in first.problem
    second = nights.night()
    assert (second.posts_read, server.billed) == (10, 25)
    nights.night()
    assert server.billed == 25
    assert len(nights.pictures()) == 25


@pytest.mark.parametrize("why", ["budget", "keys", "outage"])
def test_deletions_are_noticed_though_nothing_can_be_read(
    server: FakeX, store: Store, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """A used-up budget, absent keys or an API that is down cost new posts only: a deleted one goes, the others stay."""
    publish(server, *range(20))
    nights = nights_of(server, store, **({"max_posts_per_month": 22} if why == "budget" else {}))
    nights.now = datetime(2026, 12, 2, 3, 17, tzinfo=UTC)  # all nights in one month
    nights.night()
    deleted = server.user.posts.pop(5)["id"]
    if why == "keys":
        for name in KEYS:
            monkeypatch.delenv(name)
    if why == "outage":
        server.fail_next(times(999, status(500)), host=API)
    reports = [nights.night() for _ in range(20)]
    assert all(report.problem for report in reports)
    assert {one.post.key for one in store.pictures([nights.account])} == {post["id"] for post in server.user.posts}
    assert store.is_removed("x", deleted)


FAULTS: dict[str, list[Fault]] = {
    "reset": [reset_mid_body],
    "stalled": [stall_mid_body],
    "silent": [silence],
    "cut": [close_mid_body],
    "longer than sent": [wrong_length(+40)],
    "500 then 200": [status(500)],
    "clock a year ahead": times(9, clock_skew(365 * 86_400)),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_passing_trouble_is_got_over(server: FakeX, store: Store, fault: str) -> None:
    """A time line or a picture that breaks once is asked for again, and every picture arrives."""
    publish(server, 1, 2)
    server.fail_next(FAULTS[fault], path=TIMELINE)
    server.fail_next(FAULTS[fault], host=MEDIA)
    report = replace(nights_of(server, store), times=SHORT).night()
    assert (report.new, report.failed, report.problem) == (2, 0, "")


LASTING = [html_with_200, reset_mid_body, silence, status(401), status(402), status(403), status(500)]


@pytest.mark.parametrize("fault", LASTING)
def test_lasting_trouble_removes_nothing(server: FakeX, store: Store, fault: Fault) -> None:
    """Whatever X answers in place of a time line, what is known stays shown, and the report says what happened."""
    publish(server, 1, 2)
    nights = replace(nights_of(server, store), times=SHORT)
    nights.night()
    server.fail_next(times(9, fault), host=API)
    report = nights.night()
    assert report.problem
    assert len(nights.pictures()) == 2


def test_refused_connection_names_x(store: Store) -> None:
    """An X that cannot be reached fails the account with its name."""
    nights = Nights(store, account("x", "aoi_draws"), {f"https://{API}": f"http://127.0.0.1:{refusing_port()}"})
    assert API in nights.night().problem


# --- files of this machine -------------------------------------------------------------------------------------------


def test_archive_nights(tmp_path: Path, store: Store) -> None:
    """Pictures come out of the closed zip into the store; a damaged one costs itself only."""
    media = [
        {"id_str": str(number), "type": "photo", "media_url_https": f"https://pbs.twimg.com/media/P{number}.png"}
        for number in (1, 2)
    ]
    tweet = {"id_str": "11", "full_text": "two", "possibly_sensitive": False, "extended_entities": {"media": media}}
    who = {"userInfo": {"accountId": "1001", "userName": "aoi_draws"}}
    path = tmp_path / "aoi.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/manifest.js", f"window.__THAR_CONFIG = {json.dumps(who)}")
        archive.writestr("data/tweets.js", f"window.YTD.tweets.part0 = {json.dumps([{'tweet': tweet}])}")
        for number in (1, 2):
            archive.writestr(f"data/tweets_media/11-P{number}.png", picture(number))
    raw = bytearray(path.read_bytes())
    raw[raw.index(picture(2)[40:60]) + 3] ^= 0xFF
    path.write_bytes(raw)
    nights = Nights(store, account("x_archive", "aoi.zip", options={"root": str(tmp_path)}), {})
    first = nights.night()
    assert (first.new, first.failed, first.problem) == (1, 1, "")
    second = nights.night()
    assert (second.new, second.unchanged, second.problem) == (0, 1, "")


def test_folder_nights(tmp_path: Path, store: Store) -> None:
    """Files arrive, edited ones are replaced, deleted ones go and may come back."""
    art = tmp_path / "art"
    art.mkdir()
    for number in range(8):
        (art / f"{number}.png").write_bytes(picture(number))
    nights = Nights(store, account("folder", "art", options={"root": str(tmp_path)}), {})
    assert nights.night().new == 8
    assert nights.night().new == 0
    (art / "0.png").write_bytes(picture(100))
    (art / "1.png").unlink()
    changed = nights.night()
    assert (changed.new, changed.removed, changed.problem) == (1, 1, "")
    (art / "1.png").write_bytes(picture(1))
    assert nights.night().new == 1
    assert len(nights.pictures()) == 8
    (art / "text.jpg").write_text("not a picture")
    broken = nights.night()
    assert (broken.failed, len(nights.pictures())) == (1, 8)
    assert "text.jpg" in broken.details[0]


def end_killed(tmp_path: Path, entry: Account) -> None:
    """Run a night in a process that is killed when it is about to remove what is gone."""

    def child() -> None:
        def die(*_: object, **__: object) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        gallery.fetch.losses.remove_gone = die  # type: ignore[assignment]
        with Store(tmp_path / ".gallery") as own:
            Nights(own, entry, {}, now=NOW + timedelta(days=1)).night()

    process = get_context("fork").Process(target=child)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


# Python 3.12 warns of threads that it did not start: those of numerical libraries, which sleep and know no store
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_killed_night_forgets_no_deletion(tmp_path: Path) -> None:
    """A loss that a folder tells only once is carried out by the next night when this one is killed before it is."""
    art = tmp_path / "art"
    art.mkdir()
    for number in range(8):
        (art / f"{number}.png").write_bytes(picture(number))
    entry = account("folder", "art", options={"root": str(tmp_path)})
    with Store(tmp_path / ".gallery") as store:
        assert Nights(store, entry, {}).night().new == 8
    (art / "1.png").unlink()
    end_killed(tmp_path, entry)
    with Store(tmp_path / ".gallery") as store:
        nights = Nights(store, entry, {}, now=NOW + timedelta(days=2))
        assert (nights.night().removed, len(nights.pictures())) == (1, 7)
        (art / "2.png").unlink()
        assert (nights.night().removed, nights.night().removed, len(nights.pictures())) == (1, 0, 6)


# --- the command -----------------------------------------------------------------------------------------------------


def test_gallery_fetch_reads_x(tmp_path: Path) -> None:
    """``gallery fetch`` on an accounts.yaml with an X account brings its pictures, once, and shows no key."""
    (tmp_path / "accounts.yaml").write_text(
        "site:\n  title: T\n  contact: me@example.org\naccounts:\n  - x: aoi_draws\n    consent: granted\n"
    )
    now = datetime.now(UTC)  # the command has a clock of its own
    with FakeX(now) as server:
        for number in range(3):
            server.user.post(now - (9 - number) * HOUR, low=number)
        variables = {**os.environ, **KEYS, **environment(server.routes())}
        command = [sys.executable, "-m", "gallery", "fetch"]
        outputs = []
        for asked in (3, 0):
            server.forget()
            done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, text=True, check=False)
            outputs.append(done.stdout + done.stderr)
            assert done.returncode == 0, outputs
            assert len(server.asked_pictures()) == asked
            assert all(gap_s >= 0.25 for gap_s in server.gaps_s(host=API))
        assert server.complaints == []
    assert not any(value in text for value in KEYS.values() for text in outputs)
    with Store(tmp_path / ".gallery") as store:
        assert len(store.pictures([account("x", "aoi_draws")])) == 3
