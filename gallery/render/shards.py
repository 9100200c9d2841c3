"""What the filters read: columns of facts about a thousand works a file, no words of anybody's post.

Works are numbered from the oldest, so that a new picture changes the last shard only and a browser keeps the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

from gallery.domain import Label, OutputFile
from gallery.render.site import Site, newest_first
from gallery.render.works import Work, digest

SHARD_WORKS = 1000
LABELS = tuple(Label)
UNSURE = len(LABELS)  # the label column's number for works on the unsure pages
HINT, SENSITIVE, NO_POST = 1, 2, 4  # the flags column
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
COLUMNS = ["id", "a", "d", "l", "s", "r", "c", "n", "i", "w", "h", "t", "f"]
PERSON = -1  # the score column where a person decided


def shard_files(site: Site) -> Iterator[OutputFile]:
    """The index and all shards."""
    works = newest_first([work for wing in site.wings for work in wing.works])[::-1]
    shards = [works[start : start + SHARD_WORKS] for start in range(0, len(works), SHARD_WORKS)]
    words = digest(*(f"{tag.folded} {tag.name}" for tag in site.tags), *(wing.name for wing in site.wings))
    networks = sorted({work.network_short for work in works})
    common = digest(site.key, words, *networks)
    dates = [f"{len(shard)} {shard[0].date} {shard[-1].date}" for shard in shards]
    yield OutputFile("data/index.json", digest(common, *dates), partial(_index, site, networks, shards))
    for number, shard in enumerate(shards):
        key = digest(common, *(work.key for work in shard))
        yield OutputFile(f"data/{number}.json", key, partial(_shard, site, networks, shard))


def _index(site: Site, networks: list[str], shards: list[list[Work]]) -> bytes:
    years = sorted({work.when.year for shard in shards for work in shard}, reverse=True)
    return _compact(
        {
            "artists": [{"slug": wing.artist.slug, "name": wing.name} for wing in site.wings],
            "tags": [tag.name for tag in site.tags],
            "years": years,
            "labels": [*LABELS, "unsure"],
            "networks": networks,
            "shards": [
                {"file": f"{number}.json", "count": len(shard), "newest": shard[-1].date, "oldest": shard[0].date}
                for number, shard in reversed(list(enumerate(shards)))
            ],
        }
    )


def _shard(site: Site, networks: list[str], shard: list[Work]) -> bytes:
    artists = {wing.artist.slug: number for number, wing in enumerate(site.wings)}
    tags = {tag.folded: number for number, tag in enumerate(site.tags)}
    columns: dict[str, list[Any]] = {
        name: [] for name in ("id", "a", "d", "l", "s", "r", "c", "n", "i", "w", "h", "t", "f")
    }
    for work in reversed(shard):
        thumb = None if work.sensitive else work.thumb
        verdict = work.exhibit.verdict
        values: dict[str, Any] = {
            "id": work.id,
            "a": artists[work.artist.slug],
            "d": (work.when - EPOCH).days,
            "l": UNSURE if work.listing == "unsure" else LABELS.index(verdict.label),
            "s": PERSON if work.by_person else round(min(verdict.score, 0.99) * 1000),
            "r": work.ratio,
            "c": work.copies.colour,
            "n": networks.index(work.network_short),
            "i": thumb.path.removeprefix("i/").partition("-")[0] if thumb else "",
            "w": thumb.width_px if thumb else 0,
            "h": thumb.height_px if thumb else 0,
            "t": sorted(tags[tag] for tag in work.tags if tag in tags),
            "f": HINT * work.unsure + SENSITIVE * work.sensitive + NO_POST * (not work.post),
        }
        for name, value in values.items():
            columns[name].append(value)
    return _compact(columns)


def _compact(data: object) -> bytes:
    return json.dumps(data, separators=(",", ":")).encode()
