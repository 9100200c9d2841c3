"""Which pages of a built site are measured: one of each kind in each language, found by what the site holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.servers.static_host import StaticHost

PREFIX = "/x/y/"


@dataclass(frozen=True)
class Page:
    """One page that stands for its kind."""

    kind: str
    language: str
    path: str  # inside the site


@dataclass(frozen=True)
class Site:
    """A built site, served below a sub-path with strict headers."""

    name: str
    folder: Path
    host: StaticHost
    pages: tuple[Page, ...]

    @property
    def url(self) -> str:
        """Address of the site's root."""
        return self.host.url

    def page(self, kind: str, language: str | None = None) -> Page:
        """The page of this kind, in the site's first language unless told otherwise.

        Raises:
            LookupError: the site has no such page, so the check that asks for it cannot hold.
        """
        for page in self.pages:
            if page.kind == kind and language in (None, page.language):
                return page
        raise LookupError(f"{self.name} has no page of the kind {kind!r} in {language or 'any language'}.")

    def address(self, page: Page) -> str:
        """Where the page is served."""
        return self.url + page.path

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the site, the root's first."""
        return tuple(dict.fromkeys(page.language for page in self.pages))


def _kinds(folder: Path, root: Path) -> dict[str, Path]:
    """Kind → file, for the tree of one language."""
    lists = sorted(root.glob("a/*/index.html"), key=lambda file: (-file.read_text().count("<li class="), file))
    works = sorted(root.glob("a/*/w/*/index.html"))
    veiled = [file for file in works if 'class="reveal"' in file.read_text()]
    found = {
        "home": [root / "index.html"],
        "artist": lists,
        "second": sorted(root.glob("a/*/p/2/index.html")),
        "work": [file for file in works if file not in veiled],
        "veiled": veiled,
        "tags": [root / "tags/index.html"],
        "tag": sorted(root.glob("t/*/index.html")),
        "new": [root / "new/index.html"],
        "about": [root / "about/index.html"],
        "optout": [root / "optout/index.html"],
        "status": [root / "status/index.html"],
        "missing": [folder / "404.html"] if root == folder else [],
    }
    return {kind: files[0] for kind, files in found.items() if files and files[0].exists()}


def look(name: str, folder: Path, host: StaticHost) -> Site:
    """Find the pages of a built site in every language that its home page links to."""
    folder = folder.resolve()
    home = (folder / "index.html").read_text()
    first = re.search(r'<html lang="([^"]+)"', home)
    trees = {first.group(1) if first else "en": folder}
    for path in sorted(folder.iterdir()):
        inside = path / "index.html"
        if inside.exists() and f'<html lang="{path.name}"' in inside.read_text():
            trees[path.name] = path
    pages = [
        Page(kind, language, file.relative_to(folder).as_posix())
        for language, root in trees.items()
        for kind, file in _kinds(folder, root).items()
    ]
    return Site(name, folder, host, tuple(pages))
