"""What the published site shows, remembered, so that the next one can be held against it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping

from gallery.domain import Exhibition, home_of, network_of
from gallery.errors import ShrinkError
from gallery.publish import Published
from gallery.store import Store
from gallery.wishes import UNCONFIRMED, forget_withdrawn, withdrawn

_ADDRESSES_FACT = "accounts_by_address"
_SHARE = 0.3  # a site that loses more of its pictures than this, at once and unexplained, is not published
_LEAST = 10  # … and more than this many


def count_shown(exhibition: Exhibition) -> int:
    """How many pictures are on show."""
    return sum(len(room.exhibits) for room in exhibition.rooms)


def refuse_to_shrink(exhibition: Exhibition, store: Store, *, allowed: bool) -> None:
    """Keep the old site when too many pictures would vanish at once and no person asked for it.

    Raises:
        ShrinkError: so it is, and ``allowed`` is not set. Accounts that were taken out of accounts.yaml do not count.
    """
    accounts = {status.account.key for room in exhibition.rooms for status in room.accounts}
    shown_before = {key: shown for key, shown in _shown_by_account(store).items() if key in accounts}
    before = sum(shown_before.values())
    hidden_before = json.loads(store.fact("hidden") or "{}")
    more_hidden = {
        reason: hidden - hidden_before.get(reason, 0)
        for reason, hidden in exhibition.hidden.items()
        if hidden > hidden_before.get(reason, 0)
    }
    # nobody can take from the site what it did not show; what was not confirmed in time is among the withdrawn
    asked_for = sum(min(count, shown_before.get(key, 0)) for key, count in withdrawn(store).items()) + sum(
        hidden for reason, hidden in more_hidden.items() if not reason.startswith("could not") and reason != UNCONFIRMED
    )
    now = count_shown(exhibition)
    lost = before - now - asked_for
    if not allowed and lost > _LEAST and lost > _SHARE * before:
        causes = [f"{hidden} {reason}" for reason, hidden in more_hidden.items()]
        raise ShrinkError(
            f"the new site would show {now} pictures, the one in place shows {before}"
            + (f" (not shown any more: {', '.join(causes)})" if causes else "")
            + "; the old site stays. If that is meant, build once with --allow-shrink"
        )


def passed_on(exhibition: Exhibition, store: Store) -> tuple[str, ...]:
    """Each artist's address that none of those has any more whose it was on the published site, in lines for people:
    handles make addresses, so that a stranger's may inherit the links and the feed of somebody who left the list."""
    before = _published_addresses(store)
    lines = []
    for slug, now in _accounts_by_address(exhibition).items():
        then = before.get(slug, {})
        if then and _names(then).isdisjoint(_names(now)):
            lines.append(
                f"a/{slug}/ and its feed were those of {', '.join(then)} and are those of {', '.join(now)} now; if they"
                " are two people, give each an `artist:` of their own in accounts.yaml; if they are one, the same"
            )
    return tuple(lines)


def _published_addresses(store: Store) -> dict[str, dict[str, str]]:
    """Whose each address was when it was last published, also of who left: links and feeds outlast a night."""
    addresses: dict[str, dict[str, str]] = json.loads(store.fact(_ADDRESSES_FACT) or "{}")
    return addresses


def _accounts_by_address(exhibition: Exhibition) -> dict[str, dict[str, str]]:
    """Slug → key of each account → its stable id, "" where it is not known."""
    return {
        room.artist.slug: {one.account.key: one.profile.stable_id if one.profile else "" for one in room.accounts}
        for room in exhibition.rooms
    }


def _names(accounts: Mapping[str, str]) -> set[str]:
    """What may be found again of accounts (key → stable id): who is renamed keeps the id, also in an archive."""
    ids = {f"{home_of(network_of(key))}:{stable_id}" for key, stable_id in accounts.items() if stable_id}
    return ids | accounts.keys()


def _shown_by_account(store: Store) -> dict[str, int]:
    counts: dict[str, int] = json.loads(store.fact("shown_by_account") or "{}")
    return counts


def remember_shown(store: Store, marks: str, published: Published, exhibition: Exhibition) -> None:
    """Note what was published, for the next build to compare with."""
    by_account = Counter(exhibit.picture.account.key for room in exhibition.rooms for exhibit in room.exhibits)
    with store.together():
        store.set_fact("build_id", published.build_id)
        store.set_fact("site_size", f"{published.files} {published.size_bytes}")
        store.set_fact("shown", str(count_shown(exhibition)))
        store.set_fact("shown_by_account", json.dumps(by_account, sort_keys=True))
        store.set_fact(
            _ADDRESSES_FACT, json.dumps(_published_addresses(store) | _accounts_by_address(exhibition), sort_keys=True)
        )
        store.set_fact("hidden", json.dumps(dict(exhibition.hidden)))
        forget_withdrawn(store)
        store.set_fact("fingerprint", marks)
