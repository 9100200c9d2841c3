"""The shapes that the index has had, one step after the other. A step that was released is never edited."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from gallery.errors import StoreError

MIGRATIONS = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE account (
        key TEXT PRIMARY KEY,               -- "network:handle", as in accounts.yaml
        network TEXT NOT NULL,
        stable_id TEXT,
        profile TEXT,                       -- JSON of domain.Profile
        cursor TEXT NOT NULL DEFAULT '{}',
        state TEXT NOT NULL DEFAULT 'active',
        state_seen INTEGER NOT NULL DEFAULT 0,  -- runs in a row that reported this state
        last_attempt TEXT,
        last_success TEXT,
        problem TEXT NOT NULL DEFAULT ''
    ) WITHOUT ROWID;

    CREATE TABLE post (
        id INTEGER PRIMARY KEY,
        account TEXT NOT NULL REFERENCES account (key) ON DELETE CASCADE ON UPDATE CASCADE,
        key TEXT NOT NULL,
        permalink TEXT NOT NULL,
        created_at TEXT NOT NULL,
        body TEXT NOT NULL,                 -- JSON of the other fields of domain.Post
        confirmed_at TEXT NOT NULL,         -- when the network last showed it
        missing_since TEXT,                 -- first run that saw it gone, while that waits to be confirmed
        UNIQUE (account, key)
    );

    CREATE TABLE file (
        sha256 TEXT PRIMARY KEY,
        width_px INTEGER NOT NULL,          -- upright
        height_px INTEGER NOT NULL,
        size_bytes INTEGER NOT NULL,
        format TEXT NOT NULL,
        dhash TEXT NOT NULL                 -- 64-bit difference hash, 16 hex digits
    ) WITHOUT ROWID;

    CREATE TABLE media (
        id INTEGER PRIMARY KEY,
        post INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        key TEXT NOT NULL,
        body TEXT NOT NULL,                 -- JSON of the other fields of domain.Media
        sha256 TEXT REFERENCES file (sha256),
        failures INTEGER NOT NULL DEFAULT 0,
        problem TEXT NOT NULL DEFAULT '',
        next_try TEXT,
        UNIQUE (post, position)
    );
    CREATE INDEX media_by_file ON media (sha256);

    CREATE TABLE prediction (
        sha256 TEXT NOT NULL REFERENCES file (sha256) ON DELETE CASCADE,
        model_id TEXT NOT NULL,
        drawing REAL NOT NULL,
        photo REAL NOT NULL,
        other REAL NOT NULL,
        PRIMARY KEY (sha256, model_id)
    ) WITHOUT ROWID;

    CREATE TABLE rendition (
        sha256 TEXT NOT NULL REFERENCES file (sha256) ON DELETE CASCADE,
        recipe TEXT NOT NULL,
        body TEXT NOT NULL,                 -- JSON of domain.RenditionSet
        PRIMARY KEY (sha256, recipe)
    ) WITHOUT ROWID;

    CREATE TABLE tombstone (
        network TEXT NOT NULL,
        post_key TEXT NOT NULL,
        reason TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (network, post_key)
    ) WITHOUT ROWID;

    CREATE TABLE validator (                -- what a server gave to ask "has it changed?" with
        url TEXT PRIMARY KEY,
        etag TEXT NOT NULL DEFAULT '',
        last_modified TEXT NOT NULL DEFAULT '',
        body BLOB NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE post ADD COLUMN hidden TEXT NOT NULL DEFAULT '';  -- why it is not shown for now, "" when it is
    """,
    """
    DROP TABLE validator;
    CREATE TABLE validator (
        id INTEGER PRIMARY KEY,             -- grows with every answer kept: the lowest are the stalest
        url TEXT NOT NULL UNIQUE,
        etag TEXT NOT NULL,
        last_modified TEXT NOT NULL,
        body BLOB NOT NULL
    );
    """,
    """
    CREATE TABLE avatar (
        account TEXT PRIMARY KEY REFERENCES account (key) ON DELETE CASCADE ON UPDATE CASCADE,
        url TEXT NOT NULL,                  -- the address last asked for
        sha256 TEXT REFERENCES file (sha256),
        failures INTEGER NOT NULL DEFAULT 0,    -- in a row, of that address
        next_try TEXT NOT NULL              -- the same address is not asked for before
    ) WITHOUT ROWID;
    CREATE INDEX avatar_by_file ON avatar (sha256);
    """,
    """
    ALTER TABLE account ADD COLUMN state_since TEXT;  -- when a run first reported the state
    UPDATE account SET state_since = last_attempt WHERE state <> 'active';
    ALTER TABLE account DROP COLUMN state_seen;
    """,
    """
    CREATE INDEX tombstone_by_reason ON tombstone (network, reason);  -- asked about once an account and night
    """,
    """
    CREATE TABLE refused (                  -- the opt-outs that kept a picture out: they outlast their entries
        network TEXT NOT NULL,              -- where it was posted; "" where an older gallery did not note it
        sha256 TEXT NOT NULL,               -- "" where only a look was meant
        dhash TEXT NOT NULL,
        distance INTEGER NOT NULL,          -- in bits of 64
        PRIMARY KEY (network, sha256, dhash, distance)
    ) WITHOUT ROWID;
    INSERT INTO refused                     -- known so far: lines of sha256, space, dhash
        WITH RECURSIVE line (text, rest) AS (
            SELECT '', value FROM meta WHERE name = 'opted-out-looks'
            UNION ALL SELECT substr(rest, 1, 81), substr(rest, 83) FROM line WHERE rest <> ''
        )
        SELECT DISTINCT '', substr(text, 1, 64), substr(text, 66), 4 FROM line WHERE text <> '';
    DELETE FROM meta WHERE name = 'opted-out-looks';
    """,
    """
    CREATE TABLE hushed (                   -- posts that somebody took from view without a tombstone: they may return
        network TEXT NOT NULL,
        post_key TEXT NOT NULL,
        PRIMARY KEY (network, post_key)
    ) WITHOUT ROWID;
    """,
    """
    UPDATE post SET created_at = latest     -- a date to come was believed once: it becomes that of the last reading
        FROM (SELECT max(confirmed_at) AS latest FROM post) WHERE created_at > latest;
    """,
    """
    ALTER TABLE tombstone RENAME TO tombstone_of_all;
    DROP INDEX tombstone_by_reason;
    CREATE TABLE tombstone (
        network TEXT NOT NULL,
        post_key TEXT NOT NULL,
        author TEXT NOT NULL,               -- as Accounts.author_of tells; "" keeps the post from every account
        reason TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (network, post_key, author)
    ) WITHOUT ROWID;
    CREATE INDEX tombstone_by_reason ON tombstone (network, reason);
    INSERT INTO tombstone SELECT network, post_key, '', reason, at FROM tombstone_of_all;
    DROP TABLE tombstone_of_all;
    """,
    """
    UPDATE rendition SET body = json_remove(body, '$.notes');  -- galleries up to shape 10 read no row without
    """,
    """
    UPDATE post SET body = json_set(body, '$.authors', json_array());  -- galleries up to shape 11 read no row with it
    """,
    """
    UPDATE account SET profile = json_set(profile, '$.plea', '')  -- galleries up to shape 12 read no row with it
        WHERE profile IS NOT NULL;
    """,
)


def migrate(connection: sqlite3.Connection, where: str) -> None:
    """Bring the index to the newest shape, each step in a transaction of its own; another process may do the same now.

    Raises:
        StoreError: the index was written by a newer version of the gallery.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{where} has shape {version}, this gallery knows shapes up to {len(MIGRATIONS)}; "
            "use the newer gallery that wrote it, or move the folder away to start afresh"
        )
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version < number:
                for statement in _statements(script):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number}")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    """One after the other: `executescript` would end the transaction around it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
