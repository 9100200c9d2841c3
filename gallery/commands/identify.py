"""``gallery identify``: what corrections.yaml and optouts.yaml call a picture that somebody has as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from gallery.errors import PictureError
from gallery.inspection import inspectors
from gallery.optout_rules import is_telling
from gallery.sources.text import one_line


def identities(files: Sequence[Path]) -> Iterator[str]:
    """Three lines a file: its name, then its bytes and its look as entries of the two files spell them.

    Raises:
        PictureError: one of the files is no picture, broken or too large; names the file.
    """
    with inspectors(1) as team:
        for file in files:
            try:
                facts = team.inspect(file.absolute())
                with file.open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
            except (PictureError, OSError) as error:
                raise PictureError(f"{file}: {error}") from error
            vague = "" if is_telling(int(facts.dhash, 16)) else "  # nearly plain: other pictures look like this, too"
            yield f"# {one_line(file.name)}: {facts.format}, {facts.width_px} × {facts.height_px} px"
            yield f"- sha256: {digest}"
            yield f"- dhash: {facts.dhash}{vague}"
