"""What the tests of the maintainer's commands share: a gallery of three pictures, and a way to run a command in it."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image

from gallery.cli import main
from gallery.resources import templates_dir
from tests.toy_model import write_toy_model

COLOURS = {"sure.png": (255, 0, 0), "close.png": (120, 110, 30), "green.png": (0, 220, 30)}


def made_gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gallery of one folder with three pictures, fetched and scored by the toy model."""
    models = write_toy_model(tmp_path / "models")
    monkeypatch.setattr("gallery.resources._find", {"models": models, "templates": templates_dir()}.__getitem__)
    root = tmp_path / "home"
    (root / "art").mkdir(parents=True)
    for name, colour in COLOURS.items():
        Image.new("RGB", (90, 60), colour).save(root / "art" / name)
    (root / "accounts.yaml").write_text("site:\n  title: Aoi's\naccounts:\n- folder: art\n  name: Aoi\n")
    assert run(root, "fetch") == ""
    assert "3 classified" in run(root, "classify", "--jobs", "1")
    return root


def run(root: Path, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["--config", str(root / "accounts.yaml"), *arguments])
    assert result.exit_code == code, result.output
    return "" if arguments == ("fetch",) else result.output


def sha256(root: Path, name: str) -> str:
    return hashlib.sha256((root / "art" / name).read_bytes()).hexdigest()


def page_data(page: Path) -> dict[str, Any]:
    data = re.search(r'id="data">(.*?)</script>', (page / "index.html").read_text(), re.DOTALL)
    assert data is not None
    found: dict[str, Any] = json.loads(data[1])
    return found


def page_order(page: Path) -> list[str]:
    return [one["sha256"] for one in page_data(page)["pictures"]]
