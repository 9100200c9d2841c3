"""Pen plates of figures: a woman among camellias, a robot in a meadow."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kit import Canvas, Point, num

from minato.cast import black_cat
from minato.ink import BLACK, WHITE, along, brush, hatch, screentone


def camellia() -> Canvas:
    """A woman in profile among camellias."""
    c = Canvas(1000, 1300, 101, WHITE)
    c.circle(560, 520, 400, fill=screentone(c, 10, 2.6))
    c.circle(560, 520, 400, fill="none", stroke=BLACK, sw=3)
    robe = "M300 1320C300 1120 340 1010 470 940L620 900C760 950 860 1080 900 1320z"
    c.path(robe, fill=WHITE, stroke=BLACK, sw=6)
    pattern = ""
    for row in range(8):
        for col in range(12):
            x, y = 300 + col * 56 + row % 2 * 28, 960 + row * 50
            pattern += f"M{x} {y}l16 -16l16 16l-16 16z"
    with c.group(clip_path=c.clip(robe)):
        c.path(pattern, fill=BLACK)
        c.path("M470 930C500 1040 520 1160 470 1320H330C300 1200 360 1020 470 930z", fill=WHITE, stroke=BLACK, sw=5)
    c.path(
        "M440 960C480 1080 560 1180 640 1320H560C480 1200 430 1100 400 990zM620 896C640 1020 600 1140 520 1250"
        "L480 1190C560 1090 580 1000 570 910z",
        fill=BLACK,
        stroke=WHITE,
        sw=4,
    )
    c.path("M450 760C460 860 440 920 430 980Q520 1060 590 930C600 860 620 800 640 740z", fill=WHITE, stroke=BLACK, sw=5)
    hatch(
        c,
        "M470 780C540 800 600 780 640 740C620 800 600 860 590 930C560 900 500 860 470 780z",
        (460, 740, 190, 200),
        8,
        40,
        1.8,
    )
    face = (
        "M420 330C380 380 372 430 366 480C352 520 330 550 322 574C330 588 350 586 358 590C356 604 346 612 346 620"
        "C350 628 360 628 362 632"
    )
    face += (
        "C352 640 350 648 354 658C366 668 368 690 366 716C372 760 420 772 470 768C560 740 640 680 660 560C660 440"
        " 560 320 420 330z"
    )
    c.path(face, fill=WHITE, stroke=BLACK, sw=5, join="round")
    c.path("M396 516Q430 486 474 508Q452 520 440 540Q416 540 396 516z", fill=WHITE)
    c.path(brush([(388, 520), (420, 492), (456, 496), (492, 520)], 11), fill=BLACK)
    c.path(brush([(398, 530), (430, 546), (466, 534)], 5), fill=BLACK)
    c.ellipse(428, 518, 15, 21, fill=BLACK)
    c.circle(422, 510, 5, fill=WHITE)
    c.path("M484 514l26 4M478 504l24 -6M470 496l18 -14", stroke=BLACK, sw=4, cap="round")
    c.path(brush([(390, 452), (430, 432), (492, 446)], 12, 0.5, 0.05), fill=BLACK)
    c.path("M348 622Q372 616 394 630Q372 636 362 634z", fill=BLACK)
    c.path("M364 642Q380 646 386 640", stroke=BLACK, sw=3)
    c.path("M336 578q10 -6 16 4", stroke=BLACK, sw=3)
    c.path("M440 600l-8 16M454 600l-8 16M468 600l-8 16", stroke=BLACK, sw=2.5, cap="round")
    hair = (
        "M404 350C380 280 440 190 560 180C720 170 830 290 820 450C816 560 780 640 720 690C700 720 660 730 640 720"
        "C660 660 664 600 640 570"
    )
    hair += "C620 520 560 520 540 560C520 500 480 430 420 400C400 430 380 440 372 470C370 420 380 380 404 350z"
    c.path(hair, fill=BLACK)
    for points in (
        [(430, 330), (540, 250), (700, 280), (770, 420)],
        [(440, 360), (560, 290), (690, 340), (740, 470)],
        [(560, 220), (680, 230), (780, 320)],
        [(600, 400), (680, 440), (710, 540)],
    ):
        c.path(brush(points, 6), fill=WHITE)
    c.circle(800, 300, 128, fill=BLACK)
    for r in (96, 66, 36):
        c.path(f"M{800 - r} 310A{r} {r} 0 0 1 {800 + r * 0.6:.0f} {300 - r * 0.8:.0f}", stroke=WHITE, sw=5, cap="round")
    c.path("M560 560C540 520 600 500 620 550C630 600 590 640 566 620z", fill=WHITE, stroke=BLACK, sw=5)
    c.path("M576 560q24 -10 24 30", stroke=BLACK, sw=3)
    c.path(brush([(640, 210), (760, 130), (900, 90)], 13, 0.7, 0.5), fill=BLACK)
    c.circle(906, 88, 20, fill=WHITE, stroke=BLACK, sw=5)
    c.path("M906 110v60M890 106v40M922 106v46", stroke=BLACK, sw=4)
    for x, y, s in ((660, 240, 1.0), (150, 1090, 1.7), (860, 1120, 1.5), (300, 1230, 1.2), (110, 860, 1.0)):
        for a in (200, 320, 90, 20, 150):
            with c.group(transform=f"translate({x} {y}) rotate({a}) scale({s})"):
                c.path("M50 0C90 -40 140 -36 176 0C140 34 90 36 50 0z", fill=BLACK, stroke=WHITE, sw=4)
                c.path("M60 0H160M90 0l22 -14M116 0l20 -12M90 0l22 14M116 0l20 12", stroke=WHITE, sw=2.5)
        with c.group(transform=f"translate({x} {y}) scale({s})"):
            for k in range(6):
                with c.group(transform=f"rotate({k * 60})"):
                    c.path("M0 0C-50 -30 -46 -84 0 -88C46 -84 50 -30 0 0z", fill=WHITE, stroke=BLACK, sw=4.5)
                    c.path("M-14 -34q-6 -20 -4 -36M0 -36v-40M14 -34q6 -20 4 -36", stroke=BLACK, sw=1.8)
            c.circle(0, 0, 22, fill=BLACK)
            c.path("".join(f"M0 0L{17 * math.cos(k):.0f} {17 * math.sin(k):.0f}" for k in range(7)), stroke=WHITE, sw=3)
    c.tategaki(110, 90, "寒椿", 104, font_family="Noto Serif CJK JP", font_weight="900", fill=BLACK)
    return c


def robot_garden() -> Canvas:
    """An old robot has become a garden."""
    c = Canvas(1100, 1400, 103, WHITE)
    c.path("M0 0H1100V900H0z", fill=screentone(c, 11, 1.6))
    c.path(
        "M120 240q40 -90 150 -60q50 -80 170 -30q120 -20 130 70q-20 60 -140 50q-90 40 -180 6q-120 20 -130 -36zM760"
        " 160q30 -60 110 -40q50 -50 120 0q80 0 70 60q-40 40 -120 26q-140 30 -180 -46z",
        fill=WHITE,
    )
    c.path("M0 1000Q280 900 560 960T1100 930V1400H0z", fill=WHITE, stroke=BLACK, sw=5)
    with c.group(transform="translate(570 690)", stroke_linejoin="round"):
        c.path("M-230 10C-330 40 -350 180 -330 330L-250 330C-260 220 -250 130 -190 90z", fill=WHITE, stroke=BLACK, sw=6)
        c.path(
            "M230 10C330 40 360 160 350 250L420 330L360 380L270 280C270 190 250 130 190 90z",
            fill=WHITE,
            stroke=BLACK,
            sw=6,
        )
        for y in range(80, 320, 36):
            c.path(f"M-318 {y}q34 14 66 0M262 {y - 10}q44 14 80 0", stroke=BLACK, sw=5)
        body = "M-240 0Q-240 -60 -180 -60H180Q240 -60 240 0V300Q240 380 160 380H-160Q-240 380 -240 300z"
        c.path(body, fill=WHITE, stroke=BLACK, sw=7)
        hatch(c, "M110 -60H180Q240 -60 240 0V300Q240 380 160 380H90Q170 200 110 -60z", (90, -60, 150, 440), 10, 78, 2.4)
        hatch(
            c, "M-240 220Q0 330 240 220V300Q240 380 160 380H-160Q-240 380 -240 300z", (-240, 220, 480, 160), 11, 20, 2.2
        )
        c.rect(-140, 20, 200, 130, rx=12, fill=WHITE, stroke=BLACK, sw=6)
        c.path("M-120 130q40 -80 80 -30t100 -50", stroke=BLACK, sw=5)
        for k in range(3):
            c.circle(-110 + k * 50, 200, 15, fill=(BLACK, WHITE, BLACK)[k], stroke=BLACK, sw=5)
        c.path("M-60 -60V-100H60V-60z", fill=BLACK)
        head = "M-170 -130Q-180 -330 0 -340Q180 -330 170 -130Q160 -96 100 -96H-100Q-160 -96 -170 -130z"
        c.path(head, fill=WHITE, stroke=BLACK, sw=7)
        hatch(c, "M60 -330Q180 -310 170 -130Q160 -96 100 -96H40Q120 -200 60 -330z", (40, -330, 140, 240), 9, 74, 2.4)
        c.rect(-120, -240, 230, 96, rx=46, fill=BLACK)
        c.circle(-58, -192, 26, fill=WHITE)
        c.path("M22 -192q26 -26 52 0", stroke=WHITE, sw=9, cap="round")
        c.path("M-60 -118h120M-30 -126v16M0 -126v16M30 -126v16", stroke=BLACK, sw=4)
        for s in (-1, 1):
            c.circle(s * 178, -200, 30, fill=WHITE, stroke=BLACK, sw=6)
            c.circle(s * 178, -200, 11, fill=BLACK)
        c.path("M0 -340V-420", stroke=BLACK, sw=8)
        c.circle(0, -436, 20, fill=WHITE, stroke=BLACK, sw=6)
        c.path("M-150 380V460H-40V380M40 380V460H150V380", fill=WHITE, stroke=BLACK, sw=7)
        ivy: list[Sequence[Point]] = [
            [(-240, 330), (-180, 220), (-210, 120), (-150, 20), (-180, -60), (-150, -160), (-120, -250)],
            [(240, 360), (180, 280), (220, 190), (180, 100), (210, 0)],
            [(-330, 330), (-300, 250), (-340, 170), (-290, 80)],
        ]
        for vine in ivy:
            c.path(brush(vine, 7, 0.9, 0.1), fill=BLACK)
            for i, (x, y) in enumerate(along(vine, 4)[::2]):
                a = 40 if i % 2 else 200
                with c.group(transform=f"translate({num(x)} {num(y)}) rotate({a + (i * 37) % 40})"):
                    c.path(
                        "M0 0C14 -24 44 -22 56 0C44 22 14 24 0 0z",
                        fill=BLACK if i % 3 == 0 else WHITE,
                        stroke=BLACK,
                        sw=3,
                    )
    for x, y, s in ((430, 370, 0.6), (640, 352, 0.7), (560, 346, 0.5)):
        with c.group(transform=f"translate({x} {y}) scale({s})"):
            for k in range(7):
                c.ellipse(0, -26, 13, 22, fill=WHITE, stroke=BLACK, sw=4, transform=f"rotate({k * 51})")
            c.circle(0, 0, 12, fill=BLACK)
    c.path(
        brush([(590, 252), (620, 238), (650, 250)], 7)
        + "M640 230q22 -30 50 -10q-6 22 -30 26l-20 4zM690 218l16 4l-14 8z",
        fill=BLACK,
    )
    black_cat(c, 200, 1100, 0.9, "curl", 1, "closed")
    grass = ""
    for _ in range(260):
        x, y = c.uni(-10, 1110), c.uni(1010, 1400)
        h = 20 + (y - 980) * 0.16
        grass += f"M{x:.0f} {y:.0f}q{c.uni(-6, 6):.0f} {-h:.0f} {c.uni(-16, 16):.0f} {-h * 1.6:.0f}"
    c.path(grass, stroke=BLACK, sw=3, cap="round")
    for _ in range(34):
        x, y = c.uni(20, 1080), c.uni(1060, 1380)
        s = 0.4 + (y - 1060) / 420
        with c.group(transform=f"translate({num(x)} {num(y)}) scale({s:.2f})"):
            c.path("M0 0q8 50 0 100", stroke=BLACK, sw=4)
            for k in range(6):
                c.ellipse(0, -20, 11, 19, fill=WHITE, stroke=BLACK, sw=3.5, transform=f"rotate({k * 60})")
            c.circle(0, 0, 10, fill=BLACK)
    return c
