"""How far a run is, and what it did: for people (a few lines), for machines (JSON), for a job's summary (Markdown)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from gallery.errors import GalleryError
from gallery.wording import first_of, number_of

EXIT_OK = 0
EXIT_SOME_FAILED = 3
EXIT_NOTHING_FETCHED = 4
MOST_ITEMS = 100  # of one list or table on the summary page, which takes no more than 1 MiB
FEW_ACCOUNTS = 20  # have a line each; of more only those of which there is something to tell
MOST_FAILURES = 20  # of an account or a stage that a terminal shows
NEARLY_FULL = 0.9  # of what the host takes


class Progress(Protocol):
    """Where long work says how far it is."""

    def start(self, what: str, total: int) -> Callable[[], None]:
        """Announce ``total`` steps of ``what``; the answer is called once a step."""
        ...


@dataclass(frozen=True, slots=True)
class AccountReport:
    """How one account fared in a run."""

    key: str  # "network:handle"
    seconds: float = 0.0
    new: int = 0  # pictures that arrived
    unchanged: int = 0  # pictures that were here already
    removed: int = 0  # posts that are gone or were withdrawn
    failed: int = 0  # pictures that could not be had; tried again next time
    posts_read: int = 0
    cost_usd: float = 0.0
    problem: str = ""  # why the account as a whole could not be read; "" when it could
    answered: bool = False  # the problem is an answer that was acted upon (the account is gone), not a failure to read
    passed_over: bool = False  # it is opted out, and nobody was asked
    notices: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))  # what was skipped, by kind
    details: tuple[str, ...] = ()  # one line for each failure: which picture, and the cause
    remarks: tuple[str, ...] = ()  # the first few notices in full
    received_bytes: int = 0  # of pictures

    @property
    def is_quiet(self) -> bool:
        """Whether there is no more to tell than that it was read."""
        told = self.new or self.removed or self.failed or self.cost_usd or self.problem
        return not (told or self.notices or self.remarks)


@dataclass(frozen=True, slots=True)
class StageReport:
    """How one stage of the road fared."""

    name: str
    seconds: float
    new: int = 0
    unchanged: int = 0
    failed: int = 0
    details: tuple[str, ...] = ()


def nothing_read(accounts: Sequence[AccountReport]) -> bool:
    """Was every account that a run asked asked in vain? That one is gone is an answer."""
    asked = [account for account in accounts if not account.passed_over]
    return bool(asked) and all(account.problem and not account.answered for account in asked)


@dataclass(frozen=True, slots=True)
class RunReport:
    """Everything a run did."""

    command: str
    started_at: datetime
    accounts: tuple[AccountReport, ...] = ()
    stages: tuple[StageReport, ...] = ()
    hidden: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    shown: int | None = None  # None when no site was made or looked at
    site: str = ""  # the folder that was published, "" when nothing had to be
    site_files: int = 0
    site_bytes: int = 0
    max_site_files: int = 0
    max_site_bytes: int = 0
    notes: tuple[str, ...] = ()
    refused: GalleryError | None = None  # why the run ended early, or the new site was not published

    @property
    def exit_code(self) -> int:
        """0 all well, 3 some accounts have a problem, 4 none of them could be read; that of the error that kept the new
        site from being published.

        An account that is gone does not count towards 4: the site without it has to be published.
        """
        if self.refused:
            return self.refused.exit_code
        if not any(account.problem for account in self.accounts):
            return EXIT_OK
        return EXIT_NOTHING_FETCHED if nothing_read(self.accounts) else EXIT_SOME_FAILED

    def as_json(self) -> str:
        """The whole report as JSON, for ``--report``."""
        return json.dumps(
            {
                "command": self.command,
                "started_at": self.started_at.isoformat(),
                "exit_code": self.exit_code,
                "accounts": [_fields(account) for account in self.accounts],
                "stages": [_fields(stage) for stage in self.stages],
                **({} if self.shown is None else {"shown": self.shown, "hidden": dict(self.hidden)}),
                "site": {"folder": self.site, "files": self.site_files, "bytes": self.site_bytes},
                "notes": list(self.notes),
                "refused": str(self.refused or ""),
            },
            ensure_ascii=False,
            indent=2,
        )

    def as_text(self) -> str:
        """A few lines for a terminal or a log."""
        lines = []
        told, quiet = self._told()
        for account in told:
            counts = f"{account.new} new, {account.unchanged} unchanged, {account.failed} failed"
            extra = f", {number_of(account.removed, 'post')} removed" if account.removed else ""
            extra += f", ${account.cost_usd:.3f}" if account.cost_usd else ""
            lines.append(f"{account.key:<40} {counts}{extra}  {account.seconds:.1f} s")
            lines += [f"  {line}" for line in _oddities(account)]
            lines += _failures(account)
            if account.problem:
                lines.append(f"  problem: {account.problem}")
        if quiet:
            lines.append(f"{_others(quiet):<40} nothing new, {sum(one.unchanged for one in quiet):,} unchanged")
        for stage in self.stages:
            counts = f"{stage.new} new, {stage.unchanged} unchanged, {stage.failed} failed"
            lines.append(f"{stage.name:<40} {counts}  {stage.seconds:.1f} s")
            lines += _failures(stage)
        if self.site_files:
            lines.append(f"{number_of(self.shown or 0, 'picture')} shown, {sum(self.hidden.values())} not shown")
            lines += [f"  {reason}: {count}" for reason, count in self.hidden.items()]
            lines.append(self._size())
        return "\n".join([*lines, *self.notes, *([": ".join(self._ending)] if self.exit_code else [])])

    def as_markdown(self) -> str:
        """Tables for the summary page of a CI job."""
        lines = [f"### Gallery: {self.command}, {self.started_at:%Y-%m-%d %H:%M} UTC", ""]
        if self.exit_code:
            outcome, why = self._ending
            lines += [f"**{outcome.capitalize()}:** {_cell(why)}", ""]
        if self.accounts:
            lines += [
                "| account | new | unchanged | posts removed | failed | cost | problem |",
                "|---|--:|--:|--:|--:|--:|---|",
            ]
            told, quiet = self._told()
            told = sorted(told, key=lambda one: not one.problem) if len(told) > MOST_ITEMS else told
            lines += [
                f"| {_cell(one.key)} | {one.new} | {one.unchanged} | {one.removed} | {one.failed}"
                f" | {f'${one.cost_usd:.3f}' if one.cost_usd else ''} | {_cell(one.problem)} |"
                for one in told[:MOST_ITEMS]
            ]
            if others := [*told[MOST_ITEMS:], *quiet]:
                sums = [sum(getattr(one, name) for one in others) for name in ("new", "unchanged", "removed", "failed")]
                lines.append(f"| {_others(others)} | {' | '.join(map(str, sums))} | | |")
            lines.append("")
        if self.stages:
            lines += ["| stage | new | unchanged | failed | seconds |", "|---|--:|--:|--:|--:|"]
            lines += [
                f"| {one.name} | {one.new} | {one.unchanged} | {one.failed} | {one.seconds:.1f} |"
                for one in self.stages
            ]
            lines.append("")
        if self.shown is not None:
            lines.append(f"{number_of(self.shown, 'picture')} shown, {sum(self.hidden.values())} not shown.")
        lines += [f"- {reason}: {count}" for reason, count in self.hidden.items()]
        if self.site_files:
            lines += ["", self._size()]
        oddities = [f"{account.key}: {line}" for account in self.accounts for line in _oddities(account)]
        failures = [detail for account in self.accounts for detail in account.details]
        failures += [detail for stage in self.stages for detail in stage.details]
        lines += [line for texts in (oddities, failures, self.notes) for line in _items(texts)]
        return "\n".join(lines).rstrip() + "\n"

    def _told(self) -> tuple[list[AccountReport], list[AccountReport]]:
        """The accounts that have a line each, and of many those of which there is nothing to tell."""
        if len(self.accounts) <= FEW_ACCOUNTS:
            return list(self.accounts), []
        told = [one for one in self.accounts if not one.is_quiet]
        return told, [one for one in self.accounts if one.is_quiet]

    @property
    def _ending(self) -> tuple[str, str]:
        """How a run that is not all well ended, with its exit code, and why."""
        if self.refused:
            unbuilt = "broken off" if self.command == "fetch" else "not published"
            outcome = "published all the same" if self.site else unbuilt
            why = str(self.refused)
        elif self.exit_code == EXIT_NOTHING_FETCHED:
            outcome, why = "nothing read", "no account could be read; what is stored stays"
        else:
            outcome, why = "some not read", "some accounts could not be read, or are gone; the others are up to date"
        return f"{outcome}, exit code {self.exit_code}", why

    def _size(self) -> str:
        text = (
            f"site: {self.site_files:,} of {self.max_site_files:,} files,"
            f" {self.site_bytes / 1e6:,.1f} of {self.max_site_bytes / 1e6:,.0f} MB"
        )
        pairs = ((self.site_files, self.max_site_files), (self.site_bytes, self.max_site_bytes))
        if all(size < NEARLY_FULL * most for size, most in pairs):
            return text
        return (
            f"{text}; nearly full: a new site that is larger is not published. A smaller site.copies profile,"
            " site.work_pages: false, or a limit for each account would help"
        )


def _oddities(account: AccountReport) -> list[str]:
    """What was skipped or held: how much of each kind, then the first few in full."""
    counts = [f"{kind}: {count}" for kind, count in sorted(account.notices.items())]
    return [*counts, *(f"note: {remark}" for remark in account.remarks)]


def _others(accounts: Sequence[AccountReport]) -> str:
    return number_of(len(accounts), "other account")


def _failures(one: AccountReport | StageReport) -> list[str]:
    """A line for each failure; of many the beginning, and how much was left out."""
    lines = [f"  failed: {detail}" for detail in one.details]
    return first_of(lines, MOST_FAILURES, lambda left: f"  failed: … and {left:,} more")


def _items(texts: Sequence[str]) -> list[str]:
    """A list of its own in Markdown; of a long one the beginning, and how much was left out."""
    return ["", *first_of([f"- {_cell(text)}" for text in texts], MOST_ITEMS, lambda left: f"- … and {left:,} more")]


def _fields(one: AccountReport | StageReport) -> dict[str, object]:
    values = {name: getattr(one, name) for name in one.__slots__}
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()}


def _cell(text: str) -> str:
    """Text that cannot break out of a table cell, nor become a link or markup."""
    plain = " ".join(text.split())
    for mark in "\\`*_[]<>|!":
        plain = plain.replace(mark, f"\\{mark}")
    return plain
