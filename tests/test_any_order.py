"""Whatever happens between nights and during them, in any order: the site is what it would be if it were made anew."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote, urljoin

import pytest

from tests.build_kit import Gallery
from tests.render_kit import Reader
from tests.toy_server import picture

FOLDERS = ("art/aoi", "art/ben", "more/aoi")
NAMES = ("a.png", "b.png", "c d.png", "sub/é.png", "sub/e.png")
SITE = {
    "site_url": ("https://example.org/g/", "https://other.example/"),
    "languages": (["ja", "en"], ["en"]),
    "theme": ("contact", "wall"),
    "copies": ("thumbs", "links"),
    "copies_without_consent": ("links", "full"),
    "formats": (["jpeg"], ["avif", "jpeg"]),
    "unsure_threshold": (0.999, 0.2),
    "page_size": (10, 12),
    "indexing": (True, False),
    "click": ("post", "viewer"),
    "work_pages": (False, True),
    "time_zone": ("Asia/Tokyo", "America/New_York"),
}
ENTRY = {"consent": ("own", "none"), "artist": ("aoi", "zoe"), "sensitive": (True,), "indexing": (True, False)}
WORD = re.compile(rb"zq\d+q")  # each picture has one, in its description, title and text
# what is asked for by its name, and lists by date to which nothing leads while they hold one picture or none
ALWAYS = re.compile(r"index\.html|404\.html|\.build|_headers|robots\.txt|sitemap\.xml|static/.*|data/index\.json")
LONE = re.compile(r"(\w\w/)?(tags/|a/[\w-]+/(\w+/)?new/)index\.html")
DYING = """import sys, gallery.cli
from datetime import datetime
from tests.process_kit import die_at
gallery.cli._now = lambda: datetime.fromisoformat(sys.argv[3])
die_at(int(sys.argv[1]))
gallery.cli.main(["--config", sys.argv[2], "build", "--allow-shrink", "--jobs", "1"])
"""


@dataclass
class Drawn:
    """A picture of a folder, and its sidecar."""

    number: int
    said: dict[str, object]

    @property
    def data(self) -> bytes:
        return picture(self.number, (48, 32), "PNG")

    @property
    def sha256(self) -> str:
        return sha256(self.data).hexdigest()


@dataclass
class Story:
    """A gallery and what became of it; each method named in STEPS is something that may happen, as chance has it."""

    gallery: Gallery
    pictures: dict[tuple[str, str], Drawn] = field(default_factory=dict)  # (folder, name) → …
    entries: list[dict[str, object]] = field(default_factory=lambda: [{"folder": "art/aoi", "artist": "aoi"}])
    site: dict[str, object] = field(default_factory=lambda: {"title": "Mine"})
    optouts: list[dict[str, object]] = field(default_factory=list)
    corrections: list[dict[str, object]] = field(default_factory=list)
    made: int = 0

    @property
    def root(self) -> Path:
        return self.gallery.root

    # --- what may happen ---

    def draw(self, chance: random.Random) -> None:
        """A new picture, or another in the place of one, or other words beside it."""
        place = chance.choice(FOLDERS), chance.choice(NAMES)
        self.made += 1
        said: dict[str, object] = dict.fromkeys(("title", "text", "alt"), f"zq{self.made}q")
        said |= {"permalink": f"https://example.com/{quote('/'.join(place))}", "tags": chance.sample(["sea", "sky"], 1)}
        said |= {"date": f"202{chance.randrange(6)}-05-0{chance.randrange(1, 9)}", "sensitive": chance.random() < 0.2}
        said |= {"media_kind": chance.choice(("drawing", "photo"))} if chance.random() < 0.6 else {}
        same = place in self.pictures and chance.random() < 0.5
        self._put(place, Drawn(self.pictures[place].number if same else self.made, said))

    def erase(self, chance: random.Random) -> None:
        for place in self._some(chance):
            self._take(place)

    def rename(self, chance: random.Random) -> None:
        for place in self._some(chance):
            new = chance.choice(FOLDERS), chance.choice(NAMES)
            if new not in self.pictures:
                drawn = self._take(place)
                drawn.said["permalink"] = f"https://example.com/{quote('/'.join(new))}"
                self._put(new, drawn)

    def account(self, chance: random.Random) -> None:
        """An entry that comes, goes, moves or says something else."""
        folder, way = chance.choice(FOLDERS), chance.randrange(4)
        known = next((entry for entry in self.entries if entry["folder"] == folder), None)
        if known and way:
            key = chance.choice(list(ENTRY))
            known[key] = chance.choice(ENTRY[key])
            for other in self.entries if key in ("artist", "indexing") else ():  # one word for an artist
                other.pop("indexing", None)
        if known and not way:
            self.entries.remove(known)
        if not known:
            self.entries.insert(chance.randrange(len(self.entries) + 1), {"folder": folder})

    def choose(self, chance: random.Random) -> None:
        key = chance.choice(list(SITE))
        self.site[key] = chance.choice(SITE[key])

    def opt_out(self, chance: random.Random) -> None:
        for folder, name in self._some(chance):
            drawn = self.pictures[folder, name]
            said = ({"sha256": drawn.sha256}, {"post": drawn.said["permalink"]}, {"account": f"folder:{folder}"})
            self.optouts.append(chance.choice(said))

    def opt_in(self, chance: random.Random) -> None:
        self.optouts = [said for said in self.optouts if "account" not in said]

    def correct(self, chance: random.Random) -> None:
        for place in self._some(chance):
            what = chance.choice(("hide", "pin", "cover", "sensitive"))
            self.corrections.append({"sha256": self.pictures[place].sha256, what: True})

    def correct_no_more(self, chance: random.Random) -> None:
        self.corrections = self.corrections[1:]

    def spoil(self, chance: random.Random) -> None:
        """A file that the gallery made is lost, or emptied by a power cut, before the next change."""
        for name in ("site", "site.spare", ".gallery/renditions"):
            files = sorted(file for file in (self.root / name).rglob("*") if file.is_file() and file.name != ".build")
            for file in chance.sample(files, min(1, len(files))):
                file.unlink()
                if chance.random() < 0.5:
                    file.touch()
        self.draw(chance)

    def kill(self, chance: random.Random) -> None:
        """A night that ends before it is over."""
        self._write()
        step = str(chance.choice((chance.randrange(40), chance.randrange(400))))
        command = [sys.executable, "-c", DYING, step, str(self.root / "accounts.yaml"), self.gallery.now.isoformat()]
        subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, check=False)

    def fetch(self, chance: random.Random) -> None:
        self._write()
        assert self.gallery.run("fetch", "--jobs", "1").exit_code == 0

    def night(self, chance: random.Random) -> None:
        """A build, and what must hold after it."""
        self._write()
        report = self.gallery.build("--allow-shrink")
        assert {word for path, word in self._told()}.isdisjoint(self._withdrawn())
        if any("held-removals" in account["notices"] for account in report["accounts"]):
            self._write()
            report = self.gallery.build("--allow-shrink")
        expected = {drawn.said["alt"] for drawn in self._expected()}
        assert report["shown"] == len(expected)
        assert {word for _, word in self._told()} <= expected
        files = {path.name for path in (self.root / ".gallery" / "files").rglob("*")}
        assert {drawn.sha256 for drawn in self._listed()} - {said.get("sha256") for said in self.optouts} <= files
        before = self.gallery.digests()
        assert self.gallery.build()["shown"] == len(expected)
        assert self.gallery.digests() == before == self._anew()
        assert list(self._astray()) == []

    # --- what should be there ---

    def _listed(self) -> Iterator[Drawn]:
        """What is stored of the accounts of the list."""
        out = [said.get("account") or said.get("post") for said in self.optouts]
        for (folder, _), drawn in self.pictures.items():
            listed = any(entry["folder"] == folder for entry in self.entries)
            if listed and f"folder:{folder}" not in out and drawn.said["permalink"] not in out:
                yield drawn

    def _expected(self) -> list[Drawn]:
        gone = {said.get("sha256") for said in self.optouts}
        gone |= {said["sha256"] for said in self.corrections if said.get("hide")}
        return [drawn for drawn in self._listed() if drawn.sha256 not in gone]

    def _withdrawn(self) -> set[object]:
        """The words of what somebody asked to be taken away, however much that is at once."""
        return {drawn.said["alt"] for drawn in self.pictures.values()} - {one.said["alt"] for one in self._expected()}

    # --- what is there ---

    def _told(self) -> Iterator[tuple[Path, str]]:
        """The words of pictures in the site, and in what is kept of the one before."""
        for path in (*(self.root / "site").rglob("*"), *(self.root / "site.spare").rglob("*")):
            if path.is_file():
                yield from ((path, word.decode()) for word in WORD.findall(path.read_bytes()))

    def _anew(self) -> dict[str, str]:
        """The site made of the same store elsewhere, where nothing was made before."""
        other = Gallery(self.root.with_name("anew"), "")
        shutil.rmtree(other.root)
        left_out = shutil.ignore_patterns("site", "site.spare", "published", "renditions", "lock")
        shutil.copytree(self.root, other.root, ignore=left_out)
        other.now = self.gallery.now
        assert other.run("render", "--allow-shrink", "--jobs", "1").exit_code == 0
        return other.digests()

    def _astray(self) -> Iterator[str]:
        """Each address that leads to no file, and each file to which nothing leads."""
        base = str(self.site.get("site_url", "https://gallery.invalid/"))
        files, seen = {*self.gallery.digests()}, set[str]()
        waiting = [path for path in files if ALWAYS.fullmatch(path) or LONE.fullmatch(path)]
        while waiting:
            path = waiting.pop()
            seen.add(path)
            for address in _addresses(path, self.gallery) if path.endswith((".html", ".xml", ".json")) else ():
                to = urljoin(base + quote(path), address).partition("#")[0]
                target = unquote(to.removeprefix(base)) + ("index.html" if to.endswith("/") else "")
                if to.startswith(base) and target not in files:
                    yield f"{path} leads to {address}"
                elif to.startswith(base) and target not in seen:
                    waiting.append(target)
        yield from files - seen

    # --- by hand ---

    def _some(self, chance: random.Random) -> list[tuple[str, str]]:
        return chance.sample(sorted(self.pictures), min(1, len(self.pictures)))

    def _put(self, place: tuple[str, str], drawn: Drawn) -> None:
        self.pictures[place] = drawn
        file = self.root.joinpath(*place)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(drawn.data)
        file.with_name(f"{file.name}.json").write_text(json.dumps(drawn.said))

    def _take(self, place: tuple[str, str]) -> Drawn:
        file = self.root.joinpath(*place)
        file.unlink()
        file.with_name(f"{file.name}.json").unlink()
        return self.pictures.pop(place)

    def _write(self) -> None:
        """Write what people edit, an hour after the last time."""
        self.gallery.now += timedelta(hours=1)
        self.gallery.write(json.dumps({"site": self.site, "accounts": self.entries}))  # which is YAML, too
        (self.root / "optouts.yaml").write_text(json.dumps(self.optouts))
        (self.root / "corrections.yaml").write_text(json.dumps(self.corrections))


def _addresses(path: str, gallery: Gallery) -> Iterator[str]:
    text = gallery.page(path)
    if path.endswith(".html"):
        for _, found in Reader(text).elements:
            yield from (found[key] for key in ("href", "src", "data-full") if found.get(key))
            yield from (part.split()[0] for part in found.get("srcset", "").split(",") if part.strip())
            yield from (found["content"] for _ in range(found.get("property") == "og:image"))
    elif "feed." in path:
        yield from re.findall(r'(?:href|src)=\\?"([^"\\]+)', unescape(text))
    elif path == "data/index.json":
        yield from (shard[kind] for shard in json.loads(text)["shards"] for kind in ("file", "alts"))


STEPS: dict[Callable[[Story, random.Random], None], int] = {  # how often each happens
    Story.draw: 12, Story.erase: 3, Story.rename: 3, Story.account: 3, Story.choose: 2, Story.opt_out: 2,
    Story.opt_in: 1, Story.correct: 3, Story.correct_no_more: 1, Story.spoil: 2, Story.kill: 2, Story.fetch: 1,
    Story.night: 7,
}  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_things_gives_the_site_that_it_should(tmp_path: Path, seed: int) -> None:
    """After any story of edits, wishes, losses and kills, a night shows what is stored and not withdrawn, as made
    anew from the store to the byte; no address leads nowhere, no file lies there for nothing, and a second build
    changes none."""
    for folder in FOLDERS:
        (tmp_path / "gallery" / folder).mkdir(parents=True)
    (tmp_path / "anew").mkdir()
    story = Story(Gallery(tmp_path / "gallery", "accounts: []\n"))
    story.gallery.now = datetime(2026, 3, 1, 3, 17, tzinfo=UTC)
    chance = random.Random(seed)
    later = chance.choices(list(STEPS), list(STEPS.values()), k=30)
    for step in [*[Story.draw, Story.choose] * 8, *later, Story.night]:
        print(step.__name__)  # of a story that fails, pytest shows it
        step(story, random.Random(chance.random()))
