"""Work on all cores: one supervised pool of processes, which end with their parent; imports records."""

from fairlineup.workers.errors import DeadlinePassed, PoolClosed, QueueFull, WorkerFailed, pool_closed
from fairlineup.workers.pool import WorkerPool, available_cores
from fairlineup.workers.process import how_ended
from fairlineup.workers.supervised import SupervisedWorkers
from fairlineup.workers.threads import one_blas_thread

__all__ = [
    "DeadlinePassed",
    "PoolClosed",
    "QueueFull",
    "SupervisedWorkers",
    "WorkerFailed",
    "WorkerPool",
    "available_cores",
    "how_ended",
    "one_blas_thread",
    "pool_closed",
]
