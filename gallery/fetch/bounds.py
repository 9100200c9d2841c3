"""What one post may say of itself: a server, a sidecar or an archive may claim anything, each of a post's pictures has
a page that names all of its tags, and what is dated ahead would stay the newest for years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from gallery.domain import Notice, Post
from gallery.sources.text import one_line

MOST_TAGS = 40
_GRACE = timedelta(hours=12)  # a run may take hours, and by the next night such a date lies in the past
LONGEST_TAG = 100  # characters
MOST_PICTURES = 64  # an article on X has some twenty, a note on Misskey sixteen
_ALBUMS = frozenset({"folder"})  # whole albums and comics are one post there, and each picture is a file of its own


def bounded(network: str, post: Post, by: datetime, stored: datetime | None) -> tuple[Post, tuple[Notice, ...]]:
    """The post with no more tags and pictures than anybody means and no date to come, and what was put right in it.

    Args:
        network: where it was posted.
        post: as its source tells it.
        by: the latest moment at which it can have been made, give or take the length of a run; a date beyond counts as
            this one.
        stored: the date under which the store has it. It holds for as long as the post claims one to come, so that it
            does not move each night; None where the post is new.
    """
    tags = tuple(dict.fromkeys(filter(None, (one_line(tag, LONGEST_TAG) for tag in post.tags[:MOST_TAGS]))))
    media = post.media if network in _ALBUMS else post.media[:MOST_PICTURES]
    when = stored or by if _is_ahead(post, by) else post.created_at
    kept = replace(post, tags=tags, media=media, created_at=when)
    return kept, tuple(_put_right(post, kept, by))


def _is_ahead(post: Post, by: datetime) -> bool:
    return post.created_at > by + _GRACE


def _put_right(post: Post, kept: Post, by: datetime) -> Iterator[Notice]:
    name, pictures = post.permalink or post.key, len(kept.media)
    if len(post.tags) > MOST_TAGS:
        yield Notice("many-tags", f"{name} has {len(post.tags)} tags; the first {MOST_TAGS} are kept")
    if len(post.media) > pictures:
        yield Notice("many-pictures", f"{name} has {len(post.media)} pictures; the first {pictures} are kept")
    if _is_ahead(post, by):
        yield Notice(
            "dated-ahead",
            f"{name} says {post.created_at:%Y-%m-%d %H:%M} UTC; it counts from {kept.created_at:%Y-%m-%d}",
        )
