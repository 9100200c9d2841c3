"""Where the links of a page lead inside the site."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from gallery.errors import PublishError
from gallery.publish.disk import files_below

# Each attribute is taken whole, and scripts of data: a stranger's words in them may end as if a link began there
LINK = re.compile(
    rb"""<script(?![^>]*\ssrc=)[^<]*|(?<=[\s"'])(?:(?:href|src|data-full)="([^"#]*)[^"]*"|srcset="([^"]*)"|"""
    rb"""[\w:.@-]+="[^"]*")"""
)


def links_of(page: str, body: bytes) -> Iterator[tuple[str, str]]:
    """(address as written, path inside the site) of every link of a page that stays inside the site; none twice."""
    found = set(LINK.findall(body))
    addresses = {single for single, _ in found}
    for _, several in found:
        addresses.update([part.split()[0] for part in several.split(b",") if part.strip()])
    for address in sorted(addresses):
        text = address.decode("utf-8", "replace")
        target = _target(page, text)
        if target is not None:
            yield text, target


def leads_nowhere(page: str, body: bytes, held: Container[str]) -> str:
    """An address on a page that leads to nothing in a site whose files are ``held``; "" where all lead somewhere."""
    return next((address for address, target in links_of(page, body) if target not in held), "")


def refuse_broken_links(page: str, body: bytes, held: Container[str]) -> None:
    """Let no page into a new site, whose files are ``held``, that links to what is not there.

    Raises:
        PublishError: it does.
    """
    if address := leads_nowhere(page, body, held):
        raise PublishError(f"{page} links to {address!r}, which the new site does not have; the old site stays")


def broken_links(site: Path) -> list[str]:
    """One line for every link of a built site that leads nowhere."""
    held = files_below(site)
    return [
        f"{page} links to {address!r}, which is not there"
        for page in sorted(held)
        if page.endswith(".html")
        for address, target in links_of(page, (site / page).read_bytes())
        if target not in held
    ]


def _target(page: str, address: str) -> str | None:
    """The path inside the site that ``address`` on ``page`` leads to, from ".." when it leaves the site by that; None
    when it leads elsewhere."""
    if ":" in address or "?" in address or "%" in address:
        parts = urlsplit(address)
        if parts.scheme:
            return None
        address = unquote(parts.path)
    if not address or address.startswith("/"):
        return None
    target = normpath(page[: page.rfind("/") + 1] + address)
    return normpath(f"{target}/index.html") if address.rpartition("/")[2] in ("", ".", "..") else target
