"""The one door to the network, against real sockets: manners, retries, caps, redirects, faults, secrets."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from requests.auth import AuthBase, HTTPBasicAuth
from requests_oauthlib import OAuth1
from servers.base import (
    FakeServer,
    Fault,
    Request,
    Response,
    clock_skew,
    close_mid_body,
    drip,
    environment,
    html_with_200,
    refusing_port,
    reset_mid_body,
    silence,
    stall_mid_body,
    status,
    times,
    wrong_length,
)

from gallery.errors import BlockedAddressError, BudgetError, ConfigError, StoreError, WebError
from gallery.net.manners import Clock, Limits
from gallery.net.secrets import HIDDEN, Scrubber
from gallery.net.wire import Times
from gallery.sources.base import Hosts
from gallery.web import Web

API = "api.example.com"
MEDIA = "img.example.com"
HOSTS = Hosts(frozenset({API, MEDIA, "other.example.com"}))
SHORT = Times(connect_s=2.0, read_s=0.6, total_s=1.2)
QUICK = Limits(api_spacing_s=0.0, backoff_s=0.01)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8


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


def well(request: Request) -> Response:
    if request.host == API:
        return Response.json({"path": request.path, "params": request.params})
    return Response(200, PNG, {"content-type": "image/png"})


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer(well) as one:
        yield one


@pytest.fixture
def new_web(server: FakeServer) -> Iterator[Callable[..., Web]]:
    made: list[Web] = []

    def make(**options: Any) -> Web:
        routes = server.routes(API, MEDIA, "other.example.com")
        defaults: dict[str, Any] = {"limits": QUICK, "times": SHORT, "test_routes": routes, "rng": random.Random(1)}
        made.append(
            Web(contact="me@example.org", project_url="https://example.org/g", **{**defaults, "environ": {}, **options})
        )
        return made[-1]

    yield make
    for web in made:
        web.close()


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


def test_a_run_ends(new_web: Callable[..., Web]) -> None:
    """Once a run has lasted as long as it may, nothing more is asked."""
    clock = FakeClock()
    web = new_web(clock=clock, limits=Limits(run_s=60))
    clock.passed_s = 61
    with pytest.raises(BudgetError, match="60 s"):
        web.call(f"https://{API}/a", hosts=HOSTS)


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


def test_html_with_200_is_no_json(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """An HTML page with status 200 is named for what it is when the source reads it as JSON."""
    server.fail_next(html_with_200)
    with pytest.raises(WebError, match="text/html"):
        new_web().call(f"https://{API}/a", hosts=HOSTS).json()


# --- what can go wrong on the way ------------------------------------------------------------------------------------

FAULTS: list[Fault] = [reset_mid_body, close_mid_body, stall_mid_body, drip, silence, wrong_length(7)]
NAMES = ["reset", "close", "stall", "drip", "silence", "wrong length"]


@pytest.mark.parametrize("fault", FAULTS, ids=NAMES)
def test_broken_calls_are_retried(server: FakeServer, new_web: Callable[..., Web], fault: Fault) -> None:
    """A connection that breaks, stalls, trickles or ends early is tried again within its time, and then succeeds."""
    server.fail_next(fault)
    started_s = time.monotonic()
    assert new_web().call(f"https://{API}/a", hosts=HOSTS).status == 200
    assert time.monotonic() - started_s < 5
    assert len(server.requests) == 2


@pytest.mark.parametrize("fault", FAULTS, ids=NAMES)
def test_broken_downloads_leave_nothing(
    server: FakeServer, new_web: Callable[..., Web], tmp_path: Path, fault: Fault
) -> None:
    """A download that never gets whole fails within its time and leaves no file behind."""
    server.fail_next(times(9, fault))
    web = new_web(limits=Limits(tries=2, backoff_s=0.01))
    started_s = time.monotonic()
    with pytest.raises(WebError, match="2 tries"):
        web.download(f"https://{MEDIA}/a.png", hosts=HOSTS, into=tmp_path, max_bytes=10**7)
    assert time.monotonic() - started_s < 6
    assert list(tmp_path.iterdir()) == []


def test_refused_connections_are_retried_and_named(new_web: Callable[..., Web]) -> None:
    """A host where nobody listens is tried four times and then reported as such."""
    web = new_web(test_routes={f"https://{API}": f"http://127.0.0.1:{refusing_port()}"})
    with pytest.raises(WebError, match=r"refused the connection or could not be reached \(4 tries\)"):
        web.call(f"https://{API}/a", hosts=HOSTS)


def test_a_stopped_run_waits_no_longer(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """Closing the door wakes a call that waits out a rate limit."""
    web = new_web()
    server.fail_next(status(429, {"retry-after": "600"}))
    threading.Timer(0.2, web.close).start()
    started_s = time.monotonic()
    with pytest.raises(WebError, match="stopped"):
        web.call(f"https://{API}/a", hosts=HOSTS)
    assert time.monotonic() - started_s < 5


# --- pictures --------------------------------------------------------------------------------------------------------


def test_a_picture_arrives_whole(server: FakeServer, new_web: Callable[..., Web], tmp_path: Path) -> None:
    """A download gives the file, its hash, its size and its kind by magic bytes; no compression is asked for."""
    got = new_web().download(f"https://{MEDIA}/a.jpg?size=orig", hosts=HOSTS, into=tmp_path, max_bytes=10_000)
    assert got.path.read_bytes() == PNG
    assert (got.type, got.size_bytes, got.url) == ("png", len(PNG), f"https://{MEDIA}/a.jpg")
    assert server.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("body", "kind", "ok"),
    [
        (b"\xff\xd8\xff\xe0" + b"0" * 99, "image/jpeg", True),
        (b"GIF89a" + b"0" * 99, "", True),
        (b"RIFF\0\0\0\0WEBPVP8 " + b"0" * 99, "binary/octet-stream", True),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif" + b"0" * 99, "image/avif", True),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"0" * 99, "image/heic", False),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>" + b" " * 99, "image/png", False),
        (PNG, "image/svg+xml", False),
        (PNG, "text/html", False),
        (b"<!doctype html><p>no</p>" + b" " * 99, "image/jpeg", False),
        (b"", "image/png", False),
        (b"\xff\xd8", "image/jpeg", False),
    ],
)
def test_pictures_are_judged_by_their_bytes(
    server: FakeServer, new_web: Callable[..., Web], tmp_path: Path, body: bytes, kind: str, ok: bool
) -> None:
    """JPEG, PNG, WebP, GIF and AVIF pass by their first bytes; HTML, SVG, HEIC and nothing do not."""
    server.answer = lambda _: Response(200, body, {"content-type": kind} if kind else {})  # type: ignore[method-assign]
    if ok:
        new_web().download(f"https://{MEDIA}/a", hosts=HOSTS, into=tmp_path, max_bytes=10_000)
        return
    with pytest.raises(WebError):
        new_web().download(f"https://{MEDIA}/a", hosts=HOSTS, into=tmp_path, max_bytes=10_000)
    assert list(tmp_path.iterdir()) == []


def test_downloads_are_capped(server: FakeServer, new_web: Callable[..., Web], tmp_path: Path) -> None:
    """A picture over the cap is refused while it streams, and nothing of it stays."""
    server.answer = lambda _: Response(200, PNG * 100, {"content-type": "image/png"})  # type: ignore[method-assign]
    with pytest.raises(WebError, match="larger than 20000 bytes"):
        new_web().download(f"https://{MEDIA}/a", hosts=HOSTS, into=tmp_path, max_bytes=20_000)
    assert list(tmp_path.iterdir()) == []


def test_a_named_hash_is_checked(new_web: Callable[..., Web], tmp_path: Path) -> None:
    """Bytes that are not those the network named are refused."""
    with pytest.raises(WebError, match="hash"):
        new_web().download(f"https://{MEDIA}/a", hosts=HOSTS, into=tmp_path, max_bytes=10_000, sha256="0" * 64)
    assert list(tmp_path.iterdir()) == []


def test_fallbacks_are_tried_in_order(server: FakeServer, new_web: Callable[..., Web], tmp_path: Path) -> None:
    """Where an address answers 404 the next one is tried; other refusals end it."""
    addresses = [f"https://{MEDIA}/{name}" for name in ("orig", "4096", "large")]
    server.fail_next(times(2, status(404)))
    web = new_web()
    got = web.download(addresses[0], hosts=HOSTS, into=tmp_path, max_bytes=10_000, fallback_urls=addresses[1:])
    assert got.url == addresses[2]
    server.fail_next(times(3, status(404)))
    with pytest.raises(WebError, match="orig answered 404") as caught:
        web.download(addresses[0], hosts=HOSTS, into=tmp_path, max_bytes=10_000, fallback_urls=addresses[1:])
    assert caught.value.status == 404
    server.forget()
    server.fail_next(status(403))
    with pytest.raises(WebError, match="403"):
        web.download(addresses[0], hosts=HOSTS, into=tmp_path, max_bytes=10_000, fallback_urls=addresses[1:])
    assert len(server.requests) == 1


def test_redirects_are_followed_by_hand(server: FakeServer, new_web: Callable[..., Web], tmp_path: Path) -> None:
    """Three redirects are followed, relative ones too; credentials stay with the host they were meant for."""
    hops = [status(302, {"location": to}) for to in ("/b", f"https://{MEDIA}/c", "https://other.example.com/d")]
    server.fail_next(hops)
    secret = {"Authorization": "Bearer sesame", "X-Other": "1"}
    got = new_web().download(f"https://{MEDIA}/a", hosts=HOSTS, into=tmp_path, max_bytes=10_000, headers=secret)
    assert got.url == "https://other.example.com/d"
    assert [(one.host, one.path) for one in server.requests] == [
        (MEDIA, "/a"),
        (MEDIA, "/b"),
        (MEDIA, "/c"),
        ("other.example.com", "/d"),
    ]
    assert [one.headers.get("authorization") for one in server.requests] == ["Bearer sesame"] * 3 + [None]
    server.fail_next(times(4, status(301, {"location": "/again"})))
    with pytest.raises(WebError, match="redirects more than 3 times"):
        new_web().download(f"https://{MEDIA}/a", hosts=HOSTS, into=tmp_path, max_bytes=10_000)


@pytest.mark.parametrize(
    "location",
    [
        "http://img.example.com/b",
        "https://127.0.0.1/b",
        "https://169.254.169.254/latest/meta-data/",
        "https://localhost/b",
        "https://evil.example/b",
        "https://img.example.com:8080/b",
        "https://me:pw@img.example.com/b",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "//evil.example/b",
    ],
)
@pytest.mark.parametrize("hosts", [HOSTS, Hosts(any_public=True)], ids=["listed", "any public"])
def test_redirects_pass_the_same_checks(
    server: FakeServer, new_web: Callable[..., Web], tmp_path: Path, location: str, hosts: Hosts
) -> None:
    """A redirect to another scheme, port, machine or unlisted host is refused, and nothing is sent there."""
    server.fail_next(status(302, {"location": location}))
    with pytest.raises(BlockedAddressError):
        new_web().download(f"https://{MEDIA}/a", hosts=hosts, into=tmp_path, max_bytes=10_000)
    assert len(server.requests) == 1


def test_a_full_disk_is_not_the_networks_fault(new_web: Callable[..., Web], tmp_path: Path) -> None:
    """A folder that cannot be written is an error of the store, not of the picture."""
    with pytest.raises(StoreError, match="disk"):
        new_web().download(f"https://{MEDIA}/a", hosts=HOSTS, into=tmp_path / "missing", max_bytes=10_000)


# --- conditional requests --------------------------------------------------------------------------------------------


class Memory:
    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, str, bytes]] = {}

    def validator(self, url: str) -> tuple[str, str, bytes] | None:
        return self.kept.get(url)

    def save_validator(self, url: str, etag: str, last_modified: str, body: bytes) -> None:
        self.kept[url] = (etag, last_modified, body)


def _with_etag(request: Request) -> Response:
    if request.headers.get("if-none-match") == 'W/"1"':
        return Response(304, b"", {"etag": 'W/"1"'})
    kind = {"content-type": "application/json", "etag": 'W/"1"', "last-modified": "Mon, 23 Nov 2026 03:17:00 GMT"}
    return Response(200, b'{"posts": [1, 2]}', kind)


def test_unchanged_answers_are_not_sent_again(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """With the validators of the last night the server may answer 304, and the source still gets the whole body."""
    memory = Memory()
    server.answer = _with_etag  # type: ignore[method-assign]
    first = new_web(memory=memory).call(f"https://{API}/a", hosts=HOSTS, params=[("p", "1")])
    second = new_web(memory=memory).call(f"https://{API}/a", hosts=HOSTS, params=[("p", "1")])
    assert first.json() == second.json() == {"posts": [1, 2]}
    assert (first.status, second.status) == (200, 200)
    assert server.requests[1].headers["if-modified-since"] == "Mon, 23 Nov 2026 03:17:00 GMT"
    new_web(memory=memory).call(f"https://{API}/a", hosts=HOSTS, params=[("p", "2")])
    assert "if-none-match" not in server.requests[2].headers


@pytest.mark.parametrize(
    "options", [{"auth": HTTPBasicAuth("a", "b")}, {"headers": {"Authorization": "Bearer a"}}, {"json": {"i": "a"}}]
)
def test_private_answers_are_not_kept(
    server: FakeServer, new_web: Callable[..., Web], options: dict[str, AuthBase]
) -> None:
    """What was asked with credentials is kept nowhere."""
    memory = Memory()
    server.answer = _with_etag  # type: ignore[method-assign]
    new_web(memory=memory).call(f"https://{API}/a", hosts=HOSTS, **options)  # type: ignore[arg-type]
    assert memory.kept == {}


# --- secrets and switches --------------------------------------------------------------------------------------------


def test_no_error_holds_a_secret(server: FakeServer, new_web: Callable[..., Web], tmp_path: Path) -> None:
    """Whatever goes wrong, no message holds the query, the token or what the server echoes of them."""
    web = new_web(environ={"X_BEARER_TOKEN": "sesame-open"})
    messages = []
    for fault in (status(500), reset_mid_body, silence):
        server.fail_next(times(9, fault))
        with pytest.raises(WebError) as caught:
            web.call(f"https://{API}/a?i=sesame-open", hosts=HOSTS, headers={"Authorization": "Bearer sesame-open"})
        messages.append(str(caught.value))
        server._planned.clear()
    with pytest.raises(BlockedAddressError) as blocked:
        web.download("https://sesame-open@evil.example/?token=sesame-open", hosts=HOSTS, into=tmp_path, max_bytes=1)
    assert not [message for message in (*messages, str(blocked.value)) if "sesame" in message]
    assert web.scrub("the server said: bad token sesame-open!") == f"the server said: bad token {HIDDEN}!"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Authorization: Bearer abc.def", f"Authorization: {HIDDEN}"),
        ('{"i": "abc123", "limit": 3}', f'{{"i": {HIDDEN}, "limit": 3}}'),
        ("https://a.example/?api_key=abc&b=1", f"https://a.example/?api_key={HIDDEN}&b=1"),
        ('OAuth oauth_token="abc", oauth_signature="d%3D"', f"OAuth oauth_token={HIDDEN}, oauth_signature={HIDDEN}"),
        ("sesame%2Fopen", HIDDEN),
        ("nothing here: i am fine", "nothing here: i am fine"),
    ],
)
def test_the_scrubber_knows_the_usual_places(text: str, clean: str) -> None:
    """Values behind names that announce secrets go, and so do known values however they are written."""
    assert Scrubber(["sesame/open"])(text) == clean


def test_routes_lead_to_loopback_only(new_web: Callable[..., Web]) -> None:
    """A test route may lead to this machine and nowhere else."""
    for target in ("http://192.168.1.1:80", "http://example.com:80", "https://127.0.0.1:80", "http://127.0.0.1"):
        with pytest.raises(ConfigError):
            new_web(test_routes={f"https://{API}": target})
    with pytest.raises(WebError, match="none leads there"):
        new_web(test_routes={"https://a.example": "http://127.0.0.1:1"}).call(f"https://{API}/", hosts=HOSTS)


def test_production_cannot_stumble_into_routes(new_web: Callable[..., Web], capsys: pytest.CaptureFixture[str]) -> None:
    """One variable alone stops the run with an error; both together work, and warn."""
    both = environment({f"https://{API}": "http://127.0.0.1:1"})
    alone = {name: value for name, value in both.items() if name == "GALLERY_TEST_ROUTES"}
    with pytest.raises(ConfigError, match="tests only"):
        new_web(test_routes=None, environ=alone)
    with pytest.raises(ConfigError, match="not a JSON object"):
        new_web(test_routes=None, environ={**both, "GALLERY_TEST_ROUTES": "[]"})
    new_web(test_routes=None, environ=both)
    assert "WARNING" in capsys.readouterr().err


def test_routes_work_in_a_process_of_their_own(server: FakeServer) -> None:
    """The two variables lead a subprocess to the fake server under the host it means."""
    code = (
        "from gallery.web import Web\nfrom gallery.sources.base import Hosts\n"
        "web = Web(contact='me@example.org', project_url='https://example.org/g')\n"
        f"print(web.call('https://{API}/sub', hosts=Hosts(frozenset({{'{API}'}}))).body.decode())"
    )
    variables = {"PATH": "", **environment(server.routes(API))}
    done = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["path"] == "/sub"
    assert "WARNING" in done.stderr
    assert server.requests[0].host == API
