"""From a template and what it is given to a file: the one place that calls Jinja for pages."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gallery.domain import OutputFile
from gallery.errors import RenderError
from gallery.render.i18n import Catalogue
from gallery.render.page import Page
from gallery.render.site import Site
from gallery.render.works import digest

if TYPE_CHECKING:
    from jinja2 import TemplateError

Renderer = Callable[[Site, Catalogue, str], str]


def page_file(site: Site, t: Catalogue, path: str, facts: Sequence[str], render: Renderer) -> OutputFile:
    """A file whose content is what ``render(site, t, path)`` returns and that depends on ``facts`` and the site."""
    file = Page(site, t, "", path, "").file
    return OutputFile(file, digest(site.key, t.language, path, *facts), lambda: render(site, t, path).encode())


def draw(template: str, page: Page, **context: object) -> str:
    """The HTML of ``page``.

    Raises:
        RenderError: the template is missing or broken, or asks for something that is not there.
        ConfigError: it is not UTF-8, or cannot be read.
    """
    from jinja2 import TemplateError

    try:
        maker = page.site.theme.environment.get_template(template)
        return maker.render(page=page, site=page.site, t=page.t, **context)
    except TemplateError as error:
        raise RenderError(f"template {_place(error, template)} cannot make {page.file}: {error.message}") from error
    except RecursionError as error:
        circle = _line_of_a_template(error) or template
        raise RenderError(
            f"template {circle} cannot make {page.file}: it includes or extends itself, or nests too deeply"
        ) from error
    except (ArithmeticError, AttributeError, LookupError, RenderError, TypeError, ValueError) as error:
        if not (place := _line_of_a_template(error)):
            raise
        raise RenderError(f"template {place} cannot make {page.file}: {error}") from error


def _place(error: TemplateError, template: str) -> str:
    """Where Jinja stumbled, as ``file:line``: a syntax error knows it, others leave it in the traceback."""
    line = getattr(error, "lineno", None)
    if line is not None:
        return f"{Path(getattr(error, 'filename', None) or template).name}:{line}"
    return _line_of_a_template(error) or template


def _line_of_a_template(error: Exception) -> str | None:
    """``file:line`` of the template, or of the one it includes, that was being drawn; None when none was yet."""
    # Jinja puts its templates' lines into tracebacks as frames of their own: jinja2.debug.fake_traceback
    drawn = [
        f"{Path(frame.f_code.co_filename).name}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
        if "__jinja_exception__" in frame.f_globals
    ]
    return drawn[-1] if drawn else None
