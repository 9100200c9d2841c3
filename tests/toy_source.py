"""A network made up for tests of the fetch stage: one JSON listing, one address a picture, one question "still there?".

``GET https://<handle>/list?after=N`` → ``{"profile": {…}, "posts": [{"key", "at", "media": […]}], "next"}``, media as
``{"key", "url"}``;
``GET https://<handle>/gone?keys=a,b`` → ``{"gone": […], "maybe": […], "unknown": […]}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from gallery.domain import (
    Account,
    AccountState,
    CursorMoved,
    KnownPost,
    Media,
    Notice,
    Post,
    PostGone,
    PostSeen,
    Profile,
    ProfileSeen,
    SourceEvent,
)
from gallery.errors import AccountGoneError, BudgetError
from gallery.sources.base import Hosts, Since, Web


class Toy:
    network = "toy"
    local = False
    max_picture_bytes = 200_000
    option_names = frozenset({"media_hosts"})

    def check_handle(self, handle: str) -> str:
        return handle.lower()

    def check_options(self, account: Account) -> list[tuple[str, str]]:
        return []

    def profile_url(self, handle: str) -> str:
        return f"https://{handle}/"

    def media_hosts(self, account: Account) -> Hosts:
        listed: Any = account.options.get("media_hosts", ())
        return Hosts(frozenset({account.handle, f"*.{account.handle}", "media.example", *listed}))

    def list_posts(self, account: Account, since: Since, web: Web) -> Iterator[SourceEvent]:
        hosts = Hosts(frozenset({account.handle}))
        after: int | None = int(str(since.cursor.get("after", 0)))
        while after is not None:
            if since.meter.allowance() == 0:
                raise BudgetError(f"{account.key}: no more posts may be read")
            answer = web.call(f"https://{account.handle}/list", hosts=hosts, params=[("after", str(after))])
            page: Any = answer.json()
            if "state" in page:
                raise AccountGoneError(f"{account.key} is {page['state']}", AccountState(page["state"]))
            if page.get("crash"):
                raise KeyError(page["crash"])
            profile = page.get("profile", {})
            state = AccountState(profile.get("state", "active"))
            yield ProfileSeen(
                Profile(
                    stable_id=profile.get("id", account.handle),
                    handle=profile.get("handle", account.handle),
                    name="Toy",
                    url=f"https://{account.handle}/",
                    avatar_url=profile.get("avatar", ""),
                    state=state,
                )
            )
            since.meter.spend(len(page["posts"]))
            for post in page["posts"]:
                yield PostSeen(_post(account, post))
                if "notice" in post:
                    yield Notice("odd", post["notice"])
            after = page.get("next")
            if after is not None:
                yield CursorMoved({"after": after})
            if not page["posts"]:
                return

    def find_gone(
        self, account: Account, since: Since, posts: Sequence[KnownPost], web: Web
    ) -> Iterator[PostGone | Notice]:
        keys = ",".join(post.key for post in posts)
        answer = web.call(
            f"https://{account.handle}/gone", hosts=Hosts(frozenset({account.handle})), params=[("keys", keys)]
        )
        found: Any = answer.json()
        if "state" in found:
            raise AccountGoneError(f"{account.key} is {found['state']}", AccountState(found["state"]))
        for key in found.get("gone", []):
            yield PostGone(key, "deleted by the artist")
        for key in found.get("maybe", []):
            yield PostGone(key, "not found", certain=False)
        for key in found.get("unknown", []):
            yield Notice("unconfirmed", key)


class PaidToy(Toy):
    network = "paidtoy"
    option_names = frozenset({"max_posts_per_run", "max_posts_per_month"})
    max_posts_per_run = 1000
    max_posts_per_month = 10_000
    usd_per_thousand_posts = 5.0
    usd_per_thousand_users = 10.0
    backfill_posts = 200
    max_unverified_days = 14

    def due_users(self, cursor: Mapping[str, object], now: datetime) -> int:
        return int(not cursor)


def _post(account: Account, post: dict[str, Any]) -> Post:
    return Post(
        key=str(post["key"]),  # unique among all accounts; where each counts its own, put their stable id before it
        permalink=post.get("permalink", f"https://{account.handle}/posts/{post['key']}"),
        created_at=datetime.fromisoformat(post["at"]),
        media=tuple(
            Media(**{**media, "fallback_urls": tuple(media.get("fallback_urls", ()))}) for media in post["media"]
        ),
        text=post.get("text", ""),
        tags=tuple(post.get("tags", ())),
        version=post.get("version", ""),
    )
