"""What machines read: JSON-LD on work pages and the picture that stands for a page when it is shared.

Neither ever names an unveiled sensitive picture. Both need ``site_url``; without it they are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gallery.domain import OutputFile
from gallery.render.networks import account_url
from gallery.render.page import Page
from gallery.render.site import Site, Wing
from gallery.render.text import script_json
from gallery.render.works import Work, digest

if TYPE_CHECKING:
    from markupsafe import Markup

CARD_PX = (1200, 630)  # what social networks show beside a link
CARD_MARGIN_PX = 48
CARD_WALL = (246, 246, 246)
CARD_QUALITY = 78


class ShareImage(NamedTuple):
    """``og:image`` with its size in px."""

    url: str
    width_px: int
    height_px: int
    credit: str  # whose it is


def card_image(page: Page, work: Work) -> ShareImage | None:
    """The JPEG copy of a work (the veil of a sensitive one), when the site knows its address."""
    copy = work.thumb
    if copy is None or not page.site.settings.site_url:
        return None
    return ShareImage(page.site.absolute(copy.path), copy.width_px, copy.height_px, page.credit(work))


def share_cards(site: Site) -> Iterator[OutputFile]:
    """A large card for each artist's pages and, under the first artist's, for the site."""
    if site.copies_dir is None or not site.settings.site_url:
        return
    works = [work for work in map(card_work, site.wings) if work is not None]
    shown = {_card_path(work): work.largest for work in works if work.largest}  # one for artists who post one picture
    for path, copy in shown.items():
        yield OutputFile(path, digest(site.code, copy.name), partial(share_card, site.copies_dir / copy.name))


def share_card(copy: Path) -> bytes:
    """A JPEG of ``CARD_PX`` with one picture hung on the wall's colour: whole, never cropped, never enlarged.

    Args:
        copy: a file of the site's copies.
    """
    from PIL import Image

    card = Image.new("RGB", CARD_PX, CARD_WALL)
    with Image.open(copy) as picture:
        picture.thumbnail((CARD_PX[0] - 2 * CARD_MARGIN_PX, CARD_PX[1] - 2 * CARD_MARGIN_PX), Image.Resampling.LANCZOS)
        card.paste(picture, ((CARD_PX[0] - picture.width) // 2, (CARD_PX[1] - picture.height) // 2))
    data = BytesIO()
    card.save(data, "JPEG", quality=CARD_QUALITY, subsampling=0)
    return data.getvalue()


def card_work(wing: Wing) -> Work | None:
    """The picture that stands for an artist where pages are shared: never one behind a veil."""
    return next((work for work in wing.card_works if not work.sensitive and work.largest is not None), None)


def wing_image(page: Page, wing: Wing) -> ShareImage | None:
    """``og:image`` of an artist's pages."""
    site, work = page.site, card_work(wing)
    if work is None or not site.settings.site_url:
        return None
    if site.copies_dir is None:
        return card_image(page, work)
    return ShareImage(site.absolute(_card_path(work)), *CARD_PX, page.credit(work))


def _card_path(work: Work) -> str:
    stem = work.largest.path.partition("-")[0] if work.largest else ""
    return f"{stem}-card.jpg"


def work_data(site: Site, page: Page, wing: Wing, work: Work, name: str) -> Markup | None:
    """The ``ImageObject`` of a work page, safe inside a script element; None without ``site_url``."""
    if not site.settings.site_url:
        return None
    picture = work.exhibit.picture
    creator: dict[str, str] = {"@type": "Person", "name": wing.name}
    profile = account_url(picture.account, picture.profile)
    if profile:
        creator["url"] = profile
    rights = f"{site.absolute(page.tree + 'about/')}#rights"
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "ImageObject",
        "name": name,
        "url": page.canonical,
        "creator": creator,
        "creditText": wing.name,
        "copyrightNotice": f"© {wing.name}",
        "license": rights,
        "acquireLicensePage": work.post or profile or rights,
        "uploadDate": work.moment,
        "isFamilyFriendly": not work.sensitive,
    }
    if work.thumb is not None:
        data["thumbnailUrl"] = site.absolute(work.thumb.path)
    if work.largest is not None and not work.sensitive:
        data["contentUrl"] = site.absolute(work.largest.path)
        data["width"], data["height"] = work.largest.width_px, work.largest.height_px
    if work.post:
        data["isBasedOn"] = work.post
    if description := work.warning or work.alt:
        data["description"] = description
    return script_json(data)
