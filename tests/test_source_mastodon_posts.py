"""What the source ``mastodon`` makes of an answer: statuses, their HTML, ``Link`` headers, and anything at all."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery.domain import MediaKind, ProfileSeen
from gallery.sources.instances import own_page
from gallery.sources.mastodon_parse import next_and_previous, read_account, read_status
from gallery.sources.text import html_to_text
from tests.mastodon_kit import DAY, read
from tests.servers.mastodon import AOI, FILES, GOTOSOCIAL, HOST, TOKEN, FakeMastodon
from tests.source_kit import NOW, notices, posts

FIXTURES = Path(__file__).parent / "fixtures" / "mastodon"
PUBLIC = frozenset({"public"})


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text())


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTODON_TOKEN_ART_EXAMPLE", TOKEN)


# --- what is in an answer --------------------------------------------------------------------------------------------


def test_sample_statuses_are_read() -> None:
    """The documented sample gives a picture with its alt text, and the still of a gifv with its warning."""
    picture, clip = (read_status(one, HOST, AOI, PUBLIC, HOST).post for one in fixture("statuses"))
    assert picture is not None
    assert clip is not None
    assert picture.key == f"{HOST}/115580000000000003"
    assert picture.permalink == "https://art.example/@aoi/115580000000000003"
    assert picture.text == "Dusk sketch & notes #illustration"
    assert picture.tags == ("illustration",)
    assert picture.created_at == datetime(2026, 11, 22, 18, 45, 10, tzinfo=UTC)
    assert [media.alt for media in picture.media] == ["Pencil sketch of a pier at sunset"]
    assert (picture.sensitive, picture.warning, picture.version) == (False, "", "")
    assert (clip.sensitive, clip.warning) == (True, "flashing")
    assert clip.version == "2026-11-20T10:00:00.000Z"
    assert clip.media[0].kind is MediaKind.ANIMATION
    assert clip.media[0].url.endswith("1b2c3d4e.png")
    assert clip.media[0].alt == ""


def test_attachments_are_read_or_reported() -> None:
    """Pictures and stills are taken; sound, unknown things, pictures without address, and films that are said to be
    their own stills (Pleroma's) or whose still says that there is none (Pixelfed's), are counted."""
    with FakeMastodon() as server:
        server.post(
            1,
            NOW - DAY,
            server.attachment(1),
            server.attachment(2, "gifv", description=None),
            server.attachment(3, "video"),
            server.attachment(4, "audio"),
            server.attachment(5, "unknown"),
            server.attachment(6, url=None),
            server.attachment(7, url="http://files.art.example/7.png"),
            server.attachment(8, "video", preview_url=None),
            server.attachment(9, "video", preview_url=f"https://{FILES}/original/9.mp4"),
            server.attachment(10, "video", preview_url=f"https://{HOST}/storage/no-preview.png"),
        )
        events = read(server)
    post = posts(events)[0]
    assert [media.kind for media in post.media] == [MediaKind.IMAGE, MediaKind.ANIMATION, MediaKind.VIDEO]
    assert post.media[1].alt == ""
    assert sorted(notices(events)) == ["no-address"] * 3 + ["no-still"] * 4


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"visibility": "unlisted"}, "not-public"),
        ({"visibility": "private"}, "not-public"),
        ({"visibility": "direct"}, "not-public"),
        ({"visibility": None}, "not-public"),
        ({"reblog": {"id": "1"}}, "repost"),
        ({"account": {"id": "7"}}, "foreign-post"),
        ({"in_reply_to_account_id": "7"}, "reply"),
        ({"media_attachments": []}, "no-picture"),
        ({"id": "../../etc"}, "malformed"),
        ({"created_at": "soon"}, "malformed"),
    ],
)
def test_statuses_that_are_not_shown_are_counted(changes: dict[str, Any], kind: str) -> None:
    """Only public statuses of the account's own with a picture are posts; the others are counted by reason."""
    with FakeMastodon() as server:
        server.post(1, NOW - DAY, **changes)
        events = read(server)
    assert posts(events) == []
    assert notices(events) == [kind]


def test_unlisted_posts_need_the_artists_word() -> None:
    """``unlisted: true`` shows unlisted posts, and never those for followers only."""
    with FakeMastodon() as server:
        server.post(1, NOW - 2 * DAY, visibility="unlisted")
        server.post(2, NOW - DAY, visibility="private")
        assert [post.text for post in posts(read(server, unlisted=True))] == ["post 1"]


def test_posts_for_the_servers_own_people_are_never_shown() -> None:
    """A post that says "public" and is for the people of its server alone stays out, though a token can see it."""
    with FakeMastodon(dialect=GOTOSOCIAL) as server:
        server.post(1, NOW - 2 * DAY, local_only=True)
        server.post(2, NOW - DAY, local_only=False)
        assert [post.text for post in posts(read(server, unlisted=True))] == ["post 2"]


def test_thread_of_ones_own_is_kept() -> None:
    """A reply to oneself continues a thread and is shown."""
    with FakeMastodon() as server:
        server.post(1, NOW - DAY, in_reply_to_account_id=AOI, in_reply_to_id="1")
        assert len(posts(read(server))) == 1


@pytest.mark.parametrize("address", [None, "javascript:alert(1)", "http://art.example/1", 'https://art.example/"onx="'])
def test_permalink_is_always_a_plain_https_address(address: object) -> None:
    """What is no clean https address never becomes a link; the status has a well-known one."""
    with FakeMastodon() as server:
        made = server.post(1, NOW - DAY, url=address, uri=address)
        assert posts(read(server))[0].permalink == f"https://{HOST}/@aoi/{made['id']}"


STRANGERS = ("https://bsky.app/profile/victim.example/post/3kabc", "https://art.example.evil.example/@aoi/1")


@pytest.mark.parametrize("address", STRANGERS)
def test_a_server_gives_no_stranger_the_credit(address: str) -> None:
    """A permalink or profile on somebody else's host is not taken: it would credit them, or have their post removed."""
    with FakeMastodon() as server:
        made = server.post(1, NOW - DAY, url=address, uri=address)
        server.account["url"] = address
        events = read(server)
    assert posts(events)[0].permalink == f"https://{HOST}/@aoi/{made['id']}"
    assert [event.profile.url for event in events if isinstance(event, ProfileSeen)] == [f"https://{HOST}/@aoi"]


@pytest.mark.parametrize(
    ("host", "home", "address"),
    [
        ("art.example", "art.example", "https://social.art.example/@aoi/1"),
        ("social.art.example", "art.example", "https://art.example/@aoi/1"),
        ("masto.example", "art.example", "https://art.example/@aoi/1"),
        ("xn--n0uv48c.example", "xn--n0uv48c.example", "https://絵描.example/@aoi/1"),
    ],
)
def test_pages_may_lie_on_either_host_of_an_account(host: str, home: str, address: str) -> None:
    """The instance that is asked and the host in the handle may differ, and the pages lie on or below one of them."""
    assert own_page(address, host, home) == address


@pytest.mark.parametrize("address", [*STRANGERS, "https://hosting.example/@aoi/1", "https://example/@aoi/1", None])
def test_no_page_of_who_lets_out_names_is_a_servers_own(address: object) -> None:
    """A server on ``aoi.hosting.example`` speaks for itself and what lies below, not for the host above it."""
    assert own_page(address, "aoi.hosting.example", "aoi.hosting.example") == ""


@pytest.mark.parametrize("name", ["", "aoi bsky.app", "aoi@bsky.app", "a" * 101, "<b>"])
def test_a_name_that_could_be_read_as_another_is_refused(name: str) -> None:
    """Names are what servers allow their users; anything else would stand beside pictures as somebody's handle."""
    assert read_account({"id": "1", "username": name}, HOST, HOST) is None


def test_repeated_status_is_one_post() -> None:
    """A server that lists a status once for each picture gives one post with all of them."""
    with FakeMastodon(repeat_per_picture=True) as server:
        server.post(1, NOW - DAY, *(server.attachment(number) for number in range(4)))
        events = read(server)
    assert [len(post.media) for post in posts(events)] == [4]


# --- anything at all -------------------------------------------------------------------------------------------------


TAGS = st.sampled_from(["p", "br", "a", "span", "b", "script", "style", "svg", "li", "x-y", "!--", "?php", "/p", "/a"])
MARKUP = st.lists(st.one_of(TAGS.map("<{}>".format), st.text(max_size=6), st.sampled_from("<>&;\"'/=\x00\x1b"))).map(
    "".join
)


@given(MARKUP | st.text(max_size=200))
def test_html_leaves_no_tag_and_no_control_character(html: str) -> None:
    """No text out of HTML holds a whole tag that was there as a tag, or a character that steers a terminal."""
    text = html_to_text(html.replace("&", ""))
    assert not re.search(r"<(p|br|a|span|b|script|style|svg|li)>", text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    assert text == text.strip()


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a<br>b</p><p>c</p>", "a\nb\n\nc"),
        ("<p>a</p><script>alert(1)</script><style>p{}</style>", "a"),
        ("a<svg><title>b</title><p>c</p></svg>d", "ad"),
        ("&lt;b&gt; &amp;amp; &#x1b;[31m", "<b> &amp; [31m"),
        ("<a href='javascript:x'>link</a> <!-- no -->", "link"),
        (7, ""),
    ],
)
def test_html_becomes_the_text_that_people_see(html: object, text: str) -> None:
    """Breaks stay, what is no text for people goes, and escaped markup is text."""
    assert html_to_text(html) == text


def mention(name: str, address: str, classes: str = "u-url mention") -> str:
    return f'<span class="h-card"><a href="{address}" class="{classes}">@<span>{name}</span></a></span>'


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (mention("mika", "https://other.example/@mika"), "@mika@other.example"),
        (mention("Mika", "https://other.example/users/mika/") + "さん", "@Mika@other.example" + "さん"),
        (mention("mika@other.example", "https://other.example/@mika"), "@mika@other.example"),
        (mention("aoi.example", "https://bsky.app/profile/aoi.example"), "@aoi.example"),
        (mention("mika", "javascript:/@mika"), "@mika"),
        (mention("soup", "https://art.example/soup", "mention hashtag").replace("@", "#"), "#soup"),
        ("<a class='mention' href='https://other.example/@mika'>@mika", "@mika"),
        ("<a href='https://other.example/@mika'>@mika</a>", "@mika"),
    ],
)
def test_people_are_named_with_their_server(html: str, text: str) -> None:
    """A name that links to somebody's page is written with that page's server; any other link is its words alone."""
    assert html_to_text(html) == text


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=12), min_size=1
    )
)
def test_text_comes_through_html_unchanged(words: list[str]) -> None:
    """What a person wrote, marked up as Mastodon does it, is read back as they wrote it."""
    html = "".join(f"<p><span>{escape(word)}</span></p>" for word in words)
    assert html_to_text(html).split("\n\n") == words


@given(st.text(alphabet=st.sampled_from('<>;=", relnxtpvh:/.?&') | st.characters(codec="latin-1"), max_size=120))
def test_any_link_header_is_read(header: str) -> None:
    """No header makes the reader fail, and targets never hold angle brackets."""
    assert not any(set("<>") & set(target) for target in next_and_previous(header).values())


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (
            '<https://a.example/1>; rel="next", <https://a.example/2>; rel="prev"',
            {"next": "https://a.example/1", "prev": "https://a.example/2"},
        ),
        ("<https://a.example/1>;rel=next", {"next": "https://a.example/1"}),
        (
            '<https://a.example/1,2>; title="a, b"; rel="last next"',
            {"last": "https://a.example/1,2", "next": "https://a.example/1,2"},
        ),
        ("https://a.example/1; rel=next", {}),
        ("<https://a.example/1>", {}),
        ("", {}),
    ],
)
def test_link_headers_are_read_as_the_rfc_says(header: str, found: dict[str, str]) -> None:
    """Quoted and bare relations, several of them, commas inside targets."""
    assert next_and_previous(header) == found


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(fixture("statuses")[0])), JSON)
def test_spoilt_statuses_are_read_or_skipped(name: str, value: Any) -> None:
    """Whatever stands in any field, a status gives a post or a reason, never a crash."""
    reading = read_status(fixture("statuses")[0] | {name: value}, HOST, AOI, PUBLIC, HOST)
    assert reading.post is not None or reading.notices
    if reading.post is not None:
        assert reading.post.permalink.startswith("https://")
        f"{reading.post}".encode()


@pytest.mark.parametrize("piece", ["<a ", "</<p", "<a x='", "<!--x>", "<a class=class='", "<svg></math>"])
def test_no_markup_keeps_the_reader_busy(piece: str) -> None:
    """What never ends is read in a moment, however often it begins: no server keeps the others' artists waiting."""
    started_s = time.process_time()
    html_to_text(piece * 10_000)
    assert time.process_time() - started_s < 2


def test_a_number_that_is_no_character_stays_as_it_is() -> None:
    """A reference to a character by a number of thousands of digits is text, and costs no account its posts."""
    assert html_to_text(f"<p>a &#{'9' * 5000}; b</p>").startswith("a &#999")


@given(st.text("<![]->?/ a=&;\"'d", max_size=60))
def test_any_markup_becomes_text(html: str) -> None:
    """Whatever a server calls HTML ends as text, also where it begins what never ends."""
    assert isinstance(html_to_text(html), str)
    assert html_to_text(f"<p>one</p><![<{html}").startswith("one")
