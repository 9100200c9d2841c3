"""Steps of :func:`gallery.pipeline.build`: classify, curate, render, publish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from gallery.config import Config
from gallery.curate import Words, curate, name_artists, without_clashes
from gallery.domain import (
    Account,
    AccountState,
    Copies,
    Exhibition,
    OutputFile,
    Picture,
    PictureKey,
    RenditionSet,
    WhyHidden,
)
from gallery.edited.corrections import Corrections, work_name
from gallery.edited.optouts import doubts
from gallery.errors import PictureError, TooLargeError
from gallery.fetch.clock import is_day_sure
from gallery.optout_rules import OptOuts
from gallery.paths import Paths
from gallery.publish import Published, Publisher, too_large
from gallery.report import Progress
from gallery.resources import models_dir
from gallery.sources import source_for
from gallery.sources.base import PaidSource
from gallery.sources.options import amount
from gallery.steps.followed import as_once_met
from gallery.steps.hidden import remember_hidden
from gallery.steps.tally import SAVE_EVERY, Tally, leave_out, survivable
from gallery.store import AccountRecord, Store
from gallery.wishes import SECOND_WORD_AFTER, expire, originals, unconfirmed, unmet
from gallery.wording import number_of

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


def hide_unconfirmed(accounts: Iterable[Account], store: Store, now: datetime) -> tuple[str, ...]:
    """Take from view what a network whose terms set a date (X) has not confirmed by it, whether or not this run asked:
    a run of other accounts or one without network must not keep what was withdrawn on show.

    While it is doubtful which day it is, all stays as it is. Returns what to say about that.
    """
    dated = []
    for account in accounts:
        source = source_for(account.network)
        if isinstance(source, PaidSource):
            dated.append((account, int(amount("max_unverified_days", source.max_unverified_days)(account))))
    if not dated or is_day_sure(store, now):
        for account, days in dated:
            expire(store, account, days, now)
        return ()
    hours = SECOND_WORD_AFTER // timedelta(hours=1)
    waiting = [
        (one.key, days, unconfirmed(store, one, days, now) - set(store.hidden_posts(one.key))) for one, days in dated
    ]
    return tuple(
        f"{key}: {number_of(len(late), 'post')} not confirmed for {number_of(days, 'day')}, by a clock that leapt since"
        f" the last build; hidden if a build {hours} hours from now or later finds the same"
        for key, days, late in waiting
        if late
    )


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
    shown = [account.key for account in welcome]
    works = {f"a/{one.account.artist.slug}/w/{one.id}": _entry_for(one) for one in pictures} if optouts.posts else {}
    hints = (
        f"optouts.yaml: {hint}"
        for hint in doubts(optouts, listed, shown, config.site.site_url, unmet(store, optouts), works)
    )
    spoken_of = [*pictures, *hidden]
    unused = _unused(corrections.followed(spoken_of)[0], spoken_of)
    half_gone = _half_gone((one for one in config.accounts if one not in welcome), public)
    return exhibition, (*unused, *settled, *clashes, *hints, *half_gone)


def _entry_for(picture: Picture) -> str:
    """How optouts.yaml names a picture: with the post that it is in, where that has an address, or by itself."""
    alone, post = f"`sha256: {picture.sha256}`", picture.post
    if not post.permalink:
        return alone
    whole = f"`post: {post.permalink}`"
    if len(post.media) == 1:
        return whole
    return f"{whole} and its {len(post.media)} pictures go, or for this one and its look-alikes {alone}"


def _half_gone(unwelcome: Iterable[Account], shown: Sequence[Account]) -> Iterator[str]:
    """A line for each listed account that opted out while others of its artist are shown: who writes to have their
    pictures removed seldom means one account of several."""
    for account in unwelcome:
        if others := [one.key for one in shown if one.artist.slug == account.artist.slug]:
            yield (
                f"optouts.yaml: {account.key} opted out; still shown of the same artist: {', '.join(others)}."
                f" Name each that is meant, and take {account.key} out of {account.where}"
            )


def _is_public(store: Store, record: AccountRecord, homes: Mapping[str, AccountRecord]) -> bool:
    """Whether the network still shows the account to everybody: one that it does not has no page here either, nor its
    name on any. An export (with the account it came from in ``homes``) is public as long as it holds something."""
    if record.key in homes:
        return _is_public(store, homes[record.key], {}) or bool(store.posts(record.key))
    if record.state is AccountState.MISSING:  # for good once its posts are gone: until then one night has said so
        return bool(store.posts(record.key))
    return record.state.is_public


def _unused(corrections: Corrections, pictures: Sequence[Picture]) -> tuple[str, ...]:
    if not corrections.entries:
        return ()
    spoken = {target for picture in pictures for target in corrections.targets(picture)}
    unused = [(said.where, target) for target, said in corrections.entries.items() if target not in spoken]
    return tuple(
        f"{where}: no picture of the gallery is meant by this correction{_meant(*target)}" for where, target in unused
    )


def _meant(kind: str, name: str, _: int | None) -> str:
    """What else may have been meant, where the page of a work was given as a post."""
    if kind != "post" or "/w/" not in name:
        return ""
    with suppress(ValueError):
        return f"; a page of this gallery is named by `work: {work_name(name)}`"
    return ""


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
