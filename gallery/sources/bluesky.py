"""Bluesky and everything else on the AT Protocol, read without an account or key.

The AppView (``public.api.bsky.app``) gives posts with the moderators' labels; the account's own server gives original
bytes, the complete record list and the account's state. Lexicons: ``app.bsky.feed.getAuthorFeed``,
``app.bsky.feed.getPosts``, ``app.bsky.actor.getProfile``, ``com.atproto.repo.listRecords``,
``com.atproto.sync.getBlob`` in https://github.com/bluesky-social/atproto/tree/main/lexicons.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gallery.domain import Account, CursorMoved, Notice, Post, PostGone, PostSeen, Profile, ProfileSeen, SourceEvent
from gallery.errors import AccountGoneError, AccountState, WebError
from gallery.sources.base import Hosts, KnownPost, Since, Web
from gallery.sources.bluesky_identity import (
    APPVIEW,
    Identity,
    ask,
    blob_url,
    find_identity,
    own_server,
    repo_state,
    resolve_handle,
)
from gallery.sources.bluesky_listing import IDS_A_CALL, RECORDS, Page, Reader, get_posts
from gallery.sources.bluesky_parse import DID, HIDDEN, POST_URI, SENSITIVE, SIGN_IN_ONLY, active_labels
from gallery.sources.bluesky_walk import Leg, Walk
from gallery.sources.options import choice, flag
from gallery.sources.paging import PageGuard
from gallery.sources.text import one_line
from gallery.sources.wire import at, https_url, mapping

_HANDLE = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_CDN = frozenset({"cdn.bsky.app", "video.bsky.app", "video.cdn.bsky.app"})
_PICTURES, _VIDEOS = "posts_with_media", "posts_with_video"  # two filters of the feed; the first leaves videos out


class Bluesky:
    """The source ``bluesky``. Options: ``originals`` (cdn, pds), ``history`` (feed, full), ``videos`` (true, false)."""

    network = "bluesky"
    local = False
    max_picture_bytes = 10_000_000
    option_names = frozenset({"originals", "history", "videos"})

    def check_handle(self, handle: str) -> str:
        """A handle such as ``aoi.example.com`` in lower case, or a DID.

        Raises:
            ValueError: neither of the two.
        """
        name = handle.removeprefix("@")
        if DID.fullmatch(name):
            return name
        if _HANDLE.fullmatch(name.lower()):
            return name.lower()
        raise ValueError(f"{handle!r} is not a Bluesky handle; write one like aoi.example.com, or a DID (did:plc:…)")

    def profile_url(self, handle: str) -> str:
        """The account's page on bsky.app."""
        return f"https://bsky.app/profile/{handle}"

    def media_hosts(self, account: Account) -> Hosts:
        """Bluesky's CDN; for originals also the account's own server, which only data can name."""
        return Hosts(names=_CDN, any_public=_wants_originals(account))

    def list_posts(self, account: Account, since: Since, web: Web) -> Iterator[SourceEvent]:
        """Yield the profile, then posts newest first until what is known, and once a month all of them.

        Raises:
            AccountGoneError: taken down, deactivated, unknown, or closed to visitors who are not signed in.
            SourceError: the account cannot be read now.
        """
        originals, full = _wants_originals(account), choice(account, "history", ("feed", "full")) == "full"
        listings = (_PICTURES, _VIDEOS) if flag(account, "videos", default=True) else (_PICTURES,)
        did = since.stable_id or account.handle
        if not DID.fullmatch(did):
            did = resolve_handle(web, account.handle)
        identity, notices = _identify(account, did, since, web, needs_server=originals or full)
        yield from notices
        if originals:
            own_server(identity)
        profile, author_labels = _profile(account, identity, since, web)
        yield ProfileSeen(profile)
        reader = Reader(web, identity, since.now, (lambda cid: blob_url(identity, cid)) if originals else None)
        job = _Job(account, since, reader, bool(author_labels & SENSITIVE), dict(since.cursor))
        for listing in listings:
            yield from job.read(listing, RECORDS if full and listing == _PICTURES else listing)

    def find_gone(
        self, account: Account, since: Since, posts: Sequence[KnownPost], web: Web
    ) -> Iterator[PostGone | Notice]:
        """Ask the AppView for every known post, 25 a call: what a good answer leaves out is gone.

        Before the first of them is reported, the account's own server is asked whether it is the whole account.

        Raises:
            AccountGoneError: it is the whole account.
            SourceError: the AppView cannot be asked.
        """
        did = since.stable_id or account.handle
        known = [post for post in posts if POST_URI.fullmatch(post.key)]
        account_checked = False
        for start in range(0, len(known), IDS_A_CALL):
            asked = known[start : start + IDS_A_CALL]
            views = get_posts(web, [post.key for post in asked])
            for post in asked:
                reason = _why_gone(account, views.get(post.key), since)
                if reason and post.key not in views and not account_checked:
                    account_checked = True
                    yield from _check_whole_account(account, did, web)
                if reason:
                    yield PostGone(post.key, reason)


def _wants_originals(account: Account) -> bool:
    return choice(account, "originals", ("cdn", "pds")) == "pds"


def _identify(
    account: Account, did: str, since: Since, web: Web, *, needs_server: bool
) -> tuple[Identity, list[Notice]]:
    """Read the DID document and check that it claims the handle in turn.

    An account that earlier runs have read goes by its DID: handles change hands, and the new owner is somebody else.
    """
    notices = []
    try:
        identity = find_identity(web, did)
    except WebError as error:
        if since.stable_id is None or needs_server:
            raise
        return Identity(did), [Notice("identity-unchecked", f"{account.key}: {error}")]
    if account.handle not in (did, *identity.handles):
        names = ", ".join(one_line(name, 80) for name in identity.handles) or "no handle"
        if since.stable_id is None:
            raise WebError(
                f"{account.where}: {account.handle} leads to {did}, whose document claims {names}; "
                "the handle is not this account's (ask the artist, or write the DID instead)"
            )
        notices.append(
            Notice("renamed", f"{account.where}: {account.handle} is called {names} now; it is still read as {did}")
        )
    return identity, notices


def _profile(account: Account, identity: Identity, since: Since, web: Web) -> tuple[Profile, frozenset[str]]:
    """What the AppView says of the account, and the labels it bears.

    Raises:
        AccountGoneError: as its labels demand, or because it is not there.
    """
    view = ask(web, APPVIEW, "app.bsky.actor.getProfile", [("actor", identity.did)])
    if at(view, "did") != identity.did:
        raise WebError(f"{account.key}: getProfile answered about {one_line(at(view, 'did'), 80)!r}")
    labels = active_labels(at(view, "labels"), since.now)
    _respect(account, labels)
    handle = one_line(at(view, "handle"), 253)
    if not _HANDLE.fullmatch(handle) or handle == "handle.invalid":
        handle = identity.did
    return (
        Profile(
            stable_id=identity.did,
            handle=handle,
            name=one_line(at(view, "displayName")) or handle,
            url=f"https://bsky.app/profile/{handle}",
            avatar_url=https_url(at(view, "avatar")),
        ),
        labels,
    )


def _respect(account: Account, labels: frozenset[str]) -> None:
    """Stop at labels on the author that forbid showing the account.

    Raises:
        AccountGoneError: one of them holds.
    """
    if SIGN_IN_ONLY in labels:
        raise AccountGoneError(
            f"{account.key} asks not to be shown to visitors who are not signed in ({SIGN_IN_ONLY})",
            AccountState.SIGN_IN_REQUIRED,
        )
    if labels & HIDDEN:
        raise AccountGoneError(
            f"{account.key} is hidden by moderators ({', '.join(sorted(labels & HIDDEN))})", AccountState.SUSPENDED
        )


def _why_gone(account: Account, view: object, since: Since) -> str:
    """Why a post that was asked for is to be removed, "" where it is still there.

    Raises:
        AccountGoneError: its author's labels forbid showing the account.
    """
    if view is None:
        return "the network does not know the post any more"
    _respect(account, active_labels(at(view, "author", "labels"), since.now))
    labels = active_labels(at(view, "labels"), since.now)
    return f"labelled {', '.join(sorted(labels & HIDDEN))}" if labels & HIDDEN else ""


def _check_whole_account(account: Account, did: str, web: Web) -> Iterator[Notice]:
    """Ask the account's own server for its state before single posts are called gone.

    Raises:
        AccountGoneError: taken down, suspended, deactivated or deleted.
    """
    try:
        state = repo_state(web, find_identity(web, did))
    except WebError as error:
        yield Notice("account-state-unknown", f"{account.key}: {error}")
        return
    if state is not AccountState.ACTIVE:
        raise AccountGoneError(f"{account.key}: its own server says that it is {state.value}", state)


@dataclass
class _Job:
    """One run's reading of one account; keeps the cursors of its listings together."""

    account: Account
    since: Since
    reader: Reader
    sensitive: bool  # the author bears a label that veils everything
    cursor: dict[str, object]

    def read(self, listing: str, deep: str) -> Iterator[SourceEvent]:
        """Yield what is new under one filter of the feed; ``deep`` is what a walk to the end reads instead."""
        walk = Walk.load(mapping(self.cursor.get(listing)))
        legs = walk.legs(listing, deep, self.since.now)
        for leg in legs:
            read = yield from self._leg(listing, leg, walk)
            if read is None:
                return
            walk = read
        yield self._moved(listing, walk.ended(legs[-1], self.since.now))

    def _leg(self, listing: str, leg: Leg, walk: Walk) -> Generator[SourceEvent, None, Walk | None]:
        """Read one leg; None when the next run has to go on with it."""
        guard, cursor, count = PageGuard(), leg.start, 0
        while True:
            try:
                page = self.reader.page(leg.listing, cursor)
            except WebError as error:
                if error.status != 400 or not leg.start or cursor != leg.start:
                    raise
                yield Notice("cursor-refused", f"{self.account.key}: {error}; the next run reads from the top")
                yield self._moved(listing, Walk(watermark=walk.watermark))
                return None
            nothing_new = self._all_known(page)
            for event in self._events(page, guard, count):
                count += isinstance(event, PostSeen)
                yield event
            times = [reading.sort_time for reading in page.readings if reading.sort_time]
            walk = walk.read(max(times, default=None), self.since.now)
            if not page.following or (leg.stops_at_known and nothing_new) or self._is_deep_enough(leg, times, count):
                return walk
            cursor = page.following
            stop = guard.turn(cursor)
            if stop:
                yield stop.notice(self.account)
            if stop and not stop.resumable:
                return walk
            if leg.keeps_place:
                walk = walk.paused(leg, cursor)
                yield self._moved(listing, walk)
            if stop:
                return None

    def _events(self, page: Page, guard: PageGuard, count: int) -> Iterator[SourceEvent]:
        """What one page tells, without posts before the account's ``since`` or beyond its ``limit``."""
        for reading in page.readings:
            yield from reading.notices
            if not reading.key or not guard.fresh(reading.key):
                continue
            if reading.hidden:
                known = self.since.knows(reading.key)
                yield (
                    PostGone(reading.key, reading.hidden)
                    if known
                    else Notice("hidden", f"{reading.key} is {reading.hidden}")
                )
            elif reading.post and self._is_wanted(reading.post, count):
                count += 1
                yield PostSeen(replace(reading.post, sensitive=reading.post.sensitive or self.sensitive))

    def _is_wanted(self, post: Post, count: int) -> bool:
        limit, since = self.account.limit, self.account.since
        return (limit is None or count < limit) and (since is None or post.created_at >= since)

    def _all_known(self, page: Page) -> bool:
        keys = [reading.key for reading in page.readings if reading.post]
        return bool(keys) and all(self.since.knows(key) for key in keys)

    def _is_deep_enough(self, leg: Leg, times: list[datetime], count: int) -> bool:
        """Whether what follows is older than anybody asked for; the feed is newest first, records are not."""
        if self.account.limit is not None and count >= self.account.limit:
            return True
        if not times or leg.listing == RECORDS:
            return False
        floors = [floor for floor in (leg.floor, self.account.since) if floor]
        return any(times[-1] < floor for floor in floors)

    def _moved(self, listing: str, walk: Walk) -> CursorMoved:
        self.cursor = {**self.cursor, listing: walk.save()}
        return CursorMoved(self.cursor)
