"""What earlier runs learned about accounts."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace

from gallery.domain import Account, AccountState, AccountStatus, home_of, network_of
from gallery.store.database import Database
from gallery.store.records import AccountRecord
from gallery.store.rows import (
    dump_fields,
    load_profile,
    to_moment,
    to_text,
)


class Accounts(Database):
    """The table of accounts."""

    def account(self, key: str) -> AccountRecord:
        """What is known of the account ``network:handle``; an empty record when it is new."""
        rows = self._rows(
            "SELECT stable_id, profile, cursor, state, state_since, last_attempt, last_success, problem"
            " FROM account WHERE key = ?",
            (key,),
        )
        if not rows:
            return AccountRecord(key)
        stable_id, profile, cursor, state, since, attempt, success, problem = rows[0]
        return AccountRecord(
            key,
            stable_id,
            load_profile(profile),
            json.loads(cursor),
            AccountState(state),
            to_moment(since),
            to_moment(attempt),
            to_moment(success),
            problem,
        )

    def author_of(self, account: str) -> str:
        """Whose posts a removal on the account ``network:handle`` may reach: the same person's, under whatever
        spelling, where a file says which posts there are, for it may name others' posts; "", everybody's, where the
        network gives each post its key."""
        network = network_of(account)
        if home_of(network) == network:
            return ""
        rows = self._rows("SELECT stable_id FROM account WHERE key = ? AND stable_id NOT NULL", (account,))
        return rows[0][0] if rows else account

    def save_account(self, record: AccountRecord) -> None:
        """Insert or replace what is known of an account; one of which nothing is known has no row."""
        old = self.account(record.key)
        if old == record:
            return
        visible = (old.profile, old.state, old.problem) != (record.profile, record.state, record.problem)
        with self._write(visible=visible) as db:
            db.execute(
                "INSERT INTO account (key, network, stable_id, profile, cursor, state, state_since, last_attempt,"
                " last_success, problem) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (key) DO UPDATE SET"
                " stable_id = excluded.stable_id, profile = excluded.profile, cursor = excluded.cursor,"
                " state = excluded.state, state_since = excluded.state_since, last_attempt = excluded.last_attempt,"
                " last_success = excluded.last_success, problem = excluded.problem",
                (
                    record.key,
                    record.network,
                    record.stable_id,
                    None if record.profile is None else dump_fields(record.profile),
                    json.dumps(dict(record.cursor), sort_keys=True, separators=(",", ":")),
                    record.state.value,
                    to_text(record.state_since),
                    to_text(record.last_attempt),
                    to_text(record.last_success),
                    record.problem,
                ),
            )

    def former_key(self, network: str, stable_id: str, listed: Collection[str]) -> str:
        """By which key the account of this id was known that is not ``listed`` any more; "" where by none, of several
        the one that was read last."""
        known = "SELECT key FROM account WHERE network = ? AND stable_id = ? ORDER BY last_success DESC"
        rows = self._rows(known, (network, stable_id))
        return next((key for (key,) in rows if key not in listed), "")

    def rename_account(self, former: str, key: str) -> None:
        """Let the account ``former`` be ``key``, with all that is stored of it, and not what was known of ``key``."""
        with self._write() as db:
            db.execute("DELETE FROM account WHERE key = ?", (key,))
            db.execute("UPDATE account SET key = ? WHERE key = ?", (key, former))

    def move_cursor(self, key: str, cursor: Mapping[str, object]) -> None:
        """Remember how far an account was read."""
        self.save_account(replace(self.account(key), cursor=cursor))

    def read_anew(self, key: str) -> None:
        """Have a local source tell everything at its next listing, and still miss what it had read and is gone."""
        cursor = self.account(key).cursor
        self.move_cursor(key, {name: value for name, value in cursor.items() if name != "settings"})

    def account_keys(self) -> list[str]:
        """Every account that the index knows, configured or not."""
        return [row[0] for row in self._rows("SELECT key FROM account ORDER BY key")]

    def days_of_success(self) -> list[str]:
        """Each account's key with the day on which it was last read, or with None."""
        return [f"{key} {day}" for key, day in self._rows("SELECT key, date(last_success) FROM account ORDER BY key")]

    def account_status(self, account: Account) -> AccountStatus:
        """How an account fares, for the status page."""
        record = self.account(account.key)
        return AccountStatus(account, record.profile, record.state, record.last_success, record.problem)
