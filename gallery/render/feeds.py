"""Atom and JSON feeds: for the site and for each artist, fifty drawings, newest first; in that of the site nobody has
more than a quarter of them while others wait.

An entry is a thumbnail (veiled where the picture is), if there is one, and a link to the original post; where there is
none, to the picture's place here. It carries no post text: the networks' terms allow showing a post, not republishing
its data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as Xml

from markupsafe import Markup

from gallery.domain import OutputFile
from gallery.render.i18n import Catalogue
from gallery.render.page import Page, tree
from gallery.render.pages import newest_shared
from gallery.render.paging import by_date
from gallery.render.site import Site, Wing
from gallery.render.text import xml_bytes
from gallery.render.works import Work, digest

ENTRIES = 50
ATOM = "http://www.w3.org/2005/Atom"
GENERATOR = "gallery"


def feeds(site: Site, t: Catalogue) -> Iterator[OutputFile]:
    """Both feeds of the site and of each artist, in one language."""
    yield from _pair(site, t, "", site.title, newest_shared(site.drawings, ENTRIES), None)
    for wing in site.wings:
        works = wing.by_date["drawings"][:ENTRIES]
        yield from _pair(site, t, wing.path, wing.name, works, wing)


def _pair(
    site: Site, t: Catalogue, path: str, title: str, works: list[Work], wing: Wing | None
) -> Iterator[OutputFile]:
    page = Page(site, t, "list", path, title, wing=wing)
    # where a picture hangs depends on what an entry does not show: how many older ones there are
    entries = (f"{work.key} {site.name_of(work)} {_link(page, work)}" for work in works)
    key = digest(site.key, t.language, path, title, str(_updated(site, works)), *entries)
    for name, make in (("feed.xml", atom), ("feed.json", json_feed)):
        yield OutputFile(f"{page.tree}{path}{name}", key, partial(make, page, works))


def atom(page: Page, works: list[Work]) -> bytes:
    """An Atom 1.0 document (RFC 4287)."""
    site, t = page.site, page.t
    feed = Xml.Element("feed", {"xmlns": ATOM, "xml:lang": t.language})
    Xml.SubElement(feed, "title").text = page.title
    Xml.SubElement(feed, "id").text = page.canonical or _urn(f"feed {page.tree}{page.path} {page.title}")
    Xml.SubElement(feed, "updated").text = _instant(_updated(site, works))
    Xml.SubElement(feed, "generator").text = GENERATOR
    Xml.SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": page.canonical or "index.html"})
    self_address = site.absolute(f"{page.tree}{page.path}feed.xml") or "feed.xml"
    Xml.SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": self_address})
    for work in works:
        entry = Xml.SubElement(feed, "entry")
        artist = site.wing_of[work.artist.slug].name
        Xml.SubElement(entry, "title").text = page.credit(work)
        Xml.SubElement(entry, "id").text = _urn(site.name_of(work))
        for moment in ("published", "updated"):
            Xml.SubElement(entry, moment).text = _instant(work.when)
        Xml.SubElement(Xml.SubElement(entry, "author"), "name").text = artist
        Xml.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": _link(page, work)})
        Xml.SubElement(entry, "content", {"type": "html"}).text = _content(page, work)
    Xml.indent(feed, " ")
    return xml_bytes(feed)


def json_feed(page: Page, works: list[Work]) -> bytes:
    """A JSON Feed 1.1 document (jsonfeed.org/version/1.1)."""
    site = page.site
    items = []
    for work in works:
        artist = site.wing_of[work.artist.slug].name
        item: dict[str, object] = {
            "id": _urn(site.name_of(work)),
            "url": _link(page, work),
            "title": page.credit(work),
            "content_html": _content(page, work),
            "date_published": _instant(work.when),
            "authors": [{"name": artist}],
        }
        if work.thumb is not None:
            item["image"] = _picture(page, work)
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": page.title,
        "home_page_url": page.canonical or "index.html",
        "feed_url": site.absolute(f"{page.tree}{page.path}feed.json") or "feed.json",
        "language": page.language,
        "items": items,
    }
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def _updated(site: Site, works: list[Work]) -> datetime:
    return works[0].when if works else site.exhibition.built_at


def _instant(when: datetime) -> str:
    # not by strftime, which leaves out the noughts of early years
    return f"{when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _urn(name: str) -> str:
    # stays the same when the gallery moves to another address, so readers see no entry twice
    return uuid5(NAMESPACE_URL, f"gallery:{name}").urn


def _link(page: Page, work: Work) -> str:
    if work.post:
        return work.post
    settings = page.site.settings
    path, place = (work.path, "") if settings.work_pages else (_list_of(page.site, work), f"#w-{work.id}")
    return (page.site.absolute(tree(settings, page.language) + path) or page.to(path)) + place


def _list_of(site: Site, work: Work) -> str:
    """The page of its artist's newest drawings where a work of a feed hangs."""
    wing = site.wing_of[work.artist.slug]
    leaves = by_date(wing.by_date["drawings"], site.settings.page_size)
    number = next(leaf.number for leaf in leaves if any(other.id == work.id for other in leaf.shown))
    return wing.list_path("drawings", "date", number)


def _picture(page: Page, work: Work) -> str:
    path = work.thumb.path if work.thumb else ""
    return page.site.absolute(path) or page.root + path


def _content(page: Page, work: Work) -> str:
    shown = [page.t.raw("work.original" if work.post else "feed.at_gallery")]
    if work.thumb is not None:
        picture = Markup('<img src="{}" width="{}" height="{}" alt="{}">')
        size = work.thumb.width_px, work.thumb.height_px
        shown.insert(0, picture.format(_picture(page, work), *size, work.alt or page.credit(work)))
    link = _link(page, work)
    # a plain str: the XML and JSON writers would otherwise escape it twice
    return "".join(str(Markup('<p><a href="{}">{}</a></p>').format(link, each)) for each in shown)
