"""People's wishes: what is gone at the source goes here too, what somebody opted out of goes at once."""

from gallery.wishes.exports import follow_homes, held_back, originals
from gallery.wishes.network import (
    SECOND_WORD_AFTER,
    Removed,
    account_gone,
    account_public,
    expire,
    forget_asked,
    remove_gone,
    second_word,
    take_post,
    unconfirmed,
)
from gallery.wishes.optouts import (
    apply_optouts,
    named_no_more,
    purge,
    remember_met,
    unmet,
    with_former_names,
    withdraw_post,
)
from gallery.wishes.pleas import pleas
from gallery.wishes.removal import forget_withdrawn, removal_notes, removal_reasons, withdrawn

__all__ = [
    "SECOND_WORD_AFTER",
    "Removed",
    "account_gone",
    "account_public",
    "apply_optouts",
    "expire",
    "follow_homes",
    "forget_asked",
    "forget_withdrawn",
    "held_back",
    "named_no_more",
    "originals",
    "pleas",
    "purge",
    "remember_met",
    "removal_notes",
    "removal_reasons",
    "remove_gone",
    "second_word",
    "take_post",
    "unconfirmed",
    "unmet",
    "with_former_names",
    "withdraw_post",
    "withdrawn",
]
