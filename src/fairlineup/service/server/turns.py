"""Turns: what may be done at once, what may wait for it, and what is refused beyond that."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from fairlineup.workers import QueueFull

Out = TypeVar("Out")


class Turns:
    """Threads that take one thing after the other, and a queue before them that ends.

    Args:
        name: of the threads.
        at_once: threads.
        waiting: what may wait for one of them.
    """

    def __init__(self, name: str, at_once: int, waiting: int) -> None:
        self.at_once, self.most = at_once, at_once + waiting
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=f"fairlineup-{name}")
        self._lock = threading.Lock()
        self._taken = 0

    @property
    def waiting(self) -> int:
        """What waits for a thread."""
        return max(0, self._taken - self.at_once)

    @property
    def under_way(self) -> int:
        """What the threads are at."""
        return min(self._taken, self.at_once)

    async def take(self, work: Callable[[], Out]) -> Out:
        """Do it in a thread when its turn comes. It is done even where nobody waits for it any more.

        Raises: QueueFull: as much waits as may; what the work raises.
        """
        with self._lock:
            if self._taken >= self.most:
                raise _full(self.most)
            self._taken += 1
        try:
            begun = self._threads.submit(self._counted, work)
        except BaseException:
            self._done()
            raise
        return await asyncio.shield(asyncio.wrap_future(begun))

    def _counted(self, work: Callable[[], Out]) -> Out:
        try:
            return work()
        finally:
            self._done()

    def _done(self) -> None:
        with self._lock:
            self._taken -= 1

    def close(self) -> None:
        """What waits is not begun any more; what is under way is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _full(most: int) -> QueueFull:
    return QueueFull(
        "a request",
        expected=f"fewer than {most:,} under way",
        got="as many",
        remedy="try again later",
    )
