"""What strangers wrote, made fit to stand on a page: no control characters, bounded length, links only where safe.

Escaping is Jinja's work (autoescape is on for everything). This module removes what escaping cannot: characters that
reorder or hide the text around them, and addresses that are not plain web links.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, tostring

from gallery.domain import LANGUAGE_TAG, home_of

if TYPE_CHECKING:
    from markupsafe import Markup

# bidi overrides and isolates could pull the page's own words into their order; the rest is invisible. The plain marks
# stay, as in what is stored: right-to-left writing needs them, and they reorder no more than a letter does.
_MARKS_OF_DIRECTION = "\u061c\u200e\u200f"
_BLANKS = set("\u115f\u1160\u2800\u3164\uffa0")  # letters and a sign, to Unicode: hangul fillers, braille without a dot
_REORDERING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad\u2060")
# Prose in Japanese follows an address without a space. Kanji and katakana in a path belong to the address, and so does
# a part of it or a value that begins with hangul or hiragana; but hiragana after ASCII is a particle of the sentence,
# and so is a part that begins as one. What has once become Japanese goes on to the next space or mark.
_EAST_ASIAN = "\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
_MARKS = "\u3000-\u3004\u3008-\u3020\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
_KANJI = "\u30a1-\u30fa\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # and katakana
_HANGUL = "\uac00-\ud7a3"
_HIRAGANA = "\u3041-\u3096"
_PARTICLE = rf"を|です|(?:[がはでにのもとへや]|から|まで|より|にて|では|には|での|って|など)(?![{_HIRAGANA}])"
_NO_PART = rf"\s<>\"'`{_MARKS_OF_DIRECTION}"
_LABEL = r"(?:[A-Za-z0-9-]++|(?![\x00-\x7f])\w[\w-]*+)"  # "comや" is the end of one host and a particle
_ANY_HOST = rf"(?:{_LABEL}\.)+(?:[A-Za-z][A-Za-z0-9-]*|[{_KANJI}{_HANGUL}]+(?=[/:\s]|$))"
_URL = (
    rf"(?i:https?)://(?:{_ANY_HOST})?(?:"
    rf"[^/?#{_NO_PART}{_EAST_ASIAN}]*+/[^?#{_NO_PART}{_EAST_ASIAN}]*+[{_KANJI}][^{_NO_PART}{_MARKS}]*|"
    rf"[^{_NO_PART}{_EAST_ASIAN}]*"
    rf"(?:(?:(?<=[/=@#_-])[{_KANJI}{_HANGUL}]|(?<=[/=@#])(?!{_PARTICLE})[{_HIRAGANA}])[^{_NO_PART}{_MARKS}]*)?)"
)
_NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?"
_HOST = r"(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]*[A-Za-z0-9]"


# what a name without its server looks like, where it can be nobody else's
_OWN_NAMES = {
    "x": r"[A-Za-z0-9_]{1,15}(?!\.[A-Za-z])",  # not what begins a handle of Bluesky
    "bluesky": _HOST,
    "misskey": _NAME,
}
_LANGUAGE = re.compile(LANGUAGE_TAG)
_HAN = "\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTERS = {
    name: re.compile(f"[{letters}]")
    for names, letters in (
        ("ja", f"\u3041-\u30ff\uff66-\uff9f{_HAN}"),
        ("zh yue", _HAN),
        ("ko", "\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3"),
        ("be bg mk ru uk", "\u0400-\u052f"),
        ("el", "\u0370-\u03ff\u1f00-\u1fff"),
        ("he", "\u0590-\u05ff"),
        ("ar fa ur", "\u0600-\u06ff"),
        ("th", "\u0e00-\u0e7f"),
    )
    for name in names.split()
}
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_OTHER_LETTERS = re.compile(rf"[^\W\d_{_EAST_ASIAN}]")  # of nearly all languages: Latin ones
_WITHOUT_MARKS = dict.fromkeys(map(ord, _MARKS_OF_DIRECTION))
_DIGEST_END = re.compile(r"(^|-)[0-9a-f]{8}$")
_HASHES = ("#", "＃")  # and the sign as Japanese keyboards write it
_TRAILING = ".,;:!?)]}'\"…"
MAX_TEXT = 5000
MAX_COMBINING = 4  # marks on one letter; more of them climb over the lines around


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """``text`` without control, reordering and private characters, at most ``limit`` characters long.

    Line breaks stay; joiners stay too, because emoji and several scripts need them.
    """
    kept: list[str] = []
    marks = 0
    for character in text[: 2 * limit]:
        category = unicodedata.category(character)
        if category in ("Mn", "Me"):
            marks += 1
            if marks > MAX_COMBINING:
                continue
        else:
            marks = 0
        if character in _REORDERING or _is_no_character(character, category):
            if character in "\t\r\v\f":
                kept.append(" ")
            continue
        kept.append("\n" if category in ("Zl", "Zp") else character)
    cleaned = "".join(kept).strip()
    if not any(map(_is_seen, cleaned)):
        return ""  # as a name it could be neither seen nor pressed, and there are people who like to be called so
    return cleaned if len(cleaned) <= limit and len(text) <= 2 * limit else cleaned[:limit].rstrip() + "…"


def _is_seen(character: str) -> bool:
    return character not in _BLANKS and unicodedata.category(character) not in ("Cf", "Mn", "Me", "Zs", "Cc")


def _is_no_character(character: str, category: str) -> bool:
    """Is it a control, a surrogate, private, or one of the 66 that Unicode keeps free for ever?

    What has no meaning *yet* stays: Python knows the emoji of its own year, and phones those of this one.
    """
    if category == "Cn":
        place = ord(character)
        return place & 0xFFFE == 0xFFFE or 0xFDD0 <= place <= 0xFDEF
    return category in ("Cs", "Co") or (category == "Cc" and character != "\n")


def one_line(text: str, limit: int = 240) -> str:
    """``text`` cleaned and on a single line."""
    if text.isascii() and text.isprintable() and len(text) <= limit:
        return text.strip()
    return " ".join(clean(text, limit).split())


def language_tag(text: str | None) -> str:
    """``text`` when it has the form of a BCP 47 tag, else ""."""
    return text if text and _LANGUAGE.fullmatch(text) else ""


def is_written_in(text: str, language: str) -> bool:
    """Whether any letter of ``text`` is one of those that ``language``, a BCP 47 tag, is written with."""
    name, *parts = language.lower().split("-")
    return bool((_LATIN if "latn" in parts else _LETTERS.get(name, _OTHER_LETTERS)).search(text))


def web_address(url: str) -> str:
    """``url`` when it is a plain web link that may stand in ``href``, else ""."""
    if not url.startswith(("https://", "http://")) or any(c <= " " or c in "\"'<>\\`\x7f" for c in url):
        return ""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 – reading it is what validates it
    except ValueError:
        return ""
    return url if parts.hostname and "@" not in parts.netloc else ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of post text; ``href`` is "" for plain words."""

    words: str
    href: str = ""


@lru_cache
def _links(network: str) -> re.Pattern[str]:
    """What may be a link, in the words of a network. Compiled when it is asked for: that takes 10 ms each."""
    own = _OWN_NAMES.get(network, "(?!)")
    person = rf"(?<![\w@])@(?:(?P<name>{_NAME})@(?P<host>{_HOST})|(?P<own>(?>{own}))(?![A-Za-z0-9_@]))"
    return re.compile(rf"{_URL}|[#＃]\w+|{person}")


def hashtags(text: str) -> list[str]:
    """The tags in a text, without their signs, as `pieces` takes them out of it."""
    return [found.group()[1:] for found in _links("").finditer(text) if found.group().startswith(_HASHES)]


def pieces(text: str, network: str, mention_base: str, tag_pages: dict[str, str]) -> list[Piece]:
    """Post text cut into words and links.

    Args:
        text: cleaned text.
        network: where it was posted, which says what a name looks like.
        mention_base: what an @name without its server is appended to, "" to leave such names alone.
        tag_pages: folded tag → address of its page here.
    """
    result: list[Piece] = []
    at = 0
    for match in _links(home_of(network)).finditer(text):
        words = match.group().rstrip(_TRAILING)
        href = ""
        if words.startswith(_HASHES):
            href = tag_pages.get(fold(words[1:]), "")
        elif words.startswith("@"):
            href = _mention(match, mention_base)
        else:
            href = "" if _is_cut_short(match, words) else web_address(words)
        if not href:
            continue
        if match.start() > at:
            result.append(Piece(text[at : match.start()]))
        result.append(Piece(words, href))
        at = match.start() + len(words)
    if at < len(text):
        result.append(Piece(text[at:]))
    return result


def _is_cut_short(found: re.Match[str], words: str) -> bool:
    """Whether ``words`` lack the name of a person, or the rest of a host whose end could not be told from the text."""
    host = words.partition("://")[2]
    cut = found.string[found.end() : found.end() + 1].isalnum() and "/" not in host
    return words.endswith("/@") or (cut and ("." not in host or found.group().endswith(".")))


def _mention(found: re.Match[str], base: str) -> str:
    if found["host"]:
        return web_address(f"https://{found['host']}/@{found['name']}")
    return web_address(base + found["own"]) if base else ""


def xml_bytes(document: Element) -> bytes:
    """An XML file of ``document``."""
    text: str = tostring(document, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()


def fold(tag: str) -> str:
    """The form under which spellings of one tag meet."""
    return unicodedata.normalize("NFKC", tag).casefold().translate(_WITHOUT_MARKS)


def tag_slug(tag: str) -> str:
    """A path segment for a folded tag: plain ASCII, so that every host and file system takes it."""
    plain = re.sub(r"[^a-z0-9]+", "-", tag).strip("-")[:40]
    # a tag that looks like the digest of another one gets a digest of its own, so that the two never meet
    if plain == tag and not _DIGEST_END.search(plain):
        return plain
    return f"{plain}-{blake2b(tag.encode(), digest_size=4).hexdigest()}".lstrip("-")


def script_json(data: object) -> Markup:
    """JSON that may stand inside a script element: nothing in it can end the element or the line."""
    from jinja2.utils import htmlsafe_json_dumps

    text = htmlsafe_json_dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
