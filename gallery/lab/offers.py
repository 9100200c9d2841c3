"""What a gallery's store or a folder offers to a training corpus: its pictures, and what people said of each.

Two kinds of words count: a label in corrections.yaml, and a label given on the review page (labels.csv). A picture
without either never enters, whatever the model or the poster thinks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gallery.domain import Correction, Label, OptOuts, Picture
from gallery.errors import PictureError
from gallery.inspection import Facts, inspectors
from gallery.lab.label import Candidate
from gallery.lab.labels import SKIP, LabelRow

OPTED_OUT = "opted out"
UNREADABLE = "could not be read as a picture"


@dataclass(frozen=True, slots=True)
class Words:
    """What people said: the three things that decide whether a picture may teach, and what."""

    correction: Callable[[Picture], Correction | None]
    opt_out: Callable[[Picture], str | None]  # the reason why a picture must not be used
    labels: Mapping[str, LabelRow]  # by sha256: the row that counts


@dataclass(frozen=True, slots=True)
class Offer:
    """A picture that may enter a corpus."""

    sha256: str
    word: Label | str  # what a person called it, or the reason why it stays out
    path: Path
    source: str  # the account or folder that it belongs to
    origin: str  # where it is from: an address, or a name
    license: str
    width_px: int  # 0 where it stays out
    height_px: int


def offers_of_store(pictures: Iterable[Picture], path_of: Callable[[str], Path], words: Words) -> Iterator[Offer]:
    """All pictures of a store, once each, though several accounts may show the same bytes.

    Args:
        pictures: everything in the store.
        path_of: sha256 → the stored bytes.
        words: what people said.
    """
    for sha256, showings in _by_bytes(pictures).items():
        picture, word = _word(showings, words)
        yield Offer(
            sha256,
            word,
            path_of(sha256),
            picture.account.key,
            picture.post.permalink or picture.media.key,
            f"the artist's; consent: {picture.account.consent}",
            picture.width_px,
            picture.height_px,
        )


def offers_of_folder(
    found: Sequence[Candidate], labels: Mapping[str, LabelRow], optouts: OptOuts, *, jobs: int
) -> Iterator[Offer]:
    """All pictures of a folder. Those with a label are looked into, for they may look like one that was opted out.

    Args:
        found: from `gallery.lab.label.folder_candidates`.
        labels: by sha256: the row that counts.
        optouts: who and what must not be used.
        jobs: processes that look into files.
    """
    said = {one.sha256: _reviewed(labels.get(one.sha256)) for one in found}
    facts = _facts([one for one in found if isinstance(said[one.sha256], Label)], jobs)
    optouts = optouts.with_looks({sha256: one.dhash for sha256, one in facts.items()})
    for one in found:
        word, fact = said[one.sha256], facts.get(one.sha256)
        if isinstance(word, Label) and fact is None:
            word = UNREADABLE
        elif one.sha256 in optouts.sha256s or (fact and optouts.covers_bytes(one.sha256, fact.dhash)):
            word = OPTED_OUT
        size = (fact.width_px, fact.height_px) if fact else (0, 0)
        yield Offer(one.sha256, word, one.path, one.source, one.path.name, "not stated", *size)


def _facts(found: Sequence[Candidate], jobs: int) -> dict[str, Facts]:
    """What is known of the pictures that can be read, by sha256."""
    from concurrent.futures import ThreadPoolExecutor

    def look(one: Candidate) -> Facts | None:
        try:
            return team.inspect(one.path)
        except PictureError:
            return None

    with inspectors(jobs) as team, ThreadPoolExecutor(jobs) as pool:
        answers = list(pool.map(look, found))
    return {one.sha256: answer for one, answer in zip(found, answers, strict=True) if answer is not None}


def _by_bytes(pictures: Iterable[Picture]) -> dict[str, list[Picture]]:
    """sha256 → every showing of these bytes, in the order of their accounts."""
    found: dict[str, list[Picture]] = {}
    for picture in sorted(pictures, key=lambda one: (one.account.key, one.id)):
        found.setdefault(picture.sha256, []).append(picture)
    return found


def _word(showings: Sequence[Picture], words: Words) -> tuple[Picture, Label | str]:
    """What a person called the picture, or the reason why it stays out; and the account's picture that this is about.

    A word against any showing of the same bytes keeps them out, and a correction of any wins over a reviewed label.
    """
    first = showings[0]
    if any(words.opt_out(one) for one in showings):
        return first, OPTED_OUT
    corrections = [(one, words.correction(one) or Correction()) for one in showings]
    if any(correction.hide for _, correction in corrections):
        return first, "hidden by a person"
    for one, correction in corrections:
        if correction.label:
            return one, correction.label
    return first, _reviewed(words.labels.get(first.sha256))


def _reviewed(row: LabelRow | None) -> Label | str:
    """What a label given on the review page says, or why it says nothing."""
    if row is None:
        return "no person has labelled it"
    return "skipped by a person" if row.label == SKIP else Label(row.label)
