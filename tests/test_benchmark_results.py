"""benchmarks/RESULTS.md: what a new measurement replaces, and what it leaves alone."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks.measure import MISSED, environment
from benchmarks.results import section, with_section

TODAY = date(2026, 12, 1)
PAGE = Path(command.RESULTS).read_text("utf-8")


def parts(page: str) -> list[str]:
    """What stands above the first section, then each section."""
    return [part.strip("\n") for part in page.split("\n## ")]


@pytest.mark.parametrize("position", range(len(command.SCRIPTS)))
def test_a_section_is_replaced_where_it_stands(position: int) -> None:
    """The remarks above and the other sections, of other days, stay as they are, byte for byte."""
    name = command.SCRIPTS[position]
    page = with_section(PAGE, section(name, "| new |\n", TODAY, "a machine"))
    before, after = parts(PAGE), parts(page)
    changed = [number for number, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert changed == [position + 1]
    assert (
        after[position + 1]
        == f"{name}\n\nMeasured 2026-12-01 on a machine, by `python -m benchmarks.{name}`.\n\n| new |"
    )


def test_a_section_replaced_by_itself_changes_nothing() -> None:
    """The page that is kept has the form that the full run writes."""
    assert len(parts(PAGE)) == len(command.SCRIPTS) + 1
    for part in parts(PAGE)[1:]:
        assert with_section(PAGE, f"## {part}\n") == PAGE


def test_a_new_section_comes_last() -> None:
    """A benchmark that was never measured is added, and an empty page begins with its title."""
    new = section("links", "| new |", TODAY, "a machine")
    assert with_section(PAGE, new) == f"{PAGE}\n{new}"
    assert with_section("", new) == f"# Results\n\n{new}"


@pytest.mark.parametrize(("code", "kept"), [(0, True), (MISSED, True), (1, False)])
def test_only_what_was_measured_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, kept: bool) -> None:
    """A benchmark that breaks leaves its section as it was, one that misses its bar does not; both fail the run."""
    results = tmp_path / "RESULTS.md"
    results.write_text(PAGE, "utf-8")
    monkeypatch.setattr(command, "RESULTS", results)
    monkeypatch.setattr("sys.argv", ["benchmarks"])
    monkeypatch.setattr(
        subprocess, "run", lambda arguments, **_: subprocess.CompletedProcess(arguments, code, "| new |\n")
    )
    if code:
        with pytest.raises(SystemExit, match="missed a bar or failed: classify, fetch, pages, build"):
            command.main()
    else:
        command.main()
    now = parts(results.read_text("utf-8"))
    assert now[0] == parts(PAGE)[0]
    assert all(part.endswith("| new |") is kept for part in now[1:])


def test_what_is_measured_starts_from_compiled_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that forbids Python to keep compiled code slows down no program here, ours or another."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "ours.py").touch()
    subprocess.run([sys.executable, "-c", "import ours"], cwd=tmp_path, env=environment(), check=True)
    assert list((tmp_path / "__pycache__").glob("ours.*.pyc"))
