"""The end of an exchange at its deadline: connections that tell who watches them, so that their sockets can be shut."""

from __future__ import annotations

import threading
from contextlib import suppress
from socket import SHUT_RDWR
from typing import TYPE_CHECKING, Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    from urllib3 import HTTPResponse, PoolManager

_current = threading.local()


class Watch:
    """Ends the exchange that this thread begins, at its deadline, by shutting its socket, which no trickle of single
    bytes can outlast. It has to go over the connections of a manager that is :func:`watched`."""

    def __init__(self, total_s: float) -> None:
        self.connection: HTTPConnection | None = None
        self.sock: Any = None  # the connection lets go of it where a body ends with the connection, before it is read
        self.expired = False
        self._timer = threading.Timer(total_s, self.expire)
        self._timer.daemon = True
        self._timer.start()
        _current.watch = self

    def expire(self) -> None:
        """End the exchange now."""
        self.expired = True
        sock = self.sock or getattr(self.connection, "sock", None)
        if sock is not None:
            with suppress(OSError):  # it was closed in the meantime, which is what we want
                sock.shutdown(SHUT_RDWR)

    def end(self) -> None:
        """The exchange is over."""
        self._timer.cancel()


def watched(manager: PoolManager) -> PoolManager:
    """The manager, whose connections tell the watch of their thread that they serve it."""
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}
    return manager


class _Watched(HTTPConnection):
    """Tells the watch of this thread which connection serves it."""

    def connect(self) -> None:
        _current.watch.connection = self
        super().connect()

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as the library has it
        _current.watch.sock = self.sock
        return super().getresponse()


class _WatchedTLS(_Watched, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTLS
