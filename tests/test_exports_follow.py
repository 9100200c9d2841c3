"""An X archive beside the same artist's account on X: what X takes away goes from the archive's posts, too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gallery.commands.status import status_lines
from gallery.config import load_config
from gallery.domain import Account
from gallery.fetch import FetchReport, FetchSettings, fetch_accounts
from gallery.optout_rules import OptOuts
from gallery.paths import Paths
from gallery.pipeline import build
from gallery.store import AccountRecord, Store
from gallery.wishes import follow_homes, originals, purge, withdrawn
from tests.net_kit import Silent, open_web
from tests.servers.x import FakeX
from tests.source_kit import NOW, account
from tests.x_archive_kit import MANIFEST, of_tweets, pack, script, tweet
from tests.x_kit import filled, set_keys


@dataclass
class Gallery:
    """One artist's account on X with ten posts, and an archive with the older half of them and one more."""

    root: Path
    store: Store
    server: FakeX
    now: datetime = NOW
    x: Account = field(default_factory=lambda: account("x", "aoi_draws"))
    optouts: OptOuts = OptOuts()  # noqa: RUF009 - frozen

    @property
    def archive(self) -> Account:
        return account("x_archive", "aoi.zip", options={"root": str(self.root)})

    @property
    def ids(self) -> list[str]:
        return [post["id"] for post in self.server.user.posts]

    def hand_over(self, *ids: str, owner: str = "1001", name: str = "aoi_draws") -> None:
        """Put an archive of these tweets in place."""
        user = MANIFEST["userInfo"] | {"accountId": owner, "userName": name}
        members = of_tweets(*({"tweet": tweet(one)} for one in ids))
        members["data/manifest.js"] = script("__THAR_CONFIG", MANIFEST | {"userInfo": user})
        (self.root / "aoi.zip").unlink(missing_ok=True)
        pack(self.root / "aoi.zip", members)

    def night(self, *accounts: Account) -> FetchReport:
        with open_web(self.server.routes(), memory=self.store) as web:
            report = fetch_accounts(
                accounts or (self.x, self.archive),
                self.store,
                web,
                self.now,
                optouts=self.optouts,
                progress=Silent(),
                settings=FetchSettings(decoders=1),
            )
        self.now += timedelta(days=1)
        self.server.now = self.now
        return report

    def delete(self, one: str) -> FetchReport:
        """Delete a post on X, and go on until X has told."""
        self.server.gone[one] = 404
        for _ in range(12):
            report = self.night()
            if self.store.is_removed("x", one):
                return report
        raise AssertionError("X never told")

    def held(self, of: Account) -> set[str]:
        return {post.key for post in self.store.posts(of.key)}


@pytest.fixture
def gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gallery]:
    set_keys(monkeypatch)
    with FakeX(NOW, filled(10)) as server, Store(tmp_path / ".gallery") as store:
        made = Gallery(tmp_path, store, server)
        made.hand_over("11", *made.ids[:5])
        yield made


def test_a_post_deleted_on_x_goes_from_the_archive_in_the_same_run(gallery: Gallery) -> None:
    """The archive's copy of a post goes with the post, is counted, and no newer archive brings it back."""
    gallery.night()
    assert gallery.held(gallery.archive) == {"11", *gallery.ids[:5]}
    report = gallery.delete(gallery.ids[0])
    assert [one.removed for one in report.accounts] == [1, 1]
    assert "1 post of x_archive:aoi.zip deleted: their network shows them no more" in report.notes
    assert withdrawn(gallery.store)[gallery.archive.key] == 1
    assert gallery.held(gallery.archive) == {"11", *gallery.ids[1:5]}
    gallery.hand_over("11", *gallery.ids[:6])
    gallery.night()
    assert gallery.held(gallery.archive) == {"11", *gallery.ids[1:6]}


def test_an_archive_that_comes_after_the_deletion_does_not_show_the_post(gallery: Gallery) -> None:
    """What X took away before the archive was handed over is not stored when the run is over."""
    gallery.night(gallery.x)
    gallery.server.gone[gallery.ids[0]] = 404
    while not gallery.store.is_removed("x", gallery.ids[0]):
        gallery.night(gallery.x)
    gallery.night()
    assert gallery.held(gallery.archive) == {"11", *gallery.ids[1:5]}


def test_another_persons_archive_loses_nothing(gallery: Gallery) -> None:
    """A post that X took from one person's account stays in an archive with another id, whatever name it says."""
    gallery.hand_over("11", *gallery.ids[:5], owner="2002")
    gallery.night()
    gallery.delete(gallery.ids[0])
    assert gallery.ids[0] in gallery.held(gallery.archive)


def test_what_is_protected_on_x_comes_back_when_it_is_public(gallery: Gallery) -> None:
    """While the account is protected the archive's copies of its posts are away; they return with it, deleted ones
    do not."""
    gallery.night()
    gallery.delete(gallery.ids[0])
    gallery.server.user.state = "protected"
    assert [gallery.night().accounts[1].removed for _ in range(3)] == [4, 0, 0]
    assert gallery.held(gallery.archive) == {"11"}
    gallery.server.user.state = "active"
    gallery.night()
    gallery.night()
    assert gallery.held(gallery.x) >= set(gallery.ids[1:])
    assert gallery.held(gallery.archive) == {"11", *gallery.ids[1:5]}


def test_a_renamed_artists_archive_stays_away_while_they_are_protected(gallery: Gallery) -> None:
    """The account's row under its old name, public for ever, brings nothing back, night after night."""
    gallery.night()
    gallery.server.user.name = "aki_new"
    gallery.x = account("x", "aki_new")
    gallery.night()
    gallery.server.user.state = "protected"
    assert [gallery.night().accounts[1].removed for _ in range(4)] == [5, 0, 0, 0]
    assert gallery.held(gallery.archive) == {"11"}


def test_an_entry_that_follows_a_rename_costs_one_look_up(gallery: Gallery) -> None:
    """Listed by the new name, an account on X is not read anew, and shows that name at once."""
    gallery.night(gallery.x)
    gallery.server.user.name = "aki_new"
    renamed = account("x", "aki_new")
    (report,) = gallery.night(renamed).accounts
    assert (report.posts_read, report.cost_usd, len(gallery.held(renamed))) == (0, 0.01, 10)
    profile = gallery.store.account(renamed.key).profile
    assert profile is not None
    assert profile.url == "https://x.com/aki_new"


def test_a_night_that_was_killed_before_it_followed_shows_nothing(gallery: Gallery) -> None:
    """What an archive brought of a protected account, and no run removed any more, goes at the next build."""
    gallery.night(gallery.x)
    gallery.server.user.state = "protected"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gallery.fetch.run.follow_homes", lambda *_: {})
        gallery.night()
    assert len(gallery.held(gallery.archive)) == 6
    (gallery.root / "accounts.yaml").write_text("accounts: []\n")
    config = load_config(gallery.root / "accounts.yaml")
    build(config, Paths(gallery.root), gallery.store, now=gallery.now, jobs=1, progress=Silent())
    assert gallery.held(gallery.archive) == {"11"}


def test_who_is_protected_on_x_is_named_nowhere_by_an_archive_that_holds_nothing_else(gallery: Gallery) -> None:
    """An archive whose every post went with the account on X has no page, and the artist's name stands on none."""
    gallery.hand_over(*gallery.ids[:5])
    gallery.night()
    (gallery.root / "accounts.yaml").write_text(
        "site:\n  contact: me@example.org\naccounts:\n  - x: aoi_draws\n    artist: aoi\n"
        "  - x_archive: aoi.zip\n    artist: aoi\n"
    )
    config = load_config(gallery.root / "accounts.yaml")
    for state, named in (("active", True), ("protected", False)):
        gallery.server.user.state = state
        gallery.night()
        build(config, Paths(gallery.root), gallery.store, now=gallery.now, jobs=1, progress=Silent())
        assert (gallery.root / "site" / "a" / "aoi").exists() is named


def test_who_opts_out_under_a_new_name_means_an_archive_of_the_old_one(gallery: Gallery) -> None:
    """An opt-out by the name on X means the person: an archive that knows another name of theirs goes whole, also what
    X does not hold, as long as it stands."""
    gallery.hand_over("11", *gallery.ids[:5], name="aoi_long_ago")
    gallery.night()
    gallery.optouts = OptOuts(accounts=frozenset({"x:aoi_draws"}))
    told = [[note for note in gallery.night().notes if "opted out" in note] for _ in range(3)]
    assert told == [["16 stored posts and pictures deleted: somebody has opted out"], [], []]
    assert gallery.held(gallery.archive) == set()
    gallery.optouts = OptOuts()
    gallery.night()
    gallery.night()
    assert gallery.held(gallery.archive) == {"11", *gallery.ids[:5]}


def test_a_purge_of_x_brings_no_deleted_post_back(gallery: Gallery) -> None:
    """The archive remembers by itself what X had taken away."""
    gallery.night()
    gallery.delete(gallery.ids[0])
    purge(gallery.store, "x", OptOuts())
    gallery.hand_over("11", *gallery.ids[:6])
    gallery.night(gallery.archive)
    assert gallery.ids[0] not in gallery.held(gallery.archive)


def test_an_archive_says_why_it_stays_empty_when_x_is_asked_no_more(gallery: Gallery) -> None:
    """Taken out of the list while it is protected, the account holds its archive's posts back: report and status say
    so, and which entry brings them back."""
    gallery.night()
    gallery.server.user.state = "protected"
    assert gallery.night().accounts[1].notices["held-back"] == 1
    gallery.server.user.state = "active"
    for _ in range(2):
        (report,) = gallery.night(gallery.archive).accounts
    why = "5 posts kept away, for the account was protected when x was last asked, until 'x: aoi_draws'"
    assert report.remarks[0].startswith(f"held-back: {why}")
    (gallery.root / "accounts.yaml").write_text("accounts:\n  - x_archive: aoi.zip\n    artist: aoi\n")
    status = list(status_lines(load_config(gallery.root / "accounts.yaml"), OptOuts(), gallery.store))
    assert any(line.startswith(f"  held back: {why}") for line in status)
    gallery.night()
    assert not gallery.night().accounts[1].notices
    assert gallery.held(gallery.archive) == {"11", *gallery.ids[:5]}


def test_purging_both_networks_lets_a_held_archive_be_shown(gallery: Gallery) -> None:
    """A purge of archives alone leaves X's word standing; one of both forgets it."""
    gallery.night()
    gallery.server.user.state = "protected"
    gallery.night()
    purge(gallery.store, "x_archive", OptOuts())
    gallery.night(gallery.archive)
    assert gallery.held(gallery.archive) == {"11"}
    purge(gallery.store, "x", OptOuts())
    purge(gallery.store, "x_archive", OptOuts())
    assert not gallery.night(gallery.archive).accounts[0].notices
    assert gallery.held(gallery.archive) == {"11", *gallery.ids[:5]}


def test_of_several_names_of_one_account_the_one_that_was_asked_last_counts(tmp_path: Path) -> None:
    """What an export follows is the account as X told of it last, under whatever name, and nobody else's; one that
    loses nothing is not spoken of."""
    with Store(tmp_path / ".gallery") as store:
        for day, handle in enumerate(("a_first", "c_then", "b_now")):
            store.save_account(AccountRecord(f"x:{handle}", "11", last_attempt=NOW + timedelta(days=day)))
        store.save_account(AccountRecord("x:never_found", last_attempt=NOW))
        for archive, stable_id in (("mine", "11"), ("unread", None)):
            store.save_account(AccountRecord(f"x_archive:{archive}", stable_id, last_attempt=NOW))
        assert {export: home.key for export, home in originals(store).items()} == {"x_archive:mine": "x:b_now"}
        assert follow_homes(store, NOW) == {}
