"""What moved a score, on a model whose reasons are known by construction."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from gallery.classify import ShippedClassifier
from gallery.cli import main
from gallery.domain import Label
from gallery.lab.explain import as_html, explain, explain_file, grid
from tests.toy_model import write_toy_model

pytest.importorskip("onnx", reason="the onnx package is not installed")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy_model(tmp_path_factory.mktemp("models"))


def red_corner() -> Image.Image:
    """A grey picture whose upper left corner is red: the only reason to call it a drawing."""
    image = Image.new("RGB", (240, 160), (90, 90, 90))
    image.paste((255, 0, 0), (0, 0, 60, 64))
    return image


def test_covering_the_reason_lowers_the_score(models: Path) -> None:
    """The strongest region lies in the red corner; cells of plain grey have nearly no effect."""
    found = explain(red_corner(), ShippedClassifier(models))
    changes = np.array(found.regions)
    assert changes.shape == (5, 8)
    row, column = np.unravel_index(changes.argmax(), changes.shape)
    assert row < 2
    assert column < 2
    assert changes[:2, :2].min() > 3 * np.abs(changes[2:, 4:]).max()


def test_colour_is_a_cue_where_the_model_sees_colour(models: Path) -> None:
    """Without its red the picture is no drawing to the toy model; blur and fewer colours take much less away."""
    found = explain(red_corner(), ShippedClassifier(models))
    assert found.cues[0].name == "colour"
    assert found.cues[0].change > 5 * abs({effect.name: effect.change for effect in found.cues}["fine detail"])


def test_another_label_can_be_asked_for(models: Path) -> None:
    """What speaks for a drawing speaks against a photo."""
    found = explain(red_corner(), ShippedClassifier(models), Label.PHOTO)
    assert found.label is Label.PHOTO
    assert np.array(found.regions)[:2, :2].max() < 0


@pytest.mark.parametrize("size", [(1, 1), (1000, 1), (3, 900), (320, 320), (400, 300)])
def test_the_grid_fits_every_picture(size: tuple[int, int]) -> None:
    """There is at least one cell each way, never more than pixels, at most eight."""
    columns, rows = grid(size)
    assert 1 <= columns <= min(8, size[0])
    assert 1 <= rows <= min(8, size[1])


def test_the_page_carries_everything_and_escapes(models: Path) -> None:
    """The page holds picture and map itself, and a hostile file name stays text."""
    found = explain(red_corner(), ShippedClassifier(models))
    html = as_html(found, "<script>alert(1)</script>.png", "data:image/jpeg;base64,AAAA", (240, 160))
    assert "<script" not in html
    assert html.count("<rect x=") == 40
    assert "http" not in html.replace("http-equiv", "")


def test_the_page_shows_what_the_model_saw(models: Path, tmp_path: Path) -> None:
    """Of a tall strip the page shows the middle that was scored, so that its cells lie on what they speak of."""
    strip = tmp_path / "strip.png"
    Image.new("RGB", (200, 1000), "red").save(strip)
    explain_file(tmp_path / "accounts.yaml", strip, None, tmp_path / "why.html", models)
    packed = re.search(r"data:image/jpeg;base64,([^\"]+)", (tmp_path / "why.html").read_text())
    assert packed
    with Image.open(io.BytesIO(base64.b64decode(packed[1]))) as shown:
        assert shown.size == (176, 352)


def test_the_command_explains_a_file(models: Path, tmp_path: Path) -> None:
    """`gallery lab explain` prints scores, cues and regions, and writes the page where asked."""
    red_corner().save(tmp_path / "corner.png")
    page = tmp_path / "why.html"
    config = ["--config", str(tmp_path / "accounts.yaml")]
    options = ["--models", str(models), "--output", str(page)]
    result = CliRunner().invoke(main, [*config, "lab", "explain", str(tmp_path / "corner.png"), *options])
    assert result.exit_code == 0, result.output
    assert "corner.png: drawing 0." in result.output
    assert "fine detail" in result.output
    assert page.read_text().startswith("<!doctype html>")
    (tmp_path / "text.png").write_text("no picture")
    wrong = CliRunner().invoke(main, [*config, "lab", "explain", str(tmp_path / "text.png"), "--models", str(models)])
    assert wrong.exit_code == 1
    assert "text.png" in wrong.output
