"""Write a model that the nightly path can run: two ONNX graphs, the estimator for scikit-learn, and the manifest.

The estimator's graph is built here, operator by operator, from the numbers that scikit-learn fitted; `parity` says how
far the two are apart. The same estimator is kept as a skops file (https://skops.readthedocs.io), for the laboratory.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gallery.classify import BACKBONE, ESTIMATOR, FORMAT, KIND, MANIFEST
from gallery.errors import ModelError
from gallery.features import DESCRIPTOR_VERSION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SKOPS = "estimator.skops"
OPSET = 17
IR_VERSION = 8  # what onnxruntime 1.18 reads
LIBRARIES = ("numpy", "scikit-learn", "skops", "onnx", "onnxruntime", "pillow")
# What a skops file of ours may hold; anything else is refused before it is loaded.
TRUSTED_TYPES: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a model was made from, for its manifest."""

    corpus_digest: str
    pictures: int
    sources: int
    seed: int
    figures: Mapping[str, float]  # of the grouped cross-validation
    made_with: Mapping[str, str]  # libraries besides `LIBRARIES`


def estimator_graph(estimator: Any) -> bytes:
    """The ONNX graph of a fitted ``Pipeline(StandardScaler, LogisticRegression)``: features → three probabilities.

    Raises:
        ModelError: the estimator is of another kind.
    """
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    try:
        scaler, regression = (step for _, step in estimator.steps)
        gain = regression.coef_ / scaler.scale_
        shift = regression.intercept_ - gain @ scaler.mean_
    except (AttributeError, ValueError) as error:
        raise ModelError(f"{type(estimator).__name__} cannot be exported: no scaled logistic regression") from error
    nodes = [
        helper.make_node("Gemm", ["features", "gain", "shift"], ["scores"], transB=1),
        helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
    ]
    weights = [
        numpy_helper.from_array(gain.astype(np.float32), "gain"),
        numpy_helper.from_array(shift.astype(np.float32), "shift"),
    ]
    graph = helper.make_graph(
        nodes,
        "estimator",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["pictures", gain.shape[1]])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["pictures", gain.shape[0]])],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def half_precision(graph: bytes) -> bytes:
    """The same graph with its weights kept in 16 bits; they are widened once, when the model is loaded."""
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load_from_string(graph)
    casts = []
    for weight in model.graph.initializer:
        if weight.data_type != TensorProto.FLOAT:
            continue
        name = weight.name
        half = numpy_helper.from_array(numpy_helper.to_array(weight).astype(np.float16), f"{name}.half")
        weight.CopyFrom(half)
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def parity(estimator: Any, graph: bytes, features: Floats) -> float:
    """The largest difference of a probability between scikit-learn and the graph."""
    import numpy as np
    import onnxruntime

    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    (ours,) = session.run(None, {"features": features})
    return float(np.abs(ours - estimator.predict_proba(features)).max())


def write_model(folder: Path, backbone: bytes, estimator: Any, out_of_fold: Path, provenance: Provenance) -> None:
    """Write all files of a model beside their places, then move them in; the manifest goes last."""
    import skops.io

    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        BACKBONE: backbone,
        ESTIMATOR: estimator_graph(estimator),
        SKOPS: skops.io.dumps(estimator),
        out_of_fold.name: out_of_fold.read_bytes(),
    }
    manifest = {
        "kind": KIND,
        "format": FORMAT,
        "descriptor_version": DESCRIPTOR_VERSION,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(contents.items())},
        "made_with": {
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
            **provenance.made_with,
        },
        "corpus": {
            "digest": provenance.corpus_digest,
            "pictures": provenance.pictures,
            "sources": provenance.sources,
        },
        "seed": provenance.seed,
        "grouped_cross_validation": dict(provenance.figures),
    }
    contents[MANIFEST] = (json.dumps(manifest, indent=2) + "\n").encode()
    for name, data in contents.items():
        _replace(folder / name, data)


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
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{path}: is no skops file ({error}); restore models/ from the release") from error


def _replace(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
