"""``gallery status``: how every account fares, and what the store holds."""

from __future__ import annotations

from collections.abc import Iterator

from gallery.config import Config
from gallery.domain import Account, AccountState
from gallery.optout_rules import OPTED_OUT, OptOuts
from gallery.sources import source_for
from gallery.steps.shown import last_site
from gallery.store import Store
from gallery.wishes import held_back, pleas, second_word, with_former_names
from gallery.wording import first_of, number_of

MOST_NAMED = 20  # pictures of an account that could not be had


def status_lines(config: Config, optouts: OptOuts, store: Store) -> Iterator[str]:
    """One line for each account, then the sums. Never more than the store knows: nothing is asked."""
    optouts = with_former_names(store, optouts)
    for account in config.accounts:
        record = store.account(account.key)
        seen = f"last read {record.last_success:%Y-%m-%d %H:%M} UTC" if record.last_success else "never read"
        state = record.state.value
        if optouts.covers_account(account.key, record.profile):  # each run passes it over
            state, seen = OPTED_OUT, "read no more"
        yield f"{account.key:<40} {state}, {number_of(len(store.posts(account.key)), 'post')}, {seen}"
        if state == AccountState.MOVED and record.profile:
            yield f"  has moved, see {record.profile.url}; if the artist agrees, list the new account beside this one"
        if record.problem:
            yield f"  problem: {record.problem}"
        if waiting := _waiting(store, account):
            yield f"  {waiting}"
        if why := held_back(store, record):
            yield f"  held back: {why}"
        yield from _pictures_missing(store, account)
    yield from pleas(config.accounts, store, optouts)
    strangers = sorted(set(store.account_keys()) - {account.key for account in config.accounts})
    if strangers:
        yield f"in the store but not in {config.path.name} (gallery gc removes them): {', '.join(strangers)}"
    size = sum(file.size_bytes for file in store.files())
    yield f"{number_of(store.file_count(), 'picture')}, {size / 1e6:.1f} MB; {last_site(store).pictures} shown"


def _pictures_missing(store: Store, account: Account) -> Iterator[str]:
    """A line for each of the first pictures that could not be had, and how many more; of those that were refused, which
    nobody need do anything about, only how many."""
    problems = store.media_problems(account.key)
    failed = [f"  picture {place + 1} of {post}: {cause}" for post, place, cause in problems if cause != OPTED_OUT]
    yield from first_of(
        failed, MOST_NAMED, lambda left: f"  … and {number_of(left, 'more picture')} that could not be had"
    )
    if refused := len(problems) - len(failed):
        yield f"  {number_of(refused, 'picture')} not fetched: {OPTED_OUT}"


def _waiting(store: Store, account: Account) -> str:
    """How many posts look gone and wait for a second word, and since when; "" when none do."""
    record = store.account(account.key)
    since = list(store.suspected(account.key).values())
    if record.state is AccountState.MISSING and record.state_since:
        since = [record.state_since] * len(store.posts(account.key))
    if not since:
        return ""
    again = second_word(source_for(account.network).local)
    posts = number_of(len(since), "post looks", "posts look")
    return f"{posts} gone since {min(since):%Y-%m-%d %H:%M} UTC, for good if {again}"
