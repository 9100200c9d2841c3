"""Skies, clouds, stars and whatever else several of Sora's drawings need."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kit import Canvas, mix, num, smooth


def discs(circles: Sequence[tuple[float, float, float]]) -> str:
    """Path data of many circles (x, y, r)."""
    return "".join(
        f"M{num(x - r)} {num(y)}a{r:.0f} {r:.0f} 0 1 0 {2 * r:.0f} 0a{r:.0f} {r:.0f} 0 1 0-{2 * r:.0f} 0"
        for x, y, r in circles
    )


def cumulus(c: Canvas, x: float, base: float, width: float, height: float, tones: tuple[str, str, str]) -> None:
    """A heaped cloud standing on ``base``; ``tones`` are light, middle and shade."""
    heap: list[tuple[float, float, float]] = []
    for _ in range(int(26 + width / 28)):
        t = c.uni(-1, 1)
        top = height * (1 - abs(t) ** 1.6) * c.uni(0.15, 1)
        r = max(16.0, min(width, height) * c.uni(0.09, 0.2) * (1.1 - 0.5 * abs(t)))
        heap.append((x + t * width / 2, base - top + r * 0.3, r))
    fade = c.lin((0, "#fff", 1), (0.72, "#fff", 1), (1, "#fff", 0))
    box = f'x="{x - width:.0f}" y="{base - height * 1.4:.0f}" width="{width * 2:.0f}" height="{height * 1.5:.0f}"'
    mask = c.define(f'<mask id="ID" maskUnits="userSpaceOnUse"><rect {box} fill="{fade}"/></mask>')
    with c.group(mask=mask):
        c.path(discs(heap), fill=tones[2])
        c.path(discs([(px - r * 0.12, py - r * 0.2, r * 0.9) for px, py, r in heap]), fill=tones[1])
        c.path(discs([(px - r * 0.26, py - r * 0.36, r * 0.68) for px, py, r in heap]), fill=tones[0])


def banks(c: Canvas, x: float, y: float, width: float, height: float, tones: tuple[str, str, str]) -> None:
    """A long evening cloud: torn streaks, lit from below."""
    for k, tone in enumerate((tones[2], tones[1], tones[0])):
        for _ in range(7):
            w = width * c.uni(0.25, 0.75)
            px = x + c.uni(-0.5, 0.5) * (width - w)
            py = y + height * (c.uni(-0.5, 0.3) + k * 0.14)
            h = height * c.uni(0.12, 0.3) * (1 - k * 0.22)
            top = [(px - w / 2, py), (px - w * 0.2, py - h), (px + w * 0.12, py - h * 0.7), (px + w / 2, py)]
            low = [(px + w * 0.1, py + h * 0.35), (px - w * 0.25, py + h * 0.3)]
            c.path(smooth([*top, *low], closed=True), fill=tone, o=0.85)


def stars(c: Canvas, count: int, bottom: float, colour: str = "#ffffff") -> None:
    """Small stars above ``bottom``, a few of them bright."""
    for big in (False, True):
        d = ""
        for _ in range(count if not big else count // 14):
            x, y = c.uni(0, c.width), c.uni(0, bottom)
            r = c.uni(0.8, 2.2) if not big else c.uni(4, 9)
            d += (
                discs([(x, y, 1)])
                if not big and r < 1.6
                else (
                    f"M{num(x)} {num(y - r)}Q{num(x)} {num(y)} {num(x + r)} {num(y)}Q{num(x)} {num(y)} {num(x)}"
                    f" {num(y + r)}"
                    f"Q{num(x)} {num(y)} {num(x - r)} {num(y)}Q{num(x)} {num(y)} {num(x)} {num(y - r)}z"
                )
            )
        c.path(d, fill=colour, o=0.9)


def sky(c: Canvas, *stops: tuple[float, str]) -> None:
    """A vertical gradient over the whole canvas."""
    c.rect(0, 0, c.width, c.height, fill=c.lin(*stops))


def glow(c: Canvas, x: float, y: float, r: float, colour: str, strength: float = 0.9) -> None:
    """A soft light."""
    c.circle(x, y, r, fill=c.rad((0, colour, strength), (0.4, colour, strength * 0.4), (1, colour, 0)))


def wires(c: Canvas, lines: Sequence[tuple[float, float, float, float, float]], colour: str, width: float = 3) -> None:
    """Sagging wires: x1, y1, x2, y2, sag."""
    d = "".join(f"M{x1} {y1}Q{(x1 + x2) / 2} {(y1 + y2) / 2 + sag} {x2} {y2}" for x1, y1, x2, y2, sag in lines)
    c.path(d, stroke=colour, sw=width)


def small_figure(c: Canvas, x: float, y: float, scale: float, hair: str, top: str, skirt: str, flip: int = 1) -> None:
    """A person seen from behind, standing with the feet at (x, y); 100 units tall."""
    with c.group(
        transform=f"translate({num(x)} {num(y)}) scale({flip * scale:.2f} {scale:.2f})", stroke_linejoin="round"
    ):
        c.path("M-9 0L-8 -38H-1L0 0zM3 0L2 -38H9L10 0z", fill="#f3c9b4")
        c.path("M-11 2L-9 -12H1L2 2zM2 2L2 -12H10L12 2z", fill=mix(skirt, "#101020", 0.5))
        c.path("M-11 -56L-17 -30Q0 -24 17 -30L11 -56z", fill=skirt)
        c.path("M-13 -78Q0 -84 13 -78L12 -52Q0 -49 -12 -52z", fill=top)
        c.path("M-13 -77L-19 -54L-14 -53L-9 -70zM13 -77L19 -54L14 -53L9 -70z", fill=mix(top, "#505080", 0.25))
        c.path(
            "M-12 -92C-13 -108 13 -108 12 -92C13 -80 14 -74 16 -66Q0 -70 -15 -66C-13 -76 -13 -82 -12 -92z", fill=hair
        )


def petals(c: Canvas, count: int, colour: str, size: float = 12) -> None:
    """Petals or leaves adrift over the whole canvas."""
    d = ""
    for _ in range(count):
        x, y, a, s = c.uni(0, c.width), c.uni(0, c.height), c.uni(0, math.tau), size * c.uni(0.6, 1.5)
        dx, dy = math.cos(a) * s, math.sin(a) * s
        d += f"M{num(x)} {num(y)}q{num(dx / 2 - dy * 0.5)} {num(dy / 2 + dx * 0.5)} {num(dx)} {num(dy)}"
        d += f"q{num(-dx / 2 + dy * 0.4)} {num(-dy / 2 - dx * 0.4)} {num(-dx)} {num(-dy)}z"
    c.path(d, fill=colour, o=0.9)
