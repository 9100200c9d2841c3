"""optouts.yaml as far as it can be read: a mistake in one wish keeps no other waiting."""

from __future__ import annotations

import json
from pathlib import Path

from gallery.edited.optouts import read_optouts
from gallery.errors import ConfigError
from gallery.optout_rules import OptOuts
from gallery.store import Store

_FACT = "opted-out-accounts"


def optouts_heard(path: Path, store: Store) -> tuple[OptOuts, ConfigError | None]:
    """What ``path``, optouts.yaml, says. While there are mistakes in it, which come second, the accounts that it named
    when there were none stay opted out, too; posts and pictures that were withdrawn stay away without it.

    Raises:
        StoreError: the store cannot be read or written.
    """
    said, mistakes = read_optouts(path)
    if mistakes:
        return said.with_more(OptOuts(frozenset(json.loads(store.fact(_FACT) or "[]")))), mistakes
    store.set_fact(_FACT, json.dumps(sorted(said.accounts)))
    return said, None
