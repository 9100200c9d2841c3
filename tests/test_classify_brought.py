"""Models that maintainers bring: what their answers mean, and what of their settings is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gallery.classify import classify_file, classify_files
from gallery.classify.brought import brought_model_id, load_brought
from gallery.domain import Label, Prediction
from gallery.errors import ModelError
from gallery.features import open_working_image

onnx = pytest.importorskip("onnx", reason="the onnx package is not installed")
from onnx import helper, numpy_helper  # noqa: E402  # after the check that it is there

from tests.onnx_kit import REVISION, SETTINGS, colour_model, plain, save, with_last  # noqa: E402  # it needs onnx


@pytest.mark.parametrize("softmax", [True, False])
def test_classes_with_one_meaning_add_up(tmp_path: Path, softmax: bool) -> None:
    """Red and blue both mean drawing; probabilities and raw scores are told apart and both end as probabilities."""
    save(tmp_path / "model.onnx", colour_model(softmax=softmax))
    classifier = load_brought(SETTINGS, tmp_path)
    purple, green, brown = classifier.predict([plain("#ff00ff"), plain("#00ff00"), plain("#804000")])
    assert brown.drawing == pytest.approx(1 / (1 + np.exp(-10)), abs=1e-5), "red leads green by 10 before softmax"
    assert purple.drawing == pytest.approx(1, abs=1e-6)
    assert green.label is Label.PHOTO
    assert green.drawing + green.photo + green.other == pytest.approx(1)
    assert green.other == 0


def test_probabilities_in_eight_bits_are_probabilities(tmp_path: Path) -> None:
    """A quantised softmax, whose answers add up to 1 only nearly, is not sent through another softmax."""
    step = numpy_helper.from_array(np.array(1 / 256, np.float32))
    model = with_last(
        helper.make_node("Softmax", ["scores"], ["exact"], axis=1),
        helper.make_node("Constant", [], ["step"], value=step),
        helper.make_node("QuantizeLinear", ["exact", "step"], ["bytes"]),
        helper.make_node("DequantizeLinear", ["bytes", "step"], ["output"]),
    )
    save(tmp_path / "model.onnx", model)
    (green,) = load_brought(SETTINGS, tmp_path).predict([plain("#00ff00")])
    assert green.photo == pytest.approx(1, abs=1e-6), "255/256 is all that eight bits can say"


def test_a_sigmoid_per_class_is_refused(tmp_path: Path) -> None:
    """Answers between 0 and 1 that do not add up to 1 are no scores of which the greatest could be shown."""
    save(tmp_path / "model.onnx", with_last(helper.make_node("Sigmoid", ["scores"], ["output"])))
    with pytest.raises(ModelError, match=r"model\.onnx: .*end in a softmax"):
        load_brought(SETTINGS, tmp_path)


def test_a_picture_without_an_answer_costs_that_picture_only(tmp_path: Path) -> None:
    """Where a model has no finite number for one picture, that one is named, and the others get their predictions."""
    nodes = [
        helper.make_node("Add", ["input", "one"], ["shifted"]),
        helper.make_node("Log", ["shifted"], ["logs"]),
        helper.make_node("GlobalAveragePool", ["logs"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["output"]),
    ]
    one = numpy_helper.from_array(np.array(1, np.float32), "one")
    save(tmp_path / "model.onnx", colour_model(softmax=False, nodes=nodes, tensor=one))
    for name in ("black", "grey"):
        plain("#000000" if name == "black" else "#808080").save(tmp_path / f"{name}.png")
    paths = [tmp_path / "black.png", tmp_path / "grey.png"]
    answers = dict(classify_files(paths, SETTINGS, tmp_path, tmp_path, jobs=1))
    assert isinstance(answers[paths[1]], Prediction)
    assert str(answers[paths[0]]).startswith(f"{paths[0]}: ")


def test_classes_called_like_labels_need_no_meaning(tmp_path: Path) -> None:
    """A model whose classes are drawing, photo and other serves as it is; a meaning that is written down wins."""
    save(tmp_path / "model.onnx", colour_model())
    named = replace(SETTINGS, labels=("drawing", "photo", "other"), classes=())
    assert load_brought(named, tmp_path).predict([plain("#ff0000")])[0].label is Label.DRAWING
    turned = replace(named, classes=(("drawing", "photo"), ("photo", "drawing")))
    assert load_brought(turned, tmp_path).predict([plain("#ff0000")])[0].label is Label.PHOTO


def test_a_brought_model_sees_the_whole_picture_as_large_as_it_wants(tmp_path: Path) -> None:
    """Nothing is cropped from a tall strip, and a picture is not made smaller than the model's input first."""
    save(tmp_path / "model.onnx", colour_model(side=512))
    strip = Image.new("RGB", (600, 3000), "#00ff00")
    strip.paste("#ff0000", (0, 0, 600, 800))
    strip.paste("#ff0000", (0, 2200, 600, 3000))
    strip.save(tmp_path / "strip.png")
    classifier = load_brought(SETTINGS, tmp_path)
    assert open_working_image(tmp_path / "strip.png", classifier.short_px).size == (512, 2560)
    answer = classify_file(tmp_path / "strip.png", classifier)
    assert isinstance(answer, Prediction)
    assert answer.label is Label.DRAWING, "only the outer parts, which a centre crop leaves out, are red"


def test_files_beside_the_model_are_read(tmp_path: Path) -> None:
    """deepghs' meta.json, transformers' id2label and preprocessor give what settings leave out; settings win."""
    save(tmp_path / "model.onnx", colour_model(side="s"))
    bare = replace(SETTINGS, labels=(), mean=None, std=None)
    preprocessor = {"size": {"height": 48, "width": 48}, "image_mean": [0.4, 0.5, 0.6], "image_std": [0.2, 0.2, 0.2]}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(preprocessor))
    (tmp_path / "config.json").write_text(json.dumps({"id2label": {"0": "green", "1": "red", "2": "blue"}}))
    assert load_brought(bare, tmp_path).predict([plain("#ff0000")])[0].label is Label.PHOTO, "class 0 is called green"
    (tmp_path / "meta.json").write_text(json.dumps({"labels": ["red", "green", "blue"], "name": "mobilenet"}))
    assert load_brought(bare, tmp_path).predict([plain("#ff0000")])[0].label is Label.DRAWING
    swapped = replace(bare, labels=("green", "red", "blue"))
    assert load_brought(swapped, tmp_path).predict([plain("#ff0000")])[0].label is Label.PHOTO
    (tmp_path / "preprocessor_config.json").write_text(json.dumps({"size": 48, "do_normalize": False}))
    assert load_brought(bare, tmp_path).predict([plain("#ff0000")])[0].label is Label.DRAWING
    (tmp_path / "preprocessor_config.json").write_text(json.dumps({"size": {"height": 48, "width": 64}}))
    with pytest.raises(ModelError, match=r"write classifier\.input_px"):
        load_brought(bare, tmp_path)


def test_the_id_follows_everything_that_may_change_an_answer(tmp_path: Path) -> None:
    """Other weights, meanings, sizes or files beside the model make another id; a second look makes the same."""
    save(tmp_path / "model.onnx", colour_model(side="s"))
    sized = replace(SETTINGS, input_px=32)
    first = load_brought(sized, tmp_path).id
    assert brought_model_id(sized, tmp_path) == first
    ids = {
        first,
        brought_model_id(replace(sized, input_px=64), tmp_path),
        brought_model_id(replace(sized, std=(0.25, 0.5, 0.5)), tmp_path),
        brought_model_id(replace(sized, classes=(*sized.classes[:2], ("blue", "other"))), tmp_path),
    }
    (tmp_path / "meta.json").write_text("{}")
    assert brought_model_id(sized, tmp_path) == first
    (tmp_path / "meta.json").write_text('{"labels": ["a"]}')
    ids.add(brought_model_id(sized, tmp_path))
    save(tmp_path / "model.onnx", colour_model(side="s", softmax=False))
    ids.add(brought_model_id(sized, tmp_path))
    assert len(ids) == 6


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"spec": "onnx:"}, "names no model"),
        ({"spec": "pickle:x"}, "names no model"),
        ({"spec": "hf:deepghs/anime_real_cls@main"}, "40 hexadecimal digits"),
        ({"spec": f"hf:../etc@{REVISION}"}, "40 hexadecimal digits"),
        ({"spec": f"hf:a/b@{REVISION}", "file": "../../x.onnx"}, "no path of an .onnx"),
        ({"spec": "onnx:absent.onnx"}, "absent.onnx: cannot be read"),
        ({"sha256": "0" * 64}, "accounts.yaml wants"),
        ({"labels": ("red", "green")}, "has 3 outputs, but 2"),
        ({"labels": ()}, "write classifier.labels"),
        ({"labels": ("red", "red", "blue")}, "3 class names, expected at least 2 different"),
        ({"classes": SETTINGS.classes[:2]}, "for blue"),
        ({"classes": (*SETTINGS.classes, ("cyan", "photo"))}, "no class cyan; it has red, green, blue"),
        ({"classes": (("red", "painting"), *SETTINGS.classes[1:])}, "painting"),
        ({"classes": tuple((name, "drawing") for name, _ in SETTINGS.classes)}, "no class means photo"),
        ({"input_px": 64}, "the model takes 32"),
        ({"std": None}, "normalised"),
        ({"std": (0.0, 1.0, 1.0)}, "cannot be those of pixels"),
    ],
)
def test_wrong_settings_say_what_to_change(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    """Every setting that does not fit the model ends in an error that names it."""
    save(tmp_path / "model.onnx", colour_model())
    with pytest.raises(ModelError, match=words):
        load_brought(replace(SETTINGS, **change), tmp_path)


@pytest.mark.parametrize("text", ["[1]", "{", '{"labels": "red"}', '{"labels": [1, 2, 3]}', "[" * 100_000])
def test_odd_files_beside_the_model_are_refused(tmp_path: Path, text: str) -> None:
    """A meta.json that is not what it should be ends in an error, not in guessed class names."""
    save(tmp_path / "model.onnx", colour_model())
    (tmp_path / "meta.json").write_text(text)
    with pytest.raises(ModelError, match=r"meta\.json|class names"):
        load_brought(replace(SETTINGS, labels=()), tmp_path)
