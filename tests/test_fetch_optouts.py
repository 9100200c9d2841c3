"""Opting out, by account, name, post, bytes and look: what goes, what stays away, and what may come back."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from gallery.domain import Account, Media, Picture, Post, Profile
from gallery.inspection import facts_of
from gallery.optout_rules import LookAlike, OptOuts
from gallery.post_names import post_name
from gallery.store import Store
from gallery.wishes import apply_optouts, named_no_more, unmet, with_former_names, withdraw_post, withdrawn
from tests.servers.base import Response
from tests.store_kit import give_avatar, give_bytes
from tests.store_kit import post as any_post
from tests.toy_server import AOI, ARTIST, NIGHT, SORA, Nights, picture


def _pictures_asked(nights: Nights) -> list[str]:
    return [path for path in nights.asked_paths() if path.endswith(".jpg")]


def _names(*numbers: int) -> list[str]:
    return sorted(f"{AOI}/{number}" for number in numbers)


def test_an_account_that_opts_out_is_asked_nothing(nights: Nights) -> None:
    """An opted-out account's pictures are deleted at the next run and its server is not asked at all."""
    nights.world.artist(AOI, posts=5)
    account = nights.account(AOI)
    nights.world.profile[AOI] = {"id": "did:plc:aoi"}
    nights.night(account)
    for name in (AOI, "did:plc:aoi"):
        optouts = OptOuts(accounts=frozenset({f"toy:{name}"}))
        nights.night(account, optouts=optouts)
        assert (nights.shown(account), nights.asked_paths(), nights.store.files()) == ([], [], [])
        assert nights.one(account).new == 5  # the wish was withdrawn


def test_however_many_opt_out_the_store_is_looked_through_once(tmp_path: Path) -> None:
    """What a hundred wishes took is counted, and its files are found, for all of them together: each look at a large
    store takes a while."""
    looks = []

    class Watched(Store):
        def shown_counts(self) -> dict[str, int]:
            looks.append("counted")
            return super().shown_counts()

        def drop_unused_files(self) -> None:
            looks.append("files")
            super().drop_unused_files()

    accounts = [Account("toy", f"a{number}", ARTIST) for number in range(100)]
    with Watched(tmp_path) as store:
        for account in accounts:
            store.add_post(account.key, any_post(account.handle, "drawing"), NIGHT)
            give_bytes(store, account, account.handle.encode())
            give_avatar(store, account, b"face")
        gone = OptOuts(accounts=frozenset(account.key for account in accounts))
        assert apply_optouts(store, accounts, gone, NIGHT)[1] == 100
        assert sorted(looks) == ["counted", "counted", "files", "files"]  # before and after; the faces, and the rest
        assert not store.files()


def test_an_account_opts_out_by_the_name_it_goes_by_now(nights: Nights) -> None:
    """The name under which the site shows an account is enough to opt out, whatever the account is listed as; of its
    profile stays what it is known again by."""
    nights.world.artist(AOI, posts=5)
    account = nights.account(AOI)
    nights.world.profile[AOI] = {"id": "did:plc:aoi", "handle": "Aoi.art"}
    nights.night(account)
    nights.night(account, optouts=OptOuts(accounts=frozenset({"toy:aoi.art"})))
    assert (nights.shown(account), nights.asked_paths(), nights.store.files()) == ([], [], [])
    assert nights.store.account(account.key).profile == Profile("did:plc:aoi", "Aoi.art", "", "")


def test_an_opt_out_is_missed_when_no_name_of_its_account_stands_there(nights: Nights) -> None:
    """The name it once had, also when nothing else of the account is known any more, and its id are the same wish."""
    nights.world.artist(AOI, posts=1)
    account = nights.account(AOI)
    nights.world.profile[AOI] = {"id": "did:plc:aoi", "handle": "aoi.art"}
    nights.night(account)
    nights.night(account, optouts=OptOuts(accounts=frozenset({"toy:aoi.art"})))
    for _ in range(2):
        for name in ("toy:aoi.art", "toy:did:plc:aoi"):
            assert named_no_more(nights.store, OptOuts(accounts=frozenset({name}))) == ()
        (missed,) = named_no_more(nights.store, OptOuts())
        assert missed.startswith("optouts.yaml: toy:aoi.art does not stand there any more")
        nights.store.gc(keep_accounts=(), keep_recipes=(), keep_models=())


def test_a_name_that_is_learned_with_the_wish_counts_at_once(nights: Nights) -> None:
    """An account that was renamed since the last run, and opts out by its new name, leaves the site in the run that
    learns the name."""
    nights.world.artist(AOI, posts=5)
    account = nights.account(AOI)
    nights.night(account)
    nights.world.profile[AOI] = {"handle": "aoi.art"}
    optouts = OptOuts(accounts=frozenset({"toy:aoi.art"}))
    report = nights.one(account, optouts=optouts)
    assert "opted out as aoi.art" in report.problem
    assert report.answered
    assert nights.asked_paths() == ["/list"]
    assert apply_optouts(nights.store, [account], optouts, nights.now)[1] == 5  # as every build does before it begins
    assert nights.shown(account) == []


def test_an_account_that_is_listed_no_more_opts_out_too(nights: Nights) -> None:
    """An account entered in optouts.yaml and taken out of the list in the same edit leaves nothing in the store."""
    nights.world.artist(AOI, posts=3)
    nights.world.artist(SORA, posts=2)
    aoi, sora = nights.account(AOI), nights.account(SORA)
    nights.night(aoi, sora)
    night = nights.night(sora, optouts=OptOuts(accounts=frozenset({aoi.key})))
    assert "3 stored posts and pictures deleted: somebody has opted out" in night.notes
    assert nights.store.posts(aoi.key) == []
    assert len(list((nights.store.root / "files").glob("*/*"))) == 2
    assert nights.night(aoi, sora).accounts[0].new == 3  # listed again, and the wish withdrawn


def test_an_opt_out_by_name_outlasts_a_rename(nights: Nights) -> None:
    """Opted out by name and renamed; accounts.yaml follows and ``gallery gc`` forgets the old entry: nothing comes back
    for as long as the opt-out stands, and the report asks to take the entry out."""
    optouts = OptOuts(accounts=frozenset({f"toy:{AOI}"}))
    for handle in (AOI, "aoi.new"):
        nights.world.artist(handle, posts=3)
        nights.world.profile[handle] = {"id": "did:plc:aoi", "handle": handle}
    nights.night(nights.account(AOI))
    nights.night(nights.account(AOI), optouts=optouts)
    nights.store.gc(keep_accounts=[], keep_recipes=[], keep_models=[])
    renamed = nights.account("aoi.new")
    for _ in range(2):
        report = nights.one(renamed, optouts=optouts)
        assert nights.shown(renamed) == []
        assert "opted out" in f"{report.problem} {report.remarks}"
        known = with_former_names(nights.store, optouts)
        assert known.covers_account(renamed.key, nights.store.account(renamed.key).profile)
    nights.night(renamed)
    assert len(nights.shown(renamed)) == 3


def test_another_name_in_the_same_entry_means_nobody_else(nights: Nights) -> None:
    """Whom an opt-out meant is forgotten with it: a slip that was put right hides nobody."""
    nights.world.artist(AOI, posts=3)
    nights.world.profile[AOI] = {"id": "did:plc:aoi"}
    account = nights.account(AOI)
    nights.night(account)
    nights.night(account, optouts=OptOuts(accounts=frozenset({f"toy:{AOI}"})))
    nights.night(account, optouts=OptOuts(accounts=frozenset({f"toy:{SORA}"})))
    assert len(nights.shown(account)) == 3


@pytest.mark.parametrize("hidden_by", ["closed", "opted out"])
@pytest.mark.parametrize("spelling", ["did.plc.aoi", "aoi.new"])
def test_an_artist_comes_back_whole_under_another_spelling(nights: Nights, hidden_by: str, spelling: str) -> None:
    """An account that went while listed by its handle returns, with its old posts, listed by its id or a new handle,
    also where ``gallery gc`` has forgotten the old entry."""
    nights.world.artist(AOI, posts=3)
    for post in nights.world.posts[AOI]:
        post["media"][0]["url"] = f"https://media.example/{post['media'][0]['key']}.jpg"
    nights.world.posts[spelling] = nights.world.posts[AOI]
    for handle in (AOI, spelling):
        nights.world.profile[handle] = {"id": "did.plc.aoi"}
    by_handle, by_id = nights.account(AOI), nights.account(spelling)
    nights.night(by_handle)
    if hidden_by == "closed":
        nights.world.state[AOI] = "protected"
        nights.night(by_handle)
    else:
        nights.night(by_handle, optouts=OptOuts(accounts=frozenset({by_handle.key})))
    assert nights.shown(by_handle) == []
    nights.store.gc(keep_accounts=[], keep_recipes=[], keep_models=[])
    for _ in range(3):
        nights.night(by_id)
    assert nights.shown(by_id) == _names(0, 1, 2)


def test_what_returns_is_read_again_from_its_beginning(nights: Nights) -> None:
    """Closed while it was listed by another spelling, an account is found open with a cursor of its own: the run that
    finds it so does not reach the old posts, and the next one does."""
    nights.world.artist(AOI, posts=3)
    for post in nights.world.posts[AOI]:
        post["media"][0]["url"] = f"https://media.example/{post['media'][0]['key']}.jpg"
    nights.world.posts["aoi.new"] = nights.world.posts[AOI]
    for handle in (AOI, "aoi.new"):
        nights.world.profile[handle] = {"id": "did.plc.aoi"}
    old, new = nights.account(AOI), nights.account("aoi.new")
    nights.night(old)
    nights.night(new)
    nights.world.state["aoi.new"] = "protected"
    nights.night(new)
    assert nights.shown(old, new) == []
    nights.world.artist(AOI, posts=1, first=3)
    for _ in range(2):
        nights.night(old)
    assert nights.shown(old) == _names(0, 1, 2, 3)


def test_a_post_that_opts_out_is_not_fetched(nights: Nights) -> None:
    """An opted-out post is removed if it is stored and not fetched if it is not, and the others are untouched."""
    nights.world.artist(AOI, posts=4)
    account = nights.account(AOI)
    optouts = OptOuts(posts=frozenset({post_name(f"https://{AOI}/posts/{AOI}/1")}))
    report = nights.one(account, optouts=optouts)
    assert (nights.shown(account), report.notices) == (_names(0, 2, 3), {"opted out": 1})
    assert "/1-0.jpg" not in nights.asked_paths()
    more = OptOuts(posts=frozenset({*optouts.posts, post_name(f"https://{AOI}/posts/{AOI}/2")}))
    assert "1 stored post or picture deleted: somebody has opted out" in nights.night(account, optouts=more).notes
    assert nights.shown(account) == _names(0, 3)


def test_a_post_whose_address_changed_is_opted_out_by_the_new_one(nights: Nights) -> None:
    """The address that a post shows now is enough: what is stored under its old address goes in the run that learns the
    new one, however much of the account that is, and its network is not asked about it once more."""
    nights.world.artist(AOI, posts=2)
    account = nights.account(AOI)
    nights.night(account)
    (doomed,) = [one for one in nights.store.pictures([account]) if one.post.key == f"{AOI}/1"]
    nights.store.move_cursor(account.key, {})
    nights.world.posts[AOI][1]["permalink"] = f"https://{AOI}/edited/7"
    wish = OptOuts(posts=frozenset({post_name(f"https://{AOI}/edited/7")}))
    nights.world.artist(AOI, posts=1, first=2)
    report = nights.one(account, optouts=wish)
    assert (report.removed, report.notices, nights.shown(account)) == (1, {"opted out": 1}, _names(0, 2))
    assert not nights.store.path_of(doomed.sha256).exists()
    assert withdrawn(nights.store) == {account.key: 1}
    assert [one.query["keys"] for one in nights.server.requests if one.path == "/gone"] == []


@pytest.mark.parametrize("fetched_before", [True, False])
def test_a_lost_line_brings_no_opted_out_post(nights: Nights, fetched_before: bool) -> None:
    """An opted-out post stays away when its line leaves the file, whether it was ever stored or not."""
    nights.world.artist(AOI, posts=3)
    account = nights.account(AOI)
    wish = OptOuts(posts=frozenset({post_name(f"https://{AOI}/posts/{AOI}/1")}))
    if fetched_before:
        nights.night(account)
    nights.night(account, optouts=wish)
    nights.store.move_cursor(account.key, {})
    report = nights.one(account)
    assert (report.notices, nights.shown(account)) == ({"removed-before": 1}, _names(0, 2))


def test_opted_out_bytes_and_what_looks_like_them_go(nights: Nights) -> None:
    """An opted-out picture goes wherever it is posted, re-encoded copies too, now and later."""
    for handle in (AOI, SORA):
        nights.world.artist(handle, posts=2)
    jpeg, png, small = picture(5, (960, 640)), picture(5, (960, 640), "PNG"), picture(5, (320, 213))
    nights.world.files["/0-0.jpg"] = Response(200, jpeg, {"content-type": "image/jpeg"})
    aoi, sora = nights.account(AOI), nights.account(SORA)
    nights.night(aoi)
    (doomed,) = [one for one in nights.store.pictures([aoi]) if one.post.key == f"{AOI}/0"]
    optouts = OptOuts(sha256s=frozenset({doomed.sha256}))

    nights.world.files["/0-0.jpg"] = Response(200, png, {"content-type": "image/png"})
    first, second = nights.night(aoi, sora, optouts=optouts).accounts
    assert nights.shown(aoi, sora) == sorted([f"{AOI}/1", f"{SORA}/1"])
    assert second.notices == {"opted out": 1}
    assert not nights.store.path_of(doomed.sha256).exists()

    nights.world.artist(SORA, posts=1, first=2)
    nights.world.files["/2-0.jpg"] = Response(200, small, {"content-type": "image/jpeg"})
    nights.night(aoi, sora, optouts=optouts)
    assert len(nights.store.files()) == 2
    nights.night(aoi, sora, optouts=optouts)
    assert _pictures_asked(nights) == []

    assert (first.failed, second.failed) == (0, 0)


def test_a_picture_that_opted_out_before_it_ever_came_keeps_its_look_alikes_away(nights: Nights) -> None:
    """Its bytes are never stored, but how they look is remembered: a re-encoded copy elsewhere is not shown."""
    for handle in (AOI, SORA):
        nights.world.artist(handle, posts=2)
    jpeg, png = picture(5, (960, 640)), picture(5, (960, 640), "PNG")
    optouts = OptOuts(sha256s=frozenset({hashlib.sha256(jpeg).hexdigest()}))
    nights.world.files["/0-0.jpg"] = Response(200, jpeg, {"content-type": "image/jpeg"})
    aoi, sora = nights.account(AOI), nights.account(SORA)
    nights.night(aoi, optouts=optouts)
    nights.world.files["/0-0.jpg"] = Response(200, png, {"content-type": "image/png"})
    nights.night(aoi, sora, optouts=optouts)
    assert nights.shown(aoi, sora) == sorted([f"{AOI}/1", f"{SORA}/1"])


def test_a_post_named_beside_its_account_outlasts_both_entries(nights: Nights) -> None:
    """When both lines are lost the account comes back, and the post that was named does not: the account had one word
    for all of its posts, the post one of its own."""
    nights.world.artist(AOI, posts=3)
    aoi = nights.account(AOI)
    nights.night(aoi)
    post = frozenset({post_name(f"https://{AOI}/posts/{AOI}/0")})
    for _ in range(2):
        nights.night(aoi, optouts=OptOuts(accounts=frozenset({aoi.key}), posts=post))
    for _ in range(2):
        nights.night(aoi)
    assert nights.shown(aoi) == [f"{AOI}/1", f"{AOI}/2"]


def test_an_opt_out_outlasts_another_reason_to_be_away(nights: Nights) -> None:
    """A post that is away for a reason that may pass stays away for good when somebody opts out of it."""
    nights.world.artist(AOI, posts=3)
    aoi = nights.account(AOI)
    nights.night(aoi)
    nights.store.remove_posts(aoi.key, [f"{AOI}/0"], "for another reason", NIGHT)
    for _ in range(2):
        assert withdraw_post(nights.store, aoi, f"{AOI}/0", NIGHT) == 0
    assert nights.store.why_removed("toy", f"{AOI}/0") == "opted out"


def test_what_an_older_gallery_kept_away_is_not_called_unmet(nights: Nights) -> None:
    """It left a tombstone and no note of the entry that it heard; a post without one was never here."""
    aoi = nights.account(AOI)
    nights.store.remove_posts(aoi.key, [f"{AOI}/0"], "opted out", NIGHT)
    names = [post_name(f"https://{AOI}/posts/{AOI}/{number}") for number in (0, 1)]
    assert unmet(nights.store, OptOuts(posts=frozenset(names))) == names[1:]


def test_who_was_met_by_a_former_name_is_not_called_unmet(nights: Nights) -> None:
    """An opt-out by the name that an account had is known to mean it when the account is called otherwise."""
    nights.world.artist(AOI, posts=1)
    account = nights.account(AOI)
    nights.world.profile[AOI] = {"id": "did:plc:aoi", "handle": "Aoi.art"}
    nights.night(account)
    optouts = OptOuts(accounts=frozenset({"toy:aoi.art", "toy:sora.art"}))
    nights.night(account, optouts=optouts)
    assert unmet(nights.store, optouts) == ["toy:sora.art"]


def test_opt_outs_win_in_curation_too(tmp_path: Path) -> None:
    """A stored picture is hidden by account, id, present name, post, bytes and look, for a reason all may read."""
    path = tmp_path / "one.jpg"
    path.write_bytes(picture(5))
    dhash = facts_of(path).dhash
    near = f"{int(dhash, 16) ^ 0b101:016x}"
    post = Post("k", "https://x.com/aoi/status/12", NIGHT, (Media("m", ""),))
    account = Account("toy", AOI, ARTIST)
    shown = Picture("a" * 64, account, post, post.media[0], 0, 9, 8, Profile("did:plc:aoi", "Aoi.art", "", ""))
    wishes = [
        OptOuts(accounts=frozenset({f"toy:{AOI}"})),
        OptOuts(accounts=frozenset({"toy:did:plc:aoi"})),
        OptOuts(accounts=frozenset({"toy:aoi.art"})),
        OptOuts(posts=frozenset({post_name("https://twitter.com/new_name/status/12?s=20")})),
        OptOuts(sha256s=frozenset({"a" * 64})),
        OptOuts(look_alikes=frozenset({LookAlike(near)})),
        OptOuts(sha256s=frozenset({"b" * 64})).with_looks({"b" * 64: near}),
    ]
    assert [one.reason(shown, dhash) for one in wishes] == ["opted out"] * 7
    others = [OptOuts(), OptOuts(look_alikes=frozenset({LookAlike(near, 1)})), OptOuts(sha256s=frozenset({"b" * 64}))]
    assert [one.reason(shown, dhash) for one in others] == [None] * 3


def test_a_saved_picture_of_an_opted_out_account_is_hidden() -> None:
    """A build that fetches nothing shows no stored picture whose author opted out since."""
    saved = Post("art/twitter:1", "", NIGHT, (Media("m", "file:///art/1.png"),), authors=("x:11", "x:sora"))
    shown = Picture("0" * 64, Account("folder", "art", ARTIST), saved, saved.media[0], 0, 40, 30)
    assert [OptOuts(accounts=frozenset({name})).reason(shown, "0") for name in ("x:sora", "x:11", "x:1")] == [
        "opted out",
        "opted out",
        None,
    ]


def test_plain_pictures_do_not_take_others_with_them() -> None:
    """Opting out a nearly plain picture hides its bytes only, also once its entry is lost: all plain pictures look
    alike."""
    named, look = OptOuts(sha256s=frozenset({"b" * 64})), "0000000000000001"
    for plain in (named.with_looks({"b" * 64: look}), OptOuts().with_refused({LookAlike(look, of="b" * 64)})):
        assert not plain.refusals("c" * 64, "0000000000000000")
        assert plain.refusals("b" * 64, "0000000000000000")
