"""What scoring a picture costs, as a multiple of decoding it: ``python -m benchmarks.classify [--quick]``.

JPEGs of 1200 px, made from the demo's, are decoded to the working size and then described and scored, in turns in one
process with one thread; the ratio of the two medians counts. Processor time is measured, so that a busy machine
disturbs less. Also: how long loading the model takes in a fresh process, and how much memory a worker held at most
while it scored everything.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.measure import ROOT, RUNS, Promise, environment, finish

SIDE_PX = 1200
MAX_RATIO, MAX_MB, MAX_LOAD_S = 6.0, 300.0, 0.5

_LOAD = """
import time
began = time.process_time()
from pathlib import Path
from gallery.classify import load_classifier
from gallery.domain import ClassifierSettings
from gallery.resources import models_dir
load_classifier(ClassifierSettings(), models_dir(), Path("."))
print(time.process_time() - began)
"""


def main() -> None:
    """Measure, print, and end with 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer pictures")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        decoding, scoring, memory_mb = measure(make_pictures(Path(folder), 6 if quick else 24), RUNS)
    _loading_s()  # compiles the modules, as the first start after an installation does
    load_s = median(_loading_s() for _ in range(RUNS))
    ratio = scoring / decoding
    costs = f"{ratio:.2f} × ({scoring * 1e3:.1f} ms; decoding {decoding * 1e3:.1f} ms)"
    finish(
        [
            Promise("describe and score a picture", costs, f"≤ {MAX_RATIO:g} × decoding", ratio <= MAX_RATIO),
            Promise("memory of a worker", f"{memory_mb:.0f} MB", f"≤ {MAX_MB:g} MB", memory_mb <= MAX_MB),
            Promise("import and load the model", f"{load_s:.2f} s", f"≤ {MAX_LOAD_S:g} s", load_s <= MAX_LOAD_S),
        ]
    )


def make_pictures(folder: Path, count: int) -> list[Path]:
    """JPEGs of 1200 px, quality 85, from the demo's photos and paintings."""
    from PIL import Image

    files = []
    for source in sorted((ROOT / "demo").glob("*/*.jpg"))[:count]:
        with Image.open(source) as picture:
            scale = SIDE_PX / max(picture.size)
            size = round(picture.width * scale), round(picture.height * scale)
            files.append(folder / f"{len(files):02}.jpg")
            picture.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(files[-1], quality=85)
    return files


def measure(files: list[Path], rounds: int) -> tuple[float, float, float]:
    """Seconds of processor time per picture to decode and to score, and the memory of this process in MB."""
    from gallery.classify import load_classifier
    from gallery.domain import ClassifierSettings
    from gallery.features import open_working_image
    from gallery.resources import models_dir

    classifier = load_classifier(ClassifierSettings(), models_dir(), Path())
    classifier.predict([open_working_image(files[0])])
    decoding, scoring = [], []
    for _ in range(rounds):
        began = time.process_time()
        images = [open_working_image(file) for file in files]
        between = time.process_time()
        for image in images:
            classifier.predict([image])
        scoring.append((time.process_time() - between) / len(files))
        decoding.append((between - began) / len(files))
    return median(decoding), median(scoring), _memory_mb()


def _memory_mb() -> float:
    """The most that this process has held so far (Linux's ``VmHWM``), as a worker does between two pictures."""
    return int(Path("/proc/self/status").read_text(encoding="ascii").partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def _loading_s() -> float:
    command = [sys.executable, "-c", _LOAD]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment())
    return float(done.stdout)


if __name__ == "__main__":
    main()
