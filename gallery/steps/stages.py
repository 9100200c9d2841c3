"""Steps of :func:`gallery.pipeline.build`: classify, curate, render, publish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from gallery.config import Config
from gallery.curate import Words, curate, name_artists, without_clashes
from gallery.domain import (
    AccountState,
    Copies,
    Exhibition,
    OutputFile,
    PictureKey,
    RenditionSet,
    WhyHidden,
)
from gallery.edited.corrections import Corrections
from gallery.errors import PictureError, TooLargeError
from gallery.optout_rules import OptOuts
from gallery.paths import Paths
from gallery.publish import Published, Publisher, too_large
from gallery.report import Progress
from gallery.resources import models_dir
from gallery.steps.followed import as_once_met
from gallery.steps.hidden import remember_hidden
from gallery.steps.tally import SAVE_EVERY, Tally, leave_out, survivable
from gallery.steps.unheard import unheard
from gallery.store import AccountRecord, Store
from gallery.wishes import originals

# --- classify --------------------------------------------------------------------------------------------------------


def classify_new(config: Config, store: Store, jobs: int, progress: Progress, tally: Tally) -> str:
    """Score what the model has not seen yet, and return the model's id."""
    from gallery.classify import classify_files, model_id_of

    model_id = model_id_of(config.classifier, models_dir(), config.root)
    todo = {store.path_of(sha256): sha256 for sha256 in store.unpredicted(model_id)}
    tally.unchanged = store.file_count() - len(todo)
    step = progress.start("classifying", len(todo))
    scored = {}
    with survivable(store, "classifying", tally) as apart:
        for path, result in classify_files(
            tuple(todo), config.classifier, models_dir(), config.root, jobs=jobs, apart=apart
        ):
            step()
            if isinstance(result, PictureError):
                leave_out(store, todo[path], result, tally)
                continue
            scored[todo[path]] = result
            tally.new += 1
            if len(scored) >= SAVE_EVERY:
                store.save_predictions(model_id, scored)
                scored = {}
    store.save_predictions(model_id, scored)
    return model_id


# --- curate ----------------------------------------------------------------------------------------------------------


def curate_stored(
    config: Config,
    corrections: Corrections,
    optouts: OptOuts,
    store: Store,
    model_id: str,
) -> tuple[Exhibition, tuple[str, ...]]:
    """Decide what is shown; with it, which words of people seem to speak of nothing, and what else they should know."""
    records = {account.key: store.account(account.key) for account in config.accounts}
    welcome = [one for one in config.accounts if not optouts.covers_account(one.key, records[one.key].profile)]
    homes = originals(store)
    public = [one for one in welcome if _is_public(store, records[one.key], homes)]
    accounts = name_artists(public, {key: record.profile for key, record in records.items()})
    dhashes = store.looks()
    pictures = store.pictures(accounts)
    listed = [account.key for account in config.accounts]
    corrections, settled = as_once_met(store, corrections, pictures, listed).settled(pictures)
    hidden, looks = remember_hidden(store, corrections, pictures, dhashes, config.accounts)
    curated = curate(
        pictures,
        store.predictions(model_id),
        Words(corrections.of, lambda picture: optouts.reason(picture, dhashes[picture.sha256])),
        [store.account_status(account) for account in accounts],
        config.site,
        looks,
        _last_fetch_day(store),
        hidden,
    )
    exhibition, clashes = without_clashes(curated)
    if unconfirmed := store.count_hidden(accounts):
        exhibition = replace(exhibition, hidden={**exhibition.hidden, WhyHidden.UNCONFIRMED: unconfirmed})
    told = unheard(config, corrections, optouts, store, welcome, public, pictures, hidden)
    return exhibition, (*told, *settled, *clashes)


def _is_public(store: Store, record: AccountRecord, homes: Mapping[str, AccountRecord]) -> bool:
    """Whether the network still shows the account to everybody: one that it does not has no page here either, nor its
    name on any. An export (with the account it came from in ``homes``) is public as long as it holds something."""
    if record.key in homes:
        return _is_public(store, homes[record.key], {}) or bool(store.posts(record.key))
    if record.state is AccountState.MISSING:  # for good once its posts are gone: until then one night has said so
        return bool(store.posts(record.key))
    return record.state.is_public


def _last_fetch_day(store: Store) -> datetime:
    """The day of the last good fetch: from the store, so that two builds of one store agree."""
    return datetime.combine(date.fromisoformat(store.fact("fetched_on") or "1970-01-01"), datetime.min.time(), UTC)


# --- render and publish ----------------------------------------------------------------------------------------------


def site_files(
    config: Config, paths: Paths, store: Store, exhibition: Exhibition, copies: Mapping[PictureKey, RenditionSet]
) -> Iterator[OutputFile]:
    """Every file of the site: the pages, and the copies that they show."""
    from gallery.render import render
    from gallery.renditions import names_of

    folder = store.root / "renditions"
    yield from render(exhibition, config.site, copies, paths.theme_dirs, folder)
    faces = [one.avatar for room in exhibition.rooms for one in room.accounts if one.avatar is not None]
    for name in sorted(names_of([*copies.values(), *faces])):
        yield OutputFile(f"i/{name}", name, f"{folder}/{name}")


def publish_site(
    publisher: Publisher,
    files: Iterable[OutputFile],
    config: Config,
    copies: Mapping[PictureKey, RenditionSet],
    jobs: int,
) -> Published:
    """Publish, and name the copies profile that would fit when the host would not take the site.

    Raises:
        PublishError: the new site is not fit to be shown; the old one stays. It is a TooLargeError for its host.
    """
    site = config.site
    try:
        return publisher.publish(files, max_files=site.max_site_files, max_bytes=site.max_site_bytes, jobs=jobs)
    except TooLargeError as error:
        from gallery.renditions import estimate

        sets = list(copies.values())
        now = estimate(sets, Copies.FULL)  # nothing is larger than in this profile
        for profile in (Copies.LEAN, Copies.THUMBS, Copies.HOTLINK):
            then = estimate(sets, profile)
            fewer, smaller = now.files - then.files, now.size_bytes - then.size_bytes
            if error.files - fewer <= site.max_site_files and error.size_bytes - smaller <= site.max_site_bytes:
                advice = f"site.copies: {profile.value} would fit"
                raise too_large(
                    error.files, error.size_bytes, site.max_site_files, site.max_site_bytes, advice
                ) from error
        raise
