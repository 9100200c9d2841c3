"""The network's own settings of one entry in accounts.yaml: read where they are used, and all at once with the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from gallery.domain import Account
from gallery.errors import SourceError

MOST = 999_999_999  # as many days as Python counts; more posts or dollars than anybody means

_T = TypeVar("_T", covariant=True)


@dataclass(frozen=True, slots=True)
class Option(Generic[_T]):
    """A setting that an entry may make."""

    name: str
    read: Callable[[Account], _T]
    schema: Mapping[str, object]  # the same for an editor, in the words of JSON Schema

    def __call__(self, account: Account) -> _T:
        """What the account's entry says, or what counts where it does not.

        Raises:
            SourceError: it says something that this may not be.
        """
        return self.read(account)


def by_name(*options: Option[object]) -> dict[str, Option[object]]:
    """All settings of a network."""
    return {option.name: option for option in options}


def choice(name: str, *allowed: str) -> Option[str]:
    """One of ``allowed``; the first of them where the entry does not say."""

    def read(account: Account) -> str:
        value = account.options.get(name, allowed[0])
        if value not in allowed:
            raise SourceError(f"{account.where}: {name} is {value!r}; it may be {' or '.join(allowed)}")
        return str(value)

    return Option(name, read, {"enum": [*allowed], "default": allowed[0]})


def flag(name: str, default: bool = False) -> Option[bool]:
    """True or false."""

    def read(account: Account) -> bool:
        value = account.options.get(name, default)
        if not isinstance(value, bool):
            raise SourceError(f"{account.where}: {name} is {value!r}; it may be true or false")
        return value

    return Option(name, read, {"type": "boolean", "default": default})


def names(name: str) -> Option[tuple[str, ...]]:
    """One string or a list of strings; none where the entry does not say."""

    def read(account: Account) -> tuple[str, ...]:
        value = account.options.get(name, ())
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list | tuple) or not all(isinstance(item, str) for item in values):
            raise SourceError(f"{account.where}: {name} is {value!r}; it may be one name or a list of names")
        return tuple(str(item) for item in values)

    return Option(name, read, {"type": ["string", "array"], "items": {"type": "string"}})


def amount(name: str, default: float) -> Option[float]:
    """A number from 0 to ``MOST``."""

    def read(account: Account) -> float:
        value = account.options.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST:
            raise SourceError(f"{account.where}: {name} is {value!r}; expected a number such as {default}")
        return value

    return Option(name, read, {"type": "number", "minimum": 0, "maximum": MOST, "default": default})


def whole_number(name: str, default: int, most: int) -> Option[int]:
    """A whole number from 0 to ``most``."""

    def read(account: Account) -> int:
        value = account.options.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise SourceError(f"{account.where}: {name} is {value!r}; it may be a whole number from 0 to {most}")
        return value

    return Option(name, read, {"type": "integer", "minimum": 0, "maximum": most, "default": default})


def visibilities(account: Account, *others: Option[object]) -> frozenset[str]:
    """Which posts may be shown: "public" ones, and those that the names of ``others`` say, where the artist agreed.

    Raises:
        SourceError: the entry says something else of one of them than true or false.
    """
    return frozenset({"public", *(one.name for one in others if one(account))})


def mistakes(account: Account, options: Mapping[str, Option[object]]) -> list[tuple[str, str]]:
    """Which ``options`` the entry gives that they may not be, and why."""
    found = []
    for name in account.options.keys() & options.keys():
        try:
            options[name](account)
        except SourceError as error:
            found.append((name, str(error).removeprefix(f"{account.where}: ")))
    return found
