"""What each page shows + templates → the files of the site: pages, feeds, sitemap, filter data, the theme's files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from gallery.domain import Exhibition, OutputFile, PictureKey, RenditionSet, SiteSettings
from gallery.render.feeds import feeds
from gallery.render.machines import machine_files
from gallery.render.pages import all_pages
from gallery.render.shards import shard_files
from gallery.render.site import Site, code_digest
from gallery.render.structured import share_cards
from gallery.render.theme import open_theme


def render(
    exhibition: Exhibition,
    settings: SiteSettings,
    renditions: Mapping[PictureKey, RenditionSet],
    theme_dirs: Sequence[Path],
    copies_dir: Path | None = None,
) -> Iterator[OutputFile]:
    """Every file of the site except the copies of pictures.

    Pure and lazy: the same arguments give the same bytes, and nothing is rendered before ``content()`` is called.

    Args:
        exhibition: what is shown.
        settings: the ``site:`` block.
        renditions: `Picture.key` → copies (the same bytes may be shown larger on one account than on another); a
            picture without any is shown as a link to its post.
        theme_dirs: folders of themes, the gallery's own first.
        copies_dir: the folder of the copies; without it pages are shared with a small picture instead of a card.

    Raises:
        RenderError: the theme, a catalogue or (from ``content()``) a template cannot be used.
    """
    site = Site(exhibition, settings, open_theme(settings.theme, theme_dirs), code_digest(), renditions, copies_dir)
    yield from machine_files(site)
    yield from share_cards(site)
    for words in site.catalogues.values():
        yield from all_pages(site, words)
        yield from feeds(site, words)
    yield from shard_files(site)
