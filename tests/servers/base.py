"""A real HTTP server on 127.0.0.1 for tests: it records what it is asked and misbehaves on demand.

Give it a function from :class:`Request` to :class:`Response` (or subclass it and override ``answer``)::

    with FakeServer(lambda request: Response.json({"path": request.path})) as server:
        web = Web(..., test_routes=server.routes("api.x.com", "pbs.twimg.com"))
        server.fail_next(times(2, status(503)), path="/2/users")

One server may stand for any number of hosts: ``request.host`` says which one was meant, and ``request.url`` is the
https address that signatures are computed over.
"""

from __future__ import annotations

import itertools
import json
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Request:
    """One request as it arrived."""

    method: str
    host: str  # of the Host header: the host that was meant
    target: str  # path and query as sent
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    at_s: float  # monotonic

    @property
    def url(self) -> str:
        """The https address that the client believes to ask."""
        return f"https://{self.host}{self.target}"

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def params(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def query(self) -> dict[str, str]:
        """The parameters; the last one wins where a name is repeated."""
        return dict(self.params)

    def json(self) -> object:
        return json.loads(self.body)


@dataclass(frozen=True)
class Response:
    """What to answer, and how badly."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    cut: str = ""  # "reset", "stall" or "close" after half of the body; "drip": a byte every 50 ms; "silence": nothing
    length: int | None = None  # Content-Length, where it should be wrong; below zero: none is sent
    skew_s: float = 0.0  # how far the Date header is off

    @classmethod
    def json(cls, data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        kind = {"content-type": "application/json; charset=utf-8"}
        return cls(status, json.dumps(data).encode(), {**kind, **(headers or {})})


Answer = Callable[[Request], Response]
Fault = Callable[[Response], Response]


# --- faults ----------------------------------------------------------------------------------------------------------


def status(code: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Fault:
    """Answer with ``code`` instead."""
    return lambda _: Response(code, body, headers or {})


def reset_mid_body(response: Response) -> Response:
    """Send half, then reset the connection."""
    return replace(response, cut="reset")


def stall_mid_body(response: Response) -> Response:
    """Send half, then nothing more, with the connection open."""
    return replace(response, cut="stall")


def close_mid_body(response: Response) -> Response:
    """Send half of what Content-Length promised, then close."""
    return replace(response, cut="close")


def drip(response: Response) -> Response:
    """Send the body one byte at a time, for ever so long."""
    return replace(response, cut="drip")


def drip_for_ever(response: Response) -> Response:
    """The same, without saying how long the body is."""
    return replace(response, cut="drip", length=-1)


def drip_gzip(response: Response) -> Response:
    """The same, of the head of a compressed body, which makes nothing yet."""
    head = bytes.fromhex("1f8b0804 00000000 0003 ffff")  # 64 KiB of "extra field" follow
    headers = {**response.headers, "content-encoding": "gzip"}
    return replace(drip_for_ever(response), body=2 * head, headers=headers)  # half of it is sent at once


def silence(response: Response) -> Response:
    """Accept the request and never answer."""
    return replace(response, cut="silence")


def wrong_length(by: int) -> Fault:
    """Announce a body that is longer (or, negative, shorter) than the one sent."""
    return lambda response: replace(response, length=len(response.body) + by)


def html_with_200(response: Response) -> Response:
    """An error page that calls itself a success."""
    page = b"<!doctype html><title>Sorry</title><p>Something went wrong. Try again in a moment."
    return Response(200, page, {"content-type": "text/html; charset=utf-8"})


def clock_skew(seconds: float) -> Fault:
    """Let the server's clock be off."""
    return lambda response: replace(response, skew_s=seconds)


def times(count: int, fault: Fault) -> list[Fault]:
    """The same fault ``count`` times."""
    return [fault] * count


@dataclass
class _Planned:
    faults: list[Fault]
    host: str | None
    path: str | None

    def fits(self, request: Request) -> bool:
        return bool(self.faults) and self.host in (None, request.host) and self.path in (None, request.path)


# --- the server ------------------------------------------------------------------------------------------------------


class FakeServer:
    """Use as a context manager; every request lies in ``requests`` in order of arrival."""

    def __init__(self, answer: Answer | None = None, *, latency_s: float = 0.0) -> None:
        if answer is not None:
            self.answer = answer  # type: ignore[method-assign]
        self.latency_s = latency_s
        self.requests: list[Request] = []
        self.errors: list[BaseException] = []
        self.busiest = 0  # most requests served at the same time
        self._busy = 0
        self._planned: list[_Planned] = []
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._http = _Server(("127.0.0.1", 0), _handler_for(self))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    def answer(self, request: Request) -> Response:
        """What a well server says; override, or pass a function."""
        return Response.json({"error": f"nothing at {request.path}"}, 404)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        if self.errors and error is None:
            raise AssertionError(f"the fake server failed: {self.errors[0]!r}") from self.errors[0]

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def routes(self, *hosts: str) -> dict[str, str]:
        """Test routes that lead these hosts here, for ``Web(test_routes=…)`` or ``environment``."""
        return {f"https://{host}": self.origin for host in hosts}

    def fail_next(self, faults: Fault | Iterable[Fault], *, host: str | None = None, path: str | None = None) -> None:
        """Misbehave for the next requests (to that host, that path), one fault each; then be well again."""
        with self._lock:
            self._planned.append(_Planned([faults] if callable(faults) else list(faults), host, path))

    def asked(self, *, host: str | None = None, path: str | None = None) -> list[Request]:
        """The requests so far, to that host and that path only."""
        with self._lock:
            return [one for one in self.requests if host in (None, one.host) and path in (None, one.path)]

    def gaps_s(self, *, host: str | None = None) -> list[float]:
        """Seconds between the arrivals of one request and the next."""
        moments = [one.at_s for one in self.asked(host=host)]
        return [later - earlier for earlier, later in itertools.pairwise(moments)]

    def forget(self) -> None:
        """Start the record anew, for the next night."""
        with self._lock:
            self.requests.clear()

    def respond(self, request: Request) -> Response:
        """Record the request and decide on the answer, a planned fault included."""
        with self._lock:
            self.requests.append(request)
            planned = next((one for one in self._planned if one.fits(request)), None)
            fault = planned.faults.pop(0) if planned else None
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        try:
            response = self.answer(request)
            self._stopped.wait(self.latency_s + response.delay_s)
        except BaseException as error:
            self.errors.append(error)
            raise
        finally:
            with self._lock:
                self._busy -= 1
        return fault(response) if fault else response

    def pause(self, seconds: float) -> bool:
        """Wait, but no longer than the server lives; True when it ended."""
        return self._stopped.wait(seconds)


def environment(*routes: Mapping[str, str]) -> dict[str, str]:
    """The variables that lead a ``gallery`` subprocess to fake servers."""
    together = {origin: target for some in routes for origin, target in some.items()}
    return {"GALLERY_TEST_ROUTES": json.dumps(together), "GALLERY_THIS_IS_A_TEST": "yes"}


def refusing_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play; failures of the fake itself are kept by ``respond``."""


class _Handler(BaseHTTPRequestHandler):
    fake: FakeServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # buffered: one packet for head and body, or the client waits 40 ms for the second one
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def do_GET(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        host = headers.get("host", "").partition(":")[0]
        body = self.rfile.read(length)
        request = Request(self.command, host, self.path, headers, body, time.monotonic())
        self._send(self.fake.respond(request))

    do_POST = do_GET  # noqa: N815
    do_HEAD = do_GET  # noqa: N815

    def _send(self, response: Response) -> None:
        if response.cut == "silence":
            self.fake.pause(3600)
            self.close_connection = True
            return
        length = len(response.body) if response.length is None else response.length
        if response.cut == "drip" and length >= 0:
            length += 1_000_000
        self.send_response_only(response.status)
        self.send_header("Date", formatdate(time.time() + response.skew_s, usegmt=True))
        if length >= 0:
            self.send_header("Content-Length", str(length))
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if not response.cut:
            self.wfile.write(response.body)
            self.wfile.flush()
            self.close_connection = response.length is not None
            return
        self.close_connection = True
        self.wfile.write(response.body[: len(response.body) // 2])
        self.wfile.flush()
        self._misbehave(response)

    def _misbehave(self, response: Response) -> None:
        if response.cut == "stall":
            self.fake.pause(3600)
        elif response.cut == "drip":
            while not self.fake.pause(0.05):
                self.wfile.write(b"\0")
                self.wfile.flush()
        elif response.cut == "reset":
            time.sleep(0.02)  # let the half arrive first
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())


def _handler_for(fake: FakeServer) -> type[_Handler]:
    return type("Handler", (_Handler,), {"fake": fake})
