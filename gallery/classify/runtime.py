"""onnxruntime, asked in one way for our own graphs and for those that a maintainer brings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from gallery.errors import ModelError

_SIGNATURE = re.compile(r"/\S+\.(?:cc|h):\d+ [^()]*\(.*?\) (?=\w)")


def start_session(path: Path, content: bytes) -> Any:
    """An onnxruntime session of a graph, on one thread: pictures are shared out over processes.

    Raises:
        ModelError: onnxruntime refuses the graph; ``path`` says whose it is.
    """
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as ort

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what it has to say of a damaged graph is in the error
    # it would take some bytes for its own format that every other reader takes for ONNX, and find another graph there
    options.add_session_config_entry("session.load_model_format", "ONNX")
    try:
        # without its fallback, which would try the same once more and print so
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"], enable_fallback=0)
    except (ort.Fail, ort.InvalidGraph, ort.InvalidArgument, ort.NotImplemented, ort.InvalidProtobuf,
            ort.RuntimeException, ort.NoSuchFile, UnicodeDecodeError) as error:  # fmt: skip
        message = f"{path}: onnxruntime {onnxruntime.__version__} cannot use it: {first_line(error)}"
        raise ModelError(message) from error


def first_line(error: BaseException) -> str:
    """The first line of an error of another library, of a length that fits a message.

    Where in its C++ onnxruntime raised it goes: a signature can be longer than the message, which follows it.
    """
    line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return _SIGNATURE.sub("", line[:2000])[:500]
