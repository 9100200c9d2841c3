"""Keeps secrets out of everything people read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

_NAMES = re.compile(
    r"(TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|BEARER|CREDENTIAL|(?<![A-Z])KEYS?(?![A-Z]))", re.IGNORECASE
)
_PAIRS = re.compile(
    r"""((?:["']?\b(?:authorization|api_?key|access_?token|token|password|client_secret|oauth_\w+)["']?|["'?&]i\b["']?)"""
    r"""\s*[=:]\s*)"""
    r"""("[^"]*"|'[^']*'|(?:Bearer|OAuth|Basic)\s+[^\s"',]+|[^\s"'&,;}]+)""",
    re.IGNORECASE,
)
_SHORTEST = 6  # shorter values would blank out ordinary words
HIDDEN = "[hidden]"


class Scrubber:
    """Replaces known secret values, and whatever stands behind a name that announces one."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        spellings = {
            spelling
            for whole in values
            for value in (whole, whole.strip())  # pasting leaves line ends, which messages leave out or escape
            if len(value) >= _SHORTEST
            for spelling in (value, quote(value, safe=""), quote_plus(value))
        }
        self._values = tuple(sorted(spellings, key=len, reverse=True))

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Scrubber:
        """Knows every variable whose name says that it holds a secret."""
        return cls(value for name, value in environ.items() if _NAMES.search(name))

    def __call__(self, text: str) -> str:
        """``text`` without secrets."""
        for value in self._values:
            text = text.replace(value, HIDDEN)
        return _PAIRS.sub(rf"\g<1>{HIDDEN}", text)
