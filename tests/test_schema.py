"""The JSON Schema of accounts.yaml: up to date, and what is shipped and documented fits it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from gallery.cli import main
from gallery.config.settings import Entry
from gallery.domain import Account, Artist
from gallery.sources import BUILT_IN, networks, source_for

ROOT = Path(__file__).parent.parent


def test_schema_is_up_to_date() -> None:
    """docs/accounts.schema.json is what gallery schema prints."""
    schema = CliRunner().invoke(main, ["schema"]).output
    is_new = (ROOT / "docs" / "accounts.schema.json").read_text("utf-8") == schema
    assert is_new, "docs/accounts.schema.json is older than the code: make schema"


def test_an_editor_can_tell_what_each_setting_means() -> None:
    """Every key of an entry and of a block has a description, for who completes it without the documentation."""
    schema = json.loads((ROOT / "docs" / "accounts.schema.json").read_text("utf-8"))
    accounts, whole = schema["anyOf"]
    blocks = whole["properties"]
    classifier = blocks["classifier"]["anyOf"][1]
    described = [*accounts["items"]["anyOf"], blocks["site"], blocks["fetch"], classifier]
    described += blocks["networks"]["properties"].values()
    bare = [key for block in described for key, said in block["properties"].items() if "description" not in said]
    assert bare == []


def test_every_setting_stands_on_its_page() -> None:
    """Whatever accounts.yaml may hold is explained where people look for it: a network's own keys on its page, those of
    a classifier on the one about labelling, all others in docs/configuration.md."""
    whole = json.loads((ROOT / "docs" / "accounts.schema.json").read_text("utf-8"))["anyOf"][1]["properties"]
    pages = {f"sources/{name}.md": block for name, block in whole["networks"]["properties"].items()}
    pages |= {"labelling.md": whole["classifier"]["anyOf"][1]}
    told = {page: block["properties"].keys() for page, block in pages.items()}
    told["configuration.md"] = {*whole["site"]["properties"], *whole["fetch"]["properties"], *Entry.model_fields}
    text = {page: (ROOT / "docs" / page).read_text("utf-8") for page in told}
    untold = [
        f"{page} says nothing of {key}"
        for page, keys in told.items()
        for key in keys
        if not re.search(rf"`{key}[`:]|^ *{key}:", text[page], re.MULTILINE)
    ]
    assert untold == []


def fit_the_schema(*files: Path) -> subprocess.CompletedProcess[str]:
    """What a checker of JSON Schema says of some lists of accounts."""
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(ROOT / "docs" / "accounts.schema.json")]
    return subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)


def test_shipped_accounts_fit_the_schema(tmp_path: Path) -> None:
    """The schema accepts the accounts.yaml that ships, and the accounts that it proposes in its comments."""
    shipped = (ROOT / "accounts.yaml").read_text("utf-8")
    proposed = "".join(re.findall(r"^  # (- \w+: .*\n|  \w+: .*\n)", shipped, re.MULTILINE))
    assert proposed.count("- ") >= 5
    (tmp_path / "proposed.yaml").write_text(proposed, "utf-8")
    answer = fit_the_schema(ROOT / "accounts.yaml", tmp_path / "proposed.yaml")
    assert answer.returncode == 0, answer.stdout


def test_documented_accounts_fit_the_schema(tmp_path: Path) -> None:
    """The schema accepts every list of accounts that a page of the documentation shows."""
    shown = []
    for page in sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"]):
        for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)):
            lines = textwrap.dedent(block)
            if "accounts:" in lines or lines.startswith(tuple(f"- {network}:" for network in networks())):
                shown.append(tmp_path / f"{page.stem}-{number}.yaml")
                shown[-1].write_text(lines, "utf-8")
    assert len(shown) >= 9
    answer = fit_the_schema(*shown)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("network", BUILT_IN)
def test_a_networks_own_settings_are_told_as_they_are_read(network: str) -> None:
    """An editor marks each value that gallery check refuses, and takes what counts without the setting."""
    settings = json.loads((ROOT / "docs" / "accounts.schema.json").read_text("utf-8"))["anyOf"][1]["properties"]
    described = settings["networks"]["properties"][network]["properties"]

    wrong = []
    for name in source_for(network).option_names:
        fits = Draft202012Validator(described[name]).is_valid
        for value in (True, 7, -1, 1.5, 10**9, "files.example", ["files.example"], [7], {}):
            account = Account(network, "aoi@art.example", Artist("a", "A"), options={name: value})
            wrong += [(name, value)] if fits(value) and source_for(network).check_options(account) else []
        wrong += [(name, "default")] if not fits(described[name].get("default", "files")) else []
    assert (wrong, described.keys()) == ([], source_for(network).option_names)
