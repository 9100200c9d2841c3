"""The Makefile: in which .venv, and with which Python, it runs the code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
needs_make = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


def made_for(folder: Path, home: Path) -> Path:
    """A folder whose .venv, finished long ago, was made while it was ``home``."""
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / ".venv" / "bin" / "python").touch()
    (folder / ".venv" / "bin" / "gallery").write_text(f"#!{home}/.venv/bin/python\nfrom gallery.cli import main\n")
    (folder / ".venv" / "site.stamp").touch()
    return folder


def planned(folder: Path) -> list[str]:
    """What `make site` would do."""
    run = subprocess.run(["make", "-n", "site"], cwd=folder, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


@needs_make
def test_a_venv_that_came_with_a_copied_folder_is_made_anew(tmp_path: Path) -> None:
    """In a copied or renamed folder `make site` first removes the old one's .venv, then makes and fills its own."""
    plan = planned(made_for(tmp_path / "copy", tmp_path / "original"))
    removed = plan.index("rm -rf .venv")
    made = next(place for place, line in enumerate(plan) if "-m venv .venv" in line)
    filled = next(place for place, line in enumerate(plan) if "pip install" in line)
    assert removed < made < filled


@needs_make
@pytest.mark.parametrize("linked", ["nothing", "the venv", "the way here"])
def test_a_venv_of_its_own_stays(tmp_path: Path, linked: str) -> None:
    """`make site` uses a .venv that was made here, be it by way of a link, or that somebody linked here, as it is."""
    (tmp_path / "link").symlink_to(tmp_path)
    home = tmp_path / "link" if linked == "the way here" else tmp_path
    folder = made_for(tmp_path / "it's mine", home / "it's mine")
    if linked == "the venv":
        (folder / ".venv").rename(tmp_path / "venv")
        (folder / ".venv").symlink_to(tmp_path / "venv")
    plan = "\n".join(planned(folder))
    assert "rm -rf" not in plan
    assert "pip install" not in plan
    assert "gallery build" in plan


@needs_make
def test_a_python_that_is_too_old_makes_no_venv(tmp_path: Path) -> None:
    """With a Python that is too old `make site` says which it needs and how to name it, and leaves no .venv of the old
    one behind."""
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    old = tmp_path / "python3.9"
    old.write_text(f"#!/bin/sh\n{sys.executable} - <<END\nimport sys\nsys.version_info = (3, 9, 6)\n$2\nEND\n")
    old.chmod(0o755)
    run = subprocess.run(["make", "site", f"PYTHON={old}"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "needs Python 3.11 or newer" in run.stdout
    assert "make site PYTHON=" in run.stdout
    assert not (tmp_path / ".venv").exists()


@needs_make
def test_packages_that_cannot_be_had_are_told_in_words(tmp_path: Path) -> None:
    """Where pip finds a package nowhere `make site` asks what may be the reason, and builds nothing."""
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    offline = {**os.environ, "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": "", "PIP_NO_INDEX": "1"}
    make = ["make", "site", f"PYTHON={sys.executable}"]
    run = subprocess.run(make, cwd=tmp_path, env=offline, capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "Is this machine online" in run.stdout
    assert "gallery build" not in run.stdout


def test_every_dependency_says_how_old_it_may_be() -> None:
    """And `make oldest` asks the classifier's libraries in those very versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    oldest = {name: bound for name, _, bound in (one.partition(">=") for one in named)}
    assert [name for name, bound in oldest.items() if not bound] == []
    lines = (ROOT / "requirements-oldest.txt").read_text().splitlines()[1:]
    asked = dict(line.split("==") for line in lines)
    assert [name for name, version in asked.items() if not f"{version}.".startswith(f"{oldest[name]}.")] == []
