"""The whole road: :func:`collect` goes online and fills the store, :func:`build` makes the site of it, and :func:`run`
does either or both and reports.

Read it downwards; each line of the first two is one step. Nothing calls back up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from gallery.config import Config
from gallery.domain import Account
from gallery.edited.optouts import read_optouts
from gallery.errors import ConfigError, GalleryError
from gallery.fetch import FetchReport, FetchSettings, fetch_accounts
from gallery.optout_rules import OptOuts
from gallery.paths import Paths
from gallery.publish import Published, Publisher
from gallery.report import Progress, RunReport, StageReport, nothing_read
from gallery.sources import source_for
from gallery.steps.copies import add_avatars, keep_admitted_addresses, make_copies
from gallery.steps.fingerprint import fingerprint, inputs_digest
from gallery.steps.heard import optouts_heard
from gallery.steps.hidden import remember_before_loss
from gallery.steps.looks import renew_looks
from gallery.steps.shown import (
    SiteRecord,
    all_gone,
    corrections_or_published,
    count_shown,
    last_site,
    left_behind,
    left_on_show,
    passed_on,
    refuse_to_shrink,
    remember_site,
)
from gallery.steps.stages import (
    classify_new,
    curate_stored,
    publish_site,
    site_files,
)
from gallery.steps.tally import Timer
from gallery.steps.theme import refuse_broken_templates
from gallery.steps.unconfirmed import hide_unconfirmed
from gallery.store import Store
from gallery.wishes import apply_optouts, follow_homes, named_no_more, pleas, removal_notes, withdrawn

if TYPE_CHECKING:
    from gallery.web import Web

__all__ = ["build", "collect", "run"]


def collect(
    config: Config,
    paths: Paths,
    store: Store,
    *,
    accounts: tuple[Account, ...],
    optouts: OptOuts,
    now: datetime,
    jobs: int,
    progress: Progress,
) -> FetchReport:
    """accounts.yaml → store: the online half.

    Raises:
        ConfigError: a network is to be asked without a contact.
        StoreError: the store cannot be read, or not be written before anything is fetched.
    """
    renew_looks(store, jobs, progress)
    unremembered = remember_before_loss(store, paths.corrections, config.accounts)
    online = any(not source_for(account.network).local for account in accounts)
    web = _open_web(config, store) if online else None
    settings = FetchSettings(max_removed_share=config.fetch.max_removed_share, decoders=jobs)
    try:
        report = fetch_accounts(
            accounts,
            store,
            web,
            now,
            optouts=optouts,
            progress=progress,
            settings=settings,
            listed=[account.key for account in config.accounts],
        )
    finally:
        if web:
            web.close()
    if not report.broken_off and any(not one.problem and not one.passed_over for one in report.accounts):
        store.set_fact("fetched_on", now.date().isoformat())
    return replace(report, notes=(*unremembered, *report.notes))


def _open_web(config: Config, store: Store) -> Web:
    from gallery.net.manners import Limits
    from gallery.web import Web

    about = config.site.site_url or "a static gallery of drawings"
    limits = Limits(waiting_s=config.fetch.max_wait_s)
    return Web(contact=config.site.contact, project_url=about, limits=limits, memory=store)


@dataclass(frozen=True, slots=True)
class Built:
    """What :func:`build` did."""

    stages: tuple[StageReport, ...] = ()
    site: SiteRecord | None = None  # the one in place by now; None when none was made or looked at
    published: Published | None = None  # None when ``site`` was in place before
    notes: tuple[str, ...] = ()
    refused: GalleryError | None = None


def build(
    config: Config,
    paths: Paths,
    store: Store,
    *,
    now: datetime,
    jobs: int,
    progress: Progress,
    allow_shrink: bool = False,
) -> Built:
    """Store → site: the offline half.

    What people withdrew goes from the store first. Whatever keeps the new site from being made or published then, such
    as too many pictures that would vanish at once (unless ``allow_shrink`` is set), is part of the answer, which tells
    what was done so far, and of the site in place. So are mistakes in optouts.yaml, and those in corrections.yaml,
    which keep the new site from being made where nothing that was withdrawn has to leave the one in place.

    Raises:
        PublishError: something that the gallery did not make is in the site's place.
    """
    publisher = Publisher(paths.site, paths.state / "published")
    publisher.recover()
    inputs = inputs_digest(config, paths)  # before anything is read: what changes meanwhile is new to the next build
    optouts, unheard, heard = _hear_wishes(config, paths, store, now, jobs, progress)
    doubts = hide_unconfirmed(config.accounts, store, now)
    asked = pleas(config.accounts, store, optouts)  # last of the notes: of many a summary leaves the end out
    before = last_site(store)
    in_place = publisher.current_build == before.build_id and (paths.site / "index.html").is_file()
    if in_place and before.fingerprint == fingerprint(inputs, store):
        return Built(site=before, notes=doubts + asked, refused=unheard)

    timer, notes = Timer(), heard + doubts
    try:
        refuse_broken_templates(config, paths)
        corrections, mistakes = corrections_or_published(paths.corrections, store)
        notes += all_gone(paths.corrections, corrections, store)
        with timer.stage("classify") as tally:
            model_id = classify_new(config, store, jobs, progress, tally)
        with timer.stage("curate") as tally:
            exhibition, hints = curate_stored(config, corrections, optouts, store, model_id)
            tally.new = count_shown(exhibition)
        with timer.stage("renditions") as tally:
            exhibition, refused = keep_admitted_addresses(config, exhibition)
            notes += hints + refused
            exhibition, copies = make_copies(config, store, exhibition, jobs, progress, tally)
            exhibition = add_avatars(config, store, exhibition, jobs, progress, tally)
        if not allow_shrink:
            refuse_to_shrink(exhibition, before, store)
        with timer.stage("render and publish") as tally:
            files = site_files(config, paths, store, exhibition, copies)
            published = publish_site(publisher, files, config, copies, jobs)
            tally.new, tally.unchanged = published.written, published.files - published.written
    except GalleryError as error:
        site = before if before.build_id else None
        notes = left_on_show(store) + ((str(unheard),) if unheard else ()) + notes + asked
        return Built(tuple(timer.stages), site, notes=notes, refused=error)

    if mistakes:
        notes += (
            f"{paths.corrections.name} counted as when the site was last published: what was withdrawn had to go",
        )
    notes += passed_on(exhibition, before) + left_behind(exhibition, before)
    again = mistakes is not None or any(stage.failed for stage in timer.stages)
    made_of = "" if again else fingerprint(inputs, store)
    site = remember_site(store, config, corrections, made_of, published, exhibition)
    wrong = ConfigError(f"{unheard}\n{mistakes}") if unheard and mistakes else unheard or mistakes
    return Built(tuple(timer.stages), site, published, notes + asked, wrong)


def _hear_wishes(
    config: Config, paths: Paths, store: Store, now: datetime, jobs: int, progress: Progress
) -> tuple[OptOuts, ConfigError | None, tuple[str, ...]]:
    """Delete what somebody opted out of, and what follows an account that is gone; (the wishes, mistakes in them, what
    was done)."""
    renew_looks(store, jobs, progress)
    remember_before_loss(store, paths.corrections, config.accounts)  # a mistake in the file is raised further down
    optouts, mistakes = optouts_heard(paths.optouts, store)
    left = named_no_more(store, optouts)
    optouts, opted_out = apply_optouts(store, config.accounts, optouts, now)
    removed = removal_notes(opted_out, follow_homes(store, now))  # once more: a fetch may have been killed before it
    return optouts, mistakes, left + removed


def _store_was_lost(config: Config, paths: Paths, store: Store) -> bool:
    """Is there a site, and nobody of the list was ever read, as where .gallery stayed behind on another machine?"""
    read = any(store.account(account.key).last_success for account in config.accounts)
    return bool(config.accounts) and not read and (paths.site / "index.html").is_file()


def run(
    command: str,
    config: Config,
    paths: Paths,
    store: Store,
    *,
    now: datetime,
    only: str | None,
    jobs: int,
    progress: Progress,
    online: bool,
    site: bool,
    allow_shrink: bool = False,
) -> RunReport:
    """Collect, build, or both, and report; an error that comes when something was fetched is part of the report. While
    there are mistakes in optouts.yaml nothing is fetched, and a site that is in place made without what is opted out.

    Raises:
        GalleryError: nothing could be collected.
    """
    fetched = FetchReport(())
    optouts, unheard = read_optouts(paths.optouts)
    if unheard and not (site and last_site(store).build_id):
        raise unheard
    online = online and not unheard
    if online:
        accounts = config.only(only) if only else config.accounts
        fetched = collect(
            config, paths, store, accounts=accounts, optouts=optouts, now=now, jobs=jobs, progress=progress
        )
    built = Built(refused=fetched.broken_off)
    kept: tuple[str, ...] = ()
    to_build = site and not fetched.broken_off
    unread = nothing_read(fetched.accounts) if online else _store_was_lost(config, paths, store)
    if to_build and unread and not store.permalinks() and not withdrawn(store):
        why = "could be" if online else "was ever"
        kept = (f"no account {why} read and nothing is stored: the site stays as it is",)
    elif to_build:
        try:
            built = build(config, paths, store, now=now, jobs=jobs, progress=progress, allow_shrink=allow_shrink)
        except GalleryError as error:
            built = replace(built, refused=error)
        kept = () if built.published or built.refused else ("nothing new: the site stays as it is",)
    in_place = built.site or SiteRecord()
    return RunReport(
        command=command,
        started_at=now,
        accounts=fetched.accounts,
        stages=built.stages,
        hidden=in_place.hidden,
        shown=in_place.pictures if built.site else None,
        site=paths.site.name if built.published else "",
        site_files=in_place.files,
        site_bytes=in_place.size_bytes,
        max_site_files=config.site.max_site_files,
        max_site_bytes=config.site.max_site_bytes,
        notes=(*fetched.notes, *built.notes, *kept),
        refused=built.refused,
    )
