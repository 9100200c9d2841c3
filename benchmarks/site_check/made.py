"""The made gallery that is measured everywhere alike: a hundred different pictures of one artist on one page."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from gallery.domain import SiteSettings
from tests.made_gallery import made_exhibition, painted_renditions, write_site

DIFFERENT = 8000  # paintings to choose from: hardly one is hung twice
SETTINGS = SiteSettings(
    title="Drawn",
    site_url="https://example.org/x/y/",
    languages=("en", "ja"),
    contact="someone@example.org",
    indexing=True,
)


def build_made_gallery(place: Path, theme: str = "wall") -> Path:
    """Write the made gallery below ``place`` and return its folder: a hundred pictures on one page, ten on the next."""
    folder = place / "made"
    settings = replace(SETTINGS, theme=theme)
    exhibition = made_exhibition(works=132, artists=1, seed=7)  # some are photos and other things
    copies = painted_renditions(exhibition, settings, folder / "i", variety=DIFFERENT, jobs=2)
    shutil.rmtree(folder / "i/painted")  # the originals are no part of the site
    write_site(folder, exhibition, settings, copies)
    return folder
