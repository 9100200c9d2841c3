"""What the tests of the review page share: six pictures of a folder with a hostile name."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from gallery.domain import Prediction
from gallery.lab.files import file_sha256
from gallery.lab.label import SIDE_PX, Candidate
from gallery.lab.thumbs import Thumbnail, thumbnail

NOW = datetime(2026, 3, 2, tzinfo=UTC)
HOSTILE = "folder:</script><img src=x onerror=alert(1)>"


def picture(path: Path, colour: tuple[int, int, int], size: tuple[int, int] = (64, 48)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)
    return path


def six(folder: Path) -> list[Candidate]:
    found = []
    for i in range(6):
        path = picture(folder / f"{i}.png", (i * 40, 90, 120), (64, 40 + 8 * i))
        found.append(Candidate(file_sha256(path), HOSTILE, path, Prediction(0.5 + i / 20, 0.5 - i / 20, 0.0)))
    return found


def fragile_copy(path: Path) -> Thumbnail:
    """In the place of `gallery.lab.label._copy_of`: a decoder that dies on one picture."""
    if path.name == "3.png":
        os._exit(9)
    return thumbnail(path, SIDE_PX)


def endless_copy(path: Path) -> Thumbnail:
    """In the place of `gallery.lab.label._copy_of`: a decoder that comes to no end with one picture."""
    if path.name == "3.png":
        time.sleep(1000)
    return thumbnail(path, SIDE_PX)
