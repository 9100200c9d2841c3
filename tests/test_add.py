"""`gallery add`: the new account stands in the list, and everything else where it was."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from gallery.cli import main
from gallery.config import load_config


def test_add_keeps_the_files_form(gallery, tmp_path: Path) -> None:
    """Line ends, who may read it and a link stay what they were; what is no UTF-8 is refused in words."""
    listed, linked = tmp_path / "accounts.yaml", tmp_path / "real.yaml"
    listed.write_bytes(b"# mine\r\naccounts:\r\n  - folder: art\r\n")
    listed.chmod(0o600)
    listed.rename(linked)
    listed.symlink_to(linked)
    assert gallery("add", "folder:other").exit_code == 0
    assert listed.is_symlink()
    assert linked.stat().st_mode & 0o777 == 0o600
    assert linked.read_bytes() == b"# mine\r\naccounts:\r\n  - folder: art\r\n  - folder: other\r\n"
    linked.write_bytes(b"# Z\xfcrich\n- folder: art\n")
    result = gallery("add", "folder:third")
    assert (result.exit_code, "is not UTF-8" in result.output) == (2, True)
    assert linked.read_bytes() == b"# Z\xfcrich\n- folder: art\n"


def test_add_keeps_comments_and_order(gallery, tmp_path: Path) -> None:
    """gallery add appends to the list and leaves every other byte alone."""
    assert gallery("add", "folder:more/ben", "--consent", "own", "--name", "Ben: the artist").exit_code == 0
    assert (tmp_path / "accounts.yaml").read_text() == (
        "# mine\naccounts:\n  - folder: art # the first\n"
        '  - folder: more/ben\n    name: "Ben: the artist"\n    consent: own\n\n# the end\n'
    )


def test_whoever_opted_out_is_not_added(gallery, tmp_path: Path) -> None:
    """In whatever spelling: the file stays as it was, and the message names the other one."""
    before = (tmp_path / "accounts.yaml").read_text()
    (tmp_path / "optouts.yaml").write_text("- account: x:Aoi_Draws\n")
    result = gallery("add", "x:@aoi_draws")
    assert result.exit_code == 2
    assert "x:aoi_draws stands in optouts.yaml, for somebody asked for it; nothing was added" in result.output
    assert (tmp_path / "accounts.yaml").read_text() == before


@pytest.mark.parametrize(
    "before",
    [
        "",
        "accounts:\n",
        "- folder: a\n",
        "- folder: a",
        "site:\n  title: x\n",
        "accounts: []\n",
        "accounts: []  # nobody yet\nsite:\n  title: x\n",
        "accounts: [\n  # nobody yet\n]\n",
        "# mine\n[]\n",
        "[]",
        "accounts:\n- folder: a\n  name:\n\n# what X may cost\nnetworks:\n  x:\n    fetch: search\n",
    ],
)
def test_add_works_on_every_shape(tmp_path: Path, before: str) -> None:
    """gallery add makes a file that reads well, whatever was there."""
    path = tmp_path / "accounts.yaml"
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    if before:
        path.write_text(before)
    run = CliRunner()
    assert run.invoke(main, ["--config", str(path), "add", "folder:b"]).exit_code == 0
    assert run.invoke(main, ["--config", str(path), "check"]).exit_code == 0
    assert "folder: b" in path.read_text()
    assert re.findall("#.*", path.read_text()) == re.findall("#.*", before)


@pytest.mark.parametrize("account", ["bluesky", "nowhere:x", "x:not a name", "folder:art", "bluesky:a/b"])
def test_add_refuses_what_would_not_read(gallery, tmp_path: Path, account: str) -> None:
    """A malformed, unknown or repeated account leaves the file as it was."""
    before = (tmp_path / "accounts.yaml").read_bytes()
    assert gallery("add", account).exit_code == 2
    assert (tmp_path / "accounts.yaml").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["accounts.yaml", "art"]


def test_a_first_network_is_added_to_the_shipped_list(tmp_path: Path) -> None:
    """A setting that the account calls for, such as the contact, is told with its line and keeps nobody from adding."""
    shipped = (Path(__file__).parent.parent / "accounts.yaml").read_text("utf-8")
    path = tmp_path / "accounts.yaml"
    path.write_text(shipped, "utf-8")
    run = CliRunner()
    result = run.invoke(main, ["--config", str(path), "add", "bluesky:aoi.example.com"])
    assert result.exit_code == 0
    added, wanted = result.output.splitlines()
    assert added == "bluesky:aoi.example.com added to accounts.yaml; gallery build fetches it once this is mended:"
    assert re.match(rf"  {re.escape(str(path))}:\d+: site\.contact is needed", wanted)
    path.write_text(path.read_text("utf-8").replace("  # contact:", "  contact:"), "utf-8")
    again = run.invoke(main, ["--config", str(path), "add", "mastodon:ben@art.example"])
    assert again.output == "mastodon:ben@art.example added to accounts.yaml; gallery build fetches it\n"
    assert [account.handle for account in load_config(path).accounts[-2:]] == ["aoi.example.com", "ben@art.example"]


def test_add_tells_old_mistakes_and_refuses_new_ones(tmp_path: Path) -> None:
    """What was wrong in the file before is told, and refuses nothing; what the edit itself would get wrong does."""
    path = tmp_path / "accounts.yaml"
    (tmp_path / "b").mkdir()
    path.write_text("accounts:\n  - folder: art\n    limt: 3\nsite:\n  titel: x\n")
    run = CliRunner()
    result = run.invoke(main, ["--config", str(path), "add", "folder:b"])
    assert result.exit_code == 0
    assert [line.rpartition("/")[2].split(";")[0] for line in result.output.splitlines()[1:]] == [
        "accounts.yaml:3: unknown key 'limt'",
        "accounts.yaml:6: unknown key 'titel'",
    ]
    before = path.read_bytes()
    assert before == b"accounts:\n  - folder: art\n    limt: 3\n  - folder: b\nsite:\n  titel: x\n"
    for wrong, said in (
        (["folder:b"], "accounts.yaml:4: folder:b stands here already; nothing was added"),
        (["folder:c", "--artist", "No Slug"], "accounts.yaml: nothing was added: artist: "),
    ):
        refused = run.invoke(main, ["--config", str(path), "add", *wrong])
        assert refused.exit_code == 2
        assert said in refused.output
        assert refused.output.count("accounts.yaml") == 1  # nothing of the file that was not written
        assert path.read_bytes() == before


def test_add_says_that_the_folder_is_not_there(tmp_path: Path) -> None:
    """What the new entry names and is not there is told at once, with the line of the entry."""
    path = tmp_path / "accounts.yaml"
    path.write_text("- folder: also-gone\n")
    result = CliRunner().invoke(main, ["--config", str(path), "add", "folder:gone"])
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "folder:gone added to accounts.yaml; gallery build fetches it once this is mended:",
        f"  accounts.yaml:2: folder: gone is not in {tmp_path}",
    ]


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("accounts: nobody\n", ": has no place for folder:b; write it there by hand"),
        ("just text\n", ": has no place for folder:b; write it there by hand"),
        ("accounts: ~\n", ": has no place for folder:b; write it there by hand"),
        ("site: {}\n...\n", ": has no place for folder:b; write it there by hand"),
        ("accounts: []# nobody\nsite: {}\n", ": has no place for another account; write it there by hand"),
        ("site: [\n", ":2: not valid YAML: "),
        ("accounts:\n- folder: a\n? [a, b]\n: c\n", ":3: a key must be text"),
    ],
)
def test_add_leaves_what_has_no_list(tmp_path: Path, before: str, said: str) -> None:
    """A file in which the entry would be no account, or that is no YAML, stays as it was, and no line is named that it
    does not have."""
    path = tmp_path / "accounts.yaml"
    path.write_text(before)
    refused = CliRunner().invoke(main, ["--config", str(path), "add", "folder:b"])
    assert refused.exit_code == 2
    assert refused.output.startswith(f"error: {path}{said}")
    assert path.read_text() == before
