"""A package's source may be wrong in any way: it is named as what failed, and costs no more than its own accounts."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gallery.commands.add import add_account
from gallery.config import load_config
from gallery.edited.optouts import load_optouts
from gallery.errors import ConfigError
from gallery.fetch import plan_fetch
from gallery.optout_rules import OptOuts
from gallery.sources import BUILT_IN, _of_packages, source_for
from gallery.sources.guarded import missing_files
from gallery.steps.copies import _listed_hosts
from tests.toy_server import AOI, NIGHT, SORA, Nights
from tests.toy_source import PaidToy, Toy

Install = Callable[[str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install a package that brings the network ``odd``, whose source is what the given code makes of ``Odd``."""

    def add(code: str) -> None:
        about = tmp_path / "packages" / "odd-1.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text("Name: odd\nVersion: 1\n")
        (about / "entry_points.txt").write_text("[gallery.sources]\nodd = odd_source:Odd\n")
        (about.parent / "odd_source.py").write_text(f"from tests.toy_source import PaidToy, Toy\n{code}\n")
        monkeypatch.syspath_prepend(about.parent)
        _of_packages.cache_clear()

    yield add
    source_for.cache_clear()
    _of_packages.cache_clear()
    sys.modules.pop("odd_source", None)


@pytest.fixture
def problems(tmp_path: Path) -> Callable[[str], list[str]]:
    """What is wrong with an accounts.yaml of this text, line by line, without the folder."""

    def told(text: str) -> list[str]:
        path = tmp_path / "accounts.yaml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            load_config(path)
        return str(caught.value).replace(f"{tmp_path}/", "").splitlines()

    return told


def method(name: str, body: str) -> str:
    return f"class Odd(Toy):\n  def {name}(self, *given):\n    {body}\n"


# --- what accounts.yaml and optouts.yaml meet ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "checks",
    ["return given[0].options['none']", "return ['instance is wrong']", "yield from (); raise RuntimeError('x')"],
    ids=["a bug", "an older contract", "a bug in a generator"],
)
def test_a_source_that_fails_on_its_settings_is_named_with_the_entry(
    problems: Callable[[str], list[str]], install: Install, checks: str
) -> None:
    """Whatever a package's source raises about settings is a mistake at its entry, and hides no other."""
    install(method("check_options", checks))
    failed, other = problems("site:\n  contact: me@example.org\naccounts:\n- odd: a\n- folder: b\n  limt: 3\n")
    assert failed.startswith("accounts.yaml:4: the source 'odd' failed on these settings with ")
    assert other.startswith("accounts.yaml:6: unknown key 'limt'")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("given[0].lower()", "TypeError: check_handle returned None"),
        ("return ''", "TypeError: check_handle returned ''"),
        ("return {}['none']", "KeyError: 'none'"),
        ("raise SystemExit(3)", "SystemExit: 3"),
    ],
)
def test_a_source_that_fails_on_a_handle_is_named(
    problems: Callable[[str], list[str]], install: Install, tmp_path: Path, body: str, said: str
) -> None:
    """No account vanishes, is added or opts out unheard because its source cannot read the handle."""
    install(method("check_handle", body))
    said = f"the source 'odd' failed on the handle 'a' with {said}; please report this"
    failed, other = problems("site:\n  contact: me@example.org\naccounts:\n- odd: a\n- folder: b\n  limt: 3\n")
    assert failed == f"accounts.yaml:4: odd: {said}"
    assert other.startswith("accounts.yaml:6: unknown key 'limt'")
    with pytest.raises(ConfigError) as caught:
        add_account(tmp_path / "accounts.yaml", "odd:a", {})
    assert str(caught.value) == f"odd:a: {said}"
    (tmp_path / "optouts.yaml").write_text("- account: odd:a\n")
    with pytest.raises(ConfigError) as caught:
        load_optouts(tmp_path / "optouts.yaml")
    assert str(caught.value).startswith(f"{tmp_path}/optouts.yaml:1: {said}\n")


LOCAL = "class Odd(Toy):\n  local = True\n  def open_media(self): ...\n"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import none_such", "ModuleNotFoundError: No module named 'none_such'"),
        ("import sys; sys.exit('no licence')", "SystemExit: no licence"),
        ("class Odd:\n  def __init__(self): raise TypeError('x')", "TypeError: x"),
        (
            "class Odd:\n  network = 'odd'\n  max_picture_bytes = 1\n  check_handle = check_options = str",
            "TypeError: it lacks local, option_names, profile_url, media_hosts, list_posts, find_gone",
        ),
        (LOCAL, "TypeError: it lacks missing_files"),
        (
            "class Odd(Toy):\n  usd_per_thousand_posts = 5.0\n  max_posts_per_run = 9",
            "TypeError: it lacks max_posts_per",
        ),
    ],
    ids=["import", "exit", "start", "contract", "local", "paid"],
)
def test_a_package_that_cannot_be_loaded_is_named(
    problems: Callable[[str], list[str]], install: Install, code: str, said: str
) -> None:
    """A source that does not start, or lacks a part of the contract, ends in the name of its package."""
    install(code)
    (line,) = problems("- odd: a\n")
    assert line.startswith(f"the source 'odd' (odd_source:Odd) cannot be loaded: {said}")
    assert line.endswith("; mend or uninstall its package")


def test_a_package_that_cannot_be_loaded_hides_no_slip_elsewhere(
    problems: Callable[[str], list[str]], install: Install
) -> None:
    """Where no entry names its network, the key that is misspelt is what is told."""
    install("import none_such")
    assert problems("- blusky: aoi\n") == ["accounts.yaml:1: unknown key 'blusky'; did you mean 'bluesky'?"]


def test_a_source_of_our_own_is_held_to_the_same_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module in gallery/sources/ that lacks a part of it says which when it is first asked for, not in some night."""
    monkeypatch.setitem(BUILT_IN, "half", "tests.toy_source:Toy")
    monkeypatch.delattr(Toy, "max_picture_bytes")
    with pytest.raises(TypeError, match="it lacks max_picture_bytes"):
        source_for("half")


def test_a_long_list_looks_for_packages_once(
    problems: Callable[[str], list[str]], install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which networks packages bring is looked up once, not for every key of every entry."""
    install("class Odd(Toy): ...")
    looked = []
    look = importlib.metadata.entry_points
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **asked: looked.append(asked) or look(**asked))
    found = problems("- folder: a\n- tumblr: b\n  limit: 3\n")
    assert f"unknown key 'tumblr'; known keys: {', '.join(sorted([*BUILT_IN, 'odd']))}" in found[0]
    assert len(looked) == 1


def test_a_source_that_cannot_say_what_is_missing_is_named(nights: Nights, install: Install) -> None:
    """A local source's bug is a line of what is missing, with the entry."""
    install(f"{LOCAL}  def missing_files(self, account): raise KeyError('x')\n")
    assert missing_files(nights.account("a", "odd")) == (
        "accounts.yaml:3: the source 'odd' failed with KeyError: 'x'; please report this",
    )


# --- what a run meets ------------------------------------------------------------------------------------------------


def fails(*_: object) -> Any:
    raise KeyError("x")


def ends(*_: object) -> Any:
    raise SystemExit(3)


@pytest.mark.parametrize("asked", ["list_posts", "find_gone", "media_hosts"])
def test_a_source_that_would_end_the_process_costs_its_account(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    """``sys.exit()`` in a source is one failure among others; the rest is fetched."""
    for handle in (AOI, SORA):
        nights.world.artist(handle, posts=2)
    nights.night(nights.account(AOI))
    nights.world.artist(AOI, posts=1, first=2)
    well = getattr(Toy, asked)
    monkeypatch.setattr(
        Toy, asked, lambda self, account, *more: (ends if account.handle == AOI else well)(*[self, account, *more])
    )
    bad, good = nights.night(nights.account(AOI), nights.account(SORA)).accounts
    told = bad.problem or bad.details[0]
    assert "the source 'toy' failed with SystemExit: 3; please report this" in told
    assert (good.new, good.problem) == (2, "")


@pytest.mark.parametrize("answer", [fails, ends, lambda *_: "https://[oops", lambda *_: 5])
def test_an_address_that_a_source_cannot_give_costs_nothing(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, answer: Callable[..., Any]
) -> None:
    """Where nobody knows an account's server, it is listed all the same, and the report says why."""
    nights.world.artist(AOI, posts=2)
    monkeypatch.setattr(Toy, "profile_url", answer)
    report = nights.one(nights.account(AOI))
    assert (report.new, report.problem, report.notices) == (2, "", {"odd-source": 1})
    assert report.remarks[0].startswith("odd-source: the source 'toy' failed on the address of a profile with ")


@pytest.mark.parametrize("answer", [fails, ends, lambda *_: None])
def test_a_price_that_a_source_cannot_tell_ends_no_dry_run(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, answer: Callable[..., Any]
) -> None:
    """The account's line says that its cost is unknown, and why; the others are priced."""
    monkeypatch.setattr(PaidToy, "due_users", answer)
    lines = plan_fetch([nights.account(AOI, "paidtoy"), nights.account(SORA)], nights.store, NIGHT, OptOuts()).as_text()
    first, second, *_ = lines.splitlines()
    assert "paidtoy:aoi.example: everything; what it costs cannot be told: the source 'paidtoy' failed on" in first
    assert second == "toy:sora.example: everything"


@pytest.mark.parametrize("answer", [fails, ends, lambda *_: None])
def test_a_source_that_cannot_name_its_hosts_sends_no_visitor_anywhere(
    nights: Nights, monkeypatch: pytest.MonkeyPatch, answer: Callable[..., Any]
) -> None:
    """A bug about hosts leaves no host to link pictures from, and the build goes on."""
    monkeypatch.setattr(Toy, "media_hosts", answer)
    assert not _listed_hosts(nights.account(AOI)).names
