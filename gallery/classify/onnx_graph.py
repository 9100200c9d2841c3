"""What is in a model file that is not ours, looked at before onnxruntime sees it.

It must hold its weights inside (weights elsewhere would let it name any file of this machine), contain no loops, and
grow to a bearable number of operators.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gallery.classify.runtime import first_line
from gallery.errors import ModelError

REFUSED_OPERATORS = frozenset({"Loop", "Scan"})
MAX_NODES = 50_000  # of the graph in which every call of a local function is replaced by the function's nodes
MAX_CALLS_DEEP = 50  # functions that call functions
INSTALL = "install it with: pip install -e '.[onnx]'"


def inspect_graph(path: Path, content: bytes) -> None:
    """Refuse what must not reach the runtime; ``path`` says whose the model is.

    Raises:
        ModelError: it is damaged or empty, keeps weights in other files, loops, or grows too large; or the onnx package
            is not installed.
    """
    try:
        import onnx
        from google.protobuf.message import DecodeError
    except ImportError as error:
        raise ModelError(f"{path}: checking a model needs the onnx package; {INSTALL}") from error
    if content.startswith(b"version https://git-lfs"):
        raise ModelError(f"{path}: only says where git LFS keeps the model; run git lfs pull where it comes from")
    try:
        model = onnx.load_model_from_string(content)
    except (DecodeError, ValueError, RuntimeError) as error:
        raise ModelError(f"{path}: is no ONNX model: {first_line(error)}") from error
    for graph in _graphs(model):
        for tensor in _tensors(graph):
            if tensor.external_data or tensor.data_location == onnx.TensorProto.EXTERNAL:
                raise ModelError(f"{path}: keeps weights in other files; save it as one file")
        for node in graph.node:
            if node.op_type in REFUSED_OPERATORS:
                raise ModelError(f"{path}: has a {node.op_type} operator; a classifier of pictures needs none")
            if any(one.ref_attr_name and one.type in (one.GRAPH, one.GRAPHS) for one in node.attribute):
                raise ModelError(f"{path}: hands graphs to functions; a classifier of pictures needs none of that")
    if not model.graph.node:
        raise ModelError(f"{path}: has no operators, so it is no model that could be run")
    functions = {_called(one, one.name): one for one in model.functions}
    if len(functions) < len(model.functions):
        raise ModelError(f"{path}: has two functions of one name, so it does not say what it does")
    if _size(path, model.graph, functions, {}, ()) > MAX_NODES:
        raise ModelError(f"{path}: grows to more than {MAX_NODES:,} operators; a classifier of pictures needs fewer")


_Name = tuple[str, str, str]  # domain, name, overload


def _called(one: Any, name: str) -> _Name:
    return "" if one.domain == "ai.onnx" else one.domain, name, getattr(one, "overload", "")


def _size(
    path: Path, graph: Any, functions: Mapping[_Name, Any], sizes: dict[_Name, int], callers: tuple[_Name, ...]
) -> int:
    """How many nodes a graph, or a function, has once the functions that it calls have been put into it."""
    size = 0
    for node in (node for inner in _within([graph]) for node in inner.node):
        called = _called(node, node.op_type)
        if called in functions and called not in sizes:
            if called in callers or len(callers) == MAX_CALLS_DEEP:
                raise ModelError(f"{path}: its function {node.op_type[:40]} calls itself, or too many others")
            sizes[called] = _size(path, functions[called], functions, sizes, (*callers, called))
        size += sizes.get(called, 1)
    return size


def _graphs(model: Any) -> Iterator[Any]:
    """The graph of a model, its functions, and every graph inside their nodes and their default attributes."""
    yield from _within([model.graph, *model.functions, *(t.algorithm for t in model.training_info)])


def _within(graphs: Sequence[Any]) -> Iterator[Any]:
    """Some graphs or functions, and every graph inside them."""
    waiting = list(graphs)
    while waiting:
        graph = waiting.pop()
        yield graph
        for attribute in _attributes(graph):
            waiting += [attribute.g, *attribute.graphs] if attribute.HasField("g") else attribute.graphs


def _attributes(graph: Any) -> Iterator[Any]:
    yield from getattr(graph, "attribute_proto", ())  # what a function's nodes get where its caller says nothing
    for node in graph.node:
        yield from node.attribute


def _tensors(graph: Any) -> Iterator[Any]:
    yield from getattr(graph, "initializer", ())
    sparse = list(getattr(graph, "sparse_initializer", ()))
    for attribute in _attributes(graph):
        yield attribute.t
        yield from attribute.tensors
        sparse += [attribute.sparse_tensor, *attribute.sparse_tensors]
    for tensor in sparse:
        yield tensor.values
        yield tensor.indices
