"""The keys for X: OAuth 1.0a user context, or the app-only bearer; both come from the environment and stay there.

X docs: fundamentals/authentication/oauth-1-0a and oauth-2-0/application-only. User context is preferred where both
are set: only then do reads of the key owner's own posts count as "owned reads", which cost a fifth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gallery.errors import CredentialsError

if TYPE_CHECKING:
    from requests.auth import AuthBase

BEARER = "X_BEARER_TOKEN"
OAUTH1 = ("X_CONSUMER_KEY", "X_CONSUMER_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_TOKEN_SECRET")


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to sign a request; never shown, not even by ``repr``."""

    auth: AuthBase | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def credentials(environ: Mapping[str, str]) -> Credentials:
    """What ``environ`` offers; blanks around a value, which pasting leaves, do not count.

    Raises:
        CredentialsError: neither the four OAuth variables nor the bearer are there, or one cannot be a key; the message
            names the variables and never their content.
    """
    found = {name: environ.get(name, "").strip() for name in (*OAUTH1, BEARER)}
    odd = [name for name, value in found.items() if not re.fullmatch(r"[!-~]*", value)]
    if odd:
        raise CredentialsError(f"{', '.join(odd)} has blanks or signs that no key of X has; copy it anew")
    missing = [name for name in OAUTH1 if not found[name]]
    if not missing:
        from requests_oauthlib import OAuth1

        return Credentials(auth=OAuth1(*(found[name] for name in OAUTH1)))
    if found[BEARER]:
        return Credentials(headers={"Authorization": f"Bearer {found[BEARER]}"})
    raise CredentialsError(
        f"X needs keys in the environment: set {BEARER}, or {', '.join(missing)}; see docs/sources/x.md"
    )
