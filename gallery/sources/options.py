"""The network's own settings of one entry in accounts.yaml: read where they are used, and all at once with the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gallery.domain import Account
from gallery.errors import SourceError

MOST = 999_999_999  # as many days as Python counts; more posts or dollars than anybody means


def choice(account: Account, name: str, allowed: Sequence[str]) -> str:
    """The option ``name``, one of ``allowed``; the first of them where the entry does not say.

    Raises:
        SourceError: the entry says something else.
    """
    value = account.options.get(name, allowed[0])
    if value not in allowed:
        raise SourceError(f"{account.where}: {name} is {value!r}; it may be {' or '.join(allowed)}")
    return str(value)


def flag(account: Account, name: str, default: bool = False) -> bool:
    """The option ``name``, true or false.

    Raises:
        SourceError: the entry says something else.
    """
    value = account.options.get(name, default)
    if not isinstance(value, bool):
        raise SourceError(f"{account.where}: {name} is {value!r}; it may be true or false")
    return value


def visibilities(account: Account, *others: str) -> frozenset[str]:
    """Which posts may be shown: "public" ones, and those of the ``others`` to which the artist agreed.

    Raises:
        SourceError: the entry says something else of one of them than true or false.
    """
    return frozenset({"public", *(name for name in others if flag(account, name))})


def names(account: Account, name: str) -> tuple[str, ...]:
    """The option ``name``: one string or a list of strings; none where the entry does not say.

    Raises:
        SourceError: the entry says something else.
    """
    value = account.options.get(name, ())
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(item, str) for item in values):
        raise SourceError(f"{account.where}: {name} is {value!r}; it may be one name or a list of names")
    return tuple(str(item) for item in values)


def amount(account: Account, name: str, default: float) -> float:
    """The option ``name``, a number from 0 to ``MOST``.

    Raises:
        SourceError: the entry says something else.
    """
    value = account.options.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST:
        raise SourceError(f"{account.where}: {name} is {value!r}; expected a number such as {default}")
    return value


def mistakes(account: Account, readers: Mapping[str, Callable[[Account], object]]) -> list[tuple[str, str]]:
    """Which options the entry gives that their readers refuse, and why."""
    found = []
    for name in account.options.keys() & readers.keys():
        try:
            readers[name](account)
        except SourceError as error:
            found.append((name, str(error).removeprefix(f"{account.where}: ")))
    return found


def whole_number(account: Account, name: str, default: int, most: int) -> int:
    """The option ``name``, a whole number from 0 to ``most``.

    Raises:
        SourceError: the entry says something else.
    """
    value = account.options.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise SourceError(f"{account.where}: {name} is {value!r}; it may be a whole number from 0 to {most}")
    return value
