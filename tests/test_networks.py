"""Every network has entered each room that must know of it: what is forgotten there is wrong without an error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gallery.domain import PATH_NETWORKS, Account, Artist
from gallery.edited.optouts import load_optouts
from gallery.errors import ConfigError
from gallery.render.i18n import load_catalogue
from gallery.render.networks import account_url, network_name
from gallery.resources import templates_dir
from gallery.sources import BUILT_IN, source_for
from gallery.sources.base import PaidSource
from tests.test_sources_hostile import WORLDS as HOSTILE_WORLDS
from tests.test_sources_nightly import HIDING, OUTAGES, WORLDS
from tests.test_sources_walks import DIARIES

DOCS = Path(__file__).parent.parent / "docs"
ONLINE = [network for network in BUILT_IN if not source_for(network).local]
FREE = [network for network in ONLINE if not isinstance(source_for(network), PaidSource)]
MET_BY = {
    "tests/test_sources_nightly.py: WORLDS": WORLDS,
    "tests/test_sources_nightly.py: OUTAGES": [network for network, _ in OUTAGES.values()],
    "tests/test_sources_nightly.py: HIDING": [how.partition(",")[0] for how in HIDING],
    "tests/test_sources_hostile.py: WORLDS": HOSTILE_WORLDS,
    "tests/test_sources_walks.py: DIARIES": [name.partition("-")[0] for name in DIARIES],
}


def documented_handle(network: str) -> str:
    """The handle in the network's row of the table in docs/sources.md."""
    page = (DOCS / "sources.md").read_text("utf-8")
    row = re.search(rf"^\|.*\| `- {network}: (\S+)` \|.*\(sources/{network}\.md\)", page, re.MULTILINE)
    assert row, f"docs/sources.md has no row with `- {network}: …` that links to sources/{network}.md"
    return row[1]


@pytest.mark.parametrize("network", FREE)
def test_its_fake_meets_what_holds_for_every_network(network: str) -> None:
    """No test that asks all networks the same leaves one out."""
    lacking = [place for place, networks in MET_BY.items() if network not in networks]
    assert not lacking, f"{network} is missing in {'; '.join(lacking)}"


@pytest.mark.parametrize("network", BUILT_IN)
def test_maintainers_find_it(network: str) -> None:
    """It has a page, a row that leads there from the table of sources, and is named among the keys of an account."""
    assert (DOCS / "sources" / f"{network}.md").is_file(), f"docs/sources/{network}.md is missing"
    assert documented_handle(network)
    keys = re.search(r"^\| (.*) \| the network, ", (DOCS / "configuration.md").read_text("utf-8"), re.MULTILINE)
    assert keys
    assert f"`{network}`" in keys[1], f"docs/configuration.md does not name {network} among the keys of an account"


@pytest.mark.parametrize("network", BUILT_IN)
def test_visitors_read_its_name(network: str) -> None:
    """The status page calls it by no key of accounts.yaml: what are files says so in the page's language."""
    words = load_catalogue("en", [templates_dir() / "wall"])
    name = words.raw(f"status.{network}") if network in PATH_NETWORKS else network_name(network)
    assert name, f"NETWORK_NAMES in gallery/render/networks.py lacks {network}"


@pytest.mark.parametrize("network", sorted({*BUILT_IN} - {*ONLINE}))
def test_no_page_shows_a_path(network: str) -> None:
    """What reads files of the maintainer's machine is known for it, so that pages show a path's last name alone."""
    assert network in PATH_NETWORKS, "PATH_NETWORKS in gallery/domain.py lacks it"


@pytest.mark.parametrize("network", ONLINE)
def test_pages_lead_where_its_source_says(network: str) -> None:
    """Before an account was read for the first time, its link on the pages is the one that its source knows."""
    handle = documented_handle(network)
    shown = account_url(Account(network, handle, Artist("aoi", "Aoi")), None)
    assert shown == source_for(network).profile_url(handle), "account_url in gallery/render/networks.py differs"


@pytest.mark.parametrize("network", ONLINE)
def test_an_opt_out_that_could_match_nobody_is_a_mistake(network: str, tmp_path: Path) -> None:
    """What is neither a handle of it nor an id stops the run, instead of leaving whoever asked in view."""
    (tmp_path / "optouts.yaml").write_text(f"- account: {network}:https://art.example/@aoi\n")
    said = ""
    try:
        load_optouts(tmp_path / "optouts.yaml")
    except ConfigError as error:
        said = str(error)
    assert "would match nobody" in said, "_IDS in gallery/edited/optouts.py does not say what an id looks like"


@pytest.mark.parametrize("network", sorted(HOSTILE_WORLDS))
def test_an_account_may_opt_out_by_its_id(network: str, tmp_path: Path) -> None:
    """The id under which its source knows an account for good is taken as it stands."""
    server, _, stable_id = HOSTILE_WORLDS[network]()
    server._http.server_close()
    (tmp_path / "optouts.yaml").write_text(f"- account: {network}:{stable_id}\n")
    assert load_optouts(tmp_path / "optouts.yaml").accounts == {f"{network}:{stable_id}"}
