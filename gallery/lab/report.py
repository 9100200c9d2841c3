"""The evaluation as text, as JSON, and as one HTML page that carries everything inside itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from gallery.errors import PictureError
from gallery.lab import charts
from gallery.lab.evaluate import Evaluation
from gallery.lab.metrics import LABELS, Figure, Row
from gallery.lab.pages import render_page
from gallery.lab.thumbs import thumbnail
from gallery.wording import number_of

STYLE_BAR = 0.88
SMALL_STYLE = 30  # pictures below which a style's figure is shown but held to no bar
MISTAKE_PX = 220


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the figures that the model is held to."""

    name: str
    figure: Figure
    low: float  # ends of the scale it is drawn on, unless it lies beyond
    high: float
    bar: float
    at_least: bool  # else: at most

    @property
    def met(self) -> bool:
        """Whether the figure itself, not its interval, clears the bar."""
        return self.figure.value >= self.bar if self.at_least else self.figure.value <= self.bar


@dataclass(frozen=True, slots=True)
class Subject:
    """What was evaluated, for the head of a report."""

    title: str
    model_id: str
    method: str  # how the predictions came about, one sentence


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong answer, with the picture where it may be shown."""

    row: Row
    said: str
    confidence: float
    image: str  # a data: address, "" when the picture is not here


def headlines(evaluation: Evaluation) -> tuple[Headline, ...]:
    """The figures with a bar, in the order in which people ask for them."""
    return (
        Headline("macro-F1, drawing against photo", evaluation.macro_f1, 0.8, 1.0, 0.95, at_least=True),
        Headline("AUC, drawing against photo", evaluation.auc, 0.9, 1.0, 0.985, at_least=True),
        Headline("macro-F1, three classes", evaluation.three_class_macro_f1, 0.8, 1.0, 0.92, at_least=True),
        Headline("expected calibration error", evaluation.ece, 0.0, 0.1, 0.03, at_least=False),
    )


def mistakes(rows: Sequence[Row], find: Callable[[str], Path | None]) -> tuple[Mistake, ...]:
    """The rows as mistakes; ``find`` says where a file lies, None when it is not here."""
    found = []
    for row in rows:
        scores = (row.drawing, row.photo, row.other)
        said = max(range(len(scores)), key=scores.__getitem__)
        path = find(row.file)
        try:
            image = thumbnail(path, MISTAKE_PX, 70).data_uri if path is not None else ""
        except PictureError:
            image = ""
        found.append(Mistake(row, LABELS[said], scores[said], image))
    return tuple(found)


def as_json(evaluation: Evaluation, subject: Subject) -> str:
    """The evaluation for machines; keys are those of `Evaluation`, numbers with six digits."""

    def rounded(value: object) -> object:
        if isinstance(value, float):
            return round(value, 6) if value == value else None
        if isinstance(value, dict):
            return {key: rounded(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [rounded(one) for one in value]
        return value

    content = {"subject": asdict(subject), "evaluation": rounded(asdict(evaluation))}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def as_text(evaluation: Evaluation, subject: Subject) -> str:
    """The evaluation for a terminal."""
    lines = [
        f"{subject.title} (model {subject.model_id})",
        f"{subject.method}",
        f"{number_of(evaluation.pictures, 'picture')} of {number_of(evaluation.sources, 'source')}: "
        + ", ".join(f"{count:,} {label}" for count, label in zip(evaluation.counts, LABELS, strict=True)),
        "",
    ]
    for one in headlines(evaluation):
        sign = "≥" if one.at_least else "≤"
        lines.append(f"  {one.name:<34} {one.figure}   bar {sign} {one.bar:g}: {'met' if one.met else 'not met'}")
    lines.append(f"  {'accuracy, drawing against photo':<34} {evaluation.accuracy}")
    lines.append(f"  {'accuracy, three classes':<34} {evaluation.three_class_accuracy}")
    lines.append(f"  {'accuracy, mean over sources':<34} {evaluation.source_mean_accuracy:.3f}")
    if rest := evaluation.rest:
        lines.append(
            f"  without the group {rest.left_out} ({number_of(rest.pictures, 'picture')}): "
            f"macro-F1 {rest.macro_f1:.3f}, AUC {rest.auc:.3f} (drawing against photo)"
        )
    lines += ["", f"  {'style':<22}{'pictures':>9}{'sources':>9}   right"]
    for group in evaluation.styles:
        weak = "  below the bar" if group.pictures >= SMALL_STYLE and group.accuracy.value < STYLE_BAR else ""
        name = f"{group.label or ''} {group.name}".strip()
        lines.append(f"  {name:<22}{group.pictures:>9,}{group.sources:>9,}   {group.accuracy}{weak}")
    if weakest := [group for group in evaluation.per_source[:15] if group.accuracy.value < 1]:
        lines += ["", f"  {'weakest sources':<44}{'pictures':>9}   right"]
        lines += [f"  {group.name[:42]:<44}{group.pictures:>9,}   {group.accuracy.value:.3f}" for group in weakest]
    lines += ["", "  truth \\ said" + "".join(f"{label:>10}" for label in LABELS)]
    for label, row in zip(LABELS, evaluation.confusion, strict=True):
        lines.append(f"  {label:<12}" + "".join(f"{count:>10,}" for count in row))
    return "\n".join(lines) + "\n"


def as_html(evaluation: Evaluation, subject: Subject, wrong: Sequence[Mistake]) -> str:
    """The evaluation as one HTML page without scripts or outside files."""
    from markupsafe import Markup, escape

    return render_page(
        "report.html",
        style="report.css",
        images="data:",
        svg=Markup,  # charts escape their own text
        subject=subject,
        evaluation=evaluation,
        headlines=headlines(evaluation),
        labels=LABELS,
        charts=charts,
        lowest=charts.lowest(evaluation.styles),
        broken=lambda name: escape(name).replace("/", Markup("/<wbr>")),
        mistakes=wrong,
        any_wrong=any(count for i, row in enumerate(evaluation.confusion) for j, count in enumerate(row) if i != j),
        style_bar=STYLE_BAR,
        small_style=SMALL_STYLE,
        number_of=number_of,
    )
