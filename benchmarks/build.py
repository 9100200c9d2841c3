"""The road itself: the first build against sigal, nights that find nothing or one picture, and ``--help``.

    python -m benchmarks.build [--quick] [--pictures N]

sigal (https://sigal.saimon.org) is the fastest static gallery generator in Python. It is installed into a folder of
its own, makes the same two sizes in the same format and quality with the same number of processes, and classifies
nothing.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import count as count_from
from pathlib import Path

from benchmarks.measure import ROOT, RUNS, Promise, Run, finish, gallery, medians, run
from benchmarks.pictures import make_pictures

SIGAL = "sigal==2.6.1"
JOBS = 2
FEW = 500  # pictures; with fewer the bar would compare how long programs take to start
QUALITY = 78
ACCOUNTS = """site:
  title: Benchmark
  copies: thumbs
  formats: [jpeg]
  work_pages: true
  max_site_files: 100000
accounts:
  - folder: pictures
    consent: own
"""
SIGAL_SETTINGS = f"""
source = "pictures"
destination = "out"
img_size = (854, 640)
thumb_size = (427, 320)
thumb_fit = False
make_thumbs = True
use_orig = False
copy_exif_data = False
ignore_files = []
jpg_options = {{"quality": {QUALITY}, "subsampling": 0, "optimize": False, "progressive": False}}
write_html = True
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a minute instead of an hour: fewer pictures")
    parser.add_argument("--pictures", type=int, help="how many pictures the first build has (2000; quick: 80)")
    arguments = parser.parse_args()
    quick = arguments.quick
    pictures = arguments.pictures or (80 if quick else 2_000)
    with tempfile.TemporaryDirectory(prefix="gallery-bench-") as folder:
        work = Path(folder)
        promises = [
            *first_build(work / "first", pictures, 3 if quick else RUNS),
            *nights(work / "nights", 300 if quick else 10_000),
            help_is_quick(work),
        ]
    finish(promises)


def first_build(work: Path, count: int, runs: int) -> list[Promise]:
    """A first build of 1200 px JPEGs, against sigal, in turns."""
    make_pictures(work / "pictures", count, (1200, 900))
    (work / "accounts.yaml").write_text(ACCOUNTS)
    (work / "sigal.conf.py").write_text(SIGAL_SETTINGS)
    sigal = _sigal()

    old = (work / "old" / str(number) for number in count_from(1))

    def ours() -> Run:
        put_aside(work, (".gallery", "site", "site.spare"), next(old))
        return run(gallery("build", "--jobs", str(JOBS)), work)

    def theirs() -> Run:
        put_aside(work, ("out",), next(old))
        return run([str(sigal), "build", "-n", str(JOBS), "-q"], work)

    pairs = [(ours().seconds, theirs().seconds) for _ in range(runs)]
    ratios = sorted(one / other for one, other in pairs)
    ratio = ratios[len(ratios) // 2]
    mine, others = (sorted(side)[len(pairs) // 2] for side in zip(*pairs, strict=True))
    measured = f"{ratio:.3f} × sigal ({mine:.1f} s against {others:.1f} s)"
    what = f"first build of {count:,} pictures, {JOBS} processes"
    if count < FEW:
        return [Promise(what, measured, f"none below {FEW}: it is starting that takes the time", True)]
    return [Promise(what, measured, "≤ 1 × sigal", ratio <= 1)]


def put_aside(work: Path, names: Sequence[str], old: Path) -> None:
    """Move away what the run before left. Deleting it would slow the next one down: for a minute or more, ext4 steps
    over each inode that was just freed whenever a file is made (``recently_deleted`` in its ialloc.c)."""
    old.mkdir(parents=True)
    for name in names:
        if (work / name).exists():
            (work / name).rename(old / name)


def nights(work: Path, count: int) -> list[Promise]:
    """A second build on the same day, one with a single new picture, and nights with nothing new: beside the site of
    the night before, and with the store alone, as in a job that keeps no more (``nightly.yml``)."""
    make_pictures(work / "pictures", count, (320, 240), seed=2)
    (work / "accounts.yaml").write_text(ACCOUNTS)
    run(gallery("build", "--jobs", str(JOBS)), work)
    idle = medians(lambda: run(gallery("build", "--jobs", str(JOBS)), work))
    number = 0

    def one_more() -> Run:
        nonlocal number
        number += 1
        make_pictures(work / "extra", 1, (320, 240), seed=100 + number)
        (work / "extra" / "00000.jpg").rename(work / "pictures" / f"new-{number}.jpg")
        return run(gallery("build", "--jobs", str(JOBS)), work)

    fresh = medians(one_more)
    days = count_from(1)
    later = medians(lambda: run(_gallery_in_days(next(days)), work))
    old = (work / "old" / str(number) for number in count_from(1))

    def store_alone() -> Run:
        put_aside(work, ("site", "site.spare"), next(old))
        return run(_gallery_in_days(next(days)), work)

    alone = medians(store_alone)
    return [
        Promise(
            f"second build on a day, nothing new, {count:,} pictures",
            f"{idle.seconds:.2f} s, {idle.peak_mb:.0f} MB",
            "≤ 1.5 s, ≤ 150 MB",
            idle.seconds <= 1.5 and idle.peak_mb <= 150,
        ),
        Promise(f"one new picture among {count:,}", f"{fresh.seconds:.2f} s", "≤ 3 s", fresh.seconds <= 3),
        Promise(
            f"the next night, nothing new, {count:,} pictures", f"{later.seconds:.2f} s", "≤ 3 s", later.seconds <= 3
        ),
        Promise(
            "the same where only the store was kept: all pages are made",
            f"{alone.seconds:.1f} s",
            "≤ 20 s",
            alone.seconds <= 20,
        ),
    ]


def _gallery_in_days(days: int) -> list[str]:
    """The command line of a build that takes today for a later day."""
    script = (
        "from datetime import timedelta as t; from gallery import cli; now = cli._now;"
        f" cli._now = lambda: now() + t(days={days}); cli.main(['build', '--jobs', '{JOBS}'])"
    )
    return [sys.executable, "-c", script]


def help_is_quick(work: Path) -> Promise:
    """``gallery --help``."""
    answer = medians(lambda: run(gallery("--help"), work))
    return Promise("gallery --help", f"{answer.seconds:.2f} s", "≤ 0.25 s", answer.seconds <= 0.25)


def _sigal() -> Path:
    """sigal's command, installed beside the virtual environment where it is not yet."""
    home = ROOT / ".bench"
    command = home / "bin" / "sigal"
    if not command.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", SIGAL], check=True)
    return command


if __name__ == "__main__":
    main()
