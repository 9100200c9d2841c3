"""The pictures that stored posts name and the store does not hold yet: fetched, looked into, put in their place."""

from __future__ import annotations

import tempfile
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256 as sha256_of
from lzma import LZMAError
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast
from urllib.parse import urlsplit

from gallery.domain import Account, Media
from gallery.errors import BlockedAddressError, BudgetError, GalleryError, PictureError, StoreError, WebError
from gallery.fetch.context import AccountTally, MediaWeb, patience
from gallery.optout_rules import OPTED_OUT, OptOuts
from gallery.sources.base import Download, LocalSource, Source
from gallery.sources.guarded import blaming
from gallery.sources.text import printable

if TYPE_CHECKING:
    from gallery.inspection import Inspectors
    from gallery.store import Store, StoredFile, WantedMedia

WORKERS_PER_HOST = 4  # two transfer, as the manners allow, while two look into what came
IN_FLIGHT = 16  # of one account, so that a long back-fill does not fill the memory
MOST_HOSTS = 64  # with pools of their own; hosts beyond share one
OTHER_HOSTS = "all others"
MOST_BYTES = 2_000_000_000  # of one account in one run, from a network: one artist fills neither disk nor night
BROKEN_IN_A_ROW = 5  # pictures of an account that its host answers with a server error: the rest waits
ACCOUNTS_IN_A_ROW = 3  # that gave up so at one host: it is the host, and everybody's pictures wait
_COPY_BYTES = 1_048_576


class Downloads:
    """Fetches pictures for many accounts at once, each host through a small pool of its own. Thread-safe."""

    def __init__(
        self,
        store: Store,
        web: MediaWeb | None,
        inspectors: Inspectors,
        optouts: OptOuts,
        now: datetime,
        local_workers: int,
    ) -> None:
        """Args: ``web`` may be None where all accounts are local."""
        self._store, self._web, self._inspectors = store, web, inspectors
        self._optouts, self._now = optouts, now
        self._local_workers = local_workers
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._gave_up: dict[str, set[str]] = {}  # host → accounts whose pictures it could not serve
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    @property
    def stopped(self) -> bool:
        """Whether the run is being ended."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Let nothing new start, and blame no picture for what breaks from now on."""
        self._stopped.set()

    def close(self) -> None:
        """Stop, and wait for what runs."""
        self.stop()
        with self._lock:
            pools = tuple(self._pools.values())
        for pool in pools:
            pool.shutdown()  # what is queued ends at once; cancelling it would leave whoever waits for it waiting

    def all_of(
        self, account: Account, source: Source, tally: AccountTally, start: Callable[[str, int], Callable[[], None]]
    ) -> None:
        """Fetch every picture of an account that may be asked for now.

        Raises:
            StoreError: the store cannot take them; other failures cost single pictures and are counted.
        """
        shared = self._store.share_bytes(account.key)
        with tally.lock:
            tally.new += shared
        wanted = self._store.wanted_media(account.key, self._now)
        step = start(f"pictures of {account.key}", len(wanted))
        pending: set[Future[None]] = set()
        enough = False
        for item in wanted:
            if self._stopped.is_set():
                break
            enough = enough or (tally.received_bytes >= MOST_BYTES and not source.local)
            if tally.put_off or enough:
                with tally.lock:
                    tally.notices["put-off"] += len(item.ids)
                continue
            pending.add(self._pool(source, item.media.url).submit(self._one, account, source, item, tally, step))
            if len(pending) >= IN_FLIGHT:
                pending = _reap(pending, FIRST_COMPLETED)
        _reap(pending)
        if enough:
            tally.remarks.append(f"put-off: {MOST_BYTES / 1e9:g} GB came in this run; the rest comes with the next")

    def _pool(self, source: Source, url: str) -> ThreadPoolExecutor:
        host = "" if source.local else _host_of(url)
        with self._lock:
            if host not in self._pools and len(self._pools) >= MOST_HOSTS:
                host = OTHER_HOSTS
            if host not in self._pools:
                self._pools[host] = ThreadPoolExecutor(WORKERS_PER_HOST if host else self._local_workers)
            return self._pools[host]

    def _one(
        self, account: Account, source: Source, item: WantedMedia, tally: AccountTally, step: Callable[[], None]
    ) -> None:
        """Bring one picture home; whatever goes wrong with it is written down beside it."""
        if self._stopped.is_set():
            return
        host = _host_of(item.media.url)
        try:
            self._refuse_what_waits(host, tally)
            with self.arrived(account, source, item.media) as arrived:
                self._keep(account, item, arrived, tally)
            self._heard(host, account, tally, broken=False)
        except StoreError:
            raise
        except BudgetError as error:
            with tally.lock:
                tally.notices["put-off"] += len(item.ids)
                tally.problem = tally.problem or self.cause_of(error)
        except Exception as error:  # noqa: BLE001  # an oddity that nobody foresaw must cost one picture, not the run
            if self._stopped.is_set():
                return
            self._failed(source, item, error, tally)
            if isinstance(error, WebError) and (error.status or 0) >= 500:
                self._heard(host, account, tally, broken=True)
        step()

    def _refuse_what_waits(self, host: str, tally: AccountTally) -> None:
        """Leave alone what was broken five times in a row: an account's pictures, or after three accounts the host.

        Raises:
            BudgetError: it waits for the next run.
        """
        if tally.broken_in_a_row >= BROKEN_IN_A_ROW:
            raise BudgetError(f"{host} failed with {BROKEN_IN_A_ROW} of its pictures in a row; the rest waits")
        with self._lock:
            gave_up = len(self._gave_up.get(host, ()))
        if gave_up >= ACCOUNTS_IN_A_ROW:
            raise BudgetError(f"{host} failed with the pictures of {gave_up} accounts; the rest waits for the next run")

    def _heard(self, host: str, account: Account, tally: AccountTally, *, broken: bool) -> None:
        with tally.lock:
            tally.broken_in_a_row = tally.broken_in_a_row + 1 if broken else 0
            gives_up = tally.broken_in_a_row >= BROKEN_IN_A_ROW
        with self._lock:
            if gives_up:
                self._gave_up.setdefault(host, set()).add(account.key)
            elif not broken:
                self._gave_up.pop(host, None)

    def _keep(self, account: Account, item: WantedMedia, arrived: Download, tally: AccountTally) -> None:
        with tally.lock:  # also of what turns out to be no picture: it filled the night as well
            tally.received_bytes += arrived.size_bytes
        file = self.inspected(account, arrived)
        if file is None:
            self._store.refuse_media(item.ids, OPTED_OUT)
            tally.note(OPTED_OUT, f"a picture of {item.post_key}")
            return
        self._store.attach(item.ids, file, arrived.path)
        with tally.lock:
            tally.new += len(item.ids)

    def inspected(self, account: Account, arrived: Download) -> StoredFile | None:
        """What arrived, looked into; None where somebody opted out of it, which is remembered.

        Raises:
            PictureError: it is no picture that could be shown.
        """
        from gallery.store import StoredFile

        facts = self._inspectors.inspect(arrived.path)
        if wishes := self._optouts.refusals(arrived.sha256, facts.dhash):
            self._store.remember_refused([account.network], wishes)
            return None
        return StoredFile(
            arrived.sha256, facts.width_px, facts.height_px, arrived.size_bytes, facts.format, facts.dhash
        )

    def _failed(self, source: Source, item: WantedMedia, error: Exception, tally: AccountTally) -> None:
        free = source.local or isinstance(error, BlockedAddressError)  # nobody is asked, so trying again costs nothing
        wait_for = timedelta(0) if free else patience(item.failures + 1)
        cause = self.cause_of(error)
        self._store.media_failed(item.ids, cause, self._now + wait_for)
        again = f"; tried again after {self._now + wait_for:%Y-%m-%d}" if wait_for else ""
        more = f" and {len(item.ids) - 1} more" if len(item.ids) > 1 else ""
        with tally.lock:
            tally.failed += len(item.ids)
            tally.details.append(f"{item.post_key}{more}: {cause}{again}")

    def cause_of(self, error: Exception) -> str:
        """What went wrong with a picture, for the report: without secrets, and a bug as the bug it is."""
        known = isinstance(error, GalleryError)
        cause = str(error) if known else f"failed with {type(error).__name__}: {error}; please report this"
        return printable(self._web.scrub(cause) if self._web else cause)

    @contextmanager
    def arrived(self, account: Account, source: Source, media: Media) -> Iterator[Download]:
        """The picture's bytes in a file of the store's ``tmp/``, which goes unless somebody moved it on.

        Raises:
            GalleryError: they could not be had.
        """
        into = self._store.root / "tmp"
        if source.local:
            with blaming(account.network):
                opened = cast(LocalSource, source).open_media(account, media)
            with opened as stream:
                arrived = _copied(stream, into, source.max_picture_bytes, media.url)
        elif self._web is None:
            raise WebError(f"{account.key} needs a network, and this run has none")
        else:
            with blaming(account.network):
                hosts = source.media_hosts(account)
            arrived = self._web.download(
                media.url,
                hosts=hosts,
                into=into,
                max_bytes=source.max_picture_bytes,
                sha256=media.sha256,
                fallback_urls=media.fallback_urls,
            )
        try:
            yield arrived
        finally:
            arrived.path.unlink(missing_ok=True)


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return OTHER_HOSTS


def _reap(pending: set[Future[None]], when: str = "ALL_COMPLETED") -> set[Future[None]]:
    """Wait for downloads, and pass on the failures that concern the whole run."""
    done, rest = wait(pending, return_when=when)
    for future in done:
        future.result()
    return rest


def _copied(stream: BinaryIO, into: Path, max_bytes: int, name: str) -> Download:
    try:
        file = tempfile.NamedTemporaryFile(dir=into, prefix="copy-", delete=False)  # noqa: SIM115  # closed below
        with file:
            sha256, size = _copy(stream, file, max_bytes, name)
    except OSError as error:
        raise StoreError(f"cannot copy a picture into {into}: {error.strerror}; is the disk full?") from error
    except PictureError:
        Path(file.name).unlink()
        raise
    return Download(Path(file.name), sha256, size)


def _copy(stream: BinaryIO, file: IO[bytes], max_bytes: int, name: str) -> tuple[str, int]:
    digest, size = sha256_of(), 0
    while True:
        try:
            piece = stream.read(_COPY_BYTES)
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error, LZMAError) as error:
            raise PictureError(f"{name} cannot be read: {error}") from error
        size += len(piece)
        if size > max_bytes:
            raise PictureError(f"{name} is larger than {max_bytes} bytes")
        if not piece:
            return digest.hexdigest(), size
        digest.update(piece)
        file.write(piece)
