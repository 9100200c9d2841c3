"""From X's pages to posts. Both dialects of the API come out the same (X docs: x-api/fundamentals/data-dictionary)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from gallery.domain import Media, MediaKind, Notice, Post
from gallery.errors import SourceError
from gallery.sources.json_values import at, https_url, instant, mapping, sequence, string
from gallery.sources.text import one_line, plain
from gallery.sources.x_common import KINDS, decimal_id, is_left_out, permalink, plain_text, time_of

MEDIA_HOST = "pbs.twimg.com"
SIZES = ("orig", "4096x4096", "large")
NO_LANGUAGE = frozenset({"und", "zxx", "qam", "qct", "qht", "qme", "qst", "art"})

_Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose posts are being read."""

    user_id: str
    name: str  # as of the last look-up
    replies: str  # "threads": replies to oneself only; "none"; "all"
    knows: Callable[[str], bool]  # is this post id stored, or tombstoned, whoever's it was
    holds: Callable[[str], bool]  # is it stored as this account's


@dataclass(frozen=True, slots=True)
class Skipped:
    """A post that is not shown."""

    key: str
    notice: Notice | None = None  # None for posts without pictures, which are nothing worth counting
    gone: str = ""  # why what an earlier version of it showed has to go as well; "" when nothing has to


def either(post: _Json, old: str, new: str) -> object:
    """A member under its name in the old dialect or in the new one."""
    return post.get(old, post.get(new))


def posts_of(page: _Json) -> list[_Json]:
    """The posts of a page, those without a usable id left out."""
    return [post for post in map(mapping, sequence(page.get("data"))) if decimal_id(post.get("id"))]


def counted(page: _Json) -> tuple[int, int]:
    """How many posts and users X charges for in a page: what is under ``data`` and what came along."""
    included = mapping(page.get("includes"))
    posts = len(sequence(page.get("data"))) + len(sequence(either(included, "tweets", "posts")))
    return posts, len(sequence(included.get("users")))


def check_dialect(page: _Json, dialect: str, who: str, *, first_contact: bool) -> None:
    """Make sure that X understood what we asked for: it ignores, and charges for, fields of the other dialect.

    On first contact everything has to fit together. Later only a page that fits nowhere counts, so that one picture
    which X lost does not end, and charge, an account night after night.

    Raises:
        SourceError: posts lack their date, or pictures and posts do not find each other.
    """
    posts = posts_of(page)
    dated = [post for post in posts if instant(post.get("created_at"))]
    media = {string(item.get("media_key")) for item in map(mapping, sequence(at(page, "includes", "media")))}
    errors = map(mapping, sequence(page.get("errors")))
    excused = {string(error.get(name)) for error in errors for name in ("value", "resource_id")}
    wanted = {key for post in posts for key in _media_keys(post)} - excused
    pairs = (
        (len(posts), len(dated), "posts without created_at"),
        (len(wanted), len(wanted & media), "posts whose pictures are not in includes.media"),
        (len(media - excused), len(wanted & media), "pictures in includes.media that no post claims"),
    )
    for there, fitting, trouble in pairs:
        if fitting < there and (first_contact or not fitting):
            other = "post" if dialect == "tweet" else "tweet"
            raise SourceError(
                f"{who}: X answered with {trouble}, so it did not understand the fields we asked for. Nothing more was "
                f"read. X has two dialects: try `dialect: {other}` in accounts.yaml (now: {dialect})"
            )


def read_page(page: _Json, owner: Owner) -> Iterator[Post | Skipped | Notice]:
    """Every post of a page as a post, as skipped, and what went wrong on the way."""
    media = {string(item.get("media_key")): item for item in map(mapping, sequence(at(page, "includes", "media")))}
    for post in posts_of(page):
        yield from _read_post(post, media, owner)


def _read_post(post: _Json, all_media: Mapping[str, _Json], owner: Owner) -> Iterator[Post | Skipped | Notice]:
    post_id = decimal_id(post.get("id"))
    versions = _versions(post)
    reason = _reason_to_skip(post, owner)
    link = permalink(owner.name, post_id)
    if reason:
        yield Skipped(versions[0], Notice(reason, link), gone="X withholds it" if reason == "withheld" else "")
        return
    shown: list[Media] = []
    keys = _media_keys(post)
    for key in keys:
        found = _media(key, post, all_media, owner, versions)
        if isinstance(found, Media):
            shown.append(found)
        else:
            yield Notice(found, f"{link} {key[:40]}")
    if not shown:
        yield Skipped(versions[0], gone="" if keys else "an edit took its pictures away")
        return
    note = mapping(either(post, "note_tweet", "note_post"))
    entities = [mapping(post.get("entities")), mapping(note.get("entities"))]
    raw_text = string(note.get("text")) or string(post.get("text"))
    language = string(post.get("lang"))
    yield Post(
        key=versions[0],
        permalink=link,
        created_at=instant(post.get("created_at")) or time_of(post_id),
        media=tuple(shown),
        text=plain_text(raw_text, entities, post_id),
        sensitive=post.get("possibly_sensitive") is True,
        tags=_tags(entities),
        language=language if language and language not in NO_LANGUAGE else None,
        version=versions[-1],
    )


def _versions(post: _Json) -> list[str]:
    """The ids of a post through its edits, the first one first; the post is known by the first."""
    chain = [decimal_id(item) for item in sequence(either(post, "edit_history_tweet_ids", "edit_history_post_ids"))]
    ids = {item for item in chain if item} | {decimal_id(post.get("id"))}
    return sorted(ids, key=int)


def _media_keys(post: _Json) -> list[str]:
    keys = (string(key) for key in sequence(at(post, "attachments", "media_keys")))
    return list(dict.fromkeys(key for key in keys if re.fullmatch(r"[0-9]{1,3}_[0-9]{1,19}", key)))


def _reason_to_skip(post: _Json, owner: Owner) -> str:
    """Why a post is not the artist's to show, as a notice's kind; "" when it is."""
    author = decimal_id(post.get("author_id"))
    if author and author != owner.user_id:
        return "foreign-post"
    if post.get("withheld"):
        return "withheld"
    kinds = {
        string(mapping(item).get("type")) for item in sequence(either(post, "referenced_tweets", "referenced_posts"))
    }
    if "retweeted" in kinds or "reposted" in kinds:
        return "repost"
    to = decimal_id(post.get("in_reply_to_user_id"))
    # the new dialect charges for naming the addressee, and for the post that is answered; a leading @name is free
    opens_with_name = string(post.get("text")).startswith("@")
    is_reply = to or "replied_to" in kinds or opens_with_name
    to_others = to != owner.user_id if to else opens_with_name
    return "reply" if is_reply and is_left_out(owner.replies, to_others=to_others) else ""


# --- pictures --------------------------------------------------------------------------------------------------------


def _media(key: str, post: _Json, all_media: Mapping[str, _Json], owner: Owner, versions: list[str]) -> Media | str:
    """One picture, or the still of a film; a string is the kind of notice that says why not."""
    item = all_media.get(key)
    if item is None:
        return "missing-media"
    if _is_foreign(key, post, owner, versions):
        return "foreign-media"
    kind = KINDS.get(string(item.get("type")))
    if kind is None:
        return "unknown-media"
    urls = picture_urls(item.get("url") if kind is MediaKind.IMAGE else item.get("preview_image_url"))
    if not urls:
        return "no-picture-address"
    return Media(key, urls[0], alt=plain(item.get("alt_text")), kind=kind, fallback_urls=urls[1:])


def _is_foreign(key: str, post: _Json, owner: Owner, versions: list[str]) -> bool:
    """Was this picture first posted by somebody else? X names the first post in ``media_source_tweet_id`` and its
    owner only in the address that the picture's link leads to."""
    sources = {decimal_id(item) for item in sequence(at(post, "attachments", "media_source_tweet_id"))} - {""}
    if all(source in versions or owner.holds(source) for source in sources):
        return False
    for link in map(mapping, sequence(at(post, "entities", "urls"))):
        found = re.fullmatch(
            r"https://(?:x|twitter)\.com/(\w{1,15})/status/(\d{1,19})/(?:photo|video)/\d",
            string(link.get("expanded_url")),
        )
        if found and link.get("media_key") == key:
            return found[1].lower() != owner.name.lower() and found[2] not in versions
    return True


def picture_urls(address: object) -> tuple[str, ...]:
    """The addresses of a picture's copies, the largest first; () unless it lies where X keeps pictures.

    X docs: data dictionary, "Photo Media URL Formatting"; ``orig`` and ``4096x4096`` are undocumented but long used.
    """
    url = https_url(address)
    parts = urlsplit(url)
    if parts.hostname != MEDIA_HOST:
        return ()
    stem, _, suffix = parts.path.rpartition(".")
    given = parse_qs(parts.query).get("format", [""])[0]
    base, format_ = (stem, suffix) if "/" not in suffix and stem else (parts.path, given)
    format_ = format_.partition(":")[0].lower()  # the old style wrote ….jpg:large
    if not re.fullmatch(r"/[\w/-]+", base, re.ASCII) or not re.fullmatch(r"jpe?g|png|webp", format_):
        return ()
    sized = tuple(f"https://{MEDIA_HOST}{base}?format={format_}&name={size}" for size in SIZES)
    return sized if base.startswith("/media/") else (*sized, f"https://{MEDIA_HOST}{base}.{format_}")


def avatar_url(address: object) -> str:
    """The avatar in full size; "" without one."""
    return re.sub(r"_normal(\.\w+)$", r"\1", https_url(address))


def _tags(entities: Iterable[_Json]) -> tuple[str, ...]:
    tags = (one_line(mapping(item).get("tag")) for part in entities for item in sequence(part.get("hashtags")))
    return tuple(dict.fromkeys(filter(None, tags)))
