"""A Mastodon account's statuses as pages, and which of them are gone.

Paging: https://docs.joinmastodon.org/api/guidelines/#pagination. A ``Link`` header is followed as given, but only on
the instance itself; where there is none (Pixelfed) or it leads elsewhere, the bounds are set by our own count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from gallery.domain import KnownPost, Notice, PostGone, PostSeen
from gallery.errors import CredentialsError, WebError
from gallery.sources.instances import ID
from gallery.sources.json_values import at, string
from gallery.sources.mastodon_api import Instance, own_words
from gallery.sources.mastodon_parse import is_of_host, next_and_previous, read_status
from gallery.sources.timeline import Page, Reading, changes

_PAGE = 40  # the most that a server gives at once
_IDS_A_CALL = 20
_SINGLE_CALLS = 150  # a run: statuses asked for one by one, half of what a server allows in five minutes


@dataclass(frozen=True, slots=True)
class Statuses:
    """The timeline of one account; its tokens are addresses on the instance."""

    instance: Instance
    number: str  # the account's id there
    visibilities: frozenset[str]
    home: str  # the host of the handle, which may be another than the instance

    @property
    def key_prefix(self) -> str:
        """What makes a status id the key of a post."""
        return self.instance.host + "/"

    def newest(self) -> str:
        """The address of the newest page."""
        return self._address()

    def after(self, newest_id: str) -> str:
        """The address of the page right after a status; ``min_id`` leaves none out, as ``since_id`` would, but on
        Pixelfed."""
        return self._address(("min_id", newest_id))

    def is_token(self, text: str) -> bool:
        """Whether it is an address on this instance's API."""
        return is_of_host(text, self.instance.host)

    def page(self, token: str) -> Page:
        """Read the page at this address.

        Raises:
            SourceError: it cannot be read now, or the account is gone.
        """
        answer = self.instance.get(token)
        statuses = self.instance.good(answer)
        if not isinstance(statuses, list):
            raise WebError(f"{self.instance.who}: {self.instance.host} answered without a list of statuses")
        readings = [self.read(one) for one in statuses]
        links = next_and_previous(answer.headers.get("link", ""))
        own = {relation: link for relation, link in links.items() if self.is_token(link)}
        oldest = next((one.id for one in reversed(readings) if one.id), "")
        foreign = Notice("foreign-link", f"{self.instance.host} pages to an address that is not its own; not followed")
        return Page(
            readings,
            older=own.get("next") or (self._address(("max_id", oldest)) if oldest else ""),
            newer=own.get("prev", ""),
            notices=(foreign,) if len(own) < len(links) else (),
            leaves_out="min_id=" in token and not links,  # Pixelfed takes min_id for since_id
        )

    def read(self, status: object) -> Reading:
        """Read one status."""
        return read_status(status, self.instance.host, self.number, self.visibilities, self.home)

    def _address(self, *bounds: tuple[str, str]) -> str:
        wanted = {"only_media": "true", "exclude_reblogs": "true", "exclude_replies": "true", "limit": str(_PAGE)}
        path = f"/api/v1/accounts/{self.number}/statuses"
        return f"https://{self.instance.host}{path}?{urlencode([*wanted.items(), *bounds])}"


@dataclass
class Sweep:
    """One run's search for deleted and changed statuses."""

    statuses: Statuses
    _singles: int = field(default=0, init=False)
    _many_at_once: bool = field(default=True, init=False)

    def check(self, posts: Sequence[KnownPost]) -> Iterator[PostGone | PostSeen | Notice]:
        """Yield those of ``posts`` that are gone or changed, and those that are unclear or no calls are left for."""
        prefix = self.statuses.key_prefix
        known = {post.key.removeprefix(prefix): post for post in posts if post.key.startswith(prefix)}
        numbers = [number for number in known if ID.fullmatch(number)]
        for start in range(0, len(numbers), _IDS_A_CALL):
            asked = numbers[start : start + _IDS_A_CALL]
            there = self._there(asked)
            for number in asked:
                if number in there:
                    yield from changes(known[number], self.statuses.read(there[number]))
                else:
                    yield from self._check_one(known[number], number)

    def _there(self, numbers: Sequence[str]) -> dict[str, object]:
        """Those that the server returns together; none where it does not know that call."""
        if not self._many_at_once:
            return {}
        found: object = None
        try:
            answer = self.statuses.instance.get("/api/v1/statuses", [("id[]", number) for number in numbers])
            found = answer.json() if answer.status == 200 else None
        except CredentialsError:
            pass  # wanted for this call alone, perhaps; the single ones tell
        except WebError as error:
            if error.status != 403:  # a firewall may mind this call alone, too
                raise
        if not isinstance(found, list):
            self._many_at_once = False
            return {}
        return {string(at(status, "id")): status for status in found}

    def _check_one(self, post: KnownPost, number: str) -> Iterator[PostGone | PostSeen | Notice]:
        if self._singles >= _SINGLE_CALLS:
            yield Notice("unconfirmed", post.key)
            return
        self._singles += 1
        host = self.statuses.instance.host
        answer = self.statuses.instance.get(f"/api/v1/statuses/{number}")
        if answer.status in (404, 410):
            yield PostGone(post.key, f"{host} answers {answer.status} for the post", certain=bool(own_words(answer)))
        elif answer.status != 200 or at(answer.json(), "id") != number:
            yield Notice("unconfirmed", post.key)
        else:
            self._many_at_once = False
            yield from changes(post, self.statuses.read(answer.json()))
