"""Systems asked across a wire: questions over HTTP, and the answers about one photograph after another."""

from fairlineup.systems.remote.questions import (
    PhotoQuestion,
    answers,
    capped_answer,
    comparison,
    enrolments,
    is_withheld,
)
from fairlineup.systems.remote.wire import Reply, Wire

__all__ = [
    "PhotoQuestion",
    "Reply",
    "Wire",
    "answers",
    "capped_answer",
    "comparison",
    "enrolments",
    "is_withheld",
]
