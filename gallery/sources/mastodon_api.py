"""Talking to one Mastodon-like server: which address, whose token, what its refusals mean.

https://docs.joinmastodon.org/methods/accounts/ and …/methods/statuses/. Most servers answer these reads to anybody.
GoToSocial and Pixelfed always ask for a token, and some administrators closed the door on purpose: a token is sent
only where the server asks for one and the operator has set it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gallery.domain import AccountState
from gallery.errors import AccountGoneError, CredentialsError, SourceError, WebError
from gallery.sources.base import REDIRECTS, Answer, Hosts, Web
from gallery.sources.instances import host_name, turned_away
from gallery.sources.json_values import at, string
from gallery.sources.text import one_line

_GONE = {404: AccountState.MISSING, 410: AccountState.SUSPENDED}
_LOGIN_WANTED = frozenset({301, 302, 303, 401, 403})  # Pixelfed sends people to its login page instead


def token_variable(host: str) -> str:
    """The environment variable that holds the token for ``host``: ``MASTODON_TOKEN_ART_EXAMPLE`` for art.example.

    A hyphen becomes two underscores, so that no two hosts share a variable, and with it a token.
    """
    return "MASTODON_TOKEN_" + host.upper().replace("-", "__").replace(".", "_")


def own_words(answer: Answer) -> str | None:
    """What a server says of its refusal, "" for nothing; None where the answer could be any web page."""
    try:
        return one_line(at(answer.json(), "error"), 200)
    except WebError:
        return None


@dataclass
class Instance:
    """One server, as one run asks it."""

    host: str
    web: Web
    who: str  # the account that is read, for messages
    _token: str = field(default="", init=False)

    def get(self, path: str, params: Sequence[tuple[str, str]] = ()) -> Answer:
        """Ask for ``path`` (or a whole address on this server, as a ``Link`` header gives it).

        Raises:
            SourceError: another server answers for this one.
            CredentialsError: the server wants a token and there is none that could be one, or it refuses it.
            WebError: it cannot be reached, or a firewall before it lets nobody through.
        """
        answer = self._get(path, params)
        onward = _host_in(answer.headers.get("location", "")) if answer.status in REDIRECTS else ""
        if onward and onward != self.host:
            raise SourceError(
                f"{self.who}: {self.host} sends whoever asks it on to {onward}; if that is the account's server, write "
                f"`instance: {onward}` into the entry"
            )
        if answer.status == 403 and own_words(answer) is None:
            raise turned_away(self.who, self.host)
        if answer.status in _LOGIN_WANTED and not self._token:
            self._token = self._operators_token(answer.status)
            answer = self._get(path, params)
        if self._token and (answer.status == 401 or answer.status in REDIRECTS):
            told = f"{self.who}: {self.host} refuses the token in {token_variable(self.host)}"
            raise CredentialsError(f"{told} (HTTP {answer.status}), which may have run out; make another there")
        return answer

    def _operators_token(self, status: int) -> str:
        """The token from the environment; blanks around it, which pasting leaves, do not count."""
        variable = token_variable(self.host)
        token = os.environ.get(variable, "").strip()
        if not token:
            raise CredentialsError(
                f"{self.who}: {self.host} answers only to its own people (HTTP {status}). If its administrators agree, "
                f"set {variable} to the token of an account there, with the scopes read:accounts and read:statuses"
            )
        if not re.fullmatch(r"[!-~]+", token):
            raise CredentialsError(f"{self.who}: {variable} has blanks or signs that no token has; copy it anew")
        return token

    def _get(self, path: str, params: Sequence[tuple[str, str]]) -> Answer:
        url = path if path.startswith("https://") else f"https://{self.host}{path}"
        headers = {"Accept": "application/json"}  # without it some put their errors into web pages, as a proxy does
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        return self.web.call(url, hosts=Hosts(names=frozenset({self.host})), params=params, headers=headers)

    def hides_locked_accounts(self) -> bool:
        """Whether ``locked`` means private, as on Pixelfed; elsewhere, that followers are approved first.

        Pixelfed shows nothing without a token, so a server for which none is set is not asked what it is.
        """
        if not os.environ.get(token_variable(self.host)):
            return False
        with suppress(SourceError):
            return "Pixelfed" in string(at(self.get("/api/v1/instance").json(), "version"))
        return False

    def good(self, answer: Answer) -> object:
        """The JSON of an answer about the account that is read.

        Raises:
            AccountGoneError: the server says itself that it does not know the account, or has suspended it.
            SourceError: it refused for another reason.
        """
        if answer.status == 200:
            return answer.json()
        words = own_words(answer) or ""
        message = f"{self.who}: {self.host} answered HTTP {answer.status} {words}".rstrip()
        if words and answer.status in _GONE:
            raise AccountGoneError(message, _GONE[answer.status])
        if answer.status == 404:
            raise SourceError(
                f"{message}; if the server has no account lookup, write `account_id:` into the entry; if the account "
                "lives on another server than its name says, `instance:`; if this is a Misskey, list it as `misskey:`"
            )
        raise WebError(message, answer.status)


def _host_in(address: str) -> str:
    """The host of an address that a server wrote, "" where it names none that could be in accounts.yaml."""
    try:
        return host_name(urlsplit(address).hostname or "")
    except ValueError:
        return ""
