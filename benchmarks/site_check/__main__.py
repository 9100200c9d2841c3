"""Measure built sites against the table of the visitor's experience and print how they fare.

    python -m benchmarks.site_check                # the made gallery of 100 pictures, and site/
    python -m benchmarks.site_check --quick        # as CI does: Lighthouse once on one page, no screenshots
    python -m benchmarks.site_check --site demo=build/demo --shots screenshots

Needs Chromium and the packages of ``requirements-dev.txt``; Lighthouse and the validators come with ``make node-tools``
(Node.js, and Java for the HTML validator). A check whose tool is missing is printed as skipped. The exit code is 1 when
a row fails.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError

from benchmarks.site_check import access, behaviour, elsewhere, shots, validity, vitals, weight
from benchmarks.site_check.browser import CHROMIUM, chromium
from benchmarks.site_check.engines import EngineError
from benchmarks.site_check.made import build_made_gallery
from benchmarks.site_check.rows import Outcome, Row, save, table
from benchmarks.site_check.sites import PREFIX, Site, look
from tests.servers.static_host import StaticHost

MADE = "made-100"


def measure(site: Site, browser: Browser, *, quick: bool) -> Iterator[Row]:
    """All rows of one site, in the order of the table. A check that breaks off is a row that fails."""
    checks: dict[str, Callable[[], Iterable[Row]]] = {
        "weight": lambda: weight.measure(site, browser),
        "layout shift": lambda: vitals.shifts(site, browser),
        "timings": lambda: _timings(site, quick=quick),
        "axe": lambda: access.axe(site, browser, quick=quick),
        "layout": lambda: access.layout(site, browser),
        "without JavaScript": lambda: access.without_script(site, browser),
        "viewer": lambda: behaviour.behaviour(site, browser),
        "cleanliness": lambda: behaviour.clean(site, browser),
        "other browsers": lambda: elsewhere.elsewhere(site) if site.name == MADE else [],
        "files": lambda: validity.validity(site),
    }
    for name, check in checks.items():
        try:
            yield from check()
        except (PlaywrightError, EngineError, LookupError, OSError, subprocess.SubprocessError) as error:
            yield Row(site.name, name, "measured", "broke off", Outcome.FAIL, (str(error),))


def _timings(site: Site, *, quick: bool) -> list[Row]:
    first, *others = site.languages
    indexed = (site.folder / "sitemap.xml").exists()
    if quick:
        return vitals.timings(site, 1, (("artist", first),), indexing=indexed) if site.name == MADE else []
    more = [("artist", language) for language in others] + [("home", first), ("work", first)]
    return vitals.timings(site, 5, (("artist", first), *more), indexing=indexed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="under three minutes: Lighthouse once")
    parser.add_argument("--site", action="append", default=[], metavar="NAME=FOLDER", help="a built site to measure")
    parser.add_argument("--no-made", action="store_true", help="leave the made gallery of 100 pictures out")
    parser.add_argument("--shots", type=Path, help="folder for screenshots of each kind of page")
    parser.add_argument("--json", type=Path, help="file for the rows as JSON")
    return parser.parse_args()


def main() -> int:
    """Build or take the sites, measure them, print the table; 1 when a row fails."""
    options = _arguments()
    if CHROMIUM is None:
        print("There is no Chromium here: install it, or name its path in the variable CHROMIUM.", file=sys.stderr)
        return 2
    folders = {name: Path(folder) for name, _, folder in (entry.partition("=") for entry in options.site)}
    if not options.site and Path("site/index.html").exists():
        folders["site"] = Path("site")
    rows: list[Row] = []
    started = time.monotonic()
    with ExitStack() as stack:
        if not options.no_made:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            folders[MADE] = build_made_gallery(place)
        browser = stack.enter_context(chromium())
        for name, folder in folders.items():
            site = look(name, folder, stack.enter_context(StaticHost(folder, PREFIX)))
            for row in measure(site, browser, quick=options.quick):
                rows.append(row)
                print(f"{row.outcome.value:8}{row.site}: {row.what}: {row.measured}", file=sys.stderr, flush=True)
            if options.shots:
                print(f"{shots.screenshots(site, browser, options.shots)} screenshots", file=sys.stderr)
    print(table(rows))
    if options.json:
        save(rows, options.json)
    failed = sum(row.outcome is Outcome.FAIL for row in rows)
    missed = sum(row.outcome is Outcome.SKIPPED for row in rows)
    print(f"\n{len(rows)} rows, {failed} failed, {missed} skipped, {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
