"""Run every benchmark and keep the results: ``python -m benchmarks [--quick]``.

The full run replaces each benchmark's section of benchmarks/RESULTS.md; what people wrote above the first section
stays. A benchmark that misses its bar makes the full run fail at the end, after all the others had their turn; one that
breaks leaves its old section. The quick run shows that they work, for its sizes and a busy machine measure nothing.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import UTC, datetime

from benchmarks.measure import MISSED, ROOT, machine
from benchmarks.results import section, with_section

SCRIPTS = ("classify", "fetch", "pages", "build")
RESULTS = ROOT / "benchmarks" / "RESULTS.md"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, about a minute, RESULTS.md left alone")
    quick = parser.parse_args().quick
    failed = []
    for name in SCRIPTS:
        command = [sys.executable, "-m", f"benchmarks.{name}", *(["--quick"] if quick else [])]
        answer = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        print(f"## {name}\n\n{answer.stdout}", flush=True)
        if not quick and answer.returncode in (0, MISSED):
            keep(name, answer.stdout)
        if answer.returncode and not (quick and answer.returncode == MISSED):
            failed.append(name)
    if failed:
        raise SystemExit(f"missed a bar or failed: {', '.join(failed)}")


def keep(name: str, table: str) -> None:
    """Put what was just measured into RESULTS.md."""
    page = RESULTS.read_text("utf-8") if RESULTS.exists() else ""
    RESULTS.write_text(with_section(page, section(name, table, datetime.now(UTC).date(), machine())), "utf-8")


if __name__ == "__main__":
    main()
