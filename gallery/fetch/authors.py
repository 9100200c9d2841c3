"""Whose posts an account shows, where a file says it: all of them are credited to the one artist of the entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gallery.domain import Account, Notice, network_of

if TYPE_CHECKING:
    from gallery.store import Store

_MOST_NAMED = 3


def several_authors(store: Store, account: Account) -> Iterator[Notice]:
    """A notice for each network of which an account holds posts by more than one author; one artist's posts on several
    networks are one artist's."""
    handles: dict[str, dict[str, str]] = {}  # network → id → handle: who was renamed is one author
    for names in store.authors(account.key).values():
        network = network_of(names[0])
        handles.setdefault(network, {})[names[0]] = names[-1]
    for authors in handles.values():
        named = sorted(set(authors.values()))
        if len(named) > 1:
            more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
            told = f"one artist is credited with posts by {', '.join(named[:_MOST_NAMED])}{more}"
            yield Notice("several-authors", f"{account.where}: {told}; list a folder for each")
