"""Variations of training pictures: seeded, of one form, and each does to a picture what its name says."""

from __future__ import annotations

import numpy as np
import pytest

from gallery.domain import Label
from gallery.lab.augment import _off_a_screen, augment, recolour, restyle
from tests.lab_kit import picture


def test_augmentation_is_seeded_and_keeps_its_form() -> None:
    """The same seed makes the same variation; any picture becomes a square of bytes."""
    pixels = np.asarray(picture(Label.DRAWING, np.random.default_rng(1)))
    for seed in range(40):
        one = augment(pixels, 64, np.random.default_rng(seed))
        assert one.shape == (64, 64, 3)
        assert one.dtype == np.uint8
        assert (one == augment(pixels, 64, np.random.default_rng(seed))).all()


def test_some_drawings_become_pixel_art_or_posters() -> None:
    """About one in six drawings is restyled, to its own size; the others stay as they are."""
    pixels = np.asarray(picture(Label.DRAWING, np.random.default_rng(1)))
    made = [restyle(pixels, np.random.default_rng(seed)) for seed in range(200)]
    assert all(one.shape == pixels.shape and one.dtype == np.uint8 for one in made)
    assert 16 <= sum(not np.array_equal(one, pixels) for one in made) <= 50


def test_a_recoloured_picture_has_the_colours_of_the_other() -> None:
    """Its mean colour comes closer to the other's, and a seed fixes how close."""
    grey = np.asarray(picture(Label.PHOTO, np.random.default_rng(1)))
    red = np.full((20, 30, 3), (200, 40, 30), np.uint8)
    for seed in range(20):
        made = recolour(grey, red, np.random.default_rng(seed))
        assert made.shape == grey.shape
        assert (made == recolour(grey, red, np.random.default_rng(seed))).all()
        was, now = (abs(each.mean((0, 1)) - red[0, 0]).sum() for each in (grey, made))
        assert now < 0.7 * was


@pytest.mark.parametrize("grey", [0.2, 0.5, 0.8])
def test_a_screen_gives_a_plain_picture_its_raster_and_coloured_fringes(grey: float) -> None:
    """The plain picture gets stripes in which the three colours rise and fall one after the other."""
    plain = np.full((96, 96, 3), grey, np.float32)
    for seed in range(20):
        light = _off_a_screen(plain, np.random.default_rng(seed))
        assert light.dtype == np.float32
        assert light.shape == plain.shape
        assert abs(float(light.mean()) - grey) < 0.35
        detail = light - light.mean((0, 1))
        assert detail.std() > 0.01 * grey
        assert (detail[..., 0] - detail[..., 2]).std() > 0.005 * grey
