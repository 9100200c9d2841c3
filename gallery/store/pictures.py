"""The pictures of posts: which have their bytes, which are wanted, and which were refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from gallery.domain import Account, Media, Picture
from gallery.optout_rules import LookAlike
from gallery.store.accounts import Accounts
from gallery.store.files import Files
from gallery.store.records import StoredFile, WantedMedia
from gallery.store.rows import load_media, load_post, to_text

_GIVE = "UPDATE media SET sha256 = ?, failures = 0, problem = '', next_try = NULL WHERE id = ?"
NEVER = "9999-12-31T00:00:00+00:00"
_EVER = datetime(9999, 12, 30, tzinfo=UTC)  # what was refused waits for longer


class Pictures(Accounts, Files):
    """The table of media, and that of what opt-outs refused."""

    def wanted_media(self, account: str, now: datetime) -> list[WantedMedia]:
        """The pictures of an account whose bytes are missing and may be asked for now, newest post first; one that
        stands in several posts, under one key and address, only once."""
        places: dict[tuple[str, str], list[tuple[int, str, Media, int]]] = {}
        for row_id, post_key, key, body, failures in self._rows(
            "SELECT media.id, post.key, media.key, media.body, media.failures FROM media"
            " JOIN post ON post.id = media.post WHERE post.account = ? AND media.sha256 IS NULL"
            " AND (media.next_try IS NULL OR media.next_try <= ?)"
            " ORDER BY post.created_at DESC, post.key, media.position",
            (account, to_text(now)),
        ):
            media = load_media(key, body)
            places.setdefault((key, media.url), []).append((row_id, post_key, media, failures))
        return [
            WantedMedia(tuple(place[0] for place in one), one[0][1], one[0][2], max(place[3] for place in one))
            for one in places.values()
        ]

    def share_bytes(self, account: str) -> int:
        """Give pictures whose bytes are missing, however long they would wait, those that another post of the account
        holds under the same key and address; returns to how many."""
        with self._write() as db:
            if not (wanted := self.wanted_media(account, _EVER)):
                return 0
            held = {
                (key, url): sha256
                for key, url, sha256 in self._rows(
                    "SELECT media.key, json_extract(media.body, '$.url'), sha256 FROM media"
                    " JOIN post ON post.id = media.post WHERE account = ? AND sha256 NOT NULL",
                    (account,),
                )
            }
            found = [(one.ids, held.get((one.media.key, one.media.url))) for one in wanted]
            given = [(sha256, media_id) for ids, sha256 in found if sha256 for media_id in ids]
            return db.executemany(_GIVE, given).rowcount if given else 0

    def media_problems(self, account: str) -> list[tuple[str, int, str]]:
        """(post key, position, cause) of every picture of an account that could not be had so far."""
        return self._rows(
            "SELECT post.key, media.position, media.problem FROM media JOIN post ON post.id = media.post"
            " WHERE post.account = ? AND media.sha256 IS NULL AND media.problem <> '' ORDER BY 1, 2",
            (account,),
        )

    def attach(self, media_ids: Iterable[int], file: StoredFile, temporary: Path) -> None:
        """Move the fetched bytes at ``temporary`` (inside ``tmp/``) to their place and give them to pictures.

        The bytes are on the disk under their final name before the index says so.

        Raises:
            StoreError: the disk is full or the folder cannot be written.
        """
        with self._kept(file, temporary) as db:
            db.executemany(_GIVE, [(file.sha256, media_id) for media_id in media_ids])

    def media_failed(self, media_ids: Iterable[int], cause: str, next_try: datetime) -> None:
        """Remember why pictures could not be had, and when to try again."""
        with self._write(visible=False) as db:
            db.executemany(
                "UPDATE media SET failures = failures + 1, problem = ?, next_try = ? WHERE id = ?",
                [(cause, to_text(next_try), media_id) for media_id in media_ids],
            )

    def refuse_media(self, media_ids: Iterable[int], reason: str) -> None:
        """Let pictures without bytes stay so for good."""
        with self._write(visible=False) as db:
            db.executemany(
                "UPDATE media SET problem = ?, next_try = ? WHERE id = ?",
                [(reason, NEVER, media_id) for media_id in media_ids],
            )

    def refuse_file(self, sha256: str, reason: str) -> int:
        """Take these bytes from every picture, for good; returns from how many."""
        if not self._rows("SELECT 1 FROM media WHERE sha256 = ?", (sha256,)):
            return 0
        with self._write() as db:
            return db.execute(
                "UPDATE media SET sha256 = NULL, problem = ?, next_try = ? WHERE sha256 = ?", (reason, NEVER, sha256)
            ).rowcount

    def remember_refused(self, networks: Iterable[str], wishes: Iterable[LookAlike]) -> None:
        """Keep the wishes that kept out a picture of these networks, whatever becomes of its accounts and posts."""
        rows = [(network, one.of, one.dhash, one.distance) for one in wishes for network in networks]
        with self._write(visible=False) as db:
            db.executemany("INSERT OR IGNORE INTO refused VALUES (?,?,?,?)", rows)

    def refused(self) -> set[LookAlike]:
        """Every wish that ever kept a picture out."""
        rows = self._rows("SELECT DISTINCT dhash, distance, sha256 FROM refused")
        return {LookAlike(dhash, distance, sha256) for dhash, distance, sha256 in rows}

    def lift_refused(self, network: str, wishes: Iterable[LookAlike]) -> None:
        """Forget that these wishes kept out pictures of a network, or of one that an older gallery did not note."""
        with self._write(visible=False) as db:
            db.executemany(
                "DELETE FROM refused WHERE network IN (?, '') AND sha256 = ? AND dhash = ? AND distance = ?",
                [(network, one.of, one.dhash, one.distance) for one in wishes],
            )

    def networks_of(self, sha256: str) -> set[str]:
        """The networks on which these bytes are a picture or an avatar."""
        rows = self._rows(
            "SELECT network FROM account WHERE key IN (SELECT account FROM post JOIN media ON media.post = post.id"
            " WHERE sha256 = ? UNION SELECT account FROM avatar WHERE sha256 = ?)",
            (sha256, sha256),
        )
        return {network for (network,) in rows}

    def fetch_again(self, sha256: str) -> int:
        """Have every picture and avatar of these bytes, which are lost, brought once more; returns how many."""
        with self._write() as db:
            pictures = db.execute("UPDATE media SET sha256 = NULL WHERE sha256 = ?", (sha256,)).rowcount
            return pictures + db.execute("DELETE FROM avatar WHERE sha256 = ?", (sha256,)).rowcount

    def shown_by(self, sha256: str) -> list[str]:
        """Where these bytes came from, in words: "bluesky:aoi https://…" for a post, "avatar of bluesky:aoi"."""
        posts = self._rows(
            "SELECT DISTINCT account, coalesce(nullif(permalink, ''), post.key) FROM media"
            " JOIN post ON post.id = media.post WHERE sha256 = ? ORDER BY 1, 2",
            (sha256,),
        )
        faces = self._rows("SELECT account FROM avatar WHERE sha256 = ? ORDER BY 1", (sha256,))
        return [*(f"{account} {link}" for account, link in posts), *(f"avatar of {account}" for (account,) in faces)]

    def left_post(self, account: str, post: str, sha256: str) -> bool:
        """Is a post here with all its pictures, and these bytes are none of them? An edit took them out, or somebody
        refused them."""
        rows = self._rows(
            "SELECT sha256, next_try FROM media JOIN post ON post.id = media.post WHERE account = ? AND post.key = ?",
            (account, post),
        )
        return bool(rows) and all(held != sha256 if held else next_try == NEVER for held, next_try in rows)

    def picture_count(self, account: str) -> int:
        """How many pictures of an account have their bytes here."""
        rows = self._rows(
            "SELECT count(*) FROM media JOIN post ON post.id = media.post WHERE account = ? AND sha256 IS NOT NULL",
            (account,),
        )
        return int(rows[0][0])

    def shown_counts(self) -> dict[str, int]:
        """Account → how many of its pictures may be shown: their bytes are here, and their post is not hidden."""
        return dict(
            self._rows(
                "SELECT account, count(*) FROM media JOIN post ON post.id = media.post"
                " WHERE sha256 IS NOT NULL AND hidden = '' GROUP BY account"
            )
        )

    def shown_of_post(self, account: str, post: str) -> int:
        """How many pictures of one post may be shown."""
        rows = self._rows(
            "SELECT count(*) FROM media JOIN post ON post.id = media.post"
            " WHERE account = ? AND post.key = ? AND sha256 NOT NULL AND hidden = ''",
            (account, post),
        )
        return int(rows[0][0])

    def file_count(self) -> int:
        """How many different pictures of posts are stored."""
        return int(self._rows("SELECT COUNT(DISTINCT sha256) FROM media")[0][0])

    def pictures(self, accounts: Iterable[Account]) -> list[Picture]:
        """Every picture of these accounts whose bytes are here and whose post was not removed: newest first, accounts
        in the order given."""
        found = []
        for account in accounts:
            profile = self.account(account.key).profile
            posts: dict[tuple[str, str, str, str], list[tuple[int, Media, str, int, int]]] = {}
            for key, link, created, body, position, media_key, media_body, sha256, width, height in self._rows(
                "SELECT post.key, permalink, created_at, post.body, position, media.key, media.body,"
                " media.sha256, width_px, height_px FROM post JOIN media ON media.post = post.id"
                " JOIN file ON file.sha256 = media.sha256 WHERE account = ?"
                " AND post.hidden = '' AND NOT EXISTS"
                " (SELECT 1 FROM tombstone WHERE network = ? AND post_key = post.key AND author IN ('', ?))"
                " ORDER BY created_at DESC, post.key, position",
                (account.key, account.network, self.author_of(account.key)),
            ):
                shown = posts.setdefault((key, link, created, body), [])
                shown.append((position, load_media(media_key, media_body), sha256, width, height))
            for row, shown in posts.items():
                post = load_post(*row, tuple(media for _, media, *_ in shown))
                found += [
                    Picture(sha256, account, post, media, position, width, height, profile)
                    for position, media, sha256, width, height in shown
                ]
        return found

    def count_hidden(self, accounts: Iterable[Account]) -> int:
        """How many pictures of these accounts are here in posts that :meth:`hide_posts` keeps from view."""
        return sum(
            self._rows(
                "SELECT count(*) FROM post JOIN media ON media.post = post.id JOIN file ON file.sha256 = media.sha256"
                " WHERE account = ? AND post.hidden <> ''",
                (account.key,),
            )[0][0]
            for account in accounts
        )
