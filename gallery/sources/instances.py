"""Handles and hosts of the networks made of many servers, ``aoi@art.example``, and what their posts ask for."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from gallery.domain import Account, Notice
from gallery.errors import SourceError, WebError
from gallery.sources.base import Hosts, Since
from gallery.sources.json_values import at, https_url, string
from gallery.sources.options import Option, names
from gallery.sources.text import plain

_LABEL = r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)"
HOST = re.compile(rf"(?=.{{4,253}}\Z)(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_USER = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,62}[a-z0-9_])?")
_LISTED = names("media_hosts")
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # opaque ids, safe in a path: snowflakes, ULIDs, flakes, aids


@dataclass(frozen=True, slots=True)
class Handle:
    """A user and the host they are on, in canonical spelling."""

    user: str
    host: str

    def __str__(self) -> str:
        return f"{self.user}@{self.host}"


def host_name(text: str) -> str:
    """The host in lower case and IDNA spelling.

    Raises:
        ValueError: not a host name of the public internet.
    """
    host = text.lower()
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise ValueError(f"{text!r} is not a host name") from error
    if not HOST.fullmatch(host):
        raise ValueError(f"{text!r} is not a host name such as art.example")
    return host


def user_at_host(handle: str) -> Handle:
    """Read ``aoi@art.example`` or ``@aoi@art.example``.

    Raises:
        ValueError: anything else; the message says what a handle looks like.
    """
    user, _, host = handle.removeprefix("@").partition("@")
    if not host or not _USER.fullmatch(user.lower()):
        raise ValueError(f"{handle!r} is not a handle; write user@host, such as aoi@art.example")
    return Handle(user.lower(), host_name(host))


def known_id(since: Since, host: str) -> str:
    """The account's id of earlier runs, which survives a rename; "" on the first, and where the entry names another
    instance since."""
    known_host, _, number = (since.stable_id or "").partition("/")
    return number if known_host == host and ID.fullmatch(number) else ""


def media_hosts(account: Account, host: str, known: Collection[str] = ()) -> Hosts:
    """The instance, the hosts on which it is ``known`` to keep its files (else those on which many do), and those that
    the entry lists under ``media_hosts``.

    Raises:
        SourceError: an entry of ``media_hosts`` is no host name.
    """
    usual = known or [f"{name}.{host}" for name in ("files", "media", "cdn")]
    return Hosts(names=frozenset({host, *usual, *listed_hosts(account)}))


def listed_hosts(account: Account) -> list[str]:
    """The hosts that the entry lists under ``media_hosts``.

    Raises:
        SourceError: one of them is no host name (``*.files.example`` is allowed).
    """
    listed = []
    for name in _LISTED(account):
        try:
            star = "*." if name.startswith("*.") else ""
            listed.append(star + host_name(name.removeprefix("*.")))
        except ValueError as error:
            raise SourceError(f"{account.where}: media_hosts: {error}") from error
    return listed


MEDIA_HOSTS = Option(_LISTED.name, listed_hosts, _LISTED.schema)


def line_to_add(account: Account, what: str, host: str) -> str:
    """Says that ``what`` lies on a host that nobody has allowed, and which line of accounts.yaml would allow it."""
    return (
        f"{account.where}: {account.handle} keeps {what} on {host}; "
        f"if that is right, add `media_hosts: [{host}]` to the entry"
    )


def renamed(account: Account, handle: str) -> Notice:
    """That the account of an entry has another handle now."""
    return Notice("renamed", f"{account.where}: {account.handle} is called {handle} now")


def moved_to(account: Account, target: str) -> Notice:
    """That the account of an entry was given up for ``target``. Followers move along; posts do not."""
    both = f"list that one, too, with `artist: {account.artist.slug}` at both"
    said = f"{account.handle} has moved to {target}; if the artist agrees, {both}: what was posted here stays here"
    return Notice("moved-to", f"{account.where}: {said}")


def turned_away(who: str, host: str) -> WebError:
    """That a firewall answers in the place of a server: a 403 without the server's own words."""
    return WebError(
        f"{who}: what stands before {host} turns this machine away (HTTP 403 with a web page); ask its administrators "
        "to let the gallery's User-Agent through",
        403,
    )


def visibility_of(status: object) -> str:
    """Who may see a status or a note, in its server's own word. Hometown, glitch-soc, GoToSocial and Misskey call what
    is meant for the server's own people "public" and mark it apart; it is "local", as on Pleroma and Akkoma."""
    local = at(status, "local_only") is True or at(status, "localOnly") is True
    return "local" if local else string(at(status, "visibility"))


def warning_of(note: object) -> str:
    """Behind which words a note of Misskey's family is folded away; "" where it is not.

    Misskey folds a note behind no words, too, which are "…" here. Sharkey's moderators can warn of a note or a user.
    """
    told = [at(note, "cw"), at(note, "mandatoryCW"), at(note, "user", "mandatoryCW")]
    words = ", ".join(filter(None, dict.fromkeys(plain(one, 1_000) for one in told)))
    return words or ("…" if any(isinstance(one, str) for one in told) else "")


def own_page(address: object, *hosts: str) -> str:
    """An address that a server gives for a page of its own, "" where it lies elsewhere.

    Else a stranger's server could have a picture credited, by its link, to whomever it likes.

    Args:
        address: whatever stands in the answer.
        hosts: the server that was asked, and that of the account's handle, in canonical spelling: pages may lie on
            either or below (``art.example`` has them on ``social.art.example``), not above, where who lets out names
            has pages of their own.
    """
    usable = https_url(address)
    try:
        own = host_name((urlsplit(usable).hostname or "").rstrip("."))
    except ValueError:
        return ""
    return usable if any(own == host or own.endswith(f".{host}") for host in hosts) else ""


class OnInstances:
    """The part that every source with handles like ``aoi@art.example`` has in common."""

    local = False

    def check_handle(self, handle: str) -> str:
        """``aoi@art.example`` in lower case.

        Raises:
            ValueError: not of that form.
        """
        return str(user_at_host(handle))

    def profile_url(self, handle: str) -> str:
        """The account's page on its instance."""
        name = user_at_host(handle)
        return f"https://{name.host}/@{name.user}"
