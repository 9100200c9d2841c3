"""One line of the table: what was measured, against which bar, and whether it holds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path


class Outcome(StrEnum):
    """How a row ended. ``SKIPPED`` is a tool that is not installed, and always says which."""

    PASS = "pass"
    FAIL = "FAIL"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Row:
    """One promise of the page, measured on one site."""

    site: str
    what: str
    bar: str
    measured: str
    outcome: Outcome
    details: tuple[str, ...] = ()  # what exactly failed, for the person who mends it


def at_most(site: str, what: str, measured: float, bar: float, unit: str = "", details: Iterable[str] = ()) -> Row:
    """A row that holds while ``measured`` does not exceed ``bar``."""
    outcome = Outcome.PASS if measured <= bar else Outcome.FAIL
    return Row(site, what, f"≤ {bar:g}{unit}", f"{measured:.4g}{unit}", outcome, tuple(details))


def at_least(site: str, what: str, measured: float, bar: float, unit: str = "", details: Iterable[str] = ()) -> Row:
    """A row that holds while ``measured`` does not fall below ``bar``."""
    outcome = Outcome.PASS if measured >= bar else Outcome.FAIL
    return Row(site, what, f"≥ {bar:g}{unit}", f"{measured:.4g}{unit}", outcome, tuple(details))


def none_of(site: str, what: str, problems: Iterable[str], measured: str = "") -> Row:
    """A row that holds while there are no problems; they are its details."""
    found = tuple(problems)
    text = f"{len(found)}" + (f" ({measured})" if measured else "")
    return Row(site, what, "0", text, Outcome.FAIL if found else Outcome.PASS, found)


def skipped(site: str, what: str, bar: str, reason: str) -> Row:
    """A row for a check that could not run, with the tool that is missing."""
    return Row(site, what, bar, reason, Outcome.SKIPPED)


def table(rows: Iterable[Row], most_details: int = 8) -> str:
    """The rows as aligned text, the details of what failed below them."""
    head = ("site", "what", "bar", "measured", "")
    cells = [head, *((row.site, row.what, row.bar, row.measured, row.outcome.value) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    for row in rows:
        if row.outcome is Outcome.PASS or not row.details:
            continue
        lines += ["", f"{row.site}: {row.what}"]
        lines += [f"  - {detail}" for detail in row.details[:most_details]]
        if len(row.details) > most_details:
            lines.append(f"  … and {len(row.details) - most_details} more")
    return "\n".join(lines)


def save(rows: Iterable[Row], file: Path) -> None:
    """Write the rows as JSON, for whoever compares two runs."""
    file.write_text(json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False) + "\n")
