"""A machine's clock may be wrong for a night: what a run noted by it must not wait for years, nor count too early."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gallery.fetch.downloads import LONGEST_WAIT_DAYS

if TYPE_CHECKING:
    from gallery.store import Store

_FACT = "clock"  # the moment of the last run, and the latest one since just before the clock last went back


def settle_clock(store: Store, now: datetime) -> tuple[str, ...]:
    """Put right what earlier runs noted by another clock than that of this run; returns what to say about it.

    Where this run comes before the last one, nobody can tell which of the two clocks is wrong. What waits for a second
    word then waits from now on, which at worst delays a removal. What lies ahead is set to now only when a second run
    agrees: a clock that is behind for a night would else take from everything the moment at which it was confirmed.
    """
    last, reached = map(datetime.fromisoformat, (store.fact(_FACT) or f"{now.isoformat()} {now.isoformat()}").split())
    notes: tuple[str, ...] = ()
    back = now < last
    if back or last < reached <= now:
        store.wait_anew(now)
        one, later = (last, now) if back else (reached, last)
        notes += (
            f"the clock said {one:%Y-%m-%d %H:%M} UTC in one run and {later:%Y-%m-%d %H:%M} in a later one: one of the"
            " two was wrong, so what looks gone is removed only if another run hears the same",
        )
    if not back and store.forget_ahead(now, timedelta(days=LONGEST_WAIT_DAYS)):
        notes += ("the clock was ahead once: moments that lie after this run were set to now",)
    store.set_fact(_FACT, f"{now.isoformat()} {(last if back else max(reached, now)).isoformat()}")
    return notes
