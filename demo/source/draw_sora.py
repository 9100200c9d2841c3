"""空 Sora: cel-shaded people under large skies."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from kit import Canvas, Point, mix, num, poly, pts, ramp, smooth
from sora_people import Look, bust

INK = "#4a2f48"


def discs(circles: Sequence[tuple[float, float, float]]) -> str:
    """Path data of many circles (x, y, r)."""
    return "".join(
        f"M{num(x - r)} {num(y)}a{r:.0f} {r:.0f} 0 1 0 {2 * r:.0f} 0a{r:.0f} {r:.0f} 0 1 0-{2 * r:.0f} 0"
        for x, y, r in circles
    )


def cumulus(c: Canvas, x: float, base: float, width: float, height: float, tones: tuple[str, str, str]) -> None:
    """A heaped cloud standing on ``base``; ``tones`` are light, middle and shade."""
    heap: list[tuple[float, float, float]] = []
    for _ in range(int(26 + width / 28)):
        t = c.uni(-1, 1)
        top = height * (1 - abs(t) ** 1.6) * c.uni(0.15, 1)
        r = max(16.0, min(width, height) * c.uni(0.09, 0.2) * (1.1 - 0.5 * abs(t)))
        heap.append((x + t * width / 2, base - top + r * 0.3, r))
    fade = c.lin((0, "#fff", 1), (0.72, "#fff", 1), (1, "#fff", 0))
    box = f'x="{x - width:.0f}" y="{base - height * 1.4:.0f}" width="{width * 2:.0f}" height="{height * 1.5:.0f}"'
    mask = c.define(f'<mask id="ID" maskUnits="userSpaceOnUse"><rect {box} fill="{fade}"/></mask>')
    with c.group(mask=mask):
        c.path(discs(heap), fill=tones[2])
        c.path(discs([(px - r * 0.12, py - r * 0.2, r * 0.9) for px, py, r in heap]), fill=tones[1])
        c.path(discs([(px - r * 0.26, py - r * 0.36, r * 0.68) for px, py, r in heap]), fill=tones[0])


def banks(c: Canvas, x: float, y: float, width: float, height: float, tones: tuple[str, str, str]) -> None:
    """A long evening cloud: torn streaks, lit from below."""
    for k, tone in enumerate((tones[2], tones[1], tones[0])):
        for _ in range(7):
            w = width * c.uni(0.25, 0.75)
            px = x + c.uni(-0.5, 0.5) * (width - w)
            py = y + height * (c.uni(-0.5, 0.3) + k * 0.14)
            h = height * c.uni(0.12, 0.3) * (1 - k * 0.22)
            top = [(px - w / 2, py), (px - w * 0.2, py - h), (px + w * 0.12, py - h * 0.7), (px + w / 2, py)]
            low = [(px + w * 0.1, py + h * 0.35), (px - w * 0.25, py + h * 0.3)]
            c.path(smooth([*top, *low], closed=True), fill=tone, o=0.85)


def stars(c: Canvas, count: int, bottom: float, colour: str = "#ffffff") -> None:
    """Small stars above ``bottom``, a few of them bright."""
    for big in (False, True):
        d = ""
        for _ in range(count if not big else count // 14):
            x, y = c.uni(0, c.width), c.uni(0, bottom)
            r = c.uni(0.8, 2.2) if not big else c.uni(4, 9)
            d += (
                discs([(x, y, 1)])
                if not big and r < 1.6
                else (
                    f"M{num(x)} {num(y - r)}Q{num(x)} {num(y)} {num(x + r)} {num(y)}Q{num(x)} {num(y)} {num(x)} {num(y + r)}"
                    f"Q{num(x)} {num(y)} {num(x - r)} {num(y)}Q{num(x)} {num(y)} {num(x)} {num(y - r)}z"
                )
            )
        c.path(d, fill=colour, o=0.9)


def sky(c: Canvas, *stops: tuple[float, str]) -> None:
    """A vertical gradient over the whole canvas."""
    c.rect(0, 0, c.width, c.height, fill=c.lin(*stops))


def glow(c: Canvas, x: float, y: float, r: float, colour: str, strength: float = 0.9) -> None:
    """A soft light."""
    c.circle(x, y, r, fill=c.rad((0, colour, strength), (0.4, colour, strength * 0.4), (1, colour, 0)))


def wires(c: Canvas, lines: Sequence[tuple[float, float, float, float, float]], colour: str, width: float = 3) -> None:
    """Sagging wires: x1, y1, x2, y2, sag."""
    d = "".join(f"M{x1} {y1}Q{(x1 + x2) / 2} {(y1 + y2) / 2 + sag} {x2} {y2}" for x1, y1, x2, y2, sag in lines)
    c.path(d, stroke=colour, sw=width)


def small_figure(c: Canvas, x: float, y: float, scale: float, hair: str, top: str, skirt: str, flip: int = 1) -> None:
    """A person seen from behind, standing with the feet at (x, y); 100 units tall."""
    with c.group(
        transform=f"translate({num(x)} {num(y)}) scale({flip * scale:.2f} {scale:.2f})", stroke_linejoin="round"
    ):
        c.path("M-9 0L-8 -38H-1L0 0zM3 0L2 -38H9L10 0z", fill="#f3c9b4")
        c.path("M-11 2L-9 -12H1L2 2zM2 2L2 -12H10L12 2z", fill=mix(skirt, "#101020", 0.5))
        c.path("M-11 -56L-17 -30Q0 -24 17 -30L11 -56z", fill=skirt)
        c.path("M-13 -78Q0 -84 13 -78L12 -52Q0 -49 -12 -52z", fill=top)
        c.path("M-13 -77L-19 -54L-14 -53L-9 -70zM13 -77L19 -54L14 -53L9 -70z", fill=mix(top, "#505080", 0.25))
        c.path(
            "M-12 -92C-13 -108 13 -108 12 -92C13 -80 14 -74 16 -66Q0 -70 -15 -66C-13 -76 -13 -82 -12 -92z", fill=hair
        )


def petals(c: Canvas, count: int, colour: str, size: float = 12) -> None:
    """Petals or leaves adrift over the whole canvas."""
    d = ""
    for _ in range(count):
        x, y, a, s = c.uni(0, c.width), c.uni(0, c.height), c.uni(0, math.tau), size * c.uni(0.6, 1.5)
        dx, dy = math.cos(a) * s, math.sin(a) * s
        d += f"M{num(x)} {num(y)}q{num(dx / 2 - dy * 0.5)} {num(dy / 2 + dx * 0.5)} {num(dx)} {num(dy)}"
        d += f"q{num(-dx / 2 + dy * 0.4)} {num(-dy / 2 - dx * 0.4)} {num(-dx)} {num(-dy)}z"
    c.path(d, fill=colour, o=0.9)


BLUE_EYES = ("#173a6b", "#2f80c9", "#a6ecff")
AMBER_EYES = ("#6b2c14", "#d9822b", "#ffe79a")
GREEN_EYES = ("#10483f", "#2ea579", "#c5f7b0")
VIOLET_EYES = ("#3a1d66", "#8a55d0", "#f0b8ff")


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
            canopy = "M-330 -190C-260 -460 420 -520 520 -150Q470 -200 400 -160Q330 -226 240 -176Q150 -240 60 -186Q-30 -240 -120 -190"
            canopy += "Q-230 -240 -330 -190z"
            c.path(canopy, fill="#ffffff", o=0.32)
            c.path(canopy, stroke="#f4f8ff", sw=6, join="round")
            c.path(
                "M120 -450Q40 -330 60 -186M120 -450Q200 -330 240 -176M120 -450Q-80 -350 -120 -190M120 -450Q340 -350 400 -160",
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
                f"M{num(px)} {num(py)}q{num(-s2)} {num(-s2 * 1.6)} 0 {num(-s2 * 1.5)}q{num(s2)} {num(-s2 * 0.1)} 0 {num(s2 * 1.5)}"
                f"q{num(s2 * 1.6)} {num(-s2)} {num(s2 * 1.5)} 0q0 {num(s2)} {num(-s2 * 1.5)} 0q{num(s2)} {num(s2 * 1.5)} 0 {num(s2 * 1.5)}"
                f"q{num(-s2)} 0 0 {num(-s2 * 1.5)}q{num(-s2 * 1.5)} {num(s2)} {num(-s2 * 1.5)} 0q0 {num(-s2)} {num(s2 * 1.5)} 0z",
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
                "M-150 -170C-110 -290 -60 -420 60 -520C110 -560 190 -540 210 -490C170 -500 130 -480 128 -440C140 -340 150 -260 166 -170"
                "Q0 -110 -150 -170z",
                fill="#3b2a55",
                stroke=INK,
                sw=4.5,
                join="round",
            )
            c.path(
                "M60 -520C20 -400 0 -280 10 -150L166 -170C150 -260 140 -340 128 -440C130 -480 170 -500 210 -490C190 -540 110 -560 60 -520z",
                fill="#2a1c40",
                o=0.7,
            )
            c.path("M-152 -190Q0 -130 164 -190L166 -150Q0 -90 -156 -148z", fill="#e8863a", stroke=INK, sw=4)
            c.path("M-20 -154h52v46h-52z", fill="none", stroke="#ffe08a", sw=8, join="round")
            c.path(
                "M-340 -100C-260 -180 -180 -150 -156 -148Q0 -90 166 -150C200 -156 270 -180 340 -106C240 -50 -240 -44 -340 -100z",
                fill="#3b2a55",
                stroke=INK,
                sw=4.5,
                join="round",
            )
            c.path("M-300 -104Q-220 -140 -160 -126Q0 -70 170 -128Q240 -140 300 -108", stroke="#6d529a", sw=5)
    for tone, count in (("#d4532f", 26), ("#e8a13a", 26), ("#8e3324", 14)):
        petals(c, count, tone, 26)
    return c


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
        "M772 786C760 790 744 792 740 788C752 776 762 742 800 742C838 742 848 776 860 788C856 792 840 790 828 786Q800 794 772 786z",
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
                (1180, 690),(1230, 650),(1280, 690),(1280, 670),(1340, 670),(1340, 700),(1400, 700),(1440, 660),(1500, 690),
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
        d = f"M{x} 0H{x - side * 250}Q{x - side * 300} 420 {x - side * 130} 700Q{x - side * 210} 840 {x - side * 150} 980L{x} 980z"
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
            "M-17 -52C-20 -80 20 -80 17 -52C18 -44 16 -38 12 -36C14 -52 6 -62 -4 -64C-10 -58 -14 -50 -12 -38C-17 -42 -17 -46 -17 -52z",
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


def study_sheet() -> Canvas:
    """Four expressions of one character."""
    c = Canvas(1400, 1400, 22, "#fdf3ea")
    dots = c.define(
        '<pattern id="ID" width="50" height="50" patternUnits="userSpaceOnUse"><circle cx="25" cy="25" r="6" fill="#fff" opacity=".6"/></pattern>'
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


DRAWINGS: dict[str, Callable[[], Canvas]] = {
    "summer-hat": summer,
    "fireworks-night": festival,
    "night-radio": night_radio,
    "star-mage": star_mage,
    "clear-umbrella": rain,
    "autumn-witch": autumn_witch,
    "road-to-the-sea": seaside_road,
    "dusk-crossing": crossing,
    "rooftop": rooftop,
    "window-cat": window_cat,
    "last-bus": bus_stop,
    "four-moods": study_sheet,
    "avatar": avatar,
}
_ = Point, pts, smooth
