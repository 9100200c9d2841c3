"""Scenes by day."""

from __future__ import annotations

import math

from kit import Canvas
from pixels import Pixels

from dot.parts import NIGHT, person


def farm() -> Canvas:
    """A small farm seen from above."""
    p = Pixels(176, 132, 78, "#86c95a")
    for y in range(132):
        for x in range(176):
            n = p.noise.fbm(x / 18, y / 18)
            p.put(x, y, "#7abf52" if n > 0.52 else "#8fd15f")
    for _ in range(260):
        x, y = p.rng.randrange(176), p.rng.randrange(132)
        p.put(x, y, "#5fa845")
        p.put(x + 1, y - 1, "#5fa845")
    for _ in range(40):
        x, y = p.rng.randrange(176), p.rng.randrange(132)
        p.put(x, y, p.rng.choice(["#ffffff", "#ffd23f", "#f28ab0"]))
    for t in range(0, 176):
        y = 92 + int(7 * math.sin(t / 22))
        p.box(t, y, 1, 11, "#e2c48a")
        p.put(t, y, "#b9945a")
        p.put(t, y + 10, "#b9945a")
        if p.rng.random() < 0.2:
            p.put(t, y + p.rng.randrange(2, 9), "#c9a86f")
    p.disc(142, 116, 27, "#4a8a3f", 14)
    p.disc(142, 116, 25, "#e2d9a0", 12)
    p.disc(142, 116, 23, "#3fa0d4", 10)
    p.disc(140, 114, 17, "#5fbce6", 6)
    for x, y in ((130, 112), (146, 120), (152, 112)):
        p.box(x, y, 6, 1, "#c9f0ff")
    for x, y in ((128, 119), (156, 118)):
        p.disc(x, y, 3, "#4fae5f", 2)
        p.put(x, y - 1, "#f28ab0")
    p.box(88, 22, 44, 36, "#e9d3a0")
    for y in range(24, 58, 4):
        p.box(88, y, 44, 1, "#cdb27a")
    for k in range(20):
        p.box(84 + max(0, 6 - k // 3), 4 + k, 52 - 2 * max(0, 6 - k // 3), 1, ("#c9483f", "#b03a38")[k // 3 % 2])
    p.box(83, 24, 54, 2, "#7a2830")
    p.box(120, 0, 8, 12, "#a9a0a8")
    for k in range(4):
        p.disc(126 + k * 3, -1 + k, 2, "#f2f2f2")
    p.box(104, 40, 11, 18, "#7a4a2f")
    p.put(112, 49, "#ffd23f")
    for x in (92, 119):
        p.box(x, 36, 9, 10, "#7a4a2f")
        p.box(x + 1, 37, 7, 8, "#9fe0f2")
        p.box(x + 4, 37, 1, 8, "#7a4a2f")
        p.box(x, 47, 9, 3, "#b0603a")
        for k in range(0, 9, 2):
            p.put(x + k, 46, p.rng.choice(["#ff5f6f", "#ffd23f"]))
    p.box(105, 58, 9, 36, "#e2c48a")
    for row in range(5):
        y = 12 + row * 15
        p.box(8, y, 62, 11, "#8a5a3a")
        p.box(8, y, 62, 1, "#a9714f")
        p.box(8, y + 6, 62, 1, "#6f452c")
        for col in range(8):
            x = 11 + col * 7
            if row == 0:
                p.sprite(
                    x, y - 1, ".g.g.\n..g..\n.ooo.\n.oOo.\n..o..", {"g": "#4fae4f", "o": "#f2823a", "O": "#c9602a"}
                )
            elif row == 1:
                p.sprite(x, y - 1, "..g..\n.ggg.\nggGgg\n.gGg.\n..g..", {"g": "#a9e07a", "G": "#6fb54f"})
            elif row == 2:
                p.sprite(
                    x, y - 2, "..g..\n.grg.\n.rrr.\n.rRr.\n..r..", {"g": "#4fae4f", "r": "#e2413f", "R": "#ff8a7a"}
                )
            elif row == 3:
                p.sprite(
                    x,
                    y - 4,
                    "..y..\n.yyy.\n.yYy.\n.yyy.\ngyYyg\n.ggg.\n..g..",
                    {"y": "#ffd84f", "Y": "#e2a92f", "g": "#5fae4f"},
                )
            else:
                p.sprite(x, y, ".v.v.\nvvvvv\n.vVv.\n..g..\n.ggg.", {"v": "#a97ae2", "V": "#7a4fb5", "g": "#4fae4f"})
    for x in range(2, 80, 6):
        p.box(x, 4, 2, 6, "#c9975a")
        p.box(x, 86, 2, 6, "#c9975a")
    p.box(2, 6, 76, 1, "#a9713f")
    p.box(2, 88, 76, 1, "#a9713f")
    for x, y in ((152, 18), (166, 40), (150, 58), (168, 72), (16, 118), (44, 124), (84, 120), (170, 6)):
        p.disc(x, y + 9, 8, "#5fa845", 3)
        p.box(x - 1, y + 2, 4, 8, "#7a4a2f")
        for dx, dy, r, tone in ((0, 0, 9, "#2f7a3f"), (-2, -2, 7, "#3f9a4a"), (-3, -4, 4, "#6fc25f")):
            p.disc(x + dx, y + dy - 3, r, tone)
        if (x + y) % 3 == 0:
            for dx, dy in ((-4, -2), (3, -6), (2, 1), (-1, -8)):
                p.box(x + dx, y + dy, 2, 2, "#e2413f")
    person(p, 62, 94, "#c9713f", "#4f7fc9", "#6b5a8a")
    p.sprite(60, 91, "....yyyyyyyyyy....\n..yyyyyyyyyyyyyy..\n....rrrrrrrrrr....", {"y": "#f2d98a", "r": "#c9483f"})
    for x, y in ((90, 76), (122, 72), (100, 84)):
        p.sprite(
            x,
            y,
            "..rr...\n.wwyy..\nwwww...\nwwww.ww\n.wwwwww\n..wwww.\n...y.y.",
            {"r": "#e2413f", "w": "#fffaf0", "y": "#f2a93f"},
        )
    return p.canvas(7)


def sky_island() -> Canvas:
    """A castle on an island in the clouds."""
    p = Pixels(120, 160, 80, "#6fbcf2")
    p.fade(0, 0, 120, 160, ("#2f6fd1", "#4f9ae6", "#7cc4f5", "#b9e6fb", "#fdeed2"), 0.7)
    for cx, cy, n in ((20, 28, 7), (98, 50, 8), (14, 108, 9), (104, 136, 9), (60, 152, 12)):
        heap = [
            (cx + p.rng.uniform(-n * 2.2, n * 2.2), cy + p.rng.uniform(-3, 2), p.rng.uniform(3, 7)) for _ in range(n)
        ]
        for shift, tone in ((1.5, "#a9cdf0"), (0, "#e6f4ff"), (-1.6, "#ffffff")):
            for x, y, r in heap:
                p.disc(x + shift * 0.4, y + shift, r - abs(shift) * 0.4, tone, (r - abs(shift) * 0.4) * 0.72)
    for x in range(16, 106):
        t = (x - 61) / 45
        depth = 46 * (1 - t * t) ** 0.7 * (0.7 + 0.5 * p.noise.at(x / 5, 1))
        for y in range(int(depth)):
            n = p.noise.fbm(x / 7, y / 9)
            p.put(
                x, 92 + y, ("#4a3448", "#6b4a52", "#8f6a5f", "#b58f72")[min(3, int(n * 3 + 1.6 - y / 24 - max(0, t)))]
            )
    for x in range(12, 110):
        t = (x - 61) / 49
        h = int(9 * (1 - t * t) ** 0.5)
        p.box(x, 92 - h, 1, h + 2 + int(4 * p.noise.at(x / 2, 5)), "#5fae4a")
        p.box(x, 92 - h, 1, max(1, h // 2), "#8fd15f")
    stone, shade = "#f2e9dc", "#c9b9c0"
    for x, w, top in ((38, 14, 52), (72, 14, 48), (54, 16, 34), (46, 32, 62)):
        p.box(x, top, w, 92 - top - 4, stone)
        p.box(x + w * 2 // 3, top, w - w * 2 // 3, 92 - top - 4, shade)
        for k in range(0, w, 4):
            p.box(x + k, top - 2, 2, 2, stone)
    for x, w, base in ((36, 18, 50), (70, 18, 46), (52, 20, 32)):
        for k in range(w):
            inset = k // 2
            p.box(x + inset, base - k, max(1, w - 2 * inset), 1, "#d1495b")
            p.box(x + w // 2, base - k, max(0, w // 2 - inset), 1, "#9a2f4a")
        p.line(x + w // 2, base - w - 6, x + w // 2, base - w, "#5a3f4a")
        p.sprite(x + w // 2 + 1, base - w - 6, "yyyy.\nyyyyy\nyyyy.", {"y": "#ffd23f"})
    for x, y in ((43, 60), (78, 56), (60, 44), (60, 54), (50, 70), (72, 70)):
        p.box(x, y, 3, 5, "#3a4f8a")
        p.put(x + 1, y - 1, "#3a4f8a")
    p.box(57, 74, 10, 14, "#5a3528")
    p.box(58, 73, 8, 1, "#5a3528")
    p.line(61, 74, 61, 87, "#3a2120")
    for k in range(10):
        p.box(58 - k // 3, 88 + k // 2, 8 + k // 2, 1, "#e9d3a0")
    for x, y in ((26, 82), (34, 84), (96, 82), (88, 84), (20, 86), (102, 87)):
        p.box(x, y, 2, 5, "#6b4430")
        p.disc(x + 1, y - 3, 5, "#2f7a4a")
        p.disc(x, y - 5, 3, "#5fbf6a")
    for y in range(94, 142):
        p.box(88, y, 4, 1, "#c9f0ff" if p.noise.at(y / 3, 2) > 0.5 else "#8fd6f5")
    for _ in range(14):
        p.disc(90 + p.rng.uniform(-6, 6), 144 + p.rng.uniform(-4, 6), p.rng.uniform(1, 3), "#ffffff")
    p.sprite(
        10,
        60,
        """
.......ww.....
.....wwww.....
g...wwwww.....
gg.ggwwwg.....
.ggggggggggk..
..gggggggggggr
..GGGgggG.....
....GG........
""",
        {"g": "#4fae7a", "G": "#2f7a5a", "w": "#bfe9c9", "k": NIGHT, "r": "#ff7a3a"},
    )
    return p.canvas(8)
