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
        ("転載、自作発言はおやめください", "転載、自作発言はおやめ"),
        ("転載❌ 自作発言❌", "転載❌"),
        ("転載: 禁止", "転載: 禁止"),
        ("転載🈲", "転載禁"),
        ("無断での画像使用はお控えください", "無断での画像使用はお控えください"),
        ("転載、再投稿は禁止です", "転載、再投稿は禁止"),
        ("許可なく使用しないでください", "許可なく使用しないでください"),
        ("画师|禁止转载", "禁止转载"),
        ("【禁止】転載・自作発言・AI学習", "禁止】転載"),
        ("请勿搬运/二改", "请勿搬运"),
        ("未经允许不得转载", "不得转载"),
        ("請勿擅自轉載或使用", "請勿擅自轉載"),
        ("無斷轉載禁止", "無斷轉載禁止"),
        ("請勿轉載", "請勿轉載"),
        ("그림쟁이 / 무단 전재 금지", "무단 전재"),
        ("불펌 ㄴㄴ", "불펌"),
        ("2차 가공 및 재업로드 금지", "재업로드 금지"),
        ("도용, 2차 가공 금지", "도용, 2차 가공 금지"),
        ("재업로드 하지 마세요", "재업로드 하지 마"),
        ("무단 이용 금지", "무단 이용"),
        ("Please don’t repost my art!", "don't repost"),
        ("DO NOT use, edit, or repost", "DO NOT use, edit, or repost"),
        ("no reposts | no NFTs", "no reposts"),
        ("don't use/repost my art", "don't use/repost"),
        ("Please do not use my art without permission", "do not use my art"),
        ("No reposts allowed", "No reposts"),
        ("Reposting without permission is prohibited", "Reposting without permission is prohibited"),
        ("commissions ✅ reposts ❌", "reposts ❌"),
        ("Reposts: no | Edits: no", "Reposts: no"),
        ("no resubas mis dibujos", "no resubas"),
        ("I do not allow reposts", "do not allow reposts"),
        ("please ask me before reposting", "ask me before reposting"),
        ("pas de repost svp", "pas de repost"),
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
        "転載OK・加工禁止",
        "フリーアイコン 無断使用OK",
        "転載自由・AI学習禁止",
        "请勿商用/可转载",
        "加工禁止・転載可",
        "禁止AI|转载请注明出处",
        "禁止AI/转载请注明出处",
        "출처 남기면 펌 가능, 상업적 이용 금지",
        "禁转账",
        "No AI, reposts ok with credit",
        "Commissions: no\nReposts: yes",
        "I don't repost others' art",
        "No DMs for trades, I repost friends",
        "commissions ❌ reposts ✅",
        "Reposts: no problem",
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
    for bio in (
        "no " * 20_000,
        "no a/a a/" * 2_200,
        "do" + " " * 20_000 + "not",
        "don't " + "a" * 20_000,
        "転載" * 10_000,
        "転載、ああ" * 4_000,
        "repost without " * 1_400,
        "#no" * 7_000,
    ):
        assert plea(bio) == ""
