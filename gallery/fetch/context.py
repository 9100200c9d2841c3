"""What one run shares: its settings and means, how it counts, and how long it leaves alone what failed."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from gallery.fetch.meter import AccountMeter, Ledger
from gallery.helper_process import processors
from gallery.optout_rules import OptOuts
from gallery.sources.base import Download, Hosts, Web
from gallery.sources.text import printable

if TYPE_CHECKING:
    from gallery.store import Store

QUICK_RETRIES = 2  # runs in which a picture that failed is tried again at once
LONGEST_WAIT_DAYS = 30
MOST_REMARKS = 3  # of a kind, on one account
_TURN_FACT = "turn"
_T = TypeVar("_T")


def turn_of(store: Store) -> int:
    """How many runs came before; it says who is read first in this one."""
    return int(store.fact(_TURN_FACT) or 0)


def end_turn(store: Store) -> None:
    """Let the next run begin with another account, be it tomorrow or in a week, and however this one ends."""
    store.set_fact(_TURN_FACT, str(turn_of(store) + 1))


def in_turn(sharing: Sequence[_T], turn: int) -> Sequence[_T]:
    """What shares a limit, accounts of a network or all the servers, in the order in which it is read: another is the
    first in each run, or what the limit leaves out would always be the same."""
    first = turn % max(1, len(sharing))
    return (*sharing[first:], *sharing[:first])


class MediaWeb(Web, Protocol):
    """What the fetch stage asks of the network beyond what a source may."""

    @property
    def scrub(self) -> Callable[[str], str]:
        """Takes secrets out of a text."""
        ...

    @property
    def traffic(self) -> object:
        """What this run has asked so far; its text is for the report."""
        ...

    def close(self) -> None:
        """End every request and let none begin."""
        ...

    def download(
        self,
        url: str,
        *,
        hosts: Hosts,
        into: Path,
        max_bytes: int,
        sha256: str | None = None,
        fallback_urls: tuple[str, ...] = (),
    ) -> Download:
        """See :meth:`gallery.web.Web.download`."""
        ...


@dataclass(slots=True)
class AccountTally:
    """What happened to one account in this run; written by several threads, under ``lock``."""

    new: int = 0
    failed: int = 0
    removed: int = 0
    posts_read: int = 0
    received_bytes: int = 0
    seconds: float = 0.0
    broken_in_a_row: int = 0
    problem: str = ""
    answered: bool = False
    passed_over: bool = False
    finished: bool = False
    notices: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    meter: AccountMeter | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def put_off(self) -> bool:
        """Whether this account's pictures wait for the next run."""
        return bool(self.problem and self.notices["put-off"])

    def note(self, kind: str, detail: str) -> None:
        """Count something that was skipped or looked odd, and keep the first few in full."""
        with self.lock:
            self.notices[kind] += 1
            if self.notices[kind] <= MOST_REMARKS:
                self.remarks.append(f"{kind}: {detail}"[:300])


def patience(failures: int) -> timedelta:
    """How long to leave a picture alone after its ``failures``-th failure: 0, 0, 2, 4, 8, … and at most 30 days."""
    return timedelta(0) if failures <= QUICK_RETRIES else timedelta(days=min(2 ** (failures - 2), LONGEST_WAIT_DAYS))


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """What one run may do."""

    max_removed_share: float = 0.3  # of an account's posts; more at once waits for a second run
    max_calls: int = 3000  # API calls for one account in one run: no listing is endless
    lanes: int = 8  # servers listed at the same time
    decoders: int = field(default_factory=processors)  # processes that look into pictures


class Context:
    """What all listings of one run share."""

    def __init__(
        self,
        store: Store,
        web: MediaWeb | None,
        now: datetime,
        optouts: OptOuts,
        settings: FetchSettings,
        latest: datetime,  # at which a post can have been made
        listed: Collection[str],  # the keys of all accounts in accounts.yaml
    ) -> None:
        self.store, self.web, self.now, self.optouts, self.settings = store, web, now, optouts, settings
        self.latest, self.listed = latest, listed
        self._ledgers: dict[str, Ledger] = {}
        self._lock = threading.Lock()

    def ledger(self, network: str) -> Ledger:
        """What was read from a network, by all accounts together."""
        with self._lock:
            return self._ledgers.setdefault(network, Ledger(network, self.store, self.now))

    def notes(self) -> tuple[str, ...]:
        """What the run as a whole asked, and what paid networks have cost in this month."""
        paid = (one.as_text() for _, one in sorted(self._ledgers.items()) if one.month["usd"])
        return (*((str(self.web.traffic),) if self.web else ()), *paid)

    def scrub(self, text: str) -> str:
        """``text`` without secrets, and without what would steer a terminal or the log that it is printed to."""
        return printable(self.web.scrub(text) if self.web else text)
