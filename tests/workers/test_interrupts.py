from __future__ import annotations

import signal

import pytest

from fairlineup.workers.interrupts import interrupts_held


def test_an_interrupt_comes_after_the_block_and_only_once() -> None:
    steps: list[str] = []

    def work() -> None:
        with interrupts_held():
            signal.raise_signal(signal.SIGINT)
            steps.append("inside")
        steps.append("after")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert steps == ["inside"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if hasattr(signal, "pthread_sigmask"):
        assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())


def test_without_an_interrupt_nothing_happens() -> None:
    with interrupts_held():
        pass
