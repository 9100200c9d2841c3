"""Lakes, the sea, terraces, a fall and a pond."""

from __future__ import annotations

import math

from kit import Canvas, mix, num, ramp, step

from hinoki.parts import brushwork, dabs, light


def moon_lake() -> Canvas:
    """A full moon over a lake with a small boat."""
    c = Canvas(1000, 1300, 52, "#16305a")
    crest = [c.noise.fbm(i / 9, 3) for i in range(120)]

    def ridge(x: float) -> float:
        return 690 - 240 * crest[max(0, min(119, int(x / 10)))]

    def colour(x: float, y: float) -> str:
        water = y > 720
        yy = 1440 - y if water else y
        d = math.hypot((x - 620) * (1.8 if water else 1), yy - 300)
        base = ramp(
            [(0, "#ffffe6"), (70, "#fff6cf"), (110, "#a9c9d6"), (300, "#3f6fa0"), (700, "#16305f"), (1000, "#0b1a40")],
            d,
        )
        cloud = c.noise.fbm(x / 240, yy / 70)
        base = mix(base, "#8fb0cc", step(0.5, 0.75, cloud) * 0.5)
        if yy > ridge(x):
            base = mix("#0f2348", "#2a4a70", step(0, 160, yy - ridge(x)))
        if water:
            base = mix(base, "#0a1c40", 0.3)
            if abs(x - 620) < 40 + (y - 720) * 0.22 and c.noise.fbm(x / 50, y / 9) > 0.52:
                base = "#ffeebb"
        return base

    brushwork(c, colour, lambda x, y: 0 if y > 715 else 0.5 * math.sin(x / 240) + 0.2)
    with c.group(filter=c.rough(8, 0.05)):
        c.circle(620, 300, 92, fill="#fff9dc")
        c.path("M570 260q30 -20 50 6q-10 30 -40 20zM640 330q30 -10 40 14q-20 24 -44 4z", fill="#f0dfae", o=0.7)
        c.path("M220 1010q120 46 250 0l-24 44q-100 24 -200 0z", fill="#0a1530")
        c.path(
            "M330 1012q-10 -60 10 -84q20 -6 26 14q14 40 10 72zM350 930m-18 -14a18 18 0 1 0 36 0a18 18 0 1 0 -36 0z",
            fill="#0a1530",
        )
        c.path("M300 900q50 -40 100 0z", fill="#3a2f3a")
        c.path("M376 960L520 880", stroke="#0a1530", sw=4)
        c.path("M520 880V1080", stroke="#dfe9f2", sw=1.5, o=0.7)
        reeds = "".join(
            f"M{c.uni(-10, 360):.0f} 1320q{c.uni(-20, 30):.0f} -120 {c.uni(-30, 80):.0f} {-c.uni(140, 330):.0f}"
            for _ in range(46)
        )
        reeds += "".join(
            f"M{c.uni(820, 1010):.0f} 1320q{c.uni(-30, 10):.0f} -120 {c.uni(-90, 20):.0f} {-c.uni(140, 300):.0f}"
            for _ in range(30)
        )
        c.path(reeds, stroke="#081230", sw=6, cap="round")
    light(c, 620, 300, 420, "#cfe4ff", 0.6)
    light(c, 400, 985, 70, "#ffcf7a", 0.95)
    c.circle(404, 988, 8, fill="#fff0c0")
    return c


def dusk_sea() -> Canvas:
    """Fishing boats coming home over a burning sea."""
    c = Canvas(1500, 900, 54, "#e58a6a")

    def colour(x: float, y: float) -> str:
        if y < 470:
            d = math.hypot((x - 560) * 0.7, (y - 430) * 1.3)
            base = ramp(
                [
                    (0, "#fffbd6"),
                    (60, "#ffe08a"),
                    (220, "#ff9f5f"),
                    (420, "#d9607a"),
                    (640, "#74508f"),
                    (900, "#2f3f7a"),
                ],
                d,
            )
            n = c.noise.fbm(x / 300 + y / 300, y / 50)
            return mix(base, mix("#5a3f7a", "#ffb487", step(150, 470, y)), step(0.5, 0.72, n) * 0.75)
        depth = (y - 470) / 430
        base = ramp([(0, "#f7a96b"), (0.25, "#b5617f"), (0.7, "#4a4380"), (1, "#232a5a")], depth)
        sparkle = abs(x - 560) < 50 + depth * 260
        n = c.noise.fbm(x / (60 + 120 * depth), y / (6 + 14 * depth))
        return (
            mix(base, "#ffe9a0", step(0.45, 0.66, n) * 0.9)
            if sparkle
            else mix(base, "#6f7fc0", step(0.55, 0.75, n) * 0.5)
        )

    brushwork(c, colour, lambda x, y: -0.15 + 0.3 * c.noise.at(x / 200, y / 80) if y < 470 else 0.05 * math.sin(x / 60))
    with c.group(filter=c.rough(6, 0.05)):
        c.circle(560, 440, 46, fill="#fffbe0")
        c.path("M0 470Q120 440 260 452Q330 440 380 472H0z", fill="#4a3a70")
        for x, y, s in ((980, 600, 1.5), (1240, 520, 0.7), (300, 540, 0.8)):
            with c.group(transform=f"translate({x} {y}) scale({s})", fill="#2b1f45"):
                c.path("M-110 0Q0 24 120 -16L92 34H-80z")
                c.path(
                    "M-20 0V-130L-24 -130V-50H-70V0zM10 -4V-150M10 -150L110 -10M10 -150L-60 -4", stroke="#2b1f45", sw=4
                )
                c.path("M14 -140Q80 -90 84 -20L14 -24z", fill="#6b3a5a")
                c.rect(-62, -40, 18, 16, fill="#ffd57a")
            dabs(c, (x - 90 * s, y + 36 * s, x + 90 * s, y + 110 * s), ("#2b1f45",), 26, 5 * s, 44 * s, 0.0)
        c.path(
            "M620 250l26 -14l26 14M700 220l20 -11l20 11M660 300l16 -9l16 9M1180 200l22 -12l22 12",
            stroke="#3a2a55",
            sw=5,
            cap="round",
            join="round",
        )
    light(c, 560, 440, 460, "#ffd79a", 0.7)
    return c


def rice_terraces() -> Canvas:
    """Flooded terraces that mirror the morning."""
    c = Canvas(1000, 1250, 56, "#f2d9b0")

    def terrace(x: float, y: float) -> tuple[float, int]:
        """How far up its terrace a place lies (the bank comes first), and which terrace it is."""
        fall = y + (260 * c.noise.fbm(x / 330 + 4, y / 900, 2) - 130) * (0.35 + y / 1100) + 0.12 * (x - 500)
        row = (max((fall - 370) / 900, 0) ** 0.62) * 9.5
        return row - math.floor(row), math.floor(row)

    def colour(x: float, y: float) -> str:
        if y < 330 - 90 * c.noise.fbm(x / 220, 4):
            return mix(
                ramp([(0, "#7fa8d6"), (180, "#f6d9c0"), (330, "#ffe7a8")], y),
                "#ffffff",
                step(0.5, 0.75, c.noise.fbm(x / 200, y / 60)) * 0.6,
            )
        if y < 410:
            return mix("#6d86a8", "#a3a8b0", c.noise.fbm(x / 80, y / 40))
        part, number = terrace(x, y)
        if part < 0.12:
            return "#26402f"
        if part < 0.36:
            return mix("#3f6f3a", "#b5c95a", c.noise.fbm(x / 40, y / 14) + 0.1)
        tint = 0.5 + 0.5 * math.sin(number * 2.1 + x / 400)
        base = mix(
            ramp([(0, "#fff0c0"), (0.35, "#f2b9a0"), (1, "#5f86c0")], (part - 0.36) / 0.64), "#8fa0d6", tint * 0.4
        )
        return mix(base, "#ffffff", step(0.52, 0.7, c.noise.fbm(x / 90, y / 20)) * 0.45)

    brushwork(
        c,
        colour,
        lambda _x, y: 0.1 if y < 400 else -0.12,
        ((200, 60, 220), (90, 24, 620), (44, 11, 1000)),
    )
    with c.group(filter=c.rough(6, 0.05)):
        for x, y, s, cloth in ((600, 820, 1.1, "#2f4570"), (716, 800, 1.0, "#a8483f")):
            with c.group(transform=f"translate({x} {y}) scale({s})"):
                c.ellipse(0, 66, 46, 8, fill="#5f6fa0", o=0.6)
                c.path("M-16 62L-12 20H2L-2 62zM6 62L4 20H18L20 62z", fill="#3a2f30")
                c.path("M-24 30Q-30 -10 -12 -34Q10 -44 26 -20Q34 6 26 30z", fill=cloth)
                c.path("M20 -16Q44 6 46 34", stroke=cloth, sw=11, cap="round")
                c.path("M-58 -34Q-10 -92 50 -44Q0 -20 -58 -34z", fill="#f0cf86")
                c.path("M-58 -34Q0 -20 50 -44Q0 -36 -58 -34z", fill="#a87a3a")
        for x, y, h in ((150, 470, 110), (210, 480, 80), (860, 450, 120), (910, 462, 90)):
            c.path(f"M{x} {y}v{-h}", stroke="#3f3a36", sw=7)
            for tone in ("#2f4a3a", "#5f7f4a", "#a3b56a"):
                d = "".join(f"M{x + c.uni(-46, 46):.0f} {y - h + c.uni(-44, 34):.0f}l6 6" for _ in range(34))
                c.path(d, stroke=tone, sw=15, cap="round", o=0.9)
    light(c, 740, 280, 420, "#ffe9b0", 0.7)
    return c


def waterfall() -> Canvas:
    """A tall fall into a green pool."""
    c = Canvas(900, 1350, 58, "#2f4f4a")

    def colour(x: float, y: float) -> str:
        n = c.noise.fbm(x / 60, y / 90)
        mid = 450 + 40 * math.sin(y / 170)
        half = 62 + y * 0.05
        if y < 160 and abs(x - 450) < 340 - y:
            return mix("#fff6d6", "#cfe9e0", n)
        if y < 1010 and abs(x - mid) < half:
            return mix("#ffffff", "#8fc4d6", step(0.3, 0.75, c.noise.fbm(x / 16, y / 190)) + 0.25 * abs(x - mid) / half)
        if y > 1000:
            d = math.hypot(x - 460, (y - 1010) * 1.7)
            return mix(
                ramp([(0, "#ffffff"), (130, "#bfe6e0"), (330, "#3f9a92"), (620, "#14505a")], d),
                "#0f4048",
                c.noise.fbm(x / 90, y / 16) * 0.5,
            )
        lightness = step(420, 0, abs(x - mid) - half) * 0.6 + step(900, 0, y) * 0.25
        return ramp(
            [(0.2, "#172a30"), (0.45, "#33484c"), (0.6, "#5a6f62"), (0.78, "#86a05a")], n * 0.8 + lightness * 0.25
        )

    brushwork(
        c,
        colour,
        lambda x, y: 0.0 if y > 1010 else (1.57 if abs(x - 450) < 130 else 1.2 + 0.6 * math.sin(x / 50 + y / 70)),
    )
    with c.group(filter=c.rough(10, 0.05)):
        for x, y, r in (
            (130, 1180, 90),
            (260, 1250, 60),
            (760, 1160, 100),
            (640, 1270, 54),
            (60, 1290, 80),
            (860, 1300, 70),
        ):
            c.path(f"M{x - r} {y}q{r * 0.2:.0f} -{r} {r} -{r}t{r} {r}q-{r} 40 -{2 * r} 0z", fill="#2a3a3f")
            c.path(
                f"M{x - r * 0.7:.0f} {y - r * 0.5:.0f}q{r * 0.4:.0f} -{r * 0.5:.0f} {r * 1.1:.0f} -{r * 0.3:.0f}",
                stroke="#8fa86a",
                sw=r / 5,
                cap="round",
            )
        for side in (0, 900):
            s = 1 if side == 0 else -1
            for tone in ("#1f3f2f", "#3f6f3a", "#86a84a", "#c9d66a"):
                d = ""
                for _ in range(64):
                    x, y = side + s * abs(c.rng.gauss(0, 120)), c.uni(-10, 620)
                    d += f"M{x:.0f} {y:.0f}q{s * 16} {c.uni(-8, 16):.0f} {s * c.uni(20, 50):.0f} {c.uni(6, 40):.0f}"
                c.path(d, stroke=tone, sw=13, cap="round", o=0.9)
        d = "".join(f"M{450 + c.rng.gauss(0, 110):.0f} {1010 + abs(c.rng.gauss(0, 34)):.0f}h3" for _ in range(120))
        c.path(d, stroke="#ffffff", sw=12, cap="round", o=0.7)
    c.ellipse(455, 1000, 230, 90, fill="#ffffff", o=0.55, filter=c.blur(30))
    light(c, 450, 60, 560, "#fff0c0", 0.75)
    return c


def lily_pond() -> Canvas:
    """Water lilies and the reflection of willows."""
    c = Canvas(1200, 1200, 60, "#3f6f7a")

    def colour(x: float, y: float) -> str:
        n = c.noise.fbm(x / 46, y / 230)
        base = ramp(
            [(0.25, "#1f4a55"), (0.42, "#3f7f7a"), (0.55, "#7fae8f"), (0.7, "#bfa8cf"), (0.85, "#f2d3d6")],
            n + 0.0001 * y + 0.06 * math.sin(x / 170),
        )
        return mix(base, "#a9cfe6", step(0.5, 0.75, c.noise.fbm(x / 220 + 9, y / 60)) * 0.6)

    brushwork(c, colour, lambda x, _y: 1.5 + 0.1 * math.sin(x / 90), ((200, 70, 200), (110, 28, 420), (60, 13, 380)))
    with c.group(filter=c.rough(9, 0.05)):
        for gx, gy, many, spread in (
            (260, 300, 7, 130),
            (860, 250, 8, 150),
            (520, 660, 12, 200),
            (980, 760, 8, 140),
            (220, 960, 9, 170),
            (760, 1060, 9, 190),
        ):
            k = 0.55 + gy / 1500
            for _ in range(many):
                x, y = gx + c.rng.gauss(0, spread * 0.7), gy + c.rng.gauss(0, spread * 0.24)
                r = c.uni(46, 74) * k
                tone = c.rng.choice(["#3f7f5a", "#5f9a63", "#86b56f", "#2f6a5a"])
                c.ellipse(x + 6, y + 9, r, r * 0.4, fill="#12363f", o=0.5)
                c.path(
                    f"M{num(x)} {num(y)}L{num(x + r * 0.9)} {num(y - r * 0.14)}A{num(r)} {num(r * 0.4)} 0 1 1"
                    f" {num(x + r * 0.95)} {num(y + r * 0.1)}z",
                    fill=tone,
                )
                c.path(
                    f"M{num(x - r * 0.7)} {num(y - r * 0.1)}q{num(r * 0.5)} {num(-r * 0.24)} {num(r)} {num(-r * 0.16)}",
                    stroke=mix(tone, "#f0f6c0", 0.5),
                    sw=num(r / 9),
                    cap="round",
                )
            for _ in range(3):
                x, y, s = gx + c.rng.gauss(0, spread * 0.5), gy + c.rng.gauss(0, 16) - 10, 30 * k * c.uni(0.9, 1.3)
                tone = c.rng.choice(["#f7b5c9", "#ffffff", "#f5d0e0", "#e88fb0"])
                for a in (-80, -52, -26, 0, 26, 52, 80):
                    with c.group(transform=f"translate({num(x)} {num(y)}) rotate({a}) scale({s / 30:.2f})"):
                        c.path(
                            "M0 0C-16 -20 -12 -44 0 -58C12 -44 16 -20 0 0z",
                            fill=mix(tone, "#c95a8a", abs(a) / 260),
                            stroke=mix(tone, "#a04a7a", 0.4),
                            sw=1.2,
                        )
                c.circle(x, y - s * 0.3, s * 0.22, fill="#ffd24f")
        willow = "".join(
            f"M{c.uni(-20, 1220):.0f} -20q{c.uni(-20, 20):.0f} 90 {c.uni(-16, 16):.0f} {c.uni(60, 230):.0f}"
            for _ in range(60)
        )
        c.path(willow, stroke="#8fae5a", sw=7, cap="round", o=0.85)
    light(c, 780, 480, 480, "#fff0e0", 0.45)
    return c
