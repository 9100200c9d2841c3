"""Travel posters."""

from __future__ import annotations

import math

from kit import Canvas, num, smooth

from kaede.parts import SERIF, frame, rays, sheet, title


def kazehama() -> Canvas:
    """A harbour town stacked on its hill."""
    c = sheet(1000, 1414, 31, "#f6e7cb")
    navy, coral, teal, sand = "#1f3a5f", "#e8644c", "#5aa9a3", "#f2b65a"
    c.rect(0, 0, 1000, 900, fill=sand)
    c.circle(720, 330, 150, fill="#f6e7cb")
    for y, x in ((250, 120), (420, 60), (180, 420)):
        c.path(
            f"M{x} {y}h220a30 30 0 0 0-10-60a56 56 0 0 0-104-16a44 44 0 0 0-80 26a26 26 0 0 0-26 50z",
            fill="#f6e7cb",
            o=0.85,
        )
    c.path("M1000 470C900 440 800 520 700 560C560 620 420 640 300 760L0 860V1100H1000z", fill=teal)
    c.path("M1000 640C860 640 760 720 600 760C460 800 260 860 120 960L0 1000V1120H1000z", fill="#3f7f86")
    roofs = (coral, navy, "#c94f3d")
    for row in range(6):
        y = 690 + row * 66
        x = 840 - row * 145 + c.uni(-20, 20)
        while x < 1000:
            w, h = c.uni(70, 112), c.uni(80, 128)
            top = y - h + c.uni(-10, 14)
            c.path(
                f"M{num(x)} {num(y + 70)}V{num(top)}h{num(w)}V{num(y + 70)}z",
                fill=c.rng.choice(["#f6e7cb", "#fbf3e2", "#eed9b3"]),
            )
            c.path(f"M{num(x + w * 0.62)} {num(y + 70)}V{num(top)}h{num(w * 0.38)}V{num(y + 70)}z", fill=navy, o=0.16)
            if c.rng.random() < 0.7:
                c.path(
                    f"M{num(x - 9)} {num(top)}L{num(x + w / 2)} {num(top - 46)}L{num(x + w + 9)} {num(top)}z",
                    fill=c.rng.choice(roofs),
                )
            else:
                c.rect(x - 5, top - 12, w + 10, 14, fill=c.rng.choice(roofs))
            for k in range(3):
                for j in range(2):
                    if c.rng.random() < 0.8:
                        c.rect(x + 14 + k * w / 3.3, top + 20 + j * 40, 13, 20, fill=navy)
            x += w + c.uni(-4, 10)
    c.rect(0, 1080, 1000, 334, fill=navy)
    for i in range(15):
        y = 1096 + i * 13
        for _ in range(3):
            x = c.uni(-40, 1000)
            c.path(f"M{num(x)} {y}h{num(c.uni(30, 150))}", stroke=teal, sw=4, cap="round", o=0.9)
    c.path("M96 1086L120 760H184L208 1086z", fill="#f6e7cb")
    c.path("M103 1000L108 930H196L201 1000zM114 850L119 790H185L190 850z", fill=coral)
    c.path("M112 760h80v-14h-80zM128 746v-54h48v54zM120 692L152 654L184 692z", fill=navy)
    c.rect(138, 700, 28, 40, fill=sand)
    c.path("M152 718L1000 560V640z", fill="#f6e7cb", o=0.4)
    c.path("M40 1110C90 1060 230 1060 270 1110z", fill="#3f7f86")
    for x, y, s in ((560, 1150, 1.0), (790, 1200, 1.35), (380, 1190, 0.8)):
        with c.group(transform=f"translate({x} {y}) scale({s})"):
            c.path("M-70 0H70Q56 34 34 34H-40Q-60 30 -70 0z", fill=coral)
            c.path("M-4 -6V-150L66 -20zM-14 -6V-120L-62 -14z", fill="#f6e7cb")
            c.path("M-60 12H62", stroke="#f6e7cb", sw=5)
    c.rect(0, 1255, 1000, 160, fill="#f6e7cb")
    title(c, "風浜 KAZEHAMA", 1352, 92, navy)
    frame(c, "#f6e7cb")
    return c


def night_express() -> Canvas:
    """A night train, all diagonals."""
    c = sheet(1000, 1414, 32, "#14213d")
    gold, red, cream, blue = "#f4b942", "#d1495b", "#fdf1d6", "#2d4a7c"
    for _ in range(90):
        c.circle(c.uni(0, 1000), c.uni(0, 720), c.uni(1.2, 3.4), fill=cream)
    c.circle(690, 360, 235, fill=gold)
    c.circle(690, 360, 300, fill="none", stroke=gold, sw=3)
    c.circle(690, 360, 350, fill="none", stroke=gold, sw=2, stroke_dasharray="4 18")
    c.path("M0 760L180 560L300 690L470 470L620 700L760 580L1000 800V1414H0z", fill=blue)
    c.path("M470 470L430 560L480 540L520 590L560 600zM180 560L150 612L190 600L222 630L240 630z", fill=cream)
    c.path("M0 900L240 770L460 880L700 760L1000 900V1414H0z", fill="#1d3461")
    for x in range(-10, 1010, 46):
        h = c.uni(60, 130)
        y = 960 - 30 * math.sin(x / 150)
        c.path(f"M{x} {num(y)}l23 -{num(h)}l23 {num(h)}z", fill="#0c1730")
    c.path("M-20 930H1020V1414H-20z", fill="#0c1730")
    c.path("M560 1000L1100 860V1010L560 1200z", fill=red)
    c.path("M560 1000L1100 860V886L560 1034z", fill="#8e2f45")
    for i in range(6):
        x = 610 + i * 84
        y = 1040 - (x - 560) * 0.272
        c.path(f"M{x} {num(y + 8)}l58 -{num(16)}v{num(62 - i * 3)}l-58 {num(18)}z", fill=gold)
    c.path("M250 1060Q256 990 330 984L560 1000V1200L420 1240H240z", fill=red)
    c.path("M250 1060Q256 990 330 984L560 1000V1030L330 1020Q290 1026 250 1060z", fill="#8e2f45")
    c.path("M270 1064Q290 1036 330 1036L400 1040V1110L262 1112z", fill=cream)
    c.path("M424 1042L530 1050V1108L424 1110z", fill=cream)
    c.path("M244 1150L560 1130V1152L242 1176z", fill=gold)
    c.path("M236 1240H424L404 1290L216 1270z", fill="#3b4a6b")
    c.circle(282, 1206, 24, fill=cream)
    c.path("M282 1206L-60 1120V1360z", fill=gold, o=0.35)
    for x in (470, 540, 640, 760, 900):
        c.circle(x, 1214 - max(0, x - 540) * 0.34, 26, fill="#3b4a6b")
    c.path("M100 1330L1100 1010", stroke="#3b4a6b", sw=12)
    c.path("M60 1310L400 1290L1100 1060", stroke=cream, sw=5, o=0.8)
    c.tategaki(130, 110, "夜行列車", 116, fill=cream, font_weight="900")
    c.path("M0 1290H1000V1414H0z", fill="#0c1730")
    c.path("M0 1290H1000", stroke=gold, sw=4)
    title(c, "THE NIGHT EXPRESS", 1346, 60, gold)
    frame(c, "#fdf1d6")
    return c


def yukimine() -> Canvas:
    """A skier and one large peak."""
    c = sheet(1000, 1414, 33, "#bfe3ee")
    blue, deep, red, white = "#4f8fb8", "#1c4a6e", "#e4572e", "#ffffff"
    rays(c, 230, 260, "#d8f0f5", 20)
    c.circle(230, 260, 110, fill="#ffd166")
    c.path("M-40 1000L160 760L270 850L600 300L760 520L830 470L1040 900V1414H-40z", fill=blue)
    c.path("M600 300L455 540L520 510L545 600L600 500L640 610L690 520L720 560L760 520z", fill=white)
    c.path("M600 300L640 420L620 470L690 640L660 700L820 900L1040 900L830 470L760 520z", fill=deep, o=0.45)
    c.path("M160 760L90 846L150 822L180 880L214 812L240 826z", fill=white)
    c.path("M-20 960C200 860 420 1000 620 960C780 930 900 860 1020 900V1414H-20z", fill=white)
    c.path("M-20 1180C260 1000 560 1220 1020 1010V1414H-20z", fill="#dcf1f7")
    for x, y, s in (
        (90, 1010, 1.0),
        (180, 990, 0.8),
        (860, 960, 1.1),
        (940, 1000, 1.4),
        (760, 960, 0.7),
        (40, 1090, 1.5),
    ):
        for k in range(3):
            c.path(
                f"M{num(x - 44 * s)} {num(y - k * 42 * s)}L{x} {num(y - (k * 42 + 78) * s)}L{num(x + 44 * s)}"
                f" {num(y - k * 42 * s)}z",
                fill=deep,
            )
        c.path(
            f"M{num(x - 20 * s)} {num(y - 96 * s)}L{x} {num(y - 162 * s)}L{num(x + 6 * s)} {num(y - 110 * s)}z",
            fill=white,
        )
    c.path("M120 1414C300 1260 480 1180 560 1140M170 1414C340 1280 500 1200 590 1150", stroke=blue, sw=5)
    with c.group(transform="translate(620 1090) rotate(-14) scale(1.5)"):
        c.path("M-120 62L130 62Q150 60 152 46", stroke=deep, sw=9, cap="round")
        c.path("M-18 58L6 16L-22 -14L-2 -66L28 -60L26 -22L40 14L20 60z", fill=red)
        c.path("M-2 -58L50 -34L92 -44M24 -56L-30 -30L-66 -52", stroke=red, sw=17, cap="round", join="round")
        c.path("M92 -44L60 60M-66 -52L-104 44", stroke=deep, sw=4)
        c.circle(18, -86, 21, fill="#ffd9b8")
        c.path("M-4 -92Q0 -116 24 -112Q44 -104 40 -86z", fill=deep)
        c.path("M-2 -92Q-30 -96 -52 -76L-40 -92L-58 -98Q-30 -110 0 -98z", fill="#ffd166")
        c.path("M-18 58L6 16L22 20L6 60zM8 60L20 16L40 14L26 60z", fill=deep)
    c.rect(0, 1240, 1000, 200, fill=red)
    title(c, "雪峰 YUKIMINE", 1344, 92, white)
    frame(c, "#ffffff")
    return c


def dunes() -> Canvas:
    """An observatory among dunes."""
    c = sheet(1000, 1300, 38, "#f9c784")
    c.rect(0, 0, 1000, 700, fill="#f4845f")
    c.rect(0, 0, 1000, 430, fill="#c8506a")
    c.rect(0, 0, 1000, 210, fill="#6d3b70")
    c.circle(500, 640, 230, fill="#ffe8b8")
    for _ in range(60):
        c.circle(c.uni(0, 1000), c.uni(0, 260), c.uni(1.5, 3.6), fill="#ffe8b8")
    c.path("M0 760C200 640 380 700 560 640C740 590 860 660 1000 620V1300H0z", fill="#e8703f")
    c.path("M560 640C740 590 860 660 1000 620V1300H720C640 960 760 760 560 640z", fill="#8e3a4f")
    with c.group(transform="translate(690 640)"):
        c.path("M-110 40V-60H110V40z", fill="#ffe8b8")
        c.path("M-130 -60A130 130 0 0 1 130 -60z", fill="#fff6e0")
        c.path("M10 -60A130 130 0 0 0 60 -176A130 130 0 0 1 130 -60z", fill="#c8506a")
        c.path("M-26 -66L60 -220L96 -198L34 -66z", fill="#6d3b70")
        c.path("M-26 40V-20a26 26 0 0 1 52 0V40z", fill="#6d3b70")
        c.path("M-140 -60H140V-46H-140z", fill="#6d3b70")
    c.path("M-20 900C180 760 420 800 620 900C780 980 900 940 1020 880V1300H-20z", fill="#f9a65a")
    c.path("M-20 900C180 760 300 780 380 800C300 900 420 1060 380 1300H-20z", fill="#d9603f")
    c.path("M-20 1130C260 1010 520 1010 760 1110C860 1150 960 1130 1020 1100V1300H-20z", fill="#ffd08f")
    c.path(
        "M430 1040C560 1040 680 1076 760 1110C860 1150 960 1130 1020 1100V1300H600C640 1180 560 1090 430 1040z",
        fill="#f4845f",
    )
    for x, y, size in ((190, 880, 0.94), (340, 896, 1.0), (500, 918, 1.06)):
        with c.group(transform=f"translate({x} {y}) scale({size})"):
            c.path("M-48 -40L-54 26M-30 -40L-26 26M26 -40L22 26M42 -40L50 26", stroke="#5a2a4a", sw=8, cap="round")
            c.path(
                "M-58 -30C-66 -64 -40 -70 -24 -72C-14 -104 14 -104 24 -72C40 -72 54 -66 56 -44C54 -30 30 -26 0"
                " -26C-30 -26 -52 -22 -58 -30z",
                fill="#5a2a4a",
            )
            c.path("M48 -50C66 -40 74 -60 78 -92L84 -104L112 -98L110 -88L92 -84C90 -56 80 -24 50 -34z", fill="#5a2a4a")
            c.path("M-58 -40q-10 14 -6 30", stroke="#5a2a4a", sw=4, cap="round")
            c.path("M-26 -70Q0 -84 26 -70L22 -44H-24z", fill="#d1495b")
            c.path("M-10 -84q0 -34 12 -36q14 2 12 36zM2 -130m-9 0a9 9 0 1 0 18 0a9 9 0 1 0 -18 0", fill="#fff6e0")
    title(c, "砂の天文台", 1200, 96, "#6d3b70", font_family=SERIF)
    title(c, "OBSERVATORY OF THE SAND SEA", 1252, 34, "#8e3a4f", letter_spacing="6", font_weight="700")
    frame(c, "#fff6e0")
    return c


def whale() -> Canvas:
    """A whale under a small boat."""
    c = sheet(1000, 1414, 39, "#bfe8e0")
    c.circle(760, 200, 96, fill="#ffe0a3")
    for y, tone in ((360, "#5fbfc4"), (520, "#3a9ab5"), (720, "#24769c"), (930, "#175781"), (1130, "#0f3c63")):
        pts = [(x, y + 22 * math.sin(x / 90 + y)) for x in range(-40, 1060, 50)]
        c.path(smooth(pts) + "V1420H-40z", fill=tone)
    with c.group(transform="translate(330 330)"):
        c.path("M-90 0H90Q76 40 40 44H-44Q-80 38 -90 0z", fill="#d1495b")
        c.path("M0 0V-150M0 -146L80 -30H0zM0 -120L-60 -20H0z", fill="#fff6e6", stroke="#3d2a2a", sw=5)
        c.circle(46, -14, 12, fill="#3d2a2a")
        c.path("M34 0q12 -18 24 0z", fill="#ffd166")
    body = (
        "M130 900C120 700 380 580 640 640C800 676 880 780 880 900C900 860 960 820 980 760C996 820 970 900 920 940"
        "C980 940 1010 990 1000 1040"
    )
    body += "C960 990 900 1000 860 984C760 1100 560 1130 400 1090C240 1060 140 1000 130 900z"
    with c.group(transform="translate(500 860) rotate(-12) scale(.9) translate(-590 -860)"):
        c.path(body, fill="#16324f")
        c.path(
            "M130 900C140 1000 240 1060 400 1090C560 1130 760 1100 860 984C700 1010 560 940 420 960C300 976 190"
            " 950 130 900z",
            fill="#e8f3ef",
        )
        for k in range(9):
            c.path(
                f"M{210 + k * 44} {1000 + k * 4}C{300 + k * 44} {1000 - k * 2} {400 + k * 36} {990} {470 + k * 34}"
                f" {1000 - k * 4}",
                stroke="#a8c8cc",
                sw=5,
            )
        c.path("M470 960C520 1080 470 1180 400 1220C390 1130 380 1060 400 980z", fill="#0e2439")
        c.circle(280, 900, 14, fill="#fff6e6")
        c.path("M150 930C220 960 300 960 360 940", stroke="#0e2439", sw=6, cap="round")
        for _ in range(26):
            c.circle(c.uni(430, 800), c.uni(690, 860), c.uni(3, 9), fill="#5fbfc4", o=0.8)
    for x, y in ((160, 640), (190, 590), (140, 560), (830, 560), (860, 600)):
        c.circle(x, y, c.uni(8, 20), fill="none", stroke="#e8f3ef", sw=4)
    for i in range(24):
        x, y = 620 + i % 8 * 34 + c.uni(-10, 10), 1130 + i // 8 * 30 + c.uni(-8, 8)
        c.path(f"M{num(x)} {num(y)}q14 -12 28 0l10 -8v16l-10 -8q-14 12 -28 0z", fill="#ffd166")
    title(c, "くじらの下で", 1344, 108, "#fff6e6")
    frame(c, "#fff6e6", 30, 30)
    return c
