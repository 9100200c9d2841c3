"""What the tests of publishing share: files, a publication, one that may kill its process, and what a site holds."""

from __future__ import annotations

import os
from pathlib import Path

from gallery.domain import OutputFile
from gallery.publish import Published, Publisher


def file(path: str, text: str = "", key: str = "") -> OutputFile:
    return OutputFile(path, key or f"{path}:{text}", text.encode)


def publish(publisher: Publisher, *files: OutputFile) -> Published:
    return publisher.publish(files, max_files=1000, max_bytes=1_000_000)


def publish_apart(publisher: Publisher, *files: OutputFile) -> None:
    """Publish in a process that may die of it."""
    if (process := os.fork()) == 0:
        try:
            publish(publisher, *files)
        finally:
            os._exit(1)
    os.waitpid(process, 0)


def content(site: Path) -> dict[str, str]:
    return {
        path.relative_to(site).as_posix(): path.read_text()
        for path in sorted(site.rglob("*"))
        if path.is_file() and path.name != ".build"
    }
