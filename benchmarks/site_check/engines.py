"""Firefox and WebKit, which iPhones have, as the site check drives them.

Both understand the commands of WebDriver (https://www.w3.org/TR/webdriver2/): WebKit's driver over HTTP, Firefox over a
socket of its own, Marionette (https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html). No library
speaks to both as Debian ships them, for what lies between them and Firefox, geckodriver, is no package.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

_FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
_WEBKIT = shutil.which("WebKitWebDriver")
_MINI_BROWSER = next(iter(sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))), None)
_SCREEN = shutil.which("Xvfb")
ARROW_RIGHT, ESCAPE = "\ue014", "\ue00c"  # WebDriver's names of keys
_START_S, _STEP_S = 60, 30
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # what WebDriver calls a reference to an element
_QUIET = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "marionette.port": 0,  # any; Firefox writes down which
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}


class EngineError(Exception):
    """A browser does not start, or cannot do what it is asked for."""


class _Command(Enum):
    """A command's name over Marionette, and its method and path over HTTP."""

    START = "NewSession", "POST", ""
    GO = "Navigate", "POST", "url"
    WHERE = "GetCurrentURL", "GET", "url"
    BACK = "Back", "POST", "back"
    RELOAD = "Refresh", "POST", "refresh"
    FIND = "FindElement", "POST", "element"
    CLICK = "ElementClick", "POST", "element/{id}/click"
    KEYS = "PerformActions", "POST", "actions"
    RUN = "ExecuteScript", "POST", "execute/sync"


class Engine(ABC):
    """A browser with one window."""

    name: str

    @abstractmethod
    def _send(self, command: _Command, parameters: dict[str, object]) -> object: ...

    @property
    def url(self) -> str:
        """The address in the bar."""
        return str(self._send(_Command.WHERE, {}))

    def goto(self, url: str) -> None:
        """Open an address and wait until it is loaded."""
        self._send(_Command.GO, {"url": url})

    def back(self) -> None:
        """Press Back."""
        self._send(_Command.BACK, {})

    def reload(self) -> None:
        """Load the page anew."""
        self._send(_Command.RELOAD, {})

    def click(self, selector: str) -> None:
        """Click the first element that a selector finds, scrolling to it before."""
        found = self._send(_Command.FIND, {"using": "css selector", "value": selector})
        self._send(_Command.CLICK, {"id": found[_ELEMENT]} if isinstance(found, dict) else {})

    def press(self, key: str) -> None:
        """Press and release a key."""
        strokes = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        self._send(_Command.KEYS, {"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]})

    def run(self, script: str) -> object:
        """What a script returns."""
        return self._send(_Command.RUN, {"script": script, "args": [], "sandbox": None})

    def wait(self, condition: str, seconds: float = 10) -> bool:
        """Whether a JavaScript expression becomes true in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.run(f"return !!({condition})"):
                return True
            time.sleep(0.1)
        return False


class _Firefox(Engine):
    def __init__(self, connection: socket.socket) -> None:
        self._stream = connection.makefile("rwb")
        self._number = 0
        self._read()  # its greeting
        started = self._send(_Command.START, {})
        version = started["capabilities"]["browserVersion"] if isinstance(started, dict) else "?"
        self.name = f"Firefox {version}"

    def _send(self, command: _Command, parameters: dict[str, object]) -> object:
        self._number += 1
        message = json.dumps([0, self._number, f"WebDriver:{command.value[0]}", parameters]).encode()
        self._stream.write(b"%d:%b" % (len(message), message))
        self._stream.flush()
        answer = self._read()
        _, _, error, result = answer if isinstance(answer, list) else (1, 0, {"message": answer}, None)
        if error:
            raise EngineError(f"{command.name}: {error['message']}")
        return result["value"] if isinstance(result, dict) and result.keys() == {"value"} else result

    def _read(self) -> object:
        digits = b""
        while (digit := self._stream.read(1)) not in (b":", b""):
            digits += digit
        if not digits:
            raise EngineError("Firefox has gone")
        return json.loads(self._stream.read(int(digits)))


class _WebKit(Engine):
    def __init__(self, root: str) -> None:
        self._root = root
        options = {"binary": str(_MINI_BROWSER), "args": ["--automation"]}
        started = self._send(_Command.START, {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}})
        if not isinstance(started, dict):
            raise EngineError(f"WebKit starts with {started!r}")
        self._root = f"{root}/{started['sessionId']}/"
        self.name = f"WebKit {started['capabilities']['browserVersion']}"

    def _send(self, command: _Command, parameters: dict[str, object]) -> object:
        _, method, path = command.value
        url = self._root + path.format(**parameters)
        answer = requests.request(method, url, json=parameters if method == "POST" else None, timeout=_STEP_S)
        value = answer.json()["value"]
        if not answer.ok:
            raise EngineError(f"{command.name}: {value['message']}")
        return value


def others() -> dict[str, Callable[[], AbstractContextManager[Engine]] | None]:
    """The engines besides Chromium: what starts each (EngineError: it does not), None where it is not installed."""
    return {
        "Firefox": _firefox if _FIREFOX else None,
        "WebKit": _webkit if _WEBKIT and _MINI_BROWSER and _SCREEN else None,
    }


@contextmanager
def _firefox() -> Iterator[Engine]:
    """Firefox with a fresh profile and no window."""
    with ExitStack() as stack:
        profile = Path(stack.enter_context(TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True)))
        lines = (f'user_pref("{name}", {json.dumps(value)});' for name, value in _QUIET.items())
        (profile / "user.js").write_text("\n".join(lines))
        command = [str(_FIREFOX), "--headless", "--marionette", "--no-remote", "--profile", str(profile), "about:blank"]
        stack.enter_context(_process(command))
        port = profile / "MarionetteActivePort"
        _until(lambda: port.exists() and port.read_text(), "Firefox does not start")
        connection = socket.create_connection(("127.0.0.1", int(port.read_text())), timeout=_STEP_S)
        yield _Firefox(stack.enter_context(connection))


@contextmanager
def _webkit() -> Iterator[Engine]:
    """WebKit's small browser on a screen that nobody sees."""
    with ExitStack() as stack:
        reading, writing = os.pipe()
        stack.callback(os.close, reading)
        screen = [str(_SCREEN), "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
        stack.enter_context(_process(screen, pass_fds=(writing,)))
        os.close(writing)
        display = os.read(reading, 16).decode().strip()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        # its sandbox needs rights that root in a container lacks; it opens nothing but the site
        surroundings = {"DISPLAY": f":{display}", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        driver = [str(_WEBKIT), f"--port={port}"]
        stack.enter_context(_process(driver, env={**os.environ, **surroundings, "LIBGL_ALWAYS_SOFTWARE": "1"}))
        _until(lambda: _listens(port), "WebKit's driver does not start")
        yield _WebKit(f"http://127.0.0.1:{port}/session")


@contextmanager
def _process(
    command: list[str], *, env: dict[str, str] | None = None, pass_fds: tuple[int, ...] = ()
) -> Iterator[None]:
    """A process that ends, with all that it started, when the block does."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        command, stdin=quiet, stdout=quiet, stderr=quiet, env=env, pass_fds=pass_fds, start_new_session=True
    )
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _until(condition: Callable[[], object], problem: str) -> None:
    end = time.monotonic() + _START_S
    while not condition():
        if time.monotonic() > end:
            raise EngineError(problem)
        time.sleep(0.1)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
