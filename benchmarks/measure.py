"""How the benchmarks measure: whole processes, medians of five, comparisons as ratios within one run."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
RUNS = 5
MISSED = 3  # exit code of a benchmark that ran and was too slow


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process."""

    seconds: float
    peak_mb: float  # largest resident size of the process itself or of one of its children
    output: str


@dataclass(frozen=True, slots=True)
class Promise:
    """One line of the results: what was promised, what was measured."""

    name: str
    measured: str
    bar: str
    kept: bool

    def __str__(self) -> str:
        return f"| {self.name} | {self.measured} | {self.bar} | {'kept' if self.kept else '**missed**'} |"


def run(command: Sequence[str], cwd: Path, ok: Sequence[int] = (0,)) -> Run:
    """Run a command to its end and measure it from outside."""
    output = cwd / ".output"
    env = environment()
    started = time.perf_counter()
    with output.open("w+b") as sink:
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=sink, stderr=sink, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    text = output.read_text("utf-8", "replace")
    output.unlink()
    if os.waitstatus_to_exitcode(status) not in ok:
        raise SystemExit(f"{' '.join(command)} failed:\n{text}")
    return Run(seconds, usage.ru_maxrss / 1024, text)


def environment() -> dict[str, str]:
    """Ours, but that Python may keep compiled code: else each process would compile all of the gallery's anew, and
    nothing of what pip installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def gallery(*arguments: str) -> list[str]:
    """The command line of the gallery in this environment."""
    return [sys.executable, "-m", "gallery", *arguments]


def medians(once: Callable[[], Run], runs: int = RUNS) -> Run:
    """The median time and the largest memory of several runs."""
    all_runs = [once() for _ in range(runs)]
    return Run(median(one.seconds for one in all_runs), max(one.peak_mb for one in all_runs), all_runs[-1].output)


def machine() -> str:
    """What this was measured on, in a line."""
    model = ""
    cpu_info = Path("/proc/cpuinfo")
    if cpu_info.exists():
        names = [line.split(":", 1)[1].strip() for line in cpu_info.read_text().splitlines() if "model name" in line]
        model = f"{names[0]}, " if names else ""
    return f"{model}{os.cpu_count()} CPUs, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def table(promises: Sequence[Promise]) -> str:
    """The results as a Markdown table."""
    return "\n".join(["| promise | measured | bar | |", "|---|---|---|---|", *map(str, promises)])


def finish(promises: Sequence[Promise]) -> None:
    """Print the table; end with ``MISSED`` if a promise was missed."""
    print(table(promises))
    raise SystemExit(0 if all(promise.kept for promise in promises) else MISSED)
