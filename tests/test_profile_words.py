"""What artists ask for in the words of their profile is found and told to a person, and decides nothing."""

from __future__ import annotations

import pytest

from gallery.sources.profile_words import plea


@pytest.mark.parametrize(
    ("bio", "words"),
    [
        ("イラストレーター🌙 無断転載禁止❌ お仕事はDMで", "無断転載禁止❌"),
        ("無断での使用・保存はご遠慮ください", "無断での使用・保存はご遠慮ください"),
        ("転載・自作発言ＮＧです", "転載・自作発言NG"),
        ("絵の転載はお断りしています。", "転載はお断り"),
        ("画师|禁止转载", "禁止转载"),
        ("請勿轉載", "請勿轉載"),
        ("그림쟁이 / 무단 전재 금지", "무단 전재"),
        ("불펌 ㄴㄴ", "불펌"),
        ("Please don’t repost my art!", "don't repost"),
        ("DO NOT use, edit, or repost", "DO NOT use, edit, or repost"),
        ("no reposts | no NFTs", "no reposts"),
        ("Reposting is not allowed", "Reposting is not allowed"),
        ("cats, ink #NoBot", "#NoBot"),
    ],
)
def test_a_plea_is_found_in_many_tongues(bio: str, words: str) -> None:
    """The very words are told, so that a person can weigh them."""
    assert plea("Aoi", bio) == words


@pytest.mark.parametrize(
    "bio",
    [
        "",
        None,
        "I repost a lot of art by others",
        "転載歓迎、AI学習禁止",
        "転載OK",
        "Piano reposts welcome",
        "No AI. Commissions open.",
        "#nobotany",
        "Posting when I can; nothing to report",
    ],
)
def test_other_words_are_none(bio: object) -> None:
    """What speaks of something else, or allows it, is no plea."""
    assert plea("Aoi", bio) == ""


def test_a_plea_in_the_name_counts_too() -> None:
    """Many write it where nobody can miss it."""
    assert plea("青@転載禁止", "Drawings") == "転載禁止"


def test_hostile_profiles_are_read_in_no_time() -> None:
    """Words made to keep the search busy do not: each is bounded."""
    for bio in ("no " * 20_000, "do" + " " * 20_000 + "not", "don't " + "a" * 20_000, "転載" * 10_000, "#no" * 7_000):
        assert plea(bio) == ""
