"""Which posts X still shows: asked of its public oEmbed service, which costs nothing, and needs no key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from gallery.domain import KnownPost, Notice, PostGone
from gallery.errors import BudgetError, WebError
from gallery.sources.base import Hosts, Since, Web

OEMBED = "https://publish.x.com/oembed"
OEMBED_HOSTS = Hosts(frozenset({"publish.x.com"}))
SWEEP_NIGHTS = 7
TELLING_SWEEP = 3  # so many refusals and no confirmation are more likely a wall than deletions
CONTROLS = 2  # posts that are asked about beside fewer refusals: behind a wall nobody sees them either
MOST_FAILURES = 3  # in a row; then the service is left alone for the night


def sweep(posts: Sequence[KnownPost], since: Since, web: Web) -> Iterator[PostGone | Notice]:
    """Ask about a rotating seventh of ``posts`` each night, and tell which seem to be gone and which stay unconfirmed.

    A post stays due from its turn until it is confirmed, so that a "not found" is heard on two nights in a row before
    it counts; what the codes mean is not documented, hence ``certain=False``. Nor does X say what it answers to
    somebody it does not want: a refusal counts only on a night on which another post is confirmed.
    """
    failures = asked = 0
    refused: dict[str, PostGone] = {}
    confirmed = False
    for post in posts:
        status = 0  # nobody was asked, or nobody answered
        if failures < MOST_FAILURES and post.confirmed_at < _latest_turn(post.key, since.now):
            asked += 1
            try:
                status, failures = _oembed_status(web, post.permalink), 0
            except BudgetError:
                failures = MOST_FAILURES
            except WebError:
                failures += 1
        if status in (403, 404, 410):
            why = f"X's oEmbed service answers {status}"
            refused[post.key] = PostGone(post.key, why, certain=False, witnessed=True)
        elif status == 200:
            confirmed = True
        else:
            yield Notice("unconfirmed", post.key)
    if refused and not confirmed and asked < TELLING_SWEEP:
        controls = [post for post in since.last_shown() if post.key not in refused]
        confirmed = _confirms_any(web, controls[:CONTROLS])
    if confirmed:
        yield from refused.values()
    else:
        yield from (Notice("unconfirmed", key) for key in refused)
        if asked:
            yield Notice("sweep-outage", f"X's oEmbed service confirmed nothing tonight; posts asked about: {asked}")


def _oembed_status(web: Web, permalink: str) -> int:
    """What X's oEmbed service answers about a post."""
    answer = web.call(
        OEMBED,
        hosts=OEMBED_HOSTS,
        params=[("url", permalink), ("omit_script", "1")],
        spacing_s=1.0,
        max_bytes=200_000,
        remember=False,  # a copy would outlive the post, and confirm it
    )
    return answer.status


def _confirms_any(web: Web, posts: Sequence[KnownPost]) -> bool:
    try:
        return any(_oembed_status(web, post.permalink) == 200 for post in posts)
    except (BudgetError, WebError):
        return False


def _latest_turn(key: str, now: datetime) -> datetime:
    """The start of the latest day on which a post was or is due to be asked about; posts spread over seven days."""
    own_day = int.from_bytes(sha256(key.encode()).digest()[:4]) % SWEEP_NIGHTS
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=(midnight.toordinal() - own_day) % SWEEP_NIGHTS)
