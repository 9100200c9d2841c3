"""The nightly workflow: what its steps do with each choice and exit code, in a real shell, with a stand-in gallery."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from gallery.sources import BUILT_IN
from gallery.store import Store

WORKFLOW = Path(__file__).parent.parent / ".github/workflows/nightly.yml"


def workflow() -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load(WORKFLOW.read_text("utf-8"))
    return loaded


CHOICES: list[str] = workflow()["on"]["workflow_dispatch"]["inputs"]["first"]["options"]


def run_step(
    folder: Path,
    step_id: str,
    first: str = "",
    *,
    code: int = 0,
    built: bool = True,
    run_id: str = "7001",
    caches: str = "",
) -> int:
    """Run a step with a gallery that notes how it was called and ends with ``code``, and a GitHub that lists
    ``caches``; returns the step's exit code. What it printed lies in the file "log"."""
    (script,) = [step["run"] for step in workflow()["jobs"]["build"]["steps"] if step.get("id") == step_id]
    command = folder / ".venv/bin/gallery"
    command.parent.mkdir(parents=True, exist_ok=True)
    makes = "mkdir -p site && touch site/index.html; " if built else ""
    command.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" >> called\necho the gallery speaks\n{makes}exit {code}\n")
    command.chmod(0o755)
    github = folder / ".venv/bin/gh"
    github.write_text(f"#!/bin/sh\nprintf '{caches}'\n" if caches != "broken" else "#!/bin/sh\nexit 1\n")
    github.chmod(0o755)
    (folder / "output").touch()
    (folder / "called").touch()
    env = {
        **os.environ,
        "PATH": f"{github.parent}:{os.environ['PATH']}",
        "GITHUB_RUN_ID": run_id,
        "GITHUB_RUN_ATTEMPT": "2",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "ALLOW_SHRINK": "",
        "FIRST": first,
    }
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=folder, env=env, capture_output=True, check=False, text=True
    )
    (folder / "log").write_text(done.stdout)
    return done.returncode


def called(folder: Path) -> list[str]:
    """The arguments that the gallery was given."""
    return (folder / "called").read_text("utf-8").splitlines()


def build_step(folder: Path, code: int, *, built: bool = True) -> tuple[int, str]:
    """Run the step that builds, with a gallery that ends with ``code``: its own exit code, and what it says it made."""
    ended = run_step(folder, "build", code=code, built=built)
    return ended, (folder / "output").read_text("utf-8")


@pytest.mark.parametrize(
    ("code", "ends_with", "published"),
    [(0, 0, True), (1, 1, False), (2, 2, True), (3, 0, True), (4, 4, True), (5, 5, False), (6, 6, False)],
)
def test_a_night_is_published_when_its_site_is_good(tmp_path: Path, code: int, ends_with: int, published: bool) -> None:
    """After 0, 2, 3 and 4 the site that was made is published; where nothing could be read, or accounts.yaml has a
    mistake, the job fails all the same, to be noticed."""
    assert build_step(tmp_path, code) == (ends_with, "good=true\nsite=site-2\n" if published else "site=site-2\n")


@pytest.mark.parametrize("code", [2, 4])
def test_a_night_that_built_nothing_publishes_nothing(tmp_path: Path, code: int) -> None:
    """Nothing read and nothing stored, as after a lost cache, or a mistake in corrections.yaml: there is no site, and
    yesterday's stays up."""
    assert build_step(tmp_path, code, built=False) == (code, "site=site-2\n")


@pytest.mark.parametrize(
    ("code", "told"), [(0, ""), (3, "::warning::Some accounts"), (4, "::error::gallery build ended with exit code 4.")]
)
def test_a_night_that_was_not_well_says_so_on_its_page(tmp_path: Path, code: int, told: str) -> None:
    """Who looks once a month reads there where to look, and nothing where all is well."""
    build_step(tmp_path, code)
    assert [line.startswith(told) for line in (tmp_path / "log").read_text().splitlines()[4:]] == [True] * bool(told)


def test_an_opt_out_does_not_wait_for_the_night() -> None:
    """A push that changes optouts.yaml starts the workflow, on the branch that is published; the one that fills a new
    repository does not, for its Pages and secrets are not set yet. Nor does a run that skips itself take the place of
    one that waits."""
    assert workflow()["on"]["push"] == {"branches": ["**"], "paths": ["optouts.yaml"]}
    branch, first = "github.ref_name == github.event.repository.default_branch", "!github.event.created"
    assert workflow()["jobs"]["build"]["if"] == f"github.event_name != 'push' || ({branch} && {first})"
    skipped = f"github.event_name == 'push' && ({first[1:]} || {branch.replace('==', '!=')})"
    assert workflow()["concurrency"]["group"] == f"${{{{ {skipped} && github.run_id || 'nightly' }}}}"


@pytest.mark.parametrize(("code", "built", "told"), [(2, True, False), (2, False, True), (6, True, True)])
def test_a_night_that_publishes_nothing_says_what_stays_in_view(
    tmp_path: Path, code: int, built: bool, told: bool
) -> None:
    """Whoever reads the error alone learns whether what somebody withdrew has left the site."""
    build_step(tmp_path, code, built=built)
    assert ("stays up, with what was withdrawn since" in (tmp_path / "log").read_text()) is told


def test_what_follows_the_build_does_not_wait_for_a_green_job() -> None:
    """The steps that publish look at what the build says, not at whether the job failed."""
    jobs = workflow()["jobs"]
    conditions = [step["if"] for step in jobs["build"]["steps"] if "upload-pages" in step.get("uses", "")]
    for condition in (*conditions, jobs["deploy"]["if"]):
        assert condition.startswith("always() && ")
    assert len(conditions) == 1


@pytest.mark.parametrize("choice", ["", *CHOICES])
def test_each_choice_runs_its_command_on_the_store(tmp_path: Path, choice: str) -> None:
    """Nothing is done where nothing was chosen, as at night; every other choice runs the command that it names."""
    assert run_step(tmp_path, "first", choice) == 0
    command, _, network = choice.partition(" ")
    commands = {"gc": ["gc"], "purge": ["purge", "--yes", "--network", network]}
    assert called(tmp_path) == commands.get(command, [])


def test_every_network_that_ci_can_read_can_be_purged() -> None:
    """The choices name each network but X archives, which are never committed."""
    networks = sorted({*BUILT_IN} - {"x_archive"})
    choices = [f"purge {network}" for network in networks]
    assert CHOICES[2:] == choices, f"the options of nightly.yml should end in {', '.join(choices)}"


def test_a_command_that_fails_ends_the_job() -> None:
    """The build does not go on as if what was asked for had been done."""
    steps = workflow()["jobs"]["build"]["steps"]
    assert not [step for step in steps if step.get("continue-on-error")]
    assert "if" not in next(step for step in steps if step.get("id") == "build")


@pytest.mark.parametrize("code", [1, 2])
def test_the_step_ends_as_its_command_does(tmp_path: Path, code: int) -> None:
    """A purge that was refused is no success."""
    assert run_step(tmp_path, "first", "purge x", code=code) == code


@pytest.mark.parametrize("choice", ["gc", "purge x"])
def test_a_re_run_repeats_no_purge(tmp_path: Path, choice: str) -> None:
    """What one attempt has done the next ones of that run leave alone; another run does what it is asked."""
    assert run_step(tmp_path, "first", choice) == 0
    once = called(tmp_path)
    with Store(tmp_path / ".gallery") as store:  # what the build of that attempt tidies away is not this
        store.tidy_up()
        store.gc(keep_accounts=(), keep_recipes=(), keep_models=())
    assert run_step(tmp_path, "first", choice) == 0
    assert called(tmp_path) == once
    assert run_step(tmp_path, "first", choice, run_id="700") == 0
    assert called(tmp_path) == [*once, *once]


def test_a_purge_that_failed_is_tried_again_by_a_re_run(tmp_path: Path) -> None:
    """Only what was done counts as done."""
    assert run_step(tmp_path, "first", "purge x", code=1) == 1
    assert run_step(tmp_path, "first", "purge x") == 0
    assert called(tmp_path) == ["purge", "--yes", "--network", "x"] * 2


def test_what_is_no_choice_runs_nothing(tmp_path: Path) -> None:
    """A word that is on no list reaches neither the gallery nor the shell."""
    assert run_step(tmp_path, "first", "gc; touch made") == 2
    assert called(tmp_path) == []
    assert not (tmp_path / "made").exists()


def test_a_network_s_name_is_never_read_by_the_shell(tmp_path: Path) -> None:
    """Whatever follows the word purge is one argument, which the gallery refuses."""
    run_step(tmp_path, "first", "purge $(touch made) *")
    assert called(tmp_path) == ["purge", "--yes", "--network", "$(touch made) *"]
    assert not (tmp_path / "made").exists()


def test_no_script_holds_an_expression() -> None:
    """What people enter reaches a shell as the value of a variable only."""
    steps = workflow()["jobs"]["build"]["steps"]
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []


def test_the_store_is_kept_whatever_the_build_says() -> None:
    """Once a command may have changed it: else what was purged would be back the next night."""
    (saves,) = [step for step in workflow()["jobs"]["build"]["steps"] if "cache/save" in step.get("uses", "")]
    assert saves["if"] == "always() && steps.first.outcome != 'skipped'"


@pytest.mark.parametrize(
    ("caches", "ends_with"), [("", 0), ("4711\\tgallery-7000-1\\n", 1), ("broken", 1)], ids=["none", "some", "unknown"]
)
def test_a_night_whose_store_was_not_restored_stops(tmp_path: Path, caches: str, ends_with: int) -> None:
    """Nothing restored where GitHub keeps no store is a first night, or one after an eviction; else it is a fault."""
    assert run_step(tmp_path, "restored", caches=caches) == ends_with


def test_a_store_that_was_not_restored_is_not_replaced() -> None:
    """The step that may stop the night stands before whatever may change the store, and is asked only without one."""
    steps = workflow()["jobs"]["build"]["steps"]
    ids = [step.get("id") for step in steps]
    assert ids.index("store") < ids.index("restored") < ids.index("first") < ids.index("build")
    assert steps[ids.index("restored")]["if"] == "steps.store.outputs.cache-matched-key == ''"


@pytest.mark.parametrize(("step_id", "first"), [("first", "gc"), ("build", "")])
def test_what_the_gallery_prints_commands_no_log(tmp_path: Path, step_id: str, first: str) -> None:
    """Commands are off while the gallery speaks, by a word that nobody can guess, and on again afterwards."""
    run_step(tmp_path, step_id, first)
    off, said, _, on = (tmp_path / "log").read_text().splitlines()
    word = off.removeprefix("::stop-commands::")
    assert (len(word), said, on) == (36, "the gallery speaks", f"::{word}::")


def test_each_attempt_deploys_what_it_made() -> None:
    """A second attempt's site has a name of its own, for a run may hold each name once."""
    jobs = workflow()["jobs"]
    (upload,) = [step["with"] for step in jobs["build"]["steps"] if "upload-pages" in step.get("uses", "")]
    assert upload["name"] == "${{ steps.build.outputs.site }}"
    assert jobs["build"]["outputs"]["site"] == "${{ steps.build.outputs.site }}"
    (deploy,) = jobs["deploy"]["steps"]
    assert deploy["with"]["artifact_name"] == "${{ needs.build.outputs.site }}"
