"""The words of the pages: one JSON file a language, found through the theme chain.

A value is a text with ``{names}``, a list of paragraphs, or ``{"one": …, "other": …}`` for texts that count ``{n}``.
A language may leave plural forms out that it does not have. All other keys must be there: half a translation is an
error that names what is missing, not a page in two languages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from gallery.errors import RenderError
from gallery.render.text import script_json

Entry = str | list[str] | dict[str, str]
REFERENCE = "en"  # the catalogue that names every key


@dataclass(frozen=True)
class Catalogue:
    """The words of one language."""

    language: str
    entries: Mapping[str, Entry]

    def raw(self, key: str, n: int | None = None) -> str:
        """The text under ``key``, unescaped; the form for ``n`` where there are several."""
        entry = self.entries.get(key)
        if isinstance(entry, dict):
            return entry.get("one", entry["other"]) if n == 1 else entry["other"]
        if isinstance(entry, str):
            return entry
        raise RenderError(f"a template asks for the text {key!r}, which i18n/{self.language}.json does not have")

    def plain(self, key: str, n: int | None = None, **values: object) -> str:
        """The text with its ``{names}`` filled in, as plain text (to be escaped by whoever prints it)."""
        text = self.raw(key, n)
        if n is not None:
            values["n"] = self.number(n)
        return text.format_map({name: str(value) for name, value in values.items()}) if values else text

    def __call__(self, key: str, n: int | None = None, **values: object) -> Markup:
        """The text as HTML: it and all ``values`` are escaped, except values that are markup already."""
        if n is None and not values:
            text = self._constants.get(key)
            if text is None:
                text = self._constants[key] = escape(self.raw(key))
            return text
        text = escape(self.raw(key, n))
        if n is not None:
            values["n"] = self.number(n)
        return text.format(**values)

    @cached_property
    def _constants(self) -> dict[str, Markup]:
        """Escaped texts without values; a page asks for thirty of them."""
        return {}

    def paragraphs(self, key: str, **values: object) -> list[Markup]:
        """The paragraphs under ``key`` as HTML."""
        entry = self.entries.get(key)
        if not isinstance(entry, list):
            raise RenderError(f"a template asks for the paragraphs {key!r}; i18n/{self.language}.json has none")
        return [escape(text).format(**values) for text in entry]

    def number(self, n: int) -> str:
        """``n`` with the language's group separator."""
        return f"{n:,}".replace(",", self.raw("number.group"))

    def date(self, when: datetime) -> str:
        """A date in words: "11 May 2024"."""
        return self.plain("date.long", day=when.day, month=self.raw(f"month.{when.month}"), year=when.year)

    @cached_property
    def script_words(self) -> Markup:
        """The words that scripts use, as JSON that may stand inside a script element."""
        words = {key.removeprefix("js."): entry for key, entry in sorted(self.entries.items()) if key.startswith("js.")}
        return script_json(words)


def load_catalogue(language: str, theme_folders: Iterable[Path]) -> Catalogue:
    """The catalogue of ``language``: files of the theme chain laid over each other.

    Args:
        language: BCP 47; the file is ``i18n/<language>.json``.
        theme_folders: from the most basic theme to the one in use.

    Raises:
        RenderError: no theme has the language, a file is not a catalogue, or keys are missing or unknown.
    """
    entries: dict[str, Any] = {}
    reference: dict[str, Any] = {}
    folders = list(theme_folders)
    for folder in folders:
        reference.update(_read(folder / "i18n" / f"{REFERENCE}.json"))
        entries.update(_read(folder / "i18n" / f"{language}.json"))
    if not entries:
        spoken = sorted({file.stem for folder in folders for file in (folder / "i18n").glob("*.json")})
        meant = next((one for one in spoken if one.lower() == language.lower().replace("_", "-")), "")
        advice = f"did you mean {meant!r}?" if meant else f"it speaks {', '.join(spoken)}"
        raise RenderError(f"the theme does not speak {language!r}; {advice} (docs/themes.md: a new language is a file)")
    missing = sorted(reference.keys() - entries.keys())
    unknown = sorted(entries.keys() - reference.keys())
    if missing or unknown:
        lists = [f"missing: {', '.join(missing)}"] * bool(missing) + [f"unknown: {', '.join(unknown)}"] * bool(unknown)
        raise RenderError(f"i18n/{language}.json does not match i18n/{REFERENCE}.json; {'; '.join(lists)}")
    return Catalogue(language, entries)


def _read(path: Path) -> dict[str, Entry]:
    if not path.is_file():
        return {}
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RenderError(f"{path}: not a readable catalogue: {error}") from error
    if not isinstance(entries, dict) or not all(_is_entry(entry) for entry in entries.values()):
        raise RenderError(f"{path}: a catalogue is one object of texts, lists of texts and plural forms")
    return entries


def _is_entry(entry: object) -> bool:
    if isinstance(entry, dict):
        return "other" in entry and all(isinstance(form, str) for form in entry.values())
    return isinstance(entry, str) or (isinstance(entry, list) and all(isinstance(line, str) for line in entry))
