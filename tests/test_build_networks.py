"""`gallery build` of two networks that check what they are asked: every picture, nothing twice, no secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gallery.domain import Account, AccountState, Artist
from gallery.publish import broken_links
from gallery.store import Store
from gallery.wishes import account_gone
from tests.build_kit import Gallery, spoil
from tests.servers.base import environment
from tests.servers.bluesky import FakeBluesky, Person
from tests.servers.x import KEYS, FakeX, User

NOW = datetime.now(UTC)
TWO_NETWORKS = """site:
  title: Two networks
  contact: me@example.org
accounts:
  - bluesky: aoi.example.com
    artist: aoi
    consent: granted
  - x: aoi_draws
    artist: ben
    consent: granted
"""


@pytest.fixture
def networks(tmp_path: Path) -> Iterator[tuple[Gallery, FakeBluesky, FakeX]]:
    """Two fake networks with pictures, and a gallery that follows an account on each."""
    user = User()
    user.post(NOW - timedelta(days=2), pictures=4, low=1)
    with FakeBluesky() as bluesky, FakeX(NOW, user) as x:
        person = next(iter(bluesky.people.values()))
        person.post(1, NOW - timedelta(days=1), embed=bluesky.images(11, 12))
        routes = {**bluesky.routes(), **x.routes()}
        env = {"GALLERY_TEST_ROUTES": json.dumps(routes), "GALLERY_THIS_IS_A_TEST": "yes", "X_BEARER_TOKEN": "", **KEYS}
        yield Gallery(tmp_path, TWO_NETWORKS, env), bluesky, x
        assert x.complaints == []


def test_a_plea_in_the_profile_is_told_until_the_artist_was_asked(networks) -> None:
    """An artist who asks not to be reposted is named every night, and by status, for as long as no consent is on
    record and no opt-out; their pictures stay, for only a person can tell what is meant."""
    gallery, bluesky, _ = networks
    next(iter(bluesky.people.values())).bio = "無断転載禁止"
    assert not any("asks" in note for note in gallery.build()["notes"])
    asked = TWO_NETWORKS.replace("    consent: granted\n", "", 1)
    gallery.write(asked)
    plea = (
        "accounts.yaml:5: bluesky:aoi.example.com asks in the profile “無断転載禁止”, and no consent is on record;"
        " ask the artist, then write `consent: granted`, or take the entry out"
    )
    for _ in range(2):
        report = gallery.build()
        assert (report["shown"], plea in report["notes"]) == (6, True)
    assert plea in gallery.run("status").output
    (gallery.root / "optouts.yaml").write_text("- account: bluesky:aoi.example.com\n")
    assert plea not in gallery.run("status").output
    assert plea not in gallery.build()["notes"]


def test_who_is_not_shown_any_more_is_not_to_be_asked(networks) -> None:
    """The plea of an artist who left the network, and of whom nothing is here, is told no longer."""
    gallery, bluesky, _ = networks
    gallery.write(TWO_NETWORKS.replace("    consent: granted\n", "", 1))
    person = next(iter(bluesky.people.values()))
    person.bio = "無断転載禁止"
    assert any("asks in the profile" in note for note in gallery.build()["notes"])
    person.error, person.status = "AccountDeactivated", "deactivated"
    assert not any("asks in the profile" in note for note in gallery.build(code=3)["notes"])


def test_first_build_shows_every_picture_with_its_post(networks) -> None:
    """Every picture of both networks is on the site, each linking to its original post."""
    gallery, bluesky, x = networks
    report = gallery.build()
    assert report["shown"] == 6
    site = "".join(path.read_text("utf-8") for path in (gallery.root / "site").rglob("w/*/index.html"))
    person = next(iter(bluesky.people.values()))
    rkey = person.posts[0]["uri"].rpartition("/")[2]
    assert f"/post/{rkey}" in site
    assert f"https://x.com/{x.user.name}/status/{x.user.posts[0]['id']}" in site
    assert broken_links(gallery.root / "site") == []


def test_what_was_hidden_by_a_handle_stays_hidden_when_the_artist_takes_another(networks) -> None:
    """An entry by the address that a browser shows goes on meaning its picture when the list follows a rename, also
    when what the old handle left behind has been freed; without the entry the picture is shown."""
    gallery, bluesky, _ = networks
    person = next(iter(bluesky.people.values()))
    record = person.posts[0]["uri"].rpartition("/")[2]
    entry = f"- post: https://bsky.app/profile/aoi.example.com/post/{record}\n  picture: 1\n  hide: true\n"
    (gallery.root / "corrections.yaml").write_text(entry)
    assert gallery.build()["shown"] == 5
    person.handle = "aoi-new.example.com"
    gallery.build()
    gallery.write(TWO_NETWORKS.replace("aoi.example.com", person.handle))
    for free in (False, True):
        report = gallery.build()
        assert (report["shown"], report["hidden"]) == (5, {"hidden by a person": 1})
        assert not any("no picture of the gallery is meant" in note for note in report["notes"])
        assert free or gallery.run("gc").exit_code == 0
    (gallery.root / "corrections.yaml").write_text("")
    assert gallery.build()["shown"] == 6


def test_an_address_that_is_left_behind_with_a_handle_is_told(networks) -> None:
    """Where the list follows a rename and no `artist:` holds the address, the report says which one leads nowhere now
    and what brings it back, once; where one does, nothing."""
    gallery, bluesky, _ = networks
    without = TWO_NETWORKS.replace("    artist: aoi\n", "")
    gallery.write(without)
    gallery.build()
    person = next(iter(bluesky.people.values()))
    person.handle = "mika.example.com"
    gallery.write(without.replace("aoi.example.com", person.handle))
    told = (
        "a/aoi/ and its feed lead nowhere now, for bluesky:mika.example.com hangs at a/mika/; if the address is to"
        " stay, write `artist: aoi` into accounts.yaml"
    )
    assert told in gallery.build()["notes"]
    gallery.now += timedelta(days=1)
    assert told not in gallery.build()["notes"]
    gallery.write(TWO_NETWORKS.replace("aoi.example.com", person.handle))
    assert not any("lead nowhere" in note for note in gallery.build()["notes"])
    assert (gallery.root / "site/a/aoi/feed.xml").is_file()


@pytest.mark.parametrize("how", [(), ("--offline",)], ids=["online", "offline"])
def test_an_opt_out_that_is_lost_is_told(networks, how: tuple[str, ...]) -> None:
    """When an account stands in optouts.yaml no more, as where an older copy was restored, the build says once that it
    comes back; not where the entry was only written otherwise, by the id or the name that they go by now."""
    gallery, bluesky, _ = networks
    optouts, person = gallery.root / "optouts.yaml", next(iter(bluesky.people.values()))
    gallery.build()
    listed, person.handle = person.handle, "aoi-new.example.com"
    gallery.build()
    for name in (listed, person.handle, person.did):
        optouts.write_text(f"- account: bluesky:{name}\n")
        assert not any("any more" in note for note in gallery.build()["notes"])
    told = f"optouts.yaml: bluesky:{person.did} does not stand there any more, and is fetched and shown again where it"
    optouts.unlink()
    assert sum(note.startswith(told) for note in gallery.build(*how)["notes"]) == 1
    assert not any("any more" in note for note in gallery.build()["notes"])


def test_of_who_opted_out_only_names_and_ids_are_remembered(networks) -> None:
    """The store keeps what an account and its posts are known by, and nothing they said or showed."""
    gallery, _, _ = networks
    gallery.write(TWO_NETWORKS.replace("  - x: aoi_draws\n    artist: ben\n    consent: granted\n", ""))
    gallery.build()
    index = gallery.root / ".gallery" / "index.sqlite3"
    told = "Aoi / 青", "https://cdn.bsky.app/", "picture 11"
    assert all(one.encode() in index.read_bytes() for one in told)
    (gallery.root / "optouts.yaml").write_text("- account: bluesky:aoi.example.com\n")
    gallery.build()
    assert not any(one.encode() in index.read_bytes() for one in told)
    (gallery.root / "optouts.yaml").unlink()
    gallery.build()
    assert "Aoi / 青" in gallery.page("a/aoi/index.html")


def test_a_purge_forgets_every_account_of_its_network(networks) -> None:
    """Neither handle nor id of an account that is listed no more is left in the store."""
    gallery, _, _ = networks
    gallery.build()
    gallery.write(TWO_NETWORKS.replace("  - bluesky: aoi.example.com\n    artist: aoi\n    consent: granted\n", ""))
    assert gallery.run("purge", "--network", "bluesky", "--yes").exit_code == 0
    index = (gallery.root / ".gallery" / "index.sqlite3").read_bytes()
    assert [one for one in ("aoi.example.com", "did:plc:") if one.encode() in index] == []


def test_a_purge_forgets_whom_corrections_met(networks) -> None:
    """Where an entry names a post by its author's handle, the author's id goes with the network as all else does."""
    gallery, bluesky, _ = networks
    person = next(iter(bluesky.people.values()))
    record = person.posts[0]["uri"].rpartition("/")[2]
    entry = f"- post: https://bsky.app/profile/aoi.example.com/post/{record}\n  pin: true\n"
    (gallery.root / "corrections.yaml").write_text(entry)
    gallery.build()
    for network, known in (("x", True), ("bluesky", False)):
        assert gallery.run("purge", "--network", network, "--yes").exit_code == 0
        assert (person.did.encode() in (gallery.root / ".gallery" / "index.sqlite3").read_bytes()) is known


def pass_days(gallery: Gallery, days: int) -> None:
    """Let time pass in which nothing is fetched, a build a week: no clock leaps."""
    end = gallery.now + timedelta(days=days)
    while gallery.now + timedelta(days=7) < end:
        gallery.now += timedelta(days=7)
        gallery.build("--offline")
    gallery.now = end


def test_what_its_network_has_not_confirmed_is_counted_and_needs_no_consent(networks) -> None:
    """Pictures that X has not confirmed for fourteen days leave the site with a reason that report and page name."""
    gallery, _, x = networks
    x.user.post(NOW - timedelta(days=1), pictures=4, low=2)
    x.user.post(NOW - timedelta(hours=1), pictures=4, low=3)
    gallery.build()
    pass_days(gallery, 15)
    report = gallery.build("--offline")
    assert (report["shown"], report["hidden"]) == (2, {"not confirmed by the network": 12})
    assert "its network has not confirmed it lately" in gallery.page("status/index.html")


def test_what_is_not_confirmed_excuses_no_other_loss(networks) -> None:
    """A site that would lose much else besides what X has not confirmed is refused."""
    gallery, bluesky, x = networks
    (person,) = bluesky.people.values()
    for number in range(2, 5):
        person.post(number, NOW - timedelta(hours=number), embed=bluesky.images(*range(10 * number, 10 * number + 4)))
        x.user.post(NOW - timedelta(hours=number), pictures=4, low=number)
    gallery.build()
    with Store(gallery.root / ".gallery") as store:
        pictures = [media.sha256 for media in store.files()]
    pass_days(gallery, 15)
    for sha256 in pictures:
        spoil(gallery.root, sha256)
    gallery.build("--offline", code=6)


def test_an_account_that_is_not_public_is_named_nowhere(networks) -> None:
    """Who has their network show them to members only has neither pictures nor a name here, but both again later."""
    gallery, bluesky, _ = networks
    (person,) = bluesky.people.values()

    def told() -> str:
        return "".join(path.read_text("utf-8", "ignore") for path in (gallery.root / "site").rglob("*.*"))

    gallery.build()
    assert "aoi.example.com" in told()
    person.labels.append({"val": "!no-unauthenticated", "src": person.did, "uri": person.did})
    gallery.build(code=3)
    assert "aoi.example.com" not in told()
    assert not (gallery.root / "site" / "a" / "aoi").exists()
    person.labels.clear()
    gallery.build()
    assert "aoi.example.com" in told()


def test_an_account_that_was_missed_once_keeps_its_page(networks) -> None:
    """Until another night has missed it, too, an artist's pictures hang where they did."""
    gallery, _, _ = networks
    gallery.build()
    account = Account("bluesky", "aoi.example.com", Artist("aoi", "Aoi"))
    shown = []
    for night in range(2):
        with Store(gallery.root / ".gallery") as store:
            account_gone(store, account, AccountState.MISSING, gallery.now + night * timedelta(days=1))
        gallery.build("--offline")
        shown.append((gallery.root / "site" / "a" / "aoi").exists())
    assert shown == [True, False]


def faces_of(gallery: Gallery) -> int:
    return len({path.split("-face.")[0] for path in gallery.digests() if "-face." in path})


@pytest.mark.parametrize("sensitive", ["blur", "hide"])
def test_the_face_of_an_account_that_is_labelled_as_a_whole_is_left_out(networks, sensitive: str) -> None:
    """What veils or hides every picture of an account takes its avatar away, and gives it back with the label."""
    gallery, bluesky, _ = networks
    gallery.write(TWO_NETWORKS.replace("accounts:", f"  sensitive: {sensitive}\naccounts:"))
    gallery.build()
    assert faces_of(gallery) == 2
    (person,) = bluesky.people.values()
    person.labels.append({"val": "porn", "src": "did:plc:mods", "uri": person.did})
    gallery.build()
    assert faces_of(gallery) == 1
    person.labels.clear()
    gallery.build()
    assert faces_of(gallery) == 2


def test_the_face_goes_with_the_last_post_that_is_confirmed(networks) -> None:
    """An avatar is left out while none of its account's posts may be shown, and is there again with one of them."""
    gallery, _, x = networks
    gallery.build()
    with Store(gallery.root / ".gallery") as store:
        keys = [post.key for post in store.posts(f"x:{x.user.name}")]
        store.hide_posts(f"x:{x.user.name}", keys, "not confirmed")
    gallery.build("--offline")
    assert faces_of(gallery) == 1
    with Store(gallery.root / ".gallery") as store:
        store.confirm_posts(f"x:{x.user.name}", keys, NOW)
    gallery.build("--offline")
    assert faces_of(gallery) == 2


@pytest.mark.parametrize("command", [("--offline",), ("--only", "aoi")], ids=["offline", "other accounts"])
def test_what_x_has_not_confirmed_in_time_is_shown_by_no_build(networks, command: tuple[str, ...]) -> None:
    """Whatever a run reads, a post that X has not confirmed within its days hangs nowhere."""
    gallery, _, x = networks
    gallery.build()
    with Store(gallery.root / ".gallery") as store:
        account = f"x:{x.user.name}"
        store.confirm_posts(account, [post.key for post in store.posts(account)], NOW - timedelta(days=30))
    assert gallery.build(*command)["shown"] == 2


def test_a_clock_that_leaps_for_one_build_hides_nothing(networks) -> None:
    """One build a year ahead leaves what X confirmed lately on show and tells of it; the next is like any other."""
    gallery, *_ = networks
    gallery.build()
    today = gallery.now
    gallery.now += timedelta(days=366)
    (note,) = (note for note in gallery.build("--offline")["notes"] if "leapt" in note)
    assert note.startswith("x:aoi_draws: 1 post not confirmed for 14 days, by a clock that leapt")
    assert (gallery.root / "site" / "a" / "ben").exists()
    gallery.now = today + timedelta(days=1)
    report = gallery.build("--offline")
    assert (report["shown"], report["hidden"]) == (6, {})
    assert [note for note in report["notes"] if "leapt" in note] == []


def test_a_gallery_that_was_off_hides_what_nobody_confirms_with_its_second_build(networks) -> None:
    """After fifteen days without a build, another one minutes later is not another word; thirteen hours on it is."""
    gallery, *_ = networks
    gallery.build()
    gallery.now += timedelta(days=15)
    for minutes in (0, 9):
        gallery.now += timedelta(minutes=minutes)
        assert gallery.build("--offline")["shown"] == 6
    gallery.now += timedelta(hours=13)
    assert gallery.build("--offline")["shown"] == 2


def test_more_days_show_again_what_fewer_had_hidden(networks) -> None:
    """Where the maintainer raises max_unverified_days, what is not late by it is back with the next build."""
    gallery, *_ = networks
    gallery.build()
    pass_days(gallery, 15)
    assert gallery.build("--offline")["shown"] == 2
    gallery.write(TWO_NETWORKS + "    max_unverified_days: 30\n")
    assert gallery.build("--offline")["shown"] == 6


def test_four_pictures_of_a_post_are_four_pictures(networks) -> None:
    """A post with four pictures yields four different works, not the last one four times."""
    gallery, *_ = networks
    gallery.build()
    works = list((gallery.root / "site" / "a" / "ben" / "w").iterdir())
    copies = {re.search(r"i/([0-9a-f]{16})-", (work / "index.html").read_text("utf-8")).group(1) for work in works}  # type: ignore[union-attr]
    assert (len(works), len(copies)) == (4, 4)


def test_second_night_asks_only_for_what_is_new(networks) -> None:
    """Nothing that is stored is fetched again; one new post costs one page and one picture."""
    gallery, bluesky, x = networks
    gallery.build()
    person = next(iter(bluesky.people.values()))
    person.post(2, NOW, embed=bluesky.images(13))
    bluesky.forget()
    x.forget()
    billed = x.billed
    report = gallery.build()
    assert [one["new"] for one in report["accounts"]] == [1, 0]
    assert len(bluesky.asked(host="cdn.bsky.app")) == 1
    assert x.asked(host="pbs.twimg.com") == []
    assert all("since_id" in request.query for request in x.asked(path=f"/2/users/{x.user.id}/tweets"))
    assert x.billed == billed


def test_one_network_down_costs_itself_only(networks) -> None:
    """While one network refuses, the other is fetched and the site is built from what is stored."""
    gallery, _, x = networks
    gallery.build()
    x.user.state = "suspended"
    x.users.append(User("1002", "someone_else"))
    report = gallery.build(code=3)
    problems = [one["problem"] for one in report["accounts"]]
    assert problems[0] == ""
    assert "suspended" in problems[1]
    assert list((gallery.root / "site" / "a" / "ben").glob("w/*")) == []


def test_a_gallery_whose_only_account_goes_is_published_empty(tmp_path: Path) -> None:
    """When the one listed account is gone the new, empty site is fit to be published, in that night and in all after;
    an outage of the same server is not."""
    with FakeBluesky() as bluesky:
        person = next(iter(bluesky.people.values()))
        person.post(1, NOW - timedelta(days=1), embed=bluesky.images(11, 12))
        only = "site:\n  contact: me@example.org\naccounts:\n  - bluesky: aoi.example.com\n    consent: granted\n"
        gallery = Gallery(tmp_path, only, environment(bluesky.routes()))
        gallery.build()
        person.error = "InternalServerError"
        gallery.build(code=4)
        assert list((tmp_path / "site" / "i").iterdir())
        person.error, person.status = "AccountDeactivated", "deactivated"
        for _ in range(2):
            gallery.build(code=3)
            assert not (tmp_path / "site" / "i").exists()


def test_a_wish_is_kept_where_nothing_else_is_stored(tmp_path: Path) -> None:
    """The only artist opts out and is taken out of the list, and the one entered in their place cannot be read that
    night: what is public goes all the same."""
    ben = Person(did="did:plc:benfixture2222222222test", handle="ben.example.com", host="pds2.example.com")
    with FakeBluesky(aoi := Person(), ben) as bluesky:
        aoi.post(1, NOW - timedelta(days=1), embed=bluesky.images(11, 12))
        listed = "site:\n  contact: me@example.org\naccounts:\n  - bluesky: aoi.example.com\n    consent: granted\n"
        gallery = Gallery(tmp_path, listed, environment(bluesky.routes()))
        gallery.build()
        (tmp_path / "optouts.yaml").write_text("- account: bluesky:aoi.example.com\n")
        gallery.write(listed.replace("aoi.", "ben."))
        ben.error = "InternalServerError"
        gallery.build(code=4)
        assert not (tmp_path / "site" / "i").exists()


def test_no_secret_reaches_any_file(networks) -> None:
    """Keys from the environment are in no page, no report and no file of the store."""
    gallery, *_ = networks
    gallery.build()
    for path in gallery.root.rglob("*"):
        if path.is_file():
            body = path.read_bytes()
            assert not [name for name, value in KEYS.items() if value.encode() in body], path
