"""Are the files right: HTML through the Nu validator, every link, feeds, sitemap, what the site may weigh."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import feedparser

from benchmarks.site_check.rows import Row, none_of, skipped
from benchmarks.site_check.sites import Site

NODE = Path(".node/node_modules")
ADDRESSES = {"href", "src", "data-full", "data-index"}


class Links(HTMLParser):
    """Collects the addresses and the ids of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        for name, value in attrs:
            if name in ADDRESSES and value:
                self.found.append(value)
            elif name == "srcset" and value:
                self.found += [candidate.split()[0] for candidate in value.split(", ")]
            elif name == "id" and value:
                self.ids.add(value)


def read_links(file: Path) -> Links:
    """The links of one page."""
    links = Links()
    links.feed(file.read_text())
    return links


def broken_links(site: Site) -> Iterator[str]:
    """Walk every page of the site: addresses that lead nowhere, fragments without their target."""
    pages = {file: read_links(file) for file in sorted(site.folder.rglob("*.html"))}
    origin = urlsplit(site.url).netloc
    find = cache(site.host.find)
    for file, links in pages.items():
        name = file.relative_to(site.folder).as_posix()
        for link, times in Counter(links.found).items():
            address, fragment = urldefrag(urljoin(site.url + name, link))
            parts = urlsplit(address)
            if parts.scheme not in ("http", "https", "mailto"):
                yield f"{name}: {link} has the scheme {parts.scheme!r}"
            elif parts.netloc == origin:
                target = find(unquote(parts.path))
                if not isinstance(target, Path):
                    yield f"{name}: {link} leads nowhere ({times}×)"
                elif fragment and target in pages and unquote(fragment) not in pages[target].ids:
                    yield f"{name}: {link} has no target with that id"


def _vnu(site: Site) -> Row:
    what = "HTML validator (Nu), errors"
    jars = sorted(NODE.glob("vnu-jar/build/dist/vnu.jar"))
    if not jars or not shutil.which("java"):
        return skipped(site.name, what, "0", "not run: needs java and `make node-tools`")
    command = ["java", "-jar", str(jars[0]), "--format", "json", "--skip-non-html", str(site.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    messages = json.loads(done.stderr or '{"messages": []}')["messages"]
    return none_of(
        site.name,
        what,
        (
            f"{message.get('url', '').rpartition('/x/')[2]}:{message.get('lastLine')}: {message['message']}"
            for message in messages
            if message["type"] == "error"
        ),
        f"{len(list(site.folder.rglob('*.html')))} pages",
    )


def _atom(file: Path, name: str) -> Iterator[str]:
    feed = feedparser.parse(file.read_bytes())
    if feed.bozo:
        yield f"{name}: {feed.bozo_exception}"
    ids = [entry.get("id") for entry in feed.entries]
    if not ids or None in ids or len(set(ids)) != len(ids):
        yield f"{name}: entries without their own id"
    if len(ids) > 50:
        yield f"{name}: {len(ids)} entries, 50 are enough"
    for entry in feed.entries:
        if not all(urlsplit(link.href).scheme in ("http", "https") for link in entry.get("links", [])):
            yield f"{name}: {entry.get('id')} has a relative link"
        if not (entry.get("title") and entry.get("updated")):
            yield f"{name}: {entry.get('id')} lacks a title or a date"


def _json_feed(file: Path, name: str) -> Iterator[str]:
    feed = json.loads(file.read_text())
    if not str(feed.get("version", "")).startswith("https://jsonfeed.org/version/1") or not feed.get("title"):
        yield f"{name}: not a JSON Feed (version, title)"
    ids = [item.get("id") for item in feed.get("items", [])]
    if not ids or None in ids or len(set(ids)) != len(ids):
        yield f"{name}: items without their own id"
    yield from (
        f"{name}: {item['id']} has no content"
        for item in feed["items"]
        if not {"content_html", "content_text"} & set(item)
    )


def _feeds(site: Site) -> Row:
    problems: list[str] = []
    count = 0
    for pattern, check in (("feed.xml", _atom), ("feed.json", _json_feed)):
        for file in sorted(site.folder.rglob(pattern)):
            count += 1
            problems += check(file, file.relative_to(site.folder).as_posix())
    if not count:
        problems.append("the site has no feed")
    return none_of(site.name, "feeds: well-formed, ids, dates, absolute links", problems, f"{count} feeds")


def _sitemap(site: Site) -> Row:
    what = "sitemap: valid, and every address on it exists"
    file = site.folder / "sitemap.xml"
    if not file.exists():
        return none_of(site.name, what, [], "none: indexing is off")
    problems = []
    schema = NODE / "sitemap/schema/sitemap.xsd"
    if schema.exists() and shutil.which("xmllint"):
        command = ["xmllint", "--nonet", "--noout", "--schema", str(schema), str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            problems += done.stderr.strip().splitlines()
    places = [element.text or "" for element in ElementTree.parse(file).iter() if element.tag.endswith("}loc")]
    for place in places:
        path = urlsplit(place).path.removeprefix(site.host.prefix)
        if not isinstance(site.host.find(site.host.prefix + unquote(path)), Path):
            problems.append(f"{place} does not exist")
    return none_of(site.name, what, problems, f"{len(places)} addresses")


def validity(site: Site) -> list[Row]:
    """The rows about the files themselves."""
    return [
        _vnu(site),
        none_of(
            site.name, "links that lead nowhere", broken_links(site), f"{len(list(site.folder.rglob('*.html')))} pages"
        ),
        _feeds(site),
        _sitemap(site),
    ]
