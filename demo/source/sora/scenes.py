"""Sora's skies and streets."""

from __future__ import annotations

import math

from kit import Canvas, poly, ramp

from sora.parts import banks, cumulus, discs, glow, sky, small_figure, stars, wires


def seaside_road() -> Canvas:
    """A huge cumulonimbus over a road to the sea."""
    c = Canvas(1600, 1000, 17)
    sky(c, (0, "#1668c4"), (0.6, "#64bcf0"), (1, "#dff5ff"))
    cumulus(c, 1080, 660, 900, 600, ("#ffffff", "#d8ecff", "#9fc6ee"))
    cumulus(c, 260, 670, 620, 300, ("#ffffff", "#dff0ff", "#aed0f2"))
    c.rect(0, 640, 1600, 360, fill=c.lin((0, "#1a6cb4"), (0.4, "#2fa3cf"), (1, "#7fdde0")))
    c.path(
        "".join(f"M{c.uni(0, 1600):.0f} {646 + i * 4.6:.0f}h{c.uni(30, 200):.0f}" for i in range(34)),
        stroke="#d6f6ff",
        sw=3,
        o=0.6,
    )
    c.path("M1180 640L1240 616L1330 606L1420 622L1500 640z", fill="#2b6a86")
    c.path("M0 1000V760C200 730 420 740 600 800L820 1000z", fill="#4fa05a")
    c.path("M1600 1000V720C1440 720 1250 760 1130 820L1010 1000z", fill="#3f8f55")
    c.path("M600 1010L756 772H900L1190 1010z", fill="#8a93a6")
    c.path("M756 772H900L912 780H748z", fill="#6d7890")
    c.path("M836 1000L830 900M828 872L826 826M825 812L824 790", stroke="#f4f6fa", sw=9, cap="round")
    c.path("M560 1000L744 770M1230 1000L908 770", stroke="#eef2f6", sw=7)
    for side, xs in ((1, range(8)), (-1, range(8))):
        for i in xs:
            t = (i / 8) ** 1.4
            x = 744 + (540 - 744) * t if side > 0 else 908 + (1260 - 908) * t
            c.rect(x - 4, 740 + 210 * t, 5 + 9 * t, 34 + 60 * t, fill="#f4f6fa", stroke="#7d879c", sw=1.5)
    grass = "".join(f"M{c.uni(0, 560):.0f} {c.uni(820, 1000):.0f}q4 -26 {c.uni(-16, 20):.0f} -44" for _ in range(260))
    grass += "".join(
        f"M{c.uni(1200, 1600):.0f} {c.uni(800, 1000):.0f}q4 -26 {c.uni(-16, 20):.0f} -44" for _ in range(200)
    )
    c.path(grass, stroke="#2f7a48", sw=4, cap="round", o=0.8)
    c.path("M196 1000L210 250h22L246 1000z", fill="#5a5f74")
    c.path("M120 290h210v14h-210zM140 350h170v12h-170z", fill="#4a4f66")
    c.path(discs([(130, 282, 9), (180, 282, 9), (270, 282, 9), (320, 282, 9)]), fill="#e8edf5")
    wires(
        c,
        [(130, 278, 1600, 40, 130), (320, 278, 1600, 90, 130), (130, 278, -20, 180, 30), (310, 350, 1600, 170, 120)],
        "#2f3a55",
        3,
    )
    small_figure(c, 800, 905, 1.9, "#4a2f2a", "#ffffff", "#2c4a86")
    c.path(
        "M772 786C760 790 744 792 740 788C752 776 762 742 800 742C838 742 848 776 860 788C856 792 840 790 828 786"
        "Q800 794 772 786z",
        fill="#f1cf7c",
        transform="translate(0 -56)",
    )
    c.path(
        "M220 470l16 -10l16 10M300 520l12 -8l12 8M1340 300l18 -11l18 11M1400 340l14 -9l14 9",
        stroke="#ffffff",
        sw=4,
        cap="round",
    )
    return c


def crossing() -> Canvas:
    """A level crossing at dusk with a train passing."""
    c = Canvas(1500, 1000, 18)
    sky(c, (0, "#3a3f86"), (0.35, "#8f5c9e"), (0.62, "#f08a7a"), (0.8, "#ffc98a"), (1, "#ffe9b8"))
    glow(c, 420, 640, 520, "#fff0b0", 0.9)
    c.circle(420, 640, 88, fill="#fff6d2")
    for x, y, w, h in ((1150, 400, 780, 150), (260, 330, 620, 110), (760, 190, 760, 100)):
        banks(c, x, y, w, h, ("#ffd2b0", "#e890a0", "#9a68a6"))
    c.path(
        poly(
            [
                (0, 700),
                (120, 640),
                (190, 640),
                (190, 610),
                (330, 610),
                (330, 660),
                (520, 660),
                (560, 620),
                (700, 620),
                (700, 670),
                (900, 670),
                (940, 630),
                (1080, 630),
                (1080, 600),
                (1180, 600),
                (1180, 690),
                (1230, 650),
                (1280, 690),
                (1280, 670),
                (1340, 670),
                (1340, 700),
                (1400, 700),
                (1440, 660),
                (1500, 690),
                (1500, 800),
                (0, 800),
            ]
        ),
        fill="#54407e",
    )
    with c.group():
        c.rect(0, 560, 1180, 200, rx=26, fill="#f4e6d2", stroke="#3d2a55", sw=5)
        c.rect(-20, 668, 1196, 46, fill="#e2574c")
        c.rect(-20, 552, 1186, 22, rx=10, fill="#9a8fae")
        for i in range(7):
            c.rect(30 + i * 152, 596, 112, 64, rx=8, fill=c.lin((0, "#fff6c4"), (1, "#ffd06b")), stroke="#3d2a55", sw=4)
        c.path("M1050 590h96q14 40 18 70h-114z", fill="#ffe9a8", stroke="#3d2a55", sw=4)
        c.path("M460 576V760M940 576V760", stroke="#3d2a55", sw=4)
        for x in (90, 250, 560, 720, 1010, 1110):
            c.circle(x, 770, 26, fill="#2b2145")
        people = "".join(f"M{x} 660v-20q2 -22 16 -22t16 22v20z" for x in (60, 220, 372, 680, 830))
        c.path(
            people + discs([(76, 616, 11), (236, 616, 11), (388, 616, 11), (696, 616, 11), (846, 616, 11)]),
            fill="#7a4a5e",
            o=0.8,
        )
    c.path("M0 790H1500V1000H0z", fill=c.lin((0, "#4a3a70"), (1, "#2a2150")))
    c.path("M0 790h1500M0 806h1500", stroke="#d6b8c0", sw=5)
    c.path("M500 1000L620 800H900L1080 1000z", fill="#6d5a8e")
    c.path("M560 1000L640 812M1010 1000L884 812", stroke="#e6d8e8", sw=6)
    for x, tall in ((300, 480), (1250, 540)):
        c.rect(x - 12, 1000 - tall, 24, tall, fill="#2b2145")
        stripes = "".join(f"M{x - 12} {1000 - tall + 130 + i * 60}h24v30h-24z" for i in range(7))
        c.path(stripes, fill="#f2c53d")
        with c.group(transform=f"translate({x} {1000 - tall + 10})"):
            c.path("M-76 -56L76 50M76 -56L-76 50", stroke="#f2c53d", sw=26)
            c.path("M-76 -56L76 50M76 -56L-76 50", stroke="#2b2145", sw=26, stroke_dasharray="24 24")
        for s in (-1, 1):
            lx, ly = x + s * 52, 1000 - tall + 118
            c.circle(lx, ly, 34, fill="#1b1430")
            on = s < 0
            c.circle(lx, ly, 24, fill="#ff4f4f" if on else "#6b2338")
            if on:
                glow(c, lx, ly, 120, "#ff4f4f", 0.8)
    c.path("M312 850L1010 800", stroke="#f2c53d", sw=16, cap="round")
    c.path("M312 850L1010 800", stroke="#2b2145", sw=16, stroke_dasharray="46 46")
    wires(c, [(-20, 150, 1500, 90, 60), (-20, 200, 1500, 150, 70), (-20, 470, 1500, 470, 16)], "#2b2145", 4)
    small_figure(c, 720, 968, 2.0, "#3a2540", "#f6eef2", "#3f3a7a")
    small_figure(c, 800, 972, 2.05, "#6b3f3a", "#f6eef2", "#3f3a7a", -1)
    c.path("M560 985L540 1000H900L870 985z", fill="#2a2150", o=0.5)
    return c


def rooftop() -> Canvas:
    """Two friends on a rooftop under contrails."""
    c = Canvas(1600, 900, 19)
    sky(c, (0, "#28589c"), (0.45, "#86a9d8"), (0.75, "#ffd3a8"), (1, "#ff9f7a"))
    glow(c, 1250, 760, 620, "#fff0c0", 0.9)
    for i in range(24):
        y = 90 + 18 * i + c.uni(-8, 8)
        x = c.uni(-100, 1300)
        c.path(
            f"M{x:.0f} {y:.0f}q{c.uni(80, 160):.0f} -20 {c.uni(220, 420):.0f} 0q-120 26 -{c.uni(200, 300):.0f} 6z",
            fill=ramp([(0, "#dfeaf8"), (0.6, "#ffe4cc"), (1, "#ffc2a0")], i / 24),
            o=0.75,
        )
    c.path("M-20 330L900 60", stroke="#ffffff", sw=10, o=0.85, cap="round")
    c.path("M900 60l40 -12", stroke="#ffffff", sw=5, cap="round")
    for layer, tone in enumerate(("#a58fb8", "#76659c")):
        d, x = "", -10.0
        while x < 1620:
            w = c.uni(50, 140)
            d += f"M{x:.0f} 900V{690 + layer * 60 - c.uni(0, 130):.0f}h{w:.0f}V900z"
            x += w
        c.path(d, fill=tone, o=0.85)
    c.rect(0, 770, 1600, 130, fill="#3d3560")
    c.rect(0, 762, 1600, 20, fill="#5a4f86")
    fence = "".join(f"M{x} 770V560" for x in range(20, 1600, 145))
    c.path(fence + "M0 566H1600", stroke="#3d3560", sw=9)
    mesh = "".join(f"M{x} 770l200 -200M{x} 570l200 200" for x in range(-200, 1600, 50))
    c.path(mesh, stroke="#3d3560", sw=2, o=0.6)
    with c.group(fill="#2d2650"):
        c.path("M140 770V520h240V770z")
        c.path("M170 520v-20h180v20zM190 500C190 380 330 380 330 500z")
        c.path("M210 560h60v210h-60z", fill="#463b72")
        c.path("M1420 770V300h10V770zM1350 330h150v8h-150zM1370 372h110v8h-110zM1386 414h80v7h-80z")
    for x, hair, bag, flip in ((780, "#3a2a3a", "#d95f5f", 1), (930, "#6b4636", "#4f7fc4", -1)):
        with c.group(transform=f"translate({x} 770) scale({flip * 2.7:.1f} 2.7)"):
            c.path("M-16 -6Q-22 -34 -12 -50Q0 -56 12 -50Q20 -30 16 -6z", fill="#f6f2f6")
            c.path("M-12 -50Q-22 -34 -26 -8L-20 -6Q-14 -24 -8 -34z", fill="#d5cfe4")
            c.path("M-18 0Q-18 -14 0 -14T18 0z", fill="#3a3a6b")
            c.path(
                "M-13 -62C-14 -80 14 -80 13 -62C14 -52 15 -46 13 -42Q0 -50 -13 -42C-14 -48 -14 -54 -13 -62z", fill=hair
            )
            c.path("M28 0v-22h26v22z", fill=bag)
            c.path("M34 -22q7 -12 14 0", stroke=bag, sw=3)
    c.path("M760 900L700 790H1010L1100 900z", fill="#2d2650", o=0.7)
    c.path("M1090 250l22 -14l22 14M1160 300l18 -12l18 12M1030 330l16 -10l16 10", stroke="#4a4a7a", sw=5, cap="round")
    return c


def bus_stop() -> Canvas:
    """A country bus stop under the Milky Way."""
    c = Canvas(1000, 1400, 21)
    sky(c, (0, "#070b2c"), (0.45, "#152a66"), (0.8, "#3a6f9c"), (1, "#8fc4b8"))
    with c.group(transform="rotate(-62 500 520)", filter=c.blur(34)):
        for _ in range(60):
            t = c.uni(-900, 900)
            c.ellipse(
                500 + t,
                520 + c.rng.gauss(0, 60),
                c.uni(60, 160),
                c.uni(16, 60),
                fill=c.rng.choice(["#7f8fe0", "#c79ae0", "#f0c8d8", "#5f9fe0"]),
                o=0.2,
            )
    stars(c, 300, 1080)
    d = ""
    for _ in range(300):
        t, s = c.uni(-900, 900), c.rng.gauss(0, 70)
        a = math.radians(-62)
        x, y = 500 + t * math.cos(a) - s * math.sin(a), 520 + t * math.sin(a) + s * math.cos(a)
        if y < 1080:
            d += f"M{x:.0f} {y:.0f}h1.6v1.6h-1.6z"
    c.path(d, fill="#fff6ea")
    c.path("M150 330L340 410", stroke=c.lin((0, "#ffffff", 0), (1, "#ffffff", 1), box="0 0 1 0"), sw=5, cap="round")
    c.path(c.below(c.ridge(1120, 150, 330, 4)), fill="#16305a")
    c.path(c.below(c.ridge(1170, 90, 200, 6)), fill="#0f2246")
    c.path("M0 1180H1000V1400H0z", fill="#0c1a34")
    c.path("M-20 1400L420 1190H560L880 1400z", fill="#2a3a5a")
    c.path("M440 1390L488 1250M492 1236L498 1206", stroke="#c9d4e8", sw=8)
    glow(c, 716, 1060, 330, "#ffe9a8", 0.85)
    c.path("M560 1230V990h300v240h-22V1012H582v218z", fill="#3a2a3f")
    c.path("M530 996L560 940H880L900 996z", fill="#8e4a4a", stroke="#2a1a30", sw=5)
    c.path("M582 1012h256v190h-256z", fill="#f6d58a", o=0.8)
    c.path("M600 1030h70v90h-70z", fill="#fff6e0", stroke="#8a6a4a", sw=3)
    c.path("M610 1050h50M610 1066h50M610 1082h36", stroke="#8a6a4a", sw=4)
    c.path("M590 1172h240v14h-240z", fill="#6b4636")
    with c.group(transform="translate(752 1176) scale(1.5)"):
        c.path("M-16 0Q-18 -40 0 -44T16 0z", fill="#e8566e")
        c.path("M-14 -2L-24 30H-16L-4 0zM2 -2L4 30H12L14 0z", fill="#2c3a66")
        c.circle(0, -56, 15, fill="#ffe1cf")
        c.path(
            "M-17 -52C-20 -80 20 -80 17 -52C18 -44 16 -38 12 -36C14 -52 6 -62 -4 -64C-10 -58 -14 -50 -12 -38C-17"
            " -42 -17 -46 -17 -52z",
            fill="#3a2a3a",
        )
        c.path("M-16 -8h14v10h-14z", fill="#f4e6d2")
    c.path("M470 1250V1000h10v250z", fill="#c9d4e8")
    c.circle(475, 990, 44, fill="#e2574c", stroke="#f6f2ea", sw=8)
    c.text(475, 1000, "バス", 26, fill="#ffffff", text_anchor="middle", font_weight="bold")
    c.rect(440, 1046, 70, 84, fill="#f6f2ea")
    c.path("M450 1064h50M450 1080h50M450 1096h50M450 1112h30", stroke="#7a86a0", sw=4)
    tufts = "".join(
        f"M{c.uni(-10, 1010):.0f} {c.uni(1230, 1400):.0f}q{c.uni(-8, 8):.0f} -30 {c.uni(-20, 20):.0f} -54"
        for _ in range(240)
    )
    c.path(tufts, stroke="#1f4a50", sw=4, cap="round")
    for _ in range(22):
        x, y = c.uni(0, 1000), c.uni(1080, 1390)
        glow(c, x, y, 18, "#d9ff8a", 0.9)
        c.circle(x, y, 3, fill="#faffd8")
    return c
