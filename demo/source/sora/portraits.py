"""Sora's portraits."""

from __future__ import annotations

import math

from kit import Canvas, poly

from sora.parts import cumulus, discs, glow, petals, sky, stars, wires
from sora.people import AMBER_EYES, BLUE_EYES, INK, VIOLET_EYES, Look, bust


def summer() -> Canvas:
    """A girl in a straw hat before summer clouds."""
    c = Canvas(1000, 1400, 11)
    sky(c, (0, "#1f7fd6"), (0.55, "#69bdf2"), (1, "#d9f3ff"))
    cumulus(c, 170, 1010, 760, 700, ("#ffffff", "#dcefff", "#a9cdf0"))
    cumulus(c, 900, 1090, 620, 480, ("#ffffff", "#dcefff", "#a9cdf0"))
    c.rect(0, 1060, 1000, 340, fill=c.lin((0, "#1d6fb8"), (1, "#3fb3d6")))
    c.path(
        "".join(f"M{c.uni(0, 1000):.0f} {1066 + i * 9}h{c.uni(30, 160):.0f}" for i in range(36)),
        stroke="#c6f1ff",
        sw=3,
        o=0.6,
    )
    look = Look(
        "#2f2a44",
        "#1d1830",
        "#7a86c9",
        BLUE_EYES,
        turn=0.6,
        mouth="open",
        tips=((120, 44), (84, 0), (40, 12), (0, -10), (-52, 10), (-118, 46)),
    )
    with c.group(transform="translate(520 640) scale(1.28)"):
        c.ellipse(-4, -120, 318, 96, fill="#d9a94e", stroke=INK, sw=4, transform="rotate(-6)")
        bust(c, look, "sailor", "#fbfcff", "#3f7fc4", tilt=-6)
        with c.group(transform="rotate(-8)"):
            c.path("M-170 -148C-180 -330 170 -330 172 -148Q0 -96 -170 -148z", fill="#f6d27c", stroke=INK, sw=4)
            c.path("M-172 -168Q0 -112 174 -168L172 -128Q0 -74 -172 -128z", fill="#3b6fd1", stroke=INK, sw=4)
            c.path(
                "M-330 -96C-250 -170 -180 -140 -172 -132Q0 -78 172 -132C190 -142 260 -170 330 -96C250 -60 170 -92 0 -88"
                "C-170 -84 -250 -60 -330 -96z",
                fill="#f6d27c",
                stroke=INK,
                sw=4,
            )
            c.path("M-300 -98Q-240 -136 -176 -116Q0 -66 176 -116Q240 -136 300 -98", stroke="#c48f3a", sw=4, o=0.8)
            weave = "".join(
                f"M{-150 + i * 22} {-180 - 100 * math.sin((i + 0.6) / 14 * 3.1):.0f}q10 16 4 34" for i in range(14)
            )
            c.path(weave, stroke="#c48f3a", sw=3, o=0.8)
    petals(c, 16, "#ffffff", 16)
    return c


def fireworks_at(c: Canvas, x: float, y: float, r: float, colour: str, light: str) -> None:
    """One firework in full bloom."""
    glow(c, x, y, r * 1.25, colour, 0.5)
    for ring, tone, width in ((1.0, colour, 4), (0.66, light, 4), (0.36, "#ffffff", 3)):
        rays = ""
        sparks: list[tuple[float, float, float]] = []
        for i in range(36):
            a = math.tau * i / 36 + ring
            e = r * ring * c.uni(0.9, 1.05)
            dx, dy = math.cos(a), math.sin(a)
            rays += f"M{x + dx * e * 0.55:.0f} {y + dy * e * 0.55:.0f}Q{x + dx * e * 0.85:.0f} {y + dy * e * 0.85:.0f} "
            rays += f"{x + dx * e:.0f} {y + dy * e + e * 0.06:.0f}"
            sparks.append((x + dx * e * 1.05, y + dy * e * 1.05 + e * 0.08, 4 * ring + 1))
        c.path(rays, stroke=tone, sw=width, cap="round", o=0.9)
        c.path(discs(sparks), fill=light)


def festival() -> Canvas:
    """A girl in a yukata turning round at a fireworks night."""
    c = Canvas(1000, 1400, 12)
    sky(c, (0, "#0d1038"), (0.6, "#2b2a72"), (1, "#7a3f86"))
    stars(c, 160, 900)
    fireworks_at(c, 250, 290, 250, "#ff5d8f", "#ffd0de")
    fireworks_at(c, 800, 210, 190, "#ffb03b", "#fff0b5")
    fireworks_at(c, 860, 610, 130, "#49c5ff", "#d5f3ff")
    c.path(
        poly(
            [
                (0, 1130),
                (90, 1080),
                (190, 1110),
                (300, 1040),
                (420, 1100),
                (620, 1060),
                (760, 1110),
                (880, 1050),
                (1000, 1100),
                (1000, 1400),
                (0, 1400),
            ]
        ),
        fill="#191640",
    )
    for i in range(9):
        x, y = 30 + i * 118, 1010 + 34 * math.sin(i * 0.7)
        glow(c, x, y, 80, "#ffb45c", 0.6)
        c.path(f"M{x - 30:.0f} {y:.0f}q30 -56 60 0q-30 56 -60 0z", fill="#ff7d4a", stroke="#5a2035", sw=3)
        c.path(
            f"M{x - 20:.0f} {y - 14:.0f}h40M{x - 27:.0f} {y:.0f}h54M{x - 20:.0f} {y + 14:.0f}h40",
            stroke="#ffd79a",
            sw=2.5,
        )
    wires(c, [(0, 985, 1000, 985, 40)], "#120f30", 4)
    look = Look(
        "#4a2a3d",
        "#2d1729",
        "#b06a78",
        VIOLET_EYES,
        style="bun",
        turn=-0.7,
        mouth="smile",
        tips=((118, 44), (66, 4), (24, 12), (-34, -8), (-82, 10), (-122, 40)),
    )
    with c.group(transform="translate(470 760) scale(1.5)"):
        bust(c, look, "yukata", "#3c4fae", "#f6f0ff", tilt=7)
        for x, y, r in ((-170, 420, 40), (-60, 560, 48), (120, 470, 44), (186, 590, 38), (-200, 570, 34)):
            for k in range(5):
                a = math.tau * k / 5
                c.circle(
                    x + math.cos(a) * r * 0.5,
                    y + math.sin(a) * r * 0.5,
                    r * 0.36,
                    fill="#ffd3e4",
                    stroke="#c46a9a",
                    sw=2,
                )
            c.circle(x, y, r * 0.22, fill="#ffe08a")
        with c.group(transform="translate(96 -196) rotate(14)"):
            for k in range(6):
                c.ellipse(0, -34, 19, 30, fill="#ff8fb4", stroke="#8e3058", sw=3, transform=f"rotate({k * 60})")
            c.circle(0, 0, 14, fill="#ffe08a", stroke="#8e3058", sw=3)
            c.path("M20 20Q40 80 26 130M34 14Q66 70 60 110", stroke="#ffd3e4", sw=5, cap="round")
    c.rect(0, 0, 1000, 1400, fill=c.rad((0, "#ff7fb0", 0), (0.6, "#ff7fb0", 0), (1, "#1a0b40", 0.55)))
    return c


def night_radio() -> Canvas:
    """A boy with headphones before a city at night."""
    c = Canvas(1200, 1200, 13)
    sky(c, (0, "#131a4d"), (0.5, "#5a3a8e"), (0.85, "#e0708e"), (1, "#ffb37a"))
    stars(c, 120, 600)
    for layer, tone in enumerate(("#4a3780", "#32265f", "#1d1740")):
        x = -20.0
        lit = ""
        d = ""
        while x < 1220:
            w = c.uni(60, 130)
            h = c.uni(160, 460) - layer * 30
            top = 860 + layer * 130 - h
            d += f"M{x:.0f} 1210V{top:.0f}h{w:.0f}V1210z"
            for wy in range(int(top) + 22, 1190, 30):
                for wx in range(int(x) + 12, int(x + w) - 16, 24):
                    if c.rng.random() < 0.26:
                        lit += f"M{wx} {wy}h11v14h-11z"
            x += w + c.uni(-6, 16)
        c.path(d, fill=tone)
        c.path(lit, fill=("#b98ad0", "#ffcf8a", "#ffe3a0")[layer], o=(0.5, 0.7, 0.95)[layer])
    look = Look(
        "#27345f",
        "#17204a",
        "#4566b0",
        AMBER_EYES,
        style="short",
        turn=0.8,
        mouth="flat",
        skin="#ffdccb",
        skin_dark="#d998a4",
        tips=((126, 30), (96, -6), (50, 22), (6, -6), (-30, 18), (-84, 0), (-126, 50)),
    )
    with c.group(transform="translate(640 520) scale(1.2)"):
        bust(c, look, "hoodie", "#e8566e", "#ffe3c4", tilt=5)
        with c.group(transform="rotate(5 0 180)"):
            c.path("M-160 40C-190 -300 190 -300 162 40", stroke="#23244a", sw=26, cap="round")
            c.path("M-152 10C-176 -282 176 -282 152 0", stroke="#58c7e8", sw=6, cap="round")
            for s in (-1, 1):
                c.rect(s * 158 - 28, -20, 56, 120, rx=26, fill="#2d2f5e", stroke=INK, sw=4)
                c.rect(s * 166 - 12, -2, 24, 84, rx=12, fill="#58c7e8")
    glow(c, 120, 330, 420, "#ff9fb8", 0.35)
    for x, y, s in ((130, 250, 1.0), (250, 400, 0.7), (90, 520, 0.6)):
        with c.group(transform=f"translate({x} {y}) scale({s})"):
            c.path("M0 0V-90L60 -108V-20", stroke="#fff3d6", sw=9, join="round")
            c.path(discs([(-14, 2, 18), (46, -18, 18)]), fill="#fff3d6")
    return c


def star_mage() -> Canvas:
    """A white-haired mage with a lamp of stars."""
    c = Canvas(1000, 1400, 14)
    sky(c, (0, "#0b1440"), (0.5, "#1f3f86"), (1, "#56a5b8"))
    stars(c, 260, 1400, "#e9f4ff")
    moon = c.rad((0, "#fffbe8"), (0.8, "#ffeeb8"), (1, "#f9dc94"))
    glow(c, 500, 470, 620, "#8fd0ff", 0.45)
    c.circle(500, 470, 380, fill=moon)
    c.path(discs([(380, 330, 60), (640, 300, 36), (300, 560, 44), (730, 520, 70)]), fill="#f3d79a", o=0.45)
    c.circle(500, 470, 420, fill="none", stroke="#fff4c8", sw=2.5, o=0.6)
    c.circle(500, 470, 452, fill="none", stroke="#fff4c8", sw=2, stroke_dasharray="3 20", stroke_linecap="round")
    look = Look(
        "#f0f2fb",
        "#b3bfe0",
        "#ffffff",
        ("#0f4a66", "#27a3c0", "#c9fff0"),
        turn=-0.5,
        line="#3a3f66",
        mouth="smile",
        tips=((120, 52), (80, 6), (34, 20), (-12, -4), (-64, 14), (-124, 56)),
        skin_dark="#dfb3bd",
    )
    with c.group(transform="translate(480 620) scale(1.36)"):
        bust(c, look, "cloak", "#27306b", "#3a4ba0", tilt=4)
        with c.group(transform="rotate(4 0 180)"):
            c.path("M-130 -176Q0 -130 130 -176L126 -160Q0 -112 -126 -160z", fill="#ffd86b", stroke="#6b4a1e", sw=3)
            c.path("M0 -152l13 22l-13 24l-13 -24z", fill="#6fe3ff", stroke="#2a5a8e", sw=3)
    glow(c, 800, 1130, 260, "#ffe9a0", 0.9)
    c.path(
        "M800 1000L838 1096L940 1102L860 1164L888 1262L800 1206L712 1262L740 1164L660 1102L762 1096z",
        fill="#fff6cf",
        stroke="#e2a93f",
        sw=5,
        join="round",
    )
    c.path("M800 1040L824 1110L890 1116L838 1156L800 1130z", fill="#ffffff")
    for i in range(18):
        a = i * 0.62
        x, y = 800 - i * 40 + 30 * math.sin(a), 1130 + 90 * math.sin(a * 0.7) + i * 6
        s = 16 - i * 0.6
        c.path(
            f"M{x:.0f} {y - s:.0f}Q{x:.0f} {y:.0f} {x + s:.0f} {y:.0f}Q{x:.0f} {y:.0f} {x:.0f} {y + s:.0f}"
            f"Q{x:.0f} {y:.0f} {x - s:.0f} {y:.0f}Q{x:.0f} {y:.0f} {x:.0f} {y - s:.0f}z",
            fill="#fff2b8",
        )
    return c


def study_sheet() -> Canvas:
    """Four expressions of one character."""
    c = Canvas(1400, 1400, 22, "#fdf3ea")
    dots = c.define(
        '<pattern id="ID" width="50" height="50" patternUnits="userSpaceOnUse"><circle cx="25" cy="25" r="6"'
        ' fill="#fff" opacity=".6"/></pattern>'
    )
    tints = ("#ffd9d0", "#d6ecfa", "#fdeab2", "#dcefd2")
    moods = (
        ("smile", "open", 0.6, "にこ"),
        ("open", "closed", -0.5, "わーい"),
        ("flat", "wink", 0.8, "むむ…"),
        ("cat", "open", -0.7, "えへへ"),
    )
    for i, (mouth, eyes, turn, word) in enumerate(moods):
        x, y = 70 + i % 2 * 650, 70 + i // 2 * 650
        frame = f"M{x + 30} {y}h550q30 0 30 30v550q0 30 -30 30h-550q-30 0 -30 -30v-550q0 -30 30 -30z"
        c.path(frame, fill=tints[i])
        look = Look(
            "#f2a7b8",
            "#c96a8e",
            "#ffe3ea",
            ("#24506b", "#3fa0b8", "#b8fff0"),
            style="twin",
            turn=turn,
            mouth=mouth,
            eyes=eyes,
        )
        with c.group(clip_path=c.clip(frame)):
            c.path(frame, fill=dots)
            with c.group(transform=f"translate({x + 305} {y + 330}) scale(.98)"):
                bust(c, look, "sailor", "#ffffff", "#6b86c9", tilt=-6 if turn > 0 else 6)
        c.path(frame, stroke=INK, sw=7)
        c.text(
            x + 44,
            y + 92,
            word,
            58,
            fill=INK,
            font_weight="900",
            stroke="#ffffff",
            sw=12,
            paint_order="stroke",
            transform=f"rotate(-6 {x} {y})",
        )
    return c


def avatar() -> Canvas:
    """Sora's own face."""
    c = Canvas(400, 400, 23, "#7cc6f4")
    cumulus(c, 90, 360, 300, 200, ("#ffffff", "#dcefff", "#a9cdf0"))
    with c.group(transform="translate(200 205) scale(.66)"):
        bust(
            c,
            Look("#2f2a44", "#1d1830", "#7a86c9", BLUE_EYES, style="bob", mouth="open"),
            "sailor",
            "#ffffff",
            "#3f7fc4",
            tilt=-6,
        )
    return c
