"""Answers kept from one run to the next: what has not changed is not sent again, and what is nobody's is not kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from requests.auth import AuthBase, HTTPBasicAuth

from gallery.web import Web
from tests.servers.base import FakeServer, Request, Response, status
from tests.web_kit import API, HOSTS, open_webs, well


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer(well) as one:
        yield one


@pytest.fixture
def new_web(server: FakeServer) -> Iterator[Callable[..., Web]]:
    with open_webs(server) as make:
        yield make


class Memory:
    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, str, bytes]] = {}

    def validator(self, url: str) -> tuple[str, str, bytes] | None:
        return self.kept.get(url)

    def save_validator(self, url: str, etag: str, last_modified: str, body: bytes) -> None:
        self.kept[url] = (etag, last_modified, body)


def _with_etag(request: Request) -> Response:
    if request.headers.get("if-none-match") == 'W/"1"':
        return Response(304, b"", {"etag": 'W/"1"'})
    kind = {"content-type": "application/json", "etag": 'W/"1"', "last-modified": "Mon, 23 Nov 2026 03:17:00 GMT"}
    return Response(200, b'{"posts": [1, 2]}', kind)


def test_unchanged_answers_are_not_sent_again(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """With the validators of the last night the server may answer 304, and the source still gets the whole body."""
    memory = Memory()
    server.answer = _with_etag  # type: ignore[method-assign]
    first = new_web(memory=memory).call(f"https://{API}/a", hosts=HOSTS, params=[("p", "1")])
    second = new_web(memory=memory).call(f"https://{API}/a", hosts=HOSTS, params=[("p", "1")])
    assert first.json() == second.json() == {"posts": [1, 2]}
    assert (first.status, second.status) == (200, 200)
    assert server.requests[1].headers["if-modified-since"] == "Mon, 23 Nov 2026 03:17:00 GMT"
    new_web(memory=memory).call(f"https://{API}/a", hosts=HOSTS, params=[("p", "2")])
    assert "if-none-match" not in server.requests[2].headers


@pytest.mark.parametrize(
    ("given", "asked", "value"),
    [("etag", "if-none-match", '"1"'), ("last-modified", "if-modified-since", "Mon, 23 Nov 2026 03:17:00 GMT")],
)
def test_either_validator_is_asked_with_night_after_night(
    server: FakeServer, new_web: Callable[..., Web], given: str, asked: str, value: str
) -> None:
    """A server may name a tag or a date; a 304 that repeats neither leaves what is known as it was."""
    memory = Memory()

    def answer(request: Request) -> Response:
        return Response(304, b"", {}) if request.headers.get(asked) == value else Response(200, b"7", {given: value})

    server.answer = answer  # type: ignore[method-assign]
    nights = [new_web(memory=memory).call(f"https://{API}/a", hosts=HOSTS).json() for _ in range(3)]
    assert nights == [7, 7, 7]
    assert [request.headers.get(asked) for request in server.requests] == [None, value, value]


def test_a_tag_outlasts_an_answer_that_repeats_the_date_alone(server: FakeServer, new_web: Callable[..., Web]) -> None:
    """A server that gave both is asked with both in each night after."""
    memory, date = Memory(), "Mon, 23 Nov 2026 03:17:00 GMT"

    def answer(request: Request) -> Response:
        if request.headers.get("if-none-match"):
            return Response(304, b"", {"last-modified": date})
        return Response(200, b"7", {"etag": '"1"', "last-modified": date})

    server.answer = answer  # type: ignore[method-assign]
    for _ in range(3):
        new_web(memory=memory).call(f"https://{API}/a", hosts=HOSTS)
    assert [request.headers.get("if-none-match") for request in server.requests] == [None, '"1"', '"1"']


@pytest.mark.parametrize(
    "options", [{"auth": HTTPBasicAuth("a", "b")}, {"headers": {"Authorization": "Bearer a"}}, {"json": {"i": "a"}}]
)
def test_private_answers_are_not_kept(
    server: FakeServer, new_web: Callable[..., Web], options: dict[str, AuthBase]
) -> None:
    """What was asked with credentials is kept nowhere."""
    memory = Memory()
    server.answer = _with_etag  # type: ignore[method-assign]
    new_web(memory=memory).call(f"https://{API}/a", hosts=HOSTS, **options)  # type: ignore[arg-type]
    assert memory.kept == {}


@pytest.mark.parametrize(
    ("code", "headers", "size"), [(200, {"cache-control": "No-Store"}, 9), (404, {}, 9), (200, {}, 300_000)]
)
def test_answers_are_not_kept_against_a_servers_will_nor_at_any_price(
    server: FakeServer, new_web: Callable[..., Web], code: int, headers: dict[str, str], size: int
) -> None:
    """What must not be stored, what is no answer and what is large is asked for anew, validator or not."""
    memory = Memory()
    server.fail_next(status(code, {"etag": '"1"', **headers}, b"x" * size))
    new_web(memory=memory).call(f"https://{API}/a", hosts=HOSTS)
    assert memory.kept == {}
