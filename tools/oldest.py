"""Does the shipped model say the same with the oldest libraries it supports? ``make oldest`` asks.

python -m tools.oldest write SCORES.json    # in one environment
python -m tools.oldest check SCORES.json    # in the other; ends with 1 where they differ
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np

from gallery.classify import classify_files
from gallery.domain import ClassifierSettings, Label, Prediction
from gallery.lab.export import SKOPS, load_estimator
from gallery.resources import models_dir

ROOT = Path(__file__).parent.parent
LOGITS = np.array([[1, 2, 3], [3, -1, 0], [-2, 4, 1]], np.float32)
MAX_DIFFERENCE = 0.02  # integer kernels may round otherwise from one version of onnxruntime to the next


def main() -> int:
    """Write the scores of the demo's pictures, or compare them with those that were written."""
    verb, file = sys.argv[1], Path(sys.argv[2])
    scores = said()
    if verb == "write":
        file.write_text(json.dumps(scores))
        return 0
    others = json.loads(file.read_text())
    apart = {name: float(np.abs(np.array(scores[name]) - others[name]).max()) for name in scores}
    worst = max(apart, key=lambda name: apart[name])
    here = ", ".join(f"{name} {version(name)}" for name in ("numpy", "onnxruntime", "scikit-learn", "skops"))
    print(f"{here}: {len(scores)} scores, at most {apart[worst]:.4f} apart ({worst})")
    return int(apart[worst] > MAX_DIFFERENCE)


def said() -> dict[str, list[float]]:
    """What the graphs say of every demo picture, and the scikit-learn estimator of some logits."""
    scores = {"estimator": load_estimator(models_dir() / SKOPS).predict_proba(LOGITS).ravel().tolist()}
    pictures = sorted(path for path in (ROOT / "demo").glob("*/[!.]*") if path.suffix in (".jpg", ".png"))
    for path, answer in classify_files(pictures, ClassifierSettings(), models_dir(), ROOT, jobs=1):
        if not isinstance(answer, Prediction):
            raise answer
        scores[f"{path.parent.name}/{path.name}"] = [answer.score(label) for label in Label]
    return scores


if __name__ == "__main__":
    sys.exit(main())
