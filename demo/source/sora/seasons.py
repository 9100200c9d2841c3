"""Portraits in their weather, and a cat."""

from __future__ import annotations

import math

from kit import Canvas, mix, num

from sora.parts import cumulus, glow, petals, sky
from sora.people import GREEN_EYES, INK, Look, bust


def rain() -> Canvas:
    """A girl under a clear umbrella among hydrangeas."""
    c = Canvas(1000, 1333, 15)
    sky(c, (0, "#7f93b5"), (0.6, "#b3c3d8"), (1, "#dbe3ea"))
    for layer in range(3):
        base = c.ridge(820 + layer * 90, 260, 260, layer)
        c.path(c.below(base), fill=mix("#9fb3cc", "#5f8a86", layer / 2), o=0.8)
    look = Look(
        "#8a6a4c",
        "#5d4434",
        "#d0ac84",
        GREEN_EYES,
        style="bob",
        turn=0.4,
        mouth="cat",
        tips=((120, 48), (78, 2), (26, 14), (-26, 2), (-76, 12), (-122, 44)),
    )
    with c.group(transform="translate(480 660) scale(1.16)"):
        c.path("M250 520L160 -300", stroke="#5a6a86", sw=9, cap="round")
        bust(c, look, "shirt", "#f7e08a", "#fffaf0", tilt=-5)
        with c.group(transform="translate(-20 -78) scale(1.06)"):
            canopy = (
                "M-330 -190C-260 -460 420 -520 520 -150Q470 -200 400 -160Q330 -226 240 -176Q150 -240 60 -186Q-30"
                " -240 -120 -190"
            )
            canopy += "Q-230 -240 -330 -190z"
            c.path(canopy, fill="#ffffff", o=0.32)
            c.path(canopy, stroke="#f4f8ff", sw=6, join="round")
            c.path(
                "M120 -450Q40 -330 60 -186M120 -450Q200 -330 240 -176M120 -450Q-80 -350 -120 -190M120 -450Q340"
                " -350 400 -160",
                stroke="#f4f8ff",
                sw=4,
                o=0.9,
            )
            c.path("M-230 -290Q-170 -380 -60 -420", stroke="#ffffff", sw=16, cap="round", o=0.8)
            c.path("M120 -450v-40", stroke="#5a6a86", sw=10, cap="round")
    d = "".join(f"M{c.uni(0, 1000):.0f} {c.uni(-40, 1300):.0f}l-6 {c.uni(26, 60):.0f}" for _ in range(180))
    c.path(d, stroke="#ffffff", sw=2.5, o=0.6)
    for x, y, r, tone in (
        (80, 1180, 130, "#7f8fe6"),
        (290, 1290, 120, "#b487dd"),
        (760, 1290, 130, "#6fa9ec"),
        (940, 1160, 140, "#c78fe0"),
        (540, 1350, 110, "#8f86ea"),
    ):
        for s in (-1, 1):
            leaf = f"M{x} {y + 40}q{s * 90} -60 {s * 190} 10q{-s * 60} 90 {-s * 190} -10z"
            c.path(leaf, fill="#3f8a63", stroke="#245a48", sw=3)
            c.path(f"M{x} {y + 40}q{s * 90} -20 {s * 170} 6", stroke="#245a48", sw=2.5)
        c.circle(x, y, r * 0.86, fill=mix(tone, "#39307a", 0.45))
        for k in range(24):
            a, q = k * 2.4, r * 0.8 * math.sqrt(k / 24)
            px, py, s2 = x + math.cos(a) * q, y + math.sin(a) * q, r * 0.17
            c.path(
                f"M{num(px)} {num(py)}q{num(-s2)} {num(-s2 * 1.6)} 0 {num(-s2 * 1.5)}q{num(s2)} {num(-s2 * 0.1)} 0"
                f" {num(s2 * 1.5)}"
                f"q{num(s2 * 1.6)} {num(-s2)} {num(s2 * 1.5)} 0q0 {num(s2)} {num(-s2 * 1.5)} 0q{num(s2)}"
                f" {num(s2 * 1.5)} 0 {num(s2 * 1.5)}"
                f"q{num(-s2)} 0 0 {num(-s2 * 1.5)}q{num(-s2 * 1.5)} {num(s2)} {num(-s2 * 1.5)} 0q0 {num(-s2)}"
                f" {num(s2 * 1.5)} 0z",
                fill=mix(tone, "#ffffff", 0.2 + 0.5 * c.rng.random()),
                stroke=mix(tone, "#39307a", 0.4),
                sw=1.2,
            )
    return c


def autumn_witch() -> Canvas:
    """A red-haired witch among falling leaves."""
    c = Canvas(1100, 1375, 16)
    sky(c, (0, "#f6b65c"), (0.5, "#fbd79a"), (1, "#fff1d2"))
    glow(c, 850, 260, 520, "#fff6d8", 0.9)
    for layer in range(3):
        base = c.ridge(860 + layer * 110, 330, 210, layer + 3)
        c.path(c.below(base), fill=mix("#e99a4a", "#a4472e", layer / 2), o=0.85)
        d = "".join(f"M{x:.0f} {y:.0f}v{c.uni(120, 320):.0f}" for x, y in base[::4])
        c.path(d, stroke=mix("#c97a3a", "#6b2c22", layer / 2), sw=9 + layer * 6, o=0.5)
    look = Look(
        "#d4532f",
        "#8e2c24",
        "#ffab6b",
        GREEN_EYES,
        style="twin",
        turn=-0.4,
        mouth="open",
        eyes="wink",
        tips=((120, 48), (70, 10), (22, -2), (-28, 16), (-80, 2), (-122, 50)),
    )
    with c.group(transform="translate(540 690) scale(1.2)"):
        bust(c, look, "cloak", "#3b2a55", "#5a3f80", tilt=-7)
        with c.group(transform="rotate(-10)"):
            c.path(
                "M-150 -170C-110 -290 -60 -420 60 -520C110 -560 190 -540 210 -490C170 -500 130 -480 128 -440C140"
                " -340 150 -260 166 -170"
                "Q0 -110 -150 -170z",
                fill="#3b2a55",
                stroke=INK,
                sw=4.5,
                join="round",
            )
            c.path(
                "M60 -520C20 -400 0 -280 10 -150L166 -170C150 -260 140 -340 128 -440C130 -480 170 -500 210 -490"
                "C190 -540 110 -560 60 -520z",
                fill="#2a1c40",
                o=0.7,
            )
            c.path("M-152 -190Q0 -130 164 -190L166 -150Q0 -90 -156 -148z", fill="#e8863a", stroke=INK, sw=4)
            c.path("M-20 -154h52v46h-52z", fill="none", stroke="#ffe08a", sw=8, join="round")
            c.path(
                "M-340 -100C-260 -180 -180 -150 -156 -148Q0 -90 166 -150C200 -156 270 -180 340 -106C240 -50 -240"
                " -44 -340 -100z",
                fill="#3b2a55",
                stroke=INK,
                sw=4.5,
                join="round",
            )
            c.path("M-300 -104Q-220 -140 -160 -126Q0 -70 170 -128Q240 -140 300 -108", stroke="#6d529a", sw=5)
    for tone, count in (("#d4532f", 26), ("#e8a13a", 26), ("#8e3324", 14)):
        petals(c, count, tone, 26)
    return c


def window_cat() -> Canvas:
    """A calico cat asleep on a window-sill."""
    c = Canvas(1200, 1200, 20)
    c.rect(0, 0, 1200, 1200, fill="#f7e3c8")
    c.rect(130, 90, 940, 770, fill=c.lin((0, "#4aa8ea"), (1, "#c9eefc")))
    with c.group(clip_path=c.clip("M130 90h940v770h-940z")):
        cumulus(c, 380, 820, 620, 460, ("#ffffff", "#dcefff", "#a9cdf0"))
        cumulus(c, 950, 860, 460, 300, ("#ffffff", "#dcefff", "#a9cdf0"))
        c.path(c.below(c.ridge(840, 70, 190, 2)), fill="#5aa86b")
    c.path("M130 90h940v770h-940zM600 90v770", stroke="#fffaf0", sw=34)
    c.path("M130 90h940v770h-940z", stroke=INK, sw=5, transform="translate(-9 -9) scale(1.015)", o=0.8)
    for side in (-1, 1):
        x = 600 + side * 600
        d = (
            f"M{x} 0H{x - side * 250}Q{x - side * 300} 420 {x - side * 130} 700Q{x - side * 210} 840"
            f" {x - side * 150} 980L{x} 980z"
        )
        c.path(d, fill="#fff6e6", stroke=INK, sw=5)
        folds = "".join(
            f"M{x - side * k} 10Q{x - side * (k + 26)} 420 {x - side * (k * 0.55)} 690" for k in (60, 120, 180)
        )
        c.path(folds, stroke="#e2c7a8", sw=8, cap="round")
        c.path(f"M{x} 676h{-side * 150}v44h{side * 150}z", fill="#e8707a", stroke=INK, sw=4)
    c.rect(-20, 870, 1240, 90, fill="#d9a066", stroke=INK, sw=5)
    c.rect(-20, 960, 1240, 260, fill="#e9c39a")
    c.path("M0 960h1200v26H0z", fill="#b9804f", o=0.7)
    body_d = "M260 880C220 720 330 590 520 580C720 560 930 640 960 800C966 850 950 880 930 886L300 890z"
    c.path(body_d, fill="#fffaf2", stroke=INK, sw=6, join="round")
    with c.group(clip_path=c.clip(body_d)):
        c.path("M560 560C640 660 780 700 900 640L980 560z", fill="#e79a4a")
        c.path("M820 900C800 800 860 720 1000 700V900z", fill="#4a3a44")
        c.path("M240 900C300 850 700 860 980 830V920H240z", fill="#c9b8d0", o=0.7)
        c.path("M600 590l20 60M660 590l22 70M720 600l24 66", stroke="#b96a28", sw=10, cap="round")
    c.path(
        "M930 880C1060 900 1090 800 1030 760C1010 748 990 760 1000 784C1020 820 980 846 920 840z",
        fill="#4a3a44",
        stroke=INK,
        sw=6,
    )
    head = "M230 800C210 690 290 620 400 624C520 628 590 710 566 810C550 880 470 906 396 902C310 900 244 870 230 800z"
    c.path("M262 690L246 560L360 634zM470 640L566 574L558 712z", fill="#fffaf2", stroke=INK, sw=6, join="round")
    c.path("M276 664L266 592L332 634zM500 644L548 606L544 676z", fill="#f6a9a4")
    c.path(head, fill="#fffaf2", stroke=INK, sw=6)
    with c.group(clip_path=c.clip(head)):
        c.path("M380 600C380 700 300 720 220 760V600z", fill="#e79a4a")
        c.path("M430 600C440 690 520 730 600 740V600z", fill="#4a3a44")
        c.path("M230 850C330 900 480 890 580 830V930H230z", fill="#c9b8d0", o=0.6)
    c.path("M288 790Q322 820 356 788M446 788Q482 818 516 784", stroke=INK, sw=8, cap="round")
    c.path("M390 816l24 0l-12 16z", fill="#e8707a", stroke=INK, sw=3, join="round")
    c.path("M402 832Q392 856 366 850M402 832Q412 856 438 848", stroke=INK, sw=5, cap="round")
    c.path("M270 826l-100 -14M272 846l-96 14M530 824l104 -22M532 844l100 6", stroke=INK, sw=3, cap="round")
    for x in (300, 520):
        c.ellipse(x, 838, 34, 18, fill="#ff9f9f", o=0.55)
    c.path("M300 884q60 -44 110 6M440 884q50 -40 100 6", stroke=INK, sw=6, fill="#fffaf2", cap="round")
    with c.group(fill="#4a6ea8", font_weight="bold"):
        c.text(600, 560, "Z", 54, transform="rotate(-10 600 560)")
        c.text(650, 480, "z", 74, transform="rotate(8 650 480)")
        c.text(700, 380, "Z", 96, transform="rotate(-6 700 380)")
    c.path("M1000 872l20 -110h110l20 110z", fill="#c4573f", stroke=INK, sw=5)
    for a in range(-70, 71, 28):
        with c.group(transform=f"translate(1075 770) rotate({a})"):
            c.path("M0 0C-40 -60 -34 -140 0 -180C34 -140 40 -60 0 0z", fill="#4f9a5c", stroke="#2a5a3c", sw=4)
            c.path("M0 -6V-150", stroke="#2a5a3c", sw=3)
    sun = "M330 960L620 1220H960L560 960zM640 960L1020 1220H1240V1160L860 960z"
    c.path(sun, fill="#fff6d8", o=0.65)
    return c
