"""`gallery serve`: the built site on this machine, as a static host would show it."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from gallery.cli import main
from gallery.commands.serve import make_server


def test_serve_answers_like_a_static_host(tmp_path: Path) -> None:
    """gallery serve gives pages, the site's own 404 page, and no listings."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "index.html").write_text("home")
    (tmp_path / "404.html").write_text("lost")
    with make_server(tmp_path, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_address[1]}"
        with urllib.request.urlopen(f"{base}/") as answer:
            assert answer.read() == b"home"
        for lost in ("/nothing", "/folder/", "/../accounts.yaml"):
            with pytest.raises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(base + lost)
            with caught.value as error:
                assert (error.code, error.read()) == (404, b"lost")
        server.shutdown()


def test_serve_never_leaves_a_browser_with_its_old_page(tmp_path: Path) -> None:
    """A page is sent whole to a browser that has seen a newer one: a build may have put the older one back."""
    (tmp_path / "index.html").write_text("put back")
    with make_server(tmp_path, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        seen = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        with urllib.request.urlopen(urllib.request.Request(address, headers=seen)) as answer:
            assert (answer.status, answer.read()) == (200, b"put back")
        server.shutdown()


def test_serve_looks_beside_the_list_as_it_was_named(tmp_path: Path) -> None:
    """With an accounts.yaml that is a link, the site lies beside the link, where build puts it."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    (there / "accounts.yaml").write_text("accounts: []\n")
    (here / "accounts.yaml").symlink_to(there / "accounts.yaml")
    result = CliRunner().invoke(main, ["--config", str(here / "accounts.yaml"), "serve"])
    assert f"{here / 'site'} holds no site yet" in result.output


def test_serve_without_a_site_says_what_to_do(gallery) -> None:
    """Before the first build gallery serve says so."""
    result = gallery("serve")
    assert result.exit_code == 1
    assert "run gallery build first" in result.output
