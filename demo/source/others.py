"""What artists post beside their drawings: notices, lists, charts and screens."""

from __future__ import annotations

import math
from collections.abc import Callable

from kit import Canvas, num

GREY = "#5f6672"


def commissions() -> Canvas:
    """Sora's notice that commissions are open."""
    c = Canvas(1200, 900, 111, "#eef6fc")
    c.rect(50, 50, 1100, 800, rx=28, fill="#ffffff", stroke="#3f7fc4", sw=6)
    c.rect(50, 50, 1100, 150, rx=28, fill="#3f7fc4")
    c.text(600, 148, "ご依頼受付中 / Commissions OPEN", 58, fill="#ffffff", text_anchor="middle", font_weight="700")
    rows = (
        ("アイコン　Icon", "¥ 6,000", "about 1 week"),
        ("バストアップ　Bust", "¥ 12,000", "about 2 weeks"),
        ("全身　Full body", "¥ 22,000", "about 3 weeks"),
        ("背景付き　With scenery", "¥ 38,000〜", "about 5 weeks"),
    )
    for i, (name, price, time) in enumerate(rows):
        y = 280 + i * 88
        c.text(100, y, name, 34, fill="#26364a", font_weight="700")
        c.text(790, y, price, 38, fill="#c8353f", text_anchor="end", font_weight="700")
        c.text(1090, y, time, 32, fill=GREY, text_anchor="end")
        c.path(f"M110 {y + 26}H1090", stroke="#cfdcea", sw=3, stroke_dasharray="4 8")
    for i, line in enumerate(
        (
            "・個人利用は無料、商用利用はご相談ください。",
            "・Slots: 3 of 5 left. Please write to the address in my profile.",
            "・お断り：ロゴ、既存キャラクター、学習用データ",
        )
    ):
        c.text(110, 660 + i * 54, line, 32, fill="#26364a")
    c.text(1090, 822, "2026.04  Sora", 28, fill=GREY, text_anchor="end")
    return c


def chat() -> Canvas:
    """A chat about a missing page."""
    c = Canvas(780, 1400, 112, "#8ea6c4")
    c.rect(0, 0, 780, 130, fill="#f7f8fa")
    c.text(40, 46, "21:47", 28, fill="#222222", font_weight="700")
    c.text(740, 46, "▂▄▆  82%", 26, fill="#222222", text_anchor="end")
    c.text(390, 104, "編集部（原稿）", 36, fill="#222222", text_anchor="middle", font_weight="700")
    c.text(36, 106, "＜", 36, fill="#3a6ea5")
    talk = (
        (0, "進捗いかがですか？"),
        (1, "あと一枚です"),
        (1, "本当です"),
        (0, "昨日も「あと一枚」と\n伺いました"),
        (1, "猫が原稿の上で寝ていて…"),
        (0, "猫を撮って送ってください"),
        (1, "[写真を送信しました]"),
        (0, "これは起こせませんね"),
        (0, "明日の朝まで待ちます"),
        (1, "ありがとうございます！！"),
    )
    y = 176
    for mine, words in talk:
        lines = words.split("\n")
        w = max(len(line) for line in lines) * 34 + 56
        h = len(lines) * 48 + 36
        x = 740 - w if mine else 120
        c.rect(x, y, w, h, rx=26, fill="#9de27a" if mine else "#ffffff")
        for k, line in enumerate(lines):
            c.text(x + 28, y + 54 + k * 48, line, 34, fill="#1c1c1c")
        if not mine:
            c.circle(62, y + 40, 38, fill="#d7dde6")
            c.text(62, y + 54, "編", 38, fill=GREY, text_anchor="middle", font_weight="700")
        stamp = "既読 21:" + str(30 + (y // 70))
        c.text(
            x - 12 if mine else x + w + 12,
            y + h - 6,
            stamp if mine else stamp[3:],
            20,
            fill="#3d4d63",
            text_anchor="end" if mine else "start",
        )
        y += h + 26
    c.rect(0, 1300, 780, 100, fill="#f7f8fa")
    c.rect(90, 1320, 560, 60, rx=30, fill="#ffffff", stroke="#c9ced6", sw=2)
    c.text(120, 1362, "メッセージを入力", 28, fill="#9aa2ad")
    c.text(38, 1364, "＋", 40, fill="#3a6ea5")
    c.path("M690 1330l50 20l-50 20l8 -20z", fill="#3a6ea5")
    return c


def price_list() -> Canvas:
    """Kaede's list of prints."""
    c = Canvas(1000, 1300, 113, "#ffffff")
    c.text(
        80, 130, "Poster prints — price list 2026", 50, fill="#222222", font_weight="700", font_family="Liberation Sans"
    )
    c.text(80, 184, "楓の版画・ポスター　税込・送料別", 32, fill=GREY)
    head = ("No.", "Title", "A4", "A3", "A2")
    xs = (80, 160, 570, 690, 810)
    c.rect(70, 220, 870, 60, fill="#1f3a5f")
    for x, word in zip(xs, head, strict=True):
        c.text(x, 262, word, 30, fill="#ffffff", font_weight="700", font_family="Liberation Sans")
    titles = (
        "Kazehama",
        "The Night Express",
        "Yukimine",
        "Lemon Coast",
        "Matcha",
        "Cream Soda",
        "After Rain",
        "Sand Observatory",
        "Under the Whale",
        "Plant Shelf",
        "Fox Night Market",
        "Sakura Bicycle",
        "Two Cranes",
    )
    for i, name in enumerate(titles):
        y = 280 + i * 62
        if i % 2:
            c.rect(70, y, 870, 62, fill="#f2f4f7")
        cells = (
            f"{i + 1:02d}",
            name,
            f"{18 + i % 3 * 2}",
            f"{28 + i % 3 * 3}",
            "sold out" if i in {4, 9} else f"{45 + i % 3 * 5}",
        )
        for x, word in zip(xs, cells, strict=True):
            c.text(
                x, y + 42, word, 29, fill="#c8353f" if word == "sold out" else "#222222", font_family="Liberation Sans"
            )
    c.path("M70 1086H940", stroke="#1f3a5f", sw=4)
    for i, line in enumerate(
        (
            "Prices in euro, each print signed and numbered (edition of 50).",
            "Shipping: 6 within the EU, 12 worldwide. Three prints or more: free.",
            "発送は毎週金曜日。お問い合わせは下記まで。",
            "https://example.com/kaede/shop",
        )
    ):
        c.text(80, 1140 + i * 44, line, 28, fill=GREY)
    return c


def hours_chart() -> Canvas:
    """Hinoki's hours with each medium, as a chart."""
    c = Canvas(1300, 850, 114, "#ffffff")
    c.text(
        90,
        90,
        "Hours at the easel, by month (2025)",
        44,
        fill="#222222",
        font_weight="700",
        font_family="Liberation Sans",
    )
    c.text(90, 134, "oil / gouache / sketchbook", 28, fill=GREY, font_family="Liberation Sans")
    for k in range(6):
        y = 720 - k * 100
        c.path(f"M130 {y}H1240", stroke="#dfe3e8", sw=2)
        c.text(112, y + 10, str(k * 20), 26, fill=GREY, text_anchor="end", font_family="Liberation Sans")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    totals: list[str] = []
    for i, month in enumerate(months):
        x, y = 156 + i * 91, 720.0
        values = (30 + 14 * math.sin(i * 0.9), 18 + 10 * math.cos(i * 0.7), 12 + 6 * math.sin(i * 1.7 + 1))
        for value, tone in zip(values, ("#2f6b4f", "#e8a13a", "#7aa7c7"), strict=True):
            h = value * 5
            c.rect(x, y - h, 56, h, fill=tone)
            y -= h
        totals.append(f"{num(x + 28)} {num(720 - (sum(values) * 5) - 40 - 14 * math.sin(i))}")
        c.text(x + 28, 760, month, 26, fill="#333333", text_anchor="middle", font_family="Liberation Sans")
    c.path("M" + "L".join(totals), stroke="#c8353f", sw=4)
    for point in totals:
        px, py = (float(v) for v in point.split())
        c.circle(px, py, 7, fill="#ffffff", stroke="#c8353f", sw=4)
    for i, (word, tone) in enumerate(
        (("Oil", "#2f6b4f"), ("Gouache", "#e8a13a"), ("Sketchbook", "#7aa7c7"), ("Goal", "#c8353f"))
    ):
        c.rect(760 + i * 128, 112, 24, 24, fill=tone)
        c.text(792 + i * 128, 132, word, 24, fill="#333333", font_family="Liberation Sans")
    c.text(
        90,
        824,
        "n = 12 months, own notes. Dust on the camera not included.",
        24,
        fill=GREY,
        font_family="Liberation Sans",
    )
    return c


def game_menu() -> Canvas:
    """A settings screen of Dot's game in progress."""
    c = Canvas(1280, 720, 115, "#10131f")
    c.rect(0, 0, 1280, 720, fill=c.lin((0, "#1b2140"), (1, "#0c0f1c")))
    c.rect(30, 24, 1220, 64, fill="#232a4a", stroke="#5a67a8", sw=3)
    c.text(56, 68, "LV 12   DOT", 32, fill="#ffffff", font_family="DejaVu Sans Mono", font_weight="700")
    for i, (name, value, tone) in enumerate(
        (("HP", 0.72, "#e2413f"), ("MP", 0.45, "#4f8fe2"), ("EXP", 0.31, "#f2c14f"))
    ):
        x = 390 + i * 280
        c.text(x, 66, name, 26, fill="#c9d2f2", font_family="DejaVu Sans Mono")
        c.rect(x + 62, 44, 190, 24, fill="#0c0f1c", stroke="#5a67a8", sw=2)
        c.rect(x + 64, 46, 186 * value, 20, fill=tone)
    c.rect(30, 110, 330, 500, fill="#161b33", stroke="#5a67a8", sw=3)
    for i, word in enumerate(("アイテム", "そうび", "まほう", "ちず", "せってい", "セーブ")):
        if i == 4:
            c.rect(42, 132 + i * 78, 306, 62, fill="#3a4680")
            c.text(58, 176 + i * 78, "▶", 34, fill="#ffe08a")
        c.text(110, 176 + i * 78, word, 38, fill="#ffffff")
    c.rect(384, 110, 866, 500, fill="#161b33", stroke="#5a67a8", sw=3)
    options = (
        ("おんがく", "■■■■■■■□□□"),
        ("こうかおん", "■■■■■□□□□□"),
        ("もじのはやさ", "ふつう ◀▶"),
        ("がめんサイズ", "4x ◀▶"),
        ("ことば", "日本語 / English"),
        ("しんどう", "OFF"),
    )
    for i, (name, value) in enumerate(options):
        c.text(420, 178 + i * 72, name, 34, fill="#c9d2f2")
        c.text(1216, 178 + i * 72, value, 32, fill="#ffe08a" if i == 2 else "#ffffff", text_anchor="end")
        c.path(f"M420 {198 + i * 72}H1216", stroke="#2a325a", sw=2)
    c.rect(30, 630, 1220, 66, fill="#232a4a", stroke="#5a67a8", sw=3)
    c.text(56, 674, "Ⓐ けってい　Ⓑ もどる　Ⓧ しょきか", 30, fill="#ffffff")
    c.text(1226, 674, "build 0.4.2  60 fps", 26, fill="#8a95c9", text_anchor="end", font_family="DejaVu Sans Mono")
    return c


def timetable() -> Canvas:
    """Where Minato's table is at the fair."""
    c = Canvas(1000, 1250, 116, "#ffffff")
    c.rect(0, 0, 1000, 170, fill="#111111")
    c.text(500, 106, "イベント参加のお知らせ", 62, fill="#ffffff", text_anchor="middle", font_weight="700")
    for i, (name, value) in enumerate(
        (
            ("日時", "2026年5月17日（日） 11:00 – 16:00"),
            ("会場", "みなと文化会館 3階 大展示室"),
            ("スペース", "C-27「湊の物置」"),
            ("新刊", "『灯台のねこ』 A5 / 28p / 500円"),
            ("既刊", "『路地裏素描集』 B5 / 40p / 800円"),
            ("おまけ", "ねこしおり（先着100名）"),
        )
    ):
        y = 250 + i * 66
        c.text(80, y, name, 34, fill="#111111", font_weight="700")
        c.text(260, y, value, 34, fill="#111111")
        c.path(f"M80 {y + 20}H920", stroke="#bbbbbb", sw=2)
    c.rect(80, 660, 840, 500, fill="none", stroke="#111111", sw=4)
    for row, letter in enumerate("ABCD"):
        y = 700 + row * 108
        c.text(104, y + 50, letter, 40, fill="#111111", font_weight="700")
        for k in range(12):
            mark = letter == "C" and k == 8
            c.rect(160 + k * 60, y, 54, 74, fill="#111111" if mark else "#f0f0f0", stroke="#111111", sw=2)
            c.text(187 + k * 60, y + 46, str(19 + k), 24, fill="#ffffff" if mark else "#444444", text_anchor="middle")
    c.text(667, 1140, "▲ ここです", 34, fill="#111111", text_anchor="middle", font_weight="700")
    c.text(120, 1140, "入口", 30, fill="#111111")
    c.text(500, 1218, "お釣りのないようご協力ください。通販は後日。", 28, fill=GREY, text_anchor="middle")
    return c


DRAWINGS: dict[str, Callable[[], Canvas]] = {
    "sora/commissions-open": commissions,
    "minato/deadline-chat": chat,
    "minato/fair-table": timetable,
    "kaede/price-list": price_list,
    "hinoki/hours-2025": hours_chart,
    "dot/settings-screen": game_menu,
}
