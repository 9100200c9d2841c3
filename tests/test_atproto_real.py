"""The source ``bluesky`` against a real AT Protocol network: PLC directory, PDS and AppView from npm.

It runs where Node.js, ``@atproto/dev-env`` and PostgreSQL are present; everything listens on 127.0.0.1. The network is
driven by the real ``gallery fetch``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from gallery.domain import Account
from gallery.report import AccountReport
from gallery.store import Store
from tests.net_kit import Nights
from tests.servers import atproto
from tests.servers.base import environment
from tests.servers.pictures import picture
from tests.source_kit import NOW, account

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(bool(atproto.missing()), reason=f"no real AT Protocol network here: {atproto.missing()}"),
]


@dataclass
class World:
    """The network, what stands before it, and one artist who posts there."""

    network: atproto.Network
    recorder: atproto.Recorder
    did: str
    handle: str

    def publish(self, number: int, *pictures: int, when: datetime | None = None, **more: Any) -> dict[str, Any]:
        created = when or NOW - timedelta(days=100 - number)
        text = f"post {number}"
        return self.network.post(self.did, text, created.isoformat(), [picture(one) for one in pictures], **more)

    def tell(self, command: str, **details: object) -> None:
        """A command about the artist's account."""
        self.network.tell(command, did=self.did, **details)

    def night(self, nights: Nights) -> AccountReport:
        """One run, after the network has told all its parts what happened."""
        self.network.tell("settle")
        return nights.night()

    def nights(self, store: Store, **options: Any) -> Nights:
        entry = account("bluesky", self.handle, options=options)
        return Nights(store, entry, self.recorder.routes())

    def asked(self, part: str) -> int:
        """How often something with ``part`` in its address was asked for."""
        return sum(part in request.target for request in self.recorder.requests)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[atproto.Network]:
    with atproto.network(tmp_path_factory.mktemp("atproto")) as running:
        yield running


@pytest.fixture
def world(network: atproto.Network, request: pytest.FixtureRequest) -> Iterator[World]:
    """An artist of this test's own."""
    name = f"a{sha256(request.node.name.encode()).hexdigest()[:8]}"
    did = network.tell("account", name=name)["did"]
    network.tell("profile", did=did, name="Aoi / 青")
    with atproto.Recorder(network) as recorder:
        yield World(network, recorder, did, f"{name}.test")


def hashes(*numbers: int) -> list[str]:
    return sorted(sha256(picture(number)).hexdigest() for number in numbers)


def test_originals_arrive_with_the_hash_that_their_cid_names(world: World, store: Store) -> None:
    """Handle, DID document, feed and getBlob of the real thing give the very bytes that were uploaded, once."""
    world.publish(1, 11, 12, 13, 14)
    world.publish(2, 15)
    nights = world.nights(store, originals="pds")
    first = world.night(nights)
    assert (first.new, first.failed, first.problem) == (5, 0, "")
    assert nights.pictures() == hashes(11, 12, 13, 14, 15)
    shown = store.pictures([nights.account])
    assert {one.media.alt for one in shown} == {f"post 1 {number}" for number in range(4)} | {"post 2 0"}
    assert shown[0].profile is not None
    assert (shown[0].profile.name, shown[0].profile.stable_id) == ("Aoi / 青", world.did)

    world.recorder.forget()
    world.publish(3, 16)
    second = world.night(nights)
    assert (second.new, second.unchanged, second.problem) == (1, 5, "")
    assert world.asked("getBlob") == 1
    assert world.asked("resolveHandle") == 0


def test_copies_of_the_cdn_are_the_default(world: World, store: Store) -> None:
    """Without options the AppView's own copies are fetched, and the artist's server is not asked at all."""
    world.publish(1, 21)
    report = world.night(world.nights(store))
    assert (report.new, report.failed, report.problem) == (1, 0, "")
    assert {request.host for request in world.recorder.requests} == {
        "public.api.bsky.app",
        "cdn.bsky.app",
        "plc.directory",
    }


def test_deleted_post_goes(world: World, store: Store) -> None:
    """A post that its author deleted is gone after the next night; the others stay."""
    world.publish(1, 31)
    second = world.publish(2, 32)
    for number in range(3, 7):
        world.publish(number, 30 + number)
    nights = world.nights(store, originals="pds")
    world.night(nights)
    world.tell("remove", uri=second["uri"])
    report = world.night(nights)
    assert (report.removed, report.problem) == (1, "")
    assert nights.pictures() == hashes(31, 33, 34, 35, 36)


def test_labels_and_wishes_are_respected(world: World, store: Store) -> None:
    """A self label veils its post; the wish not to be shown to logged-out visitors ends the showing of all."""
    world.publish(1, 41, labels=["nudity"])
    world.publish(2, 42)
    nights = world.nights(store, originals="pds")
    world.night(nights)
    veiled = {one.sha256: one.post.sensitive for one in store.pictures([nights.account])}
    assert veiled == {hashes(41)[0]: True, hashes(42)[0]: False}
    world.tell("selflabel", labels=["!no-unauthenticated"])
    report = world.night(nights)
    assert "not signed in" in report.problem
    assert nights.pictures() == []


def test_deactivated_account_is_told_as_such(world: World, store: Store) -> None:
    """Whoever deactivates the account is not shown any more."""
    world.publish(1, 51)
    nights = world.nights(store, originals="pds")
    assert world.night(nights).new == 1
    world.tell("deactivate")
    report = world.night(nights)
    assert "AccountDeactivated" in report.problem
    assert nights.pictures() == []


def test_full_history_reads_the_records_of_the_server(world: World, store: Store) -> None:
    """``history: full`` pages through every record, posts without pictures included, and finds all pictures."""
    for number in range(6):
        world.publish(number, *([60 + number] if number % 2 else []))
    nights = world.nights(store, originals="pds", history="full", videos=False)
    report = world.night(nights)
    assert (report.new, report.problem) == (3, "")
    assert world.asked("listRecords") == 2  # the real server gives a cursor with every page that is not empty
    assert nights.pictures() == hashes(61, 63, 65)
    world.recorder.forget()
    assert world.night(nights).problem == ""
    assert world.asked("listRecords") == 0


def test_the_command_fetches_from_the_real_network(world: World, tmp_path: Path) -> None:
    """``gallery fetch`` typed by a maintainer reads the real network, and reads nothing twice."""
    world.publish(1, 71, 72)
    world.network.tell("settle")
    (tmp_path / "accounts.yaml").write_text(
        "site:\n  contact: me@example.org\n"
        f"accounts:\n  - bluesky: {world.handle}\n    artist: aoi\n    originals: pds\n"
    )
    reports = [fetch(world, tmp_path, night) for night in (1, 2)]
    assert [report["new"] for report in reports] == [2, 0]
    assert world.asked("getBlob") == 2
    with Store(tmp_path / ".gallery") as store:
        entry = Account("bluesky", world.handle, account("bluesky", world.handle).artist)
        assert sorted(one.sha256 for one in store.pictures([entry])) == hashes(71, 72)


def fetch(world: World, folder: Path, night: int) -> dict[str, Any]:
    """Run the command and return what its report says of the one account."""
    report = folder / f"report-{night}.json"
    done = subprocess.run(
        [sys.executable, "-m", "gallery", "fetch", "--report", report],
        cwd=folder,
        env={**os.environ, **environment(world.recorder.routes())},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (about,) = json.loads(report.read_text())["accounts"]
    return dict(about)
