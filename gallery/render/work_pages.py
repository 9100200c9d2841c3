"""A page for each work, with its neighbours in both orders."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from gallery.domain import OutputFile
from gallery.render.drawing import draw
from gallery.render.i18n import Catalogue
from gallery.render.misfiled import removal_href, report_href
from gallery.render.networks import mention_base
from gallery.render.page import Page
from gallery.render.site import Site, Wing
from gallery.render.structured import card_image, work_data
from gallery.render.text import clean, fold, hashtags, one_line, pieces
from gallery.render.works import LISTINGS, Work, digest


class Neighbours(NamedTuple):
    """The neighbours of a work in both orders; None at the ends."""

    score_before: Work | None
    score_after: Work | None
    date_before: Work | None
    date_after: Work | None


def work_pages(site: Site, t: Catalogue, wing: Wing) -> Iterator[OutputFile]:
    """A page for each work, with its neighbours in both orders."""
    prefix = digest(site.key, t.language, wing.credit_key)
    lead = Page(site, t, "", "", "").tree
    for listing in LISTINGS:
        by_score, by_date = wing.by_score[listing], wing.by_date[listing]
        place = {work.id: index for index, work in enumerate(by_date)}
        for index, work in enumerate(by_score):
            at = place[work.id]
            around = Neighbours(
                by_score[index - 1] if index else None,
                by_score[index + 1] if index + 1 < len(by_score) else None,
                by_date[at - 1] if at else None,
                by_date[at + 1] if at + 1 < len(by_date) else None,
            )
            tags = [site.tag_of[tag].slug for tag in work.tags if tag in site.tag_of]
            key = digest(prefix, work.key, *[each.key if each else "" for each in around], *tags)
            yield OutputFile(f"{lead}{work.path}index.html", key, partial(_work_page, wing, work, around, site, t))


def _work_page(wing: Wing, work: Work, around: Neighbours, site: Site, t: Catalogue) -> bytes:
    post = work.exhibit.picture.post
    name = one_line(post.title, 120) or t.plain(f"work.untitled.{work.label}", date=t.date(work.when))
    title = t.plain("work.title", work=name, artist=wing.name)
    # what stands behind a warning or a veil is no snippet for searches and shared links, the post's words included
    said = work.warning or ("" if work.sensitive else work.alt or post.text)
    what = "artist.description" if work.label == "drawing" else f"alt.{work.label}"
    description = one_line(said, 160) or t.plain(what, artist=wing.name, date=work.date)
    page = Page(site, t, "work", work.path, title, description, wing.indexed, "artists", wing)
    linked = {tag: page.to(site.tag_of[tag].path) for tag in work.tags if tag in site.tag_of}
    words = clean(post.text)
    text = pieces(words, work.account.network, mention_base(work.account.network, work.post), linked)
    in_text = {fold(tag) for tag in hashtags(words)}
    tags = [(name, linked.get(tag, "")) for tag, name in work.tags.items() if tag not in in_text]
    html = draw(
        "work.html", page, wing=wing, work=work, around=around, text=text,
        name=one_line(post.title, 120) or t.raw("work.untitled"), tags=tags, report=report_href(site, t, work),
        write=removal_href(site, t, work), data=work_data(site, page, wing, work, name),
        share_image=card_image(page, work),
    )  # fmt: skip
    return html.encode()
