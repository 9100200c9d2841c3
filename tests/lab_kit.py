"""What the tests of the laboratory share: a corpus of a few pictures that even a small network can tell apart."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from gallery.domain import Label
from gallery.features import DESCRIPTOR_SIZE
from gallery.lab.dataset import Corpus, read_corpus

SOURCES = 6  # of each label


def picture(label: Label, rng: np.random.Generator) -> Image.Image:
    """Discs on paper, noise over a ramp, or lines of text-like boxes."""
    if label is Label.PHOTO:
        ramp = np.linspace(rng.integers(0, 99), 200, 72)[:, None, None] + np.zeros((72, 96, 3))
        return Image.fromarray(np.clip(ramp + rng.normal(0, 25, ramp.shape), 0, 255).astype(np.uint8))
    image = Image.new("RGB", (96, 72), "white")
    draw = ImageDraw.Draw(image)
    for _ in range(6):
        x, y = (int(v) for v in rng.integers(0, 60, 2))
        colour = tuple(int(v) for v in rng.integers(0, 256, 3))
        if label is Label.DRAWING:
            draw.ellipse((x, y, x + 25, y + 25), colour, "black")
        else:
            draw.rectangle((4, y, 90, y + 2), "black")
    return image


def make_corpus(folder: Path) -> Corpus:
    """Two pictures from each of six sources for each label."""
    rng = np.random.default_rng(5)
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "label", "style", "source"))
        for label in Label:
            for number in range(2 * SOURCES):
                name = f"{label}-{number}.png"
                picture(label, rng).save(folder / name)
                writer.writerow((name, label, "plain", f"{label}/source-{number // 2}"))
    return read_corpus(folder)


def die_of_one(path: Path) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """In the place of `gallery.lab.train._describe_file`: a decoder that dies on one picture."""
    if path.name == "photo-3.png":
        os._exit(9)
    return np.zeros(DESCRIPTOR_SIZE, np.float32)
