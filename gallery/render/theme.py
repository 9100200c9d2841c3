"""Themes: folders of templates, static files and words, laid over each other file by file.

``theme.toml`` in a theme may name another one with ``inherits``; the chain ends at a theme that names none. Every
folder in ``theme_dirs`` may hold its own version of a theme, so a gallery's ``templates/wall/_footer.html`` replaces
just that file of the shipped one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from gallery.edited.file import decoded, nearest, read_file
from gallery.errors import ConfigError, RenderError
from gallery.renditions import NARROWEST, PALETTE, WIDEST

if TYPE_CHECKING:
    from gallery.render.environment import ThemeEnvironment

RATIOS = tuple(NARROWEST * (WIDEST / NARROWEST) ** (step / 47) for step in range(48))  # 3 % apart
TOML = "theme.toml"
TEMPLATES = "[!.]*.html"
MAX_SOURCE = 50_000_000  # bytes of a template or a script, as others release them
CLASSES_MARK = "/*! gallery:classes */"
FONTS = (".woff2", ".woff", ".ttf", ".otf")
VENDOR = "vendor/"  # other people's released files: served byte for byte
_INDENTS = re.compile(rb"(?m)^[ \t]*(?://.*\r?\n|\r?\n)?")  # and lines that are only a // comment, or nothing
_NESTED = r"\((?:[^()]|\([^()]*\))*\)"  # an argument like rgb(…), in which another may stand
_PAIR = re.compile(rf"light-dark\(((?:[^(),]|{_NESTED})*),((?:[^()]|{_NESTED})*)\)")
_KEYFRAME = re.compile(r"(?:from|to|[\d.]+%)(?:\s*,\s*(?:from|to|[\d.]+%))*")
_RULE = re.compile(r"([^{};]+)\{([^{}]*light-dark\([^{}]*)\}")
_PAIRED = re.compile(r"[\w-]+\s*:[^;]*light-dark\([^;]*")  # a declaration with a pair in it
COMMENT = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/""", re.DOTALL)


@dataclass(frozen=True)
class Theme:
    """One theme with everything it inherits."""

    name: str
    folders: tuple[Path, ...]  # from the one whose files win to the most basic

    @cached_property
    def environment(self) -> ThemeEnvironment:
        """Jinja for the templates of the chain."""
        from gallery.render.environment import ThemeEnvironment

        return ThemeEnvironment(self.folders)

    @cached_property
    def static(self) -> dict[str, Path]:
        """Path below ``static/`` → file, the nearest folder winning."""
        files: dict[str, Path] = {}
        for folder in reversed(self.folders):
            root = folder / "static"
            for path in sorted(root.rglob("*")):
                if path.is_file():
                    files[path.relative_to(root).as_posix()] = path
        return dict(sorted(files.items()))

    @cached_property
    def has_font(self) -> bool:
        """Whether the theme brings a font."""
        return any(name.lower().endswith(FONTS) for name in self.static)

    def static_bytes(self, name: str) -> bytes:
        """What the site serves for a static file: our own sheets and scripts lose comments and indents on the way.

        Raises:
            ConfigError: a style sheet is not UTF-8.
        """
        content = self.static[name].read_bytes()
        if name.startswith(VENDOR):
            return content
        if name.endswith(".css"):
            return style_sheet(decoded(self.static[name], content)).encode()
        return _INDENTS.sub(b"", content) if name.endswith(".js") else content

    @cached_property
    def static_digest(self) -> str:
        """Ten hex digits in the address of every static file, so that browsers may keep them for ever."""
        digest = blake2b(digest_size=5)
        for name in self.static:
            digest.update(name.encode() + b"\0" + self.static_bytes(name) + b"\0")
        return digest.hexdigest()

    @cached_property
    def digest(self) -> bytes:
        """Changes with every file of the chain."""
        digest = blake2b(digest_size=16)
        for folder in self.folders:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    digest.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes() + b"\0")
        return digest.digest()

    @property
    def words_folders(self) -> tuple[Path, ...]:
        """The chain from the most basic theme up, as catalogues are laid over each other."""
        return self.folders[::-1]


def open_theme(name: str, theme_dirs: Sequence[Path]) -> Theme:
    """Find a theme and what it inherits.

    Args:
        name: a folder name in one of ``theme_dirs``.
        theme_dirs: folders of themes, the gallery's own first.

    Raises:
        RenderError: no such theme.
        ConfigError: a ``theme.toml`` is missing, cannot be used, or names no theme or one of a circle.
    """
    folders: list[Path] = []
    seen: list[str] = []
    following, said_in = name, None
    while following:
        if following in seen:
            raise ConfigError(f"{said_in}: themes inherit in a circle: {' → '.join([*seen, following])}")
        seen.append(following)
        found = [folder / following for folder in theme_dirs if (folder / following).is_dir()]
        if not found or Path(following).name != following:
            absent = _absent(following, theme_dirs)
            raise ConfigError(f"{said_in}: inherits: {absent}") if said_in else RenderError(absent)
        folders += found
        following, said_in = _inherits(found)
    return Theme(name, tuple(folders))


def _absent(name: str, theme_dirs: Sequence[Path]) -> str:
    there = {path.name for folder in theme_dirs if folder.is_dir() for path in folder.iterdir() if path.is_dir()}
    places = ", ".join(str(folder) for folder in theme_dirs)
    return f"no theme {name!r} in {places}; it must be a folder of that name; {nearest(name, there, 'themes')}"


def _inherits(found: Sequence[Path]) -> tuple[str, Path]:
    """What the theme in these folders inherits, "" for nothing, and the file that says so."""
    files = [path for folder in found if (path := folder / TOML).is_file()]
    if not files:
        raise ConfigError(f'{found[0] / TOML}: is missing; a line in it must say: inherits = "wall"')
    return next(((parent, path) for path in files if (parent := _parent(path))), ("", files[-1]))


def _parent(path: Path) -> str:
    try:
        settings = tomllib.loads(decoded(path, read_file(path)))
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from error
    for key in settings:
        if key != "inherits":
            raise ConfigError(f"{path}: unknown key {key!r}; {nearest(key, ['inherits'], 'keys')}")
    parent = settings.get("inherits", "")
    if not isinstance(parent, str):
        raise ConfigError(f'{path}: inherits must name a theme, as in: inherits = "wall"')
    return parent


def text_of_files(folders: Iterable[Path], *patterns: str) -> str:
    """The text of all files of these folders whose names match, one after the other.

    Raises:
        ConfigError: one cannot be read.
    """
    files = (file for folder in folders for pattern in patterns for file in folder.rglob(pattern) if file.is_file())
    return "\n".join(read_file(file, max_bytes=MAX_SOURCE).decode(errors="replace") for file in files)


def style_sheet(text: str) -> str:
    """A style sheet as it is served: ratio and colour classes put where the mark stands, comments taken out, and each
    ``light-dark()`` pair preceded by what browsers without that function understand."""
    ratios = "".join(f".r{index}{{--r:{ratio:.3g}}}" for index, ratio in enumerate(RATIOS))
    colours = "".join(f".c{index}{{--c:#{r:02x}{g:02x}{b:02x}}}" for index, (r, g, b) in enumerate(PALETTE))
    text = text.replace(CLASSES_MARK, ratios + colours)
    text = COMMENT.sub(lambda match: match.group(1) or "", text)
    text = _RULE.sub(_without_pairs, text)
    return "\n".join(stripped for line in text.splitlines() if (stripped := line.strip())) + "\n"


def _without_pairs(rule: re.Match[str]) -> str:
    """A rule with pairs as three: the light colours, the dark ones where the system is dark, and the pairs themselves,
    which also follow a theme's own ``color-scheme``. A custom property would take a pair that the browser cannot read,
    and everything that uses it would have no colour at all."""
    selector, body = rule[1].strip(), rule[2]
    if _KEYFRAME.fullmatch(selector):  # it holds no rules of its own
        return rule[0]
    pairs = ";".join(declaration.strip() for declaration in _PAIRED.findall(body))
    light, dark = _PAIR.sub(lambda pair: pair[1].strip(), body), _PAIR.sub(lambda pair: pair[2].strip(), pairs)
    return (
        f"\n{selector}{{{light}}}\n@media(prefers-color-scheme:dark){{{selector}{{{dark}}}}}\n"
        f"@supports(color:light-dark(red,red)){{{selector}{{{pairs}}}}}\n"
    )


def ratio_class(width: int, height: int) -> int:
    """The index of the ratio class nearest to ``width / height``, clamped to what a row can show."""
    from math import log

    ratio = min(max(width / height, NARROWEST), WIDEST)
    return round(47 * log(ratio / NARROWEST) / log(WIDEST / NARROWEST))
