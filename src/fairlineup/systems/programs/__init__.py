"""Programs asked over their standard input and output; used by the adapters that run one."""

from fairlineup.systems.programs.answers import AnswerReader, Done, Galleries
from fairlineup.systems.programs.child import Answer, Child, PendingAnswer, Unanswered
from fairlineup.systems.programs.hello import PROTOCOL, information_from
from fairlineup.systems.programs.options import ProcessOptions, words_of

__all__ = [
    "PROTOCOL",
    "Answer",
    "AnswerReader",
    "Child",
    "Done",
    "Galleries",
    "PendingAnswer",
    "ProcessOptions",
    "Unanswered",
    "information_from",
    "words_of",
]
