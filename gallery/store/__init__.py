"""What was fetched, kept between nights: an SQLite index and the pictures under their sha256.

Layout of the folder (``.gallery/``)::

    index.sqlite3            accounts and their avatars, posts, media, files, predictions, renditions, tombstones
    files/ab/abcdef…         the bytes as fetched, named by their hash, written once
    renditions/<name>        resized copies, named by content and options
    tmp/                     files on their way; emptied when a command begins
    lock                     who builds right now

The store is the seam of the house: everything before it needs a network, everything after it can be made again.
Every method is safe to call from several threads.
"""

from __future__ import annotations

from gallery.store.derived import Derived
from gallery.store.housekeeping import Housekeeping
from gallery.store.posts import Posts
from gallery.store.records import AccountRecord, AvatarRecord, StoredFile, WantedMedia

__all__ = ["AccountRecord", "AvatarRecord", "Store", "StoredFile", "WantedMedia"]


class Store(Posts, Derived, Housekeeping):
    """The folder ``.gallery/``, opened. Use as a context manager.

    Raises:
        StoreError: the folder or its index cannot be opened, or a newer gallery wrote it.
    """
