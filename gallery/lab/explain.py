"""Why a picture got its score: what changes when a part of what the model saw is taken away.

Two views. *Regions*: each cell of a grid over the picture is covered with the picture's mean colour and the picture is
scored again (occlusion; Zeiler and Fergus, "Visualizing and understanding convolutional networks", ECCV 2014).
*Cues*: the picture is scored without its colour, its fine detail, its smooth shading, its border. Always one change at
a time: parts that say the same thing can each look unimportant. Both work for any classifier. The shipped one does not
look at the descriptor of `gallery.features`, so its groups explain nothing of the score and are not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gallery.classify import Classifier, load_classifier
from gallery.domain import ClassifierSettings, Label, Prediction
from gallery.features import open_working_image
from gallery.resources import models_dir

if TYPE_CHECKING:
    from PIL import Image

CELLS = 8  # along the longer side of the picture
SHADES = " ·░▒▓█"


@dataclass(frozen=True, slots=True)
class Effect:
    """What one part did to the score: positive spoke for the label, negative against it."""

    name: str
    change: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A picture's prediction and what moved it."""

    prediction: Prediction
    label: Label  # the label that is explained
    cues: tuple[Effect, ...]  # the strongest first
    regions: tuple[tuple[float, ...], ...]  # rows of cells, top to bottom: the change each one made


def explain(image: Image.Image, classifier: Classifier, label: Label | None = None) -> Explanation:
    """Explain the score of ``label`` (by default the one the model gives) for a working image.

    Args:
        image: from `gallery.features.open_working_image`.
        classifier: any classifier.
        label: what to explain.

    Raises:
        ModelError: the model failed.
    """
    (prediction,) = classifier.predict([image])
    chosen = label or prediction.label
    whole = prediction.score(chosen)
    cues, regions = _cues(image, classifier, chosen, whole), _regions(image, classifier, chosen, whole)
    return Explanation(prediction, chosen, cues, regions)


def _cues(image: Image.Image, classifier: Classifier, label: Label, whole: float) -> tuple[Effect, ...]:
    from PIL import Image, ImageFilter

    width, height = image.size
    inside = (round(width * 0.15), round(height * 0.15), width - round(width * 0.15), height - round(height * 0.15))
    changed = {
        "colour": image.convert("L").convert("RGB"),
        "fine detail": image.filter(ImageFilter.GaussianBlur(max(width, height) / 160)),
        "smooth shading": image.quantize(12, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB"),
        "border": image.crop(inside) if min(width, height) >= CELLS else image,
    }
    scores = [one.score(label) for one in classifier.predict(list(changed.values()))]
    return _strongest_first(changed, [whole - score for score in scores])


def _strongest_first(names: Iterable[str], changes: Iterable[float]) -> tuple[Effect, ...]:
    effects = [Effect(name, change) for name, change in zip(names, changes, strict=True)]
    return tuple(sorted(effects, key=lambda effect: (-abs(effect.change), effect.name)))


def _regions(image: Image.Image, classifier: Classifier, label: Label, whole: float) -> tuple[tuple[float, ...], ...]:
    from PIL import Image, ImageStat

    columns, rows = grid(image.size)
    colour = tuple(round(value) for value in ImageStat.Stat(image).mean)
    covered = []
    for j in range(rows):
        for i in range(columns):
            left, right = (round(image.width * edge / columns) for edge in (i, i + 1))
            upper, lower = (round(image.height * edge / rows) for edge in (j, j + 1))
            copy = image.copy()
            copy.paste(Image.new("RGB", (right - left, lower - upper), colour), (left, upper))
            covered.append(copy)
    changes = [whole - one.score(label) for one in classifier.predict(covered)]
    return tuple(tuple(changes[j * columns : (j + 1) * columns]) for j in range(rows))


def grid(size: tuple[int, int]) -> tuple[int, int]:
    """(columns, rows) of nearly square cells, `CELLS` along the longer side, never more than there are pixels."""
    width, height = size
    longer = max(width, height)
    return max(1, min(width, round(CELLS * width / longer))), max(1, min(height, round(CELLS * height / longer)))


def explain_file(config_path: Path, picture: Path, label: str | None, output: Path | None, models: Path | None) -> str:
    """Explain one file with the classifier that accounts.yaml names; write a page to ``output`` where given.

    Raises:
        ModelError: the classifier cannot be used.
        PictureError: the picture cannot be read.
        ConfigError: accounts.yaml cannot be used, or the page cannot be written.
    """
    from gallery.lab.files import replace_file, utf8
    from gallery.lab.thumbs import as_thumbnail
    from gallery.lab.workplace import classifier_settings

    settings = ClassifierSettings() if models else classifier_settings(config_path)
    classifier = load_classifier(settings, models or models_dir(), config_path.absolute().parent)
    image = open_working_image(picture, classifier.short_px)
    found = explain(image, classifier, Label(label) if label else None)
    if output is not None:
        shown = as_thumbnail(image)
        replace_file(output, utf8(as_html(found, picture.name, shown.data_uri, (shown.width_px, shown.height_px))))
    return as_text(found, picture.name)


# --- for people -------------------------------------------------------------------------------------------------------


def as_text(found: Explanation, name: str) -> str:
    """The explanation for a terminal: scores, cues by weight, the picture's cells as shades and numbers."""
    said = "  ".join(f"{label} {found.prediction.score(label):.3f}" for label in Label)
    lines = [f"{name}: {said}", ""]
    lines.append(f"Cues that spoke for (+) or against (−) {found.label}:")
    lines += [f"  {effect.name:<18}{_signed(effect.change):>8}  {_bar(effect.change)}" for effect in found.cues]
    lines.append("")
    lines.append(f"Regions that spoke for {found.label}; the score falls so far when they are covered (hundredths):")
    peak = max((abs(change) for row in found.regions for change in row), default=0.0)
    for row in found.regions:
        shades = "".join(_shade(change, peak) * 2 for change in row)
        lines.append(f"  {shades}   " + " ".join(f"{round(change * 100):>4}" for change in row))
    return "\n".join(lines) + "\n"


def as_html(found: Explanation, name: str, jpeg_uri: str, size: tuple[int, int]) -> str:
    """The explanation as one page with the picture inside; warm cells spoke for the label, cold ones against it."""
    from markupsafe import Markup

    from gallery.lab.pages import render_page

    return render_page(
        "explain.html",
        style="report.css",
        images="data:",
        signed=_signed,
        name=name,
        found=found,
        labels=tuple(Label),
        image=jpeg_uri,
        size=size,
        cells=Markup(_cells(found.regions, size)),  # noqa: S704  # numbers only
    )


def _cells(regions: Sequence[Sequence[float]], size: tuple[int, int]) -> str:
    peak = max((abs(change) for row in regions for change in row), default=0.0) or 1.0
    wide, tall = size[0] / len(regions[0]), size[1] / len(regions)
    return "".join(
        f'<rect x="{i * wide:.1f}" y="{j * tall:.1f}" width="{wide:.1f}" height="{tall:.1f}" '
        f'class="{"warm" if change >= 0 else "cold"}" fill-opacity="{0.75 * abs(change) / peak:.2f}">'
        f"<title>{_signed(change)}</title></rect>"
        for j, row in enumerate(regions)
        for i, change in enumerate(row)
    )


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


def _bar(value: float) -> str:
    return ("+" if value >= 0 else "−") * min(40, round(abs(value) * 40))


def _shade(value: float, peak: float) -> str:
    if peak <= 0 or value <= 0:
        return SHADES[0]
    return SHADES[min(len(SHADES) - 1, round(value / peak * (len(SHADES) - 1)))]
