"""Pure parts of the source ``x``: signatures, texts, addresses, ids."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oauthlib.oauth1 import Client
from oauthlib.oauth1.rfc5849 import signature
from requests import Request

from gallery.domain import Notice, Post
from gallery.errors import CredentialsError, SourceError
from gallery.sources.text import plain
from gallery.sources.x_archive_parse import _cut
from gallery.sources.x_auth import OAUTH1, credentials
from gallery.sources.x_common import decimal_id, id_at, plain_text, time_of, unescape, user_name
from gallery.sources.x_parse import Owner, Skipped, check_dialect, picture_urls, read_page
from gallery.sources.x_walk import State


def signed(method: str, url: str, body: list[tuple[str, str]], keys: tuple[str, ...], nonce: str, time: str) -> str:
    """The signature that our kind of client makes, with nonce and time held still."""
    auth = credentials(dict(zip(OAUTH1, keys, strict=True))).auth
    assert auth is not None
    client: Client = auth.client  # type: ignore[attr-defined]
    client.nonce, client.timestamp = nonce, time
    request = auth(Request(method, url, data=body).prepare())
    header = request.headers["Authorization"]
    text = header.decode() if isinstance(header, bytes) else header
    return unquote(text.partition('oauth_signature="')[2].partition('"')[0])


def test_signature_of_xs_own_example() -> None:
    """The worked example of X's page "Creating a signature" comes out as printed there."""
    keys = (
        "xvz1evFS4wEEPTGEFPHBog",
        "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    )
    url = "https://api.x.com/1.1/statuses/update.json?include_entities=true"
    body = [("status", "Hello Ladies + Gentlemen, a signed OAuth request!")]
    found = signed("POST", url, body, keys, "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg", "1318622958")
    assert found == "Ls93hJiZbQ3akF3HF3x1Bz8/zU4="


def test_signature_of_a_call_of_ours() -> None:
    """A time line call with a comma in its query is signed over the doubly encoded comma."""
    keys = ("ck-test", "cs-test", "1-tok", "ts-test")
    url = "https://api.x.com/2/users/1001/tweets?max_results=100&exclude=retweets,replies"
    assert signed("GET", url, [], keys, "nonce123", "1795400000") == "PwmoxfWCoUPw5ngwFL561KFGwjY="
    parameters = [
        ("exclude", "retweets,replies"),
        ("max_results", "100"),
        ("oauth_consumer_key", "ck-test"),
        ("oauth_nonce", "nonce123"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "1795400000"),
        ("oauth_token", "1-tok"),
        ("oauth_version", "1.0"),
    ]
    base = signature.signature_base_string(
        "GET", "https://api.x.com/2/users/1001/tweets", signature.normalize_parameters(parameters)
    )
    assert "exclude%3Dretweets%252Creplies%26max_results%3D100" in base


def test_missing_keys_are_named() -> None:
    """Without keys the message names every missing variable; odd characters are named, never shown; repr hides all."""
    with pytest.raises(CredentialsError, match="X_BEARER_TOKEN, or X_CONSUMER_KEY, X_CONSUMER_SECRET"):
        credentials({})
    with pytest.raises(CredentialsError, match="X_ACCESS_TOKEN_SECRET") as caught:
        credentials(dict.fromkeys(OAUTH1[:3], "topsecret"))
    assert "topsecret" not in str(caught.value)
    with pytest.raises(CredentialsError, match="X_BEARER_TOKEN") as caught:
        credentials({"X_BEARER_TOKEN": "top secret\r\nHost: evil"})
    assert "secret" not in str(caught.value)
    assert "topsecret" not in repr(credentials({"X_BEARER_TOKEN": "topsecret"}))
    both = credentials({**dict.fromkeys(OAUTH1, "k"), "X_BEARER_TOKEN": "b"})
    assert both.auth is not None
    assert both.headers == {}


@pytest.mark.parametrize(
    ("url", "first"),
    [
        ("https://pbs.twimg.com/media/AbC-1_x.jpg", "https://pbs.twimg.com/media/AbC-1_x?format=jpg&name=orig"),
        ("https://pbs.twimg.com/media/AbC.png:large", "https://pbs.twimg.com/media/AbC?format=png&name=orig"),
        (
            "https://pbs.twimg.com/media/AbC?format=webp&name=small",
            "https://pbs.twimg.com/media/AbC?format=webp&name=orig",
        ),
    ],
)
def test_picture_addresses(url: str, first: str) -> None:
    """Every style X has used leads to the original, then to the two next best copies."""
    found = picture_urls(url)
    assert found[0] == first
    assert [url.rpartition("=")[2] for url in found] == ["orig", "4096x4096", "large"]


@given(st.text(max_size=60) | st.from_regex(r"https://pbs\.twimg\.com/[ -~]{0,40}", fullmatch=True))
def test_no_address_leads_elsewhere(url: str) -> None:
    """Whatever X sends as an address, what we ask for lies on X's picture host or is not asked for."""
    for found in picture_urls(url):
        assert found.startswith("https://pbs.twimg.com/")
        assert ".." not in found
        assert " " not in found


def link(text: str, short: str, **more: Any) -> dict[str, Any]:
    start = text.index(short)
    return {"urls": [{"start": start, "end": start + len(short), "url": short, **more}]}


def test_text_survives_emoji_and_wrong_offsets() -> None:
    """Offsets count code points; where X counted otherwise the link is found by its address."""
    text = "👩‍👩‍👧 fin https://t.co/AbCdEfGhIj &amp;lt; https://t.co/KlMnOpQrSt"
    own, other = "https://t.co/AbCdEfGhIj", "https://t.co/KlMnOpQrSt"
    urls = [
        *link(text, own, media_key="3_1", expanded_url="https://x.com/a/status/9/photo/1")["urls"],
        {"start": 1, "end": 24, "url": other, "expanded_url": "https://shop.example.com/?a=1&b=2"},
    ]
    assert plain_text(text, [{"urls": urls}], "9") == "👩‍👩‍👧 fin  &lt; https://shop.example.com/?a=1&b=2"
    assert plain_text(text, [{"urls": [{**urls[1], "expanded_url": "javascript:alert(1)"}]}], "9").endswith(other)


entity = st.fixed_dictionaries(
    {
        "start": st.integers(-5, 60) | st.text(max_size=3),
        "end": st.integers(-5, 60) | st.none(),
        "url": st.sampled_from(["https://t.co/a", "https://t.co/bb", "x", ""]) | st.none(),
        "expanded_url": st.sampled_from(["https://a.example.com/", "javascript:x", "https://x.com/a/status/9/photo/1"]),
    },
    optional={"media_key": st.just("3_1")},
)


@given(
    st.lists(st.sampled_from(["https://t.co/a", "https://t.co/bb", "é", "👩‍👧", " ", "&amp;", "word"])),
    st.lists(entity),
)
def test_entities_only_ever_touch_links(pieces: list[str], urls: Iterable[Any]) -> None:
    """However wrong the offsets are, words between links stay, each in its place."""
    text = "".join(pieces)
    found = plain_text(text, [{"urls": list(urls)}], "9")
    words = "".join(piece for piece in pieces if piece in ("é", "👩‍👧", "word"))
    rest = re.sub(r"https://(t\.co/(a|bb)|a\.example\.com/|x\.com/a/status/9/photo/1)", "", found)
    assert re.sub(r"[ &]", "", rest) == words


@given(st.text(alphabet="&ampltg;<> "))
def test_unescaping_undoes_escaping(text: str) -> None:
    """What X escapes comes back as it was written, even when it looked escaped already."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert unescape(escaped) == text


def test_ids_tell_their_time() -> None:
    """A post's id holds its time to the millisecond, and a time gives the smallest id of that moment."""
    assert time_of("2124574927221686272").replace(microsecond=0) == datetime(2026, 11, 22, 18, 45, 10, tzinfo=UTC)
    moment = datetime(2026, 11, 22, 18, 45, 10, tzinfo=UTC)
    assert time_of(id_at(moment)) == moment
    assert decimal_id(2124574927221686272) == "2124574927221686272"
    assert [decimal_id(odd) for odd in (True, "1e5", "-1", "", None, 2**70, "٣", "1\n")] == [""] * 8
    assert [user_name(odd) for odd in ("a\n", "é", "", "a" * 16, 5)] == [""] * 5


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=6)
    | st.sampled_from(["3_1", "photo", "9", "https://t.co/a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "data",
                    "includes",
                    "media",
                    "media_key",
                    "media_keys",
                    "attachments",
                    "type",
                    "url",
                    "urls",
                    "entities",
                    "text",
                    "note_tweet",
                    "created_at",
                    "edit_history_tweet_ids",
                    "referenced_tweets",
                    "errors",
                    "meta",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["data", "includes", "errors", "meta"]), json_values))
def test_any_page_is_read_or_refused(page: dict[str, Any]) -> None:
    """Whatever JSON X answers with, reading it gives posts, skipped posts and notices, or a clear error."""
    owner = Owner("1001", "aoi_draws", "threads", lambda _: False, lambda _: False)
    with suppress(SourceError):
        check_dialect(page, "tweet", "x:aoi_draws", first_contact=True)
    for item in read_page(page, owner):
        assert isinstance(item, Post | Skipped | Notice)


@given(st.dictionaries(st.sampled_from(["name", "profile_at", "newest_id", "read_at", "gaps"]), json_values))
def test_any_cursor_loads(cursor: dict[str, Any]) -> None:
    """A cursor that something else wrote is read as far as it makes sense, and what is saved loads as it was."""
    now = datetime(2026, 11, 23, tzinfo=UTC)
    state = State.load(cursor, now)
    assert State.load(state.save().cursor, now) == state


# --- hostile texts ---------------------------------------------------------------------------------------------------


def test_a_long_run_of_spaces_is_read_at_once() -> None:
    """A text of 80,000 spaces costs no more time than any other of its length."""
    started_s = time.process_time()
    assert plain("a" + " " * 79_998 + "b") == "a…"
    assert time.process_time() - started_s < 0.5


@given(st.text(alphabet=["a", " ", "\u00a0", "\n", "\t", "\r"]))
def test_blanks_before_a_line_break_go(text: str) -> None:
    """No line of a text ends in blanks, and nothing else of it is lost."""
    found = plain(text)
    assert not re.search(r"[ \u00a0]\n", found)
    assert found.count("a") == text.count("a")


@given(st.lists(st.sampled_from(["…", " ", "\n", "https://t.co/abc", "https://t.co/", "a b", "é", "https://x.com/1"])))
def test_a_cut_text_ends_before_the_mark_and_the_links(parts: list[str]) -> None:
    """Where X put its mark and its links at the end both go, and nothing else; other texts were not cut."""
    text = "".join(parts)
    found = re.fullmatch(r"(?s)(.*)…(\s*https://t\.co/\w+)*\s*", text)
    assert _cut(text) == (found[1] if found else "")


def test_a_long_archived_text_is_read_at_once() -> None:
    """Thousands of blanks or links in an archive that somebody made up hold nobody up."""
    for text in (" " * 40_000 + "x", "https://t.co/a " * 8_000 + "!", "…" * 40_000):
        began = time.process_time()
        _cut(text)
        assert time.process_time() - began < 1
