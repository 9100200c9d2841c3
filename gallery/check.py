"""``gallery check``: are the files that people edit right, and is the built site whole?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gallery.config import load_config
from gallery.corrections import load_corrections
from gallery.errors import GalleryError
from gallery.optouts import load_optouts
from gallery.pipeline import Paths
from gallery.publish import broken_links


@dataclass(frozen=True, slots=True)
class Findings:
    """What is right, and what is wrong; one line each."""

    fine: tuple[str, ...]
    wrong: tuple[str, ...]


def check_gallery(config_path: Path) -> Findings:
    """Check accounts.yaml, corrections.yaml, optouts.yaml, and every link of the built site."""
    fine: list[str] = []
    wrong: list[str] = []
    paths = Paths(config_path.absolute().parent)
    for read, path in (
        (load_config, config_path),
        (load_corrections, paths.corrections),
        (load_optouts, paths.optouts),
    ):
        try:
            read(path)
        except GalleryError as error:
            wrong += str(error).splitlines()
        else:
            fine.append(f"{path.name}: fine" if path.exists() else f"{path.name}: none, fine")
    if paths.site.is_dir():
        broken = broken_links(paths.site)
        wrong += broken
        if not broken:
            fine.append(f"{paths.site.name}/: every link leads somewhere")
    else:
        fine.append("no site built yet")
    return Findings(tuple(fine), tuple(wrong))
