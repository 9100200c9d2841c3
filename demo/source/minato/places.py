"""Pen plates of places: a street, a ship, a corridor."""

from __future__ import annotations

import math

from kit import Canvas, Point, num, poly, smooth

from minato.cast import black_cat
from minato.ink import BLACK, WHITE, hatch, lines_fill, screentone, waves


def backstreet() -> Canvas:
    """A narrow street with too many wires."""
    c = Canvas(1000, 1414, 96, WHITE)
    vx, vy = 520.0, 700.0

    def far(x: float, y: float, t: float) -> Point:
        return (vx + (x - vx) * t, vy + (y - vy) * t)

    c.path("M0 0H1000V500L520 700L0 420z", fill=screentone(c, 9, 1.5))
    c.path(
        "M300 90q60 -80 160 -40q60 -50 150 0q90 -20 100 60q-30 40 -110 30q-60 30 -130 4q-130 20 -170 -54z", fill=WHITE
    )
    c.path(poly([(0, 1414), (1000, 1414), far(1000, 1414, 0.1), far(0, 1414, 0.1)]), fill=WHITE)
    d = ""
    for k in range(16):
        t = 0.1 + 0.9 * (k / 16) ** 1.8
        a, b = far(0, 1414, t), far(1000, 1414, t)
        d += f"M{num(a[0])} {num(a[1])}L{num(b[0])} {num(b[1])}"
    c.path(d, stroke=BLACK, sw=2.5)
    c.path(
        "".join(f"M{x} 1414L{num(far(x, 1414, 0.12)[0])} {num(far(x, 1414, 0.12)[1])}" for x in (330, 660)),
        stroke=BLACK,
        sw=4,
    )
    for side, tops in ((0, (160, 330, 240, 420, 500)), (1, (260, 120, 360, 300, 520))):
        cuts = (1.0, 0.72, 0.5, 0.34, 0.22, 0.12)
        for i in range(4, -1, -1):
            near, deep = cuts[i], cuts[i + 1]
            wall = 0.0 if side == 0 else 1000.0
            corners = [
                far(wall, 1414, near),
                far(wall, tops[i] - 300, near),
                far(wall, tops[i] - 300, deep),
                far(wall, 1414, deep),
            ]
            shape = poly(corners)
            c.path(shape, fill=WHITE, stroke=BLACK, sw=5, join="round")
            xs = [p[0] for p in corners]
            ys = [p[1] for p in corners]
            if (i + side) % 2 == 0:
                hatch(
                    c,
                    shape,
                    (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)),
                    9 + 4 * near,
                    82 if side else 98,
                    1.8,
                )
            for floor in range(3):
                y0, y1 = tops[i] + 40 + floor * 300, tops[i] + 190 + floor * 300
                m0, m1 = near + (deep - near) * 0.25, near + (deep - near) * 0.75
                window = [far(wall, y0, m0), far(wall, y0, m1), far(wall, y1, m1), far(wall, y1, m0)]
                c.path(poly(window), fill=BLACK if (floor + i) % 3 else WHITE, stroke=BLACK, sw=4)
                a, b = window[0], window[2]
                c.path(
                    f"M{num(a[0])} {num(a[1])}L{num(b[0])} {num(b[1])}",
                    stroke=WHITE if (floor + i) % 3 else BLACK,
                    sw=2,
                )
                sill = [
                    far(wall, y1 + 14, m0 + 0.02),
                    far(wall, y1 + 14, m1 - 0.01),
                    far(wall, y1 + 40, m1 - 0.01),
                    far(wall, y1 + 40, m0 + 0.02),
                ]
                c.path(poly(sill), fill=WHITE, stroke=BLACK, sw=3)
    for x, y, words, w, dark in (
        (118, 560, "銭湯", 92, True),
        (790, 470, "中華そば", 88, False),
        (276, 700, "酒", 62, False),
        (690, 640, "本", 56, True),
    ):
        h = w * len(words) * 1.02 + 24
        c.rect(x, y, w, h, fill=BLACK if dark else WHITE, stroke=BLACK, sw=5)
        c.rect(x + 7, y + 7, w - 14, h - 14, fill="none", stroke=WHITE if dark else BLACK, sw=2.5)
        c.tategaki(x + w / 2, y + 12, words, w * 0.84, fill=WHITE if dark else BLACK, font_weight="900")
    for x, t, base in ((150, 1.0, 1330), (860, 0.8, 1200), (400, 0.42, 960)):
        top = vy - 640 * t
        c.path(
            f"M{x - 16 * t:.0f} {base}L{x - 10 * t:.0f} {top:.0f}h{20 * t:.0f}L{x + 16 * t:.0f} {base}z",
            fill=WHITE,
            stroke=BLACK,
            sw=4,
        )
        c.path(f"M{x + 2:.0f} {base}L{x + 2:.0f} {top:.0f}h{8 * t:.0f}L{x + 14 * t:.0f} {base}z", fill=BLACK)
        for k in range(3):
            y = top + (30 + 60 * k) * t
            c.path(f"M{x - 110 * t:.0f} {y:.0f}h{220 * t:.0f}", stroke=BLACK, sw=9 * t)
            c.path(
                "".join(f"M{x + q * 96 * t:.0f} {y:.0f}v{-20 * t:.0f}" for q in (-1, -0.6, 0.6, 1)),
                stroke=BLACK,
                sw=12 * t,
            )
        c.rect(x + 10 * t, top + 230 * t, 62 * t, 100 * t, rx=8, fill=WHITE, stroke=BLACK, sw=4)
    d = ""
    for _ in range(20):
        y0, y1 = c.uni(60, 330), c.uni(60, 420)
        d += f"M-20 {y0:.0f}Q{c.uni(300, 700):.0f} {max(y0, y1) + c.uni(30, 150):.0f} 1020 {y1:.0f}"
    for k in range(8):
        d += f"M{150 + (k - 4) * 20:.0f} {90 + k * 24}Q500 {330 + k * 20} {860 + (k - 4) * 16:.0f} {230 + k * 20}"
    c.path(d, stroke=BLACK, sw=3)
    with c.group(transform="translate(600 1120) scale(1.5)"):
        c.path("M-20 0V-60Q-34 -100 0 -110Q34 -100 20 -60V0z", fill=WHITE, stroke=BLACK, sw=4)
        c.path("M-22 -60H22V0H2L0 -30L-2 0H-22z", fill=BLACK)
        c.circle(0, -126, 19, fill=BLACK)
        c.path(
            "M-80 -130Q0 -220 80 -130Q60 -144 40 -130Q20 -146 0 -130Q-20 -146 -40 -130Q-60 -144 -80 -130z",
            fill=WHITE,
            stroke=BLACK,
            sw=4,
        )
        c.path("M26 -80L4 -174", stroke=BLACK, sw=4)
    black_cat(c, 330, 1240, 0.8, "sit")
    c.path("M0 1414V1230h110l-14 184z", fill=WHITE, stroke=BLACK, sw=5)
    plants = "".join(
        f"M{40 + k * 9} 1230q{c.uni(-40, 40):.0f} -60 {c.uni(-50, 50):.0f} {c.uni(-130, -70):.0f}" for k in range(8)
    )
    c.path(plants, stroke=BLACK, sw=7, cap="round")
    return c


def corridor() -> Canvas:
    """Someone stands at the end of the corridor."""
    c = Canvas(900, 1300, 100, BLACK)
    vx, vy = 450, 560
    for k in range(9):
        t = (1 - k / 9) ** 1.6
        tone = 40 + k * 16
        x0, y0, x1, y1 = vx - 520 * t, vy - 640 * t, vx + 520 * t, vy + 820 * t
        c.path(
            f"M{x0:.0f} {y0:.0f}H{x1:.0f}V{y1:.0f}H{x0:.0f}z",
            fill=f"#{tone:02x}{tone:02x}{tone:02x}",
            stroke=BLACK,
            sw=4,
        )
    boards = "".join(f"M{x} 1320L{vx + (x - vx) * 0.06:.0f} {vy + 46}" for x in range(-900, 1900, 150))
    c.path(boards, stroke=BLACK, sw=5)
    for s in (-1, 1):
        for k in range(4):
            a, b = 1.0 - k * 0.21, 0.92 - k * 0.21
            d = (
                f"M{vx + s * 450 * a:.0f} {vy - 330 * a:.0f}L{vx + s * 450 * b:.0f}"
                f" {vy - 330 * b:.0f}V{vy + 420 * b:.0f}L{vx + s * 450 * a:.0f} {vy + 420 * a:.0f}z"
            )
            c.path(d, fill="#b9b9b9" if s > 0 else "#555555", stroke=BLACK, sw=5)
            m = (a + b) / 2
            c.path(
                f"M{vx + s * 450 * m:.0f} {vy - 330 * m:.0f}V{vy + 420 * m:.0f}M{vx + s * 450 * a:.0f} {vy}"
                f"L{vx + s * 450 * b:.0f} {vy}",
                stroke=BLACK,
                sw=4,
            )
    c.path("M0 0H900V1300H0z", fill=lines_fill(c, 9, 2.6, 52), o=0.55)
    c.path("M0 0H900V1300H0z", fill=c.rad((0, "#000", 0), (0.5, "#000", 0.2), (1, "#000", 0.92), at=".5 .45 .62"))
    gown = (
        "M450 470C360 480 330 600 310 760C290 900 300 1000 270 1080Q450 1130 630 1080C600 1000 610 900 590 760"
        "C570 600 540 480 450 470z"
    )
    c.path(gown, fill="#efefef", stroke=BLACK, sw=5)
    hatch(
        c,
        "M450 470C540 480 570 600 590 760C610 900 600 1000 630 1080Q540 1110 470 1112z",
        (450, 470, 180, 640),
        9,
        84,
        2,
    )
    c.path(
        "M350 640Q320 800 336 930L356 934Q350 800 380 690zM550 640Q580 800 564 930L544 934Q550 800 520 690z",
        fill="#efefef",
        stroke=BLACK,
        sw=4,
    )
    c.path(
        "M338 930l-8 44M346 932l0 50M354 932l8 44M562 930l8 44M554 932l0 50M546 932l-8 44",
        stroke="#efefef",
        sw=6,
        cap="round",
    )
    hair = (
        "M450 330C350 330 340 430 336 540C330 680 316 780 330 880C360 820 370 760 382 700C386 780 396 840 410 900"
        "C424 800 430 720 440 640"
    )
    hair += (
        "C452 740 470 820 486 890C500 820 510 760 516 690C530 760 546 830 570 880C584 780 570 680 564 540C560 430"
        " 550 330 450 330z"
    )
    c.path(hair, fill=BLACK)
    strands = "".join(
        f"M{c.uni(400, 500):.0f} 340Q{350 + k * 10} 500 {340 + k * 11} {c.uni(720, 870):.0f}" for k in range(21)
    )
    c.path(strands, stroke="#8a8a8a", sw=2)
    c.ellipse(474, 520, 13, 17, fill=WHITE)
    c.circle(474, 522, 5, fill=BLACK)
    c.path("M458 506Q474 494 490 506", stroke="#8a8a8a", sw=3)
    c.tategaki(110, 120, "見てる", 74, fill=WHITE, font_family="Noto Serif CJK JP", font_weight="900", o=0.85)
    return c


def steamer() -> Canvas:
    """A steamer in heavy seas, engraved."""
    c = Canvas(1400, 1000, 102, WHITE)
    sky = ""
    for k in range(52):
        y = 20 + k * 12
        points = [
            (x, y + 16 * math.sin(x / 170 + k * 0.3) * math.sin(k * 0.21) + 8 * math.sin(x / 61 + k))
            for x in range(-10, 1700, 190)
        ]
        sky += smooth(points)
    c.path(sky, stroke=BLACK, sw=2.4)
    c.path(
        "M900 60C1010 10 1120 40 1130 100C1240 80 1330 150 1280 220C1240 270 1060 270 960 240C860 250 800 180 840"
        " 130C840 90 860 70 900 60z",
        fill=WHITE,
    )
    smoke: list[tuple[float, float, float]] = [
        (620 - k * 46, 330 - k * 20 + 30 * math.sin(k), 40 + k * 9) for k in range(11)
    ]
    for x, y, r in smoke[::-1]:
        c.circle(x, y, r, fill=WHITE, stroke=BLACK, sw=4)
        shade = "".join(
            f"M{x - r * 0.1 * k:.0f} {y + r * (0.95 - 0.12 * k):.0f}A{r * (1 - 0.1 * k):.0f}"
            f" {r * (1 - 0.1 * k):.0f} 0 0 0 {x + r * (0.9 - 0.1 * k):.0f} {y - r * 0.1 * k:.0f}"
            for k in range(1, 6)
        )
        c.path(shade, stroke=BLACK, sw=2.4)
    waves(c, 620, 720, 3, 40)
    with c.group(transform="translate(720 640) rotate(-7)"):
        hull = "M-420 -60C-400 20 -370 110 -320 150H300C350 100 400 20 430 -100L330 -80H-400z"
        c.path(hull, fill=WHITE, stroke=BLACK, sw=6, join="round")
        hatch(c, hull, (-420, -60, 850, 220), 8, 4, 2.4)
        hatch(c, "M-420 40C-390 110 -360 130 -320 150H300C350 100 380 60 400 10z", (-420, 0, 850, 160), 9, 60, 2.2)
        c.path("M-416 -40L426 -80", stroke=WHITE, sw=12)
        for k in range(11):
            c.circle(-320 + k * 58, 6 - k * 2.4, 11, fill=WHITE, stroke=BLACK, sw=5)
        c.path("M-260 -70V-150H180V-82zM-220 -150V-206H80V-150z", fill=WHITE, stroke=BLACK, sw=5)
        for k in range(8):
            c.rect(-242 + k * 52, -132, 30, 34, fill=BLACK)
        for k in range(5):
            c.rect(-200 + k * 54, -192, 28, 26, fill=BLACK)
        for x in (-120, 0):
            c.path(f"M{x - 34} -206L{x - 24} -340H{x + 34}L{x + 34} -206z", fill=WHITE, stroke=BLACK, sw=5)
            c.path(f"M{x - 24} -340H{x + 34}V-296H{x - 28}z", fill=BLACK)
            hatch(c, f"M{x + 4} -206V-340H{x + 34}V-206z", (x, -340, 40, 140), 6, 90, 2)
        c.path("M-340 -70V-380M270 -84V-420", stroke=BLACK, sw=9)
        c.path(
            "M-340 -380L-420 -60M-340 -380L-220 -206M270 -420L430 -100M270 -420L80 -206M-340 -380L270 -420",
            stroke=BLACK,
            sw=2.5,
        )
        c.path("M270 -420q40 -16 76 4q-30 14 -74 26z", fill=BLACK)
    waves(c, 780, 1010, 4, 110)
    spray = "".join(f"M{1120 + c.rng.gauss(0, 60):.0f} {620 + c.rng.gauss(0, 50):.0f}h1" for _ in range(160))
    c.path(spray, stroke=BLACK, sw=6, cap="round")
    c.path("M1010 130l30 -15l30 17M1100 170l24 -12l26 14M1180 110l22 -11l24 13", stroke=BLACK, sw=5, join="round")
    c.rect(14, 14, 1372, 972, fill="none", stroke=BLACK, sw=6)
    return c
