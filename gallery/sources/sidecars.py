"""What the file beside a picture says about it.

Two kinds are read: our own (``a.png.json`` or ``a.png.toml`` with ``title``, ``text``, ``alt``, ``date``, ``tags``,
``language``, ``sensitive``, ``permalink``, ``media_kind``, ``post``, ``num``) and gallery-dl's.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from gallery.domain import LANGUAGE_TAG, Label
from gallery.sources.gallery_dl import read_gallery_dl
from gallery.sources.json_values import https_url, instant
from gallery.sources.local_files import parse_json
from gallery.sources.sidecar_base import Sidecar, number, strings
from gallery.sources.text import one_line, plain

# A key of more parts than anybody means: the parser takes time with the square of their number.
_DEEP_KEY = re.compile(r"""(?<![\w"'\\-])(?:(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){64}""")


def parse_sidecar(name: str, raw: bytes) -> Sidecar:
    """Read one sidecar.

    Args:
        name: the file's name, which decides between JSON and TOML.
        raw: its bytes, already capped in size by the caller.

    Raises:
        ValueError: not JSON or TOML, or not an object; the message says what is wrong.
    """
    if name.lower().endswith(".toml"):
        written = raw.decode("utf-8-sig")
        if _DEEP_KEY.search(written):
            raise ValueError("nested too deeply")
        try:
            data: object = tomllib.loads(written)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
    else:
        data = parse_json(raw)
    if not isinstance(data, dict):
        raise ValueError("the top level is not an object")  # noqa: TRY004 - bad content, not a caller's mistake
    category = data.get("category")
    if isinstance(category, str) and (category in ("twitter", "bluesky") or "subcategory" in data):
        return read_gallery_dl(category, data)
    return _own(data)


def _own(data: Mapping[str, object]) -> Sidecar:
    """Our fields; a field of the wrong type is named in ``problems``, an unknown key (``artist``, say) is not ours."""
    problems: list[str] = []

    def text(key: str) -> str:
        value = data.get(key, "")
        if not isinstance(value, str):
            problems.append(f"`{key}` is not text")
        return plain(value)

    when = _own_date(data.get("date"))
    if "date" in data and when is None:
        problems.append("`date` is not a date such as 2026-11-22 or 2026-11-22T18:45:10Z")
    tags = data.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        problems.append("`tags` is not a list of texts")
    sensitive = data.get("sensitive", False)
    if not isinstance(sensitive, bool):
        problems.append("`sensitive` is neither true nor false, so the picture counts as sensitive")
        sensitive = True
    link = https_url(text("permalink"))
    if data.get("permalink") and not link:
        problems.append("`permalink` is not an https address")
    kind = text("media_kind")
    label = Label(kind) if kind in set(Label) else None
    if kind and label is None:
        problems.append(f"`media_kind` is {kind[:40]!r}, not one of {', '.join(Label)}")
    language = text("language")
    if language and not re.fullmatch(LANGUAGE_TAG, language):
        problems.append("`language` is not a language tag such as ja or pt-BR")
        language = ""
    post = one_line(text("post"))
    order = number(data.get("num"))
    if "num" in data and (isinstance(data["num"], bool) or order != data["num"]):
        problems.append("`num` is not a number such as 1")
    return Sidecar(
        post_key=f"post:{post}" if post else "",
        order=order,
        title=one_line(text("title")),
        text=text("text"),
        alt=text("alt"),
        date=when,
        tags=tuple(tag.removeprefix("#") for tag in strings(tags)),
        language=language or None,
        permalink=link,
        sensitive=sensitive,
        media_sensitive=sensitive and bool(post),  # one page of a comic does not veil the others
        label=label,
        problems=tuple(problems),
    )


def _own_date(value: object) -> datetime | None:
    """A JSON text or a TOML date; without a zone it is UTC."""
    if isinstance(value, datetime):
        return instant(value.isoformat())
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    return instant(value)
