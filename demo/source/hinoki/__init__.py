"""檜 Hinoki: landscapes in thick strokes. Each scene is a colour for every place, painted from coarse to fine."""

from __future__ import annotations

from collections.abc import Callable

from kit import Canvas

from hinoki.land import autumn_valley, avatar, misty_forest, poppy_meadow, snow_village, still_life, storm_light
from hinoki.water import dusk_sea, lily_pond, moon_lake, rice_terraces, waterfall

DRAWINGS: dict[str, Callable[[], Canvas]] = {
    "misty-firs": misty_forest,
    "moon-lake": moon_lake,
    "autumn-valley": autumn_valley,
    "boats-at-dusk": dusk_sea,
    "snow-village": snow_village,
    "rice-terraces": rice_terraces,
    "poppy-meadow": poppy_meadow,
    "waterfall": waterfall,
    "storm-light": storm_light,
    "lily-pond": lily_pond,
    "persimmons": still_life,
    "avatar": avatar,
}
