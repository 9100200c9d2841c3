"""Ten thousand works of one artist: building the pages, what they weigh, filtering on a phone, changing one picture.

    python -m benchmarks.pages [--quick]

Thumbnails count as prepared: the pages name copies that nobody makes. Filters are measured in Chromium with the
processor slowed as in the site check, at most four times, and a slow 4G line, from choosing a tag to the painted
answer; without Chromium that line is left out, and said so.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.measure import Promise, finish
from benchmarks.site_check.browser import CHROMIUM, PHONE, chromium, visit
from benchmarks.site_check.sites import PREFIX
from benchmarks.site_check.vitals import phone_slowdown
from benchmarks.site_check.weight import zipped
from gallery.domain import Exhibition, OutputFile, PictureKey, RenditionSet, SiteSettings
from gallery.render import render
from gallery.resources import templates_dir
from tests.made_gallery import imagined_renditions, made_exhibition
from tests.servers.static_host import StaticHost

SETTINGS = SiteSettings(title="Drawn", site_url="https://example.org/x/y/")
BUILD_S, PAGE_KB, ANSWER_MS = 20, 12, 200
SHARD_KB = 26  # two names a work, its page's and its picture's, do not compress
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
CHOOSE = """(index) => new Promise((done) => {
  const select = document.querySelector('.filter select[name=tag]');
  const list = document.querySelector('main .g');
  const begun = performance.now();
  select.selectedIndex = index;
  new MutationObserver((_, watcher) => {
    watcher.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)));
  }).observe(list, { childList: true });
  select.dispatchEvent(new Event('change', { bubbles: true }));
})"""

Copies = dict[PictureKey, RenditionSet]


def main() -> None:
    """Measure and print the table; ends with 1 if a promise was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two thousand works instead of ten")
    works = 2_000 if parser.parse_args().quick else 10_000
    exhibition = made_exhibition(works=works, artists=1, seed=1)
    copies = imagined_renditions(exhibition, SETTINGS)
    with tempfile.TemporaryDirectory(prefix="gallery-bench-") as place:
        folder = Path(place)
        promises = [*building(folder, exhibition, copies), *weights(folder), changing(exhibition, copies)]
        if CHROMIUM is None:
            print("Filters were not measured: there is no Chromium here.\n", file=sys.stderr)
        else:
            promises.append(filtering(folder))
    finish(promises)


def _files(exhibition: Exhibition, copies: Copies) -> list[OutputFile]:
    return list(render(exhibition, SETTINGS, copies, [templates_dir()]))


def _content(file: OutputFile) -> bytes:
    return Path(file.content).read_bytes() if isinstance(file.content, str) else file.content()


def _write(folder: Path, files: list[OutputFile]) -> float:
    started = time.process_time()
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_content(file))
    return time.process_time() - started


def building(folder: Path, exhibition: Exhibition, copies: Copies) -> Iterator[Promise]:
    """Seconds of one core for the list pages, and for everything. One process that never waits: a quiet machine's wall
    clock shows the same.
    """
    started = time.process_time()
    files = _files(exhibition, copies)
    planning = time.process_time() - started
    lists = [file for file in files if "/w/" not in file.path]
    works = [file for file in files if "/w/" in file.path]
    seconds = planning + _write(folder, lists)
    count = len(copies)
    what = f"{len(lists)} list pages, feeds and data of {count:,} works"
    yield Promise(what, f"{seconds:.1f} s of one core", f"≤ {BUILD_S} s",
                  seconds <= BUILD_S)  # fmt: skip
    everything = seconds + _write(folder, works)
    yield Promise(f"the same with {len(works):,} work pages", f"{everything:.1f} s of one core", f"≤ {2 * BUILD_S} s",
                  everything <= 2 * BUILD_S)  # fmt: skip


def weights(folder: Path) -> Iterator[Promise]:
    """Kilobytes of the heaviest page and of the heaviest shard, gzipped."""
    heaviest = max(zipped(file.read_bytes()) for file in folder.rglob("*.html")) / 1000
    yield Promise("heaviest page, gzipped", f"{heaviest:.1f} KB", f"≤ {PAGE_KB} KB", heaviest <= PAGE_KB)
    shard = max(zipped(file.read_bytes()) for file in folder.glob("data/[0-9]*.json")) / 1000
    yield Promise("heaviest shard of 1,000 works, gzipped", f"{shard:.1f} KB", f"≤ {SHARD_KB} KB", shard <= SHARD_KB)


def changing(exhibition: Exhibition, copies: Copies) -> Promise:
    """How many files get a new key that do not show the one picture whose post was edited; none may."""
    (room,) = exhibition.rooms
    middle = len(room.exhibits) // 2
    exhibit = room.exhibits[middle]
    picture = replace(exhibit.picture, post=replace(exhibit.picture.post, text="edited", title="edited"))
    exhibits = (*room.exhibits[:middle], replace(exhibit, picture=picture), *room.exhibits[middle + 1 :])
    before = {file.path: file.key for file in _files(exhibition, copies)}
    after = _files(replace(exhibition, rooms=(replace(room, exhibits=exhibits),)), copies)
    changed = [file for file in after if before[file.path] != file.key]
    strangers = [file.path for file in changed if picture.id.encode() not in _content(file)]
    return Promise("files rewritten after one post was edited, and of those: not showing it",
                   f"{len(changed)}, {len(strangers)}", "0 of them", bool(changed) and not strangers)  # fmt: skip


def filtering(folder: Path) -> Promise:
    """Milliseconds from choosing a tag to the painted answer, the median of all tags, all shards at hand."""
    with StaticHost(folder, PREFIX) as host, chromium() as browser, visit(browser, **PHONE) as visitor:
        page = visitor.page
        page.route("**/i/*", lambda route: route.abort())
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_4G)
        slowdown = phone_slowdown(f"{host.url}new/index.html")
        session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        page.goto(f"{host.url}new/index.html")
        page.locator(".filter-open").tap()
        page.wait_for_selector(".filter select[name=tag] option:nth-child(2)", state="attached", timeout=60_000)
        page.wait_for_load_state("networkidle")
        choices = page.locator(".filter select[name=tag] option").count()
        times = [page.evaluate(CHOOSE, 1 + number % (choices - 1)) for number in range(9)]
    answer = median(times)
    return Promise(f"a filter's answer on a phone (slowed down {slowdown:g} times), median of nine", f"{answer:.0f} ms",
                   f"≤ {ANSWER_MS} ms", answer <= ANSWER_MS)  # fmt: skip


if __name__ == "__main__":
    main()
