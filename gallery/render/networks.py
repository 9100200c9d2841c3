"""What visitors know the networks by, and where accounts have their pages there."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from gallery.domain import PATH_NETWORKS, Account, AccountStatus, Profile, home_of
from gallery.render.text import one_line, web_address

NETWORK_NAMES = {"x": "X", "bluesky": "Bluesky", "mastodon": "Mastodon", "misskey": "Misskey"}
SHORT_NAMES = {"Bluesky": "Bsky"}
HOST_NAMES = {
    "artstation.com": "ArtStation",
    "bsky.app": "Bluesky",
    "deviantart.com": "DeviantArt",
    "instagram.com": "Instagram",
    "pixiv.net": "pixiv",
    "tumblr.com": "Tumblr",
    "twitter.com": "X",
    "x.com": "X",
}  # for folders whose pictures came from there
PROFILE_BASES = {"x": "https://x.com/", "bluesky": "https://bsky.app/profile/"}


class AccountLink(NamedTuple):
    """A link to an account, as in an artist's header."""

    words: str
    href: str


def network_name(network: str) -> str:
    """What visitors know a network by; "" for one that is none of ours, or none at all (a folder)."""
    return NETWORK_NAMES.get(home_of(network), "")


def host_name(post: str) -> str:
    """What visitors know the place of a post's address by: a name or a host; "" where there is no address."""
    host = (urlsplit(post).hostname or "").removeprefix("www.")
    return HOST_NAMES.get(host, host)


def mention_base(network: str, post: str) -> str:
    """What an @name without its server is appended to in a post of this network with this address; "" where such a name
    may be anybody's."""
    if network == "misskey" and post:
        return f"https://{urlsplit(post).netloc}/@"
    return PROFILE_BASES.get(home_of(network), "")


def account_url(account: Account, profile: Profile | None) -> str:
    """The account's own page, "" when it has none (a folder) or none is known yet (an archive that was never read)."""
    if profile is not None and profile.url:
        return web_address(profile.url)
    if account.network in PATH_NETWORKS:
        return ""
    if base := PROFILE_BASES.get(account.network):
        return web_address(base + account.handle)
    name, _, host = account.handle.lstrip("@").partition("@")
    return web_address(f"https://{host}/@{name}") if account.network in ("mastodon", "misskey") and host else ""


def account_link(status: AccountStatus) -> AccountLink:
    """How an account is named and reached; empty where its handle is a path and no page of the artist is known."""
    account, profile = status.account, status.profile
    url = account_url(account, profile)
    if account.network in PATH_NETWORKS and not url:
        return AccountLink("", "")
    if account.network == "folder":
        return AccountLink(one_line(url, 80).removeprefix("https://").rstrip("/"), url)
    handle = one_line((profile.handle if profile else "") or account.handle, 80).lstrip("@")
    return AccountLink(f"@{handle}", url)
