"""How long a server asks to wait, in all the ways in which servers say so."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.net.waits import LONGEST_WAIT_S, PAST_WAIT_S, RESET_MARGIN_S, asked_wait_s, jitter_s

NOW = datetime(2026, 11, 23, 3, 17, tzinfo=UTC)
UNIX = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"x-rate-limit-reset": str(UNIX + 60)}, 60 + RESET_MARGIN_S),  # X
        ({"ratelimit-reset": str(UNIX + 60)}, 60 + RESET_MARGIN_S),  # atproto
        ({"x-ratelimit-reset": "2026-11-23T03:18:00.000Z"}, 60 + RESET_MARGIN_S),  # Mastodon
        ({"x-ratelimit-reset": "2026-11-23T03:18:00.123456Z"}, 60.123456 + RESET_MARGIN_S),
        ({"x-ratelimit-reset": "2026-11-23T04:18:00+01:00"}, 60 + RESET_MARGIN_S),
        ({"x-ratelimit-reset": "12.5"}, 12.5),  # Sharkey
        ({"ratelimit-reset": "60"}, 60),  # the IETF draft
        ({"x-ratelimit-reset": str((UNIX + 60) * 1000)}, 60 + RESET_MARGIN_S),  # milliseconds
        ({"retry-after": "120"}, 120),
        ({"retry-after": "Mon, 23 Nov 2026 03:19:00 GMT"}, 120),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "7", "x-rate-limit-reset": str(UNIX + 900)}, 7),
        ({"retry-after": "soon", "x-rate-limit-reset": str(UNIX + 60)}, 60 + RESET_MARGIN_S),
    ],
)
def test_every_wait_header_is_understood(headers: dict[str, str], wait_s: float) -> None:
    """Unix seconds, ISO time, seconds to wait, Retry-After in seconds and as a date all give the wait they mean."""
    assert asked_wait_s(429, headers, NOW) == pytest.approx(wait_s)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-rate-limit-reset": str(UNIX - 60)},
        {"x-ratelimit-reset": "2026-11-23T03:16:00Z"},
        {"retry-after": "Mon, 23 Nov 2026 03:00:00 GMT"},
    ],
)
def test_the_past_means_soon(headers: dict[str, str]) -> None:
    """A moment that has passed already means five seconds from now."""
    assert asked_wait_s(429, headers, NOW) == PAST_WAIT_S


@pytest.mark.parametrize(
    "headers",
    [{}, {"retry-after": ""}, {"retry-after": "nan"}, {"retry-after": "inf"}, {"retry-after": "-5"}, {"date": "x"}],
)
def test_nonsense_says_nothing(headers: dict[str, str]) -> None:
    """A header that cannot be read counts as none, and the caller backs off by its own rule."""
    assert asked_wait_s(429, headers, NOW) is None


@pytest.mark.parametrize("skew", [timedelta(minutes=-10), timedelta(minutes=10), timedelta(days=400)])
def test_a_wrong_clock_changes_nothing(skew: timedelta) -> None:
    """A server whose clock is off is waited for by its own clock, as its Date header tells it."""
    there = NOW + skew
    headers = {"date": format_datetime(there, usegmt=True), "x-rate-limit-reset": str(int(there.timestamp()) + 30)}
    assert asked_wait_s(429, headers, NOW) == pytest.approx(30 + RESET_MARGIN_S)


RESETS = ["x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset"]


@pytest.mark.parametrize("name", RESETS)
def test_an_outage_does_not_wait_for_the_window(name: str) -> None:
    """A 503 with a reset header, which stands on ordinary answers too, asks for no wait while requests remain."""
    headers = {name: str(UNIX + 900), name.replace("reset", "remaining"): "74"}
    assert asked_wait_s(503, headers, NOW) is None
    assert asked_wait_s(503, {name: str(UNIX + 900)}, NOW) is None
    assert asked_wait_s(503, {**headers, "retry-after": "7"}, NOW) == 7


@pytest.mark.parametrize("name", RESETS)
def test_an_outage_with_nothing_remaining_waits_for_the_window(name: str) -> None:
    """A 503 that says that no request remains is a limit, and its reset is waited for."""
    headers = {name: str(UNIX + 60), name.replace("reset", "remaining"): "0"}
    assert asked_wait_s(503, headers, NOW) == 60 + RESET_MARGIN_S


@pytest.mark.parametrize("status", [500, 502, 504])
def test_other_failures_ask_for_no_wait(status: int) -> None:
    """What a 500, 502 or 504 carries as wait is not read: such servers' headers come from somewhere else."""
    assert asked_wait_s(status, {"retry-after": "7"}, NOW) is None


@given(st.dictionaries(st.sampled_from(["retry-after", "x-rate-limit-reset", "ratelimit-reset", "date"]), st.text()))
def test_any_header_is_survived(headers: dict[str, str]) -> None:
    """Whatever a server writes into these headers gives a wait in bounds, or none."""
    wait_s = asked_wait_s(429, headers, NOW)
    assert wait_s is None or 0 <= wait_s <= max(LONGEST_WAIT_S, 1e8)


@given(st.integers(0, 20), st.integers())
def test_jitter_is_full_and_capped(attempt: int, seed: int) -> None:
    """The pause before a retry lies anywhere between nothing and the doubling base, and never above the cap."""
    assert 0 <= jitter_s(attempt, random.Random(seed), base_s=2.0, cap_s=120.0) <= min(120, 2 * 2**attempt)


def test_jitter_uses_its_whole_range() -> None:
    """Many clients that fail together do not come back together."""
    rng = random.Random(7)
    pauses = [jitter_s(3, rng, base_s=2.0, cap_s=120.0) for _ in range(200)]
    assert min(pauses) < 1
    assert max(pauses) > 15
