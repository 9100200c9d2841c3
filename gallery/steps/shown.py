"""What the published site shows, remembered, so that the next one can be held against it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from gallery.config import Config, examine_config, load_config
from gallery.domain import Exhibition, WhyHidden, home_of, network_of
from gallery.edited.corrections import Corrections, load_corrections, parse_corrections
from gallery.errors import ConfigError, ShrinkError
from gallery.paths import Paths
from gallery.publish import Published
from gallery.steps.theme import refuse_unusable_theme
from gallery.store import Store
from gallery.wishes import forget_withdrawn, withdrawn
from gallery.wording import number_of

_CONFIG_FACT, _CORRECTIONS_FACT = "accounts_yaml", "corrections_yaml"
_SHARE = 0.3  # a site that loses more of its pictures than this, at once and unexplained, is not published
_LEAST = 10  # … and more than this many


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """What is remembered of the site that was published last; nothing before the first."""

    build_id: str = ""
    fingerprint: str = ""  # of all that it was made from; "" when the next build is to try again
    files: int = 0
    size_bytes: int = 0
    pictures: int = 0
    hidden: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))  # reason → pictures not shown
    by_account: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))  # account → pictures
    # whose each address was when it was last published, also of who left, for links and feeds outlast a night:
    # slug → key of each account → its stable id, "" where it is not known
    addresses: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))


def last_site(store: Store) -> SiteRecord:
    """What :func:`remember_site` noted last."""
    files, size_bytes = (store.fact("site_size") or "0 0").split()
    return SiteRecord(
        build_id=store.fact("build_id") or "",
        fingerprint=store.fact("fingerprint") or "",
        files=int(files),
        size_bytes=int(size_bytes),
        pictures=int(store.fact("shown") or 0),
        hidden=json.loads(store.fact("hidden") or "{}"),
        by_account=json.loads(store.fact("shown_by_account") or "{}"),
        addresses=json.loads(store.fact("accounts_by_address") or "{}"),
    )


def config_or_published(path: Path, store: Store, *, site: bool) -> tuple[Config, str]:
    """What ``path``, accounts.yaml, says; while there are mistakes in it, what it said when the site was last
    published, and the mistakes, one a line. Where a ``site`` is to be made, the theme has to be usable, too.

    Raises:
        ConfigError: there are mistakes, and no site was published, or what was said then cannot be used now.
    """

    def usable(config: Config) -> Config:
        if site:
            refuse_unusable_theme(config, Paths(config.root))
        return config

    try:
        return usable(load_config(path)), ""
    except ConfigError as error:
        content = store.fact(_CONFIG_FACT)
        if not content:
            raise
        try:
            config, problems = examine_config(path, content.encode())
            problems.raise_if_any()
            return usable(config), str(error)
        except ConfigError:  # they would be told with lines that the file has no more
            raise error from None


def corrections_or_published(path: Path, store: Store) -> tuple[Corrections, ConfigError | None]:
    """What ``path``, corrections.yaml, says; while there are mistakes in it and something withdrawn has to leave the
    site, what it said when that was last published, and the mistakes.

    Raises:
        ConfigError: there are mistakes, and nothing has to go, or no site was published, or a newer gallery cannot use
            what was said then.
    """
    try:
        return load_corrections(path), None
    except ConfigError as error:
        content = store.fact(_CORRECTIONS_FACT)
        if content is None or not withdrawn(store):
            raise
        try:
            return parse_corrections(path, content.encode()), error
        except ConfigError:  # they would be told with lines that the file has no more
            raise error from None


def all_gone(path: Path, corrections: Corrections, store: Store) -> tuple[str, ...]:
    """That ``path``, corrections.yaml, says nothing now and did when the site was last published, in a line for people:
    the file may have been lost. Ask before :func:`remember_site`."""
    if corrections.entries:
        return ()
    try:
        before = parse_corrections(path, (store.fact(_CORRECTIONS_FACT) or "").encode())
    except ConfigError:  # an older gallery took more for a correction
        return ()
    count = len(before.entries)
    told = (
        f"{path.name}: {number_of(count, 'correction')} stood there when the site was last published, and none does"
        " now: what was hidden or veiled so is shown again. If nobody meant that, put the file back and build at once"
    )
    return (told,) if count else ()


def remember_site(
    store: Store,
    config: Config,
    corrections: Corrections,
    fingerprint: str,
    published: Published,
    exhibition: Exhibition,
) -> SiteRecord:
    """Note what was published, for the next build to compare with; returns what was noted."""
    by_account = Counter(exhibit.picture.account.key for room in exhibition.rooms for exhibit in room.exhibits)
    site = SiteRecord(
        build_id=published.build_id,
        fingerprint=fingerprint,
        files=published.files,
        size_bytes=published.size_bytes,
        pictures=count_shown(exhibition),
        hidden={reason.value: count for reason, count in exhibition.hidden.items()},
        by_account=by_account,
        addresses={**last_site(store).addresses, **_accounts_by_address(exhibition)},
    )
    with store.together():
        store.set_fact(_CONFIG_FACT, config.content.decode())
        store.set_fact(_CORRECTIONS_FACT, corrections.content.decode())
        store.set_fact("build_id", site.build_id)
        store.set_fact("site_size", f"{site.files} {site.size_bytes}")
        store.set_fact("shown", str(site.pictures))
        store.set_fact("shown_by_account", json.dumps(site.by_account, sort_keys=True))
        store.set_fact("accounts_by_address", json.dumps(site.addresses, sort_keys=True))
        store.set_fact("hidden", json.dumps(site.hidden))
        forget_withdrawn(store)
        store.set_fact("fingerprint", site.fingerprint)
    return site


def count_shown(exhibition: Exhibition) -> int:
    """How many pictures are on show."""
    return sum(len(room.exhibits) for room in exhibition.rooms)


def refuse_to_shrink(exhibition: Exhibition, before: SiteRecord, store: Store) -> None:
    """Keep the site ``before`` when too many pictures would vanish at once and no person asked for it.

    Raises:
        ShrinkError: so it is. Accounts that were taken out of accounts.yaml do not count.
    """
    now_listed = _accounts_by_address(exhibition)
    names = {  # account → what stays of it when it is renamed
        key: f"{network_of(key)}:{stable_id}" if stable_id else key
        for accounts in (*before.addresses.values(), *now_listed.values())
        for key, stable_id in accounts.items()
    }
    listed = {names[key] for accounts in now_listed.values() for key in accounts}
    shown_before, taken = Counter[str](), Counter[str]()
    for key, shown in before.by_account.items():
        if names.get(key, key) in listed:
            shown_before[names.get(key, key)] += shown
    for key, count in withdrawn(store).items():
        taken[names.get(key, key)] += count
    more_hidden = {
        reason: hidden - before.hidden.get(reason, 0)
        for reason, hidden in exhibition.hidden.items()
        if hidden > before.hidden.get(reason, 0)
    }
    # nobody can take from the site what it did not show; what was not confirmed in time is among the withdrawn
    asked_for = (taken & shown_before).total() + sum(
        hidden for reason, hidden in more_hidden.items() if not reason.is_mishap and reason is not WhyHidden.UNCONFIRMED
    )
    then, now = sum(shown_before.values()), count_shown(exhibition)
    lost = then - now - asked_for
    if lost > _LEAST and lost > _SHARE * then:
        causes = [f"{hidden} {reason}" for reason, hidden in more_hidden.items()]
        raise ShrinkError(
            f"the new site would show {number_of(now, 'picture')}, the one in place shows {then}"
            + (f" (not shown any more: {', '.join(causes)})" if causes else "")
            + "; the old site stays. If that is meant, build once with --allow-shrink"
        )


def left_on_show(store: Store) -> tuple[str, ...]:
    """That a refused site keeps pictures in view which are to go, in a line for people."""
    count = sum(withdrawn(store).values())
    pictures = number_of(count, "picture")
    told = f"{pictures}, withdrawn or left out by accounts.yaml, still in view until this is mended"
    return (told,) if count else ()


def passed_on(exhibition: Exhibition, before: SiteRecord) -> tuple[str, ...]:
    """Each artist's address that none of those has any more whose it was on the site ``before``, in lines for people:
    handles make addresses, so that a stranger's may inherit the links and the feed of somebody who left the list."""
    lines = []
    for slug, now in _accounts_by_address(exhibition).items():
        then = before.addresses.get(slug, {})
        if then and _names(then).isdisjoint(_names(now)):
            lines.append(
                f"a/{slug}/ and its feed were those of {', '.join(then)} and are those of {', '.join(now)} now; if they"
                " are two people, give each an `artist:` of their own in accounts.yaml; if they are one, the same"
            )
    return tuple(lines)


def left_behind(exhibition: Exhibition, before: SiteRecord) -> tuple[str, ...]:
    """Each artist's address of the site ``before`` that leads nowhere any more because they have another now, in lines
    for people: an entry without ``artist`` that follows a rename takes the links and the feed along."""
    now = _accounts_by_address(exhibition)
    return tuple(
        f"a/{old}/ and its feed lead nowhere now, for {', '.join(now[new])} hangs at a/{new}/; if the address is to"
        f" stay, write `artist: {old}` into accounts.yaml"
        for new in sorted(now.keys() - before.addresses.keys())
        for old, theirs in before.addresses.items()
        if old not in now and not _names(theirs).isdisjoint(_names(now[new]))
    )


def forget_addresses(store: Store, network: str) -> None:
    """Forget which addresses accounts of ``network`` had."""
    known = {
        slug: {key: stable_id for key, stable_id in accounts.items() if network_of(key) != network}
        for slug, accounts in last_site(store).addresses.items()
    }
    store.set_fact("accounts_by_address", json.dumps({slug: left for slug, left in known.items() if left}))


def _accounts_by_address(exhibition: Exhibition) -> dict[str, dict[str, str]]:
    return {
        room.artist.slug: {one.account.key: one.profile.stable_id if one.profile else "" for one in room.accounts}
        for room in exhibition.rooms
    }


def _names(accounts: Mapping[str, str]) -> set[str]:
    """What may be found again of accounts (key → stable id): who is renamed keeps the id, also in an archive."""
    ids = {f"{home_of(network_of(key))}:{stable_id}" for key, stable_id in accounts.items() if stable_id}
    return ids | accounts.keys()
