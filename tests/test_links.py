"""Every address on every page of a built site leads somewhere, below a sub-path and from a disk."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest

from benchmarks.site_check.sites import PREFIX, look
from benchmarks.site_check.validity import broken_links, read_links
from gallery.domain import Media, SiteSettings
from gallery.publish.links import links_of as publish_links
from tests.made_gallery import imagined_renditions, made_exhibition, write_site
from tests.render_kit import content, files_of
from tests.servers.static_host import StaticHost

SETTINGS = SiteSettings(
    title="Drawn", site_url="https://example.org/x/y/", languages=("en", "ja"), indexing=True, page_size=25
)

links_of = cache(read_links)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two artists with every kind of page; its pictures are empty files."""
    folder = tmp_path_factory.mktemp("site")
    exhibition = made_exhibition(works=90, artists=2, seed=3)
    copies = imagined_renditions(exhibition, SETTINGS)
    write_site(folder, exhibition, SETTINGS, copies)
    for one in copies.values():
        for copy in (*one.copies, *filter(None, [one.veil])):
            file = folder / copy.path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
    return folder


def test_every_link_leads_somewhere(site: Path) -> None:
    """Served below a sub-path, no link, picture, script or fragment of any page is dead."""
    with StaticHost(site, PREFIX) as host:
        assert list(broken_links(look("made", site, host))) == []


@pytest.mark.parametrize("end", [" href=", " src=", " srcset=", " data-full=", "' href="])
def test_words_that_end_as_a_link_begins_are_none(end: str) -> None:
    """However the words of a post or a name end, a page has the links that it has with plain ones."""

    def links(words: str) -> list[list[str]]:
        media = (Media("m", "https://cdn.example.com/a.png", words),)
        made = made_exhibition(2, artists=1, title=words, warning=words, text=words, media=media)
        room = replace(made.rooms[0], artist=replace(made.rooms[0].artist, name=words))
        pages = files_of(replace(made, rooms=(room,)), SETTINGS).items()
        return [[to for _, to in publish_links(path, content(one))] for path, one in pages if path.endswith(".html")]

    assert [sorted(found) for found in links(f"My{end}")] == [sorted(found) for found in links("My")]


def test_a_dead_link_is_found(site: Path, tmp_path: Path) -> None:
    """The walk notices an address without a file and a fragment without its target."""
    (tmp_path / "index.html").write_text('<html lang="en"><a href="gone/index.html">x</a><a href="index.html#no">y</a>')
    with StaticHost(tmp_path, PREFIX) as host:
        problems = list(broken_links(look("broken", tmp_path, host)))
    assert len(problems) == 2


def test_links_lead_to_files_on_a_disk(site: Path) -> None:
    """Opened from a disk, every link that stays on the site names a file, never a folder."""
    for page in sorted(site.rglob("*.html")):
        if page.name == "404.html":  # its addresses are absolute: it is shown at any depth
            continue
        for link in set(links_of(page).found):
            target = urlsplit(urldefrag(urljoin(page.as_uri(), link))[0])
            if target.scheme == "file":
                assert Path(unquote(target.path)).is_file(), f"{page.relative_to(site)}: {link}"


def test_everything_is_reached_from_the_home_page(site: Path) -> None:
    """Following links from the home page meets every page of the site but the 404 page."""
    with StaticHost(site, PREFIX) as host:
        find = cache(host.find)
        waiting, met = [host.url + "index.html"], set()
        while waiting:
            address = waiting.pop()
            file = find(unquote(urlsplit(address).path))
            if not isinstance(file, Path) or file in met or file.suffix != ".html":
                continue
            met.add(file)
            name = file.relative_to(host.folder).as_posix()
            links = (urldefrag(urljoin(host.url + name, link))[0] for link in links_of(file).found)
            waiting += [link for link in links if link.startswith(host.url)]
    unreached = set(host.folder.rglob("*.html")) - met - {host.folder / "404.html"}
    assert sorted(page.relative_to(host.folder).as_posix() for page in unreached) == []


def test_the_host_answers_like_a_static_host(site: Path) -> None:
    """A folder without its slash moves, what is missing gets the 404 page, outside the prefix there is nothing."""
    with StaticHost(site, PREFIX) as host:
        assert host.find("/x/y") == PREFIX
        assert host.find("/x/y/about") == "/x/y/about/"
        assert host.find("/x/y/about/") == host.folder / "about/index.html"
        assert host.find("/x/y/404") == host.folder / "404.html"
        assert host.find("/x/y/../../etc/passwd") is None
        assert host.find("/about/") is None
