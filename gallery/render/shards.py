"""What the filters read: columns of facts about a thousand works a file, no words of anybody's post but descriptions of
pictures.

These weigh more than all the rest, so they stand in a file of their own beside each, for when the pictures are there.
The addresses of posts, which weigh almost as much, are named only where a click on a picture leads there. Works are
numbered from the oldest, so that a new picture changes the last shard only and a browser keeps the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import partial

from gallery.domain import Label, OutputFile
from gallery.render.site import Site, newest_first
from gallery.render.works import Work, digest

SHARD_WORKS = 1000
LABELS = tuple(Label)
UNSURE = len(LABELS)  # the label column's number for works on the unsure pages
NOTES = ("", "sensitive", *LABELS, "moving")  # what may stand on a picture; a label stands there with a question mark
EPOCH = date(1970, 1, 1)
PERSON = -1  # the score column where a person decided


def shard_files(site: Site) -> Iterator[OutputFile]:
    """The index and all shards."""
    works = newest_first([work for wing in site.wings for work in wing.works])[::-1]
    shards = [works[start : start + SHARD_WORKS] for start in range(0, len(works), SHARD_WORKS)]
    words = digest(
        *(f"{tag.folded} {tag.name}" for tag in site.tags),
        *(f"{wing.name} {wing.artist.language}" for wing in site.wings),
    )
    slugs = [wing.artist.slug for wing in site.wings]
    common = digest(site.key, words)
    dates = [f"{len(shard)} {shard[0].date} {shard[-1].date}" for shard in shards]
    years = sorted({work.when.year for work in works}, reverse=True)
    yield OutputFile(
        "data/index.json", digest(common, *dates, *slugs, repr(years)), partial(_index, site, shards, years)
    )
    for number, shard in enumerate(shards):
        facts = digest(common, *(work.key for work in shard))
        alts = digest(site.key, *map(_alt_key, shard))
        yield OutputFile(f"data/{number}.json", facts, partial(_shard, site, shard))
        yield OutputFile(f"data/{number}-alt.json", alts, partial(_descriptions, shard))


def _index(site: Site, shards: list[list[Work]], years: list[int]) -> bytes:
    return _compact(
        {
            "artists": [
                {"slug": wing.artist.slug, "name": wing.name, "lang": wing.artist.language} for wing in site.wings
            ],
            "tags": [tag.name for tag in site.tags],
            "years": years,
            "labels": [*LABELS, "unsure"],
            "notes": NOTES,
            "work_pages": site.settings.work_pages,
            "shards": [
                {
                    "file": f"{number}.json",
                    "alts": f"{number}-alt.json",
                    "count": len(shard),
                    "newest": shard[-1].date,
                    "oldest": shard[0].date,
                }
                for number, shard in reversed(list(enumerate(shards)))
            ],
        }
    )


def _shard(site: Site, shard: list[Work]) -> bytes:
    artists = {wing.artist.slug: number for number, wing in enumerate(site.wings)}
    tags = {tag.folded: number for number, tag in enumerate(site.tags)}
    leads_to_posts = site.settings.click == "post" or not site.settings.work_pages
    columns: dict[str, list[object]] = {}
    for work in reversed(shard):
        thumb = None if work.sensitive else work.thumb
        verdict = work.exhibit.verdict
        values: dict[str, object] = {
            "id": work.id,
            "a": artists[work.artist.slug],
            "d": (work.when.date() - EPOCH).days,
            "l": UNSURE if work.listing == "unsure" else LABELS.index(verdict.label),
            "s": PERSON if work.by_person else work.percent,
            "r": work.ratio,
            "c": work.copies.colour,
            "n": NOTES.index(_note(work)),
            "i": thumb.name.partition("-")[0] if thumb else "",
            "w": thumb.width_px if thumb else 0,
            "h": thumb.height_px if thumb else 0,
            "t": sorted(tags[tag] for tag in work.tags if tag in tags),
        }
        if leads_to_posts:
            values["p"] = work.post
        for name, value in values.items():
            columns.setdefault(name, []).append(value)
    return _compact(columns)


def _descriptions(shard: list[Work]) -> bytes:
    """The columns of the posters' own descriptions and of the languages that they are in, "" where there is none."""
    works = shard[::-1]
    return _compact({"alt": [work.alt for work in works], "lang": [work.language_of(work.alt) for work in works]})


def _alt_key(work: Work) -> str:
    """What a work's part of the descriptions is made of."""
    picture = work.exhibit.picture
    return f"{work.sensitive} {picture.post.language} {work.language} {picture.media.alt}"


def _note(work: Work) -> str:
    if work.sensitive:
        return "sensitive"
    if work.doubtful:
        return work.label
    return "moving" if work.moving else ""


def _compact(data: object) -> bytes:
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()
