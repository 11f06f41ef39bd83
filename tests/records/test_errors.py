from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from fairlineup.cli.errors import exit_status_of
from fairlineup.records import BadInput, FairlineupError, Refused, SystemFailed, TransportError
from fairlineup.systems import open_system

KINDS = (BadInput, SystemFailed, Refused, TransportError)


def _made(kind: type[FairlineupError]) -> FairlineupError:
    return kind("a thing", expected="one kind", got="another", remedy="change it")


@pytest.mark.parametrize("kind", KINDS)
def test_text_says_expected_got_and_remedy(kind: type[FairlineupError]) -> None:
    assert str(_made(kind)) == "a thing: expected one kind, got another; change it"


def test_a_part_without_end_is_told_without_its_middle() -> None:
    error = BadInput(
        "a table", expected="an id", got="a" * 1_000_000 + "b", remedy="correct it", code="id-unusable"
    )
    assert error.got.startswith("aaa")
    assert error.got.endswith("aab")
    assert len(str(error)) < 5_000


def test_exit_statuses() -> None:
    assert [exit_status_of(_made(kind)) for kind in KINDS] == [2, 3, 4, 3]


@pytest.mark.parametrize("kind", KINDS)
def test_pickled_error_is_the_same(kind: type[FairlineupError]) -> None:
    error = pickle.loads(pickle.dumps(_made(kind)))  # noqa: S301 - our own bytes
    assert type(error) is kind
    assert vars(error) == vars(_made(kind))
    assert str(error) == str(_made(kind))


def test_error_crosses_processes() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        future = pool.submit(open_system, "nothing", {})
        with pytest.raises(BadInput, match=r"expected one of .*local.*, simulated, got 'nothing'; correct"):
            future.result(timeout=1200)


def test_a_transport_error_is_a_failed_system_but_no_bad_input() -> None:
    assert issubclass(TransportError, SystemFailed)
    assert not issubclass(TransportError, BadInput)
