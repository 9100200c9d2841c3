"""What is shown, as what, in which order; people's words win."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from gallery.curate import name_artists
from gallery.domain import Account, Artist, Correction, Label, Picture, Profile
from gallery.sources import networks
from tests.curate_kit import AOI, BLUESKY, LIKELY, MASTODON, SURE, keys, picture, show


def test_best_first_then_newest() -> None:
    """Pictures stand by score, and among equals the newest comes first."""
    pictures = [picture("aged", days=9), picture("likely"), picture("new", days=1)]
    assert keys(show(pictures, {"aged": SURE, "likely": LIKELY, "new": SURE})) == ["new", "aged", "likely"]


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
    """Below the hint threshold a picture is marked doubtful, at it no more; the threshold is the maintainer's."""
    pictures = [picture("a")]
    assert show(pictures, {"a": LIKELY}).rooms[0].exhibits[0].verdict.doubtful
    assert not show(pictures, {"a": LIKELY}, hint_threshold=LIKELY.drawing).rooms[0].exhibits[0].verdict.doubtful


def test_a_person_wins_over_the_model() -> None:
    """A corrected label replaces the model's, is sure, and is marked as a person's word."""
    shown = show([picture("a")], {"a": SURE}, correction={"a": Correction(label=Label.PHOTO)})
    verdict = shown.rooms[0].exhibits[0].verdict
    assert (verdict.label, verdict.score, verdict.by_person) == (Label.PHOTO, 1.0, True)


def test_the_posters_own_word_needs_no_model() -> None:
    """A label in the sidecar stands even where the model has seen nothing, until a correction says otherwise."""
    shown = show([picture("a", label=Label.OTHER)], {})
    assert shown.rooms[0].exhibits[0].verdict.label is Label.OTHER
    shown = show([picture("a", label=Label.OTHER)], {}, correction={"a": Correction(label=Label.PHOTO)})
    assert shown.rooms[0].exhibits[0].verdict.label is Label.PHOTO


def test_whoever_marks_a_picture_as_sensitive_is_heard() -> None:
    """A mark on the picture, on its post or on its account veils it; without one it hangs open."""
    plain = picture("a")
    by_picture = replace(plain, media=replace(plain.media, sensitive=True))
    by_account = replace(plain, account=replace(plain.account, sensitive=True))
    for one, veiled in ((plain, False), (by_picture, True), (marked(plain), True), (by_account, True)):
        assert show([one], {"a": SURE}).rooms[0].exhibits[0].verdict.sensitive is veiled


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


@pytest.mark.parametrize(("bits", "height", "shown"), [(0b11, 200, 1), (0b111, 200, 2), (0, 197, 1), (0, 190, 2)])
def test_no_drawing_gives_way_to_one_that_is_merely_like_it(bits: int, height: int, shown: int) -> None:
    """Up to two bits of 64 are lost in a re-encoding, and a pixel in resizing; three, or another shape, are another
    drawing."""
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


@pytest.mark.parametrize("repeat", ["same bytes", "posted again", "look-alike"])
@pytest.mark.parametrize("marked_one", ["kept", "dropped"])
def test_a_warning_on_one_of_two_copies_veils_the_one_that_is_shown(repeat: str, marked_one: str) -> None:
    """Whichever copy was marked, by its poster or by a person: the other is no way around the mark, nor where both are
    to hang."""
    sha256, other = "" if repeat == "look-alike" else "x", BLUESKY if repeat == "posted again" else MASTODON
    large, small = picture("large", size=400, sha256=sha256), picture("small", other, size=200, sha256=sha256)
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
    both = show(pictures, scores, dhashes=dhashes, correction={"small": Correction(hide=False)}).rooms[0].exhibits
    assert [one.verdict.sensitive for one in both] == [True, True]


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
    alike = looks(open=0, meant=0, small=0)
    assert shown_in_any_order([marked(open_one), unmarked, small], alike) == [("meant", True), ("open", True)]
    cleared = {"meant": Correction(sensitive=False)}
    assert shown_in_any_order([open_one, unmarked, small], hashes, correction=cleared) == [
        ("meant", False),
        ("open", False),
    ]


@pytest.mark.parametrize("repeat", ["same bytes", "look-alike"])
def test_what_a_person_said_of_a_copy_holds_for_the_one_that_is_kept(repeat: str) -> None:
    """What is pinned is kept before what is larger, and what is labelled before both: pin and cover go over to it,
    unless a person said otherwise of that very picture."""
    sha256 = "x" if repeat == "same bytes" else ""
    pictures = [picture("small", size=100, sha256=sha256), picture("large", MASTODON, size=300, sha256=sha256)]
    scores = dict.fromkeys(("x", "small", "large"), SURE)
    drawing, best = Correction(label=Label.DRAWING), Correction(pin=True, cover=True)

    def verdict(**told: Correction) -> tuple[str, bool, bool]:
        (exhibit,) = show(pictures, scores, dhashes=looks(x=0, small=0, large=0), correction=told).rooms[0].exhibits
        return (exhibit.picture.post.key, exhibit.verdict.pinned, exhibit.verdict.cover)

    assert verdict(small=best) == ("small", True, True)
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
