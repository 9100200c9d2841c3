"""湊 Minato: ink on paper. A four-page comic, strips and single plates."""

from __future__ import annotations

from collections.abc import Callable

from kit import Canvas

from minato.beasts import avatar, cat_studies, dragon, fern_plate
from minato.comic import deadline_strip, page_four, page_one, page_three, page_two
from minato.figures import camellia, robot_garden
from minato.places import backstreet, corridor, steamer

DRAWINGS: dict[str, Callable[[], Canvas]] = {
    "lighthouse-cat-1": page_one,
    "lighthouse-cat-2": page_two,
    "lighthouse-cat-3": page_three,
    "lighthouse-cat-4": page_four,
    "ink-dragon": dragon,
    "backstreet": backstreet,
    "cat-studies": cat_studies,
    "fern-plate": fern_plate,
    "deadline": deadline_strip,
    "corridor": corridor,
    "winter-camellia": camellia,
    "steamer": steamer,
    "robot-garden": robot_garden,
    "avatar": avatar,
}
