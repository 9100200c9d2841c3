"""Models that maintainers bring: what is accepted, what they mean, and what is refused before it runs."""

from __future__ import annotations

import hashlib
import json
import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from gallery import onnx_file
from gallery.classify import classify_file, classify_files
from gallery.classify_onnx import brought_model_id, load_brought
from gallery.domain import ClassifierSettings, Label, Prediction
from gallery.errors import ModelError
from gallery.features import open_working_image

onnx = pytest.importorskip("onnx", reason="the onnx package is not installed")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402  # after the check that it is there

SIDE = 32
REVISION = "0123456789abcdef0123456789abcdef01234567"


def colour_model(
    *, softmax: bool = True, side: int | str = SIDE, rows: tuple[tuple[float, ...], ...] | None = None, **changes: Any
) -> Any:
    """A model whose class 0 likes red, class 1 green and class 2 blue: the mean of each channel, times 20."""
    weights = np.array(rows if rows is not None else np.eye(3) * 20, dtype=np.float32)
    nodes = [
        helper.make_node("GlobalAveragePool", ["input"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["scores" if softmax else "output"]),
    ]
    if softmax:
        nodes.append(helper.make_node("Softmax", ["scores"], ["output"], axis=1))
    graph = helper.make_graph(
        changes.get("nodes", nodes),
        "colours",
        changes.get("inputs", [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 3, side, side])]),
        changes.get("outputs", [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", weights.shape[1]])]),
        [changes.get("tensor", numpy_helper.from_array(weights, "weights"))],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def save(path: Path, model: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())
    return path


SETTINGS = ClassifierSettings(
    spec="onnx:model.onnx",
    classes=(("red", "drawing"), ("green", "photo"), ("blue", "drawing")),
    labels=("red", "green", "blue"),
    mean=(0.5, 0.5, 0.5),
    std=(0.5, 0.5, 0.5),
)


def plain(colour: str, size: tuple[int, int] = (90, 40)) -> Image.Image:
    return Image.new("RGB", size, colour)


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


def with_last(*nodes: Any) -> Any:
    """The colour model with something after its raw scores, which are called "scores"."""
    model = colour_model()
    model.graph.node.pop()
    model.graph.node.extend(nodes)
    return model


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
    with pytest.raises(ModelError, match="end in a softmax"):
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


@pytest.mark.parametrize("place", range(8))
def test_a_damaged_name_is_refused_in_words(tmp_path: Path, place: int) -> None:
    """A byte that is no UTF-8 in a name of the graph ends in a ModelError, wherever it stands."""
    content = bytearray(colour_model().SerializeToString())
    content[content.index(b"weights") + place % 7 if place < 7 else content.index(b"pooled")] = 0xFF
    (tmp_path / "model.onnx").write_bytes(content)
    with pytest.raises(ModelError):
        load_brought(SETTINGS, tmp_path)


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Some bytes with a few of them changed, removed or added."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 4])):
        place = chance.randrange(len(data))
        data[place : place + chance.choice([0, 1, 1, 1])] = bytes([chance.randrange(256)] * chance.choice([0, 1, 1, 1]))
    return bytes(data)


def test_damaged_models_serve_or_are_refused_in_words(tmp_path: Path) -> None:
    """Whatever is wrong with the bytes of a model, it is loaded or ends in a ModelError, never in another error."""
    content = colour_model().SerializeToString()
    refused = 0
    for seed in range(150):
        (tmp_path / "model.onnx").write_bytes(mutated(content, random.Random(seed)))
        try:
            load_brought(SETTINGS, tmp_path)
        except ModelError:
            refused += 1
    assert 50 < refused < 150


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


def external(model: Any) -> Any:
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../../../etc/passwd"
    return model


def external_unsaid() -> Any:
    """Weights elsewhere in a tensor that does not admit it."""
    model = external(colour_model())
    model.graph.initializer[0].ClearField("data_location")
    return model


def external_in_a_branch() -> Any:
    """Weights elsewhere, hidden in the constant of a branch of an If."""
    inner = external(colour_model()).graph.initializer[0]
    constant = helper.make_node("Constant", [], ["c"], value=inner)
    branch = helper.make_graph([constant], "b", [], [helper.make_tensor_value_info("c", TensorProto.FLOAT, [3, 3])])
    model = colour_model()
    model.graph.node.append(helper.make_node("If", ["flat"], ["y"], then_branch=branch, else_branch=branch))
    return model


def with_loop() -> Any:
    body = helper.make_graph([], "body", [], [])
    model = colour_model()
    model.graph.node.append(helper.make_node("Loop", ["", ""], [], body=body))
    return model


def loop_in_a_default() -> Any:
    """A Loop, hidden in the default value of an attribute of a function."""
    empty = helper.make_graph([], "body", [], [])
    hidden = helper.make_graph([helper.make_node("Loop", ["", ""], [], body=empty)], "hidden", [], [])
    function = helper.make_function("x.example", "F", ["a"], ["b"], [helper.make_node("Identity", ["a"], ["b"])],
                                    [helper.make_opsetid("", 17)])  # fmt: skip
    function.attribute_proto.append(helper.make_attribute("branch", hidden))
    model = colour_model()
    model.functions.append(function)
    return model


def with_functions(levels: int, calls: int, *, innermost: str = "Identity") -> Any:
    """A model with functions that call each other, each the next one ``calls`` times."""
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("x.example", 1)]
    model = with_last(helper.make_node("F0", ["scores"], ["output"], domain="x.example"))
    model.opset_import.append(opsets[1])
    for level in range(levels):
        name, domain = (f"F{level + 1}", "x.example") if level + 1 < levels else (innermost, "")
        domain = "x.example" if name.startswith("F") else domain
        values = ["a", *(f"v{number}" for number in range(calls - 1)), "b"]
        nodes = [helper.make_node(name, [values[i]], [values[i + 1]], domain=domain) for i in range(calls)]
        model.functions.append(helper.make_function("x.example", f"F{level}", ["a"], ["b"], nodes, opsets))
    return model


def without_operators() -> Any:
    """What other readers see in a file that onnxruntime would take for its own format."""
    model = colour_model()
    del model.graph.node[:]
    return model


def two_functions_of_one_name() -> Any:
    model = with_functions(1, 1)
    model.functions.append(model.functions[0])
    return model


def graph_for_a_function() -> Any:
    """A function whose branches come from its caller, who could multiply them."""
    model = with_functions(1, 1)
    branch = model.functions[0].node[0].attribute.add()
    branch.name = branch.ref_attr_name = "branch"
    branch.type = branch.GRAPH
    return model


def info(name: str, shape: list[int | str], kind: int = TensorProto.FLOAT) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: external(colour_model()), "weights in other files"),
        (external_unsaid, "weights in other files"),
        (external_in_a_branch, "weights in other files"),
        (with_loop, "Loop operator"),
        (loop_in_a_default, "Loop operator"),
        (without_operators, "no operators"),
        (lambda: with_functions(12, 10), "more than 50,000 operators"),
        (lambda: with_functions(2, 2, innermost="F0"), "calls itself"),
        (lambda: with_functions(200, 1), "too many others"),
        (two_functions_of_one_name, "two functions of one name"),
        (graph_for_a_function, "hands graphs to functions"),
        (lambda: colour_model(side=SIDE, inputs=[info("input", ["n", 3, 32, 40])]), "must be square"),
        (lambda: colour_model(inputs=[info("input", ["n", 9, 32, 32])], rows=((1.0,) * 3,) * 9), "colour channels"),
        (lambda: colour_model(inputs=[info("input", [8, 3, 32, 32])]), "8 pictures at once"),
        (lambda: colour_model(inputs=[info("input", ["n", 3, 32, 32]), info("more", [1])]), "expected one input"),
        (lambda: colour_model(side=4096), "not between 16 and 1024"),
        (lambda: colour_model(rows=((float("nan"),) * 3,) * 3), "not finite"),
        (
            lambda: colour_model(nodes=[helper.make_node("Evil", ["input"], ["output"], domain="x.example")]),
            "cannot use it",
        ),
    ],
)
def test_suspicious_models_are_refused(tmp_path: Path, make: Any, words: str) -> None:
    """Weights elsewhere, loops, foreign operators and wrong shapes end in an error, wherever they hide."""
    save(tmp_path / "model.onnx", make())
    with pytest.raises(ModelError, match=words):
        load_brought(SETTINGS, tmp_path)


def test_no_other_format_reaches_the_runtime(tmp_path: Path) -> None:
    """A file in onnxruntime's own format, into which nothing here can look, is not loaded, whatever it says besides."""
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "model.ort")
    options.add_session_config_entry("session.save_model_format", "ORT")
    onnxruntime.InferenceSession(colour_model().SerializeToString(), options, providers=["CPUExecutionProvider"])
    with pytest.raises(ModelError, match="cannot use it"):
        onnx_file.start_session(tmp_path / "model.ort", (tmp_path / "model.ort").read_bytes())


def test_functions_that_stay_small_are_fine(tmp_path: Path) -> None:
    """A model may call functions of its own."""
    save(tmp_path / "model.onnx", with_functions(3, 10))
    assert load_brought(SETTINGS, tmp_path).predict([plain("#ff0000")])[0].label is Label.DRAWING


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x80\x04\x95pickle", b"\x0a\xff\xff\xff\xff\x7f"])
def test_damaged_models_are_refused(tmp_path: Path, content: bytes) -> None:
    """Files that are no ONNX model are refused with their name."""
    (tmp_path / "model.onnx").write_bytes(content)
    with pytest.raises(ModelError, match=r"model\.onnx"):
        load_brought(SETTINGS, tmp_path)


def test_a_model_cut_short_is_refused(tmp_path: Path) -> None:
    """However much of a download is missing, no half model is used."""
    whole = colour_model().SerializeToString()
    for length in range(0, len(whole), 37):
        (tmp_path / "model.onnx").write_bytes(whole[:length])
        with pytest.raises(ModelError):
            load_brought(SETTINGS, tmp_path)


def test_too_large_a_model_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is looked at before the file is read."""
    save(tmp_path / "model.onnx", colour_model())
    monkeypatch.setattr(onnx_file, "MAX_MODEL_BYTES", 100)
    with pytest.raises(ModelError, match="more than the 100 allowed"):
        load_brought(SETTINGS, tmp_path)


@pytest.mark.parametrize("text", ["[1]", "{", '{"labels": "red"}', '{"labels": [1, 2, 3]}', "[" * 100_000])
def test_odd_files_beside_the_model_are_refused(tmp_path: Path, text: str) -> None:
    """A meta.json that is not what it should be ends in an error, not in guessed class names."""
    save(tmp_path / "model.onnx", colour_model())
    (tmp_path / "meta.json").write_text(text)
    with pytest.raises(ModelError, match=r"meta\.json|class names"):
        load_brought(replace(SETTINGS, labels=()), tmp_path)


# --- the hub ----------------------------------------------------------------------------------------------------------


class Hub:
    """A hub that serves files under ``/<repo>/resolve/<revision>/`` as huggingface.co does, and counts requests."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.busy: set[str] = set()
        self.asked: list[str] = []
        self.tokens: set[str | None] = set()
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.answer(body=False)

            def do_GET(self) -> None:
                self.answer(body=True)

            def answer(self, *, body: bool) -> None:
                hub.asked.append(self.path)
                hub.tokens.add(self.headers.get("Authorization"))
                prefix = f"/owner/model/resolve/{REVISION}/"
                content = hub.files.get(self.path.removeprefix(prefix)) if self.path.startswith(prefix) else None
                busy = self.path.removeprefix(prefix) in hub.busy
                self.send_response(418 if busy else 200 if content is not None else 404)
                if busy:
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                self.send_header("X-Repo-Commit", REVISION)
                if content is None:
                    self.send_header("X-Error-Code", "EntryNotFound")
                    content = b""
                self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if body:
                    self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    pytest.importorskip("huggingface_hub", reason="huggingface_hub is not installed")
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
    served = Hub(
        {
            "small/model.onnx": colour_model().SerializeToString(),
            "small/meta.json": json.dumps({"labels": ["red", "green", "blue"]}).encode(),
        }
    )
    yield served
    served.close()


HUB_SETTINGS = replace(SETTINGS, spec=f"hf:owner/model@{REVISION}", file="small/model.onnx", labels=())


def test_a_hub_model_is_fetched_once_and_only_when_asked(hub: Hub, tmp_path: Path) -> None:
    """Without being asked nothing is requested; after one download everything works offline; no token is sent."""
    with pytest.raises(ModelError, match="gallery lab fetch-model"):
        load_brought(HUB_SETTINGS, tmp_path, endpoint=hub.url)
    assert hub.asked == []
    classifier = load_brought(HUB_SETTINGS, tmp_path, download=True, endpoint=hub.url)
    assert hub.tokens == {None}
    hub.asked.clear()
    offline = load_brought(HUB_SETTINGS, tmp_path, endpoint=hub.url)
    assert hub.asked == []
    assert offline.id == classifier.id == brought_model_id(HUB_SETTINGS, tmp_path)
    assert offline.predict([plain("#0000ff")])[0].label is Label.DRAWING
    assert (tmp_path / ".gallery" / "models").is_dir()


def test_a_hub_model_altered_on_disk_is_refused(hub: Hub, tmp_path: Path) -> None:
    """What lies in the cache must still have the hash under which the hub sent it."""
    load_brought(HUB_SETTINGS, tmp_path, download=True, endpoint=hub.url)
    (blob,) = [p for p in tmp_path.rglob("blobs/*") if p.read_bytes() == hub.files["small/model.onnx"]]
    blob.write_bytes(colour_model(softmax=False).SerializeToString())
    with pytest.raises(ModelError, match="not what the hub sent"):
        load_brought(HUB_SETTINGS, tmp_path, endpoint=hub.url)


def test_a_missing_hub_file_is_named(hub: Hub, tmp_path: Path) -> None:
    """A file that the repository does not have ends in an error with its name."""
    with pytest.raises(ModelError, match=r"large/model\.onnx"):
        load_brought(replace(HUB_SETTINGS, file="large/model.onnx"), tmp_path, download=True, endpoint=hub.url)


def test_a_busy_hub_is_not_taken_for_one_without_the_file(hub: Hub, tmp_path: Path) -> None:
    """Where the hub has no answer for a file beside the model, nothing is used that might lack it, then or later."""
    hub.busy = {"small/meta.json"}
    named = replace(HUB_SETTINGS, labels=("blue", "green", "red"))
    with pytest.raises(ModelError, match="did not answer"):
        load_brought(named, tmp_path, download=True, endpoint=hub.url)
    with pytest.raises(ModelError, match="gallery lab fetch-model"):
        load_brought(named, tmp_path, endpoint=hub.url)
    hub.busy = set()
    assert load_brought(named, tmp_path, download=True, endpoint=hub.url).id == load_brought(named, tmp_path).id
