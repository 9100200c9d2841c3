"""The made gallery that is measured everywhere alike: a hundred different pictures of one artist on one page."""

from __future__ import annotations

from pathlib import Path

from gallery.domain import SiteSettings
from tests.made_gallery import made_exhibition, painted_renditions, write_site

SETTINGS = SiteSettings(
    title="Drawn",
    site_url="https://example.org/x/y/",
    languages=("en", "ja"),
    contact="someone@example.org",
    indexing=True,
)


def build_made_gallery(place: Path, theme: str = "wall") -> Path:
    """Write the made gallery below ``place`` and return its folder: the artist's pages hold 100 and 20 pictures."""
    folder = place / "made"
    exhibition = made_exhibition(works=140, artists=1, seed=7)
    settings = SETTINGS if theme == "wall" else type(SETTINGS)(**{**vars_of(SETTINGS), "theme": theme})
    copies = painted_renditions(exhibition, settings, folder)
    write_site(folder, exhibition, settings, copies)
    return folder
