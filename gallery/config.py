"""accounts.yaml → :class:`Config`: who is followed, and how the site should look.

The file is a list of accounts, or a mapping with ``accounts:`` (the list) and the blocks ``site:``, ``fetch:``,
``classifier:`` and ``networks:``. Every mistake is reported at once, each with its line and the nearest right key.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import ValidationError

from gallery.domain import PATHS, Account, Artist, ClassifierSettings, SiteSettings
from gallery.edited_file import Problems, nearest, read_file
from gallery.errors import ConfigError
from gallery.settings import Block, ClassifierBlock, Entry, FetchBlock, SiteBlock
from gallery.sources import networks, source_for
from gallery.yamlfile import Listed, Mapped, Text, parse_yaml, typed

AnyBlock = TypeVar("AnyBlock", bound=Block)

TOP_LEVEL = ("accounts", "site", "fetch", "classifier", "networks")


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that accounts.yaml says, defaults filled in."""

    path: Path
    accounts: tuple[Account, ...] = ()
    site: SiteSettings = field(default_factory=SiteSettings)
    classifier: ClassifierSettings = field(default_factory=ClassifierSettings)
    max_wait_s: int = 900
    max_removed_share: float = 0.3
    networks: Mapping[str, Mapping[str, object]] = field(default_factory=lambda: MappingProxyType({}))
    digest: str = ""  # SHA-256 of the bytes that were read: the file may have been edited since

    @property
    def root(self) -> Path:
        """The folder that paths in the file are relative to."""
        return self.path.parent

    def only(self, artist: str) -> tuple[Account, ...]:
        """The accounts of one artist.

        Raises:
            ConfigError: no account belongs to that artist.
        """
        chosen = tuple(account for account in self.accounts if account.artist.slug == artist)
        if not chosen:
            slugs = {account.artist.slug for account in self.accounts}
            raise ConfigError(f"{self.path}: no artist {artist!r}; {nearest(artist, slugs, 'artists')}")
        return chosen


def load_config(path: Path) -> Config:
    """Read and check accounts.yaml.

    Raises:
        ConfigError: the file cannot be used; one line for each problem.
    """
    config, problems = examine_config(path, read_file(path))
    problems.raise_if_any()
    return config


def examine_config(path: Path, content: bytes) -> tuple[Config, Problems]:
    """What ``content``, that of ``path``, says as far as it can be understood; and all that is wrong with it.

    Raises:
        ConfigError: it is no YAML, or neither a list nor a block.
    """
    data = parse_yaml(path, content)
    problems = Problems(path)
    if isinstance(data, Listed) and data:
        top = Mapped(accounts=data)
        top.line, top.lines = 1, {"accounts": data.line}
    elif isinstance(data, Mapped):
        top = data
    else:
        raise ConfigError(f"{path}:1: expected a list of accounts such as '- bluesky: aoi.example.com'")
    for key in top:
        if key not in TOP_LEVEL:
            problems.unknown_key(top.lines[key], key, TOP_LEVEL)

    site = _block(top, "site", SiteBlock, problems)
    fetch = _block(top, "fetch", FetchBlock, problems) or FetchBlock.model_validate({})
    whole_networks = _networks(top, problems)
    settings = SiteSettings(**site.model_dump()) if site else SiteSettings()
    accounts = _accounts(top, settings, whole_networks, problems)
    classifier = _classifier(top, problems)
    if any(not source_for(account.network).local for account in accounts) and site and not site.contact:
        listed = "" if top is data else "; indent the list below a line 'accounts:' and put 'site:' beside it"
        wanted = (
            "site.contact is needed: networks are asked with it, and artists reach you by it; expected a line"
            f" 'contact:' with a mail address or an https address, indented below a line 'site:'{listed}"
        )
        problems.absent.append((top.lines.get("site", 1), wanted))
    config = Config(
        path,
        accounts,
        settings,
        classifier,
        fetch.max_wait_s,
        fetch.max_removed_share,
        whole_networks,
        hashlib.sha256(content).hexdigest(),
    )
    return config, problems


def _block(top: Mapped, name: str, model: type[AnyBlock], problems: Problems) -> AnyBlock | None:
    """The block ``name`` as its model; defaults when it is absent, None when it is wrong."""
    block = top.get(name)
    if block is None:
        return model()
    if not isinstance(block, Mapped):
        problems.add(top.lines[name], f"{name}: expected a block of settings, not {_kind(block)}")
        return None
    return _fill(block, model, problems)


def _fill(block: Mapped, model: type[AnyBlock], problems: Problems) -> AnyBlock | None:
    known = {key: value for key, value in block.items() if key in model.model_fields and value is not None}
    for key in block:
        if key not in model.model_fields:
            problems.unknown_key(block.lines[key], key, model.model_fields)
    try:
        return model.model_validate(known)
    except ValidationError as error:
        problems.invalid(error, block)
        return None


def _classifier(top: Mapped, problems: Problems) -> ClassifierSettings:
    value = top.get("classifier")
    if isinstance(value, Text):
        return ClassifierSettings(spec=str(value))
    block = None if value is None else _block(top, "classifier", ClassifierBlock, problems)
    if block is None:
        return ClassifierSettings()
    fields = block.model_dump(exclude={"model", "classes"})
    return ClassifierSettings(spec=block.model, classes=tuple(block.classes.items()), **fields)


def _networks(top: Mapped, problems: Problems) -> Mapping[str, Mapping[str, object]]:
    block = top.get("networks") or Mapped()
    if not isinstance(block, Mapped):
        problems.add(top.lines["networks"], f"networks: expected one block for each network, not {_kind(block)}")
        return MappingProxyType({})
    found = {}
    for name, options in block.items():
        line = block.lines[name]
        if name not in networks():
            problems.unknown_key(line, name, networks())
        elif not isinstance(options, Mapped):
            problems.add(line, f"networks.{name}: expected a block of settings, not {_kind(options)}")
        else:
            known = source_for(name).option_names
            for key in options:
                if key not in known:
                    problems.unknown_key(options.lines[key], key, known)
            found[name] = MappingProxyType({key: typed(value) for key, value in options.items() if key in known})
    return MappingProxyType(found)


def _accounts(
    top: Mapped, site: SiteSettings, whole: Mapping[str, Mapping[str, object]], problems: Problems
) -> tuple[Account, ...]:
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
        problems.add(line, f"expected an entry such as '- bluesky: aoi.example.com', not {_kind(entry)}")
        return None
    named = [key for key in entry if key in networks()]
    if len(named) != 1:
        _blame_network(entry, named, problems)
        return None
    network = named[0]
    source = source_for(network)
    handle = entry[network]
    if not isinstance(handle, Text) or not handle:
        problems.add(entry.lines[network], f"{network}: expected a handle, not {_kind(handle)}")
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
    fields = _fill(ours, Entry, problems)
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


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapped):
        return "a block"
    return "a list" if isinstance(value, Listed) else f"the text {str(value)[:40]!r}"
