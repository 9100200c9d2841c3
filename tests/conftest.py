"""What holds for every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from gallery import errors  # noqa: F401  # ours before any test imports onnxruntime, which must report to nobody

if TYPE_CHECKING:
    from click.testing import Result
    from playwright.sync_api import Browser, Page

    from benchmarks.site_check.sites import Site
    from gallery.store import Store
    from tests.toy_server import Nights

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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Fifty pictures of one artist, twenty a page, some of them veiled, below a sub-path."""
    from tests.made_gallery import made_exhibition
    from tests.site_kit import served

    with served(tmp_path_factory.mktemp("site"), made_exhibition(works=50, artists=1, seed=5)) as made:
        yield made


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A visitor at a desk with a mouse; anything that goes wrong on the page fails the test."""
    from benchmarks.site_check.browser import DESK
    from tests.site_kit import untroubled

    with untroubled(browser, DESK) as page:
        yield page


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A visitor with a phone; anything that goes wrong on the page fails the test."""
    from benchmarks.site_check.browser import PHONE
    from tests.site_kit import untroubled

    with untroubled(browser, PHONE) as page:
        yield page


@pytest.fixture
def nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nights]:
    """A store, and an empty toy network on which one night after the other is played."""
    from tests.toy_server import toy_nights

    with toy_nights(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    from gallery.store import Store

    with Store(tmp_path / ".gallery") as opened:
        yield opened


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A gallery's folder, and in it an empty one for pictures."""
    (tmp_path / "art").mkdir()
    return tmp_path


@pytest.fixture
def gallery(tmp_path: Path) -> Callable[..., Result]:
    """Run a command beside an accounts.yaml that follows one empty folder."""
    from click.testing import CliRunner

    from gallery.cli import main

    (tmp_path / "art").mkdir()
    (tmp_path / "accounts.yaml").write_text("# mine\naccounts:\n  - folder: art # the first\n\n# the end\n")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["--config", str(tmp_path / "accounts.yaml"), *arguments])

    return run
