"""The demo's photos: crops of the two Creative Commons photos that come with scikit-learn (see demo/CREDITS.md)."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageEnhance, ImageOps

Box = tuple[int, int, int, int]  # left, top, right, bottom in the 640 x 427 original


@dataclass(frozen=True)
class Crop:
    """One photo: what is cut out of which sample, and how the light is set."""

    sample: str  # "china" or "flower"
    box: Box
    long_side: int = 640
    light: float = 1.0
    contrast: float = 1.0
    colour: float = 1.0
    warmth: float = 0.0  # above 0 towards evening, below towards a cloudy noon
    grey: bool = False
    flip: bool = False


PHOTOS: dict[str, Crop] = {
    "sora/pavilion": Crop("china", (30, 10, 372, 420), 680, colour=1.1),
    "sora/dahlia": Crop("flower", (140, 60, 470, 390), 600, contrast=1.05),
    "sora/lake-far": Crop("china", (326, 150, 560, 330), 680, light=1.04, warmth=-0.05),
    "minato/eaves": Crop("china", (60, 20, 340, 206), 680, grey=True, contrast=1.25),
    "minato/dahlia-grey": Crop("flower", (110, 40, 500, 400), 680, grey=True, contrast=1.3),
    "minato/galleries": Crop("china", (60, 176, 360, 366), 680, contrast=1.1, colour=0.75),
    "minato/cypress": Crop("china", (540, 120, 640, 427), 680, grey=True, contrast=1.2),
    "kaede/roof-lines": Crop("china", (88, 24, 330, 150), 680, contrast=1.15, colour=1.25),
    "kaede/hazy-view": Crop("china", (0, 0, 640, 427), 680, light=1.03, warmth=0.05),
    "kaede/tiles": Crop("china", (196, 232, 396, 402), 680, colour=1.3, contrast=1.1),
    "kaede/dahlia-left": Crop("flower", (0, 50, 330, 390), 680, colour=1.15),
    "hinoki/evening-pavilion": Crop("china", (0, 0, 470, 400), 680, light=0.88, warmth=0.24, contrast=1.08),
    "hinoki/wide-sky": Crop("china", (80, 0, 640, 250), 760, warmth=0.1),
    "hinoki/treetops": Crop("china", (300, 200, 640, 427), 680, colour=1.15, warmth=0.06),
    "hinoki/dahlia-dark": Crop("flower", (0, 0, 640, 427), 680, light=0.86, contrast=1.12),
    "dot/dahlia-heart": Crop("flower", (240, 140, 376, 290), 600, contrast=1.05),
    "dot/petals": Crop("flower", (330, 90, 470, 280), 680, light=1.08, colour=0.9, flip=True),
    "dot/second-bud": Crop("flower", (230, 320, 480, 427), 680, light=1.1),
    "dot/balcony": Crop("china", (84, 182, 340, 252), 680, contrast=1.12, colour=1.15),
}


def develop(crop: Crop) -> Image.Image:
    """Cut, enlarge and set the light of one photo."""
    from sklearn.datasets import load_sample_image

    image = Image.fromarray(load_sample_image(f"{crop.sample}.jpg")).crop(crop.box)
    scale = crop.long_side / max(image.size)
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    if crop.warmth:
        red, green, blue = image.split()
        red = red.point([min(255, round(v * (1 + crop.warmth))) for v in range(256)])
        blue = blue.point([min(255, round(v * (1 - crop.warmth))) for v in range(256)])
        image = Image.merge("RGB", (red, green, blue))
    image = ImageEnhance.Brightness(image).enhance(crop.light)
    image = ImageEnhance.Contrast(image).enhance(crop.contrast)
    image = ImageEnhance.Color(image).enhance(crop.colour)
    if crop.grey:
        image = ImageOps.grayscale(image).convert("RGB")
    return ImageOps.mirror(image) if crop.flip else image
