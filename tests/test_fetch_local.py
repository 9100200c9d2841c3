"""Fetching night after night from files of this machine: folders and X archives."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gallery.domain import Account, Consent
from gallery.optout_rules import OptOuts
from gallery.post_names import post_name
from gallery.wishes import withdrawn
from tests.servers.pictures import picture
from tests.toy_server import Nights
from tests.x_archive_kit import dated, of_tweets, pack, spoil, tweet


def archive_of(nights: Nights, root: Path, **fields: object) -> Account:
    return nights.account("aoi.zip", "x_archive", options={"root": str(root)}, **fields)


def test_a_damaged_file_is_named_each_night_until_a_good_one_takes_its_place(nights: Nights, tmp_path: Path) -> None:
    """Reading a file asks nobody: its pictures are tried and named each night, and arrive with the first good copy."""
    path = pack(tmp_path / "aoi.zip", of_tweets({"tweet": tweet("11")}, {"tweet": tweet("12")}), zipfile.ZIP_STORED)
    good = path.read_bytes()
    spoil(path, "11-P11.png")
    account = archive_of(nights, tmp_path)
    reports = [nights.one(account) for _ in range(6)]
    assert [(report.new, report.failed) for report in reports] == [(1, 1)] + [(0, 1)] * 5
    assert "aoi.zip cannot be read" in reports[-1].details[0]
    path.write_bytes(good)
    report = nights.one(account)
    assert (report.new, report.failed, nights.shown(account)) == (1, 0, ["11", "12"])


# --- a limit ---------------------------------------------------------------------------------------------------------


def add_dated(root: Path, number: int) -> None:
    """Picture ``number`` of the folder ``art``, made on that day of January."""
    (root / "art").mkdir(exist_ok=True)
    (root / "art" / f"{number}.png").write_bytes(picture(number))
    about = {"date": f"2026-01-{number:02d}", "permalink": f"https://example.com/p/{number}"}
    (root / "art" / f"{number}.png.json").write_text(json.dumps(about))


def folder_of_ten(nights: Nights, root: Path, **fields: object) -> Account:
    for number in range(1, 11):
        add_dated(root, number)
    return nights.account("art", "folder", options={"root": str(root)}, **fields)


def shown(nights: Nights, account: Account) -> list[int]:
    return sorted(int(Path(key).stem) for key in nights.shown(account))


def test_older_pictures_of_a_folder_move_up_when_newer_ones_go(nights: Nights, tmp_path: Path) -> None:
    """With a limit the newest pictures that are there are shown, also on the night on which some went and one came."""
    account = folder_of_ten(nights, tmp_path, limit=4)
    nights.night(account)
    assert shown(nights, account) == [7, 8, 9, 10]
    (tmp_path / "art" / "9.png").unlink()
    report = nights.one(account)
    assert (report.removed, report.new, shown(nights, account)) == (1, 1, [6, 7, 8, 10])
    (tmp_path / "art" / "10.png").unlink()
    (tmp_path / "art" / "8.png").unlink()
    add_dated(tmp_path, 11)
    assert nights.one(account).removed == 0, "half of what is stored waits for a second word"
    assert nights.one(account).removed == 2
    assert shown(nights, account) == [5, 6, 7, 11]


def openings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pictures of folders that are opened from now on, to be read or to be stored."""
    opened: list[str] = []
    monkeypatch.setattr("gallery.sources.folder.read_picture", lambda account, root, path, *_: opened.append(path))
    monkeypatch.setattr("gallery.sources.folder.open_inside", lambda _, path: opened.append(path))
    return opened


def test_a_folder_within_its_limit_is_not_read_again(
    nights: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing was left out, a picture that goes has no other one opened."""
    account = folder_of_ten(nights, tmp_path, limit=10)
    nights.night(account)
    (tmp_path / "art" / "9.png").unlink()
    opened = openings(monkeypatch)
    report = nights.one(account)
    assert (report.removed, report.problem, opened) == (1, "", [])


def test_a_folder_that_was_filled_up_is_not_read_again(
    nights: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once all that is left is shown there is nothing more to look for, though there is room."""
    account = folder_of_ten(nights, tmp_path, limit=4)
    nights.night(account)
    for number in range(4, 11):
        (tmp_path / "art" / f"{number}.png").unlink()
    for _ in range(2):
        nights.night(account)
    assert shown(nights, account) == [1, 2, 3]
    opened = openings(monkeypatch)
    assert (nights.one(account).problem, opened) == ("", [])


def test_older_posts_of_an_archive_move_up_when_newer_ones_go(nights: Nights, tmp_path: Path) -> None:
    """A newer archive without some of the posts brings the next older ones, in the same run."""
    path = tmp_path / "aoi.zip"
    account = archive_of(nights, tmp_path, limit=4)
    tweets = [
        {"tweet": tweet(str(number), created_at=f"Sun Nov {number} 18:45:10 +0000 2026")} for number in range(11, 20)
    ]
    pack(path, of_tweets(*tweets))
    nights.night(account)
    assert shown(nights, account) == [16, 17, 18, 19]
    pack(path, of_tweets(*tweets[:-1]))
    assert nights.one(account).removed == 1
    assert shown(nights, account) == [15, 16, 17, 18]


def test_older_pictures_move_up_after_an_opt_out(nights: Nights, tmp_path: Path) -> None:
    """What an opt-out takes from an account with a limit makes room for what is next."""
    account = folder_of_ten(nights, tmp_path, limit=4)
    nights.night(account)
    nights.night(account, optouts=OptOuts(posts=frozenset({post_name("https://example.com/p/9")})))
    assert shown(nights, account) == [6, 7, 8, 10]


def test_a_run_that_could_not_read_on_fills_up_later(nights: Nights, tmp_path: Path) -> None:
    """When the folder is away on the night after a removal, the room is filled on the next night that can read it."""
    account = folder_of_ten(nights, tmp_path, limit=4)
    nights.night(account)
    wish = OptOuts(posts=frozenset({post_name("https://example.com/p/9")}))
    (tmp_path / "art").rename(tmp_path / "away")
    assert "cannot read" in nights.one(account, optouts=wish).problem
    (tmp_path / "away").rename(tmp_path / "art")
    nights.night(account, optouts=wish)
    assert shown(nights, account) == [6, 7, 8, 10]


def test_a_few_files_wait_as_many_do(nights: Nights, tmp_path: Path) -> None:
    """A folder of one file may be away as well as a large one: it goes when the next run, however soon, does not find
    it either."""
    account = folder_of_ten(nights, tmp_path, limit=1)
    nights.night(account)
    for file in (tmp_path / "art").glob("*.png"):
        file.unlink()
    report = nights.one(account)
    assert (report.removed, report.notices["held-removals"]) == (0, 1)
    nights.now -= timedelta(hours=23)
    assert nights.one(account).removed == 1


def test_filling_up_is_no_second_word(nights: Nights, tmp_path: Path) -> None:
    """What waits for a second word still waits when the same run reads once more to fill up."""
    account = folder_of_ten(nights, tmp_path, limit=4)
    nights.night(account)
    for number in (10, 9):
        (tmp_path / "art" / f"{number}.png").unlink()
    nights.night(account)
    (tmp_path / "art" / "8.png").unlink()
    report = nights.one(account)
    assert (report.removed, report.notices["held-removals"], shown(nights, account)) == (2, 1, [5, 6, 7, 8])
    assert nights.one(account).removed == 1
    assert shown(nights, account) == [4, 5, 6, 7]


def test_a_picture_that_is_dated_before_since_leaves(nights: Nights, tmp_path: Path) -> None:
    """A stored picture whose sidecar dates it before ``since`` goes that night and returns when the date does; it may
    have become sensitive by the same edit."""
    account = folder_of_ten(nights, tmp_path, since=datetime(2026, 1, 1, tzinfo=UTC))
    nights.night(account)
    change_sidecar(tmp_path, 9, date="2025-12-09", sensitive=True)
    assert nights.one(account).notices == {"before-since": 1}
    assert shown(nights, account) == [1, 2, 3, 4, 5, 6, 7, 8, 10]
    add_dated(tmp_path, 9)
    nights.night(account)
    assert shown(nights, account) == list(range(1, 11))


# --- what people say -------------------------------------------------------------------------------------------------


def change_sidecar(root: Path, number: int, **about: object) -> None:
    (root / "art" / f"{number}.png.json").write_text(json.dumps(about))


def test_a_picture_is_veiled_while_its_sidecar_cannot_be_read(nights: Nights, tmp_path: Path) -> None:
    """A sidecar that breaks beside a shown picture veils that one and is named each night, until it can be read; a new
    picture beside a broken one stays out."""
    account = folder_of_ten(nights, tmp_path)
    nights.night(account)
    (tmp_path / "art" / "9.png.json").write_text('{"sensitive": true,}')
    (tmp_path / "art" / "11.png").write_bytes(picture(11))
    (tmp_path / "art" / "11.png.json").write_text('{"sensitive": true,}')
    for _ in range(2):
        report = nights.one(account)
        assert (report.removed, report.notices) == (0, {"bad-sidecar": 2, "veiled": 1})
        assert "veiled: art/9.png is veiled until what it says of itself can be read" in report.remarks
        assert veiled(nights, account) == {number: number == 9 for number in range(1, 11)}
    change_sidecar(tmp_path, 9, date="2026-01-09", sensitive=False)
    assert nights.one(account).notices == {"bad-sidecar": 1}
    assert veiled(nights, account) == dict.fromkeys(range(1, 11), False)


def veiled(nights: Nights, account: Account) -> dict[int, bool]:
    return {int(Path(one.post.key).stem): one.post.sensitive for one in nights.store.pictures([account])}


SAVED = Path(__file__).parent / "fixtures" / "folder"
AUTHORS = [
    ("twitter", "x:aoi_draws"),
    ("twitter", "x:1001"),
    ("bluesky", "bluesky:aoi.example.com"),
    ("bluesky", "bluesky:did:plc:aoi2345examplekey"),
    ("mastodon", "mastodon:aoi@mastodon.example"),
    ("mastodon", "mastodon:mastodon.example/7"),
    ("misskey", "misskey:aoi@misskey.example"),
    ("misskey", "misskey:misskey.example/9u"),
]


def folder_of_saved(nights: Nights, root: Path, network: str) -> Account:
    """A folder of a picture that gallery-dl saved, and one of the folder's own."""
    add_dated(root, 1)
    (root / "art" / "2.png").write_bytes(picture(2))
    (root / "art" / "2.png.json").write_text((SAVED / f"{network}.json").read_text("utf-8"), "utf-8")
    return nights.account("art", "folder", consent=Consent.GRANTED, options={"root": str(root)})


@pytest.mark.parametrize(("network", "name"), AUTHORS)
def test_what_was_saved_from_an_account_goes_when_it_opts_out(
    nights: Nights, tmp_path: Path, network: str, name: str
) -> None:
    """A picture that gallery-dl saved goes when its author opts out by handle or id, is not taken in again, and comes
    back when the author is taken out of the file."""
    account = folder_of_saved(nights, tmp_path, network)
    wish = OptOuts(accounts=frozenset({name}))
    nights.night(account)
    both = nights.shown(account)
    assert len(both) == 2
    nights.night(account, optouts=wish)
    assert (nights.shown(account), len(nights.store.files())) == (["art/1.png"], 1)
    nights.store.read_anew(account.key)
    assert nights.one(account, optouts=wish).notices == {"opted out": 1}
    nights.night(account)
    assert nights.shown(account) == both


def test_what_was_saved_from_an_opted_out_account_never_comes(nights: Nights, tmp_path: Path) -> None:
    """A saved picture whose author has opted out before the folder was listed is not stored, and is counted; it comes
    when the author is taken out of the file."""
    account = folder_of_saved(nights, tmp_path, "twitter")
    wish = OptOuts(accounts=frozenset({"x:aoi_draws"}))
    assert nights.one(account, optouts=wish).notices == {"opted out": 1}
    assert (nights.shown(account), len(nights.store.files())) == (["art/1.png"], 1)
    nights.night(account)
    assert len(nights.shown(account)) == 2


def test_what_an_older_gallery_saved_without_its_author_goes_in_the_first_night(nights: Nights, tmp_path: Path) -> None:
    """An index that does not tell who posted what learns it from the sidecars in the next run, which removes it."""
    account = folder_of_saved(nights, tmp_path, "twitter")
    nights.night(account)
    for stored in [one.post for one in nights.store.pictures([account])]:
        nights.store.add_post(account.key, replace(stored, authors=()), nights.now)
    cursor = dict(nights.store.account(account.key).cursor)
    settings = cursor["settings"]
    assert isinstance(settings, list)
    nights.store.move_cursor(account.key, {**cursor, "settings": [6, *settings[1:]]})
    report = nights.one(account, optouts=OptOuts(accounts=frozenset({"x:aoi_draws"})))
    assert (report.removed, nights.shown(account)) == (1, ["art/1.png"])


def save_tweet(root: Path, number: int, author: int, name: str) -> None:
    """Picture ``number``, as gallery-dl saved it from an account on X."""
    told = {"tweet_id": 100 + number, "author": {"id": author, "name": name}, "user": {"id": author, "name": name}}
    saved = json.loads((SAVED / "twitter.json").read_text("utf-8")) | told
    (root / "art" / f"{number}.png").write_bytes(picture(number))
    (root / "art" / f"{number}.png.json").write_text(json.dumps(saved), "utf-8")


def test_a_folder_of_several_authors_posts_is_named_each_night(nights: Nights, tmp_path: Path) -> None:
    """Where two accounts of a network are credited to one artist, the report says so until one of them goes; an artist
    who was renamed, or posts on another network as well, is one."""
    account = folder_of_saved(nights, tmp_path, "mastodon")
    save_tweet(tmp_path, 3, 11, "sora")
    save_tweet(tmp_path, 4, 11, "sora_draws")
    assert "several-authors" not in nights.one(account).notices
    save_tweet(tmp_path, 5, 22, "ame")
    for _ in range(2):
        report = nights.one(account)
        assert report.notices["several-authors"] == 1
        assert any("x:ame, x:sora_draws" in remark for remark in report.remarks)
    wish = OptOuts(accounts=frozenset({"x:ame"}))
    assert "several-authors" not in nights.one(account, optouts=wish).notices


def test_a_sidecar_that_names_an_opted_out_address_takes_its_picture_away(nights: Nights, tmp_path: Path) -> None:
    """A stored picture whose sidecar gives it the address of an opted-out post goes that night and does not return."""
    account = folder_of_ten(nights, tmp_path)
    nights.night(account)
    change_sidecar(tmp_path, 9, permalink="https://example.com/withdrawn")
    wish = OptOuts(posts=frozenset({post_name("https://example.com/withdrawn")}))
    assert nights.one(account, optouts=wish).removed == 1
    change_sidecar(tmp_path, 9, permalink="https://example.com/withdrawn", alt="The line was lost")
    nights.night(account)
    assert shown(nights, account) == [1, 2, 3, 4, 5, 6, 7, 8, 10]


def test_an_edited_post_opts_out_by_the_address_of_its_new_version(nights: Nights, tmp_path: Path) -> None:
    """What the archive brought of a post's first version goes when the artist names the address of the second."""
    account = archive_of(nights, tmp_path)
    pack(tmp_path / "aoi.zip", of_tweets(tweet("11"), tweet("21")))
    nights.night(account)
    edited = tweet("12", edit_info={"edit": {"initialTweetId": "11"}})
    pack(tmp_path / "aoi.zip", of_tweets(tweet("11"), edited, tweet("21")))
    wish = OptOuts(posts=frozenset({post_name("https://x.com/aoi_draws/status/12")}))
    assert (nights.one(account, optouts=wish).removed, nights.shown(account)) == (1, ["21"])


def folder_from_x(nights: Nights, root: Path) -> Account:
    """A folder of five posts on X that gallery-dl saved, with consent."""
    artist = {"id": 1001, "name": "aoi_draws"}
    for number in range(1, 6):
        add_dated(root, number)
        change_sidecar(root, number, category="twitter", tweet_id=str(2124574927221686272 + number), author=artist)
    return nights.account("art", "folder", options={"root": str(root)}, consent=Consent.GRANTED)


def test_withdrawn_consent_is_obeyed_that_night_and_may_be_given_again(nights: Nights, tmp_path: Path) -> None:
    """All that was shown by consent goes in the run that reads that there is none, whatever share of the account it is,
    and is counted as withdrawn; given again, it is all back the next night."""
    account = folder_from_x(nights, tmp_path)
    nights.night(account)
    assert len(nights.shown(account)) == 5
    report = nights.one(replace(account, consent=Consent.NONE))
    assert (report.removed, report.notices, nights.store.files()) == (5, {"consent-needed": 5}, [])
    assert withdrawn(nights.store) == {account.key: 5}
    assert (nights.one(account).new, len(nights.shown(account))) == (5, 5)


def test_withdrawn_consent_wins_over_a_picture_of_the_post_that_cannot_be_read(nights: Nights, tmp_path: Path) -> None:
    """A post of two pictures goes although one of its sidecars is broken; with consent, and that mended, it is back."""
    account = folder_from_x(nights, tmp_path)
    second = tmp_path / "art" / "2.png.json"
    second.write_bytes((tmp_path / "art" / "1.png.json").read_bytes())
    nights.night(account)
    whole = second.read_bytes()
    second.write_text("{")
    nights.night(replace(account, consent=Consent.NONE))
    assert nights.shown(account) == []
    second.write_bytes(whole)
    nights.night(account)
    assert len(nights.store.pictures([account])) == 5


def test_posts_that_are_not_public_any_more_go_at_once_and_lost_files_wait(nights: Nights, tmp_path: Path) -> None:
    """Half of a folder goes in the night in which its sidecars say that it is private, and returns when they call it
    public; as many files that vanish by themselves wait for a second word."""
    account = folder_of_ten(nights, tmp_path)
    nights.night(account)
    toot = {"category": "art.example", "subcategory": "user", "id": "7", "url": "https://art.example/@ben/7"}
    toot |= {"media": {"id": "1"}, "account": {"id": "2"}}
    for number in range(1, 6):
        change_sidecar(tmp_path, number, **toot, visibility="private")
        (tmp_path / "art" / f"{number + 5}.png").unlink()
        (tmp_path / "art" / f"{number + 5}.png.json").unlink()
    report = nights.one(account)
    assert (report.removed, shown(nights, account)) == (5, [6, 7, 8, 9, 10])
    assert report.notices == {"held-removals": 1, "not-public": 5}
    assert "held-removals: 5 posts go if the next run finds the same" in report.remarks
    for number in range(1, 6):
        add_dated(tmp_path, number)
        add_dated(tmp_path, number + 5)
    assert nights.one(account).new == 5
    assert shown(nights, account) == list(range(1, 11))


def test_sidecars_that_say_nothing_are_no_word(nights: Nights, tmp_path: Path) -> None:
    """When the program that writes them leaves out by mistake whose posts they are, much at once waits."""
    account = folder_from_x(nights, tmp_path)
    nights.night(account)
    for number in range(1, 6):
        change_sidecar(tmp_path, number, category="twitter")
    report = nights.one(account)
    assert (report.removed, report.notices) == (0, {"bad-sidecar": 5, "held-removals": 1})


@pytest.mark.parametrize("partial", [False, True])
def test_replies_that_are_not_wanted_any_more_go_at_once(nights: Nights, tmp_path: Path, partial: bool) -> None:
    """Narrowed ``replies`` take most of an archive away that night, also of one of which parts are missing; widened
    again, they bring it back the next night."""
    answers = {"in_reply_to_user_id_str": "77", "in_reply_to_status_id_str": "5"}
    tweets = [tweet("11"), *(tweet(str(number), **answers) for number in (12, 13, 14))]
    pack(tmp_path / "aoi.zip", dated(of_tweets(*tweets), "2026-11-22T00:00:00.000Z", isPartialArchive=partial))
    account = archive_of(nights, tmp_path)
    everything, nothing = ({**account.options, "replies": choice} for choice in ("all", "none"))
    nights.night(replace(account, options=everything))
    assert nights.shown(account) == ["11", "12", "13", "14"]
    report = nights.one(replace(account, options=nothing))
    assert (report.removed, report.notices, nights.shown(account)) == (3, {"reply": 3}, ["11"])
    nights.night(replace(account, options=everything))
    assert nights.shown(account) == ["11", "12", "13", "14"]
