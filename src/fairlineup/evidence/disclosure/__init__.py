"""The clock of a coordinated disclosure: who was told, when an answer is due, when it is public."""

from fairlineup.evidence.disclosure.clock import (
    ANSWER_DAYS,
    Act,
    State,
    Told,
    check_act,
    state_of,
)
from fairlineup.evidence.disclosure.log import FILE, read_acts, record

__all__ = [
    "ANSWER_DAYS",
    "FILE",
    "Act",
    "State",
    "Told",
    "check_act",
    "read_acts",
    "record",
    "state_of",
]
