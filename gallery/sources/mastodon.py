"""Mastodon and the servers that speak its API: GoToSocial, Pleroma, Akkoma, Pixelfed.

The account's home instance is asked, because others hold partial copies: ``GET /api/v1/accounts/lookup``,
``GET /api/v1/accounts/:id/statuses?only_media=true``, and ``GET /api/v1/statuses?id[]=…`` to see what is gone
(https://docs.joinmastodon.org/methods/accounts/, …/methods/statuses/).
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
from gallery.errors import AccountGoneError, SourceError, WebError
from gallery.sources.base import Hosts, Since, Web
from gallery.sources.instances import (
    ID,
    MEDIA_HOSTS,
    Handle,
    OnInstances,
    host_name,
    known_id,
    media_hosts,
    moved_to,
    renamed,
    user_at_host,
)
from gallery.sources.json_values import at, string
from gallery.sources.mastodon_api import Instance
from gallery.sources.mastodon_parse import read_account
from gallery.sources.mastodon_timeline import Statuses, Sweep
from gallery.sources.options import Option, by_name, flag, mistakes, visibilities
from gallery.sources.text import one_line
from gallery.sources.timeline import Timeline


def _instance_of(account: Account) -> str:
    value = account.options.get("instance")
    try:
        return user_at_host(account.handle).host if value is None else host_name(string(value))
    except ValueError as error:
        raise SourceError(f"{account.where}: instance: {error}") from error


def _account_id(account: Account) -> str:
    number = str(account.options.get("account_id") or "")
    if number and not ID.fullmatch(number):
        raise SourceError(f"{account.where}: account_id is {number!r}; it may be an id such as 109300000000000001")
    return number


_UNLISTED = flag("unlisted")


class Mastodon(OnInstances):
    """The source ``mastodon``.

    Options: ``instance`` (the server's own host, where handles name another one), ``account_id`` (where the server
    has no lookup), ``unlisted`` (true: the artist agreed to showing unlisted posts), ``media_hosts``.
    """

    network = "mastodon"
    max_picture_bytes = 20_000_000
    options = by_name(
        Option("instance", _instance_of, {"type": "string"}),
        Option("account_id", _account_id, {"type": ["string", "integer"], "pattern": f"^{ID.pattern}$"}),
        _UNLISTED,
        MEDIA_HOSTS,
    )
    option_names = frozenset(options)

    def check_options(self, account: Account) -> list[tuple[str, str]]:
        """Which of the entry's settings may not be what they are."""
        return mistakes(account, self.options)

    def media_hosts(self, account: Account) -> Hosts:
        """The instance, the hosts where instances usually keep files, and the entry's ``media_hosts``."""
        return media_hosts(account, _instance_of(account))

    def list_posts(self, account: Account, since: Since, web: Web) -> Iterator[SourceEvent]:
        """Yield the profile, then what was posted since the last run, oldest page first; before that, everything.

        Raises:
            AccountGoneError: unknown, suspended, private, or hidden by the moderators of its own instance.
            CredentialsError: the instance wants a token.
            SourceError: the account cannot be read now.
        """
        instance = Instance(_instance_of(account), web, account.key)
        hosts = self.media_hosts(account)
        entity = _find_account(account, since, instance)
        profile = _profile(account, entity, instance)
        yield from _tell_changes(account, since, entity, profile)
        yield ProfileSeen(profile)
        statuses = _statuses(account, instance, profile.stable_id.partition("/")[2])
        yield from Timeline(account, since, statuses, hosts, statuses.visibilities).read()

    def find_gone(
        self, account: Account, since: Since, posts: Sequence[KnownPost], web: Web
    ) -> Iterator[PostGone | PostSeen | Notice]:
        """Ask for the known statuses, 20 a call; what is left out is asked for by itself, and gone when that is 404.

        A status that was edited since it was last confirmed, or is sensitive, is read anew; one that lost its
        pictures or is not public any more is gone. Servers older than Mastodon 4.3 do not know the call with many
        ids: there some are asked for one by one, those first that were not confirmed for longest.

        Raises:
            SourceError: the instance cannot be asked.
        """
        instance = Instance(_instance_of(account), web, account.key)
        statuses = _statuses(account, instance, known_id(since, instance.host))
        yield from Sweep(statuses).check(sorted(posts, key=lambda post: post.confirmed_at))


def _statuses(account: Account, instance: Instance, number: str) -> Statuses:
    return Statuses(instance, number, visibilities(account, _UNLISTED), user_at_host(account.handle).host)


def _find_account(account: Account, since: Since, instance: Instance) -> object:
    """The Account entity: by the id of earlier runs, which survives a rename, else by ``account_id``, else by name."""
    if number := known_id(since, instance.host) or _account_id(account):
        return instance.good(instance.get(f"/api/v1/accounts/{number}"))
    name = user_at_host(account.handle)
    entity = instance.good(instance.get("/api/v1/accounts/lookup", [("acct", name.user)]))
    if string(at(entity, "acct")).lower() not in (name.user, str(name), f"{name.user}@{instance.host}"):
        raise WebError(f"{account.key}: {instance.host} answered about {one_line(at(entity, 'acct'), 80)!r}")
    return entity


def _profile(account: Account, entity: object, instance: Instance) -> Profile:
    """The profile, unless the instance's moderators have closed the account, or its owner has.

    Raises:
        AccountGoneError: suspended, limited or private.
        WebError: the entity is none.
    """
    host = instance.host
    profile = read_account(entity, host, user_at_host(account.handle).host)
    if profile is None:
        raise WebError(f"{account.key}: {host} answered without an account that has an id and a plain name")
    if at(entity, "suspended") is True:
        raise AccountGoneError(f"{account.key} is suspended on {host}", AccountState.SUSPENDED)
    if at(entity, "limited") is True:
        raise AccountGoneError(
            f"{account.key} is limited by the moderators of {host}: only its followers are to see it",
            AccountState.SIGN_IN_REQUIRED,
        )
    if at(entity, "locked") is True and instance.hides_locked_accounts():
        raise AccountGoneError(f"{account.key} is private on {host}", AccountState.PROTECTED)
    return profile


def _tell_changes(account: Account, since: Since, entity: object, profile: Profile) -> Iterator[Notice]:
    name = Handle(user_at_host(account.handle).user, profile.handle.partition("@")[2])
    if since.stable_id and profile.handle.lower() != str(name):
        yield renamed(account, profile.handle)
    if profile.state is AccountState.MOVED:
        target = one_line(at(entity, "moved", "url"), 200) or one_line(at(entity, "moved", "acct"), 200)
        yield moved_to(account, target)
