"""Which pages the site has, what each depends on, and what its template is given.

Every function yields files whose key is known at once and whose content is made only when asked for: a build with
nothing new computes ten thousand keys and renders nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

from gallery.domain import OutputFile
from gallery.render.drawing import draw, page_file
from gallery.render.i18n import Catalogue
from gallery.render.other_pages import other_pages
from gallery.render.page import Page
from gallery.render.paging import Leaf, by_date, by_rank
from gallery.render.site import Site, Wing, list_path, pictured_first
from gallery.render.structured import card_image, wing_image
from gallery.render.work_pages import work_pages
from gallery.render.works import Work

NEWEST, BEST = 16, 18  # pictures on the home page
SHARE = 4  # of what shows the newest, one artist has at most this part while others wait
_GOLDEN = 0x9E3779B9  # of 2**32: its multiples spread evenly, also those by a week or a month
HOME_CARDS = 48  # artists on the home page; the rest follow on pages of as many
MORE_ARTISTS = 3
EAGER = 4  # pictures that load before the visitor scrolls
LABEL_OF = {"drawings": "drawing", "photos": "photo", "other": "other", "unsure": "unsure"}  # as the filter data has it


class Link(NamedTuple):
    """A place to go, and whether one is there already."""

    words: str
    href: str
    here: bool
    amount: int = -1  # of pictures there; -1 where it is not told


class Heading(NamedTuple):
    """What a list of several artists is called."""

    title: str
    description: str
    tag: str = ""  # the tag that all of it has, as its page spells it


def all_pages(site: Site, t: Catalogue) -> Iterator[OutputFile]:
    """Every page of one language."""
    yield from home_pages(site, t)
    for wing in site.wings:
        yield from artist_pages(site, t, wing)
        if site.settings.work_pages:
            yield from work_pages(site, t, wing)
    newest = Heading(t.raw("newest.title"), t.raw("newest.description"))
    yield from mixed_list(site, t, "new/", "new", site.drawings, newest)
    for tag in site.tags:
        heading = Heading(f"#{tag.name}", t.plain("tag.description", tag=tag.name), tag.name)
        yield from mixed_list(site, t, tag.path, "tags", tag.works, heading)
    yield from other_pages(site, t)


# --- home ------------------------------------------------------------------------------------------------------------


def home_pages(site: Site, t: Catalogue) -> Iterator[OutputFile]:
    """The home page, and further pages of artists when there are many."""
    for leaf in by_rank(site.card_wings, HOME_CARDS):
        newest, best = home_strips(site) if leaf.number == 0 else ([], [])
        works = [*newest, *best]
        asked = f"{site.may_list(works, leaf.shown)} {site.shows_shy(works, leaf.shown)}"
        facts = [*(work.key for work in works), leaf.key, asked, *(wing.key for wing in leaf.shown)]
        yield page_file(site, t, _home_path(leaf.number), facts, partial(_home_page, newest, best, leaf))


def _home_path(number: int) -> str:
    return f"a/p/{number}/" if number else ""


def home_strips(site: Site) -> tuple[list[Work], list[Work]]:
    """The newest and the best drawings, as the first home page shows them."""
    if not site.drawings:
        return [], []
    newest = newest_shared(site.drawings, NEWEST)
    # the day of the newest drawing and no clock: a night without news changes no page
    return newest, round_robin(site.wings, BEST, {work.path for work in newest}, site.drawings[0].when.date())


def newest_shared(works: Sequence[Work], count: int) -> list[Work]:
    """The first of ``works``, which come newest first; of an artist a quarter of ``count`` at most, as long as others
    have any that would else be left out."""
    had: Counter[str] = Counter()
    shared: list[Work] = []
    over: list[Work] = []
    for work in works:
        had[work.artist.slug] += 1
        (shared if had[work.artist.slug] <= count // SHARE else over).append(work)
    chosen = {work.path for work in [*shared, *over][:count]}
    return [work for work in works if work.path in chosen]


def round_robin(wings: Sequence[Wing], count: int, without: set[str], day: date) -> list[Work]:
    """The best drawings without a veil or a doubt, one artist after the other, so that nobody fills the strip alone.
    Who is first depends on ``day``, so that everybody comes around where there are more artists than places."""
    bests = (
        [
            work
            for work in wing.by_score["drawings"][: 3 * count]
            if not (work.path in without or work.sensitive or work.doubtful)
        ]
        for wing in wings
    )
    queues = [best for best in bests if best]
    first = (day.toordinal() * _GOLDEN % 2**32) * len(queues) >> 32
    queues = queues[first:] + queues[:first]
    rounds = range(max((len(queue) for queue in queues), default=0))
    return [queue[turn] for turn in rounds for queue in queues if turn < len(queue)][:count]


def _home_page(newest: list[Work], best: list[Work], leaf: Leaf[Wing], site: Site, t: Catalogue, path: str) -> str:
    works, wings = [*newest, *best], leaf.shown
    indexed, shy = site.may_list(works, wings), site.shows_shy(works, wings)
    about = site.description(t.language) or t.plain("site.description")
    page = Page(site, t, "home", path, site.title, about, indexed, "artists", shy=shy)
    return draw(
        "home.html", page, newest=newest, best=best, wings=wings, pager=leaf.pager(page, _home_path), eager=EAGER,
        share_image=next((image for wing in wings if (image := wing_image(page, wing))), None),
    )  # fmt: skip


# --- lists -----------------------------------------------------------------------------------------------------------


def artist_pages(site: Site, t: Catalogue, wing: Wing) -> Iterator[OutputFile]:
    """Each listing of an artist by score and by date, a page a hundred pictures."""
    others, size = _others(site, wing), site.settings.page_size
    for listing in wing.shown:
        for order, leaves in (
            ("score", by_rank(wing.by_score[listing], size)),
            ("date", by_date(wing.by_date[listing], size)),
        ):
            for leaf in leaves:
                first = leaf.number == 0
                opens = first and order == "score" and listing in ("drawings", wing.front)
                more = others if opens else []
                head = wing.key if first else wing.head_key
                facts = [head, leaf.key, *(work.key for work in leaf.shown), *(other.key for other in more)]
                path = wing.list_path(listing, order, leaf.number)
                yield page_file(site, t, path, facts, partial(_artist_page, wing, listing, order, leaf, more))


def _others(site: Site, wing: Wing) -> list[Wing]:
    """The artists that follow in the order of accounts.yaml, going round; those with pictures before all others."""
    at = site.wings.index(wing)
    ring = site.wings[at + 1 :] + site.wings[:at]
    return pictured_first(ring)[:MORE_ARTISTS]


def _artist_page(
    wing: Wing, listing: str, order: str, leaf: Leaf[Work], more: list[Wing], site: Site, t: Catalogue, path: str
) -> str:
    title = t.plain("artist.title", artist=wing.name, listing=t.raw(f"listing.{listing}"))
    description = t.plain("artist.description", artist=wing.name)
    if listing != "drawings":
        description = f"{title} · {t.raw('artist.credit')}"
    shy = site.shows_shy((), more)
    page = Page(site, t, "list", path, _title(t, title, leaf), description, wing.indexed, "artists", wing, shy)
    tabs = [
        Link(t.raw(f"listing.{each}"), page.to(wing.list_path(each, order)), each == listing,
             len(wing.by_score[each]) if leaf.number == 0 else -1)
        for each in wing.shown
    ]  # fmt: skip
    orders = [
        Link(t.raw(f"order.{each}"), page.to(wing.list_path(listing, each)), each == order)
        for each in ("score", "date")
    ]
    pager = leaf.pager(page, lambda number: wing.list_path(listing, order, number))
    return draw(
        "artist.html", page, wing=wing, works=leaf.shown, tabs=tabs, orders=orders, pager=pager, more=more,
        eager=EAGER, heading=t.raw(f"listing.{listing}"), label=LABEL_OF[listing], by_date=order == "date",
        mixed=False, tag="", share_image=wing_image(page, wing),
    )  # fmt: skip


def _title(t: Catalogue, title: str, leaf: Leaf[Work]) -> str:
    if leaf.number == 0:
        return title
    return t.plain("title.page", title=title, number=leaf.number) if leaf.total else f"{title} · {leaf.dates}"


def mixed_list(
    site: Site, t: Catalogue, base: str, section: str, works: list[Work], heading: Heading
) -> Iterator[OutputFile]:
    """A list of drawings of several artists, newest first."""
    for leaf in by_date(works, site.settings.page_size):
        count = len(works) if leaf.number == 0 else -1
        asked = f"{site.may_list(leaf.shown)} {site.shows_shy(leaf.shown)}"
        facts = [heading.tag, leaf.key, str(count), asked, *(work.key for work in leaf.shown)]
        path = list_path(base, "drawings", "score", leaf.number)
        yield page_file(site, t, path, facts, partial(_mixed_page, base, section, count, leaf, heading))


def _mixed_page(
    base: str, section: str, count: int, leaf: Leaf[Work], heading: Heading, site: Site, t: Catalogue, path: str
) -> str:
    indexed, shy = site.may_list(leaf.shown), site.shows_shy(leaf.shown)
    title = _title(t, heading.title, leaf)
    page = Page(site, t, "list", path, title, heading.description, indexed, section, shy=shy)
    pager = leaf.pager(page, lambda number: list_path(base, "drawings", "score", number))
    return draw(
        "mixed.html", page, heading=heading.title, works=leaf.shown, count=count, pager=pager, eager=EAGER,
        mixed=True, label="drawing", by_date=True, tag=heading.tag,
        share_image=next((card_image(page, work) for work in leaf.shown if work.thumb and not work.sensitive), None),
    )  # fmt: skip
