"""The site's pages: complete, linked, lazy, honest about what they depend on, and deaf to hostile text."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import feedparser
import pytest
from made_gallery import BUILT_AT, imagined_renditions, made_exhibition

from gallery.domain import (
    Consent,
    Copies,
    Exhibit,
    Exhibition,
    Label,
    OutputFile,
    Profile,
    Rendition,
    RenditionSet,
    SiteSettings,
)
from gallery.errors import RenderError
from gallery.render import render
from gallery.resources import templates_dir

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


def with_post(**changes: object) -> Callable[[Exhibit], Exhibit]:
    def change(exhibit: Exhibit) -> Exhibit:
        picture = exhibit.picture
        return replace(exhibit, picture=replace(picture, post=replace(picture.post, **changes)))  # type: ignore[arg-type]

    return change


def with_media(**changes: object) -> Callable[[Exhibit], Exhibit]:
    def change(exhibit: Exhibit) -> Exhibit:
        media = replace(exhibit.picture.media, **changes)  # type: ignore[arg-type]
        return replace(exhibit, picture=replace(exhibit.picture, media=media))

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


# --- the whole -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small() -> Exhibition:
    return made_exhibition(30)


def test_every_link_leads_to_a_file_of_the_site(small: Exhibition) -> None:
    """Each address on each page is relative and names a file that is there, and each fragment an element."""
    files = files_of(small)
    copies = {
        copy.path
        for one in imagined_renditions(small, SETTINGS).values()
        for copy in (*one.copies, *([one.veil] if one.veil else []))
    }
    readers = {path: page(files, path) for path in files if path.endswith(".html")}
    ids = {path: {found.get("id") for _, found in reader.elements} for path, reader in readers.items()}
    seen = 0
    for path, reader in readers.items():
        for address in addresses(reader):
            parts = urlsplit(address)
            if parts.scheme in ("https", "mailto"):
                continue
            assert not parts.scheme, address
            assert not address.startswith("/"), address
            target = path
            if parts.path:
                steps = [*path.split("/")[:-1], *unquote(parts.path).split("/")]
                while ".." in steps:
                    at = steps.index("..")
                    assert at > 0, f"{path}: {address} leaves the site"
                    del steps[at - 1 : at + 1]
                target = "/".join(steps)
            assert target in files or target in copies, f"{path}: {address}"
            if parts.fragment:
                assert parts.fragment in ids[target], f"{path}: {address}"
            seen += 1
    assert seen > 3000


def test_two_renders_are_byte_identical(small: Exhibition) -> None:
    """The same exhibition gives the same paths, keys and bytes, in the same order."""
    first, second = files_of(small), files_of(small)
    assert list(first) == list(second)
    assert [file.key for file in first.values()] == [file.key for file in second.values()]
    assert all(content(first[path]) == content(second[path]) for path in first)


CHANGES: dict[str, Callable[[Exhibition], Exhibition]] = {
    "text": lambda e: changed(e, 3, with_post(text="Something else entirely")),
    "title": lambda e: changed(e, 3, with_post(title="A new title")),
    "warning": lambda e: changed(e, 1, with_post(warning="spiders")),
    "date": lambda e: changed(e, 3, with_post(created_at=BUILT_AT - timedelta(days=400))),
    "link": lambda e: changed(e, 3, with_post(permalink="https://bsky.app/profile/x/post/9")),
    "tags": lambda e: changed(e, 3, with_post(tags=("newtag",))),
    "language": lambda e: changed(e, 3, with_post(language="ko")),
    "alt": lambda e: changed(e, 3, with_media(alt="A dog")),
    "score": lambda e: changed(e, 3, with_verdict(score=0.93)),
    "unsure": lambda e: changed(e, 3, with_verdict(score=0.6, unsure=True)),
    "label": lambda e: changed(e, 3, with_verdict(label=Label.PHOTO)),
    "person": lambda e: changed(e, 3, with_verdict(by_person=True, score=1.0)),
    "sensitive": lambda e: changed(e, 3, with_verdict(sensitive=True)),
    "cover": lambda e: changed(e, 4, with_verdict(cover=True)),
    "name": lambda e: replace(
        e, rooms=(replace(e.rooms[0], artist=replace(e.rooms[0].artist, name="青い")), *e.rooms[1:])
    ),
    "profile": lambda e: replace(
        e, rooms=(replace(e.rooms[0], accounts=(replace(e.rooms[0].accounts[0], profile=None),)), *e.rooms[1:])
    ),
    "gone": lambda e: replace(e, rooms=(replace(e.rooms[0], exhibits=e.rooms[0].exhibits[1:]), *e.rooms[1:])),
    "hidden": lambda e: replace(e, hidden={"sensitive": 4}),
    "built": lambda e: replace(e, built_at=BUILT_AT + timedelta(days=1)),
    "order": lambda e: replace(e, rooms=(*e.rooms[1:], e.rooms[0])),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_key_changes_whenever_the_content_would(name: str) -> None:
    """Whatever is changed: a file whose bytes differ has another key, so no stale page survives."""
    settings = replace(PUBLIC, languages=("en",))
    exhibition = made_exhibition(16, artists=2)
    before, after = files_of(exhibition, settings), files_of(CHANGES[name](exhibition), settings)
    stale = [
        path
        for path in before.keys() & after.keys()
        if before[path].key == after[path].key and content(before[path]) != content(after[path])
    ]
    assert stale == []
    assert {file.key for file in before.values()} != {file.key for file in after.values()}


def test_a_change_of_one_picture_rewrites_only_the_pages_that_show_it() -> None:
    """A new text for one picture touches the lists, neighbours and feeds that show it, and no other page."""
    exhibition = made_exhibition(240)
    before = files_of(exhibition)
    shown = exhibition.rooms[0].exhibits[70].picture.id
    after = files_of(changed(exhibition, 70, with_media(alt="A dog after all")))
    rewritten = {path for path in after if before[path].key != after[path].key}
    assert rewritten
    for path in rewritten:
        assert shown in content(after[path]).decode() or path.endswith((".xml", "feed.json")), path
    assert len(rewritten) < 30


def test_nothing_is_rendered_before_it_is_asked_for(tmp_path: Path, small: Exhibition) -> None:
    """Keys come without touching a template; a broken one is named when its page is made."""
    (tmp_path / "wall").mkdir()
    (tmp_path / "wall" / "work.html").write_text("{% if %}")
    files = files_of(small, themes=(tmp_path,))
    broken = next(path for path in files if "/w/" in path)
    with pytest.raises(RenderError, match=r"work\.html:1 cannot make"):
        content(files[broken])
    assert content(files["index.html"])


@pytest.mark.parametrize(
    ("tile", "place"),
    [
        ("<li>\n{{ nobody }}\n", "_tile.html:2"),
        ("<li>\n\n{{ 1 / 0 }}\n", "_tile.html:3"),
        ("{{ 'a' + 1 }}", "_tile.html:1"),
        ("<li>\n{% if %}", "_tile.html:2"),
        ("{% include 'nowhere.html' %}", "_tile.html:1"),
    ],
)
def test_a_slip_in_an_included_template_is_named_with_its_line(
    tmp_path: Path, small: Exhibition, tile: str, place: str
) -> None:
    """An unknown name, a sum that fails, a broken tag: the file that holds it is named, not the one around it."""
    (tmp_path / "wall").mkdir()
    (tmp_path / "wall" / "_tile.html").write_text(tile)
    files = files_of(small, themes=(tmp_path,))
    with pytest.raises(RenderError, match=rf"template {re.escape(place)} cannot make index\.html"):
        content(files["index.html"])


# --- lists, order, pages ---------------------------------------------------------------------------------------------


def test_each_order_shows_every_work_once() -> None:
    """By score and by date, an artist's pages hold each drawing exactly once, a page a hundred, in the right order."""
    exhibition = made_exhibition(270, artists=1)
    files = files_of(exhibition, replace(SETTINGS, languages=("en",)))
    works = {f"w-{each.picture.id}": each for each in exhibition.rooms[0].exhibits}
    for base in ("a/minato-aoi/", "a/minato-aoi/new/"):
        pages = [page(files, f"{base}{part}index.html").tiles for part in ("", "p/2/", "p/3/")]
        shown = [work for tiles in pages for work in tiles]
        assert [len(tiles) for tiles in pages][:2] == [100, 100]
        assert len(shown) == len(set(shown))
        assert f"{base}p/4/index.html" not in files
        dates = [works[work].picture.post.created_at for work in shown]
        scores = [works[work].verdict.score for work in shown]
        assert (dates if "new" in base else scores) == sorted(dates if "new" in base else scores, reverse=True)
    everywhere = [
        work
        for part in ("", "p/2/", "p/3/", "photos/", "other/", "unsure/")
        for work in page(files, f"a/minato-aoi/{part}index.html").tiles
    ]
    assert sorted(everywhere) == sorted(works)


def test_work_pages_walk_in_both_orders(small: Exhibition) -> None:
    """A work's page leads to its neighbours by score and, below #by-date, to its neighbours by date."""
    files = files_of(small)
    listed = page(files, "a/minato-aoi/new/index.html")
    by_date = [found["href"].split("/w/")[1].split("/")[0] for found in listed.all("a", class_="t")]
    assert all(found["href"].endswith("#by-date") for found in listed.all("a", class_="t"))
    middle = page(files, f"a/minato-aoi/w/{by_date[1]}/index.html")
    neighbours = [found["href"].split("/w/")[1] for found in middle.all("a") if found.get("rel") in ("prev", "next")]
    assert [f"{by_date[0]}/index.html#by-date", f"{by_date[2]}/index.html#by-date"] == [
        address for address in neighbours if "#by-date" in address
    ]
    assert middle.all("html", id="by-date")


def test_every_picture_leads_to_its_post(small: Exhibition) -> None:
    """In each list and on each work page stands a link to the original post."""
    files = files_of(small)
    links = page(files, "a/minato-aoi/index.html").all("a", class_="post")
    posts = {each.picture.post.permalink for each in small.rooms[0].exhibits}
    assert len(links) == len(page(files, "a/minato-aoi/index.html").tiles)
    assert {found["href"] for found in links} <= posts
    for each in small.rooms[0].exhibits:
        (button,) = page(files, f"a/minato-aoi/w/{each.picture.id}/index.html").all("a", class_="btn post")
        assert button["href"] == each.picture.post.permalink


def test_a_picture_without_a_post_has_no_link(small: Exhibition) -> None:
    """A folder picture without a permalink shows its date and a work page, and no dead link."""
    exhibition = changed(small, 0, with_post(permalink=""))
    picture = exhibition.rooms[0].exhibits[0].picture
    html = text_of(files_of(exhibition), f"a/minato-aoi/w/{picture.id}/index.html")
    assert "btn post" not in html
    assert 'href=""' not in html


def test_a_folder_is_named_by_its_artists_page(small: Exhibition) -> None:
    """The path of a folder is the maintainer's business: visitors read the address of the artist's page instead."""
    room = small.rooms[0]
    status = room.accounts[0]
    folder = replace(
        status,
        account=replace(status.account, network="folder", handle="drawings/sora"),
        profile=Profile("drawings/sora", "drawings/sora", "Sora", "https://example.com/sora"),
    )
    files = files_of(replace(small, rooms=(replace(room, accounts=(folder,)), *small.rooms[1:])))
    page = text_of(files, f"a/{room.artist.slug}/index.html")
    assert '<a href="https://example.com/sora" rel="me"><bdi>example.com/sora</bdi></a>' in page
    assert "drawings/sora" not in page


def with_face(exhibition: Exhibition, place: int = 0, formats: tuple[str, ...] = ("avif", "jpeg")) -> Exhibition:
    """The exhibition whose first artist has an avatar."""
    room = exhibition.rooms[0]
    copies = tuple(Rendition(f"i/{place}-face.{form}", 160, 160, form, 900) for form in formats)
    faced = replace(room.accounts[0], avatar=RenditionSet("f" * 64, 400, 400, copies, 5))
    return replace(exhibition, rooms=(replace(room, accounts=(faced,)), *exhibition.rooms[1:]))


def head_of(exhibition: Exhibition, settings: SiteSettings = SETTINGS) -> str:
    page = text_of(files_of(exhibition, settings), f"a/{exhibition.rooms[0].artist.slug}/index.html")
    return page.partition('<header class="who">')[2].partition("</header>")[0]


def test_avatar_stands_beside_the_name_and_leads_to_the_profile(small: Exhibition) -> None:
    """The artist's own face is shown where one is known, a drawing of theirs where none is."""
    head = head_of(with_face(small))
    profile = small.rooms[0].accounts[0].profile
    assert profile is not None
    assert f'<div class="av c5"><a href="{profile.url}" tabindex="-1" aria-hidden="true">' in head
    assert '<source type="image/avif" srcset="../../i/0-face.avif">' in head
    assert '<img src="../../i/0-face.jpeg" width="160" height="160" alt="">' in head
    assert head.count("<img") == 1
    assert "<source" not in head_of(with_face(small, formats=("jpeg",)))
    assert "0-face.avif" in head_of(with_face(small, formats=("avif",)))

    cover = head_of(small)
    assert "-face" not in cover
    assert cover.count("<img") == 1


@pytest.mark.parametrize("copies", [Copies.HOTLINK, Copies.LINKS])
def test_avatar_needs_no_copies_of_works(small: Exhibition, copies: Copies) -> None:
    """A face that was handed over is shown even where the works are not copied."""
    assert "0-face.avif" in head_of(with_face(small), replace(SETTINGS, copies=copies))


def test_another_avatar_is_another_page(small: Exhibition) -> None:
    """A page is written anew when the avatar on it changes, and the pages of other artists are not."""
    one, other = (files_of(with_face(small, place)) for place in (1, 2))
    first, second = (room.artist.slug for room in small.rooms[:2])
    assert one[f"a/{first}/index.html"].key != other[f"a/{first}/index.html"].key
    works = [path for path in one if path.startswith(f"a/{second}/w/")]
    assert works
    assert all(one[path].key == other[path].key for path in works)


def test_doubt_and_persons_are_marked() -> None:
    """Low scores carry a question, very low ones hang under unsure, and a person's word says so instead of a number."""
    exhibition = made_exhibition(9, artists=1)
    exhibition = changed(exhibition, 0, with_verdict(score=0.7, unsure=True, by_person=False, sensitive=False))
    exhibition = changed(exhibition, 1, with_verdict(score=0.4, unsure=True, by_person=False))
    exhibition = changed(exhibition, 2, with_verdict(score=1.0, unsure=False, by_person=True))
    files = files_of(exhibition)
    doubted, lost, settled = (f"w-{each.picture.id}" for each in exhibition.rooms[0].exhibits[:3])
    html = text_of(files, "a/minato-aoi/index.html")
    tile = {name: html[html.index(name) :].split("</li>")[0] for name in (doubted, settled)}
    assert "Not a drawing?" in tile[doubted]
    assert "70%" in tile[doubted]
    assert "checked" in tile[settled]
    assert "%<" not in tile[settled]
    assert page(files, "a/minato-aoi/unsure/index.html").tiles == [lost]
    assert "イラストじゃないかも？" in text_of(files, "ja/a/minato-aoi/index.html")
    assert "100%" not in html


# --- rights ----------------------------------------------------------------------------------------------------------


def test_a_veiled_picture_is_named_nowhere_but_on_its_own_page(small: Exhibition) -> None:
    """No list, card, feed, filter file or share tag names an unveiled copy of a sensitive picture."""
    exhibition = changed(small, 0, with_verdict(sensitive=True, cover=True, label=Label.DRAWING))
    picture = exhibition.rooms[0].exhibits[0].picture
    copies = imagined_renditions(exhibition, PUBLIC)[picture.id].copies
    files = files_of(exhibition, PUBLIC)
    stem = copies[0].path.rpartition("-")[0]
    named = [path for path in files if re.search(stem + r"-\d", content(files[path]).decode("utf-8", "replace"))]
    own = [f"{tree}a/minato-aoi/w/{picture.id}/index.html" for tree in ("", "ja/")]
    assert sorted(named) == sorted(own)
    head = text_of(files, own[0]).partition("</head>")[0]
    assert not re.search(stem + r"-\d", head)


def test_pages_ask_to_stay_unlisted_until_somebody_wishes_otherwise(small: Exhibition) -> None:
    """By default every page says noindex and noai and there is no sitemap."""
    files = files_of(small, replace(SETTINGS, site_url=PUBLIC.site_url))
    for path in files:
        if path.endswith(".html"):
            (robots,) = page(files, path).all("meta", name="robots")
            if not path.removeprefix("ja/").startswith("a/"):
                assert robots["content"] == "noindex, noimageindex, noai, noimageai"
    assert "sitemap.xml" not in files
    assert "GPTBot" in text_of(files, "robots.txt")


def test_indexing_is_each_artists_choice(small: Exhibition) -> None:
    """The sitemap lists artists who agreed; who asked the network for noindex stays out."""
    room = small.rooms[0]
    profile = room.accounts[0].profile
    assert profile is not None
    shy = replace(room, accounts=(replace(room.accounts[0], profile=replace(profile, noindex=True)),))
    files = files_of(replace(small, rooms=(shy, *small.rooms[1:])), PUBLIC)
    sitemap = text_of(files, "sitemap.xml")
    assert "https://example.org/x/y/a/otter-and-ink/" in sitemap
    assert "/a/minato-aoi/" not in sitemap
    (robots,) = page(files, "a/minato-aoi/index.html").all("meta", name="robots")
    assert "noindex" in robots["content"]
    (robots,) = page(files, "a/otter-and-ink/index.html").all("meta", name="robots")
    assert "noindex" not in robots["content"]
    assert "noai" in robots["content"]


@pytest.mark.parametrize(("copies", "shown"), [(Copies.LINKS, ""), (Copies.HOTLINK, "https://cdn.example.com/")])
def test_without_copies_a_picture_is_a_link_or_the_networks_own(small: Exhibition, copies: Copies, shown: str) -> None:
    """Link-only pictures show words, hot-linked ones come from the network's host, which the policy then names."""
    rooms = []
    for room in small.rooms:
        account = replace(room.accounts[0].account, consent=Consent.NONE)
        exhibits = tuple(replace(e, picture=replace(e.picture, account=account)) for e in room.exhibits)
        rooms.append(replace(room, exhibits=exhibits))
    files = files_of(replace(small, rooms=tuple(rooms)), replace(PUBLIC, copies_without_consent=copies))
    reader = page(files, "a/minato-aoi/index.html")
    sources = {found["src"] for found in reader.all("img")}
    assert all(source.startswith(shown) for source in sources)
    assert bool(sources) == bool(shown)
    (policy,) = reader.all("meta", http_equiv="Content-Security-Policy")
    assert ("https://cdn.example.com" in policy["content"]) == bool(shown)
    assert "https://cdn.example.com" not in text_of(files, "feed.xml")


def test_every_page_offers_credit_and_a_way_out(small: Exhibition) -> None:
    """The opt-out page is linked from each page, and it leads to the contact."""
    files = files_of(small)
    for path in files:
        if path.endswith(".html"):
            assert "optout/index.html" in text_of(files, path), path
    assert page(files, "optout/index.html").all("a", href="mailto:hello@example.org")


def test_misfiled_opens_a_report_with_the_facts(small: Exhibition) -> None:
    """The report link carries the post's address, so that a correction can be pasted."""
    picture = small.rooms[0].exhibits[0].picture
    path = f"a/minato-aoi/w/{picture.id}/index.html"
    tracker = replace(SETTINGS, report_url="https://github.com/o/r/issues/new")
    for settings, start in ((SETTINGS, "mailto:hello@example.org?"), (tracker, "https://github.com/o/r/issues/new?")):
        (href,) = [a for a in addresses(page(files_of(small, settings), path)) if a.startswith(start)]
        assert picture.post.permalink in unquote(href)


# --- machines --------------------------------------------------------------------------------------------------------


def test_feeds_are_valid_and_republish_no_posts() -> None:
    """Atom parses without complaint, JSON agrees with it, both hold fifty entries and no post text."""
    exhibition = made_exhibition(240)
    files = files_of(exhibition, PUBLIC)
    for base in ("", "a/minato-aoi/", "ja/"):
        atom = feedparser.parse(content(files[f"{base}feed.xml"]))
        other = json.loads(content(files[f"{base}feed.json"]))
        assert not atom.bozo
        assert len(atom.entries) == len(other["items"]) == 50
        assert [entry.id for entry in atom.entries] == [item["id"] for item in other["items"]]
        assert atom.entries[0].link.startswith("https://bsky.app/")
        assert 'src="https://example.org/x/y/i/' in atom.entries[0].content[0].value
        assert "Practice for the comic" not in content(files[f"{base}feed.xml"]).decode()


def test_work_pages_describe_themselves(small: Exhibition) -> None:
    """JSON-LD names maker, rights, source and absolute addresses; languages point at each other."""
    files = files_of(small, PUBLIC)
    each = next(one for one in small.rooms[0].exhibits if not one.verdict.sensitive)
    html = text_of(files, f"ja/a/minato-aoi/w/{each.picture.id}/index.html")
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    data = json.loads(block)
    assert data["@type"] == "ImageObject"
    assert data["creator"]["name"] == "みなとあおい"
    assert data["isBasedOn"] == each.picture.post.permalink
    assert data["contentUrl"].startswith("https://example.org/x/y/i/")
    languages = {found["hreflang"] for found in Reader(html).all("link") if "hreflang" in found}
    assert languages == {"en", "ja", "x-default"}
    (canonical,) = Reader(html).all("link", rel="canonical")
    assert canonical["href"] == f"https://example.org/x/y/ja/a/minato-aoi/w/{each.picture.id}/"


def test_artists_are_shared_with_a_large_card(small: Exhibition, tmp_path: Path) -> None:
    """With the copies at hand an artist's pages name one large card, and none whose every drawing is veiled."""
    veiled = replace(small.rooms[0], exhibits=tuple(map(with_verdict(sensitive=True), small.rooms[0].exhibits)))
    exhibition = replace(small, rooms=(veiled, *small.rooms[1:]))
    sets = imagined_renditions(exhibition, PUBLIC)
    files = {file.path: file for file in render(exhibition, PUBLIC, sets, [templates_dir()], tmp_path)}
    cards = [path for path in files if path.endswith("-card.jpg")]
    assert len(cards) == len(exhibition.rooms) - 1
    (image,) = page(files, "a/otter-and-ink/index.html").all("meta", property="og:image")
    assert image["content"].removeprefix(PUBLIC.site_url) in cards
    assert not page(files, "a/minato-aoi/index.html").all("meta", property="og:image")


def test_missing_page_works_at_any_address(small: Exhibition) -> None:
    """404.html links absolutely when the site's address is known, in every language."""
    links = {found["href"] for found in page(files_of(small, PUBLIC), "404.html").all("a")}
    assert {"/x/y/index.html", "/x/y/ja/index.html"} <= links
    assert all(link.startswith(("/x/y/", "#")) for link in links)


def test_filter_data_is_columns_of_equal_length() -> None:
    """Shards hold at most a thousand works in columns; together they name every work once."""
    exhibition = made_exhibition(1100, artists=2)
    files = files_of(exhibition, replace(SETTINGS, languages=("en",)))
    index = json.loads(content(files["data/index.json"]))
    assert [shard["count"] for shard in index["shards"]] == [100, 1000]
    ids = []
    for shard in index["shards"]:
        data = content(files[f"data/{shard['file']}"])
        columns = json.loads(data)
        assert {len(column) for column in columns.values()} == {shard["count"]}
        assert columns["d"] == sorted(columns["d"], reverse=True)
        assert len(gzip.compress(data)) < 25_000
        ids += columns["id"]
    assert sorted(ids) == sorted(each.picture.id for room in exhibition.rooms for each in room.exhibits)


def test_a_page_of_a_hundred_stays_light() -> None:
    """HTML, style sheet and element count of a full page keep the bar, in the heavier language, too."""
    files = files_of(made_exhibition(420), PUBLIC)
    for path in ("a/minato-aoi/index.html", "ja/a/minato-aoi/index.html", "ja/new/index.html"):
        html = content(files[path])
        assert len(gzip.compress(html, 6)) <= 12 * 1024, path
        assert len(Reader(html.decode()).elements) <= 1100, path
    doubtful = made_exhibition(300)
    doubt = with_verdict(unsure=True, score=0.7, by_person=False, sensitive=False)
    rooms = tuple(replace(room, exhibits=tuple(map(doubt, room.exhibits))) for room in doubtful.rooms)
    assert len(page(files_of(replace(doubtful, rooms=rooms)), "new/index.html").elements) <= 1100
    (style,) = [path for path in files if path.endswith("/wall.css")]
    assert len(gzip.compress(content(files[style]), 6)) <= 6 * 1024


def test_no_inline_style_or_script(small: Exhibition) -> None:
    """Nothing on a page needs a loosened content security policy."""
    files = files_of(small, PUBLIC)
    for path in files:
        if path.endswith(".html"):
            for tag, found in page(files, path).elements:
                assert "style" not in found
                assert tag != "style"
                if tag == "script":
                    assert "src" in found or found["type"] in ("application/json", "application/ld+json")


# --- choices ---------------------------------------------------------------------------------------------------------


def test_without_work_pages_tiles_lead_to_the_posts(small: Exhibition) -> None:
    """A gallery that saves files has no work pages, and its tiles go to the post at once."""
    files = files_of(small, replace(SETTINGS, work_pages=False))
    assert not [path for path in files if "/w/" in path]
    tiles = page(files, "a/minato-aoi/index.html").all("a", class_="t")
    assert tiles
    assert all(found["href"].startswith("https://bsky.app/") for found in tiles)


def test_jpeg_alone_needs_no_picture_element(small: Exhibition) -> None:
    """With formats: [jpeg] lists use plain img with srcset."""
    reader = page(files_of(small, replace(SETTINGS, formats=("jpeg",))), "a/minato-aoi/index.html")
    tiles = [found for found in reader.all("img") if "srcset" in found]
    assert not reader.all("source")
    assert tiles
    assert all(candidate.split()[0].endswith(".jpg") for found in tiles for candidate in found["srcset"].split(","))


def test_an_empty_gallery_is_a_site(small: Exhibition) -> None:
    """No artists, or an artist without pictures, still give whole pages."""
    bare = replace(small, rooms=(replace(small.rooms[0], exhibits=()),))
    assert "Nothing hangs here yet" in text_of(files_of(bare), "a/minato-aoi/index.html")
    assert content(files_of(replace(small, rooms=()))["index.html"])


def test_unknown_copies_are_shown_as_links(small: Exhibition) -> None:
    """A picture whose copies were never made is a link in words, not a broken image."""
    none: dict[str, RenditionSet] = {}
    files = {file.path: file for file in render(small, SETTINGS, none, [templates_dir()])}
    reader = page(files, "a/minato-aoi/index.html")
    assert reader.all("span", class_="none")
    assert all("src" not in found for found in reader.all("img"))
