"""A made-up exhibition of any size, with real copies of painted pictures, to test the pages with and to look at."""

from __future__ import annotations

import colorsys
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from gallery.domain import (
    Account,
    AccountState,
    AccountStatus,
    Artist,
    Consent,
    Exhibit,
    Exhibition,
    Label,
    Media,
    Picture,
    PictureKey,
    Post,
    Profile,
    Rendition,
    RenditionSet,
    Room,
    SiteSettings,
    Verdict,
    WhyHidden,
)
from gallery.render import render
from gallery.renditions import Recipe, make_renditions, planned_sizes, recipe
from gallery.resources import templates_dir

BUILT_AT = datetime(2026, 11, 22, 3, 17, tzinfo=UTC)
SHAPES = ((900, 1200), (1200, 900), (1000, 1000), (850, 1200), (1600, 900), (1200, 1500), (760, 1280), (1400, 1000))
ARTISTS = (
    Artist("minato-aoi", "みなとあおい", "ja", indexing=True),
    Artist("otter-and-ink", "Otter & Ink", "en", indexing=True),
    Artist("nemuriba", "ねむりば", "ja", indexing=True),
    Artist("lucia-brandt", "Lucía Brandt", "es", indexing=True),
)
TITLES = ("", "", "夕暮れの駅", "Study in blue", "猫と窓辺", "Lighthouse", "")
TEXTS = (
    "夕焼けの海を描きました。\n#イラスト #海",
    "Practice for the comic. More of this soon! https://example.org/shop #sketch",
    "お借りした子です @someone #creature",
    "",
)
TAGS = (("イラスト", "海"), ("sketch",), ("creature", "Sketch"), (), ("海",))
VARIETY = 24  # painted pictures; larger galleries show them again


def made_exhibition(works: int = 60, artists: int = 3, seed: int = 0, **post: object) -> Exhibition:
    """``works`` pictures shared out among ``artists``; ``post`` replaces fields of every post (for hostile texts)."""
    luck = random.Random(seed)
    rooms = []
    for number in range(artists):
        artist = ARTISTS[number % len(ARTISTS)]
        if number >= len(ARTISTS):
            artist = replace(artist, slug=f"{artist.slug}-{number}", name=f"{artist.name} {number}")
        handle = f"{artist.slug}.example.com"
        account = Account("bluesky", handle, artist, Consent.GRANTED)
        profile = Profile(f"did:{number}", handle, artist.name, f"https://bsky.app/profile/{handle}")
        share = works // artists + (number < works % artists)
        exhibits = [_exhibit(luck, account, profile, number, index, share, post) for index in range(share)]
        exhibits.sort(key=lambda each: (-each.verdict.score, -each.picture.post.created_at.timestamp()))
        status = AccountStatus(account, profile, AccountState.ACTIVE, BUILT_AT - timedelta(days=9 * (number == 1)),
                               "timed out" if number == 1 else "")  # fmt: skip
        rooms.append(Room(artist, (status,), tuple(exhibits)))
    return Exhibition(tuple(rooms), {WhyHidden.OPTED_OUT: 2, WhyHidden.BY_A_PERSON: 1}, BUILT_AT)


def _exhibit(
    luck: random.Random, account: Account, profile: Profile, room: int, index: int, share: int,
    changes: dict[str, object],
) -> Exhibit:  # fmt: skip
    odd = timedelta(milliseconds=345 * (index % 2))  # as networks write times
    when = BUILT_AT - timedelta(days=1 + index * 3 + room, minutes=luck.randrange(600)) + odd
    key = f"{account.handle}/{index}"
    text = TEXTS[luck.randrange(len(TEXTS))]
    media = Media(f"m{index}", f"https://cdn.example.com/{key}", luck.choice(("", "", "A cat asleep on a map")))
    post = Post(
        key, f"https://bsky.app/profile/{account.handle}/post/{index}", when, (media,), text,
        luck.choice(TITLES), tags=luck.choice(TAGS), language=account.artist.language,
    )  # fmt: skip
    post = replace(post, **changes)  # type: ignore[arg-type]
    media = post.media[0]
    width, height = SHAPES[(index + room) % len(SHAPES)]
    picture = Picture(sha256(key.encode()).hexdigest(), account, post, media, 0, width, height, profile)
    place = luck.random()
    label = Label.DRAWING if index < share * 0.85 or share < 20 else Label.PHOTO if index % 2 else Label.OTHER
    score = 0.995 - 0.6 * max(0.0, place - 0.85) / 0.15 if place > 0.85 else 0.9 + 0.099 * place
    by_person = luck.random() < 0.04
    verdict = Verdict(
        label, 1.0 if by_person else score, by_person, doubtful=score < 0.75 and not by_person,
        cover=index == 4, sensitive=index % 23 == 7,
    )  # fmt: skip
    return Exhibit(picture, verdict)


def imagined_renditions(exhibition: Exhibition, settings: SiteSettings) -> dict[PictureKey, RenditionSet]:
    """`Picture.key` → the copies that would be made of it, without making any."""
    sets = {}
    for room in exhibition.rooms:
        for exhibit in room.exhibits:
            picture, sensitive = exhibit.picture, exhibit.verdict.sensitive
            how = recipe(settings, picture.account, sensitive)
            stem = picture.sha256[:16]
            copies = tuple(
                Rendition(f"i/{stem}-{target}.{'jpg' if form == 'jpeg' else form}", *size, form, 9000)
                for target, size in planned_sizes(picture.width_px, picture.height_px, how)
                for form in how.formats
                if form == "avif" or target == 320 or "avif" not in how.formats
            )
            veil = Rendition(f"i/{stem}-veil.jpg", 42, 56, "jpeg", 900) if how.veiled else None
            sets[picture.key] = RenditionSet(
                picture.sha256, picture.width_px, picture.height_px, copies, int(stem[:2], 16) % 128, veil
            )
    return sets


def painted_renditions(
    exhibition: Exhibition, settings: SiteSettings, out_dir: Path, variety: int = VARIETY, jobs: int = 1
) -> dict[PictureKey, RenditionSet]:
    """`Picture.key` → real copies in ``out_dir`` of painted pictures, each shape, colour and recipe painted once."""
    made: dict[tuple[str, str], RenditionSet] = {}
    todo: dict[tuple[str, str], tuple[str, Path, Recipe]] = {}
    wanted: dict[PictureKey, tuple[str, str]] = {}  # what stands for each
    digests: dict[PictureKey, str] = {}
    for room in exhibition.rooms:
        for exhibit in room.exhibits:
            picture = exhibit.picture
            how = recipe(settings, picture.account, exhibit.verdict.sensitive)
            name = f"{picture.width_px}x{picture.height_px}-{int(picture.sha256[:4], 16) % (variety // len(SHAPES))}"
            wanted[picture.key] = (name, how.id)
            digests[picture.key] = picture.sha256
            if (name, how.id) not in todo:
                path = out_dir / "painted" / f"{name}.png"
                if not path.exists():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    paint(path, picture.width_px, picture.height_px, name)
                todo[name, how.id] = (name, path, how)
    for how_id in sorted({how_id for _, how_id in todo}):
        tasks = [task for (_, other), task in todo.items() if other == how_id]
        make_renditions(
            tasks, out_dir, jobs, lambda name, result, how_id=how_id: made.__setitem__((name, how_id), _made(result))
        )
    return {each: replace(made[pair], sha256=digests[each]) for each, pair in wanted.items()}


def _made(result: object) -> RenditionSet:
    assert isinstance(result, RenditionSet), result
    return result


def paint(path: Path, width: int, height: int, name: str) -> None:
    """A little landscape in flat colours, different for every name."""
    from PIL import Image, ImageDraw

    luck = random.Random(name)
    hue = luck.random()

    def colour(shift: float, lightness: float, saturation: float = 0.45) -> tuple[int, int, int]:
        r, g, b = colorsys.hls_to_rgb((hue + shift) % 1, lightness, saturation)
        return round(r * 255), round(g * 255), round(b * 255)

    image = Image.new("RGB", (width, height), colour(0, 0.9))
    draw = ImageDraw.Draw(image)
    unit = min(width, height)
    x, y, r = width * luck.uniform(0.25, 0.75), height * luck.uniform(0.2, 0.4), unit * luck.uniform(0.1, 0.22)
    draw.ellipse((x - r, y - r, x + r, y + r), colour(0.5, 0.75, 0.7), colour(0.5, 0.2), max(2, unit // 150))
    for layer in range(5):
        top = height * (0.45 + 0.11 * layer)
        ridge = [(-9, height + 9)]
        ridge += [(width * step / 8, top + luck.uniform(-0.09, 0.09) * height) for step in range(-1, 10)]
        draw.polygon([*ridge, (width + 9, height + 9)], colour(0.06 * layer, 0.75 - 0.13 * layer),
                     colour(0, 0.15), max(2, unit // 200))  # fmt: skip
    image.save(path)


def write_site(
    out_dir: Path,
    exhibition: Exhibition,
    settings: SiteSettings,
    renditions: Mapping[PictureKey, RenditionSet],
    theme_dirs: tuple[Path, ...] = (),
) -> dict[str, str]:
    """Write every rendered file below ``out_dir``; path → key of what was written."""
    keys: dict[str, str] = {}
    for file in render(exhibition, settings, renditions, [*theme_dirs, templates_dir()]):
        assert file.path not in keys, f"two files want the path {file.path}"
        keys[file.path] = file.key
        path = out_dir / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        assert callable(file.content)
        path.write_bytes(file.content())
    return keys
