"""Who a Bluesky account is: handle → DID → document → server, checked both ways, and what state it is in.

https://atproto.com/specs/handle, https://atproto.com/specs/did, https://atproto.com/specs/account.
The server's address comes out of a document that anybody can write, so it is asked as any public host, never trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from gallery.domain import AccountState
from gallery.errors import AccountGoneError, SourceError, WebError
from gallery.sources.base import Answer, Hosts, Web
from gallery.sources.bluesky_parse import DID
from gallery.sources.json_values import at, https_url, sequence, string
from gallery.sources.text import one_line

APPVIEW = "https://public.api.bsky.app"
_PLC = "https://plc.directory"
_ANY_PUBLIC = Hosts(any_public=True)

_GONE = {
    "AccountTakedown": AccountState.SUSPENDED,
    "AccountDeactivated": AccountState.DEACTIVATED,
    "RepoTakendown": AccountState.SUSPENDED,
    "RepoSuspended": AccountState.SUSPENDED,
    "RepoDeactivated": AccountState.DEACTIVATED,
    "RepoNotFound": AccountState.MISSING,
}
IN_WORDS = {
    AccountState.SUSPENDED: "is taken down or suspended",
    AccountState.DEACTIVATED: "was deactivated by its owner",
    AccountState.MISSING: "is not there: renamed, deleted or misspelt",
}
_NOT_FOUND = ("profile not found", "actor not found", "unable to resolve handle", "could not find repo")
_INACTIVE = {
    "takendown": AccountState.SUSPENDED,
    "suspended": AccountState.SUSPENDED,
    "deactivated": AccountState.DEACTIVATED,
    "deleted": AccountState.MISSING,
}


@dataclass(frozen=True, slots=True)
class Identity:
    """An account and what its DID document says of it."""

    did: str
    handles: tuple[str, ...] = ()  # those that the document claims
    server: str = ""  # origin of the account's own server (PDS), "" where the document names none that can be asked


def ask(web: Web, origin: str, method: str, params: Sequence[tuple[str, str]]) -> object:
    """Make one XRPC query and return its answer.

    Raises:
        AccountGoneError: the answer says that the account is taken down, deactivated or unknown.
        WebError: any other refusal; the message holds the server's own words.
    """
    hosts = Hosts(names=frozenset({"public.api.bsky.app"})) if origin == APPVIEW else _ANY_PUBLIC
    answer = web.call(f"{origin}/xrpc/{method}", hosts=hosts, params=params)
    if answer.status == 200:
        return answer.json()
    raise _refusal(answer, method, params[0][1] if params else "")


def _refusal(answer: Answer, method: str, subject: str) -> SourceError:
    try:
        body = answer.json()
    except WebError as error:
        return error
    name, words = one_line(at(body, "error"), 80), one_line(at(body, "message"), 200)
    said = f"HTTP {answer.status} {name}: {words}"
    state = _GONE.get(name)
    if words.lower().startswith(_NOT_FOUND):
        state = state or AccountState.MISSING
    if answer.status == 400 and state:
        return AccountGoneError(f"{subject} {IN_WORDS[state]} ({said})", state)
    return WebError(f"{method} for {subject}: {said}", answer.status)


def resolve_handle(web: Web, handle: str) -> str:
    """The DID that ``handle`` leads to.

    Raises:
        AccountGoneError: it leads nowhere.
        WebError: the answer is no DID.
    """
    did = string(at(ask(web, APPVIEW, "com.atproto.identity.resolveHandle", [("handle", handle)]), "did"))
    if not DID.fullmatch(did):
        raise WebError(f"resolveHandle for {handle} answered {did[:80]!r}, which is no DID")
    return did


def find_identity(web: Web, did: str) -> Identity:
    """Read the DID document.

    Raises:
        AccountGoneError: the PLC directory does not know the DID, or says that it was deleted.
        WebError: the document cannot be had, or is not about this DID.
    """
    if did.startswith("did:web:"):
        answer = web.call(f"https://{did.removeprefix('did:web:')}/.well-known/did.json", hosts=_ANY_PUBLIC)
    else:
        answer = web.call(f"{_PLC}/{did}", hosts=Hosts(names=frozenset({"plc.directory"})))
        if answer.status in (404, 410) and _is_the_directorys(answer):
            raise AccountGoneError(
                f"{did} is deleted or never was: the PLC directory does not know it (HTTP {answer.status})",
                AccountState.MISSING,
            )
    if answer.status != 200:
        raise WebError(f"the document of {did}: HTTP {answer.status}", answer.status)
    document = answer.json()
    if at(document, "id") != did:
        raise WebError(f"the document of {did} is about {one_line(at(document, 'id'), 80)!r}")
    names = [string(name) for name in sequence(at(document, "alsoKnownAs"))]
    handles = tuple(name.removeprefix("at://").lower() for name in names if name.startswith("at://"))
    return Identity(did, handles, _server_in(document))


def _is_the_directorys(answer: Answer) -> bool:
    """Whether a "not found" is the PLC directory's own word on a DID, or could be any web page."""
    try:
        return bool(string(at(answer.json(), "message")))
    except WebError:
        return False


def _server_in(document: object) -> str:
    for service in sequence(at(document, "service")):
        right_id = string(at(service, "id")).endswith("#atproto_pds")
        if right_id and at(service, "type") == "AtprotoPersonalDataServer":
            parts = urlsplit(https_url(at(service, "serviceEndpoint")))
            if parts.hostname and parts.path in ("", "/") and not parts.query:
                return f"https://{parts.hostname}"
    return ""


def own_server(identity: Identity) -> str:
    """The origin of the account's own server.

    Raises:
        WebError: the document names none with a plain https address.
    """
    if not identity.server:
        raise WebError(f"the document of {identity.did} names no https server; use `originals: cdn`, `history: feed`")
    return identity.server


def blob_url(identity: Identity, cid: str) -> str:
    """Where the original bytes of ``cid`` lie (``com.atproto.sync.getBlob``)."""
    return f"{own_server(identity)}/xrpc/com.atproto.sync.getBlob?did={quote(identity.did)}&cid={cid}"


def repo_state(web: Web, identity: Identity) -> AccountState:
    """What the account's own server says of it (``com.atproto.sync.getRepoStatus``).

    Raises:
        WebError: it cannot be asked, or the answer is not understood: that says nothing about the account.
    """
    try:
        answer = ask(web, own_server(identity), "com.atproto.sync.getRepoStatus", [("did", identity.did)])
    except AccountGoneError as error:
        return error.state
    if at(answer, "active") is True:
        return AccountState.ACTIVE
    status = string(at(answer, "status"))
    if at(answer, "active") is False and status in _INACTIVE:
        return _INACTIVE[status]
    raise WebError(f"getRepoStatus for {identity.did}: active is not told, status is {status[:40]!r}")
