"""Answers kept from one run to the next, to ask "has it changed?" instead of for all of it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from gallery.sources.base import Answer

_MOST_BYTES = 262_144


class Memory(Protocol):
    """Where answers lie between runs (the store)."""

    def validator(self, url: str) -> tuple[str, str, bytes] | None:
        """(ETag, Last-Modified, body) of the answer kept for ``url``."""
        ...

    def save_validator(self, url: str, etag: str, last_modified: str, body: bytes) -> None:
        """Keep an answer, in place of what was there."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of the answer to one address; nothing, where all is "" and empty."""

    etag: str = ""
    last_modified: str = ""
    body: bytes = b""

    def conditions(self) -> dict[str, str]:
        """The headers of a request that asks only for what has changed since."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}

    def or_changed(self, answer: Answer) -> Answer:
        """``answer``, or the one that was kept where it says that nothing has changed."""
        if answer.status != 304 or not self.conditions():
            return answer
        told = {"etag": self.etag, "last-modified": self.last_modified, **answer.headers}
        return Answer(answer.url, 200, told, self.body)


def recall(memory: Memory, url: str) -> Kept:
    """What is kept of the last answer to ``url``."""
    return Kept(*(memory.validator(url) or ()))


def keep(memory: Memory, url: str, answer: Answer) -> None:
    """Keep an answer that can be asked for so the next time, unless its server minds, or it is large."""
    etag, modified = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
    minds = "no-store" in answer.headers.get("cache-control", "").lower()
    if answer.status == 200 and (etag or modified) and not minds and len(answer.body) <= _MOST_BYTES:
        memory.save_validator(url, etag, modified, answer.body)
