"""Pictures → predictions, through the model in ``models/``.

The shipped model is two ONNX graphs: ``backbone.onnx`` turns a view (see `gallery.features`) into learned features,
``estimator.onnx`` turns these into three calibrated probabilities. Nothing of a model runs before its checksums are
verified (`gallery.classify.model_files`). A model brought by the maintainer (``classifier: onnx:…`` or ``hf:…``) is
loaded by `gallery.classify.brought`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from gallery import crew
from gallery.classify.model_files import BACKBONE, ESTIMATOR, ModelManifest, usable_manifest, verified
from gallery.classify.runtime import start_session
from gallery.crew import Crew, Lost, ended_after
from gallery.decoding import DECODERS, is_the_machines
from gallery.domain import ClassifierSettings, Label, Prediction
from gallery.errors import ModelError, PictureError, StoreError
from gallery.features import network_view, open_working_image, working_image
from gallery.helper_process import become_helper, keep_to_one_thread

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from gallery.features import Pixels

    Floats = NDArray[np.float32]

_FEW = 12  # pictures below which starting processes costs more than it saves

Result = Prediction | PictureError


class Classifier(Protocol):
    """Anything that tells drawings, photos and other pictures apart."""

    id: str  # changes whenever any answer may change; predictions are remembered under it
    short_px: int | None  # what `open_working_image` is to be asked for

    def predict(self, images: Sequence[Image.Image]) -> list[Prediction]:
        """One prediction per image, in order. Raises `OSError` or `ValueError` where Pillow cannot decode one, and
        `ModelError` where the model has no answer for one."""
        ...


class ShippedClassifier:
    """The model in ``models/``: one thread, so that processes and not threads share the work."""

    def __init__(self, models_dir: Path) -> None:
        """Verify and load. Raises `ModelError` when the model is missing, altered, foreign or too new."""
        manifest = usable_manifest(models_dir)
        graphs = _graphs(models_dir, manifest)
        self._backbone = start_session(models_dir / BACKBONE, graphs[BACKBONE])
        self._estimator = start_session(models_dir / ESTIMATOR, graphs[ESTIMATOR])
        width = _require(models_dir / BACKBONE, self._backbone, "view", "tensor(uint8)")
        answers = _require(models_dir / ESTIMATOR, self._estimator, "features", "tensor(float)", width)
        if answers != len(Label):
            raise _foreign(models_dir / ESTIMATOR)
        self.id = manifest.model_id
        self.short_px: int | None = None

    def features(self, pixels: Pixels) -> Floats:
        """What the estimator looks at: the learned features of a network view."""
        (learned,) = self._backbone.run(None, {"view": pixels[None]})
        row: Floats = learned[0]
        return row

    def score(self, features: Floats) -> list[Prediction]:
        """Predictions of rows of `features`."""
        (probabilities,) = self._estimator.run(None, {"features": features})
        return [Prediction(*(float(p) for p in row)) for row in probabilities]

    def predict(self, images: Sequence[Image.Image]) -> list[Prediction]:
        """See `Classifier.predict`."""
        import numpy as np

        rows = [self.features(network_view(working_image(image))) for image in images]
        return self.score(np.stack(rows)) if rows else []


def _graphs(models_dir: Path, manifest: ModelManifest) -> dict[str, bytes]:
    return {name: verified(models_dir / name, digest) for name, digest in manifest.files.items()}


def _require(path: Path, session: Any, name: str, kind: str, width: int | None = None) -> int:
    """See that a graph takes what is given to it; returns how many numbers it answers with for a picture."""
    taken, given = session.get_inputs(), session.get_outputs()
    if [(one.name, one.type) for one in taken] != [(name, kind)] or [one.type for one in given] != ["tensor(float)"]:
        raise _foreign(path)
    answers = given[0].shape[-1]
    if not isinstance(answers, int) or (width is not None and taken[0].shape[-1] != width):
        raise _foreign(path)
    return answers


def _foreign(path: Path) -> ModelError:
    return ModelError(
        f"{path}: is no part of a gallery classifier, whatever the manifest says; nothing of it was run. "
        "Restore models/ from the release"
    )


def model_id_of(settings: ClassifierSettings, models_dir: Path, root: Path) -> str:
    """The id of the model that these settings name, without loading it.

    Raises:
        ModelError: the model is missing or foreign.
    """
    if settings.spec:
        from gallery.classify.brought import brought_model_id

        return brought_model_id(settings, root)
    return usable_manifest(models_dir).model_id


def load_classifier(settings: ClassifierSettings, models_dir: Path, root: Path) -> Classifier:
    """Load the model that the settings name; ``onnx:PATH`` is relative to ``root``.

    Raises:
        ModelError: the model is missing, altered, foreign or too new; nothing of it was run.
    """
    if settings.spec:
        from gallery.classify.brought import load_brought

        return load_brought(settings, root)
    return ShippedClassifier(models_dir)


def classify_files(
    paths: Sequence[Path],
    settings: ClassifierSettings,
    models_dir: Path,
    root: Path,
    *,
    jobs: int,
    apart: bool = False,
) -> Iterator[tuple[Path, Result]]:
    """Score files: each path once, with its prediction or with the error that it alone is to blame for.

    A few pictures are scored in this process, unless ``apart`` forbids it; more in ``jobs`` processes. A picture that
    kills its process, or keeps it busy for longer than `gallery.crew.PATIENCE_S`, costs itself only; in this process it
    costs the run.

    Raises:
        ModelError: at once, when the model is missing, altered or foreign; later, when it cannot be loaded.
        GalleryError: no process can be started to use it in, or the machine cannot read a file.
    """
    if not paths:
        return iter(())
    in_processes = jobs > 1 and len(paths) > _FEW
    keep_to_one_thread()
    if not in_processes and not apart:
        classifier = load_classifier(settings, models_dir, root)
        return ((path, _scored_here(path, classifier)) for path in paths)
    _require_whole(settings, models_dir, root)
    # each process loads the model for itself
    workers = Crew(_work, _start, (os.getpid(), settings, models_dir, root), modules=("onnxruntime", *DECODERS))
    return map(_blamed, workers.share_out(paths, jobs if in_processes else 1))


def _scored_here(path: Path, classifier: Classifier) -> Result:
    with ended_after(crew.PATIENCE_S):
        return classify_file(path, classifier)


def _blamed(scored: tuple[Path, Result | Lost]) -> tuple[Path, Result]:
    path, result = scored
    return path, PictureError(f"{path}: decoding or scoring it {result}") if isinstance(result, Lost) else result


def _require_whole(settings: ClassifierSettings, models_dir: Path, root: Path) -> None:
    if settings.spec:
        model_id_of(settings, models_dir, root)
    else:
        _graphs(models_dir, usable_manifest(models_dir))


def classify_file(path: Path, classifier: Classifier) -> Result:
    """The prediction for one file, or why there is none.

    Raises:
        StoreError: the machine could not read it, which says nothing about the picture.
    """
    try:
        return classifier.predict([open_working_image(path, classifier.short_px)])[0]
    except PictureError as error:
        _blame_the_machine(error.__cause__, path)
        return error
    except ModelError as error:  # it runs, but has no answer for this picture
        return PictureError(f"{path}: {error}")
    except (OSError, ValueError) as error:
        _blame_the_machine(error, path)
        return PictureError(f"{path}: cannot be classified ({error})")


def _blame_the_machine(error: BaseException | None, path: Path) -> None:
    if is_the_machines(error, path):
        raise StoreError(
            f"{path}: cannot be read: {error}; the picture is not to blame. Run again when it can"
        ) from error


_worker: Classifier | None = None  # one model per worker process, loaded once


def _start(parent: int, settings: ClassifierSettings, models_dir: Path, root: Path) -> None:
    global _worker
    become_helper(parent)
    _worker = load_classifier(settings, models_dir, root)


def _work(path: Path) -> Result:
    assert _worker is not None  # noqa: S101 - the crew has begun
    return classify_file(path, _worker)
