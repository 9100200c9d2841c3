"""The renditions step of :func:`gallery.pipeline.build`: which copies are missing, made, and kept in the store."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gallery.config import Config
from gallery.domain import Account, Copies, Exhibit, Exhibition, PictureKey, RenditionSet, Room, WhyHidden
from gallery.errors import BlockedAddressError, PictureError, SourceError
from gallery.report import Progress
from gallery.sources import source_for
from gallery.sources.base import Hosts
from gallery.sources.guarded import blaming
from gallery.steps.shown import count_shown
from gallery.steps.tally import SAVE_EVERY, Tally, leave_out, survivable
from gallery.store import Store

if TYPE_CHECKING:
    from gallery.renditions import FaceRecipe, Recipe

MOST_HOSTS = 16  # that an account may have; only `*.files.example` among its media_hosts lets more than a few in


def make_copies(
    config: Config, store: Store, exhibition: Exhibition, jobs: int, progress: Progress, tally: Tally
) -> tuple[Exhibition, dict[PictureKey, RenditionSet]]:
    """Make the copies that are missing: (exhibition, `Picture.key` → copies).

    A picture that cannot be read leaves the exhibition; it is counted, named with its cause, and tried again.
    """
    from gallery.renditions import recipe

    wanted = {
        exhibit.picture.key: (
            recipe(config.site, exhibit.picture.account, exhibit.verdict.sensitive),
            exhibit.picture.sha256,
        )
        for room in exhibition.rooms
        for exhibit in room.exhibits
    }
    recipes = {how.id: how for how, _ in wanted.values()}
    made = {recipe_id: _whole_sets(store, recipe_id) for recipe_id in recipes}
    missing = sorted(
        {(how.id, sha256) for how, sha256 in wanted.values()}
        - {(recipe_id, sha256) for recipe_id, sets in made.items() for sha256 in sets}
    )
    tally.unchanged = len(wanted) - len(missing)
    step = progress.start("resizing", len(missing))
    with survivable(store, "resizing", tally) as apart:
        for recipe_id, how in sorted(recipes.items()):
            todo = [sha256 for one, sha256 in missing if one == recipe_id]
            made[recipe_id].update(_resize(store, todo, how, jobs, step, tally, apart=apart))

    copies = {key: made[how.id][sha256] for key, (how, sha256) in wanted.items() if sha256 in made[how.id]}
    return _without_unreadable(exhibition, copies), copies


def keep_admitted_addresses(config: Config, exhibition: Exhibition) -> tuple[Exhibition, tuple[str, ...]]:
    """Blank the address of each hot-linked picture that no fetch of its account would ask for; say how many they are.

    An edited post may name another address for a picture that we have: visitors go where the gallery itself would,
    and every host stands in the content policy of every page.
    """
    from gallery.renditions import allowance

    ways: dict[str, _Hotlinks] = {}

    def linked(exhibit: Exhibit) -> Exhibit:
        picture = exhibit.picture
        if allowance(config.site, picture.account) is not Copies.HOTLINK or exhibit.verdict.sensitive:
            return exhibit
        if picture.account.key not in ways:
            ways[picture.account.key] = _Hotlinks(picture.account)
        url = ways[picture.account.key].admitted(picture.media.url)
        return replace(exhibit, picture=replace(picture, media=replace(picture.media, url=url)))

    rooms = (replace(room, exhibits=tuple(map(linked, room.exhibits))) for room in exhibition.rooms)
    kept = replace(exhibition, rooms=tuple(rooms))
    return kept, tuple(
        f"{key}: visitors are not sent to the addresses of some pictures ({len(way.refused)}), such as {way.refused[0]}"
        for key, way in ways.items()
        if way.refused
    )


class _Hotlinks:
    """Where visitors are sent for the pictures of one account."""

    def __init__(self, account: Account) -> None:
        self.refused: list[str] = []  # addresses, each with the reason
        self._hosts = _listed_hosts(account)
        self._used: set[str] = set()

    def admitted(self, url: str) -> str:
        """The address in plain spelling, "" for one that is refused, or that no browser could open (of a folder)."""
        from gallery.net.addresses import check_url, shorten

        try:
            target = check_url(url, self._hosts)
        except BlockedAddressError as error:
            if not url.startswith("file:"):
                self.refused.append(str(error))
            return ""
        if target.host not in self._used and len(self._used) == MOST_HOSTS:
            self.refused.append(f"{shorten(url)}: the account has {MOST_HOSTS} hosts in every page's policy already")
            return ""
        self._used.add(target.host)
        return target.url


def _listed_hosts(account: Account) -> Hosts:
    try:
        with blaming(account.network):
            return replace(source_for(account.network).media_hosts(account), any_public=False)
    except SourceError:  # a mistake in the entry or in the source, which the fetch names
        return Hosts()


def add_avatars(
    config: Config, store: Store, exhibition: Exhibition, jobs: int, progress: Progress, tally: Tally
) -> Exhibition:
    """Put a small copy of its avatar beside each account that may show one; a missing copy is made."""
    from gallery.renditions import allowance, face_recipe

    wanted = {}
    for status in (status for room in exhibition.rooms for status in room.accounts):
        held = store.avatar(status.account.key)
        # The face belongs to the attribution that networks ask for beside a post (X: avatar, name and @name), so it
        # takes no consent and is shown with hot-linked pictures too. It is a picture, though: `links` promises none,
        # and `sensitive` stands for every picture of the account, whoever says it.
        sensitive = status.account.sensitive or (status.profile is not None and status.profile.sensitive)
        none = allowance(config.site, status.account) is Copies.LINKS or sensitive
        if held is not None and held.sha256 is not None and not none and not store.all_hidden(status.account.key):
            wanted[status.account.key] = held.sha256
    how = face_recipe(config.site)
    made = _whole_sets(store, how.id)
    missing = sorted(set(wanted.values()) - made.keys())
    tally.unchanged += len(set(wanted.values())) - len(missing)
    if missing:
        step = progress.start("avatars", len(missing))
        with survivable(store, "avatars", tally) as apart:
            made.update(_resize(store, missing, how, jobs, step, tally, apart=apart))
    faces = {key: made[sha256] for key, sha256 in wanted.items() if sha256 in made}

    def faced(room: Room) -> Room:
        return replace(room, accounts=tuple(replace(one, avatar=faces.get(one.account.key)) for one in room.accounts))

    return replace(exhibition, rooms=tuple(map(faced, exhibition.rooms)))


def _whole_sets(store: Store, recipe_id: str) -> dict[str, RenditionSet]:
    """The copies made before whose files are still there and whole; somebody may have emptied the folder, and a power
    cut the files."""
    folder = f"{store.root}/renditions"

    def whole(one: RenditionSet) -> bool:
        return all(_size(f"{folder}/{copy.name}") == copy.size_bytes for copy in one.files)

    return {sha256: one for sha256, one in store.renditions(recipe_id).items() if whole(one)}


def _size(file: str) -> int | None:
    try:
        return os.stat(file).st_size  # noqa: PTH116
    except FileNotFoundError:
        return None


def _resize(
    store: Store,
    todo: Sequence[str],
    how: Recipe | FaceRecipe,
    jobs: int,
    step: Callable[[], None],
    tally: Tally,
    *,
    apart: bool,
) -> dict[str, RenditionSet]:
    from gallery.renditions import make_renditions

    made: dict[str, RenditionSet] = {}
    unsaved: list[RenditionSet] = []

    def done(sha256: str, result: RenditionSet | PictureError) -> None:
        step()
        if isinstance(result, PictureError):
            leave_out(store, sha256, result, tally)
            return
        tally.new += 1
        made[sha256] = result
        unsaved.append(result)
        if len(unsaved) >= SAVE_EVERY:
            store.save_renditions(how.id, unsaved)
            unsaved.clear()

    tasks = [(sha256, store.path_of(sha256), how) for sha256 in todo]
    make_renditions(tasks, store.root / "renditions", jobs, done, apart=apart)
    store.save_renditions(how.id, unsaved)
    return made


def _without_unreadable(exhibition: Exhibition, copies: Mapping[PictureKey, RenditionSet]) -> Exhibition:
    def readable(exhibits: Iterable[Exhibit]) -> tuple[Exhibit, ...]:
        return tuple(exhibit for exhibit in exhibits if exhibit.picture.key in copies)

    rooms = tuple(replace(room, exhibits=readable(room.exhibits)) for room in exhibition.rooms)
    lost = count_shown(exhibition) - sum(len(room.exhibits) for room in rooms)
    if not lost:
        return exhibition
    return replace(exhibition, rooms=rooms, hidden={**exhibition.hidden, WhyHidden.NOT_RESIZED: lost})
