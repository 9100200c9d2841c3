"""optouts.yaml as far as it can be read: a mistake in one wish keeps no other waiting."""

from __future__ import annotations

import json
from dataclasses import astuple
from pathlib import Path

from gallery.edited.optouts import read_optouts
from gallery.errors import ConfigError
from gallery.optout_rules import LookAlike, OptOuts
from gallery.store import Store

_FACT = "optouts_yaml"


def optouts_heard(path: Path, store: Store) -> tuple[OptOuts, ConfigError | None]:
    """What ``path``, optouts.yaml, says, remembered as far as it names somebody or something. While there are mistakes
    in it, which come second, what it said when there were none counts beside what can be read of it.

    Raises:
        StoreError: the store cannot be read or written.
    """
    said, mistakes = read_optouts(path)
    if mistakes:
        return said.with_more(_remembered(store)), mistakes
    looks = sorted(map(astuple, said.look_alikes))
    store.set_fact(_FACT, json.dumps([sorted(said.accounts), sorted(said.posts), sorted(said.sha256s), looks]))
    return said, None


def _remembered(store: Store) -> OptOuts:
    accounts, posts, sha256s, looks = json.loads(store.fact(_FACT) or "[[], [], [], []]")
    return OptOuts(
        frozenset(accounts), frozenset(posts), frozenset(sha256s), frozenset(LookAlike(*one) for one in looks)
    )
