"""The files of the model in ``models/``: its manifest, and their checksums.

``manifest.json`` names every file that belongs to the model with its sha256, and says what it was made with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gallery.errors import ModelError
from gallery.features import VIEW_PX, VIEW_VERSION, WORK_PX

KIND = "gallery classifier"
FORMAT = 1
MANIFEST = "manifest.json"
BACKBONE = "backbone.onnx"
ESTIMATOR = "estimator.onnx"
RUN_FILES = (BACKBONE, ESTIMATOR)  # what scoring a picture needs; the manifest may name more
_ANEW = "if it is the shipped one, install the package again; one of your own comes from gallery lab train"


@dataclass(frozen=True, slots=True)
class ModelManifest:
    """``models/manifest.json``: what the model consists of and how it came about."""

    files: Mapping[str, str]  # name → sha256
    view_version: int
    corpus_digest: str

    @property
    def model_id(self) -> str:
        """12 hex digits over the weights and everything that prepares their input."""
        parts = [
            f"gallery {FORMAT} {self.view_version} {WORK_PX} {VIEW_PX}",
            *map(self.files.__getitem__, RUN_FILES),
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def read_manifest(models_dir: Path) -> ModelManifest:
    """Read ``manifest.json`` of a model of any version that this one knows.

    Raises:
        ModelError: there is no manifest, or it is foreign or too new.
    """
    path = models_dir / MANIFEST
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise ModelError(f"{models_dir}: holds no model (there is no {MANIFEST}); {_ANEW}") from error
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); {_ANEW}") from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: is no JSON ({error}); {_ANEW}") from error
    if not isinstance(data, dict) or data.get("kind") != KIND or not isinstance(data.get("format"), int):
        raise ModelError(f"{path}: does not describe a gallery classifier; restore models/ from the release")
    if data["format"] > FORMAT:
        raise ModelError(
            f"{path}: the model has format {data['format']}, this version reads up to {FORMAT}; upgrade the package"
        )
    try:
        manifest = ModelManifest(
            files=_strings(data["files"]),
            view_version=int(data["view_version"]),
            corpus_digest=str(data["corpus"]["digest"]),
        )
        absent = [name for name in RUN_FILES if name not in manifest.files]
        outside = [name for name in manifest.files if Path(name).name != name]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ModelError(f"{path}: lacks or misstates {error}; restore models/ from the release") from error
    if absent:
        raise ModelError(f"{path}: names no {' and no '.join(absent)}; restore models/ from the release")
    if outside:
        raise ModelError(f"{path}: names {outside[0]}, which is no file of models/; restore models/ from the release")
    return manifest


def usable_manifest(models_dir: Path) -> ModelManifest:
    """Read ``manifest.json`` of a model that this version of the gallery can use.

    Raises:
        ModelError: as `read_manifest`, or the model expects other views than `network_view` makes.
    """
    manifest = read_manifest(models_dir)
    if manifest.view_version != VIEW_VERSION:
        raise ModelError(
            f"{models_dir / MANIFEST}: the model expects views of version {manifest.view_version}, this package makes "
            f"version {VIEW_VERSION}; install matching versions, or train again with `gallery lab train`"
        )
    return manifest


def verified(path: Path, digest: str) -> bytes:
    """The bytes of a model file, once their checksum is that of the manifest.

    Raises:
        ModelError: the file cannot be read, or was altered.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); {_ANEW}") from error
    found = hashlib.sha256(data).hexdigest()
    if found != digest:
        raise ModelError(
            f"{path}: was altered (sha256 {found[:12]}…, the manifest says {digest[:12]}…); nothing of it was run. "
            "Restore models/ from the release"
        )
    return data


def _strings(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r}, which should be a table")
    return {str(key): str(item) for key, item in value.items()}
