"""How much a site may lose at once before a person has to say so, and whose its addresses are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gallery.config import Config
from gallery.domain import (
    Account,
    AccountState,
    AccountStatus,
    Artist,
    Exhibit,
    Exhibition,
    Label,
    Media,
    Picture,
    Post,
    Profile,
    Room,
    Verdict,
    WhyHidden,
)
from gallery.edited.corrections import Corrections
from gallery.errors import ConfigError, ShrinkError
from gallery.publish import Published
from gallery.steps.shown import (
    config_or_published,
    corrections_or_published,
    forget_addresses,
    last_site,
    passed_on,
    refuse_to_shrink,
    remember_site,
)
from gallery.store import Store
from gallery.wishes.removal import count_taken

NOW = datetime(2026, 11, 30, tzinfo=UTC)
HIDDEN, UNREADABLE, UNCONFIRMED = WhyHidden.BY_A_PERSON, WhyHidden.NOT_CLASSIFIED, WhyHidden.UNCONFIRMED


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / ".gallery") as opened:
        yield opened


def site(hidden: dict[str, int] | None = None, **pictures: int) -> Exhibition:
    """A site that shows so many pictures of each artist."""
    rooms = []
    for name, count in pictures.items():
        account = Account("folder", name, Artist(name, name))
        posts = [Post(f"{name}/{number}", "", NOW, ()) for number in range(count)]
        shown = (Picture(post.key, account, post, Media("m", ""), 0, 40, 30) for post in posts)
        exhibits = tuple(Exhibit(one, Verdict(Label.DRAWING, 0.9)) for one in shown)
        status = AccountStatus(account, None, AccountState.ACTIVE, NOW)
        rooms.append(Room(account.artist, (status,), exhibits))
    return Exhibition(tuple(rooms), hidden or {}, NOW)


def named(exhibition: Exhibition, stable_id: str) -> Exhibition:
    """The same, of an account with this id in its network."""
    (room,) = exhibition.rooms
    profile = Profile(stable_id, room.artist.slug, room.artist.slug, "")
    return replace(exhibition, rooms=(replace(room, accounts=(replace(room.accounts[0], profile=profile),)),))


def publish(store: Store, exhibition: Exhibition) -> None:
    remember_site(store, Config(Path("accounts.yaml")), Corrections(), "", Published("build", 1, 1, 1), exhibition)


@pytest.mark.parametrize(
    ("before", "now", "refused"), [(20, 10, False), (20, 9, True), (100, 70, False), (100, 69, True)]
)
def test_ten_pictures_or_three_in_ten_may_go_unexplained(store: Store, before: int, now: int, refused: bool) -> None:
    """A site that loses more than both at once is refused."""
    publish(store, site(aoi=before))
    with pytest.raises(ShrinkError, match=f"show {now} pictures.* shows {before};") if refused else nullcontext():
        refuse_to_shrink(site(aoi=now), last_site(store), store)


@pytest.mark.parametrize(
    ("before", "now", "refused"),
    [
        ({}, {HIDDEN: 15}, False),
        ({HIDDEN: 15}, {HIDDEN: 15}, True),
        ({HIDDEN: 15}, {HIDDEN: 16}, True),
        ({}, {UNREADABLE: 15}, True),
        ({}, {UNCONFIRMED: 15}, True),
    ],
)
def test_a_loss_is_explained_by_what_more_is_hidden_on_purpose(
    store: Store, before: dict[str, int], now: dict[str, int], refused: bool
) -> None:
    """What was hidden already explains nothing, nor what could not be read; what was not confirmed in time is counted
    as withdrawn when it is hidden, and not here once more."""
    publish(store, site(before, aoi=20))
    with pytest.raises(ShrinkError) if refused else nullcontext():
        refuse_to_shrink(site(now, aoi=5), last_site(store), store)


@pytest.mark.parametrize(("left", "refused"), [({"aoi": 5}, False), ({"aoi": 5, "ben": 0}, True)])
def test_who_left_the_list_is_missed_by_nobody(store: Store, left: dict[str, int], refused: bool) -> None:
    """Pictures of accounts that were taken out of accounts.yaml are no loss; of one that is listed still they are."""
    publish(store, site(aoi=5, ben=20))
    with pytest.raises(ShrinkError) if refused else nullcontext():
        refuse_to_shrink(site(**left), last_site(store), store)


def test_withdrawn_pictures_explain_no_more_than_was_shown_of_them(store: Store) -> None:
    """An account that opts out with pictures that the site did not show excuses no loss of another."""
    publish(store, site(aoi=20, ben=5))
    count_taken(store, {"folder:ben": 20})
    with pytest.raises(ShrinkError):
        refuse_to_shrink(site(aoi=5, ben=0), last_site(store), store)


@pytest.mark.parametrize(("left", "withdrawn", "refused"), [(19, 0, False), (5, 0, True), (5, 15, False)])
def test_what_a_renamed_account_showed_is_missed(store: Store, left: int, withdrawn: int, refused: bool) -> None:
    """Its pictures are no new ones in the place of those that went, and its word still counts."""
    publish(store, named(site(aoi=20), "1"))
    count_taken(store, {"folder:aya": withdrawn})
    with pytest.raises(ShrinkError, match="in place shows 20;") if refused else nullcontext():
        refuse_to_shrink(named(site(aya=left), "1"), last_site(store), store)


def test_an_archive_that_left_the_list_is_missed_by_nobody(store: Store) -> None:
    """Though it is its artist's, and their account stays: its pictures went with it."""
    seen = site(aoi=10, old=90)
    rooms = []
    for room, network in zip(seen.rooms, ("x", "x_archive"), strict=True):
        account = Account(network, room.artist.slug, room.artist)
        status = AccountStatus(account, Profile("1", account.handle, "", ""), AccountState.ACTIVE, NOW)
        exhibits = (replace(one, picture=replace(one.picture, account=account)) for one in room.exhibits)
        rooms.append(replace(room, accounts=(status,), exhibits=tuple(exhibits)))
    publish(store, replace(seen, rooms=tuple(rooms)))
    refuse_to_shrink(replace(seen, rooms=(rooms[0],)), last_site(store), store)


@pytest.mark.parametrize(
    ("network", "stable_id", "passed"), [("x", "11", False), ("x_archive", "11", False), ("x", "12", True)]
)
def test_who_is_renamed_keeps_their_address(store: Store, network: str, stable_id: str, passed: bool) -> None:
    """The same person under another handle, or in an archive of theirs, is no somebody else; another id is."""
    seen = []
    for key, number in (("x:old", "11"), (f"{network}:new", stable_id)):
        account = Account(*key.split(":"), Artist("aoi", "Aoi"))
        status = AccountStatus(account, Profile(number, account.handle, "Aoi", ""), AccountState.ACTIVE, None)
        seen.append(Exhibition((Room(account.artist, (status,), ()),), {}, NOW))
    publish(store, seen[0])
    assert bool(passed_on(seen[1], last_site(store))) is passed


def test_a_purge_forgets_whose_addresses_were_the_networks(store: Store) -> None:
    """No address of an artist who was on that network alone stays known; those of others do."""
    publish(store, site(aoi=1))
    for network, known in (("x", {"aoi": {"folder:aoi": ""}}), ("folder", {})):
        forget_addresses(store, network)
        assert last_site(store).addresses == known


@pytest.mark.parametrize("slip", ["theme: gone", "old: key"])
def test_what_is_wrong_is_told_of_the_files_as_they_stand(store: Store, tmp_path: Path, slip: str) -> None:
    """Where what they said when the site was last published cannot be used now, either, nobody is sent to its lines."""
    accounts, corrections = tmp_path / "accounts.yaml", tmp_path / "corrections.yaml"
    accounts.write_text("site:\n  titel: Mine\n")
    corrections.write_text("- label: photo\n")
    before = Config(accounts, content=f"site:\n  {slip}\naccounts:\n- folder: art\n".encode())
    said = Corrections(content=b"- post: https://example.com/p/1\n  hide: true\n  old: key\n")
    remember_site(store, before, said, "", Published("build", 1, 1, 1), site(aoi=1))
    count_taken(store, {"folder:aoi": 1})
    with pytest.raises(ConfigError, match="unknown key 'titel'"):
        config_or_published(accounts, store, site=True)
    with pytest.raises(ConfigError, match="names its picture by one of"):
        corrections_or_published(corrections, store)
