"""Draw, render and describe the whole demo: ``python demo/source/render.py [ARTIST[/SLUG] …] [--sheet FILE]``.

Three steps, each the same every time: the generators in the artists' folders write ``<artist>/<slug>.svg``; Chromium
(through playwright) shows each once and Pillow saves what it shows; ``posts.toml`` becomes the sidecar of every picture
and the list of labels that the tests read. Photos are cut from the two samples that come with scikit-learn.

Needs the project's development environment and Chromium with the Noto Sans CJK fonts. The pictures are committed, so
nothing but a changed drawing asks for this script.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import io
import itertools
import json
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from photos import PHOTOS, develop
from PIL import Image, ImageColor

if TYPE_CHECKING:
    from kit import Canvas
    from playwright.sync_api import Page

SOURCE = Path(__file__).parent
DEMO = SOURCE.parent
LABELS = DEMO.parent / "tests" / "fixtures" / "smoke_labels.csv"
ARTISTS = ("sora", "minato", "kaede", "hinoki", "dot")
JPEG_SIDE = {"sora": 1100, "hinoki": 1040}  # longest side in pixels; what flat colours make small is kept as drawn
PNG_COLOURS = {"minato": 0, "kaede": 80, "dot": 256, "others": 48, "minato/corridor": 14}  # 0: the ink palette
GREYS = tuple(f"#{v:02x}{v:02x}{v:02x}" for v in (17, 80, 136, 187, 217, 255))
INK = (*GREYS, "#fbf8f0", "#f8f4e8", "#ece7db", "#d9d4c8", "#a8a49a", "#c1392b", "#dd9a90")
JPEG_QUALITY = 80
MAX_SVG_BYTES = 72_000


@contextmanager
def browser_page() -> Iterator[Page]:
    """A blank page of a headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--force-color-profile=srgb", "--disable-gpu", "--hide-scrollbars"],
        )
        yield browser.new_page()
        browser.close()


def rasterise(page: Page, svg: str, width: int, height: int) -> Image.Image:
    """Show ``svg`` at this size and return the pixels."""
    page.set_viewport_size({"width": width, "height": height})
    page.set_content(f"<style>*{{margin:0}}svg{{display:block;width:{width}px;height:{height}px}}</style>{svg}")
    shot = page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": height})
    return Image.open(io.BytesIO(shot)).convert("RGB")


def ink_palette() -> Image.Image:
    """A palette of greys, paper and the red of a seal, as Pillow takes it."""
    holder = Image.new("P", (1, 1))
    holder.putpalette([channel for colour in INK for channel in ImageColor.getrgb(colour)])
    return holder


def save(image: Image.Image, target: Path, colours: int) -> None:
    """Save as JPEG 4:4:4 or, where the name says so, as PNG with a palette of ``colours`` (0: ink and paper)."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.suffix == ".png":
        palette = None if colours else ink_palette()
        image.quantize(colours or 16, palette=palette, dither=Image.Dither.NONE).save(target, optimize=True)
    else:
        image.save(target, quality=JPEG_QUALITY, subsampling=0, optimize=True, progressive=True)


def drawings() -> Iterator[tuple[str, str, Callable[[], Canvas]]]:
    """Every generator as (kind, "artist/slug", function); the kind decides how the picture is saved."""
    for kind in (*ARTISTS, "others"):
        found: dict[str, Callable[[], Canvas]] = importlib.import_module(kind).DRAWINGS
        for slug, draw in found.items():
            yield kind, slug if kind == "others" else f"{kind}/{slug}", draw


def render_drawings(wanted: Callable[[str], bool]) -> Iterator[Path]:
    """Write each wanted drawing's SVG and picture."""
    with browser_page() as page:
        for kind, name, draw in drawings():
            if not wanted(name):
                continue
            canvas = draw()
            svg = canvas.svg()
            if len(svg.encode()) > MAX_SVG_BYTES:
                print(f"{name}: the SVG has {len(svg.encode())} bytes, more than {MAX_SVG_BYTES}")
            kept = SOURCE / f"{name}.svg"
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(svg, encoding="utf-8")
            scale = min(1.0, JPEG_SIDE.get(kind, 10_000) / max(canvas.width, canvas.height))
            image = rasterise(page, svg, round(canvas.width * scale), round(canvas.height * scale))
            artist, slug = name.split("/")
            suffix = "png" if slug == "avatar" or kind in PNG_COLOURS else "jpg"
            hidden = "." if slug == "avatar" else ""  # a folder's pictures are posts unless their names are hidden
            target = DEMO / artist / f"{hidden}{slug}.{suffix}"
            save(image, target, PNG_COLOURS.get(name, PNG_COLOURS.get(kind, 128)))
            yield target


def develop_photos(wanted: Callable[[str], bool]) -> Iterator[Path]:
    """Write each wanted photo."""
    for name, crop in PHOTOS.items():
        if wanted(name):
            target = DEMO / f"{name}.jpg"
            save(develop(crop), target, 0)
            yield target


def write_sidecars() -> list[tuple[str, str]]:
    """Write the sidecar of every picture that ``posts.toml`` names.

    Returns:
        (path, label) of every picture, sorted; the path is relative to the repository.

    Raises:
        SystemExit: a picture without a post, or a post without its picture.
    """
    with (SOURCE / "posts.toml").open("rb") as stream:
        posts = tomllib.load(stream)["post"]
    labels: dict[str, str] = {}
    for post in posts:
        artist, slug = post["artist"], post["slug"]
        for number, picture in enumerate(post["pictures"], start=1):
            path = DEMO / artist / picture["file"]
            sidecar = {
                "title": post["title"],
                "alt": picture["alt"],
                "text": post["text"],
                "date": post["date"].isoformat().replace("+00:00", "Z"),
                "tags": post["tags"],
                "permalink": f"https://example.com/{artist}/{slug}",
                "sensitive": post.get("sensitive", False),
                "post": slug,
                "num": number,
            }
            text = json.dumps(sidecar, ensure_ascii=False, indent=1) + "\n"
            path.with_name(path.name + ".json").write_text(text, encoding="utf-8")
            labels[f"demo/{artist}/{picture['file']}"] = picture["label"]
    shown = {
        f"demo/{p.parent.name}/{p.name}" for a in ARTISTS for p in (DEMO / a).iterdir() if p.suffix in {".jpg", ".png"}
    }
    shown = {path for path in shown if "/." not in path}
    if shown != labels.keys():
        raise SystemExit(f"posts.toml and the pictures disagree: {sorted(shown ^ labels.keys())}")
    return sorted(labels.items())


def contact_sheet(pictures: list[Path], target: Path, columns: int = 4, cell: int = 480) -> None:
    """All pictures on one sheet, for looking at them together."""
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * cell, rows * cell), "#888")
    for i, path in enumerate(pictures):
        with Image.open(path) as opened:
            small = opened.convert("RGB")
        small.thumbnail((cell - 8, cell - 8))
        sheet.paste(small, (i % columns * cell + 4, i // columns * cell + 4))
    sheet.save(target)


def main() -> None:
    """Render what the command line names, everything by default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", help="artist, or artist/slug")
    parser.add_argument("--sheet", type=Path, help="also write a contact sheet of what was rendered")
    options = parser.parse_args()
    names: list[str] = options.names

    def wanted(name: str) -> bool:
        return not names or name in names or name.split("/")[0] in names

    made: list[Path] = []
    for path in itertools.chain(render_drawings(wanted), develop_photos(wanted)):
        print(f"{path.relative_to(DEMO)}  {path.stat().st_size // 1024} KB")
        made.append(path)
    labels = write_sidecars()
    with LABELS.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([("path", "label"), *labels])
    if options.sheet:
        contact_sheet(made, options.sheet)


if __name__ == "__main__":
    main()
