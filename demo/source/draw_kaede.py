"""楓 Kaede: flat travel and food posters, five colours at most to a sheet."""

from __future__ import annotations

import math
from collections.abc import Callable

from kit import Canvas, num, poly, smooth

SERIF = "Noto Serif CJK JP"


def sheet(width: int, height: int, seed: int, paper: str) -> Canvas:
    """A sheet of poster paper."""
    return Canvas(width, height, seed, paper)


def frame(c: Canvas, colour: str, margin: float = 34, width: float = 34) -> None:
    """The unprinted border of a poster, drawn last."""
    w, h = c.width, c.height
    outer = f"M0 0H{w}V{h}H0zM{num(margin)} {num(margin)}V{num(h - margin)}H{num(w - margin)}V{num(margin)}z"
    c.path(outer, fill=colour)
    if width < margin:
        c.rect(
            margin + width,
            margin + width,
            w - 2 * (margin + width),
            h - 2 * (margin + width),
            fill="none",
            stroke=colour,
            sw=4,
        )


def title(c: Canvas, words: str, y: float, size: float, colour: str, **attrs: object) -> None:
    """A centred line of display lettering."""
    attrs.setdefault("font_weight", "900")
    attrs.setdefault("letter_spacing", num(size * 0.08))
    c.text(c.width / 2 + size * 0.04, y, words, size, fill=colour, text_anchor="middle", **attrs)


def rays(c: Canvas, x: float, y: float, colour: str, count: int = 18, reach: float = 1800, opacity: float = 1) -> None:
    """Sunbeams from a point."""
    d = ""
    for i in range(count):
        a, b = math.tau * i / count, math.tau * (i + 0.5) / count
        d += f"M{num(x)} {num(y)}L{num(x + reach * math.cos(a))} {num(y + reach * math.sin(a))}"
        d += f"L{num(x + reach * math.cos(b))} {num(y + reach * math.sin(b))}z"
    c.path(d, fill=colour, o=opacity)


def maple(c: Canvas, tone: str, vein: str) -> None:
    """A maple leaf around the origin, 300 units wide."""
    half = [(0, -150), (22, -84), (70, -104), (60, -50), (130, -56), (100, -6), (146, 20), (84, 40), (96, 84), (30, 66), (8, 84)]
    c.path(poly(half + [(-x, y) for x, y in reversed(half)]), fill=tone)
    veins = "M0 80V160M0 70V-110M0 60L90 10M0 60L-90 10M0 30L70 -40M0 30L-70 -40"
    c.path(veins, stroke=vein, sw=7, cap="round")


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
                f"M{num(x - 44 * s)} {num(y - k * 42 * s)}L{x} {num(y - (k * 42 + 78) * s)}L{num(x + 44 * s)} {num(y - k * 42 * s)}z",
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


def lemon(c: Canvas, x: float, y: float, size: float, turn: float, cut: bool = False) -> None:
    """One lemon, whole or cut."""
    with c.group(transform=f"translate({x} {y}) rotate({turn}) scale({size})"):
        d = "M-100 0C-90 -70 -40 -84 0 -84C44 -84 84 -64 96 -22C112 -14 122 -6 124 4C120 14 108 18 96 24C80 68 40 84 0 84C-50 84 -92 60 -100 0z"
        c.path(d, fill="#ffd23f")
        if cut:
            c.circle(0, 0, 76, fill="#fff7d6")
            for k in range(9):
                a, b = math.tau * (k + 0.08) / 9, math.tau * (k + 0.92) / 9
                c.path(
                    f"M{num(10 * math.cos((a + b) / 2))} {num(10 * math.sin((a + b) / 2))}L{num(66 * math.cos(a))} {num(66 * math.sin(a))}"
                    f"A66 66 0 0 1 {num(66 * math.cos(b))} {num(66 * math.sin(b))}z",
                    fill="#ffdf6b",
                )
        else:
            c.path("M-100 0C-92 60 -50 84 0 84C40 84 80 68 96 24C60 50 -30 70 -100 0z", fill="#f2a922")
            c.path("M-60 -40Q-30 -66 20 -62", stroke="#fff3b8", sw=12, cap="round")


def leaf(c: Canvas, x: float, y: float, size: float, turn: float, tone: str, vein: str) -> None:
    """One pointed leaf growing from (x, y)."""
    with c.group(transform=f"translate({x} {y}) rotate({turn}) scale({size})"):
        c.path("M0 0C60 -70 160 -70 240 0C160 60 60 60 0 0z", fill=tone)
        c.path("M0 0C60 50 160 56 240 0z", fill=vein, o=0.4)
        c.path("M0 0H226M60 0l36 -30M60 0l36 28M120 0l34 -28M120 0l34 26", stroke=vein, sw=4)


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
        "M250 560C340 600 420 540 520 580C620 620 720 560 830 590L838 540C720 520 620 580 520 540C420 500 340 560 240 520z",
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
    glass = "M310 420H690C690 560 664 760 610 880C590 930 560 950 556 1000L556 1080Q640 1096 650 1130H350Q360 1096 444 1080L444 1000"
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
        "M330 480C300 400 340 320 420 316C440 250 560 250 586 318C660 320 704 400 668 480C640 520 600 470 570 500C530 540 480 470 440 504"
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


def city_night() -> Canvas:
    """A geometric city after rain."""
    c = sheet(1414, 1000, 37, "#101c3c")
    pink, cyan, yellow, violet = "#ff5d8f", "#3fd0d4", "#ffd166", "#4b3b8f"
    c.circle(1040, 250, 150, fill=yellow)
    for y in (210, 250, 290):
        c.path(f"M{860 + y % 70} {y}h260", stroke="#101c3c", sw=10)
    for layer, (tone, lights) in enumerate(((violet, "#7d6ad0"), ("#2a2466", cyan), ("#0a1128", yellow))):
        x = -30.0
        while x < 1430:
            w = c.rng.choice([70, 90, 110, 140])
            top = 720 - c.uni(60, 480) + layer * 130
            shape = c.rng.randrange(4)
            roof = (
                f"V{num(top)}h{w}",
                f"V{num(top + 40)}l{w} -40",
                f"V{num(top)}q{w / 2} -70 {w} 0",
                f"V{num(top)}h{w // 3}v-40h{w // 3}v40h{w - 2 * (w // 3)}",
            )[shape]
            c.path(f"M{num(x)} 840{roof}V840z", fill=tone)
            d = ""
            for wy in range(int(top) + 50, 790, 34):
                for wx in range(int(x) + 12, int(x + w) - 18, 24):
                    if c.rng.random() < (0.34, 0.3, 0.36)[layer]:
                        d += f"M{wx} {wy}h12v18h-12z"
            c.path(d, fill=lights)
            x += w + c.rng.choice([0, 0, 8, 22])
    c.path("M310 800V300h14V800zM290 330h54v10h-54zM298 420h38v8h-38z", fill=pink)
    c.path("M250 800L317 380L384 800M268 690h98M282 600h70M296 510h42", stroke=pink, sw=9)
    for x, y, words, tone in ((560, 500, "ラーメン", pink), (930, 470, "古書", cyan), (1230, 520, "花屋", yellow)):
        h = 62 * len(words) + 26
        c.rect(x, y, 84, h, rx=12, fill="#0a1128", stroke=tone, sw=7)
        c.tategaki(x + 42, y + 16, words, 60, fill=tone, font_weight="900")
    c.rect(0, 820, 1414, 180, fill="#0a1128")
    for _ in range(120):
        x, y = c.uni(0, 1414), c.uni(832, 990)
        c.path(
            f"M{num(x)} {num(y)}h{num(c.uni(10, 80))}",
            stroke=c.rng.choice([pink, cyan, yellow, "#7d6ad0"]),
            sw=5,
            cap="round",
            o=0.75,
        )
    for x, tone in ((300, cyan), (700, yellow), (1040, pink)):
        c.path(
            f"M{x - 70} 900Q{x} 810 {x + 70} 900Q{x + 46} 884 {x + 24} 900Q{x} 884 {x - 24} 900Q{x - 46} 884 {x - 70} 900z",
            fill=tone,
        )
        c.path(
            f"M{x} 890v46M{x - 16} 900h32l6 54h-44zM{x - 8} 954v30M{x + 8} 954v30",
            stroke="#f7f1e3",
            fill="#f7f1e3",
            sw=6,
        )
    frame(c, "#f7f1e3", 28, 28)
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
            c.path("M-58 -30C-66 -64 -40 -70 -24 -72C-14 -104 14 -104 24 -72C40 -72 54 -66 56 -44C54 -30 30 -26 0 -26C-30 -26 -52 -22 -58 -30z", fill="#5a2a4a")
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
    body = "M130 900C120 700 380 580 640 640C800 676 880 780 880 900C900 860 960 820 980 760C996 820 970 900 920 940C980 940 1010 990 1000 1040"
    body += "C960 990 900 1000 860 984C760 1100 560 1130 400 1090C240 1060 140 1000 130 900z"
    with c.group(transform="translate(500 860) rotate(-12) scale(.9) translate(-590 -860)"):
        c.path(body, fill="#16324f")
        c.path(
            "M130 900C140 1000 240 1060 400 1090C560 1130 760 1100 860 984C700 1010 560 940 420 960C300 976 190 950 130 900z",
            fill="#e8f3ef",
        )
        for k in range(9):
            c.path(
                f"M{210 + k * 44} {1000 + k * 4}C{300 + k * 44} {1000 - k * 2} {400 + k * 36} {990} {470 + k * 34} {1000 - k * 4}",
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
                        f"M{x} {num(top)}Q{x + k * 34} {num(top - 120)} {x + k * 62} {num(top - 150 + abs(k) * 26)}Q{x + k * 18} {num(top - 90)} {x + 8} {num(top)}z",
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
                        f"M{lx} {num(ly + 34)}c-58 -20 -48 -86 -16 -84c8 0 14 8 16 16c2 -8 8 -16 16 -16c32 -2 42 64 -16 84z",
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
                        f"M{x + k * 20} {num(top + 4)}C{x + k * 50 - 26} {num(top - 80)} {x + k * 34 - 10} {num(top - 160)} {x + k * 40} {num(top - 190 + abs(k) * 30)}"
                        f"C{x + k * 34 + 22} {num(top - 120)} {x + k * 40 + 20} {num(top - 60)} {x + k * 20 + 14} {num(top + 4)}z",
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
            if pot:
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


def lanterns() -> Canvas:
    """Paper lanterns and a fox mask."""
    c = sheet(1000, 1414, 41, "#1d1b3a")
    red, orange, cream = "#d62839", "#f77f4f", "#ffe9c9"
    c.circle(500, 560, 430, fill="#2e2a5e")
    c.circle(500, 560, 330, fill="#45357a")
    for row in range(4):
        y = 170 + row * 170
        c.path(f"M0 {y - 96}Q500 {y - 40} 1000 {y - 96}", stroke="#0f0e24", sw=6)
        for col in range(5 if row % 2 else 6):
            x = 90 + col * 165 + (82 if row % 2 else 0)
            if 300 < x < 700 and row >= 2:
                continue
            yy = y - 60 + 26 * math.sin((x / 1000) * math.pi)
            tone = (red, orange, cream)[(row + col) % 3]
            c.path(f"M{num(x - 20)} {num(yy - 22)}h40v14h-40zM{num(x - 20)} {num(yy + 112)}h40v14h-40z", fill="#0f0e24")
            c.path(
                f"M{num(x - 24)} {num(yy - 10)}Q{num(x - 88)} {num(yy + 52)} {num(x - 24)} {num(yy + 114)}h48Q{num(x + 88)} {num(yy + 52)} {num(x + 24)} {num(yy - 10)}z",
                fill=tone,
            )
            ribs = "".join(
                f"M{num(x - 46 + abs(k - 2) * 9)} {num(yy + 10 + k * 21)}Q{num(x)} {num(yy + 18 + k * 21)} {num(x + 46 - abs(k - 2) * 9)} {num(yy + 10 + k * 21)}"
                for k in range(5)
            )
            c.path(ribs, stroke="#0f0e24", sw=2.5, o=0.35)
            c.text(
                x,
                yy + 70,
                "秋祭御神灯"[(row + col) % 5],
                50,
                fill=cream if tone != cream else red,
                text_anchor="middle",
                font_weight="900",
                font_family=SERIF,
            )
    with c.group(transform="translate(500 800) rotate(-5) scale(1.25)"):
        c.path(
            "M-190 -40L-210 -300Q-120 -260 -70 -190Q0 -214 70 -190Q120 -260 210 -300L190 -40Q150 120 0 200Q-150 120 -190 -40z",
            fill="#fffaf0",
        )
        c.path("M-170 -120L-188 -256Q-130 -220 -104 -176zM170 -120L188 -256Q130 -220 104 -176z", fill=red)
        c.path("M-140 -40Q-90 -96 -40 -30Q-90 -10 -140 -40zM140 -40Q90 -96 40 -30Q90 -10 140 -40z", fill=red)
        c.path("M-124 -40Q-90 -66 -56 -34Q-90 -22 -124 -40zM124 -40Q90 -66 56 -34Q90 -22 124 -40z", fill="#0f0e24")
        c.path("M0 -180Q-26 -130 0 -90Q26 -130 0 -180z", fill=orange)
        c.path("M-30 110Q0 90 30 110L0 150z", fill="#0f0e24")
        c.path("M-30 150Q0 176 30 150", stroke=red, sw=8, cap="round")
        for s in (-1, 1):
            c.path(f"M{s * 60} 80L{s * 170} 50M{s * 60} 104L{s * 160} 104", stroke=red, sw=9, cap="round")
            c.path(f"M{s * 186} -20q{s * 60} 100 {s * 20} 260", stroke=red, sw=10)
            c.circle(s * 196, -10, 20, fill=orange)
    for x, y, size, turn, tone in ((150, 1130, 0.5, -24, orange), (860, 1120, 0.56, 30, orange), (230, 1010, 0.3, 40, red), (800, 985, 0.3, -50, red)):
        with c.group(transform=f"translate({x} {y}) rotate({turn}) scale({size})"):
            maple(c, tone, "#0f0e24")
    title(c, "狐の夜市", 1270, 130, cream, font_family=SERIF)
    title(c, "FOX NIGHT MARKET", 1340, 46, orange)
    frame(c, red, 26, 26)
    return c


def sakura_bicycle() -> Canvas:
    """A bicycle under cherry trees."""
    c = sheet(1414, 1000, 42, "#cfe9f3")
    pink, deep, trunk, green = "#ffb7c9", "#f28aa8", "#5a3d3a", "#8cc08a"
    c.path(c.below(c.ridge(700, 150, 420, 1)), fill="#a9d3d9")
    c.path("M0 720H1414V1000H0z", fill=green)
    c.path("M0 830H1414V1000H0z", fill="#f6ead6")
    c.path("M0 830H1414v12H0z", fill="#d9c3a0")
    for x, lean in ((180, 40), (1180, -60)):
        c.path(
            f"M{x - 40} 840C{x - 30} 640 {x + lean} 520 {x + lean - 60} 300L{x + lean + 10} 340L{x + lean + 70} 250C{x + lean + 60} 460 {x + 30} 640 {x + 56} 840z",
            fill=trunk,
        )
        for _ in range(46):
            a, r = c.uni(0, math.tau), 290 * math.sqrt(c.rng.random())
            cx, cy = x + lean + r * 1.35 * math.cos(a), 240 + r * 0.72 * math.sin(a)
            c.circle(cx, cy, c.uni(44, 92), fill=c.rng.choice([pink, pink, "#ffd3de", deep]), o=0.92)
    d = ""
    for _ in range(130):
        x, y, t = c.uni(0, 1414), c.uni(40, 990), c.uni(0, math.tau)
        dx, dy = 13 * math.cos(t), 13 * math.sin(t)
        d += f"M{num(x)} {num(y)}q{num(dx - dy * 0.6)} {num(dy + dx * 0.6)} {num(dx * 1.4)} {num(dy * 1.4)}q{num(-dx * 0.4 + dy * 0.8)} {num(-dy - dx * 0.4)} {num(-dx * 1.4)} {num(-dy * 1.4)}z"
    c.path(d, fill="#fff0f4")
    with c.group(transform="translate(690 770)"):
        for x in (-190, 190):
            c.circle(x, 0, 128, fill="none", stroke="#2d3a4f", sw=15)
            c.circle(x, 0, 112, fill="none", stroke="#f6ead6", sw=5)
            spokes = "".join(
                f"M{x} 0L{num(x + 112 * math.cos(k * math.tau / 16))} {num(112 * math.sin(k * math.tau / 16))}"
                for k in range(16)
            )
            c.path(spokes, stroke="#7a8496", sw=2.5)
            c.circle(x, 0, 15, fill="#2d3a4f")
        c.path(
            "M-190 0L-90 -180L120 -180L190 0M-90 -180L-20 0L120 -180M-190 0H-20",
            stroke="#d1495b",
            sw=17,
            join="round",
            cap="round",
        )
        c.path("M120 -180L96 -270H150M-90 -180L-112 -236", stroke="#2d3a4f", sw=13, cap="round", join="round")
        c.path("M-170 -246Q-110 -270 -56 -240Q-80 -222 -160 -224z", fill="#5a3d3a")
        c.path("M150 -270q40 0 40 34", stroke="#2d3a4f", sw=12, cap="round")
        c.circle(-20, 0, 34, fill="none", stroke="#2d3a4f", sw=12)
        c.path("M150 -250H300L282 -140H166z", fill="#c98f4a")
        weave = "".join(f"M{158 + k * 22} -250l4 110" for k in range(7)) + "M152 -220H296M158 -190H290M162 -164H286"
        c.path(weave, stroke="#8a5a2c", sw=4)
        for x, y in ((180, -270), (214, -290), (250, -276), (278, -268), (232, -262)):
            for k in range(5):
                c.circle(x + 15 * math.cos(k * 1.257), y + 15 * math.sin(k * 1.257), 11, fill=("#fff0f4", deep)[k % 2])
            c.circle(x, y, 7, fill="#ffd166")
    c.text(
        707,
        150,
        "桜並木を、ゆっくり。",
        74,
        fill=trunk,
        font_weight="900",
        text_anchor="middle",
        font_family=SERIF,
        stroke="#cfe9f3",
        sw=14,
        paint_order="stroke",
    )
    frame(c, "#ffffff", 28, 28)
    return c


def cranes() -> Canvas:
    """Two cranes before a red sun."""
    c = sheet(1200, 900, 43, "#f4ead5")
    c.circle(600, 430, 300, fill="#d6402b")
    c.path("M0 690H1200V900H0z", fill="#1f3d63")
    for k in range(5):
        y = 640 + k * 60
        d = ""
        for x in range(-60, 1300, 120):
            off = x + (60 if k % 2 else 0)
            for r in (60, 44, 28, 12):
                d += f"M{off - r} {y + 60}a{r} {r} 0 0 1 {2 * r} 0"
        c.path(f"M0 {y + 60 - 30}H1200V900H0z", fill="#f4ead5", o=0)
        c.path(
            "".join(f"M{x + (60 if k % 2 else 0) - 60} {y + 60}a60 60 0 0 1 120 0z" for x in range(-120, 1300, 120)),
            fill="#1f3d63",
        )
        c.path(d, stroke="#f4ead5", sw=5)
    for x, y, s, t in ((400, 310, 1.0, -8), (840, 500, -0.84, 4)):
        with c.group(transform=f"translate({x} {y}) scale({s} {abs(s)}) rotate({t})"):
            c.path(
                "M-40 0C-120 -60 -220 -150 -330 -170C-250 -120 -230 -70 -180 -30C-230 -50 -290 -60 -340 -50C-250 -10 -160 40 -60 40z",
                fill="#ffffff",
            )
            c.path(
                "M-330 -170C-290 -144 -270 -126 -250 -100L-210 -90C-240 -120 -280 -156 -330 -170zM-340 -50C-300 -40 -270 -24 -230 -10L-190 -14C-240 -40 -290 -60 -340 -50z",
                fill="#22222e",
            )
            c.path(
                "M-20 -10C0 -110 60 -210 150 -260C130 -190 130 -150 140 -110C160 -160 190 -190 230 -210C200 -130 150 -30 60 20z",
                fill="#ffffff",
            )
            c.path(
                "M150 -260C120 -240 100 -220 84 -196L112 -176C120 -210 132 -236 150 -260zM230 -210C204 -196 186 -176 170 -156L180 -126C200 -156 216 -180 230 -210z",
                fill="#22222e",
            )
            c.path(
                "M-90 20C-20 -40 80 -30 130 10C190 0 230 -30 280 -60L300 -52L290 -40C250 0 190 46 110 50C40 60 -40 60 -90 20z",
                fill="#ffffff",
            )
            c.path("M190 12C230 -8 262 -36 284 -58L296 -50C262 -10 230 10 196 22z", fill="#22222e")
            c.path("M276 -62Q290 -76 304 -60L292 -50z", fill="#d6402b")
            c.path("M302 -56L350 -52L300 -46z", fill="#7a7a5a")
            c.path("M-90 20L-230 70L-110 40M-80 30L-220 90", stroke="#22222e", sw=6, cap="round", join="round")
    c.path("M0 200q60 -50 130 0h120M920 150h90q60 -46 120 0h90M40 250h170", stroke="#c9a24a", sw=9, cap="round")
    frame(c, "#c9a24a", 20, 20)
    return c


def avatar() -> Canvas:
    """A maple leaf."""
    c = sheet(400, 400, 44, "#f6e7cb")
    c.circle(200, 200, 160, fill="#f2b65a")
    with c.group(transform="translate(200 210)"):
        maple(c, "#d1495b", "#8e2f45")
    return c


DRAWINGS: dict[str, Callable[[], Canvas]] = {
    "kazehama": kazehama,
    "night-express": night_express,
    "yukimine": yukimine,
    "lemon-coast": lemon_coast,
    "matcha": matcha,
    "cream-soda": cream_soda,
    "after-rain": city_night,
    "sand-observatory": dunes,
    "under-the-whale": whale,
    "plant-shelf": plant_shelf,
    "fox-market": lanterns,
    "sakura-bicycle": sakura_bicycle,
    "two-cranes": cranes,
    "avatar": avatar,
}
