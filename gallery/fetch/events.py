"""What a source tells, held against the types of its events before anything of it is stored: anybody may write a
source, and a value that does not fit would stop every build from then on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from gallery.domain import Post, PostSeen, SourceEvent
from gallery.errors import SourceError

if TYPE_CHECKING:
    from pydantic import TypeAdapter, ValidationError


def sound(network: str, events: Iterable[object]) -> Iterator[SourceEvent]:
    """The events that the source of ``network`` yields, each made anew of what it held.

    Raises:
        SourceError: one is no event, or holds a value of another type than :mod:`gallery.domain` says.
    """
    from pydantic import ValidationError

    for event in events:
        try:
            fit = _events().validate_python(event)
        except ValidationError as error:
            raise SourceError(f"the source {network!r} gave {_misfit(event, error)}; please report this") from error
        yield fit


@cache
def _events() -> TypeAdapter[SourceEvent]:
    from pydantic import ConfigDict, TypeAdapter

    return TypeAdapter(SourceEvent, config=ConfigDict(strict=True, revalidate_instances="always"))


def _misfit(event: object, error: ValidationError) -> str:
    """Which value does not fit, by its place in the event, and the post it belongs to."""
    # each kind of event says why it is not this one; the one that was meant looks deepest into it
    wrong = max(error.errors(), key=lambda one: len(one["loc"]))
    _, *place = wrong["loc"]
    if not place:
        return f"a {type(event).__name__} where an event was expected"
    told = f"{'.'.join(map(str, place))} as {type(wrong['input']).__name__}"
    match event:
        case PostSeen(Post(key=key)):
            told += f" (post {str(key)[:100]})"
    return told
