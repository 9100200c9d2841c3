"""A grid of square pixels that becomes an SVG: one path of horizontal runs for each colour."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

from kit import Canvas, Noise

BAYER = (0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5)


class Pixels:
    """A small picture drawn pixel by pixel; everything outside its edges is ignored."""

    def __init__(self, width: int, height: int, seed: int, colour: str) -> None:
        self.width, self.height = width, height
        self.rng = random.Random(seed)
        self.noise = Noise(seed)
        self.grid = [[colour] * width for _ in range(height)]

    def put(self, x: float, y: float, colour: str) -> None:
        """One pixel."""
        column, row = int(x), int(y)
        if 0 <= column < self.width and 0 <= row < self.height:
            self.grid[row][column] = colour

    def get(self, x: int, y: int) -> str:
        """The colour at a place; the edge repeats outside."""
        return self.grid[max(0, min(self.height - 1, y))][max(0, min(self.width - 1, x))]

    def box(self, x: int, y: int, width: int, height: int, colour: str) -> None:
        """A filled box."""
        for row in range(y, y + height):
            for column in range(x, x + width):
                self.put(column, row, colour)

    def disc(self, x: float, y: float, rx: float, colour: str, ry: float | None = None) -> None:
        """A filled ellipse."""
        tall = ry or rx
        for row in range(math.floor(y - tall), math.ceil(y + tall) + 1):
            for column in range(math.floor(x - rx), math.ceil(x + rx) + 1):
                if ((column - x) / rx) ** 2 + ((row - y) / tall) ** 2 < 0.98:
                    self.put(column, row, colour)

    def line(self, x0: int, y0: int, x1: int, y1: int, colour: str, width: int = 1) -> None:
        """A straight line."""
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        for i in range(steps + 1):
            x, y = round(x0 + (x1 - x0) * i / steps), round(y0 + (y1 - y0) * i / steps)
            for k in range(width):
                self.put(x + k, y, colour)

    def fade(self, x: int, y: int, width: int, height: int, tones: Sequence[str], spread: float = 0.45) -> None:
        """A vertical gradient in few tones, joined by ordered dithering over ``spread`` of each band."""
        for row in range(height):
            place = row / height * (len(tones) - 1)
            for column in range(width):
                threshold = (BAYER[(row % 4) * 4 + column % 4] / 16 - 0.5) * spread
                self.put(x + column, y + row, tones[max(0, min(len(tones) - 1, round(place + threshold)))])

    def sprite(
        self, x: int, y: int, rows: str, palette: Mapping[str, str], flip: bool = False, mirror: bool = False
    ) -> None:
        """Draw a picture given as lines of letters; ``mirror`` completes a left half. Dots and spaces are clear."""
        for dy, line in enumerate(rows.strip("\n").split("\n")):
            full = line + line[::-1] if mirror else line
            for dx, letter in enumerate(full[::-1] if flip else full):
                if letter in palette:
                    self.put(x + dx, y + dy, palette[letter])

    def outline(self, colour: str, ground: str) -> None:
        """Draw a line around everything that is not ``ground``."""
        found = []
        for y in range(self.height):
            for x in range(self.width):
                if self.grid[y][x] == ground and any(
                    self.get(x + dx, y + dy) not in {ground} for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))
                ):
                    found.append((x, y))
        for x, y in found:
            self.put(x, y, colour)

    def canvas(self, scale: int) -> Canvas:
        """The finished picture, each pixel ``scale`` units wide."""
        made = Canvas(self.width * scale, self.height * scale, 0)
        runs: dict[str, list[str]] = {}
        counts: dict[str, int] = {}
        for row in self.grid:
            for colour in row:
                counts[colour] = counts.get(colour, 0) + 1
        ground = max(counts, key=lambda colour: counts[colour])
        for y, row in enumerate(self.grid):
            x = 0
            while x < self.width:
                start = x
                while x < self.width and row[x] == row[start]:
                    x += 1
                if row[start] != ground:
                    runs.setdefault(row[start], []).append(f"M{start} {y}h{x - start}")
        made.rect(0, 0, made.width, made.height, fill=ground)
        with made.group(transform=f"scale({scale}) translate(0 .5)", shape_rendering="crispEdges", fill="none"):
            for colour, found in runs.items():
                made.add(f'<path stroke="{colour}" d="{"".join(found)}"/>')
        return made
