"""What goes wrong while fetching costs what it must and no more: a picture, an account, its time; rarely the run."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from gallery.domain import Account
from gallery.errors import StoreError
from gallery.fetch.context import patience
from gallery.net.manners import Limits
from gallery.sources.base import Hosts
from gallery.store import Store
from tests.servers.base import (
    Fault,
    Response,
    clock_skew,
    close_mid_body,
    drip,
    html_with_200,
    refusing_port,
    reset_mid_body,
    silence,
    stall_mid_body,
    status,
    times,
    wrong_length,
)
from tests.toy_server import AOI, NIGHT, SHORT, SORA, Nights, picture
from tests.toy_source import Toy


def test_failed_picture_is_named_and_tried_again(nights: Nights) -> None:
    """A picture that answers 404 costs itself only, is named with its cause, and arrives when it is back."""
    nights.world.artist(AOI, posts=3)
    nights.world.files["/1-0.jpg"] = Response(404)
    report = nights.one(nights.account(AOI))
    assert (report.new, report.failed, report.problem) == (2, 1, "")
    assert report.details == ("aoi.example/1: https://img.aoi.example/1-0.jpg answered 404",)
    nights.world.files.clear()
    assert nights.one(nights.account(AOI)).new == 1


def test_a_dead_picture_is_asked_for_less_and_less(nights: Nights) -> None:
    """A picture that keeps failing is tried on fewer and fewer nights, and the report says when next."""
    nights.world.artist(AOI, posts=1)
    nights.world.files["/0-0.jpg"] = Response(404)
    asked = []
    for night in range(20):
        report = nights.one(nights.account(AOI))
        if "/0-0.jpg" in nights.asked_paths():
            asked.append(night)
    assert asked == [0, 1, 2, 4, 8, 16]
    assert report.failed == 0
    assert max(patience(failures) for failures in range(50)) == timedelta(days=30)


BROKEN = {
    "html": Response(200, b"<!doctype html>" + b" " * 99, {"content-type": "text/html"}),
    "html as jpeg": Response(200, b"<!doctype html>" + b" " * 99, {"content-type": "image/jpeg"}),
    "svg": Response(200, b"<svg xmlns='http://www.w3.org/2000/svg'/>" + b" " * 99, {"content-type": "image/svg+xml"}),
    "truncated": Response(200, picture(1, (400, 400))[:-500], {"content-type": "image/jpeg"}),
    "truncated png": Response(200, picture(1, (400, 400), "PNG")[:-20], {"content-type": "image/png"}),
    "too many bytes": Response(200, picture(1) + b"\0" * 300_000, {"content-type": "image/jpeg"}),
    "nothing": Response(200, b"", {"content-type": "image/jpeg"}),
    "redirect to this machine": Response(302, b"", {"location": "https://127.0.0.1/x.jpg"}),
    "redirect to elsewhere": Response(302, b"", {"location": "https://evil.example/x.jpg"}),
    "redirect to no address": Response(302, b"", {"location": "https://[oops/x.jpg"}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_bad_picture_costs_itself_only(nights: Nights, name: str) -> None:
    """Whatever comes in place of a picture, the others arrive, and the report names the one that did not."""
    nights.world.artist(AOI, posts=3)
    nights.world.files["/1-0.jpg"] = BROKEN[name]
    report = nights.one(nights.account(AOI))
    assert (report.new, report.failed, report.problem) == (2, 1, "")
    assert "aoi.example/1: " in report.details[0]
    assert list((nights.store.root / "tmp").iterdir()) == []


def test_a_bug_over_a_picture_costs_itself_only(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that fails in a way nobody foresaw is named as a bug; the other account is complete."""
    nights.world.artist(AOI, posts=1)
    nights.world.artist(SORA, posts=2)
    hosts_of = Toy.media_hosts

    def with_bug(source: Toy, account: Account) -> Hosts:
        if account.handle == AOI:
            raise KeyError("sesame-open")
        return hosts_of(source, account)

    monkeypatch.setattr(Toy, "media_hosts", with_bug)
    bad, good = nights.night(nights.account(AOI), nights.account(SORA)).accounts
    assert (bad.new, bad.failed, good.new, good.problem) == (0, 1, 2, "")
    assert "KeyError" in bad.details[0]
    assert "please report this" in bad.details[0]
    assert "sesame" not in bad.details[0]


def test_a_picture_without_a_readable_address_costs_itself_only(nights: Nights) -> None:
    """A source that names something that is no address loses that picture, and the others arrive."""
    nights.world.artist(AOI, posts=3)
    nights.world.posts[AOI][1]["media"][0]["url"] = "https://[oops/1.jpg"
    report = nights.one(nights.account(AOI))
    assert (report.new, report.failed, report.problem) == (2, 1, "")


def test_a_picture_that_kills_the_decoder_costs_itself_only(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the decoding process dies over one picture, that one is blamed and the others arrive."""
    import gallery.inspection as inspection

    nights.world.artist(AOI, posts=6)
    poison = picture(666)
    nights.world.files["/3-0.jpg"] = Response(200, poison, {"content-type": "image/jpeg"})
    code = (
        "import os, pathlib, sys\nimport gallery.inspection as inspection\nlook = inspection.facts_of\n"
        f"def poisoned(path):\n    if path.read_bytes() == {poison!r}:\n        os._exit(9)\n    return look(path)\n"
        "inspection.facts_of = poisoned\ninspection.main()\n"
    )
    monkeypatch.setattr(inspection, "COMMAND", ("-c", code))
    report = nights.one(nights.account(AOI))
    assert (report.new, report.failed) == (5, 1)
    assert report.details == ("aoi.example/3: the decoder died over it",)


@pytest.mark.parametrize("place", ["listing", "picture"])
@pytest.mark.parametrize(
    "fault",
    [reset_mid_body, close_mid_body, stall_mid_body, silence, wrong_length(5), status(500), clock_skew(7200)],
    ids=["reset", "close", "stall", "silence", "wrong length", "500 then 200", "clock skew"],
)
def test_passing_trouble_passes(nights: Nights, fault: Fault, place: str) -> None:
    """One broken answer, of the API or of a picture, is asked for again, and nothing is missing in the end."""
    nights.times = SHORT
    nights.world.artist(AOI, posts=2)
    nights.server.fail_next(fault, path="/list" if place == "listing" else "/1-0.jpg")
    report = nights.one(nights.account(AOI))
    assert (report.new, report.failed, report.problem) == (2, 0, "")


@pytest.mark.parametrize(
    "fault",
    [silence, drip, status(503), html_with_200, status(429, {"retry-after": "9999"})],
    ids=["silence", "drip", "503", "html with 200", "429"],
)
def test_lasting_trouble_costs_one_account_and_its_time(nights: Nights, fault: Fault) -> None:
    """A server that never recovers costs its own account, within its time; the other account is complete."""
    nights.times = SHORT
    nights.world.artist(AOI, posts=2)
    nights.world.artist(SORA, posts=2)
    nights.server.fail_next(times(99, fault), host=AOI)
    nights.limits = Limits(api_spacing_s=0, backoff_s=0.01, tries=2, waiting_s=5)
    started_s = time.monotonic()
    bad, good = nights.night(nights.account(AOI), nights.account(SORA)).accounts
    assert time.monotonic() - started_s < 12
    assert (bad.new, good.new, good.problem) == (0, 2, "")
    assert AOI in bad.problem
    assert nights.store.account("toy:aoi.example").problem == bad.problem
    assert nights.store.account("toy:aoi.example").last_success is None
    assert nights.store.account("toy:sora.example").last_success == NIGHT


def test_a_refused_connection_costs_one_account(nights: Nights) -> None:
    """A server that is not there costs its own account and removes nothing."""
    nights.world.artist(AOI, posts=2)
    nights.world.artist(SORA, posts=2)
    accounts = [nights.account(AOI), nights.account(SORA)]
    nights.night(*accounts)
    down = nights.web({f"https://{AOI}": f"http://127.0.0.1:{refusing_port()}"})
    bad, good = nights.night(*accounts, web=down).accounts
    assert "refused the connection" in bad.problem
    assert good.problem == ""
    assert len(nights.shown(*accounts)) == 4


def test_a_failed_listing_does_not_hide_what_is_gone(nights: Nights) -> None:
    """When the list cannot be read the stored posts are asked about all the same, and the report names the list's
    failure."""
    nights.world.artist(AOI, posts=4)
    account = nights.account(AOI)
    nights.night(account)
    nights.world.gone = {f"{AOI}/1"}
    nights.server.fail_next(html_with_200, path="/list")
    report = nights.one(account)
    assert (report.removed, "/list" in report.problem) == (1, True)
    nights.server.fail_next(html_with_200, path="/list")
    nights.server.fail_next(html_with_200, path="/gone")
    assert "/list" in nights.one(account).problem
    nights.server.fail_next(html_with_200, path="/list")
    nights.world.sweep_state[AOI] = "suspended"
    assert nights.one(account).removed == 3


def test_a_sweep_that_finds_nothing_after_a_failed_listing_is_an_outage(nights: Nights) -> None:
    """While the list cannot be read, a word that every stored post is gone is not believed, on however many nights; it
    counts as soon as one of them is found."""
    nights.world.artist(AOI, posts=4)
    account = nights.account(AOI)
    nights.night(account)
    nights.world.gone = {f"{AOI}/{number}" for number in range(4)}
    for _ in range(3):
        nights.server.fail_next(html_with_200, path="/list")
        report = nights.one(account)
        assert (report.removed, report.notices, "/list" in report.problem) == (0, {"sweep-outage": 1}, True)
    nights.world.gone = {f"{AOI}/1"}
    nights.server.fail_next(html_with_200, path="/list")
    assert (nights.one(account).removed, len(nights.shown(account))) == (1, 3)


@pytest.mark.parametrize(("failing", "removed"), [(0, 0), (1, 1)], ids=["account not found", "account found"])
def test_a_doubtful_word_counts_only_on_nights_that_find_the_account(
    nights: Nights, failing: int, removed: int
) -> None:
    """While the list cannot be read, a post that only looks gone goes on the second night if the account was found on
    both, and stays if it was not."""
    nights.world.artist(AOI, posts=4)
    nights.world.page_size = 3
    account = nights.account(AOI)
    nights.night(account)
    nights.world.maybe = {f"{AOI}/3"}
    counts = []
    for _ in range(2):
        nights.store.move_cursor(account.key, {})
        nights.server.fail_next([*times(failing, lambda page: page), html_with_200], path="/list")
        report = nights.one(account)
        assert "/list" in report.problem
        counts.append(report.removed)
    assert counts == [0, removed]


def test_a_post_beyond_the_page_that_fails_is_missed_beside_those_before_it(nights: Nights) -> None:
    """Where all other posts were shown before the list broke off, some of them are asked about beside the one that is
    gone, so that its deletion is believed."""
    nights.world.artist(AOI, posts=4)
    nights.world.page_size = 3
    account = nights.account(AOI)
    nights.night(account)
    nights.store.move_cursor(account.key, {})
    nights.world.gone = {f"{AOI}/3"}
    nights.server.fail_next([lambda page: page, html_with_200], path="/list")
    report = nights.one(account)
    assert (report.removed, "/list" in report.problem) == (1, True)


def test_endless_paging_ends(nights: Nights) -> None:
    """A server that always has one more page is left when the account's calls are used up; what came is kept."""
    nights.world.artist(AOI, posts=60)
    nights.world.page_size = 1
    nights.world.posts[AOI] *= 50
    report = nights.one(nights.account(AOI), max_calls=20)
    assert "20 calls" in report.problem
    assert len([path for path in nights.asked_paths() if path == "/list"]) == 20
    assert report.new == 20
    assert nights.one(nights.account(AOI), max_calls=20).new == 20


def test_a_dead_media_host_is_not_asked_a_hundred_times(nights: Nights) -> None:
    """When a picture host is down its pictures are put off, without blame, and arrive when it is back."""
    nights.world.artist(AOI, posts=60)
    nights.limits = Limits(api_spacing_s=0, backoff_s=0.001, tries=2, failures_in_a_row=3)
    nights.server.fail_next(times(999, status(503)), host=f"img.{AOI}")
    report = nights.one(nights.account(AOI))
    assert "left alone" in report.problem
    assert report.notices["put-off"] + report.failed == 60
    assert report.failed <= 5
    assert len(nights.server.asked(host=f"img.{AOI}")) <= 10
    nights.server._planned.clear()
    assert nights.one(nights.account(AOI)).new == 60


def on_one_host(nights: Nights, *broken: str) -> None:
    """Let all pictures lie on one host, which answers those of the ``broken`` with a server error."""
    for handle, posts in nights.world.posts.items():
        for media in [media for post in posts for media in post["media"]]:
            path = f"/{handle}/{media['key']}.jpg"
            media["url"] = f"https://media.example{path}"
            if handle in broken:
                nights.world.files[path] = Response(500)


def test_one_accounts_broken_pictures_cost_no_other_account(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a host that many share: whose pictures fail is put off soon, everybody else's arrive."""
    monkeypatch.setattr(Toy, "profile_url", lambda self, handle: "https://toy.example/")  # one after the other
    nights.world.artist(AOI, posts=40)
    nights.world.artist(SORA, posts=40)
    on_one_host(nights, AOI)
    nights.limits = Limits(api_spacing_s=0, backoff_s=0.001, tries=2)
    broken, well = nights.night(nights.account(AOI), nights.account(SORA)).accounts
    assert broken.failed < 12
    assert broken.notices["put-off"] + broken.failed == 40
    assert "media.example failed with 5 of its pictures in a row" in broken.problem
    assert (well.new, well.problem) == (40, "")


def test_an_account_that_posts_too_much_for_a_night_comes_in_several(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is beyond an account's bytes of one run is counted as put off, which is no failure, and the next runs bring
    it."""
    monkeypatch.setattr("gallery.fetch.downloads.MOST_BYTES", 1000)
    nights.world.artist(AOI, posts=60)
    first = nights.one(nights.account(AOI))
    assert (first.notices["put-off"], first.failed, first.problem) == (60 - first.new, 0, "")
    assert 0 < first.new < 60
    assert first.remarks[0].endswith("GB came in this run; the rest comes with the next")
    while (last := nights.one(nights.account(AOI))).notices:
        assert last.new > 0
    assert last.new + last.unchanged == 60


def test_what_is_no_picture_fills_no_night_either(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that came count towards an account's bound of one run, whether or not there is anything to see in them."""
    monkeypatch.setattr("gallery.fetch.downloads.MOST_BYTES", 1000)
    nights.world.artist(AOI, posts=60)
    nights.world.files.update({f"/{post}-0.jpg": BROKEN["truncated"] for post in range(60)})
    report = nights.one(nights.account(AOI))
    assert (report.new, report.failed + report.notices.get("put-off", 0)) == (0, 60)
    assert 0 < report.failed < 60


def test_an_account_that_cannot_be_read_for_long_is_told_since_when(nights: Nights) -> None:
    """From the eighth night on the report names the day of the last good one and what to do, until there is another."""
    nights.world.artist(AOI, posts=1)
    account = nights.account(AOI)
    nights.one(account)
    (since,) = nights.store.days_of_success()
    nights.world.crash[AOI] = "down"
    told = [nights.one(account).remarks for _ in range(9)]
    assert told[:7] == [()] * 7
    assert told[7][0].startswith(
        f"unread: accounts.yaml:3: not read since {since[-10:]}; see whether the account is still"
    )
    assert told[8] == told[7]
    nights.world.crash.clear()
    assert nights.one(account).remarks == ()


@pytest.mark.parametrize(("code", "broken"), [(404, range(12)), (500, range(0, 40, 4))])
def test_pictures_that_are_missing_or_broken_here_and_there_put_off_no_others(
    nights: Nights, code: int, broken: range
) -> None:
    """Only server errors, and only five in a row, are trouble of the host: all other pictures arrive."""
    nights.world.artist(AOI, posts=40)
    for number in broken:
        nights.world.files[f"/{number}-0.jpg"] = Response(code)
    nights.limits = Limits(api_spacing_s=0, backoff_s=0.001, tries=1)
    report = nights.one(nights.account(AOI))
    assert (report.new, report.failed, report.problem) == (40 - len(broken), len(broken), "")


def test_a_host_that_fails_everybody_is_left_alone(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """After three accounts without a single picture nobody asks it any more in this run."""
    monkeypatch.setattr(Toy, "profile_url", lambda self, handle: "https://toy.example/")
    handles = [f"a{number}.example" for number in range(20)]  # eight are brought at a time
    for handle in handles:
        nights.world.artist(handle, posts=20)
    on_one_host(nights, *handles)
    nights.limits = Limits(api_spacing_s=0, backoff_s=0.001, tries=1)
    reports = nights.night(*map(nights.account, handles)).accounts
    assert all("media.example failed" in report.problem for report in reports)
    assert sum(report.failed for report in reports) < 50
    assert len(nights.server.asked(host="media.example")) < 50


def test_an_account_of_a_slow_server_comes_in_several_nights(nights: Nights) -> None:
    """A server that takes too long for each answer holds up no night; what had to wait is told, and comes later."""
    nights.world.artist(AOI, posts=30)
    nights.world.page_size = 2
    nights.limits = Limits(api_spacing_s=0, answer_s=0, late_s=0.5)
    nights.server.latency_s = 0.1
    report = nights.one(nights.account(AOI))
    assert "is too slow" in report.problem
    assert 0 < report.new < 15
    for _ in range(30):
        report = nights.one(nights.account(AOI)) if report.problem else report
    assert (report.problem, len(nights.shown(nights.account(AOI)))) == ("", 30)


def test_a_bug_in_a_source_costs_one_account(nights: Nights) -> None:
    """A source that fails in a way nobody foresaw is reported as such; the other accounts are fetched."""
    nights.world.artist(AOI, posts=1)
    nights.world.artist(SORA, posts=1)
    nights.world.crash[AOI] = "sesame-open"
    bad, good = nights.night(nights.account(AOI), nights.account(SORA)).accounts
    assert "'toy' failed with KeyError" in bad.problem
    assert "sesame" not in bad.problem
    assert good.new == 1


def test_a_full_disk_ends_the_run(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the store cannot be written the run ends with that error, soon, and every post is still wanted next time;
    what was done until then is told, and whose reading was cut short."""
    nights.world.artist(SORA, posts=2)
    aoi, sora = nights.account(AOI), nights.account(SORA)
    nights.one(sora)
    nights.world.artist(AOI, posts=30)
    whole, night = Store.attach, nights.now

    def full(*_args: object) -> None:
        for _ in range(2000):
            if nights.store.account(sora.key).last_success == night:
                break
            time.sleep(0.01)
        raise StoreError("no space left; free some")

    monkeypatch.setattr(Store, "attach", full)
    report = nights.night(aoi, sora)
    assert str(report.broken_off) == "no space left; free some"
    assert [one.problem for one in report.accounts] == ["not read to the end: the store failed", ""]
    assert [(one.posts_read, one.unchanged) for one in report.accounts] == [(30, 0), (0, 2)]
    assert list((nights.store.root / "tmp").iterdir()) == []
    monkeypatch.setattr(Store, "attach", whole)
    assert nights.one(aoi).new == 30


def test_secrets_stay_out_of_the_report(nights: Nights) -> None:
    """A secret that a server echoes is blanked in notices and problems."""
    nights.world.artist(AOI, posts=1)
    nights.world.posts[AOI][0]["notice"] = "your token sesame-open is odd"
    report = nights.one(nights.account(AOI))
    assert report.notices == {"odd": 1}
    assert report.remarks == ("odd: your token [hidden] is odd",)


def test_what_a_server_says_steers_no_terminal(nights: Nights) -> None:
    """Escape sequences and lines of their own, which a CI log takes for commands, are blanked in notices."""
    nights.world.artist(AOI, posts=1)
    nights.world.posts[AOI][0]["notice"] = "type \x1b[2Jvideo\n::error::owned ##[add-mask]e"
    assert nights.one(nights.account(AOI)).remarks == ("odd: type  [2Jvideo ::error::owned ## [add-mask]e",)
