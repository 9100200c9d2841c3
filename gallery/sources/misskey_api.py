"""A Misskey instance as one run asks it: calls, what their errors mean, and a user's notes as pages.

Every call is a POST with a JSON body, at least two seconds after the one before: there is no documented limit, and
many instances are small. ``users/notes``: with ``sinceId`` notes come oldest first, with ``untilId`` or neither newest
first; filters apply after the server's query, so a short page is not the end, only an empty one is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from gallery.domain import Account, AccountState, KnownPost, Notice, PostGone, PostSeen
from gallery.errors import AccountGoneError, WebError
from gallery.sources.base import Answer, Hosts, Web
from gallery.sources.instances import ID, turned_away, user_at_host
from gallery.sources.json_values import at
from gallery.sources.misskey_parse import read_note
from gallery.sources.paging import PageGuard
from gallery.sources.text import one_line
from gallery.sources.timeline import Page, Reading, changes

SPACING_S = 2.0
_PAGE = 100

_GONE = {
    "nosuchuser": AccountState.MISSING,
    "usersuspended": AccountState.SUSPENDED,
    "contentrestrictedbyuser": AccountState.SIGN_IN_REQUIRED,
    "contentrestrictedbyserver": AccountState.SIGN_IN_REQUIRED,
    "credentialrequired": AccountState.SIGN_IN_REQUIRED,
}


@dataclass
class Instance:
    """One instance, as one run asks it about one account."""

    account: Account
    web: Web

    @property
    def host(self) -> str:
        """The instance's host."""
        return user_at_host(self.account.handle).host

    def post(self, endpoint: str, body: Mapping[str, object]) -> object:
        """Make one call and return its answer.

        Raises:
            AccountGoneError: the error's code says that of the account.
            WebError: any other refusal.
        """
        answer = self.send(endpoint, body)
        if answer.status == 200:
            return answer.json()
        code, words = error_of(answer)
        message = f"{self.account.key}: {self.host} answered {endpoint} with HTTP {answer.status}"
        message += f" {code}: {words}" if code else ""
        if _plain(code) in _GONE:
            raise AccountGoneError(message, _GONE[_plain(code)])
        if answer.status == 403 and not code:
            raise turned_away(self.account.key, self.host)
        if answer.status == 404 and not code:
            message += "; if this server speaks Mastodon's API, list the account as `mastodon:`"
        raise WebError(message, answer.status)

    def send(self, endpoint: str, body: Mapping[str, object]) -> Answer:
        """Make one call, whatever it is answered.

        Raises:
            WebError: the instance cannot be reached.
        """
        hosts = Hosts(names=frozenset({self.host}))
        return self.web.call(f"https://{self.host}/api/{endpoint}", hosts=hosts, json=body, spacing_s=SPACING_S)


def error_of(answer: Answer) -> tuple[str, str]:
    """The code and the message of an error; both empty where the answer has none (Cloudflare's pages, say)."""
    try:
        error = at(answer.json(), "error")
    except WebError:
        return "", ""
    return one_line(at(error, "code"), 80), one_line(at(error, "message"), 200)


def _plain(code: str) -> str:
    return code.replace("_", "").lower()


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes with files of one user; a token is ``sinceId=…``, ``untilId=…`` or ``newest``."""

    instance: Instance
    user_id: str
    visibilities: frozenset[str]

    @property
    def key_prefix(self) -> str:
        """What makes a note id the key of a post."""
        return self.instance.host + "/"

    def newest(self) -> str:
        """The token of the newest page."""
        return "newest"

    def after(self, newest_id: str) -> str:
        """The token of the page right after a note."""
        return f"sinceId={newest_id}"

    def is_token(self, text: str) -> bool:
        """Whether it is one of ours for reading back."""
        name, _, number = text.partition("=")
        return text == self.newest() or (name == "untilId" and ID.fullmatch(number) is not None)

    def page(self, token: str) -> Page:
        """Read one page.

        Raises:
            SourceError: it cannot be read now, or the account is gone.
        """
        name, _, number = token.partition("=")
        body: dict[str, object] = {"userId": self.user_id, "limit": _PAGE, "withFiles": True}
        body |= {"withRenotes": False, "withReplies": False} | ({name: number} if number else {})
        notes = self.instance.post("users/notes", body)
        if not isinstance(notes, list):
            raise WebError(f"{self.instance.account.key}: {self.instance.host} answered without a list of notes")
        readings = [self._read(note) for note in notes]
        oldest = min(((one.created_at, one.id) for one in readings if one.id and one.created_at), default=None)
        return Page(readings, older=f"untilId={oldest[1]}" if oldest else "", newer="")

    def _read(self, note: object) -> Reading:
        return read_note(note, self.instance.host, self.user_id, self.visibilities)

    def check_one(self, known: KnownPost) -> Iterator[PostGone | PostSeen | Notice]:
        """Ask for one note: gone where the error's code says so, unconfirmed where the answer says nothing of it."""
        number = known.key.removeprefix(self.key_prefix)
        answer = self.instance.send("notes/show", {"noteId": number})
        code = _plain(error_of(answer)[0])
        if answer.status != 200 and code == "nosuchnote":
            yield PostGone(known.key, f"{self.instance.host} says that there is no such note")
        elif answer.status != 200 and code in ("contentrestrictedbyuser", "contentrestrictedbyserver"):
            yield PostGone(known.key, "hidden from visitors", for_good=False, refused=True)
        elif answer.status != 200 or at(answer.json(), "id") != number:
            yield Notice("unconfirmed", known.key)
        else:
            yield from changes(known, self._read(answer.json()))

    def back_to(self, oldest: datetime) -> dict[str, Reading]:
        """The user's notes back to ``oldest`` by id."""
        guard, token, found = PageGuard(), self.newest(), dict[str, Reading]()
        while True:
            page = self.page(token)
            found |= {reading.id: reading for reading in page.readings if reading.id and guard.fresh(reading.id)}
            times = [reading.created_at for reading in page.readings if reading.created_at]
            token = page.older
            if not token or min(times) < oldest or guard.turn(token):
                return found
