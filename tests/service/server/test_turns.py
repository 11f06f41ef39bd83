"""What is done at once, what waits, and what is refused."""

from __future__ import annotations

import asyncio
import threading

import pytest

from fairlineup.service.server.turns import Turns
from fairlineup.workers import QueueFull


def test_each_has_its_turn_and_hears_what_came_of_it() -> None:
    turns = Turns("test", 2, 100)

    def broken() -> int:
        raise KeyError("x")

    def ended() -> int:
        raise StopIteration

    async def act() -> None:
        done = await asyncio.gather(*[turns.take(lambda n=n: n * n) for n in range(50)])  # type: ignore[misc]
        assert done == [n * n for n in range(50)]
        with pytest.raises(KeyError):
            await turns.take(broken)
        with pytest.raises(RuntimeError):
            await turns.take(ended)
        assert (turns.waiting, turns.under_way) == (0, 0)

    asyncio.run(act())
    turns.close()


def test_beyond_what_may_wait_is_refused_at_once() -> None:
    turns, gate = Turns("test", 1, 1), threading.Event()

    async def act() -> None:
        both = [asyncio.ensure_future(turns.take(lambda: gate.wait(60))) for _ in range(2)]
        await asyncio.sleep(0)
        assert (turns.waiting, turns.under_way) == (1, 1)
        with pytest.raises(QueueFull):
            await turns.take(lambda: None)
        with pytest.raises(QueueFull):
            turns.check_free()
        gate.set()
        assert await asyncio.gather(*both) == [True, True]

    asyncio.run(act())
    turns.close()


def broken() -> None:
    raise KeyError("x")


def test_one_hands_its_future_on_to_another() -> None:
    first, second = Turns("first", 1, 1), Turns("second", 1, 1)

    async def act() -> None:
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        first.put(lambda: second.put(lambda: "done", future), future, passes_on=True)
        assert await future == "done"
        failing: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        first.put(broken, failing, passes_on=True)
        with pytest.raises(KeyError):
            await failing

    asyncio.run(act())
    for turns in (first, second):
        turns.close()


def test_nobody_waits_for_what_is_under_way_when_all_is_closed() -> None:
    turns, gate, begun = Turns("test", 1, 1), threading.Event(), threading.Event()

    def held() -> None:
        begun.set()
        gate.wait(60)

    async def act() -> None:
        waited = [asyncio.ensure_future(turns.take(held)) for _ in range(2)]
        await asyncio.to_thread(begun.wait, 60)
        turns.close()
        for one in waited:
            one.cancel()

    asyncio.run(act())
    gate.set()
