"""What a plan says of a program: its command line, and how it is asked."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fairlineup.records import BadInput

SECRET_WORD = re.compile(r"-{1,2}(api[-_]?)?(key|token|secret|password)(=.*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ProcessOptions:
    """How a program is asked.

    Attributes:
        photographs: "bytes" sends a photograph's content, "path" where its file is, if it is in one.
        timeout_s: until a question is given up and the program ended.
        start_timeout_s: until a program that is greeted and says nothing is ended.
    """

    photographs: Literal["bytes", "path"] = "bytes"
    timeout_s: float = 60.0
    start_timeout_s: float = 300.0


def process_options(table: Mapping[str, Any]) -> ProcessOptions:
    """Options from a plan's [system.options]. Raises: BadInput."""
    for name, value in table.items():
        if name == "photographs":
            expected, right = "'bytes' or 'path'", value in ("bytes", "path")
        elif name in ("timeout_s", "start_timeout_s"):
            expected, right = "seconds above 0", type(value) in (int, float) and 0 < value < 1e6
        else:
            raise BadInput(
                f"the process's option {name}",
                expected="one of photographs, timeout_s, start_timeout_s",
                got=repr(name),
                remedy="give the program its own arguments in COMMAND, and credentials in its environment",
            )
        if not right:
            raise BadInput(
                f"the process's option {name}",
                expected=expected,
                got=repr(value),
                remedy="correct [system.options] in the plan",
            )
    return ProcessOptions(**table)


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
        expected=expected,
        got=got,
        remedy="correct the system's name in the plan",
    )
