"""Each call is done once: retries, tokens, retries that come too early, crashes, erasure."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest

from fairlineup.records import BadInput, Refused, Throttled
from fairlineup.service.access import Answered, Asked, Calls, rotate_seal_keys
from fairlineup.service.store import Store

from .conftest import Clock, Opened, filled


class Act:
    """Something that is done, counted."""

    def __init__(self, **named: object) -> None:
        self.times = 0
        self._named = named

    def __call__(self) -> Answered:
        self.times += 1
        return Answered(f"reply {self.times}".encode(), **self._named)  # type: ignore[arg-type]


def asked(body: str = "body", invocation: str = "id-1", client_request: str = "", key: str = "FLKA") -> Asked:
    return Asked(key, "IndexFaces", sha256(body.encode()).digest(), invocation, client_request)


def rows(store: Store) -> int:
    with store.writing() as work:  # takes along what nobody waited for
        return int(work.execute("SELECT count(*) FROM call").fetchone()[0])


@pytest.fixture
def calls(store: Store) -> Calls:
    return Calls(store, waited_s=0.05)


def test_a_retry_gets_the_stored_reply(calls: Calls, store: Store, opened: Opened) -> None:
    act = Act()
    assert [calls.once(asked(), act) for _ in range(3)] == [b"reply 1"] * 3
    assert Calls(opened()).once(asked(), act) == b"reply 1"
    rotate_seal_keys(store, "command line")
    assert calls.once(asked(), act) == b"reply 1"
    assert act.times == 1
    files = b"".join(one.read_bytes() for one in store.folder.iterdir())
    for secret in (b"reply 1", b"id-1", sha256(b"body").digest()):
        assert secret not in files


def test_another_body_id_or_key_is_another_call(calls: Calls) -> None:
    act = Act()
    for one in (asked(), asked("other"), asked(invocation="id-2"), asked(key="FLKB")):
        calls.once(one, act)
    assert act.times == 4


def test_without_id_and_token_nothing_is_kept(calls: Calls, store: Store) -> None:
    act = Act()
    calls.once(asked(invocation=""), act)
    calls.once(asked(invocation=""), act)
    calls.once(Asked("FLKA", "ListFaces", b"d" * 32, "id-1"), act)
    calls.once(Asked("FLKA", "ListFaces", b"d" * 32, "id-1"), act)
    assert (act.times, rows(store)) == (4, 0)


def test_a_token_goes_with_its_parameters_whatever_the_invocation(calls: Calls) -> None:
    act = Act()
    assert calls.once(asked(client_request="t", invocation="a"), act) == calls.once(
        asked(client_request="t", invocation="b"), act
    )
    with pytest.raises(BadInput) as caught:
        calls.once(asked("other", client_request="t", invocation="a"), act)
    assert caught.value.code == "token-reused"
    calls.once(asked("other", client_request="t2"), act)
    calls.once(Asked("FLKA", "CreateUser", b"x" * 32, client_request="t"), act)
    assert act.times == 3


def test_a_reply_goes_after_a_day(calls: Calls, clock: Clock, store: Store) -> None:
    act = Act()
    calls.once(asked(client_request="t"), act)
    clock.now += 86_401
    assert calls.once(asked("other", client_request="t"), act) == b"reply 2"
    clock.now += 86_401
    assert (calls.sweep(), rows(store)) == (1, 0)


def test_what_was_raised_is_not_kept(calls: Calls, store: Store) -> None:
    def refuses() -> Answered:
        raise Refused("it", expected="a", got="b", remedy="c", code="use-refused")

    for _ in range(2):
        with pytest.raises(Refused):
            calls.once(asked(), refuses)
    assert rows(store) == 0
    assert calls.once(asked(), Act()) == b"reply 1"


def test_what_is_not_to_be_kept_or_too_large_is_done_again(
    calls: Calls, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    act = Act(kept=False)
    calls.once(asked(), act)
    monkeypatch.setattr("fairlineup.service.access.calls.LARGEST_REPLY", 3)
    calls.once(asked(), act)
    calls.once(asked(), Act())
    assert (act.times, rows(store)) == (2, 0)


def _while_under_way(calls: Calls, then: Callable[[], None]) -> bytes:
    """Do something while a call is under way; what the call answers."""
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> Answered:
        begun.set()
        assert go_on.wait(60)
        return Answered(b"slow")

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(calls.once, asked(), slow)
        assert begun.wait(60)
        try:
            then()
        finally:
            go_on.set()
        return first.result()


def test_a_retry_that_comes_too_early_is_told_to_come_again(calls: Calls, opened: Opened) -> None:
    other = Calls(opened())

    def early() -> None:
        for one in (calls, other):
            with pytest.raises(Throttled):
                one.once(asked(), Act())

    assert _while_under_way(calls, early) == b"slow"
    assert calls.once(asked(), Act()) == other.once(asked(), Act()) == b"slow"


def test_a_retry_waits_for_the_first_attempt(store: Store) -> None:
    calls = Calls(store, waited_s=60)
    act = Act()
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: calls.once(asked(), act), range(16)))
    assert (set(replies), act.times) == ({b"reply 1"}, 1)


def test_when_the_first_attempt_fails_a_waiting_retry_acts(store: Store) -> None:
    calls = Calls(store, waited_s=60)
    tries: list[int] = []

    def fails_once() -> Answered:
        tries.append(1)
        if len(tries) == 1:
            raise ZeroDivisionError
        return Answered(b"second")

    def tried(_: int) -> bytes:
        try:
            return calls.once(asked(), fails_once)
        except ZeroDivisionError:
            return b"failed"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(tried, range(4))) == [b"failed", b"second", b"second", b"second"]


def _crashed(store: Store) -> None:
    """A call of a process that ended in the midst of it."""
    dead = Calls(store)
    dead._begun(asked())


def test_a_call_that_crashed_is_done_by_the_next_server(opened: Opened, store: Store) -> None:
    _crashed(opened())
    server = Calls(store)
    with pytest.raises(Throttled):
        server.once(asked(), Act())
    assert server.forget_abandoned() == 1
    assert server.once(asked(), Act()) == b"reply 1"
    assert server.forget_abandoned() == 0
    assert server.once(asked(), Act()) == b"reply 1"


def test_a_call_that_crashed_long_ago_is_done_again(opened: Opened, calls: Calls, clock: Clock) -> None:
    _crashed(opened())
    clock.now += 601
    assert calls.once(asked(), Act()) == b"reply 1"


def test_a_call_whose_end_could_not_be_kept_is_done_again(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(calls, "_keep", broken)
        patch.setattr(calls, "_forget", broken)
        with pytest.raises(OSError):  # noqa: PT011 - whatever a disk says
            calls.once(asked(), Act())
    assert calls.once(asked(), Act()) == b"reply 1"


def test_a_reply_goes_with_any_face_or_person_it_names(calls: Calls, store: Store) -> None:
    filled(store, faces=3, collections=2)
    with store.writing() as work:
        work.execute("UPDATE person SET user_id = 'ada' WHERE id = 1")
        work.execute("UPDATE person SET user_id = 'bob' WHERE id = 5")
    acts = [
        Act(faces=("0-0", "0-1")),
        Act(faces=("0-2",)),
        Act(people=(("c0", "ada"),)),
        Act(faces=("1-0",), people=(("c1", "bob"),)),
        Act(),
    ]
    for number, act in enumerate(acts):
        calls.once(asked(invocation=str(number)), act)
    assert rows(store) == 5
    with store.writing() as work:
        work.execute("DELETE FROM face WHERE uuid = '0-1'")
    assert rows(store) == 4
    with store.writing() as work:
        work.execute("DELETE FROM person WHERE user_id = 'ada'")
    assert rows(store) == 3
    with store.writing() as work:
        work.execute("DELETE FROM photograph WHERE collection = 2")
        work.execute("DELETE FROM face WHERE collection = 2")
        work.execute("DELETE FROM person WHERE collection = 2")
    assert rows(store) == 2
    for number, act in enumerate(acts):
        if number in {1, 4}:
            calls.once(asked(invocation=str(number)), act)
            assert act.times == 1


def test_a_reply_that_names_somebody_erased_meanwhile_is_not_kept(calls: Calls, store: Store) -> None:
    filled(store, faces=1, collections=1)
    calls.once(asked(), Act(faces=("0-0", "gone")))
    calls.once(asked(), Act(people=(("c0", "gone"),)))
    assert rows(store) == 0
