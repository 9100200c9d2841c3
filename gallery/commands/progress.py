"""Progress bars for long work: on a terminal, and silent everywhere else."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

_REDRAW_S = 0.1
MOST_DONE = 5  # finished bars that stay: of a thousand accounts none would leave room for what is under way


class Bars:
    """One bar for each piece of long work, on standard error while it is a terminal. Use as a context manager."""

    def __init__(self) -> None:
        self._rich: RichProgress | None = None
        self._drawn_s = 0.0
        self._lock = threading.Lock()  # several accounts move on at once

    def __enter__(self) -> Bars:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._rich:
            self._rich.stop()

    def start(self, what: str, total: int) -> Callable[[], None]:
        """Show a bar of ``total`` steps; the answer moves it by one."""
        if not total or not sys.stderr.isatty():
            return lambda: None
        if self._rich is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            # drawn here: beside a thread that draws this process could not fork, and helpers take longer to begin
            self._rich = Progress(*columns, console=Console(stderr=True), auto_refresh=False)
            self._rich.start()
        task = self._rich.add_task(what, total=total)
        return partial(self._advance, self._rich, task)

    def _advance(self, rich: RichProgress, task: TaskID) -> None:
        with self._lock:
            if task in rich.task_ids:  # one step too many comes after the bar has gone
                rich.advance(task)
            done = [one.id for one in rich.tasks if one.finished]
            for one in done[:-MOST_DONE]:
                rich.remove_task(one)
        if time.monotonic() - self._drawn_s > _REDRAW_S:
            rich.refresh()
            self._drawn_s = time.monotonic()
