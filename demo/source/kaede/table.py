"""Food and drink, and a shelf of plants."""

from __future__ import annotations

import math

from kit import Canvas, num

from kaede.parts import SERIF, frame, leaf, lemon, rays, sheet, title


def lemon_coast() -> Canvas:
    """Lemons over a blue bay."""
    c = sheet(1000, 1300, 34, "#bfe6ef")
    c.circle(500, 470, 330, fill="#ffffff", o=0.6)
    c.rect(0, 620, 1000, 400, fill="#2a9fc0")
    c.path("M0 640Q160 540 300 600Q420 560 520 640z", fill="#2f7f86")
    c.path("M640 640Q800 500 1000 560V640z", fill="#3f9a8c")
    c.path("M240 640v-60h40v-30h34v40h30v50zM700 620v-40h36v-40h30v60h40v40z", fill="#fff7e6")
    for i in range(12):
        c.path(f"M{num(c.uni(40, 800))} {680 + i * 24}h{num(c.uni(60, 190))}", stroke="#bfe6ef", sw=6, cap="round")
    c.path(
        "M500 800l70 -150l14 150zM486 800l-40 -120l-6 120zM420 812h190q-20 40 -60 40h-90q-30 0 -40 -40z", fill="#ffffff"
    )
    green, dark = "#2f7d4f", "#174d38"
    c.path("M-20 120Q300 60 520 190Q760 300 1020 230", stroke="#6b4a2f", sw=22)
    c.path("M250 100Q280 240 240 330M620 226Q650 330 640 400M860 270Q880 330 850 400", stroke="#6b4a2f", sw=12)
    for x, y, s, t in (
        (120, 90, 1.1, 20),
        (260, 110, 1.2, 150),
        (390, 130, 1.2, -30),
        (520, 190, 1.1, 170),
        (620, 240, 1.0, 30),
        (700, 270, 1.25, -40),
        (860, 270, 1.2, 60),
        (80, 100, 1.0, 100),
        (470, 160, 1.0, 80),
        (960, 240, 1.1, 140),
        (820, 280, 1.0, -70),
    ):
        leaf(c, x, y, s, t, green, dark)
    lemon(c, 240, 410, 1.05, 80)
    lemon(c, 640, 480, 1.2, 100)
    lemon(c, 850, 470, 0.95, 76)
    c.path("M-20 1010H1020V1320H-20z", fill="#fff7e6")
    lemon(c, 165, 1000, 1.3, -14)
    lemon(c, 815, 1010, 1.35, 12, True)
    leaf(c, 290, 1060, 0.9, -24, green, dark)
    title(c, "LEMON COAST", 1190, 88, "#174d38")
    title(c, "れもん海岸　各駅停車で四十分", 1246, 34, "#2a7f9a", letter_spacing="4", font_weight="700")
    frame(c, "#ffd23f", 28, 28)
    return c


def matcha() -> Canvas:
    """A bowl of whisked tea."""
    c = sheet(1100, 1100, 35, "#efe6d2")
    green, deep, clay, pink = "#8fb447", "#3f5a2a", "#5b3a2e", "#e59a9a"
    c.circle(550, 500, 400, fill="#dfe3b8")
    c.path("M0 760H1100V1100H0z", fill="#c9a36b")
    c.path("M0 760H1100v18H0z", fill="#a97f4c")
    for i in range(11):
        c.path(f"M{i * 110 - 100} 1100L{i * 70 + 200} 778", stroke="#a97f4c", sw=3)
    for x, s in ((430, 1), (540, -1), (640, 1)):
        c.path(
            f"M{x} 380C{x - 60 * s} 320 {x + 60 * s} 270 {x} 200C{x - 40 * s} 160 {x + 20 * s} 120 {x + 8 * s} 90",
            stroke="#ffffff",
            sw=16,
            cap="round",
        )
    c.path("M230 470H850C850 640 770 800 660 820H420C310 800 230 640 230 470z", fill=clay)
    c.path("M540 470H850C850 640 770 800 660 820H560C660 740 700 600 690 470z", fill="#3f271f")
    c.path(
        "M250 560C340 600 420 540 520 580C620 620 720 560 830 590L838 540C720 520 620 580 520 540C420 500 340 560"
        " 240 520z",
        fill="#d98f4a",
    )
    c.ellipse(540, 470, 310, 76, fill="#7a5040")
    c.ellipse(540, 474, 284, 60, fill=green)
    c.path(
        "M300 470C380 430 480 500 560 460C640 420 700 470 790 462C760 500 640 516 560 500C460 520 340 510 300 470z",
        fill="#b5d268",
    )
    bubbles = [(420, 480, 12), (450, 494, 8), (610, 470, 10), (640, 486, 14), (520, 496, 7), (700, 474, 9)]
    for x, y, r in bubbles:
        c.circle(x, y, r, fill="none", stroke="#dcecA0", sw=3)
    c.rect(440, 816, 200, 34, rx=10, fill="#3f271f")
    with c.group(transform="translate(930 700) rotate(12)"):
        c.path("M-38 -60H38L46 -250H-46z", fill="#e3c98a")
        c.path("M-40 -60H40V-96H-40z", fill=deep)
        d = "".join(f"M{x} -60Q{x * 2.2} 20 {x * 1.6} 100" for x in range(-36, 37, 8))
        c.path(d, stroke="#e3c98a", sw=6, cap="round")
        c.path("M-30 -250v150M0 -250v150M28 -250v150", stroke="#b9995a", sw=4)
    for x, tone in ((130, pink), (210, "#ffffff"), (170, green)):
        y = 850 if tone != green else 790
        c.circle(x, y, 46, fill=tone)
        c.path(f"M{x - 40} {y + 20}A46 46 0 0 0 {x + 44} {y + 10}Q{x} {y + 30} {x - 40} {y + 20}z", fill=clay, o=0.2)
    c.path("M60 900H290L270 930H80z", fill=deep)
    c.path("M30 840L330 780", stroke=clay, sw=12, cap="round")
    c.tategaki(960, 90, "一服\nどうぞ", 84, fill=deep, font_weight="900", font_family=SERIF)
    title(c, "MATCHA", 1030, 110, "#efe6d2", letter_spacing="40")
    frame(c, deep, 26, 26)
    return c


def cream_soda() -> Canvas:
    """Melon cream soda in an old coffee house."""
    c = sheet(1000, 1414, 36, "#fbe3d0")
    red, green, light, brown = "#d7263d", "#2fae7a", "#8fe0b0", "#4a2c2a"
    rays(c, 500, 640, "#f7cdb4", 24)
    c.rect(0, 1130, 1000, 300, fill=brown)
    c.path("M0 1130H1000v16H0z", fill="#6d423a")
    glass = (
        "M310 420H690C690 560 664 760 610 880C590 930 560 950 556 1000L556 1080Q640 1096 650 1130H350Q360 1096"
        " 444 1080L444 1000"
    )
    glass += "C440 950 410 930 390 880C336 760 310 560 310 420z"
    c.path(glass, fill="#ffffff", o=0.75)
    soda = "M326 480H674C668 600 646 760 596 870Q560 930 500 934Q440 930 404 870C354 760 332 600 326 480z"
    c.path(soda, fill=green)
    with c.group(clip_path=c.clip(soda)):
        c.path("M320 480H470C450 640 480 800 520 940H400z", fill=light, o=0.5)
        for x, y, s, t in (
            (410, 560, 70, 12),
            (560, 600, 78, -16),
            (470, 680, 66, 30),
            (560, 740, 58, 8),
            (390, 690, 50, -20),
        ):
            c.path(
                f"M{-s / 2:.0f} {-s / 2:.0f}h{s}v{s}h-{s}z",
                fill="#ffffff",
                o=0.45,
                transform=f"translate({x} {y}) rotate({t})",
            )
            c.path(
                f"M{-s / 2:.0f} {-s / 2:.0f}h{s}v{s}h-{s}z",
                stroke="#ffffff",
                sw=4,
                o=0.8,
                transform=f"translate({x} {y}) rotate({t})",
            )
        for _ in range(60):
            c.circle(c.uni(340, 660), c.uni(500, 920), c.uni(3, 9), fill="#e4fff0", o=0.9)
    c.path(
        "M330 480C300 400 340 320 420 316C440 250 560 250 586 318C660 320 704 400 668 480C640 520 600 470 570 500"
        "C530 540 480 470 440 504"
        "C400 530 360 500 330 480z",
        fill="#fff6df",
    )
    c.path("M420 316C460 300 470 330 500 330M586 318C560 340 570 380 600 390", stroke="#e8cfa6", sw=8, cap="round")
    c.path("M570 500C530 540 480 470 440 504C480 450 640 460 668 400C690 450 640 520 570 500z", fill="#ecd5ae")
    c.circle(486, 250, 52, fill=red)
    c.path("M462 226Q470 210 490 212", stroke="#ff9aa4", sw=10, cap="round")
    c.path("M490 204C500 140 540 100 590 84", stroke=brown, sw=8, cap="round")
    c.path("M640 470L760 140L800 154L700 480z", fill=red)
    for k in range(5):
        c.path(f"M{654 + k * 23} {430 - k * 62}l40 12l10 -28l-40 -14z", fill="#fff6df")
    c.path("M350 520C352 620 370 720 400 800", stroke="#ffffff", sw=14, cap="round", o=0.9)
    c.path("M150 1130V1000q0 -20 20 -20h60q20 0 20 20v130z", fill="#f2b84b")
    c.path("M168 1130V1040h64v90z", fill="#fbe3d0")
    c.path("M770 1130Q760 1060 800 1050H920Q960 1060 950 1130z", fill="#ffffff")
    c.path("M948 1066q46 0 40 34q-6 26 -44 24", stroke="#ffffff", sw=14)
    c.path("M780 1066H936q4 14 2 22H780q-4 -10 0 -22z", fill=brown)
    c.path("M800 1130h130v14h-130z", fill=red)
    c.tategaki(130, 120, "純喫茶", 120, fill=red, font_weight="900", font_family=SERIF)
    title(c, "CREAM SODA", 1262, 104, "#fbe3d0")
    title(c, "メロン味・さくらんぼ付　五百五十円", 1330, 36, "#f2b84b", letter_spacing="4", font_weight="700")
    frame(c, red, 30, 30)
    return c


def plant_shelf() -> Canvas:
    """A shelf of house plants."""
    c = sheet(1200, 1200, 40, "#f3e3d3")
    greens = ("#2f6b4f", "#5a9a6b", "#8fbf7a", "#1f4a3c")
    clays = ("#d9714f", "#e8b04b", "#fff7ec", "#3d5a80", "#c98a8a")
    c.path("M600 60a470 470 0 0 1 470 470V1200H130V530a470 470 0 0 1 470 -470z", fill="#f0c9a8")
    for row in range(3):
        y = 420 + row * 340
        c.rect(80, y, 1040, 26, fill="#8a5a3c")
        c.path(f"M160 {y + 26}v40h20v-40zM1020 {y + 26}v40h20v-40z", fill="#6b4029")
        for col in range(4):
            x = 210 + col * 260
            w, h = c.uni(110, 150), c.uni(90, 120)
            kind = (row * 4 + col * 3 + row) % 6
            g = greens[(row + col) % 3]
            top = y - h
            if kind == 0:
                for k in range(-3, 4):
                    c.path(
                        f"M{x} {num(top)}Q{x + k * 34} {num(top - 120)} {x + k * 62}"
                        f" {num(top - 150 + abs(k) * 26)}Q{x + k * 18} {num(top - 90)} {x + 8} {num(top)}z",
                        fill=greens[abs(k) % 3],
                    )
            elif kind == 1:
                c.path(f"M{x - 34} {num(top + 6)}V{num(top - 150)}a34 34 0 0 1 68 0V{num(top + 6)}z", fill=g)
                c.path(
                    f"M{x + 34} {num(top - 50)}h30v-50M{x - 34} {num(top - 90)}h-28v-40",
                    stroke=g,
                    sw=30,
                    cap="round",
                    join="round",
                )
                d = "".join(f"M{x - 18 + j % 3 * 18} {num(top - 150 + j * 14)}v8" for j in range(11))
                c.path(d, stroke="#f3e3d3", sw=4, cap="round")
                c.circle(x + 4, top - 190, 17, fill="#e8647c")
            elif kind == 2:
                for k in range(5):
                    lx, ly = x + (k - 2) * 44, top - 90 - (2 - abs(k - 2)) * 46
                    c.path(f"M{x} {num(top)}Q{x} {num(ly)} {lx} {num(ly)}", stroke=greens[3], sw=5)
                    c.path(
                        f"M{lx} {num(ly + 34)}c-58 -20 -48 -86 -16 -84c8 0 14 8 16 16c2 -8 8 -16 16 -16c32 -2 42"
                        f" 64 -16 84z",
                        fill=greens[k % 3],
                    )
            elif kind == 3:
                for k in range(7):
                    a = math.radians(-90 + (k - 3) * 24)
                    ex, ey = x + 150 * math.cos(a), top + 140 * math.sin(a)
                    c.path(f"M{x} {num(top)}L{num(ex)} {num(ey)}", stroke=greens[3], sw=4)
                    for j in (0.45, 0.65, 0.85, 1.0):
                        c.circle(x + (ex - x) * j, top + (ey - top) * j, 15, fill=greens[(k + int(j * 10)) % 3])
            elif kind == 4:
                for k in range(-2, 3):
                    c.path(
                        f"M{x + k * 20} {num(top + 4)}C{x + k * 50 - 26} {num(top - 80)} {x + k * 34 - 10}"
                        f" {num(top - 160)} {x + k * 40} {num(top - 190 + abs(k) * 30)}"
                        f"C{x + k * 34 + 22} {num(top - 120)} {x + k * 40 + 20} {num(top - 60)} {x + k * 20 + 14}"
                        f" {num(top + 4)}z",
                        fill=greens[(k + 2) % 3],
                    )
            else:
                for k in range(6):
                    sx = x + (k - 2.5) * 22
                    length = 110 + 40 * ((k * 7) % 3)
                    c.path(
                        f"M{num(sx)} {num(top + 10)}q{num((k - 2.5) * 14)} {length / 2} {num((k - 2.5) * 9)} {length}",
                        stroke=g,
                        sw=4,
                    )
                    for j in range(6):
                        c.circle(sx + (k - 2.5) * 12, top + 24 + j * length / 6, 10, fill=greens[j % 3])
                c.circle(x, top - 8, 46, fill=g)
            pot = clays[(row * 2 + col) % 5]
            c.path(
                f"M{num(x - w / 2)} {num(top)}H{num(x + w / 2)}L{num(x + w * 0.36)} {y}H{num(x - w * 0.36)}z",
                fill=pot,
            )
            c.path(
                f"M{num(x + w * 0.14)} {num(top)}H{num(x + w / 2)}L{num(x + w * 0.36)} {y}H{num(x + w * 0.1)}z",
                fill="#3d2a2a",
                o=0.15,
            )
            c.rect(x - w / 2 - 6, top - 6, w + 12, 22, fill=pot)
    c.path("M905 1100C880 1020 940 990 990 1000C1040 1000 1070 1050 1060 1100z", fill="#2b2430")
    c.path("M905 1030l-8 -50l36 26l30 -4l28 -28l4 54q0 40 -44 42q-46 -2 -46 -40z", fill="#2b2430")
    c.path("M925 1028q8 6 16 0M962 1028q8 6 16 0", stroke="#f3e3d3", sw=4, cap="round")
    c.path("M1056 1090q50 -10 34 -70", stroke="#2b2430", sw=18, cap="round")
    return c
