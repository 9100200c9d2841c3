"""One picture as the templates see it, and the digest of everything that a page could show of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from hashlib import blake2b
from operator import attrgetter
from zoneinfo import ZoneInfo

from gallery.domain import (
    Account,
    Artist,
    Copies,
    Exhibit,
    Label,
    MediaKind,
    PictureKey,
    Profile,
    Rendition,
    RenditionSet,
    Room,
    SiteSettings,
)
from gallery.render.networks import SHORT_NAMES, host_name, network_name
from gallery.render.text import MAX_TEXT, fold, is_written_in, language_tag, one_line, web_address
from gallery.render.theme import RATIOS, ratio_class
from gallery.renditions import NARROWEST, allowance

LISTINGS = ("drawings", "photos", "other", "unsure")
# hot-linked hosts stand in the pages' content policy, where other characters would say something of their own
_IN_POLICY = re.compile(r"https://[\w.-]+/", re.ASCII)
NEUTRAL = 126  # a light grey of the palette
CAP = 0.99  # no classifier is surer than this about anything


def digest(*parts: str) -> str:
    """A short digest of texts, each kept apart from the next."""
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


@dataclass(frozen=True)
class Work:
    """An exhibit with its copies, ready to be shown. Text properties are cleaned but not escaped."""

    exhibit: Exhibit
    artist: Artist  # whose room it hangs in
    copies: RenditionSet
    listing: str  # one of LISTINGS
    allowed: Copies
    id: str
    key: str  # digest of all of the above
    by_date: tuple[float, str, int]  # sorts newest first, and the pictures of one post in its order
    when: datetime  # when it was posted, in the site's time zone

    @property
    def account(self) -> Account:
        """Where it was posted."""
        return self.exhibit.picture.account

    @property
    def moment(self) -> str:
        """When it was posted, for machines: in UTC, for zones of old have offsets that HTML does not know."""
        return self.exhibit.picture.post.created_at.astimezone(UTC).isoformat(timespec="seconds")

    @cached_property
    def date(self) -> str:
        """The day it was posted, where the site is at home, as 2024-05-11."""
        return self.when.date().isoformat()  # strftime leaves out the noughts of early years

    @property
    def path(self) -> str:
        """Its work page, from the root of a language."""
        return f"a/{self.artist.slug}/w/{self.id}/"

    @cached_property
    def post(self) -> str:
        """The original post's address, "" when there is none that may be linked."""
        return web_address(self.exhibit.picture.post.permalink)

    @cached_property
    def network(self) -> str:
        """Where it was posted, in a word: "X", "Bluesky", a host name, or "" for a folder without a link."""
        return network_name(self.account.network) or host_name(self.post)

    @property
    def network_short(self) -> str:
        """The network's name where room is scarce; "" for one that has no short name."""
        return SHORT_NAMES.get(self.network, "" if "." in self.network else self.network)

    @cached_property
    def ratio(self) -> int:
        """Index of the ratio class."""
        return ratio_class(max(1, self.copies.width_px), max(1, self.copies.height_px))

    @cached_property
    def classes(self) -> str:
        """Class names of its tile."""
        return f"r{self.ratio} c{self.copies.colour}{' s' if self.sensitive else ''}"

    @property
    def sensitive(self) -> bool:
        """Whether it is shown behind a veil."""
        return self.exhibit.verdict.sensitive

    @property
    def doubtful(self) -> bool:
        """Whether its score is so low that a hint asks "Not a drawing?"."""
        return self.exhibit.verdict.doubtful

    @property
    def moving(self) -> bool:
        """Whether the picture is the still of a video or an animation."""
        return self.exhibit.picture.media.kind is not MediaKind.IMAGE

    @property
    def by_person(self) -> bool:
        """Whether a person decided what it is."""
        return self.exhibit.verdict.by_person

    @property
    def label(self) -> str:
        """What it is held to be: "drawing", "photo" or "other"."""
        return self.exhibit.verdict.label.value

    @property
    def percent(self) -> int:
        """The score as it is printed; never more than 99."""
        return int(min(self.exhibit.verdict.score, CAP) * 100)

    @cached_property
    def alt(self) -> str:
        """The poster's own description in short, as lists, feeds and heads of pages say it.

        "" when there is none, and for a veiled picture: it would tell what the veil covers.
        """
        return "" if self.sensitive else one_line(self.exhibit.picture.media.alt)

    @cached_property
    def whole_alt(self) -> str:
        """The poster's own description as long as they wrote it, "" when there is none; for behind the veil, too."""
        return one_line(self.exhibit.picture.media.alt, MAX_TEXT)

    @cached_property
    def warning(self) -> str:
        """What the poster put before their words and pictures, "" when nothing."""
        return one_line(self.exhibit.picture.post.warning)

    @cached_property
    def tags(self) -> dict[str, str]:
        """Folded tag → tag as written, without "#"."""
        names = (one_line(raw, 80).lstrip("#") for raw in self.exhibit.picture.post.tags)
        return {folded: name for name in names if (folded := fold(name))}

    @property
    def language(self) -> str:
        """The language of the post's words: the network's word, else the maintainer's; "" when unknown."""
        return language_tag(self.exhibit.picture.post.language or self.artist.language)

    def language_of(self, words: str) -> str:
        """The language of these words of the post; "" when unknown, or when they are in no letters of the artist's.

        Who posts in Japanese may describe pictures in English, and a screen reader would spell that out as Japanese.
        """
        known = self.exhibit.picture.post.language or is_written_in(words, self.language)
        return self.language if words and known else ""

    # --- its copies ---

    def row_copies(self, form: str) -> list[Rendition]:
        """The copies that lists choose from, smallest first."""
        return [copy for copy in self.copies.copies if copy.format == form][:2]

    @property
    def thumb(self) -> Rendition | None:
        """The copy that every browser can show and any page may name: `open_thumb`, or the veil of a sensitive work."""
        return self.copies.veil if self.sensitive else self.open_thumb

    @property
    def open_thumb(self) -> Rendition | None:
        """The smallest JPEG, else the smallest of all, without a veil; only the work page may name it."""
        copies = self.copies.copies
        for copy in copies:
            if copy.format == "jpeg":
                return copy
        return copies[0] if copies else None

    @property
    def largest(self) -> Rendition | None:
        """The largest copy there is."""
        return max(self.copies.copies, key=attrgetter("width_px"), default=None)

    @property
    def remote(self) -> str:
        """The network's own address of the picture, where the visitor's browser may ask for it; else ""."""
        if self.allowed is not Copies.HOTLINK or self.sensitive:
            return ""
        url = web_address(self.exhibit.picture.media.url)
        return url if _IN_POLICY.match(url) else ""

    @cached_property
    def sizes(self) -> str:
        """The ``sizes`` attribute: widths follow the height of a row; very dense phones are held to three times."""
        r = min(RATIOS[self.ratio], max(self.copies.width_px / max(1, self.copies.height_px), NARROWEST))
        # rounded down: one pixel too many would fetch the next larger copy
        return (
            f"(max-width:40em) and (min-resolution:2.5x) {int(27 * r)}vw, "
            f"(max-width:40em) {int(40 * r)}vw, {int(255 * r)}px"
        )

    @property
    def full_sizes(self) -> str:
        """The ``sizes`` attribute on the work page: the window's width on phones, two thirds of it beside a label."""
        width = self.largest.width_px if self.largest else 0
        if width < 640:
            return f"(max-width:{width}px) 100vw, {width}px"
        return f"(max-width:60em) 100vw, (max-width:{width * 3 // 2}px) 66vw, {width}px"


def work_of(exhibit: Exhibit, artist: Artist, copies: RenditionSet, settings: SiteSettings) -> Work:
    """Join an exhibit with its copies. Quick: a build with nothing new does this for every picture and little else."""
    picture, verdict = exhibit.picture, exhibit.verdict
    post, media, account = picture.post, picture.media, picture.account
    allowed = allowance(settings, account)
    unsure = not verdict.by_person and verdict.score < settings.unsure_threshold
    listing = "unsure" if unsure else {Label.DRAWING: "drawings", Label.PHOTO: "photos"}.get(verdict.label, "other")
    identity = picture.id
    when = _in_zone(post.created_at, settings.time_zone)
    key = digest(
        identity,
        picture.sha256,
        account.network,
        account.handle,
        f"{artist.slug}\1{artist.name}\1{artist.language}\1{artist.indexing}",
        post.permalink,
        str(when),
        post.title,
        post.text,
        post.warning,
        post.language or "",
        "\1".join(post.tags),
        media.alt,
        media.kind,
        media.url if allowed is Copies.HOTLINK else "",
        f"{verdict.label} {verdict.score} {verdict.by_person} {verdict.doubtful} {verdict.sensitive} {allowed}",
        listing,
        profile_key(picture.profile),
        "\1".join([f"{copy.path} {copy.width_px} {copy.height_px}" for copy in copies.copies]),
        copies.veil.path if copies.veil else "",
        f"{copies.width_px} {copies.height_px} {copies.colour}",
    )
    by_date = (-post.created_at.timestamp(), post.key, picture.index)
    return Work(exhibit, artist, copies, listing, allowed, identity, key, by_date, when)


def _in_zone(moment: datetime, name: str) -> datetime:
    """The same moment in the zone ``name``; as it is at the ends of time, where the other day has no number."""
    zone: tzinfo = UTC if name == "UTC" else ZoneInfo(name)
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def profile_key(profile: Profile | None) -> str:
    """Everything of a profile that pages show."""
    return "" if profile is None else f"{profile.handle}\1{profile.name}\1{profile.url}\1{profile.noindex}"


def no_copies(exhibit: Exhibit) -> RenditionSet:
    """What stands in for copies that were not made: the size and a neutral colour."""
    picture = exhibit.picture
    return RenditionSet(picture.sha256, picture.width_px, picture.height_px, (), NEUTRAL)


def works_of(room: Room, renditions: Mapping[PictureKey, RenditionSet], settings: SiteSettings) -> list[Work]:
    """The works of a room, in its order; ``renditions`` is by `Picture.key`."""
    return [
        work_of(exhibit, room.artist, renditions.get(exhibit.picture.key) or no_copies(exhibit), settings)
        for exhibit in room.exhibits
    ]
