"""What holds for every test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# how long an example takes says more about the machine than about the code
settings.register_profile("gallery", deadline=None)
settings.load_profile("gallery")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a file; they are skipped, and say so, where there is none."""
    from benchmarks.site_check.browser import CHROMIUM, chromium

    if CHROMIUM is None:
        pytest.skip("no Chromium: install it, or name its path in CHROMIUM")
    with chromium() as one:
        yield one
