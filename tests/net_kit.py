"""What tests of network sources share: the real door to the network, and a clock that does not make anybody wait."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from gallery.net.manners import Clock, Limits
from gallery.net.wire import Times
from gallery.web import Web


class InstantClock(Clock):
    """Sleeping takes no time but moves the clock, so that spacing can be measured in tests that last milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped_s = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.skipped_s

    def sleep(self, seconds: float) -> None:
        self.skipped_s += seconds


@contextmanager
def open_web(routes: Mapping[str, str], clock: Clock | None = None, limits: Limits | None = None) -> Iterator[Web]:
    """A :class:`Web` whose only hosts are those of ``routes``; waits and retries take no time."""
    web = Web(
        contact="me@example.org",
        project_url="https://example.org/gallery",
        test_routes=routes,
        clock=clock or InstantClock(),
        limits=limits or Limits(),
        times=Times(connect_s=2.0, read_s=0.5, total_s=3.0),
        rng=random.Random(1),
        environ={},
    )
    try:
        yield web
    finally:
        web.close()
