"""The same work by processes as alone."""

from __future__ import annotations

import operator
import os

import pytest

from fairlineup.records import SystemFailed
from fairlineup.workers.processes import ALONE, crew


def test_a_few_items_are_done_here() -> None:
    with crew(workers=2, items=10) as hands:
        assert hands.alone


def test_processes_answer_as_one_does_and_in_order() -> None:
    told: list[int] = []
    with crew(workers=2, items=10_000) as hands:
        assert not hands.alone
        found = hands.each(operator.neg, range(1000), told.append, step=7)
    assert found == ALONE.each(operator.neg, range(1000))
    assert told[-1] == 1000
    assert told == sorted(told)


def test_a_killed_process_is_named() -> None:
    with crew(workers=2, items=10_000) as hands, pytest.raises(SystemFailed, match="one that was killed"):
        hands.each(os._exit, [1])


def test_a_process_keeps_to_one_blas_thread() -> None:
    # eval, since a worker cannot import this file
    asked = (
        "[b['num_threads'] for b in __import__('threadpoolctl').threadpool_info() if b['user_api'] == 'blas']"
    )
    with crew(workers=2, items=10_000) as hands:
        found = hands.each(eval, [asked])
    assert found[0]
    assert set(found[0]) == {1}
