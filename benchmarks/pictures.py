"""Pictures to measure with: seeded cuts of the demo's drawings and photos, so that every run decodes the same bytes."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageEnhance, ImageOps

from benchmarks.measure import ROOT


def make_pictures(folder: Path, count: int, size: tuple[int, int], seed: int = 1) -> None:
    """Write ``count`` different JPEGs (quality 88) of ``size`` px into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)
    sources = sorted(path for path in (ROOT / "demo").glob("*/*") if path.suffix in {".jpg", ".png"})
    opened = [Image.open(path).convert("RGB") for path in chance.sample(sources, min(len(sources), 24))]
    for number in range(count):
        whole = opened[number % len(opened)]
        share = chance.uniform(0.55, 0.95)
        width, height = int(whole.width * share), int(whole.height * share)
        left, top = chance.randint(0, whole.width - width), chance.randint(0, whole.height - height)
        cut = ImageOps.fit(whole.crop((left, top, left + width, top + height)), size, Image.Resampling.BICUBIC)
        cut = ImageEnhance.Brightness(cut).enhance(chance.uniform(0.85, 1.15))
        cut.putpixel((0, 0), (number % 256, number // 256 % 256, number // 65536))
        cut.save(folder / f"{number:05d}.jpg", "JPEG", quality=88)
