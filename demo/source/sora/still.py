"""Things on a table and in the water."""

from __future__ import annotations

import math

from kit import Canvas, Point, mix, num, smooth

from sora.parts import discs, glow
from sora.people import INK


def noodle_bowl() -> Canvas:
    """A bowl of ramen from above the counter, steam rising."""
    c = Canvas(1300, 1100, 24, "#f7dcb0")
    c.rect(0, 0, 1300, 470, fill=c.lin((0, "#8e3f35"), (1, "#c9623f")))
    for x in range(0, 1300, 186):
        c.path(f"M{x} 0h150v210q-75 24 -150 0z", fill="#2f4a86", stroke=INK, sw=5)
        c.text(x + 75, 150, "らーめん"[x // 186 % 4], 100, fill="#fff6e6", text_anchor="middle", font_weight="700")
    c.rect(0, 470, 1300, 640, fill=c.lin((0, "#d99a5a"), (1, "#b9743f")))
    grain = "".join(f"M0 {500 + k * 62}Q650 {480 + k * 66 + c.uni(-14, 14):.0f} 1300 {500 + k * 62}" for k in range(10))
    c.path(grain, stroke="#a8632f", sw=4, o=0.5)
    c.ellipse(670, 930, 470, 90, fill="#7a3f22", o=0.5)
    c.path("M200 560C220 800 400 950 520 970H780C900 950 1080 800 1100 560z", fill="#d1353a", stroke=INK, sw=7)
    c.path(
        "M900 900C1000 820 1060 700 1080 560H1100C1080 800 900 950 780 970H700C780 960 850 930 900 900z", fill="#8e1f33"
    )
    for k in range(8):
        x = 268 + k * 100
        y = 650 + 140 * math.sin((k + 0.4) / 7.8 * math.pi)
        c.path(f"M{x} {y:.0f}h56v-52h-40v36h24v-20", stroke="#ffd9a0", sw=7, join="miter")
    c.path("M500 960L520 1010H780L800 960z", fill="#b02a38", stroke=INK, sw=6)
    c.ellipse(650, 560, 450, 170, fill="#f2e0d0", stroke=INK, sw=7)
    c.ellipse(650, 566, 418, 148, fill="#e2953f")
    soup = "M232 566A418 148 0 0 1 1068 566A418 148 0 0 1 232 566z"
    with c.group(clip_path=c.clip(soup)):
        c.ellipse(600, 600, 400, 120, fill="#f2b45a")
        strands: list[list[Point]] = []
        for k in range(26):
            y = 540 + k * 7
            line = [(x, y + 16 * math.sin(x / 46 + k * 0.7) + c.uni(-3, 3)) for x in range(250, 1060, 62)]
            strands.append(line)
        for line in strands:
            c.path(smooth(line), stroke="#c98a3a", sw=15.0, cap="round")
            c.path(smooth(line), stroke="#ffe29a", sw=10.0, cap="round")
        rings = [(c.uni(280, 1020), c.uni(450, 690), c.uni(8, 22)) for _ in range(26)]
        c.path(discs(rings), stroke="#fff0c0", sw=3, o=0.7)
    c.path("M900 330L1030 360L1010 590L880 560z", fill="#1f3d33", stroke=INK, sw=6, join="round")
    c.path("M960 344L1060 380L1036 600L930 570z", fill="#2c5244", stroke=INK, sw=6, join="round")
    for x, y, turn in ((440, 500, -8), (380, 590, 6)):
        with c.group(transform=f"translate({x} {y}) rotate({turn})"):
            c.ellipse(0, 14, 140, 62, fill="#8a4a35")
            c.ellipse(0, 0, 140, 62, fill="#e8a58a", stroke=INK, sw=6)
            c.path("M-110 -14Q-40 -50 40 -40T116 4Q60 -4 20 -18T-110 -14z", fill="#fbe0cc")
            c.path("M-60 24Q0 0 70 26Q20 46 -60 24z", fill="#fbe0cc")
    for x, y in ((660, 470), (800, 520)):
        c.ellipse(x, y + 10, 92, 62, fill="#b9793f")
        c.ellipse(x, y, 92, 62, fill="#fffaf0", stroke=INK, sw=6)
        c.ellipse(x + 4, y + 4, 52, 34, fill="#ff9a2e", stroke="#d96f1e", sw=4)
        c.path(f"M{x - 30} {y - 4}q14 -20 40 -18", stroke="#ffe0a0", sw=9, cap="round")
    with c.group(transform="translate(600 640) rotate(-6)"):
        petals = [(86 * math.cos(k * math.tau / 12), 46 * math.sin(k * math.tau / 12), 17) for k in range(12)]
        c.path(discs(petals), fill="#fffaf0", stroke=INK, sw=6)
        c.ellipse(0, 0, 88, 46, fill="#fffaf0")
        c.path(
            "M-40 6C-50 -26 34 -36 46 -2C46 26 -20 26 -18 4C-16 -10 18 -12 18 2", stroke="#f27a9a", sw=11, cap="round"
        )
    greens = "".join(
        f"M{num(760 + c.rng.gauss(0, 60))} {num(630 + c.rng.gauss(0, 18))}a12 7 0 1 0 24 0a12 7 0 1 0-24 0"
        for _ in range(34)
    )
    c.path(greens, fill="#7fc95a", stroke="#2f7a3f", sw=4)
    c.path("M1290 380L700 800M1290 450L740 815", stroke=INK, sw=24, cap="round")
    c.path("M1290 380L700 800M1290 450L740 815", stroke="#b5433a", sw=15, cap="round")
    for x, lean in ((430, 1), (640, -1), (860, 1)):
        c.path(
            f"M{x} 430C{x - 70 * lean} 340 {x + 90 * lean} 290 {x} 190C{x - 60 * lean} 120 {x + 40 * lean} 70 {x} 0",
            stroke="#ffffff",
            sw=46,
            cap="round",
            o=0.45,
            filter=c.blur(16),
        )
    glow(c, 650, 380, 420, "#fff0c8", 0.5)
    return c


def fish(c: Canvas, x: float, y: float, turn: float, size: float, main: str, patch: str) -> None:
    """A fancy goldfish seen from above."""
    with c.group(transform=f"translate({num(x)} {num(y)}) rotate({num(turn)}) scale({size})", stroke_linejoin="round"):
        veil = (
            "M-60 0C-120 -60 -210 -90 -280 -60C-240 -30 -220 -10 -240 0C-220 10 -240 30 -280 60C-210 90 -120 60 -60 0z"
        )
        c.path(veil, fill=mix(main, "#ffffff", 0.5), stroke=main, sw=4, o=0.85)
        c.path(
            "M-80 0Q-180 -50 -264 -54M-80 0Q-170 -16 -232 -6M-80 0Q-170 16 -232 6M-80 0Q-180 50 -264 54",
            stroke=main,
            sw=3,
        )
        for s in (-1, 1):
            c.path(f"M40 {s * 40}C20 {s * 110} -40 {s * 120} -60 {s * 100}C-20 {s * 90} -10 {s * 60} 0 {s * 40}z",
                   fill=mix(main, "#ffffff", 0.5), stroke=main, sw=4)  # fmt: skip
        body = "M120 0C110 -40 60 -66 0 -56C-50 -48 -80 -20 -90 0C-80 20 -50 48 0 56C60 66 110 40 120 0z"
        c.path(body, fill="#fffaf4", stroke=mix(main, INK, 0.5), sw=5)
        with c.group(clip_path=c.clip(body)):
            c.path(
                "M130 -70H40C20 -30 60 0 40 30C30 60 90 70 130 60zM-10 -70C-50 -40 -20 -10 -50 10C-70 30 -40 70 0"
                " 70C10 30 -30 20 10 -20z",
                fill=main,
            )
            c.path("M-100 10C-40 60 60 70 130 10V80H-100z", fill=patch, o=0.35)
            scales = "".join(f"M{px} {py}q10 10 0 20" for px in range(-70, 60, 24) for py in range(-44, 40, 24))
            c.path(scales, stroke=mix(main, INK, 0.3), sw=2.5, o=0.5)
        for s in (-1, 1):
            c.ellipse(88, s * 38, 17, 14, fill="#fffaf4", stroke=INK, sw=4)
            c.circle(92, s * 39, 8, fill=INK)


def goldfish() -> Canvas:
    """Goldfish among ripples and fallen petals."""
    c = Canvas(1000, 1333, 25)
    c.rect(0, 0, 1000, 1333, fill=c.lin((0, "#7fd4dc"), (0.6, "#3fa3c4"), (1, "#2a6fa3"), box="0 0 1 1"))
    for _ in range(46):
        x, y, r = c.uni(-60, 1060), c.uni(-60, 1390), c.uni(60, 170)
        around = [
            (x + r * c.uni(0.7, 1.2) * math.cos(k), y + r * c.uni(0.4, 0.8) * math.sin(k))
            for k in (0, 1.05, 2.1, 3.14, 4.2, 5.24)
        ]
        c.path(smooth(around, closed=True), stroke="#d9fbff", sw=c.uni(3, 8), o=0.35)
    swimmers = (
        (330, 330, -38, 1.15, "#f0502e"),
        (700, 560, 160, 1.3, "#ff8a1f"),
        (360, 860, 24, 1.0, "#e0352f"),
        (720, 1090, -140, 1.2, "#f0502e"),
        (800, 200, 80, 0.7, "#ff8a1f"),
    )
    for x, y, turn, size, tone in swimmers:
        with c.group(transform="translate(26 44)", opacity="0.3", filter=c.blur(8)):
            c.ellipse(x, y, 190 * size, 70 * size, fill="#0f3a66", transform=f"rotate({turn} {x} {y})")
        fish(c, x, y, turn, size, tone, "#b0407a")
    for x, y, r in ((190, 600, 150), (860, 820, 190), (520, 120, 120)):
        for k in range(3):
            c.ellipse(
                x, y, r * (1 - k * 0.28), r * 0.62 * (1 - k * 0.28), fill="none", stroke="#ffffff", sw=4 - k, o=0.75
            )
    for x, y, r, turn in ((120, 1180, 150, 20), (900, 420, 120, 200), (60, 120, 120, 80)):
        with c.group(transform=f"translate({x} {y}) rotate({turn})"):
            pad = f"M0 0L{r} -16A{r} {r} 0 1 0 {r} 20z"
            c.path(pad, fill="#4fae6a", stroke="#20573f", sw=5, join="round")
            c.path(
                "".join(
                    f"M0 0L{r * 0.85 * math.cos(k):.0f} {r * 0.85 * math.sin(k):.0f}"
                    for k in (0.8, 1.6, 2.4, 3.2, 4, 4.8, 5.5)
                ),
                stroke="#2f8050",
                sw=4,
            )
    d = ""
    for _ in range(40):
        x, y, a = c.uni(0, 1000), c.uni(0, 1333), c.uni(0, math.tau)
        dx, dy = 22 * math.cos(a), 22 * math.sin(a)
        d += f"M{num(x)} {num(y)}q{num(dx / 2 - dy * 0.6)} {num(dy / 2 + dx * 0.6)} {num(dx)} {num(dy)}"
        d += f"q{num(-dx / 2 + dy * 0.6)} {num(-dy / 2 - dx * 0.6)} {num(-dx)} {num(-dy)}z"
    c.path(d, fill="#ffd3e0", stroke="#f29ab5", sw=1.5)
    c.path("M60 900Q240 700 200 420M760 1320Q900 1100 980 1000", stroke="#ffffff", sw=10, cap="round", o=0.35)
    return c
