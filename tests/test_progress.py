"""Progress bars, drawn on a terminal only."""

from __future__ import annotations

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
