"""What the tests of the door to the network share: hosts that a fake server plays, and doors that lead only there."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gallery.net.manners import Limits
from gallery.net.wire import Times
from gallery.sources.base import Hosts
from gallery.web import Web
from tests.servers.base import FakeServer, Request, Response

API = "api.example.com"
MEDIA = "img.example.com"
HOSTS = Hosts(frozenset({API, MEDIA, "other.example.com"}))
SHORT = Times(
    connect_s=2.0, read_s=0.6, total_s=1.2
)  # only where silence is what a test is about: a slow machine is not silent
QUICK = Limits(api_spacing_s=0.0, backoff_s=0.01)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8


def well(request: Request) -> Response:
    if request.host == API:
        return Response.json({"path": request.path, "params": request.params})
    return Response(200, PNG, {"content-type": "image/png"})


@contextmanager
def open_webs(server: FakeServer) -> Iterator[Callable[..., Web]]:
    """What opens any number of :class:`Web` whose only hosts are those of ``server``, and closes them."""
    made: list[Web] = []

    def make(**options: Any) -> Web:
        routes = server.routes(API, MEDIA, "other.example.com")
        defaults: dict[str, Any] = {"limits": QUICK, "test_routes": routes, "rng": random.Random(1)}
        made.append(
            Web(contact="me@example.org", project_url="https://example.org/g", **{**defaults, "environ": {}, **options})
        )
        return made[-1]

    try:
        yield make
    finally:
        for web in made:
            web.close()
