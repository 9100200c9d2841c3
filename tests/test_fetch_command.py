"""``gallery fetch`` as a process of its own, against a fake Bluesky: interrupted, dry, and told what it may not ask."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.servers.base import environment, silence, status, times
from tests.servers.bluesky import AOI, CDN, FakeBluesky

ACCOUNTS = "site:\n  title: T\n  contact: me@example.org\naccounts:\n  - bluesky: aoi.example.com\n"
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("GALLERY_")}


@pytest.fixture
def server() -> Iterator[FakeBluesky]:
    with FakeBluesky() as one:
        for number in range(6):
            moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
            one.people[AOI].post(number, moment, embed=one.images(number))
        yield one


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "accounts.yaml").write_text(ACCOUNTS)
    return tmp_path


def _gallery(folder: Path, server: FakeBluesky | None, *arguments: str, **more: str) -> subprocess.Popen[str]:
    routes = environment(server.routes()) if server else {}
    return subprocess.Popen(
        [sys.executable, "-m", "gallery", *arguments],
        cwd=folder,
        env={**CLEAN, "PYTHONPATH": str(Path(__file__).parent.parent), **routes, **more},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heed_interrupts,
    )


def _heed_interrupts() -> None:
    """A test run that was itself started in the background ignores SIGINT, and its children would, too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _fetch(folder: Path, server: FakeBluesky | None, *arguments: str, **more: str) -> tuple[int, str, str]:
    with _gallery(folder, server, "fetch", *arguments, **more) as process:
        out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@pytest.mark.parametrize(
    ("place", "how"),
    [
        ("listing", signal.SIGINT),
        ("pictures", signal.SIGINT),
        ("rate limit", signal.SIGINT),
        ("pictures", signal.SIGKILL),
    ],
)
def test_an_interrupted_fetch_ends_soon_and_loses_nothing(
    folder: Path, server: FakeBluesky, place: str, how: signal.Signals
) -> None:
    """Ctrl-C ends a run within moments, in a silent listing, a silent download or a long wait; whether it ended so
    or was killed, the next run goes on where it stopped."""
    fault = status(429, {"retry-after": "600"}) if place == "rate limit" else silence
    if place == "pictures":
        server.fail_next([lambda well: well, *times(99, fault)], host=CDN)
    else:
        server.fail_next(times(99, fault), path="/xrpc/app.bsky.feed.getAuthorFeed")
    sign = CDN if place == "pictures" else "getAuthorFeed"
    with _gallery(folder, server, "fetch") as process:
        try:
            _wait_until(lambda: any(sign in one.host + one.path for one in server.requests))
            time.sleep(0.3)
            interrupted_s = time.monotonic()
            process.send_signal(how)
            process.communicate(timeout=60)
        finally:
            process.kill()
    assert time.monotonic() - interrupted_s < 15
    assert process.returncode == (130 if how is signal.SIGINT else -signal.SIGKILL)
    server._planned.clear()
    code, _, err = _fetch(folder, server, "--report", "report.json")
    assert code == 0, err
    (account,) = json.loads((folder / "report.json").read_text())["accounts"]
    assert account["new"] + account["unchanged"] == 6
    assert account["failed"] == 0
    assert list((folder / ".gallery" / "tmp").iterdir()) == []


def _wait_until(true: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def test_a_run_waits_no_longer_than_its_maintainer_allows(folder: Path, server: FakeBluesky) -> None:
    """With ``fetch.max_wait_s`` at none, a rate limit of minutes ends the account at once, with the reason."""
    (folder / "accounts.yaml").write_text(f"fetch:\n  max_wait_s: 0\n{ACCOUNTS}")
    server.fail_next(times(99, status(429, {"retry-after": "100"})), path="/xrpc/app.bsky.feed.getAuthorFeed")
    began_s = time.monotonic()
    code, out, _ = _fetch(folder, server)
    assert (code, time.monotonic() - began_s < 60) == (4, True)
    assert "asked to" in out


def test_a_dry_run_asks_nothing(folder: Path, server: FakeBluesky) -> None:
    """``--dry-run`` says what would be fetched and sends not one request."""
    code, out, err = _fetch(folder, server, "--dry-run")
    assert code == 0, err
    assert "bluesky:aoi.example.com: everything" in out
    assert server.requests == []


def test_routes_alone_stop_the_command(folder: Path, server: FakeBluesky) -> None:
    """With the variable of the test routes but without the other one, the command ends as badly configured."""
    code, _, err = _fetch(folder, server, GALLERY_THIS_IS_A_TEST="")
    assert (code, server.requests) == (2, [])
    assert "GALLERY_TEST_ROUTES" in err


def test_an_unreadable_wish_stops_the_command(folder: Path, server: FakeBluesky) -> None:
    """Nothing is fetched while optouts.yaml cannot be read."""
    (folder / "optouts.yaml").write_text("- acount: bluesky:aoi.example.com\n")
    code, _, err = _fetch(folder, server)
    assert (code, server.requests) == (2, [])
    assert "optouts.yaml:1" in err
