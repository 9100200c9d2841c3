"""``gallery classify`` and ``gallery gc``: single steps on what is stored."""

from __future__ import annotations

from gallery.classify import model_id_of
from gallery.config import Config
from gallery.renditions import face_recipe, recipe
from gallery.report import Progress, StageReport
from gallery.resources import models_dir
from gallery.steps.stages import classify_new
from gallery.steps.tally import Timer
from gallery.store import Store


def classify_stored(config: Config, store: Store, *, jobs: int, progress: Progress) -> StageReport:
    """Score what the model has not seen yet."""
    timer = Timer()
    with timer.stage("classify") as tally:
        classify_new(config, store, jobs, progress, tally)
    return timer.stages[0]


def collect_garbage(config: Config, store: Store) -> int:
    """Free what neither accounts.yaml, nor a post, nor the present recipes and model refer to; returns bytes."""
    recipes = {recipe(config.site, account, veiled).id for account in config.accounts for veiled in (False, True)}
    return store.gc(
        keep_accounts=[account.key for account in config.accounts],
        keep_recipes=sorted({*recipes, face_recipe(config.site).id}),
        keep_models=[model_id_of(config.classifier, models_dir(), config.root)],
    )
