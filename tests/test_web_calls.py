"""Calls through the one door to the network: who asks, what is retried, waited for, spaced, capped and kept."""

from __future__ import annotations

import gzip
import random
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from requests_oauthlib import OAuth1

from gallery.errors import BudgetError, ConfigError, WebError
from gallery.net.manners import Clock, Limits, Manners
from gallery.web import Web
from tests.servers.base import FakeServer, Request, Response, clock_skew, html_with_200, status, times
from tests.web_kit import API, HOSTS, MEDIA, open_webs, well


class FakeClock(Clock):
    """A clock that only sleeping moves on."""

    def __init__(self) -> None:
        super().__init__()
        self.passed_s = 0.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.passed_s

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.passed_s)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed_s += seconds


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer(well) as one:
        yield one


@pytest.fixture
def new_web(server: FakeServer) -> Iterator[Callable[..., Web]]:
    with open_webs(server) as make:
        yield make


# --- calls -----------------------------------------------------------------------------------------------------------


def test_a_call_says_who_asks(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """Every request names the gallery, its version, its address and a contact, and keeps the host that was meant."""
    answer = new_web().call(f"https://{API}/a", hosts=HOSTS, params=[("q", "ä b"), ("q", "c")])
    assert answer.json() == {"path": "/a", "params": [["q", "ä b"], ["q", "c"]]}
    (request,) = server.requests
    assert request.host == API
    assert request.headers["user-agent"].startswith("GalleryBuilder/")
    assert request.headers["user-agent"].endswith(" (+https://example.org/g; me@example.org)")
    assert not {"cookie", "authorization", "referer"} & set(request.headers)


def test_addresses_beyond_ascii_are_said_as_they_are_asked_for() -> None:
    """A site and a contact page with Japanese names or brackets fit into the header, whole and unmistakable."""
    web = Web(contact="https://例え.jp/人_(絵)", project_url="https://絵.example/g/", environ={})
    site, contact = "https://xn--8d0a.example/g/", "https://xn--r8jz45g.jp/%E4%BA%BA_%28%E7%B5%B5%29"
    assert web.user_agent.endswith(f" (+{site}; {contact})")


@pytest.mark.parametrize("contact", ["", "me@example.org\r\nX: y", "ich (privat)", "ünï@example.org"])
def test_no_contact_no_network(contact: str) -> None:
    """Without a contact that fits into a header, nothing is asked at all."""
    with pytest.raises(ConfigError, match="contact"):
        Web(contact=contact, project_url="https://example.org/g", environ={})


def test_signatures_cover_the_https_address(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """OAuth 1.0a signs the real https address, not the test route, and signs each retry anew."""
    server.fail_next(status(503))
    new_web().call(f"https://{API}/2/x", hosts=HOSTS, params=[("a", "1")], auth=OAuth1("ck", "cs", "tk", "ts"))
    first, second = server.requests
    assert first.headers["authorization"] != second.headers["authorization"]
    assert _signed(second, {"cs": "cs", "ts": "ts"})


def _signed(request: Request, secrets: dict[str, str]) -> bool:
    from oauthlib.common import Request as Signed
    from oauthlib.oauth1.rfc5849 import signature

    signed = Signed(request.url, "GET", None, dict(request.headers))
    pairs = signature.collect_parameters(uri_query=request.target.partition("?")[2], headers=signed.headers)
    given = dict(signature.collect_parameters(headers=signed.headers, exclude_oauth_signature=False))
    signed.params, signed.signature = pairs, given["oauth_signature"]
    return bool(signature.verify_hmac_sha1(signed, secrets["cs"], secrets["ts"]))


def test_json_is_posted(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """A call with a JSON body is a POST of that body."""
    new_web().call(f"https://{API}/notes", hosts=HOSTS, json={"userId": "9", "limit": 3})
    assert (server.requests[0].method, server.requests[0].json()) == ("POST", {"userId": "9", "limit": 3})


@pytest.mark.parametrize("code", [302, 304, 400, 401, 402, 403, 404, 410, 422])
def test_other_statuses_come_back_at_once(server: FakeServer, new_web: Callable[..., Web], code: int) -> None:
    """An answer that trying again cannot better comes back as it is, after one request; redirects are not followed."""
    server.fail_next(status(code, {"location": f"https://{API}/b"}))
    assert new_web().call(f"https://{API}/a", hosts=HOSTS).status == code
    assert len(server.requests) == 1


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_trouble_is_retried(server: FakeServer, new_web: Callable[..., Web], code: int) -> None:
    """Trouble that may pass is retried, and the run goes on as if nothing had been."""
    server.fail_next(times(3, status(code, body=b"<html>oh no")))
    assert new_web().call(f"https://{API}/a", hosts=HOSTS).status == 200
    assert len(server.requests) == 4


def test_four_tries_are_enough(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """After four tries, 2, 4 and 8 seconds of full jitter apart at most, the call fails and tells the status."""
    clock = FakeClock()
    server.fail_next(times(9, status(502)))
    with pytest.raises(WebError, match=r"https://api.example.com/a answered 502 \(4 tries\)") as caught:
        new_web(clock=clock, limits=Limits(api_spacing_s=0)).call(f"https://{API}/a", hosts=HOSTS)
    assert caught.value.status == 502
    assert len(server.requests) == 4
    assert [0 <= slept <= most for slept, most in zip(clock.slept, (2, 4, 8), strict=True)] == [True] * 3


@pytest.mark.parametrize(
    "headers",
    [
        lambda: {"retry-after": "60"},
        lambda: {"x-rate-limit-reset": str(int(time.time()) + 60)},
        lambda: {"x-ratelimit-reset": (datetime.now(UTC) + timedelta(seconds=60)).isoformat()},
    ],
    ids=["retry-after", "unix", "iso"],
)
def test_a_429_is_waited_out(
    server: FakeServer, new_web: Callable[..., Web], headers: Callable[[], dict[str, str]]
) -> None:
    """A 429 is waited out for as long as the server says, once, and the call then succeeds."""
    clock = FakeClock()
    server.fail_next(status(429, headers()))
    assert new_web(clock=clock).call(f"https://{API}/a", hosts=HOSTS).status == 200
    assert 50 <= sum(clock.slept) <= 65


@pytest.mark.parametrize("code", [429, 503])
def test_no_wait_at_all_is_not_taken_literally(server: FakeServer, new_web: Callable[..., Web], code: int) -> None:
    """A server in trouble that names a wait of nothing is asked again no sooner than one that names none."""
    waited_s = []
    for headers in ({}, {"retry-after": "0"}, {"retry-after": "0.001"}):
        clock = FakeClock()
        server.fail_next(times(9, status(code, headers)))
        with pytest.raises(WebError):
            new_web(clock=clock, limits=Limits(), rng=random.Random(1)).call(f"https://{API}/a", hosts=HOSTS)
        server._planned.clear()
        waited_s.append(sum(clock.slept))
    assert waited_s[0] > 3
    assert waited_s == pytest.approx([waited_s[0]] * 3, abs=0.01)


def test_a_skewed_clock_does_not_prolong_the_wait(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """A server whose clock is an hour ahead names a reset by that clock, and is waited for a minute, not an hour."""
    clock = FakeClock()
    reset = {"x-rate-limit-reset": str(int(time.time()) + 3600 + 60)}
    server.fail_next(lambda response: clock_skew(3600)(status(429, reset)(response)))
    assert new_web(clock=clock).call(f"https://{API}/a", hosts=HOSTS).status == 200
    assert 50 <= sum(clock.slept) <= 65


def test_waiting_ends_with_the_budget(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """A wait beyond the run's budget is not begun; later calls to that host fail at once and unasked."""
    clock = FakeClock()
    web = new_web(clock=clock, limits=Limits(waiting_s=100))
    server.fail_next(status(429, {"retry-after": "101"}))
    with pytest.raises(BudgetError, match=r"api.example.com .*101 s.* only 100 s more"):
        web.call(f"https://{API}/a", hosts=HOSTS)
    with pytest.raises(BudgetError):
        web.call(f"https://{API}/b", hosts=HOSTS)
    assert len(server.requests) == 1
    assert clock.slept == []
    assert web.call("https://other.example.com/c", hosts=HOSTS).status == 200


def test_the_budget_is_of_the_whole_run(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """Waits of several calls add up against one budget."""
    web = new_web(clock=FakeClock(), limits=Limits(waiting_s=100))
    server.fail_next([status(429, {"retry-after": "60"}), lambda well: well, status(429, {"retry-after": "60"})])
    web.call(f"https://{API}/a", hosts=HOSTS)
    with pytest.raises(BudgetError):
        web.call(f"https://{API}/b", hosts=HOSTS)
    assert web.traffic.waited_s == 60


def test_waits_at_the_same_time_count_once() -> None:
    """Two that wait out the same minute make the run a minute longer, not two; the next minute is another one."""
    clock = FakeClock()
    manners = Manners(Limits(waiting_s=150), clock)
    slept = clock.sleep

    def meanwhile(seconds: float) -> None:
        clock.sleep = slept  # type: ignore[method-assign]
        manners.wait("b.example", 60, "is asked by another thread")
        assert clock.passed_s == 60

    clock.sleep = meanwhile  # type: ignore[method-assign]
    manners.wait("a.example", 60, "asked for a minute")
    assert manners.waited_s == 60
    manners.wait("a.example", 60, "asked for another one")
    assert manners.waited_s == 120
    with pytest.raises(BudgetError, match="only 30 s more"):
        manners.wait("a.example", 60, "asked for a third")


def test_the_longest_wait_that_a_host_asked_for_counts() -> None:
    """Of two answers that were on their way at once, the one that asks for less takes nothing from the other."""
    clock = FakeClock()
    manners = Manners(Limits(), clock)
    for seconds in (60, 5):
        manners.close_for("a.example", seconds)
    manners.before_request("a.example", 0)
    assert clock.passed_s == pytest.approx(60, abs=1)


def test_an_outage_does_not_drain_the_budget(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """A 503 that also names when the window resets, as ordinary answers do, is tried again after a short pause."""
    clock = FakeClock()
    web = new_web(clock=clock, limits=Limits(waiting_s=100))
    server.fail_next(status(503, {"ratelimit-reset": "900", "ratelimit-remaining": "2999"}))
    assert web.call(f"https://{API}/a", hosts=HOSTS).status == 200
    assert web.traffic.waited_s <= 2


def test_a_run_ends(new_web: Callable[..., Web]) -> None:
    """Once a run has lasted as long as it may, nothing more is asked."""
    clock = FakeClock()
    web = new_web(clock=clock, limits=Limits(run_s=60))
    clock.passed_s = 61
    with pytest.raises(BudgetError, match="60 s"):
        web.call(f"https://{API}/a", hosts=HOSTS)


def test_a_host_that_takes_long_for_each_answer_does_not_hold_up_the_night(
    server: FakeServer, new_web: Callable[..., Web]
) -> None:
    """What answers come late by is counted, and a host that used its part is asked no more; a quicker one is."""
    clock = FakeClock()

    def slowly(request: Request) -> Response:
        clock.passed_s += 20 if request.host == API else 4
        return well(request)

    server.answer = slowly  # type: ignore[method-assign]
    web = new_web(clock=clock, limits=Limits(api_spacing_s=0))
    for number in range(41):
        web.call(f"https://{API}/{number}", hosts=HOSTS)
    with pytest.raises(BudgetError, match="is too slow: its answers took 615 s more than the 5 s"):
        web.call(f"https://{API}/once-more", hosts=HOSTS)
    assert len(server.requests) == 41
    for number in range(200):
        web.call(f"https://{MEDIA}/{number}", hosts=HOSTS)


def test_final_answers_are_not_retried(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """A source may say that a 429 is final, and gets it back at once."""
    server.fail_next(status(429, body=b'{"type": "usage-capped"}'))
    answer = new_web().call(f"https://{API}/a", hosts=HOSTS, is_final=lambda one: b"usage-capped" in one.body)
    assert (answer.status, len(server.requests)) == (429, 1)


def test_calls_to_one_host_are_spaced_and_single(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """However many threads call, a host answers one call at a time, and they arrive apart."""
    server.latency_s = 0.02
    web = new_web(limits=Limits(api_spacing_s=0.05))
    _together(6, lambda number: web.call(f"https://{API}/{number}", hosts=HOSTS))
    assert server.busiest == 1
    assert len(server.requests) == 6
    assert min(server.gaps_s()) >= 0.05


def test_a_source_may_widen_the_spacing(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """``spacing_s`` widens the pause between two calls and never narrows it."""
    web = new_web(limits=Limits(api_spacing_s=0.05))
    for spacing_s in (0.12, 0.12, 0.0):
        web.call(f"https://{API}/a", hosts=HOSTS, spacing_s=spacing_s)
    first, second = server.gaps_s()
    assert first >= 0.12
    assert second >= 0.05


def test_downloads_from_one_host_are_two_at_a_time(
    server: FakeServer, new_web: Callable[..., Web], tmp_path: Path
) -> None:
    """However many threads download, a media host serves two at a time."""
    server.latency_s = 0.05
    web = new_web()
    _together(6, lambda number: web.download(f"https://{MEDIA}/{number}", hosts=HOSTS, into=tmp_path, max_bytes=10_000))
    assert server.busiest == 2


def _together(count: int, work: Callable[[int], object]) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_failing_host_is_left_alone(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """A host that keeps failing is not asked any more in this run, however much there is left to ask."""
    web = new_web(limits=Limits(api_spacing_s=0, backoff_s=0.001, failures_in_a_row=2))
    server.fail_next(times(99, status(500)))
    for _ in range(2):
        with pytest.raises(WebError, match="500"):
            web.call(f"https://{API}/a", hosts=HOSTS)
    with pytest.raises(BudgetError, match="left alone"):
        web.call(f"https://{API}/a", hosts=HOSTS)
    assert len(server.requests) == 8


def test_a_host_that_fails_now_and_then_is_asked_on(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """Only failures in a row count: one good answer between them and the host has all its tries again."""
    web = new_web(limits=Limits(api_spacing_s=0, backoff_s=0.001, failures_in_a_row=2))
    for _ in range(3):
        server.fail_next(times(4, status(500)))
        with pytest.raises(WebError, match="500"):
            web.call(f"https://{API}/a", hosts=HOSTS)
        assert web.call(f"https://{API}/a", hosts=HOSTS).status == 200


def test_bodies_are_capped(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """A body over the cap ends the call, whatever Content-Length says, and so does one that inflates beyond it."""
    web = new_web()
    server.answer = lambda _: Response(200, b"x" * 50_000)  # type: ignore[method-assign]
    with pytest.raises(WebError, match="more than 10000 bytes"):
        web.call(f"https://{API}/a", hosts=HOSTS, max_bytes=10_000)
    bomb = gzip.compress(b"\0" * 50_000_000)
    server.answer = lambda _: Response(200, bomb, {"content-encoding": "gzip"})  # type: ignore[method-assign]
    with pytest.raises(WebError, match="more than 100000 bytes"):
        web.call(f"https://{API}/a", hosts=HOSTS, max_bytes=100_000)


def test_of_a_bomb_nothing_is_unpacked_beyond_the_cap(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """A body that inflates twice, from a few hundred bytes, is let go of at the cap: the rest is never in memory."""
    bomb = gzip.compress(gzip.compress(b"\0" * 200_000_000))
    server.answer = lambda _: Response(200, bomb, {"content-encoding": "gzip, gzip"})  # type: ignore[method-assign]
    web = new_web()
    tracemalloc.start()
    try:
        with pytest.raises(WebError, match="more than 100000 bytes"):
            web.call(f"https://{API}/a", hosts=HOSTS, max_bytes=100_000)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_html_with_200_is_no_json(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """An HTML page with status 200 is named for what it is when the source reads it as JSON."""
    server.fail_next(html_with_200)
    with pytest.raises(WebError, match="text/html"):
        new_web().call(f"https://{API}/a", hosts=HOSTS).json()
