"""Turns: what may be done at once, what may wait for it, and what is refused beyond that."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, TypeVar

from fairlineup.workers import QueueFull

Out = TypeVar("Out")


@dataclass(frozen=True, slots=True)
class _Turn:
    """Something to be done, and who hears what came of it."""

    work: Callable[[], Any]
    future: asyncio.Future[Any]
    passes_on: bool  #: the work gives the future to somebody else, who settles it.

    def settle(self, result: Any, error: BaseException | None) -> None:
        """From any thread; where the loop has ended, nobody waits."""
        if self.passes_on and error is None:
            return
        with suppress(RuntimeError):
            self.future.get_loop().call_soon_threadsafe(_settle, self.future, result, error)


class Turns:
    """Threads that take one thing after the other, and a queue before them that ends.

    They end with the process, whatever they are at: what takes long is bounded by what it waits for.

    Args:
        name: of the threads.
        at_once: threads.
        waiting: what may wait for one of them.
    """

    def __init__(self, name: str, at_once: int, waiting: int) -> None:
        self.at_once, self.most = at_once, at_once + waiting
        self._turns: SimpleQueue[_Turn | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._taken, self._closed = 0, False
        for number in range(at_once):
            name_of_one = f"fairlineup-{name}-{number}"
            threading.Thread(target=self._take_turns, name=name_of_one, daemon=True).start()

    @property
    def waiting(self) -> int:
        """What waits for a thread."""
        return max(0, self._taken - self.at_once)

    @property
    def under_way(self) -> int:
        """What the threads are at."""
        return min(self._taken, self.at_once)

    def check_free(self) -> None:
        """Raises: QueueFull: as much waits as may."""
        if self._taken >= self.most:
            raise QueueFull(
                "a request",
                expected=f"fewer than {self.most:,} under way",
                got="as many",
                remedy="try again later",
            )

    def put(self, work: Callable[[], Any], future: asyncio.Future[Any], *, passes_on: bool = False) -> None:
        """Have it done when its turn comes; for any thread.

        Args:
            work: what.
            future: of a running loop; is given what came of it.
            passes_on: whether the work gives the future to somebody else; only what it raises is told here.
        Raises: QueueFull: as much waits as may.
        """
        with self._lock:
            self.check_free()
            self._taken += 1
        self._turns.put(_Turn(work, future, passes_on))

    async def take(self, work: Callable[[], Out]) -> Out:
        """Do it when its turn comes. Raises: QueueFull: as much waits as may; what the work raises."""
        future: asyncio.Future[Out] = asyncio.get_running_loop().create_future()
        self.put(work, future)
        return await future

    def close(self) -> None:
        """What waits is not begun any more; what is under way is not waited for."""
        self._closed = True
        for _ in range(self.at_once):
            self._turns.put(None)

    def _take_turns(self) -> None:
        while (turn := self._turns.get()) is not None:
            if self._closed:
                continue
            result, error = None, None
            try:
                result = turn.work()
            except BaseException as raised:  # noqa: BLE001 - whoever waits for it hears of it
                error = raised
            with self._lock:
                self._taken -= 1
            turn.settle(result, error)
            del turn, result, error  # a photograph isn't held until the next one comes


def _settle(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(RuntimeError() if isinstance(error, StopIteration) else error)
