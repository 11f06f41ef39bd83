"""Limits hold across threads, processes and restarts, and never let more through than they say."""

from __future__ import annotations

import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest

from fairlineup.records import FairlineupError, Refused, Throttled
from fairlineup.service.access import AccessKeys, Counted, Limits, Meter, NewAccessKey
from fairlineup.service.store import Store

from .conftest import Clock, Opened


def through(meter: Meter, who: Counted, tries: int) -> int:
    done = 0
    for _ in range(tries):
        try:
            meter.admit(who)
        except FairlineupError:
            continue
        done += 1
    return done


def test_a_minute_ends(store: Store, clock: Clock) -> None:
    meter, who = Meter(store), Counted("FLKA", "testing", Limits(requests_per_minute=3))
    clock.now += 20
    assert through(meter, who, 3) == 3
    with pytest.raises(Throttled) as caught:
        meter.admit(who)
    assert (caught.value.code, caught.value.retry_after_s) == ("throttled", 40.0)
    clock.now += 40
    assert through(meter, who, 5) == 3


def test_a_day_ends_and_is_told_apart(store: Store, clock: Clock) -> None:
    meter, who = Meter(store), Counted("FLKA", "testing", Limits(None, 2, 3))
    assert through(meter, who, 5) == 2
    with pytest.raises(Refused) as caught:
        meter.admit(who)
    assert (caught.value.code, caught.value.facts["retry_after_s"]) == ("limit-exceeded", "43200")
    meter.probes(who, 2)
    with pytest.raises(Refused, match="probes per day"):
        meter.probes(who, 2)
    meter.probes(who, 1)
    with pytest.raises(Refused):
        meter.probes(who)
    clock.now += 43_200
    assert through(meter, who, 5) == 2
    meter.probes(who, 3)


def test_without_limits_nothing_is_counted(store: Store) -> None:
    assert through(Meter(store), Counted("FLKA", "testing", Limits()), 50) == 50
    with store.reading() as reading:
        assert reading.execute("SELECT count(*) FROM used").fetchone()[0] == 0


def test_limits_are_per_key_and_purpose(store: Store) -> None:
    meter, limits = Meter(store), Limits(2)
    counted = [
        Counted("a", "testing", limits),
        Counted("b", "testing", limits),
        Counted("a", "audit", limits),
    ]
    assert [through(meter, who, 4) for who in counted] == [2, 2, 2]


@pytest.mark.parametrize("most", [1, 7, 160])
def test_processes_and_restarts_share_a_limit(store: Store, opened: Opened, most: int) -> None:
    who = Counted("FLKA", "testing", Limits(most))
    meters = [Meter(store), Meter(opened()), Meter(opened())]
    done = sum(through(one, who, 1) for _ in range(most * 2) for one in meters)
    assert done == most
    assert through(Meter(opened()), who, 10) == 0


def test_a_process_that_ends_loses_a_lot_at_most(store: Store, opened: Opened) -> None:
    who = Counted("FLKA", "testing", Limits(1_000))
    for _ in range(5):
        assert through(Meter(opened()), who, 1) == 1
    assert through(Meter(opened()), who, 2_000) == 1_000 - 5 * 20


def test_threads_share_a_limit(store: Store) -> None:
    meter, who = Meter(store), Counted("FLKA", "testing", Limits(300, 310, 5))
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: through(meter, who, 50), range(8))) == 300


def test_a_rotated_key_has_no_new_limits(store: Store) -> None:
    keys, meter = AccessKeys(store), Meter(store)
    old = keys.make(NewAccessKey("testing", limits=Limits(4)), "command line")
    assert through(meter, old.key.counted, 3) == 3
    new = keys.rotate(old.key.id, 60.0, "command line")
    assert through(meter, new.key.counted, 3) == 1


def test_old_windows_go(store: Store, clock: Clock) -> None:
    meter, who = Meter(store), Counted("FLKA", "testing", Limits(4, 4, 4))
    for _ in range(6):
        through(meter, who, 1)
        clock.now += 86_400
    with store.reading() as reading:
        assert reading.execute("SELECT count(*) FROM used").fetchone()[0] <= 6
    assert len(meter._left) <= 6


def test_most_requests_write_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    written, real = Counter[str](), store.writing

    def writing(**given: bool) -> AbstractContextManager[sqlite3.Connection]:
        written["times"] += 1
        return real(**given)

    monkeypatch.setattr(store, "writing", writing)
    meter = Meter(store)
    for _ in range(1_000):
        meter.admit(Counted("FLKA", "testing"))
    assert written["times"] == 10  # 1,000 / (6,000 / 50), and one lot of the day
