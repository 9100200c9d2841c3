"""Pictures through the one door to the network: whole, judged by their bytes, capped, and redirected with care."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gallery.errors import BlockedAddressError, StoreError, WebError
from gallery.sources.base import Hosts
from gallery.web import Web
from tests.servers.base import FakeServer, Response, status, times
from tests.web_kit import HOSTS, MEDIA, PNG, open_webs, well


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer(well) as one:
        yield one


@pytest.fixture
def new_web(server: FakeServer) -> Iterator[Callable[..., Web]]:
    with open_webs(server) as make:
        yield make


def test_a_picture_arrives_whole(server: FakeServer, new_web: Callable[..., Web], tmp_path: Path) -> None:
    """A download gives the file, its hash and its size; no compression is asked for."""
    got = new_web().download(f"https://{MEDIA}/a.jpg?size=orig", hosts=HOSTS, into=tmp_path, max_bytes=10_000)
    assert got.path.read_bytes() == PNG
    assert got.size_bytes == len(PNG)
    assert server.requests[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("body", "kind", "ok"),
    [
        (b"\xff\xd8\xff\xe0" + b"0" * 99, "image/jpeg", True),
        (b"GIF89a" + b"0" * 99, "", True),
        (b"RIFF\0\0\0\0WEBPVP8 " + b"0" * 99, "binary/octet-stream", True),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif" + b"0" * 99, "image/avif", True),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"0" * 99, "image/heic", False),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>" + b" " * 99, "image/png", False),
        (PNG, "image/svg+xml", False),
        (PNG, "text/html", False),
        (b"<!doctype html><p>no</p>" + b" " * 99, "image/jpeg", False),
        (b"", "image/png", False),
        (b"\xff\xd8", "image/jpeg", False),
    ],
)
def test_pictures_are_judged_by_their_bytes(
    server: FakeServer, new_web: Callable[..., Web], tmp_path: Path, body: bytes, kind: str, ok: bool
) -> None:
    """JPEG, PNG, WebP, GIF and AVIF pass by their first bytes; HTML, SVG, HEIC and nothing do not."""
    server.answer = lambda _: Response(200, body, {"content-type": kind} if kind else {})  # type: ignore[method-assign]
    if ok:
        new_web().download(f"https://{MEDIA}/a", hosts=HOSTS, into=tmp_path, max_bytes=10_000)
        return
    with pytest.raises(WebError):
        new_web().download(f"https://{MEDIA}/a", hosts=HOSTS, into=tmp_path, max_bytes=10_000)
    assert list(tmp_path.iterdir()) == []


def test_downloads_are_capped(server: FakeServer, new_web: Callable[..., Web], tmp_path: Path) -> None:
    """A picture over the cap is refused while it streams, and nothing of it stays."""
    server.answer = lambda _: Response(200, PNG * 100, {"content-type": "image/png"})  # type: ignore[method-assign]
    with pytest.raises(WebError, match="larger than 20000 bytes"):
        new_web().download(f"https://{MEDIA}/a", hosts=HOSTS, into=tmp_path, max_bytes=20_000)
    assert list(tmp_path.iterdir()) == []


def test_a_named_hash_is_checked(new_web: Callable[..., Web], tmp_path: Path) -> None:
    """Bytes that are not those the network named are refused."""
    with pytest.raises(WebError, match="hash"):
        new_web().download(f"https://{MEDIA}/a", hosts=HOSTS, into=tmp_path, max_bytes=10_000, sha256="0" * 64)
    assert list(tmp_path.iterdir()) == []


def test_fallbacks_are_tried_in_order(server: FakeServer, new_web: Callable[..., Web], tmp_path: Path) -> None:
    """Where an address answers 404 the next one is tried; other refusals end it."""
    addresses = [f"https://{MEDIA}/{name}" for name in ("orig", "4096", "large")]
    server.fail_next(times(2, status(404)))
    web = new_web()
    web.download(addresses[0], hosts=HOSTS, into=tmp_path, max_bytes=10_000, fallback_urls=addresses[1:])
    assert [one.path for one in server.requests] == ["/orig", "/4096", "/large"]
    server.fail_next(times(3, status(404)))
    with pytest.raises(WebError, match="orig answered 404") as caught:
        web.download(addresses[0], hosts=HOSTS, into=tmp_path, max_bytes=10_000, fallback_urls=addresses[1:])
    assert caught.value.status == 404
    server.forget()
    server.fail_next(status(403))
    with pytest.raises(WebError, match="403"):
        web.download(addresses[0], hosts=HOSTS, into=tmp_path, max_bytes=10_000, fallback_urls=addresses[1:])
    assert len(server.requests) == 1


def test_redirects_are_followed_by_hand(server: FakeServer, new_web: Callable[..., Web], tmp_path: Path) -> None:
    """Three redirects are followed, relative ones too, and no more."""
    hops = [status(302, {"location": to}) for to in ("/b", f"https://{MEDIA}/c", "https://other.example.com/d")]
    server.fail_next(hops)
    new_web().download(f"https://{MEDIA}/a", hosts=HOSTS, into=tmp_path, max_bytes=10_000)
    assert [(one.host, one.path) for one in server.requests] == [
        (MEDIA, "/a"),
        (MEDIA, "/b"),
        (MEDIA, "/c"),
        ("other.example.com", "/d"),
    ]
    server.fail_next(times(4, status(301, {"location": "/again"})))
    with pytest.raises(WebError, match="redirects more than 3 times"):
        new_web().download(f"https://{MEDIA}/a", hosts=HOSTS, into=tmp_path, max_bytes=10_000)


@pytest.mark.parametrize(
    "location",
    [
        "http://img.example.com/b",
        "https://127.0.0.1/b",
        "https://169.254.169.254/latest/meta-data/",
        "https://localhost/b",
        "https://evil.example/b",
        "https://img.example.com:8080/b",
        "https://me:pw@img.example.com/b",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "//evil.example/b",
        "https://[oops/b",
        "//[::1",
    ],
)
@pytest.mark.parametrize("hosts", [HOSTS, Hosts(any_public=True)], ids=["listed", "any public"])
def test_redirects_pass_the_same_checks(
    server: FakeServer, new_web: Callable[..., Web], tmp_path: Path, location: str, hosts: Hosts
) -> None:
    """A redirect to another scheme, port, machine or unlisted host is refused, and nothing is sent there."""
    server.fail_next(status(302, {"location": location}))
    with pytest.raises(BlockedAddressError):
        new_web().download(f"https://{MEDIA}/a", hosts=hosts, into=tmp_path, max_bytes=10_000)
    assert len(server.requests) == 1


def test_a_full_disk_is_not_the_networks_fault(new_web: Callable[..., Web], tmp_path: Path) -> None:
    """A folder that cannot be written is an error of the store, not of the picture."""
    with pytest.raises(StoreError, match="disk"):
        new_web().download(f"https://{MEDIA}/a", hosts=HOSTS, into=tmp_path / "missing", max_bytes=10_000)
