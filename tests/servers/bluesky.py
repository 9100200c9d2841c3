"""A Bluesky of our own: AppView, CDN, PLC directory and the accounts' own servers, behind one socket.

It checks what it is asked: GET only, no credentials, a User-Agent with a contact, known parameters within the limits
of the lexicons (``app.bsky.feed.getAuthorFeed``, ``app.bsky.feed.getPosts``, ``com.atproto.repo.listRecords``, …).
A request that breaks a rule fails the test at the end of its ``with`` block.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from tests.servers.base import FakeServer, Request, Response
from tests.servers.pictures import AVATAR, picture

APPVIEW, PLC, CDN, VIDEO = "public.api.bsky.app", "plc.directory", "cdn.bsky.app", "video.bsky.app"
AOI = "did:plc:aoifixture2222222222test"
Json = dict[str, Any]

_PARAMETERS = {
    "app.bsky.feed.getAuthorFeed": {"actor", "limit", "cursor", "filter"},
    "app.bsky.feed.getPosts": {"uris"},
    "app.bsky.actor.getProfile": {"actor"},
    "com.atproto.identity.resolveHandle": {"handle"},
    "com.atproto.repo.listRecords": {"repo", "collection", "limit", "cursor"},
    "com.atproto.sync.getBlob": {"did", "cid"},
    "com.atproto.sync.getRepoStatus": {"did"},
}
_FILTERS = {"posts_with_media", "posts_with_video"}


def cid_of(data: bytes, codec: int = 0x55) -> str:
    """The CIDv1 of these bytes; codec 0x55 is raw (blobs), 0x71 DAG-CBOR (records)."""
    raw = bytes([1, codec, 0x12, 0x20]) + hashlib.sha256(data).digest()
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Person:
    """An account: its posts, its labels, its state."""

    did: str = AOI
    handle: str = "aoi.example.com"
    bio: str = ""
    host: str = "pds.example.com"
    labels: list[Json] = field(default_factory=list)
    posts: list[Json] = field(default_factory=list)  # postViews, in any order
    error: str = ""  # the XRPC error that getProfile and getAuthorFeed answer with
    status: str = ""  # of getRepoStatus, "" while active
    claims: list[str] | None = None  # alsoKnownAs of the document, where it is not the handle
    reasons: dict[str, Json] = field(default_factory=dict)  # uri → why it is in the feed (repost, pin)

    def post(self, number: int, created: datetime, *, indexed: datetime | None = None, **embed: Any) -> Json:
        """Publish a post; see :meth:`FakeBluesky.images` for ``embed=``."""
        views = embed.pop("embed", ({}, {}))
        record: Json = {"$type": "app.bsky.feed.post", "text": f"post {number}", "createdAt": iso(created)}
        record |= embed.pop("record", {})
        if views[0]:
            record["embed"] = views[0]
        rkey = f"3n{number:011d}".translate(str.maketrans("0123456789", "234567abcd"))
        view = {
            "uri": f"at://{self.did}/app.bsky.feed.post/{rkey}",
            "cid": cid_of(f"record {number}".encode(), 0x71),
            "author": {"did": self.did, "handle": self.handle, "labels": self.labels},
            "record": record,
            "indexedAt": iso(indexed or created),
            "labels": embed.pop("labels", []),
        }
        if views[1]:
            view["embed"] = views[1]
        assert not embed, embed
        self.posts.append(view)
        return view


class FakeBluesky(FakeServer):
    """Serves :class:`Person` objects; ``page_size`` makes pages smaller than what was asked for."""

    def __init__(self, *people: Person, page_size: int = 100) -> None:
        super().__init__()
        self.people = {person.did: person for person in people or [Person()]}
        self.page_size = page_size
        self.blobs: dict[str, bytes] = {}
        self.redirects: dict[str, str] = {}  # CID → where getBlob and the CDN send it
        self.missing_on_cdn: set[str] = set()

    def routes(self, *hosts: str) -> dict[str, str]:
        return super().routes(APPVIEW, PLC, CDN, VIDEO, *(person.host for person in self.people.values()), *hosts)

    # --- building posts ----------------------------------------------------------------------------------------------

    def blob(self, data: bytes) -> Json:
        cid = cid_of(data)
        self.blobs[cid] = data
        return {"$type": "blob", "ref": {"$link": cid}, "mimeType": "image/png", "size": len(data)}

    def images(
        self, *numbers: int, did: str = AOI, kind: str = "images", alts: Iterable[str] = ()
    ) -> tuple[Json, Json]:
        """The embed of a record and its view, for pictures with these numbers; ``kind`` may be ``gallery``."""
        name, thumb = ("images", "thumb") if kind == "images" else ("items", "thumbnail")
        records, views = [], []
        for number, alt in zip(numbers, [*alts, *(f"picture {number}" for number in numbers)], strict=False):
            blob = self.blob(picture(number))
            cid = blob["ref"]["$link"]
            records.append({"image": blob, "alt": alt})
            views.append(
                {
                    thumb: f"https://{CDN}/img/feed_thumbnail/plain/{did}/{cid}",
                    "fullsize": f"https://{CDN}/img/feed_fullsize/plain/{did}/{cid}",
                    "alt": alt,
                }
            )
        embed = f"app.bsky.embed.{kind}"
        return {"$type": embed, name: records}, {"$type": f"{embed}#view", name: views}

    def video(self, number: int, *, did: str = AOI, presentation: str = "default") -> tuple[Json, Json]:
        blob = self.blob(picture(number))
        cid = blob["ref"]["$link"]
        view = {
            "$type": "app.bsky.embed.video#view",
            "cid": cid,
            "playlist": f"https://{VIDEO}/watch/{did}/{cid}/playlist.m3u8",
            "thumbnail": f"https://{VIDEO}/watch/{did}/{cid}/thumbnail.jpg",
            "alt": f"clip {number}",
            "presentation": presentation,
        }
        return {"$type": "app.bsky.embed.video", "video": blob}, view

    @staticmethod
    def with_quote(embed: tuple[Json, Json]) -> tuple[Json, Json]:
        """The same media beside the quote of another post."""
        kind = "app.bsky.embed.recordWithMedia"
        quoted = {"uri": f"at://{AOI}/app.bsky.feed.post/3kquoted", "notFound": True}
        return {"$type": kind, "record": {}, "media": embed[0]}, {
            "$type": f"{kind}#view",
            "record": {"record": quoted},
            "media": embed[1],
        }

    # --- answering ---------------------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Response:
        assert request.method == "GET", request
        assert not {"authorization", "cookie"} & set(request.headers), f"credentials sent to {request.host}"
        assert "GalleryBuilder/" in request.headers["user-agent"], request.headers["user-agent"]
        if request.host in (CDN, VIDEO):
            return self._cdn(request)
        if request.host == PLC:
            return self._document(request)
        if request.path == "/.well-known/did.json":
            return self._document_of(self.people.get(f"did:web:{request.host}"))
        method = request.path.removeprefix("/xrpc/")
        assert {name for name, _ in request.params} <= _PARAMETERS[method], request.target
        on_appview = method.startswith("app.bsky.") or method == "com.atproto.identity.resolveHandle"
        assert (request.host == APPVIEW) == on_appview, f"{method} was asked of {request.host}"
        return getattr(self, "_" + method.rpartition(".")[2])(request)  # type: ignore[no-any-return]

    def _cdn(self, request: Request) -> Response:
        if "/img/avatar/" in request.path:
            return Response(200, picture(AVATAR), {"content-type": "image/webp"})
        parts = unquote(request.path).split("/")
        cid = parts[-1] if request.host == CDN else parts[-2]
        if cid in self.redirects:
            return Response(302, headers={"location": self.redirects[cid]})
        if cid in self.missing_on_cdn or cid not in self.blobs:
            return Response.json({"message": "not found"}, 404)
        return Response(200, self.blobs[cid], {"content-type": "image/webp"})

    def _document(self, request: Request) -> Response:
        return self._document_of(self.people.get(unquote(request.path)[1:]))

    @staticmethod
    def _document_of(person: Person | None) -> Response:
        if person is None:
            return Response.json({"message": "DID not registered"}, 404)
        names = [f"at://{person.handle}"] if person.claims is None else person.claims
        server = {
            "id": "#atproto_pds",
            "type": "AtprotoPersonalDataServer",
            "serviceEndpoint": f"https://{person.host}",
        }
        return Response.json({"id": person.did, "alsoKnownAs": names, "service": [server]})

    def _resolveHandle(self, request: Request) -> Response:
        for person in self.people.values():
            if person.handle == request.query["handle"]:
                return Response.json({"did": person.did})
        return _refuse("InvalidRequest", "Unable to resolve handle")

    def _getProfile(self, request: Request) -> Response:
        person = self._person(request.query["actor"])
        if isinstance(person, Response):
            return person
        avatar = f"https://{CDN}/img/avatar/plain/{person.did}/{cid_of(b'avatar')}"
        answer = {"did": person.did, "handle": person.handle, "displayName": "Aoi / 青", "avatar": avatar}
        return Response.json(answer | {"description": person.bio, "labels": person.labels})

    def _person(self, actor: str) -> Person | Response:
        assert actor.startswith("did:"), f"{actor} was asked for by a name that may change hands"
        person = self.people.get(actor)
        if person is None:
            return _refuse("InvalidRequest", "Profile not found")
        return _refuse(person.error, "Account is not here") if person.error else person

    def _getAuthorFeed(self, request: Request) -> Response:
        person = self._person(request.query["actor"])
        if isinstance(person, Response):
            return person
        wanted = request.query.get("filter", "")
        assert wanted in _FILTERS, f"filter {wanted!r} reads more than pictures"
        posts = [post for post in person.posts if _has_video(post) == (wanted == "posts_with_video")]
        items = [{"post": post} | person.reasons.get(post["uri"], {}) for post in sorted(posts, key=_order)[::-1]]
        page, following = self._page(request, [(_order(item["post"]), item) for item in items])
        return Response.json({"feed": page} | ({"cursor": following} if following else {}))

    def _page(self, request: Request, items: list[tuple[str, Any]]) -> tuple[list[Any], str]:
        """Items (newest first, each with what its cursor would be) below the cursor that was sent."""
        limit = int(request.query.get("limit", "50"))
        assert 1 <= limit <= 100, f"limit {limit}"
        below = request.query.get("cursor", "")
        left = [(mark, item) for mark, item in items if not below or mark < below]
        page = left[: min(limit, self.page_size)]
        return [item for _, item in page], page[-1][0] if len(left) > len(page) else ""

    def _getPosts(self, request: Request) -> Response:
        uris = [value for name, value in request.params if name == "uris"]
        assert 1 <= len(uris) <= 25, f"{len(uris)} uris in one call"
        known = {post["uri"]: post for person in self.people.values() if not person.error for post in person.posts}
        return Response.json({"posts": [known[uri] for uri in uris if uri in known]})

    def _listRecords(self, request: Request) -> Response:
        assert request.query["collection"] == "app.bsky.feed.post"
        person = self.people[request.query["repo"]]
        assert person.host == request.host
        if person.status == "moving":
            return _refuse("InvalidRequest", f"Could not find repo: {person.did}")
        posts = sorted(person.posts, key=_rkey)[::-1]
        records = [(_rkey(post), {"uri": post["uri"], "cid": post["cid"], "value": post["record"]}) for post in posts]
        page, following = self._page(request, records)
        return Response.json({"records": page} | ({"cursor": following} if following else {}))

    def _getRepoStatus(self, request: Request) -> Response:
        person = self.people[request.query["did"]]
        state: Mapping[str, object] = {"status": person.status} if person.status else {}
        return Response.json({"did": person.did, "active": not person.status, **state})

    def _getBlob(self, request: Request) -> Response:
        cid = request.query["cid"]
        if cid in self.redirects:
            return Response(302, headers={"location": self.redirects[cid]})
        if cid not in self.blobs:
            return _refuse("BlobNotFound", "Blob not found")
        return Response(200, self.blobs[cid], {"content-type": "image/png"})


def _refuse(name: str, message: str, status: int = 400) -> Response:
    return Response.json({"error": name, "message": message}, status)


def _order(post: Json) -> str:
    """What feeds are sorted by, distinct for every post."""
    return f"{min(post['record']['createdAt'], post['indexedAt'])}::{post['cid']}"


def _rkey(post: Json) -> str:
    return str(post["uri"]).rpartition("/")[2]


def _has_video(post: Json) -> bool:
    embed = post["record"].get("embed", {})
    return str(embed.get("media", embed).get("$type", "")).endswith(".video")
