"""The site as a whole: settings, words, artists with their works in order, tags, and what all pages depend on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from gallery.domain import (
    Artist,
    Exhibition,
    PictureKey,
    Rendition,
    RenditionSet,
    Room,
    SiteSettings,
)
from gallery.render.i18n import Catalogue, load_catalogue
from gallery.render.networks import AccountLink, account_link
from gallery.render.tags import Tag, tags_of
from gallery.render.text import one_line, web_address
from gallery.render.theme import Theme
from gallery.render.works import LISTINGS, Work, digest, profile_key, works_of

CARD_PICTURES = 3


def list_path(base: str, listing: str, order: str, number: int) -> str:
    """Address of a list page below ``base``: listing, then order, then page (0: the first, see `Leaf.number`)."""
    steps = [listing] if listing != "drawings" else []
    steps += ["new"] if order == "date" else []
    steps += ["p", str(number)] if number else []
    return base + "".join(f"{step}/" for step in steps)


class Face(NamedTuple):
    """An artist's avatar."""

    copy: Rendition  # that every browser can show
    modern: Rendition | None  # the same as AVIF
    colour: int
    href: str  # the profile, which the networks' display rules ask it to lead to; "" for none


@dataclass(frozen=True)
class Wing:
    """A room with its works sorted into listings, each by score and by date."""

    room: Room
    works: list[Work]

    @property
    def artist(self) -> Artist:
        """Who works here."""
        return self.room.artist

    @cached_property
    def name(self) -> str:
        """The artist's name, cleaned."""
        return one_line(self.artist.name, 64) or self.artist.slug

    @property
    def path(self) -> str:
        """The artist's page, from the root of a language."""
        return f"a/{self.artist.slug}/"

    def list_path(self, listing: str, order: str = "score", number: int = 0) -> str:
        """One of the artist's lists, from the root of a language: of a listing, "score" or "date", the page."""
        return list_path(self.path, listing, order, number)

    @cached_property
    def by_score(self) -> dict[str, list[Work]]:
        """Listing → its works, best first (the order in which curation delivers them)."""
        listings: dict[str, list[Work]] = {listing: [] for listing in LISTINGS}
        for work in self.works:
            listings[work.listing].append(work)
        return listings

    @cached_property
    def by_date(self) -> dict[str, list[Work]]:
        """Listing → its works, newest first; pictures of one post stay in the order of the post."""
        return {listing: newest_first(works) for listing, works in self.by_score.items()}

    @property
    def shown(self) -> list[str]:
        """The listings that have works; drawings always."""
        return [listing for listing in LISTINGS if listing == "drawings" or self.by_score[listing]]

    @cached_property
    def front(self) -> str:
        """The listing that stands for the artist: drawings, or without any the first that has works."""
        return next((listing for listing in LISTINGS if self.by_score[listing]), "drawings")

    @cached_property
    def card_works(self) -> list[Work]:
        """The pictures of the artist's card: the chosen covers and the best of the front, veiled ones last."""
        covers = [work for work in self.works if work.exhibit.verdict.cover]
        best = [work for work in self.by_score[self.front][:60] if not work.exhibit.verdict.cover]
        return [*sorted(covers, key=_veiled_last), *sorted(best, key=_veiled_last)][:CARD_PICTURES]

    @cached_property
    def indexed(self) -> bool:
        """Whether search engines may list the pages: asked for here, and nobody asked otherwise at the network."""
        return self.artist.indexing and not any(
            status.profile is not None and status.profile.noindex for status in self.room.accounts
        )

    def accounts(self) -> list[AccountLink]:
        """Links to the artist's accounts."""
        return [link for status in self.room.accounts if (link := account_link(status)).href]

    @cached_property
    def face(self) -> Face | None:
        """The avatar of the artist's first account that has one."""
        for status in self.room.accounts:
            if status.avatar is not None:
                copies = {copy.format: copy for copy in status.avatar.copies}
                plain = copies.get("jpeg", status.avatar.copies[0])
                return Face(plain, copies.get("avif"), status.avatar.colour, account_link(status).href)
        return None

    @cached_property
    def credit_key(self) -> str:
        """Digest of who the artist is and where they hang: what any page of theirs may say, whatever else it shows."""
        artist = self.artist
        facts = f"{artist.slug}\1{artist.name}\1{artist.language}\1{self.indexed}\1{self.front}"
        accounts = (f"{s.account.key}\1{profile_key(s.profile)}" for s in self.room.accounts)
        return digest(facts, *accounts, repr(self.face))

    @cached_property
    def head_key(self) -> str:
        """Digest of what the head of each of the artist's pages shows."""
        return digest(self.credit_key, *self.shown, *(work.key for work in self.card_works))

    @cached_property
    def key(self) -> str:
        """The same with how many pictures there are, which cards and the first page of each list tell."""
        return digest(self.head_key, *(str(len(works)) for works in self.by_score.values()))


def _veiled_last(work: Work) -> tuple[bool, bool]:
    return work.sensitive, work.thumb is None


def pictured_first(wings: Iterable[Wing]) -> list[Wing]:
    """The wings in their order, those whose cards have no picture last."""
    return sorted(wings, key=lambda wing: not wing.card_works)


def newest_first(works: Sequence[Work]) -> list[Work]:
    """Works by the time of their post; the pictures of one post in its order."""
    return sorted(works, key=attrgetter("by_date"))


@dataclass(frozen=True)
class Site:
    """Everything that pages are made from."""

    exhibition: Exhibition
    settings: SiteSettings
    theme: Theme
    code: str  # digest of the rendering code
    renditions: Mapping[PictureKey, RenditionSet]
    copies_dir: Path | None = None  # where the copies lie now, to make cards for sharing from them

    @cached_property
    def catalogues(self) -> dict[str, Catalogue]:
        """Language → words, in the order of the settings."""
        return {lang: load_catalogue(lang, self.theme.words_folders) for lang in self.settings.languages}

    @cached_property
    def wings(self) -> list[Wing]:
        """One a room, in the order of accounts.yaml."""
        return [Wing(room, works_of(room, self.renditions, self.settings)) for room in self.exhibition.rooms]

    @cached_property
    def card_wings(self) -> list[Wing]:
        """The wings in the order of their cards."""
        return pictured_first(self.wings)

    @cached_property
    def wing_of(self) -> dict[str, Wing]:
        """Artist's slug → wing."""
        return {wing.artist.slug: wing for wing in self.wings}

    def name_of(self, work: Work) -> str:
        """What feeds call it, which lasts: its id, which is the first artist's where another has one of that id."""
        return work.id if self._holder_of[work.id] == work.artist.slug else f"{work.artist.slug} {work.id}"

    @cached_property
    def _holder_of(self) -> dict[str, str]:
        return {work.id: wing.artist.slug for wing in reversed(self.wings) for work in wing.works}

    def shows_shy(self, works: Iterable[Work], wings: Iterable[Wing] = ()) -> bool:
        """Whether a page with these works and these artists' cards shows anyone who is not to be indexed."""
        return not all(wing.indexed for wing in self._shown(works, wings))

    def may_list(self, works: Iterable[Work], wings: Iterable[Wing] = ()) -> bool:
        """Whether search engines may list a page of several artists with these works and cards.

        The site's key decides, but a page that shows nobody but artists who are not to be indexed is as good as theirs.
        """
        shown = self._shown(works, wings)
        return self.settings.indexing and (not shown or any(wing.indexed for wing in shown))

    def _shown(self, works: Iterable[Work], wings: Iterable[Wing]) -> list[Wing]:
        return [*wings, *(self.wing_of[work.artist.slug] for work in works)]

    @cached_property
    def drawings(self) -> list[Work]:
        """Everyone's drawings, newest first."""
        return newest_first([work for wing in self.wings for work in wing.by_score["drawings"]])

    @cached_property
    def tags(self) -> list[Tag]:
        """The tags that have pages, those of most artists first."""
        return tags_of(self.drawings)

    @cached_property
    def tag_of(self) -> dict[str, Tag]:
        """Folded tag → tag, for those that have pages."""
        return {tag.folded: tag for tag in self.tags}

    @cached_property
    def remote_hosts(self) -> tuple[str, ...]:
        """The hosts that browsers are sent to for pictures; empty unless pictures are hot-linked."""
        works = (work for wing in self.wings for work in wing.works)
        return tuple(sorted({f"https://{urlsplit(work.remote).netloc}" for work in works if work.remote}))

    @cached_property
    def csp(self) -> str:
        """The content security policy of every page."""
        pictures = " ".join(["'self'", *self.remote_hosts])
        fonts = "font-src 'self'; " if self.theme.has_font else ""
        return (
            f"default-src 'none'; img-src {pictures}; style-src 'self'; {fonts}script-src 'self'; "
            "connect-src 'self'; base-uri 'self'; form-action 'none'"
        )

    @cached_property
    def key(self) -> str:
        """Digest of what every page depends on."""
        shown = f"{self.copies_dir is not None} {bool(self.tags)}"
        artists = (wing.path for wing in self.wings)  # a theme may list them; their names would change too often
        theme = f"{self.theme.digest.hex()} {self.static_path}"  # what is done to static files is no file of the theme
        return digest(self.code, theme, repr(self.settings), shown, *self.remote_hosts, *artists)

    @cached_property
    def static_path(self) -> str:
        """Where the theme's static files lie, from the root of the site."""
        return f"static/{self.theme.static_digest}/"

    @cached_property
    def has_script(self) -> bool:
        """Whether the theme brings a script."""
        return "gallery.js" in self.theme.static

    @cached_property
    def has_style(self) -> bool:
        """Whether a theme brings a style sheet of its own to be laid over the wall's."""
        return "theme.css" in self.theme.static

    @cached_property
    def title(self) -> str:
        """The site's name."""
        return one_line(self.settings.title, 120)

    def description(self, language: str) -> str:
        """What the maintainer says about the site, "" in the languages that the maintainer did not write."""
        return one_line(self.settings.description) if language == self.settings.languages[0] else ""

    @property
    def contact_words(self) -> str:
        """The contact as people read it."""
        return one_line(self.settings.contact)

    @property
    def contact(self) -> str:
        """Address of a person, as ``href``: a mailto: or a web link; "" when none is configured."""
        contact = self.settings.contact.strip()
        if "@" in contact and "/" not in contact and not contact.lower().startswith("http"):
            return "mailto:" + quote(contact.removeprefix("mailto:"), safe="@+._-")
        return web_address(contact)

    def absolute(self, path: str) -> str:
        """The public address of a path from the root of the site; "" when ``site_url`` is unknown."""
        return self.settings.site_url + quote(path) if self.settings.site_url else ""


def code_digest() -> str:
    """Digest of the rendering code, and of what it takes words and numbers from: where that changed, pages and share
    cards are made anew."""
    house = Path(__file__).parents[1]
    code = (path for folder in (house, house / "render", house / "renditions") for path in sorted(folder.glob("*.py")))
    return digest(*(path.read_text(encoding="utf-8") for path in code))
