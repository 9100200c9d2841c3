"""The things the gallery speaks of: frozen, typed, without input or output.

They appear here in the order in which data meets them: who is followed, what they posted, what the pictures turned
out to be, and what people said about them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import PurePosixPath
from types import MappingProxyType

from gallery.errors import AccountState


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
PATHS = frozenset({"folder", "x_archive"})  # networks whose handles are paths of the maintainer's machine


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
        return path.name.removesuffix(".zip") if self.network in PATHS or path.is_absolute() else self.handle


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

    key: str  # stable inside the network and across edits
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


@dataclass(frozen=True, slots=True)
class Profile:
    """What the network says about the account itself."""

    stable_id: str  # survives renames: user id, DID, host/id
    handle: str  # as of now
    name: str  # display name, plain text
    url: str  # the profile page
    avatar_url: str = ""  # https address; for local sources the Media.key that ``open_media`` opens
    noindex: bool = False  # the person asked search engines to stay away
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
    refused: bool = False  # it is there, and the entry's settings or its own words refuse it: no slip; it may come back


@dataclass(frozen=True, slots=True)
class CursorMoved:
    """Everything yielded so far may be considered read; the next run starts from ``cursor``."""

    cursor: Mapping[str, object]  # JSON-serialisable, private to the source, never a secret


@dataclass(frozen=True, slots=True)
class Notice:
    """Something was skipped or looked odd: counted and shown in the report, never silent."""

    kind: str  # short slug to count by: "repost", "foreign-media", "partial-error", …
    detail: str


SourceEvent = ProfileSeen | PostSeen | PostGone | CursorMoved | Notice


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
    reason: str = ""
    where: str = "corrections.yaml"


OPTED_OUT = "opted out"
LOOK_DISTANCE = 4  # bits of 64 by which the look of a re-encoded copy may differ
_LOOK_LEAST_BITS = 8  # of 64


def is_telling(dhash: int) -> bool:
    """Do pictures look alike that share this hash? With fewer bits set, or clear, it is that of a nearly plain picture,
    and those all share theirs."""
    return _LOOK_LEAST_BITS <= dhash.bit_count() <= 64 - _LOOK_LEAST_BITS


# Mastodon and its relatives: a post's page, its ActivityPub name, its address in the web apps, and what hangs below
_INSTANCE_POST = re.compile(
    r"/(?:web/|deck/)?(?:@[^/]+/(?:statuses/|posts/)?|(?:ap/)?users/[^/]+/statuses/|statuses/|notice/|p/[^/]+/"
    r"|i/web/post/)"
    r"(\d+|(?=[A-Za-z]*\d)[0-9A-Za-z]{10,})(?:/embed|/activity)?/?"
)


_X_HOSTS = {"twitter.com", "m.twitter.com", "mobile.twitter.com", "mobile.x.com", "fxtwitter.com", "vxtwitter.com"}
_HOSTS = dict.fromkeys(_X_HOSTS | {"fixupx.com", "fixvx.com"}, "x.com")  # hosts whose addresses are those of another
_SHOWN_FOR_ANOTHER = re.compile(r"/(?:web/|deck/)?@[^/@]+@([^/@]+)/[^/]+/?")
# what the path of a post's address begins with where every post has such an address
POST_PATHS = {"x.com": re.compile(r"(?:.+?/)??(status/[^/]+)"), "bsky.app": re.compile(r"(profile/[^/]+/post/[^/]+)")}


def post_name(permalink: str) -> str:
    """One spelling for all addresses of one post, so that what people copy from a browser is recognised.

    X posts are named by their id whatever the account is called now, posts on Mastodon and its relatives by host and
    id. Bluesky posts are named by author and record key, for a key is chosen by its author; the author's handle and DID
    make two names (see :func:`post_names`).
    """
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(permalink.strip())
    host = (parts.hostname or "").removeprefix("www.")
    host = _HOSTS.get(host, host)
    steps = [step for step in parts.path.split("/") if step]
    if host == "bsky.app" and steps[:1] == ["profile"]:
        steps[1:2] = [unquote(author).lower() for author in steps[1:2]]
    if (form := POST_PATHS.get(host)) and (found := form.match("/".join(steps))):
        return f"{host}/{found[1]}"
    if found := _INSTANCE_POST.fullmatch(parts.path):
        return f"{host}/{found[1]}"
    return "/".join([host, *steps])


def server_of_origin(permalink: str) -> str:
    """The server of a post's author, where the address is that of a page on which another server shows the post under
    a number of its own, as Mastodon does (``/@user@host/1234``); else ""."""
    from urllib.parse import urlsplit

    parts = urlsplit(permalink.strip())
    found = _SHOWN_FOR_ANOTHER.fullmatch(parts.path)
    return found[1] if found and found[1].lower() != parts.hostname else ""


def is_post_name(name: str) -> bool:
    """Does it name a post: a host, and something on it? An address that is half written, or none, does not."""
    host, _, path = name.partition("/")
    return bool(host and path)


def post_names(account: str, key: str, permalink: str, profile: Profile | None) -> set[str]:
    """Every name, as :func:`post_name` spells them, that a post of the account ``network:handle`` has.

    An edited post on X has an address for every version: its permalink is that of the last, its key the first's. One on
    Bluesky has an address with each of its author's names.
    """
    network, _, listed = account.partition(":")
    names = {post_name(permalink)}
    if home_of(network) == "x":
        names.add(post_name(f"https://x.com/i/status/{key}"))
    if network == "bluesky":
        authors = {listed, profile.stable_id, profile.handle} if profile else {listed}
        record = permalink.rpartition("/")[2]
        names |= {f"bsky.app/profile/{author.lower()}/post/{record}" for author in authors}
    return names


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A picture that must not be shown, nor any that looks like it."""

    dhash: str  # 64-bit difference hash, 16 hex digits
    distance: int = LOOK_DISTANCE
    of: str = ""  # sha256 of the picture that looks so, where its bytes are not wanted whatever they look like


_HOMES = {"x_archive": "x"}


def home_of(network: str) -> str:
    """The network whose posts ``network`` holds: who takes something back on X, or wants nothing from there shown,
    means the export of it, too."""
    return _HOMES.get(network, network)


def _account_names(key: str, profile: Profile | None) -> set[str]:
    """What an opt-out may call the account ``network:handle``: as it is listed, by its id, or as it is called now."""
    names = {key}
    if profile:
        network = key.partition(":")[0]
        for meant in {network, home_of(network)}:
            names |= {f"{meant}:{profile.stable_id}", f"{meant}:{profile.handle.lower()}"}
    return names


@dataclass(frozen=True, slots=True)
class OptOuts:
    """Who and what must not be fetched or shown; it wins over everything. Why they ask is nobody's business here."""

    accounts: frozenset[str] = frozenset()  # "network:handle", or "network:" and the stable id
    posts: frozenset[str] = frozenset()  # as post_name spells them
    sha256s: frozenset[str] = frozenset()
    look_alikes: frozenset[LookAlike] = frozenset()

    def covers_account(self, key: str, profile: Profile | None) -> bool:
        """Is nothing wanted here of the account ``network:handle``, as listed, by its id, or as it is called now?"""
        return not self.accounts.isdisjoint(_account_names(key, profile))

    def ids_of(self, key: str, profile: Profile | None) -> set[tuple[str, str]]:
        """Each opt-out that names this account, with "network:" and the account's id, which outlasts its names."""
        if not profile:
            return set()
        said = self.accounts & _account_names(key, profile)
        return {(name, f"{name.partition(':')[0]}:{profile.stable_id}") for name in said}

    def with_ids(self, ids: Iterable[tuple[str, str]]) -> OptOuts:
        """The same wishes, by the ids, too, of those whom they once named: (opt-out, id) as from :meth:`ids_of`."""
        return replace(self, accounts=self.accounts | {stable for name, stable in ids if name in self.accounts})

    def with_more(self, others: OptOuts) -> OptOuts:
        """These wishes and those."""
        return OptOuts(
            self.accounts | others.accounts,
            self.posts | others.posts,
            self.sha256s | others.sha256s,
            self.look_alikes | others.look_alikes,
        )

    def covers_post(self, account: str, key: str, permalink: str, profile: Profile | None) -> bool:
        """Is this post of the account ``network:handle`` not wanted here, by any of its addresses?"""
        return bool(self.naming_post(account, key, permalink, profile))

    def naming_post(self, account: str, key: str, permalink: str, profile: Profile | None) -> frozenset[str]:
        """Each opt-out that names this post of the account ``network:handle``, by any of its addresses."""
        return self.posts & post_names(account, key, permalink, profile) if self.posts else frozenset()

    def covers_bytes(self, sha256: str, dhash: str) -> bool:
        """Is a picture with this hash of its bytes, or with a look like this, not wanted here?"""
        return bool(self.refusals(sha256, dhash))

    def refusals(self, sha256: str, dhash: str) -> set[LookAlike]:
        """Every wish that a picture with this hash of its bytes and a look like this is not wanted here."""
        look = int(dhash, 16)
        found = {one for one in self.look_alikes if (int(one.dhash, 16) ^ look).bit_count() <= one.distance}
        return found | {LookAlike(dhash, of=sha256)} if sha256 in self.sha256s else found

    def with_looks(self, dhashes: Mapping[str, str]) -> OptOuts:
        """The same wishes, and what looks like an opted-out picture besides.

        Args:
            dhashes: sha256 → difference hash, of opted-out pictures whose bytes are or were here.
        """
        looks = {LookAlike(dhashes[sha256], of=sha256) for sha256 in self.sha256s if sha256 in dhashes}
        return replace(self, look_alikes=self.look_alikes | {one for one in looks if is_telling(int(one.dhash, 16))})

    def with_refused(self, refused: Collection[LookAlike]) -> OptOuts:
        """These wishes, and those that once kept a picture out (from :meth:`refusals`): they outlast their entries."""
        # a picture may have several looks: one of each gallery that hashed it in another way
        looks = {one for one in refused if not one.of or is_telling(int(one.dhash, 16))}
        sha256s = {one.of for one in refused if one.of}
        return replace(self, sha256s=self.sha256s | sha256s, look_alikes=self.look_alikes | looks)

    def reason(self, picture: Picture, dhash: str) -> str | None:
        """Why a stored picture must not be shown, in words that may be public, or None when nobody minds."""
        covered = (
            self.covers_account(picture.account.key, picture.profile)
            or self.covers_post(picture.account.key, picture.post.key, picture.post.permalink, picture.profile)
            or self.covers_bytes(picture.sha256, dhash)
        )
        return OPTED_OUT if covered else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gallery decided to show a picture as, and on whose word."""

    label: Label
    score: float  # probability of ``label``; 1.0 when a person said so
    by_person: bool = False
    unsure: bool = False  # below the hint threshold and nobody has said otherwise
    pinned: bool = False
    cover: bool = False
    sensitive: bool = False
    reason: str = ""


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
    formats: tuple[str, ...] = ("avif", "jpeg")  # "jpeg" alone builds faster and weighs twice as much
    hint_threshold: float = 0.75
    unsure_threshold: float = 0.5  # below it a picture moves to the artist's "unsure" page
    page_size: int = 100
    indexing: bool = False
    sensitive: str = "blur"  # "blur" or "hide"
    click: str = "viewer"  # "viewer" or "post"
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


@dataclass(frozen=True, slots=True)
class Exhibition:
    """Everything that the site shows, decided: the one input of rendering."""

    rooms: tuple[Room, ...]  # in the order of accounts.yaml
    hidden: Mapping[str, int]  # reason → how many pictures are not shown because of it
    built_at: datetime  # when the newest fetch ended (UTC): from the store, so that two builds agree


@dataclass(frozen=True, slots=True)
class Rendition:
    """One resized copy of a picture."""

    path: str  # inside the site: "i/<hash>-320.avif"
    width_px: int
    height_px: int
    format: str  # "avif" or "jpeg"
    size_bytes: int


@dataclass(frozen=True, slots=True)
class RenditionSet:
    """All copies of one picture, and the colour that stands in while it loads."""

    sha256: str
    width_px: int  # of the original, upright
    height_px: int
    copies: tuple[Rendition, ...]
    colour: int  # index into renditions.PALETTE, the 128 placeholder colours
    veil: Rendition | None = None  # the only copy that lists show of a sensitive picture


@dataclass(frozen=True, slots=True)
class OutputFile:
    """One file of the new site.

    ``key`` is a digest of everything that the content depends on: publish keeps the file of the old site when the key
    has not changed, and calls ``content`` only when it has.
    """

    path: str  # relative, with forward slashes
    key: str
    content: Callable[[], bytes] | str  # a text is the path of a file, which is linked or copied as it is
