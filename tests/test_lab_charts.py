"""Charts of the report: whoever measures them finds the figures that they were drawn from."""

from __future__ import annotations

import re

import pytest

from gallery.domain import Label
from gallery.lab.charts import curve_chart, range_strip
from gallery.lab.metrics import Curve, Figure


@pytest.mark.parametrize(
    ("figure", "wanted", "scale"),
    [
        (Figure(0.924, 0.889, 0.953), (0.8, 1), (0.8, 1)),
        (Figure(0.409, 0.388, 0.44), (0.8, 1), (0.3, 1)),
        (Figure(0.97, 0.68, 0.99), (0.9, 1), (0.6, 1)),
        (Figure(0.58, 0.52, 0.61), (0, 0.1), (0, 0.7)),
    ],
)
def test_a_figure_stands_where_its_scale_says(
    figure: Figure, wanted: tuple[float, float], scale: tuple[float, float]
) -> None:
    """However bad it is: the scale goes as far as the figure and its interval do."""
    svg = range_strip(figure, *wanted, None)
    assert re.findall(r">([0-9.]+)</text>", svg) == [f"{end:g}" for end in scale]
    axis, interval = (
        [float(x) for x in re.findall(rf'<line x1="(\S+)" .* x2="(\S+)" y2="16.0" class="{kind}"', line)[0]]
        for line, kind in zip(re.findall(r"<line [^>]*>", svg), ("axis", "interval"), strict=True)
    )
    (point,) = (float(x) for x in re.findall(r'cx="(\S+)"', svg))
    places = [(x - axis[0]) / (axis[1] - axis[0]) * (scale[1] - scale[0]) + scale[0] for x in (*interval, point)]
    assert places == pytest.approx([figure.low, figure.high, figure.value], abs=0.001)


def test_the_ends_of_a_scale_make_way_for_the_bar() -> None:
    """Where the bar stands beside an end, its number alone is written there."""
    numbers = [
        re.findall(r">([0-9.]+)</text>", range_strip(Figure(value), low, high, bar))
        for value, low, high, bar in ((0.4, 0.9, 1, 0.985), (0.6, 0, 0.1, 0.03))
    ]
    assert numbers == [["0.4", "0.985"], ["0.6", "0.03"]]


def drawn(*curves: tuple[tuple[float, float], ...]) -> tuple[list[str], list[list[tuple[float, float]]]]:
    """What stands at the axes of recall, and (recall, precision) of every point, as measured by the grid."""
    svg = curve_chart(
        [Curve(Label.DRAWING, tuple(r for r, _ in points), tuple(p for _, p in points), 0.5, ()) for points in curves]
    )
    numbers = re.findall(r'<text [^>]*text-anchor="middle">([0-9.]+)</text>', svg)
    grid = [
        [float(x) for x in line] for line in re.findall(r'<line x1="(\S+)" y1="(\S+)" x2="(\S+)" .*? class="grid"', svg)
    ]
    low = float(numbers[0])
    across = [x for x, _, end in grid if x == end]
    up = [y for x, y, end in grid if x != end]

    def value(place: float, marks: list[float]) -> float:
        return low + (place - marks[0]) / (marks[-1] - marks[0]) * (1 - low)

    lines = [
        [(value(float(x), across), value(float(y), up)) for x, y in re.findall(r"([0-9.-]+),([0-9.-]+)", points)]
        for points in re.findall(r'points="([^"]*)"', svg)
    ]
    return numbers, lines


def test_a_good_model_s_curves_are_drawn_large_and_leave_the_frame() -> None:
    """From one half on; where precision falls below it at the end, the curve ends, too."""
    numbers, [line] = drawn(((0.2, 1.0), (0.6, 0.99), (0.8, 0.97), (0.96, 0.6), (0.98, 0.4), (1.0, 0.09)))
    assert numbers[0] == "0.5"
    assert line == [pytest.approx(point, abs=0.001) for point in ((0.6, 0.99), (0.8, 0.97), (0.96, 0.6))]


def test_a_bad_model_s_curves_are_where_they_are() -> None:
    """One label whose precision is below one half well before the end has all curves drawn whole, from nought on."""
    good, bad = ((0.3, 1.0), (0.7, 0.9), (1.0, 0.4)), ((0.1, 0.2), (0.6, 0.45), (1.0, 0.31))
    numbers, lines = drawn(good, bad)
    assert numbers[0] == "0.0"
    assert lines == [[pytest.approx(point, abs=0.001) for point in points] for points in (good, bad)]
