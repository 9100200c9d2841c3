"""The sidecars of a folder: one read for a listing, and all of them looked through for mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gallery.domain import Notice
from gallery.sources.local_files import Listing, open_inside, scan
from gallery.sources.sidecar_base import Sidecar
from gallery.sources.sidecars import parse_sidecar

MAX_SIDECAR_BYTES = 1_000_000


def read_sidecar(root: Path, path: str, listing: Listing) -> Sidecar | Notice:
    """What the file beside the picture ``path`` says of it, nothing where there is none. A Notice says why it cannot be
    read: what it says is not known then."""
    beside = listing.sidecars.get(path)
    if not beside:
        return Sidecar()
    if listing.stamps[path][2] > MAX_SIDECAR_BYTES:
        return Notice("bad-sidecar", f"{beside} has more than {MAX_SIDECAR_BYTES} bytes")
    try:
        with open_inside(root, beside) as stream:
            return parse_sidecar(beside, stream.read(MAX_SIDECAR_BYTES))
    except OSError as error:
        return Notice("unreadable-file", f"{beside}: {error.strerror or error}")
    except ValueError as error:
        return Notice("bad-sidecar", f"{beside}: {error}")


def look_through(root: Path) -> Iterator[tuple[str, bool]]:
    """What is wrong with the sidecars below ``root``, in words, and whether it keeps or veils a picture: a mistake in a
    single key does not.

    Raises:
        SourceError: the folder cannot be read.
    """
    listing = scan(root)
    for path, beside in sorted(listing.sidecars.items()):
        said = read_sidecar(root, path, listing)
        if isinstance(said, Notice):
            yield said.detail, True
        else:
            yield from ((f"{beside}: {problem}", False) for problem in said.problems)
    yield from ((notice.detail, False) for notice in listing.notices if "sidecar" in notice.kind)
