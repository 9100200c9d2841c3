"""What strangers wrote, as pages show it: harmless, whole, in its language, and with its links."""

from __future__ import annotations

import json
import re
import string
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.domain import Copies, Exhibit, Exhibition, Media, SiteSettings
from gallery.render.text import clean, fold, one_line, pieces, script_json, tag_slug, web_address
from gallery.render.works import works_of
from tests.made_gallery import made_exhibition
from tests.render_kit import PUBLIC, Reader, changed, content, files_of, page, text_of, with_post

HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</textarea></title></style></script><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}${7*7}",
    "]]><!--<script>alert(1)//-->",
    "&lt;script&gt;alert(1)&lt;/script&gt;&#x3C;script>",
    "\u202egnp.exe\u2066\u2069\u200f",
    "a\x00b\x08c\x1b[31m\u2028d\ufeff",
    "Z̸̡̢̛̳̫͚͍͖̓̿̈́a̵̛l̷g̶o" * 20,
    "👩‍👩‍👧‍👦🏳️‍🌈" * 30,
    "W" * 5000,
    "\ud800lone surrogate",
)  # fmt: skip


USUAL_WORDS = (
    "a article b bdi body button data details div figure footer form h1 h2 head header html i img input label li link "
    "main meta nav ol option output p picture script section select small source span strong summary table tbody td "
    "template th thead time title tr ul"
)
USUAL = frozenset(USUAL_WORDS.split())


def hostile_exhibition(words: str) -> Exhibition:
    """An exhibition whose every word by a stranger is ``words``, in names, too."""
    media = Media("m", f"https://cdn.example.com/{words}", words)
    exhibition = made_exhibition(
        12, artists=2, text=words, title=words, warning=words, tags=(words,), language=words, media=(media,),
        permalink=f"https://bsky.app/{words}" if words.isascii() and words.isprintable() else "https://bsky.app/p",
    )  # fmt: skip
    rooms = []
    for room in exhibition.rooms:
        profile = room.accounts[0].profile
        assert profile is not None
        status = replace(room.accounts[0], profile=replace(profile, handle=words, name=words, url=words))
        artist = replace(room.artist, name=words)
        exhibits = tuple(replace(each, picture=replace(each.picture, profile=status.profile)) for each in room.exhibits)
        rooms.append(replace(room, artist=artist, accounts=(status,), exhibits=exhibits))
    return replace(exhibition, rooms=tuple(rooms))


@given(st.text(max_size=40))
def test_json_in_a_page_stays_in_its_element(text: str) -> None:
    """Whatever it says, JSON for a script element says the same, and no sign in it ends the element or a line."""
    written = script_json([text, "<&>\u2028\u2029"])
    assert json.loads(written) == [text, "<&>\u2028\u2029"]
    assert not set("<&>\u2028\u2029") & set(written)
    assert "青" in script_json("青")


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_words(words: str) -> None:
    """Whatever is written: no element, attribute or link comes of it, and nothing that reorders text gets through."""
    settings = SiteSettings(
        title=words, description=words, site_url="https://example.org/", contact=words, report_url=words, indexing=True
    )
    files = files_of(hostile_exhibition(words), settings)
    for path, file in files.items():
        raw = content(file)
        if path.startswith("static/"):
            continue
        text = raw.decode("utf-8")
        for character in "\u202a\u202b\u202d\u202e\u2066\u2067\u2069\x00\x08\x1b":
            assert character not in text, (path, hex(ord(character)))
        if path.endswith(".json"):
            json.loads(text)
        if not path.endswith(".html"):
            continue
        for tag, found in Reader(text).elements:
            assert tag in USUAL, (path, tag)
            assert not [name for name in found if name.startswith("on") or name == "style"], (path, found)
            for name in ("href", "src"):
                target = found.get(name, "https://")
                assert re.match(r"https://|mailto:|#|/[a-z]|(\.\./)*[a-z0-9_]", target), (path, target)
                assert not target.lower().startswith(("javascript", "data", "vbscript")), (path, target)
        assert text.lower().count("<script") == len(Reader(text).all("script"))


@given(st.text(max_size=300), st.integers(1, 50))
def test_clean_text_has_no_controls_and_keeps_its_length(text: str, limit: int) -> None:
    """Cleaned text holds no control, surrogate, private or reordering character, and is never longer than allowed."""
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit + 1
    for character in cleaned:
        assert character == "\n" or unicodedata.category(character) not in ("Cc", "Cs", "Co")
        assert ord(character) & 0xFFFE != 0xFFFE
        assert not 0xFDD0 <= ord(character) <= 0xFDEF
        assert character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    assert "\n" not in one_line(text, limit)
    assert len(one_line(text, limit)) <= limit + 1


def test_right_to_left_writing_keeps_its_marks() -> None:
    """A mark that puts a sign on its side stays in words, and ends no address and makes no other tag."""
    words = "שלום!\u200f https://a.example/b\u200f #ציור\u200f"
    assert clean(words) == words
    assert [piece.href for piece in pieces(words, "x", "", {}) if piece.href] == ["https://a.example/b"]
    assert fold("ציור\u200f") == fold("ציור")
    assert one_line("\u200f \u200e") == ""


@pytest.mark.parametrize("name", ["\u3164", "\u200b\u200b", "\u2800 \u2800", "\u115f\u1160", "\U000e0041"])
def test_a_name_of_which_nothing_is_seen_is_none(name: str) -> None:
    """A link with such a name could not be found: the artist gets the one that the address has."""
    exhibition = made_exhibition(4, artists=1)
    room = exhibition.rooms[0]
    nameless = replace(exhibition, rooms=(replace(room, artist=replace(room.artist, name=name)),))
    assert f"<bdi>{room.artist.slug}</bdi>" in text_of(files_of(nameless), f"a/{room.artist.slug}/index.html")


def test_signs_newer_than_this_python_stay() -> None:
    """An emoji that Unicode will only name later is no rubbish: phones may know it before Python does."""
    later = next(chr(place) for place in range(0x1FAFF, 0x1F000, -1) if unicodedata.category(chr(place)) == "Cn")
    assert one_line(f"{later} Aoi \U0001fa77") == f"{later} Aoi \U0001fa77"
    assert one_line("A\ufdd0o\U0001fffei") == "Aoi"


@given(st.one_of(st.text(max_size=80), st.text(string.printable, max_size=60).map(lambda rest: f"https://{rest}")))
def test_only_plain_web_links_pass(url: str) -> None:
    """An accepted address starts with http(s), names a host, and holds nothing that could end an attribute."""
    accepted = web_address(url)
    if accepted:
        assert accepted == url
        assert re.match(r"https?://[^/@]+", url)
        assert not re.search(r"[\s\"'<>\\`\x00-\x1f]", url)


@given(st.text(min_size=1, max_size=60).filter(fold))
def test_tag_addresses_are_plain_and_distinct(tag: str) -> None:
    """Any tag gets a short ASCII path segment, and no two tags share one by accident of their letters."""
    folded = fold(tag)
    slug = tag_slug(folded)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,60}", slug)
    assert slug != tag_slug(folded + "!")


@pytest.mark.parametrize("tag", ["cat!", "猫", "a" * 41])
def test_a_tag_named_like_an_address_has_another(tag: str) -> None:
    """A tag whose letters are those of another tag's address gets an address of its own."""
    slug = tag_slug(tag)
    assert tag_slug(slug) != slug


def test_post_text_keeps_its_words_and_links() -> None:
    """Addresses, tags with pages and names become links; every other word stays, in order."""
    text = "見て https://example.org/a?b=1). #海 #none @aoi.example.com and @b@art.example, bye"
    cut = pieces(text, "bluesky", "https://bsky.app/profile/", {"海": "../t/x/index.html"})
    assert "".join(piece.words for piece in cut) == text
    assert [(piece.words, piece.href) for piece in cut if piece.href] == [
        ("https://example.org/a?b=1", "https://example.org/a?b=1"),
        ("#海", "../t/x/index.html"),
        ("@aoi.example.com", "https://bsky.app/profile/aoi.example.com"),
        ("@b@art.example", "https://art.example/@b"),
    ]


@pytest.mark.parametrize(
    ("network", "text", "linked"),
    [
        ("x", "お借りした子です @someoneさんの", {"@someone": "someone"}),
        ("x", "@mika-san and @ben. @abcdefghijklmnopqrst", {"@mika": "mika", "@ben": "ben"}),
        ("x", "mail@art.example, @aoi.bsky.example", {}),
        ("x", "塗りは @mika@pawoo.netさん", {"@mika@pawoo.net": "https://pawoo.net/@mika"}),
        ("x_archive", "@kumoさん", {"@kumo": "kumo"}),
        ("bluesky", "@someone @aoi.example.comさん", {"@aoi.example.com": "aoi.example.com"}),
        ("misskey", "@a.b-c_dちゃん @ben@no", {"@a.b-c_d": "a.b-c_d"}),
        ("mastodon", "@mika と @mika@pawoo.netさん", {"@mika@pawoo.net": "https://pawoo.net/@mika"}),
        ("folder", "@mika @mika@pawoo.例え @\u212aumo", {}),
    ],
)
def test_names_end_where_their_network_ends_them(network: str, text: str, linked: dict[str, str]) -> None:
    """A name has the letters that its network allows, whatever follows; one that may be anybody's leads nowhere."""
    found = {piece.words: piece.href for piece in pieces(text, network, "https://h.example/", {}) if piece.href}
    assert found == {
        words: href if href.startswith("https") else f"https://h.example/{href}" for words, href in linked.items()
    }


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("通販はhttps://shop.example/aで", "https://shop.example/a"),
        ("https://shop.example/で販売中", "https://shop.example/"),
        ("https://shop.example/a？ はい", "https://shop.example/a"),
        ("https://shop.example/@aoiさん", "https://shop.example/@aoi"),
        ("https://w.example/%E7%B5%B5?q=1#a（辞典）", "https://w.example/%E7%B5%B5?q=1#a"),
        ("https://w.example/wiki/絵の具。次", "https://w.example/wiki/絵の具"),
        ("https://w.example/?tag=オリジナル&page=2 ", "https://w.example/?tag=オリジナル&page=2"),
        ("https://w.example/café/thé.", "https://w.example/café/thé"),
        ("https://w.example/@初音ミク 見て", "https://w.example/@初音ミク"),
        ("https://w.example/@HoloEN公式", "https://w.example/@HoloEN公式"),
        ("https://w.example/@あおい 見て", "https://w.example/@あおい"),
        ("https://w.example/wiki/X線", "https://w.example/wiki/X線"),
        ("https://w.example/wiki/Foo#概要", "https://w.example/wiki/Foo#概要"),
        ("https://w.example/blog-日本", "https://w.example/blog-日本"),
        ("https://w.example/tags/うちの子", "https://w.example/tags/うちの子"),
        ("https://w.example/tags/から", "https://w.example/tags/"),
        ("https://w.example/をよろしく", "https://w.example/"),
        ("https://w.example/a?v=b参照", "https://w.example/a?v=b"),
        ("https://한국.example/a에서", "https://한국.example/a"),
        ("https://www.日本語.jp/ です", "https://www.日本語.jp/"),
        ("https://日本語.jpです", "https://日本語.jp"),
        ("https://例え.テスト/a", "https://例え.テスト/a"),
        ("https://shop.exampleやfoo.netで", "https://shop.example"),
    ],
)
def test_addresses_end_where_japanese_prose_goes_on(text: str, address: str) -> None:
    """Kana and fullwidth signs after an address are prose; a path that is written in Japanese belongs to it."""
    assert [piece.href for piece in pieces(text, "x", "https://x.com/", {}) if piece.href] == [address]


@pytest.mark.parametrize(
    "text", ["https://w.example/@は", "https://w.example/@「葵」", "https://www.日本語です", "https://www.w.日本語です"]
)
def test_an_address_of_which_only_a_fragment_is_sure_is_no_link(text: str) -> None:
    """Where the end of a host, or a person's name, cannot be told from the text around, nothing is linked."""
    assert [piece for piece in pieces(text, "x", "", {}) if piece.href] == []


def work_page(**post: object) -> str:
    """The page of a work whose post says this."""
    exhibition = changed(made_exhibition(3, artists=1), 0, with_post(**post))
    picture = exhibition.rooms[0].exhibits[0].picture
    files = files_of(exhibition, PUBLIC)
    return text_of(files, f"a/minato-aoi/w/{picture.id}/index.html")


def test_words_behind_a_warning_are_folded_and_are_no_snippet() -> None:
    """A warning covers the words as it does where they were posted; searches and shared links get the warning."""
    html = work_page(warning="spoilers: episode 5", text="The hero dies.", sensitive=False)
    head, _, body = html.partition("</head>")
    assert "The hero dies" not in head
    assert 'content="spoilers: episode 5"' in head
    assert re.search(
        r"<details class=\"warned\"><summary><bdi[^>]*>spoilers: episode 5</bdi></summary><div[^>]*>The hero", body
    )
    assert "<details" not in work_page(warning="", text="The hero dies.")


@pytest.mark.parametrize("copies", [Copies.FULL, Copies.HOTLINK, Copies.LINKS])
def test_the_artists_own_description_is_whole_on_the_works_page(copies: Copies) -> None:
    """An alt text as long as the networks allow is read to its end where the picture stands alone, in its language, and
    so are the words that stand where no picture does."""
    words = "a pier at dusk, " * 90
    exhibition = made_exhibition(3, artists=1)

    def described(exhibit: Exhibit) -> Exhibit:
        picture = exhibit.picture
        post = replace(picture.post, language="de")
        return replace(exhibit, picture=replace(picture, post=post, media=replace(picture.media, alt=words)))

    exhibition = changed(exhibition, 0, described)
    picture = exhibition.rooms[0].exhibits[0].picture
    files = files_of(exhibition, replace(PUBLIC, copies=copies))
    reader = page(files, f"a/minato-aoi/w/{picture.id}/index.html")
    if copies is Copies.LINKS:
        assert reader.all("span", class_="none", lang="de")
        assert f">{words.strip()}</span>" in text_of(files, f"a/minato-aoi/w/{picture.id}/index.html")
    else:
        (image,) = reader.all("img", lang="de")
        assert image["alt"] == words.strip()
    assert all(len(image["alt"]) <= 241 for image in page(files, "a/minato-aoi/index.html").all("img"))


def test_words_without_a_language_are_in_the_artists() -> None:
    """Where the network names no language, the one that the maintainer gave counts; the page's own is not repeated."""
    exhibition = changed(made_exhibition(3, artists=1), 0, with_post(language=None, title="夕焼け", text="海です"))
    room = exhibition.rooms[0]
    artist = replace(room.artist, language="ja")
    exhibits = tuple(
        replace(one, picture=replace(one.picture, account=replace(one.picture.account, artist=artist)))
        for one in room.exhibits
    )
    files = files_of(replace(exhibition, rooms=(replace(room, artist=artist, exhibits=exhibits),)), PUBLIC)
    path = f"a/minato-aoi/w/{exhibits[0].picture.id}/index.html"
    assert page(files, path).all("h1", lang="ja")
    assert page(files, path).all("div", lang="ja")
    assert not page(files, f"ja/{path}").all("h1", lang="ja")


@pytest.mark.parametrize(
    ("language", "words", "agrees"),
    [
        ("ja", "A cat asleep on a map", False),
        ("ja", "猫", True),
        ("ja-JP", "Catの絵", True),
        ("ja-Latn", "Neko no e", True),
        ("zh-Hant", "A cat", False),
        ("zh-Hant", "貓", True),
        ("ko", "猫", False),
        ("ko", "고양이", True),
        ("en", "夕焼けの海", False),
        ("es", "夕焼け – atardecer", True),
        ("ru", "A cat", False),
        ("ka", "კატა", True),
        ("en", "2024 ✨", False),
    ],
)
def test_words_in_other_letters_are_not_called_the_artists_language(language: str, words: str, agrees: bool) -> None:
    """English by somebody who writes in Japanese is not announced as Japanese, unless the post itself says so."""
    exhibition = changed(made_exhibition(3, artists=1), 0, with_post(language=None, title=words, text=words))
    room = exhibition.rooms[0]
    (work, *_) = works_of(replace(room, artist=replace(room.artist, language=language)), {}, PUBLIC)
    assert [work.language_of(words), work.language_of("")] == [language if agrees else "", ""]
    said = replace(work, exhibit=with_post(language=language)(work.exhibit))
    assert said.language_of(words) == language


def test_an_english_description_on_a_japanese_artists_tile_is_english() -> None:
    """Neither tile nor work page calls an English description Japanese where only the artist's language is known."""
    exhibition = changed(made_exhibition(3, artists=1), 0, with_post(language=None, title="夕焼け", text="Some words"))

    def described(exhibit: Exhibit) -> Exhibit:
        media = replace(exhibit.picture.media, alt="A pier in the rain")
        return replace(exhibit, picture=replace(exhibit.picture, media=media))

    exhibition = changed(exhibition, 0, described)
    files = files_of(exhibition, PUBLIC)
    path = f"a/minato-aoi/w/{exhibition.rooms[0].exhibits[0].picture.id}/index.html"
    tile = f"w-{exhibition.rooms[0].exhibits[0].picture.id}"
    assert tile in page(files, "a/minato-aoi/index.html").tiles
    for shown in (path, "a/minato-aoi/index.html"):
        images = page(files, shown).all("img", alt="A pier in the rain")
        assert images
        assert not any("lang" in image for image in images), shown
    assert page(files, path).all("h1", lang="ja")
    assert not page(files, path).all("div", lang="ja")


def test_every_tag_is_in_the_text_or_in_the_list() -> None:
    """A tag leads to its page from the text, also behind a full-width sign; what the text does not name is listed."""
    exhibition = changed(
        changed(
            made_exhibition(4, artists=1),
            0,
            with_post(text="夕焼け ＃海 と #seaside です", tags=("海", "sea", "seaside")),
        ),
        1,
        with_post(text="", tags=("海", "sea", "seaside")),
    )
    picture = exhibition.rooms[0].exhibits[0].picture
    files = files_of(exhibition, PUBLIC)
    html = text_of(files, f"a/minato-aoi/w/{picture.id}/index.html")
    text = html.partition('class="text"')[2].partition("</div>")[0]
    listed = html.partition('<p class="tags">')[2].partition("</p>")[0]
    assert re.search(r'<a href="[^"]*/t/[^"]+">＃海</a>', text)
    assert ">#seaside</a>" in text
    assert "#sea<" in listed
    assert "#seaside" not in listed
    assert "海" not in listed
