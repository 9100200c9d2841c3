"""Scenes by night and at dusk."""

from __future__ import annotations

import math

from kit import Canvas, mix
from pixels import Pixels

from dot.parts import CAT, CAT_TONES, NIGHT, person


def ramen_stall() -> Canvas:
    """A noodle stall on a rainy night."""
    p = Pixels(192, 144, 71, NIGHT)
    p.fade(0, 0, 192, 100, ("#120e2a", "#1d1742", "#2d2360", "#4a3380"))
    for x0, w, h in (
        (0, 26, 62),
        (28, 20, 46),
        (50, 30, 74),
        (84, 18, 52),
        (150, 22, 66),
        (172, 24, 50),
        (110, 36, 40),
    ):
        tone = p.rng.choice(["#1c1740", "#231b4d", "#18133a"])
        p.box(x0, 100 - h, w, h, tone)
        for wy in range(104 - h, 98, 6):
            for wx in range(x0 + 3, x0 + w - 3, 5):
                if p.rng.random() < 0.4:
                    p.box(wx, wy, 2, 3, p.rng.choice(["#f7c95a", "#7a5fc9", "#4fc9d9"]))
    p.box(0, 100, 192, 44, "#241d45")
    for y in range(102, 144):
        for x in range(192):
            n = p.noise.fbm(x / 22, y / 2.4)
            if n > 0.56:
                warm = abs(x - 92) < 62 - (y - 100) * 0.3
                p.put(x, y, "#c96a3a" if warm and n > 0.6 else ("#7a4a5a" if warm else "#32285c"))
    p.box(36, 46, 112, 60, "#3a2130")
    p.box(40, 58, 104, 34, "#ffcf7a")
    p.fade(40, 58, 104, 34, ("#ffe9a8", "#ffd07a", "#f2a94f"))
    p.box(30, 36, 124, 12, "#c93a3a")
    for x in range(30, 154, 12):
        p.box(x, 36, 6, 12, "#f2e6d2")
    p.box(28, 48, 128, 2, "#5a2030")
    for i, word in enumerate(("#c93a3a",) * 6):
        p.box(42 + i * 17, 50, 15, 13, word)
        p.box(42 + i * 17, 62, 15, 1, "#7a2030")
        p.sprite(46 + i * 17, 53, "..w.w..\n...w...\nwwwwwww\n.wwwww.\n..www..", {"w": "#fff1dc"})
    p.box(36, 90, 112, 6, "#8a5a3a")
    p.box(36, 90, 112, 1, "#c98f5a")
    p.box(40, 96, 104, 16, "#5a3528")
    for x in range(44, 142, 9):
        p.line(x, 97, x, 111, "#48291f")
    p.disc(92, 74, 8, "#f7c9a8", 8)
    p.box(84, 64, 17, 4, "#ffffff")
    p.box(86, 61, 13, 4, "#ffffff")
    p.box(88, 73, 2, 2, NIGHT)
    p.box(95, 73, 2, 2, NIGHT)
    p.box(90, 78, 5, 1, "#b5533f")
    p.box(80, 82, 25, 8, "#f2f2fa")
    p.box(91, 82, 3, 8, "#c9cfe6")
    for x in (56, 120):
        p.box(x, 84, 14, 6, "#2f5a8a")
        p.box(x + 1, 83, 12, 1, "#ffe9a8")
        p.box(x + 3, 90, 8, 1, "#1f3a5a")
        for k in range(4):
            p.put(x + 4 + k % 2 * 4, 80 - k * 3, "#fff6e0")
            p.put(x + 5 + k % 2 * 4, 79 - k * 3, "#fff6e0")
    for x in (22, 158):
        p.disc(x, 64, 8, "#e8503a", 11)
        p.disc(x - 2, 62, 4, "#ff8a5a", 8)
        p.box(x - 4, 52, 9, 2, NIGHT)
        p.box(x - 4, 75, 9, 2, NIGHT)
        p.line(x, 44, x, 52, "#120e2a")
        for k in (58, 63, 68):
            p.line(x - 6, k, x + 6, k, "#b5352f")
    for x, tone, hair in ((62, "#3f6ab5", "#22182e"), (104, "#d9a03f", "#6b3a2a")):
        p.box(x, 100, 13, 3, "#8a5a3a")
        p.box(x + 2, 103, 2, 15, "#5a3528")
        p.box(x + 9, 103, 2, 15, "#5a3528")
        p.box(x, 86, 13, 15, tone)
        p.box(x + 10, 86, 3, 15, mix(tone, NIGHT, 0.35))
        p.disc(x + 6, 79, 6, hair)
    p.sprite(164, 108, CAT, CAT_TONES, True)
    for _ in range(150):
        x, y = p.rng.randrange(192), p.rng.randrange(144)
        if not (30 < x < 154 and 40 < y < 110):
            p.line(x, y, x - 1, y + 3, "#6f74b5")
    return p.canvas(7)


DRAGON = """
............rr....................
...........rrr.........rr.........
.....h....rrRr........rrr.........
.....hh..rrRRr......rrRrr.........
......hhrrrRRr....rrrRRr..........
.....rrrrrr.Rr..rrrrRRRr..........
....rrrrrrrr.RrrrrRRRRRr..........
...rrrwkrrrrr.rrrrRRRRr...........
..rrrrkkrrrrrrrrrrRRRr............
.rrrrrrrrrrrrrrrRRRRr.............
rrnrrrrrrrrrrrrrrRRr..............
rrrrrrrRRrrrrrrrrrr...............
wwRwRRRR.rryrrrrrrrr..............
.rrrrrR...ryyrrrrrrrr.............
..RRRR....yyyrrrrrrrrr............
.........yyyyrrrrrrrrrr...........
.........yyyyyrrrrrrrrrr..........
.........yyyyyrrrrrrrrrrr.........
.........yyyyyrrrrrrrrrrrr......rr
.........ryyyyrrrrrrrrrrrr.....rrr
.........rryyyrrrRrrrrrrrrr....rr.
........rrrryyrrrRRrrrrrrrrr..rrr.
.......rrr.rrrrrrrRRrrrrrrrrrrrr..
......rrr...rrrrr.RRrrrrrrrrrrr...
.....wrrw..wrrrrw..wrrrrwrrrrr....
"""


def dragon_hoard() -> Canvas:
    """A red dragon on a heap of gold, and someone small."""
    p = Pixels(180, 120, 72, "#15121f")
    for y in range(120):
        for x in range(180):
            n = p.noise.fbm(x / 26, y / 18)
            d = math.hypot(x - 96, (y - 70) * 1.3)
            p.put(x, y, ("#15121f", "#1f1a2e", "#2a2340", "#3a2f55")[min(3, max(0, int(n * 5.2 - d / 46 + 0.4)))])
    for x in range(0, 180, 5):
        h = int(10 + 22 * p.noise.at(x / 11, 3))
        for k in range(h):
            w = max(1, (h - k) // 5)
            p.box(x - w // 2, k, w, 1, "#0d0b16")
    for x in range(180):
        top = 88 + int(10 * abs(x - 96) / 60 - 7 * p.noise.at(x / 9, 8)) + (8 if x < 40 else 0)
        for y in range(top, 120):
            n = p.noise.at(x / 1.7, y / 1.3)
            p.put(
                x,
                y,
                ("#8a5a1f", "#c9862a", "#f2b83f", "#ffe27a", "#fff6c9")[
                    min(4, int(n * 4.6 + (0.5 if y < top + 3 else 0)))
                ],
            )
    for _ in range(15):
        x, y = p.rng.randrange(50, 170), p.rng.randrange(94, 116)
        tone = p.rng.choice(["#e23d5a", "#3fd0d4", "#6f5fe2", "#5fd97a"])
        p.sprite(x, y, ".ab.\nabbc\n.bc.", {"a": "#ffffff", "b": tone, "c": mix(tone, "#000000", 0.4)})
    tones = {
        "r": "#d13a3a",
        "R": "#8a1f33",
        "y": "#f2c46a",
        "w": "#fff6e0",
        "k": "#15121f",
        "n": "#5a1020",
        "h": "#e9dcc6",
    }
    rows = DRAGON.strip("\n").split("\n")
    for dy, line in enumerate(rows):
        for dx, letter in enumerate(line):
            if letter in tones:
                for k in range(9):
                    px, py = 62 + dx * 3 + k % 3, 18 + dy * 3 + k // 3
                    tone = tones[letter]
                    if letter == "r" and p.noise.at(px / 2.2, py / 2.2) > 0.72:
                        tone = "#ef6a4f"
                    elif letter == "r" and p.noise.at(px / 2.2 + 40, py / 2.2) > 0.78:
                        tone = "#b02a36"
                    p.put(px, py, tone)
    p.box(81, 39, 5, 4, "#ffe27a")
    p.box(83, 39, 2, 4, "#15121f")
    for k in range(26):
        p.disc(
            58 - k * 0.9,
            60 + 3 * math.sin(k / 2),
            max(1.0, 1 + k * 0.3),
            ("#fff6c9", "#ffd23f", "#ff8a3a")[min(2, k // 9)],
            max(1.0, 1 + k * 0.2),
        )
    person(p, 10, 84, "#6b3a2a", "#3f7ac9", "#5a4a6b")
    p.sprite(24, 86, "...w\n..ww\n.ww.\nww..\nbw..\nb...", {"w": "#e6f0ff", "b": "#8a5a2a"})
    p.disc(29, 92, 4, "#c9cfe6", 6)
    p.disc(29, 92, 2, "#3f7ac9", 4)
    return p.canvas(7)


def pier_sunset() -> Canvas:
    """Someone fishing from a pier at sunset."""
    p = Pixels(200, 112, 73, "#ff9a5a")
    p.fade(0, 0, 200, 66, ("#2f2a6b", "#6b3f8f", "#b54f8f", "#f2706b", "#ffa85a", "#ffd98a"), 0.5)
    p.disc(70, 58, 17, "#ffe9a8")
    p.disc(70, 58, 14, "#fff8dc")
    for x, y, w in ((20, 20, 40), (120, 14, 52), (150, 32, 36), (60, 34, 30), (100, 26, 22)):
        for k in range(4):
            p.box(
                x + k * 3 + int(4 * p.rng.random()),
                y + k,
                max(3, w - k * 8),
                1,
                ("#ffb3a0", "#f28a9a", "#c96a9a", "#9a5a9a")[k],
            )
    p.fade(0, 66, 200, 46, ("#ffb06a", "#d9607f", "#8a4a8f", "#4a3a80", "#2a2560"), 0.5)
    for y in range(66, 112):
        for x in range(200):
            n = p.noise.fbm(x / 13, y / 1.7)
            if abs(x - 70) < 5 + (y - 66) * 0.5 and n > 0.5:
                p.put(x, y, "#fff1b8" if n > 0.58 else "#ffc46a")
            elif n > 0.66:
                p.put(x, y, "#e08aa0" if y < 86 else "#6f5aa8")
    for x in range(130, 200):
        h = int(7 * p.noise.fbm(x / 14, 2) + (x - 130) * 0.09)
        p.box(x, 66 - h, 1, h, "#4a2f6b")
    p.box(96, 84, 104, 4, "#6b4236")
    p.box(96, 84, 104, 1, "#c98f6a")
    for x in range(100, 200, 14):
        p.box(x, 88, 3, 24, "#3a2433")
        p.put(x, 90, "#6b4236")
    for x in range(96, 200, 7):
        p.box(x, 84, 1, 4, "#4a2c2c")
    p.sprite(
        100,
        70,
        """
..hhhh....
.hhhhhh...
.hhhhsk...
..hssss...
...bbb....
..bbbbsss.
..bbbb....
..ppppppp.
..ppppppp.
.......pp.
.......pp.
......fff.
......fff.
.......ff.
""",
        {"h": "#e9c46a", "s": "#f7c9a8", "k": NIGHT, "b": "#2f6a8f", "p": "#3a3060", "f": "#22182e"},
        True,
    )
    p.line(101, 76, 78, 62, "#2a1a2e")
    for y in range(62, 92):
        if y % 2:
            p.put(78, y, "#fff1dc")
    p.box(77, 92, 3, 2, "#e23d3a")
    p.box(74, 95, 9, 1, "#ffe9a8")
    p.sprite(122, 73, CAT, CAT_TONES)
    p.box(138, 77, 8, 7, "#4f8fb5")
    p.box(138, 77, 8, 1, "#a9dcf0")
    p.box(160, 56, 2, 28, "#2a1a2e")
    p.box(156, 52, 10, 6, "#2a1a2e")
    p.box(158, 53, 6, 4, "#fff1b8")
    for x, y in ((40, 26), (48, 30), (32, 32)):
        p.sprite(x, y, "k...k\n.k.k.\n..k..", {"k": "#2f2a5a"})
    return p.canvas(7)


def rainy_window() -> Canvas:
    """A cosy room with a cat, rain outside."""
    p = Pixels(150, 150, 74, "#5a3d52")
    p.fade(0, 0, 150, 112, ("#4a3350", "#6b4660", "#8a5a6a"), 0.4)
    for x in range(0, 150, 15):
        p.box(x, 0, 1, 112, "#57394f")
    p.box(40, 14, 70, 62, "#3a2433")
    p.fade(44, 18, 62, 54, ("#1f2f5a", "#2f4a80", "#4a6f9f"), 0.6)
    for x0, h in ((44, 22), (54, 30), (66, 18), (76, 34), (88, 24), (98, 28)):
        p.box(x0, 72 - h, 9, h, "#1a2448")
        for wy in range(74 - h, 70, 5):
            for wx in (x0 + 2, x0 + 5):
                if p.rng.random() < 0.5:
                    p.box(wx, wy, 2, 2, "#ffd98a")
    for _ in range(70):
        x, y = p.rng.randrange(44, 106), p.rng.randrange(18, 70)
        p.line(x, y, x, min(71, y + p.rng.randrange(2, 6)), "#a9c9e6")
    p.box(73, 14, 4, 62, "#8a5a3f")
    p.box(40, 42, 70, 3, "#8a5a3f")
    p.box(36, 10, 78, 4, "#a9714f")
    p.box(36, 76, 78, 5, "#a9714f")
    p.box(36, 76, 78, 1, "#d9a06f")
    for x0 in (30, 104):
        for k in range(16):
            p.box(x0 + k, 8, 1, 74, ("#c94f5a", "#e2707a", "#a93f4f")[k // 2 % 3])
    p.fade(0, 112, 150, 38, ("#a9714f", "#8a5a3f", "#6b4430"), 0.5)
    for y in range(116, 150, 8):
        p.box(0, y, 150, 1, "#6b4430")
    p.disc(75, 134, 60, "#3f6a7a", 13)
    p.disc(75, 134, 54, "#5f9a9a", 10)
    p.disc(75, 134, 40, "#e9c98a", 6)
    p.box(4, 40, 24, 72, "#5a3528")
    for row in range(4):
        p.box(6, 43 + row * 17, 20, 14, "#2f1d1f")
        x = 7
        while x < 24:
            w = p.rng.choice([2, 3, 3])
            h = p.rng.randrange(8, 13)
            p.box(
                x,
                57 + row * 17 - h,
                w,
                h,
                p.rng.choice(["#c94f4f", "#e9b44f", "#4f8fa9", "#6fa95f", "#e9e0c9", "#8a5fa9"]),
            )
            x += w
    p.box(104, 84, 40, 4, "#a9714f")
    p.box(104, 84, 40, 1, "#d9a06f")
    p.box(106, 88, 3, 26, "#6b4430")
    p.box(139, 88, 3, 26, "#6b4430")
    p.box(122, 62, 3, 22, "#3a2433")
    p.sprite(
        112,
        50,
        "....yyyyyyyyyyyyyy....\n...yyyyyyyyyyyyyyyy...\n..yyYYYYYYYYYYYYYYyy..\n.yyYYYYYYYYYYYYYYYYyy.\nyyYYYYYYYYYYYYYYYYYYyy",
        {"y": "#e9a04f", "Y": "#fff1b8"},
    )
    for y in range(55, 84):
        reach = 11 + (y - 55) // 2
        for x in range(123 - reach, 124 + reach):
            if (x + y) % 2 == 0:
                p.put(x, y, mix(p.get(x, y), "#ffe08a", 0.3))
    p.box(116, 84 - 5, 5, 5, "#fff6e0")
    p.box(121, 81, 2, 2, "#fff6e0")
    p.box(130, 80, 10, 4, "#4f8fa9")
    p.box(131, 77, 8, 3, "#c94f4f")
    p.sprite(54, 65, CAT, {"k": "#15121f", "o": "#3a3448", "w": "#fff1dc", "g": "#ffd23f"})
    p.box(88, 62, 10, 4, "#c9643f")
    p.box(89, 66, 8, 10, "#b5533f")
    for dx, dy in ((0, 0), (3, -4), (-4, -3), (5, 1), (1, -8), (-2, -6), (6, -5)):
        p.disc(92 + dx, 57 + dy, 2.4, p.rng.choice(["#5fae5f", "#3f8a4f", "#86c96a"]))
    person(p, 58, 108, "#4a2f2a", "#f2e6d2", "#4f6fa9")
    p.box(86, 122, 12, 3, "#f2f2fa")
    p.box(88, 118, 7, 4, "#c94f5a")
    p.put(91, 115, "#f2e6f0")
    p.put(92, 113, "#f2e6f0")
    return p.canvas(8)


def snow_station() -> Canvas:
    """A one-car train stops at a snowy halt."""
    p = Pixels(200, 120, 79, "#22305f")
    p.fade(0, 0, 200, 84, ("#131a40", "#1f2f66", "#35508f", "#5f7fb5"), 0.8)
    for _ in range(60):
        p.put(p.rng.randrange(200), p.rng.randrange(46), "#dfe9ff")
    p.disc(164, 20, 10, "#fff6d6")
    p.disc(168, 17, 8, "#1f2f66")
    for layer, tone in enumerate(("#2f4580", "#24376b")):
        for x in range(200):
            h = int((30 - layer * 8) * p.noise.fbm(x / 26 + layer * 9, layer + 1)) + 12
            p.box(x, 84 - h, 1, h, tone)
            p.box(x, 84 - h, 1, 3 - layer, "#c9d9f2" if layer == 0 else "#8fa6d6")
    for x in range(-4, 204, 11):
        h = p.rng.randrange(14, 24)
        for k in range(h):
            w = 1 + k * 8 // h + (k % 5) // 2
            p.box(x - w // 2, 84 - h + k, w, 1, "#e6eeff" if k % 5 < 2 else "#1d3a52")
    p.box(0, 84, 200, 36, "#e6eeff")
    for y in range(84, 120):
        for x in range(200):
            if p.noise.fbm(x / 16, y / 4) > 0.56:
                p.put(x, y, "#c2d1f2")
    p.box(0, 92, 200, 2, "#5a5f80")
    for x in range(0, 200, 6):
        p.box(x, 94, 3, 2, "#6b4f45")
    p.box(34, 54, 104, 34, "#e2563f")
    p.box(34, 66, 104, 5, "#fff1dc")
    p.box(36, 50, 100, 4, "#8a8fa9")
    p.box(36, 48, 100, 3, "#f2f6ff")
    p.box(34, 86, 104, 3, "#3a2f4a")
    for x in (42, 52, 116, 126):
        p.disc(x, 90, 3, "#22182e")
    for x in range(40, 128, 15):
        p.box(x, 57, 11, 8, "#22182e")
        p.box(x + 1, 58, 9, 6, "#ffe08a")
        if p.rng.random() < 0.6:
            p.disc(x + 5, 62, 2, "#8a4a3a")
            p.box(x + 3, 63, 5, 1, "#8a4a3a")
    p.box(74, 56, 12, 31, "#b5402f")
    p.box(76, 58, 8, 14, "#ffe9a8")
    p.box(132, 57, 6, 12, "#ffe08a")
    p.box(136, 80, 3, 4, "#fff6c9")
    for k in range(44):
        for y in range(80 - k // 5, 84 + k // 4):
            if (k + y) % 2 == 0:
                p.put(139 + k, y, mix(p.get(139 + k, y), "#fff1b8", 0.55 - k / 100))
    p.box(0, 98, 128, 8, "#8a8fb0")
    p.box(0, 96, 128, 3, "#f8fbff")
    p.box(0, 106, 128, 14, "#5f6590")
    p.box(6, 62, 3, 36, "#4a3430")
    p.box(22, 62, 3, 36, "#4a3430")
    for k in range(7):
        p.box(1 - k // 2 + 3, 56 + k, 24 + k, 1, "#f2f6ff" if k < 4 else "#7a3f3a")
    p.box(8, 88, 16, 2, "#a9714f")
    p.box(9, 90, 2, 7, "#6b4430")
    p.box(21, 90, 2, 7, "#6b4430")
    p.box(96, 70, 2, 28, "#3a3f5a")
    p.box(92, 66, 10, 5, "#3a3f5a")
    p.box(94, 67, 6, 3, "#fff1b8")
    for y in range(71, 96):
        reach = (y - 68) // 3
        for x in range(97 - reach, 98 + reach):
            if (x + y) % 2:
                p.put(x, y, mix(p.get(x, y), "#ffe9a8", 0.35))
    person(p, 56, 79, "#3a2530", "#c94f5a", "#2f2a4a")
    p.box(58, 88, 10, 2, "#ffd23f")
    p.sprite(36, 87, CAT, {"k": "#22182e", "o": "#f2f2fa", "w": "#ffffff", "g": "#4fae7a"})
    p.box(108, 84, 16, 9, "#fff6e6")
    p.box(108, 84, 16, 1, "#3a3f5a")
    p.sprite(111, 87, "k.kkk.k.kk\nk..k..k.k.\nkk.k.kk.kk", {"k": "#3a3f5a"})
    p.box(115, 93, 2, 4, "#3a3f5a")
    for _ in range(210):
        x, y = p.rng.randrange(200), p.rng.randrange(120)
        p.put(x, y, "#ffffff")
        if p.rng.random() < 0.25:
            p.box(x, y, 2, 2, "#ffffff")
    return p.canvas(7)
