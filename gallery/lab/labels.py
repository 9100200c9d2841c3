"""The labels that people gave: a text file in git, and how a page's export is checked and merged into it.

``labels.csv`` has the columns ``sha256,label,by,at,source``: the picture, what a person called it (``skip`` when they
would not say), who, when (UTC), and whose picture it is, so that training can keep one account's pictures together.
Nothing is ever removed from it. When two labels differ, the later one counts and the earlier one stays as history; of
two people's from the same second that one counts whose name sorts last.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gallery.domain import Label
from gallery.errors import ConfigError
from gallery.lab.files import replace_file
from gallery.lab.tables import csv_bytes, read_csv
from gallery.wording import number_of

SKIP = "skip"
CHOICES = (*(label.value for label in Label), SKIP)
EXPORT_COLUMNS = ("sha256", "label", "by", "at")
COLUMNS = (*EXPORT_COLUMNS, "source")
PURPOSE = "a file of labels"
MAX_BY = 80
CLOCK_SKEW = timedelta(days=1)
SHOWN_PROBLEMS = 50

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One person's word on one picture."""

    sha256: str
    label: str  # one of CHOICES
    by: str
    at: datetime  # UTC, whole seconds
    source: str = ""  # the account or folder that the picture belongs to


@dataclass(frozen=True, slots=True)
class Merge:
    """What an import did."""

    added: int
    known: int  # rows that the file had already
    changed: tuple[str, ...]  # pictures whose label is another one now
    total: int  # pictures with a label of any kind
    unknown: tuple[str, ...]  # pictures that are not here any more; their labels were left out


def read_labels(path: Path) -> list[LabelRow]:
    """The rows of a labels file; none when there is no file yet.

    Raises:
        ConfigError: the file cannot be read or has bad rows; every one is listed with its line.
    """
    if not path.exists():
        return []
    rows: list[LabelRow] = []
    problems: list[str] = []
    for line, fields in read_csv(path, COLUMNS, PURPOSE).rows:
        parsed = _parse(fields, problems, f"{path.name}:{line}")
        if parsed:
            rows.append(parsed)
    _refuse(path, problems)
    return rows


def effective(rows: Iterable[LabelRow]) -> dict[str, LabelRow]:
    """sha256 → the row that counts, in any order: the latest; of equals that whose name, then label, sorts last."""
    return {row.sha256: row for row in sorted(rows, key=_place)}


def _place(row: LabelRow) -> tuple[datetime, str, str, str]:
    """Where a row stands in a labels file."""
    return row.at, row.sha256, row.by, row.label


def import_labels(export: Path, labels: Path, known: Mapping[str, str], now: datetime) -> Merge:
    """Check every row of ``export`` and merge it into ``labels``, whole or not at all.

    Pictures come and go between a page and its export: labels of those that are not here any more are left out.

    Args:
        export: the CSV that the review page made.
        labels: the labels file; made when it is not there.
        known: sha256 → source of every picture that may be labelled.
        now: the present moment; a label from the future is refused.

    Raises:
        ConfigError: a row is wrong, and all such are listed with their lines; or no picture at all is known. ``labels``
            stays as it was.
    """
    held = read_labels(labels)
    problems: list[str] = []
    fresh: list[LabelRow] = []
    unknown: set[str] = set()
    first_line: dict[tuple[str, str, datetime], tuple[int, str]] = {}
    old = {(row.sha256, row.by, row.at): row.label for row in held}
    for line, fields in read_csv(export, EXPORT_COLUMNS, PURPOSE).rows:
        where = f"line {line}"
        row = _parse(fields, problems, where)
        if row is None:
            continue
        if row.sha256 not in known:
            unknown.add(row.sha256)
            continue
        if row.at > now + CLOCK_SKEW:
            problems.append(f"{where}: labelled at {_time(row.at)}, which is still to come")
        moment = (row.sha256, row.by, row.at)
        earlier = first_line.setdefault(moment, (line, row.label))
        if earlier[1] != row.label:
            problems.append(f"{where}: says {row.label}, line {earlier[0]} said {earlier[1]} at the same moment")
        elif old.get(moment, row.label) != row.label:
            problems.append(f"{where}: says {row.label}, {labels.name} has {old[moment]} from the same moment")
        fresh.append(LabelRow(row.sha256, row.label, row.by, row.at, known[row.sha256]))
    _refuse(export, problems)
    if unknown and not fresh:
        raise ConfigError(
            f"{export} was not used: none of its {number_of(len(unknown), 'picture')} is here. It was made for another "
            "gallery, or for a folder: name that one with --folder"
        )
    return _merge(labels, held, fresh, tuple(sorted(unknown)))


def _merge(path: Path, held: list[LabelRow], fresh: list[LabelRow], unknown: tuple[str, ...]) -> Merge:
    # whatever the name: an earlier page put that of whoever exported on every row
    seen = {(row.sha256, row.label, row.at) for row in held}
    new: list[LabelRow] = []
    for row in fresh:
        key = (row.sha256, row.label, row.at)
        if key not in seen:
            seen.add(key)
            new.append(row)
    before, after = effective(held), effective([*held, *new])
    changed = sorted(sha for sha, row in after.items() if sha in before and before[sha].label != row.label)
    if new:
        write_labels(path, [*held, *new])
    return Merge(len(new), len(fresh) - len(new), tuple(changed), len(after), unknown)


def write_labels(path: Path, rows: Iterable[LabelRow]) -> None:
    """Write a labels file in order of time, beside the old one first, so that a crash leaves either of the two.

    Raises:
        ConfigError: the folder cannot be written.
    """
    ordered = sorted(rows, key=_place)
    cells = ((row.sha256, row.label, row.by, _time(row.at), row.source) for row in ordered)
    replace_file(path, csv_bytes(COLUMNS, cells))


# --- one row ----------------------------------------------------------------------------------------------------------


def _parse(fields: Mapping[str, str], problems: list[str], where: str) -> LabelRow | None:
    """The row, or None after adding what is wrong with it to ``problems``."""
    fields = {name: text.strip() for name, text in fields.items()}
    count = len(problems)
    if not _SHA256.fullmatch(fields["sha256"]):
        problems.append(f"{where}: sha256 must be 64 hexadecimal digits, not {_quoted(fields['sha256'])}")
    if fields["label"] not in CHOICES:
        problems.append(f"{where}: label must be one of {', '.join(CHOICES)}, not {_quoted(fields['label'])}")
    by = fields["by"]
    if not by:
        problems.append(f"{where}: by is empty; who gave this label?")
    elif len(by) > MAX_BY or not _is_plain(by) or by[0] in "=+-@":
        problems.append(f"{where}: by must be a plain name of at most {MAX_BY} characters, not {_quoted(by)}")
    at = _moment(fields["at"])
    if at is None:
        problems.append(f"{where}: at must be a time such as 2026-03-01T18:20:05Z, not {_quoted(fields['at'])}")
    if at is None or len(problems) > count:
        return None
    return LabelRow(fields["sha256"], fields["label"], by, at, fields.get("source", ""))


def _is_plain(name: str) -> bool:
    """No control or invisible characters, but for wide spaces and the joiner inside emoji.

    What Unicode gave a meaning after this Python was made, such as the newest emoji, passes.
    """
    return all(one.isprintable() or one == "\u200d" or unicodedata.category(one) in ("Zs", "Cn") for one in name)


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    try:
        return at.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        return None


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…")


def _refuse(path: Path, problems: list[str]) -> None:
    if problems:
        shown = problems[:SHOWN_PROBLEMS]
        if len(problems) > len(shown):
            shown.append(f"… and {len(problems) - len(shown)} more")
        raise ConfigError("\n".join([f"{path} was not used:", *(f"  {problem}" for problem in shown)]))
