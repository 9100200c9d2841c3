"""Brushwork: a field of colours, painted in passes; light, firs, loose dabs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from kit import Canvas, Point, mix

Field = Callable[[float, float], str]


Flow = Callable[[float, float], float]


PLAN = ((210, 84, 220), (110, 36, 520), (58, 17, 640))  # length, width, how many


def level(_x: float, _y: float) -> float:
    """Strokes that lie flat."""
    return 0.0


def brushwork(c: Canvas, colour: Field, angle: Flow, plan: Sequence[tuple[float, float, int]] = PLAN) -> None:
    """Paint the whole canvas, each pass finer than the last, with frayed edges."""
    shaky = c.noise

    def shaken(x: float, y: float) -> str:
        tone = colour(x, y)
        wobble = shaky.at(x / 21 + 90, y / 21) - 0.5
        return mix(tone, "#fff4dc" if wobble > 0 else "#1c2440", abs(wobble) * 0.2)

    with c.group(filter=c.rough(22, 0.035, 3)):
        for length, width, count in plan:
            c.paint(shaken, angle, size=length, width=width, count=count, opacity=0.95)


def light(c: Canvas, x: float, y: float, r: float, colour: str, strength: float) -> None:
    """A soft light that lifts what lies under it."""
    fill = c.rad((0, colour, strength), (0.45, colour, strength * 0.35), (1, colour, 0))
    c.circle(x, y, r, fill=fill, style="mix-blend-mode:screen")


def fir(c: Canvas, x: float, foot: float, height: float) -> str:
    """Path data of one fir: a cone of drooping, ragged tiers on a short trunk."""
    tiers = max(5, int(height / 34))
    left: list[Point] = []
    right: list[Point] = []
    for k in range(tiers):
        w = height * 0.21 * (k + 1) / tiers * c.uni(0.85, 1.15)
        low = foot - height + height * 0.94 * (k + 1) / tiers
        left += [(x - w, low + height * 0.02), (x - w * 0.5, low - height * 0.012)]
        right += [(x + w * c.uni(0.85, 1.1), low + height * 0.02), (x + w * 0.5, low - height * 0.012)]
    outline = "L".join(f"{px:.0f} {py:.0f}" for px, py in [(x, foot - height), *right, *left[::-1]])
    trunk = (
        f"M{x - height / 60:.0f} {foot - height * 0.1:.0f}h{height / 30:.0f}v{height * 0.14:.0f}h{-height / 30:.0f}z"
    )
    return f"M{outline}z{trunk}"


def firs(c: Canvas, y: float, height: float, colour: str, gap: float, rise: float = 0, opacity: float = 1) -> None:
    """A row of firs across the canvas."""
    x = -30.0
    d = ""
    while x < c.width + 30:
        d += fir(c, x, y + rise * c.noise.fbm(x / 300, 7), height * c.uni(0.55, 1.1))
        x += gap * c.uni(0.5, 1.4)
    c.path(d, fill=colour, o=opacity)


def dabs(
    c: Canvas,
    area: tuple[float, float, float, float],
    tones: Sequence[str],
    count: int,
    width: float,
    length: float,
    tilt: float = -1.4,
) -> None:
    """Short loose strokes of a few colours inside a box: grass, flowers, sparkles."""
    x0, y0, x1, y1 = area
    for tone in tones:
        d = ""
        for _ in range(count // len(tones)):
            x, y = c.uni(x0, x1), c.uni(y0, y1)
            near = 0.35 + 0.65 * (y - y0) / (y1 - y0)
            a = tilt + c.uni(-0.5, 0.5)
            d += f"M{x:.0f} {y:.0f}l{math.cos(a) * length * near:.0f} {math.sin(a) * length * near:.0f}"
        c.path(d, stroke=tone, sw=width, cap="round", o=0.9)
