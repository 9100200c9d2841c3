"""Whom and what an opt-out means: the names that a post or an account may be called by, and what looks like a picture
that must not be shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from gallery.domain import Picture, Profile, home_of, network_of

OPTED_OUT = "opted out"
LOOK_DISTANCE = 4  # bits of 64 by which the look of a re-encoded copy may differ
_LOOK_LEAST_BITS = 8  # of 64


def is_telling(dhash: int) -> bool:
    """Do pictures look alike that share this hash? With fewer bits set, or clear, it is that of a nearly plain picture,
    and those all share theirs."""
    return _LOOK_LEAST_BITS <= dhash.bit_count() <= 64 - _LOOK_LEAST_BITS


# Mastodon and its relatives: a post's page, its ActivityPub name, its address in the web apps, and what hangs below
_INSTANCE_POST = re.compile(
    r"/(?:web/|deck/)?(?:@[^/]+/(?:statuses/|posts/)?|(?:ap/)?users/[^/]+/statuses/|statuses/|notice/|p/[^/]+/"
    r"|i/web/post/)"
    r"(\d+|(?=[A-Za-z]*\d)[0-9A-Za-z]{10,})(?:/embed|/activity)?/?"
)


_X_HOSTS = {"twitter.com", "m.twitter.com", "mobile.twitter.com", "mobile.x.com", "fxtwitter.com", "vxtwitter.com"}
_HOSTS = dict.fromkeys(_X_HOSTS | {"fixupx.com", "fixvx.com"}, "x.com")  # hosts whose addresses are those of another
_SHOWN_FOR_ANOTHER = re.compile(r"/(?:web/|deck/)?@[^/@]+@([^/@]+)/[^/]+/?")
# what the path of a post's address begins with where every post has such an address
POST_PATHS = {"x.com": re.compile(r"(?:.+?/)??(status/[^/]+)"), "bsky.app": re.compile(r"(profile/[^/]+/post/[^/]+)")}


def post_name(permalink: str) -> str:
    """One spelling for all addresses of one post, so that what people copy from a browser is recognised.

    X posts are named by their id whatever the account is called now, posts on Mastodon and its relatives by host and
    id. Bluesky posts are named by author and record key, for a key is chosen by its author; the author's handle and DID
    make two names (see :func:`post_names`).
    """
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(permalink.strip())
    host = (parts.hostname or "").removeprefix("www.")
    host = _HOSTS.get(host, host)
    steps = [step for step in parts.path.split("/") if step]
    if host == "bsky.app" and steps[:1] == ["profile"]:
        steps[1:2] = [unquote(author).lower() for author in steps[1:2]]
    if (form := POST_PATHS.get(host)) and (found := form.match("/".join(steps))):
        return f"{host}/{found[1]}"
    if found := _INSTANCE_POST.fullmatch(parts.path):
        return f"{host}/{found[1]}"
    return "/".join([host, *steps])


def server_of_origin(permalink: str) -> str:
    """The server of a post's author, where the address is that of a page on which another server shows the post under
    a number of its own, as Mastodon does (``/@user@host/1234``); else ""."""
    from urllib.parse import urlsplit

    parts = urlsplit(permalink.strip())
    found = _SHOWN_FOR_ANOTHER.fullmatch(parts.path)
    return found[1] if found and found[1].lower() != parts.hostname else ""


def is_post_name(name: str) -> bool:
    """Does it name a post: a host, and something on it? An address that is half written, or none, does not."""
    host, _, path = name.partition("/")
    return bool(host and path)


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


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A picture that must not be shown, nor any that looks like it."""

    dhash: str  # 64-bit difference hash, 16 hex digits
    distance: int = LOOK_DISTANCE
    of: str = ""  # sha256 of the picture that looks so, where its bytes are not wanted whatever they look like


def _account_names(key: str, profile: Profile | None) -> set[str]:
    """What an opt-out may call the account ``network:handle``: as it is listed, by its id, or as it is called now."""
    names = {key}
    if profile:
        network = network_of(key)
        for meant in {network, home_of(network)}:
            names |= {f"{meant}:{profile.stable_id}", f"{meant}:{profile.handle.lower()}"}
    return names


@dataclass(frozen=True, slots=True)
class OptOuts:
    """Who and what must not be fetched or shown; it wins over everything. Why they ask is nobody's business here."""

    accounts: frozenset[str] = frozenset()  # "network:handle", or "network:" and the stable id
    posts: frozenset[str] = frozenset()  # as post_name spells them
    sha256s: frozenset[str] = frozenset()
    look_alikes: frozenset[LookAlike] = frozenset()

    def covers_account(self, key: str, profile: Profile | None) -> bool:
        """Is nothing wanted here of the account ``network:handle``, as listed, by its id, or as it is called now?"""
        return not self.accounts.isdisjoint(_account_names(key, profile))

    def naming_author(self, authors: Iterable[str]) -> str:
        """An opt-out that names who posted something, called as in ``Post.authors``; "" where none does."""
        return min(self.accounts.intersection(authors), default="")

    def ids_of(self, key: str, profile: Profile | None) -> set[tuple[str, str]]:
        """Each opt-out that names this account, with "network:" and the account's id, which outlasts its names."""
        if not profile:
            return set()
        said = self.accounts & _account_names(key, profile)
        return {(name, f"{network_of(name)}:{profile.stable_id}") for name in said}

    def with_ids(self, ids: Iterable[tuple[str, str]]) -> OptOuts:
        """The same wishes, by the ids, too, of those whom they once named: (opt-out, id) as from :meth:`ids_of`."""
        return replace(self, accounts=self.accounts | {stable for name, stable in ids if name in self.accounts})

    def with_more(self, others: OptOuts) -> OptOuts:
        """These wishes and those."""
        return OptOuts(
            self.accounts | others.accounts,
            self.posts | others.posts,
            self.sha256s | others.sha256s,
            self.look_alikes | others.look_alikes,
        )

    def covers_post(self, account: str, key: str, permalink: str, profile: Profile | None) -> bool:
        """Is this post of the account ``network:handle`` not wanted here, by any of its addresses?"""
        return bool(self.naming_post(account, key, permalink, profile))

    def naming_post(self, account: str, key: str, permalink: str, profile: Profile | None) -> frozenset[str]:
        """Each opt-out that names this post of the account ``network:handle``, by any of its addresses."""
        return self.posts & post_names(account, key, permalink, profile) if self.posts else frozenset()

    def covers_bytes(self, sha256: str, dhash: str) -> bool:
        """Is a picture with this hash of its bytes, or with a look like this, not wanted here?"""
        return bool(self.refusals(sha256, dhash))

    def refusals(self, sha256: str, dhash: str) -> set[LookAlike]:
        """Every wish that a picture with this hash of its bytes and a look like this is not wanted here."""
        look = int(dhash, 16)
        found = {one for one in self.look_alikes if (int(one.dhash, 16) ^ look).bit_count() <= one.distance}
        return found | {LookAlike(dhash, of=sha256)} if sha256 in self.sha256s else found

    def with_looks(self, dhashes: Mapping[str, str]) -> OptOuts:
        """The same wishes, and what looks like an opted-out picture besides.

        Args:
            dhashes: sha256 → difference hash, of opted-out pictures whose bytes are or were here.
        """
        looks = {LookAlike(dhashes[sha256], of=sha256) for sha256 in self.sha256s if sha256 in dhashes}
        return replace(self, look_alikes=self.look_alikes | {one for one in looks if is_telling(int(one.dhash, 16))})

    def with_refused(self, refused: Collection[LookAlike]) -> OptOuts:
        """These wishes, and those that once kept a picture out (from :meth:`refusals`): they outlast their entries."""
        # a picture may have several looks: one of each gallery that hashed it in another way
        looks = {one for one in refused if not one.of or is_telling(int(one.dhash, 16))}
        sha256s = {one.of for one in refused if one.of}
        return replace(self, sha256s=self.sha256s | sha256s, look_alikes=self.look_alikes | looks)

    def reason(self, picture: Picture, dhash: str) -> str | None:
        """Why a stored picture must not be shown, in words that may be public, or None when nobody minds."""
        covered = (
            self.covers_account(picture.account.key, picture.profile)
            or self.naming_author(picture.post.authors)
            or self.covers_post(picture.account.key, picture.post.key, picture.post.permalink, picture.profile)
            or self.covers_bytes(picture.sha256, dhash)
        )
        return OPTED_OUT if covered else None
