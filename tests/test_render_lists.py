"""Lists and the pages they lead to: every work once and in order, beside its post, its artist's face and its doubts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gallery.domain import Copies, Exhibition, Label, Media, Profile, Rendition, RenditionSet, SiteSettings
from gallery.render.site import Wing
from gallery.render.works import works_of
from tests.made_gallery import BUILT_AT, imagined_renditions, made_exhibition
from tests.render_kit import (
    PUBLIC,
    SETTINGS,
    Reader,
    changed,
    content,
    files_of,
    page,
    text_of,
    with_post,
    with_twins,
    with_verdict,
)


@pytest.fixture(scope="module")
def small() -> Exhibition:
    return made_exhibition(30)


def test_each_order_shows_every_work_once() -> None:
    """By score and by date, an artist's pages hold each drawing exactly once, a hundred a page at most, in order."""
    exhibition = made_exhibition(270, artists=1)
    files = files_of(exhibition, replace(SETTINGS, languages=("en",)))
    works = {f"w-{each.picture.id}": each for each in exhibition.rooms[0].exhibits}
    for base, parts, sizes in (
        ("a/minato-aoi/", ("", "p/2/", "p/3/"), [100, 100, 28]),
        ("a/minato-aoi/new/", ("", "p/2/", "p/1/"), [64, 64, 100]),
    ):
        pages = [page(files, f"{base}{part}index.html").tiles for part in parts]
        shown = [work for tiles in pages for work in tiles]
        assert [len(tiles) for tiles in pages] == sizes
        assert len(shown) == len(set(shown))
        assert sum(path.startswith(f"{base}p/") for path in files) == len(parts) - 1
        dates = [works[work].picture.post.created_at for work in shown]
        scores = [works[work].verdict.score for work in shown]
        assert (dates if "new" in base else scores) == sorted(dates if "new" in base else scores, reverse=True)
    everywhere = [
        work
        for part in ("", "p/2/", "p/3/", "photos/", "other/", "unsure/")
        for work in page(files, f"a/minato-aoi/{part}index.html").tiles
    ]
    assert sorted(everywhere) == sorted(works)


def test_no_page_has_an_id_twice() -> None:
    """Each element of a page has a name of its own, also where two artists have a work of one id."""
    for path, file in files_of(with_twins(made_exhibition(12, artists=2))).items():
        if path.endswith(".html"):
            names = [found["id"] for _, found in Reader(content(file).decode()).elements if "id" in found]
            assert len(names) == len(set(names)), path


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


@pytest.mark.parametrize(
    ("network", "english", "japanese"), [("folder", "Files", "ファイル"), ("x_archive", "X archive", "Xのアーカイブ")]
)
def test_the_status_page_tells_files_and_archives_in_its_language(
    small: Exhibition, network: str, english: str, japanese: str
) -> None:
    """What accounts.yaml calls them is the maintainer's business, and an archive is told from the account on X."""
    room = small.rooms[0]
    status = replace(room.accounts[0], account=replace(room.accounts[0].account, network=network, handle="a/b"))
    files = files_of(replace(small, rooms=(replace(room, accounts=(status,)), *small.rooms[1:])))
    for path, words in (("status/index.html", english), ("ja/status/index.html", japanese)):
        assert f"<td>{words} <a href=" in text_of(files, path)


def test_the_status_page_says_in_which_zone_its_days_are(small: Exhibition) -> None:
    """Posts have their day where the site is at home, accounts were read on a day in UTC: the page says so of both."""
    english, japanese = (text_of(files_of(small), f"{tree}status/index.html") for tree in ("", "ja/"))
    for text, built, last in ((english, "22 November 2026", "Last read"), (japanese, "2026年11月22日", "最終取得")):
        assert f"{built}</time> (UTC)" in text
        assert f"{last} (UTC)</th>" in text


def test_an_archive_has_the_address_that_it_names(small: Exhibition) -> None:
    """The handle of an X archive is a path: only the profile in it leads to X, and before it was read nothing does."""
    room = small.rooms[0]
    status = room.accounts[0]
    account = replace(status.account, network="x_archive", handle="archives/aoi.zip")
    profile = Profile("7", "aoi_draws", "Aoi", "https://x.com/aoi_draws")
    for known, link in ((profile, '<a href="https://x.com/aoi_draws" rel="me"><bdi>@aoi_draws</bdi></a>'), (None, "")):
        archive = replace(status, account=account, profile=known)
        exhibits = tuple(replace(e, picture=replace(e.picture, account=account, profile=known)) for e in room.exhibits)
        shown = replace(small, rooms=(replace(room, accounts=(archive,), exhibits=exhibits), *small.rooms[1:]))
        files = files_of(shown, PUBLIC)
        page = text_of(files, f"a/{room.artist.slug}/index.html")
        assert ('rel="me"' in page) == bool(link)
        assert link in page
        assert not [path for path in files if b"x.com/archives" in content(files[path])]
        assert "<td>X" in text_of(files, "status/index.html")


def test_lists_of_photos_do_not_call_themselves_drawings() -> None:
    """What searches and shared links say of a page is what hangs there, on lists and on the works' own pages."""
    exhibition = made_exhibition(3, artists=1, text="", media=(Media("m", "https://cdn.example.com/m", ""),))
    exhibition = changed(exhibition, 0, with_verdict(label=Label.PHOTO, score=0.9))
    files = files_of(exhibition, PUBLIC)
    work = f"w/{exhibition.rooms[0].exhibits[0].picture.id}/"
    for place, says in (("", "Drawings by"), ("photos/", "みなとあおい – Photos"), (work, "Photo by みなとあおい")):
        (description,) = page(files, f"a/minato-aoi/{place}index.html").all("meta", name="description")
        assert description["content"].startswith(says)


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


def test_a_work_leads_to_the_list_where_its_artist_hangs_now() -> None:
    """When the only drawing of an artist turns out to be none, the pages of all their works lead to their photos, and
    are made anew for that."""
    (room,) = made_exhibition(8, artists=1).rooms
    photos = tuple(with_verdict(label=Label.PHOTO, by_person=True)(one) for one in room.exhibits)
    drawing = with_verdict(label=Label.DRAWING, by_person=True)(photos[0])
    before, after = (
        files_of(Exhibition((replace(room, exhibits=exhibits),), {}, BUILT_AT), replace(SETTINGS, languages=("en",)))
        for exhibits in ((drawing, *photos[1:]), photos)
    )
    works = [path for path in after if "/w/" in path]
    assert all('"by"><a href="../../../../a/minato-aoi/photos/' in text_of(after, path) for path in works)
    assert [path for path in works if before[path].key == after[path].key] == []


@pytest.mark.parametrize("label", [Label.DRAWING, Label.PHOTO])
def test_a_chosen_cover_stands_on_the_card_wherever_it_ranks(label: Label) -> None:
    """A picture marked as cover comes first on the artist's card, also from beyond the best sixty and as a photo."""
    exhibition = made_exhibition(120, artists=1)
    (room,) = exhibition.rooms
    plain = [with_verdict(cover=False, label=Label.DRAWING, doubtful=False)(each) for each in room.exhibits]
    plain[100] = with_verdict(cover=True, label=label, sensitive=False)(plain[100])
    room = replace(room, exhibits=tuple(plain))
    works = works_of(room, imagined_renditions(replace(exhibition, rooms=(room,)), SETTINGS), SETTINGS)
    card = Wing(room, works).card_works
    assert card[0].id == plain[100].picture.id
    assert len(card) == 3


def only_photos(exhibition: Exhibition, place: int) -> Exhibition:
    """The exhibition with an artist who shows photos alone."""
    photo = with_verdict(label=Label.PHOTO, score=0.9, doubtful=False)
    exhibits = tuple(photo(each) for each in exhibition.rooms[place].exhibits)
    rooms = [replace(room, exhibits=exhibits) if at == place else room for at, room in enumerate(exhibition.rooms)]
    return replace(exhibition, rooms=tuple(rooms))


def test_the_way_to_an_artist_without_drawings_leads_to_what_there_is(small: Exhibition) -> None:
    """A card of three photos counts and leads to photos, as the name beside one does: not to where nothing hangs."""
    files = files_of(only_photos(small, 1))
    assert "Nothing hangs here yet" in text_of(files, "a/otter-and-ink/index.html")
    for path, way in (("index.html", ""), ("a/minato-aoi/index.html", "../../")):
        card = text_of(files, path).partition('<ul class="cards">')[2].partition("Otter &amp; Ink")
        assert card[0].rpartition('<a href="')[2].startswith(f'{way}a/otter-and-ink/photos/index.html"')
        assert card[2].partition("</span>")[0].endswith(">Photos 10")
    work = small.rooms[1].exhibits[0].picture.id
    name = text_of(files, f"a/otter-and-ink/w/{work}/index.html").partition('<p class="by"><a href="')[2]
    assert name.startswith('../../../../a/otter-and-ink/photos/index.html"')
    assert "More artists" in text_of(files, "a/otter-and-ink/photos/index.html")


def test_a_work_leads_back_to_the_list_in_which_it_hangs(small: Exhibition) -> None:
    """ "All works" of a photo are the photos, among which it is, in the order in which one came."""
    files = files_of(only_photos(small, 1))
    work = small.rooms[1].exhibits[0].picture.id
    ways = page(files, f"a/otter-and-ink/w/{work}/index.html").all("a", class_="up")
    assert [way["href"] for way in ways] == [
        f"../../../../a/otter-and-ink/photos/{order}index.html" for order in ("", "new/")
    ]


def test_what_hangs_alone_has_no_order() -> None:
    """One picture is neither sorted nor filtered; two are."""
    files = files_of(made_exhibition(3, artists=2))
    for slug, amount in (("otter-and-ink", 1), ("minato-aoi", 2)):
        reader = page(files, f"a/{slug}/index.html")
        assert len(reader.tiles) == amount
        assert len(reader.all("nav", class_="sort")) == len(reader.all("form")) == amount - 1


@pytest.mark.parametrize("theme", ["wall", "contact"])
def test_artists_without_a_picture_come_last_and_leave_no_hole(theme: str) -> None:
    """On the home page and under "More artists" their cards are names alone, after the cards that have pictures."""
    exhibition = made_exhibition(30, artists=5)
    one, two, *others = exhibition.rooms
    rooms = (replace(one, exhibits=()), replace(two, exhibits=()), *others)
    files = files_of(replace(exhibition, rooms=rooms), replace(SETTINGS, theme=theme))

    def cards(path: str) -> list[tuple[str, bool]]:
        found = text_of(files, path).partition('<ul class="cards">')[2].partition("</ul>")[0].split("<li>")[1:]
        return [(card.split("/index.html")[0].rpartition("/")[2], 'class="tri"' in card) for card in found]

    slug, *slugs = [room.artist.slug for room in others]
    empty = [(room.artist.slug, False) for room in (one, two)]
    assert cards("index.html") == [(slug, True), *((each, True) for each in slugs), *empty]
    assert cards(f"a/{slug}/index.html") == [*((each, True) for each in slugs), *empty][:3]


def test_doubt_and_persons_are_marked() -> None:
    """Low scores carry a question, very low ones hang under unsure, and a person's word says so instead of a number."""
    exhibition = made_exhibition(9, artists=1)
    exhibition = changed(exhibition, 0, with_verdict(score=0.7, doubtful=True, by_person=False, sensitive=False))
    exhibition = changed(exhibition, 1, with_verdict(score=0.4, doubtful=True, by_person=False))
    exhibition = changed(exhibition, 2, with_verdict(score=1.0, doubtful=False, by_person=True))
    files = files_of(exhibition)
    doubted, lost, settled = (f"w-{each.picture.id}" for each in exhibition.rooms[0].exhibits[:3])
    html = text_of(files, "a/minato-aoi/index.html")
    tile = {name: html[html.index(name) :].split("</li>")[0] for name in (doubted, settled)}
    assert "Not a drawing?" in tile[doubted]
    assert "70%" in tile[doubted]
    assert "checked" in tile[settled]
    assert "%<" not in tile[settled]
    assert page(files, "a/minato-aoi/unsure/index.html").tiles == [lost]
    assert "イラスト\u200bじゃない\u200bかも？" in text_of(files, "ja/a/minato-aoi/index.html")
    assert "100%" not in html
    stricter = files_of(exhibition, replace(SETTINGS, unsure_threshold=0.75))
    assert sorted(page(stricter, "a/minato-aoi/unsure/index.html").tiles) == sorted([doubted, lost])
