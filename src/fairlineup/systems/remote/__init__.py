"""Systems asked across a wire: questions over HTTP, and the answers about one photograph after another."""

from fairlineup.systems.remote.questions import (
    OneByOne,
    OneByOneOrTwo,
    PhotoQuestion,
    capped_answer,
    is_withheld,
)
from fairlineup.systems.remote.wire import Reply, Wire, decoded, paged

__all__ = [
    "OneByOne",
    "OneByOneOrTwo",
    "PhotoQuestion",
    "Reply",
    "Wire",
    "capped_answer",
    "decoded",
    "is_withheld",
    "paged",
]
