"""Who and what appears more than once: Nagi the keeper, Sumi the cat, the lighthouse."""

from __future__ import annotations

from kit import Canvas, num

from minato.ink import BLACK, WHITE, hatch, screentone


def keeper(c: Canvas, x: float, y: float, size: float, mood: str = "plain", flip: int = 1) -> None:
    """Nagi, who keeps the lighthouse: a round face under a sou'wester. The face is about 120 units wide."""
    grey = screentone(c, 7, 1.9)
    with c.group(
        transform=f"translate({num(x)} {num(y)}) scale({flip * size:.2f} {size:.2f})",
        stroke_linejoin="round",
        stroke_linecap="round",
    ):
        coat = "M-52 52C-100 70 -116 130 -124 240H124C116 130 100 70 52 52Q0 84 -52 52z"
        c.path(coat, fill=WHITE, stroke=BLACK, sw=5)
        c.path(
            "M-90 110C-80 150 -84 200 -92 240H-124C-118 180 -112 130 -90 110zM60 240C70 180 76 130 70 84C104 110"
            " 116 160 124 240z",
            fill=grey,
        )
        c.path("M0 78V240M-70 130Q-64 190 -70 240M72 130Q66 190 72 240", stroke=BLACK, sw=4, fill="none")
        for k in range(3):
            c.path(f"M-14 {104 + k * 46}h28", stroke=BLACK, sw=9)
        c.path("M-62 -6C-66 40 -36 66 0 66C36 66 66 40 62 -6C60 -60 -60 -60 -62 -6z", fill=WHITE, stroke=BLACK, sw=5)
        c.path(
            "M-60 -10Q-52 20 -60 40L-68 8zM-40 -34L-30 -4L-18 -34L-6 -8L10 -34L20 -6L36 -34L46 0L58 -30V-50H-56z",
            fill=BLACK,
        )
        eye = {
            "plain": "M-26 12v14M24 12v14",
            "shock": "",
            "smile": "M-36 20q10 -14 20 0M16 20q10 -14 20 0",
            "firm": "M-26 12v14M24 12v14M-42 0l24 8M40 0l-24 8",
            "sleep": "M-36 16q10 10 20 0M16 16q10 10 20 0",
        }[mood]
        if mood == "shock":
            for ex in (-26, 24):
                c.circle(ex, 16, 15, fill=WHITE, stroke=BLACK, sw=5)
                c.circle(ex, 16, 4, fill=BLACK)
        else:
            c.path(eye, stroke=BLACK, sw=9 if mood in {"plain", "firm"} else 6, fill="none")
        mouth = {
            "plain": "M-8 44q8 5 16 0",
            "shock": "M-10 42q10 -10 20 0q2 14 -10 14t-10 -14z",
            "smile": "M-18 38q18 24 36 0z",
            "firm": "M-10 46q10 -7 20 0",
            "sleep": "M-5 44q5 6 10 0z",
        }[mood]
        c.path(mouth, stroke=BLACK, sw=5, fill=BLACK if mood == "shock" else "none")
        c.path("M-46 34l6 8M-36 34l6 8M32 34l6 8M42 34l6 8", stroke=BLACK, sw=2.5)
        hat = "M-66 -36C-64 -118 64 -118 66 -36Q0 -16 -66 -36z"
        c.path(hat, fill=WHITE, stroke=BLACK, sw=5)
        c.path("M20 -96C60 -84 66 -50 66 -36Q46 -28 26 -26Q44 -60 20 -96z", fill=grey)
        c.path("M-66 -38Q0 -14 66 -38L108 -8Q84 4 54 -14Q0 -2 -54 -14Q-84 4 -108 -8z", fill=WHITE, stroke=BLACK, sw=5)
        c.path("M30 -14Q60 -16 84 -4L108 -8L66 -38z", fill=grey)


def black_cat(c: Canvas, x: float, y: float, size: float, pose: str = "sit", flip: int = 1, eyes: str = "open") -> None:
    """Sumi, the cat, all black. Poses: sit, curl, face, walk."""
    with c.group(
        transform=f"translate({num(x)} {num(y)}) scale({flip * size:.2f} {size:.2f})",
        stroke_linejoin="round",
        stroke_linecap="round",
    ):
        if pose == "sit":
            c.path("M-40 100C-60 60 -50 10 -20 -10L30 -10C54 20 60 60 50 100z", fill=BLACK)
            c.path("M44 96C110 104 120 40 88 20", stroke=BLACK, sw=17, fill="none")
            c.path("M-8 100V60M14 100V60", stroke=WHITE, sw=3, fill="none")
            head = (2.0, -40.0, 1.0)
        elif pose == "curl":
            c.path("M-120 60C-130 0 -60 -40 20 -34C100 -28 130 20 116 62C80 80 -90 80 -120 60z", fill=BLACK)
            c.path("M100 60C70 80 0 72 -30 56", stroke=WHITE, sw=3, fill="none")
            c.path("M30 -14Q70 -8 92 18M40 6Q70 10 84 30", stroke=WHITE, sw=3, fill="none")
            head = (-66.0, 22.0, 0.92)
        elif pose == "walk":
            c.path(
                "M-70 -6C-40 -24 50 -24 80 -8L84 30L96 78H78L66 40L-30 42L-38 80H-56L-58 40L-84 74L-98 66L-78 24z",
                fill=BLACK,
            )
            c.path("M78 0C120 -10 130 -50 110 -84", stroke=BLACK, sw=14, fill="none")
            head = (-84.0, -22.0, 0.8)
        else:
            head = (0.0, 0.0, 1.0)
        hx, hy, hs = head
        with c.group(transform=f"translate({num(hx)} {num(hy)}) scale({hs})"):
            c.path(
                "M-54 0C-58 -30 -56 -60 -50 -82L-20 -52Q0 -56 20 -52L50 -82C56 -60 58 -30 54 0C48 34 -48 34 -54 0z",
                fill=BLACK,
                stroke=WHITE,
                sw=3,
            )
            c.path("M-44 -56L-42 -68L-28 -52zM44 -56L42 -68L28 -52z", fill="#888888")
            if eyes == "open":
                for s in (-1, 1):
                    c.ellipse(s * 24, -14, 13, 15, fill=WHITE)
                    c.ellipse(s * 24, -13, 4, 12, fill=BLACK)
            elif eyes == "glow":
                for s in (-1, 1):
                    c.ellipse(s * 24, -14, 16, 17, fill=WHITE)
            elif eyes == "half":
                c.path("M-38 -12h28q-4 14 -14 14t-14 -14zM10 -12h28q-4 14 -14 14t-14 -14z", fill=WHITE)
                c.path("M-24 -10v8M24 -10v8", stroke=BLACK, sw=5, fill="none")
            else:
                c.path("M-38 -12q14 12 28 0M10 -12q14 12 28 0", stroke=WHITE, sw=4, fill="none")
            c.path(
                "M-5 4h10l-5 6zM0 10q-4 8 -12 5M0 10q4 8 12 5",
                stroke=WHITE,
                sw=3,
                fill=WHITE if eyes == "x" else "none",
            )
            c.path(
                "M-46 6l-30 -4M-46 12l-28 6M46 6l30 -4M46 12l28 6",
                stroke="#777777" if pose != "face" else WHITE,
                sw=2.5,
                fill="none",
            )


def tower(c: Canvas, x: float, base: float, size: float, lit: bool = False) -> None:
    """The lighthouse, 400 units tall, standing on ``base``."""
    with c.group(transform=f"translate({num(x)} {num(base)}) scale({size:.2f})", stroke_linejoin="round"):
        body = "M-62 0L-40 -300H40L62 0z"
        c.path(body, fill=WHITE, stroke=BLACK, sw=5)
        c.path("M-57 -70L-52 -140H52L57 -70zM-47 -210L-42 -272H42L47 -210z", fill=BLACK)
        hatch(c, body, (10, -300, 60, 300), 8, 84, 2.0)
        c.path("M-56 -300H56V-318H-56z", fill=WHITE, stroke=BLACK, sw=5)
        c.path("M-28 -318V-372H28V-318z", fill=WHITE, stroke=BLACK, sw=5)
        c.path(
            "M-14 -318V-372M0 -318V-372M14 -318V-372" if not lit else "M0 -345m-9 0a9 9 0 1 0 18 0a9 9 0 1 0 -18 0",
            stroke=BLACK,
            sw=3,
        )
        c.path("M-38 -372Q0 -430 38 -372z", fill=BLACK)
        c.path("M0 -400V-436", stroke=BLACK, sw=5)
        c.path("M-12 0V-38a12 12 0 0 1 24 0V0z", fill=BLACK)
        c.path("M-56 -318V-338H56V-318M-40 -338v20M-20 -338v20M20 -338v20M40 -338v20", stroke=BLACK, sw=3, fill="none")
