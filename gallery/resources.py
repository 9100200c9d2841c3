"""Where the files that travel with the code lie: in a checkout at the top, in the wheel inside the package."""

from __future__ import annotations

from pathlib import Path

from gallery.errors import GalleryError

PACKAGE = Path(__file__).parent


def templates_dir() -> Path:
    """The folder of the shipped themes.

    Raises:
        GalleryError: the installation lacks it.
    """
    return _find("templates")


def models_dir() -> Path:
    """The folder of the shipped classifier.

    Raises:
        GalleryError: the installation lacks it.
    """
    return _find("models")


def _find(name: str) -> Path:
    for candidate in (PACKAGE / f"_{name}", PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise GalleryError(f"this installation has no {name}/ beside or inside {PACKAGE}; install the package again")
