"""What artists ask for in the words of their profile: a person has to read it, and is told where."""

from __future__ import annotations

from collections.abc import Iterable

from gallery.domain import Account, Consent
from gallery.optout_rules import OptOuts
from gallery.store import Store


def pleas(accounts: Iterable[Account], store: Store, optouts: OptOuts) -> tuple[str, ...]:
    """One line for each account that asks not to be shown elsewhere and is, without consent on record."""
    lines = []
    for account in (one for one in accounts if one.consent is Consent.NONE):
        profile = store.account(account.key).profile
        if not profile or not profile.plea or optouts.covers_account(account.key, profile):
            continue
        if store.picture_count(account.key):
            lines.append(
                f"{account.where}: {account.key} asks in the profile “{profile.plea}”, and no consent is on record;"
                " ask the artist, then write `consent: granted`, or take the entry out"
            )
    return tuple(lines)
