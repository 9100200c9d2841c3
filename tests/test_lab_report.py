"""The evaluation as people and machines get it: text, JSON, page, card, and the command that makes them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from gallery.cli import main
from gallery.domain import Label, Prediction
from gallery.errors import ModelError
from gallery.lab.card import BEGIN, END, figures_block, styles_block, write_card
from gallery.lab.dataset import OutOfFold, read_corpus, write_out_of_fold
from gallery.lab.evaluate import Evaluation, evaluate_table, worst
from gallery.lab.explain import Effect, Explanation
from gallery.lab.explain import as_html as explanation_page
from gallery.lab.metrics import LABELS, Row, Table
from gallery.lab.predictions import cross_validation_rows
from gallery.lab.report import Subject, as_html, as_json, as_text, mistakes
from gallery.resources import models_dir
from tests.chromium import assert_accessible, complaints
from tests.toy_model import add_file, write_toy_model

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SUBJECT = Subject("Toys & <b>tests</b>", "abc", "Scored by nobody.")
NASTY = "</title><script>alert(1)</script>/\"'&"


def rows(nasty: str = "owner/name") -> list[Row]:
    rng = np.random.default_rng(5)
    made = []
    for i in range(240):
        label = LABELS[i % 3]
        p = rng.dirichlet(np.where(np.arange(3) == i % 3, 6.0, 1.0))
        source = nasty if i < 12 else f"o/{i % 12}"
        made.append(Row(f"images/{label}/{i}.jpg", label, f"s{i % 6}", source, *map(float, p)))
    return made


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    return evaluate_table(Table(rows(NASTY)), rounds=50)


@pytest.fixture(scope="module")
def few() -> Evaluation:
    """Figures of so few sources that none has an interval."""
    return evaluate_table(Table([replace(row, source=f"s{i % 2}") for i, row in enumerate(rows())]), rounds=50)


def test_a_single_source_is_spoken_of_in_the_singular() -> None:
    """In the terminal and on the page."""
    one = evaluate_table(Table([replace(row, source="s") for row in rows()]), rounds=50)
    told = [as_text(one, SUBJECT), as_html(one, SUBJECT, [])]
    assert [(" of 1 source:" in text, "1 sources" in text) for text in told] == [(True, False)] * 2


class Page(HTMLParser):
    """Collects the tags and the addresses that a page would load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data")]


def test_the_page_carries_everything_inside(evaluation: Evaluation, tmp_path: Path) -> None:
    """No script, no address but data:, hostile names stay text; of pictures that are not here the page says so."""
    Image.new("RGB", (300, 200), "red").save(tmp_path / "p.png")
    wrong = worst(Table(rows(NASTY)), 3)
    shown = mistakes(wrong, lambda file: tmp_path / "p.png" if file == wrong[0].file else None)
    page = Page(html := as_html(evaluation, SUBJECT, shown))
    assert "script" not in page.tags
    assert page.tags.count("svg") == 8 + len(evaluation.styles)
    assert len(page.addresses) == 1
    assert page.addresses[0].startswith("data:image/jpeg;base64,")
    assert html.count("not here") == len(wrong) - 1
    assert "Toys &amp; &lt;b&gt;" in html
    assert "url(" not in html
    assert as_html(evaluation, SUBJECT, shown) == html


def test_charts_can_be_heard(evaluation: Evaluation) -> None:
    """What confusion and reliability show as pictures stands in tables, too, row by row."""
    page = as_html(evaluation, SUBJECT, ())
    for label, row in zip(LABELS, evaluation.confusion, strict=True):
        assert f'<th scope="row">{label}' + "".join(f'<td class="n">{count:,}' for count in row) + "</tr>" in page
    for one in evaluation.reliability:
        cells = "".join(f'<td class="n">{text}' for text in (f"{one.confidence:.3f}", f"{one.accuracy:.3f}", one.count))
        assert f'<th scope="row">{one.low:.2f} to {one.high:.2f}{cells}</tr>' in page


def test_json_holds_every_figure(evaluation: Evaluation) -> None:
    """The JSON reads back with the same numbers, and what cannot be computed is null, not NaN."""
    data = json.loads(as_json(evaluation, SUBJECT), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert data["evaluation"]["macro_f1"]["value"] == pytest.approx(evaluation.macro_f1.value, abs=1e-6)
    assert len(data["evaluation"]["per_source"]) == evaluation.sources
    assert data["subject"]["model_id"] == "abc"


def test_text_names_figures_and_bars(evaluation: Evaluation) -> None:
    """The terminal shows each headline with its interval and whether it clears the bar."""
    text = as_text(evaluation, SUBJECT)
    assert re.search(
        r"AUC, drawing against photo +[01]\.\d{3} \[[01]\.\d{3}, [01]\.\d{3}\]   bar ≥ 0\.985: (not )?met", text
    )
    assert f"{evaluation.confusion[0][0]:,}" in text


def test_where_there_is_no_interval_a_dash_stands(few: Evaluation) -> None:
    """In the text, in the page, its charts and the card; in JSON both ends are null."""
    assert "[" not in as_text(few, SUBJECT)
    page = as_html(few, SUBJECT, ())
    for sign in ("nan", "None", 'class="interval'):
        assert sign not in page
    assert '<td class="n more">–<td' in page
    assert f"| {few.macro_f1.value:.3f} | – |" in figures_block(few)
    assert json.loads(as_json(few, SUBJECT))["evaluation"]["macro_f1"]["low"] is None


def test_a_page_without_mistakes_does_not_call_the_model_faultless(evaluation: Evaluation) -> None:
    """Asked to show none it says nothing of mistakes; only where there are none it says so."""
    assert "surest mistakes" not in as_html(evaluation, SUBJECT, ())
    right = [replace(row, **{label: float(label is row.label) for label in LABELS}) for row in rows()]
    assert "None: every picture is right" in as_html(evaluate_table(Table(right), rounds=5), SUBJECT, ())


@pytest.mark.browser
def test_report_and_explanation_open_cleanly(evaluation: Evaluation, browser: Browser, tmp_path: Path) -> None:
    """In a browser neither page complains, asks for anything outside, or has anything axe objects to."""
    Image.new("RGB", (300, 200), "red").save(tmp_path / "p.png")
    wrong = mistakes(worst(Table(rows(NASTY)), 3), lambda _: tmp_path / "p.png")
    (tmp_path / "report.html").write_text(as_html(evaluation, SUBJECT, wrong), encoding="utf-8")
    found = Explanation(Prediction(0.5, 0.3, 0.2), Label.DRAWING, (Effect("colour", -0.2),), ((0.1, -0.2),))
    why = explanation_page(
        found, NASTY, mistakes(worst(Table(rows()), 1), lambda _: tmp_path / "p.png")[0].image, (2, 1)
    )
    (tmp_path / "why.html").write_text(why, encoding="utf-8")
    page = browser.new_page()
    complained = complaints(page)
    for name in ("report.html", "why.html"):
        page.goto((tmp_path / name).as_uri())
        assert page.locator("svg").count() > 0
        assert_accessible(page)
    page.close()
    assert complained == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 768, 1024, 1280])
def test_the_pages_keep_their_lines_together(
    evaluation: Evaluation, browser: Browser, tmp_path: Path, width: int
) -> None:
    """At any width the scales beside each other stand at one height, the words of charts can be read, no number lies
    outside, and the name of a cue breaks in no word."""
    (tmp_path / "report.html").write_text(as_html(evaluation, SUBJECT, ()), encoding="utf-8")
    found = Explanation(Prediction(0.5, 0.3, 0.2), Label.DRAWING, (Effect("smooth shading", -0.2),), ((0.1, -0.2),))
    (tmp_path / "why.html").write_text(explanation_page(found, "p.png", "data:,", (2, 1)), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto((tmp_path / "report.html").as_uri())
    places = page.eval_on_selector_all(
        ".headlines svg", "all => all.map(one => one.getBoundingClientRect()).map(({ x, bottom }) => [x, bottom])"
    )
    columns = len({x for x, _ in places})
    assert len({round(bottom) for _, bottom in places}) == -(-len(places) // columns)
    smallest, furthest = page.evaluate("""() => {
        const words = [...document.querySelectorAll("svg text")];
        const heights = words.map((one) => {
            const { ownerSVGElement: svg } = one;
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return parseFloat(getComputedStyle(one).fontSize) * scale;
        });
        const ends = [...document.querySelectorAll("td"), ...words].map((one) => one.getBoundingClientRect().right);
        return [Math.min(...heights), Math.max(...ends)];
    }""")
    assert smallest >= 9
    assert furthest <= width
    page.goto((tmp_path / "why.html").as_uri())
    lines = page.locator("tbody tr > :first-child").evaluate("""cell => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return range.getClientRects().length;
    }""")
    assert lines <= 2, "one for each word"
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()


# --- the card ---------------------------------------------------------------------------------------------------------


def card(folder: Path) -> Path:
    path = folder / "MODEL_CARD.md"
    blocks = (f"{BEGIN.format(name=name)}\nold\n{END.format(name=name)}\n" for name in ("figures", "styles"))
    path.write_text("# Card\n\nBefore.\n\n" + "\nBetween.\n\n".join(blocks) + "\nAfter.\n", encoding="utf-8")
    return path


def test_the_card_s_figures_are_replaced_and_nothing_else(evaluation: Evaluation, tmp_path: Path) -> None:
    """Figures go between the markers, the rest stays, and writing them twice changes nothing."""
    path = card(tmp_path)
    assert write_card(path, evaluation) is True
    text = path.read_text()
    assert "old" not in text
    assert [word for word in ("Before.", "Between.", "After.") if word in text] == ["Before.", "Between.", "After."]
    assert f"\n\n{figures_block(evaluation)}\n\n" in text
    assert f"\n\n{styles_block(evaluation)}\n\n" in text
    assert f"| {evaluation.macro_f1.value:.3f} |" in text
    assert write_card(path, evaluation) is False


def test_a_card_without_markers_is_refused(evaluation: Evaluation, tmp_path: Path) -> None:
    """A card that lost its markers is left alone and the error shows them."""
    path = tmp_path / "MODEL_CARD.md"
    path.write_text("# Card\n")
    with pytest.raises(ModelError, match="written by `gallery lab evaluate"):
        write_card(path, evaluation)
    assert path.read_text() == "# Card\n"


# --- the command ------------------------------------------------------------------------------------------------------


def toy_corpus(folder: Path) -> tuple[Path, Path]:
    """(corpus, models): twelve pictures of four sources, and out-of-fold predictions for them."""
    corpus = folder / "corpus"
    lines, said = ["file,label,style,source"], []
    for i in range(12):
        label = LABELS[i % 3]
        file = f"images/{label}/own__er{i % 4}__{i:04x}.jpg"
        (corpus / file).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40, 30), (i * 20, 0, 0)).save(corpus / file)
        lines.append(f"{file},{label},style{i % 2},own/er{i % 4}")
        right = {one: 0.8 if one is label else 0.1 for one in Label}
        if i == 0:
            right = {Label.DRAWING: 0.2, Label.PHOTO: 0.7, Label.OTHER: 0.1}
        said.append((file, OutOfFold(i % 3, Prediction(*(right[one] for one in Label)))))
    (corpus / "manifest.csv").write_text("\n".join(lines) + "\n")
    models = write_toy_model(folder / "models")
    made_from = json.loads((models / "manifest.json").read_text()) | {"corpus": {"digest": read_corpus(corpus).digest}}
    (models / "manifest.json").write_text(json.dumps(made_from))
    write_out_of_fold(models / "cross_validation.csv.gz", said)
    add_file(models, "cross_validation.csv.gz")
    card(models)
    return corpus, models


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["lab", *map(str, arguments)])
    return result.exit_code, result.output


def test_cross_validation_without_the_corpus_gives_the_same_figures(tmp_path: Path) -> None:
    """Label and source are in the file names: only styles need the corpus, every other figure is the same."""
    corpus, models = toy_corpus(tmp_path)
    alone = evaluate_table(Table(cross_validation_rows(models / "cross_validation.csv.gz")), rounds=40)
    joined = evaluate_table(
        Table(cross_validation_rows(models / "cross_validation.csv.gz", read_corpus(corpus))), rounds=40
    )
    assert figures_block(alone) == figures_block(joined)
    assert [group.name for group in alone.styles] == ["", "", ""]
    assert {group.name for group in joined.styles} == {"style0", "style1"}


def test_a_model_of_ones_own_is_called_by_its_folder(tmp_path: Path) -> None:
    """Only the model that ships is called the shipped one, in cross-validation and on a folder."""
    corpus, models = toy_corpus(tmp_path)
    for arguments in (("--corpus", corpus), ("--folder", corpus / "images")):
        code, output = run("evaluate", "--models", models, *arguments)
        assert code == 0, output
        assert f"The classifier in {models}" in output
        assert "shipped" not in output


def test_the_command_prints_and_writes_all_of_it(tmp_path: Path) -> None:
    """`evaluate` prints the table and writes page, JSON and card; the mistake is shown with its picture."""
    corpus, models = toy_corpus(tmp_path)
    page, data = tmp_path / "out" / "report.html", tmp_path / "out" / "report.json"
    code, output = run(
        "evaluate", "--corpus", corpus, "--models", models, "--output", page, "--json", data, "--write-card"
    )
    assert code == 0, output
    assert "macro-F1, drawing against photo    0.8" in output
    assert page.read_text().count("data:image/jpeg;base64,") == 1
    assert json.loads(data.read_text())["evaluation"]["pictures"] == 12
    assert "0.8" in (models / "MODEL_CARD.md").read_text().partition(BEGIN.format(name="figures"))[2]
    assert run("evaluate", "--models", models)[0] == 0
    assert run("evaluate", "--models", models, "--write-card")[0] == 2


def test_predictions_of_another_corpus_are_refused(tmp_path: Path) -> None:
    """A corpus that gained a picture since the model was trained does not pass for the one it was trained on."""
    corpus, models = toy_corpus(tmp_path)
    with (corpus / "manifest.csv").open("a") as file:
        file.write("images/photo/new.jpg,photo,daily,some/one\n")
    code, output = run("evaluate", "--corpus", corpus, "--models", models)
    assert code == 1
    assert "pictures without a prediction: 1" in output


def test_without_its_model_a_corpus_asks_for_it(tmp_path: Path) -> None:
    """Of a corpus that the shipped model was not tested on, the message names the option that names another model."""
    corpus, _ = toy_corpus(tmp_path)
    code, output = run("evaluate", "--corpus", corpus)
    assert code == 1
    assert f"{corpus}: is not the corpus that the model in {models_dir()} was tested on" in output
    assert "with --models" in output


@pytest.mark.parametrize("command", ["evaluate", "explain"])
def test_a_folder_without_a_model_is_named(tmp_path: Path, command: str) -> None:
    """Asked for a model of one's own that is not there, both commands say where none is, and what makes one."""
    Image.new("RGB", (40, 30)).save(tmp_path / "p.png")
    pictures = [tmp_path / "p.png"] if command == "explain" else []
    code, output = run(command, *pictures, "--models", tmp_path)
    assert code == 1
    assert f"{tmp_path}: holds no model" in output
    assert "one of your own comes from gallery lab train" in output


def test_a_card_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    """A model of one's own has none at first: the message says which file to copy."""
    corpus, models = toy_corpus(tmp_path)
    (models / "MODEL_CARD.md").unlink()
    code, output = run("evaluate", "--corpus", corpus, "--models", models, "--write-card")
    assert code == 1
    assert f"copy {models_dir() / 'MODEL_CARD.md'} there first" in output


def test_labels_changed_since_prove_nothing(tmp_path: Path) -> None:
    """Whoever corrects labels by looking at the mistakes gets finer figures: they say so, and reach no model card."""
    corpus, models = toy_corpus(tmp_path)
    manifest = (corpus / "manifest.csv").read_text()
    first, *rest = manifest.splitlines()[1:]
    changed = first.replace(",drawing,", ",photo,") if ",drawing," in first else first.replace(",photo,", ",drawing,")
    (corpus / "manifest.csv").write_text("\n".join([manifest.splitlines()[0], changed, *rest, ""]))
    card = (models / "MODEL_CARD.md").read_bytes()
    code, output = run("evaluate", "--corpus", corpus, "--models", models)
    assert code == 0, output
    assert "train again" in output
    assert "had seen no picture" not in output
    code, output = run("evaluate", "--corpus", corpus, "--models", models, "--write-card")
    assert code == 1
    assert "was not changed" in output
    assert (models / "MODEL_CARD.md").read_bytes() == card


def test_a_folder_of_pictures_is_scored_now(tmp_path: Path) -> None:
    """Red pictures in drawing/ and green ones in photo/ are all right; a broken file is named and left out."""
    models = write_toy_model(tmp_path / "models")
    for label, colour in (("drawing", (250, 20, 20)), ("photo", (20, 250, 20)), ("other", (20, 20, 250))):
        for i in range(3):
            path = tmp_path / "set" / label / f"kind{i % 2}" / f"{i}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (50, 40), colour).save(path)
    (tmp_path / "set" / "photo" / "broken.jpg").write_bytes(b"\xff\xd8 no")
    config = tmp_path / "accounts.yaml"
    result = CliRunner().invoke(
        main, ["--config", str(config), "lab", "evaluate", "--folder", str(tmp_path / "set"), "--models", str(models)]
    )
    assert result.exit_code == 0, result.output
    assert "left out:" in result.output
    assert "broken.jpg" in result.output
    assert "9 pictures of 2 sources" in result.output
    assert re.search(r"accuracy, three classes +1\.000", result.output)
