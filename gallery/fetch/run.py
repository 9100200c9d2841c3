"""Accounts → new posts and their pictures in the store; one bad account never stops the rest.

Accounts that share a server are listed one after the other, different servers at the same time; an account's pictures
start to arrive as soon as it is listed. A cursor moves only past what is stored, and a picture that is wanted is a row
of the store, so that a run that is killed at any moment costs nothing but its own time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gallery.domain import Account
from gallery.errors import SourceError, StoreError
from gallery.fetch.avatars import bring_avatar
from gallery.fetch.clock import latest_moment, settle_clock
from gallery.fetch.context import AccountTally, Context, FetchSettings, MediaWeb, end_turn, in_turn, turn_of
from gallery.fetch.downloads import Downloads
from gallery.fetch.listing import list_account
from gallery.inspection import Inspectors
from gallery.optout_rules import OPTED_OUT, OptOuts
from gallery.report import AccountReport, Progress
from gallery.sources import source_for
from gallery.sources.base import PaidSource
from gallery.sources.guarded import blaming
from gallery.wishes import apply_optouts, follow_homes, held_back, named_no_more, removal_notes, removal_reasons

if TYPE_CHECKING:
    from gallery.store import Store


LONG_UNREAD = timedelta(days=7)  # of an account: who looks once a month is told since when, not only of tonight


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What a run did: one report for each account, in the order in which they were given."""

    accounts: tuple[AccountReport, ...]
    notes: tuple[str, ...] = ()  # what the run as a whole asked and cost, a line each
    broken_off: StoreError | None = None  # what ended it early


def fetch_accounts(
    accounts: Sequence[Account],
    store: Store,
    web: MediaWeb | None,
    now: datetime,
    *,
    optouts: OptOuts,
    progress: Progress,
    settings: FetchSettings | None = None,
    listed: Collection[str] = (),
) -> FetchReport:
    """Fetch what is new on ``accounts`` into ``store``, and honour what people asked for.

    Where the store fails underway, the answer has the error, and what was done until then.

    Args:
        web: may be None where all accounts are local.
        now: the moment of the run (UTC); the same for all that it stores.
        listed: the keys of accounts that are listed beside ``accounts``.

    Raises:
        StoreError: the store cannot even be read; everything else costs one account or one picture.
    """
    settings = settings or FetchSettings()
    latest = latest_moment(store, now)
    first_notes = (*settle_clock(store, now), *named_no_more(store, optouts))
    optouts, opted_out = apply_optouts(store, accounts, optouts, now)
    context = Context(store, web, now, optouts, settings, latest, {*listed, *(account.key for account in accounts)})
    tallies = {account.key: AccountTally() for account in accounts}
    run = _Run(context, progress)
    try:
        run.go(accounts, tallies)
    except StoreError as error:
        for tally in tallies.values():
            if not tally.finished:
                tally.problem = tally.problem or "not read to the end: the store failed"
        notes = (*first_notes, *context.notes(), *removal_notes(opted_out, {}))
        return FetchReport(_reports(store, accounts, tallies), notes, error)
    finally:
        run.close()
    reasons = tuple(map(context.scrub, removal_reasons(store, now)))
    followed = follow_homes(store, now)
    for key, count in followed.items():
        if key in tallies:
            tallies[key].removed += count
    for account in accounts:
        tally, record = tallies[account.key], store.account(account.key)
        if why := held_back(store, record):
            tally.note("held-back", context.scrub(why))
        if tally.problem and record.last_success and now - record.last_success > LONG_UNREAD:
            since = f"{account.where}: not read since {record.last_success:%Y-%m-%d}"
            tally.note(
                "unread", f"{since}; see whether the account is still there, and take the entry out if it is not"
            )
    notes = (*first_notes, *context.notes(), *reasons, *removal_notes(opted_out, followed))
    return FetchReport(_reports(store, accounts, tallies), notes)


class _Run:
    """The threads of one run: lanes that list, and behind them pools that bring pictures."""

    def __init__(self, context: Context, progress: Progress) -> None:
        self._context, self._progress = context, progress
        self._inspectors = Inspectors(context.settings.decoders)
        readers = 2 * context.settings.decoders  # while half of them wait for a decoder, the others copy and flush
        self._downloads = Downloads(context.store, context.web, self._inspectors, context.optouts, context.now, readers)
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def close(self) -> None:
        """End what still runs."""
        self._stopped.set()
        self._downloads.close()
        self._inspectors.close()

    def go(self, accounts: Sequence[Account], tallies: Mapping[str, AccountTally]) -> None:
        """List every account, lane by lane, and bring the pictures of each as soon as it is listed.

        Raises:
            StoreError: the store failed; what was done until then stands in ``tallies``.
        """
        lanes: dict[str, list[Account]] = {}
        for account in accounts:
            lanes.setdefault(self._lane(account, tallies[account.key]), []).append(account)
        width, turn = self._context.settings.lanes, turn_of(self._context.store)
        end_turn(self._context.store)
        listing, bringing = ThreadPoolExecutor(width, "list"), ThreadPoolExecutor(width, "bring")

        def run_lane(lane: Sequence[Account]) -> None:
            brought = []
            for account in in_turn(lane, turn):
                if not self._stopped.is_set():
                    self._list(account, tallies[account.key])
                    brought.append(bringing.submit(self._bring, account, tallies[account.key]))
            _wait_for(brought)

        try:
            _wait_for([listing.submit(run_lane, lane) for lane in in_turn(list(lanes.values()), turn)])
        except BaseException:
            self._stopped.set()
            self._downloads.stop()
            if self._context.web:
                self._context.web.close()  # whoever waits for a rate limit or a silent server wakes up
            self._downloads.close()
            raise
        finally:
            listing.shutdown()
            bringing.shutdown()

    def _lane(self, account: Account, tally: AccountTally) -> str:
        """Accounts in one lane are listed one after the other: those of one server, and those that share a purse."""
        source = source_for(account.network)
        if source.local:
            return account.key
        if isinstance(source, PaidSource):
            return account.network
        try:
            with blaming(account.network, " on the address of a profile"):
                return urlsplit(source.profile_url(account.handle)).netloc or account.network
        except SourceError as error:
            tally.note("odd-source", self._context.scrub(str(error)))
            return account.network

    def _list(self, account: Account, tally: AccountTally) -> None:
        started_s = time.perf_counter()
        if self._context.optouts.covers_account(account.key, self._context.store.account(account.key).profile):
            tally.passed_over = True
            tally.note(OPTED_OUT, f"{account.where}: {account.key} stands in optouts.yaml too")
        else:
            list_account(self._context, account, tally)
        tally.seconds += time.perf_counter() - started_s

    def _bring(self, account: Account, tally: AccountTally) -> None:
        if self._stopped.is_set():
            return
        started_s = time.perf_counter()
        store = self._context.store
        self._downloads.all_of(account, source_for(account.network), tally, self._start)
        bring_avatar(self._context, self._downloads, account, tally)
        record = store.account(account.key)
        success = record.last_success if tally.problem else self._context.now
        store.save_account(replace(record, last_success=success, problem=tally.problem))
        tally.finished = True
        tally.seconds += time.perf_counter() - started_s

    def _start(self, what: str, total: int) -> Callable[[], None]:
        with self._lock:
            return self._progress.start(what, total)


def _wait_for(futures: Iterable[Future[Any]]) -> None:
    """Wait for all, or raise what the first failure raised as soon as it fails."""
    done, _ = wait(futures, return_when=FIRST_EXCEPTION)
    for future in done:
        future.result()


def _reports(
    store: Store, accounts: Iterable[Account], tallies: Mapping[str, AccountTally]
) -> tuple[AccountReport, ...]:
    return tuple(_report(store, account, tallies[account.key]) for account in accounts)


def _report(store: Store, account: Account, tally: AccountTally) -> AccountReport:
    return AccountReport(
        key=account.key,
        seconds=round(tally.seconds, 3),
        new=tally.new,
        unchanged=max(0, store.picture_count(account.key) - tally.new),
        removed=tally.removed,
        failed=tally.failed,
        posts_read=max(tally.posts_read, tally.meter.posts if tally.meter else 0),
        cost_usd=tally.meter.cost_usd if tally.meter else 0.0,
        problem=tally.problem,
        answered=tally.answered,
        passed_over=tally.passed_over,
        notices=dict(sorted(tally.notices.items())),
        details=tuple(sorted(tally.details)),
        remarks=tuple(tally.remarks),
        received_bytes=tally.received_bytes,
    )
