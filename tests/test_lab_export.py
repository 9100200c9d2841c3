"""Export: the backbone in 8 bits says what it said in floating point."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from gallery.errors import ModelError
from gallery.lab.export import FLOAT_CONVOLUTIONS, eight_bits, fold_padding

Floats = NDArray[np.float32]
CHANNELS = 8
LAYERS = FLOAT_CONVOLUTIONS + 3


def backbone(pads: list[int]) -> bytes:
    """A small net as torch exports one: a view as it comes, then padding, convolution and ReLU6, layer by layer."""
    rng = np.random.default_rng(3)
    nodes = [
        helper.make_node("Transpose", ["view"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node("Cast", ["planes"], ["floats"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["floats", "scale"], ["x0"]),
    ]
    weights = {
        "scale": np.array(64, np.float32),
        "low": np.array(0, np.float32),
        "high": np.array(6, np.float32),
        "pads": np.array(pads, np.int64),
    }
    for layer in range(LAYERS):
        inputs = 3 if layer == 0 else CHANNELS
        spread = rng.normal(0, 1 / (3 * inputs**0.5), (CHANNELS, inputs, 3, 3))
        weights[f"w{layer}"] = spread.astype(np.float32)
        weights[f"b{layer}"] = rng.normal(0.3, 0.3, CHANNELS).astype(np.float32)
        nodes += [
            helper.make_node("Pad", [f"x{layer}", "pads"], [f"p{layer}"], name=f"pad{layer}"),
            helper.make_node(
                "Conv", [f"p{layer}", f"w{layer}", f"b{layer}"], [f"c{layer}"], name=f"conv{layer}", pads=[0, 0, 1, 1],
                kernel_shape=[3, 3],
            ),
            helper.make_node("Clip", [f"c{layer}", "low", "high"], [f"x{layer + 1}"], name=f"clip{layer}"),
        ]  # fmt: skip
    nodes.append(helper.make_node("ReduceMean", [f"x{LAYERS}"], ["features"], axes=[2, 3], keepdims=0))
    graph = helper.make_graph(
        nodes,
        "backbone",
        [helper.make_tensor_value_info("view", TensorProto.UINT8, [1, "height", "width", 3])],
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, CHANNELS])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def views(count: int) -> list[NDArray[np.uint8]]:
    """Noise in views of two shapes."""
    rng = np.random.default_rng(5)
    return [rng.integers(0, 256, (32, 64 if number % 2 else 32, 3), dtype=np.uint8) for number in range(count)]


def answers(graph: bytes) -> Floats:
    """What a graph says of a few views."""
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    return np.concatenate([session.run(None, {"view": pixels[None]})[0] for pixels in views(6)])


def operators(graph: bytes) -> list[str]:
    """The kinds of the graph's nodes, in order."""
    return [node.op_type for node in onnx.load_from_string(graph).graph.node]


ASYMMETRIC = [0, 0, 1, 0, 0, 0, 0, 1]


def test_padding_becomes_part_of_the_convolution_and_changes_no_answer() -> None:
    """No node pads any more, and the features are what they were."""
    graph = backbone(ASYMMETRIC)
    folded = fold_padding(graph)
    assert operators(graph).count("Pad") == LAYERS
    assert "Pad" not in operators(folded)
    np.testing.assert_allclose(answers(folded), answers(graph), atol=1e-5)


def test_padding_of_channels_is_refused() -> None:
    """A net that is padded in another direction than height and width is not exported wrongly but refused."""
    with pytest.raises(ModelError, match="pad0"):
        fold_padding(backbone([0, 1, 0, 0, 0, 0, 0, 0]))


def test_eight_bits_say_nearly_the_same() -> None:
    """The features of the 8-bit net lie within two percent of their range, and all but the first layers are 8-bit."""
    graph = backbone(ASYMMETRIC)
    small = eight_bits(graph, views(20))
    exact, rounded = answers(graph), answers(small)
    assert np.abs(exact - rounded).max() < 0.02 * np.ptp(exact)
    model = onnx.load_from_string(small).graph
    made_by = {name: node.op_type for node in model.node for name in node.output}
    weighed = [made_by.get(node.input[1], "float") for node in model.node if node.op_type == "Conv"]
    assert weighed == ["float"] * FLOAT_CONVOLUTIONS + ["DequantizeLinear"] * (LAYERS - FLOAT_CONVOLUTIONS)


def test_values_are_rounded_only_after_they_are_clipped() -> None:
    """No 8-bit step is spent on values that ReLU6 takes away."""
    model = onnx.load_from_string(eight_bits(backbone(ASYMMETRIC), views(20))).graph
    users = {name: node for node in model.node for name in node.input}
    zeros = {each.name: numpy_helper.to_array(each) for each in model.initializer}
    after = [users[node.output[0]] for node in model.node if node.op_type == "Conv"][FLOAT_CONVOLUTIONS:]
    assert [node.op_type for node in after] == ["QuantizeLinear"] * len(after)
    assert [int(zeros[node.input[2]]) for node in after] == [0] * len(after)
