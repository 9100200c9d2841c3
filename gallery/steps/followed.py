"""Corrections go on meaning what they once met when its name is lost: a handle that its owner gives up, a file or a
folder that is called otherwise."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

from gallery.domain import Picture
from gallery.edited.corrections import Corrections
from gallery.post_names import post_name, post_names
from gallery.store import Store

_POSTS_FACT, _WORKS_FACT = "corrected-posts", "corrected-works"
_Names = dict[tuple[str, str], str]


def as_once_met(
    store: Store, corrections: Corrections, pictures: Sequence[Picture], listed: Collection[str]
) -> Corrections:
    """Let each entry that ever met a post on Bluesky by its author's handle call it by their DID, and each that met a
    picture of a folder by its page call it by the page that the same bytes have now. Both are remembered for as long
    as the entry stands.

    Args:
        pictures: those that are stored.
        listed: the keys of all accounts in accounts.yaml.
    """
    return corrections.renamed({**_posts(store, corrections, pictures), **_works(store, corrections, pictures, listed)})


def forget_once_met(store: Store, network: str) -> None:
    """Forget whose posts, and which pictures, of ``network`` entries ever met.

    Raises:
        StoreError: the store cannot be read or written.
    """
    if fact := {"bluesky": _POSTS_FACT, "folder": _WORKS_FACT}.get(network):
        store.set_fact(fact, "{}")


def _posts(store: Store, corrections: Corrections, pictures: Iterable[Picture]) -> _Names:
    named = {name for kind, name, _ in corrections.entries if kind == "post"}
    records = {name.rpartition("/")[2] for name in named}
    known = {name: now for name, now in json.loads(store.fact(_POSTS_FACT) or "{}").items() if name in named}
    for one in pictures:
        post = one.post
        if one.account.network == "bluesky" and post.permalink.rpartition("/")[2] in records:
            names = post_names(one.account.key, post.key, post.permalink, one.profile)
            known |= dict.fromkeys(names & named, post_name(post.permalink))
    store.set_fact(_POSTS_FACT, json.dumps(known, sort_keys=True))
    return {("post", name): now for name, now in known.items()}


def _works(store: Store, corrections: Corrections, pictures: Iterable[Picture], listed: Collection[str]) -> _Names:
    named: dict[str, list[str]] = {}  # the number of a work → what entries call it
    for kind, name, _ in corrections.entries:
        if kind == "work":
            named.setdefault(name.rpartition("/")[2], []).append(name)
    files = [one for one in pictures if named and one.account.network == "folder"]
    known = {number: met for number, met in json.loads(store.fact(_WORKS_FACT) or "{}").items() if number in named}
    known |= {one.id: [one.account.key, one.sha256] for one in files if one.id in named}
    store.set_fact(_WORKS_FACT, json.dumps(known, sort_keys=True))
    now: _Names = {}
    for number in known.keys() - {one.id for one in files}:
        key, content = known[number]  # a folder that is listed still keeps its words to itself
        same = (one for one in files if one.sha256 == content and (one.account.key == key or key not in listed))
        if found := next(same, None):
            now |= {("work", name): f"{found.account.artist.slug}/{found.id}" for name in named[number]}
    return now
