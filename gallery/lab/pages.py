"""The laboratory's HTML pages: each one file with its style and script inside, under a strict content policy."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from pathlib import Path

ASSETS = Path(__file__).parent / "assets"


def render_page(template: str, *, style: str, script: str = "", images: str, **values: object) -> str:
    """The page of a template, whose ``style``, ``script`` and ``policy`` are filled in.

    Args:
        template: a file of `ASSETS`, as are ``script`` ("" for none) and ``style``, which follows ``house.css``.
        images: where its pictures may come from, as sources of a content policy.
        values: what else it shows; escaped, but for markup.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(loader=FileSystemLoader(ASSETS), autoescape=True, undefined=StrictUndefined)
    rules, code = _text("house.css") + _text(style), _text(script) if script else ""
    return environment.get_template(template).render(
        style=Markup(rules),  # noqa: S704  # our own file
        script=Markup(code),  # noqa: S704  # our own file
        policy=content_policy(code, rules, images),
        **values,
    )


def content_policy(script: str, style: str, images: str) -> str:
    """A content security policy under which only this script and style run, and nothing leaves the page."""
    return (
        f"default-src 'none'; img-src {images}; script-src {_source(script)}; style-src {_source(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _source(text: str) -> str:
    return "'sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def _text(asset: str) -> str:
    return (ASSETS / asset).read_text(encoding="utf-8")
