"""optouts.yaml: what it may say, and under which addresses a post is known."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gallery.domain import Account, Artist, Media, Picture, Post, Profile
from gallery.edited.corrections import Corrections, load_corrections
from gallery.edited.optouts import doubts, load_optouts
from gallery.errors import ConfigError
from gallery.optout_rules import LookAlike, OptOuts, is_telling
from gallery.post_names import post_name

NOW = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://x.com/aoi/status/12", "https://twitter.com/old_name/status/12/photo/1?s=20"),
        ("https://bsky.app/profile/did:plc:a/post/3k", "https://bsky.app/profile/did%3Aplc%3Aa/post/3k?x=1"),
        ("https://bsky.app/profile/aoi.example.com/post/3k", "https://bsky.app/profile/Aoi.Example.com/post/3k/likes"),
        ("https://x.com/aoi/status/12", "https://www.twitter.com/aoi/status/12"),
        ("https://x.com/aoi/status/12", "https://m.twitter.com/i/web/status/12"),
        ("https://x.com/aoi/status/12", "https://mobile.twitter.com/aoi/status/12"),
        ("https://x.com/aoi/status/12", "https://fxtwitter.com/aoi/status/12"),
        ("https://x.com/aoi/status/12", "https://twitter.com/aoi/statuses/12"),
        ("https://x.com/aoi/status/12", "https://vxtwitter.com/aoi/status/12"),
        ("https://x.com/aoi/status/12", "https://fixupx.com/aoi/status/12/en"),
        ("https://x.com/aoi/status/2126719386776502273", "https://nitter.example/aoi/status/2126719386776502273#m"),
        (
            "https://x.com/aoi/status/2126719386776502273",
            "https://web.archive.org/web/20240101000000/https://twitter.com/old/status/2126719386776502273/photo/1",
        ),
        (
            "https://bsky.app/profile/aoi.example.com/post/3k2yihcrp6f2c",
            "https://deer.example/profile/Aoi.Example.com/post/3k2yihcrp6f2c",
        ),
        (
            "https://bsky.app/profile/did:plc:a/post/3k2yihcrp6f2c",
            "https://web.archive.org/web/2024/https://bsky.app/profile/did%3Aplc%3Aa/post/3k2yihcrp6f2c",
        ),
        ("https://art.example/@aoi/99", "https://art.example/@aoi@art.example/99"),
        ("https://art.example/@aoi/99", "https://ART.example/@aoi/99/"),
        ("https://art.example/@aoi/99", "https://art.example/@Aoi/99/embed"),
        ("https://art.example/@aoi/99", "https://art.example/users/aoi/statuses/99"),
        ("https://art.example/@aoi/99", "https://art.example/ap/users/1/statuses/99/activity"),
        ("https://art.example/@aoi/99", "https://art.example/web/@aoi/99"),
        ("https://art.example/@aoi/99", "https://art.example/web/statuses/99"),
        ("https://art.example/@aoi/99", "https://art.example/deck/@aoi/99?x=1"),
        (
            "https://gts.example/@aoi/statuses/01KAJ00042ULIDX9",
            "https://gts.example/users/aoi/statuses/01KAJ00042ULIDX9",
        ),
        ("https://pix.example/p/aoi/99", "https://pix.example/i/web/post/99"),
    ],
)
def test_addresses_from_a_browser_are_recognised(one: str, other: str) -> None:
    """The same post is meant whether its address was copied before or after a rename, from whatever page shows it."""
    assert post_name(one) == post_name(other)
    assert post_name(one) != post_name(one[:-1] + "0")


@pytest.mark.parametrize("name", ["did:plc:aoi", "aoi.example.com", "now.example.com"])
def test_a_post_on_bluesky_is_named_by_its_author_too(tmp_path: Path, name: str) -> None:
    """By their DID, as they are listed or as they are called now; a post of somebody else that has the same record key,
    which everybody chooses for themselves, is not meant, be it by an opt-out or by a correction."""
    entry = f"- post: https://bsky.app/profile/{name}/post/3k\n"
    (tmp_path / "optouts.yaml").write_text(entry)
    (tmp_path / "corrections.yaml").write_text(f"{entry}  hide: true\n")
    optouts, corrections = load_optouts(tmp_path / "optouts.yaml"), load_corrections(tmp_path / "corrections.yaml")
    meant = []
    for handle, did, now in (("aoi.example.com", "did:plc:aoi", "Now.example.com"), ("b.example", "did:plc:b", "")):
        link, uri = f"https://bsky.app/profile/{did}/post/3k", f"at://{did}/app.bsky.feed.post/3k"
        account, post = Account("bluesky", handle, Artist("a", "A")), Post(uri, link, NOW, (Media("m", ""),))
        shown = Picture("0" * 64, account, post, post.media[0], 0, 9, 8, Profile(did, now, "", ""))
        covered = bool(optouts.naming_post(account.key, uri, link, shown.profile))
        meant.append((covered, optouts.reason(shown, "0"), corrections.of(shown) is not None))
    assert meant == [(True, "opted out", True), (False, None, False)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://art.example/@aoi/99", "https://other.example/@aoi/99"),
        ("https://x.com/aoi/status/12", "https://nottwitter.com/aoi/status/12"),
        ("https://x.com/aoi/status/12", "https://x.com.example/aoi/status/12"),
        ("https://art.example/@aoi/commissions", "https://art.example/@ben/commissions"),
        ("https://shop.example/aoi/status/7", "https://x.com/aoi/status/7"),
        ("https://shop.example/profile/aoi/post/7", "https://bsky.app/profile/aoi/post/7"),
        ("https://shop.example/@aoi/prints/7", "https://shop.example/@ben/prints/7"),
    ],
)
def test_addresses_of_different_posts_stay_apart(one: str, other: str) -> None:
    """What only looks like a post of Mastodon, or of X or Bluesky elsewhere, is named by its whole address."""
    assert post_name(one) != post_name(other)


def test_optouts_file_is_read(tmp_path: Path) -> None:
    """All four kinds of entry are read, handles in any spelling, and reasons stay with the maintainer."""
    path = tmp_path / "optouts.yaml"
    path.write_text(
        "- account: bluesky:Aoi.Example.com\n  reason: asked by mail\n"
        "- account: bluesky:did:plc:abc\n"
        "- post: https://twitter.com/aoi/status/12\n"
        f"- sha256: {'a' * 64}\n"
        "- dhash: 00ff00ff00ff00ff\n  distance: 2\n- dhash: 0f0f0f0f0f0f0f0f\n  distance: 0\n"
        "- dhash: 3333333333333333\n"
    )
    optouts = load_optouts(path)
    assert {"bluesky:aoi.example.com", "bluesky:did:plc:abc"} <= optouts.accounts
    assert optouts.posts == {"x.com/status/12"}
    assert {one.dhash[:2]: one.distance for one in optouts.look_alikes} == {"00": 2, "0f": 0, "33": 4}
    assert load_optouts(tmp_path / "missing.yaml") == OptOuts()


@pytest.mark.parametrize("name", ["optouts.yml", "Optouts.yaml", "opt-outs.yaml", "OPT_OUTS.YML", "optout.yaml"])
def test_a_file_of_wishes_under_another_name_stops_the_run(tmp_path: Path, name: str) -> None:
    """Whoever is named in it must not come back because of how the file is called; nor may corrections."""
    (tmp_path / name).write_text("- account: bluesky:aoi.example.com\n")
    with pytest.raises(ConfigError, match=f"{name}: is not read; call it optouts.yaml"):
        load_optouts(tmp_path / "optouts.yaml")
    assert load_corrections(tmp_path / "corrections.yaml") == Corrections()
    (tmp_path / name).rename(tmp_path / "Corrections.yml")
    with pytest.raises(ConfigError, match=r"Corrections\.yml: is not read; call it corrections\.yaml"):
        load_corrections(tmp_path / "corrections.yaml")


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("share/optouts.yaml", r"is a link to share/optouts\.yaml, which is not there"),
        ("optouts.yaml", "cannot be read: "),
    ],
)
def test_a_link_to_wishes_that_leads_nowhere_stops_the_run(tmp_path: Path, target: str, told: str) -> None:
    """A share that is not mounted, or a link to itself, is not the same as nobody having opted out."""
    path = tmp_path / "optouts.yaml"
    path.symlink_to(target)
    with pytest.raises(ConfigError, match=rf"optouts\.yaml: {told}"):
        load_optouts(path)


def test_what_is_no_file_of_wishes_stops_nothing(tmp_path: Path) -> None:
    """A folder, an editor's copy and a file of another name are none; and all may be absent, the folder too."""
    (tmp_path / "optouts").mkdir()
    for name in ("optouts.yaml~", "optouts-2025.yaml", "accounts.yaml"):
        (tmp_path / name).write_text("- account: bluesky:aoi.example.com\n")
    assert load_optouts(tmp_path / "optouts.yaml") == OptOuts()
    assert load_optouts(tmp_path / "gone" / "optouts.yaml") == OptOuts()


def test_a_wish_that_cannot_be_read_stops_the_run(tmp_path: Path) -> None:
    """Every mistake in optouts.yaml is named with its line, nobody is asked for anything, and that is said, too."""
    path = tmp_path / "optouts.yaml"
    path.write_text(
        "- acount: bluesky:aoi\n- account: blusky:aoi\n- sha256: abc\n- post: x\n  sha256: y\n"
        "- reason: none\n- account: bluesky:aoi.example.com\n  distance: 3\n- text\n"
        "- dhash: 00ff00ff00ff00ff\n  distance: 11\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_optouts(path)
    *lines, follows = str(caught.value).splitlines()
    assert follows.endswith("and what cannot be read keeps nothing out of view")
    numbers = [int(line.split(":")[1]) for line in lines]
    assert numbers == sorted(numbers)
    assert "did you mean 'account'?" in str(caught.value)
    assert {*numbers} >= {1, 2, 3, 4, 6, 8, 9, 11}
    assert "sha256: expected 64 digits (0 to 9, a to f), as sha256sum prints them, not 'abc'" in str(caught.value)


@pytest.mark.parametrize(
    ("account", "told"),
    [
        ("https://art.example/@aoi", "there is no network 'https'; known networks: bluesky, "),
        ("blusky:aoi", "there is no network 'blusky'; did you mean 'bluesky'?"),
    ],
)
def test_an_account_of_no_network_is_told_how_to_name_it(tmp_path: Path, account: str, told: str) -> None:
    """Whoever writes the address of a profile, or a network otherwise, is told what stands there in accounts.yaml."""
    (tmp_path / "optouts.yaml").write_text(f"- account: {account}\n")
    with pytest.raises(ConfigError) as caught:
        load_optouts(tmp_path / "optouts.yaml")
    assert f"account: expected network:handle as in accounts.yaml, and {told}" in str(caught.value)


def test_the_end_of_a_folders_path_is_asked_about(tmp_path: Path) -> None:
    """Whoever writes the name that the artist's page has, and not the folder's, is asked whether that was meant."""
    optouts = OptOuts(accounts=frozenset({"folder:dot", "x:dot"}))
    listed = ["folder:demo/dot", "folder:demo/polkadot", "bluesky:dot.example.com"]
    (asked,) = doubts(optouts, listed, listed, "")
    assert asked.startswith("folder:dot is not in the list of accounts, but folder:demo/dot is, and is shown")


@pytest.mark.parametrize(
    ("name", "asked"), [("folder:at", 1), ("folder:artt", 1), ("folder:arc", 1), ("folder:atr", 1), ("folder:oct", 0)]
)
def test_one_slip_of_the_pen_is_asked_about(name: str, asked: int) -> None:
    """A letter too few, too many or wrong, or two that changed places, may mean an account that is listed, unless that
    one is opted out, too."""
    slip = OptOuts(accounts=frozenset({name}))
    assert len(doubts(slip, ["folder:art"], ["folder:art"], "")) == asked
    both = OptOuts(accounts=frozenset({name, "folder:art"}))
    assert doubts(both, ["folder:art"], ["folder:art"], "") == ()


def test_who_is_listed_is_no_stranger() -> None:
    """Of an account that accounts.yaml has, and that opted out before it was ever read, nobody is asked who it is."""
    optouts = OptOuts(accounts=frozenset({"folder:art"}))
    assert doubts(optouts, ["folder:art"], [], "", ["folder:art"]) == ()


def test_thousands_of_wishes_are_asked_about_in_no_time() -> None:
    """A long list of opt-outs beside a long list of accounts does not hold up each build."""
    near, listed = "bluesky:aio.example.com", [f"bluesky:b{number}.example.org" for number in range(2_000)]
    gone = OptOuts(accounts=frozenset(f"bluesky:gone-{number}.example.com" for number in range(2_000)) | {near})
    started = time.process_time()
    asked = doubts(gone, listed, [*listed, "bluesky:aoi.example.com"], "")
    assert [line.partition(" is not")[0] for line in asked if "meant" in line] == [near]
    assert time.process_time() - started < 2


def test_of_thousands_of_wishes_that_met_nothing_the_first_are_named() -> None:
    """A list of what was never here does not fill the report."""
    posts = frozenset(f"art.example/@aoi/{number}" for number in range(1_000))
    accounts = frozenset(f"bluesky:gone-{number}.example.com" for number in range(1_000))
    *named, rest = doubts(OptOuts(accounts, posts), [], [], "", sorted(accounts | posts))
    assert len(named) == 21
    assert named[0].endswith(" and 980 more; is that the right name?")
    assert rest == "nothing that was ever here is meant by 980 more posts or pictures, either"


def test_thousands_of_withdrawn_looks_are_compared_with_in_no_time() -> None:
    """Whether a picture looks like one of many that were withdrawn costs little more than asking about one."""
    luck = random.Random(1)
    wishes = [LookAlike(f"{luck.getrandbits(64):016x}", luck.randint(0, 10)) for _ in range(3_000)]
    gone = OptOuts(look_alikes=frozenset(wishes))
    started = time.process_time()
    for wish in wishes:
        look = int(wish.dhash, 16)
        for bit in luck.sample(range(64), wish.distance):
            look ^= 1 << bit
        assert wish in gone.refusals("a" * 64, f"{look:016x}")
    assert time.process_time() - started < 2


def test_a_handle_of_two_networks_is_asked_about_until_it_was_met() -> None:
    """An opt-out that was met means its own account, whoever bears the same handle elsewhere."""
    name, near = "mastodon:aoi@art.example", "misskey:aoi@art.example"
    optouts = OptOuts(accounts=frozenset({name}))
    (asked,) = doubts(optouts, [near], [near], "", [name])
    assert asked.startswith(f"{name} is not in the list of accounts, but {near} is, and is shown")
    assert doubts(optouts, [near], [near], "") == ()


@pytest.mark.parametrize(
    "account",
    [
        "mastodon:ben",
        "mastodon:https://art.example/@ben",
        "misskey:art.example/@ben",
        "bluesky:aoi",
        "x:https://x.com/aoi",
        "x:aoi-draws",
    ],
)
def test_an_account_that_could_match_nobody_is_a_mistake(tmp_path: Path, account: str) -> None:
    """What is neither a handle nor an id of its network stops the run, with its line and what a handle looks like."""
    path = tmp_path / "optouts.yaml"
    path.write_text(f"- reason: asked by mail\n  account: {account}\n")
    with pytest.raises(ConfigError, match=r"optouts\.yaml:2: .*would match nobody: "):
        load_optouts(path)


@pytest.mark.parametrize("account", ["mastodon:art.example/1093", "misskey:art.example/9abc", "x:12345678901234567890"])
def test_an_account_may_opt_out_by_its_id(tmp_path: Path, account: str) -> None:
    """The id that survives renames is no handle on these networks, and is taken as it stands."""
    path = tmp_path / "optouts.yaml"
    path.write_text(f"- account: {account}\n")
    assert load_optouts(path).accounts == {account}


@pytest.mark.parametrize(
    ("address", "advice"),
    [
        ("https:///", "the address of no post"),
        ("https://[art.example/@aoi/1", "the address of no post"),
        ("https://example.com/", "the address of no post"),
        ("https://x.com/aoi", "account: network:handle"),
        ("https://twitter.com/aoi/media", "account: network:handle"),
        ("https://bsky.app/profile/aoi.example.com", "account: network:handle"),
        ("https://pbs.twimg.com/media/Abc.jpg", "sha256"),
        ("https://cdn.bsky.app/img/feed_fullsize/plain/did:plc:a/b@jpeg", "sha256"),
        ("https://mastodon.social/@ben@art.example/112233", r"name the post at its own server, art\.example"),
    ],
)
@pytest.mark.parametrize("load", [load_optouts, load_corrections])
def test_an_address_that_can_be_no_post_is_not_taken_for_one(
    tmp_path: Path, load: Callable[[Path], OptOuts | Corrections], address: str, advice: str
) -> None:
    """Words of people that could never match anything are named with their line and what to write instead."""
    path = tmp_path / "words.yaml"
    hide = "" if load is load_optouts else "  hide: true\n"
    path.write_text(f"- reason: asked by mail\n  post: {address}\n{hide}")
    with pytest.raises(ConfigError, match=rf"words\.yaml:2: .*{advice}"):
        load(path)


@pytest.mark.parametrize("version", ["2123707922595713024", "2123710439224246272"])
@pytest.mark.parametrize("network", ["x", "x_archive"])
def test_an_edited_post_on_x_opts_out_by_any_of_its_addresses(tmp_path: Path, network: str, version: str) -> None:
    """Each version has an address; the one that people shared first means the post as it is now."""
    path = tmp_path / "optouts.yaml"
    path.write_text(f"- post: https://x.com/aoi_draws/status/{version}\n")
    link = "https://x.com/aoi_draws/status/2123710439224246272"
    optouts = load_optouts(path)
    assert optouts.naming_post(f"{network}:aoi_draws", "2123707922595713024", link, None)
    assert not optouts.naming_post(f"{network}:aoi_draws", "2123707922595713025", link[:-1] + "3", None)
    assert not optouts.naming_post("toy:aoi", "2123707922595713024", "", None)


@pytest.mark.parametrize(("bits", "told"), [(7, False), (8, True), (56, True), (57, False)])
def test_a_nearly_plain_picture_is_not_told_by_its_look(bits: int, told: bool) -> None:
    """With fewer than eight bits of 64 set, or clear, too many pictures share it."""
    assert is_telling((1 << bits) - 1) is told
