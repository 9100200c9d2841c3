"""Which addresses may be asked at all: https, an allowed host, and only machines on the public internet."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from gallery.errors import BlockedAddressError, WebError
from gallery.net.waits import TryAgainError
from gallery.sources.base import Hosts

Resolver = Callable[[str], tuple[str, ...]]

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f\\]")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_TUNNELS = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/32"))  # 6to4 and Teredo carry IPv4 inside


@dataclass(frozen=True, slots=True)
class Target:
    """An address that passed: what to ask for and which host to ask."""

    url: str
    host: str  # lower case, IDNA
    named: bool  # on the fixed list; otherwise only data named it


def canonical_host(name: str) -> str:
    """The spelling under which hosts are compared: lower case, IDNA, no dot at the end.

    Raises:
        ValueError: not the name of a host on the internet (an IP address, one label only, odd characters).
    """
    host = name.lower()
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True, std3_rules=True).decode("ascii")
        except idna.IDNAError as error:
            raise ValueError(f"{name!r} is not a host name") from error
    labels = host.split(".")
    if len(host) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"{name!r} is not the name of a host on the internet")
    if not re.search("[a-z]", labels[-1]):
        raise ValueError(f"{name!r} is an IP address, and only host names are asked")
    return host


def check_url(url: str, hosts: Hosts) -> Target:
    """Let an address pass that is https, on the default port, without user information, and on ``hosts``.

    Raises:
        BlockedAddressError: it is not; the message names the address without its query, and the reason.
    """
    shown = shorten(url)
    if _UNSAFE_IN_URL.search(url):
        raise BlockedAddressError(f"{shown} holds spaces, control characters or a backslash")
    try:
        parts = urlsplit(url)
        port, name = parts.port, parts.hostname or ""
    except ValueError as error:
        raise BlockedAddressError(f"{shown} is not an address") from error
    if parts.scheme.lower() != "https":
        raise BlockedAddressError(f"{shown} is not https")
    if "@" in parts.netloc:
        raise BlockedAddressError(f"{shown} holds a user name or password")
    if port not in (None, 443):
        raise BlockedAddressError(f"{shown} names port {port}; only the default port is asked")
    try:
        host = canonical_host(name)
    except ValueError as error:
        raise BlockedAddressError(f"{shown}: {error}") from error
    named = hosts.lists(host)
    if not named and not hosts.any_public:
        allowed = ", ".join(sorted(hosts.names)) or "none"
        raise BlockedAddressError(f"{shown}: {host} is not among the hosts of this account ({allowed})", host)
    rest = parts.path or "/"
    return Target(f"https://{host}{rest}" + (f"?{parts.query}" if parts.query else ""), host, named)


def redirect_url(url: str, location: str) -> str:
    """Where ``location``, whole or relative, sends a client that asked for ``url``.

    Raises:
        BlockedAddressError: the two make no address.
    """
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise BlockedAddressError(f"{shorten(url)} redirects to {shorten(location)}, which is no address") from error


def shorten(url: str) -> str:
    """An address as it may stand in a message: printable, without user information, query or fragment, not too long."""
    bare = re.sub(r"[?#].*", "", url, flags=re.DOTALL)
    bare = re.sub(r"^([a-zA-Z][a-zA-Z0-9+.-]*://)[^/]*@", r"\1", bare)
    printable = "".join(character if character.isprintable() else "�" for character in bare)
    return printable if len(printable) <= 200 else printable[:199] + "…"


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, whatever notation hides it.

    Loopback, private, link-local (cloud metadata services live there), multicast, carrier-grade NAT, reserved and
    documentation ranges are not public; nor is an IPv6 address that carries an IPv4 address inside, save NAT64 of a
    public one.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.ipv4_mapped is not None or ip.is_site_local or ip.scope_id or any(ip in net for net in _TUNNELS):
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def system_resolver(host: str) -> tuple[str, ...]:
    """Every address the system's resolver gives for ``host``, in its order of preference.

    Raises:
        TryAgainError: the resolver cannot say now.
        WebError: the name has no address.
    """
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError as error:
        if isinstance(error, TimeoutError) or (isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN):
            raise TryAgainError(f"could not be looked up ({error.strerror or error})") from error
        raise WebError(
            f"{host} has no address ({error.strerror or error}); is it spelt right, and this machine online?"
        ) from error
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def resolve_public(host: str, resolver: Resolver) -> tuple[str, ...]:
    """The addresses of ``host``, all of them public.

    Raises:
        BlockedAddressError: at least one of them is not.
        TryAgainError: the resolver cannot say now.
        WebError: there is none.
    """
    addresses = resolver(host)
    if not addresses:
        raise WebError(f"{host} has no address")
    for address in addresses:
        if not is_public(address):
            raise BlockedAddressError(f"{host} leads to {address}, which is not on the public internet")
    return addresses
