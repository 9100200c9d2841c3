"""Files for machines: the theme's static files, robots.txt, the sitemap, and headers for hosts that read them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from xml.etree import ElementTree as Xml

from gallery.domain import OutputFile
from gallery.render.page import tree
from gallery.render.pages import HOME_CARDS, home_strips
from gallery.render.paging import by_date
from gallery.render.site import Site
from gallery.render.text import xml_bytes
from gallery.render.works import digest

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
SITEMAP_URLS = 50_000  # the protocol's limit for one file
# crawlers that name themselves as collectors of training data
TRAINING_CRAWLERS = (
    "AI2Bot", "Amazonbot", "anthropic-ai", "Applebot-Extended", "Bytespider", "CCBot", "ClaudeBot", "cohere-ai",
    "Diffbot", "FacebookBot", "Google-Extended", "GPTBot", "ICC-Crawler", "ImagesiftBot", "img2dataset",
    "meta-externalagent", "omgili", "PanguBot", "PetalBot", "Timpibot", "VelenPublicWebCrawler",
)  # fmt: skip


def machine_files(site: Site) -> Iterator[OutputFile]:
    """Everything that is neither a page nor a picture nor a feed."""
    for name in site.theme.static:
        # the path carries the digest of all static files, so equal paths have equal content
        yield OutputFile(
            site.static_path + name, digest(site.static_path, name), partial(site.theme.static_bytes, name)
        )
    urls = sitemap_urls(site)
    for path, text in (("robots.txt", robots(site, bool(urls))), ("_headers", headers(site))):
        yield OutputFile(path, digest(text), text.encode)
    chunks = [urls[start : start + SITEMAP_URLS] for start in range(0, len(urls), SITEMAP_URLS)]
    names = ["sitemap.xml"] if len(chunks) == 1 else [f"sitemap-{number}.xml" for number in range(1, len(chunks) + 1)]
    for name, chunk in zip(names, chunks, strict=True):
        yield OutputFile(name, digest(site.code, *chunk), partial(_sitemap, "urlset", "url", chunk))
    if len(chunks) > 1:
        parts = [site.absolute(name) for name in names]
        yield OutputFile("sitemap.xml", digest(site.code, *parts), partial(_sitemap, "sitemapindex", "sitemap", parts))


def robots(site: Site, has_sitemap: bool) -> str:
    """robots.txt: collectors of training data stay out, others read each page's own wish.

    Search engines are not shut out here even by default: they could then not see a page's ``noindex``.
    """
    refused = "".join(f"User-agent: {name}\n" for name in TRAINING_CRAWLERS)
    sitemap = f"\nSitemap: {site.absolute('sitemap.xml')}\n" if has_sitemap else ""
    return f"{refused}Disallow: /\n\nUser-agent: *\nAllow: /\n{sitemap}"


def headers(site: Site) -> str:
    """``_headers`` as Netlify and Cloudflare Pages read it; what robots may do with pictures and feeds can be said here
    alone.

    Pages say themselves whether they may be listed, each artist's as that artist wants it; copies carry no name.
    """
    unlisted = [wing.path for wing in site.wings if not wing.indexed]
    nobody = len(unlisted) == len(site.wings)
    robots_of_copies = "  X-Robots-Tag: noindex, noai, noimageai\n" if nobody else ""
    whole = nobody and not site.settings.indexing
    # last, for Cloudflare reads a hundred rules; the placeholder stands for any other language
    trees = ("/", "/:language/") if len(site.settings.languages) > 1 else ("/",)
    rules = [] if whole else [f"{tree}{path}*\n  X-Robots-Tag: noindex\n" for path in unlisted for tree in trees]
    return (
        "/*\n"
        "  Cache-Control: public, max-age=300\n"
        f"  Content-Security-Policy: {site.csp}; frame-ancestors 'none'\n"
        "  Permissions-Policy: browsing-topics=(), interest-cohort=()\n"
        "  Referrer-Policy: strict-origin-when-cross-origin\n"
        "  TDM-Reservation: 1\n"
        "  X-Content-Type-Options: nosniff\n"
        f"  X-Robots-Tag: {'noindex, ' if whole else ''}noai, noimageai\n"
        "/i/*\n"
        "  ! Cache-Control\n"
        "  Cache-Control: public, max-age=31536000, immutable\n"
        f"{robots_of_copies}"
        "/static/*\n"
        "  ! Cache-Control\n"
        "  Cache-Control: public, max-age=31536000, immutable\n"
        f"{''.join(rules)}"
    )


def sitemap_urls(site: Site) -> list[str]:
    """The absolute addresses that search engines may list; none unless indexing is on and ``site_url`` known."""
    if not (site.settings.indexing and site.settings.site_url):
        return []
    newest, best = home_strips(site)
    paths = ["about/", *(["tags/"] if site.tags else [])]
    if site.may_list([*newest, *best], site.card_wings[:HOME_CARDS]):
        paths.insert(0, "")
    lists = [("new/", site.drawings), *((tag.path, tag.works) for tag in site.tags)]
    paths += [path for path, works in lists if site.may_list(by_date(works, site.settings.page_size)[0].shown)]
    for wing in site.wings:
        if wing.indexed:
            paths.append(wing.path)
            if site.settings.work_pages:
                paths += [work.path for work in wing.works]
    return [site.absolute(tree(site.settings, lang) + path) for lang in site.settings.languages for path in paths]


def _sitemap(root: str, item: str, urls: list[str]) -> bytes:
    document = Xml.Element(root, {"xmlns": SITEMAP})
    for url in urls:
        Xml.SubElement(Xml.SubElement(document, item), "loc").text = url
    return xml_bytes(document)
