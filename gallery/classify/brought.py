"""Bring your own classifier: a public ONNX model in the place of the shipped one.

``classifier: onnx:PATH`` names a file; ``hf:owner/name@REVISION`` one in a Hugging Face repository, at a revision
given with all 40 digits so that nobody can change it under us. The maintainer says in ``classes:`` which of the three
labels each of the model's classes means, where its name does not; classes with one meaning add up.

What `gallery.classify.onnx_file` asks of the file is asked first; then its answers to a few test pictures must be
usable numbers: logits, or probabilities that add up to 1.

Beside the model may lie, as public repositories have them: ``meta.json`` with ``labels`` (deepghs), ``config.json``
with ``id2label`` and ``preprocessor_config.json`` with ``size``, ``image_mean`` and ``image_std`` (transformers;
https://huggingface.co/docs/transformers/main_classes/image_processor). Settings win over files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gallery.classify.onnx_file import CONFIG, META, PREPROCESSOR, ModelFile, find_model, listed, open_session
from gallery.classify.runtime import first_line
from gallery.domain import ClassifierSettings, Label, Prediction
from gallery.errors import ModelError
from gallery.features import VIEW_VERSION
from gallery.wording import number_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    Batch = NDArray[np.float32]  # pictures × 3 × side × side, normalised RGB

CACHE = Path(".gallery") / "models"
MAX_CLASSES = 10_000
SIDES_PX = range(16, 1025)
SUM_SLACK = 0.05  # a softmax in 8 bits gives every class to the nearest 1/256: n classes may miss 1 by n/512
_ROUNDING = 0.005  # by which a probability may lie outside 0…1
_READING = 2  # changes whenever the same answer of a model is read as another prediction


@dataclass(frozen=True, slots=True)
class Preparation:
    """How a picture becomes the model's input: squashed to a square, scaled to 0…1, normalised."""

    side_px: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


class OnnxClassifier:
    """A public model as a classifier. Make it with `load_brought`."""

    def __init__(
        self,
        session: Any,  # onnxruntime.InferenceSession, which has no types
        preparation: Preparation,
        targets: Sequence[Label],
        path: Path,  # of the model, for messages
        model_id: str,
    ) -> None:
        self._session = session
        self._input = session.get_inputs()[0]
        self._prepare = preparation
        self._targets = tuple(targets)
        self._path = path
        self.id = model_id
        self.short_px: int | None = preparation.side_px
        self._is_distribution = False
        self._is_distribution = self._probe()

    def predict(self, images: Sequence[Image.Image]) -> list[Prediction]:
        """What the model says of each RGB picture, in order.

        Raises:
            ModelError: the model failed or answered something that is no score.
        """
        return [self._prediction(scores) for image in images for scores in self._run(self._batch(image))]

    def _batch(self, image: Image.Image) -> Batch:
        import numpy as np
        from PIL import Image

        side = self._prepare.side_px
        small = image.convert("RGB").resize((side, side), Image.Resampling.BILINEAR, reducing_gap=3.0)
        pixels = np.asarray(small, dtype=np.float32) / 255
        normal = (pixels - np.array(self._prepare.mean, np.float32)) / np.array(self._prepare.std, np.float32)
        return np.ascontiguousarray(normal.transpose(2, 0, 1)[None])

    def _run(self, batch: Batch) -> NDArray[np.float64]:
        import numpy as np
        from onnxruntime.capi import onnxruntime_pybind11_state as ort

        try:
            answer = np.asarray(self._session.run(None, {self._input.name: batch})[0], dtype=np.float64)
        except (
            ort.Fail,
            ort.InvalidArgument,
            ort.RuntimeException,
            ort.NotImplemented,
            ValueError,
            TypeError,
        ) as error:
            raise ModelError(f"{self._path}: the model failed on a picture: {first_line(error)}") from error
        if answer.shape != (1, len(self._targets)):
            wanted = f"1 × {len(self._targets)}"
            raise ModelError(f"{self._path}: the model answered an array of shape {answer.shape}, expected {wanted}")
        if not np.isfinite(answer).all():
            raise ModelError(f"{self._path}: the model answered numbers that are not finite")
        return answer

    def _probe(self) -> bool:
        """Run a few test pictures; True when the answers are probabilities already, False when they are logits.

        Logits have no bounds: of all classes on all these pictures, some lie outside 0…1.

        Raises:
            ModelError: the answers can be neither.
        """
        import numpy as np
        from PIL import Image

        plain = [Image.new("RGB", (64, 64), colour) for colour in ((127, 127, 127), (200, 90, 60), (60, 110, 200))]
        ramp = Image.fromarray(np.linspace(0, 255, 64 * 64 * 3).astype(np.uint8).reshape(64, 64, 3))
        answers = np.concatenate([self._run(self._batch(image)) for image in (*plain, ramp)])
        if answers.min() < -_ROUNDING or answers.max() > 1 + _ROUNDING:
            return False
        sums = answers.sum(axis=1)
        if (np.abs(sums - 1) <= max(SUM_SLACK, answers.shape[1] / 512)).all():
            return True
        raise ModelError(
            f"{self._path}: the model's answers lie between 0 and 1 and add up to {sums.min():.2f} to {sums.max():.2f},"
            " so nobody can tell whether they are logits or probabilities; export it to end in a softmax that is not"
            " quantised, or without its last activation"
        )

    def _prediction(self, scores: NDArray[np.float64]) -> Prediction:
        import numpy as np

        if not self._is_distribution:
            scores = np.exp(scores - scores.max())
        scores = np.maximum(scores, 0)
        total = float(scores.sum())
        if total <= 0:
            raise ModelError(f"{self._path}: the model gave every class the score 0")
        sums = dict.fromkeys(Label, 0.0)
        for target, score in zip(self._targets, scores, strict=True):
            sums[target] += float(score) / total
        return Prediction(sums[Label.DRAWING], sums[Label.PHOTO], sums[Label.OTHER])


def load_brought(
    settings: ClassifierSettings, root: Path, *, download: bool = False, endpoint: str | None = None
) -> OnnxClassifier:
    """The classifier that ``settings.spec`` names.

    Args:
        settings: the ``classifier:`` block.
        root: the gallery's folder: relative paths start there, downloaded models lie in its ``.gallery/models/``.
        download: fetch a Hugging Face model that is not there yet; without it nothing touches the network.
        endpoint: another address of the hub.

    Raises:
        ModelError: the settings, the file or what lies beside it cannot be used; the message says what to change.
    """
    model = find_model(settings, root, root / CACHE, download=download, endpoint=endpoint)
    session, interface = open_session(model)
    labels = _labels(settings, model, interface.classes)
    targets = _targets(settings, labels)
    preparation = _preparation(settings, model, interface.side_px)
    return OnnxClassifier(session, preparation, targets, model.path, _model_id(settings, model))


def brought_model_id(settings: ClassifierSettings, root: Path) -> str:
    """The id of the model that ``settings.spec`` names, without running it; it must be on this machine.

    Raises:
        ModelError: there is no such model here, or it was altered.
    """
    return _model_id(settings, find_model(settings, root, root / CACHE, download=False, endpoint=None))


def _model_id(settings: ClassifierSettings, model: ModelFile) -> str:
    """12 hex digits over the weights and all that says what goes in and what comes out."""
    recipe = (
        VIEW_VERSION,
        _READING,
        model.sha256,
        {name: dict(content) for name, content in model.sidecars.items()},
        (settings.classes, settings.labels, settings.input_px, settings.mean, settings.std),
    )
    return hashlib.sha256(json.dumps(recipe, sort_keys=True).encode()).hexdigest()[:12]


# --- what it means ----------------------------------------------------------------------------------------------------


def _labels(settings: ClassifierSettings, model: ModelFile, count: int | None) -> tuple[str, ...]:
    """The model's classes in the order of its outputs."""
    path = model.path
    labels: object = list(settings.labels) or model.sidecars[META].get("labels")
    if labels is None and isinstance(named := model.sidecars[CONFIG].get("id2label"), dict):
        labels = [named.get(str(i)) for i in range(len(named))]
    if labels is None:
        raise ModelError(f"{path}: nothing beside it names its classes; write classifier.labels in accounts.yaml")
    if not isinstance(labels, list) or not all(isinstance(name, str) and name for name in labels):
        raise ModelError(f"{path}: the class names beside it are no list of names; write classifier.labels")
    if not 2 <= len(labels) <= MAX_CLASSES or len(set(labels)) != len(labels):
        raise ModelError(f"{path}: {number_of(len(labels), 'class name')}, expected at least 2 different ones")
    if count is not None and count != len(labels):
        raise ModelError(
            f"{path}: has {number_of(count, 'output')}, but {len(labels)} classes are named: {listed(labels)}"
        )
    return tuple(labels)


def _targets(settings: ClassifierSettings, labels: Sequence[str]) -> list[Label]:
    """What each class of the model means."""
    meaning = {name: name for name in labels if name in set(Label)} | dict(settings.classes)
    unknown = [name for name in meaning if name not in labels]
    absent = [name for name in labels if name not in meaning]
    if unknown:
        raise ModelError(f"classifier.classes: the model has no class {listed(unknown)}; it has {listed(labels)}")
    if absent:
        raise ModelError(f"classifier.classes: say drawing, photo or other for {listed(absent)}")
    try:
        targets = [Label(meaning[name]) for name in labels]
    except ValueError as error:
        raise ModelError(f"classifier.classes: {error}; expected drawing, photo or other") from error
    for label in (Label.DRAWING, Label.PHOTO):
        if label not in targets:
            raise ModelError(f"classifier.classes: no class means {label}; the model cannot tell drawings from photos")
    return targets


def _preparation(settings: ClassifierSettings, model: ModelFile, fixed_side: int | None) -> Preparation:
    path, preprocessor = model.path, model.sidecars[PREPROCESSOR]
    side = settings.input_px or fixed_side or _size(preprocessor.get("size"))
    if side is None:
        raise ModelError(f"{path}: nothing says how large its input is; write classifier.input_px")
    if side not in SIDES_PX:
        raise ModelError(f"{path}: an input of {side} px is not between {SIDES_PX[0]} and {SIDES_PX[-1]}")
    if fixed_side is not None and side != fixed_side:
        raise ModelError(f"classifier.input_px: {side}, but the model takes {fixed_side}")
    if preprocessor.get("do_normalize") is False:
        preprocessor = {"image_mean": [0.0, 0.0, 0.0], "image_std": [1.0, 1.0, 1.0]}
    mean = settings.mean or _three(preprocessor.get("image_mean"))
    std = settings.std or _three(preprocessor.get("image_std"))
    if mean is None or std is None:
        raise ModelError(
            f"{path}: nothing says how its input is normalised; write classifier.mean and classifier.std, "
            "for the models of deepghs [0.5, 0.5, 0.5] both"
        )
    if not all(-10 <= value <= 10 for value in mean) or not all(1e-3 <= value <= 10 for value in std):
        raise ModelError(f"{path}: mean {mean} and std {std} cannot be those of pixels between 0 and 1")
    return Preparation(side, mean, std)


def _size(value: object) -> int | None:
    """The side that a preprocessor file names: 224, or {"height": 224, "width": 224}, or {"shortest_edge": 224}."""
    if isinstance(value, dict):
        sides = {value.get("height", value.get("shortest_edge")), value.get("width", value.get("shortest_edge"))}
        value = sides.pop() if len(sides) == 1 else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _three(value: object) -> tuple[float, float, float] | None:
    if isinstance(value, list) and len(value) == 3 and all(isinstance(one, int | float) for one in value):
        red, green, blue = (float(one) for one in value)
        return red, green, blue
    return None
