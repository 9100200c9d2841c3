"""What people say about single pictures: how an entry finds its picture, and which of several wins."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from gallery.domain import Account, Artist, Correction, Label, Profile
from gallery.edited.corrections import load_corrections, work_name
from gallery.errors import ConfigError
from tests.curate_kit import picture


def corrections(tmp_path: Path, text: str):
    path = tmp_path / "corrections.yaml"
    path.write_text(text, "utf-8")
    return load_corrections(path)


def test_corrections_find_their_picture(tmp_path: Path) -> None:
    """A correction is found by permalink, by position in the post, by hash and by address on the site."""
    one = picture("p", sha256="ab" * 32)
    for target in ("post: https://example.com/p", "post: https://example.com/p\n  picture: 1", f"work: '{one.id}'"):
        said = corrections(tmp_path, f"- {target}\n  label: photo\n  reason: a figure\n").of(one)
        assert said is not None
        assert said.label is Label.PHOTO
    assert corrections(tmp_path, f"- sha256: {'ab' * 32}\n  hide: true\n").of(one).hide
    assert corrections(tmp_path, "- post: https://example.com/p\n  picture: 2\n  hide: true\n").of(one) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://you.github.io/gallery/a/{}/w/{}/",
        "https://you.github.io/gallery/ja/a/{}/w/{}/index.html?from=mail#score",
        "http://localhost:8000/a/{}/w/{}",
        "{}/w/{}",
        "{}/{}",
    ],
)
def test_a_work_is_named_by_the_address_of_its_page(tmp_path: Path, address: str) -> None:
    """What a report of a misfiled picture holds, the address of its page, names that artist's picture alone."""
    aoi, eve = picture("p"), picture("p", EVE)
    said = corrections(tmp_path, f"- work: {address.format('eve', eve.id)}\n  label: photo\n")
    assert said.of(aoi) is None
    assert said.of(eve) == Correction(label=Label.PHOTO, where="corrections.yaml:1")


def test_the_most_particular_entry_wins_wherever_it_stands(tmp_path: Path) -> None:
    """work wins over picture, picture over post, post over sha256, in any order; what it leaves unsaid others say."""
    one = picture("p", sha256="ab" * 32)
    entries = [
        f"- sha256: {one.sha256}\n  label: other\n  hide: true\n",
        f"- post: {one.post.permalink}\n  label: photo\n",
        f"- post: {one.post.permalink}\n  picture: 1\n  label: drawing\n",
        f"- work: {one.id!r}\n  label: other\n",
    ]
    for count, label in ((2, Label.PHOTO), (3, Label.DRAWING), (4, Label.OTHER)):
        for order in permutations(entries[:count]):
            said = corrections(tmp_path, "".join(order)).of(one)
            assert (said.label, said.hide) == (label, True)


@pytest.mark.parametrize("words", [("false", "true"), ("true", "false")])
def test_of_two_addresses_of_one_post_the_later_entry_wins(tmp_path: Path, words: tuple[str, str]) -> None:
    """A post on Bluesky goes by its author's handle and by their id: the file's order decides, not the spelling."""
    did, handle = "did:plc:aoi", "aoi.example.com"
    at = [f"https://bsky.app/profile/{name}/post/3k" for name in (did, handle)]
    one = picture("p")
    one = replace(one, post=replace(one.post, permalink=at[0]), profile=Profile(did, handle, "Aoi", ""))
    for order in permutations(at):
        entries = (f"- post: {address}\n  hide: {word}\n" for address, word in zip(order, words, strict=True))
        assert corrections(tmp_path, "".join(entries)).of(one).hide is (words[1] == "true")
    labels = zip((at[0], at[1], at[0]), ("drawing", "photo", "other"), strict=True)
    entries = (f"- post: {address}\n  label: {label}\n" for address, label in labels)
    assert corrections(tmp_path, "".join(entries)).of(one).label is Label.OTHER


@pytest.mark.parametrize("word", ["hide", "pin", "cover", "sensitive"])
def test_a_later_or_more_particular_no_takes_a_yes_back(tmp_path: Path, word: str) -> None:
    """What was said of a post is taken back for one of its pictures, and an entry by a later one of the same target."""
    one = picture("p", sha256="ab" * 32)
    post = f"- post: https://example.com/p\n  {word}: true\n"
    for later in (f"- post: https://example.com/p\n  picture: 1\n  {word}: false\n", post.replace("true", "false")):
        assert getattr(corrections(tmp_path, post + later).of(one), word) is False
    assert getattr(corrections(tmp_path, post + f"- work: {one.id!r}\n  label: photo\n").of(one), word) is True


def test_entries_of_one_picture_add_up(tmp_path: Path) -> None:
    """What two entries say of one post, or of it and of its picture, holds together, also where they call it by two
    names that turn out to be one."""
    one = picture("p")
    posts = ("https://example.com/p", "https://example.com/p\n  picture: 1", "https://example.com/old")
    for other in posts:
        said = corrections(tmp_path, f"- post: {other}\n  label: photo\n- post: {posts[0]}\n  pin: true\n")
        found = said.renamed({("post", "example.com/old"): "example.com/p"}).of(one)
        assert (found.label, found.pin) == (Label.PHOTO, True)
    found = corrections(tmp_path, f"- post: {posts[0]}\n  label: photo\n- post: {posts[1]}\n  pin: true\n").of(one)
    assert (found.label, found.pin) == (Label.PHOTO, True)


EVE = Account("bluesky", "eve.example.com", Artist("eve", "Eve"))


def test_a_borrowed_number_of_a_post_borrows_no_correction(tmp_path: Path) -> None:
    """A `work` that two artists have one of means that of whom is listed first, which the report says; with the artist
    before it, either, and that word wins over the other."""
    aoi, eve = picture("p", sha256="ab" * 32), picture("p", EVE, sha256="cd" * 32)
    assert aoi.id == eve.id
    said, (note,) = corrections(tmp_path, f"- work: {aoi.id!r}\n  pin: true\n").settled([aoi, eve])
    assert said.of(aoi) == Correction(pin=True, where="corrections.yaml:1")
    assert said.of(eve) is None
    assert note == f"corrections.yaml:1: taken to mean aoi/{aoi.id}; there is eve/{aoi.id}, too: say which"
    assert corrections(tmp_path, f"- work: {aoi.id!r}\n  pin: true\n").settled([aoi, picture("q", EVE)])[1] == ()
    for particular in ("aoi", "a/aoi/w"):
        text = f"- work: {particular}/{aoi.id}\n  pin: false\n- work: {aoi.id!r}\n  pin: true\n  hide: true\n"
        said, _ = corrections(tmp_path, text).settled([aoi, eve])
        assert (said.of(aoi).pin, said.of(aoi).hide) == (False, True)
    both = f"- work: eve/{aoi.id}\n  hide: true\n- work: aoi/{aoi.id}\n  pin: true\n"
    said, notes = corrections(tmp_path, both).settled([aoi, eve])
    assert notes == ()
    assert (said.of(aoi).pin, said.of(aoi).hide, said.of(eve).hide) == (True, None, True)


@pytest.mark.parametrize("slug", ["mika", "aoi-art-example"])
def test_a_page_named_by_its_old_address_keeps_its_correction(tmp_path: Path, slug: str) -> None:
    """A `work` of an artist who has none of this number, or is called otherwise by now, means whoever has it, which the
    report says; what is said of the new address wins."""
    now = picture("p", Account("bluesky", "aoi.example.com", Artist(slug, "Aoi")))
    entries = f"- work: {slug}/{now.id}\n  pin: true\n- work: aoi/{now.id}\n  hide: true\n  pin: false\n"
    said, (note,) = corrections(tmp_path, entries).settled([now, picture("q")])
    assert (said.of(now).hide, said.of(now).pin) == (True, True)
    assert note == f"corrections.yaml:3: taken to mean {slug}/{now.id}, for there is no aoi/{now.id} any more"


def test_of_several_artists_of_one_number_none_escapes_an_old_address(tmp_path: Path) -> None:
    """Where two have a work of the number that an address held which nobody has now, both are meant; where one of them
    still has the address, that one alone."""
    aoi, eve = picture("p"), picture("p", EVE)
    said, (note,) = corrections(tmp_path, f"- work: old/{aoi.id}\n  hide: true\n").settled([aoi, eve])
    assert (said.of(aoi).hide, said.of(eve).hide) == (True, True)
    assert note.endswith(f"taken to mean aoi/{aoi.id} and eve/{aoi.id}, for there is no old/{aoi.id} any more")
    said, notes = corrections(tmp_path, f"- work: eve/{aoi.id}\n  hide: true\n").settled([aoi, eve])
    assert (said.of(aoi), said.of(eve).hide, notes) == (None, True, ())


def test_missing_corrections_file_corrects_nothing(tmp_path: Path) -> None:
    """No file means that nobody has corrected anything."""
    assert load_corrections(tmp_path / "corrections.yaml").of(picture("p")) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "- post: https://x.com/a/status/1\n  labl: photo\n  hide: true\n",
            "corrections.yaml:2: unknown key 'labl'; did you mean 'label'?",
        ),
        ("- post: https://x.com/a/status/1\n  label: painting\n", "corrections.yaml:2: label:"),
        ("- label: photo\n", "names its picture by one of post, sha256 or work"),
        ("- post: https://x.com/a/status/1\n  reason: because\n", "the entry says nothing"),
        ("- post: https://x.com/a/status/1\n  hide:\n", "corrections.yaml:1: the entry says nothing; give one of"),
        ("- post: x\n  hide: true\n", "corrections.yaml:1: post:"),
        ("- hide: true\n  post: https://\n", "corrections.yaml:2: post:"),
        ("- sha256: abc\n  hide: true\n", "corrections.yaml:1: sha256:"),
        ("- post: https://x.com/a/status/1\n  picture: 0\n  hide: true\n", "corrections.yaml:2: picture:"),
        (
            "- work: 0c1d2e3f4a5b\n  picture: 2\n  hide: true\n",
            "corrections.yaml:2: picture counts the pictures of a post; it needs post",
        ),
        (
            "- work: https://you.github.io/gallery/a/aoi/\n  hide: true\n",
            "corrections.yaml:1: work: expected the address of a work's page here, or its last part, such as ",
        ),
        ("hide: true\n", "expected a list"),
    ],
)
def test_wrong_corrections_are_named(tmp_path: Path, text: str, message: str) -> None:
    """Every mistake in corrections.yaml names its line and what was expected."""
    with pytest.raises(ConfigError) as caught:
        corrections(tmp_path, text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://you.github.io/gallery/ja/a/aoi/w/0c1d2e3f4a5b/index.html#by-date", "aoi/0c1d2e3f4a5b"),
        ("a/aoi/w/0c1d2e3f4a5b/", "aoi/0c1d2e3f4a5b"),
        ("w/0c1d2e3f4a5b", "0c1d2e3f4a5b"),
        ("a/0c1d2e3f4a5b", "a/0c1d2e3f4a5b"),
    ],
)
def test_a_work_goes_by_any_end_of_its_address(address: str, name: str) -> None:
    """However much of a page's address is copied, the artist is named where it says so."""
    assert work_name(address) == name
