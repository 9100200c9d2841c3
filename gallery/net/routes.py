"""The one way in which tests may lead a host name to a server on this machine.

Two variables have to be set together, both by hand: ``GALLERY_TEST_ROUTES`` (a JSON object, ``{"https://api.x.com":
"http://127.0.0.1:8001"}``) and ``GALLERY_THIS_IS_A_TEST=yes``. Targets other than loopback are refused, every other
host is refused as long as routes are set, and a warning says so on standard error.
"""

from __future__ import annotations

import ipaddress
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from gallery.errors import ConfigError
from gallery.net.addresses import canonical_host

ROUTES_VARIABLE = "GALLERY_TEST_ROUTES"
CONSENT_VARIABLE = "GALLERY_THIS_IS_A_TEST"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a connection goes: an address that was checked, and how it is spoken to."""

    address: str
    port: int = 443
    scheme: str = "https"


def parse_routes(routes: Mapping[str, str]) -> dict[str, Place]:
    """Host name → place on this machine.

    Raises:
        ConfigError: an origin is not ``https://host``, or a target not ``http://<loopback address>:<port>``.
    """
    places = {}
    for origin, target in routes.items():
        try:
            source, end = urlsplit(origin), urlsplit(target)
            host, port = canonical_host(source.hostname or ""), end.port
            loopback = ipaddress.ip_address(end.hostname or "").is_loopback
        except ValueError as error:
            raise ConfigError(f"{ROUTES_VARIABLE}: {origin!r} → {target!r} is not a route: {error}") from error
        if source.scheme != "https" or end.scheme != "http" or not loopback or port is None:
            raise ConfigError(
                f"{ROUTES_VARIABLE}: {origin!r} → {target!r} is not a route; write "
                '{"https://host": "http://127.0.0.1:port"}, loopback only'
            )
        places[host] = Place(end.hostname or "", port, "http")
    return places


def routes_from_environment(environ: Mapping[str, str]) -> dict[str, Place] | None:
    """The test routes, or None outside tests.

    Raises:
        ConfigError: the variable is set without the second one, or cannot be read.
    """
    text = environ.get(ROUTES_VARIABLE, "")
    if not text:
        return None
    if environ.get(CONSENT_VARIABLE) != "yes":
        raise ConfigError(
            f"{ROUTES_VARIABLE} is set, which leads requests to this machine and belongs into tests only; "
            f"unset it (or set {CONSENT_VARIABLE}=yes as well, if this is a test)"
        )
    try:
        routes = json.loads(text)
        if not isinstance(routes, dict):
            raise TypeError("not an object")  # noqa: TRY301
        places = parse_routes({str(origin): str(target) for origin, target in routes.items()})
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{ROUTES_VARIABLE} is not a JSON object of routes: {error}") from error
    print(f"WARNING: {ROUTES_VARIABLE} is set: every request goes to this machine, none to a network", file=sys.stderr)
    return places
