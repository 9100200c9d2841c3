"""What says "not now", and how long a server asks us to wait: one reading of every header that says so."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from gallery.errors import WebError

PAST_WAIT_S = 5.0  # a moment that has passed already means "soon"
RESET_MARGIN_S = 2.0  # windows open a little after they say
LONGEST_WAIT_S = 366 * 86_400.0
_RESETS = ("x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset")
_REMAINING = ("x-rate-limit-remaining", "x-ratelimit-remaining", "ratelimit-remaining")
_SMALLEST_EPOCH = 1e8  # smaller numbers are seconds to wait
_SMALLEST_EPOCH_MS = 1e11


class TryAgainError(WebError):
    """An exchange that failed, or an answer that says "not now"; asking once more may help.

    ``wait_s`` is how long the server asks to be left alone, where it says so.
    """

    def __init__(self, message: str, status: int | None = None, wait_s: float | None = None) -> None:
        super().__init__(message, status)
        self.wait_s = wait_s


def asked_wait_s(status: int, headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait before the next request, or None where the server says nothing that can be read.

    Understands, in this order: ``Retry-After`` as seconds or as an HTTP date (RFC 9110 §10.2.3), then
    ``X-RateLimit-Reset`` and ``RateLimit-Reset`` as Unix seconds (X, atproto), as ISO time (Mastodon, GoToSocial)
    or as seconds to wait (Sharkey, fractional; the IETF draft). A moment is measured against the server's own
    ``Date`` where it sends one, so a wrong clock on either side changes nothing.

    Networks name the reset on ordinary answers too. It is a wait only where a limit was hit: with a 429, or where
    nothing remains of the window.

    Args:
        status: of the answer; one that is neither 429 nor 503 asks for no wait.
        headers: names in lower case.
        now: this machine's clock (UTC), used when there is no ``Date``.
    """
    if status not in (429, 503):
        return None
    here = _http_date(headers.get("date", "")) or now
    if (wait_s := _read(headers.get("retry-after", ""), here, 0.0)) is not None:
        return wait_s
    if status != 429 and not any(headers.get(name, "").strip() == "0" for name in _REMAINING):
        return None
    for name in _RESETS:
        if (wait_s := _read(headers.get(name, ""), here, RESET_MARGIN_S)) is not None:
            return wait_s
    return None


def jitter_s(attempt: int, rng: random.Random, *, base_s: float, cap_s: float) -> float:
    """Full jitter: anything between nothing and ``base_s`` doubled ``attempt`` times, at most ``cap_s``.

    Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    return rng.uniform(0.0, min(cap_s, base_s * 2.0**attempt))


def _read(text: str, now: datetime, margin_s: float) -> float | None:
    text = text.strip()
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        moment = _iso(text) or _http_date(text)
        return None if moment is None else _until(moment.timestamp(), now, margin_s)
    if not math.isfinite(number) or number < 0:
        return None
    if number >= _SMALLEST_EPOCH_MS:
        number /= 1000
    if number >= _SMALLEST_EPOCH:
        return _until(number, now, margin_s)
    return number


def _until(moment_s: float, now: datetime, margin_s: float) -> float:
    wait_s = moment_s - now.timestamp()
    return min(wait_s + margin_s, LONGEST_WAIT_S) if wait_s > 0 else PAST_WAIT_S


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
