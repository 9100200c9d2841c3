"""What the tests of the site's pages share: the files of an exhibition, changes of it, and a reader of pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

from gallery.domain import Exhibit, Exhibition, OutputFile, SiteSettings
from gallery.render import render
from gallery.resources import templates_dir
from tests.made_gallery import imagined_renditions

SETTINGS = SiteSettings(title="Drawn", languages=("en", "ja"), contact="hello@example.org")
PUBLIC = replace(SETTINGS, site_url="https://example.org/x/y/", indexing=True)


def files_of(
    exhibition: Exhibition, settings: SiteSettings = SETTINGS, themes: tuple[Path, ...] = ()
) -> dict[str, OutputFile]:
    renditions = imagined_renditions(exhibition, settings)
    files: dict[str, OutputFile] = {}
    for file in render(exhibition, settings, renditions, [*themes, templates_dir()]):
        assert file.path not in files, f"two files want the path {file.path}"
        files[file.path] = file
    return files


def content(file: OutputFile) -> bytes:
    assert not isinstance(file.content, str)
    return file.content()


def text_of(files: dict[str, OutputFile], path: str) -> str:
    return content(files[path]).decode()


def changed(exhibition: Exhibition, place: int, change: Callable[[Exhibit], Exhibit]) -> Exhibition:
    """The exhibition with one exhibit of the first artist changed."""
    room = exhibition.rooms[0]
    exhibits = list(room.exhibits)
    exhibits[place] = change(exhibits[place])
    return replace(exhibition, rooms=(replace(room, exhibits=tuple(exhibits)), *exhibition.rooms[1:]))


def with_twins(exhibition: Exhibition) -> Exhibition:
    """The exhibition whose second artist has a picture of the same id as the first one's first."""
    first, second, *rest = exhibition.rooms
    twin, *others = second.exhibits
    twin = replace(twin, picture=replace(twin.picture, post=first.exhibits[0].picture.post))
    return replace(exhibition, rooms=(first, replace(second, exhibits=(twin, *others)), *rest))


def with_post(**changes: object) -> Callable[[Exhibit], Exhibit]:
    def change(exhibit: Exhibit) -> Exhibit:
        picture = exhibit.picture
        return replace(exhibit, picture=replace(picture, post=replace(picture.post, **changes)))  # type: ignore[arg-type]

    return change


def with_verdict(**changes: object) -> Callable[[Exhibit], Exhibit]:
    return lambda exhibit: replace(exhibit, verdict=replace(exhibit.verdict, **changes))  # type: ignore[arg-type]


class Reader(HTMLParser):
    """What a browser would make of a page: elements with their attributes, and the text outside scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.inert = 0  # how many template elements are open: what is inside is not part of the page
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inert += tag == "template"
        if not self.inert:
            self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        self.inert -= tag == "template"

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        return [
            found
            for name, found in self.elements
            if name == tag
            and all(found.get(key.strip("_").replace("_", "-")) == value for key, value in attributes.items())
        ]

    @property
    def tiles(self) -> list[str]:
        return [found["id"] for found in self.all("li") if found.get("id", "").startswith("w-")]


def page(files: dict[str, OutputFile], path: str) -> Reader:
    return Reader(text_of(files, path))


def addresses(reader: Reader) -> Iterator[str]:
    for _, found in reader.elements:
        for name in ("href", "src", "data-full", "data-index"):
            if name in found:
                yield found[name]
        for candidate in found.get("srcset", "").split(","):
            if candidate:
                yield candidate.split()[0]
