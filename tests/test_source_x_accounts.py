"""Whom the source ``x`` reads and what X refuses: names, states of accounts, limits, keys."""

from __future__ import annotations

import pytest

from gallery.domain import AccountState, CursorMoved, ProfileSeen
from gallery.errors import AccountGoneError, BudgetError, CredentialsError, SourceError, WebError
from gallery.sources.base import PaidSource
from gallery.sources.x import X
from tests.servers.base import Fault, Response, html_with_200, status, times
from tests.servers.x import API, BEARER, KEYS, FakeX
from tests.source_kit import NOW, CountingMeter, last_cursor, only, posts, since
from tests.x_kit import LOOKUP, TIMELINE, again, answer, filled, fixture, read, read_until_error, set_keys

PROBLEMS = fixture("problems")


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    set_keys(monkeypatch)


# --- who is asked ----------------------------------------------------------------------------------------------------


def test_rename_changes_nothing_and_profiles_are_refreshed_monthly() -> None:
    """Once known, an account is read by id; its new name arrives with the monthly refresh, which costs one user."""
    meter = CountingMeter()
    with FakeX(NOW, filled(1)) as server:
        first = read(server)
        server.user.name = "aoi_renamed"
        server.forget()
        second = read(server, again(first, days=29, meter=meter))
        assert server.paths() == [TIMELINE]
        third = read(server, again([*first, *second], days=31, meter=meter))
        assert server.paths() == [TIMELINE, "/2/users/1001", TIMELINE]
    assert [event.profile.handle for event in only(ProfileSeen, third)] == ["aoi_renamed"]
    assert meter.users == 1


@pytest.mark.parametrize(
    ("state", "expected"), [("suspended", AccountState.SUSPENDED), ("protected", AccountState.PROTECTED)]
)
def test_account_wide_states_act_at_once(state: str, expected: AccountState) -> None:
    """A suspended or protected account is reported as such, whether it is new or long known."""
    with FakeX(NOW, filled(2)) as server:
        known = again(read(server))
        server.user.state = state
        for earlier in (since(), known, since(dict(known.cursor) | {"profile_at": None}, "1001")):
            _, error = read_until_error(server, earlier)
            assert isinstance(error, AccountGoneError)
            assert error.state is expected


@pytest.mark.parametrize("state", ["suspended", "protected", "missing"])
def test_closed_account_is_not_looked_up_again(state: str) -> None:
    """A known account whose cursor was emptied when it closed costs nothing until it is public again."""
    meter = CountingMeter()
    with FakeX(NOW, filled(2)) as server:
        server.user.state = state
        for _ in range(3):
            events, error = read_until_error(server, since({}, "1001", meter=meter))
            assert isinstance(error, AccountGoneError)
            assert events == []
        assert (meter.users, meter.posts, server.paths()) == (0, 0, [TIMELINE] * 3)
        server.user.state = "active"
        assert len(posts(read(server, since({}, "1001", meter=meter)))) == 2
        assert (meter.users, meter.posts) == (1, 2)


def test_closed_account_is_not_looked_up_when_x_does_not_say_whether_it_is_open() -> None:
    """A refusal of the free question ends the night before the look-up that would be charged for."""
    with FakeX(NOW, filled(2)) as server:
        server.fail_next(answer({"title": "Invalid Request", "type": "about:blank"}, 400), path=TIMELINE)
        _, error = read_until_error(server, since({}, "1001"))
        assert (type(error), server.paths()) == (SourceError, [TIMELINE])


@pytest.mark.parametrize(
    "words", [{"title": "Forbidden", "detail": "no"}, {"title": "Not Found Error", "detail": "User has been suspended"}]
)
def test_suspension_is_told_from_absence_by_its_words(words: dict[str, str]) -> None:
    """X gives suspended and unknown users the same type, under either host; title or detail tells them apart."""
    problem = {**words, "resource_type": "user", "type": "https://api.x.com/2/problems/resource-not-found"}
    with FakeX(NOW) as server:
        server.fail_next(answer({"errors": [problem]}), path=LOOKUP)
        _, error = read_until_error(server)
    assert isinstance(error, AccountGoneError)
    assert error.state is AccountState.SUSPENDED


@pytest.mark.parametrize("code", [401, 403])
def test_protected_timeline_may_come_with_an_error_status(code: int) -> None:
    """The protected answer counts whatever status it comes with."""
    with FakeX(NOW) as server:
        server.fail_next(answer(PROBLEMS["protected_timeline"]["body"], code), path=TIMELINE)
        _, error = read_until_error(server)
    assert isinstance(error, AccountGoneError)
    assert error.state is AccountState.PROTECTED


def test_an_account_that_is_protected_from_the_start_is_looked_up_once() -> None:
    """The look-up that was paid for tells the id, which the free question of every later night needs."""
    with FakeX(NOW, filled(2)) as server:
        server.user.state = "protected"
        events, error = read_until_error(server)
        assert isinstance(error, AccountGoneError)
        (told,) = only(ProfileSeen, events)
        assert (told.profile.stable_id, told.profile.state) == ("1001", AccountState.PROTECTED)


def test_a_plea_in_the_profile_is_passed_on() -> None:
    """What the artist asks for in words comes with the look-up that is paid for anyway."""
    with FakeX(NOW, filled(2)) as server:
        server.user.bio = "転載禁止"
        assert [event.profile.plea for event in only(ProfileSeen, read(server))] == ["転載禁止"]


def test_unknown_user_is_reported_as_missing() -> None:
    """A user whom X does not know is reported as missing, and no cursor moves; fetch waits for a second run."""
    with FakeX(NOW, filled(2)) as server:
        known = again(read(server))
        server.user.state = "missing"
        for earlier in (since(), known):
            events, error = read_until_error(server, earlier)
            assert isinstance(error, AccountGoneError)
            assert error.state is AccountState.MISSING
            assert events == []


# --- refusals --------------------------------------------------------------------------------------------------------


SPEND_CAP = {"title": "Forbidden", "reason": "SpendCapReached", "type": "about:blank", "detail": "Spend cap reached"}
MONTHLY_CAP = {"title": "UsageCapExceeded", "detail": "Usage cap exceeded: Monthly product cap", "period": "Monthly"}
MONTHLY_CAP["type"] = "https://api.x.com/2/problems/usage-capped"


@pytest.mark.parametrize(
    ("code", "body", "expected", "words"),
    [
        (401, PROBLEMS["bad_credentials"]["body"], CredentialsError, "clock"),
        (402, PROBLEMS["no_credits_a"]["body"], BudgetError, "credits"),
        (402, PROBLEMS["no_credits_b_2026_07"]["body"], BudgetError, "credits"),
        (403, PROBLEMS["not_enrolled"]["body"], CredentialsError, "project"),
        (403, SPEND_CAP, BudgetError, "cap"),
        (429, MONTHLY_CAP, BudgetError, "monthly cap"),
        (400, PROBLEMS["bad_parameter"]["body"], SourceError, "max_results"),
        (418, {}, SourceError, "418"),
    ],
)
def test_refusals_stop_the_account_at_once(code: int, body: object, expected: type[SourceError], words: str) -> None:
    """A refusal that waiting cannot cure is asked for once, says what to do, and loses nothing that was read."""
    with FakeX(NOW, filled(3)) as server:
        first = read(server)
        server.forget()
        server.fail_next(times(9, answer(body, code)), path=TIMELINE)
        events, error = read_until_error(server, again(first))
        assert len(server.asked(host=API)) == 1
    assert type(error) is expected
    assert words in str(error)
    assert only(CursorMoved, events) == []


def soon(seconds: int) -> str:
    import time

    return str(int(time.time()) + seconds)


@pytest.mark.parametrize(
    "faults",
    [
        [lambda _: Response.json(PROBLEMS["rate_limited"]["body"], 429, {"x-rate-limit-reset": soon(2)})],
        [lambda _: Response.json(PROBLEMS["rate_limited_old"]["body"], 429, {"x-rate-limit-reset": soon(2)})],
        times(2, answer(PROBLEMS["overloaded"]["body"], 503)),
        [status(502, {"content-type": "text/html"}, b"<html>Bad gateway")],
    ],
)
def test_passing_trouble_is_waited_out(faults: list[Fault]) -> None:
    """A rate limit is waited for until its reset and server trouble is retried; every try is signed anew."""
    with FakeX(NOW, filled(3)) as server:
        server.fail_next(faults, path=TIMELINE)
        assert len(posts(read(server))) == 3
        signatures = [request.headers["authorization"] for request in server.asked(host=API)]
        assert len(set(signatures)) == len(signatures) == 2 + len(faults)


def test_reset_far_away_ends_the_account_with_what_it_has() -> None:
    """A reset beyond the run's waiting budget ends the account; what was read before stays read."""
    with FakeX(NOW, filled(150)) as server:
        late = Response.json({}, 429, {"x-rate-limit-reset": soon(7200)})
        server.fail_next([lambda response: response] * 2 + [lambda _: late], path=TIMELINE)
        events, error = read_until_error(server)
    assert isinstance(error, BudgetError)
    assert len(posts(events)) == 105
    assert last_cursor(events)["gaps"]


def test_error_page_with_200_is_no_answer() -> None:
    """HTML with status 200 fails the account and moves nothing."""
    with FakeX(NOW, filled(3)) as server:
        first = read(server)
        server.fail_next(html_with_200, path=TIMELINE)
        events, error = read_until_error(server, again(first))
    assert isinstance(error, WebError)
    assert events == []


# --- keys ------------------------------------------------------------------------------------------------------------


def test_bearer_serves_where_there_is_no_user_context(monkeypatch: pytest.MonkeyPatch) -> None:
    """With only X_BEARER_TOKEN set, that is what X sees."""
    for name in KEYS:
        monkeypatch.delenv(name)
    monkeypatch.setenv("X_BEARER_TOKEN", BEARER["X_BEARER_TOKEN"] + "\n")
    with FakeX(NOW, filled(1)) as server:
        assert len(posts(read(server))) == 1


def test_wrong_keys_are_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong secret gives a wrong signature, which X refuses; the message shows no key."""
    monkeypatch.setenv("X_ACCESS_TOKEN_SECRET", "wrong-secret")
    with FakeX(NOW, filled(1)) as server:
        events, error = read_until_error(server)
        assert len(server.asked(host=API)) == 1
    assert isinstance(error, CredentialsError)
    assert events == []
    assert not any(value in str(error) for value in (*KEYS.values(), "wrong-secret"))


# --- handles and promises --------------------------------------------------------------------------------------------


def test_handles() -> None:
    """A leading @ and capitals are folded; anything that X could not have given out is refused with an example."""
    source = X()
    assert isinstance(source, PaidSource)
    assert source.check_handle("@Aoi_Draws") == "aoi_draws"
    assert source.profile_url("aoi_draws") == "https://x.com/aoi_draws"
    for handle in ("", "a b", "../x", "sixteen_letters_", "é", "a/b", "@@a", "a\n"):
        if handle != "a\n":  # blanks around a name are no mistake
            with pytest.raises(ValueError, match="aoi_draws"):
                source.check_handle(handle)
