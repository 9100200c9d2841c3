"""Sprite sheets."""

from __future__ import annotations

import math

from kit import Canvas, mix
from pixels import Pixels

from dot.parts import NIGHT, person


def hero_sheet() -> Canvas:
    """Twelve adventurers in a row of three by four."""
    p = Pixels(120, 108, 75, "#dfe9d2")
    for y in range(108):
        for x in range(120):
            if (x // 4 + y // 4) % 2:
                p.put(x, y, "#d6e2c8")
    kinds = [
        ("#6b3a2a", "#c94f4f", "#4a4060"),
        ("#f2c94f", "#4f7fc9", "#3a3f5a"),
        ("#22182e", "#4fa96f", "#5a4030"),
        ("#c9cfe6", "#6f5fb5", "#2f2a4a"),
        ("#e8713f", "#f2e6d2", "#6b5a8a"),
        ("#3f7a8a", "#e9a03f", "#4a3430"),
        ("#f29ab5", "#f7d9e6", "#8a6fb5"),
        ("#8a5a3a", "#5a6a3f", "#6b5040"),
        ("#22182e", "#2f3a6b", "#22223a"),
        ("#e9e0c9", "#c9963f", "#7a5a3a"),
        ("#a93f4f", "#3a3448", "#22182e"),
        ("#5fae8f", "#e2e9f2", "#4f6fa9"),
    ]
    for i, (hair, cloth, legs) in enumerate(kinds):
        x, y = 9 + i % 4 * 29, 9 + i // 4 * 34
        p.disc(x + 7, y + 22, 9, "#b9c9a0", 3)
        person(p, x, y + 3, hair, cloth, legs, ("#f7c9a8", "#e0a67a", "#a9714f", "#fbe0cc")[i * 3 % 4])
        extra = i % 6
        if extra == 0:
            p.sprite(
                x + 13, y + 6, "...w\n...w\n..ww\n..ww\n.gg.\n.b..", {"w": "#c9d9f0", "g": "#e9b44f", "b": "#6b4226"}
            )
        elif extra == 1:
            p.sprite(
                x - 1,
                y - 2,
                ".......vv.......\n......vvvv......\n.....vvvvvv.....\n....yyyyyyyy....\n..vvvvvvvvvvvv..",
                {"v": mix(cloth, NIGHT, 0.3), "y": "#ffd23f"},
            )
            p.line(x + 16, y + 4, x + 16, y + 21, "#8a5a3a")
            p.disc(x + 16, y + 4, 1.6, "#5fe0f2")
        elif extra == 2:
            for k in range(13):
                p.put(x - 2 - round(3 * math.sin(k / 12 * math.pi)), y + 6 + k, "#8a5a2a")
            p.line(x - 2, y + 6, x - 2, y + 18, "#f2f2e6")
        elif extra == 3:
            p.disc(x + 15, y + 15, 4, "#8a94b5", 5)
            p.disc(x + 15, y + 15, 2.4, "#d9e2f2", 3)
        elif extra == 4:
            p.sprite(x + 1, y, "oo........oo\nooo......ooo\n.oo......oo.", {"o": hair})
            p.line(x + 12, y + 17, x + 18, y + 12, hair, 2)
        else:
            p.box(x + 3, y + 3, 8, 2, "#ffd23f")
            p.put(x + 3, y + 2, "#ffd23f")
            p.put(x + 7, y + 2, "#ffd23f")
            p.put(x + 10, y + 2, "#ffd23f")
    return p.canvas(10)


def item_sheet() -> Canvas:
    """Thirty icons for a shop that sells everything."""
    p = Pixels(126, 106, 76, "#2a2140")
    potion = """
.....kkk
.....koo
....kkkk
.....kww
.....kgg
....kgga
...kgaab
..kgaabb
..kwaabb
..kaabbb
..kabbbb
...kbbbb
....kkkk
"""
    gem = """
........
....kkkk
...kwaab
..kwaabb
.kwaaabb
.kkkkkkk
.kaaabbb
..kaabbb
...kabbb
....kabb
.....kab
......kb
.......k
"""
    shroom = """
........
....kkkk
..kkaaaa
.kaawwaa
.kawwwaa
kaaawaab
kaaaaabb
kwwaabbb
.kkkkkkk
...kccdd
...kccdd
...kccdd
....kkkk
"""
    star = """
.......k
......ka
......ka
.....kaa
.kkkkkaa
kaaaaaaa
.kaawaaa
..kaaaaa
..kaaaaa
.kaaabaa
.kaabbkk
kabbkk..
kkkk....
"""
    berry = """
.......d
....d..d
.....ddd
...kkddd
..kaakkk
.kawaaaa
.kwaaaaa
.kaaaaab
.kaaaabb
..kaaabb
..kkabbb
....kkbb
......kk
"""
    kinds = (potion, gem, shroom, star, berry, potion)
    tones = ("#e23d5a", "#3f8fe2", "#5fc95a", "#f2b83f", "#9a5fe2", "#f27aa9")
    for row in range(5):
        for col in range(6):
            x, y = 4 + col * 20, 4 + row * 20
            p.box(x, y, 18, 18, "#3a2f58")
            p.box(x, y, 18, 1, "#5a4a80")
            p.box(x, y + 17, 18, 1, "#1f1830")
            if col == 5:
                kind = row
                blade = tones[(row + 1) % 6]
                p.line(x + 13, y + 3, x + 6, y + 10, "#e6f0ff", 2)
                p.line(x + 14, y + 3, x + 7, y + 10, blade, 1)
                p.line(x + 3, y + 8, x + 8, y + 13, "#e9b44f", 2)
                p.line(x + 5, y + 12, x + 2, y + 15, "#8a5a2a", 2)
                if kind % 2:
                    p.disc(x + 12, y + 5, 3.4, blade)
                    p.disc(x + 11, y + 4, 1.4, "#ffffff")
                continue
            tone = tones[(row + col) % 6]
            palette = {
                "k": "#15121f",
                "a": tone,
                "b": mix(tone, "#15121f", 0.4),
                "w": "#ffffff",
                "g": mix(tone, "#ffffff", 0.55),
                "o": "#b58a5a",
                "c": "#f7e6c9",
                "d": "#c9a97a" if kinds[col] == shroom else "#4fae5f",
            }
            p.sprite(x + 1, y + 2, kinds[col], palette, mirror=True)
    return p.canvas(10)


def slime_parade() -> Canvas:
    """Twenty-four slimes, no two alike."""
    p = Pixels(168, 120, 77, "#fdf1d6")
    hues = ("#5fc97a", "#4fb5e2", "#f28ab0", "#f2c14f", "#9f7ae2", "#f2824f", "#6fd6c9", "#e25f6f")
    for i in range(24):
        cx, cy = 14 + i % 6 * 28, 22 + i // 6 * 28
        tone = hues[(i * 5 + i // 6) % 8]
        wide, tall = p.rng.uniform(8, 11), p.rng.uniform(7, 11)
        p.disc(cx, cy + 6, wide, "#e6d3ac", 2)
        dark, lit = mix(tone, "#2a1a4a", 0.35), mix(tone, "#ffffff", 0.55)
        for y in range(-14, 7):
            for x in range(-13, 14):
                u = x / wide
                v = (y - 5) / (tall * 1.35)
                if u * u + v * v <= 1 and y <= 5:
                    edge = (abs(x) + 1.0) / wide
                    top = (y - 6) / (tall * 1.35)
                    rim = edge * edge + v * v > 1 or u * u + top * top > 1 or y == 5
                    tint = dark if rim else (mix(tone, dark, 0.4) if u + v * -0.2 > 0.55 else tone)
                    p.put(cx + x, cy + y, tint)
        p.disc(cx - wide * 0.42, cy - tall * 0.4, 2, lit, 1.5)
        for s in (-1, 1):
            p.box(cx + s * 3, cy - 2, 2, 3, "#22182e")
            p.put(cx + s * 3, cy - 2, "#ffffff")
            p.put(cx + s * 5, cy + 1, "#ff8a9a")
        p.box(cx, cy + 1, 2, 1, "#22182e")
        hat = i % 8
        top = int(cy + 5 - tall * 1.35) + 2
        if hat == 1:
            p.sprite(cx - 4, top - 3, "y..y..y..\nyy.yy.yy.\nyyyyyyyyy\nyryyryyry", {"y": "#ffd23f", "r": "#e23d5a"})
        elif hat == 3:
            p.sprite(cx - 3, top - 5, "..g..g.\n.ggggg.\n..gg...\n..g....\n..g....", {"g": "#3f9a4f"})
        elif hat == 5:
            p.sprite(
                cx - 6,
                top - 5,
                ".....vv.....\n....vvvv....\n....vvvv....\n...yyyyyy...\nvvvvvvvvvvvv",
                {"v": "#4a3a80", "y": "#ffd23f"},
            )
        elif hat == 6:
            p.sprite(cx - 5, top - 2, "p..p\npppp\np..p", {"p": "#ff5f8f"})
        elif hat == 7:
            p.sprite(cx - 2, top - 6, "..r..\n.rwr.\nrrrrr\n.www.\n.www.", {"r": "#e23d3a", "w": "#fff6e0"})
    return p.canvas(8)
