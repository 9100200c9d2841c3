"""An X of our own: the API v2, the oEmbed service and the pictures, behind one socket.

It verifies every OAuth 1.0a signature with oauthlib (nonces must be new), or the bearer; holds parameters against an
extract of X's own description (``fixtures/x/parameters.json``); speaks both dialects as X does, ignoring the fields of
the dialect it was not asked in; and counts what it would charge for.
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from oauthlib.oauth1 import RequestValidator, ResourceEndpoint

from tests.servers.base import FakeServer, Request, Response
from tests.servers.pictures import AVATAR, picture

API, OEMBED, MEDIA = "api.x.com", "publish.x.com", "pbs.twimg.com"
KEYS = {
    "X_CONSUMER_KEY": "ck-test",
    "X_CONSUMER_SECRET": "cs-test/+=&%",
    "X_ACCESS_TOKEN": "1001-tok",
    "X_ACCESS_TOKEN_SECRET": "ts-test",
}
BEARER = {"X_BEARER_TOKEN": "AAAA%2Fbearer"}
RULES = json.loads((Path(__file__).parents[1] / "fixtures" / "x" / "parameters.json").read_text())
PROBLEMS = "https://api.twitter.com/2/problems/"
RENAMED = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "note_tweet": "note_post",
    "referenced_tweets": "referenced_posts",
}
Json = dict[str, Any]


def snowflake(moment: datetime, low: int = 0) -> str:
    """The id of a post made at ``moment``."""
    return str(((int(moment.timestamp() * 1000) - 1288834974657) << 22) + low)


@dataclass
class User:
    """An account of this X."""

    id: str = "1001"
    name: str = "aoi_draws"
    bio: str = ""
    state: str = "active"  # or "suspended", "protected", "missing"
    posts: list[Json] = field(default_factory=list)  # in the old dialect, whole
    media: dict[str, Json] = field(default_factory=dict)

    def post(self, when: datetime, *, pictures: int = 1, low: int = 0, **more: Any) -> Json:
        """Publish a post; ``more`` overrides or adds members."""
        post_id = snowflake(when, low)
        keys = []
        for number in range(pictures):
            key = f"3_{int(post_id) + number}"
            name = f"H{post_id}-{number}"
            self.media[key] = {
                "media_key": key,
                "type": "photo",
                "url": f"https://{MEDIA}/media/{name}.jpg",
                "width": 24,
            }
            keys.append(key)
        link = f"https://t.co/{post_id[-10:]}"
        post: Json = {
            "id": post_id,
            "edit_history_tweet_ids": [post_id],
            "author_id": self.id,
            "created_at": when.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "lang": "en",
            "possibly_sensitive": False,
            "text": f"number {low} {link}" if keys else f"number {low}",
        }
        if keys:
            post["attachments"] = {"media_keys": keys}
            span = {"start": len(post["text"]) - len(link), "end": len(post["text"]), "url": link}
            target = f"https://x.com/{self.name}/status/{post_id}/photo/1"
            post["entities"] = {"urls": [{**span, "expanded_url": target, "media_key": key} for key in keys]}
        post |= more
        self.posts.append(post)
        return post


class _Validator(RequestValidator):  # type: ignore[misc]
    """Knows the one set of keys, and every nonce that was used."""

    client_key_length = access_token_length = (3, 60)
    nonce_length = (8, 60)
    safe_characters = frozenset(string.ascii_letters + string.digits + "-")
    dummy_client = dummy_access_token = "none"
    enforce_ssl = True

    def __init__(self) -> None:
        self.nonces: set[str] = set()

    def validate_client_key(self, client_key: str, request: object) -> bool:
        return client_key == KEYS["X_CONSUMER_KEY"]

    def validate_access_token(self, client_key: str, token: str, request: object) -> bool:
        return token == KEYS["X_ACCESS_TOKEN"]

    def get_client_secret(self, client_key: str, request: object) -> str:
        return KEYS["X_CONSUMER_SECRET"]

    def get_access_token_secret(self, client_key: str, token: str, request: object) -> str:
        return KEYS["X_ACCESS_TOKEN_SECRET"]

    def validate_realms(self, *_: object, **__: object) -> bool:
        return True

    def validate_timestamp_and_nonce(
        self, client_key: str, timestamp: str, nonce: str, *_: object, **__: object
    ) -> bool:
        if nonce in self.nonces:
            return False
        self.nonces.add(nonce)
        return True


class FakeX(FakeServer):
    """Holds users; ``complaints`` are rules that a request broke, ``billed`` the posts it would charge for."""

    def __init__(self, now: datetime, *users: User, understands: Iterable[str] = ("tweet", "post")) -> None:
        super().__init__()
        self.now = now
        self.users = list(users) or [User()]
        self.understands = frozenset(understands)
        self.complaints: list[str] = []
        self.billed = 0
        self.errors_beside: list[Json] = []  # partial errors of every page
        self.sizes = {"orig", "4096x4096", "large", ""}  # copies that exist of each picture
        self.gone: dict[str, int] = {}  # post id → what oEmbed answers for it
        self.oembed_down = False
        self._validator = _Validator()
        self._endpoint = ResourceEndpoint(self._validator)

    @property
    def user(self) -> User:
        return self.users[0]

    def routes(self, *hosts: str) -> dict[str, str]:
        return super().routes(*(hosts or (API, OEMBED, MEDIA)))

    def paths(self) -> list[str]:
        """What was asked of the API, in order."""
        return [request.path for request in self.asked(host=API)]

    def asked_pictures(self) -> list[Request]:
        """The requests for pictures of posts."""
        return [one for one in self.asked(host=MEDIA) if not one.path.startswith("/profile_images/")]

    def answer(self, request: Request) -> Response:
        if request.host == MEDIA:
            return self._picture(request)
        if request.host == OEMBED:
            return self._oembed(request)
        if request.host != API or request.method != "GET":
            return self._complain(f"{request.method} {request.url}")
        if not self._signed(request):
            body = {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}
            return Response.json(body, 401)
        if found := re.fullmatch(r"/2/users/by/username/(\w{1,15})", request.path):
            return self._user(request, "username", found[1])
        if found := re.fullmatch(r"/2/users/(\d{1,19})", request.path):
            return self._user(request, "id", found[1])
        if found := re.fullmatch(r"/2/users/(\d{1,19})/tweets", request.path):
            return self._timeline(request, found[1])
        if request.path == "/2/tweets/search/recent":
            return self._search(request)
        return self._complain(f"no such call: {request.path}")

    # --- rules -------------------------------------------------------------------------------------------------------

    def _signed(self, request: Request) -> bool:
        header = request.headers.get("authorization", "")
        if header.startswith("Bearer "):
            return header == f"Bearer {BEARER['X_BEARER_TOKEN']}"
        valid, _ = self._endpoint.validate_protected_resource_request(
            request.url, "GET", headers={"Authorization": header}
        )
        return bool(valid)

    def _complain(self, what: str) -> Response:
        self.complaints.append(what)
        problem = {"parameters": {}, "message": what}
        body = {"errors": [problem], "title": "Invalid Request", "type": PROBLEMS + "invalid-request"}
        return Response.json({**body, "detail": "One or more parameters to your request was invalid."}, 400)

    def _broken_rule(self, request: Request, call: str) -> str:
        """Which rule of the description a request breaks; "" when it keeps them all."""
        names = [name for name, _ in request.params]
        if len(set(names)) != len(names):
            return f"a parameter twice: {names}"
        dialect = "post" if "post.fields" in names else "tweet"
        if {"post.fields", "tweet.fields"} <= set(names):
            return "both dialects in one request"
        rules: Mapping[str, Json] = RULES[call]
        for name, rule in rules.items():
            if rule.get("required") and name not in names:
                return f"{name} is missing"
        for name, value in request.params:
            if name not in rules:
                return f"{name} is no parameter of {request.path}"
            rule = rules[name]
            if "minimum" in rule and not rule["minimum"] <= int(value) <= rule["maximum"]:
                return f"The `{name}` query parameter value [{value}] is out of bounds"
            if "pattern" in rule and not re.search(rule["pattern"], value):
                return f"{name}={value}"
            if len(value) > rule.get("maxLength", 10_000):
                return f"{name} is too long"
            allowed = RULES["expansions"][dialect] if name == "expansions" else RULES["fields"].get(name)
            if allowed is not None and not set(value.split(",")) <= set(allowed):
                return f"{name}={value} names something unknown to the dialect {dialect!r}"
        return ""

    # --- users -------------------------------------------------------------------------------------------------------

    def _state_problem(self, user: User | None, parameter: str, value: str) -> Json | None:
        problem = {"value": value, "resource_type": "user", "parameter": parameter, "resource_id": value}
        if user is None or user.state == "missing":
            detail = f"Could not find user with {parameter}: [{value}]."
            return {**problem, "detail": detail, "title": "Not Found Error", "type": PROBLEMS + "resource-not-found"}
        if user.state == "suspended":
            detail = f"User has been suspended: [{value}]."
            return {**problem, "detail": detail, "title": "Forbidden", "type": PROBLEMS + "resource-not-found"}
        return None

    def _user(self, request: Request, parameter: str, value: str) -> Response:
        if broken := self._broken_rule(request, "user"):
            return self._complain(broken)
        user = next((one for one in self.users if value.lower() in (one.id, one.name.lower())), None)
        if problem := self._state_problem(user, parameter, value):
            return Response.json({"errors": [problem]})
        assert user is not None
        avatar = f"https://{MEDIA}/profile_images/1/aBc_normal.jpg"
        whole = {"protected": user.state == "protected", "profile_image_url": avatar, "verified": False}
        whole["description"] = user.bio
        wanted = request.query.get("user.fields", "").split(",")
        data = {
            "id": user.id,
            "username": user.name,
            "name": "Aoi / 青",
            **{k: v for k, v in whole.items() if k in wanted},
        }
        return Response.json({"data": data})

    # --- posts -------------------------------------------------------------------------------------------------------

    def _timeline(self, request: Request, user_id: str) -> Response:
        if broken := self._broken_rule(request, "timeline"):
            return self._complain(broken)
        user = next((one for one in self.users if one.id == user_id), None)
        if problem := self._state_problem(user, "id", user_id):
            return Response.json({"errors": [problem]})
        assert user is not None
        if user.state == "protected":
            detail = f"Sorry, you are not authorized to see the user with id: [{user_id}]."
            problem = {"value": user_id, "detail": detail, "title": "Authorization Error", "section": "data"}
            problem |= {"resource_type": "user", "parameter": "id", "type": PROBLEMS + "not-authorized-for-resource"}
            return Response.json({"errors": [problem]})
        excluded = request.query.get("exclude", "").split(",")
        start = request.query.get("start_time", "")
        posts = [
            post
            for post in user.posts
            if not start or "since_id" in request.query or post["created_at"][:19] >= start[:19]
        ]
        left_out = {
            post["id"]
            for post in posts
            if ("retweets" in excluded and _refers(post, "retweeted"))
            or ("replies" in excluded and _refers(post, "replied_to"))
        }
        return self._page(request, posts, user, request.query.get("pagination_token", ""), left_out)

    def _search(self, request: Request) -> Response:
        if broken := self._broken_rule(request, "search"):
            return self._complain(broken)
        query = request.query["query"]
        found = re.fullmatch(r"from:(\w+) has:images -is:retweet( -is:reply)?", query)
        user = next((one for one in self.users if found and found[1] in (one.id, one.name)), None)
        week_ago = snowflake(self.now - timedelta(days=7))
        if user is None or int(request.query.get("since_id", week_ago)) < int(week_ago):
            return self._complain(f"search for {query} since {request.query.get('since_id')}")
        posts = [
            post
            for post in user.posts
            if int(post["id"]) >= int(week_ago)
            and any(key.startswith("3_") for key in post.get("attachments", {}).get("media_keys", []))
            and not _refers(post, "retweeted")
            and not (found and found[2] and _refers(post, "replied_to"))
        ]
        return self._page(request, posts, user, request.query.get("next_token", ""))

    def _page(
        self, request: Request, posts: list[Json], user: User, token: str, left_out: Collection[str] = ()
    ) -> Response:
        """A page of ``posts``; those to be left out are so after it was cut, which makes pages short or empty."""
        asked = request.query
        posts = [
            post
            for post in sorted(posts, key=lambda post: int(post["id"]), reverse=True)
            if int(asked.get("since_id", 0)) < int(post["id"]) < int(asked.get("until_id", 2**63))
        ]
        start = int(token.removeprefix("t")) if re.fullmatch(r"t\d+", token) else len(posts) if token else 0
        end = start + int(asked["max_results"])
        shown = [post for post in posts[start:end] if post["id"] not in left_out]
        self.billed += len(shown)
        meta: Json = {"result_count": len(shown)}
        if end < len(posts):
            meta["next_token"] = f"t{end}"
        if not shown:
            return Response.json({"meta": meta})
        body: Json = {"data": [self._render(post, asked) for post in shown], "meta": meta}
        if "attachments.media_keys" in asked.get("expansions", "") and self._understood(asked):
            keys = dict.fromkeys(key for post in shown for key in post.get("attachments", {}).get("media_keys", []))
            fields = {"media_key", "type", *asked.get("media.fields", "").split(",")}
            items = [user.media[key] for key in keys if key in user.media]
            media = [{k: v for k, v in item.items() if k in fields} for item in reversed(items)]
            body |= {"includes": {"media": media}} if media else {}
        if self.errors_beside:
            body["errors"] = self.errors_beside
        return Response.json(body, headers={"x-rate-limit-limit": "900", "x-rate-limit-remaining": "890"})

    def _understood(self, asked: Mapping[str, str]) -> bool:
        return ("post" if "post.fields" in asked else "tweet") in self.understands

    def _render(self, post: Json, asked: Mapping[str, str]) -> Json:
        """A post with the fields that were asked for, in the dialect they were asked in."""
        if not self._understood(asked):
            return {"id": post["id"], "text": post["text"]}
        if "post.fields" in asked:
            wanted = {"id", "text", *asked["post.fields"].split(","), *asked.get("expansions", "").split(",")}
            renamed = {RENAMED.get(name, name): value for name, value in post.items()}
            return {name: value for name, value in renamed.items() if name in wanted}
        wanted = {"id", "text", "edit_history_tweet_ids", *asked.get("tweet.fields", "").split(",")}
        return {name: value for name, value in post.items() if name in wanted}

    # --- beside the API ----------------------------------------------------------------------------------------------

    def _picture(self, request: Request) -> Response:
        if "authorization" in request.headers:
            self.complaints.append("credentials sent to the picture host")
        if request.path.startswith("/profile_images/"):
            return Response(200, picture(AVATAR, "JPEG"), {"content-type": "image/jpeg"})
        size = request.query.get("name", "")
        known = re.fullmatch(
            r"/(media|ext_tw_video_thumb|tweet_video_thumb|amplify_video_thumb)/[\w/-]+(\.\w+)?", request.path
        )
        if not known or size not in self.sizes:
            return Response(404)
        return Response(200, picture(sum(request.path.encode()), "JPEG"), {"content-type": "image/jpeg"})

    def _oembed(self, request: Request) -> Response:
        if "authorization" in request.headers:
            self.complaints.append("credentials sent to the oEmbed service")
        if self.oembed_down:
            return Response(500)
        found = re.fullmatch(r"https://x\.com/\w{1,15}/status/(\d{1,19})", request.query.get("url", ""))
        if not found or request.query.get("omit_script") != "1":
            return self._complain(f"oEmbed: {request.target}")
        exists = any(post["id"] == found[1] for user in self.users for post in user.posts)
        code = self.gone.get(found[1], 200 if exists else 404)
        return Response.json({"html": "<blockquote></blockquote>"} if code == 200 else {}, code)


def _refers(post: Json, kind: str) -> bool:
    return any(item["type"] == kind for item in post.get("referenced_tweets", []))
