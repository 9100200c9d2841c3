"""The face beside an artist's name, which the display rules of networks ask for: fetched as any picture, but seldom."""

from __future__ import annotations

from datetime import timedelta

from gallery.domain import Account, Media
from gallery.errors import BlockedAddressError, BudgetError, StoreError
from gallery.fetch.context import AccountTally, Context, patience
from gallery.fetch.downloads import Downloads
from gallery.optout_rules import OPTED_OUT
from gallery.sources import source_for
from gallery.sources.instances import line_to_add

REFRESH = timedelta(days=30)  # some networks keep a changed avatar under its old address


def bring_avatar(context: Context, downloads: Downloads, account: Account, tally: AccountTally) -> None:
    """Fetch the account's avatar when it is due: its address changed, a month went by, or it failed a while ago; one
    that failed because its address may not be asked is due in every run.

    A failure is a notice and costs nothing else: the avatar we have stays. On a night on which the account itself gave
    trouble nobody is bothered about its avatar.

    Raises:
        StoreError: the store cannot take it.
    """
    store, now = context.store, context.now
    record = store.account(account.key)
    public = record.state.is_public
    unwanted = context.optouts.covers_account(account.key, record.profile)
    if tally.problem or record.profile is None or not public or unwanted:
        return
    url = record.profile.avatar_url
    if not url:
        store.forget_avatars([account.key])
        return
    held = store.avatar(account.key)
    known = held if held is not None and held.url == url else None
    if known is not None and now < known.next_try:
        return
    try:
        _fetch(context, downloads, account, url, tally)
    except StoreError:
        raise
    except BudgetError as error:
        tally.note("avatar", f"{account.key}: put off: {downloads.cause_of(error)}")
    except BlockedAddressError as error:
        store.avatar_failed(account.key, url, now)  # as soon as accounts.yaml allows the host, it is to be there
        tally.note("avatar", _why_blocked(account, error, downloads))
    except Exception as error:  # noqa: BLE001  # an oddity that nobody foresaw must cost one avatar, not the run
        if downloads.stopped:
            return
        wait_for = patience(known.failures + 1 if known else 1)
        store.avatar_failed(account.key, url, now + wait_for)
        tally.note("avatar", f"{account.key}: {downloads.cause_of(error)}")


def _why_blocked(account: Account, error: BlockedAddressError, downloads: Downloads) -> str:
    """Why an avatar's address is not asked, with the line to add where one would allow its host."""
    host = error.unlisted_host
    if not host or "media_hosts" not in source_for(account.network).option_names:
        return f"{account.key}: {downloads.cause_of(error)}"
    return line_to_add(account, "the avatar", host)


def _fetch(context: Context, downloads: Downloads, account: Account, url: str, tally: AccountTally) -> None:
    with downloads.arrived(account, source_for(account.network), Media(url, url)) as arrived:
        file = downloads.inspected(account, arrived)
        if file is None:
            context.store.avatar_failed(account.key, url, context.now + REFRESH)
            tally.note(OPTED_OUT, f"the avatar of {account.key}")
            return
        context.store.save_avatar(account.key, url, file, arrived.path, context.now + REFRESH)
    with tally.lock:
        tally.received_bytes += file.size_bytes
