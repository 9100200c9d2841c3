"""Woods, valleys, fields and a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kit import Canvas, mix, num, ramp, smooth, step

from hinoki.parts import brushwork, dabs, fir, firs, level, light


def misty_forest() -> Canvas:
    """Firs in the morning mist, the sun behind them, and one early walker."""
    c = Canvas(1400, 1000, 51, "#f4dcb8")

    def colour(x: float, y: float) -> str:
        d = math.hypot(x - 940, y - 330) / 1000
        base = ramp([(0, "#fffbe6"), (0.18, "#ffe9b8"), (0.45, "#efc79a"), (0.8, "#b9a7a0"), (1.1, "#7f8f98")], d)
        return mix(base, "#6f8a86", step(560, 1000, y) * 0.8 * c.noise.fbm(x / 200, y / 90))

    brushwork(
        c, colour, lambda x, y: math.atan2(y - 330, x - 940) + 1.57, ((210, 84, 240), (110, 36, 560), (58, 17, 540))
    )
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
            trunk = (
                f"M{x} {y}q{c.uni(-14, 14):.0f} {-h / 2:.0f} {c.uni(-20, 20):.0f} {-h}M{x}"
                f" {y - h * 0.5:.0f}l{h * 0.16:.0f} {-h * 0.2:.0f}M{x} {y - h * 0.36:.0f}l{-h * 0.16:.0f}"
                f" {-h * 0.22:.0f}"
            )
            c.path(trunk, stroke="#f1e6d6", sw=h / 22, cap="round")
            c.path(trunk, stroke="#5a463f", sw=h / 60, stroke_dasharray="5 26")
            for tone in ("#b5452a", "#ec8a35", "#f9c552", "#ffe08a"):
                d = ""
                for _ in range(58):
                    a, r = c.uni(0, math.tau), h * 0.36 * math.sqrt(c.rng.random())
                    d += (
                        f"M{x + r * math.cos(a):.0f} {y - h * 0.82 + r * 0.9 * math.sin(a):.0f}l{c.uni(-9, 9):.0f}"
                        f" {c.uni(4, 12):.0f}"
                    )
                c.path(d, stroke=tone, sw=h / 26, cap="round", o=0.92)
    light(c, 760, 420, 560, "#ffe6b0", 0.55)
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
                    "M-176 -58Q-190 -76 -160 -96L-14 -290Q0 -304 14 -290L160 -96Q190 -76 176 -58L128 -66L0 -232"
                    "L-128 -66z",
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
        for _ in range(42):
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
            "M520 760C640 800 700 900 720 1020H620C560 940 520 840 520 760zM860 712C900 800 980 860 1100"
            " 1020H1010C940 900 880 800 860 712z",
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
    return c
