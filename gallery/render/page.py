"""A page as a place in the site: where it lies, what its head says, and the way from it to other places.

All links are relative and name ``index.html``, so that one set of files works when opened directly, below any path
and at a domain's root. Absolute addresses are made only for machines (canonical, feeds, sitemap) and only when
``site_url`` is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup

from gallery.domain import Rendition, SiteSettings
from gallery.render.i18n import Catalogue
from gallery.render.site import Site, Wing
from gallery.render.works import Work


class Alternate(NamedTuple):
    """The same page in another language."""

    language: str
    name: str  # of the language, in itself
    tree: str  # its folder, from the root of the site
    href: str
    absolute: str


RIGHT_TO_LEFT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "syr", "ug", "ur", "yi"))
RIGHT_TO_LEFT_SCRIPTS = frozenset(("arab", "hebr", "nkoo", "syrc", "thaa"))


def runs_rightward(language: str) -> bool:
    """Whether the language (BCP 47) is written from left to right: a script subtag decides, else the language."""
    first, *others = language.lower().split("-")
    script = next((tag for tag in others[:2] if len(tag) == 4 and tag.isalpha()), "")
    return script not in RIGHT_TO_LEFT_SCRIPTS if script else first not in RIGHT_TO_LEFT


@dataclass(frozen=True)
class Page:
    """One page in one language: where it lies and what its head says."""

    site: Site
    t: Catalogue
    kind: str  # "home", "list", "work", "tags", "text", "status" or "missing"
    path: str  # from the root of the language: "", "a/aoi/", …; a file name only for 404.html
    title: str
    description: str = ""
    indexed: bool = False
    section: str = ""  # the entry of the site's navigation that leads here
    wing: Wing | None = field(default=None, compare=False)
    shy: bool = False  # whether it shows a picture of an artist who wants no search engine to list them

    @property
    def language(self) -> str:
        """The page's language."""
        return self.t.language

    @property
    def direction(self) -> Markup:
        """The ``dir`` attribute of a language written from right to left, with a space before it; else nothing."""
        return Markup() if runs_rightward(self.language) else Markup(' dir="rtl"')

    @property
    def tree(self) -> str:
        """The folder of the page's language: "" for the first one."""
        return tree(self.site.settings, self.language)

    @cached_property
    def home(self) -> str:
        """What leads from this page to the root of its language."""
        return self._base or "../" * self.path.count("/")

    @cached_property
    def root(self) -> str:
        """What leads from this page to the root of the site."""
        return self._base or "../" * (self.tree.count("/") + self.path.count("/"))

    @property
    def _base(self) -> str:
        # a host shows 404.html at any address, where relative links would lead nowhere
        return urlsplit(self.site.settings.site_url).path if self.kind == "missing" else ""

    @property
    def lost(self) -> bool:
        """Whether a host shows it where nothing leads to other files: then it has no links and no style sheet."""
        return self.kind == "missing" and not self._base

    @property
    def static(self) -> str:
        """What leads from this page to the theme's static files."""
        return self.root + self.site.static_path

    @property
    def file(self) -> str:
        """The page's file, from the root of the site."""
        return self.tree + self.path + ("" if self.path.endswith(".html") else "index.html")

    def to(self, path: str) -> str:
        """Relative address of another page of this language."""
        return f"{self.home}{path}index.html"

    def srcset(self, copies: Iterable[Rendition]) -> str:
        """The ``srcset`` attribute of a picture's copies."""
        return ", ".join([f"{self.root}{copy.path} {copy.width_px}w" for copy in copies])

    def lang(self, language: str) -> Markup:
        """The ``lang`` attribute of words in another language than the page's, with a space before it; else nothing."""
        return Markup(' lang="{}"').format(language) if language and language != self.language else Markup()

    def credit(self, work: Work) -> str:
        """What a work is, whose, and of which day; its description where the poster gave none."""
        artist = self.site.wing_of[work.artist.slug].name
        return self.t.plain(f"alt.{work.label}", artist=artist, date=work.date)

    @property
    def canonical(self) -> str:
        """The page's public address, "" when unknown."""
        return self.site.absolute(self.tree + self.path)

    @property
    def alternates(self) -> list[Alternate]:
        """This page in every language of the site, itself included."""
        settings = self.site.settings
        return [
            Alternate(
                language,
                words.raw("language.name"),
                tree(settings, language),
                f"{self.root}{tree(settings, language)}{self.path}index.html",
                self.site.absolute(tree(settings, language) + self.path),
            )
            for language, words in self.site.catalogues.items()
        ]

    @property
    def robots(self) -> str:
        """What search engines and collectors of training data are asked to do."""
        if not self.indexed:
            return "noindex, noimageindex, noai, noimageai"
        return "noimageindex, noai, noimageai" if self.shy else "noai, noimageai, max-image-preview:standard"


def tree(settings: SiteSettings, language: str) -> str:
    """The folder of a language: the first one lives at the root."""
    return "" if language == settings.languages[0] else f"{language}/"
