"""The only socket of a build: every request of every source goes through :class:`Web`, which keeps the manners.

Identifiable, spaced, retried only where that may help, never to an address that was not checked, never with a body
over its cap. ``docs/security.md`` holds the same in prose, with the reasons.
"""

from __future__ import annotations

import os
import random
import re
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from gallery.errors import WebError
from gallery.net.addresses import Resolver, Target, check_url, redirect_url, shorten, system_resolver
from gallery.net.kept import Kept, Memory, keep, recall
from gallery.net.manners import Clock, Limits, Manners
from gallery.net.prepare import prepare, proxies_from, user_agent
from gallery.net.routes import parse_routes, routes_from_environment
from gallery.net.saving import save_picture
from gallery.net.secrets import Scrubber
from gallery.net.waits import TryAgainError, asked_wait_s, jitter_s
from gallery.net.wire import Reply, Times, Wire
from gallery.sources.base import REDIRECTS, Answer, Download, Hosts
from gallery.wording import number_of

if TYPE_CHECKING:
    from requests import PreparedRequest
    from requests.auth import AuthBase

_T = TypeVar("_T")

RETRIED = frozenset({429, 500, 502, 503, 504})
# One artist's server behind a CDN that many share: not a word about the CDN, nor about the others' pictures.
_ABOUT_THE_PICTURE = frozenset({500, 502, 504})
NOT_THERE = frozenset({404, 410})
CREDENTIALS = ("authorization", "cookie", "proxy-authorization")
_REFUSED_TYPES = re.compile(r"text/|application/(json|xml|xhtml|problem|javascript|pdf)|image/svg", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a run has asked so far."""

    requests: int
    received_bytes: int
    waited_s: float

    def __str__(self) -> str:
        return (
            f"{number_of(self.requests, 'request')}, {self.received_bytes / 1e6:,.1f} MB received,"
            f" {self.waited_s:.0f} s waited for limits and retries"
        )


class Web:
    """The door to the network that sources and the fetch stage are given. Safe to use from many threads."""

    def __init__(
        self,
        *,
        contact: str,
        project_url: str,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        times: Times = Times(),  # noqa: B008 - frozen
        memory: Memory | None = None,
        clock: Clock | None = None,
        rng: random.Random | None = None,
        resolver: Resolver = system_resolver,
        environ: Mapping[str, str] = os.environ,
        test_routes: Mapping[str, str] | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            contact: a mail address or https link where the operators of servers reach the maintainer.
            project_url: what the gallery is, for the same people.
            memory: where validators are kept; without one every request is unconditional.
            environ: read once, for proxies (``HTTPS_PROXY``, ``NO_PROXY``), a CA file (``REQUESTS_CA_BUNDLE``,
                ``SSL_CERT_FILE``) and for the secrets that no message may show.
            test_routes: ``{"https://host": "http://127.0.0.1:port"}``, for tests only.

        Raises:
            ConfigError: no contact, or one that does not fit into a header.
        """
        import requests.utils  # noqa: F401  # now, in one thread: two that import it at once see it half made

        self.user_agent = user_agent(contact, project_url)
        self.scrub = Scrubber.from_environment(environ)
        self._limits, self._memory = limits, memory
        self._clock = clock or Clock()
        self._rng = rng or random.Random()
        self._manners = Manners(limits, self._clock)
        routes = parse_routes(test_routes) if test_routes is not None else routes_from_environment(environ)
        self._wire = Wire(
            times=times,
            resolver=resolver,
            routes=routes,
            proxies=proxies_from(environ) if routes is None else {},
            ca_file=environ.get("REQUESTS_CA_BUNDLE") or environ.get("SSL_CERT_FILE"),
        )
        self._count = threading.Lock()
        self._requests = 0
        self._received_bytes = 0

    @property
    def traffic(self) -> Traffic:
        """What this run has asked so far."""
        return Traffic(self._requests, self._received_bytes, self._manners.waited_s)

    def close(self) -> None:
        """Close every connection, wake whoever waits; nothing can be asked afterwards."""
        self._clock.stop()
        self._wire.close()

    # --- API calls ---------------------------------------------------------------------------------------------------

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
        """See :meth:`gallery.sources.base.Web.call`."""
        target = check_url(url, hosts)
        spacing = max(self._limits.api_spacing_s, spacing_s or 0.0)
        secret = auth is not None or any(name.lower() in CREDENTIALS for name in headers or {})
        memory = self._memory if remember and json is None and not secret else None
        full_url = prepare(target.url, params=params).url or target.url
        kept = recall(memory, full_url) if memory else Kept()

        def once() -> Answer:
            request = prepare(target.url, params=params, json=json, headers=headers, auth=auth)
            request.headers.update(kept.conditions())
            self._dress(request)
            with self._manners.answering(target.host), self._exchange(request, target) as reply:
                answer = Answer(shorten(target.url), reply.status, reply.headers, self._body(reply, target, max_bytes))
            if answer.status not in RETRIED or (is_final is not None and is_final(answer)):
                return answer
            wait_s = asked_wait_s(answer.status, answer.headers, self._clock.now())
            raise TryAgainError(f"answered {answer.status}", answer.status, wait_s)

        with self._manners.turn(target.host, api=True):
            answer = kept.or_changed(self._persist(once, target, spacing))
        if memory:
            keep(memory, full_url, answer)
        return answer

    def _body(self, reply: Reply, target: Target, max_bytes: int) -> bytes:
        body = bytearray()
        for piece in self._counted(reply):
            body += piece
            if len(body) > max_bytes:
                raise WebError(f"{shorten(target.url)} answered more than {max_bytes} bytes", reply.status)
        return bytes(body)

    # --- pictures ----------------------------------------------------------------------------------------------------

    def download(
        self,
        url: str,
        *,
        hosts: Hosts,
        into: Path,
        max_bytes: int,
        sha256: str | None = None,
        fallback_urls: Sequence[str] = (),
    ) -> Download:
        """Fetch one picture into a new file in ``into``.

        Redirects are followed by hand, each hop through the same checks; no credentials are sent.
        ``fallback_urls`` are tried in order where an address answers 404 or 410.

        Args:
            max_bytes: the body may not be longer, whatever ``Content-Length`` says.
            sha256: the hash the bytes must have, where the network names one.

        Raises:
            BlockedAddressError: the address, or one it redirects to, is not to be asked.
            BudgetError: waiting as the server asks would exceed what the run may wait.
            WebError: no picture came of it; ``status`` is 404 or 410 where every address said so.
        """
        missing: WebError | None = None
        for address in (url, *fallback_urls):
            try:
                return self._follow(address, hosts, into, max_bytes, sha256)
            except WebError as error:
                if error.status not in NOT_THERE:
                    raise
                missing = missing or error
        raise missing or WebError(f"no address for {shorten(url)}")

    def _follow(self, url: str, hosts: Hosts, into: Path, max_bytes: int, sha256: str | None) -> Download:
        target = check_url(url, hosts)
        hosts_onward = Hosts(hosts.names | {target.host})
        for _ in range(self._limits.max_redirects + 1):
            ask = partial(self._picture, target, into, max_bytes)
            with self._manners.turn(target.host, api=False):
                result = self._persist(ask, target, 0.0, forgiven=_ABOUT_THE_PICTURE)
            if isinstance(result, Download):
                if sha256 is not None and result.sha256 != sha256:
                    result.path.unlink()
                    raise WebError(f"{shorten(url)} does not have the hash that the network named")
                return result
            target = check_url(redirect_url(target.url, result), hosts_onward)
        raise WebError(f"{shorten(url)} redirects more than {self._limits.max_redirects} times")

    def _picture(self, target: Target, into: Path, max_bytes: int) -> Download | str:
        request = prepare(target.url, headers={"Accept-Encoding": "identity"})
        self._dress(request)
        with self._exchange(request, target) as reply:
            if reply.status in REDIRECTS and "location" in reply.headers:
                return reply.headers["location"]
            if reply.status in RETRIED:
                wait_s = asked_wait_s(reply.status, reply.headers, self._clock.now())
                raise TryAgainError(f"answered {reply.status}", reply.status, wait_s)
            if reply.status != 200:
                raise WebError(f"{shorten(target.url)} answered {reply.status}", reply.status)
            if _REFUSED_TYPES.match(reply.headers.get("content-type", "")):
                raise WebError(f"{shorten(target.url)} is {reply.headers['content-type'][:60]}, not a picture", 200)
            return save_picture(self._counted(reply), shorten(target.url), into, max_bytes)

    # --- what both have in common ------------------------------------------------------------------------------------

    def _dress(self, request: PreparedRequest) -> None:
        request.headers["User-Agent"] = self.user_agent
        request.headers.setdefault("Accept-Encoding", "gzip, deflate")
        request.headers.setdefault("Accept", "*/*")

    @contextmanager
    def _exchange(self, request: PreparedRequest, target: Target) -> Iterator[Reply]:
        with self._count:
            self._requests += 1
        with self._wire.exchange(request, target.host, trusted_name=target.named) as reply:
            yield reply

    def _counted(self, reply: Reply) -> Iterator[bytes]:
        for piece in reply.chunks():
            with self._count:
                self._received_bytes += len(piece)
            yield piece

    def _persist(self, once: Callable[[], _T], target: Target, spacing_s: float, forgiven: Collection[int] = ()) -> _T:
        """Ask until there is an answer, as often and as far apart as the manners allow; the host's turn is held.

        A host whose last answer has a status in ``forgiven`` is there, and is not counted as failing.
        """
        problem: TryAgainError | None = None
        for attempt in range(self._limits.tries):
            if problem is not None:
                limits = self._limits
                pause_s = jitter_s(attempt - 1, self._rng, base_s=limits.backoff_s, cap_s=limits.backoff_cap_s)
                if problem.wait_s is None or problem.wait_s < pause_s:  # some say "0 seconds", and mean "not now"
                    self._manners.wait(target.host, pause_s, str(problem))
            self._manners.before_request(target.host, spacing_s)
            try:
                result = once()
            except TryAgainError as error:
                problem = error
                if error.wait_s is not None:
                    self._manners.close_for(target.host, error.wait_s)
            else:
                self._manners.succeeded(target.host)
                return result
            finally:
                self._manners.after_request(target.host)
        status = problem.status if problem else None
        if status not in forgiven:
            self._manners.failed(target.host)
        raise WebError(f"{shorten(target.url)} {problem} ({self._limits.tries} tries)", status) from problem
