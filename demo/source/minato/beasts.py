"""Brush plates: a dragon, cats, a fern."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kit import Canvas, Point, num, poly, smooth

from minato.cast import black_cat
from minato.ink import BLACK, WHITE, along, brush, screentone


def dragon() -> Canvas:
    """A brush dragon among clouds."""
    c = Canvas(1500, 900, 95, "#fbf8f0")
    spine: list[Point] = [
        (1460, 150),
        (1300, 90),
        (1140, 180),
        (1080, 360),
        (1200, 520),
        (1180, 690),
        (980, 740),
        (800, 640),
        (760, 430),
        (620, 300),
        (470, 330),
        (370, 400),
    ]
    for _ in range(5):
        x, y = c.uni(50, 1450), c.uni(80, 820)
        c.ellipse(x, y, c.uni(200, 420), c.uni(40, 100), fill="#cfcabd", o=0.5, filter=c.blur(30))
    line = along(spine, 14)
    left: list[Point] = []
    right: list[Point] = []
    belly: list[Point] = []
    fins = ""
    for i, (x, y) in enumerate(line):
        ax, ay = line[max(0, i - 1)]
        bx, by = line[min(len(line) - 1, i + 1)]
        r = math.hypot(bx - ax, by - ay) or 1
        nx, ny = -(by - ay) / r, (bx - ax) / r
        t = i / (len(line) - 1)
        w = 8 + 62 * math.sin(min(1, t * 1.35) * math.pi / 2) * (1 - 0.25 * t)
        left.append((x + nx * w, y + ny * w))
        right.append((x - nx * w, y - ny * w))
        belly.append((x - nx * w * 0.45, y - ny * w * 0.45))
        if i % 3 == 0 and 2 < i < len(line) - 6:
            h = w * 0.75 + 8
            fins += (
                f"M{num(x + nx * w)} {num(y + ny * w)}L{num(x + nx * (w + h) - (bx - ax) / r * 22)}"
                f" {num(y + ny * (w + h) - (by - ay) / r * 22)}L{num(x + nx * w + (bx - ax) / r * 18)}"
                f" {num(y + ny * w + (by - ay) / r * 18)}z"
            )
    c.path(fins, fill=BLACK, stroke=BLACK, sw=2, join="round")
    body = poly(left + right[::-1])
    c.path(body, fill="#fbf8f0", stroke=BLACK, sw=7, join="round")
    with c.group(clip_path=c.clip(body)):
        scales = ""
        for i in range(2, len(line) - 2, 2):
            x, y = line[i]
            lx, ly = left[i]
            for k in range(4):
                u = k / 4 + (0.12 if i % 4 else 0)
                px, py = lx + (belly[i][0] - lx) * u, ly + (belly[i][1] - ly) * u
                ax, ay = line[i - 2]
                a = math.atan2(y - ay, x - ax)
                sx, sy = math.cos(a), math.sin(a)
                scales += (
                    f"M{num(px - sy * 13)} {num(py + sx * 13)}Q{num(px - sx * 30)} {num(py - sy * 30)}"
                    f" {num(px + sy * 13)} {num(py - sx * 13)}"
                )
        c.path(scales, stroke=BLACK, sw=3)
        ribs = "".join(
            f"M{num(belly[i][0])} {num(belly[i][1])}L{num(right[i][0])} {num(right[i][1])}"
            for i in range(1, len(line), 2)
        )
        c.path(poly(belly + right[::-1]), fill="#fbf8f0")
        c.path(smooth(belly), stroke=BLACK, sw=4)
        c.path(ribs, stroke=BLACK, sw=3)
    for x, y, flip in ((1120, 300, 1), (940, 730, 1), (760, 540, -1)):
        with c.group(transform=f"translate({x} {y}) scale({flip} 1)"):
            c.path(brush([(0, 0), (-60, 40), (-100, 100)], 46, 0.9, 0.5), fill=BLACK)
            for dx, dy in ((-60, 20), (-40, 56), (6, 60), (30, 30)):
                c.path(
                    brush([(-100, 96), (-100 + dx * 0.6, 110 + dy * 0.6), (-100 + dx, 110 + dy)], 17, 0.9, 0.05),
                    fill=BLACK,
                )
    with c.group(transform="translate(340 420) rotate(-14) scale(1.25)"):
        for k in range(9):
            a = -1.2 + k * 0.32
            c.path(
                brush(
                    [
                        (60, -10),
                        (60 + 90 * math.cos(a), -10 + 90 * math.sin(a)),
                        (60 + 170 * math.cos(a + 0.2), -10 + 170 * math.sin(a + 0.2)),
                    ],
                    22,
                    0.8,
                    0.03,
                ),
                fill=BLACK,
            )
        head = (
            "M90 -60C40 -100 -20 -80 -60 -50C-100 -50 -140 -34 -170 -40C-186 -30 -184 -6 -166 4C-120 10 -110 16"
            " -90 22C-110 40 -130 44 -150 44C-140 64 -90 74 -40 64C20 70 90 60 110 10z"
        )
        c.path(head, fill="#fbf8f0", stroke=BLACK, sw=6, join="round")
        c.path("M-166 4C-130 14 -90 22 -40 30C-60 48 -110 56 -150 44C-120 34 -100 30 -90 22z", fill=BLACK)
        c.path("M-150 8l8 20l10 -18M-112 16l8 18l10 -14M-120 44l8 -14l10 14", fill=WHITE, stroke=WHITE, sw=2)
        c.path("M-50 -34Q-20 -62 14 -34Q-16 -14 -50 -34z", fill=WHITE, stroke=BLACK, sw=5)
        c.circle(-22, -36, 9, fill=BLACK)
        c.path(brush([(30, -50), (-10, -74), (-70, -52)], 18), fill=BLACK)
        c.path("M-160 -22q10 -8 18 0", stroke=BLACK, sw=5)
        c.path(
            brush([(20, -70), (60, -150), (130, -190), (200, -180)], 22, 0.9, 0.03)
            + brush([(100, -146), (110, -190), (150, -220)], 12, 0.8, 0.03),
            fill=BLACK,
        )
        c.path(
            brush([(-160, -10), (-240, -60), (-300, 10), (-280, 90), (-330, 130)], 9, 0.9, 0.03)
            + brush([(-120, 10), (-180, 60), (-190, 150), (-250, 190)], 9, 0.9, 0.03),
            fill=BLACK,
        )
        c.path("M30 0Q60 20 90 0M10 20Q50 44 90 26", stroke=BLACK, sw=4)
    for x, y, s in ((140, 760, 1.2), (620, 840, 1.0), (1320, 800, 1.3), (1000, 60, 0.9), (180, 120, 0.9)):
        with c.group(transform=f"translate({x} {y}) scale({s})"):
            c.path(
                "M-160 30H170C200 0 170 -40 130 -30C120 -80 40 -90 20 -50C-10 -80 -80 -70 -80 -24C-130 -40 -190 0"
                " -160 30z",
                fill="#fbf8f0",
            )
            for points in (
                [(-160, 30), (-190, 0), (-150, -36), (-84, -24)],
                [(-84, -24), (-70, -76), (0, -80), (22, -48)],
                [(22, -48), (60, -92), (126, -80), (130, -30)],
                [(130, -30), (186, -40), (200, 10), (160, 30)],
                [(-40, 10), (-50, -30), (0, -36), (6, -4), (-20, 6)],
                [(90, 14), (70, -20), (104, -34), (122, -8)],
                [(-180, 46), (0, 36), (190, 46)],
            ):
                c.path(brush(points, 9), fill=BLACK)
    c.rect(1370, 690, 84, 130, rx=8, fill="#c1392b")
    c.tategaki(1412, 702, "湊画", 54, fill="#fbf8f0", font_weight="900", font_family="Noto Serif CJK JP")
    return c


def cat_studies() -> Canvas:
    """Nine brush studies of cats."""
    c = Canvas(1300, 1300, 97, "#fbf8f0")
    grey = screentone(c, 8, 1.8)
    bodies: list[tuple[str, Sequence[Sequence[Point]], str]] = [
        (
            "のび",
            (
                [(-150, 60), (-110, 70), (-60, 40), (20, -30), (110, -60), (150, -10), (146, 70)],
                [(150, -20), (190, -70), (170, -130), (200, -160)],
                [(-60, 40), (-20, 50), (40, 30), (90, 30), (110, 72)],
            ),
            "-150 30",
        ),
        (
            "すわり",
            (
                [(-40, 110), (-60, 40), (-36, -30)],
                [(40, -30), (76, 30), (70, 110), (-40, 112)],
                [(70, 100), (130, 110), (140, 60), (118, 40)],
                [(-6, 110), (-4, 60)],
                [(20, 110), (18, 60)],
            ),
            "0 -60",
        ),
        (
            "まるまり",
            (
                [(-120, 50), (-110, -20), (-30, -64), (70, -50), (126, 10), (106, 70), (0, 90), (-90, 80), (-120, 50)],
                [(110, 60), (60, 80), (-10, 60), (-40, 40)],
            ),
            "-64 26",
        ),
        (
            "とぶ",
            (
                [(-130, 60), (-90, 10), (-20, -40), (70, -40), (120, -10), (170, 60)],
                [(120, -10), (150, -70), (210, -90), (230, -130)],
                [(-60, 30), (0, 20), (70, 20), (110, 80), (150, 90)],
                [(-130, 60), (-150, 86)],
            ),
            "-120 -20",
        ),
        (
            "おこり",
            (
                [(-90, 100), (-96, 20), (-40, -60), (40, -90), (100, -40), (110, 100)],
                [(106, 0), (160, -40), (150, -120), (180, -150)],
                [(-40, 100), (-30, 50), (30, 30), (66, 50), (70, 100)],
            ),
            "-90 -40",
        ),
        (
            "ねころび",
            (
                [(-150, 40), (-60, -10), (60, -20), (150, 20), (160, 60), (0, 84), (-120, 80)],
                [(150, 30), (210, 10), (230, 50)],
                [(-20, 10), (-30, -50), (-10, -64)],
                [(60, 0), (80, -60), (100, -60)],
            ),
            "-150 30",
        ),
        (
            "みあげ",
            (
                [(-30, 110), (-56, 50), (-30, -20)],
                [(36, -20), (70, 40), (60, 110), (-30, 112)],
                [(60, 104), (110, 120), (150, 100)],
                [(0, 110), (2, 60)],
            ),
            "4 -50",
        ),
        (
            "あるき",
            (
                [(-90, -10), (0, -40), (90, -30), (116, 10)],
                [(110, -10), (160, -50), (150, -110)],
                [(-80, 20), (-90, 60), (-110, 104)],
                [(-50, 36), (-44, 70), (-54, 106)],
                [(-50, 36), (20, 40), (60, 30), (70, 70), (56, 106)],
                [(110, 0), (116, 60), (104, 104)],
            ),
            "-110 -30",
        ),
        (
            "はこ",
            (
                [(-110, 10), (-90, 110), (90, 110), (110, 10), (-110, 10)],
                [(-110, 10), (-150, -30), (-60, -20)],
                [(110, 10), (150, -30), (60, -20)],
            ),
            "0 -30",
        ),
    ]
    for i, (name, lines, head) in enumerate(bodies):
        x, y = 230 + i % 3 * 420, 210 + i // 3 * 410
        hx, hy = (float(v) for v in head.split())
        with c.group(transform=f"translate({x} {y}) scale(.88)", stroke_linejoin="round"):
            c.ellipse(10, 116, 150, 14, fill=grey)
            for k, points in enumerate(lines):
                c.path(brush(points, 15 if k == 0 else 12, 0.25, 0.2), fill=BLACK)
            with c.group(transform=f"translate({hx} {hy}) rotate({(-14, 0, 10, -8, 0, -6, -20, 0, 0)[i]})"):
                outline: list[Point] = [
                    (-50, 10),
                    (-54, -20),
                    (-50, -74),
                    (-24, -46),
                    (24, -46),
                    (50, -74),
                    (54, -20),
                    (50, 10),
                    (24, 34),
                    (-24, 34),
                ]
                c.path(
                    smooth(outline, closed=True, tension=0.7),
                    fill=BLACK if i in {4, 6} else "#fbf8f0",
                    stroke=BLACK,
                    sw=6,
                )
                ink = "#fbf8f0" if i in {4, 6} else BLACK
                if i in {2, 0, 5}:
                    c.path("M-32 -8q10 10 20 0M12 -8q10 10 20 0", stroke=ink, sw=5, cap="round")
                elif i == 4:
                    c.path("M-36 -22l24 10l-18 8zM36 -22l-24 10l18 8z", fill=ink)
                else:
                    c.ellipse(-21, -8, 7, 10, fill=ink)
                    c.ellipse(21, -8, 7, 10, fill=ink)
                c.path("M-4 8h8l-4 5zM0 13q-4 8 -11 4M0 13q4 8 11 4", stroke=ink, sw=3.5, fill="none")
                c.path("M-40 12l-34 -2M-38 18l-32 8M40 12l34 -2M38 18l32 8", stroke=BLACK, sw=2.5)
                if i in {1, 7, 8}:
                    c.path("M-10 -44l4 20M4 -46l0 22M18 -44l-6 20", stroke=BLACK, sw=5, cap="round")
            if i in {0, 3, 7}:
                c.path("M20 -34l-6 26M44 -44l-4 30M70 -44l2 28", stroke=BLACK, sw=8, cap="round")
            c.text(-30, 170, name, 34, fill=BLACK, font_family="Noto Serif CJK JP", font_weight="700")
    c.rect(1188, 1180, 56, 56, rx=6, fill="#c1392b")
    c.text(
        1216, 1224, "湊", 44, fill="#fbf8f0", text_anchor="middle", font_weight="900", font_family="Noto Serif CJK JP"
    )
    return c


def fern_plate() -> Canvas:
    """A botanical plate in line and stipple."""
    c = Canvas(1000, 1350, 98, "#f8f4e8")
    c.rect(50, 50, 900, 1250, fill="none", stroke=BLACK, sw=3)
    c.rect(60, 60, 880, 1230, fill="none", stroke=BLACK, sw=1.5)

    def frond(x: float, y: float, length: float, lean: float, curl: float, size: float) -> None:
        points: list[Point] = []
        a, px, py = -math.pi / 2 + lean, x, y
        for k in range(22):
            points.append((px, py))
            a += curl * (0.3 + k / 22)
            px += math.cos(a) * length / 22
            py += math.sin(a) * length / 22
        c.path(brush(points, 9, 0.9, 0.1, 3), fill=BLACK)
        shapes = ""
        veins = ""
        dots = ""
        for k in range(3, 22):
            (ax, ay), (bx, by) = points[k - 1], points[k]
            heading = math.atan2(by - ay, bx - ax)
            reach = size * math.sin((k + 2) / 25 * math.pi) ** 0.8
            for s in (-1, 1):
                d = heading + s * 1.15
                ex, ey = bx + reach * math.cos(d), by + reach * math.sin(d)
                wx, wy = -math.sin(d) * reach * 0.16, math.cos(d) * reach * 0.16
                m = 0.45
                mx, my = bx + (ex - bx) * m, by + (ey - by) * m
                shapes += (
                    f"M{bx:.0f} {by:.0f}Q{mx + wx * 1.6:.0f} {my + wy * 1.6:.0f} {ex:.0f} {ey:.0f}"
                    f"Q{mx - wx * 1.6:.0f} {my - wy * 1.6:.0f} {bx:.0f} {by:.0f}z"
                )
                veins += f"M{bx:.0f} {by:.0f}L{bx + (ex - bx) * 0.85:.0f} {by + (ey - by) * 0.85:.0f}"
                for _ in range(int(reach / 12)):
                    u, v = c.uni(0.1, 0.8), c.uni(0, 0.8)
                    dots += f"M{bx + (ex - bx) * u + wx * v * s:.0f} {by + (ey - by) * u + wy * v * s:.0f}h1.5"
        c.path(shapes, fill="#f8f4e8", stroke=BLACK, sw=2.6, join="round")
        c.path(veins, stroke=BLACK, sw=1.6)
        c.path(dots, stroke=BLACK, sw=2.6, cap="round")

    frond(470, 1120, 900, -0.30, 0.035, 170)
    frond(520, 1130, 760, 0.3, 0.022, 130)
    frond(440, 1140, 470, -0.62, -0.02, 100)
    for x, y, s in ((690, 960, 1.0), (300, 1000, -0.8)):
        spiral: list[Point] = [(500.0, 1130.0), (x - 40 * s, y + 60), (x, y - 60)]
        for k in range(16):
            r = 62 * abs(s) * (1 - k / 17)
            a = math.pi * (1 if s > 0 else 0) + k * 0.62 * (1 if s > 0 else -1)
            spiral.append((x + 62 * s + r * math.cos(a), y - 80 + r * math.sin(a)))
        c.path(brush(spiral, 17, 0.9, 0.35), fill=BLACK)
    roots = "".join(
        brush(
            [(490 + k * 9, 1120), (470 + k * 22 + c.uni(-20, 20), 1180), (450 + k * 30 + c.uni(-60, 60), 1225)],
            5,
            0.9,
            0.05,
            4,
        )
        for k in range(-5, 6)
    )
    c.path(roots, fill=BLACK)
    c.path("M430 1130Q500 1080 570 1130Q560 1170 500 1168Q440 1170 430 1130z", fill=BLACK)
    c.text(
        500,
        1270,
        "Fig. 12 — わらび　早春",
        30,
        text_anchor="middle",
        font_family="Noto Serif CJK JP",
        font_weight="700",
        fill=BLACK,
    )
    for x, y in ((840, 220), (760, 160)):
        with c.group(transform=f"translate({x} {y}) scale(1.2)"):
            c.path(brush([(-60, 10), (-20, -20), (0, 0)], 6) + brush([(0, 0), (30, -26), (64, -6)], 6), fill=BLACK)
            c.path("M-58 8Q-50 -50 0 0Q40 -66 62 -8Q40 20 4 4Q-30 36 -58 8z", fill="#f8f4e8", stroke=BLACK, sw=3)
            c.path("M0 0L-40 -16M0 2L-40 8M4 0L44 -24M4 2L40 2", stroke=BLACK, sw=2)
            c.path("M-6 -10L8 16", stroke=BLACK, sw=6, cap="round")
    return c


def avatar() -> Canvas:
    """Sumi the cat."""
    c = Canvas(400, 400, 104, WHITE)
    c.rect(0, 0, 400, 400, fill=screentone(c, 14, 4))
    c.circle(200, 210, 160, fill=WHITE)
    black_cat(c, 200, 250, 2.3, "face")
    return c
