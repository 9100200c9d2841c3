"""What a gallery's store or a folder offers to a training corpus: its pictures, and what people said of each.

Two kinds of words count: a label in corrections.yaml, and a label given on the review page (labels.csv). A picture
without either never enters, whatever the model or the poster thinks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from gallery.domain import Account, Artist, Correction, Label, Media, Picture, Post, Profile, WhyHidden
from gallery.errors import PictureError
from gallery.inspection import Facts, inspectors
from gallery.lab.label import Candidate
from gallery.lab.labels import SKIP, LabelRow
from gallery.optout_rules import OPTED_OUT, OptOuts

UNSAID = "no person has labelled it"
HIDDEN = WhyHidden.BY_A_PERSON.value
FORBIDDEN = "X forbids to train on what it shows"
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
    source: str  # the artist or folder that it belongs to
    origin: str  # where it is from: an address, or a name
    license: str
    width_px: int  # 0 where it stays out
    height_px: int
    account: str = ""  # "network:handle" that posted it, "" for a folder
    post: str = ""  # key of its post
    number: int = 0  # which picture of the post, from 1


@dataclass(frozen=True, slots=True)
class Brought:
    """A picture that was brought into a corpus before and is offered no more, as the manifest has it."""

    sha256: str
    label: str
    copy: Path
    origin: str
    account: str = ""  # as in `Offer`; "" also where an older gallery brought it
    post: str = ""
    number: int = 0


def offers_of_store(pictures: Iterable[Picture], path_of: Callable[[str], Path], words: Words) -> Iterator[Offer]:
    """All pictures of a store, once each, though several accounts may show the same bytes.

    Args:
        pictures: everything in the store.
        path_of: sha256 → the stored bytes.
        words: what people said.
    """
    for sha256, showings in _by_bytes(pictures).items():
        picture, word = word_on(showings, words)
        yield Offer(
            sha256,
            word,
            path_of(sha256),
            picture.account.artist.slug,
            picture.post.permalink or picture.media.key,
            f"the artist's; consent: {picture.account.consent}",
            picture.width_px,
            picture.height_px,
            picture.account.key,
            picture.post.key,
            picture.index + 1,
        )


def offers_of_folder(
    found: Sequence[Candidate],
    word_of: Callable[[str], Label | str],
    optouts: OptOuts,
    *,
    jobs: int,
    say: Callable[[str], None],
) -> Iterator[Offer]:
    """All pictures of a folder. Those that might enter are looked into: they may look like one that was opted out.

    Args:
        found: from `gallery.lab.label.folder_candidates`.
        word_of: sha256 → what a person called it, or the reason why it stays out.
        optouts: who and what must not be used.
        jobs: processes that look into files.
        say: told what cannot be read, and why.
    """
    words = {one.sha256: word_of(one.sha256) for one in found}
    looked = [one for one in found if isinstance(words[one.sha256], Label) or one.sha256 in optouts.sha256s]
    facts = facts_of(looked, jobs=jobs, say=say)
    gone = refused(facts, optouts) | (optouts.sha256s & words.keys())
    for one in found:
        word, fact = words[one.sha256], facts.get(one.sha256)
        if one.sha256 in gone:
            word = OPTED_OUT
        elif isinstance(word, Label) and fact is None:
            word = UNREADABLE
        size = (fact.width_px, fact.height_px) if fact else (0, 0)
        yield Offer(one.sha256, word, one.path, one.source, one.path.name, "not stated", *size)


def facts_of(found: Sequence[Candidate], *, jobs: int, say: Callable[[str], None]) -> dict[str, Facts]:
    """What is known of the pictures that can be read, by sha256; ``say`` is told of the others."""
    from concurrent.futures import ThreadPoolExecutor

    def look(one: Candidate) -> Facts | PictureError:
        try:
            return team.inspect(one.path)
        except PictureError as error:
            return error

    with inspectors(jobs) as team, ThreadPoolExecutor(jobs) as pool:
        answers = dict(zip((one.sha256 for one in found), pool.map(look, found), strict=True))
    for one in found:
        if isinstance(error := answers[one.sha256], PictureError):
            say(f"left out: {one.path}: {error}")
    return {sha256: answer for sha256, answer in answers.items() if isinstance(answer, Facts)}


def refused(facts: Mapping[str, Facts], optouts: OptOuts) -> set[str]:
    """The pictures that were opted out, and those that look like them."""
    wishes = optouts.with_looks({sha256: one.dhash for sha256, one in facts.items()})
    return {sha256 for sha256, one in facts.items() if wishes.refusals(sha256, one.dhash)}


def taken_back(
    brought: Sequence[Brought],
    word_of: Callable[[Brought], Label | str],
    optouts: OptOuts,
    *,
    jobs: int,
    say: Callable[[str], None],
) -> set[str]:
    """The sha256 of those that may teach no more: somebody took them back, or their label, or gave another.

    Args:
        brought: what is not where it came from; that alone takes nothing back.
        word_of: what a person calls it, or the reason why it stays out.
        optouts: who and what must not be used; what looks like an opted-out picture goes, too.
        jobs: processes that look into copies.
        say: told which copies cannot be read; they go.
    """
    gone = {one.sha256 for one in brought if one.sha256 in optouts.sha256s or word_of(one) != one.label}
    left = [Candidate(one.sha256, "", one.copy) for one in brought if one.sha256 not in gone]
    if left and optouts.look_alikes:
        facts = facts_of(left, jobs=jobs, say=say)
        gone |= refused(facts, optouts) | {one.sha256 for one in left if one.sha256 not in facts}
    return gone


def as_it_was(one: Brought, listed: Account | None, profile: Profile | None) -> Picture:
    """A picture that has left the store, as far as corrections and opt-outs can speak of it.

    Args:
        one: what the manifest says of it.
        listed: its account, where accounts.yaml still lists that: a correction may name the artist's work.
        profile: what the network said of the account.
    """
    network, _, handle = one.account.partition(":")
    account = listed or Account(network, handle, Artist("", ""))
    media = Media("", "")
    post = Post(one.post, one.origin, datetime.min.replace(tzinfo=UTC), (media,))
    return Picture(one.sha256, account, post, media, one.number - 1, 0, 0, profile)


def _by_bytes(pictures: Iterable[Picture]) -> dict[str, list[Picture]]:
    """sha256 → every showing of these bytes, in the order of their accounts."""
    found: dict[str, list[Picture]] = {}
    for picture in sorted(pictures, key=lambda one: (one.account.key, one.id)):
        found.setdefault(picture.sha256, []).append(picture)
    return found


def word_on(showings: Sequence[Picture], words: Words) -> tuple[Picture, Label | str]:
    """What a person called the picture, or the reason why it stays out; and the account's picture that this is about.

    A word against any showing of the same bytes keeps them out, as do X's terms what it shows, and a correction of any
    wins over a reviewed label.
    """
    first = showings[0]
    if any(words.opt_out(one) for one in showings):
        return first, OPTED_OUT
    if any(one.account.network == "x" for one in showings):
        return first, FORBIDDEN
    corrections = [(one, words.correction(one) or Correction()) for one in showings]
    if any(correction.hide for _, correction in corrections):
        return first, HIDDEN
    for one, correction in corrections:
        if correction.label:
            return one, correction.label
    return first, reviewed(words.labels.get(first.sha256))


def reviewed(row: LabelRow | None) -> Label | str:
    """What a label given on the review page says, or why it says nothing."""
    if row is None:
        return UNSAID
    return "skipped by a person" if row.label == SKIP else Label(row.label)
