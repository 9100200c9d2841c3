"""The server side of ``toy_source``: artists' posts, their pictures, and what became of them."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import gallery.sources
from gallery.domain import Account, Artist
from gallery.fetch import FetchReport, FetchSettings, fetch_accounts
from gallery.net.manners import Limits
from gallery.net.wire import Times
from gallery.optout_rules import OptOuts
from gallery.report import AccountReport
from gallery.store import Store
from gallery.web import Web
from tests.servers.base import FakeServer, Request, Response

NIGHT = datetime(2026, 11, 23, 3, 17, tzinfo=UTC)
QUICK = Limits(api_spacing_s=0.0, backoff_s=0.01, waiting_s=5.0)
SHORT = Times(
    connect_s=2.0, read_s=0.6, total_s=1.2
)  # only where silence is what a test is about: a slow machine is not silent
ARTIST = Artist("aoi", "Aoi")
AOI, SORA = "aoi.example", "sora.example"  # handles


@cache
def picture(seed: int, size: tuple[int, int] = (96, 64), kind: str = "JPEG") -> bytes:
    """A picture of coarse random blocks: no two seeds look alike."""
    rng = random.Random(seed)
    blocks = Image.frombytes("RGB", (9, 8), rng.randbytes(9 * 8 * 3))
    file = io.BytesIO()
    blocks.resize(size, Image.Resampling.NEAREST).save(file, kind)
    return file.getvalue()


@dataclass
class ToyWorld:
    """What the toy network holds; change it between nights."""

    posts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # handle → oldest first
    state: dict[str, str] = field(default_factory=dict)  # handle → what the network says of the whole account
    sweep_state: dict[str, str] = field(default_factory=dict)  # the same, but only when asked about single posts
    profile: dict[str, dict[str, str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    maybe: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    files: dict[str, Response] = field(default_factory=dict)  # path → what to answer in place of a picture
    page_size: int = 50
    crash: dict[str, str] = field(default_factory=dict)

    def artist(self, handle: str, posts: int, pictures: int = 1, first: int = 0) -> None:
        """Let ``handle`` have posts number ``first`` … each with so many pictures, an hour apart."""
        for number in range(first, first + posts):
            at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
            media = [
                {"key": f"{number}-{index}", "url": f"https://img.{handle}/{number}-{index}.jpg"}
                for index in range(pictures)
            ]
            post = {"key": f"{handle}/{number}", "at": at.isoformat(), "media": media}
            self.posts.setdefault(handle, []).append(post)

    def answer(self, request: Request) -> Response:
        """Both the API and the pictures."""
        if request.path == "/list":
            return self._list(request)
        if request.path == "/gone":
            if request.host in self.sweep_state:
                return Response.json({"state": self.sweep_state[request.host]})
            asked = set(request.query["keys"].split(","))
            lists = {"gone": self.gone, "maybe": self.maybe, "unknown": self.unknown}
            return Response.json({name: sorted(asked & keys) for name, keys in lists.items()})
        if request.path in self.files:
            return self.files[request.path]
        seed = sum(ord(letter) * 31**place for place, letter in enumerate(request.host + request.path)) % 2**31
        return Response(200, picture(seed), {"content-type": "image/jpeg"})

    def _list(self, request: Request) -> Response:
        handle = request.host
        if handle in self.state:
            return Response.json({"state": self.state[handle]})
        after = int(request.query["after"])
        page = self.posts.get(handle, [])[after : after + self.page_size]
        following = after + len(page)
        return Response.json(
            {
                "profile": self.profile.get(handle, {}),
                "posts": page,
                "next": following if page else None,
                "crash": self.crash.get(handle),
            }
        )


@dataclass
class Nights:
    """A gallery that fetches from the toy network night after night."""

    world: ToyWorld
    server: FakeServer
    store: Store
    now: datetime = NIGHT
    limits: Limits = QUICK
    times: Times = Times()  # noqa: RUF009 - frozen

    def account(self, handle: str, network: str = "toy", **fields: Any) -> Account:
        return Account(network, handle, ARTIST, where="accounts.yaml:3", **fields)

    def web(self, extra: Mapping[str, str] | None = None) -> Web:
        hosts = {"media.example"} | {name for handle in self.handles for name in (handle, f"img.{handle}")}
        return Web(
            contact="me@example.org",
            project_url="https://example.org/g",
            limits=self.limits,
            times=self.times,
            memory=self.store,
            rng=random.Random(1),
            environ={"X_BEARER_TOKEN": "sesame-open"},
            test_routes={**self.server.routes(*sorted(hosts)), **(extra or {})},
        )

    @property
    def handles(self) -> set[str]:
        return {*self.world.posts, *self.world.state, *self.world.crash}

    def night(
        self, *accounts: Account, optouts: OptOuts | None = None, web: Web | None = None, **settings: Any
    ) -> FetchReport:
        """One run; the next one is a day later."""
        web = web or self.web()
        self.server.forget()
        try:
            return fetch_accounts(
                accounts,
                self.store,
                web,
                self.now,
                optouts=optouts or OptOuts(),
                progress=Silent(),
                settings=FetchSettings(decoders=1, **settings),
            )
        finally:
            web.close()
            self.now += timedelta(days=1)

    def one(self, *accounts: Account, **options: Any) -> AccountReport:
        """One run over one account."""
        (report,) = self.night(*accounts, **options).accounts
        return report

    def shown(self, *accounts: Account) -> list[str]:
        """The post keys of the pictures that the store would show."""
        return sorted({one.post.key for one in self.store.pictures(accounts)})

    def asked_paths(self) -> list[str]:
        return [request.path for request in self.server.requests]


class Silent:
    def start(self, what: str, total: int) -> Any:
        return lambda: None


@contextmanager
def toy_nights(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nights]:
    """A gallery in ``folder`` whose accounts.yaml knows the networks ``toy`` and ``paidtoy``."""
    monkeypatch.setitem(gallery.sources.BUILT_IN, "toy", "tests.toy_source:Toy")
    monkeypatch.setitem(gallery.sources.BUILT_IN, "paidtoy", "tests.toy_source:PaidToy")
    world = ToyWorld()
    with FakeServer(world.answer) as server, Store(folder / ".gallery") as store:
        yield Nights(world, server, store)
