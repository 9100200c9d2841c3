"""What artists may ask of the pages and maintainers may choose: veils, indexing, copies, credit, formats."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from gallery.config import load_config
from gallery.domain import Consent, Copies, Exhibit, Exhibition, Label, PictureKey, RenditionSet, Room, SiteSettings
from gallery.render import render
from gallery.resources import templates_dir
from gallery.sources import BUILT_IN
from gallery.steps.copies import keep_admitted_addresses
from tests.made_gallery import imagined_renditions, made_exhibition
from tests.render_kit import (
    PUBLIC,
    SETTINGS,
    Reader,
    addresses,
    changed,
    content,
    files_of,
    page,
    text_of,
    with_post,
    with_verdict,
)


@pytest.fixture(scope="module")
def small() -> Exhibition:
    return made_exhibition(30)


# --- rights ----------------------------------------------------------------------------------------------------------


def test_a_veiled_picture_is_named_nowhere_but_on_its_own_page(small: Exhibition) -> None:
    """No list, card, feed, filter file or share tag names an unveiled copy of a sensitive picture."""
    exhibition = changed(small, 0, with_verdict(sensitive=True, cover=True, label=Label.DRAWING))
    picture = exhibition.rooms[0].exhibits[0].picture
    copies = imagined_renditions(exhibition, PUBLIC)[picture.key].copies
    files = files_of(exhibition, PUBLIC)
    stem = copies[0].path.rpartition("-")[0]
    bare = stem.removeprefix("i/")  # which is how filter files name a copy; the veil is called after it, too
    named = [path for path in files if re.search(bare + r"(?!-veil)", content(files[path]).decode("utf-8", "replace"))]
    own = [f"{tree}a/minato-aoi/w/{picture.id}/index.html" for tree in ("", "ja/")]
    assert sorted(named) == sorted(own)
    head = text_of(files, own[0]).partition("</head>")[0]
    assert not re.search(stem + r"-\d", head)


@pytest.mark.parametrize("warning", ["", "spiders"])
def test_a_veiled_picture_is_described_nowhere_but_on_its_own_page(small: Exhibition, warning: str) -> None:
    """Feeds, lists, snippets, share tags and structured data tell neither what a veil covers nor the post's words."""

    def veiled(exhibit: Exhibit) -> Exhibit:
        media = replace(exhibit.picture.media, alt="SECRET alt")
        exhibit = replace(exhibit, picture=replace(exhibit.picture, media=media))
        return with_verdict(sensitive=True, label=Label.DRAWING)(
            with_post(warning=warning, text="SECRET words", media=(media,))(exhibit)
        )

    exhibition = changed(small, 0, veiled)
    files = files_of(exhibition, PUBLIC)
    own = f"a/minato-aoi/w/{exhibition.rooms[0].exhibits[0].picture.id}/index.html"
    told = [path for path in files if b"SECRET" in content(files[path])]
    assert sorted(told) == [own, f"ja/{own}"]
    head, _, body = text_of(files, own).partition("</head>")
    assert "SECRET" not in head
    assert ('content="spiders"' in head) == bool(warning)
    assert 'alt="SECRET alt"' in body.partition('<details class="reveal">')[2].partition("</details>")[0]


def test_pages_ask_to_stay_unlisted_until_somebody_wishes_otherwise(small: Exhibition) -> None:
    """By default every page says noindex and noai, reserves text and data mining, and there is no sitemap."""
    rooms = tuple(replace(room, artist=replace(room.artist, indexing=False)) for room in small.rooms)
    files = files_of(replace(small, rooms=rooms), replace(SETTINGS, site_url=PUBLIC.site_url))
    for path in files:
        if path.endswith(".html"):
            (robots,) = page(files, path).all("meta", name="robots")
            assert robots["content"] == "noindex, noimageindex, noai, noimageai"
            assert page(files, path).all("meta", name="tdm-reservation", content="1")
    assert "sitemap.xml" not in files
    assert "GPTBot" in text_of(files, "robots.txt")
    pages, _, copies = text_of(files, "_headers").partition("/i/*")
    assert "  TDM-Reservation: 1\n" in pages
    assert "  X-Robots-Tag: noindex, noai, noimageai\n" in pages  # also for feeds, which cannot say it themselves
    assert "  X-Robots-Tag: noindex, noai, noimageai\n" in copies


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
    headers, *rules = text_of(files, "_headers").split("/a/minato-aoi/")
    assert "noindex" not in headers  # it would outweigh what the other pages say
    # the feeds of who wants it, in every language
    assert rules == ["*\n  X-Robots-Tag: noindex\n/:language", "*\n  X-Robots-Tag: noindex\n"]


def test_pages_that_show_a_shy_artist_ask_to_leave_pictures_alone() -> None:
    """Home, newest, tags and other artists' pages keep a noindex artist's pictures out of image search, too."""
    exhibition = made_exhibition(works=40, artists=2)
    room = exhibition.rooms[1]
    profile = room.accounts[0].profile
    assert profile is not None
    shy = replace(room, accounts=(replace(room.accounts[0], profile=replace(profile, noindex=True)),))
    before = files_of(exhibition, replace(PUBLIC, page_size=10))
    after = files_of(replace(exhibition, rooms=(exhibition.rooms[0], shy)), replace(PUBLIC, page_size=10))
    asked = {True: "noimageindex, noai, noimageai", False: "noai, noimageai, max-image-preview:standard"}
    seen = set()
    for path in after:
        if not path.endswith(".html") or path == "404.html" or path.startswith((f"a/{room.artist.slug}/", "ja/")):
            continue
        reader = page(after, path)
        (robots,) = reader.all("meta", name="robots")
        if robots["content"].startswith("noindex"):
            continue
        shown = any(f"a/{room.artist.slug}/" in found.get("href", "") for found in reader.all("a"))
        assert robots["content"] == asked[shown], path
        assert not shown or before[path].key != after[path].key, path
        seen.add((path.split("/")[0], shown))
    assert {("index.html", True), ("new", True), ("t", True), ("a", True), ("a", False)} <= seen


def test_pages_that_show_shy_artists_only_are_not_offered_to_search_engines(small: Exhibition) -> None:
    """A tag or a page of the newest that holds nobody else's pictures is noindex; the sitemap lists what is not."""

    def tagged(room: Room, tag: str, noindex: bool) -> Room:
        exhibits = tuple(with_post(tags=(tag, "both"))(exhibit) for exhibit in room.exhibits)
        profile = room.accounts[0].profile
        assert profile is not None
        asked = replace(room.accounts[0], profile=replace(profile, noindex=noindex))
        return replace(room, exhibits=exhibits, accounts=(asked,))

    shy, bold, *_ = small.rooms
    every = {"", "new/", "t/both/", "t/bold/", "t/shy/"}
    keys = []
    for noindex, hidden in ((False, {"t/shy/"}), (True, every)):
        files = files_of(replace(small, rooms=(tagged(shy, "shy", True), tagged(bold, "bold", noindex))), PUBLIC)
        sitemap = text_of(files, "sitemap.xml")
        for path in every:
            (robots,) = page(files, f"{path}index.html").all("meta", name="robots")
            assert ("noindex" in robots["content"].split(", ")) == (path in hidden), path
            assert (f"<loc>{PUBLIC.site_url}{path}</loc>" not in sitemap) == (path in hidden), path
        keys.append({path: files[f"{path}index.html"].key for path in every})
    assert [path for path in every if keys[0][path] == keys[1][path]] == ["t/shy/"]


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


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://cdn.bsky.app/img/a", "https://cdn.bsky.app/img/a"),
        ("https://counter.example/a.png", ""),
        ("https://cdn.bsky.app;script-src/a", ""),
        ("https://*/a", ""),
        ("https://cdn.bsky.app:8443/a", ""),
    ],
)
def test_visitors_are_sent_only_where_the_gallery_would_fetch(
    tmp_path: Path, small: Exhibition, url: str, kept: str
) -> None:
    """An address that an edited post gives is hot-linked only on the hosts where its network keeps pictures, also where
    the gallery itself fetches from any."""
    shown, notes = hotlinked(tmp_path, small, url)
    assert shown == hotlinked(tmp_path, small, url, options={"originals": "pds"})[0] == [kept]
    assert [note.partition(", such as ")[0] for note in notes] == [
        "bluesky:minato-aoi.example.com: visitors are not sent to the addresses of some pictures (1)"
    ][bool(kept) :]


def hotlinked(tmp_path: Path, small: Exhibition, *urls: str, **changes: object) -> tuple[list[str], tuple[str, ...]]:
    """Where the pictures of an account with these addresses send visitors, and what the report says of it."""
    (tmp_path / "accounts.yaml").write_text(
        "site: {title: M, contact: me@example.org, copies: hotlink}\naccounts: [{bluesky: aoi.example.com}]"
    )
    one = replace(small.rooms[0].exhibits[0], verdict=replace(small.rooms[0].exhibits[0].verdict, sensitive=False))
    account = replace(one.picture.account, **changes)  # type: ignore[arg-type]
    pictures = [replace(one.picture, account=account, media=replace(one.picture.media, url=url)) for url in urls]
    exhibits = tuple(replace(one, picture=picture) for picture in pictures)
    exhibition = replace(small, rooms=(replace(small.rooms[0], exhibits=exhibits),))
    kept, notes = keep_admitted_addresses(load_config(tmp_path / "accounts.yaml"), exhibition)
    return [one.picture.media.url for one in kept.rooms[0].exhibits], notes


def test_an_account_fills_no_pages_policy_with_hosts(tmp_path: Path, small: Exhibition) -> None:
    """Where accounts.yaml lists all hosts below one, sixteen of them stand in the policy, and the report counts the
    pictures that lie on others; a folder's, which have no address, are none."""
    urls = [f"https://{number % 40}.files.example/{number}.png" for number in range(80)]
    mastodon = {"network": "mastodon", "handle": "a@art.example", "options": {"media_hosts": ["*.files.example"]}}
    shown, (note,) = hotlinked(tmp_path, small, *urls, "file:///art/a.png", **mastodon)
    assert shown == [url if number % 40 < 16 else "" for number, url in enumerate(urls)] + [""]
    assert note.startswith(
        "mastodon:a@art.example: visitors are not sent to the addresses of some pictures (48), such as https"
    )


@pytest.mark.parametrize("host", ["x.example;script-src", "*", "a.example,b.example"])
def test_a_policy_holds_nothing_but_hosts(small: Exhibition, host: str) -> None:
    """Whatever address a picture has, it neither switches the scripts of pages off nor lets all pictures in."""
    hostile = replace(small.rooms[0].exhibits[0].picture.media, url=f"https://{host}/a.png")
    exhibition = changed(small, 0, lambda one: replace(one, picture=replace(one.picture, media=hostile)))
    files = files_of(changed(exhibition, 0, with_verdict(sensitive=False)), replace(SETTINGS, copies=Copies.HOTLINK))
    (policy,) = page(files, "index.html").all("meta", **{"http-equiv": "Content-Security-Policy"})
    assert policy["content"].startswith("default-src 'none'; img-src 'self' https://cdn.example.com; style-src 'self';")


@pytest.mark.parametrize("copies", [Copies.LINKS, Copies.HOTLINK])
def test_a_sensitive_picture_without_a_copy_says_so_once(small: Exhibition, copies: Copies) -> None:
    """Where nothing can be veiled the word stands alone: no second text lies on it, and what is shown is not told."""
    exhibition = changed(small, 0, with_verdict(sensitive=True))
    files = files_of(exhibition, replace(SETTINGS, copies=copies))
    picture = exhibition.rooms[0].exhibits[0].picture
    listed = text_of(files, "a/minato-aoi/index.html").partition(f'id="w-{picture.id}"')[2].partition("<p>")[0]
    assert re.findall(r"<span class=.*</span>", listed) == ['<span class="none">Sensitive</span>']
    own = text_of(files, f"a/minato-aoi/w/{picture.id}/index.html").partition("<figure")[2].partition("</figure>")[0]
    assert re.findall(r"<span class=.*</span>", own) == ['<span class="none">Sensitive</span>']


@pytest.mark.parametrize(
    ("path", "alone", "stripped", "shut"),
    [
        (
            "about/index.html",
            "load nothing from elsewhere",
            "without hidden data",
            "Search engines are asked to stay out",
        ),
        ("ja/about/index.html", "外部からは何も読み込みません", "付加情報はすべて取り除いて", "作者が望まないかぎり"),
    ],
)
def test_the_about_page_promises_what_the_settings_keep(
    small: Exhibition, path: str, alone: str, stripped: str, shut: str
) -> None:
    """Nothing from elsewhere, no hidden data, no search engines: each is said only where it holds."""
    said = {
        (copies, indexing): [
            promise in text_of(files_of(small, replace(SETTINGS, copies=copies, indexing=indexing)), path)
            for promise in (alone, stripped, shut)
        ]
        for copies in (Copies.FULL, Copies.HOTLINK)
        for indexing in (True, False)
    }
    assert said == {
        (copies, indexing): [copies is Copies.FULL, copies is Copies.FULL, not indexing] for copies, indexing in said
    }


def test_every_page_offers_credit_and_a_way_out(small: Exhibition) -> None:
    """The opt-out page is linked from each page, and it leads to the contact."""
    files = files_of(small, PUBLIC)  # a 404 page that knows no address has no links
    for path in files:
        if path.endswith(".html"):
            assert "optout/index.html" in text_of(files, path), path
    assert [one for one in addresses(page(files, "optout/index.html")) if one.startswith("mailto:hello@example.org?")]


@pytest.mark.parametrize(
    ("path", "subject", "asked"),
    [
        ("optout/index.html", "Correct or remove", "Picture or account (its address):"),
        ("ja/optout/index.html", "訂正・掲載停止のお願い", "作品またはアカウント（アドレス）："),
    ],
)
def test_an_artists_mail_asks_in_their_language_for_what_is_needed(
    small: Exhibition, path: str, subject: str, asked: str
) -> None:
    """The mail comes with a subject and lines to fill in, which end as mail programs expect, and which all of them
    take; a contact that is a page is opened as it is."""
    (href,) = [one for one in addresses(page(files_of(small), path)) if one.startswith("mailto:")]
    assert unquote(href).startswith(f"mailto:hello@example.org?subject={subject}&body={asked}\r\n\r\n")
    assert len(href) < 1000
    files = files_of(small, replace(SETTINGS, contact="https://example.org/me"))
    assert "https://example.org/me" in addresses(page(files, path))


@pytest.mark.parametrize("contact", ["hello@example.org", "https://example.org/me", ""])
def test_who_shows_the_pictures_can_be_asked_where_the_site_says_what_it_is(small: Exhibition, contact: str) -> None:
    """Also by somebody who asks for nothing: the address that the maintainer gave stands under "About", if there is
    one."""
    files = files_of(small, replace(SETTINGS, contact=contact))
    said = "Whoever keeps it can be reached here:"
    assert (f"{said} {contact}" in page(files, "about/index.html").text) is bool(contact)
    assert (said in page(files, "about/index.html").text) is bool(contact)


@pytest.mark.parametrize("tree", ["", "ja/"])
@pytest.mark.parametrize("settings", [SETTINGS, PUBLIC])
def test_an_artists_mail_from_a_work_names_it(small: Exhibition, settings: SiteSettings, tree: str) -> None:
    """Its post, as optouts.yaml calls it, and its page, for a post may have several pictures. A contact that is a page
    is reached by the page for artists alone."""
    picture = small.rooms[0].exhibits[0].picture
    path = f"a/minato-aoi/w/{picture.id}/"
    files = files_of(small, settings)
    (general,) = [one for one in addresses(page(files, f"{tree}optout/index.html")) if "subject=" in one]
    subject = general.partition("&body=")[0]
    (href,) = [one for one in addresses(page(files, f"{tree}{path}index.html")) if one.startswith(f"{subject}&")]
    assert f"\r\n{picture.post.permalink}\r\n{settings.site_url}{path}\r\n" in unquote(href)
    tracker = replace(settings, contact="https://example.org/me", report_url="https://example.org/issues")
    assert "https://example.org/me" not in addresses(page(files_of(small, tracker), f"{tree}{path}index.html"))


def test_misfiled_opens_a_report_with_the_facts(small: Exhibition) -> None:
    """The report link carries the post's address, so that a correction can be pasted."""
    picture = small.rooms[0].exhibits[0].picture
    path = f"a/minato-aoi/w/{picture.id}/index.html"
    tracker = replace(SETTINGS, report_url="https://github.com/o/r/issues/new")
    for settings, start in (
        (SETTINGS, "mailto:hello@example.org?subject=Misfiled"),
        (tracker, "https://github.com/o/r/issues/new?"),
    ):
        (href,) = [a for a in addresses(page(files_of(small, settings), path)) if a.startswith(start)]
        assert picture.post.permalink in unquote(href)
        assert ("\r\n" in unquote(href)) is href.startswith("mailto:")  # RFC 6068 wants it so


PROMISES = ("a week", "one by one", "very many posts", "handed over", "saved as files")
PROMISES_JA = ("一週間", "一件ずつ", "Misskey で一度に", "アーカイブ", "ファイルとして")


PROMISED = {"bluesky": (), "x": (0,), "mastodon": (1,), "misskey": (2,), "x_archive": (3,), "folder": (4,)}


@pytest.mark.parametrize("network", BUILT_IN)
def test_artists_are_promised_what_their_network_allows(small: Exhibition, network: str) -> None:
    """How soon a deleted post goes from here stands there as it is: X is asked once a week, an archive and a folder
    never, Mastodon and Misskey about so many posts a night."""
    assert network in PROMISED, f"how soon does what was deleted on {network} go? templates/wall/optout.html tells it"
    (room, *_) = small.rooms
    status = replace(room.accounts[0], account=replace(room.accounts[0].account, network=network))
    files = files_of(replace(small, rooms=(replace(room, accounts=(status,)),)))
    for path, promises in (("optout/index.html", PROMISES), ("ja/optout/index.html", PROMISES_JA)):
        text = text_of(files, path)
        assert tuple(number for number, words in enumerate(promises) if words in text) == PROMISED[network]


@pytest.mark.parametrize(
    ("path", "told"), [("optout/index.html", "read from its network"), ("ja/optout/index.html", "読み取っている作品は")]
)
def test_a_site_without_a_contact_promises_no_more(small: Exhibition, path: str, told: str) -> None:
    """That a deleted post goes without a word is said of what is read from its network alone."""
    assert told in text_of(files_of(small, replace(SETTINGS, contact="")), path)


# --- choices ---------------------------------------------------------------------------------------------------------


def test_without_work_pages_tiles_lead_to_the_posts(small: Exhibition) -> None:
    """A gallery that saves files has no work pages, and its tiles go to the post at once."""
    files = files_of(small, replace(SETTINGS, work_pages=False))
    assert not [path for path in files if "/w/" in path]
    tiles = page(files, "a/minato-aoi/index.html").all("a", class_="t")
    assert tiles
    assert all(found["href"].startswith("https://bsky.app/") for found in tiles)


def test_without_work_pages_feeds_lead_to_posts_or_to_the_place_in_the_list(small: Exhibition) -> None:
    """A picture that came without a post has neither post nor page then: its feed entry leads to where it hangs."""
    (room, *_) = small.rooms
    exhibits = tuple(
        replace(one, picture=replace(one.picture, post=replace(one.picture.post, permalink="")))
        for one in room.exhibits
    )
    posts = replace(small, rooms=(replace(room, exhibits=exhibits), *small.rooms[1:]))
    files = files_of(posts, replace(SETTINGS, work_pages=False, page_size=3))
    for folder in ("", f"a/{room.artist.slug}/"):
        links = {item["url"] for item in json.loads(content(files[f"{folder}feed.json"]))["items"]}
        ours = [link for link in links if not link.startswith("https://")]
        assert len(ours) == sum(exhibit.verdict.label is Label.DRAWING for exhibit in exhibits)
        for link in ours:
            path, _, place = link.partition("#")
            assert f'id="{place}"' in text_of(files, posixpath.normpath(folder + path))


def test_a_feed_follows_its_pictures_when_older_ones_go() -> None:
    """Where entries lead to places in a list, a feed is made anew when pictures that it does not tell of leave the
    list, and the places move."""
    whole = made_exhibition(works=80, artists=1, permalink="")
    (room,) = whole.rooms
    drawings = [one for one in room.exhibits if one.verdict.label is Label.DRAWING]
    oldest = sorted(drawings, key=lambda one: one.picture.post.created_at)[:7]
    fewer = replace(whole, rooms=(replace(room, exhibits=tuple(one for one in room.exhibits if one not in oldest)),))
    before, after = (files_of(each, replace(SETTINGS, work_pages=False, page_size=10)) for each in (whole, fewer))
    for path in (path for path in after if "feed." in path):
        assert content(before[path]) != content(after[path])
        assert before[path].key != after[path].key


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
    empty = text_of(files_of(bare), "a/minato-aoi/index.html")
    assert "Nothing hangs here yet" in empty
    assert "filter" not in empty.partition("<body")[2].partition('id="words"')[0]
    home = text_of(files_of(replace(small, rooms=())), "index.html")
    assert "Nothing hangs here yet" in home
    assert not Reader(home).all("ul", class_="cards")


def test_unknown_copies_are_shown_as_links(small: Exhibition) -> None:
    """A picture whose copies were never made is a link in words, not a broken image."""
    none: dict[PictureKey, RenditionSet] = {}
    files = {file.path: file for file in render(small, SETTINGS, none, [templates_dir()])}
    reader = page(files, "a/minato-aoi/index.html")
    assert reader.all("span", class_="none")
    assert all("src" not in found for found in reader.all("img"))
