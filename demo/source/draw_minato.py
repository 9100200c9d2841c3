"""湊 Minato: ink on paper. A four-page comic, strips and single plates."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from ink import (
    BLACK,
    WHITE,
    along,
    black_cat,
    brush,
    bubble,
    focus,
    hatch,
    keeper,
    lines_fill,
    panel,
    rain,
    screentone,
    sound,
    tower,
    waves,
)
from kit import Canvas, Point, num, poly, smooth

PAGE = (1000, 1414)


def page_one() -> Canvas:
    """The lamp goes out in a storm."""
    c = Canvas(*PAGE, 91, WHITE)
    with panel(c, [(40, 40), (960, 40), (960, 640), (40, 700)], BLACK):
        d = "".join(
            f"M{c.uni(0, 1000):.0f} {c.uni(40, 420):.0f}q{c.uni(60, 160):.0f} {c.uni(-30, 30):.0f} {c.uni(200, 380):.0f} {c.uni(-10, 20):.0f}"
            for _ in range(60)
        )
        c.path(d, stroke=WHITE, sw=3, o=0.55)
        c.path("M700 40L640 190L690 196L600 350L640 356L560 480", stroke=WHITE, sw=9, join="miter")
        c.path("M640 190L560 240L570 262L500 300M600 350L680 390L670 420", stroke=WHITE, sw=4, join="miter")
        c.path("M120 660L180 520L240 500L300 460L380 470L440 520L500 660z", fill=WHITE, stroke=BLACK, sw=4)
        hatch(c, "M300 660L380 470L440 520L500 660z", (280, 460, 240, 200), 11, 60)
        tower(c, 330, 476, 0.92)
        waves(c, 560, 690, 4, 46, True)
        rain(c, (40, 40, 960, 640), 120, WHITE)
        sound(c, 560, 140, "ゴロゴロ…", 74, 8, WHITE, BLACK)
    c.rect(70, 70, 116, 430, fill=WHITE, stroke=BLACK, sw=5)
    c.tategaki(128, 92, "灯台のねこ", 74, font_weight="900", font_family="Noto Serif CJK JP")
    with panel(c, [(40, 724), (560, 690), (560, 1040), (40, 1040)]):
        c.path("M40 690H560V1040H40z", fill=screentone(c, 9, 2.2))
        c.path("M190 720H420V1040H190z", fill=WHITE, stroke=BLACK, sw=5)
        c.path("M305 720V1040M190 880H420", stroke=BLACK, sw=7)
        rain(c, (190, 720, 230, 320), 26)
        keeper(c, 300, 880, 1.15, "shock")
        bubble(c, 480, 800, 58, 92, "あっ\n灯りが", 32, (400, 850))
    with panel(c, [(584, 688), (960, 664), (960, 1040), (584, 1040)], BLACK):
        focus(c, 772, 860, 130, 500, 60, WHITE)
        c.path("M724 950V800q0 -48 48 -48t48 48v150z", fill=WHITE, stroke=BLACK, sw=5)
        c.path("M740 930h64M772 930V850M750 850q22 -50 44 0", stroke=BLACK, sw=5)
        c.path("M772 800q-12 -20 2 -36q-2 16 10 20q8 10 -12 16z", fill="#999999")
        sound(c, 620, 770, "フッ", 92, -12, WHITE, BLACK)
    with panel(c, [(40, 1064), (960, 1064), (960, 1374), (40, 1374)]):
        c.path("M40 1300H960V1374H40z", fill=lines_fill(c, 12, 2.4, 0))
        c.path("M560 1064H960V1310H560z", fill=screentone(c, 8, 2.6))
        c.path("M600 1110h300v20h-300zM600 1200h300v20h-300z", fill=BLACK)
        for k in range(9):
            c.rect(612 + k * 31, 1130 - 46 + 0, 24, 46, fill=(WHITE, BLACK, "#888888")[k % 3], stroke=BLACK, sw=3)
        black_cat(c, 330, 1258, 1.25, "curl", 1, "half")
        c.path("M120 1330Q330 1360 560 1330L580 1374H100z", fill=WHITE, stroke=BLACK, sw=5)
        bubble(c, 560, 1180, 52, 84, "……\nにゃ", 34, (410, 1230))
        sound(c, 700, 1340, "ぴく", 62, -6)
    return c


def page_two() -> Canvas:
    """Up the stairs, and a boat in danger."""
    c = Canvas(*PAGE, 92, WHITE)
    with panel(c, [(40, 40), (470, 40), (430, 620), (40, 620)]):
        c.path("M40 40H470V620H40z", fill=screentone(c, 8, 2.4))
        for k in range(13):
            y = 600 - k * 46
            x = 240 + 150 * math.sin(k * 0.62)
            c.path(f"M{x - 110:.0f} {y}h220l-26 34h-168z", fill=WHITE, stroke=BLACK, sw=4)
            c.path(f"M{x - 84:.0f} {y + 34}h168v12h-168z", fill=BLACK)
        c.path("M228 40h26v580h-26z", fill=BLACK)
        keeper(c, 170, 330, 0.72, "firm")
        black_cat(c, 330, 520, 0.72, "walk", 1)
        sound(c, 300, 170, "タタタ", 78, 62)
    with panel(c, [(496, 40), (960, 40), (960, 420), (470, 420)], BLACK):
        rain(c, (470, 40, 490, 380), 50, "#999999")
        with c.group(transform="translate(720 260) rotate(-16)"):
            c.path("M-140 0Q0 34 150 -20L110 50H-100z", fill=WHITE, stroke=BLACK, sw=5)
            c.path("M-100 50H110L118 36H-116z", fill=BLACK)
            c.path("M-30 0V-60H40V-4zM10 -60V-150M10 -150L-110 -6M10 -140L130 -22", stroke=WHITE, sw=5, fill=WHITE)
            c.rect(-16, -46, 20, 22, fill=BLACK)
        waves(c, 300, 430, 3, 80)
        sound(c, 520, 130, "ザッパーン", 66, -8, WHITE, BLACK)
    with panel(c, [(470, 446), (960, 446), (960, 620), (456, 620)]):
        focus(c, 700, 540, 90, 520, 70)
        keeper(c, 700, 520, 0.8, "shock")
        bubble(c, 880, 530, 52, 70, "船だ！", 34, (780, 540))
        bubble(c, 545, 534, 52, 70, "岩に\n当たる", 28, (630, 540))
    with panel(c, [(40, 646), (960, 646), (960, 1010), (40, 1010)]):
        c.path("M40 646H960V1010H40z", fill=BLACK)
        c.path("M300 646H700L760 1010H240z", fill=WHITE)
        c.path("M300 646L240 1010M700 646L760 1010M430 646L410 1010M570 646L590 1010", stroke=BLACK, sw=6)
        rain(c, (260, 646, 480, 364), 40)
        c.path("M390 1010V930H610V1010zM420 930V780q80 -60 160 0V930z", fill=WHITE, stroke=BLACK, sw=6)
        hatch(c, "M510 930V752q50 10 70 28V930z", (500, 750, 90, 180), 8, 80)
        c.path("M450 890l40 -60l20 26l30 -50M470 800l30 30", stroke=BLACK, sw=5)
        keeper(c, 160, 860, 0.95, "shock")
        black_cat(c, 800, 900, 0.95, "sit")
        bubble(c, 290, 740, 62, 88, "電球が\n割れてる", 29, (200, 800))
        sound(c, 770, 740, "しーん", 54, 0, WHITE, BLACK)
    with panel(c, [(546, 1036), (960, 1036), (960, 1374), (506, 1374)]), c.group(transform="translate(486 0)"):
        keeper(c, 250, 1190, 1.35, "shock")
        c.path(
            "M380 1120q10 -30 20 0q-4 20 -10 20t-10 -20zM110 1090q10 -30 20 0q-4 20 -10 20t-10 -20z",
            fill=WHITE,
            stroke=BLACK,
            sw=4,
        )
        bubble(c, 404, 1260, 54, 88, "どう\nしよう", 32, (320, 1230))
    with panel(c, [(40, 1036), (520, 1036), (480, 1374), (40, 1374)], BLACK), c.group(transform="translate(-470 0)"):
        black_cat(c, 740, 1220, 1.9, "face", 1, "half")
        bubble(c, 890, 1120, 48, 66, "にゃ。", 34, (820, 1160))
    return c


def page_three() -> Canvas:
    """The cat lights up the night."""
    c = Canvas(*PAGE, 93, WHITE)
    with panel(c, [(40, 40), (960, 40), (960, 260), (40, 300)], BLACK):
        for s in (-1, 1):
            c.ellipse(500 + s * 210, 168, 116, 96, fill=WHITE)
            c.ellipse(500 + s * 210, 168, 22, 88, fill=BLACK)
            c.path(f"M{500 + s * 80} 60Q{500 + s * 210} 30 {500 + s * 350} 90", stroke="#777777", sw=5)
        sound(c, 420, 120, "カッ", 96, -6, WHITE, BLACK)
    with panel(c, [(40, 326), (960, 286), (960, 1080), (40, 1080)], BLACK):
        c.path("M330 520L-100 250V60L1100 20V330z", fill="none")
        c.path("M330 560L1000 300V760z", fill=WHITE)
        c.path("M330 560L-40 420V740z", fill=WHITE, o=0.85)
        c.path("M330 560L1000 260V300zM330 560L1000 760V820z", fill=screentone(c, 7, 2.2, 30, WHITE))
        c.path("M60 1080L140 930L210 900L300 870L400 880L470 930L540 1080z", fill=WHITE, stroke=BLACK, sw=5)
        hatch(c, "M300 1080L400 880L470 930L540 1080z", (290, 870, 250, 210), 10, 62)
        tower(c, 330, 886, 0.95, True)
        c.circle(330, 560, 120, fill=BLACK)
        c.circle(330, 560, 120, fill="none", stroke=WHITE, sw=6)
        focus(c, 330, 560, 96, 124, 44, WHITE)
        black_cat(c, 330, 556, 0.84, "sit", 1, "glow")
        with c.group(transform="translate(800 900) rotate(-6) scale(.8)"):
            c.path("M-140 0Q0 34 150 -20L110 50H-100z", fill=WHITE, stroke=BLACK, sw=5)
            c.path("M-30 0V-60H40V-4zM10 -60V-150M10 -150L-110 -6M10 -140L130 -22", stroke=WHITE, sw=5, fill=WHITE)
            c.path("M-100 50H110L118 36H-116z", fill=BLACK)
        waves(c, 960, 1090, 3, 50, True)
        rain(c, (40, 300, 920, 780), 70, "#aaaaaa")
        sound(c, 530, 560, "ピカーーッ", 82, -4)
    with panel(c, [(40, 1106), (480, 1106), (520, 1374), (40, 1374)]):
        c.path("M40 1106H520V1374H40z", fill=screentone(c, 9, 2.0))
        with c.group(transform="translate(200 1300)"):
            c.path("M-60 120Q-70 20 0 10Q70 20 60 120z", fill=WHITE, stroke=BLACK, sw=5)
            c.circle(0, -40, 56, fill=WHITE, stroke=BLACK, sw=5)
            c.path("M-60 -60Q0 -120 60 -60L80 -50H-70z", fill=BLACK)
            c.path("M-22 -36v12M22 -36v12", stroke=BLACK, sw=8, cap="round")
            c.path("M-40 -6Q0 -24 40 -6Q50 40 0 40T-40 -6z", fill=BLACK)
            c.path("M-10 4q10 6 20 0", stroke=WHITE, sw=4)
        bubble(c, 390, 1220, 66, 90, "光だ！\n港は\nあっちだ", 30, (270, 1260), True)
    with panel(c, [(506, 1106), (960, 1106), (960, 1374), (546, 1374)]):
        focus(c, 740, 1240, 120, 460, 60)
        keeper(c, 740, 1220, 1.0, "smile")
        bubble(c, 900, 1200, 46, 78, "すごい", 34, (830, 1220))
    return c


def page_four() -> Canvas:
    """Morning, and the cat's reward."""
    c = Canvas(*PAGE, 94, WHITE)
    with panel(c, [(40, 40), (960, 40), (960, 520), (40, 480)]):
        c.circle(660, 330, 120, fill=WHITE, stroke=BLACK, sw=4)
        rays = ""
        for k in range(40):
            a = math.tau * k / 40
            rays += f"M{660 + 146 * math.cos(a):.0f} {330 + 146 * math.sin(a):.0f}L{660 + (230 + 90 * (k % 2)) * math.cos(a):.0f} {330 + (230 + 90 * (k % 2)) * math.sin(a):.0f}"
        c.path(rays, stroke=BLACK, sw=3)
        c.path(
            "M120 120q30 -50 90 -30q30 -40 90 -10q60 -10 60 40zM700 110q30 -40 70 -20q40 -30 80 10q40 0 40 30h-190z",
            fill=WHITE,
            stroke=BLACK,
            sw=4,
        )
        c.path("M40 470L120 390L200 370L300 372L380 420L430 470z", fill=WHITE, stroke=BLACK, sw=4)
        hatch(c, "M240 470L300 372L380 420L430 470z", (230, 370, 200, 110), 9, 62)
        tower(c, 230, 380, 0.74)
        waves(c, 440, 540, 4, 24)
        c.path("M500 170l24 -14l24 14M560 130l20 -12l20 12M460 220l16 -10l16 10", stroke=BLACK, sw=5, join="round")
        c.tategaki(910, 190, "朝。", 46, font_weight="700", font_family="Noto Serif CJK JP")
    with panel(c, [(526, 528), (960, 546), (960, 900), (526, 900)]), c.group(transform="translate(486 0)"):
        c.path("M40 500H500V900H40z", fill=lines_fill(c, 16, 2, 90))
        with c.group(transform="translate(250 720) scale(1.3)"):
            c.path("M-80 140Q-90 20 0 10Q90 20 80 140z", fill=WHITE, stroke=BLACK, sw=5)
            c.circle(0, -40, 56, fill=WHITE, stroke=BLACK, sw=5)
            c.path("M-60 -60Q0 -120 60 -60L80 -50H-70z", fill=BLACK)
            c.path("M-32 -34q10 -12 20 0M12 -34q10 -12 20 0", stroke=BLACK, sw=6, cap="round")
            c.path("M-40 -6Q0 -24 40 -6Q50 40 0 40T-40 -6z", fill=BLACK)
            c.path("M-14 6q14 14 28 0z", fill=WHITE)
            with c.group(transform="translate(70 40) rotate(-60)"):
                c.path("M-70 0Q0 -50 60 0L96 -28V28L60 0Q0 50 -70 0z", fill=WHITE, stroke=BLACK, sw=5)
                c.circle(-46, -6, 5, fill=BLACK)
                c.path("M-24 -20q12 20 0 40M-6 -16q8 16 0 32M12 -14q8 14 0 28", stroke=BLACK, sw=3)
        bubble(c, 104, 640, 48, 96, "おかげで\n助かった", 28, (180, 680))
    with panel(c, [(40, 508), (500, 526), (500, 900), (40, 900)]), c.group(transform="translate(-490 0)"):
        keeper(c, 660, 730, 0.95, "smile")
        black_cat(c, 850, 790, 0.9, "sit", 1, "closed")
        bubble(c, 890, 630, 48, 66, "お礼は\nこの子に", 26, (800, 700))
    with panel(c, [(40, 926), (960, 926), (960, 1374), (40, 1374)]):
        c.path("M40 926H960V1374H40z", fill=screentone(c, 10, 1.8))
        c.path("M150 1290Q500 1210 850 1290Q900 1340 840 1374H160Q100 1340 150 1290z", fill=WHITE, stroke=BLACK, sw=6)
        c.path("M180 1300Q500 1240 820 1300", stroke=BLACK, sw=4)
        black_cat(c, 470, 1170, 1.9, "curl", 1, "closed")
        with c.group(transform="translate(760 1280) rotate(8)"):
            c.path("M-60 0h100M-40 -18v36M-18 -16v32M4 -14v28M24 -12v24", stroke=BLACK, sw=5)
            c.path("M-60 0l-40 -24v48zM40 0q10 -24 36 -10v20q-26 14 -36 -10z", fill=WHITE, stroke=BLACK, sw=5)
        for x, y, s in ((640, 1080, 50), (700, 1020, 66), (780, 1000, 80)):
            sound(c, x, y, "Z", s, -10)
        c.tategaki(150, 970, "おしまい", 54, font_weight="900", font_family="Noto Serif CJK JP")
    return c


def dragon() -> Canvas:
    """A brush dragon among clouds."""
    c = Canvas(1500, 900, 95, "#fbf8f0")
    spine: list[Point] = [
        (1460, 150),
        (1300, 90),
        (1140, 180),
        (1080, 360),
        (1200, 520),
        (1180, 690),
        (980, 740),
        (800, 640),
        (760, 430),
        (620, 300),
        (470, 330),
        (370, 400),
    ]
    for _ in range(5):
        x, y = c.uni(50, 1450), c.uni(80, 820)
        c.ellipse(x, y, c.uni(200, 420), c.uni(40, 100), fill="#cfcabd", o=0.5, filter=c.blur(30))
    line = along(spine, 14)
    left: list[Point] = []
    right: list[Point] = []
    belly: list[Point] = []
    fins = ""
    for i, (x, y) in enumerate(line):
        ax, ay = line[max(0, i - 1)]
        bx, by = line[min(len(line) - 1, i + 1)]
        r = math.hypot(bx - ax, by - ay) or 1
        nx, ny = -(by - ay) / r, (bx - ax) / r
        t = i / (len(line) - 1)
        w = 8 + 62 * math.sin(min(1, t * 1.35) * math.pi / 2) * (1 - 0.25 * t)
        left.append((x + nx * w, y + ny * w))
        right.append((x - nx * w, y - ny * w))
        belly.append((x - nx * w * 0.45, y - ny * w * 0.45))
        if i % 3 == 0 and 2 < i < len(line) - 6:
            h = w * 0.75 + 8
            fins += f"M{num(x + nx * w)} {num(y + ny * w)}L{num(x + nx * (w + h) - (bx - ax) / r * 22)} {num(y + ny * (w + h) - (by - ay) / r * 22)}L{num(x + nx * w + (bx - ax) / r * 18)} {num(y + ny * w + (by - ay) / r * 18)}z"
    c.path(fins, fill=BLACK, stroke=BLACK, sw=2, join="round")
    body = poly(left + right[::-1])
    c.path(body, fill="#fbf8f0", stroke=BLACK, sw=7, join="round")
    with c.group(clip_path=c.clip(body)):
        scales = ""
        for i in range(2, len(line) - 2, 2):
            x, y = line[i]
            lx, ly = left[i]
            for k in range(5):
                u = k / 5 + (0.1 if i % 4 else 0)
                px, py = lx + (belly[i][0] - lx) * u, ly + (belly[i][1] - ly) * u
                ax, ay = line[i - 2]
                a = math.atan2(y - ay, x - ax)
                sx, sy = math.cos(a), math.sin(a)
                scales += f"M{num(px - sy * 13)} {num(py + sx * 13)}Q{num(px - sx * 30)} {num(py - sy * 30)} {num(px + sy * 13)} {num(py - sx * 13)}"
        c.path(scales, stroke=BLACK, sw=3)
        ribs = "".join(
            f"M{num(belly[i][0])} {num(belly[i][1])}L{num(right[i][0])} {num(right[i][1])}"
            for i in range(1, len(line), 2)
        )
        c.path(poly(belly + right[::-1]), fill="#fbf8f0")
        c.path(smooth(belly), stroke=BLACK, sw=4)
        c.path(ribs, stroke=BLACK, sw=3)
    for x, y, flip in ((1120, 300, 1), (940, 730, 1), (760, 540, -1)):
        with c.group(transform=f"translate({x} {y}) scale({flip} 1)"):
            c.path(brush([(0, 0), (-60, 40), (-100, 100)], 46, 0.9, 0.5), fill=BLACK)
            for dx, dy in ((-60, 20), (-40, 56), (6, 60), (30, 30)):
                c.path(
                    brush([(-100, 96), (-100 + dx * 0.6, 110 + dy * 0.6), (-100 + dx, 110 + dy)], 17, 0.9, 0.05),
                    fill=BLACK,
                )
    with c.group(transform="translate(340 420) rotate(-14) scale(1.25)"):
        for k in range(9):
            a = -1.2 + k * 0.32
            c.path(
                brush(
                    [
                        (60, -10),
                        (60 + 90 * math.cos(a), -10 + 90 * math.sin(a)),
                        (60 + 170 * math.cos(a + 0.2), -10 + 170 * math.sin(a + 0.2)),
                    ],
                    22,
                    0.8,
                    0.03,
                ),
                fill=BLACK,
            )
        head = "M90 -60C40 -100 -20 -80 -60 -50C-100 -50 -140 -34 -170 -40C-186 -30 -184 -6 -166 4C-120 10 -110 16 -90 22C-110 40 -130 44 -150 44C-140 64 -90 74 -40 64C20 70 90 60 110 10z"
        c.path(head, fill="#fbf8f0", stroke=BLACK, sw=6, join="round")
        c.path("M-166 4C-130 14 -90 22 -40 30C-60 48 -110 56 -150 44C-120 34 -100 30 -90 22z", fill=BLACK)
        c.path("M-150 8l8 20l10 -18M-112 16l8 18l10 -14M-120 44l8 -14l10 14", fill=WHITE, stroke=WHITE, sw=2)
        c.path("M-50 -34Q-20 -62 14 -34Q-16 -14 -50 -34z", fill=WHITE, stroke=BLACK, sw=5)
        c.circle(-22, -36, 9, fill=BLACK)
        c.path(brush([(30, -50), (-10, -74), (-70, -52)], 18), fill=BLACK)
        c.path("M-160 -22q10 -8 18 0", stroke=BLACK, sw=5)
        c.path(
            brush([(20, -70), (60, -150), (130, -190), (200, -180)], 22, 0.9, 0.03)
            + brush([(100, -146), (110, -190), (150, -220)], 12, 0.8, 0.03),
            fill=BLACK,
        )
        c.path(
            brush([(-160, -10), (-240, -60), (-300, 10), (-280, 90), (-330, 130)], 9, 0.9, 0.03)
            + brush([(-120, 10), (-180, 60), (-190, 150), (-250, 190)], 9, 0.9, 0.03),
            fill=BLACK,
        )
        c.path("M30 0Q60 20 90 0M10 20Q50 44 90 26", stroke=BLACK, sw=4)
    for x, y, s in ((140, 760, 1.2), (620, 840, 1.0), (1320, 800, 1.3), (1000, 60, 0.9), (180, 120, 0.9)):
        with c.group(transform=f"translate({x} {y}) scale({s})"):
            c.path(
                "M-160 30H170C200 0 170 -40 130 -30C120 -80 40 -90 20 -50C-10 -80 -80 -70 -80 -24C-130 -40 -190 0 -160 30z",
                fill="#fbf8f0",
            )
            for points in (
                [(-160, 30), (-190, 0), (-150, -36), (-84, -24)],
                [(-84, -24), (-70, -76), (0, -80), (22, -48)],
                [(22, -48), (60, -92), (126, -80), (130, -30)],
                [(130, -30), (186, -40), (200, 10), (160, 30)],
                [(-40, 10), (-50, -30), (0, -36), (6, -4), (-20, 6)],
                [(90, 14), (70, -20), (104, -34), (122, -8)],
                [(-180, 46), (0, 36), (190, 46)],
            ):
                c.path(brush(points, 9), fill=BLACK)
    c.rect(1370, 690, 84, 130, rx=8, fill="#c1392b")
    c.tategaki(1412, 702, "湊画", 54, fill="#fbf8f0", font_weight="900", font_family="Noto Serif CJK JP")
    return c


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


def cat_studies() -> Canvas:
    """Nine brush studies of cats."""
    c = Canvas(1300, 1300, 97, "#fbf8f0")
    grey = screentone(c, 8, 1.8)
    bodies: list[tuple[str, Sequence[Sequence[Point]], str]] = [
        (
            "のび",
            (
                [(-150, 60), (-110, 70), (-60, 40), (20, -30), (110, -60), (150, -10), (146, 70)],
                [(150, -20), (190, -70), (170, -130), (200, -160)],
                [(-60, 40), (-20, 50), (40, 30), (90, 30), (110, 72)],
            ),
            "-150 30",
        ),
        (
            "すわり",
            (
                [(-40, 110), (-60, 40), (-36, -30)],
                [(40, -30), (76, 30), (70, 110), (-40, 112)],
                [(70, 100), (130, 110), (140, 60), (118, 40)],
                [(-6, 110), (-4, 60)],
                [(20, 110), (18, 60)],
            ),
            "0 -60",
        ),
        (
            "まるまり",
            (
                [(-120, 50), (-110, -20), (-30, -64), (70, -50), (126, 10), (106, 70), (0, 90), (-90, 80), (-120, 50)],
                [(110, 60), (60, 80), (-10, 60), (-40, 40)],
            ),
            "-64 26",
        ),
        (
            "とぶ",
            (
                [(-130, 60), (-90, 10), (-20, -40), (70, -40), (120, -10), (170, 60)],
                [(120, -10), (150, -70), (210, -90), (230, -130)],
                [(-60, 30), (0, 20), (70, 20), (110, 80), (150, 90)],
                [(-130, 60), (-150, 86)],
            ),
            "-120 -20",
        ),
        (
            "おこり",
            (
                [(-90, 100), (-96, 20), (-40, -60), (40, -90), (100, -40), (110, 100)],
                [(106, 0), (160, -40), (150, -120), (180, -150)],
                [(-40, 100), (-30, 50), (30, 30), (66, 50), (70, 100)],
            ),
            "-90 -40",
        ),
        (
            "ねころび",
            (
                [(-150, 40), (-60, -10), (60, -20), (150, 20), (160, 60), (0, 84), (-120, 80)],
                [(150, 30), (210, 10), (230, 50)],
                [(-20, 10), (-30, -50), (-10, -64)],
                [(60, 0), (80, -60), (100, -60)],
            ),
            "-150 30",
        ),
        (
            "みあげ",
            (
                [(-30, 110), (-56, 50), (-30, -20)],
                [(36, -20), (70, 40), (60, 110), (-30, 112)],
                [(60, 104), (110, 120), (150, 100)],
                [(0, 110), (2, 60)],
            ),
            "4 -50",
        ),
        (
            "あるき",
            (
                [(-90, -10), (0, -40), (90, -30), (116, 10)],
                [(110, -10), (160, -50), (150, -110)],
                [(-80, 20), (-90, 60), (-110, 104)],
                [(-50, 36), (-44, 70), (-54, 106)],
                [(-50, 36), (20, 40), (60, 30), (70, 70), (56, 106)],
                [(110, 0), (116, 60), (104, 104)],
            ),
            "-110 -30",
        ),
        (
            "はこ",
            (
                [(-110, 10), (-90, 110), (90, 110), (110, 10), (-110, 10)],
                [(-110, 10), (-150, -30), (-60, -20)],
                [(110, 10), (150, -30), (60, -20)],
            ),
            "0 -30",
        ),
    ]
    for i, (name, lines, head) in enumerate(bodies):
        x, y = 230 + i % 3 * 420, 210 + i // 3 * 410
        hx, hy = (float(v) for v in head.split())
        with c.group(transform=f"translate({x} {y}) scale(.88)", stroke_linejoin="round"):
            c.ellipse(10, 116, 150, 14, fill=grey)
            for k, points in enumerate(lines):
                c.path(brush(points, 15 if k == 0 else 12, 0.25, 0.2), fill=BLACK)
            with c.group(transform=f"translate({hx} {hy}) rotate({(-14, 0, 10, -8, 0, -6, -20, 0, 0)[i]})"):
                outline: list[Point] = [
                    (-50, 10),
                    (-54, -20),
                    (-50, -74),
                    (-24, -46),
                    (24, -46),
                    (50, -74),
                    (54, -20),
                    (50, 10),
                    (24, 34),
                    (-24, 34),
                ]
                c.path(
                    smooth(outline, closed=True, tension=0.7),
                    fill=BLACK if i in {4, 6} else "#fbf8f0",
                    stroke=BLACK,
                    sw=6,
                )
                ink = "#fbf8f0" if i in {4, 6} else BLACK
                if i in {2, 0, 5}:
                    c.path("M-32 -8q10 10 20 0M12 -8q10 10 20 0", stroke=ink, sw=5, cap="round")
                elif i == 4:
                    c.path("M-36 -22l24 10l-18 8zM36 -22l-24 10l18 8z", fill=ink)
                else:
                    c.ellipse(-21, -8, 7, 10, fill=ink)
                    c.ellipse(21, -8, 7, 10, fill=ink)
                c.path("M-4 8h8l-4 5zM0 13q-4 8 -11 4M0 13q4 8 11 4", stroke=ink, sw=3.5, fill="none")
                c.path("M-40 12l-34 -2M-38 18l-32 8M40 12l34 -2M38 18l32 8", stroke=BLACK, sw=2.5)
                if i in {1, 7, 8}:
                    c.path("M-10 -44l4 20M4 -46l0 22M18 -44l-6 20", stroke=BLACK, sw=5, cap="round")
            if i in {0, 3, 7}:
                c.path("M20 -34l-6 26M44 -44l-4 30M70 -44l2 28", stroke=BLACK, sw=8, cap="round")
            c.text(-30, 170, name, 34, fill=BLACK, font_family="Noto Serif CJK JP", font_weight="700")
    c.rect(1188, 1180, 56, 56, rx=6, fill="#c1392b")
    c.text(
        1216, 1224, "湊", 44, fill="#fbf8f0", text_anchor="middle", font_weight="900", font_family="Noto Serif CJK JP"
    )
    return c


def fern_plate() -> Canvas:
    """A botanical plate in line and stipple."""
    c = Canvas(1000, 1350, 98, "#f8f4e8")
    c.rect(50, 50, 900, 1250, fill="none", stroke=BLACK, sw=3)
    c.rect(60, 60, 880, 1230, fill="none", stroke=BLACK, sw=1.5)

    def frond(x: float, y: float, length: float, lean: float, curl: float, size: float) -> None:
        points: list[Point] = []
        a, px, py = -math.pi / 2 + lean, x, y
        for k in range(22):
            points.append((px, py))
            a += curl * (0.3 + k / 22)
            px += math.cos(a) * length / 22
            py += math.sin(a) * length / 22
        c.path(brush(points, 9, 0.9, 0.1, 3), fill=BLACK)
        shapes = ""
        veins = ""
        dots = ""
        for k in range(3, 22):
            (ax, ay), (bx, by) = points[k - 1], points[k]
            heading = math.atan2(by - ay, bx - ax)
            reach = size * math.sin((k + 2) / 25 * math.pi) ** 0.8
            for s in (-1, 1):
                d = heading + s * 1.15
                ex, ey = bx + reach * math.cos(d), by + reach * math.sin(d)
                wx, wy = -math.sin(d) * reach * 0.16, math.cos(d) * reach * 0.16
                m = 0.45
                mx, my = bx + (ex - bx) * m, by + (ey - by) * m
                shapes += f"M{bx:.0f} {by:.0f}Q{mx + wx * 1.6:.0f} {my + wy * 1.6:.0f} {ex:.0f} {ey:.0f}Q{mx - wx * 1.6:.0f} {my - wy * 1.6:.0f} {bx:.0f} {by:.0f}z"
                veins += f"M{bx:.0f} {by:.0f}L{bx + (ex - bx) * 0.85:.0f} {by + (ey - by) * 0.85:.0f}"
                for _ in range(int(reach / 12)):
                    u, v = c.uni(0.1, 0.8), c.uni(0, 0.8)
                    dots += f"M{bx + (ex - bx) * u + wx * v * s:.0f} {by + (ey - by) * u + wy * v * s:.0f}h1.5"
        c.path(shapes, fill="#f8f4e8", stroke=BLACK, sw=2.6, join="round")
        c.path(veins, stroke=BLACK, sw=1.6)
        c.path(dots, stroke=BLACK, sw=2.6, cap="round")

    frond(470, 1120, 900, -0.30, 0.035, 170)
    frond(520, 1130, 760, 0.3, 0.022, 130)
    frond(440, 1140, 470, -0.62, -0.02, 100)
    for x, y, s in ((690, 960, 1.0), (300, 1000, -0.8)):
        spiral: list[Point] = [(500.0, 1130.0), (x - 40 * s, y + 60), (x, y - 60)]
        for k in range(16):
            r = 62 * abs(s) * (1 - k / 17)
            a = math.pi * (1 if s > 0 else 0) + k * 0.62 * (1 if s > 0 else -1)
            spiral.append((x + 62 * s + r * math.cos(a), y - 80 + r * math.sin(a)))
        c.path(brush(spiral, 17, 0.9, 0.35), fill=BLACK)
    roots = "".join(
        brush(
            [(490 + k * 9, 1120), (470 + k * 22 + c.uni(-20, 20), 1180), (450 + k * 30 + c.uni(-60, 60), 1225)],
            5,
            0.9,
            0.05,
            4,
        )
        for k in range(-5, 6)
    )
    c.path(roots, fill=BLACK)
    c.path("M430 1130Q500 1080 570 1130Q560 1170 500 1168Q440 1170 430 1130z", fill=BLACK)
    c.text(
        500,
        1270,
        "Fig. 12 — わらび　早春",
        30,
        text_anchor="middle",
        font_family="Noto Serif CJK JP",
        font_weight="700",
        fill=BLACK,
    )
    for x, y in ((840, 220), (760, 160)):
        with c.group(transform=f"translate({x} {y}) scale(1.2)"):
            c.path(brush([(-60, 10), (-20, -20), (0, 0)], 6) + brush([(0, 0), (30, -26), (64, -6)], 6), fill=BLACK)
            c.path("M-58 8Q-50 -50 0 0Q40 -66 62 -8Q40 20 4 4Q-30 36 -58 8z", fill="#f8f4e8", stroke=BLACK, sw=3)
            c.path("M0 0L-40 -16M0 2L-40 8M4 0L44 -24M4 2L40 2", stroke=BLACK, sw=2)
            c.path("M-6 -10L8 16", stroke=BLACK, sw=6, cap="round")
    return c


def deadline_strip() -> Canvas:
    """A four-panel strip about a deadline."""
    c = Canvas(640, 1600, 99, WHITE)
    c.rect(40, 36, 560, 84, fill=BLACK)
    c.text(320, 98, "しめきり前夜", 58, fill=WHITE, text_anchor="middle", font_weight="900")

    def desk(y: float) -> None:
        c.path(f"M40 {y + 270}H600V{y + 350}H40z", fill=lines_fill(c, 14, 2.4, 0))
        c.path(f"M40 {y + 270}H600", stroke=BLACK, sw=6)

    def artist(x: float, y: float, mood: str) -> None:
        with c.group(transform=f"translate({x} {y})", stroke_linejoin="round", stroke_linecap="round"):
            c.path("M-90 150Q-90 60 0 52Q90 60 90 150z", fill=screentone(c, 7, 1.9), stroke=BLACK, sw=5)
            c.circle(0, 0, 66, fill=WHITE, stroke=BLACK, sw=5)
            c.path("M-66 10C-84 -90 84 -90 66 10L52 -22L30 -8L14 -30L-8 -8L-28 -28L-48 -6z", fill=BLACK)
            c.path("M-16 -74q6 -40 36 -34q-20 10 -16 34z", fill=BLACK)
            c.circle(-24, 14, 19, fill=WHITE, stroke=BLACK, sw=4)
            c.circle(24, 14, 19, fill=WHITE, stroke=BLACK, sw=4)
            c.path("M-5 12h10", stroke=BLACK, sw=4)
            if mood == "calm":
                c.path("M-24 8v12M24 8v12M-8 42q8 6 16 0", stroke=BLACK, sw=6, fill="none")
            elif mood == "panic":
                c.circle(-24, 14, 4, fill=BLACK)
                c.circle(24, 14, 4, fill=BLACK)
                c.path("M-16 44q8 -10 16 0t16 0", stroke=BLACK, sw=5, fill="none")
                c.path(
                    "M70 -50q12 24 0 32q-12 -8 0 -32zM-76 -40q12 24 0 32q-12 -8 0 -32z", fill=WHITE, stroke=BLACK, sw=3
                )
            elif mood == "fire":
                c.path("M-38 2l26 10M38 2l-26 10M-14 46q14 -12 28 0", stroke=BLACK, sw=6, fill="none")
            else:
                c.path("M-34 6l18 16M-16 6l-18 16M16 6l18 16M34 6l-18 16M-10 46h20", stroke=BLACK, sw=5, fill="none")

    for i in range(4):
        y = 144 + i * 362
        with panel(c, [(40, y), (600, y), (600, y + 346), (40, y + 346)]):
            if i == 0:
                desk(y)
                c.circle(500, y + 90, 50, fill=WHITE, stroke=BLACK, sw=5)
                c.path(f"M500 {y + 90}v-34M500 {y + 90}l24 12", stroke=BLACK, sw=5)
                artist(230, y + 170, "calm")
                bubble(c, 400, y + 150, 56, 104, "あと一枚\nよゆう", 34, (310, y + 170))
            elif i == 1:
                focus(c, 250, y + 170, 130, 600, 50)
                desk(y)
                artist(250, y + 170, "panic")
                c.path(f"M330 {y + 270}l40 -150l150 30l-30 120z", fill=WHITE, stroke=BLACK, sw=5)
                c.path(f"M352 {y + 266}L384 {y + 140}L500 {y + 162}L470 {y + 270}z", fill=BLACK)
                sound(c, 392, y + 104, "こぼっ", 60, -8)
                c.path(f"M520 {y + 200}l50 -26l24 46l-50 26z", fill=WHITE, stroke=BLACK, sw=5)
                c.path(f"M520 {y + 200}q-70 10 -80 60q50 -30 92 -30z", fill=BLACK)
            elif i == 2:
                c.rect(40, y, 560, 346, fill=BLACK)
                focus(c, 320, y + 190, 150, 600, 70, WHITE)
                artist(320, y + 180, "fire")
                for fx in (120, 190, 450, 520):
                    c.path(
                        f"M{fx} {y + 346}q-50 -70 0 -130q-4 40 24 56q14 -30 4 -60q50 50 20 134z",
                        fill=WHITE,
                        stroke=BLACK,
                        sw=4,
                    )
                sound(c, 70, y + 90, "うおおお", 74, -4, WHITE, BLACK)
            else:
                c.path(f"M40 {y}H600V{y + 270}H40z", fill=screentone(c, 9, 1.5))
                c.path(f"M400 {y + 30}h160v140h-160z", fill=WHITE, stroke=BLACK, sw=5)
                c.circle(480, y + 120, 34, fill=WHITE, stroke=BLACK, sw=4)
                desk(y)
                with c.group(transform=f"rotate(70 200 {y + 230})"):
                    artist(190, y + 200, "gone")
                black_cat(c, 430, y + 216, 0.62, "curl", 1, "closed")
                c.path(f"M330 {y + 268}h180v-12h-180z", fill=WHITE, stroke=BLACK, sw=4)
                bubble(c, 320, y + 104, 50, 78, "原稿の\n上…", 32, (400, y + 170))
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
            d = f"M{vx + s * 450 * a:.0f} {vy - 330 * a:.0f}L{vx + s * 450 * b:.0f} {vy - 330 * b:.0f}V{vy + 420 * b:.0f}L{vx + s * 450 * a:.0f} {vy + 420 * a:.0f}z"
            c.path(d, fill="#b9b9b9" if s > 0 else "#555555", stroke=BLACK, sw=5)
            m = (a + b) / 2
            c.path(
                f"M{vx + s * 450 * m:.0f} {vy - 330 * m:.0f}V{vy + 420 * m:.0f}M{vx + s * 450 * a:.0f} {vy}L{vx + s * 450 * b:.0f} {vy}",
                stroke=BLACK,
                sw=4,
            )
    c.path("M0 0H900V1300H0z", fill=lines_fill(c, 9, 2.6, 52), o=0.55)
    c.path("M0 0H900V1300H0z", fill=c.rad((0, "#000", 0), (0.5, "#000", 0.2), (1, "#000", 0.92), at=".5 .45 .62"))
    gown = "M450 470C360 480 330 600 310 760C290 900 300 1000 270 1080Q450 1130 630 1080C600 1000 610 900 590 760C570 600 540 480 450 470z"
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
    hair = "M450 330C350 330 340 430 336 540C330 680 316 780 330 880C360 820 370 760 382 700C386 780 396 840 410 900C424 800 430 720 440 640"
    hair += "C452 740 470 820 486 890C500 820 510 760 516 690C530 760 546 830 570 880C584 780 570 680 564 540C560 430 550 330 450 330z"
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
        "M440 960C480 1080 560 1180 640 1320H560C480 1200 430 1100 400 990zM620 896C640 1020 600 1140 520 1250L480 1190C560 1090 580 1000 570 910z",
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
    face = "M420 330C380 380 372 430 366 480C352 520 330 550 322 574C330 588 350 586 358 590C356 604 346 612 346 620C350 628 360 628 362 632"
    face += "C352 640 350 648 354 658C366 668 368 690 366 716C372 760 420 772 470 768C560 740 640 680 660 560C660 440 560 320 420 330z"
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
    hair = "M404 350C380 280 440 190 560 180C720 170 830 290 820 450C816 560 780 640 720 690C700 720 660 730 640 720C660 660 664 600 640 570"
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


def steamer() -> Canvas:
    """A steamer in heavy seas, engraved."""
    c = Canvas(1400, 1000, 102, WHITE)
    sky = ""
    for k in range(52):
        y = 20 + k * 12
        points = [
            (x, y + 16 * math.sin(x / 170 + k * 0.3) * math.sin(k * 0.21) + 8 * math.sin(x / 61 + k))
            for x in range(-10, 1540, 110)
        ]
        sky += smooth(points)
    c.path(sky, stroke=BLACK, sw=2.4)
    c.path(
        "M900 60C1010 10 1120 40 1130 100C1240 80 1330 150 1280 220C1240 270 1060 270 960 240C860 250 800 180 840 130C840 90 860 70 900 60z",
        fill=WHITE,
    )
    smoke: list[tuple[float, float, float]] = [
        (620 - k * 46, 330 - k * 20 + 30 * math.sin(k), 40 + k * 9) for k in range(11)
    ]
    for x, y, r in smoke[::-1]:
        c.circle(x, y, r, fill=WHITE, stroke=BLACK, sw=4)
        shade = "".join(
            f"M{x - r * 0.1 * k:.0f} {y + r * (0.95 - 0.12 * k):.0f}A{r * (1 - 0.1 * k):.0f} {r * (1 - 0.1 * k):.0f} 0 0 0 {x + r * (0.9 - 0.1 * k):.0f} {y - r * 0.1 * k:.0f}"
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


def robot_garden() -> Canvas:
    """An old robot has become a garden."""
    c = Canvas(1100, 1400, 103, WHITE)
    c.path("M0 0H1100V900H0z", fill=screentone(c, 11, 1.6))
    c.path(
        "M120 240q40 -90 150 -60q50 -80 170 -30q120 -20 130 70q-20 60 -140 50q-90 40 -180 6q-120 20 -130 -36zM760 160q30 -60 110 -40q50 -50 120 0q80 0 70 60q-40 40 -120 26q-140 30 -180 -46z",
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


def avatar() -> Canvas:
    """Sumi the cat."""
    c = Canvas(400, 400, 104, WHITE)
    c.rect(0, 0, 400, 400, fill=screentone(c, 14, 4))
    c.circle(200, 210, 160, fill=WHITE)
    black_cat(c, 200, 250, 2.3, "face")
    return c


DRAWINGS: dict[str, Callable[[], Canvas]] = {
    "lighthouse-cat-1": page_one,
    "lighthouse-cat-2": page_two,
    "lighthouse-cat-3": page_three,
    "lighthouse-cat-4": page_four,
    "ink-dragon": dragon,
    "backstreet": backstreet,
    "cat-studies": cat_studies,
    "fern-plate": fern_plate,
    "deadline": deadline_strip,
    "corridor": corridor,
    "winter-camellia": camellia,
    "steamer": steamer,
    "robot-garden": robot_garden,
    "avatar": avatar,
}
