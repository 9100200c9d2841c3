"""People's wishes: deletions, protections, opt-outs, and that an outage is none of these."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from servers.base import Response, refusing_port, status, times
from toy_server import ARTIST, NIGHT, Nights, picture, toy_nights

from gallery.domain import (
    Account,
    LookAlike,
    Media,
    OptOuts,
    Picture,
    Post,
    Profile,
    Rendition,
    RenditionSet,
    post_name,
)
from gallery.errors import AccountState
from gallery.inspection import facts_of
from gallery.store import Store
from gallery.wishes import account_gone, apply_optouts, purge, withdrawn

AOI = "aoi.example"
SORA = "sora.example"


@pytest.fixture
def nights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nights]:
    with toy_nights(tmp_path, monkeypatch) as made:
        yield made


def _names(*numbers: int) -> list[str]:
    return sorted(f"{AOI}/{number}" for number in numbers)


def _pictures_asked(nights: Nights) -> list[str]:
    return [path for path in nights.asked_paths() if path.endswith(".jpg")]


# --- deletions -------------------------------------------------------------------------------------------------------


def test_a_deleted_post_goes_with_files_and_copies(nights: Nights) -> None:
    """A post that the network calls gone leaves the store, its bytes and its copies the disk, and never comes back; no
    answer is kept that may hold its words."""
    nights.world.artist(AOI, posts=5)
    account = nights.account(AOI)
    nights.night(account)
    doomed = next(one for one in nights.store.pictures([account]) if one.post.key == f"{AOI}/2")
    copy = nights.store.root / "renditions" / "copy-320.jpg"
    copy.write_bytes(b"x")
    made = RenditionSet(doomed.sha256, 96, 64, (Rendition("i/copy-320.jpg", 96, 64, "jpeg", 1),), 0)
    nights.store.save_renditions("recipe", [made])
    nights.store.save_validator(f"https://{AOI}/list", '"etag"', "", b"her words")

    nights.world.gone = {f"{AOI}/2"}
    report = nights.one(account)
    assert (report.removed, nights.shown(account)) == (1, _names(0, 1, 3, 4))
    assert not nights.store.path_of(doomed.sha256).exists()
    assert not copy.exists()
    assert nights.store.validator(f"https://{AOI}/list") is None
    assert withdrawn(nights.store) == {account.key: 1}

    nights.world.gone = set()
    nights.store.move_cursor(account.key, {})  # even when the whole listing is read again
    report = nights.one(account)
    assert report.notices["removed-before"] == 1
    assert nights.shown(account) == _names(0, 1, 3, 4)
    assert _pictures_asked(nights) == []


def test_pictures_that_an_edit_takes_out_are_withdrawn(nights: Nights) -> None:
    """What artists take out of their posts by editing is counted, so that the site without it is published; a post that
    comes without pictures and without having been edited is nobody's word, and its pictures are missed."""
    nights.world.artist(AOI, posts=3, pictures=4)
    account = nights.account(AOI)
    nights.night(account)
    nights.store.move_cursor(account.key, {})
    edited, cut_short, _ = nights.world.posts[AOI]
    edited["version"], edited["media"] = "2", edited["media"][:1]
    cut_short["media"] = []
    nights.night(account)
    assert len(nights.store.pictures([account])) == 5
    assert withdrawn(nights.store) == {account.key: 3}


def test_bytes_that_another_post_shows_stay(nights: Nights) -> None:
    """Removing one of two posts with the same bytes keeps the file for the other."""
    for handle in (AOI, SORA):
        nights.world.artist(handle, posts=4)
    nights.world.files["/0-0.jpg"] = Response(200, picture(7), {"content-type": "image/jpeg"})
    accounts = [nights.account(AOI), nights.account(SORA)]
    nights.night(*accounts)
    nights.world.gone = {f"{AOI}/0"}
    nights.night(*accounts)
    (left,) = [one for one in nights.store.pictures(accounts) if one.post.key == f"{SORA}/0"]
    assert nights.store.path_of(left.sha256).exists()


def test_an_uncertain_word_has_to_be_heard_twice(nights: Nights) -> None:
    """A post that looks gone is removed when a second run says so too, and not when it was there again in between."""
    nights.world.artist(AOI, posts=5)
    account = nights.account(AOI)
    nights.night(account)
    nights.world.maybe = {f"{AOI}/1"}
    assert nights.one(account).removed == 0
    nights.world.maybe = set()
    nights.night(account)
    nights.world.maybe = {f"{AOI}/1"}
    assert nights.one(account).removed == 0
    assert nights.one(account).removed == 1
    assert nights.shown(account) == _names(0, 2, 3, 4)


def test_many_at_once_wait_for_a_second_word(nights: Nights) -> None:
    """If more than 30 % of an account would vanish in one run, they stay until a second run hears the same."""
    nights.world.artist(AOI, posts=10)
    account = nights.account(AOI)
    nights.night(account)
    nights.world.gone = {f"{AOI}/{number}" for number in range(4)}
    report = nights.one(account)
    assert (report.removed, len(nights.shown(account))) == (0, 10)
    assert "4 posts" in report.remarks[0]
    report = nights.one(account)
    assert (report.removed, len(nights.shown(account))) == (4, 6)


def test_running_again_at_once_is_no_second_word(nights: Nights) -> None:
    """However often the command is run during one hiccup of a network, nothing that waits for a second word goes; it
    goes half a day later."""
    nights.world.artist(AOI, posts=10)
    nights.world.artist(SORA, posts=3)
    nights.world.artist("ben.example", posts=3)
    many, doubtful, missing = (nights.account(handle) for handle in (AOI, SORA, "ben.example"))
    nights.night(many, doubtful, missing)
    nights.world.gone = {f"{AOI}/{number}" for number in range(9)}
    nights.world.maybe = {f"{SORA}/1"}
    nights.world.state["ben.example"] = "missing"
    evening = nights.now
    for minutes in (0, 2, 60, 11 * 60):
        nights.now = evening + timedelta(minutes=minutes)
        nights.night(many, doubtful, missing)
        assert [len(nights.shown(one)) for one in (many, doubtful, missing)] == [10, 3, 3]
    nights.now = evening + timedelta(hours=13)
    nights.night(many, doubtful, missing)
    assert [len(nights.shown(one)) for one in (many, doubtful, missing)] == [1, 2, 0]


def test_a_slip_of_the_network_is_forgiven(nights: Nights) -> None:
    """When the second run finds the posts again, nothing was lost and the next slip counts as a first."""
    nights.world.artist(AOI, posts=10)
    account = nights.account(AOI)
    nights.night(account)
    for _ in range(2):
        nights.world.gone = {f"{AOI}/{number}" for number in range(9)}
        assert nights.one(account).removed == 0
        nights.world.gone = set()
        assert nights.one(account).removed == 0
    assert len(nights.shown(account)) == 10


def test_thirty_percent_go_at_once(nights: Nights) -> None:
    """Up to 30 % of an account go in the very run that hears of it."""
    nights.world.artist(AOI, posts=10)
    account = nights.account(AOI)
    nights.night(account)
    nights.world.gone = {f"{AOI}/{number}" for number in range(3)}
    assert nights.one(account).removed == 3


def test_an_outage_is_not_a_deletion(nights: Nights) -> None:
    """However long a server is down, or answers errors, not one picture goes."""
    nights.world.artist(AOI, posts=4)
    account = nights.account(AOI)
    nights.night(account)
    down = nights.web({f"https://{AOI}": f"http://127.0.0.1:{refusing_port()}"})
    assert nights.one(account, web=down).problem
    for path in ("/list", "/gone"):
        nights.server.fail_next(times(4, status(503)), path=path)
        assert "503" in nights.one(account).problem
    assert nights.shown(account) == _names(0, 1, 2, 3)


def test_what_was_heard_before_a_failure_counts(nights: Nights) -> None:
    """Posts that could not be asked about stay unconfirmed when the sweep breaks off."""
    nights.world.artist(AOI, posts=3)
    account = nights.account(AOI)
    nights.night(account)
    before = {post.key: post.confirmed_at for post in nights.store.posts(account.key)}
    nights.server.fail_next(times(4, status(503)), path="/gone")
    nights.night(account)
    assert {post.key: post.confirmed_at for post in nights.store.posts(account.key)} == before


# --- accounts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["suspended", "protected", "deactivated", "sign-in-required"])
def test_closed_accounts_go_at_once_and_may_return(nights: Nights, state: str) -> None:
    """An account that is no longer public goes whole at the next run, however large, and its posts may return only
    when the network shows it again."""
    nights.world.artist(AOI, posts=10)
    account = nights.account(AOI)
    nights.night(account)
    nights.world.state[AOI] = state
    report = nights.one(account)
    assert (report.removed, nights.shown(account)) == (10, [])
    assert state in report.problem
    assert nights.store.files() == []
    assert list((nights.store.root / "files").glob("*/*")) == []
    assert nights.store.is_removed("toy", f"{AOI}/3")
    assert nights.one(account).removed == 0
    del nights.world.state[AOI]
    report = nights.one(account)
    assert (report.new, report.problem, len(nights.shown(account))) == (10, "", 10)


def test_a_closed_account_that_was_taken_out_comes_back_whole(nights: Nights) -> None:
    """Protected, taken out of accounts.yaml, cleared by ``gallery gc``, public again and entered anew: all is there."""
    nights.world.artist(AOI, posts=3)
    account = nights.account(AOI)
    nights.night(account)
    nights.world.state[AOI] = "protected"
    nights.night(account)
    nights.store.gc(keep_accounts=[], keep_recipes=[], keep_models=[])
    del nights.world.state[AOI]
    assert nights.one(account).new == 3


def test_a_run_killed_while_it_removes_a_closed_account_loses_nothing(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The posts are gone, their bytes not yet, when the process dies; the account is open again the next night."""
    nights.world.artist(AOI, posts=3)
    account = nights.account(AOI)
    nights.night(account)

    def killed(store: Store) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(Store, "drop_unused_files", killed)
        with pytest.raises(KeyboardInterrupt):
            account_gone(nights.store, account, AccountState.SUSPENDED, nights.now)
    assert nights.shown(account) == []
    nights.world.artist(AOI, posts=1, first=3)
    nights.night(account)
    assert len(nights.shown(account)) == 4


def test_an_account_found_closed_in_the_sweep_stays_away(nights: Nights) -> None:
    """When the listing looks well but the question about single posts says "suspended", nothing comes back from night
    to night, and no picture is downloaded again."""
    nights.world.artist(AOI, posts=5)
    account = nights.account(AOI)
    nights.night(account)
    nights.world.sweep_state[AOI] = "suspended"
    for _ in range(3):
        report = nights.one(account)
        assert "suspended" in report.problem
        assert (nights.shown(account), _pictures_asked(nights)) == ([], [])
    nights.world.sweep_state.clear()
    assert nights.one(account).new == 5


def test_a_missing_account_has_to_be_missed_twice(nights: Nights) -> None:
    """A name that is not found keeps its pictures for one run and loses them in the second."""
    nights.world.artist(AOI, posts=4)
    account = nights.account(AOI)
    nights.night(account)
    nights.world.state[AOI] = "missing"
    report = nights.one(account)
    assert (report.removed, len(nights.shown(account))) == (0, 4)
    assert report.notices == {"held-removals": 1}
    report = nights.one(account)
    assert (report.removed, nights.shown(account)) == (4, [])


def test_missing_once_then_found_starts_anew(nights: Nights) -> None:
    """Two slips with a good run between them remove nothing."""
    nights.world.artist(AOI, posts=4)
    account = nights.account(AOI)
    for state in ("", "missing", "", "missing"):
        nights.world.state = {AOI: state} if state else {}
        nights.night(account)
    assert len(nights.shown(account)) == 4


def test_moved_accounts_are_pointed_out(nights: Nights) -> None:
    """An account that has moved keeps its pictures, and the report says where it went."""
    nights.world.artist(AOI, posts=1)
    account = nights.account(AOI)
    nights.world.profile[AOI] = {"state": "moved"}
    report = nights.one(account)
    assert report.notices == {"moved": 1}
    assert nights.shown(account) == _names(0)


# --- optouts.yaml ----------------------------------------------------------------------------------------------------


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


def test_an_account_opts_out_by_the_name_it_goes_by_now(nights: Nights) -> None:
    """The name under which the site shows an account is enough to opt out, whatever the account is listed as."""
    nights.world.artist(AOI, posts=5)
    account = nights.account(AOI)
    nights.world.profile[AOI] = {"id": "did:plc:aoi", "handle": "Aoi.art"}
    nights.night(account)
    nights.night(account, optouts=OptOuts(accounts=frozenset({"toy:aoi.art"})))
    assert (nights.shown(account), nights.asked_paths(), nights.store.files()) == ([], [], [])


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
    assert nights.night(sora, optouts=OptOuts(accounts=frozenset({aoi.key}))).opted_out == 3
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
    assert nights.night(account, optouts=more).opted_out == 1
    assert nights.shown(account) == _names(0, 3)


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


def test_plain_pictures_do_not_take_others_with_them() -> None:
    """Opting out a nearly plain picture hides its bytes only: all plain pictures look alike."""
    plain = OptOuts(sha256s=frozenset({"b" * 64})).with_looks({"b" * 64: "0000000000000001"})
    assert not plain.covers_bytes("c" * 64, "0000000000000000")
    assert plain.covers_bytes("b" * 64, "0000000000000000")


# --- purge -----------------------------------------------------------------------------------------------------------


def test_purge_deletes_all_that_came_from_a_network(nights: Nights) -> None:
    """Everything of one network goes, files and tombstones too; other networks keep theirs."""
    nights.world.artist(AOI, posts=3)
    nights.world.artist(SORA, posts=2)
    toy, paid = nights.account(AOI), nights.account(SORA, "paidtoy")
    nights.night(toy, paid)
    nights.world.gone = {f"{AOI}/0"}
    nights.night(toy, paid, max_removed_share=1.0)
    assert purge(nights.store, "toy") == 2
    assert nights.store.account_keys() == [paid.key]
    assert len(nights.store.files()) == len(list((nights.store.root / "files").glob("*/*"))) == 2
    assert not nights.store.is_removed("toy", f"{AOI}/0")
