"""What a plan says of a program: its command line, and how it is asked."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Literal

from fairlineup.records import BadInput
from fairlineup.systems.stated import Seconds

SECRET_WORD = re.compile(r"-{1,2}(api[-_]?)?(key|token|secret|password)(=.*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ProcessOptions:
    """How a program is asked."""

    #: "bytes" sends a photograph's content, "path" where its file is, if it is in one.
    photographs: Literal["bytes", "path"] = "bytes"
    timeout_s: Seconds = 60.0  #: until a question is given up and the program ended.
    start_timeout_s: Seconds = 300.0  #: until a program that is greeted and says nothing is ended.


def words_of(command: str) -> tuple[str, ...]:
    """Program and arguments of a command line, parted as a shell would. Raises: BadInput."""
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise _bad_command("words whose quotes are closed", str(error)) from None
    if not words:
        raise _bad_command("a program and its arguments", "a blank")
    for word in words:
        if SECRET_WORD.fullmatch(word):
            got = word.partition("=")[0]
            raise _bad_command("no credentials: plans are published, the environment is not", repr(got))
    return words


def _bad_command(expected: str, got: str) -> BadInput:
    return BadInput(
        "the command of process:COMMAND",
        code="no-such-system",
        expected=expected,
        got=got,
        remedy="correct the system's name in the plan",
    )
