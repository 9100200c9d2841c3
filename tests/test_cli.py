"""The commands, as a maintainer types them."""

from __future__ import annotations

import json
import os
import re
import resource
import sqlite3
import subprocess
import sys
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree

import pytest
from click.testing import CliRunner

from gallery.cli import main
from gallery.errors import GalleryError
from gallery.store import AccountRecord, Store
from gallery.store.lock import hold_lock
from tests.toy_server import picture

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 23, 3, 17, tzinfo=UTC)


def test_every_command_is_documented() -> None:
    """docs/configuration.md names every command, and every option of build."""
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    assert [name for name in main.commands if f"`gallery {name}" not in page] == []
    options = [option for parameter in main.commands["build"].params for option in parameter.opts]
    assert [option for option in options if option not in page] == []


def test_every_exit_code_is_documented() -> None:
    """docs/configuration.md lists the exit code of every error."""
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}

    def codes(kind: type[GalleryError]) -> set[int]:
        return {kind.exit_code}.union(*(codes(below) for below in kind.__subclasses__()))

    assert codes(GalleryError) | {0, 3, 4} <= listed


def test_wrong_configuration_is_one_message_and_code_two(tmp_path: Path) -> None:
    """A broken accounts.yaml ends with its problems and exit code 2, without a traceback."""
    (tmp_path / "accounts.yaml").write_text("- flder: art\n")
    result = CliRunner().invoke(main, ["--config", str(tmp_path / "accounts.yaml"), "build"])
    assert result.exit_code == 2
    assert "accounts.yaml:1: unknown key 'flder'; did you mean 'folder'?" in result.output
    assert "Traceback" not in result.output


def test_names_of_files_are_utf8_under_every_locale(tmp_path: Path) -> None:
    """Where the locale asks for another encoding, a folder and its files are those whose names stand in UTF-8."""
    (tmp_path / "絵").mkdir()
    (tmp_path / "絵" / "海.png").write_bytes(picture(1))
    (tmp_path / "accounts.yaml").write_text("- folder: 絵\n", "utf-8")
    old = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "gallery", "build", "--jobs", "1", "--report", "report.json"]
    done = subprocess.run(command, cwd=tmp_path, env=old, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["shown"] == 1


def test_second_build_is_told_who_holds_the_lock(gallery, tmp_path: Path) -> None:
    """While one build runs, another ends at once with exit code 5 and the name of the first."""
    with hold_lock(tmp_path / ".gallery" / "lock", "build", NOW):
        result = gallery("fetch")
    assert result.exit_code == 5
    assert re.search(r"process \d+ on .* \(build, since", result.output)


@pytest.mark.parametrize(
    ("command", "broken", "code", "said"),
    [
        ("build", "lock", 5, "holds"),
        ("fetch", "newer store", 1, "newer gallery"),
        ("fetch", "optouts.yaml", 2, "unknown key 'acount'"),
        ("render", "accounts.yaml", 2, "unknown key 'flder'"),
    ],
)
def test_an_error_that_ends_the_command_stands_in_its_report(
    gallery, tmp_path: Path, command: str, broken: str, code: int, said: str
) -> None:
    """Where a run ends before there is anything else to tell, its reports, too, give the error and the exit code, not
    those of the night before."""
    files = [tmp_path / "report.json", tmp_path / "report.md"]
    told = [part for file in files for part in ("--report", str(file))]
    assert gallery("build", *told).exit_code == 0
    (tmp_path / "art" / "a.png").write_bytes(picture(1))
    with ExitStack() as stack:
        if broken == "lock":
            stack.enter_context(hold_lock(tmp_path / ".gallery" / "lock", "build", NOW))
        elif broken == "newer store":
            with closing(sqlite3.connect(tmp_path / ".gallery" / "index.sqlite3")) as index, index:
                index.execute("PRAGMA user_version = 999")
        else:
            (tmp_path / broken).write_text("- acount: x:y\n" if broken == "optouts.yaml" else "- flder: art\n")
        assert gallery(command, *told).exit_code == code
    report = json.loads(files[0].read_text("utf-8"))
    assert (report["command"], report["exit_code"], report["accounts"]) == (command, code, [])
    assert said in report["refused"]
    outcome = "Broken off" if command == "fetch" else "Not published"
    assert f"**{outcome}, exit code {code}:** " in files[1].read_text("utf-8")


def test_a_command_takes_away_what_a_killed_one_left(gallery, tmp_path: Path) -> None:
    """Bytes that no index speaks of are gone after the next command, whichever it is."""
    stray = tmp_path / ".gallery" / "files" / "ab" / ("ab" * 32)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"withdrawn")
    gallery("fetch")
    assert not stray.exists()


def test_full_disk_is_one_message(gallery, tmp_path: Path) -> None:
    """When not even the lock can be written, the command says so in one line."""

    def no_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    command = [sys.executable, "-m", "gallery", "--config", str(tmp_path / "accounts.yaml"), "fetch"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=no_files)
    assert answer.returncode == 1
    assert answer.stderr.startswith("error: cannot write the lock ")
    assert len(answer.stderr.splitlines()) == 1


def test_gc_without_room_for_a_second_index_frees_what_it_can(gallery, tmp_path: Path) -> None:
    """Where the index cannot be made smaller, gc has still freed the rest, and says both."""
    gallery("fetch")
    with Store(tmp_path / ".gallery") as store:
        store.set_fact("large", "x" * 3_000_000)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        result = gallery("gc")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert result.exit_code == 0, result.output
    assert "0.0 MB freed\n" in result.output
    assert "index.sqlite3 could not be made smaller: " in result.output
    assert gallery("gc").output == "0.0 MB freed\n"


def test_missing_folder_fails_alone(gallery, tmp_path: Path) -> None:
    """One account that cannot be read is named, the other is fetched, and the exit code says 3."""
    (tmp_path / "accounts.yaml").write_text("- folder: art\n- folder: gone\n")
    result = gallery("fetch")
    assert result.exit_code == 3
    assert "folder:gone" in result.output
    assert "problem:" in result.output


def test_nothing_fetched_is_code_four(gallery, tmp_path: Path) -> None:
    """When no account could be read the exit code says so."""
    (tmp_path / "accounts.yaml").write_text("- folder: gone\n")
    assert gallery("fetch").exit_code == 4


def test_purge_refuses_a_network_that_is_none(gallery, tmp_path: Path) -> None:
    """A slip in the name of the network is no reason to believe that its posts are gone."""
    result = gallery("purge", "--network", "foldr", "--yes")
    assert result.exit_code == 2
    assert "no network 'foldr', so nothing was deleted; did you mean 'folder'?" in result.output
    assert "bluesky" in gallery("purge", "--network", "nothing-like-it", "--yes").output


def test_purge_says_who_comes_back(gallery, tmp_path: Path) -> None:
    """Accounts of the network that are still listed are named with their line: the next build fetches them again."""
    assert "accounts.yaml:3: folder:art is still listed" in gallery("purge", "--network", "folder", "--yes").output
    assert gallery("purge", "--network", "x", "--yes").output == "0 posts deleted from the store\n"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("corrections.yaml", "- pots: x\n"),
        ("optouts.yaml", "- pots: x\n"),
        ("templates/wall/theme.toml", "= 1"),
        ("templates/wall/about.html", "{% if %}"),
    ],
)
def test_purge_deletes_nothing_while_the_site_cannot_be_made(gallery, tmp_path: Path, file: str, text: str) -> None:
    """A mistake in a file that would keep the public copies public is named before anything is deleted."""
    (tmp_path / "art" / "a.png").write_bytes(picture(1))
    gallery("build")
    (tmp_path / "templates" / "wall").mkdir(parents=True)
    (tmp_path / file).write_text(text)
    result = gallery("purge", "--network", "folder", "--yes")
    assert result.exit_code == 2
    assert f"{file}:" in result.output
    with Store(tmp_path / ".gallery") as store:
        assert len(store.permalinks()) == 1


def test_purge_deletes_nothing_while_the_classifier_is_away(gallery, tmp_path: Path) -> None:
    """A classifier that accounts.yaml names and that is not there is named before anything is deleted."""
    (tmp_path / "art" / "a.png").write_bytes(picture(1))
    gallery("build")
    (tmp_path / "accounts.yaml").write_text("accounts:\n  - folder: art\nclassifier: onnx:away.onnx\n")
    result = gallery("purge", "--network", "folder", "--yes")
    assert (result.exit_code, "away.onnx" in result.output) == (1, True), result.output
    with Store(tmp_path / ".gallery") as store:
        assert len(store.permalinks()) == 1


def test_what_was_purged_leaves_the_site_with_any_later_build(gallery, tmp_path: Path) -> None:
    """Where the site could not be made anew at once, the next build makes it without what was purged, unasked."""
    for number in range(12):
        (tmp_path / "art" / f"{number}.png").write_bytes(picture(number))
    gallery("build")
    own = (tmp_path / "accounts.yaml").read_text()
    (tmp_path / "accounts.yaml").write_text("site: {max_site_files: 1}\n" + own)
    assert gallery("purge", "--network", "folder", "--yes").exit_code == 1
    (tmp_path / "accounts.yaml").write_text(own)
    assert gallery("build", "--offline").exit_code == 0
    assert list((tmp_path / "site").rglob("*.avif")) == []


def test_what_was_purged_where_no_site_lies_is_asked_for(gallery, tmp_path: Path) -> None:
    """In CI a purge finds the store alone; the build that follows makes the site without what went, unasked."""
    for number in range(12):
        (tmp_path / "art" / f"{number}.png").write_bytes(picture(number))
    gallery("build")
    rmtree(tmp_path / "site")
    assert gallery("purge", "--network", "folder", "--yes").exit_code == 0
    rmtree(tmp_path / "art")
    assert gallery("build").exit_code == 4
    assert list((tmp_path / "site").rglob("*.avif")) == []
    assert (tmp_path / "site" / "index.html").is_file()


@pytest.mark.parametrize(("key", "told"), [("titel: Mine", "unknown key 'titel'"), ("theme: nope", "no theme 'nope'")])
def test_a_purge_does_not_wait_for_mistakes_in_accounts_yaml(gallery, tmp_path: Path, key: str, told: str) -> None:
    """While there is a mistake in accounts.yaml, a purge names it and takes the network off the site in place."""
    (tmp_path / "art" / "a.png").write_bytes(picture(1))
    (tmp_path / "accounts.yaml").write_text("site: {title: Mine}\naccounts:\n  - folder: art\n")
    assert gallery("build").exit_code == 0
    (tmp_path / "accounts.yaml").write_text(f"site: {{{key}}}\naccounts: []\n")
    result = gallery("purge", "--network", "folder", "--yes")
    assert (result.exit_code, f"accounts.yaml:1: {told}" in result.output) == (0, True), result.output
    assert "is still listed" not in result.output
    assert list((tmp_path / "site").rglob("*.avif")) == []
    assert "<title>Mine" in (tmp_path / "site" / "index.html").read_text("utf-8")
    with Store(tmp_path / ".gallery") as store:
        assert list(store.permalinks()) == []


@pytest.mark.parametrize(
    ("site", "message"),
    [
        ("{theme: nope}", "accounts.yaml:1: no theme 'nope'"),
        ("{languages: [en, JA]}", "accounts.yaml:1: the theme does not speak 'JA'; did you mean 'ja'?"),
        ("{languages: en}", "accounts.yaml:1: languages: expected a list, such as [a, b], not 'en'"),
    ],
)
def test_a_wrong_theme_is_found_before_any_network_is_asked(gallery, tmp_path: Path, site: str, message: str) -> None:
    """A mistake in site: is code 2 with its line, and nothing was fetched for it."""
    (tmp_path / "art" / "a.png").write_bytes(picture(1))
    (tmp_path / "accounts.yaml").write_text(f"site: {site}\naccounts:\n  - folder: art\n")
    result = gallery("build")
    assert (result.exit_code, message in result.output) == (2, True), result.output
    with Store(tmp_path / ".gallery") as store:
        assert list(store.permalinks()) == []


@pytest.mark.parametrize("file", ["corrections.yaml", "optouts.yaml"])
def test_a_file_that_cannot_be_read_is_one_message(gallery, tmp_path: Path, file: str) -> None:
    """A folder in a file's place is code 2, for check and for build."""
    (tmp_path / file).mkdir()
    for command in ("check", "build"):
        result = gallery(command)
        assert (result.exit_code, f"{file}: cannot be read" in result.output) == (2, True), result.output


def test_purge_knows_a_network_whose_package_is_gone(gallery, tmp_path: Path) -> None:
    """What a source brought that is not installed any more can still be deleted."""
    with Store(tmp_path / ".gallery") as store:
        store.save_account(AccountRecord("tumblr:aoi", "17"))
    assert gallery("purge", "--network", "tumblr", "--yes").exit_code == 0
    with Store(tmp_path / ".gallery") as store:
        assert store.account_keys() == []


def test_dry_run_fetches_nothing(gallery, tmp_path: Path) -> None:
    """--dry-run says what would be done and stores nothing."""
    result = gallery("build", "--dry-run")
    assert result.exit_code == 0
    assert "folder:art" in result.output
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        (["--offline", "--only", "aoi"], "leave one of them out"),
        (["--dry-run", "--offline"], "--offline has nothing to do"),
        (["--dry-run", "--report", "r.json"], "--report has nothing to do"),
        (["--report", "no/such/folder/r.json"], "make it first"),
    ],
)
def test_options_that_could_do_nothing_are_refused(gallery, tmp_path: Path, options: list[str], advice: str) -> None:
    """A combination that would be passed over is a mistake, said before anything is done."""
    result = gallery("build", *options)
    assert result.exit_code == 2
    assert advice in result.output
    assert not (tmp_path / "site").exists()


def test_a_report_that_cannot_be_written_leaves_the_run_what_it_was(gallery, tmp_path: Path) -> None:
    """The site is published by then: the exit code speaks of it, and a warning names the report."""
    link = tmp_path / "r.json"
    link.symlink_to(tmp_path / "no" / "folder")
    result = gallery("build", "--report", str(link))
    assert result.exit_code == 0
    assert f"warning: the report {link} could not be written" in result.output
    assert (tmp_path / "site" / "index.html").exists()


@pytest.mark.parametrize(
    ("encoding", "stdout"), [("utf-8", "/dev/full"), ("latin-1", "out.txt")], ids=["full disk", "another encoding"]
)
def test_a_report_that_cannot_be_printed_leaves_the_run_what_it_was(tmp_path: Path, encoding: str, stdout: str) -> None:
    """The site is out: that the report does not fit the terminal, or its disk, changes neither exit code nor files."""
    (tmp_path / "絵").mkdir()
    (tmp_path / "絵" / "a.png").write_bytes(picture(1))
    (tmp_path / "accounts.yaml").write_text("accounts:\n  - folder: 絵\n", "utf-8")
    with (tmp_path / stdout).open("wb") as out:
        done = subprocess.run(
            [sys.executable, "-m", "gallery", "build", "--report", "r.json"],
            cwd=tmp_path, env={**os.environ, "PYTHONIOENCODING": encoding}, stdout=out, stderr=subprocess.PIPE,
            check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    assert b"Traceback" not in done.stderr
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["shown"] == 1
    assert (tmp_path / "site" / "index.html").exists()


def test_check_names_what_is_wrong_everywhere(gallery, tmp_path: Path) -> None:
    """gallery check reads all three files and reports each mistake."""
    (tmp_path / "corrections.yaml").write_text("- post: x\n  hied: true\n  hide: true\n")
    result = gallery("check")
    assert result.exit_code == 2
    assert "accounts.yaml: fine" in result.output
    assert "did you mean 'hide'?" in result.output


@pytest.mark.parametrize("command", ["check", "fetch", "render"])
@pytest.mark.parametrize("file", ["optouts", "corrections"])
def test_a_file_that_is_there_but_not_read_is_named(gallery, tmp_path: Path, file: str, command: str) -> None:
    """Under a name that nothing reads, people's words do not count as unsaid: not for the check, nor for a site."""
    (tmp_path / f"{file}.yml").write_text("[]\n")
    result = gallery(command)
    assert f"{file}.yml: is not read; call it {file}.yaml" in result.output
    assert result.exit_code == (0 if (command, file) == ("fetch", "corrections") else 2)  # a fetch hears withdrawals
    assert not (tmp_path / "site").exists()


def test_check_asks_about_an_opt_out_that_misses_by_a_letter(gallery, tmp_path: Path) -> None:
    """An opt-out spelt almost like a listed account is asked about; one of somebody who was never listed is not."""
    (tmp_path / "accounts.yaml").write_text(
        "site:\n  contact: me@example.org\naccounts:\n  - bluesky: aoi.example.com\n  - bluesky: ben.example.com\n"
    )
    (tmp_path / "optouts.yaml").write_text(
        "- account: bluesky:@Ben.example.com\n- account: bluesky:aio.example.com\n- account: x:somebody_else\n"
    )
    result = gallery("check")
    assert result.exit_code == 0
    assert "bluesky:aio.example.com is not in the list of accounts, but bluesky:aoi.example.com is" in result.output
    assert result.output.count("who was meant?") == 1


@pytest.mark.parametrize(
    ("accounts", "message"),
    [
        ("site:\n  theme: walls\naccounts:\n  - folder: art\n", "no theme 'walls'"),
        ("site:\n  languages: [en, xx]\naccounts:\n  - folder: art\n", "xx"),
        ("- folder: art\n- folder: gone\n", "accounts.yaml:2: folder: gone is not in"),
    ],
)
def test_check_looks_for_what_the_list_names(gallery, tmp_path: Path, accounts: str, message: str) -> None:
    """A theme, a language or a folder that is not there is found before the build finds it."""
    (tmp_path / "accounts.yaml").write_text(accounts)
    result = gallery("check")
    assert result.exit_code == 2
    assert message in result.output


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processes are not kept to processors here")
def test_a_command_takes_no_more_processors_than_it_is_given() -> None:
    """Where a container or a person keeps it to one, it does not start a process for each that the machine has."""
    script = (
        "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]); from gallery.cli import CPUS; print(CPUS)"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "1\n"
