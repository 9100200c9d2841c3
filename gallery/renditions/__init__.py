"""Pictures → resized copies without metadata, a colour that stands in while they load, a veil where one is asked for.

Copies are named by what they were made of and how, so a name never changes its meaning and a browser may keep it for
ever.
"""

from gallery.renditions.pixels import PALETTE, make_one
from gallery.renditions.recipes import (
    NARROWEST,
    WIDEST,
    FaceRecipe,
    Recipe,
    allowance,
    estimate,
    face_recipe,
    names_of,
    planned_sizes,
    recipe,
)
from gallery.renditions.workers import make_renditions

__all__ = [
    "NARROWEST",
    "PALETTE",
    "WIDEST",
    "FaceRecipe",
    "Recipe",
    "allowance",
    "estimate",
    "face_recipe",
    "make_one",
    "make_renditions",
    "names_of",
    "planned_sizes",
    "recipe",
]
