"""A machine's clock may be wrong for a night: what a run noted by it must not wait for years, nor count too early."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gallery.fetch.context import LONGEST_WAIT_DAYS
from gallery.wishes import SECOND_WORD_AFTER

if TYPE_CHECKING:
    from gallery.store import Store

_FACT = "clock"  # moments: the last run, the latest since just before the clock last went back, and when it did so
_ONE_NIGHT = timedelta(hours=36)  # from one nightly run to the next, however late that is
_BUILDS_FACT = "clock of builds"  # moments: the last build, and the one since which the day is doubted
_LEAP = timedelta(days=8)  # a weekly build that is late is none; and of a week's sweep little is late after as many


def settle_clock(store: Store, now: datetime) -> tuple[str, ...]:
    """Put right what earlier runs noted by another clock than that of this run; returns what to say about it.

    Where this run comes before the last one, nobody can tell which of the two clocks is wrong. What waits for a second
    word then waits from now on, which at worst delays a removal. What lies ahead is set to now only when a second run
    agrees: a clock that is behind for a night would else take from everything the moment at which it was confirmed.
    For the same reason a run that comes after what an earlier clock had reached is a leap like that, unless another
    night had agreed and this one follows it as nights do: then it was the earlier clock that was ahead.
    """
    noted = _noted(store, now)
    last, reached, since = (*noted, noted[0], noted[0])[:3]
    notes: tuple[str, ...] = ()
    back = now < last
    agreed = last - since >= SECOND_WORD_AFTER and now - last <= _ONE_NIGHT
    if back or (last < reached <= now and not agreed):
        store.wait_anew(now)
        one, later = (last, now) if back else (reached, last)
        notes += (
            f"the clock said {one:%Y-%m-%d %H:%M} UTC in one run and {later:%Y-%m-%d %H:%M} in a later one: one of the"
            " two was wrong, so what looks gone is removed only if another run hears the same",
        )
    if not back and store.forget_ahead(now, timedelta(days=LONGEST_WAIT_DAYS)):
        notes += ("the clock was ahead once: moments that lie after this run were set to now",)
    moments = (now, last, now) if back else (now, max(reached, now), since)
    store.set_fact(_FACT, " ".join(moment.isoformat() for moment in moments))
    return notes


def is_day_sure(store: Store, now: datetime) -> bool:
    """Whether a build may go by its clock where days are counted. Call once in each build.

    Where the clock went back, or on by more than eight days, nobody can tell a machine that was off from a clock that
    is wrong, until a build of another night finds the same. Leaps that follow each other are how this gallery is built.
    """
    last, *since = (datetime.fromisoformat(moment) for moment in (store.fact(_BUILDS_FACT) or now.isoformat()).split())
    back, leap = now < last, now - last > _LEAP
    if back or (leap and not since):
        since = [now]
    sure = not since or now - since[0] >= SECOND_WORD_AFTER
    if sure and not leap:
        since = []
    store.set_fact(_BUILDS_FACT, " ".join(moment.isoformat() for moment in (now, *since)))
    return sure


def latest_moment(store: Store, now: datetime) -> datetime:
    """The latest at which anything can have happened that this run hears of. Where its clock has gone back since the
    last run, either may be wrong, and a clock behind must not date what is new by itself. Call before `settle_clock`.
    """
    return max(now, _noted(store, now)[0])


def _noted(store: Store, now: datetime) -> list[datetime]:
    return [datetime.fromisoformat(moment) for moment in (store.fact(_FACT) or now.isoformat()).split()]
