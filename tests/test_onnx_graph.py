"""What is refused of a model file before anything of it runs."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import onnxruntime
import pytest

from gallery.classify import onnx_file
from gallery.classify.brought import load_brought
from gallery.classify.runtime import start_session
from gallery.domain import Label
from gallery.errors import ModelError

onnx = pytest.importorskip("onnx", reason="the onnx package is not installed")
from onnx import TensorProto, helper  # noqa: E402  # after the check that it is there

from tests.onnx_kit import SETTINGS, SIDE, colour_model, plain, save, with_last  # noqa: E402  # it needs onnx


@pytest.mark.parametrize("place", range(8))
def test_a_damaged_name_is_refused_in_words(tmp_path: Path, place: int) -> None:
    """A byte that is no UTF-8 in a name of the graph ends in a ModelError, wherever it stands."""
    content = bytearray(colour_model().SerializeToString())
    content[content.index(b"weights") + place % 7 if place < 7 else content.index(b"pooled")] = 0xFF
    (tmp_path / "model.onnx").write_bytes(content)
    with pytest.raises(ModelError):
        load_brought(SETTINGS, tmp_path)


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Some bytes with a few of them changed, removed or added."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 4])):
        place = chance.randrange(len(data))
        data[place : place + chance.choice([0, 1, 1, 1])] = bytes([chance.randrange(256)] * chance.choice([0, 1, 1, 1]))
    return bytes(data)


def test_damaged_models_serve_or_are_refused_in_words(tmp_path: Path) -> None:
    """Whatever is wrong with the bytes of a model, it is loaded or ends in a ModelError, never in another error."""
    content = colour_model().SerializeToString()
    refused = 0
    for seed in range(150):
        (tmp_path / "model.onnx").write_bytes(mutated(content, random.Random(seed)))
        try:
            load_brought(SETTINGS, tmp_path)
        except ModelError:
            refused += 1
    assert 50 < refused < 150


def external(model: Any) -> Any:
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../../../etc/passwd"
    return model


def external_unsaid() -> Any:
    """Weights elsewhere in a tensor that does not admit it."""
    model = external(colour_model())
    model.graph.initializer[0].ClearField("data_location")
    return model


def external_in_a_branch() -> Any:
    """Weights elsewhere, hidden in the constant of a branch of an If."""
    inner = external(colour_model()).graph.initializer[0]
    constant = helper.make_node("Constant", [], ["c"], value=inner)
    branch = helper.make_graph([constant], "b", [], [helper.make_tensor_value_info("c", TensorProto.FLOAT, [3, 3])])
    model = colour_model()
    model.graph.node.append(helper.make_node("If", ["flat"], ["y"], then_branch=branch, else_branch=branch))
    return model


def with_loop() -> Any:
    body = helper.make_graph([], "body", [], [])
    model = colour_model()
    model.graph.node.append(helper.make_node("Loop", ["", ""], [], body=body))
    return model


def loop_in_a_default() -> Any:
    """A Loop, hidden in the default value of an attribute of a function."""
    empty = helper.make_graph([], "body", [], [])
    hidden = helper.make_graph([helper.make_node("Loop", ["", ""], [], body=empty)], "hidden", [], [])
    function = helper.make_function("x.example", "F", ["a"], ["b"], [helper.make_node("Identity", ["a"], ["b"])],
                                    [helper.make_opsetid("", 17)])  # fmt: skip
    function.attribute_proto.append(helper.make_attribute("branch", hidden))
    model = colour_model()
    model.functions.append(function)
    return model


def with_functions(levels: int, calls: int, *, innermost: str = "Identity") -> Any:
    """A model with functions that call each other, each the next one ``calls`` times."""
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("x.example", 1)]
    model = with_last(helper.make_node("F0", ["scores"], ["output"], domain="x.example"))
    model.opset_import.append(opsets[1])
    for level in range(levels):
        name, domain = (f"F{level + 1}", "x.example") if level + 1 < levels else (innermost, "")
        domain = "x.example" if name.startswith("F") else domain
        values = ["a", *(f"v{number}" for number in range(calls - 1)), "b"]
        nodes = [helper.make_node(name, [values[i]], [values[i + 1]], domain=domain) for i in range(calls)]
        model.functions.append(helper.make_function("x.example", f"F{level}", ["a"], ["b"], nodes, opsets))
    return model


def without_operators() -> Any:
    """What other readers see in a file that onnxruntime would take for its own format."""
    model = colour_model()
    del model.graph.node[:]
    return model


def two_functions_of_one_name() -> Any:
    model = with_functions(1, 1)
    model.functions.append(model.functions[0])
    return model


def graph_for_a_function() -> Any:
    """A function whose branches come from its caller, who could multiply them."""
    model = with_functions(1, 1)
    branch = model.functions[0].node[0].attribute.add()
    branch.name = branch.ref_attr_name = "branch"
    branch.type = branch.GRAPH
    return model


def channels_last(shape: list[int | str]) -> Any:
    """What TensorFlow exports: the colours of a pixel lie beside each other."""
    turned = helper.make_node("Transpose", ["input"], ["turned"], perm=[0, 3, 1, 2])
    model = colour_model(inputs=[info("input", shape)])
    model.graph.node[0].input[0] = "turned"
    model.graph.node.insert(0, turned)
    return model


def half_precision() -> Any:
    """A model that takes and gives floats of 16 bits."""
    model = colour_model()
    weights = model.graph.initializer[0]
    weights.CopyFrom(helper.make_tensor("weights", TensorProto.FLOAT16, weights.dims, [0.0] * 9))
    for end in (model.graph.input[0], model.graph.output[0]):
        end.type.tensor_type.elem_type = TensorProto.FLOAT16
    return model


def of_the_future() -> Any:
    """A model of a format that onnxruntime does not know yet."""
    model = colour_model()
    model.ir_version = 99
    return model


def info(name: str, shape: list[int | str], kind: int = TensorProto.FLOAT) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: external(colour_model()), "weights in other files"),
        (external_unsaid, "weights in other files"),
        (external_in_a_branch, "weights in other files"),
        (with_loop, "Loop operator"),
        (loop_in_a_default, "Loop operator"),
        (without_operators, "no operators"),
        (lambda: with_functions(12, 10), "more than 50,000 operators"),
        (lambda: with_functions(2, 2, innermost="F0"), "calls itself"),
        (lambda: with_functions(200, 1), "too many others"),
        (of_the_future, "FAIL : Unsupported model IR version: 99, max supported IR version"),
        (two_functions_of_one_name, "two functions of one name"),
        (graph_for_a_function, "hands graphs to functions"),
        (lambda: colour_model(side=SIDE, inputs=[info("input", ["n", 3, 32, 40])]), "must be square"),
        (lambda: colour_model(inputs=[info("input", ["n", 9, 32, 32])], rows=((1.0,) * 3,) * 9), "colour channels"),
        (lambda: channels_last(["n", "h", "w", 3]), "3 colour channels first"),
        (lambda: channels_last([1, 32, 32, 3]), "3 colour channels first"),
        (lambda: colour_model(inputs=[info("input", [8, 3, 32, 32])]), "8 pictures at once"),
        (lambda: colour_model(inputs=[info("input", ["n", 3, 32, 32]), info("more", [1])]), "expected one input"),
        (half_precision, "floats of 32 bits, has input: tensor.float16"),
        (lambda: colour_model(side=4096), "not between 16 and 1024"),
        (lambda: colour_model(rows=((float("nan"),) * 3,) * 3), "not finite"),
        (
            lambda: colour_model(nodes=[helper.make_node("Evil", ["input"], ["output"], domain="x.example")]),
            "cannot use it",
        ),
    ],
)
def test_suspicious_models_are_refused(tmp_path: Path, make: Any, words: str) -> None:
    """Weights elsewhere, loops, foreign operators and wrong shapes end in an error, wherever they hide."""
    save(tmp_path / "model.onnx", make())
    with pytest.raises(ModelError, match=words):
        load_brought(SETTINGS, tmp_path)


def test_no_other_format_reaches_the_runtime(tmp_path: Path) -> None:
    """A file in onnxruntime's own format, into which nothing here can look, is not loaded, whatever it says besides."""
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "model.ort")
    options.add_session_config_entry("session.save_model_format", "ORT")
    onnxruntime.InferenceSession(colour_model().SerializeToString(), options, providers=["CPUExecutionProvider"])
    with pytest.raises(ModelError, match="cannot use it"):
        start_session(tmp_path / "model.ort", (tmp_path / "model.ort").read_bytes())


def test_functions_that_stay_small_are_fine(tmp_path: Path) -> None:
    """A model may call functions of its own."""
    save(tmp_path / "model.onnx", with_functions(3, 10))
    assert load_brought(SETTINGS, tmp_path).predict([plain("#ff0000")])[0].label is Label.DRAWING


def test_a_clone_without_its_large_files_is_told_from_a_damaged_one(tmp_path: Path) -> None:
    """Where git LFS was not there, a file of three lines stands in the model's place; what to do is said."""
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 17098752\n"
    (tmp_path / "model.onnx").write_bytes(pointer)
    with pytest.raises(ModelError, match="git lfs pull"):
        load_brought(SETTINGS, tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x80\x04\x95pickle", b"\x0a\xff\xff\xff\xff\x7f"])
def test_damaged_models_are_refused(tmp_path: Path, content: bytes) -> None:
    """Files that are no ONNX model are refused with their name."""
    (tmp_path / "model.onnx").write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.onnx"):
        load_brought(SETTINGS, tmp_path)


def test_a_model_cut_short_is_refused(tmp_path: Path) -> None:
    """However much of a download is missing, no half model is used."""
    whole = colour_model().SerializeToString()
    for length in range(0, len(whole), 37):
        (tmp_path / "model.onnx").write_bytes(whole[:length])
        with pytest.raises(ModelError):
            load_brought(SETTINGS, tmp_path)


def test_too_large_a_model_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is looked at before the file is read."""
    save(tmp_path / "model.onnx", colour_model())
    monkeypatch.setattr(onnx_file, "MAX_MODEL_BYTES", 100)
    with pytest.raises(ModelError, match="more than the 100 allowed"):
        load_brought(SETTINGS, tmp_path)
