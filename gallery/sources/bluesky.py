"""Bluesky and everything else on the AT Protocol, read without an account or key.

The AppView (``public.api.bsky.app``) gives posts with the moderators' labels; the account's own server gives original
bytes, the complete record list and the account's state. Lexicons: ``app.bsky.feed.getAuthorFeed``,
``app.bsky.feed.getPosts``, ``app.bsky.actor.getProfile``, ``com.atproto.repo.listRecords``,
``com.atproto.sync.getBlob`` in https://github.com/bluesky-social/atproto/tree/main/lexicons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from gallery.domain import (
    Account,
    AccountState,
    KnownPost,
    Notice,
    PostGone,
    PostSeen,
    Profile,
    ProfileSeen,
    SourceEvent,
)
from gallery.errors import AccountGoneError, WebError
from gallery.sources.base import Hosts, Since, Web
from gallery.sources.bluesky_identity import (
    APPVIEW,
    IN_WORDS,
    Identity,
    ask,
    blob_url,
    find_identity,
    own_server,
    repo_state,
    resolve_handle,
)
from gallery.sources.bluesky_labels import HIDDEN, SENSITIVE, SIGN_IN_ONLY, active_labels
from gallery.sources.bluesky_listing import IDS_A_CALL, RECORDS, Reader, get_posts
from gallery.sources.bluesky_parse import DID, POST_URI, Original, Reading, read_post
from gallery.sources.bluesky_walk import Job
from gallery.sources.json_values import at, https_url
from gallery.sources.options import by_name, choice, flag, mistakes
from gallery.sources.profile_words import plea
from gallery.sources.text import one_line

_HANDLE = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
_CDN = frozenset({"cdn.bsky.app", "video.bsky.app", "video.cdn.bsky.app"})
_PICTURES, _VIDEOS = "posts_with_media", "posts_with_video"  # two filters of the feed; the first leaves videos out
_ORIGINALS, _HISTORY = choice("originals", "cdn", "pds"), choice("history", "feed", "full")
_WITH_VIDEOS = flag("videos", default=True)


class Bluesky:
    """The source ``bluesky``. Options: ``originals`` (cdn, pds), ``history`` (feed, full), ``videos`` (true, false)."""

    network = "bluesky"
    local = False
    max_picture_bytes = 10_000_000
    options = by_name(_ORIGINALS, _HISTORY, _WITH_VIDEOS)
    option_names = frozenset(options)

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

    def check_options(self, account: Account) -> list[tuple[str, str]]:
        """Which of the entry's settings may not be what they are."""
        return mistakes(account, self.options)

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
        originals, full, listings = _wants_originals(account), _wants_all(account), _listings(account)
        did = since.stable_id or account.handle
        if not DID.fullmatch(did):
            did = resolve_handle(web, account.handle)
        identity, notices = _identify(account, did, since, web, needs_server=originals or full)
        yield from notices
        if originals:
            own_server(identity)
        if since.stable_id and not since.cursor:  # it was closed, maybe by its own server while Bluesky shows it still
            yield from _check_whole_account(account, did, web)
        profile = _profile(account, identity, since, web)
        yield ProfileSeen(profile)
        reader = Reader(web, identity, since.now, partial(blob_url, identity) if originals else None)
        job = Job(account, since, reader, profile.sensitive, dict(since.cursor))
        for listing in listings:
            yield from job.read(listing, RECORDS if full and listing == _PICTURES else listing)

    def find_gone(
        self, account: Account, since: Since, posts: Sequence[KnownPost], web: Web
    ) -> Iterator[PostGone | PostSeen | Notice]:
        """Ask the AppView for every known post, 25 a call: what a good answer leaves out is gone.

        Before the first of them is reported, the account's own server is asked whether it is the whole account. One
        that is missing there waits for a second night; what the AppView says of its posts counts meanwhile. A post
        that is there is told as it is now.

        Raises:
            AccountGoneError: it is the whole account.
            SourceError: the AppView cannot be asked.
        """
        did = since.stable_id or account.handle
        original: Original | None = None
        if _wants_originals(account):
            identity = find_identity(web, did)
            original = partial(blob_url, identity)
        known = [post for post in posts if POST_URI.fullmatch(post.key)]
        account_checked = False
        missing: AccountGoneError | None = None
        for start in range(0, len(known), IDS_A_CALL):
            asked = known[start : start + IDS_A_CALL]
            views = get_posts(web, [post.key for post in asked])
            for post in asked:
                view = views.get(post.key)
                if view is None and not account_checked:
                    account_checked = True
                    try:
                        yield from _check_whole_account(account, did, web)
                    except AccountGoneError as error:
                        if error.state is not AccountState.MISSING:
                            raise
                        missing = error
                if view is None:  # an account that was only moving brings its posts back
                    yield PostGone(post.key, "the network does not know the post any more", for_good=missing is None)
                else:
                    _respect(account, active_labels(at(view, "author", "labels"), since.now))
                    yield from _as_it_is_now(post.key, read_post(view, did, since.now, original))
        if missing:
            raise missing


def _wants_originals(account: Account) -> bool:
    return _ORIGINALS(account) == "pds"


def _wants_all(account: Account) -> bool:
    return _HISTORY(account) == "full"


def _listings(account: Account) -> tuple[str, ...]:
    return (_PICTURES, _VIDEOS) if _WITH_VIDEOS(account) else (_PICTURES,)


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


def _profile(account: Account, identity: Identity, since: Since, web: Web) -> Profile:
    """What the AppView says of the account.

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
    return Profile(
        stable_id=identity.did,
        handle=handle,
        name=one_line(at(view, "displayName")) or handle,
        url=f"https://bsky.app/profile/{handle}",
        avatar_url=https_url(at(view, "avatar")),
        sensitive=bool(labels & SENSITIVE),
        plea=plea(at(view, "displayName"), at(view, "description")),
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


def _as_it_is_now(key: str, reading: Reading) -> Iterator[PostSeen | PostGone]:
    """A stored post as the network has it now: labels and edits bear no date that tells which of them are new."""
    if reading.post:
        yield PostSeen(reading.post)
    elif reading.hidden:
        yield PostGone(key, reading.hidden, for_good=False, refused=True)
    elif any(notice.kind == "no-picture" for notice in reading.notices):
        yield PostGone(key, "an edit took its pictures away", for_good=False)


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
        raise AccountGoneError(f"{account.key}: its own server says that it {IN_WORDS[state]}", state)
