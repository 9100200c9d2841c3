"""A static host that answers as GitHub Pages does, with a strict Content-Security-Policy on top.

``StaticHost(folder, prefix="/x/y/")`` serves on a free loopback port: a folder without its slash is moved (301), an
address without an extension finds its ``.html``, what is missing gets the site's own ``404.html``, everything outside
the prefix a bare 404. Text goes out gzipped. Every request is kept in ``host.requests``.
"""

from __future__ import annotations

import gzip
import mimetypes
import sys
import threading
from collections.abc import Mapping
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

CSP = (
    "default-src 'none'; img-src 'self'; style-src 'self'; font-src 'self'; script-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
)
STRICT_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "max-age=600",
}
TYPES = {".avif": "image/avif", ".js": "text/javascript", ".xml": "application/xml", ".webmanifest": "application/json"}
COMPRESSED = ("text/", "application/json", "application/xml", "application/feed+json", "image/svg+xml")


def content_type(path: Path) -> str:
    """The media type that a host sends for this file name, with the charset for text."""
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet for headers and body: without it Nagle costs 40 ms a request
    disable_nagle_algorithm = True
    server: StaticHost

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def _answer(self, *, body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        self.server.requests.append(path)
        found = self.server.find(path)
        if isinstance(found, str):
            self._send(301, {"Location": found}, b"", body=body)
        elif found is None:
            missing = self.server.folder / "404.html"
            inside = path.startswith(self.server.prefix) and missing.exists()
            data = missing.read_bytes() if inside else b"Not found"
            self._send(404, {"Content-Type": "text/html; charset=utf-8"}, data, body=body)
        else:
            self._send(200, {"Content-Type": content_type(found)}, found.read_bytes(), body=body)

    def _send(self, status: int, headers: dict[str, str], data: bytes, *, body: bool) -> None:
        if headers.get("Content-Type", "").startswith(COMPRESSED) and "gzip" in self.headers.get("Accept-Encoding", ""):
            data = gzip.compress(data, 6, mtime=0)
            headers["Content-Encoding"] = "gzip"
        self.send_response(status)
        for name, value in {**self.server.headers, **headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 – the base class names it so
        """Keep quiet: the requests are in the server's list."""


class StaticHost(ThreadingHTTPServer):
    """Serve ``folder`` below ``prefix`` on loopback; a context manager that stops the server at its end."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, folder: Path, prefix: str = "/", headers: Mapping[str, str] = STRICT_HEADERS) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder = folder.resolve()
        self.prefix = prefix
        self.headers = dict(headers)
        self.requests: list[str] = []
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @cached_property
    def url(self) -> str:
        """Address of the site's root, with the trailing slash."""
        return f"http://127.0.0.1:{self.server_address[1]}{self.prefix}"

    def find(self, path: str) -> Path | str | None:
        """The file behind an address; a string is the place to go instead; None is nothing here."""
        if not path.startswith(self.prefix):
            return self.prefix if f"{path}/" == self.prefix else None
        file = (self.folder / path[len(self.prefix) :]).resolve()
        if not file.is_relative_to(self.folder):
            return None
        if file.is_dir():
            if not path.endswith("/"):
                return f"{path}/"
            file = file / "index.html"
        elif not file.exists() and not file.suffix:
            file = file.with_suffix(".html")
        return file if file.is_file() else None

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up in the middle of an answer is no error; everything else is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()
