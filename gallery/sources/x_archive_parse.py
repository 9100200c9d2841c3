"""The inside of an X archive: tweets in the shape of the old API.

X describes the format nowhere; this follows what archives of several years look like and is lenient where they differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gallery.domain import Media, MediaKind, Notice, Post
from gallery.sources.json_values import at, https_url, instant, mapping, sequence, string
from gallery.sources.text import MAX_TEXT, one_line, plain
from gallery.sources.x_common import KINDS, decimal_id, is_left_out, permalink, plain_text, time_of, unescape, user_name

_SHORT_LINK = "https://t.co/"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d):(\d\d):(\d\d) \+0000 (\d{4})")
_KEY_LENGTH = 100  # characters by which long texts are looked up; X cuts at 280, half of it in Japanese
_LONGEST_CUT = 4_000  # characters: what X cuts holds 280, some as &amp;, and the names of those it answers
_KEY_PREFIX = {MediaKind.IMAGE: "3", MediaKind.VIDEO: "7", MediaKind.ANIMATION: "16"}

_Json = Mapping[str, object]


# --- who -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose archive it is."""

    user_id: str
    name: str
    display_name: str


def owner_of(user_id: object, name: object, display_name: object) -> Owner | None:
    """The owner where id and name can be such, else None."""
    known_id, known_name = decimal_id(user_id), user_name(name)
    return Owner(known_id, known_name, one_line(display_name) or known_name) if known_id and known_name else None


# --- tweets ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LongText:
    """The whole text of a long post."""

    text: str  # as it stands in the archive
    unescaped: str
    created_at: datetime | None  # UTC


@dataclass(frozen=True, slots=True)
class Reading:
    """What turning tweets into posts needs to know."""

    owner: Owner
    replies: str  # "threads", "none" or "all", as for the source x
    unknown_is_sensitive: bool
    find_file: Callable[[str], str]  # "<tweet id>-<file name>" → its address, "" when the archive lacks it
    seen: frozenset[str]  # keys of the pictures that were there earlier
    holds: Callable[[str], bool]  # is the post of this key stored? Pictures beyond a limit were seen, but not kept
    long_texts: Mapping[str, Sequence[LongText]]  # as long_texts() returns them


def tweet_of(element: object) -> _Json:
    """A tweet, in its wrapper or, as until about 2020, without one; {} for anything else."""
    tweet = mapping(mapping(element).get("tweet")) or mapping(element)
    return tweet if tweet_id(tweet) else {}


def tweet_id(tweet: _Json) -> str:
    """The tweet's id as decimal digits."""
    return decimal_id(tweet.get("id_str")) or decimal_id(tweet.get("id"))


def tweet_key(tweet: _Json) -> str:
    """The id of a tweet's first version, by which the post is known through its edits."""
    return decimal_id(at(tweet, "edit_info", "edit", "initialTweetId")) or tweet_id(tweet)


def media_of(tweet: _Json) -> list[_Json]:
    """All pictures and films of a tweet; ``entities`` lists only the first."""
    listed = sequence(at(tweet, "extended_entities", "media")) or sequence(at(tweet, "entities", "media"))
    return [mapping(item) for item in listed]


def read_tweet(tweet: _Json, reading: Reading) -> Iterator[Post | Notice]:
    """The post that a tweet with pictures is, or why it is not shown."""
    own_id = tweet_id(tweet)
    link = permalink(reading.owner.name, own_id)
    if reason := _reason_to_skip(tweet, reading):
        yield Notice(reason, link)
        return
    shown: list[Media] = []
    for item in media_of(tweet):
        found = _media(item, tweet, reading)
        if isinstance(found, Media):
            shown.append(found)
        if isinstance(found, str) or not found.url.partition("#")[0]:
            kind = found if isinstance(found, str) else "missing-media"
            yield Notice(kind, f"{link} {string(item.get('media_url_https'))[:100]}")
    if not shown:
        return
    sensitive = tweet.get("possibly_sensitive")
    if not isinstance(sensitive, bool):
        yield Notice("sensitivity-unknown", link)
        sensitive = reading.unknown_is_sensitive
    created_at = _date(tweet.get("created_at")) or time_of(own_id)
    text, entities = _text(tweet, own_id, created_at, reading.long_texts)
    language = string(tweet.get("lang"))
    yield Post(
        key=tweet_key(tweet),
        permalink=link,
        created_at=created_at,
        media=tuple(shown),
        text=text,
        sensitive=sensitive,
        tags=tuple(filter(None, (one_line(mapping(tag).get("text")) for tag in sequence(entities.get("hashtags"))))),
        language=language if re.fullmatch(r"[a-z]{2}(-[A-Za-z]+)?", language) else None,
        version=own_id,
    )


def _reason_to_skip(tweet: _Json, reading: Reading) -> str:
    text = string(tweet.get("full_text")) or string(tweet.get("text"))
    if text.startswith("RT @"):  # ``retweeted`` is false even then
        return "repost"
    to = decimal_id(tweet.get("in_reply_to_user_id_str")) or decimal_id(tweet.get("in_reply_to_user_id"))
    is_reply = to or decimal_id(tweet.get("in_reply_to_status_id_str"))
    to_others = to != reading.owner.user_id if to else text.startswith("@")
    return "reply" if is_reply and is_left_out(reading.replies, to_others=to_others) else ""


def _media(item: _Json, tweet: _Json, reading: Reading) -> Media | str:
    """One picture that lies in the archive; a string is the kind of notice that says why not.

    A picture that was there earlier and that the tweet still names stays in its post where that is stored, which would
    lose its bytes otherwise: the part that holds it may only be away. Its address then names no zip.
    """
    kind = KINDS.get(string(item.get("type")))
    media_id = decimal_id(item.get("id_str")) or decimal_id(item.get("id"))
    if kind is None or not media_id:
        return "unknown-media"
    source = decimal_id(item.get("source_user_id_str")) or decimal_id(item.get("source_user_id"))
    if source and source != reading.owner.user_id:
        return "foreign-media"
    name = https_url(item.get("media_url_https")).rpartition("/")[2]
    key = f"{_KEY_PREFIX[kind]}_{media_id}"
    address = ""
    if re.fullmatch(r"[\w-]+\.\w{3,4}", name, re.ASCII):
        file_name = f"{tweet_id(tweet)}-{name}"
        address = reading.find_file(file_name)
        if not address and key in reading.seen and reading.holds(tweet_key(tweet)):
            address = f"#data/tweets_media/{file_name}"
    if not address:
        return "missing-media" if kind is MediaKind.IMAGE else "film-without-still"
    return Media(key, address, alt=plain(item.get("ext_alt_text")), kind=kind)


def _date(value: object) -> datetime | None:
    """``Sun Nov 22 18:45:10 +0000 2026``; English whatever the locale is."""
    found = _DATE.fullmatch(string(value))
    if not found or found[1] not in _MONTHS:
        return None
    day, hour, minute, second, year = map(int, found.group(2, 3, 4, 5, 6))
    try:
        return datetime(year, _MONTHS.index(found[1]) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


# --- text ------------------------------------------------------------------------------------------------------------


def _text(
    tweet: _Json, own_id: str, created_at: datetime, texts: Mapping[str, Sequence[LongText]]
) -> tuple[str, _Json]:
    entities = mapping(tweet.get("entities"))
    links = [_with_numbers(item) for item in map(mapping, sequence(entities.get("urls")))]
    links += [{**_with_numbers(item), "media_key": ""} for item in media_of(tweet)]
    raw = (string(tweet.get("full_text")) or string(tweet.get("text")))[: 4 * MAX_TEXT]  # as much as `plain` looks at
    return plain_text(_whole(raw, created_at, texts), [{"urls": links}], own_id), entities


def _whole(raw: str, created_at: datetime, texts: Mapping[str, Sequence[LongText]]) -> str:
    """The whole text where ``raw`` is the beginning of one; ``raw`` where that is not so, or of several none is nearer.

    The archive does not say whose text a long one is. Both bear the moment of posting.
    """
    beginning = unescape(_cut(raw))
    fitting = [long for long in texts.get(beginning[:_KEY_LENGTH], ()) if long.unescaped.startswith(beginning)]
    if len(fitting) == 1:
        return fitting[0].text
    times = [abs(long.created_at - created_at) for long in fitting if long.created_at]
    if not times or len(times) < len(fitting) or times.count(min(times)) > 1:
        return raw
    return fitting[times.index(min(times))].text


def _cut(raw: str) -> str:
    """What stands before the mark of a cut and the links that X puts at the end; "" where X did not cut the text."""
    text = raw.rstrip() if len(raw) <= _LONGEST_CUT else ""
    while True:
        before, link, name = text.rpartition(_SHORT_LINK)
        if not link or not re.fullmatch(r"\w+", name):
            return text.removesuffix("…") if text.endswith("…") else ""
        text = before.rstrip()


def _with_numbers(link: _Json) -> dict[str, object]:
    """A link whose offsets, which archives write as texts, are numbers."""
    indices = [
        int(number) for number in map(string, sequence(link.get("indices"))) if number.isascii() and number.isdigit()
    ]
    start, end = indices if len(indices) == 2 else (None, None)
    return {**link, "start": start, "end": end}


def long_texts(elements: Iterable[object]) -> dict[str, list[LongText]]:
    """The texts of ``note-tweet.js`` by how they begin (100 characters)."""
    found: dict[str, list[LongText]] = {}
    for element in elements:
        note = mapping(mapping(element).get("noteTweet"))
        text = string(at(note, "core", "text"))
        long = LongText(text, unescape(text), instant(note.get("createdAt")))
        if len(text) > _KEY_LENGTH:
            found.setdefault(long.unescaped[:_KEY_LENGTH], []).append(long)
    return found
