"""Pictures → predictions, through the model in ``models/`` or one that the maintainer brings."""

from gallery.classify.classifier import (
    Classifier,
    Result,
    ShippedClassifier,
    classify_file,
    classify_files,
    load_classifier,
    model_id_of,
)

__all__ = [
    "Classifier",
    "Result",
    "ShippedClassifier",
    "classify_file",
    "classify_files",
    "load_classifier",
    "model_id_of",
]
