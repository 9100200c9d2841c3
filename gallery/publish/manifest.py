"""What a published folder holds: its mark names a manifest in the gallery's own folder, which lists every file."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

BUILD_FILE = ".build"  # inside the site: which manifest describes it


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a site."""

    key: str
    size_bytes: int


def build_of(folder: Path) -> str | None:
    """The build id that a folder carries; None when it carries none."""
    try:
        return (folder / BUILD_FILE).read_text("ascii").strip()
    except (OSError, ValueError):
        return None


def digest_of(entries: dict[str, Entry]) -> str:
    """The build id: a digest of all paths and keys, so that equal sites have equal ids."""
    digest = hashlib.sha256()
    for path in sorted(entries):
        digest.update(f"{path}\0{entries[path].key}\0".encode())
    return digest.hexdigest()


def read_manifest(state: Path, build_id: str | None) -> dict[str, Entry]:
    """What a folder with this mark holds, as ``state`` has it; empty when that is not known for sure, so that all is
    written anew."""
    if build_id is None:
        return {}
    try:
        data = json.loads((state / f"manifest-{build_id}.json").read_text("utf-8"))
        return {path: Entry(key, size) for path, (key, size) in data.items()}
    except (OSError, ValueError, TypeError):
        return {}


def save_manifest(state: Path, build_id: str, entries: dict[str, Entry]) -> None:
    """Note in ``state`` what a folder with this mark holds; there whole, or not at all.

    Raises:
        OSError: it cannot be written.
    """
    state.mkdir(parents=True, exist_ok=True)
    temporary = state / "manifest.new"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(json.dumps({path: [one.key, one.size_bytes] for path, one in entries.items()}))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(state / f"manifest-{build_id}.json")
