"""What a network whose terms set a date (X) has not confirmed by it goes out of view."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from gallery.domain import Account
from gallery.fetch.clock import is_day_sure
from gallery.sources import source_for
from gallery.sources.base import PaidSource
from gallery.sources.options import amount
from gallery.store import Store
from gallery.wishes import SECOND_WORD_AFTER, expire, unconfirmed
from gallery.wording import number_of


def hide_unconfirmed(accounts: Iterable[Account], store: Store, now: datetime) -> tuple[str, ...]:
    """Take from view what a network whose terms set a date (X) has not confirmed by it, whether or not this run asked:
    a run of other accounts or one without network must not keep what was withdrawn on show.

    While it is doubtful which day it is, all stays as it is. Returns what to say about that.
    """
    dated = []
    for account in accounts:
        source = source_for(account.network)
        if isinstance(source, PaidSource):
            dated.append((account, int(amount("max_unverified_days", source.max_unverified_days)(account))))
    if not dated or is_day_sure(store, now):
        for account, days in dated:
            expire(store, account, days, now)
        return ()
    hours = SECOND_WORD_AFTER // timedelta(hours=1)
    waiting = [
        (one.key, days, unconfirmed(store, one, days, now) - set(store.hidden_posts(one.key))) for one, days in dated
    ]
    return tuple(
        f"{key}: {number_of(len(late), 'post')} not confirmed for {number_of(days, 'day')}, by a clock that leapt since"
        f" the last build; hidden if a build {hours} hours from now or later finds the same"
        for key, days, late in waiting
        if late
    )
