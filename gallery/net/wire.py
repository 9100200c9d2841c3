"""The wire: one request to one checked address, under time limits that hold whatever the other side does."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import certifi
import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    IncompleteRead,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from gallery.errors import WebError
from gallery.net.addresses import Resolver, resolve_public
from gallery.net.routes import Place
from gallery.net.waits import TryAgainError
from gallery.net.watch import Watch, watched

if TYPE_CHECKING:
    from requests import PreparedRequest
    from urllib3 import BaseHTTPResponse
    from urllib3.connectionpool import HTTPConnectionPool

CHUNK_BYTES = 65_536
_MOST_ADDRESSES = 4  # of one host, tried in turn when connecting fails


@dataclass(frozen=True, slots=True)
class Times:
    """Time limits of one exchange."""

    connect_s: float = 10.0
    read_s: float = 30.0  # between two pieces
    total_s: float = 120.0


class Reply(Protocol):
    """An answer whose body is still on the wire."""

    status: int
    headers: Mapping[str, str]  # names in lower case

    def chunks(self) -> Iterator[bytes]:
        """The body, decoded, in pieces of at most 64 KiB.

        Raises:
            TryAgainError: it ended early, stalled, or took longer than the exchange may.
        """
        ...


class _Reply:
    def __init__(self, raw: BaseHTTPResponse, times: Times, watch: Watch) -> None:
        self.status = raw.status
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in raw.headers.items()}
        self._raw, self._times, self._watch = raw, times, watch

    def chunks(self) -> Iterator[bytes]:
        while True:
            with _as_ours(self._times, self._watch):
                piece = self._raw.read1(CHUNK_BYTES, decode_content=True)
            if not piece:
                return
            yield piece


@contextmanager
def _as_ours(times: Times, watch: Watch) -> Iterator[None]:
    """Turn what the library raises into one sentence; its own texts may hold addresses with secrets."""
    try:
        yield
    except (HTTPError, OSError) as error:
        if watch.expired:
            raise TryAgainError(f"took longer than {times.total_s:g} s for one answer") from error
        raise TryAgainError(_reason(error, times)) from error
    if watch.expired:
        raise TryAgainError(f"took longer than {times.total_s:g} s for one answer")


def _reason(error: Exception, times: Times) -> str:
    if isinstance(error, NewConnectionError):  # a kind of ConnectTimeoutError, to the library
        return "refused the connection or could not be reached"
    if isinstance(error, ConnectTimeoutError):
        return f"did not accept a connection within {times.connect_s:g} s"
    if isinstance(error, ReadTimeoutError | TimeoutError):
        return f"sent nothing for {times.read_s:g} s"
    if isinstance(error, SSLError):
        return "showed a certificate that does not hold, or broke off the handshake"
    if isinstance(error, IncompleteRead):
        return "ended the answer before it was complete"
    if isinstance(error, ProxyError):
        return "cannot be reached through the proxy"
    if isinstance(error, DecodeError):
        return "sent a body that cannot be decompressed"
    return "broke off the connection"


class Wire:
    """Sends prepared requests, each over a connection to an address that was checked just before.

    The name is resolved once; the connection goes to one of the addresses found, while the certificate and SNI are
    those of the name: an answer of the resolver that changes a moment later (DNS rebinding) changes nothing.
    """

    def __init__(
        self,
        *,
        times: Times,
        resolver: Resolver,
        routes: Mapping[str, Place] | None,
        proxies: Mapping[str, str],
        ca_file: str | None = None,
    ) -> None:
        """Args: ``routes`` lead to loopback and are for tests; ``proxies`` maps host patterns as requests does."""
        self._times, self._resolver, self._routes, self._proxies = times, resolver, routes, proxies
        self._tls: dict[str, Any] = {"cert_reqs": "CERT_REQUIRED", "ca_certs": ca_file or certifi.where()}
        self._direct = watched(urllib3.PoolManager(num_pools=64, maxsize=4, **self._tls))
        self._by_proxy: dict[str, urllib3.PoolManager] = {}
        self._watches: set[Watch] = set()
        self._closed = False
        self._lock = threading.Lock()

    @contextmanager
    def exchange(self, request: PreparedRequest, host: str, *, trusted_name: bool) -> Iterator[Reply]:
        """Send ``request`` and hold its answer open.

        Args:
            host: the checked host of the request's address.
            trusted_name: the host stands on a fixed list (and a proxy may be told its name); otherwise data named it.

        Raises:
            TryAgainError: no answer of the resolver, no connection, or none that lasted until the headers were here.
            BlockedAddressError: the host leads to a machine that is not on the public internet.
            WebError: the host has no address, tests set routes and none leads there, the request has parts that
                cannot be sent, or the run was stopped.
        """
        watch = Watch(self._times.total_s)
        self._watches.add(watch)
        raw = None
        try:
            if self._closed:  # asked when it is watched: whoever closes in between ends it
                raise WebError("the run was stopped")
            with _as_ours(self._times, watch):
                raw = self._sent(request, host, trusted_name)
            yield _Reply(raw, self._times, watch)
        finally:
            watch.end()
            self._watches.discard(watch)
            if raw is not None:
                self._put_away(raw)

    def _put_away(self, raw: BaseHTTPResponse) -> None:
        """Keep the connection where the body was read to its end, close it where it was not."""
        if not raw.closed:
            raw.close()
        raw.release_conn()

    def _sent(self, request: PreparedRequest, host: str, trusted_name: bool) -> BaseHTTPResponse:
        try:
            return self._send(request, host, trusted_name)
        except (HTTPError, OSError):  # some are ValueErrors, too, and of the exchange all the same
            raise
        except ValueError:
            # its words hold the header that cannot be sent, and with it a token, so they are shown nowhere
            raise WebError(f"{host} was not asked: a header of the request holds signs that none may hold") from None

    def _send(self, request: PreparedRequest, host: str, trusted_name: bool) -> BaseHTTPResponse:
        last: Exception | None = None
        for pool in self._pools(host, trusted_name):
            try:
                return pool.urlopen(
                    method=request.method or "GET",
                    url=request.path_url,
                    body=request.body,
                    headers={"Host": host, **{name: _text(value) for name, value in request.headers.items()}},
                    redirect=False,
                    retries=False,
                    preload_content=False,
                    assert_same_host=False,
                    timeout=urllib3.Timeout(connect=self._times.connect_s, read=self._times.read_s),
                )
            except (NewConnectionError, ConnectTimeoutError) as error:
                last = error
        raise last or TryAgainError("has no address")

    def _pools(self, host: str, trusted_name: bool) -> Iterator[HTTPConnectionPool]:
        manager = self._manager(host)
        names = {"server_hostname": host, "assert_hostname": host}
        for place in self._places(host, trusted_name and isinstance(manager, urllib3.ProxyManager)):
            options = names if place.scheme == "https" else {}
            yield manager.connection_from_host(place.address, place.port, place.scheme, pool_kwargs=options)

    def _places(self, host: str, by_name: bool) -> tuple[Place, ...]:
        if self._routes is not None:
            if host not in self._routes:
                raise WebError(f"{host}: test routes are set and none leads there")
            return (self._routes[host],)
        if by_name:
            return (Place(host),)
        return tuple(Place(address) for address in resolve_public(host, self._resolver)[:_MOST_ADDRESSES])

    def _manager(self, host: str) -> urllib3.PoolManager:
        from requests.utils import select_proxy, should_bypass_proxies

        url = f"https://{host}/"
        proxy = select_proxy(url, dict(self._proxies))
        if not proxy or should_bypass_proxies(url, no_proxy=self._proxies.get("no")):
            return self._direct
        with self._lock:
            if proxy not in self._by_proxy:
                full = proxy if "://" in proxy else f"http://{proxy}"  # as curl takes it
                try:
                    self._by_proxy[proxy] = watched(urllib3.ProxyManager(full, num_pools=64, maxsize=4, **self._tls))
                except HTTPError:  # its words hold the address, and with it perhaps a password
                    wanted = "names no proxy such as http://proxy.example:3128, and SOCKS is not spoken"
                    raise WebError(f"{host} was not asked: HTTPS_PROXY, or ALL_PROXY, {wanted}") from None
            return self._by_proxy[proxy]

    def close(self) -> None:
        """End every exchange, close every connection, begin none."""
        self._closed = True
        for watch in tuple(self._watches):
            watch.expire()
        self._direct.clear()
        for manager in self._by_proxy.values():
            manager.clear()


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
