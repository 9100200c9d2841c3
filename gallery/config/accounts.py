"""accounts.yaml → :class:`Config`: who is followed, and how the site should look.

The file is a list of accounts, or a mapping with ``accounts:`` (the list) and the blocks ``site:``, ``fetch:``,
``classifier:`` and ``networks:``. Every mistake is reported at once, each with its line and the nearest right key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from gallery.config.entries import read_accounts, read_options
from gallery.config.settings import Block, ClassifierBlock, FetchBlock, SiteBlock
from gallery.domain import Account, Artist, ClassifierSettings, SiteSettings
from gallery.edited.file import Problems, nearest, read_file
from gallery.edited.yaml import Listed, Mapped, Text, fill, kind_of, parse_yaml
from gallery.errors import ConfigError
from gallery.sources import networks, source_for

AnyBlock = TypeVar("AnyBlock", bound=Block)

TOP_LEVEL = ("accounts", "site", "fetch", "classifier", "networks")


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that accounts.yaml says, defaults filled in."""

    path: Path
    accounts: tuple[Account, ...] = ()
    site: SiteSettings = field(default_factory=SiteSettings)
    classifier: ClassifierSettings = field(default_factory=ClassifierSettings)
    fetch: FetchBlock = field(default_factory=FetchBlock)
    content: bytes = field(default=b"", repr=False)  # what was read: the file may have been edited since

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
    fetch = _block(top, "fetch", FetchBlock, problems) or FetchBlock()
    settings = SiteSettings(**site.model_dump()) if site else SiteSettings()
    accounts = read_accounts(top, settings, _networks(top, problems), problems)
    classifier = _classifier(top, problems)
    if _asks_a_network(top) and site and not site.contact:
        listed = "" if top is data else "; indent the list below a line 'accounts:' and put 'site:' beside it"
        wanted = (
            "site.contact is needed: networks are asked with it, and artists reach you by it; expected a line"
            f" 'contact:' with a mail address or an https address, indented below a line 'site:'{listed}"
        )
        problems.absent.append((top.lines.get("site", 1), wanted))
    return Config(path, accounts, settings, classifier, fetch, content), problems


def _asks_a_network(top: Mapped) -> bool:
    entries = top.get("accounts")
    blocks = [entry for entry in entries if isinstance(entry, Mapped)] if isinstance(entries, Listed) else []
    return any(name in entry and not source_for(name).local for name in networks() for entry in blocks)


def _block(top: Mapped, name: str, model: type[AnyBlock], problems: Problems) -> AnyBlock | None:
    """The block ``name`` as its model; defaults when it is absent, None when it is wrong."""
    block = top.get(name)
    if block is None:
        return model()
    if not isinstance(block, Mapped):
        problems.add(top.lines[name], f"{name}: expected a block of settings, not {kind_of(block)}")
        return None
    return fill(block, model, problems)


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
        problems.add(top.lines["networks"], f"networks: expected one block for each network, not {kind_of(block)}")
        return {}
    found = {}
    for name, options in block.items():
        line = block.lines[name]
        if name not in networks():
            problems.unknown_key(line, name, networks())
        elif not isinstance(options, Mapped):
            problems.add(line, f"networks.{name}: expected a block of settings, not {kind_of(options)}")
        else:
            everyone = Account(name, "", Artist("", ""))
            found[name] = read_options(options, everyone, source_for(name), (), problems)
    return found
