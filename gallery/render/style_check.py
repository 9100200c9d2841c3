"""What is wrong with the style sheets of a theme; one line each."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

from gallery.edited.file import read_file
from gallery.render.theme import COMMENT, MAX_SOURCE, VENDOR, Theme

# what a style sheet asks for; a namespace is a name and no file, and other words in quotes ask for nothing
_ADDRESS = re.compile(
    r"""@namespace[^;]*|@import\s+(["'])(.*?)\1|url\(\s*(["']?)(.*?)\3\s*\)|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def style_mistakes(theme: Theme) -> list[str]:
    """What style sheets ask for and no browser will get: files that are not there, or that lie on another host."""
    wrong = []
    for name, path in theme.static.items():
        if name.endswith(".css") and not name.startswith(VENDOR):
            text = read_file(path, max_bytes=MAX_SOURCE).decode(errors="replace")
            text = COMMENT.sub(lambda match: match[1] or "\n" * match[0].count("\n"), text)
            for found in _ADDRESS.finditer(text):
                if problem := _wrong_address(theme, name, found[2] or found[4] or ""):
                    wrong.append(f"{path}:{text.count(chr(10), 0, found.start()) + 1}: {problem}")
    return wrong


def _wrong_address(theme: Theme, sheet: str, address: str) -> str:
    if _ELSEWHERE.match(address):
        return f"{address[:60]!r} is refused by the content policy of the pages; put a file beside the style sheet"
    file = unquote(re.sub(r"\\(.)", r"\1", re.split(r"[?#]", address)[0]))
    if file.startswith("/"):
        return ""  # the root of the host, of which a theme knows nothing
    path = posixpath.normpath(posixpath.join("static", posixpath.dirname(sheet), file))
    return f"there is no {path}" if file and path.removeprefix("static/") not in theme.static else ""
