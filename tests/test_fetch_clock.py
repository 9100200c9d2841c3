"""A clock that is wrong for a night: what it wrote neither switches removals off nor makes them come early."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gallery.domain import Account
from gallery.steps.unconfirmed import hide_unconfirmed
from tests.servers.base import Response
from tests.toy_server import NIGHT, Nights, picture

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
AHEAD, BEHIND = datetime(2036, 1, 1, tzinfo=NIGHT.tzinfo), datetime(1970, 1, 1, tzinfo=NIGHT.tzinfo)


@pytest.fixture
def aoi(nights: Nights) -> Account:
    """An account with six posts, read on a good night."""
    nights.world.artist("aoi.example", 6)
    account = nights.account("aoi.example")
    nights.one(account)
    return account


def at(nights: Nights, moment: datetime, *accounts: Account) -> tuple[str, ...]:
    """One run whose clock says ``moment``; its notes about the clock."""
    nights.now = moment
    return tuple(note for note in nights.night(*accounts).notes if "clock" in note)


def lose(nights: Nights, how: str) -> int:
    """Let posts of the account be gone, and return how many are left of them."""
    if how == "missing":
        nights.world.state["aoi.example"] = "missing"
        return 0
    if how == "doubtful":
        nights.world.maybe = {"aoi.example/1"}
        return 5
    nights.world.gone = {f"aoi.example/{number}" for number in range(4)}
    return 2


LOSSES = pytest.mark.parametrize("how", ["missing", "doubtful", "many at once"])


@LOSSES
def test_what_was_first_missed_by_a_clock_ahead_goes_after_another_night(
    nights: Nights, aoi: Account, how: str
) -> None:
    """The night after says that one of two clocks is wrong and waits, the one after that removes."""
    left = lose(nights, how)
    assert at(nights, AHEAD, aoi) == ()
    (note,) = at(nights, NIGHT + DAY, aoi)
    assert note.startswith("the clock said 2036-01-01 00:00 UTC in one run and 2026-11-24 03:17 in a later one")
    assert len(nights.shown(aoi)) == 6
    assert at(nights, NIGHT + 2 * DAY, aoi) == ()
    assert len(nights.shown(aoi)) == left


@LOSSES
def test_a_clock_behind_is_no_second_night(nights: Nights, aoi: Account, how: str) -> None:
    """What is missed by a run in 1970 and by another one minutes later was missed on one night, whether an earlier run
    of that night had missed it too or not; the next night removes it."""
    left = lose(nights, how)
    at(nights, NIGHT + DAY, aoi)
    for moment in (BEHIND, NIGHT + DAY + MINUTE):
        (note,) = at(nights, moment, aoi)
        assert "2026-11-24 03:17 UTC in one run and 1970-01-01 00:00 in a later one" in note
        assert len(nights.shown(aoi)) == 6
    assert at(nights, NIGHT + 2 * DAY, aoi) == ()
    assert len(nights.shown(aoi)) == left


@pytest.mark.parametrize("behind", [(0,), (0, 2), (2, 0)])
def test_no_earlier_slip_of_the_clock_makes_a_removal_early(
    nights: Nights, aoi: Account, behind: tuple[int, ...]
) -> None:
    """After a night ahead, too, what runs in 1970 and one in our days missed within minutes waits for another night."""
    for moment in (AHEAD, NIGHT + DAY, NIGHT + 2 * DAY):
        at(nights, moment, aoi)
    lose(nights, "doubtful")
    for minutes in behind:
        at(nights, BEHIND + minutes * MINUTE, aoi)
    at(nights, NIGHT + 2 * DAY + 9 * MINUTE, aoi)
    assert len(nights.shown(aoi)) == 6
    at(nights, NIGHT + 3 * DAY, aoi)
    assert len(nights.shown(aoi)) == 5


def test_nights_that_agreed_are_not_held_up_by_what_a_clock_ahead_once_said(nights: Nights, aoi: Account) -> None:
    """The night on which time comes to the moment that a wrong clock had named is one like any other."""
    for day in (6, 2, 3, 4):
        at(nights, NIGHT + day * DAY, aoi)
    lose(nights, "doubtful")
    assert at(nights, NIGHT + 5 * DAY, aoi) == ()
    assert len(nights.shown(aoi)) == 6
    assert at(nights, NIGHT + 6 * DAY, aoi) == ()
    assert len(nights.shown(aoi)) == 5


@pytest.mark.parametrize("hours", [(-20.0, -19.8), (-120.0, -96.0, -72.0)], ids=["twice a night", "three nights"])
def test_runs_behind_that_agree_are_no_second_night(nights: Nights, aoi: Account, hours: tuple[float, ...]) -> None:
    """However small the slip and however many runs shared it, what they missed is not gone minutes later."""
    right = NIGHT + 9 * DAY
    at(nights, right, aoi)
    *earlier, latest = (right + timedelta(hours=ahead) for ahead in hours)
    for moment in earlier:
        at(nights, moment, aoi)
    lose(nights, "doubtful")
    at(nights, latest, aoi)
    (note,) = at(nights, right + 9 * MINUTE, aoi)
    assert note.startswith("the clock said 2026-12-02 03:17 UTC in one run and")
    assert len(nights.shown(aoi)) == 6
    at(nights, right + DAY, aoi)
    assert len(nights.shown(aoi)) == 5


def test_a_clock_behind_takes_no_confirmation_away(nights: Nights, aoi: Account) -> None:
    """A night in 1970 on which the network is silent leaves the moments at which posts were confirmed."""
    before = nights.store.posts(aoi.key)
    nights.world.crash["aoi.example"] = "no network without the time"
    at(nights, BEHIND, aoi)
    assert [post.confirmed_at for post in nights.store.posts(aoi.key)] == [post.confirmed_at for post in before]


def test_a_confirmation_from_the_future_counts_as_one_of_now(nights: Nights, aoi: Account) -> None:
    """Once two nights agree on the time, no post counts as confirmed after it, so that each is asked about again."""
    at(nights, AHEAD, aoi)
    nights.world.crash["aoi.example"] = "silent from now on"
    at(nights, NIGHT + DAY, aoi)
    assert at(nights, NIGHT + 2 * DAY, aoi)[0].startswith("the clock was ahead once")
    assert {post.confirmed_at for post in nights.store.posts(aoi.key)} == {NIGHT + 2 * DAY}
    record = nights.store.account(aoi.key)
    assert record.last_success == NIGHT + 2 * DAY


def test_a_picture_is_not_put_off_for_years(nights: Nights, aoi: Account) -> None:
    """One that could not be had while the clock was ahead arrives soon after."""
    nights.world.artist("aoi.example", 1, first=6)
    nights.world.files["/6-0.jpg"] = Response(404, b"", {})
    for number in range(3):
        at(nights, AHEAD + number * DAY, aoi)
    nights.world.files.clear()
    for night in (1, 2):
        at(nights, NIGHT + night * DAY, aoi)
    assert len(nights.shown(aoi)) == 7


def test_an_opted_out_picture_stays_refused(nights: Nights, aoi: Account) -> None:
    """That something is never to be tried again is no slip of a clock."""
    (wanted, *_) = nights.store.pictures([aoi])
    nights.store.refuse_file(wanted.sha256, "opted out")
    for moment in (AHEAD, NIGHT + DAY, NIGHT + 2 * DAY, NIGHT + 3 * DAY):
        at(nights, moment, aoi)
    assert len(nights.shown(aoi)) == 5


def test_a_file_deleted_while_the_clock_is_ahead_goes(nights: Nights, tmp_path: Path) -> None:
    """Too many files of a folder at once wait for a second run, not until 2036."""
    (tmp_path / "art").mkdir()
    for number in range(4):
        (tmp_path / "art" / f"{number}.png").write_bytes(picture(number, kind="PNG"))
    art = nights.account("art", "folder", options={"root": str(tmp_path)})
    nights.one(art)
    for number in range(2):
        (tmp_path / "art" / f"{number}.png").unlink()
    at(nights, AHEAD, art)
    at(nights, NIGHT + DAY, art)
    assert len(nights.shown(art)) == 4
    at(nights, NIGHT + 2 * DAY, art)
    assert len(nights.shown(art)) == 2


def shown_by_builds(nights: Nights, account: Account, days: tuple[float, ...]) -> list[int]:
    """How many posts are shown after each of these builds, so many days after the last confirmation."""
    counts = []
    for day in days:
        hide_unconfirmed([account], nights.store, NIGHT + day * DAY)
        counts.append(len(nights.shown(account)))
    return counts


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        ((0, 366, 1, 2, 366, 3), [6, 6, 6, 6, 6, 6]),
        ((0, 20, 21, 1, 1.1, 2), [6, 6, 0, 0, 0, 6]),
        ((0, 7, 14, 15, -20, 16), [6, 6, 6, 0, 0, 0]),
        ((0, 30, 60, 90), [6, 6, 0, 0]),
        ((0, 7, 14, 15), [6, 6, 6, 0]),
    ],
    ids=["one night ahead, and again", "two nights ahead", "one night behind", "a build a month", "every night"],
)
def test_a_clock_hides_and_shows_by_days_that_two_nights_agree_on(
    nights: Nights, days: tuple[float, ...], shown: list[int]
) -> None:
    """A leap hides nothing until another night confirms it, and what a clock ahead had hidden comes back; a clock
    behind shows nothing again, and where every build is a leap for the last, only the first is doubted."""
    nights.world.artist("aoi.example", 6)
    account = nights.account("aoi.example", "paidtoy")
    nights.one(account)
    assert shown_by_builds(nights, account, days) == shown


def test_what_an_earlier_version_noted_of_the_clock_counts(nights: Nights, aoi: Account) -> None:
    """An index that knows two moments only, the last run and what an earlier one had reached, is read as it was."""
    nights.store.set_fact("clock", f"{NIGHT.isoformat()} {(NIGHT + DAY).isoformat()}")
    (note,) = at(nights, NIGHT + DAY, aoi)
    assert note.startswith("the clock said 2026-11-24 03:17 UTC in one run and 2026-11-23 03:17 in a later one")
    assert at(nights, NIGHT + 2 * DAY, aoi) == ()


def test_a_clock_that_is_right_is_not_spoken_of(nights: Nights, aoi: Account) -> None:
    """Nights a day apart, and a run a minute after another, find nothing to put right."""
    for moment in (NIGHT, NIGHT + MINUTE, NIGHT + DAY, NIGHT + 40 * DAY):
        assert at(nights, moment, aoi) == ()
