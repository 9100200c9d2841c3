"""A real AT Protocol network for one test module: npm's ``@atproto/dev-env`` over a PostgreSQL of its own.

Everything listens on 127.0.0.1 and is gone at the end. Needs Node.js with the package (``make atproto-tools``, or
where ``ATPROTO_NODE_MODULES`` points) and PostgreSQL's ``initdb`` and ``postgres``.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, Any

from tests.servers.base import FakeServer, Request, Response, refusing_port

ROOT = Path(__file__).parents[2]
PDS = "pds.example.com"  # how the account's own server is called in DID documents


def missing() -> str:
    """What this machine lacks, "" where the network can be started."""
    if not shutil.which("node"):
        return "Node.js is not installed"
    if _node_modules() is None:
        return "npm's @atproto/dev-env is missing (make atproto-tools, or set ATPROTO_NODE_MODULES)"
    if _postgres_folder() is None:
        return "PostgreSQL's initdb is not installed"
    return ""


def _node_modules() -> Path | None:
    for folder in (os.environ.get("ATPROTO_NODE_MODULES"), ROOT / ".node" / "atproto" / "node_modules"):
        if folder and (Path(folder) / "@atproto" / "dev-env").is_dir():
            return Path(folder)
    return None


def _postgres_folder() -> Path | None:
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextmanager
def _postgres(log: Path) -> Iterator[str]:
    """A PostgreSQL that forgets everything; as root it runs as the user ``postgres``, because it refuses to be root."""
    programs = _postgres_folder()
    assert programs is not None
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="gallery-postgres-") as folder, log.open("wb") as output:
        if become:
            shutil.chown(folder, "postgres")
        data, port = Path(folder, "data"), refusing_port()
        made = [*become, programs / "initdb", "-D", data, "-U", "gallery", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(made, check=True, stdout=output, stderr=output, cwd=folder)
        settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=127.0.0.1"]
        arguments = [part for setting in [*settings, f"unix_socket_directories={folder}"] for part in ("-c", setting)]
        server = subprocess.Popen(
            [*become, programs / "postgres", "-D", data, "-p", str(port), *arguments],
            stdout=output,
            stderr=output,
            cwd=folder,
            start_new_session=True,
        )
        try:
            ready = [
                programs / "pg_isready",
                "-q",
                "-h",
                "127.0.0.1",
                "-p",
                str(port),
                "-U",
                "gallery",
                "-d",
                "postgres",
            ]
            for _ in range(300):
                if subprocess.run(ready, check=False).returncode == 0:
                    break
                assert server.poll() is None, log.read_text()
                time.sleep(0.1)
            yield f"postgresql://gallery@127.0.0.1:{port}/postgres"
        finally:
            os.killpg(server.pid, signal.SIGINT)
            server.wait(20)


class Network:
    """The running network; every method is one command to it."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process, self._log = process, log
        self.ports: dict[str, int] = {}

    def tell(self, command: str, **details: object) -> dict[str, Any]:
        """Run a command of ``atproto.cjs`` and return its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"command": command, **details}) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith('{"ok":'):
                answer: dict[str, Any] = json.loads(line)
                assert answer["ok"], answer["error"]
                return answer
        raise AssertionError(f"the network died: {self._log.read_text()[-2000:]}")

    def post(self, did: str, text: str, created: str, pictures: Sequence[bytes], **more: object) -> dict[str, Any]:
        """Publish a post with these PNG pictures."""
        sent = [
            {"base64": base64.b64encode(picture).decode(), "type": "image/png", "alt": f"{text} {number}"}
            for number, picture in enumerate(pictures)
        ]
        return self.tell("post", did=did, text=text, created=created, pictures=sent, **more)


class Recorder(FakeServer):
    """Stands before the network and records what it is asked.

    It changes one thing: DID documents name the account's server as ``http://localhost:…``, and become what they are
    on the internet, an https address (``https://pds.example.com``).
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        appview, pds, plc = (network.ports[name] for name in ("appview", "pds", "plc"))
        self._ports = {"public.api.bsky.app": appview, "cdn.bsky.app": appview, "plc.directory": plc, PDS: pds}
        self._pds = f"http://localhost:{pds}".encode()

    def routes(self, *hosts: str) -> dict[str, str]:
        return super().routes(*self._ports, *hosts)

    def answer(self, request: Request) -> Response:
        assert request.method == "GET", request
        assert not {"authorization", "cookie"} & set(request.headers), request
        connection = HTTPConnection("127.0.0.1", self._ports[request.host], timeout=20)
        headers = {name: value for name, value in request.headers.items() if name != "accept-encoding"}
        try:
            connection.request("GET", request.target, headers=headers)
            real = connection.getresponse()
            body = real.read()
        finally:
            connection.close()
        if request.host == "plc.directory":
            body = body.replace(self._pds, f"https://{PDS}".encode())
        kept = ("content-type", "location", "ratelimit-reset", "etag", "cache-control")
        return Response(real.status, body, {name: real.headers[name] for name in kept if name in real.headers})


@contextmanager
def network(folder: Path) -> Iterator[Network]:
    """Start everything, with its files below ``folder``."""
    modules = _node_modules()
    assert modules is not None
    log: IO[bytes]
    with _postgres(folder / "postgres.log") as url, (folder / "node.log").open("wb") as log:
        (folder / "tmp").mkdir()
        environ = {
            **os.environ,
            "ATPROTO_NODE_MODULES": str(modules),
            "TMPDIR": str(folder / "tmp"),
            "LOG_ENABLED": "false",
        }
        process = subprocess.Popen(
            ["node", Path(__file__).with_suffix(".cjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environ,
            start_new_session=True,
        )
        try:
            running = Network(process, folder / "node.log")
            running.ports = running.tell("start", postgres=url)
            yield running
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
