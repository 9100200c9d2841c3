"""Where "misfiled?" and the page for artists lead: a new issue, or a mail, with what is asked for filled in."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from gallery.render.i18n import Catalogue
from gallery.render.site import Site
from gallery.render.text import web_address
from gallery.render.works import Work


def report_href(site: Site, t: Catalogue, work: Work) -> str:
    """A new issue or mail that names the picture; "" when the site names neither tracker nor contact.

    The text is for people; it holds the address, or the sha256, by which corrections.yaml names the picture.
    """
    subject = t.plain("report.subject", id=work.id)
    name, page = _named(site, work)
    body = t.plain("report.body", picture=name, label=t.raw(f"label.{work.label}"), page=page)
    tracker = web_address(site.settings.report_url)
    if tracker:
        return f"{tracker}{'&' if '?' in tracker else '?'}{_query(title=subject, body=body)}"
    return _letter(site, subject, body)


def removal_href(site: Site, t: Catalogue, work: Work | None = None) -> str:
    """A mail that asks for what a maintainer needs to know of an artist, and names ``work`` already; the contact where
    it is a page, "" without."""
    picture = "\n".join(_named(site, work)) if work else ""
    return _letter(site, t.raw("optout.subject"), t.plain("optout.body", picture=picture))


def _named(site: Site, work: Work) -> tuple[str, str]:
    """What optouts.yaml and corrections.yaml call the picture, and its page, which tells it from others of its post."""
    picture = work.exhibit.picture
    return picture.post.permalink or picture.sha256, site.absolute(work.path) or work.path


def _letter(site: Site, subject: str, body: str) -> str:
    if not site.contact.startswith("mailto:"):
        return site.contact
    # RFC 6068 has lines end so; some mail programs run them together otherwise
    body = body.replace("\n", "\r\n")
    return f"{site.contact}?{_query(subject=subject, body=body)}"


def _query(**parts: str) -> str:
    return urlencode(parts, quote_via=quote)
