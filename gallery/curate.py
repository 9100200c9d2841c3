"""Store → exhibition: what is shown, as what, in which order, and what is not shown and why.

Pure: the same pictures, predictions and words of people always make the same exhibition.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from gallery.domain import (
    Account,
    AccountStatus,
    Correction,
    Exhibit,
    Exhibition,
    Label,
    Picture,
    Prediction,
    Profile,
    Room,
    SiteSettings,
    Verdict,
    is_telling,
)

DHASH_BITS = 64
DHASH_DISTANCE = 2  # bits by which two copies of one picture may differ after a network re-encoded it
RATIO_TOLERANCE = 0.02
HIDDEN = "hidden by a person"


@dataclass(frozen=True, slots=True)
class Words:
    """What people said, as functions so that curation need not know the files they stand in."""

    correction: Callable[[Picture], Correction | None]
    opt_out: Callable[[Picture], str | None]  # the reason why a picture must not be shown


def name_artists(accounts: Sequence[Account], profiles: Mapping[str, Profile | None]) -> tuple[Account, ...]:
    """Give every artist a name: the maintainer's, else the display name of their first account, else its handle.

    Of a handle that is a path no more than a file's name counts. ``profiles`` is by account key.
    """
    names: dict[str, str] = {}
    for account in accounts:
        profile = profiles.get(account.key)
        own = account.artist.name or (profile.name if profile else "")
        if own:
            names.setdefault(account.artist.slug, own)
    for account in accounts:
        names.setdefault(account.artist.slug, account.public_handle)
    return tuple(replace(one, artist=replace(one.artist, name=names[one.artist.slug])) for one in accounts)


def curate(
    pictures: Iterable[Picture],
    predictions: Mapping[str, Prediction],
    words: Words,
    statuses: Sequence[AccountStatus],
    settings: SiteSettings,
    dhashes: Mapping[str, str],
    built_at: datetime,
    once_hidden: Iterable[Picture] = (),
) -> Exhibition:
    """Decide what the site shows.

    ``predictions`` and ``dhashes`` are by sha256; ``statuses`` name every configured account, in the order in which
    artists are to appear; ``once_hidden`` are pictures that a person hid, whether they are still here or not. A picture
    is left out, and counted under its reason, when its artist opted out, a person hid it or another one that it
    repeats, the model could not read it, it is sensitive and the site hides those, or it repeats another one.
    """
    hidden: Counter[str] = Counter()
    shown: dict[str, list[Exhibit]] = defaultdict(list)
    refused: dict[str, list[Picture]] = defaultdict(list)
    for picture in pictures:
        exhibit = _judge(picture, predictions.get(picture.sha256), words, settings)
        if isinstance(exhibit, str):
            hidden[exhibit] += 1
            if exhibit == HIDDEN:
                refused[picture.account.artist.slug].append(picture)
        else:
            shown[picture.account.artist.slug].append(exhibit)
    for picture in once_hidden:
        refused[picture.account.artist.slug].append(picture)

    accounts: dict[str, list[AccountStatus]] = defaultdict(list)
    for status in statuses:
        accounts[status.account.artist.slug].append(status)
    rooms = []
    for slug, theirs in accounts.items():
        looks = dhashes if len(theirs) > 1 or refused[slug] else {}  # within one account they are not compared
        wanted = _without_hidden(shown[slug], refused[slug], looks, words)
        if len(wanted) < len(shown[slug]):
            hidden[HIDDEN] += len(shown[slug]) - len(wanted)
        exhibits, repeats = _without_repeats(wanted, looks, words)
        if repeats:
            hidden["repeat of another picture"] += repeats
        if settings.sensitive == "hide" and (veiled := sum(one.verdict.sensitive for one in exhibits)):
            hidden["sensitive"] += veiled
            exhibits = [one for one in exhibits if not one.verdict.sensitive]
        rooms.append(Room(theirs[0].account.artist, tuple(theirs), tuple(sorted(exhibits, key=_best_first))))
    return Exhibition(tuple(rooms), MappingProxyType(dict(sorted(hidden.items()))), built_at)


def _judge(picture: Picture, prediction: Prediction | None, words: Words, settings: SiteSettings) -> Exhibit | str:
    """The picture with its verdict, or the reason why it is not shown."""
    opted_out = words.opt_out(picture)
    if opted_out:
        return opted_out
    correction = words.correction(picture) or Correction()
    if correction.hide:
        return HIDDEN
    told = correction.label or picture.media.label
    if told is None and prediction is None:
        return "could not be classified"
    sensitive = picture.media.sensitive or picture.post.sensitive or picture.account.sensitive
    if correction.sensitive is not None:
        sensitive = correction.sensitive
    label, score = (told, 1.0) if told else _best_label(prediction)
    return Exhibit(
        picture,
        Verdict(
            label,
            score,
            by_person=told is not None,
            unsure=told is None and score < settings.hint_threshold,
            pinned=bool(correction.pin),
            cover=bool(correction.cover),
            sensitive=sensitive,
            reason=correction.reason,
        ),
    )


def _best_label(prediction: Prediction | None) -> tuple[Label, float]:
    assert prediction is not None  # noqa: S101  # the caller has made sure
    return prediction.label, prediction.score(prediction.label)


def _best_first(exhibit: Exhibit) -> tuple[bool, float, float, str, int, str]:
    """Equals stand as in their post, for an artist counted on that order; the id tells apart what two networks hold."""
    picture, verdict = exhibit.picture, exhibit.verdict
    post = picture.post
    return (not verdict.pinned, -verdict.score, -post.created_at.timestamp(), post.key, picture.index, picture.id)


class _Known:
    """Pictures of one artist, among which those are found that another one repeats.

    The same bytes are one picture. Pictures on *different* accounts that look the same are one too: a network
    re-encodes what it is given. Look-alikes on one account stay, for artists post variants of a drawing on purpose.
    """

    def __init__(self, dhashes: Mapping[str, str]) -> None:
        self._dhashes = dhashes
        self._by_hash: dict[str, Picture] = {}
        self._by_band: dict[tuple[int, int], list[Picture]] = defaultdict(list)

    def add(self, picture: Picture) -> None:
        self._by_hash[picture.sha256] = picture
        for band in self._bands(picture):
            self._by_band[band].append(picture)

    def find(self, picture: Picture) -> Picture | None:
        """The picture that this one repeats."""
        alike = (
            other
            for band in self._bands(picture)
            for other in self._by_band[band]
            if _looks_like(picture, other, self._dhashes)
        )
        original = self._by_hash.get(picture.sha256) or next(alike, None)
        if original is not None:
            self._by_hash.setdefault(picture.sha256, original)
        return original

    def _bands(self, picture: Picture) -> list[tuple[int, int]]:
        return _bands(self._dhashes.get(picture.sha256, ""))


def _without_hidden(
    exhibits: Sequence[Exhibit], refused: Sequence[Picture], dhashes: Mapping[str, str], words: Words
) -> Sequence[Exhibit]:
    """One artist's pictures without those that repeat one that a person hid, unless a person said of that very picture
    that it stays: hiding a picture must not bring its copy from another account to light."""
    if not refused:
        return exhibits
    known = _Known(dhashes)
    for picture in refused:
        known.add(picture)
    return [one for one in exhibits if _stays(words, one.picture) or known.find(one.picture) is None]


def _stays(words: Words, picture: Picture) -> bool:
    correction = words.correction(picture)
    return correction is not None and correction.hide is False


def _without_repeats(
    exhibits: Sequence[Exhibit], dhashes: Mapping[str, str], words: Words
) -> tuple[list[Exhibit], int]:
    """One artist's pictures without those that repeat another, and how many those were.

    Of several the largest is kept, of equals the one posted first. Where one was marked sensitive, the one that is kept
    is so, too, unless a person said of that very picture that it is not.
    """
    kept: dict[str, Exhibit] = {}  # by the picture's id
    known = _Known(dhashes)
    for exhibit in sorted(exhibits, key=_original_first):
        original = known.find(exhibit.picture)
        if original is None:
            known.add(exhibit.picture)
            kept[exhibit.picture.id] = exhibit
        elif exhibit.verdict.sensitive:
            kept[original.id] = _veiled(kept[original.id], words)
    return list(kept.values()), len(exhibits) - len(kept)


def _veiled(exhibit: Exhibit, words: Words) -> Exhibit:
    correction = words.correction(exhibit.picture)
    if correction is not None and correction.sensitive is False:
        return exhibit
    return replace(exhibit, verdict=replace(exhibit.verdict, sensitive=True))


def _original_first(exhibit: Exhibit) -> tuple[bool, bool, int, float, str]:
    picture, verdict = exhibit.picture, exhibit.verdict
    area = picture.width_px * picture.height_px
    return (not verdict.by_person, not verdict.pinned, -area, picture.post.created_at.timestamp(), picture.id)


def _bands(dhash_hex: str) -> list[tuple[int, int]]:
    """Four 16-bit pieces: two hashes that differ in fewer than four bits share at least one of them."""
    dhash = int(dhash_hex or "0", 16)
    if not is_telling(dhash):
        return []
    return [(number, dhash >> (16 * number) & 0xFFFF) for number in range(DHASH_BITS // 16)]


def _looks_like(first: Picture, second: Picture, dhashes: Mapping[str, str]) -> bool:
    if first.account.key == second.account.key:
        return False
    ratio = (first.width_px * second.height_px) / (first.height_px * second.width_px)
    if abs(ratio - 1) > RATIO_TOLERANCE:
        return False
    distance = (int(dhashes[first.sha256], 16) ^ int(dhashes[second.sha256], 16)).bit_count()
    return distance <= DHASH_DISTANCE
