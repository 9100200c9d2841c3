"""Where "misfiled?" leads: a new issue or a mail with the facts filled in."""

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
    name = work.exhibit.picture.post.permalink or work.exhibit.picture.sha256
    shown = site.absolute(work.path)
    body = t.plain("report.body", picture=name, label=t.raw(f"label.{work.label}"), page=shown).strip()
    tracker = web_address(site.settings.report_url)
    if tracker:
        return (
            f"{tracker}{'&' if '?' in tracker else '?'}{urlencode({'title': subject, 'body': body}, quote_via=quote)}"
        )
    if site.contact.startswith("mailto:"):
        return f"{site.contact}?{urlencode({'subject': subject, 'body': body}, quote_via=quote)}"
    return site.contact
