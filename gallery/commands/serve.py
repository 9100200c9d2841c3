"""``gallery serve``: the built site on this machine, answered as a static host would."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

from gallery.errors import GalleryError


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012  # the base class declares it so
        **SimpleHTTPRequestHandler.extensions_map,
        ".avif": "image/avif",
        ".xml": "application/xml",
        ".js": "text/javascript",
    }

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """Always the whole file: a build may put back a page that is older than the one a browser has seen."""
        del self.headers["If-Modified-Since"]
        return super().send_head()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def list_directory(self, path: object) -> None:  # noqa: ARG002
        """No listings: a folder without a page is not there."""
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay quiet."""


def make_server(site: Path, port: int) -> ThreadingHTTPServer:
    """A server of ``site`` on 127.0.0.1; port 0 takes a free one.

    Raises:
        GalleryError: there is no site yet, or the port is taken.
    """
    if not (site / "index.html").is_file():
        raise GalleryError(f"{site} holds no site yet; run gallery build first")
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(site)))
    except OSError as error:
        raise GalleryError(f"cannot listen on port {port}: {error.strerror}; try --port 0") from error


def serve_site(site: Path, port: int, announce: Callable[[str], None]) -> None:
    """Serve until interrupted; ``announce`` is told the address.

    Raises:
        GalleryError: there is no site yet, or the port is taken.
    """
    with make_server(site, port) as server:
        announce(f"http://127.0.0.1:{server.server_address[1]}/")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return
