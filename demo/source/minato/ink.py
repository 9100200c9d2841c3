"""Ink: brush lines that swell and taper, hatching, screentone, panels and bubbles."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kit import Canvas, Point, num, poly, pts, smooth

BLACK = "#111111"


WHITE = "#ffffff"


def along(points: Sequence[Point], steps: int = 8) -> list[Point]:
    """Points of the Catmull-Rom curve through ``points``."""
    found: list[Point] = []
    for i in range(len(points) - 1):
        p0, p1, p2 = points[max(0, i - 1)], points[i], points[i + 1]
        p3 = points[min(len(points) - 1, i + 2)]
        for k in range(steps):
            t = k / steps
            a, b = -0.5 * t + t * t - 0.5 * t**3, 1 - 2.5 * t * t + 1.5 * t**3
            c, d = 0.5 * t + 2 * t * t - 1.5 * t**3, -0.5 * t * t + 0.5 * t**3
            found.append((a * p0[0] + b * p1[0] + c * p2[0] + d * p3[0], a * p0[1] + b * p1[1] + c * p2[1] + d * p3[1]))
    return [*found, points[-1]]


def brush(points: Sequence[Point], width: float, start: float = 0.1, end: float = 0.1, steps: int = 6) -> str:
    """Path data of a brush stroke through ``points``: thin at both ends, ``width`` wide in the middle."""
    line = along(points, steps)
    left: list[Point] = []
    right: list[Point] = []
    for i, (x, y) in enumerate(line):
        ax, ay = line[max(0, i - 1)]
        bx, by = line[min(len(line) - 1, i + 1)]
        size = math.hypot(bx - ax, by - ay) or 1
        t = i / (len(line) - 1)
        swell = start + (1 - start) * min(1, t / 0.35) if t < 0.35 else end + (1 - end) * min(1, (1 - t) / 0.5)
        nx, ny = -(by - ay) / size * width / 2 * swell, (bx - ax) / size * width / 2 * swell
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return poly(left + right[::-1])


def screentone(c: Canvas, gap: float, radius: float, angle: float = 45, colour: str = BLACK) -> str:
    """A dot screen as a fill."""
    return c.define(
        f'<pattern id="ID" width="{num(gap)}" height="{num(gap)}" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate({num(angle)})"><circle cx="{num(gap / 2)}" cy="{num(gap / 2)}" r="{num(radius)}"'
        f' fill="{colour}"/></pattern>'
    )


def lines_fill(c: Canvas, gap: float, width: float, angle: float, colour: str = BLACK) -> str:
    """Ruled hatching as a fill."""
    return c.define(
        f'<pattern id="ID" width="{num(gap)}" height="{num(gap)}" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate({num(angle)})"><rect width="{num(gap)}" height="{num(width)}"'
        f' fill="{colour}"/></pattern>'
    )


def hatch(
    c: Canvas,
    clip: str,
    box: tuple[float, float, float, float],
    gap: float,
    angle: float,
    width: float = 2.2,
    colour: str = BLACK,
) -> None:
    """Freehand hatching of the shape ``clip`` inside ``box`` (x, y, width, height)."""
    x, y, w, h = box
    reach = math.hypot(w, h) / 2
    ca, sa = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    d = ""
    k = -reach
    while k < reach:
        a, b = -reach * c.uni(0.8, 1), reach * c.uni(0.8, 1)
        x0, y0 = x + w / 2 + ca * a - sa * k, y + h / 2 + sa * a + ca * k
        x1, y1 = x + w / 2 + ca * b - sa * k, y + h / 2 + sa * b + ca * k
        d += (
            f"M{x0:.0f} {y0:.0f}Q{(x0 + x1) / 2 + c.uni(-4, 4):.0f} {(y0 + y1) / 2 + c.uni(-4, 4):.0f} {x1:.0f}"
            f" {y1:.0f}"
        )
        k += gap * c.uni(0.75, 1.25)
    with c.group(clip_path=c.clip(clip)):
        c.path(d, stroke=colour, sw=width)


def rain(
    c: Canvas, box: tuple[float, float, float, float], count: int, colour: str = BLACK, slant: float = -26
) -> None:
    """Rain lines inside a box."""
    x, y, w, h = box
    d = "".join(
        f"M{c.uni(x, x + w):.0f} {c.uni(y - 60, y + h):.0f}l{slant:.0f} {c.uni(60, 130):.0f}" for _ in range(count)
    )
    c.path(d, stroke=colour, sw=2.2, cap="round")


def focus(c: Canvas, x: float, y: float, hole: float, reach: float, count: int, colour: str = BLACK) -> None:
    """Speed lines that point at (x, y)."""
    d = ""
    for i in range(count):
        a = math.tau * (i + c.uni(-0.4, 0.4)) / count
        r = hole * c.uni(0.9, 1.35)
        w = c.uni(0.004, 0.014)
        d += (
            f"M{x + r * math.cos(a):.0f} {y + r * math.sin(a):.0f}L{x + reach * math.cos(a - w):.0f}"
            f" {y + reach * math.sin(a - w):.0f}"
        )
        d += f"L{x + reach * math.cos(a + w):.0f} {y + reach * math.sin(a + w):.0f}z"
    c.path(d, fill=colour)


@contextmanager
def panel(c: Canvas, corners: Sequence[Point], fill: str = WHITE) -> Iterator[None]:
    """One panel of a page: what is drawn inside stays inside its border."""
    d = poly(corners)
    c.path(d, fill=fill)
    with c.group(clip_path=c.clip(d)):
        yield
    c.path(d, stroke=BLACK, sw=6, join="miter")


def bubble(
    c: Canvas,
    x: float,
    y: float,
    rx: float,
    ry: float,
    words: str,
    size: float,
    tail: Point | None = None,
    shout: bool = False,
) -> None:
    """A speech bubble with vertical words; columns are separated by line breaks."""
    if shout:
        points: list[Point] = []
        for i in range(28):
            a = math.tau * i / 28
            k = c.uni(1.12, 1.34) if i % 2 else 0.96
            points.append((x + rx * k * math.cos(a), y + ry * k * math.sin(a)))
        c.path(poly(points), fill=WHITE, stroke=BLACK, sw=4, join="miter")
    else:
        if tail:
            a = math.atan2(tail[1] - y, tail[0] - x)
            foot = [(x + rx * 0.8 * math.cos(a + s), y + ry * 0.8 * math.sin(a + s)) for s in (-0.25, 0.25)]
            c.path(f"M{pts([foot[0], tail, foot[1]])}", fill=WHITE, stroke=BLACK, sw=4, join="round")
        c.ellipse(x, y, rx, ry, fill=WHITE, stroke=BLACK, sw=4)
        if tail:
            c.path(f"M{pts([foot[0], tail, foot[1]])}z", fill=WHITE)
            c.path(f"M{pts([foot[0], tail, foot[1]])}", stroke=BLACK, sw=4, join="round")
            c.ellipse(x, y, rx - 3, ry - 3, fill=WHITE)
    columns = words.split("\n")
    tall = max(len(line) for line in columns) * size
    c.tategaki(x + (len(columns) - 1) * size * 0.625, y - tall / 2, words, size, font_weight="700", fill=BLACK)


def sound(
    c: Canvas, x: float, y: float, words: str, size: float, angle: float, fill: str = BLACK, edge: str = WHITE
) -> None:
    """A hand-lettered sound effect."""
    c.text(
        x,
        y,
        words,
        size,
        fill=fill,
        stroke=edge,
        sw=size / 6,
        paint_order="stroke",
        font_weight="900",
        transform=f"rotate({num(angle)} {num(x)} {num(y)})",
        stroke_linejoin="round",
        letter_spacing=num(-size * 0.05),
    )


def waves(c: Canvas, top: float, bottom: float, rows: int, height: float, dark: bool = False) -> None:
    """Rows of brushed waves between two heights; each crest leans forward and carries a few lines of foam."""
    for k in range(rows):
        t = k / max(1, rows - 1)
        y = top + (bottom - top) * t**1.3
        h = height * (0.35 + 0.65 * t)
        long = 150 * (0.55 + t)
        x = -long * (1 + c.rng.random())
        points: list[Point] = [(x, y)]
        foam = ""
        while x < c.width + long:
            w, up = long * c.uni(0.8, 1.2), h * c.uni(0.6, 1.1)
            points += [(x + w * 0.3, y - up * 0.3), (x + w * 0.55, y - up), (x + w * 0.68, y - up * 0.86)]
            points += [(x + w * 0.76, y - up * 0.3), (x + w, y)]
            for j in range(3):
                foam += f"M{x + w * (0.5 - j * 0.07):.0f} {y - up * (0.8 - j * 0.16):.0f}"
                foam += f"q{w * 0.1:.0f} {up * 0.1:.0f} {w * 0.14:.0f} {up * (0.5 + j * 0.08):.0f}"
            x += w
        black = dark and k % 2 == 1
        c.path(smooth(points) + f"V{bottom + 300:.0f}H-400z", fill=BLACK if black else WHITE)
        c.path(smooth(points), stroke=WHITE if black else BLACK, sw=3 + 3 * t, join="round")
        c.path(foam, stroke=WHITE if black else BLACK, sw=2.2, cap="round")
