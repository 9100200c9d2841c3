"""The comic: 灯台のねこ, four pages, and a four-panel strip."""

from __future__ import annotations

import math

from kit import Canvas

from minato.cast import black_cat, keeper, tower
from minato.ink import BLACK, WHITE, bubble, focus, hatch, lines_fill, panel, rain, screentone, sound, waves

PAGE = (1000, 1414)


def page_one() -> Canvas:
    """The lamp goes out in a storm."""
    c = Canvas(*PAGE, 91, WHITE)
    with panel(c, [(40, 40), (960, 40), (960, 640), (40, 700)], BLACK):
        d = "".join(
            f"M{c.uni(0, 1000):.0f} {c.uni(40, 420):.0f}q{c.uni(60, 160):.0f} {c.uni(-30, 30):.0f}"
            f" {c.uni(200, 380):.0f} {c.uni(-10, 20):.0f}"
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
            c.rect(612 + k * 31, 1084, 24, 46, fill=(WHITE, BLACK, "#888888")[k % 3], stroke=BLACK, sw=3)
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
            rays += (
                f"M{660 + 146 * math.cos(a):.0f} {330 + 146 * math.sin(a):.0f}"
                f"L{660 + (230 + 90 * (k % 2)) * math.cos(a):.0f} {330 + (230 + 90 * (k % 2)) * math.sin(a):.0f}"
            )
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
