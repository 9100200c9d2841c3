"""Which pages the site has, what each depends on, and what its template is given.

Every function yields files whose key is known at once and whose content is made only when asked for: a build with
nothing new computes ten thousand keys and renders nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from gallery.domain import AccountStatus, OutputFile
from gallery.errors import AccountState, RenderError
from gallery.render.i18n import Catalogue
from gallery.render.site import Page, Site, Tag, Wing, account_link
from gallery.render.structured import card_image, work_data
from gallery.render.text import MAX_TEXT, Piece, clean, fold, one_line, pieces
from gallery.render.wishes import report_href
from gallery.render.works import LISTINGS, Work, digest

NEWEST, BEST = 16, 18  # pictures on the home page
HOME_CARDS = 48  # artists on the home page; the rest follow on pages of as many
MORE_ARTISTS = 3
EAGER = 4  # pictures that load before the visitor scrolls
LISTING_FOLDERS = {"drawings": "", "photos": "photos/", "other": "other/", "unsure": "unsure/"}

LABEL_OF = {
    "drawings": "drawing",
    "photos": "photo",
    "other": "other",
    "unsure": "unsure",
}  # as the filter data says it


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


class Sequence4(NamedTuple):
    """The neighbours of a work in both orders; None at the ends."""

    score_before: Work | None
    score_after: Work | None
    date_before: Work | None
    date_after: Work | None


def all_pages(site: Site, t: Catalogue) -> Iterator[OutputFile]:
    """Every page of one language."""
    yield from home_pages(site, t)
    for wing in site.wings:
        yield from artist_pages(site, t, wing)
        if site.settings.work_pages:
            yield from work_pages(site, t, wing)
    yield from mixed_list(site, t, "new/", "new", site.drawings, partial(_newest_title, t))
    for tag in site.tags:
        yield from mixed_list(site, t, tag.path, "tags", tag.works, partial(_tag_title, t, tag))
    yield _file(site, t, "tags/", [*(f"{x.slug} {x.name} {len(x.works)}" for x in site.tags)], _tags_page)
    for kind in ("about", "optout"):
        yield _file(site, t, f"{kind}/", [], partial(_text_page, kind))
    yield _file(site, t, "status/", _status_facts(site), _status_page)
    if t.language == site.settings.languages[0]:
        yield _file(site, t, "404.html", [], _missing_page)


Context = Callable[[Site, Catalogue, str], str]


def _file(site: Site, t: Catalogue, path: str, facts: Sequence[str], render: Context) -> OutputFile:
    """A file whose content is what ``render(site, t, path)`` returns and that depends on ``facts`` and the site."""
    file = Page(site, t, "", path, "").file
    return OutputFile(file, digest(site.key, t.language, path, *facts), lambda: render(site, t, path).encode())


def _draw(template: str, page: Page, **context: object) -> str:
    from jinja2 import TemplateError

    try:
        maker = page.site.theme.environment.get_template(template)
        return maker.render(page=page, site=page.site, t=page.t, **context)
    except TemplateError as error:
        place = f"{getattr(error, 'name', None) or template}:{getattr(error, 'lineno', None) or '?'}"
        raise RenderError(f"template {place} cannot make {page.file}: {error.message}") from error


# --- home ------------------------------------------------------------------------------------------------------------


def home_pages(site: Site, t: Catalogue) -> Iterator[OutputFile]:
    """The home page, and further pages of artists when there are many."""
    newest = site.drawings[:NEWEST]
    best = round_robin(site.wings, BEST, {work.id for work in newest})
    facts = [work.key for work in (*newest, *best)]
    groups = [site.wings[start : start + HOME_CARDS] for start in range(0, len(site.wings), HOME_CARDS)] or [[]]
    for number, wings in enumerate(groups, 1):
        path = "" if number == 1 else f"a/p/{number}/"
        strips = (newest, best) if number == 1 else ([], [])
        keys = [*(facts if number == 1 else ()), str(len(groups)), *(wing.key for wing in wings)]
        yield _file(site, t, path, keys, partial(_home_page, strips, wings, number, len(groups)))


def round_robin(wings: Sequence[Wing], count: int, without: set[str]) -> list[Work]:
    """The best drawings without a veil, one artist after the other, so that nobody fills the strip alone."""
    queues = [
        [work for work in wing.by_score["drawings"][: 3 * count] if work.id not in without and not work.sensitive]
        for wing in wings
    ]
    rounds = range(max((len(queue) for queue in queues), default=0))
    return [queue[turn] for turn in rounds for queue in queues if turn < len(queue)][:count]


def _home_page(
    strips: tuple[list[Work], list[Work]],
    wings: list[Wing],
    number: int,
    total: int,
    site: Site,
    t: Catalogue,
    path: str,
) -> str:
    title = one_line(site.settings.title)
    page = Page(site, t, "home", path, title, _about_site(site, t), site.settings.indexing, section="artists")
    pager = Pager(
        number,
        total,
        page.to("" if number == 2 else f"a/p/{number - 1}/") if number > 1 else "",
        page.to(f"a/p/{number + 1}/") if number < total else "",
    )
    return _draw("home.html", page, newest=strips[0], best=strips[1], wings=wings, pager=pager, eager=EAGER)


def _about_site(site: Site, t: Catalogue) -> str:
    return one_line(site.settings.description) or t.plain("site.description")


# --- lists -----------------------------------------------------------------------------------------------------------


def list_path(base: str, listing: str, order: str, number: int) -> str:
    """Address of a list page below ``base``: listing, then order, then page."""
    date = "new/" if order == "date" else ""
    return f"{base}{LISTING_FOLDERS[listing]}{date}{f'p/{number}/' if number > 1 else ''}"


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
                draw = partial(_artist_page, wing, listing, order, number, len(groups), group, more)
                yield _file(site, t, list_path(wing.path, listing, order, number), facts, draw)


def _others(site: Site, wing: Wing) -> list[Wing]:
    """The artists that follow in the order of accounts.yaml, going round."""
    at = site.wings.index(wing)
    ring = site.wings[at + 1 :] + site.wings[:at]
    return ring[:MORE_ARTISTS]


def _groups(works: list[Work], size: int) -> list[list[Work]]:
    return [works[start : start + size] for start in range(0, len(works), size)] or [[]]


def _artist_page(
    wing: Wing, listing: str, order: str, number: int, total: int, group: list[Work], more: list[Wing],
    site: Site, t: Catalogue, path: str,
) -> str:  # fmt: skip
    title = t.plain("artist.title", artist=wing.name, listing=t.raw(f"listing.{listing}"))
    if number > 1:
        title = t.plain("title.page", title=title, number=number)
    description = t.plain("artist.description", artist=wing.name)
    page = Page(site, t, "list", path, title, description, wing.indexed, "artists", wing)
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
    return _draw(
        "artist.html", page, wing=wing, works=group, tabs=tabs, orders=orders, pager=pager, more=more, eager=EAGER,
        heading=t.raw(f"listing.{listing}"), label=LABEL_OF[listing], by_date=order == "date", mixed=False,
        share_image=card_image(site, wing.card_works[0] if wing.card_works else None),
    )  # fmt: skip


def _pager(page: Page, number: int, total: int, path_of: Callable[[int], str]) -> Pager:
    before = page.to(path_of(number - 1)) if number > 1 else ""
    after = page.to(path_of(number + 1)) if number < total else ""
    return Pager(number, total, before, after)


class Heading(NamedTuple):
    """What a list of several artists is called."""

    title: str
    description: str


def mixed_list(
    site: Site, t: Catalogue, base: str, section: str, works: list[Work], heading: Callable[[], Heading]
) -> Iterator[OutputFile]:
    """A list of drawings of several artists, newest first."""
    groups = _groups(works, site.settings.page_size)
    for number, group in enumerate(groups, 1):
        facts = [str(len(groups)), str(len(works)), *(work.key for work in group)]
        draw = partial(_mixed_page, base, section, number, len(groups), len(works), group, heading)
        yield _file(site, t, list_path(base, "drawings", "score", number), facts, draw)


def _mixed_page(
    base: str, section: str, number: int, total: int, count: int, group: list[Work], heading: Callable[[], Heading],
    site: Site, t: Catalogue, path: str,
) -> str:  # fmt: skip
    head = heading()
    title = head.title if number == 1 else t.plain("title.page", title=head.title, number=number)
    page = Page(site, t, "list", path, title, head.description, site.settings.indexing, section)
    pager = _pager(page, number, total, lambda n: list_path(base, "drawings", "score", n))
    return _draw(
        "mixed.html", page, heading=head.title, works=group, count=count, pager=pager, eager=EAGER, mixed=True,
        label="drawing", by_date=True,
    )  # fmt: skip


def _newest_title(t: Catalogue) -> Heading:
    return Heading(t.raw("newest.title"), t.raw("newest.description"))


def _tag_title(t: Catalogue, tag: Tag) -> Heading:
    return Heading(f"#{tag.name}", t.plain("tag.description", tag=tag.name))


# --- works -----------------------------------------------------------------------------------------------------------


def work_pages(site: Site, t: Catalogue, wing: Wing) -> Iterator[OutputFile]:
    """A page for each work, with its neighbours in both orders."""
    prefix = digest(site.key, t.language, repr(wing.indexed))
    lead = Page(site, t, "", "", "").tree
    for listing in LISTINGS:
        by_score, by_date = wing.by_score[listing], wing.by_date[listing]
        place = {work.id: index for index, work in enumerate(by_date)}
        for index, work in enumerate(by_score):
            at = place[work.id]
            around = Sequence4(
                by_score[index - 1] if index else None,
                by_score[index + 1] if index + 1 < len(by_score) else None,
                by_date[at - 1] if at else None,
                by_date[at + 1] if at + 1 < len(by_date) else None,
            )
            tags = [site.tag_of[tag].slug for tag in _folded_tags(work) if tag in site.tag_of]
            key = digest(prefix, work.key, *[each.key if each else "" for each in around], *tags)
            yield OutputFile(f"{lead}{work.path}index.html", key, partial(_work_page, wing, work, around, site, t))


def _folded_tags(work: Work) -> list[str]:
    return [fold(one_line(tag, 80).lstrip("#")) for tag in work.exhibit.picture.post.tags]


def _work_page(wing: Wing, work: Work, around: Sequence4, site: Site, t: Catalogue) -> bytes:
    post = work.exhibit.picture.post
    name = one_line(post.title, 120) or t.plain(f"work.untitled.{work.label}", date=t.date(work.when))
    title = t.plain("work.title", work=name, artist=wing.name)
    description = one_line(work.alt or post.text, 160) or t.plain("artist.description", artist=wing.name)
    page = Page(site, t, "work", work.path, title, description, wing.indexed, "artists", wing)
    tags = {one_line(raw, 80).lstrip("#"): site.tag_of.get(fold(one_line(raw, 80).lstrip("#"))) for raw in post.tags}
    linked = {folded: page.to(tag.path) for folded, tag in site.tag_of.items() if folded in _folded_tags(work)}
    text = pieces(clean(post.text, MAX_TEXT), work.mention_base, linked) if post.text else list[Piece]()
    html = _draw(
        "work.html", page, wing=wing, work=work, around=around, text=text,
        name=one_line(post.title, 120) or t.raw("work.untitled"), warning=one_line(post.warning),
        tags=[(words, page.to(tag.path) if tag else "") for words, tag in tags.items()],
        report=report_href(site, t, work), data=work_data(site, page, wing, work, name),
        share_image=card_image(site, work),
    )  # fmt: skip
    return html.encode()


# --- the other pages -------------------------------------------------------------------------------------------------


def _tags_page(site: Site, t: Catalogue, path: str) -> str:
    page = Page(site, t, "tags", path, t.raw("tags.title"), t.raw("tags.description"), site.settings.indexing, "tags")
    return _draw("tags.html", page, tags=site.tags)


def _text_page(kind: str, site: Site, t: Catalogue, path: str) -> str:
    page = Page(
        site, t, "text", path, t.raw(f"{kind}.title"), t.raw(f"{kind}.description"), site.settings.indexing, kind
    )
    return _draw(f"{kind}.html", page, hint_percent=round(site.settings.hint_threshold * 100))


def _missing_page(site: Site, t: Catalogue, path: str) -> str:
    page = Page(site, t, "missing", path, t.raw("missing.title"), t.raw("missing.text"))
    return _draw("missing.html", page)


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
    accounts = [f"{status.account.key} {status.state} {status.last_success} {bool(status.problem)}"
                for room in exhibition.rooms for status in room.accounts]  # fmt: skip
    counts = [f"{wing.name} {len(works)}" for wing in site.wings for works in wing.by_score.values()]
    return [str(exhibition.built_at), repr(sorted(exhibition.hidden.items())), *accounts, *counts]


def _status_page(site: Site, t: Catalogue, path: str) -> str:
    page = Page(site, t, "status", path, t.raw("status.title"), t.raw("status.description"), section="status")
    rows = [_account_row(t, wing, status) for wing in site.wings for status in wing.room.accounts]
    hidden = [
        (t.raw(f"hidden.{reason}") if f"hidden.{reason}" in t.entries else one_line(reason, 80), count)
        for reason, count in sorted(site.exhibition.hidden.items())
    ]
    totals = [(t.raw(f"listing.{name}"), sum(len(wing.by_score[name]) for wing in site.wings)) for name in LISTINGS]
    return _draw("status.html", page, rows=rows, hidden=hidden, totals=totals)


def _account_row(t: Catalogue, wing: Wing, status: AccountStatus) -> AccountRow:
    link = account_link(status)
    stale = bool(status.problem) or status.state is not AccountState.ACTIVE
    state = (
        t.raw(f"state.{status.state}") if status.state is not AccountState.ACTIVE or not stale else t.raw("state.stale")
    )
    last = t.date(status.last_success) if status.last_success else t.raw("status.never")
    return AccountRow(wing, link.words, link.href, status.account.network, state, stale, last)
