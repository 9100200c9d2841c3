"""檜 Hinoki: landscapes in thick strokes. Each scene is a colour for every place, painted from coarse to fine."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from kit import Canvas, Point, mix, num, ramp, smooth, step

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


def canvas_weave(c: Canvas) -> None:
    """Light and shadow of bristles over everything."""
    made = c.define(
        '<filter id="ID" x="0" y="0" width="100%" height="100%">'
        '<feTurbulence type="fractalNoise" baseFrequency="0.016 0.11" numOctaves="3" seed="5"/>'
        '<feDiffuseLighting lighting-color="#fff" surfaceScale="2.6" diffuseConstant="1.05">'
        '<feDistantLight azimuth="235" elevation="58"/></feDiffuseLighting></filter>'
    )
    c.rect(0, 0, c.width, c.height, filter=made, style="mix-blend-mode:soft-light", o=0.34)


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
    trunk = f"M{x - height / 60:.0f} {foot - height * 0.1:.0f}h{height / 30:.0f}v{height * 0.14:.0f}h{-height / 30:.0f}z"
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


def misty_forest() -> Canvas:
    """Firs in the morning mist, the sun behind them, and one early walker."""
    c = Canvas(1400, 1000, 51, "#f4dcb8")

    def colour(x: float, y: float) -> str:
        d = math.hypot(x - 940, y - 330) / 1000
        base = ramp([(0, "#fffbe6"), (0.18, "#ffe9b8"), (0.45, "#efc79a"), (0.8, "#b9a7a0"), (1.1, "#7f8f98")], d)
        return mix(base, "#6f8a86", step(560, 1000, y) * 0.8 * c.noise.fbm(x / 200, y / 90))

    brushwork(c, colour, lambda x, y: math.atan2(y - 330, x - 940) + 1.57, ((210, 84, 240), (110, 36, 560), (58, 17, 600)))
    rows = (("#d3b59a", 640, 200, 52), ("#b0a093", 720, 300, 74), ("#7d8a86", 810, 430, 112))
    with c.group(filter=c.rough(14, 0.05)):
        for k, (tone, y, h, gap) in enumerate(rows):
            firs(c, y, h, tone, gap, 60, 0.85)
            mist = c.lin((0, "#ffeccc", 0), (0.6, "#ffeccc", 0.8), (1, "#ffeccc", 0))
            c.rect(0, y - 110, 1400, 230 + k * 20, fill=mist)
        near = "".join(fir(c, x, 980, size) for x, size in ((40, 700), (230, 470), (1190, 560), (1370, 760)))
        c.path(near, fill="#2f4a4a")
    fan = ""
    for k in range(9):
        a = 1.1 + k * 0.17
        b = a + 0.07
        fan += f"M940 330L{940 + 1200 * math.cos(a):.0f} {330 + 1200 * math.sin(a):.0f}"
        fan += f"L{940 + 1200 * math.cos(b):.0f} {330 + 1200 * math.sin(b):.0f}z"
    c.path(fan, fill="#fff3cf", o=0.3, filter=c.blur(9), style="mix-blend-mode:screen")
    light(c, 940, 330, 520, "#fff0c0", 0.9)
    with c.group(filter=c.rough(6, 0.06)):
        c.path("M600 1010Q660 900 760 850Q800 830 810 800L830 800Q850 850 800 900Q740 950 790 1010z", fill="#d9b98a")
        dabs(c, (0, 880, 600, 1030), ("#3f5a3f", "#6b7f4a", "#c9a85a", "#2a3f3a"), 220, 6, 60)
        dabs(c, (790, 880, 1400, 1030), ("#3f5a3f", "#6b7f4a", "#c9a85a", "#2a3f3a"), 220, 6, 60)
        c.path("M742 900l6 -44h12l4 44zM768 900l-2 -44h12l8 44z", fill="#2f2f3a")
        c.path("M736 864Q736 806 762 800Q790 806 790 864z", fill="#c9402f")
        c.path("M770 804Q790 810 790 864L774 864z", fill="#8e2a28")
        c.circle(763, 790, 13, fill="#4a352a")
        c.path("M792 828L812 900", stroke="#4a352a", sw=4)
    canvas_weave(c)
    return c


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
    canvas_weave(c)
    return c


def autumn_valley() -> Canvas:
    """A river winding through autumn woods."""
    c = Canvas(1500, 1000, 53, "#e8c890")

    def river(y: float) -> tuple[float, float]:
        t = (y - 470) / 530
        return 780 + 220 * math.sin(t * 4.4) * (0.25 + t), 8 + 200 * t * t

    def colour(x: float, y: float) -> str:
        if y < 430 - 130 * c.noise.fbm(x / 260, 1):
            cloud = c.noise.fbm(x / 260, y / 110)
            return mix(ramp([(0, "#5f9ccc"), (260, "#bfdbe6"), (400, "#ffe9c4")], y), "#fff8ea", step(0.45, 0.7, cloud))
        if y < 500:
            return mix("#8f9fc0", "#b3aab8", c.noise.fbm(x / 60, y / 40))
        mid, half = river(y)
        if abs(x - mid) < half:
            return mix("#bfe0ee", "#4f86ad", c.noise.fbm(x / 70, y / 14) * 1.2 - 0.1)
        n = c.noise.fbm(x / 70 + 20, y / 60)
        near = (y - 480) / 520
        return mix(
            ramp([(0.25, "#7a4a3a"), (0.4, "#c9542f"), (0.52, "#ec8a35"), (0.64, "#f5bd49"), (0.8, "#9fa04f")], n),
            "#a08fa8",
            0.55 * (1 - near) ** 3,
        )

    brushwork(
        c,
        colour,
        lambda x, y: 0 if y < 480 else (0.2 if abs(x - river(y)[0]) < river(y)[1] else 1.0 + math.sin(x / 90)),
    )
    with c.group(filter=c.rough(10, 0.05)):
        for x, y, h in (
            (170, 900, 430),
            (70, 980, 560),
            (330, 820, 290),
            (1330, 900, 450),
            (1440, 990, 560),
            (1210, 800, 260),
        ):
            trunk = f"M{x} {y}q{c.uni(-14, 14):.0f} {-h / 2:.0f} {c.uni(-20, 20):.0f} {-h}M{x} {y - h * 0.5:.0f}l{h * 0.16:.0f} {-h * 0.2:.0f}M{x} {y - h * 0.36:.0f}l{-h * 0.16:.0f} {-h * 0.22:.0f}"
            c.path(trunk, stroke="#f1e6d6", sw=h / 22, cap="round")
            c.path(trunk, stroke="#5a463f", sw=h / 60, stroke_dasharray="5 26")
            for tone in ("#b5452a", "#ec8a35", "#f9c552", "#ffe08a"):
                d = ""
                for _ in range(70):
                    a, r = c.uni(0, math.tau), h * 0.36 * math.sqrt(c.rng.random())
                    d += f"M{x + r * math.cos(a):.0f} {y - h * 0.82 + r * 0.9 * math.sin(a):.0f}l{c.uni(-9, 9):.0f} {c.uni(4, 12):.0f}"
                c.path(d, stroke=tone, sw=h / 26, cap="round", o=0.92)
    light(c, 760, 420, 560, "#ffe6b0", 0.55)
    canvas_weave(c)
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
    canvas_weave(c)
    return c


def snow_village() -> Canvas:
    """Thatched houses under deep snow at nightfall."""
    c = Canvas(1400, 1000, 55, "#4a6390")

    def colour(x: float, y: float) -> str:
        hill = 420 - 190 * c.noise.fbm(x / 330, 2)
        if y < hill:
            return mix(
                ramp([(0, "#22386b"), (420, "#8fa6cc")], y),
                "#c4cde6",
                step(0.5, 0.8, c.noise.fbm(x / 260, y / 100)) * 0.5,
            )
        if y < 560:
            return mix("#33507a", "#dfe8f5", step(0.42, 0.66, c.noise.fbm(x / 24, y / 34)) * 0.8)
        n = c.noise.fbm(x / 190, y / 60)
        return mix(
            ramp([(0.3, "#7f95c6"), (0.5, "#c2d0ec"), (0.65, "#f2f5ff")], n), "#8a9fd0", step(800, 1050, y) * 0.5
        )

    brushwork(c, colour, lambda x, y: 0.3 if y < 420 else (1.3 if y < 560 else 0.1 + 0.3 * math.sin(x / 160)))
    with c.group(filter=c.rough(7, 0.05)):
        firs(c, 600, 190, "#2a466b", 60, 30, 0.9)
        for x, y, s in ((250, 720, 0.9), (1130, 700, 0.85), (560, 660, 0.6), (860, 670, 0.6), (700, 860, 1.5)):
            with c.group(transform=f"translate({x} {y}) scale({s})"):
                c.path("M-120 0V-90H120V0z", fill="#4a3530")
                c.path("M-170 -62L0 -280L170 -62L130 -60L0 -226L-130 -60z", fill="#ffffff")
                c.path("M-128 -62L0 -226L128 -62z", fill="#5f463c")
                c.path(
                    "M-176 -58Q-190 -76 -160 -96L-14 -290Q0 -304 14 -290L160 -96Q190 -76 176 -58L128 -66L0 -232L-128 -66z",
                    fill="#eef3ff",
                )
                c.path("M0 -296L14 -290L160 -96Q190 -76 176 -58L128 -66L0 -232z", fill="#b9c9ea")
                for wx, wy in ((-84, -72), (-20, -72), (44, -72), (-34, -146), (8, -146)):
                    c.rect(wx, wy, 34, 44 if wy > -100 else 36, fill="#ffc861")
                    c.path(f"M{wx + 17} {wy}v44M{wx} {wy + 20}h34", stroke="#6b4a30", sw=4)
            light(c, x, y - 50 * s, 190 * s, "#ffb95a", 0.75)
            c.ellipse(x, y + 12 * s, 170 * s, 26 * s, fill="#ffdc9a", o=0.4)
            c.path(
                f"M{x - 170 * s:.0f} {y + 6}q{90 * s:.0f} -34 {180 * s:.0f} -4t{180 * s:.0f} 0v30h-{340 * s:.0f}z",
                fill="#f2f5ff",
                o=0.8,
            )
        path_line = smooth([(640, 1020), (690, 960), (640, 900), (760, 880)])
        c.path(path_line, stroke="#8a9cc9", sw=44, cap="round", o=0.6)
    d = "".join(f"M{c.uni(0, 1400):.0f} {c.uni(0, 1000):.0f}l{c.uni(-3, 1):.0f} {c.uni(1, 4):.0f}" for _ in range(380))
    c.path(d, stroke="#ffffff", sw=6, cap="round", o=0.85)
    d = "".join(f"M{c.uni(0, 1400):.0f} {c.uni(0, 1000):.0f}h1" for _ in range(40))
    c.path(d, stroke="#ffffff", sw=15, cap="round", o=0.6)
    canvas_weave(c)
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
        base = mix(ramp([(0, "#fff0c0"), (0.35, "#f2b9a0"), (1, "#5f86c0")], (part - 0.36) / 0.64), "#8fa0d6", tint * 0.4)
        return mix(base, "#ffffff", step(0.52, 0.7, c.noise.fbm(x / 90, y / 20)) * 0.45)

    brushwork(
        c,
        colour,
        lambda x, y: 0.1 if y < 400 else -0.12,
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
    canvas_weave(c)
    return c


def poppy_meadow() -> Canvas:
    """Poppies and lavender under a wide sky."""
    c = Canvas(1400, 933, 57, "#bfe0ee")

    def colour(x: float, y: float) -> str:
        if y < 400:
            n = c.noise.fbm(x / 280 + 5, y / 130)
            base = ramp([(0, "#4f94d0"), (400, "#d9ecf2")], y)
            return mix(base, mix("#ffffff", "#c4b5cf", step(0.62, 0.5, n) if n < 0.62 else 0), step(0.46, 0.6, n))
        if y < 470 + 30 * c.noise.fbm(x / 90, 3):
            return mix("#5f86a0", "#4f7f5f", c.noise.fbm(x / 70, y / 20))
        t = (y - 460) / 470
        n = c.noise.fbm(x / (60 + 90 * t), y / (16 + 40 * t))
        return ramp(
            [(0.2, "#2f6a3f"), (0.45, "#6fa04a"), (0.6, "#b5c95a"), (0.75, "#8f7fc9")], n + 0.12 * math.sin(x / 300)
        )

    brushwork(c, colour, lambda x, y: 0.25 * math.sin(x / 200) if y < 460 else -1.4 + 0.3 * math.sin(x / 70))
    with c.group(filter=c.rough(7, 0.06)):
        dabs(c, (0, 500, 1400, 960), ("#7a68b8", "#a08fd9", "#5a4f9c"), 420, 9, 46)
        dabs(c, (0, 560, 1400, 980), ("#2f6a3f", "#8fb84f", "#d9e08a"), 380, 5, 80)
        for _ in range(54):
            t = c.rng.random() ** 0.7
            x, y, r = c.uni(-10, 1410), 520 + 400 * t, 7 + 30 * t
            tone = c.rng.choice(["#e23d2e", "#f2603a", "#c9262f"])
            c.path(
                f"M{num(x)} {num(y)}q{num(r * 0.3)} {num(r * 2)} {num(-r * 0.2)} {num(r * 3.4)}",
                stroke="#3f6a3a",
                sw=num(1 + 3 * t),
            )
            c.ellipse(x - r * 0.4, y, r * 0.72, r * 0.62, fill=tone)
            c.ellipse(x + r * 0.42, y - r * 0.1, r * 0.7, r * 0.6, fill=mix(tone, "#ff9a6a", 0.35))
            c.ellipse(x, y + r * 0.22, r * 0.66, r * 0.44, fill=mix(tone, "#7a1020", 0.25))
            c.circle(x, y + r * 0.05, r * 0.18, fill="#2a1a24")
        c.path("M1010 470v-60h90v60zM996 414l60 -50l58 50z", fill="#f6ead6")
        c.path("M996 414l60 -50l58 50z", fill="#b5533f")
        c.path("M960 470q-20 -90 0 -130q26 40 8 130zM930 472q-14 -70 0 -100q20 30 6 100z", fill="#2f5a45")
    light(c, 400, 120, 420, "#fff6e0", 0.5)
    canvas_weave(c)
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
        rock = ramp(
            [(0.2, "#172a30"), (0.45, "#33484c"), (0.6, "#5a6f62"), (0.78, "#86a05a")], n * 0.8 + lightness * 0.25
        )
        return rock

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
    canvas_weave(c)
    return c


def storm_light() -> Canvas:
    """A squall over wheat, with the sun breaking through."""
    c = Canvas(1500, 950, 59, "#4f5f78")

    def colour(x: float, y: float) -> str:
        if y < 560:
            n = c.noise.fbm(x / 300 + y / 500, y / 150)
            base = ramp(
                [(0.2, "#232f47"), (0.4, "#3f4f6b"), (0.55, "#7488a0"), (0.72, "#cfd6d6")], n + 0.00022 * (y - 100)
            )
            warm = step(500, 0, math.hypot((x - 1060) * 0.8, (y - 520) * 1.4))
            return mix(base, "#ffdf9a", warm * 0.85)
        t = (y - 560) / 390
        n = c.noise.fbm(x / (40 + 60 * t), y / (14 + 50 * t))
        field = ramp([(0.25, "#7a5a2a"), (0.45, "#c9963f"), (0.6, "#eec25a"), (0.75, "#ffe79a")], n)
        return mix(field, "#4f5a55", step(600, 100, x) * 0.55)

    brushwork(c, colour, lambda x, y: 0.35 * math.sin(x / 260) - 0.2 if y < 560 else -1.2 + 0.25 * math.sin(x / 120))
    with c.group(filter=c.rough(8, 0.05)):
        sheet = "".join(
            f"M{100 + i * 13 + c.uni(-9, 9):.0f} {c.uni(190, 260):.0f}l-60 {c.uni(260, 340):.0f}" for i in range(38)
        )
        c.path(sheet, stroke="#8fa0b5", sw=9, o=0.4)
        c.path("M0 566Q200 540 420 560T820 552T1500 556V580H0z", fill="#2f4048")
        c.path("M1180 556V470h110v86zM1166 474l68 -60l70 60z", fill="#5a3a34")
        c.path("M1166 474l68 -60l70 60z", fill="#8a4a3a")
        c.rect(1216, 500, 24, 30, fill="#ffe08a")
        for x, s in ((1100, 1), (1340, 0.8), (1390, 1.1), (500, 0.7), (540, 0.9)):
            for tone in ("#22332f", "#3f5a3f", "#86904f"):
                d = "".join(
                    f"M{x + c.rng.gauss(0, 22 * s):.0f} {520 + c.rng.gauss(0, 24 * s):.0f}l5 6" for _ in range(26)
                )
                c.path(d, stroke=tone, sw=14 * s, cap="round")
        dabs(c, (0, 720, 1500, 980), ("#ffe9a8", "#e0a843", "#9a6a2a", "#fff6d0"), 620, 6, 84)
    light(c, 1060, 520, 520, "#ffe3a0", 0.7)
    canvas_weave(c)
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

    brushwork(c, colour, lambda x, _y: 1.5 + 0.1 * math.sin(x / 90), ((200, 70, 220), (110, 28, 480), (60, 13, 520)))
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
                    f"M{num(x)} {num(y)}L{num(x + r * 0.9)} {num(y - r * 0.14)}A{num(r)} {num(r * 0.4)} 0 1 1 {num(x + r * 0.95)} {num(y + r * 0.1)}z",
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
    canvas_weave(c)
    return c


def still_life() -> Canvas:
    """Persimmons, a teapot and a folded cloth by the window."""
    c = Canvas(1250, 1000, 61, "#5a4a40")

    def colour(x: float, y: float) -> str:
        n = c.noise.fbm(x / 160, y / 130)
        if y < 600:
            return mix(
                ramp([(0.3, "#33403f"), (0.5, "#566355"), (0.7, "#8a8a68")], n),
                "#e6cf9a",
                step(900, 0, math.hypot(x - 60, y - 60)) * 0.75,
            )
        return mix(
            ramp([(0.3, "#5a3828"), (0.5, "#8a5a3a"), (0.7, "#b9824f")], c.noise.fbm(x / 240, y / 26)),
            "#f2d39a",
            step(700, 0, math.hypot(x - 250, y - 640)) * 0.4,
        )

    brushwork(c, colour, lambda x, y: 0.9 + 0.5 * math.sin(x / 130) if y < 600 else 0.02)

    def round_thing(x: float, y: float, rx: float, ry: float, stops: Sequence[tuple[float, str]]) -> None:
        def inside(px: float, py: float) -> str | None:
            u, v = (px - x) / rx, (py - y) / ry
            if u * u + v * v > 1:
                return None
            return ramp(stops, math.hypot(u + 0.42, v + 0.46) + 0.12 * (c.noise.at(px / 16, py / 16) - 0.5))

        c.ellipse(x, y, rx, ry, fill=stops[-2][1])
        c.paint(
            inside,
            lambda px, py: math.atan2(py - y, px - x) + 1.57,
            size=rx * 0.5,
            width=rx * 0.2,
            count=150,
            area=(x - rx, y - ry, x + rx, y + ry),
            
        )

    orange = [(0.0, "#fff0c0"), (0.22, "#ffb04f"), (0.7, "#ee7a24"), (1.1, "#b84a1c"), (1.5, "#6b2418")]
    glaze = [(0.0, "#f2fbff"), (0.2, "#9fc4d0"), (0.7, "#4f8294"), (1.1, "#2c5262"), (1.5, "#172f3c")]
    with c.group(filter=c.rough(9, 0.05)):
        c.path("M520 760C700 700 980 720 1280 690V1020H620C560 940 520 840 520 760z", fill="#e9dcc6")
        c.path(
            "M520 760C640 800 700 900 720 1020H620C560 940 520 840 520 760zM860 712C900 800 980 860 1100 1020H1010C940 900 880 800 860 712z",
            fill="#bfae9c",
        )
        for x, y, rx in ((860, 790, 200), (470, 812, 130), (250, 806, 130), (640, 868, 120)):
            c.ellipse(x + 50, y + rx * 0.66, rx * 1.15, rx * 0.22, fill="#2a1a18", o=0.5)
        c.path("M1030 640q150 -20 150 110q-10 110 -170 90", stroke="#2c5262", sw=34, cap="round")
        c.path("M700 690Q600 640 590 560L630 540Q660 640 740 660z", fill="#3f7082")
        round_thing(870, 710, 220, 190, glaze)
        round_thing(870, 540, 100, 40, glaze)
        round_thing(870, 496, 30, 28, glaze)
        c.path("M740 720q30 60 120 70M780 640q60 -40 150 -20", stroke="#dff0f2", sw=10, cap="round", o=0.5)
        for x, y, r in ((250, 730, 132), (470, 740, 132), (360, 610, 118), (640, 820, 112)):
            round_thing(x, y, r, r * 0.88, orange)
            for a in range(0, 360, 90):
                with c.group(
                    transform=f"translate({x} {y - r * 0.62:.0f}) rotate({a + 20}) scale({r / 130:.2f} {r / 200:.2f})"
                ):
                    c.path("M0 0C20 -30 60 -30 74 0C56 26 20 24 0 0z", fill="#6f7a3f", stroke="#3f4a2a", sw=4)
            c.path(f"M{x} {y - r * 0.62:.0f}q6 -20 18 -26", stroke="#4a3524", sw=10, cap="round")
    light(c, 120, 100, 760, "#ffe6b0", 0.5)
    canvas_weave(c)
    return c


def avatar() -> Canvas:
    """A brush-drawn tree on a round hill."""
    c = Canvas(400, 400, 62, "#d9e6d0")
    brushwork(
        c,
        lambda x, y: (
            ramp([(0, "#8fbfd6"), (220, "#ffe9c4")], y)
            if y < 270 - 30 * math.sin(x / 128)
            else mix("#5f8a4a", "#a9b85a", c.noise.fbm(x / 40, y / 20))
        ),
        level,
        ((90, 40, 120), (50, 18, 260)),
    )
    with c.group(filter=c.rough(6, 0.05)):
        c.path("M196 300Q190 240 200 180", stroke="#4a352a", sw=16, cap="round")
        for tone in ("#1f4a3a", "#3f7a4a", "#86a84f", "#c9d67a"):
            d = "".join(f"M{200 + c.rng.gauss(0, 40):.0f} {150 + c.rng.gauss(0, 38):.0f}l6 7" for _ in range(46))
            c.path(d, stroke=tone, sw=19, cap="round", o=0.9)
    canvas_weave(c)
    return c


DRAWINGS: dict[str, Callable[[], Canvas]] = {
    "misty-firs": misty_forest,
    "moon-lake": moon_lake,
    "autumn-valley": autumn_valley,
    "boats-at-dusk": dusk_sea,
    "snow-village": snow_village,
    "rice-terraces": rice_terraces,
    "poppy-meadow": poppy_meadow,
    "waterfall": waterfall,
    "storm-light": storm_light,
    "lily-pond": lily_pond,
    "persimmons": still_life,
    "avatar": avatar,
}
