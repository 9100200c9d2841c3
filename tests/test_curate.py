"""What is shown, as what, in which order; people's words win."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from gallery.curate import Words, curate, name_artists
from gallery.domain import (
    Account,
    AccountStatus,
    Artist,
    Correction,
    Label,
    Media,
    Picture,
    Post,
    Prediction,
    Profile,
    SiteSettings,
)
from gallery.edited.corrections import load_corrections, work_name
from gallery.errors import AccountState, ConfigError
from gallery.sources import networks

NOW = datetime(2026, 11, 23, tzinfo=UTC)
AOI = Artist("aoi", "Aoi")
BLUESKY = Account("bluesky", "aoi.example.com", AOI)
MASTODON = Account("mastodon", "aoi@art.example", AOI)
SURE, LIKELY, PHOTO = Prediction(0.98, 0.01, 0.01), Prediction(0.6, 0.3, 0.1), Prediction(0.1, 0.85, 0.05)


def picture(
    name: str,
    account: Account = BLUESKY,
    *,
    days: int = 0,
    size: int = 100,
    sha256: str = "",
    label: Label | None = None,
) -> Picture:
    post = Post(name, f"https://example.com/{name}", NOW - timedelta(days=days), ())
    media = Media(name, f"https://cdn.example/{name}", label=label)
    return Picture(sha256 or name, account, post, media, 0, size, size)


def show(pictures, predictions, *, correction=None, opt_out=None, dhashes=None, **settings):
    accounts = {one.account.key: one.account for one in pictures}
    return curate(
        pictures,
        predictions,
        Words(lambda one: (correction or {}).get(one.post.key), lambda one: (opt_out or {}).get(one.post.key)),
        [AccountStatus(one, None, AccountState.ACTIVE, NOW) for one in accounts.values()],
        SiteSettings(**settings),
        dhashes or {},
        NOW,
    )


def keys(exhibition) -> list[str]:
    return [exhibit.picture.post.key for room in exhibition.rooms for exhibit in room.exhibits]


def test_best_first_then_newest() -> None:
    """Pictures stand by score, and among equals the newest comes first."""
    pictures = [picture("old", days=9), picture("likely"), picture("new", days=1)]
    assert keys(show(pictures, {"old": SURE, "likely": LIKELY, "new": SURE})) == ["new", "old", "likely"]


def test_pages_of_a_comic_stand_in_the_order_of_their_post() -> None:
    """Pictures of one post that are equally sure drawings keep its order, in whatever order the store names them."""
    pages = [replace(picture("comic", sha256=str(index)), index=index) for index in range(4)]
    others = [replace(picture("post", sha256=f"other {index}"), index=index) for index in range(2)]
    mixed = [pages[2], others[1], pages[0], pages[3], others[0], pages[1]]
    shown = show(mixed, {one.sha256: SURE for one in mixed}).rooms[0].exhibits
    assert [exhibit.picture for exhibit in shown] == [*pages, *others]


def test_pinned_comes_before_all() -> None:
    """A pinned picture stands first whatever its score."""
    shown = show([picture("a"), picture("b")], {"a": SURE, "b": LIKELY}, correction={"b": Correction(pin=True)})
    assert keys(shown) == ["b", "a"]


def test_below_the_threshold_it_says_maybe() -> None:
    """Below the hint threshold a picture is marked unsure; the threshold is the maintainer's."""
    pictures = [picture("a")]
    assert show(pictures, {"a": LIKELY}).rooms[0].exhibits[0].verdict.unsure
    assert not show(pictures, {"a": LIKELY}, hint_threshold=0.55).rooms[0].exhibits[0].verdict.unsure


def test_a_person_wins_over_the_model() -> None:
    """A corrected label replaces the model's, is sure, and is marked as a person's word."""
    shown = show([picture("a")], {"a": SURE}, correction={"a": Correction(label=Label.PHOTO)})
    verdict = shown.rooms[0].exhibits[0].verdict
    assert (verdict.label, verdict.score, verdict.by_person) == (Label.PHOTO, 1.0, True)


def test_the_posters_own_word_needs_no_model() -> None:
    """A label in the sidecar stands even where the model has seen nothing."""
    shown = show([picture("a", label=Label.OTHER)], {})
    assert shown.rooms[0].exhibits[0].verdict.label is Label.OTHER


@pytest.mark.parametrize(
    ("reason", "arguments"),
    [
        ("hidden by a person", {"correction": {"a": Correction(hide=True)}}),
        ("opted out", {"opt_out": {"a": "opted out"}}),
        ("sensitive", {"correction": {"a": Correction(sensitive=True)}, "sensitive": "hide"}),
    ],
)
def test_hidden_pictures_are_counted_with_their_reason(reason: str, arguments: dict) -> None:
    """What is not shown is counted under the reason why."""
    shown = show([picture("a"), picture("b")], {"a": SURE, "b": SURE}, **arguments)
    assert keys(shown) == ["b"]
    assert dict(shown.hidden) == {reason: 1}


def test_opting_out_wins_over_every_correction() -> None:
    """No correction brings back what its artist withdrew."""
    shown = show([picture("a")], {"a": SURE}, correction={"a": Correction(pin=True)}, opt_out={"a": "opted out"})
    assert keys(shown) == []


def test_unread_pictures_are_not_shown() -> None:
    """A picture that could not be classified is counted, not guessed."""
    assert dict(show([picture("a")], {}).hidden) == {"could not be classified": 1}


def test_same_bytes_of_one_artist_are_shown_once() -> None:
    """One picture posted twice is one exhibit, dated by its first post."""
    pictures = [picture("again", MASTODON, sha256="s"), picture("first", days=3, sha256="s")]
    shown = show(pictures, {"s": SURE})
    assert keys(shown) == ["first"]
    assert dict(shown.hidden) == {"repeat of another picture": 1}


def test_lookalikes_across_accounts_are_one_and_the_largest_stays() -> None:
    """A network's re-encoded copy of a picture gives way to the larger original."""
    pictures = [picture("small", size=100), picture("large", MASTODON, size=400)]
    hashes = {"small": "00ff00ff00ff00ff", "large": "00ff00ff00ff00fe"}
    assert keys(show(pictures, {"small": SURE, "large": SURE}, dhashes=hashes)) == ["large"]


@pytest.mark.parametrize(("bits", "height", "shown"), [(0b11, 200, 1), (0b111, 200, 2), (0, 190, 2)])
def test_no_drawing_gives_way_to_one_that_is_merely_like_it(bits: int, height: int, shown: int) -> None:
    """Up to two bits of 64 are lost in a re-encoding; three, or another shape, are another drawing."""
    pictures = [picture("a", size=100), replace(picture("b", MASTODON, size=200), height_px=height)]
    assert len(keys(show(pictures, {"a": SURE, "b": SURE}, dhashes=looks(a=0, b=bits)))) == shown


def test_every_picture_that_is_left_out_is_counted() -> None:
    """Two that repeat others are two, and so are two sensitive ones where those are hidden."""
    pictures = [picture(f"{name}{copy}", sha256=name) for name in "ab" for copy in range(2)]
    shown = show([marked(one) for one in pictures], {"a": SURE, "b": SURE}, sensitive="hide")
    assert shown.hidden == {"repeat of another picture": 2, "sensitive": 2}


def marked(one: Picture) -> Picture:
    """The picture in a post that its poster marked sensitive."""
    return replace(one, post=replace(one.post, sensitive=True))


@pytest.mark.parametrize("repeat", ["same bytes", "look-alike"])
@pytest.mark.parametrize("marked_one", ["kept", "dropped"])
def test_a_warning_on_one_of_two_copies_veils_the_one_that_is_shown(repeat: str, marked_one: str) -> None:
    """Whichever copy was marked, by its poster or by a person: the other is no way around the mark."""
    large = picture("large", size=400, sha256="x" if repeat == "same bytes" else "")
    small = picture("small", MASTODON, size=200, sha256="x" if repeat == "same bytes" else "")
    pictures = [marked(large), small] if marked_one == "kept" else [large, marked(small)]
    scores = dict.fromkeys(("x", "large", "small"), SURE)
    dhashes = dict.fromkeys(("x", "large", "small"), "f0f0f0f00f0f0f0f")
    shown = show(pictures, scores, dhashes=dhashes)
    (exhibit,) = shown.rooms[0].exhibits
    assert (exhibit.picture.post.key, exhibit.verdict.sensitive) == ("large", True)
    hidden = show(pictures, scores, dhashes=dhashes, sensitive="hide")
    assert not keys(hidden)
    assert hidden.hidden == {"repeat of another picture": 1, "sensitive": 1}
    told = {"small": Correction(sensitive=True)}
    assert show([large, small], scores, dhashes=dhashes, correction=told).rooms[0].exhibits[0].verdict.sensitive
    cleared = {"large": Correction(sensitive=False)}
    assert keys(show(pictures, scores, dhashes=dhashes, correction=cleared, sensitive="hide")) == ["large"]


@pytest.mark.parametrize("repeat", ["same bytes", "look-alike"])
def test_hiding_a_picture_brings_no_copy_of_it_to_light(repeat: str) -> None:
    """What a person hid is not shown from another account in its place, unless a person said so of that very copy;
    another artist's picture is their own."""
    sha256 = "x" if repeat == "same bytes" else ""
    ben = Account("bluesky", "ben.example.com", Artist("ben", "Ben"))
    pictures = [picture("hidden", sha256=sha256), picture("copy", MASTODON, sha256=sha256), picture("other", MASTODON)]
    pictures.append(picture("theirs", ben, sha256=sha256))
    scores = dict.fromkeys(("x", "hidden", "copy", "other", "theirs"), SURE)
    dhashes = {**dict.fromkeys(scores, "f0f0f0f00f0f0f0f"), "other": "0123456789abcdef"}
    told = {"hidden": Correction(hide=True)}
    shown = show(pictures, scores, dhashes=dhashes, correction=told)
    assert keys(shown) == ["other", "theirs"]
    assert shown.hidden == {"hidden by a person": 2}
    told["copy"] = Correction(hide=False)
    assert "copy" in keys(show(pictures, scores, dhashes=dhashes, correction=told))


def test_variants_on_one_account_stay() -> None:
    """Look-alikes on one account are variants that the artist posted on purpose."""
    pictures = [picture("a"), picture("b")]
    hashes = {"a": "00ff00ff00ff00ff", "b": "00ff00ff00ff00ff"}
    assert len(keys(show(pictures, {"a": SURE, "b": SURE}, dhashes=hashes))) == 2


LOOK = 0x0F0F3C3C5A5A9696


def looks(**bits: int) -> dict[str, str]:
    """Name → the hash that differs from LOOK in these bits."""
    return {name: f"{LOOK ^ changed:016x}" for name, changed in bits.items()}


def shown_in_any_order(pictures: list[Picture], dhashes: dict[str, str], **arguments) -> list[tuple[str, bool]]:
    """What hangs, and whether it is veiled, which no order of the pictures may change."""
    seen = set()
    for order in permutations(pictures):
        exhibition = show(order, dict.fromkeys(dhashes, SURE), dhashes=dhashes, **arguments)
        (room,) = exhibition.rooms
        seen.add(tuple(sorted((one.picture.post.key, one.verdict.sensitive) for one in room.exhibits)))
    (only,) = seen
    return list(only)


def test_a_larger_copy_elsewhere_takes_the_place_of_one_variant_alone() -> None:
    """Of the variants on one account, that which is nearest to the copy gives way; all others hang."""
    pictures = [picture("blink", MASTODON, days=9), picture("day", MASTODON), picture("large", size=200)]
    hashes = looks(blink=1, day=0, large=0)
    assert shown_in_any_order(pictures, hashes) == [("blink", False), ("large", False)]


def test_variants_find_their_own_copies() -> None:
    """Variants that were all posted on three accounts hang once each, in the largest size."""
    posted = {"day": 0, "night": 0b11}
    places = {"a": (BLUESKY, 300), "b": (MASTODON, 200), "c": (Account("misskey", "aoi@mi.example", AOI), 100)}
    named = [(variant, place) for variant in posted for place in places]
    pictures = [picture(f"{what} {at}", places[at][0], size=places[at][1]) for what, at in named]
    hashes = looks(**{f"{what} {at}": posted[what] ^ (at == "b") for what, at in named})
    assert shown_in_any_order(pictures, hashes) == [("day a", False), ("night a", False)]


def test_a_picture_that_a_person_wants_to_stay_is_no_repeat() -> None:
    """`hide: false` of a copy has it hang beside the larger one."""
    pictures = [picture("small", size=100), picture("large", MASTODON, size=400)]
    told = {"small": Correction(hide=False)}
    assert shown_in_any_order(pictures, looks(small=0, large=0), correction=told) == [
        ("large", False),
        ("small", False),
    ]
    same = [replace(one, sha256="x") for one in pictures]
    assert len(keys(show(same, {"x": SURE}, correction=told))) == 2


def test_a_mark_veils_whichever_variant_it_may_mean() -> None:
    """A mark that no variant on the other account bears veils all that look alike; another's own mark is no mark of
    the nearest, and where the nearest bears its own, the rest stays open."""
    open_one, unmarked = picture("open", MASTODON, size=300), picture("meant", MASTODON, size=200)
    small = marked(picture("small", size=100))
    hashes = looks(open=0, meant=3 << 60, small=3 << 60)
    assert shown_in_any_order([open_one, unmarked, small], hashes) == [("meant", True), ("open", True)]
    assert shown_in_any_order([open_one, marked(unmarked), small], hashes) == [("meant", True), ("open", False)]
    assert shown_in_any_order([marked(open_one), unmarked, small], hashes) == [("meant", True), ("open", True)]
    cleared = {"meant": Correction(sensitive=False)}
    assert shown_in_any_order([open_one, unmarked, small], hashes, correction=cleared) == [
        ("meant", False),
        ("open", False),
    ]


@pytest.mark.parametrize("repeat", ["same bytes", "look-alike"])
def test_what_a_person_said_of_a_copy_holds_for_the_one_that_is_kept(repeat: str) -> None:
    """pin and cover go over to it, unless a person said otherwise of that very picture."""
    sha256 = "x" if repeat == "same bytes" else ""
    pictures = [picture("small", size=100, sha256=sha256), picture("large", MASTODON, size=300, sha256=sha256)]
    scores = dict.fromkeys(("x", "small", "large"), SURE)
    drawing, best = Correction(label=Label.DRAWING), Correction(pin=True, cover=True)

    def verdict(**told: Correction) -> tuple[str, bool, bool]:
        (exhibit,) = show(pictures, scores, dhashes=looks(x=0, small=0, large=0), correction=told).rooms[0].exhibits
        return (exhibit.picture.post.key, exhibit.verdict.pinned, exhibit.verdict.cover)

    assert verdict(small=best, large=drawing) == ("large", True, True)
    refused = replace(drawing, pin=False, cover=False)
    assert verdict(small=best, large=refused) == ("large", False, False)


def test_what_was_posted_again_beside_a_hidden_picture_stays_hidden_in_any_order() -> None:
    """Bytes that look like a hidden picture on another account are refused on its own account, too."""
    hidden, again = picture("hidden"), picture("again", sha256="x")
    copy, other = picture("copy", MASTODON, sha256="x"), picture("other", MASTODON)
    told = {"hidden": Correction(hide=True)}
    hashes = looks(hidden=0, x=1) | {"other": "0123456789abcdef"}
    assert shown_in_any_order([hidden, again, copy, other], hashes, correction=told) == [("other", False)]


def test_plain_pictures_are_never_lookalikes() -> None:
    """The hash of a nearly plain picture says nothing, so it joins nothing."""
    pictures = [picture("a"), picture("b", MASTODON)]
    hashes = {"a": "0000000000000001", "b": "0000000000000001"}
    assert len(keys(show(pictures, {"a": SURE, "b": SURE}, dhashes=hashes))) == 2


def test_artist_takes_the_name_they_gave_themselves() -> None:
    """Without a name in accounts.yaml the account's display name is shown, and without that its handle;
    of several accounts the first one's."""
    nameless = Account("bluesky", "aoi.example.com", Artist("aoi", ""))
    profile = Profile("did", "aoi.example.com", "Aoi / 青", "")
    assert name_artists([nameless], {nameless.key: profile})[0].artist.name == "Aoi / 青"
    assert name_artists([nameless], {})[0].artist.name == "aoi.example.com"
    second = replace(nameless, network="mastodon")
    profiles = {nameless.key: profile, second.key: replace(profile, name="Aoi's sketches")}
    assert {one.artist.name for one in name_artists([nameless, second], profiles)} == {"Aoi / 青"}


@pytest.mark.parametrize("network", [*networks(), "of_a_package"])
def test_a_path_of_the_maintainers_names_nobody(network: str) -> None:
    """A source that was not read yet gives its artist a file's name, never the way to it."""
    nameless = Account(network, "/home/realname/archives/aoi.zip", Artist("aoi", ""))
    assert name_artists([nameless], {})[0].artist.name == "aoi"


# --- corrections.yaml ------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("word", ["hide", "pin", "cover", "sensitive"])
def test_a_later_or_more_particular_no_takes_a_yes_back(tmp_path: Path, word: str) -> None:
    """What was said of a post is taken back for one of its pictures, and an entry by a later one of the same target."""
    one = picture("p", sha256="ab" * 32)
    post = f"- post: https://example.com/p\n  {word}: true\n"
    for later in (f"- post: https://example.com/p\n  picture: 1\n  {word}: false\n", post.replace("true", "false")):
        assert getattr(corrections(tmp_path, post + later).of(one), word) is False
    assert getattr(corrections(tmp_path, post + f"- work: {one.id!r}\n  label: photo\n").of(one), word) is True


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
