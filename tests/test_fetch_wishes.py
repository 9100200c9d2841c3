"""What networks say of posts and accounts that go: deletions, protections, and that an outage is neither."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gallery.commands.status import status_lines
from gallery.config import load_config
from gallery.domain import AccountState, Rendition, RenditionSet
from gallery.optout_rules import OptOuts
from gallery.store import Store
from gallery.wishes import account_gone, purge, withdrawn
from tests.servers.base import Response, refusing_port, status, times
from tests.toy_server import AOI, SORA, Nights, picture


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
    copies = [Rendition(f"i/{name}.jpg", 96, 64, "jpeg", 1) for name in ("copy-320", "veil")]
    files = [nights.store.root / "renditions" / Path(one.path).name for one in copies]
    for file in files:
        file.write_bytes(b"x")
    made = RenditionSet(doomed.sha256, 96, 64, (copies[0],), 0, copies[1])
    nights.store.save_renditions("recipe", [made])
    nights.store.save_validator(f"https://{AOI}/list", '"etag"', "", b"her words")

    nights.world.gone = {f"{AOI}/2"}
    report = nights.one(account)
    assert (report.removed, nights.shown(account)) == (1, _names(0, 1, 3, 4))
    assert not nights.store.path_of(doomed.sha256).exists()
    assert not any(file.exists() for file in files)
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
    assert len(nights.store.pictures([account])) == len(nights.store.files()) == 5
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


@pytest.mark.parametrize(("posts", "deleted", "left"), [(1, 1, 0), (2, 1, 1), (3, 3, 0), (4, 4, 4)])
def test_a_few_go_at_once_however_few_there_are(nights: Nights, posts: int, deleted: int, left: int) -> None:
    """Up to three posts go in the very run that hears of it, whatever part of it they are; four of four wait."""
    nights.world.artist(AOI, posts=posts)
    account = nights.account(AOI)
    nights.night(account)
    nights.world.gone = {f"{AOI}/{number}" for number in range(deleted)}
    nights.night(account)
    assert len(nights.shown(account)) == left


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


@pytest.mark.parametrize("known", [True, False])
def test_a_name_that_was_never_found_is_a_failure_every_night(nights: Nights, known: bool) -> None:
    """Once an account that was here is gone for good, its network has answered and the run has done what there was to
    do; a name that nobody ever had here is a slip that somebody has to see."""
    nights.world.artist(AOI, posts=1)
    account = nights.account(AOI)
    if known:
        nights.night(account)
    nights.world.state[AOI] = "missing"
    assert [nights.one(account).answered for _ in range(3)] == [False, known, known]


def test_missing_once_then_found_starts_anew(nights: Nights) -> None:
    """Two slips with a good run between them remove nothing."""
    nights.world.artist(AOI, posts=4)
    account = nights.account(AOI)
    for state in ("", "missing", "", "missing"):
        nights.world.state = {AOI: state} if state else {}
        nights.night(account)
    assert len(nights.shown(account)) == 4


def test_moved_accounts_are_pointed_out(nights: Nights, tmp_path: Path) -> None:
    """An account that has moved keeps its pictures; the first report says where it went, from then on the status."""
    nights.world.artist(AOI, posts=1)
    account = nights.account(AOI)
    nights.world.profile[AOI] = {"state": "moved"}
    assert [nights.one(account).notices for _ in range(2)] == [{"moved": 1}, {}]
    assert nights.shown(account) == _names(0)
    (tmp_path / "accounts.yaml").write_text(f"site:\n  contact: me@example.org\naccounts:\n  - toy: {AOI}\n")
    status = status_lines(load_config(tmp_path / "accounts.yaml"), OptOuts(), nights.store)
    assert any(f"has moved, see https://{AOI}/;" in line for line in status)


# --- purge -----------------------------------------------------------------------------------------------------------


def test_purge_deletes_all_that_came_from_a_network(nights: Nights) -> None:
    """Everything of one network goes, files, tombstones and kept answers too; other networks keep theirs."""
    nights.world.artist(AOI, posts=3)
    nights.world.artist(SORA, posts=2)
    toy, paid = nights.account(AOI), nights.account(SORA, "paidtoy")
    nights.night(toy, paid)
    nights.world.gone = {f"{AOI}/0"}
    nights.night(toy, paid, max_removed_share=1.0)
    nights.store.save_validator(f"https://{AOI}/list", '"etag"', "", b"her words")
    assert purge(nights.store, "toy", OptOuts()) == 2
    assert nights.store.validator(f"https://{AOI}/list") is None
    assert nights.store.account_keys() == [paid.key]
    assert len(nights.store.files()) == len(list((nights.store.root / "files").glob("*/*"))) == 2
    assert not nights.store.is_removed("toy", f"{AOI}/0")


@pytest.mark.parametrize(("how", "count"), [("missing", 5), ("many at once", 4)])
def test_status_tells_what_waits_for_a_second_word(nights: Nights, tmp_path: Path, how: str, count: int) -> None:
    """While posts look gone, gallery status says how many, since when, and what takes them; afterwards it does not."""
    nights.world.artist(AOI, posts=5)
    (tmp_path / "accounts.yaml").write_text(f"site:\n  contact: me@example.org\naccounts:\n  - toy: {AOI}\n")
    account = nights.account(AOI)

    def told() -> list[str]:
        lines = status_lines(load_config(tmp_path / "accounts.yaml"), OptOuts(), nights.store)
        return [line for line in lines if "look gone" in line]

    nights.night(account)
    assert told() == []
    if how == "missing":
        nights.world.state[AOI] = "missing"
    else:
        nights.world.gone = {f"{AOI}/{number}" for number in range(4)}
        nights.world.posts[AOI] = nights.world.posts[AOI][4:]
    nights.night(account)
    line = f"  {count} posts look gone since 2026-11-24 03:17 UTC, for good if the next night hears the same"
    assert told() == [line]
    nights.night(account)
    assert told() == []


def test_a_run_tells_why_posts_were_removed(nights: Nights) -> None:
    """Beside how many went from each account stands the word that the network gave for it, in that run alone."""
    for handle, posts in ((AOI, 5), (SORA, 2)):
        nights.world.artist(handle, posts)
    accounts = [nights.account(handle) for handle in (AOI, SORA)]
    nights.night(*accounts)
    nights.world.gone = {f"{AOI}/4"}
    nights.world.posts[AOI].pop()
    nights.world.state[SORA] = "suspended"
    told = [[note for note in nights.night(*accounts).notes if "removed" in note] for _ in range(2)]
    assert told == [
        [
            "2 posts of toy removed: account toy:sora.example is suspended",
            "1 post of toy removed: deleted by the artist",
        ],
        [],
    ]
