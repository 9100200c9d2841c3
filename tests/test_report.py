"""What a run says that it did: exit code, JSON, Markdown."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gallery.report import AccountReport, RunReport, StageReport

NOW = datetime(2026, 11, 23, 3, 17, tzinfo=UTC)
REPORT = RunReport(
    "build",
    NOW,
    (AccountReport("x:aoi", 1.5, new=2, failed=1, cost_usd=0.01, details=("post 1: | <script> 404",)),),
    (StageReport("classify", 0.2, 2),),
    {"opted out": 3},
    shown=7,
)


@pytest.mark.parametrize(
    ("accounts", "code"),
    [
        ([("", False)], 0),
        ([("503", False), ("", False)], 3),
        ([("503", False), ("suspended", True)], 3),
        ([("suspended", True)], 3),
        ([("503", False)], 4),
    ],
)
def test_an_account_that_is_gone_was_read(accounts: list[tuple[str, bool]], code: int) -> None:
    """Exit code 4 says that the run learned nothing; that an account is gone is something learned."""
    reports = tuple(AccountReport("x:aoi", problem=problem, answered=gone) for problem, gone in accounts)
    assert RunReport("build", NOW, reports).exit_code == code


@pytest.mark.parametrize(
    ("problems", "ending"),
    [
        (["503", ""], "some not read, exit code 3: some accounts"),
        (["503", "503"], "nothing read, exit code 4: no account"),
    ],
)
def test_a_report_says_why_its_exit_code_is_not_0(problems: list[str], ending: str) -> None:
    """Where accounts could not be read, the last line of the text and the head of the summary tell the exit code in
    words."""
    report = RunReport("build", NOW, tuple(AccountReport("x:aoi", problem=problem) for problem in problems))
    assert report.as_text().splitlines()[-1].startswith(ending)
    assert report.as_markdown().splitlines()[2].lower().replace("*", "").startswith(ending)


def test_report_as_json_says_everything() -> None:
    """The JSON report holds accounts, stages, hidden counts and the exit code."""
    data = json.loads(REPORT.as_json())
    assert data["accounts"][0]["new"] == 2
    assert data["stages"][0]["name"] == "classify"
    assert (data["hidden"], data["shown"], data["exit_code"]) == ({"opted out": 3}, 7, 0)


def test_report_of_a_fetch_says_nothing_of_a_site(gallery, tmp_path: Path) -> None:
    """A command that makes no site does not tell that it shows no pictures."""
    files = [tmp_path / "report.json", tmp_path / "report.md"]
    assert gallery("fetch", *(part for file in files for part in ("--report", str(file)))).exit_code == 0
    assert "shown" not in "".join(file.read_text("utf-8") for file in files)


def test_markdown_report_cannot_be_broken_by_a_network() -> None:
    """Text from a network stays text in the summary of a job."""
    assert "post 1: \\| \\<script\\> 404" in REPORT.as_markdown()
    remark = "alt: <img src=x> [a](b)\n## c"
    noted = RunReport("build", NOW, (AccountReport("x:aoi", notices={"a|b": 1}, remarks=(remark,)),)).as_markdown()
    assert "- x:aoi: a\\|b: 1\n- x:aoi: note: alt: \\<img src=x\\> \\[a\\](b) ## c\n" in noted


def test_markdown_report_says_what_was_skipped_and_held() -> None:
    """The summary of a job names each kind of notice with its count, the remarks, then the failures and the notes."""
    account = AccountReport(
        "folder:art", notices={"bad-sidecar": 2, "held-removals": 1}, remarks=("bad-sidecar: 2.png",)
    )
    text = RunReport("build", NOW, (account,), (StageReport("classify", 0.2, details=("no 3",)),), notes=("n",))
    told = [line for line in text.as_markdown().splitlines() if line.startswith("- ")]
    notices = ["bad-sidecar: 2", "held-removals: 1", "note: bad-sidecar: 2.png"]
    assert told == [*(f"- folder:art: {line}" for line in notices), "- no 3", "- n"]


def test_markdown_report_says_how_much_it_left_out() -> None:
    """Of a long list the beginning is shown, and how many lines are missing."""
    account = AccountReport("x:aoi", notices={f"k{n}": 1 for n in range(103)}, details=("d",) * 1102)
    text = RunReport("build", NOW, (account,)).as_markdown()
    assert (text.count("- x:aoi: k"), text.splitlines().count("- d")) == (100, 100)
    assert "- … and 3 more\n" in text
    assert "- … and 1,002 more\n" in text


def test_of_many_accounts_only_those_with_news_have_a_line() -> None:
    """Where a hundred accounts are read, the few of which there is something to tell are not lost among the others."""
    quiet = [AccountReport(f"x:quiet-{number}", unchanged=7) for number in range(100)]
    report = RunReport("build", NOW, (*quiet, AccountReport("x:aoi", new=1), AccountReport("x:ben", problem="503")))
    told = [" ".join(line.split()) for line in report.as_text().splitlines()]
    assert told[0].startswith("x:aoi 1 new")
    assert told[1].startswith("x:ben 0 new")
    assert told[2:4] == ["problem: 503", "100 other accounts nothing new, 700 unchanged"]
    rows = [line for line in report.as_markdown().splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[:3] for row in rows[1:]] == [
        ["| x:aoi", "1", "0"],
        ["| x:ben", "0", "0"],
        ["| 100 other accounts", "0", "700"],
    ]


def test_a_night_in_which_all_of_many_accounts_fail_fits_the_summary() -> None:
    """GitHub takes no summary over 1 MiB; those that could not be read stand first, and all are counted."""
    fine = [AccountReport(f"x:fine-{number}", new=1) for number in range(3_000)]
    lost = [AccountReport(f"x:lost-{number}", failed=90, problem="503 " * 60) for number in range(3_000)]
    text = RunReport("build", NOW, (*fine, *lost)).as_markdown()
    assert len(text.encode()) < 2**20
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert "x:lost-0 " in rows[1]
    assert rows[-1].startswith("| 5,900 other accounts | 3000 | 0 | 0 | 261000 |")


def test_a_terminal_shows_the_first_failures_of_an_account() -> None:
    """Of an account whose pictures all fail the first are named, and how many more there are."""
    report = RunReport("build", NOW, (AccountReport("x:aoi", failed=1_102, details=("d",) * 1_102),))
    lines = report.as_text().splitlines()
    assert (lines.count("  failed: d"), lines[-1]) == (20, "  failed: … and 1,082 more")


@pytest.mark.parametrize(("files", "megabytes", "warned"), [(89, 89, False), (90, 1, True), (1, 90, True)])
def test_a_site_that_nearly_fills_its_host_is_told(files: int, megabytes: int, warned: bool) -> None:
    """From nine tenths of what the host takes on, the line about the site's size says what comes, and what helps."""
    size = {"site_files": files, "site_bytes": megabytes * 10**6, "max_site_files": 100, "max_site_bytes": 10**8}
    report = RunReport("build", NOW, shown=1, **size)
    for text in (report.as_text(), report.as_markdown()):
        assert ("nearly full" in text and "site.copies" in text) is warned
