"""Progress bars, drawn on a terminal only."""

from __future__ import annotations

import re
import sys
import threading

import pytest

from gallery.commands.progress import Bars


def test_a_bar_takes_no_thread_of_its_own(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal, too, the command stays one thread, so that it may fork; its bars are drawn to their ends."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    before = threading.active_count()
    with Bars() as bars:
        step = bars.start("resizing", 2)
        step()
        assert threading.active_count() == before
        step()
    assert "1/2" in (drawn := capsys.readouterr().err)
    assert "2/2" in drawn


def test_finished_bars_make_room(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a hundred accounts that are done the last few stay in sight, and so does the one under way."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with Bars() as bars:
        bars.start("slow", 2)()
        for number in range(100):
            bars.start(f"quick-{number}", 1)()
        capsys.readouterr()
    last = capsys.readouterr().err
    assert "slow" in last
    assert sorted(set(re.findall(r"quick-\d+", last))) == [f"quick-{number}" for number in range(95, 100)]
