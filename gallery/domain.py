"""The things the gallery speaks of: frozen, typed, without input or output.

They appear here in the order in which data meets them: who is followed, what they posted, what a source tells of it,
what the pictures turned out to be, what people said about them, and what the site shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Literal


class Label(StrEnum):
    """What a picture is. ``OTHER`` is screens, text, charts, game shots and memes."""

    DRAWING = "drawing"
    PHOTO = "photo"
    OTHER = "other"


class Consent(StrEnum):
    """What the artist agreed to; it decides how much of a picture the site may show."""

    OWN = "own"  # the maintainer is the artist: previews
    GRANTED = "granted"  # the artist said yes: previews
    NONE = "none"  # nobody asked: thumbnails that lead to the post, or links only, as the copies policy says


class MediaKind(StrEnum):
    """What was posted. Moving pictures are shown by their still, with a link to the post."""

    IMAGE = "image"
    VIDEO = "video"
    ANIMATION = "animation"


# --- who is followed -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Artist:
    """A person whose work is shown; one or more accounts belong to them."""

    slug: str  # [a-z0-9-], part of every address of theirs
    name: str
    language: str | None = None  # BCP 47, of the name and the posts
    indexing: bool = False  # may search engines list the pages


LANGUAGE_TAG = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}"  # the form of a BCP 47 tag, as far as pages show one
PATH_NETWORKS = frozenset({"folder", "x_archive"})  # networks whose handles are paths of the maintainer's machine
_HOMES = {"x_archive": "x"}


def home_of(network: str) -> str:
    """The network whose posts ``network`` holds, which for an export is the one that it came from: who takes something
    back there, or wants nothing from there shown, means the export, too."""
    return _HOMES.get(network, network)


def network_of(key: str) -> str:
    """The network in the key of an account, or in another name of that form: ``network:handle``, ``network:id``."""
    return key.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Account:
    """One entry of accounts.yaml: a place where an artist posts."""

    network: str  # a name in the source registry: "bluesky", "x", "folder", …
    handle: str  # as the maintainer wrote it, without a leading @
    artist: Artist
    consent: Consent = Consent.NONE
    sensitive: bool = False  # treat every picture of this account as sensitive
    since: datetime | None = None  # ignore posts before this instant (UTC)
    limit: int | None = None  # keep at most this many newest posts
    where: str = "accounts.yaml"  # "accounts.yaml:12", for messages
    options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))  # the network's own settings

    @property
    def key(self) -> str:
        """How the store and every report name this entry: ``network:handle``."""
        return f"{self.network}:{self.handle}"

    @property
    def public_handle(self) -> str:
        """The handle as pages may show it: of a path, which is the maintainer's own business, the last name alone."""
        path = PurePosixPath(self.handle)
        return path.name.removesuffix(".zip") if self.network in PATH_NETWORKS or path.is_absolute() else self.handle


# --- what they posted ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Media:
    """One picture (or the still of a moving one) in a post, as the network describes it."""

    key: str  # stable inside the network: media key, CID, attachment id, file id, relative path
    url: str  # https address of the best copy; for local sources an absolute file path with scheme "file"
    alt: str = ""  # the poster's own words, "" when there are none
    kind: MediaKind = MediaKind.IMAGE
    sensitive: bool = False
    fallback_urls: tuple[str, ...] = ()  # tried in order when ``url`` says 404
    sha256: str | None = None  # the hash that the bytes must have, where the network names one
    label: Label | None = None  # the poster's own word on what it is (folder sidecars)


@dataclass(frozen=True, slots=True)
class Post:
    """One public post by the account's owner with at least one picture of their own."""

    key: str  # stable across edits; unique in the whole network, for its removal takes it from every account
    permalink: str  # https address of the original; "" only for folder pictures without one
    created_at: datetime  # UTC, aware
    media: tuple[Media, ...]  # in the order of the post
    text: str = ""  # plain text, unescaped
    title: str = ""
    warning: str = ""  # content warning or spoiler text
    sensitive: bool = False
    tags: tuple[str, ...] = ()  # without "#"
    language: str | None = None
    version: str = ""  # changes when the post was edited
    authors: tuple[str, ...] = ()  # "network:id" and "network:handle" of who posted it, where a saved copy tells them


@dataclass(frozen=True, slots=True)
class KnownPost:
    """What the store tells of a post that it holds: enough to ask the network about it."""

    key: str
    permalink: str
    created_at: datetime
    confirmed_at: datetime  # when the network last showed it


class AccountState(StrEnum):
    """What a network says about an account as a whole."""

    ACTIVE = "active"
    MISSING = "missing"
    SUSPENDED = "suspended"
    PROTECTED = "protected"
    DEACTIVATED = "deactivated"
    SIGN_IN_REQUIRED = "sign-in-required"
    MOVED = "moved"

    @property
    def is_public(self) -> bool:
        """Whether the network shows the account to everybody; one that has moved still is."""
        return self in (AccountState.ACTIVE, AccountState.MOVED)


@dataclass(frozen=True, slots=True)
class Profile:
    """What the network says about the account itself."""

    stable_id: str  # survives renames: user id, DID, host/id
    handle: str  # as of now
    name: str  # display name, plain text
    url: str  # the profile page
    avatar_url: str = ""  # https address; for local sources the Media.key that ``open_media`` opens
    noindex: bool = False  # the person asked search engines to stay away
    plea: str = ""  # words of the profile that ask not to be shown elsewhere
    sensitive: bool = False  # the network calls the account as a whole so
    state: AccountState = AccountState.ACTIVE


# --- what a source tells the fetch stage, one event after the other --------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProfileSeen:
    """The account resolved to this profile."""

    profile: Profile


@dataclass(frozen=True, slots=True)
class PostSeen:
    """A post exists and looks like this now; replaces what was known under its key."""

    post: Post


@dataclass(frozen=True, slots=True)
class PostGone:
    """The network, or the entry, said in so many words that a post we know is gone or hidden."""

    post_key: str
    reason: str
    certain: bool = True  # False: the answer might mean something else; removed when a second run hears it again
    for_good: bool = True  # False: it is there, and only not to be shown as it is now; it may come back
    refused: bool = False  # it is there, and the entry's settings, its own words or a label refuse it; it may come back
    witnessed: bool = False  # the source was shown another post the same way on that night: no outage


@dataclass(frozen=True, slots=True)
class PostObscured:
    """A post that may be known is there, but what it says of itself cannot be read now: until it can, and the post is
    seen again, it counts as sensitive."""

    post_key: str


@dataclass(frozen=True, slots=True)
class CursorMoved:
    """Everything yielded so far may be considered read; the next run starts from ``cursor``."""

    cursor: Mapping[str, object]  # JSON-serialisable, private to the source, never a secret


@dataclass(frozen=True, slots=True)
class Notice:
    """Something was skipped or looked odd: counted and shown in the report, never silent."""

    kind: str  # short slug to count by: "repost", "foreign-media", "partial-error", …
    detail: str


SourceEvent = ProfileSeen | PostSeen | PostGone | PostObscured | CursorMoved | Notice


# --- what the pictures turned out to be ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prediction:
    """Calibrated probabilities of the three labels; they sum to one."""

    drawing: float
    photo: float
    other: float

    @property
    def label(self) -> Label:
        """The most probable label; a tie goes to the earlier of drawing, photo, other."""
        scores = (self.drawing, self.photo, self.other)
        return (Label.DRAWING, Label.PHOTO, Label.OTHER)[scores.index(max(scores))]

    def score(self, label: Label) -> float:
        """The calibrated probability of ``label``."""
        return float(getattr(self, label.value))


PictureKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Picture:
    """One stored picture as one post shows it; the same bytes in two posts are two pictures with one sha256."""

    sha256: str
    account: Account
    post: Post
    media: Media
    index: int  # position in the post, from 0
    width_px: int  # after EXIF orientation
    height_px: int
    profile: Profile | None = None

    @property
    def id(self) -> str:
        """The picture's address on the site: 12 hex digits, stable as long as post and position are."""
        return _picture_id(self.account.network, self.post.key, self.index)

    @property
    def key(self) -> PictureKey:
        """Account and id. Ids alone may meet: who wrote an archive, or runs a server, chooses the names of posts."""
        return (self.account.key, self.id)


@lru_cache(maxsize=65_536)  # each step of a build asks for it again
def _picture_id(network: str, post_key: str, index: int) -> str:
    from hashlib import sha256

    return sha256(f"{network}\0{post_key}\0{index}".encode()).hexdigest()[:12]


# --- what people said about them -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's word on a picture or a post; it always wins over the model."""

    label: Label | None = None
    hide: bool | None = None
    pin: bool | None = None
    cover: bool | None = None
    sensitive: bool | None = None
    where: str = "corrections.yaml"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gallery decided to show a picture as, and on whose word."""

    label: Label
    score: float  # probability of ``label``; 1.0 when a person said so
    by_person: bool = False
    doubtful: bool = False  # below the hint threshold, and nobody has said what it is
    pinned: bool = False
    cover: bool = False
    sensitive: bool = False


# --- which model tells them apart ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClassifierSettings:
    """The ``classifier:`` block of accounts.yaml: the shipped model, or a public one that the maintainer names.

    Everything but ``spec`` describes a model brought from elsewhere; what is left at its default is read from the
    files beside the model, where they say it.
    """

    spec: str = ""  # "": the shipped model; "onnx:PATH"; "hf:owner/name@<40 hex digits>"
    file: str = "model.onnx"  # which file of a Hugging Face repository
    sha256: str = ""  # the model file must have this hash, where the maintainer names one
    classes: tuple[tuple[str, str], ...] = ()  # (the model's class, "drawing" | "photo" | "other"), each class once
    labels: tuple[str, ...] = ()  # the model's classes in the order of its outputs; () reads them beside the model
    input_px: int | None = None  # side of the square input; None: what the model or its preprocessor file says
    mean: tuple[float, float, float] | None = None  # of pixels in 0…1
    std: tuple[float, float, float] | None = None


# --- what the site shows ---------------------------------------------------------------------------------------------


class Copies(StrEnum):
    """How large the copies on the site are; see docs/configuration.md for sizes and bytes a picture."""

    FULL = "full"  # AVIF at heights 320 and 640 and inside a square of 1600 px, JPEG at 320
    LEAN = "lean"  # the same with a square of 1200 px
    THUMBS = "thumbs"  # 320 and 640 only; the post holds the rest
    HOTLINK = "hotlink"  # no copies; the visitor's browser asks the network
    LINKS = "links"  # no pictures at all: a label on a plain colour leads to the post


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """The ``site:`` block of accounts.yaml, defaults filled in."""

    title: str = "Drawings"
    description: str = ""
    site_url: str = ""  # "https://example.org/art/", with trailing slash; "" until the maintainer names it
    languages: tuple[str, ...] = ("en",)  # the first one lives at the root, others below /<language>/
    time_zone: str = "UTC"  # IANA's name of the zone in which posts have their day and year
    contact: str = ""  # mail address or https link where artists reach a person
    report_url: str = ""  # where "misfiled?" leads: an issue tracker's new-issue address; "" uses contact
    theme: str = "wall"
    copies: Copies = Copies.FULL
    copies_without_consent: Copies = Copies.THUMBS
    formats: tuple[Literal["avif", "jpeg"], ...] = ("avif", "jpeg")  # "jpeg" alone is quicker and twice as heavy
    hint_threshold: float = 0.75
    unsure_threshold: float = 0.5  # below it a picture moves to the artist's "unsure" page
    page_size: int = 100
    indexing: bool = False
    sensitive: Literal["blur", "hide"] = "blur"
    click: Literal["viewer", "post"] = "viewer"
    work_pages: bool = True
    max_site_bytes: int = 1_000_000_000
    max_site_files: int = 20_000


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One picture on show, with what was decided about it."""

    picture: Picture
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """How an account fares, for the public status page and the report."""

    account: Account
    profile: Profile | None
    state: AccountState
    last_success: datetime | None
    problem: str = ""  # the last error, "" when the last run went well
    avatar: RenditionSet | None = None  # copies of the account's face, where one is known and may be shown


@dataclass(frozen=True, slots=True)
class Room:
    """One artist's part of the gallery."""

    artist: Artist
    accounts: tuple[AccountStatus, ...]
    exhibits: tuple[Exhibit, ...]  # best first: pinned, then by score, newest first among equals


class WhyHidden(StrEnum):
    """Why a stored picture is not shown, in words that may be public."""

    OPTED_OUT = "opted out"
    BY_A_PERSON = "hidden by a person"
    SENSITIVE = "sensitive"
    REPEAT = "repeat of another picture"
    CLASHING = "another work has its address"
    UNCONFIRMED = "not confirmed by the network"
    NOT_CLASSIFIED = "could not be classified"
    NOT_RESIZED = "could not be resized"

    @property
    def is_mishap(self) -> bool:
        """Whether nobody asked for it."""
        return self in (WhyHidden.NOT_CLASSIFIED, WhyHidden.NOT_RESIZED)


@dataclass(frozen=True, slots=True)
class Exhibition:
    """Everything that the site shows, decided: the one input of rendering."""

    rooms: tuple[Room, ...]  # in the order of accounts.yaml
    hidden: Mapping[WhyHidden, int]  # how many pictures are not shown because of it
    built_at: datetime  # the beginning of the day (UTC) of the newest fetch: from the store, so that two builds agree


@dataclass(frozen=True, slots=True)
class Rendition:
    """One resized copy of a picture."""

    path: str  # inside the site: "i/<hash>-320.avif"
    width_px: int
    height_px: int
    format: str  # "avif" or "jpeg"
    size_bytes: int

    @property
    def name(self) -> str:
        """What the file is called, in the store as on the site."""
        return self.path.removeprefix("i/")


@dataclass(frozen=True, slots=True)
class RenditionSet:
    """All copies of one picture, and the colour that stands in while it loads."""

    sha256: str
    width_px: int  # of the original, upright
    height_px: int
    copies: tuple[Rendition, ...]
    colour: int  # index into renditions.PALETTE, the 128 placeholder colours
    veil: Rendition | None = None  # the only copy that lists show of a sensitive picture

    @property
    def files(self) -> tuple[Rendition, ...]:
        """The copies, and the veil where there is one."""
        return (*self.copies, self.veil) if self.veil else self.copies


@dataclass(frozen=True, slots=True)
class OutputFile:
    """One file of the new site.

    ``key`` is a digest of everything that the content depends on: publish keeps the file of the old site when the key
    has not changed, and calls ``content`` only when it has.
    """

    path: str  # relative, with forward slashes
    key: str
    content: Callable[[], bytes] | str  # a text is the path of a file, which is linked or copied as it is
