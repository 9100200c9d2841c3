"""空 Sora: cel-shaded people under large skies."""

from __future__ import annotations

from collections.abc import Callable

from kit import Canvas

from sora.portraits import avatar, festival, night_radio, star_mage, study_sheet, summer
from sora.scenes import bus_stop, crossing, rooftop, seaside_road
from sora.seasons import autumn_witch, rain, window_cat
from sora.still import goldfish, noodle_bowl

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
    "noodle-bowl": noodle_bowl,
    "goldfish": goldfish,
    "avatar": avatar,
}
