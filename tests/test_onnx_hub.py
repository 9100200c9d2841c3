"""Models of a hub: fetched once and only when asked, and checked whenever they are used."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gallery.classify.brought import brought_model_id, load_brought
from gallery.domain import Label
from gallery.errors import ModelError

pytest.importorskip("onnx", reason="the onnx package is not installed")
from tests.onnx_kit import REVISION, SETTINGS, colour_model, plain  # it needs onnx


class Hub:
    """A hub that serves files under ``/<repo>/resolve/<revision>/`` as huggingface.co does, and counts requests."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.busy: set[str] = set()
        self.asked: list[str] = []
        self.tokens: set[str | None] = set()
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.answer(body=False)

            def do_GET(self) -> None:
                self.answer(body=True)

            def answer(self, *, body: bool) -> None:
                hub.asked.append(self.path)
                hub.tokens.add(self.headers.get("Authorization"))
                prefix = f"/owner/model/resolve/{REVISION}/"
                content = hub.files.get(self.path.removeprefix(prefix)) if self.path.startswith(prefix) else None
                busy = self.path.removeprefix(prefix) in hub.busy
                self.send_response(418 if busy else 200 if content is not None else 404)
                if busy:
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self.send_header("X-Repo-Commit", REVISION)
                if content is None:
                    self.send_header("X-Error-Code", "EntryNotFound")
                    content = b""
                self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if body:
                    self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    pytest.importorskip("huggingface_hub", reason="huggingface_hub is not installed")
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    monkeypatch.setenv("HF_TOKEN", "the maintainer's own")  # which their library would send along
    served = Hub(
        {
            "small/model.onnx": colour_model().SerializeToString(),
            "small/meta.json": json.dumps({"labels": ["red", "green", "blue"]}).encode(),
        }
    )
    yield served
    served.close()


HUB_SETTINGS = replace(SETTINGS, spec=f"hf:owner/model@{REVISION}", file="small/model.onnx", labels=())


def test_a_hub_model_is_fetched_once_and_only_when_asked(hub: Hub, tmp_path: Path) -> None:
    """Without being asked nothing is requested; after one download everything works offline; no token is sent."""
    with pytest.raises(ModelError, match="gallery lab fetch-model"):
        load_brought(HUB_SETTINGS, tmp_path, endpoint=hub.url)
    assert hub.asked == []
    classifier = load_brought(HUB_SETTINGS, tmp_path, download=True, endpoint=hub.url)
    assert hub.tokens == {None}
    hub.asked.clear()
    offline = load_brought(HUB_SETTINGS, tmp_path, endpoint=hub.url)
    assert hub.asked == []
    assert offline.id == classifier.id == brought_model_id(HUB_SETTINGS, tmp_path)
    assert offline.predict([plain("#0000ff")])[0].label is Label.DRAWING
    assert (tmp_path / ".gallery" / "models").is_dir()


def test_a_hub_model_altered_on_disk_is_refused(hub: Hub, tmp_path: Path) -> None:
    """What lies in the cache must still have the hash under which the hub sent it."""
    load_brought(HUB_SETTINGS, tmp_path, download=True, endpoint=hub.url)
    (blob,) = [p for p in tmp_path.rglob("blobs/*") if p.read_bytes() == hub.files["small/model.onnx"]]
    blob.write_bytes(colour_model(softmax=False).SerializeToString())
    with pytest.raises(ModelError, match="not what the hub sent"):
        load_brought(HUB_SETTINGS, tmp_path, endpoint=hub.url)


def test_a_missing_hub_file_is_named(hub: Hub, tmp_path: Path) -> None:
    """A file that the repository does not have ends in an error with its name."""
    with pytest.raises(ModelError, match=r"large/model\.onnx"):
        load_brought(replace(HUB_SETTINGS, file="large/model.onnx"), tmp_path, download=True, endpoint=hub.url)


def test_a_busy_hub_is_not_taken_for_one_without_the_file(hub: Hub, tmp_path: Path) -> None:
    """Where the hub has no answer for a file beside the model, nothing is used that might lack it, then or later."""
    hub.busy = {"small/meta.json"}
    named = replace(HUB_SETTINGS, labels=("blue", "green", "red"))
    with pytest.raises(ModelError, match="did not answer"):
        load_brought(named, tmp_path, download=True, endpoint=hub.url)
    with pytest.raises(ModelError, match="gallery lab fetch-model"):
        load_brought(named, tmp_path, endpoint=hub.url)
    hub.busy = set()
    assert load_brought(named, tmp_path, download=True, endpoint=hub.url).id == load_brought(named, tmp_path).id
