"""The listings of a Bluesky account, page by page: the AppView's feed, or every record on the account's own server.

Both answer with the AppView's views of posts, because only these carry the moderators' labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gallery.domain import AccountState, Notice
from gallery.errors import AccountGoneError, WebError
from gallery.sources.base import Web
from gallery.sources.bluesky_identity import APPVIEW, Identity, ask, own_server
from gallery.sources.bluesky_parse import POST_URI, Original, Reading, has_media, read_feed_item, read_post
from gallery.sources.json_values import at, string

RECORDS = "records"  # the account's own server; any other listing is a filter of the feed
IDS_A_CALL = 25  # app.bsky.feed.getPosts


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing, read."""

    readings: tuple[Reading, ...]
    following: str  # cursor of the next page, "" at the end
    listed: tuple[str, ...]  # addresses of everything on it, also of what is no picture post of the account's


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the listings of one account."""

    web: Web
    identity: Identity
    now: datetime
    original: Original | None  # see bluesky_parse.read_post

    def page(self, listing: str, cursor: str) -> Page:
        """The page of ``listing`` that starts at ``cursor`` ("" for the first).

        Raises:
            AccountGoneError: the server says that the account is not public any more.
            WebError: it refused, or answered with something that is no page.
        """
        return self._records(cursor) if listing == RECORDS else self._feed(listing, cursor)

    def _feed(self, feed_filter: str, cursor: str) -> Page:
        params = [("actor", self.identity.did), ("limit", "100"), ("filter", feed_filter)]
        if cursor:
            params.append(("cursor", cursor))
        answer = ask(self.web, APPVIEW, "app.bsky.feed.getAuthorFeed", params)
        items = at(answer, "feed")
        if not isinstance(items, list):
            raise WebError(f"{self.identity.did}: getAuthorFeed answered without a feed")
        readings = (read_feed_item(item, self.identity.did, self.now, self.original) for item in items)
        listed = tuple(string(at(item, "post", "uri")) for item in items)
        return Page(tuple(readings), string(at(answer, "cursor")), listed)

    def _records(self, cursor: str) -> Page:
        """The next hundred records of the account's own server, with the AppView's labels on those with media."""
        params = [("repo", self.identity.did), ("collection", "app.bsky.feed.post"), ("limit", "100")]
        if cursor:
            params.append(("cursor", cursor))
        try:
            answer = ask(self.web, own_server(self.identity), "com.atproto.repo.listRecords", params)
        except AccountGoneError as error:
            if error.state is not AccountState.MISSING:
                raise
            raise WebError(f"{error}; it may be moving house, and Bluesky still shows the account") from error
        records = at(answer, "records")
        if not isinstance(records, list):
            raise WebError(f"{self.identity.did}: listRecords answered without records")
        uris = [string(at(record, "uri")) for record in records if has_media(at(record, "value"))]
        readings: list[Reading] = []
        for start in range(0, len(uris), IDS_A_CALL):
            asked = [uri for uri in uris[start : start + IDS_A_CALL] if POST_URI.fullmatch(uri)]
            views = get_posts(self.web, asked)
            for uri in asked:
                if uri in views:
                    readings.append(read_post(views[uri], self.identity.did, self.now, self.original))
                else:
                    notice = Notice("not-in-appview", f"{uri} is a record that Bluesky does not show")
                    readings.append(Reading(uri, None, None, notices=(notice,)))
        listed = tuple(string(at(record, "uri")) for record in records)
        return Page(tuple(readings), string(at(answer, "cursor")), listed)


def get_posts(web: Web, uris: Sequence[str]) -> dict[str, object]:
    """The views of those of ``uris`` (at most 25) that still exist.

    Raises:
        WebError: the answer has no list of posts, so it says nothing about any of them.
    """
    if not uris:
        return {}
    posts = at(ask(web, APPVIEW, "app.bsky.feed.getPosts", [("uris", uri) for uri in uris]), "posts")
    if not isinstance(posts, list):
        raise WebError("app.bsky.feed.getPosts answered without a list of posts")
    return {string(at(post, "uri")): post for post in posts}
