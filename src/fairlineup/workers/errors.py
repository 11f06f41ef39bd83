"""What can go wrong with a worker process, apart from the job it was given."""

from __future__ import annotations

from fairlineup.records import SystemFailed


class WorkerFailed(SystemFailed):
    """A worker process ended before its job was done."""

    code = "worker-failed"


class DeadlinePassed(SystemFailed):
    """A job was not done in the time it was given."""

    code = "deadline-passed"


class QueueFull(SystemFailed):
    """As many jobs wait as may wait."""

    code = "workers-busy"


class PoolClosed(SystemFailed):
    """The workers were told to end, so the job will not be done."""

    code = "workers-closed"


def pool_closed() -> PoolClosed:
    """The error of a job that was given too late, or was not done in time."""
    return PoolClosed(
        "a job for worker processes",
        expected="an open pool",
        got="one that was closed",
        remedy="open another",
    )
