"""Misskey and its forks (Sharkey, Iceshrimp, …), read as a visitor who is not signed in.

Every call is ``POST https://<host>/api/<endpoint>``: ``users/show``, ``users/notes``, ``notes/show``
(https://github.com/misskey-dev/misskey/tree/develop/packages/backend/src/server/api/endpoints). No token is ever
sent: what an artist hides from visitors must not reach a public gallery.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from gallery.sources.instances import (
    ID,
    MEDIA_HOSTS,
    OnInstances,
    known_id,
    media_hosts,
    moved_to,
    renamed,
    user_at_host,
)
from gallery.sources.json_values import at, https_url, string
from gallery.sources.misskey_api import Instance, Notes
from gallery.sources.misskey_parse import new_home, read_user
from gallery.sources.options import by_name, flag, mistakes, visibilities
from gallery.sources.text import one_line
from gallery.sources.timeline import Timeline, changes

_SINGLE_CALLS = 60  # a run: notes asked for one by one
_MISSKEY_IO = (
    "media.misskeyusercontent.jp",
    "media.misskeyusercontent.com",
    "s3.arkjp.net",
    "proxy.misskeyusercontent.jp",  # of avatars, as is the next
    "proxy.misskeyusercontent.com",
)
_HOME = flag("home")


class Misskey(OnInstances):
    """The source ``misskey``. Options: ``home`` (true: the artist agreed to notes for "home" only), ``media_hosts``."""

    network = "misskey"
    max_picture_bytes = 30_000_000
    options = by_name(_HOME, MEDIA_HOSTS)
    option_names = frozenset(options)

    def check_options(self, account: Account) -> list[tuple[str, str]]:
        """Which of the entry's settings may not be what they are."""
        return mistakes(account, self.options)

    def media_hosts(self, account: Account) -> Hosts:
        """The instance, where misskey.io keeps its files, where others usually do, and the entry's ``media_hosts``."""
        host = user_at_host(account.handle).host
        return media_hosts(account, host, _MISSKEY_IO if host == "misskey.io" else ())

    def list_posts(self, account: Account, since: Since, web: Web) -> Iterator[SourceEvent]:
        """Yield the profile, then the notes with files since the last run; before that, all of them.

        Raises:
            AccountGoneError: unknown, suspended, or closed to visitors who are not signed in.
            SourceError: the account cannot be read now.
        """
        api = Instance(account, web)
        profile, notices = _profile(account, since, api)
        yield from notices
        yield ProfileSeen(profile)
        notes = Notes(api, profile.stable_id.partition("/")[2], visibilities(account, _HOME))
        yield from Timeline(account, since, notes, self.media_hosts(account), notes.visibilities).read()

    def find_gone(
        self, account: Account, since: Since, posts: Sequence[KnownPost], web: Web
    ) -> Iterator[PostGone | PostSeen | Notice]:
        """Walk the notes again, a hundred a call; a known one that is not among them is asked for by itself.

        A note that was edited, or is sensitive, is read anew; one that lost its files or is no longer public is gone.

        Raises:
            AccountGoneError: the instance says so of the whole account.
            SourceError: the instance cannot be asked.
        """
        api = Instance(account, web)
        number = known_id(since, api.host) or _profile(account, since, api)[0].stable_id.partition("/")[2]
        prefix = api.host + "/"
        known = [post for post in posts if post.key.startswith(prefix) and ID.fullmatch(post.key.removeprefix(prefix))]
        if not known:
            return
        notes = Notes(api, number, visibilities(account, _HOME))
        there = notes.back_to(min(post.created_at for post in known))
        singles = 0
        for post in sorted(known, key=lambda post: post.confirmed_at):
            note = post.key.removeprefix(prefix)
            if note in there:
                yield from changes(post, there[note])
            elif singles >= _SINGLE_CALLS:
                yield Notice("unconfirmed", post.key)
            else:
                singles += 1
                yield from notes.check_one(post)


def _profile(account: Account, since: Since, api: Instance) -> tuple[Profile, list[Notice]]:
    """The user, by the id of earlier runs or by name, unless the account is closed to visitors.

    Raises:
        AccountGoneError: unknown, suspended, or only for people who are signed in.
    """
    known, name = known_id(since, api.host), user_at_host(account.handle).user
    user = api.post("users/show", {"userId": known} if known else {"username": name, "host": None})
    profile = read_user(user, api.host)
    if profile is None or at(user, "host") not in (None, api.host):
        raise WebError(f"{account.key}: {api.host} answered without a user of its own")
    if at(user, "isSuspended") is True:
        raise AccountGoneError(f"{account.key} is suspended on {api.host}", AccountState.SUSPENDED)
    if at(user, "requireSigninToViewContents") is True:
        raise AccountGoneError(
            f"{account.key} shows its notes only to people who are signed in (requireSigninToViewContents)",
            AccountState.SIGN_IN_REQUIRED,
        )
    notices = []
    if profile.handle.lower() != account.handle:
        if not known:
            raise WebError(f"{account.key}: {api.host} answered about {profile.handle}")
        notices.append(renamed(account, profile.handle))
    if profile.state is AccountState.MOVED:
        notices.append(moved_to(account, _new_address(user, api)))
    return profile, notices


def _new_address(user: object, api: Instance) -> str:
    """Where a user who moved is to be found, for people. Newer servers show visitors no user of another one."""
    told = new_home(user)
    if https_url(told):
        return one_line(told, 200)
    if ID.fullmatch(string(told)):
        answer = api.send("users/show", {"userId": told})
        told = answer.json() if answer.status == 200 else None
    other = read_user(told, one_line(at(told, "host"), 253) or api.host)
    return other.handle if other else "the account that its page names"
