"""Text from networks, made harmless: plain, of bounded length, without characters that steer a terminal or a page."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

from gallery.sources.json_values import https_url

MAX_TEXT = 20_000  # characters; ten times what any of the networks lets people write by default
_MAX_HTML = 50_000

# Control characters, and the explicit directional ones that reorder what comes after the text as well. The plain
# marks U+200E and U+200F stay: right-to-left writing needs them.
_UNWANTED = {
    code: None
    for code in (*range(32), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
    if chr(code) != "\n"
} | {0x2028: "\n", 0x2029: "\n", ord("\t"): " "}

_BLOCKS = frozenset(["p", "div", "blockquote", "li", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6"])
# comments, what counts as such, and tags; anything else is text. Nothing here goes twice over what it has looked at.
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][^>]*+>?|<(?P<end>/?)(?P<tag>[a-zA-Z][^\s/<>]*+)(?P<rest>[^<>]*+)>", re.DOTALL
)
_ATTRIBUTE = re.compile(r"""(?<![^\s"'/])(class|href)\s*+=\s*+("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)
_WITHOUT_TEXT = frozenset(
    ["script", "style", "template", "noscript", "iframe", "svg", "math", "head", "title", "textarea"]
)


def plain(value: object, limit: int = MAX_TEXT) -> str:
    """Text that a person wrote, as plain lines: at most ``limit`` characters, no control characters, "" for no text."""
    if not isinstance(value, str):
        return ""
    text = value[: 4 * limit].replace("\r\n", "\n").replace("\r", "\n").translate(_UNWANTED)
    text = text.encode(errors="replace").decode()
    # line by line: an expression that looks for the spaces before a line's end is quadratic in runs of them
    text = "\n".join(line.rstrip(" \u00a0") for line in text.split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", text).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def one_line(value: object, limit: int = 200) -> str:
    """The same for names: one line, single spaces."""
    return " ".join(plain(value, limit).split())


def printable(text: str) -> str:
    """``text`` in one line of characters that can be seen: none steers a terminal or begins a command of a log."""
    return "".join(character if character.isprintable() else " " for character in text).replace("##[", "## [")


def html_to_text(value: object) -> str:
    """The text of an HTML fragment: paragraphs and ``<br>`` become line breaks, every tag and comment goes.

    Mastodon shows people by their names alone, and their servers in the links: ``@mika`` becomes ``@mika@art.example``.
    The result is text, not HTML: ``&lt;b&gt;`` becomes the three characters ``<b>``, which templates escape again.
    """
    return plain("".join(_TextOnly(value[:_MAX_HTML]).pieces)) if isinstance(value, str) else ""


class _TextOnly:
    """Reads each character once, which the parser of the standard library does not: of tags that never end, as many as
    a post holds kept that one busy for minutes."""

    def __init__(self, html: str) -> None:
        self.pieces: list[str] = []
        self._inside: list[str] = []  # open elements whose content is no text for people
        self._person: tuple[int, str] | None = None  # where in pieces a link to one begins, and its target
        done = 0
        for found in _MARKUP.finditer(html):
            self._text(html[done : found.start()])
            done = found.end()
            tag = (found["tag"] or "").lower()
            if tag and not found["end"]:
                self._start(tag, found["rest"])
            if tag and (found["end"] or found["rest"].endswith("/")):
                self._end(tag)
        self._text(html[done:])

    def _start(self, tag: str, attributes: str) -> None:
        if tag in _WITHOUT_TEXT:
            self._inside.append(tag)
        elif tag == "a":
            found = {name.lower(): _unescaped(text.strip("\"'")) for name, text in _ATTRIBUTE.findall(attributes)}
            is_person = "mention" in found.get("class", "").split()
            self._person = (len(self.pieces), found.get("href", "")) if is_person else None
        elif tag == "br":
            self._break("\n")
        elif tag in _BLOCKS:
            self._break("\n\n")

    def _end(self, tag: str) -> None:
        if tag in self._inside:
            del self._inside[self._inside.index(tag) :]
        elif tag == "a" and self._person:
            start, address = self._person
            self._person = None
            host = _host_of("".join(self.pieces[start:]), address)
            if host:
                self.pieces.append(f"@{host}")
        elif tag in _BLOCKS:
            self._break("\n\n")

    def _text(self, data: str) -> None:
        if not self._inside:
            self.pieces.append(_unescaped(data))

    def _break(self, lines: str) -> None:
        if not self._inside:
            self.pieces.append(lines)


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except ValueError:  # it is about the number of a character, of thousands of digits
        return text


def _host_of(name: str, address: str) -> str:
    """The server of ``@name``, where ``address`` is that person's page in one of the usual forms, else ""."""
    parts = urlsplit(https_url(address))
    user = name.removeprefix("@").lower()
    usual = (f"/@{user}", f"/users/{user}", f"/{user}")
    is_theirs = name.startswith("@") and parts.path.rstrip("/").lower() in usual
    return parts.hostname or "" if is_theirs else ""
