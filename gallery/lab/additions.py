"""Bring pictures that people have labelled into a training corpus, and take out what they took back.

A copy is brought to the form of the rest of the corpus (at most 352 px, JPEG 82, no metadata), because a classifier
would learn the difference. Its artist or folder becomes its source, whatever accounts they have: no fold tests on one
that it trained on.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from gallery.domain import Label
from gallery.errors import ConfigError, PictureError
from gallery.features import WORK_PX, WORK_QUALITY
from gallery.lab.dataset import MANIFEST, is_inside
from gallery.lab.files import replace_file, utf8
from gallery.lab.offers import UNREADABLE, Brought, Offer
from gallery.lab.tables import csv_bytes, read_csv
from gallery.lab.thumbs import thumbnail
from gallery.optout_rules import OPTED_OUT

COLUMNS = ("file", "label", "style", "source", "origin_path", "license", "width", "height")
OWNER = "gallery"  # the column that says which gallery or folder brought a row; only that one may change it
SHOWING = ("account", "post", "picture")  # the columns by which a gallery knows again whose picture it was
STYLE = "gallery"
FOLDER = "folder "  # before the path of a folder that brought rows
PREFIX = "gallery__"
SHA256_DIGITS = 64
LONGEST_SOURCE = 120  # bytes; file systems take names of 255
_UNSAFE = re.compile(r"[^\w.@-]")


@dataclass(frozen=True, slots=True)
class Additions:
    """What became of the corpus."""

    added: int
    relabelled: int
    unchanged: int
    removed: int  # pictures of ours whose word was taken back, or whose artist opted out
    kept: int  # pictures of ours that are offered no more though nobody took them back
    left_out: Mapping[str, int]  # reason → pictures that were offered


def add_to_corpus(
    offers: Iterable[Offer],
    corpus: Path,
    owner: str,
    formerly: Collection[str] = (),
    withdrawn: Collection[str] = (),
    taken_back: Callable[[Sequence[Brought]], Collection[str]] = lambda _: (),
) -> Additions:
    """Make one owner's part of ``corpus`` say what people say now; the rest of it stays as it is.

    What was opted out goes, whoever brought it. What is offered no more stays as long as nobody took it back: a store
    holds what fits an account's limit, and a new one holds nothing. What is not wanted any more goes before the
    manifest is written, and so does what a killed run left that no manifest names: no picture stays behind that its
    artist took back.

    Args:
        offers: everything that the owner has, each picture once.
        corpus: a folder with ``manifest.csv`` and ``images/``; made when it is not there.
        owner: the gallery or folder, among all that bring pictures to the corpus.
        formerly: names that it had before; what it brought under them is its own.
        withdrawn: sha256 of pictures that are opted out, offered or not: a build may have deleted them meanwhile.
        taken_back: given what the owner brought and offers no more, the sha256 of what must not stay.

    Raises:
        ConfigError: the manifest cannot be read or written, or names a path outside the corpus.
    """
    manifest = corpus / MANIFEST
    columns, rows = _read_manifest(manifest)
    offered = {offer.sha256: offer for offer in offers}
    names = {utf8(name).decode() for name in (owner, *formerly)}

    def is_ours(row: dict[str, str]) -> bool:
        if not Path(row["file"]).name.startswith(PREFIX):
            return False
        sha256 = _sha256_of(row["file"])
        # whoever brought it
        refused = sha256 in withdrawn or (sha256 in offered and offered[sha256].word == OPTED_OUT)
        return row[OWNER] in names or refused or (sha256 in offered and _has_moved(row[OWNER]))

    ours = {row["file"]: row for row in rows if is_ours(row)}
    theirs = [row for row in rows if row["file"] not in ours]
    left_out: Counter[str] = Counter()
    wanted: dict[str, dict[str, str]] = {}
    paths: dict[str, Path] = {}
    for offer in offered.values():
        if isinstance(offer.word, Label):
            file = f"images/{offer.word}/{PREFIX}{_safe(offer.source)}__{offer.sha256}.jpg"
            paths[file] = offer.path
            wanted[file] = _row(file, offer.word, offer) | {OWNER: owner}
        else:
            left_out[offer.word] += 1

    brought = {_sha256_of(row["file"]) for row in theirs}  # by another gallery, perhaps under another label
    for file in [file for file in wanted if _sha256_of(file) in brought]:
        left_out["another gallery or folder brought it"] += 1
        del wanted[file]
    for file in sorted(wanted):
        if file in ours and (corpus / file).exists():
            wanted[file] = ours[file] | {name: wanted[file][name] for name in (OWNER, *SHOWING)}
        elif not _copy(paths[file], corpus / file):
            left_out[UNREADABLE] += 1
            del wanted[file]
    absent = [row for row in ours.values() if (sha := _sha256_of(row["file"])) not in offered and sha not in withdrawn]
    kept = _kept([row for row in absent if (corpus / row["file"]).exists()], corpus, taken_back)
    wanted |= {row["file"]: row | {OWNER: owner} for row in kept}
    named = {*wanted, *(row["file"] for row in theirs)}
    for file in {*ours, *_lying_there(corpus)} - named:
        (corpus / file).unlink(missing_ok=True)
    _write_manifest(manifest, columns, [*theirs, *(wanted[file] for file in sorted(wanted))])
    return _summary(set(ours), set(wanted), len(kept), left_out)


def _kept(
    absent: Sequence[dict[str, str]], corpus: Path, taken_back: Callable[[Sequence[Brought]], Collection[str]]
) -> list[dict[str, str]]:
    gone = taken_back([_brought(row, corpus) for row in absent])
    return [row for row in absent if _sha256_of(row["file"]) not in gone]


def _brought(row: Mapping[str, str], corpus: Path) -> Brought:
    account, post, number = (row[name] for name in SHOWING)
    return Brought(
        _sha256_of(row["file"]),
        row["label"],
        corpus / row["file"],
        row["origin_path"],
        account,
        post,
        int(number) if number.isascii() and number.isdigit() else 0,
    )


def _has_moved(owner: str) -> bool:
    """Is it a folder that is not there any more? Who has its pictures now answers for them."""
    return owner.startswith(FOLDER) and not Path(owner.removeprefix(FOLDER)).is_dir()


def _sha256_of(file: str) -> str:
    """The hash that the name of an added picture ends with; "" for any other picture."""
    name = Path(file).stem
    return name.rpartition("__")[2] if name.startswith(PREFIX) else ""


def _lying_there(corpus: Path) -> set[str]:
    """The added pictures in the folder, and what a killed run had written of one beside its place."""
    images = corpus / "images"
    found = {path for path in images.glob(f"*/{PREFIX}*.jpg") if len(_sha256_of(path.name)) == SHA256_DIGITS}
    return {path.relative_to(corpus).as_posix() for path in (*found, *images.glob(f"*/.{PREFIX}*.jpg.*"))}


def _row(file: str, label: Label, offer: Offer) -> dict[str, str]:
    return {
        "file": file,
        "label": label.value,
        "style": STYLE,
        "source": f"gallery/{_safe(offer.source)}",
        "origin_path": offer.origin,
        "license": offer.license,
        "width": str(offer.width_px),
        "height": str(offer.height_px),
        **dict(zip(SHOWING, (offer.account, offer.post, str(offer.number or "")), strict=True)),
    }


def _safe(source: str) -> str:
    """A source as part of a file name: the name alone must tell the source, as all names of a corpus do.

    Where something is replaced or cut off, a part of its hash keeps it apart from others.
    """
    plain = source.replace(":", "-", 1)
    safe = _UNSAFE.sub("-", plain)
    short = safe.encode()[:LONGEST_SOURCE].decode(errors="ignore")
    if short == plain:
        return short
    return f"{short}-{hashlib.sha256(utf8(source)).hexdigest()[:8]}"


def _copy(source: Path, target: Path) -> bool:
    try:
        jpeg = thumbnail(source, WORK_PX, WORK_QUALITY).jpeg
    except PictureError:
        return False
    replace_file(target, jpeg)
    return True


def _summary(before: set[str], after: set[str], kept: int, left_out: Counter[str]) -> Additions:
    old, new = ({Path(file).name: file for file in files} for files in (before, after))
    moved = sum(1 for name in old.keys() & new.keys() if old[name] != new[name])
    return Additions(
        added=len(new.keys() - old.keys()),
        relabelled=moved,
        unchanged=len(old.keys() & new.keys()) - moved - kept,
        removed=len(old.keys() - new.keys()),
        kept=kept,
        left_out=MappingProxyType(dict(sorted(left_out.items()))),
    )


def _read_manifest(path: Path) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """The columns, also those that are not ours, and the rows."""
    if not path.exists():
        return (*COLUMNS, OWNER, *SHOWING), []
    table = read_csv(path, COLUMNS, "the manifest of a training corpus")
    columns = tuple(dict.fromkeys((*table.columns, OWNER, *SHOWING)))
    rows = [{**dict.fromkeys(columns, ""), **row} for _, row in table.rows]
    for row in rows:
        if not is_inside(row["file"]):
            raise ConfigError(f"{path}: {row['file']!r} is no path inside the corpus; nothing was changed")
    return columns, rows


def _write_manifest(path: Path, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    content = csv_bytes(columns, ([row.get(name, "") for name in columns] for row in rows))
    if not path.exists() or path.read_bytes() != content:
        replace_file(path, content)
