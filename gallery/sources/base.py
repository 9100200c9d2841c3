"""What a source is given, and what it must offer: the whole contract of ``gallery/sources/``.

A source turns one account into a stream of :data:`~gallery.domain.SourceEvent`. It never stores, never sleeps, never
opens a socket: it asks through :class:`Web`, which keeps the manners and the limits for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, runtime_checkable

from gallery.domain import Account, KnownPost, Media, Notice, PostGone, PostSeen, SourceEvent

if TYPE_CHECKING:
    from requests.auth import AuthBase

REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Hosts:
    """The hosts a request may go to.

    ``names`` are exact host names, or ``*.example.com`` for any host below it. ``any_public`` admits every host whose
    addresses are all public: for servers that only data can name (a Bluesky account's own server).
    """

    names: frozenset[str] = frozenset()
    any_public: bool = False

    def lists(self, host: str) -> bool:
        """Whether ``names`` admit this host (in lower case), whatever ``any_public`` says."""
        return any(_is_of(host, name.lower()) for name in self.names)


def _is_of(host: str, name: str) -> bool:
    return host.endswith(name[1:]) if name.startswith("*.") else host == name


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer that a source may interpret: any status but the ones that ``Web`` already retried in vain."""

    url: str
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    def json(self) -> object:
        """The body as JSON.

        Raises:
            WebError: the body is not JSON (an HTML error page with status 200, say).
        """
        import json

        from gallery.errors import WebError

        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:  # the second for brackets nested a hundred thousand deep
            kind = self.headers.get("content-type", "no content type")[:60]
            raise WebError(f"{self.url} answered {self.status} with {kind}, not with JSON", self.status) from error


@dataclass(frozen=True, slots=True)
class Download:
    """A picture file that arrived whole; whoever asked for it moves it on or deletes it."""

    path: Path
    sha256: str
    size_bytes: int


class Web(Protocol):
    """The only door to the network. Spacing, retries, waits, caps and address checks happen behind it."""

    def call(
        self,
        url: str,
        *,
        hosts: Hosts,
        params: Sequence[tuple[str, str]] = (),
        json: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: AuthBase | None = None,
        spacing_s: float | None = None,
        max_bytes: int = 8_000_000,
        is_final: Callable[[Answer], bool] | None = None,
        remember: bool = True,
    ) -> Answer:
        """Make one API call: GET, or POST where ``json`` is given. No redirect is followed.

        A 429 is waited out and 5xx retried inside the run's waiting budget; other statuses come back as they are, and
        so does an answer of which ``is_final`` says that trying again cannot help (X's monthly cap hides in a 429).
        An answer with a validator may be kept, to ask "has it changed?" the next night, unless ``remember`` is False.
        ``spacing_s`` widens the least time between two calls to that host. Credentials belong into ``auth`` or
        ``headers``; they are never logged.

        Raises:
            WebError: the host could not be reached, or kept answering 5xx, or the body is over ``max_bytes``.
            BlockedAddressError: the address is not https, not on ``hosts``, or not public.
            BudgetError: waiting as the server asks would exceed what the run may wait.
        """
        ...


class Meter(Protocol):
    """What a network charges for: posts read this run and this month."""

    def allowance(self) -> int | None:
        """How many more posts may be read now; None where nothing limits it."""
        ...

    def spend(self, posts: int, users: int = 0) -> None:
        """Book what an answer contained, whether it was useful or not."""
        ...


@dataclass(frozen=True, slots=True)
class Since:
    """What earlier runs left behind for one account, and the clock of this run."""

    now: datetime  # UTC, aware
    stable_id: str | None  # Profile.stable_id of the last run, None on the first
    cursor: Mapping[str, object]  # what CursorMoved last carried, {} on the first
    knows: Callable[[str], bool]  # is this post key stored, or tombstoned, whoever's it was
    holds: Callable[[str], bool]  # is it stored as one of this account's
    meter: Meter
    last_shown: Callable[[], Sequence[KnownPost]] = tuple  # of the network: confirmed last, and this account's, first


class Source(Protocol):
    """One network. An instance holds no state: everything that lasts is in the events it yields."""

    network: str
    local: bool  # reads files of this machine and needs no network; then it is a LocalSource too
    max_picture_bytes: int
    option_names: frozenset[str]  # the keys of Account.options that people may write; a local source gets "root" too

    def check_handle(self, handle: str) -> str:
        """Return the handle in its canonical spelling (no ``@``, lower case where the network folds case).

        Raises:
            ValueError: not a handle of this network; the message says what one looks like.
        """
        ...

    def check_options(self, account: Account) -> Iterable[tuple[str, str]]:
        """Say which of ``account.options`` may not be what they are: the key of each, and what is wrong with it.

        Neither network nor files are asked, and nothing else of the account counts: its handle may be wrong, too.
        """
        ...

    def profile_url(self, handle: str) -> str:
        """The page of the account, for people; "" for local sources. Accounts with pages on one host are listed one
        after the other."""
        ...

    def media_hosts(self, account: Account) -> Hosts:
        """Where the pictures of this account may be downloaded from."""
        ...

    def list_posts(self, account: Account, since: Since, web: Web) -> Iterator[SourceEvent]:
        """Yield the profile, then what is new or changed; move the cursor only past what was yielded.

        Where the account has moved and the network names the new address, ``Notice("moved-to", …)`` tells it, before
        the profile.

        Raises:
            AccountGoneError: the network says the account is suspended, protected, deleted, …
            SourceError: the account cannot be read now; everything yielded before stands.
        """
        ...

    def find_gone(
        self, account: Account, since: Since, posts: Sequence[KnownPost], web: Web
    ) -> Iterator[PostGone | PostSeen | Notice]:
        """Ask the network which of ``posts`` no longer exist. Only an explicit "gone" counts, never an outage.

        A post that was confirmed is simply not yielded, or as ``PostSeen`` where the answer shows that it changed. A
        source that can confirm only some of them (a rotating sweep) yields ``Notice("unconfirmed", post_key)`` for
        the others.

        It is also asked after a listing that failed. What is gone counts then only where another of ``posts`` was
        confirmed (and, where it is not certain, the profile was seen), unless it is ``refused`` or ``witnessed``.
        """
        ...


@runtime_checkable
class LocalSource(Source, Protocol):
    """A source whose pictures lie on this machine: it hands out the bytes itself, no address is ever opened.

    That lets a picture come out of a zip without unpacking it, and keeps the rule "nothing outside the folder" in the
    one place that knows the folder.

    The member ``settings`` of its cursor holds what the entry asked for when it was moved (``limit``, say). When that
    differs, or was taken out, the listing yields everything as on the first run, and ``PostGone`` as on any other.
    """

    def missing_files(self, account: Account) -> Iterable[str]:
        """Say what the entry names and is not there; a line for each, beginning with ``account.where``."""
        ...

    def open_media(self, account: Account, media: Media) -> BinaryIO:
        """Open the picture's bytes for reading; the caller closes. At most ``max_picture_bytes`` may be believed.

        Raises:
            SourceError: the file has gone, cannot be read, is too large, or would lead outside the account's folder
                or archive.
        """
        ...


@runtime_checkable
class PaidSource(Source, Protocol):
    """A source whose network charges for what is read, and whose terms set a date on what it no longer confirms.

    These options of the account (usually given once, under ``networks:``) have these attributes as defaults. The fetch
    stage builds the :class:`Meter` from ``max_posts_per_run``, ``max_posts_per_month``, ``usd_per_thousand_posts``,
    ``usd_per_thousand_users`` and ``backfill_posts`` (for the estimate of a dry run); every build takes from view what
    nobody confirmed for ``max_unverified_days``.
    """

    max_posts_per_run: int
    max_posts_per_month: int
    usd_per_thousand_posts: float
    usd_per_thousand_users: float
    backfill_posts: int
    max_unverified_days: int  # a post that nobody confirmed for longer is hidden until somebody does

    def due_users(self, cursor: Mapping[str, object], now: datetime) -> int:
        """How many look-ups of users a run is charged for that begins at ``now`` with this cursor (for the estimate of
        a dry run)."""
        ...
