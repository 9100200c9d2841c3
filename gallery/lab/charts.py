"""Charts as inline SVG, drawn by hand: no library, no script, colours from the page's style."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor

from gallery.domain import Label
from gallery.lab.evaluate import Group
from gallery.lab.metrics import LABELS, Bin, Curve, Figure
from gallery.wording import number_of

WIDTH = 640


def _svg(width: float, height: float, name: str, parts: Sequence[str], kind: str = "") -> str:
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" class="{kind}" role="img" aria-label="{escape(name)}">'
        + "".join(parts)
        + "</svg>"
    )


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def _scale(low: float, high: float, start: float, end: float, value: float) -> float:
    inside = min(max(value, low), high)
    return start + (inside - low) / (high - low) * (end - start)


def range_strip(figure: Figure, low: float, high: float, bar: float | None) -> str:
    """One figure with its interval, and a tick where the bar stands.

    The scale goes from ``low`` to ``high``, or as many tenths further as the figure or its interval lies beyond.
    """
    known = [one for one in (figure.value, figure.low, figure.high) if one is not None]
    low = min([low, *(floor(one * 10) / 10 for one in known)])
    high = max([high, *(ceil(one * 10) / 10 for one in known)])

    def place(value: float) -> float:
        return _scale(low, high, 8, 232, value)

    parts = [_line(8, 16, 232, 16, "axis")]
    if figure.low is not None and figure.high is not None:
        parts.append(_line(place(figure.low), 16, place(figure.high), 16, "interval"))
    parts.append(f'<circle cx="{place(figure.value):.1f}" cy="16" r="5" class="point"/>')
    tick = 120.0 if bar is None else place(bar)
    if tick > 50:
        parts.append(_text(8, 38, f"{low:g}", "small"))
    if tick < 190:
        parts.append(_text(232, 38, f"{high:g}", "small", "end"))
    if bar is not None:
        parts.append(_line(tick, 6, tick, 26, "bar"))
        parts.append(_text(tick, 38, f"{bar:g}", "small", "middle"))
    return _svg(240, 42, f"{figure}, on a scale from {low:g} to {high:g}", parts)


def lowest(groups: Sequence[Group]) -> float:
    """Where the scale of `group_strip` begins for these: a tenth that none of them lies below, 0.7 at most."""
    ends = (group.accuracy.value if group.accuracy.low is None else group.accuracy.low for group in groups)
    return max(0.0, floor(min([0.7, *ends]) * 10) / 10)


def group_strip(group: Group, low: float, bar: float) -> str:
    """The accuracy of a group with its interval, on a scale from ``low`` to 1, and a line where the bar stands.

    The line is as high as the strip, so that those of strips below each other make one.
    """

    def place(value: float) -> float:
        return _scale(low, 1.0, 8, 232, value)

    accuracy, kind = group.accuracy, f"is-{group.label}" if group.label else ""
    parts = [_line(8, 12, 232, 12, "axis"), _line(place(bar), 0, place(bar), 24, "bar")]
    if accuracy.low is not None and accuracy.high is not None:
        parts.append(_line(place(accuracy.low), 12, place(accuracy.high), 12, f"interval {kind}"))
    parts.append(f'<circle cx="{place(accuracy.value):.1f}" cy="12" r="5" class="point {kind}"/>')
    return f'<svg viewBox="0 0 240 24" aria-hidden="true">{"".join(parts)}</svg>'


def confusion_chart(matrix: Sequence[Sequence[int]]) -> str:
    """A confusion matrix, rows the truth; each cell is tinted by its share of the row."""
    cell, left, top = 104.0, 84.0, 34.0
    size = len(matrix)
    parts = [_text(left + cell * size / 2, 12, "the model says", "small", "middle")]
    for j in range(size):
        parts.append(_text(left + cell * (j + 0.5), 28, LABELS[j], "", "middle"))
    for i, row in enumerate(matrix):
        total = max(sum(row), 1)
        parts.append(_text(left - 10, top + 62 * (i + 0.5) + 4, LABELS[i], "", "end"))
        for j, count in enumerate(row):
            x, y, part = left + cell * j, top + 62 * i, count / total
            kind = "hit" if i == j else "miss"
            # A square root keeps the few mistakes visible beside the many hits.
            parts.append(
                f'<rect x="{x + 2:.1f}" y="{y + 2:.1f}" width="{cell - 4:g}" height="58" rx="4" class="{kind}" '
                f'fill-opacity="{0.06 + 0.8 * part**0.5:.2f}"/>'
            )
            strong = "on-strong" if part > 0.4 else ""
            parts.append(_text(x + cell / 2, y + 30, f"{count:,}", f"count {strong}", "middle"))
            parts.append(_text(x + cell / 2, y + 47, f"{part:.1%}", f"small {strong}", "middle"))
    return _svg(left + cell * size + 4, top + 62 * size + 4, "Confusion matrix; rows are the true labels", parts)


def _stays_above_half(curve: Curve) -> bool:
    """Whether precision is one half or more while recall is 0.5 to 0.95; at the end every label's falls."""
    shown = [p for r, p in zip(curve.recall, curve.precision, strict=True) if 0.5 <= r <= 0.95]
    return len(shown) > 1 and min(shown) >= 0.5


def curve_chart(curves: Sequence[Curve]) -> str:
    """Precision over recall of each label; both axes start at one half where that shows all but the curves' ends."""
    left, right, top, bottom = 44.0, 420.0, 26.0, 314.0
    low = 0.5 if all(_stays_above_half(curve) for curve in curves) else 0.0

    def x(value: float) -> float:
        return _scale(low, 1.0, left, right, value)

    def y(value: float) -> float:
        return _scale(low, 1.0, bottom, top, value)

    parts = []
    for i in range(6):
        value = low + (1 - low) * i / 5
        parts.append(_line(x(value), top, x(value), bottom, "grid"))
        parts.append(_line(left, y(value), right, y(value), "grid"))
        parts.append(_text(x(value), bottom + 16, f"{value:.1f}", "small", "middle"))
        parts.append(_text(left - 8, y(value) + 4, f"{value:.1f}", "small", "end"))
    parts.append(_text((left + right) / 2, bottom + 34, "recall", "small", "middle"))
    parts.append(_text(left, top - 12, "precision", "small"))
    for i, curve in enumerate(curves):
        points = " ".join(
            f"{x(r):.1f},{y(p):.1f}" for r, p in zip(curve.recall, curve.precision, strict=True) if min(r, p) >= low
        )
        parts.append(f'<polyline points="{points}" class="curve is-{curve.label}"/>')
        legend = top + 40 + 26 * i
        parts.append(_line(right + 20, legend, right + 44, legend, f"curve is-{curve.label}"))
        parts.append(_text(right + 52, legend + 4, f"{curve.label} {curve.average_precision:.3f}"))
    parts.append(_text(right + 20, top + 14, "average precision", "small"))
    return _svg(WIDTH - 60, bottom + 42, "Precision over recall for each label", parts, "wide")


def reliability_chart(bins: Sequence[Bin]) -> str:
    """Confidence against how often it was right, on the diagonal when the model knows itself; counts below."""
    left, right, top, bottom, counts = 44.0, 380.0, 26.0, 314.0, 380.0
    most = max((one.count for one in bins), default=1)

    def x(value: float) -> float:
        return _scale(0, 1, left, right, value)

    def y(value: float) -> float:
        return _scale(0, 1, bottom, top, value)

    parts = []
    for i in range(6):
        value = i / 5
        parts.append(_line(left, y(value), right, y(value), "grid"))
        parts.append(_text(left - 8, y(value) + 4, f"{value:.1f}", "small", "end"))
        parts.append(_text(x(value), counts + 16, f"{value:.1f}", "small", "middle"))
    parts.append(_line(x(0), y(0), x(1), y(1), "axis dashed"))
    for one in bins:
        pictures = number_of(one.count, "picture")
        wide = x(one.high) - x(one.low) - 2
        tall = (one.count / most) ** 0.5 * (counts - bottom - 14)
        parts.append(
            f'<rect x="{x(one.low) + 1:.1f}" y="{counts - tall:.1f}" width="{wide:.1f}" height="{tall:.1f}" '
            f'class="bar-fill"><title>{pictures}</title></rect>'
        )
        parts.append(_line(x(one.confidence), y(one.confidence), x(one.confidence), y(one.accuracy), "gap"))
        parts.append(
            f'<circle cx="{x(one.confidence):.1f}" cy="{y(one.accuracy):.1f}" r="5" class="point">'
            f"<title>said {one.confidence:.2f}, was right {one.accuracy:.2f}, {pictures}</title></circle>"
        )
    parts.append(_text((left + right) / 2, counts + 34, "the model's confidence", "small", "middle"))
    parts.append(_text(left, top - 12, "share that is right", "small"))
    return _svg(400, counts + 40, "Reliability diagram", parts)


def source_chart(groups: Sequence[Group]) -> str:
    """Every source as a dot at its accuracy, its area the number of pictures, rows by label."""
    left, right, row, top = 84.0, WIDTH - 16.0, 58.0, 8.0
    low = 0.5 if all(group.accuracy.value >= 0.5 for group in groups) else 0.0
    rows: list[tuple[str, list[Group]]] = [
        (label.value, [group for group in groups if group.label is label]) for label in Label
    ]
    rows.append(("several", [group for group in groups if group.label is None]))
    rows = [(name, members) for name, members in rows if members]
    parts = []
    for i in range(6):
        value = low + (1 - low) * i / 5
        x = _scale(low, 1, left, right, value)
        parts.append(_line(x, top, x, top + row * len(rows), "grid"))
        parts.append(_text(x, top + row * len(rows) + 16, f"{value:.1f}", "small", "middle"))
    for i, (name, members) in enumerate(rows):
        middle = top + row * (i + 0.5)
        parts.append(_text(left - 14, middle + 4, name, "", "end"))
        for j, group in enumerate(sorted(members, key=lambda one: -one.pictures)):
            x = _scale(low, 1, left, right, group.accuracy.value)
            y = middle + ((j * 7) % 11 - 5) * 3.4  # spread by a fixed pattern so that equal ones stay apart
            radius = max(2.0, min(11.0, group.pictures**0.5 * 0.75))
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" class="dot is-{name}"><title>'
                f"{escape(group.name)}: {group.accuracy.value:.3f} of {group.pictures:,}</title></circle>"
            )
    return _svg(WIDTH, top + row * len(rows) + 22, "Accuracy of each source", parts, "wide")
