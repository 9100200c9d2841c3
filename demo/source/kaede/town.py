"""Town and season."""

from __future__ import annotations

import math

from kit import Canvas, num

from kaede.parts import SERIF, frame, maple, sheet, title


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
            f"M{x - 70} 900Q{x} 810 {x + 70} 900Q{x + 46} 884 {x + 24} 900Q{x} 884 {x - 24} 900Q{x - 46} 884"
            f" {x - 70} 900z",
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
                f"M{num(x - 24)} {num(yy - 10)}Q{num(x - 88)} {num(yy + 52)} {num(x - 24)} {num(yy + 114)}h48"
                f"Q{num(x + 88)} {num(yy + 52)} {num(x + 24)} {num(yy - 10)}z",
                fill=tone,
            )
            ribs = "".join(
                f"M{num(x - 46 + abs(k - 2) * 9)} {num(yy + 10 + k * 21)}Q{num(x)} {num(yy + 18 + k * 21)}"
                f" {num(x + 46 - abs(k - 2) * 9)} {num(yy + 10 + k * 21)}"
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
            "M-190 -40L-210 -300Q-120 -260 -70 -190Q0 -214 70 -190Q120 -260 210 -300L190 -40Q150 120 0 200Q-150"
            " 120 -190 -40z",
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
    for x, y, size, turn, tone in (
        (150, 1130, 0.5, -24, orange),
        (860, 1120, 0.56, 30, orange),
        (230, 1010, 0.3, 40, red),
        (800, 985, 0.3, -50, red),
    ):
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
            f"M{x - 40} 840C{x - 30} 640 {x + lean} 520 {x + lean - 60} 300L{x + lean + 10} 340L{x + lean + 70}"
            f" 250C{x + lean + 60} 460 {x + 30} 640 {x + 56} 840z",
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
        d += (
            f"M{num(x)} {num(y)}q{num(dx - dy * 0.6)} {num(dy + dx * 0.6)} {num(dx * 1.4)}"
            f" {num(dy * 1.4)}q{num(-dx * 0.4 + dy * 0.8)} {num(-dy - dx * 0.4)} {num(-dx * 1.4)} {num(-dy * 1.4)}"
            f"z"
        )
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
        c.path(
            "".join(f"M{x + (60 if k % 2 else 0) - 60} {y + 60}a60 60 0 0 1 120 0z" for x in range(-120, 1300, 120)),
            fill="#1f3d63",
        )
        c.path(d, stroke="#f4ead5", sw=5)
    for x, y, s, t in ((400, 310, 1.0, -8), (840, 500, -0.84, 4)):
        with c.group(transform=f"translate({x} {y}) scale({s} {abs(s)}) rotate({t})"):
            c.path(
                "M-40 0C-120 -60 -220 -150 -330 -170C-250 -120 -230 -70 -180 -30C-230 -50 -290 -60 -340 -50C-250"
                " -10 -160 40 -60 40z",
                fill="#ffffff",
            )
            c.path(
                "M-330 -170C-290 -144 -270 -126 -250 -100L-210 -90C-240 -120 -280 -156 -330 -170zM-340 -50C-300"
                " -40 -270 -24 -230 -10L-190 -14C-240 -40 -290 -60 -340 -50z",
                fill="#22222e",
            )
            c.path(
                "M-20 -10C0 -110 60 -210 150 -260C130 -190 130 -150 140 -110C160 -160 190 -190 230 -210C200 -130"
                " 150 -30 60 20z",
                fill="#ffffff",
            )
            c.path(
                "M150 -260C120 -240 100 -220 84 -196L112 -176C120 -210 132 -236 150 -260zM230 -210C204 -196 186"
                " -176 170 -156L180 -126C200 -156 216 -180 230 -210z",
                fill="#22222e",
            )
            c.path(
                "M-90 20C-20 -40 80 -30 130 10C190 0 230 -30 280 -60L300 -52L290 -40C250 0 190 46 110 50C40 60"
                " -40 60 -90 20z",
                fill="#ffffff",
            )
            c.path("M190 12C230 -8 262 -36 284 -58L296 -50C262 -10 230 10 196 22z", fill="#22222e")
            c.path("M276 -62Q290 -76 304 -60L292 -50z", fill="#d6402b")
            c.path("M302 -56L350 -52L300 -46z", fill="#7a7a5a")
            c.path("M-90 20L-230 70L-110 40M-80 30L-220 90", stroke="#22222e", sw=6, cap="round", join="round")
    c.path("M0 200q60 -50 130 0h120M920 150h90q60 -46 120 0h90M40 250h170", stroke="#c9a24a", sw=9, cap="round")
    frame(c, "#c9a24a", 20, 20)
    return c
