"""Systems asked across a wire: questions over HTTP, and the answers about one photograph after another."""

from fairlineup.systems.remote.questions import (
    OneByOne,
    OneByOneOrTwo,
    PhotoQuestion,
    capped_answer,
    is_withheld,
)
from fairlineup.systems.remote.wire import Reply, Wire, paged

__all__ = [
    "OneByOne",
    "OneByOneOrTwo",
    "PhotoQuestion",
    "Reply",
    "Wire",
    "capped_answer",
    "is_withheld",
    "paged",
]
