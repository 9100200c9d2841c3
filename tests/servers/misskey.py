"""A Misskey of our own: one instance, one artist.

It checks what it is asked: POST with a JSON body of known parameters and types, no token, renotes left out, at most a
hundred notes a call, and two seconds between calls (by the clock that the test gives it).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.servers.base import FakeServer, Request, Response
from tests.servers.bluesky import iso
from tests.servers.pictures import AVATAR, picture

HOST, FILES, AOI = "misskey.io", "media.misskeyusercontent.jp", "9fixtureuser1"
Json = dict[str, Any]
_BODIES: dict[str, dict[str, type | tuple[type, ...]]] = {
    "users/show": {"username": str, "host": (str, type(None)), "userId": str},
    "users/notes": {
        "userId": str,
        "limit": int,
        "withFiles": bool,
        "withRenotes": bool,
        "withReplies": bool,
        "sinceId": str,
        "untilId": str,
    },
    "notes/show": {"noteId": str},
}


@dataclass(eq=False)
class FakeMisskey(FakeServer):
    """Serves ``notes`` (oldest first); those in ``deleted`` keep their place but are not shown."""

    user: Json = field(default_factory=dict)
    others: dict[str, Json] = field(default_factory=dict)  # users of this and other instances, by their id here
    page_size: int = 100
    notes: list[Json] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    clock: Callable[[], float] | None = None
    moments: list[float] = field(default_factory=list)  # of the API calls, by ``clock``

    def __post_init__(self) -> None:
        super().__init__()
        self.user = {
            "id": AOI,
            "username": "aoi",
            "name": "Aoi / 青",
            "host": None,
            "avatarUrl": f"https://{FILES}/io/avatar.webp",
            "movedTo": None,
            "isSuspended": False,
            "requireSigninToViewContents": False,
        } | self.user

    def routes(self, *hosts: str) -> dict[str, str]:
        return super().routes(HOST, FILES, *hosts)

    # --- building posts ----------------------------------------------------------------------------------------------

    def note(self, number: int, created: datetime, *files: Json, **changes: Any) -> Json:
        """Publish a note with these files, or with one picture."""
        attached = list(files) or [self.file(number)]
        made = {
            "id": f"anote{number:06d}",
            "createdAt": iso(created),
            "text": f"note {number}",
            "cw": None,
            "userId": AOI,
            "user": {"id": AOI, "username": "aoi", "host": None},
            "visibility": "public",
            "localOnly": False,
            "fileIds": [file["id"] for file in attached],
            "files": attached,
            "replyId": None,
            "renoteId": None,
        }
        self.notes.append(made | changes)
        return self.notes[-1]

    @staticmethod
    def file(number: int, kind: str = "image/png", **changes: Any) -> Json:
        return {
            "id": f"afile{number:06d}",
            "name": "../../etc/passwd",
            "type": kind,
            "isSensitive": False,
            "properties": {"width": 24, "height": 16},
            "url": f"https://{FILES}/io/{number}.bin",
            "thumbnailUrl": f"https://{FILES}/io/thumbnail-{number}.webp",
            "comment": f"picture {number}",
        } | changes

    def fill(self, count: int, until: datetime, first: int = 0) -> None:
        """``count`` notes with one picture, an hour apart, the last one an hour before ``until``."""
        for number in range(first, first + count):
            self.note(number, until - timedelta(hours=first + count - number))

    # --- answering ---------------------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Response:
        assert "GalleryBuilder/" in request.headers["user-agent"]
        assert not {"authorization", "cookie"} & set(request.headers), request
        if request.host == FILES:
            digits = "".join(filter(str.isdigit, request.path))
            number = AVATAR if "avatar" in request.path else int(digits)
            return Response(200, picture(number), {"content-type": "image/png"})
        assert request.host == HOST, request.host
        self._check_spacing()
        assert request.method == "POST", request
        assert request.headers["content-type"] == "application/json", request
        endpoint, body = request.path.removeprefix("/api/"), request.json()
        assert isinstance(body, dict), body
        assert "i" not in body, "a token was sent"
        for name, value in body.items():
            assert isinstance(value, _BODIES[endpoint][name]), f"{endpoint}: {name} is {value!r}"
        return getattr(self, "_" + endpoint.replace("/", "_"))(body)  # type: ignore[no-any-return]

    def _check_spacing(self) -> None:
        if self.clock is None:
            return
        self.moments.append(self.clock())
        if len(self.moments) > 1:
            gap_s = self.moments[-1] - self.moments[-2]
            assert gap_s > 1.95, f"two calls were {gap_s:.2f} s apart"

    def _users_show(self, body: Json) -> Response:
        if body.get("userId") in self.others:
            return Response.json(self.others[body["userId"]])
        asked = body.get("username", "").lower() == self.user["username"].lower() or body.get("userId") == AOI
        return Response.json(self.user) if asked else error("NO_SUCH_USER", 404)

    def _users_notes(self, body: Json) -> Response:
        assert body["withFiles"] is True
        assert body["withRenotes"] is False, "withRenotes is true by default"
        assert body.get("withReplies", False) is False, "BOTH_WITH_REPLIES_AND_WITH_FILES"
        assert 1 <= body["limit"] <= 100
        if body["userId"] != AOI:
            return error("NO_SUCH_USER", 404)
        shown = [note for note in self.notes if note["id"] not in self.deleted]
        size = min(body["limit"], self.page_size)
        if "sinceId" in body and "untilId" not in body:
            return Response.json([note for note in shown if note["id"] > body["sinceId"]][:size])
        below = body.get("untilId", "~")
        return Response.json([note for note in shown[::-1] if note["id"] < below][:size])

    def _notes_show(self, body: Json) -> Response:
        found = [note for note in self.notes if note["id"] == body["noteId"] and note["id"] not in self.deleted]
        return Response.json(found[0]) if found else error("NO_SUCH_NOTE", 400)


def error(code: str, status: int = 400) -> Response:
    """An error as Misskey words it."""
    return Response.json({"error": {"message": code.replace("_", " ").lower(), "code": code, "id": "x"}}, status)
