"""The site as a whole: complete, linked, repeatable, lazy, light, and readable by machines."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import feedparser
import pytest

from gallery.domain import Consent, Copies, Exhibit, Exhibition, Label, WhyHidden
from gallery.errors import RenderError
from gallery.render import render
from gallery.renditions import PALETTE
from gallery.resources import templates_dir
from tests.made_gallery import BUILT_AT, imagined_renditions, made_exhibition
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


def with_media(**changes: object) -> Callable[[Exhibit], Exhibit]:
    def change(exhibit: Exhibit) -> Exhibit:
        media = replace(exhibit.picture.media, **changes)  # type: ignore[arg-type]
        return replace(exhibit, picture=replace(exhibit.picture, media=media))

    return change


# --- the whole -------------------------------------------------------------------------------------------------------


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


def with_profile(exhibition: Exhibition, **changes: object) -> Exhibition:
    """The exhibition with another profile of the first account."""
    room = exhibition.rooms[0]
    profile = room.accounts[0].profile
    assert profile is not None
    status = replace(room.accounts[0], profile=replace(profile, **changes))  # type: ignore[arg-type]
    return replace(exhibition, rooms=(replace(room, accounts=(status,)), *exhibition.rooms[1:]))


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
    "unsure": lambda e: changed(e, 3, with_verdict(score=0.6, doubtful=True)),
    "label": lambda e: changed(e, 3, with_verdict(label=Label.PHOTO)),
    "person": lambda e: changed(e, 3, with_verdict(by_person=True, score=1.0)),
    "sensitive": lambda e: changed(e, 3, with_verdict(sensitive=True)),
    "cover": lambda e: changed(e, 4, with_verdict(cover=True)),
    "name": lambda e: replace(
        e, rooms=(replace(e.rooms[0], artist=replace(e.rooms[0].artist, name="青い")), *e.rooms[1:])
    ),
    "slug": lambda e: replace(
        e, rooms=(replace(e.rooms[0], artist=replace(e.rooms[0].artist, slug="aoi-2")), *e.rooms[1:])
    ),
    "handle": lambda e: with_profile(e, handle="aoi.example.org"),
    "profile address": lambda e: with_profile(e, url="https://bsky.app/profile/aoi.example.org"),
    "profile": lambda e: replace(
        e, rooms=(replace(e.rooms[0], accounts=(replace(e.rooms[0].accounts[0], profile=None),)), *e.rooms[1:])
    ),
    "gone": lambda e: replace(e, rooms=(replace(e.rooms[0], exhibits=e.rooms[0].exhibits[1:]), *e.rooms[1:])),
    "hidden": lambda e: replace(e, hidden={WhyHidden.SENSITIVE: 4}),
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


def test_another_year_is_another_index_of_the_filters() -> None:
    """The index has another key when its list of years changes, though the first and the last work stay."""
    exhibition = made_exhibition(16, artists=1)
    by_date = sorted(range(16), key=lambda place: exhibition.rooms[0].exhibits[place].picture.post.created_at)
    old = changed(exhibition, by_date[0], with_post(created_at=BUILT_AT - timedelta(days=2000)))
    new = changed(old, by_date[1], with_post(created_at=BUILT_AT - timedelta(days=1000)))
    before, after = (files_of(one)["data/index.json"] for one in (old, new))
    assert json.loads(content(before))["shards"] == json.loads(content(after))["shards"]
    assert content(before) != content(after)
    assert before.key != after.key


def test_a_tag_page_is_made_anew_for_another_spelling() -> None:
    """The first page of a tag has another key when works on the second one change how the tag is spelt in its head."""
    (room,) = made_exhibition(12, artists=1).rooms
    newest_first = sorted(room.exhibits, key=lambda each: each.picture.post.created_at, reverse=True)

    def spelt(*spellings: str) -> Exhibition:
        pairs = zip(newest_first, spellings, strict=True)
        exhibits = tuple(with_post(tags=(spelling,))(each) for each, spelling in pairs)
        return Exhibition((replace(room, exhibits=exhibits),), {}, BUILT_AT)

    settings = replace(SETTINGS, page_size=10)
    ten = ["Sea", "sea"] * 5
    before, after = files_of(spelt(*ten, "sea", "sea"), settings), files_of(spelt(*ten, "Sea", "Sea"), settings)
    assert "#sea" in text_of(before, "t/sea/index.html")
    assert "#Sea" in text_of(after, "t/sea/index.html")
    assert before["t/sea/index.html"].key != after["t/sea/index.html"].key


def test_pages_are_made_anew_when_static_files_move(small: Exhibition, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the served style sheet changes with no file of the theme, every page names its new address."""
    before = files_of(small)
    monkeypatch.setattr("gallery.render.theme.PALETTE", PALETTE[::-1])
    after = files_of(small)
    assert content(before["about/index.html"]) != content(after["about/index.html"])
    assert [path for path in before if path.endswith(".html") and before[path].key == after[path].key] == []


def test_a_change_of_one_picture_rewrites_only_the_pages_that_show_it() -> None:
    """A new text for one picture touches the lists, neighbours and feeds that show it, and no other page."""
    exhibition = made_exhibition(240)
    before = files_of(exhibition)
    shown = exhibition.rooms[0].exhibits[70].picture.id
    after = files_of(changed(exhibition, 70, with_media(alt="A dog after all")))
    rewritten = {path for path in after if before[path].key != after[path].key}
    assert rewritten
    for path in rewritten:
        assert shown in content(after[path]).decode() or path.endswith((".xml", "feed.json", "-alt.json")), path
    assert len(rewritten) < 30


def test_descriptions_are_written_anew_only_where_one_changes() -> None:
    """A post's new words leave the file of descriptions as it is; another description, and its language, do not."""
    exhibition = made_exhibition(12)

    def key(exhibition: Exhibition) -> str:
        return files_of(exhibition)["data/0-alt.json"].key

    assert key(changed(exhibition, 3, with_post(text="A dog after all"))) == key(exhibition)
    assert key(changed(exhibition, 3, with_media(alt="A dog after all"))) != key(exhibition)
    assert key(changed(exhibition, 3, with_post(language="ko"))) != key(exhibition)


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


def test_early_years_have_four_digits(small: Exhibition) -> None:
    """A scan of an old print is dated in a form that machines read, in lists and feeds."""
    long_ago = datetime(867, 5, 1, 9, 8, 7, 6, tzinfo=UTC)
    (room, *_) = changed(small, 0, with_post(created_at=long_ago)).rooms
    files = files_of(replace(small, rooms=(replace(room, exhibits=room.exhibits[:1]),)), PUBLIC)
    assert "<time>0867-05-01</time>" in text_of(files, "a/minato-aoi/index.html")
    assert feedparser.parse(content(files["feed.xml"])).entries[0].published == "0867-05-01T09:08:07Z"


@pytest.mark.parametrize("copies", [Copies.FULL, Copies.LINKS, Copies.HOTLINK])
@pytest.mark.parametrize(
    ("language", "permalink", "words"),
    [
        ("en", "https://example.com/post", "Original post"),
        ("en", "", "See it in the gallery"),
        ("ja", "", "ギャラリーで見る"),
    ],
)
def test_links_of_feeds_say_where_they_lead(
    small: Exhibition, copies: Copies, language: str, permalink: str, words: str
) -> None:
    """No entry has a link without words or picture, and only a link to the post is called that."""
    (room, *_) = changed(small, 0, with_post(permalink=permalink)).rooms
    alone = replace(small, rooms=(replace(room, exhibits=room.exhibits[:1]),))
    files = files_of(alone, replace(PUBLIC, languages=(language,), copies=copies))
    (entry,) = json.loads(content(files["feed.json"]))["items"]
    links = re.findall(r'<p><a href="[^"]+">(.*?)</a></p>', entry["content_html"])
    assert links[-1] == words
    assert [link[:5] for link in links[:-1]] == (["<img "] if copies is Copies.FULL else [])


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


def test_posts_have_the_day_of_the_sites_time_zone(small: Exhibition) -> None:
    """New Year in Tokyo is the new year on every page, in feeds and in the filters; machines read the same moment."""
    night = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)
    exhibition = changed(small, 0, with_post(created_at=night, title=""))
    work = f"a/minato-aoi/w/{exhibition.rooms[0].exhibits[0].picture.id}/index.html"
    for zone, day, long in (("UTC", "2026-12-31", "31 December 2026"), ("Asia/Tokyo", "2027-01-01", "1 January 2027")):
        files = files_of(exhibition, replace(PUBLIC, time_zone=zone))
        said = {path: text_of(files, path) for path in ("a/minato-aoi/index.html", work, "feed.xml", "feed.json")}
        assert [path for path, text in said.items() if day not in text] == []
        (moment,) = page(files, work).all("time")
        assert long in said[work]
        assert datetime.fromisoformat(moment["datetime"]) == night
        assert "2026-12-31T15:30:00Z" in said["feed.xml"]
        index = json.loads(text_of(files, "data/index.json"))
        assert (index["years"][0], index["shards"][0]["newest"]) == (int(day[:4]), day)
        days = json.loads(text_of(files, "data/0.json"))["d"]
        assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=days[0]) == datetime.fromisoformat(f"{day}T00:00:00Z")


@pytest.mark.parametrize("moment", [datetime.min, datetime.max])
def test_the_ends_of_time_have_a_day_in_every_zone(small: Exhibition, moment: datetime) -> None:
    """A post that claims the first or the last moment there is stops no build, and its time is one that HTML knows."""
    exhibition = changed(small, 0, with_post(created_at=moment.replace(tzinfo=UTC)))
    work = f"a/minato-aoi/w/{exhibition.rooms[0].exhibits[0].picture.id}/index.html"
    for zone in ("Asia/Tokyo", "America/New_York"):
        files = files_of(exhibition, replace(PUBLIC, time_zone=zone))
        assert moment.date().isoformat() in text_of(files, "a/minato-aoi/index.html")
        assert page(files, work).all("time", datetime=f"{moment.isoformat(timespec='seconds')}+00:00")


def test_times_have_the_form_that_machines_read(small: Exhibition) -> None:
    """A post with thousandths of a second, as Mastodon dates them, has a time to the second: HTML has no millionths."""
    files = files_of(small, PUBLIC)
    html = "".join(text_of(files, path) for path in files if "/w/" in path)
    times = re.findall(r'datetime="([^"]*)"|"uploadDate":"([^"]*)"', html)
    assert any(each.picture.post.created_at.microsecond for each in small.rooms[0].exhibits)
    assert [time for time in map("".join, times) if not re.fullmatch(r"[\d-]{10}T[\d:]{8}[+-]\d\d:\d\d", time)] == []


def test_lists_of_several_artists_are_shared_with_a_picture(small: Exhibition) -> None:
    """The newest and a tag's pages name the first of their pictures that is not behind a veil."""
    rooms = (replace(small.rooms[0], exhibits=tuple(map(with_verdict(sensitive=True), small.rooms[0].exhibits))),)
    exhibition = replace(small, rooms=(*rooms, *small.rooms[1:]))
    files = files_of(exhibition, PUBLIC)
    lists = ["new/index.html", next(path for path in files if re.fullmatch(r"t/[^/]+/index\.html", path))]
    for path in lists:
        (image,) = page(files, path).all("meta", property="og:image")
        shown = [PUBLIC.site_url + found["src"].lstrip("./") for found in page(files, path).all("img")]
        assert image["content"] == next(address for address in shown if "veil" not in address)


def test_a_picture_that_stands_for_a_page_of_several_artists_is_credited(small: Exhibition, tmp_path: Path) -> None:
    """A shared link to the home page or a list tells whose drawing is seen beside it, in the page's language; an
    artist's own pages, which bear the name, need no more."""
    sets = imagined_renditions(small, PUBLIC)
    files = {file.path: file for file in render(small, PUBLIC, sets, [templates_dir()], tmp_path)}
    first = small.rooms[0].artist.name
    newest = max((each.picture for room in small.rooms for each in room.exhibits), key=lambda one: one.post.created_at)
    last = newest.account.artist.name
    told = (("index.html", f"Drawing by {first}, "), ("ja/new/index.html", f"{last} のイラスト"))
    for path, words in (*told, ("new/index.html", f"Drawing by {last}, ")):
        (said,) = page(files, path).all("meta", property="og:description")
        (alt,) = page(files, path).all("meta", property="og:image:alt")
        assert words in alt["content"]
        assert said["content"].endswith(f" · {alt['content']}")
    (said,) = page(files, "a/otter-and-ink/index.html").all("meta", property="og:description")
    assert "Drawing by" not in said["content"]


def test_lists_whose_first_picture_is_a_link_are_shared_with_the_next(small: Exhibition) -> None:
    """An artist without copies here, who posted last, leaves the preview to those who agreed to some."""
    pictures = [each.picture for room in small.rooms for each in room.exhibits]
    without = max(pictures, key=lambda picture: picture.post.created_at).account.key

    def agreed(each: Exhibit) -> Exhibit:
        account = each.picture.account
        consent = Consent.NONE if account.key == without else Consent.GRANTED
        return replace(each, picture=replace(each.picture, account=replace(account, consent=consent)))

    rooms = tuple(replace(room, exhibits=tuple(map(agreed, room.exhibits))) for room in small.rooms)
    files = files_of(replace(small, rooms=rooms), replace(PUBLIC, copies_without_consent=Copies.LINKS))
    assert page(files, "new/index.html").all("meta", property="og:image")


@pytest.mark.parametrize("sensitive", [False, True])
def test_a_shared_work_brings_the_words_for_its_picture(small: Exhibition, sensitive: bool) -> None:
    """Previews elsewhere can read out the poster's description, but not of what is veiled."""
    cat = "A cat asleep on a map"
    pictured = changed(
        small, 0, lambda one: replace(one, picture=replace(one.picture, media=replace(one.picture.media, alt=cat)))
    )
    exhibition = changed(pictured, 0, with_verdict(sensitive=sensitive))
    files = files_of(exhibition, PUBLIC)
    work = f"a/minato-aoi/w/{exhibition.rooms[0].exhibits[0].picture.id}/index.html"
    told = [found["content"] for found in page(files, work).all("meta", property="og:image:alt")]
    assert told == ([] if sensitive else [cat])


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


def test_artists_with_one_picture_share_its_card(small: Exhibition, tmp_path: Path) -> None:
    """Two artists whose cards show the same bytes make one file of it, and the pages of both name it."""
    first, second = small.rooms[:2]
    account = second.accounts[0].account
    again = tuple(replace(each, picture=replace(each.picture, account=account)) for each in first.exhibits)
    exhibition = replace(small, rooms=(first, replace(second, exhibits=again)))
    sets = imagined_renditions(exhibition, PUBLIC)
    files = list(render(exhibition, PUBLIC, sets, [templates_dir()], tmp_path))
    (card,) = [file.path for file in files if file.path.endswith("-card.jpg")]
    by_path = {file.path: file for file in files}
    for room in (first, second):
        (image,) = page(by_path, f"a/{room.artist.slug}/index.html").all("meta", property="og:image")
        assert image["content"] == PUBLIC.site_url + card


def test_missing_page_works_at_any_address(small: Exhibition) -> None:
    """404.html links absolutely when the site's address is known, in every language."""
    links = {found["href"] for found in page(files_of(small, PUBLIC), "404.html").all("a")}
    assert {"/x/y/index.html", "/x/y/ja/index.html"} <= links
    assert all(link.startswith(("/x/y/", "#")) for link in links)


def test_a_missing_page_without_an_address_needs_no_other_file(small: Exhibition) -> None:
    """Without site_url no link of 404.html could be right at any depth, so it has none, and speaks every language."""
    files = files_of(small, SETTINGS)
    found = page(files, "404.html")
    assert [one for tag in ("a", "link", "script", "img") for one in found.all(tag)] == []
    assert all(f'<p lang="{language}">' in text_of(files, "404.html") for language in SETTINGS.languages)
    assert found.all("meta", name="color-scheme")


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
        described = json.loads(content(files[f"data/{shard['alts']}"]))
        assert {len(column) for column in (*columns.values(), *described.values())} == {shard["count"]}
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
    doubt = with_verdict(doubtful=True, score=0.7, by_person=False, sensitive=False)
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
