"""RESULTS.md: what people wrote above, and below it one section for each benchmark with its last measurement."""

from __future__ import annotations

import re
from datetime import date

FIRST_LINE = "# Results\n"


def section(name: str, table: str, day: date, machine: str) -> str:
    """The section of the benchmark ``name``: when, where and how ``table`` was measured, and the table."""
    return f"## {name}\n\nMeasured {day} on {machine}, by `python -m benchmarks.{name}`.\n\n{table.strip()}\n"


def with_section(page: str, new: str) -> str:
    """``page`` with the section of that name replaced where it stands, or added at the end; all else as it was."""
    heading = new.partition("\n")[0]
    old = re.compile(rf"^{re.escape(heading)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    place = old.search(page)
    above, below = (page[: place.start()], page[place.end() :]) if place else (page or FIRST_LINE, "")
    return "\n\n".join(part.strip("\n") for part in (above, new, below) if part.strip()) + "\n"
