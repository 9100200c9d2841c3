"""Models that tests bring: small, made here, with answers known by construction. Needs the onnx package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from gallery.domain import ClassifierSettings

SIDE = 32
REVISION = "0123456789abcdef0123456789abcdef01234567"


def colour_model(
    *, softmax: bool = True, side: int | str = SIDE, rows: tuple[tuple[float, ...], ...] | None = None, **changes: Any
) -> Any:
    """A model whose class 0 likes red, class 1 green and class 2 blue: the mean of each channel, times 20."""
    weights = np.array(rows if rows is not None else np.eye(3) * 20, dtype=np.float32)
    nodes = [
        helper.make_node("GlobalAveragePool", ["input"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["scores" if softmax else "output"]),
    ]
    if softmax:
        nodes.append(helper.make_node("Softmax", ["scores"], ["output"], axis=1))
    graph = helper.make_graph(
        changes.get("nodes", nodes),
        "colours",
        changes.get("inputs", [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 3, side, side])]),
        changes.get("outputs", [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", weights.shape[1]])]),
        [changes.get("tensor", numpy_helper.from_array(weights, "weights"))],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def with_last(*nodes: Any) -> Any:
    """The colour model with something after its raw scores, which are called "scores"."""
    model = colour_model()
    model.graph.node.pop()
    model.graph.node.extend(nodes)
    return model


def save(path: Path, model: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())
    return path


SETTINGS = ClassifierSettings(
    spec="onnx:model.onnx",
    classes=(("red", "drawing"), ("green", "photo"), ("blue", "drawing")),
    labels=("red", "green", "blue"),
    mean=(0.5, 0.5, 0.5),
    std=(0.5, 0.5, 0.5),
)


def plain(colour: str, size: tuple[int, int] = (90, 40)) -> Image.Image:
    return Image.new("RGB", size, colour)
