"""What artists ask for in the words of their profile: a person has to read it, and is told where."""

from __future__ import annotations

from collections.abc import Iterable

from gallery.domain import Account, Consent
from gallery.optout_rules import OptOuts
from gallery.store import Store


def pleas(accounts: Iterable[Account], store: Store, optouts: OptOuts) -> tuple[str, ...]:
    """One line for each account that asks not to be shown elsewhere and is, without consent on record."""
    lines = []
    for account in accounts:
        profile = store.account(account.key).profile
        if account.consent is not Consent.NONE or not profile or not profile.plea:
            continue
        if store.picture_count(account.key) and not optouts.covers_account(account.key, profile):
            lines.append(
                f"{account.where}: {account.key} asks in the profile “{profile.plea}”, and no consent is on record;"
                " ask the artist, then write `consent: granted`, or take the entry out"
            )
    return tuple(lines)
