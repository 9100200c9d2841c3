"""The wire below the door: TLS to the checked address under the name that was meant, and proxies."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pytest
import urllib3.util.connection

from gallery.errors import BlockedAddressError, BudgetError, WebError
from gallery.net.addresses import system_resolver
from gallery.net.manners import Limits
from gallery.net.prepare import prepare
from gallery.net.routes import Place
from gallery.net.waits import TryAgainError
from gallery.net.wire import Times, Wire
from gallery.sources.base import Hosts
from gallery.web import Web

HOST = "pds.example.com"
PUBLIC = "93.184.216.34"
TIMES = Times(10, 30, 60)
ONCE = Limits(tries=1, api_spacing_s=0)


@dataclass
class TLSServer:
    """Answers every request of a TLS client with 200 and notes under which name it was asked."""

    context: ssl.SSLContext
    names: list[str | None] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                raw, _ = self.socket.accept()
            except OSError:
                return
            with raw:
                try:
                    with self.context.wrap_socket(raw, server_side=True) as client:
                        self.requests.append(client.recv(65536))
                        client.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                except OSError:
                    continue


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for HOST, with its key, in one file."""
    if not shutil.which("openssl"):
        pytest.skip("needs the openssl command")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN={HOST}"
        f" -addext subjectAltName=DNS:{HOST} -keyout key.pem -out cert.pem".split(),
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
def server(certificate: Path) -> Iterator[TLSServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    one = TLSServer(context)
    yield one
    one.socket.close()


def _wire(server: TLSServer, host: str, ca_file: Path | None) -> Wire:
    routes = {host: Place("127.0.0.1", server.port, "https")}
    ca = None if ca_file is None else str(ca_file)
    return Wire(times=TIMES, resolver=lambda _: (), routes=routes, proxies={}, ca_file=ca)


def test_tls_goes_to_the_address_under_the_name(server: TLSServer, certificate: Path) -> None:
    """The connection goes to the checked IP address, while SNI, certificate and Host header are those of the name."""
    wire = _wire(server, HOST, certificate / "cert.pem")
    with wire.exchange(prepare(f"https://{HOST}/a?b=c"), HOST, trusted_name=False) as reply:
        assert b"".join(reply.chunks()) == b"ok"
    assert server.names == [HOST]
    assert server.requests[0].startswith(b"GET /a?b=c HTTP/1.1\r\n")
    assert f"Host: {HOST}\r\n".encode() in server.requests[0]


@pytest.mark.parametrize(("host", "trusted"), [("other.example.com", True), (HOST, False)])
def test_a_wrong_certificate_ends_it(server: TLSServer, certificate: Path, host: str, trusted: bool) -> None:
    """A certificate for another name, or from an unknown authority, ends the exchange before anything is sent."""
    wire = _wire(server, host, certificate / "cert.pem" if trusted else None)
    with (
        pytest.raises(TryAgainError, match="certificate"),
        wire.exchange(prepare(f"https://{host}/a"), host, trusted_name=False),
    ):
        pass
    assert b"".join(server.requests) == b""


@pytest.mark.parametrize("value", ["Bearer sesame-open\n", "Bearer sesame-\u2603"])
def test_a_header_that_cannot_be_sent_is_not_shown(value: str) -> None:
    """A request whose header no server may be sent ends in one sentence, which does not hold the header."""
    wire = Wire(times=TIMES, resolver=lambda _: (), routes={HOST: Place("127.0.0.1", 9, "http")}, proxies={})
    request = prepare(f"https://{HOST}/")
    request.headers["Authorization"] = value
    with pytest.raises(WebError) as caught, wire.exchange(request, HOST, trusted_name=False):
        pass
    assert str(caught.value) == f"{HOST} was not asked: a header of the request holds signs that none may hold"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


# --- which address is connected to -----------------------------------------------------------------------------------


@pytest.fixture
def dialled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The addresses that the library tries to connect to; none answers."""
    tried: list[tuple[str, int]] = []

    def refuse(address: tuple[str, int], *_args: object, **_options: object) -> socket.socket:
        tried.append(address)
        raise getattr(request, "param", ConnectionRefusedError(111, "refused"))

    monkeypatch.setattr(urllib3.util.connection, "create_connection", refuse)
    return tried


def _web(resolver: Callable[[str], tuple[str, ...]], limits: Limits = ONCE, **environ: str) -> Web:
    return Web(
        contact="me@example.org",
        project_url="https://example.org/g",
        limits=limits,
        times=TIMES,
        resolver=resolver,
        environ=environ,
    )


def test_what_was_checked_is_connected_to(dialled: list[tuple[str, int]]) -> None:
    """Rebinding is of no use: the name is resolved once and the connection goes to that very answer."""
    answers = iter([(PUBLIC,), ("127.0.0.1",)])
    with pytest.raises(WebError, match="could not be reached"):
        _web(lambda _: next(answers)).call(f"https://{HOST}/", hosts=Hosts(any_public=True))
    assert dialled == [(PUBLIC, 443)]


def test_private_hosts_are_never_dialled(dialled: list[tuple[str, int]]) -> None:
    """A name that leads to a private network is refused before any connection, listed or not."""
    web = _web(lambda _: ("169.254.169.254",))
    for hosts in (Hosts(any_public=True), Hosts(frozenset({HOST}))):
        with pytest.raises(BlockedAddressError, match=r"169\.254"):
            web.call(f"https://{HOST}/", hosts=hosts)
    assert dialled == []


@pytest.mark.parametrize("dialled", [ConnectionRefusedError(111, "refused"), TimeoutError("timed out")], indirect=True)
def test_the_next_address_is_tried(dialled: list[tuple[str, int]]) -> None:
    """Where one address of a host refuses, or is silent, its others are tried."""
    with pytest.raises(WebError):
        _web(lambda _: ("2606:4700::1111", PUBLIC)).call(f"https://{HOST}/", hosts=Hosts(any_public=True))
    assert dialled == [("2606:4700::1111", 443), (PUBLIC, 443)]


def test_a_name_without_address_is_an_error_of_the_network() -> None:
    """A name that resolves to nothing is named in the error."""
    with pytest.raises(WebError, match=f"{HOST} has no address"):
        _web(lambda _: ()).call(f"https://{HOST}/", hosts=Hosts(any_public=True))


def _failing_lookups(monkeypatch: pytest.MonkeyPatch, error: OSError) -> list[object]:
    """Let every look-up of the system fail; the answer collects the names that were looked up."""
    asked: list[object] = []

    def fail(host: object, *_args: object, **_options: object) -> NoReturn:
        asked.append(host)
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    return asked


HICCUPS = [socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), TimeoutError("timed out")]


@pytest.mark.parametrize("hiccup", HICCUPS, ids=["try again", "timeout"])
def test_a_hiccup_of_the_resolver_is_tried_again(monkeypatch: pytest.MonkeyPatch, hiccup: OSError) -> None:
    """A resolver that cannot say now is asked as often as a server, and the host counts as failing."""
    asked = _failing_lookups(monkeypatch, hiccup)
    web = _web(system_resolver, limits=Limits(tries=3, backoff_s=0, api_spacing_s=0, failures_in_a_row=2))
    for _ in range(2):
        with pytest.raises(WebError, match=rf"{HOST}/ could not be looked up \(.+\) \(3 tries\)"):
            web.call(f"https://{HOST}/", hosts=Hosts(any_public=True))
    assert asked == [HOST] * 6
    with pytest.raises(BudgetError, match="left alone"):
        web.call(f"https://{HOST}/", hosts=Hosts(any_public=True))


def test_a_name_that_is_not_known_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resolver that knows no such name has said so for good; the message asks what may be wrong here."""
    asked = _failing_lookups(monkeypatch, socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
    with pytest.raises(WebError, match=rf"{HOST} has no address .*; is it spelt right, and this machine online\?"):
        _web(system_resolver, limits=Limits(tries=3, backoff_s=0)).call(
            f"https://{HOST}/", hosts=Hosts(any_public=True)
        )
    assert asked == [HOST]


# --- proxies ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def proxy() -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that notes what it is asked to connect to, and declines."""
    lines: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                lines.append(client.recv(65536).split(b"\r\n")[0])
                client.sendall(b"HTTP/1.1 502 No\r\ncontent-length: 0\r\n\r\n")

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", lines
    listener.close()


@pytest.mark.parametrize(
    ("hosts", "asked_for"), [(Hosts(frozenset({HOST})), HOST), (Hosts(any_public=True), PUBLIC)], ids=["named", "data"]
)
def test_proxies_are_used_as_configured(proxy: tuple[str, list[bytes]], hosts: Hosts, asked_for: str) -> None:
    """A proxy is told the name of a listed host, and the checked address of a host that only data named."""
    address, lines = proxy
    with pytest.raises(WebError, match="proxy"):
        _web(lambda _: (PUBLIC,), HTTPS_PROXY=address).call(f"https://{HOST}/", hosts=hosts)
    assert [line.split()[:2] for line in lines] == [[b"CONNECT", f"{asked_for}:443".encode()]]


def test_a_proxy_may_be_named_without_its_scheme(proxy: tuple[str, list[bytes]]) -> None:
    """``host:port`` is a proxy, as for curl."""
    address, lines = proxy
    with pytest.raises(WebError, match="proxy"):
        _web(lambda _: (PUBLIC,), HTTPS_PROXY=address.removeprefix("http://")).call(
            f"https://{HOST}/", hosts=Hosts(any_public=True)
        )
    assert lines


@pytest.mark.parametrize("value", ["socks5://me:hunter22@127.0.0.1:1080", "http://me:hunter22@127.0.0.1:port"])
def test_a_proxy_that_cannot_be_used_is_named_by_its_variable(value: str) -> None:
    """The message says that it is the proxy, and shows nothing of its address."""
    with pytest.raises(WebError, match="HTTPS_PROXY") as caught:
        _web(lambda _: (PUBLIC,), HTTPS_PROXY=value).call(f"https://{HOST}/", hosts=Hosts(any_public=True))
    assert "hunter22" not in str(caught.value)


def test_no_proxy_is_respected(proxy: tuple[str, list[bytes]], dialled: list[tuple[str, int]]) -> None:
    """A host on NO_PROXY is connected to directly."""
    address, lines = proxy
    web = _web(lambda _: (PUBLIC,), HTTPS_PROXY=address, NO_PROXY="example.com")
    with pytest.raises(WebError):
        web.call(f"https://{HOST}/", hosts=Hosts(frozenset({HOST})))
    assert (lines, dialled) == ([], [(PUBLIC, 443)])
