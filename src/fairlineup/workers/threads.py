"""One BLAS thread at a time, where our own threads or processes share out the work.

Thousands of middling products in a row, each shared out by BLAS, took ten times as long as on one thread
wherever another program kept a core busy: every piece waits for the slowest.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep every BLAS in this process to one thread; also makes products the same bit by bit."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):
        yield
