"""Tags, about, opt-out, status and 404."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from gallery.domain import PATH_NETWORKS, AccountState, AccountStatus, OutputFile
from gallery.render.drawing import draw, page_file
from gallery.render.i18n import Catalogue
from gallery.render.misfiled import removal_href
from gallery.render.networks import account_link, network_name
from gallery.render.page import Page
from gallery.render.site import Site, Wing
from gallery.render.works import LISTINGS


def other_pages(site: Site, t: Catalogue) -> Iterator[OutputFile]:
    """The pages that are not lists of pictures."""
    shown = [f"{tag.slug} {tag.name} {len(tag.works)} {tag.shared}" for tag in site.tags]
    yield page_file(site, t, "tags/", shown, _tags_page)
    for kind in ("about", "optout"):
        yield page_file(site, t, f"{kind}/", _networks(site), partial(_text_page, kind))
    yield page_file(site, t, "status/", _status_facts(site), _status_page)
    if t.language == site.settings.languages[0]:
        yield page_file(site, t, "404.html", [], _missing_page)


def _tags_page(site: Site, t: Catalogue, path: str) -> str:
    page = Page(site, t, "tags", path, t.raw("tags.title"), t.raw("tags.description"), site.settings.indexing, "tags")
    # as the numbers behind them say
    return draw("tags.html", page, tags=sorted(site.tags, key=lambda tag: -len(tag.works)))


def _networks(site: Site) -> list[str]:
    return sorted({status.account.network for room in site.exhibition.rooms for status in room.accounts})


def _text_page(kind: str, site: Site, t: Catalogue, path: str) -> str:
    page = Page(
        site, t, "text", path, t.raw(f"{kind}.title"), t.raw(f"{kind}.description"), site.settings.indexing, kind
    )
    hint_percent = round(site.settings.hint_threshold * 100)
    networks, write = _networks(site), removal_href(site, t)
    return draw(f"{kind}.html", page, hint_percent=hint_percent, networks=networks, write=write)


def _missing_page(site: Site, t: Catalogue, path: str) -> str:
    page = Page(site, t, "missing", path, t.raw("missing.title"), t.raw("missing.text"))
    return draw("missing.html", page)


class AccountRow(NamedTuple):
    """How one account fares."""

    wing: Wing
    words: str
    href: str
    network: str
    state: str
    stale: bool
    last: str


def _status_facts(site: Site) -> list[str]:
    exhibition = site.exhibition
    accounts = [
        f"{wing.path} {wing.artist.language} {status.account.key} {account_link(status)} {status.state} {_day(status)} "
        f"{bool(status.problem)}"
        for wing in site.wings
        for status in wing.room.accounts
    ]
    counts = [f"{wing.name} {len(works)}" for wing in site.wings for works in wing.by_score.values()]
    return [str(exhibition.built_at), repr(sorted(exhibition.hidden.items())), *accounts, *counts]


def _day(status: AccountStatus) -> str:
    """The day of the last success as far as the page prints it: a second reading on one day changes nothing."""
    return status.last_success.date().isoformat() if status.last_success else ""


def _status_page(site: Site, t: Catalogue, path: str) -> str:
    page = Page(site, t, "status", path, t.raw("status.title"), t.raw("status.description"), section="status")
    rows = [_account_row(t, wing, status) for wing in site.wings for status in wing.room.accounts]
    hidden = [(t.raw(f"hidden.{reason}"), count) for reason, count in sorted(site.exhibition.hidden.items())]
    totals = [(t.raw(f"listing.{name}"), sum(len(wing.by_score[name]) for wing in site.wings)) for name in LISTINGS]
    return draw("status.html", page, rows=rows, hidden=hidden, totals=totals)


def _account_row(t: Catalogue, wing: Wing, status: AccountStatus) -> AccountRow:
    link = account_link(status)
    stale = bool(status.problem) or status.state is not AccountState.ACTIVE
    state = (
        t.raw(f"state.{status.state}") if status.state is not AccountState.ACTIVE or not stale else t.raw("state.stale")
    )
    last = t.date(status.last_success) if status.last_success else t.raw("status.never")
    return AccountRow(wing, link.words, link.href, _kind(t, status.account.network), state, stale, last)


def _kind(t: Catalogue, network: str) -> str:
    """Where pictures come from, in a visitor's words; a network that a package brings goes by its own name."""
    return t.raw(f"status.{network}") if network in PATH_NETWORKS else network_name(network) or network
