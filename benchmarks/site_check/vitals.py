"""Lighthouse's marks and timings on a phone with slow 4G, and layout shift while one scrolls."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from benchmarks.site_check.browser import CHROMIUM, DESK, PHONE, visit
from benchmarks.site_check.rows import Row, at_least, at_most, skipped
from benchmarks.site_check.sites import Page, Site

NODE = Path(".node/node_modules")
CHROME_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
PERFORMANCE, LCP_S, TBT_MS, ENOUGH = 98, 1.6, 100, 9
# Lighthouse slows a desktop of 1500 to 2000 of its own benchmark down four times and calls that a phone; a slower
# machine is to be slowed down less, so that it stays the same phone (its docs/throttling.md, "Calibrating").
DESKTOP, SLOWDOWN = 1750.0, 4.0
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
    return slowdown_for(lighthouse(url).machine) if has_lighthouse() else SLOWDOWN


def lighthouse(url: str, slowdown: float = SLOWDOWN) -> Marks:
    """Run Lighthouse's mobile profile with simulated slow 4G once.

    Raises:
        subprocess.CalledProcessError: Lighthouse itself failed; its words are on standard error.
    """
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        subprocess.run(
            [NODE / ".bin/lighthouse", url, "--quiet", "--output=json", f"--output-path={report.name}",
             f"--throttling.cpuSlowdownMultiplier={slowdown}", f"--chrome-flags={CHROME_FLAGS}"],
            check=True, env={**os.environ, "CHROME_PATH": str(CHROMIUM)}, timeout=180,
        )  # fmt: skip
        answer = json.loads(Path(report.name).read_text())
    audits = answer["audits"]
    counted = [part["id"] for kind in MARKS for part in answer["categories"][kind]["auditRefs"] if part["weight"]]
    return Marks(
        scores={name: category["score"] * 100 for name, category in answer["categories"].items()},
        lcp_s=audits["largest-contentful-paint"]["numericValue"] / 1000,
        tbt_ms=audits["total-blocking-time"]["numericValue"],
        machine=answer["environment"]["benchmarkIndex"],
        failed=tuple(f"{name}: {audits[name]['title']}" for name in counted if audits[name]["score"] not in (None, 1)),
    )


def _rows_of(site: Site, page: Page, runs: list[Marks], slowdown: float, *, indexing: bool) -> list[Row]:
    name = f"{page.kind} ({page.language})"
    rows = []
    for kind, bar in MARKS.items():
        if kind == "seo" and not indexing:
            continue
        worst = min(run.scores[kind] for run in runs)
        rows.append(at_least(site.name, f"Lighthouse {kind}, {name}", worst, bar, "", runs[0].failed))
    best, lcp, tbt = (_middle(runs, measure) for measure in TIMED)
    machine = f"{min(run.machine for run in runs):.0f}–{max(run.machine for run in runs):.0f}"
    speed = f"machine {machine}, slowed down {slowdown:g} times"
    how = f"{name}, median of {len(runs)}"
    spread = f"{min(run.lcp_s for run in runs):.2f}–{max(run.lcp_s for run in runs):.2f} s"
    return [
        *rows,
        at_least(site.name, f"Lighthouse performance, {how} ({speed})", best, PERFORMANCE),
        at_most(site.name, f"LCP, {how} ({spread})", lcp, LCP_S, " s"),
        at_most(site.name, f"TBT, {how}", tbt, TBT_MS, " ms"),
    ]


def _middle(runs: list[Marks], measure: Callable[[Marks], float]) -> float:
    return median(measure(run) for run in runs)


def _missed(runs: list[Marks]) -> bool:
    best, lcp, tbt = (_middle(runs, measure) for measure in TIMED)
    return best < PERFORMANCE or lcp > LCP_S or tbt > TBT_MS


def timings(site: Site, repeats: int, kinds: tuple[tuple[str, str], ...], *, indexing: bool) -> list[Row]:
    """Lighthouse on the pages of these (kind, language): the first one ``repeats`` times, the others once.

    A run beforehand tells how fast the machine is, and so how much slower the phone.

    One run on a busy machine says little: a page that misses a timing is measured until there are ``ENOUGH`` runs.
    """
    if not has_lighthouse():
        return [skipped(site.name, "Lighthouse", "100 / 100 / 100 / 98", "not run: `make node-tools` installs it")]
    rows: list[Row] = []
    slowdown = phone_slowdown(site.address(site.page(*kinds[0])))
    for number, (kind, language) in enumerate(kinds):
        page = site.page(kind, language)
        runs = [lighthouse(site.address(page), slowdown) for _ in range(repeats if number == 0 else 1)]
        while _missed(runs) and len(runs) < ENOUGH:
            runs.append(lighthouse(site.address(page), slowdown))
        rows += _rows_of(site, page, runs, slowdown, indexing=indexing)
    return rows


def shifts(site: Site, browser: Browser) -> list[Row]:
    """Cumulative layout shift while a visitor scrolls through the longest list, on a phone and at a desk."""
    rows = []
    for width, profile in ((390, PHONE), (1280, DESK)):
        with visit(browser, **profile) as visitor:
            visitor.page.goto(site.address(site.page("artist")))
            rows.append(at_most(site.name, f"CLS while scrolling, {width} px", visitor.page.evaluate(SHIFTS), 0))
    return rows
