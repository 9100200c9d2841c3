"""Small real pictures for fake networks: each number gives another one, the same in every run."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from PIL import Image

AVATAR = 4_444  # the number of the picture that is everybody's avatar


@cache
def picture(number: int, kind: str = "PNG") -> bytes:
    """A 24 × 16 picture whose colours say which one it is."""
    image = Image.new("RGB", (24, 16), (number * 37 % 256, number * 91 % 256, number // 7 * 53 % 256))
    image.putpixel((0, 0), (number % 256, number // 256 % 256, 7))
    with BytesIO() as file:
        image.save(file, kind)
        return file.getvalue()
