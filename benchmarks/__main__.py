"""Run every benchmark and keep the results: ``python -m benchmarks [--quick]``.

The full run writes benchmarks/RESULTS.md. A benchmark that misses its bar makes the full run fail at the end, after
all the others had their turn; the quick run shows that they work, for its sizes and a busy machine measure nothing.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import UTC, datetime

from benchmarks.measure import MISSED, ROOT, machine

SCRIPTS = ("classify", "fetch", "pages", "build")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, about a minute, RESULTS.md left alone")
    quick = parser.parse_args().quick
    sections, failed = [], []
    for name in SCRIPTS:
        command = [sys.executable, "-m", f"benchmarks.{name}", *(["--quick"] if quick else [])]
        answer = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        print(f"## {name}\n\n{answer.stdout}", flush=True)
        sections.append(f"## {name}\n\n`python -m benchmarks.{name}`\n\n{answer.stdout.strip()}\n")
        if not quick:
            head = f"# Results\n\nMeasured {datetime.now(UTC):%Y-%m-%d} on {machine()}, by `make bench`.\n"
            (ROOT / "benchmarks" / "RESULTS.md").write_text("\n".join([head, *sections]), "utf-8")
        if answer.returncode and not (quick and answer.returncode == MISSED):
            failed.append(name)
    if failed:
        raise SystemExit(f"missed a bar or failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
