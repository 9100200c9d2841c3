"""From a template and what it is given to a file: the one place that calls Jinja for pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gallery.domain import OutputFile
from gallery.errors import RenderError
from gallery.render.i18n import Catalogue
from gallery.render.page import Page
from gallery.render.site import Site
from gallery.render.works import digest

Context = Callable[[Site, Catalogue, str], str]


def page_file(site: Site, t: Catalogue, path: str, facts: Sequence[str], render: Context) -> OutputFile:
    """A file whose content is what ``render(site, t, path)`` returns and that depends on ``facts`` and the site."""
    file = Page(site, t, "", path, "").file
    return OutputFile(file, digest(site.key, t.language, path, *facts), lambda: render(site, t, path).encode())


def draw(template: str, page: Page, **context: object) -> str:
    """The HTML of ``page``.

    Raises:
        RenderError: the template is missing or broken, or asks for something that is not there.
    """
    from jinja2 import TemplateError

    try:
        maker = page.site.theme.environment.get_template(template)
        return maker.render(page=page, site=page.site, t=page.t, **context)
    except TemplateError as error:
        place = f"{getattr(error, 'name', None) or template}:{getattr(error, 'lineno', None) or '?'}"
        raise RenderError(f"template {place} cannot make {page.file}: {error.message}") from error
