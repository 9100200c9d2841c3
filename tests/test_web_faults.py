"""Faults on the way, secrets that no message may hold, and the switch that leads to this machine in tests only."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gallery.errors import BlockedAddressError, ConfigError, WebError
from gallery.net.manners import Limits
from gallery.net.secrets import HIDDEN, Scrubber
from gallery.web import Web
from tests.servers.base import (
    FakeServer,
    Fault,
    close_mid_body,
    drip,
    drip_for_ever,
    drip_gzip,
    environment,
    refusing_port,
    reset_mid_body,
    silence,
    stall_mid_body,
    status,
    times,
    wrong_length,
)
from tests.web_kit import API, HOSTS, MEDIA, SHORT, open_webs, well


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer(well) as one:
        yield one


@pytest.fixture
def new_web(server: FakeServer) -> Iterator[Callable[..., Web]]:
    with open_webs(server) as make:
        yield make


# --- what can go wrong on the way ------------------------------------------------------------------------------------

FAULTS: list[Fault] = [reset_mid_body, close_mid_body, stall_mid_body, drip, drip_for_ever, drip_gzip]
FAULTS += [silence, wrong_length(7)]
NAMES = ["reset", "close", "stall", "drip", "drip for ever", "drip gzip", "silence", "wrong length"]


@pytest.mark.parametrize("fault", FAULTS, ids=NAMES)
def test_broken_calls_are_retried(server: FakeServer, new_web: Callable[..., Web], fault: Fault) -> None:
    """A connection that breaks, stalls, trickles or ends early is tried again within its time, and then succeeds."""
    server.fail_next(fault)
    started_s = time.monotonic()
    assert new_web(times=SHORT).call(f"https://{API}/a", hosts=HOSTS).status == 200
    assert time.monotonic() - started_s < 5
    assert len(server.requests) > 1


@pytest.mark.parametrize("fault", FAULTS, ids=NAMES)
def test_broken_downloads_leave_nothing(
    server: FakeServer, new_web: Callable[..., Web], tmp_path: Path, fault: Fault
) -> None:
    """A download that never gets whole fails within its time and leaves no file behind."""
    server.fail_next(times(9, fault))
    web = new_web(limits=Limits(tries=2, backoff_s=0.01), times=SHORT)
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


# --- secrets and switches --------------------------------------------------------------------------------------------


def test_no_error_holds_a_secret(server: FakeServer, new_web: Callable[..., Web], tmp_path: Path) -> None:
    """Whatever goes wrong, no message holds the query, the token or what the server echoes of them."""
    web = new_web(environ={"X_BEARER_TOKEN": "sesame-open"}, times=SHORT)
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


@pytest.mark.parametrize(
    "name", ["X_CONSUMER_KEY", "DEPLOY_KEY", "apikey", "SIGNING_KEY_2", "HUB_TOKEN", "db_password"]
)
def test_the_scrubber_knows_variables_by_their_names(name: str) -> None:
    """What a variable named like a secret holds is shown nowhere; a keyboard is no key."""
    scrub = Scrubber.from_environment({name: "sesame-open", "KEYBOARD": "dvorak-de"})
    assert scrub("sesame-open on a dvorak-de") == f"{HIDDEN} on a dvorak-de"


def test_the_scrubber_knows_a_value_without_the_blanks_around_it() -> None:
    """A secret that was pasted with its line end is hidden also where that is escaped or left out."""
    scrub = Scrubber(["sesame-open\n"])
    assert scrub("sesame-open, b'sesame-open\\n'") == f"{HIDDEN}, b'{HIDDEN}\\n'"


def test_the_scrubber_leaves_no_end_of_a_secret_that_begins_like_another() -> None:
    """The longer of two values goes whole, whichever is named first."""
    values = ["sesame-open", "sesame-open-wide"]
    assert [Scrubber(order)("sesame-open-wide") for order in (values, values[::-1])] == [HIDDEN, HIDDEN]


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
