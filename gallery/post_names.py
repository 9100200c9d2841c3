"""What a post may be called: one name for all addresses that people copy of it, and every name that it has."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from gallery.domain import Profile, home_of

# Mastodon and its relatives: a post's page, its ActivityPub name, its address in the web apps, and what hangs below
_INSTANCE_POST = re.compile(
    r"/(?:web/|deck/)?(?:@[^/]+/(?:statuses/|posts/)?|(?:ap/)?users/[^/]+/statuses/|statuses/|notice/|p/[^/]+/"
    r"|i/web/post/)"
    r"(\d+|(?=[A-Za-z]*\d)[0-9A-Za-z]{10,})(?:/embed|/activity)?/?"
)
_X_HOSTS = {"twitter.com", "m.twitter.com", "mobile.twitter.com", "mobile.x.com", "fxtwitter.com", "vxtwitter.com"}
_HOSTS = dict.fromkeys(_X_HOSTS | {"fixupx.com", "fixvx.com"}, "x.com")  # hosts whose addresses are those of another
_SHOWN_FOR_ANOTHER = re.compile(r"/(?:web/|deck/)?@[^/@]+@([^/@]+)/[^/]+/?")
_PICTURE_HOSTS = frozenset({"pbs.twimg.com", "cdn.bsky.app"})
# what the path of a post's address begins with where every post has such an address
_POST_PATHS = {"x.com": re.compile(r"(?:.+?/)??(status/[^/]+)"), "bsky.app": re.compile(r"(profile/[^/]+/post/[^/]+)")}

# the ids of posts on X and Bluesky, with their authors, are nobody else's: other pages show them below the same paths,
# and archives below the whole address
_SHOWN_ELSEWHERE = {
    "x.com": re.compile(r"(?:^|/)\w{1,15}/(status/\d{15,20})(?=/|$)", re.ASCII),
    "bsky.app": re.compile(r"(?:^|/)(profile/(?:did:[^/]+|[^/]+\.[^/]+)/post/[2-7a-z]{13})(?=/|$)"),
}


def post_name(permalink: str) -> str:
    """One spelling for all addresses of one post, so that what people copy from a browser is recognised.

    X posts are named by their id whatever the account is called now, posts on Mastodon and its relatives by host and
    id. Bluesky posts are named by author and record key, for a key is chosen by its author; the author's handle and DID
    make two names (see :func:`post_names`). Of both networks other pages, and archived ones, are recognised.
    """
    parts = urlsplit(permalink.strip())
    host = (parts.hostname or "").removeprefix("www.")
    host = _HOSTS.get(host, host)
    steps = [step for step in parts.path.split("/") if step]
    if host == "x.com":
        steps = ["status" if step == "statuses" else step for step in steps]  # as Twitter once wrote
    if host == "bsky.app" and steps[:1] == ["profile"]:
        steps[1:2] = [unquote(author).lower() for author in steps[1:2]]
    if (form := _POST_PATHS.get(host)) and (found := form.match("/".join(steps))):
        return f"{host}/{found[1]}"
    if found := _INSTANCE_POST.fullmatch(parts.path):
        return f"{host}/{found[1]}"
    shown = unquote("/".join(steps)).lower()
    elsewhere = (f"{home}/{found[1]}" for home, form in _SHOWN_ELSEWHERE.items() if (found := form.search(shown)))
    return next(elsewhere, "/".join([host, *steps]))


def why_no_post(address: str) -> str:
    """Why an address names no post, or not as its author's server does, in a line for people; "" where it does.

    One that is half written names nothing; on X and Bluesky one of another page, or of a picture, names no post. The
    page on which another server shows a post, as Mastodon does (``/@user@host/1234``), names it by a number of that
    server's own.
    """
    try:
        name = post_name(address)
    except ValueError:  # a bracket where the host stands
        name = ""
    host, _, path = name.partition("/")
    if not (host and path):
        return f"{address} is the address of no post"
    if host in _PICTURE_HOSTS:
        return f"{host} serves pictures; name the post that a picture is in, or the picture's sha256"
    if host in _POST_PATHS and not _POST_PATHS[host].fullmatch(path):
        return f"{name} is no post; whoever wants nothing shown is named in optouts.yaml, as account: network:handle"
    parts = urlsplit(address.strip())
    found = _SHOWN_FOR_ANOTHER.fullmatch(parts.path)
    if found and found[1].lower() != parts.hostname:
        return f"{address} is another server's page; name the post at its own server, {found[1]}"
    return ""


def post_names(account: str, key: str, permalink: str, profile: Profile | None) -> set[str]:
    """Every name, as :func:`post_name` spells them, that a post of the account ``network:handle`` has.

    An edited post on X has an address for every version: its permalink is that of the last, its key the first's. One on
    Bluesky has an address with each of its author's names.
    """
    network, _, listed = account.partition(":")
    names = {post_name(permalink)}
    if home_of(network) == "x":
        names.add(post_name(f"https://x.com/i/status/{key}"))
    if network == "bluesky":
        authors = {listed, profile.stable_id, profile.handle} if profile else {listed}
        record = permalink.rpartition("/")[2]
        names |= {f"bsky.app/profile/{author.lower()}/post/{record}" for author in authors}
    return names
