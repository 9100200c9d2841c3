"""CSV files that people edit or save: labels, and the manifest of a corpus; read, and written."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gallery.edited.file import decoded, read_file
from gallery.errors import ConfigError
from gallery.lab.files import utf8

MAX_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A CSV with a header: its columns, and every row with the line on which it ends."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]  # a cell that a short row lacks is ""


def read_csv(path: Path, needed: Sequence[str], purpose: str) -> CsvFile:
    """Read a CSV in UTF-8 as a spreadsheet may have saved it: with semicolons or tabs, or with a mark at its start.

    Rows of nothing are left out.

    Args:
        path: the file.
        needed: columns without which it is not what is wanted; others are read as well.
        purpose: what the file is when it is right, for the messages: "a file of labels".

    Raises:
        ConfigError: the file cannot be read, is too large, no CSV, or lacks a column.
    """
    text = decoded(path, read_file(path, max_bytes=MAX_BYTES, purpose=purpose))
    comma = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, delimiter=comma)
    try:
        columns = tuple(reader.fieldnames or ())
        if absent := [name for name in needed if name not in columns]:
            raise ConfigError(f"{path}:1: no column {', '.join(absent)}; {purpose} has the columns {', '.join(needed)}")
        return CsvFile(columns, tuple(_rows(reader, columns)))
    except csv.Error as error:
        raise ConfigError(f"{path}:{reader.line_num + 1}: {error}") from error


def _rows(reader: csv.DictReader[str], columns: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for row in reader:
        cells = {name: row[name] or "" for name in columns}
        if any(cells.values()):
            yield reader.line_num, cells


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV in UTF-8 with a header; what names from a disk hold that is no text stands there in escapes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    # unquoted, a carriage return would begin a new row for every reader
    writer.writerows([cell.replace("\r", "\\r") for cell in row] for row in rows)
    return utf8(out.getvalue())
