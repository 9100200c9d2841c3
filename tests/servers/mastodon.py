"""A Mastodon of our own, and its relatives: one instance, one artist, answers in the documented shapes.

It checks what it is asked: known parameters, at most 40 statuses and 20 ids a call, GET only, a token only where it
was asked for one, and never on the host that keeps the files. https://docs.joinmastodon.org/methods/accounts/
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.servers.base import FakeServer, Request, Response
from tests.servers.bluesky import iso
from tests.servers.pictures import AVATAR, picture

HOST, FILES, TOKEN = "art.example", "files.art.example", "a-token-of-the-operator"
AOI = "109300000000000001"
Json = dict[str, Any]
_TIMELINE = {"only_media", "exclude_reblogs", "exclude_replies", "limit", "max_id", "min_id", "since_id", "pinned"}


@dataclass(frozen=True)
class Dialect:
    """How a relative differs."""

    wants_token: bool = False
    login_page: bool = False  # a redirect instead of 401
    links: bool = True
    lookup: bool = True
    many_ids: bool = True
    version: str = "4.3.1"
    new_id: Callable[[int], str] = lambda number: str(115_000_000_000_000_000 + number)


MASTODON = Dialect()
MASTODON_4_2 = Dialect(many_ids=False)
GOTOSOCIAL = Dialect(
    wants_token=True, many_ids=False, new_id=lambda number: f"01KAJ{(number * 7919) % 32768:05d}ULIDX{number:010d}"
)
PLEROMA = Dialect(many_ids=False, new_id=lambda number: f"B{'zyxw'[number % 4]}{number:04d}flake")
PIXELFED = Dialect(
    wants_token=True,
    login_page=True,
    links=False,
    lookup=False,
    many_ids=False,
    version="3.5.3 (compatible; Pixelfed 0.12.4)",
)


@dataclass(eq=False)
class FakeMastodon(FakeServer):
    """Serves ``statuses`` (oldest first); those in ``deleted`` keep their place but are not shown."""

    dialect: Dialect = MASTODON
    page_size: int = 40
    account: Json = field(default_factory=dict)
    statuses: list[Json] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    repeat_per_picture: bool = False  # list a status once for each of its pictures, as old versions do
    foreign_links: bool = False

    def __post_init__(self) -> None:
        super().__init__()
        self.account = {
            "id": AOI,
            "username": "aoi",
            "acct": "aoi",
            "display_name": "Aoi / 青",
            "url": f"https://{HOST}/@aoi",
            "avatar_static": f"https://{FILES}/avatars/aoi.png",
            "noindex": False,
            "created_at": "2022-11-06T00:00:00.000Z",
        } | self.account

    def routes(self, *hosts: str) -> dict[str, str]:
        return super().routes(HOST, FILES, *hosts)

    # --- building posts ----------------------------------------------------------------------------------------------

    def post(self, number: int, created: datetime, *media: Json, **changes: Any) -> Json:
        """Publish a status with these attachments, or with one picture."""
        identifier = self.dialect.new_id(number)
        attachments = list(media) or [self.attachment(number)]
        status = {
            "id": identifier,
            "created_at": iso(created),
            "edited_at": None,
            "in_reply_to_id": None,
            "in_reply_to_account_id": None,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": "public",
            "language": "en",
            "uri": f"https://{HOST}/users/aoi/statuses/{identifier}",
            "url": f"https://{HOST}/@aoi/{identifier}",
            "content": f"<p>post {number}</p>",
            "reblog": None,
            "account": self.account,
            "media_attachments": attachments,
            "tags": [],
            "mentions": [],
            "emojis": [],
            "card": None,
            "poll": None,
        }
        self.statuses.append(status | changes)
        return self.statuses[-1]

    @staticmethod
    def attachment(number: int, kind: str = "image", **changes: Any) -> Json:
        end = "png" if kind == "image" else "mp4"
        return {
            "id": str(900_000 + number),
            "type": kind,
            "url": f"https://{FILES}/original/{number}.{end}",
            "preview_url": f"https://{FILES}/small/{number}.png",
            "remote_url": None,
            "description": f"picture {number}",
            "meta": {"original": {"width": 24, "height": 16}},
        } | changes

    def fill(self, count: int, until: datetime, first: int = 0) -> None:
        """``count`` statuses with one picture, an hour apart, the last one an hour before ``until``."""
        for number in range(first, first + count):
            self.post(number, until - timedelta(hours=first + count - number))

    # --- answering ---------------------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Response:
        assert request.method == "GET", request
        assert "GalleryBuilder/" in request.headers["user-agent"]
        token = request.headers.get("authorization")
        if request.host == FILES:
            assert token is None, "the token was sent to the host of the files"
            return self._file(request.path)
        assert request.host == HOST, request.host
        assert token is None or self.dialect.wants_token, "a token was sent that nobody had asked for"
        if self.dialect.wants_token and token != f"Bearer {TOKEN}":
            if self.dialect.login_page:
                return Response(302, headers={"location": f"https://{HOST}/login"})
            return _error(401, "This API requires an authenticated user")
        limits = {
            "X-RateLimit-Limit": "300",
            "X-RateLimit-Remaining": "298",
            "X-RateLimit-Reset": "2026-11-23T03:20:00Z",
        }
        well = self._api(request)
        return Response(well.status, well.body, {**well.headers, **limits})

    def _file(self, path: str) -> Response:
        name = path.rpartition("/")[2].partition(".")[0]
        number = AVATAR if path.startswith("/avatars/") else int(name)
        return Response(200, picture(number), {"content-type": "image/png"})

    def _api(self, request: Request) -> Response:
        path = request.path.removeprefix("/api/v1/")
        if path == "accounts/lookup":
            return self._lookup(request)
        if path == "instance":
            return Response.json({"uri": HOST, "version": self.dialect.version})
        if path == f"accounts/{self.account['id']}":
            return Response.json(self.account)
        if path == f"accounts/{self.account['id']}/statuses":
            return self._timeline(request)
        if path == "statuses":
            return self._many(request)
        if path.startswith("statuses/"):
            found = self._shown(path.removeprefix("statuses/"))
            return Response.json(found) if found else _error(404, "Record not found")
        return _error(404, "Record not found")

    def _lookup(self, request: Request) -> Response:
        assert set(request.query) == {"acct"}, request.target
        if not self.dialect.lookup:
            return Response(404, b"<!doctype html><h1>Not found</h1>", {"content-type": "text/html"})
        if request.query["acct"].lower() not in (self.account["username"], f"{self.account['username']}@{HOST}"):
            return _error(404, "Record not found")
        return Response.json(self.account)

    def _shown(self, identifier: str) -> Json | None:
        return next((one for one in self.statuses if one["id"] == identifier and identifier not in self.deleted), None)

    def _many(self, request: Request) -> Response:
        if not self.dialect.many_ids:
            return _error(404, "Record not found")
        ids = [value for name, value in request.params if name == "id[]"]
        assert 1 <= len(ids) <= 20, f"{len(ids)} ids in one call"
        return Response.json([one for one in map(self._shown, ids) if one])

    def _timeline(self, request: Request) -> Response:
        query = request.query
        assert set(query) <= _TIMELINE, request.target
        assert all(query[name] in ("true", "1") for name in ("only_media", "exclude_reblogs")), request.target
        limit = int(query.get("limit", "20"))
        assert 1 <= limit <= 40, f"limit {limit}"
        size = min(limit, self.page_size)
        order = [one["id"] for one in self.statuses]
        shown = [one for one in self.statuses if one["id"] not in self.deleted]
        if self.account.get("locked") and self.dialect is PIXELFED:
            shown = []  # single posts are shown all the same
        if query.get("min_id") in order:
            after = order.index(query["min_id"])
            later = [one for one in shown if order.index(one["id"]) > after]
            page = (later[-size:] if self.dialect is PIXELFED else later[:size])[::-1]  # its newest, not its next
        else:
            before = order.index(query["max_id"]) if query.get("max_id") in order else len(order)
            page = [one for one in shown if order.index(one["id"]) < before][::-1][:size]
        if self.repeat_per_picture:
            page = [one for one in page for _ in one["media_attachments"]]
        return Response.json(page, headers=self._links(request, page))

    def _links(self, request: Request, page: list[Json]) -> dict[str, str]:
        if not page or not self.dialect.links:
            return {}
        host = "evil.example" if self.foreign_links else HOST
        base = f"https://{host}{request.path}?only_media=true&exclude_reblogs=true&exclude_replies=true&limit=40"
        return {"Link": f'<{base}&max_id={page[-1]["id"]}>; rel="next", <{base}&min_id={page[0]["id"]}>; rel="prev"'}


def _error(status: int, words: str) -> Response:
    return Response.json({"error": words}, status)
