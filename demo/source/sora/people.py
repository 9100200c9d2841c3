"""Sora's people: one cel-shaded bust, many looks.

All coordinates are around the middle of the face; the head is about 420 units high and the bust ends at y = 640.
"""

from __future__ import annotations

from dataclasses import dataclass

from kit import Canvas, Point, mix, num, pts, smooth

INK = "#4a2f48"


BLUE_EYES = ("#173a6b", "#2f80c9", "#a6ecff")


AMBER_EYES = ("#6b2c14", "#d9822b", "#ffe79a")


GREEN_EYES = ("#10483f", "#2ea579", "#c5f7b0")


VIOLET_EYES = ("#3a1d66", "#8a55d0", "#f0b8ff")


@dataclass(frozen=True)
class Look:
    """The colours of one person, and how the hair is worn."""

    hair: str
    hair_dark: str
    hair_light: str
    iris: tuple[str, str, str]  # top, middle, bottom
    style: str = "long"  # long, bob, short, twin, pony, bun
    skin: str = "#ffe6d6"
    skin_dark: str = "#f0b3a2"
    line: str = "#5a3444"
    turn: float = 0.5  # -1 to 1: which way the face looks
    mouth: str = "smile"  # smile, open, flat, cat
    eyes: str = "open"  # open, closed, wink
    tips: tuple[Point, ...] = ((118, 40), (74, -4), (30, 6), (-22, -2), (-70, 4), (-120, 44))


def strands(c: Canvas, tips: tuple[Point, ...], crown: Point, colour: str, width: float = 2.6) -> None:
    """Lines that follow the hair from its tips towards the crown."""
    for x, y in tips:
        mid = (x * 0.95 + crown[0] * 0.1, y - 95)
        end = (x * 0.62 + crown[0] * 0.3, y - 150)
        c.path(f"M{num(x + 8)} {num(y - 24)}Q{pts([mid, end])}", stroke=colour, sw=width, cap="round", o=0.75)


def fringe(tips: tuple[Point, ...]) -> str:
    """Path data of the front hair: over the skull, and down to one pointed lock for each tip, right to left."""
    d = "M-158 70C-176 -60 -168 -236 0 -246C168 -236 176 -60 158 70"
    x, y = 146.0, 40.0
    for i, (tx, ty) in enumerate(tips):
        d += f"Q{num((x + tx) / 2 + 12)} {num((y + ty) / 2 + 14)} {num(tx)} {num(ty)}"
        nx = (tx + tips[i + 1][0]) / 2 + 4 if i + 1 < len(tips) else -146.0
        ny = -62.0 if i + 1 < len(tips) else 30.0
        d += f"Q{num(tx - 6)} {num((ty + ny) / 2 - 8)} {num(nx)} {num(ny)}"
        x, y = nx, ny
    return d + "z"


BACK = {
    "long": "M-150 -120C-236 40 -196 220 -250 430C-214 420 -206 400 -196 372C-196 430 -212 470 -222 520C-160 500"
    " -140 460"
    " -130 410L130 410C140 460 160 500 222 520C212 470 196 430 196 372C206 400 214 420 250 430C196 220 236 40 150"
    " -120z",
    "bob": "M-150 -120C-216 10 -196 130 -172 214C-130 224 -106 214 -90 186Q0 196 90 186C106 214 130 224 172 214"
    "C196 130 216 10"
    " 150 -120z",
    "short": "M-150 -120C-200 -20 -178 70 -168 128C-150 124 -140 112 -132 98C-130 130 -124 156 -96 190Q-86 164"
    " -60 168Q-20 176 0 170Q30 176 60 168Q86 164 96 190C124 156 130"
    " 126 132 98C140 112 150 124 168 128C178 70 200 -20 150 -120z",
}


def tail(c: Canvas, look: Look, side: int, root: Point, drop: float = 430, swing: float = 120) -> None:
    """A bound tail of hair falling from ``root`` and swinging outwards to one ``side``."""
    x, y = root
    s = side
    d = (
        f"M{num(x)} {num(y)}"
        f"C{pts([(x + s * 60, y - 70), (x + s * (swing + 50), y - 30), (x + s * (swing + 40), y + 120)])}"
        f"C{pts([(x + s * (swing + 40), y + 240), (x + s * (swing - 20), y + 300), (x + s * (swing + 30), y + drop)])}"
        f"C{pts([(x + s * (swing - 50), y + drop - 40), (x + s * (swing - 70), y + 300), (x + s * 60, y + 210)])}"
        f"C{pts([(x + s * 20, y + 150), (x + s * 20, y + 70), (x, y)])}z"
    )
    c.path(d, fill=look.hair, stroke=look.line, sw=3.5, join="round")
    with c.group(clip_path=c.clip(d)):
        shade = [
            (x + s * 20, y),
            (x + s * 40, y + 120),
            (x + s * 90, y + 250),
            (x + s * 60, y + drop),
            (x - s * 40, y + 200),
        ]
        c.path(smooth(shade, closed=True), fill=look.hair_dark, o=0.7)
        c.path(
            smooth([(x + s * 60, y - 20), (x + s * swing, y + 100), (x + s * (swing + 6), y + drop - 90)]),
            stroke=look.hair_light,
            sw=9.0,
            cap="round",
            o=0.7,
        )


def eye(c: Canvas, look: Look, x: float, side: int, squeeze: float, closed: bool) -> None:
    """One eye at ``x``; ``side`` is 1 for the one on the right of the picture."""
    flip = f"translate({num(x)} 36) scale({side * squeeze:.2f} 1)"
    lash = mix(look.line, "#1c1020", 0.5)
    if closed:
        with c.group(transform=flip, fill="none", stroke=lash, stroke_linecap="round"):
            c.path("M-36 2C-22 28 20 30 40 0", sw=7.0)
            c.path("M34 8l12 4M26 15l10 9", sw=4.0)
        return
    white = "M-34 8C-32 -28 20 -40 35 -8C38 16 26 38 4 40C-16 40 -32 28 -34 8z"
    iris = c.lin((0, look.iris[0]), (0.5, look.iris[1]), (1, look.iris[2]))
    with c.group(transform=flip):
        c.path(white, fill="#fffdfb")
        with c.group(clip_path=c.clip(white)):
            c.ellipse(-1, 3, 27, 37, fill=iris, stroke=mix(look.iris[0], "#100818", 0.5), sw=4.0)
            c.ellipse(-1, 0, 10, 17, fill=mix(look.iris[0], "#08040c", 0.7))
            c.path("M-24 18Q0 46 22 18Q14 38 -2 38Q-18 36 -24 18z", fill=mix(look.iris[2], "#ffffff", 0.55), o=0.8)
            c.path("M-44 -40H44V-6Q4 -34 -40 8z", fill=look.iris[0], o=0.35)
        c.path(
            "M-41 14C-38 -30 14 -50 39 -16C46 -8 46 0 52 4C44 8 38 4 34 -4C16 -30 -24 -24 -32 6C-34 12 -38 16 -41 14z",
            fill=lash,
        )
        c.path("M-24 -38C-8 -54 22 -52 36 -34", stroke=look.line, sw=2.6, cap="round", o=0.7)
        c.path("M6 41C18 40 28 34 32 24", stroke=lash, sw=3.0, cap="round")
    c.ellipse(x - 10, 22, 9, 12, fill="#ffffff")
    c.circle(x + 11, 56, 5, fill="#ffffff", o=0.9)


MOUTHS = {
    "smile": '<path d="M-22 0C-10 12 12 12 24 -3" fill="none" stroke="LINE" stroke-width="4" stroke-linecap="round"/>',
    "open": '<path d="M-24 -4C-8 0 10 0 26 -5C26 18 12 32 0 32C-12 32 -24 16 -24 -4z" fill="#8e3346" stroke="LINE"'
    ' stroke-width="3.5" stroke-linejoin="round"/><path d="M-13 22C-6 12 8 12 15 21C8 30 -6 31 -13 22z"'
    ' fill="#ef8a8a"/>'
    '<path d="M-20 -2C-8 2 10 2 22 -3L19 4C8 7 -8 7 -17 4z" fill="#fff"/>',
    "flat": '<path d="M-14 2C-4 -1 6 -1 16 3" fill="none" stroke="LINE" stroke-width="4" stroke-linecap="round"/>',
    "cat": '<path d="M-24 -4C-18 10 -4 10 0 -2C6 10 20 10 26 -5" fill="none" stroke="LINE" stroke-width="4"'
    ' stroke-linecap="round" stroke-linejoin="round"/>',
}


def face(c: Canvas, look: Look) -> None:
    """Face with eyes, nose, mouth and the shadow that the front hair throws."""
    skull = "M-124 -70C-132 0 -124 58 -100 96C-74 132 -34 160 0 170C34 160 74 132 100 96C124 58 132 0 124 -70C124 -200"
    skull += " -124 -200 -124 -70z"
    for side in (-1, 1):
        c.ellipse(side * 126, 34, 20, 34, fill=look.skin, stroke=look.line, sw=3.5)
    c.path(skull, fill=look.skin, stroke=look.line, sw=3.5)
    with c.group(clip_path=c.clip(skull)):
        with c.group(transform="translate(5 26)"):
            c.path(fringe(look.tips), fill=look.skin_dark, o=0.75)
        edge = -1 if look.turn > 0 else 1
        c.path(
            f"M{edge * 140} -60C{edge * 96} 30 {edge * 96} 100 {edge * 20} 176L{edge * 150} 176z",
            fill=look.skin_dark,
            o=0.45,
        )
        blush = c.rad((0, "#ff7d7d", 0.55), (1, "#ff7d7d", 0))
        shift = 20 * look.turn
        for x in (-72 + shift, 72 + shift):
            c.ellipse(x, 92, 40, 24, fill=blush)
            c.path(
                f"M{num(x - 14)} 96l5 -10M{num(x - 2)} 97l5 -10M{num(x + 10)} 96l5 -10",
                stroke="#e8626e",
                sw=2.4,
                cap="round",
                o=0.7,
            )
    shift = 20 * look.turn
    near, far = 1 + 0.06 * abs(look.turn), 1 - 0.14 * abs(look.turn)
    left, right = (near, far) if look.turn > 0 else (far, near)
    eye(c, look, -62 + shift, -1, left, look.eyes == "closed")
    eye(c, look, 62 + shift, 1, right, look.eyes in {"closed", "wink"})
    nose = shift * 1.5
    c.path(f"M{num(nose + 3)} 88q-7 9 -4 13", stroke=mix(look.line, look.skin_dark, 0.4), sw=3.4, cap="round")
    c.add(f'<g transform="translate({num(shift * 1.3)} 120)">{MOUTHS[look.mouth].replace("LINE", look.line)}</g>')


def brows(c: Canvas, look: Look) -> None:
    """Eyebrows, drawn over the hair as anime does."""
    shift = 20 * look.turn
    for side, x in ((-1, -62 + shift), (1, 62 + shift)):
        c.path(
            f"M{num(x - side * 30)} -32Q{num(x)} -50 {num(x + side * 36)} -34",
            stroke=look.hair_dark,
            sw=6.0,
            cap="round",
            o=0.9,
        )


def front_hair(c: Canvas, look: Look) -> None:
    """The fringe with its shade, shine and strands."""
    d = fringe(look.tips)
    c.path(d, fill=look.hair, stroke=look.line, sw=3.8, join="round")
    with c.group(clip_path=c.clip(d)):
        dark = "M-190 120C-170 -60 -120 -120 -128 -240L-200 -260z"
        c.path(dark, fill=look.hair_dark, o=0.75)
        for x, y in look.tips:
            c.path(
                f"M{num(x)} {num(y)}Q{num(x - 18)} {num(y - 60)} {num(x * 0.8 - 12)} -120Q{num(x + 6)} -70"
                f" {num(x)} {num(y)}z",
                fill=look.hair_dark,
                o=0.6,
            )
        ring: list[Point] = []
        for i in range(15):
            x = -112 + i * 16
            ring.append((x, -158 + x * x / 260 + (-12 if i % 2 else 8)))
        for i in range(14, -1, -1):
            x = -112 + i * 16
            ring.append((x, -126 + x * x / 240 + (16 if i % 2 else -10)))
        c.path("M" + pts(ring) + "z", fill=look.hair_light, o=0.8)
    strands(c, look.tips, (20, -240), look.line, 2.2)
    c.path("M18 -246Q40 -292 78 -282Q52 -268 40 -240z", fill=look.hair, stroke=look.line, sw=3.5, join="round")
    for side in (-1, 1):
        lock = (
            f"M{side * 156} -30C{side * 172} 60 {side * 160} 130 {side * 138} 196C{side * 128} 150 {side * 124} 90"
            f" {side * 128} 20z"
        )
        c.path(lock, fill=look.hair, stroke=look.line, sw=3.5, join="round")
        c.path(
            f"M{side * 148} 10C{side * 154} 70 {side * 150} 120 {side * 139} 160",
            stroke=look.hair_dark,
            sw=5.0,
            cap="round",
            o=0.7,
        )


SHOULDERS = (
    "M-46 206C-62 236 -150 246 -190 286C-226 326 -232 440 -244 640L244 640C232 440 226 326 190 286C150 246 62 236"
    " 46 206"
    "Q0 262 -46 206z"
)


def body(c: Canvas, look: Look, outfit: str, cloth: str, trim: str) -> None:
    """Neck and clothes. ``outfit`` is sailor, yukata, hoodie, cloak or shirt."""
    dark = mix(cloth, "#2a1a4a", 0.3)
    c.path("M-40 110L-46 214Q0 290 46 214L40 110z", fill=look.skin, stroke=look.line, sw=3.5)
    c.path("M-41 130L-43 176Q0 222 43 174L41 130z", fill=look.skin_dark, o=0.85)
    c.path(SHOULDERS, fill=cloth, stroke=look.line, sw=4.0, join="round")
    with c.group(clip_path=c.clip(SHOULDERS)):
        c.path("M-260 280C-170 330 -160 470 -166 660L-320 660z", fill=dark, o=0.8)
        c.path("M140 660C138 540 150 450 172 392C160 480 160 560 164 660z", fill=dark, o=0.8)
        c.path("M-120 300C-60 330 80 330 130 296C110 380 -80 390 -120 300z", fill=dark, o=0.35)
    c.path(
        "M-150 640C-150 540 -156 460 -170 410M152 640C150 540 158 460 172 400", stroke=look.line, sw=3.5, cap="round"
    )
    if outfit == "sailor":
        c.path(
            "M-46 200C-90 226 -150 246 -196 276C-150 330 -60 380 0 420C60 380 150 330 196 276C150 246 90 226 46"
            " 200L0 330z",
            fill=trim,
            stroke=look.line,
            sw=4.0,
            join="round",
        )
        c.path("M-176 276C-130 322 -60 362 0 400C60 362 130 322 176 276", stroke="#ffffff", sw=5.0)
        c.path("M-34 190L-40 222L0 320L40 222L34 190Q0 216 -34 190z", fill=look.skin)
        c.path(
            "M0 402C-50 372 -96 384 -104 420C-70 436 -30 430 0 412C30 430 70 436 104 420C96 384 50 372 0 402z"
            "M-10 412L-44 520L-6 480L12 412zM10 412L44 520L6 480L-12 412z",
            fill="#e5484f",
            stroke=look.line,
            sw=4.0,
            join="round",
        )
        c.circle(0, 410, 15, fill="#c8353f", stroke=look.line, sw=4.0)
    elif outfit == "yukata":
        c.path("M-42 190Q-20 280 10 360Q34 270 42 190Q0 216 -42 190z", fill=look.skin)
        c.path(
            "M42 192L84 218C70 330 10 450 -70 560L-120 560C-20 440 40 320 42 192z", fill=trim, stroke=look.line, sw=3.5
        )
        c.path(
            "M-42 192L-84 218C-70 300 -20 400 40 480L74 420C20 350 -34 280 -42 192z",
            fill=trim,
            stroke=look.line,
            sw=3.5,
        )
    elif outfit == "hoodie":
        c.path(
            "M-52 190C-140 200 -190 240 -176 300C-110 300 -50 310 0 372C50 310 110 300 176 300C190 240 140 200 52 190"
            "C50 240 30 270 0 290C-30 270 -50 240 -52 190z",
            fill=mix(cloth, "#ffffff", 0.12),
            stroke=look.line,
            sw=4.0,
            join="round",
        )
        c.path("M-36 340Q-46 420 -38 470M36 340Q46 410 36 456", stroke=trim, sw=8.0, cap="round")
    elif outfit == "cloak":
        c.path(
            "M-60 186C-130 206 -150 240 -150 280C-80 270 -30 300 0 350C30 300 80 270 150 280C150 240 130 206 60 186"
            "C40 250 -40 250 -60 186z",
            fill=trim,
            stroke=look.line,
            sw=4.0,
            join="round",
        )
        c.path("M0 326l24 30l-24 34l-24 -34z", fill="#ffd86b", stroke=look.line, sw=3.5, join="round")
        c.path("M-9 352l9 -14l8 14", stroke="#fff6cf", sw=3.0)
    else:
        c.path("M-40 190L-44 214L0 306L44 214L40 190Q0 212 -40 190z", fill=look.skin)
        c.path(
            "M-46 196L-96 232L-30 330L0 300zM46 196L96 232L30 330L0 300z",
            fill=trim,
            stroke=look.line,
            sw=3.5,
            join="round",
        )
        c.path("M0 300V640", stroke=look.line, sw=3.0, o=0.6)
        for y in (350, 430, 510):
            c.circle(10, y, 6, fill=trim, stroke=look.line, sw=2.5)


def back_hair(c: Canvas, look: Look) -> None:
    """Everything of the hair that lies behind the neck."""
    if look.style == "twin":
        tail(c, look, -1, (-132, -110))
        tail(c, look, 1, (132, -110))
    elif look.style == "pony":
        tail(c, look, 1 if look.turn < 0 else -1, (60 if look.turn < 0 else -60, -190), 520, 170)
    elif look.style == "bun":
        c.circle(-40, -258, 74, fill=look.hair, stroke=look.line, sw=3.8)
        c.path("M-96 -280Q-50 -330 10 -290M-100 -246Q-40 -290 20 -240", stroke=look.hair_dark, sw=5.0, cap="round")
    d = BACK.get(look.style, BACK["short"])  # what is bound up leaves short hair at the nape
    c.path(d, fill=mix(look.hair, look.hair_dark, 0.65), stroke=look.line, sw=3.8, join="round")
    with c.group(clip_path=c.clip(d)):
        for x in (-190, -164, 166, 192):
            c.path(f"M{x * 0.8} -40Q{x * 1.1} 180 {x * 1.08} 470", stroke=look.hair_dark, sw=7.0, cap="round", o=0.8)


def bust(c: Canvas, look: Look, outfit: str, cloth: str, trim: str, *, tilt: float = 0) -> None:
    """A whole person from the hips up, at the origin; the head leans by ``tilt`` degrees."""
    with c.group(transform=f"rotate({tilt} 0 180)"):
        back_hair(c, look)
    body(c, look, outfit, cloth, trim)
    with c.group(transform=f"rotate({tilt} 0 180)"):
        face(c, look)
        front_hair(c, look)
        brows(c, look)
