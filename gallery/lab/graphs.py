"""Trained weights → the graph that ships, and what that graph says of the pictures.

Apart from `gallery.lab.backbone`, by whose code a course is known: to score in another way starts none anew.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gallery.features import VIEW_PX, network_view
from gallery.lab.backbone import torch_or_refuse
from gallery.lab.export import OPSET, eight_bits
from gallery.lab.files import kept_file
from gallery.lab.material import Material

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CALIBRATION_VIEWS = 128


def refuse_if_damaged(checkpoint: Path) -> None:
    """See that what an earlier start left of a course can be loaded: its weights where it has ended, else its state.

    Raises:
        ModelError: it cannot, or torch is not installed.
    """
    left = [path for path in (checkpoint.with_suffix(".weights"), checkpoint) if path.exists()]
    if left:
        torch = torch_or_refuse()
        with kept_file(left[0]), left[0].open("rb") as file:
            torch.load(file, weights_only=True)


def quantised(weights: Path, material: Material, learnt_from: Sequence[int]) -> bytes:
    """The graph of a backbone in 8 bits, its ranges taken from pictures that it learned from."""
    import numpy as np
    from PIL import Image

    chosen = np.random.default_rng(0).choice(learnt_from, min(_CALIBRATION_VIEWS, len(learnt_from)), replace=False)
    views = [network_view(Image.fromarray(np.array(material.pixels[index])).resize((256, 256))) for index in chosen]
    return eight_bits(_exported(weights, len(material.style_names)), views)


def learned_features(graph: bytes, material: Material, chosen: Sequence[int], jobs: int) -> NDArray[np.float32]:
    """What an exported backbone says of the chosen pictures: one row each."""
    import numpy as np
    import onnxruntime
    from PIL import Image

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = jobs
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    rows = [
        session.run(None, {"view": network_view(Image.fromarray(np.array(material.pixels[index])))[None]})[0][0]
        for index in chosen
    ]
    return np.stack(rows).astype(np.float32)


def _exported(weights: Path, styles: int) -> bytes:
    """The ONNX graph of trained weights: uint8 views in, label logits out, any height and width."""
    torch = torch_or_refuse()
    from gallery.lab.network import Backbone, Exported

    net = Backbone(styles)
    net.load_state_dict(torch.load(weights, weights_only=True))
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracing exporter announces its successor at every call
        torch.onnx.export(
            Exported(net).eval(),
            (torch.zeros(1, VIEW_PX, VIEW_PX, 3, dtype=torch.uint8),),
            out,
            input_names=["view"],
            output_names=["features"],
            dynamic_axes={"view": {0: "pictures", 1: "height", 2: "width"}, "features": {0: "pictures"}},
            opset_version=OPSET,
            dynamo=False,
        )
    return out.getvalue()
