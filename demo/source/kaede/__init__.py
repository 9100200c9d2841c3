"""楓 Kaede: flat travel and food posters, five colours at most to a sheet."""

from __future__ import annotations

from collections.abc import Callable

from kit import Canvas

from kaede.parts import avatar
from kaede.table import cream_soda, lemon_coast, matcha, plant_shelf
from kaede.town import city_night, cranes, lanterns, sakura_bicycle
from kaede.travel import dunes, kazehama, night_express, whale, yukimine

DRAWINGS: dict[str, Callable[[], Canvas]] = {
    "kazehama": kazehama,
    "night-express": night_express,
    "yukimine": yukimine,
    "lemon-coast": lemon_coast,
    "matcha": matcha,
    "cream-soda": cream_soda,
    "after-rain": city_night,
    "sand-observatory": dunes,
    "under-the-whale": whale,
    "plant-shelf": plant_shelf,
    "fox-market": lanterns,
    "sakura-bicycle": sakura_bicycle,
    "two-cranes": cranes,
    "avatar": avatar,
}
