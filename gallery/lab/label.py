"""The review page: pictures in rows, the uncertain ones first, labelled with one key each. No server, no network.

The page is a folder: ``index.html`` with style, script and data inside, and ``pictures/`` with one small copy each.
It opens from the disk as well as from any host, keeps its progress in the browser, and exports a CSV that
`gallery.lab.labels.import_labels` reads.
"""

from __future__ import annotations

import glob
import hashlib
import os
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from gallery.crew import Crew, Lost
from gallery.domain import Label, Picture, Prediction
from gallery.errors import GalleryError, PictureError
from gallery.helper_process import become_helper
from gallery.lab import pages
from gallery.lab.files import file_sha256
from gallery.lab.labels import LabelRow
from gallery.lab.thumbs import PAGE_MARKER, Thumbnail, pictures_below, thumbnail
from gallery.store.lock import hold_lock

SIDE_PX = 512


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture that a person may label."""

    sha256: str
    source: str  # the account or folder that it belongs to
    path: Path
    prediction: Prediction | None = None
    said: str = ""  # what a person called it before, one of `gallery.lab.labels.CHOICES`
    by: str = ""  # who: a name, or the file that says so


@dataclass(frozen=True, slots=True)
class Page:
    """What became of a review page."""

    path: Path  # its index.html
    shown: int
    skipped: tuple[str, ...]  # why single pictures are not on it


def stored_candidates(
    pictures: Iterable[Picture], path_of: Callable[[str], Path], predictions: Mapping[str, Prediction]
) -> list[Candidate]:
    """Each stored picture once, with what the model said of it; one that two accounts show goes to the first."""
    found: dict[str, Candidate] = {}
    for picture in pictures:
        sha256 = picture.sha256
        if sha256 not in found:
            found[sha256] = Candidate(sha256, picture.account.key, path_of(sha256), predictions.get(sha256))
    return list(found.values())


def folder_candidates(folder: Path) -> list[Candidate]:
    """Every picture below ``folder``; its source is the first folder on the way, equal bytes appear once.

    Raises:
        PictureError: no such folder, or a file cannot be read.
    """
    found: dict[str, Candidate] = {}
    for path in pictures_below(folder):
        parts = path.relative_to(folder).parts
        source = parts[0] if len(parts) > 1 else folder.resolve().name
        sha256 = file_sha256(path)
        found.setdefault(sha256, Candidate(sha256, f"folder:{source}", path))
    return list(found.values())


def with_labels(
    candidates: Iterable[Candidate], rows: Mapping[str, LabelRow], corrected: Mapping[str, Label]
) -> list[Candidate]:
    """The candidates with the label that counts for each: that of corrections.yaml before a reviewed one."""

    def said(sha256: str) -> tuple[str, str]:
        row, label = rows.get(sha256), corrected.get(sha256)
        if label is not None and (row is None or row.label != label):
            return label.value, "corrections.yaml"
        return (row.label, row.by) if row else ("", "")

    return [replace(one, said=label, by=by) for one in candidates for label, by in (said(one.sha256),)]


def order(candidates: Iterable[Candidate], *, again: bool = False) -> list[Candidate]:
    """What has no label yet, or all there is ``again``; the smallest lead of the first label over the second first.

    Pictures that no model has seen lead.
    """
    return sorted((one for one in candidates if again or not one.said), key=lambda one: (_lead(one), one.sha256))


def _lead(candidate: Candidate) -> float:
    if candidate.prediction is None:
        return -1.0
    first, second, _ = sorted((candidate.prediction.score(label) for label in Label), reverse=True)
    return first - second


def import_command(config_path: Path, folder: Path | None = None, labels: Path | None = None) -> str:
    """The command that takes in what a page exports, for a shell; the name of the exported file comes behind it."""
    config = () if config_path == Path("accounts.yaml") else ("--config", str(config_path))
    words = ["gallery", *config, "lab", "import-labels"]
    for option, path in (("--folder", folder), ("--labels", labels)):
        words += [option, str(path)] if path else []
    return shlex.join(words)


def write_page(
    candidates: Sequence[Candidate], folder: Path, *, then: str = "gallery lab import-labels", jobs: int = 1
) -> Page:
    """Make the review page of ``candidates``, in the order given, at ``folder``; an older page there is replaced.

    Args:
        candidates: what to show; a picture that cannot be decoded, kills the process that tries, or keeps it busy
            without end, is left out and named in the result.
        folder: where the page goes; must be new, empty, or an older page of ours, or a symbolic link to such a folder.
        then: the command that the page names for its export, see `import_command`.
        jobs: processes that decode.

    Raises:
        GalleryError: ``folder`` holds something else or cannot be written, or no process can be started.
        LockedError: another process makes this page.
    """
    target = Path(os.path.realpath(folder))  # a link stays, and what it leads to is locked and replaced
    if target.exists() and any(target.iterdir()) and not (target / PAGE_MARKER).exists():
        raise GalleryError(f"{folder} holds other files; name a new folder for the page")
    with hold_lock(target.parent / f".{target.name}.lock", "lab label", datetime.now(UTC)):
        try:
            _remove_left_over(target)
            page = _replace(target, candidates, then, jobs)
        except OSError as error:
            raise GalleryError(f"cannot write the page {folder}: {error}") from error
    return Page(folder / "index.html", page.shown, page.skipped)


def _remove_left_over(target: Path) -> None:
    """Copies of artists' pictures that a killed run left beside the page; with the page's lock, no run is at work."""
    for folder in target.parent.glob(f".{glob.escape(target.name)}.????????"):  # as `tempfile` names them
        if (folder / PAGE_MARKER).is_file():
            shutil.rmtree(folder)


def _replace(target: Path, candidates: Sequence[Candidate], then: str, jobs: int) -> Page:
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as name:
        (Path(name) / PAGE_MARKER).touch()  # before any picture, and until the last one is gone
        staged, old = Path(name) / "new", Path(name) / "old"
        page = _write_into(staged, candidates, then, jobs)
        if target.exists():
            target.rename(old)
        staged.rename(target)
        if old.exists():
            shutil.rmtree(old)
    return page


def _write_into(folder: Path, candidates: Sequence[Candidate], then: str, jobs: int) -> Page:
    (folder / "pictures").mkdir(parents=True)
    (folder / PAGE_MARKER).write_text("Made by `gallery lab label`, which may replace this folder.\n", encoding="utf-8")
    shown: list[tuple[Candidate, float]] = []
    skipped: list[str] = []
    copies = Crew(_copy_of, become_helper, (os.getpid(),)).share_out([one.path for one in candidates], jobs)
    for candidate, (path, copy) in zip(candidates, copies, strict=True):
        if isinstance(copy, Thumbnail):
            (folder / "pictures" / f"{candidate.sha256}.jpg").write_bytes(copy.jpeg)
            shown.append((candidate, copy.width_px / copy.height_px))
        else:
            skipped.append(f"{path}: decoding it {copy}" if isinstance(copy, Lost) else str(copy))
    path = folder / "index.html"
    path.write_text(render_page(shown, then), encoding="utf-8")
    return Page(path, len(shown), tuple(skipped))


def _copy_of(path: Path) -> Thumbnail | PictureError:
    try:
        return thumbnail(path, SIDE_PX)
    except PictureError as error:
        return error


def render_page(candidates: Sequence[tuple[Candidate, float]], then: str) -> str:
    """The HTML of the page for pictures and their width over height; what came from elsewhere is escaped or JSON.

    ``then`` is the command that it names for its export.
    """
    from jinja2.utils import htmlsafe_json_dumps

    digest = hashlib.sha256("\n".join(sorted(one.sha256 for one, _ in candidates)).encode()).hexdigest()[:12]
    data = {
        "page": digest,
        "then": then,
        "pictures": [
            {
                "sha256": one.sha256,
                "source": one.source,
                "ratio": round(ratio, 3),
                "said": [one.said, one.by] if one.said else None,
                "guess": None if one.prediction is None else [round(one.prediction.score(label), 3) for label in Label],
            }
            for one, ratio in candidates
        ],
    }
    return pages.render_page(
        "label.html",
        style="label.css",
        script="label.js",
        images="'self' file: data:",
        data=htmlsafe_json_dumps(data, separators=(",", ":")),
        count=len(candidates),
    )
