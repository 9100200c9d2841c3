"""What the index tells about accounts, posts and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gallery.domain import AccountState, Media, Profile, network_of


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """What earlier runs learned about one account."""

    key: str
    stable_id: str | None = None
    profile: Profile | None = None
    cursor: Mapping[str, object] = field(default_factory=dict)  # how far it was read; {} for not at all
    state: AccountState = AccountState.ACTIVE
    state_since: datetime | None = None  # when a run first reported ``state``; None while none did
    last_attempt: datetime | None = None
    last_success: datetime | None = None
    problem: str = ""

    @property
    def network(self) -> str:
        """Where it is: the part of its key before the colon."""
        return network_of(self.key)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A picture's bytes in the store. Sizes are upright, after EXIF orientation."""

    sha256: str
    width_px: int
    height_px: int
    size_bytes: int
    format: str  # "jpeg", "png", "webp", "gif", "avif"
    dhash: str  # 16 hex digits


@dataclass(frozen=True, slots=True)
class WantedMedia:
    """A picture that stored posts of one account name and whose bytes we do not have."""

    ids: tuple[int, ...]  # one for each place where it stands
    post_key: str  # of the newest of these posts
    media: Media
    failures: int


@dataclass(frozen=True, slots=True)
class AvatarRecord:
    """What is known of an account's avatar."""

    url: str  # the address last asked for
    sha256: str | None  # of the bytes we have
    failures: int  # in a row, of that address
    next_try: datetime  # not before this is the same address asked for again
