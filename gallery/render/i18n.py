"""The words of the pages: one JSON file a language, found through the theme chain.

A value is a text with ``{names}``, a list of paragraphs, or ``{"one": …, "other": …}`` for texts that count ``{n}``.
A language may leave plural forms out that it does not have. All other keys must be there: half a translation is an
error that names what is missing, not a page in two languages. A text may leave ``{names}`` out, but have no others than
the English one that it stands for.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from markupsafe import Markup, escape

from gallery.edited.file import decoded, did_you_mean, nearest, read_file
from gallery.errors import ConfigError, RenderError
from gallery.render.text import script_json
from gallery.render.theme import text_of_files

Entry = str | list[str] | dict[str, str]
REFERENCE = "en"  # the catalogue that names every key
FORMS = {"zero", "one", "two", "few", "many", "other"}  # as plural rules call them; ours ask for one and other
AnyText = TypeVar("AnyText", str, Markup)
_TWICE = object()
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Catalogue:
    """The words of one language."""

    language: str
    entries: Mapping[str, Entry]

    def raw(self, key: str, n: int | None = None) -> str:
        """The text under ``key``, unescaped; the form for ``n`` where there are several.

        Raises:
            RenderError: there is no such text.
        """
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
        return self._filled(key, text, values) if values else text

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
        return self._filled(key, text, values)

    @cached_property
    def _constants(self) -> dict[str, Markup]:
        """Escaped texts without values; a page asks for thirty of them."""
        return {}

    def paragraphs(self, key: str, **values: object) -> list[Markup]:
        """The paragraphs under ``key`` as HTML.

        Raises:
            RenderError: there are none.
        """
        entry = self.entries.get(key)
        if not isinstance(entry, list):
            raise RenderError(f"a template asks for the paragraphs {key!r}; i18n/{self.language}.json has none")
        return [self._filled(key, escape(text), values) for text in entry]

    def _filled(self, key: str, text: AnyText, values: Mapping[str, object]) -> AnyText:
        try:
            return text.format_map(values)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise RenderError(f"i18n/{self.language}.json: {key}: cannot be filled in: {error!r}") from error

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


@dataclass(frozen=True)
class _File:
    """A catalogue as a theme holds it; without entries where the theme has none."""

    path: Path
    entries: Mapping[str, Entry]
    wrong: Mapping[str, str] = field(default_factory=dict)  # key → why what stands there is no entry


def load_catalogue(language: str, theme_folders: Iterable[Path]) -> Catalogue:
    """The catalogue of ``language``: files of the theme chain laid over each other.

    Args:
        language: BCP 47; the file is ``i18n/<language>.json``.
        theme_folders: from the most basic theme to the one in use.

    Raises:
        RenderError: no theme has the language.
        ConfigError: a file is not a catalogue, a text is of another kind than what it stands for or has placeholders
            that nothing fills, or keys are missing or unknown.
    """
    folders = list(theme_folders)
    english, files = ([_read(folder / "i18n" / f"{one}.json") for folder in folders] for one in (REFERENCE, language))
    reference = _reference(english, folders)
    entries = {key: entry for file in files for key, entry in file.entries.items()}
    if not entries and not any(file.wrong for file in files):
        _refuse_theme_without_words(folders)
        spoken = sorted({file.stem for folder in folders for file in (folder / "i18n").glob("*.json")})
        meant = next((one for one in spoken if one.lower() == language.lower().replace("_", "-")), "")
        advice = f"did you mean {meant!r}?" if meant else f"it speaks {', '.join(spoken)}"
        raise RenderError(f"the theme does not speak {language!r}; {advice} (docs/themes.md: a new language is a file)")
    broken = {key for file in (*english, *files) for key in file.wrong}
    wrong = [
        f"{file.path}: {key}: {problem}"
        for file in {one.path: one for one in (*english, *files)}.values()
        for key, problem in (*file.wrong.items(), *_misfits(file, reference, broken))
    ]
    wrong += _missing(english, files, reference.keys() - entries.keys() - broken)
    if wrong:
        raise ConfigError("\n".join(wrong))
    return Catalogue(language, entries)


def _refuse_theme_without_words(folders: Sequence[Path]) -> None:
    if not any(file for folder in folders for file in (folder / "i18n").glob("*.json")):
        raise ConfigError(
            f"{folders[0]}: has no i18n/{REFERENCE}.json, and its theme.toml names no theme that has one; "
            'write into that: inherits = "wall"'
        )


def _reference(english: Sequence[_File], folders: Sequence[Path]) -> dict[str, Entry]:
    """What each text first held, for that is what its page fills in: all texts of the most basic catalogue, and those
    which themes add to it and ask for."""
    reference: dict[str, Entry] = {}
    for file in english:
        new = {key: entry for key, entry in file.entries.items() if key not in reference}
        if reference and new:
            asking = text_of_files(folders[1:], "*.html", "*.js")
            new = {key: entry for key, entry in new.items() if _asks(asking, key)}
        reference.update(new)
    return reference


def _asks(asking: str, key: str) -> bool:
    """Whether templates and scripts name a text, or put together the names of texts like it: "nav." ~ name."""
    starts = (re.escape(key[: dot.end()]) for dot in re.finditer(r"\.", key))
    pattern = rf"""["'`](?:{re.escape(key)}["'`]|(?:{"|".join([*starts, "(?!)"])})["'`%{{$])"""
    by_script = key.startswith("js.") and re.search(rf"\b{re.escape(key[3:])}\b", asking)
    return bool(by_script or re.search(pattern, asking))


def _missing(english: Sequence[_File], files: Sequence[_File], keys: Iterable[str]) -> Iterator[str]:
    """Which of a language's texts are missing, a line for each catalogue that ought to have them."""
    without = sorted(keys)
    for place, there in enumerate(english):
        if absent := [key for key in without if key in there.entries]:
            file = next((one for one in files[:place:-1] if one.entries), files[place])
            yield f"{file.path}: does not match {there.path}; missing: {', '.join(absent)}"
            without = [key for key in without if key not in absent]


def _misfits(file: _File, reference: Mapping[str, Entry], broken: Collection[str]) -> Iterator[tuple[str, str]]:
    """The keys of what cannot stand where the texts of ``reference`` stand, and why; a ``broken`` one may be new."""
    for key, entry in file.entries.items():
        known = reference.get(key)
        if known is None:
            new = f"a new text stands in i18n/{REFERENCE}.json, and a template must ask for it"
            if key not in broken:
                yield key, f"unknown key; {did_you_mean(key, reference, new)}"
        elif isinstance(entry, list) != isinstance(known, list):
            yield key, f"expected {'a list of paragraphs' if isinstance(known, list) else 'a text'}"
        elif isinstance(entry, dict) and not isinstance(known, dict):
            yield key, "expected a text: nothing is counted here"
        elif problem := _wrong_placeholders(key, entry, known):
            yield key, problem


def _wrong_placeholders(key: str, entry: Entry, known: Entry) -> str:
    names = set(_PLACEHOLDER.findall(_without_doubled(known)))
    text = _without_doubled(entry)
    if strange := [f"{{{name}}}" for name in dict.fromkeys(_PLACEHOLDER.findall(text)) if name not in names]:
        known_names = ", ".join(f"{{{name}}}" for name in sorted(names))
        return f"unknown {', '.join(strange)}; known: {known_names or 'none'}"
    # scripts, and texts that nothing is filled into, show a lone brace as it is
    filled = (names or isinstance(known, list)) and not key.startswith("js.")
    if filled and re.search(r"[{}]", _PLACEHOLDER.sub("", text)):
        return "a lone { or }; write {{ or }} for one that is to be seen"
    return ""


def _without_doubled(entry: Entry) -> str:
    """The texts of an entry without the braces that stand for themselves."""
    texts = [entry] if isinstance(entry, str) else entry.values() if isinstance(entry, dict) else entry
    return "\n".join(text.replace("{{", "").replace("}}", "") for text in texts)


def _read(path: Path) -> _File:
    if not path.is_file():
        return _File(path, {})
    try:
        entries = json.loads(decoded(path, read_file(path)), object_pairs_hook=_once_each)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not a readable catalogue: {error}") from error
    if not isinstance(entries, dict):
        raise ConfigError(f"{path}: a catalogue is one object of texts, lists of texts and plural forms")
    wrong = {key: problem for key, entry in entries.items() if (problem := _no_entry(entry))}
    return _File(path, {key: entry for key, entry in entries.items() if key not in wrong}, wrong)


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object of a JSON file, with a mark in place of what stands under one key twice."""
    times = Counter(key for key, _ in pairs)
    return {key: _TWICE if times[key] > 1 else value for key, value in pairs}


def _no_entry(entry: object) -> str:
    """Why this is no entry of a catalogue; "" where it is one."""
    if entry is _TWICE:
        return "stands twice; keep the one that is meant"
    if isinstance(entry, dict):
        if twice := [form for form, text in entry.items() if text is _TWICE]:
            return f"{twice[0]!r} stands twice; keep the one that is meant"
        if strange := sorted(entry.keys() - FORMS):
            return f"{strange[0]!r} is no plural form; {nearest(strange[0], FORMS, 'forms')}"
        right = "other" in entry and all(isinstance(form, str) for form in entry.values())
        return "" if right else "plural forms are texts, and one of them is 'other'"
    right = isinstance(entry, str) or (isinstance(entry, list) and all(isinstance(line, str) for line in entry))
    return "" if right else "expected a text, a list of texts, or plural forms"
