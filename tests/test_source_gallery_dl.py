"""Pictures that gallery-dl saved: whose its sidecars say they are, where they were posted, and what marks they bear."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gallery.domain import Consent, PostGone
from gallery.sources.folder import Folder
from gallery.sources.sidecars import parse_sidecar
from tests.folder_kit import folder, notices, picture, read, sidecar
from tests.source_kit import last_cursor, only, posts

FIXTURES = Path(__file__).parent / "fixtures" / "folder"
TWITTER = json.loads((FIXTURES / "twitter.json").read_text())


def twitter(path: Path, **changes: object) -> None:
    sidecar(picture(path), **{**TWITTER, **changes})


def test_gallery_dl_pictures_of_one_post_are_one_post(root: Path) -> None:
    """Several files of one tweet become one post whose pictures stand in ``num`` order, whatever the names are."""
    twitter(root / "art" / "zz.png", num=1)
    twitter(root / "art" / "aa.png", num=2, description="Second", sensitive_flags=["Nudity"], sensitive=True)
    events = read(folder(root))
    (post,) = posts(events)
    assert post.key == "art/twitter:2124574927221686272"
    assert post.permalink == "https://x.com/aoi_draws/status/2124574927221686272"
    assert post.created_at == datetime(2026, 11, 22, 18, 45, 10, tzinfo=UTC)
    assert (post.text, post.tags) == ("Dusk sketch 夕焼け #illustration", ("illustration",))
    assert [(media.key.partition("?")[0], media.alt, media.sensitive) for media in post.media] == [
        ("zz.png", "Pencil sketch of a pier at sunset", False),
        ("aa.png", "Second", True),
    ]
    assert not post.sensitive, "X said which of the two pictures is sensitive"

    (root / "art" / "zz.png").unlink()
    later = read(folder(root), last_cursor(events))
    assert [[media.key.partition("?")[0] for media in post.media] for post in posts(later)] == [["aa.png"]]
    assert only(PostGone, later) == []


def test_gallery_dl_of_x_needs_consent(root: Path) -> None:
    """Pictures that gallery-dl took from X are skipped, and counted, until the artist's consent is on record."""
    twitter(root / "art" / "a.png")
    refused = read(folder(root, Consent.NONE))
    assert (posts(refused), notices(refused)) == ([], ["consent-needed"])
    granted = read(folder(root, Consent.GRANTED), last_cursor(refused))
    assert len(posts(granted)) == 1
    withdrawn = read(folder(root, Consent.NONE), last_cursor(granted))
    assert [gone.post_key for gone in only(PostGone, withdrawn)] == ["art/twitter:2124574927221686272"]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"retweet_id": 2124000000000000000}, "repost"),
        ({"user": {"id": 2002, "name": "someone_else"}}, "foreign-post"),
        ({"author": {"id": 1001, "name": "../../etc"}}, "bad-sidecar"),
        ({"tweet_id": "1 OR 1"}, "bad-sidecar"),
        ({"author": {"id": 1001, "name": "aoi_draws", "protected": True}}, "protected"),
    ],
)
def test_tweets_that_are_not_the_artists_are_left_out(root: Path, changes: dict[str, object], kind: str) -> None:
    """Retweets, other people's posts, protected accounts and nonsense are skipped with a notice of their kind."""
    twitter(root / "art" / "a.png", **changes)
    events = read(folder(root))
    assert (posts(events), notices(events)) == ([], [kind])


@pytest.mark.parametrize("name", ["bluesky", "mastodon", "misskey"])
def test_gallery_dl_of_other_networks(root: Path, name: str) -> None:
    """Sidecars of Bluesky, Mastodon and Misskey lead back to the original post and need no consent on record."""
    sidecar(picture(root / "art" / "a.png"), **json.loads((FIXTURES / f"{name}.json").read_text()))
    (post,) = posts(read(folder(root, Consent.NONE)))
    expected = json.loads((FIXTURES / f"{name}.expected.json").read_text())
    media = post.media[0]
    assert {
        "key": post.key,
        "permalink": post.permalink,
        "created_at": post.created_at.isoformat(),
        "text": post.text,
        "warning": post.warning,
        "tags": list(post.tags),
        "sensitive": post.sensitive,
        "language": post.language,
        "alt": media.alt,
        "media_sensitive": media.sensitive,
        "kind": media.kind.value,
    } == expected


ON_MASTODON = "https://mastodon.example/@aoi/113000000000000001"


@pytest.mark.parametrize(
    ("acct", "url", "permalink"),
    [
        ("aoi", "https://bsky.app/profile/victim.example/post/3kabc", ON_MASTODON),
        ("aoi", "https://mastodon.example.evil.example/@aoi/1", ON_MASTODON),
        ("aoi@art.example", "https://social.art.example/@aoi/1", "https://social.art.example/@aoi/1"),
        ("aoi@art.example", "https://bsky.app/profile/v", ON_MASTODON.replace("@aoi", "@aoi@art.example")),
        ("aoi@com", "https://victim.com/@aoi/1", ON_MASTODON.replace("@aoi", "@aoi@com")),
    ],
)
def test_a_saved_post_of_mastodon_links_to_its_authors_server(acct: str, url: str, permalink: str) -> None:
    """A server can have nobody else's post credited with what gallery-dl saved from it; posts of other servers, which
    it shows under their authors' names, keep their own address."""
    saved = json.loads((FIXTURES / "mastodon.json").read_text())
    saved |= {"account": {"id": "7", "username": "aoi", "acct": acct}, "url": url, "uri": url}
    assert parse_sidecar("a.png.json", json.dumps(saved).encode()).permalink == permalink


def test_a_saved_post_of_nobody_on_somebody_elses_server_is_left_out() -> None:
    """Where neither address is the author's and no name gives another, the picture is refused with a notice."""
    saved = json.loads((FIXTURES / "mastodon.json").read_text())
    saved |= {"account": {"id": "7", "acct": "aoi bsky.app"}, "url": "https://bsky.app/profile/v", "uri": None}
    refused = parse_sidecar("a.png.json", json.dumps(saved).encode()).refused
    assert refused is not None
    assert refused.kind == "bad-sidecar"


@pytest.mark.parametrize(
    ("name", "changes", "handle"),
    [
        ("mastodon", {"account": {"id": "7", "acct": "Mika@Art.example"}}, "mastodon:mika@art.example"),
        ("misskey", {"user": {"id": "7", "username": "Mika", "host": "art.example"}}, "misskey:mika@art.example"),
    ],
)
def test_a_saved_post_names_its_author_by_their_own_server(name: str, changes: dict[str, object], handle: str) -> None:
    """Whom a server shows for another has the handle of their own server, and an id on the one that was asked."""
    raw = json.dumps(json.loads((FIXTURES / f"{name}.json").read_text()) | changes).encode()
    assert parse_sidecar("a.png.json", raw).authors == (f"{name}:{name}.example/7", handle)


@pytest.mark.parametrize("indexed", ["2026-11-22T18:45:11.000Z", "2999-01-01T00:00:00Z", None])
@pytest.mark.parametrize("created", ["2026-11-22T18:45:11.000Z", "2999-01-01T00:00:00Z", "soon"])
def test_a_saved_post_of_bluesky_has_the_date_that_its_source_gives_it(created: str, indexed: str | None) -> None:
    """It counts from the earlier of its own date and the one on which Bluesky first saw it, as when it is fetched."""
    saved = {**json.loads((FIXTURES / "bluesky.json").read_text()), "createdAt": created, "indexedAt": indexed}
    saved["date"] = "2026-11-22T18:45:12"
    told = [datetime.fromisoformat(one) for one in (created, indexed) if one and one != "soon"]
    date = parse_sidecar("a.png.json", json.dumps(saved).encode()).date
    assert date == min(told, default=datetime(2026, 11, 22, 18, 45, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("name", "path", "value", "kind"),
    [
        ("bluesky", ("labels",), [{"val": "!no-unauthenticated"}], "hidden"),
        ("bluesky", ("author", "did"), "did:plc:someoneelse", "foreign-post"),
        ("mastodon", ("visibility",), "private", "not-public"),
        ("mastodon", ("reblog",), {"id": "1"}, "repost"),
        ("mastodon", ("media", "weburl"), "https://news.example/", "foreign-media"),
        ("mastodon", ("subcategory",), "favorite", "foreign-post"),
        ("misskey", ("renote",), {"files": [{"id": "f1"}]}, "repost"),
        ("misskey", ("reply",), {"files": [{"id": "f1"}]}, "foreign-post"),
        ("misskey", ("fileIds",), ["f0"], "foreign-media"),
        ("misskey", ("isHidden",), True, "not-public"),
        ("misskey", ("user", "requireSigninToViewContents"), True, "not-public"),
        ("misskey", ("instance",), "evil.example/../x", "bad-sidecar"),
    ],
)
def test_wishes_in_sidecars_are_respected(
    root: Path, name: str, path: tuple[str, ...], value: object, kind: str
) -> None:
    """What its poster hid, or somebody else posted, is skipped although the file is there."""
    data = json.loads((FIXTURES / f"{name}.json").read_text())
    inner = data
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    sidecar(picture(root / "art" / "a.png"), **data)
    events = read(folder(root))
    assert (posts(events), notices(events)) == ([], [kind])


def saved(name: str, **changes: object) -> dict[str, object]:
    data: dict[str, object] = json.loads((FIXTURES / f"{name}.json").read_text())
    return data | changes


@pytest.mark.parametrize(("name", "visibility"), [("mastodon", "unlisted"), ("misskey", "home")])
def test_posts_kept_off_public_timelines_need_the_artists_word(root: Path, name: str, visibility: str) -> None:
    """A saved post that is not for public timelines is shown once the entry says that its artist agreed, and goes when
    it says so no more."""
    sidecar(picture(root / "art" / "a.png"), **saved(name, visibility=visibility))
    without = folder(root)
    agreed = replace(without, options={**without.options, visibility: True})
    refused = read(without)
    assert (posts(refused), notices(refused)) == ([], ["not-public"])
    shown = read(agreed, last_cursor(refused))
    assert len(posts(shown)) == 1
    assert [gone.refused for gone in only(PostGone, read(without, last_cursor(shown)))] == [True]


@pytest.mark.parametrize(("name", "mark"), [("mastodon", "local_only"), ("misskey", "localOnly")])
def test_saved_posts_for_the_servers_own_people_are_left_out(root: Path, name: str, mark: str) -> None:
    """A saved post that says "public" and was for the people of its server alone is not shown."""
    sidecar(picture(root / "art" / "a.png"), **saved(name, visibility="public", **{mark: True}))
    events = read(folder(root))
    assert (posts(events), notices(events)) == ([], ["not-public"])


def test_a_folders_flags_are_true_or_false(root: Path) -> None:
    """Another value of `home` or `unlisted` is a mistake that names the key."""
    entry = folder(root)
    (mistake,) = Folder().check_options(replace(entry, options={**entry.options, "home": "yes"}))
    assert mistake == ("home", "home is 'yes'; it may be true or false")


def test_a_saved_warning_without_words_veils_too(root: Path) -> None:
    """Misskey folds a note away behind an empty warning; what was saved of it is veiled."""
    sidecar(picture(root / "art" / "a.png"), **saved("misskey", cw="", sensitive=False))
    assert [post.sensitive for post in posts(read(folder(root)))] == [True]


@pytest.mark.parametrize(("name", "field"), [("mastodon", "spoiler_text"), ("misskey", "cw")])
def test_a_saved_content_warning_veils_the_whole_post(root: Path, name: str, field: str) -> None:
    """All pictures of a post with a content warning are veiled, also where one of them bears a mark of its own."""
    marks = {"sensitive": False, field: "gore, blood"}
    sidecar(picture(root / "art" / "a.png"), **saved(name, **marks))
    (post,) = posts(read(folder(root)))
    assert (post.sensitive, post.warning) == (True, "gore, blood")


def test_what_was_read_before_warnings_veiled_is_read_again(root: Path) -> None:
    """A cursor of the version that did not veil for a content warning has its pictures read anew."""
    sidecar(picture(root / "art" / "a.png"), **saved("mastodon", sensitive=False))
    cursor = dict(last_cursor(read(folder(root))))
    assert posts(read(folder(root), cursor)) == []
    settings = cursor["settings"]
    assert isinstance(settings, list)
    assert [post.sensitive for post in posts(read(folder(root), {**cursor, "settings": [3, *settings[1:]]}))] == [True]


@pytest.mark.parametrize(
    ("mark", "veiled"), [({"isSensitive": False}, False), ({}, True), ({"isSensitive": None}, True)]
)
def test_a_saved_file_of_misskey_is_veiled_unless_it_says_no(root: Path, mark: dict[str, object], veiled: bool) -> None:
    """A file whose mark was not saved counts as sensitive, as it does when Misskey is asked."""
    file = {"id": "f1", "type": "image/png", **mark}
    sidecar(picture(root / "art" / "a.png"), **saved("misskey", file=file))
    (post,) = posts(read(folder(root)))
    assert [media.sensitive for media in post.media] == [veiled]


@pytest.mark.parametrize(
    ("labels", "sensitive"),
    [
        ([{"val": "porn", "src": "a"}, {"val": "porn", "src": "a", "neg": True}], False),
        ([{"val": "porn", "src": "a"}, {"val": "porn", "src": "b", "neg": True}], True),
        ([{"val": "porn", "src": "a", "exp": "2020-01-01T00:00:00Z"}], True),
        (["sexual-figurative"], True),
        ({"values": [{"val": "!warn"}]}, True),
    ],
)
def test_saved_labels_hold_until_their_giver_takes_them_back(root: Path, labels: object, sensitive: bool) -> None:
    """A label in a sidecar of Bluesky is lifted by nobody but who gave it, nor by its date: no newer one would come."""
    data = json.loads((FIXTURES / "bluesky.json").read_text())
    sidecar(picture(root / "art" / "a.png"), **data | {"labels": labels})
    assert [post.sensitive for post in posts(read(folder(root)))] == [sensitive]


@pytest.mark.parametrize(
    ("told", "veiled"),
    [
        ({"rating": "R-18", "x_restrict": 1}, True),
        ({"rating": "General", "x_restrict": 1}, True),
        ({"rating": "General", "x_restrict": 0, "content_warning": ""}, False),
        ({"rating": "explicit"}, True),
        ({"rating": "e"}, True),
        ({"rating": "q"}, True),
        ({"rating": "s"}, True),
        ({"rating": "g"}, False),
        ({"nsfw": True}, True),
        ({"nsfw": "yes"}, True),
        ({"nsfw": ["gore"]}, True),
        ({"NSFW": False}, False),
        ({"is_mature": True}, True),
        ({"is_mature": False}, False),
        ({"over_18": True, "rating": "safe"}, True),
        ({"rating": None}, True),
        ({"title": "Pier"}, True),
        ({"spoilered": False, "tags": ["explicit"]}, True),
        ({"sfw": False}, True),
        ({"sfw": True}, False),
        ({"rating": 0}, True),
        ({"isRestricted": False}, True),
        ({"isRestricted": False, "purity": "sfw"}, False),
    ],
)
def test_a_saved_picture_of_an_unknown_network_is_veiled_unless_called_harmless(
    root: Path, told: dict[str, object], veiled: bool
) -> None:
    """What gallery-dl saved from a network that is not known here is shown unveiled only where its sidecar says in
    plain words, and nowhere otherwise, that it is harmless; that the sidecar does not serve further is named."""
    sidecar(picture(root / "art" / "a.png"), category="elsewhere", subcategory="user", **told)
    events = read(folder(root))
    assert ([post.sensitive for post in posts(events)], notices(events)) == ([veiled], ["sidecar-field"])


def test_pictures_of_unknown_networks_that_were_shown_unveiled_are_read_again(root: Path) -> None:
    """A cursor of the version that did not veil them has them read anew."""
    sidecar(picture(root / "art" / "a.png"), category="pixiv", subcategory="user", x_restrict=1)
    cursor = dict(last_cursor(read(folder(root))))
    settings = cursor["settings"]
    assert isinstance(settings, list)
    assert [post.sensitive for post in posts(read(folder(root), {**cursor, "settings": [5, *settings[1:]]}))] == [True]


@pytest.mark.parametrize(("name", "mark"), [("twitter", 1), ("twitter", "true"), ("mastodon", 1), ("mastodon", "true")])
def test_a_doubtful_mark_of_a_saved_post_veils_it(root: Path, name: str, mark: object) -> None:
    """A mark as sensitive that is neither true nor false counts as one."""
    sidecar(picture(root / "art" / "a.png"), **saved(name, sensitive=mark))
    assert [post.sensitive for post in posts(read(folder(root)))] == [True]
