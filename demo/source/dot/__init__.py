"""ドット Dot: pixel scenes and sprite sheets."""

from __future__ import annotations

from collections.abc import Callable

from kit import Canvas

from dot.day import farm, sky_island
from dot.night import dragon_hoard, pier_sunset, rainy_window, ramen_stall, snow_station
from dot.parts import avatar
from dot.sheets import hero_sheet, item_sheet, slime_parade

DRAWINGS: dict[str, Callable[[], Canvas]] = {
    "ramen-stall": ramen_stall,
    "dragon-hoard": dragon_hoard,
    "pier-sunset": pier_sunset,
    "rainy-window": rainy_window,
    "heroes": hero_sheet,
    "shop-items": item_sheet,
    "slime-parade": slime_parade,
    "small-farm": farm,
    "snow-station": snow_station,
    "sky-island": sky_island,
    "avatar": avatar,
}
