"""Words of people that may not do what they were written for, in lines for those who wrote them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress

from gallery.config import Config
from gallery.domain import Account, Picture
from gallery.edited.corrections import Corrections, work_name
from gallery.edited.optouts import doubts
from gallery.optout_rules import OptOuts
from gallery.store import Store
from gallery.wishes import unmet
from gallery.wording import first_of, number_of

MOST_NAMED = 20  # corrections that speak of nothing


def unheard(
    config: Config,
    corrections: Corrections,
    optouts: OptOuts,
    store: Store,
    welcome: Sequence[Account],
    public: Sequence[Account],
    pictures: Sequence[Picture],
    hidden: Collection[Picture],
) -> tuple[str, ...]:
    """What corrections.yaml and optouts.yaml seem to say in vain.

    Args:
        welcome: the accounts that nobody opted out.
        public: those of them that their network shows to everybody.
        pictures: those in the store.
        hidden: those that a person hid once.
    """
    listed, shown = [account.key for account in config.accounts], [account.key for account in welcome]
    works = {f"a/{one.account.artist.slug}/w/{one.id}": _entry_for(one) for one in pictures} if optouts.posts else {}
    hints = (
        f"optouts.yaml: {hint}"
        for hint in doubts(optouts, listed, shown, config.site.site_url, unmet(store, optouts), works)
    )
    everyone = [*pictures, *hidden]
    unused = _unused(corrections.followed(everyone)[0], everyone)
    half_gone = _half_gone((one for one in config.accounts if one not in welcome), public)
    return (*unused, *hints, *half_gone)


def _entry_for(picture: Picture) -> str:
    """How optouts.yaml names a picture: with the post that it is in, where that has an address, or by itself."""
    alone, post = f"`sha256: {picture.sha256}`", picture.post
    if not post.permalink:
        return alone
    whole = f"`post: {post.permalink}`"
    if len(post.media) == 1:
        return whole
    return f"{whole} and its {len(post.media)} pictures go, or for this one and its look-alikes {alone}"


def _half_gone(unwelcome: Iterable[Account], shown: Sequence[Account]) -> Iterator[str]:
    """A line for each listed account that opted out while others of its artist are shown: who writes to have their
    pictures removed seldom means one account of several."""
    for account in unwelcome:
        if others := [one.key for one in shown if one.artist.slug == account.artist.slug]:
            yield (
                f"optouts.yaml: {account.key} opted out; still shown of the same artist: {', '.join(others)}."
                f" Name each that is meant, and take {account.key} out of {account.where}"
            )


def _unused(corrections: Corrections, pictures: Sequence[Picture]) -> tuple[str, ...]:
    if not corrections.entries:
        return ()
    spoken = {target for picture in pictures for target in corrections.targets(picture)}
    unused = [(said.where, target) for target, said in corrections.entries.items() if target not in spoken]
    lines = [
        f"{where}: no picture of the gallery is meant by this correction{_meant(*target)}" for where, target in unused
    ]
    return tuple(
        first_of(
            lines,
            MOST_NAMED,
            lambda left: f"corrections.yaml: no picture is meant by {number_of(left, 'more correction')}, either",
        )
    )


def _meant(kind: str, name: str, _: int | None) -> str:
    """What else may have been meant, where the page of a work was given as a post."""
    if kind == "post":
        with suppress(ValueError):
            return f"; a page of this gallery is named by `work: {work_name(name)}`"
    return ""
