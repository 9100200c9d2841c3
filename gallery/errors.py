"""Every error the gallery raises on purpose.

    GalleryError                 1  something the maintainer must look at
    ├── ConfigError              2  a file that people edit cannot be used as written: accounts.yaml, a theme's words
    ├── StoreError               1  .gallery/ cannot be read or written
    │   └── LockedError          5  another build holds the store
    ├── SourceError              3  one account could not be fetched (others go on)
    │   ├── CredentialsError     3  the keys a network needs are absent or refused
    │   ├── AccountGoneError     3  the network says the account is not public any more
    │   ├── BudgetError          3  a limit of posts, money or waiting time is used up
    │   └── WebError             3  the network could not be reached or answered nonsense
    │       └── BlockedAddressError  3  an address that data named is not one we connect to
    ├── PictureError             1  one picture cannot be used (others go on)
    ├── ModelError               1  the classifier is missing, altered or foreign
    ├── RenderError              1  a page cannot be made; the old site stays
    └── PublishError             1  the new site is not fit to be shown; the old site stays
        ├── ShrinkError          6  the new site would lose too many pictures at once
        └── TooLargeError        1  the site exceeds what its host accepts

The number is the exit code of the command that ends with the error; the full table of exit codes stands in
``docs/configuration.md``. Each message says what happened, where, and what to do about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from gallery.domain import AccountState


class GalleryError(Exception):
    """Base of everything the gallery raises on purpose; of which people are shown the message."""

    exit_code: ClassVar[int] = 1


class ConfigError(GalleryError):
    """A file that people edit cannot be used as written; the message lists every problem, one a line."""

    exit_code = 2


class StoreError(GalleryError):
    """The store under ``.gallery/`` cannot be read or written."""


class LockedError(StoreError):
    """Another build holds the store; the message says which process, since when."""

    exit_code = 5


class SourceError(GalleryError):
    """One account could not be fetched. The rest of the run goes on."""

    exit_code = 3


class CredentialsError(SourceError):
    """The keys that a network needs are absent, or the network refused them; trying again will not help."""


class AccountGoneError(SourceError):
    """The network says, in so many words, that this account is not public any more (an outage never says so)."""

    def __init__(self, message: str, state: AccountState) -> None:
        super().__init__(message)
        self.state = state


class BudgetError(SourceError):
    """A limit on posts read, money or waiting time is used up; what was fetched so far is kept."""


class WebError(SourceError):
    """A request failed for good: refused, reset, timed out, too large, or answered with something unusable."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class BlockedAddressError(WebError):
    """An address is not https, not on the network's list of hosts, or leads to a private network.

    ``unlisted_host`` is the host that the list lacks, where nothing else speaks against the address.
    """

    def __init__(self, message: str, unlisted_host: str = "") -> None:
        super().__init__(message)
        self.unlisted_host = unlisted_host


class PictureError(GalleryError):
    """One picture cannot be used; the message names it and the cause. The others go on."""


class ModelError(GalleryError):
    """The classifier is missing, altered, foreign or from a newer version; nothing of it was run."""


class RenderError(GalleryError):
    """A page cannot be made; the old site stays as it is."""


class PublishError(GalleryError):
    """The new site is not fit to be shown; the old site stays as it is."""


class ShrinkError(PublishError):
    """The new site would lose too many pictures at once; a person has to confirm it."""

    exit_code = 6


class TooLargeError(PublishError):
    """The site exceeds what its host accepts; the message says what would help."""

    def __init__(self, message: str, files: int, size_bytes: int) -> None:
        super().__init__(message)
        self.files = files
        self.size_bytes = size_bytes
