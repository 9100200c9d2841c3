"""Progress bars for long work: on a terminal, and silent everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress


class Bars:
    """One bar for each piece of long work, on standard error while it is a terminal. Use as a context manager."""

    def __init__(self) -> None:
        self._rich: RichProgress | None = None

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
            self._rich = Progress(*columns, console=Console(stderr=True))
            self._rich.start()
        task = self._rich.add_task(what, total=total)
        rich = self._rich
        return lambda: rich.advance(task)
