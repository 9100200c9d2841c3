"""`gallery check` on accounts.yaml: what a network's own settings may be, and where a mistake stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gallery.cli import main

SITE = "site:\n  contact: me@example.org\n"


def check(folder: Path, text: str) -> Result:
    (folder / "accounts.yaml").write_text(text, "utf-8")
    return CliRunner().invoke(main, ["--config", str(folder / "accounts.yaml"), "check"])


def wrong(result: Result) -> list[str]:
    return [line.removeprefix("wrong: ") for line in result.output.splitlines() if line.startswith("wrong: ")]


@pytest.mark.parametrize(
    ("entry", "mistake"),
    [
        ("bluesky: aoi.example.com\n    originals: pdf", "originals is 'pdf'"),
        ("bluesky: aoi.example.com\n    history: ful", "history is 'ful'"),
        ("bluesky: aoi.example.com\n    videos: perhaps", "videos is 'perhaps'"),
        ("mastodon: aoi@art.example\n    instance: http://x", "instance: 'http://x'"),
        ("mastodon: aoi@art.example\n    account_id: 12 34", "account_id is '12 34'"),
        ("mastodon: aoi@art.example\n    unlisted: maybe", "unlisted is 'maybe'"),
        ("mastodon: aoi@art.example\n    media_hosts: [not a host]", "media_hosts: 'not a host'"),
        ("misskey: aoi@misskey.example\n    home: 3", "home is 3"),
        ("misskey: aoi@misskey.example\n    media_hosts: 7", "media_hosts is 7"),
        ("x: aoi_draws\n    fetch: serch", "fetch is 'serch'"),
        ("x: aoi_draws\n    dialect: pots", "dialect is 'pots'"),
        ("x: aoi_draws\n    replies: some", "replies is 'some'"),
        ("x: aoi_draws\n    backfill_posts: -3", "backfill_posts is -3"),
        ("x: aoi_draws\n    max_posts_per_run: many", "max_posts_per_run is 'many'"),
        ("x: aoi_draws\n    max_posts_per_month: -1", "max_posts_per_month is -1"),
        ("x: aoi_draws\n    usd_per_thousand_posts: .nan", "usd_per_thousand_posts is "),
        ("x: aoi_draws\n    usd_per_thousand_users: free", "usd_per_thousand_users is 'free'"),
        ("x: aoi_draws\n    max_unverified_days: true", "max_unverified_days is True"),
        ("x_archive: none.zip", "there is no "),
        ("x_archive: a.zip\n    parts: b.zip", "b.zip; check its path"),
        ("x_archive: a.zip\n    replies: some", "replies is 'some'"),
        ("x_archive: a.zip\n    unknown_is_sensitive: maybe", "unknown_is_sensitive is 'maybe'"),
        ("folder: gone", "folder: gone is not in"),
    ],
)
def test_a_setting_that_its_network_would_refuse_is_named_with_its_line(
    tmp_path: Path, entry: str, mistake: str
) -> None:
    """What would stop an account at night is found by the check, at the line of the entry."""
    (tmp_path / "a.zip").touch()
    result = check(tmp_path, f"{SITE}accounts:\n  - {entry}\n")
    assert result.exit_code == 2
    (line,) = wrong(result)
    assert line.startswith("accounts.yaml:4: ")
    assert mistake in line


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """Mistakes of several entries, of one entry, and a theme that is not there come together."""
    result = check(
        tmp_path,
        "site:\n  contact: me@example.org\n  theme: walls\naccounts:\n"
        "  - bluesky: aoi.example.com\n    history: ful\n    videos: perhaps\n"
        "  - mastodon: aoi@art.example\n    instance: http://x\n    media_hosts: [not a host]\n",
    )
    assert [line.partition(" ")[0] for line in wrong(result)[:4]] == ["accounts.yaml:5:"] * 2 + ["accounts.yaml:8:"] * 2
    assert "no theme 'walls'" in wrong(result)[4]


def test_a_mistake_for_a_whole_network_is_named_once_and_where_it_stands(tmp_path: Path) -> None:
    """A setting under ``networks:`` is named with that line, however many accounts have it; their own with theirs."""
    result = check(
        tmp_path,
        f"{SITE}networks:\n  x:\n    dialect: pots\naccounts:\n"
        "  - x: aoi_draws\n  - x: ben_draws\n    replies: some\n  - x: cho_draws\n    dialect: tweet\n",
    )
    assert wrong(result) == [
        "accounts.yaml:4: dialect is 'pots'; it may be tweet or post",
        "accounts.yaml:8: replies is 'some'; it may be threads or none or all",
    ]


def test_good_settings_pass(tmp_path: Path) -> None:
    """Settings that networks understand are no mistakes."""
    (tmp_path / "a.zip").touch()
    result = check(
        tmp_path,
        f"{SITE}networks:\n  x: {{fetch: search, usd_per_thousand_posts: 4.5}}\naccounts:\n"
        "  - bluesky: aoi.example.com\n    originals: pds\n    videos: false\n"
        "  - mastodon: aoi@art.example\n    account_id: 109300000000000001\n    media_hosts: '*.files.example'\n"
        "  - misskey: aoi@misskey.example\n    home: true\n"
        "  - x: aoi_draws\n    backfill_posts: 0\n"
        "  - x_archive: a.zip\n    replies: none\n",
    )
    assert (result.exit_code, wrong(result)) == (0, [])
