"""The list of accounts.yaml: each entry with the settings of its network and of its artist, or what is wrong there."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from gallery.domain import PATHS, Account, Artist, SiteSettings
from gallery.edited_file import Problems
from gallery.settings import Entry
from gallery.sources import networks, source_for
from gallery.yamlfile import Listed, Mapped, Text, fill, kind_of, typed


def read_accounts(
    top: Mapped, site: SiteSettings, whole: Mapping[str, Mapping[str, object]], problems: Problems
) -> tuple[Account, ...]:
    """The accounts of the list under ``accounts``, but for entries in which a mistake was noted.

    Args:
        top: the whole file.
        site: its settings for the site, which hold where an entry says nothing.
        whole: network → its settings for all its accounts.
        problems: where mistakes are noted.
    """
    entries = top.get("accounts")
    if not isinstance(entries, Listed):
        line = top.lines.get("accounts", 1)
        problems.add(line, "accounts: expected a list with entries such as '- bluesky: aoi.example.com'")
        return ()
    found: list[Account] = []
    artists: dict[str, Artist] = {}
    for entry, line in zip(entries, entries.lines, strict=True):
        account = _account(entry, line, artists, whole, site, problems)
        if account is None:
            continue
        twin = next((other for other in found if other.key == account.key), None)
        if twin:
            problems.add(line, f"{account.key} stands here and at {twin.where}; keep one of them")
            continue
        found.append(account)
    # an artist's name, language and indexing may stand at any of their accounts
    return tuple(replace(account, artist=artists[account.artist.slug]) for account in found)


def _account(
    entry: object,
    line: int,
    artists: dict[str, Artist],
    whole: Mapping[str, Mapping[str, object]],
    site: SiteSettings,
    problems: Problems,
) -> Account | None:
    if not isinstance(entry, Mapped):
        problems.add(line, f"expected an entry such as '- bluesky: aoi.example.com', not {kind_of(entry)}")
        return None
    named = [key for key in entry if key in networks()]
    if len(named) != 1:
        _blame_network(entry, named, problems)
        return None
    network = named[0]
    source = source_for(network)
    handle = entry[network]
    if not isinstance(handle, Text) or not handle:
        problems.add(entry.lines[network], f"{network}: expected a handle, not {kind_of(handle)}")
        return None
    try:
        handle = source.check_handle(handle)
    except ValueError as error:
        problems.add(entry.lines[network], f"{network}: {error}")
        return None

    ours, theirs = Mapped(), {}
    ours.line, ours.lines = entry.line, entry.lines
    known = {*Entry.model_fields, *source.option_names}
    for key, value in entry.items():
        if key == network:
            continue
        if key in Entry.model_fields:
            ours[key] = value
        elif key in source.option_names:
            theirs[key] = typed(value)
        else:
            problems.unknown_key(entry.lines[key], key, known)
    fields = fill(ours, Entry, problems)
    if fields is None:
        return None
    options = {**whole.get(network, {}), **theirs}
    return Account(
        network=network,
        handle=handle,
        artist=_artist(fields, network, handle, artists, site),
        consent=fields.consent,
        sensitive=fields.sensitive,
        since=fields.since,
        limit=fields.limit,
        where=f"{problems.path.name}:{line}",
        options=MappingProxyType(_with_root(options, problems.path.parent) if source.local else options),
    )


def _with_root(options: dict[str, object], root: Path) -> dict[str, object]:
    """Local sources read paths relative to accounts.yaml."""
    return {**options, "root": str(root.resolve())}


def _blame_network(entry: Mapped, named: list[str], problems: Problems) -> None:
    if named:
        problems.add(entry.line, f"one entry names {' and '.join(named)}; give each account an entry of its own")
        return
    strange = [key for key in entry if key not in Entry.model_fields]
    if strange:
        problems.unknown_key(entry.lines[strange[0]], strange[0], networks())
    else:
        problems.add(entry.line, f"the entry names no network; expected one of {', '.join(networks())}")


def _artist(fields: Entry, network: str, handle: str, artists: dict[str, Artist], site: SiteSettings) -> Artist:
    """The artist of an entry; entries without ``artist`` never share one, and later entries never move earlier ones."""
    slug = fields.artist or _free_slug(network, handle, artists)
    known = artists.get(slug, Artist(slug, "", None, site.indexing))
    artists[slug] = Artist(
        slug,
        known.name or fields.name or "",
        known.language or fields.language,
        known.indexing if fields.indexing is None else fields.indexing,
    )
    return artists[slug]


def _free_slug(network: str, handle: str, taken: Mapping[str, Artist]) -> str:
    last = handle.rstrip("/").split("/")[-1] if network in PATHS else handle
    short = slugify(re.split(r"[.@]", last)[0])
    for slug in (short, slugify(last), slugify(f"{last}-{network}")):
        if slug and slug not in taken:
            return slug
    return f"artist-{hashlib.sha256(f'{network}:{handle}'.encode()).hexdigest()[:10]}"


def slugify(text: str) -> str:
    """``text`` as a part of an address: lower-case letters and digits of ASCII, joined by single hyphens; maybe ""."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].strip("-")
