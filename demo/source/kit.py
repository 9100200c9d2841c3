"""A small drawing kit: a canvas that collects SVG, and the few curves and noises that every artist here needs.

Everything is a function of the canvas size and its seed, so a drawing comes out the same each time.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

Point = tuple[float, float]
Colour = tuple[float, float, float]  # red, green, blue, 0 to 255


def num(value: float) -> str:
    """Write a coordinate with one decimal at most: SVG files stay small."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def pts(points: Iterable[Point]) -> str:
    """Points as a path writes them."""
    return " ".join(f"{num(x)} {num(y)}" for x, y in points)


def poly(points: Sequence[Point], closed: bool = True) -> str:
    """Path data of straight lines through ``points``."""
    return f"M{pts(points)}" + ("z" if closed else "")


def smooth(points: Sequence[Point], closed: bool = False, tension: float = 1.0) -> str:
    """Path data of a Catmull-Rom spline through ``points``, written as cubic Béziers."""
    count = len(points)
    last = count if closed else count - 1
    parts = [f"M{pts(points[:1])}"]
    for i in range(last):
        p0 = points[(i - 1) % count] if closed or i > 0 else points[i]
        p1, p2 = points[i], points[(i + 1) % count]
        p3 = points[(i + 2) % count] if closed or i + 2 < count else p2
        c1 = (p1[0] + (p2[0] - p0[0]) * tension / 6, p1[1] + (p2[1] - p0[1]) * tension / 6)
        c2 = (p2[0] - (p3[0] - p1[0]) * tension / 6, p2[1] - (p3[1] - p1[1]) * tension / 6)
        parts.append(f"C{pts((c1, c2, p2))}")
    return "".join(parts) + ("z" if closed else "")


def rgb(colour: str) -> Colour:
    """``#rrggbb`` as three numbers."""
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


def hexa(colour: Colour) -> str:
    """Three numbers as ``#rrggbb``, clipped to what a screen can show."""
    return "#" + "".join(f"{max(0, min(255, round(c))):02x}" for c in colour)


def mix(a: str, b: str, t: float) -> str:
    """The colour a fraction ``t`` of the way from ``a`` to ``b``."""
    t = max(0.0, min(1.0, t))
    ca, cb = rgb(a), rgb(b)
    return hexa((ca[0] + (cb[0] - ca[0]) * t, ca[1] + (cb[1] - ca[1]) * t, ca[2] + (cb[2] - ca[2]) * t))


def ramp(stops: Sequence[tuple[float, str]], t: float) -> str:
    """The colour at ``t`` of a gradient given as (position, colour) stops in rising order."""
    if t <= stops[0][0]:
        return stops[0][1]
    for (t0, c0), (t1, c1) in itertools.pairwise(stops):
        if t <= t1:
            return mix(c0, c1, (t - t0) / (t1 - t0))
    return stops[-1][1]


def step(edge0: float, edge1: float, x: float) -> float:
    """Smoothstep from 0 to 1 between the edges."""
    t = max(0.0, min(1.0, (x - edge0) / (edge1 - edge0)))
    return t * t * (3 - 2 * t)


class Noise:
    """Seeded value noise over the plane, and its fractal sum; values lie in 0 to 1."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        self._table = [rng.random() for _ in range(4096)]

    def _lattice(self, x: int, y: int) -> float:
        return self._table[(x * 73856093 ^ y * 19349663) & 4095]

    def at(self, x: float, y: float) -> float:
        """Noise with features about one unit wide."""
        ix, iy = math.floor(x), math.floor(y)
        fx, fy = x - ix, y - iy
        fx, fy = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy)
        top = self._lattice(ix, iy) * (1 - fx) + self._lattice(ix + 1, iy) * fx
        low = self._lattice(ix, iy + 1) * (1 - fx) + self._lattice(ix + 1, iy + 1) * fx
        return top * (1 - fy) + low * fy

    def fbm(self, x: float, y: float, octaves: int = 4) -> float:
        """Fractal noise: ``octaves`` layers, each twice as fine and half as strong."""
        total, weight, scale = 0.0, 0.5, 1.0
        for _ in range(octaves):
            total += weight * self.at(x * scale, y * scale)
            weight, scale = weight / 2, scale * 2.03
        return total / (1 - 0.5**octaves)


class Canvas:
    """Collects the elements of one drawing and writes them as an SVG document."""

    def __init__(self, width: int, height: int, seed: int, background: str | None = None) -> None:
        self.width, self.height = width, height
        self.rng = random.Random(seed)
        self.noise = Noise(seed)
        self._defs: list[str] = []
        self._body: list[str] = []
        self._count = 0
        if background:
            self.rect(0, 0, width, height, fill=background)

    def uni(self, low: float, high: float) -> float:
        """A random number between the two."""
        return self.rng.uniform(low, high)

    def add(self, *raw: str) -> None:
        """Append SVG as it is."""
        self._body.extend(raw)

    def define(self, template: str) -> str:
        """Put ``template`` among the definitions, its ``ID`` replaced; return ``url(#…)`` for it."""
        self._count += 1
        self._defs.append(template.replace("ID", f"d{self._count}"))
        return f"url(#d{self._count})"

    @staticmethod
    def _attrs(attrs: dict[str, object]) -> str:
        short = {"sw": "stroke-width", "o": "opacity", "cap": "stroke-linecap", "join": "stroke-linejoin"}
        written = []
        for key, value in attrs.items():
            if value is not None:
                name = short.get(key, key.rstrip("_").replace("_", "-"))
                written.append(f' {name}="{num(value) if isinstance(value, float) and name != "opacity" else value}"')
        return "".join(written)

    def path(self, d: str, **attrs: object) -> None:
        """A path; a stroke without a fill stays unfilled."""
        if "stroke" in attrs and "fill" not in attrs:
            attrs["fill"] = "none"
        self._body.append(f'<path d="{d}"{self._attrs(attrs)}/>')

    def rect(self, x: float, y: float, width: float, height: float, **attrs: object) -> None:
        """A rectangle."""
        box = f'x="{num(x)}" y="{num(y)}" width="{num(width)}" height="{num(height)}"'
        self._body.append(f"<rect {box}{self._attrs(attrs)}/>")

    def circle(self, x: float, y: float, r: float, **attrs: object) -> None:
        """A circle."""
        self._body.append(f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(r)}"{self._attrs(attrs)}/>')

    def ellipse(self, x: float, y: float, rx: float, ry: float, **attrs: object) -> None:
        """An ellipse."""
        box = f'cx="{num(x)}" cy="{num(y)}" rx="{num(rx)}" ry="{num(ry)}"'
        self._body.append(f"<ellipse {box}{self._attrs(attrs)}/>")

    def text(self, x: float, y: float, words: str, size: float, **attrs: object) -> None:
        """A line of text; the font is Noto unless named."""
        attrs.setdefault("font_family", "Noto Sans CJK JP")
        safe = words.replace("&", "&amp;").replace("<", "&lt;")
        place = f'x="{num(x)}" y="{num(y)}" font-size="{num(size)}"'
        self._body.append(f"<text {place}{self._attrs(attrs)}>{safe}</text>")

    def tategaki(self, x: float, y: float, words: str, size: float, **attrs: object) -> None:
        """Vertical Japanese text: columns run from right to left, one for each line of ``words``."""
        for column, line in enumerate(words.split("\n")):
            turned = "writing-mode:vertical-rl"
            self.text(x - column * size * 1.25, y, line, size, style=turned, **attrs)

    @contextmanager
    def group(self, **attrs: object) -> Iterator[None]:
        """Everything added inside lies in one ``<g>`` with these attributes."""
        self._body.append(f"<g{self._attrs(attrs)}>")
        yield
        self._body.append("</g>")

    def lin(self, *stops: tuple[float, str] | tuple[float, str, float], box: str = "0 0 0 1") -> str:
        """A linear gradient along ``box`` = "x1 y1 x2 y2" (fractions of the shape); returns its ``url(…)``."""
        x1, y1, x2, y2 = box.split()
        body = self._stops(stops)
        return self.define(f'<linearGradient id="ID" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}">{body}</linearGradient>')

    def rad(self, *stops: tuple[float, str] | tuple[float, str, float], at: str = ".5 .5 .5") -> str:
        """A radial gradient at "cx cy r" (fractions of the shape); returns its ``url(…)``."""
        cx, cy, r = at.split()
        return self.define(f'<radialGradient id="ID" cx="{cx}" cy="{cy}" r="{r}">{self._stops(stops)}</radialGradient>')

    @staticmethod
    def _stops(stops: Iterable[tuple[float, str] | tuple[float, str, float]]) -> str:
        body = ""
        for stop in stops:
            alpha = f' stop-opacity="{stop[2]}"' if len(stop) == 3 else ""
            body += f'<stop offset="{stop[0]}" stop-color="{stop[1]}"{alpha}/>'
        return body

    def blur(self, deviation: float) -> str:
        """A Gaussian blur filter."""
        return self.define(
            '<filter id="ID" x="-50%" y="-50%" width="200%" height="200%">'
            f'<feGaussianBlur stdDeviation="{num(deviation)}"/></filter>'
        )

    def rough(self, scale: float, frequency: float = 0.03, octaves: int = 3) -> str:
        """A filter that frays edges the way a loaded brush or a worn screen print does."""
        return self.define(
            '<filter id="ID" x="-5%" y="-5%" width="110%" height="110%">'
            f'<feTurbulence type="fractalNoise" baseFrequency="{frequency}" numOctaves="{octaves}" seed="3"/>'
            f'<feDisplacementMap in="SourceGraphic" scale="{num(scale)}" xChannelSelector="R" yChannelSelector="G"/>'
            "</filter>"
        )

    def grain(self, opacity: float, frequency: float = 0.8, dark: bool = True) -> None:
        """Cover the whole canvas with fine paper grain."""
        tone = 0 if dark else 1
        matrix = f"0 0 0 0 {tone} 0 0 0 0 {tone} 0 0 0 0 {tone} {opacity * 4:.3f} 0 0 0 {-opacity * 1.6:.3f}"
        made = self.define(
            f'<filter id="ID" x="0" y="0" width="100%" height="100%">'
            f'<feTurbulence type="fractalNoise" baseFrequency="{frequency}" numOctaves="2" seed="8"/>'
            f'<feColorMatrix values="{matrix}"/>'
            "</filter>"
        )
        self.rect(0, 0, self.width, self.height, filter=made)

    def clip(self, d: str) -> str:
        """A clip path of path data ``d``."""
        return self.define(f'<clipPath id="ID"><path d="{d}"/></clipPath>')

    def ridge(self, y: float, height: float, scale: float, seed: float, count: int = 60) -> list[Point]:
        """Points of a skyline across the canvas, ``height`` high at most, with features ``scale`` units wide."""
        xs = [self.width * (i / count * 1.04 - 0.02) for i in range(count + 1)]
        return [(x, y - height * self.noise.fbm(x / scale + seed * 17.3, seed * 5.7)) for x in xs]

    def below(self, points: Sequence[Point], curved: bool = True) -> str:
        """Path data of everything below a skyline."""
        top = smooth(points) if curved else poly(points, closed=False)
        return f"{top}L{num(points[-1][0])} {self.height + 20}L{num(points[0][0])} {self.height + 20}z"

    def paint(
        self,
        colour: Callable[[float, float], str | None],
        angle: Callable[[float, float], float],
        *,
        size: float,
        width: float,
        count: int,
        area: tuple[float, float, float, float] | None = None,
        opacity: float = 0.9,
        levels: int = 15,
        bend: float = 0.25,
    ) -> None:
        """Lay down brush strokes whose colour and direction are functions of the place.

        Strokes of one colour share one path, which keeps thousands of them small. ``colour`` may return None to leave
        a place alone. ``size`` and ``width`` are in pixels; ``levels`` is how finely colours are told apart.
        """
        x0, y0, x1, y1 = area or (-20, -20, self.width + 20, self.height + 20)
        columns = max(1, round(math.sqrt(count * (x1 - x0) / (y1 - y0))))
        rows = max(1, round(count / columns))
        grid = 255 / levels
        strokes: dict[str, list[str]] = {}
        for cell in range(columns * rows):
            x = x0 + (cell % columns + self.rng.random()) * (x1 - x0) / columns
            y = y0 + (cell // columns + self.rng.random()) * (y1 - y0) / rows
            found = colour(x, y)
            if found is None:
                continue
            shade = rgb(found)
            key = hexa((round(shade[0] / grid) * grid, round(shade[1] / grid) * grid, round(shade[2] / grid) * grid))
            if levels == 15:  # the steps that three hexadecimal digits can write
                key = f"#{key[1::2]}"
            direction = angle(x, y) + self.uni(-0.12, 0.12)
            length = size * self.uni(0.6, 1.3)
            dx, dy = math.cos(direction) * length, math.sin(direction) * length
            bow = self.uni(-bend, bend)
            control = (dx / 2 - dy * bow, dy / 2 + dx * bow)
            d = f"M{x - dx / 2:.0f} {y - dy / 2:.0f}q{control[0]:.0f} {control[1]:.0f} {dx:.0f} {dy:.0f}"
            strokes.setdefault(key, []).append(d.replace("-0 ", "0 ").replace(" -", "-"))
        keys = sorted(strokes)
        self.rng.shuffle(keys)
        with self.group(fill="none", stroke_linecap="round", stroke_width=width, opacity=round(opacity, 2)):
            for key in keys:
                self._body.append(f'<path stroke="{key}" d="{"".join(strokes[key])}"/>')

    def svg(self) -> str:
        """The finished document."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}"'
            f' viewBox="0 0 {self.width} {self.height}">'
        )
        defs = f"<defs>{''.join(self._defs)}</defs>" if self._defs else ""
        return head + defs + "\n" + "\n".join(self._body) + "\n</svg>\n"
