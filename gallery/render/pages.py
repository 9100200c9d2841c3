"""Which pages the site has, what each depends on, and what its template is given.

Every function yields files whose key is known at once and whose content is made only when asked for: a build with
nothing new computes ten thousand keys and renders nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple, TypeVar

from gallery.domain import OutputFile
from gallery.render.drawing import draw, page_file
from gallery.render.i18n import Catalogue
from gallery.render.other_pages import other_pages
from gallery.render.page import Page
from gallery.render.site import Site, Wing, pictured_first
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
Shown = TypeVar("Shown", Work, Wing)


class Link(NamedTuple):
    """A place to go, and whether one is there already."""

    words: str
    href: str
    here: bool
    amount: int = -1


class Pager(NamedTuple):
    """Where a page stands among its like; "" where there is no neighbour."""

    number: int
    total: int
    previous: str
    following: str


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


def _groups(shown: list[Shown], size: int) -> list[list[Shown]]:
    """What each page shows of it, ``size`` at most; the one page of nothing is there, too."""
    return [shown[start : start + size] for start in range(0, len(shown), size)] or [[]]


def _pager(page: Page, number: int, total: int, path_of: Callable[[int], str]) -> Pager:
    before = page.to(path_of(number - 1)) if number > 1 else ""
    after = page.to(path_of(number + 1)) if number < total else ""
    return Pager(number, total, before, after)


# --- home ------------------------------------------------------------------------------------------------------------


def home_pages(site: Site, t: Catalogue) -> Iterator[OutputFile]:
    """The home page, and further pages of artists when there are many."""
    groups = _groups(site.card_wings, HOME_CARDS)
    for number, wings in enumerate(groups, 1):
        newest, best = home_strips(site) if number == 1 else ([], [])
        works = [*newest, *best]
        asked = f"{site.may_list(works, wings)} {site.shows_shy(works, wings)}"
        facts = [*(work.key for work in works), str(len(groups)), asked, *(wing.key for wing in wings)]
        render = partial(_home_page, newest, best, wings, number, len(groups))
        yield page_file(site, t, _home_path(number), facts, render)


def _home_path(number: int) -> str:
    return f"a/p/{number}/" if number > 1 else ""


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
            if not (work.path in without or work.sensitive or work.unsure)
        ]
        for wing in wings
    )
    queues = [best for best in bests if best]
    first = (day.toordinal() * _GOLDEN % 2**32) * len(queues) >> 32
    queues = queues[first:] + queues[:first]
    rounds = range(max((len(queue) for queue in queues), default=0))
    return [queue[turn] for turn in rounds for queue in queues if turn < len(queue)][:count]


def _home_page(
    newest: list[Work], best: list[Work], wings: list[Wing], number: int, total: int,
    site: Site, t: Catalogue, path: str,
) -> str:  # fmt: skip
    works = [*newest, *best]
    indexed, shy = site.may_list(works, wings), site.shows_shy(works, wings)
    about = site.description(t.language) or t.plain("site.description")
    page = Page(site, t, "home", path, site.title, about, indexed, "artists", shy=shy)
    return draw(
        "home.html", page, newest=newest, best=best, wings=wings, pager=_pager(page, number, total, _home_path),
        eager=EAGER, share_image=next((image for wing in wings if (image := wing_image(page, wing))), None),
    )  # fmt: skip


# --- lists -----------------------------------------------------------------------------------------------------------


def list_path(base: str, listing: str, order: str, number: int) -> str:
    """Address of a list page below ``base``: listing, then order, then page."""
    steps = [listing] if listing != "drawings" else []
    steps += ["new"] if order == "date" else []
    steps += ["p", str(number)] if number > 1 else []
    return base + "".join(f"{step}/" for step in steps)


def artist_pages(site: Site, t: Catalogue, wing: Wing) -> Iterator[OutputFile]:
    """Each listing of an artist by score and by date, a page a hundred pictures."""
    others = _others(site, wing)
    for listing in wing.shown:
        for order, sorted_works in (("score", wing.by_score), ("date", wing.by_date)):
            works = sorted_works[listing]
            groups = _groups(works, site.settings.page_size)
            for number, group in enumerate(groups, 1):
                more = others if (listing, order, number) == ("drawings", "score", 1) else []
                facts = [wing.key, str(len(groups)), *(work.key for work in group), *(other.key for other in more)]
                render = partial(_artist_page, wing, listing, order, number, len(groups), group, more)
                yield page_file(site, t, list_path(wing.path, listing, order, number), facts, render)


def _others(site: Site, wing: Wing) -> list[Wing]:
    """The artists that follow in the order of accounts.yaml, going round; those with pictures before all others."""
    at = site.wings.index(wing)
    ring = site.wings[at + 1 :] + site.wings[:at]
    return pictured_first(ring)[:MORE_ARTISTS]


def _artist_page(
    wing: Wing, listing: str, order: str, number: int, total: int, group: list[Work], more: list[Wing],
    site: Site, t: Catalogue, path: str,
) -> str:  # fmt: skip
    title = t.plain("artist.title", artist=wing.name, listing=t.raw(f"listing.{listing}"))
    description = t.plain("artist.description", artist=wing.name)
    if listing != "drawings":
        description = f"{title} · {t.raw('artist.credit')}"
    if number > 1:
        title = t.plain("title.page", title=title, number=number)
    shy = site.shows_shy((), more)
    page = Page(site, t, "list", path, title, description, wing.indexed, "artists", wing, shy)
    tabs = [
        Link(t.raw(f"listing.{each}"), page.to(list_path(wing.path, each, order, 1)), each == listing,
             len(wing.by_score[each]))
        for each in wing.shown
    ]  # fmt: skip
    orders = [
        Link(t.raw(f"order.{each}"), page.to(list_path(wing.path, listing, each, 1)), each == order)
        for each in ("score", "date")
    ]
    pager = _pager(page, number, total, lambda n: list_path(wing.path, listing, order, n))
    return draw(
        "artist.html", page, wing=wing, works=group, tabs=tabs, orders=orders, pager=pager, more=more, eager=EAGER,
        heading=t.raw(f"listing.{listing}"), label=LABEL_OF[listing], by_date=order == "date", mixed=False, tag="",
        share_image=wing_image(page, wing),
    )  # fmt: skip


def mixed_list(
    site: Site, t: Catalogue, base: str, section: str, works: list[Work], heading: Heading
) -> Iterator[OutputFile]:
    """A list of drawings of several artists, newest first."""
    groups = _groups(works, site.settings.page_size)
    for number, group in enumerate(groups, 1):
        asked = f"{site.may_list(group)} {site.shows_shy(group)}"
        facts = [heading.tag, str(len(groups)), str(len(works)), asked, *(work.key for work in group)]
        render = partial(_mixed_page, base, section, number, len(groups), len(works), group, heading)
        yield page_file(site, t, list_path(base, "drawings", "score", number), facts, render)


def _mixed_page(
    base: str, section: str, number: int, total: int, count: int, group: list[Work], heading: Heading,
    site: Site, t: Catalogue, path: str,
) -> str:  # fmt: skip
    title = heading.title if number == 1 else t.plain("title.page", title=heading.title, number=number)
    indexed, shy = site.may_list(group), site.shows_shy(group)
    page = Page(site, t, "list", path, title, heading.description, indexed, section, shy=shy)
    pager = _pager(page, number, total, lambda n: list_path(base, "drawings", "score", n))
    return draw(
        "mixed.html", page, heading=heading.title, works=group, count=count, pager=pager, eager=EAGER, mixed=True,
        label="drawing", by_date=True, tag=heading.tag,
        share_image=next((card_image(page, work) for work in group if work.thumb and not work.sensitive), None),
    )  # fmt: skip
