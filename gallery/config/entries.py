"""The list of accounts.yaml: each entry with the settings of its network and of its artist, or what is wrong there."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType

from gallery.config.settings import Entry
from gallery.domain import PATH_NETWORKS, Account, Artist, SiteSettings
from gallery.edited.file import Problems
from gallery.edited.yaml import Listed, Mapped, Text, fill, kind_of, typed
from gallery.errors import ConfigError, SourceError
from gallery.sources import networks, source_for
from gallery.sources.base import Source
from gallery.sources.folder import folder_of
from gallery.sources.guarded import blaming, handle_of


def read_accounts(
    top: Mapped, site: SiteSettings, whole: Mapping[str, Mapping[str, object]], problems: Problems
) -> tuple[Account, ...]:
    """The accounts of the list under ``accounts``, as far as they can be understood.

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
    written = [entry.get("artist") for entry in entries if isinstance(entry, Mapped)]
    claimed = frozenset(str(slug) for slug in written if isinstance(slug, Text))
    reader = _Reader(site, whole, problems, claimed)
    found: list[Account] = []
    folders: list[tuple[Path, Account, int]] = []
    for entry, line in zip(entries, entries.lines, strict=True):
        account = reader.account(entry, line)
        if account is None:
            continue
        twin = next((other for other in found if other.key == account.key), None)
        if twin:
            problems.add(line, f"{account.key} stands here and at {twin.where}; keep one of them")
            continue
        found.append(account)
        if account.network == "folder":
            folders.append((Path(os.path.realpath(folder_of(account))), account, line))
    _blame_nested(folders, problems)
    # an artist's name, language and indexing may stand at any of their accounts
    return tuple(replace(account, artist=reader.artists[account.artist.slug]) for account in found)


@dataclass(slots=True)
class _Reader:
    """Makes accounts of entries. A mistake keeps none of the others from being found."""

    site: SiteSettings
    whole: Mapping[str, Mapping[str, object]]
    problems: Problems
    claimed: frozenset[str]  # every ``artist`` of the list, above an entry or below
    artists: dict[str, Artist] = field(default_factory=dict)
    said: dict[tuple[str, str], tuple[object, int]] = field(default_factory=dict)  # (artist, key) → what, on which line

    def account(self, entry: object, line: int) -> Account | None:
        if not isinstance(entry, Mapped):
            self.problems.add(line, f"expected an entry such as '- bluesky: aoi.example.com', not {kind_of(entry)}")
            return None
        fields = self._fields(entry)
        named = [key for key in entry if key in networks()]
        if len(named) != 1:
            _blame_network(entry, named, self.problems)
            return None
        network = named[0]
        source = source_for(network)
        handle = self._handle(entry, network)
        where, whole = f"{self.problems.path.name}:{line}", self.whole.get(network, {})
        unsure = Account(network, handle or str(entry[network]), Artist("", ""), where=where, options=whole)
        options = read_options(entry, unsure, source, {*Entry.model_fields, network}, self.problems)
        if handle is None:
            return None
        return Account(
            network=network,
            handle=handle,
            artist=self._artist(entry, fields, network, handle),
            consent=fields.consent,
            sensitive=fields.sensitive,
            since=fields.since,
            limit=fields.limit,
            where=where,
            options=MappingProxyType(_with_root(options, self.problems.path.parent) if source.local else options),
        )

    def _fields(self, entry: Mapped) -> Entry:
        """What every entry may say; nothing of it where it holds a mistake."""
        ours = Mapped({key: value for key, value in entry.items() if key in Entry.model_fields})
        ours.line, ours.lines = entry.line, entry.lines
        return fill(ours, Entry, self.problems) or Entry.model_validate({})

    def _handle(self, entry: Mapped, network: str) -> str | None:
        handle = entry[network]
        if not isinstance(handle, Text) or not handle:
            self.problems.add(entry.lines[network], f"{network}: expected a handle, not {kind_of(handle)}")
            return None
        try:
            return handle_of(network, handle)
        except (ValueError, SourceError) as error:
            self.problems.add(entry.lines[network], f"{network}: {error}")
            return None

    def _artist(self, entry: Mapped, fields: Entry, network: str, handle: str) -> Artist:
        """The artist of an entry; entries without ``artist`` never share one, not with a later ``artist`` either, and
        later entries without it never move earlier ones."""
        slug = fields.artist or _free_slug(network, handle, self.artists.keys() | self.claimed)
        for key in ("name", "language", "indexing"):
            if (value := getattr(fields, key)) is not None:
                first, line = self.said.setdefault((slug, key), (value, entry.lines[key]))
                if value != first:
                    self.problems.add(
                        entry.lines[key], f"{key}: line {line} says otherwise of the artist {slug}; keep one of the two"
                    )
        known = self.artists.get(slug, Artist(slug, "", None, self.site.indexing))
        self.artists[slug] = Artist(
            slug,
            known.name or fields.name or "",
            known.language or fields.language,
            known.indexing if fields.indexing is None else fields.indexing,
        )
        return self.artists[slug]


def read_options(
    block: Mapped, account: Account, source: Source, others: Collection[str], problems: Problems
) -> dict[str, object]:
    """The network's own settings in ``block``, and where it does not say them those that ``account`` has already.

    Args:
        block: an entry, or the settings for all accounts of a network. A key without a value is unsaid.
        account: whose settings they are.
        source: its network, which says what it refuses; that is left out.
        others: the keys that ``block`` may hold besides.
        problems: where mistakes are noted.
    """
    known = {*others, *source.option_names}
    for key in block.keys() - known:
        problems.unknown_key(block.lines[key], key, known - {account.network})
    given = {key: typed(block[key]) for key in block.keys() & source.option_names if block[key] is not None}
    options = {**account.options, **given}
    try:
        with blaming(account.network, " on these settings", agreed=()):
            refused = [(key, why) for key, why in source.check_options(replace(account, options=options))]
    except SourceError as error:
        problems.add(block.line, str(error))
        return {}
    for key, why in refused:
        problems.add(block.lines.get(key, block.line), why)
        options.pop(key, None)
    return options


def _with_root(options: dict[str, object], root: Path) -> dict[str, object]:
    """Local sources read paths relative to accounts.yaml."""
    return {**options, "root": str(root.resolve())}


def _blame_nested(folders: Sequence[tuple[Path, Account, int]], problems: Problems) -> None:
    """Note each folder that is one of the list by another name, or lies inside one."""
    first: dict[Path, Account] = {}
    for path, account, _ in folders:
        first.setdefault(path, account)
    for path, account, line in folders:
        outer = next(
            (first[place] for place in (path, *path.parents) if first.get(place, account) is not account), None
        )
        if outer:
            problems.add(
                line,
                f"the pictures of {account.key} are those of {outer.key} at {outer.where}, too, and would be shown"
                " twice; keep one of the two, or list folders that lie beside each other",
            )


def _blame_network(entry: Mapped, named: list[str], problems: Problems) -> None:
    """Note that an entry does not name one network, and its keys that neither a network nor an entry knows."""
    ours = {*Entry.model_fields, *_option_names()}
    strange = [key for key in entry if key not in ours and key not in networks()]
    if named:
        problems.add(entry.line, f"one entry names {' and '.join(named)}; give each account an entry of its own")
    elif strange:  # one of them is a network that is spelt otherwise, or not known
        near = [key for key in strange if get_close_matches(key, networks())]
        meant = [*near, *(key for key in strange if not get_close_matches(key, ours)), *strange][0]
        strange.remove(meant)
        problems.unknown_key(entry.lines[meant], meant, networks())
    else:
        problems.add(entry.line, f"the entry names no network; expected one of {', '.join(networks())}")
    for key in strange:
        problems.unknown_key(entry.lines[key], key, ours)


def _option_names() -> Iterator[str]:
    """The settings of all networks; a package that cannot be loaded is none of the matter where no entry names it."""
    for network in networks():
        with suppress(ConfigError):
            yield from source_for(network).option_names


def _free_slug(network: str, handle: str, taken: Collection[str]) -> str:
    last = handle.rstrip("/").split("/")[-1] if network in PATH_NETWORKS else handle
    short = slugify(re.split(r"[.@]", last)[0])
    for slug in (short, slugify(last), slugify(f"{last}-{network}")):
        if slug and slug not in taken:
            return slug
    return f"artist-{hashlib.sha256(f'{network}:{handle}'.encode()).hexdigest()[:10]}"


def slugify(text: str) -> str:
    """``text`` as a part of an address: lower-case letters and digits of ASCII, joined by single hyphens; maybe ""."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].strip("-")
