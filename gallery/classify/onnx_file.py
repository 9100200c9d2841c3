"""An ONNX model that is not ours: finding it, fetching it when asked, and looking at it before it runs.

A model file is a stranger's program. Before onnxruntime sees it, it must be of bearable size, be what its hash says,
and hold nothing that `gallery.classify.onnx_graph` refuses. After that it must take one picture and give one score for
each class.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gallery.classify.onnx_graph import INSTALL, inspect_graph
from gallery.classify.runtime import first_line, start_session
from gallery.domain import ClassifierSettings
from gallery.errors import ModelError

MAX_MODEL_BYTES = 400_000_000
MAX_SIDECAR_BYTES = 1_000_000
SHOWN = 8
META, CONFIG, PREPROCESSOR = SIDECARS = ("meta.json", "config.json", "preprocessor_config.json")

_HF = re.compile(r"hf:(?P<repo>[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})@(?P<revision>[0-9a-f]{40})", re.ASCII)
_HF_FILE = re.compile(r"(?:[\w-][\w.-]*/)*[\w-][\w.-]*\.onnx", re.ASCII)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model's bytes, checked, and the JSON objects that lie beside it (empty where there are none)."""

    path: Path
    content: bytes
    sha256: str
    sidecars: Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Interface:
    """What a model takes and gives, None where it leaves it open."""

    classes: int | None
    side_px: int | None


def find_model(
    settings: ClassifierSettings, root: Path, cache: Path, *, download: bool, endpoint: str | None
) -> ModelFile:
    """Find the model that ``settings.spec`` names.

    The arguments are those of `gallery.classify.brought.load_brought`; ``cache`` is where downloaded
    models lie.

    Raises:
        ModelError: it names no model, or one that is absent, altered or too large.
    """
    if settings.spec.startswith("hf:"):
        found = _from_hub(settings, cache, download, endpoint)
    elif settings.spec.startswith("onnx:") and len(settings.spec) > len("onnx:"):
        path = root / settings.spec.removeprefix("onnx:")
        found = _Found(path, path.parent.joinpath, None)
    else:
        raise ModelError(
            f"classifier: {settings.spec!r} names no model; expected onnx:PATH or hf:owner/name@REVISION "
            "with all 40 digits of the revision"
        )
    content = _read(found.path, MAX_MODEL_BYTES)
    digest = hashlib.sha256(content).hexdigest()
    if settings.sha256 and digest != settings.sha256:
        raise ModelError(f"{found.path}: its sha256 is {digest}, but accounts.yaml wants {settings.sha256}")
    if found.blob is not None:
        git = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
        if found.blob not in (digest, git):
            raise ModelError(f"{found.path}: its content is not what the hub sent; remove it and fetch it again")
    sidecars = {name: MappingProxyType(_sidecar(found.sidecar(name))) for name in SIDECARS}
    return ModelFile(found.path, content, digest, MappingProxyType(sidecars))


def open_session(model: ModelFile) -> tuple[Any, Interface]:
    """An onnxruntime session on one thread, and what it takes and gives.

    Raises:
        ModelError: it must not or cannot be run, or it is no classifier of square RGB pictures.
    """
    inspect_graph(model.path, model.content)
    session = start_session(model.path, model.content)
    try:
        return session, _interface(model.path, session)
    except UnicodeDecodeError as error:  # onnxruntime decodes a name when it is asked for
        raise ModelError(
            f"{model.path}: a name in it is no UTF-8, so it is damaged; fetch or export it again"
        ) from error


def listed(names: Sequence[str]) -> str:
    """Some of ``names``, for a message."""
    shown = ", ".join(name[:40] for name in names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown} and {len(names) - SHOWN} more"


# --- where the bytes come from ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """A model on this machine, and where the files beside it lie."""

    path: Path
    sidecar: Callable[[str], Path | None]
    blob: str | None  # the hub's hash of the model file: sha256 for large files, git's sha1 for small ones


def _from_hub(settings: ClassifierSettings, cache: Path, download: bool, endpoint: str | None) -> _Found:
    match = _HF.fullmatch(settings.spec)
    if match is None:
        raise ModelError(
            f"classifier: {settings.spec!r} must be hf:owner/name@REVISION with all 40 hexadecimal digits of a commit; "
            "a branch or tag can change, so it is not accepted"
        )
    if not _HF_FILE.fullmatch(settings.file):
        raise ModelError(f"classifier.file: {settings.file!r} is no path of an .onnx file inside the repository")
    try:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import (
            EntryNotFoundError,
            HfHubHTTPError,
            HFValidationError,
            LocalEntryNotFoundError,
        )
    except ImportError as error:
        raise ModelError(f"classifier: {settings.spec} needs huggingface_hub; {INSTALL}") from error

    def fetch(name: str) -> Path:
        return Path(
            hf_hub_download(
                match["repo"],
                name,
                revision=match["revision"],
                cache_dir=cache,
                local_files_only=not download,
                token=False,
                endpoint=endpoint,
            )
        )

    def sidecar(name: str) -> Path | None:
        for place in dict.fromkeys((str(Path(settings.file).parent / name), name)):
            try:
                return fetch(place)
            except LocalEntryNotFoundError:  # not in the cache
                if download:
                    raise
            except EntryNotFoundError:
                continue
        return None

    try:
        sidecars = {name: sidecar(name) for name in SIDECARS}
        path = fetch(settings.file)  # last: where the model lies, the hub has answered for all that belongs to it
    except LocalEntryNotFoundError as error:
        what = f"classifier: {settings.spec} {settings.file}"
        if download:
            raise ModelError(f"{what} was not fetched, the hub did not answer; try again later") from error
        raise ModelError(f"{what} is not on this machine; fetch it once with: gallery lab fetch-model") from error
    except (HfHubHTTPError, EntryNotFoundError, HFValidationError, OSError) as error:
        raise ModelError(f"classifier: {settings.spec} {settings.file}: {first_line(error)}") from error
    blob = path.resolve().name if path.is_symlink() else None
    if blob is None and not settings.sha256:
        raise ModelError(
            f"{path}: this machine's cache keeps no hashes; write classifier.sha256, as {settings.spec} shows it"
        )
    return _Found(path, sidecars.get, blob)


def _read(path: Path, limit: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > limit:
            raise ModelError(f"{path}: {size:,} bytes are more than the {limit:,} allowed")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from error


def _sidecar(path: Path | None) -> dict[str, object]:
    """The JSON object at ``path``; empty when there is none.

    Raises:
        ModelError: it is no JSON object of at most 1 MB.
    """
    if path is None or not path.exists():
        return {}
    try:
        value = json.loads(_read(path, MAX_SIDECAR_BYTES))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: is no JSON: {first_line(error)}") from error
    if not isinstance(value, dict):
        raise ModelError(f"{path}: expected a JSON object")
    return value


# --- what it takes and gives ------------------------------------------------------------------------------------------


def _interface(path: Path, session: Any) -> Interface:
    inputs, outputs = session.get_inputs(), session.get_outputs()
    if len(inputs) != 1 or inputs[0].type != "tensor(float)" or len(inputs[0].shape) != 4:
        wanted = "pictures × 3 × height × width floats of 32 bits"
        raise ModelError(f"{path}: expected one input of {wanted}, has {_named(inputs)}")
    if len(outputs) != 1 or outputs[0].type != "tensor(float)" or len(outputs[0].shape) != 2:
        raise ModelError(f"{path}: expected one output of pictures × classes floats of 32 bits, has {_named(outputs)}")
    batch, channels, height, width = inputs[0].shape
    if (channels not in (3, None) and not isinstance(channels, str)) or width == 3:
        raise ModelError(f"{path}: expected 3 colour channels first, the input is {inputs[0].shape}")
    if isinstance(batch, int) and batch != 1:
        raise ModelError(f"{path}: takes {batch} pictures at once; export it with a batch of 1 or an open one")
    sides = {side for side in (height, width) if isinstance(side, int)}
    if len(sides) > 1:
        raise ModelError(f"{path}: the input must be square, it is {height} × {width}")
    classes = outputs[0].shape[1]
    return Interface(classes if isinstance(classes, int) else None, sides.pop() if sides else None)


def _named(values: Sequence[Any]) -> str:
    return ", ".join(f"{value.name}: {value.type} {value.shape}" for value in values[:SHOWN]) or "none"
