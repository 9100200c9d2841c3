"""What X means when it does not answer with data (X docs: x-api/fundamentals/response-codes-and-errors).

Bodies come with either content type, and ``type`` under either host, so only the last part of ``type`` counts; an
unknown one is judged by the HTTP status.
"""

from __future__ import annotations

from collections.abc import Mapping

from gallery.domain import AccountState, Notice
from gallery.errors import AccountGoneError, BudgetError, CredentialsError, SourceError
from gallery.sources.base import Answer
from gallery.sources.json_values import mapping, sequence, string
from gallery.sources.text import one_line


def slug(problem: Mapping[str, object]) -> str:
    """The last part of a problem's type, ``resource-not-found`` say; "" for ``about:blank`` and for none."""
    kind = string(problem.get("type"))
    return kind.rstrip("/").rpartition("/")[2] if "/" in kind else ""


def is_final(answer: Answer) -> bool:
    """A 429 that no waiting cures: the monthly cap."""
    try:
        return answer.status == 429 and slug(mapping(answer.json())) == "usage-capped"
    except SourceError:
        return False


def body_of(answer: Answer, who: str) -> Mapping[str, object]:
    """The body of an answer that has something to read, even if that is "nothing new".

    Args:
        who: the account's key, for messages.

    Raises:
        AccountGoneError: the account is suspended, protected or unknown.
        CredentialsError: the keys were refused.
        BudgetError: no credits, spending cap, monthly cap.
        SourceError: any other refusal, with X's own words.
    """
    if answer.status != 200:
        raise _refusal(answer, who)
    body = mapping(answer.json())
    problems = [mapping(problem) for problem in sequence(body.get("errors"))]
    if "data" in body or "meta" in body:
        if problems and not sequence(body.get("data")) and not mapping(body.get("data")):
            _raise_account_state(problems, who)
        return body
    _raise_account_state(problems, who)
    raise SourceError(f"{who}: X answered 200 without data: {_words(body)}")


def partial_errors(body: Mapping[str, object]) -> list[Notice]:
    """What X could not deliver beside the data it did deliver."""
    return [
        Notice("partial-error", _words(mapping(problem)))
        for problem in sequence(body.get("errors"))
        if isinstance(problem, dict)
    ]


def _raise_account_state(problems: list[Mapping[str, object]], who: str) -> None:
    """Raise when one of the problems is about the account as a whole."""
    for problem in problems:
        if string(problem.get("resource_type")) not in ("user", ""):
            continue
        words = _words(problem)
        if slug(problem) == "not-authorized-for-resource":
            raise AccountGoneError(f"{who} is protected: {words}", AccountState.PROTECTED)
        if slug(problem) == "resource-not-found":
            if string(problem.get("title")) == "Forbidden" or "suspended" in words.lower():
                raise AccountGoneError(f"{who} is suspended: {words}", AccountState.SUSPENDED)
            raise AccountGoneError(f"{who}: {words}; is the name spelt right?", AccountState.MISSING)


def _refusal(answer: Answer, who: str) -> SourceError:
    """The error for a status other than 200."""
    try:
        body = mapping(answer.json())
    except SourceError:
        body = {}
    problems = [mapping(problem) for problem in sequence(body.get("errors"))] or [body]
    words, kinds = _words(body), {slug(problem) for problem in (body, *problems)}
    try:
        if answer.status in (401, 403, 404):
            _raise_account_state([problem for problem in (body, *problems) if slug(problem)], who)
    except SourceError as error:
        return error
    if answer.status == 401:
        return CredentialsError(f"{who}: X refuses the keys (401): {words}; check them, and this machine's clock")
    if answer.status == 402:
        return BudgetError(f"{who}: no X credits left (402): {words}; top up in the developer console")
    if answer.status == 403 and "spendcap" in words.lower().replace(" ", "").replace("-", ""):
        return BudgetError(f"{who}: X's spending cap is reached (403): {words}")
    if answer.status == 403:
        hint = "; the app has to be attached to a project" if "client-forbidden" in kinds else ""
        return CredentialsError(f"{who}: X refuses this app or kind of key (403): {words}{hint}")
    if answer.status == 429:
        return BudgetError(f"{who}: X's monthly cap of posts is reached (429): {words}")
    if answer.status == 400:
        return SourceError(f"{who}: X does not accept our request (400), please report this: {words}")
    return SourceError(f"{who}: X answered {answer.status}: {words}")


def _words(problem: Mapping[str, object]) -> str:
    """What X itself says, on one line and short enough for a report."""
    inner = [mapping(item) for item in sequence(problem.get("errors"))]
    said = [problem.get("title"), problem.get("reason"), problem.get("detail"), problem.get("resource_id")]
    said += [item.get("message") or item.get("detail") for item in inner[:3]]
    return one_line(" – ".join(dict.fromkeys(filter(None, map(string, said)))), 400) or "no explanation"
