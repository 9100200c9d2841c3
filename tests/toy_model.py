"""A tiny model in the form of the shipped one: red is a drawing, green a photo, blue something else."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from gallery.classify import ShippedClassifier, classifier
from gallery.domain import ClassifierSettings, Prediction
from gallery.features import VIEW_VERSION


def write_toy_model(folder: Path, *, sharpness: float = 8.0) -> Path:
    """Write backbone, estimator and manifest; the learned features are the mean red, green and blue."""
    from onnx import TensorProto, helper, numpy_helper

    folder.mkdir(parents=True, exist_ok=True)
    backbone = helper.make_graph(
        [
            helper.make_node("Cast", ["view"], ["floats"], to=TensorProto.FLOAT),
            helper.make_node("ReduceMean", ["floats"], ["mean"], axes=[1, 2], keepdims=0),
            helper.make_node("Div", ["mean", "full"], ["learned"]),
        ],
        "backbone",
        [helper.make_tensor_value_info("view", TensorProto.UINT8, [1, "h", "w", 3])],
        [helper.make_tensor_value_info("learned", TensorProto.FLOAT, [1, 3])],
        [numpy_helper.from_array(np.array([255], np.float32), "full")],
    )
    weights = np.eye(3, dtype=np.float32) * np.float32(sharpness)
    estimator = helper.make_graph(
        [
            helper.make_node("MatMul", ["features", "weights"], ["scores"]),
            helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
        ],
        "estimator",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 3])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 3])],
        [numpy_helper.from_array(weights, "weights")],
    )
    for name, graph in (("backbone", backbone), ("estimator", estimator)):
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        (folder / f"{name}.onnx").write_bytes(model.SerializeToString())
    names = ["backbone.onnx", "estimator.onnx"]
    manifest = {
        "kind": "gallery classifier",
        "format": 1,
        "files": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names},
        "view_version": VIEW_VERSION,
        "made_with": {"numpy": np.__version__},
        "corpus": {"digest": "0" * 64},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def add_file(folder: Path, name: str) -> None:
    """Make a file that lies in the folder part of the model: its checksum goes into the manifest."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


class _Fragile(ShippedClassifier):
    """A classifier whose process dies on pictures 52 pixels wide, as a decoder with a bug would."""

    def predict(self, images: Sequence[Image.Image]) -> list[Prediction]:
        """Die, or predict."""
        if images[0].width == 52:
            os._exit(9)
        return super().predict(images)


def start_fragile(parent: int, settings: ClassifierSettings, models: Path, root: Path) -> None:
    """In the place of `gallery.classify.classifier._start`: a process that scores pictures until one kills it."""
    classifier._worker = _Fragile(models)


class _Endless(ShippedClassifier):
    """A classifier that does not come to an end with pictures 52 pixels wide."""

    def predict(self, images: Sequence[Image.Image]) -> list[Prediction]:
        """Sleep, or predict."""
        if images[0].width == 52:
            time.sleep(1000)
        return super().predict(images)


def start_endless(parent: int, settings: ClassifierSettings, models: Path, root: Path) -> None:
    """In the place of `gallery.classify.classifier._start`: a process that scores pictures until one keeps it."""
    classifier._worker = _Endless(models)
