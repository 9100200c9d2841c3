"""What one post may say of itself: a server, a sidecar or an archive may claim anything, and each of a post's pictures
has a page that names all of its tags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gallery.domain import Notice, Post
from gallery.sources.text import one_line

MOST_TAGS = 40
LONGEST_TAG = 100  # characters
MOST_PICTURES = 64  # an article on X has some twenty, a note on Misskey sixteen
_ALBUMS = frozenset({"folder"})  # whole albums and comics are one post there, and each picture is a file of its own


def bounded(network: str, post: Post) -> tuple[Post, tuple[Notice, ...]]:
    """The post with no more tags and pictures than anybody means, and what was left out of it."""
    tags = tuple(dict.fromkeys(filter(None, (one_line(tag, LONGEST_TAG) for tag in post.tags[:MOST_TAGS]))))
    media = post.media if network in _ALBUMS else post.media[:MOST_PICTURES]
    return replace(post, tags=tags, media=media), tuple(_left_out(post, len(media)))


def _left_out(post: Post, pictures: int) -> Iterator[Notice]:
    name = post.permalink or post.key
    if len(post.tags) > MOST_TAGS:
        yield Notice("many-tags", f"{name} has {len(post.tags)} tags; the first {MOST_TAGS} are kept")
    if len(post.media) > pictures:
        yield Notice("many-pictures", f"{name} has {len(post.media)} pictures; the first {pictures} are kept")
