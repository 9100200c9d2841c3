"""One account's listing: what its source tells goes into the store, event by event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gallery.domain import (
    Account,
    AccountState,
    CursorMoved,
    KnownPost,
    Notice,
    PostGone,
    PostObscured,
    PostSeen,
    Profile,
    ProfileSeen,
    SourceEvent,
)
from gallery.errors import AccountGoneError, GalleryError, SourceError, StoreError
from gallery.fetch.authors import several_authors
from gallery.fetch.context import AccountTally, Context
from gallery.fetch.events import sound
from gallery.fetch.meter import AccountMeter, CountedWeb, tariff_of
from gallery.fetch.posts import PostsOfRun
from gallery.sources import source_for
from gallery.sources.base import Since
from gallery.sources.guarded import blaming
from gallery.wishes import account_gone, account_public, second_word
from gallery.wording import number_of

MOST_LAST_SHOWN = 10  # posts that a source is offered for control questions


def list_account(context: Context, account: Account, tally: AccountTally) -> None:
    """Read what is new on an account; what goes wrong is written into ``tally`` and costs this account only.

    Raises:
        StoreError: the store cannot be read or written.
    """
    store = context.store
    store.save_account(replace(store.account(account.key), last_attempt=context.now))
    try:
        with blaming(account.network):
            _read_within_limits(context, account, tally)
    except StoreError:
        raise
    except AccountGoneError as error:
        removed = account_gone(store, account, error.state, context.now)
        tally.removed += removed.posts
        tally.problem = context.scrub(str(error))
        tally.answered = removed.settled
        if removed.held:
            go = number_of(removed.held, "post goes", "posts go")
            tally.note("held-removals", f"{go} if {second_word(local=False)}")
    except GalleryError as error:
        tally.problem = context.scrub(str(error))


class _KnownError(Exception):
    """The account turned out to be one that is known by a former name, and has to be read as that."""


def _read_within_limits(context: Context, account: Account, tally: AccountTally) -> None:
    listing = _Listing(context, account, tally)
    try:
        listing.read()
    except _KnownError:
        listing = _Listing(context, account, tally)
        listing.read()
    if listing.posts.limits.reopen():
        again = AccountTally()  # what this reading would name was named when it was read first
        _Listing(context, account, again).read()
        tally.removed += again.removed


class _Listing:
    def __init__(self, context: Context, account: Account, tally: AccountTally) -> None:
        self._context, self._account, self._tally = context, account, tally
        self._store, self._now = context.store, context.now
        self._source = source_for(account.network)
        self.posts = PostsOfRun(context, account, tally, local=self._source.local)
        self._losses = self.posts.losses
        tally.meter = tally.meter or AccountMeter(context.ledger(account.network), tariff_of(account, self._source))
        self._meter = tally.meter
        self._profile_seen = False
        self._found_again: AccountState | None = None
        self._from_the_start = False
        self._has_moved = False  # as a run before this one told; from then on the status tells
        self._renamed = ""  # what the listing says of another name, until its profile shows whether that is new
        self._stays = False  # posts may come back that this run's listing does not reach: the next one reads anew

    def read(self) -> None:
        """List, sweep, remove; what was heard before a failure stands."""
        record, posts = self._store.account(self._account.key), self.posts
        posts.profile, self._from_the_start = record.profile, not record.cursor
        self._has_moved = record.state is AccountState.MOVED
        returning = not record.state.is_public
        web = CountedWeb(self._context.web, self._account, self._context.settings.max_calls)
        since = Since(
            self._now, record.stable_id, record.cursor, posts.knows, posts.holds, self._meter, self._last_shown
        )
        try:
            self._list(since, web, everything=returning)
            if not self._profile_seen:
                self._public(AccountState.ACTIVE)
            if self._source.local:
                self._confirm_suspicions()
            else:
                self._sweep(since, web, everything=returning)
        except AccountGoneError:
            self._found_again = None  # its profile is shown, but another server misses it: that is a word against it
            raise
        finally:
            self._remove()
            if self._found_again:
                self._public(self._found_again)
            if posts.edited:
                self._store.drop_unused_files()
        posts.limits.keep()  # after the removal: what goes takes no place
        for notice in several_authors(self._store, self._account):
            self._take(notice)

    def _list(self, since: Since, web: CountedWeb, *, everything: bool) -> None:
        """Take what the source tells. Where it cannot go on, what is stored is asked about all the same: an empty
        budget or a refused key says nothing about what was deleted.

        Raises:
            AccountGoneError: the listing says so, or the sweep after one that failed.
            SourceError: the rest cannot be read now; what was told stands.
        """
        try:
            for event in sound(self._account.network, self._source.list_posts(self._account, since, web)):
                self._tally.posts_read += isinstance(event, PostSeen)
                self._take(event)
        except AccountGoneError:
            raise
        except SourceError:
            try:
                if not (self._source.local or self._tally.answered):  # who opted out is asked nothing more
                    self._sweep(since, web, everything=everything, listed=False)
            except AccountGoneError:
                raise
            except SourceError:
                pass  # the failure to report is the one of the listing
            raise

    def _last_shown(self) -> Sequence[KnownPost]:
        return self._store.last_confirmed(self._account.key, MOST_LAST_SHOWN)

    # --- events ------------------------------------------------------------------------------------------------------

    def _take(self, event: SourceEvent) -> None:
        match event:
            case PostSeen(post):
                self.posts.take(post)
            case PostGone():
                self.posts.hear_gone(event)
            case PostObscured(key):
                self.posts.veil(key)
            case CursorMoved(cursor):
                if not self._stays:
                    self._losses.move_cursor(cursor)
            case Notice("moved-to") if self._has_moved:
                pass
            case Notice("renamed", detail):
                self._renamed = self._context.scrub(detail)
            case Notice(kind, detail):
                self._tally.note(kind, self._context.scrub(detail))
            case ProfileSeen(profile):
                self._take_profile(profile)

    def _public(self, state: AccountState) -> None:
        if account_public(self._store, self._account, state, self._now):
            self._losses.drop_cursor()
            self._stays = not self._from_the_start

    def _take_profile(self, profile: Profile) -> None:
        account, record = self._account, self._store.account(self._account.key)
        if record.stable_id is None:
            self._take_over(profile)
        if record.stable_id is not None and record.stable_id != profile.stable_id:
            raise SourceError(
                f"{account.where}: {account.key} is somebody else now ({record.stable_id} became {profile.stable_id}); "
                "take the entry out and run 'gallery gc' if that is meant, then enter it anew"
            )
        if not profile.state.is_public:
            self._store.save_account(replace(record, stable_id=profile.stable_id))  # what was looked up is not lost
            raise AccountGoneError(f"{account.key} is {profile.state.value}", profile.state)
        self._store.save_account(replace(record, stable_id=profile.stable_id, profile=profile))
        self.posts.profile = profile
        if self._context.optouts.covers_account(account.key, profile):
            self._tally.answered = True
            raise SourceError(
                f"{account.where}: {account.key} opted out as {profile.handle}, {profile.stable_id}; take the entry out"
            )
        if record.state is AccountState.MISSING and self.posts.before:  # its posts wait for a second word
            self._found_again = profile.state
        else:
            self._public(profile.state)
        if self._renamed and (record.profile is None or record.profile.handle != profile.handle):
            self._tally.note("renamed", self._renamed)
        told = self._profile_seen or self._has_moved or self._tally.notices["moved-to"]
        if profile.state is AccountState.MOVED and not told:
            self._tally.note("moved", f"{account.key} has moved, see {profile.url}; follow them if they agree")
        self._profile_seen = True

    def _take_over(self, profile: Profile) -> None:
        """Where the entry has followed its account to another name, go on with what is known of that.

        Raises:
            _KnownError: there is such an account, and it is called by the new name now.
        """
        account, optouts = self._account, self._context.optouts
        former = self._store.former_key(account.network, profile.stable_id, self._context.listed)
        if former and not self._source.local and not optouts.covers_account(account.key, profile):
            self._store.rename_account(former, account.key)
            if profile.state.is_public:  # X tells it once a month
                self._store.save_account(replace(self._store.account(account.key), profile=profile))
            self._tally.note("renamed", f"{account.where}: {account.key} was {former}; what is known of it stays")
            raise _KnownError

    # --- what follows a listing --------------------------------------------------------------------------------------

    def _sweep(self, since: Since, web: CountedWeb, *, everything: bool, listed: bool = True) -> None:
        """Ask about the stored posts that the listing did not show, and about all of an account that came back. After
        a listing that failed (not ``listed``), also about some that it did show: whether they are found tells what
        answers about others are worth."""
        asked = [post for post in self.posts.staying() if post.key not in self.posts.seen]
        if asked and not listed:
            asked += [post for key, post in self.posts.before.items() if key in self.posts.seen][:MOST_LAST_SHOWN]
        if everything:
            asked = self._store.posts(self._account.key)
        unconfirmed: set[str] = set()
        questionable: list[PostGone] = []
        if not asked:
            return
        for event in sound(self._account.network, self._source.find_gone(self._account, since, asked, web)):
            if isinstance(event, Notice) and event.kind == "unconfirmed":
                unconfirmed.add(event.detail)
            elif isinstance(event, PostGone) and not (listed or event.refused or event.witnessed):
                unconfirmed.add(event.post_key)
                questionable.append(event)
            else:
                self._take(event)
        silent = {post.key for post in asked} - unconfirmed - self._losses.gone.keys() - self._losses.doubtful.keys()
        self._take_questionable(questionable, found_others=bool(silent))
        self._store.confirm_posts(self._account.key, sorted(silent), self._now)

    def _take_questionable(self, lost: Sequence[PostGone], *, found_others: bool) -> None:
        """Take what is called gone on a night without a listing, but for what may be the same outage: an answer that
        every post gets, or a doubtful one where not even the account was found."""
        believed = [told for told in lost if found_others and (told.certain or self._profile_seen)]
        for told in believed:
            self._take(told)
        if left := len(lost) - len(believed):
            why = "the listing failed as well" if found_others else "nothing else of the account was found"
            stay = number_of(left, "post that seems to be gone stays", "posts that seem to be gone stay")
            self._tally.note("sweep-outage", f"{stay}: {why}")

    def _confirm_suspicions(self) -> None:
        """A local listing tells a loss once; that it did not tell of a return since is the second word."""
        for key, since in self._store.suspected(self._account.key).items():
            if key not in self.posts.seen and since < self._now:
                self._losses.gone.setdefault(key, "gone for two runs")

    def _remove(self) -> None:
        removed = self._losses.carry_out(self._now, self._context.settings.max_removed_share)
        self._tally.removed += removed.posts
        if removed.held:
            go = number_of(removed.held, "post goes", "posts go")
            self._tally.note("held-removals", f"{go} if {second_word(self._source.local)}")
