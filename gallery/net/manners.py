"""Kindness to hosts: how many requests at once, how far apart, how long a run may wait, when to leave a host alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from gallery.errors import BudgetError, WebError


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may ask of the network; the defaults are those of docs/security.md."""

    api_spacing_s: float = 0.25  # between the end of one API call to a host and the start of the next
    media_at_once: int = 2  # requests a host serves at the same time; API calls go one by one
    tries: int = 4
    backoff_s: float = 2.0  # doubles with every try, full jitter
    backoff_cap_s: float = 120.0
    waiting_s: float = 900.0  # of a run in which somebody waits for limits or retries; several at once count once
    run_s: float = 4 * 3600.0  # after this no new request is sent
    max_redirects: int = 3
    failures_in_a_row: int = 5  # requests that failed for good, after which a host is left alone for this run
    answer_s: float = 5.0  # that an API call may take
    late_s: float = 600.0  # by which a host's calls took longer, all together, after which it gets no more in this run


class Clock:
    """Time as the network code sees it; tests bring their own."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    def now(self) -> datetime:
        """This machine's wall clock (UTC), to read moments that servers name."""
        return datetime.fromtimestamp(time.time(), UTC)

    def sleep(self, seconds: float) -> None:
        """Wait, or raise WebError at once when the run is being stopped."""
        if self._stopped.wait(seconds):
            raise WebError("the run was stopped")

    def stop(self) -> None:
        """Wake every waiting thread and let none wait again."""
        self._stopped.set()


class _Host:
    def __init__(self, limits: Limits) -> None:
        self.api = threading.Lock()
        self.slots = threading.BoundedSemaphore(limits.media_at_once)
        self.last_call_s = float("-inf")
        self.closed_until_s = float("-inf")
        self.failures = 0
        self.late_s = 0.0


class Manners:
    """Holds every request of a run to its limits; safe to use from many threads."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits, self._clock = limits, clock
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()
        self._waited_s = 0.0
        self._waits_until_s = float("-inf")
        self._started_s = clock.monotonic()

    @property
    def waited_s(self) -> float:
        """Seconds spent so far waiting for limits and retries."""
        return self._waited_s

    @contextmanager
    def turn(self, host: str, *, api: bool) -> Iterator[None]:
        """Hold one of the host's places; API calls to a host follow one another.

        Raises:
            BudgetError: the host failed so often, or answered calls so late, that it is left alone for this run.
        """
        state = self._host(host)
        if not api:
            with state.slots:
                self._check(host, state)
                yield
            return
        with state.api, state.slots:
            self._check(host, state)
            if state.late_s > self._limits.late_s:
                late = f"its answers took {state.late_s:.0f} s more than the {self._limits.answer_s:g} s that each may"
                raise BudgetError(f"{host} is too slow: {late}; the rest is asked for next time")
            yield

    @contextmanager
    def answering(self, host: str) -> Iterator[None]:
        """Time an API call, while holding the host's turn."""
        state, started_s = self._host(host), self._clock.monotonic()
        try:
            yield
        finally:
            state.late_s += max(0.0, self._clock.monotonic() - started_s - self._limits.answer_s)

    def _check(self, host: str, state: _Host) -> None:
        if state.failures >= self._limits.failures_in_a_row:
            raise BudgetError(
                f"{host} failed {state.failures} times in a row and is left alone for the rest of this run"
            )

    def before_request(self, host: str, spacing_s: float) -> None:
        """Wait until the host may be asked again: its spacing, and any wait it named to another request.

        Raises:
            BudgetError: the run has lasted, or would have to wait, longer than it may.
        """
        state = self._host(host)
        now_s = self._clock.monotonic()
        if now_s - self._started_s > self._limits.run_s:
            raise BudgetError(f"the run has used its {self._limits.run_s:g} s; {host} is asked again next time")
        if state.closed_until_s > now_s:
            self.wait(host, state.closed_until_s - now_s, "asked to be left alone that long")
        pause_s = state.last_call_s + spacing_s - self._clock.monotonic()
        if pause_s > 0:
            self._clock.sleep(pause_s)

    def after_request(self, host: str) -> None:
        """Start the spacing of the next request."""
        self._host(host).last_call_s = self._clock.monotonic()

    def close_for(self, host: str, seconds: float) -> None:
        """Remember that the host asked to be left alone that long."""
        state = self._host(host)
        state.closed_until_s = max(state.closed_until_s, self._clock.monotonic() + seconds)

    def wait(self, host: str, seconds: float, why: str) -> None:
        """Wait as a server asks or a retry needs, on the run's budget.

        Raises:
            BudgetError: it would exceed the budget; nothing was waited.
        """
        with self._lock:
            left_s = self._limits.waiting_s - self._waited_s
            now_s = self._clock.monotonic()
            until_s = max(self._waits_until_s, now_s + seconds)
            more_s = until_s - max(self._waits_until_s, now_s)
            if more_s > left_s:
                raise BudgetError(
                    f"{host} {why}: that needs {seconds:.0f} s of waiting, and this run may wait only "
                    f"{max(left_s, 0):.0f} s more; the rest is fetched next time"
                )
            self._waited_s += more_s
            self._waits_until_s = until_s
        self._clock.sleep(seconds)

    def succeeded(self, host: str) -> None:
        """The host answered something usable."""
        self._host(host).failures = 0

    def failed(self, host: str) -> None:
        """A request failed for good, after its retries."""
        state = self._host(host)
        with self._lock:
            state.failures += 1

    def _host(self, name: str) -> _Host:
        with self._lock:
            if name not in self._hosts:
                self._hosts[name] = _Host(self._limits)
            return self._hosts[name]
