"""What the source ``bluesky`` makes of an answer: pictures, labels, tags and times, however spoilt the answer is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.domain import AccountState, MediaKind, Picture, PostGone
from gallery.edited.corrections import load_corrections
from gallery.errors import AccountGoneError
from gallery.sources.bluesky_labels import HIDDEN, SENSITIVE, SIGN_IN_ONLY, active_labels
from gallery.sources.bluesky_parse import cid_sha256, read_feed_item, read_post
from gallery.sources.json_values import https_url
from tests.bluesky_kit import DAY, again, feeds, filled, fixture, read
from tests.folder_kit import folder, picture, sidecar
from tests.folder_kit import read as read_folder
from tests.servers.bluesky import AOI, FakeBluesky, Person, cid_of, iso
from tests.source_kit import NOW, account, notices, only, posts

# --- what is in an answer --------------------------------------------------------------------------------------------


def test_sample_feed_gives_the_pictures_of_images_quote_and_gallery() -> None:
    """The three documented embeds give their pictures, alt texts, hashes, labels and permalinks."""
    readings = [
        read_feed_item(item, AOI, NOW, "https://pds.example.com/{}".format) for item in fixture("author_feed")["feed"]
    ]
    plain, quote, gallery = (reading.post for reading in readings)
    assert plain is not None
    assert quote is not None
    assert gallery is not None
    assert plain.text == "Dusk sketch 夕焼け"
    assert plain.permalink == f"https://bsky.app/profile/{AOI}/post/3n2ss2n2pk237"
    assert plain.created_at == datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)
    assert plain.language == "en"
    assert [media.alt for media in plain.media] == ["Pencil sketch of a pier at sunset"]
    assert quote.sensitive
    assert not plain.sensitive
    assert len(quote.media) == 1
    assert gallery.media[0].key.startswith("bafkreig72wjc6wvj")
    assert [post.media[0].sha256 for post in (plain, quote, gallery)] == [
        cid_sha256(cid_of(f"fixture-{number}".encode())) for number in (1, 2, 3)
    ]


def test_embeds_are_read_or_reported() -> None:
    """Video gives its still, a quote its own media, and what is unknown or shows nothing is counted."""
    with FakeBluesky() as server:
        person = server.people[AOI]
        moments = (NOW - timedelta(hours=hour) for hour in range(1, 10))
        person.post(1, next(moments), embed=server.images(1, 2, 3, 4))
        person.post(2, next(moments), embed=server.images(5, 6, kind="gallery"))
        person.post(3, next(moments), embed=server.with_quote(server.images(7)))
        person.post(4, next(moments), embed=server.with_quote(server.video(8)))
        person.post(5, next(moments), embed=server.video(9, presentation="gif"))
        person.post(6, next(moments), embed=({"$type": "x.y.hologram"}, {"$type": "x.y.hologram#view"}))
        person.post(
            7, next(moments), embed=({"$type": "app.bsky.embed.external"}, {"$type": "app.bsky.embed.external#view"})
        )
        repost = person.post(8, next(moments), embed=server.images(10))
        person.reasons[repost["uri"]] = {"reason": {"$type": "app.bsky.feed.defs#reasonRepost"}}
        person.post(
            9,
            next(moments),
            embed=server.images(11),
            record={"reply": {"parent": {"uri": "at://did:plc:somebody2222222222222222/app.bsky.feed.post/3k"}}},
        )
        events = read(server)
    found = {int(post.text.removeprefix("post ")): post for post in posts(events)}
    assert {number: len(post.media) for number, post in found.items()} == {1: 4, 2: 2, 3: 1, 4: 1, 5: 1}
    assert [media.alt for media in found[1].media] == [f"picture {number}" for number in (1, 2, 3, 4)]
    assert [found[number].media[0].kind for number in (3, 4, 5)] == [
        MediaKind.IMAGE,
        MediaKind.VIDEO,
        MediaKind.ANIMATION,
    ]
    assert sorted(notices(events)) == ["no-picture", "no-picture", "reply", "repost", "unknown-embed"]


@pytest.mark.parametrize(
    ("labels", "hidden", "sensitive"),
    [
        ([], False, False),
        (["porn"], False, True),
        (["sexual-figurative"], False, True),
        (["graphic-media"], False, True),
        (["!warn"], False, True),
        (["!hide", "porn"], True, False),
        (["spam-of-tomorrow"], False, False),
        ([{"val": "porn", "neg": True}], False, False),
        ([{"val": "!hide", "exp": iso(NOW - DAY)}], False, False),
        ([{"val": "porn", "exp": iso(NOW + DAY)}], False, True),
        ([{"val": "porn", "cts": iso(NOW - DAY)}, {"val": "porn", "neg": True, "cts": iso(NOW)}], False, False),
        ([{"val": "porn", "cts": iso(NOW)}, {"val": "porn", "neg": True, "cts": iso(NOW - DAY)}], False, True),
        ([{"val": "porn", "src": "did:plc:a"}, {"val": "porn", "src": "did:plc:b", "neg": True}], False, True),
    ],
)
def test_labels_hide_or_veil_a_post(labels: list[Any], hidden: bool, sensitive: bool) -> None:
    """A label counts unless it is negated or past its date: some hide the post, some veil it."""
    given_labels = [label if isinstance(label, dict) else {"val": label} for label in labels]
    view = fixture("author_feed")["feed"][0]["post"] | {"labels": given_labels}
    reading = read_post(view, AOI, NOW, None)
    assert bool(reading.hidden) is hidden
    assert (reading.post is not None and reading.post.sensitive) is sensitive


@pytest.mark.parametrize("label", sorted({*SENSITIVE, *HIDDEN, SIGN_IN_ONLY}))
@pytest.mark.parametrize("saved", [False, True], ids=["asked for", "saved by gallery-dl"])
def test_a_label_means_the_same_however_a_post_comes_in(tmp_path: Path, label: str, saved: bool) -> None:
    """Every label that the gallery knows veils or hides a post, whether Bluesky tells it or a sidecar does."""
    labels = [{"val": label, "src": "did:plc:mods"}]
    if saved:
        data = json.loads((Path(__file__).parent / "fixtures" / "folder" / "bluesky.json").read_text())
        sidecar(picture(tmp_path / "art" / "a.png"), **data | {"labels": labels})
        shown = posts(read_folder(folder(tmp_path)))
    else:
        post = read_post(fixture("author_feed")["feed"][0]["post"] | {"labels": labels}, AOI, NOW, None).post
        shown = [post] if post else []
    assert [post.sensitive for post in shown] == ([True] if label in SENSITIVE else [])


def test_labels_on_the_author_veil_every_post() -> None:
    """An account labelled as adult content has only sensitive posts."""
    with FakeBluesky(Person(labels=[{"val": "porn", "src": "did:plc:mods"}])) as server:
        filled(server, 2)
        assert [post.sensitive for post in posts(read(server))] == [True, True]


@pytest.mark.parametrize(
    ("label", "state"), [("!no-unauthenticated", AccountState.SIGN_IN_REQUIRED), ("!hide", AccountState.SUSPENDED)]
)
def test_author_who_may_not_be_shown_is_gone(label: str, state: AccountState) -> None:
    """Whoever does not want to be shown to logged-out visitors, or is hidden, is not read at all."""
    with FakeBluesky(Person(labels=[{"val": label, "src": AOI}])) as server:
        filled(server, 2)
        with pytest.raises(AccountGoneError) as caught:
            read(server)
        assert caught.value.state is state
        assert feeds(server) == []


def test_hidden_post_that_is_known_goes() -> None:
    """A label "!hide" on a stored post removes it; on a new one it is only counted."""
    with FakeBluesky() as server:
        person = filled(server, 2)
        first = read(server)
        for post in person.posts:
            post["labels"] = [{"val": "!hide", "src": "did:plc:mods"}]
        events = read(server, again(first, forget=[person.posts[0]["uri"]]))
    assert [gone.post_key for gone in only(PostGone, events)] == [person.posts[1]["uri"]]
    assert notices(events) == ["hidden"]


def test_tags_come_from_facets_and_record() -> None:
    """Hashtags in the text and outside it are given once each."""
    facet = {"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": "ink"}, {"$type": "other", "tag": "no"}]}
    with FakeBluesky() as server:
        server.people[AOI].post(1, NOW - DAY, embed=server.images(1), record={"tags": ["oc", "ink"], "facets": [facet]})
        assert posts(read(server))[0].tags == ("oc", "ink")


def test_time_is_the_earlier_of_the_two() -> None:
    """A post dated in the future has the time at which the server saw it; one without any date is reported."""
    with FakeBluesky() as server:
        person = server.people[AOI]
        person.post(1, NOW + 900 * DAY, indexed=NOW - DAY, embed=server.images(1))
        odd = person.post(2, NOW - 2 * DAY, embed=server.images(2))
        odd["record"]["createdAt"], odd["indexedAt"] = "yesterday", "9999-99-99"
        events = read(server)
    assert [post.created_at for post in posts(events)] == [NOW - DAY]
    assert notices(events) == ["malformed"]


@pytest.mark.parametrize("name", ["aoi.example.com", AOI])
def test_address_from_a_browser_names_the_post(tmp_path: Path, name: str) -> None:
    """A correction may name a post by the address that a browser shows, which holds the handle of the day."""
    post = read_feed_item(fixture("author_feed")["feed"][0], AOI, NOW, None).post
    assert post is not None
    picture_of_it = Picture("0" * 64, account("bluesky", "aoi.example.com"), post, post.media[0], 0, 24, 16)
    file = tmp_path / "corrections.yaml"
    file.write_text(f"- post: https://bsky.app/profile/{name}/post/3n2ss2n2pk237\n  hide: true\n")
    correction = load_corrections(file).of(picture_of_it)
    assert correction is not None
    assert correction.hide


# --- bad answers -----------------------------------------------------------------------------------------------------


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def spoilt(draw: st.DrawFn) -> Any:
    """The sample feed with one thing anywhere in it replaced by anything."""
    feed = fixture("author_feed")
    place: Any = feed
    while True:
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or draw(st.booleans()):
            place[key] = draw(JSON)
            return feed
        place = place[key]


@given(spoilt())
def test_spoilt_answers_are_read_or_skipped(feed: Any) -> None:
    """Whatever stands anywhere in an item, reading it gives a post or a reason, never a crash."""
    items = feed.get("feed") if isinstance(feed, dict) else None
    for item in items if isinstance(items, list) else []:
        reading = read_feed_item(item, AOI, NOW, None)
        assert reading.post is not None or reading.notices or reading.hidden
        if reading.post is not None:
            json.dumps([reading.post.text, reading.post.key, reading.post.permalink]).encode()
            assert all(media.url.startswith("https://") for media in reading.post.media)


@given(st.text(max_size=40) | st.text(max_size=30).map("https://a.example/{}".format))
def test_addresses_that_pass_are_plain_https(text: str) -> None:
    """An address that may become a link holds nothing that ends an attribute, hides, or names a user or port."""
    address = https_url(text)
    assert address in ("", text)
    if address:
        assert address.startswith("https://")
        assert address.isprintable()
        assert not set("\"'<>\\ ") & set(address)
        assert len(address) < 2_001


@pytest.mark.parametrize(
    "host", ["x;script-src", "*", "a.example;style-src", "a.example,", "a.example:443", "u@a.example", "a"]
)
def test_a_host_that_says_something_to_a_content_policy_is_none(host: str) -> None:
    """Hot-linked hosts stand in the policy of every page, where such an address would switch off scripts or open it."""
    assert https_url(f"https://{host}/a.png") == ""


@given(JSON)
def test_any_label_list_is_read(labels: Any) -> None:
    """Labels of any shape give a set of texts."""
    assert all(isinstance(value, str) for value in active_labels(labels, NOW))
