"""Where the links of a page lead inside the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from gallery.publish.disk import files_below

# Each attribute is taken whole, and scripts of data: a stranger's words in them may end as if a link began there
LINK = re.compile(
    rb"""<script(?![^>]*\ssrc=)[^<]*|(?<=[\s"'])(?:(?:href|src|data-full)="([^"#]*)[^"]*"|srcset="([^"]*)"|"""
    rb"""[\w:.@-]+="[^"]*")"""
)


def links_of(page: str, body: bytes) -> Iterator[tuple[str, str]]:
    """(address as written, path inside the site) of every link of a page that stays inside the site; none twice."""
    addresses = set()
    for single, several in LINK.findall(body):
        addresses.update([single] if single else [part.split()[0] for part in several.split(b",") if part.strip()])
    for address in sorted(addresses):
        text = address.decode("utf-8", "replace")
        target = _target(page, text)
        if target is not None:
            yield text, target


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
    """The path inside the site that ``address`` on ``page`` leads to; None when it leads elsewhere."""
    if ":" in address or "?" in address or "&" in address or "%" in address:
        parts = urlsplit(address.replace("&amp;", "&"))
        if parts.scheme or parts.netloc:
            return None
        address = unquote(parts.path)
    if not address or address.startswith("/"):
        return None
    way, _, name = address.rpartition("/")
    if name in ("..", "."):
        way, name = address, ""
    return f"{_folder(page.rpartition('/')[0], way)}{name or 'index.html'}"


@lru_cache(maxsize=4096)
def _folder(start: str, way: str) -> str:
    """Where ``way`` leads from the folder ``start``, "" or with a slash at its end; "/" when it leaves the site."""
    folders = start.split("/") if start else []
    for step in way.split("/"):
        if step == "..":
            if not folders:
                return "/"
            folders.pop()
        elif step not in ("", "."):
            folders.append(step)
    return "".join(f"{folder}/" for folder in folders)
