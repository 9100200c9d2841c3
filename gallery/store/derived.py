"""What was computed from pictures: predictions and renditions. All of it can be made again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gallery.domain import Prediction, RenditionSet
from gallery.store.database import Database
from gallery.store.rows import (
    dump_fields,
    load_rendition_set,
)


class Derived(Database):
    """The tables of predictions and renditions."""

    def predictions(self, model_id: str) -> dict[str, Prediction]:
        """sha256 → what the model said."""
        return {
            sha256: Prediction(drawing, photo, other)
            for sha256, drawing, photo, other in self._rows(
                "SELECT sha256, drawing, photo, other FROM prediction WHERE model_id = ?", (model_id,)
            )
        }

    def unpredicted(self, model_id: str) -> list[str]:
        """The stored pictures of posts that this model has not seen, ordered by hash."""
        return [
            row[0]
            for row in self._rows(
                "SELECT DISTINCT sha256 FROM media WHERE sha256 NOT NULL"
                " AND sha256 NOT IN (SELECT sha256 FROM prediction WHERE model_id = ?) ORDER BY sha256",
                (model_id,),
            )
        ]

    def save_predictions(self, model_id: str, predictions: Mapping[str, Prediction]) -> None:
        """Remember what the model said of some pictures."""
        with self._write() as db:
            db.executemany(
                "INSERT OR REPLACE INTO prediction VALUES (?,?,?,?,?)",
                [(sha, model_id, one.drawing, one.photo, one.other) for sha, one in predictions.items()],
            )

    def renditions(self, recipe: str) -> dict[str, RenditionSet]:
        """sha256 → the copies made by this recipe."""
        return {
            sha256: load_rendition_set(body)
            for sha256, body in self._rows("SELECT sha256, body FROM rendition WHERE recipe = ?", (recipe,))
        }

    def save_renditions(self, recipe: str, sets: Iterable[RenditionSet]) -> None:
        """Remember copies whose files lie in ``renditions/``."""
        with self._write() as db:
            db.executemany(
                "INSERT OR REPLACE INTO rendition VALUES (?,?,?)",
                [(one.sha256, recipe, dump_fields(one)) for one in sets],
            )
