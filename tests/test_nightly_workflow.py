"""The nightly workflow: what its build step does with each exit code, in a real shell, with a stand-in gallery."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

WORKFLOW = Path(__file__).parent.parent / ".github/workflows/nightly.yml"


def build_step(folder: Path, code: int, *, built: bool = True) -> tuple[int, str]:
    """Run the step that builds, with a gallery that ends with ``code``: its own exit code, and what it says it made."""
    jobs = YAML(typ="safe").load(WORKFLOW.read_text("utf-8"))["jobs"]
    (script,) = [step["run"] for step in jobs["build"]["steps"] if step.get("id") == "build"]
    command = folder / ".venv/bin/gallery"
    command.parent.mkdir(parents=True)
    makes = "mkdir -p site && touch site/index.html; " if built else ""
    command.write_text(f"#!/bin/sh\n{makes}exit {code}\n")
    command.chmod(0o755)
    output = folder / "output"
    output.touch()
    env = {
        **os.environ,
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "ALLOW_SHRINK": "",
    }
    ended = subprocess.run(["bash", "-e", "-c", script], cwd=folder, env=env, capture_output=True, check=False)
    return ended.returncode, output.read_text("utf-8")


@pytest.mark.parametrize(
    ("code", "ends_with", "published"),
    [(0, 0, True), (1, 1, False), (2, 2, False), (3, 0, True), (4, 4, True), (5, 5, False), (6, 6, False)],
)
def test_a_night_is_published_when_its_site_is_good(tmp_path: Path, code: int, ends_with: int, published: bool) -> None:
    """After 0, 3 and 4 the site is published; where nothing could be read the job fails all the same, to be noticed."""
    assert build_step(tmp_path, code) == (ends_with, "good=true\n" if published else "")


def test_a_night_that_built_nothing_publishes_nothing(tmp_path: Path) -> None:
    """Nothing read and nothing stored, as after a lost cache: there is no site, and yesterday's stays up."""
    assert build_step(tmp_path, 4, built=False) == (4, "")


def test_what_follows_the_build_does_not_wait_for_a_green_job() -> None:
    """The steps that publish look at what the build says, not at whether the job failed."""
    jobs = YAML(typ="safe").load(WORKFLOW.read_text("utf-8"))["jobs"]
    conditions = [step["if"] for step in jobs["build"]["steps"] if "upload-pages" in step.get("uses", "")]
    for condition in (*conditions, jobs["deploy"]["if"]):
        assert condition.startswith("always() && ")
    assert len(conditions) == 1
