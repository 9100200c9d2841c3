"""X, through its API v2 and nothing else: X forbids any other way.

Posts are charged for when they are read, so every page is asked for once: below ``newest_id`` of the cursor nothing is
read again. X's pages of description are named where a rule comes from them; ``docs/sources/x.md`` tells people what it
costs and obliges them to. No body of X's is kept: a copy of a page would outlive the deletion of a post on it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from gallery.domain import Account, AccountState, KnownPost, Notice, PostGone, Profile, ProfileSeen, SourceEvent
from gallery.errors import AccountGoneError, SourceError
from gallery.sources.base import Hosts, Since, Web
from gallery.sources.json_values import mapping, string
from gallery.sources.options import amount, by_name, mistakes
from gallery.sources.profile_words import plea
from gallery.sources.text import one_line
from gallery.sources.x_auth import Credentials, credentials
from gallery.sources.x_common import REPLIES, decimal_id, id_at, time_of, user_name
from gallery.sources.x_options import BACKFILL, BACKFILL_POSTS, DIALECT, FETCH, Options, read_options
from gallery.sources.x_parse import MEDIA_HOST, Owner, avatar_url, counted
from gallery.sources.x_problems import body_of, is_final
from gallery.sources.x_sweep import sweep
from gallery.sources.x_walk import Listing, State, Stretch, Walk, utc

API = "https://api.x.com"
API_HOSTS = Hosts(frozenset({"api.x.com"}))

TWEET_FIELDS = (
    "author_id,created_at,attachments,entities,possibly_sensitive,edit_history_tweet_ids,note_tweet,"
    "referenced_tweets,in_reply_to_user_id,lang,withheld"
)
POST_FIELDS = "created_at,attachments,entities,possibly_sensitive,note_post,lang,withheld"
MEDIA_FIELDS = "media_key,type,url,width,height,alt_text,preview_image_url"
USER_FIELDS = "username,name,protected,profile_image_url,description"

PROFILE_AGE = timedelta(days=30)
SEARCH_WINDOW = timedelta(days=7) - timedelta(hours=2)  # X's recent search reaches back seven days
SEARCH_LAG = timedelta(minutes=10)  # a post may be found only some time after it was made
EARLIEST = datetime(2010, 11, 6, tzinfo=UTC)


class X:
    """Reads one X account: who it is, what is new, what is gone."""

    network = "x"
    local = False
    max_picture_bytes = 20_000_000

    # what it may cost, and how long a post counts as shown there (see PaidSource)
    max_posts_per_run = 1_000
    max_posts_per_month = 10_000
    usd_per_thousand_posts = 5.0
    usd_per_thousand_users = 10.0
    backfill_posts = BACKFILL_POSTS
    max_unverified_days = 14

    options = by_name(
        FETCH,
        DIALECT,
        REPLIES,
        BACKFILL,
        amount("max_posts_per_run", max_posts_per_run),
        amount("max_posts_per_month", max_posts_per_month),
        amount("usd_per_thousand_posts", usd_per_thousand_posts),
        amount("usd_per_thousand_users", usd_per_thousand_users),
        amount("max_unverified_days", max_unverified_days),
    )
    option_names = frozenset(options)

    def check_options(self, account: Account) -> list[tuple[str, str]]:
        """Which of the entry's settings may not be what they are."""
        return mistakes(account, self.options)

    def due_users(self, cursor: Mapping[str, object], now: datetime) -> int:
        """One when the account is new or its profile a month old, else none."""
        return int(_profile_due(State.load(cursor, now), now))

    def check_handle(self, handle: str) -> str:
        """Return the user name without ``@``, in lower case.

        Raises:
            ValueError: not a user name of X.
        """
        name = user_name(handle.strip().removeprefix("@"))
        if not name:
            raise ValueError("an X name has 1 to 15 letters, digits or underscores, such as aoi_draws")
        return name.lower()

    def profile_url(self, handle: str) -> str:
        """The account's page."""
        return f"https://x.com/{handle}"

    def media_hosts(self, account: Account) -> Hosts:
        """X keeps pictures, stills and avatars in one place, default avatars in another."""
        return Hosts(frozenset({MEDIA_HOST, "abs.twimg.com"}))

    def list_posts(self, account: Account, since: Since, web: Web) -> Iterator[SourceEvent]:
        """Yield the profile when it is due, then what is new, newest first.

        Raises:
            CredentialsError: the environment holds no keys, or X refuses them.
            AccountGoneError: suspended, protected, or unknown to X (asking again about such a one costs nothing).
            BudgetError: a limit of posts or money is reached; the next run goes on where this one stopped.
            SourceError: anything else that X says no to.
        """
        keys = credentials(os.environ)
        state, options = State.load(since.cursor, since.now), read_options(account)
        yield from _read(account, since, state, options, partial(_get, web, keys, account))

    def find_gone(
        self, account: Account, since: Since, posts: Sequence[KnownPost], web: Web
    ) -> Iterator[PostGone | Notice]:
        """Ask X's oEmbed service about a rotating seventh of the posts: see :func:`gallery.sources.x_sweep.sweep`."""
        return sweep(posts, since, web)


# --- asking ----------------------------------------------------------------------------------------------------------

_Params = list[tuple[str, str]]


def _get(web: Web, keys: Credentials, account: Account, path: str, params: _Params) -> Mapping[str, object]:
    """One call to X; the answer's body, or the error that it means."""
    answer = web.call(
        API + path, hosts=API_HOSTS, params=params, headers=keys.headers, auth=keys.auth, is_final=is_final
    )
    return body_of(answer, account.key)


class _Ask(Protocol):
    def __call__(self, path: str, params: _Params) -> Mapping[str, object]: ...


def _read(account: Account, since: Since, state: State, options: Options, ask: _Ask) -> Iterator[SourceEvent]:
    """Who it is, when that is due; what an interrupted run left unread; what is new."""
    user_id = since.stable_id or ""
    asked = not user_id or _profile_due(state, since.now)
    if user_id and not state.name:  # it may be closed: a look-up each night until it opens would be charged for
        _ask_public(id_at(since.now), _timeline(account, user_id, options, ask), since)
    if asked:
        profile = _profile(account, since, ask)
        user_id, state.name, state.profile_at = profile.stable_id, profile.handle, since.now
        yield ProfileSeen(profile)
        if profile.state is not AccountState.ACTIVE:
            raise AccountGoneError(f"{account.key} is protected: its posts are not public", profile.state)
        yield state.save()

    owner = Owner(user_id, state.name, options.replies, since.knows, since.holds)
    walk = Walk(state, owner, since.meter, options.dialect, account.key, seen=set())
    timeline = _timeline(account, user_id, options, ask)
    recent = _search_from(state, since.now) if options.search and state.newest_id else ""
    if not asked and (recent or walk.is_spent(timeline)):
        yield from _check_public(state.newest_id or id_at(since.now), timeline, since)
    for gap in state.gaps:
        yield from walk.read(timeline, gap)
    whole = True
    if state.newest_id:
        listing, since_id = timeline, state.newest_id
        if recent:
            listing, since_id = _search(user_id, options, ask), recent
        whole = yield from walk.read(listing, Stretch(since_id, "", options.depth))
    elif options.backfill_posts:
        whole = yield from walk.read(timeline, Stretch("", "", min(options.backfill_posts, options.depth)))
    else:
        state.newest_id = id_at(since.now)
    if whole:
        state.read_at = since.now
    yield state.save()


def _profile_due(state: State, now: datetime) -> bool:
    return not state.name or state.profile_at is None or now - state.profile_at >= PROFILE_AGE


def _check_public(post_id: str, timeline: Listing, since: Since) -> Iterator[Notice]:
    """Ask whether the account is public; no answer to that is no reason not to read it.

    Raises:
        AccountGoneError: suspended, protected, or unknown to X.
    """
    try:
        _ask_public(post_id, timeline, since)
    except AccountGoneError:
        raise
    except SourceError as error:
        yield Notice("account-state-unknown", str(error))


def _ask_public(post_id: str, timeline: Listing, since: Since) -> None:
    """Ask the time line for what stands between two neighbouring ids: nothing, which is not charged for. Search shows
    of a closed account only that there is nothing to find, the time line says that it is closed.

    Raises:
        AccountGoneError: suspended, protected, or unknown to X.
        SourceError: X refuses the question.
    """
    after = int(post_id) + 1
    window = [("since_id", str(after)), ("until_id", str(after + 1))]
    since.meter.spend(*counted(timeline.ask([("max_results", str(timeline.least)), *window])))


def _profile(account: Account, since: Since, ask: _Ask) -> Profile:
    """Look the account up: by name the first time, by its id ever after, so that a rename changes nothing.

    Raises:
        SourceError: X's answer names no user.
    """
    by = f"/2/users/{since.stable_id}" if since.stable_id else f"/2/users/by/username/{account.handle}"
    user = mapping(ask(by, [("user.fields", USER_FIELDS)]).get("data"))
    since.meter.spend(0, users=1)
    user_id, name = decimal_id(user.get("id")), user_name(user.get("username"))
    if not user_id or not name:
        raise SourceError(f"{account.key}: X answered without the user's id and name")
    closed = user.get("protected") is True
    return Profile(
        stable_id=user_id,
        handle=name,
        name=one_line(string(user.get("name"))) or name,
        url=f"https://x.com/{name}",
        avatar_url=avatar_url(user.get("profile_image_url")),
        plea=plea(user.get("name"), user.get("description")),
        state=AccountState.PROTECTED if closed else AccountState.ACTIVE,
    )


def _fields(dialect: str) -> _Params:
    """The fields of a post, spelt in one dialect; a word of the other one is ignored, and charged for, by X."""
    media = [("media.fields", MEDIA_FIELDS)]
    if dialect == "tweet":
        return [("tweet.fields", TWEET_FIELDS), ("expansions", "attachments.media_keys"), *media]
    return [("post.fields", POST_FIELDS), ("expansions", "attachments.media_keys,edit_history_post_ids"), *media]


def _timeline(account: Account, user_id: str, options: Options, ask: _Ask) -> Listing:
    """The time line (X docs: x-api/posts/timelines): complete, and charged for every post on it."""
    fixed = [("exclude", "retweets,replies" if options.replies == "none" else "retweets"), *_fields(options.dialect)]
    earliest = [("start_time", utc(max(account.since, EARLIEST)))] if account.since else []

    def page(params: _Params) -> Mapping[str, object]:
        bounded = any(name == "since_id" for name, _ in params)  # X lets since_id win over start_time anyway
        return ask(f"/2/users/{user_id}/tweets", [*params, *fixed, *([] if bounded else earliest)])

    return Listing(5, "pagination_token", page)


def _search(user_id: str, options: Options, ask: _Ask) -> Listing:
    """Recent search (X docs: x-api/posts/search): only posts with pictures are read and charged for."""
    query = f"from:{user_id} has:images -is:retweet" + ("" if options.replies == "all" else " -is:reply")
    fixed = [("query", query), *_fields(options.dialect)]
    return Listing(10, "next_token", lambda params: ask("/2/tweets/search/recent", [*params, *fixed]))


def _search_from(state: State, now: datetime) -> str:
    """After which id search has to look; "" when that lies outside its window, so that the time line is needed."""
    if state.read_at is None:
        return ""
    since_id = max(state.newest_id, id_at(state.read_at - SEARCH_LAG), key=int)
    return since_id if now - time_of(since_id) < SEARCH_WINDOW else ""
