"""Store → exhibition: what is shown, as what, in which order, and what is not shown and why.

Pure: the same pictures, predictions and words of people always make the same exhibition.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from gallery.curate.repeats import Looks, group_repeats
from gallery.domain import (
    Account,
    AccountStatus,
    Correction,
    Exhibit,
    Exhibition,
    Picture,
    PictureKey,
    Prediction,
    Profile,
    Room,
    SiteSettings,
    Verdict,
    WhyHidden,
)


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
    hidden: Counter[WhyHidden] = Counter()
    shown: dict[str, list[Exhibit]] = defaultdict(list)
    refused: dict[str, list[Picture]] = defaultdict(list)
    for picture in pictures:
        exhibit = _judge(picture, predictions.get(picture.sha256), words, settings)
        if isinstance(exhibit, WhyHidden):
            hidden[exhibit] += 1
            if exhibit is WhyHidden.BY_A_PERSON:
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
            hidden[WhyHidden.BY_A_PERSON] += len(shown[slug]) - len(wanted)
        exhibits = _without_repeats(wanted, looks, words)
        if len(exhibits) < len(wanted):
            hidden[WhyHidden.REPEAT] += len(wanted) - len(exhibits)
        if settings.sensitive == "hide" and (veiled := sum(one.verdict.sensitive for one in exhibits)):
            hidden[WhyHidden.SENSITIVE] += veiled
            exhibits = [one for one in exhibits if not one.verdict.sensitive]
        rooms.append(Room(theirs[0].account.artist, tuple(theirs), tuple(sorted(exhibits, key=_best_first))))
    return Exhibition(tuple(rooms), MappingProxyType(dict(sorted(hidden.items()))), built_at)


def without_clashes(exhibition: Exhibition) -> tuple[Exhibition, tuple[str, ...]]:
    """Leave one work at each address of an artist's: that of the account which is listed first.

    Two archives of one artist may hold different pictures under one number of a post. The answer's second half names
    what was left out, which is counted, too.
    """
    clashing: dict[tuple[str, str], list[Picture]] = defaultdict(list)  # by account, and the one listed before it

    def kept(room: Room) -> Room:
        places = {status.account.key: place for place, status in enumerate(room.accounts)}
        holders: dict[str, Picture] = {}
        for one in sorted((exhibit.picture for exhibit in room.exhibits), key=lambda one: places[one.account.key]):
            holder = holders.setdefault(one.id, one)
            if holder is not one:
                clashing[one.account.key, holder.account.key].append(one)
        return replace(room, exhibits=tuple(one for one in room.exhibits if holders[one.picture.id] is one.picture))

    rooms = tuple(map(kept, exhibition.rooms))
    if not clashing:
        return exhibition, ()
    notes = tuple(
        f"{account}: left out because a work of {holder} has the address on the site: {len(lost)} of its pictures,"
        f" such as number {lost[0].index + 1} of {lost[0].post.permalink or lost[0].post.key}"
        for (account, holder), lost in clashing.items()
    )
    return replace(
        exhibition, rooms=rooms, hidden={**exhibition.hidden, WhyHidden.CLASHING: sum(map(len, clashing.values()))}
    ), notes


def _judge(
    picture: Picture, prediction: Prediction | None, words: Words, settings: SiteSettings
) -> Exhibit | WhyHidden:
    """The picture with its verdict, or the reason why it is not shown."""
    if words.opt_out(picture):
        return WhyHidden.OPTED_OUT
    correction = _said(words, picture)
    if correction.hide:
        return WhyHidden.BY_A_PERSON
    told = correction.label or picture.media.label
    if told is not None:
        label, score = told, 1.0
    elif prediction is not None:
        label, score = prediction.label, prediction.score(prediction.label)
    else:
        return WhyHidden.NOT_CLASSIFIED
    sensitive = picture.media.sensitive or picture.post.sensitive or picture.account.sensitive
    if correction.sensitive is not None:
        sensitive = correction.sensitive
    return Exhibit(
        picture,
        Verdict(
            label,
            score,
            by_person=told is not None,
            doubtful=score < settings.hint_threshold,
            pinned=bool(correction.pin),
            cover=bool(correction.cover),
            sensitive=sensitive,
        ),
    )


def _best_first(exhibit: Exhibit) -> tuple[bool, float, float, str, int, str]:
    """Equals stand as in their post, for an artist counted on that order; the id tells apart what two networks hold."""
    picture, verdict = exhibit.picture, exhibit.verdict
    post = picture.post
    return (not verdict.pinned, -verdict.score, -post.created_at.timestamp(), post.key, picture.index, picture.id)


def _said(words: Words, picture: Picture) -> Correction:
    return words.correction(picture) or Correction()


def _without_hidden(
    exhibits: Sequence[Exhibit], refused: Sequence[Picture], dhashes: Mapping[str, str], words: Words
) -> Sequence[Exhibit]:
    """One artist's pictures without those that repeat one that a person hid, unless a person said of that very picture
    that it stays: hiding a picture must not bring its copy from another account to light."""
    if not refused:
        return exhibits
    looks = Looks(refused, dhashes)
    repeated = {picture.sha256 for picture in refused}
    repeated |= {one.picture.sha256 for one in exhibits if not _stays(words, one) and any(looks.alike(one.picture))}
    return [one for one in exhibits if _stays(words, one) or one.picture.sha256 not in repeated]


def _stays(words: Words, exhibit: Exhibit) -> bool:
    return _said(words, exhibit.picture).hide is False


def _without_repeats(exhibits: Sequence[Exhibit], dhashes: Mapping[str, str], words: Words) -> list[Exhibit]:
    """One artist's pictures without those that repeat another, unless a person said of that very picture that it stays.

    Of several the largest is kept, of equals the one posted first. What people said of the others, and a mark as
    sensitive, goes over to it, unless a person said otherwise of that very picture.
    """
    ordered = sorted(exhibits, key=_original_first)
    kept: list[Exhibit] = []
    marked: set[PictureKey] = set()
    for numbers in group_repeats([one.picture for one in ordered], dhashes):
        first, *others = (ordered[number] for number in numbers)
        staying = [one for one in others if _stays(words, one)]
        dropped = [one for one in others if not _stays(words, one)]
        group = [_with_words_of(first, dropped, words), *staying]
        if any(one.verdict.sensitive for one in (first, *others)):
            marked.update(one.picture.key for one in group)
        kept += group
    marked |= _marked_elsewhere(ordered, kept, dhashes, words)
    return [_veiled(one, words) if one.picture.key in marked else one for one in kept]


def _with_words_of(exhibit: Exhibit, dropped: Sequence[Exhibit], words: Words) -> Exhibit:
    if not dropped:
        return exhibit
    said, verdict = _said(words, exhibit.picture), exhibit.verdict
    for one in (one.verdict for one in dropped):
        verdict = replace(
            verdict,
            pinned=verdict.pinned or (one.pinned and said.pin is not False),
            cover=verdict.cover or (one.cover and said.cover is not False),
        )
    return replace(exhibit, verdict=verdict)


def _marked_elsewhere(
    exhibits: Sequence[Exhibit], kept: Sequence[Exhibit], dhashes: Mapping[str, str], words: Words
) -> set[PictureKey]:
    """Keys of kept pictures for which a mark on a look-alike may be meant.

    Which of the variants on another account it means their looks cannot tell: all of them, unless those that are
    nearest are marked there, or cleared by a person, themselves.
    """
    marks = {
        (one.account.key, dhashes.get(one.sha256), one.width_px, one.height_px): one
        for one in (exhibit.picture for exhibit in exhibits if exhibit.verdict.sensitive)
    }
    if not marks:
        return set()
    looks = Looks([one.picture for one in kept], dhashes)
    marked: set[PictureKey] = set()
    for picture in marks.values():  # of those that look the same one speaks for all
        by_account: dict[str, list[tuple[int, Exhibit]]] = defaultdict(list)
        for distance, number in looks.alike(picture):
            by_account[kept[number].picture.account.key].append((distance, kept[number]))
        for alike in by_account.values():
            nearest = [one for distance, one in alike if distance == alike[0][0]]
            if not all(one.verdict.sensitive or _is_cleared(words, one) for one in nearest):
                marked.update(one.picture.key for _, one in alike)
    return marked


def _is_cleared(words: Words, exhibit: Exhibit) -> bool:
    return _said(words, exhibit.picture).sensitive is False


def _veiled(exhibit: Exhibit, words: Words) -> Exhibit:
    if _is_cleared(words, exhibit):
        return exhibit
    return replace(exhibit, verdict=replace(exhibit.verdict, sensitive=True))


def _original_first(exhibit: Exhibit) -> tuple[bool, bool, int, float, str]:
    picture, verdict = exhibit.picture, exhibit.verdict
    area = picture.width_px * picture.height_px
    return (not verdict.by_person, not verdict.pinned, -area, picture.post.created_at.timestamp(), picture.id)
