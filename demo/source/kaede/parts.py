"""What every poster needs: paper, border, lettering, and a few motifs."""

from __future__ import annotations

import math

from kit import Canvas, num, poly

SERIF = "Noto Serif CJK JP"


def sheet(width: int, height: int, seed: int, paper: str) -> Canvas:
    """A sheet of poster paper."""
    return Canvas(width, height, seed, paper)


def frame(c: Canvas, colour: str, margin: float = 34, width: float = 34) -> None:
    """The unprinted border of a poster, drawn last."""
    w, h = c.width, c.height
    outer = f"M0 0H{w}V{h}H0zM{num(margin)} {num(margin)}V{num(h - margin)}H{num(w - margin)}V{num(margin)}z"
    c.path(outer, fill=colour)
    if width < margin:
        c.rect(
            margin + width,
            margin + width,
            w - 2 * (margin + width),
            h - 2 * (margin + width),
            fill="none",
            stroke=colour,
            sw=4,
        )


def title(c: Canvas, words: str, y: float, size: float, colour: str, **attrs: object) -> None:
    """A centred line of display lettering."""
    attrs.setdefault("font_weight", "900")
    attrs.setdefault("letter_spacing", num(size * 0.08))
    c.text(c.width / 2 + size * 0.04, y, words, size, fill=colour, text_anchor="middle", **attrs)


def rays(c: Canvas, x: float, y: float, colour: str, count: int = 18, reach: float = 1800, opacity: float = 1) -> None:
    """Sunbeams from a point."""
    d = ""
    for i in range(count):
        a, b = math.tau * i / count, math.tau * (i + 0.5) / count
        d += f"M{num(x)} {num(y)}L{num(x + reach * math.cos(a))} {num(y + reach * math.sin(a))}"
        d += f"L{num(x + reach * math.cos(b))} {num(y + reach * math.sin(b))}z"
    c.path(d, fill=colour, o=opacity)


def maple(c: Canvas, tone: str, vein: str) -> None:
    """A maple leaf around the origin, 300 units wide."""
    half = [
        (0, -150),
        (22, -84),
        (70, -104),
        (60, -50),
        (130, -56),
        (100, -6),
        (146, 20),
        (84, 40),
        (96, 84),
        (30, 66),
        (8, 84),
    ]
    c.path(poly(half + [(-x, y) for x, y in reversed(half)]), fill=tone)
    veins = "M0 80V160M0 70V-110M0 60L90 10M0 60L-90 10M0 30L70 -40M0 30L-70 -40"
    c.path(veins, stroke=vein, sw=7, cap="round")


def lemon(c: Canvas, x: float, y: float, size: float, turn: float, cut: bool = False) -> None:
    """One lemon, whole or cut."""
    with c.group(transform=f"translate({x} {y}) rotate({turn}) scale({size})"):
        d = (
            "M-100 0C-90 -70 -40 -84 0 -84C44 -84 84 -64 96 -22C112 -14 122 -6 124 4C120 14 108 18 96 24C80 68 40"
            " 84 0 84C-50 84 -92 60 -100 0z"
        )
        c.path(d, fill="#ffd23f")
        if cut:
            c.circle(0, 0, 76, fill="#fff7d6")
            for k in range(9):
                a, b = math.tau * (k + 0.08) / 9, math.tau * (k + 0.92) / 9
                c.path(
                    f"M{num(10 * math.cos((a + b) / 2))} {num(10 * math.sin((a + b) / 2))}L{num(66 * math.cos(a))}"
                    f" {num(66 * math.sin(a))}"
                    f"A66 66 0 0 1 {num(66 * math.cos(b))} {num(66 * math.sin(b))}z",
                    fill="#ffdf6b",
                )
        else:
            c.path("M-100 0C-92 60 -50 84 0 84C40 84 80 68 96 24C60 50 -30 70 -100 0z", fill="#f2a922")
            c.path("M-60 -40Q-30 -66 20 -62", stroke="#fff3b8", sw=12, cap="round")


def leaf(c: Canvas, x: float, y: float, size: float, turn: float, tone: str, vein: str) -> None:
    """One pointed leaf growing from (x, y)."""
    with c.group(transform=f"translate({x} {y}) rotate({turn}) scale({size})"):
        c.path("M0 0C60 -70 160 -70 240 0C160 60 60 60 0 0z", fill=tone)
        c.path("M0 0C60 50 160 56 240 0z", fill=vein, o=0.4)
        c.path("M0 0H226M60 0l36 -30M60 0l36 28M120 0l34 -28M120 0l34 26", stroke=vein, sw=4)


def avatar() -> Canvas:
    """A maple leaf."""
    c = sheet(400, 400, 44, "#f6e7cb")
    c.circle(200, 200, 160, fill="#f2b65a")
    with c.group(transform="translate(200 210)"):
        maple(c, "#d1495b", "#8e2f45")
    return c
