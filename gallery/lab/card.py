"""The figures in ``models/MODEL_CARD.md``: written by a command between markers, so that they are never stale."""

from __future__ import annotations

from pathlib import Path

from gallery.errors import ModelError
from gallery.lab.evaluate import Evaluation
from gallery.lab.files import replace_file
from gallery.lab.metrics import LABELS
from gallery.lab.report import SMALL_STYLE, STYLE_BAR, headlines
from gallery.resources import models_dir

CARD = "MODEL_CARD.md"
BEGIN = "<!-- {name}: written by `gallery lab evaluate --write-card` -->"
END = "<!-- end of {name} -->"


def figures_block(evaluation: Evaluation) -> str:
    """Everything that the shipped out-of-fold file alone can tell."""
    lines = [
        f"{evaluation.pictures:,} pictures of {evaluation.sources:,} sources: "
        + ", ".join(f"{count:,} {label}" for count, label in zip(evaluation.counts, LABELS, strict=True))
        + ".",
        "",
        "| figure | value | 95 % interval | bar |",
        "|---|---:|---:|---|",
    ]
    for one in headlines(evaluation):
        sign = "≥" if one.at_least else "≤"
        verdict = "met" if one.met else "**not met**"
        lines.append(f"| {one.name} | {one.figure.value:.3f} | {one.figure.interval} | {sign} {one.bar:g}, {verdict} |")
    for name, figure in (
        ("accuracy, drawing against photo", evaluation.accuracy),
        ("accuracy, three classes", evaluation.three_class_accuracy),
        ("calibration error, drawing against photo", evaluation.two_class_ece),
    ):
        lines.append(f"| {name} | {figure.value:.3f} | {figure.interval} | |")
    lines.append(f"| accuracy when each source counts once | {evaluation.source_mean_accuracy:.3f} | | |")
    lines += ["", "| truth | " + " | ".join(f"said {label}" for label in LABELS) + " |", "|---|---:|---:|---:|"]
    for label, row in zip(LABELS, evaluation.confusion, strict=True):
        lines.append(f"| {label} | " + " | ".join(f"{count:,}" for count in row) + " |")
    lines += ["", "| the model's confidence | pictures | right |", "|---|---:|---:|"]
    lines += [
        f"| {one.low:.2f} – {one.high:.2f} (mean {one.confidence:.2f}) | {one.count:,} | {one.accuracy:.2f} |"
        for one in evaluation.reliability
    ]
    perfect = sum(1 for group in evaluation.per_source if group.accuracy.value == 1)
    weak = [group for group in evaluation.per_source if group.accuracy.value < STYLE_BAR]
    large = sum(1 for group in weak if group.pictures >= SMALL_STYLE)
    lines.append("")
    if rest := evaluation.rest:
        lines.append(
            f"Without the largest group of sources ({rest.left_out}, {rest.pictures:,} pictures) drawing against photo "
            f"has macro-F1 {rest.macro_f1:.3f} and AUC {rest.auc:.3f}."
        )
    lines += [
        f"Of {len(evaluation.per_source)} sources {perfect} are wholly right; {len(weak)} are below {STYLE_BAR:g}, "
        f"{large} of these with {SMALL_STYLE} pictures or more.",
    ]
    return "\n".join(lines)


def styles_block(evaluation: Evaluation) -> str:
    """The table of styles, which needs the corpus' manifest."""
    lines = ["| label | style | pictures | sources | right | 95 % interval |", "|---|---|---:|---:|---:|---:|"]
    for group in evaluation.styles:
        value = f"{group.accuracy.value:.3f}"
        if group.pictures >= SMALL_STYLE and group.accuracy.value < STYLE_BAR:
            value = f"**{value}**"
        lines.append(
            f"| {group.label or 'several'} | {group.name} | {group.pictures:,} | {group.sources} | {value} "
            f"| {group.accuracy.interval} |"
        )
    return "\n".join(lines)


def write_card(path: Path, evaluation: Evaluation) -> bool:
    """Put the figures of ``evaluation`` into the card at ``path``; False when they stood there already.

    Raises:
        ModelError: there is no card, or it lacks the markers.
        ConfigError: the folder cannot be written.
    """
    try:
        old = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ModelError(
            f"{path}: there is no model card; copy {models_dir() / CARD} there first, and make its words your model's"
        ) from error
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from error
    new = old
    for name, block in (("figures", figures_block(evaluation)), ("styles", styles_block(evaluation))):
        start, end = _span(new, name)
        new = f"{new[:start]}\n\n{block}\n\n{new[end:]}"
    if new != old:
        replace_file(path, new.encode())
    return new != old


def _span(card: str, name: str) -> tuple[int, int]:
    begin, end = BEGIN.format(name=name), END.format(name=name)
    if card.count(begin) != 1 or card.count(end) != 1 or card.index(begin) > card.index(end):
        raise ModelError(f"{CARD}: must hold the lines {begin!r} and {end!r} once each, in this order")
    return card.index(begin) + len(begin), card.index(end)
