"""What the blocks of accounts.yaml may hold: one pydantic model per block, from which the JSON Schema is made too."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
)

from gallery.domain import ClassifierSettings, Consent, Copies, SiteSettings
from gallery.edited.file import LANGUAGE, SHA256, THEME

_SITE, _MODEL = SiteSettings(), ClassifierSettings()  # what holds where a block says nothing
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
_OF_NO_PLACE = {"Factory", "localtime", "posixrules"}  # files beside those of zones
_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
_LONGEST_SLUG = 64
_SLUG_SCHEMA = {"type": "string", "pattern": f"^{_SLUG}$", "maxLength": _LONGEST_SLUG}
_MAIL = re.compile(r"[^@\s<>\"']+@[^@\s<>\"']+\.[^@\s<>\"']+")


def _slug(slug: str) -> str:
    if len(slug) > _LONGEST_SLUG or not re.fullmatch(_SLUG, slug):
        letters = "small letters a to z, digits and single hyphens"
        raise ValueError(f"expected {letters}, {_LONGEST_SLUG} at most, such as ben-u")
    return slug


def _https(address: str) -> str:
    if address and not _ADDRESS.fullmatch(address):
        raise ValueError("expected an address such as https://example.org/art/")
    return address


def _site_url(address: str) -> str:
    if "?" in address or "#" in address:  # pages' addresses begin with it
        raise ValueError("expected an address without ? and #, such as https://example.org/art/")
    if re.search(r"[^/]/[^/]+\.html?$", address):
        raise ValueError("expected the address of the site's folder, such as https://example.org/art/, and of no page")
    return _https(address) if not address or address.endswith("/") else _https(address) + "/"


def _contact(contact: str) -> str:
    if not contact or (contact.startswith("https://") and _ADDRESS.fullmatch(contact)):
        return contact
    if not _MAIL.fullmatch(contact):
        raise ValueError("expected a mail address or an https address")
    if not re.fullmatch(r"[!-'*-~]*", contact):
        raise ValueError(
            "a mail address goes into a header of every request, so it has to be plain ASCII without brackets; write "
            "its domain in the xn-- form, or give an https address"
        )
    return contact


def _formats(formats: tuple[str, ...]) -> tuple[str, ...]:
    if sorted(formats) not in (["avif", "jpeg"], ["jpeg"]):
        raise ValueError("expected [avif, jpeg] or [jpeg]: feeds, shared links and older browsers need the JPEG")
    return formats


def _of_a_place(name: str) -> str:
    if name in _OF_NO_PLACE or name.startswith(("posix/", "right/")):
        raise ValueError(f"{name} is another zone on each system, or none")
    return name


def _time_zone(name: str) -> str:
    if name == "UTC":  # known without data
        return name
    try:
        ZoneInfo(_of_a_place(name))
    except (LookupError, OSError, ValueError) as error:
        known = available_timezones() - _OF_NO_PLACE
        if not known:
            raise ValueError(
                "expected UTC: this system knows no other time zone until its package tzdata is installed, or Python's "
                "(pip install tzdata)"
            ) from error
        near = get_close_matches(name.title(), known, 1, 0.65)
        advice = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"expected the name of a time zone such as Asia/Tokyo{advice}") from error
    return name


_INSTANT_SCHEMA = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}([T ].+)?$"}  # what editors may check of it


def _instant(value: object) -> object:
    """Let a bare date mean its first moment, and a time without zone mean UTC; what is no text, pydantic refuses."""
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError("expected a date such as 2024-05-31") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _file_of_hub(file: str, block: ValidationInfo) -> str:
    if str(block.data.get("model", "")).startswith("onnx:"):
        raise ValueError("expected nothing beside onnx:PATH, which names the file itself")
    return file


class Block(BaseModel):
    """Base of all blocks: unknown keys are an error (found before, with the nearest right key)."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Entry(Block):
    """One account of the list, but for the key that names its network."""

    artist: Annotated[str, AfterValidator(_slug), WithJsonSchema(_SLUG_SCHEMA)] | None = Field(
        None, description="Slug of the artist, part of their pages' addresses; several accounts may share one"
    )
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        None, description="Name to show; otherwise the account's own display name"
    )
    language: Annotated[str, Field(pattern=LANGUAGE)] | None = Field(
        None, description="Language of the artist's name, and of words of posts in its letters, such as ja"
    )
    sensitive: bool = Field(default=False, description="Treat every picture of this account as sensitive")
    since: Annotated[datetime, BeforeValidator(_instant), WithJsonSchema(_INSTANT_SCHEMA)] | None = Field(
        None, description="Ignore posts before this date, which begins in UTC"
    )
    limit: Annotated[int, Field(ge=1)] | None = Field(None, description="Keep only this many newest posts")
    consent: Consent = Field(Consent.NONE, description="What the artist agreed to: own, granted or none")
    indexing: bool | None = Field(None, description="May search engines list this artist's pages")


class SiteBlock(Block):
    """The ``site:`` block."""

    title: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        _SITE.title, description="What the gallery is called"
    )
    description: Annotated[str, Field(max_length=500)] = Field(
        _SITE.description, description="What it is about, in its first language"
    )
    site_url: Annotated[str, AfterValidator(_site_url)] = Field(_SITE.site_url, description="Where the site will live")
    languages: Annotated[tuple[Annotated[str, Field(pattern=LANGUAGE)], ...], Field(min_length=1)] = Field(
        _SITE.languages, description="The first lives at the root, others below /<language>/"
    )
    time_zone: Annotated[str, AfterValidator(_time_zone)] = Field(
        _SITE.time_zone, description="Where the days of posts begin, such as Asia/Tokyo"
    )
    contact: Annotated[str, AfterValidator(_contact)] = Field(
        _SITE.contact, description="Mail address or https address where artists and networks reach a person"
    )
    report_url: Annotated[str, AfterValidator(_https)] = Field(
        _SITE.report_url, description='New-issue address that "misfiled?" opens; without it, mail to contact'
    )
    theme: Annotated[str, Field(pattern=THEME)] = Field(_SITE.theme, description="A folder of templates/")
    copies: Copies = Field(_SITE.copies, description="How large the copies on the site are")
    copies_without_consent: Copies = Field(
        _SITE.copies_without_consent, description="The same for accounts with consent: none"
    )
    formats: Annotated[tuple[Literal["avif", "jpeg"], ...], AfterValidator(_formats)] = Field(
        _SITE.formats, description="[avif, jpeg], or [jpeg]: faster to build, twice the bytes"
    )
    hint_threshold: Annotated[float, Field(gt=0, lt=1)] = Field(
        _SITE.hint_threshold, description='Below this score a picture carries the hint "Not a drawing?"'
    )
    unsure_threshold: Annotated[float, Field(ge=0, lt=1)] = Field(
        _SITE.unsure_threshold, description='Below this score a picture is shown under "unsure" only'
    )
    page_size: Annotated[int, Field(ge=10, le=500)] = Field(_SITE.page_size, description="Pictures a page at most")
    indexing: bool = Field(_SITE.indexing, description="May search engines list the site")
    sensitive: Literal["blur", "hide"] = Field(
        _SITE.sensitive, description="Sensitive pictures: behind a click, or not shown at all"
    )
    click: Literal["viewer", "post"] = Field(_SITE.click, description="Where a click in a grid leads")
    work_pages: bool = Field(
        _SITE.work_pages, description="A page for each work; without them a click leads to the post"
    )
    max_site_bytes: Annotated[int, Field(ge=1)] = Field(
        _SITE.max_site_bytes, description="What the host takes; a larger site is not published"
    )
    max_site_files: Annotated[int, Field(ge=1)] = Field(
        _SITE.max_site_files, description="How many files the host takes; a site of more is not published"
    )


class FetchBlock(Block):
    """The ``fetch:`` block: what one run may cost in time."""

    max_wait_s: Annotated[int, Field(ge=0)] = Field(
        default=900, description="Seconds that one run may spend waiting for rate limits, all accounts together"
    )
    max_removed_share: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.3,
        description="More of an account than this, and more than three posts, gone at once wait for a second run",
    )


class ClassifierBlock(Block):
    """The ``classifier:`` block in its long form; the short form is the ``model`` alone."""

    model: Annotated[str, Field(min_length=1)] = Field(
        description="onnx:PATH, or hf:owner/name@revision with all 40 digits of the revision"
    )
    file: Annotated[str, AfterValidator(_file_of_hub)] = Field(
        _MODEL.file, description="Which file of the repository that hf: names"
    )
    sha256: Annotated[str, Field(pattern=SHA256)] = Field(_MODEL.sha256, description="What the file must be, if given")
    classes: dict[str, Literal["drawing", "photo", "other"]] = Field(
        default_factory=dict, description="Each of its classes, and which of our three it is"
    )
    labels: tuple[str, ...] = Field(_MODEL.labels, description="Its classes, in the order of its outputs")
    input_px: Annotated[int, Field(ge=16, le=1024)] | None = Field(
        _MODEL.input_px, description="How many pixels a side it looks at, where the file leaves it open"
    )
    mean: tuple[float, float, float] | None = Field(
        _MODEL.mean, description="Red, green and blue, from 0 to 1, that are taken off a pixel"
    )
    std: tuple[float, float, float] | None = Field(
        _MODEL.std, description="Red, green and blue by which it is divided then"
    )
