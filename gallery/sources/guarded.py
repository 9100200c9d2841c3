"""What sources are asked beside their listings. Anybody may write a source: a bug in one is told as such, with its
name, and costs what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gallery.domain import Account
from gallery.errors import GalleryError, SourceError
from gallery.sources import source_for
from gallery.sources.base import LocalSource


@contextmanager
def blaming(network: str, on: str = "", agreed: tuple[type[Exception], ...] = (GalleryError,)) -> Iterator[None]:
    """Tell what the source of ``network`` raises inside as a bug of it, but for the errors that are ``agreed``.

    Args:
        network: whose source is asked.
        on: what it was given, for the message: " on these settings".
        agreed: what the contract lets it raise; it goes on as it is.

    Raises:
        SourceError: it raised something else, or would end the process.
    """
    try:
        yield
    except agreed:
        raise
    except (Exception, SystemExit) as error:
        what = f"the source {network!r} failed{on} with {type(error).__name__}: {error}"
        raise SourceError(f"{what}; please report this") from error


def handle_of(network: str, text: str) -> str:
    """``text`` as a handle in the spelling of its network.

    Raises:
        ValueError: it is none; the message says what one looks like.
        ConfigError: there is no source for that network.
        SourceError: the source fails on it.
    """
    source = source_for(network)
    with blaming(network, f" on the handle {text!r}", agreed=(ValueError,)):
        handle: object = source.check_handle(text)
        if not (isinstance(handle, str) and handle):
            raise TypeError(f"check_handle returned {handle!r}")
    return handle


def missing_files(account: Account) -> tuple[str, ...]:
    """What the entry of a local source names and is not there; a line for each, beginning with ``account.where``."""
    source = source_for(account.network)
    if not isinstance(source, LocalSource):
        return ()
    try:
        with blaming(account.network):
            return tuple(source.missing_files(account))
    except GalleryError as error:
        return (f"{account.where}: {error}",)
