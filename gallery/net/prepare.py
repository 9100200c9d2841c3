"""A request before it is sent: who asks, what for, signed by whom, and through which proxy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from gallery import __version__
from gallery.errors import ConfigError, WebError
from gallery.net.addresses import shorten

if TYPE_CHECKING:
    from requests import PreparedRequest
    from requests.auth import AuthBase


def prepare(
    url: str,
    *,
    params: Sequence[tuple[str, str]] = (),
    json: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
    auth: AuthBase | None = None,
) -> PreparedRequest:
    """A signed request, ready to send; nothing of ~/.netrc or of earlier answers gets into it.

    Raises:
        WebError: the parts do not make a request.
    """
    import requests

    method = "GET" if json is None else "POST"
    try:
        request = requests.Request(method, url, dict(headers or {}), params=list(params), json=json, auth=auth)
        return request.prepare()
    except (requests.RequestException, UnicodeError) as error:
        raise WebError(f"{shorten(url)} cannot be asked: {type(error).__name__}") from error


def user_agent(contact: str, project_url: str) -> str:
    """Who asks, so that an operator can reach us before blocking us.

    Args:
        contact: a mail address or https link.
        project_url: what the gallery is.

    Raises:
        ConfigError: no contact, or one of both does not fit into a header.
    """
    if not contact:
        raise ConfigError(
            "site: contact: is needed before any network is asked: a mail address or https link where the operators "
            "of servers can reach you"
        )
    said = {"site_url": project_url, "contact": contact}
    for key, value in said.items():
        said[key] = _ascii_url(value) if value.startswith(("https://", "http://")) else value
        if not re.fullmatch(r"[ -'*-~]+", said[key]):
            raise ConfigError(f"site: {key}: {value!r} has to be plain ASCII without brackets to fit into a header")
    return f"GalleryBuilder/{__version__} (+{said['site_url']}; {said['contact']})"


def _ascii_url(url: str) -> str:
    """The spelling of an address in which it is asked for; one that has none stays as it is."""
    try:
        return str(prepare(url).url).replace("(", "%28").replace(")", "%29")
    except WebError:
        return url


def proxies_from(environ: Mapping[str, str]) -> dict[str, str]:
    """What the usual variables say, upper or lower case; only https requests are ever made."""
    found = {
        name: environ.get(f"{name}_proxy") or environ.get(f"{name.upper()}_PROXY") for name in ("https", "all", "no")
    }
    return {name: value for name, value in found.items() if value}
